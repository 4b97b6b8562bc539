"""What people read of the default review: its size, its form, and that every number leads somewhere."""

import collections
import re
import zipfile

import pandas as pd
import pypdf
import pytest
from bs4 import BeautifulSoup

from casesynth.core import paths
from casesynth.figures import look
from casesynth.report import pandoc, pictures

RESULTS = paths.ROOT / "results/mca-phase2"
PAGES = ["synthesis", "annex", "brief", "index"]
#: Verbs that make the heading of a finding a sentence; a new heading may need a new one.
VERBS = {
    *"added appear built changed contributed formed gave had helped influenced made moved proved reported was were worked".split()
}


@pytest.fixture(scope="module")
def pages(mca) -> dict[str, BeautifulSoup]:
    return {name: BeautifulSoup((RESULTS / f"{name}.html").read_text("utf-8"), "html.parser") for name in PAGES}


def main_of(page: BeautifulSoup, without: list[str]) -> BeautifulSoup:
    """The text of a page, without some of its parts."""
    main = BeautifulSoup(str(page.find("main")), "html.parser")
    for part in main(without):
        part.decompose()
    return main


def words_of(page: BeautifulSoup) -> list[str]:
    """The words of a page without its pictures; a full stop after a link is no word."""
    return [word for word in main_of(page, ["svg"]).get_text(" ").split() if re.search(r"\w", word)]


def test_the_synthesis_is_short(pages):
    main = pages["synthesis"].find("main")
    assert len(words_of(pages["synthesis"])) <= 4500
    assert len(main("table")) + len(main("figure")) <= 12
    assert (RESULTS / "synthesis.html").stat().st_size <= 1.2e6
    assert (RESULTS / "annex.html").stat().st_size <= 1e6


def test_no_run_of_eight_words_comes_up_more_than_five_times(pages):
    text = main_of(pages["synthesis"], ["svg", "table", "figcaption"]).get_text(" ")
    words = re.findall(r"[\w’'-]+", text.lower())
    runs = collections.Counter(zip(*(words[start:] for start in range(8))))
    assert len(words) > 3000 and [" ".join(run) for run, number in runs.items() if number > 5] == []


def test_the_chapters_come_in_the_order_in_which_they_are_needed(pages):
    ids = [section["id"] for section in pages["synthesis"].select("section.level2")]
    order = "key-messages answer reading findings both who hold confidence implications limits methods"
    assert ids == order.split()


#: Digits that are not counts: years, sections and parts of the source, and the numbers that findings and figures have.
NAMES = r"\b(19|20)\d\d\b|§\d[\d.]*|\b[Ss]ections? \d[\d.]*|\bfinding \d+|\b(Table|Figure) \d+\.|\bPhase \d|casesynth [\d.]+"
NUMBER = re.compile(r"\d|\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b")


@pytest.mark.parametrize("name", ["synthesis", "brief", "index"])
def test_every_number_in_the_text_is_a_link_to_its_rows(pages, name):
    main = main_of(pages[name], ["svg", "h3", "figcaption"])
    for link in main.select('a[href^="explorer.html#/"]'):
        link.decompose()
    lines = re.sub(NAMES, "", re.sub(r"\s+", " ", main.get_text(" "))).split(". ")
    assert [line for line in lines if NUMBER.search(line) and "Two pages" not in line] == []


def test_every_link_to_the_explorer_names_something_that_is_there(pages, mca):
    values = pd.read_csv(RESULTS / "tables/report-values.csv", dtype=str)
    known = {
        "finding": mca.findings,
        "theme": mca.codebook,
        "point": mca.keypoints,
        "claim": mca.claims,
        "case": mca.cases,
    }
    ids = {kind: set(table["id"]) for kind, table in known.items()} | {"number": set(values["name"])}
    links = {a["href"] for page in pages.values() for a in page.select('a[href^="explorer.html#/"]')}
    parts = [link.removeprefix("explorer.html#/").partition("/") for link in links]
    assert [(kind, id) for kind, _, id in parts if id and id not in ids[kind]] == []
    assert len(links) > 400


@pytest.mark.parametrize("name", PAGES)
def test_links_between_the_pages_have_their_targets(pages, name):
    there = {each: {tag["id"] for tag in page.select("[id]")} for each, page in pages.items()}
    for link in pages[name].select("a[href]"):
        page, _, id = link["href"].partition("#")
        page = page.removesuffix(".html") or name
        if page in there:
            assert not id or id in there[page], link
        elif not page.startswith(("https:", "explorer")):
            assert (RESULTS / page).exists(), link


def test_every_heading_of_a_finding_is_a_sentence(pages):
    titles = [heading.get_text() for heading in pages["synthesis"].select("#findings h3")]
    assert len(titles) == 17
    assert [title for title in titles if not set(re.findall(r"\w+", title.lower())) & VERBS] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_text_as_text_and_is_described(pages, name):
    main = pages[name].find("main")
    for picture in main("svg"):
        own = {tag["id"]: tag.get_text() for tag in picture(["title", "desc"]) if tag.has_attr("id")}
        assert picture["role"] == "img" and all(own.get(id, "").strip() for id in picture["aria-labelledby"].split())
        assert picture("text"), f"{picture['aria-labelledby']} has no text"
    assert not main("img")


def test_every_figure_of_the_synthesis_can_be_read_on_a_phone(pages):
    figures = pages["synthesis"].select("figure.picture, #figure-findings")
    assert len(figures) == 4
    for figure in figures:
        cut = figure.select_one(".narrow svg")
        scale = 343 / float(cut["viewbox"].split()[2])  # a screen of 375 pixels less its margins
        sizes = [float(size) * min(scale, 4 / 3) for size in re.findall(r'font-size[:=] ?"?([\d.]+)', str(cut))]
        assert sizes and min(sizes) >= 9, figure["id"]


@pytest.mark.parametrize("name", ["synthesis", "annex"])
def test_every_table_has_a_caption_and_is_numbered_in_turn(pages, name):
    captions = [table.caption.get_text() for table in pages[name].find("main")("table")]
    numbers = [int(re.match(r"Table (\d+)\. \S", caption)[1]) for caption in captions]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_annex_has_the_headings_of_the_published_report_in_its_order(pages, mca):
    sections = mca.sections[mca.sections["source"].eq("phase2-synthesis")].sort_values("order")
    contents = [" ".join(link.get_text().split()) for link in pages["annex"].select("#TOC a")]
    places = [contents.index(title.rstrip(":")) for title in sections["title_contents"] if title]
    assert len(places) > 25 and places == sorted(places)


def test_word_has_styles_contents_page_numbers_and_narrow_tables(mca):
    with zipfile.ZipFile(RESULTS / "synthesis.docx") as archive:
        document = archive.read("word/document.xml").decode()
        assert b" PAGE " in archive.read(next(name for name in archive.namelist() if "footer" in name))
    assert "TOC " in document and document.count('w:val="TOC2"') >= 17 and "updateFields" not in document
    tables = re.findall(r"<w:tblGrid>.*?</w:tblGrid>", document, re.S)
    assert tables and max(table.count("<w:gridCol") for table in tables) <= 5
    assert document.count("descr=") >= 17 and 'w:val="Heading2"' in document


@pytest.mark.parametrize(("name", "least"), [("synthesis", 25), ("brief", 5)])
def test_pdfs_are_tagged_and_have_bookmarks(mca, name, least):
    reader = pypdf.PdfReader(RESULTS / f"{name}.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "en-GB"
    assert "pdfuaid:part" in root["/Metadata"].get_data().decode()

    def flat(outline: list) -> list:
        return [each for part in outline for each in (flat(part) if isinstance(part, list) else [part])]

    assert len(flat(reader.outline)) >= least


def test_the_brief_is_two_pages_of_readable_text(pages):
    reader, sizes = pypdf.PdfReader(RESULTS / "brief.pdf"), set()
    assert len(reader.pages) == 2

    def visit(text, current, own, _font, size):
        if text.strip():
            sizes.add(round(size * abs(own[3] * current[3]), 2))

    for page in reader.pages:
        assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
        assert len(page.extract_text(visitor_text=visit).split()) > 100
    assert min(sizes) >= 9.5, sorted(sizes)
    assert len(words_of(pages["brief"])) <= 650


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2).

    >>> contrast("#ffffff", "#000000")
    21.0
    """

    def light(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_told_from_its_ground():
    pairs = [(sign.fill, sign.ink) for sign in look.SQUARES.values() if sign.words] + list(pictures.BAR.values())
    for scheme in re.findall(r":root \{([^}]*)\}", (pandoc.TEMPLATES / "page.css").read_text("utf-8")):
        colours = dict(re.findall(r"--(\w+): (#\w{6}|#\w{3});", scheme))
        colours = {
            name: c if len(c) == 7 else "#" + "".join(letter * 2 for letter in c[1:]) for name, c in colours.items()
        }
        pairs += [(colours[ground], colours[ink]) for ground in ("paper", "soft") for ink in ("ink", "blue", "dim")]
    typst = (pandoc.TEMPLATES / "brief.typ").read_text("utf-8")
    pairs += [(ground, ink) for ink in re.findall(r'rgb\("(#\w{6})"\)', typst) for ground in ("#ffffff", "#eef3f7")]
    assert len(pairs) > 20 and [pair for pair in pairs if contrast(*pair) < 4.5] == []


def test_the_front_page_answers_in_sixty_words_and_has_four_doors(pages):
    main = pages["index"].find("main")
    answer = main.select_one(".question").find_next_sibling("p")
    assert 20 <= len(answer.get_text().split()) <= 60
    doors = [door.a["href"].split("#")[0] for door in main.select(".door")]
    assert doors == ["brief.html", "synthesis.html", "explorer.html", "explorer.html"]
