"""A worker that serves the rules of one `make`, for speed: `python -m casesynth.worker make …`.

It runs the given command and answers its steps over a socket: papermill is imported once, and kernels
are forks of a process that has the libraries loaded. Nothing depends on it: a rule that finds no worker
runs its notebook itself.
"""

import json
import multiprocessing
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
from dataclasses import asdict

ADDRESS, STEPS = "CASESYNTH_WORKER", "CASESYNTH_STEPS"
LIBRARIES = [
    "pandas",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "seaborn",
    "frictionless",
    "jinja2",
    "yaml",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
]


def ask(arguments: list[str]):
    """Let the worker of this `make` run a step; None where there is none."""
    address = "" if os.environ.get("CASESYNTH_NO_WORKER") else os.environ.get(ADDRESS, "")
    if not os.path.exists(address):
        return None
    from casesynth.run import Record

    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(address)
            line.sendall(json.dumps(arguments).encode() + b"\n")
            return Record(**json.loads(line.makefile("rb").readline()))
    except (OSError, ValueError):
        return None


class Step(socketserver.StreamRequestHandler):
    """One request: the words of a rule in, the record of the run out."""

    def handle(self):
        arguments = json.loads(self.rfile.readline())
        self.server.warm.wait()
        from casesynth.run import run_here

        self.server.progress(f"{arguments[arguments.index('--step') + 1]} …", 0)
        record = run_here(arguments)
        self.server.progress(f"{record.step} done", 1)
        self.wfile.write(json.dumps(asdict(record)).encode() + b"\n")


class Server(socketserver.ThreadingUnixStreamServer):
    """Listens for steps; loads the libraries when the first one comes, not before."""

    daemon_threads = True

    def __init__(self, address: str):
        super().__init__(address, Step)
        self.warm, self.lock, self.bar = threading.Event(), threading.Lock(), None

    def process_request(self, request, client):
        with self.lock:
            if self.bar is None:
                self.load()
        super().process_request(request, client)

    def load(self):
        from tqdm import tqdm

        shown = sys.stderr.isatty()
        total = int(os.environ.get(STEPS) or 0) or None
        self.bar = tqdm(total=total, disable=not shown, leave=False, unit="step", file=sys.stderr)
        self.bar.set_description("loading")
        # A forkserver is started by exec, so it takes its environment from here.
        from casesynth import kernels, run

        os.environ.update(run.KERNEL_ENVIRONMENT)
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(LIBRARIES)
        context.Process(target=os.getpid).start()
        kernels.use_loaded(context)
        import papermill  # noqa: F401  (once, for all steps)

        self.warm.set()

    def progress(self, text: str, done: int) -> None:
        with self.lock:
            self.bar.set_description(text, refresh=False)
            self.bar.update(done)
            self.bar.refresh()


def main(command: list[str]) -> int:
    """Run `command` with a worker beside it and return its exit status."""
    if not sys.platform.startswith("linux"):  # elsewhere forking a loaded process is not safe
        return subprocess.call(command)
    folder = tempfile.mkdtemp(prefix="cs-")
    server = Server(f"{folder}/worker")
    os.environ[ADDRESS] = f"{folder}/worker"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # Ctrl-C goes to the whole group: make ends its rules and then returns here.
    signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.call(command, close_fds=False)
    finally:
        if server.bar is not None:
            server.bar.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    os._exit(code if code >= 0 else 1)  # not waiting for a step that a Ctrl-C has cut off
