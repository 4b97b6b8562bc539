"""The tables of a review as the desk reads, compares and merges them: all texts, in the columns of their schema."""

import hashlib
from functools import lru_cache
from pathlib import Path

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.schema import AS_GIVEN, REQUIRED, schemas
from casesynth.errors import UserError


def texts_of(folder: Path, answers: bool = False) -> dict[str, pd.DataFrame]:
    """Every table that is there, those that each review has first; with `answers`, also the answers as given.

    Raises UserError for a column that is unknown or missing.
    """
    tables, known = {}, schemas(folder)
    for name in sorted(known, key=lambda name: name not in REQUIRED):
        file, fields = folder / f"{name}.csv", known[name]["fields"]
        if not file.exists() or (name in AS_GIVEN and not answers):
            continue
        columns = [field["name"] for field in fields]
        sheet = csvfile.read(file, columns, csvfile.OURS)
        needed = [field["name"] for field in fields if field.get("constraints", {}).get("required")]
        wrong = [
            f"unknown or there twice: {one}"
            for one in sheet.header
            if one not in columns or sheet.header.count(one) > 1
        ]
        wrong += [f"missing: {one}" for one in needed if one not in sheet.header]
        if wrong:
            raise UserError(f"{file.name}, row 1: a column is {wrong[0]}. `casesynth check {folder.name}` says more.")
        frame = sheet.frame()
        tables[name] = frame.assign(**{column: "" for column in columns if column not in frame})[columns]
    return tables


def keys_of(schema: dict) -> list[str]:
    """The columns by which a row of a table is known."""
    return schema.get("primaryKey") or [schema["fields"][0]["name"]]


def references(known: dict[str, dict]) -> list[tuple[str, str, str, str]]:
    """How rows name other rows, as the schemas say: (table, column, the table and column that it refers to)."""
    return [
        (table, key["fields"][0], key["reference"]["resource"] or table, key["reference"]["fields"][0])
        for table, schema in known.items()
        for key in schema.get("foreignKeys", [])
        if len(key["fields"]) == 1
    ]


def by_key(frame: pd.DataFrame, schema: dict) -> dict[str, dict]:
    """The rows of a table by their keys."""
    return {" ".join(row[key] for key in keys_of(schema)): row for row in frame.to_dict("records")}


def compared(before: pd.DataFrame, after: pd.DataFrame, schema: dict) -> tuple[list[str], list[str], list[str]]:
    """The keys of the rows that are new, changed and gone."""
    old, now = by_key(before, schema), by_key(after, schema)
    changed = [key for key in now if key in old and old[key] != now[key]]
    return [key for key in now if key not in old], changed, [key for key in old if key not in now]


def signs(frame: pd.DataFrame, schema: dict) -> dict[str, str]:
    """A short digest of each cell, by the key of its row; rows of one key are taken together.

    >>> signs(pd.DataFrame({"id": ["a"], "name": ["Alder"]}), {"fields": [{"name": "id"}]})
    {'a': 'ca978112 12c89d7c'}
    """
    found: dict[str, str] = {}
    columns = {column: frame[column].tolist() for column in frame}
    keys = zip(*(columns[column] for column in keys_of(schema)))
    for key, row in zip(map(" ".join, keys), zip(*columns.values())):
        cells = " ".join(map(sign, row))
        found[key] = f"{found[key]} {cells}" if key in found else cells
    return found


@lru_cache(10_000)
def sign(text: str) -> str:
    """A short digest of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def merged(
    mine: pd.DataFrame, theirs: pd.DataFrame, before: dict[str, str], schema: dict
) -> tuple[pd.DataFrame, list[tuple[str, str, str, str]], list[str]]:
    """Two versions of a table put together, cell by cell: the side that changed a cell has it.

    Takes two tables in which each key occurs once, and the `signs` of what both were made from. Returns the rows; the cells
    that both have changed, as (key, column, my text, their text); and the keys of rows that one side deleted and the
    other changed, which stay.

    >>> schema = {"fields": [{"name": "id"}]}
    >>> old, mine, theirs = (pd.DataFrame({"id": ["a"], "x": [x], "y": [y]}) for x, y in ("12", "32", "14"))
    >>> merged(mine, theirs, signs(old, schema), schema)[0].values.tolist()
    [['a', '3', '4']]
    """
    own, others = by_key(mine, schema), by_key(theirs, schema)
    rows, clash, kept = [], [], []
    for key in others | own:
        was = before.get(key, "").split()
        if key in own and key in others:
            row = {}
            for column, old in zip(own[key], was or [""] * len(own[key])):
                text, other = own[key][column], others[key][column]
                row[column] = text if sign(other) == old else other
                if old not in (sign(text), sign(other)) and text != other:
                    clash.append((key, column, text, other))
            rows.append(row)
            continue
        row = own.get(key) or others[key]
        if list(map(sign, row.values())) != was:
            rows.append(row)
            kept += [key] * bool(was)
    return pd.DataFrame(rows, columns=list(mine), dtype=str), clash, kept
