"""Which state of a review's tables has passed every check, so that the notebooks of a run need not check again."""

import hashlib
from pathlib import Path

from casesynth.core import paths
from casesynth.core.files import write_if_changed


def state(name: str) -> str:
    """A digest of the tables and settings of a review, and of the rules that they were checked by."""
    files = [file for file in paths.data(name).glob("*") if file.suffix in (".csv", ".yaml", ".json")]
    together = hashlib.sha256()
    for file in [*sorted(files), *sorted(Path(__file__).parent.glob("*.*"))]:
        together.update(f"{file.name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return together.hexdigest()


def stamp(name: str) -> Path:
    """The file that holds the state that has passed."""
    return paths.ROOT / "build" / name / "tables-checked"


def note(name: str) -> None:
    """Record that the tables as they are have passed every check."""
    write_if_changed(stamp(name), state(name))


def passed(name: str) -> bool:
    """Whether the tables as they are have passed every check before."""
    file = stamp(name)
    return file.exists() and file.read_text("utf-8") == state(name)
