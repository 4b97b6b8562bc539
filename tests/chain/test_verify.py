"""make accept and make verify: a clean copy gives what was accepted; a difference is shown where it begins."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from casesynth.runner import verify
from tools import verify_all


@pytest.fixture
def accepted(built, tmp_path):
    """A copy of the built project, with its results accepted."""
    folder = tmp_path / "a réview"
    shutil.copytree(built.folder, folder, symlinks=True)
    project = type(built)(folder)
    done = project.make("accept")
    assert done.returncode == 0, done.stderr
    return project


def test_the_manifest_covers_every_result(accepted):
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "manifest/files.sha256"], cwd=accepted.folder)
    assert checked.returncode == 0
    listed = {line.split("  ", 1)[1] for line in accepted.read("manifest/files.sha256").splitlines()}
    files = [f for top in ("results/tiny", "figures/tiny") for f in accepted.path(top).rglob("*") if f.is_file()]
    assert listed == {f"{f.relative_to(accepted.folder)}" for f in files if f.parent.name != "run-records"}


@pytest.mark.long
def test_a_difference_is_shown_where_it_begins(accepted):
    accepted.edit("data/tiny/codings.csv", "cedar-aims-01,none", "cedar-aims-01,aim-together")
    failed = accepted.make("verify")
    assert failed.returncode != 0 and "Traceback" not in failed.stderr
    assert "results/tiny/tables/themes-aims.csv: differs at line" in failed.stderr
    shown = failed.stderr.split("results/tiny/notebooks/2-themes-aims.ipynb: differs first in cell ")[1]
    before, after = shown.split("\nresults/")[0].split("\n  built now:")
    assert before.split("accepted:")[1].strip() != after.strip()
    assert "    | " in before and "    | " in after
    assert "fix it" in failed.stderr and "make accept" in failed.stderr
    shutil.rmtree(Path(failed.stderr.split("comparison are in ")[1].split("\n")[0]).parent)


@pytest.mark.long
def test_an_unchanged_project_is_verified(accepted):
    done = accepted.make("verify")
    assert done.returncode == 0, done.stderr
    assert "files as in manifest/files.sha256" in done.stdout


def test_without_a_manifest_verify_says_what_to_do(project):
    failed = project.make("verify")
    assert failed.returncode != 0
    assert "manifest/files.sha256 is missing; `make accept` writes it" in failed.stderr


def lay_out(folder: Path, files: dict[str, str]) -> Path:
    """A project that is nothing but one step's results."""
    (folder / "build" / "r").mkdir(parents=True)
    (folder / "build" / "r" / "1.done").write_text(json.dumps({"writes": list(files)}), "utf-8")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_files_that_come_and_go_are_named(tmp_path):
    old = lay_out(tmp_path / "old", {"results/r/a.csv": "1\n2\n", "results/r/gone.csv": "1\n"})
    verify.accept(old, "r")
    assert verify.compare(old, old, "r") == []
    new = lay_out(tmp_path / "new", {"results/r/a.csv": "1\n3\n", "results/r/more.csv": "1\n"})
    gone, more, changed = verify.compare(old, new, "r")
    assert gone == "results/r/gone.csv: is no longer written"
    assert more == "results/r/more.csv: is new, and not in manifest/files.sha256"
    before, after = "\n  accepted:\n    | 1\n    | 2", "\n  built now:\n    | 1\n    | 3"
    assert changed == f"results/r/a.csv: differs at line 2{before}{after}"


def test_pythons_are_found_by_running_them(tmp_path, monkeypatch):
    for name, told in {"python3.11": "3.11", "python3.12": "2.7", "python3": "3.13"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\necho {told}\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYTHON_COMMAND", raising=False)
    monkeypatch.setattr(verify_all.sys, "executable", str(tmp_path / "python3.12"))
    assert verify_all.available_pythons() == {"3.11": "python3.11", "3.13": "python3"}
