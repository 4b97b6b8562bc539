"""The command `casesynth`: everything that is not the chain of notebooks, which belongs to make.

Only this room prints and exits. The rooms below return values or text, or raise UserError.

Imports of the package stand inside the commands, and only here: pandas alone takes half a second, and `casesynth
--help`, completion and a make with nothing to do must be quick. `tests/test_commands.py` counts what is imported.
"""

from casesynth.cli import desk, runs  # noqa: F401  (they add their commands to the app)
from casesynth.cli.frame import app, main

__all__ = ["app", "main"]
