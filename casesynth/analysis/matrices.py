"""The rules of steps 2 to 4 as products of yes-or-no matrices, so that they can be asked thousands of times.

`themes` and `general` write the rules out for one run, to be read. Here the same rules answer for many sets of
cases, thresholds and codings at once; a test holds the two to the same verdicts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from casesynth.analysis import themes
from casesynth.analysis.general import parents
from casesynth.core.codings import CONSENSUS, NONE
from casesynth.core.levels import LEVELS
from casesynth.core.review import Review, coders_of
from casesynth.core.rules import Rules


@dataclass(frozen=True)
class Structure:
    """Who carries what, and what lies above what.

    carry: cases × themes (does any supporting key point of the case carry the theme?); general_of: themes × general
    themes; refined_of: general × refined themes; heading_of and group_of: themes × headings, themes × groups.
    `ids` and `names` hold the labels of cases and of each level, in the order of the axes.
    """

    carry: np.ndarray
    general_of: np.ndarray
    refined_of: np.ndarray
    heading_of: np.ndarray
    group_of: np.ndarray
    ids: dict[str, list[str]]
    names: dict[str, list[str]]
    could: np.ndarray  # cases × headings: has the case any coded key point there?


def is_in(rows, columns, pairs) -> np.ndarray:
    """A matrix that is true where (row, column) is one of the pairs.

    >>> is_in(["a", "b"], ["x", "y"], [("a", "y")]).tolist()
    [[False, True], [False, False]]
    """
    grid = np.zeros((len(rows), len(columns)), dtype=bool)
    pairs = pd.DataFrame(list(pairs), columns=["row", "column"])
    row, column = pd.Index(rows).get_indexer(pairs["row"]), pd.Index(columns).get_indexer(pairs["column"])
    known = (row >= 0) & (column >= 0)
    grid[row[known], column[known]] = True
    return grid


def carried(coded: pd.DataFrame, cases: list[str], theme_ids: list[str]) -> np.ndarray:
    """Cases × themes: does a supporting key point carry it? In: case, theme, direction."""
    own = coded[coded["direction"].eq("supports")]
    return is_in(cases, theme_ids, own[["case", "theme"]].itertuples(index=False))


def structure(review: Review, coded: pd.DataFrame) -> Structure:
    """The matrices of a review under a coding (`themes.coded_points`).

    The cases are those with a key point under any themed heading: the others cannot support anything.
    """
    book, above = review.codebook, parents(review.codebook)
    own = {level: book[book["level"].eq(level)] for level in LEVELS}
    themed, with_points = review.sets, review.themed_points["case"]
    cases = review.cases[review.cases["id"].isin(with_points)].sort_values("order")
    ids = {level: list(frame["id"]) for level, frame in own.items()} | {"case": list(cases["id"])}
    names = {level: list(frame["name"]) for level, frame in own.items()} | {"case": list(cases["name"])}
    group = dict(zip(themed["id"], themed["group"]))
    heading = dict(zip(own["theme"]["id"], own["theme"]["heading"]))
    return Structure(
        carry=carried(coded, ids["case"], ids["theme"]),
        general_of=is_in(ids["theme"], ids["general"], above.items()),
        refined_of=is_in(ids["general"], ids["refined"], above.items()),
        heading_of=is_in(ids["theme"], list(themed["id"]), heading.items()),
        group_of=is_in(
            ids["theme"], list(dict.fromkeys(group.values())), [(t, group.get(h, "")) for t, h in heading.items()]
        ),
        ids=ids,
        names=names,
        could=is_in(cases["id"], list(themed["id"]), coded[["case", "heading"]].itertuples(index=False)),
    )


def supported_under(of: Structure, keep: np.ndarray, rule: Rules) -> dict[str, np.ndarray]:
    """Which themes stand, for each of many sets of cases.

    In: keep, sets × cases (true: the case stays). Out: by level, sets × themes of that level.
    """
    return supported_by_counts(of, keep.astype(np.float32) @ of.carry.astype(np.float32), rule)


def supported_without_one(of: Structure, rule: Rules) -> dict[str, np.ndarray]:
    """The same for the sets that leave out one case, in the order of the cases, without a matrix of sets × cases."""
    return supported_by_counts(of, of.carry.sum(axis=0, dtype=np.float32) - of.carry, rule)


def supported_by_counts(of: Structure, counts: np.ndarray, rule: Rules) -> dict[str, np.ndarray]:
    """The same from the number of cases that carry each theme: sets × themes."""
    theme = counts >= rule.min_cases
    places = of.group_of if rule.heading_groups else of.heading_of
    # Theme -> each pair of general theme and place, in one matrix.
    generals, wide = of.general_of.shape[1], places.shape[1]  # said, not left to reshape: either may be 0
    pairs = (of.general_of[:, :, None] & places[:, None, :]).reshape(len(places), generals * wide)
    spanned = (theme.astype(np.float32) @ pairs.astype(np.float32) > 0).reshape(len(counts), generals, wide)
    general = spanned.sum(axis=2) >= rule.min_headings
    refined = general.astype(np.float32) @ of.refined_of.astype(np.float32) > 0
    return {"theme": theme, "general": general, "refined": refined}


def supporting_cases(of: Structure, rule: Rules) -> dict[str, np.ndarray]:
    """Cases × themes of each level: which case does a finding rest on? Only standing themes count
    above the headings."""
    supported = supported_under(of, everyone(of), rule)
    theme = of.carry & supported["theme"][0]
    general = (theme.astype(int) @ of.general_of.astype(int)) > 0
    refined = (general & supported["general"][0]).astype(int) @ of.refined_of.astype(int) > 0
    return {"theme": of.carry, "general": general, "refined": refined}


def everyone(of: Structure) -> np.ndarray:
    """One set, in which every case stays."""
    return np.ones((1, len(of.ids["case"])), dtype=bool)


def long(of: Structure, supported: dict[str, np.ndarray], row: int = 0, **more) -> pd.DataFrame:
    """One set's verdicts, a row a theme. Out: the columns of `more`, level, id, name, supported."""
    parts = [
        pd.DataFrame(
            {**more, "level": level, "id": of.ids[level], "name": of.names[level], "supported": supported[level][row]}
        )
        for level in LEVELS
    ]
    return pd.concat(parts, ignore_index=True)


def codings(review: Review) -> dict[str, pd.DataFrame]:
    """Each coder's coding, the consensus where there is one, and with two coders or more their union and intersection.

    Each as `themes.coded_points`. Union: what any coder coded; intersection: what every coder coded who coded the key
    point (one that a coder has not coded yet is not a "no").
    """
    own = {coder: themes.coded_points(review, coder) for coder in coders_of(review)}
    found = dict(own)
    if review.codings["coder"].eq(CONSENSUS).any():
        found[CONSENSUS] = themes.coded_points(review, CONSENSUS)
    if len(own) > 1:
        both = pd.concat(own.values())
        coded_by = pd.concat([one["keypoint"].drop_duplicates() for one in own.values()]).value_counts()
        both = both[both["theme"].ne(NONE)]
        key = ["keypoint", "case", "heading", "theme", "direction"]
        times = both.groupby(key, sort=False).size().rename("times").reset_index()
        found["union"] = times[key]
        by_all = times["times"].eq(times["keypoint"].map(coded_by))
        found["intersection"] = times.loc[by_all, key].reset_index(drop=True)
    return found
