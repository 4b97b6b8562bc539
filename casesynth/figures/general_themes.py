"""General themes by heading, and how they overlap."""

from itertools import combinations

import matplotlib
import numpy as np
import pandas as pd

from casesynth.figures.canvas import (
    BLUES,
    GREY,
    GREYS,
    LINE,
    MARGIN,
    NOT_IMPORTANCE,
    STYLE,
    Drawing,
    head_columns,
    heat,
    labels_of,
    lines_in,
    nothing,
    plural,
    put,
    rule,
    sheet,
    start_block,
    upright,
    width_of,
    wrapped,
)


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
        "Stand": order[order["supported"]],
        "Do not stand: too few headings or groups of headings": order[~order["supported"]],
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
    alt = f"Matrix of {plural(len(general), 'general theme')} by {plural(len(shown), 'heading')}; {int(general['supported'].sum())} "
    alt += f"stand. '{widest['name']}' spans {widest['in_headings']} headings in {widest['in_groups']} groups."
    not_supported = "; ".join(order.loc[~order["supported"], "name"])
    return Drawing(
        name, title, axes.figure, by_heading, alt + (f" Not standing: {not_supported}." if not_supported else "")
    )


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
