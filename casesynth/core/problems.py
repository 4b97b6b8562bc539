"""What is wrong with a file, so that a person can correct it: file, row, column, found, expected."""

from dataclasses import dataclass

from casesynth.core.text import nearest, shortened


@dataclass(frozen=True)
class Problem:
    """One thing to correct, or (`note`) one that could be read but should be looked at.

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
    known: tuple[str, ...] = ()
    note: bool = False
    id: str = ""
    sheet_row: int | None = None

    def __str__(self) -> str:
        return f"{', '.join(filter(None, [self.file, self.place]))}: {self.message}"

    @property
    def place(self) -> str:
        """Where in the file: the row, with its id and its row in the workbook where they are known, and the column.

        >>> Problem("codings.csv", "", row=5, column="coder", id="alder-aims-01", sheet_row=9).place
        'row 5 (alder-aims-01; row 9 of the workbook), column coder'
        """
        more = "; ".join(filter(None, [self.id, f"row {self.sheet_row} of the workbook" if self.sheet_row else ""]))
        row = f"row {self.row}{f' ({more})' if more else ''}" if self.row else ""
        return ", ".join(filter(None, [row, f"column {self.column}" if self.column else ""]))

    @property
    def message(self) -> str:
        """What was found and expected, without the place."""
        found = f"found '{shortened(self.found)}'; " if self.found else ""
        return f"{found}{self.expected.rstrip('.')}{'' if self.expected.endswith('?') else '.'}{nearest(self.found[:200], self.known) if self.found else ''}"


def listing(problems: list[Problem], most: int = 40) -> str:
    """The problems grouped by file, in the order of their rows; many of one file are cut and counted."""
    parts = []
    for file in dict.fromkeys(problem.file for problem in problems):
        own = [problem for problem in problems if problem.file == file]
        parts.append(f"{file}: {len(own)}")
        for problem in sorted(own, key=lambda p: (p.row or 0, p.column))[:most]:
            parts.append(f"  {': '.join(filter(None, [problem.place, problem.message]))}")
        if len(own) > most:
            parts.append(f"  … and {len(own) - most} more in this file")
    return "\n".join(parts)
