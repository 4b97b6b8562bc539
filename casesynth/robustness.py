"""How much a finding rests on single cases, and on thresholds.

Leaving cases out is the jackknife idea (Quenouille 1949; Tukey 1958) carried to the smallest set whose removal
undoes a finding: a smallest hitting set (Karp 1972), or the "fragility index" of trials (Walsh et al. 2014) for
cases instead of patients. Up to 16 cases every subset is tried; beyond, an exact search and count, or where that
grows too large an integer programme with a stated bound. Every combination of thresholds at once is a multiverse
analysis (Steegen et al. 2016).
"""

import json
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np
import pandas as pd

from casesynth import barriers, quantifiers
from casesynth.general import parents
from casesynth.review import Review
from casesynth.standing import (
    LEVELS,
    Structure,
    Thresholds,
    coders,
    codings,
    everyone,
    is_in,
    long,
    stand,
    stand_without_one,
    structure,
    supporting_cases,
)

#: Up to so many cases every subset is tried: 2 to the power of 16 are 65,536.
TRY_ALL = 16
#: Limits of the exact search (partial solutions, steps, choices of places, choices × cases), and the seconds of an
#: integer programme.
MOST_STATES, MOST_STEPS, MOST_CHOICES, MOST_ROWS, SECONDS = 20_000, 300_000, 3_000, 3_000_000, 3.0

ROBUST = ("level id name cases of_cases fewest sets without holds_in removals exact at_least how_sure").split()


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

    A theme falls when fewer than `min_cases` of its cases are left, a place when all its standing themes have fallen, a
    general theme when fewer than `min_headings` places are left. So for each choice of places that must fall, the
    largest set of cases that may stay is a set packing: at most `min_cases` - 1 cases of each theme (`packing`). The
    best choice gives the size; sets that serve several choices are counted once, by inclusion and exclusion. In: carry,
    cases × themes; places, general theme -> place -> columns.

    >>> carry = np.array([[1, 0], [1, 1], [1, 1], [0, 1]], dtype=bool)
    >>> search(carry, [[np.array([0]), np.array([1])]], Thresholds(2, 2))  # two themes at two headings
    Answer(fewest=2, sets=5, one=(1, 2), exact=True, at_least=None)
    """
    need = [len(own) - rule.min_headings + 1 for own in places]
    groups = [tuple(range(len(places)))] if falls_with == "all" else [(g,) for g in range(len(places))]
    known: dict = {}

    def packed(choice: frozenset) -> tuple | None:
        if choice not in known:
            columns = [theme for g, p in sorted(choice) for theme in places[g][p]]
            known[choice] = packing(carry[:, columns], rule.min_cases - 1)
        return known[choice]

    def choices(group: tuple, size) -> list[frozenset]:
        parts = [combinations([(g, p) for p in range(len(places[g]))], size(g)) for g in group]
        return [frozenset(place for part in parts_ for place in part) for parts_ in product(*parts)]

    number = sum(prod(comb(len(places[g]), need[g]) for g in group) for group in groups)
    if number > MOST_CHOICES or number * len(carry) > MOST_ROWS:
        return by_integer_programme(carry, places, rule, falls_with)
    least = [choice for group in groups for choice in choices(group, need.__getitem__)]
    if any(packed(choice) is None for choice in least):
        return by_integer_programme(carry, places, rule, falls_with)
    most = max(packed(choice)[0] for choice in least)
    best = {choice for choice in least if packed(choice)[0] == most}
    kept = packed(min(best, key=sorted))[2]
    one = tuple(int(case) for case in range(len(carry)) if case not in kept)
    sets = count_sets(places, need, groups, packed, most, best)
    return Answer(len(carry) - most, sets, one)


def count_sets(places, need: list[int], groups, packed, most: int, best: set) -> int | None:
    """In how many ways so many cases can stay, each set counted once; None where that takes too many choices.

    Places of a general theme of which at least r must fall: every choice of j of them counts with the sign and weight
    (-1)^(j-r) C(j-1, r-1) (Feller 1968, IV.5); general themes of which any may fall: by inclusion and exclusion.
    """
    if len(groups) == 1:
        signed = [(1, groups[0])]
    else:
        every = range(len(groups))
        signed = [((-1) ** (size - 1), own) for size in range(1, len(groups) + 1) for own in combinations(every, size)]
    total, tried = 0, 0
    for sign, group in signed:
        sizes = [range(need[g], len(places[g]) + 1) for g in group]
        for size in product(*sizes):
            weight = sign * prod((-1) ** (j - need[g]) * comb(j - 1, need[g] - 1) for j, g in zip(size, group))
            parts = [combinations([(g, p) for p in range(len(places[g]))], j) for j, g in zip(size, group)]
            for chosen in product(*parts):
                choice = frozenset(place for part in chosen for place in part)
                tried += 1
                if tried > MOST_CHOICES:
                    return None
                if not least_are_best(choice, group, need, best, len(groups) > 1):
                    continue  # some part of it alone lets fewer cases stay
                answer = packed(choice)
                if answer is None:
                    return None
                total += weight * answer[1] if answer[0] == most else 0
    return total


def least_are_best(choice: frozenset, group, need: list[int], best: set, each: bool) -> bool:
    """Is every smallest choice within this one among the best? Else it cannot let as many cases stay."""
    own = [combinations([place for place in sorted(choice) if place[0] == g], need[g]) for g in group]
    if each:
        return all(frozenset(part) in best for parts in own for part in parts)
    return all(frozenset(place for part in parts for place in part) in best for parts in product(*own))


def packing(carry: np.ndarray, most_of_each: int) -> tuple | None:
    """The most cases that can stay so that each theme keeps at most `most_of_each` of its own.

    Out: how many stay, in how many ways, and one such set; None where there are too many states to hold. Cases with the
    same themes are one class. A case with one theme wastes nothing; one with w themes uses the room of w - 1 others, so
    solutions are sought by the least waste: 0, then 1, … Those with more waste than the best are never made. Method:
    dynamic programming over a multi-dimensional packing (Kellerer, Pferschy and Pisinger 2004).

    >>> packing(np.array([[1, 0], [1, 1], [0, 1], [0, 0]], dtype=bool), 1)
    (3, 1, {0, 2, 3})
    """
    classes, of_class, sizes = np.unique(carry, axis=0, return_inverse=True, return_counts=True)
    of_class, weight = of_class.ravel(), classes.sum(axis=1)
    room = most_of_each * carry.shape[1]
    alone = np.zeros(carry.shape[1], dtype=int)  # cases that have this theme only
    for number in np.flatnonzero(weight == 1):
        alone[classes[number].argmax()] = sizes[number]
    heavy = [number for number in np.argsort(weight, kind="stable") if weight[number] > 1]
    steps = 0
    for waste in range(room + 1):
        states = {(0,) * carry.shape[1]: (0, 1, ())}
        for number in heavy:
            if weight[number] - 1 > waste:
                break
            row, size, after = classes[number].astype(int).tolist(), int(sizes[number]), dict(states)
            for used, (kept, ways, how) in states.items():
                for stay in range(1, min(size, most_of_each) + 1):
                    state = tuple(u + stay * one for u, one in zip(used, row))
                    steps += 1
                    if max(state) > most_of_each or sum(state) - kept - stay > waste:
                        break
                    found = (kept + stay, ways * comb(size, stay), (*how, (number, stay)))
                    old = after.get(state)
                    if old is None or found[0] > old[0]:
                        after[state] = found
                    elif found[0] == old[0]:
                        after[state] = (old[0], old[1] + found[1], old[2])
            states = after
            if len(states) > MOST_STATES or steps > MOST_STEPS:
                return None
        finished = []
        for used, (kept, ways, how) in states.items():
            fill = [min(most_of_each - u, one) for u, one in zip(used, alone.tolist())]
            number_of = ways * prod(comb(one, f) for one, f in zip(alone.tolist(), fill))
            finished.append((kept + sum(fill), number_of, how, fill))
        most = max(kept for kept, *_ in finished)
        if room - most <= waste:
            own = [found for found in finished if found[0] == most]
            staying = dict(own[0][2]) | {
                number: own[0][3][classes[number].argmax()] for number in np.flatnonzero(weight == 1)
            }
            staying |= {number: int(sizes[number]) for number in np.flatnonzero(weight == 0)}
            kept_cases = {int(c) for number, stay in staying.items() for c in np.flatnonzero(of_class == number)[:stay]}
            return most + int(sizes[weight == 0].sum()), sum(found[1] for found in own), kept_cases
    return None


def by_integer_programme(carry: np.ndarray, places, rule: Thresholds, falls_with: str) -> Answer:
    """The smallest removal by a mixed-integer programme (HiGHS, Huangfu and Hall 2018); sets are not counted.

    Unknowns: how many of each class of cases go, which places fall, which general themes fall. Where the time is up,
    the answer is the best removal found, and `at_least` the proven bound. In: as `search`.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    own = carry[:, [theme for general in places for place in general for theme in place]]
    classes, of_class, sizes = np.unique(own, axis=0, return_inverse=True, return_counts=True)
    of_class, spans, start = of_class.ravel(), [], 0
    for general in places:
        ends = np.cumsum([start, *map(len, general)])
        spans.append([slice(int(first), int(last)) for first, last in zip(ends, ends[1:])])
        start = int(ends[-1])
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
    single = stand_without_one(of, rule)
    rows = [theme_row(of, t, rule) for t in np.flatnonzero(of.carry.sum(axis=0) >= rule.min_cases)]
    keep = subsets(n) if n <= TRY_ALL else None
    verdicts = stand(of, keep, rule) if keep is not None else None
    for finding in findings(of, overlaps, rule):
        answer = solve(of, coded, finding, rule, merge_overlap, keep, verdicts)
        overlap = (
            overlap_without_one(of, coded, finding, single["theme"], rule, merge_overlap) if finding.proposed else None
        )
        one_out = holds(finding, single["general"], overlap)
        carrying = support["general"][:, list(finding.generals)]
        rests = int(carrying.any(axis=1).sum())
        rows.append(row_of(of, finding.level, finding.id, finding.name, rests, answer, int(one_out.sum())))
    rows += both_rows(review, of, coded)
    table = pd.DataFrame(rows, columns=ROBUST)
    return table.astype({"fewest": int, "sets": object, "at_least": "Int64"})


def solve(of: Structure, coded, finding: Finding, rule: Thresholds, merge_overlap, keep=None, verdicts=None) -> Answer:
    """The smallest removal for one finding: by every subset where there are few cases, else by search."""
    if keep is not None:
        overlap = (
            overlap_holds(of, coded, finding, keep, verdicts["theme"], merge_overlap) if finding.proposed else None
        )
        return fewest_of_all(keep, holds(finding, verdicts["general"], overlap))
    answer = search(of.carry, places_of(of, finding, rule), rule, finding.falls_with)
    return overlap_bound(of, coded, finding, rule, merge_overlap, answer) if finding.proposed else answer


def overlap_per_case(of: Structure, coded: pd.DataFrame, finding: Finding, standing: np.ndarray):
    """Key points that both general themes share, and that either has, in each case. In: which themes stand."""
    own = coded[coded["direction"].eq("supports")]
    at = pd.Index(of.ids["theme"]).get_indexer(own["theme"])
    flags = (standing[:, None] & of.general_of[:, list(finding.generals)])[at] & (at >= 0)[:, None]
    points = own.assign(one=flags[:, 0], other=flags[:, 1]).groupby(["case", "keypoint"])[["one", "other"]].any()
    table = pd.DataFrame({"shared": points["one"] & points["other"], "either": points["one"] | points["other"]})
    table = table.groupby(level="case").sum().reindex(of.ids["case"]).fillna(0)
    return table["shared"].to_numpy(float), table["either"].to_numpy(float)


def overlap_without_one(of: Structure, coded, finding: Finding, single, rule: Thresholds, merge_overlap) -> np.ndarray:
    """Does the overlap reach the threshold without each one case? By subtraction where no theme falls by it."""
    usual = stand(of, everyone(of), rule)["theme"][0]
    under = of.general_of[:, list(finding.generals)].any(axis=1)
    shared, either = overlap_per_case(of, coded, finding, usual)
    reaches = (shared.sum() - shared) / np.maximum(either.sum() - either, 1) >= merge_overlap
    for case in np.flatnonzero((single[:, under] != usual[under]).any(axis=1)):
        keep = np.ones((1, len(single)), dtype=bool)
        keep[0, case] = False
        reaches[case] = overlap_holds(of, coded, finding, keep, single[[case]], merge_overlap)[0]
    return reaches


def overlap_bound(
    of: Structure, coded, finding: Finding, rule: Thresholds, merge_overlap: float, answer: Answer
) -> Answer:
    """A proposal beyond 16 cases: a removal that does undo it, and so no more than a bound.

    Leaving out the cases with the largest (shared key points minus threshold times key points of either) lowers the
    overlap fastest, as long as no theme falls by it. Tried is the first size at which the overlap is then too small;
    where it is no removal after all, or is larger, the one that makes a theme of the two fall stands.
    """
    n = len(of.ids["case"])
    shared, either = overlap_per_case(of, coded, finding, stand(of, everyone(of), rule)["theme"][0])
    order = np.argsort(-(shared - merge_overlap * either), kind="stable")
    left_shared, left_either = shared.sum() - np.cumsum(shared[order]), either.sum() - np.cumsum(either[order])
    small = np.flatnonzero(left_shared / np.maximum(left_either, 1) < merge_overlap)
    if len(small) and small[0] + 1 < answer.fewest:
        going = order[: small[0] + 1]
        keep = np.ones((1, n), dtype=bool)
        keep[0, going] = False
        now = stand(of, keep, rule)
        if not holds(finding, now["general"], overlap_holds(of, coded, finding, keep, now["theme"], merge_overlap))[0]:
            return Answer(len(going), None, tuple(sorted(int(case) for case in going)), len(going) == 1, 1)
    return Answer(answer.fewest, None, answer.one, answer.fewest == 1, 1)


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
    values = [
        level,
        id,
        name,
        cases,
        n,
        answer.fewest,
        answer.sets,
        without,
        holds_in,
        n,
        answer.exact,
        answer.at_least,
    ]
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
    counted = (
        "sets not counted" if sets is None else f"{sets:,} such sets" if sets < 10**6 else "over a million such sets"
    )
    return start + f"{'only ' if fewest > 1 else ''}without {many} ({counted})"


# ---- every finding under another coding, or without some cases ----

EVERY = "level id name stands cases".split()
BY_CODING = ["coding", "points", "of_points", *EVERY]


def every_finding(review: Review, coded: pd.DataFrame, rule: Thresholds) -> pd.DataFrame:
    """Every finding under one coding: themes of all levels, merges that people decided, and what is both.

    Out: level (theme, general, refined, merge, both), id, name, stands, cases (that it rests on).
    """
    of = structure(review, coded)
    now, support = stand(of, everyone(of), rule), supporting_cases(of, rule)
    table = long(of, now).assign(cases=np.concatenate([support[level].sum(axis=0) for level in LEVELS]))
    rows = []
    for r in range(of.refined_of.shape[1]):
        for one, other in combinations(
            sorted(np.flatnonzero(of.refined_of[:, r]), key=lambda g: of.ids["general"][g]), 2
        ):
            rests = int(support["general"][:, [one, other]].any(axis=1).sum())
            ids, names = ([of.ids["general"][g] for g in (one, other)], [of.names["general"][g] for g in (one, other)])
            stands = bool(now["general"][0, [one, other]].all())
            rows.append(["merge", "+".join(ids), " + ".join(names), stands, rests])
    if review.settings.get("opposed"):
        points = barriers.opposed_points(review, coded)
        cases, table_of = points.groupby("general")["case"].nunique(), barriers.per_theme(review, points)
        both, above = dict(zip(table_of["general"], table_of["both"])), parents(review.codebook)
        names = dict(zip(review.codebook["id"], review.codebook["name"]))
        own = review.codebook.loc[review.codebook["heading"].isin(review.settings["opposed"]), "id"]
        for theme in sorted({above.get(one, "") for one in own}):  # also what this coding lacks: it does not stand
            name = names.get(theme, "no general theme")
            rows.append(["both", theme or "none", name, bool(both.get(theme, False)), int(cases.get(theme, 0))])
    return pd.concat([table, pd.DataFrame(rows, columns=EVERY)], ignore_index=True)[EVERY]


def by_coding(review: Review, rule: Thresholds) -> pd.DataFrame:
    """Every finding for each coder, the consensus, the union and the intersection.

    Out: coding, points (key points of themed headings that are coded; for union and intersection: by any coder),
    of_points (that there are), and `every_finding`.
    """
    themed = review.headings.loc[review.headings["themed"], "id"]
    points = review.keypoints.loc[review.keypoints["heading"].isin(themed), "id"]
    own = review.codings[review.codings["keypoint"].isin(points)]
    covers = own.groupby("coder")["keypoint"].nunique()
    by_any = own.loc[own["coder"].isin(coders(review)), "keypoint"].nunique()
    parts = [
        every_finding(review, coded, rule).assign(coding=name, points=covers.get(name, by_any), of_points=len(points))
        for name, coded in codings(review).items()
    ]
    return pd.concat(parts, ignore_index=True)[BY_CODING] if parts else pd.DataFrame(columns=BY_CODING)


def coding_counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many findings stand under each coding. Out: coding, points, of_points (as `by_coding`), then a column a
    level."""
    start = ["coding", "points", "of_points"]
    if table.empty:
        return pd.DataFrame(columns=[*start, *LEVELS, "merge", "both"])
    grid = table.pivot_table(index=start, columns="level", values="stands", aggfunc="sum", sort=False)
    return grid.astype(int).rename_axis(columns=None).reset_index()


# ---- thresholds ----

GRID = {"min_cases": range(1, 7), "min_headings": range(1, 7), "heading_groups": (True, False)}


def threshold_grid(of: Structure) -> pd.DataFrame:
    """Which general and refined themes stand for every combination of thresholds (Steegen et al. 2016).

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
    """The grid in short. Out: level, id, name, stands (as the run has it), stands_in (of the combinations),
    combinations, near (does the verdict hold for every combination a single step away: one threshold up or down by
    one, or groups counted the other way?). stands and near are missing where the run is outside the grid of 1 to 6.
    """
    away = (grid["min_cases"] - rule.min_cases).abs() + (grid["min_headings"] - rule.min_headings).abs()
    steps = grid[(away + grid["heading_groups"].ne(rule.heading_groups)).le(1)]
    near = steps.groupby(["level", "id"])["stands"].nunique().eq(1).rename("near")
    run = grid[away.eq(0) & grid["heading_groups"].eq(rule.heading_groups)]
    table = grid.groupby(["level", "id", "name"], sort=False)["stands"].agg(stands_in="sum", combinations="size")
    table = table.reset_index().merge(near.reset_index(), on=["level", "id"], how="left")
    table = table.merge(run[["level", "id", "stands"]], on=["level", "id"], how="left")
    table["near"] = table["near"].where(table["stands"].notna())  # the neighbours of a run outside are no neighbours
    table[["near", "stands"]] = table[["near", "stands"]].astype("boolean")
    return table["level id name stands stands_in combinations near".split()]


#: How far the ends of a word's share are moved: a tenth either way, in steps of a twentieth.
SHIFTS = (-0.10, -0.05, 0.0, 0.05, 0.10)


def moved(low: float, high: float, least: int) -> list[tuple[float, float, int]]:
    """A word's shares with its ends moved every way; the least number of cases stays.

    "All" of the cases is never too many: an upper end of 1 is open, and stays where it is.

    >>> moved(1.0, 1.0, 1)
    [(0.9, 1.0, 1), (0.95, 1.0, 1), (1.0, 1.0, 1)]
    >>> len(moved(0.2, 0.8, 3))
    25
    """
    lows = sorted({min(max(round(low + shift, 6), 0.0), 1.0) for shift in SHIFTS})
    highs = [1.0] if high == 1 else sorted({min(round(high + shift, 6), 1.0) for shift in SHIFTS})
    return [(new_low, new_high, least) for new_low in lows for new_high in highs if new_low <= new_high]


def quantifier_grid(printed: pd.DataFrame) -> pd.DataFrame:
    """Does the verdict on a quantified statement change when the shares of its word are moved?

    In: the columns of themes.compare_with_print. Out: statement, theme, quantifier, coded, of_cases, fits (as the
    table of shares has it), fits_in (of the share tables), tables, changes.

    >>> columns = ["statement", "theme", "quantifier", "coded", "of_cases"]
    >>> printed = pd.DataFrame([["s", "t", "most", 7, 12]], columns=columns)
    >>> quantifier_grid(printed)[["fits", "fits_in", "tables", "changes"]].to_dict("records")
    [{'fits': False, 'fits_in': 2, 'tables': 5, 'changes': True}]
    """
    columns = ["statement", "theme", "quantifier", "coded", "of_cases"]
    rows = []
    for said in printed.loc[printed["quantifier"].isin(quantifiers.SHARES), columns].itertuples(index=False):
        now = quantifiers.fits(said.quantifier, said.coded, said.of_cases)
        others = [
            quantifiers.within(shares, said.coded, said.of_cases)
            for shares in moved(*quantifiers.SHARES[said.quantifier])
        ]
        rows.append([*said, now, sum(others), len(others), {*others} != {now}])
    return pd.DataFrame(rows, columns=[*columns, "fits", "fits_in", "tables", "changes"])


def claim_grid(review: Review, cells: pd.DataFrame) -> pd.DataFrame:
    """The same for the claims of claims.csv whose check is on a quantifier, against every denominator that they name.

    In: theme × case (themes.theme_cases) of all headings. Out: claim, section, word, verdict (with the table of
    shares as it is), verdicts (all that occur when its ends are moved), tables (of shares), changes. No row where the
    review has no such claims.
    """
    rows = []
    own = review.claims[review.claims["check"].eq("quantifier")] if review.has("claims") else pd.DataFrame()
    for claim in own.to_dict("records"):
        word = json.loads(claim["arguments"])["word"]
        verdicts = [verdict_with(review, cells, claim, word, shares) for shares in moved(*quantifiers.SHARES[word])]
        now = verdict_with(review, cells, claim, word, quantifiers.SHARES[word])
        others = sorted({*verdicts} - {now})
        said = "; ".join([now, *others])
        rows.append([claim["id"], claim["section"], word, now, said, len(verdicts), bool(others)])
    return pd.DataFrame(rows, columns="claim section word verdict verdicts tables changes".split())


def verdict_with(review: Review, cells: pd.DataFrame, claim: dict, word: str, shares: tuple) -> str:
    """The verdict on a claim under other shares of its word."""
    from casesynth import claims

    kept = quantifiers.SHARES[word]
    quantifiers.SHARES[word] = shares
    try:
        return claims.judge(review, {"theme-cases": cells}, claim).verdict
    finally:
        quantifiers.SHARES[word] = kept
