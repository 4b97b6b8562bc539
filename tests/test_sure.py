"""How sure a finding is, as a user meets it: in the report, in tables, in messages; with one coder and with two."""

import csv
import io
import os
import subprocess
import sys

import pandas as pd
import pytest

from casesynth import agreement, cerqual, paths, robustness, standing, suggest, themes
from casesynth.review import load
from casesynth.standing import Thresholds
from casesynth.sure import TABLES
from tests.conftest import copy_project

SECOND = """alder-aims-01,aim-together,bo,supports,
alder-aims-02,none,bo,supports,
alder-barriers-01,bar-money,bo,supports,
alder-enablers-01,none,bo,supports,
birch-aims-01,aim-together,bo,supports,
birch-barriers-01,none,bo,supports,
birch-enablers-01,ena-money,bo,supports,
birch-enablers-02,ena-neighbours,bo,supports,
cedar-aims-01,none,bo,supports,
cedar-barriers-01,bar-money,bo,supports,
"""


def table(project, name: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(project.read(f"results/tiny/tables/{name}.csv"))).astype(object).fillna("")


def second_coder(project) -> None:
    """An invented second coder, who has not coded all."""
    with project.path("data/tiny/codings.csv").open("a") as file:
        file.write(SECOND)
    with project.path("data/tiny/coders.csv").open("a") as file:
        file.write("bo,Invented.,2026-11,false,false,false,Invented.,Invented.\n")


@pytest.fixture
def tiny(project, monkeypatch):
    """The tiny review, loaded from a copy that a test may change."""
    monkeypatch.setenv("CASESYNTH_DATA", str(project.path("data")))
    return lambda: load("tiny")


# ---- with one coder ----


def test_one_coder_has_every_table_and_is_told_what_is_missing(built):
    assert all((built.path(f"results/tiny/tables/{name}.csv")).exists() for name in TABLES)
    page = built.read("results/tiny/synthesis.html")
    assert "One coder (ada): agreement cannot be computed" in page
    assert "No case was extracted a second time" in page
    assert "No case study was appraised" in page and "not assessed" in page
    assert "Nothing to draw: a second coder is missing" in built.read("figures/tiny/agreement.txt")
    assert table(built, "agreement").empty


def test_every_standing_finding_has_its_line_in_the_report(built):
    page = built.read("results/tiny/synthesis.html")
    robust = table(built, "robustness")
    assert set(robust["level"]) == {"theme", "general", "refined", "both"}
    assert page.count("How sure: ") == len(robust)
    assert "stands in 1 of 3 removals; falls without any one of its 2 projects" in page.replace("\n", " ")


def test_a_theme_that_one_case_fewer_would_undo_says_so(built):
    own = table(built, "robustness").set_index(["level", "id"])
    assert (own.loc[("theme", "bar-money"), "fewest"], own.loc[("theme", "bar-money"), "sets"]) == (1, 2)
    both = own.loc[("both", "gen-money")]  # money helps birch and cedar, hinders alder and cedar
    assert (both["fewest"], both["sets"], both["holds_in"]) == (2, 2, 3)


# ---- with two coders, an appraisal and a rating: one build ----


def fill_in(project) -> None:
    """A second coder, an appraisal of two cases, one rated finding."""
    second_coder(project)
    project.edit(
        "data/tiny/review.yaml", "coding: ada", "coding: ada\nappraisal: {criteria: [{id: aim, name: An aim}]}"
    )
    project.path("data/tiny/appraisal.csv").write_text(
        "case,criterion,judgement,reason\nalder,aim,weak,None is stated.\nbirch,aim,met,Stated.\n"
    )
    columns = (
        "finding,sentence,methodological,methodological_reason,coherence,coherence_reason,adequacy,adequacy_reason,"
    )
    columns += "relevance,relevance_reason,confidence,explanation,rated_by\n"
    rated = "ref-people,,minor,One is weak.,minor,Fits.,serious,Few.,minor,Fits.,low,Few cases.,Ada\n"
    project.path("data/tiny/cerqual.csv").write_text(columns + rated)


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """The tiny review with all that is optional here, built."""
    folder = tmp_path_factory.mktemp("full") / "a réview"
    folder.mkdir()
    project = copy_project(folder)
    fill_in(project)
    done = project.make("results/tiny/synthesis.html")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.mark.long
def test_two_coders_are_compared(full):
    differ = table(full, "coder-differences").set_index("keypoint")
    assert list(differ.index) == ["alder-aims-02", "alder-enablers-01"]
    assert (differ.loc["alder-aims-02", "ada"], differ.loc["alder-aims-02", "bo"]) == ("aim-food", "none")
    overall = table(full, "agreement")
    point = overall[overall["unit"].eq("key point") & overall["heading"].eq("")].set_index("measure")
    assert point.loc["percent", "units"] == 17  # bo did not code cedar's enabler: missing, not "no"
    assert float(point.loc["percent", "value"]) == 0.882
    assert "measures consistency, not independence" in " ".join(full.read("results/tiny/synthesis.html").split())


@pytest.mark.long
def test_every_finding_is_recomputed_for_each_coding(full):
    counts = table(full, "coding-counts").set_index("coding")
    assert list(counts.index) == ["ada", "bo", "union", "intersection"]
    assert counts.loc["intersection", "theme"] < counts.loc["union", "theme"]
    assert "stands by the coding of ada, not of bo" in " ".join(full.read("results/tiny/synthesis.html").split())


@pytest.mark.long
def test_an_appraisal_leaves_the_weak_cases_out(full):
    without = table(full, "without-weak").set_index(["level", "id"])
    assert (
        without.loc[("theme", "aim-together"), "stands"]
        and not without.loc[("theme", "aim-together"), "stands_without"]
    )
    assert set(table(full, "qualitative-findings")["confidence"]) <= {"low", "not assessed"}
    page = " ".join(full.read("results/tiny/synthesis.html").split())
    assert (
        "2 of 3 case studies were appraised; 1 are judged weak" in page
        and "falls without the cases judged weak" in page
    )


def test_consensus_needs_a_reason_where_coders_differ(project, tiny):
    second_coder(project)
    review = tiny()
    draft = agreement.draft_consensus(review)
    assert "alder-aims-02" not in set(draft["keypoint"]) and len(agreement.unresolved(review)) == 2
    with project.path("data/tiny/coders.csv").open("a") as file:
        file.write("consensus,Invented.,2026-11,false,false,true,Invented.,Invented.\n")
    with project.path("data/tiny/codings.csv").open("a") as file:
        file.write(draft.to_csv(index=False, header=False))
        file.write("alder-aims-02,aim-food,consensus,supports,\n")
        file.write("alder-enablers-01,ena-neighbours,consensus,supports,It says so.\n")
    project.edit("data/tiny/review.yaml", "coding: ada", "coding: consensus")
    refused = project.make("suggest")
    assert refused.returncode != 0 and "the coders differ on 'alder-aims-02'" in refused.stdout + refused.stderr
    project.edit("data/tiny/codings.csv", "aim-food,consensus,supports,", "aim-food,consensus,supports,It grows food.")
    review = tiny()
    assert agreement.unresolved(review).empty
    assert standing.coders(review) == ["ada", "bo"]  # a consensus is no third coder
    assert agreement.differences(review, ["ada", "bo"])["reason"].tolist() == ["It grows food.", "It says so."]
    assert "consensus" in set(robustness.by_coding(review, Thresholds())["coding"])


# ---- optional tables ----


def test_counts_never_rate(project, tiny):
    """However many cases carry it, a finding that nobody rated is not assessed; nor is a rating "
    "without an appraisal."""
    review = tiny()
    refined = pd.DataFrame(
        [["ref-people", "People", "People carry it.", "Aims", 3, "alder birch cedar", True]],
        columns="refined name definition headings cases with_cases stands".split(),
    )
    counted = pd.DataFrame([["ref-people", 3, 3]], columns=["refined", "cases", "of_cases"])
    review.tables["cerqual"] = pd.DataFrame([["ref-people", "high"]], columns=["finding", "confidence"])
    profile = cerqual.evidence_profile(review, refined, counted)
    assert profile["confidence"].tolist() == ["not assessed"]


def test_wrong_criterion_and_unknown_theme_are_named(project, tiny):
    project.path("data/tiny/appraisal.csv").write_text("case,criterion,judgement,reason\nalder,aim,met,Stated.\n")
    refused = project.make("suggest")
    assert (
        refused.returncode != 0
        and "appraisal.csv, row 2, column criterion: found 'aim'" in refused.stdout + refused.stderr
    )


def test_second_extraction_is_compared_on_splitting_and_content(project, tiny):
    rows = [
        "x1,ada,alder,aims,1,,Neighbours meet.,alder-aims-01,",
        "x2,ada,alder,aims,2,,They come together.,alder-aims-01,",
        "x3,ada,alder,barriers,1,,It rains.,,",
    ]
    project.path("data/tiny/extractions.csv").write_text(
        "id,extractor,case,heading,order,label,summary,keypoints,note\n" + "\n".join(rows) + "\n"
    )
    found = agreement.extraction(tiny()).set_index("heading")
    whole = found.loc[""]
    assert (whole["first"], whole["second"], whole["matched_first"], whole["split"]) == (3, 3, 1, 1)
    assert (whole["only_first"], whole["only_second"]) == ("alder-aims-02 alder-barriers-01", "x3")
    content = agreement.extraction_content(tiny())
    assert list(content["lacking"]) == ["first", "second", "second"]
    assert content["second"][0] == "x3: It rains." and content["first"][1].startswith("alder-aims-02: ")


# ---- coding against print, cases that lack headings ----


def test_disputed_cases_come_with_all_that_the_case_says():
    review = load("mca-phase2")
    disputed = agreement.disputed(review, themes.coded_points(review, review.settings["coding"]))
    row = disputed[disputed["printed"].eq("yes")].iloc[0]
    heading = review.codebook.set_index("id").loc[row["theme"], "heading"]
    own = review.keypoints[review.keypoints["case"].eq(row["case"]) & review.keypoints["heading"].eq(heading)]
    assert list(own["id"]) == row["points"].split() and all(text in row["said"] for text in own["summary"])
    assert set(disputed.loc[disputed["extent"].isin(["examples", "all"]), "coded"]) == {"no"}


def test_cases_that_lack_headings_are_left_out_of_the_pairs_they_cannot_show(tiny):
    from casesynth import goestogether

    review = tiny()
    review.tables["keypoints"] = review.keypoints[review.keypoints["id"].ne("alder-enablers-01")]
    of = standing.structure(review, themes.coded_points(review, "ada"))
    pairs = goestogether.pairs(of, Thresholds(1, 1)).query("level == 'theme'").set_index(["one", "other"])
    assert pairs.loc[("ena-money", "ena-neighbours"), "cases"] == 2
    assert pairs.loc[("aim-together", "aim-food"), "cases"] == 3


# ---- the machine reading ----


def test_suggest_writes_a_sheet_and_changes_no_data(project, tmp_path):
    before = {file.name: file.read_bytes() for file in project.path("data/tiny").iterdir()}
    done = project.make("suggest")
    assert done.returncode == 0, done.stdout + done.stderr
    sheet = list(csv.DictReader(io.StringIO(project.read("sheets/tiny-suggestions.csv"))))
    assert len(sheet) == 12 and {row["accept"] for row in sheet} == {""}
    assert {file.name: file.read_bytes() for file in project.path("data/tiny").iterdir()} == before
    assert "change nothing" in done.stdout
    pair = f"{sheet[3]['keypoint']},{sheet[3]['theme']}"
    project.edit("sheets/tiny-suggestions.csv", f"{pair},,", f"{pair},yes,")
    project.path("sheets/tiny-suggestions.csv").write_text(
        project.read("sheets/tiny-suggestions.csv") + f"{sheet[0]['keypoint']},a-theme-of-before,maybe,,,,,,,,,\n"
    )
    assert project.make("suggest").returncode == 0
    again = list(csv.DictReader(io.StringIO(project.read("sheets/tiny-suggestions.csv"))))
    marks = {(row["keypoint"], row["theme"]): row["accept"] for row in again if row["accept"]}
    assert marks == {(sheet[3]["keypoint"], sheet[3]["theme"]): "yes", (sheet[0]["keypoint"], "a-theme-of-before"): "maybe"}
    assert again[:12] == [row | {"accept": marks.get((row["keypoint"], row["theme"]), "")} for row in sheet]


def test_suggest_for_an_unknown_review_is_one_message():
    done = subprocess.run(
        [sys.executable, "-m", "casesynth.suggest", "nowhere"],
        capture_output=True,
        text=True,
        cwd=paths.ROOT,
        env=os.environ,
    )
    assert done.returncode == 2 and "there is no review data/nowhere/" in done.stderr and "Traceback" not in done.stderr


def test_a_points_own_case_never_votes(tiny):
    review = tiny()
    coded = review.codings[review.codings["coder"].eq("ada")]
    ours = suggest.propose(review.keypoints, review.codebook, coded).set_index("keypoint")
    others = coded[~coded["keypoint"].str.startswith("birch")]
    left_out = suggest.propose(review.keypoints, review.codebook, others).set_index("keypoint")
    birch = [point for point in ours.index if point.startswith("birch")]
    columns = ["theme", "score", "nearest"]
    pd.testing.assert_frame_equal(ours.loc[birch, columns], left_out.loc[birch, columns])
    assert not any(near.startswith(point.split("-")[0]) for point, near in ours["nearest"].items() if near)


def test_points_where_all_coders_disagree_come_most_confident_first(tiny):
    review = tiny()
    proposals = suggest.read(review)
    against = suggest.against_all(review, proposals)
    assert list(against["margin"]) == sorted(against["margin"], reverse=True)
    given = review.codings.groupby("keypoint")["theme"].agg(set)
    assert all(row.proposed not in given[row.keypoint] for row in against.itertuples())


def test_formulas_in_a_sheet_are_text(tiny, tmp_path, monkeypatch):
    review = tiny()
    review.tables["keypoints"].loc[0, "summary"] = "=cmd()"
    monkeypatch.setattr("casesynth.review.load", lambda name: review)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert suggest.main(["tiny"]) == 0
    written = (tmp_path / "sheets" / "tiny-suggestions.csv").read_text()
    assert "'=cmd()" in written and ",=cmd()" not in written
