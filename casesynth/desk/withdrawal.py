"""Consent that was withdrawn: the state of it in the tables, and how a case is taken out of a review.

withdrawn.csv holds the id of the case and digests of its names, so that no later import takes it in again. It holds
nothing else about the case.
"""

import hashlib
import shutil
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from casesynth.core import csvfile, paths
from casesynth.core.paths import shown
from casesynth.core.problems import Problem
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings
from casesynth.core.text import plural
from casesynth.desk import changes, copies
from casesynth.desk.tables import references
from casesynth.desk.wording import key
from casesynth.desk.workbook_state import book_file
from casesynth.errors import UserError

FILE, COLUMNS = "withdrawn.csv", ["id", "names"]


def digest(review: str, name: str) -> str:
    """A digest by which a name is recognised that must not be kept."""
    return hashlib.sha256(f"{review}\n{key(name)}".encode()).hexdigest()[:16]


def read(folder: Path) -> pd.DataFrame:
    """The cases that have withdrawn: id, and the digests of their names, separated by spaces."""
    file = folder / FILE
    frame = csvfile.read(file, COLUMNS).frame() if file.exists() else pd.DataFrame(columns=COLUMNS, dtype=str)
    return frame.reindex(columns=COLUMNS, fill_value="")


def has_withdrawn(review: str, name: str, withdrawn: pd.DataFrame) -> bool:
    """Whether a case of this name has withdrawn."""
    known = {part for names in withdrawn["names"] for part in names.split()}
    return digest(review, name) in known


def noted(review: str, withdrawn: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """The table of withdrawals with these rows of cases.csv added."""
    rows = [
        [case["id"], " ".join(dict.fromkeys(digest(review, case[part]) for part in ("id", "name", "full_title")))]
        for case in cases.to_dict("records")
    ]
    both = pd.concat([withdrawn, pd.DataFrame(rows, columns=COLUMNS, dtype=str)], ignore_index=True)
    return both.drop_duplicates("id").sort_values("id", ignore_index=True)


def problems(name: str, cases: pd.DataFrame) -> list[Problem]:
    """The cases that have withdrawn and are still in the tables."""
    try:
        withdrawn = read(paths.data(name))
    except UserError as error:
        return [Problem(FILE, str(error))]
    return [
        Problem(FILE, f"this case has withdrawn its consent and must be taken out: `casesynth withdraw {name} {id}`", row,
                "id", id)
        for row, id in enumerate(withdrawn["id"], 2)
        if id in set(cases["id"])
    ]  # fmt: skip


def rows_of_case(tables: dict[str, pd.DataFrame], known: dict[str, dict], case: str) -> dict[str, pd.Series]:
    """Which rows of each table belong to a case: its own, and those that refer to one of them, in any table."""
    marked = {name: pd.Series(False, frame.index) for name, frame in tables.items()}
    marked["cases"] |= tables["cases"]["id"].eq(case)
    links = [*references(known), ("respondents", "case", "cases", "id")]
    before = -1
    while before != (before := sum(int(rows.sum()) for rows in marked.values())):
        for table, column, other, id in links:
            if {table, other} <= tables.keys():
                gone = set(tables[other].loc[marked[other], id]) - {""}
                marked[table] |= tables[table][column].isin(gone)
    return {name: rows for name, rows in marked.items() if rows.any()}


def find(name: str, case: str, cases: pd.DataFrame) -> pd.DataFrame:
    """The row of cases.csv with this id or name. Raises UserError if there is none; no other case is ever suggested."""
    names = cases[["name", "full_title"]].apply(lambda column: column.map(key))
    rows = cases[cases["id"].eq(case) | names.eq(key(case)).any(axis=1)]
    if len(rows) != 1:
        count = "no case" if rows.empty else f"{len(rows)} cases"
        raise UserError(
            f"data/{name}/cases.csv: {count} with the id or name '{case}'; give the id in its first column."
        )
    return rows


def withdraw(name: str, case: str) -> str:
    """Take a case out of every table, workbook and result of a review.

    Copies of earlier tables and workbooks are deleted, too, so this cannot be undone. Returns what was done, and what
    only a person can do. Raises UserError if there is no such case, or the workbook has edits that were not read back.
    """
    from casesynth.desk import workbook  # half a second, which the check before every run must not take

    load_settings(name)
    folder, book = paths.data(name), book_file(name)
    known = schemas(folder) | {"respondents": {}}
    workbook.refuse_unread(name, folder)
    tables = {
        table: csvfile.read(folder / f"{table}.csv", limits=csvfile.OURS).frame()
        for table in known
        if (folder / f"{table}.csv").exists()
    }
    row = find(name, case, tables["cases"])
    marked = rows_of_case(tables, known, row["id"].item())
    csvfile.write(folder / FILE, noted(name, read(folder), row))
    for table, rows in marked.items():
        csvfile.write(folder / f"{table}.csv", tables[table][~rows])
    lines = [f"{row['id'].item()} was taken out of data/{name}/: "
             + ", ".join(f"{table}.csv ({plural(int(rows.sum()), 'row')})" for table, rows in marked.items()) + "."]  # fmt: skip
    lines += [f"Deleted: {', '.join(deleted)}." for deleted in [delete_derived(name)] if deleted]
    if book.exists():
        workbook.sheet_out(name)
        delete_all(book.parent.glob(f"{name}.before-*.xlsx"))
        lines.append(f"{shown(book)} was written anew.")
    names = {row["id"].item(), row["name"].item(), row["full_title"].item()} - {""}
    gone = {table: tables[table][rows] for table, rows in marked.items()}
    names |= {id for frame in gone.values() if "id" in frame for id in frame["id"]}
    rested = sorted(set(gone["finding-evidence"]["finding"])) if "finding-evidence" in gone else []
    return "\n".join([*lines, "No later import takes it in again (withdrawn.csv).", *for_a_person(name, names, rested)])


def delete_all(places: Iterable[Path]) -> list[str]:
    """Delete files and folders. Returns their names as a user knows them."""
    deleted = []
    for place in sorted(places):
        shutil.rmtree(place) if place.is_dir() else place.unlink()
        deleted.append(shown(place))
    return deleted


def delete_derived(name: str) -> list[str]:
    """Delete what was made from the tables of before: results and figures of every setting, copies, suggestions."""
    results, sheets = paths.read(name).parent, book_file(name).parent
    made = (results, results / "by-hand", paths.figures(name).parent, paths.next_to_data("build"))
    places = [place for folder in made for own in (name, f"{name}--*") for place in folder.glob(own)]
    for own in (f"{name}.before-*.xlsx", f"{name}-suggestions.csv", f"{name}--*"):
        places += sheets.glob(own)
    deleted = delete_all(places)
    number = copies.forget(name)
    return deleted + [f"{number} copies of earlier tables"] * bool(number)


def for_a_person(name: str, names: set[str], findings: list[str]) -> list[str]:
    """What no command can do, as lines: what rests on the case or mentions a row of it, and copies elsewhere."""
    places = [place for place in changes.mentions(name, names) if not place.startswith(FILE)]
    prose = [file for file in ("findings.csv", "narrative") if (paths.data(name) / file).exists()]
    own = f" ({', '.join(findings)} had evidence of it)" if findings else ""
    return [
        "What only a person can do:",
        *(f"  - {' and '.join(prose)}: does each sentence still hold without it?{own}" for _ in prose[:1]),
        *(f"  - {place} still mentions it: rewrite or delete that" for place in places),
        "  - names and quotations of it in other projects' summaries and memos, and in worksheets of your own",
        "  - the export of the form, and the answers that the form service still holds",
        f"  - the history of the repository, if data/{name}/ was ever committed, and every copy of it elsewhere",
        "  - reports, exports and crates that were sent or published, and backups",
        f"Then: casesynth check {name}, and make the report anew.",
    ]
