"""Figures say what they show, for one project as for thousands, and hold their text as text."""

import re

import pandas as pd
import pytest

from casesynth.core import paths
from casesynth.figures import case_map, completeness, findings, listed, look, outline, save, themes, without_title
from tests.figures.invented import every_drawing, letters, table

VERBS = r"\b(is|are|was|were|has|have|had|helped|run|runs|take|took|come|comes|reached|suggests|supported)\b"


@pytest.mark.parametrize(
    ("cases", "number"), [(1, 3), (12, 12), (60, 200), pytest.param(3000, 12, marks=pytest.mark.long)]
)
def test_every_figure_is_drawn_for_any_number_of_projects(cases, number):
    drawings = every_drawing(cases, number)
    assert sorted(drawing.name for drawing in drawings) == sorted(look.NAMES)
    for drawing in drawings:
        assert re.search(VERBS, drawing.title), drawing.title
        assert "nan" not in f"{drawing.alt} {drawing.title}" and not drawing.alt.startswith("Nothing to draw")
        svg = drawing.svg()
        assert len(svg) < 300_000, f"{drawing.name}: a summary, not a mark for each of {cases} projects"
        assert drawing.figure.get_figheight() < 25


def test_a_page_that_leaves_themes_out_says_how_many():
    page = next(drawing for drawing in every_drawing(12, 200) if drawing.name == "themes")
    shown = page.svg().split("</desc>")[1].count("with a longer name")
    assert 30 <= shown <= 60 and f"The other {200 - shown}," in page.subtitle and page.data["theme"].nunique() == 200


def test_the_title_of_the_page_of_themes_is_its_finding():
    cells = table("theme case points contradicting", [["t", "c0", 1, 0], ["t", "c1", 0, 0], ["u", "c0", 0, 0]])
    book = table("theme name points cases of_cases supported heading",
                 [["t", "Together", 1, 1, 2, True, "aims"], ["u", "Money", 0, 0, 2, False, "aims"]])  # fmt: skip
    heads = table("id name", [["aims", "Aims"]])
    named = cells.loc[:1, ["theme", "case"]]
    drawing = themes(book, cells, named, heads, letters(2))
    assert drawing.title == (
        "1 of 2 themes is supported; of 2 namings of a project in the published report, 1 are not found in its summary"
    )
    assert themes(book, cells, named[:0], heads, letters(2)).title == "1 of 2 themes is supported by the case studies"
    assert list(drawing.data["named"]) == [1, 1, 0]


def test_a_number_that_never_varies_is_laid_to_the_form():
    cells = [[f"c{n}", f"P{n}", heading, heading.title(), points] for n in range(3)
             for heading, points in (("aims", n), ("barriers", 3))]  # fmt: skip
    cells = table("case name heading heading_name points", cells)
    assert "exactly 3 key points under Barriers, which suggests that the form" in completeness(cells, letters(3)).title
    cells.loc[1, "points"] = 2
    assert completeness(cells, letters(3)).title == "1 cell of 6 is empty: the summaries say nothing there"


def test_the_map_has_every_place_and_an_inset_for_london():
    cases = table("id name nation case_study", [["c0", "Ash", "England", True], ["c1", "Beck", "Scotland", False]])
    places = [
        ["c0", "Brent", 51.55, -0.28, True],
        ["c0", "Ealing", 51.51, -0.31, False],
        ["c1", "Fife", 56.2, -3.0, True],
    ]
    places = table("case place latitude longitude main", places)
    drawing = case_map(cases, places, letters(2), outline())
    text = drawing.svg()
    assert "London, enlarged" in text and "without a case study" in text and "Brent, Ealing" in text
    assert list(drawing.data["place"]) == ["Brent", "Ealing", "Fife"]
    assert drawing.title == "1 of 2 projects is led from England, and none from Northern Ireland or Wales"
    assert "London, enlarged" not in case_map(cases, places[2:], letters(2), outline()).svg()


def test_what_contradicts_a_finding_is_seen_even_where_the_project_supports_it():
    stated = "finding statement kind supporting qualifying contradicting not_mentioned of_cases supported"
    stated = table(stated, [["f", "Ties helped.", "condition", 2, 0, 1, 0, 2, True]])
    said = table("finding case supports qualifies contradicts", [["f", "c0", 1, 0, 0], ["f", "c1", 1, 0, 1]])
    drawing = findings(stated, said, letters(2))
    assert drawing.title == "The finding is supported by 2 of 2 projects"
    cross = look.SQUARES["both"].stroke
    crosses = [findings(stated, each, letters(2)).svg().count(cross) for each in (said, said.assign(contradicts=0))]
    assert crosses[0] > crosses[1] > 0, "one sign is in the key"


def test_text_is_text_with_a_name_and_a_description(tmp_path):
    for drawing in every_drawing(12):
        save(drawing, tmp_path / "one")
    rows = listed(tmp_path / "one")
    assert list(rows["name"]) == look.NAMES and rows["drawn"].all()
    for row in rows.itertuples():
        svg = (tmp_path / "one" / row.svg).read_text("utf-8")
        assert f'<title id="{row.name}-title">' in svg and "<desc" in svg and 'role="img"' in svg
        assert all(f"{row.name}-" in name for name in re.findall(r' id="([^"]*)"', svg)), "ids that two figures share"
        assert "<style" not in svg, "it would style the page that holds the figure"
        first = row.title.split()[0].strip("“”")
        assert first in re.sub(r"<title.*?</desc>", "", svg, flags=re.S)
        bare = without_title(svg)
        assert "data-head" in svg and "data-head" not in bare and len(bare) < len(svg)


def test_a_phone_has_the_same_in_text_that_can_be_read():
    phones = {drawing.name: drawing for drawing in every_drawing(12) if drawing.phone}
    assert sorted(phones) == sorted(look.PHONES)
    made = re.search(r"^PHONES := (.*)$", (paths.ROOT / "Makefile").read_text("utf-8"), re.M)
    assert made and made[1].split() == look.PHONES
    for drawing in phones.values():
        page, phone = drawing.svg(), drawing.svg(phone=True)
        assert drawing.phone.get_figwidth() * 96 <= 390 - 28
        small = min(float(size) for size in re.findall(r"font-size: ([\d.]+)px", phone))
        assert small * 4 / 3 >= 9, "points of the page are four thirds of a pixel"
        words = [set(re.findall(r"<text[^>]*>([^<…]+)</text>", cut)) for cut in (page, phone)]
        assert len(words[0] & words[1]) >= 5 and f'id="{drawing.name}-phone-title"' in phone


def test_of_two_folders_the_last_has_the_word_and_names_that_are_no_figure_are_passed_over(tmp_path):
    for folder, title in (("old", "Old"), ("new", "New")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "map.txt").write_text(f"{title}\n\nNothing to draw: x.\n", "utf-8")
    (tmp_path / "old" / "margins.txt").write_text("Left over\nfrom before\n", "utf-8")
    rows = listed(tmp_path / "old", tmp_path / "new")
    assert rows[["name", "title", "drawn"]].values.tolist() == [["map", "New", False]]
    assert listed(tmp_path / "none").empty and isinstance(rows, pd.DataFrame)
