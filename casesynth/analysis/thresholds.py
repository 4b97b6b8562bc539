"""The findings under other thresholds and other shares for the words of quantity."""

import numpy as np
import pandas as pd

from casesynth.analysis import quantifiers
from casesynth.analysis.kernel import Book, supported_by_counts
from casesynth.analysis.matrices import long
from casesynth.core.results import columns, frame
from casesynth.core.rules import Rules

GRID = {"min_cases": range(1, 7), "min_headings": range(1, 7), "heading_groups": (True, False)}


def threshold_grid(of: Book, cases: np.ndarray) -> pd.DataFrame:
    """Which general and refined themes are supported for every combination of thresholds (Steegen et al. 2016).

    Takes the number of cases of each theme. Returns min_cases, min_headings (1 to 6), heading_groups, level (general,
    refined), id, name, supported.
    """
    parts = []
    for heading_groups in GRID["heading_groups"]:
        for min_cases in GRID["min_cases"]:
            for min_headings in GRID["min_headings"]:
                rule = Rules(min_cases, min_headings, bool(heading_groups))
                own = {"min_cases": min_cases, "min_headings": min_headings, "heading_groups": heading_groups}
                parts.append(long(of, supported_by_counts(of, cases[None, :], rule), **own))
    grid = pd.concat(parts, ignore_index=True)
    return grid[grid["level"].ne("theme")].reset_index(drop=True)


def stability(grid: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """The grid in short.

    Returns level, id, name, supported (as the run has it), supported_in (of the combinations),
    combinations (those that some theme of the level meets: what none can meet says nothing of any), near (does the
    verdict hold for every combination a single step away: one threshold up or down by one, or groups counted the other
    way?). supported and near are missing where the run is outside the grid of 1 to 6.
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
    return table["level id name supported supported_in combinations near".split()]


#: How far the ends of a word's share are moved: a tenth either way, in steps of a twentieth.
SHIFTS = (-0.10, -0.05, 0.0, 0.05, 0.10)


def moved(low: float, high: float, least: int) -> list[tuple[float, float, int]]:
    """A word's shares with its ends moved every way; the least number of cases stays.

    "All" of the cases is never too many: an upper end of 1 is open, and stays where it is.

    >>> moved(1.0, 1.0, 1)
    [(0.9, 1.0, 1), (0.95, 1.0, 1), (1.0, 1.0, 1)]
    >>> len(moved(0.2, 0.8, 3))
    25
    """
    lows = sorted({min(max(round(low + shift, 6), 0.0), 1.0) for shift in SHIFTS})
    highs = [1.0] if high == 1 else sorted({min(round(high + shift, 6), 1.0) for shift in SHIFTS})
    return [(new_low, new_high, least) for new_low in lows for new_high in highs if new_low <= new_high]


def quantifier_grid(published: pd.DataFrame) -> pd.DataFrame:
    """Does the verdict on a quantified statement change when the shares of its word are moved?

    Takes the columns of themes.compare_with_published. Returns statement, theme, quantifier, coded, of_cases, fits (as the
    table of shares has it), fits_in (of the share tables), tables, changes.

    >>> columns = ["statement", "theme", "quantifier", "coded", "of_cases"]
    >>> published = pd.DataFrame([["s", "t", "most", 7, 12]], columns=columns)
    >>> quantifier_grid(published)[["fits", "fits_in", "tables", "changes"]].to_dict("records")
    [{'fits': False, 'fits_in': 2, 'tables': 5, 'changes': True}]
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
