"""What spreadsheet programs do to cells, and a round trip through LibreOffice."""

import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from casesynth.core import csvfile, xlsx
from casesynth.desk import workbook_state
from tests.support.desk import OFFICE, book_of, edit, needs_office, rules_of

NASTY = ["=1+1", "+49 30", "-2.97", "- a dash", "@me", "'=quoted", "'tis", "\uff1d1", "_x0041_", "1-2", "2026-11", "007", "TRUE",
         "12345678901234567890", " blanks ", "two\nlines", "a \"quote\"", "😀 ünï", "=HYPERLINK(\"http://x\",\"y\")", "x" * 5000]  # fmt: skip


def nasty(desk) -> list[str]:
    """The tiny review with a nasty text in every label."""
    desk.tiny()
    sheet = csvfile.read(desk.path("keypoints.csv"))
    rows = (NASTY * 2)[: len(sheet.rows)] if len(sheet.rows) >= len(NASTY) else NASTY
    points = sheet.frame()
    points["label"] = rows[: len(points)]
    points["summary"] = (rows[len(points) :] + ["It grows."] * len(points))[: len(points)]
    csvfile.write(desk.path("keypoints.csv"), points)
    return [*points["label"], *points["summary"]]


def test_cells_that_start_a_formula_are_neutral_in_every_file_and_come_back_as_typed(desk, tmp_path):
    texts = nasty(desk)
    assert set(texts) >= set(NASTY)
    raw = desk.path("keypoints.csv").read_text()
    assert ",=1+1" not in raw and ",@me" not in raw and ",'=1+1" in raw
    loaded = desk.load().keypoints
    assert [*loaded["label"], *loaded["summary"]] == texts
    desk.sheet()
    book = openpyxl.load_workbook(desk.folder / "sheets" / "my-review.xlsx")
    shown = [sheet for sheet in book if sheet.title != workbook_state.LISTS]  # which rests on formulas of our own
    cells = [cell for sheet in shown for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not any(cell.data_type == "f" or (cell.value[0] in "=+-@" and cell.value != "-2.97") for cell in cells)
    before = desk.bytes()
    assert desk.back()[0] == 0 and desk.bytes() == before


def office(target: str, file: Path, folder: Path) -> Path:
    """Open a file in LibreOffice and save it again."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run([OFFICE, profile, "--headless", "--convert-to", target, "--outdir", str(folder), str(file)],
                   check=True, capture_output=True, timeout=120)  # fmt: skip
    return folder / f"{file.stem}.{target.split(':', maxsplit=1)[0]}"


@needs_office
def test_a_workbook_saved_by_libreoffice_comes_back_as_it_was(desk, tmp_path):
    nasty(desk)
    desk.sheet()
    before = desk.bytes()
    saved = office("xlsx", desk.folder / "sheets" / "my-review.xlsx", tmp_path / "office")
    status, told, message = desk.back(saved)
    assert status == 0 and "nothing was edited" in told and desk.bytes() == before, told + message
    edit(saved, "codings", "F2", "contradicts")
    assert "codings: 0 rows new, 1 changed" in desk.back(saved)[1]
    rules = rules_of(saved)
    assert "coders" in rules["codings", "E"].formula1 and rules["codings", "E"].errorStyle == "warning"


@needs_office
def test_what_is_saved_as_ods_is_named(desk, tmp_path):
    desk.tiny().sheet()
    saved = office("ods", book_of(desk), tmp_path / "office")
    later = book_of(desk).stat().st_mtime + 60
    shutil.copy(saved, book_of(desk).with_suffix(".ods"))
    os.utime(book_of(desk).with_suffix(".ods"), (later, later))
    assert "my-review.ods was saved later: save that as .xlsx" in desk.back()[1]
    shutil.copy(saved, book_of(desk))
    status, _, message = desk.back()
    assert status == 2 and "an OpenDocument spreadsheet (.ods)" in message and "KeyError" not in message


@needs_office
@pytest.mark.parametrize(
    "way",
    ["csv", "csv:Text - txt - csv (StarCalc):59,34,ANSI,1,,0,false,false"],
    ids=["as it is", "semicolons, Windows-1252"],
)
def test_tables_saved_by_libreoffice_say_the_same(desk, tmp_path, way):
    desk.tiny()
    before = desk.load().tables
    for table in ("keypoints", "cases"):
        shutil.copy(office(way, desk.path(f"{table}.csv"), tmp_path / "office"), desk.path(f"{table}.csv"))
    after = desk.load().tables
    assert all(before[name].equals(after[name]) for name in before)


def test_a_row_of_a_worksheet_comes_back_as_it_went_in(tmp_path):
    """Whatever a text looks like or contains; and the same bytes again."""
    texts = [
        "007",
        "1e5",
        "NA",
        "true",
        "=1+1",
        " a",
        "a\x0bb",
        "_x000D_",
        "one\r\ntwo",
        "<b>&amp;",
        "مكتبة",
        "𝔘",
        "x" * 30_000,
    ]
    files = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for file in files:
        book = openpyxl.Workbook(write_only=True)
        book.create_sheet("odd").append(["head"])
        xlsx.write_book(book, file, {"odd": [xlsx.row_xml(2, [*texts, 3, 2.5], [0] * (len(texts) + 2))]})
    assert files[0].read_bytes() == files[1].read_bytes()
    assert xlsx.read_book(files[0], xlsx.OURS) == {
        "odd": [["head"], [csvfile.newlines(text) for text in texts] + [3, 2.5]]
    }
