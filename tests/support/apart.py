"""A process that has loaded the package once, and runs each command in a fork of its own: a second quicker than a new Python.

`tests.support.commands.run_apart` starts it and writes it a line of JSON for each command; it answers with the exit status.
"""

import json
import os
import resource
import signal
import sys

from casesynth import cli


def become(request: dict) -> None:
    """In the fork: the folder, environment, limits and streams of the command."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    for descriptor, name in enumerate([os.devnull, *request["streams"]]):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), descriptor)
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"],) * 2)
    signal.alarm(240)


def serve() -> None:
    """Answer until nobody asks any more."""
    import casesynth.desk.workbook_back
    import casesynth.exchange.export
    import casesynth.exchange.refi_import  # noqa: F401

    for line in sys.stdin:
        request = json.loads(line)
        if (child := os.fork()) == 0:
            become(request)
            sys.exit(cli.main(request["words"]))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    serve()
