"""How many people took part, as ranges."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from casesynth.core.text import plural
from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, nothing
from casesynth.figures.fonts import lines_in, wrapped

UNITS = {
    "people": {"color": look.BLUE, "marker": "o"},
    "attendances": {"color": look.ORANGE, "marker": "s"},
    "responses": {"color": look.GREY, "marker": "^"},
    "published": {"color": look.RED, "marker": "X"},
}


class Scale(NamedTuple):
    """A logarithmic scale: where it begins, its width, its least and greatest number."""

    left: float
    wide: float
    low: float
    high: float

    def at(self, number: float) -> float:
        """The place of a number."""
        share = float(np.log(max(number, self.low) / self.low) / np.log(self.high / self.low))
        return round(self.left + self.wide * share, 2)

    def ticks(self) -> list[int]:
        """Powers of ten inside the scale."""
        return [10**power for power in range(12) if self.low <= 10**power <= self.high]


def participants(by_case: pd.DataFrame, totals: pd.DataFrame, letters: pd.DataFrame) -> Drawing:
    """Each project's range of people, attendances and responses, and the programme's compared with the published totals.

    Takes participants-cases, participants-total, and letters (case, name, letter). Units are never added up into people.

    >>> participants(pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no project has a number of participants.'
    """
    name = "participants"
    if by_case.empty or not by_case["groups"].gt(0).any():
        return nothing(name, "No project gives a number of participants", "no project has a number of participants")
    own = by_case[by_case["unit"].ne("all together") & by_case["groups"].gt(0)]
    place = dict(zip(letters["case"], range(len(letters))))
    named = dict(zip(letters["case"], letters["letter"]))
    own = own.assign(place=own["case"].map(place), letter=own["case"].map(named).fillna(""))
    own = own.sort_values("low", ascending=False).head(look.MANY) if len(own) > 2 * look.MANY else own
    rows = own.sort_values("place", kind="stable").to_dict("records")
    programme = programme_of(totals)
    blocks = [block for block in (("All projects together", programme), ("Project by project", rows)) if block[1]]
    title = took_part(totals)
    subtitle = "People, attendances and responses are different units, so no range adds them up. A range runs from the most to the least "
    subtitle += "overlap between groups; an arrow has no published upper end. Each step of the scale is ten times the one before."
    boards = [ranges(blocks, (title, subtitle, nobody(by_case)), phone) for phone in (False, True)]
    data = pd.concat(
        [pd.DataFrame(part)[["name", "unit", "low", "high", "interval"]].assign(part=words) for words, part in blocks]
    )
    alt = (
        f"Ranges of {plural(own['case'].nunique(), 'project')}. The largest is {own.loc[own['low'].idxmax(), 'name']} "
    )
    alt += f"({own.loc[own['low'].idxmax(), 'interval']} {own.loc[own['low'].idxmax(), 'unit']}). All together: "
    alt += "; ".join(f"{row['interval']} ({row['name']})" for row in programme) + "."
    data = data.reset_index(drop=True).astype({"high": "Int64"})
    return Drawing(name, title, subtitle, boards[0].figure, data, alt, boards[1].figure)


def ranges(blocks: list[tuple[str, list[dict]]], texts: tuple[str, str, str], phone: bool) -> Board:
    """The blocks of ranges, each range next to the name of its project, or below it on a phone."""
    width, left, wide = (look.PHONE, 4.0, 100.0) if phone else (look.PAGE, 172.0, 150.0)
    ends = [
        end for _, part in blocks for row in part for end in (row["low"], row["high"]) if not pd.isna(end) and end > 0
    ]
    scale, room = Scale(left, wide, min(ends) / 1.5, max(ends) * 1.9), width - 22 if phone else left - 26
    before = [[None, *(row["name"] for row in part)] for _, part in blocks]  # a project is named at its first range
    labels = [
        [wrapped(row["name"], room, look.SIZE) if row["name"] != name else "" for row, name in zip(part, names)]
        for (_, part), names in zip(blocks, before)
    ]
    own_line = look.LINE + 5 if phone else 0  # that of the range itself
    tall = [[max(lines_in(text), not phone) * look.LINE + 3 + own_line for text in part] for part in labels]
    title, subtitle, note = texts
    board = Board(23 * len(blocks) + sum(map(sum, tall)) + 22, title, subtitle, note, width)
    y = board.top
    for (words, part), names, heights in zip(blocks, labels, tall):
        y = start = board.block(y, words)
        for row, label, height in zip(part, names, heights):
            line = y + height - 10 if phone else y + height / 2
            board.put(2, y + (height - own_line) / 2, row["letter"] if label else "", weight="bold")
            board.put(16, y + (height - own_line) / 2, label)
            interval(board, line, row, scale)
            y += height
        for tick in scale.ticks():
            board.rule([scale.at(tick)] * 2, [start, y], color="#E8E8E8", zorder=0)
        y += 3
    for tick in scale.ticks():
        board.put(scale.at(tick), y + 6, f"{tick:,}", ha="center", color=look.GREY, size=look.SIZE - 1.5 * phone)
    return board


def programme_of(totals: pd.DataFrame) -> list[dict]:
    """The rows of the whole programme: each unit, and each published total once, however often it is stated."""
    units = totals[totals["within"].eq("") & totals["what"].ne("all together") & totals["sum_as_published"].gt(0)]
    rows = [{**row, "name": row["what"], "unit": row["what"], "letter": ""} for row in units.to_dict("records")]
    for said, same in totals[totals["within"].ne("")].groupby("interval", sort=False):
        times = "published total" + (f", stated {len(same)} times" if len(same) > 1 else "")
        rows.append({**same.iloc[0].to_dict(), "name": times, "unit": "published", "letter": "", "interval": said})
    return rows


def took_part(totals: pd.DataFrame) -> str:
    """The finding: how many people, and the published total that it is compared with."""
    people = totals[totals["what"].eq("people") & totals["sum_as_published"].gt(0)]
    published = totals[totals["within"].ne("")]
    said = f"{people['interval'].iloc[0]} people took part" if len(people) else "How many people took part is not known"
    said = said[0].upper() + said[1:]
    if published.empty:
        return said
    return f"{said}; the published total is {published['interval'].iloc[0]}"


def nobody(by_case: pd.DataFrame) -> str:
    """The projects that give no number, in a sentence."""
    none = by_case.loc[by_case["unit"].eq("all together") & by_case["groups"].eq(0), "name"]
    more = f" and {len(none) - 8:,} more" if len(none) > 8 else ""
    return f"No number is published for {'; '.join(none.head(8))}{more}." if len(none) else ""


def interval(board: Board, y: float, row: dict, scale: Scale) -> None:
    """One range: a point, a line between two points, or a line that ends in an arrow where the end is open."""
    style, open_end, end = UNITS.get(row["unit"], UNITS["responses"]), pd.isna(row["high"]), scale.left + scale.wide
    low, high = scale.at(row["low"]), end if open_end else scale.at(row["high"])
    board.rule([low, high], [y, y], color=style["color"], width=1.6, zorder=2)
    board.mark([low] if open_end else [low, high], [y] if open_end else [y, y], 6, **style)
    if open_end:
        board.mark(high, y, 6, marker=">", color=style["color"])
    words = f"{row['interval']} {'as published' if row['unit'] == 'published' else row['unit']}"
    board.put(end + 10, y, wrapped(words, board.size[0] - end - 12, look.SIZE, lines=1))
