"""The findings under the coding of each coder."""

from itertools import combinations

import numpy as np
import pandas as pd

from casesynth.analysis import barriers
from casesynth.analysis.general import parents
from casesynth.analysis.matrices import codings, everyone, long, structure, supported_under, supporting_cases
from casesynth.core.levels import LEVELS, SHORT
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
    table = long(of, now).assign(cases=np.concatenate([support[level].sum(axis=0) for level in LEVELS]))
    rows = []
    for r in range(of.refined_of.shape[1]):
        for one, other in combinations(
            sorted(np.flatnonzero(of.refined_of[:, r]), key=lambda g: of.ids["general"][g]), 2
        ):
            rests = int(support["general"][:, [one, other]].any(axis=1).sum())
            ids, names = ([of.ids["general"][g] for g in (one, other)], [of.names["general"][g] for g in (one, other)])
            supported = bool(now["general"][0, [one, other]].all())
            rows.append(["merge", "+".join(ids), " + ".join(names), supported, rests])
    if review.settings.get("opposed"):
        points = barriers.opposed_points(review, coded)
        cases, table_of = points.groupby("general")["case"].nunique(), barriers.per_theme(review, points)
        both, above = dict(zip(table_of["general"], table_of["both"])), parents(review.codebook)
        name_of = dict(zip(review.codebook["id"], review.codebook["name"]))
        own = review.codebook.loc[review.codebook["heading"].isin(review.settings["opposed"]), "id"]
        for theme in sorted({above.get(one, "") for one in own}):  # also what this coding lacks: it is not supported
            name = name_of.get(theme, "no cross-cutting theme")
            rows.append(["both", theme or "none", name, bool(both.get(theme, False)), int(cases.get(theme, 0))])
    return pd.concat([table, pd.DataFrame(rows, columns=EVERY)], ignore_index=True)[EVERY]


def by_coding(review: Review, rule: Rules) -> pd.DataFrame:
    """Every finding for each coder, the consensus, the union and the intersection.

    Returns coding, points (key points of themed headings that are coded; for union and intersection: by any coder),
    of_points (that there are), and `every_finding`.
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
    """How many findings are supported under each coding.

    Returns coding, points, of_points (as `by_coding`), then a column for each level.
    """
    start = columns("coding-counts")
    if table.empty:
        return pd.DataFrame(columns=[*start, *SHORT])
    grid = table.pivot_table(index=start, columns="level", values="supported", aggfunc="sum", sort=False)
    return grid.astype(int).rename_axis(columns=None).reset_index()
