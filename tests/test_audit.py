"""The audit page and the trail, by the command of `make audit` on a small review, and by this review's own results."""

import re
import shutil
import subprocess
import sys

import garden
import pandas as pd
import pytest

from casesynth.audit import checks, page, trail
from casesynth.core import paths
from casesynth.core.review import load
from casesynth.report import markdown, numbers, report

NOT_REPRODUCED = "not reproduced from the published summaries"


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The small review with its results, and a claims ledger."""
    folder = tmp_path_factory.mktemp("whole")
    data = garden.make_data(folder / "data")
    garden.run_notebooks(data, folder)
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


# ------------------------------------------------------------------ the page


def test_every_claim_is_shown_with_its_verdict_and_rows(small):
    html = page_of(small)
    row = row_of(html, "claim-c-cool")
    assert 'data-section="s1" data-kind="count" data-verdict="contradicted within the report"' in row
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
    surroundings = garden.environment(data) | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"}
    (small / "results/audit.html").unlink()
    command = [sys.executable, "-m", "casesynth", *garden.audit_words(data, small)]
    subprocess.run(command, cwd=small, env=surroundings, check=True)
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


# ------------------------------------------------------------------ this review's own results


@pytest.fixture(scope="module")
def mca():
    if not (paths.ROOT / "results/mca-phase2/synthesis.html").exists():
        pytest.fail("results/mca-phase2/ is not built: run `make` first")
    return load("mca-phase2")


@pytest.fixture(scope="module")
def chain(mca):
    """The review, its result tables, the links of the trail, and what became of each key point."""
    found = trail.gather(mca)
    coding = mca.settings["coding"]
    return mca, found, trail.links(mca, found, coding), trail.accounted(mca, coding)


def test_every_standing_theme_rests_on_key_points(chain):
    review, found, links, states = chain
    assert trail.disagreements(found, links, states) == []
    for kind, table in (("theme", "themes"), ("general", "general-themes"), ("refined", "refined-themes")):
        standing = found[table].loc[found[table]["stands"], kind]
        assert len(standing) and set(standing) <= set(trail.forward(links, kind))


def test_every_key_point_is_accounted_for(chain):
    review, _, links, states = chain
    assert list(states["id"]) == list(review.keypoints["id"])
    assert set(states["state"]) <= {"coded", "none", "not coded", trail.NO_THEMES}
    coded = set(states.loc[states["state"].eq("coded"), "id"])
    assert coded == set(links.loc[links["kind"].eq("theme"), "keypoint"])


def test_every_printed_theme_is_in_the_report(chain):
    review, found, *_ = chain
    published = review.codebook[review.codebook["level"].eq("theme") & review.codebook["origin"].eq("published")]
    assert set(published["id"]) <= set(found["themes"]["theme"])
    html = (paths.ROOT / "results/mca-phase2/synthesis.html").read_text("utf-8")
    fallen = found["themes"][found["themes"]["origin"].eq("published") & found["themes"]["points"].eq(0)]
    for name in fallen["name"]:
        assert re.search(rf"Not reproduced from the\s+published\s+summaries:[^.]*{re.escape(name)}", html)


#: Numbers of the report that count something else than rows one by one: different values, pairs, sums, shares.
NOT_A_COUNT = {"leads", "nations", "proposals", "largest_overlap", "largest_case", "largest_share", "attendance_share"}
NOT_A_COUNT |= {"persons_interval", "people_interval", "persons_sum"}


def test_every_number_of_the_report_leads_to_what_it_counts(chain):
    review, found, *_ = chain
    values = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/report-values.csv", dtype=str).set_index("name")
    rows = trail.value_rows(review, found, review.settings["coding"]).groupby("name")["id"].agg(list)
    for name, value in values["value"].items():
        assert values.rule[name], f"{name} has no rule"
        if values.rule[name] == "parameters of this run":
            continue
        if name in rows and name not in NOT_A_COUNT:
            assert len(rows[name]) == int(value), f"{name} = {value} counts other rows than the trail shows"
        statistic = page.table_of(review, values.rule[name])
        assert name in rows or statistic or value == "0", f"{name} = {value}: neither rows nor a result table behind it"
    low = review.participants.set_index("id")["low"]
    assert sum(low[rows["persons_sum"]]) == int(values.value["persons_sum"])


def test_entreq_has_every_item_and_points_at_places_that_exist(mca):
    assert sorted(mca.entreq["number"]) == list(range(1, 22))
    sections = set(mca.sections["id"])
    assert {where for row in mca.entreq["report_where"] for where in row.split()} <= sections
    for row in mca.entreq["compendium_where"]:
        assert all((paths.ROOT / where).exists() for where in row.split()), row


# ------------------------------------------------------------------ no number in the report without a value

#: The chapters of running text; the trail after them only quotes rows.
CHAPTERS = ["opening", "scope", "method", "summaries", "findings", "discussion", "sure", "limits"]
#: The digits that the template itself may write: its own counting of the method's steps, the grid of thresholds of
#: `robustness`, the name of a measure, and the years of the works that it cites.
OUR_OWN = re.compile(r"^\d\. \*\*|\b[Ss]teps? \d( and \d)?\b|\b1 to 6\b|\bAC1\b|\b(19|20)\d\d\b", re.M)
#: Parts of a chapter that hold computed tables, figures with their texts, ids, targets of links, and code.
COMPUTED = re.compile(r"^\|.*$|^!\[.*$|\{#[^}]*\}|\]\(#[^)]*\)|`[^`]*`", re.M)


def numbers_without_value(made: report.Report) -> list[str]:
    """The lines of the report's chapters that hold a digit which no value, table or text of the data put there.

    As the template asks for them, values and texts of the data are blanked. What is left is what the template wrote
    by itself, and any number that it worked out on the spot.
    """

    class Blank(numbers.Values):
        def __call__(self, name):
            super().__call__(name)
            return "…"

    def blank(value):
        return value if isinstance(value, markdown.Markdown) else "…" if isinstance(value, str) else str(value)

    made.template.environment.finalize = blank
    made.context["v"] = Blank(made.values.known)
    left = []
    for chapter in CHAPTERS:
        text = OUR_OWN.sub("", COMPUTED.sub("", made.markdown(chapter)))
        left += [line for line in text.splitlines() if re.search(r"\d", line)]
    return left


@pytest.fixture
def made(mca):
    import yaml

    return report.Report(mca, yaml.safe_load((paths.ROOT / "build/mca-phase2/parameters.yaml").read_text("utf-8")))


def test_no_number_in_the_report_without_a_value(made):
    assert numbers_without_value(made) == []


def test_every_chapter_is_checked():
    source = (report.TEMPLATES / "report.md").read_text("utf-8")
    chapters = set(
        re.findall(r"synthesis\.chapter\(\\?\"(\w+)", (paths.ROOT / "notebooks/7-synthesis.ipynb").read_text("utf-8"))
    )
    assert chapters == {*CHAPTERS, "trail_chapter"} and all(f"macro {chapter}()" in source for chapter in chapters)


@pytest.mark.parametrize(
    "slip", ["There are 12 projects.", "{{ found['themes'] | length }} themes were found.", "About {{ 3 * 4 }}."]
)
def test_a_number_that_someone_types_into_the_report_is_found(made, slip):
    source = (report.TEMPLATES / "report.md").read_text("utf-8")
    made.template = made.template.environment.from_string(source.replace("# Limits {#limits}", f"# Limits\n\n{slip}\n"))
    assert len(numbers_without_value(made)) == 1


def test_verdicts_come_in_their_order():
    frame = pd.DataFrame({"verdict": ["odd", "reproduced", "not checkable from here"]})
    assert list(page.verdict_counts(frame)) == [*checks.VERDICTS, "odd"]


# ------------------------------------------------------------------ make


def test_make_audit_builds_the_page_and_hands_on_any_path(rebuilt):
    # A variable SOURCE of a person's environment is none of ours.
    done = rebuilt.make("audit", environment={"SOURCE": "whatever"})
    assert done.returncode == 0, done.stderr
    assert "Three invented gardens" in rebuilt.read("results/tiny/audit.html")
    name = "no such $(file) 'é'.pdf"
    done = rebuilt.make("audit", f"SOURCE={name}")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert f"there is no file '{name}'" in done.stderr
