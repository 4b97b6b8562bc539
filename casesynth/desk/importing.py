"""Import the export of an online form."""

from pathlib import Path

import pandas as pd

from casesynth.core import csvfile, paths, schema, xlsx
from casesynth.core.settings import load_settings
from casesynth.core.text import plural, shortened
from casesynth.desk import copies, withdrawal, workbook
from casesynth.desk.answers import answers_of, consent_lines
from casesynth.desk.columns import ImportLog, as_in, log_columns, numbered
from casesynth.desk.form import Form, form_of, write_form
from casesynth.desk.intake import names_of, read_tables, take_in
from casesynth.desk.proposal import ELSEWHERE, mapping_text, propose, start_of, unknown_columns
from casesynth.desk.wording import key
from casesynth.errors import UserError

TABLES = ("cases", "keypoints", "responses", "sentences", "respondents")


def read_export(file: Path) -> csvfile.Sheet:
    """The rows of an export, .xlsx or CSV, as texts. Raises UserError for any other kind of file, and for ragged rows."""
    kind = file.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        sheets = {name: rows for name, rows in xlsx.read_book(file).items() if any(map(any, rows))}
        if not sheets:
            raise UserError(f"{file.name}: the workbook has no filled cell.")
        first = next(iter(sheets))
        records = [[xlsx.as_text(value) for value in values] for values in sheets[first]]
        notes = [f"worksheet '{first}' was read; not read: {', '.join(list(sheets)[1:])}"] if len(sheets) > 1 else []
        return numbered(csvfile.shape(records, ",", notes, file.name))
    if kind not in (".csv", ".tsv", ".txt"):
        raise UserError(f"{file.name}: expected .xlsx or .csv. Open it in Excel or LibreOffice and save it as .xlsx.")
    sheet = csvfile.read(file)
    if sheet.ragged:
        rows = ", ".join(f"row {row}: {cells}" for row, cells in sheet.ragged[:10])
        more = f", and {len(sheet.ragged) - 10} more" if len(sheet.ragged) > 10 else ""
        raise UserError(
            f"{file.name}: {plural(len(sheet.ragged), 'row')} {'does' if len(sheet.ragged) == 1 else 'do'} not have as many cells as the first row, so answers may be under the "
            f"wrong question. Cells in the first row: {sheet.width}; {rows}{more}. Usually a text with a comma in it has "
            "lost its quotation marks: export the answers again, as .xlsx if possible."
        )
    return numbered(sheet)


def proposed(name: str, sheet: csvfile.Sheet, form: Form, settings: dict) -> str:
    """Write a form for an export with unknown columns to review.yaml. Returns what to show of it."""
    found, decisions, remarks = propose(sheet, form, settings)
    copies.keep(name)
    write_form(paths.data(name) / "review.yaml", found)
    lines = ["Proposed, and written to review.yaml under `form`:", mapping_text(found, settings)]
    lines += ["To check:", *(f"  - {remark}" for remark in remarks)] if remarks else []
    lines += consent_lines(sheet, found)
    lines += ["To decide, in review.yaml:", *(f"  - {one}" for one in decisions)] if decisions else []
    lines += ["Nothing is imported yet. Check every line, correct review.yaml, then run the same command again."]
    return "\n".join(lines)


def needs_proposal(form: Form, sheet: csvfile.Sheet, first: bool) -> bool:
    """Whether a person has to look first at how the export is read: it has columns that the form does not name.

    After the first import, an export without the column of the case or of consent is a mistake; `as_in` says so.
    """
    present = {key(name) for name in [*sheet.header, ELSEWHERE]}
    complete = key(form.case) in present and key(form.consent) in present
    return (first or complete) and bool(unknown_columns(start_of(form, sheet), sheet))


def import_form(name: str, file: Path) -> tuple[bool, str]:
    """Import an export. Returns whether it was imported (otherwise a form was proposed), and what to show the user.

    Raises UserError, and changes nothing, if the file, the form or the tables cannot be read.
    """
    settings, folder = load_settings(name), paths.data(name)
    sheet, form, tables = read_export(file), form_of(settings, name), read_tables(folder)
    workbook.refuse_unread(name, folder)
    first = tables["cases"].empty
    if needs_proposal(form, sheet, first):
        return False, proposed(name, sheet, form, settings)
    log, lines = ImportLog(), []
    if first:
        lines += ["As review.yaml says under `form` (if a line is wrong, correct it and import again):"]
        lines += [mapping_text(form, settings)]
    for note in sheet.notes:
        log.add("to look at", f"{file.name}: {note}")
    found = as_in(sheet, form)
    log_columns(sheet, form, found, log)
    themed = {heading["id"] for heading in settings["headings"] if heading["themed"]}
    cases, agreed = answers_of(sheet, found, themed, names_of(tables["cases"]), log)
    variables = new_variables(found, tables["cases"], sheet, log)
    tables["cases"] = tables["cases"].assign(**{field["name"]: "" for field in variables})
    withdrawn = withdrawal.read(folder)
    gone = [case for case, _, _ in cases if withdrawal.has_withdrawn(name, case, withdrawn)]
    for case in gone:
        log.add("cases left out: withdrawn before (delete the row in withdrawn.csv if they agree again)", case)
    cases = [case for case in cases if case[0] not in gone]
    after = take_in(found, tables, cases, log, withdrawn["id"])
    copies.keep(name)
    if variables:
        schema.add_columns(folder, "cases", variables)
        log.add("new columns of cases.csv, declared in datapackage.json", ", ".join(v["name"] for v in variables))
    for table in TABLES:
        if not after[table].equals(tables[table]) and not (table == "respondents" and after[table].empty):
            csvfile.write(folder / f"{table}.csv", after[table])
    against = tables["cases"][tables["cases"]["id"].map(agreed).eq(False)]
    if not set(against["id"]) <= set(withdrawn["id"]):
        csvfile.write(folder / withdrawal.FILE, withdrawal.noted(name, withdrawn, against))
    lines += consent_lines(sheet, found)
    lines += [f"{file.name}: {plural(len(sheet.rows), 'row')}, {plural(len(cases), 'case')}."]
    lines += [log.text() or "  nothing new", *to_withdraw(name, list(against["id"]), agreed, tables["responses"])]
    return True, "\n".join([*lines, *summary(name, after)])


def new_variables(form: Form, cases: pd.DataFrame, sheet: csvfile.Sheet, log: ImportLog) -> list[dict[str, str]]:
    """The case variables of a form that cases.csv has no column for yet, as fields of the schema: name, type, description.

    A variable is a number where every answer is one.
    """
    answers, fields = sheet.frame(), []
    for column, title in form.cases.items():
        if column not in cases:
            given = answers[title].str.strip().loc[lambda texts: texts.ne("")]
            whole = given.str.fullmatch(r"-?[1-9]\d{0,14}|0")
            number = whole | given.str.fullmatch(r"-?\d{1,15}\.\d+")
            kind = "string" if given.empty or not number.all() else "integer" if whole.all() else "number"
            if number.any() and not number.all():
                said = (
                    f"{column}: {int((~number).sum())} of {len(given)}, such as '{shortened(given[~number].iloc[0])}'"
                )
                log.add("variables of the projects taken as text, since some answers are not numbers", said)
            fields.append({"name": column, "type": kind, "description": f"The answers to '{title}'."})
    return fields


def to_withdraw(name: str, against: list[str], agreed: dict[str, bool], responses: pd.DataFrame) -> list[str]:
    """The cases in the tables that have not agreed, or have gone from the export, with the command that removes them."""
    gone = [case for case in dict.fromkeys(responses["case"]) if case not in agreed]
    lines = []
    for what, cases in (
        ("without consent in this export: they must be taken out, and `make` stops until they are", against),
        ("not in this export (if they have withdrawn, take them out)", gone),
    ):
        lines += [f"In the tables, but {what} ({len(cases)}):"] if cases else []
        lines += [f"  casesynth withdraw {name} {case}" for case in cases]
    return lines


def summary(name: str, tables: dict[str, pd.DataFrame]) -> list[str]:
    """What the tables hold after an import, and what to do next; lines to show."""
    points = tables["keypoints"]
    waiting, stale = int(points["summary"].eq("").sum()), int(points["state"].eq("stale").sum())
    counts = [plural(len(tables["cases"]), "case"), plural(len(tables["responses"]), "answer")]
    counts.append(plural(len(points), "key point"))
    todo = [f"{waiting} to summarise"] * bool(waiting) + [f"{stale} stale, to be read again"] * bool(stale)
    workbook_first = f"casesynth sheet {name} (a workbook to do that in), then casesynth sheet-back {name}"
    next_ = workbook_first if todo else f"casesynth check {name}"
    return [f"Now: {', '.join([*counts, *todo])}.", f"Next: {next_}"]
