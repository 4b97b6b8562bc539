"""The commands of the project, each answered with its exit status, its output and its messages.

This is the one place in the tests that knows how a command is called.
"""

import functools
import io
import json
import os
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from tempfile import NamedTemporaryFile
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


def run_apart(*words, memory: int = 2 << 30, seconds: int = 60, folder: Path = ROOT, **values) -> CompletedProcess:
    """Run `casesynth` in a process of its own, with at most this much memory and this many seconds of processor.

    The process is a fork of one that has loaded the package; one with another PYTHONHASHSEED is begun anew.
    """
    surroundings = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0"}
    surroundings |= {name: str(value) for name, value in values.items()}
    words = [str(word) for word in words]
    if "PYTHONHASHSEED" in values:
        command = [sys.executable, "-m", "casesynth", *words]
        done = subprocess.run(command, cwd=folder, env=surroundings, capture_output=True, text=True, timeout=240)
    else:
        with NamedTemporaryFile("r+", encoding="utf-8") as out, NamedTemporaryFile("r+", encoding="utf-8") as err:
            request = {"words": words, "folder": str(folder), "environment": surroundings, "memory": memory}
            request |= {"seconds": seconds, "streams": [out.name, err.name]}
            server = loaded()
            server.stdin.write(json.dumps(request) + "\n")
            server.stdin.flush()
            status = int(server.stdout.readline())
            done = CompletedProcess(words, status, out.read(), err.read())
    assert "Traceback" not in done.stderr, done.stderr
    return done


@functools.cache
def loaded() -> subprocess.Popen:
    """The process that has loaded the package; it ends with this one."""
    command = [sys.executable, "-m", "tests.support.apart"]
    surroundings = os.environ | {"PYTHONHASHSEED": "0"}
    return subprocess.Popen(
        command, cwd=ROOT, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
