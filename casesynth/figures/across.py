"""Themes across headings: where they come up, and which help, hinder or do both."""

from typing import Any

import pandas as pd

from casesynth.core.levels import ONE
from casesynth.core.text import plural
from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, head_height, names_height, nothing
from casesynth.figures.fonts import lines_in, wrapped

#: The most rows of a block; the CSV file has them all.
ROWS = 25


def general_headings(general: pd.DataFrame, by_heading: pd.DataFrame, headings: pd.DataFrame) -> Drawing:
    """Cross-cutting themes by heading: number of projects, with the supported themes apart from the others.

    Takes general-themes; by_heading (general, heading, points, cases); headings (id, name).

    >>> general_headings(pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: there are no cross-cutting themes.'
    """
    name = "general-headings"
    if general.empty or by_heading.empty:
        return nothing(name, "No theme cuts across headings yet", "there are no cross-cutting themes")
    shown = headings[headings["id"].isin(by_heading["heading"])]
    order = general.sort_values(["in_groups", "in_headings", "cases", "points"], ascending=False, kind="stable")
    number = int(general["supported"].sum())
    title = f"{number} of {plural(len(general), ONE['general'])} {'is' if number == 1 else 'are'} supported"
    title += "; the others come up under too few headings" if number < len(general) else " under several headings"
    subtitle = (
        "Number of projects that report a theme under each heading. To come up under one heading only says nothing "
    )
    subtitle += "about the importance of a theme: enablers and barriers are asked for once."
    blocks = [("Supported", order[order["supported"]]), ("Under too few headings", order[~order["supported"]])]
    blocks = [(words, own.head(ROWS)) for words, own in blocks if len(own)]
    grid = by_heading.pivot(index="general", columns="heading", values="cases")
    grid = grid.reindex(index=general["general"], columns=shown["id"]).fillna(0).astype(int)
    left, head = 242.0, head_height(list(shown["name"]))
    wide = min(40.0, (look.PAGE - 40 - left) / len(shown))
    board = Board(
        head + 16 * sum(len(own) for _, own in blocks) + 24 * len(blocks), title, subtitle, look.NOT_IMPORTANCE
    )
    columns = [left + wide * (column + 0.5) for column in range(len(shown))]
    y = board.top + head
    board.heads([*columns, look.PAGE - 14], [*shown["name"], "projects"], y - 5)
    for words, own in blocks:
        y = board.block(y, words) + 2
        board.heat(left, y, grid.loc[own["general"]], (wide, 16))
        for theme in own.itertuples():
            board.put(2, y + 8, wrapped(theme.name, left - 6, look.SIZE, lines=1))
            board.put(look.PAGE - 4, y + 8, f"{theme.cases:,}", ha="right", color=look.GREY)
            y += 16
        y += 2
    widest, others = order.iloc[0], "; ".join(order.loc[~order["supported"], "name"].head(ROWS))
    alt = f"Matrix of {plural(len(general), ONE['general'])} by {plural(len(shown), 'heading')}; {number} supported. "
    alt += f"{look.quoted(widest['name'])} spans {widest['in_headings']} headings in {widest['in_groups']} groups."
    alt += f" Not supported: {others}." if others else ""
    return Drawing(name, title, subtitle, board.figure, by_heading, alt)


BOTH = "Both barrier and enabler"
SAID = {BOTH: "both helped and hindered projects", "Barrier only": "was reported only as a barrier",
        "Enabler only": "was reported only as an enabler"}  # fmt: skip


def barriers_enablers(per_theme: pd.DataFrame, points: pd.DataFrame, letters: pd.DataFrame) -> Drawing:
    """Cross-cutting themes as barriers (left) and enablers (right), with a square for each project.

    Takes barriers-enablers, the points behind it (case, general, side: for or against), and letters (case, name, letter).

    >>> barriers_enablers(pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no key point is coded as barrier or enabler.'
    """
    name = "barriers-enablers"
    per_theme = per_theme[per_theme["general"].ne("")] if len(per_theme) else per_theme
    if per_theme.empty:
        return nothing(name, "No barrier or enabler is coded yet", "no key point is coded as barrier or enabler")
    table = per_theme.assign(widest=per_theme[["enabler_cases", "barrier_cases"]].max(axis=1))
    table = table.sort_values(["widest", "enabler_points", "general"], ascending=[False, False, True], kind="stable")
    kind = (
        table["both"]
        .map({True: BOTH})
        .fillna(table["enabler_cases"].eq(0).map({True: "Barrier only", False: "Enabler only"}))
    )
    blocks = [(words, table[kind.eq(words)].head(ROWS)) for words in SAID if kind.eq(words).any()]
    title, of = both_ways(blocks), plural(len(letters), "project")
    subtitle = f"How many of {of} report each theme as a barrier or as an enabler; a square is one project."
    subtitle += by_form(points)
    boards = [sides(blocks, points, letters, title, subtitle, phone) for phone in (False, True)]
    alt = "; ".join(f"{words}: {int(kind.eq(words).sum())}" for words, _ in blocks)
    alt = f"Strips for {plural(len(table), 'theme')}. {alt}. Most widely reported as barrier: {at_top(table, 'barrier')}; "
    alt += f"as enabler: {at_top(table, 'enabler')}, of {of}."
    return Drawing(name, title, subtitle, boards[0].figure, table.drop(columns="widest"), alt, boards[1].figure)


def sides(blocks: Any, points: Any, letters: Any, title: str, subtitle: str, phone: bool) -> Board:
    """A strip for each theme as a barrier and one as an enabler, next to its name, or below it on a phone."""
    width, room, below = (look.PHONE, look.PHONE - 4, 15) if phone else (look.PAGE, 164, 0)
    texts = {row.general: wrapped(row.name, room, look.SIZE, lines=2) for _, own in blocks for row in own.itertuples()}
    high = 30 + 23 * len(blocks) + sum(look.LINE * lines_in(text) + 5 + below for text in texts.values())
    board = Board(high + names_height(letters, width), title, subtitle, look.NOT_IMPORTANCE, width)
    step = 120 / len(letters) if 12 < len(letters) <= look.MANY else 10.0
    step, lefts = (0.92 * step, (22.0, 156.0)) if phone else (step, (200.0, 350.0))
    columns = list(zip(lefts, ("barrier", "enabler"), ("against", "for"), ("hinders", "supports")))
    for left, word, _, _ in columns:
        board.put(left, board.top + 8, f"As {'a barrier' if word == 'barrier' else 'an enabler'}", weight="bold")
        for number, letter in enumerate(letters["letter"] if len(letters) <= 12 else []):
            board.put(left + step * (number + 0.5), board.top + 21, letter, ha="center", color=look.GREY, size=8.5)
    y, said = board.top + 28, dict(list(points.groupby(["general", "side"])["case"]))
    for words, own in blocks:
        y = board.block(y, words)
        for theme in own.itertuples():
            row = look.LINE * lines_in(texts[theme.general]) + 5
            board.put(2, y + row / 2, texts[theme.general])
            middle = y + row + below / 2 - 3 if phone else y + row / 2
            for left, word, side, does in columns:
                number = getattr(theme, f"{word}_cases")
                board.put(left - 6, middle, number or "–", ha="right", weight="bold" if number else "normal")
                board.strip(
                    left, middle, letters, dict.fromkeys(said.get((theme.general, side), []), does), step, False
                )
            y += row + below
        y += 3
    board.names(y, letters)
    return board


def by_form(points: pd.DataFrame) -> str:
    """A sentence where each project has the same number of key points on a side, so that the form has set it.

    >>> by_form(pd.DataFrame({"case": ["a", "b"], "side": "for", "keypoint": ["k1", "k2"]}))
    ' Every project has exactly 1 key point on each side, which suggests that the form sets how many.'
    """
    each = points.groupby(["case", "side"])["keypoint"].nunique()
    if each.nunique() != 1 or points["case"].nunique() < 2:
        return ""
    return f" Every project has exactly {plural(each.iloc[0], 'key point')} on each side, which suggests that the form sets how many."


def at_top(table: pd.DataFrame, word: str) -> str:
    """All themes that share the first place, with their number of projects."""
    most = table[f"{word}_cases"].max()
    names = table.loc[table[f"{word}_cases"].eq(most), "name"]
    return f"{' and '.join(map(look.quoted, names.head(3)))} ({most:,})"


def both_ways(blocks: list[tuple[str, pd.DataFrame]]) -> str:
    """The finding: the theme that is most evenly both, and the widest that is one only."""
    parts = []
    for words, own in blocks:
        first = own[["enabler_cases", "barrier_cases"]].min(axis=1).idxmax() if words == BOTH else own.index[0]
        parts.append(f"{look.quoted(own.loc[first, 'name'])} {SAID[words]}")
    return "; ".join(parts[:2])
