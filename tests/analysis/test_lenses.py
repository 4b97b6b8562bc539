"""Two lenses, the search for what speaks against a theme, and the hierarchy as a choice."""

from dataclasses import replace

import pandas as pd

from casesynth.analysis import counterevidence, hierarchy, lenses, themes
from casesynth.core.rules import Rules


def with_tables(review, **tables):
    return replace(review, tables=review.tables | tables)


def test_a_group_that_nobody_names_is_shown_with_zeros(tiny):
    rows = pd.DataFrame(
        [["alder-aims-01", "alder", "age", "young people", "reached", "consensus", ""],
         ["alder-aims-01", "alder", "age", "young people", "co-researcher", "consensus", ""],
         ["birch-aims-01", "birch", "age", "older people", "intended", "consensus", ""]],
        columns="keypoint case dimension group role coder reason".split(),
    )  # fmt: skip
    table = lenses.equity_matrix(with_tables(tiny(), equity=rows), "ada").set_index("dimension")
    assert table.loc["age", [*lenses.ROLES, "cases"]].tolist() == [1, 1, 1, 0, 2]
    assert table.loc["religion", [*lenses.ROLES, "cases"]].tolist() == [0, 0, 0, 0, 0]
    said = " ".join(lenses.shows(pd.DataFrame(columns=["framework"]), table.reset_index()))
    assert "religion" in said and "Age" not in said.split("No key point names")[1]


def test_a_framework_of_ones_own_is_a_file_and_untouched_constructs_stay(tiny):
    review = tiny()
    constructs = pd.DataFrame(
        [["ours", "cash", "means", "Cash", "Money is there.", ""], ["ours", "calm", "mood", "Calm", "Nobody hurries.", ""]],
        columns="framework id domain name definition part_of".split(),
    )  # fmt: skip
    fits = pd.DataFrame(
        [["ours", "bar-money", "cash", "close", "x", "consensus"], ["ours", "ena-money", "cash", "close", "x", "consensus"]],
        columns="framework theme construct fit reason coder".split(),
    )  # fmt: skip
    review = with_tables(review, constructs=constructs, crosswalk=fits)
    coded = themes.coded_points(review, "ada")
    table = lenses.crosswalk(review, coded, "ada").set_index("construct")
    points = coded[coded["direction"].eq("supports")]
    own = [points.loc[points["theme"].eq(theme), "case"].nunique() for theme in ("ena-money", "bar-money")]
    assert table.loc["cash", ["helps", "hinders"]].tolist() == own and min(own) > 0
    assert table.loc["calm", ["helps", "hinders"]].tolist() == [0, 0]


def test_what_qualifies_is_no_negative_case_and_what_is_left_out_is_neither(phase2):
    rows = counterevidence.against(phase2, "consensus")
    table = counterevidence.negative_cases(rows, phase2).set_index("theme")
    for theme, part in rows.groupby("theme"):
        against = set(part.loc[part["direction"].eq("contradicts"), "case"])
        assert len([name for name in table.loc[theme, "negative"].split("; ") if name]) == len(against)
    left_out = phase2.table("counterevidence").query("coder == 'consensus' and direction == 'none'")
    kept = set(zip(rows["theme"], rows["keypoint"]))
    assert not kept & set(zip(left_out["theme"], left_out["keypoint"]))


def test_a_coding_that_contradicts_its_theme_is_a_negative_case(tiny):
    codings = tiny().codings
    first = codings.index[codings["theme"].ne("none")][0]
    review = replace(tiny(), tables=tiny().tables | {"codings": codings.assign(direction="supports")})
    assert counterevidence.against(review, "ada").empty
    review.codings.loc[first, "direction"] = "contradicts"
    (row,) = counterevidence.negative_cases(counterevidence.against(review, "ada"), review).itertuples()
    assert row.theme == codings.loc[first, "theme"] and row.negative and not row.qualified


def test_a_single_move_that_decides_a_verdict_is_named(phase2):
    coded, rule = themes.coded_points(phase2, "consensus"), Rules(2, 3)
    robust = hierarchy.robustness(phase2, coded, rule).set_index("id")
    row = robust[robust["decided_by"].ne("")].iloc[0]
    moved = row["decided_by"].split()[0]
    others = hierarchy.moved_themes(phase2).query("id == @moved")["other"]
    known = hierarchy.in_known_parents(phase2)["codebook"]
    verdicts = [hierarchy.supported(phase2, coded, known | {moved: other}, rule)[row.name] for other in others]
    assert (not row["supported"]) in verdicts
    assert hierarchy.supported(phase2, coded, known, rule)[row.name] == row["supported"]
