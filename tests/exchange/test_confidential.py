"""Nothing that leaves the computer holds an answer, a respondent, or a case that has withdrawn."""

import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from casesynth.core import csvfile, paths
from casesynth.core.review import load
from casesynth.core.schema import CONFIDENTIAL
from casesynth.desk import importing, new
from casesynth.exchange import crate, export

ROOT = Path(__file__).resolve().parents[2]
#: Marks that stand in the answers, beside them, and in the file that was imported.
MARKS = [b"Xanswerx", b"xrespondent@", b"Xstrayx"]


@pytest.fixture
def review(tmp_path, monkeypatch):
    """A review whose answers, respondents and stray files are marked, in a project of its own."""
    for name in ("requirements.lock", "CITATION.cff", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("CASESYNTH_SHEETS", str(tmp_path / "sheets"))
    (tmp_path / "data" / "mca-phase2").mkdir(parents=True)
    shutil.copy(ROOT / "data" / "mca-phase2" / "datapackage.json", tmp_path / "data" / "mca-phase2")
    new.lay_out("mine")
    settings = paths.data("mine") / "review.yaml"
    settings.write_text(settings.read_text().replace("keep: []", "keep: [Email]"))
    lines = new.questionnaire_lines()
    form = tmp_path / "answers.csv"
    header, row = (
        [lines[1], lines[0], "Email", lines[4]],
        ["Alder", "Yes", "xrespondent@example.org", "We Xanswerx here."],
    )
    form.write_text("\n".join(",".join(f'"{cell}"' for cell in cells) for cells in (header, row)) + "\n")
    assert importing.import_form("mine", form)[0]
    points = csvfile.read(paths.data("mine") / "keypoints.csv").frame().assign(summary="It grows.")
    csvfile.write(paths.data("mine") / "keypoints.csv", points)
    (paths.data("mine") / "withdrawn.csv").write_text("id,names\nxstrayx,Xstrayx\n")
    (paths.data("mine") / "export of the form.csv").write_text("Xstrayx,Xanswerx")
    return load("mine")


def members(content: bytes) -> bytes:
    """The bytes of a file with those of all archives in it."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join([name.encode() + b"\n" + members(archive.read(name)) for name in archive.namelist()])


def test_the_marks_are_in_the_tables(review):
    everything = b"".join(file.read_bytes() for file in paths.data("mine").iterdir())
    assert all(mark in everything for mark in MARKS)


def test_no_export_holds_what_is_confidential(review):
    for path, content in export.files(review).items():
        assert Path(path).stem not in CONFIDENTIAL
        assert [mark for mark in MARKS if mark in members(content)] == [], path


def test_no_crate_holds_what_is_confidential_not_even_what_a_run_has_read(review, tmp_path):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "1.ipynb").write_text("{}")
    reads = [f"data/mine/{table}.csv" for table in ("keypoints", *CONFIDENTIAL)]
    stamp = {"step": "1", "notebook": "notebooks/1.ipynb", "reads": reads, "writes": [], "parameters": {}}
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "1.done").write_text(json.dumps(stamp))
    target = tmp_path / "mine-crate.zip"
    crate.write(crate.describe("mine", "mine", crate.runs(tmp_path / "build", "mine")), target)
    text = members(target.read_bytes())
    assert b"data/mine/keypoints.csv" in text and b"data/mine/review.yaml" in text
    assert [mark for mark in MARKS if mark in text] == []
    assert not any(f"data/mine/{table}.csv".encode() in text for table in CONFIDENTIAL)
