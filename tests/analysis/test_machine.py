"""The automated baseline."""

import pandas as pd

from casesynth.analysis import machine as machine_room


def test_a_points_own_case_never_votes(tiny):
    review = tiny()
    coded = review.codings[review.codings["coder"].eq("ada")]
    ours = machine_room.propose(review.keypoints, review.codebook, coded).set_index("keypoint")
    others = coded[~coded["keypoint"].str.startswith("birch")]
    left_out = machine_room.propose(review.keypoints, review.codebook, others).set_index("keypoint")
    birch = [point for point in ours.index if point.startswith("birch")]
    columns = ["theme", "score", "nearest"]
    pd.testing.assert_frame_equal(ours.loc[birch, columns], left_out.loc[birch, columns])
    assert not any(near.startswith(point.split("-")[0]) for point, near in ours["nearest"].items() if near)


def test_points_where_all_coders_disagree_come_most_confident_first(tiny):
    review = tiny()
    proposals = machine_room.read(review)
    against = machine_room.against_all(review, proposals)
    assert list(against["margin"]) == sorted(against["margin"], reverse=True)
    given = review.codings.groupby("keypoint")["theme"].agg(set)
    assert all(row.proposed not in given[row.keypoint] for row in against.itertuples())
