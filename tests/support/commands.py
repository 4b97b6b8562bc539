"""The commands of the project, each answered with its exit status, its output and its messages.

This is the one place in the tests that knows how a command is called.
"""

import io
import os
import resource
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from casesynth import cli
from tests.support import ROOT


@contextmanager
def environment(**values):
    """Set environment variables for a while; what a command sets itself does not outlast it either."""
    with patch.dict(os.environ, {name: str(value) for name, value in values.items()}):
        yield


def run(*words, **values) -> CompletedProcess:
    """Run `casesynth` in this process, which is quicker, with these environment variables."""
    out, err = io.StringIO(), io.StringIO()
    places = {name: str(value) for name, value in values.items()}
    with patch.dict(os.environ, places), redirect_stdout(out), redirect_stderr(err):
        status = cli.main([str(word) for word in words])
    return CompletedProcess(words, status, out.getvalue(), err.getvalue())


def run_apart(*words, memory: int = 2 << 30, seconds: int = 60, folder: Path = ROOT, **values):
    """Run `casesynth` in a process of its own, with at most this much memory and this many seconds of processor."""

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, "-m", "casesynth", *map(str, words)],
        cwd=folder,
        env=surroundings | {name: str(value) for name, value in values.items()},
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=240,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done
