"""Figures: each draws one result table, and computes nothing but its title.

Every figure is saved as SVG (with text as text, a title and a description, ready for the inside of a page), PNG, CSV (the data)
and TXT (title, subtitle, description). `listed` gives the figures of a folder as a table; `without_title` gives the SVG for a page
whose caption says the title.
"""

from casesynth.core.paths import outline
from casesynth.figures.across import barriers_enablers, general_headings
from casesynth.figures.canvas import Drawing, listed, save, shows
from casesynth.figures.curves import saturation
from casesynth.figures.matrices import completeness, themes
from casesynth.figures.people import participants
from casesynth.figures.places import case_map
from casesynth.figures.summary import findings, refined
from casesynth.figures.svg import without_title

__all__ = [
    "Drawing",
    "barriers_enablers",
    "case_map",
    "completeness",
    "findings",
    "general_headings",
    "listed",
    "outline",
    "participants",
    "refined",
    "saturation",
    "save",
    "shows",
    "themes",
    "without_title",
]
