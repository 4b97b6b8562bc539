"""The tables of the course: those of the analysis, for its invented review."""

from string import ascii_lowercase

import pandas as pd

from casesynth.analysis import general, themes
from casesynth.analysis.kernel import Integers
from casesynth.core.review import Review, load
from casesynth.core.rules import Rules

MIN_CASES, MIN_HEADINGS, MERGE = Rules().min_cases, Rules().min_headings, Rules().merge_overlap


def start() -> Review:
    """The invented review of the course; tables are shown with all of their text."""
    pd.set_option("display.max_colwidth", None)
    return load("repair-cafes")


def lettered(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose rows are chosen by their letters, with the letters in its first column."""
    return table.reset_index(drop=True).set_axis(list(ascii_lowercase[: len(table)])).rename_axis("letter")


def theme_cells(review: Review, heading: str, coder: str = "ada") -> pd.DataFrame:
    """Which cases report which themes of a heading (`themes.theme_cases`)."""
    coded = themes.coded_points(review, coder, heading)
    return themes.theme_cases(coded, themes.themes_of(review, heading), themes.eligible(review, heading, coder))


def theme_table(review: Review, heading: str, coder: str = "ada", min_cases: int = MIN_CASES) -> pd.DataFrame:
    """The themes of a heading, as the analysis makes them (`themes.theme_table`)."""
    cells, cases = theme_cells(review, heading, coder), themes.eligible(review, heading, coder)
    return themes.theme_table(cells, themes.themes_of(review, heading), cases, min_cases)


def all_themes(review: Review, coder: str = "ada") -> pd.DataFrame:
    """The themes of all headings in one table, with a column heading."""
    parts = [theme_table(review, heading, coder).assign(heading=heading) for heading in review.headings["id"]]
    return pd.concat(parts, ignore_index=True)


def general_table(review: Review, heading_groups: bool) -> pd.DataFrame:
    """The general themes, as the analysis makes them (`general.general_themes`)."""
    return general.general_themes(
        all_themes(review), counts_of(review), review.codebook, review.headings, MIN_HEADINGS, heading_groups
    )


def points_of(review: Review) -> pd.DataFrame:
    """The key points of supported themes with the general theme above them (`general.points_by_general`)."""
    coded, table = themes.coded_points(review, "ada"), all_themes(review)
    return general.points_by_general(coded, review.codebook, set(table.loc[table["supported"], "theme"]))


def counts_of(review: Review) -> Integers:
    """The counts of general themes (`general.counts`)."""
    return general.counts(points_of(review), review.codebook, review.headings)


def overlap_table(review: Review) -> pd.DataFrame:
    """Every pair of general themes supported without groups, with their overlaps (`general.overlaps`)."""
    return general.overlaps(counts_of(review), general_table(review, False), review.codebook, MERGE)


def proposed(review: Review) -> pd.DataFrame:
    """The two general themes proposed for merging. Returns id, name, definition."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()
    return review.codebook.loc[review.codebook["id"].isin([pair.one, pair.other]), ["id", "name", "definition"]]


def shared(review: Review) -> pd.DataFrame:
    """The key points that the proposed pair share. Returns keypoint, summary."""
    points = points_of(review)
    left, right = (set(points.loc[points["general"].eq(each), "keypoint"]) for each in proposed(review)["id"])
    both = review.keypoints[review.keypoints["id"].isin(left & right)].rename(columns={"id": "keypoint"})
    return both[["keypoint", "summary"]].reset_index(drop=True)
