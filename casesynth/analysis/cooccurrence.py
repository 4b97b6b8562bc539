"""Which themes go together across cases, and what so few cases can show about it.

Fisher's exact test (1935) for each pair, false-discovery control over all pairs (Benjamini and Hochberg 1995), and
next to each p-value the smallest that is possible at all with these margins (Tarone 1990) and the power of the test.
The control holds for independent or positively dependent tests; pairs that share a theme are neither by construction,
so that q is a guide, not a guarantee (Benjamini and Yekutieli 2001, whose rule for any dependence is stricter).
"""

from typing import Any

import numpy as np
import pandas as pd

from casesynth.analysis.kernel import Book, Integers, column_of, count_together, general_open
from casesynth.analysis.matrices import Structure, everyone, supported_under, supporting_cases
from casesynth.core.results import frame
from casesynth.core.rules import Rules
from casesynth.core.sizes import TESTED

ALPHA = 0.05
#: How strong a tie the power is stated for: odds of one theme ten times as high where the other is.
STRONG = 10.0


def of_margins(one: int, other: int, cases: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Every count that these margins allow, the two-sided p of each, and the power at odds of `STRONG`.

    As in `scipy.stats.fisher_exact`, counts whose probabilities differ by less than a ten-millionth are tied.
    """
    from scipy.stats import hypergeom  # scipy.stats takes a second to load

    counts = np.arange(max(0, one + other - cases), min(one, other) + 1)
    log = hypergeom.logpmf(counts, cases, one, other)
    probability = np.exp(log)
    ordered = np.sort(probability)
    p = np.cumsum(ordered)[np.searchsorted(ordered, probability * (1 + 1e-7), side="right") - 1].clip(max=1)
    strong = log + counts * np.log(STRONG)
    strong = np.exp(strong - strong.max())
    return counts, p, float(strong[p <= ALPHA * (1 + 1e-7)].sum() / strong.sum())


def fisher(both: Any, one: Any, other: Any, cases: Any) -> pd.DataFrame:
    """Fisher's exact test, two-sided, for many tables at once.

    Takes one value for each pair, or for all: cases with both, with one, with the other, and of the pair in all. Two-sided: the sum of
    the probabilities not greater than the observed one. Returns p, smallest_p (the least that is possible with
    these margins; Tarone 1990), power (the chance of p ≤ 0.05 where the odds ratio is 10).

    The lady tasting tea (Fisher 1935), who tells three of four cups of each kind; all eight right would give 0.029:

    >>> fisher([3], [4], [4], [8]).round(3)
           p  smallest_p  power
    0  0.486       0.029  0.336
    """
    table = np.column_stack(np.broadcast_arrays(both, one, other, cases)).astype(int)
    margins, which = np.unique(table[:, 1:], axis=0, return_inverse=True)
    which = which.ravel()
    order = np.argsort(which, kind="stable")
    found = np.empty((len(table), 3))
    for own, rows in zip(margins.tolist(), np.split(order, np.cumsum(np.bincount(which))[:-1])):
        counts, p, power = of_margins(*own)
        found[rows, 0] = p[table[rows, 0] - counts[0]]
        found[rows, 1:] = p.min(), power
    return pd.DataFrame(found, columns=["p", "smallest_p", "power"])


def pairs(of: Structure, rule: Rules) -> pd.DataFrame:
    """Every pair of supported themes, heading themes and general themes apart, across cases.

    A pair is counted in the cases in which both could be found: those with a coded key point under a heading of each.
    Returns the columns of `goes-together` in results.json; p, q and smallest_p have four significant digits: none is ever 0.
    """
    supported = supported_under(of, everyone(of), rule)
    open_to = general_open(of, of.could)
    counts = {
        "theme": count_together(of.carry, of.could),
        "general": count_together(supporting_cases(of, rule) & open_to, open_to),
    }
    return finish_pairs(of, counts, {level: own[0] for level, own in supported.items()})


def finish_pairs(of: Book, counts: dict[str, Integers], supported: dict[str, np.ndarray]) -> pd.DataFrame:
    """The table of `pairs` from the counts of each level (`kernel.count_together`), for what is supported.

    Beyond 10,000 cases (`sizes.TESTED`) nothing is tested: p, q, smallest_p and power are empty, and the pairs that are
    furthest from the expected number come first.
    """
    place = {"theme": column_of(of.heading_of), "general": np.arange(of.general_of.shape[1])}
    parts = []
    for level, count in counts.items():
        own = np.flatnonzero(supported[level])
        i, j = own[np.array(np.triu_indices(len(own), 1))]
        both, n = count["both"][i, j], count["could"][place[level][i], place[level][j]]
        one, other = count["one"][i, place[level][j]], count["one"][j, place[level][i]]
        ids = np.array(of.ids[level], dtype=object)
        expected = np.divide(one * other, n, out=np.zeros(len(n)), where=n > 0)
        direction = np.select([both > expected + 1e-6, both < expected - 1e-6], ["together", "apart"], "as expected")
        table = pd.DataFrame({"level": level, "one": ids[i], "other": ids[j], "cases": n, "with_one": one})
        table = table.assign(with_other=other, both=both, expected=expected.round(2), direction=direction)
        if n.max(initial=0) > TESTED:
            table = table.assign(p=np.nan, q=np.nan, smallest_p=np.nan, power=np.nan)
            far = np.abs(both - expected) / np.sqrt(np.maximum(expected, 1))
            parts.append(table.assign(far=-far.round(6)).sort_values(["far", "one", "other"]).drop(columns="far"))
            continue
        from scipy.stats import false_discovery_control  # scipy.stats takes a second to load

        tests = fisher(both, one, other, n)
        q = false_discovery_control(tests["p"]) if len(tests) else []
        table = table.assign(p=tests["p"], q=q, smallest_p=tests["smallest_p"], power=tests["power"])
        parts.append(table.sort_values(["p", "one", "other"], kind="stable"))
    table = pd.concat(parts, ignore_index=True).round({"power": 3})
    for column in ("p", "q", "smallest_p"):
        table[column] = [float(f"{value:.4g}") for value in table[column]]
    return table


def can_show(table: pd.DataFrame) -> pd.DataFrame:
    """What so few cases can and cannot show. Takes `pairs`; returns the columns of `can-show` in results.json.

    A pair could survive if its smallest possible p would pass Benjamini-Hochberg alone: 0.05 divided by the pairs.
    """
    rows = []
    for level, own in table.dropna(subset="p").groupby("level", sort=False):
        number, smallest = len(own), own["smallest_p"].min()
        could, alone = (int(own["smallest_p"].le(most).sum()) for most in (ALPHA, ALPHA / number))
        below, survive = int(own["p"].le(ALPHA).sum()), int(own["q"].le(ALPHA).sum())
        power = float(own["power"].median())
        reading = (
            f"{survive} of {number} pairs pass false-discovery control; the smallest p that any of them could have is "
            f"{smallest:.2g}, and {alone} could pass the control on their own; {number - could} could "
            "not reach p = 0.05 whatever the cases said; the median power to find tenfold odds of going together at "
            f"p ≤ 0.05, before any control, is {power:.0%}"
        )
        if not could:
            reading = f"too few cases: whatever they said, none of {number} pairs could reach p = 0.05"
        counted = [level, number, could, alone, below, round(ALPHA * could, 1), survive]
        rows.append([*counted, smallest, round(power, 3), reading])
    return frame("can-show", rows)
