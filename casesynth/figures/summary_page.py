"""Refined themes on one page."""

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.patches import Rectangle

from casesynth.figures.canvas import (
    BLUE,
    GREY,
    NOT_IMPORTANCE,
    STYLE,
    Drawing,
    board,
    mark,
    nothing,
    plural,
    put,
    width_of,
    wrapped,
)

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


def arrange(supported: pd.DataFrame, cases_of: dict[str, int]) -> tuple[list, int, int]:
    """The cards in the largest text that fits on the page. Out: the texts of each card, columns, rows."""
    themes = supported.to_dict("records")
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
    supported = refined[refined["supported"]] if len(refined) else refined
    if supported.empty:
        return nothing("refined-themes", f"Refined themes. {title}", "no refined theme stands")
    heading = f"{plural(len(supported), 'refined theme')} across {plural(len(cases), 'case')}"
    cases_of = dict(zip(general["name"], general["cases"]))
    cards, columns, rows = arrange(supported.assign(of_cases=len(cases)), cases_of)
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
    for number, (theme, texts) in enumerate(zip(supported.to_dict("records"), cards)):
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
    not_supported = [*refined.loc[~refined["supported"] & refined["not_supported"].ne(""), "name"]]
    below = general["themes"].ne("")
    not_supported += [f"{name} (general theme)" for name in general.loc[~general["supported"] & below, "name"]]
    bare = [*refined.loc[~refined["supported"] & refined["not_supported"].eq(""), "name"]]
    bare += [f"{name} (general theme)" for name in general.loc[~general["supported"] & ~below, "name"]]
    last = f"Do not stand, too few headings: {'; '.join(not_supported)}. " if not_supported else ""
    last = f"{last}Do not stand, no theme under them: {'; '.join(bare)}." if bare else last.strip()
    size = next((size for size in (10, 9.5, 9) if width_of(last, size) < 1.9 * CARDS[2]), 8) if last else 10
    axes.text(CARDS[0], end + 0.45, wrapped(last, CARDS[2], size) if last else "", size=size, va="bottom")
    note = RECONSTRUCTION if published else NOT_IMPORTANCE
    put(axes, CARDS[0], end + 0.62, note, size=10, style="italic", color=GREY)
    names = "; ".join(f"{row['name']} ({row['cases']})" for row in supported.to_dict("records"))
    alt = f"{heading}, each on a card with its definition; in brackets the number of cases: {names}. {note}"
    return Drawing("refined-themes", heading, axes.figure, refined, alt)


RECONSTRUCTION = (
    "Reconstruction from the published per-project summaries; counts say how widely a theme was reported, "
    "not how important it is."
)
