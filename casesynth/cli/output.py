"""Exit statuses, and what a command prints: results on the standard output, errors in one place."""

import json
import os
import sys
from contextlib import suppress
from enum import IntEnum
from typing import Any


class Status(IntEnum):
    """The exit statuses of every command."""

    DONE = 0
    PROBLEMS = 1  # the data have problems, or results differ
    NOT_DONE = 2  # it could not be done as asked
    PROPOSED = 3  # only proposed: something is to be decided first
    INTERRUPTED = 130


def flush() -> None:
    """Write out what is left to print. Raises OSError if that cannot be done, once: what is left is dropped."""
    if sys.stdout is None:  # it was closed before the command started
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def fail(message: str, status: Status = Status.NOT_DONE) -> Status:
    """Print an error, and give its exit status."""
    with suppress(OSError):
        flush()
    with suppress(OSError):
        if sys.stderr is not None:
            print(f"casesynth: {message}", file=sys.stderr)
    return status


def show_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    """Print rows as a table for people, or as JSON for programs."""
    if as_json:
        print(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    cells = [[str(value) for value in row.values()] for row in rows]
    head = [list(rows[0])] if rows else []
    widths = [max(map(len, column)) for column in zip(*head, *cells, strict=True)]
    for line in head + cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
