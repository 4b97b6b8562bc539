"""The checks that a claim can name: one module for each kind, all registered in `registry.CHECKS` on import."""

from casesynth.audit.checks import numbers, people, structure, themes, wording
from casesynth.audit.checks.registry import CHECKS, Answer, Verdict

__all__ = ["CHECKS", "Answer", "Verdict", "numbers", "people", "structure", "themes", "wording"]
