"""What speaks against a theme: key points coded as contradicting it, and those of any heading that contradict or qualify it.

A project that does not mention a theme is *not mentioned*: silence in a summary of a few lines is not absence. A
negative case is one whose key points contradict the theme.
"""

import pandas as pd

from casesynth.core.codings import judged_by
from casesynth.core.results import columns, frame
from casesynth.core.review import Review

DIRECTIONS = ["qualifies", "contradicts"]


def against(review: Review, coding: str) -> pd.DataFrame:
    """What one coder found against the themes: in codings, and in a search of all headings (that coder's, else the consensus's).

    Returns the columns of `counterevidence` in results.json.
    """
    coded = review.codings[review.codings["coder"].eq(coding)].rename(columns={"memo": "reason"})
    searched = judged_by(review.table("counterevidence"), coding)
    rows = pd.concat([searched, coded[coded["direction"].eq("contradicts")]])
    rows = rows[rows["direction"].isin(DIRECTIONS)].drop_duplicates(["theme", "keypoint", "direction"])
    points = review.keypoints[["id", "case", "heading"]].rename(columns={"id": "keypoint"})
    names = dict(zip(review.codebook["id"], review.codebook["name"]))
    rows = rows.merge(points, on="keypoint").assign(name=lambda table: table["theme"].map(names))
    return rows.sort_values(["theme", "keypoint"], ignore_index=True)[columns("counterevidence")]


def negative_cases(rows: pd.DataFrame, review: Review) -> pd.DataFrame:
    """The negative cases of each theme. Returns the columns of `negative-cases` in results.json."""
    names = dict(zip(review.cases["id"], review.cases["name"]))
    table = []
    for (theme, name), part in rows.groupby(["theme", "name"], sort=False):
        said = {
            direction: "; ".join(dict.fromkeys(part.loc[part["direction"].eq(direction), "case"].map(names)))
            for direction in DIRECTIONS
        }
        table.append([theme, name, said["contradicts"], said["qualifies"], len(part)])
    return frame("negative-cases", table)
