"""The statistics: against published worked examples, against other packages, and each against its own definition."""

import json
import subprocess
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from casesynth import agreement, general, goestogether, paths, robustness, saturation, standing, themes
from casesynth.general import GENERAL
from casesynth.review import load
from casesynth.robustness import Finding
from casesynth.standing import Thresholds

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
    assert round(goestogether.fisher([4], [4], [4], [8])["p"][0], 4) == round(2 / 70, 4)


# ---- against other definitions of the same thing ----


def test_fisher_agrees_with_scipy_on_every_table_of_twelve():
    tables_ = [(a, r, c) for r in range(13) for c in range(13) for a in range(max(0, r + c - 12), min(r, c) + 1)]
    a, r, c = map(np.array, zip(*tables_))
    ours = goestogether.fisher(a, r, c, np.full(len(a), 12))["p"]
    theirs = [stats.fisher_exact([[x, y - x], [z - x, 12 - y - z + x]])[1] for x, y, z in tables_]
    assert np.allclose(ours, theirs)


def test_smallest_p_and_power_by_their_definitions():
    row = goestogether.fisher([2], [4], [5], [12]).iloc[0]
    possible = goestogether.fisher(range(5), [4] * 5, [5] * 5, [12] * 5)["p"]
    assert row["smallest_p"] == possible.min()
    chance = stats.nchypergeom_fisher(12, 4, 5, goestogether.STRONG).pmf(np.arange(5))
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
    assert nobody["percent"] == 1
    row = pd.DataFrame([{"value": np.nan, "low": np.nan, "high": 0.5}])
    assert agreement.printed(row).iloc[0].tolist() == ["undefined", "undefined", "0.500"]
    assert np.isnan(agreement.alpha(np.array([[1, np.nan], [np.nan, 2]])))
    assert np.isnan(agreement.set_alpha([[None, frozenset("a")]]))


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
    of = standing.structure(phase2, coded)
    table = standing.long(of, standing.stand(of, standing.everyone(of), rule)).set_index("id")["stands"]
    assert (table.loc[written["general"]].to_numpy() == written["stands"].to_numpy()).all()
    assert (table.loc[collected["theme"]].to_numpy() == collected["stands"].to_numpy()).all()
    points = general.points_by_general(coded, phase2.codebook, set(collected.loc[collected["stands"], "theme"]))
    refined = general.refined_themes(written, points, phase2.codebook, phase2.headings)
    assert (table.loc[refined["refined"]].to_numpy() == refined["stands"].to_numpy()).all()
    cases = standing.supporting_cases(of, rule)["refined"].sum(axis=0)
    assert dict(zip(of.ids["refined"], cases)) == dict(zip(refined["refined"], refined["cases"]))


def invented(seed: int, cases=9, headings=3, per_heading=4) -> standing.Structure:
    random = np.random.default_rng(seed)
    number = headings * per_heading
    heading_of = np.repeat(np.eye(headings, dtype=bool), per_heading, axis=0)
    general_of = np.eye(3, dtype=bool)[random.integers(0, 3, number)]
    ids = {"case": [f"c{i}" for i in range(cases)], "theme": [f"t{i}" for i in range(number)]}
    ids |= {"general": ["g0", "g1", "g2"], "refined": ["r0", "r1"]}
    refined_of = np.array([[True, False], [True, False], [False, True]])
    carry = random.random((cases, number)) < 0.45
    could = np.ones((cases, headings), dtype=bool)
    return standing.Structure(carry, general_of, refined_of, heading_of, heading_of, ids, ids, could)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("falls_with, generals", [("all", (0,)), ("all", (0, 1)), ("any", (0, 1))])
def test_search_finds_what_trying_every_subset_finds(seed, falls_with, generals):
    of, rule = invented(seed), Thresholds(1 + seed % 3, 2, False)
    now = standing.stand(of, standing.everyone(of), rule)["general"][0]
    if not (now[list(generals)].all() if falls_with == "any" else now[list(generals)].any()):
        pytest.skip("does not stand")
    generals = tuple(g for g in generals if now[g])
    finding = Finding("x", "x", "x", generals, falls_with)
    keep = robustness.subsets(9)
    tried = robustness.fewest_of_all(keep, robustness.holds(finding, standing.stand(of, keep, rule)["general"]))
    found = robustness.search(of.carry, robustness.places_of(of, finding, rule), rule, falls_with)
    assert (found.fewest, found.sets, found.exact) == (tried.fewest, tried.sets, True)
    left = np.ones((1, 9), dtype=bool)
    left[0, list(found.one)] = False
    assert not robustness.holds(finding, standing.stand(of, left, rule)["general"])[0]


def test_integer_programme_gives_the_same_size_and_says_when_it_is_not_exact(monkeypatch):
    of, rule = invented(3), Thresholds(2, 2, False)
    finding = Finding("x", "x", "x", (0,))
    places = robustness.places_of(of, finding, rule)
    exact = robustness.search(of.carry, places, rule)
    monkeypatch.setattr(robustness, "MOST_STATES", 0)
    other = robustness.search(of.carry, places, rule)
    assert (other.fewest, other.exact, other.sets) == (exact.fewest, True, None)
    monkeypatch.setattr(robustness, "SECONDS", 0.0)
    bound = robustness.search(of.carry, places, rule)
    assert bound.exact or (bound.at_least <= exact.fewest <= bound.fewest)


def test_margins_are_arithmetic_and_one_set_is_named(phase2):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    table = robustness.leave_out(
        phase2, coded, pd.DataFrame(columns=["one", "other", "decided", "proposed"]), Thresholds(), 0.5
    )
    own = table[table["level"].eq("theme")]
    assert (own["fewest"] == own["cases"] - 1).all()
    assert all(sets == comb(cases, fewest) for sets, cases, fewest in zip(own["sets"], own["cases"], own["fewest"]))
    one = table[table["sets"].eq(1)]
    assert len(one) and all(len(names.split("; ")) == fewest for names, fewest in zip(one["without"], one["fewest"]))
    names = dict(zip(phase2.cases["name"], phase2.cases["id"]))
    row = table[table["level"].eq("both") & table["sets"].eq(1)].iloc[0]
    rest = coded[~coded["case"].isin([names[name] for name in row["without"].split("; ")])]
    again = robustness.every_finding(phase2, rest, Thresholds())
    assert not again[again["level"].eq("both") & again["id"].eq(row["id"])]["stands"].any()


def test_a_proposed_merge_falls_with_its_overlap(phase2):
    """Two general themes on the same key points of three cases: the proposal needs the overlap, not "
    "only both themes."""
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    pair = pd.DataFrame(
        [["gen-assets", "gen-creative", "kept apart", True]], columns=["one", "other", "decided", "proposed"]
    )
    low = robustness.leave_out(phase2, coded, pair, Thresholds(), 0.01).query("level == 'merge'").iloc[0]
    none = robustness.leave_out(phase2, coded, pair, Thresholds(), 0.0).query("level == 'merge'").iloc[0]
    assert low["fewest"] <= none["fewest"] and "(proposed)" in low["name"]


def test_leaving_one_out_is_the_same_by_subtraction(phase2):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Thresholds(3, 2)
    of = standing.structure(phase2, coded)
    keep = ~np.eye(12, dtype=bool)
    by_sets, by_counts = standing.stand(of, keep, rule), standing.stand_without_one(of, rule)
    assert all((by_sets[level] == by_counts[level]).all() for level in standing.LEVELS)
    for threshold in (0.0, 0.02, 0.05, 0.5):
        finding = Finding(
            "merge",
            "x",
            "x",
            (of.ids["general"].index("gen-assets"), of.ids["general"].index("gen-creative")),
            "any",
            True,
        )
        slow = robustness.overlap_holds(of, coded, finding, keep, by_sets["theme"], threshold)
        assert (robustness.overlap_without_one(of, coded, finding, by_counts["theme"], rule, threshold) == slow).all()


def test_beyond_sixteen_cases_a_proposal_has_a_removal_that_works_and_says_that_it_is_a_bound(phase2, monkeypatch):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Thresholds()
    of = standing.structure(phase2, coded)
    finding = Finding(
        "merge", "x", "x", (of.ids["general"].index("gen-assets"), of.ids["general"].index("gen-creative")), "any", True
    )
    shared, either = robustness.overlap_per_case(
        of, coded, finding, standing.stand(of, standing.everyone(of), rule)["theme"][0]
    )
    threshold = 0.7 * shared.sum() / either.sum()
    exact = robustness.solve(
        of, coded, finding, rule, threshold, robustness.subsets(12), standing.stand(of, robustness.subsets(12), rule)
    )
    bound = robustness.solve(of, coded, finding, rule, threshold)
    keep = np.ones((1, 12), dtype=bool)
    keep[0, list(bound.one)] = False
    now = standing.stand(of, keep, rule)
    assert not robustness.holds(
        finding, now["general"], robustness.overlap_holds(of, coded, finding, keep, now["theme"], threshold)
    )[0]
    assert bound.at_least <= exact.fewest <= bound.fewest and bound.sets is None


def test_threshold_grid_is_whole_and_holds_the_run(phase2):
    of = standing.structure(phase2, themes.coded_points(phase2, phase2.settings["coding"]))
    grid = robustness.threshold_grid(of)
    assert len(grid) == 72 * (len(of.ids["general"]) + len(of.ids["refined"]))
    table = robustness.stability(grid, Thresholds())
    now = standing.stand(of, standing.everyone(of), Thresholds())["general"][0]
    assert list(table.loc[table["level"].eq("general"), "stands"]) == list(now)


def test_counts_of_what_goes_together_are_those_of_crosstab():
    random = np.random.default_rng(4)
    codings = pd.DataFrame(
        {"case": random.integers(0, 20, 200).astype(str), "theme": random.integers(0, 9, 200).astype(str)}
    )
    ours, order = goestogether.counts(codings)
    cross = pd.crosstab(codings["case"], codings["theme"]).clip(upper=1)[list(order)]
    assert (ours == (cross.T @ cross).to_numpy()).all()


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
