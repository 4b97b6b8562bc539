"""All commands together: run one, or write the help of all."""

import contextlib
import io

import typer

from casesynth.cli import desk, large, runs  # noqa: F401  (they add their commands to the app)
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
    """The names of all commands, as they are typed.

    >>> names()[:3]
    ['reviews', 'parameters', 'tables']
    """
    return [each.name or str(getattr(each.callback, "__name__", "")) for each in app.registered_commands]


def help_of(name: str) -> str:
    """What `casesynth NAME --help` shows."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        run([name, "--help"])
    return "\n".join(line.rstrip() for line in text.getvalue().strip().splitlines())


def help_page() -> str:
    """The help of all commands as one page of Markdown."""
    return INTRODUCTION + "".join(f"\n## {name}\n\n```\n{help_of(name)}\n```\n" for name in names())
