"""The tables of a review as one workbook and back: `make sheet REVIEW=…`, `make sheet-back REVIEW=…`.

A worksheet a table, with drop-downs where only some values are known. A hidden worksheet keeps a digest of each
table as it was written: so reading back knows what was edited in the workbook, what in the tables, and what in
both, which is refused. Reading back writes all tables or none.
"""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from casesynth import UserError, csvfile, paths, xlsx
from casesynth.cells import as_typed
from casesynth.check import listing
from casesynth.problems import Problem, shortened
from casesynth.review import CELL, NONE, REQUIRED, all_problems, read_tables, schemas
from casesynth.settings import load_settings

#: The answers as given are not edited, and are too long for cells; their sentences stand beside the key points.
NOT_SHEETS = ["responses", "sentences"]
ABOUT, LISTS, SENTENCE = "about", "lists", "as given (not read back)"
#: Rows below the last one that have drop-downs too.
SPARE = 500
WIDTHS = {
    "summary": 60,
    "definition": 50,
    "includes": 40,
    "excludes": 40,
    "memo": 40,
    "how": 50,
    "id": 26,
    "keypoint": 26,
}
WIDTHS |= {
    SENTENCE: 60,
    "full_title": 40,
    "name": 30,
    "theme": 26,
    "heading": 16,
    "case": 20,
    "parent": 22,
    "reason": 40,
}


def book_file(name: str) -> Path:
    """Where the workbook of a review is; BOOK names another place."""
    return Path(
        os.environ.get("BOOK") or Path(os.environ.get("CASESYNTH_SHEETS", paths.ROOT / "sheets")) / f"{name}.xlsx"
    )


def texts_of(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables that go into the workbook, all as texts in the columns of their schema."""
    tables, known = {}, schemas(folder)
    for name in sorted(known, key=lambda name: name not in REQUIRED):  # those that every review has come first
        schema, file = known[name], folder / f"{name}.csv"
        if name in NOT_SHEETS or not file.exists():
            continue
        columns = [field["name"] for field in schema["fields"]]
        sheet = csvfile.read(file, columns)
        unknown = [column for column in sheet.header if column not in columns or sheet.header.count(column) > 1]
        if unknown:
            raise UserError(
                f"{file.name}, row 1: found the column '{unknown[0]}', unknown or twice. `make check` says more."
            )
        frame = sheet.frame()
        tables[name] = frame.assign(**{column: "" for column in columns if column not in frame})[columns]
    return tables


def digest(frame: pd.DataFrame) -> str:
    """A short sign of what a table says, whatever the order of its rows."""
    rows = sorted(json.dumps(row, ensure_ascii=False) for row in frame.astype(str).to_numpy().tolist())
    return hashlib.sha256("\n".join([*frame.columns, *rows]).encode("utf-8", "surrogatepass")).hexdigest()[:20]


# ---- out ----


def choices(
    tables: dict[str, pd.DataFrame], known: dict[str, dict], headings: list[str]
) -> dict[tuple[str, str], list[str]]:
    """The values that a column may have: (table, column) -> list. From foreign keys, allowed values and review.yaml."""
    found = {}
    for name in tables:
        for field in known[name]["fields"]:
            limits = field.get("constraints", {})
            if "enum" in limits:
                found[name, field["name"]] = [*map(str, limits["enum"])]
            elif field["type"] == "boolean":
                found[name, field["name"]] = ["true", "false"]
        for key in known[name].get("foreignKeys", []):
            other = key["reference"]["resource"] or name
            if len(key["fields"]) == 1 and other in tables:
                found[name, key["fields"][0]] = list(tables[other][key["reference"]["fields"][0]])
        if "heading" in tables[name]:
            found[name, "heading"] = headings
    if "codings" in tables:
        codebook = tables["codebook"]
        found["codings", "theme"] = [*codebook.loc[codebook["level"].eq("theme"), "id"], NONE]
    return found


def make_book(tables: dict[str, pd.DataFrame], known: dict[str, dict], headings: list[str], sentences: dict[str, str]):
    """The workbook: a worksheet a table, then two hidden ones, for the lists and for what was written."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    book.remove(book.active)
    plain, grey, head = (
        Alignment(wrap_text=True, vertical="top"),
        Font(color="666666", italic=True),
        PatternFill("solid", "E3EEF6"),
    )
    head.fgColor = "E3EEF6"
    lists = choices(tables, known, headings)
    places = {}
    for name, frame in tables.items():
        sheet = book.create_sheet(name)
        columns = list(frame.columns)
        if name == "keypoints" and sentences:
            columns.insert(columns.index("summary"), SENTENCE)
            frame = frame.assign(**{SENTENCE: frame["id"].map(sentences).fillna("")})[columns]
        kinds = {field["name"]: field["type"] for field in known[name]["fields"]}
        for column, title in enumerate(columns, 1):
            letter = get_column_letter(column)
            sheet.column_dimensions[letter].width = WIDTHS.get(title, 18)
            cell = sheet.cell(1, column, title)
            cell.font, cell.fill, cell.alignment = Font(bold=True), head, plain
            if (name, title) in lists and lists[name, title]:
                values = tuple(lists[name, title])
                places.setdefault(values, len(places) + 1)
                at = get_column_letter(places[values])
                rule = DataValidation("list", formula1=f"{LISTS}!${at}$1:${at}${len(values)}", allow_blank=True)
                rule.errorTitle, rule.error = "Not in the list", f"Choose a value of the list for {title}."
                rule.add(f"{letter}2:{letter}{len(frame) + 1 + SPARE}")
                sheet.add_data_validation(rule)
        for row, values in enumerate(frame.itertuples(index=False), 2):
            for column, (title, text) in enumerate(zip(columns, values), 1):
                cell = sheet.cell(row, column)
                put(cell, text, kinds.get(title, "string"), name, row, title)
                cell.alignment = plain
                if title == SENTENCE:
                    cell.font = grey
        sheet.freeze_panes = "B2"
        if len(frame):
            sheet.auto_filter.ref = sheet.dimensions
    hidden = book.create_sheet(LISTS)
    for values, column in places.items():
        for row, text in enumerate(values, 1):
            put(hidden.cell(row, column), text, "string", LISTS, row, "")
    about = book.create_sheet(ABOUT)
    for name, frame in tables.items():
        about.append([name, digest(frame)])
    hidden.sheet_state = about.sheet_state = "hidden"
    return book


def put(cell, text: str, kind: str, table: str, row: int, column: str) -> None:
    """A text into a cell: numbers as numbers, all else as a text that no program takes for a formula or a date."""
    if len(text) > CELL:
        raise UserError(
            f"{table}.csv, row {row}, column {column}: {len(text):,} letters; a cell of a workbook holds {CELL:,}. Shorten it."
        )
    if (
        kind in ("integer", "number")
        and text
        and csvfile.NUMBER.fullmatch(text)
        and str(float(text)) in (text, f"{text}.0")
    ):
        cell.value = float(text) if "." in text else int(text)
        return
    cell.value = xlsx.escaped(csvfile.neutral_cell(text)) or None
    cell.number_format = "@"
    if text:
        cell.data_type = "s"


def sheet_out(name: str) -> str:
    """Write the workbook. Raises UserError where the one that is there has edits that were not read back."""
    settings, folder, file = load_settings(name), paths.data(name), book_file(name)
    wrong = [p for p in read_tables(folder).problems if not p.note and p.file != "keypoints.csv"]
    tables, known = texts_of(folder), schemas(folder)
    if file.exists() and edited(file, known, tables):
        raise UserError(
            f"{shown(file)} has edits that were not read back. make sheet-back REVIEW={name} reads them; or move the file away."
        )
    sentences = {}
    if (folder / "sentences.csv").exists():
        rows = csvfile.read(folder / "sentences.csv", ["keypoint", "sentence"]).frame()
        sentences = dict(zip(rows["keypoint"], rows["sentence"].str.slice(0, CELL - 10)))
    book = make_book(tables, known, [heading["id"] for heading in settings["headings"]], sentences)
    xlsx.write_book(book, file)
    file.with_suffix(".read-back.json").unlink(missing_ok=True)
    more = f"\nThe tables have {len(wrong)} problems; make check REVIEW={name} lists them." if wrong else ""
    return (
        f"{shown(file)}: {', '.join(f'{table} ({len(frame)})' for table, frame in tables.items())}.\n"
        f"Edit it in Excel or LibreOffice, save it as .xlsx, then: make sheet-back REVIEW={name}{more}"
    )


def shown(file: Path) -> str:
    """The path as a user knows it."""
    return str(file.relative_to(paths.ROOT)) if file.is_relative_to(paths.ROOT) else str(file)


# ---- back ----


def edited(file: Path, known: dict[str, dict], now: dict[str, pd.DataFrame]) -> bool:
    """Does a workbook differ from what was written into it, and from the tables as they are now?"""
    sheets = xlsx.read_book(file)
    written = dict(row[:2] for row in sheets.get(ABOUT, []) if len(row) >= 2)
    for name, before in written.items():
        if name in known and name in sheets:
            frame, problems = frame_of(name, sheets[name], known[name])
            if problems or digest(frame) not in (before, digest(now[name]) if name in now else ""):
                return True
    return False


def synced(file: Path) -> dict[str, str]:
    """The digests of the tables as they were last read back from a workbook; kept beside it."""
    beside = file.with_suffix(".read-back.json")
    return json.loads(beside.read_text("utf-8")) if beside.exists() else {}


def note_synced(file: Path, digests: dict[str, str]) -> None:
    """Remember what was read back."""
    file.with_suffix(".read-back.json").write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", "utf-8")


def frame_of(name: str, rows: list[list], schema: dict) -> tuple[pd.DataFrame, list[Problem]]:
    """A worksheet as a table of texts, and the cells that cannot be read as what somebody typed."""
    columns = [field["name"] for field in schema["fields"]]
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    header = [csvfile.tidy(xlsx.as_text(cell)) for cell in rows[0]] if rows else []
    problems, kept = [], []
    for title in dict.fromkeys(header):
        if title and title != SENTENCE and title not in columns:
            problems.append(
                Problem(name, "there is no such column; delete it, or rename it", 1, title, title, tuple(columns))
            )
        elif title in columns and header.count(title) > 1:
            problems.append(Problem(name, "the column is there twice; delete one", 1, title))
    lost = [column for column in columns if column not in header]
    problems += [
        Problem(name, "the column is missing; put it back (empty it, if you want to empty it)", 1, column)
        for column in lost
    ]
    for number, row in enumerate(rows[1:], 2):
        texts = dict.fromkeys(columns, "")
        for title, value in zip(header + [""] * (len(row) - len(header)), row):
            if not title and value not in (None, ""):
                problems.append(
                    Problem(
                        name,
                        "a cell in a column without a name; name the column or empty the cell",
                        number,
                        "",
                        xlsx.as_text(value),
                    )
                )
            if title not in columns:
                continue
            text, wrong = cell_text(value, kinds[title])
            texts[title] = text
            if wrong:
                problems.append(Problem(name, wrong, number, title, shortened(xlsx.as_text(value))))
        if any(text.strip() for text in texts.values()):
            kept.append(texts)
    return pd.DataFrame(kept, columns=columns, dtype=str), problems


def cell_text(value, kind: str) -> tuple[str, str]:
    """The text of a cell as somebody typed it, and what is wrong with it ("" for nothing)."""
    if isinstance(value, xlsx.Formula):
        return value, "a formula; type an apostrophe (') before the text, or copy the cell and paste its value"
    if isinstance(value, (datetime, date)) or type(value).__name__ in ("time", "timedelta"):
        return str(value), "a date that the spreadsheet made; format the cell as text and type it again"
    if (
        isinstance(value, float)
        and kind == "string"
        and (abs(value) >= 1e15 or not value.is_integer() and len(repr(value)) > 15)
    ):
        return str(value), "a long number whose digits the spreadsheet cut; format the cell as text and type it again"
    if isinstance(value, int) and not isinstance(value, bool) and kind == "string" and abs(value) >= 10**15:
        return str(value), "a long number whose digits the spreadsheet cut; format the cell as text and type it again"
    text = xlsx.as_text(value)
    return as_typed(text) if isinstance(value, str) else text, ""


def sheet_back(name: str) -> str:
    """Read the workbook in. Raises UserError, and writes nothing, where anything in it is wrong."""
    settings, folder, file = load_settings(name), paths.data(name), book_file(name)
    known = schemas(folder)
    if not file.exists():
        raise UserError(f"{shown(file)} is not there. make sheet REVIEW={name} writes it; BOOK=… names another place.")
    sheets, now = xlsx.read_book(file), texts_of(folder)
    written = dict(row[:2] for row in sheets.get(ABOUT, []) if len(row) >= 2)
    if not written:
        raise UserError(
            f"{shown(file)}: found no hidden worksheet '{ABOUT}', which make sheet writes. Is it the right workbook?"
        )
    problems, changed, told, clash = [], {}, [], []
    for table, before in written.items():
        if table not in known:
            continue
        if table not in sheets:
            told.append(f"  {table}: its worksheet is gone; the table stays as it is")
            continue
        frame, wrong = frame_of(table, sheets[table], known[table])
        problems += wrong
        if wrong or digest(frame) == before:
            continue
        if table in now and digest(now[table]) not in (before, digest(frame), synced(file).get(table)):
            clash.append(table)
        changed[table] = frame
    if problems:
        raise UserError(
            f"{shown(file)}: nothing was read in; to mend in the workbook ({len(problems)}):\n{listing(problems)}"
        )
    if clash:
        raise UserError(
            f"{shown(file)}: nothing was read in. Edited in the workbook, and changed since in data/{name}/: {', '.join(clash)}. "
            "Keep one: move the workbook away and write a new one, or take the tables of the last commit, then read it in."
        )
    changed = {
        table: frame for table, frame in changed.items() if table not in now or digest(frame) != digest(now[table])
    }
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / name
        shutil.copytree(folder, trial)
        for table, frame in changed.items():
            csvfile.write(trial / f"{table}.csv", in_order(frame, known[table]))
        found = read_tables(trial)
        problems = [p for p in all_problems(settings, found) if not p.note]
        if problems and changed:
            raise UserError(
                f"{shown(file)}: nothing was read in; to mend in the workbook, rows sorted by id ({len(problems)}):\n"
                f"{listing(by_sheet(problems, changed, known))}"
            )
        for table in changed:
            os.replace(shutil.copy(trial / f"{table}.csv", folder / f"{table}.csv.tmp"), folder / f"{table}.csv")
    told += [
        f"  {table}: {difference(now.get(table, frame[:0]), frame, known[table])}" for table, frame in changed.items()
    ]
    note_synced(file, {**synced(file), **{table: digest(frame) for table, frame in changed.items()}})
    return "\n".join([f"{shown(file)} read in." if changed else f"{shown(file)}: nothing was edited.", *told])


def in_order(frame: pd.DataFrame, schema: dict) -> pd.DataFrame:
    """The rows sorted by their ids, so that changes read well."""
    return frame.sort_values(schema.get("primaryKey") or list(frame)[:1], kind="stable", ignore_index=True)


def by_sheet(problems: list[Problem], changed: dict[str, pd.DataFrame], known: dict[str, dict]) -> list[Problem]:
    """The problems with the rows of the worksheets: the tables are sorted, the worksheets need not be."""
    moved = []
    for problem in problems:
        table = problem.file.removesuffix(".csv")
        row = problem.row
        if table in changed and row and row >= 2:
            order = (
                changed[table]
                .sort_values(known[table].get("primaryKey") or list(changed[table])[:1], kind="stable")
                .index
            )
            row = int(order[row - 2]) + 2
        moved.append(Problem(table, problem.expected, row, problem.column, problem.found, problem.known))
    return moved


def difference(before: pd.DataFrame, after: pd.DataFrame, schema: dict) -> str:
    """How many rows are new, changed and gone, by their keys."""
    keys = schema.get("primaryKey") or list(before)[:1]
    one, two = ({tuple(row[k] for k in keys): row for row in frame.to_dict("records")} for frame in (before, after))
    gone = [" ".join(key) for key in one if key not in two]
    changed = sum(one[key] != two[key] for key in one.keys() & two.keys())
    names = f" ({', '.join(gone[:5])}{', …' if len(gone) > 5 else ''})" if gone else ""
    return f"{len(two.keys() - one.keys())} rows new, {changed} changed, {len(gone)} gone{names}"


def main(arguments: list[str]) -> int:
    """`make sheet` and `make sheet-back`."""
    name = os.environ.get("REVIEW", "")
    try:
        print(sheet_back(name) if arguments == ["back"] else sheet_out(name))
    except UserError as error:
        print(f"make: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
