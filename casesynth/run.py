"""Run one notebook: the only module that knows papermill.

A run goes to a scratch folder. Only when the notebook has ended well, and has written exactly the files
that its Make rule lists, are these moved into place, and last of all the stamp by which make knows
that the step is done. A failed run is kept in `results/<review>/failed/`.
"""

import argparse
import errno
import json
import os
import platform
import shutil
import sys
import tempfile
import threading
import time
import traceback
from dataclasses import asdict, dataclass, field
from pathlib import Path

from casesynth import UserError, __version__, parameters, paths

#: What a kernel is told of the machine; all else that a person's environment holds (COLUMNS, MATPLOTLIBRC, …)
#: could change its output, and is kept from it.
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "MPLCONFIGDIR", "TMPDIR", "CASESYNTH_")
#: And for every kernel: one thread, one locale, one time zone, one hash seed.
KERNEL_ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
#: How long a cell and a whole notebook may run, in seconds, unless the environment says otherwise.
LIMITS = {"CASESYNTH_CELL_SECONDS": 120, "CASESYNTH_NOTEBOOK_SECONDS": 600}
#: Troubles of the machine, in the system's own words. They hit several steps at once and are said once.
MACHINE = [os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)]
INJECTED = "injected-parameters"
NOTEBOOK = "notebook.ipynb"  # the executed notebook in the scratch folder
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
    reads: list[str] = field(default_factory=list)  # tables of data/, and results of earlier steps

    scratch: Path = Path()  # a new folder for each run


@dataclass
class Record:
    """What a run leaves: an error is text here, not an exception (after jupyter-cache)."""

    step: str
    seconds: float
    error: str = ""
    said: bool = False  # another step has given this message already


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
    error = ""
    try:
        values = chosen(job)
        prepare(job)
        run_papermill(job, values)
        publish(job)
        write_record(job, Record(job.step, round(time.monotonic() - started, 2)))
        failed_notebook(job).unlink(missing_ok=True)
        stamp(job, values)
    except Exception as problem:
        error = message(problem)
    shutil.rmtree(job.scratch, ignore_errors=True)
    return Record(job.step, round(time.monotonic() - started, 2), error)


def message(problem: Exception) -> str:
    """What to say of a problem; of a defect of this package also the place to look at."""
    if isinstance(problem, UserError):
        return str(problem)
    if isinstance(problem, OSError):
        return machine_trouble(problem)
    place = traceback.extract_tb(problem.__traceback__)[-1]
    return f"{type(problem).__name__}: {problem} (in {Path(place.filename).name}, line {place.lineno})"


def machine_trouble(problem: OSError) -> str:
    """What the system refused, and where.

    >>> machine_trouble(OSError(28, "No space left on device", "results/a.csv"))
    'No space left on device: results/a.csv. Mend this and run make again; it goes on from where it stopped.'
    """
    place = f": {shown(Path(problem.filename))}" if problem.filename else ""
    return f"{problem.strerror or problem}{place}. Mend this and run make again; it goes on from where it stopped."


def limit(name: str) -> int:
    """A limit in seconds: what the environment says, else the default. Raises UserError for anything else."""
    text = os.environ.get(name) or str(LIMITS[name])
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise UserError(f"{name}={text}: expected a whole number of seconds, 1 or more.")
    return int(text)


def prepare(job: Job) -> None:
    """An empty scratch folder with a place for tables and one for figures.

    It has a new name each time: a kernel that outlives a killed make for a moment cannot write into it.
    """
    job.stamp.parent.mkdir(parents=True, exist_ok=True)
    job.scratch = Path(tempfile.mkdtemp(prefix=f"{job.step}.running-", dir=job.stamp.parent))
    (job.scratch / "tables").mkdir()
    (job.scratch / "figures").mkdir()


def kernel_environment() -> dict[str, str]:
    """The environment variables of every kernel."""
    return {name: text for name, text in os.environ.items() if name.startswith(PASSED_ON)} | KERNEL_ENVIRONMENT


def run_papermill(job: Job, values: dict) -> None:
    """Execute into the scratch folder; on a failure keep the notebook and raise UserError."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from casesynth.kernels import manager_class

    target = job.scratch / NOTEBOOK
    cell_seconds, notebook_seconds = map(limit, LIMITS)
    late = threading.Event()
    environment = kernel_environment() | {
        paths.READ: str(job.results.resolve()),
        paths.WRITE: str(job.scratch.resolve()),
        "CASESYNTH_FIGURES": str(job.figures.resolve()),
    }
    manager = manager_class(environment, cwd=str(job.notebook.resolve().parent))
    clock = threading.Timer(notebook_seconds, lambda: (late.set(), manager.kill_all()))
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
            execution_timeout=cell_seconds,
        )
    except papermill.PapermillExecutionError as error:
        problem = f"{error.ename}: {error.evalue}"
    except CellTimeoutError:
        problem = f"a cell ran for more than {cell_seconds} seconds and was stopped"
    except (DeadKernelError, RuntimeError):  # jupyter_client raises the latter for a kernel that dies as it starts
        problem = "the kernel died (out of memory, or killed from outside?)"
    finally:
        clock.cancel()
        manager.kill_all()
    if late.is_set():
        problem = f"the notebook ran for more than {notebook_seconds} seconds and was stopped"
    if problem:
        raise UserError(f"{problem}\n{keep_failed(job, target)}")
    canonical(target, values)


def failed_notebook(job: Job) -> Path:
    """Where a failed run of this step is kept."""
    return job.results / "failed" / f"{job.step}.ipynb"


def keep_failed(job: Job, target: Path) -> str:
    """Keep the failed notebook where a person finds it; return the end of the message."""
    kept = failed_notebook(job)
    try:
        cells = json.loads(target.read_text("utf-8"))["cells"]
        move(target, kept)
    except (OSError, ValueError):  # it was not written, or the disk is full
        return f"  notebook: {shown(job.notebook)} (nothing of the run could be kept)"
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
    wrote.discard(NOTEBOOK)
    listed = set(job.writes)
    if wrote != listed:
        raise UserError(
            f"{job.notebook.name} did not write what its rule in the Makefile lists.\n"
            f"  listed, not written: {', '.join(sorted(listed - wrote)) or 'none'}\n"
            f"  written, not listed: {', '.join(sorted(wrote - listed)) or 'none'}"
        )
    for name in sorted(listed):
        replace_if_changed(job.scratch / name, published(job, name))
    replace_if_changed(job.scratch / NOTEBOOK, published(job, NOTEBOOK))


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
    old.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(new, old)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise OSError(error.errno, error.strerror, str(old)) from None
        near = old.with_name(f".{old.name}.tmp")
        shutil.copyfile(new, near)
        os.replace(near, old)


def stamp(job: Job, values: dict) -> None:
    """The last act of a run, by which make knows that the step is done; it says what the step read and wrote."""
    known = {
        "step": job.step,
        "notebook": str(job.notebook),
        "parameters": values,
        "reads": sorted(job.reads),
        "writes": sorted(str(published(job, name)) for name in [*job.writes, NOTEBOOK]),
    }
    partial = job.scratch / "stamp"
    partial.write_text(json.dumps(known, indent=1) + "\n", "utf-8")
    os.replace(partial, job.stamp)


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
    parser.add_argument("--reads", nargs="*", default=[])
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
        reads=given.reads,
    )


def run_here(arguments: list[str]) -> Record:
    """Read the job from the words of its rule and run it in this process."""
    return execute(read_job(arguments))


def main(arguments: list[str]) -> int:
    """Run by the worker where there is one, else in this process; say in one message what failed."""
    from casesynth import worker

    record = worker.ask(arguments) or run_here(arguments)
    if record.error and not record.said:
        print(f"\nmake: step {record.step} failed: {record.error}", file=sys.stderr)
    if record.error:
        return 1
    if not sys.stdout.isatty():
        print(f"{record.step}: {record.seconds:.1f} s", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
