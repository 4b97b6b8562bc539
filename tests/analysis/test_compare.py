"""Two runs side by side, on small tables."""

import pandas as pd
import pytest

from casesynth.analysis import compare

VERDICTS = ["reproduced", "not reproduced"]


def run(
    theme=(2, True), points="k1 k2", finding=(3, 0, True), evidence=(("k1", "supports"),), verdict="reproduced", of=4
):
    """The tables of a run with one theme, one finding and one claim; None leaves out a theme."""
    tables = {}
    if theme:
        row = {"theme": "t", "name": "Food", "cases": theme[0], "of_cases": of, "supported": theme[1]}
        tables["themes-aims"] = pd.DataFrame([row])
        tables["theme-cases-aims"] = pd.DataFrame(
            [{"theme": "t", "case": "a", "contradicting": 0, "keypoints": points}]
        )
    row = {
        "finding": "f",
        "statement": "It helps.",
        "supporting": finding[0],
        "contradicting": finding[1],
        "of_cases": of,
    }
    tables["findings"] = pd.DataFrame([row | {"supported": finding[2]}])
    tables["finding-evidence"] = pd.DataFrame(
        [["f", *each] for each in evidence], columns=["finding", "keypoint", "stance"]
    )
    claim = {"id": "c", "claim": "Two do.", "verdict": verdict, "recomputed": "2", "rows": "k1"}
    return tables | {"claims": pd.DataFrame([claim])}


def changes(first, second) -> dict:
    return {row.id: row.change for row in compare.differences(first, second, VERDICTS).itertuples()}


def test_a_run_is_the_same_as_itself():
    assert compare.differences(run(), run(), VERDICTS).empty


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ({"theme": (1, False)}, {}, "new"),
        ({}, {"theme": (1, False)}, "gone"),
        ({"theme": None}, {}, "new"),
        ({"theme": None}, {"theme": (1, False)}, "added"),
        ({"theme": (1, False)}, {"theme": None}, "removed"),
        ({}, {"theme": (3, True)}, "stronger"),
        ({"theme": (3, True)}, {}, "weaker"),
        ({}, {"points": "k1 k3"}, "changed"),
    ],
)
def test_a_theme_that_differs_is_named_by_its_change(first, second, word):
    assert changes(run(**first), run(**second)) == {"t": word}


def test_of_two_findings_with_as_many_cases_the_one_with_fewer_against_it_is_stronger():
    assert changes(run(finding=(3, 1, True)), run(finding=(3, 0, True))) == {"f": "stronger"}


def test_a_claim_is_weaker_by_a_worse_verdict():
    table = compare.differences(run(), run(verdict="not reproduced"), VERDICTS)
    assert table.loc[0, ["id", "change", "before"]].tolist() == ["c", "weaker", "reproduced: 2"]


def test_another_number_of_cases_is_a_change():
    assert changes(run(), run(of=5)) == {"t": "changed", "f": "changed"}


def test_rows_that_made_the_difference_are_named_with_the_change_of_the_data():
    table = compare.differences(run(), run(theme=(3, True), points="k1 k2 k3"), VERDICTS)
    assert table.loc[0, ["gained", "lost"]].tolist() == ["k3", ""]
    columns = ["keypoint", "theme", "coder", "direction"]
    old = pd.DataFrame([["k1", "t", "ada", "supports"]], columns=columns)
    new = pd.concat([old, pd.DataFrame([["k3", "t", "ada", "supports"]], columns=columns)])
    changed = compare.changed_rows({"codings": old}, {"codings": new}, {"codings": columns[:3]})
    assert compare.reasons(table, changed)["because"].tolist() == ["coding k3, t, ada added"]


def test_a_key_point_that_turns_against_a_finding_is_gained_and_lost():
    second = run(finding=(2, 1, True), evidence=(("k1", "contradicts"),))
    row = compare.differences(run(), second, VERDICTS).loc[0]
    assert (row["change"], row["gained"], row["lost"]) == ("weaker", "k1 (contradicts)", "k1")


def test_findings_come_first():
    table = compare.differences(run(), run(theme=(3, True), finding=(1, 0, False), verdict="not reproduced"), VERDICTS)
    assert table["kind"].tolist() == ["finding", "theme", "claim"]


def test_a_cross_cutting_theme_rests_on_the_key_points_of_its_themes():
    general = pd.DataFrame([{"general": "g", "name": "G", "themes": "t", "supported": True, "cases": 1}])
    rows = compare.rows_behind(run() | {"general-themes": general})
    assert rows.loc[rows["kind"].eq("cross-cutting theme"), "row"].tolist() == ["k1", "k2"]


def test_the_parameter_that_moves_a_finding_is_named():
    runs = pd.DataFrame({"min_cases": [2, 4, 2, 4], "coding": list("aabb")}, index=["1", "2", "3", "4"])
    found = {name: run(finding=(3, 0, name in "13")) for name in runs.index} | {"3": run(finding=(2, 0, True))}
    table = compare.moved_by(runs, found).set_index(["id", "parameter"])
    assert table.loc[("f", "min_cases"), ["pairs", "flips", "most"]].tolist() == [2, 2, 1]
    assert table.loc[("f", "coding"), ["pairs", "flips", "most"]].tolist() == [2, 0, 1]
    assert table.loc[("t", "min_cases"), "flips"] == 0
