"""How far coders agree: percent, kappa, alpha, AC1 and MASI, on yes-or-no units, with intervals over cases.

Units are key point × each theme of its heading, and case × theme. A coder's mark is 1 (carries the theme), 0 (does
not, or speaks against it) or missing (not coded). A second coding by the same kind of coder measures consistency, not
independence. What cannot be computed, for want of variation or of coders, is "undefined", never 0 or 1.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from casesynth import themes
from casesynth.review import NONE, Review, marks
from casesynth.standing import CONSENSUS, coders

SEED, SAMPLES = 20240502, 2_000
MEASURES = ["percent", "positive", "negative", "kappa", "alpha", "ac1"]
UNDEFINED = "undefined"


# ---- the statistics of a table of units × coders ----


def tallies(marks: np.ndarray) -> np.ndarray:
    """What every statistic here is made of, per unit; sums over units can be resampled.

    In: units × coders of 1, 0 and not-a-number. Out, units × 9: is it marked by two coders or more; share of pairs of
    coders that agree; share of ones; is it marked at all; then, of units with two marks or more: ones, marks,
    disagreeing pairs, agreeing ones, agreeing zeros (each per other coder). With two coders 4 more: the fourfold table.
    """
    there = ~np.isnan(marks)
    r = there.sum(axis=1).astype(float)
    one = np.where(there, marks, 0).sum(axis=1)
    zero = r - one
    pairable = r >= 2
    safe = np.maximum(r - 1, 1)
    columns = [
        pairable,
        np.where(pairable, (one * (one - 1) + zero * (zero - 1)) / np.maximum(r * safe, 1), 0),
        np.where(r > 0, one / np.maximum(r, 1), 0),
        r > 0,
        np.where(pairable, one, 0),
        np.where(pairable, r, 0),
        np.where(pairable, 2 * one * zero / safe, 0),
        np.where(pairable, one * (one - 1) / safe, 0),
        np.where(pairable, zero * (zero - 1) / safe, 0),
    ]
    if marks.shape[1] == 2:
        first, second = np.where(pairable, marks.T, -1)
        columns += [(first == a) & (second == b) for a in (1, 0) for b in (1, 0)]
    return np.column_stack(columns).astype(float)


def divide(above, below) -> np.ndarray:
    """above / below, not-a-number where below is 0."""
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    return np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=np.abs(below) > 1e-12)


def from_tallies(sums: np.ndarray) -> dict[str, np.ndarray]:
    """The statistics from summed tallies, for one sum or for many (rows)."""
    t = np.atleast_2d(sums).T
    units, agree, share, rated, ones, marks, differ, both_one, both_zero = t[:9]
    zeros = marks - ones
    prevalence = divide(share, rated)
    percent = divide(agree, units)
    chance = 2 * prevalence * (1 - prevalence)
    observed = divide(differ, marks)
    expected = divide(2 * ones * zeros, marks * (marks - 1))
    found = {
        "percent": percent,
        "positive": divide(both_one, ones),
        "negative": divide(both_zero, zeros),
        "alpha": 1 - divide(observed, expected),
        "ac1": divide(percent - chance, 1 - chance),
        "prevalence": prevalence,
        "units": units,
        "kappa": np.full_like(percent, np.nan),
    }
    if len(t) > 9:
        a, b, c, d = t[9:]
        n = a + b + c + d
        by_chance = divide((a + b) * (a + c) + (c + d) * (b + d), n * n)
        found["kappa"] = divide(divide(a + d, n) - by_chance, 1 - by_chance)
    return found


def measures(marks: np.ndarray) -> dict[str, float]:
    """All measures of one table of units × coders (1, 0, not-a-number); what is undefined is not-a-number.

    percent: agreeing pairs of coders (percent agreement). positive, negative: agreement on ones and on zeros
    (Cicchetti and Feinstein 1990; beyond two coders Spitzer and Fleiss 1974). kappa: two coders only (Cohen 1960).
    alpha: any number, missing marks allowed (Krippendorff 2004, nominal). ac1: Gwet (2008); 1 where nobody's marks vary
    and all agree, since both categories, yes and no, are known. prevalence: share of ones.

    Feinstein and Cicchetti (1990): the same 85 % of agreement, and two kappas, for the ones are rarer in the second.

    >>> def fourfold(a, b, c, d):
    ...     return np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [a, b, c, d], axis=0).astype(float)
    >>> {name: round(value, 2) for name, value in measures(fourfold(40, 9, 6, 45)).items() if name in MEASURES}
    {'percent': 0.85, 'positive': 0.84, 'negative': 0.86, 'alpha': 0.7, 'ac1': 0.7, 'kappa': 0.7}
    >>> {name: round(value, 2) for name, value in measures(fourfold(80, 10, 5, 5)).items() if name in MEASURES}
    {'percent': 0.85, 'positive': 0.91, 'negative': 0.4, 'alpha': 0.32, 'ac1': 0.81, 'kappa': 0.32}
    """
    return {name: float(value[0]) for name, value in from_tallies(tallies(marks).sum(axis=0)).items()}


def category_counts(codes: np.ndarray) -> np.ndarray:
    """Units × categories: how many coders gave it. In: units × coders, any numbers, not-a-number for missing.

    >>> category_counts(np.array([[1, 1], [1, 2], [np.nan, 2]])).tolist()
    [[2, 0], [1, 1], [0, 1]]
    """
    codes = np.asarray(codes, dtype=float)
    by_coder = np.ascontiguousarray(codes.T)
    low, high = (
        np.fmin.reduce(by_coder, axis=None, initial=np.inf),
        np.fmax.reduce(by_coder, axis=None, initial=-np.inf),
    )
    if high - low <= 20 and low == np.floor(low):  # few whole numbers, as a rule: compare with each of them
        values = np.arange(low, high + 1)
        counts = np.array([(by_coder == value).sum(axis=0, dtype=np.int32) for value in values]).T
        if counts.sum() == np.count_nonzero(by_coder == by_coder):
            return counts[:, counts.any(axis=0)].astype(np.int64)
    there = ~np.isnan(codes)
    values, number = np.unique(codes[there], return_inverse=True)
    flat = number + np.repeat(np.arange(len(codes)), there.sum(axis=1)) * len(values)
    return np.bincount(flat, minlength=len(codes) * len(values)).reshape(len(codes), len(values))


def alpha(codes: np.ndarray) -> float:
    """Krippendorff's alpha for nominal data, any number of coders and categories, missing codes allowed (2004, 2011).

    In: units × coders of numbers, not-a-number for missing. Units with fewer than two codes say nothing. Not a
    number where no unit has two codes, or all codes are the same.

    Krippendorff's own example, four coders and twelve units: 0.743.

    >>> n = np.nan
    >>> coders = [[1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3],
    ...           [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n]]
    >>> round(alpha(np.array(coders).T), 3)
    0.743
    """
    counts = category_counts(codes)
    marks = counts.sum(axis=1)
    per_category = (marks > 1) @ counts
    total = int(per_category.sum())
    expected = (float(total) ** 2 - (per_category.astype(float) ** 2).sum()) / max(total * (total - 1), 1)
    if not total or expected <= 0:
        return float("nan")
    agreeing = np.einsum("ij,ij->i", counts, counts) - marks
    observed = 1 - (agreeing / np.maximum(marks - 1, 1)).sum() / total  # a lone mark agrees with none
    return float(1 - observed / expected)


def kappa(first, second) -> float:
    """Cohen's kappa (1960) for two coders and any codes; not a number where both used one and the same code only.

    >>> round(kappa(list("aaabbb"), list("aabbbb")), 2)
    0.67
    """
    one, values = pd.factorize(np.concatenate([first, second]))
    table = np.zeros((len(values), len(values)))
    np.add.at(table, (one[: len(first)], one[len(first) :]), 1)
    share = table / table.sum()
    by_chance = float(share.sum(axis=0) @ share.sum(axis=1))
    return float(divide(np.trace(share) - by_chance, 1 - by_chance))


def ac1(codes: np.ndarray, categories: int | None = None) -> float:
    """Gwet's AC1 (2008; with missing codes as in Gwet 2014), any number of coders and categories.

    In: as `alpha`, and how many categories there are; without it, those that occur. Not a number where there is no pair
    of codes, or one category only (its chance term has no sense). So nine agreed zeros say nothing of a scale that is
    not known, and are full agreement on yes or no:

    >>> ac1(np.zeros((9, 2))), ac1(np.zeros((9, 2)), categories=2)
    (nan, 1.0)
    """
    counts = category_counts(codes)
    r, categories = counts.sum(axis=1), categories or counts.shape[1]
    paired = r > 1
    if categories < 2 or not paired.any():
        return float("nan")
    agree = ((counts * (counts - 1)).sum(axis=1)[paired] / (r * (r - 1))[paired]).mean()
    share = (counts[r > 0] / r[r > 0, None]).mean(axis=0)
    chance = (share * (1 - share)).sum() / (categories - 1)
    return float((agree - chance) / (1 - chance))


# ---- sets of themes ----


def masi(one: frozenset, other: frozenset) -> float:
    """Distance of two sets of themes: 1 − Jaccard × monotonicity (Passonneau 2006).

    Monotonicity: 1 where they are equal, 2/3 where one holds the other, 1/3 where they share something, else 0.
    Two empty sets ("no theme", said twice) are at distance 0.

    >>> a, none = frozenset("a"), frozenset()
    >>> round(masi(frozenset("ab"), frozenset("abcd")), 3), masi(none, none), masi(a, none)
    (0.667, 0.0, 1.0)
    """
    if one == other:
        return 0.0
    shared = len(one & other)
    if not shared:
        return 1.0
    return 1 - shared / len(one | other) * (2 / 3 if one <= other or other <= one else 1 / 3)


def set_alpha(sets: list[list]) -> float:
    """Krippendorff's alpha with the MASI distance over set-valued codings; one row a unit, None for missing.

    >>> a, b, none = frozenset("a"), frozenset("ab"), frozenset()
    >>> round(set_alpha([[a, a], [b, a], [none, none]]), 2)
    0.67
    """
    units = [[own for own in unit if own is not None] for unit in sets]
    units = [unit for unit in units if len(unit) > 1]
    kinds = sorted({own for unit in units for own in unit}, key=sorted)
    at = {kind: number for number, kind in enumerate(kinds)}
    distance = np.array([[masi(one, other) for other in kinds] for one in kinds]).reshape(len(kinds), len(kinds))
    counts = np.array([np.bincount([at[own] for own in unit], minlength=len(kinds)) for unit in units])
    if not len(units):
        return float("nan")
    marks, total = counts.sum(axis=1), counts.sum()
    observed = ((counts @ distance * counts).sum(axis=1) / (marks - 1)).sum() / total
    every = counts.sum(axis=0)
    expected = every @ distance @ every / (total * (total - 1))
    return float(1 - divide(observed, expected))


# ---- the units of a review ----


def point_marks(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Key point × each theme of its heading. Out: keypoint, case, heading, theme, then a column a coder: 1, 0, missing.

    A key point that speaks against a theme does not carry it: 0. Sets of themes (`theme_sets`) tell the two apart.
    """
    book = review.codebook[review.codebook["level"].eq("theme")]
    points = review.keypoints.rename(columns={"id": "keypoint"})[["keypoint", "case", "heading"]]
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
    """Case × theme from `point_marks`: 1 where a key point carries the theme, 0 where none does, missing where any of
    the case's key points under the heading is not coded. Out: case, heading, theme, then a column a coder.

    Were one coded point enough for a 1, and a 0 asked for all, what is missing would hang on the answer:

    >>> points = pd.DataFrame({"case": "c", "heading": "h", "theme": "t", "ada": [1, 0], "bo": [1, np.nan]})
    >>> case_marks(points, ["ada", "bo"])[["ada", "bo"]].to_numpy().tolist()
    [[1.0, nan]]
    """
    grouped = points.groupby(["case", "heading", "theme"], sort=False)[coder_ids]
    carry, coded, number = grouped.max(), grouped.count(), grouped.size()
    return carry.where(coded.eq(number, axis=0)).reset_index()


# ---- tables ----


def interval(per_unit: np.ndarray, case: np.ndarray, samples: int = SAMPLES) -> dict[str, tuple[float, float]]:
    """95 % percentile intervals of each measure by a bootstrap over cases (Efron 1979; cluster bootstrap, Field and
    Welsh 2007). In: tallies per unit and the case of each. Not a number where fewer than two cases, or where the
    measure is undefined in more than a twentieth of the samples."""
    number, cases = pd.factorize(case)
    if len(cases) < 2:
        return {}
    sums = np.column_stack([np.bincount(number, weights=column, minlength=len(cases)) for column in per_unit.T])
    draws = np.random.default_rng(SEED).multinomial(len(cases), np.full(len(cases), 1 / len(cases)), size=samples)
    found = from_tallies(draws @ sums)
    ends = {}
    for name, values in found.items():
        fit = values[~np.isnan(values)]
        ends[name] = tuple(np.percentile(fit, [2.5, 97.5])) if len(fit) >= 0.95 * samples else (np.nan, np.nan)
    return ends


OVERALL = "unit heading coders cases units prevalence measure value low high".split()


def overall(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement over all themes and per heading, at both levels, with intervals.

    Out: unit (key point, case), heading (empty: all), coders, cases, units (that two coders marked), prevalence,
    measure, value, low, high. A measure that is undefined has no number; kappa has a row for two coders only.
    """
    rows = []
    if len(coder_ids) < 2:
        return pd.DataFrame(columns=OVERALL)
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
    return pd.DataFrame(rows, columns=OVERALL).round(3)


def measures_of(coder_ids: list[str]) -> list[str]:
    """The measures that apply to so many coders: kappa is for two (Cohen 1960)."""
    return [name for name in MEASURES if name != "kappa" or len(coder_ids) == 2]


def per_theme(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement theme by theme. Out: unit, heading, theme, units, prevalence, then a column a measure that applies."""
    rows, applies = [], measures_of(coder_ids)
    columns = ["unit", "heading", "theme", "units", "prevalence", *applies]
    if len(coder_ids) < 2:
        return pd.DataFrame(columns=columns)
    for unit, table in (("key point", points), ("case", cases)):
        for (heading, theme), own in table.groupby(["heading", "theme"], sort=False):
            found = measures(own[coder_ids].to_numpy(float))
            rows.append([unit, heading, theme, int(found["units"]), found["prevalence"], *(found[m] for m in applies)])
    return pd.DataFrame(rows, columns=columns).round(3)


PARADOX = (
    "unit theme name both first_only second_only neither prevalence percent kappa kappa_chance ac1 ac1_chance"
).split()


def paradox(review: Review, points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Of two themes with the same percent agreement, those whose kappas differ most, with all that goes into either.

    Out, two rows, or none where there is no such pair: unit, theme, name, the fourfold table (both, first_only,
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
    table = pd.DataFrame(rows, columns=PARADOX).round(9).dropna(subset=["kappa"]).sort_values("kappa", kind="stable")
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
    >>> words = paradox_words(pd.DataFrame(rows, columns=PARADOX), ["ada", "bo"])
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


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with "undefined" where a measure has no number."""
    shown = table.copy()
    for column in [c for c in NUMBERS if c in table]:
        shown[column] = [UNDEFINED if pd.isna(value) else f"{value:.3f}" for value in table[column]]
    return shown


def theme_sets(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Each key point's set of themes by each coder, one that it contradicts as "not" and its id. Out: keypoint, case,
    heading, then a column a coder (a frozenset; None where the coder did not code it)."""
    themed = review.headings.loc[review.headings["themed"], "id"]
    own = review.keypoints[review.keypoints["heading"].isin(themed)].rename(columns={"id": "keypoint"})
    table = own[["keypoint", "case", "heading"]].reset_index(drop=True)
    for coder in coder_ids:
        coded = review.codings[review.codings["coder"].eq(coder)]
        sets = {point: frozenset(part) - {NONE} for point, part in marks(coded).groupby(coded["keypoint"])}
        table[coder] = [sets.get(point) for point in table["keypoint"]]
    return table


def set_agreement(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Set-valued agreement per heading (Passonneau 2006). Out: heading (empty: all), points (that two coders coded),
    same (the same set), masi (mean distance over pairs of coders), alpha_masi."""
    rows, table = [], theme_sets(review, coder_ids)
    if len(coder_ids) < 2:
        return pd.DataFrame(columns="heading points same masi alpha_masi".split())
    for heading in ["", *dict.fromkeys(table["heading"])]:
        own = (table[table["heading"].eq(heading)] if heading else table)[coder_ids].to_numpy().tolist()
        coded = [[one for one in unit if one is not None] for unit in own]
        coded = [unit for unit in coded if len(unit) > 1]
        distance = [np.mean([masi(a, b) for a, b in combinations(unit, 2)]) for unit in coded]
        same = sum(len(set(unit)) == 1 for unit in coded)
        mean = float(np.mean(distance)) if distance else np.nan
        rows.append([heading, len(coded), same, mean, set_alpha(own)])
    return pd.DataFrame(rows, columns="heading points same masi alpha_masi".split()).round(3)


def words(themes_of_point) -> str:
    """A set of themes as text.

    >>> words(frozenset()), words(None), words(frozenset(["b", "a"]))
    ('none', 'not coded', 'a b')
    """
    return "not coded" if themes_of_point is None else " ".join(sorted(themes_of_point)) or NONE


def differences(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """The key points that coders coded differently, and how that was resolved.

    Out: keypoint, case, heading, summary, then a column a coder, consensus (its themes; empty: no consensus yet),
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


def unresolved(review: Review) -> pd.DataFrame:
    """What a consensus still owes: rows of `differences` without a consensus or without its reason."""
    own = differences(review, coders(review))
    return own[own["consensus"].eq("") | own["reason"].eq("")].reset_index(drop=True)


def draft_consensus(review: Review) -> pd.DataFrame:
    """The rows of a consensus as far as the coders agree, for codings.csv; the others are for people to resolve.

    Out: the columns of codings.csv, coder "consensus"; key points on which coders differ are left out.
    """
    own = coders(review)
    table = theme_sets(review, own)
    rows = []
    for point, *said in table[["keypoint", *own]].itertuples(index=False, name=None):
        sets = {one for one in said if one is not None}
        for mark in (sorted(*sets) or [NONE]) if len(sets) == 1 else []:
            direction = "contradicts" if mark.startswith("not ") else "supports"
            rows.append([point, mark.removeprefix("not "), CONSENSUS, direction, ""])
    return pd.DataFrame(rows, columns="keypoint theme coder direction memo".split())


def who(review: Review) -> pd.DataFrame:
    """What each coder had seen, and so what the agreement does and does not prove. Out: coder, points (coded),
    codings, how, seen_sources, seen_attributions, seen_codings."""
    own = review.codings.groupby("coder").agg(points=("keypoint", "nunique"), codings=("theme", "size"))
    table = review.coders.rename(columns={"id": "coder"}).merge(own.reset_index(), on="coder", how="left")
    table[["points", "codings"]] = table[["points", "codings"]].fillna(0).astype(int)
    return table["coder points codings how seen_sources seen_attributions seen_codings".split()]


def missing(review: Review) -> str:
    """What is missing for a comparison of codings; empty where nothing is."""
    own = coders(review)
    if not own:
        return "Nothing is coded yet: codings.csv has no row. Agreement needs two coders."
    if len(own) == 1:
        return (
            f"One coder ({own[0]}): agreement cannot be computed. Add a second coder to coders.csv and their "
            "rows to codings.csv; they should have seen neither the first coding nor the attributions."
        )
    return ""


# ---- coding against print ----


def disputed(review: Review, coded: pd.DataFrame) -> pd.DataFrame:
    """Where print and coding differ on a case, with all that the case says under the heading.

    Out: statement, theme, theme_name, case, name, extent, printed, coded (yes, no), points (ids), said (the case's key
    points under the heading: id, its themes, its summary). Closed lists both ways; examples and "all" one way.
    """
    columns = "statement theme theme_name case name extent printed coded points said".split()
    if not review.has("statements"):
        return pd.DataFrame(columns=columns)
    book = review.codebook.set_index("id")
    names = dict(zip(review.cases["id"], review.cases["name"]))
    coded_as = marks(coded).groupby(coded["keypoint"]).agg(" ".join).to_dict()
    carry = coded[coded["direction"].eq("supports")]
    rows = []
    for said in review.statements.itertuples():
        heading = book.heading[said.theme]
        there = [
            case
            for case in review.cases.sort_values("order")["id"]
            if case in set(themes.eligible(review, heading)["id"])
        ]
        named = set(review.attributions.loc[review.attributions["statement"].eq(said.id), "case"])
        named = set(there) if said.extent == "all" else named
        found = set(carry.loc[carry["theme"].eq(said.theme), "case"])
        doubted = (named - found) | (found - named if said.extent == "list" else set())
        for case in [case for case in review.cases.sort_values("order")["id"] if case in doubted]:
            own = review.keypoints[review.keypoints["case"].eq(case) & review.keypoints["heading"].eq(heading)]
            text = " | ".join(f"{p.id} [{coded_as.get(p.id, 'not coded')}]: {p.summary}" for p in own.itertuples())
            yes = {True: "yes", False: "no"}
            rows.append(
                [said.id, said.theme, book.loc[said.theme, "name"], case, names[case],
                 said.extent, yes[case in named], yes[case in found], " ".join(own["id"]), text]
            )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


EXTENTS = {"list": "a closed list", "examples": "examples", "all": "all projects", "unnamed": "nobody named"}


def by_extent(printed: pd.DataFrame) -> pd.DataFrame:
    """Coding against print, as far as the extent of the statements allows.

    In: the columns of themes.compare_with_print. Out, one row an extent: extent, statements, named (pairs of statement
    and project that are printed, or meant by "all"), found (that the coding has too), not_found, share (of the named
    that are found; missing where nobody is named), not_named (pairs that the coding has and a closed list leaves out).

    >>> columns = ["extent", "named", "found", "coded"]
    >>> printed = pd.DataFrame([["list", 4, 3, 5], ["list", 2, 2, 2], ["all", 9, 6, 6]], columns=columns)
    >>> by_extent(printed)[["extent", "named", "found", "not_found", "share", "not_named"]]
      extent  named  found  not_found  share  not_named
    0   list      6      5          1  0.833          2
    1    all      9      6          3  0.667          0
    """
    columns = "extent statements named found not_found share not_named".split()
    rows = []
    for extent in [extent for extent in EXTENTS if printed["extent"].eq(extent).any()]:
        own = printed[printed["extent"].eq(extent)]
        named, found, coded = (int(own[column].sum()) for column in ("named", "found", "coded"))
        share = round(found / named, 3) if named else np.nan
        rows.append([extent, len(own), named, found, named - found, share, coded - found if extent == "list" else 0])
    return pd.DataFrame(rows, columns=columns)


# ---- a second extraction ----


def counterparts(review: Review) -> pd.DataFrame:
    """Which statement of a second extraction says the same as which key point, each pair once.

    Out: extractor, case, heading, id (of the second), keypoint. Only pairs of one case and heading.
    """
    second = review.extractions
    links = second.assign(keypoint=second["keypoints"].str.split()).explode("keypoint").dropna(subset=["keypoint"])
    points = review.keypoints.rename(columns={"id": "keypoint"})[["keypoint", "case", "heading"]]
    own = links[["extractor", "case", "heading", "id", "keypoint"]].merge(points, on=["keypoint", "case", "heading"])
    return own.drop_duplicates().reset_index(drop=True)


def read_twice(review: Review) -> list[tuple[str, str, list[str]]]:
    """Each extractor and case, with the headings that were extracted a second time: those that the extractor uses for
    any case. One that is used for no case counts as not asked for; one that is left empty for a case, as empty."""
    second = review.extractions
    uses = second.groupby("extractor")["heading"].agg(set)
    pairs = second[["extractor", "case"]].drop_duplicates().itertuples(index=False, name=None)
    return [(who, case, [h for h in review.headings["id"] if h in uses[who]]) for who, case in pairs]




def extraction(review: Review) -> pd.DataFrame:
    """A second, blind extraction beside the first, per case and heading: splitting and content.

    In: extractions.csv (optional), whose column keypoints names the key points of the first extraction that say the
    same. Out: extractor, case, heading (empty: the case), first and second (points), matched_first and matched_second
    (points that have a counterpart), agreement (positive specific agreement, or F1: matched points of either, as a part
    of all points of either; Hripcsak and Rothschild 2005), split (points of the first that the second tells in
    several), joined (points of the second that take several of the first together), only_first and only_second (ids).
    Whoever matched had both extractions in view: the numbers are generous by design.
    """
    columns = (
        "extractor case heading first second matched_first matched_second agreement split joined only_first only_second"
    ).split()
    if not review.has("extractions"):
        return pd.DataFrame(columns=columns)
    rows, links = [], counterparts(review)
    for extractor, case, headings in read_twice(review):
        for scope in [headings, *([heading] for heading in headings)]:
            first, part, own = (
                table[table["case"].eq(case) & table["heading"].isin(scope)]
                for table in (review.keypoints, review.extractions, links)
            )
            first, own = first["id"], own[own["extractor"].eq(extractor)]
            second = part.loc[part["extractor"].eq(extractor), "id"]
            in_first, in_second = own["keypoint"].value_counts(), own["id"].value_counts()
            total = len(first) + len(second)
            agreed = round((len(in_first) + len(in_second)) / total, 3) if total else np.nan
            rows.append(
                [extractor, case, "" if scope is headings else scope[0], len(first), len(second), len(in_first),
                 len(in_second), agreed, int((in_first > 1).sum()), int((in_second > 1).sum()),
                 " ".join(first[~first.isin(own["keypoint"])]), " ".join(second[~second.isin(own["id"])])]
            )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def extraction_content(review: Review) -> pd.DataFrame:
    """Where two extractions of a case say different things: what one of them lacks, and what the notes say differs.

    Out: extractor, case, heading, lacking (first, second; empty: neither), first and second (ids with their
    summaries), note.
    """
    columns = "extractor case heading lacking first second note".split()
    if not review.has("extractions"):
        return pd.DataFrame(columns=columns)
    second, first, rows = review.extractions, review.keypoints.set_index("id")["summary"], []
    links = counterparts(review)
    same = links.groupby("id")["keypoint"].agg(list)
    for row in second[~second["id"].isin(links["id"]) | second["note"].ne("")].itertuples():
        said = "; ".join(f"{point}: {first[point]}" for point in same.get(row.id, []))
        own = f"{row.id}: {row.summary}"
        rows.append([row.extractor, row.case, row.heading, "" if said else "first", said, own, row.note])
    for extractor, case, headings in read_twice(review):
        own = review.keypoints[review.keypoints["case"].eq(case) & review.keypoints["heading"].isin(headings)]
        matched = links.loc[links["extractor"].eq(extractor), "keypoint"]
        for row in own[~own["id"].isin(matched)].itertuples():
            rows.append([extractor, case, row.heading, "second", f"{row.id}: {row.summary}", "", ""])
    return pd.DataFrame(rows, columns=columns)
