"""REFI-QDA projects as other programs write them: cases, positions, and what is private."""

import zipfile

import pytest

from casesynth.core import csvfile
from casesynth.core.schema import CONFIDENTIAL
from tests.support.commands import run

HEAD = '<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0" name="Study" origin="{origin}">'
RENT = '<CodeBook><Codes><Code guid="c1" name="Rent" isCodable="true"/>{codes}</Codes></CodeBook>'


def selection(start: int, end: int, number: int = 1, code: str = "c1", name: str = "") -> str:
    return (
        f'<PlainTextSelection guid="s{number}" startPosition="{start}" endPosition="{end}" name="{name}">'
        f'<Coding guid="k{number}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
    )


@pytest.fixture
def bring(tmp_path):
    """Import a project. Returns the message, and the tables as rows."""

    def bring(sources: str, texts: dict, cases: str = "", codes: str = "", more: str = "", words=(), origin="X 1"):
        xml = HEAD.format(origin=origin) + RENT.format(codes=codes) + more
        xml += (f"<Cases>{cases}</Cases>" if cases else "") + f"<Sources>{sources}</Sources></Project>"
        with zipfile.ZipFile(tmp_path / "p.qdpx", "w") as archive:
            archive.writestr("project.qde", xml)
            for name, content in texts.items():
                archive.writestr(f"sources/{name}", content)
        done = run("import-qdpx", "new", tmp_path / "p.qdpx", *words, CASESYNTH_DATA=tmp_path / "data")
        assert done.returncode == 0, done.stderr
        folder = tmp_path / "data" / "new"
        return done.stdout, lambda table: csvfile.read(folder / f"{table}.csv").frame().to_dict("records")

    return bring


def source(inner: str, name: str = "One.txt", guid: str = "t1") -> str:
    return f'<TextSource guid="{guid}" name="{name}" plainTextPath="internal://{guid}.txt">{inner}</TextSource>'


def test_cases_without_references_are_those_of_the_documents_of_their_names(bring):
    both = source(selection(0, 15)) + source(selection(0, 10, 2), "Two.docx", "t2")
    cases = '<Case guid="a" name="One"/><Case guid="b" name="Two"/>'
    _, rows = bring(both, {"t1.txt": "The rent rises.", "t2.txt": "It is high."}, cases)
    assert [row["name"] for row in rows("cases")] == ["One", "Two"]
    assert {row["case"] for row in rows("keypoints")} == {"one", "two"}


@pytest.mark.parametrize("line_end", [1, 2], ids=["one character", "two characters"])
@pytest.mark.parametrize("emoji", [1, 2], ids=["code points", "units of UTF-16"])
def test_passages_are_where_they_were_however_a_program_counts(bring, line_end, emoji):
    text, wanted = "We \U0001f331 plant.\r\nMoney \U0001f4b7 runs out.\r\nThe rent rises.", "The rent rises."
    start = len(text) - len(wanted) - 2 * (2 - line_end) + 2 * (emoji - 1)
    _, rows = bring(source(selection(start, start + len(wanted))), {"t1.txt": text.encode()})
    assert [row["sentence"] for row in rows("sentences")] == [wanted]


def test_names_of_passages_decide_where_words_do_not(bring):
    text = "a a\r\na b\r\nc d e f g h"
    _, rows = bring(source(selection(10, 13, name="d e")), {"t1.txt": text})
    assert [row["sentence"] for row in rows("sentences")] == ["d e"]


def test_passages_that_fit_nowhere_are_taken_as_they_are_and_said(bring):
    told, rows = bring(source(selection(5, 10)), {"t1.txt": "abcdefghijklmnop"})
    assert "to check: 'One.txt': its passages do not begin and end at words" in told
    assert [row["sentence"] for row in rows("sentences")] == ["fghij"]


def test_codes_that_are_cases_are_cases_and_no_themes(bring):
    codes = '<Code guid="n1" name="Alder Yard" isCodable="true"/><Code guid="n2" name="Birch Row" isCodable="true"/>'
    cases = '<Case guid="a" name="Alder Yard"><CodeRef targetGUID="n1"/></Case>'
    cases += '<Case guid="b" name="Birch Row"><CodeRef targetGUID="n2"/></Case>'
    marks = selection(0, 15) + selection(16, 29, 2) + selection(0, 15, 3, "n1") + selection(16, 29, 4, "n2")
    _, rows = bring(source(marks, "Interviews"), {"t1.txt": "The rent rises. Rent is high."}, cases, codes)
    assert [row["name"] for row in rows("codebook") if row["level"] == "theme"] == ["Rent"]
    assert [(row["case"], row["order"]) for row in rows("keypoints")] == [("alder-yard", "1"), ("birch-row", "1")]
    assert len(rows("cases")) == 2


def test_values_of_documents_are_those_of_their_cases_and_what_is_left_is_named(bring):
    more = '<Variables><Variable guid="v" name="Nation" typeOfVariable="Text"/></Variables>'
    value = '<VariableValue><VariableRef targetGUID="v"/><TextValue>Wales</TextValue></VariableValue>'
    told, rows = bring(
        source(f"<Description>Long.</Description>{selection(0, 15)}{value}"), {"t1.txt": "The rent rises."}, more=more
    )
    assert [row["nation"] for row in rows("cases")] == ["Wales"] and "descriptions of documents (1)" in told


def test_a_text_that_is_not_in_the_file_is_named(bring):
    away = '<TextSource guid="t2" name="Away" plainTextPath="relative:///t2.txt"/>'
    told, _ = bring(source(selection(0, 15)) + away, {"t1.txt": "The rent rises."})
    assert "to check: 'Away': its text is not in the file" in told


def test_passages_are_private_until_somebody_has_summarised_them(bring, tmp_path):
    told, rows = bring(source(selection(0, 15)), {"t1.txt": "The rent rises."})
    assert [row["summary"] for row in rows("keypoints")] == [""] and "which git ignores" in told
    published = [f for f in (tmp_path / "data" / "new").iterdir() if f.stem not in CONFIDENTIAL]
    assert not any(b"The rent rises." in file.read_bytes() for file in published)
    assert run("check", "new", CASESYNTH_DATA=tmp_path / "data").returncode == 0


def test_passages_that_are_summaries_are_taken_as_such(bring):
    _, rows = bring(source(selection(0, 15)), {"t1.txt": "The rent rises."}, words=["--summaries"])
    assert [row["summary"] for row in rows("keypoints")] == ["The rent rises."]


def test_no_two_memos_have_one_name(data, exported):
    from xml.etree.ElementTree import fromstring

    with zipfile.ZipFile(exported / "project.qdpx") as archive:
        root = fromstring(archive.read("project.qde"))
    names = [note.get("name") for note in root.iter("{urn:QDA-XML:project:1.0}Note")]
    assert names and len(set(names)) == len(names)
