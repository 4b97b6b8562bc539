"""The data of the default review: what no table schema can say, and what the extraction promised."""

import os
import re
from pathlib import Path

import pandas as pd
import pytest

from casesynth.analysis import participants, themes
from casesynth.audit import copy, dictionary, source
from casesynth.core import paths
from casesynth.core import text as text_room
from casesynth.core.review import load

REVIEW = load("mca-phase2")


def test_tables_are_sorted_by_id_and_end_lines_alike():
    for file in sorted(paths.data("mca-phase2").glob("*.csv")):
        assert b"\r" not in file.read_bytes(), file.name
        first = pd.read_csv(file, dtype=str, keep_default_na=False).iloc[:, 0].tolist()
        assert first == sorted(first), file.name


def test_sixteen_projects_twelve_case_studies():
    assert len(REVIEW.cases) == 16 and len(REVIEW.reported) == 12
    assert set(REVIEW.places.loc[REVIEW.places["main"], "case"]) == set(REVIEW.cases["id"])
    assert not REVIEW.places.loc[REVIEW.places["main"], "case"].duplicated().any()
    assert set(REVIEW.aliases["case"]) == set(REVIEW.cases["id"])


def test_entries_and_key_points_cover_each_other():
    entries = set(zip(REVIEW.entries["case"], REVIEW.entries["section"]))
    points = set(zip(REVIEW.keypoints["case"], REVIEW.keypoints["section"]))
    assert points <= entries
    assert entries - points == {("innovate", "s3-1")}, "its entry holds only a title and a place"
    counts = REVIEW.entries["section"].value_counts().to_dict()
    assert counts == {"s3-1": 16, "s3-2": 12, "s3-3": 12, "s3-4": 12, "s3-5": 12, "s3-6": 12}


def test_all_seventy_two_enablers_and_barriers_carry_their_labels():
    labelled = REVIEW.keypoints[REVIEW.keypoints["heading"].isin(["enablers", "barriers"])]
    assert labelled.groupby(["case", "heading"]).size().eq(3).all() and len(labelled) == 72
    assert labelled["anchor"].eq(labelled["label"] + ":").all()


def test_key_points_are_numbered_in_order_and_one_sentence_each():
    for (case, heading), group in REVIEW.keypoints.groupby(["case", "heading"]):
        expected = [f"{case}-{heading}-{number:02}" for number in range(1, len(group) + 1)]
        assert group.sort_values("order")["id"].tolist() == expected
    assert not REVIEW.keypoints["summary"].map(text_room.split_sentences).map(len).gt(1).any()
    assert REVIEW.keypoints["summary"].str.endswith(".").all()


def test_anchors_have_at_most_eight_words():
    for table in ("keypoints", "statements", "participants", "facts", "claims"):
        words = REVIEW.table(table)["anchor"].str.split().str.len()
        assert words.between(1, 8).all(), table


def test_every_printed_theme_is_in_the_codebook_with_its_statements():
    published = REVIEW.codebook[REVIEW.codebook["origin"].eq("published")]
    counts = published["heading"].value_counts().to_dict()
    assert counts == {"aims": 5, "methods": 5, "impact-and-outcomes": 10, "enablers": 5, "barriers": 5}
    assert set(REVIEW.statements["theme"]) == set(published["id"])
    assert published[["definition", "includes", "excludes"]].ne("").all(axis=None)


def test_attributions_follow_the_extent_of_their_statement():
    named = REVIEW.attributions["statement"].value_counts().reindex(REVIEW.statements["id"]).fillna(0)
    extent = REVIEW.statements.set_index("id")["extent"]
    assert named[extent.isin(["list", "examples"])].gt(0).all()
    assert named[extent.isin(["all", "unnamed"])].eq(0).all()
    published = set(zip(REVIEW.aliases["case"], REVIEW.aliases["published_name"].str.casefold()))
    for row in REVIEW.attributions.itertuples():
        assert (row.case, row.published_as.casefold()) in published, row.id


def test_every_key_point_of_a_themed_heading_is_coded():
    for heading in REVIEW.sets["id"]:
        points = REVIEW.themed_points[REVIEW.themed_points["heading"].eq(heading)]
        left = themes.not_in_a_theme(points, themes.coded_points(REVIEW, REVIEW.settings["coding"], heading))
        assert left["state"].ne("not coded").all()


def test_none_stands_alone():
    own = REVIEW.codings
    none = own[own["theme"].eq("none")]
    counts = own.groupby(["keypoint", "coder"]).size()
    assert all(counts[(row.keypoint, row.coder)] == 1 for row in none.itertuples())


def test_the_coder_had_not_seen_the_attributions():
    coder = REVIEW.coders.set_index("id").loc[REVIEW.settings["coding"]]
    assert not coder["seen_attributions"] and not coder["seen_sources"]
    assert "language model" in coder["how"]


def test_merges_have_reasons():
    general = REVIEW.codebook[REVIEW.codebook["level"].eq("general")]
    merged = general[general["parent"].duplicated(keep=False)]
    assert merged["reason"].ne("").all()
    assert general[~general["id"].isin(merged["id"])]["reason"].eq("").all()


def test_counted_groups_read_as_they_are_stated():
    assert participants.misread(REVIEW.participants).empty
    broken = REVIEW.participants.assign(low=REVIEW.participants["low"] + 1)
    assert len(participants.misread(broken)) == len(broken)


def test_the_outline_names_its_origin():
    text = (paths.ROOT / "data/geography/README.md").read_text("utf-8")
    assert "Natural Earth" in text and "public domain" in text


SOURCES = os.environ.get("SOURCES", "")


@pytest.mark.skipif(not SOURCES, reason="SOURCES names no folder with the texts of the sources")
def test_every_anchor_stands_once_in_its_own_place():
    for name in REVIEW.sections["source"].unique():
        own = copy.Copy((Path(SOURCES) / f"{name}.txt").read_text("utf-8"), REVIEW, name)
        wrong = copy.check_anchors(own, REVIEW)
        assert own.problems == [] and wrong[wrong["what"].ne(copy.FOUND)].empty, name
        for alias in REVIEW.aliases[REVIEW.aliases["source"].eq(name)].itertuples():
            assert source.find(alias.published_name, own.sections[alias.section]) >= 1, alias.id


@pytest.mark.skipif(not SOURCES, reason="SOURCES names no folder with the texts of the sources")
def test_no_sentence_of_the_sources_is_in_the_data():
    words = {}
    for file in sorted(Path(SOURCES).glob("*.txt")):
        text = re.findall(r"\w+", text_room.fold(file.read_text("utf-8")).casefold())
        words |= {" ".join(text[at : at + 8]): file.name for at in range(len(text) - 7)}
    for table, column in [
        ("keypoints", "summary"),
        ("facts", "fact"),
        ("codebook", "definition"),
        ("claims", "claim"),
        ("claims", "note"),
    ]:
        for row in REVIEW.table(table).itertuples():
            own = re.findall(r"\w+", text_room.fold(getattr(row, column)).casefold())
            runs = [" ".join(own[at : at + 8]) for at in range(len(own) - 7)]
            assert not [run for run in runs if run in words], row.id


def test_the_data_dictionary_is_what_the_schema_says():
    assert (paths.ROOT / "data" / "README.md").read_text("utf-8") == dictionary.text()
