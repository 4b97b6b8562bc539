"""The tables of a review as one workbook and back: `make sheet REVIEW=…`, `make sheet-back REVIEW=…`.

A worksheet a table, with drop-downs where only some values are known. A hidden worksheet keeps a short sign of each
cell as it was written: so reading back knows which cells were edited in the workbook and which in the tables since, and
puts the two together; a cell that was changed on both sides is refused. Reading back writes all tables or none.
"""

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

import pandas as pd

from casesynth import UserError, agreement, csvfile, paths, xlsx
from casesynth.cells import as_typed
from casesynth.check import listing
from casesynth.problems import Problem, shortened
from casesynth.review import CELL, CONSENSUS, NONE, REQUIRED, Review
from casesynth.review import all_problems, read_tables, schemas, without_consensus
from casesynth.settings import load_settings

#: The answers as given are not edited, and are too long for cells; their sentences stand beside the key points.
NOT_SHEETS = ["responses", "sentences"]
ABOUT, LISTS = "about", "lists"
#: Grey columns help people to read; what is typed there is not read back.
NOT_READ = " (not read back)"
SENTENCE, SUMMARY, THEMES = (f"{words}{NOT_READ}" for words in ("as given", "summary", "themes of the heading"))
#: Rows below the last one that have drop-downs too.
SPARE = 500
#: So many copies of earlier workbooks are kept.
COPIES = 5
WIDTHS = {
    **dict.fromkeys(["summary", SENTENCE, SUMMARY], 60),
    **dict.fromkeys(["definition", "how"], 50),
    **dict.fromkeys(["includes", "excludes", "memo", "full_title", "reason"], 40),
    **dict.fromkeys([THEMES, "name"], 30),
    **dict.fromkeys(["id", "keypoint", "theme"], 26),
    **{"heading": 16, "case": 20, "parent": 22},
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


def keys_of(schema: dict) -> list[str]:
    """The columns by which a row of a table is known."""
    return schema.get("primaryKey") or [schema["fields"][0]["name"]]


def signs(frame: pd.DataFrame, schema: dict) -> dict[str, str]:
    """A short sign of each cell, by the key of its row; rows of one key are taken together.

    >>> signs(pd.DataFrame({"id": ["a"], "name": ["Alder"]}), {"fields": [{"name": "id"}]})
    {'a': 'ca978112 12c89d7c'}
    """
    found = {}
    for row in frame.to_dict("records"):
        key = " ".join(row[column] for column in keys_of(schema))
        found[key] = " ".join([*found.get(key, "").split(), *map(sign, row.values())])
    return found


def sign(text: str) -> str:
    """A short sign of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


# ---- out ----


def choices(
    tables: dict[str, pd.DataFrame], known: dict[str, dict], headings: list[str]
) -> dict[tuple[str, str], list[str] | tuple[str, str]]:
    """The values that a column may have: (table, column) -> a list, or (other table, its column) for the ids there."""
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
                found[name, key["fields"][0]] = other, key["reference"]["fields"][0]
        if "heading" in tables[name]:
            found[name, "heading"] = headings
    if {"codings", "codebook"} <= tables.keys():
        found["codings", "theme"] = LISTS, NONE
        found["codebook", "parent"] = "codebook", "id"
    return found


def reading_order(tables: dict[str, pd.DataFrame], headings: list[str]) -> pd.DataFrame:
    """The key points as a person reads them: heading by heading, and under each case by case."""
    points, cases = tables["keypoints"], tables["cases"]
    places = {case: place for place, case in enumerate(cases.sort_values("order", key=number)["id"])}
    order = pd.DataFrame(
        {
            "heading": points["heading"].map({heading: place for place, heading in enumerate(headings)}),
            "case": points["case"].map(places),
            "order": number(points["order"]),
        }
    )
    return points.loc[order.sort_values(["heading", "case", "order"], kind="stable").index]


def number(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(texts, errors="coerce")


def to_code(points: pd.DataFrame, codings: pd.DataFrame, coder: str, themed: list[str]) -> pd.DataFrame:
    """A row for each key point that a coder has not coded yet, the theme left open. Out: the columns of codings.csv."""
    done = set(codings.loc[codings["coder"].eq(coder), "keypoint"])
    left = points.loc[points["heading"].isin(themed) & ~points["id"].isin(done), "id"]
    rows = pd.DataFrame({"keypoint": left, "theme": "", "coder": coder, "direction": "supports", "memo": ""}, dtype=str)
    return rows[list(codings)]


def draft(review: Review) -> pd.DataFrame:
    """The rows of a consensus that is still to be written, for key points that several coders have coded alike."""
    agreed = agreement.draft_consensus(review)
    return agreed.loc[agreed["keypoint"].isin(without_consensus(review.codings)), list(review.codings)]


def with_help(tables: dict[str, pd.DataFrame], settings: dict, sentences: dict[str, str], agreed: pd.DataFrame):
    """The tables as worksheets show them: in the order of reading, with grey columns, and rows that wait for a theme."""
    headings = [heading["id"] for heading in settings["headings"]]
    points, codings, codebook = reading_order(tables, headings), tables["codings"], tables["codebook"]
    shown = tables | {"keypoints": points}
    if sentences:
        shown["keypoints"] = points.copy()
        shown["keypoints"].insert(points.columns.get_loc("summary"), SENTENCE, points["id"].map(sentences).fillna(""))
    coder = settings["coding"] if settings["coding"] in set(tables["coders"]["id"]) else ""
    codings = pd.concat([codings, agreed], ignore_index=True)
    themed = [heading["id"] for heading in settings["headings"] if heading["themed"]]
    codings = pd.concat([codings, to_code(points, codings, coder, themed)], ignore_index=True)
    place = {point: number for number, point in enumerate(points["id"])}
    codings = codings.sort_values("keypoint", key=lambda ids: ids.map(place), kind="stable")
    own = codebook[codebook["level"].eq("theme")].groupby("heading")["id"].agg("; ".join)
    said = dict(zip(points["id"], points["summary"]))
    said = {point: text or sentences.get(point, "") for point, text in said.items()}
    ids, heading = codings["keypoint"], dict(zip(points["id"], points["heading"]))
    codings.insert(1, SUMMARY, ids.map(said).fillna(""))
    codings.insert(2, THEMES, ids.map(heading).map(own).fillna(""))
    return shown | {"codings": codings}


def make_book(tables: dict, shown: dict, agreed: pd.DataFrame, known: dict[str, dict], headings: list[str]):
    """The workbook: a worksheet a table, then two hidden ones, for the lists and for what was written."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    lists = choices(tables, known, headings)
    places = {}  # a list -> its column in the hidden worksheet, whose first has the themes
    for name, frame in shown.items():
        sheet = book.create_sheet(name)
        fields = {field["name"]: field for field in known[name]["fields"]}
        for column, title in enumerate(frame, 1):
            letter = head(sheet, column, title, fields.get(title, {}))
            if lists.get((name, title)):
                add_list(sheet, f"{letter}2:{letter}{len(frame) + 1 + SPARE}", lists[name, title], places, shown)
        fill_sheet(sheet, name, frame, {title: field["type"] for title, field in fields.items()})
    hidden = book.create_sheet(LISTS)
    for row in range(1, len(tables["codebook"]) + SPARE + 1):
        hidden.cell(row + 1, 1).value = f'=IF(codebook!$B{row + 1}="theme",codebook!$A{row + 1},"")'
    hidden["A1"] = NONE
    for values, column in places.items():
        for row, text in enumerate(values, 1):
            put(hidden.cell(row, column), text, "string", LISTS, row, "")
    about = book.create_sheet(ABOUT)
    for name, frame in tables.items():
        about.append([name])
        for rows, kind in ((frame, ""), (agreed if name == "codings" else frame[:0], "draft")):
            for key, cells in signs(rows, known[name]).items():
                about.append([name, xlsx.escaped(key), cells, kind])
    hidden.sheet_state = about.sheet_state = "hidden"
    return book


def head(sheet, column: int, title: str, field: dict) -> str:
    """The head of a column: bold where every row needs it, grey where not, explained in a comment. Out: its letter."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    letter, needed = get_column_letter(column), field.get("constraints", {}).get("required")
    cell, about = sheet.cell(1, column, title), sheet.column_dimensions[letter]
    about.width = WIDTHS.get(title, 18)
    cell.font = Font(bold=True) if needed else Font(color="666666")
    cell.fill, cell.alignment = PatternFill("solid", fgColor="E3EEF6"), Alignment(wrap_text=True, vertical="top")
    if field.get("type") == "string":
        about.number_format = "@"  # also below the last row: no dates made of "March 2025"
    if field.get("description"):
        words = f"{field['description']} {'Every row needs it.' if needed else 'May stay empty.'}"
        cell.comment = Comment(words, "casesynth", height=110, width=260)
    return letter


def add_list(sheet, cells: str, values: list | tuple, places: dict, shown: dict[str, pd.DataFrame]) -> None:
    """A drop-down over cells: of a list, or of the ids of a worksheet, those typed there later among them."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    if isinstance(values, tuple):
        table, column = values
        of_themes = table == LISTS
        frame = shown["codebook" if of_themes else table]
        letter = get_column_letter(1 if of_themes else list(frame).index(column) + 1)
        filled = f"COUNTA({'codebook' if of_themes else table}!${letter}$2:${letter}${len(frame) + 1 + SPARE})"
        size = f"{filled}+1" if of_themes else f"MAX(1,{filled})"
        formula = f"OFFSET({table}!${letter}${1 if of_themes else 2},0,0,{size},1)"
    else:
        at = get_column_letter(places.setdefault(tuple(values), len(places) + 2))
        formula = f"{LISTS}!${at}$1:${at}${len(values)}"
    rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=True, errorStyle="warning")
    rule.errorTitle, rule.error = "Not in the list", "Is it typed rightly? make sheet-back refuses what is not known."
    rule.add(cells)
    sheet.add_data_validation(rule)


def fill_sheet(sheet, name: str, frame: pd.DataFrame, kinds: dict[str, str]) -> None:
    """The rows of a table into its worksheet; a column that is not of the table is grey."""
    from openpyxl.styles import Alignment, Font

    plain, grey = Alignment(wrap_text=True, vertical="top"), Font(color="666666", italic=True)
    for row, values in enumerate(frame.itertuples(index=False), 2):
        for column, (title, text) in enumerate(zip(frame, values), 1):
            cell = sheet.cell(row, column)
            put(cell, text, kinds.get(title, "string"), name, row, title)
            cell.alignment = plain
            if title.endswith(NOT_READ):
                cell.font = grey
    sheet.freeze_panes = "B2"
    if len(frame):
        sheet.auto_filter.ref = sheet.dimensions


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
    found = read_tables(folder)
    wrong = [p for p in found.problems if not p.note and p.file != "keypoints.csv"]
    tables, known = texts_of(folder), schemas(folder)
    there = xlsx.read_book(file) if file.exists() else {}
    if edited(file, there, known, tables):
        raise UserError(
            f"{shown(file)} has edits that were not read back. make sheet-back REVIEW={name} reads them; or move the file away."
        )
    sentences = {}
    if (folder / "sentences.csv").exists():
        rows = csvfile.read(folder / "sentences.csv", ["keypoint", "sentence"]).frame()
        sentences = dict(zip(rows["keypoint"], rows["sentence"].str.slice(0, CELL - 10)))
    agreed = tables["codings"][:0]
    if CONSENSUS in set(tables["coders"]["id"]) and {"codings", "keypoints", "coders"} <= found.tables.keys():
        agreed = draft(Review(name, settings, found.tables))
    headings = [heading["id"] for heading in settings["headings"]]
    book = make_book(tables, with_help(tables, settings, sentences, agreed), agreed, known, headings)
    own = [title for title in there if title not in (*known, ABOUT, LISTS)]
    for title in own:
        sheet = book.create_sheet(title)
        for row in there[title]:
            sheet.append([xlsx.escaped(cell) if type(cell) is str else cell for cell in row])
    kept = keep_copy(file)
    xlsx.write_book(book, file)
    note_synced(file, {})
    lines = [f"{shown(file)}: {', '.join(f'{table} ({len(frame)})' for table, frame in tables.items())}."]
    if own:
        lines.append(f"Worksheets of your own, taken over without colours and comments: {', '.join(own)}.")
    if kept:
        lines.append(f"The workbook as it was before is kept as {shown(kept)}.")
    if len(agreed):
        lines.append(
            f"Proposed in codings: the consensus on {agreed['keypoint'].nunique()} key points that the coders have coded "
            "alike. Those on which they differ wait for your decision."
        )
    if wrong:
        lines.append(f"The tables have {len(wrong)} problems; make check REVIEW={name} lists them.")
    lines.append(f"Edit it in Excel or LibreOffice, save it as .xlsx, then: make sheet-back REVIEW={name}")
    return "\n".join(lines)


def keep_copy(file: Path) -> Path | None:
    """Keep a workbook that somebody saved, before it is written anew: with colours, comments and all. Out: the copy."""
    if not file.exists() or file_sign(file) == noted(file).get("file"):
        return None
    saved = datetime.fromtimestamp(file.stat().st_mtime)
    copy = file.with_name(f"{file.stem}.before-{saved:%Y-%m-%d-%H%M%S}.xlsx")
    shutil.copy2(file, copy)
    for old in sorted(file.parent.glob(f"{file.stem}.before-*.xlsx"))[:-COPIES]:
        old.unlink()
    return copy


def file_sign(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def shown(file: Path) -> str:
    """The path as a user knows it."""
    return str(file.relative_to(paths.ROOT)) if file.is_relative_to(paths.ROOT) else str(file)


# ---- back ----


def edited(file: Path, sheets: dict[str, list[list]], known: dict[str, dict], now: dict[str, pd.DataFrame]) -> bool:
    """Does a workbook differ from what was written into it, and from the tables as they are now?"""
    written, drafts = written_in(file, sheets)
    for name, before in written.items():
        if name in known and name in sheets:
            frame, problems = frame_of(name, sheets[name], known[name])
            same = [before, before | drafts.get(name, {})] + ([signs(now[name], known[name])] if name in now else [])
            if problems or signs(frame, known[name]) not in same:
                return True
    return False


def written_in(file: Path, sheets: dict[str, list[list]]) -> tuple[dict[str, dict], dict[str, dict]]:
    """The signs of the cells as they were written or last read back: of the tables, and of rows that were proposed."""
    written, drafts = {}, {}
    for name, key, cells, kind in ([*row, "", "", "", ""][:4] for row in sheets.get(ABOUT, [])):
        written.setdefault(name, {})
        if key:
            (drafts if kind else written).setdefault(name, {})[xlsx.as_text(key)] = cells
    return written | noted(file).get("tables", {}), drafts


def noted(file: Path) -> dict:
    """What is remembered beside a workbook: its own sign as it was written, and the tables as they were read back."""
    beside = file.with_suffix(".read-back.json")
    return json.loads(beside.read_text("utf-8")) if beside.exists() else {}


def note_synced(file: Path, tables: dict[str, dict]) -> None:
    """Remember what was read back; nothing, for a workbook that was just written."""
    note = {"file": noted(file).get("file") if tables else file_sign(file), "tables": tables}
    file.with_suffix(".read-back.json").write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", "utf-8")


def frame_of(name: str, rows: list[list], schema: dict) -> tuple[pd.DataFrame, list[Problem]]:
    """A worksheet as a table of texts, indexed by its row numbers, and the cells that cannot be read as typed."""
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    header = [csvfile.tidy(xlsx.as_text(cell)) for cell in rows[0]] if rows else []
    problems, kept = header_problems(name, header, list(kinds)), {}
    for number, row in enumerate(rows[1:], 2):
        texts = dict.fromkeys(kinds, "")
        for title, value in zip(header + [""] * (len(row) - len(header)), row):
            if title in kinds:
                texts[title], wrong = cell_text(value, kinds[title], title)
            else:
                wrong = "a cell in a column without a name; name the column or empty the cell"
                wrong = "" if title or value in (None, "") else wrong
            if wrong:
                problems.append(Problem(name, wrong, number, title, shortened(xlsx.as_text(value))))
        waits = name == "codings" and not (texts["theme"].strip() or texts["memo"].strip())
        if any(text.strip() for text in texts.values()) and not waits:
            kept[number] = texts
    if name == "keypoints":
        fill_divided(kept)
    return pd.DataFrame(kept.values(), index=list(kept), columns=list(kinds), dtype=str), problems


def header_problems(name: str, header: list[str], columns: list[str]) -> list[Problem]:
    """Columns of a worksheet that are unknown, doubled or gone; the grey ones are no problem."""
    problems = []
    for title in dict.fromkeys(header):
        if title in columns and header.count(title) > 1:
            problems.append(Problem(name, "the column is there twice; delete one", 1, title))
        elif title and title not in columns and not title.endswith(NOT_READ):
            words = "there is no such column; rename it, or move it to a worksheet of your own"
            problems.append(Problem(name, words, 1, title, title, tuple(columns)))
    lost = "the column is missing; put it back (empty it, if you want to empty it)"
    return problems + [Problem(name, lost, 1, column) for column in columns if column not in header]


def fill_divided(rows: dict[int, dict[str, str]]) -> None:
    """A key point that was divided in two has a row with the next number in its id: the rest is that of its sister's.

    >>> rows = {2: {"id": "a-aims-01", "case": "a", "heading": "aims", "order": "1", "summary": "It maps."},
    ...         3: {"id": "a-aims-02", "case": "", "heading": "", "order": "", "summary": "It grows."}}
    >>> fill_divided(rows)
    >>> list(rows[3].values())
    ['a-aims-02', 'a', 'aims', '2', 'It grows.']
    """
    sisters = {}
    for row in rows.values():
        stem, _, last = row["id"].rpartition("-")
        if not row["case"] and not row["heading"] and stem in sisters and last.isdecimal():
            row |= {column: row[column] or text for column, text in sisters[stem].items()}
            row["order"] = str(int(last))
        same = ("case", "heading", "source", "section", "anchor", "answer")
        sisters[stem] = {column: row[column] for column in same if column in row}


def cell_text(value, kind: str, title: str) -> tuple[str, str]:
    """The text of a cell as somebody typed it, and what is wrong with it ("" for nothing)."""
    if isinstance(value, xlsx.Formula):
        return value, "a formula; type an apostrophe (') before the text, or copy the cell and paste its value"
    if isinstance(value, (datetime, date)) and title == "when":
        return value.isoformat()[:7], ""  # the month is meant
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
    written, _ = written_in(file, sheets)
    if not written:
        raise UserError(
            f"{shown(file)}: found no hidden worksheet '{ABOUT}', which make sheet writes. Is it the right workbook?"
        )
    gone = [table for table in written if table in known and table not in sheets]
    told = [f"  {table}: its worksheet is gone; the table stays as it is" for table in gone]
    frames, changed, problems = {}, {}, []
    for table in [table for table in known if table in sheets and table not in NOT_SHEETS]:
        frames[table], wrong = frame_of(table, sheets[table], known[table])
        before, there = written.get(table, {}), now.get(table, frames[table][:0])
        if signs(frames[table], known[table]) != before:
            both, clash, kept = merged(table, frames[table], there, before, known[table])
            if kept:
                told.append(f"  {table}: deleted on one side and changed on the other, so kept: {', '.join(kept)}")
            problems += clash
            if signs(both, known[table]) != signs(there, known[table]):
                changed[table] = both
        problems += wrong
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / name
        shutil.copytree(folder, trial)
        for table, frame in changed.items():
            csvfile.write(trial / f"{table}.csv", in_order(frame, known[table]))
        later, notes = meant(settings, trial) if changed else ([], [])
        seen = {(problem.file, problem.row, problem.column) for problem in problems}
        problems += [p for p in by_sheet(later, trial, frames, now, known) if (p.file, p.row, p.column) not in seen]
        if problems:
            raise UserError(
                f"{shown(file)}: nothing was read in; to mend in the workbook ({len(problems)}):\n{listing(problems)}"
            )
        for table in changed:
            os.replace(shutil.copy(trial / f"{table}.csv", folder / f"{table}.csv.tmp"), folder / f"{table}.csv")
    for table, frame in changed.items():
        told.append(f"  {table}: {difference(now.get(table, frame[:0]), frame, known[table])}")
    note_synced(file, {table: signs(frame, known[table]) for table, frame in frames.items()})
    told += [f"Look at {note}" for note in notes]
    said = f"{shown(file)} read in." if changed else f"{shown(file)}: nothing was edited.{newer(file)}"
    return "\n".join([said, *told])


def meant(settings: dict, folder: Path) -> tuple[list[Problem], list[Problem]]:
    """What is wrong with tables: what stops them from being read in, and what is to be mended in review.yaml."""
    problems = [problem for problem in all_problems(settings, read_tables(folder)) if not problem.note]
    return [p for p in problems if p.file != "review.yaml"], [p for p in problems if p.file == "review.yaml"]


def merged(
    table: str, frame: pd.DataFrame, now: pd.DataFrame, before: dict[str, str], schema: dict
) -> tuple[pd.DataFrame, list[Problem], list[str]]:
    """The rows of a worksheet and of its table put together, cell by cell: the side that changed a cell has it.

    Out: the rows; the cells that both have changed; the keys of rows that one side deleted and the other changed, which
    stay.
    """
    if signs(now, schema) == before:
        return frame, [], []
    keys = keys_of(schema)
    twice = frame.index[frame.duplicated(keys)]
    if len(twice):
        words = f"expected each {', '.join(keys)} once; the same stands above"
        return frame, [Problem(table, words, row, keys[0], frame.at[row, keys[0]]) for row in twice], []
    number = dict(zip(frame[keys].agg(" ".join, axis=1), frame.index)) if len(frame) else {}
    mine, theirs = (
        {" ".join(row[key] for key in keys): row for row in part.to_dict("records")} for part in (frame, now)
    )
    rows, clash, kept = [], [], []
    for key in theirs | mine:
        was = before.get(key, "").split()
        if key in mine and key in theirs:
            rows.append({})
            for place, (column, text) in enumerate(mine[key].items()):
                other, old = theirs[key][column], was[place] if was else ""
                rows[-1][column] = text if sign(other) == old else other
                if old not in (sign(text), sign(other)) and text != other:
                    words = (
                        f"edited here, and since then in {table}.csv, where it is '{shortened(other)}'. Type that here to "
                        "take it, or your text there to keep yours"
                    )
                    clash.append(Problem(table, words, number[key], column, text))
            continue
        row = mine.get(key) or theirs[key]
        changed = list(map(sign, row.values())) != was
        if changed:
            rows.append(row)
        if changed and was:
            kept.append(key)
    return pd.DataFrame(rows, columns=list(frame), dtype=str), clash, kept


def newer(file: Path) -> str:
    """A word on a file of the same name that was saved later, but not as .xlsx; empty where there is none."""
    others = [file.with_suffix(ending) for ending in (".ods", ".csv", ".xls", ".xlsm", ".numbers")]
    later = [other for other in others if other.exists() and other.stat().st_mtime > file.stat().st_mtime]
    return f" But {shown(later[0])} was saved later: save that as .xlsx." if later else ""


def in_order(frame: pd.DataFrame, schema: dict) -> pd.DataFrame:
    """The rows sorted by their ids, so that changes read well."""
    return frame.sort_values(keys_of(schema), kind="stable", ignore_index=True)


def by_sheet(
    problems: list[Problem], folder: Path, frames: dict[str, pd.DataFrame], before: dict[str, pd.DataFrame], known: dict
) -> list[Problem]:
    """The problems of tables, with the rows of the worksheets that say the same; what was deleted is said to be."""
    moved, rows = [], {}
    for problem in problems:
        name, words, near = problem.file.removesuffix(".csv"), problem.expected, problem.known
        if name in frames and name not in rows:
            rows[name] = worksheet_rows(folder / problem.file, frames[name], keys_of(known[name]))
        place = rows.get(name, {}).get(problem.row)
        file, row = (name, place) if place or name in frames and problem.row == 1 else (problem.file, problem.row)
        other = re.fullmatch(r"expected an id of (\w+)\.csv", words)
        if other and other[1] in before and problem.found in set(before[other[1]].iloc[:, 0]):
            words, near = f"deleted from {other[1]}; delete this row too, or put that one back", ()
        moved.append(Problem(file, words, row, problem.column, problem.found, near))
    return moved


def worksheet_rows(file: Path, frame: pd.DataFrame, keys: list[str]) -> dict[int, int]:
    """Row of a table's file -> row of the worksheet with the same key, where there is one."""
    places = {}
    for number, key in zip(frame.index, frame[keys].agg("\t".join, axis=1) if len(frame) else []):
        places.setdefault(key, []).append(int(number))
    table = csvfile.read(file)
    same = table.frame()[keys].agg("\t".join, axis=1) if table.rows else []
    return {row: places[key].pop(0) for row, key in zip(table.numbers, same) if places.get(key)}


def difference(before: pd.DataFrame, after: pd.DataFrame, schema: dict) -> str:
    """How many rows are new, changed and gone, by their keys."""
    keys = keys_of(schema)
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
