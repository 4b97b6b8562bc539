"""A rule of make asks the worker of its `make` to run a step."""

import json
import os
import socket

from casesynth.runner.record import Record

ADDRESS, STEPS = "CASESYNTH_WORKER", "CASESYNTH_STEPS"


def ask(words: list[str]) -> Record | None:
    """Let the worker of this `make` run a step, given by the words of its rule; None if this make has no worker."""
    address = os.environ.get(ADDRESS)
    if not address:
        return None
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(address)
            line.sendall(json.dumps([words, os.environ.get(STEPS, "").split()]).encode() + b"\n")
            record = Record("", 0)
            vars(record).update(json.loads(line.makefile("rb").readline()))
            return record
    except (OSError, ValueError):
        step = words[words.index("--step") + 1]
        return Record(step, 0, "the process that runs the notebooks was killed (out of memory?); run make again.")
