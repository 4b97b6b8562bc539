"""Run one notebook: the only module that knows papermill.

A run goes to a scratch folder. Only when the notebook has ended well, and has written exactly the files
that its Make rule lists, are these moved into place, and last of all the stamp by which make knows
that the step is done. A failed run is kept in `results/<review>/failed/`.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from casesynth import UserError, __version__, parameters, paths

#: The environment of every kernel: one thread, one locale, one time zone, one hash seed.
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
CELL_SECONDS = int(os.environ.get("CASESYNTH_CELL_SECONDS", 120))
NOTEBOOK_SECONDS = int(os.environ.get("CASESYNTH_NOTEBOOK_SECONDS", 600))
INJECTED = "injected-parameters"
MARKER = "papermill-error-cell-tag"


@dataclass
class Job:
    """What one Make rule asks for."""

    notebook: Path
    step: str
    review: str
    results: Path
    figures: Path
    stamp: Path
    common: dict  # the parameters of the whole run
    own: dict  # those of this step
    writes: list[str] = field(default_factory=list)

    @property
    def scratch(self) -> Path:
        return self.stamp.with_suffix(".running")


@dataclass
class Record:
    """What a run leaves: an error is text here, not an exception (after jupyter-cache)."""

    step: str
    seconds: float
    error: str = ""


def chosen(job: Job) -> dict:
    """The values of this run, of which the notebook must declare every one, with the type that it states.

    Of the parameters of the whole run, those that no cell of this notebook declares are another notebook's.
    """
    known = parameters.declared(job.notebook)
    common = {name: value for name, value in job.common.items() if name in known}
    values = {"review": job.review, **common, **job.own}
    parameters.check(values, known, job.notebook.name)
    return values


def execute(job: Job) -> Record:
    """Run the notebook, check what it wrote, move it into place; never raises for a failed notebook."""
    started = time.monotonic()
    try:
        values = chosen(job)
        prepare(job)
        run_papermill(job, values)
        publish(job)
        error = ""
    except UserError as problem:
        error = str(problem)
    record = Record(job.step, round(time.monotonic() - started, 2), error)
    if not error:
        write_record(job, record)
        shutil.rmtree(job.scratch)
        failed_notebook(job).unlink(missing_ok=True)
        job.stamp.write_text(f"{job.step}\n", "utf-8")
    return record


def prepare(job: Job) -> None:
    """An empty scratch folder with a place for tables and one for figures."""
    shutil.rmtree(job.scratch, ignore_errors=True)
    (job.scratch / "tables").mkdir(parents=True)
    (job.scratch / "figures").mkdir()


def run_papermill(job: Job, values: dict) -> None:
    """Execute into the scratch folder; on a failure keep the notebook and raise UserError."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from casesynth.kernels import manager_class

    target = job.scratch / "notebook.ipynb"
    late = threading.Event()
    environment = KERNEL_ENVIRONMENT | {
        paths.READ: str(job.results.resolve()),
        paths.WRITE: str(job.scratch.resolve()),
        "CASESYNTH_FIGURES": str(job.figures.resolve()),
    }
    manager = manager_class(environment, cwd=str(job.notebook.resolve().parent))
    clock = threading.Timer(NOTEBOOK_SECONDS, lambda: (late.set(), manager.kill_all()))
    clock.start()
    problem = ""
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(target),
            parameters=values,
            progress_bar=False,
            kernel_manager_class=manager,
            request_save_on_cell_execute=False,
            record_timing=False,
            shutdown_kernel="immediate",
            iopub_timeout=60,
            execution_timeout=CELL_SECONDS,
        )
    except papermill.PapermillExecutionError as error:
        problem = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        problem = f"a cell ran for more than {CELL_SECONDS} seconds and was stopped"
    except DeadKernelError:
        problem = "the kernel died (out of memory, or killed from outside?)"
    finally:
        clock.cancel()
        manager.kill_all()
    if late.is_set():
        problem = f"the notebook ran for more than {NOTEBOOK_SECONDS} seconds and was stopped"
    if problem:
        raise UserError(f"{problem}\n{keep_failed(job, target)}")
    canonical(target, values)


def failed_notebook(job: Job) -> Path:
    """Where a failed run of this step is kept."""
    return job.results / "failed" / f"{job.step}.ipynb"


def keep_failed(job: Job, target: Path) -> str:
    """Keep the failed notebook where a person finds it; return the end of the message."""
    if not target.exists():
        return f"  notebook: {shown(job.notebook)} (nothing of the run could be kept)"
    kept = failed_notebook(job)
    kept.parent.mkdir(parents=True, exist_ok=True)
    os.replace(target, kept)
    cells = json.loads(kept.read_text("utf-8"))["cells"]
    marks = [number for number, cell in enumerate(cells) if MARKER in cell["metadata"].get("tags", [])]
    failing = "".join(cells[marks[-1] + 1]["source"]).rstrip() if marks else ""
    lines = "".join(f"\n    | {line}" for line in failing.splitlines())
    return f"  kept with its error: {shown(kept)}" + (f"\n  the failing cell:{lines}" if lines else "")


def shown(path: Path) -> str:
    """The path as a user knows it: from the project's folder where it lies in there."""
    path = path.resolve()
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)


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
    joined = []
    for output in outputs:
        last = joined[-1] if joined else None
        same = last and output.output_type == last.output_type == "stream" and output.name == last.name
        if same:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def publish(job: Job) -> None:
    """Move the outputs into place; a file whose content is the same keeps its old time.

    Raises UserError where the notebook wrote more or less than its rule lists.
    """
    wrote = {p.relative_to(job.scratch).as_posix() for p in job.scratch.rglob("*") if p.is_file()}
    wrote.discard("notebook.ipynb")
    listed = set(job.writes)
    if wrote != listed:
        raise UserError(
            f"{job.notebook.name} did not write what its rule in the Makefile lists.\n"
            f"  listed, not written: {', '.join(sorted(listed - wrote)) or 'none'}\n"
            f"  written, not listed: {', '.join(sorted(wrote - listed)) or 'none'}"
        )
    for name in sorted(listed):
        inside = name.removeprefix("figures/")
        replace_if_changed(job.scratch / name, job.figures / inside if inside != name else job.results / name)
    replace_if_changed(job.scratch / "notebook.ipynb", job.results / "notebooks" / f"{job.step}.ipynb")


def replace_if_changed(new: Path, old: Path) -> None:
    """Put `new` in the place of `old`, in one step, unless their bytes are equal."""
    if old.exists() and old.read_bytes() == new.read_bytes():
        return
    old.parent.mkdir(parents=True, exist_ok=True)
    os.replace(new, old)


def write_record(job: Job, record: Record) -> None:
    """Times, host and runtime of a run: kept apart, since they differ from run to run."""
    run = asdict(record) | {
        "finished": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        "system": platform.platform(),
        "casesynth": __version__,
    }
    file = job.results / "run-records" / f"{job.step}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(run, indent=1) + "\n", "utf-8")


def read_job(arguments: list[str]) -> Job:
    """A job from the words of its Make rule."""
    import yaml

    parser = argparse.ArgumentParser(prog="casesynth.run")
    parser.add_argument("notebook", type=Path)
    for name in ("results", "figures", "stamp", "parameters"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--review", required=True)
    parser.add_argument("--step", required=True)
    parser.add_argument("--set", nargs="*", default=[], help="name=value, for parameters of this step")
    parser.add_argument("--writes", nargs="*", default=[])
    given = parser.parse_args(arguments)
    return Job(
        notebook=given.notebook,
        step=given.step,
        review=given.review,
        results=given.results,
        figures=given.figures,
        stamp=given.stamp,
        common=yaml.safe_load(given.parameters.read_text("utf-8")),
        own=dict(setting.split("=", 1) for setting in given.set),
        writes=given.writes,
    )


def run_here(arguments: list[str]) -> Record:
    """Read the job from the words of its rule and run it in this process."""
    return execute(read_job(arguments))


def main(arguments: list[str]) -> int:
    """Run by the worker where there is one, else in this process; say in one message what failed."""
    from casesynth import worker

    record = worker.ask(arguments) or run_here(arguments)
    if record.error:
        print(f"\nmake: step {record.step} failed: {record.error}", file=sys.stderr)
        return 1
    if not sys.stdout.isatty():
        print(f"{record.step}: {record.seconds:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
