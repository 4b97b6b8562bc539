"""Compare the coders of a review: agreement, differences, and what is still to be agreed."""

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd

from casesynth.analysis.agreement import MEASURES, divide, from_tallies, interval, masi, measures, set_alpha, tallies
from casesynth.core.codings import CONSENSUS, NONE, marks
from casesynth.core.results import columns, frame
from casesynth.core.review import Review, coders_of


def point_marks(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Key point × each theme of its heading. Returns keypoint, case, heading, theme, then a column for each coder: 1, 0, missing.

    A key point that speaks against a theme is not coded to it: 0. Sets of themes (`theme_sets`) tell the two apart.
    """
    book = review.codebook[review.codebook["level"].eq("theme")]
    points = review.themed_points.rename(columns={"id": "keypoint"})[["keypoint", "case", "heading"]]
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
    is not coded. Returns case, heading, theme, then a column for each coder.

    Were one coded point enough for a 1, and a 0 asked for all, what is missing would hang on the answer:

    >>> points = pd.DataFrame({"case": "c", "heading": "h", "theme": "t", "ada": [1, 0], "bo": [1, np.nan]})
    >>> case_marks(points, ["ada", "bo"])[["ada", "bo"]].to_numpy().tolist()
    [[1.0, nan]]
    """
    grouped = points.groupby(["case", "heading", "theme"], sort=False)[coder_ids]
    carry, coded, number = grouped.max(), grouped.count(), grouped.size()
    return carry.where(coded.eq(number, axis=0)).reset_index()


def overall(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement over all themes and per heading, at both levels, with intervals.

    Returns unit (key point, case), heading (empty: all), coders, cases, units (that two coders marked), prevalence,
    measure, value, low, high. A measure that is undefined has no number; kappa has a row for two coders only.
    """
    rows = []
    if len(coder_ids) < 2:
        return frame("agreement")
    for unit, table in (("key point", points), ("case", cases)):
        for heading in ["", *dict.fromkeys(table["heading"])]:
            own = table[table["heading"].eq(heading)] if heading else table
            per_unit = tallies(own[coder_ids].to_numpy(float))
            found, ends = from_tallies(per_unit.sum(axis=0)), interval(per_unit, own["case"].to_numpy())
            start = [
                unit,
                heading,
                len(coder_ids),
                own["case"].nunique(),
                int(found["units"][0]),
                found["prevalence"][0],
            ]
            for name in measures_of(coder_ids):
                rows.append([*start, name, found[name][0], *ends.get(name, (np.nan, np.nan))])
    return frame("agreement", rows).round(3)


def measures_of(coder_ids: list[str]) -> list[str]:
    """The measures that apply to this many coders: kappa is for two (Cohen 1960)."""
    return [name for name in MEASURES if name != "kappa" or len(coder_ids) == 2]


def per_theme(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement theme by theme. Returns unit, heading, theme, units, prevalence, then a column for each measure that applies."""
    rows, applies = [], measures_of(coder_ids)
    names = [*columns("agreement-themes"), *applies]
    if len(coder_ids) < 2:
        return pd.DataFrame(columns=names)
    for unit, table in (("key point", points), ("case", cases)):
        for (heading, theme), own in table.groupby(["heading", "theme"], sort=False):
            found = measures(own[coder_ids].to_numpy(float))
            rows.append([unit, heading, theme, int(found["units"]), found["prevalence"], *(found[m] for m in applies)])
    return pd.DataFrame(rows, columns=names).round(3)


def paradox(review: Review, points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Of two themes with the same percent agreement, those whose kappas differ most, with all that goes into either.

    Returns two rows, or none if there is no such pair: unit, theme, name, the fourfold table (both, first_only,
    second_only, neither), prevalence, percent, kappa and ac1, each with its chance term. Either is (percent - chance) /
    (1 - chance). Kappa's chance comes from each coder's share of yes (Cohen 1960), AC1's is 2p(1-p) of the prevalence p
    (Gwet 2008): a rare or common mark raises the one to 1 and lowers the other to 0 (Feinstein and Cicchetti 1990).
    """
    names, rows = dict(zip(review.codebook["id"], review.codebook["name"])), []
    for unit, table in (("key point", points), ("case", cases)) if len(coder_ids) == 2 else ():
        for theme, own in table.groupby("theme", sort=False):
            sums = tallies(own[coder_ids].to_numpy(float)).sum(axis=0)
            found = {name: float(value[0]) for name, value in from_tallies(sums).items()}
            p, (a, b, c, d) = found["prevalence"], sums[9:].astype(int)
            chance = float(divide((a + b) * (a + c) + (c + d) * (b + d), (a + b + c + d) ** 2))
            row = [unit, theme, names[theme], a, b, c, d, p, found["percent"], found["kappa"], chance]
            rows.append([*row, found["ac1"], 2 * p * (1 - p)])
    table = frame("agreement-paradox", rows).round(9).dropna(subset=["kappa"]).sort_values("kappa", kind="stable")
    spread = table.groupby(["unit", "percent"])["kappa"].agg(lambda own: own.max() - own.min())
    if spread.empty or spread.max() == 0:
        return table.head(0)
    unit, percent = spread.idxmax()
    own = table[table["unit"].eq(unit) & table["percent"].eq(percent)]
    return own.iloc[[0, -1]].round(3).reset_index(drop=True)


def paradox_words(pair: pd.DataFrame, coder_ids: list[str]) -> str:
    """What the pair of `paradox` shows, in sentences; or why there is none.

    >>> rows = [["case", "t", "Trust", 9, 2, 0, 1, 0.833, 0.833, 0.429, 0.708, 0.769, 0.278],
    ...         ["case", "m", "Money", 3, 2, 0, 7, 0.333, 0.833, 0.636, 0.542, 0.7, 0.444]]
    >>> words = paradox_words(frame("agreement-paradox", rows), ["ada", "bo"])
    >>> print(words.replace("; ", ";\\n").replace(". ", ".\\n"))
    On “Trust” the coders agree on 10 of 12 units (case × theme), on “Money” on 10 of 12: the same 83%.
    Of “Trust” the prevalence is 83%: kappa expects 71% agreement by chance, AC1 28%;
    of “Money” it is 33%: kappa expects 54%, AC1 44%.
    So kappa is 0.43 and 0.64, AC1 0.77 and 0.70, for the same percent agreement: read neither without the prevalence.
    """
    if len(coder_ids) > 2:
        return f"Kappa is for two coders; here are {len(coder_ids)}, so it does not apply and is left out."
    if pair.empty:
        return "No two themes have the same percent agreement and another kappa: these data show no such pair."
    units = pair[["both", "first_only", "second_only", "neither"]].sum(axis=1)
    one, other = pair.assign(units=units, agreed=pair["both"] + pair["neither"]).to_dict("records")
    return (
        f"On “{one['name']}” the coders agree on {one['agreed']} of {one['units']} units ({one['unit']} × theme), on "
        f"“{other['name']}” on {other['agreed']} of {other['units']}: the same {one['percent']:.0%}. "
        f"Of “{one['name']}” the prevalence is {one['prevalence']:.0%}: kappa expects {one['kappa_chance']:.0%} "
        f"agreement by chance, AC1 {one['ac1_chance']:.0%}; of “{other['name']}” it is {other['prevalence']:.0%}: kappa "
        f"expects {other['kappa_chance']:.0%}, AC1 {other['ac1_chance']:.0%}. So kappa is {one['kappa']:.2f} and "
        f"{other['kappa']:.2f}, AC1 {one['ac1']:.2f} and {other['ac1']:.2f}, for the same percent agreement: read "
        "neither without the prevalence."
    )


#: The columns of numbers that may be undefined.
NUMBERS = ["value", "low", "high", "prevalence", "masi", "alpha_masi", "precision", "recall", *MEASURES]


def theme_sets(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Each key point's set of themes by each coder, one that it contradicts as "not" and its id.

    Returns keypoint, case, heading, then a column for each coder (a frozenset; None if the coder did not code it).
    """
    own = review.themed_points.rename(columns={"id": "keypoint"})
    table = own[["keypoint", "case", "heading"]].reset_index(drop=True)
    for coder in coder_ids:
        coded = review.codings[review.codings["coder"].eq(coder)]
        sets = {point: frozenset(part) - {NONE} for point, part in marks(coded).groupby(coded["keypoint"])}
        table[coder] = [sets.get(point) for point in table["keypoint"]]
    return table


def set_agreement(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Set-valued agreement per heading (Passonneau 2006).

    Returns heading (empty: all), points (that two coders coded), same (the same set), masi (mean distance over pairs of
    coders), alpha_masi.
    """
    rows, table = [], theme_sets(review, coder_ids)
    if len(coder_ids) < 2:
        return frame("agreement-sets")
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

    Returns keypoint, case, heading, summary, then a column for each coder, consensus (its themes; empty: no consensus yet),
    reason (the memo of the consensus).
    """
    table = theme_sets(review, coder_ids)
    differ = [len({one for one in row if one is not None}) > 1 for row in table[coder_ids].to_numpy().tolist()]
    own = table[pd.Series(differ, index=table.index, dtype=bool)].reset_index(drop=True)
    for coder in coder_ids:
        own[coder] = own[coder].map(words)
    agreed = review.codings[review.codings["coder"].eq(CONSENSUS)]
    sets = {point: words(frozenset(part) - {NONE}) for point, part in marks(agreed).groupby(agreed["keypoint"])}
    memos = {point: " ".join(dict.fromkeys(m for m in part if m)) for point, part in agreed.groupby("keypoint")["memo"]}
    own.insert(3, "summary", own["keypoint"].map(dict(zip(review.keypoints["id"], review.keypoints["summary"]))))
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
