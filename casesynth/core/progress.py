"""What a review holds so far, and what to do next."""

from typing import Any

import pandas as pd

from casesynth.core.codings import CONSENSUS, NONE
from casesynth.core.text import plural


def state(tables: dict[str, pd.DataFrame], settings: dict[str, Any]) -> tuple[str, list[str]]:
    """What a review holds, in one line, and what is to be done next, one line a step.

    >>> empty = {name: pd.DataFrame(columns="id heading level summary state keypoint coder".split(), dtype=str)
    ...          for name in ("cases", "keypoints", "codebook", "coders", "codings")}
    >>> state(empty, {"coding": "ada", "headings": []})[1]
    ['There are no cases yet: import the answers to your form (casesynth import), or fill in cases.csv.']
    """
    cases, points, codebook, coders, codings = (
        tables[name] for name in "cases keypoints codebook coders codings".split()
    )
    themes, unsaid = codebook[codebook["level"].eq("theme")], int(points["summary"].eq("").sum())
    there = [(cases, "case"), (points, "key point"), (themes, "theme"), (coders, "coder"), (codings, "coding")]
    counts = [plural(len(table), word) for table, word in there]
    counts.insert(2, f"{unsaid:,} of them without a summary")
    steps = next_steps(cases, points, codebook, coders, codings, settings)
    if not steps and not len(tables.get("findings", ())):
        steps = [
            "Build the report, and write findings: sentences that answer your question (findings.csv; the guide shows how)."
        ]
    return ", ".join(counts), steps


def next_steps(
    cases: pd.DataFrame,
    points: pd.DataFrame,
    codebook: pd.DataFrame,
    coders: pd.DataFrame,
    codings: pd.DataFrame,
    settings: dict[str, Any],
) -> list[str]:
    """What is to be done next with a review, one line a step."""
    for table, what, file in ((cases, "cases", "cases.csv"), (points, "key points", "keypoints.csv")):
        if table.empty:
            answers = "import the answers to your form (casesynth import)"
            return [f"There are no {what} yet: {answers}, or fill in {file}."]
    coder, used = settings["coding"], codings[codings["coder"].eq(settings["coding"])]
    themed = points[points["heading"].isin([heading["id"] for heading in settings["headings"] if heading["themed"]])]
    levels, unsaid = set(codebook["level"]), int(points["summary"].eq("").sum())
    stale = int(points["state"].eq("stale").sum()) if "state" in points else 0
    waiting = int((~themed["id"].isin(used["keypoint"])).sum())
    unknown = uncoded_cases(themed, used) if len(used) and waiting else ""
    left_out = f" Cases of which nothing is coded under a heading are left out of its counts ({unknown})."
    steps = [
        (
            stale,
            f"{stale:,} of the key points are out of date because their answers have changed: "
            "read them again, correct them, and empty the column state.",
        ),
        (
            unsaid,
            f"Write the summaries that are missing ({unsaid:,}): one sentence each, in your own words (casesynth sheet).",
        ),
        (
            "theme" not in levels,
            "Define themes: read the summaries heading by heading, and enter in codebook.csv what several of them say.",
        ),
        (coders.empty, "Enter in coders.csv who codes, and what they have seen."),
        (
            len(coders) and "theme" in levels and used.empty,
            f"Nothing is coded by {coder} yet: "
            + (
                "casesynth sheet proposes what the coders agree on; decide on the others, each with its reason in memo."
                if coder == CONSENSUS
                else f"give each key point its themes, or {NONE}, in codings.csv."
            ),
        ),
        (
            len(coders) and len(used) and waiting,
            f"Code what {coder} has left open under themed headings ({waiting:,}), in codings.csv."
            + (left_out if unknown else ""),
        ),
        (
            "theme" in levels and "general" not in levels,
            "Name the general themes, those that come up under several headings (codebook.csv, level general).",
        ),
    ]
    return [words for open_, words in steps if open_]


def uncoded_cases(points: pd.DataFrame, codings: pd.DataFrame) -> str:
    """Of how many cases nothing is coded under a heading, by heading; "" if there is none.

    >>> points = pd.DataFrame({"id": ["k1", "k2", "k3"], "case": ["a", "b", "b"], "heading": ["aims", "aims", "impact"]})
    >>> uncoded_cases(points, pd.DataFrame({"keypoint": ["k1", "k3"]}))
    'aims: 1 of 2'
    """
    coded = points.assign(coded=points["id"].isin(codings["keypoint"]))
    coded = coded.groupby(["heading", "case"], sort=False)["coded"].any().groupby("heading", sort=False)
    left = [(heading, int((~any_).sum()), len(any_)) for heading, any_ in coded]
    return ", ".join(f"{heading}: {number} of {of}" for heading, number, of in left if number)
