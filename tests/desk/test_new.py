"""A new review is laid out, with its questionnaire."""

import shutil

from casesynth.core import csvfile
from casesynth.desk import form as form_room
from casesynth.desk import new
from tests.support import ROOT


def test_new_lays_out_what_a_review_needs_and_touches_no_folder_that_is_there(desk):
    assert desk.new()[0] == 0
    names = {file.name for file in desk.path("").iterdir()}
    tables = {"cases.csv", "keypoints.csv", "codebook.csv", "coders.csv", "codings.csv"}
    assert names == tables | {"review.yaml", "datapackage.json", "questionnaire.docx", "questionnaire.txt"}
    assert all(desk.path(table).read_text().count("\n") == 1 for table in tables)
    assert desk.check()[0] == 0
    before = desk.bytes()
    status, _, message = desk.new()
    assert status == 2 and "already exists and was left unchanged" in message and desk.bytes() == before


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
