"""Leave-one-out analysis."""

import numpy as np
import pandas as pd

from casesynth.analysis import (
    by_coder,
    leave_out,
    matrices,
    smallest_sets,
    themes,
)
from casesynth.analysis.smallest_sets import Finding
from casesynth.core.levels import LEVELS
from casesynth.core.rules import Rules


def test_margins_are_arithmetic_and_one_set_is_named(phase2):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    table = leave_out.leave_out(
        phase2, coded, pd.DataFrame(columns=["one", "other", "decided", "proposed"]), Rules(), 0.5
    )
    of = matrices.structure(phase2, coded)
    keep = smallest_sets.subsets(12)
    every = matrices.supported_under(of, keep, Rules())["theme"]
    own = table[table["level"].eq("theme")].set_index("id")
    for theme in ("aim-asset-mapping", own["fewest"].idxmin(), own["fewest"].idxmax()):
        tried = smallest_sets.fewest_of_all(keep, every[:, of.ids["theme"].index(theme)])
        assert (own.loc[theme, "fewest"], own.loc[theme, "sets"]) == (tried.fewest, tried.sets)
    one = table[table["sets"].eq(1)]
    assert len(one) and all(len(names.split("; ")) == fewest for names, fewest in zip(one["without"], one["fewest"]))
    names = dict(zip(phase2.cases["name"], phase2.cases["id"]))
    row = table[table["level"].eq("both") & table["sets"].eq(1)].iloc[0]
    rest = coded[~coded["case"].isin([names[name] for name in row["without"].split("; ")])]
    again = by_coder.every_finding(phase2, rest, Rules())
    assert not again[again["level"].eq("both") & again["id"].eq(row["id"])]["supported"].any()


def test_a_proposed_merge_falls_with_its_overlap(phase2):
    """Two general themes on the same key points of few cases: the proposal needs the overlap, not only both themes."""
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    pair = pd.DataFrame(
        [["gen-assets", "gen-creative", "kept apart", True]], columns=["one", "other", "decided", "proposed"]
    )
    low = leave_out.leave_out(phase2, coded, pair, Rules(), 0.01).query("level == 'merge'").iloc[0]
    none = leave_out.leave_out(phase2, coded, pair, Rules(), 0.0).query("level == 'merge'").iloc[0]
    assert "(proposed)" in low["name"]
    numbers = ["fewest", "sets", "without", "supported_in"]
    assert low[numbers].tolist() == [1, 1, "Art at the Start", 11]
    assert none[["fewest", "sets", "supported_in"]].tolist() == [5, 4, 12]


def test_leaving_one_out_is_the_same_by_subtraction(phase2):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Rules(3, 2)
    of = matrices.structure(phase2, coded)
    keep = ~np.eye(12, dtype=bool)
    by_sets, by_counts = matrices.supported_under(of, keep, rule), matrices.supported_without_one(of, rule)
    assert all((by_sets[level] == by_counts[level]).all() for level in LEVELS)
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
