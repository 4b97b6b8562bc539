"""Each check gives the verdict that its data call for."""

import inspect
import re

import pandas as pd
import pytest

from casesynth.audit import checks
from casesynth.audit import ledger as ledger_room
from casesynth.audit.checks import registry
from casesynth.audit.checks import themes as themes_checks
from casesynth.audit.checks.registry import CAVEAT, CONTRADICTED, NOT_REPRODUCED, REPRODUCED
from tests.support.claims import (
    AGAIN,
    BASE,
    BOTH,
    CLAIM,
    FACTS,
    FEW,
    NOTHING,
    OPEN,
    TOPICS,
    TWICE,
    YEARS,
    answer,
    base_results,
    cell,
    counted,
    fact,
    frame,
    gathered,
    loose,
    restated,
    small,
)

#: check, arguments, what is changed in the data, the verdict that follows.
CASES = [
    ("count", {"table": "cases", "equals": 4}, {}, REPRODUCED),
    ("count", {"table": "cases", "equals": 4, "beside": ["n-all"]}, {}, CAVEAT),
    ("count", {"table": "cases", "where": {"case_study": True}, "equals": 4}, {}, CONTRADICTED),
    ("count", {"table": "cases", "where": {"nation": {"not": ""}}, "at_least": 1}, {}, REPRODUCED),
    ("count", {"table": "cases", "distinct": "nation", "equals": 2}, {}, REPRODUCED),
    ("count", {"table": "keypoints", "where": {"summary": {"matches": "MONEY"}}, "at_least": 1}, {}, NOT_REPRODUCED),
    ("lists-agree", {"one": TOPICS, "other": AGAIN}, {}, REPRODUCED),
    ("lists-agree", {"one": TOPICS, "other": BOTH}, {}, CAVEAT),
    ("lists-agree", {"one": TOPICS, "other": BOTH, "part": True}, {}, REPRODUCED),
    ("lists-agree", {"one": BOTH, "other": TOPICS, "part": True}, {}, CONTRADICTED),
    ("lists-agree", {"one": BOTH, "other": YEARS}, {}, CONTRADICTED),
    ("lists-agree", {"one": TOPICS, "other": NOTHING}, {}, NOT_REPRODUCED),
    ("facts-agree", FACTS, {}, REPRODUCED),
    ("facts-agree", {"facts": ["n-all", "n-people"]}, {}, CAVEAT),
    ("facts-agree", {"facts": ["year", "later"], "alike": ["2023", "2024"]}, {}, CAVEAT),
    ("facts-agree", FACTS, fact("n-again", "4"), CONTRADICTED),
    ("facts-agree", FACTS, {"facts": BASE.facts.assign(wording="about")}, REPRODUCED),
    ("facts-agree", FACTS, {"facts": cell(BASE.facts.assign(wording=""), "n-again", "wording", "over")}, CAVEAT),
    ("date-within", {"date": "april", "within": "year"}, {}, REPRODUCED),
    ("date-within", {"date": "december", "within": "year", "last": 0.25}, {}, REPRODUCED),
    ("date-within", {"date": "april", "within": "year", "last": 0.5}, fact("april", "summer 2023"), CAVEAT),
    ("date-within", {"date": "april", "within": "year", "last": 0.25}, fact("april", "summer 2023"), NOT_REPRODUCED),
    ("date-within", {"date": "april", "within": "later"}, {}, CONTRADICTED),
    ("starts-after", {"date": "later", "start": "year", "months": "months"}, {}, REPRODUCED),
    ("starts-after", {"date": "later", "start": "april", "months": "months"}, {}, CONTRADICTED),
    ("starts-after", {"date": "december", "start": "april"}, {}, REPRODUCED),
    ("starts-after", {"date": "april", "start": "april"}, {}, CONTRADICTED),
    ("parts-add-up", {"whole": "hall"}, {}, REPRODUCED),
    ("parts-add-up", {"whole": "hall"}, loose("hall-old", "5", 5, 5), CAVEAT),
    ("parts-add-up", {"whole": "hall"}, loose("hall-old", "11", 11, 11), CONTRADICTED),
    ("parts-add-up", {"whole": "hall"}, restated("hall-old", "5", 5, 5), CONTRADICTED),
    ("parts-add-up", {"whole": "hall"}, restated("hall-old", "at least 4", 4, pd.NA), CAVEAT),
    ("parts-add-up", {"whole": "talks"}, {}, NOT_REPRODUCED),
    ("numbers-agree", {"ids": ["hall", "club-before"]}, {}, REPRODUCED),
    ("numbers-agree", {"ids": ["hall", "talks"]}, {}, CONTRADICTED),
    ("numbers-agree", {"ids": ["hall", "talks"]}, restated("talks", "5-10", 5, 10), CAVEAT),
    ("numbers-agree", {"ids": ["hall", "total"]}, fact("total", "over 10"), CAVEAT),
    ("numbers-agree", {"ids": ["hall", "total"]}, fact("total", "over 11"), CONTRADICTED),
    ("ratio", {"after": "club-after", "before": "club-before", "equals": 2}, {}, REPRODUCED),
    ("ratio", {"after": "club-after", "before": "hall-old", "equals": 2}, {}, CONTRADICTED),
    ("total-within", {"fact": "total"}, fact("total", "35"), REPRODUCED),
    ("total-within", {"fact": "total"}, {}, NOT_REPRODUCED),
    ("total-within", {"fact": "total"}, restated("talks", "over 4", 5, pd.NA), NOT_REPRODUCED),
    ("total-within", {"fact": "total"}, OPEN | fact("total", "37"), CAVEAT),
    ("total-within", {"fact": "total"}, OPEN | fact("total", "70"), NOT_REPRODUCED),
    ("total-within", {"fact": "total", "above": True}, OPEN | fact("total", "37"), CAVEAT),
    ("total-within", {"fact": "total", "above": True}, OPEN | fact("total", "70"), NOT_REPRODUCED),
    (
        "total-within",
        {"fact": "total"},
        {
            "facts": cell(BASE.facts, "total", "value", "45"),
            "participants": counted(("fair", "c", "attendances", "count", "10", 10, 10, "")),
        },
        CAVEAT,
    ),
    ("total-within", {"fact": "total", "above": True}, {}, REPRODUCED),
    ("total-within", {"fact": "total", "above": True}, fact("total", "35"), NOT_REPRODUCED),
    (
        "total-within",
        {"fact": "total", "above": True},
        {"participants": counted(("fair", "c", "attendances", "count", "over 9", 10, None, "")).iloc[3:]},
        CAVEAT,
    ),
    ("share-of-total", {"unit": "people", "at_least": 1.0}, {}, REPRODUCED),
    ("share-of-total", {"unit": "attendances", "at_least": 0.5}, {}, NOT_REPRODUCED),
    ("attribution", {"statement": "listed"}, {}, REPRODUCED),
    ("attribution", {"statement": "listed"}, TWICE, CAVEAT),
    ("attribution", {"statement": "again", "also": ["bar-money"]}, {"coded": {"ena-money": "a"}}, CAVEAT),
    ("attribution", {"statement": "again", "also": ["met-map"]}, FEW, NOT_REPRODUCED),
    ("attribution", {"statement": "listed"}, {"coded": {"aim-map": "ab"}}, CAVEAT),
    ("attribution", {"statement": "listed"}, {"coded": {"aim-map": "a"}}, NOT_REPRODUCED),
    ("attribution", {"statement": "listed"}, {"attributions": BASE.attributions.drop(2)}, CAVEAT),
    ("attribution", {"statement": "examples"}, {"coded": {"met-map": "abc"}}, REPRODUCED),
    ("attribution", {"statement": "again"}, {"coded": {"ena-money": "a"}}, NOT_REPRODUCED),
    ("attribution", {"statement": "unnamed"}, {}, CAVEAT),
    ("attribution", {"statement": "unnamed"}, {"coded": {"bar-money": "b"}}, NOT_REPRODUCED),
    ("quantifier", {"word": "most", "themes": ["aim-map"]}, {}, REPRODUCED),
    ("quantifier", {"word": "all", "themes": ["aim-map"]}, {}, REPRODUCED),
    ("quantifier", {"word": "all", "themes": ["aim-map"], "denominator": "funded"}, {}, CAVEAT),
    ("quantifier", {"word": "all", "themes": ["met-map"]}, {}, CAVEAT),
    ("quantifier", {"word": "all", "themes": ["met-map"]}, {"coded": {"met-map": "a"}}, NOT_REPRODUCED),
    ("quantifier", {"word": "most", "themes": ["aim-map"]}, {"coded": {"aim-map": "a"}}, NOT_REPRODUCED),
    ("quantifier", {"word": "most", "words": "has aims", "headings": ["aims"]}, {}, REPRODUCED),
    ("quantifier", {"word": "most", "statement": "listed"}, {}, REPRODUCED),
    ("quantifier", {"word": "a few", "statement": "listed"}, {}, CONTRADICTED),
    ("quantifier", {"word": "most", "statement": "examples"}, {}, CAVEAT),
    ("quantifier", {"word": "a few", "statement": "examples"}, {}, NOT_REPRODUCED),
    ("theme-stands", {"themes": ["aim-map", "met-map"]}, {}, REPRODUCED),
    ("theme-stands", {"themes": ["aim-map", "met-map"]}, {"coded": {"met-map": "a"}}, CAVEAT),
    ("theme-stands", {"themes": ["met-map"]}, {"coded": {"met-map": "a"}}, NOT_REPRODUCED),
    ("theme-stands", {"themes": ["aim-map", "met-map"], "effect": True}, {}, CAVEAT),
    ("theme-stands", {"themes": ["met-map"], "effect": True}, {"coded": {"met-map": "a"}}, NOT_REPRODUCED),
    ("theme-first", {"theme": "aim-map"}, {}, CAVEAT),
    ("theme-first", {"theme": "aim-map"}, {"coded": {"aim-map": ""}}, NOT_REPRODUCED),
    (
        "theme-first",
        {"theme": "met-map"},
        {
            "codebook": cell(cell(BASE.codebook, "aim-map", "heading", "methods"), "aim-map", "parent", ""),
            "codings": frame(
                "keypoint theme coder direction memo",
                *[(f"{c}-methods", t, "one", "supports", "") for t in ("met-map", "aim-map") for c in "ab"],
            ),
        },
        CAVEAT,
    ),
    ("outnumbers", {"themes": ["aim-map"], "other_themes": ["met-map"]}, {}, CAVEAT),
    ("outnumbers", {"themes": ["met-map"], "other_themes": ["aim-map"]}, {}, NOT_REPRODUCED),
    ("together", {"themes": ["aim-map"], "other_themes": ["met-map"]}, {"coded": {"aim-map": "ab"}}, CAVEAT),
    # What all report goes with anything.
    ("together", {"themes": ["aim-map"], "other_themes": ["met-map"]}, {}, NOT_REPRODUCED),
    (
        "together",
        {"themes": ["aim-map"], "other_themes": ["met-map"]},
        {"coded": {"aim-map": "a", "met-map": "a"}},
        NOT_REPRODUCED,
    ),
    ("general-stands", {"general": ["gen-map"]}, {}, REPRODUCED),
    ("general-stands", {"general": ["gen-map", "gen-money"]}, {}, CAVEAT),
    ("general-stands", {"general": ["gen-money"]}, {}, CAVEAT),
    ("general-stands", {"general": ["gen-money"]}, {"coded": {"ena-money": "a"}}, NOT_REPRODUCED),
    ("both-sides", {"general": "gen-money"}, {"coded": {"bar-money": "ab"}}, REPRODUCED),
    ("both-sides", {"general": "gen-money"}, {}, CAVEAT),
    ("both-sides", {"general": "gen-money"}, {"coded": {"bar-money": "c"}}, CAVEAT),
    ("both-sides", {"general": "gen-money"}, {"coded": {"bar-money": ""}}, NOT_REPRODUCED),
    ("both-sides", {"general": "gen-map"}, {}, NOT_REPRODUCED),
    ("supported", {"themes": ["met-map"]}, {}, REPRODUCED),
    ("supported", {"words": "has enab"}, {}, REPRODUCED),
    ("supported", {"words": "has enab", "effect": True}, {}, CAVEAT),
    ("supported", {"words": "parks"}, {}, NOT_REPRODUCED),
    (
        "supported",
        {"themes": ["aim-map"]},
        {"coded": {"aim-map": "ab"}, "cases": BASE.cases.assign(case_study=True)},
        CAVEAT,
    ),
    ("kinds-reported", {"kinds": {"one": "aims", "two": "methods"}}, {}, REPRODUCED),
    ("kinds-reported", {"kinds": {"one": "aims", "two": "parks"}}, {}, CAVEAT),
    ("kinds-reported", {"kinds": {"one": "aims"}, "headings": ["methods"]}, {}, NOT_REPRODUCED),
    ("title-agrees", {"section": "s1"}, {}, REPRODUCED),
    ("title-agrees", {"section": "s2"}, {}, CONTRADICTED),
    ("title-agrees", {"section": "s3"}, {}, CAVEAT),
    ("own-text", {"section": "s1"}, {}, REPRODUCED),
    ("own-text", {"section": "s2"}, {}, CONTRADICTED),
    ("own-text", {"statement": "again"}, {}, CONTRADICTED),
    ("entries-agree", {"sections": ["s1", "s2"], "order": True, "cases": 3}, {}, REPRODUCED),
    ("entries-agree", {"sections": ["s1", "s3"]}, {}, REPRODUCED),
    ("entries-agree", {"sections": ["s1", "s3"], "order": True}, {}, CONTRADICTED),
    ("entries-agree", {"sections": ["s1", "s2"]}, {"entries": BASE.entries.drop(0)}, CONTRADICTED),
    ("each-case", {"headings": ["aims"], "equals": 1}, {"keypoints": BASE.keypoints.assign(label="Point")}, REPRODUCED),
    ("each-case", {"headings": ["aims"], "equals": 1}, {}, NOT_REPRODUCED),
    (
        "each-case",
        {"headings": ["aims"], "equals": 1},
        {"keypoints": cell(BASE.keypoints.assign(label="Point"), "a-aims", "label", "")},
        CAVEAT,
    ),
]


@pytest.mark.parametrize(("check", "arguments", "changed", "verdict"), CASES)
def test_each_check_gives_the_verdict_of_its_data(check, arguments, changed, verdict):
    assert answer(check, arguments, changed).verdict == verdict


@pytest.mark.parametrize("check", checks.CHECKS)
def test_no_check_has_a_verdict_that_no_data_reach(check):
    text = inspect.getsource(checks.CHECKS[check])
    text += inspect.getsource(themes_checks.with_shares) if check == "quantifier" else ""
    names = "REPRODUCED CAVEAT NOT_REPRODUCED CONTRADICTED".split()
    can_give = {getattr(registry, name) for name in names if re.search(rf"\b{name}\b", text)}
    reached = {verdict for name, _, _, verdict in CASES if name == check}
    assert reached == can_give and len(reached) > 1


def test_a_word_is_judged_for_every_denominator_of_the_report():
    said = answer("quantifier", {"word": "all", "themes": ["aim-map"]}, {}).recomputed
    assert said == "“all”? 3 of 4 funded: no; 3 of 3 with a case study: yes; 2 of 2 by the text: yes"


def test_the_rows_behind_a_verdict_are_key_points_and_printed_rows():
    rows = answer("attribution", {"statement": "examples"}, {}).rows
    assert rows == ["examples", "examples-a", "examples-b", "a-methods", "b-methods"]


def test_the_denominator_that_a_claim_names_decides():
    verdicts = [
        ledger_room.judge(BASE, base_results(), CLAIM | {"denominator": own}).verdict
        for own in ("funded", "with a case study", "")
    ]
    assert verdicts == [CAVEAT, REPRODUCED, REPRODUCED]


def test_what_is_computed_twice_is_counted_once():
    rows = [CLAIM | {"id": f"claim-{n}", "denominator": own} for n, own in enumerate(["funded", "funded", ""])]
    rows += [CLAIM | {"id": "claim-ours", "kind": ledger_room.OBSERVATION, "check": "not-checkable", "needs": "x"}]
    data = small(claims=pd.DataFrame(rows))
    said = ledger_room.summary(ledger_room.ledger(data, gathered(data)))
    assert "4 claims: 1 reproduced, 2 reproduced with a caveat, 1 not checkable from here." in said
    assert "Distinct computations behind the 3 that are checked: 2." in said and "does not state: 1." in said


def test_going_together_says_what_is_shown_and_what_is_not():
    words = {"themes": ["aim-map"], "other_themes": ["met-map"]}
    seen = answer("together", words, {"coded": {"aim-map": "ab"}}).recomputed
    assert "1.3 by chance" in seen and seen.endswith("not that one brings about the other")
    assert answer("together", words, {}).recomputed.endswith("not shown that the two go together")
