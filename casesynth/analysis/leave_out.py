"""Leave cases out: how many can be lost before a theme is no longer supported?

The idea is the jackknife's (Quenouille 1949; Tukey 1958), extended to the smallest set whose removal changes the verdict:
the "fragility index" of trials (Walsh et al. 2014), for cases instead of patients. Up to 16 cases every subset is tried.
Beyond, every single case is left out exactly, and an integer programme gives the size of the smallest set.
"""

from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from casesynth.analysis import barriers
from casesynth.analysis.kernel import Book, Integers, supported_by_counts
from casesynth.analysis.matrices import (
    Structure,
    Subject,
    everyone,
    structure,
    subjects,
    supported_under,
    supported_without_one,
    supporting_cases,
)
from casesynth.core.results import frame
from casesynth.core.review import Review
from casesynth.core.rules import Rules

#: Up to this many cases every subset is tried: 2 to the power of 16 are 65,536.
TRY_ALL = 16
#: Nodes after which the solver of the integer programme gives its best removal and a bound; almost all end at the first.
NODES = 100
#: The solver's bound is a float: 2.9999999 means 3, and 2.0000001 does not.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Answer:
    """The smallest removal: its size, how many such sets there are (None: not counted), one of them, and is it exact?"""

    fewest: int
    sets: int | None
    one: tuple[int, ...]
    exact: bool = True
    at_least: int | None = None  # where it is not exact: fewer than this cannot do it


def leave_out(review: Review, coded: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """How many cases must go before a supported theme is no longer supported.

    Returns one row for each supported theme, merge, and theme that is both: the columns of `robustness` in results.json.
    """
    of = structure(review, coded)
    n = len(of.ids["case"])
    support, single = supporting_cases(of, rule), supported_without_one(of, rule)["general"]
    now = supported_under(of, everyone(of), rule)["general"]
    rows = [theme_row(of, int(t), rule) for t in np.flatnonzero(of.carry.sum(axis=0) >= rule.min_cases)]
    keep = subsets(n) if n <= TRY_ALL else None
    verdicts = None if keep is None else supported_under(of, keep, rule)["general"]
    held = [each for each in subjects(of, now[0]) if each.holds(now)[0]]
    for subject in sorted(held, key=lambda each: each.id if each.level == "merge" else ""):
        one_out = subject.holds(single)
        if keep is not None and verdicts is not None:
            answer = fewest_of_all(keep, subject.holds(verdicts))
        else:
            answer = by_programme(of, subject, rule, one_out)
        rests = int(support[:, list(subject.generals)].any(axis=1).sum())
        told = [subject.level, subject.id, subject.name, rests]
        rows.append(row_of(of, told, n, answer, int(one_out.sum())))
    return as_table(rows + both_rows(review, of, coded))


def as_table(rows: list[list[Any]]) -> pd.DataFrame:
    """The rows as the table `robustness`, with whole numbers that may be missing."""
    return frame("robustness", rows).astype({"fewest": int, "sets": object, "at_least": "Int64"})


def subsets(cases: int) -> np.ndarray:
    """Every set of cases that may stay: 2^cases × cases.

    >>> subsets(2).tolist()
    [[False, False], [True, False], [False, True], [True, True]]
    """
    return (np.arange(2**cases)[:, None] >> np.arange(cases) & 1).astype(bool)


def fewest_of_all(keep: np.ndarray, holds: np.ndarray) -> Answer:
    """The smallest removal that changes a verdict, from the verdict for every subset.

    >>> keep = subsets(3)
    >>> fewest_of_all(keep, keep.sum(axis=1) >= 2)  # it needs any two of three cases
    Answer(fewest=2, sets=3, one=(1, 2), exact=True, at_least=None)
    """
    removed = (~keep).sum(axis=1)
    least = int(removed[~holds].min())
    rows = np.flatnonzero(~holds & (removed == least))
    return Answer(least, len(rows), tuple(int(c) for c in np.flatnonzero(~keep[rows[0]])))


def by_programme(of: Structure, subject: Subject, rule: Rules, one_out: np.ndarray) -> Answer:
    """The size of the smallest removal among many cases: exact if one case is enough or the solver proves it.

    Such sets are not counted. A merge ends with the first of its general themes, a refined theme with the last.
    """
    alone = np.flatnonzero(~one_out)
    if len(alone):
        return Answer(1, len(alone), (int(alone[0]),))
    ways = [[g] for g in subject.generals] if subject.needs == "all" else [list(subject.generals)]
    solved = [programme(of, way, rule) for way in ways]
    going = min((going for going, _ in solved), key=len)
    at_least = max(2, min(bound for _, bound in solved))
    exact = len(going) == at_least
    return Answer(len(going), None, tuple(going), exact, None if exact else at_least)


def programme(of: Structure, generals: list[int], rule: Rules) -> tuple[list[int], int]:
    """The fewest cases to remove so that none of these general themes is supported, as an integer programme.

    Cases that report the same of the themes are alike, so it asks how many of each kind are removed; and of each place
    (heading, or group) with supported themes, whether it is lost. A place is lost once each of these themes has fewer
    than `min_cases` cases; a general theme is, once fewer than `min_headings` places are left. Solved by HiGHS (Huangfu
    and Hall 2018), which stops after a number of nodes, not of seconds: so every machine gets the same answer.

    Returns the cases of the best removal found, and the number of cases below which no removal is enough.
    """
    places = of.group_of if rule.heading_groups else of.heading_of
    supported = of.cases_with >= rule.min_cases
    spanned = [[np.flatnonzero(of.general_of[:, g] & place & supported) for place in places.T] for g in generals]
    owner, lost = zip(*((g, themes) for g, own in enumerate(spanned) for themes in own if len(themes)))
    themes = np.concatenate(lost)
    kinds, kind, many = np.unique(of.carry[:, themes], axis=0, return_inverse=True, return_counts=True)
    fall = of.cases_with[themes] - rule.min_cases + 1
    of_place = np.repeat(np.arange(len(lost)), [len(own) for own in lost])[:, None] == np.arange(len(lost))
    of_general = np.arange(len(generals))[:, None] == np.array(owner)
    falls = np.hstack([kinds.T, -fall[:, None] * of_place])
    ends = np.hstack([np.zeros((len(generals), len(kinds))), of_general])
    least = np.concatenate([np.zeros(len(themes)), of_general.sum(axis=1) - rule.min_headings + 1])
    solved = milp(
        np.concatenate([np.ones(len(kinds)), np.zeros(len(lost))]),
        integrality=1,
        bounds=Bounds(0, np.concatenate([many, np.ones(len(lost))])),
        constraints=LinearConstraint(np.vstack([falls, ends]), lb=least),
        options={"node_limit": NODES},
    )
    removed = np.round(solved.x[: len(kinds)]).astype(int)
    going = [case for each, number in enumerate(removed) for case in np.flatnonzero(kind == each)[:number]]
    return sorted(map(int, going)), int(np.ceil(solved.mip_dual_bound - TOLERANCE))


def theme_row(of: Structure, t: int, rule: Rules) -> list[Any]:
    """A heading theme: the margin is arithmetic, supporting cases minus `min_cases`, plus one."""
    carriers = np.flatnonzero(of.carry[:, t])
    margin = len(carriers) - rule.min_cases + 1
    answer = Answer(margin, comb(len(carriers), margin), tuple(int(c) for c in carriers[:margin]))
    n = len(of.ids["case"])
    stays = n if margin > 1 else n - len(carriers)
    return row_of(of, ["theme", of.ids["theme"][t], of.names["theme"][t], len(carriers)], n, answer, stays)


def both_rows(review: Review, of: Structure, coded: pd.DataFrame) -> list[list[Any]]:
    """The themes that are both enabler and barrier: each is lost when either side has no case left; arithmetic."""
    names, cases, rows = dict(zip(review.codebook["id"], review.codebook["name"])), of.ids["case"], []
    for general, sides in sorted(barriers.sides(barriers.opposed_points(review, coded)).items()):
        if not (general and all(sides)):  # what has no theme is none
            continue
        least = min(map(len, sides))
        smallest = {frozenset(side) for side in sides if len(side) == least}
        one = tuple(sorted(cases.index(case) for case in min(smallest, key=sorted)))
        stays = len(cases) - sum(1 for case in set.union(*sides) if {case} in sides)
        told = ["both", general, names[general], len(set.union(*sides))]
        rows.append(row_of(of, told, len(cases), Answer(least, len(smallest), one), stays))
    return rows


def row_of(of: Book, told: list[Any], n: int, answer: Answer, supported_in: int) -> list[Any]:
    """One row of the table, with its phrase. Takes level, id, name and cases, and the number of all cases."""
    without = "; ".join(of.names["case"][case] for case in answer.one) if answer.sets == 1 else ""
    values = [*told, n, answer.fewest, answer.sets, without, supported_in, n, answer.exact, answer.at_least]
    return [*values, phrase(told[-1], answer, without, supported_in, n)]


def phrase(cases: int, answer: Answer, without: str, supported_in: int, removals: int) -> str:
    """The row in words.

    >>> phrase(3, Answer(2, 1, (0, 1)), "Weston; CHOICE", 12, 12)
    'supported in 12 of 12 removals of one project; no longer without Weston and CHOICE'
    >>> phrase(9, Answer(8, 9, ()), "", 12, 12)
    'supported in 12 of 12 removals of one project; no longer without any 8 of its 9 projects'
    >>> phrase(9, Answer(3, 2, ()), "", 12, 12)
    'supported in 12 of 12 removals of one project; no longer only without 3 of its 9 projects (2 such sets)'
    """
    start = f"supported in {supported_in} of {removals} removals of one project; no longer "
    if without:
        *first, last = without.split("; ")
        return start + "without " + (", ".join(first) + " and " if first else "") + last
    many = f"{answer.fewest} of its {cases} projects" if answer.fewest > 1 else f"one of its {cases} projects"
    if not answer.exact:
        return start + f"without {many}; fewer may be enough, at least {answer.at_least}"
    if answer.sets == comb(cases, answer.fewest):
        return start + f"without any {many}"
    counted = "" if answer.sets is None else f" ({answer.sets:,} such sets)"
    return start + f"{'only ' if answer.fewest > 1 else ''}without {many}{counted}"


def bounds(of: Book, cases: np.ndarray, counts: dict[str, Integers], n: int, rule: Rules) -> pd.DataFrame:
    """What the counts alone say of removals: for reviews that are too large for a search. The columns of `leave_out`.

    A theme needs `min_cases` cases, a heading one supported theme, a general theme `min_headings` headings. So to take
    every case of the headings that are cheapest to lose is enough (`fewest`), and the theme that most cases support in
    the easiest choice needs at least this many (`at_least`). Merges are left out. Takes the cases of each theme, the
    counts of general and refined themes and of removals (`kernel.count_removals`), and the number of cases.
    """
    now = {level: own[0] for level, own in supported_by_counts(of, cases[None, :], rule).items()}
    margin, places = cases - rule.min_cases + 1, of.group_of if rule.heading_groups else of.heading_of
    rows = []
    for t in map(int, np.flatnonzero(now["theme"])):
        rows.append(bound_row(of, "theme", t, int(cases[t]), int(margin[t]), int(margin[t]), counts["removals"], n))
    known: dict[int, tuple[int, int]] = {}
    for g in map(int, np.flatnonzero(now["general"])):
        own = [margin[now["theme"] & of.general_of[:, g] & place] for place in places.T]
        own = [place for place in own if len(place)]
        fall = len(own) - rule.min_headings + 1
        least = sorted(int(place.max()) for place in own)[fall - 1]
        known[g] = (least, sum(sorted(int(place.sum()) for place in own)[:fall]))
        rests = int(counts["general"]["cases"][g, g])
        rows.append(bound_row(of, "general", g, rests, *known[g], counts["removals"], n))
    for r in map(int, np.flatnonzero(now["refined"])):
        own = [known[int(g)] for g in np.flatnonzero(of.refined_of[:, r] & now["general"])]
        rests = int(counts["refined"]["cases"][r, r])
        least, enough = max(least for least, _ in own), sum(enough for _, enough in own)
        rows.append(bound_row(of, "refined", r, rests, least, enough, counts["removals"], n))
    return as_table(rows)


def bound_row(
    of: Book, level: str, place: int, rests: int, least: int, enough: int, removals: Integers, n: int
) -> list[Any]:
    """One row of `bounds`: exact where both bounds are one."""
    fewest = min(enough, rests)
    answer = Answer(fewest, None, (), fewest == least, None if fewest == least else least)
    told = [level, of.ids[level][place], of.names[level][place], rests]
    return row_of(of, told, n, answer, int(removals[level][place]))
