"""Digests of a review's tables: which state has passed every check, and which a run was made with."""

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


def digests_of_data(name: str, tables: list[str]) -> list[dict[str, str]]:
    """SHA-256 of the settings and of some tables of a review, as far as it has them. Keys: file, sha256.

    >>> [row["file"] for row in digests_of_data("repair-cafes", ["codings", "cases"])]
    ['cases.csv', 'codings.csv', 'review.yaml']
    """
    files = [paths.data(name) / file for file in [*(f"{table}.csv" for table in tables), "review.yaml"]]
    return [
        {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in sorted(files)
        if file.is_file()
    ]
