"""How far coders agree: percent, kappa, alpha, AC1 and MASI, on yes-or-no units, with intervals over cases.

Units are key point × each theme of its heading, and case × theme. A coder's mark is 1 (carries the theme), 0 (does
not) or missing (not coded). A second coding by the same kind of coder measures consistency, not independence.
What cannot be computed, for want of variation or of coders, is "undefined", never 0 or 1.
"""

from itertools import combinations

import numpy as np
import pandas as pd

from casesynth import themes
from casesynth.review import NONE, Review
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
    (Cicchetti and Feinstein 1990). kappa: two coders (Cohen 1960). alpha: any number, missing marks allowed
    (Krippendorff 2004, nominal). ac1: Gwet (2008). prevalence: share of ones.

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


def ac1(codes: np.ndarray) -> float:
    """Gwet's AC1 (2008; with missing codes as in Gwet 2014), any number of coders and categories.

    In: as `alpha`. Not a number where there is no pair of codes, or one category only (its chance term has no sense).
    """
    counts = category_counts(codes)
    r, categories = counts.sum(axis=1), counts.shape[1]
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
    """Key point × each theme of its heading. Out: keypoint, case, heading, theme, then a column a coder
    (1, 0, missing)."""
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
    """Case × theme from `point_marks`: 1 where a key point carries the theme, 0 where all its key points are coded and
    none does, else missing. Out: case, heading, theme, then a column a coder."""
    grouped = points.groupby(["case", "heading", "theme"], sort=False)[coder_ids]
    carry, coded, number = grouped.max(), grouped.count(), grouped.size()
    known = coded.eq(number, axis=0) | carry.eq(1)
    return carry.where(known).reset_index()


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
    measure, value, low, high. A measure that is undefined has no number; kappa is for two coders.
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
            rows += [[*start, name, found[name][0], *ends.get(name, (np.nan, np.nan))] for name in MEASURES]
    return pd.DataFrame(rows, columns=OVERALL).round(3)


def per_theme(points: pd.DataFrame, cases: pd.DataFrame, coder_ids: list[str]) -> pd.DataFrame:
    """Agreement theme by theme. Out: unit, heading, theme, units, prevalence, then a column a measure."""
    rows = []
    if len(coder_ids) < 2:
        return pd.DataFrame(columns=["unit", "heading", "theme", "units", "prevalence", *MEASURES])
    for unit, table in (("key point", points), ("case", cases)):
        for (heading, theme), own in table.groupby(["heading", "theme"], sort=False):
            found = measures(own[coder_ids].to_numpy(float))
            rows.append([unit, heading, theme, int(found["units"]), found["prevalence"], *(found[m] for m in MEASURES)])
    return pd.DataFrame(rows, columns=["unit", "heading", "theme", "units", "prevalence", *MEASURES]).round(3)


def printed(table: pd.DataFrame) -> pd.DataFrame:
    """The table with "undefined" where a measure has no number."""
    shown = table.copy()
    for column in [c for c in ("value", "low", "high", *MEASURES) if c in table]:
        shown[column] = [UNDEFINED if pd.isna(value) else f"{value:.3f}" for value in table[column]]
    return shown


def theme_sets(review: Review, coder_ids: list[str]) -> pd.DataFrame:
    """Each key point's set of themes by each coder. Out: keypoint, case, heading, then a column a coder (a frozenset;
    None where the coder did not code it)."""
    themed = review.headings.loc[review.headings["themed"], "id"]
    own = review.keypoints[review.keypoints["heading"].isin(themed)].rename(columns={"id": "keypoint"})
    table = own[["keypoint", "case", "heading"]].reset_index(drop=True)
    for coder in coder_ids:
        coded = review.codings[review.codings["coder"].eq(coder)]
        sets = {point: frozenset(part) - {NONE} for point, part in coded.groupby("keypoint")["theme"]}
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
    sets = {point: words(frozenset(part) - {NONE}) for point, part in agreed.groupby("keypoint")["theme"]}
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
    table = theme_sets(review, coders(review))
    rows = []
    for (
        point,
        *_,
    ) in table[["keypoint"]].itertuples(index=False):
        sets = [one for one in table.loc[table["keypoint"].eq(point), coders(review)].iloc[0] if one is not None]
        if sets and len(set(sets)) == 1:
            rows += [[point, theme, CONSENSUS, "supports", ""] for theme in sorted(sets[0]) or [NONE]]
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
    coded_as = coded.groupby("keypoint")["theme"].agg(" ".join).to_dict()
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


# ---- a second extraction ----


def extraction(review: Review) -> pd.DataFrame:
    """A second, blind extraction beside the first, per case and heading: splitting and content.

    In: extractions.csv (optional), whose column keypoints names the key points of the first extraction that say the
    same. Out: extractor, case, heading (empty: the case), first and second (points), matched_first and matched_second
    (points that have a counterpart), split (points of the first that the second tells in several), joined (points of
    the second that take several of the first together), only_first and only_second (ids).
    """
    columns = (
        "extractor case heading first second matched_first matched_second split joined only_first only_second"
    ).split()
    if not review.has("extractions"):
        return pd.DataFrame(columns=columns)
    rows = []
    second = review.extractions
    for (extractor, case), own in second.groupby(["extractor", "case"], sort=False):
        headings = [heading for heading in review.headings["id"] if heading in set(own["heading"])]
        for heading in ["", *headings]:
            part = own[own["heading"].eq(heading)] if heading else own
            scope = [heading] if heading else headings
            first = review.keypoints[review.keypoints["case"].eq(case) & review.keypoints["heading"].isin(scope)]["id"]
            links = part.set_index("id")["keypoints"].str.split().explode().dropna()
            links = links[links.isin(first)]
            times, per_second = links.value_counts(), links.groupby(level=0).size()
            rows.append(
                [extractor, case, heading, len(first), len(part), int(first.isin(links).sum()), len(per_second),
                 int((times > 1).sum()), int((per_second > 1).sum()),
                 " ".join(first[~first.isin(links)]), " ".join(part.loc[~part["id"].isin(links.index), "id"])]
            )  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def extraction_content(review: Review) -> pd.DataFrame:
    """Where two extractions of a case say different things: what one of them lacks, and what the notes say differs.

    Out: case, heading, lacking (first, second; empty: neither), first and second (ids with their summaries), note.
    """
    columns = "case heading lacking first second note".split()
    if not review.has("extractions"):
        return pd.DataFrame(columns=columns)
    second, first = review.extractions, review.keypoints.set_index("id")["summary"]
    rows = []
    for row in second[second["keypoints"].eq("") | second["note"].ne("")].itertuples():
        said = "; ".join(f"{point}: {first[point]}" for point in row.keypoints.split())
        rows.append([row.case, row.heading, "" if said else "first", said, f"{row.id}: {row.summary}", row.note])
    scope = pd.MultiIndex.from_frame(second[["case", "heading"]].drop_duplicates())
    own = review.keypoints[pd.MultiIndex.from_frame(review.keypoints[["case", "heading"]]).isin(scope)]
    matched = set(second["keypoints"].str.split().explode())
    for row in own[~own["id"].isin(matched)].itertuples():
        rows.append([row.case, row.heading, "second", f"{row.id}: {row.summary}", "", ""])
    return pd.DataFrame(rows, columns=columns)
