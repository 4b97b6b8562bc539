"""The picture of a sweep: which parameter decides whether a finding or theme is supported."""

import textwrap
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

#: The font that ships inside matplotlib, and a fixed salt, so that the same tables give the same bytes.
STYLE: Any = {"font.family": "DejaVu Sans", "font.size": 8, "text.parse_math": False, "svg.hashsalt": "casesynth"}
TITLE = "Which parameter moves which finding"
#: The most rows that are drawn: those that turn most often. The table has all.
MOST = 40


def turned(table: pd.DataFrame) -> pd.DataFrame:
    """Findings and themes that only some runs support, by parameter: the number of pairs of runs in which they turn.

    Takes the columns of `compare.moved_by`. Returns kind and id in the index, those that turn most often first in their
    kind, and a column for each parameter.
    """
    grid = table.pivot_table(index=["kind", "id"], columns="parameter", values="flips", aggfunc="sum", sort=False)
    grid = grid[list(dict.fromkeys(table["parameter"]))].astype(int)
    grid = grid[grid.sum(axis=1).gt(0)]
    return grid.loc[grid.sum(axis=1).sort_values(ascending=False, kind="stable").index]


def in_words(table: pd.DataFrame) -> str:
    """The picture in words, for people who do not see it."""
    grid = turned(table)
    if grid.empty:
        return f"{TITLE}. Nothing to draw: no finding or theme is supported by some runs only."
    told = " ".join(f"{name} decides on {int(grid[name].gt(0).sum())} of them." for name in grid)
    return f"{TITLE}. {len(grid)} of {len(table.groupby(['kind', 'id']))} findings and themes turn at all. {told}"


@matplotlib.rc_context(STYLE)
def moves(table: pd.DataFrame) -> Figure:
    """A grid of findings and themes by parameters.

    Each cell counts the pairs of runs that differ in this parameter alone and of which only one supports the finding; the
    darker the cell, the larger their share.
    """
    grid = turned(table)
    shown = grid.head(MOST).sort_index(level="kind", sort_remaining=False, kind="stable")
    if shown.empty:
        figure = Figure(figsize=(7.2, 1))
        figure.text(0.02, 0.5, in_words(table), va="center")
        return figure
    names = table.drop_duplicates(["kind", "id"]).set_index(["kind", "id"])["name"]
    labels = ["\n".join(textwrap.wrap(f"{names[key]} ({key[0]})", 62)) for key in shown.index]
    pairs = table.drop_duplicates("parameter").set_index("parameter")["pairs"]
    lines = sum(label.count("\n") + 2 for label in labels)
    figure = Figure(figsize=(4.6 + 1.2 * len(shown.columns), 1.6 + 0.13 * lines), layout="constrained")
    axes = figure.add_subplot()
    share = shown.to_numpy() / pairs[shown.columns].clip(lower=1).to_numpy()
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
    axes.set_yticks(range(len(shown)), labels)
    axes.set_xticks(range(len(shown.columns)), [f"{name}\nof {pairs[name]} pairs" for name in shown.columns])
    axes.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, left=False)
    axes.spines[:].set_visible(False)
    for (row, column), part in np.ndenumerate(share):
        axes.text(
            column,
            row,
            shown.iat[row, column] or "·",
            ha="center",
            va="center",
            color="white" if part > 0.5 else "#222222",
        )
    more = f"; drawn are the {MOST} that turn most often" if len(grid) > MOST else ""
    note = (
        "In each cell: the pairs of runs that differ in this parameter alone, of which only one supports the finding.\n"
    )
    note += f"{len(grid)} of {len(names)} findings and themes turn at all{more}."
    figure.suptitle(TITLE, weight="bold", size=10.5)
    figure.supxlabel(note, size=8, color="#595959")
    return figure


@matplotlib.rc_context(STYLE)
def save(table: pd.DataFrame, folder: Path) -> None:
    """Write moves.svg, moves.png and moves.txt (the picture in words); no dates go in, so the bytes repeat."""
    figure = moves(table)
    figure.savefig(folder / "moves.svg", metadata={"Date": None})
    figure.savefig(folder / "moves.png", metadata={"Software": None}, dpi=200)
    (folder / "moves.txt").write_text(f"{in_words(table)}\n", "utf-8")
