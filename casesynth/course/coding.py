"""Coding twelve key points, and the agreement of three coders on them."""

import re
from dataclasses import replace
from itertools import combinations
from typing import Any

import pandas as pd
from IPython.display import Markdown

from casesynth.analysis import agreement, coders, themes
from casesynth.core.codings import NONE
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.course.answers import TEXTS, answered, exercise, not_yet, number, parts, questions, right, wrong

YOU = "you"


@exercise
def reflect(answer: Any) -> Markdown:
    """Show what a student writes about themselves next to the questions of the exercise. There is no verdict."""
    answered(answer)
    own = [f"- {part}" for part in parts(answer)]
    return Markdown("\n".join(["**You wrote**", "", *own, "", questions("Ask yourself", TEXTS["reflect"])]))


def twelve(review: Review) -> pd.DataFrame:
    """The twelve key points under enablers. Returns keypoint, label, summary."""
    points = review.keypoints[review.keypoints["heading"].eq("enablers")].rename(columns={"id": "keypoint"})
    return points[["keypoint", "label", "summary"]].reset_index(drop=True)


def themes_given(answer: Any) -> list[str]:
    """The themes given to one key point, in whatever form.

    >>> themes_given("a, b"), themes_given("a b a"), themes_given(["a", "b"]), themes_given(None)
    (['a', 'b'], ['a', 'b'], ['a', 'b'], [])
    """
    texts = [part for part in parts(answer) if isinstance(part, str)]
    return list(dict.fromkeys(theme for text in texts for theme in re.split(r"[\s,;]+", text) if theme))


def check_coding(review: Review, coding: Any) -> None:
    """Raise what is wrong with a coding of the twelve key points."""
    answered(coding)
    if not isinstance(coding, dict):
        wrong("coding", "form")
    points, known = list(twelve(review)["keypoint"]), {*themes.themes_of(review, "enablers")["id"], NONE}
    for point in coding:
        if point not in points:
            not_yet(f"There is no key point '{point}' among the twelve.{nearest(str(point), points)}")
    for point in points:
        if not (given := themes_given(coding.get(point))):
            wrong("coding", "missing", point=point)
        for theme in given:
            if theme not in known:
                not_yet(f"{point}: there is no theme '{theme}'.{nearest(theme, known)}")
        if NONE in given and len(given) > 1:
            wrong("coding", "both", point=point)


def with_you(review: Review, coding: Any) -> Review:
    """A review of the twelve key points alone, with your coding and the two others. Raises what is wrong with yours."""
    check_coding(review, coding)
    points = twelve(review)["keypoint"]
    yours = [[point, theme, YOU, "supports", ""] for point, answer in coding.items() for theme in themes_given(answer)]
    others = review.codings[review.codings["keypoint"].isin(points)]
    codings = pd.concat([others, pd.DataFrame(yours, columns=others.columns)], ignore_index=True)
    keypoints = review.keypoints[review.keypoints["id"].isin(points)]
    return replace(review, tables=review.tables | {"keypoints": keypoints, "codings": codings})


def marks(review: Review, coders_: list[str]) -> pd.DataFrame:
    """One row for each of the twelve key points and four themes: 1 where a coder gave it the theme, otherwise 0."""
    table = coders.point_marks(review, coders_)
    return table[table["heading"].eq("enablers")]


def pairs(review: Review, coders_: list[str]) -> pd.DataFrame:
    """Agreement of each pair of coders on the twelve key points, with one mark for each key point and theme.

    Returns coders, units, percent, positive (agreement on ones), kappa (Cohen 1960), alpha (Krippendorff 2004).
    """
    table, measures, rows = marks(review, coders_), ["percent", "positive", "kappa", "alpha"], []
    for left, other in combinations(coders_, 2):
        found = agreement.measures(table[[left, other]].to_numpy(float))
        rows.append([f"{left} and {other}", int(found["units"]), *(found[measure] for measure in measures)])
    return pd.DataFrame(rows, columns=["coders", "units", *measures]).round(2)


def two_by_two(review: Review, theme: str, coders_: tuple[str, str] = ("ada", "bo")) -> pd.DataFrame:
    """How often two coders gave a theme to the twelve key points: both, one of them, or neither."""
    table = marks(review, list(coders_))
    table = table[table["theme"].eq(theme)]
    counts = pd.crosstab(*(table[coder].map({1: "yes", 0: "no"}) for coder in coders_))
    return counts.reindex(index=["yes", "no"], columns=["yes", "no"], fill_value=0)


@exercise
def kappa(review: Review, theme: str, observed: Any, expected: Any, answer: Any) -> Markdown:
    """Check a kappa worked out by hand. Takes the observed and the expected agreement, and kappa, as numbers."""
    counts = two_by_two(review, theme)
    total = counts.to_numpy().sum()
    share = (counts.loc["yes", "yes"] + counts.loc["no", "no"]) / total
    chance = sum(counts.loc[word].sum() * counts[word].sum() for word in ("yes", "no")) / total**2
    correct = {"observed": share, "expected": chance, "kappa": (share - chance) / (1 - chance)}
    for (name, value), given in zip(correct.items(), (observed, expected, answer)):
        if not -1 <= number(given, "a number, or a division such as 10 / 12") <= 1 or abs(given - value) >= 0.005:
            wrong("kappa", name)
    return right("kappa", share=share, chance=chance, kappa=correct["kappa"])


@exercise
def compare(review: Review, coding: Any) -> pd.DataFrame:
    """The agreement of your coding with ada's and bo's, pair by pair; or what is wrong with it."""
    return pairs(with_you(review, coding), [YOU, "ada", "bo"])


@exercise
def differ(review: Review, coding: Any) -> pd.DataFrame:
    """What the three of you coded differently (keypoint, summary, you, ada, bo); or what is wrong with your coding."""
    table = coders.differences(with_you(review, coding), [YOU, "ada", "bo"])
    return table[["keypoint", "summary", YOU, "ada", "bo"]]
