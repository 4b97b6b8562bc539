"""How the figures look: colours, sizes in points, and what the square of a project says.

The colours are those of Okabe and Ito (2008); what a colour says, a shape, a place or a word says too.
"""

from matplotlib.colors import LinearSegmentedColormap

#: The figures in the order in which to read them.
NAMES = [
    "findings",
    "barriers-enablers",
    "refined-themes",
    "refined-themes-phone",
    "general-headings",
    "themes",
    "map",
    "participants",
    "completeness",
    "saturation",
]
INK, GREY, PALE = "#222222", "#595959", "#D9D9D9"
BLUE, ORANGE, RED = "#0072B2", "#E69F00", "#D55E00"
BLUES = LinearSegmentedColormap.from_list("blues", ["#E3EEF6", "#0072B2", "#06315C"])
STYLE = {
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
#: The longest line of a head that is written upwards.
HEAD = 78
#: The square of a project, by what it says: colour, colour and width of its frame, colour of its letter.
SQUARES = {
    "supports": (BLUE, BLUE, 0.6, "white"),
    "hinders": (ORANGE, ORANGE, 0.6, INK),
    "qualifies": ("white", BLUE, 1.6, BLUE),
    "contradicts": ("#FFD27F", INK, 1.6, INK),
    "": ("white", "#BDBDBD", 0.6, "#6B6B6B"),
}
NOT_IMPORTANCE = "Counts show how widely something was reported, not how much it matters."


NUMBERS = "No One Two Three Four Five Six Seven Eight Nine Ten Eleven Twelve".split()


def counted(number: int, word: str) -> str:
    """The same at the start of a sentence.

    >>> counted(9, "project"), counted(13, "project")
    ('Nine projects', '13 projects')
    """
    said = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    return f"{said} {word}" if number == 1 else f"{said} {word}s"


def quoted(name: str) -> str:
    """A name of a theme inside a sentence, shortened where it is long.

    >>> quoted("Money")
    '“Money”'
    """
    return f"“{name if len(name) <= 60 else name[:58].rsplit(' ', 1)[0] + '…'}”"
