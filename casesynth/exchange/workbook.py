"""The framework matrix, the counts and the codings as one workbook.

Text that a spreadsheet would run as a formula is neutralised (see `core.csvfile`).
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from casesynth.analysis.extraction import framework_matrix, purposes
from casesynth.analysis.themes import coded_points, eligible, theme_cases, theme_table, themes_of
from casesynth.core.csvfile import neutral
from casesynth.core.review import Review
from casesynth.core.rules import Rules
from casesynth.core.spoiled import CELL
from casesynth.core.xlsx import book_bytes

HEAD = PatternFill("solid", fgColor="0072B2")
LINE = Side(style="thin", color="DDDDDD")
#: Columns that hold sentences are wide; the others as wide as their words.
WIDE, WIDEST, NARROW = 55, 70, 10


def matrix(review: Review) -> pd.DataFrame:
    """Cases by headings, with the names of both. Returns Case, then one column for each heading."""
    cells = framework_matrix(review.keypoints, review.cases.sort_values("order"), review.headings)
    names = dict(zip(review.headings["id"], review.headings["name"]))
    return cells.drop(columns="case").rename(columns={"name": "Case", **names})


def cells_of(review: Review) -> Iterator[tuple]:
    """Each set of headings with its themes, its eligible cases and `theme_cases`, in the coding that the synthesis uses."""
    for heading in review.sets.itertuples():
        themes, cases = themes_of(review, heading.id), eligible(review, heading.id)
        yield (
            heading,
            themes,
            cases,
            theme_cases(coded_points(review, review.settings["coding"], heading.id), themes, cases),
        )


def counts(review: Review) -> pd.DataFrame:
    """How many key points and cases report each theme; the most widespread first."""
    parts = []
    least = Rules.of(review).min_cases
    for heading, themes, cases, cells in cells_of(review):
        table = theme_table(cells, themes, cases, least).sort_values(["cases", "theme"], ascending=[False, True])
        parts.append(table.assign(heading=heading.name))
    columns = {"heading": "Heading", "name": "Theme", "points": "Key points", "cases": "Cases", "of_cases": "Of cases",
               "share": "Share", "contradicting": "Key points against",
               "supported": "Supported", "reported_by": "With the theme",
               "not_mentioned_by": "Without it"}  # fmt: skip
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(columns))
    table["supported"] = table["supported"].map({True: "yes", False: "no"})
    return table[list(columns)].rename(columns=columns)


def case_by_theme(review: Review) -> pd.DataFrame:
    """Cases by themes: 1 where a case reports a theme, 0 where it does not mention it, empty where nothing is coded.

    Returns case, name, page (of the case in the explorer), then a column for each theme, by its id.
    """
    cells = pd.concat(
        [cells for _, _, _, cells in cells_of(review)] or [pd.DataFrame(columns=["case", "theme", "points"])]
    )
    wide = cells.assign(there=cells["points"].gt(0).astype("Int64")).pivot(
        index="case", columns="theme", values="there"
    )
    cases = review.reported[["id", "name"]].rename(columns={"id": "case"})
    pages = "../explorer.html#/case/" + cases["case"]
    themes = [theme for theme in review.codebook["id"] if theme in wide]
    return cases.assign(page=pages).merge(wide[themes], how="left", left_on="case", right_index=True)


def codings(review: Review) -> pd.DataFrame:
    """Every coding of every coder with its key point; a key point that nobody has coded has one row without a coder."""
    names = {**dict(zip(review.codebook["id"], review.codebook["name"])), "none": "no theme"}
    points = review.keypoints.rename(columns={"id": "keypoint"})
    points = points.merge(review.cases[["id", "name", "order"]], left_on="case", right_on="id", suffixes=("", "_case"))
    place = {heading: number for number, heading in enumerate(review.headings["id"])}
    table = points.merge(review.codings, how="left", on="keypoint")
    table["place"] = table["heading"].map(place)
    table = table.sort_values(["order_case", "place", "order", "keypoint", "coder", "theme"]).fillna("")
    table["heading"] = table["heading"].map(dict(zip(review.headings["id"], review.headings["name"])))
    table["theme"] = [names.get(theme, theme) for theme in table["theme"]]
    table["serves"] = table["keypoint"].map(purposes(review.keypoints))
    columns = {"name": "Case", "heading": "Heading", "label": "Label", "summary": "Key point", "serves": "Serves",
               "theme": "Theme",
               "direction": "Direction", "coder": "Coder", "memo": "Memo", "keypoint": "Id"}  # fmt: skip
    return table[list(columns)].rename(columns=columns).reset_index(drop=True)


def sheets(review: Review) -> dict[str, pd.DataFrame]:
    """The sheets of the workbook by their titles."""
    return {
        "Framework matrix": matrix(review),
        "Counts": counts(review),
        "Codings": codings(review),
    }


def cell_text(value: Any) -> Any:
    """A value as a cell can hold it."""
    if not isinstance(value, str):
        return value.item() if hasattr(value, "item") else value
    text = neutral(ILLEGAL_CHARACTERS_RE.sub("\ufffd", value.encode("utf-8", "replace").decode("utf-8")))
    return text if len(text) <= CELL else text[: CELL - 40] + " … (cut here; the CSV has all of it)"


def widths(frame: pd.DataFrame) -> list[int]:
    """The width of each column in characters, from its contents."""
    widths = []
    for column in frame:
        longest = max([len(str(value)) for value in frame[column].head(2000)] + [0])
        width = WIDE if longest > 60 else max(longest + 2, NARROW)
        widths.append(min(max(width, min(len(str(column)) + 4, 18)), WIDEST))
    return widths


def add_sheet(book: Workbook, title: str, frame: pd.DataFrame) -> None:
    """One table as a sheet: a header that stays in view, wrapped text, a filter, and a width for each column."""
    sheet = book.create_sheet(title)
    for row, values in enumerate([list(frame.columns), *frame.itertuples(index=False)], 1):
        for column, value in enumerate(values, 1):
            cell = sheet.cell(row, column, cell_text(value))
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula or an error value, whatever it looks like
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(bottom=LINE)
            if row == 1:
                cell.font, cell.fill = Font(bold=True, color="FFFFFF"), HEAD
            elif frame.columns[column - 1] == "Share":
                cell.number_format = "0%"
    for column, width in enumerate(widths(frame), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "B2" if title in ("Framework matrix", "Counts") else "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(frame.shape[1], 1))}{len(frame) + 1}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def about(review: Review) -> pd.DataFrame:
    """What a reader of the workbook has to know."""
    settings = review.settings
    rows = [
        ("Review", settings["title"]),
        ("Question", settings["question"]),
        ("Method", settings.get("method", "")),
        ("Coding that is counted", f"{settings['coding']} (the sheet Codings has all coders)"),
        ("A theme is supported", f"if at least {Rules.of(review).min_cases} cases report it"),
        ("Counts", "show how widely a theme was reported, not how important it is"),
        ("An apostrophe", "before = + - or @ was added: it keeps a spreadsheet from running the text as a formula"),
    ]
    return pd.DataFrame(rows, columns=["About", "This workbook"])


def workbook(review: Review, shown: dict[str, pd.DataFrame]) -> bytes:
    """The workbook as bytes of an .xlsx file; `shown` has its `sheets`."""
    book = Workbook()
    book.remove(book.active)
    book.properties.title = cell_text(review.settings["title"])
    add_sheet(book, "About", about(review))
    for title, frame in shown.items():
        add_sheet(book, title, frame)
    return book_bytes(book)
