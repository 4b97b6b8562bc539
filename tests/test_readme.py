"""The README says what the results say."""

import re

import pandas as pd

from casesynth.core import paths

README = re.sub(r"\s+", " ", (paths.ROOT / "README.md").read_text("utf-8"))
TABLES = paths.ROOT / "results/mca-phase2/tables"


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(TABLES / f"{name}.csv", dtype=str, keep_default_na=False)


def test_the_findings_in_the_readme_are_those_of_the_results():
    supporting = table("findings").set_index("finding")["supporting"]
    for words, finding in (
        ("as partners in research ({} of 12)", "fin-co-researchers"),
        ("commitment and clear direction ({} of 12)", "fin-commitment-and-direction"),
        ("on existing relationships ({} of 12)", "fin-existing-ties"),
        ("across sectors or disciplines ({} of 12)", "fin-across-sectors"),
        ("uncertain continuity ({} of 12)", "fin-continuity"),
        ("too little time ({} of 12)", "fin-too-short"),
        ("health system ({} of 12,", "fin-place-in-system"),
    ):
        assert words.format(supporting[finding]) in README, finding
    barriers = table("barriers-enablers").set_index("general")["barrier_cases"].astype(int)
    assert barriers.idxmax() == "gen-logistics" and f"logistics, processes and time ({barriers.max()} of 12)" in README
    contested = table("findings").set_index("finding").loc["fin-place-in-system"]
    assert contested["supporting"] == contested["contradicting"]  # "as many that found one"


def test_the_verdicts_in_the_readme_are_those_of_the_ledger():
    claims = table("claims")
    verdicts = claims.loc[claims["role"].eq("statement"), "verdict"].value_counts()
    for words in (
        f"Of {verdicts.sum()} different statements, {verdicts['reproduced']} are reproduced",
        f"{verdicts['reproduced with a caveat']} with a caveat",
        f"{verdicts['not reproduced from the published summaries']} are not,",
        f"{verdicts[NOT_BORNE_OUT]} are not borne out",
        f"{verdicts['contradicted within the report']} contradict another passage",
        f"{verdicts['not checkable from here']} cannot be checked",
    ):
        assert words in README, words


NOT_BORNE_OUT = "not borne out by the report's own text"


def test_the_people_in_the_readme_are_those_of_the_results():
    value = table("report-values").set_index("name")["value"]
    assert f"to people ({value['people_interval']})" in README


def test_the_readme_is_short_enough_to_be_read():
    assert len(README.split()) <= 900


def test_every_path_in_the_readme_is_there():
    for name in re.findall(r"\]\(([^)]+)\)", README):
        assert (paths.ROOT / name).exists(), name
