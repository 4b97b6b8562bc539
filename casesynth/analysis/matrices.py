"""The rules of steps 2 to 4 as products of yes-or-no matrices, so that they can be asked thousands of times.

`themes` and `general` write the rules out for one run, to be read. Here the same rules answer for many sets of
cases, thresholds and codings at once; a test holds the two to the same verdicts.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from casesynth.analysis import themes
from casesynth.analysis.kernel import Book, book_of, shard_of, supported_by_counts
from casesynth.core.codings import CONSENSUS, NONE
from casesynth.core.levels import LEVELS
from casesynth.core.review import Review, coders_of
from casesynth.core.rules import Rules


@dataclass(frozen=True)
class Structure(Book):
    """The codebook's matrices, and which case reports what.

    `carry`: cases × themes (does any supporting key point of the case report the theme?); could: cases × headings (has the
    case any coded key point there?). `ids` and `names` also hold those of the cases.
    """

    carry: np.ndarray
    could: np.ndarray

    @property
    def cases_with(self) -> np.ndarray:
        """The number of cases of each theme."""
        return np.asarray(self.carry.sum(axis=0))


def structure(review: Review, coded: pd.DataFrame) -> Structure:
    """The matrices of a review under a coding (`themes.coded_points`).

    The cases are those of which anything is coded (`themes.coded_cases`): of the others nothing is known.
    """
    book = book_of(review.codebook, review.sets)
    points = review.themed_points
    shard = shard_of(points, coded, book.ids["theme"], list(review.sets["id"]))
    cases = review.cases[review.cases["id"].isin(coded["case"])].sort_values("order")
    order = pd.Index(points["case"].unique()).get_indexer(cases["id"])
    labels = {"ids": book.ids | {"case": list(cases["id"])}, "names": book.names | {"case": list(cases["name"])}}
    return Structure(**vars(book) | labels, carry=shard.carry[order], could=shard.could[order])


def supported_under(of: Structure, keep: np.ndarray, rule: Rules) -> dict[str, np.ndarray]:
    """Which themes are supported, for each of many sets of cases.

    Takes keep, sets × cases (true: the case stays). Returns by level, sets × themes of that level.
    """
    return supported_by_counts(of, keep.astype(np.float32) @ of.carry.astype(np.float32), rule)


def supported_without_one(of: Structure, rule: Rules) -> dict[str, np.ndarray]:
    """The same for the sets that leave out one case, in the order of the cases, without a matrix of sets × cases."""
    return supported_by_counts(of, of.carry.sum(axis=0, dtype=np.float32) - of.carry, rule)


def supporting_cases(of: Structure, rule: Rules) -> np.ndarray:
    """Cases × general themes: which case does a general theme rest on? Only supported themes count."""
    theme = of.carry & (of.cases_with >= rule.min_cases)
    return np.asarray(theme.astype(np.float32) @ of.general_of.astype(np.float32) > 0)


@dataclass(frozen=True)
class Subject:
    """A general or refined theme, or two general themes that people merged: what its verdict follows from."""

    level: str
    id: str
    name: str
    generals: tuple[int, ...]  # columns of Structure.general_of
    needs: str = "any"  # any: supported while any of them is (refined); all: while all are (a merge)

    def holds(self, general: np.ndarray) -> np.ndarray:
        """Is it supported, for each set of cases? Takes sets × general themes (are they supported?)."""
        own = general[:, list(self.generals)]
        return np.asarray(own.any(axis=1) if self.needs == "any" else own.all(axis=1))


def subjects(of: Structure, supported: np.ndarray) -> list[Subject]:
    """Every general theme, refined theme and merge. Takes which general themes are supported: a refined one rests on these."""
    ids, names, merges = of.ids, of.names, []
    found = [Subject("general", *own, (place,)) for place, own in enumerate(zip(ids["general"], names["general"]))]
    for place, (id, name) in enumerate(zip(ids["refined"], names["refined"])):
        under = np.flatnonzero(of.refined_of[:, place]).tolist()
        found.append(Subject("refined", id, name, tuple(general for general in under if supported[general])))
        for pair in combinations(sorted(under, key=lambda general: ids["general"][general]), 2):
            both, told = ([labels["general"][own] for own in pair] for labels in (ids, names))
            merges.append(Subject("merge", "+".join(both), " + ".join(told), pair, "all"))
    return found + merges


def everyone(of: Structure) -> np.ndarray:
    """One set, in which every case stays."""
    return np.ones((1, len(of.ids["case"])), dtype=bool)


def long(of: Book, supported: dict[str, np.ndarray], row: int = 0, **more: Any) -> pd.DataFrame:
    """One set's verdicts, a row for each theme. Returns the columns of `more`, level, id, name, supported."""
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
