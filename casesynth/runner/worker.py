"""Run the chain's make, with a worker that runs the notebooks for its rules.

For speed the worker answers the rules over a socket: papermill is imported once, and kernels are forks of a
process that has the libraries loaded (`kernels`). A rule without a worker (`CASESYNTH_WORKER` is not set) runs
its notebook itself. When make ends, is stopped or is killed, everything that was started here ends too.

What takes long to load is loaded while the tables are checked (`warm`). `step` and `kernels` are imported when the first
rule asks, not before: a make that has nothing to run stays quick.
"""

import json
import multiprocessing
import os
import signal
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

from casesynth.runner.client import ADDRESS
from casesynth.runner.record import Record

#: More steps at a time than a chain has.
MOST = 99
#: Seconds for make to ask for what has waited for a step, before its place goes to one that is less urgent.
GRACE = 0.06
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: What kernels have loaded before they are forked; none of it starts a thread.
LIBRARIES = [
    "casesynth.runner.quiet",
    "pandas",
    "pandas.io.formats.html",
    "pyarrow.pandas_compat",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "PIL.PngImagePlugin",
    "seaborn",
    "sklearn.feature_extraction.text",
    "sklearn.metrics",
    "scipy.stats",
    "jinja2",
    "jsonschema",
    "pypandoc",
    "typst",
    "yaml",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "tornado.queues",
    "casesynth.front",
    "casesynth.figures",
    "casesynth.report.report",
    "casesynth.audit.explorer",
    "casesynth.runner.kernels",
    "casesynth.runner.warmed",
]


class Step(socketserver.StreamRequestHandler):
    """One request: the words of a rule in, the record of the run out."""

    server: "Server"

    def handle(self) -> None:
        """Run the step as soon as it is its turn, and send its record."""
        words, steps = json.loads(self.rfile.readline())
        with self.server.place(steps.index(words[words.index("--step") + 1])):
            record = self.server.run(words, len(steps))
            with suppress(OSError):  # the rule that asked was killed
                self.wfile.write(json.dumps(vars(record)).encode() + b"\n")


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens for steps, and runs them in the order of their urgency."""

    daemon_threads = True

    def __init__(self, address: str, places: int, runs: int = 1) -> None:
        super().__init__(address, Step)
        self.runs = runs
        self.free, self.turn = places, threading.Condition()
        self.waiting: list[int] = []
        self.asked: set[int] = set()
        self.failed: set[str] = set()
        self.lock = threading.Lock()
        self.bar: Any = None
        self.reported: set[Any] = set()

    def run(self, words: list[str], steps: int) -> Record:
        """Run one of the `steps` of a make, given by the words of its rule.

        Where a step has failed, those of the same make that still wait are not run. An error of the machine, such as a full
        disk, hits many steps at once; it is reported for the first only.
        """
        from casesynth.runner import step as runs  # loads papermill, which takes time

        step, build = (words[words.index(name) + 1] for name in ("--step", "--parameters"))
        if build in self.failed:
            return Record(step, 0, current=True)  # make knows of the one that failed
        try:
            self.progress(f"{step} …", 0, steps)
            record = runs.run_here(words, self.ready)
        except Exception as problem:
            record = Record(step, 0, runs.message(problem))
        self.failed |= {build} if record.error else set()
        self.progress(f"{step} done", 1, steps)
        error = next((text for text in runs.MACHINE if text in record.error), None)
        with self.lock:
            record.repeated = error in self.reported
            self.reported |= {error} - {None}
        return record

    @contextmanager
    def place(self, rank: int) -> Iterator[None]:
        """Wait for a place to run a step; of those that wait, the one of the lowest rank is next."""
        with self.turn:
            self.waiting.append(rank)
            self.asked.add(rank)
            self.turn.wait_for(lambda: self.free > 0 and rank == min(self.waiting))
            self.waiting.remove(rank)
            self.free -= 1
        try:
            yield
        finally:
            if set(range(min(self.waiting, default=0))) - self.asked:
                time.sleep(GRACE)
            with self.turn:
                self.free += 1
                self.turn.notify_all()

    def ready(self) -> None:
        """Before a notebook is run: wait for papermill, and let kernels be forked from the process with the libraries."""
        import papermill  # noqa: F401

        from casesynth.runner import kernels  # loads jupyter_client, which takes time

        kernels.fork_from_now_on()

    def progress(self, text: str, done: int, steps: int) -> None:
        """Show on a terminal, in one line, what is run and how many of the steps are done."""
        if not sys.stderr.isatty():
            return
        from tqdm import tqdm

        with self.lock:
            self.bar = self.bar or tqdm(total=steps * self.runs or None, leave=False, unit="step", file=sys.stderr)
            self.bar.set_description(text, refresh=False)
            self.bar.update(done)
            self.bar.refresh()


def serves() -> bool:
    """Whether this make has a worker. Elsewhere than on Linux forking a loaded process is not safe."""
    return sys.platform.startswith("linux") and not os.environ.get("CASESYNTH_NO_WORKER")


def warm() -> None:
    """Start the process that loads the libraries, from which kernels are forked, if it is not there yet; do not wait for it.

    It ignores Ctrl-C, and its environment holds no more than that of a kernel.
    """
    from casesynth.runner.environment import kernel_environment  # a make with nothing to do needs no kernel

    multiprocessing.get_context("forkserver").set_forkserver_preload(LIBRARIES)
    known = dict(os.environ)
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)  # of this thread, and of what it starts
    try:
        os.environ.clear()
        os.environ.update(kernel_environment(known), CASESYNTH_QUIET="1")
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(known)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)


def serve(commands: list[list[str]], folder: Path, places: int | None, at_once: int = 1) -> int:
    """Run the commands, `at_once` of them at a time, alongside one worker; stop when they end, or when the calling process has gone.

    The worker is asked for all that could run. It runs `places` notebooks at a time, and one more, since each waits a third of a
    second for its kernel to start and to end. Without a number, or a worker, make decides.
    Returns 0, the exit status of the first that failed (no other is started then), or 128 and the number of the signal that
    stopped them. `folder` is for sockets and temporary files; the caller removes it.
    """
    caller, stopped = os.getppid(), []
    for number in SIGNALS:
        signal.signal(number, lambda number, _: stopped.append(number))
    os.environ["TMPDIR"] = os.environ["CASESYNTH_SOCKETS"] = tempfile.tempdir = str(folder)
    server = None
    if serves():
        os.environ[ADDRESS] = str(folder / "worker")
        server = Server(os.environ[ADDRESS], (places or MOST) + 1, len(commands))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        threading.Thread(target=import_module, args=["papermill"], daemon=True).start()  # it takes seconds
    jobs = [f"-j{MOST if server else places}"] if places else []
    running: list[Any] = []
    waiting, status = [[*command, *jobs] for command in commands], 0
    while (waiting or running) and not stopped and os.getppid() == caller:
        while waiting and len(running) < at_once:
            running.append(subprocess.Popen(waiting.pop(0), close_fds=False))
        with suppress(subprocess.TimeoutExpired):
            running[0].wait(0.2)
        for make in [make for make in running if make.poll() is not None]:
            running.remove(make)
            status = status or make.returncode
            waiting = [] if status else waiting
    for make in running:
        end(make)
    if server and server.bar is not None:
        server.bar.close()
    if kernels := sys.modules.get("casesynth.runner.kernels"):
        kernels.kill(kernels.managers)
    return 128 + stopped[0] if stopped else status


def end(make: subprocess.Popen) -> None:
    """Terminate the chain's make if it is still running; make then stops its own recipes."""
    for stop in (make.terminate, make.kill):
        with suppress(subprocess.TimeoutExpired):
            if make.poll() is None:
                stop()
                make.wait(5)
