"""The pictures: each function takes tables of the other modules and gives a Drawing.

Lengths are inches. Most of a picture is placed on a "board", an invisible panel whose coordinates are inches
from its upper left corner: so a picture grows with its rows, and text can be measured and wrapped before it
is placed. Colours are those of Okabe and Ito (2008), or one hue from light to dark; what a colour says, a
shape or a word says too. Numbers of cases say how widely something was reported, not how important it is.
"""

import io
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from casesynth.core import csvfile

# The machine may have a font of the same name; only those that ship inside matplotlib are used.
SHIPPED = Path(matplotlib.get_data_path())
fontManager.ttflist = [font for font in fontManager.ttflist if Path(font.fname).is_relative_to(SHIPPED)]
INK, GREY, PALE = "#222222", "#666666", "#DDDDDD"
BLUE, ORANGE, RED, GREEN = "#0072B2", "#E69F00", "#D55E00", "#009E73"
BLUES = LinearSegmentedColormap.from_list("blues", ["#E3EEF6", "#0072B2", "#06315C"])
GREYS = LinearSegmentedColormap.from_list("greys", ["#F0F0F0", "#9A9A9A", "#555555"])
#: The font that ships inside matplotlib, and a fixed salt, so that the same tables give the same bytes.
STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "text.color": INK,
    "text.parse_math": False,  # a name may hold a dollar sign
    "svg.fonttype": "path",
    "svg.hashsalt": "casesynth",
    "savefig.bbox": "standard",
    "savefig.facecolor": "white",
}
LINE = 0.14  # the height of one line of 8 point text
MARGIN = 0.15
NOT_IMPORTANCE = "Counts say how widely a theme was reported, not how important it is."


@dataclass
class Drawing:
    """A picture, the data it shows, and the same in words (alt) for people who do not see it."""

    name: str
    title: str
    figure: Figure
    data: pd.DataFrame
    alt: str

    def _repr_png_(self) -> bytes:
        """The picture as Jupyter shows it."""
        stream = io.BytesIO()
        with matplotlib.rc_context(STYLE):
            self.figure.savefig(stream, format="png", metadata={"Software": None}, dpi=100)
        return stream.getvalue()


@matplotlib.rc_context(STYLE)
def save(drawing: Drawing, folder: Path) -> None:
    """Write name.svg, name.png (200 dpi), name.csv (the data) and name.txt (title and description in words).

    No dates or versions go in, so the bytes repeat.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    drawing.figure.savefig(folder / f"{drawing.name}.svg", metadata={"Date": None})
    drawing.figure.savefig(folder / f"{drawing.name}.png", metadata={"Software": None}, dpi=200)
    csvfile.neutral_texts(drawing.data).to_csv(folder / f"{drawing.name}.csv", index=False, lineterminator="\n")
    (folder / f"{drawing.name}.txt").write_text(f"{' '.join(drawing.title.split())}\n{drawing.alt}\n", "utf-8")


def show(drawing: Drawing, folder: Path):
    """The saved PNG, for a notebook, with its text for people who do not see it."""
    from IPython.display import Image

    return Image(filename=str(Path(folder) / f"{drawing.name}.png"), width=800, alt=drawing.alt)


def caption(drawings: list[Drawing]) -> pd.DataFrame:
    """What there is to see. Out: name, title, alt; one row a drawing."""
    return pd.DataFrame([[d.name, d.title, d.alt] for d in drawings], columns=["name", "title", "alt"])


@lru_cache(maxsize=None)
def width_of(text: str, size: float = 8, weight: str = "normal") -> float:
    """The width of one line of text in inches."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, ismath=False)[0] / 72


def wrapped(text: str, inches: float, size: float = 8, weight: str = "normal") -> str:
    """The text broken into lines that are no wider than `inches`.

    >>> wrapped("Community assets: mapped, linked and made", 1.6)
    'Community assets:\\nmapped, linked and made'
    """
    letters, inches = len(text), inches * 0.98  # small text is drawn on whole pixels, a little wider
    while letters > 1:
        lines = textwrap.wrap(text, letters)
        if max(width_of(line, size, weight) for line in lines) <= inches:
            return "\n".join(lines)
        letters -= 1
    return text


def lines_in(texts) -> int:
    """The greatest number of lines in any of the texts."""
    return max((text.count("\n") + 1 for text in texts), default=1)


def upright(names: list[str], column: float) -> tuple[list[str], float]:
    """Names to be written upwards over columns: wrapped to the lines that a column holds, and their height."""
    for height in (1.1, 1.4, 1.8, 2.3, 3, 4, 6, 9):
        texts = [wrapped(name, height) for name in names]
        if lines_in(texts) * LINE <= column:
            break
    return texts, max(width_of(line) for text in texts for line in text.split("\n")) + 0.1


def panel(figure: Figure, left: float, top: float, width: float, height: float):
    """Empty axes, placed in inches from the upper left corner of the figure."""
    wide, high = figure.get_size_inches()
    axes = figure.add_axes((left / wide, 1 - (top + height) / high, width / wide, height / high))
    axes.set_axis_off()
    return axes


def board(width: float, height: float):
    """A figure, and axes over all of it whose coordinates are inches from the upper left corner."""
    figure = Figure(figsize=(width, height), dpi=100, facecolor="white")
    FigureCanvasAgg(figure)
    axes = panel(figure, 0, 0, width, height)
    axes.set(xlim=(0, width), ylim=(height, 0))
    return axes


def sheet(width: float, height: float, title: str, note: str = ""):
    """A board with a title and a note, and `height` inches between them. Out: the board, where its body starts."""
    title = wrapped(title, width - 2 * MARGIN, 10.5, "bold")
    note = wrapped(note, width - 2 * MARGIN) if note else ""
    top = MARGIN + lines_in([title]) * 0.19 + 0.12
    below = lines_in([note]) * LINE + 0.1 if note else 0
    axes = board(width, top + height + below + MARGIN)
    axes.text(MARGIN, MARGIN, title, size=10.5, weight="bold", va="top")
    axes.text(MARGIN, top + height + 0.1, note, va="top", color=GREY)
    return axes, top


def put(axes, x: float, y: float, text, **style) -> None:
    """Text whose middle is at the height y; it starts at x unless `ha` says otherwise."""
    axes.text(x, y, str(text), **{"va": "center_baseline" if "\n" not in str(text) else "center", **style})


def mark(axes, x, y, inches: float, **style) -> None:
    """Marks of a size in inches."""
    axes.scatter(x, y, s=(inches * 72) ** 2, clip_on=False, **style)


def rule(axes, x, y, color=PALE, width: float = 0.8, **style) -> None:
    """A thin line."""
    axes.plot(x, y, color=color, linewidth=width, solid_capstyle="butt", **style)


def key(axes, left: float, top: float, entries: list[tuple[dict, str]], step: float = 0.2) -> None:
    """What the marks mean, one a line."""
    for number, (style, words) in enumerate(entries):
        y = top + (number + 0.5) * step
        mark(axes, left + 0.12, y, **style)
        put(axes, left + 0.35, y, words)


def labels_of(names, inches: float) -> tuple[list[str], float]:
    """Names wrapped to be written beside rows, and the height of a row that holds any of them."""
    texts = [wrapped(name, inches) for name in names]
    return texts, max(lines_in(texts) * LINE + 0.08, 0.26)


def head_columns(axes, places, texts: list[str], y: float) -> None:
    """Texts written upwards over columns, from the height y."""
    for x, text in zip(places, texts):
        axes.text(x, y, text, rotation=90, ha="center", va="bottom", multialignment="left")


def start_block(axes, y: float, words: str, right: float, color: str = INK) -> float:
    """The title of a block of rows, over a line. Out: where its rows start."""
    put(axes, MARGIN, y + 0.15, words, weight="bold", color=color)
    rule(axes, [MARGIN, right], [y + 0.27] * 2, color=GREY)
    return y + 0.3


def nothing(name: str, title: str, why: str) -> Drawing:
    """A drawing that says in words that there is nothing to draw."""
    axes, top = sheet(7.2, 0.5, title)
    put(axes, MARGIN, top + 0.25, f"Nothing to draw: {why}.", color=GREY, style="italic")
    return Drawing(name, title, axes.figure, pd.DataFrame({"nothing": [why]}), f"Nothing to draw: {why}.")


def heat(axes, left, top, grid: pd.DataFrame, cell: tuple[float, float], shades, gap="", shown=None) -> None:
    """A heat map of counts at a place of a board, with the number in each cell.

    An empty cell has a dot, or the word `gap` in a frame. `shown` says which cells to draw, where not all.
    """
    shown = np.ones(grid.shape, dtype=bool) if shown is None else shown
    most = max(grid.to_numpy().max(initial=0), 1)
    import seaborn

    own = panel(axes.figure, left, top, cell[0] * grid.shape[1], cell[1] * grid.shape[0])
    counts = grid.to_numpy()
    style = {"cmap": shades, "vmin": 0, "vmax": most, "cbar": False, "linewidths": 1, "linecolor": "white"}
    seaborn.heatmap(grid, mask=(counts == 0) | ~shown, ax=own, xticklabels=False, yticklabels=False, **style)
    own.set(xlabel="", ylabel="")
    for (row, column), count in np.ndenumerate(counts):
        colour = shades(count / most)
        dark = 0.21 * colour[0] + 0.72 * colour[1] + 0.07 * colour[2] < 0.47
        ink = ("white" if dark else INK) if count else RED if gap else GREY
        if shown[row, column]:
            weight = "normal" if count or not gap else "bold"
            put(own, column + 0.5, row + 0.5, count or gap or "·", ha="center", color=ink, weight=weight)
        if gap and not count:
            own.add_patch(Rectangle((column + 0.06, row + 0.1), 0.88, 0.8, fill=False, edgecolor=RED))


def plural(number: int, word: str) -> str:
    """
    >>> plural(1, "case"), plural(2, "case")
    ('1 case', '2 cases')
    """
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
