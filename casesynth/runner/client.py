"""A step asks the worker of its `make` to run it."""

import json
import os
import socket

from casesynth.runner.job import Record

ADDRESS, STEPS = "CASESYNTH_WORKER", "CASESYNTH_STEPS"


def ask(arguments: list[str]):
    """Let the worker of this `make` run a step; None where this make has none."""
    address = os.environ.get(ADDRESS)
    if not address:
        return None
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(address)
            line.sendall(json.dumps([arguments, int(os.environ.get(STEPS, 0))]).encode() + b"\n")
            return Record(**json.loads(line.makefile("rb").readline()))
    except (OSError, ValueError):
        step = arguments[arguments.index("--step") + 1]
        return Record(step, 0, "the process that runs the notebooks was killed (out of memory?); run make again.")
