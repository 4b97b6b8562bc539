"""The pictures of how sure a finding is; made like those of `figures`, from tables of robustness, saturation,
goestogether and agreement. What a colour says, a shape, a place or a word says too.
"""

import operator
from functools import reduce

import matplotlib
import pandas as pd
from matplotlib.patches import Rectangle

from casesynth.core.levels import titles
from casesynth.figures.canvas import (
    BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    PALE,
    STYLE,
    Drawing,
    key,
    labels_of,
    mark,
    nothing,
    plural,
    put,
    rule,
    sheet,
    start_block,
    wrapped,
)

LEVEL_WORDS = titles("refined", "general", "merge", "both")
MID = "#7FB8DC"  # between white and BLUE, also in grey
FLOOR = 1e-9  # the least p that a picture tells apart


@matplotlib.rc_context(STYLE)
def removals(table: pd.DataFrame) -> Drawing:
    """How many cases must go before a finding above the headings falls. In: the columns of robustness.leave_out.

    >>> removals(pd.DataFrame(columns=["level", "cases"])).alt
    'Nothing to draw: no finding above the headings stands.'
    """
    own = table[table["level"].isin(LEVEL_WORDS)]
    title = "How many projects must be left out before a finding falls"
    if own.empty:
        return nothing("removals", title, "no finding above the headings stands")
    blocks = {words: own[own["level"].eq(level)] for level, words in LEVEL_WORDS.items()}
    return bars_of(
        "removals",
        title,
        {words: part for words, part in blocks.items() if len(part)},
        (
            "The fewest projects whose removal makes the finding fall; where only one set of that size does "
            "it, it is named. No "
            "smaller set does it, unless “at most” stands there. A finding with a short dark bar rests on few projects."
        ),
    )


@matplotlib.rc_context(STYLE)
def margins(table: pd.DataFrame, headings: pd.DataFrame, codebook: pd.DataFrame) -> Drawing:
    """The same for heading themes, where it is arithmetic: supporting cases minus `min_cases`, plus one.

    >>> margins(pd.DataFrame(columns=["level", "cases"]), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no theme of a heading stands.'
    """
    title = "Margins: the loss of how many projects makes a heading theme fall"
    own = table[table["level"].eq("theme")]
    if own.empty:
        return nothing("margins", title, "no theme of a heading stands")
    heading = own["id"].map(codebook.set_index("id")["heading"])
    blocks = {row.name_: own[heading.eq(row.id)] for row in headings.rename(columns={"name": "name_"}).itertuples()}
    return bars_of(
        "margins",
        title,
        {words: part for words, part in blocks.items() if len(part)},
        (
            "Projects that carry the theme, minus the number that a theme needs, plus one: any so many of "
            "them will do. A theme "
            "with a margin of 1 falls when one project is left out."
        ),
    )


def bars_of(name: str, title: str, blocks: dict[str, pd.DataFrame], note: str) -> Drawing:
    """Bars: pale for the cases that a finding rests on, dark for the fewest whose loss undoes it."""
    everything = pd.concat(blocks.values())
    texts, _ = labels_of(everything["name"], 2.3)
    labels = dict(zip(zip(everything["level"], everything["id"]), texts))
    left, wide, right = MARGIN + 2.45, 2.2, 7.05
    unit = wide / max(everything["of_cases"].max(), 1)
    said = {}
    for row in everything.itertuples():
        words = f"{row.fewest} of {row.cases}" if row.exact else f"at most {row.fewest} of {row.cases}"
        words += f": {row.without.replace('; ', ', ')}" if row.without else ""
        words += f" ({row.sets:,} sets)" if row.level != "theme" and row.sets and 1 < row.sets < 10**6 else ""
        said[row.level, row.id] = wrapped(words, right - left - wide - 0.1)
    tall = {at: max(labels[at].count("\n"), said[at].count("\n")) * LINE + 0.24 for at in labels}
    # Added one by one: sum() rounds floats otherwise from Python 3.12 on, and the bytes of the picture would follow.
    height = reduce(operator.add, tall.values(), 0)
    axes, top = sheet(7.2, height + 0.3 * len(blocks) + 0.45, title, note)
    y = top
    for words, part in blocks.items():
        y = start_block(axes, y, words, right)
        for row in part.sort_values(
            ["fewest", "cases", "id"], ascending=[True, False, True], kind="stable"
        ).itertuples():
            at = row.level, row.id
            middle = y + tall[at] / 2
            put(axes, left - 0.1, middle, labels[at], ha="right")
            for width, colour in ((row.cases, PALE), (row.fewest, BLUE)):
                axes.barh(middle, width * unit, 0.14, left=left, color=colour)
            put(axes, left + wide + 0.1, middle, said[at])
            y += tall[at]
    square = {"inches": 0.12, "marker": "s"}
    key(
        axes,
        left - 0.1,
        y + 0.05,
        [
            ({**square, "color": BLUE}, "fewest projects without which it falls"),
            ({**square, "color": PALE}, "projects that it rests on"),
        ],
    )
    data = everything["level id name cases of_cases fewest sets without supported_in removals exact".split()]
    least = everything.sort_values("fewest", kind="stable").iloc[0]
    fragile = int(everything["fewest"].eq(1).sum())
    alt = (
        f"Bars for {plural(len(everything), 'finding')}. The most easily undone is '{least['name']}': it falls without "
    )
    alt += f"{plural(int(least['fewest']), 'project')} of {least['cases']}. {fragile} fall when a single project "
    alt += "is left out."
    return Drawing(name, title, axes.figure, data, alt)


@matplotlib.rc_context(STYLE)
def stability(grid: pd.DataFrame, min_cases: int, min_headings: int) -> Drawing:
    """For which thresholds each general and refined theme stands: one tile a theme. In: robustness.threshold_grid.

    >>> stability(pd.DataFrame(), 2, 2).alt
    'Nothing to draw: there are no general themes.'
    """
    title = "For which thresholds does a theme stand?"
    if grid.empty:
        return nothing("thresholds", title, "there are no general themes")
    texts, _ = labels_of(grid["name"].drop_duplicates(), 1.55)
    labels = dict(zip(grid["name"].drop_duplicates(), texts))
    columns, cell = 4, 0.145
    side, across = 6 * cell, 1.75
    tall = LINE * max(text.count("\n") + 1 for text in texts)
    down = side + 0.3 + tall
    blocks = [(words, grid[grid["level"].eq(level)]) for level, words in LEVEL_WORDS.items()]
    blocks = [(words, own) for words, own in blocks if len(own)]
    rows = sum(-(-own["id"].nunique() // columns) for _, own in blocks)
    axes, top = sheet(
        7.2,
        rows * down + 0.35 * len(blocks) + 0.75,
        title,
        (
            "Each tile: across, min_headings 1 to 6; upwards, min_cases 1 to 6. The ring marks the "
            "thresholds of this run. A tile "
            "that is dark far around the ring is a finding that does not hang on them."
        ),
    )
    y, data = top, []
    for words, own in blocks:
        y = start_block(axes, y, words, 7.05) + 0.05
        for number, (theme, part) in enumerate(own.groupby("id", sort=False)):
            left, above = MARGIN + across * (number % columns), y + down * (number // columns)
            name = part["name"].iloc[0]
            axes.text(left, above + tall - 0.02, labels[name], va="bottom")
            state = part.pivot(index="min_cases", columns=["min_headings", "heading_groups"], values="supported")
            for cases in range(1, 7):
                for headings in range(1, 7):
                    strict, loose = state.loc[cases, (headings, True)], state.loc[cases, (headings, False)]
                    colour = BLUE if strict else MID if loose else "white"
                    x, at = left + cell * (headings - 1), above + tall + 0.03 + cell * (6 - cases)
                    axes.add_patch(Rectangle((x, at), cell, cell, facecolor=colour, edgecolor="#BBBBBB", linewidth=0.5))
                    if loose and not strict:
                        rule(axes, [x + 0.03, x + cell - 0.03], [at + cell - 0.03, at + 0.03], color=INK, width=0.6)
            if 1 <= min_cases <= 6 and 1 <= min_headings <= 6:
                x, at = left + cell * (min_headings - 0.5), above + tall + 0.03 + cell * (6.5 - min_cases)
                mark(axes, x, at, 0.1, facecolor="none", edgecolor=ORANGE, linewidth=2.4, zorder=4)
                mark(axes, x, at, 0.13, facecolor="none", edgecolor=INK, linewidth=0.6, zorder=5)
            supported = int(part["supported"].sum())
            put(axes, left + side + 0.08, above + tall + 0.03 + side / 2, f"{supported} of\n{len(part)}", color=GREY)
            data.append([part["level"].iloc[0], theme, name, supported, len(part)])
        y += down * -(-own["id"].nunique() // columns)
    square = {"inches": 0.12, "marker": "s", "edgecolor": "#BBBBBB"}
    key(
        axes,
        MARGIN,
        y + 0.1,
        [
            ({**square, "facecolor": BLUE}, "stands, whether groups of headings count as one place or not"),
            ({**square, "facecolor": MID}, "(with a stroke) stands only where headings are counted one by one"),
            ({**square, "facecolor": "white"}, "does not stand"),
        ],
    )
    table = pd.DataFrame(data, columns="level id name supported_in combinations".split())
    general = table[table["level"].eq("general")].sort_values("supported_in", kind="stable")
    alt = f"Tiles of 6 by 6 thresholds for {plural(len(table), 'theme')}. "
    if len(general):
        alt += (
            f"Of the general themes '{general['name'].iloc[-1]}' stands most often ({general['supported_in'].iloc[-1]} "
        )
        alt += f"of 72 combinations), '{general['name'].iloc[0]}' least often ({general['supported_in'].iloc[0]})."
    return Drawing("thresholds", title, axes.figure, grid, alt)
