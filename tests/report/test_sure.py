"""What the report says about the certainty of each finding."""

from types import SimpleNamespace

import pandas as pd
import pytest

from casesynth.analysis import by_coder
from casesynth.core.rules import Rules
from casesynth.report import sure
from casesynth.report.sure import TABLES
from tests.support.reviews import table, with_rows


def words_of(review, level: str, id: str) -> str:
    """What the line says of the codings under which a finding stands."""
    table = by_coder.by_coding(review, Rules())
    return sure.by_coders(table[table["level"].eq(level) & table["id"].eq(id)])


def test_one_coder_has_every_table_and_is_told_what_is_missing(built):
    assert all((built.path(f"results/tiny/tables/{name}.csv")).exists() for name in TABLES)
    page = built.read("results/tiny/annex.html")
    assert "One coder (ada): agreement cannot be computed" in page
    assert "No case was extracted a second time" in page
    assert "No case study was appraised" in page and "Nobody has rated the confidence" in page
    assert table(built, "agreement").empty


def test_every_standing_finding_has_its_line_in_the_report(built):
    page = built.read("results/tiny/annex.html")
    robust = table(built, "robustness")
    assert set(robust["level"]) == {"theme", "general", "refined", "both"}
    assert page.count("How sure: ") == len(robust)
    assert "supported in 1 of 3 removals of one project; no longer without any one of its 2 projects" in page.replace(
        "\n", " "
    )


def test_a_theme_that_one_case_fewer_would_undo_says_so(built):
    own = table(built, "robustness").set_index(["level", "id"])
    assert (own.loc[("theme", "bar-money"), "fewest"], own.loc[("theme", "bar-money"), "sets"]) == (1, 2)
    both = own.loc[("both", "gen-money")]  # money helps birch and cedar, hinders alder and cedar
    assert (both["fewest"], both["sets"], both["supported_in"]) == (2, 2, 3)


@pytest.mark.long
def test_two_coders_are_compared(full):
    differ = table(full, "coder-differences").set_index("keypoint")
    assert list(differ.index) == ["alder-aims-02", "alder-enablers-01"]
    assert (differ.loc["alder-aims-02", "ada"], differ.loc["alder-aims-02", "bo"]) == ("aim-food", "none")
    overall = table(full, "agreement")
    point = overall[overall["unit"].eq("key point") & overall["heading"].eq("")].set_index("measure")
    assert point.loc["percent", "units"] == 17  # bo did not code cedar's enabler: missing, not "no"
    assert float(point.loc["percent", "value"]) == 0.882
    assert "measures consistency, not independence" in " ".join(full.read("results/tiny/annex.html").split())


@pytest.mark.long
def test_every_finding_is_recomputed_for_each_coding(full):
    counts = table(full, "coding-counts").set_index("coding")
    assert list(counts.index) == ["ada", "bo", "union", "intersection"]
    assert counts.loc["intersection", "theme"] < counts.loc["union", "theme"]
    assert counts[["points", "of_points"]].to_numpy().tolist() == [[11, 12], [10, 12], [11, 12], [11, 12]]
    page = " ".join(full.read("results/tiny/annex.html").split())
    assert "stands by the coding of ada (bo coded 10 of 12 key points only)" in page


@pytest.mark.long
def test_an_appraisal_leaves_the_weak_cases_out(full):
    without = table(full, "without-weak").set_index(["level", "id"])
    assert (
        without.loc[("theme", "aim-together"), "supported"]
        and not without.loc[("theme", "aim-together"), "supported_without"]
    )
    findings = table(full, "qualitative-findings").set_index("finding")
    assert findings.loc["ref-people", ["confidence", "explanation"]].tolist() == ["low", "Few cases."]
    assert set(findings["confidence"].drop("ref-people")) <= {"not assessed"}
    page = " ".join(full.read("results/tiny/annex.html").split())
    assert (
        "2 of 3 case studies were appraised; 1 is judged weak" in page
        and "falls without the cases judged weak (2 of 3 appraised)" in page
    )
    assert "minor: One is weak." in page and "serious: Few." in page  # the profile shows reasons


def test_a_finding_that_a_coder_lacks_does_not_stand_and_is_there(tiny):
    review = tiny()
    nothing = with_rows(review, "codings", [[point, "none", "bo", "supports"] for point in review.keypoints["id"]])
    by_coding = by_coder.by_coding(nothing, Rules())
    both = by_coding[by_coding["level"].eq("both") & by_coding["id"].eq("gen-money")].set_index("coding")
    assert both["supported"].to_dict() == {"ada": True, "bo": False, "union": True, "intersection": False}
    said = "stands by the coding of ada, not of bo; in the coders' union, not in their intersection"
    assert words_of(nothing, "both", "gen-money") == said
    begun = with_rows(review, "codings", [["alder-aims-01", "none", "bo", "supports"]])
    counts = by_coder.coding_counts(by_coder.by_coding(begun, Rules())).set_index("coding")
    assert counts.loc["bo", "both"] == 0 and counts.loc["ada", "both"] == 1


def test_who_coded_a_part_and_agrees_does_not_make_findings_depend_on_the_coder(tiny):
    review = tiny()
    own = review.codings[review.codings["keypoint"].str.startswith("alder")]
    part = with_rows(review, "codings", [[row.keypoint, row.theme, "bo", "supports"] for row in own.itertuples()])
    said = "stands by the coding of ada (bo coded 4 of 12 key points only); in the coders' union and intersection"
    assert words_of(part, "theme", "aim-together") == said
    other = with_rows(review, "codings", [["alder-aims-01", "none", "bo", "supports"]])
    assert words_of(other, "theme", "aim-together").endswith("in the coders' union, not in their intersection")


@pytest.mark.long
def test_what_the_chapter_says_of_agreement_hangs_on_the_data(full):
    """Prevalence, cases and coders decide what is said: here marks are rare, projects three, coders two."""
    page = " ".join(full.read("results/tiny/annex.html").split())
    assert "The sets of themes of the 2 coders differ" in page
    assert "Intervals are a bootstrap over 3 projects, and rough" in page
    prevalence = float(table(full, "agreement")["prevalence"].iloc[0])
    assert ("Themes are rare per key point" in page) == (prevalence < sure.RARE)
    assert "Kappa is for two coders" not in page


def test_nothing_is_said_of_a_single_step_where_the_run_is_outside_the_grid(tiny):
    none = pd.DataFrame(columns=["level", "id"])
    row = SimpleNamespace(level="general", id="g", how_sure="stands in 3 of 3 removals")
    for near, end in ((True, ", and no single step changes that."), (False, ", and a single step changes that.")):
        assert sure_line(none, row, near).endswith("of thresholds" + end)
    assert sure_line(none, row, "").endswith("stands for 9 of 72 combinations of thresholds.")


def sure_line(none: pd.DataFrame, row, near) -> str:
    """The line of a finding whose verdict a step away is `near`."""
    grid = pd.DataFrame(
        [["general", "g", 9, 72, near]], columns=["level", "id", "supported_in", "combinations", "near"]
    )
    return sure.line({"by-coding": none, "stability": grid, "without-weak": none}, row)
