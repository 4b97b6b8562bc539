"""How sure a finding is, as a user meets it: in the report, in tables, in messages; with one coder and with two."""

import csv
import io
import os
import subprocess
import sys
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from conftest import copy_project

from casesynth.analysis import appraisal, by_coder, cerqual, cooccurrence, matrices, second_extraction, themes
from casesynth.analysis import coders as coders_room
from casesynth.analysis import machine as machine_room
from casesynth.analysis import printed as printed_room
from casesynth.core import paths
from casesynth.core import review as review_room
from casesynth.core.codings import unexplained
from casesynth.core.review import load
from casesynth.core.rules import Rules
from casesynth.core.settings import load_settings
from casesynth.core.validate import all_problems, read_tables
from casesynth.desk import suggestions
from casesynth.report import sure
from casesynth.report.sure import TABLES

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


def with_rows(review, table: str, rows: list[list]):
    """The review with rows added to a table; in codings: keypoint, theme, coder, direction. New coders are entered."""
    columns = ["keypoint", "theme", "coder", "direction"] if table == "codings" else list(review.tables[table])
    added = pd.DataFrame(rows, columns=columns).assign(**{"memo": ""} if table == "codings" else {})
    tables = {**review.tables, table: pd.concat([review.tables[table], added], ignore_index=True)}
    if table == "codings":
        new = sorted(set(added["coder"]) - set(review.coders["id"]))
        people = pd.concat([review.coders, *(review.coders.head(1).assign(id=coder) for coder in new)])
        tables["coders"] = people.reset_index(drop=True)
    return replace(review, tables=tables)


def words_of(review, level: str, id: str) -> str:
    """What the line says of the codings under which a finding stands."""
    table = by_coder.by_coding(review, Rules())
    return sure.by_coders(table[table["level"].eq(level) & table["id"].eq(id)])


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
    assert counts[["points", "of_points"]].to_numpy().tolist() == [[11, 12], [10, 12], [11, 12], [11, 12]]
    page = " ".join(full.read("results/tiny/synthesis.html").split())
    assert "stands by the coding of ada (bo coded 10 of 12 key points only)" in page


@pytest.mark.long
def test_an_appraisal_leaves_the_weak_cases_out(full):
    without = table(full, "without-weak").set_index(["level", "id"])
    assert (
        without.loc[("theme", "aim-together"), "stands"]
        and not without.loc[("theme", "aim-together"), "stands_without"]
    )
    findings = table(full, "qualitative-findings").set_index("refined")
    assert findings.loc["ref-people", ["confidence", "explanation"]].tolist() == ["low", "Few cases."]
    assert set(findings["confidence"].drop("ref-people")) <= {"not assessed"}
    page = " ".join(full.read("results/tiny/synthesis.html").split())
    assert (
        "2 of 3 case studies were appraised; 1 is judged weak" in page
        and "falls without the cases judged weak (2 of 3 appraised)" in page
    )
    assert "minor: One is weak." in page and "serious: Few." in page  # the profile shows reasons


def test_consensus_needs_a_reason_where_coders_differ(project, tiny):
    second_coder(project)
    review = tiny()
    draft = coders_room.draft_consensus(review)
    assert "alder-aims-02" not in set(draft["keypoint"]) and len(coders_room.unresolved(review)) == 2
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
    assert coders_room.unresolved(review).empty
    assert review_room.coders_of(review) == ["ada", "bo"]  # a consensus is no third coder
    assert coders_room.differences(review, ["ada", "bo"])["reason"].tolist() == ["It grows food.", "It says so."]
    assert "consensus" in set(by_coder.by_coding(review, Rules())["coding"])


# ---- optional tables ----


REFINED = pd.DataFrame(
    [["ref-people", "People", "People carry it.", "Aims", 2, "alder birch", True],
     ["ref-means", "Means", "Means decide.", "Aims", 3, "alder birch cedar", True]],
    columns="refined name definition headings cases with_cases stands".split(),
)  # fmt: skip
COUNTED = pd.DataFrame([["ref-people", 3, 3], ["ref-means", 3, 3]], columns=["refined", "cases", "of_cases"])


def rated(review, finding: str, appraised: list[str]):
    """The review with one rated finding and an appraisal of some cases."""
    row = {"finding": finding, "sentence": "Our own sentence.", "confidence": "high", "explanation": "We are sure."}
    row |= {part: "minor" for part in cerqual.COMPONENTS} | {f"{part}_reason": "Why." for part in cerqual.COMPONENTS}
    judged = pd.DataFrame({"case": appraised, "criterion": "aim", "judgement": "met", "reason": "Stated."})
    tables = {**review.tables, "cerqual": pd.DataFrame([row | {"rated_by": "Ada"}]), "appraisal": judged}
    return replace(review, tables=tables)


def test_counts_never_rate(tiny):
    """However many cases carry it, a finding that nobody rated is not assessed, also where all cases are appraised."""
    review = rated(tiny(), "ref-people", ["alder", "birch", "cedar"])
    profile = cerqual.evidence_profile(review, REFINED, COUNTED).set_index("refined")
    assert profile.loc["ref-means", [*cerqual.COMPONENTS, "confidence"]].eq("not assessed").all()
    assert profile.loc["ref-people", "confidence"] == "high"
    summary = cerqual.summary_of_findings(review, REFINED, profile.reset_index()).set_index("refined")
    assert summary["explanation"].tolist() == ["We are sure.", "nobody has rated this finding"]


@pytest.mark.parametrize("appraised", [[], ["cedar"], ["alder", "cedar"]])
def test_confidence_needs_an_appraisal_of_every_contributing_case_and_peoples_words_stay(tiny, appraised):
    review = rated(tiny(), "ref-people", appraised)
    row = cerqual.evidence_profile(review, REFINED, COUNTED).set_index("refined").loc["ref-people"]
    assert (row["confidence"], row["methodological"]) == ("not assessed", "not assessed")
    assert row[["coherence", "adequacy", "relevance"]].eq("minor").all() and row["coherence_reason"] == "Why."
    assert row["finding"].startswith("Our own sentence.") and row["rated_by"] == "Ada"
    missing = 2 - ("alder" in appraised)
    assert row["explanation"] == f"{missing} of 2 contributing case studies were not appraised; We are sure."


def test_nothing_is_said_of_weak_cases_where_none_is_weak(tiny):
    review = rated(tiny(), "ref-people", ["alder"])
    settings = {**review.settings, "appraisal": {"criteria": [{"id": "aim", "name": "An aim"}]}}
    review = replace(review, settings=settings)
    assert appraisal.state(review) == "1 of 3 case studies were appraised; 0 are judged weak."
    assert appraisal.without_weak(review, themes.coded_points(review, "ada"), Rules()).empty
    review.tables["appraisal"]["judgement"] = "weak"
    assert appraisal.state(review).endswith("1 is judged weak.")
    without = appraisal.without_weak(review, themes.coded_points(review, "ada"), Rules())
    assert set(without["appraised"]) == {1} and set(without["of_cases"]) == {3}


# ---- codings that differ in direction, or are not whole ----


def test_a_finding_that_a_coder_lacks_does_not_stand_and_is_there(tiny):
    review = tiny()
    nothing = with_rows(review, "codings", [[point, "none", "bo", "supports"] for point in review.keypoints["id"]])
    by_coding = by_coder.by_coding(nothing, Rules())
    both = by_coding[by_coding["level"].eq("both") & by_coding["id"].eq("gen-money")].set_index("coding")
    assert both["stands"].to_dict() == {"ada": True, "bo": False, "union": True, "intersection": False}
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


def test_a_consensus_is_not_drafted_into_its_opposite(tiny):
    review = tiny()
    codings = review.codings.copy()
    codings.loc[codings["keypoint"].eq("birch-barriers-01"), ["theme", "direction"]] = ["bar-money", "contradicts"]
    rows = [[point, "bar-money", "bo", "contradicts"] for point in ("birch-barriers-01", "cedar-barriers-01")]
    review = with_rows(replace(review, tables={**review.tables, "codings": codings}), "codings", rows)
    draft = coders_room.draft_consensus(review).set_index("keypoint")
    assert draft.loc["birch-barriers-01", ["theme", "direction"]].tolist() == ["bar-money", "contradicts"]
    assert "cedar-barriers-01" not in draft.index  # supports against contradicts: for people to resolve
    differ = coders_room.differences(review, ["ada", "bo"]).set_index("keypoint")
    assert differ.loc["cedar-barriers-01", ["ada", "bo"]].tolist() == ["bar-money", "not bar-money"]
    sets = coders_room.set_agreement(review, ["ada", "bo"]).set_index("heading")
    assert sets.loc["barriers", ["points", "same", "masi"]].tolist() == [2, 1, 0.5]
    agreed = with_rows(review, "codings", [["cedar-barriers-01", "bar-money", "consensus", "supports"]])
    assert [point for _, point in unexplained(agreed.codings)] == ["cedar-barriers-01"]


def test_what_no_two_coders_coded_is_undefined_and_said_so(tiny):
    review = with_rows(tiny(), "codings", [["alder-aims-01", "aim-together", "bo", "supports"]])
    sets = printed_room.printed(coders_room.set_agreement(review, ["ada", "bo"])).set_index("heading")
    assert sets.loc["aims", ["points", "same", "masi", "alpha_masi"]].tolist() == [1, 1, "0.000", "undefined"]
    assert sets.loc["barriers", ["masi", "alpha_masi"]].tolist() == ["undefined", "undefined"]
    machine = printed_room.printed(machine_room.evaluated(review, machine_room.read(review)))
    assert "undefined" in set(machine["precision"]) and machine[["precision", "recall", "kappa"]].notna().all(axis=None)


def test_kappa_is_left_out_beyond_two_coders_and_the_text_says_so(tiny):
    review, rows = tiny(), tiny().codings[["keypoint", "theme"]].to_numpy().tolist()
    review = with_rows(review, "codings", [[*row, coder, "supports"] for coder in ("bo", "cy") for row in rows])
    coders = review_room.coders_of(review)
    points = coders_room.point_marks(review, coders)
    cases = coders_room.case_marks(points, coders)
    assert "kappa" not in set(coders_room.overall(points, cases, coders)["measure"])
    assert "kappa" not in coders_room.per_theme(points, cases, coders)
    pair = coders_room.paradox(review, points, cases, coders)
    assert pair.empty and "here are 3, so it does not apply" in coders_room.paradox_words(pair, coders)


@pytest.mark.long
def test_what_the_chapter_says_of_agreement_hangs_on_the_data(full):
    """Prevalence, cases and coders decide what is said: here marks are rare, projects three, coders two."""
    page = " ".join(full.read("results/tiny/synthesis.html").split())
    assert "The sets of themes of the 2 coders differ" in page
    assert "Intervals are a bootstrap over 3 projects, and rough" in page
    prevalence = float(table(full, "agreement")["prevalence"].iloc[0])
    assert ("Themes are rare per key point" in page) == (prevalence < sure.RARE)
    assert "Kappa is for two coders" not in page


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
    found = second_extraction.extraction(tiny()).set_index("heading")
    whole = found.loc[""]
    assert (whole["first"], whole["second"], whole["matched_first"], whole["split"]) == (3, 3, 1, 1)
    assert (whole["matched_second"], whole["agreement"]) == (2, 0.5)  # 3 of 6 points have a counterpart
    assert (whole["only_first"], whole["only_second"]) == ("alder-aims-02 alder-barriers-01", "x3")
    content = second_extraction.extraction_content(tiny())
    assert list(content["lacking"]) == ["first", "second", "second"]
    assert content["second"][0] == "x3: It rains." and content["first"][1].startswith("alder-aims-02: ")


COLUMNS = "id extractor case heading order label summary keypoints note".split()


def extracted(review, rows: list[str]):
    """The review with a second extraction: extractor, case, heading and key points of each statement."""
    table = pd.DataFrame([row.split(",") for row in rows], columns="extractor case heading keypoints".split())
    table = table.assign(id=[f"x{n}" for n in table.index], order=table.index, label="", summary="Said.", note="")[COLUMNS]
    return replace(review, tables={**review.tables, "extractions": table})


def test_a_heading_that_the_second_extractor_left_empty_is_all_lacking(tiny):
    rows = ["eva,alder,aims,alder-aims-01", "eva,birch,barriers,birch-barriers-01"]
    review = extracted(tiny(), rows)
    whole = second_extraction.extraction(review).query("heading == ''").set_index("case")
    assert whole.loc["alder", ["first", "only_first"]].tolist() == [3, "alder-aims-02 alder-barriers-01"]
    lacking = second_extraction.extraction_content(review).query("case == 'alder'")
    assert [row.split(":")[0] for row in lacking["first"]] == ["alder-aims-02", "alder-barriers-01"]
    assert "alder-enablers-01" not in " ".join(lacking["first"])  # used for no case: not asked for


def test_two_extractors_are_kept_apart_and_an_id_said_twice_is_one(tiny):
    rows = ["eva,alder,aims,alder-aims-01 alder-aims-01", "eva,alder,aims,alder-aims-02"]
    review = extracted(tiny(), [*rows, "fay,alder,aims,alder-aims-01"])
    whole = second_extraction.extraction(review).query("heading == ''").set_index("extractor")
    assert whole.loc["eva", ["matched_first", "split", "joined"]].tolist() == [2, 0, 0]
    content = second_extraction.extraction_content(review)
    assert content[["extractor", "lacking"]].to_numpy().tolist() == [["fay", "second"]]


def test_a_counterpart_of_another_case_is_refused_and_of_another_heading_noted(tiny, project):
    rows = ["x1,ada,alder,aims,1,,Said.,birch-aims-01,", "x2,ada,alder,aims,2,,Said.,alder-barriers-01,"]
    project.path("data/tiny/extractions.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    found = all_problems(load_settings("tiny"), read_tables(project.path("data/tiny")))
    told = [(problem.found, problem.note) for problem in found if problem.file == "extractions.csv"]
    assert told == [("birch-aims-01", False), ("alder-barriers-01", True)]


# ---- coding against print, cases that lack headings ----


def test_disputed_cases_come_with_all_that_the_case_says():
    review = load("mca-phase2")
    disputed = printed_room.disputed(review, themes.coded_points(review, review.settings["coding"]))
    row = disputed[disputed["printed"].eq("yes")].iloc[0]
    heading = review.codebook.set_index("id").loc[row["theme"], "heading"]
    own = review.keypoints[review.keypoints["case"].eq(row["case"]) & review.keypoints["heading"].eq(heading)]
    assert list(own["id"]) == row["points"].split() and all(text in row["said"] for text in own["summary"])
    assert set(disputed.loc[disputed["extent"].isin(["examples", "all"]), "coded"]) == {"no"}


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


def test_print_and_coding_are_compared_by_extent_and_lists_both_ways(tiny):
    review = tiny()
    statements = [["s1", "aim-together", "list"], ["s2", "bar-money", "examples"], ["s3", "ena-money", "all"]]
    statements = pd.DataFrame(statements, columns=["id", "theme", "extent"]).assign(section="", quantifier="")
    named = [["s1", "birch"], ["s1", "cedar"], ["s2", "alder"], ["s2", "birch"]]
    named = pd.DataFrame(named, columns=["statement", "case"])
    review = replace(review, tables={**review.tables, "statements": statements, "attributions": named})
    coded = themes.coded_points(review, "ada")
    doubted = printed_room.disputed(review, coded)[["statement", "case", "printed", "coded"]].to_numpy().tolist()
    assert doubted[0] == ["s1", "alder", "no", "yes"]  # carried, and the list leaves it out
    assert doubted[1] == ["s1", "cedar", "yes", "no"]  # listed, and no key point carries it
    assert doubted[2:] == [["s2", "birch", "yes", "no"], ["s3", "alder", "yes", "no"]]
    printed = []
    for heading in ("aims", "barriers", "enablers"):
        own, cases = themes.themes_of(review, heading), themes.eligible(review, heading)
        cells = themes.theme_cases(coded[coded["heading"].eq(heading)], own, cases)
        printed.append(themes.compare_with_print(review, heading, cells))
    table = printed_room.by_extent(pd.concat(printed)).set_index("extent")
    assert table.loc["list"].tolist() == [1, 2, 1, 1, 0.5, 1]
    assert table.loc["examples"].tolist() == [1, 2, 1, 1, 0.5, 0]
    assert table.loc["all"].tolist() == [1, 3, 2, 1, 0.667, 0]


# ---- thresholds outside the grid ----


def test_nothing_is_said_of_a_single_step_where_the_run_is_outside_the_grid(tiny):
    none = pd.DataFrame(columns=["level", "id"])
    row = SimpleNamespace(level="general", id="g", how_sure="stands in 3 of 3 removals")
    for near, end in ((True, ", and no single step changes that."), (False, ", and a single step changes that.")):
        assert sure_line(none, row, near).endswith("of thresholds" + end)
    assert sure_line(none, row, "").endswith("stands for 9 of 72 combinations of thresholds.")


def sure_line(none: pd.DataFrame, row, near) -> str:
    """The line of a finding whose verdict a step away is `near`."""
    grid = pd.DataFrame([["general", "g", 9, 72, near]], columns=["level", "id", "stands_in", "combinations", "near"])
    return sure.line({"by-coding": none, "stability": grid, "without-weak": none}, row)


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
        [sys.executable, "-m", "casesynth.desk.suggestions", "nowhere"],
        capture_output=True,
        text=True,
        cwd=paths.ROOT,
        env=os.environ,
    )
    assert done.returncode == 2 and "there is no review data/nowhere/" in done.stderr and "Traceback" not in done.stderr


def test_a_points_own_case_never_votes(tiny):
    review = tiny()
    coded = review.codings[review.codings["coder"].eq("ada")]
    ours = machine_room.propose(review.keypoints, review.codebook, coded).set_index("keypoint")
    others = coded[~coded["keypoint"].str.startswith("birch")]
    left_out = machine_room.propose(review.keypoints, review.codebook, others).set_index("keypoint")
    birch = [point for point in ours.index if point.startswith("birch")]
    columns = ["theme", "score", "nearest"]
    pd.testing.assert_frame_equal(ours.loc[birch, columns], left_out.loc[birch, columns])
    assert not any(near.startswith(point.split("-")[0]) for point, near in ours["nearest"].items() if near)


def test_points_where_all_coders_disagree_come_most_confident_first(tiny):
    review = tiny()
    proposals = machine_room.read(review)
    against = machine_room.against_all(review, proposals)
    assert list(against["margin"]) == sorted(against["margin"], reverse=True)
    given = review.codings.groupby("keypoint")["theme"].agg(set)
    assert all(row.proposed not in given[row.keypoint] for row in against.itertuples())


def test_formulas_in_a_sheet_are_text(tiny, tmp_path, monkeypatch):
    review = tiny()
    review.tables["keypoints"].loc[0, "summary"] = "=cmd()"
    monkeypatch.setattr("casesynth.desk.suggestions.load", lambda name: review)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert suggestions.main(["tiny"]) == 0
    written = (tmp_path / "sheets" / "tiny-suggestions.csv").read_text()
    assert "'=cmd()" in written and ",=cmd()" not in written
