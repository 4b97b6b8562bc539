"""What commands share: the typer app, and the kinds of arguments."""

from collections.abc import Callable
from inspect import cleandoc
from pathlib import Path
from typing import Annotated, TypeVar

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


Command = TypeVar("Command", bound=Callable[..., object])


def command(*examples: str, name: str | None = None, group: typer.Typer = app) -> Callable[[Command], Command]:
    """Make a function a command, whose help ends with examples."""

    def add(function: Command) -> Command:
        lines = "".join(f"\n  {each}" for each in examples)
        function.__doc__ = f"{cleandoc(function.__doc__ or '')}\n\n\b\nExample:{lines}"
        group.command(name)(function)
        return function

    return add


def known_reviews(incomplete: str) -> list[str]:
    """Names of reviews that begin with what has been typed, for completion in the shell."""
    return [name for name in paths.reviews() if name.startswith(incomplete)]


Name = Annotated[
    str,
    typer.Argument(metavar="NAME", help="The review: the name of its folder in data/.", autocompletion=known_reviews),
]
NewName = Annotated[
    str, typer.Argument(metavar="NAME", help="A name for the new review: lower-case letters, digits and hyphens.")
]
File = Annotated[str, typer.Argument(metavar="FILE", help="The path of the file.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
Settings = Annotated[list[str] | None, typer.Option("--set", metavar="PARAMETER=VALUE", help="Change a parameter.")]
Yes = Annotated[bool, typer.Option("--yes", help="Delete rows without asking; for scripts.")]
Hidden = typer.Option(hidden=True)  # what the Makefile hands over for a run with changed parameters


def located(file: str) -> Path:
    """The path of a file that a user names: `~` is the home folder. Raises UserError if there is no such file."""
    from casesynth.core.text import nearest

    if not file:  # make was called without FORM= or QDPX=
        raise UserError('which file? Give its path, such as "my answers.xlsx".')
    path = Path(file).expanduser()
    if not path.is_file():
        near = nearest(path.name, [other.name for other in path.parent.glob("*")])
        raise UserError(f"there is no file '{path}'.{near} If its name contains a space, put it in quotation marks.")
    return path


@app.callback(invoke_without_command=True)
def start(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Syntheses of case studies that anyone can run again.

    `make` runs a synthesis; this command does everything around it.
    """
    if version:
        print(f"casesynth {__version__}")
