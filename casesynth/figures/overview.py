"""Where the cases are, and how complete their entries are."""

import json
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from casesynth.figures.canvas import (
    BLUE,
    BLUES,
    GREY,
    INK,
    LINE,
    MARGIN,
    STYLE,
    Drawing,
    head_columns,
    heat,
    key,
    labels_of,
    mark,
    nothing,
    plural,
    put,
    rule,
    sheet,
    upright,
    wrapped,
)


def spread(places: np.ndarray, apart: float, least=-np.inf, most=np.inf) -> np.ndarray:
    """The places, moved until no two are nearer than `apart`; none leaves the box from `least` to `most`.

    >>> spread(np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0]]), 0.5).round(1).tolist()[2]
    [5.0, 5.0]
    """
    turn = 2.4 * np.arange(len(places))  # so that places on the same spot part in different directions
    moved = places + 0.001 * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(500):
        between = moved[:, None] - moved[None]
        far = np.hypot(between[..., 0], between[..., 1]) + np.eye(len(places)) * 1e6
        push = np.clip(apart - far, 0, None) / 2
        if push.max(initial=0) < 0.001:
            break
        near = np.clip((push > 0).sum(axis=1), 1, None)[
            :, None
        ]  # a crowd is moved by its mean push, else it flies apart
        moved = np.clip(moved + (between / far[..., None] * push[..., None]).sum(axis=1) / near, least, most)
    return moved


@matplotlib.rc_context(STYLE)
def case_map(cases: pd.DataFrame, places: pd.DataFrame, outline_path: Path) -> Drawing:
    """Where the cases are: numbered points on an outline, and a list of their names from north to south.

    In: cases (id, name, case_study); places (case, place, latitude, longitude, main); a GeoJSON outline whose
    features have a name. Only main places are drawn. A point too near to another is moved aside on a line.
    """
    main = places[places["main"]] if len(places) else places
    found = cases.merge(main, left_on="id", right_on="case") if len(main) else pd.DataFrame()
    west, east, south, north, high = -10.7, 2.1, 49.7, 61.0, 6.3
    if len(found):
        found = found[found["longitude"].between(west, east) & found["latitude"].between(south, north)]
    if not len(found):
        return nothing("map", "Where the cases are", "no case has a main place on the map")
    found = found.sort_values(["latitude", "case"], ascending=[False, True]).reset_index(drop=True)
    found = found.drop_duplicates("case").reset_index(drop=True)
    scale = high / (north - south)
    narrower = np.cos(np.radians((south + north) / 2))  # a degree of longitude is shorter than one of latitude
    wide = (east - west) * narrower * scale
    texts = [wrapped(text, 2.5) for text in found["name"]]
    rows = [(text.count("\n") + 2) * LINE + 0.1 for text in texts]
    in_list, column, down = [], 0, 0.0
    for row in rows:
        column, down = (column, down) if down + row <= high else (column + 1, 0.0)
        in_list.append((wide + 0.45 + 2.95 * column, down + row / 2))
        down += row
    absent = cases.loc[~cases["id"].isin(found["case"]), "name"]
    note = "Places are approximate, for drawing only; a case that works in several is drawn at its main one. "
    note += f"Not on the map: {'; '.join(absent)}." if len(absent) else ""
    with_study = int(found["case_study"].sum())
    title = (
        f"Where the {plural(len(found), 'case')} are: {with_study} with a case study, {len(found) - with_study} without"
    )
    axes, top = sheet(wide + 2.95 * (column + 1) + 0.4, high + 0.5, title, note)

    def on_board(longitude, latitude):
        x = MARGIN + (np.asarray(longitude) - west) * narrower * scale
        return np.column_stack([x, top + (north - np.asarray(latitude)) * scale])

    for feature in json.loads(Path(outline_path).read_text("utf-8"))["features"]:
        rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        paths = [Outline(on_board(*np.array(ring).T), closed=True) for ring in rings]
        own = feature["properties"]["name"] == "United Kingdom"
        colours = (
            {"facecolor": "#E4E4E0", "edgecolor": "#9A9A94"}
            if own
            else {"facecolor": "#F7F7F5", "edgecolor": "#D5D5D0"}
        )
        axes.add_patch(PathPatch(Outline.make_compound_path(*paths), linewidth=0.5, **colours))
    spots = on_board(found["longitude"], found["latitude"])
    moved = spread(spots, 0.23, (MARGIN + 0.1, top + 0.1), (MARGIN + wide, top + high))
    for number, case in enumerate(found.itertuples()):
        style = {"facecolor": BLUE if case.case_study else "white", "edgecolor": BLUE, "linewidth": 1.2, "zorder": 4}
        ink = {
            "color": "white" if case.case_study else BLUE,
            "ha": "center",
            "weight": "bold",
            "size": 7.5,
            "zorder": 5,
        }
        if np.hypot(*(moved[number] - spots[number])) > 0.03:
            rule(axes, *zip(spots[number], moved[number]), color=INK, width=0.7, zorder=3)
            mark(axes, *spots[number], 0.035, color=INK, zorder=3)
        left, middle = in_list[number][0], top + in_list[number][1]
        for x, y in (moved[number], (left, middle)):
            mark(axes, x, y, 0.19, **style)
            put(axes, x, y, number + 1, **ink)
        put(axes, left + 0.18, middle - LINE / 2, texts[number])
        put(axes, left + 0.18, middle + LINE * (texts[number].count("\n") + 1) / 2, case.place, color=GREY)
    key(
        axes,
        MARGIN,
        top + high + 0.05,
        [
            ({"inches": 0.15, "facecolor": BLUE, "edgecolor": BLUE}, "with a case study in the synthesis"),
            ({"inches": 0.15, "facecolor": "white", "edgecolor": BLUE}, "without one"),
        ],
    )
    data = found[["case", "name", "place", "latitude", "longitude", "case_study"]]
    alt = f"Map of {plural(len(found), 'case')}, {with_study} with a case study, numbered "
    alt += f"from north ({found['name'].iloc[0]}) to south ({found['name'].iloc[-1]})."
    return Drawing("map", title, axes.figure, data.assign(number=range(1, len(data) + 1)), alt)


@matplotlib.rc_context(STYLE)
def completeness(complete: pd.DataFrame) -> Drawing:
    """How many key points each case has under each heading. In: case, name, heading, heading_name, points.

    >>> cells = pd.DataFrame([["a", "Alder", "aims", "Aims", 2], ["a", "Alder", "methods", "Methods", 0]],
    ...                      columns=["case", "name", "heading", "heading_name", "points"])
    >>> completeness(cells).alt
    'Heat map of 1 case by 2 headings with 2 key points in all. 1 gap: Alder (Methods).'
    """
    name, title = "completeness", "What was extracted: key points per case and heading"
    if complete.empty:
        return nothing(name, title, "there are no key points")
    cases, headings = complete.drop_duplicates("case"), complete.drop_duplicates("heading")
    grid = complete.pivot(index="case", columns="heading", values="points").loc[cases["case"], headings["heading"]]
    labels, row = labels_of(cases["name"], 2.1)
    heads, head = upright(list(headings["heading_name"]), 0.3)
    wide, left = 0.55, MARGIN + 2.2
    gaps = complete[complete["points"].eq(0)]
    title += f" ({plural(int(grid.to_numpy().sum()), 'key point')}, {plural(len(gaps), 'gap')})"
    note = "gap: no key point was extracted for the case under this heading." if len(gaps) else ""
    axes, top = sheet(max(left + wide * len(headings) + 0.8, 5), head + row * (len(cases) + 1), title, note)
    right = left + wide * len(headings) + 0.3
    columns = [left + wide * (number + 0.5) for number in range(len(headings))]
    head_columns(axes, [*columns, right], [*heads, "all"], top + head - 0.06)
    heat(axes, left, top + head, grid, (wide, row), BLUES, "gap")
    for number, (label, total) in enumerate(zip([*labels, "all cases"], [*grid.sum(axis=1), grid.to_numpy().sum()])):
        y = top + head + row * (number + 0.5)
        put(axes, left - 0.1, y, label, ha="right")
        put(axes, right, y, total, ha="center", color=GREY)
    for x, total in zip(columns, grid.sum()):
        put(axes, x, top + head + row * (len(cases) + 0.5), total, ha="center", color=GREY)
    where = "; ".join(
        f"{gap.name_} ({gap.heading_name})" for gap in gaps.rename(columns={"name": "name_"}).itertuples()
    )
    alt = f"Heat map of {plural(len(cases), 'case')} by {plural(len(headings), 'heading')} with "
    alt += f"{plural(int(grid.to_numpy().sum()), 'key point')} in all. "
    alt += f"{plural(len(gaps), 'gap')}: {where}." if len(gaps) else "There are no gaps."
    return Drawing(name, title, axes.figure, complete, alt)
