"""From a run that ended well to its files in place: canonical, whole or not at all, stamped last."""

import json
import platform
import shutil
import time
from pathlib import Path
from typing import Any

from casesynth import __version__
from casesynth.core.files import whole_file
from casesynth.errors import UserError
from casesynth.runner import digests
from casesynth.runner.job import Job
from casesynth.runner.record import Record

INJECTED = "injected-parameters"
NOTEBOOK = "notebook.ipynb"  # the executed notebook in the scratch folder


def canonical(notebook: Path, values: dict) -> None:
    """Drop from an executed notebook all that differs between two runs of the same thing."""
    import nbformat

    node = nbformat.read(notebook, as_version=4)
    node.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "papermill": {"parameters": values},
    }
    for cell in node.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = INJECTED
        if cell.cell_type == "code":
            cell.outputs = joined_streams(cell.outputs)
    nbformat.write(node, notebook)


def joined_streams(outputs: list) -> list:
    """Join neighbouring pieces of one stream: where a kernel cuts its output is chance."""
    joined: list[Any] = []
    for output in outputs:
        last = joined[-1] if joined else None
        same = last and output.output_type == last.output_type == "stream" and output.name == last.name
        if last and same:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def publish(job: Job) -> dict[str, str]:
    """Move the outputs into place; a file whose content is the same is left alone.

    Returns the digest of each file as it was written, by its path. Raises UserError where the notebook wrote more or less
    than its rule lists.
    """
    wrote = {p.relative_to(job.scratch).as_posix() for p in job.scratch.rglob("*") if p.is_file()}
    wrote.discard(NOTEBOOK)
    listed = set(job.writes)
    if wrote != listed:
        raise UserError(
            f"{job.notebook.name} did not write what its rule in the Makefile lists.\n"
            f"  listed, not written: {', '.join(sorted(listed - wrote)) or 'none'}\n"
            f"  written, not listed: {', '.join(sorted(wrote - listed)) or 'none'}"
        )
    names = [*sorted(listed), NOTEBOOK]
    writes = {str(published(job, name)): digests.of_bytes(job.scratch / name) for name in names}
    for name in names:
        replace_if_changed(job.scratch / name, published(job, name))
    return writes


def published(job: Job, name: str) -> Path:
    """Where a file of the scratch folder goes."""
    if name == NOTEBOOK:
        return job.results / "notebooks" / f"{job.step}.ipynb"
    inside = name.removeprefix("figures/")
    return job.figures / inside if inside != name else job.results / name


def replace_if_changed(new: Path, old: Path) -> None:
    """Put `new` in the place of `old`, in one step, unless their bytes are equal."""
    if old.exists() and old.read_bytes() == new.read_bytes():
        return
    move(new, old)


def move(new: Path, old: Path) -> None:
    """Put `new` in the place of `old` in one step, also where results/ or figures/ lie on another disk."""
    with whole_file(old) as partial:
        shutil.move(new, partial)


def stamp(job: Job, values: dict, inputs: dict[str, str], key: str, writes: dict[str, str]) -> None:
    """The last act of a run: what the step read and wrote, with the digests by which the next make judges it."""
    known = {
        "step": job.step,
        "notebook": str(job.notebook),
        "parameters": values,
        "key": key,
        "inputs": inputs,
        "reads": sorted(job.reads),
        "writes": dict(sorted(writes.items())),
    }
    with whole_file(job.stamp) as partial:
        partial.write_text(json.dumps(known, indent=1) + "\n", "utf-8")


def write_record(job: Job, record: Record) -> None:
    """Times, host and runtime of a run: kept apart, since they differ from run to run."""
    run = vars(record) | {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        "system": platform.platform(),
        "casesynth": __version__,
    }
    file = job.results / "run-records" / f"{job.step}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(run, indent=1) + "\n", "utf-8")
