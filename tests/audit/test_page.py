"""The audit page shows every claim with its verdict, rows and links."""

import re
import shutil

import pandas as pd
import pytest

from casesynth.audit import checks, page
from tests.support import commands, garden

NOT_REPRODUCED = "not reproduced from the published summaries"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The small review with its results, and a claims ledger."""
    folder = tmp_path_factory.mktemp("whole")
    data = garden.make_data(folder / "data")
    garden.build(data, folder)
    garden.write_claims(folder)
    return folder


@pytest.fixture
def small(whole, tmp_path):
    """A copy of it that a test may change."""
    return shutil.copytree(whole, tmp_path / "copy")


def page_of(small) -> str:
    done = garden.audit(small / "data/garden", small)
    assert done.returncode == 0, done.stderr
    return (small / "results/audit.html").read_text("utf-8")


def row_of(html: str, row: str) -> str:
    """The table row with an id."""
    found = re.search(rf'<tr id="{row}".*?</tr>', html, re.S)
    assert found, f"the page has no row {row}"
    return found[0]


def links_in(row: str) -> set[str]:
    return set(re.findall(r'href="#([^"]+)"', row))


def test_every_claim_is_shown_with_its_verdict_and_rows(small):
    html = page_of(small)
    row = row_of(html, "claim-c-cool")
    assert 'data-section="s1" data-kind="count" data-role="" data-verdict="contradicted within the report"' in row
    assert links_in(row) == {"kp-cedar-aims-01"}
    assert "Two gardens &lt;i&gt;cool&lt;/i&gt; a house." in row, "what the data say must be escaped"
    assert "Needed: The form with its date." in row_of(html, "claim-c-dates")
    assert "reproduced: 1" in html and "contradicted within the report: 1" in html


def test_trail_leads_both_ways(small):
    html = page_of(small)
    assert "kp-birch-aims-01" in links_in(row_of(html, "theme-aim-together"))
    assert "kp-birch-aims-01" in links_in(row_of(html, "theme-gen-people"))
    assert "kp-birch-aims-01" in links_in(row_of(html, "statement-aim-together-1"))
    back = links_in(row_of(html, "kp-birch-aims-01"))
    assert {
        "theme-aim-together",
        "theme-gen-people",
        "theme-ref-people",
        "statement-aim-together-1",
        "claim-c-meet",
    } <= back
    table = pd.read_csv(small / "results/trail.csv")
    assert ("claim", "c-meet", "birch-aims-01") in set(table.itertuples(index=False, name=None))


def test_every_link_within_the_page_has_its_target(small):
    html = page_of(small)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), "an id stands twice"
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)
    for other in re.findall(r'href="([^#"][^"]*)"', html):
        assert (small / "results" / other).exists(), f"{other} is not there"


def test_attributions_are_compared_project_by_project(small):
    row = row_of(page_of(small), "statement-aim-together-1")
    assert "Cedar Roof: not found" in row
    assert "1 of 2 named examples found" in row


def test_a_printed_theme_that_no_key_point_carries_stays(small):
    row = row_of(page_of(small), "theme-aim-quiet")
    assert NOT_REPRODUCED in row and "none" in row


def test_without_a_ledger_or_items_the_page_says_so(small):
    (small / "results/tables/claims.csv").unlink()
    html = page_of(small)
    assert "There is no ledger of claims" in html and "no <code>entreq.csv</code>" in html


def test_versions_are_those_of_the_lock(small):
    html = page_of(small)
    assert re.search(r"<td>pandas</td><td data-th=\"Version\">\d", html)
    assert "<td>casesynth</td>" not in html


def test_digests_are_those_of_the_files(small):
    import hashlib

    file = small / "results/tables/overlaps.csv"
    html = page_of(small)
    assert hashlib.sha256(file.read_bytes()).hexdigest() in html
    assert hashlib.sha256((small / "data/garden/cases.csv").read_bytes()).hexdigest() in html


def test_same_bytes_whatever_the_surroundings(small):
    one = page_of(small)
    data = small / "data/garden"
    surroundings = {"CASESYNTH_DATA": data.parent, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    (small / "results/audit.html").unlink()
    done = commands.run_apart("audit", *garden.audit_words(data, small), folder=small, **surroundings)
    assert done.returncode == 0, done.stderr
    assert (small / "results/audit.html").read_text("utf-8") == one


def test_results_of_other_data_are_refused(small):
    """No standing theme without key points: the table says that it stands, the data have nothing under it."""
    garden.change(small / "data/garden/codings.csv", "alder-aims-01", theme="none")
    done = garden.audit(small / "data/garden", small)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "theme aim-together: 2 key points in its table, 1 in the data" in done.stderr


def test_a_key_point_that_is_dropped_is_missed(small):
    """No key point unaccounted for: one without a coding must be listed as not coded."""
    assert "not coded" in row_of(page_of(small), "kp-cedar-enablers-02")
    file = small / "results/tables/uncoded-enablers.csv"
    left = garden.read(file)
    left[left["keypoint"].ne("cedar-enablers-02")].to_csv(file, index=False)
    done = garden.audit(small / "data/garden", small)
    assert done.returncode == 2 and "key point cedar-enablers-02: listed as 'nothing'" in done.stderr


def test_verdicts_come_in_their_order():
    frame = pd.DataFrame({"verdict": ["odd", "reproduced", "not checkable from here"]})
    assert list(page.verdict_counts(frame)) == [*checks.VERDICTS, "odd"]
