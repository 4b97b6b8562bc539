"""All problems of a review at once, and what there is and what to do next: `casesynth check my-review`."""

from contextlib import suppress
from dataclasses import replace

import pandas as pd

from casesynth.analysis.participants import misread
from casesynth.audit import arguments
from casesynth.core import paths, xlsx
from casesynth.core.problems import Problem
from casesynth.core.review import read
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings
from casesynth.core.text import fold
from casesynth.core.validate import Found, all_problems
from casesynth.desk import form, privacy, withdrawal, workbook_back, workbook_state
from casesynth.desk.tables import keys_of
from casesynth.errors import UserError

#: A workbook up to this size is read to say in which of its rows a problem is: a second or two.
READ_QUICKLY = 2_000_000


def problems_of(name: str) -> tuple[list[Problem], dict[str, pd.DataFrame]]:
    """Everything that is wrong with a review, or worth a look, and the tables that could be read.

    Raises UserError only where there is no such review, or its review.yaml cannot be read.
    """
    settings, found = load_settings(name), read(name)
    problems = all_problems(settings, found, [arguments.problems])
    problems += [Problem("review.yaml", words) for words in form.form_problems(settings)]
    problems += privacy.notes(found.tables, found.rows)
    if "participants" in found.tables:
        problems += misread_numbers(found.tables["participants"], found.rows["participants"])
    if "cases" in found.tables:
        problems += withdrawal.problems(name, found.tables["cases"])
    problems += same_names(found.tables, found.rows)
    problems += unknown_files(name)
    return with_places(name, problems, found), found.tables


def with_places(name: str, problems: list[Problem], found: Found) -> list[Problem]:
    """The problems with the id of their row, and with its row in the workbook where there is one that can be read."""
    book, folder = workbook_state.book_file(name), paths.data(name)
    tables = {problem.file.removesuffix(".csv") for problem in problems if problem.row}
    ids, rows, known = {}, {}, schemas(folder) if tables else {}
    for table in tables & found.tables.keys() & found.rows.keys():
        keys = keys_of(known[table])
        texts = found.tables[table][keys].astype(str).agg(" ".join, axis=1)
        ids[table] = dict(zip(found.rows[table], texts))
    if tables and book.exists() and book.stat().st_size < READ_QUICKLY:
        with suppress(UserError, KeyError):  # a workbook that cannot be read is a matter of sheet-back
            sheets = xlsx.read_book(book, xlsx.OURS)
            for table in tables & sheets.keys() & known.keys():
                frame, _ = workbook_state.frame_of(table, sheets[table], known[table])
                keys = keys_of(known[table])
                rows[table] = workbook_back.worksheet_rows(folder / f"{table}.csv", frame, keys)
    placed = []
    for problem in problems:
        table = problem.file.removesuffix(".csv")
        row = problem.row or 0
        id, sheet_row = ids.get(table, {}).get(row, ""), rows.get(table, {}).get(row)
        placed.append(replace(problem, id=id, sheet_row=sheet_row))
    return placed


def misread_numbers(groups: pd.DataFrame, rows: list[int]) -> list[Problem]:
    """Numbers of people whose low and high are not what their published form says; dates made by a spreadsheet among them."""
    problems = []
    for row, (_, group) in zip(rows, groups.iterrows()):
        try:
            wrong = not misread(group.to_frame().T).empty
        except ValueError:
            wrong = True
        if wrong:
            words = f"it does not read as low {group['low']}, high {group['high']}"
            problems.append(Problem("participants.csv", words, row, "stated", str(group["stated"])))
    return problems


def same_names(tables: dict[str, pd.DataFrame], rows: dict[str, list[int]]) -> list[Problem]:
    """Cases with one name, and themes of one heading and level with one name: nobody could tell them apart in a result."""
    problems = []
    for table, parts in (("cases", ["name"]), ("codebook", ["level", "heading", "name"])):
        frame = tables.get(table)
        if frame is None or not set(parts) <= set(frame):
            continue
        keys = frame[parts].astype(str).map(lambda text: fold(text).casefold())
        for row, name, twice in zip(rows[table], frame["name"], keys.duplicated() & keys["name"].ne("")):
            if twice:
                words = "another row above has the same name; results show names, so give each its own"
                problems.append(Problem(f"{table}.csv", words, row, "name", str(name)))
    return problems


def unknown_files(name: str) -> list[Problem]:
    """Files of the folder that belong to no table: a table saved under another name, for example."""
    folder = paths.data(name)
    try:
        known = [f"{table}.csv" for table in schemas(folder)] + ["respondents.csv", withdrawal.FILE]
    except UserError:
        return []
    files = sorted(file.name for file in folder.glob("*.csv") if file.name not in known)
    return [
        Problem(file, "no table of the schema has this name; it is not read", found=file, known=tuple(known), note=True)
        for file in files
    ]
