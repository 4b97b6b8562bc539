"""Build everything again in a clean copy of the project, and compare each file with the manifest.

`make accept` writes the manifest: the SHA-256 of every table, executed notebook, figure and report, and for each cell
of the executed notebooks twelve hex digits of the SHA-256 of its source and output. `make verify` compares;
`tools/verify_all.py` does so under changed conditions and with every Python that the project supports.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import Any

from casesynth.core import paths
from casesynth.core.files import write_if_changed
from casesynth.errors import UserError

#: Results whose copies are committed, so that a visitor can open them without building anything.
PUBLISHED = ["brief.pdf", "synthesis.pdf"]
MANIFEST, CELLS = "manifest/files.sha256", "manifest/cells.json"
#: What a clean copy leaves out: at the top of the project (a room of the package is called figures, too), and anywhere.
BUILT = {".venv", "build", "results", "figures", "sources", ".git"}
CACHES = shutil.ignore_patterns("__pycache__", ".*_cache", ".ipynb_checkpoints")
NO_CELL = "(no such cell)"
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


def output_text(output: dict[str, Any]) -> str:
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


def cell_texts(notebook: Path) -> dict[str, str]:
    """Cell id -> source and outputs as text, for the cells of an executed notebook in their order."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    return {
        cell["id"]: "\n".join(["".join(cell["source"]), *("→ " + output_text(o) for o in cell.get("outputs", []))])
        for cell in cells
    }


def cell_digests(texts: dict[str, str]) -> dict[str, str]:
    """Cell id -> the first twelve hex digits of the SHA-256 of its text.

    >>> cell_digests({"show": "2 themes"})
    {'show': '0c35618309d9'}
    """
    return {cell: hashlib.sha256(text.encode()).hexdigest()[:12] for cell, text in texts.items()}


def accept(project: Path, review: str) -> None:
    """Write the manifest of files, and that of cells, from the results as they are now."""
    found = digests(project, built_files(project, review))
    if not found:
        raise UserError(f"{review} has not been run yet; `casesynth make {review}` runs it.")
    cells = {name: cell_digests(cell_texts(project / name)) for name in found if name.endswith(".ipynb")}
    write_if_changed(project / CELLS, json.dumps(cells, indent=1) + "\n")
    write_if_changed(project / MANIFEST, manifest_text(found))
    for name in PUBLISHED:
        file = project / "published" / review / name
        if (project / "results" / review / name).exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / "results" / review / name, file)


def not_published(project: Path, rebuilt: Path, review: str) -> list[str]:
    """The files of `PUBLISHED` whose copies in published/ are not those that were built: one message a file."""
    messages = []
    for name in PUBLISHED:
        copy, built = project / "published" / review / name, rebuilt / "results" / review / name
        if built.exists() and not (copy.exists() and copy.read_bytes() == built.read_bytes()):
            messages.append(
                f"published/{review}/{name}: {'differs from' if copy.exists() else 'is missing, unlike'} the one that was built"
            )
    return messages


def compare(project: Path, rebuilt: Path, review: str) -> list[str]:
    """What differs between the accepted results and those of another folder: one message a file."""
    accepted = read_manifest(project)
    found = digests(rebuilt, built_files(rebuilt, review))
    messages = [f"{name}: is no longer written" for name in sorted(accepted.keys() - found.keys())]
    messages += [f"{name}: is new, and not in {MANIFEST}" for name in sorted(found.keys() - accepted.keys())]
    for name in sorted(accepted.keys() & found.keys()):
        if accepted[name] != found[name]:
            messages.append(f"{name}: differs{difference(project, rebuilt, name, accepted[name])}")
    return messages + not_published(project, rebuilt, review)


def difference(project: Path, rebuilt: Path, name: str, accepted: str) -> str:
    """Where a file first differs: of a notebook the cell, of another text the line.

    Both texts are shown if the accepted file, whose SHA-256 is `accepted`, is here.
    """
    here = digests(project, [name]).get(name) == accepted
    if name.endswith(".ipynb") and (project / CELLS).exists():
        texts = cell_texts(rebuilt / name)
        cell = first_changed(json.loads((project / CELLS).read_text("utf-8")).get(name, {}), cell_digests(texts))
        if not cell:
            return " in its metadata only"
        old = cell_texts(project / name).get(cell, NO_CELL) if here else ""
        return f" first in cell {cell}" + (f", at {first_line(old, texts.get(cell, NO_CELL))}" if here else "")
    if here and Path(name).suffix in (".csv", ".txt", ".html", ".svg"):
        return " at " + first_line(*((folder / name).read_text("utf-8") for folder in (project, rebuilt)))
    return ""


def first_changed(old: dict[str, str], new: dict[str, str]) -> str:
    """The id of the first cell whose digest differs, or that is there only once; "" if there is none.

    >>> first_changed({"load": "a1", "show": "b2"}, {"load": "a1", "show": "c3"})
    'show'
    """
    return next((cell for cell in [*new, *old] if old.get(cell) != new.get(cell)), "")


def first_line(old: str, new: str) -> str:
    """The number of the first line that differs, and from there (a little before) both texts."""
    olds, news = old.splitlines(), new.splitlines()
    pairs = enumerate(zip_longest(olds, news))
    at = next((number for number, (before, after) in pairs if before != after), 0)
    start = max(0, at - 2)

    def block(lines: list[str]) -> str:
        return "".join(f"\n    | {line[:160]}" for line in lines[start : start + LINES])

    return f"line {at + 1}\n  accepted:{block(olds)}\n  built now:{block(news)}"


def left_out(folder: str, names: list[str]) -> set[str]:
    """The names in a folder that a clean copy leaves out."""
    top = BUILT if Path(folder) == paths.ROOT else set()
    return {*CACHES(folder, names)} | (top & {*names})


def rebuild(copy: Path, review: str, make: str, words: list[str], variables: dict[str, str], environment: Path) -> None:
    """Build a review in a clean copy of the project's sources, with the Python environment of a folder.

    `words` are more words for make, `variables` more environment variables. Raises UserError if the build fails.
    """
    shutil.copytree(paths.ROOT, copy, ignore=left_out)
    (copy / ".venv").symlink_to(environment)
    drop = ("CASESYNTH", "MAKE", "MFLAGS", "PYTHON")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(drop)}
    done = subprocess.run(
        [make, f"REVIEW={review}", *words],
        cwd=copy,
        env=clean | variables,
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.returncode:
        raise UserError(f"the build in {copy} failed:\n{done.stderr.strip()}")


def verified(
    review: str,
    make: str = "make",
    folder: str = "project",
    words: Iterable[str] = (),
    variables: dict[str, str] | None = None,
    environment: Path = paths.ROOT / ".venv",
) -> tuple[bool, str]:
    """Build once more and compare (see `rebuild`). Returns whether all files are as accepted, and the text to show.

    The copy is kept only if something differs.
    """
    accepted = read_manifest(paths.ROOT)
    scratch = Path(tempfile.mkdtemp(prefix="casesynth-verify-"))
    copy, messages = scratch / folder, []
    try:
        rebuild(copy, review, make, list(words), variables or {}, environment)
        messages = compare(paths.ROOT, copy, review)
    finally:
        if not messages:
            shutil.rmtree(scratch, ignore_errors=True)
    if not messages:
        return True, f"all {len(accepted)} files as in {MANIFEST}"
    head = f"{len(messages)} files differ from {MANIFEST}\n"
    return False, "\n".join([head, *messages, WAYS_OUT.format(folder=copy)])
