"""The pictures: each function takes tables of the other modules and gives a Drawing.

Lengths are inches. Most of a picture is placed on a "board", an invisible panel whose coordinates are inches
from its upper left corner: so a picture grows with its rows, and text can be measured and wrapped before it
is placed. Colours are those of Okabe and Ito (2008), or one hue from light to dark; what a colour says, a
shape or a word says too. Numbers of cases say how widely something was reported, not how important it is.
"""

import json
import textwrap
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.textpath import text_to_path

from casesynth import csvfile

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


# ---- what all pictures share ----


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


# ---- the cases ----


def spread(places: np.ndarray, apart: float, least=-np.inf, most=np.inf) -> np.ndarray:
    """The places, moved until no two are nearer than `apart`; none leaves the box from `least` to `most`.

    >>> spread(np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0]]), 0.5).round(1).tolist()[2]
    [5.0, 5.0]
    """
    turn = 2.4 * np.arange(len(places))  # so that places on the same spot part in different directions
    moved = places + 0.001 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(500):
        between = moved[:, None] - moved[None]
        far = np.hypot(between[..., 0], between[..., 1]) + np.eye(len(places)) * 1e6
        push = np.clip(apart - far, 0, None) / 2
        if push.max(initial=0) < 0.001:
            break
        near = np.clip((push > 0).sum(axis=1), 1, None)[
            :, None
        ]  # a crowd is moved by its mean push, else it flies apart
        moved = np.clip(moved + (between / far[..., None] * push[..., None]).sum(axis=1) / near, least, most)
    return moved


@matplotlib.rc_context(STYLE)
def case_map(cases: pd.DataFrame, places: pd.DataFrame, outline_path: Path) -> Drawing:
    """Where the cases are: numbered points on an outline, and a list of their names from north to south.

    In: cases (id, name, case_study); places (case, place, latitude, longitude, main); a GeoJSON outline whose
    features have a name. Only main places are drawn. A point too near to another is moved aside on a line.
    """
    main = places[places["main"]] if len(places) else places
    found = cases.merge(main, left_on="id", right_on="case") if len(main) else pd.DataFrame()
    west, east, south, north, high = -10.7, 2.1, 49.7, 61.0, 6.3
    if len(found):
        found = found[found["longitude"].between(west, east) & found["latitude"].between(south, north)]
    if not len(found):
        return nothing("map", "Where the cases are", "no case has a main place on the map")
    found = found.sort_values(["latitude", "case"], ascending=[False, True]).reset_index(drop=True)
    found = found.drop_duplicates("case").reset_index(drop=True)
    scale = high / (north - south)
    narrower = np.cos(np.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    wide = (east - west) * narrower * scale
    texts = [wrapped(text, 2.5) for text in found["name"]]
    rows = [(text.count("\n") + 2) * LINE + 0.1 for text in texts]
    in_list, column, down = [], 0, 0.0
    for row in rows:
        column, down = (column, down) if down + row <= high else (column + 1, 0.0)
        in_list.append((wide + 0.45 + 2.95 * column, down + row / 2))
        down += row
    absent = cases.loc[~cases["id"].isin(found["case"]), "name"]
    note = "Places are approximate, for drawing only; a case that works in several is drawn at its main one. "
    note += f"Not on the map: {'; '.join(absent)}." if len(absent) else ""
    with_study = int(found["case_study"].sum())
    title = (
        f"Where the {plural(len(found), 'case')} are: {with_study} with a case study, {len(found) - with_study} without"
    )
    axes, top = sheet(wide + 2.95 * (column + 1) + 0.4, high + 0.5, title, note)

    def on_board(longitude, latitude):
        x = MARGIN + (np.asarray(longitude) - west) * narrower * scale
        return np.column_stack([x, top + (north - np.asarray(latitude)) * scale])

    for feature in json.loads(Path(outline_path).read_text("utf-8"))["features"]:
        rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        paths = [Outline(on_board(*np.array(ring).T), closed=True) for ring in rings]
        own = feature["properties"]["name"] == "United Kingdom"
        colours = (
            {"facecolor": "#E4E4E0", "edgecolor": "#9A9A94"}
            if own
            else {"facecolor": "#F7F7F5", "edgecolor": "#D5D5D0"}
        )
        axes.add_patch(PathPatch(Outline.make_compound_path(*paths), linewidth=0.5, **colours))
    spots = on_board(found["longitude"], found["latitude"])
    moved = spread(spots, 0.23, (MARGIN + 0.1, top + 0.1), (MARGIN + wide, top + high))
    for number, case in enumerate(found.itertuples()):
        style = {"facecolor": BLUE if case.case_study else "white", "edgecolor": BLUE, "linewidth": 1.2, "zorder": 4}
        ink = {
            "color": "white" if case.case_study else BLUE,
            "ha": "center",
            "weight": "bold",
            "size": 7.5,
            "zorder": 5,
        }
        if np.hypot(*(moved[number] - spots[number])) > 0.03:
            rule(axes, *zip(spots[number], moved[number]), color=INK, width=0.7, zorder=3)
            mark(axes, *spots[number], 0.035, color=INK, zorder=3)
        left, middle = in_list[number][0], top + in_list[number][1]
        for x, y in (moved[number], (left, middle)):
            mark(axes, x, y, 0.19, **style)
            put(axes, x, y, number + 1, **ink)
        put(axes, left + 0.18, middle - LINE / 2, texts[number])
        put(axes, left + 0.18, middle + LINE * (texts[number].count("\n") + 1) / 2, case.place, color=GREY)
    key(
        axes,
        MARGIN,
        top + high + 0.05,
        [
            ({"inches": 0.15, "facecolor": BLUE, "edgecolor": BLUE}, "with a case study in the synthesis"),
            ({"inches": 0.15, "facecolor": "white", "edgecolor": BLUE}, "without one"),
        ],
    )
    data = found[["case", "name", "place", "latitude", "longitude", "case_study"]]
    alt = f"Map of {plural(len(found), 'case')}, {with_study} with a case study, numbered "
    alt += f"from north ({found['name'].iloc[0]}) to south ({found['name'].iloc[-1]})."
    return Drawing("map", title, axes.figure, data.assign(number=range(1, len(data) + 1)), alt)


@matplotlib.rc_context(STYLE)
def completeness(complete: pd.DataFrame) -> Drawing:
    """How many key points each case has under each heading. In: case, name, heading, heading_name, points.

    >>> cells = pd.DataFrame([["a", "Alder", "aims", "Aims", 2], ["a", "Alder", "methods", "Methods", 0]],
    ...                      columns=["case", "name", "heading", "heading_name", "points"])
    >>> completeness(cells).alt
    'Heat map of 1 case by 2 headings with 2 key points in all. 1 gap: Alder (Methods).'
    """
    name, title = "completeness", "What was extracted: key points per case and heading"
    if complete.empty:
        return nothing(name, title, "there are no key points")
    cases, headings = complete.drop_duplicates("case"), complete.drop_duplicates("heading")
    grid = complete.pivot(index="case", columns="heading", values="points").loc[cases["case"], headings["heading"]]
    labels, row = labels_of(cases["name"], 2.1)
    heads, head = upright(list(headings["heading_name"]), 0.3)
    wide, left = 0.55, MARGIN + 2.2
    gaps = complete[complete["points"].eq(0)]
    title += f" ({plural(int(grid.to_numpy().sum()), 'key point')}, {plural(len(gaps), 'gap')})"
    note = "gap: no key point was extracted for the case under this heading." if len(gaps) else ""
    axes, top = sheet(max(left + wide * len(headings) + 0.8, 5), head + row * (len(cases) + 1), title, note)
    right = left + wide * len(headings) + 0.3
    columns = [left + wide * (number + 0.5) for number in range(len(headings))]
    head_columns(axes, [*columns, right], [*heads, "all"], top + head - 0.06)
    heat(axes, left, top + head, grid, (wide, row), BLUES, "gap")
    for number, (label, total) in enumerate(zip([*labels, "all cases"], [*grid.sum(axis=1), grid.to_numpy().sum()])):
        y = top + head + row * (number + 0.5)
        put(axes, left - 0.1, y, label, ha="right")
        put(axes, right, y, total, ha="center", color=GREY)
    for x, total in zip(columns, grid.sum()):
        put(axes, x, top + head + row * (len(cases) + 0.5), total, ha="center", color=GREY)
    where = "; ".join(
        f"{gap.name_} ({gap.heading_name})" for gap in gaps.rename(columns={"name": "name_"}).itertuples()
    )
    alt = f"Heat map of {plural(len(cases), 'case')} by {plural(len(headings), 'heading')} with "
    alt += f"{plural(int(grid.to_numpy().sum()), 'key point')} in all. "
    alt += f"{plural(len(gaps), 'gap')}: {where}." if len(gaps) else "There are no gaps."
    return Drawing(name, title, axes.figure, complete, alt)


# ---- the themes of one heading ----


def kinds(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The themes in blocks, with a heading for each: by origin and by whether they stand; widest first.

    >>> kinds(pd.DataFrame([["compendium", True, 3, 4]], columns="origin stands cases points".split()))[0][0]
    'Themes that stand'
    """
    origins = [("published", "Printed themes"), ("compendium", "Themes added by this compendium")]
    origins = origins if table["origin"].eq("published").any() else [("compendium", "Themes")]
    wide_first = table.sort_values(["cases", "points"], ascending=False, kind="stable")
    blocks = []
    for origin, words in origins:
        for stands, verb in ((True, "that stand"), (False, "that do not stand")):
            own = wide_first[wide_first["origin"].eq(origin) & wide_first["stands"].eq(stands)]
            blocks.append((f"{words} {verb}", own))
    return [(words, own) for words, own in blocks if len(own)]


@matplotlib.rc_context(STYLE)
def themes(heading_id, heading_name, cells, table, printed, cases=None) -> Drawing:
    """Which case carries which theme of a heading, as coded and, where there is a print, as printed.

    In: cells (theme, case, points, contradicting) of themes.theme_cases, table of themes.theme_table, printed
    (theme, case, printed: named or all) of themes.printed_cells, cases (id, name; without it, ids are shown).

    >>> themes("aims", "Aims", pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: there are no themes under this heading.'
    """
    name, title = f"themes-{heading_id}", f"{heading_name}: themes by case{', as coded and as printed' if len(printed) else ''}"
    if table.empty or cells.empty:
        return nothing(name, title, "there are no themes under this heading")
    blocks, order = kinds(table), list(dict.fromkeys(cells["case"]))
    names = dict(zip(cases["id"], cases["name"])) if cases is not None else {}
    column = float(np.clip(3.7 / len(order), 0.2, 0.34))
    heads, head = upright([names.get(case, case) for case in order], column)
    texts, row = labels_of(table["name"], 2.3)
    labels, row, left = dict(zip(table["theme"], texts)), max(row, 0.3), MARGIN + 2.45
    right = left + column * len(order)
    square = {"inches": min(column, 0.3) * 0.58, "marker": "s", "color": BLUE, "zorder": 3}
    ring = {"inches": min(column, 0.3) * 0.9, "facecolor": "none", "zorder": 4}
    rings = {
        "named": {**ring, "edgecolor": RED, "linewidth": 1.5},
        "all": {**ring, "edgecolor": GREY, "linewidth": 0.9, "linestyle": (0, (2, 2))},
    }
    against = {"inches": 0.1, "marker": "v", "color": INK, "zorder": 5}
    entries = [(square, "coded: number of key points")]
    entries += (
        [(rings["named"], "the print names the case")] if printed.get("printed", pd.Series()).eq("named").any() else []
    )
    entries += (
        [(rings["all"], "the print says all cases")] if printed.get("printed", pd.Series()).eq("all").any() else []
    )
    entries += [(against, "a key point contradicts the theme")] if cells["contradicting"].any() else []
    high = head + 0.3 * len(blocks) + row * len(table) + 0.15
    axes, top = sheet(max(right + 0.85, 5), high + 0.32 * len(entries), title, NOT_IMPORTANCE)
    at = {case: left + column * (number + 0.5) for number, case in enumerate(order)}
    head_columns(axes, at.values(), heads, top + head - 0.06)
    y = top + head
    for words, block in blocks:
        y = start_block(axes, y, words, right + 0.7, GREY if "do not" in words else INK)
        for theme in block.itertuples():
            middle = y + row / 2
            put(axes, left - 0.1, middle, labels[theme.theme], ha="right", color=INK if theme.stands else GREY)
            put(axes, right + 0.12, middle, f"{theme.cases} of {theme.of_cases}", color=INK if theme.stands else GREY)
            rule(axes, [left, right], [y + row] * 2, color="#EEEEEE")
            own = cells[cells["theme"].eq(theme.theme)]
            for cell in own[own["points"] > 0].itertuples():
                mark(axes, at[cell.case], middle, **square)
                put(
                    axes,
                    at[cell.case],
                    middle,
                    cell.points,
                    ha="center",
                    color="white",
                    weight="bold",
                    zorder=6,
                    size=7.5,
                )
            for cell in own[own["contradicting"] > 0].itertuples():
                corner = square["inches"] / 2 if cell.points else 0
                mark(axes, at[cell.case] + corner, middle - corner, **against)
            if len(printed):
                for said in printed[printed["theme"].eq(theme.theme) & printed["case"].isin(order)].itertuples():
                    mark(axes, at[said.case], middle, **rings[said.printed])
            y += row
    put(axes, right + 0.12, top + head - 0.12, "cases")
    key(axes, left, y + 0.12, entries, 0.32)
    data = cells.drop(columns="keypoints", errors="ignore")
    data = data.merge(printed, how="left", on=["theme", "case"]) if len(printed) else data.assign(printed="")
    first = table.sort_values(["cases", "points"], ascending=False, kind="stable").iloc[0]
    alt = f"{heading_name}: {int(table['stands'].sum())} of {plural(len(table), 'theme')} stand. The most widely coded is "
    alt += f"'{first['name']}' ({first['cases']} of {plural(first['of_cases'], 'case')}). "
    named = data["printed"].eq("named")
    if len(printed):
        both = int((data["points"].gt(0) & named).sum())
        alt += f"The coding finds {both} of the {int(named.sum())} pairs of theme and case that the print names."
    return Drawing(name, title, axes.figure, data, alt.strip())


# ---- barriers and enablers, general themes ----


@matplotlib.rc_context(STYLE)
def barriers_enablers(per_theme: pd.DataFrame) -> Drawing:
    """General themes as barriers (left) and enablers (right). In: the columns of barriers.per_theme.

    >>> barriers_enablers(pd.DataFrame()).alt
    'Nothing to draw: no key point is coded as barrier or enabler.'
    """
    name, title = "barriers-enablers", "General themes as barriers and as enablers: number of cases"
    if per_theme.empty:
        return nothing(name, title, "no key point is coded as barrier or enabler")
    table = per_theme.assign(widest=per_theme[["enabler_cases", "barrier_cases"]].max(axis=1))
    table = table.sort_values(["widest", "enabler_points", "general"], ascending=[False, False, True], kind="stable")
    helps, hinders = table["enabler_cases"].gt(0), table["barrier_cases"].gt(0)
    blocks = {"Both barrier and enabler": table[table["both"]], "Barrier only": table[hinders & ~table["both"]]}
    blocks["Enabler only"] = table[helps & ~table["both"]]
    blocks = {words: own for words, own in blocks.items() if len(own)}
    texts, row = labels_of(table["name"], 1.8)
    labels = dict(zip(table["general"], texts))
    axes, top = sheet(
        7.2,
        0.3 + 0.3 * len(blocks) + row * len(table),
        title,
        (
            "Length of a bar: number of cases, written at its end; in brackets the number of key points. Right: cases that "
            f"report the theme as both. {NOT_IMPORTANCE}"
        ),
    )
    zero, most = 4.25, table["widest"].max()
    unit = 1.6 / most
    put(axes, zero - 0.1, top + 0.1, "Barriers (cases)", ha="right", weight="bold")
    put(axes, zero + 0.1, top + 0.1, "Enablers (cases)", weight="bold")
    put(axes, 7.05, top + 0.1, "as both", ha="right", weight="bold")
    y = top + 0.25
    for words, own in blocks.items():
        y = start_block(axes, y, words, 7.05)
        for theme in own.itertuples():
            middle = y + row / 2
            put(axes, MARGIN + 1.85, middle, labels[theme.general], ha="right")
            for side, count, points, colour in (
                (-1, theme.barrier_cases, theme.barrier_points, ORANGE),
                (1, theme.enabler_cases, theme.enabler_points, BLUE),
            ):
                axes.barh(middle, side * count * unit, row * 0.6, left=zero, color=colour)
                if count:
                    x, ha = zero + side * (count * unit + 0.06), "left" if side > 0 else "right"
                    put(axes, x, middle, f"{count} ({points})", ha=ha)
            in_both = len(theme.cases_both.split("; ")) if theme.cases_both else 0
            put(axes, 7.05, middle, plural(in_both, "case") if theme.both else "", ha="right")
            y += row
        rule(axes, [zero] * 2, [y - row * len(own), y], color=INK)
    data = table.drop(columns="widest")
    alt = f"Bars for {plural(len(table), 'general theme')}: {int(table['both'].sum())} are both barrier and enabler, "
    alt += f"{int((hinders & ~table['both']).sum())} barrier only, {int((helps & ~table['both']).sum())} enabler only. "
    first = table.sort_values("barrier_cases", kind="stable").iloc[-1]
    last = table.sort_values("enabler_cases", kind="stable").iloc[-1]
    alt += f"The most widely reported barrier is '{first['name']}' ({plural(first['barrier_cases'], 'case')}), the most widely "
    alt += f"reported enabler '{last['name']}' ({plural(last['enabler_cases'], 'case')})."
    return Drawing(name, title, axes.figure, data, alt)


@matplotlib.rc_context(STYLE)
def general_headings(general: pd.DataFrame, by_heading: pd.DataFrame, headings: pd.DataFrame) -> Drawing:
    """General themes by heading: number of cases, with the themes that stand apart from those that do not.

    In: general of general.general_themes; by_heading (general, heading, points, cases); headings (id, name, group).

    >>> general_headings(pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: there are no general themes.'
    """
    name, title = "general-headings", "Under which headings each general theme comes up: number of cases"
    if general.empty or by_heading.empty:
        return nothing(name, title, "there are no general themes")
    shown = headings[headings["id"].isin(by_heading["heading"])]
    grid = by_heading.pivot(index="general", columns="heading", values="cases")[list(shown["id"])]
    order = general.sort_values(["in_groups", "in_headings", "cases", "points"], ascending=False, kind="stable")
    blocks = {
        "Stand": order[order["stands"]],
        "Do not stand: too few headings or groups of headings": order[~order["stands"]],
    }
    blocks = {words: own for words, own in blocks.items() if len(own)}
    texts, row = labels_of(general["name"], 2.1)
    labels, wide, left = dict(zip(general["general"], texts)), 0.55, MARGIN + 2.2
    heads, head = upright(list(shown["name"]), 0.3)
    runs = group_runs(list(shown.get("group", shown["name"])))
    # No word of a group's name may be cut: the columns under it are as wide as its longest word.
    words_of = [(max(words.split(), key=width_of), last - first + 1) for words, first, last in runs]
    wide = max([wide, *((width_of(word) + 0.1) / columns for word, columns in words_of)])
    tops = [wrapped(words, wide * (last - first + 1) - 0.06) for words, first, last in runs]
    above = lines_in(tops) * LINE + 0.14
    right = left + wide * len(shown)
    totals = [("headings", "in_headings"), ("groups", "in_groups"), ("cases", "cases"), ("key points", "points")]
    axes, top = sheet(
        max(right + 0.42 * len(totals) + 0.3, 5),
        above + head + 0.3 * len(blocks) + row * len(general),
        title,
        (
            f"Only standing themes count. Above the lines: groups of headings, which the rule may count as one place. {NOT_IMPORTANCE}"
        ),
    )
    for words, (_, first, last) in zip(tops, runs):
        put(axes, left + wide * (first + last + 1) / 2, top + (above - 0.1) / 2, words, ha="center", color=GREY)
        rule(
            axes,
            [left + wide * first + 0.04, left + wide * (last + 1) - 0.04],
            [top + above - 0.05] * 2,
            color=GREY,
            width=1.2,
        )
    columns = [left + wide * (number + 0.5) for number in range(len(shown))]
    columns += [right + 0.42 * (number + 0.7) for number in range(len(totals))]
    head_columns(axes, columns, [*heads, *(words for words, _ in totals)], top + above + head - 0.06)
    y = top + above + head
    for words, own in blocks.items():
        y = start_block(axes, y, words, right + 1.8)
        shades = BLUES if words == "Stand" else GREYS
        heat(axes, left, y, grid.loc[own["general"]], (wide, row), shades)
        for number, theme in enumerate(own.to_dict("records")):
            middle = y + row * (number + 0.5)
            put(axes, left - 0.1, middle, labels[theme["general"]], ha="right")
            for x, (_, column) in zip(columns[len(shown) :], totals):
                put(axes, x, middle, theme[column], ha="center", color=GREY)
        y += row * len(own)
    widest = order.iloc[0]
    alt = f"Matrix of {plural(len(general), 'general theme')} by {plural(len(shown), 'heading')}; {int(general['stands'].sum())} "
    alt += f"stand. '{widest['name']}' spans {widest['in_headings']} headings in {widest['in_groups']} groups."
    fallen = "; ".join(order.loc[~order["stands"], "name"])
    return Drawing(name, title, axes.figure, by_heading, alt + (f" Not standing: {fallen}." if fallen else ""))


def group_runs(groups: list[str]) -> list[tuple[str, int, int]]:
    """Neighbours of one group: its name, the first and the last position.

    >>> group_runs(["aims", "impact", "impact"])
    [('aims', 0, 0), ('impact', 1, 2)]
    """
    runs = []
    for position, group in enumerate(groups):
        if runs and runs[-1][0] == group:
            runs[-1] = (group, runs[-1][1], position)
        else:
            runs.append((group, position, position))
    return runs


@matplotlib.rc_context(STYLE)
def cooccurrence(points: pd.DataFrame, general: pd.DataFrame | None = None) -> Drawing:
    """How often two general themes come together: key points below the diagonal, cases above it.

    In: points (keypoint, case, general) of general.points_by_general; general (general, name) for names.

    >>> points = pd.DataFrame([["k1", "a", "g"], ["k1", "a", "h"], ["k2", "b", "g"]], columns=["keypoint", "case", "general"])
    >>> cooccurrence(points).data.to_dict("records")
    [{'one': 'g', 'other': 'h', 'points': 1, 'cases': 1}]
    """
    name, title = "cooccurrence", "General themes that share key points (lower left) and cases (upper right)"
    ids = sorted(set(points["general"])) if len(points) else []
    if len(ids) < 2:
        return nothing(name, title, "fewer than two general themes have key points")
    names = dict(zip(general["general"], general["name"])) if general is not None else {}
    held = {
        column: {g: set(points.loc[points["general"].eq(g), column]) for g in ids} for column in ("keypoint", "case")
    }
    pairs = [(a, b, *(len(held[column][a] & held[column][b]) for column in held)) for a, b in combinations(ids, 2)]
    data = pd.DataFrame(pairs, columns=["one", "other", "points", "cases"])
    both, shared = (pd.DataFrame(0, index=ids, columns=ids) for _ in range(2))
    for one, other, in_points, in_cases in pairs:
        both.loc[other, one], shared.loc[one, other] = in_points, in_cases
    labels, row = labels_of([names.get(g, g) for g in ids], 2.0)
    cell = (float(np.clip(4.4 / len(ids), 0.27, 0.45)), row)
    left = MARGIN + 2.4
    axes, top = sheet(
        max(left + cell[0] * len(ids) + 0.2, 5),
        0.25 + cell[1] * len(ids),
        title,
        (
            "Lower left, blue: key points coded with both themes. Upper right, grey: cases that have both. Where nearly every "
            "case has a theme, the upper right is high whatever the themes mean; only the lower left can suggest a merge."
        ),
    )
    for number, label in enumerate(labels):
        y = top + 0.25 + cell[1] * (number + 0.5)
        x = left + cell[0] * (number + 0.5)
        put(axes, left - 0.34, y, label, ha="right")
        for place in ((left - 0.16, y), (x, top + 0.12), (x, y)):
            put(axes, *place, number + 1, ha="center", weight="bold", color=GREY, zorder=3)
    size = (left, top + 0.25)
    lower = np.tril(np.ones(both.shape, dtype=bool), -1)
    heat(axes, *size, both, cell, BLUES, shown=lower)
    heat(axes, *size, shared, cell, GREYS, shown=lower.T)
    first = data.sort_values("points", kind="stable").iloc[-1]
    pair = " and ".join(f"'{names.get(first[side], first[side])}'" for side in ("one", "other"))
    alt = f"Matrix of {len(ids)} general themes. {pair} share the most key points ({first['points']}); "
    alt += f"{int(data['points'].eq(0).sum())} of {len(data)} pairs share none. "
    alt += f"Pairs share {data['cases'].min()} to {data['cases'].max()} cases."
    return Drawing(name, title, axes.figure, data, alt)


# ---- participants ----

BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
UNITS = {
    "all together": {"color": INK, "marker": "D"},
    "people": {"color": BLUE, "marker": "o"},
    "attendances": {"color": ORANGE, "marker": "s"},
    "responses": {"color": GREEN, "marker": "^"},
    "printed": {"color": RED, "marker": "X"},
}


def interval(axes, y: float, row: dict, kind: str) -> None:
    """One interval: a point, a line between two points, or a line that ends in an arrow where the end is open."""
    style, edge = UNITS[kind], axes.get_xlim()[1]
    low, open_end = row["low"], pd.isna(row["high"])
    high = edge if open_end else row["high"]
    rule(axes, [low, high], [y, y], color=style["color"], width=1.6, zorder=2)
    mark(axes, [low] if open_end else [low, high], [y] if open_end else [y, y], 0.085, zorder=3, **style)
    if open_end:
        mark(axes, [edge], [y], 0.09, marker=">", color=style["color"], zorder=3)


@matplotlib.rc_context(STYLE)
def participants(by_case: pd.DataFrame, totals: pd.DataFrame) -> Drawing:
    """Each project's interval of people, attendances and responses, and the programme's beside the printed totals.

    In: by_case of participants.per_case, totals of participants.totals. A project whose numbers are of one unit
    has one row; where units are mixed, all together come first and the units below.

    >>> participants(pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no project has a number of participants.'
    """
    name, title = (
        "participants",
        "How many were counted: each project's interval, and the programme's beside the printed totals",
    )
    if by_case.empty or not by_case["groups"].gt(0).any():
        return nothing(name, title, "no project has a number of participants")
    rows = []
    for _, own in by_case.groupby("case", sort=False):
        units = own[own["unit"].ne("all together")]
        whole = own[own["unit"].eq("all together")]
        rows += (units if len(units) == 1 else pd.concat([whole, units])).to_dict("records")
    programme = [{**row, "name": row["what"], "unit": row["what"] if row["within"] == "" else "printed", "groups": 1}
                 for row in totals.to_dict("records") if row["within"] != "" or row["sum_as_printed"] > 0]  # fmt: skip
    ends = [end for row in [*rows, *programme] for end in (row["low"], row["high"]) if not pd.isna(end) and end > 0]
    log = max(ends) > 20 * min(ends)
    limits = (min(ends) / 1.6, max(ends) * 1.8) if log else (0, max(ends) * 1.15)
    blocks = [block for block in (("Projects", rows), ("The programme", programme)) if block[1]]
    note = "Low end: groups overlap as much as they can; high end: not at all. An arrow: the print gives no upper end."
    note += " Logarithmic scale: each step is ten times the one before." if log else ""
    step, left, wide = 0.21, 2.55, 2.65
    labels = [[wrapped(row["name"], 2.25) if new else "" for row, new in zip(own, news(own))] for _, own in blocks]
    heights = [[max(text.count("\n") + 1, 1) * LINE + 0.07 for text in texts] for texts in labels]
    seen = [kind for kind in UNITS if kind in {row["unit"] for row in [*rows, *programme] if row["groups"]}]
    words = {"all together": "people, attendances and responses together", "people": "people taking part",
             "attendances": "attendances at events", "responses": "responses", "printed": "total as the source prints it"}  # fmt: skip
    high = sum(map(sum, heights)) + 0.3 * len(blocks) + 0.3
    axes, top = sheet(7.2, high + step * len(seen), title, note)
    y = top
    for (words_, own), texts, tall in zip(blocks, labels, heights):
        y = start_block(axes, y, words_, 7.05)
        plot = panel(axes.figure, left, y, wide, sum(tall))
        plot.set(xscale="log" if log else "linear", xlim=limits, ylim=(sum(tall), 0))
        for tick in ticks(limits, log):
            plot.axvline(tick, color="#E8E8E8", linewidth=0.8, zorder=0)
        for printed in {row["low"] for row in own if row["unit"] == "printed"}:
            plot.axvline(printed, color=RED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
        at = 0.0
        for row, text, height in zip(own, texts, tall):
            middle = at + height / 2
            put(axes, left - 0.15, y + middle, text, ha="right")
            if text and at:
                rule(axes, [MARGIN, 7.05], [y + at] * 2, color="#EEEEEE")
            if row["groups"]:
                interval(plot, middle, {**row, "low": max(row["low"], limits[0])}, row["unit"])
                inside = {"yes": " (inside the interval)", "no": " (outside the interval)"}.get(
                    row.get("within", ""), ""
                )
                said = row["interval"] + (inside if row["unit"] == "printed" else f" {row['unit']}")
                put(axes, left + wide + 0.15, y + middle, said, color=INK if text else GREY)
            else:
                put(
                    plot,
                    0.02,
                    middle,
                    "no number printed",
                    color=GREY,
                    transform=plot.get_yaxis_transform(),
                    bbox=BLANK,
                )
            at += height
        y += at
    for tick in ticks(limits, log):
        place = np.log(tick / limits[0]) / np.log(limits[1] / limits[0]) if log else tick / limits[1]
        put(axes, left + wide * place, y + 0.12, f"{tick:,.0f}", ha="center", color=GREY)
    key(axes, left - 0.1, y + 0.27, [({"inches": 0.085, **UNITS[kind]}, words[kind]) for kind in seen])
    columns = ["name", "unit", "low", "high", "interval"]
    data = pd.concat([pd.DataFrame(own)[columns].assign(part=part) for part, own in blocks], ignore_index=True)
    whole = by_case[by_case["unit"].eq("all together")]
    none = whole.loc[whole["groups"].eq(0), "name"]
    most = whole.sort_values("low", kind="stable").iloc[-1]
    alt = f"Intervals of {plural(len(whole), 'project')}; the largest is {most['name']} ({most['interval']}). "
    alt += f"No number is printed for {'; '.join(none)}. " if len(none) else ""
    said = [f"{row['interval']} {row['what']}" for row in totals.to_dict("records") if row["what"] == "all together"]
    printed = [f"{row['interval']} ({row['what']})" for row in totals.to_dict("records") if row["within"] != ""]
    alt += f"The programme: {'; '.join(said)}; printed: {'; '.join(printed) or 'nothing'}." if said else ""
    return Drawing(name, title, axes.figure, data.astype({"high": "Int64"}), alt)


def news(rows: list[dict]) -> list[bool]:
    """Which rows are the first of their name."""
    return [not i or rows[i - 1]["name"] != rows[i]["name"] for i in range(len(rows))]


def ticks(limits: tuple[float, float], log: bool) -> list[float]:
    """Round numbers inside the limits.

    >>> ticks((5, 5400), True)
    [10, 100, 1000]
    """
    if log:
        return [10**power for power in range(10) if limits[0] <= 10**power <= limits[1]]
    step = 10 ** int(np.log10(limits[1]))
    step = step if limits[1] / step >= 2 else step / 5
    return [step * number for number in range(int(limits[1] / step) + 1)]


# ---- the refined themes, on one page ----

PAGE, CARDS = (13.333, 7.5), (0.45, 1.3, 12.433, 5.3)  # inches; the cards' left, top, width and height
GAP, INSET = 0.18, 0.17
SQUARES = ""  # the place in a card where a square stands for each case


def card(theme: dict, cases_of: dict[str, int], wide: float, scale: float, full: bool) -> list[tuple[str, dict]]:
    """What a card says, as wrapped texts with their style; `full` adds the definition and what the theme rests on."""
    parts = theme["general"].split("; ")
    made = "; ".join(f"{part} ({plural(cases_of.get(part, 0), 'case')})" if parts[1:] else part for part in parts)
    under = f"{plural(theme['points'], 'key point')} under {theme['headings']}"
    small = {"size": 10 * scale, "color": "#444444"}
    texts = [(theme["name"], {"size": 13.5 * scale, "weight": "bold"})]
    texts += [(theme["definition"], {"size": 11 * scale})] if full and theme["definition"] else []
    texts += [(SQUARES, {"size": 13 * scale})]
    texts += [(f"General {'themes' if parts[1:] else 'theme'}: {made}", small), (under, small)] if full else []
    return [
        (wrapped(text, wide, style["size"], style.get("weight", "normal")) if text else "", style)
        for text, style in texts
    ]


def height_of(texts: list[tuple[str, dict]]) -> list[float]:
    """The height of each text of a card, with the space after it."""
    return [(text.count("\n") + 1) * style["size"] * 1.22 / 72 + 0.09 for text, style in texts]


def arrange(standing: pd.DataFrame, cases_of: dict[str, int]) -> tuple[list, int, int]:
    """The cards in the largest text that fits on the page. Out: the texts of each card, columns, rows."""
    themes = standing.to_dict("records")
    shapes = [(columns, -(-len(themes) // columns)) for columns in range(1, 9) if columns <= len(themes)]
    shapes.sort(key=lambda shape: (shape[0] * shape[1] - len(themes), abs(shape[0] - 1.6 * shape[1])))
    sizes = [(True, scale) for scale in (1.6, 1.3, 1.15, 1.05, 0.95, 0.85)]
    for full, scale in [*sizes, *((False, scale) for scale in (1, 0.9, 0.75, 0.6))]:
        for columns, rows in shapes:
            wide, high = (CARDS[2] + GAP) / columns - GAP, (CARDS[3] + GAP) / rows - GAP
            cards = [card(theme, cases_of, wide - 2.2 * INSET, scale, full) for theme in themes]
            if wide > 1.8 and max(sum(height_of(texts)) for texts in cards) <= high - 1.5 * INSET:
                return cards, columns, rows
    return cards, columns, rows


def squares(axes, left: float, y: float, room: float, ids: pd.Series, carry: list[str]) -> float:
    """A square for each case, filled where it reports the theme; many cases take two rows. Out: where they end."""
    if not len(ids):
        return left
    rows = 1 if len(ids) <= 20 else 2
    in_row = -(-len(ids) // rows)
    step = min(0.2 / rows, room / in_row)
    place = np.arange(len(ids))
    colours = [BLUE if case else "white" for case in ids.isin(carry)]
    style = {"marker": "s", "facecolor": colours, "edgecolor": BLUE, "linewidth": 0.7 if rows == 1 else 0.4}
    mark(
        axes, left + step * (place % in_row + 0.4), y + step * (place // in_row - (rows - 1) / 2), step * 0.74, **style
    )
    return left + step * in_row


@matplotlib.rc_context(STYLE)
def refined(
    refined: pd.DataFrame, general: pd.DataFrame, cases: pd.DataFrame, title: str, published: str = ""
) -> Drawing:
    """One page, 16:9, for slides: a card for each refined theme that stands.

    In: refined of general.refined_themes, general of general.general_themes, cases (id) in their order, the
    title of the review, and the published synthesis that it re-runs, if any. The cards keep the order of the codebook:
    it ranks nothing.

    >>> refined(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), "A review").alt
    'Nothing to draw: no refined theme stands.'
    """
    standing = refined[refined["stands"]] if len(refined) else refined
    if standing.empty:
        return nothing("refined-themes", f"Refined themes. {title}", "no refined theme stands")
    heading = f"{plural(len(standing), 'refined theme')} across {plural(len(cases), 'case')}"
    cases_of = dict(zip(general["name"], general["cases"]))
    cards, columns, rows = arrange(standing.assign(of_cases=len(cases)), cases_of)
    wide, high = (CARDS[2] + GAP) / columns - GAP, (CARDS[3] + GAP) / rows - GAP
    if rows == 1:  # no card is taller than what it says
        high = min(high, max(sum(height_of(texts)) for texts in cards) + 1.5 * INSET)
    end = round(CARDS[1] + (high + GAP) * rows - GAP, 6)  # of the cards; below them are two lines
    axes = board(PAGE[0], round(end + PAGE[1] - CARDS[1] - CARDS[3], 6))
    put(axes, CARDS[0], 0.5, heading, size=24, weight="bold")
    put(axes, CARDS[0], 0.98, wrapped(title, 8.4, 12), size=12, color=GREY)
    for x, y, fill, words in (
        (9.6, 0.86, BLUE, "a case that reports the theme"),
        (9.6, 1.12, "white", "a case that does not"),
    ):
        mark(axes, x, y, 0.15, marker="s", facecolor=fill, edgecolor=BLUE)
        put(axes, x + 0.2, y, words, size=11, color=GREY)
    foot = max(sum(height_of(texts[[text for text, _ in texts].index(SQUARES) :])) for texts in cards)
    for number, (theme, texts) in enumerate(zip(standing.to_dict("records"), cards)):
        left = CARDS[0] + (wide + GAP) * (number % columns)
        y = CARDS[1] + (high + GAP) * (number // columns)
        axes.add_patch(Rectangle((left, y), wide, high, facecolor="#F3F6F8", edgecolor="none"))
        axes.add_patch(Rectangle((left, y), 0.07, high, facecolor=BLUE, edgecolor="none"))
        y, bottom = y + 0.8 * INSET, y + high - 0.7 * INSET
        for (text, style), tall in zip(texts, height_of(texts)):
            if text == SQUARES:  # from here on, the rows of a card end at its foot: so squares line up
                y = max(y, bottom - foot)
                count, size = f"{theme['cases']} of {plural(len(cases), 'case')}", style["size"] * 0.8
                room = wide - 2.8 * INSET - width_of(count, size, "bold")
                x = squares(axes, left + 1.3 * INSET, y + 0.1, room, cases["id"], theme["with_cases"].split())
                put(axes, x + 0.1, y + 0.1, count, size=size, weight="bold")
            for number, line in enumerate(text.split("\n")):
                axes.text(
                    left + 1.3 * INSET, y + (number + 0.85) * style["size"] * 1.22 / 72, line, va="baseline", **style
                )
            y += tall
    fallen = [*refined.loc[~refined["stands"] & refined["fallen"].ne(""), "name"]]
    below = general["themes"].ne("")
    fallen += [f"{name} (general theme)" for name in general.loc[~general["stands"] & below, "name"]]
    bare = [*refined.loc[~refined["stands"] & refined["fallen"].eq(""), "name"]]
    bare += [f"{name} (general theme)" for name in general.loc[~general["stands"] & ~below, "name"]]
    last = f"Do not stand, too few headings: {'; '.join(fallen)}. " if fallen else ""
    last = f"{last}Do not stand, no theme under them: {'; '.join(bare)}." if bare else last.strip()
    size = next((size for size in (10, 9.5, 9) if width_of(last, size) < 1.9 * CARDS[2]), 8) if last else 10
    axes.text(CARDS[0], end + 0.45, wrapped(last, CARDS[2], size) if last else "", size=size, va="bottom")
    note = RECONSTRUCTION if published else NOT_IMPORTANCE
    put(axes, CARDS[0], end + 0.62, note, size=10, style="italic", color=GREY)
    names = "; ".join(f"{row['name']} ({row['cases']})" for row in standing.to_dict("records"))
    alt = f"{heading}, each on a card with its definition; in brackets the number of cases: {names}. {note}"
    return Drawing("refined-themes", heading, axes.figure, refined, alt)


RECONSTRUCTION = (
    "Reconstruction from the published per-project summaries; counts say how widely a theme was reported, "
    "not how important it is."
)
