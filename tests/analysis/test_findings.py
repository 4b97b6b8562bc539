"""Findings: sentences with evidence for and against, and what their support hangs on."""

from dataclasses import replace

import pandas as pd
import pytest

from casesynth.analysis import findings
from casesynth.core.codings import CONSENSUS

BOOK = pd.DataFrame(
    [
        ["ties", "Ties helped.", "condition", "gen-together", 2],
        ["money", "Money was short.", "barrier", "gen-money", 1],
    ],
    columns="id statement kind theme order".split(),
)


def evidence(*rows):
    return pd.DataFrame(rows, columns="finding keypoint case stance".split())


def table_of(review, rows, min_cases=2):
    cells = findings.by_case(BOOK, rows, review.reported)
    return findings.finding_table(BOOK, cells, review.reported, min_cases).set_index("finding")


def test_a_case_can_support_and_contradict_and_silence_is_neither(tiny):
    rows = evidence(["ties", "k1", "alder", "supports"], ["ties", "k2", "alder", "contradicts"])
    table = table_of(tiny(), rows)
    row = table.loc["ties"]
    assert row[["supporting", "contradicting", "not_mentioned", "of_cases"]].tolist() == [1, 1, 2, 3]
    assert row["contested"] and not row["supported"]
    assert table.index.tolist() == ["money", "ties"] and table.loc["money", "not_mentioned"] == 3


@pytest.mark.parametrize(
    ("cases", "by", "min_cases", "said"),
    [
        ("alder birch cedar", {"ada": True, "bo": True}, 2, "Supported without any one of its projects, by every"),
        ("alder birch", {"ada": True, "bo": False}, 2, "Depends on each of Alder and Birch; not supported by the judgement of bo"),
        ("alder", {"ada": False, "bo": True}, 2, "Supported by 1 of the 2 projects that the rule asks for; supported by the judgement of bo"),
        ("alder birch cedar", {"ada": True}, 3, "Depends on each of Alder, Birch and Cedar; not supported if 4 projects were asked for."),
    ],
)  # fmt: skip
def test_robustness_names_what_a_finding_hangs_on(tiny, cases, by, min_cases, said):
    names = {case: case.title() for case in ("alder", "birch", "cedar")}
    review = tiny()
    review = replace(
        review, tables=review.tables | {"cases": review.cases.assign(name=review.cases["id"].map(names).fillna(""))}
    )
    rows = evidence(*(["ties", f"k-{case}", case, "supports"] for case in cases.split()))
    table = table_of(review, rows, min_cases).loc[["ties"]].reset_index()
    coders = pd.DataFrame({"finding": "ties", "coder": list(by), "supported": list(by.values())})
    row = findings.robustness(table, coders, min_cases, ["Alder"]).iloc[0]
    assert row["words"].startswith(said)
    assert row["robust"] == said.startswith("Supported without") and row["up_to"] == len(cases.split())
    assert row["without_weak"] == ("yes" if len(cases.split()) > min_cases else "no")
    # What it says of removals is what the rule itself gives when the rows of one case are taken out.
    kept = [
        table_of(review, rows[rows["case"].ne(case)], min_cases).loc["ties", "supported"] == row["supported"]
        for case in names
    ]
    assert row["supported_without"] == sum(kept) or not row["supported"]


def test_the_number_in_the_sentence_is_the_rule_of_the_run(tiny):
    rows = evidence(*(["ties", case, case, "supports"] for case in ("alder", "birch", "cedar")))
    none = pd.DataFrame(columns=["finding", "stance", "kappa"])
    for least, said in ((1, "1 project or more"), (3, "3 projects or more"), (4, "4 projects or more")):
        assert said in findings.shows(table_of(tiny(), rows, least).reset_index(), none, pd.DataFrame(), least)[0]


def test_agreement_is_over_all_pairs_and_before_the_consensus(phase2):
    table = findings.agreement(phase2).set_index(["finding", "stance"])
    pairs = len(phase2.findings) * len(phase2.keypoints)
    assert table.loc[("", ""), "pairs"] == pairs
    agreed = phase2.table("finding-evidence")
    agreed = agreed[agreed["coder"].ne(CONSENSUS)]
    changed = replace(phase2, tables=phase2.tables | {"finding-evidence": agreed})
    assert findings.agreement(changed).equals(findings.agreement(phase2))


def test_every_real_finding_is_judged_by_two_coders_and_the_consensus_gives_its_reasons(phase2):
    rows = phase2.table("finding-evidence")
    assert set(rows.groupby("finding")["coder"].nunique()) == {3}
    marks = {}
    for coder, part in rows.groupby("coder"):
        marks[coder] = set(part[["finding", "keypoint", "stance"]].itertuples(index=False, name=None))
    one, other = (marks[coder] for coder in marks if coder != CONSENSUS)
    agreed = rows[rows["coder"].eq(CONSENSUS)]
    differ = [row.reason for row in agreed.itertuples() if (row.finding, row.keypoint, row.stance) not in one & other]
    assert differ and all(differ)
