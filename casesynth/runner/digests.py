"""Digests of everything that the rules of the chain depend on.

git keeps no times of files, so the rules depend on digests instead: a file under `build/…/digests/` is
written only when the content that it covers has changed. A room of the package (`casesynth/core`, …) has a
digest of its own, so a change to one room re-runs only the steps that use it.
"""

import hashlib
import json
from pathlib import Path

from casesynth.core import paths
from casesynth.core.files import write_if_changed


def content(file: Path) -> bytes:
    """The part of a file that matters: its bytes; of a notebook the cells without outputs; of a folder all its files.

    Returns b"absent" if there is no such file. Files of a folder count with their paths, so moving one is a change.
    """
    if file.is_dir():
        parts = sorted(part for part in file.rglob("*") if part.is_file() and "__pycache__" not in part.parts)
        return "".join(f"{digest(part)}  {part.relative_to(file).as_posix()}\n" for part in parts).encode()
    if not file.exists():
        return b"absent"
    data = file.read_bytes()
    if file.suffix == ".ipynb":
        kept = ("cell_type", "id", "source")
        cells = [[cell.get(key) for key in kept] + [cell["metadata"]] for cell in json.loads(data)["cells"]]
        return json.dumps(cells, sort_keys=True).encode()
    return data


def digest(file: Path) -> str:
    """SHA-256 of the part of a file that matters (see `content`)."""
    return hashlib.sha256(content(file)).hexdigest()


def state_of(review: str) -> str:
    """All that the checks before a run depend on, one digest a line: tables, settings, notebooks and package."""
    files = [*paths.data(review).glob("*"), *(paths.ROOT / "notebooks").glob("*.ipynb")]
    files = sorted(file for file in files if file.is_file())
    files += [paths.ROOT / "casesynth", paths.ROOT / "requirements.lock"]
    return "".join(f"{digest(file)}  {file.name}\n" for file in files)


def is_checked(build: Path, state: str) -> bool:
    """Whether the checks before a run have passed in this state, so that they can be left out."""
    checked = build / "checked"
    return checked.exists() and checked.read_text("utf-8") == state


def write_digests(build: Path, files: list[Path]) -> None:
    """Write the digests of files and folders, given by their paths from the project's folder, into a build folder."""
    for file in files:
        write_if_changed(build / "digests" / f"{file.as_posix()}.sha256", digest(paths.ROOT / file) + "\n")
