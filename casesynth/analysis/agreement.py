"""How far coders agree: percent, kappa, alpha, AC1 and MASI, on yes-or-no units, with intervals over cases.

Units are key point × each theme of its heading, and case × theme. A coder's mark is 1 (is coded to the theme), 0 (is
not, or speaks against it) or missing (not coded). A second coding by the same kind of coder measures consistency, not
independence. What cannot be computed, for want of variation or of coders, is "undefined", never 0 or 1.
"""

from typing import Any

import numpy as np
import pandas as pd

from casesynth.core.codings import CONSENSUS

SEED, SAMPLES = 20240502, 2_000
MEASURES = ["percent", "positive", "negative", "kappa", "alpha", "ac1"]
UNDEFINED = "undefined"
#: What two coders can say of a unit: both yes, one alone, the other alone, neither.
FOURFOLD = np.array([[1, 1], [1, 0], [0, 1], [0, 0]], dtype=float)


def tallies(marks: np.ndarray) -> np.ndarray:
    """What every statistic here is made of, per unit; sums over units can be resampled.

    Takes units × coders of 1, 0 and not-a-number. Returns units × 9: is it marked by two coders or more; share of pairs of
    coders that agree; share of ones; is it marked at all; then, of units with two marks or more: ones, marks,
    disagreeing pairs, agreeing ones, agreeing zeros (each per other coder). With two coders 4 more: the fourfold table.
    """
    there = ~np.isnan(marks)
    r = there.sum(axis=1).astype(float)
    one = np.where(there, marks, 0).sum(axis=1)
    zero = r - one
    pairable = r >= 2
    safe = np.maximum(r - 1, 1)
    columns = [
        pairable,
        np.where(pairable, (one * (one - 1) + zero * (zero - 1)) / np.maximum(r * safe, 1), 0),
        np.where(r > 0, one / np.maximum(r, 1), 0),
        r > 0,
        np.where(pairable, one, 0),
        np.where(pairable, r, 0),
        np.where(pairable, 2 * one * zero / safe, 0),
        np.where(pairable, one * (one - 1) / safe, 0),
        np.where(pairable, zero * (zero - 1) / safe, 0),
    ]
    if marks.shape[1] == 2:
        first, second = np.where(pairable, marks.T, -1)
        columns += [(first == a) & (second == b) for a in (1, 0) for b in (1, 0)]
    return np.column_stack(columns).astype(float)


def divide(above: Any, below: Any) -> np.ndarray:
    """Above / below, not-a-number where below is 0."""
    above, below = np.asarray(above, dtype=float), np.asarray(below, dtype=float)
    quotient = np.full(np.broadcast(above, below).shape, np.nan)
    np.divide(above, below, out=quotient, where=np.abs(below) > 1e-12)
    return quotient


def from_tallies(sums: np.ndarray) -> dict[str, np.ndarray]:
    """The statistics from summed tallies, for one sum or for many (rows)."""
    t = np.atleast_2d(sums).T
    units, agree, share, rated, ones, marks, differ, both_one, both_zero = t[:9]
    zeros = marks - ones
    prevalence = divide(share, rated)
    percent = divide(agree, units)
    chance = 2 * prevalence * (1 - prevalence)
    observed = divide(differ, marks)
    expected = divide(2 * ones * zeros, marks * (marks - 1))
    found = {
        "percent": percent,
        "positive": divide(both_one, ones),
        "negative": divide(both_zero, zeros),
        "alpha": 1 - divide(observed, expected),
        "ac1": divide(percent - chance, 1 - chance),
        "prevalence": prevalence,
        "units": units,
        "kappa": np.full_like(percent, np.nan),
    }
    if len(t) > 9:
        found["kappa"] = fourfold_kappa(*t[9:])
    return found


def fourfold_kappa(both: Any, one: Any, other: Any, neither: Any) -> np.ndarray:
    """Cohen's kappa (1960) of yes and no, from the numbers of units to which both coders, one alone or neither say yes."""
    units = both + one + other + neither
    by_chance = divide((both + one) * (both + other) + (other + neither) * (one + neither), units * units)
    return divide(divide(both + neither, units) - by_chance, 1 - by_chance)


def measures(marks: np.ndarray) -> dict[str, float]:
    """All measures of one table of units × coders (1, 0, not-a-number); what is undefined is not-a-number.

    percent: agreeing pairs of coders (percent agreement). positive, negative: agreement on ones and on zeros
    (Cicchetti and Feinstein 1990; beyond two coders Spitzer and Fleiss 1974). kappa: two coders only (Cohen 1960).
    alpha: any number, missing marks allowed (Krippendorff 2004, nominal). ac1: Gwet (2008); 1 where nobody's marks vary
    and all agree, since both categories, yes and no, are known. prevalence: share of ones.

    Feinstein and Cicchetti (1990): the same 85 % of agreement, and two kappas, for the ones are rarer in the second.

    >>> one = measures(np.repeat(FOURFOLD, [40, 9, 6, 45], axis=0))
    >>> {name: round(one[name], 2) for name in MEASURES}
    {'percent': 0.85, 'positive': 0.84, 'negative': 0.86, 'kappa': 0.7, 'alpha': 0.7, 'ac1': 0.7}
    >>> other = measures(np.repeat(FOURFOLD, [80, 10, 5, 5], axis=0))
    >>> {name: round(other[name], 2) for name in MEASURES}
    {'percent': 0.85, 'positive': 0.91, 'negative': 0.4, 'kappa': 0.32, 'alpha': 0.32, 'ac1': 0.81}
    """
    return {name: float(value[0]) for name, value in from_tallies(tallies(marks).sum(axis=0)).items()}


def coders_in(rows: pd.DataFrame) -> list[str]:
    """Those who coded some rows by themselves: all but the consensus."""
    return [coder for coder in dict.fromkeys(rows["coder"]) if coder != CONSENSUS]


def of_two(rows: pd.DataFrame, coders: list[str], key: list[str], units: int) -> dict[str, float]:
    """The measures of two coders whose rows say yes to some of `units`, and by their absence no to the others.

    Returns either and both (units that one coder at least, or both, said yes to), and `measures`, to three decimals.

    >>> rows = pd.DataFrame({"theme": ["a", "a", "b"], "coder": ["x", "y", "x"]})
    >>> found = of_two(rows, ["x", "y"], ["theme"], 4)
    >>> [found[name] for name in ("either", "both", "percent", "kappa")]
    [2, 1, 0.75, 0.5]
    """
    one, other = (set(rows.loc[rows["coder"].eq(coder), key].itertuples(index=False, name=None)) for coder in coders)
    both, either = len(one & other), len(one | other)
    sums = np.array([both, len(one) - both, len(other) - both, units - either]) @ tallies(FOURFOLD)
    found = from_tallies(sums)
    return {"either": either, "both": both} | {name: round(float(found[name][0]), 3) for name in MEASURES}


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Distance of two sets of themes: 1 − Jaccard × monotonicity (Passonneau 2006).

    Monotonicity: 1 where they are equal, 2/3 where one holds the other, 1/3 where they share something, else 0.
    Two empty sets ("no theme", said twice) are at distance 0.

    >>> a, none = frozenset("a"), frozenset()
    >>> round(masi(frozenset("ab"), frozenset("abcd")), 3), masi(none, none), masi(a, none)
    (0.667, 0.0, 1.0)
    """
    if one == other:
        return 0.0
    shared = len(one & other)
    if not shared:
        return 1.0
    return 1 - shared / len(one | other) * (2 / 3 if one <= other or other <= one else 1 / 3)


def set_alpha(sets: list[list[Any]]) -> float:
    """Krippendorff's alpha with the MASI distance over set-valued codings; one row a unit, None for missing.

    >>> a, b, none = frozenset("a"), frozenset("ab"), frozenset()
    >>> round(set_alpha([[a, a], [b, a], [none, none]]), 2)
    0.67
    """
    units = [[own for own in unit if own is not None] for unit in sets]
    units = [unit for unit in units if len(unit) > 1]
    kinds = sorted({own for unit in units for own in unit}, key=sorted)
    at = {kind: number for number, kind in enumerate(kinds)}
    distance = np.array([[masi(one, other) for other in kinds] for one in kinds]).reshape(len(kinds), len(kinds))
    counts = np.array([np.bincount([at[own] for own in unit], minlength=len(kinds)) for unit in units])
    if not units:
        return float("nan")
    marks, total = counts.sum(axis=1), counts.sum()
    observed = ((counts @ distance * counts).sum(axis=1) / (marks - 1)).sum() / total
    every = counts.sum(axis=0)
    expected = every @ distance @ every / (total * (total - 1))
    return float(1 - divide(observed, expected))


def interval(per_unit: np.ndarray, case: np.ndarray, samples: int = SAMPLES) -> dict[str, tuple[float, float]]:
    """95 % percentile intervals of each measure by a bootstrap over cases.

    Takes tallies per unit and the case of each. Not a number for fewer than two cases, or if the measure is undefined in
    more than a twentieth of the samples. After Efron (1979); cluster bootstrap, Field and Welsh (2007).
    """
    number, cases = pd.factorize(case)
    if len(cases) < 2:
        return {}
    sums = np.column_stack([np.bincount(number, weights=column, minlength=len(cases)) for column in per_unit.T])
    draws = np.random.default_rng(SEED).multinomial(len(cases), np.full(len(cases), 1 / len(cases)), size=samples)
    found = from_tallies(draws @ sums)
    ends = {}
    for name, values in found.items():
        fit = values[~np.isnan(values)]
        ends[name] = tuple(np.percentile(fit, [2.5, 97.5])) if len(fit) >= 0.95 * samples else (np.nan, np.nan)
    return ends
