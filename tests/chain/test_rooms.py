"""A change to one room of the package re-runs exactly the steps that use it."""

import json
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
#: Runs each step in a fork of its own, and prints the rooms of the package that it has imported, the files that it has opened
#: (told by Python's audit hook), and the tables of data that it has asked its review for.
SCRIPT = """
import json, multiprocessing, sys
from collections import UserDict
from pathlib import Path
import matplotlib.pyplot, pandas, scipy.stats, seaborn  # once, for all forks
from tests.support.notebooks import run_notebook
import casesynth.audit.ledger  # checks tables as they are loaded; make has checked them before, so it changes no result
from casesynth.core import paths, review

REVIEW, FOLDER = sys.argv[1], Path(sys.argv[2]).resolve()
used, loading, load = set(), [], review.load

class Asked(UserDict):
    def __init__(self, tables):
        self.data = tables

    def __getitem__(self, name):
        used.add(f"data/{REVIEW}/{name}.csv")
        return super().__getitem__(name)

def recorded(*words):
    loading.append(True)  # it opens every table, to check them
    found = load(*words)
    loading.pop()
    found.tables = Asked(found.tables)
    return found

def opened(event, words):
    if event == "open" and isinstance(words[0], (str, Path)) and not loading:
        file = Path(words[0]).absolute()
        for folder in (FOLDER, paths.ROOT):
            if file.is_relative_to(folder) and file.suffix != ".py" and "__pycache__" not in file.parts and "w" not in (words[1] or "r"):
                used.add(file.relative_to(folder).as_posix())

def run(stamp):
    sys.stdout = sys.stderr
    review.load = casesynth.audit.ledger.load = recorded
    before = set(sys.modules)
    sys.addaudithook(opened)
    run_notebook(Path(stamp["notebook"]).stem, stamp["parameters"])
    rooms = {"/".join(name.split(".")[:2]) for name in set(sys.modules) - before if name.startswith("casesynth.")}
    files = {name for name in used if not name.startswith((".venv/", "build/"))}
    return stamp["step"], sorted(files | {room for room in rooms if (paths.ROOT / room).is_dir()})

if __name__ == "__main__":
    stamps = [json.loads(file.read_text("utf-8")) for file in sorted((FOLDER / "build" / REVIEW).glob("*.done"))]
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        for step, names in pool.imap(run, stamps, chunksize=1):
            print(json.dumps([step, names]))
"""
#: Rooms that no result comes from.
ELSEWHERE = ("casesynth/runner", "casesynth/cli")


@pytest.mark.long  # it runs every notebook
@pytest.mark.parametrize("review", ["tiny", "mca-phase2"])
def test_each_step_declares_what_its_notebook_uses_and_reads(built, request, tmp_path, review):
    folder = built.folder if review == "tiny" else request.getfixturevalue("mca") and ROOT
    places = {
        "CASESYNTH_DATA": folder / "data",
        "CASESYNTH_READ": folder / "results" / review,
        "CASESYNTH_FIGURES": folder / "figures" / review,
        "CASESYNTH_WRITE": tmp_path,
        "PATH": "",
        "PYTHONPATH": ROOT,
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, review, folder],
        env={name: str(value) for name, value in places.items()},
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    used = dict(map(json.loads, done.stdout.splitlines()))
    undeclared = {}
    for step, names in used.items():
        stamp = stamps_of.read(folder / "build" / review / f"{step}.done")
        known = tuple(f"{name}/" for name in stamp["inputs"])
        left = [name for name in names if not f"{name}/".startswith(known) and not name.startswith(ELSEWHERE)]
        undeclared |= {step: left} if left else {}
    assert len(used) > 10 and any(f"data/{review}/codings.csv" in names for names in used.values())
    assert not undeclared


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
    "room",
    ["core", "analysis", "figures", "report", "audit", "desk", "exchange", "cli", "course", "front", "shown", "errors"],
)
def test_a_change_to_a_room_reruns_the_steps_that_use_it(copy, room):
    files = list(copy.path(f"casesynth/{room}").rglob("*.py")) or [copy.path(f"casesynth/{room}.py")]
    file = max(files, key=lambda each: each.stat().st_size)
    file.write_text(file.read_text("utf-8") + "# changed\n", "utf-8")
    for_all = ("core", "analysis", "front", "shown", "errors")
    assert steps_of(copy) == {step for step in DECLARED if room in for_all or room in DECLARED[step]}


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
