"""One `make` at a time for each review: a lock that the system releases when its holder ends, however it ends."""

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from casesynth.errors import UserError

#: How long to wait for what a killed make has left running; it notices within a second.
SECONDS = 60


@contextmanager
def held(build: Path) -> Iterator[Path]:
    """Hold the lock of a build folder; gives a new, short folder for sockets and temporary files.

    The lock belongs to this process and to what it starts, so it is free when the last of them has ended.
    What a killed holder has left in its temporary folder is removed by the next one.
    Raises UserError where another make holds the lock.
    """
    build.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(build / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    wait_for(descriptor, build.name)
    remove_folder(read(descriptor).get("folder", ""))
    # Short, since the path of a socket may have about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="cs-", dir="/tmp" if Path("/tmp").is_dir() else None))
    text = json.dumps({"process": os.getpid(), "make": os.getppid(), "folder": str(folder)}).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text, 0)
    os.set_inheritable(descriptor, True)
    try:
        yield folder
    finally:
        remove_folder(str(folder))


def wait_for(descriptor: int, name: str) -> None:
    """Take the lock; wait only where the make that holds it has been killed and what it started is still ending."""
    end = time.monotonic() + SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = read(descriptor)
        if (holder and all(alive(holder[key]) for key in ("process", "make"))) or time.monotonic() > end:
            raise UserError(
                f"another make is at work on {name} (process {holder.get('make', 'unknown')}); "
                f"wait until it has ended, or stop it, and run make again."
            )
        time.sleep(0.1)


def read(descriptor: int) -> dict[str, Any]:
    """What the holder has noted; empty where it has noted nothing yet, or was cut off."""
    try:
        return dict(json.loads(os.pread(descriptor, 4096, 0)))
    except ValueError:
        return {}


def alive(process: int) -> bool:
    """Is there such a process?"""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's
        return True
    return True


def remove_folder(folder: str) -> None:
    """Remove a temporary folder of this module; nothing else, whatever the lock file says.

    A kernel that is just starting as make is stopped may write into it meanwhile: then once more, for two seconds at most.
    """
    end = time.monotonic() + 2
    while folder and Path(folder).name.startswith("cs-") and Path(folder).exists():
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > end:
            return
        time.sleep(0.02)
