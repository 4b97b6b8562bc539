"""The findings under the coding of each coder."""

import pandas as pd

from casesynth.analysis import barriers
from casesynth.analysis.general import parents
from casesynth.analysis.matrices import codings, everyone, structure, subjects, supported_under, supporting_cases
from casesynth.core.levels import SHORT
from casesynth.core.results import columns, frame
from casesynth.core.review import Review, coders_of
from casesynth.core.rules import Rules

#: The columns of every finding, whoever coded: those of by-coding without the coding and how far it has come.
EVERY = columns("by-coding")[3:]


def every_finding(review: Review, coded: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """Every finding under one coding: themes of all levels, merges that people decided, and what is both.

    Returns level (theme, general, refined, merge, both), id, name, supported, cases (that it rests on).
    """
    of = structure(review, coded)
    now, support = supported_under(of, everyone(of), rule), supporting_cases(of, rule)
    themes = zip(of.ids["theme"], of.names["theme"], now["theme"][0].tolist(), of.cases_with.tolist())
    rows = [["theme", *theme] for theme in themes]
    for subject in subjects(of, now["general"][0]):
        rests = int(support[:, list(subject.generals)].any(axis=1).sum())
        rows.append([subject.level, subject.id, subject.name, bool(subject.holds(now["general"])[0]), rests])
    if opposed := review.settings.get("opposed"):
        both, above = barriers.sides(barriers.opposed_points(review, coded)), parents(review.codebook)
        name_of = dict(zip(review.codebook["id"], review.codebook["name"]))
        own = review.codebook.loc[review.codebook["heading"].isin(opposed), "id"]
        for theme in sorted({above.get(one, "") for one in own}):  # also what this coding lacks: it is not supported
            helps, hinders = both.get(theme, (set(), set()))
            name = name_of.get(theme, "no cross-cutting theme")
            rows.append(["both", theme or "none", name, bool(theme and helps and hinders), len(helps | hinders)])
    return pd.DataFrame(rows, columns=EVERY)


def by_coding(review: Review, rule: Rules) -> pd.DataFrame:
    """`every_finding` for each coder, the consensus, the union and the intersection.

    Returns the columns of `by-coding` in results.json.
    """
    points = review.themed_points["id"]
    own = review.codings[review.codings["keypoint"].isin(points)]
    covers = own.groupby("coder")["keypoint"].nunique()
    by_any = own.loc[own["coder"].isin(coders_of(review)), "keypoint"].nunique()
    parts = [
        every_finding(review, coded, rule).assign(coding=name, points=covers.get(name, by_any), of_points=len(points))
        for name, coded in codings(review).items()
    ]
    return pd.concat(parts, ignore_index=True)[columns("by-coding")] if parts else frame("by-coding")


def coding_counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many findings of each level are supported under each coding. Returns the columns of `coding-counts` in results.json."""
    start = columns("coding-counts")
    if table.empty:
        return pd.DataFrame(columns=[*start, *SHORT])
    grid = table.pivot_table(index=start, columns="level", values="supported", aggfunc="sum", sort=False)
    return grid.astype(int).rename_axis(columns=None).reset_index()
