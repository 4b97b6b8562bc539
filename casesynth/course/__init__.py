"""The course: exercises with feedback for the notebooks of notebooks/learn/. Their texts are in exercises.yaml there."""

from casesynth.course.answers import TEXTS, choice, true_or_false
from casesynth.course.coding import compare, differ, kappa, pairs, reflect, twelve, two_by_two
from casesynth.course.copies import COURSE, lay_out
from casesynth.course.exercises import compare_points, generals, margin, merge, overlap, supported, without
from casesynth.course.findings import candidates, evidence, finding
from casesynth.course.tables import (
    all_themes,
    general_table,
    lettered,
    overlap_table,
    proposed,
    shared,
    start,
    theme_table,
)  # fmt: skip

ANSWER = TEXTS["answer"]

__all__ = [
    "ANSWER", "COURSE", "TEXTS", "all_themes", "candidates", "choice", "compare", "compare_points", "differ", "evidence",
    "finding", "general_table", "generals", "kappa", "lay_out", "lettered", "margin", "merge", "overlap", "overlap_table",
    "pairs", "proposed", "reflect", "shared", "start", "supported", "theme_table", "true_or_false", "twelve",
    "two_by_two", "without",
]  # fmt: skip
