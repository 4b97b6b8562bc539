"""The notebooks on reviews without codings, with odd names, or with many coders."""

import re

import pytest

from casesynth.core import schema
from tests.support.desk import replace, vary
from tests.support.notebooks import run_chain


def test_with_nothing_coded_the_report_says_what_there_is_and_what_to_do_next(desk, tmp_path):
    vary(desk, ["codings", "codebook", "coders"], {"opposed": None, "method": None})
    run_chain("my-review", desk.folder / "data", tmp_path / "results", drawn=False)
    page = (tmp_path / "results" / "synthesis.html").read_text()
    assert "This synthesis is not finished" in page and "12 key points" in page and "Define themes" in page
    assert "language model" not in page  # that is true of the compendium's own review only


#: What is true only of a review that re-runs a published one.
OF_A_PRINT = """econstruction|s printed|beside coding|not in the report|added by this compendium|What a word stands for|their
places|in the source|main place|ublished report|your-copy|ENTREQ|No key point carries this theme: not"""


def with_years(desk, years: list[str]) -> None:
    """Give the projects a variable of their own, a number that one of them lacks."""
    schema.add_columns(desk.path("."), "cases", [{"name": "year", "type": "integer", "description": "When it began."}])
    rows = desk.path("cases.csv").read_text().splitlines()
    lines = [f"{row},{more}" for row, more in zip(rows, ["year", *years], strict=True)]
    desk.path("cases.csv").write_text("\n".join(lines) + "\n")


def test_the_pages_of_a_review_of_ones_own_speak_of_no_print(desk, tmp_path):
    desk.tiny()
    with_years(desk, ["2020", "2020", ""])
    replace(desk, "codings.csv", "cedar-aims-01,none,ada,supports", "cedar-aims-01,aim-together,ada,contradicts")
    replace(desk, "codebook.csv", "gen-garden,compendium", ",compendium")
    replace(desk, "coders.csv", "Invented for the tests.,2026", "Ada; who read everything,2026")
    results = tmp_path / "results"
    run_chain("my-review", desk.folder / "data", results)
    assert '"year"' in (results / "evidence.json").read_text() and "2020" in (results / "explorer.html").read_text()
    report, explorer = ((results / f"{name}.html").read_text() for name in ("synthesis", "explorer"))
    explorer = re.sub(r"<script>.*?</script>", "", explorer, flags=re.S)  # its words are tried in a browser
    for page in (re.sub(r'<section id="sure".*?<section id="limits"', "", report, flags=re.S), explorer):
        text = re.sub(r"\s+", " ", re.sub(r'<style>.*?</style>|"data:[^"]*"', "", page, flags=re.S))
        assert [word for word in OF_A_PRINT.replace("\n", " ").split("|") if word in text] == []
    annex = re.sub(r"\s+", " ", (results / "annex.html").read_text())
    assert "Ada; who read everything. Extraction:" in annex
    cover = (results / "figures/refined-themes.txt").read_text()
    assert "not how much it matters" in cover


@pytest.mark.long
@pytest.mark.parametrize(
    ("headers_of", "settings"),
    [
        (["codings"], {}),
        (["codings", "codebook"], {}),
        (["codings"], {"coding": "ada", "headings": [{"id": h, "name": f'{h} | "$m_i$"', "group": "*g*", "themed": h != "gap"} for h in ("aims", "enablers", "barriers", "gap")]}),
        (["cases", "keypoints", "codings", "codebook", "coders"], {"opposed": []}),
        (["codings", "codebook"], {"opposed": [], "headings": [{"id": h, "name": h, "group": "g", "themed": False} for h in ("aims", "enablers", "barriers")]}),
        ([], {"title": 'A "title" {with} <b>, [x](y) & $a$', "parameters": {"min_cases": 9, "min_headings": 9, "heading_groups": False, "merge_overlap": 0.0}}),
    ],
    ids=["no codings", "no codebook", "odd names, a heading without key points", "nothing at all", "no themed heading", "nothing stands"],
)  # fmt: skip
def test_the_chain_runs_on_odd_reviews(desk, tmp_path, headers_of, settings):
    vary(desk, headers_of, settings)
    run_chain("my-review", desk.folder / "data", tmp_path / "results")
    assert (tmp_path / "results" / "synthesis.html").stat().st_size > 10_000


@pytest.mark.long
def test_five_coders_change_nothing_but_what_is_said_of_them(desk, tmp_path):
    desk.tiny()
    run_chain("my-review", desk.folder / "data", tmp_path / "one")
    coders, codings = desk.path("coders.csv"), desk.path("codings.csv")
    first = coders.read_text().splitlines()[1]
    coders.write_text(
        coders.read_text() + "".join(f"{first.replace('ada', c, 1)}\n" for c in ("ben", "cat", "dan", "eve"))
    )
    own = codings.read_text().splitlines()[1:]
    codings.write_text(
        codings.read_text()
        + "".join(f"{line.replace(',ada,', f',{c},')}\n" for c in ("ben", "eve") for line in own[:5])
    )
    run_chain("my-review", desk.folder / "data", tmp_path / "five")
    same = [file.name for file in (tmp_path / "one" / "tables").glob("themes-*.csv")]
    assert same and all(
        (tmp_path / "one/tables" / n).read_bytes() == (tmp_path / "five/tables" / n).read_bytes() for n in same
    )
    page = " ".join((tmp_path / "five" / "synthesis.html").read_text().split())
    assert "Kappa is for two coders; here are 3" in page and "(ben coded 5 of 12 key points only, eve coded 5" in page
    assert "undefined) does not" not in page and "and kappa (" not in page
