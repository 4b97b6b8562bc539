"""Prose of people: macros for numbers, evidence that is evidence, words that are heard."""

import re
from dataclasses import replace

import pandas as pd
import pytest
import yaml

from casesynth.core import paths, results
from casesynth.core.review import load
from casesynth.errors import UserError
from casesynth.report import report, told, wording


def parameters() -> dict:
    return yaml.safe_load((paths.ROOT / "build/mca-phase2/parameters.yaml").read_text("utf-8"))


@pytest.fixture
def made(mca):
    """The report of the default review, from what `make` has built."""
    return report.Report(mca, parameters())


def with_text(review, column: str, text: str):
    """The review with another text for its first finding."""
    table = review.findings.copy()
    table.loc[table.index[0], column] = text
    return replace(review, tables=review.tables | {"findings": table})


@pytest.mark.parametrize(
    ("column", "text", "said"),
    [
        ("paragraph", "In 7 projects.", "'7' is typed"),
        ("paragraph", "In seven projects.", "'seven' is typed"),
        ("practice", "A dozen may do.", "'dozen' is typed"),
        ("paragraph", "So {point:weston-summary-01}.", "is not evidence for fin-"),
        ("published", "So {point:nowhere-01}.", "'nowhere-01' is not a key point"),
        ("paragraph", "So {supportng}.", "there is no macro {supportng}"),
        ("statement", "Trust between the partners was strengthened.", "says 'Trust'"),
    ],
)
def test_what_is_wrong_with_a_finding_stops_the_build_with_its_place(mca, column, text, said):
    with pytest.raises(UserError) as error:
        report.Report(with_text(mca, column, text), parameters())
    assert said in str(error.value) and f"row 2, column {column}" in str(error.value)
    assert "findings.csv: " in str(error.value)


def test_the_prose_as_it_is_has_no_problem(made):
    assert made.narrative.problems() == []


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """An empty folder narrative/ to write in, in place of that of the default review."""
    folder = tmp_path / "mca-phase2" / "narrative"
    folder.mkdir(parents=True)
    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path))
    return folder


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("answer", "Fine.\n\nIn 3 of them.", "narrative/answer.md: line 3: '3' is typed"),
        (
            "implications",
            "See {finding:fin-nothing}.",
            "narrative/implications.md: line 1: 'fin-nothing' is not a finding",
        ),
        ("hold-up", "| {verdict:claim-x} |", "narrative/hold-up.md: line 1: 'claim-x' is not a claim"),
    ],
)
def test_what_is_wrong_with_a_text_is_told_with_file_and_line(made, folder, name, text, said):
    (folder / f"{name}.md").write_text(text, "utf-8")
    assert any(str(problem).startswith(said) for problem in made.narrative.problems())


def test_a_key_message_with_a_word_that_no_statement_has_is_named_with_its_line(made, folder):
    def found() -> list[str]:
        return [str(each) for each in made.narrative.problems() if each.file == "narrative/key-messages.md"]

    (folder / "key-messages.md").write_text(
        "- Networks in {supporting:fin-across-sectors}.\n- Dragons grew.\n", "utf-8"
    )
    assert [re.findall(r"line \d|'\w+'", each)[:2] for each in found()] == [
        ["line 2", "'Dragons'"],
        ["line 2", "'grew'"],
    ]
    (folder / "plain-words.txt").write_text("dragons: networks\ngrew: grows\n", "utf-8")
    assert found() == []


def test_all_that_is_wrong_with_the_prose_is_told_at_once_and_each_once(made, folder):
    (folder / "brief.md").write_text("## unknown\n\n- Whether 3 of them lasted.\n", "utf-8")
    (folder / "key-messages.md").write_text("- Dragons grew in {supporting:fin-across-sectors}.\n", "utf-8")
    told = [str(each) for each in made.narrative.problems()]
    assert any(each.startswith("narrative/brief.md") and "line 3: '3' is typed" in each for each in told)
    assert any("'Dragons'" in each for each in told) and len(told) == len(set(told))
    (folder / "plain-words.txt").write_text("dragons: lions, networks\ngrew: grows\n", "utf-8")
    assert not any("'Dragons'" in str(each) for each in made.narrative.problems())


def test_a_key_message_that_counts_a_theme_is_compared_with_what_is_coded_to_it(made, folder):
    (folder / "key-messages.md").write_text(
        "- Logistics or processes in {projects:gen-logistics}, and dragons.\n", "utf-8"
    )
    said = [str(each) for each in made.narrative.problems() if each.file == "narrative/key-messages.md"]
    assert [re.findall(r"'(\w+)'", each)[0] for each in said] == ["dragons"]


def test_the_barrier_that_the_key_messages_call_the_widest_is(made):
    table = made.found["barriers-enablers"].set_index("general")["barrier_cases"]
    assert table.idxmax() == "gen-logistics" and table.value_counts()[table.max()] == 1
    assert made.values.known["gen-logistics.projects"].value == table.max(), (
        "reported as a barrier, and as nothing else"
    )


def test_a_heading_is_compared_with_its_own_evidence_only(mca, made):
    evidence = pd.DataFrame({"finding": ["fin-mapping"], "keypoint": ["recite-summary-01"], "stance": ["supports"]})
    found = wording.problems(mca, evidence, made.found["theme-cases"], "key-messages", {})
    assert {problem.row for problem in found} == {mca.findings["id"].tolist().index("fin-mapping") + 2}


def test_numbers_of_the_text_are_listed_with_their_rules(mca):
    values = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/report-values.csv", dtype=str).set_index("name")
    table = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/findings.csv").set_index("finding")
    assert values.value["fin-existing-ties.supporting"] == str(table.supporting["fin-existing-ties"])
    assert values.value["keypoints"] == str(len(mca.keypoints)) and values["rule"].str.len().min() > 5


def test_the_rule_of_a_number_names_a_table_and_a_column_that_there_are(mca):
    tables = {name: results.columns(name) for name in results.declared()}
    tables |= {name: list(table) for name, table in mca.tables.items()}
    rules = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/report-values.csv", dtype=str)["rule"]
    for rule in rules[rules.ne("parameters of this run")]:
        for name in re.findall(r"[\w<>-]+(?=\.csv)", rule):
            of_heading = re.sub(f"-(<heading>|{'|'.join(mca.sets['id'])})$", "", name)
            table = name if name in tables else of_heading
            assert table in tables, rule
        for column in re.findall(r"\b[a-z]+_[a-z_]+", rule):
            assert column in tables[table], rule


def test_only_a_review_that_a_language_model_coded_is_said_to_be(made, mca, monkeypatch):
    def firm(model: bool) -> str:
        monkeypatch.setattr(told, "by_model", lambda review: model)
        made.__dict__.pop("common", None)
        return made.text("synthesis", made.form("typst"), ["confidence"])

    assert "language model" in firm(True) and "language model" not in firm(False)
    monkeypatch.undo()
    made.__dict__.pop("common", None)
    assert told.by_model(mca) and not told.by_model(load("repair-cafes"))


def test_the_flow_reconciles_every_count(made):
    known = {name: number.value for name, number in made.values.known.items()}
    assert known["cases"] == known["cases_reported"] + known["cases_without"]
    assert known["keypoints"] == known["points_reported"] + known["points_other"]
    assert known["keypoints"] == known["themed_points"] + known["points_unthemed"]
    assert known["themed_points"] == known["points_coded"] + known["points_none"] + known["points_not_coded"]


def test_the_table_of_what_did_not_hold_up_names_only_such_statements(mca):
    text = (paths.ROOT / "data/mca-phase2/narrative/hold-up.md").read_text("utf-8")
    ledger = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/claims.csv", dtype=str).set_index("id")
    named = re.findall(r"\{verdict:([\w-]+)\}", text)
    assert 8 <= len(named) <= 12
    assert [claim for claim in named if ledger.verdict[claim] not in told.SEVERE] == []
