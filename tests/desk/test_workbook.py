"""The tables as a workbook, and the edited workbook read back."""

from datetime import datetime

import openpyxl
import pytest

from casesynth.desk import workbook
from tests.support.desk import book_of, change, edit, replace, rules_of, worksheet


def test_the_workbook_has_lists_frozen_headers_and_wrapped_text_and_the_same_bytes(desk):
    desk.tiny()
    assert desk.sheet()[0] == 0
    file = desk.folder / "sheets" / "my-review.xlsx"
    first = file.read_bytes()
    desk.sheet()
    assert file.read_bytes() == first
    book = openpyxl.load_workbook(file)
    assert rules_of(file).keys() >= {
        ("keypoints", "B"),
        ("keypoints", "C"),
        ("codings", "D"),
        ("codings", "E"),
        ("codings", "F"),
    }
    shown = [sheet for sheet in book if sheet.sheet_state == "visible"]
    assert all(sheet.freeze_panes == "B2" and sheet["A2"].alignment.wrap_text for sheet in shown)


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
    ("table", "cell", "value", "said"),
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
    change(
        desk, ("keypoints", "alder-aims-01", "summary", "In the workbook."), ("codings", "alder-aims-01", "memo", "m")
    )
    replace(desk, "keypoints.csv", "It aims to grow food.", "In the table.")
    replace(desk, "keypoints.csv", "neighbours together.,,,,", "neighbours together.,,,s1,")  # another cell of the row
    replace(desk, "keypoints.csv", "birch-aims-01,", "birch-aims-03,birch,aims,3,,New.,,,,\nbirch-aims-01,")
    status, _told, message = desk.back()
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
    replace(
        desk, "codings.csv", "alder-aims-01,aim-together,ada,supports,", "alder-aims-01,aim-together,ada,contradicts,"
    )
    assert "therefore kept: alder-aims-01 aim-together ada" in desk.back()[1]
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
    assert "codings: 1 row new" in desk.back()[1]


def test_make_sheet_proposes_the_consensus_where_coders_agree(desk):
    desk.tiny()
    row = desk.path("coders.csv").read_text().splitlines()[1]
    desk.path("coders.csv").open("a").writelines(row.replace("ada", id, 1) + "\n" for id in ("bo", "consensus"))
    own = desk.path("codings.csv").read_text().splitlines()[1:4]
    own[1] = own[1].replace("aim-food", "none")
    desk.path("codings.csv").open("a").writelines(line.replace(",ada,", ",bo,") + "\n" for line in own)
    replace(desk, "review.yaml", "coding: ada", "coding: consensus")
    assert "the consensus has no row for 3 key points that several coders have coded" in desk.check()[1]
    status, told, message = desk.sheet()
    assert status == 0 and "consensus on 2 key points" in told, message
    assert desk.sheet()[0] == 0  # what was proposed is no edit
    assert "codings: 2 rows new" in desk.back()[1]
    agreed = [row["keypoint"] for row in desk.rows("codings") if row["coder"] == "consensus"]
    assert agreed == ["alder-aims-01", "alder-barriers-01"]
    assert "1 key point that several" in desk.check()[1] and desk.sheet()[0] == 0


def test_lists_follow_what_is_typed_and_warn_and_heads_explain_the_columns(desk):
    desk.tiny().sheet()
    book = openpyxl.load_workbook(book_of(desk))
    rules = rules_of(book_of(desk))
    assert all(rule.showErrorMessage and rule.errorStyle == "warning" for rule in rules.values())
    assert rules["codings", "E"].formula1 == "OFFSET(coders!$A$2,0,0,MAX(1,COUNTA(coders!$A$2:$A$502)),1)"
    assert "codebook!$A$" in rules["codebook", "I"].formula1 and "codebook" in rules["codings", "D"].formula1
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
    assert (
        status == 0
        and "review.yaml" in told
        and "(ada)" in told
        and desk.rows("keypoints")[0]["summary"] == "It unites."
    )


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
    status, _told, message = desk.back()
    assert status == 0, message
    point = desk.rows("keypoints")[2]
    assert (point["id"], point["case"], point["heading"], point["order"]) == ("alder-aims-03", "alder", "aims", "3")
    bo = desk.load().coders.iloc[1]
    assert (bo["when"], bo["seen_sources"], bo["seen_attributions"]) == ("2025-03", True, False)
