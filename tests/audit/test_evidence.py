"""`evidence.json` and the page that is drawn from it, on the small invented review and on tables without rows."""

import hashlib
import json
import re
import shutil

import pytest

from casesynth.audit import evidence as room
from casesynth.audit import explorer
from casesynth.core import paths
from casesynth.core.review import load
from casesynth.core.rules import Rules
from casesynth.core.schema import CONFIDENTIAL
from casesynth.errors import UserError
from tests.support import garden, many


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The small review with its results, and a claims ledger."""
    folder = tmp_path_factory.mktemp("whole")
    data = garden.make_data(folder / "data")
    garden.build(data, folder)
    garden.write_claims(folder)
    return folder


@pytest.fixture
def small(whole, tmp_path, monkeypatch):
    """A copy of it that a test may change, and in which `load` and `results` look."""
    folder = shutil.copytree(whole, tmp_path / "copy")
    monkeypatch.setenv("CASESYNTH_DATA", str(folder / "data"))
    monkeypatch.setenv(paths.READ, str(folder / "results"))
    monkeypatch.setenv(paths.WRITE, str(folder / "written"))
    return folder


def made_of(name: str = "garden", **rules) -> dict:
    review = load(name)
    made = room.evidence(review, Rules.of(review, **rules))
    room.validate(made)
    return made


def test_it_holds_the_tables_the_results_and_the_numbers(small):
    made = made_of()
    assert {"cases", "keypoints", "codings", "statements", "attributions"} <= set(made["tables"])
    assert {"themes", "general-themes", "refined-themes", "claims"} <= set(made["results"])
    point = next(row for row in made["tables"]["keypoints"] if row["id"] == "alder-aims-02")
    assert point["anchor"] == "grow food" and "label" not in point, "a cell without a value is left out"
    number = next(row for row in made["numbers"] if row["key"] == "cases_reported")
    assert number["value"] == "3" and number["rows"] == ["alder", "birch", "cedar"] and number["kind"] == "case"
    assert made["review"]["published"] == "garden-report" and made["parameters"]["min_cases"] == 2


def test_every_number_that_counts_has_as_many_rows(small):
    counted = [row for row in made_of()["numbers"] if "rows" in row and row["value"].isdigit()]
    assert len(counted) > 10
    assert {row["key"]: len(row["rows"]) for row in counted} == {row["key"]: int(row["value"]) for row in counted}


def test_digests_are_those_of_the_files(small):
    digests = {row["file"]: row["sha256"] for row in made_of()["provenance"]["digests"]}
    for name in ("codings.csv", "review.yaml"):
        assert digests[name] == hashlib.sha256((small / "data/garden" / name).read_bytes()).hexdigest()


def test_the_written_files_say_the_same_each_time(small):
    made = made_of()
    explorer.write("garden", made)
    first = {name: (small / "written" / name).read_bytes() for name in ("evidence.json", "explorer.html")}
    assert json.loads(first["evidence.json"]) == made
    explorer.write("garden", made_of())
    assert first == {name: (small / "written" / name).read_bytes() for name in first}


@pytest.mark.parametrize("table", CONFIDENTIAL)
def test_confidential_tables_never_enter_it(small, monkeypatch, table):
    made = made_of()
    assert table not in made["tables"]
    made["tables"][table] = []
    with pytest.raises(UserError, match=r"evidence.json, tables: .*expected by evidence-schema.json"):
        room.validate(made)
    monkeypatch.setattr(room, "TABLES", [*room.TABLES, table])
    with pytest.raises(UserError, match=f"{table} may not be passed on"):
        made_of()


def test_the_schema_names_what_is_wrong(small):
    made = made_of()
    del made["tables"]["codings"][3]["theme"]
    with pytest.raises(UserError, match="evidence.json, tables/codings/3: 'theme' is a required property"):
        room.validate(made)


def test_without_results_there_are_the_tables_alone(small, monkeypatch):
    monkeypatch.setenv(paths.READ, str(small / "nothing"))
    made = made_of()
    assert made["results"] == {} and made["numbers"] == [] and made["tables"]["keypoints"]
    assert room.shows(made)[-1] == "The report of this review has no numbers yet."
    assert "Key points" in explorer.explorer(made)


def test_macros_in_the_prose_of_findings_become_words_and_links(phase2):
    made = room.evidence(phase2, Rules.of(phase2))
    findings = made["tables"]["findings"]
    assert findings and not any("{name:" in row["paragraph"] or "{supporting}" in row["paragraph"] for row in findings)
    linked = re.findall(r"\]\((?:explorer\.html)?#/?(?:point/|finding/)?([a-z0-9-]+)\)", findings[0]["paragraph"])
    assert linked and set(linked) <= set(phase2.keypoints["id"]) | set(phase2.findings["id"])


def test_the_page_cannot_be_ended_by_what_the_data_say(small):
    garden.change(small / "data/garden/keypoints.csv", "alder-aims-01", summary="</script><script>alert(1)</script>")
    page = explorer.explorer(made_of())
    assert page.count("<script") == 2 and page.count("</script>") == 2
    assert "&lt;/script&gt;&lt;script&gt;alert(1)" in page, "the plain table escapes it"


def test_the_plain_tables_have_the_addresses_of_the_cards(small):
    page = explorer.explorer(made_of())
    plain = re.search(r"<noscript>.*</noscript>", page, re.S)[0]
    for address in ("/point/alder-aims-01", "/theme/aim-together", "/claim/c-meet", "/number/cases_reported"):
        assert f'id="{address}"' in plain
    ids = re.findall(r'\bid="([^"]+)"', plain)
    assert len(ids) == len(set(ids))


def test_a_key_point_without_a_summary_says_so(small):
    made = made_of()
    del next(row for row in made["tables"]["keypoints"] if row["id"] == "alder-aims-01")["summary"]
    row = re.search(r'<tr id="/point/alder-aims-01">(.*?)</tr>', explorer.explorer(made))[1]
    assert row.endswith("<td>No summary yet</td>")


def test_the_page_loads_nothing_and_stays_small(phase2):
    page = explorer.explorer(room.evidence(phase2, Rules.of(phase2)))
    markup = re.sub(r"<script type=.*?</script>", "", page, flags=re.S)
    assert not re.search(r"""\b(?:src|href)=["'](?:https?:)?//|@import|url\(""", markup)
    assert len(page.encode()) <= 1_500_000


def test_a_page_of_very_many_cases_shows_a_sample_by_a_rule():
    made = many.evidence_of_many(themes=20, cases=30)
    few = explorer.sampled(made, most=30)
    points = few["tables"]["keypoints"]
    cases = {row["id"] for row in few["tables"]["cases"]}
    assert 0 < len(points) <= 30 and {row["case"] for row in points} == cases
    assert {row["keypoint"] for row in few["tables"]["codings"]} == {row["id"] for row in points}
    assert len(few["tables"]["codebook"]) == 21 and "A sample: " in few["review"]["note"]
    assert min(hashlib.sha256(row["id"].encode()).hexdigest() for row in made["tables"]["cases"]) in {
        hashlib.sha256(case.encode()).hexdigest() for case in cases
    }
    assert explorer.sampled(made) is made
