"""The picture of a sweep: which parameter decides whether a finding or theme is supported."""

import matplotlib
import pandas as pd

from casesynth.figures.canvas import (
    BLUES,
    GREY,
    MARGIN,
    STYLE,
    Drawing,
    heat,
    labels_of,
    nothing,
    put,
    sheet,
    start_block,
)

#: The most rows that are drawn: those that turn most often. The table has all.
MOST = 40
NAMES, CELL = 4.4, 1.15


@matplotlib.rc_context(STYLE)
def moves(table: pd.DataFrame) -> Drawing:
    """Findings and themes by parameters: in how many pairs of runs the support turns. In: columns of `compare.moved_by`.

    >>> moves(pd.DataFrame(columns=["kind", "id", "name", "parameter", "pairs", "flips"])).alt
    'Nothing to draw: no finding or theme is supported by some runs only.'
    """
    title = "Which parameter moves which finding"
    turned = table[table["flips"].groupby([table["kind"], table["id"]]).transform("sum").gt(0)] if len(table) else table
    if turned.empty:
        return nothing("moves", title, "no finding or theme is supported by some runs only")
    parameters = list(dict.fromkeys(table["parameter"]))
    pairs = table.drop_duplicates("parameter").set_index("parameter")["pairs"]
    grid = turned.pivot_table(index=["kind", "id"], columns="parameter", values="flips", sort=False)[parameters].astype(
        int
    )
    shown = grid.loc[grid.sum(axis=1).sort_values(ascending=False, kind="stable").index[:MOST]]
    shown = shown.sort_index(level="kind", sort_remaining=False, kind="stable")
    names = turned.drop_duplicates(["kind", "id"]).set_index(["kind", "id"])["name"]
    texts, row = labels_of([names[key] for key in shown.index], NAMES - MARGIN)
    kinds = list(dict.fromkeys(kind for kind, _ in shown.index))
    note = "In each cell: the pairs of runs that differ in this parameter alone, and of which only one supports the finding. "
    note += f"{len(grid)} of {table.drop_duplicates(['kind', 'id']).shape[0]} findings and themes turn at all"
    note += f"; drawn are the {MOST} that turn most often." if len(grid) > MOST else "."
    height = 0.5 + row * len(shown) + 0.35 * len(kinds)
    axes, top = sheet(NAMES + CELL * len(parameters) + 2 * MARGIN, height, title, note)
    for number, parameter in enumerate(parameters):
        x = NAMES + CELL * (number + 0.5)
        put(axes, x, top + 0.1, parameter, ha="center", weight="bold")
        put(axes, x, top + 0.27, f"of {pairs[parameter]} pairs", ha="center", color=GREY)
    y, labels = top + 0.4, dict(zip(shown.index, texts, strict=True))
    for kind in kinds:
        y = start_block(axes, y, f"{kind.capitalize()}s", NAMES + CELL * len(parameters))
        part = shown.loc[[key for key in shown.index if key[0] == kind]]
        for number, key in enumerate(part.index):
            put(axes, MARGIN, y + (number + 0.5) * row, labels[key])
        heat(axes, NAMES, y, part, (CELL, row), BLUES)
        y += row * len(part) + 0.05
    most = {parameter: int(grid[parameter].gt(0).sum()) for parameter in parameters}
    alt = f"{title}. " + " ".join(f"{name} decides on {count} of them." for name, count in most.items())
    return Drawing("moves", title, axes.figure, turned, alt)
