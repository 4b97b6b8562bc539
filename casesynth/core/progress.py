"""What a review holds so far, and what to do next."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from casesynth.core.codings import CONSENSUS, NONE
from casesynth.core.text import plural

#: How a coder begins.
START = f"give each key point its themes, or {NONE}, in codings.csv."
START_CONSENSUS = (
    "casesynth sheet proposes what the coders agree on; decide on the others, each with its reason in memo."
)


def state(tables: dict[str, pd.DataFrame], settings: dict[str, Any]) -> tuple[str, list[str]]:
    """What a review holds, in one line, and what is to be done next, one line a step.

    >>> empty = {name: pd.DataFrame(columns="id heading level summary state keypoint coder".split(), dtype=str)
    ...          for name in ("cases", "keypoints", "codebook", "coders", "codings")}
    >>> state(empty, {"coding": "ada", "headings": []})[1]
    ['There are no cases yet: import the answers to your form (casesynth import), or fill in cases.csv.']
    """
    points, codebook = tables["keypoints"], tables["codebook"]
    named = {"case": tables["cases"], "key point": points, "theme": codebook[codebook["level"].eq("theme")]}
    named |= {"coder": tables["coders"], "coding": tables["codings"]}
    counts = [plural(len(table), word) for word, table in named.items()]
    counts.insert(2, f"{int(points['summary'].eq('').sum()):,} of them without a summary")
    steps = list(next_steps(tables, settings))
    if not steps and not len(tables.get("findings", ())):
        steps = [
            "Build the report, and write findings: sentences that answer your question (findings.csv; the guide shows how)."
        ]
    return ", ".join(counts), steps


def next_steps(tables: dict[str, pd.DataFrame], settings: dict[str, Any]) -> Iterator[str]:
    """What is to be done next with a review, one line a step."""
    for table, what in (("cases", "cases"), ("keypoints", "key points")):
        if tables[table].empty:
            answers = "import the answers to your form (casesynth import)"
            yield f"There are no {what} yet: {answers}, or fill in {table}.csv."
            return
    points, coder, levels = tables["keypoints"], settings["coding"], set(tables["codebook"]["level"])
    if stale := int(points["state"].eq("stale").sum()) if "state" in points else 0:
        yield f"{stale:,} of the key points are out of date because their answers have changed: read them again, correct them, and empty the column state."
    if unsaid := int(points["summary"].eq("").sum()):
        yield f"Write the summaries that are missing ({unsaid:,}): one sentence each, in your own words (casesynth sheet)."
    if "theme" not in levels:
        yield "Define themes: read the summaries heading by heading, and enter in codebook.csv what several of them say."
    used = tables["codings"][tables["codings"]["coder"].eq(coder)]
    themed = points[points["heading"].isin([heading["id"] for heading in settings["headings"] if heading["themed"]])]
    waiting = int((~themed["id"].isin(used["keypoint"])).sum())
    if tables["coders"].empty:
        yield "Enter in coders.csv who codes, and what they have seen."
    elif used.empty and "theme" in levels:
        yield f"Nothing is coded by {coder} yet: {START_CONSENSUS if coder == CONSENSUS else START}"
    elif len(used) and waiting:
        unknown = uncoded_cases(themed, used)
        left_out = f" Cases of which nothing is coded under a heading are left out of its counts ({unknown})."
        yield f"Code what {coder} has left open under themed headings ({waiting:,}), in codings.csv." + left_out * bool(
            unknown
        )
    if "theme" in levels and "general" not in levels:
        yield "Name the general themes, those that come up under several headings (codebook.csv, level general)."


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
