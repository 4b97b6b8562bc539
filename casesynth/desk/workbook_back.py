"""Read an edited workbook back into the tables of its review."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import csvfile, paths, xlsx
from casesynth.core.paths import shown
from casesynth.core.problems import Problem, listing
from casesynth.core.schema import AS_GIVEN, schemas
from casesynth.core.settings import load_settings
from casesynth.core.text import shortened
from casesynth.desk import changes
from casesynth.desk.tables import by_key, keys_of, merged, signs, texts_of
from casesynth.desk.workbook_state import (
    ABOUT,
    book_file,
    frame_of,
    note_synced,
    written_in,
)
from casesynth.errors import UserError


@dataclass
class Reading:
    """What a workbook would change: whole tables as worksheets have them, those that differ, problems and remarks."""

    frames: dict[str, pd.DataFrame]
    changed: dict[str, pd.DataFrame]
    problems: list[Problem]
    remarks: list[str]


def sheet_back(name: str, book: Path | None = None, yes: bool = False) -> str:
    """Read the workbook, or another one, back into the tables. Returns what to show.

    Raises UserError, and writes nothing, if anything in it is wrong; Unconfirmed if it would delete more than a few rows
    and `yes` does not say that it may.
    """
    settings, folder, file = load_settings(name), paths.data(name), book or book_file(name)
    known = schemas(folder)
    if not file.exists():
        raise UserError(f"{shown(file)} is not there; `casesynth sheet {name}` writes it.")
    now = texts_of(folder)
    reading = read_sheets(file, now, known)
    with changes.tried(name, reading.changed) as trial:
        later, notes = changes.meant(settings, trial) if reading.changed else ([], [])
        seen = {(problem.file, problem.row, problem.column) for problem in reading.problems}
        later = by_sheet(later, trial, reading.frames, now, known)
        problems = reading.problems + [p for p in later if (p.file, p.row, p.column) not in seen]
        if problems:
            raise UserError(
                f"{shown(file)}: nothing was read back; to correct in the workbook ({len(problems)}):\n{listing(problems)}"
            )
        lines = changes.put(name, trial, reading.changed, now, "" if yes else f"casesynth sheet-back {name} --yes")
    note_synced(file, {table: signs(frame, known[table]) for table, frame in reading.frames.items()})
    first = f"{shown(file)} was read back." if lines else f"{shown(file)}: nothing was edited.{newer(file)}"
    return "\n".join([first, *reading.remarks, *lines, *(f"Look at {note}" for note in notes)])


def read_sheets(file: Path, now: dict[str, pd.DataFrame], known: dict[str, dict]) -> Reading:
    """The worksheets of a workbook, each merged with its table as it is now."""
    sheets = xlsx.read_book(file, xlsx.OURS)
    written, _ = written_in(file, sheets)
    if not written:
        raise UserError(
            f"{shown(file)}: it lacks the hidden worksheet '{ABOUT}', which `casesynth sheet` writes. "
            "Is it the right workbook?"
        )
    missing = [table for table in written if table in known and table not in sheets]
    reading = Reading({}, {}, [], [f"  {table}: its worksheet is gone; the table stays as it is" for table in missing])
    part = "cases" not in written  # of a heading or a coder: what else it shows is not read
    blind = part and "codebook" not in written
    for table in [table for table in known if table in sheets and table not in AS_GIVEN]:
        if part and table not in written:
            continue
        frame, wrong = frame_of(table, sheets[table], known[table])
        if blind:
            wrong += other_coders(frame, written[table])
        reading.frames[table] = frame
        before, present = written.get(table, {}), now.get(table, frame[:0])
        if signs(frame, known[table]) != before:
            both = merged_with(frame, present, before, table, known[table], reading)
            if signs(both, known[table]) != signs(present, known[table]):
                reading.changed[table] = both
        reading.problems += wrong
    return reading


def other_coders(frame: pd.DataFrame, before: dict[str, str]) -> list[Problem]:
    """Rows of another coder in a workbook that was made for one."""
    coders = frame["coder"].value_counts()
    own = next((key.split()[-1] for key in before), coders.index[0] if len(coders) else "")
    words = f"this workbook is for {own}; only rows of this coder are read back"
    return [
        Problem("codings", words, int(row), "coder", frame["coder"][row]) for row in frame.index[frame["coder"].ne(own)]
    ]


def merged_with(
    frame: pd.DataFrame, now: pd.DataFrame, before: dict[str, str], table: str, schema: dict, reading: Reading
) -> pd.DataFrame:
    """The rows of a worksheet and of its table put together; what is wrong, and what is kept, goes to the reading."""
    keys = keys_of(schema)
    if signs(now, schema) == before:
        return frame
    if len(twice := frame.index[frame.duplicated(keys)]):
        words = f"each {', '.join(keys)} may occur together only once; an earlier row has the same"
        reading.problems += [Problem(table, words, row, keys[0], frame.at[row, keys[0]]) for row in twice]
        return frame
    both, clash, kept = merged(frame, now, before, schema)
    rows = dict(zip(by_key(frame, schema), frame.index))
    for key, column, text, other in clash:
        words = (
            f"edited here, and since then in {table}.csv, where it is '{shortened(other)}'. Type that here to take it, or "
            "your text there to keep yours"
        )
        reading.problems.append(Problem(table, words, int(rows[key]), column, text))
    if kept:
        listed = ", ".join(kept)
        reading.remarks.append(f"  {table}: deleted on one side and changed on the other, therefore kept: {listed}")
    return both


def newer(file: Path) -> str:
    """A word on a file of the same name that was saved later, but not as .xlsx; empty where there is none."""
    others = [file.with_suffix(ending) for ending in (".ods", ".csv", ".xls", ".xlsm", ".numbers")]
    later = [other for other in others if other.exists() and other.stat().st_mtime > file.stat().st_mtime]
    return f" But {shown(later[0])} was saved later: save that as .xlsx." if later else ""


def by_sheet(
    problems: list[Problem], folder: Path, frames: dict[str, pd.DataFrame], before: dict[str, pd.DataFrame], known: dict
) -> list[Problem]:
    """The problems of tables, with the rows of the worksheets that say the same; what was deleted is said to be."""
    rows: dict[str, dict[Any, Any]] = {}
    moved = []
    for problem in problems:
        name, words, near = problem.file.removesuffix(".csv"), problem.expected, problem.known
        if name in frames and name not in rows:
            rows[name] = worksheet_rows(folder / problem.file, frames[name], keys_of(known[name]))
        place = rows.get(name, {}).get(problem.row)
        file, row = (name, place) if place or (name in frames and problem.row == 1) else (problem.file, problem.row)
        other = re.fullmatch(r"expected an id of (\w+)\.csv", words)
        if other and other[1] in before and problem.found in set(before[other[1]].iloc[:, 0]):
            words, near = f"deleted from {other[1]}; delete this row too, or put that one back", ()
        moved.append(Problem(file, words, row, problem.column, problem.found, near))
    return moved


def worksheet_rows(file: Path, frame: pd.DataFrame, keys: list[str]) -> dict[int, int]:
    """Row of a table's file -> row of the worksheet with the same key, where there is one."""
    places: dict[Any, Any] = {}
    for number, key in zip(frame.index, frame[keys].agg("\t".join, axis=1) if len(frame) else []):
        places.setdefault(key, []).append(int(number))
    table = csvfile.read(file, limits=csvfile.OURS)
    same = table.frame()[keys].agg("\t".join, axis=1) if table.rows else []
    return {row: places[key].pop(0) for row, key in zip(table.numbers, same) if places.get(key)}
