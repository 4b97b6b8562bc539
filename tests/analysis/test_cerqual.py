"""Confidence in findings: no count rates anything."""

from dataclasses import replace

import pandas as pd
import pytest

from casesynth.analysis import appraisal, cerqual, themes
from casesynth.core.rules import Rules

SUBJECTS = pd.DataFrame(
    [["ref-people", "People"], ["ref-means", "Means"]],
    columns=["finding", "sentence"],
)
ROWS = pd.DataFrame(
    [["ref-people", "k1", "alder", "aims", "supports"], ["ref-people", "k2", "birch", "aims", "supports"],
     ["ref-people", "k4", "cedar", "aims", "contradicts"],
     ["ref-means", "k1", "alder", "aims", "supports"], ["ref-means", "k3", "cedar", "methods", "supports"]],
    columns="finding keypoint case heading stance".split(),
)  # fmt: skip


def profile_of(review):
    return cerqual.evidence_profile(review, SUBJECTS, ROWS, cerqual.counts(review, SUBJECTS, ROWS))


def rated(review, finding: str, appraised: list[str]):
    """The review with one rated finding and an appraisal of some cases."""
    row = {"finding": finding, "sentence": "Our own sentence.", "confidence": "high", "explanation": "We are sure."}
    row |= dict.fromkeys(cerqual.COMPONENTS, "minor") | {f"{part}_reason": "Why." for part in cerqual.COMPONENTS}
    judged = pd.DataFrame({"case": appraised, "criterion": "aim", "judgement": "met", "reason": "Stated."})
    tables = {**review.tables, "cerqual": pd.DataFrame([row | {"rated_by": "Ada"}]), "appraisal": judged}
    return replace(review, tables=tables)


def test_counts_inform_and_never_rate(tiny):
    """However many cases support it, a finding that nobody rated is not assessed, also where all cases are appraised."""
    review = rated(tiny(), "ref-people", ["alder", "birch", "cedar"])
    profile = profile_of(review).set_index("finding")
    assert profile.loc["ref-means", [*cerqual.COMPONENTS, "confidence"]].eq("not assessed").all()
    assert profile.loc["ref-people", ["confidence", "cases", "points", "contradicting", "headings"]].tolist() == [
        "high", 2, 2, 1, 1]  # fmt: skip
    summary = cerqual.summary_of_findings(review, ROWS, profile.reset_index()).set_index("finding")
    assert summary["explanation"].tolist() == ["We are sure.", "nobody has rated this finding"]
    assert summary.loc["ref-people", "contributing"].count(";") == 1  # cedar contradicts: it does not contribute


def test_where_nobody_has_rated_there_is_no_summary_but_a_sentence_that_says_how(tiny):
    profile = profile_of(tiny())
    assert profile[[*cerqual.COMPONENTS, "confidence"]].eq("").all(axis=None) and profile["cases"].gt(0).all()
    assert cerqual.summary_of_findings(tiny(), ROWS, profile).empty
    assert "cerqual.csv" in cerqual.state(tiny()) and "appraisal.csv" in cerqual.state(tiny())


@pytest.mark.parametrize("appraised", [[], ["cedar"], ["alder", "cedar"]])
def test_confidence_needs_an_appraisal_of_every_contributing_case_and_peoples_words_stay(tiny, appraised):
    row = profile_of(rated(tiny(), "ref-people", appraised)).set_index("finding").loc["ref-people"]
    assert (row["confidence"], row["methodological"]) == ("not assessed", "not assessed")
    assert row[["coherence", "adequacy", "relevance"]].eq("minor").all() and row["coherence_reason"] == "Why."
    assert row["sentence"] == "Our own sentence." and row["rated_by"] == "Ada"
    missing = 2 - ("alder" in appraised)
    assert row["explanation"] == f"{missing} of 2 contributing case studies were not appraised; We are sure."


def test_findings_are_rated_where_there_are_any_and_themes_only_by_their_names(phase2, tiny):
    own, rows = cerqual.evidence(phase2, "consensus", None, None, None)
    assert own["finding"].tolist() == phase2.findings.sort_values("order")["id"].tolist()
    assert set(rows["stance"]) == {"supports", "qualifies", "contradicts"}
    review = tiny()
    coded = themes.coded_points(review, "ada")
    refined = pd.DataFrame([["ref-people", "People", "People carry it.", True]], columns=REFINED)
    general = pd.DataFrame(
        [["gen-together", "aim-together", True]], columns=["general", "supported_themes", "supported"]
    )
    own, rows = cerqual.evidence(review, "ada", coded, refined, general)
    assert own.to_numpy().tolist() == [["ref-people", "People"]]


REFINED = ["refined", "name", "definition", "supported"]


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
