"""The checks that a claim can name: one module for each kind, all registered in `registry.CHECKS` on import."""

from casesynth.audit.checks import numbers, people, structure, themes, wording
from casesynth.audit.checks.registry import CHECKS, VERDICTS, Answer

__all__ = ["CHECKS", "VERDICTS", "Answer", "numbers", "people", "structure", "themes", "wording"]
