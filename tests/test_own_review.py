"""A review of one's own, through what a person touches: make new, import, sheet, sheet-back, check."""

import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from inprocess import environment, run_chain

from casesynth import check, csvfile, forms, new, review, sheets, xlsx
from casesynth.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
REF = os.environ.get("CASESYNTH_REF2014", "")
OFFICE = shutil.which("soffice") or shutil.which("libreoffice")


class Desk:
    """A data folder of its own, and the commands on it: each gives exit status, output and messages."""

    def __init__(self, folder: Path, capsys):
        self.folder, self.capsys, self.name = folder, capsys, "my-review"

    def run(self, command, *arguments, **values):
        places = {
            "CASESYNTH_DATA": self.folder / "data",
            "CASESYNTH_SHEETS": self.folder / "sheets",
            "REVIEW": self.name,
        }
        self.capsys.readouterr()
        with environment(**places, **values):
            status = command.main(*arguments)
        return (status, *self.capsys.readouterr())

    def new(self):
        return self.run(new)

    def import_(self, file: Path):
        return self.run(forms, FORM=file)

    def sheet(self):
        return self.run(sheets, [])

    def back(self, book: Path | None = None):
        return self.run(sheets, ["back"], **({"BOOK": book} if book else {}))

    def check(self):
        return self.run(check)

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
    assert list(dict.fromkeys(q["template"] for q in new.questionnaire()["questions"])) == headings
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
    assert make_without_review(project, *command).stdout.startswith("REVIEW was not given: this is mca-phase2\n")
    assert "not given" not in project.make("check").stdout


def make_without_review(project, *words):
    return subprocess.run(["make", *words], cwd=project.folder, capture_output=True, text=True, timeout=120)


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


def test_the_workbook_has_lists_frozen_headers_and_wrapped_text_and_the_same_bytes(desk):
    desk.tiny()
    assert desk.sheet()[0] == 0
    file = desk.folder / "sheets" / "my-review.xlsx"
    first = file.read_bytes()
    desk.sheet()
    assert file.read_bytes() == first
    book = openpyxl.load_workbook(file)
    lists = {(sheet.title, str(rule.sqref)[0]) for sheet in book for rule in sheet.data_validations.dataValidation}
    assert {("keypoints", "B"), ("keypoints", "C"), ("codings", "B"), ("codings", "C"), ("codings", "D")} <= lists
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert all(sheet.freeze_panes == "B2" and sheet["A2"].alignment.wrap_text for sheet in shown)


def edit(file: Path, table: str, cell: str, value) -> None:
    book = openpyxl.load_workbook(file)
    book[table][cell] = value
    book.save(file)


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
        ("codings", "C2", "adaa", "Did you mean 'ada'?"),
        ("codings", "B1", "thema", "no such column"),
    ],
)
def test_a_workbook_with_anything_wrong_changes_nothing_and_says_where(desk, table, cell, value, said):
    desk.tiny().sheet()
    before = desk.bytes()
    edit(desk.folder / "sheets" / "my-review.xlsx", table, cell, value)
    status, _, message = desk.back()
    assert status == 2 and said in message and f"row {cell[1:]}" in message and desk.bytes() == before


def test_a_table_changed_on_both_sides_is_refused(desk):
    desk.tiny().sheet()
    edit(desk.folder / "sheets" / "my-review.xlsx", "keypoints", "F2", "In the workbook.")
    text = desk.path("keypoints.csv").read_text().replace("It aims to grow food.", "In the table.")
    desk.path("keypoints.csv").write_text(text)
    status, _, message = desk.back()
    assert status == 2 and "keypoints" in message and desk.path("keypoints.csv").read_text() == text


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
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
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
    edit(saved, "codings", "D2", "contradicts")
    assert "codings: 0 rows new, 1 changed" in desk.back(saved)[1]


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
    places = {"CASESYNTH_DATA": str(desk.folder / "data"), "REVIEW": "my-review", "FORM": REF, "PYTHONPATH": str(ROOT)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "casesynth.forms"], env=os.environ | places, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Of the processor, not of the clock: other work on the machine must not fail this.
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 10
    assert after.ru_maxrss < 500_000
    assert (
        len(desk.rows("cases")) == 186 and len(desk.rows("responses")) == 744 and len(desk.rows("keypoints")) > 10_000
    )
    assert desk.check()[0] == 0
