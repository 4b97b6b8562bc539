"""How soon the projects showed the themes of the codebook."""

from typing import Any

import numpy as np
import pandas as pd

from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, nothing
from casesynth.figures.fonts import lines_in, wrapped

LEFT, WIDE, HIGH = 40.0, 300.0, 180.0
SUBTITLE = (
    "Themes seen, by number of projects. In retrospect and for this codebook, which was made from all projects: it cannot "
    "show that further projects would bring nothing new."
)


def saturation(curve: pd.DataFrame, assessed: pd.DataFrame) -> Drawing:
    """Themes against projects: the published order, the expected curve, the band of random orders.

    Takes saturation-curve and saturation.

    >>> saturation(pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no project has a theme.'
    """
    if curve.empty or not curve["published"].max():
        return nothing("saturation", "No theme has been seen yet", "no project has a theme")
    own, cases, most = assessed.iloc[0], int(curve["cases"].max()), int(curve["high"].max())
    half = int(curve.loc[curve["published"].ge(curve["published"].max() / 2), "cases"].min())
    first = "first project" if half == 1 else f"first {half:,} projects"
    title = f"The {first} of {cases:,} had already shown half of the themes"
    if own["at"]:
        title += f", and saturation is reached after {int(own['cases']):,}"
    board = Board(HIGH + 40, title, SUBTITLE)
    top = board.top

    def x(number: Any) -> Any:
        return LEFT + WIDE * np.asarray(number) / cases

    def y(number: Any) -> Any:
        return top + 6 + HIGH * (1 - np.asarray(number) / (most * 1.05))

    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10**5) if most / s <= 6)
    for tick in range(0, most + 1, step):
        board.rule([LEFT, LEFT + WIDE], [y(tick)] * 2, color="#E8E8E8", zorder=0)
        board.put(LEFT - 5, float(y(tick)), f"{tick:,}", ha="right", color=look.GREY)
    for tick in range(1, cases + 1, 1) if cases <= 15 else np.linspace(0, cases, 6).astype(int)[1:]:
        board.put(float(x(tick)), top + HIGH + 16, f"{tick:,}", ha="center", color=look.GREY)
    board.put(LEFT + WIDE / 2, top + HIGH + 31, "projects, in the published order", ha="center")
    shown = curve.iloc[np.unique(np.linspace(0, len(curve) - 1, 200).astype(int))]
    board.axes.fill_between(
        x(shown["cases"]).round(2),
        y(shown["low"]).round(2),
        y(shown["high"]).round(2),
        color="#CFE3F1",
        linewidth=0,
        zorder=1,
    )
    dashed, dotted = {"linestyle": (0, (4, 2))}, {"linestyle": (0, (1, 1))}
    board.rule(x(shown["cases"]), y(shown["expected"]), look.BLUE, 1.4, zorder=2, **dashed)
    board.rule(x(shown["cases"]), y(shown["published"]), look.INK, 1.4, zorder=3)
    if cases <= 40:
        board.mark(x(shown["cases"]), y(shown["published"]), 4, color=look.INK)
    sample = [
        ({"color": look.INK, "width": 1.4}, "published order"),
        ({"color": look.BLUE, "width": 1.4, **dashed}, "expected (exact)"),
        ({"color": "#CFE3F1", "width": 9}, f"95% of {int(curve['orders'].max()):,} orders"),
    ]
    if own["at"]:
        board.rule([x(int(own["cases"]))] * 2, [top + 6, top + 6 + HIGH], look.ORANGE, 1.5, zorder=2, **dotted)
        rule = f"base {own['base_size']}, run {own['run_length']}, threshold {100 * own['new_information']:g}%"
        sample += [({"color": look.ORANGE, "width": 1.5, **dotted}, f"saturation: {rule}")]
    legend(board, sample)
    alt = f"Curve of themes seen: {int(curve['published'].iloc[0])} after the first project, {int(curve['published'].iloc[-1])} after the last "
    alt += f"of {cases:,}. By the chosen settings saturation is {own['reading']}."
    return Drawing("saturation", title, SUBTITLE, board.figure, curve, alt)


def legend(board: Board, sample: list[tuple[dict[str, Any], str]]) -> None:
    """What each line of the picture is, to its right: its style, and words."""
    down = board.top + 16
    for style, words in sample:
        text = wrapped(words, look.PAGE - LEFT - WIDE - 46, look.SIZE)
        board.rule([LEFT + WIDE + 14, LEFT + WIDE + 36], [down, down], **style)
        board.put(LEFT + WIDE + 42, down + 6 * (lines_in(text) - 1), text)
        down += 12 * lines_in(text) + 8
