"""How the figures look: colours, sizes in points, and what the square of a project says.

The colours are those of Okabe and Ito (2008); what a colour says, a shape, a place or a word says too.
"""

from typing import Any, NamedTuple

from matplotlib.colors import LinearSegmentedColormap

#: The figures in the order in which to read them.
NAMES = [
    "findings",
    "barriers-enablers",
    "refined-themes",
    "general-headings",
    "themes",
    "map",
    "participants",
    "completeness",
    "saturation",
]
#: Those that a page of a phone is too narrow for: they have a second cut (the Makefile has the same list).
PHONES = ["findings", "barriers-enablers", "refined-themes", "participants"]
INK, GREY, PALE = "#222222", "#595959", "#D9D9D9"
BLUE, ORANGE, RED = "#0072B2", "#E69F00", "#D55E00"
BLUES = LinearSegmentedColormap.from_list("blues", ["#E3EEF6", "#0072B2", "#06315C"])
STYLE: Any = {
    "font.family": ["DejaVu Sans"],
    "text.color": INK,
    "text.parse_math": False,  # a name may hold a dollar sign
    "svg.fonttype": "none",
    "svg.hashsalt": "casesynth",
    "savefig.bbox": "standard",
    "savefig.facecolor": "white",
}
#: The width of the text of an A4 page, and of a phone (360 pixels), in points.
PAGE, PHONE = 482, 270
SIZE, LINE, TITLE = 9.5, 12, 12
#: Above this number of cases, each no longer has a mark of its own: the picture is a summary.
MANY = 24
#: How every text is drawn, unless said otherwise.
TEXT: Any = {"size": SIZE, "va": "baseline", "color": INK, "family": ["DejaVu Sans"], "parse_math": False}
#: The longest line of a head that is written upwards.
HEAD = 78


class Square(NamedTuple):
    """How a square looks: the colours of its ground, its frame and its letter, its strokes and their colour; what it says."""

    fill: str
    edge: str
    ink: str
    strokes: int = 0  # one from corner to corner, or two that cross
    stroke: str = ""
    words: str = ""


#: The square of a project, by what it says. Pictures, report and explorer use the same signs: a cross contradicts.
SQUARES = {
    "supports": Square("#0072b2", "#0072b2", "#ffffff", words="supports it"),
    "both": Square("#0072b2", "#a33f00", "#ffffff", 2, "#f0b48f", "supports and contradicts it"),
    "qualifies": Square("#cfe3f2", "#0072b2", "#1b1b1b", 1, "#7fb0d3", "only qualifies it"),
    "contradicts": Square("#ffffff", "#a33f00", "#1b1b1b", 2, "#d98a5b", "contradicts it"),
    "hinders": Square(ORANGE, ORANGE, INK),
    "": Square("#ffffff", "#bdbdbd", "#595959", words="does not mention it"),
}


def stance(row: Any) -> str:
    """The square of a project by its key points: a row with the numbers that support, qualify and contradict a finding.

    >>> stance({"supports": 2, "qualifies": 1, "contradicts": 1}), stance({"supports": 0, "qualifies": 1, "contradicts": 0})
    ('both', 'qualifies')
    """
    if row["contradicts"]:
        return "both" if row["supports"] else "contradicts"
    return "supports" if row["supports"] else "qualifies" if row["qualifies"] else ""


NOT_IMPORTANCE = "Counts show how widely something was reported, not how much it matters."


def quoted(name: str) -> str:
    """A name of a theme inside a sentence, shortened where it is long.

    >>> quoted("Money")
    '“Money”'
    """
    return f"“{name if len(name) <= 60 else name[:58].rsplit(' ', 1)[0] + '…'}”"
