"""The tables of the course: those of a synthesis of its invented review, as a notebook gets them."""

from string import ascii_lowercase
from typing import Any

import pandas as pd

from casesynth.core.review import Review, load
from casesynth.core.rules import Rules
from casesynth.front import Synthesis, synthesise

MIN_CASES = Rules().min_cases


def start() -> Review:
    """The invented review of the course; tables are shown with all of their text."""
    pd.set_option("display.max_colwidth", None)
    return load("repair-cafes")


def lettered(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose rows are chosen by their letters, with the letters in its first column."""
    return table.reset_index(drop=True).set_axis(list(ascii_lowercase[: len(table)])).rename_axis("letter")


def whole(review: Review, **changed: Any) -> Synthesis:
    """The synthesis of the review, by its own rules or with changes."""
    return synthesise(review, Rules.of(review, **changed))


def theme_cells(review: Review, heading: str) -> pd.DataFrame:
    """Which cases report which themes of a heading."""
    return whole(review).themes(heading).cells


def theme_table(review: Review, heading: str, min_cases: int = MIN_CASES) -> pd.DataFrame:
    """The themes of a heading."""
    return whole(review, min_cases=min_cases).themes(heading).table


def all_themes(review: Review) -> pd.DataFrame:
    """The themes of all headings in one table, with a column heading."""
    return whole(review).collected("table", "themes")


def general_table(review: Review, heading_groups: bool) -> pd.DataFrame:
    """The general themes."""
    return whole(review, heading_groups=heading_groups).general.table


def overlap_table(review: Review) -> pd.DataFrame:
    """Every pair of general themes supported without groups, with their overlaps."""
    return whole(review, heading_groups=False).general.overlaps


def proposed(review: Review) -> pd.DataFrame:
    """The two general themes proposed for merging. Returns id, name, definition."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()
    return review.codebook.loc[review.codebook["id"].isin([pair.one, pair.other]), ["id", "name", "definition"]]


def shared(review: Review) -> pd.DataFrame:
    """The key points that the proposed pair share. Returns keypoint, summary."""
    points = whole(review).points
    left, right = (set(points.loc[points["general"].eq(each), "keypoint"]) for each in proposed(review)["id"])
    both = review.keypoints[review.keypoints["id"].isin(left & right)].rename(columns={"id": "keypoint"})
    return both[["keypoint", "summary"]].reset_index(drop=True)
