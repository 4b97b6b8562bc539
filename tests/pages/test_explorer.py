"""The explorer in a real browser: every view, its addresses, the keyboard, narrow screens, axe-core, and no requests."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from unittest.mock import patch

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

from casesynth.audit import explorer
from casesynth.audit.evidence import evidence
from casesynth.core.review import load
from casesynth.core.rules import Rules
from tests.support import ROOT, garden
from tests.support.browser import BROWSER, DRIVER, MISSING, chromium, in_focus, press, soon
from tests.support.many import evidence_of_many, evidence_of_one

pytestmark = [pytest.mark.desktop, pytest.mark.skipif(not (BROWSER and DRIVER), reason=MISSING)]
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text("utf-8")
VIEWS = "findings matrix points claims lab people projects numbers method spot learn copy search?q=trust".split()
CARDS = """finding/fin-co-researchers theme/aim-coproduction theme/gen-collaboration point/art-at-the-start-barriers-01
claim/claim-s3-5-1-trust case/recite case/brent number/cases_reported row/art-at-the-start-academics
matrix?cell=aim-coproduction+recite lab?min_cases=4&without=recite,choice&coding=union&dropped=aim-coproduction nowhere
point/unknown""".split()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with chromium(tmp_path_factory.mktemp("browser")) as driver:
        yield driver


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> dict[str, Path]:
    """The explorer of this review as the chain has written it, and those of reviews with less, with one case, and with more."""
    built = ROOT / "results/mca-phase2/explorer.html"
    if not built.exists():
        pytest.fail("results/mca-phase2/ is not built: run `make` first")
    folder = tmp_path_factory.mktemp("explorers")
    garden.make_data(folder / "data")
    with patch.dict(os.environ, {"CASESYNTH_DATA": str(folder / "data"), "CASESYNTH_READ": str(folder)}):
        review = load("garden")
        made = {"garden": evidence(review, Rules.of(review))}
    made |= {"one": evidence_of_one(), "many": evidence_of_many()}
    for name, each in made.items():
        (folder / f"{name}.html").write_text(explorer.explorer(each), "utf-8")
    return {"phase2": built} | {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def show(browser, pages):
    """Open an address of an explorer at a width, after what was logged before is read away."""

    def open_at(address: str, width: int = 1280, page: str = "phase2"):
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get("about:blank")
        for kind in ("browser", "performance"):
            browser.get_log(kind)
        browser.get(f"{pages[page].as_uri()}#/{address}")
        return browser

    return open_at


def find(page, selector: str):
    return page.find_element(By.CSS_SELECTOR, selector)


def status(page) -> str:
    return find(page, "main [role=status]").text


def wrong(page) -> list:
    """What axe-core finds wrong: rule, how often, and the first place."""
    page.execute_script(AXE)
    return page.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(found => "
        "done(found.violations.map(each => [each.id, each.nodes.length, each.nodes[0].html])))"
    )


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", [*VIEWS, *CARDS])
def test_every_view_is_accessible_fits_and_is_silent(show, address, width):
    page = show(address, width)
    assert wrong(page) == []
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    assert page.get_log("browser") == []
    words = find(page, "main").text
    assert not re.search(r"\bundefined\b|\bNaN\b|\bnull\b|\[object|\{\w+:", words), words
    assert page.title.startswith(find(page, "h1").text)


def test_axe_would_find_something(show):
    page = show("findings")
    page.execute_script("document.querySelector('main').innerHTML += '<img src=\"data:,\"><input>'")
    assert {"image-alt", "label"} <= {rule for rule, *_ in wrong(page)}


def test_nothing_is_asked_for(show, pages):
    page = show("findings")
    for view in VIEWS:
        page.execute_script("location.hash = arguments[0]", f"#/{view}")
    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert [url.split("#")[0] for url in asked if not url.startswith("data:")] == [pages["phase2"].as_uri()]


@pytest.mark.parametrize("name", ["garden", "one", "many"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_works_with_less_and_with_more(show, view, name):
    """Without results, findings or claims; with one case and without a publication; with 200 themes."""
    page = show(view, 390, name)
    assert page.get_log("browser") == []
    assert page.execute_script("return document.documentElement.scrollWidth") <= 390
    words = find(page, "main").text
    assert len(words) > 30 and not re.search(r"\bundefined\b|\bNaN\b|\[object", words)
    if name == "one":
        assert "ublished report" not in words or "re-runs no published report" in words


def test_what_is_missing_is_said(show):
    assert "This review has no findings yet" in find(show("findings", page="garden"), "main").text
    assert "No summary yet" in find(show("points", page="one"), "main").text
    assert "counts no participants" in find(show("people", page="one"), "main").text


def test_views_of_what_a_review_does_not_have_are_not_offered(show):
    offered = {name: find(show("findings", page=name), "#nav").text.split("\n") for name in ("phase2", "one")}
    assert set(offered["phase2"]) - set(offered["one"]) == {"Claims", "Participants", "Your copy"}
    assert "Claims" in find(show("claims", page="one"), "#nav").text  # who is there sees where


def test_a_number_leads_to_its_rows_and_on_to_a_card(show):
    page = show("number/cases_reported")
    assert find(page, ".value").text == "12"
    assert "case_study true" in find(page, "main").text
    rows = page.find_elements(By.CSS_SELECTOR, "main .line a")
    assert len(rows) == 12
    rows[0].click()
    assert soon(lambda: "#/case/" in page.current_url and find(page, "main .kind").text.lower() == "project")
    page.back()
    assert soon(lambda: find(page, ".value").text == "12")


def test_the_card_of_a_key_point_has_all_that_was_made_of_it(show):
    page = show("point/art-at-the-start-barriers-01")
    words = find(page, "main").text
    for part in (
        "section 3.6, at",
        "consensus",
        "coders differ",
        "Findings",
        "Claims of the published report",
        "Part of",
    ):
        assert part in words, part
    heads = [head.text for head in page.find_elements(By.CSS_SELECTOR, "main table thead th")]
    assert heads[0] == "Theme" and "consensus" in heads and len(heads) >= 4


def test_filters_are_in_the_address_and_come_back_from_it(show):
    page = show("claims")
    everything = int(re.match(r"(\d+) of", status(page))[1])
    find(page, ".verdicts button").click()
    assert soon(lambda: int(re.match(r"(\d+) of", status(page))[1]) < everything)
    first = status(page)
    assert find(page, ".verdicts button").get_attribute("aria-pressed") == "true"
    search = find(page, "input[type=search]")
    search.send_keys("project")
    assert soon(lambda: "verdict=" in page.current_url and "q=project" in page.current_url)
    assert in_focus(page, "type") == "search", "typing goes on while the list changes"
    shown, url = status(page), page.current_url
    page.get("about:blank")
    page.get(url)
    assert status(page) == shown and shown != first


def test_every_choice_of_a_filter_gives_rows(show):
    for view in ("points", "claims"):
        page = show(view)
        for name in range(len(page.find_elements(By.CSS_SELECTOR, ".bar select"))):
            choice = Select(page.find_elements(By.CSS_SELECTOR, ".bar select")[name])
            choice.select_by_index(len(choice.options) - 1)
            assert soon(lambda: re.match(r"\d+ of", status(page)))
            choice = Select(page.find_elements(By.CSS_SELECTOR, ".bar select")[name])
            choice.select_by_index(0)


def test_the_lab_tells_what_changes_and_every_view_follows(show):
    page = show("lab")
    assert "Nothing differs" in status(page)
    slider = find(page, "input[type=range]")
    for _ in range(4):
        slider.send_keys(Keys.ARROW_RIGHT)
    assert soon(lambda: "min_cases=6" in page.current_url and "differ from the run" in status(page))
    boxes = page.find_elements(By.CSS_SELECTOR, ".ticks input")
    boxes[0].click()
    assert soon(lambda: in_focus(page, "data-project")), "the focus stays where it was"
    assert soon(lambda: "without=" in page.current_url)
    page.find_element(By.LINK_TEXT, "Findings").click()
    assert soon(lambda: "min_cases=6" in page.current_url and "6 projects" in find(page, "#settings").text)
    assert soon(lambda: "of 11 projects" in find(page, ".card").text)
    find(page, "#settings button").click()
    assert soon(lambda: "min_cases" not in page.current_url and not find(page, "#settings").is_displayed())


def test_what_the_address_gets_wrong_counts_as_not_given(show):
    page = show("lab?min_cases=abc&coding=nobody&without=nowhere&merge_overlap=7&heading_groups=")
    assert "Nothing differs" in status(page) and not find(page, "#settings").is_displayed()


def test_the_page_agrees_with_the_tables_of_the_run(show):
    assert re.search(
        r"applied the rules itself to \d{3} verdicts of the run\. All agree", find(show("method"), "main").text
    )


def test_the_matrix_by_keyboard(show):
    page = show("matrix")
    stops = page.execute_script("return document.querySelectorAll('.matrix button[tabindex=\"0\"]').length")
    assert stops == 1, "the grid is one stop"
    page.execute_script("document.querySelector('.matrix button[tabindex=\"0\"]').focus()")
    start = in_focus(page, "data-cell")
    for key in (Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.END, Keys.HOME, Keys.ARROW_RIGHT):
        before = in_focus(page, "data-cell")
        press(page, key)
        assert soon(lambda before=before: in_focus(page, "data-cell") not in (before, None)), key
    cell = in_focus(page, "data-cell")
    assert cell != start and cell.split()[1] != start.split()[1]
    assert page.execute_script("return getComputedStyle(document.activeElement).outlineStyle") != "none"
    press(page, Keys.ENTER)
    assert soon(lambda: in_focus(page, "id") == "panel" and "cell=" in page.current_url)
    press(page, Keys.ESCAPE)
    assert soon(lambda: in_focus(page, "data-cell") == cell)


def test_the_page_by_keyboard(show):
    page = show("findings")
    press(page, Keys.TAB)
    assert soon(lambda: in_focus(page) == "Skip to the content")
    press(page, Keys.ENTER)
    assert soon(lambda: in_focus(page, "id") == "main" and "#/findings" in page.current_url)
    page.execute_script("arguments[0].focus()", find(page, ".card h2 a"))
    name = in_focus(page)
    press(page, Keys.ENTER)
    assert name and soon(lambda: in_focus(page, "tagName") == "H1" and in_focus(page) == name)


def test_filters_on_a_case_variable_and_on_what_the_report_names(show):
    page = show("matrix?show=uncoded")
    assert re.match(r"\d+ themes, \d+ cells that match", status(page))
    cells = page.find_elements(By.CSS_SELECTOR, ".matrix button:not(.dim)")
    assert cells and all("named" in cell.get_attribute("class") and cell.text == "·" for cell in cells)
    page = show("matrix?var-nation=Scotland")
    assert 0 < len(page.find_elements(By.CSS_SELECTOR, ".matrix thead abbr")) < 12


def test_rows_are_downloaded_as_csv(show):
    page = show("claims?verdict=reproduced")
    text = page.execute_script("return asCsv(['id', 'note'], [['a', '=1+1'], ['b', 'x, \"y\"'], ['c', -2]])")
    assert text == 'id,note\r\na,\'=1+1\r\nb,"x, ""y"""\r\nc,-2\r\n'
    number = re.match(r"(\d+) of", status(page))[1]
    assert any(f"these {number} rows as CSV" in each.text for each in page.find_elements(By.TAG_NAME, "button"))


def test_ten_numbers_are_the_same_for_the_same_address(show):
    heads = [each.text for each in show("spot?seed=7").find_elements(By.CSS_SELECTOR, ".card > h2")]
    assert len(heads) == 10 == len(set(heads))
    assert heads == [each.text for each in show("spot?seed=7").find_elements(By.CSS_SELECTOR, ".card > h2")]
    page = show("spot?seed=8")
    assert heads != [each.text for each in page.find_elements(By.CSS_SELECTOR, ".card > h2")]
    find(page, "input[value=right]").click()
    assert status(page).startswith("1 of 10 checked: 1 right")


def test_code_it_yourself_hides_the_codes_until_asked(show):
    page = show("learn?seed=3")
    card = find(page, ".card")
    assert "consensus" not in card.text
    page.execute_script("arguments[0].querySelector('details').open = true", card)
    find(page, ".card input").click()
    next(each for each in card.find_elements(By.TAG_NAME, "button") if each.text == "Compare").click()
    assert "consensus:" in card.text and "You:" in card.text and "1 of 20 compared" in status(page)


def test_a_copy_shows_the_passage_and_is_forgotten(show, tmp_path):
    copy = tmp_path / "copy.txt"
    copy.write_text("\f".join(garden.REPORT), "utf-8")
    page = show("copy", page="garden")
    find(page, "input[type=file]").send_keys(str(copy))
    page.execute_async_script("setTimeout(arguments[0], 300)")
    assert status(page).startswith("14 of 14 anchors found in copy.txt")
    page.execute_script("location.hash = '#/point/alder-aims-01'")
    assert find(page, "blockquote mark").text == "neigh- bours together"
    assert "Open your own copy" in find(show("point/alder-aims-01", page="garden"), "main").text


def set_by_typst(file: Path) -> None:
    """The invented report as Typst writes PDF files: packed objects, fonts of its own, broken words."""
    import typst

    pages = ["\n".join(f"{line} \\" for line in page.splitlines()) for page in garden.REPORT]
    source = file.with_suffix(".typ")
    source.write_text("#set page(width: 12cm)\n#set par(justify: true)\n" + "\n#pagebreak()\n".join(pages), "utf-8")
    typst.compile(source, output=file)


def set_by_office(file: Path) -> None:
    """The same as LibreOffice writes PDF files."""
    if not (office := shutil.which("lowriter")):  # what lays out a page; LibreOffice may be here without it
        pytest.skip("no LibreOffice Writer here: its PDF files were NOT tried")
    page = file.with_suffix(".html")
    page.write_text(
        "".join(f"<p style='page-break-before: always'>{each.replace(chr(10), '<br>')}</p>" for each in garden.REPORT),
        "utf-8",
    )
    command = [office, f"-env:UserInstallation={(file.parent / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf:writer_web_pdf_Export", "--outdir", file.parent, page]
    subprocess.run(command, check=True, capture_output=True)


WRITERS = [set_by_typst, garden.write_pdf, pytest.param(set_by_office, marks=pytest.mark.long)]


@pytest.mark.parametrize("written", WRITERS)
def test_a_pdf_is_read_in_the_browser(show, tmp_path, written):
    written(tmp_path / "copy.pdf")
    page = show("copy", page="garden")
    find(page, "input[type=file]").send_keys(str(tmp_path / "copy.pdf"))
    assert soon(lambda: status(page).startswith("14 of 14 anchors found in copy.pdf")), status(page)
    page.execute_script("location.hash = '#/point/alder-aims-01'")
    assert soon(lambda: find(page, "blockquote mark").text == "neigh- bours together")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7\n", "holds no text that could be read"),
        (b"%PDF-1.7\n1 0 obj\n<< /Length (no number\nstream\n", "holds no text"),
        (b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>", "is locked"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_what_to_do(show, tmp_path, content, said):
    (tmp_path / "copy.pdf").write_bytes(content)
    page = show("copy", page="garden")
    find(page, "input[type=file]").send_keys(str(tmp_path / "copy.pdf"))
    assert soon(lambda: said in status(page)), status(page)
    assert "select all (Ctrl+A), copy, and paste" in status(page) and page.get_log("browser") == []


def test_explorer_and_passages_lead_to_each_other(show):
    page = show("point/alder-aims-01?passages=yes", page="garden")
    link = page.find_element(By.LINK_TEXT, "This row on the page of passages")
    assert link.get_attribute("href").endswith("audit-source.html#kp-alder-aims-01")
    page = show("point/alder-aims-01", page="garden")
    assert not page.find_elements(By.LINK_TEXT, "This row on the page of passages")


def test_without_scripts_there_are_plain_tables(browser, show):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = show("point/art-at-the-start-barriers-01")
        assert "runs no JavaScript" in find(page, "main").text
        row = find(page, "[id='/point/art-at-the-start-barriers-01']")
        assert row.is_displayed() and "Art at the Start" in row.text
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
