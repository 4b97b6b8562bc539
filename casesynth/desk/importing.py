"""Take in the export of an online form."""

import os
import re
from pathlib import Path

from casesynth.core import csvfile, paths, xlsx
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings
from casesynth.core.text import nearest
from casesynth.desk.columns import REWORDED, Report, answers_of, consent_told, find_columns, numbered
from casesynth.desk.form import form_of, unasked, write_form
from casesynth.desk.intake import Intake, Tables, names_of, read_tables, to_delete
from casesynth.desk.proposal import is_new, mapping_text, propose
from casesynth.errors import UserError


def place(form: str) -> Path:
    """The file that FORM names: `~` is the home folder, and WSL has the drives of Windows under /mnt.

    >>> place("C:\\\\Users\\\\Ann\\\\answers.xlsx").as_posix()
    '/mnt/c/Users/Ann/answers.xlsx'
    """
    drive = re.match(r"([A-Za-z]):[\\/]", form)
    if drive and os.name != "nt":
        return Path("/mnt", drive[1].lower(), *re.split(r"[\\/]+", form[3:]))
    return Path(os.path.expanduser(form))


def read_export(file: Path) -> csvfile.Sheet:
    """The rows of an export, .xlsx or CSV, as texts. Raises UserError for any other kind of file."""
    if not file.exists():
        near = nearest(file.name, [p.name for p in file.parent.glob("*")] if file.parent.is_dir() else [])
        blank = "" if file.suffix else ' Is there a blank in its name? Put it in quotation marks: FORM="my answers.xlsx"'
        raise UserError(f"FORM={file}: there is no such file.{near}{blank}")
    kind = file.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        sheets = {name: rows for name, rows in xlsx.read_book(file).items() if any(map(any, rows))}
        if not sheets:
            raise UserError(f"{file.name}: found no filled cell in the workbook.")
        first = next(iter(sheets))
        records = [[xlsx.as_text(value) for value in values] for values in sheets[first]]
        notes = [f"worksheet '{first}' was read; not read: {', '.join(list(sheets)[1:])}"] if len(sheets) > 1 else []
        found = csvfile.shape(records, ",", notes, file.name)
    elif kind in (".csv", ".tsv", ".txt"):
        found = csvfile.read(file)
    else:
        raise UserError(f"{file.name}: expected .xlsx or .csv. Open it in Excel or LibreOffice and save it as .xlsx.")
    return numbered(found)


def refuse_unread(name: str, folder: Path) -> None:
    """Raise UserError where the workbook has edits that were not read back: tables and workbook would part for good."""
    from casesynth.desk import workbook  # here, since it builds on `check`, which builds on this module

    book = workbook.book_file(name)
    if book.exists() and workbook.edited(book, xlsx.read_book(book), schemas(folder), workbook.texts_of(folder)):
        raise UserError(
            f"{workbook.shown(book)} has edits that were not read back, so nothing is imported. "
            f"make sheet-back REVIEW={name} first, then import again."
        )


def proposal(sheet: csvfile.Sheet, settings: dict, folder: Path) -> str:
    """Write a mapping for an unknown export to review.yaml, and what to tell of it."""
    form, doubts, remarks = propose(sheet, settings["headings"])
    write_form(folder / "review.yaml", form)
    told = ["Proposed, and written to review.yaml under `form`:", mapping_text(form, settings)]
    told += [f"  - {remark}" for remark in remarks]
    told += consent_told(sheet, form)
    told += ["To decide, in review.yaml:", *(f"  - {doubt}" for doubt in doubts)] if doubts else []
    told += ["Nothing is imported yet. Check these lines, mend review.yaml, and give the same command again."]
    return "\n".join(told)


def import_form(name: str, file: Path) -> tuple[bool, str]:
    """Take in an export. Out: whether it was imported (else a mapping was proposed), and what to tell the user."""
    settings, folder = load_settings(name), paths.data(name)
    sheet, form, tables = read_export(file), form_of(settings, name), read_tables(folder)
    refuse_unread(name, folder)
    if is_new(form, sheet):
        return False, proposal(sheet, settings, folder)
    report, told = Report(), []
    if tables.cases.empty:
        told += ["As review.yaml says under `form` (where a line is wrong, mend it and import again):"]
        told += [mapping_text(form, settings)]
    for note in sheet.notes:
        report.add("to look at", f"{file.name}: {note}")
    columns, left = find_columns(sheet, form, report)
    cases, agreed = answers_of(sheet, columns, form, names_of(tables.cases), report)
    for line in unasked(form, settings, left, set(tables.responses["question"])):
        report.add("themed headings that no question fills", line)
    after = Intake(form, tables, report).take_in(cases)
    for table in ("cases", "keypoints", "responses", "sentences", "respondents"):
        if not getattr(after, table).equals(getattr(tables, table)) and not (
            table == "respondents" and after.respondents.empty
        ):
            csvfile.write(folder / f"{table}.csv", getattr(after, table))
    if REWORDED in report.lines:
        write_form(folder / "review.yaml", form)
    told += consent_told(sheet, form)
    told += [f"{file.name}: {len(sheet.rows)} rows, {len(cases)} cases.", report.text() or "  nothing new"]
    told += [*to_delete(agreed, tables), *now_told(name, after)]
    return True, "\n".join(told)


def now_told(name: str, tables: Tables) -> list[str]:
    """What the tables hold after an import, and what to do next; lines to print."""
    waiting, stale = int(tables.keypoints["summary"].eq("").sum()), int(tables.keypoints["state"].eq("stale").sum())
    counts = f"{len(tables.cases)} cases, {len(tables.responses)} answers, {len(tables.keypoints)} key points"
    todo = [f"{waiting} to summarise"] * bool(waiting) + [f"{stale} stale, to be read again"] * bool(stale)
    next_ = f"make sheet REVIEW={name} (a workbook to do that in), then make sheet-back" if todo else "make check"
    return [f"Now: {counts}{''.join(f', {part}' for part in todo)}.", f"Next: {next_} REVIEW={name}."]
