"""Write docs/commands.md from the help of the command, and data/README.md from the schemas: python tools/write_commands.py."""

from casesynth.audit import dictionary
from casesynth.cli.commands import help_page
from casesynth.core import paths

if __name__ == "__main__":
    (paths.ROOT / "docs" / "commands.md").write_text(help_page(), "utf-8")
    (paths.ROOT / "data" / "README.md").write_text(dictionary.text(), "utf-8")
