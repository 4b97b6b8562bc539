"""A change to one room of the package re-runs exactly the steps that use it."""

import re
import subprocess
import sys

import pytest

from casesynth.core import paths
from casesynth.runner import stamps as stamps_of
from casesynth.runner.digests import digest, of_inputs
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


@pytest.fixture
def copy(rebuilt, monkeypatch):
    """A built project of the test's own, in which nothing has changed yet."""
    monkeypatch.setattr(paths, "ROOT", rebuilt.folder)
    assert steps_of(rebuilt) == set()
    return rebuilt


def steps_of(project) -> set[str]:
    """The steps that make would run, as the Makefile names them: those whose inputs are not as in their stamps."""
    stamps = [stamps_of.read(file) for file in project.path("build/tiny").glob("*.done")]
    assert len(stamps) > 10
    changed = [each["step"] for each in stamps if of_inputs(each["inputs"]) != each["inputs"]]
    return {re.sub(r"^2-themes-.*", "2-themes-$(heading)", step) for step in changed}


@pytest.mark.parametrize(
    "room", ["core", "analysis", "figures", "report", "audit", "desk", "exchange", "cli", "course"]
)
def test_a_change_to_a_room_reruns_the_steps_that_use_it(copy, room):
    files = list(copy.path(f"casesynth/{room}").rglob("*.py")) or [copy.path(f"casesynth/{room}.py")]
    file = max(files, key=lambda each: each.stat().st_size)
    file.write_text(file.read_text("utf-8") + "# changed\n", "utf-8")
    assert steps_of(copy) == {step for step in DECLARED if room in ("core", "analysis") or room in DECLARED[step]}


def test_of_the_runner_only_what_publishes_a_step_counts(copy):
    copy.edit("casesynth/runner/verify.py", "def accept", "# changed\ndef accept")
    assert steps_of(copy) == set()
    copy.edit("casesynth/runner/publish.py", "def canonical", "# changed\ndef canonical")
    assert steps_of(copy) == set(DECLARED)


def test_a_file_that_moves_is_a_change(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.py").write_text("")
    before = digest(tmp_path)
    (tmp_path / "b").mkdir()
    (tmp_path / "a" / "x.py").rename(tmp_path / "b" / "x.py")
    assert digest(tmp_path) != before
