"""What every figure is made of: a board, its texts and marks, and the four files in which it is saved.

Lengths are points (1/72 inch), from the upper left corner of the board, so that a picture grows with its rows and a text can be
measured and wrapped before it is placed. Colours are those of Okabe and Ito (2008); what a colour says, a shape, a place or a
word says too. A title is a sentence with the finding; the subtitle gives the measure and its denominator.
"""

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.markers import MarkerStyle
from matplotlib.patches import Rectangle
from matplotlib.transforms import IdentityTransform

from casesynth.core import csvfile
from casesynth.figures import look
from casesynth.figures.fonts import SHIPPED, families, lines_in, missing, width_of, wrapped
from casesynth.figures.svg import finished

# The machine may have a font of the same name as the one that ships inside matplotlib.
fontManager.ttflist = [font for font in fontManager.ttflist if Path(font.fname).is_relative_to(SHIPPED)]


@dataclass(repr=False)
class Drawing:
    """A picture, the data it shows, and the same in words (alt) for people who do not see it."""

    name: str
    title: str
    subtitle: str
    figure: Figure
    data: pd.DataFrame
    alt: str
    phone: Figure | None = None  # the same for a phone, where the page would be too small to read
    drawn: dict[bool, str] = field(default_factory=dict, init=False)  # for a phone? -> SVG

    def svg(self, phone: bool = False) -> str:
        """The picture, or its cut for phones, as SVG, which can also be put into a page as it is; each is drawn once."""
        if phone not in self.drawn:
            stream, name = io.StringIO(), f"{self.name}-phone" if phone else self.name
            figure = self.phone if phone and self.phone else self.figure
            with matplotlib.rc_context(look.STYLE):
                figure.savefig(stream, format="svg", metadata={"Date": None})
            words = f"{self.subtitle} {self.alt}".strip()
            self.drawn[phone] = finished(stream.getvalue(), name, self.title, words)
        return self.drawn[phone]

    def png(self, dpi: int = 200) -> bytes:
        """The picture as PNG, for those who paste it."""
        stream, texts = io.BytesIO(), self.figure.findobj(matplotlib.text.Text)
        fonts = families("".join(text.get_text() for text in texts))
        with matplotlib.rc_context(look.STYLE):
            for text in texts:
                text.set_fontfamily(fonts)
            self.figure.savefig(stream, format="png", metadata={"Software": None}, dpi=dpi)
        return stream.getvalue()

    def __repr__(self) -> str:
        """The title, for where no picture can be shown."""
        return self.title

    def _repr_svg_(self) -> str:
        """The picture as Jupyter shows it."""
        return self.svg()


def save(drawing: Drawing, folder: Path) -> None:
    """Write name.svg, name.png, name.csv (the data) and name.txt (title, subtitle and description, a line each).

    A drawing with a cut for phones has name-phone.svg, too. No dates or versions go in, so the bytes repeat.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{drawing.name}.svg").write_text(drawing.svg() + "\n", "utf-8")
    if drawing.phone:
        (folder / f"{drawing.name}-phone.svg").write_text(drawing.svg(phone=True) + "\n", "utf-8")
    (folder / f"{drawing.name}.png").write_bytes(drawing.png())
    csvfile.neutral_texts(drawing.data).to_csv(folder / f"{drawing.name}.csv", index=False, lineterminator="\n")
    lines = [" ".join(text.split()) for text in (drawing.title, drawing.subtitle, drawing.alt)]
    (folder / f"{drawing.name}.txt").write_text("\n".join(lines) + "\n", "utf-8")


def listed(*folders: Path) -> pd.DataFrame:
    """The figures of some folders, in the order of `look.NAMES`; of two with one name, that of the last folder.

    Returns name, title, subtitle, description, svg, png and csv (names of files), drawn (is there anything to see?).
    """
    columns = "name title subtitle description svg png csv drawn".split()
    rows = []
    for name in look.NAMES:
        files = [Path(folder) / f"{name}.txt" for folder in folders if (Path(folder) / f"{name}.txt").exists()]
        if files:
            title, subtitle, description = files[-1].read_text("utf-8").split("\n")[:3]
            drawn = not description.startswith("Nothing to draw")
            rows.append([name, title, subtitle, description, f"{name}.svg", f"{name}.png", f"{name}.csv", drawn])
    return pd.DataFrame(rows, columns=columns)


def shows(listed: pd.DataFrame, letters: pd.DataFrame) -> list[str]:
    """The titles of the first figures as sentences, and what to do where a font lacks a script of the review."""
    drawn = listed[listed["drawn"]].drop_duplicates("title")
    lacks = missing([*listed["title"], *listed["description"], *letters["name"]])
    return [f"{title}." for title in drawn["title"].head(4)] + [lacks] * bool(lacks)


class Board:
    """An empty picture with a title, whose coordinates are points from its upper left corner.

    The title, subtitle and note are placed at once; `height` points are left between them, from `top` on.
    """

    @matplotlib.rc_context(look.STYLE)
    def __init__(self, height: float, title: str, subtitle: str = "", note: str = "", width: float = look.PAGE) -> None:
        title = wrapped(title, width - 4, look.TITLE, bold=True)
        subtitle, note = (wrapped(text, width - 4, look.SIZE) if text else "" for text in (subtitle, note))
        self.top: float = 12 + lines_in(title) * 15 + lines_in(subtitle) * look.LINE
        self.size = width, round(self.top + height + lines_in(note) * look.LINE + (6 if note else 0), 2)
        self.figure = Figure(figsize=(self.size[0] / 72, self.size[1] / 72), dpi=100, facecolor="white")
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set_axis_off()
        self.axes.set(xlim=(0, self.size[0]), ylim=(self.size[1], 0), autoscale_on=False)
        self.write(2, 14, title, step=15, size=look.TITLE, weight="bold", gid=f"head-{self.top}")
        self.write(2, 13 + lines_in(title) * 15, subtitle, color=look.GREY, gid=f"head-{self.top}")
        self.write(2, self.top + height + 12, note, color=look.GREY)

    def write(self, x: float, y: float, text: str, step: float = look.LINE, **style: Any) -> None:
        """A text whose first line is at y. Each line is a text of its own, so that it is text in the SVG, too."""
        for number, line in enumerate(text.split("\n") if text else []):
            self.axes.text(round(x, 2), round(y + number * step, 2), line, **(look.TEXT | style))

    def put(self, x: float, y: float, text: object, **style: Any) -> None:
        """A text whose middle is at the height y; it starts at x unless `ha` says otherwise."""
        text, size = str(text), style.get("size", look.SIZE)
        self.write(x, y + 0.36 * size - (lines_in(text) - 1) * look.LINE / 2, text, **style)

    def mark(self, x: Any, y: Any, points: float, **style: Any) -> None:
        """Marks of a size in points, as `scatter` draws them, which would also look for the limits of axes that have theirs."""
        shape, color = MarkerStyle(style.pop("marker", "o")), style.pop("color", None)
        looks = {"facecolor": color, "edgecolor": color if shape.is_filled() else "face", "zorder": 3, **style}
        spots = np.column_stack([np.round(np.ravel(x), 2), np.round(np.ravel(y), 2)])
        outline = shape.get_path().transformed(shape.get_transform())
        marks = PathCollection([outline], [points**2], offsets=spots, offset_transform=self.axes.transData, **looks)
        marks.set(transform=IdentityTransform(), clip_on=False)
        self.axes.add_artist(marks)

    def box(self, left: float, top: float, width: float, height: float, color: str, **style: Any) -> None:
        """A filled rectangle."""
        corner, size = (round(left, 2), round(top, 2)), (round(width, 2), round(height, 2))
        style = {"facecolor": color, "clip_on": False, "edgecolor": "none", **style}
        self.axes.add_artist(Rectangle(corner, *size, **style))

    def rule(self, x: Any, y: Any, color: str = look.PALE, width: float = 0.8, **style: Any) -> None:
        """A thin line."""
        style = {"solid_capstyle": "butt", "clip_on": False, **style}
        self.axes.add_artist(Line2D(np.round(x, 2), np.round(y, 2), color=color, linewidth=width, **style))

    def block(self, y: float, words: str) -> float:
        """The title of a block of rows, over a line. Returns where its rows start."""
        self.put(2, y + 9, words, weight="bold")
        self.rule([2, self.size[0] - 2], [y + 17, y + 17], color=look.GREY)
        return y + 20

    def heads(self, places: Any, texts: list[str], bottom: float) -> None:
        """The heads of narrow columns, written upwards; `head_height` says how much room they take."""
        for x, text in zip(places, texts):
            lines = wrapped(text, look.HEAD, look.SIZE, lines=2).split("\n")
            for number, line in enumerate(lines):
                across = x + 3.5 + look.LINE * (number - (len(lines) - 1) / 2)
                self.write(across, bottom, line, rotation=90, rotation_mode="anchor")

    def key(self, y: float, entries: list[tuple[dict, str]]) -> None:
        """What the marks mean, one after the other on a line."""
        left = 2.0
        for style, words in entries:
            self.mark(left + 5, y, **style)
            self.put(left + 14, y, words)
            left += 30 + width_of(words, look.SIZE)

    def bar(self, left: float, y: float, width: float, share: float, color: str = look.BLUE) -> None:
        """A share of a pale bar."""
        self.box(left, y - 4.5, width, 9, "#EEEEEE")
        self.box(left, y - 4.5, width * share, 9, color)

    def strip(
        self, left: float, y: float, letters: pd.DataFrame, said: dict[str, str], step: float, lettered: bool = True
    ) -> None:
        """A square for each project, in the order of `letters`; many projects are one bar of their share.

        `said` gives a word for each case that has one (of `look.SQUARES`); with `lettered`, the letter is in the square.
        """
        if len(letters) > look.MANY:
            words = [word for word in said.values() if word != "qualifies"]
            self.bar(left, y, step * 12, len(words) / len(letters), look.SQUARES[words[0]].fill if words else look.BLUE)
            return
        each = np.array([said.get(case, "") for case in letters["case"]])
        places = left + step * (np.arange(len(letters)) + 0.5)
        for word in dict.fromkeys(each):
            own = each == word
            self.squares(places[own], y, step - 2.1, word, letters["letter"][own] if lettered else [])

    def squares(self, places: Any, y: float, side: float, word: str, letters: Any = ()) -> None:
        """Squares with one sign of `look.SQUARES`, each around its place."""
        sign, half = look.SQUARES[word], side / 2
        self.mark(
            places, np.full(len(places), y), side, marker="s", facecolor=sign.fill, edgecolor=sign.edge, linewidth=0.6
        )
        for x in places:
            for up in (half, -half)[: sign.strokes]:
                self.rule([x - half, x + half], [y + up, y - up], sign.stroke, zorder=4)
        for x, letter in zip(places, letters):
            size = min(look.SIZE, round(0.68 * side + 1.4, 1))
            self.put(x, y, letter, ha="center", color=sign.ink, zorder=5, size=size)

    def signs(self, y: float) -> None:
        """What the squares of a finding say: a row on a page, a list on a phone; `signs_height` says how much room it takes."""
        left, said = 2.0, [(word, sign.words) for word, sign in look.SQUARES.items() if sign.words]
        for word, words in said:
            self.squares([left + 6], y, 10.4, word)
            self.put(left + 16, y, words)
            left += 26 + width_of(words, look.SIZE)
            if self.size[0] < look.PAGE or left > 0.8 * self.size[0]:
                left, y = 2.0, y + 14

    def names(self, y: float, letters: pd.DataFrame) -> None:
        """The names behind the letters, in as many columns as fit; `names_height` says how much room they take."""
        widths, rows = name_columns(letters, self.size[0])
        for number, case in enumerate(letters.itertuples() if rows else []):
            left = 2 + sum(widths[: number // rows])
            self.put(left, y + 8 + 13 * (number % rows), case.letter, weight="bold", size=look.SIZE - 0.5)
            name = wrapped(case.name, self.size[0] - left - 18, look.SIZE - 0.5, lines=1)
            self.put(left + 14, y + 8 + 13 * (number % rows), name, size=look.SIZE - 0.5)

    def heat(self, left: float, top: float, grid: pd.DataFrame, cell: tuple[float, float]) -> None:
        """A heat map of counts, with the number in each cell; an empty cell has a dot."""
        import seaborn  # takes a second to load

        size = cell[0] * grid.shape[1] / self.size[0], cell[1] * grid.shape[0] / self.size[1]
        own = self.figure.add_axes((left / self.size[0], 1 - top / self.size[1] - size[1], *size), zorder=-1)
        counts, most = grid.to_numpy(), max(grid.to_numpy().max(initial=0), 1)
        style = {
            "cmap": look.BLUES,
            "vmin": 0,
            "vmax": most,
            "cbar": False,
            "linewidths": 1,
            "linecolor": "white",
            "clip_on": False,
        }
        seaborn.heatmap(grid, mask=counts == 0, ax=own, xticklabels=False, yticklabels=False, **style)
        own.set_axis_off()
        for (row, column), count in np.ndenumerate(counts):
            place = left + cell[0] * (column + 0.5), top + cell[1] * (row + 0.5)
            self.put(*place, count or "·", ha="center", color="white" if count > 0.35 * most else look.INK)


def head_height(texts: list[str]) -> float:
    """The height of heads that are written upwards."""
    return 8 + max(
        width_of(line, look.SIZE) for text in texts for line in wrapped(text, look.HEAD, look.SIZE, lines=2).split("\n")
    )


def name_columns(letters: pd.DataFrame, width: float) -> tuple[list[float], int]:
    """The widths of the columns of names behind letters, and their rows; no rows for many projects."""
    if len(letters) > look.MANY or letters.empty:
        return [], 0
    wide = [30 + width_of(name, look.SIZE - 0.5) for name in letters["name"]]
    for columns in (4, 3, 2, 1):
        rows = -(-len(wide) // columns)
        widths = [max(wide[start : start + rows]) for start in range(0, len(wide), rows)]
        if sum(widths) <= width + 12:
            break
    return widths, rows


def names_height(letters: pd.DataFrame, width: float = look.PAGE) -> float:
    """The height of the names behind the letters."""
    rows = name_columns(letters, width)[1]
    return rows * 13 + 10 if rows else 0


def signs_height(width: float) -> float:
    """The height of the key to the squares of findings."""
    return 34 if width >= look.PAGE else 76


def nothing(name: str, title: str, why: str) -> Drawing:
    """A drawing that says in words that there is nothing to draw."""
    board = Board(24, title)
    board.put(2, board.top + 10, f"Nothing to draw: {why}.", color=look.GREY, style="italic")
    phone = board.figure if name in look.PHONES else None
    return Drawing(name, title, "", board.figure, pd.DataFrame({"nothing": [why]}), f"Nothing to draw: {why}.", phone)
