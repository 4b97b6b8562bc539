"""The statistics: against published worked examples, against other packages, and each against its own definition."""

import json
import subprocess
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casesynth.analysis import (
    agreement,
    by_coder,
    cooccurrence,
    general,
    leave_out,
    matrices,
    quantifiers,
    saturation,
    smallest_sets,
    themes,
    thresholds,
)
from casesynth.analysis import coders as coders_room
from casesynth.analysis import printed as printed_room
from casesynth.analysis.general import GENERAL
from casesynth.analysis.smallest_sets import Finding
from casesynth.audit import shares as shares_room
from casesynth.core import paths, review
from casesynth.core.review import load
from casesynth.core.rules import Thresholds
from casesynth.figures import sensitivity, statistics
from tests import bench_statistics

PEER = paths.ROOT / "build" / "peers" / "statistics"


def fourfold(a, b, c, d):
    return np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [a, b, c, d], axis=0).astype(float)


# ---- published worked examples ----


def test_cohen_1960_table_of_three_categories():
    shares = np.array([[44, 5, 1], [7, 20, 3], [9, 5, 6]])
    first, second = np.repeat(np.indices((3, 3)).reshape(2, -1), shares.ravel(), axis=1)
    assert round(agreement.kappa(first, second), 2) == 0.49


def test_feinstein_and_cicchetti_1990_the_paradox():
    balanced, rare = agreement.measures(fourfold(40, 9, 6, 45)), agreement.measures(fourfold(80, 10, 5, 5))
    assert balanced["percent"] == rare["percent"] == 0.85
    assert (round(balanced["kappa"], 2), round(rare["kappa"], 2)) == (0.70, 0.32)
    assert (round(rare["positive"], 2), round(rare["negative"], 2)) == (0.91, 0.40)


def test_krippendorff_2011_and_gwet_2014_missing_codes():
    n = np.nan
    codes = np.array(
        [[1, 2, 3, 3, 2, 1, 4, 1, 2, n, n, n], [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, n, 3],
         [n, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, n], [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, n]]
    ).T  # fmt: skip
    assert round(agreement.alpha(codes), 3) == 0.743
    assert round(agreement.ac1(codes), 4) == 0.7754  # Gwet's handbook prints this for the same four raters


def test_guest_namey_and_chen_2020():
    runs = saturation.guest(np.array([20, 9, 5, 3, 4, 3, 1, 0]), 4, 2, 0.05)
    assert list((runs["ratio"] * 100).round()) == [19, 11, 3]
    assert list(runs["reached"]) == [False, False, True]


@pytest.mark.parametrize(
    "units, incidences, once, twice, printed",
    [(599, 5976, 49, 23, 0.9918), (230, 2943, 71, 34, 0.9760), (150, 1730, 28, 16, 0.9839), (200, 1170, 13, 4, 0.9889)],
)
def test_coverage_of_ants_as_printed_by_inext(units, incidences, once, twice, printed):
    rest = incidences - once - 2 * twice
    counts = np.array([1] * once + [2] * twice + [3] * (rest // 3 - 1) + [rest - 3 * (rest // 3 - 1)])
    assert counts.sum() == incidences
    assert round(saturation.coverage(counts, units), 4) == printed


def test_the_lady_tasting_tea():
    assert round(cooccurrence.fisher([4], [4], [4], [8])["p"][0], 4) == round(2 / 70, 4)


# ---- against other definitions of the same thing ----


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


def test_rarefaction_is_the_mean_over_all_sets_and_the_band_holds_it():
    carry = np.random.default_rng(1).random((7, 5)) < 0.4
    curve = saturation.rarefaction(carry.sum(axis=0), 7, np.arange(1, 8))
    for size in range(1, 8):
        every = [carry[list(own)].any(axis=0).sum() for own in combinations(range(7), size)]
        assert np.isclose(curve[size - 1], np.mean(every))
    drawn = saturation.orders(carry, np.arange(1, 8))
    assert len(drawn) == 10_000 and np.allclose(drawn.mean(axis=0), curve, atol=0.05)
    assert (saturation.orders(carry, np.arange(1, 8)) == drawn).all()


def test_what_is_undefined_is_not_a_number_and_printed_so():
    nobody = agreement.measures(fourfold(0, 0, 0, 9))
    assert np.isnan(nobody["kappa"]) and np.isnan(nobody["alpha"]) and np.isnan(nobody["positive"])
    assert nobody["percent"] == nobody["ac1"] == 1  # AC1 knows both categories, yes and no
    row = pd.DataFrame([{"value": np.nan, "low": np.nan, "high": 0.5}])
    assert printed_room.printed(row).iloc[0].tolist() == ["undefined", "undefined", "0.500"]
    assert np.isnan(agreement.alpha(np.array([[1, np.nan], [np.nan, 2]])))
    assert np.isnan(agreement.set_alpha([[None, frozenset("a")]]))
    row = pd.DataFrame([dict.fromkeys(["masi", "alpha_masi", "prevalence", "precision", "recall", "kappa"], np.nan)])
    assert set(printed_room.printed(row).iloc[0]) == {"undefined"}


def test_binary_measures_agree_with_the_general_ones_with_missing_marks():
    random = np.random.default_rng(2)
    marks = (random.random((60, 4)) < 0.3).astype(float)
    marks[random.random(marks.shape) < 0.2] = np.nan
    found = agreement.measures(marks)
    assert np.isclose(found["alpha"], agreement.alpha(marks)) and np.isclose(found["ac1"], agreement.ac1(marks))


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


def test_a_case_mark_is_missing_where_any_of_its_points_is_not_coded():
    """Whatever the answer: else the partial coder's prevalence rises by what is missing."""
    n = np.nan
    points = pd.DataFrame({"case": list("aaabbb"), "heading": "h", "theme": "t", "ada": [1, 0, n, 0, 0, n]})
    points = points.assign(bo=[1, 0, 0, 0, 0, 0])
    marks = coders_room.case_marks(points, ["ada", "bo"])
    assert marks["ada"].isna().all() and marks["bo"].tolist() == [1, 0]


# ---- the rules as matrices, and the search ----


@pytest.fixture(scope="module")
def phase2():
    return load("mca-phase2")


@pytest.mark.parametrize(
    "rule", [Thresholds(), Thresholds(3, 2, True), Thresholds(2, 3, False), Thresholds(4, 1, True)]
)
def test_matrices_give_the_verdicts_of_the_written_out_rules(phase2, rule):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    parts = []
    for heading in phase2.headings.loc[phase2.headings["themed"], "id"]:
        own, cases = themes.themes_of(phase2, heading), themes.eligible(phase2, heading)
        cells = themes.theme_cases(coded[coded["heading"].eq(heading)], own, cases)
        parts.append(themes.theme_table(cells, own, cases, rule.min_cases).assign(heading=heading))
    collected = pd.concat(parts)
    written = general.general_themes(
        collected, coded, phase2.codebook, phase2.headings, rule.min_headings, rule.heading_groups
    )
    assert list(written.columns) == GENERAL
    of = matrices.structure(phase2, coded)
    table = matrices.long(of, matrices.stand(of, matrices.everyone(of), rule)).set_index("id")["stands"]
    assert (table.loc[written["general"]].to_numpy() == written["stands"].to_numpy()).all()
    assert (table.loc[collected["theme"]].to_numpy() == collected["stands"].to_numpy()).all()
    points = general.points_by_general(coded, phase2.codebook, set(collected.loc[collected["stands"], "theme"]))
    refined = general.refined_themes(written, points, phase2.codebook, phase2.headings)
    assert (table.loc[refined["refined"]].to_numpy() == refined["stands"].to_numpy()).all()
    cases = matrices.supporting_cases(of, rule)["refined"].sum(axis=0)
    assert dict(zip(of.ids["refined"], cases)) == dict(zip(refined["refined"], refined["cases"]))


def invented(seed: int, cases=9, headings=3, per_heading=4) -> matrices.Structure:
    random = np.random.default_rng(seed)
    number = headings * per_heading
    heading_of = np.repeat(np.eye(headings, dtype=bool), per_heading, axis=0)
    general_of = np.eye(3, dtype=bool)[random.integers(0, 3, number)]
    ids = {"case": [f"c{i}" for i in range(cases)], "theme": [f"t{i}" for i in range(number)]}
    ids |= {"general": ["g0", "g1", "g2"], "refined": ["r0", "r1"]}
    refined_of = np.array([[True, False], [True, False], [False, True]])
    carry = random.random((cases, number)) < 0.45
    could = np.ones((cases, headings), dtype=bool)
    return matrices.Structure(carry, general_of, refined_of, heading_of, heading_of, ids, ids, could)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("falls_with, generals", [("all", (0,)), ("all", (0, 1)), ("any", (0, 1))])
def test_search_finds_what_trying_every_subset_finds(seed, falls_with, generals):
    of, rule = invented(seed), Thresholds(1 + seed % 3, 2, False)
    now = matrices.stand(of, matrices.everyone(of), rule)["general"][0]
    if not (now[list(generals)].all() if falls_with == "any" else now[list(generals)].any()):
        pytest.skip("does not stand")
    generals = tuple(g for g in generals if now[g])
    finding = Finding("x", "x", "x", generals, falls_with)
    keep = smallest_sets.subsets(9)
    tried = smallest_sets.fewest_of_all(keep, smallest_sets.holds(finding, matrices.stand(of, keep, rule)["general"]))
    found = smallest_sets.search(of.carry, smallest_sets.places_of(of, finding, rule), rule, falls_with)
    assert (found.fewest, found.sets, found.exact) == (tried.fewest, tried.sets, True)
    left = np.ones((1, 9), dtype=bool)
    left[0, list(found.one)] = False
    assert not smallest_sets.holds(finding, matrices.stand(of, left, rule)["general"])[0]


def test_integer_programme_gives_the_same_size_and_says_when_it_is_not_exact(monkeypatch):
    of, rule = invented(3), Thresholds(2, 2, False)
    finding = Finding("x", "x", "x", (0,))
    places = smallest_sets.places_of(of, finding, rule)
    exact = smallest_sets.search(of.carry, places, rule)
    monkeypatch.setattr(robustness, "MOST_STATES", 0)
    other = smallest_sets.search(of.carry, places, rule)
    assert (other.fewest, other.exact, other.sets) == (exact.fewest, True, None)
    monkeypatch.setattr(robustness, "SECONDS", 0.0)
    bound = smallest_sets.search(of.carry, places, rule)
    assert bound.exact or (bound.at_least <= exact.fewest <= bound.fewest)


def test_margins_are_arithmetic_and_one_set_is_named(phase2):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    table = leave_out.leave_out(
        phase2, coded, pd.DataFrame(columns=["one", "other", "decided", "proposed"]), Thresholds(), 0.5
    )
    of = matrices.structure(phase2, coded)
    keep = smallest_sets.subsets(12)
    every = matrices.stand(of, keep, Thresholds())["theme"]
    own = table[table["level"].eq("theme")].set_index("id")
    for theme in ("aim-asset-mapping", own["fewest"].idxmin(), own["fewest"].idxmax()):
        tried = smallest_sets.fewest_of_all(keep, every[:, of.ids["theme"].index(theme)])
        assert (own.loc[theme, "fewest"], own.loc[theme, "sets"]) == (tried.fewest, tried.sets)
    one = table[table["sets"].eq(1)]
    assert len(one) and all(len(names.split("; ")) == fewest for names, fewest in zip(one["without"], one["fewest"]))
    names = dict(zip(phase2.cases["name"], phase2.cases["id"]))
    row = table[table["level"].eq("both") & table["sets"].eq(1)].iloc[0]
    rest = coded[~coded["case"].isin([names[name] for name in row["without"].split("; ")])]
    again = by_coder.every_finding(phase2, rest, Thresholds())
    assert not again[again["level"].eq("both") & again["id"].eq(row["id"])]["stands"].any()


def test_a_proposed_merge_falls_with_its_overlap(phase2):
    """Two general themes on the same key points of few cases: the proposal needs the overlap, not only both themes."""
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    pair = pd.DataFrame(
        [["gen-assets", "gen-creative", "kept apart", True]], columns=["one", "other", "decided", "proposed"]
    )
    low = leave_out.leave_out(phase2, coded, pair, Thresholds(), 0.01).query("level == 'merge'").iloc[0]
    none = leave_out.leave_out(phase2, coded, pair, Thresholds(), 0.0).query("level == 'merge'").iloc[0]
    assert "(proposed)" in low["name"]
    numbers = ["fewest", "sets", "without", "holds_in"]
    assert low[numbers].tolist() == [1, 1, "Art at the Start", 11]
    assert none[["fewest", "sets", "holds_in"]].tolist() == [3, 2, 12]


def test_leaving_one_out_is_the_same_by_subtraction(phase2):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Thresholds(3, 2)
    of = matrices.structure(phase2, coded)
    keep = ~np.eye(12, dtype=bool)
    by_sets, by_counts = matrices.stand(of, keep, rule), matrices.stand_without_one(of, rule)
    assert all((by_sets[level] == by_counts[level]).all() for level in matrices.LEVELS)
    for threshold in (0.0, 0.02, 0.05, 0.5):
        finding = Finding(
            "merge",
            "x",
            "x",
            (of.ids["general"].index("gen-assets"), of.ids["general"].index("gen-creative")),
            "any",
            True,
        )
        slow = smallest_sets.overlap_holds(of, coded, finding, keep, by_sets["theme"], threshold)
        assert (leave_out.overlap_without_one(of, coded, finding, by_counts["theme"], rule, threshold) == slow).all()


def test_beyond_sixteen_cases_a_proposal_has_a_removal_that_works_and_says_that_it_is_a_bound(phase2, monkeypatch):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Thresholds()
    of = matrices.structure(phase2, coded)
    finding = Finding(
        "merge", "x", "x", (of.ids["general"].index("gen-assets"), of.ids["general"].index("gen-creative")), "any", True
    )
    shared, either = leave_out.overlap_per_case(
        of, coded, finding, matrices.stand(of, matrices.everyone(of), rule)["theme"][0]
    )
    threshold = 0.7 * shared.sum() / either.sum()
    exact = leave_out.solve(
        of, coded, finding, rule, threshold, smallest_sets.subsets(12), matrices.stand(of, smallest_sets.subsets(12), rule)
    )
    bound = leave_out.solve(of, coded, finding, rule, threshold)
    keep = np.ones((1, 12), dtype=bool)
    keep[0, list(bound.one)] = False
    now = matrices.stand(of, keep, rule)
    assert not smallest_sets.holds(
        finding, now["general"], smallest_sets.overlap_holds(of, coded, finding, keep, now["theme"], threshold)
    )[0]
    assert bound.at_least <= exact.fewest <= bound.fewest and bound.sets is None


def test_threshold_grid_is_whole_and_holds_the_run(phase2):
    of = matrices.structure(phase2, themes.coded_points(phase2, phase2.settings["coding"]))
    grid = thresholds.threshold_grid(of)
    assert len(grid) == 72 * (len(of.ids["general"]) + len(of.ids["refined"]))
    table = thresholds.stability(grid, Thresholds())
    now = matrices.stand(of, matrices.everyone(of), Thresholds())["general"][0]
    assert list(table.loc[table["level"].eq("general"), "stands"]) == list(now)


def test_a_single_step_is_one_threshold_or_the_groups_and_nothing_is_said_outside_the_grid():
    rows = [[c, h, g] for g in (True, False) for c in range(1, 7) for h in range(1, 7)]
    grid = pd.DataFrame(rows, columns=["min_cases", "min_headings", "heading_groups"])
    grid = grid.assign(level="general", id="g", name="G", stands=~grid["heading_groups"] | grid["min_headings"].le(2))

    def near(*rule):
        row = thresholds.stability(grid, Thresholds(*rule)).iloc[0]
        return row["stands"], row["near"]

    assert near(2, 1, True) == (True, True)
    assert near(2, 2, True) == (True, False)  # one heading more
    assert near(2, 4, True) == (False, False)  # the groups counted the other way
    for outside in ((7, 2, True), (8, 2, True), (2, 7, False)):
        assert all(pd.isna(value) for value in near(*outside))


def test_an_open_upper_end_stays_and_no_table_of_shares_is_empty():
    for word, shares in quantifiers.SHARES.items():
        tables_ = thresholds.moved(*shares)
        assert len(set(tables_)) == len(tables_) and shares in tables_, word
        assert all(low <= high and least == shares[2] for low, high, least in tables_), word
        assert shares[1] < 1 or {high for _, high, _ in tables_} == {1.0}, word
    assert {low <= high for low, high, _ in thresholds.moved(0.4, 0.45, 1)} == {True}
    columns = ["statement", "theme", "quantifier", "coded", "of_cases"]
    said = [["s", "t", *row] for row in (["all", 12, 12], ["most", 12, 12], ["many", 11, 12], ["most", 7, 12])]
    grid = thresholds.quantifier_grid(pd.DataFrame(said, columns=columns))
    assert grid["changes"].tolist() == [False, False, False, True]
    assert (grid["fits_in"].tolist(), grid["tables"].tolist()) == ([3, 5, 5, 2], [3, 5, 5, 5])


def test_quantified_claims_are_judged_by_the_same_tables(phase2):
    """Too many projects never contradict "most": an upper end that is open is not moved."""
    coded, cells = themes.coded_points(phase2, phase2.settings["coding"]), []
    for heading in phase2.headings.loc[phase2.headings["themed"], "id"]:
        own, cases = themes.themes_of(phase2, heading), themes.eligible(phase2, heading)
        cells.append(themes.theme_cases(coded[coded["heading"].eq(heading)], own, cases).assign(heading=heading))
    grid = shares_room.claim_grid(phase2, pd.concat(cells, ignore_index=True)).set_index("claim")
    assert (grid["tables"] == [len(thresholds.moved(*quantifiers.SHARES[word])) for word in grid["word"]]).all()
    assert not grid.loc["claim-s3-3-1-collaboration-most-listed", "changes"]
    assert not grid["verdicts"].str.contains("contradicted").any()


def test_counts_of_what_goes_together_are_those_of_crosstab():
    random = np.random.default_rng(4)
    codings = pd.DataFrame(
        {"case": random.integers(0, 20, 200).astype(str), "theme": random.integers(0, 9, 200).astype(str)}
    )
    ours, order = cooccurrence.counts(codings)
    cross = pd.crosstab(codings["case"], codings["theme"]).clip(upper=1)[list(order)]
    assert (ours == (cross.T @ cross).to_numpy()).all()


def test_no_p_is_zero_however_many_cases():
    """22 cases give p down to 1e-6, which five decimals would print as 0."""
    pairs = cooccurrence.pairs(bench_statistics.invented(40, themes=20), Thresholds())
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


def test_saturation_is_written_as_the_paper_writes_it_and_says_why_it_is_not_reached():
    carry = np.zeros((8, 42), dtype=bool)  # 20, 9, 5, 3, 4, 1, 0 and 0 new themes
    first = np.repeat(np.arange(6), [20, 9, 5, 3, 4, 1])
    carry[first, np.arange(42)] = True
    table = saturation.assessed(carry, 4, 2, 0.05)
    assert table.iloc[0][["base", "at", "cases", "reading"]].tolist() == [37, "5+2", 7, "reached at 5+2"]
    late = np.vstack([np.zeros((5, 42), dtype=bool), carry])
    assert saturation.assessed(late, 4, 2, 0.05)["reading"].iloc[0] == "no theme in the base"
    assert saturation.assessed(carry[:4], 4, 2, 0.05)["reading"].iloc[0] == "too few cases"


def test_one_case_has_no_coverage():
    assert np.isnan(saturation.coverage(np.array([1, 1, 1]), 1))
    assert saturation.summary(np.array([[True, True]]))["coverage"].isna().all()


def test_the_pair_with_one_percent_agreement_and_the_most_different_kappas(phase2):
    """In the review of the compendium: prevalence 83% against 33%."""
    coders = review.coders_of(phase2)
    points = coders_room.point_marks(phase2, coders)
    pair = coders_room.paradox(phase2, points, coders_room.case_marks(points, coders), coders)
    table = coders_room.per_theme(points, coders_room.case_marks(points, coders), coders)
    same = table.dropna(subset=["kappa"]).groupby(["unit", "percent"])["kappa"].agg(lambda own: own.max() - own.min())
    assert np.isclose(pair["kappa"].max() - pair["kappa"].min(), same.max(), atol=0.002)
    assert pair["percent"].nunique() == 1
    for row in pair.itertuples():
        n = row.both + row.first_only + row.second_only + row.neither
        own = fourfold(row.both, row.first_only, row.second_only, row.neither)
        share = own.mean(axis=0)
        chance = share.prod() + (1 - share).prod()
        assert np.isclose(row.kappa_chance, chance, atol=0.001)
        assert row.percent == round((row.both + row.neither) / n, 3)
        assert np.isclose(row.kappa, (row.percent - chance) / (1 - chance), atol=0.002)
        assert np.isclose(row.ac1, (row.percent - row.ac1_chance) / (1 - row.ac1_chance), atol=0.002)
    assert coders_room.paradox(phase2, points.head(0), points.head(0), coders).empty
    themes_ = ["aim-asset-mapping", "aim-consortium", "aim-coproduction"]  # percent 0.8 each; prevalence 0.1, 0.5, 0.9
    tables = [(0, 1, 1, 8), (4, 1, 1, 4), (8, 2, 0, 0)]
    marks = [pd.DataFrame(fourfold(*t), columns=["ada", "bo"]).assign(theme=o) for t, o in zip(tables, themes_)]
    found = coders_room.paradox(phase2, pd.concat(marks), points.head(0), ["ada", "bo"])
    assert found["theme"].tolist() == ["aim-asset-mapping", "aim-consortium"]
    assert found["kappa"].tolist() == [-0.111, 0.6] and found["percent"].tolist() == [0.8, 0.8]
    assert "no such pair" in coders_room.paradox_words(pair.head(0), coders)


# ---- the pictures, for few cases and for many ----


@pytest.mark.parametrize("cases", [12, 24, 200])
def test_the_pictures_are_drawn_for_any_number_of_cases(cases):
    import matplotlib.pyplot as plt

    of = bench_statistics.invented(cases, themes=20)
    rows = [["general", f"g{i}", f"General theme {i}", 9, cases, i, 1, "", cases, cases, True] for i in (1, 2, 5)]
    rows += [["theme", f"t{i}", f"Theme {i}", 9, cases, i, 1, "", cases, cases, True] for i in (1, 2, 5)]
    robust = "level id name cases of_cases fewest sets without holds_in removals exact".split()
    robust = pd.DataFrame(rows, columns=robust)
    book = pd.DataFrame({"id": ["t1", "t2", "t5"], "heading": "h"})
    headings = pd.DataFrame({"id": ["h"], "name": ["H"]})
    grid, pairs = thresholds.threshold_grid(of), cooccurrence.pairs(of, Thresholds())
    drawn = [
        sensitivity.removals(robust),
        sensitivity.margins(robust, headings, book),
        sensitivity.stability(grid, 2, 2),
        statistics.saturation(saturation.curve(of.carry), saturation.assessed(of.carry, 4, 2, 0.05)),
        statistics.together(pairs),
    ]
    for drawing in drawn:
        drawing.figure.canvas.draw()
        plt.close(drawing.figure)
        assert "nan" not in drawing.alt and not drawing.alt.startswith("Nothing to draw")


def test_a_codebook_with_refined_and_no_general_themes_has_its_tables_and_picture(phase2):
    of = bench_statistics.invented(12, themes=20)
    grid = thresholds.threshold_grid(of).query("level == 'general'").assign(level="refined")
    assert "Of the general themes" not in sensitivity.stability(grid, 2, 2).alt
    book = phase2.codebook[phase2.codebook["level"].ne("general")].assign(parent="")
    themed = pd.DataFrame(columns=["theme", "stands", "parent", "heading"])
    coded = themes.coded_points(phase2, "consensus")
    table = general.general_themes(themed, coded, book, phase2.headings, 2, True)
    refined = general.refined_themes(table, coded.assign(general=""), book, phase2.headings)
    assert len(refined) == 9 and not refined["stands"].any()


def test_the_picture_of_agreement_claims_nothing_of_kappa_that_the_data_do_not():
    columns = ["unit", "heading", "theme", "units", "prevalence", *agreement.MEASURES]
    row = ["key point", "h", "t", 9, 0.5, 1, 1, 1, 1.0, 1.0, 1.0]
    two = pd.DataFrame([row, ["case", *row[1:]]], columns=columns)
    for table, measure in ((two, "kappa"), (two.drop(columns="kappa"), "alpha")):
        drawing = statistics.agreement(table)
        assert drawing.title == f"Agreement theme by theme: {measure} and AC1 against prevalence"


# ---- against independent packages ----


@pytest.mark.long
def test_independent_packages_agree():
    if not PEER.with_suffix(".installed").exists():
        pytest.skip("krippendorff, irrCAC, nltk, scikit-learn, qdaPy are NOT INSTALLED: `make peers` installs them")
    random = np.random.default_rng(5)
    two = [(random.random((50, 2)) < share).astype(float) for share in (0.1, 0.5, 0.9)]
    many = random.integers(1, 5, (80, 5)).astype(float)
    many[random.random(many.shape) < 0.25] = np.nan
    codes = [*two, many, random.integers(0, 3, (40, 3)).astype(float)]
    sets = [
        [[[*random.choice(list("abcd"), random.integers(1, 4), replace=False)] for _ in range(2)] for _ in range(30)]
    ]
    request = {"codes": [[[None if np.isnan(v) else v for v in row] for row in c] for c in codes], "sets": sets}
    script = paths.ROOT / "tests" / "peers" / "statistics_peer.py"
    done = subprocess.run(
        [PEER / "bin" / "python", "-W", "ignore", script],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    answers, compared = json.loads(done.stdout), set()
    for own, theirs in zip(codes, answers["codes"]):
        ours = {"alpha": agreement.alpha(own), "ac1": agreement.ac1(own)}
        ours["kappa"] = agreement.kappa(own[:, 0], own[:, 1]) if own.shape[1] == 2 else None
        ours["percent"] = agreement.measures(own)["percent"] if set(np.unique(own)) <= {0, 1} else None
        for name, value in theirs.items():
            package, measure = name.split(" ")
            if ours[measure] is not None:
                tolerance = 6e-6 if package == "irrCAC" else 1e-9  # irrCAC rounds to five places
                assert abs(ours[measure] - value) < tolerance, (name, ours[measure], value)
                compared.add(name)
    assert {name.split(" ")[0] for name in compared} == {"krippendorff", "irrCAC", "nltk", "sklearn", "qdapy"}
    frozen = [[frozenset(own) for own in unit] for unit in sets[0]]
    # nltk writes 2/3 and 1/3 as 0.67 and 0.33.
    assert abs(agreement.set_alpha(frozen) - answers["sets"][0]["nltk masi alpha"]) < 0.006
