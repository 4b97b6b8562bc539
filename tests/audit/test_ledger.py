"""The claims ledger: its problems, its verdicts, and findings checked by hand."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from casesynth.core import results
from casesynth.audit import arguments as arguments_room
from casesynth.audit import checks
from casesynth.audit import ledger as ledger_room
from casesynth.audit.checks import registry
from casesynth.audit.checks.registry import CAVEAT, CONTRADICTED, NOT_CHECKABLE, REPRODUCED
from casesynth.core import paths, review
from casesynth.errors import UserError
from tests.support.claims import BASE, CLAIM, gathered, small


def problems(**changed) -> list[str]:
    tables = BASE.tables | {"claims": pd.DataFrame([CLAIM | changed])}
    return [str(problem) for problem in arguments_room.problems(BASE.settings, tables, {"claims": [3]})]


def test_a_claim_in_order_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"check": "quantifer"}, ["column check", "'quantifer'", "Did you mean 'quantifier'"]),
        ({"arguments": "{word"}, ["column arguments", "not JSON"]),
        ({"arguments": "[1]"}, ["column arguments", "JSON object"]),
        ({"arguments": '{"wrod": "all"}'}, ["'wrod'", "Did you mean 'word'", "needs word"]),
        ({"arguments": '{"word": 3}'}, ["'word' is 3", "expected text"]),
        ({"arguments": '{"word": "all", "themes": ["aim-maps"]}'}, ["'aim-maps'", "Did you mean 'aim-map'"]),
        ({"arguments": '{"word": "all", "themes": ["gen-map"]}'}, ["'gen-map'", "no id of codebook.csv"]),
        ({"check": "not-checkable"}, ["column needs", "is empty"]),
        ({"check": "count", "arguments": '{"table": "cases", "equals": true}'}, ["'equals' is True", "whole number"]),
    ],
)
def test_a_bad_claim_is_reported_with_its_row_in_the_file_and_its_column(changed, words):
    told = " ".join(problems(**changed))
    assert "claims.csv, row 3" in told and all(word in told for word in words)


def test_a_denominator_of_a_fact_that_is_not_there_is_told():
    settings = BASE.settings | {"denominators": {"ours": ["n-al"]}}
    assert "Did you mean 'n-all'" in str(arguments_room.problems(settings, BASE.tables, {})[0])


@pytest.mark.parametrize(
    ("check", "arguments", "word"),
    [
        ("count", {"table": "case", "equals": 1}, "Did you mean 'cases'"),
        ("count", {"table": "cases", "where": {"nations": "x"}, "equals": 1}, "Did you mean 'nation'"),
        ("count", {"table": "cases", "where": {"id": {"matches": "("}}, "equals": 1}, "no regular expression"),
        ("count", {"table": "cases"}, "one of equals and at_least"),
        ("quantifier", {"word": "mots"}, "Did you mean 'most'"),
        ("quantifier", {"word": "all", "denominator": "fundet"}, "Did you mean 'funded'"),
        ("date-within", {"date": "n-missing", "within": "year"}, "is no date"),
        ("numbers-agree", {"ids": ["hal"]}, "Did you mean 'hall'"),
        ("numbers-agree", {"ids": ["hall", "nobody"]}, "'nobody' holds no number"),
        ("total-within", {"fact": "april"}, "expected a whole number"),
    ],
)
def test_what_only_the_data_can_refuse_is_one_message(check, arguments, word):
    data = small(claims=pd.DataFrame([CLAIM | {"check": check, "arguments": json.dumps(arguments)}]))
    with pytest.raises(UserError, match="claims.csv, claim-x, column arguments") as told:
        ledger_room.ledger(data, gathered(data))
    assert word in str(told.value)


def test_a_claim_that_nothing_here_can_check_says_what_is_needed():
    data = small(claims=pd.DataFrame([CLAIM | {"check": "not-checkable", "arguments": "", "needs": "the records"}]))
    row = ledger_room.ledger(data, gathered(data)).iloc[0]
    assert (row["verdict"], row["needs"], row["rows"]) == (NOT_CHECKABLE, "the records", "")


def test_a_review_without_claims_has_an_empty_ledger_and_says_so():
    empty = ledger_room.ledger(BASE, {})
    assert list(empty) == results.columns("claims") and empty.empty
    assert list(ledger_room.counts(empty)) == ["section", *checks.VERDICTS, "all"]
    assert "no claims.csv" in ledger_room.summary(empty)


@pytest.fixture(scope="module")
def report_review() -> review.Review:
    return review.load("mca-phase2")


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    file = paths.ROOT / "results" / "mca-phase2" / "tables" / "claims.csv"
    if not file.exists():
        pytest.skip("results/mca-phase2/tables/claims.csv is not there: run make first")
    return pd.read_csv(file, keep_default_na=False)


def test_the_ledger_has_every_claim_and_every_verdict(ledger, report_review):
    assert sorted(ledger["id"]) == sorted(report_review.claims["id"])
    assert len(ledger) > 60 and set(ledger["verdict"]) == set(checks.VERDICTS)
    assert ledger.loc[ledger["verdict"].eq(NOT_CHECKABLE), "needs"].ne("").all()
    counted = pd.read_csv(paths.ROOT / "results" / "mca-phase2" / "tables" / "claims-verdicts.csv")
    assert counted["all"].iloc[-1] == len(ledger) and counted.iloc[:-1]["all"].sum() == len(ledger)


def test_every_row_behind_a_verdict_is_an_id_of_the_review(ledger, report_review):
    known = {one for table in report_review.tables.values() if "id" in table for one in table["id"]}
    assert {one for rows in ledger["rows"] for one in rows.split()} <= known


@pytest.mark.parametrize(
    ("claim", "verdict", "said"),
    [
        ("claim-s3-4-hope-sum", CAVEAT, "= 432; printed: 272; the parts may overlap"),
        ("claim-s3-4-fylde-sum", REPRODUCED, "= 30; printed: 30"),
        ("claim-s2-2-twelve-funded", CONTRADICTED, "16 rows in cases, 12 expected"),
        ("claim-s4-1-projects", CAVEAT, "elsewhere in print: 12, 12"),
        ("claim-s2-2-eleven", CONTRADICTED, "12 values of case in entries, 11 expected"),
        ("claim-s3-6-1-all-collaborate", REPRODUCED, "12 of 12 with a case study: yes"),
        ("claim-s3-6-1-both-collaboration", CAVEAT, "both in CAN-DO"),
        ("claim-s5-reached", CAVEAT, "plain sum 7,812"),
        ("claim-s2-2-eleven", CONTRADICTED, "12 values of case in entries, 11 expected"),
        ("claim-s3-6-1-all-collaborate", REPRODUCED, "12 of 12 with a case study: yes"),
        ("claim-s5-reached", CAVEAT, "plain sum 7,812"),
        ("claim-s3-4-1-total", CAVEAT, "at least 6,132"),
        ("claim-s4-8-limitations", CONTRADICTED, "s4-6"),
    ],
)
def test_findings_that_can_be_checked_by_hand(ledger, claim, verdict, said):
    row = ledger.set_index("id").loc[claim]
    assert row["verdict"] == verdict and said in row["recomputed"]


def test_places_and_notes_point_at_what_is_there(report_review):
    own = report_review.claims
    assert own["anchor"].str.split().str.len().le(8).all()
    named = {name for note in own["note"] for name in re.findall(r"claim-[a-z0-9-]+", note)}
    assert named <= set(own["id"])
    allowed = {"", "one project", *registry.denominators(report_review)}
    assert set(own["denominator"]) <= allowed


def test_a_misspelt_check_stops_the_load_with_one_message(tmp_path):
    folder = tmp_path / "mca-phase2"
    folder.mkdir()
    for file in filter(Path.is_file, paths.data("mca-phase2").iterdir()):
        text = file.read_text("utf-8")
        (folder / file.name).write_text(text.replace(",parts-add-up,", ",parts-ad-up,"), "utf-8")
    code = "from casesynth import UserError, load_review\ntry: load_review('mca-phase2')\nexcept UserError as e: print(e)"
    environment = os.environ | {"CASESYNTH_DATA": str(tmp_path), "PYTHONPATH": str(paths.ROOT)}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert told.stderr == "" and "claims.csv, row" in told.stdout
    assert "'parts-ad-up'. Did you mean 'parts-add-up'?" in told.stdout


def test_the_tiny_review_gets_empty_tables_and_its_notebook_says_why(built):
    assert built.read("results/tiny/tables/claims.csv").strip() == ",".join(results.columns("claims"))
    assert built.read("results/tiny/tables/claims-verdicts.csv").startswith("section,reproduced,")
    assert "This review has no claims.csv" in built.read("results/tiny/notebooks/8-claims.ipynb")
