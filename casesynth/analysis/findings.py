"""Findings: sentences that answer the review's question, with the key points that support, qualify or contradict them.

A finding could be false. Coders judge every key point against it, blind to the themes; a person writes the sentence and
the paragraph. A case counts as supporting where at least one of its key points supports the sentence itself; a case may
support a finding with one key point and contradict it with another. A case that says nothing about a finding is *not
mentioned*, which does not count against it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from casesynth.analysis.agreement import measures
from casesynth.core.codings import CONSENSUS, by_model, judged_by
from casesynth.core.results import frame
from casesynth.core.review import Review

#: What a key point can say of a finding; `none` records a pair that a coder proposed and the consensus left out.
STANCES = ["supports", "qualifies", "contradicts"]


def evidence_of(review: Review, coding: str) -> pd.DataFrame:
    """The evidence for the findings as one coder judged it, from the cases that have a case study.

    Returns finding, keypoint, case, heading, stance, reason. Without a judgement by that coder, the consensus serves.
    """
    columns = "finding keypoint case heading stance reason".split()
    if not review.has("finding-evidence"):
        return pd.DataFrame(columns=columns)
    rows = judged_by(review.table("finding-evidence"), coding)
    points = review.keypoints[["id", "case", "heading"]].rename(columns={"id": "keypoint"})
    rows = rows[rows["stance"].isin(STANCES)].merge(points, on="keypoint")
    return rows.loc[rows["case"].isin(review.reported["id"]), columns].reset_index(drop=True)


def by_case(findings: pd.DataFrame, evidence: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Every finding by every case. Returns finding, case, and the number of key points of each stance.

    >>> rows = pd.DataFrame([["f", "k1", "a", "supports"], ["f", "k2", "a", "qualifies"]],
    ...                     columns=["finding", "keypoint", "case", "stance"])
    >>> by_case(pd.DataFrame({"id": ["f"]}), rows, pd.DataFrame({"id": ["a", "b"]})).values.tolist()
    [['f', 'a', 1, 1, 0], ['f', 'b', 0, 0, 0]]
    """
    grid = (
        findings[["id"]]
        .rename(columns={"id": "finding"})
        .merge(cases[["id"]].rename(columns={"id": "case"}), how="cross")
    )
    counts = evidence.groupby(["finding", "case", "stance"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=STANCES, fill_value=0).reset_index()
    grid = grid.merge(counts, how="left", on=["finding", "case"])
    return grid.fillna(dict.fromkeys(STANCES, 0)).astype(dict.fromkeys(STANCES, int))


def finding_table(findings: pd.DataFrame, cells: pd.DataFrame, cases: pd.DataFrame, min_cases: int) -> pd.DataFrame:
    """What each finding rests on, in the order in which readers meet the findings.

    Takes findings.csv, `by_case`, and the cases (id, name). Returns finding, statement, kind, theme, supporting,
    qualifying, contradicting and not_mentioned (numbers of cases), of_cases, points_supporting, points_qualifying,
    points_contradicting, supported (at least `min_cases` cases support it), contested (at least as many cases contradict it as
    support it), margin (supporting cases that may be lost before it is no longer supported, plus one), supporting_cases,
    qualifying_cases, contradicting_cases (names).
    """
    names = cases["name"].tolist()
    rows = []
    for finding in findings.sort_values("order").itertuples():
        part = cells[cells["finding"].eq(finding.id)].set_index("case").loc[cases["id"]]
        says = {stance: part[stance].gt(0).to_numpy() for stance in STANCES}
        number = {stance: int(says[stance].sum()) for stance in STANCES}
        listed = {stance: "; ".join(name for name, yes in zip(names, says[stance]) if yes) for stance in STANCES}
        rows.append(
            {
                "finding": finding.id,
                "statement": finding.statement,
                "kind": finding.kind,
                "theme": finding.theme,
                "supporting": number["supports"],
                "qualifying": number["qualifies"],
                "contradicting": number["contradicts"],
                "not_mentioned": int((~np.any(list(says.values()), axis=0)).sum()),
                "of_cases": len(cases),
                "points_supporting": int(part["supports"].sum()),
                "points_qualifying": int(part["qualifies"].sum()),
                "points_contradicting": int(part["contradicts"].sum()),
                "supported": number["supports"] >= min_cases,
                "contested": 0 < number["supports"] <= number["contradicts"],
                "margin": max(number["supports"] - min_cases + 1, 0),
                "supporting_cases": listed["supports"],
                "qualifying_cases": listed["qualifies"],
                "contradicting_cases": listed["contradicts"],
            }
        )
    return pd.DataFrame(rows, columns=TABLE)


TABLE = (
    "finding statement kind theme supporting qualifying contradicting not_mentioned of_cases points_supporting "
    "points_qualifying points_contradicting supported contested margin supporting_cases qualifying_cases contradicting_cases"
).split()


def agreement(review: Review) -> pd.DataFrame:
    """How far two coders agree on the evidence, over all pairs of finding and key point, before the consensus.

    A unit is a pair; the mark is whether the key point has the stance. Returns finding (empty: all), stance (empty: any),
    pairs, either and both (pairs that one coder at least, or both, gave), percent, kappa (Cohen 1960), ac1 (Gwet 2008). Two codings by the
    same language model measure consistency; they do not make two independent people.
    """
    columns = "finding stance pairs either both percent kappa ac1".split()
    rows = review.table("finding-evidence")
    coders = [] if rows.empty else [coder for coder in review.coders["id"] if coder in set(rows["coder"]) - {CONSENSUS}]
    if len(coders) != 2:
        return pd.DataFrame(columns=columns)
    findings, points = list(review.table("findings")["id"]), list(review.keypoints["id"])
    marks = {}
    for coder in coders:
        own = rows[rows["coder"].eq(coder) & rows["stance"].isin(STANCES)]
        at = pd.Index(findings).get_indexer(own["finding"]), pd.Index(points).get_indexer(own["keypoint"])
        grid = np.zeros((len(findings), len(points)), dtype=int)
        grid[at] = [STANCES.index(stance) + 1 for stance in own["stance"]]
        marks[coder] = grid
    one, other = marks.values()
    table = []
    rows_of = {finding: [number] for number, finding in enumerate(findings)} | {"": list(range(len(findings)))}
    for finding, numbers in rows_of.items():
        for stance, wanted in [("", (1, 2, 3)), *((name, (place + 1,)) for place, name in enumerate(STANCES))]:
            both = np.column_stack([np.isin(grid[numbers].ravel(), wanted) for grid in (one, other)]).astype(float)
            said = measures(both)
            values = [round(said[name], 3) for name in ("percent", "kappa", "ac1")]
            table.append(
                [finding, stance, len(both), int(both.any(axis=1).sum()), int(both.all(axis=1).sum()), *values]
            )
    return pd.DataFrame(table, columns=columns)


def sensitivity(review: Review, min_cases: int) -> pd.DataFrame:
    """Each finding under each coder's judgement. Returns finding, coder, supporting, contradicting, supported."""
    columns = "finding coder supporting contradicting supported".split()
    rows = review.table("finding-evidence")
    if rows.empty:
        return pd.DataFrame(columns=columns)
    parts = []
    for coder in [coder for coder in review.coders["id"] if coder in set(rows["coder"])]:
        cells = by_case(review.findings, evidence_of(review, coder), review.reported)
        table = finding_table(review.findings, cells, review.reported, min_cases)
        parts.append(table.assign(coder=coder)[columns])
    return pd.concat(parts, ignore_index=True)


def robustness(table: pd.DataFrame, coders: pd.DataFrame, min_cases: int, weak: Sequence[str] = ()) -> pd.DataFrame:
    """Would a finding still be supported without any one case, by another coder, or by a stricter rule?

    Takes `finding_table`, `sensitivity`, and the names of the cases that an appraisal judged weak. Returns finding, statement, supported, supporting, of_cases, removals (of one
    case each), supported_without (removals that leave the verdict as it is), depends_on (names of the cases without
    any one of which it is no longer supported), without_weak (yes, no; empty where no case is weak), judgements (number), supported_by and not_supported_by (coders), up_to (the
    largest min_cases at which it is supported), robust, words.

    >>> row = {"finding": "f", "statement": "Ties helped.", "supported": True, "supporting": 2, "of_cases": 3}
    >>> row |= {"margin": 1, "supporting_cases": "Alder; Birch"}
    >>> coders = pd.DataFrame({"finding": "f", "coder": ["ada", "bo"], "supported": [True, False]})
    >>> robustness(pd.DataFrame([row]), coders, 2)["words"][0]
    'Depends on each of Alder and Birch; not supported by the judgement of bo; not supported if 3 projects were asked for.'
    """
    rows = []
    for row in table.itertuples():
        own = coders[coders["finding"].eq(row.finding)]
        yes, no = own.loc[own["supported"], "coder"], own.loc[~own["supported"], "coder"]
        depends = row.supporting_cases if row.margin == 1 else ""
        lost = row.supporting if row.margin == 1 else 0
        robust = bool(row.supported and not lost and no.empty and row.supporting > min_cases)
        words = robustness_words(row.supported, depends, list(no), list(yes), row.supporting, min_cases)
        left = len(set(row.supporting_cases.split("; ")) - set(weak) - {""})
        without_weak = "" if not weak else "yes" if left >= min_cases else "no"
        given = [row.finding, row.statement, row.supported, row.supporting, row.of_cases, row.of_cases]
        given += [row.of_cases - lost, depends, without_weak]
        given += [len(own), " ".join(yes), " ".join(no), row.supporting, robust]
        rows.append([*given, words])
    return frame("finding-robustness", rows)


def robustness_words(
    supported: bool, depends: str, no: list[str], yes: list[str], supporting: int, min_cases: int
) -> str:
    """The exceptions of a finding in one sentence, or that there is none."""
    parts = []
    if not supported:
        parts.append(f"supported by {supporting} of the {min_cases} projects that the rule asks for")
        parts += [f"supported by the judgement of {' and '.join(yes)}"] if yes else []
    else:
        *first, last = depends.split("; ")
        parts += [f"depends on each of {', '.join(first) + ' and ' if first else ''}{last}"] if depends else []
        parts += [f"not supported by the judgement of {' and '.join(no)}"] if no else []
        parts += [f"not supported if {min_cases + 1} projects were asked for"] if supporting == min_cases else []
    if not parts:
        return "Supported without any one of its projects, by every judgement, and if one more project were asked for."
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def effect_sizes(cells: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Frequency and intensity effect sizes of a qualitative metasummary (Sandelowski and Barroso 2003).

    Frequency: of the cases, the share whose key points support a finding. Intensity: of the findings, the share that
    a case supports. Returns two tables: finding, cases, frequency; and case, findings, intensity.

    >>> cells = pd.DataFrame({"finding": ["f", "f", "g", "g"], "case": ["a", "b", "a", "b"], "supports": [1, 0, 2, 1]})
    >>> frequency, intensity = effect_sizes(cells)
    >>> frequency.values.tolist(), intensity.values.tolist()
    ([['f', 1, 0.5], ['g', 2, 1.0]], [['a', 2, 1.0], ['b', 1, 0.5]])
    """
    yes = cells.assign(yes=cells["supports"].gt(0))
    by_finding = yes.groupby("finding", sort=False)["yes"].agg(cases="sum", frequency="mean").round(3).reset_index()
    by_its_case = yes.groupby("case", sort=False)["yes"].agg(findings="sum", intensity="mean").round(3).reset_index()
    return by_finding, by_its_case


def shows(table: pd.DataFrame, agreed: pd.DataFrame, coders: pd.DataFrame, min_cases: int) -> list[str]:
    """What the findings show, in sentences that may be quoted. Takes `finding_table`, `agreement` and coders.csv.

    >>> row = {"supported": True, "contested": False, "supporting": 4, "of_cases": 12, "statement": "Ties helped."}
    >>> shows(pd.DataFrame([row]), pd.DataFrame(columns=["finding", "stance", "kappa"]), pd.DataFrame(), 3)
    ['1 of 1 findings is supported by 3 projects or more.', 'The most widely supported is: Ties helped (4 of 12 projects).']
    """
    if table.empty:
        return [
            "This review has no findings yet: write them in findings.csv, and judge the evidence in finding-evidence.csv."
        ]
    number, widest = int(table["supported"].sum()), table.loc[table["supporting"].idxmax()]
    least = "1 project" if min_cases == 1 else f"{min_cases} projects"
    lines = [f"{number} of {len(table)} findings {'is' if number == 1 else 'are'} supported by {least} or more."]
    told = widest["statement"].rstrip(".")
    lines += [f"The most widely supported is: {told} ({widest['supporting']} of {widest['of_cases']} projects)."]
    contested = table[table["contested"]]
    if len(contested):
        said = "; ".join(text.rstrip(".") for text in contested["statement"])
        lines.append(f"At least as many projects contradict as support: {said}.")
    whole = agreed[agreed["finding"].eq("") & agreed["stance"].eq("")]
    if len(whole):
        said = f"Two blind codings of the evidence agree with a kappa of {whole['kappa'].iloc[0]:.2f}"
        shows = ": by one language model, so consistent rather than independent." if by_model(coders) else "."
        lines.append(said + shows)
    return lines
