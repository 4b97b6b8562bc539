"""How to cite the project, what changed, and what an independent checker checks."""

import csv
import re

import yaml

import casesynth
from tests.support import ROOT


def test_one_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    latest = re.search(r"^## (\S+) \((\d{4}-\d\d-\d\d)\)", (ROOT / "CHANGELOG.md").read_text("utf-8"), flags=re.M)
    assert cited["version"] == casesynth.__version__ == latest[1]
    assert cited["date-released"] == latest[2]
    assert casesynth.__version__ not in (ROOT / "pyproject.toml").read_text("utf-8")


def test_the_citation_names_the_report_as_the_data_do():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["cff-version"] == "1.2.0" and cited["message"] and cited["title"] and cited["authors"]
    with (ROOT / "data/mca-phase2/sources.csv").open(encoding="utf-8", newline="") as lines:
        source = next(row for row in csv.DictReader(lines) if row["id"] == "phase2-synthesis")
    report = cited["references"][0]
    assert (report["title"], str(report["year"]), report["url"]) == (source["title"], source["year"], source["url"])
    names = [f"{author['family-names']}, {author['given-names']}" for author in report["authors"]]
    assert re.sub(r"\W", "", "".join(names)) == re.sub(r"\W", "", source["authors"])


def test_what_a_checker_checks_is_in_the_manifest():
    check = yaml.safe_load((ROOT / "codecheck.yml").read_text("utf-8"))
    assert check["version"] == "https://codecheck.org.uk/spec/config/1.0/"
    covered = {line.split("  ", 1)[1] for line in (ROOT / "manifest/files.sha256").read_text("utf-8").splitlines()}
    assert all(item["comment"] for item in check["manifest"])
    assert {item["file"] for item in check["manifest"]} <= covered
