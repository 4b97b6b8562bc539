"""Codings, and the consensus of several coders."""

import pytest

from casesynth.analysis import by_coder
from casesynth.analysis import coders as coders_room
from casesynth.core import review as review_room
from casesynth.core.rules import Rules
from casesynth.errors import UserError
from tests.support.reviews import second_coder


def test_consensus_needs_a_reason_where_coders_differ(project, tiny):
    second_coder(project)
    review = tiny()
    draft = coders_room.draft_consensus(review)
    differ = coders_room.differences(review, ["ada", "bo"])
    assert "alder-aims-02" not in set(draft["keypoint"]) and differ["consensus"].tolist() == ["", ""]
    with project.path("data/tiny/coders.csv").open("a") as file:
        file.write("consensus,Invented.,2026-11,false,false,true,Invented.,Invented.\n")
    with project.path("data/tiny/codings.csv").open("a") as file:
        file.write(draft.to_csv(index=False, header=False))
        file.write("alder-aims-02,aim-food,consensus,supports,\n")
        file.write("alder-enablers-01,ena-neighbours,consensus,supports,It says so.\n")
    project.edit("data/tiny/review.yaml", "coding: ada", "coding: consensus")
    with pytest.raises(UserError, match="the coders differ on 'alder-aims-02'"):
        tiny()
    project.edit("data/tiny/codings.csv", "aim-food,consensus,supports,", "aim-food,consensus,supports,It grows food.")
    review = tiny()
    assert review_room.coders_of(review) == ["ada", "bo"]  # a consensus is no third coder
    differ = coders_room.differences(review, ["ada", "bo"])
    assert differ["consensus"].ne("").all() and differ["reason"].tolist() == ["It grows food.", "It says so."]
    assert "consensus" in set(by_coder.by_coding(review, Rules())["coding"])
