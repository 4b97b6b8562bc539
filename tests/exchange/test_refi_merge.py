"""Codings that come back from another program into the same review, three-way."""

import io
import re
import uuid
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from tests.support.exchange import NS
from tests.support.exchange import change as change_row

CODE = '<Code xmlns="urn:QDA-XML:project:1.0" guid="{0}" name="{1}" isCodable="true"/>'


class Program:
    """A project as another program shows it, to edit; it gives everything new ids, names passages anew and drops memos."""

    def __init__(self, content: bytes):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.files = {name: archive.read(name) for name in archive.namelist()}
        xml = self.files["project.qde"].decode()
        made = {old: str(uuid.uuid4()).upper() for old in set(re.findall(r"[0-9a-f-]{36}", xml))}
        xml = re.sub(r"[0-9a-f-]{36}", lambda match: made[match[0]], xml)
        self.files = {re.sub(r"[0-9a-f-]{36}", lambda match: made[match[0]], n): c for n, c in self.files.items()}
        self.root = ElementTree.fromstring(xml)
        for parent in self.root.iter():
            for note in parent.findall(f"{NS}NoteRef"):
                parent.remove(note)
        for selection in self.root.iter(f"{NS}PlainTextSelection"):
            selection.set("name", "")

    def code(self, name: str) -> str:
        return next(code.get("guid") for code in self.root.iter(f"{NS}Code") if code.get("name") == name)

    def user(self, name: str) -> str:
        return next(user.get("guid") for user in self.root.iter(f"{NS}User") if user.get("name") == name)

    def add_code(self, name: str) -> None:
        self.root.find(f"{NS}CodeBook/{NS}Codes").append(ElementTree.fromstring(CODE.format(uuid.uuid4(), name)))

    def find(self, words: str):
        """The source that says something, and where."""
        for source in self.root.iter(f"{NS}TextSource"):
            text = self.files["sources/" + source.get("plainTextPath").removeprefix("internal://")].decode()
            if words in text:
                return source, text.index(words)
        raise AssertionError(words)

    def mark(self, words: str, code: str, user: str) -> None:
        """Code a passage."""
        source, start = self.find(words)
        by = {"creatingUser": self.user(user)}
        place = {"startPosition": str(start), "endPosition": str(start + len(words))}
        own = ElementTree.SubElement(
            source, f"{NS}PlainTextSelection", guid=str(uuid.uuid4()), name=words, **place, **by
        )
        coding = ElementTree.SubElement(own, f"{NS}Coding", guid=str(uuid.uuid4()), **by)
        ElementTree.SubElement(coding, f"{NS}CodeRef", targetGUID=self.code(code))

    def unmark(self, words: str) -> None:
        """Take away all codings of a passage that begins so."""
        source, start = self.find(words)
        for each in source.findall(f"{NS}PlainTextSelection"):
            if each.get("startPosition") == str(start):
                source.remove(each)

    def save(self, file) -> None:
        self.files["project.qde"] = ElementTree.tostring(self.root)
        with zipfile.ZipFile(file, "w") as archive:
            for name, content in self.files.items():
                archive.writestr(name, content)


@pytest.fixture
def edited(desk, monkeypatch, tmp_path) -> Callable:
    """The tiny review, exported; a function that edits the project and merges it."""
    monkeypatch.setenv("CASESYNTH_READ", str(tmp_path / "out"))
    desk.tiny()
    change(desk, "alder-aims-02", memo="Beds of food.")
    assert desk.run("export")[0] == 0
    exported = (tmp_path / "out" / "export" / "project.qdpx").read_bytes()

    def edited(edit: Callable, *words, coder: str = "ada") -> tuple[int, str, str]:
        program = Program(exported)
        edit(program)
        program.save(tmp_path / "back.qdpx")
        return desk.run("merge-qdpx", tmp_path / "back.qdpx", "--coder", coder, *words)

    return edited


def change(desk, keypoint: str, **values) -> None:
    """Change the codings of a key point in the tables."""
    change_row(desk.path(""), "codings", {"keypoint": keypoint}, **values)


def codings(desk) -> dict:
    return {(row["keypoint"], row["theme"]): (row["direction"], row["memo"]) for row in desk.rows("codings")}


def test_what_was_not_edited_changes_nothing_though_ids_and_memos_are_lost(desk, edited):
    before = desk.bytes()
    status, told, wrong = edited(lambda program: None)
    assert status == 0, wrong
    assert told.startswith("0 codings of ada changed") and desk.bytes() == before


def test_edits_on_both_sides_come_together_and_undo_takes_them_back(desk, edited):
    change(desk, "cedar-barriers-01", direction="contradicts")  # here, since the export
    before = desk.bytes()

    def edit(program):
        program.unmark("It aims to grow food.")
        program.mark("Few neighbours live", "Barriers: Money", "ada")

    status, told, wrong = edited(edit)
    assert status == 0, wrong
    assert "new: birch-barriers-01 bar-money ada" in told and "gone: alder-aims-02 aim-food ada" in told
    now = codings(desk)
    assert ("alder-aims-02", "aim-food") not in now and ("birch-barriers-01", "none") not in now
    assert now["birch-barriers-01", "bar-money"] == ("supports", "")
    assert now["cedar-barriers-01", "bar-money"][0] == "contradicts"
    assert desk.check()[0] == 0
    assert desk.run("undo")[0] == 0 and desk.bytes() == before


def test_a_coding_that_was_changed_here_and_deleted_there_stays_and_is_listed(desk, edited):
    change(desk, "alder-aims-02", memo="Beds of food, and herbs.")
    told = edited(lambda program: program.unmark("It aims to grow food."))[1]
    assert codings(desk)["alder-aims-02", "aim-food"] == ("supports", "Beds of food, and herbs.")
    assert "alder-aims-02 aim-food ada: deleted on one side and changed on the other, therefore kept" in told


def test_new_codes_are_proposed_and_taken_once_the_codebook_has_them(desk, edited):
    def edit(program):
        program.add_code("Barriers: Distance")
        program.mark("Few neighbours live near", "Barriers: Distance", "ada")

    told = edited(edit)[1]
    assert "new code 'Barriers: Distance', proposed and not added, on birch-barriers-01" in told
    assert "Distance" not in desk.path("codebook.csv").read_text()
    with desk.path("codebook.csv").open("a") as book:
        book.write("bar-distance,theme,barriers,Distance,,It is far.,,,gen-people,compendium,\n")
    assert edited(edit)[0] == 0 and ("birch-barriers-01", "bar-distance") in codings(desk)


def test_what_has_no_place_is_not_taken_and_said(desk, edited):
    def edit(program):
        program.mark("Alder", "Barriers: Money", "ada")
        program.mark("The garden aims to cool", "Barriers: Money", "ada")

    before = desk.bytes()
    told = edited(edit)[1]
    assert "1 coding outside every key point: not taken" in told
    assert "cedar-aims-01 with 'Barriers: Money'" in told and desk.bytes() == before


def test_codings_of_others_stay_and_a_user_of_another_name_is_named(desk, edited):
    def edit(program):
        user = next(program.root.iter(f"{NS}User"))
        user.set("name", "Ada L.")
        program.mark("Few neighbours live near", "Barriers: Money", "Ada L.")

    status, _, said = edited(edit)
    assert status == 2 and "the file has no user 'ada' (there are: Ada L.)" in said and '--as "NAME"' in said
    assert edited(edit, "--as", "Ada L.")[0] == 0 and ("birch-barriers-01", "bar-money") in codings(desk)
    status, _, said = edited(edit, coder="nobody")
    assert status == 2 and "has no coder 'nobody' (there are: ada)" in said


def test_without_the_tables_that_were_exported_codings_are_only_added(desk, edited):
    for copy in (desk.folder / "sheets" / "copies").rglob("codings.csv"):
        copy.unlink()
    change(desk, "cedar-aims-01", memo="Read twice.")

    def edit(program):
        program.unmark("It aims to grow food.")
        program.mark("Few neighbours live near", "Barriers: Money", "ada")

    told = edited(edit)[1]
    assert "codings are added, and none is taken out" in told
    assert {("alder-aims-02", "aim-food"), ("birch-barriers-01", "bar-money")} <= codings(desk).keys()
