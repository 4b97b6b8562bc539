"""The smallest sets of cases without which a finding is no longer supported."""

import numpy as np
import pytest

from casesynth.analysis import (
    leave_out,
    matrices,
    smallest_sets,
    themes,
)
from casesynth.analysis.smallest_sets import Finding
from casesynth.core.rules import Rules
from tests.support.reviews import invented


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("falls_with", "generals"), [("all", (0,)), ("all", (0, 1)), ("any", (0, 1))])
def test_search_finds_what_trying_every_subset_finds(seed, falls_with, generals):
    of, rule = invented(seed), Rules(1 + seed % 3, 2, False)
    now = matrices.supported_under(of, matrices.everyone(of), rule)["general"][0]
    if not (now[list(generals)].all() if falls_with == "any" else now[list(generals)].any()):
        pytest.skip("does not stand")
    generals = tuple(g for g in generals if now[g])
    finding = Finding("x", "x", "x", generals, falls_with)
    keep = smallest_sets.subsets(9)
    tried = smallest_sets.fewest_of_all(
        keep, smallest_sets.holds(finding, matrices.supported_under(of, keep, rule)["general"])
    )
    found = smallest_sets.search(of.carry, smallest_sets.places_of(of, finding, rule), rule, falls_with)
    assert (found.fewest, found.sets, found.exact) == (tried.fewest, tried.sets, True)
    left = np.ones((1, 9), dtype=bool)
    left[0, list(found.one)] = False
    assert not smallest_sets.holds(finding, matrices.supported_under(of, left, rule)["general"])[0]


def test_integer_programme_gives_the_same_size_and_says_when_it_is_not_exact(monkeypatch):
    of, rule = invented(3), Rules(2, 2, False)
    finding = Finding("x", "x", "x", (0,))
    places = smallest_sets.places_of(of, finding, rule)
    exact = smallest_sets.search(of.carry, places, rule)
    monkeypatch.setattr(smallest_sets, "MOST_STATES", 0)
    other = smallest_sets.search(of.carry, places, rule)
    assert (other.fewest, other.exact, other.sets) == (exact.fewest, True, None)
    monkeypatch.setattr(smallest_sets, "SECONDS", 0.0)
    bound = smallest_sets.search(of.carry, places, rule)
    assert bound.exact or (bound.at_least <= exact.fewest <= bound.fewest)


def test_beyond_sixteen_cases_a_proposal_has_a_removal_that_works_and_says_that_it_is_a_bound(phase2, monkeypatch):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Rules()
    of = matrices.structure(phase2, coded)
    finding = Finding(
        "merge", "x", "x", (of.ids["general"].index("gen-assets"), of.ids["general"].index("gen-creative")), "any", True
    )
    shared, either = leave_out.overlap_per_case(
        of, coded, finding, matrices.supported_under(of, matrices.everyone(of), rule)["theme"][0]
    )
    threshold = 0.7 * shared.sum() / either.sum()
    exact = leave_out.solve(
        of,
        coded,
        finding,
        rule,
        threshold,
        smallest_sets.subsets(12),
        matrices.supported_under(of, smallest_sets.subsets(12), rule),
    )
    bound = leave_out.solve(of, coded, finding, rule, threshold)
    keep = np.ones((1, 12), dtype=bool)
    keep[0, list(bound.one)] = False
    now = matrices.supported_under(of, keep, rule)
    assert not smallest_sets.holds(
        finding, now["general"], smallest_sets.overlap_holds(of, coded, finding, keep, now["theme"], threshold)
    )[0]
    assert bound.at_least <= exact.fewest <= bound.fewest and bound.sets is None
