"""The export of an online form becomes cases, answers and key points."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import ROOT
from tests.support.commands import environment
from tests.support.desk import AGREE, AIMS, CASE, HELPS, HINDERS, answers, edit, export, settle

REF = os.environ.get("CASESYNTH_REF2014", "")


def test_an_export_of_our_form_becomes_cases_answers_and_key_points(desk, tmp_path):
    desk.new()
    messy = "• We map\xa0assets_x000D_\n• We “grow” food, e.g. beans. It works!\n\nWe meet on\nSundays"
    file = export(
        tmp_path / "my answers.xlsx", [answers(**{AIMS: messy}), {}, answers(**{CASE: "Birch Row", HELPS: ""})]
    )
    status, told, _ = desk.import_(file)
    assert status == 0 and "2 cases" in told and "aims (Aims and purpose)" in told
    assert [row["id"] for row in desk.rows("cases")] == ["alder-yard", "birch-row"]
    points = [row for row in desk.rows("keypoints") if row["case"] == "alder-yard"]
    assert [row["id"] for row in points] == [f"alder-yard-aims-0{n}" for n in range(1, 6)] + ["alder-yard-enablers-01"]
    assert all(row["summary"] == "" and row["answer"] in {a["id"] for a in desk.rows("responses")} for row in points)
    said = {row["keypoint"]: row["sentence"] for row in desk.rows("sentences")}
    assert [said[f"alder-yard-aims-0{n}"] for n in (1, 2, 3, 5)] == [
        "We map assets",
        "We “grow” food, e.g. beans.",
        "It works!",
        "Sundays",
    ]
    assert not any(row["id"].startswith("birch-row-enablers") for row in desk.rows("keypoints"))
    assert not any(b"example.org" in data or b"Ann" in data for data in desk.bytes().values())
    assert desk.check()[0] == 0 and desk.load()


def test_any_column_of_a_form_can_be_a_variable_of_the_projects(desk, tmp_path):
    """Declared in the schema with its type, kept as it was written, and refused under a name that cases.csv cannot have."""
    desk.new()
    asked = {"Which year did it start?": "2021", "How were you funded ?": "007"}
    file = export(tmp_path / "a.xlsx", [answers(**asked), answers(**{CASE: "Birch Row"}, **asked)])
    assert desk.import_(file)[0] == 3
    proposed = desk.path("review.yaml").read_text()
    wanted = "cases: {start_year: 'which year did it start?', funded_by: 'How were you funded ?', size: 'How many?', "
    for name in asked:
        proposed = re.sub(rf"    - {{{{id: q\\d+, heading: [^,]*, column: .{re.escape(name)}.*\n", "", proposed)
    desk.path("review.yaml").write_text(re.sub(r"cases: {", wanted, proposed))
    status, told, message = desk.import_(file)
    assert status == 0, told + message
    assert [(row["start_year"], row["funded_by"]) for row in desk.rows("cases")] == [("2021", "007")] * 2
    package = json.loads(desk.path("datapackage.json").read_text())
    (cases,) = [each["schema"]["fields"] for each in package["resources"] if each["name"] == "cases"]
    kinds = {field["name"]: field["type"] for field in cases}
    assert (kinds["start_year"], kinds["funded_by"]) == ("integer", "string") and "size" not in kinds
    assert "size: 'How many?'" in told and desk.check()[0] == 0
    assert list(desk.load().cases["start_year"]) == [2021, 2021]
    cases = desk.path("cases.csv").read_text().replace(",2021", ",2019", 1).replace(",007", ",", 1)
    desk.path("cases.csv").write_text(cases)
    status, told, message = desk.import_(file)
    assert "cells of cases.csv that were empty, filled: 1" in told, told + message
    assert [(row["start_year"], row["funded_by"]) for row in desk.rows("cases")] == [("2019", "007"), ("2021", "007")]
    desk.path("review.yaml").write_text(desk.path("review.yaml").read_text().replace("start_year:", "Start Year:"))
    status, _, message = desk.import_(file)
    assert status == 2 and "form, cases: found 'Start Year'; expected the name of a column of cases.csv" in message


def test_a_variable_of_which_only_some_answers_are_numbers_is_text_and_that_is_told(desk, tmp_path):
    desk.new()
    award = "Size of the award"
    rows = [answers(**{CASE: f"Case {n}", award: text}) for n, text in enumerate(["12000", "about £9k", ""])]
    file = export(tmp_path / "a.xlsx", rows)
    assert desk.import_(file)[0] == 3
    settle(desk, "cases: {}", f'cases: {{award: "{award}"}}')
    text = re.sub(rf"\n *- {{id: q\d+, heading: [^,]*, column: .{award}.*", "", desk.path("review.yaml").read_text())
    desk.path("review.yaml").write_text(text)
    status, told, message = desk.import_(file)
    assert status == 0 and "award: 1 of 2, such as 'about £9k'" in told, told + message


def test_no_respondent_is_sent_to_the_case_of_another(desk, tmp_path):
    desk.new()
    desk.import_(export(tmp_path / "a.xlsx", [answers()]))
    points = desk.path("keypoints.csv")
    points.write_text(points.read_text().replace(",alder-yard,", ",alder-yarn,", 1))
    _, told, message = desk.check()
    assert "'alder-yarn'" in told + message and "Did you mean" not in told + message


def test_answers_are_ignored_by_git_and_key_points_hold_none_of_their_words(desk, tmp_path):
    desk.new()
    desk.import_(export(tmp_path / "a.xlsx", [answers()]))
    assert (
        "grow food" in desk.path("responses.csv").read_text()
        and "grow food" not in desk.path("keypoints.csv").read_text()
    )
    lines = (ROOT / ".gitignore").read_text().splitlines()
    assert {"data/*/responses.csv", "data/*/sentences.csv", "data/*/respondents.csv"} <= set(lines)


def test_importing_again_adds_updates_and_marks_but_never_overwrites(desk, tmp_path):
    desk.new()
    desk.import_(export(tmp_path / "a.xlsx", [answers(), answers(**{CASE: "Birch Row"})]))
    again = desk.bytes()
    assert "new " not in desk.import_(tmp_path / "a.xlsx")[1] and desk.bytes() == again
    text = (
        desk.path("keypoints.csv")
        .read_text()
        .replace("alder-yard-aims-01,alder-yard,aims,1,,,", "alder-yard-aims-01,alder-yard,aims,1,,It maps.,")
    )
    text = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("alder-yard-aims-02"))
    desk.path("keypoints.csv").write_text(text)
    changed = answers(**{AIMS: "We list assets. We grow  flowers."})
    _status, told, _ = desk.import_(
        export(tmp_path / "b.xlsx", [changed, answers(**{CASE: "Birch Row"}), answers(**{CASE: "Cedar Roof"})])
    )
    points = {row["id"]: row for row in desk.rows("keypoints")}
    assert points["alder-yard-aims-01"]["summary"] == "It maps." and points["alder-yard-aims-01"]["state"] == "stale"
    assert (
        "alder-yard-aims-02" not in points and points["alder-yard-aims-03"]["state"] == ""
    )  # the number is not used again
    assert all(row["state"] == "" for id, row in points.items() if id.startswith("birch"))
    assert "cedar-roof" in told and "changed answers: 1" in told
    assert "stale: 1\n    alder-yard-aims-01: 'We map assets.' is now 'We list assets.'" in told


def test_key_points_whose_sentence_is_still_there_are_not_stale(desk, tmp_path):
    desk.new()
    desk.import_(export(tmp_path / "a.xlsx", [answers()]))
    _, told, _ = desk.import_(
        export(tmp_path / "b.xlsx", [answers(**{AIMS: "We grow food. We map assets, too. We sing."})])
    )
    states = {row["id"]: row["state"] for row in desk.rows("keypoints") if row["heading"] == "aims"}
    assert states == {f"alder-yard-aims-0{n}": "stale" if n == 1 else "" for n in (1, 2, 3, 4)}
    assert "'We map assets.' is now 'We map assets, too.'" in told


def test_a_question_renamed_half_way_is_one_question(desk, tmp_path):
    desk.new()
    renamed = {CASE: "Birch Row", AGREE: "Yes", "9b. Barriers: what made it harder, or slower?": "Rent."}
    file = export(tmp_path / "a.xlsx", [answers(**{HINDERS: "Money."}), renamed])
    status, told, _ = desk.import_(file)
    assert status == 3 and "is it another wording of q11, '9b. Barriers: what makes it harder?'" in told
    settle(desk, f'"{HINDERS}", also: []', f'"{HINDERS}", also: ["9b. Barriers: what made it harder, or slower?"]')
    line = next(line for line in desk.path("review.yaml").read_text().splitlines() if "id: q15" in line)
    settle(desk, line + "\n", "")
    assert desk.import_(file)[0] == 0
    assert {row["id"]: row["answer"] for row in desk.rows("responses")}["birch-row-q11"] == "Rent."


def test_names_are_kept_where_asked_for_and_nowhere_else(desk, tmp_path):
    desk.new()
    settings = desk.path("review.yaml").read_text()
    desk.path("review.yaml").write_text(settings.replace("keep: []", "keep: [Email]"))
    desk.import_(export(tmp_path / "a.xlsx", [answers()]))
    assert [name for name, data in desk.bytes().items() if b"example.org" in data] == ["respondents.csv"]


def test_an_unknown_form_is_proposed_and_nothing_imported_before_a_person_has_decided(desk, tmp_path):
    desk.new()
    file = tmp_path / "other.csv"
    file.write_text(
        "Project title,What barriers did you meet?,And how about the weather in your town?\nAlder,Rent was high.,It rained for weeks on end.\n"
    )
    status, told, _ = desk.import_(file)
    assert (
        status == 3 and "Nothing is imported yet" in told and "barriers (Barriers)" in told and not desk.rows("cases")
    )
    assert "undecided" in desk.import_(file)[2]  # the same command again: nobody has decided about the weather
    settle(desk, 'heading: "?"', 'heading: ""')
    status, _, message = desk.import_(file)  # nor has anybody said where consent was asked
    assert status == 2 and "consent: it is empty" in message and not desk.rows("cases")
    settle(desk, 'consent: ""', "consent: none")
    status, told, _ = desk.import_(file)
    assert status == 0 and [row["id"] for row in desk.rows("keypoints")] == ["alder-barriers-01"]
    assert "given elsewhere" in told


def test_sentences_are_no_labels_and_a_project_is_no_summary(desk, tmp_path):
    """What is short is left out only if it is a label; a question about a project is not thereby about its summary."""
    desk.new()
    rows = [{"Project title": "Alder", "What did the project set out to do?": "To mend.", "What came of it?": "Joy."}]
    rows.append(
        {"Project title": "Birch", "What did the project set out to do?": "To sow.", "What came of it?": "Bread."}
    )
    _, told, _ = desk.import_(export(tmp_path / "a.xlsx", rows))
    undecided = [line for line in told.splitlines() if 'heading: "?"' in line]
    assert len(undecided) == 2 and "left out, since its answers are labels" not in told


def test_headings_and_the_lines_of_the_form_are_compared(desk, tmp_path):
    desk.new()
    for heading in ("data-collection", "further-information"):
        line = next(line for line in desk.path("review.yaml").read_text().splitlines() if f"{{id: {heading}," in line)
        settle(desk, line, "")
    settle(desk, "\nheadings:", "\nheadings:\n  - {id: equity, name: Equity, group: equity, themed: true}")
    status, _told, message = desk.check()
    assert status == 1 and "question q07" in message and "question q14" in message and "Did you mean" not in message
    file = export(tmp_path / "a.xlsx", [answers(**{"12. Equity: whom do you miss?": "Men."})])
    assert "question q07" in desk.import_(file)[2] and "question q14" in desk.import_(file)[2]
    for heading in ("data-collection", "further-information"):
        settle(desk, f"heading: {heading},", 'heading: "",')
    line = '{id: q15, heading: equity, column: "12. Equity: whom do you miss?", also: []}'
    assert desk.import_(file)[0] == 3 and line in desk.path("review.yaml").read_text()
    assert "new key points" in desk.import_(file)[1]
    assert desk.rows("keypoints")[-1]["heading"] == "equity"


def test_nothing_is_imported_while_the_workbook_has_edits_that_were_not_read_back(desk, tmp_path):
    desk.new()
    file = export(tmp_path / "a.xlsx", [answers()])
    desk.import_(file)
    desk.sheet()
    edit(desk.folder / "sheets" / "my-review.xlsx", "keypoints", "G2", "It maps.")
    before = desk.bytes()
    more = export(tmp_path / "b.xlsx", [answers(), answers(**{CASE: "Birch Row"})])
    status, _, message = desk.import_(more)
    assert status == 2 and "`casesynth sheet-back my-review` reads them" in message and desk.bytes() == before
    assert desk.back()[0] == 0 and desk.import_(more)[0] == 0
    assert desk.rows("keypoints")[0]["summary"] == "It maps." and len(desk.rows("cases")) == 2


def test_the_workbook_of_a_deleted_review_stops_a_new_one_of_its_name_and_says_what_to_do(desk, tmp_path):
    desk.new()
    desk.import_(export(tmp_path / "a.xlsx", [answers()]))
    desk.sheet()
    edit(desk.folder / "sheets" / "my-review.xlsx", "keypoints", "G2", "It maps.")
    shutil.rmtree(desk.path(""))
    desk.new()
    status, _, message = desk.import_(tmp_path / "a.xlsx")
    assert status == 2 and "the workbook of an earlier review of this name, move the file away" in message
    (desk.folder / "sheets" / "my-review.xlsx").rename(tmp_path / "old.xlsx")
    assert desk.import_(tmp_path / "a.xlsx")[0] == 0


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("my", "there is no file 'my'. If its name contains a space, put it in quotation marks"),
        ("~/no such.xlsx", "/no such.xlsx'. If its name"),
        ("", 'which file? Give its path, such as "my answers.xlsx"'),
    ],
)
def test_a_file_that_is_not_there_is_said_with_what_may_be_meant(desk, form, said):
    desk.new()
    status, _, message = desk.import_(form)
    assert status == 2 and said in message and "~" not in message


def test_a_misspelt_file_is_answered_with_the_nearest(desk, tmp_path):
    desk.new()
    file = export(tmp_path / "answers.xlsx", [answers()])
    assert (
        f"there is no file '{file.with_name('answrs.xlsx')}'. Did you mean 'answers.xlsx'?"
        in desk.import_(file.with_name("answrs.xlsx"))[2]
    )


def test_the_home_folder_is_found_also_in_quotation_marks(desk, tmp_path):
    desk.new()
    export(tmp_path / "my answers.xlsx", [answers()])
    with environment(HOME=tmp_path):
        assert desk.import_("~/my answers.xlsx")[0] == 0


def test_the_name_of_the_review_is_looked_at_first(desk):
    desk.name = "My-Review"
    assert "'My-Review' cannot be the name of a review: expected lower-case letters" in desk.import_("")[2]


PLAIN = f'{CASE},{AGREE.replace(",", "")},Completion time,"{AIMS}"\nCafé,Yes,45231.5,Wir mappen – schön.\nCafé,Yes,45230.5,Früher.\n'.replace(
    AGREE.replace(",", ""), f'"{AGREE}"'
)


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8"),
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("cp1252"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace('","', '";"').replace("?,", "?;").replace(",Yes,", ";Yes;").replace(".5,", ".5;").replace(
            ",Completion time,", ";Completion time;").encode("cp1252"),
        lambda text: b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-8", "utf-8 with mark", "windows-1252", "utf-16", "utf-16 without mark", "semicolons", "crlf"],
)  # fmt: skip
def test_csv_exports_are_read_in_whatever_encoding_with_whatever_separator(desk, tmp_path, encode):
    desk.new()
    (tmp_path / "a.csv").write_bytes(encode(PLAIN.replace(",Yes", ",Yes")))
    status, told, message = desk.import_(tmp_path / "a.csv")
    assert status == 0, told + message
    assert [row["answer"] for row in desk.rows("responses")] == ["Wir mappen – schön."]  # its time, a number, is later
    assert desk.rows("cases")[0]["full_title"] == "Café"


@pytest.mark.skipif(
    not REF, reason="CASESYNTH_REF2014 does not name ref2014-social-policy.csv: the import of real text is not tested"
)
def test_186_real_case_studies_are_taken_in_within_ten_seconds_and_500_megabytes(desk, tmp_path):
    import resource
    import sys

    desk.new()
    desk.import_(Path(REF))
    text = desk.path("review.yaml").read_text().replace('consent: ""', "consent: none")
    for column, heading in (
        ("ImpactSummary", "summary"),
        ("UnderpinningResearch", "methods"),
        ("Sources", "further-information"),
    ):
        text = text.replace(f'heading: impact, column: "{column}"', f'heading: {heading}, column: "{column}"')
        text = text.replace(f'heading: "?", column: "{column}"', f'heading: {heading}, column: "{column}"')
    text = text.replace('heading: "?"', 'heading: ""')
    desk.path("review.yaml").write_text(text)
    places = {"CASESYNTH_DATA": str(desk.folder / "data"), "PYTHONPATH": str(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "casesynth", "import", "my-review", REF],
        env=os.environ | places,
        check=True,
        capture_output=True,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor, not of the clock: other work on the machine must not fail this.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
    assert after.ru_maxrss < 500_000
    assert (
        len(desk.rows("cases")) == 186 and len(desk.rows("responses")) == 744 and len(desk.rows("keypoints")) > 10_000
    )
    assert desk.check()[0] == 0


def test_many_new_cases_take_a_time_that_grows_with_their_number():
    import time

    import pandas as pd

    from casesynth.desk.columns import ImportLog
    from casesynth.desk.form import Form, Question
    from casesynth.desk.intake import take_in

    columns = {
        "cases": "id name full_title lead nation case_study order",
        "keypoints": "id case heading order label summary answer state",
        "codings": "keypoint theme coder direction memo",
        "responses": "id case question heading answer",
        "sentences": "keypoint answer sentence",
        "respondents": "case column given",
    }
    before = {name: pd.DataFrame(columns=text.split(), dtype=str) for name, text in columns.items()}
    form = Form(case="Name", questions=[Question("q01", "aims", ["Aim?"])])

    def seconds(number: int) -> float:
        cases = [(f"Project {n % 7} of {n}", {"q01": "We grow."}, {}) for n in range(number)]
        start = time.process_time()
        after = take_in(form, before, cases, ImportLog())
        assert len(after["cases"]) == number == len(after["keypoints"])
        return time.process_time() - start

    seconds(100)
    assert min(seconds(4_000), seconds(4_000)) < 3 * min(seconds(2_000), seconds(2_000))
