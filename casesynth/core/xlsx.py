"""Workbooks (.xlsx) in and out: read within limits, written with the same bytes every time.

A workbook is a zip archive of XML. One of a few kilobytes can expand to a hundred million cells, so the sizes that
the archive states are checked before anything is unpacked, and cells are counted while they are read. openpyxl reads the
XML with defusedxml: no entities, nothing from outside. Formulas are never worked out.
"""

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from casesynth.core import csvfile
from casesynth.core.archives import member, open_archive, packed
from casesynth.core.files import whole_file
from casesynth.errors import UserError

MOST_RATIO = 200


class Limits(NamedTuple):
    """The most that is read of a workbook: bytes, bytes when unpacked, cells, and rows of a worksheet."""

    bytes: int
    unpacked: int
    cells: int
    rows: int


#: Of a workbook from elsewhere, and of one that `casesynth sheet` wrote: no worksheet can have more rows than that.
THEIRS = Limits(csvfile.THEIRS.bytes, 300_000_000, 5_000_000, csvfile.THEIRS.rows)
OURS = Limits(200_000_000, 1_500_000_000, 10_000_000, 1_048_576)
#: How a workbook writes a character that XML cannot contain, or a text that only looks like that.
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def check_archive(file: Path, limits: Limits = THEIRS) -> None:
    """Raise UserError if a file is not a zip archive, or would unpack to more than is read."""
    csvfile.check_file(file, limits.bytes)
    if not zipfile.is_zipfile(file):
        raise UserError(
            f"{file.name}: found a file that is not an Excel workbook (.xlsx), or is damaged. Open it in Excel or LibreOffice and save it as .xlsx."
        )
    with open_archive(file) as archive:
        parts = archive.infolist()
    if "[Content_Types].xml" not in {part.filename for part in parts}:
        open_document = any(part.filename == "mimetype" for part in parts)
        kind = "an OpenDocument spreadsheet (.ods)" if open_document else "an archive that is not a workbook"
        raise UserError(f"{file.name}: found {kind}. Open it in Excel or LibreOffice and save it as .xlsx.")
    size = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    for found, most, words in (
        (size, limits.unpacked, "bytes when unpacked"),
        (size // packed if size > 20_000_000 else 0, MOST_RATIO, "times its size when unpacked"),
    ):
        if found > most:
            raise UserError(f"{file.name}: found {found:,} {words}; expected at most {most:,}. Is it the right file?")


def read_book(file: Path, limits: Limits = THEIRS) -> dict[str, list[list[Any]]]:
    """The cells of every worksheet, as they are stored: name -> rows. A formula is a Formula, not its value.

    Raises UserError if the file is not a workbook, is damaged, or contains more than is read.
    """
    check_archive(file, limits)
    import openpyxl

    book = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of drop-downs and styles that openpyxl does not know
            book = openpyxl.load_workbook(file, read_only=True, data_only=False)
            left = limits.cells
            sheets = {}
            for sheet in book.worksheets:
                sheets[sheet.title], left = read_cells(sheet, left, file.name, limits)
            return sheets
    except UserError:
        raise
    except Exception:  # openpyxl raises a dozen kinds for a damaged file; none is of use to a person
        raise UserError(
            f"{file.name}: found a workbook that cannot be read. "
            "Open it in Excel or LibreOffice and save it as a new .xlsx."
        ) from None
    finally:
        if book is not None:
            book.close()


class Formula(str):
    """The text of a formula: never worked out, and never taken for a text that somebody typed."""


def read_cells(sheet: Any, left: int, name: str, limits: Limits) -> tuple[list[list[Any]], int]:
    """The rows of a worksheet without what is empty at their ends; `left` cells may still be read."""
    sheet.reset_dimensions()  # what the file says of its own size is not to be trusted
    rows: list[list[Any]] = []
    for row in sheet.iter_rows():
        left -= len(row) + 1
        if left < 0 or len(rows) > limits.rows:
            raise UserError(
                f"{name}, worksheet '{sheet.title}': found more than {limits.rows:,} rows or {limits.cells:,} cells. "
                "Delete the rows and columns after the last one that is filled (select them, then Delete rows)."
            )
        values = [value_of(cell) for cell in row]
        while values and values[-1] in ("", None):
            values.pop()
        rows.append(values)
    while rows and not rows[-1]:
        rows.pop()
    return rows, left


def value_of(cell: Any) -> Any:
    """The value of a cell; texts without the escapes of the format, formulas marked as such."""
    value = cell.value
    if not isinstance(value, str):
        return value
    if cell.data_type == "f":  # LibreOffice makes a formula of a true that is typed into an empty cell
        return {"TRUE()": True, "FALSE()": False}.get(value.strip("= ").upper(), Formula(value))
    return csvfile.newlines(unescaped(value))


def unescaped(text: str) -> str:
    """A text of a workbook without the escapes of the format.

    >>> unescaped("one_x000D_\\ntwo"), unescaped("_x005F_x000D_")
    ('one\\r\\ntwo', '_x000D_')
    """
    return CONTROL.sub(lambda sign: chr(int(sign[1], 16)), text) if "_x" in text else text


#: What Excel escapes: control characters, and the underscore of a text that looks escaped. LibreOffice leaves such texts bare.
CONTROL = re.compile(r"_x(00[01][0-9A-Fa-f]|005F(?=_x[0-9A-Fa-f]{4}_))_")


def escaped(text: str) -> str:
    """A text as a workbook holds it: a character that XML cannot contain is escaped, and what looks like an escape.

    >>> escaped("_x000D_"), escaped("a\\x0bb")
    ('_x005F_x000D_', 'a_x000B_b')
    """
    text = ESCAPED.sub(lambda sign: f"_x005F_x{sign[1]}_", text) if "_x" in text else text
    return NOT_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


def as_text(value: Any) -> str:
    """A cell's value as a text: whole numbers without a point, dates as 2026-11-20.

    >>> as_text(3.0), as_text(True), as_text(None), as_text(datetime.datetime(2026, 11, 20))
    ('3', 'true', '', '2026-11-20')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return str(value)


def members_of(book: Any) -> dict[str, bytes]:
    """The parts of an openpyxl workbook, which depend on its contents alone: without dates."""
    book.properties.creator, book.properties.created = "casesynth", datetime.datetime(1980, 1, 1)
    raw = io.BytesIO()
    book.save(raw)
    with zipfile.ZipFile(raw) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    return members | {"docProps/core.xml": undated(members["docProps/core.xml"])}


def book_bytes(book: Any) -> bytes:
    """An openpyxl workbook as bytes, without dates or an order of chance."""
    return packed(members_of(book))


def undated(core: bytes) -> bytes:
    """The properties of a workbook without the present time, which openpyxl writes over what one sets."""
    return re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", core)


def row_xml(number: int, values: Sequence[str | int | float], styles: Sequence[int]) -> str:
    """A row of a worksheet as XML, ten times as quick as openpyxl: texts stay texts, whatever they look like.

    >>> row_xml(2, ["a < b", 3, ""], [1, 2, 1])
    '<row r="2"><c r="A2" s="1" t="inlineStr"><is><t xml:space="preserve">a &lt; b</t></is></c><c r="B2" s="2"><v>3</v></c></row>'
    """
    from openpyxl.utils import get_column_letter

    cells = []
    for column, (value, style) in enumerate(zip(values, styles), 1):
        place = f'<c r="{get_column_letter(column)}{number}" s="{style}"'
        if isinstance(value, str):
            text = escape(escaped(value)).replace("\r", "&#13;")
            cells.append(f'{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>' if text else "")
        else:
            cells.append(f"{place}><v>{value}</v></c>")
    return f'<row r="{number}">{"".join(cells)}</row>'


def write_book(book: Any, file: Path, rows: Mapping[str, Iterable[str]]) -> None:
    """Save an openpyxl workbook in one step, deflated, with the same bytes every time.

    `rows` are those that follow the ones already in a worksheet, as XML; they are written one by one.
    Raises UserError, and leaves an older file as it is, if the new one would be too large to be read back.
    """
    more = {f"xl/worksheets/sheet{place}.xml": rows.get(name, ()) for place, name in enumerate(book.sheetnames, 1)}
    with whole_file(file) as partial:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as target:
            for name, data in members_of(book).items():
                head, end, foot = data.partition(b"</sheetData>")
                with target.open(member(name), "w", force_zip64=True) as into:
                    into.write(head)
                    for row in more.get(name, ()):
                        into.write(row.encode())
                    into.write(end + foot)
        check_archive(partial, OURS)
