"""Findings: sentences that answer the review's question, with the key points that support, qualify or contradict them.

A finding could be false. Coders judge every key point against it, blind to the themes; a person writes the sentence and
the paragraph. A case counts as supporting where at least one of its key points supports the sentence itself; a case may
support a finding with one key point and contradict it with another. A case that says nothing about a finding is *not
mentioned*, which does not count against it.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from casesynth.analysis.agreement import coders_in, of_two
from casesynth.core.codings import by_model, judged_by
from casesynth.core.results import columns, frame
from casesynth.core.review import Review

#: What a key point can say of a finding; `none` records a pair that a coder proposed and the consensus left out.
STANCES = ["supports", "qualifies", "contradicts"]


def evidence_of(review: Review, coding: str) -> pd.DataFrame:
    """The evidence for the findings as one coder judged it, from the cases that have a case study.

    Without a judgement by that coder, the consensus serves. Returns the columns of `finding-evidence` in results.json.
    """
    rows = judged_by(review.table("finding-evidence"), coding)
    points = review.keypoints[["id", "case", "heading"]].rename(columns={"id": "keypoint"})
    rows = rows[rows["stance"].isin(STANCES)].merge(points, on="keypoint")
    return rows.loc[rows["case"].isin(review.reported["id"]), columns("finding-evidence")].reset_index(drop=True)


def by_case(findings: pd.DataFrame, evidence: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Every finding by every case. Returns finding, case, and the number of key points of each stance.

    >>> rows = pd.DataFrame([["f", "k1", "a", "supports"], ["f", "k2", "a", "qualifies"]],
    ...                     columns=["finding", "keypoint", "case", "stance"])
    >>> by_case(pd.DataFrame({"id": ["f"]}), rows, pd.DataFrame({"id": ["a", "b"]})).values.tolist()
    [['f', 'a', 1, 1, 0], ['f', 'b', 0, 0, 0]]
    """
    grid = pd.MultiIndex.from_product([findings["id"], cases["id"]], names=["finding", "case"])
    counts = evidence.groupby(["finding", "case", "stance"]).size().unstack()
    return counts.reindex(index=grid, columns=STANCES).fillna(0).astype(int).rename_axis(columns=None).reset_index()


def finding_table(findings: pd.DataFrame, cells: pd.DataFrame, cases: pd.DataFrame, min_cases: int) -> pd.DataFrame:
    """What each finding rests on, in the order in which readers meet the findings.

    Takes findings.csv, `by_case`, and the cases (id, name). Returns the columns of `findings` in results.json.
    """
    names = cases["name"].to_numpy(object)
    table = findings.sort_values("order").rename(columns={"id": "finding"})[["finding", "statement", "kind", "theme"]]
    table, silent = table.reset_index(drop=True), True
    for stance, word in zip(STANCES, ("supporting", "qualifying", "contradicting")):
        points = cells.pivot(index="finding", columns="case", values=stance).reindex(
            index=table["finding"], columns=cases["id"]
        )
        says = points.gt(0).to_numpy()
        silent = silent & ~says
        table[word], table[f"points_{word}"] = says.sum(axis=1), points.sum(axis=1).to_numpy(int)
        table[f"{word}_cases"] = ["; ".join(names[own]) for own in says]
    return table.assign(
        not_mentioned=np.sum(silent, axis=1),
        of_cases=len(cases),
        supported=table["supporting"].ge(min_cases),
        contested=table["supporting"].between(1, table["contradicting"]),
        margin=(table["supporting"] - min_cases + 1).clip(lower=0),
    )[columns("findings")]


def agreement(review: Review) -> pd.DataFrame:
    """How far two coders agree on the evidence, over all pairs of finding and key point, before the consensus.

    A unit is a pair; the mark is whether the key point has the stance. Returns the columns of `finding-agreement` in
    results.json. Two codings by the same language model measure consistency; they do not make two independent people.
    """
    rows = review.table("finding-evidence")
    rows, coders = rows[rows["stance"].isin(STANCES)], coders_in(rows)
    findings, table = list(review.table("findings")["id"]), []
    for finding in [*findings, ""] if len(coders) == 2 else []:
        own = rows[rows["finding"].eq(finding)] if finding else rows
        pairs = len(review.keypoints) * (1 if finding else len(findings))
        for stance in ["", *STANCES]:
            given = own[own["stance"].eq(stance)] if stance else own
            said = of_two(given, coders, ["finding", "keypoint"], pairs)
            table.append({"finding": finding, "stance": stance, "pairs": pairs} | said)
    return frame("finding-agreement", table)


def sensitivity(review: Review, min_cases: int) -> pd.DataFrame:
    """Each finding under each coder's judgement. Returns the columns of `finding-coders` in results.json."""
    parts = [frame("finding-coders")]
    judged = set(review.table("finding-evidence")["coder"])
    for coder in [coder for coder in review.coders["id"] if coder in judged]:
        cells = by_case(review.findings, evidence_of(review, coder), review.reported)
        parts.append(finding_table(review.findings, cells, review.reported, min_cases).assign(coder=coder))
    return pd.concat(parts[1:] or parts, ignore_index=True)[columns("finding-coders")]


def robustness(table: pd.DataFrame, coders: pd.DataFrame, min_cases: int, weak: Sequence[str] = ()) -> pd.DataFrame:
    """Would a finding still be supported without any one case, by another coder, or by a stricter rule?

    Takes `finding_table`, `sensitivity`, and the names of the cases that an appraisal judged weak. Returns the columns of
    `finding-robustness` in results.json.
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
