"""Run one notebook: the only module that knows papermill.

A run goes to a scratch folder. Only when the notebook has ended well, and has written exactly the files
that its Make rule lists, are these moved into place, and last of all the stamp by which make knows
that the step is done. A failed run is kept in `results/<review>/failed/`.
"""

import errno
import json
import os
import shutil
import tempfile
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from casesynth.core import paths
from casesynth.core.paths import shown
from casesynth.errors import UserError
from casesynth.runner import current, digests, stamps
from casesynth.runner.environment import kernel_environment
from casesynth.runner.job import Job, chosen, read_job
from casesynth.runner.publish import NOTEBOOK, canonical, move, publish, stamp, write_record
from casesynth.runner.record import Record

#: How long a cell and a whole notebook may run, in seconds, unless the environment says otherwise: for a step that reads
#: less than `GROWTH` bytes. One that reads more gets as much again for each further `GROWTH` bytes.
LIMITS = {"CASESYNTH_CELL_SECONDS": 120, "CASESYNTH_NOTEBOOK_SECONDS": 600}
GROWTH = 10_000_000
#: Troubles of the machine, in the system's own words. They hit several steps at once and are said once.
MACHINE = [os.strerror(code) for code in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES)]
#: How often a step is run before it gives up, if the files that it reads change while it runs.
ATTEMPTS = 3
MARKER = "papermill-error-cell-tag"


def execute(job: Job, ready: Callable[[], None] = lambda: None) -> Record:
    """Run the notebook unless its step is current, check what it wrote, move it into place.

    `ready` is called before a notebook is run. Never raises for a failed notebook.
    """
    started = time.monotonic()
    record = Record(job.step, 0)
    try:
        values, seen = chosen(job), digests.identities(job.inputs)
        inputs = digests.of_inputs(job.inputs)
        known, key = stamps.read(job.stamp), current.key_of(job, values, inputs)
        changed = stamps.altered(known)
        if known.get("key") == key and not changed:
            failed_notebook(job).unlink(missing_ok=True)  # of a change that was taken back
            return Record(job.step, 0, current=True)
        if known.get("key") == key:  # else the step is due anyway, as after a change of revision
            record.altered = [name for name in changed if (paths.ROOT / name).exists()]
        with current.one_at_a_time(job, key):
            prepare(job)
            record.taken_from = current.taken_over(job, key)
            if not record.taken_from:
                ready()
                inputs = run_undisturbed(job, values, seen, inputs)
                key = current.key_of(job, values, inputs)
            writes = publish(job)
            record.seconds = round(time.monotonic() - started, 2)
            write_record(job, record)
            failed_notebook(job).unlink(missing_ok=True)
            stamp(job, values, inputs, key, writes)
    except Exception as problem:
        record.error = message(problem)
    shutil.rmtree(job.scratch, ignore_errors=True)
    return record


def run_undisturbed(job: Job, values: dict, seen: list, inputs: dict[str, str]) -> dict[str, str]:
    """Run the notebook, and run it again if a file that it reads was changed meanwhile. Returns the digests of its inputs.

    `seen` and `inputs` are what the files are known by, and their digests, before. A file that was changed and put back has
    its old digest, but is another file to the system. Raises UserError if the files do not come to rest.
    """
    for _ in range(ATTEMPTS):
        run_papermill(job, values)
        now = digests.identities(job.inputs)
        if now == seen:
            return inputs
        shutil.rmtree(job.scratch)
        prepare(job)
        before, seen, inputs = inputs, now, digests.of_inputs(job.inputs)
    changed = [name for name, digest in inputs.items() if digest != before[name]]
    raise UserError(
        f"{', '.join(changed or job.inputs[:1])}: changed {ATTEMPTS} times while this step ran. Run make again when nobody, and "
        "no other program, writes to what it reads."
    )


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
    'No space left on device: results/a.csv. Correct this and run make again; it goes on from where it stopped.'
    """
    place = f": {shown(Path(problem.filename))}" if problem.filename else ""
    return f"{problem.strerror or problem}{place}. Correct this and run make again; it goes on from where it stopped."


def limit(name: str, size: int) -> int:
    """A limit in seconds: what the environment says, else the default for a step that reads `size` bytes.

    Raises UserError for anything but a whole number of seconds.

    >>> limit("CASESYNTH_CELL_SECONDS", 500_000), limit("CASESYNTH_CELL_SECONDS", 25_000_000)
    (120, 360)
    """
    text = os.environ.get(name) or str(LIMITS[name] * (1 + size // GROWTH))
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise UserError(f"{name}={text}: expected a whole number of seconds, 1 or more.")
    return int(text)


def too_long(what: str, seconds: int, setting: str) -> str:
    """That something was stopped because it ran too long, and the setting that gives it more time."""
    return f"{what} ran for more than {seconds} seconds and was stopped; {setting}={2 * seconds} make … gives it twice as long"


def prepare(job: Job) -> None:
    """An empty scratch folder with a place for tables and one for figures.

    It has a new name each time: a kernel that outlives a killed make for a moment cannot write into it.
    """
    job.stamp.parent.mkdir(parents=True, exist_ok=True)
    job.scratch = Path(tempfile.mkdtemp(prefix=f"{job.step}.running-", dir=job.stamp.parent))
    (job.scratch / "tables").mkdir()
    (job.scratch / "figures").mkdir()


def run_papermill(job: Job, values: dict) -> None:
    """Execute into the scratch folder; on a failure keep the notebook and raise UserError."""
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    from casesynth.runner.kernels import manager_class  # loads jupyter_client, which takes time

    target = job.scratch / NOTEBOOK
    size = sum(file.stat().st_size for file in map(Path, job.reads) if file.is_file())
    cell_seconds, notebook_seconds = (limit(name, size) for name in LIMITS)
    late = threading.Event()
    environment = kernel_environment() | {
        paths.READ: str(job.results.resolve()),
        paths.WRITE: str(job.scratch.resolve()),
        "CASESYNTH_FIGURES": str(job.figures.resolve()),
    }
    manager = manager_class(environment, cwd=str(job.notebook.resolve().parent))

    def end() -> None:
        late.set()
        manager.kill_all()

    clock = threading.Timer(notebook_seconds, end)
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
        problem = too_long("a cell", cell_seconds, "CASESYNTH_CELL_SECONDS")
    except (DeadKernelError, RuntimeError):  # jupyter_client raises the latter for a kernel that dies as it starts
        problem = "the kernel died (out of memory, or killed from outside?)"
    finally:
        clock.cancel()
        manager.kill_all()
    if late.is_set():
        problem = too_long("the notebook", notebook_seconds, "CASESYNTH_NOTEBOOK_SECONDS")
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


def run_here(arguments: list[str], ready: Callable[[], None] = lambda: None) -> Record:
    """Read the job from the words of its rule and run it in this process."""
    return execute(read_job(arguments), ready)
