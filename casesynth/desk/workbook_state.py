"""What a workbook on the disk holds, and what was last read from or written to it."""

import hashlib
import json
import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import paths, xlsx
from casesynth.core.csvfile import as_typed
from casesynth.core.problems import Problem
from casesynth.core.text import shortened, tidy
from casesynth.desk.tables import signs

ABOUT, LISTS = "about", "lists"
#: Grey columns help people to read; what is typed there is not read back.
NOT_READ = " (not read back)"


def header_problems(name: str, header: list[str], columns: list[str]) -> list[Problem]:
    """Columns of a worksheet that are unknown, repeated or missing; the grey ones are ignored."""
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
    sisters: dict[Any, Any] = {}
    for row in rows.values():
        stem, _, last = row["id"].rpartition("-")
        if not row["case"] and not row["heading"] and stem in sisters and last.isdecimal():
            row |= {column: row[column] or text for column, text in sisters[stem].items()}
            row["order"] = str(int(last))
        same = ("case", "heading", "source", "section", "anchor", "answer")
        sisters[stem] = {column: row[column] for column in same if column in row}


def cell_text(value: Any, kind: str, title: str) -> tuple[str, str]:
    """The text of a cell as somebody typed it, and what is wrong with it ("" for nothing)."""
    if isinstance(value, xlsx.Formula):
        return value, "a formula; type an apostrophe (') before the text, or copy the cell and paste its value"
    if isinstance(value, (datetime, date)) and title == "when":
        return value.isoformat()[:7], ""  # the month is meant
    if isinstance(value, (datetime, date)) or type(value).__name__ in ("time", "timedelta"):
        return str(value), "a date that the spreadsheet made; format the cell as text and type it again"
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if (
        isinstance(value, (int, float))
        and kind == "string"
        and (abs(value) >= 1e15 or (not whole and len(repr(value)) > 15))
    ):
        return str(value), "a long number whose digits the spreadsheet cut; format the cell as text and type it again"
    text = xlsx.as_text(value)
    return as_typed(text) if isinstance(value, str) else text, ""


#: The number of copies of earlier workbooks that are kept.
COPIES = 5


def frame_of(name: str, rows: list[list], schema: dict) -> tuple[pd.DataFrame, list[Problem]]:
    """A worksheet as a table of texts, indexed by its row numbers, and the cells that cannot be read as typed."""
    kinds = {field["name"]: field["type"] for field in schema["fields"]}
    header = [tidy(xlsx.as_text(cell)) for cell in rows[0]] if rows else []
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


def book_file(name: str, part: str = "") -> Path:
    """Where the workbook of a review, or of a part of it, is."""
    return paths.sheets() / f"{name}{part}.xlsx"


def books_of(name: str) -> list[Path]:
    """The workbooks of a review that are there: the whole one, and those of parts."""
    whole = book_file(name)
    return [*([whole] if whole.exists() else []), *sorted(whole.parent.glob(f"{name}--*.xlsx"))]


def keep_copy(file: Path) -> Path | None:
    """Keep a workbook that somebody saved, before it is written anew: with colours, comments and all. Returns the copy."""
    if not file.exists() or file_sign(file) == noted(file).get("file"):
        return None
    saved = datetime.fromtimestamp(file.stat().st_mtime)
    copy = file.with_name(f"{file.stem}.before-{saved:%Y-%m-%d-%H%M%S}.xlsx")
    shutil.copy2(file, copy)
    for old in sorted(file.parent.glob(f"{file.stem}.before-*.xlsx"))[:-COPIES]:
        old.unlink()
    return copy


def file_sign(file: Path) -> str:
    """The digest of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


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
    """The digests of the cells as they were written or last read back: of the tables, and of rows that were proposed."""
    written: dict[Any, Any] = {}
    drafts: dict[Any, Any] = {}
    for name, key, cells, kind in ([*row, "", "", "", ""][:4] for row in sheets.get(ABOUT, [])):
        written.setdefault(name, {})
        if key:
            (drafts if kind else written).setdefault(name, {})[xlsx.as_text(key)] = cells
    return written | noted(file).get("tables", {}), drafts


def noted(file: Path) -> dict:
    """What is remembered next to a workbook: its own digest as it was written, and the tables as they were read back."""
    beside = file.with_suffix(".read-back.json")
    return json.loads(beside.read_text("utf-8")) if beside.exists() else {}


def note_synced(file: Path, tables: dict[str, dict]) -> None:
    """Remember what was read back; nothing, for a workbook that was just written."""
    note = {"file": noted(file).get("file") if tables else file_sign(file), "tables": tables}
    file.with_suffix(".read-back.json").write_text(json.dumps(note, indent=1, sort_keys=True) + "\n", "utf-8")
