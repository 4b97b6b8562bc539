"""Agreement between the coders of a review."""

from dataclasses import replace

import numpy as np
import pandas as pd

from casesynth.analysis import coders as coders_room
from casesynth.analysis import machine as machine_room
from casesynth.analysis import published as published_room
from casesynth.core import review as review_room
from casesynth.core.codings import unexplained
from tests.support.reviews import with_rows


def test_a_consensus_is_not_drafted_into_its_opposite(tiny):
    review = tiny()
    codings = review.codings.copy()
    codings.loc[codings["keypoint"].eq("birch-barriers-01"), ["theme", "direction"]] = ["bar-money", "contradicts"]
    rows = [[point, "bar-money", "bo", "contradicts"] for point in ("birch-barriers-01", "cedar-barriers-01")]
    review = with_rows(replace(review, tables={**review.tables, "codings": codings}), "codings", rows)
    draft = coders_room.draft_consensus(review).set_index("keypoint")
    assert draft.loc["birch-barriers-01", ["theme", "direction"]].tolist() == ["bar-money", "contradicts"]
    assert "cedar-barriers-01" not in draft.index  # supports against contradicts: for people to resolve
    differ = coders_room.differences(review, ["ada", "bo"]).set_index("keypoint")
    assert differ.loc["cedar-barriers-01", ["ada", "bo"]].tolist() == ["bar-money", "not bar-money"]
    sets = coders_room.set_agreement(review, ["ada", "bo"]).set_index("heading")
    assert sets.loc["barriers", ["points", "same", "masi"]].tolist() == [2, 1, 0.5]
    agreed = with_rows(review, "codings", [["cedar-barriers-01", "bar-money", "consensus", "supports"]])
    assert [point for _, point in unexplained(agreed.codings)] == ["cedar-barriers-01"]


def test_what_no_two_coders_coded_is_undefined_and_said_so(tiny):
    review = with_rows(tiny(), "codings", [["alder-aims-01", "aim-together", "bo", "supports"]])
    sets = published_room.with_undefined(coders_room.set_agreement(review, ["ada", "bo"])).set_index("heading")
    assert sets.loc["aims", ["points", "same", "masi", "alpha_masi"]].tolist() == [1, 1, "0.000", "undefined"]
    assert sets.loc["barriers", ["masi", "alpha_masi"]].tolist() == ["undefined", "undefined"]
    machine = published_room.with_undefined(machine_room.evaluated(review, machine_room.read(review)))
    assert "undefined" in set(machine["precision"]) and machine[["precision", "recall", "kappa"]].notna().all(axis=None)


def test_kappa_is_left_out_beyond_two_coders(tiny):
    review, rows = tiny(), tiny().codings[["keypoint", "theme"]].to_numpy().tolist()
    review = with_rows(review, "codings", [[*row, coder, "supports"] for coder in ("bo", "cy") for row in rows])
    coders = review_room.coders_of(review)
    points = coders_room.point_marks(review, coders)
    cases = coders_room.case_marks(points, coders)
    assert "kappa" not in set(coders_room.overall(points, cases, coders)["measure"])
    assert "kappa" not in coders_room.per_theme(points, cases, coders)


def test_a_case_mark_is_missing_where_any_of_its_points_is_not_coded():
    """Whatever the answer: else the partial coder's prevalence rises by what is missing."""
    n = np.nan
    points = pd.DataFrame({"case": list("aaabbb"), "heading": "h", "theme": "t", "ada": [1, 0, n, 0, 0, n]})
    points = points.assign(bo=[1, 0, 0, 0, 0, 0])
    marks = coders_room.case_marks(points, ["ada", "bo"])
    assert marks["ada"].isna().all() and marks["bo"].tolist() == [1, 0]
