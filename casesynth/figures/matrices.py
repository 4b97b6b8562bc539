"""Matrices on one page: what was extracted, and which project reports which theme."""

from typing import Any

import pandas as pd

from casesynth.core.text import plural
from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, head_height, names_height, nothing
from casesynth.figures.fonts import wrapped


def completeness(complete: pd.DataFrame, letters: pd.DataFrame) -> Drawing:
    """How many key points each project has under each heading.

    Takes case, name, heading, heading_name, points; and letters (case, name, letter) in the order of the rows.

    >>> cells = pd.DataFrame([["a", "Alder", "aims", "Aims", 2], ["a", "Alder", "methods", "Methods", 0]],
    ...                      columns=["case", "name", "heading", "heading_name", "points"])
    >>> completeness(cells, pd.DataFrame([["a", "Alder", "A"]], columns=["case", "name", "letter"])).alt
    'Grid of 1 project by 2 headings with 2 key points in all. 1 gap: Alder (Methods).'
    """
    name = "completeness"
    if complete.empty:
        return nothing(name, "Nothing has been extracted yet", "there are no key points")
    headings = complete.drop_duplicates("heading").set_index("heading")["heading_name"]
    grid = complete.pivot(index="case", columns="heading", values="points")[headings.index]
    grid = grid.reindex([case for case in letters["case"] if case in grid.index])
    total, gaps = int(grid.to_numpy().sum()), complete[complete["points"].eq(0)]
    subtitle = f"Key points per project and heading: {plural(total, 'key point')} of {plural(len(grid), 'project')}."
    title = extracted(grid, headings, len(gaps))
    draw = spread_of_points if len(grid) > look.MANY else grid_of_points
    board = draw(grid, headings, letters.set_index("case"), title, subtitle)
    alt = f"Grid of {plural(len(grid), 'project')} by {plural(len(headings), 'heading')} with "
    alt += f"{plural(total, 'key point')} in all. "
    where = [f"{row['name']} ({row['heading_name']})" for row in gaps.head(12).to_dict("records")]
    more = f" and {len(gaps) - 12:,} more" if len(gaps) > 12 else ""
    alt += f"{plural(len(gaps), 'gap')}: {'; '.join(where)}{more}." if len(gaps) else "There are no gaps."
    return Drawing(name, title, subtitle, board.figure, complete, alt)


def extracted(grid: pd.DataFrame, names: pd.Series, gaps: int) -> str:
    """What the grid shows, in a sentence: a number that never varies comes from the form and not from the projects."""
    fixed = [heading for heading in grid if grid[heading].nunique() == 1 and grid[heading].iloc[0] and len(grid) > 2]
    if fixed:
        number = int(grid[fixed[0]].iloc[0])
        alike = " and ".join(names[heading] for heading in fixed if grid[heading].iloc[0] == number)
        return f"Every project has exactly {plural(number, 'key point')} under {alike}, which suggests that the form sets how many"
    if gaps:
        verb = "is" if gaps == 1 else "are"
        return f"{plural(gaps, 'cell')} of {grid.size:,} {verb} empty: the summaries say nothing there"
    return "Every project has key points under every heading"


def grid_of_points(grid: pd.DataFrame, headings: Any, letters: pd.DataFrame, title: str, subtitle: str) -> Board:
    """A heat map with a row for each project."""
    left, wide, head = 195.0, min(36.0, 250 / len(headings)), head_height(list(headings))
    board = Board(head + 16 * (len(grid) + 1) + 4, title, subtitle)
    columns, end = [left + wide * (number + 0.5) for number in range(len(headings))], left + wide * len(headings)
    top = board.top + head
    board.heads([*columns, end + 20], [*headings, "all"], top - 5)
    board.heat(left, top, grid, (wide, 16))
    totals = [*grid.sum(axis=1).items(), ("", int(grid.to_numpy().sum()))]
    for number, (case, total) in enumerate(totals):
        y = top + 16 * (number + 0.5)
        board.put(2, y, letters["letter"].get(case, ""), weight="bold")
        board.put(18, y, wrapped(letters["name"].get(case, "all projects"), left - 22, look.SIZE, lines=1))
        board.put(end + 20, y, f"{total:,}", ha="center", color=look.GREY)
    for x, total in zip(columns, grid.sum()):
        board.put(x, top + 16 * (len(grid) + 0.5), f"{total:,}", ha="center", color=look.GREY)
    return board


def spread_of_points(grid: pd.DataFrame, headings: Any, letters: pd.DataFrame, title: str, subtitle: str) -> Board:
    """A summary for many projects: under each heading, how many have none, 1 or 2, 3 to 5, or more key points."""
    shades = {"none": "#F2F2F2", "1 or 2": "#B9D8EC", "3 to 5": "#4F9FD0", "6 or more": "#06315C"}
    left, wide = 150.0, 300.0
    board = Board(26 + 20 * len(headings), title, f"{subtitle} Bars: share of projects by number of key points.")
    edge = {"edgecolor": look.GREY, "linewidth": 0.4}
    for number, (words, shade) in enumerate(shades.items()):
        board.box(left + 78 * number, board.top + 3, 9, 9, shade, **edge)
        board.put(left + 78 * number + 14, board.top + 8, words)
    for number, (heading, name) in enumerate(headings.items()):
        y, x = board.top + 24 + 20 * number, left
        board.put(2, y + 8, wrapped(name, left - 8, look.SIZE, lines=1))
        counts = pd.cut(grid[heading], [-1, 0, 2, 5, 10**9]).value_counts(sort=False)
        for shade, count in zip(shades.values(), counts):
            board.box(x, y, wide * count / len(grid), 15, shade, **edge)
            x += wide * count / len(grid)
    return board


#: The page of themes: the most rows it holds, the width of their names, of a column, and the height of a row.
ROWS, LABELS, STEP, ROW = 50, 268.0, 14.5, 11.5
#: The sign of a project in the row of a theme, by the column of the data that asks for it, and what it says.
SIGNS: dict[str, tuple[dict[str, Any], str]] = {
    "points": ({"points": 7.5, "marker": "s", "color": look.BLUE}, "reported in the summary"),
    "named": (
        {"points": 10, "facecolor": "none", "edgecolor": look.RED, "linewidth": 1.2},
        "named in the published report",
    ),
    "contradicting": (
        {"points": 7, "marker": "x", "color": look.SQUARES["contradicts"].edge, "linewidth": 1.6, "zorder": 5},
        "contradicted",
    ),
}


def themes(
    table: pd.DataFrame, cells: pd.DataFrame, named: pd.DataFrame, headings: Any, letters: pd.DataFrame
) -> Drawing:
    """Which project reports which theme, for all headings on one page; a ring where the publication names the project.

    Takes themes and theme-cases of every heading (with a column heading), named (theme, case) of `themes.named_cases`,
    the themed headings (id, name), and letters (case, name, letter).

    >>> themes(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: there are no themes.'
    """
    if table.empty or cells.empty:
        return nothing("themes", "No theme is coded yet", "there are no themes")
    letters = letters[letters["case"].isin(cells["case"])]
    named = named[named["case"].isin(letters["case"])] if len(named) else pd.DataFrame(columns=["theme", "case"])
    data = cells.drop(columns="keypoints", errors="ignore").merge(named.assign(named=1), "left", ["theme", "case"])
    data = data.fillna({"named": 0}).astype({"named": int})
    blocks, left_out = in_blocks(table, headings)
    title, of = reported(table, data), plural(len(letters), "project")
    subtitle = f"Themes under each heading; at the right, how many of {of} report each."
    subtitle += f" The other {left_out:,}, with fewer projects, are in the CSV file." if left_out else ""
    high = 18 + ROW * sum(len(own) for _, own in blocks) + 23 * len(blocks)
    board = Board(high + 18 + names_height(letters), title, subtitle, look.NOT_IMPORTANCE)
    places = [LABELS + STEP * (number + 0.5) for number in range(len(letters))]
    for x, letter in zip(places, letters["letter"] if len(letters) <= look.MANY else []):
        board.put(x, board.top + 8, letter, ha="center", weight="bold")
    y = board.top + 16
    marks = dict(list(data.groupby("theme")))
    for words, block in blocks:
        y = board.block(y, words)
        for theme in block.itertuples():
            one_theme(board, y + ROW / 2, theme, dict(zip(letters["case"], places)), marks.get(theme.theme, data[:0]))
            y += ROW
        y += 3
    if len(letters) <= look.MANY:
        board.key(y + 10, [sign for column, sign in SIGNS.items() if column == "points" or data[column].any()])
    board.names(y + 18, letters)
    best = table.sort_values(["cases", "points"], ascending=False, kind="stable").iloc[0]
    alt = f"Matrix of {plural(len(table), 'theme')} by {of}. The most widely reported theme is {look.quoted(best['name'])}, "
    alt += f"by {best['cases']:,} of {plural(int(best['of_cases']), 'project')}."
    return Drawing("themes", title, subtitle, board.figure, data, alt)


def reported(table: pd.DataFrame, data: pd.DataFrame) -> str:
    """The finding of the page: how many themes are supported, and how many published namings were not found."""
    number, named = int(table["supported"].sum()), int(data["named"].sum())
    title = f"{number} of {plural(len(table), 'theme')} {'is' if number == 1 else 'are'} supported"
    lost = int((data["named"].eq(1) & data["points"].eq(0)).sum())
    if not named:
        return f"{title} by the case studies"
    return f"{title}; of {named:,} namings of a project in the published report, {lost:,} are not found in its summary"


def in_blocks(table: pd.DataFrame, headings: pd.DataFrame) -> tuple[list[tuple[str, pd.DataFrame]], int]:
    """The themes by heading, widest first, and how many are left out of a page that would be too long."""
    ordered = table.sort_values(["cases", "points"], ascending=False, kind="stable")
    each = max(ROWS // max(ordered["heading"].nunique(), 1), 3)
    shown = ordered if len(ordered) <= ROWS else ordered.groupby("heading", sort=False).head(each)
    names = dict(zip(headings["id"], headings["name"]))
    parts = [(names.get(heading, heading), own) for heading, own in shown.groupby("heading", sort=False)]
    order = list(dict.fromkeys(names.get(heading, heading) for heading in table["heading"]))
    return sorted(parts, key=lambda part: order.index(part[0])), len(table) - len(shown)


def one_theme(board: Board, y: float, theme: Any, at: dict[str, float], own: pd.DataFrame) -> None:
    """One row of the page: the name of a theme, its marks, its number of projects."""
    ink = look.INK if theme.supported else look.GREY
    board.put(2, y, wrapped(theme.name, LABELS - 6, look.SIZE - 0.5, lines=1), size=look.SIZE - 0.5, color=ink)
    if len(at) > look.MANY:
        board.bar(LABELS, y, STEP * 12, theme.cases / max(theme.of_cases, 1))
    else:
        board.rule([LABELS, LABELS + STEP * len(at)], [y, y], color="#EEEEEE", zorder=0)
        for layer, (column, (shown, _)) in enumerate(SIGNS.items(), 3):
            x = own.loc[own[column].gt(0), "case"].map(at).dropna()
            board.mark(x, [y] * len(x), **shown | {"zorder": layer})
    board.put(look.PAGE - 2, y, f"{theme.cases:,}", ha="right", color=ink)
