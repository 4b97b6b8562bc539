"""Out and back: the exports of a review, and projects of other programs read in."""

import hashlib
import io
import os
import re
import resource
import shutil
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pytest
import yaml

from casesynth import cli
from casesynth.core.csvfile import as_typed
from casesynth.core.review import load
from casesynth.core.schema import REQUIRED
from casesynth.exchange import export

ROOT = Path(__file__).parents[1]
NS = "{urn:QDA-XML:project:1.0}"


def command(*arguments: str, data: Path, **environment) -> subprocess.CompletedProcess:
    """Run a command of the package as make does, on the reviews in `data`, in at most 2 GB and 60 s."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "CASESYNTH_DATA": str(data), "PYTHONHASHSEED": "0", **environment}
    return subprocess.run(
        [sys.executable, "-m", "casesynth", *arguments], env=env, capture_output=True, text=True, timeout=60, cwd=data,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30)),
    )  # fmt: skip


def change(folder: Path, table: str, row: dict, **values) -> None:
    """Change the rows of a table that have the values of `row`."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    rows = (frame[list(row)] == pd.Series(row)).all(axis=1)
    assert rows.any()
    for column, value in values.items():
        frame.loc[rows, column] = value
    frame.to_csv(folder / f"{table}.csv", index=False)


def add(folder: Path, table: str, *rows: list) -> None:
    """Add rows to a table."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    more = pd.DataFrame(rows, columns=frame.columns)
    pd.concat([frame, more]).to_csv(folder / f"{table}.csv", index=False)


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """Reviews: tiny, and hard, which has all that programs trip over."""
    data = tmp_path_factory.mktemp("data")
    for name in ("tiny", "hard"):
        shutil.copytree(ROOT / "tests" / "tiny", data / name)
        shutil.copy(ROOT / "data" / "mca-phase2" / "datapackage.json", data / name)
    hard = data / "hard"
    change(hard, "cases", {"id": "alder"}, name="A/B: Älder \U0001f333 Yard.v2", lead='=HYPERLINK("http://x")')
    change(hard, "cases", {"id": "birch"}, name="a b  älder   yard v2")
    change(hard, "keypoints", {"id": "alder-aims-01"}, summary="\U0001f331\U0001f331 Neighbours\r\nmeet & <plant>.")
    change(hard, "keypoints", {"id": "alder-aims-02"}, summary="=1+1 beds of food e\u0301.", label="Food:")
    change(hard, "keypoints", {"id": "birch-enablers-01"}, summary="# Not a heading.")
    add(hard, "coders", ["bo", "Invented.", "2026-10", "true", "false", "false", "Invented.", "Invented."])
    add(
        hard, "codings",
        ["alder-aims-01", "aim-together", "bo", "supports", "Two lines\r\nof memo \U0001f600"],
        ["alder-aims-01", "aim-food", "bo", "contradicts", ""],
        ["cedar-enablers-02", "none", "bo", "supports", ""],
    )  # fmt: skip
    change(hard, "codings", {"keypoint": "birch-enablers-01"}, memo="@bold guess")
    same = [["aim-soil", "theme", "aims", "Soil", "About soil.", "", "", "gen-garden", "compendium", ""]]
    add(hard, "codebook", *same, ["aim-soil-2", *same[0][1:]])
    settings = yaml.safe_load((hard / "review.yaml").read_text())
    settings["headings"][1]["singular"], settings["headings"][2]["singular"] = "Enabler", "Barrier"
    (hard / "review.yaml").write_text(yaml.safe_dump(settings))
    return data


@pytest.fixture(scope="module")
def exported(data, tmp_path_factory) -> Path:
    """The export of the hard review."""
    out = tmp_path_factory.mktemp("out")
    done = command("export", "hard", data=data, CASESYNTH_READ=str(out))
    assert done.returncode == 0, done.stderr
    return out / "export"


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


def in_words(folder: Path) -> set[tuple]:
    """A review's codings with names in the place of ids, to compare reviews with different ids."""
    read = {file.stem: pd.read_csv(file, dtype=str, keep_default_na=False) for file in folder.glob("*.csv")}
    table = {name: frame.map(as_typed) for name, frame in read.items()}
    headings = yaml.safe_load((folder / "review.yaml").read_text())["headings"]
    heading = {each["id"]: each["name"] for each in headings}
    case = dict(zip(table["cases"]["id"], table["cases"]["name"]))
    code = {each.id: each for each in table["codebook"].itertuples()} | {"none": None}
    rows = set()
    for row in (
        table["keypoints"]
        .merge(table["codings"], how="left", left_on="id", right_on="keypoint")
        .fillna("")
        .itertuples()
    ):
        chain, theme = [], code.get(row.theme)
        while theme:
            chain.append((theme.name, theme.definition, theme.includes, theme.excludes))
            theme = code.get(theme.parent)
        label = row.label.rstrip(":")
        summary = re.sub(r"\s*\n\s*", " ", row.summary.replace("\r", ""))
        memo = row.memo.replace("\r", "")
        rows.add(
            (row.id, case[row.case], heading[row.heading], label, summary, tuple(chain), row.coder, row.direction, memo)
        )
    return rows


@pytest.mark.parametrize("review", ["hard", pytest.param("mca-phase2", marks=pytest.mark.long)])
def test_what_goes_out_comes_back(data, exported, tmp_path, review):
    """Cases, headings, key points, the three levels of codes, every coder's codings, directions and memos."""
    out = exported
    if review == "mca-phase2":
        shutil.copytree(ROOT / "data" / review, data / review, dirs_exist_ok=True)
        assert command("export", review, data=data, CASESYNTH_READ=str(tmp_path)).returncode == 0
        out = tmp_path / "export"
    done = command("import-qdpx", f"back-{review}", str(out / "project.qdpx"), data=data)
    assert done.returncode == 0, done.stderr
    assert "left out" not in done.stdout
    assert in_words(data / f"back-{review}") == in_words(data / review)
    first, back = (
        pd.read_csv(data / name / "cases.csv", keep_default_na=False).map(as_typed).sort_values("order")
        for name in (review, f"back-{review}")
    )
    for column in ("full_title", "lead", "nation", "case_study"):
        assert list(first[column]) == list(back[column])


def test_an_import_touches_no_review_that_is_there(data, exported, monkeypatch, capsys):
    monkeypatch.setenv("CASESYNTH_DATA", str(data))
    before = {file: file.read_bytes() for file in (data / "tiny").iterdir()}
    assert cli.main(["import-qdpx", "tiny", str(exported / "project.qdpx")]) == 2
    assert "left unchanged" in capsys.readouterr().err
    assert {file: file.read_bytes() for file in (data / "tiny").iterdir()} == before
    assert cli.main(["import-qdpx", "../outside", str(exported / "project.qdpx")]) == 2
    assert "expected small letters" in capsys.readouterr().err


# ---- a project as other programs write it ----

FOREIGN = """<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0" name="Study" origin="Another 1.0">
<Users><User guid="{{AAAAAAAA-0000-0000-0000-000000000001}}" name="Käthe"/></Users>
<CodeBook><Codes>
 <Code guid="aaaaaaaa-0000-0000-0000-000000000010" name="Money" isCodable="true"><Description>About money.</Description>
  <Code guid="aaaaaaaa-0000-0000-0000-000000000011" name="Rent" isCodable="true"/></Code>
</Codes></CodeBook>
<Cases><Case guid="aaaaaaaa-0000-0000-0000-000000000020" name="One">
 <SourceRef targetGUID="AAAAAAAA-0000-0000-0000-000000000030"/></Case></Cases>
<Sources>
 <TextSource guid="aaaaaaaa-0000-0000-0000-000000000030" name="Talk.docx" plainTextPath="internal://AAAA.txt">
  <PlainTextSelection guid="aaaaaaaa-0000-0000-0000-000000000031" startPosition="{start}" endPosition="{end}">
   <Coding guid="aaaaaaaa-0000-0000-0000-000000000032" creatingUser="AAAAAAAA-0000-0000-0000-000000000001"
     creationDateTime="2025-03-04T05:06:07Z"><CodeRef targetGUID="AAAAAAAA-0000-0000-0000-000000000010"/></Coding>
   <Coding guid="aaaaaaaa-0000-0000-0000-000000000033"><CodeRef targetGUID="aaaaaaaa-0000-0000-0000-000000000011"/></Coding>
  </PlainTextSelection>
  <Coding guid="aaaaaaaa-0000-0000-0000-000000000034"><CodeRef targetGUID="aaaaaaaa-0000-0000-0000-000000000011"/></Coding>
 </TextSource>
 <TextSource guid="aaaaaaaa-0000-0000-0000-000000000040" name="Two.txt"><PlainTextContent>No marks.</PlainTextContent></TextSource>
 <AudioSource guid="aaaaaaaa-0000-0000-0000-000000000041" name="Tape"/>
</Sources></Project>"""


def archive_of(file: Path, members: dict, packing=zipfile.ZIP_DEFLATED) -> Path:
    """A zip archive with these members."""
    with zipfile.ZipFile(file, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file


def test_a_project_of_another_program_becomes_a_review(data, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CASESYNTH_DATA", str(data))
    text = "\ufeff\U0001f4b7 first.\nThe rent rises.\n"
    xml = FOREIGN.format(start=9, end=24)
    file = archive_of(tmp_path / "p.qdpx", {"Project.qde": xml, "Sources/aaaa.TXT": text.encode("utf-8")})
    assert cli.main(["import-qdpx", "foreign", str(file)]) == 0
    said = capsys.readouterr().out
    assert "codings of whole documents (1)" in said and "AudioSource" in said
    read = {table: pd.read_csv(data / "foreign" / f"{table}.csv", keep_default_na=False) for table in REQUIRED}
    assert list(read["cases"]["name"]) == ["One", "Two"]
    assert list(read["keypoints"]["summary"]) == ["The rent rises."]
    assert [tuple(row) for row in read["codebook"][["id", "level", "parent"]].itertuples(index=False)] == [
        ("gen-money", "general", ""), ("money", "theme", "gen-money"), ("rent", "theme", "gen-money"),
    ]  # fmt: skip
    assert set(zip(read["codings"]["theme"], read["codings"]["coder"])) == {
        ("money", "kathe"),
        ("rent", "unnamed-coder"),
    }
    assert dict(zip(read["coders"]["id"], read["coders"]["when"]))["kathe"] == "2025-03"


def lying_archive(file: Path) -> Path:
    """An archive whose member says that it is small and unpacks to 400 MB."""
    archive_of(file, {"project.qde": b" " * (400 << 20)})
    content = bytearray(file.read_bytes())
    size = (400 << 20).to_bytes(4, "little")
    while size in content:
        at = content.index(size)
        content[at : at + 4] = (900_000).to_bytes(4, "little")
    file.write_bytes(content)
    return file


def bad_files(folder: Path) -> dict[str, Path]:
    """Files that must be refused, by what is wrong with them."""
    fine = FOREIGN.format(start=0, end=1)
    laughs = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{("&a" + (str(n - 1) if n else "") + ";") * 10}">' for n in range(1, 9)
    ) + "]><Project name='&a8;'/>"  # fmt: skip
    deep = fine.replace("<CodeBook><Codes>", "<CodeBook><Codes>" + "<Code guid='d' name='d' isCodable='true'>" * 20_000)
    deep = deep.replace("</Codes></CodeBook>", "</Code>" * 20_000 + "</Codes></CodeBook>")
    deep = re.sub("guid='d'", lambda match, count=iter(range(10**6)): f"guid='d{next(count)}'", deep)
    made = {
        "declares entities": {
            "project.qde": '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><Project name="&e;"/>'
        },
        "declares entities or": {"project.qde": laughs},
        "a document type": {"project.qde": '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><Project/>'},
        "leads outside": {"project.qde": fine, "../../outside.txt": "x"},
        "outside: '/etc": {"project.qde": fine, "/etc/x": "x"},
        "more than 200 times": {"project.qde": b" " * (40 << 20)},
        "at most 50 MB": {"project.qde": b" " * (60 << 20)},
        "at most 10,000": {"project.qde": fine, **{f"sources/{n}": "" for n in range(10_001)}},
        "no project.qde": {"other.xml": fine},
        "not well-formed": {"project.qde": fine[:-20]},
        "begins with <html>": {"project.qde": "<html/>"},
        "not UTF-8 text": {"project.qde": fine, "sources/aaaa.txt": b"caf\xe9"},
        "more than 50 deep": {"project.qde": deep},
    }
    files = {why: archive_of(folder / f"{number}.qdpx", members) for number, (why, members) in enumerate(made.items())}
    (folder / "text.qdpx").write_text("not an archive")
    half = archive_of(folder / "half.qdpx", {"project.qde": fine * 50}).read_bytes()
    (folder / "half.qdpx").write_bytes(half[: len(half) // 2])
    hurt = bytearray(archive_of(folder / "hurt.qdpx", {"project.qde": fine}).read_bytes())
    hurt[60:200] = zlib.compress(b"?" * 999, 0)[:140]
    (folder / "hurt.qdpx").write_bytes(hurt)
    return {
        **files,
        "cannot be read as an archive (File is not": folder / "text.qdpx",
        "cannot be read as an archive": folder / "half.qdpx",
        "cannot be unpacked (": folder / "hurt.qdpx",
        "casesynth: 'project.qde'": lying_archive(folder / "lying.qdpx"),
        "is not there": folder / "no-such.qdpx",
    }


def test_files_of_strangers_are_refused_with_a_message_and_nothing_is_written(tmp_path, monkeypatch, capsys):
    """In bounded memory (see `command`): the worst of them also as a command."""
    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path / "data"))
    files = bad_files(tmp_path)
    for why, file in files.items():
        assert cli.main(["import-qdpx", "stranger", str(file)]) == 2, why
        assert why in capsys.readouterr().err
    assert not (tmp_path / "data").exists()
    for file in (tmp_path / "lying.qdpx", tmp_path / "12.qdpx"):
        done = command("import-qdpx", "stranger", str(file), data=tmp_path)
        assert done.returncode == 1 and "Traceback" not in done.stderr


# ---- spreadsheets ----


def test_the_workbook_shows_what_the_tables_say_and_runs_nothing(exported):
    book = openpyxl.load_workbook(exported / "synthesis.xlsx")
    assert book.sheetnames == ["About", "Framework matrix", "Codebook", "Counts", "Codings"]
    for sheet in book:
        assert sheet.freeze_panes and all(cell.alignment.wrap_text for cell in sheet[1])
        assert {cell.data_type for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)} <= {"s"}
    matrix = [[cell.value for cell in row] for row in book["Framework matrix"].iter_rows()]
    assert matrix[0] == ["Case", "Aims", "Enablers", "Barriers"] and len(matrix) == 4
    points = {row[8].value: row for row in book["Codings"].iter_rows(min_row=2)}
    assert points["alder-aims-02"][3].value == "'=1+1 beds of food e\u0301."
    assert points["birch-enablers-01"][7].value == "'@bold guess"
    assert as_typed(points["birch-enablers-01"][7].value) == "@bold guess"
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
