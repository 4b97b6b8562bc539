"""The frame of the command: exit statuses, errors, what commands share."""

import json
import os
import sys
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from casesynth import __version__
from casesynth.core import paths
from casesynth.errors import UserError


class Status(IntEnum):
    """The exit statuses of every command."""

    DONE = 0
    PROBLEMS = 1  # the data have problems, or results differ
    NOT_DONE = 2  # it could not be done as asked
    PROPOSED = 3  # only proposed: something is to be decided first
    INTERRUPTED = 130


STATUSES = """Exit status: 0 done; 1 the data have problems, or results differ; 2 it could not be done as asked;
3 only proposed, for you to decide; 130 interrupted."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=STATUSES,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 100},
)


def main(words: list[str] | None = None) -> int:
    """Run the command with these words, by default those of the command line. Returns the exit status.

    Every error that a user can correct ends here, as one message without a traceback.
    """
    try:
        status = app(words, prog_name="casesynth", standalone_mode=False)
        sys.stdout.flush()  # so that a pipe that has closed is noticed here
        return int(status or 0)
    except typer.Abort:
        return Status.INTERRUPTED
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe, such as `head`, had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Status.DONE
    except typer.TyperException as error:
        error.show()
        return Status.NOT_DONE
    except UserError as error:
        return fail(str(error))
    except OSError as error:
        from casesynth.runner.step import machine_trouble

        return fail(machine_trouble(error))


def fail(message: str, status: Status = Status.NOT_DONE) -> Status:
    """Print an error, and give its exit status."""
    sys.stdout.flush()
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


def known_reviews(incomplete: str) -> list[str]:
    """Names of reviews that begin with what has been typed, for completion in the shell."""
    names = sorted(file.parent.name for file in paths.data("").glob("*/review.yaml"))
    return [name for name in names if name.startswith(incomplete)]


Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="The review: the name of its folder in data/.", autocompletion=known_reviews),
]
NewName = Annotated[
    str, typer.Argument(metavar="NAME", help="A name for the new review: lower-case letters, digits and hyphens.")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="The path of the file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Hidden = typer.Option(hidden=True)  # what the Makefile hands over for a run with changed parameters


def located(file: str) -> Path:
    """The path of a file that a user names: `~` is the home folder. Raises UserError if there is no such file."""
    path = Path(file).expanduser()
    if not path.is_file():
        raise UserError(f"there is no file {file!r}. If its name contains a space, put it in quotation marks.")
    return path


@app.callback(invoke_without_command=True)
def start(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Syntheses of case studies that anyone can run again.

    `make` runs a synthesis; this command does everything around it.
    """
    if version:
        print(f"casesynth {__version__}")
