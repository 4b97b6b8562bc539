"""Compare the coders of a review: agreement, differences, and what is still to be agreed."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from casesynth.analysis.agreement import MEASURES, from_tallies, interval, masi, measures, set_alpha, tallies
from casesynth.analysis.extraction import linked
from casesynth.core.codings import CONSENSUS, NONE, marks
from casesynth.core.results import columns, frame
from casesynth.core.review import Review, coders_of


def point_marks(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Key point × each theme of its heading. Returns keypoint, case, heading, theme, then a column for each coder: 1, 0, missing.

    A key point that speaks against a theme is not coded to it: 0. Sets of themes (`theme_sets`) tell the two apart.
    """
    book = review.codebook[review.codebook["level"].eq("theme")]
    points = review.themed_points.rename(columns={"id": "keypoint"})[["keypoint", "case", "heading"]]
    points = points if len(coder_ids) > 1 else points.head(0)  # a coder alone is compared with nobody
    grid = points.merge(book.rename(columns={"id": "theme"})[["theme", "heading"]], on="heading")
    own = review.codings[review.codings["coder"].isin(coder_ids)]
    carries = own[own["direction"].eq("supports") & own["theme"].ne(NONE)]
    for coder in coder_ids:
        coded = grid["keypoint"].isin(own.loc[own["coder"].eq(coder), "keypoint"])
        pairs = pd.MultiIndex.from_frame(carries.loc[carries["coder"].eq(coder), ["keypoint", "theme"]])
        there = pd.MultiIndex.from_frame(grid[["keypoint", "theme"]]).isin(pairs)
        grid[coder] = np.where(coded, there.astype(float), np.nan)
    return grid


def case_marks(points: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Case × theme from `point_marks`, for each coder.

    1 if a key point of the case is coded to the theme, 0 if none is, missing if any of its key points under the heading
    is not coded: were one coded point enough for a 1, and a 0 asked for all, what is missing would hang on the answer.
    Returns case, heading, theme, then a column for each coder.
    """
    grouped = points.groupby(["case", "heading", "theme"], sort=False)[coder_ids]
    carry, coded, number = grouped.max(), grouped.count(), grouped.size()
    return carry.where(coded.eq(number, axis=0)).reset_index()


def overall(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement over all themes and per heading, at both levels, with intervals.

    Returns the columns of `agreement` in results.json. A measure that is undefined has no number; kappa has a row for two
    coders only.
    """
    if len(coder_ids) < 2:
        return frame("agreement")
    rows = []
    for unit, table in (("key point", points), ("case", cases)):
        for heading in ["", *dict.fromkeys(table["heading"])]:
            own = table[table["heading"].eq(heading)] if heading else table
            per_unit = tallies(own[coder_ids].to_numpy(float))
            found, ends = from_tallies(per_unit.sum(axis=0)), interval(per_unit, own["case"].to_numpy())
            numbers = [len(coder_ids), own["case"].nunique(), int(found["units"][0]), found["prevalence"][0]]
            for name in measures_of(coder_ids):
                low, high = ends.get(name, (np.nan, np.nan))
                rows.append([unit, heading, *numbers, name, found[name][0], low, high])
    return frame("agreement", rows).round(3)


def measures_of(coder_ids: list[str]) -> list[str]:
    """The measures that apply to this many coders: kappa is for two (Cohen 1960)."""
    return [name for name in MEASURES if name != "kappa" or len(coder_ids) == 2]


def per_theme(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement theme by theme. Returns the columns of `agreement-themes` in results.json, and one for each measure that applies."""
    rows, applies = [], measures_of(coder_ids)
    names = [*columns("agreement-themes"), *applies]
    if len(coder_ids) < 2:
        return pd.DataFrame(columns=names)
    for unit, table in (("key point", points), ("case", cases)):
        for (heading, theme), own in table.groupby(["heading", "theme"], sort=False):
            found = measures(own[coder_ids].to_numpy(float))
            rows.append([unit, heading, theme, int(found["units"]), found["prevalence"], *(found[m] for m in applies)])
    return pd.DataFrame(rows, columns=names).round(3)


#: The columns of numbers that may be undefined.
NUMBERS = ["value", "low", "high", "prevalence", "masi", "alpha_masi", "precision", "recall", *MEASURES]


def theme_sets(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Each key point's set of themes by each coder, one that it contradicts as "not" and its id.

    Returns keypoint, case, heading, then a column for each coder (a frozenset; None if the coder did not code it).
    """
    own = review.themed_points.rename(columns={"id": "keypoint"})
    table = own[["keypoint", "case", "heading"]].reset_index(drop=True)
    for coder in coder_ids:
        sets = sets_of(review, coder)
        table[coder] = [sets.get(point) for point in table["keypoint"]]
    return table


def sets_of(review: Review, coder: str) -> dict[str, frozenset[str]]:
    """Key point -> the set of marks that a coder gave it."""
    coded, found = review.codings[review.codings["coder"].eq(coder)], defaultdict(set)
    for point, mark in zip(coded["keypoint"], marks(coded)):
        found[point].add(mark)
    return {point: frozenset(own - {NONE}) for point, own in found.items()}


def set_agreement(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Set-valued agreement per heading (Passonneau 2006). Returns the columns of `agreement-sets` in results.json."""
    if len(coder_ids) < 2:
        return frame("agreement-sets")
    rows, table = [], theme_sets(review, coder_ids)
    for heading in ["", *dict.fromkeys(table["heading"])]:
        own = (table[table["heading"].eq(heading)] if heading else table)[coder_ids].to_numpy().tolist()
        coded = [[one for one in unit if one is not None] for unit in own]
        coded = [unit for unit in coded if len(unit) > 1]
        distance = [np.mean([masi(a, b) for a, b in combinations(unit, 2)]) for unit in coded]
        same = sum(len(set(unit)) == 1 for unit in coded)
        mean = float(np.mean(distance)) if distance else np.nan
        rows.append([heading, len(coded), same, mean, set_alpha(own)])
    return frame("agreement-sets", rows).round(3)


def words(themes_of_point: Iterable[str] | None) -> str:
    """A set of themes as text.

    >>> words(frozenset()), words(None), words(frozenset(["b", "a"]))
    ('none', 'not coded', 'a b')
    """
    return "not coded" if themes_of_point is None else " ".join(sorted(themes_of_point)) or NONE


def differences(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """The key points that coders coded differently, and how that was resolved.

    Returns the columns of `coder-differences` in results.json, and one for each coder.
    """
    table = theme_sets(review, coder_ids)
    differ = [len({one for one in row if one is not None}) > 1 for row in table[coder_ids].to_numpy().tolist()]
    own = table[pd.Series(differ, index=table.index, dtype=bool)].reset_index(drop=True)
    for coder in coder_ids:
        own[coder] = own[coder].map(words)
    agreed = review.codings[review.codings["coder"].eq(CONSENSUS)]
    sets = {point: words(own) for point, own in sets_of(review, CONSENSUS).items()}
    memos = {point: " ".join(dict.fromkeys(m for m in part if m)) for point, part in agreed.groupby("keypoint")["memo"]}
    own.insert(3, "summary", own["keypoint"].map(linked(review.keypoints)))
    return own.assign(
        consensus=[sets.get(point, "") for point in own["keypoint"]],
        reason=[memos.get(point, "") for point in own["keypoint"]],
    )


def draft_consensus(review: Review) -> pd.DataFrame:
    """The rows of a consensus as far as the coders agree, for codings.csv; the others are for people to resolve.

    Returns the columns of codings.csv, coder "consensus"; key points on which coders differ are left out.
    """
    own = coders_of(review)
    table = theme_sets(review, own)
    rows = []
    for point, *said in table[["keypoint", *own]].itertuples(index=False, name=None):
        sets = {one for one in said if one is not None}
        for mark in (sorted(*sets) or [NONE]) if len(sets) == 1 else []:
            direction = "contradicts" if mark.startswith("not ") else "supports"
            rows.append([point, mark.removeprefix("not "), CONSENSUS, direction, ""])
    return pd.DataFrame(rows, columns="keypoint theme coder direction memo".split())


def who(review: Review) -> pd.DataFrame:
    """What each coder had seen, and so what the agreement does and does not prove.

    Returns coder, points (coded), codings, how, seen_sources, seen_attributions, seen_codings.
    """
    own = review.codings.groupby("coder").agg(points=("keypoint", "nunique"), codings=("theme", "size"))
    table = review.coders.rename(columns={"id": "coder"}).merge(own.reset_index(), on="coder", how="left")
    table[["points", "codings"]] = table[["points", "codings"]].fillna(0).astype(int)
    return table["coder points codings how seen_sources seen_attributions seen_codings".split()]


def missing(review: Review) -> str:
    """What is missing for a comparison of codings; empty where nothing is."""
    own = coders_of(review)
    if not own:
        return "Nothing is coded yet: codings.csv has no row. Agreement needs two coders."
    if len(own) == 1:
        return (
            f"One coder ({own[0]}): agreement cannot be computed. Add a second coder to coders.csv and their "
            "rows to codings.csv; they should have seen neither the first coding nor the attributions."
        )
    return ""
