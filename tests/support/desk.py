"""A data folder with the commands of the desk, and what people do to its files."""

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from casesynth.core import csvfile, review
from tests.support import SCHEMA, TINY, commands
from tests.support.commands import environment

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


class Desk:
    """A data folder of its own, and the commands on it: each gives exit status, output and messages."""

    def __init__(self, folder: Path):
        self.folder, self.name = folder, "my-review"

    def run(self, command: str, *words) -> tuple[int, str, str]:
        """Run a command on the review. Returns exit status, output and messages."""
        folders = {"CASESYNTH_DATA": self.folder / "data", "CASESYNTH_SHEETS": self.folder / "sheets"}
        done = commands.run(command, self.name, *words, **folders)
        return done.returncode, done.stdout, done.stderr

    def new(self):
        return self.run("new")

    def import_(self, file: Path):
        return self.run("import", file)

    def sheet(self):
        return self.run("sheet")

    def back(self, book: Path | None = None):
        return self.run("sheet-back", *(["--book", book] if book else []))

    def check(self):
        return self.run("check")

    def path(self, file: str) -> Path:
        return self.folder / "data" / self.name / file

    def rows(self, table: str) -> list[dict]:
        return csvfile.read(self.path(f"{table}.csv")).frame().to_dict("records")

    def bytes(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in sorted(self.path("").iterdir())}

    def load(self):
        with environment(CASESYNTH_DATA=self.folder / "data"):
            return review.load(self.name)

    def tiny(self):
        """The tiny review in the place of the new one."""
        shutil.copytree(TINY, self.path(""))
        shutil.copy(SCHEMA, self.path(""))
        return self


CASE, AGREE = (
    "What is the name of your project?",
    "Do you agree that your answers are used for this synthesis, as described above? (yes or no)",
)
AIMS, HELPS = (
    "3. Purpose: what does your project aim at, and for whom?",
    "9a. Enablers: what helps you to do this work?",
)
HINDERS = "9b. Barriers: what makes it harder?"


def export(file: Path, rows: list[dict]) -> Path:
    """An export as Microsoft Forms makes it."""
    book = openpyxl.Workbook()
    service = ["ID", "Start time", "Completion time", "Email", "Name"]
    asked = list(dict.fromkeys(title for row in rows for title in row if title not in service))
    book.active.append(service + asked)
    for number, row in enumerate(rows, 1):
        time = datetime(2026, 11, 1, 9, number)
        base = {
            "ID": number,
            "Start time": time,
            "Completion time": time,
            "Email": "ann@example.org",
            "Name": "Ann Ash",
        } | row
        book.active.append([base.get(title) for title in service + asked] if row else [])
    book.save(file)
    return file


def answers(**changes) -> dict:
    return {CASE: "Alder Yard", AGREE: "Yes", AIMS: "We map assets. We grow food.", HELPS: "A grant."} | changes


def settle(desk, old: str, new_: str) -> None:
    """Mend a line of review.yaml, as a person does."""
    text = desk.path("review.yaml").read_text()
    assert old in text
    desk.path("review.yaml").write_text(text.replace(old, new_))


def rules_of(file: Path) -> dict:
    """The drop-downs of a workbook: (worksheet, column) -> rule."""
    book = openpyxl.load_workbook(file)
    return {(sheet.title, str(rule.sqref)[0]): rule for sheet in book for rule in sheet.data_validations.dataValidation}


def edit(file: Path, table: str, cell: str, value) -> None:
    book = openpyxl.load_workbook(file)
    book[table][cell] = value
    book.save(file)


def book_of(desk) -> Path:
    return desk.folder / "sheets" / "my-review.xlsx"


def change(desk, *edits) -> None:
    """Change cells of the workbook: (worksheet, key or row, column, value); of a row that is not there yet, too."""
    book = openpyxl.load_workbook(book_of(desk))
    for table, key, column, value in edits:
        sheet = book[table]
        titles = {cell.value: cell.column for cell in sheet[1]}
        rows = {cell.value: cell.row for cell in sheet["A"]}
        sheet.cell(rows.get(key, key), titles[column]).value = value
    book.save(book_of(desk))


def worksheet(desk, table: str) -> list[dict]:
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(book_of(desk))[table].iter_rows()]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def replace(desk, table: str, old: str, new_: str) -> None:
    text = desk.path(table).read_text()
    assert old in text
    desk.path(table).write_text(text.replace(old, new_))


def needs_office(test: Callable) -> Callable:
    """Mark a test that has LibreOffice save a file."""
    missing = pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed: its round trip is not tested")
    return pytest.mark.desktop(missing(test))


def vary(desk, headers_of=(), settings=None):
    """The tiny review with only the headers of some tables, and other settings."""
    import yaml

    desk.tiny()
    for table in headers_of:
        desk.path(f"{table}.csv").write_text(desk.path(f"{table}.csv").read_text().split("\n")[0] + "\n")
    own = yaml.safe_load(desk.path("review.yaml").read_text()) | (settings or {})
    desk.path("review.yaml").write_text(yaml.safe_dump({k: v for k, v in own.items() if v is not None}))
