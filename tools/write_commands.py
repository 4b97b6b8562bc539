"""Write docs/commands.md from the help of the command, and data/README.md from the schemas: python tools/write_commands.py."""

import contextlib
import io
import re
from typing import Any

import typer.main

from casesynth.audit import dictionary
from casesynth.cli import commands, frame
from casesynth.core import paths

INTRODUCTION = """# Commands

`make` runs a synthesis; the command `casesynth` does everything around it. It is installed with the project's
environment: `.venv/bin/casesynth`, or `casesynth` after `source .venv/bin/activate`. `casesynth
--install-completion` lets the shell complete the names of commands and reviews.

| exit status | meaning |
|---|---|
{statuses}

This page is written from the command's own help by `tools/write_commands.py`. Terms are in the [glossary](glossary.md).
"""


def names(group: Any = None, before: str = "") -> list[str]:
    """The names of all commands, as they are typed; those of a group with its name."""
    found: list[str] = []
    group = group or typer.main.get_command(frame.app)
    for name, command in group.commands.items():
        found += names(command, f"{name} ") if hasattr(command, "commands") else [before + name]
    return found


def help_of(name: str) -> str:
    """What `casesynth NAME --help` shows."""
    text = io.StringIO()
    with contextlib.redirect_stdout(text):
        commands.run([*name.split(), "--help"])
    return "\n".join(line.rstrip() for line in text.getvalue().strip().splitlines())


def help_page() -> str:
    """The help of all commands as one page of Markdown."""
    statuses = re.findall(r"(\d+) ([^;.]+)", frame.STATUSES)
    introduction = INTRODUCTION.format(statuses="\n".join(f"| {number} | {meaning} |" for number, meaning in statuses))
    return introduction + "".join(f"\n## {name}\n\n```\n{help_of(name)}\n```\n" for name in names())


if __name__ == "__main__":
    (paths.ROOT / "docs" / "commands.md").write_text(help_page(), "utf-8")
    (paths.ROOT / "data" / "README.md").write_text(dictionary.text(), "utf-8")
