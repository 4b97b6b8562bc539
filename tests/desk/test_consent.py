"""Only answers with consent are imported."""

import pytest

from tests.support.desk import AGREE, CASE, HELPS, answers, export, settle


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


@pytest.mark.parametrize(
    "no", ["Consent not given", "Yes, but not my name", "I agree to nothing", "No", "", "Yes?", "maybe"]
)
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
    ("asked", "proposed", "said"),
    [
        ("May we use your answers?", "May we use your answers?", "taken as no: 'No thanks' (1)"),
        ("I agree to the use of my answers", "I agree to the use of my answers", "taken as yes: 'Yes' (2)"),
        ("Are you well?", "", "answered with yes or no: 'Are you well?'"),
    ],
)
def test_a_first_import_of_another_form_proposes_where_consent_stands_and_never_imports(
    desk, tmp_path, asked, proposed, said
):
    desk.new()
    file = tmp_path / "other.csv"
    rows = "".join(
        f"{name},{said},Rent was far too high for us.\n"
        for name, said in (("A", "Yes"), ("B", "No thanks"), ("C", "Yes"))
    )
    file.write_text(f"Project title,{asked},What barriers did you meet?\n{rows}")
    status, told, _ = desk.import_(file)
    assert status == 3 and said in told and not desk.rows("cases")
    assert f'consent: "{proposed}"' in desk.path("review.yaml").read_text()
    assert bool(proposed) == (desk.import_(file)[0] == 0) and len(desk.rows("cases")) == 2 * bool(proposed)


@pytest.mark.parametrize(
    ("times", "order", "left"),
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


def test_cases_without_consent_or_gone_from_the_export_are_listed_with_the_command_that_takes_them_out(desk, tmp_path):
    desk.new()
    birch, cedar = answers(**{CASE: "Birch Row"}), answers(**{CASE: "Cedar Roof"})
    desk.import_(export(tmp_path / "a.xlsx", [answers(), birch, cedar]))
    before = desk.bytes()
    _, told, _ = desk.import_(export(tmp_path / "b.xlsx", [answers(), birch, birch | {AGREE: "No"}]))
    first, second = told.split("In the tables, but ")[1:]
    assert first.startswith("without consent") and "casesynth withdraw my-review birch-row" in first
    assert second.startswith("not in this export") and "casesynth withdraw my-review cedar-roof" in second
    assert "withdraw my-review alder-yard" not in told
    after = desk.bytes()
    assert b"birch-row" in after.pop("withdrawn.csv") and after == before
