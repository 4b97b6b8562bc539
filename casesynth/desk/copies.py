"""Dated copies of a review's tables, kept before each command that changes them, and `casesynth undo`."""

import shutil
from datetime import datetime
from pathlib import Path

from casesynth.core import paths
from casesynth.core.files import whole_file, whole_folder
from casesynth.core.paths import shown
from casesynth.core.settings import load_settings
from casesynth.core.text import plural
from casesynth.desk.workbook_state import book_file
from casesynth.errors import UserError

#: How many copies are kept of each review.
KEPT = 20
#: A command that would delete more rows than this asks first.
FEW = 5
NOTE = ".read-back.json"


class Unconfirmed(UserError):
    """A command would delete many rows, and nobody has confirmed that it may."""


def folder_of(name: str) -> Path:
    """Where the copies of a review are: next to its workbook, which git ignores."""
    return book_file(name).parent / "copies" / name


def current(name: str) -> list[Path]:
    """The files of a review that commands change: settings, schema, tables, and what was last read from the workbook."""
    folder, note = paths.data(name), book_file(name).with_suffix(NOTE)
    files = [*sorted(folder.glob("*.csv")), folder / "datapackage.json", folder / "review.yaml", note]
    return [file for file in files if file.exists()]


def contents(files: list[Path]) -> dict[str, bytes]:
    """The bytes of these files by their names."""
    return {file.name: file.read_bytes() for file in files}


def copies_of(name: str) -> list[Path]:
    """The copies of a review, the oldest first."""
    return sorted(path for path in folder_of(name).glob("2*") if path.is_dir())


def all_of(name: str) -> list[Path]:
    """Every copy that is left of a review, what `undo` has replaced too, the newest first."""
    return sorted((path for path in folder_of(name).glob("*") if path.is_dir()), key=lambda path: path.name[-24:])[::-1]


def keep(name: str) -> Path:
    """Copy the tables and settings of a review before a command changes them. Returns the copy."""
    copies = copies_of(name)
    if copies and contents(sorted(copies[-1].iterdir())) == contents(current(name)):
        return copies[-1]
    time = datetime.now()
    copy = folder_of(name) / f"{time:%Y-%m-%d-%H%M%S-%f}"
    with whole_folder(copy) as partial:
        for file in current(name):
            shutil.copy2(file, partial)
    for old in copies[: max(0, len(copies) + 1 - KEPT)]:
        shutil.rmtree(old)
    return copy


def undo(name: str) -> str:
    """Put the tables and settings back as they were before the last command that changed them.

    What they were replaced by is kept, too. Returns what to show. Raises UserError if there is no earlier copy.
    """
    now = contents(current(name))
    earlier = [copy for copy in copies_of(name) if contents(sorted(copy.iterdir())) != now]
    if not earlier:
        if not paths.data(name).is_dir():
            load_settings(name)  # raises the error that there is no such review; a deleted one may still have copies
        raise UserError(f"data/{name}/: there is no earlier copy in {shown(folder_of(name))}, so nothing was undone.")
    copy = earlier[-1]
    kept = contents(sorted(copy.iterdir()))
    replaced = folder_of(name) / f"undone-{datetime.now():%Y-%m-%d-%H%M%S-%f}"
    replaced.mkdir()
    for file in current(name):
        shutil.copy2(file, replaced)
        if file.name not in kept:
            file.unlink()
    for kept_name in kept:
        target = book_file(name).parent if kept_name.endswith(NOTE) else paths.data(name)
        with whole_file(target / kept_name) as partial:
            shutil.copy2(copy / kept_name, partial)
    for later in [later for later in copies_of(name) if later >= copy]:
        shutil.rmtree(later)
    changed = sorted(file for file in {*kept, *now} if kept.get(file) != now.get(file) and not file.endswith(NOTE))
    return (
        f"data/{name}/ is as it was on {copy.name[:10]} at {':'.join(copy.name[11:17][i : i + 2] for i in (0, 2, 4))}: "
        f"{', '.join(changed) or 'no table'} restored.\n"
        f"What was there before is in {shown(replaced)}.\n"
        f"The workbook was left unchanged; `casesynth sheet {name}` writes it anew from these tables."
    )


def forget(name: str) -> int:
    """Delete all copies of a review. Returns how many there were."""
    number = len(list(folder_of(name).glob("*")))
    shutil.rmtree(folder_of(name), ignore_errors=True)
    return number


def confirm_deletions(name: str, deleted: dict[str, list[str]], command: str) -> None:
    """Raise Unconfirmed if a command would delete more than a few rows; `deleted` has their keys by table."""
    if sum(map(len, deleted.values())) <= FEW:
        return
    lines = [
        f"  {table}: {len(keys)} ({', '.join(keys[:FEW])}{', …' if len(keys) > FEW else ''})"
        for table, keys in deleted.items()
        if keys
    ]
    raise Unconfirmed(
        f"data/{name}/: this would delete {plural(sum(map(len, deleted.values())), 'row')}, so nothing was changed:\n"
        + "\n".join(lines)
        + f"\nIf that is what you want: {command}"
    )
