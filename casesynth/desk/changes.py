"""A change of a review's tables: tried in a copy, confirmed where it deletes, kept for `casesynth undo`, and told."""

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from casesynth.core import csvfile, paths
from casesynth.core.files import whole_file
from casesynth.core.problems import Problem, listing
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings
from casesynth.core.text import plural
from casesynth.core.validate import all_problems, read_tables
from casesynth.desk import copies
from casesynth.desk.tables import by_key, compared, keys_of
from casesynth.errors import UserError


def change(name: str, changed: dict[str, pd.DataFrame], now: dict[str, pd.DataFrame], confirm: str) -> list[str]:
    """Change tables of a review; all are texts. Returns what is to be corrected in review.yaml then, a line for each.

    Raises UserError, and changes nothing, if the review would not be valid any more; Unconfirmed if more than a few rows
    would be deleted, and `confirm`, the command that may, is not empty.
    """
    with tried(name, changed) as trial:
        problems, notes = meant(load_settings(name), trial)
        if problems:
            raise UserError(f"data/{name}/ would not be valid any more, so nothing was changed:\n{listing(problems)}")
        put(name, trial, changed, now, confirm)
        return [f"Look at {note}" for note in notes]


@contextmanager
def tried(name: str, changed: dict[str, pd.DataFrame]) -> Iterator[Path]:
    """A copy of a review in which these tables are changed."""
    folder = paths.data(name)
    known = schemas(folder)
    with tempfile.TemporaryDirectory() as scratch:
        trial = Path(scratch) / name
        shutil.copytree(folder, trial)
        for table, frame in changed.items():
            csvfile.write(trial / f"{table}.csv", in_order(frame, known[table]))
        yield trial


def put(
    name: str, trial: Path, changed: dict[str, pd.DataFrame], now: dict[str, pd.DataFrame], confirm: str
) -> list[str]:
    """Put the changed tables of a trial in the place of those of now. Returns a line for each; raises as `change` does."""
    folder = paths.data(name)
    known = schemas(folder)
    before = {table: now.get(table, frame[:0]) for table, frame in changed.items()}
    if confirm:
        gone = {table: lost(before[table], frame, known[table]) for table, frame in changed.items()}
        copies.confirm_deletions(name, gone, confirm)
    if changed:
        copies.keep(name)
    for table in changed:
        with whole_file(folder / f"{table}.csv") as partial:
            shutil.copy(trial / f"{table}.csv", partial)
    return [f"  {table}: {difference(before[table], frame, known[table])}" for table, frame in changed.items()]


def meant(settings: dict, folder: Path) -> tuple[list[Problem], list[Problem]]:
    """What is wrong with tables: what stops them from being read in, and what has to be corrected in review.yaml."""
    problems = [problem for problem in all_problems(settings, read_tables(folder)) if not problem.note]
    return [p for p in problems if p.file != "review.yaml"], [p for p in problems if p.file == "review.yaml"]


def in_order(frame: pd.DataFrame, schema: dict) -> pd.DataFrame:
    """The rows sorted by their ids, so that changes read well."""
    return frame.sort_values(keys_of(schema), kind="stable", ignore_index=True)


def lost(before: pd.DataFrame, after: pd.DataFrame, schema: dict) -> list[str]:
    """The keys of the rows that are gone, and were not merely given another theme: by the same coder, for example."""
    rest = [key for key in keys_of(schema) if key != "theme"]
    there, rows = set(after[rest].itertuples(index=False, name=None)), by_key(before, schema)
    gone = compared(before, after, schema)[2]
    return [key for key in gone if rest == keys_of(schema) or tuple(rows[key][column] for column in rest) not in there]


def difference(before: pd.DataFrame, after: pd.DataFrame, schema: dict) -> str:
    """How many rows are new, changed and gone, by their keys."""
    new, changed, gone = compared(before, after, schema)
    names = f" ({', '.join(gone[:5])}{', …' if len(gone) > 5 else ''})" if gone else ""
    return f"{plural(len(new), 'row')} new, {len(changed)} changed, {len(gone)} gone{names}"


def mentions(name: str, words: Iterable[str], keyed: Iterable[tuple[str, str]] = ()) -> list[str]:
    """Where the files of a review still name something, as `file (line …)`: prose, settings, arguments of claims.

    The columns in `keyed`, as (table, column), are not looked at: they are changed with the thing itself.
    """
    named = re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, words))})(?![\w-])")
    keyed, found = {*keyed}, []
    for file in sorted(path for path in paths.data(name).rglob("*") if path.suffix in (".csv", ".yaml", ".md")):
        if file.suffix == ".csv":
            sheet = csvfile.read(file, limits=csvfile.OURS)
            own = [at for at, column in enumerate(sheet.header) if (file.stem, column) not in keyed]
            texts = zip(sheet.numbers, ("\n".join(row[at] for at in own) for row in sheet.rows))
        else:
            lines = file.read_text("utf-8", "replace").splitlines()
            texts = zip(range(1, len(lines) + 1), lines)
        at = [str(number) for number, text in texts if named.search(text)]
        what = "row" if file.suffix == ".csv" else "line"
        found += [f"{file.relative_to(paths.data(name)).as_posix()} ({what} {', '.join(at[:10])})"] * bool(at)
    return found
