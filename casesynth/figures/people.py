"""How many people took part, as intervals."""

import matplotlib
import numpy as np
import pandas as pd

from casesynth.figures.canvas import (
    BLUE,
    GREEN,
    GREY,
    INK,
    LINE,
    MARGIN,
    ORANGE,
    RED,
    STYLE,
    Drawing,
    key,
    mark,
    nothing,
    panel,
    plural,
    put,
    rule,
    sheet,
    start_block,
    wrapped,
)

BLANK = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
UNITS = {
    "all together": {"color": INK, "marker": "D"},
    "people": {"color": BLUE, "marker": "o"},
    "attendances": {"color": ORANGE, "marker": "s"},
    "responses": {"color": GREEN, "marker": "^"},
    "published": {"color": RED, "marker": "X"},
}


def interval(axes, y: float, row: dict, kind: str) -> None:
    """One interval: a point, a line between two points, or a line that ends in an arrow where the end is open."""
    style, edge = UNITS[kind], axes.get_xlim()[1]
    low, open_end = row["low"], pd.isna(row["high"])
    high = edge if open_end else row["high"]
    rule(axes, [low, high], [y, y], color=style["color"], width=1.6, zorder=2)
    mark(axes, [low] if open_end else [low, high], [y] if open_end else [y, y], 0.085, zorder=3, **style)
    if open_end:
        mark(axes, [edge], [y], 0.09, marker=">", color=style["color"], zorder=3)


@matplotlib.rc_context(STYLE)
def participants(by_case: pd.DataFrame, totals: pd.DataFrame) -> Drawing:
    """Each project's interval of people, attendances and responses, and the programme's beside the printed totals.

    In: by_case of participants.per_case, totals of participants.totals. A project whose numbers are of one unit
    has one row; where units are mixed, all together come first and the units below.

    >>> participants(pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: no project has a number of participants.'
    """
    name, title = (
        "participants",
        "How many were counted: each project's interval, and the programme's beside the printed totals",
    )
    if by_case.empty or not by_case["groups"].gt(0).any():
        return nothing(name, title, "no project has a number of participants")
    rows = []
    for _, own in by_case.groupby("case", sort=False):
        units = own[own["unit"].ne("all together")]
        whole = own[own["unit"].eq("all together")]
        rows += (units if len(units) == 1 else pd.concat([whole, units])).to_dict("records")
    programme = [{**row, "name": row["what"], "unit": row["what"] if row["within"] == "" else "published", "groups": 1}
                 for row in totals.to_dict("records") if row["within"] != "" or row["sum_as_published"] > 0]  # fmt: skip
    ends = [end for row in [*rows, *programme] for end in (row["low"], row["high"]) if not pd.isna(end) and end > 0]
    log = max(ends) > 20 * min(ends)
    limits = (min(ends) / 1.6, max(ends) * 1.8) if log else (0, max(ends) * 1.15)
    blocks = [block for block in (("Projects", rows), ("The programme", programme)) if block[1]]
    note = "Low end: groups overlap as much as they can; high end: not at all. An arrow: the print gives no upper end."
    note += " Logarithmic scale: each step is ten times the one before." if log else ""
    step, left, wide = 0.21, 2.55, 2.65
    labels = [[wrapped(row["name"], 2.25) if new else "" for row, new in zip(own, news(own))] for _, own in blocks]
    heights = [[max(text.count("\n") + 1, 1) * LINE + 0.07 for text in texts] for texts in labels]
    seen = [kind for kind in UNITS if kind in {row["unit"] for row in [*rows, *programme] if row["groups"]}]
    words = {"all together": "people, attendances and responses together", "people": "people taking part",
             "attendances": "attendances at events", "responses": "responses", "published": "total as the source prints it"}  # fmt: skip
    high = sum(map(sum, heights)) + 0.3 * len(blocks) + 0.3
    axes, top = sheet(7.2, high + step * len(seen), title, note)
    y = top
    for (words_, own), texts, tall in zip(blocks, labels, heights):
        y = start_block(axes, y, words_, 7.05)
        plot = panel(axes.figure, left, y, wide, sum(tall))
        plot.set(xscale="log" if log else "linear", xlim=limits, ylim=(sum(tall), 0))
        for tick in ticks(limits, log):
            plot.axvline(tick, color="#E8E8E8", linewidth=0.8, zorder=0)
        for published in {row["low"] for row in own if row["unit"] == "published"}:
            plot.axvline(published, color=RED, linewidth=0.9, linestyle=(0, (3, 2)), zorder=1)
        at = 0.0
        for row, text, height in zip(own, texts, tall):
            middle = at + height / 2
            put(axes, left - 0.15, y + middle, text, ha="right")
            if text and at:
                rule(axes, [MARGIN, 7.05], [y + at] * 2, color="#EEEEEE")
            if row["groups"]:
                interval(plot, middle, {**row, "low": max(row["low"], limits[0])}, row["unit"])
                inside = {"yes": " (inside the interval)", "no": " (outside the interval)"}.get(
                    row.get("within", ""), ""
                )
                said = row["interval"] + (inside if row["unit"] == "published" else f" {row['unit']}")
                put(axes, left + wide + 0.15, y + middle, said, color=INK if text else GREY)
            else:
                put(
                    plot,
                    0.02,
                    middle,
                    "no number printed",
                    color=GREY,
                    transform=plot.get_yaxis_transform(),
                    bbox=BLANK,
                )
            at += height
        y += at
    for tick in ticks(limits, log):
        place = np.log(tick / limits[0]) / np.log(limits[1] / limits[0]) if log else tick / limits[1]
        put(axes, left + wide * place, y + 0.12, f"{tick:,.0f}", ha="center", color=GREY)
    key(axes, left - 0.1, y + 0.27, [({"inches": 0.085, **UNITS[kind]}, words[kind]) for kind in seen])
    columns = ["name", "unit", "low", "high", "interval"]
    data = pd.concat([pd.DataFrame(own)[columns].assign(part=part) for part, own in blocks], ignore_index=True)
    whole = by_case[by_case["unit"].eq("all together")]
    none = whole.loc[whole["groups"].eq(0), "name"]
    most = whole.sort_values("low", kind="stable").iloc[-1]
    alt = f"Intervals of {plural(len(whole), 'project')}; the largest is {most['name']} ({most['interval']}). "
    alt += f"No number is printed for {'; '.join(none)}. " if len(none) else ""
    said = [f"{row['interval']} {row['what']}" for row in totals.to_dict("records") if row["what"] == "all together"]
    published = [f"{row['interval']} ({row['what']})" for row in totals.to_dict("records") if row["within"] != ""]
    alt += f"The programme: {'; '.join(said)}; printed: {'; '.join(published) or 'nothing'}." if said else ""
    return Drawing(name, title, axes.figure, data.astype({"high": "Int64"}), alt)


def news(rows: list[dict]) -> list[bool]:
    """Which rows are the first of their name."""
    return [not i or rows[i - 1]["name"] != rows[i]["name"] for i in range(len(rows))]


def ticks(limits: tuple[float, float], log: bool) -> list[float]:
    """Round numbers inside the limits.

    >>> ticks((5, 5400), True)
    [10, 100, 1000]
    """
    if log:
        return [10**power for power in range(10) if limits[0] <= 10**power <= limits[1]]
    step = 10 ** int(np.log10(limits[1]))
    step = step if limits[1] / step >= 2 else step / 5
    return [step * number for number in range(int(limits[1] / step) + 1)]
