"""Exports for other programs: REFI-QDA, a workbook and CSV."""

import hashlib
import io
import re
import shutil
import zipfile
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest

from casesynth.core.csvfile import as_typed
from casesynth.core.review import load
from casesynth.exchange import export
from tests.support.exchange import NS, change, command


@pytest.fixture(scope="module")
def project(exported):
    """The XML of the exported project and its texts."""
    with zipfile.ZipFile(exported / "project.qdpx") as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    return ElementTree.fromstring(texts.pop("project.qde")), texts


def test_the_export_has_the_same_bytes_in_any_setting(data, exported, tmp_path):
    there = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C", "CASESYNTH_READ": str(tmp_path)}
    assert command("export", "hard", data=data, **there).returncode == 0
    files = sorted(path.relative_to(exported) for path in exported.rglob("*.*"))
    assert len(files) > 10
    for file in files:
        both = {hashlib.sha256((folder / file).read_bytes()).hexdigest() for folder in (exported, tmp_path / "export")}
        assert len(both) == 1, file


def test_the_export_is_next_to_the_data_that_were_read(data, tmp_path):
    shutil.copytree(data / "tiny", tmp_path / "data" / "tiny")
    done = command("export", "tiny", data=tmp_path / "data")
    assert done.returncode == 0 and f"Written to {tmp_path / 'results'}" in done.stdout, done.stderr
    assert (tmp_path / "results" / "tiny" / "export" / "project.qdpx").exists()


def test_every_selection_is_the_summary_of_its_key_point_by_code_points(project):
    root, texts = project
    said = {
        "alder-aims-01": "\U0001f331\U0001f331 Neighbours meet & <plant>.",
        "alder-aims-02": "=1+1 beds of food e\u0301.",
    }
    seen = {}
    for source in root.iter(f"{NS}TextSource"):
        text = texts["sources/" + source.get("plainTextPath").removeprefix("internal://")].decode("utf-8")
        for selection in source.iter(f"{NS}PlainTextSelection"):
            number, point = re.fullmatch(r"line:(\d+) (\S+)", selection.get("name")).groups()
            seen[point] = text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
            assert text.split("\n")[int(number)] == seen[point]
    assert len(seen) == 12
    for point, summary in said.items():
        assert seen[point] == summary


def test_what_programs_trip_over_is_not_there(exported, project):
    root, texts = project
    parents = {child: parent for parent in root.iter() for child in parent}
    assert "casesynth" in root.get("origin") and "ATLAS" not in root.get("origin").upper()
    for content in texts.values():
        assert not content.startswith(b"\xef\xbb\xbf") and b"\r" not in content
    for source in [*root.iter(f"{NS}TextSource"), *root.iter(f"{NS}Note")]:
        assert re.fullmatch(r"internal://[0-9a-f-]{36}\.txt", source.get("plainTextPath"))
        assert source.find(f"{NS}PlainTextContent") is None
    notes = list(root.iter(f"{NS}Note"))
    assert len(notes) == 2 and {note.get("creationDateTime")[:7] for note in notes} == {"2026-10", "2026-11"}
    guids = [element.get("guid") for element in root.iter() if element.get("guid")]
    assert len(guids) == len(set(guids))
    used = [value for e in root.iter() for key, value in e.items() if "guid" in key.lower() or key == "creatingUser"]
    assert all(re.fullmatch("[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", each) for each in used)
    assert set(used) == set(guids)
    names = [code.get("name").casefold() for code in root.iter(f"{NS}Code")]
    assert len(names) == len(set(names)) and {"barrier: money", "enabler: money"} <= set(names)
    for element in root.iter(f"{NS}NoteRef"):
        assert parents[element].tag == f"{NS}Coding"
    for coding in root.iter(f"{NS}Coding"):
        assert coding.get("creatingUser") == parents[coding].get("creatingUser")
    for container in "Users Codes Variables Cases Sources Notes Sets".split():
        for found in root.iter(f"{NS}{container}"):
            assert len(found)
    for archive in ("project.qdpx", "synthesis.xlsx"):
        with zipfile.ZipFile(exported / archive) as archive:
            assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_review_with_nothing_coded_has_no_empty_containers(data, monkeypatch):
    monkeypatch.setenv("CASESYNTH_DATA", str(data))
    shutil.copytree(data / "tiny", data / "bare")
    for table in ("codings", "keypoints", "cases"):
        rows = (data / "bare" / f"{table}.csv").read_text().splitlines()
        (data / "bare" / f"{table}.csv").write_text(rows[0] + "\n")
    with zipfile.ZipFile(io.BytesIO(export.files(load("bare"))["project.qdpx"])) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
    assert [child.tag.removeprefix(NS) for child in root] == ["Users", "CodeBook", "Sets", "Description"]


def test_the_workbook_shows_what_the_tables_say_and_runs_nothing(exported):
    book = openpyxl.load_workbook(exported / "synthesis.xlsx")
    assert book.sheetnames == ["About", "Framework matrix", "Counts", "Codings"]
    for sheet in book:
        assert sheet.freeze_panes and all(cell.alignment.wrap_text for cell in sheet[1])
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)} <= {"s"}
    matrix = [[cell.value for cell in row] for row in book["Framework matrix"].iter_rows()]
    assert matrix[0] == ["Case", "Aims", "Enablers", "Barriers"] and len(matrix) == 4
    points = {row[9].value: row for row in book["Codings"].iter_rows(min_row=2)}
    assert points["alder-aims-02"][3].value == "'=1+1 beds of food e\u0301."
    assert points["birch-enablers-01"][8].value == "'@bold guess"
    assert as_typed(points["birch-enablers-01"][8].value) == "@bold guess"
    counts = {row[1].value: [cell.value for cell in row] for row in book["Counts"].iter_rows(min_row=2)}
    assert counts["Bringing people together"][2:6] == [2, 2, 3, 0.667]
    assert "Growing food" in counts


def test_every_table_is_there_as_csv_and_runs_nothing(data, exported):
    there = {file.stem for file in (exported / "tables").iterdir()}
    assert {"cases", "keypoints", "codebook", "coders", "codings", "sheet-framework-matrix", "sheet-counts"} <= there
    cases = pd.read_csv(exported / "tables" / "cases.csv", dtype=str, keep_default_na=False)
    first = pd.read_csv(data / "hard" / "cases.csv", dtype=str, keep_default_na=False)
    assert cases["lead"][0] == "'" + first["lead"][0]
    assert cases.map(as_typed).equals(first)
    for file in (exported / "tables").iterdir():
        cells = pd.read_csv(file, dtype=str, keep_default_na=False).to_numpy().ravel()
        assert not [cell for cell in cells if cell[:1] in "=@\t" and cell], file


def test_a_cell_longer_than_a_workbook_holds_is_cut_and_says_so(data, monkeypatch):
    monkeypatch.setenv("CASESYNTH_DATA", str(data))
    shutil.copytree(data / "tiny", data / "long")
    change(data / "long", "keypoints", {"id": "alder-aims-01"}, summary="=" + "x" * 40_000)
    book = openpyxl.load_workbook(io.BytesIO(export.files(load("long"))["synthesis.xlsx"]))
    cells = [str(cell.value) for row in book["Framework matrix"].iter_rows() for cell in row]
    assert max(map(len, cells)) <= 32_767 and any(cell.endswith("(cut here; the CSV has all of it)") for cell in cells)


def test_answers_of_respondents_are_not_exported(data, monkeypatch):
    monkeypatch.setenv("CASESYNTH_DATA", str(data))
    review = load("tiny")
    review.tables["responses"] = pd.DataFrame({"answer": ["What I think is private."]})
    assert not [path for path, content in export.files(review).items() if "responses" in path or b"private" in content]
