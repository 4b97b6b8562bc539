"""Values against their schema: the same verdicts as the library of the standard, and quick."""

import time

import pandas as pd
from frictionless import Package
from hypothesis import given, settings
from hypothesis import strategies as st

from casesynth.core import values

ID = {"required": True, "unique": True, "pattern": values.PLAIN_ID}
CASES = {
    "fields": [
        {"name": "id", "type": "string", "constraints": ID},
        {"name": "size", "type": "integer", "constraints": {"minimum": 1, "maximum": 12}},
        {"name": "cost", "type": "number"},
        {"name": "study", "type": "boolean", "trueValues": ["true"], "falseValues": ["false"]},
        {"name": "kind", "type": "string", "constraints": {"enum": ["art", "sport"]}},
    ],
    "primaryKey": ["id"],
}
CODINGS = {
    "fields": [
        {"name": "case", "type": "string", "constraints": {"required": True}},
        {"name": "coder", "type": "string", "constraints": {"required": True}},
        {"name": "after", "type": "string"},
    ],
    "primaryKey": ["case", "coder"],
    "foreignKeys": [{"fields": ["case"], "reference": {"resource": "cases", "fields": ["id"]}}],
}
KNOWN = {"cases": CASES, "codings": CODINGS}
CELLS = {
    "id": ["a", "b", "c-1", "", "A", "a--b"],
    "size": ["1", "12", "13", "0", "", "x", "1.5", "-3"],
    "cost": ["", "2", "-0.5", "1e3", "two", "1,5"],
    "study": ["true", "false", "", "yes", "1"],
    "kind": ["", "art", "sport", "Art"],
    "case": ["a", "b", "c-1", "", "z"],
    "coder": ["ada", "bo", ""],
    "after": ["", "x"],
}


def rows(table: str):
    columns = [st.sampled_from(CELLS[field["name"]]) for field in KNOWN[table]["fields"]]
    return st.lists(st.tuples(*columns), min_size=1, max_size=5)


def by_frictionless(frames: dict[str, pd.DataFrame]) -> set:
    parts = [{"name": n, "data": [list(f), *f.to_numpy().tolist()], "schema": KNOWN[n]} for n, f in frames.items()]
    found = set()
    for task in Package.from_descriptor({"name": "review", "resources": parts}).validate().tasks:
        for error in task.errors:
            if error.type == "blank-row":
                continue
            if error.type == "primary-key" and (task.name == "cases" or "" in key_of(frames, error)):
                continue  # a column that has to be unique says it, or the empty cell does
            column = {"primary-key": "case, coder", "foreign-key": "case"}.get(error.type) or error.field_name
            found.add((task.name, error.row_number, column))
    return found


def key_of(frames: dict[str, pd.DataFrame], error) -> list[str]:
    return frames["codings"].loc[error.row_number - 2, ["case", "coder"]].tolist()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows("cases"), rows("codings"))
def test_the_verdicts_are_those_of_frictionless(cases, codings):
    frames = {
        name: pd.DataFrame(own, columns=[field["name"] for field in KNOWN[name]["fields"]], dtype=str)
        for name, own in (("cases", cases), ("codings", codings))
    }
    numbers = {name: list(range(2, len(frame) + 2)) for name, frame in frames.items()}
    found = {(p.file.removesuffix(".csv"), p.row, p.column) for p in values.problems(frames, KNOWN, numbers)}
    assert found == by_frictionless(frames)


def test_a_hundred_thousand_wrong_references_take_a_moment():
    def seconds(number: int) -> float:
        frame = pd.DataFrame({"case": [f"x{n}" for n in range(number)], "coder": "ada", "after": ""}, dtype=str)
        cases = pd.DataFrame({"id": [f"c{n}" for n in range(number)]} | dict.fromkeys(list(CELLS)[1:5], ""), dtype=str)
        start = time.process_time()
        found = values.problems({"cases": cases, "codings": frame}, KNOWN, {n: range(number) for n in KNOWN})
        assert len(found) == number and str(found[-1])
        return time.process_time() - start

    assert seconds(100_000) < 10
