"""The checks that a claim can name: one module a kind of check, all entered in `registry.CHECKS` on import."""

from casesynth.audit.checks import numbers, people, structure, themes
from casesynth.audit.checks.registry import CHECKS, VERDICTS, Answer

__all__ = ["CHECKS", "VERDICTS", "Answer", "numbers", "people", "structure", "themes"]
