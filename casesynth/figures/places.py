"""Where the projects work: every place, with London drawn larger in an inset."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from casesynth.core.text import plural
from casesynth.figures import look
from casesynth.figures.canvas import Board, Drawing, nothing
from casesynth.figures.fonts import lines_in, wrapped

NATIONS = ["England", "Northern Ireland", "Scotland", "Wales"]
WHOLE = (-8.4, 2.0, 49.8, 60.9)  # west, east, south and north of the map, in degrees
LONDON = (-0.56, 0.34, 51.36, 51.66)


def spread(places: np.ndarray, apart: float, least: Any = -np.inf, most: Any = np.inf) -> np.ndarray:
    """The places, moved until no two are nearer than `apart`; none leaves the box from `least` to `most`.

    >>> spread(np.array([[0.0, 0.0], [0.1, 0.0], [5.0, 5.0]]), 0.5).round(1).tolist()[2]
    [5.0, 5.0]
    """
    turn = 2.4 * np.arange(len(places))  # so that places on the same spot part in different directions
    moved = places + 0.01 * apart * np.column_stack([np.cos(turn), np.sin(turn)])
    for _ in range(500):
        between = moved[:, None] - moved[None]
        far = np.hypot(between[..., 0], between[..., 1]) + np.eye(len(places)) * 1e6
        push = np.clip(apart - far, 0, None) / 2
        if push.max(initial=0) < 0.004 * apart:
            break
        # A crowd is moved by its mean push; the sum would make it fly apart.
        near = np.clip((push > 0).sum(axis=1), 1, None)[:, None]
        moved = np.clip(moved + (between / far[..., None] * push[..., None]).sum(axis=1) / near, least, most)
    return moved.round(1)


def placed(degrees: pd.DataFrame, frame: tuple, top: float, wide: float) -> np.ndarray:
    """Points on the board for longitudes and latitudes: a degree of longitude is shorter than one of latitude."""
    west, _, south, north = frame
    narrower = np.cos(np.radians((south + north) / 2))
    scale = wide / ((frame[1] - west) * narrower)
    degrees = np.asarray(degrees, dtype=float)
    return np.column_stack(
        [2 + (degrees[:, 0] - west) * narrower * scale, top + (north - degrees[:, 1]) * scale]
    ).round(2)


def height_of(frame: tuple, wide: float) -> float:
    """The height of a map of this width."""
    return round(
        wide * (frame[3] - frame[2]) / ((frame[1] - frame[0]) * np.cos(np.radians((frame[2] + frame[3]) / 2))), 2
    )


def land(board: Board, outline: Path, frame: tuple, top: float, wide: float) -> None:
    """The outline of the land, inside the frame of a map, to half a point; points on one spot are drawn once."""
    high = height_of(frame, wide)
    board.box(2, top, wide, high, "#F4F8FB", edgecolor="#C5CDD3", linewidth=0.6, zorder=0)
    window = Outline([(2, top), (2 + wide, top), (2 + wide, top + high), (2, top + high), (2, top)])
    for feature in json.loads(Path(outline).read_text("utf-8"))["features"]:
        rings = [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
        spots = [placed(ring, frame, top, wide).clip((-20, top - 20), (wide + 20, top + high + 20)) for ring in rings]
        spots = [(2 * ring).round() / 2 for ring in spots]
        spots = [ring[(np.diff(ring, axis=0, prepend=np.nan) != 0).any(axis=1)] for ring in spots]
        seen = [Outline(ring, closed=True) for ring in spots if len(ring) > 3]  # islands too small to see are left out
        if seen:
            own = feature["properties"]["name"] == "United Kingdom"
            colours = {"facecolor": "#DEDED8" if own else "#F4F4F1", "edgecolor": "#8C8C86" if own else "#D5D5D0"}
            drawn = PathPatch(Outline.make_compound_path(*seen), linewidth=0.5, zorder=1, **colours)
            board.axes.add_artist(drawn)
            drawn.set_clip_path(window, board.axes.transData)


def case_map(cases: pd.DataFrame, places: pd.DataFrame, letters: pd.DataFrame, outline: Path) -> Drawing:
    """Every place that the projects name, with the letter of its project: filled where it is the main one.

    Takes cases (id, name, nation, case_study); places (case, place, latitude, longitude, main); letters (case, letter) of all
    cases; a GeoJSON outline whose features have a name. A mark too near to another is moved aside on a line.
    """
    found = places.merge(cases, left_on="case", right_on="id") if len(places) else pd.DataFrame()
    if len(found):
        west, east, south, north = WHOLE
        found = found[found["longitude"].between(west, east) & found["latitude"].between(south, north)]
    if not len(found):
        return nothing("map", "No project is placed on the map", "no case has a place on the map")
    found = found.merge(letters[["case", "letter"]], on="case").sort_values(["letter", "main"], ascending=[True, False])
    found = found.sort_values("letter", key=lambda column: column.str.len(), kind="stable").reset_index(drop=True)
    sites, names = found.drop_duplicates("case"), dict(zip(cases["id"], cases["name"]))
    with_study = int(sites["case_study"].sum())
    subtitle = (
        f"{plural(len(found), 'place')} of {plural(len(sites), 'project')}, {with_study} of them with a case study. "
    )
    subtitle += "Places are approximate and show where a project works, not whom it reaches."
    absent = [name for case, name in names.items() if case not in set(sites["case"])]
    note = f"Not on the map: {'; '.join(absent[:20])}." if absent else ""
    wide, few = 235.0, len(sites) <= look.MANY
    inside = found["longitude"].between(*LONDON[:2]) & found["latitude"].between(*LONDON[2:])
    texts = listing(found) if few else []
    down = sum(look.LINE * (1 + lines_in(words)) + 4 for *_, words in texts)
    frame = (*WHOLE[:3], min(WHOLE[3], float(found["latitude"].max()) + 0.6))
    high, inset = height_of(frame, wide), height_of(LONDON, wide) + 24 if inside.sum() > 1 else 0.0
    board = Board(max(high + inset, down) + 22, where(sites), subtitle, note)
    marks(board, found[~inside] if inset else found, frame, board.top, wide, few, outline)
    if inset:
        marks(board, found[inside], LONDON, board.top + high + 22, wide, few, outline)
        board.put(2, board.top + high + 12, "London, enlarged", weight="bold")
        (x, y), (right, above) = placed([LONDON[0::2], LONDON[1::2]], frame, board.top, wide)
        board.box(x, above, right - x, y - above, "none", edgecolor=look.GREY, linewidth=0.8, zorder=4)
    y = board.top
    for letter, name, words in texts:
        board.put(wide + 20, y + 7, letter, weight="bold", ha="center")
        board.put(wide + 30, y + 7, name)
        board.write(wide + 30, y + 10 + look.LINE, words, color=look.GREY, size=look.SIZE - 0.5)
        y += look.LINE * (1 + lines_in(words)) + 4
    entries = [({"points": 10, "facecolor": look.BLUE, "edgecolor": look.BLUE}, "main place, with a case study")]
    entries += [({"points": 10, "facecolor": "white", "edgecolor": look.BLUE}, "further place")]
    without = {"points": 9, "marker": "s", "facecolor": "white", "edgecolor": look.GREY}
    board.key(
        board.top + max(high + inset, down) + 14,
        entries + [(without, "without a case study")] * (with_study < len(sites)),
    )
    data = found[["letter", "case", "name", "place", "latitude", "longitude", "main", "case_study"]]
    alt = (
        f"Map of {plural(len(found), 'place')}, from {found.loc[found['latitude'].idxmax(), 'place']} in the north to "
    )
    alt += f"{found.loc[found['latitude'].idxmin(), 'place']} in the south; {int(inside.sum())} in London."
    return Drawing("map", where(sites), subtitle, board.figure, data, alt)


def where(sites: pd.DataFrame) -> str:
    """The finding of the map: the nation of most projects, and a nation of the United Kingdom that has none."""
    nations = sites["nation"].replace("", np.nan).dropna() if "nation" in sites else pd.Series(dtype=str)
    if nations.empty:
        return f"{plural(len(sites), 'project')} {'has' if len(sites) == 1 else 'have'} a place on the map"
    most = nations.value_counts().sort_index(kind="stable").idxmax()
    number, of = int(nations.eq(most).sum()), plural(len(sites), "project")
    none = [nation for nation in NATIONS if nation not in set(nations)] if set(nations) <= set(NATIONS) else []
    title = f"{number:,} of {of} {'is' if number == 1 else 'are'} led from {most}"
    return title + (f", and none from {' or '.join(none)}" if none else "")


def listing(found: pd.DataFrame) -> list[tuple[str, str, str]]:
    """Letter, name and places of each project."""
    rows = []
    for _, own in found.groupby("case", sort=False):
        places = wrapped(", ".join(dict.fromkeys(own["place"])), look.PAGE - 260, look.SIZE - 0.5, lines=2)
        rows.append((own["letter"].iloc[0], wrapped(own["name"].iloc[0], look.PAGE - 260, look.SIZE, lines=1), places))
    return rows


def marks(board: Board, found: pd.DataFrame, frame: tuple, top: float, wide: float, few: bool, outline: Path) -> None:
    """A map with the marks of its places; with many projects, dots without letters."""
    land(board, outline, frame, top, wide)
    spots = placed(found[["longitude", "latitude"]], frame, top, wide)
    if not few:
        across, down = np.unique(spots.round(), axis=0).T
        board.mark(across, down, 4, color=look.BLUE, alpha=0.6)
        return
    most = (wide - 5, top + height_of(frame, wide) - 7)
    moved = spread(spots, 12.5, (9, top + 7), most)
    for place, spot, here in zip(found.itertuples(), spots, moved):
        if np.hypot(*(here - spot)) > 3:
            board.rule((spot[0], here[0]), (spot[1], here[1]), color=look.GREY, width=0.7, zorder=3)
            board.mark(spot[0], spot[1], 2.2, color=look.GREY)
        full = place.main and place.case_study
        edge = look.BLUE if place.case_study else look.GREY
        shape = "o" if place.case_study else "s"
        board.mark(
            here[0],
            here[1],
            12 if shape == "o" else 10.5,
            marker=shape,
            facecolor=look.BLUE if full else "white",
            edgecolor=edge,
            zorder=4,
        )
        ink = "white" if full else edge
        board.put(here[0], here[1], place.letter, ha="center", size=8, weight="bold", color=ink, zorder=5)
