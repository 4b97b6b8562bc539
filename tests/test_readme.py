"""The README says what the results say."""

import re

import pandas as pd

from casesynth.audit import ledger as ledger_room
from casesynth.core import paths

README = re.sub(r"\s+", " ", (paths.ROOT / "README.md").read_text("utf-8"))


def test_the_findings_in_the_readme_are_those_of_the_results():
    table = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/report-values.csv", dtype=str)
    v = dict(zip(table["name"], table["value"]))
    ledger = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/claims.csv", keep_default_na=False)
    for words in (
        ledger_room.summary(ledger),
        f"{v['cases_reported']} of the {v['cases']} projects have a case study",
        f"{v['keypoints']} key points were extracted",
        f"{v['themes_standing']} of {v['themes']} themes stand",
        f"{v['themes_published_standing']} of them among the {v['themes_published']} that the report prints",
        f"{v['general_standing']} of {v['general']} general themes",
        f"{v['refined_standing']} of {v['refined']} refined themes",
        f"in {v['statements_full']} of {v['statements_compared']} printed statements, and none in {v['statements_none']}",
        f'{v["statements_all"]} more that say "all projects", it finds all in {v["statements_all_full"]}',
        f"({v['persons_interval']}); {v['attendance_share']} of their plain sum",
        f"Of people taking part, the source counts {v['people_interval']}",
    ):
        assert words in README, words


def test_every_path_in_the_readme_is_there():
    for name in re.findall(r"\]\(([^)]+)\)", README):
        assert (paths.ROOT / name).exists(), name
