"""A review of one's own, through what a person touches: make new, import, sheet, sheet-back, check."""

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from conftest import clean_environment
from inprocess import casesynth, environment, run_chain

from casesynth.core import csvfile, review
from casesynth.core.settings import load_settings
from casesynth.desk import form as form_room
from casesynth.desk import new, workbook, workbook_state
from casesynth.figures import summary_page, theme_matrix

ROOT = Path(__file__).resolve().parents[1]
REF = os.environ.get("CASESYNTH_REF2014", "")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


class Desk:
    """A data folder of its own, and the commands on it: each gives exit status, output and messages."""

    def __init__(self, folder: Path, capsys):
        self.folder, self.capsys, self.name = folder, capsys, "my-review"

    def run(self, command: str, *words):
        places = {"CASESYNTH_DATA": self.folder / "data", "CASESYNTH_SHEETS": self.folder / "sheets"}
        done = casesynth(command, self.name, *words, **places)
        return done.returncode, done.stdout, done.stderr

    def new(self):
        return self.run("new")

    def import_(self, file: Path):
        return self.run("import", file)

    def sheet(self):
        return self.run("sheet")

    def back(self, book: Path | None = None):
        return self.run("sheet-back", *(["--book", book] if book else []))

    def check(self):
        return self.run("check")

    def path(self, file: str) -> Path:
        return self.folder / "data" / self.name / file

    def rows(self, table: str) -> list[dict]:
        return csvfile.read(self.path(f"{table}.csv")).frame().to_dict("records")

    def bytes(self) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in sorted(self.path("").iterdir())}

    def load(self):
        with environment(CASESYNTH_DATA=self.folder / "data"):
            return review.load(self.name)

    def tiny(self):
        """The tiny review in the place of the new one."""
        shutil.copytree(ROOT / "tests" / "tiny", self.path(""))
        shutil.copy(ROOT / "data" / "mca-phase2" / "datapackage.json", self.path(""))
        return self


@pytest.fixture
def desk(tmp_path, capsys):
    (tmp_path / "data").mkdir()
    return Desk(tmp_path, capsys)


CASE, AGREE = (
    "What is the name of your project?",
    "Do you agree that your answers are used for this synthesis, as described above? (yes or no)",
)
AIMS, HELPS = (
    "3. Purpose: what does your project aim at, and for whom?",
    "9a. Enablers: what helps you to do this work?",
)
HINDERS = "9b. Barriers: what makes it harder?"


def export(file: Path, rows: list[dict]) -> Path:
    """An export as Microsoft Forms makes it."""
    book = openpyxl.Workbook()
    service = ["ID", "Start time", "Completion time", "Email", "Name"]
    asked = list(dict.fromkeys(title for row in rows for title in row if title not in service))
    book.active.append(service + asked)
    for number, row in enumerate(rows, 1):
        time = datetime(2026, 11, 1, 9, number)
        base = {
            "ID": number,
            "Start time": time,
            "Completion time": time,
            "Email": "ann@example.org",
            "Name": "Ann Ash",
        } | row
        book.active.append([base.get(title) for title in service + asked] if row else [])
    book.save(file)
    return file


def answers(**changes) -> dict:
    return {CASE: "Alder Yard", AGREE: "Yes", AIMS: "We map assets. We grow food.", HELPS: "A grant."} | changes


# ---- make new ----


def test_new_lays_out_what_a_review_needs_and_touches_no_folder_that_is_there(desk):
    assert desk.new()[0] == 0
    names = {file.name for file in desk.path("").iterdir()}
    tables = {"cases.csv", "keypoints.csv", "codebook.csv", "coders.csv", "codings.csv"}
    assert names == tables | {"review.yaml", "datapackage.json", "questionnaire.docx", "questionnaire.txt"}
    assert all(desk.path(table).read_text().count("\n") == 1 for table in tables)
    assert desk.check()[0] == 0
    before = desk.bytes()
    status, _, message = desk.new()
    assert status == 2 and "is there already" in message and desk.bytes() == before


def test_the_questionnaire_asks_for_the_twelve_headings_of_table_1_and_has_the_same_bytes_each_time(desk, tmp_path):
    desk.new()
    first = desk.path("questionnaire.docx").read_bytes()
    facts = csvfile.read(ROOT / "data" / "mca-phase2" / "facts.csv").frame()
    headings = list(facts.loc[facts["subject"].eq("template-heading"), "value"])
    assert len(headings) == 12
    assert list(dict.fromkeys(q["template"] for q in form_room.questionnaire()["questions"])) == headings
    import pypandoc

    plain = pypandoc.convert_file(str(desk.path("questionnaire.docx")), "plain", extra_args=["--wrap=none"])
    assert all(line in plain for line in new.questionnaire_lines())
    shutil.rmtree(desk.path(""))
    desk.new()
    assert desk.path("questionnaire.docx").read_bytes() == first


# ---- make import ----


def test_an_export_of_our_form_becomes_cases_answers_and_key_points(desk, tmp_path):
    desk.new()
    messy = "• We map\xa0assets_x000D_\n• We “grow” food, e.g. beans. It works!\n\nWe meet on\nSundays"
    file = export(
        tmp_path / "my answers.xlsx", [answers(**{AIMS: messy}), {}, answers(**{CASE: "Birch Row", HELPS: "n/a"})]
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
    assert not any(row["id"].startswith("birch-row-enablers") for row in desk.rows("keypoints"))  # n/a is no answer
    assert not any(b"example.org" in data or b"Ann" in data for data in desk.bytes().values())
    assert desk.check()[0] == 0 and desk.load()


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
    status, told, _ = desk.import_(
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


def test_key_points_whose_sentence_still_stands_are_not_stale(desk, tmp_path):
    desk.new()
    desk.import_(export(tmp_path / "a.xlsx", [answers()]))
    _, told, _ = desk.import_(export(tmp_path / "b.xlsx", [answers(**{AIMS: "We grow food. We map assets, too. We sing."})]))
    states = {row["id"]: row["state"] for row in desk.rows("keypoints") if row["heading"] == "aims"}
    assert states == {f"alder-yard-aims-0{n}": "stale" if n == 1 else "" for n in (1, 2, 3, 4)}
    assert "'We map assets.' is now 'We map assets, too.'" in told


def test_the_later_of_two_submissions_counts_and_rows_without_consent_are_left_out(desk, tmp_path):
    desk.new()
    rows = [
        answers(**{HELPS: "Neighbours."}),
        answers(**{CASE: "Birch Row", AGREE: "No"}),
        answers(**{CASE: "alder yard ", HELPS: "A grant."}),
    ]
    _, told, _ = desk.import_(export(tmp_path / "a.xlsx", rows))
    assert {row["id"]: row["answer"] for row in desk.rows("responses")}["alder-yard-q10"] == "A grant."
    assert len(desk.rows("cases")) == 1 and "repeated submissions" in told and "no consent: 1\n    row 3" in told


def test_a_question_renamed_half_way_is_one_question(desk, tmp_path):
    desk.new()
    renamed = {CASE: "Birch Row", AGREE: "Yes", "9b. Barriers: what made it harder, or slower?": "Rent."}
    _, told, _ = desk.import_(export(tmp_path / "a.xlsx", [answers(**{HINDERS: "Money."}), renamed]))
    assert {row["id"]: row["answer"] for row in desk.rows("responses")}["birch-row-q11"] == "Rent."
    assert "reworded" in told and "or slower" in desk.path("review.yaml").read_text()


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
    status, _, message = desk.import_(file)  # the same command again: nobody has said where consent was asked
    assert status == 2 and "consent: it is empty" in message and not desk.rows("cases")
    settle(desk, 'consent: ""', "consent: none")
    status, told, _ = desk.import_(file)
    assert status == 0 and [row["id"] for row in desk.rows("keypoints")] == ["alder-barriers-01"]
    assert "asked elsewhere" in told


def settle(desk, old: str, new_: str) -> None:
    """Mend a line of review.yaml, as a person does."""
    text = desk.path("review.yaml").read_text()
    assert old in text
    desk.path("review.yaml").write_text(text.replace(old, new_))


# ---- consent ----


@pytest.mark.parametrize("no", ["Consent not given", "Yes, but not my name", "I agree to nothing", "No", "", "Yes?", "maybe"])
def test_only_a_whole_yes_is_consent_and_what_was_taken_for_it_is_told(desk, tmp_path, no):
    desk.new()
    file = export(tmp_path / "a.xlsx", [answers(**{AGREE: "Yes, I agree."}), answers(**{CASE: "Birch Row", AGREE: no})])
    _, told, _ = desk.import_(file)
    assert [row["id"] for row in desk.rows("cases")] == ["alder-yard"]
    assert "taken as yes: 'Yes, I agree.' (1)" in told and f"taken as no: {f'{no!r}' if no else 'empty'} (1)" in told


def test_another_yes_counts_once_a_person_has_said_that_it_is_one(desk, tmp_path):
    desk.new()
    file = export(tmp_path / "a.xlsx", [answers(**{AGREE: "Ja, gern"})])
    assert "form: agrees:" in desk.import_(file)[1] and not desk.rows("cases")
    settle(desk, "  keep: []", '  agrees: ["Ja, gern"]\n  keep: []')
    desk.import_(file)
    assert len(desk.rows("cases")) == 1 and desk.check()[0] == 0


@pytest.mark.parametrize(
    "asked, proposed, said",
    [
        ("May we use your answers?", "May we use your answers?", "taken as no: 'No thanks' (1)"),
        ("I agree to the use of my answers", "I agree to the use of my answers", "taken as yes: 'Yes' (2)"),
        ("Are you well?", "", "yes and no stand in 'Are you well?'"),
    ],
)
def test_a_first_import_of_another_form_proposes_where_consent_stands_and_never_imports(desk, tmp_path, asked, proposed, said):
    desk.new()
    file = tmp_path / "other.csv"
    rows = "".join(f"{name},{said},Rent was far too high for us.\n" for name, said in (("A", "Yes"), ("B", "No thanks"), ("C", "Yes")))
    file.write_text(f"Project title,{asked},What barriers did you meet?\n{rows}")
    status, told, _ = desk.import_(file)
    assert status == 3 and said in told and not desk.rows("cases")
    assert f'consent: "{proposed}"' in desk.path("review.yaml").read_text()
    assert bool(proposed) == (desk.import_(file)[0] == 0) and len(desk.rows("cases")) == 2 * bool(proposed)


@pytest.mark.parametrize(
    "times, order, left",
    [
        (["2026-03-03 10:00", "2026-04-01 10:00"], ["Yes", "No"], []),
        (["2026-04-01 10:00", "2026-03-03 10:00"], ["No", "Yes"], []),  # sorted by hand, the last above
        (["2026-03-03 10:00", "2026-04-01 10:00"], ["No", "Yes"], ["aims", "aims", "enablers"]),
        (["3/4/2026", "4/3/2026"], ["No", "Yes"], []),  # which is later is not plain: one no is enough
    ],
)
def test_the_consent_of_the_last_submission_decides(desk, tmp_path, times, order, left):
    desk.new()
    rows = [answers(**{"Completion time": time, AGREE: said}) for time, said in zip(times, order)]
    _, told, _ = desk.import_(export(tmp_path / "a.xlsx", rows))
    assert [row["heading"] for row in desk.rows("keypoints")] == left
    assert ("(yes, but row" in told) == (not left)


def test_cases_without_consent_or_gone_from_the_export_are_listed_with_what_to_delete(desk, tmp_path):
    desk.new()
    birch, cedar = answers(**{CASE: "Birch Row"}), answers(**{CASE: "Cedar Roof"})
    desk.import_(export(tmp_path / "a.xlsx", [answers(), birch, cedar]))
    before = desk.bytes()
    _, told, _ = desk.import_(export(tmp_path / "b.xlsx", [answers(), birch, birch | {AGREE: "No"}]))
    counts = "cases.csv 1, keypoints.csv 3, responses.csv 2, sentences.csv 3"
    assert f"without consent in this export: 1. Delete their rows:\n  birch-row: {counts}" in told
    assert f"not in this export (if they withdrew): 1. Delete their rows:\n  cedar-roof: {counts}" in told
    assert desk.bytes() == before and "alder-yard:" not in told


# ---- what is not to be published, headings without questions, edits in the workbook ----


def test_check_notes_addresses_numbers_and_the_words_of_the_answers(desk, tmp_path):
    desk.new()
    long = "We want older people who live alone to know their neighbours. Call Sam on 07700 900123."
    _, told, _ = desk.import_(export(tmp_path / "a.xlsx", [answers(**{AIMS: long})]))
    assert "alder-yard-q03: '07700 900123'" in told
    points = desk.rows("keypoints")
    points[0]["summary"] = f"The project reports: {long.split('. ')[0]}"
    points[1]["summary"] = "Data from sam@example.org."
    points[2]["summary"] = "It has a grant."
    csvfile.write(desk.path("keypoints.csv"), csvfile.pd.DataFrame(points))
    status, told, _ = desk.check()
    assert status == 0 and "these stop nothing" in told and "keypoints.csv: 2" in told
    assert "row 2, column summary: found 'we want older people who live alone to'; so it stands in the answer" in told
    assert "row 3, column summary: found 'sam@example.org'" in told


def test_headings_and_the_lines_of_the_form_are_compared(desk, tmp_path):
    desk.new()
    for heading in ("data-collection", "further-information"):
        line = next(line for line in desk.path("review.yaml").read_text().splitlines() if f"{{id: {heading}," in line)
        settle(desk, line, "")
    settle(desk, "\nheadings:", "\nheadings:\n  - {id: equity, name: Equity, group: equity, themed: true}")
    status, told, message = desk.check()
    assert status == 1 and "question q07" in message and "question q14" in message and "Did you mean" not in message
    file = export(tmp_path / "a.xlsx", [answers(**{"12. Equity: whom do you miss?": "Men."})])
    assert "question q07" in desk.import_(file)[2] and "question q14" in desk.import_(file)[2]
    for heading in ("data-collection", "further-information"):
        settle(desk, f"heading: {heading},", 'heading: "",')
    line = '{id: q15, heading: equity, column: "12. Equity: whom do you miss?"}'
    assert "no question of the form fills the heading equity" in desk.check()[1]
    assert line in desk.import_(file)[1]
    settle(desk, "\n  questions:", f"\n  questions:\n    - {line}")
    assert "equity" not in desk.check()[1] and "new key points" in desk.import_(file)[1]
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
    assert status == 2 and "make sheet-back REVIEW=my-review first" in message and desk.bytes() == before
    assert desk.back()[0] == 0 and desk.import_(more)[0] == 0
    assert desk.rows("keypoints")[0]["summary"] == "It maps." and len(desk.rows("cases")) == 2


def test_the_next_step_is_the_workbook_only_where_there_is_something_to_do(desk, tmp_path):
    desk.new()
    file = export(tmp_path / "a.xlsx", [answers()])
    assert "Next: make sheet" in desk.import_(file)[1]
    points = [row | {"summary": "It grows."} for row in desk.rows("keypoints")]
    csvfile.write(desk.path("keypoints.csv"), csvfile.pd.DataFrame(points))
    told = desk.import_(file)[1]
    assert "make sheet" not in told and "Next: make check REVIEW=my-review" in told


@pytest.mark.parametrize(
    "form, said",
    [
        ("my", 'FORM="my answers.xlsx"'),
        ("~/no such.xlsx", "/no such.xlsx: there is no such file"),
        ("C:\\Users\\Ann\\a.xlsx", "FORM=/mnt/c/Users/Ann/a.xlsx: there is no such file"),
        ("", "which export? make import REVIEW=my-review"),
    ],
)
def test_a_file_that_is_not_there_is_said_with_what_may_be_meant(desk, form, said):
    desk.new()
    status, _, message = desk.import_(form)
    assert status == 2 and said in message and "~" not in message


def test_the_home_folder_is_found_also_in_quotation_marks(desk, tmp_path):
    desk.new()
    export(tmp_path / "my answers.xlsx", [answers()])
    with environment(HOME=tmp_path):
        assert desk.import_("~/my answers.xlsx")[0] == 0


def test_the_name_of_the_review_is_looked_at_first(desk):
    desk.name = "My-Review"
    assert "REVIEW=My-Review: expected small letters" in desk.import_("")[2]


@pytest.mark.parametrize("command", ["new", "import", "sheet", "sheet-back"])
def test_what_writes_wants_the_name_of_the_review(project, command):
    done = make_without_review(project, command)
    assert done.returncode and "which review?" in done.stderr and "There are: tiny." in done.stderr


@pytest.mark.parametrize("command", [["check"], []])
def test_what_reads_says_which_review_it_took(project, command):
    assert make_without_review(project, *command).stdout.startswith("Review: mca-phase2 (REVIEW=… names another)\n")
    assert "not given" not in project.make("check").stdout


def make_without_review(project, *words):
    command = ["make", *words]
    return subprocess.run(
        command, cwd=project.folder, env=clean_environment(), capture_output=True, text=True, timeout=120
    )


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


# ---- tables that a spreadsheet has saved ----


def test_what_spreadsheets_do_to_csv_changes_nothing(desk):
    before = desk.tiny().load().tables
    for table in ("cases", "codings"):
        text = desk.path(f"{table}.csv").read_text()
        rows = [line.replace(",true", ",TRUE") + ",,," for line in text.splitlines()] + [",,,,,", ""]
        desk.path(f"{table}.csv").write_bytes("\r\n".join(rows).replace(",", ";").encode("utf-16"))
    after = desk.load().tables
    assert all(before[name].equals(after[name]) for name in before)
    status, told, _ = desk.check()
    assert status == 0 and "UTF-16" in told


@pytest.mark.parametrize(
    "table, old, new_, said",
    [
        ("coders", "2026-11", "Nov-26", "row 2, column when: found 'Nov-26'; a date"),
        ("keypoints", "It aims to grow food.", "Caf\u00c3\u00a9", "row 3, column summary"),
        ("keypoints", "It aims to grow food.", "#NAME?", "row 3, column summary"),
        ("keypoints", "It aims to grow food.", "a\x07b", "control characters"),
        ("codings", "alder-aims-02,aim-food,ada", "alder-aims-02,aim-fod,ada", "Did you mean 'aim-food'?"),
        ("cases", "cedar,3", "cedar,3.5E+10", "row 4, column order"),
        ("keypoints", "summary", "sumary", "Did you mean 'summary'?"),
        ("keypoints", ",It aims to grow food.", ',It aims, to grow, food.,,,"', "row 3"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_row_column_and_remedy(desk, table, old, new_, said):
    desk.tiny()
    text = desk.path(f"{table}.csv").read_text()
    assert old in text
    desk.path(f"{table}.csv").write_text(text.replace(old, new_, 1), "utf-8")
    status, _, message = desk.check()
    assert status == 1 and f"{table}.csv" in message and said in message


def test_check_lists_all_problems_at_once_by_file(desk):
    desk.tiny()
    for table, old, new_ in (
        ("cases", "birch,2", "birch,two"),
        ("codings", ",ada,", ",adda,"),
        ("codebook", "gen-money,general", "gen-money,genral"),
    ):
        desk.path(f"{table}.csv").write_text(desk.path(f"{table}.csv").read_text().replace(old, new_, 1))
    _, _, message = desk.check()
    for words in (
        "cases.csv: 1",
        "codings.csv: 1",
        "found 'two'; expected a whole number",
        "Did you mean 'ada'?",
        "Did you mean 'general'?",
    ):
        assert words in message


# ---- the workbook ----


def rules_of(file: Path) -> dict:
    """The drop-downs of a workbook: (worksheet, column) -> rule."""
    book = openpyxl.load_workbook(file)
    return {(sheet.title, str(rule.sqref)[0]): rule for sheet in book for rule in sheet.data_validations.dataValidation}


def test_the_workbook_has_lists_frozen_headers_and_wrapped_text_and_the_same_bytes(desk):
    desk.tiny()
    assert desk.sheet()[0] == 0
    file = desk.folder / "sheets" / "my-review.xlsx"
    first = file.read_bytes()
    desk.sheet()
    assert file.read_bytes() == first
    book = openpyxl.load_workbook(file)
    assert rules_of(file).keys() >= {("keypoints", "B"), ("keypoints", "C"), ("codings", "D"), ("codings", "E"), ("codings", "F")}
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert all(sheet.freeze_panes == "B2" and sheet["A2"].alignment.wrap_text for sheet in shown)


def edit(file: Path, table: str, cell: str, value) -> None:
    book = openpyxl.load_workbook(file)
    book[table][cell] = value
    book.save(file)


def book_of(desk) -> Path:
    return desk.folder / "sheets" / "my-review.xlsx"


def change(desk, *edits) -> None:
    """Change cells of the workbook: (worksheet, key or row, column, value); of a row that is not there yet, too."""
    book = openpyxl.load_workbook(book_of(desk))
    for table, key, column, value in edits:
        sheet = book[table]
        titles = {cell.value: cell.column for cell in sheet[1]}
        rows = {cell.value: cell.row for cell in sheet["A"]}
        sheet.cell(rows.get(key, key), titles[column]).value = value
    book.save(book_of(desk))


def worksheet(desk, table: str) -> list[dict]:
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(book_of(desk))[table].iter_rows()]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def replace(desk, table: str, old: str, new_: str) -> None:
    text = desk.path(table).read_text()
    assert old in text
    desk.path(table).write_text(text.replace(old, new_))


def test_edits_come_back_and_all_else_stays_as_it_was_to_the_byte(desk):
    desk.tiny().sheet()
    file, before = desk.folder / "sheets" / "my-review.xlsx", desk.bytes()
    assert "nothing was edited" in desk.back()[1] and desk.bytes() == before
    edit(file, "keypoints", "F2", "The garden aims to “unite”\nneighbours.")
    assert desk.sheet()[0] == 2  # not over edits that were not read back
    status, told, _ = desk.back()
    assert status == 0 and "keypoints: 0 rows new, 1 changed, 0 gone" in told
    assert desk.rows("keypoints")[0]["summary"] == "The garden aims to “unite”\nneighbours."
    after = desk.bytes()
    assert {name for name in before if before[name] != after[name]} == {"keypoints.csv"}
    assert desk.sheet()[0] == 0


@pytest.mark.parametrize(
    "table, cell, value, said",
    [
        ("keypoints", "F2", "=1+1", "a formula"),
        ("keypoints", "F2", datetime(2026, 11, 1), "a date"),
        ("keypoints", "E2", 12345678901234567890, "digits"),
        ("codings", "E2", "adaa", "Did you mean 'ada'?"),
        ("codings", "D1", "thema", "no such column"),
    ],
)
def test_a_workbook_with_anything_wrong_changes_nothing_and_says_where(desk, table, cell, value, said):
    desk.tiny().sheet()
    before = desk.bytes()
    edit(desk.folder / "sheets" / "my-review.xlsx", table, cell, value)
    status, _, message = desk.back()
    assert status == 2 and said in message and f"row {cell[1:]}" in message and desk.bytes() == before


def test_what_only_one_side_has_changed_is_put_together(desk):
    desk.tiny().sheet()
    change(desk, ("keypoints", "alder-aims-01", "summary", "In the workbook."), ("codings", "alder-aims-01", "memo", "m"))
    replace(desk, "keypoints.csv", "It aims to grow food.", "In the table.")
    replace(desk, "keypoints.csv", "neighbours together.,,,", "neighbours together.,,s1,")  # another cell of the row
    replace(desk, "keypoints.csv", "birch-aims-01,", "birch-aims-03,birch,aims,3,,New.,,,\nbirch-aims-01,")
    status, told, message = desk.back()
    points = {row["id"]: row for row in desk.rows("keypoints")}
    assert status == 0, message
    assert (points["alder-aims-01"]["summary"], points["alder-aims-01"]["section"]) == ("In the workbook.", "s1")
    assert points["alder-aims-02"]["summary"] == "In the table." and "birch-aims-03" in points
    before = desk.bytes()
    assert "nothing was edited" in desk.back()[1] and desk.bytes() == before
    change(desk, ("keypoints", "alder-aims-01", "summary", "Again."))
    assert "keypoints: 0 rows new, 1 changed, 0 gone" in desk.back()[1]
    assert {row["id"]: row for row in desk.rows("keypoints")}["alder-aims-02"]["summary"] == "In the table."


def test_a_cell_changed_on_both_sides_is_refused_with_a_way_out_that_loses_nothing(desk):
    desk.tiny().sheet()
    change(desk, ("keypoints", "alder-aims-02", "summary", "Mine."))
    replace(desk, "keypoints.csv", "It aims to grow food.", "Theirs.")
    before = desk.bytes()
    status, _, message = desk.back()
    assert status == 2 and "row 3, column summary: found 'Mine.'" in message and "'Theirs.'" in message
    assert desk.bytes() == before
    replace(desk, "keypoints.csv", "Theirs.", "Mine.")
    assert desk.back()[0] == 0


def test_a_row_deleted_on_one_side_and_changed_on_the_other_stays(desk):
    desk.tiny().sheet()
    book = openpyxl.load_workbook(book_of(desk))
    book["codings"].delete_rows(2)
    book.save(book_of(desk))
    replace(desk, "codings.csv", "alder-aims-01,aim-together,ada,supports,", "alder-aims-01,aim-together,ada,contradicts,")
    assert "so kept: alder-aims-01 aim-together ada" in desk.back()[1]
    assert desk.rows("codings")[0]["direction"] == "contradicts"


def test_make_sheet_takes_over_worksheets_of_ones_own_and_keeps_the_workbook_as_it_was(desk):
    from openpyxl.comments import Comment

    desk.tiny().sheet()
    desk.sheet()
    assert [file.name for file in book_of(desk).parent.glob("*.xlsx")] == ["my-review.xlsx"]  # nobody has opened it
    book = openpyxl.load_workbook(book_of(desk))
    book.create_sheet("My notes").append(["ask Tom", 3])
    book["keypoints"]["A2"].comment = Comment("check", "me")
    book.save(book_of(desk))
    assert desk.back()[0] == 0
    _, told, _ = desk.sheet()
    [copy] = book_of(desk).parent.glob("my-review.before-*.xlsx")
    assert "My notes" in told and copy.name in told
    assert openpyxl.load_workbook(copy)["keypoints"]["A2"].comment.text == "check"
    assert [cell.value for cell in openpyxl.load_workbook(book_of(desk))["My notes"][1]] == ["ask Tom", 3]


def test_the_codings_worksheet_shows_what_is_coded_and_has_a_row_for_what_is_left(desk):
    desk.tiny().sheet()
    rows = worksheet(desk, "codings")
    places = ["aims", "enablers", "barriers"]
    assert [places.index(row["keypoint"].split("-")[1]) for row in rows] == [0] * 4 + [1] * 5 + [2] * 3
    assert rows[0][workbook.SUMMARY] == "The garden aims to bring neighbours together."
    assert rows[0][workbook.THEMES] == "aim-together; aim-food"
    [waits] = [row for row in rows if not row["theme"]]
    assert (waits["keypoint"], waits["coder"]) == ("cedar-enablers-02", "ada")
    before = desk.bytes()
    assert desk.back()[0] == 0 and desk.bytes() == before and desk.sheet()[0] == 0
    change(desk, ("codings", "cedar-enablers-02", "theme", "none"))
    assert "codings: 1 rows new" in desk.back()[1]


def test_make_sheet_proposes_the_consensus_where_coders_agree(desk):
    desk.tiny()
    row = desk.path("coders.csv").read_text().splitlines()[1]
    desk.path("coders.csv").open("a").writelines(row.replace("ada", id, 1) + "\n" for id in ("bo", "consensus"))
    own = desk.path("codings.csv").read_text().splitlines()[1:4]
    own[1] = own[1].replace("aim-food", "none")
    desk.path("codings.csv").open("a").writelines(line.replace(",ada,", ",bo,") + "\n" for line in own)
    replace(desk, "review.yaml", "coding: ada", "coding: consensus")
    assert "3 key points that several coders have coded have no row of the consensus" in desk.check()[1]
    status, told, message = desk.sheet()
    assert status == 0 and "consensus on 2 key points" in told, message
    assert desk.sheet()[0] == 0  # what was proposed is no edit
    assert "codings: 2 rows new" in desk.back()[1]
    agreed = [row["keypoint"] for row in desk.rows("codings") if row["coder"] == "consensus"]
    assert agreed == ["alder-aims-01", "alder-barriers-01"]
    assert "1 key points that several" in desk.check()[1] and desk.sheet()[0] == 0


def test_lists_follow_what_is_typed_and_warn_and_heads_explain_the_columns(desk):
    desk.tiny().sheet()
    book = openpyxl.load_workbook(book_of(desk))
    rules = rules_of(book_of(desk))
    assert all(rule.showErrorMessage and rule.errorStyle == "warning" for rule in rules.values())
    assert rules["codings", "E"].formula1 == "OFFSET(coders!$A$2,0,0,MAX(1,COUNTA(coders!$A$2:$A$502)),1)"
    assert "codebook!$A$" in rules["codebook", "H"].formula1 and "codebook" in rules["codings", "D"].formula1
    heads = {cell.value: cell for cell in book["keypoints"][1]}
    assert "one sentence, present tense. " in heads["summary"].comment.text
    assert heads["id"].font.bold and not heads["label"].font.bold


def test_a_problem_is_said_with_its_row_of_the_worksheet_all_at_once_and_with_what_to_do(desk):
    desk.tiny().sheet()
    change(
        desk,
        ("coders", 5, "id", "Bo B"), ("coders", 5, "how", "Read."), ("coders", 5, "seen_sources", "perhaps"),
        ("codings", "alder-aims-01", "theme", "aim-togeter"), ("codings", "alder-aims-02", "direction", "support"),
        ("codebook", "aim-food", "parent", "aim-together"), ("codebook", "bar-money", "level", "them"),
        ("cases", "alder", "order", "one"), ("cases", "birch", "full_title", datetime(2026, 11, 1)),
    )  # fmt: skip
    before = desk.bytes()
    status, _, message = desk.back()
    for words in (
        "row 5, column id: found 'Bo B'", "row 5, column seen_sources: found 'perhaps'",
        "row 2, column theme: found 'aim-togeter'", "row 3, column direction: found 'support'",
        "row 3, column parent: found 'aim-together'", "row 4, column level: found 'them'",
        "row 2, column order: found 'one'", "row 3, column full_title: found '2026-11-01'; a date",
    ):  # fmt: skip
        assert words in message, message
    assert status == 2 and "sorted" not in message and desk.bytes() == before


def test_a_coder_of_review_yaml_who_is_not_there_yet_stops_nothing_from_being_read_in(desk):
    desk.tiny()
    replace(desk, "review.yaml", "coding: ada", "coding: coder-1")
    desk.sheet()
    change(desk, ("keypoints", "alder-aims-01", "summary", "It unites."))
    status, told, _ = desk.back()
    assert status == 0 and "review.yaml" in told and "(ada)" in told and desk.rows("keypoints")[0]["summary"] == "It unites."


def test_codings_of_a_deleted_key_point_are_to_be_deleted_not_moved(desk):
    desk.tiny().sheet()
    book = openpyxl.load_workbook(book_of(desk))
    book["keypoints"].delete_rows(2)
    book.save(book_of(desk))
    _, _, message = desk.back()
    assert "found 'alder-aims-01'; deleted from keypoints; delete this row too" in message and "mean" not in message


def test_what_people_type_is_taken_as_they_mean_it(desk):
    desk.tiny().sheet()
    change(
        desk,
        ("keypoints", 20, "id", "alder-aims-03"), ("keypoints", 20, "summary", "It unites pupils."),
        ("coders", 3, "id", "bo"), ("coders", 3, "how", "Read."), ("coders", 3, "when", datetime(2025, 3, 1)),
        ("coders", 3, "extracted_by", "Bo"), ("coders", 3, "codes_defined_by", "Bo"),
        ("coders", 3, "seen_sources", "=TRUE()"), ("coders", 3, "seen_attributions", "no"), ("coders", 3, "seen_codings", False),
    )  # fmt: skip
    status, told, message = desk.back()
    assert status == 0, message
    point = desk.rows("keypoints")[2]
    assert (point["id"], point["case"], point["heading"], point["order"]) == ("alder-aims-03", "alder", "aims", "3")
    bo = desk.load().coders.iloc[1]
    assert (bo["when"], bo["seen_sources"], bo["seen_attributions"]) == ("2025-03", True, False)


@pytest.mark.parametrize(
    "table, old, new_, said",
    [
        ("codings.csv", "birch-aims-01,aim-together,ada", "birch-aims-01,none,ada,supports,\nbirch-aims-01,aim-together,ada",
         "'birch-aims-01' has a theme of the same coder too"),
        ("codebook.csv", "gen-garden,compendium", "gen-people,compendium", "no theme has it as its parent"),
        ("codebook.csv", "ref-garden,compendium", "ref-means,compendium", "no general theme has it as its parent"),
    ],
    ids=["none and a theme", "a general theme of nothing", "a refined theme of nothing"],
)  # fmt: skip
def test_check_says_what_a_schema_cannot(desk, table, old, new_, said):
    desk.tiny()
    replace(desk, table, old, new_)
    _, told, message = desk.check()
    assert said in told + message


def test_check_says_which_cases_are_not_appraised_and_what_none_means(desk):
    vary(desk, settings={"appraisal": {"criteria": [{"id": "aim", "name": "Aim?"}], "weak_from": 1}})
    desk.path("appraisal.csv").write_text("case,criterion,judgement,reason\nalder,aim,met,It says so.\n")
    assert "not appraised yet: birch, cedar" in desk.check()[1]
    header = csvfile.read(ROOT / "data/mca-phase2/cerqual.csv").header
    row = {"finding": "ref-people", "methodological": "none", "confidence": "low"}
    row |= dict.fromkeys(["coherence", "adequacy", "relevance"], "minor")
    desk.path("cerqual.csv").write_text(",".join(header) + "\n" + ",".join(row.get(c, "x") for c in header) + "\n")
    assert "Did you mean 'none-or-very-minor'?" in desk.check()[2]


NASTY = ["=1+1", "+49 30", "-2.97", "- a dash", "@me", "'=quoted", "'tis", "\uff1d1", "_x0041_", "1-2", "2026-11", "007", "TRUE",
         "12345678901234567890", " blanks ", "two\nlines", "a \"quote\"", "😀 ünï", "=HYPERLINK(\"http://x\",\"y\")", "x" * 5000]  # fmt: skip


def nasty(desk) -> list[str]:
    """The tiny review with a nasty text in every label."""
    desk.tiny()
    sheet = csvfile.read(desk.path("keypoints.csv"))
    rows = (NASTY * 2)[: len(sheet.rows)] if len(sheet.rows) >= len(NASTY) else NASTY
    points = sheet.frame()
    points["label"] = rows[: len(points)]
    points["summary"] = (rows[len(points) :] + ["It grows."] * len(points))[: len(points)]
    csvfile.write(desk.path("keypoints.csv"), points)
    return [*points["label"], *points["summary"]]


def test_cells_that_start_a_formula_are_neutral_in_every_file_and_come_back_as_typed(desk, tmp_path):
    texts = nasty(desk)
    assert set(texts) >= set(NASTY)
    raw = desk.path("keypoints.csv").read_text()
    assert ",=1+1" not in raw and ",@me" not in raw and ",'=1+1" in raw
    loaded = desk.load().keypoints
    assert [*loaded["label"], *loaded["summary"]] == texts
    desk.sheet()
    book = openpyxl.load_workbook(desk.folder / "sheets" / "my-review.xlsx")
    shown = [sheet for sheet in book if sheet.title != workbook_state.LISTS]  # which rests on formulas of our own
    cells = [cell for sheet in shown for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not any(cell.data_type == "f" or cell.value[0] in "=+-@" and cell.value != "-2.97" for cell in cells)
    before = desk.bytes()
    assert desk.back()[0] == 0 and desk.bytes() == before


# ---- LibreOffice itself ----


def office(target: str, file: Path, folder: Path) -> Path:
    """Open a file in LibreOffice and save it again."""
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run([OFFICE, profile, "--headless", "--convert-to", target, "--outdir", str(folder), str(file)],
                   check=True, capture_output=True, timeout=120)  # fmt: skip
    return folder / f"{file.stem}.{target.split(':')[0]}"


needs_office = pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed: its round trip is not tested")


@needs_office
def test_a_workbook_saved_by_libreoffice_comes_back_as_it_was(desk, tmp_path):
    nasty(desk)
    desk.sheet()
    before = desk.bytes()
    saved = office("xlsx", desk.folder / "sheets" / "my-review.xlsx", tmp_path / "office")
    status, told, message = desk.back(saved)
    assert status == 0 and "nothing was edited" in told and desk.bytes() == before, told + message
    edit(saved, "codings", "F2", "contradicts")
    assert "codings: 0 rows new, 1 changed" in desk.back(saved)[1]
    rules = rules_of(saved)
    assert "coders" in rules["codings", "E"].formula1 and rules["codings", "E"].errorStyle == "warning"


@needs_office
def test_what_is_saved_as_ods_is_named(desk, tmp_path):
    desk.tiny().sheet()
    saved = office("ods", book_of(desk), tmp_path / "office")
    later = book_of(desk).stat().st_mtime + 60
    shutil.copy(saved, book_of(desk).with_suffix(".ods"))
    os.utime(book_of(desk).with_suffix(".ods"), (later, later))
    assert "my-review.ods was saved later: save that as .xlsx" in desk.back()[1]
    shutil.copy(saved, book_of(desk))
    status, _, message = desk.back()
    assert status == 2 and "an OpenDocument spreadsheet (.ods)" in message and "KeyError" not in message


@needs_office
@pytest.mark.parametrize(
    "way",
    ["csv", "csv:Text - txt - csv (StarCalc):59,34,ANSI,1,,0,false,false"],
    ids=["as it is", "semicolons, Windows-1252"],
)
def test_tables_saved_by_libreoffice_say_the_same(desk, tmp_path, way):
    desk.tiny()
    before = desk.load().tables
    for table in ("keypoints", "cases"):
        shutil.copy(office(way, desk.path(f"{table}.csv"), tmp_path / "office"), desk.path(f"{table}.csv"))
    after = desk.load().tables
    assert all(before[name].equals(after[name]) for name in before)


# ---- the settings ----


@pytest.mark.parametrize(
    "settings, told",
    [
        ({"oposed": []}, "'oposed': there is no such setting. Did you mean 'opposed'?"),
        ({"note": 5}, "'note': found '5' (a whole number), expected a text."),
        ({"appraisal": "yes"}, "'appraisal': found 'yes' (a text)"),
        ({"appraisal": {"criteria": ["aim"], "weak_from": 0}}, "criterion 1: expected {id: aim"),
        ({"appraisal": {"criteria": [], "weak_from": 0}}, "'weak_from': found 0, expected a whole number from 1 on."),
        ({"denominators": {"all": "facts"}}, "'denominators', 'all': expected a list"),
        ({"parameters": {"run_lenght": 3}}, "Did you mean 'run_length'?"),
        ({"parameters": {"run_length": 0}}, "run_length = 0 is out of range; expected 1 to 10000."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_settings_that_nothing_would_read_are_refused_with_their_name(desk, settings, told):
    vary(desk, settings=settings)
    status, said, message = desk.check()
    assert status and told in said + message, said + message


@pytest.mark.parametrize(
    "old, new_, told",
    [
        ('title: "', "title: Gardens: a synthesis #", "line 4: there is a colon in the text; put the text in quotation marks"),
        ("  min_cases: 2", "\tmin_cases: 2", "there is a tab; put blanks in its place"),
        ("#appraisal:", " appraisal:", "it begins further to the left or right than its neighbours"),
        ("min_cases: 2", "min_cases:2", "after the colon there must be a blank"),
        ('note: ""', 'note: "by us', "a quotation mark opens here and does not close"),
        ("opposed: [enablers, barriers]", "opposed: [enablers, barriers", "a bracket opens here and does not close"),
        ("name: Aims and purpose,", "name: Aims: purpose,", "there is a colon in the text"),
        ('note: ""', 'note: "Ada" coded', "put the whole of it in quotation marks"),
    ],
)
def test_yaml_that_cannot_be_read_is_explained_with_its_line(desk, old, new_, told):
    desk.new()
    settle(desk, old, new_)
    status, _, message = desk.check()
    line = next(line for line in desk.path("review.yaml").read_text().splitlines() if new_ in line)
    assert status == 2 and told in message and line[:100] in message and "unicode string" not in message, message


def test_the_lines_for_an_appraisal_are_settings_once_the_signs_before_them_are_deleted(desk):
    desk.new()
    text = desk.path("review.yaml").read_text()
    desk.path("review.yaml").write_text(re.sub(r"(?m)^#(appraisal:|  weak_from|  criteria|    - )", r"\1", text))
    with environment(CASESYNTH_DATA=desk.folder / "data"):
        assert load_settings("my-review")["appraisal"]["weak_from"] == 1


# ---- the chain on reviews of one's own ----


def vary(desk, headers_of=(), settings=None):
    """The tiny review with only the headers of some tables, and other settings."""
    import yaml

    desk.tiny()
    for table in headers_of:
        desk.path(f"{table}.csv").write_text(desk.path(f"{table}.csv").read_text().split("\n")[0] + "\n")
    own = yaml.safe_load(desk.path("review.yaml").read_text()) | (settings or {})
    desk.path("review.yaml").write_text(yaml.safe_dump({k: v for k, v in own.items() if v is not None}))


def test_with_nothing_coded_the_report_says_what_there_is_and_what_to_do_next(desk, tmp_path):
    vary(desk, ["codings", "codebook", "coders"], {"opposed": None, "method": None})
    run_chain("my-review", desk.folder / "data", tmp_path / "results")
    page = (tmp_path / "results" / "synthesis.html").read_text()
    assert "This synthesis is not finished" in page and "12 key points" in page and "Define themes" in page
    assert "language model" not in page  # that is true of the compendium's own review only


#: What is true only of a review that re-runs a published one.
OF_A_PRINT = """econstruction|s printed|beside coding|not in the report|added by this compendium|What a word stands for|their
places|in the source|main place|ublished report|your-copy|ENTREQ|No key point carries this theme: not"""


def test_the_pages_of_a_review_of_ones_own_speak_of_no_print(desk, tmp_path):
    import re
    import sys

    import yaml

    desk.tiny()
    replace(desk, "codings.csv", "cedar-aims-01,none,ada,supports", "cedar-aims-01,aim-together,ada,contradicts")
    replace(desk, "codebook.csv", "gen-garden,compendium", ",compendium")
    replace(desk, "coders.csv", "Invented for the tests.,2026", "Ada; who read everything,2026")
    results = tmp_path / "results"
    run_chain("my-review", desk.folder / "data", results)
    settings = yaml.safe_load(desk.path("review.yaml").read_text())
    (tmp_path / "parameters.yaml").write_text(yaml.safe_dump({"coding": "ada"} | settings["parameters"]))
    words = ["--results", results, "--figures", results / "figures", "--build", tmp_path]
    subprocess.run([sys.executable, "-m", "casesynth", "audit", "my-review", *words], check=True, cwd=ROOT,
                   env=os.environ | {"CASESYNTH_DATA": str(desk.folder / "data"), "PYTHONPATH": str(ROOT)})  # fmt: skip
    report, audit = ((results / f"{name}.html").read_text() for name in ("synthesis", "audit"))
    for page in (re.sub(r'<section id="sure".*?<section id="limits"', "", report, flags=re.S), audit):
        text = re.sub(r"\s+", " ", re.sub(r'<style>.*?</style>|"data:[^"]*"', "", page, flags=re.S))
        assert [word for word in OF_A_PRINT.replace("\n", " ").split("|") if word in text] == []
    report = re.sub(r"\s+", " ", report)
    assert "Ada; who read everything. Extraction:" in report and "<td>Money; Neighbours</td>" in report
    assert "3 projects belong to this review." in report
    cover = (results / "figures/refined-themes.txt").read_text()
    assert "not how important" in cover


def test_the_mark_of_a_contradiction_stands_in_its_cell():
    import pandas as pd


    cells = pd.DataFrame([["t", "a", 1, 1], ["t", "b", 0, 1]], columns="theme case points contradicting".split())
    table = pd.DataFrame([["t", "Together", "compendium", True, 1, 1, 2]],
                         columns="theme name origin stands cases points of_cases".split())  # fmt: skip
    drawing = theme_matrix.themes("aims", "Aims", cells, table, pd.DataFrame())
    places = [collection.get_offsets()[0][0] for collection in drawing.figure.axes[0].collections]
    square, first, second, *_ = places  # the square of a, then the two contradictions; the key comes last
    column = 0.34
    assert abs(first - square) < column / 2 - 0.05 and abs(second - square - column) < 1e-9


def test_what_does_not_stand_on_the_cover_has_its_own_reason_and_one_card_no_tall_page():
    import pandas as pd


    refined = pd.DataFrame([["r", "People", "x", "People", "", "Aims", 1, 1, 1, "a", True],
                            ["s", "Company", "x", "", "", "", 0, 0, 0, "", False],
                            ["u", "Money", "x", "", "Rent", "", 0, 0, 0, "", False]],
                           columns="refined name definition general fallen headings in_headings points cases with_cases stands".split())  # fmt: skip
    general = pd.DataFrame([["People", "t", True, 1]], columns="name themes stands cases".split())
    drawing = summary_page.refined(refined, general, pd.DataFrame({"id": ["a"]}), "A review")
    [last] = [text.get_text() for text in drawing.figure.axes[0].texts if "stand" in text.get_text()]
    assert last == "Do not stand, too few headings: Money. Do not stand, no theme under them: Company."
    assert "econstruction" not in drawing.alt and drawing.figure.get_figheight() < 5
    published = summary_page.refined(refined, general, pd.DataFrame({"id": ["a"]}), "A review", "the-report")
    assert "Reconstruction" in published.alt


def test_make_stops_at_a_wrong_table_with_the_listing_of_make_check(project):
    project.edit("data/tiny/review.yaml", "coding: ada", "coding: consensus")
    project.edit("data/tiny/codings.csv", "alder-aims-02,aim-food", "alder-aims-02,aim-fod")
    done = project.make()
    assert done.returncode and done.stderr.count("found 'consensus'; expected a coder of coders.csv (ada)") == 1
    assert "or add a row consensus to coders.csv" in done.stderr and "Did you mean 'aim-food'?" in done.stderr
    assert "failing cell" not in done.stderr and "unfinished" not in done.stderr and not done.steps


@pytest.mark.long
def test_make_removes_an_audit_page_of_earlier_results(project):
    page = project.path("results/tiny/audit.html")
    assert project.make("audit").returncode == 0 and page.exists()
    assert project.make().returncode == 0 and page.exists()
    project.edit("data/tiny/codings.csv", "cedar-aims-01,none", "cedar-aims-01,aim-food")
    assert "make audit REVIEW=tiny" in project.make().stdout and not page.exists()


@pytest.mark.long
@pytest.mark.parametrize(
    "headers_of, settings",
    [
        (["codings"], {}),
        (["codings", "codebook"], {}),
        (["codings"], {"coding": "ada", "headings": [{"id": h, "name": f'{h} | "$m_i$"', "group": "*g*", "themed": h != "gap"} for h in ("aims", "enablers", "barriers", "gap")]}),
        (["cases", "keypoints", "codings", "codebook", "coders"], {"opposed": []}),
        (["codings", "codebook"], {"opposed": [], "headings": [{"id": h, "name": h, "group": "g", "themed": False} for h in ("aims", "enablers", "barriers")]}),
        ([], {"title": 'A "title" {with} <b>, [x](y) & $a$', "parameters": {"min_cases": 9, "min_headings": 9, "heading_groups": False, "merge_overlap": 0.0}}),
    ],
    ids=["no codings", "no codebook", "odd names, a heading without key points", "nothing at all", "no themed heading", "nothing stands"],
)  # fmt: skip
def test_the_chain_runs_on_odd_reviews(desk, tmp_path, headers_of, settings):
    vary(desk, headers_of, settings)
    run_chain("my-review", desk.folder / "data", tmp_path / "results")
    assert (tmp_path / "results" / "synthesis.html").stat().st_size > 10_000


@pytest.mark.long
def test_five_coders_change_nothing_but_what_is_said_of_them(desk, tmp_path):
    desk.tiny()
    run_chain("my-review", desk.folder / "data", tmp_path / "one")
    coders, codings = desk.path("coders.csv"), desk.path("codings.csv")
    first = coders.read_text().splitlines()[1]
    coders.write_text(
        coders.read_text() + "".join(f"{first.replace('ada', c, 1)}\n" for c in ("ben", "cat", "dan", "eve"))
    )
    own = codings.read_text().splitlines()[1:]
    codings.write_text(
        codings.read_text()
        + "".join(f"{line.replace(',ada,', f',{c},')}\n" for c in ("ben", "eve") for line in own[:5])
    )
    run_chain("my-review", desk.folder / "data", tmp_path / "five")
    same = [file.name for file in (tmp_path / "one" / "tables").glob("themes-*.csv")]
    assert same and all(
        (tmp_path / "one/tables" / n).read_bytes() == (tmp_path / "five/tables" / n).read_bytes() for n in same
    )
    page = " ".join((tmp_path / "five" / "synthesis.html").read_text().split())
    assert "Kappa is for two coders; here are 3" in page and "(ben coded 5 of 12 key points only, eve coded 5" in page
    assert "undefined) does not" not in page and "and kappa (" not in page


@pytest.mark.long
def test_by_make_from_a_form_to_a_report(project, tmp_path):
    (project.folder / "data" / "mca-phase2").mkdir()
    shutil.copy(ROOT / "data" / "mca-phase2" / "datapackage.json", project.folder / "data" / "mca-phase2")
    file = export(project.folder / "my 'odd' answers.xlsx", [answers(), answers(**{CASE: "Birch Row"})])
    for words in (["new"], ["import", f"FORM={file.name}"], ["sheet"], ["sheet-back"], ["check"], []):
        done = project.make(*words, "REVIEW=my-own")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "This synthesis is not finished" in project.read("results/my-own/synthesis.html")


# ---- real text ----


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
        text = text.replace(f'heading: "", column: "{column}"', f'heading: {heading}, column: "{column}"')
    desk.path("review.yaml").write_text(text)
    places = {"CASESYNTH_DATA": str(desk.folder / "data"), "PYTHONPATH": str(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "casesynth", "import", "my-review", REF], env=os.environ | places, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor, not of the clock: other work on the machine must not fail this.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
    assert after.ru_maxrss < 500_000
    assert (
        len(desk.rows("cases")) == 186 and len(desk.rows("responses")) == 744 and len(desk.rows("keypoints")) > 10_000
    )
    assert desk.check()[0] == 0
