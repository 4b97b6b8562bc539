"""Runs of a synthesis that can be compared: a variant, a review, a revision of git, or a copy of a results folder."""

import io
import os
import re
import subprocess
import tarfile
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import pandas as pd

from casesynth.core import csvfile, paths, results
from casesynth.core.files import whole_folder
from casesynth.core.schema import CONFIDENTIAL, schemas
from casesynth.errors import UserError

#: The result tables that a comparison reads, and the columns that it cannot do without.
NEEDED = {
    "findings": ["finding", "supported", "supporting", "contradicting"],
    "finding-evidence": ["finding", "keypoint", "stance"],
    "themes": ["theme", "parent", "supported", "cases"],
    "theme-cases": ["theme", "case", "keypoints"],
    "general-themes": ["general", "supported", "cases", "themes"],
    "refined-themes": ["refined", "supported", "cases", "with_cases"],
    "claims": ["id", "verdict", "recomputed", "rows"],
}
SETTING = re.compile(r"[A-Za-z]\w*=[\w.+-]+")
FORMS = """A run is one of
  a review of data/:           mca-phase2
  parameters of the review:    "min_cases=3 heading_groups=false"
  a revision of git:           HEAD~1
  a copy of a results folder:  ../results-of-may"""


@dataclass
class Run:
    """One side of a comparison: what it is called, its result tables, and where its data are, if they are known."""

    label: str
    tables: dict[str, pd.DataFrame]
    data: Path | None = None
    parameters: dict = field(default_factory=dict)


def name_of(review: str, settings: list[str]) -> str:
    """The name of a run's folders, as the Makefile makes it.

    >>> name_of("garden", ["min_cases=3", "coding=ada"]), name_of("garden", [])
    ('garden--coding-ada+min_cases-3', 'garden')
    """
    return "--".join([review, *(["+".join(sorted({each.replace("=", "-") for each in settings}))] if settings else [])])


def located(word: str, review: str, make: str = "make") -> Run:
    """The run that a user names, built first where that is needed. Raises UserError if it is none of `FORMS`."""
    if not word:
        raise UserError(f"Which run? A is missing.\n{FORMS}")
    folder = Path(word).expanduser()
    if folder.is_dir() and (folder / "tables").is_dir():
        return Run(word, tables_of(folder))
    if word in paths.reviews():
        return built(word, word, [], make)
    if word and all(SETTING.fullmatch(setting) for setting in word.split()):
        return built(word, review, word.split(), make)
    if commit := commit_of(word):
        return of_revision(word, commit, review, make)
    raise UserError(f"{word!r} is not a run.\n{FORMS}")


def built(label: str, review: str, settings: list[str], make: str, root: Path = paths.ROOT) -> Run:
    """A run of the chain in a project's folder, brought up to date by its own make."""
    import yaml

    dropped = ("CASESYNTH", "MAKE", "MFLAGS", "PYTHON", "REVIEW", "SET")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    words = [make, f"REVIEW={review}", *([f"SET={' '.join(settings)}"] if settings else [])]
    if subprocess.run(words, cwd=root, env=clean, stdout=subprocess.DEVNULL, check=False).returncode:
        raise UserError(f"{label}: its results could not be built (see above).")
    name = name_of(review, settings)
    parameters = yaml.safe_load((root / "build" / name / "parameters.yaml").read_text("utf-8"))
    return Run(label, tables_of(root / "results" / name), root / "data" / review, parameters)


def commit_of(word: str) -> str:
    """The commit of a revision, or "" where there is none of that name, no git, or no repository."""
    command = ["git", "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}"]
    try:
        done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def of_revision(label: str, commit: str, review: str, make: str) -> Run:
    """The review as it was at a commit, with the notebooks and the package of that time, in build/compare/.

    It starts from a copy of the present results, so that only the steps whose inputs differ are run.
    """
    folder = paths.ROOT / "build" / "compare" / commit[:12]
    if not folder.exists():
        done = subprocess.run(["git", "archive", commit], cwd=paths.ROOT, capture_output=True, check=False)
        if done.returncode:
            raise UserError(f"{label}: {done.stderr.decode(errors='replace').strip()}")
        with whole_folder(folder) as new, tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
            archive.extractall(new, filter="data")
            if not (new / "data" / review).is_dir():
                raise UserError(f"{label}: the review {review} was not there yet.")
            for part in ("results", "figures", "build"):
                if (paths.ROOT / part / review).is_dir():
                    copytree(paths.ROOT / part / review, new / part / review, dirs_exist_ok=True)
            lock, ours = new / "requirements.lock", paths.ROOT / "requirements.lock"
            if (paths.ROOT / ".venv").exists() and lock.read_bytes() == ours.read_bytes():
                (new / ".venv").symlink_to(paths.ROOT / ".venv")
    return built(label, review, [], make, folder)


def tables_of(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a results folder that a comparison needs, typed. Raises UserError for those of another version."""
    found = {}
    for file in sorted((folder / "tables").glob("*.csv")):
        kind = next((name for name in NEEDED if file.stem == name), "")
        kind = kind or next((name for name in ("theme-cases", "themes") if file.stem.startswith(f"{name}-")), "")
        if not kind:
            continue
        texts = pd.read_csv(file, dtype=str, keep_default_na=False)
        missing = [column for column in NEEDED[kind] if column not in texts]
        if missing:
            raise UserError(
                f"{file}: has no column {', '.join(missing)}, so another version of casesynth wrote it. Run that version's data "
                "with this version, and compare again."
            )
        found[file.stem] = results.typed(texts, file.stem)
    if not found:
        raise UserError(f"{folder}: there are no results in its folder tables/.")
    return found


def data_of(run: Run) -> tuple[dict[str, pd.DataFrame], dict[str, list[str]]]:
    """The tables of a run's data as texts, and the columns that identify a row of each; confidential ones left out."""
    tables, keys = {}, {}
    data = run.data or Path()
    for name, schema in schemas(data).items() if run.data else ():
        file, key = data / f"{name}.csv", schema.get("primaryKey", ["id"])
        if name in CONFIDENTIAL or not file.exists():
            continue
        frame = csvfile.read(file, [column["name"] for column in schema["fields"]]).frame()
        key = [key] if isinstance(key, str) else list(key)
        if set(key) <= set(frame) and not frame.duplicated(key).any():
            tables[name], keys[name] = frame, key
    return tables, keys
