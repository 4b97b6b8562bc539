"""`make suggest` writes a workbook of proposals and changes no data."""

import csv
import io
import os
import subprocess
import sys

from casesynth.core import paths
from casesynth.desk import suggestions


def test_suggest_writes_a_sheet_and_changes_no_data(project, tmp_path):
    before = {file.name: file.read_bytes() for file in project.path("data/tiny").iterdir()}
    done = project.make("suggest")
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
    assert project.make("suggest").returncode == 0
    again = list(csv.DictReader(io.StringIO(project.read("sheets/tiny-suggestions.csv"))))
    marks = {(row["keypoint"], row["theme"]): row["accept"] for row in again if row["accept"]}
    assert marks == {
        (sheet[3]["keypoint"], sheet[3]["theme"]): "yes",
        (sheet[0]["keypoint"], "a-theme-of-before"): "maybe",
    }
    assert again[:12] == [row | {"accept": marks.get((row["keypoint"], row["theme"]), "")} for row in sheet]


def test_suggest_for_an_unknown_review_is_one_message():
    done = subprocess.run(
        [sys.executable, "-m", "casesynth.desk.suggestions", "nowhere"],
        capture_output=True,
        text=True,
        cwd=paths.ROOT,
        env=os.environ,
    )
    assert done.returncode == 2 and "there is no review data/nowhere/" in done.stderr and "Traceback" not in done.stderr


def test_formulas_in_a_sheet_are_text(tiny, tmp_path, monkeypatch):
    review = tiny()
    review.tables["keypoints"].loc[0, "summary"] = "=cmd()"
    monkeypatch.setattr("casesynth.desk.suggestions.load", lambda name: review)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    assert suggestions.main(["tiny"]) == 0
    written = (tmp_path / "sheets" / "tiny-suggestions.csv").read_text()
    assert "'=cmd()" in written and ",=cmd()" not in written
