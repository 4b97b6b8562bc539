"""Saturation and coverage, against published examples."""

from itertools import combinations

import numpy as np
import pytest

from casesynth.analysis import (
    saturation,
)


def test_guest_namey_and_chen_2020():
    runs = saturation.guest(np.array([20, 9, 5, 3, 4, 3, 1, 0]), 4, 2, 0.05)
    assert list((runs["ratio"] * 100).round()) == [19, 11, 3]
    assert list(runs["reached"]) == [False, False, True]


@pytest.mark.parametrize(
    ("units", "incidences", "once", "twice", "published"),
    [(599, 5976, 49, 23, 0.9918), (230, 2943, 71, 34, 0.9760), (150, 1730, 28, 16, 0.9839), (200, 1170, 13, 4, 0.9889)],
)
def test_coverage_of_ants_as_printed_by_inext(units, incidences, once, twice, published):
    rest = incidences - once - 2 * twice
    counts = np.array([1] * once + [2] * twice + [3] * (rest // 3 - 1) + [rest - 3 * (rest // 3 - 1)])
    assert counts.sum() == incidences
    assert round(saturation.coverage(counts, units), 4) == published


def test_rarefaction_is_the_mean_over_all_sets_and_the_band_holds_it():
    carry = np.random.default_rng(1).random((7, 5)) < 0.4
    curve = saturation.rarefaction(carry.sum(axis=0), 7, np.arange(1, 8))
    for size in range(1, 8):
        every = [carry[list(own)].any(axis=0).sum() for own in combinations(range(7), size)]
        assert np.isclose(curve[size - 1], np.mean(every))
    drawn = saturation.orders(carry, np.arange(1, 8))
    assert len(drawn) == 10_000 and np.allclose(drawn.mean(axis=0), curve, atol=0.05)
    assert (saturation.orders(carry, np.arange(1, 8)) == drawn).all()


def test_saturation_is_written_as_the_paper_writes_it_and_says_why_it_is_not_reached():
    carry = np.zeros((8, 42), dtype=bool)  # 20, 9, 5, 3, 4, 1, 0 and 0 new themes
    first = np.repeat(np.arange(6), [20, 9, 5, 3, 4, 1])
    carry[first, np.arange(42)] = True
    table = saturation.assessed(carry, 4, 2, 0.05)
    assert table.iloc[0][["base", "at", "cases", "reading"]].tolist() == [37, "5+2", 7, "reached at 5+2"]
    late = np.vstack([np.zeros((5, 42), dtype=bool), carry])
    assert saturation.assessed(late, 4, 2, 0.05)["reading"].iloc[0] == "no theme in the base"
    assert saturation.assessed(carry[:4], 4, 2, 0.05)["reading"].iloc[0] == "too few cases"


def test_coverage_of_ants_at_2000_metres():
    """Costa Rica (Longino and Colwell 2011): iNEXT gives 0.9964."""
    counts = np.array([80, 59, 34, 23, 19, 15, 13, 8, 8, 4, 3, 2, 2, 1])
    assert round(saturation.coverage(counts, 200), 4) == 0.9964


def test_one_case_has_no_coverage():
    assert np.isnan(saturation.coverage(np.array([1, 1, 1]), 1))
    assert saturation.summary(np.array([1, 1]), 1)["coverage"].isna().all()
