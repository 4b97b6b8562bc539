"""Barriers and enablers: per project, per theme, and what is both.

Any two headings can be set against each other: review.yaml names them under `opposed`.
"""

import pandas as pd

from casesynth.analysis.general import parents
from casesynth.core.codings import NONE
from casesynth.core.results import columns, frame
from casesynth.core.review import Review


def opposed_points(review: Review, coded: pd.DataFrame) -> pd.DataFrame:
    """The supporting codings under the two opposed headings, with the general theme above each theme.

    Out: keypoint, case, heading, theme, general, side (for the first heading, against for the second).
    """
    favour, against = review.settings.get("opposed") or ("", "")  # without two headings there is nothing to oppose
    own = coded[coded["heading"].isin([favour, against]) & coded["direction"].eq("supports") & coded["theme"].ne(NONE)]
    side = own["heading"].map({favour: "for", against: "against"})
    return own.assign(general=own["theme"].map(parents(review.codebook)).fillna(""), side=side).drop(
        columns="direction"
    )


def per_project(review: Review, points: pd.DataFrame) -> pd.DataFrame:
    """What each project names. Out: case, name, enabler_themes, barrier_themes (ids), enablers, barriers (points)."""
    rows = []
    for case in review.reported.itertuples():
        row = {"case": case.id, "name": case.name}
        for side, word in (("for", "enabler"), ("against", "barrier")):
            own = points[points["case"].eq(case.id) & points["side"].eq(side)]
            row[f"{word}_themes"] = " ".join(sorted(set(own["theme"])))
            row[f"{word}s"] = own["keypoint"].nunique()
        rows.append(row)
    return frame("projects", rows)


def per_theme(review: Review, points: pd.DataFrame) -> pd.DataFrame:
    """Enablers against barriers under each general theme.

    Out: general, name, enabler_points, enabler_cases, barrier_points, barrier_cases, both (is it both?), and
    cases_both (names of the projects that report it as both). A theme is both where key points carry it as
    enabler and key points carry it as barrier, of the same project or of others.
    """
    names = dict(zip(review.codebook["id"], review.codebook["name"]))
    case_names = dict(zip(review.cases["id"], review.cases["name"]))
    rows = []
    for general, own in points.groupby("general"):
        helps, hinders = own[own["side"].eq("for")], own[own["side"].eq("against")]
        in_both = sorted(set(helps["case"]) & set(hinders["case"]))
        rows.append(
            {
                "general": general,
                "name": names.get(general, "no general theme"),
                "enabler_points": helps["keypoint"].nunique(),
                "enabler_cases": helps["case"].nunique(),
                "barrier_points": hinders["keypoint"].nunique(),
                "barrier_cases": hinders["case"].nunique(),
                "both": not helps.empty and not hinders.empty,
                "cases_both": "; ".join(case_names[case] for case in in_both),
            }
        )
    return frame("barriers-enablers", rows)


def both_points(review: Review, points: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The key points behind every theme that is both. Out: general, side, case, keypoint, theme, label, summary."""
    both = points[points["general"].isin(table.loc[table["both"], "general"])]
    said = review.keypoints[["id", "label", "summary"]].rename(columns={"id": "keypoint"})
    joined = both.merge(said, on="keypoint").sort_values(
        ["general", "side", "case", "keypoint"], ascending=[1, 0, 1, 1]
    )
    return joined[columns("both")].reset_index(drop=True)
