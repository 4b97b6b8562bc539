"""REFI-QDA projects as other programs write them: cases, positions, and what is private."""

import zipfile
from xml.etree.ElementTree import fromstring

import pytest

from casesynth.core import csvfile
from casesynth.core.schema import CONFIDENTIAL
from tests.support.commands import run
from tests.support.exchange import NS, command, in_words

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


def variable(guid: str, name: str, kind: str = "Text") -> str:
    return f'<Variable guid="{guid}" name="{name}" typeOfVariable="{kind}"/>'


def value(guid: str, text: str, kind: str = "Text") -> str:
    return f'<VariableValue><VariableRef targetGUID="{guid}"/><{kind}Value>{text}</{kind}Value></VariableValue>'


def test_variables_are_columns_with_their_types_and_go_out_again(bring, tmp_path):
    more = f"<Variables>{variable('v', 'Nation')}{variable('w', 'Funding body')}{variable('n', 'Size', 'Integer')}"
    more += variable("m", "Year", "Integer") + "</Variables>"
    cases = f'<Case guid="a" name="One">{value("v", "Wales")}{value("w", "Trust")}{value("n", "12", "Integer")}'
    cases += value("m", "2021-22", "Integer") + '<SourceRef targetGUID="t1"/></Case><Case guid="b" name="Two"/>'
    told, rows = bring(source(selection(0, 15)), {"t1.txt": "The rent rises."}, cases, more=more)
    one, two = rows("cases")
    assert (one["nation"], one["funding_body"], one["size"], one["year"]) == ("Wales", "Trust", "12", "2021-22")
    assert two["size"] == "" and "does one of its new columns identify a person? (funding_body, size, year)" in told
    places = {"CASESYNTH_DATA": tmp_path / "data", "CASESYNTH_SHEETS": tmp_path / "sheets"}
    assert run("check", "new", **places).returncode == 0
    assert run("export", "new", CASESYNTH_READ=tmp_path / "out", **places).returncode == 0
    with zipfile.ZipFile(tmp_path / "out" / "export" / "project.qdpx") as archive:
        root = fromstring(archive.read("project.qde"))
    kinds = {each.get("name"): each.get("typeOfVariable") for each in root.iter(f"{NS}Variable")}
    assert kinds["Funding body"] == "Text" and kinds["Size"] == "Integer"


def test_sets_of_documents_are_variables_of_their_cases(bring):
    both = source(selection(0, 15)) + source(selection(0, 10, 2), "Two.docx", "t2")
    more = '<Sets><Set guid="x" name="Urban"><Description>In towns.</Description><MemberSource targetGUID="t1"/></Set></Sets>'
    told, rows = bring(both, {"t1.txt": "The rent rises.", "t2.txt": "It is high."}, more=more)
    assert [row["set_urban"] for row in rows("cases")] == ["yes", "no"]
    assert "left out: description of the set 'Urban' (1)" in told


def test_what_is_said_of_a_document_of_several_cases_and_sets_of_codes_are_named(bring):
    codes = '<Code guid="n1" name="Alder Yard" isCodable="true"/>'
    cases = '<Case guid="a" name="Alder Yard"><CodeRef targetGUID="n1"/></Case>'
    more = '<Sets><Set guid="x" name="Urban"><MemberSource targetGUID="t1"/></Set>'
    more += '<Set guid="y" name="Costs"><MemberCode targetGUID="c1"/></Set></Sets>'
    marks = selection(0, 15) + selection(0, 15, 3, "n1")
    told, _ = bring(source(marks, "Interviews"), {"t1.txt": "The rent rises."}, cases, codes, more)
    assert "Set Urban of 'Interviews', which holds several cases (1)" in told and "the set of codes 'Costs'" in told


def test_codes_and_documents_of_one_name_are_kept_apart(bring, tmp_path):
    both = source(selection(0, 15)) + source(selection(0, 10, 2, "c2"), "one.docx", "t2")
    codes = '<Code guid="c2" name="RENT" isCodable="true"/>'
    _, rows = bring(both, {"t1.txt": "The rent rises.", "t2.txt": "It is high."}, codes=codes)
    assert [row["name"] for row in rows("codebook")] == ["Rent", "RENT [rent-2]"]
    assert [row["name"] for row in rows("cases")] == ["One", "one [one-2]"]
    assert run("check", "new", CASESYNTH_DATA=tmp_path / "data").returncode == 0


@pytest.mark.parametrize("words", [[], ["--summaries"]], ids=["private", "summaries"])
def test_descriptions_are_taken_only_where_nothing_is_private(bring, words):
    cases = '<Case guid="a" name="One"><Description>Run by Ann.</Description><SourceRef targetGUID="t1"/></Case>'
    told, rows = bring(source(selection(0, 15)), {"t1.txt": "The rent rises."}, cases, words=words)
    assert rows("cases")[0].get("description", "") == ("Run by Ann." if words else "")
    assert ("left out: descriptions, which may be confidential (--summaries takes them), of One (1)" in told) != bool(
        words
    )


def test_what_is_left_out_has_its_reason(bring):
    whole = '<Coding guid="k9"><CodeRef targetGUID="c1"/></Coding>'
    told, _ = bring(source(selection(0, 15) + whole), {"t1.txt": "The rent rises."})
    assert "left out: codings of whole documents (1): key points are passages" in told


def test_the_project_for_qualcoder_says_by_a_code_which_text_is_whose(data, exported):
    file = exported / "project-for-qualcoder.qdpx"
    with zipfile.ZipFile(file) as archive:
        root = fromstring(archive.read("project.qde"))
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name.startswith("sources/")}
    cases, owner = {case.get("guid"): case.get("name") for case in root.iter(f"{NS}Case")}, {}
    assert cases.keys() <= {code.get("guid") for code in root.iter(f"{NS}Code")}
    for text in root.iter(f"{NS}TextSource"):
        whole = next(text.iter(f"{NS}PlainTextSelection"))
        words = texts["sources/" + text.get("plainTextPath").removeprefix("internal://")]
        assert (whole.get("startPosition"), whole.get("endPosition")) == ("0", str(len(words)))
        owner[words.split("\n")[0]] = cases[whole.find(f"{NS}Coding/{NS}CodeRef").get("targetGUID")]
    assert len(owner) == 3 and all(first == name for first, name in owner.items())
    done = command("import-qdpx", "from-qualcoder", file, data=data)
    assert done.returncode == 0 and "left out" not in done.stdout, done.stderr
    assert in_words(data / "from-qualcoder") == in_words(data / "hard")


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
    with zipfile.ZipFile(exported / "project.qdpx") as archive:
        root = fromstring(archive.read("project.qde"))
    names = [note.get("name") for note in root.iter("{urn:QDA-XML:project:1.0}Note")]
    assert names and len(set(names)) == len(names)
