"""The built pages in a real browser: Chromium by ChromeDriver, without a network."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.support import ROOT, garden
from tests.support.browser import BROWSER, DRIVER, MISSING, chromium

pytestmark = [pytest.mark.desktop, pytest.mark.skipif(not (BROWSER and DRIVER), reason=MISSING)]
SURFACES = ["synthesis", "annex", "brief", "index"]
PAGES = ["audit-source", *SURFACES]


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The pages of this review; the page of passages is that of the invented report."""
    folder = tmp_path_factory.mktemp("pages")
    built = ROOT / "results/mca-phase2"
    if not (built / "synthesis.html").exists():
        pytest.fail("results/mca-phase2/ is not built: run `make` first")
    (folder / "results").mkdir()
    for name in SURFACES:
        shutil.copy(built / f"{name}.html", folder / "results")
    surfaces = {name: folder / f"results/{name}.html" for name in SURFACES}
    return {"audit-source": beside_a_copy(folder / "source")} | surfaces


def beside_a_copy(folder: Path) -> Path:
    (folder / "results").mkdir(parents=True)
    (folder / "results/explorer.html").write_text("", "utf-8")
    data = garden.make_data(folder / "data")
    copy = folder / "copy.txt"
    copy.write_text("\f".join(garden.REPORT).replace("grow food", "raise crops"), "utf-8")
    assert garden.audit(data, folder, copy).returncode == 1
    return folder / "results/audit-source.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture
def show(browser, pages):
    """Open a page at a width, after what earlier pages have logged is read away."""

    def open_at(name: str, width: int = 1200):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get("about:blank")
        for kind in ("browser", "performance"):
            browser.get_log(kind)
        browser.get(pages[name].as_uri())
        return browser

    return open_at


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_loaded_from_elsewhere_and_the_console_is_silent(show, pages, name):
    page = show(name)
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith("data:")] == [pages[name].as_uri()]
    assert page.get_log("browser") == []


@pytest.mark.parametrize("width", [375, 768, 1200])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_scrolls_sideways(show, name, width):
    page = show(name, width)
    page.execute_script("document.querySelectorAll('details').forEach(function (each) { each.open = true; })")
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    small = "return parseFloat(getComputedStyle(document.querySelector('main p, body > p, p:not(.toc-head)')).fontSize)"
    assert page.execute_script(small) >= 15


@pytest.mark.parametrize("name", PAGES)
def test_every_link_within_a_page_has_its_target(show, name):
    page = show(name)
    lost = page.execute_script(
        "return Array.from(document.querySelectorAll('a[href^=\"#\"]')).map(a => decodeURIComponent(a.hash.slice(1)))"
        ".filter(id => id && !document.getElementById(id))"
    )
    assert lost == []


def test_every_figure_is_seen_in_the_annex_with_its_words(show):
    page = show("annex")
    seen = page.execute_script(
        "return Array.from(document.querySelectorAll('figure[id^=\"figure-\"] svg'))"
        ".filter(i => i.getBoundingClientRect().width > 100 && i.querySelector('desc').textContent.length > 40).length"
    )
    listed = pd.read_csv(ROOT / "results/mca-phase2/tables/figures.csv")["name"]
    assert seen == (~listed.str.endswith("-phone")).sum()


@pytest.mark.parametrize("name", PAGES)
def test_no_markup_or_missing_value_is_seen(show, name):
    page = show(name)
    words = page.find_element(By.TAG_NAME, "body").text
    assert not re.search(r"\bnan\b|\bNone\b(?!\.| of )|<NA>|\]\(|\{\{|\]\{|!\[", words)


def in_view(page, target: str) -> bool:
    return page.execute_script(
        "const box = document.getElementById(arguments[0]).getBoundingClientRect();"
        "return box.height > 0 && box.top >= -1 && box.top < innerHeight",
        target,
    )


def focused(page):
    return page.switch_to.active_element


def press(page, key) -> None:
    focused(page).send_keys(key)


def test_the_report_works_by_keyboard(show):
    page = show("synthesis")
    press(page, Keys.TAB)
    target = focused(page).get_attribute("hash")[1:]
    style = page.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert target and style != "none"
    press(page, Keys.ENTER)
    assert in_view(page, target)


def test_the_page_beside_a_copy_shows_what_is_wrong_first(show):
    page = show("audit-source")
    first = page.find_element(By.CSS_SELECTOR, "#problems ~ table tbody tr")
    assert "alder-aims-02" in first.text and "not found" in first.text
    assert page.find_element(By.CSS_SELECTOR, "[id='kp-alder-aims-01'] mark").text == "neigh- bours together"
