"""All commands together: run one by its words."""

import typer

from casesynth.cli import desk, exchange, large, runs, themes  # noqa: F401  (they add their commands to the app)
from casesynth.cli.frame import app
from casesynth.cli.output import Status


def run(words: list[str]) -> Status:
    """Run a command by its words. Wrong usage is shown with the usage of the command."""
    try:
        return Status(app(words, prog_name="casesynth", standalone_mode=False) or 0)
    except typer.Abort:
        return Status.INTERRUPTED
    except typer.TyperException as error:
        error.show()  # type: ignore[attr-defined]  # every one that is raised here has it
        return Status.NOT_DONE
