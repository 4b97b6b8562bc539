"""Build everything again in a clean copy of the project, and compare each file with MANIFEST.sha256.

`make accept` writes MANIFEST.sha256, with the digest of every table, executed notebook, figure and report, and
MANIFEST.cells.json, with what each cell of the executed notebooks printed. `make verify` compares; `make
verify-all` does so under changed conditions and with every Python that the project supports and that is here.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from glob import glob
from itertools import zip_longest
from pathlib import Path

from casesynth.core import paths
from casesynth.core.files import write_if_changed
from casesynth.errors import UserError

MANIFEST, CELLS = "MANIFEST.sha256", "MANIFEST.cells.json"
PYTHONS = ["3.11", "3.12", "3.13"]
#: What a clean copy leaves out: everything built, and what belongs to tools.
BUILT = [".venv", "build", "results", "figures", "sources", ".git", "__pycache__", ".*_cache", ".ipynb_checkpoints"]
LINES = 20  # of a cell's output that a message shows
WAYS_OUT = """
There are two ways out. If the results should not have changed, find the cause and fix it; the files that were
built for the comparison are in {folder}
If the new results are right, take them: make accept"""


def built_files(project: Path, review: str) -> list[str]:
    """What the steps of a review have written, as their stamps say: paths from the project's folder."""
    stamps = (project / "build" / review).glob("*.done")
    return sorted({name for stamp in stamps for name in json.loads(stamp.read_text("utf-8"))["writes"]})


def digests(project: Path, names: list[str]) -> dict[str, str]:
    """Path -> SHA-256 of those files that are there."""
    there = [name for name in names if (project / name).is_file()]
    return {name: hashlib.sha256((project / name).read_bytes()).hexdigest() for name in there}


def manifest_text(found: dict[str, str]) -> str:
    """The manifest as `sha256sum --check` reads it.

    >>> manifest_text({"b.csv": "22", "a.csv": "11"})
    '11  a.csv\\n22  b.csv\\n'
    """
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(found.items()))


def read_manifest(project: Path) -> dict[str, str]:
    """Path -> SHA-256 as they were accepted. Raises UserError where there is no manifest."""
    file = project / MANIFEST
    if not file.exists():
        raise UserError(f"{MANIFEST} is missing; `make accept` writes it from the results as they are now.")
    lines = [line.split("  ", 1) for line in file.read_text("utf-8").splitlines()]
    return {name: digest for digest, name in lines}


def output_text(output: dict) -> str:
    """One output of a cell as text; of a picture its digest.

    >>> output_text({"output_type": "stream", "name": "stdout", "text": ["4 ", "themes"]})
    '4 themes'
    >>> output_text({"output_type": "display_data", "data": {"image/png": "iVBO", "text/plain": "<Image>"}})
    '<Image>\\nimage/png 1fffae4a7062'
    """
    if output["output_type"] == "stream":
        return "".join(output["text"])
    if output["output_type"] == "error":
        return f"{output['ename']}: {output['evalue']}"
    texts, others = [], []
    for kind, value in sorted(output["data"].items()):
        text = "".join(value) if isinstance(value, list) else str(value)
        if kind in ("text/plain", "text/markdown"):
            texts.append(text)
        else:
            others.append(f"{kind} {hashlib.sha256(text.encode()).hexdigest()[:12]}")
    return "\n".join(texts + others)


def cell_texts(notebook: Path) -> list[list[str]]:
    """The cells of an executed notebook: [id, source and outputs as text]."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return [
        [cell["id"], "\n".join(["".join(cell["source"]), *("→ " + output_text(o) for o in cell.get("outputs", []))])]
        for cell in cells
    ]


def accept(project: Path, review: str) -> None:
    """Write the manifest, and the texts of the cells, from the results as they are now."""
    found = digests(project, built_files(project, review))
    if not found:
        raise UserError(f"nothing of {review} is built; run `make` first.")
    notebooks = {name: cell_texts(project / name) for name in found if name.endswith(".ipynb")}
    write_if_changed(project / CELLS, json.dumps(notebooks, indent=1, ensure_ascii=False) + "\n")
    write_if_changed(project / MANIFEST, manifest_text(found))


def compare(project: Path, rebuilt: Path, review: str) -> list[str]:
    """What differs between the accepted results and those of another folder: one message a file."""
    accepted = read_manifest(project)
    found = digests(rebuilt, built_files(rebuilt, review))
    messages = [f"{name}: is no longer written" for name in sorted(accepted.keys() - found.keys())]
    messages += [f"{name}: is new, and not in {MANIFEST}" for name in sorted(found.keys() - accepted.keys())]
    for name in sorted(accepted.keys() & found.keys()):
        if accepted[name] != found[name]:
            messages.append(f"{name}: differs{difference(project, rebuilt, name, accepted[name])}")
    return messages


def difference(project: Path, rebuilt: Path, name: str, accepted: str) -> str:
    """Where a file first differs: of a notebook the cell, of another text the line, if the accepted file is here."""
    if name.endswith(".ipynb") and (project / CELLS).exists():
        old = json.loads((project / CELLS).read_text("utf-8")).get(name, [])
        return first_cell(old, cell_texts(rebuilt / name))
    if digests(project, [name]).get(name) == accepted and Path(name).suffix in (".csv", ".txt", ".html", ".svg"):
        return " at " + first_line(*((folder / name).read_text("utf-8") for folder in (project, rebuilt)))
    return ""


def first_cell(old: list[list[str]], new: list[list[str]]) -> str:
    """The first cell that differs, with both outputs.

    >>> print(first_cell([["load", "x"], ["show", "2 themes"]], [["load", "x"], ["show", "3 themes"]]))
     first in cell 2 (show), at line 1
      accepted:
        | 2 themes
      built now:
        | 3 themes
    """
    for number, (before, after) in enumerate(zip_longest(old, new, fillvalue=["", "(no such cell)"]), 1):
        if before != after:
            return f" first in cell {number} ({after[0] or before[0]}), at {first_line(before[1], after[1])}"
    return " in its metadata only"


def first_line(old: str, new: str) -> str:
    """The number of the first line that differs, and from there (a little before) both texts."""
    olds, news = old.splitlines(), new.splitlines()
    pairs = enumerate(zip_longest(olds, news))
    at = next((number for number, (before, after) in pairs if before != after), 0)
    start = max(0, at - 2)

    def block(lines):
        return "".join(f"\n    | {line[:160]}" for line in lines[start : start + LINES])

    return f"line {at + 1}\n  accepted:{block(olds)}\n  built now:{block(news)}"


@dataclass
class Condition:
    """One way to build: what it is called, its Python environment, and what surrounds it."""

    name: str
    environment: Path
    folder: str = "project"
    variables: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)  # for make


def rebuild(condition: Condition, scratch: Path, review: str, make: str) -> Path:
    """Build a review in a clean copy of the project's sources. Raises UserError where that fails."""
    copy = scratch / condition.folder
    shutil.copytree(paths.ROOT, copy, ignore=shutil.ignore_patterns(*BUILT))
    (copy / ".venv").symlink_to(condition.environment)
    drop = ("CASESYNTH", "MAKE", "MFLAGS", "PYTHON")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    done = subprocess.run(
        [make, f"REVIEW={review}", *condition.words],
        cwd=copy,
        env=clean | condition.variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise UserError(f"the build in {copy} failed ({condition.name}):\n{done.stderr.strip()}")
    return copy


def verified(condition: Condition, review: str, make: str) -> bool:
    """Build under one condition and compare; say what differs. The copy is kept only where something does."""
    scratch = Path(tempfile.mkdtemp(prefix="casesynth-verify-"))
    keep = False
    try:
        copy = rebuild(condition, scratch, review, make)
        messages = compare(paths.ROOT, copy, review)
        keep = bool(messages)
    finally:
        if not keep:
            shutil.rmtree(scratch, ignore_errors=True)
    if messages:
        print(f"{condition.name}: {len(messages)} files differ from {MANIFEST}\n", file=sys.stderr)
        print("\n".join(messages), file=sys.stderr)
        print(WAYS_OUT.format(folder=copy), file=sys.stderr)
    else:
        print(f"{condition.name}: all {len(read_manifest(paths.ROOT))} files as in {MANIFEST}", flush=True)
    return not messages


def found_pythons() -> dict[str, str]:
    """Version -> an interpreter of that version; found by running it, since names lie and shims lead nowhere."""
    home = os.path.expanduser("~")
    commands = [os.environ.get("PYTHON_COMMAND", ""), *(f"python{version}" for version in PYTHONS), "python3"]
    for pattern in (f"{home}/.pyenv/versions/*/bin/python", f"{home}/.local/share/uv/python/*/bin/python3"):
        commands += sorted(glob(pattern), reverse=True)
    found = {}
    for command in filter(None, [*commands, sys.executable]):
        code = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            told = subprocess.run([command, "-c", code], capture_output=True, text=True, timeout=60)
        except (OSError, subprocess.TimeoutExpired):
            continue
        version = told.stdout.strip()
        if told.returncode == 0 and version in PYTHONS:
            found.setdefault(version, command)
    return found


def environment_of(version: str, command: str) -> Path:
    """An environment of its own for a Python, filled from the lock by uv; kept in build/ for the next time."""
    folder, lock = paths.ROOT / "build" / f"python-{version}", paths.ROOT / "requirements.lock"
    mark = folder / "installed.lock"
    if mark.exists() and mark.read_bytes() == lock.read_bytes():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    python = str(folder / "bin" / "python")
    for words in (["venv", "-q", "--python", command, str(folder)], ["pip", "install", "-q", "--python", python]):
        words += ["--require-hashes", "-r", str(lock)] if words[0] == "pip" else []
        done = subprocess.run([sys.executable, "-m", "uv", *words], stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise UserError(f"Python {version} ({command}) could not be set up from the lock:\n{done.stderr}")
    shutil.copy(lock, mark)
    return folder


def conditions() -> list[Condition]:
    """Every Python found, each amid other surroundings; the ones that were not found are reported."""
    surroundings = [
        ("a réview ß 1", {"TZ": "Pacific/Chatham", "LC_ALL": "C", "COLUMNS": "37"}, ["-j1"]),
        ("zwei Wörter", {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}, ["-j2"]),
        ("一 review", {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.ISO-8859-1", "FORCE_COLOR": "1"}, ["-j5"]),
    ]
    pythons = found_pythons()
    made = []
    for number, version in enumerate(PYTHONS):
        if version not in pythons:
            print(f"Python {version}: not found here, so not verified", flush=True)
            continue
        folder, variables, words = surroundings[number]
        variables |= {"PYTHONHASHSEED": str(number * 4711), "CONDA_PREFIX": ""}
        told = ", ".join([f"Python {version}", f"folder '{folder}'", *(f"{k}={v}" for k, v in variables.items() if v)])
        environment = environment_of(version, pythons[version])
        made.append(Condition(f"{told}, {words[0]}", environment, folder, variables, words))
    return made


def main(arguments: list[str]) -> int:
    """`make verify` and `make verify-all`; returns 0 where all bytes are as accepted."""
    parser = argparse.ArgumentParser(prog="casesynth.verify")
    parser.add_argument("--review", required=True)
    parser.add_argument("--make", default="make", help="the make command")
    parser.add_argument("--all", action="store_true", help="changed conditions, and every Python that is here")
    given = parser.parse_args(arguments)
    read_manifest(paths.ROOT)
    own = [Condition(f"Python {'.'.join(map(str, sys.version_info[:2]))}", paths.ROOT / ".venv")]
    chosen = conditions() if given.all else own
    return 0 if all([verified(condition, given.review, given.make) for condition in chosen]) else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (UserError, OSError) as error:
        sys.exit(f"make: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
