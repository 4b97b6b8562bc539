"""CSV files, read within limits and written so that no spreadsheet runs their cells.

A spreadsheet takes a cell that begins with = + - or @ for a formula, and a formula can fetch and send data
(OWASP, "CSV Injection"). On export such a text gets an apostrophe in front, which is removed on import, so what
returns is what was typed.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from casesynth.core.files import whole_file
from casesynth.core.text import shortened, tidy
from casesynth.errors import UserError

#: What a spreadsheet may run: the sign of a formula, or white space that it drops before one.
STARTS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def neutral(text: Any) -> Any:
    """A text that no spreadsheet will run; anything else is returned unchanged.

    >>> neutral("=HYPERLINK(1)"), neutral("Money"), neutral(-2)
    ("'=HYPERLINK(1)", 'Money', -2)

    A text that already has the apostrophe gets a second, so nothing is lost on the way back:

    >>> as_typed(neutral("'=1")), as_typed(neutral("- rent"))
    ("'=1", '- rent')
    """
    if isinstance(text, str) and STARTS.match(text):
        return "'" + text
    return text


def as_typed(text: Any) -> Any:
    """The text as it was before `neutral`.

    >>> as_typed("'=HYPERLINK(1)"), as_typed("'tis so")
    ('=HYPERLINK(1)', "'tis so")
    """
    if isinstance(text, str) and text.startswith("'") and STARTS.match(text):
        return text[1:]
    return text


class Limits(NamedTuple):
    """The most that is read of a file: bytes, rows, columns, and letters of a cell."""

    bytes: int
    rows: int
    columns: int
    letters: int


#: Of a file from elsewhere: far above any form, far below what fills a computer. Of the tables of a review, which only
#: our commands write: what the memory of a small computer holds.
THEIRS = Limits(64_000_000, 200_000, 1_000, 1_000_000)
OURS = Limits(1_000_000_000, 5_000_000, 1_000, 20_000_000)
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?")


@dataclass
class Sheet:
    """The rows of a file as texts; `numbers` are their rows in the file, `notes` what was done to read it.

    `width` is the number of cells in the first row; `ragged` has the rows of another width, as (row, cells).
    """

    header: list[str]
    rows: list[list[str]]
    numbers: list[int]
    notes: list[str] = field(default_factory=list)
    separator: str = ","
    width: int = 0
    ragged: list[tuple[int, int]] = field(default_factory=list)

    def frame(self) -> pd.DataFrame:
        """The rows as a table of texts."""
        return pd.DataFrame(self.rows, columns=self.header, dtype=str)


def neutral_cell(text: Any) -> Any:
    """A text that is safe in a file opened in a spreadsheet; a number with its sign remains a number.

    >>> neutral_cell("=1+1"), neutral_cell("-2.97"), neutral_cell("aims")
    ("'=1+1", '-2.97', 'aims')
    """
    return text if isinstance(text, str) and NUMBER.fullmatch(text) else neutral(text)


def neutral_texts(frame: pd.DataFrame) -> pd.DataFrame:
    """A table to be written: its texts neutral, its numbers as they are."""
    texts = [column for column in frame if not pd.api.types.is_numeric_dtype(frame[column])]
    return frame.assign(**{column: frame[column].map(neutral_cell) for column in texts})


def write(file: Path, frame: pd.DataFrame) -> None:
    """Write a table as UTF-8 with commas, in one step: the old file stays whole until the new one is.

    Raises UserError, and leaves the old file, if the new one could not be read back.
    """
    longest = max((int(frame[column].astype(str).str.len().max()) for column in frame if len(frame)), default=0)
    with whole_file(file) as partial:
        neutral_texts(frame).to_csv(partial, index=False, lineterminator="\n", encoding="utf-8")
        for found, most, what in (
            (len(frame), OURS.rows, "rows"),
            (longest, OURS.letters, "characters in one cell"),
            (partial.stat().st_size, OURS.bytes, "bytes"),
        ):
            if found > most:
                raise UserError(
                    f"{file.name}: {found:,} {what} are more than casesynth could read back ({most:,}), so nothing was "
                    "written. Split the review into several."
                )


def read(file: Path, expected: Sequence[str] = (), limits: Limits = THEIRS) -> Sheet:
    """The rows of a CSV file; `expected` are the columns that it should have, where they are known.

    Raises UserError with the file and row if it cannot be read: no text, two encodings in one file, broken
    quotation marks, more cells than columns, or a file that is too large.
    """
    text, notes = decode(read_bytes(file, limits.bytes), file.name)
    if text.lower().startswith("sep=") and "\n" in text:  # Excel's own first line
        text = text.split("\n", 1)[1]
    if "\n" not in text:
        text = text.replace("\r", "\n")  # how Macs ended lines once
    separator = separator_of(text, list(expected), limits)
    records = read_records(text, separator, file.name, limits)
    if "\r" in text:
        records = [[newlines(cell) for cell in record] for record in records]
    if "'" in text:
        records = [[as_typed(cell) if cell[:1] == "'" else cell for cell in record] for record in records]
    if not text.endswith(("\n", "\r")):
        notes.append(f"row {len(records)}: the last row has no line break at its end; is it complete?")
    if separator != ",":
        notes.append(f"read with {SEPARATORS[separator]} between the columns")
    return shape(records, separator, notes, file.name, bool(expected))


def read_bytes(file: Path, most: int = THEIRS.bytes) -> bytes:
    """The bytes of an ordinary file that is not too large."""
    check_file(file, most)
    return file.read_bytes()


def check_file(file: Path, most: int) -> None:
    """Raise UserError if there is no such file, or it is not an ordinary file or is too large."""
    if not file.exists():
        raise UserError(f"{file}: there is no such file.")
    if not file.is_file():
        raise UserError(f"{file}: found a folder or device; expected a file.")
    size = file.stat().st_size
    if size > most:
        raise UserError(
            f"{file.name}: found {size / 1e6:,.0f} MB; expected at most {most / 1e6:,.0f} MB. "
            "Is it the right file? If so, split it into several files."
        )


#: The marks at the start of a file that say how it is encoded.
MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file and, as notes, how it was read: UTF-8, UTF-16, or Windows-1252 where it can be nothing else."""
    mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
    encoding = MARKS.get(mark, "")
    if not mark and b"\0" in data[:1000]:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    data = data.removeprefix(mark)
    try:
        return data.decode(encoding or "utf-8"), ["read as UTF-16"] if "16" in encoding else []
    except UnicodeDecodeError as error:
        wrong = error
    if encoding:
        row = data[: wrong.start].decode(encoding, "replace").count("\n") + 1
        raise UserError(
            f"{name}, line {row}: not valid {encoding.upper()}, although the file declares {encoding.upper()}. "
            "Save it again as 'CSV UTF-8'."
        )
    row = data[: wrong.start].count(b"\n") + 1
    # One character of UTF-8 beyond ASCII shows that the file is UTF-8 with a broken place, and not Windows-1252.
    if re.search(rb"[\xc3-\xf4][\x80-\xbf]+", data):
        raise UserError(
            f"{name}, line {row}: found the byte {data[wrong.start]:02X}, which is not valid UTF-8, in a file that is UTF-8 "
            "elsewhere. Open the file in a spreadsheet, correct the character there, and save it as 'CSV UTF-8'."
        )
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise UserError(
            f"{name}, line {row}: found the byte {data[error.start]:02X}, which is not valid here in UTF-8, "
            "UTF-16 or Windows-1252. Save the file as 'CSV UTF-8'."
        ) from None
    letter = text[wrong.start] if wrong.start < len(text) else ""
    return text, [f"read as Windows-1252; look at line {row}: is '{letter}' right? Save as 'CSV UTF-8' to be safe"]


def separator_of(text: str, expected: list[str], limits: Limits = THEIRS) -> str:
    """The separator of the columns: the one that finds the most expected columns, otherwise the one with the most even rows.

    >>> separator_of("id;name, long\\na;b\\n", ["id"])
    ';'
    """

    def fit(separator: str) -> tuple[Any, ...]:
        rows = []
        try:
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
                rows.append(row)
                if len(rows) == 50:
                    break
        except csv.Error:
            pass
        if not rows:
            return (0, 0, 0)
        names = len(set(map(tidy, rows[0])) & set(expected))
        even = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        return (names, even > 0.8 and len(rows[0]) > 1, len(rows[0]))

    limit = csv.field_size_limit(limits.letters)
    try:
        return max(SEPARATORS, key=fit)
    finally:
        csv.field_size_limit(limit)


def read_records(text: str, separator: str, name: str, limits: Limits) -> list[list[str]]:
    """The records of the text, or UserError with the row at which it breaks."""
    records = []
    limit = csv.field_size_limit(limits.letters)
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            records.append(record)
            if len(records) > limits.rows + 1:
                raise UserError(f"{name}: found more than {limits.rows:,} rows. Split it into several files.")
            if len(record) > limits.columns and any(record[limits.columns :]):
                raise UserError(f"{name}, row {len(records)}: found more than {limits.columns:,} columns.")
    except csv.Error as error:
        if "field larger" in str(error):
            found = f"found a cell, or a line without an end, of more than {limits.letters:,} characters"
        else:
            found = "found a quotation mark that opens and does not close, or text after one that closes"
        raise UserError(
            f"{name}, row {len(records) + 1}: {found}. Look at this row and the one before it; in a cell with "
            'quotation marks around it, a quotation mark is written twice ("").'
        ) from None
    finally:
        csv.field_size_limit(limit)
    return records


#: What to do with a row of more cells than there are columns.
TOO_MANY = "If a text contains a comma, put quotation marks around it; if a column has no name, give it one."


def shape(records: list[list[str]], separator: str, notes: list[str], name: str, expected: bool = False) -> Sheet:
    """Records as a sheet: empty rows and columns dropped, short rows filled up.

    Where the columns are `expected`, a row of more cells than the first is refused even if the last is empty: in a row that
    a comma has cut, all that follows is under the wrong column.
    """
    first = next((number for number, record in enumerate(records) if any(map(tidy, record))), None)
    if first is None:
        raise UserError(f"{name}: the file is empty; expected a first row with the names of the columns.")
    header = [tidy(cell) for cell in records[first]]
    while header and not header[-1]:
        header.pop()
    rows, numbers, cut = [], [], []
    for number, record in enumerate(records[first + 1 :], first + 2):
        if not any(cell.strip() for cell in record):
            continue
        beyond = [cell for cell in record[len(header) :] if cell.strip()]
        if beyond:
            raise UserError(
                f"{name}, row {number}: found {len(record)} cells, the last of them '{shortened(beyond[-1], 40)}'; expected "
                f"{len(header)}, one for each column. {TOO_MANY}"
            )
        cells = record[: len(header)]
        if len(cells) < len(header):
            cut.append(number)
        rows.append(cells + [""] * (len(header) - len(cells)))
        numbers.append(number)
    if cut and name.endswith(".csv"):
        notes.append(
            f"row {cut[0]}{f' and {len(cut) - 1} more' if cut[1:] else ''}: fewer cells than columns; those that are missing are read as empty"
        )
    width = len(records[first])
    ragged = [(number, len(records[number - 1])) for number in numbers if len(records[number - 1]) != width]
    wide = [(number, cells) for number, cells in ragged if cells > width]
    if expected and wide and len(wide) < len(rows):  # where every row ends in a comma, a program has added it
        number, count = wide[0]
        raise UserError(f"{name}, row {number}: found {count} cells; expected {width}, one for each column. {TOO_MANY}")
    return Sheet(header, rows, numbers, notes, separator, width, ragged)


def newlines(cell: str) -> str:
    """Line breaks inside a cell as one character, whatever computer they come from."""
    return cell.replace("\r\n", "\n").replace("\r", "\n") if "\r" in cell else cell
