"""Digests of everything that the steps of the chain read and write.

Contents decide what is run again, and times never do: git keeps none, and clocks go wrong. A room of the package
(`casesynth/core`, …) counts as one, so a change to one room re-runs only the steps that use it.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path

from casesynth.core import paths

ABSENT = "absent"
#: As in `casesynth.core.shards`, which brings pandas: a make that has nothing to do is quick without it.
SHARDED = ("cases.csv", "keypoints.csv", "codings.csv")


def content(file: Path) -> bytes:
    """The part of a file that matters: its bytes; of a notebook the cells without outputs; of a folder all its files.

    Files of a folder count with their paths, so moving one is a change. Raises OSError if there is no such file.
    """
    if file.is_dir():
        parts = sorted(part for part in file.rglob("*") if part.is_file() and "__pycache__" not in part.parts)
        return "".join(f"{digest(part)}  {part.relative_to(file).as_posix()}\n" for part in parts).encode()
    data = file.read_bytes()
    if file.suffix == ".ipynb":
        kept = ("cell_type", "id", "source")
        cells = [[cell.get(key) for key in kept] + [cell["metadata"]] for cell in json.loads(data)["cells"]]
        return json.dumps(cells, sort_keys=True).encode()
    return data


def digest(file: Path) -> str:
    """SHA-256 of the part of a file that matters (see `content`); "absent" if there is no such file.

    A table that a review has in its shards alone is as they are.
    """
    try:
        return hashlib.sha256(content(file)).hexdigest()
    except FileNotFoundError:
        shards = file.parent / "shards"
        return digest(shards) if file.name in SHARDED and shards.is_dir() else ABSENT


def of_inputs(names: Iterable[str]) -> dict[str, str]:
    """Name -> digest of what steps read: files and folders, by their paths from the project's folder."""
    return {name: digest(paths.ROOT / name) for name in names}


def of_bytes(file: Path) -> str:
    """SHA-256 of every byte of a file, of an executed notebook its outputs too; "absent" if there is no such file."""
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ABSENT


def identities(names: Iterable[str]) -> list[tuple[int, int, int]]:
    """What the system knows files by, which also differs if one was edited and put back. Only equality is of use."""
    states = []
    for name in names:
        place = paths.ROOT / name
        below = [Path(folder, file) for folder, _, files in sorted(os.walk(place)) for file in sorted(files)]
        states += [file.stat() for file in below or [place] if "__pycache__" not in file.parts and file.exists()]
    return [(state.st_ino, state.st_size, state.st_ctime_ns) for state in states]


def state_of(review: str) -> str:
    """All that the checks before a run depend on, one digest a line: tables, settings, notebooks, package, Makefile."""
    data = paths.data(review)
    files = [*data.glob("*"), *data.glob("shards/*/*"), *(paths.ROOT / "notebooks").glob("*.ipynb")]
    files = sorted(file for file in files if file.is_file())
    files += [paths.ROOT / name for name in ("casesynth", "requirements.lock", "Makefile")]
    return "".join(f"{digest(file)}  {file.name}\n" for file in files)
