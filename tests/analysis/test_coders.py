"""Agreement between the coders of a review."""

from dataclasses import replace

import numpy as np
import pandas as pd

from casesynth.analysis import coders as coders_room
from casesynth.analysis import machine as machine_room
from casesynth.analysis import published as published_room
from casesynth.core import review
from casesynth.core import review as review_room
from casesynth.core.codings import unexplained
from tests.support.reviews import fourfold, with_rows


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


def test_kappa_is_left_out_beyond_two_coders_and_the_text_says_so(tiny):
    review, rows = tiny(), tiny().codings[["keypoint", "theme"]].to_numpy().tolist()
    review = with_rows(review, "codings", [[*row, coder, "supports"] for coder in ("bo", "cy") for row in rows])
    coders = review_room.coders_of(review)
    points = coders_room.point_marks(review, coders)
    cases = coders_room.case_marks(points, coders)
    assert "kappa" not in set(coders_room.overall(points, cases, coders)["measure"])
    assert "kappa" not in coders_room.per_theme(points, cases, coders)
    pair = coders_room.paradox(review, points, cases, coders)
    assert pair.empty and "here are 3, so it does not apply" in coders_room.paradox_words(pair, coders)


def test_a_case_mark_is_missing_where_any_of_its_points_is_not_coded():
    """Whatever the answer: else the partial coder's prevalence rises by what is missing."""
    n = np.nan
    points = pd.DataFrame({"case": list("aaabbb"), "heading": "h", "theme": "t", "ada": [1, 0, n, 0, 0, n]})
    points = points.assign(bo=[1, 0, 0, 0, 0, 0])
    marks = coders_room.case_marks(points, ["ada", "bo"])
    assert marks["ada"].isna().all() and marks["bo"].tolist() == [1, 0]


def test_the_pair_with_one_percent_agreement_and_the_most_different_kappas(phase2):
    """In the review of the compendium: prevalence 83% against 33%."""
    coders = review.coders_of(phase2)
    points = coders_room.point_marks(phase2, coders)
    pair = coders_room.paradox(phase2, points, coders_room.case_marks(points, coders), coders)
    table = coders_room.per_theme(points, coders_room.case_marks(points, coders), coders)
    same = table.dropna(subset=["kappa"]).groupby(["unit", "percent"])["kappa"].agg(lambda own: own.max() - own.min())
    assert np.isclose(pair["kappa"].max() - pair["kappa"].min(), same.max(), atol=0.002)
    assert pair["percent"].nunique() == 1
    for row in pair.itertuples():
        n = row.both + row.first_only + row.second_only + row.neither
        own = fourfold(row.both, row.first_only, row.second_only, row.neither)
        share = own.mean(axis=0)
        chance = share.prod() + (1 - share).prod()
        assert np.isclose(row.kappa_chance, chance, atol=0.001)
        assert row.percent == round((row.both + row.neither) / n, 3)
        assert np.isclose(row.kappa, (row.percent - chance) / (1 - chance), atol=0.002)
        assert np.isclose(row.ac1, (row.percent - row.ac1_chance) / (1 - row.ac1_chance), atol=0.002)
    assert coders_room.paradox(phase2, points.head(0), points.head(0), coders).empty
    themes_ = ["aim-asset-mapping", "aim-consortium", "aim-coproduction"]  # percent 0.8 each; prevalence 0.1, 0.5, 0.9
    tables = [(0, 1, 1, 8), (4, 1, 1, 4), (8, 2, 0, 0)]
    marks = [pd.DataFrame(fourfold(*t), columns=["ada", "bo"]).assign(theme=o) for t, o in zip(tables, themes_)]
    found = coders_room.paradox(phase2, pd.concat(marks), points.head(0), ["ada", "bo"])
    assert found["theme"].tolist() == ["aim-asset-mapping", "aim-consortium"]
    assert found["kappa"].tolist() == [-0.111, 0.6] and found["percent"].tolist() == [0.8, 0.8]
    assert "no such pair" in coders_room.paradox_words(pair.head(0), coders)
