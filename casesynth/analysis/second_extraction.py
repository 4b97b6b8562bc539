"""Compare a second extraction with the first."""

import numpy as np
import pandas as pd

from casesynth.core.results import frame
from casesynth.core.review import Review


def counterparts(review: Review) -> pd.DataFrame:
    """Which statement of a second extraction says the same as which key point, each pair once.

    Returns extractor, case, heading, id (of the second), keypoint. Only pairs of one case and heading.
    """
    second = review.table("extractions")
    links = second.assign(keypoint=second["keypoints"].str.split()).explode("keypoint").dropna(subset=["keypoint"])
    points = review.keypoints.rename(columns={"id": "keypoint"})[["keypoint", "case", "heading"]]
    own = links[["extractor", "case", "heading", "id", "keypoint"]].merge(points, on=["keypoint", "case", "heading"])
    return own.drop_duplicates().reset_index(drop=True)


def read_twice(review: Review) -> list[tuple[str, str, list[str]]]:
    """Each extractor and case, with the headings that were extracted a second time.

    These are the headings that the extractor uses for any case. One that is used for no case counts as not asked for; one
    that is left empty for a case, as empty.
    """
    second = review.table("extractions")
    uses = second.groupby("extractor")["heading"].agg(set)
    pairs = second[["extractor", "case"]].drop_duplicates().itertuples(index=False, name=None)
    return [(who, case, [h for h in review.headings["id"] if h in uses[who]]) for who, case in pairs]


def extraction(review: Review) -> pd.DataFrame:
    """A second, blind extraction compared with the first, per case and heading: splitting and content.

    Takes extractions.csv (optional), whose column keypoints names the key points of the first extraction that say the
    same. Agreement is positive specific agreement, or F1: matched points of either, as a part of all points of either
    (Hripcsak and Rothschild 2005). Whoever matched had both extractions in view: the numbers are generous by design.
    Returns the columns of `extraction` in results.json.
    """
    rows, links = [], counterparts(review)
    for extractor, case, headings in read_twice(review):
        for scope in [headings, *([heading] for heading in headings)]:
            first, part, own = (
                table[table["case"].eq(case) & table["heading"].isin(scope)]
                for table in (review.keypoints, review.table("extractions"), links)
            )
            first, own = first["id"], own[own["extractor"].eq(extractor)]
            second = part.loc[part["extractor"].eq(extractor), "id"]
            in_first, in_second = own["keypoint"].value_counts(), own["id"].value_counts()
            total = len(first) + len(second)
            agreed = round((len(in_first) + len(in_second)) / total, 3) if total else np.nan
            rows.append(
                [extractor, case, "" if scope is headings else scope[0], len(first), len(second), len(in_first),
                 len(in_second), agreed, int((in_first > 1).sum()), int((in_second > 1).sum()),
                 " ".join(first[~first.isin(own["keypoint"])]), " ".join(second[~second.isin(own["id"])])]
            )  # fmt: skip
    return frame("extraction", rows)


def extraction_content(review: Review) -> pd.DataFrame:
    """Where two extractions of a case say different things: what one of them lacks, and what the notes say differs.

    Returns the columns of `extraction-content` in results.json.
    """
    second, first, rows = review.table("extractions"), review.keypoints.set_index("id")["summary"], []
    links = counterparts(review)
    same = links.groupby("id")["keypoint"].agg(list)
    for row in second[~second["id"].isin(links["id"]) | second["note"].ne("")].itertuples():
        said = "; ".join(f"{point}: {first[point]}" for point in same.get(row.id, []))
        own = f"{row.id}: {row.summary}"
        rows.append([row.extractor, row.case, row.heading, "" if said else "first", said, own, row.note])
    for extractor, case, headings in read_twice(review):
        own = review.keypoints[review.keypoints["case"].eq(case) & review.keypoints["heading"].isin(headings)]
        matched = links.loc[links["extractor"].eq(extractor), "keypoint"]
        for row in own[~own["id"].isin(matched)].itertuples():
            rows.append([extractor, case, row.heading, "second", f"{row.id}: {row.summary}", "", ""])
    return frame("extraction-content", rows)
