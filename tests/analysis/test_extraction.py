"""Key points that belong together are shown together."""

import pandas as pd

from casesynth.analysis import extraction, themes


def test_a_chain_of_means_stands_behind_its_end_and_a_circle_loses_nothing():
    rows = [["k1", "k2"], ["k2", "k3"], ["k3", ""], ["k4", "k5"], ["k5", "k4"]]
    points = pd.DataFrame(rows, columns=["id", "purpose_of"]).assign(
        case="a", heading="aims", order=range(5), summary=lambda table: table["id"].str.upper() + "."
    )
    shown = extraction.in_links(points)
    assert shown["summary"].tolist()[:3] == ["K3.", "(K2.)", "(K1.)"]
    assert sorted(shown["id"]) == sorted(points["id"])
    assert extraction.purposes(points)["k1"] == "K2." and extraction.purposes(points)["k3"] == ""
    left = themes.not_in_a_theme(points, pd.DataFrame({"keypoint": ["k1"], "theme": ["none"]}))
    assert left["summary"].tolist()[:3] == ["K1. → K2.", "K2. → K3.", "K3."]


def test_a_review_without_links_is_as_it_was(tiny):
    review = tiny()
    assert extraction.in_links(review.keypoints)["summary"].str.startswith("(").sum() == 0
    assert set(extraction.purposes(review.keypoints).values()) <= {""}


def test_the_real_matrix_puts_every_means_in_brackets_behind_what_it_serves(phase2):
    matrix = extraction.framework_matrix(phase2.keypoints, phase2.reported, phase2.headings).set_index("case")
    said = dict(zip(phase2.keypoints["id"], phase2.keypoints["summary"]))
    linked = phase2.keypoints[phase2.keypoints["purpose_of"].ne("")]
    assert len(linked) > 100
    for row in linked[linked["case"].isin(matrix.index)].itertuples():
        before, _, _ = matrix.loc[row.case, row.heading].partition(f"({row.summary})")
        assert said[row.purpose_of] in before
