"""Pictures of saturation, of themes that go together, and of agreement."""

import matplotlib
import numpy as np
import pandas as pd

from casesynth.figures.canvas import (
    BLUE,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    STYLE,
    Drawing,
    key,
    nothing,
    panel,
    plural,
    put,
    rule,
    sheet,
    wrapped,
)
from casesynth.figures.sensitivity import FLOOR


@matplotlib.rc_context(STYLE)
def saturation(curve: pd.DataFrame, assessed: pd.DataFrame) -> Drawing:
    """Themes against cases: the printed order, the expected curve, the band of random orders. In: saturation.curve and
    saturation.assessed.

    >>> saturation(pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no case has a theme.'
    """
    title = "How soon the cases showed the themes of this codebook"
    if curve.empty or not curve["published"].max():
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
    plot.plot(curve["cases"], curve["published"], color=INK, linewidth=1.4, zorder=3, **small)
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
    alt = f"Curve of themes seen against cases, 1 to {cases}: {int(curve['published'].iloc[0])} themes after the "
    alt += "first case, "
    alt += f"{int(curve['published'].iloc[-1])} after the last. "
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
