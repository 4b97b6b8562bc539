"""Measures of agreement, against the numbers of the papers that define them."""

from itertools import combinations

import numpy as np
import pandas as pd

from casesynth.analysis import agreement
from casesynth.analysis import published as published_room
from tests.support.reviews import fourfold


def test_feinstein_and_cicchetti_1990_the_paradox():
    balanced, rare = agreement.measures(fourfold(40, 9, 6, 45)), agreement.measures(fourfold(80, 10, 5, 5))
    assert balanced["percent"] == rare["percent"] == 0.85
    assert (round(balanced["kappa"], 2), round(rare["kappa"], 2)) == (0.70, 0.32)
    assert (round(rare["positive"], 2), round(rare["negative"], 2)) == (0.91, 0.40)


def test_krippendorff_2011_missing_codes():
    """Single themes are sets at distance 0 or 1, so that alpha of sets is nominal alpha: 0.743 in the paper."""
    coders = ["123321412   ", "1233224125 3", " 3332342251 ", "12332441251 "]
    units = [[None if code == " " else frozenset(code) for code in unit] for unit in zip(*coders)]
    assert round(agreement.set_alpha(units), 3) == 0.743


def test_what_is_undefined_is_not_a_number_and_printed_so():
    nobody = agreement.measures(fourfold(0, 0, 0, 9))
    assert np.isnan(nobody["kappa"]) and np.isnan(nobody["alpha"]) and np.isnan(nobody["positive"])
    assert nobody["percent"] == nobody["ac1"] == 1  # AC1 knows both categories, yes and no
    row = pd.DataFrame([{"value": np.nan, "low": np.nan, "high": 0.5}])
    assert published_room.with_undefined(row).iloc[0].tolist() == ["undefined", "undefined", "0.500"]
    assert np.isnan(agreement.set_alpha([[None, frozenset("a")]]))
    row = pd.DataFrame([dict.fromkeys(["masi", "alpha_masi", "prevalence", "precision", "recall", "kappa"], np.nan)])
    assert set(published_room.with_undefined(row).iloc[0]) == {"undefined"}


def test_intervals_resample_cases_not_units():
    """Units of one case that all agree or all differ: an interval over units would be far too narrow."""
    marks = np.repeat([[1, 1], [1, 0], [0, 0], [0, 1]], 100, axis=0).astype(float)
    low, high = agreement.interval(agreement.tallies(marks), np.repeat(["a", "b", "c", "d"], 100))["percent"]
    assert low == 0 and high == 1
    assert agreement.interval(agreement.tallies(marks), np.repeat(["a"], 400)) == {}


def test_positive_and_negative_agreement_of_three_coders_by_their_definition():
    """Of the ones (zeros) in all pairs of coders' marks, the part that both say; Spitzer and Fleiss 1974."""
    marks = np.array([[1, 1, 1], [1, 1, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]], dtype=float)
    pairs = [(row[i], row[j]) for row in marks for i, j in combinations(range(3), 2)]
    found = agreement.measures(marks)
    for name, value in (("positive", 1), ("negative", 0)):
        both, either = sum(a == b == value for a, b in pairs), sum([a, b].count(value) for a, b in pairs)
        assert np.isclose(found[name], 2 * both / either)
    assert np.isnan(found["kappa"])


def test_alpha_of_sets_by_its_definition_with_three_coders_a_missing_one_and_empty_sets():
    """Krippendorff: 1 - observed / expected, from every pair of codes within units, and of all codes."""
    a, b, ab, none = frozenset("a"), frozenset("b"), frozenset("ab"), frozenset()
    units = [[a, a, ab], [none, None, none], [b, ab, None], [a, none, b], [None, ab, None]]
    units_ = [[one for one in unit if one is not None] for unit in units]
    units_ = [unit for unit in units_ if len(unit) > 1]
    codes = [one for unit in units_ for one in unit]
    within = sum(2 * agreement.masi(x, y) / (len(u) - 1) for u in units_ for x, y in combinations(u, 2)) / len(codes)
    overall = sum(2 * agreement.masi(x, y) for x, y in combinations(codes, 2)) / len(codes) / (len(codes) - 1)
    assert np.isclose(agreement.set_alpha(units), 1 - within / overall)
