"""Pictures: each draws one table, and computes nothing."""

from casesynth.core.paths import outline
from casesynth.figures.canvas import Drawing, save, show
from casesynth.figures.general_themes import cooccurrence, general_headings
from casesynth.figures.overview import case_map, completeness
from casesynth.figures.people import participants
from casesynth.figures.sensitivity import margins, removals, stability
from casesynth.figures.statistics import agreement, saturation, together
from casesynth.figures.summary_page import refined
from casesynth.figures.theme_matrix import barriers_enablers, themes

__all__ = [
    "Drawing",
    "agreement",
    "barriers_enablers",
    "case_map",
    "completeness",
    "cooccurrence",
    "general_headings",
    "margins",
    "outline",
    "participants",
    "refined",
    "removals",
    "saturation",
    "save",
    "show",
    "stability",
    "themes",
    "together",
]
