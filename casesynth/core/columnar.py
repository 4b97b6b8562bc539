"""Types, keys and allowed values of tables by their schemas, a column at a time: a million rows take seconds.

The schemas are those of a Frictionless data package (datapackage.json), and the rules are those of Frictionless: a test
compares the two.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from casesynth.core.problems import Problem
from casesynth.core.shards import first_of

Frames = dict[str, pd.DataFrame]
Schema = dict[str, Any]
#: How a cell of each type is written, and what to say of one that is not.
FORMS = {
    "integer": (r"\s*[+-]?[0-9]+\s*", "expected a whole number"),
    "number": (r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*", "expected a number"),
    "boolean": (r"true|false", "expected true or false"),
    "year": (r"[0-9]{4}", "expected a year"),
    "string": (r"(?s).*", ""),
}
PLAIN_ID = "[a-z0-9]+(-[a-z0-9]+)*"


def value_problems(frames: Frames, known: dict[str, Schema], rows: dict[str, list[int]]) -> list[Problem]:
    """What is wrong with the values of tables of texts, and with the keys between the tables that are there.

    Takes the schema of each table, and the row in its file of each of its rows.
    """
    found = []
    for name, frame in frames.items():
        fields = known[name]["fields"]
        own = [each for order, field in enumerate(fields) for each in cell_problems(frame, field, order)]
        own += [*twice(frame, known[name], rows[name]), *unknown(name, frames, known[name])]
        own.sort(key=lambda each: each[:2])
        found += [
            Problem(f"{name}.csv", words, int(rows[name][row]), column, text, options)
            for row, _, column, text, words, options in own
        ]
    return found


#: Row, order within the row, column, what was found, what was expected, what is known.
Found = tuple[int, int, str, str, str, tuple[str, ...]]


def of_each(column: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """A function of a column, text by text. Of a dictionary-coded column, each text is asked once.

    >>> of_each(pd.Series(["a", "b", "a"], dtype="category"), lambda texts: texts.str.upper()).tolist()
    ['A', 'B', 'A']
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        found = function(pd.Series(column.cat.categories)).array
        return pd.Series(found.take(column.cat.codes.to_numpy()), column.index)
    return function(column)


def where(column: pd.Series, right: Callable[[pd.Series], pd.Series]) -> np.ndarray:
    """The rows that are not right."""
    return np.flatnonzero(~of_each(column, right).to_numpy(dtype=bool))


def cell_problems(frame: pd.DataFrame, field: Schema, order: int) -> Iterator[Found]:
    """Cells that are empty and should not be, of another type, or not allowed; one problem a cell."""
    column, name, limits = frame[field["name"]], field["name"], field.get("constraints", {})
    told: set[int] = set()
    form, words = FORMS[field["type"]]
    options = tuple(limits.get("enum", ()))
    checks: list[tuple[Callable[[pd.Series], pd.Series], str]] = []
    if limits.get("required"):
        checks.append((lambda texts: texts.ne(""), "the cell is empty; every row needs a value here"))
    if field["type"] != "string":
        checks.append((lambda texts: texts.str.fullmatch(form) | texts.eq(""), words))
    if options:
        checks.append((one_of(pd.Series(options)), f"expected one of {', '.join(options)}"))
    if "pattern" in limits:
        pattern = limits["pattern"]
        words = "lower-case letters a–z, digits and single hyphens" if pattern == PLAIN_ID else f"the form {pattern}"
        checks.append((lambda texts: texts.str.fullmatch(pattern) | texts.eq(""), f"expected {words}"))
    for limit, word in (("minimum", "at least"), ("maximum", "at most")):
        if limit in limits:
            checks.append((within(limit, float(limits[limit])), f"expected {word} {limits[limit]}"))
    for right, expected in checks:
        for row in where(column, right):
            if row not in told:
                told.add(row)
                yield int(row), order, name, str(column.iloc[row]), expected, options


def within(limit: str, bound: float) -> Callable[[pd.Series], pd.Series]:
    """Whether numbers keep to a least or greatest value; anything that is not a number has its own message."""
    return lambda texts: ~(numbers(texts).lt(bound) if limit == "minimum" else numbers(texts).gt(bound))


def numbers(texts: pd.Series) -> pd.Series:
    """Texts as numbers; anything else is missing."""
    return of_each(texts, lambda each: pd.to_numeric(each, errors="coerce"))


def one_of(known: pd.Series) -> Callable[[pd.Series], pd.Series]:
    """Whether texts are among those known, or empty."""
    return lambda texts: pd.Series(first_of(known, texts) >= 0, texts.index) | texts.eq("")


def twice(frame: pd.DataFrame, schema: Schema, rows: list[int]) -> Iterator[Found]:
    """Values of a column, and keys of a table, that repeat an earlier row."""
    unique = [field for field in schema["fields"] if field.get("constraints", {}).get("unique")]
    for field in unique:
        texts = frame[field["name"]]
        column = texts if field["type"] == "string" else numbers(texts)
        again = np.flatnonzero((column.duplicated() & texts.ne("") & column.notna()).to_numpy())
        if len(again):
            first = column.drop_duplicates()
            first = pd.Series(first.index, index=pd.Index(first))
        for row in again:
            words = f"each value may occur only once; row {rows[int(first[column.iloc[row]])]} has the same"
            yield int(row), 100, field["name"], str(texts.iloc[row]), words, ()
    keys = schema.get("primaryKey", [])
    if keys and keys != [field["name"] for field in unique]:
        filled = np.logical_and.reduce([frame[key].ne("").to_numpy() for key in keys])
        for row in np.flatnonzero(frame.duplicated(keys).to_numpy() & filled):
            words = f"each {', '.join(keys)} may occur together only once; an earlier row has the same"
            yield int(row), 101, ", ".join(keys), "", words, ()


def unknown(name: str, frames: Frames, schema: Schema) -> Iterator[Found]:
    """References to rows of other tables, or of the same, that are not there."""
    for key in schema.get("foreignKeys", []):
        other = key["reference"]["resource"] or name
        if other not in frames:
            continue
        (column,), (target,) = key["fields"], key["reference"]["fields"]
        texts, ids = frames[name][column], frames[other][target]
        wrong = where(texts, one_of(ids))
        people = other == "cases" and "responses" in frames  # nobody is sent to another respondent's case
        options = tuple(ids) if len(wrong) and not people else ()
        for row in wrong:
            yield int(row), 102, column, str(texts.iloc[row]), f"expected an id of {other}.csv", options
