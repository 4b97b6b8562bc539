"""`make suggest` writes a workbook of proposals and changes no data."""

import csv
import io

import pytest

from casesynth.core import paths, shards
from casesynth.core.sizes import LISTED
from casesynth.desk import suggestions
from tests.support import commands


@pytest.fixture
def suggest(project, monkeypatch):
    """`make suggest` on the tiny review, in this process."""
    monkeypatch.setattr(paths, "ROOT", project.folder)
    folders = {"CASESYNTH_DATA": project.path("data"), "CASESYNTH_SHEETS": project.path("sheets")}
    return lambda: commands.run("suggest", "tiny", **folders)


def test_suggest_writes_a_sheet_and_changes_no_data(project, suggest):
    before = {file.name: file.read_bytes() for file in project.path("data/tiny").iterdir()}
    done = suggest()
    assert done.returncode == 0, done.stdout + done.stderr
    sheet = list(csv.DictReader(io.StringIO(project.read("sheets/tiny-suggestions.csv"))))
    assert len(sheet) == 12 and {row["accept"] for row in sheet} == {""}
    assert {file.name: file.read_bytes() for file in project.path("data/tiny").iterdir()} == before
    assert "change nothing" in done.stdout
    pair = f"{sheet[3]['keypoint']},{sheet[3]['theme']}"
    project.edit("sheets/tiny-suggestions.csv", f"{pair},,", f"{pair},yes,")
    project.path("sheets/tiny-suggestions.csv").write_text(
        project.read("sheets/tiny-suggestions.csv") + f"{sheet[0]['keypoint']},a-theme-of-before,maybe,,,,,,,,,\n"
    )
    assert suggest().returncode == 0
    again = list(csv.DictReader(io.StringIO(project.read("sheets/tiny-suggestions.csv"))))
    marks = {(row["keypoint"], row["theme"]): row["accept"] for row in again if row["accept"]}
    assert marks == {
        (sheet[3]["keypoint"], sheet[3]["theme"]): "yes",
        (sheet[0]["keypoint"], "a-theme-of-before"): "maybe",
    }
    assert again[:12] == [row | {"accept": marks.get((row["keypoint"], row["theme"]), "")} for row in sheet]


def test_a_review_that_has_shards_alone_gets_the_same_sheet(project, suggest, monkeypatch):
    assert suggest().returncode == 0
    whole = project.path("sheets/tiny-suggestions.csv").read_bytes()
    folder = project.path("data/tiny")
    assert commands.run("shards", "tiny", "--shards", 3, CASESYNTH_DATA=folder.parent).returncode == 0
    for table in shards.SHARDED:
        folder.joinpath(f"{table}.csv").unlink()
    old = suggest()
    assert old.returncode == 2 and "run `casesynth shards tiny` to check them against this one" in old.stderr
    assert commands.run("shards", "tiny", CASESYNTH_DATA=folder.parent).returncode == 0
    for largest in (LISTED, 1):
        monkeypatch.setattr("casesynth.core.review.LISTED", largest)
        project.path("sheets/tiny-suggestions.csv").unlink()
        assert suggest().returncode == 0
        assert project.path("sheets/tiny-suggestions.csv").read_bytes() == whole
    monkeypatch.setattr(suggestions, "PROPOSED", 2)
    done = suggest()
    assert "Of 12 proposals, the most confident 2 of each heading." in done.stdout
    project.path("data/tiny/shards/000-of-003").rename(project.path("moved"))
    gone = suggest()
    assert gone.returncode == 2 and "found 2 shards of 003" in gone.stderr


def test_suggest_for_an_unknown_review_is_one_message():
    done = commands.run("suggest", "nowhere")
    assert done.returncode == 2 and "there is no review data/nowhere/" in done.stderr


def test_formulas_in_a_sheet_are_text(tiny, tmp_path, monkeypatch):
    review = tiny()
    review.tables["keypoints"].loc[0, "summary"] = "=cmd()"
    monkeypatch.setattr("casesynth.desk.suggestions.load", lambda name: review)
    monkeypatch.setenv("CASESYNTH_SHEETS", str(tmp_path))
    suggestions.write("tiny")
    written = (tmp_path / "tiny-suggestions.csv").read_text()
    assert "'=cmd()" in written and ",=cmd()" not in written
