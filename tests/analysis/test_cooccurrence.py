"""Themes that occur together, and what so few cases can show."""

import numpy as np
import pandas as pd
from scipy import stats

from casesynth.analysis import cooccurrence, kernel, matrices, themes
from casesynth.core.rules import Rules
from tests.bench import bench_statistics


def test_cases_that_lack_headings_are_left_out_of_the_pairs_they_cannot_show(tiny):
    review = tiny()
    review.tables["keypoints"] = review.keypoints[review.keypoints["id"].ne("alder-enablers-01")]
    of = matrices.structure(review, themes.coded_points(review, "ada"))
    pairs = cooccurrence.pairs(of, Rules(1, 1)).query("level == 'theme'").set_index(["one", "other"])
    assert pairs.loc[("ena-money", "ena-neighbours"), "cases"] == 2
    assert pairs.loc[("aim-together", "aim-food"), "cases"] == 3


def test_general_themes_are_paired_over_cases_that_could_have_both(tiny):
    """Cedar with coded aims only can have neither the money of enablers nor that of barriers."""
    review = tiny()
    coded = themes.coded_points(review, "ada")
    coded = coded[~coded["case"].eq("cedar") | coded["heading"].eq("aims")]
    pairs = cooccurrence.pairs(matrices.structure(review, coded), Rules(1, 1))
    general = pairs.query("level == 'general'").set_index(["one", "other"])
    assert general.loc[("gen-money", "gen-people"), ["cases", "both"]].tolist() == [2, 2]
    assert general.loc[("gen-garden", "gen-people"), "cases"] == 3


def test_the_lady_tasting_tea():
    assert round(cooccurrence.fisher([4], [4], [4], [8])["p"][0], 4) == round(2 / 70, 4)


def test_fisher_agrees_with_scipy_on_every_table_of_twelve():
    tables_ = [(a, r, c) for r in range(13) for c in range(13) for a in range(max(0, r + c - 12), min(r, c) + 1)]
    a, r, c = map(np.array, zip(*tables_))
    ours = cooccurrence.fisher(a, r, c, np.full(len(a), 12))["p"]
    theirs = [stats.fisher_exact([[x, y - x], [z - x, 12 - y - z + x]])[1] for x, y, z in tables_]
    assert np.allclose(ours, theirs)


def test_smallest_p_and_power_by_their_definitions():
    row = cooccurrence.fisher([2], [4], [5], [12]).iloc[0]
    possible = cooccurrence.fisher(range(5), [4] * 5, [5] * 5, [12] * 5)["p"]
    assert row["smallest_p"] == possible.min()
    chance = stats.nchypergeom_fisher(12, 4, 5, cooccurrence.STRONG).pmf(np.arange(5))
    assert np.isclose(row["power"], chance[possible <= 0.05].sum())


def test_counts_of_what_goes_together_are_those_of_crosstab():
    random = np.random.default_rng(4)
    points = pd.DataFrame({"id": np.arange(200).astype(str), "case": random.integers(0, 20, 200), "heading": "h"})
    coded = points.assign(keypoint=points["id"], theme=random.integers(0, 9, 200).astype(str), direction="supports")
    shard = kernel.shard_of(points, coded, list("012345678"), ["h"])
    cross = pd.crosstab(coded["case"], coded["theme"]).clip(upper=1)
    assert (kernel.count_together(shard.carry, shard.could)["both"] == (cross.T @ cross).to_numpy()).all()


def test_no_p_is_zero_however_many_cases():
    """22 cases give p down to 1e-6, which five decimals would print as 0."""
    pairs = cooccurrence.pairs(bench_statistics.invented(40, themes=20), Rules())
    assert pairs["smallest_p"].min() < 1e-6 and (pairs[["p", "q", "smallest_p"]] > 0).all(axis=None)


def test_what_the_pairs_can_show():
    """Of three pairs one could pass the control alone (0.05 / 3), one more could reach 0.05, one could not."""
    rows = [["theme", 0.01, 0.03, 0.01, 0.4], ["theme", 0.04, 0.06, 0.04, 0.2], ["theme", 1.0, 1.0, 0.2, 0.0]]
    row = cooccurrence.can_show(pd.DataFrame(rows, columns=["level", "p", "q", "smallest_p", "power"])).iloc[0]
    counted = row[["pairs", "could", "could_survive", "below", "by_chance", "survive"]].tolist()
    assert counted == [3, 2, 1, 2, 0.1, 1]
    assert row["reading"].startswith("1 of 3 pairs pass false-discovery control; the smallest p")
    assert "is 0.01, and 1 could pass the control on their own; 1 could not reach p = 0.05" in row["reading"]
    assert row["reading"].endswith("tenfold odds of going together at p ≤ 0.05, before any control, is 20%")
