"""The findings under other thresholds and other shares for the words of quantity."""

from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from casesynth.analysis import quantifiers
from casesynth.analysis.kernel import Book, supported_by_counts
from casesynth.analysis.matrices import long
from casesynth.core.results import columns, frame
from casesynth.core.rules import Rules

#: The values of each threshold that are combined.
GRID = {"heading_groups": (True, False), "min_cases": range(1, 7), "min_headings": range(1, 7)}


def threshold_grid(of: Book, cases: np.ndarray) -> pd.DataFrame:
    """Which general and refined themes are supported for every combination of thresholds (Steegen et al. 2016).

    Takes the number of cases of each theme. Returns the columns of `thresholds` in results.json.
    """
    parts = []
    for values in product(*GRID.values()):
        own: dict[str, Any] = dict(zip(GRID, values))
        parts.append(long(of, supported_by_counts(of, cases[None, :], Rules(**own)), **own))
    grid = pd.concat(parts, ignore_index=True)
    return grid.loc[grid["level"].ne("theme"), columns("thresholds")].reset_index(drop=True)


def stability(grid: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """The grid in short: how often a theme is supported, and whether that holds a single step away from the run.

    A step is one threshold up or down by one, or groups counted the other way. What no theme of a level can meet says
    nothing of any, and is not counted. Returns the columns of `stability` in results.json.
    """
    away = (grid["min_cases"] - rule.min_cases).abs() + (grid["min_headings"] - rule.min_headings).abs()
    steps = grid[(away + grid["heading_groups"].ne(rule.heading_groups)).le(1)]
    near = steps.groupby(["level", "id"])["supported"].nunique().eq(1).rename("near")
    run = grid[away.eq(0) & grid["heading_groups"].eq(rule.heading_groups)]
    met = grid.groupby(["min_cases", "min_headings", "heading_groups", "level"])["supported"].transform("any")
    counted = grid.assign(met=met).groupby(["level", "id", "name"], sort=False)
    table = counted.agg(supported_in=("supported", "sum"), combinations=("met", "sum"))
    table = table.reset_index().merge(near.reset_index(), on=["level", "id"], how="left")
    table = table.merge(run[["level", "id", "supported"]], on=["level", "id"], how="left")
    table["near"] = table["near"].where(table["supported"].notna())  # a run outside the grid has no neighbours
    table[["near", "supported"]] = table[["near", "supported"]].astype("boolean")
    return table[columns("stability")]


#: How far the ends of a word's share are moved: a tenth either way, in steps of a twentieth.
SHIFTS = (-0.10, -0.05, 0.0, 0.05, 0.10)


def moved(low: float, high: float, least: int) -> list[tuple[float, float, int]]:
    """A word's shares with its ends moved every way; the least number of cases stays.

    "All" of the cases is never too many: an upper end of 1 is open, and stays where it is.

    >>> moved(1.0, 1.0, 1)
    [(0.9, 1.0, 1), (0.95, 1.0, 1), (1.0, 1.0, 1)]
    """
    lows = sorted({min(max(round(low + shift, 6), 0.0), 1.0) for shift in SHIFTS})
    highs = [1.0] if high == 1 else sorted({min(round(high + shift, 6), 1.0) for shift in SHIFTS})
    return [(new_low, new_high, least) for new_low in lows for new_high in highs if new_low <= new_high]


def quantifier_grid(published: pd.DataFrame) -> pd.DataFrame:
    """Does the verdict on a quantified statement change when the shares of its word are moved?

    Takes the columns of themes.compare_with_published, and returns those of `quantifier-shares` in results.json.
    """
    given = columns("quantifier-shares")[:5]
    rows = []
    for said in published.loc[published["quantifier"].isin(quantifiers.SHARES), given].itertuples(index=False):
        now = quantifiers.fits(said.quantifier, said.coded, said.of_cases)
        others = [
            quantifiers.within(shares, said.coded, said.of_cases)
            for shares in moved(*quantifiers.SHARES[said.quantifier])
        ]
        rows.append([*said, now, sum(others), len(others), {*others} != {now}])
    return frame("quantifier-shares", rows)
