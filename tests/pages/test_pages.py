"""The built pages in a real browser: Chromium by ChromeDriver, without a network."""

import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pandas as pd
import pytest
import yaml
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from casesynth.audit import page as page_room
from tests.support import ROOT, garden

BROWSER = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
DRIVER = shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (BROWSER and DRIVER), reason="no Chromium with ChromeDriver here: the pages were NOT tried in a browser"
)
OPTIONS = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
OPTIONS += " disable-component-update disable-sync"
PAGES = ["audit", "audit-source", "synthesis"]


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The pages of this review, the audit with a ledger; the page beside a copy is that of the invented report."""
    folder = tmp_path_factory.mktemp("pages")
    built = ROOT / "results/mca-phase2"
    if not (built / "synthesis.html").exists():
        pytest.fail("results/mca-phase2/ is not built: run `make` first")
    data = ROOT / "data/mca-phase2"
    shutil.copytree(built / "tables", folder / "results/tables")
    shutil.copy(built / "synthesis.html", folder / "results")
    shutil.copy(built / "annex.html", folder / "results")
    (folder / "figures").symlink_to(ROOT / "figures/mca-phase2")
    if not (folder / "results/tables/claims.csv").exists():
        garden.write_claims(folder)
    settings = yaml.safe_load((data / "review.yaml").read_text("utf-8"))
    parameters = {"coding": settings["coding"], **settings["parameters"]}
    (folder / "parameters.yaml").write_text(yaml.safe_dump(parameters), "utf-8")
    done = garden.audit(data, folder)
    assert done.returncode == 0, done.stderr
    return {
        "audit": folder / "results/audit.html",
        "audit-source": beside_a_copy(folder / "source"),
        "synthesis": folder / "results/synthesis.html",
        "annex": folder / "results/annex.html",
    }


def beside_a_copy(folder: Path) -> Path:
    folder.mkdir()
    data = garden.make_data(folder / "data")
    copy = folder / "copy.txt"
    copy.write_text("\f".join(garden.REPORT).replace("grow food", "raise crops"), "utf-8")
    (folder / "parameters.yaml").write_text("{}", "utf-8")
    words = SimpleNamespace(results=folder, figures=folder)
    with patch.object(page_room, "page", lambda *_: ("", pd.DataFrame())):
        done = garden.call(
            "audit", data, "garden", "--results", words.results, "--figures", words.figures,
            "--build", folder, "--source", copy,
        )  # fmt: skip
    assert done.returncode == 1
    return folder / "audit-source.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    for option in OPTIONS.split():
        options.add_argument(f"--{option}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('browser')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


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
    small = "return parseFloat(getComputedStyle(document.querySelector('p')).fontSize)"
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
        "return Array.from(document.images)"
        ".filter(i => i.naturalWidth > 0 && i.offsetParent && i.alt.length > 40).length"
    )
    assert seen == len(list((ROOT / "figures/mca-phase2").glob("*.png")))


@pytest.mark.parametrize("name", PAGES)
def test_no_markup_or_missing_value_is_seen(show, name):
    page = show(name)
    # The arguments of checks are regular expressions, in which such marks mean something else.
    page.execute_script("document.querySelectorAll('.given').forEach(own => own.remove())")
    words = page.find_element(By.TAG_NAME, "body").text
    assert not re.search(r"\bnan\b|\bNone\b(?!\.| of )|<NA>|\]\(|\{\{|\]\{|!\[", words)


def rows_shown(page) -> list[str]:
    return page.execute_script(
        "return Array.from(document.querySelectorAll('#ledger tbody tr')).filter(r => r.offsetParent).map(r => r.id)"
    )


def test_filters_of_the_ledger(show):
    page = show("audit")
    everything = rows_shown(page)
    assert f"{len(everything)} of {len(everything)} claims shown" == page.find_element(By.ID, "shown").text
    choice = Select(page.find_element(By.NAME, "verdict"))
    assert len(choice.options) > 2
    for option in [option.get_attribute("value") for option in choice.options][1:]:
        choice.select_by_value(option)
        shown = rows_shown(page)
        verdicts = {page.find_element(By.ID, row).get_attribute("data-verdict") for row in shown}
        assert verdicts == {option} and 0 < len(shown) < len(everything)
    section = Select(page.find_element(By.NAME, "section"))
    own = page.find_element(By.ID, shown[0]).get_attribute("data-section")
    section.select_by_value(own)
    both = rows_shown(page)
    assert set(both) <= set(shown) and shown[0] in both
    assert page.find_element(By.ID, "shown").text.startswith(f"{len(both)} of ")
    page.find_element(By.ID, "clear").click()
    assert rows_shown(page) == everything
    kind = Select(page.find_element(By.NAME, "kind"))
    kind.select_by_index(1)
    value = kind.options[1].get_attribute("value")
    assert {page.find_element(By.ID, row).get_attribute("data-kind") for row in rows_shown(page)} == {value}


def in_view(page, target: str) -> bool:
    return page.execute_script(
        "const box = document.getElementById(arguments[0]).getBoundingClientRect();"
        "return box.height > 0 && box.top >= -1 && box.top < innerHeight",
        target,
    )


def test_links_land_there_and_back(show):
    page = show("audit")
    link = page.find_element(By.CSS_SELECTOR, "[id='theme-aim-coproduction'] a[href^='#kp-']")
    point = link.get_attribute("hash")[1:]
    page.execute_script("arguments[0].click()", link)
    assert in_view(page, point)
    back = page.find_element(By.CSS_SELECTOR, f"[id='{point}'] a[href='#theme-aim-coproduction']")
    page.execute_script("arguments[0].click()", back)
    assert in_view(page, "theme-aim-coproduction")


def test_a_link_to_a_claim_that_is_filtered_out_shows_it(show):
    page = show("audit")
    rows = rows_shown(page)
    verdict = page.find_element(By.ID, rows[0]).get_attribute("data-verdict")
    other = next(row for row in rows if page.find_element(By.ID, row).get_attribute("data-verdict") != verdict)
    Select(page.find_element(By.NAME, "verdict")).select_by_value(verdict)
    assert other not in rows_shown(page)
    page.execute_script("location.hash = arguments[0]", other)
    page.execute_async_script("setTimeout(arguments[0], 100)")
    assert in_view(page, other)


def focused(page):
    return page.switch_to.active_element


def press(page, key) -> None:
    focused(page).send_keys(key)


def test_the_audit_works_by_keyboard(show):
    page = show("audit")
    press(page, Keys.TAB)
    assert focused(page).text == "Skip to the content" and focused(page).is_displayed()
    press(page, Keys.ENTER)
    assert in_view(page, "main")
    for _ in range(12):
        press(page, Keys.TAB)
        if focused(page).get_attribute("name") == "section":
            break
    press(page, Keys.TAB)
    assert focused(page).get_attribute("name") == "kind"
    style = page.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert style != "none", "where the keyboard is must be seen"
    before = len(rows_shown(page))
    press(page, Keys.ARROW_DOWN)
    assert len(rows_shown(page)) < before
    for _ in range(8):  # one step for each filter that follows
        press(page, Keys.TAB)
        if focused(page).get_attribute("id") == "clear":
            break
    assert focused(page).get_attribute("id") == "clear"
    press(page, Keys.ENTER)
    assert len(rows_shown(page)) == before
    fold = page.find_element(By.CSS_SELECTOR, "#numbers ~ table summary")
    page.execute_script("arguments[0].focus()", fold)
    press(page, Keys.ENTER)
    assert fold.find_element(By.XPATH, "..").get_attribute("open") is not None


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


def test_the_audit_is_whole_without_scripts(browser, show):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = show("audit")
        assert not page.find_element(By.ID, "filters").is_displayed()
        assert all(row.is_displayed() for row in page.find_elements(By.CSS_SELECTOR, "#ledger tbody tr"))
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
