"""What a review holds so far, and what to do next."""

from typing import Any

import pandas as pd

from casesynth.core.codings import NONE


def state(tables: dict[str, pd.DataFrame], settings: dict[str, Any]) -> tuple[str, list[str]]:
    """What a review holds, in one line, and what is to be done next, one line a step.

    >>> empty = {name: pd.DataFrame(columns="id heading level summary state keypoint coder".split(), dtype=str)
    ...          for name in ("cases", "keypoints", "codebook", "coders", "codings")}
    >>> state(empty, {"coding": "ada", "headings": []})[1]
    ['There are no cases yet: import the answers to your form (casesynth import), or fill in cases.csv.']
    """
    cases, points, codebook, coders, codings = (
        tables[n] for n in ("cases", "keypoints", "codebook", "coders", "codings")
    )
    themes, own = codebook[codebook["level"].eq("theme")], codings[codings["coder"].eq(settings["coding"])]
    unsaid = int(points["summary"].eq("").sum())
    counts = [
        (len(cases), "case"),
        (len(points), "key point"),
        (unsaid, "of them without a summary"),
        (len(themes), "theme"),
    ]
    counts += [(len(coders), "coder"), (len(codings), "coding")]
    there = ", ".join(f"{number:,} {word}{'' if number == 1 or ' ' in word[4:] else 's'}" for number, word in counts)
    if cases.empty:
        return there, [
            "There are no cases yet: import the answers to your form (casesynth import), or fill in cases.csv."
        ]
    if points.empty:
        return there, [
            "There are no key points yet: import the answers to your form (casesynth import), or fill in keypoints.csv."
        ]
    return there, next_steps(points, codebook, coders, own, settings)


def next_steps(
    points: pd.DataFrame,
    codebook: pd.DataFrame,
    coders: pd.DataFrame,
    own: pd.DataFrame,
    settings: dict[str, Any],
) -> list[str]:
    """What is to be done next with a review that has key points, one line a step; `own` are the codings it uses."""
    themed = [heading["id"] for heading in settings["headings"] if heading["themed"]]
    themes, unsaid = codebook[codebook["level"].eq("theme")], int(points["summary"].eq("").sum())
    stale = int(points["state"].eq("stale").sum()) if "state" in points else 0
    waiting = int((points["heading"].isin(themed) & ~points["id"].isin(own["keypoint"])).sum())
    steps = []
    if stale:
        steps.append(
            f"{stale:,} of the key points are out of date because their answers have changed: read them again, correct them, and empty the column state."
        )
    if unsaid:
        steps.append(
            f"Write the summaries that are missing ({unsaid:,}): one sentence each, in your own words (casesynth sheet)."
        )
    if themes.empty:
        steps.append(
            "Define themes: read the summaries heading by heading, and enter in codebook.csv what several of them say."
        )
    if coders.empty:
        steps.append("Enter in coders.csv who codes, and what they have seen.")
    elif len(themes) and own.empty:
        steps.append(
            f"Nothing is coded by {settings['coding']} yet: give each key point its themes, or {NONE}, in codings.csv."
        )
    elif len(own) and waiting:
        unknown = uncoded_cases(points[points["heading"].isin(themed)], own)
        said = (
            f" Cases of which nothing is coded under a heading are left out of its counts ({unknown})."
            if unknown
            else ""
        )
        steps.append(
            f"Code what {settings['coding']} has left open under themed headings ({waiting:,}), in codings.csv.{said}"
        )
    if len(themes) and codebook["level"].ne("general").all():
        steps.append(
            "Name the general themes, those that come up under several headings (codebook.csv, level general)."
        )
    return steps


def uncoded_cases(points: pd.DataFrame, codings: pd.DataFrame) -> str:
    """Of how many cases nothing is coded under a heading, by heading; "" if there is none.

    >>> points = pd.DataFrame({"id": ["k1", "k2", "k3"], "case": ["a", "b", "b"], "heading": ["aims", "aims", "impact"]})
    >>> uncoded_cases(points, pd.DataFrame({"keypoint": ["k1", "k3"]}))
    'aims: 1 of 2'
    """
    coded = points.assign(coded=points["id"].isin(codings["keypoint"]))
    coded = coded.groupby(["heading", "case"], sort=False)["coded"].any().groupby("heading", sort=False)
    left = [(heading, int((~own).sum()), len(own)) for heading, own in coded]
    return ", ".join(f"{heading}: {number} of {of}" for heading, number, of in left if number)
