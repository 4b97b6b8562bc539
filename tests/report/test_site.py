"""The site: every surface and document in one folder, with links that lead somewhere."""

import os
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from casesynth.core import paths
from casesynth.errors import UserError
from casesynth.report import site


@pytest.fixture(scope="module")
def folder(mca) -> Path:
    return site.site(mca)


@pytest.mark.long
def test_the_site_holds_everything_and_is_small(folder):
    files = [file for file in folder.rglob("*") if file.is_file()]
    names = {file.relative_to(folder).as_posix() for file in files}
    assert set(site.SURFACES) <= names and ".nojekyll" in names
    assert {
        "guide/own-review.html",
        "guide/commands.html",
        "guide/data-dictionary.html",
        "course/1-extract.html",
    } <= names
    assert {"notebooks/7-synthesis.html", "notebooks/2-themes-aims.html"} <= names
    assert sum(file.stat().st_size for file in files) < 15e6
    titles = [
        link.get_text() for link in BeautifulSoup((folder / "more.html").read_text("utf-8"), "html.parser").select("li")
    ]
    steps = [int(title.split(".")[0]) for title in titles if title[0].isdigit()]
    assert len(titles) == len(set(titles)) and steps[:20] == sorted(steps[:20]) and not [t for t in titles if "¶" in t]


@pytest.mark.long
def test_every_link_of_the_site_is_relative_and_has_its_target(folder):
    lost = []
    for page in folder.rglob("*.html"):
        if page.name == "explorer.html":  # its links are its own addresses
            continue
        for link in BeautifulSoup(page.read_text("utf-8"), "html.parser").select("a[href]"):
            address = link["href"].partition("#")[0]
            if not address or address.startswith(("https://", "http://", "mailto:")):
                continue
            if address.startswith("/") or not (page.parent / address).exists():
                lost.append((os.path.relpath(page, folder), address))
    assert lost == []


def test_a_review_that_is_not_built_is_told_what_to_do(mca, monkeypatch, tmp_path):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    with pytest.raises(UserError, match="run `casesynth make mca-phase2` first"):
        site.site(mca)


def test_a_link_to_what_the_site_does_not_hold_becomes_text(tmp_path):
    docs = tmp_path / "docs"
    pages = {docs / "a.md": "guide/a.html", docs / "b.md": "guide/b.html"}
    body = '<a href="b.md#top">B</a> <a href="../casesynth/core/">code</a> <a href="https://example.org">out</a>'
    made = site.linked(body, docs / "a.md", "guide/a.html", pages, tmp_path / "site")
    assert made == '<a href="b.html#top">B</a> code <a href="https://example.org">out</a>'
