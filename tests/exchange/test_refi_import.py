"""REFI-QDA projects of other programs are read, and hostile files rejected."""

import re
import shutil
import zipfile
import zlib
from pathlib import Path

import pandas as pd
import pytest

from casesynth import cli
from casesynth.core.csvfile import as_typed
from casesynth.core.schema import REQUIRED
from tests.support import ROOT
from tests.support.exchange import command, in_words


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
    assert "expected lower-case letters" in capsys.readouterr().err


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
    assert list(read["keypoints"]["summary"]) == [""]  # taken word for word, so it is private until summarised
    assert "The rent rises." in (data / "foreign" / "sentences.csv").read_text()
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
        "outside it: '/etc": {"project.qde": fine, "/etc/x": "x"},
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
        "there is no file": folder / "no-such.qdpx",
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
        assert done.returncode == 2 and "Traceback" not in done.stderr
