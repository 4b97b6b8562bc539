"""Valid reviews, corrupted in hundreds of ways: each is reported with its place, or changes no result.

There is never a traceback, and never a changed input file.
"""

import io
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from casesynth.core import problems as problems_room
from casesynth.core import review
from casesynth.desk import check
from casesynth.errors import UserError
from tests.support import SCHEMA, TINY
from tests.support.commands import environment

TABLES = ["cases", "keypoints", "codebook", "coders", "codings"]
SEEN = set()


def cells(text: str) -> list[list[str]]:
    import csv

    return list(csv.reader(io.StringIO(text)))


def written(rows: list[list[str]]) -> str:
    import csv

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def in_cell(change):
    """A corruption of one cell, chosen by two numbers."""

    def corrupt(text: str, one: int, two: int, more: int) -> bytes:
        rows = cells(text)
        row = rows[1 + one % (len(rows) - 1)]
        column = two % len(row)
        row[column] = change(row[column], more)
        return written(rows).encode("utf-8", "surrogatepass")

    return corrupt


def in_columns(change):
    """A corruption of the columns."""

    def corrupt(text: str, one: int, two: int, more: int) -> bytes:
        return written(change(cells(text), two)).encode()

    return corrupt


def drop(rows, n):
    at = n % len(rows[0])
    return [row[:at] + row[at + 1 :] for row in rows]


def rename(rows, n):
    rows[0][n % len(rows[0])] += "x"
    return rows


def double(rows, n):
    at = n % len(rows[0])
    return [[*row, row[at]] for row in rows]


def swap(rows, n):
    """Another order of the columns is no fault."""
    at = n % len(rows[0])
    return [row[at:] + row[:at] for row in rows]


def at_byte(change):
    """A corruption at a byte of the file."""

    def corrupt(text: str, one: int, two: int, more: int) -> bytes:
        data = text.encode()
        at = (one * 211 + two * 13) % len(data)
        return data[:at] + change(data[at : at + 1], more) + data[at + 1 :]

    return corrupt


def in_encoding(text: str, one: int, two: int, more: int) -> bytes:
    """The file in another encoding; with a letter beyond ASCII where only that shows the encoding."""
    name = ENCODINGS[more % len(ENCODINGS)]
    return (text.replace("Alder Yard", "Alder Yárd") if name == "cp1252" else text).encode(name)


ENCODINGS = [
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "utf-8-sig",
    "cp500",
    "utf-7",
    "shift_jis",
    "cp037",
]
#: Signs that nothing but a corruption puts into a table.
SIGNS = [
    "\0",
    "\x07",
    "\x1b",
    "\x85",
    "\ud800",
    "\udfff",
    "\ufffe",
    "\ufffd",
    "\u200b",
    "\u202e",
    "\t",
    "\u00c3\u00a9",
    "#REF!",
]
KINDS = {
    "control or half sign": in_cell(
        lambda text, n: SIGNS[n % len(SIGNS)] if SIGNS[n % len(SIGNS)][0] == "#" else text + SIGNS[n % len(SIGNS)]
    ),
    "very long": in_cell(lambda text, n: (text or "x") * (40_000 if n % 2 else 1_200_000)),
    "a date": in_cell(lambda text, n: ["Nov-26", "7-May", "1.23E+12"][n % 3]),
    "column dropped": in_columns(drop),
    "column renamed": in_columns(rename),
    "column doubled": in_columns(double),
    "columns moved": in_columns(swap),
    "encoding": in_encoding,
    "quotation mark put in": at_byte(lambda byte, n: b'"' + byte if n % 2 else byte + b'"'),
    "quotation mark taken out": lambda text, one, two, more: text.replace('"', "", 1 + more % 2).encode(),
    "byte that is not valid UTF-8": at_byte(lambda byte, n: bytes([0x80 + n % 128]) + byte),
    "NUL": at_byte(lambda byte, n: b"\0" + byte),
    "surrogate bytes": at_byte(lambda byte, n: b"\xed\xa0\x80" + byte),
    "separators": lambda text, one, two, more: text.replace(",", ";\t|"[more % 3]).encode(),
    "cut in the middle": lambda text, one, two, more: text.encode()[
        : -(2 + (one * 31 + two) % (len(text) // 2))
    ].rstrip(b"\n"),
    "binary": lambda text, one, two, more: bytes((one * n + two) % 256 for n in range(1000)),
    "empty": lambda text, one, two, more: b"",
}
#: Columns whose values other rows or settings know, and values that none of them has.
IDS = {"cases": "id", "coders": "id", "codebook": "id"}
TYPED = {("cases", "order"): "x", ("cases", "case_study"): "maybe", ("codebook", "level"): "x", ("codings", "direction"): "for",
         ("keypoints", "order"): "1.5", ("codebook", "origin"): "", ("coders", "seen_codings"): "2", ("keypoints", "case"): "zz",
         ("keypoints", "heading"): "zz", ("codings", "keypoint"): "zz", ("codings", "theme"): "zz", ("codings", "coder"): "zz",
         ("codebook", "parent"): "zz", ("cases", "id"): "Ä b", ("keypoints", "id"): "k 1", ("coders", "how"): "",
         ("keypoints", "summary"): "", ("cases", "name"): "", ("codebook", "heading"): "zz", ("codings", "direction "): ""}  # fmt: skip


@st.composite
def corruptions(draw):
    """A table, what is done to it, and a name for both."""
    numbers = [draw(st.integers(0, 10_000)) for _ in range(3)]
    if draw(st.integers(0, 3)) == 0:
        (table, column), value = draw(st.sampled_from(sorted(TYPED.items())))
        return table, ("value", column.strip(), value), numbers
    return draw(st.sampled_from(TABLES)), (draw(st.sampled_from(sorted(KINDS))),), numbers


def corrupt(text: str, kind: tuple, numbers: list[int]) -> bytes:
    if kind[0] != "value":
        return KINDS[kind[0]](text, *numbers)
    rows = cells(text)
    own = rows[0].index(kind[1])
    row = rows[1 + numbers[0] % (len(rows) - 1)]
    row[own] = kind[2]
    return written(rows).encode()


BASE = {}


def valid_review(folder: Path) -> dict:
    shutil.copytree(TINY, folder / "tiny")
    shutil.copy(SCHEMA, folder / "tiny")
    if not BASE:
        BASE.update(review.load("tiny").tables)
    return BASE


def one_corruption(table: str, kind: tuple, numbers: list[int]) -> None:
    """Corrupt, check, load; and hold the outcome to the promise."""
    with tempfile.TemporaryDirectory() as scratch, environment(CASESYNTH_DATA=scratch, REVIEW="tiny"):
        folder = Path(scratch)
        before = valid_review(folder)
        file = folder / "tiny" / f"{table}.csv"
        data = corrupt(file.read_text("utf-8"), kind, numbers)
        if data == file.read_bytes():
            return
        file.write_bytes(data)
        SEEN.add((table, kind, hash(data)))
        problems, _ = check.problems_of("tiny")
        told = problems_room.listing(problems)
        try:
            after = review.load("tiny").tables
        except UserError as error:
            after = None
            assert any(not p.note for p in problems) and ".csv" in str(error)
        assert file.read_bytes() == data, "the input file was changed"
        assert sorted(p.name for p in file.parent.iterdir()) == sorted(
            ["review.yaml", "datapackage.json", *(f"{t}.csv" for t in TABLES)]
        )
        same = after is not None and all(before[name].equals(after[name]) for name in before)
        if not same:
            assert problems and f"{table}.csv" in told, f"{kind} in {table}.csv was not reported:\n{told}"
            whole = ("encoding", "binary", "empty", "separators", "very long")
            places = [p for p in problems if p.file == f"{table}.csv"]
            assert kind[0] in whole or any(
                p.row or p.column or "row" in p.expected or "line" in p.expected for p in places
            ), told


#: A failing corruption names itself; to shrink it would take minutes.
QUICK = {
    "phases": [Phase.generate],
    "report_multiple_bugs": False,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "database": None,
}


@settings(max_examples=30, **QUICK)
@given(corruptions())
def test_a_corruption_is_reported_with_its_place_or_changes_no_result(corruption):
    one_corruption(*corruption)


@pytest.mark.long
def test_so_are_hundreds():
    SEEN.clear()

    @settings(max_examples=1000, **QUICK)
    @given(corruptions())
    def many(corruption):
        one_corruption(*corruption)

    many()
    assert len(SEEN) >= 200, len(SEEN)


def test_the_valid_review_is_valid():
    """Else every corruption above would be reported for nothing."""
    with tempfile.TemporaryDirectory() as scratch, environment(CASESYNTH_DATA=scratch):
        valid_review(Path(scratch))
        assert not check.problems_of("tiny")[0]
