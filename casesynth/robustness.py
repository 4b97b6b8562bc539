"""How much a finding rests on single cases, and on thresholds.

Leaving cases out is the jackknife idea (Quenouille 1949; Tukey 1958) carried to the smallest set whose removal
undoes a finding: a smallest hitting set (Karp 1972), or the "fragility index" of trials (Walsh et al. 2014) for
cases instead of patients. Up to 16 cases every subset is tried; beyond, an exact count by dynamic programming, or
where that grows too large an integer programme with a stated bound.
"""

from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd

from casesynth import barriers, quantifiers
from casesynth.review import Review
from casesynth.standing import (
    LEVELS,
    Structure,
    Thresholds,
    codings,
    everyone,
    is_in,
    long,
    stand,
    structure,
    supporting_cases,
)

#: Up to so many cases every subset is tried: 2 to the power of 16 are 65,536.
TRY_ALL = 16
#: Partial solutions that the dynamic programme may hold, and the seconds that an integer programme may take.
MOST_STATES, SECONDS = 4_000, 5.0

ROBUST = (
    "level id name cases of_cases fewest sets without holds_in removals exact at_least how_sure"
).split()


@dataclass(frozen=True)
class Finding:
    """A finding above the headings: it falls when any (or all) of its general themes do; a proposal also by overlap."""

    level: str
    id: str
    name: str
    generals: tuple[int, ...]  # columns of Structure.general_of
    falls_with: str = "all"  # all: when all of them have fallen (refined); any: when one has (a merge)
    proposed: bool = False  # is it a proposal, which needs the overlap too?


@dataclass(frozen=True)
class Answer:
    """The smallest removal: its size, how many such sets there are (None: not counted), one of them, is it exact."""

    fewest: int
    sets: int | None
    one: tuple[int, ...]
    exact: bool = True
    at_least: int | None = None  # where it is not exact: no smaller removal than this can do it


# ---- the findings ----


def findings(of: Structure, overlaps: pd.DataFrame, rule: Thresholds) -> list[Finding]:
    """The standing general and refined themes, and the merges (decided or proposed) of standing general themes."""
    now = stand(of, everyone(of), rule)
    found = [
        Finding("general", of.ids["general"][g], of.names["general"][g], (int(g),))
        for g in np.flatnonzero(now["general"][0])
    ]
    for r in np.flatnonzero(now["refined"][0]):
        own = np.flatnonzero(of.refined_of[:, r] & now["general"][0])
        found.append(Finding("refined", of.ids["refined"][r], of.names["refined"][r], tuple(map(int, own))))
    at = {general: number for number, general in enumerate(of.ids["general"])}
    for pair in overlaps.itertuples():
        if pair.decided == "merged" or pair.proposed:
            one, other = at[pair.one], at[pair.other]
            proposed = pair.decided != "merged"
            name = " + ".join(of.names["general"][g] for g in (one, other)) + (" (proposed)" if proposed else "")
            found.append(Finding("merge", f"{pair.one}+{pair.other}", name, (one, other), "any", proposed))
    return found


def subsets(cases: int) -> np.ndarray:
    """Every set of cases that may stay: 2^cases × cases.

    >>> subsets(2).tolist()
    [[False, False], [True, False], [False, True], [True, True]]
    """
    return (np.arange(2**cases)[:, None] >> np.arange(cases) & 1).astype(bool)


def fewest_of_all(keep: np.ndarray, holds: np.ndarray) -> Answer:
    """The smallest removal that undoes a finding, from its verdict for every subset.

    >>> keep = subsets(3)
    >>> fewest_of_all(keep, keep.sum(axis=1) >= 2)  # it needs any two of three cases
    Answer(fewest=2, sets=3, one=(1, 2), exact=True, at_least=None)
    """
    removed = (~keep).sum(axis=1)
    least = int(removed[~holds].min())
    rows = np.flatnonzero(~holds & (removed == least))
    return Answer(least, len(rows), tuple(int(c) for c in np.flatnonzero(~keep[rows[0]])))


def holds(finding: Finding, general: np.ndarray, overlap: np.ndarray | None = None) -> np.ndarray:
    """Does the finding hold, for each set? In: sets × general themes that stand."""
    own = general[:, list(finding.generals)]
    verdict = own.any(axis=1) if finding.falls_with == "all" else own.all(axis=1)
    return verdict if overlap is None else verdict & overlap


def overlap_holds(of: Structure, coded: pd.DataFrame, finding: Finding, keep, standing, merge_overlap) -> np.ndarray:
    """Do the key points of the two general themes still overlap by `merge_overlap` (Jaccard 1901), for each set?"""
    own = coded[coded["direction"].eq("supports")]
    points = list(dict.fromkeys(own["keypoint"]))
    carry = is_in(of.ids["theme"], points, own[["theme", "keypoint"]].itertuples(index=False))
    case = own.drop_duplicates("keypoint")["case"]
    there = keep[:, pd.Index(of.ids["case"]).get_indexer(case)]
    held = [
        ((standing & of.general_of[:, g]).astype(np.float32) @ carry.astype(np.float32) > 0) & there
        for g in finding.generals
    ]
    shared, union = (held[0] & held[1]).sum(axis=1), (held[0] | held[1]).sum(axis=1)
    return shared / np.maximum(union, 1) >= merge_overlap


# ---- the search beyond 16 cases ----


def places_of(of: Structure, finding: Finding, rule: Thresholds) -> list[list[np.ndarray]]:
    """General theme -> place (heading, or group) -> the standing themes there, as columns of `carry`."""
    standing = stand(of, everyone(of), rule)["theme"][0]
    places = of.group_of if rule.heading_groups else of.heading_of
    spanned = [[np.flatnonzero(standing & of.general_of[:, g] & place) for place in places.T] for g in finding.generals]
    return [[place for place in own if len(place)] for own in spanned]


def search(carry: np.ndarray, places: list[list[np.ndarray]], rule: Thresholds, falls_with: str = "all") -> Answer:
    """The smallest removal, exactly where possible, for any number of cases.

    A theme falls when fewer than `min_cases` of its cases are left, a general theme when its standing themes span
    fewer than `min_headings` places. Cases that carry the same themes are one class. The dynamic programme takes the
    classes one by one and decides how many of each stay; it keeps, for each state (cases left per theme, up to
    `min_cases`), the largest number that can stay and in how many ways. In: carry, cases × themes; places, general
    theme -> place -> columns. Method: dynamic programming over a multi-dimensional packing (Kellerer et al. 2004).

    >>> carry = np.array([[1, 0], [1, 1], [1, 1], [0, 1]], dtype=bool)
    >>> search(carry, [[np.array([0]), np.array([1])]], Thresholds(2, 2))  # two themes at two headings
    Answer(fewest=2, sets=5, one=(1, 2), exact=True, at_least=None)
    """
    columns = [theme for general in places for place in general for theme in place]
    own = carry[:, columns]
    spans, start = [], 0
    for general in places:
        spans.append([])
        for place in general:
            spans[-1].append(slice(start, start + len(place)))
            start += len(place)
    classes, of_class, sizes = np.unique(own, axis=0, return_inverse=True, return_counts=True)
    answer = by_dynamic_programme(classes, sizes, spans, rule, falls_with)
    if answer is None:
        return by_integer_programme(own, classes, of_class.ravel(), sizes, spans, rule, falls_with)
    fewest, sets, kept = answer
    members = [list(np.flatnonzero(of_class.ravel() == number)) for number in range(len(classes))]
    one = [int(case) for cases, stay in zip(members, kept) for case in cases[: len(cases) - stay]]
    return Answer(fewest, sets, tuple(sorted(one)))


def by_dynamic_programme(classes, sizes, spans, rule: Thresholds, falls_with: str):
    """(fewest removed, number of sets, how many of each class stay), or None where there are too many states."""
    full, need = rule.min_cases, rule.min_headings

    def settle(counts: tuple) -> tuple | None:
        """A place where one theme stands is settled; None where the finding can no longer fall."""
        new, safe = list(counts), 0
        for general in spans:
            standing = 0
            for place in general:
                if full in new[place]:
                    new[place] = [full] * (place.stop - place.start)
                    standing += 1
            safe += standing >= need
        still = safe == 0 if falls_with == "all" else safe < len(spans)
        return tuple(new) if still else None

    states = {(0,) * classes.shape[1]: (0, 1, ())}
    for row, size in zip(classes.astype(int).tolist(), sizes.tolist()):
        after = {}
        choices = [*range(min(size, full - 1) + 1)] + ([size] if size >= full else [])
        if not any(row):
            choices = [size]  # nothing of this finding rests on them: all stay
        for counts, (kept, ways, how) in states.items():
            seen = {}
            for stay in choices:  # the most that lead to the same state
                state = settle(tuple(min(full, count + stay * one) for count, one in zip(counts, row)))
                if state is not None:
                    seen[state] = stay
            for state, stay in seen.items():
                total, number = kept + stay, ways * comb(size, stay)
                best = after.get(state)
                if best is None or total > best[0]:
                    after[state] = (total, number, (*how, stay))
                elif total == best[0]:
                    after[state] = (total, best[1] + number, best[2])
        states = after
        if len(states) > MOST_STATES:
            return None
    most = max(kept for kept, _, _ in states.values())
    best = [value for value in states.values() if value[0] == most]
    return int(sizes.sum()) - most, sum(ways for _, ways, _ in best), best[0][2]


def by_integer_programme(own, classes, of_class, sizes, spans, rule: Thresholds, falls_with: str) -> Answer:
    """The smallest removal by a mixed-integer programme (HiGHS, Huangfu and Hall 2018); sets are not counted.

    Unknowns: how many of each class go, which places fall, which general themes fall. Where the time is up, the
    answer is the best removal found, and `at_least` the proven bound.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    flat = [place for general in spans for place in general]
    unknowns = len(classes) + len(flat) + len(spans)
    rows, least = [], []

    def demand(terms: dict, at_least: float):
        row = np.zeros(unknowns)
        for column, weight in terms.items():
            row[column] += weight
        rows.append(row)
        least.append(at_least)

    for number, place in enumerate(flat):
        for theme in range(place.start, place.stop):
            carriers = np.flatnonzero(classes[:, theme])
            must_go = sizes[carriers].sum() - rule.min_cases + 1
            demand({**{int(c): 1.0 for c in carriers}, len(classes) + number: -float(must_go)}, 0)
    first = len(classes)
    for number, general in enumerate(spans):
        terms = {first + place: 1.0 for place in range(len(general))}
        demand({**terms, len(classes) + len(flat) + number: -float(len(general) - rule.min_headings + 1)}, 0)
        first += len(general)
    fall = {len(classes) + len(flat) + number: 1.0 for number in range(len(spans))}
    demand(fall, len(spans) if falls_with == "all" else 1)
    costs = np.concatenate([np.ones(len(classes)), np.zeros(unknowns - len(classes))])
    upper = np.concatenate([sizes, np.ones(unknowns - len(classes))])
    solved = milp(
        costs,
        constraints=LinearConstraint(np.array(rows), lb=np.array(least)),
        integrality=np.ones(unknowns),
        bounds=Bounds(0, upper),
        options={"time_limit": SECONDS},
    )
    if solved.x is None:  # no removal found in time: all cases of the finding go
        going = sizes * classes.any(axis=1)
    else:
        going = np.round(solved.x[: len(classes)]).astype(int)
    one = [int(case) for number, go in enumerate(going) for case in np.flatnonzero(of_class == number)[:go]]
    bound = int(np.ceil((solved.mip_dual_bound or 0) - 1e-6))
    exact = solved.status == 0
    return Answer(int(going.sum()), None, tuple(sorted(one)), exact, None if exact else max(bound, 1))


# ---- tables ----


def leave_out(review: Review, coded: pd.DataFrame, overlaps: pd.DataFrame, rule: Thresholds, merge_overlap: float):
    """How many cases must go before a finding falls.

    Out, one row a standing finding: level (theme, general, refined, merge, both), id, name, cases (that it rests on),
    of_cases, fewest (the margin: cases whose removal makes it fall), sets (how many such sets; missing where not
    counted), without (names, where there is one set), holds_in and removals (of how many removals of one case),
    exact, at_least (the proven bound where the search is not exact), how_sure (a phrase).
    """
    of = structure(review, coded)
    n = len(of.ids["case"])
    support = supporting_cases(of, rule)
    leave_one = ~np.eye(n, dtype=bool)
    single = stand(of, leave_one, rule)
    rows = [theme_row(of, t, rule) for t in np.flatnonzero(of.carry.sum(axis=0) >= rule.min_cases)]
    keep = subsets(n) if n <= TRY_ALL else None
    verdicts = stand(of, keep, rule) if keep is not None else None
    for finding in findings(of, overlaps, rule):
        answer = solve(of, coded, finding, rule, merge_overlap, keep, verdicts)
        one_out = holds(finding, single["general"], overlap_of(of, coded, finding, leave_one, single, merge_overlap))
        carrying = support["general"][:, list(finding.generals)]
        rests = int(carrying.any(axis=1).sum())
        rows.append(row_of(of, finding.level, finding.id, finding.name, rests, answer, int(one_out.sum())))
    rows += both_rows(review, of, coded)
    table = pd.DataFrame(rows, columns=ROBUST)
    return table.astype({"fewest": int, "sets": object, "at_least": "Int64"})


def overlap_of(of, coded, finding: Finding, keep, standing, merge_overlap: float):
    """For a proposed merge: does the overlap still reach the threshold? Else None."""
    return overlap_holds(of, coded, finding, keep, standing["theme"], merge_overlap) if finding.proposed else None


def solve(of: Structure, coded, finding: Finding, rule: Thresholds, merge_overlap, keep=None, verdicts=None) -> Answer:
    """The smallest removal for one finding: by every subset where there are few cases, else by search."""
    if keep is not None:
        overlap = overlap_of(of, coded, finding, keep, verdicts, merge_overlap)
        return fewest_of_all(keep, holds(finding, verdicts["general"], overlap))
    answer = search(of.carry, places_of(of, finding, rule), rule, finding.falls_with)
    return overlap_bound(of, coded, finding, rule, merge_overlap, answer) if finding.proposed else answer


def overlap_bound(of: Structure, coded, finding: Finding, rule: Thresholds, merge_overlap: float, answer: Answer) -> Answer:
    """A proposal beyond 16 cases: a removal that does undo it, found greedily, and so no more than a bound.

    Leaving out the cases with the largest (shared key points minus threshold times key points of either) lowers the
    overlap fastest, as long as no theme falls by it; the first size at which the proposal is gone is an upper bound.
    """
    n = len(of.ids["case"])
    own = coded[coded["direction"].eq("supports")]
    column = {theme: [bool(of.general_of[i, g]) for g in finding.generals] for i, theme in enumerate(of.ids["theme"])}
    flags = np.array([column.get(theme, [False, False]) for theme in own["theme"]], dtype=bool).reshape(len(own), 2)
    points = own.assign(one=flags[:, 0], other=flags[:, 1]).groupby(["case", "keypoint"])[["one", "other"]].any()
    weight = (points["one"] & points["other"]).astype(float) - merge_overlap * (points["one"] | points["other"])
    order = weight.groupby(level="case").sum().reindex(of.ids["case"]).fillna(-1.0).to_numpy().argsort(kind="stable")[::-1]
    keep = np.ones((n + 1, n), dtype=bool)
    for size in range(1, n + 1):
        keep[size:, order[size - 1]] = False
    standing = stand(of, keep, rule)
    gone = ~holds(finding, standing["general"], overlap_of(of, coded, finding, keep, standing, merge_overlap))
    size = int(np.flatnonzero(gone)[0])
    if answer.exact and answer.fewest <= size:
        return Answer(answer.fewest, None, answer.one, False, 1)
    return Answer(size, None, tuple(sorted(int(case) for case in order[:size])), False, 1)


def theme_row(of: Structure, t: int, rule: Thresholds) -> list:
    """A heading theme: the margin is arithmetic, supporting cases minus `min_cases`, plus one."""
    carriers = np.flatnonzero(of.carry[:, t])
    margin = len(carriers) - rule.min_cases + 1
    answer = Answer(margin, comb(len(carriers), margin), tuple(int(c) for c in carriers[:margin]))
    n = len(of.ids["case"])
    stays = n if margin > 1 else n - len(carriers)
    return row_of(of, "theme", of.ids["theme"][t], of.names["theme"][t], len(carriers), answer, stays)


def both_rows(review: Review, of: Structure, coded: pd.DataFrame) -> list[list]:
    """The themes that are both enabler and barrier: each falls when either side has no case left; arithmetic."""
    if not review.settings.get("opposed"):
        return []
    points = barriers.opposed_points(review, coded)
    rows, n = [], len(of.ids["case"])
    for theme in barriers.per_theme(review, points).query("both").itertuples():
        own = points[points["general"].eq(theme.general)]
        sides = [set(own.loc[own["side"].eq(side), "case"]) for side in ("for", "against")]
        least = min(map(len, sides))
        smallest = {frozenset(side) for side in sides if len(side) == least}
        one = tuple(of.ids["case"].index(case) for case in sorted(min(smallest, key=sorted), key=of.ids["case"].index))
        stays = n - sum(1 for case in set.union(*sides) if {case} in sides)
        answer = Answer(least, len(smallest), one)
        rows.append(row_of(of, "both", theme.general or "none", theme.name, len(set.union(*sides)), answer, stays))
    return rows


def row_of(of: Structure, level, id, name, cases: int, answer: Answer, holds_in: int) -> list:
    """One row of the table, with its phrase."""
    n = len(of.ids["case"])
    without = "; ".join(of.names["case"][case] for case in answer.one) if answer.sets == 1 else ""
    values = [level, id, name, cases, n, answer.fewest, answer.sets, without, holds_in, n, answer.exact, answer.at_least]
    return [*values, phrase(cases, answer.fewest, answer.sets, without, holds_in, n, answer.exact, answer.at_least)]


def phrase(cases: int, fewest: int, sets, without: str, holds_in: int, removals: int, exact=True, at_least=None) -> str:
    """The row in words.

    >>> phrase(3, 2, 1, "Weston; CHOICE", 12, 12)
    'stands in 12 of 12 removals; falls without Weston and CHOICE'
    >>> phrase(9, 8, 9, "", 12, 12)
    'stands in 12 of 12 removals; falls without any 8 of its 9 projects'
    >>> phrase(9, 3, 2, "", 12, 12)
    'stands in 12 of 12 removals; falls only without 3 of its 9 projects (2 such sets)'
    """
    start = f"stands in {holds_in} of {removals} removals; falls "
    if without:
        names = without.split("; ")
        return start + "without " + (", ".join(names[:-1]) + " and " if names[1:] else "") + names[-1]
    many = f"{fewest} of its {cases} projects" if fewest > 1 else f"one of its {cases} projects"
    if not exact:
        return start + f"without {many}; fewer may do, at least {at_least} (search not exact)"
    if sets == comb(cases, fewest):
        return start + (f"without any {many}" if fewest > 1 else f"without any one of its {cases} projects")
    counted = "sets not counted" if sets is None else f"{sets:,} such sets" if sets < 10**6 else "over a million such sets"
    return start + f"{'only ' if fewest > 1 else ''}without {many} ({counted})"


# ---- every finding under another coding, or without some cases ----

EVERY = "level id name stands cases".split()


def every_finding(review: Review, coded: pd.DataFrame, rule: Thresholds) -> pd.DataFrame:
    """Every finding under one coding: themes of all levels, merges that people decided, and what is both.

    Out: level (theme, general, refined, merge, both), id, name, stands, cases (that it rests on).
    """
    of = structure(review, coded)
    now, support = stand(of, everyone(of), rule), supporting_cases(of, rule)
    table = long(of, now).assign(cases=np.concatenate([support[level].sum(axis=0) for level in LEVELS]))
    rows = []
    for r in range(of.refined_of.shape[1]):
        for one, other in combinations(sorted(np.flatnonzero(of.refined_of[:, r]), key=lambda g: of.ids["general"][g]), 2):
            rests = int(support["general"][:, [one, other]].any(axis=1).sum())
            ids, names = ([of.ids["general"][g] for g in (one, other)], [of.names["general"][g] for g in (one, other)])
            stands = bool(now["general"][0, [one, other]].all())
            rows.append(["merge", "+".join(ids), " + ".join(names), stands, rests])
    if review.settings.get("opposed"):
        points = barriers.opposed_points(review, coded)
        cases = points.groupby("general")["case"].nunique()
        for theme in barriers.per_theme(review, points).itertuples():
            rows.append(["both", theme.general or "none", theme.name, theme.both, int(cases[theme.general])])
    return pd.concat([table, pd.DataFrame(rows, columns=EVERY)], ignore_index=True)[EVERY]


def by_coding(review: Review, rule: Thresholds) -> pd.DataFrame:
    """Every finding for each coder, the consensus, the union and the intersection. Out: coding, and `every_finding`."""
    parts = [every_finding(review, coded, rule).assign(coding=name) for name, coded in codings(review).items()]
    return pd.concat(parts, ignore_index=True)[["coding", *EVERY]] if parts else pd.DataFrame(columns=["coding", *EVERY])


def coding_counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many findings stand under each coding. Out: coding, then a column a level."""
    if table.empty:
        return pd.DataFrame(columns=["coding", *LEVELS, "merge", "both"])
    grid = table.pivot_table(index="coding", columns="level", values="stands", aggfunc="sum", sort=False)
    return grid.astype(int).rename_axis(columns=None).reset_index()


# ---- thresholds ----

GRID = {"min_cases": range(1, 7), "min_headings": range(1, 7), "heading_groups": (True, False)}


def threshold_grid(of: Structure) -> pd.DataFrame:
    """Which general and refined themes stand for every combination of thresholds.

    Out: min_cases, min_headings (1 to 6), heading_groups, level (general, refined), id, name, stands.
    """
    parts = []
    for heading_groups in GRID["heading_groups"]:
        for min_cases in GRID["min_cases"]:
            for min_headings in GRID["min_headings"]:
                rule = Thresholds(min_cases, min_headings, heading_groups)
                own = dict(min_cases=min_cases, min_headings=min_headings, heading_groups=heading_groups)
                parts.append(long(of, stand(of, everyone(of), rule), **own))
    grid = pd.concat(parts, ignore_index=True)
    return grid[grid["level"].ne("theme")].reset_index(drop=True)


def stability(grid: pd.DataFrame, rule: Thresholds) -> pd.DataFrame:
    """The grid in short. Out: level, id, name, stands (as the run has it), stands_in (of the combinations), combinations,
    near (does the verdict hold for every neighbouring threshold, one step away?).
    """
    steps = grid[
        grid["heading_groups"].eq(rule.heading_groups)
        & ((grid["min_cases"] - rule.min_cases).abs() + (grid["min_headings"] - rule.min_headings).abs()).le(1)
    ]
    near = steps.groupby(["level", "id"])["stands"].nunique().eq(1).rename("near")
    run = steps.query("min_cases == @rule.min_cases and min_headings == @rule.min_headings")
    table = grid.groupby(["level", "id", "name"], sort=False)["stands"].agg(stands_in="sum", combinations="size")
    table = table.reset_index().merge(near.reset_index(), on=["level", "id"], how="left")
    table = table.merge(run[["level", "id", "stands"]], on=["level", "id"], how="left")
    # Outside the grid of 1 to 6 nothing is said about the run's own thresholds.
    table[["near", "stands"]] = table[["near", "stands"]].astype("boolean")
    return table["level id name stands stands_in combinations near".split()]


#: How far the ends of a word's share are moved: a tenth either way, in steps of a twentieth.
SHIFTS = (-0.10, -0.05, 0.0, 0.05, 0.10)


def quantifier_grid(printed: pd.DataFrame) -> pd.DataFrame:
    """Does the verdict on a quantified statement change when the shares of its word are moved?

    In: the columns of themes.compare_with_print. Out: statement, theme, quantifier, coded, of_cases, fits (as the
    table of shares has it), fits_in (of the share tables), tables, changes.

    >>> printed = pd.DataFrame([["s", "t", "most", 7, 12]], columns=["statement", "theme", "quantifier", "coded", "of_cases"])
    >>> quantifier_grid(printed)[["fits", "fits_in", "tables", "changes"]].to_dict("records")
    [{'fits': False, 'fits_in': 10, 'tables': 25, 'changes': True}]
    """
    rows = []
    for said in printed[printed["quantifier"].isin(quantifiers.SHARES)].itertuples():
        low, high, least = quantifiers.SHARES[said.quantifier]
        lows = np.clip(low + np.array(SHIFTS), 0, 1)[:, None]
        highs = np.clip(high + np.array(SHIFTS), 0, 1)[None, :]
        share = said.coded / said.of_cases if said.of_cases else -1.0
        fits = (lows <= share + 1e-9) & (share <= highs + 1e-9) & (said.coded >= least)
        now = bool(quantifiers.fits(said.quantifier, said.coded, said.of_cases))
        changes = bool((fits != now).any())
        rows.append([said.statement, said.theme, said.quantifier, said.coded, said.of_cases, now, int(fits.sum()), fits.size, changes])
    return pd.DataFrame(rows, columns="statement theme quantifier coded of_cases fits fits_in tables changes".split())
