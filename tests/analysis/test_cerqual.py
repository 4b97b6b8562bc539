"""Confidence in findings: no count rates anything."""

from dataclasses import replace

import pandas as pd
import pytest

from casesynth.analysis import appraisal, cerqual, themes
from casesynth.core.rules import Rules

REFINED = pd.DataFrame(
    [["ref-people", "People", "People carry it.", "Aims", 2, "alder birch", True],
     ["ref-means", "Means", "Means decide.", "Aims", 3, "alder birch cedar", True]],
    columns="refined name definition headings cases with_cases supported".split(),
)  # fmt: skip
COUNTED = pd.DataFrame([["ref-people", 3, 3], ["ref-means", 3, 3]], columns=["refined", "cases", "of_cases"])


def rated(review, finding: str, appraised: list[str]):
    """The review with one rated finding and an appraisal of some cases."""
    row = {"finding": finding, "sentence": "Our own sentence.", "confidence": "high", "explanation": "We are sure."}
    row |= dict.fromkeys(cerqual.COMPONENTS, "minor") | {f"{part}_reason": "Why." for part in cerqual.COMPONENTS}
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
