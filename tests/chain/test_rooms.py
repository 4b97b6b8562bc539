"""A change to one room of the package re-runs exactly the steps that use it."""

import re
import subprocess
import sys

import pytest

from casesynth.runner.digests import digest
from tests.support import ROOT

CALLS = re.findall(r"call step,(\d[^,]+),([^,]+),([^,]*),", (ROOT / "Makefile").read_text("utf-8"))
#: Step, as the Makefile names it -> the rooms that it declares besides core and analysis.
DECLARED = {step: set(rooms.split()) for step, _, rooms in CALLS}
#: Runs each notebook in a fork of its own, and prints the rooms of the package that it has imported.
SCRIPT = """
import multiprocessing, os, sys
import matplotlib.pyplot, pandas, scipy.stats, seaborn  # once, for all forks
from casesynth.runner.notebooks import of_review
from tests.support.notebooks import run_notebook
import casesynth.audit.ledger  # checks tables as they are loaded; make has checked them before, so it changes no result

def rooms_of(notebook):
    before = set(sys.modules)
    sys.stdout = sys.stderr
    values = of_review("tiny", []) | {"review": "tiny", "heading": "aims"}
    run_notebook(notebook, values)
    used = {name.split(".")[1] for name in set(sys.modules) - before if name.startswith("casesynth.")}
    return notebook, sorted(used & {"analysis", "figures", "report", "audit", "desk", "exchange", "course"})

if __name__ == "__main__":
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        for notebook, rooms in pool.imap(rooms_of, sys.argv[1:], chunksize=1):
            print(notebook, *rooms)
"""


def test_each_step_declares_the_rooms_that_its_notebook_uses(built, tmp_path):
    places = {
        "CASESYNTH_DATA": built.path("data"),
        "CASESYNTH_READ": built.path("results/tiny"),
        "CASESYNTH_FIGURES": built.path("figures/tiny"),
        "CASESYNTH_WRITE": tmp_path,
        "PATH": "",
        "PYTHONPATH": ROOT,
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *(notebook for _, notebook, _ in CALLS)],
        env={name: str(value) for name, value in places.items()},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    used = {notebook: set(rooms) - {"analysis"} for notebook, *rooms in map(str.split, done.stdout.splitlines())}
    assert used.keys() == {notebook for _, notebook, _ in CALLS}
    assert not {step: used[notebook] - DECLARED[step] for step, notebook, _ in CALLS if used[notebook] - DECLARED[step]}


#: In the place of Python: a step is not run, but leaves its stamp, as if it had written what is there already.
STUB = """#!/bin/sh
case " $* " in *" _step "*) ;; *) exec '{python}' "$@" ;; esac
while [ "$1" != --stamp ]; do [ "$1" = --step ] && echo "$2: 0.0 s"; shift; done
touch "$2"
"""


@pytest.fixture
def dry(rebuilt):
    """A built project in which make runs no notebook, but lists the steps that it would run."""
    rebuilt.path(".venv").unlink()
    rebuilt.path(".venv/bin").mkdir(parents=True)
    (rebuilt.path(".venv/installed.lock")).write_text(rebuilt.read("requirements.lock"), "utf-8")
    for name in ("python", "casesynth"):
        rebuilt.path(f".venv/bin/{name}").write_text(STUB.format(python=sys.executable), "utf-8")
        rebuilt.path(f".venv/bin/{name}").chmod(0o755)
    assert rebuilt.make().steps == []
    return rebuilt


def steps_of(project) -> set[str]:
    """The steps that make runs, as the Makefile names them."""
    done = project.make()
    assert done.returncode == 0, done.stderr
    return {re.sub(r"^2-themes-.*", "2-themes-$(heading)", step) for step in done.steps}


@pytest.mark.parametrize(
    "room", ["core", "analysis", "figures", "report", "audit", "desk", "exchange", "cli", "course"]
)
def test_a_change_to_a_room_reruns_the_steps_that_use_it(dry, room):
    files = list(dry.path(f"casesynth/{room}").rglob("*.py")) or [dry.path(f"casesynth/{room}.py")]
    file = max(files, key=lambda each: each.stat().st_size)
    file.write_text(file.read_text("utf-8") + "# changed\n", "utf-8")
    assert steps_of(dry) == {step for step in DECLARED if room in ("core", "analysis") or room in DECLARED[step]}


def test_of_the_runner_only_what_publishes_a_step_counts(dry):
    dry.edit("casesynth/runner/verify.py", "def accept", "# changed\ndef accept")
    assert steps_of(dry) == set()
    dry.edit("casesynth/runner/publish.py", "def canonical", "# changed\ndef canonical")
    assert steps_of(dry) == set(DECLARED)


def test_a_file_that_moves_is_a_change(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.py").write_text("")
    before = digest(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x.py").rename(tmp_path / "b" / "x.py")
    assert digest(tmp_path) != before
