"""Leave cases out: how many can be lost before a finding is no longer supported?"""

from math import comb

import numpy as np
import pandas as pd

from casesynth.analysis import barriers
from casesynth.analysis.matrices import (
    Structure,
    everyone,
    structure,
    supported_under,
    supported_without_one,
    supporting_cases,
)
from casesynth.analysis.smallest_sets import (
    TRY_ALL,
    Answer,
    Finding,
    fewest_of_all,
    holds,
    overlap_holds,
    places_of,
    search,
    subsets,
)
from casesynth.core.results import frame
from casesynth.core.review import Review
from casesynth.core.rules import Rules


def findings(of: Structure, overlaps: pd.DataFrame, rule: Rules) -> list[Finding]:
    """The standing general and refined themes, and the merges (decided or proposed) of standing general themes."""
    now = supported_under(of, everyone(of), rule)
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


def leave_out(review: Review, coded: pd.DataFrame, overlaps: pd.DataFrame, rule: Rules, merge_overlap: float):
    """How many cases must go before a finding falls.

    Out, one row a standing finding: level (theme, general, refined, merge, both), id, name, cases (that it rests on),
    of_cases, fewest (the margin: cases whose removal makes it fall), sets (how many such sets; missing where not
    counted), without (names, where there is one set), supported_in and removals (of how many removals of one case),
    exact, at_least (the proven bound where the search is not exact), how_sure (a phrase).
    """
    of = structure(review, coded)
    n = len(of.ids["case"])
    support = supporting_cases(of, rule)
    single = supported_without_one(of, rule)
    rows = [theme_row(of, t, rule) for t in np.flatnonzero(of.carry.sum(axis=0) >= rule.min_cases)]
    keep = subsets(n) if n <= TRY_ALL else None
    verdicts = supported_under(of, keep, rule) if keep is not None else None
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
    table = frame("robustness", rows)
    return table.astype({"fewest": int, "sets": object, "at_least": "Int64"})


def solve(of: Structure, coded, finding: Finding, rule: Rules, merge_overlap, keep=None, verdicts=None) -> Answer:
    """The smallest removal for one finding: by every subset where there are few cases, else by search."""
    if keep is not None:
        overlap = (
            overlap_holds(of, coded, finding, keep, verdicts["theme"], merge_overlap) if finding.proposed else None
        )
        return fewest_of_all(keep, holds(finding, verdicts["general"], overlap))
    answer = search(of.carry, places_of(of, finding, rule), rule, finding.falls_with)
    return overlap_bound(of, coded, finding, rule, merge_overlap, answer) if finding.proposed else answer


def overlap_per_case(of: Structure, coded: pd.DataFrame, finding: Finding, supported: np.ndarray):
    """Key points that both general themes share, and that either has, in each case. In: which themes stand."""
    own = coded[coded["direction"].eq("supports")]
    at = pd.Index(of.ids["theme"]).get_indexer(own["theme"])
    flags = (supported[:, None] & of.general_of[:, list(finding.generals)])[at] & (at >= 0)[:, None]
    points = own.assign(one=flags[:, 0], other=flags[:, 1]).groupby(["case", "keypoint"])[["one", "other"]].any()
    table = pd.DataFrame({"shared": points["one"] & points["other"], "either": points["one"] | points["other"]})
    table = table.groupby(level="case").sum().reindex(of.ids["case"]).fillna(0)
    return table["shared"].to_numpy(float), table["either"].to_numpy(float)


def overlap_without_one(of: Structure, coded, finding: Finding, single, rule: Rules, merge_overlap) -> np.ndarray:
    """Does the overlap reach the threshold without each one case? By subtraction where no theme falls by it."""
    usual = supported_under(of, everyone(of), rule)["theme"][0]
    under = of.general_of[:, list(finding.generals)].any(axis=1)
    shared, either = overlap_per_case(of, coded, finding, usual)
    reaches = (shared.sum() - shared) / np.maximum(either.sum() - either, 1) >= merge_overlap
    for case in np.flatnonzero((single[:, under] != usual[under]).any(axis=1)):
        keep = np.ones((1, len(single)), dtype=bool)
        keep[0, case] = False
        reaches[case] = overlap_holds(of, coded, finding, keep, single[[case]], merge_overlap)[0]
    return reaches


def overlap_bound(of: Structure, coded, finding: Finding, rule: Rules, merge_overlap: float, answer: Answer) -> Answer:
    """A proposal beyond 16 cases: a removal that does undo it, and so no more than a bound.

    Leaving out the cases with the largest (shared key points minus threshold times key points of either) lowers the
    overlap fastest, as long as no theme falls by it. Tried is the first size at which the overlap is then too small;
    where it is no removal after all, or is larger, the one that makes a theme of the two fall stands.
    """
    n = len(of.ids["case"])
    shared, either = overlap_per_case(of, coded, finding, supported_under(of, everyone(of), rule)["theme"][0])
    order = np.argsort(-(shared - merge_overlap * either), kind="stable")
    left_shared, left_either = shared.sum() - np.cumsum(shared[order]), either.sum() - np.cumsum(either[order])
    small = np.flatnonzero(left_shared / np.maximum(left_either, 1) < merge_overlap)
    if len(small) and small[0] + 1 < answer.fewest:
        going = order[: small[0] + 1]
        keep = np.ones((1, n), dtype=bool)
        keep[0, going] = False
        now = supported_under(of, keep, rule)
        if not holds(finding, now["general"], overlap_holds(of, coded, finding, keep, now["theme"], merge_overlap))[0]:
            return Answer(len(going), None, tuple(sorted(int(case) for case in going)), len(going) == 1, 1)
    return Answer(answer.fewest, None, answer.one, answer.fewest == 1, 1)


def theme_row(of: Structure, t: int, rule: Rules) -> list:
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


def row_of(of: Structure, level, id, name, cases: int, answer: Answer, supported_in: int) -> list:
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
        supported_in,
        n,
        answer.exact,
        answer.at_least,
    ]
    return [*values, phrase(cases, answer.fewest, answer.sets, without, supported_in, n, answer.exact, answer.at_least)]


def phrase(
    cases: int, fewest: int, sets, without: str, supported_in: int, removals: int, exact=True, at_least=None
) -> str:
    """The row in words.

    >>> phrase(3, 2, 1, "Weston; CHOICE", 12, 12)
    'stands in 12 of 12 removals; falls without Weston and CHOICE'
    >>> phrase(9, 8, 9, "", 12, 12)
    'stands in 12 of 12 removals; falls without any 8 of its 9 projects'
    >>> phrase(9, 3, 2, "", 12, 12)
    'stands in 12 of 12 removals; falls only without 3 of its 9 projects (2 such sets)'
    """
    start = f"stands in {supported_in} of {removals} removals; falls "
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
