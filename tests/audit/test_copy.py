"""`make audit SOURCE=…`: a reader's own copy, on an invented report as text and as PDF."""

import os
from pathlib import Path

import pytest

from casesynth.audit import copy as copy_room
from casesynth.core.review import load
from casesynth.errors import UserError
from tests.support import garden


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path / "data"))
    return garden.make_data(tmp_path / "data")


@pytest.fixture
def copy(tmp_path):
    file = tmp_path / "my copy.txt"
    file.write_text("\f".join(garden.REPORT), "utf-8")
    return file


def edited(copy, old: str, new: str):
    text = copy.read_text("utf-8")
    assert old in text
    copy.write_text(text.replace(old, new), "utf-8")
    return copy


def test_a_right_copy_has_every_anchor(data, copy):
    checked = copy_room.check(copy, load("garden"))
    assert checked["problems"].empty and checked["shared"].empty
    tables = checked["anchors"]["table"].value_counts()
    assert dict(tables) == {"keypoints": 12, "statements": 2}


def test_a_pdf_has_every_anchor_too(data, tmp_path):
    checked = copy_room.check(garden.write_pdf(tmp_path / "copy.pdf"), load("garden"))
    assert checked["problems"].empty


def test_the_passage_stands_beside_the_key_point(data, copy):
    anchors = copy_room.check(copy, load("garden"))["anchors"].set_index("id")
    row = anchors.loc["alder-aims-01"]
    assert (
        row.words == "neigh- bours together" and row.before.startswith("Alder Yard:") and row.after == " over a meal."
    )
    assert anchors.loc["birch-enablers-02", "after"] == " Beds are watered all summer.", "the page heading is dropped"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("grow food", "grow\nfood"),
        ("grow food", "grow fo-\nod"),
        ("grow food", "grow\u00a0food"),
        ("Co-\nowned", "Co\u2011owned"),
        ("Co-\nowned", "Co-owned"),
        ("Sponsor:", "Spon\u00ad\nsor:"),
        ("SHARED GARDENS 3\n", "2. Enablers and barriers 3\n"),
        ("Birch Row Enablers: Grant", "Birch\nRow Enab-\nlers: Grant"),
        ("1.1 Derived themes", "1.1 Derived\nthemes"),
    ],
)
def test_how_lines_are_broken_does_not_matter(data, copy, old, new):
    checked = copy_room.check(edited(copy, old, new), load("garden"))
    assert checked["problems"].empty, checked["problems"].to_string()


def test_ligatures_and_curly_quotes_do_not_matter(data, copy):
    garden.change(data / "keypoints.csv", "birch-aims-01", anchor="'first harvests'")
    assert copy_room.check(copy, load("garden"))["problems"].empty


def test_an_anchor_may_run_over_a_page(data, copy):
    garden.change(data / "keypoints.csv", "birch-enablers-02", anchor="soil. Neighbours:")
    assert copy_room.check(copy, load("garden"))["problems"].empty


def test_a_missing_anchor_is_listed(data, copy):
    problems = copy_room.check(edited(copy, "grow food", "raise crops"), load("garden"))["problems"]
    assert problems[["id", "what"]].values.tolist() == [["alder-aims-02", "not found"]]


def test_an_anchor_of_another_projects_entry_is_listed(data, copy):
    garden.change(data / "keypoints.csv", "alder-aims-02", anchor="pupils")
    problems = copy_room.check(copy, load("garden"))["problems"]
    assert problems["what"].tolist() == ["found in the entry of birch instead"]


def test_an_anchor_that_is_not_unique_is_listed(data, copy):
    garden.change(data / "keypoints.csv", "cedar-enablers-02", anchor="ts")
    problems = copy_room.check(copy, load("garden"))["problems"]
    assert problems["what"].tolist() == ["occurs 2 times"]


def test_an_entry_that_is_not_found_is_listed(data, copy):
    problems = copy_room.check(edited(copy, "Cedar Roof: To", "Cedar-Roof: to"), load("garden"))["problems"]
    assert ["entries", "s1-cedar"] in problems[["table", "id"]].values.tolist()
    assert "cedar-aims-01" in set(problems["id"]), "what stands in it is not found either"


def test_a_section_that_is_not_found_is_listed(data, copy):
    problems = copy_room.check(edited(copy, "1.1 Derived themes", "Other words"), load("garden"))["problems"]
    assert {"s1-1", "aim-together-1", "aim-quiet-1"} <= set(problems["id"])


@pytest.mark.parametrize(
    ("table", "row", "column"), [("keypoints", "alder-aims-01", "summary"), ("codebook", "aim-food", "definition")]
)
def test_eight_words_in_a_row_are_found_whatever_their_form(data, copy, table, row, column):
    eight = "It is to bring neighbours together over a meal and the like."
    seven = "It brings neighbours together over a meal: the garden wants it."
    garden.change(data / f"{table}.csv", row, **{column: seven})
    assert copy_room.check(copy, load("garden"))["shared"].empty
    edited(copy, "To bring neigh-\nbours together over a meal.", "is TO bring neigh-\nbours, together\nover a meal.")
    garden.change(data / f"{table}.csv", row, **{column: eight})
    shared = copy_room.check(copy, load("garden"))["shared"]
    assert shared.values.tolist() == [[table, row, column, "is to bring neighbours together over a meal"]]


def test_the_name_of_a_project_is_not_counted(data, copy):
    name = "A very long name of one garden project indeed it is"
    garden.change(data / "cases.csv", "alder", full_title=name)
    garden.change(data / "keypoints.csv", "alder-aims-01", summary=f"The garden is called {name}.")
    assert copy_room.check(edited(copy, "Alder Yard: To", f"Alder Yard: {name}. To"), load("garden"))["shared"].empty


def run(data, tmp_path, source):
    """The command after a run, whose explorer it wants."""
    (tmp_path / "results").mkdir()
    (tmp_path / "results/explorer.html").write_text("", "utf-8")
    return garden.audit(data, tmp_path, source)


def test_the_command_says_that_all_is_well(data, tmp_path, copy):
    done = run(data, tmp_path, copy)
    assert done.returncode == 0 and "All 14 anchors" in done.stdout
    html = (tmp_path / "results/audit-source.html").read_text("utf-8")
    assert "<mark>neigh- bours together</mark> over a meal." in html
    assert "strong&lt;/b&gt;" in html, "summaries are escaped"
    assert 'href="explorer.html#/point/alder-aims-01?passages=yes"' in html
    assert 'href="explorer.html#/row/aim-quiet-1?passages=yes"' in html


def test_without_a_copy_or_a_run_the_command_says_what_to_do(data, tmp_path):
    done = garden.audit(data, tmp_path)
    assert done.returncode == 2 and "garden has not been run yet" in done.stderr
    done = run(data, tmp_path, "")
    assert done.returncode == 0 and "SOURCE=your-copy.pdf" in done.stdout
    assert not (tmp_path / "results/audit-source.html").exists()


def test_the_command_ends_non_zero_and_says_what_is_wrong(data, tmp_path, copy):
    done = run(data, tmp_path, edited(copy, "grow food", "raise crops"))
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "1 of 14 anchors" in done.stderr
    assert "keypoints.csv, alder-aims-02: 'grow food' in s1 / alder: not found" in done.stderr
    assert "alder-aims-02" in (tmp_path / "results/audit-source.html").read_text("utf-8")


def broken_pdf(folder):
    file = folder / "broken.pdf"
    file.write_bytes(b"%PDF-1.7\nnothing more")
    return file


def empty_pdf(folder):
    import pypdf

    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(folder / "scan.pdf")
    return folder / "scan.pdf"


def locked_pdf(folder):
    import pypdf

    writer = pypdf.PdfWriter(clone_from=garden.write_pdf(folder / "open.pdf"))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(folder / "locked.pdf")
    return folder / "locked.pdf"


def picture(folder):
    (folder / "a.png").write_bytes(b"\x89PNG\r\n\0\0\0")
    return folder / "a.png"


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (lambda folder: folder / "no such file.pdf", "there is no file"),
        (lambda folder: folder, "there is no file"),
        (broken_pdf, "could not be read as a PDF"),
        (locked_pdf, "without a password"),
        (empty_pdf, "holds no text"),
        (picture, "neither plain text nor a PDF"),
    ],
)
def test_a_copy_that_cannot_be_read_gets_one_message(data, tmp_path, bad, words):

    with pytest.raises(UserError, match=words):
        copy_room.check(bad(tmp_path), load("garden"))


@pytest.mark.skipif(not os.environ.get("SOURCES"), reason="the published text is not here (SOURCES names its folder)")
def test_our_words_are_ours_and_our_anchors_are_in_the_published_text():
    checked = copy_room.check(Path(os.environ["SOURCES"]) / "phase2-synthesis.txt", load("mca-phase2"))
    assert checked["problems"].empty, checked["problems"].to_string()
    assert checked["shared"].empty, checked["shared"].to_string()
