"""The grid of thresholds, and other tables of quantifiers."""

import pandas as pd

from casesynth.analysis import (
    matrices,
    quantifiers,
    themes,
    thresholds,
)
from casesynth.core.rules import Rules


def test_threshold_grid_is_whole_and_holds_the_run(phase2):
    of = matrices.structure(phase2, themes.coded_points(phase2, phase2.settings["coding"]))
    grid = thresholds.threshold_grid(of, of.cases_with)
    assert len(grid) == 72 * (len(of.ids["general"]) + len(of.ids["refined"]))
    table = thresholds.stability(grid, Rules())
    now = matrices.supported_under(of, matrices.everyone(of), Rules())["general"][0]
    assert list(table.loc[table["level"].eq("general"), "supported"]) == list(now)


def test_a_single_step_is_one_threshold_or_the_groups_and_nothing_is_said_outside_the_grid():
    rows = [[c, h, g] for g in (True, False) for c in range(1, 7) for h in range(1, 7)]
    grid = pd.DataFrame(rows, columns=["min_cases", "min_headings", "heading_groups"])
    grid = grid.assign(
        level="general", id="g", name="G", supported=~grid["heading_groups"] | grid["min_headings"].le(2)
    )

    def near(*rule):
        row = thresholds.stability(grid, Rules(*rule)).iloc[0]
        return row["supported"], row["near"]

    assert near(2, 1, True) == (True, True)
    assert near(2, 2, True) == (True, False)  # one heading more
    assert near(2, 4, True) == (False, False)  # the groups counted the other way
    for outside in ((7, 2, True), (8, 2, True), (2, 7, False)):
        assert all(pd.isna(value) for value in near(*outside))


def test_a_combination_that_no_theme_meets_is_not_counted():
    """Two themes, three thresholds: at 3 neither is supported, which says nothing of either."""
    grid = pd.DataFrame([["a", 1, True], ["a", 2, True], ["a", 3, False], ["b", 1, True], ["b", 2, False], ["b", 3, False]],
                        columns=["id", "min_cases", "supported"])  # fmt: skip
    grid = grid.assign(level="general", name=grid["id"], min_headings=1, heading_groups=True)
    table = thresholds.stability(grid, Rules(2, 1, True)).set_index("id")
    assert table["combinations"].tolist() == [2, 2] and table["supported_in"].to_dict() == {"a": 2, "b": 1}


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
