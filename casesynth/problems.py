"""What is wrong with a file, said so that a person can mend it: file, row, column, found, expected."""

from dataclasses import dataclass

import pandas as pd

from casesynth.parameters import nearest


@dataclass(frozen=True)
class Problem:
    """One thing to mend, or (`note`) one that was read well enough but should be looked at.

    `row` counts as a spreadsheet does: the header is row 1, and a cell with line breaks is one row.

    >>> print(Problem("codings.csv", "expected an id of coders.csv", row=5, column="coder", found="adaa",
    ...               known=("ada", "ben")))
    codings.csv, row 5, column coder: found 'adaa'; expected an id of coders.csv. Did you mean 'ada'?
    """

    file: str
    expected: str
    row: int | None = None
    column: str = ""
    found: str = ""
    known: tuple = ()
    note: bool = False

    def __str__(self) -> str:
        row = f", row {self.row}" if self.row else ""
        column = f", column {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.message}"

    @property
    def message(self) -> str:
        """What was found and expected, without the place."""
        found = f"found '{shortened(self.found)}'; " if self.found else ""
        return f"{found}{self.expected.rstrip('.')}{'' if self.expected.endswith('?') else '.'}{nearest(self.found[:200], self.known) if self.found else ''}"


def shortened(text: str, most: int = 60) -> str:
    """A value as it is quoted in a message: on one line, visible, and not too long.

    >>> shortened("a\\nb"), shortened("x" * 70)[-2:]
    ('a b', 'x…')
    """
    text = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in " ".join(text.split()))
    return text if len(text) <= most else text[:most] + "…"


def table(problems: list[Problem]) -> pd.DataFrame:
    """The problems as a table. Out: file, row, column, value, expected, kind (problem or note)."""
    rows = [[p.file, p.row, p.column, p.found, p.expected, "note" if p.note else "problem"] for p in problems]
    return pd.DataFrame(rows, columns="file row column value expected kind".split()).astype({"row": "Int64"})
