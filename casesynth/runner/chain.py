"""One `make`: check, lock, digest the inputs, then run the chain."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from casesynth.core.problems import Problem
from casesynth.errors import UserError
from casesynth.runner import digests, lock, notebooks
from casesynth.runner.worker import serve


def main(arguments: list[str], problems_of: Callable[[str], list[Problem]]) -> int:
    """Check, lock, digest, run: the whole of one `make`. Returns its exit status."""
    parser = argparse.ArgumentParser(prog="casesynth.worker")
    parser.add_argument("--review", required=True)
    parser.add_argument("--folders", nargs="+", type=Path, help="build folder, and those that are written to")
    parser.add_argument("--set", default="", help="name=value, several with blanks between")
    parser.add_argument("--inputs", nargs="+", type=Path, help="what the rules depend on")
    parser.add_argument("--command", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    build = given.folders[0]
    try:
        values = notebooks.of_review(given.review, given.set.split())
        variables = digests.rules_text(given.review)
        for folder in given.folders:
            writable(folder)
        with lock.held(build) as folder:
            digests.check_tables(given.review, build, problems_of)
            for left in build.glob("*.running-*"):  # by a make that was killed
                shutil.rmtree(left, ignore_errors=True)
            list_fonts(Path(os.environ.get("MPLCONFIGDIR", build / "matplotlib")))
            digests.write_inputs(build, values, variables, given.inputs)
            return serve(given.command, folder)
    except UserError as error:
        print(f"make: {error}", file=sys.stderr)
    except OSError as problem:
        from casesynth.runner.step import machine_trouble

        print(f"make: {machine_trouble(problem)}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 2


def writable(folder: Path) -> None:
    """Raise OSError now, before anything is run, where nothing can be written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    tempfile.TemporaryFile(dir=folder).close()


def list_fonts(folder: Path) -> None:
    """Let matplotlib list the fonts now: on a slow machine it says so, and not in the middle of a notebook."""
    mark = folder / "listed"
    if mark.exists():
        return
    shutil.rmtree(folder, ignore_errors=True)  # half of a list, or a lock, of a make that was killed meanwhile
    command = [sys.executable, "-c", "import matplotlib.font_manager"]
    told = subprocess.run(command, stderr=subprocess.PIPE, text=True).stderr
    if "Could not save" in told:
        raise UserError(f"matplotlib's list of fonts: {told.strip()}")
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
