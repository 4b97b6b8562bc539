"""The tables of a review as one workbook and back: `casesynth sheet`, `casesynth sheet-back`.

A worksheet for each table, with drop-downs where only some values are known. A hidden worksheet keeps a short digest of each
cell as it was written: so reading back knows which cells were edited in the workbook and which in the tables since, and
puts the two together; a cell that was changed on both sides is refused. Reading back writes all tables or none.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl.utils import get_column_letter

from casesynth.analysis import coders
from casesynth.analysis.extraction import linked
from casesynth.core import csvfile, paths, xlsx
from casesynth.core.codings import CONSENSUS, NONE, without_consensus
from casesynth.core.paths import shown
from casesynth.core.review import Review
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings, sets_of
from casesynth.core.spoiled import CELL
from casesynth.core.text import plural
from casesynth.core.validate import read_tables
from casesynth.desk.tables import references, signs, texts_of
from casesynth.desk.workbook_parts import Part, part_of
from casesynth.desk.workbook_state import (
    ABOUT,
    LISTS,
    NOT_READ,
    book_file,
    books_of,
    edited,
    keep_copy,
    note_synced,
)
from casesynth.errors import UserError

SENTENCE, SUMMARY, THEMES = (f"{words}{NOT_READ}" for words in ("as given", "summary", "themes of the heading"))
#: Rows below the last one that have drop-downs too.
SPARE = 500
#: Texts as numbers; not a number where one is none.
number = partial(pd.to_numeric, errors="coerce")
#: How a cell is to be read: a text stays one, whatever it looks like.
TEXT, NUMBER = "@", "General"
WIDTHS = {
    **dict.fromkeys(["summary", SENTENCE, SUMMARY], 60),
    **dict.fromkeys(["definition", "how"], 50),
    **dict.fromkeys(["includes", "excludes", "memo", "full_title", "reason"], 40),
    **dict.fromkeys([THEMES, "name"], 30),
    **dict.fromkeys(["id", "keypoint", "theme"], 26),
    **{"heading": 16, "case": 20, "parent": 22},
}


def choices(
    shown: dict[str, pd.DataFrame], known: dict[str, dict], headings: list[str], sets: list[str]
) -> tuple[dict[tuple[str, str], str], list[list[str]]]:
    """The drop-downs, as (table, column) -> the formula of its values; and the fixed lists, for the hidden worksheet.

    The formula for ids counts those of a worksheet, so that what is typed there later is among them.
    """
    formulas: dict[tuple[str, str], str] = {}
    fixed: list[list[str]] = []

    def listed(values: list[str]) -> str:
        fixed.extend([] if values in fixed else [values])
        letter = get_column_letter(fixed.index(values) + 2)  # the first column has the themes
        return f"{LISTS}!${letter}$1:${letter}${len(values)}"

    def filled(table: str, column: str) -> tuple[str, str]:
        letter = get_column_letter(list(shown[table]).index(column) + 1)
        return f"{table}!${letter}$2", f"COUNTA({table}!${letter}$2:${letter}${len(shown[table]) + 1 + SPARE})"

    def ids(table: str, column: str) -> str:
        first, number = filled(table, column)
        return f"OFFSET({first},0,0,MAX(1,{number}),1)"

    for name, column, other, id in references(known):
        if {name, other} <= shown.keys():
            formulas[name, column] = ids(other, id)
    for name, frame in shown.items():
        for field in known[name]["fields"]:
            truths = ["true", "false"] if field["type"] == "boolean" else []
            if values := [*map(str, field.get("constraints", {}).get("enum", truths))]:
                formulas[name, field["name"]] = listed(values)
        if "heading" in frame:
            formulas[name, "heading"] = listed([*headings, *sets] if name == "codebook" else headings)
    if {"codings", "codebook"} <= shown.keys():
        formulas["codings", "theme"] = f"OFFSET({LISTS}!$A$1,0,0,{filled('codebook', 'id')[1]}+1,1)"
        formulas["codebook", "parent"] = ids("codebook", "id")
    return formulas, fixed


def reading_order(tables: dict[str, pd.DataFrame], headings: list[str]) -> pd.DataFrame:
    """The key points as a person reads them: heading by heading, and under each case by case."""
    points, cases = tables["keypoints"], tables["cases"].sort_values("order", key=number)["id"]
    of_heading, of_case = ({id: place for place, id in enumerate(ids)} for ids in (headings, cases))
    order = points.assign(
        heading=points["heading"].map(of_heading), case=points["case"].map(of_case), order=number(points["order"])
    )
    return points.loc[order.sort_values(["heading", "case", "order"], kind="stable").index]


def to_code(points: pd.DataFrame, codings: pd.DataFrame, coder: str, themed: list[str]) -> pd.DataFrame:
    """A row for each key point that a coder has not coded yet, the theme left open. Returns the columns of codings.csv."""
    done = set(codings.loc[codings["coder"].eq(coder), "keypoint"])
    left = points.loc[points["heading"].isin(themed) & ~points["id"].isin(done), "id"]
    rows = pd.DataFrame({"keypoint": left, "theme": "", "coder": coder, "direction": "supports", "memo": ""}, dtype=str)
    return rows[list(codings)]


def draft(review: Review, codings: pd.DataFrame) -> pd.DataFrame:
    """The rows of a consensus that is still to be written, for key points that several coders have coded alike."""
    if CONSENSUS not in set(review.coders["id"]):
        return codings[:0]
    agreed = coders.draft_consensus(review)
    return agreed.loc[agreed["keypoint"].isin(without_consensus(review.codings)), list(codings)]


def with_help(
    tables: dict[str, pd.DataFrame], settings: dict, sentences: dict[str, str], agreed: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The tables as worksheets show them: in the order of reading, with grey columns, and rows that wait for a theme."""
    headings = [heading["id"] for heading in settings["headings"]]
    points, codings, codebook = reading_order(tables, headings), tables["codings"], tables["codebook"]
    shown = tables | {"keypoints": points}
    if sentences:
        shown["keypoints"] = points.copy()
        shown["keypoints"].insert(points.columns.get_loc("summary"), SENTENCE, points["id"].map(sentences).fillna(""))
    coder = settings["coding"] if settings["coding"] in set(tables["coders"]["id"]) else ""
    codings = pd.concat([codings, agreed], ignore_index=True)
    set_of = {heading: part.id for part in sets_of(settings).itertuples() for heading in part.headings}
    codings = pd.concat([codings, to_code(points, codings, coder, list(set_of))], ignore_index=True)
    place = {point: number for number, point in enumerate(points["id"])}
    codings = codings.sort_values("keypoint", key=lambda ids: ids.map(place), kind="stable")
    themes_of = codebook[codebook["level"].eq("theme")].groupby("heading")["id"].agg("; ".join).to_dict()
    given = [sentences.get(point, "") for point in points["id"]]
    said = linked(points.assign(summary=points["summary"].where(points["summary"].ne(""), given)))
    ids, heading = codings["keypoint"], dict(zip(points["id"], points["heading"].replace(set_of)))
    codings.insert(1, SUMMARY, ids.map(said).fillna(""))
    codings.insert(2, THEMES, [themes_of.get(heading.get(point, ""), "") for point in ids])
    return shown | {"codings": codings}


def make_book(
    tables: dict, shown: dict, agreed: pd.DataFrame, known: dict[str, dict], headings: list[str], sets: list[str]
) -> tuple[Any, dict[str, Iterator[str]]]:
    """The workbook with a worksheet for each table, then two hidden ones, for lists and for digests; and their rows.

    `tables` are those that are read back; `shown` are the worksheets, which may be more.
    """
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    lists, fixed = choices(shown, known, headings, sets)
    rows = {}
    for name, frame in shown.items():
        sheet = book.create_sheet(name)
        fields = {field["name"]: field for field in known[name]["fields"]}
        sheet.freeze_panes = "B2"
        if len(frame):
            sheet.auto_filter.ref = f"A1:{get_column_letter(frame.shape[1])}{len(frame) + 1}"
        for column, title in enumerate(frame, 1):
            if (name, title) in lists:
                letter = get_column_letter(column)
                add_list(sheet, f"{letter}2:{letter}{len(frame) + 1 + SPARE}", lists[name, title])
        sheet.append([head(sheet, column, title, fields.get(title, {})) for column, title in enumerate(frame, 1)])
        styles = {(grey, form): style(sheet, grey, form) for grey in (False, True) for form in (TEXT, NUMBER)}
        rows[name] = rows_of(name, frame, {title: field["type"] for title, field in fields.items()}, styles)
    hidden = book.create_sheet(LISTS)
    last = max([len(shown["codebook"]) + SPARE, *map(len, fixed)])
    for row in range(1, last + 2):
        theme = f'=IF(codebook!$B{row}="theme",codebook!$A{row},"")' if row > 1 else NONE
        hidden.append([theme, *(values[row - 1] if row <= len(values) else "" for values in fixed)])
    about = book.create_sheet(ABOUT)
    rows[ABOUT] = digests(tables, agreed, known)
    hidden.sheet_state = about.sheet_state = "hidden"
    return book, rows


def digests(tables: dict[str, pd.DataFrame], agreed: pd.DataFrame, known: dict[str, dict]) -> Iterator[str]:
    """The rows of the hidden worksheet: table, key of a row, digests of its cells, and whether it is only proposed."""
    found = []
    for name, frame in tables.items():
        found.append((name, "", "", ""))
        for rows, kind in ((frame, ""), (agreed if name == "codings" else frame[:0], "draft")):
            found += [(name, key, cells, kind) for key, cells in signs(rows, known[name]).items()]
    for number, row in enumerate(found, 1):
        yield xlsx.row_xml(number, row, [0] * len(row))


def head(sheet: Any, column: int, title: str, field: dict) -> Any:
    """The head of a column: bold where every row needs it, grey where not, explained in a comment. Returns its cell."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    needed = field.get("constraints", {}).get("required")
    cell, about = WriteOnlyCell(sheet, title), sheet.column_dimensions[get_column_letter(column)]
    about.width = WIDTHS.get(title, 18)
    cell.font = Font(bold=True) if needed else Font(color="666666")
    cell.fill, cell.alignment = PatternFill("solid", fgColor="E3EEF6"), Alignment(wrap_text=True, vertical="top")
    if field.get("type") == "string":
        about.number_format = "@"  # also below the last row: no dates made of "March 2025"
    if field.get("description"):
        words = f"{field['description']} {'Every row needs it.' if needed else 'May stay empty.'}"
        cell.comment = Comment(words, "casesynth", height=110, width=260)
    return cell


def add_list(sheet: Any, cells: str, formula: str) -> None:
    """A drop-down over cells, which warns of other values."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation("list", formula1=formula, allow_blank=True, showErrorMessage=True, errorStyle="warning")
    rule.errorTitle = "Not in the list"
    rule.error = "Check the spelling: `casesynth sheet-back` rejects unknown values."
    rule.add(cells)
    sheet.data_validations.append(rule)


def rows_of(
    name: str, frame: pd.DataFrame, kinds: dict[str, str], styles: dict[tuple[bool, str], int]
) -> Iterator[str]:
    """The rows of a table in its worksheet, below the head; a column that is not of the table is grey."""
    numeric = [kinds.get(title) in ("integer", "number") for title in frame]
    greys = [title.endswith(NOT_READ) for title in frame]
    for row, texts in enumerate(zip(*(frame[title].tolist() for title in frame)), 2):
        if max(map(len, texts)) > CELL:
            title, text = max(zip(frame, texts), key=lambda each: len(each[1]))
            raise UserError(
                f"{name}.csv, row {row}, column {title}: found {len(text):,} characters; a cell of a workbook holds at most "
                f"{CELL:,}. Shorten it."
            )
        values = [typed(text) if number else csvfile.neutral_cell(text) for text, number in zip(texts, numeric)]
        looks = [styles[grey, TEXT if type(value) is str else NUMBER] for value, grey in zip(values, greys)]
        yield xlsx.row_xml(row, values, looks)


def style(sheet: Any, grey: bool, form: str) -> int:
    """The number of a style of cells in the workbook of a worksheet."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font

    like = WriteOnlyCell(sheet)
    like.alignment, like.number_format = Alignment(wrap_text=True, vertical="top"), form
    if grey:
        like.font = Font(color="666666", italic=True)
    return like.style_id


def typed(text: str) -> str | int | float:
    """A text of a column of numbers as a number, where it would be written in the same way."""
    if csvfile.NUMBER.fullmatch(text) and str(float(text)) in (text, f"{text}.0"):
        return float(text) if "." in text else int(text)
    return csvfile.neutral_cell(text)


def refuse_too_large(name: str, shown: dict[str, pd.DataFrame], part: Part) -> None:
    """Raise UserError if a workbook could not be read back."""
    most, cells = max(map(len, shown.values())), sum(frame.size for frame in shown.values())
    if most + SPARE >= xlsx.OURS.rows or cells > xlsx.OURS.cells * 0.8:
        raise UserError(
            f"data/{name}/ has {most:,} rows in one table and {cells:,} cells, more than a workbook holds. Make one of a "
            f"heading: casesynth sheet {name} --heading {part.heading or 'HEADING'}; or of what one coder has to code: "
            f"--coder NAME."
        )


def sheet_out(name: str, heading: str = "", coder: str = "") -> str:
    """Write the workbook of a review, of one heading, or (blind) of what one coder has to code.

    Raises UserError if the one that is there has edits that were not read back.
    """
    settings, folder = load_settings(name), paths.data(name)
    found, tables, known = read_tables(folder), texts_of(folder), schemas(folder)
    part = part_of(name, settings, tables["coders"], heading, coder)
    file = book_file(name, part.name)
    wrong = [p for p in found.problems if not p.note and p.file != "keypoints.csv"]
    there = xlsx.read_book(file, xlsx.OURS) if file.exists() else {}
    if edited(file, there, known, tables):
        raise unread(name, file)
    readable = not coder and {"codings", "keypoints", "coders"} <= found.tables.keys()
    agreed = tables["codings"][:0]
    if readable:
        agreed = draft(Review(name, settings, found.tables), agreed)
    set_of = {each: group.id for group in sets_of(settings).itertuples() for each in group.headings}
    helped = with_help(tables, settings | ({"coding": coder} if coder else {}), sentences_of(folder), agreed)
    tables, worksheets = part.of(name, tables, helped, set_of) if part.name else (tables, helped)
    agreed = agreed[agreed["keypoint"].isin(worksheets["codings"]["keypoint"])]
    refuse_too_large(name, worksheets, part)
    headings = [each["id"] for each in settings["headings"]]
    sets = [id for id in sets_of(settings)["id"] if id not in headings]
    book, rows = make_book(tables, worksheets, agreed, known, headings, sets)
    own = [title for title in there if title not in (*known, ABOUT, LISTS)]
    for title in own:
        sheet = book.create_sheet(title)
        for row in there[title]:
            sheet.append([xlsx.escaped(cell) if type(cell) is str else cell for cell in row])
    kept = keep_copy(file)
    xlsx.write_book(book, file, rows)
    note_synced(file, {})
    return "\n".join(told(name, file, worksheets, own, kept, agreed, len(wrong), coder))


def unread(name: str, book: Path) -> UserError:
    """The error that a workbook has edits which were not read back, with what to do."""
    return UserError(
        f"{shown(book)} has edits that were not read back, so nothing was done. `{back_command(name, book)}` reads them. If you "
        "do not want them, or it is the workbook of an earlier review of this name, move the file away."
    )


def refuse_unread(name: str, folder: Path) -> None:
    """Raise UserError if a workbook of a review, or of a part, has edits that were not read back: they would be lost."""
    books = books_of(name)
    known, tables = (schemas(folder), texts_of(folder)) if books else ({}, {})
    for book in books:
        if edited(book, xlsx.read_book(book, xlsx.OURS), known, tables):
            raise unread(name, book)


def sentences_of(folder: Path) -> dict[str, str]:
    """The sentence as given of each key point, as far as a cell holds it."""
    if not (folder / "sentences.csv").exists():
        return {}
    rows = csvfile.read(folder / "sentences.csv", ["keypoint", "sentence"], csvfile.OURS).frame()
    return dict(zip(rows["keypoint"], rows["sentence"].str.slice(0, CELL - 10)))


def told(
    name: str, file: Path, worksheets: dict[str, pd.DataFrame], own: Any, kept: Any, agreed: Any, wrong: int, coder: str
) -> list[str]:
    """What to show after a workbook was written."""
    lines = [f"{shown(file)}: {', '.join(f'{table} ({len(frame)})' for table, frame in worksheets.items())}."]
    if own:
        lines.append(f"Worksheets of your own, taken over without colours and comments: {', '.join(own)}.")
    if kept:
        lines.append(f"The workbook as it was before is kept as {shown(kept)}.")
    if len(agreed):
        lines.append(
            f"Proposed in codings: the consensus on {plural(agreed['keypoint'].nunique(), 'key point')} that the coders have coded "
            "alike. Those on which they differ wait for your decision."
        )
    if coder:
        lines.append(
            f"It shows no coding by anybody else, in an order of its own, and only rows of {coder} are read back. Once "
            f"several coders are done, `casesynth make {name}` compares them (notebook 10)."
        )
    if wrong:
        found = "a problem" if wrong == 1 else f"{wrong} problems"
        lines.append(f"The tables have {found}; `casesynth check {name}` says more.")
    return [*lines, f"Edit it in Excel or LibreOffice, save it as .xlsx, then: {back_command(name, file)}"]


def back_command(name: str, file: Path) -> str:
    """The command that reads a workbook back."""
    return f"casesynth sheet-back {name}" + (f" --book {shown(file)}" if file != book_file(name) else "")
