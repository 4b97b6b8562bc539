"""The values of tables against their schema: types, allowed values, and keys within and between tables.

Each column is looked at as a whole, so that hundreds of thousands of rows take a moment. The schema is that of a
Frictionless data package; `tests/core/test_values.py` compares the verdicts with those of the library of that name.
"""

from collections.abc import Iterator

import pandas as pd

from casesynth.core.problems import Problem

#: How a value of each type is written, and what a person is told who wrote another one.
FORMS = {
    "integer": (r"[+-]?\d{1,15}", "expected a whole number"),
    "number": (r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", "expected a number"),
    "boolean": ("true|false", "expected true or false"),
    "year": (r"\d{4}", "expected a year"),
}
PLAIN_ID = "[a-z0-9]+(-[a-z0-9]+)*"


def problems(frames: dict[str, pd.DataFrame], known: dict[str, dict], rows: dict[str, list[int]]) -> list[Problem]:
    """What is wrong with the values, and with the keys between the tables that are there; of each cell the first.

    `frames` has texts in the columns of the schemas; `rows` gives the row in its file of each of their rows.
    """
    found = []
    for name, frame in frames.items():
        seen = set()
        for row, problem in _of_table(name, frame, known[name], rows[name], frames):
            if (row, problem.column) not in seen:
                seen.add((row, problem.column))
                found.append(problem)
    return found


def _of_table(
    name: str, frame: pd.DataFrame, schema: dict, rows: list[int], frames: dict[str, pd.DataFrame]
) -> Iterator[tuple[int, Problem]]:
    """(position of the row, problem) of one table: its cells, then its key, then its references."""
    for field in schema["fields"]:
        column = frame[field["name"]]
        for wrong, words, options in _of_column(column, field, rows):
            for at in wrong:
                told = words[at] if isinstance(words, dict) else words
                yield at, Problem(f"{name}.csv", told, rows[at], field["name"], column.iloc[at], options)
    keys = schema.get("primaryKey", [])
    unique = [field["name"] for field in schema["fields"] if field.get("constraints", {}).get("unique")]
    if keys and keys != unique:
        whole = frame[keys].ne("").all(axis=1)
        for at in _places(frame.duplicated(keys) & whole):
            words = f"expected each {', '.join(keys)} once; the same stands above"
            yield at, Problem(f"{name}.csv", words, rows[at], ", ".join(keys))
    for key in schema.get("foreignKeys", []):
        other, column = key["reference"]["resource"] or name, key["fields"][0]
        if other in frames and len(key["fields"]) == 1:
            ids, words = tuple(frames[other][key["reference"]["fields"][0]]), f"expected an id of {other}.csv"
            for at in _places(frame[column].ne("") & ~frame[column].isin(ids)):
                yield at, Problem(f"{name}.csv", words, rows[at], column, frame[column].iloc[at], ids)


def _of_column(column: pd.Series, field: dict, rows: list[int]) -> Iterator[tuple[list[int], str | dict, tuple]]:
    """(positions, words or words by position, allowed values) for each way in which the cells of a column are wrong."""
    limits, given = field.get("constraints", {}), column.ne("")
    if limits.get("required"):
        yield _places(~given), "the cell is empty; every row needs it", ()
    if field["type"] in FORMS:
        form, words = FORMS[field["type"]]
        right = column.str.fullmatch(form)
        yield _places(given & ~right), words, ()
        numbers = pd.to_numeric(column.where(given & right, None), errors="coerce")
        for limit, beyond in (("minimum", numbers.lt), ("maximum", numbers.gt)):
            if limit in limits:
                least = "at least" if limit == "minimum" else "at most"
                yield _places(beyond(float(limits[limit]))), f"expected {least} {limits[limit]}", ()
    if "enum" in limits:
        allowed = tuple(map(str, limits["enum"]))
        yield _places(given & ~column.isin(allowed)), f"expected one of {', '.join(allowed)}", allowed
    if "pattern" in limits:
        plain = limits["pattern"] == PLAIN_ID
        words = "small letters a-z, digits and single hyphens" if plain else f"the form {limits['pattern']}"
        yield _places(given & ~column.str.fullmatch(limits["pattern"])), f"expected {words}", ()
    if limits.get("unique"):
        again = _places(column.duplicated() & given)
        first = {column.iloc[at]: at for at in reversed(range(len(column)))} if again else {}
        words = {
            at: f"expected every value once; it repeats that of row {rows[first[column.iloc[at]]]}" for at in again
        }
        yield again, words, ()


def _places(mask: pd.Series) -> list[int]:
    """The positions at which a mask is true."""
    return [int(at) for at in mask.to_numpy(dtype=bool).nonzero()[0]]
