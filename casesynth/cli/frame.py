"""What commands share: the typer app, and the kinds of arguments."""

from pathlib import Path
from typing import Annotated

import typer

from casesynth import __version__
from casesynth.core import paths
from casesynth.errors import UserError

STATUSES = """Exit status: 0 done; 1 the data have problems, or results differ; 2 it could not be done as asked;
3 only proposed, for you to decide; 130 interrupted."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog=STATUSES,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 100},
)


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
Yes = Annotated[bool, typer.Option("--yes", help="Delete rows without asking; for scripts.")]
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
