"""Read the tables of one review, and check them against the schemas of its `datapackage.json`.

These schemas are the one place for columns, types, allowed values and keys (`columnar`). What they cannot say is
checked by `meaning`.
"""

import re
from collections import UserDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.columnar import of_each, value_problems
from casesynth.core.meaning import check_meaning
from casesynth.core.problems import Problem
from casesynth.core.schema import AS_GIVEN, REQUIRED, schemas
from casesynth.core.spoiled import spoiled_cells
from casesynth.errors import UserError

#: A check of settings and tables (and the row in its file of each of their rows): what is wrong with them.
Rule = Callable[[dict[str, Any], dict[str, pd.DataFrame], dict[str, list[int]]], list[Problem]]


@dataclass
class Found:
    """What could be read of a review: typed tables, the row in its file of each of their rows, and all that is wrong."""

    tables: dict[str, pd.DataFrame]
    rows: dict[str, list[int]]
    problems: list[Problem]


class OnDemand(UserDict[str, Any]):
    """Tables by name, each of which is read when it is first asked for: a notebook needs a few of them."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        if callable(self.data[name]):
            self.data[name] = self.data[name]()
        return self.data[name]


def read_checked(folder: Path, leave: tuple[str, ...] = ()) -> Any:
    """Every table of a review that has passed all checks, to be read on demand; those in `leave` are left out."""
    there = {name: schema for name, schema in schemas(folder).items() if (folder / f"{name}.csv").exists()}
    return OnDemand({name: partial(read_typed, folder, name, there[name]) for name in there if name not in leave})


def read_typed(folder: Path, name: str, schema: dict[str, Any]) -> pd.DataFrame:
    """One table that has passed all checks, with the types of its schema."""
    columns = [field["name"] for field in schema["fields"]]
    return typed(fill(csvfile.read(folder / f"{name}.csv", columns, csvfile.OURS), schema), schema)


def read_tables(folder: Path, leave: tuple[Any, ...] = ()) -> Found:
    """Every table of a review that can be read, with the types of its schema, and all that is wrong with any.

    Of a table that every review has, wrong cells are read as empty; any other with wrong cells is left out. The tables in
    `leave` are left alone.
    """
    try:
        known = schemas(folder)
    except UserError as error:
        return Found({}, {}, [Problem("datapackage.json", str(error).removeprefix("datapackage.json").lstrip(":, "))])
    sheets, problems = {}, []
    for name, schema in known.items():
        file = folder / f"{name}.csv"
        if name in leave or not file.exists():
            if name in REQUIRED and name not in leave:
                problems.append(
                    Problem(
                        file.name,
                        f"the file is missing; every review has {', '.join(f'{each}.csv' for each in REQUIRED)}",
                    )
                )
            continue
        try:
            sheets[name] = csvfile.read(file, [field["name"] for field in schema["fields"]], csvfile.OURS)
        except UserError as error:
            place = re.match(rf"{re.escape(file.name)}(?:, (?:row|line) (\d+))?[:,] ?", str(error))
            row = int(place[1]) if place and place[1] else None
            problems.append(Problem(file.name, str(error)[place.end() if place else 0 :], row=row))
            continue
        problems += header_problems(name, sheets[name], schema)
        spoiled = spoiled_cells(name, sheets[name].frame(), sheets[name].numbers)
        problems += [problem for problem in spoiled if not (problem.note and name in AS_GIVEN)]
    broken = {problem.file for problem in problems if not problem.note}
    frames = {name: fill(sheet, known[name]) for name, sheet in sheets.items() if f"{name}.csv" not in broken}
    rows = {name: sheet.numbers for name, sheet in sheets.items()}
    wrong = value_problems(frames, known, rows)
    broken = {problem.file.removesuffix(".csv") for problem in wrong}
    # A cell that has no value of its type is read as empty, so that the rest of its table can be looked at.
    at = {name: {row: at for at, row in enumerate(numbers)} for name, numbers in rows.items()} if wrong else {}
    for problem in wrong:
        name = problem.file.removesuffix(".csv")
        fields = [field for field in known[name]["fields"] if field["name"] == problem.column]
        if any(field["type"] != "string" or "enum" in field.get("constraints", {}) for field in fields):
            frames[name].loc[at[name][problem.row or 0], problem.column] = ""
    whole = {name: frame for name, frame in frames.items() if name in REQUIRED or name not in broken}
    return Found({name: typed(frame, known[name]) for name, frame in whole.items()}, rows, problems + wrong)


def header_problems(name: str, sheet: csvfile.Sheet, schema: dict[str, Any]) -> list[Problem]:
    """Columns that are unknown, doubled, without a name, or missing."""
    file, fields = f"{name}.csv", {field["name"]: field for field in schema["fields"]}
    problems = [Problem(file, note, note=True) for note in sheet.notes]
    for column in dict.fromkeys(sheet.header):
        if not column:
            problems.append(Problem(file, "a column with cells in it has no name; name it or delete it", row=1))
        elif sheet.header.count(column) > 1:
            problems.append(Problem(file, "the column occurs twice; delete one", row=1, column=column))
        elif column not in fields:
            words = "the table has no such column; correct its name or delete it"
            problems.append(Problem(file, words, row=1, column=column, found=column, known=tuple(fields)))
    for column in fields.keys() - set(sheet.header):
        needed = fields[column].get("constraints", {}).get("required")
        words = "the column is missing; " + (
            "every row needs a value in it" if needed else "it is optional, so it is read as empty"
        )
        problems.append(Problem(file, words, row=1, column=column, note=not needed))
    return sorted(problems, key=lambda problem: (problem.note, problem.column))


#: How people write a yes and a no.
YES = {"yes": "true", "no": "false", "1": "true", "0": "false"}


def fill(sheet: csvfile.Sheet, schema: dict[str, Any]) -> pd.DataFrame:
    """The columns of the schema, in its order, as texts; TRUE, yes and decimal commas as people write them."""
    frame = sheet.frame()
    for column in schema["fields"]:
        name, kind = column["name"], column["type"]
        if name not in frame:
            frame[name] = ""
        if kind != "string":
            frame[name] = frame[name].str.strip()
        if kind == "boolean":
            frame[name] = frame[name].str.lower().replace(YES)
        elif kind == "number" and sheet.separator == ";":
            frame[name] = frame[name].str.replace(",", ".")
    return frame[[column["name"] for column in schema["fields"]]]


def typed(frame: pd.DataFrame, schema: dict[str, Any]) -> pd.DataFrame:
    """The texts with the types of the schema; an empty text cell is "", an empty number is missing."""
    frame = frame.copy()
    for column in schema["fields"]:
        name, kind = column["name"], column["type"]
        if kind == "integer":
            frame[name] = of_each(frame[name], lambda texts: pd.to_numeric(texts.replace("", None)).astype("Int64"))
        elif kind == "number":
            frame[name] = of_each(frame[name], lambda texts: pd.to_numeric(texts.replace("", None)).astype("float64"))
        elif kind == "boolean":
            frame[name] = frame[name].eq("true")
    return frame


def all_problems(settings: dict[str, Any], found: Found, rules: Iterable[Rule] = ()) -> list[Problem]:
    """All that is wrong with the tables of a review, and (notes) what should be looked at.

    `rules` are checks of rooms that build on this one (the ledger's of claims.csv): they rest on the tables, so they are
    asked when nothing else is wrong.
    """
    places = {(problem.file, problem.row, problem.column) for problem in found.problems if not problem.note}
    later = check_meaning(settings, found.tables, found.rows)
    problems = [*found.problems, *(p for p in later if (p.file, p.row, p.column) not in places)]
    broken = any(not problem.note for problem in problems)
    if broken:
        return problems
    return problems + [problem for rule in rules for problem in rule(settings, found.tables, found.rows)]
