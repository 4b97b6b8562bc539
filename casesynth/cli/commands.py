"""All commands together: run one, or write the help of all."""

import contextlib
import io

import typer
from typer.models import CommandInfo

from casesynth.cli import desk, exchange, large, runs, themes  # noqa: F401  (they add their commands to the app)
from casesynth.cli.frame import app
from casesynth.cli.output import Status

INTRODUCTION = """# Commands

`make` runs a synthesis; the command `casesynth` does everything around it. It is installed with the project's
environment: `.venv/bin/casesynth`, or `casesynth` after `source .venv/bin/activate`. `casesynth
--install-completion` lets the shell complete the names of commands and reviews.

| exit status | meaning |
|---|---|
| 0 | done |
| 1 | the data have problems, or results differ |
| 2 | it could not be done as asked |
| 3 | only proposed, for you to decide |
| 130 | interrupted |

This page is written from the command's own help by `tools/write_commands.py`.
"""


def run(words: list[str]) -> Status:
    """Run a command by its words. Wrong usage is shown with the usage of the command."""
    try:
        return Status(app(words, prog_name="casesynth", standalone_mode=False) or 0)
    except typer.Abort:
        return Status.INTERRUPTED
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]  # every one that is raised here has it
        return Status.NOT_DONE


def names() -> list[str]:
    """The names of all commands, as they are typed; those of a group with its name.

    >>> names()[:3], names()[-1]
    (['reviews', 'parameters', 'tables'], 'theme split')
    """
    own = [named(command) for command in app.registered_commands]
    groups = [(group.name, group.typer_instance) for group in app.registered_groups]
    return own + [f"{name} {named(each)}" for name, group in groups if group for each in group.registered_commands]


def named(command: CommandInfo) -> str:
    """The name of a command, given or that of its function."""
    return command.name or str(getattr(command.callback, "__name__", ""))


def help_of(name: str) -> str:
    """What `casesynth NAME --help` shows."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        run([*name.split(), "--help"])
    return "\n".join(line.rstrip() for line in text.getvalue().strip().splitlines())


def help_page() -> str:
    """The help of all commands as one page of Markdown."""
    return INTRODUCTION + "".join(f"\n## {name}\n\n```\n{help_of(name)}\n```\n" for name in names())
