"""A project of its own for tests: the real Makefile, package and notebooks, with a tiny invented review."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support import ROOT, SCHEMA, TINY


def clean_environment() -> dict[str, str]:
    """The environment without what a make that runs the tests leaves in it."""
    dropped = ("CASESYNTH", "MAKE", "MFLAGS", "REVIEW")
    return {name: value for name, value in os.environ.items() if not name.startswith(dropped)}


class Project:
    """A copy of the project in a folder with a blank and letters that are not ASCII in its name."""

    def __init__(self, folder: Path):
        self.folder = folder

    def make(self, *words: str, environment: dict | None = None) -> subprocess.CompletedProcess:
        """Run make there; `steps` of the result are the notebooks that it ran."""
        done = subprocess.run(
            ["make", "REVIEW=tiny", *words],
            cwd=self.folder,
            env=clean_environment() | (environment or {}),
            capture_output=True,
            text=True,
            timeout=300,
        )
        lines = done.stdout.splitlines()
        done.steps = sorted(line.split(":")[0] for line in lines if line.endswith(" s") and line[0].isdigit())
        return done

    def path(self, name: str) -> Path:
        return self.folder / name

    def read(self, name: str) -> str:
        return self.path(name).read_text("utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace text in a file; it must be there."""
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.path(name).write_text(text.replace(old, new), "utf-8")


def copy_project(folder: Path) -> Project:
    """Lay out the project with the tiny review as its only one."""
    for name in ("casesynth", "notebooks", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "requirements.lock", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "data" / "geography", folder / "data" / "geography")
    shutil.copytree(TINY, folder / "data" / "tiny")
    shutil.copy(SCHEMA, folder / "data" / "tiny")
    if (ROOT / ".venv").exists():
        (folder / ".venv").symlink_to(ROOT / ".venv")
    return Project(folder)
