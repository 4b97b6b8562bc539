"""The coding is compared with the published report, by the extent of each statement."""

from dataclasses import replace

import pandas as pd

from casesynth.analysis import published as published_room
from casesynth.analysis import themes
from casesynth.core.review import load


def test_disputed_cases_come_with_all_that_the_case_says():
    review = load("mca-phase2")
    disputed = published_room.disputed(review, themes.coded_points(review, review.settings["coding"]))
    row = disputed[disputed["published"].eq("yes")].iloc[0]
    heading = review.codebook.set_index("id").loc[row["theme"], "heading"]
    own = review.keypoints[review.keypoints["case"].eq(row["case"]) & review.keypoints["heading"].eq(heading)]
    assert list(own["id"]) == row["points"].split() and all(text in row["said"] for text in own["summary"])
    assert set(disputed.loc[disputed["extent"].isin(["examples", "all"]), "coded"]) == {"no"}


def test_print_and_coding_are_compared_by_extent_and_lists_both_ways(tiny):
    review = tiny()
    statements = [["s1", "aim-together", "list"], ["s2", "bar-money", "examples"], ["s3", "ena-money", "all"]]
    statements = pd.DataFrame(statements, columns=["id", "theme", "extent"]).assign(section="", quantifier="")
    named = [["s1", "birch"], ["s1", "cedar"], ["s2", "alder"], ["s2", "birch"]]
    named = pd.DataFrame(named, columns=["statement", "case"])
    review = replace(review, tables={**review.tables, "statements": statements, "attributions": named})
    coded = themes.coded_points(review, "ada")
    doubted = published_room.disputed(review, coded)[["statement", "case", "published", "coded"]].to_numpy().tolist()
    assert doubted[0] == ["s1", "alder", "no", "yes"]  # carried, and the list leaves it out
    assert doubted[1] == ["s1", "cedar", "yes", "no"]  # listed, and no key point carries it
    assert doubted[2:] == [["s2", "birch", "yes", "no"], ["s3", "alder", "yes", "no"]]
    published = []
    for heading in ("aims", "barriers", "enablers"):
        own, cases = themes.themes_of(review, heading), themes.eligible(review, heading)
        cells = themes.theme_cases(coded[coded["heading"].eq(heading)], own, cases)
        published.append(themes.compare_with_published(review, heading, cells))
    table = published_room.by_extent(pd.concat(published)).set_index("extent")
    assert table.loc["list"].tolist() == [1, 2, 1, 1, 0.5, 1]
    assert table.loc["examples"].tolist() == [1, 2, 1, 1, 0.5, 0]
    assert table.loc["all"].tolist() == [1, 3, 2, 1, 0.667, 0]
