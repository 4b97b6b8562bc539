"""Compare the coding with the attributions that the source publishes."""

import numpy as np
import pandas as pd

from casesynth.analysis import themes
from casesynth.analysis.agreement import UNDEFINED
from casesynth.analysis.coders import NUMBERS
from casesynth.analysis.extraction import linked
from casesynth.core.codings import marks
from casesynth.core.results import frame
from casesynth.core.review import Review


def with_undefined(table: pd.DataFrame) -> pd.DataFrame:
    """The table with "undefined" where a measure has no number."""
    shown = table.copy()
    for column in [c for c in NUMBERS if c in table]:
        shown[column] = [UNDEFINED if pd.isna(value) else f"{value:.3f}" for value in table[column]]
    return shown


def disputed(review: Review, coded: pd.DataFrame) -> pd.DataFrame:
    """Where report and coding differ on a case, with all that the case says under the heading.

    Closed lists both ways; examples and "all" one way. Returns the columns of `published-disputed` in results.json.
    """
    book = review.codebook.set_index("id")
    names, texts = dict(zip(review.cases["id"], review.cases["name"])), linked(review.keypoints)
    coded_as = marks(coded).groupby(coded["keypoint"]).agg(" ".join).to_dict()
    carry = coded[coded["direction"].eq("supports")]
    rows = []
    order = list(review.cases.sort_values("order")["id"])
    points = dict(list(review.themed_points.groupby(["case", "heading"])))
    could = {heading: set(themes.eligible(review, heading)["id"]) for heading in review.sets["id"]}
    for said in review.table("statements").itertuples():
        heading = book.heading[said.theme]
        there = could.get(heading, set())
        named = set(review.attributions.loc[review.attributions["statement"].eq(said.id), "case"])
        named = there if said.extent == "all" else named
        found = set(carry.loc[carry["theme"].eq(said.theme), "case"])
        doubted = (named - found) | (found - named if said.extent == "list" else set())
        for case in [case for case in order if case in doubted]:
            own = points.get((case, heading), review.themed_points[:0])
            text = " | ".join(f"{p.id} [{coded_as.get(p.id, 'not coded')}]: {texts[p.id]}" for p in own.itertuples())
            yes = {True: "yes", False: "no"}
            rows.append(
                [said.id, said.theme, book.loc[said.theme, "name"], case, names[case],
                 said.extent, yes[case in named], yes[case in found], " ".join(own["id"]), text]
            )  # fmt: skip
    return frame("published-disputed", rows)


#: How the source names projects, the most checkable first.
EXTENTS = ["list", "examples", "all", "unnamed"]


def by_extent(published: pd.DataFrame) -> pd.DataFrame:
    """The coding compared with the report, as far as the extent of the statements allows.

    Takes the columns of themes.compare_with_published, and returns those of `published-by-extent` in results.json.
    """
    rows = []
    for extent in [extent for extent in EXTENTS if published["extent"].eq(extent).any()]:
        own = published[published["extent"].eq(extent)]
        named, found, coded = (int(own[column].sum()) for column in ("named", "found", "coded"))
        share = round(found / named, 3) if named else np.nan
        rows.append([extent, len(own), named, found, named - found, share, coded - found if extent == "list" else 0])
    return frame("published-by-extent", rows)
