"""Pages, Word and PDF of any review: without a publication, without findings, with many cases."""

import re

import pypdf
import pytest
from bs4 import BeautifulSoup

from casesynth.errors import UserError
from casesynth.report import forms, pandoc, pictures


def page_of(project, name: str) -> BeautifulSoup:
    return BeautifulSoup(project.read(f"results/tiny/{name}.html"), "html.parser")


def test_a_review_without_findings_is_told_by_its_themes_and_says_what_to_write(built):
    page = page_of(built, "synthesis")
    text = " ".join(page.find("main").get_text(" ").split())
    assert (
        "This review has no findings yet" in text and "finding-evidence.csv" in text and "narrative/answer.md" in text
    )
    assert len(page.select("#findings h3")) == 4 and len(page.select("#findings svg")) == 4
    for word in ("published report", "econstruction", "hold up"):
        assert word not in text


def test_the_annex_of_a_review_without_a_publication_has_its_own_headings(built):
    page = page_of(built, "annex")
    titles = {heading.get_text() for heading in page.select("h2")}
    assert {"Method", "Key points", "Cross-cutting themes", "How firm is it?"} <= titles
    text = " ".join(page.find("main").get_text(" ").split())
    assert "There is one coder, so agreement cannot be computed" in text and "The published report" not in text


def test_the_brief_of_any_review_has_two_pages(built):
    assert len(pypdf.PdfReader(built.path("results/tiny/brief.pdf")).pages) == 2


@pytest.mark.parametrize("name", ["synthesis", "annex", "brief", "index"])
def test_signs_of_markup_in_the_data_are_shown_as_they_are(built, name):
    page = built.read(f"results/tiny/{name}.html")
    assert "<b>strong</b>" not in page and not re.search(
        r"\]\(|\{\.\w|\{#", re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    )


@pytest.mark.parametrize(("ending", "kind"), [("html", "html"), ("docx", "docx"), ("pdf", "typst")])
def test_one_text_gives_the_same_bytes_twice(tmp_path, ending, kind):
    made = []
    for number in (1, 2):
        form = forms.Form(kind, "none")
        strip = pictures.strip({"a": "supports"}, {"a": "A", "b": "B"}, {"a": "Alder", "b": "Birch"})
        text = (
            f"## One {{#one}}\n\n{form.picture(strip, 'strip')}\n\nText with a [link](explorer.html#/case/a){{.n}}.\n"
        )
        file = tmp_path / f"{number}.{ending}"
        pandoc.convert(text, form, file, "A title")
        made.append(file.read_bytes())
    assert made[0] == made[1]


def test_two_hundred_projects_are_drawn_as_shares():
    letters = {f"c{number}": str(number) for number in range(200)}
    picture = pictures.strip({"c1": "supports", "c2": "contradicts"}, letters, letters)
    assert picture.words == "1 of 200 projects." and len(picture.svg) < 2000


def test_two_pictures_in_a_page_share_no_id():
    drawn = '<svg viewBox="0 0 1 1" width="1"><defs><clipPath id="c"><rect/></clipPath></defs><g clip-path="url(#c)"/></svg>'
    picture = pictures.Picture(drawn, "T", "W")
    page = pictures.for_page(picture, "one") + pictures.for_page(picture, "two")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) and "url(#one-c)" in page and "url(#two-c)" in page


def test_a_typst_text_that_cannot_be_set_is_said_without_a_traceback(tmp_path):
    with pytest.raises(UserError, match="Typst could not set a text"):
        pandoc.compiled(tmp_path, "#nothing-of-that-name")


def test_the_pandoc_of_the_lock_is_used_whatever_the_machine_has(tmp_path, monkeypatch):
    """Questionnaire, codebook, pages and site: the package starts pandoc in one place."""
    other = tmp_path / "pandoc"
    other.write_text("#!/bin/sh\necho pandoc 99.0\n")
    other.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("PYPANDOC_PANDOC", str(other))
    assert not pandoc.pandoc(["--version"]).startswith(b"pandoc 99")
