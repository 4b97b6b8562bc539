"""Barriers and enablers: per project, per theme, and what is both.

Any two headings can be set against each other: review.yaml names them under `opposed`.
"""

import numpy as np
import pandas as pd

from casesynth.analysis import kernel
from casesynth.analysis.extraction import linked
from casesynth.analysis.general import parents
from casesynth.core.codings import NONE
from casesynth.core.results import columns, frame
from casesynth.core.review import Review

SIDES = ("for", "against")


def opposed_points(review: Review, coded: pd.DataFrame) -> pd.DataFrame:
    """The supporting codings under the two opposed headings, with the general theme above each theme.

    Returns keypoint, case, heading, theme, general, side (for the first heading, against for the second).
    """
    favour, against = review.settings.get("opposed") or ("", "")  # without two headings there is nothing to oppose
    own = coded[coded["heading"].isin([favour, against]) & coded["direction"].eq("supports") & coded["theme"].ne(NONE)]
    side = own["heading"].map({favour: "for", against: "against"})
    return own.assign(general=own["theme"].map(parents(review.codebook)).fillna(""), side=side).drop(
        columns="direction"
    )


def sides(points: pd.DataFrame) -> dict[str, tuple[set[str], set[str]]]:
    """General theme -> the cases that report it as an enabler, and those that report it as a barrier."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for general, side, case in points[["general", "side", "case"]].itertuples(index=False):
        found.setdefault(general, (set(), set()))[SIDES.index(side)].add(case)
    return found


def per_project(review: Review, points: pd.DataFrame) -> pd.DataFrame:
    """What each project names. Returns the columns of `projects` in results.json."""
    table = review.reported[["id", "name"]].rename(columns={"id": "case"}).reset_index(drop=True)
    for side, word in zip(SIDES, ("enabler", "barrier")):
        own = points[points["side"].eq(side)].groupby("case")
        listed = own["theme"].agg(lambda themes: " ".join(sorted(set(themes))))
        table[f"{word}_themes"] = table["case"].map(listed).astype(object).fillna("")
        table[f"{word}s"] = table["case"].map(own["keypoint"].nunique()).fillna(0).astype(int)
    return table[columns("projects")]


def per_theme(review: Review, points: pd.DataFrame) -> pd.DataFrame:
    """Enablers against barriers under each general theme.

    A theme is both if key points report it as an enabler and key points report it as a barrier, of the same project or of
    others. Returns the columns of `barriers-enablers` in results.json.
    """
    generals = sorted(set(points["general"]))
    groups = [f"{general} {side}" for general in generals for side in SIDES]
    counts = kernel.of_table(points.assign(group=points["general"] + " " + points["side"]), "group", groups, [])
    table = finish_sides(counts["points"].diagonal(), counts["cases"], generals, review.codebook)
    names, own = dict(zip(review.cases["id"], review.cases["name"])), sides(points)
    both = [sorted(set.intersection(*own[general])) for general in table["general"]]
    return table.assign(cases_both=["; ".join(names[case] for case in cases) for cases in both])


def finish_sides(points: np.ndarray, cases: np.ndarray, generals: list[str], codebook: pd.DataFrame) -> pd.DataFrame:
    """The table of `per_theme` from its counts (`kernel.count_sides`), the list of names empty.

    Takes the key points of each general theme on each side, the cases that two of these share, and the ids of the general
    themes in that order ("": none).
    """
    names = dict(zip(codebook["id"], codebook["name"]))
    rows = []
    for place, general in sorted(enumerate(generals), key=lambda each: each[1]):
        helps, hinders = place * 2, place * 2 + 1
        if points[helps] or points[hinders]:
            rows.append(
                {
                    "general": general,
                    "name": names.get(general, "no general theme"),
                    "enabler_points": int(points[helps]),
                    "enabler_cases": int(cases[helps, helps]),
                    "barrier_points": int(points[hinders]),
                    "barrier_cases": int(cases[hinders, hinders]),
                    "both": bool(general and points[helps] and points[hinders]),  # what has no theme is none
                    "cases_both": "",
                }
            )
    return frame("barriers-enablers", rows)


def both_points(review: Review, points: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The key points behind every theme that is both. Returns the columns of `both` in results.json."""
    both = points[points["general"].isin(table.loc[table["both"], "general"])]
    said = review.keypoints.assign(summary=review.keypoints["id"].map(linked(review.keypoints)))
    said = said[["id", "label", "summary"]].rename(columns={"id": "keypoint"})
    joined = both.merge(said, on="keypoint").sort_values(
        ["general", "side", "case", "keypoint"], ascending=[1, 0, 1, 1]
    )
    return joined[columns("both")].reset_index(drop=True)
