"""How much a finding rests on single cases, and on thresholds.

Leaving cases out is the jackknife idea (Quenouille 1949; Tukey 1958) carried to the smallest set whose removal
undoes a finding: a smallest hitting set (Karp 1972), or the "fragility index" of trials (Walsh et al. 2014) for
cases instead of patients. Up to 16 cases every subset is tried; beyond, an exact search and count, or where that
grows too large an integer programme with a stated bound. Every combination of thresholds at once is a multiverse
analysis (Steegen et al. 2016).
"""

from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod

import numpy as np
import pandas as pd

from casesynth.analysis.matrices import Structure, everyone, is_in, supported_under
from casesynth.core.rules import Rules

#: Up to so many cases every subset is tried: 2 to the power of 16 are 65,536.
TRY_ALL = 16
#: Limits of the exact search (partial solutions, steps, choices of places, choices × cases), and the seconds of an
#: integer programme.
MOST_STATES, MOST_STEPS, MOST_CHOICES, MOST_ROWS, SECONDS = 20_000, 300_000, 3_000, 3_000_000, 3.0


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


def overlap_holds(of: Structure, coded: pd.DataFrame, finding: Finding, keep, supported, merge_overlap) -> np.ndarray:
    """Do the key points of the two general themes still overlap by `merge_overlap` (Jaccard 1901), for each set?"""
    own = coded[coded["direction"].eq("supports")]
    points = list(dict.fromkeys(own["keypoint"]))
    carry = is_in(of.ids["theme"], points, own[["theme", "keypoint"]].itertuples(index=False))
    case = own.drop_duplicates("keypoint")["case"]
    there = keep[:, pd.Index(of.ids["case"]).get_indexer(case)]
    held = [
        ((supported & of.general_of[:, g]).astype(np.float32) @ carry.astype(np.float32) > 0) & there
        for g in finding.generals
    ]
    shared, union = (held[0] & held[1]).sum(axis=1), (held[0] | held[1]).sum(axis=1)
    return shared / np.maximum(union, 1) >= merge_overlap


def places_of(of: Structure, finding: Finding, rule: Rules) -> list[list[np.ndarray]]:
    """General theme -> place (heading, or group) -> the standing themes there, as columns of `carry`."""
    supported = supported_under(of, everyone(of), rule)["theme"][0]
    places = of.group_of if rule.heading_groups else of.heading_of
    spanned = [
        [np.flatnonzero(supported & of.general_of[:, g] & place) for place in places.T] for g in finding.generals
    ]
    return [[place for place in own if len(place)] for own in spanned]


def search(carry: np.ndarray, places: list[list[np.ndarray]], rule: Rules, falls_with: str = "all") -> Answer:
    """The smallest removal, exactly where possible, for any number of cases.

    A theme falls when fewer than `min_cases` of its cases are left, a place when all its standing themes have fallen, a
    general theme when fewer than `min_headings` places are left. So for each choice of places that must fall, the
    largest set of cases that may stay is a set packing: at most `min_cases` - 1 cases of each theme (`packing`). The
    best choice gives the size; sets that serve several choices are counted once, by inclusion and exclusion. In: carry,
    cases × themes; places, general theme -> place -> columns.

    >>> carry = np.array([[1, 0], [1, 1], [1, 1], [0, 1]], dtype=bool)
    >>> search(carry, [[np.array([0]), np.array([1])]], Rules(2, 2))  # two themes at two headings
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


def by_integer_programme(carry: np.ndarray, places, rule: Rules, falls_with: str) -> Answer:
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
