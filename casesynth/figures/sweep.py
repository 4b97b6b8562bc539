"""The picture of a sweep: which parameter decides whether a finding or theme is supported."""

import pandas as pd

from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, head_height, nothing
from casesynth.figures.fonts import wrapped

#: The most rows that are drawn: those that turn most often. The table has all.
MOST = 40
LEFT, WIDE, HIGH = 330.0, 36.0, 16.0
SUBTITLE = "Pairs of runs that differ in this parameter alone, of which only one supports the finding or theme."


def turned(table: pd.DataFrame) -> pd.DataFrame:
    """Findings and themes that only some runs support, by parameter: the number of pairs of runs in which they turn.

    Takes the columns of `compare.moved_by`. Returns kind and id in the index, those that turn most often first in their
    kind, and a column for each parameter.
    """
    grid = table.pivot_table(index=["kind", "id"], columns="parameter", values="flips", aggfunc="sum", sort=False)
    grid = grid[list(dict.fromkeys(table["parameter"]))].astype(int)
    grid = grid[grid.sum(axis=1).gt(0)]
    return grid.loc[grid.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def moves(table: pd.DataFrame) -> Drawing:
    """A grid of findings and themes by parameters. Takes the columns of `compare.moved_by`."""
    grid, names = turned(table), table.drop_duplicates(["kind", "id"]).set_index(["kind", "id"])["name"]
    if grid.empty:
        why = "no finding or theme is supported by some runs only"
        return nothing("moves", "No parameter decides on a finding or theme", why)
    shown = grid.head(MOST).sort_index(level="kind", sort_remaining=False, kind="stable")
    pairs = table.drop_duplicates("parameter").set_index("parameter")["pairs"]
    heads = [f"{name}, of {pairs[name]}" for name in shown.columns]
    title = f"{len(grid)} of {len(names)} findings and themes turn with a parameter"
    more = f" Drawn are the {MOST} that turn most often." if len(grid) > MOST else ""
    board = Board(head_height(heads) + HIGH * len(shown) + 4, title, SUBTITLE + more)
    top = board.top + head_height(heads)
    board.heads([LEFT + WIDE * (number + 0.5) for number in range(len(heads))], heads, top - 5)
    board.heat(LEFT, top, shown, (WIDE, HIGH))
    for number, key in enumerate(shown.index):
        label = wrapped(f"{names[key]} ({key[0]})", LEFT - 6, look.SIZE, lines=1)
        board.put(2, top + HIGH * (number + 0.5), label)
    told = " ".join(f"{name} decides on {int(grid[name].gt(0).sum())} of them." for name in grid)
    return Drawing("moves", title, SUBTITLE, board.figure, table, f"{title}. {told}")
