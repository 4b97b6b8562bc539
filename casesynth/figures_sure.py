"""The pictures of how sure a finding is; made like those of `figures`, from tables of robustness, saturation,
goestogether and agreement. What a colour says, a shape, a place or a word says too.
"""

import operator
from functools import reduce

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from casesynth.figures import (
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
    panel,
    plural,
    put,
    rule,
    sheet,
    start_block,
    wrapped,
)

LEVEL_WORDS = {
    "refined": "Refined themes",
    "general": "General themes",
    "merge": "Merges of two general themes",
    "both": "Both barrier and enabler",
}
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
    data = everything["level id name cases of_cases fewest sets without holds_in removals exact".split()]
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
            state = part.pivot(index="min_cases", columns=["min_headings", "heading_groups"], values="stands")
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
            stands = int(part["stands"].sum())
            put(axes, left + side + 0.08, above + tall + 0.03 + side / 2, f"{stands} of\n{len(part)}", color=GREY)
            data.append([part["level"].iloc[0], theme, name, stands, len(part)])
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
    table = pd.DataFrame(data, columns="level id name stands_in combinations".split())
    general = table[table["level"].eq("general")].sort_values("stands_in", kind="stable")
    alt = f"Tiles of 6 by 6 thresholds for {plural(len(table), 'theme')}. "
    if len(general):
        alt += f"Of the general themes '{general['name'].iloc[-1]}' stands most often ({general['stands_in'].iloc[-1]} "
        alt += f"of 72 combinations), '{general['name'].iloc[0]}' least often ({general['stands_in'].iloc[0]})."
    return Drawing("thresholds", title, axes.figure, grid, alt)


@matplotlib.rc_context(STYLE)
def saturation(curve: pd.DataFrame, assessed: pd.DataFrame) -> Drawing:
    """Themes against cases: the printed order, the expected curve, the band of random orders. In: saturation.curve and
    saturation.assessed.

    >>> saturation(pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no case has a theme.'
    """
    title = "How soon the cases showed the themes of this codebook"
    if curve.empty or not curve["printed"].max():
        return nothing("saturation", title, "no case has a theme")
    high, wide = 2.6, 4.4
    axes, top = sheet(
        7.2,
        high + 0.5,
        title,
        (
            "In retrospect, and for this codebook only, which was made from all the cases: it cannot show "
            "that new cases would "
            "bring nothing new."
        ),
    )
    left, most, cases = MARGIN + 0.55, int(curve["high"].max()), int(curve["cases"].max())
    plot = panel(axes.figure, left, top + 0.05, wide, high)
    plot.set(xlim=(0.5, cases + 0.5), ylim=(0, most * 1.06))
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**5) if most / s <= 6)
    for tick in range(0, most + 1, step):
        plot.axhline(tick, color="#E8E8E8", linewidth=0.8, zorder=0)
        put(axes, left - 0.08, top + 0.05 + high * (1 - tick / (most * 1.06)), f"{tick:,}", ha="right", color=GREY)
    every = max(1, cases // 12)
    for tick in [1, *range(every, cases + 1, every)] if every > 1 else range(1, cases + 1):
        put(axes, left + wide * (tick - 0.5) / cases, top + high + 0.2, f"{tick:,}", ha="center", color=GREY)
    put(axes, left + wide / 2, top + high + 0.4, "cases", ha="center")
    axes.text(MARGIN, top + 0.05 + high / 2, "themes seen", rotation=90, va="center", ha="center")
    plot.fill_between(curve["cases"], curve["low"], curve["high"], color="#CFE3F1", linewidth=0, zorder=1)
    plot.plot(curve["cases"], curve["expected"], color=BLUE, linewidth=1.4, linestyle=(0, (4, 2)), zorder=2)
    small = {"marker": "o", "markersize": 4} if cases <= 40 else {}
    plot.plot(curve["cases"], curve["printed"], color=INK, linewidth=1.4, zorder=3, **small)
    own = assessed.iloc[0]
    reached = own["at"]
    if reached:
        plot.axvline(int(own["cases"]), color=ORANGE, linewidth=1.5, linestyle=(0, (1, 1)), zorder=2)
    x = left + wide + 0.3
    sample = [
        ({"color": INK, "width": 1.4}, "printed order"),
        ({"color": BLUE, "width": 1.4, "linestyle": (0, (4, 2))}, "expected (exact)"),
        ({"color": "#CFE3F1", "width": 9}, f"95 % of {int(curve['orders'].max()):,} orders"),
    ]
    sample += (
        [
            (
                {"color": ORANGE, "width": 1.5, "linestyle": (0, (1, 1))},
                wrapped(
                    f"saturation at {reached} by base {own['base_size']}, run {own['run_length']}, threshold "
                    f"{100 * own['new_information']:g}%",
                    1.35,
                ),
            )
        ]
        if reached
        else []
    )
    for number, (style, words) in enumerate(sample):
        y = top + 0.25 + 0.3 * number + (LINE * words.count("\n") / 2)
        rule(axes, [x, x + 0.3], [y, y], **style)
        put(axes, x + 0.4, y, words)
    alt = f"Curve of themes seen against cases, 1 to {cases}: {int(curve['printed'].iloc[0])} themes after the "
    alt += "first case, "
    alt += f"{int(curve['printed'].iloc[-1])} after the last. "
    alt += f"By the chosen settings saturation is {own['reading']}."
    return Drawing("saturation", title, axes.figure, curve, alt)


@matplotlib.rc_context(STYLE)
def together(pairs: pd.DataFrame) -> Drawing:
    """The p-value of each pair of themes against the smallest that is possible for it. In: goestogether.pairs.

    >>> together(pd.DataFrame(columns=["level", "p"])).alt
    'Nothing to draw: fewer than two themes stand.'
    """
    title = "Which themes go together: what the test found, and what it could have found at best"
    if pairs.empty:
        return nothing("goes-together", title, "fewer than two themes stand")
    levels = [
        (level, words)
        for level, words in (("theme", "Heading themes"), ("general", "General themes"))
        if pairs["level"].eq(level).any()
    ]
    side, smallest = 2.55, float(pairs["smallest_p"].min())
    least = min(max(smallest, FLOOR), 0.001) / 1.5
    cut = f" Beyond {FLOOR:g} a circle stands at the edge." if smallest < FLOOR else ""
    axes, top = sheet(
        7.2,
        side + 0.85,
        title,
        (
            "One circle for each pair of themes, larger where many pairs share a place. On the diagonal: the "
            "test found as much as "
            "the margins allow. Right of the broken line no result could have reached p = 0.05." + cut
        ),
    )

    def at(p):
        return np.log(np.maximum(np.asarray(p, dtype=float), least) / least) / np.log(1 / least)

    for number, (level, words) in enumerate(levels):
        own = pairs[pairs["level"].eq(level)]
        left = MARGIN + 0.6 + (side + 0.85) * number
        plot = panel(axes.figure, left, top + 0.3, side, side)
        plot.set(xlim=(0, 1.03), ylim=(0, 1.03))
        survive = int(own["q"].le(0.05).sum())
        put(axes, left, top + 0.12, f"{words}: {survive} of {len(own):,} pairs pass (q ≤ 0.05)", weight="bold")
        for p in (1, 0.05, 1e-3, 1e-6, 1e-9) if least < 1e-5 else (1, 0.1, 0.05, 0.01, 0.001):
            place = float(at(p)) / 1.03
            plot.plot([0, 1.03], [at(p)] * 2, color="#E8E8E8", linewidth=0.8, zorder=0)
            plot.plot([at(p)] * 2, [0, 1.03], color="#E8E8E8", linewidth=0.8, zorder=0)
            if p != 0.05:
                put(axes, left - 0.06, top + 0.3 + side * (1 - place), f"{p:g}", ha="right", color=GREY)
                put(axes, left + side * place, top + 0.3 + side + 0.1, f"{p:g}", ha="center", color=GREY)
        plot.plot([0, 1], [0, 1], color=GREY, linewidth=0.8)
        for line in ("axvline", "axhline"):
            getattr(plot, line)(at(0.05), color=ORANGE, linewidth=1.2, linestyle=(0, (4, 2)))
        spots = own.groupby(["smallest_p", "p"]).size().rename("pairs").reset_index()
        sizes = 0.05 + 0.16 * np.sqrt(spots["pairs"] / spots["pairs"].max())
        style = {"facecolor": BLUE, "alpha": 0.55, "edgecolor": INK, "linewidth": 0.4, "zorder": 3, "clip_on": False}
        plot.scatter(at(spots["smallest_p"]), at(spots["p"]), s=(sizes * 72) ** 2, **style)
        put(axes, left + side / 2, top + side + 0.62, "smallest p that is possible", ha="center")
        if not number:
            axes.text(
                MARGIN + 0.05,
                top + 0.3 + side / 2,
                "p of the pair (Fisher's exact test)",
                rotation=90,
                va="center",
                ha="center",
            )
    parts = [
        f"{words}: {len(own):,} pairs, {int(own['p'].le(0.05).sum())} with p at most 0.05, "
        f"{int(own['q'].le(0.05).sum())} pass false-discovery control"
        for level, words in levels for own in [pairs[pairs["level"].eq(level)]]
    ]  # fmt: skip
    return Drawing("goes-together", title, axes.figure, pairs, "Scatter of p-values. " + "; ".join(parts) + ".")


@matplotlib.rc_context(STYLE)
def agreement(per_theme: pd.DataFrame) -> Drawing:
    """Kappa and AC1 of each theme against how common it is, for both units. In: agreement.per_theme.

    >>> agreement(pd.DataFrame()).alt
    'Nothing to draw: a second coder is missing.'
    """
    if per_theme.empty:
        return nothing("agreement", "Agreement theme by theme", "a second coder is missing")
    chance = "kappa" if "kappa" in per_theme and per_theme["kappa"].notna().any() else "alpha"
    title = f"Agreement theme by theme: {chance} and AC1 against prevalence"
    side, low = 2.55, min(-0.2, float(np.floor(per_theme[[chance, "ac1"]].min().min() * 5) / 5))
    axes, top = sheet(
        7.2,
        side + 1.25,
        title,
        (
            "One theme has two marks, joined by a line, above its prevalence (the share of marks that say "
            "yes). A theme without a "
            f"square has an undefined {chance}: the coders' marks do not vary."
        ),
    )
    for number, (unit, words) in enumerate((("key point", "Key point × theme"), ("case", "Case × theme"))):
        own = per_theme[per_theme["unit"].eq(unit)]
        left = MARGIN + 0.6 + (side + 0.85) * number
        plot = panel(axes.figure, left, top + 0.3, side, side)
        plot.set(xlim=(-0.02, 1.02), ylim=(low - 0.03, 1.04))
        put(axes, left, top + 0.12, words, weight="bold")
        for tick in np.arange(low, 1.01, 0.2):
            plot.axhline(tick, color="#C9C9C9" if abs(tick) < 1e-9 else "#E8E8E8", linewidth=0.8, zorder=0)
            put(
                axes,
                left - 0.06,
                top + 0.3 + side * (1.04 - tick) / (1.07 - low),
                f"{tick + 0.0001:.1f}",
                ha="right",
                color=GREY,
            )
        for tick in np.arange(0, 1.01, 0.25):
            put(
                axes, left + side * (tick + 0.02) / 1.04, top + 0.3 + side + 0.1, f"{tick:.0%}", ha="center", color=GREY
            )
        put(axes, left + side / 2, top + side + 0.62, "prevalence", ha="center")
        both = own.dropna(subset=[chance, "ac1"])
        plot.vlines(both["prevalence"], both[chance], both["ac1"], color="#BBBBBB", linewidth=0.8, zorder=1)
        style = {"linewidth": 0.5, "edgecolor": "white", "zorder": 3, "clip_on": False}
        plot.scatter(own["prevalence"], own[chance], s=26, marker="s", facecolor=BLUE, **style)
        plot.scatter(own["prevalence"], own["ac1"], s=26, marker="^", facecolor=ORANGE, **style)
    key(
        axes,
        MARGIN + 0.6,
        top + side + 0.78,
        [
            (
                {"inches": 0.08, "marker": "s", "color": BLUE},
                f"{chance}: chance is what the coders' own shares of yes give",
            ),
            ({"inches": 0.09, "marker": "^", "color": ORANGE}, "AC1: chance vanishes as a mark becomes rare or common"),
        ],
    )
    points = per_theme[per_theme["unit"].eq("key point")]
    alt = f"Scatter of {chance} and AC1 against prevalence for {plural(len(points), 'theme')}, per key point and "
    alt += "per case. Median per "
    alt += f"key point: {chance} {points[chance].median():.2f}, AC1 {points['ac1'].median():.2f}, prevalence "
    alt += f"{points['prevalence'].median():.0%}."
    return Drawing("agreement", title, axes.figure, per_theme, alt)
