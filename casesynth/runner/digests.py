"""Before the chain: digest what the rules depend on.

git keeps no times of files, so the rules depend on digests: a file under `build/…/digests/` is written
only when the content that it covers has changed.
"""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import yaml

from casesynth.core import paths, results
from casesynth.core.files import write_if_changed
from casesynth.core.problems import Problem, listing
from casesynth.core.settings import load_settings
from casesynth.errors import UserError


def content(file: Path) -> bytes:
    """What counts of a file: its bytes; of a notebook its cells without outputs; b"absent" where it is missing."""
    if file.is_dir():
        parts = sorted(p for p in file.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
        return b"".join(digest(part).encode() + part.name.encode() for part in parts)
    if not file.exists():
        return b"absent"
    data = file.read_bytes()
    if file.suffix == ".ipynb":
        kept = ("cell_type", "id", "source")
        cells = [[cell.get(key) for key in kept] + [cell["metadata"]] for cell in json.loads(data)["cells"]]
        return json.dumps(cells, sort_keys=True).encode()
    return data


def digest(file: Path) -> str:
    """SHA-256 of what counts of a file."""
    return hashlib.sha256(content(file)).hexdigest()


def rules_text(review: str) -> str:
    """The make variables that follow from review.yaml and results.json: themed headings, and the tables of each step."""
    themed = [heading["id"] for heading in load_settings(review)["headings"] if heading["themed"]]
    return f"HEADINGS := {' '.join(themed)}\n{results.lists()}"


def write_inputs(build: Path, values: dict, variables: str, files: list[Path]) -> None:
    """Write parameters.yaml, review.mk and the digests of the named files into a build folder."""
    write_if_changed(build / "parameters.yaml", yaml.safe_dump(values, sort_keys=True))
    write_if_changed(build / "review.mk", variables)
    for file in files:
        write_if_changed(build / "digests" / f"{file.as_posix()}.sha256", digest(paths.ROOT / file) + "\n")


def check_tables(review: str, build: Path, problems_of: Callable[[str], list[Problem]]) -> None:
    """Raise UserError with all that is wrong with the tables, before any notebook runs; once, while they stay as they are."""
    files = sorted(file for file in paths.data(review).glob("*") if file.is_file())
    state = "\n".join(f"{file.name} {digest(file)}" for file in [*files, paths.ROOT / "casesynth"]) + "\n"
    checked = build / "checked"
    if checked.exists() and checked.read_text("utf-8") == state:
        return
    wrong = [problem for problem in problems_of(review) if not problem.note]
    if wrong:
        raise UserError(f"data/{review}/: to mend ({len(wrong)}), before anything is run:\n{listing(wrong)}")
    write_if_changed(checked, state)
