"""Wrong results and lost work: unknown forms, withdrawn consent, answers that say "none", times with a zone, undo."""

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest

from casesynth.core import csvfile, paths
from casesynth.core.settings import load_settings
from casesynth.desk import check, copies, importing, new, withdrawal, workbook, workbook_back
from casesynth.desk.form import form_of
from casesynth.errors import UserError

NAME = "my-review"
CASE = "What is the name of your project?"
AGREE = "Do you agree that your answers are used for this synthesis, as described above? (yes or no)"
AIMS, HINDERS = "3. Purpose: what does your project aim at, and for whom?", "9b. Barriers: what makes it harder?"
HELPS = "9a. Enablers: what helps you to do this work?"
LONG = "The council let us use the old library, which has no rent."
LONG_TOO = "Volunteers leave after a season because they find paid work."


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A new review, with data, sheets, results and figures of its own."""
    for variable in ("DATA", "SHEETS"):
        monkeypatch.setenv(f"CASESYNTH_{variable}", str(tmp_path / variable.lower()))
    monkeypatch.setenv("CASESYNTH_READ", str(tmp_path / "results" / NAME))
    monkeypatch.setenv("CASESYNTH_FIGURES", str(tmp_path / "figures" / NAME))
    monkeypatch.delenv("BOOK", raising=False)
    (tmp_path / "data").mkdir()
    new.lay_out(NAME)
    return paths.data(NAME)


def export(folder: Path, *rows: dict, name: str = "answers.csv") -> Path:
    """An export with these rows."""
    file = folder.parent.parent / name
    with file.open("w", newline="") as text:
        writer = csv.DictWriter(text, list(dict.fromkeys(title for row in rows for title in row)), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return file


def answer(**changes) -> dict:
    return {CASE: "Alder Yard", AGREE: "Yes", AIMS: "We map assets. We grow food."} | changes


def take(folder: Path, *rows: dict) -> tuple[bool, str]:
    return importing.import_form(NAME, export(folder, *rows))


def rows_of(folder: Path, table: str) -> list[dict]:
    return csvfile.read(folder / f"{table}.csv").frame().to_dict("records")


def settle(folder: Path, old: str, new_: str) -> None:
    """Change review.yaml as a person does."""
    text = (folder / "review.yaml").read_text()
    assert old in text, text
    (folder / "review.yaml").write_text(text.replace(old, new_))


def form(folder: Path) -> dict[str, str]:
    """The heading of each column that the form names."""
    return {c: q.heading for q in form_of(load_settings(NAME), NAME).questions for c in q.columns}


# ---- unknown forms ----


def test_a_question_about_what_helps_is_never_read_as_the_one_about_what_hinders(folder):
    easier, harder = "What makes it easier?", "What makes it harder?"
    row = {CASE: "Alder Yard", AGREE: "Yes", easier: LONG, harder: LONG_TOO}
    done, text = take(folder, row)
    assert not done and "Nothing is imported yet" in text and not rows_of(folder, "cases")
    settle(
        folder, 'heading: "?", column: "What makes it harder?"', 'heading: barriers, column: "What makes it harder?"'
    )
    assert form(folder)[easier] == "enablers" and form(folder)[harder] == "barriers"
    assert take(folder, row)[0]
    headings = {row["answer"]: row["heading"] for row in rows_of(folder, "responses")}
    assert headings == {LONG: "enablers", LONG_TOO: "barriers"}


@pytest.mark.parametrize(
    ("column", "answers"),
    [
        ("What did not help you?", [LONG, LONG_TOO]),  # the words of the opposite heading
        ("What did nobody help with?", [LONG, LONG_TOO]),
        ("What would you have needed more of?", [LONG, LONG_TOO]),  # of "further information"? Of barriers?
        ("Was the summary of the project right?", ["Yes", "no", "Yes, but not all of it"]),
    ],
)
def test_what_a_word_alone_suggests_is_left_to_a_person(folder, column, answers):
    rows = [answer(**{CASE: f"Case {number}", column: text}) for number, text in enumerate(answers)]
    done, text = take(folder, *rows)
    assert not done and f'heading: "?", column: "{column}"' in text


def test_a_statement_to_be_agreed_with_asks_for_consent(folder):
    column = "I am happy for our answers to be shared in the summary"
    _, text = take(folder, {CASE: "Alder Yard", column: "Yes", "9b. Barriers: what makes it harder?": LONG})
    assert f"consent     <- {column}" in text


def test_what_changed_is_about_impact_and_the_project_that_is_answered_for_is_the_case(folder):
    row = {
        "Which community transport project are you answering for?": "Alder Yard",
        AGREE: "I do not want my answers to be used",
        "What changed for passengers, volunteers or partners because of it?": LONG,
    }
    _, text = take(folder, row)
    assert "case        <- Which community transport" in text and "impact (Impact)" in text
    assert "Does another of these answers mean yes?" not in text


def test_a_question_that_serves_two_headings_gives_key_points_to_both(folder):
    column = "What helped, and what hindered?"
    row = {CASE: "Alder Yard", AGREE: "Yes", column: "We had tools. Rent was high."}
    assert "for each of them, a line with an id of its own" in take(folder, row)[1]
    line = next(line for line in (folder / "review.yaml").read_text().splitlines() if f'column: "{column}"' in line)
    id = line.partition("{id: ")[2][:3]
    both = [
        f'    - {{id: {each}, heading: {heading}, column: "{column}"}}'
        for each, heading in ((id, "enablers"), ("q99", "barriers"))
    ]
    settle(folder, line, "\n".join(both))
    assert take(folder, row)[0]
    points = {(row["heading"], row["answer"]) for row in rows_of(folder, "keypoints")}
    assert (
        points == {("enablers", f"alder-yard-{id}"), ("barriers", "alder-yard-q99")}
        and len(rows_of(folder, "keypoints")) == 4
    )


def test_a_form_that_mixes_familiar_and_other_columns_is_proposed_with_a_line_for_each(folder):
    others = {"Tell us a story from last winter": LONG, "Funder": "ABC", "How was it received by the town?": LONG_TOO}
    done, text = take(folder, answer(**others))
    assert not done and not rows_of(folder, "cases")
    for column in others:
        assert f'column: "{column}"' in text and f'column: "{column}"' in (folder / "review.yaml").read_text()
    with pytest.raises(UserError, match="undecided. In place of \\? write the id of the heading"):
        take(folder, answer(**others))
    assert any("undecided" in str(problem) for problem in check.problems_of(NAME)[0])
    settle(folder, 'heading: "?"', 'heading: ""')
    assert take(folder, answer(**others))[0] and len(rows_of(folder, "responses")) == 1


def test_a_later_export_with_a_new_column_imports_nothing_before_it_is_decided(folder):
    assert take(folder, answer())[0]
    before = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
    done, text = take(folder, answer(**{CASE: "Birch Row", "9b. Barriers: what makes it harder now?": LONG}))
    assert not done and "is it another wording of q11" in text
    assert before == {file.name: file.read_bytes() for file in folder.glob("*.csv")}


def test_small_changes_of_a_question_are_read_as_the_same_but_shown_first(folder):
    reworded = "9b. Barriers: what makes this harder?"
    row = answer(**{reworded: LONG_TOO})
    done, text = take(folder, row)
    assert not done and "is read as another wording of q11" in text
    assert take(folder, row)[0] and form(folder)[reworded] == "barriers"


def test_the_best_assignment_over_all_pairs_is_proposed(folder):
    settle(folder, '"9a. Enablers: what helps you to do this work?"', '"Purpose in the years of funding"')
    row = {
        CASE: "A",
        AGREE: "Yes",
        "Purpose in the years of fundings": LONG,
        "Purpose in the year of funding": LONG_TOO,
    }
    _, text = take(folder, row)
    assert text.count("is read as another wording of q10") <= 1


def test_once_there_are_cases_an_export_without_consent_is_a_mistake(folder):
    take(folder, answer())
    before = (folder / "review.yaml").read_bytes()
    with pytest.raises(UserError, match="form, consent: the export has no column"):
        take(folder, {CASE: "Birch Row", "Weather": LONG})
    assert (folder / "review.yaml").read_bytes() == before


# ---- answers ----


@pytest.mark.parametrize("nothing", ["None", "N/A", "-"])
def test_none_is_an_answer_under_a_themed_heading_and_shown_where_it_is_treated_as_empty(folder, nothing):
    summary = "1. Overview: what is your project, in three or four sentences?"
    _, text = take(folder, answer(**{HINDERS: nothing, summary: nothing}))
    assert [row["answer"] for row in rows_of(folder, "responses") if row["heading"] == "barriers"] == [nothing]
    assert [row["heading"] for row in rows_of(folder, "keypoints")].count("barriers") == 1
    assert f"treated as empty, under headings without themes: 1\n    '{nothing}' (1)" in text


def test_a_ragged_export_is_refused_with_rows_and_counts(folder):
    file = export(folder, answer())
    file.write_text(file.read_text() + "Birch Row,Yes,We map, grow\nCedar,Yes\nElm,Yes,,\n")
    file.write_text(file.read_text().replace("Birch Row,Yes,We map, grow\n", "Birch,Yes,We map\n"))
    with pytest.raises(UserError, match="row 4: 2, row 5: 4") as error:
        importing.import_form(NAME, file)
    assert "Cells in the first row: 3" in str(error.value) and not rows_of(folder, "cases")


def test_entities_in_names_are_read_as_in_answers(folder):
    take(folder, answer(**{CASE: "Caf&eacute; &amp; Garden"}))
    assert rows_of(folder, "cases")[0]["full_title"] == "Café & Garden"


@pytest.mark.parametrize(
    ("first", "second", "agreed"),
    [
        (("2026-03-03T10:00+02:00", "No"), ("2026-03-03T09:00Z", "Yes"), True),  # 08:00 and 09:00
        (("2026-03-03T09:00Z", "No"), ("2026-03-03T10:00+02:00", "Yes"), False),  # the no is the later one
        (("2026-03-03T09:00", "No"), ("2026-03-03T10:00+02:00", "Yes"), False),  # not certain: one no is enough
        (("2026-03-03 09:00", "No"), ("2026-03-03 09:00", "Yes"), False),  # at the same time
        (("2026-03-03 09:00 EST", "No"), ("2026-03-03 10:00 EST", "Yes"), False),  # a zone that we cannot read
    ],
)
def test_the_last_answer_is_the_last_in_time_whatever_its_zone(folder, first, second, agreed):
    take(folder, *(answer(**{"Completion time": time, AGREE: said}) for time, said in (first, second)))
    assert bool(rows_of(folder, "cases")) is agreed


# ---- withdrawn ----


def marked(folder: Path) -> None:
    """Two cases, summarised, in the workbook, in results and in figures."""
    take(folder, answer(), answer(**{CASE: "Birch Row"}))
    points = [row | {"summary": "It grows."} for row in rows_of(folder, "keypoints")]
    csvfile.write(folder / "keypoints.csv", csvfile.pd.DataFrame(points))
    workbook.sheet_out(NAME)
    for place in (paths.read(NAME) / "tables", paths.figures(NAME), paths.read(NAME).parent / f"{NAME}--min_cases-3"):
        place.mkdir(parents=True)
        (place / "some.csv").write_text("Birch Row")
    (paths.read(NAME).parent / f"{NAME}-two").mkdir()


def test_a_withdrawn_case_is_taken_out_of_everything_and_does_not_come_back(folder):
    marked(folder)
    text = withdrawal.withdraw(NAME, "birch-row")
    top = folder.parent.parent
    mentioning = [
        file for file in top.rglob("*")
        if file.is_file() and (b"irch" in file.read_bytes() or (file.suffix == ".xlsx" and "irch" in cells(file)))
        and file.name not in ("answers.csv", "withdrawn.csv")
    ]  # fmt: skip
    assert mentioning == [] and "Birch" not in (folder / "withdrawn.csv").read_text()
    assert (top / "results" / f"{NAME}-two").exists() and not (top / "results" / NAME).exists()
    assert "keypoints.csv (2 rows)" in text and "What only a person can do" in text and "history" in text
    _, text = take(folder, answer(), answer(**{CASE: "birch  row!"}))
    assert [row["id"] for row in rows_of(folder, "cases")] == ["alder-yard"] and "withdrawn before" in text
    take(folder, answer(), answer(**{CASE: "Birch-row, the second"}))
    assert not any(problem for problem in check.problems_of(NAME)[0] if not problem.note)


def test_what_is_written_from_a_withdrawn_case_is_named(folder):
    marked(folder)
    (folder / "findings.csv").write_text(
        "id,order,statement,kind,theme,paragraph,practice,published\nfin-a,1,Space is lent.,condition,,,,\n"
    )
    (folder / "finding-evidence.csv").write_text(
        "finding,keypoint,coder,stance,reason\nfin-a,birch-row-aims-01,ada,supports,\n"
    )
    (folder / "narrative").mkdir()
    (folder / "narrative/answer.md").write_text("Space is lent {point:birch-row-aims-01}.\n")
    text = withdrawal.withdraw(NAME, "birch-row")
    assert "findings.csv and narrative: does each sentence still hold without it? (fin-a had evidence of it)" in text
    assert "narrative/answer.md (line 1) still mentions it" in text


def cells(file: Path) -> str:
    return str([[cell.value for cell in row] for sheet in openpyxl.load_workbook(file) for row in sheet.iter_rows()])


def test_a_later_no_is_an_error_until_the_case_is_taken_out(folder):
    marked(folder)
    _, text = take(folder, answer(), answer(**{CASE: "Birch Row", AGREE: "No"}))
    assert f"casesynth withdraw {NAME} birch-row" in text
    [wrong] = [problem for problem in check.problems_of(NAME)[0] if not problem.note]
    assert wrong.file == "withdrawn.csv" and "must be taken out" in str(wrong)
    withdrawal.withdraw(NAME, "Birch Row")
    assert [problem for problem in check.problems_of(NAME)[0] if not problem.note] == []


def test_nothing_is_withdrawn_by_a_name_that_is_not_exact(folder):
    marked(folder)
    with pytest.raises(UserError, match="no case with the id or name 'birch-rov'") as error:
        withdrawal.withdraw(NAME, "birch-rov")
    assert "birch-row" not in str(error.value)


# ---- copies and undo ----


def test_reading_back_many_deletions_asks_and_undo_restores_them(folder):
    take(folder, answer(**{AIMS: "One. Two. Three. Four. Five. Six. Seven."}))
    workbook.sheet_out(NAME)
    file = workbook.book_file(NAME)
    book = openpyxl.load_workbook(file)
    book["keypoints"].delete_rows(2, 6)
    book["codings"].delete_rows(2, 6)
    book.save(file)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(copies.Unconfirmed, match="would delete 6 rows"):
        workbook_back.sheet_back(NAME)
    assert before == {file.name: file.read_bytes() for file in folder.iterdir()}
    workbook_back.sheet_back(NAME, yes=True)
    assert len(rows_of(folder, "keypoints")) == 1
    text = copies.undo(NAME)
    assert "keypoints.csv" in text and before == {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(copies.Unconfirmed):  # the workbook still has the deletions
        workbook_back.sheet_back(NAME)


def test_an_import_can_be_undone_and_the_replaced_tables_are_kept(folder):
    empty = {file.name: file.read_bytes() for file in folder.iterdir()}
    take(folder, answer())
    one = {file.name: file.read_bytes() for file in folder.iterdir()}
    take(folder, answer(), answer(**{CASE: "Birch Row"}))
    copies.undo(NAME)
    assert one == {file.name: file.read_bytes() for file in folder.iterdir()}
    assert any(b"Birch Row" in file.read_bytes() for file in copies.folder_of(NAME).glob("undone-*/*"))
    copies.undo(NAME)
    assert empty == {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(UserError, match="no earlier copy"):
        copies.undo(NAME)


def test_undo_says_that_there_is_no_such_review_and_brings_back_one_whose_folder_is_gone(folder):
    with pytest.raises(UserError, match=r"there is no review data/my-revue/. Did you mean 'my-review'"):
        copies.undo("my-revue")
    take(folder, answer())
    before = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
    take(folder, answer(), answer(**{CASE: "Birch Row"}))
    shutil.rmtree(folder)
    copies.undo(NAME)
    assert {file.name: file.read_bytes() for file in folder.glob("*.csv") if file.name in before} == before


def test_only_the_last_copies_are_kept(folder, monkeypatch):
    monkeypatch.setattr(copies, "KEPT", 3)
    for number in range(6):
        take(folder, *(answer(**{CASE: f"Case {n}"}) for n in range(number + 1)))
    assert len(copies.copies_of(NAME)) == 3


# ---- names ----


def test_two_cases_or_themes_of_one_name_are_refused(folder):
    take(folder, answer(), answer(**{CASE: "Birch Row"}))
    rows = [row | {"name": "The same"} for row in rows_of(folder, "cases")]
    csvfile.write(folder / "cases.csv", csvfile.pd.DataFrame(rows))
    assert any("another row above has the same name" in str(problem) for problem in check.problems_of(NAME)[0])
