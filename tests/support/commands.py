"""The commands of the project, each answered with its exit status, its output and its messages.

This is the one place in the tests that knows how a command is called.
"""

import importlib
import inspect
import io
import os
import resource
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

from tests.support import ROOT

#: Command -> the module whose `main` it is, and that module's first words.
COMMANDS = {
    "new": "desk.new",
    "import": "desk.importing",
    "sheet": "desk.workbook_back",
    "sheet-back": "desk.workbook_back back",
    "check": "cli check",
    "suggest": "desk.suggestions",
    "audit": "audit.page",
    "fetch": "audit.fetch",
    "export": "exchange.export",
    "import-qdpx": "exchange.refi_import",
}


@contextmanager
def environment(**values):
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: str(value) for name, value in values.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def run(command: str, *words, **values) -> CompletedProcess:
    """Run a command in this process, which is quicker, with these environment variables."""
    module, *first = COMMANDS[command].split()
    main = importlib.import_module(f"casesynth.{module}").main
    arguments = [[*first, *map(str, words)]] if inspect.signature(main).parameters else []
    out, err = io.StringIO(), io.StringIO()
    with environment(**values), redirect_stdout(out), redirect_stderr(err):
        status = main(*arguments)
    return CompletedProcess([command, *words], status, out.getvalue(), err.getvalue())


def run_apart(command: str, *words, memory: int = 2 << 30, seconds: int = 60, folder: Path = ROOT, **values):
    """Run a command in a process of its own, with at most this much memory and this many seconds of processor."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    module, *first = COMMANDS[command].split()
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", f"casesynth.{module}", *first, *map(str, words)],
        cwd=folder,
        env=surroundings | {name: str(value) for name, value in values.items()},
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=240,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
