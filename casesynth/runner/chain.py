"""One `make`: check parameters and tables, take the lock, then run the chain; or see that there is nothing to do."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from casesynth.core import paths
from casesynth.core.files import write_if_changed
from casesynth.errors import UserError
from casesynth.runner import digests, lock, stamps
from casesynth.runner.worker import serve, serves, warm

#: The goal of the inner make that builds everything.
WHOLE = "chain"

if TYPE_CHECKING:
    from casesynth.core.problems import Problem


def read_words(words: list[str]) -> argparse.Namespace:
    """The words of the Makefile's call: review, folders, settings and the command that runs the chain."""
    parser = argparse.ArgumentParser(prog="casesynth _chain")
    parser.add_argument("--review", required=True)
    parser.add_argument("--folders", nargs="+", type=Path, help="build folder, and those that are written to")
    parser.add_argument("--set", default="", help="name=value, several separated by spaces")
    parser.add_argument("--places", type=int, help="how many notebooks at a time; by default as make was called")
    parser.add_argument("--jobs", default="1", help="how many processes count a large review")
    parser.add_argument("--cluster", default="", help="the Dask cluster that counts it instead")
    parser.add_argument("--command", nargs=argparse.REMAINDER)
    return parser.parse_args(words)


def run(words: list[str], problems_of: Callable[[str], "list[Problem]"]) -> int:
    """Check, lock, run; nothing of it if the whole chain is current. Returns the exit status of the chain's make, or 128 and a signal's number.

    `problems_of` lists the problems of a review's tables. Checks are left out if they passed in the same state.
    Raises UserError if a parameter or a table is wrong, or if another make holds the lock.
    """
    given = read_words(words)
    build, goal = given.folders[0], given.command[-1]
    state = f"{digests.state_of(given.review)}{given.set}\n"
    if goal == WHOLE and stamps.is_complete(build, state):
        return 0
    if serves() and not given.set and paths.data(given.review).is_dir():  # a name or a setting may be misspelt
        warm()  # while the parameters and tables are checked
    inputs = {} if is_checked(build, state) else start_of(given.review, given.set.split())
    for folder in given.folders:
        check_writable(folder)
    with lock.held(build) as folder:
        prepare(build)
        if inputs:
            check_tables(given.review, problems_of)
            for name, text in inputs.items():
                write_if_changed(build / name, text)
            write_if_changed(build / "checked", state)
        for left in build.glob("*.running-*"):  # by a make that was killed
            shutil.rmtree(left, ignore_errors=True)
        (build / "complete").unlink(missing_ok=True)
        status = serve([given.command], folder, given.places)
        if status == 0 and goal == WHOLE:
            write_if_changed(build / "complete", state)
        return status


def is_checked(build: Path, state: str) -> bool:
    """Whether the checks before a run have passed in this state, so that they can be left out."""
    checked = build / "checked"
    return checked.exists() and checked.read_text("utf-8") == state


# The imports within these functions keep a make that has nothing to do quick: they bring pandas.


def start_of(review: str, settings: list[str]) -> dict[str, str]:
    """The files that a build folder starts with, by name: the parameters, and make variables from review.yaml."""
    import yaml

    from casesynth.core import results
    from casesynth.core.settings import load_settings, sets_of
    from casesynth.runner import notebooks

    values = notebooks.of_review(review, settings)
    return {
        "parameters.yaml": yaml.safe_dump(values, sort_keys=True),
        "review.mk": f"HEADINGS := {' '.join(sets_of(load_settings(review))['id'])}\n{results.lists()}",
    }


def check_tables(review: str, problems_of: Callable[[str], "list[Problem]"]) -> None:
    """Raise UserError with all problems of the tables, before any notebook runs."""
    from casesynth.core import checked
    from casesynth.core.problems import listing

    wrong = [problem for problem in problems_of(review) if not problem.note]
    if wrong:
        number = f"{len(wrong)} problem{'s' * (len(wrong) != 1)}"
        raise UserError(f"data/{review}/: {number} must be corrected before the analysis can run\n{listing(wrong)}")
    checked.note(review)


def check_writable(folder: Path) -> None:
    """Raise OSError now, before anything is run, if nothing can be written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()


def prepare(build: Path) -> None:
    """Load the libraries and list the fonts once, for all notebooks."""
    if serves():
        warm()
    else:
        list_fonts(Path(os.environ.get("MPLCONFIGDIR", build / "matplotlib")))


def list_fonts(folder: Path) -> None:
    """Let matplotlib list the fonts now: on a slow machine it reports that, which must not happen in a notebook."""
    mark = folder / "listed"
    if mark.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)  # an incomplete list, or a lock, of a make that was killed meanwhile
    command = [sys.executable, "-c", "import matplotlib.font_manager"]
    subprocess.run(command, stderr=subprocess.DEVNULL, check=False)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
