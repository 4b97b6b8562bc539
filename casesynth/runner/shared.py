"""One run of a sweep by a worker of a Dask cluster: a `make` in the project's folder. A worker needs nothing else of this room."""

import socket
import subprocess
import time
from pathlib import Path


def make_run(settings: list[str], review: str, folder: Path, token: str) -> str:
    """Run the chain of a review with these settings, as a worker. Returns what went wrong, or nothing.

    `token` is what the lock of the sweep says, by which the worker knows that it sees the folder. A make that a killed worker
    has left running is awaited: it holds the lock of its run.
    """
    file = folder / "build" / f"{review}--sweep" / "lock"
    if not file.exists() or file.read_text("utf-8") != token:
        return f"the Dask worker on {socket.gethostname()} does not see {folder}: a sweep needs workers that share the project's folder."
    while True:
        command = ["make", f"REVIEW={review}", f"SET={' '.join(settings)}"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if "another make is at work" not in done.stderr:
            return f'SET="{" ".join(settings)}": {done.stderr.strip()}' if done.returncode else ""
        time.sleep(1)
