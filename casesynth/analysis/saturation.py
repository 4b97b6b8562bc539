"""Would more cases have brought more themes? Three looks back at one codebook.

All of it is retrospective and for this codebook only, which was made from all the cases: it cannot show that new
cases would bring nothing new. Themes are heading themes; a case "has" a theme where any key point supports it.
"""

import numpy as np
import pandas as pd

from casesynth.core.results import frame

SEED = 20240501
ORDERS = 10_000
#: The most random numbers: beyond, fewer orders are drawn, and the table says how many.
MOST_NUMBERS = 20_000_000


def new_themes(carry: np.ndarray) -> np.ndarray:
    """How many themes each case is the first to have, in the order of the rows.

    >>> new_themes(np.array([[1, 0, 1], [1, 1, 0], [0, 1, 0]], dtype=bool)).tolist()
    [2, 1, 0]
    """
    seen = np.logical_or.accumulate(carry, axis=0).sum(axis=1)
    return np.diff(seen, prepend=0)


def guest(new: np.ndarray, base_size: int, run_length: int, new_information: float) -> pd.DataFrame:
    """Base size, run length and new-information threshold (Guest, Namey and Chen 2020).

    The base is the themes of the first `base_size` cases. A run is `run_length` cases in a row; the next run starts
    one case later. New information is the run's new themes as a part of the base; saturation is reached at the first
    run where it is at most `new_information`. Returns one row for each run: first, last (numbers of cases), new, base, ratio
    (missing where the base has no theme), reached. No row where there are too few cases.
    """
    base = int(new[:base_size].sum())
    first = np.arange(base_size, len(new) - run_length + 1)
    total = np.concatenate([[0], np.cumsum(new)])
    found = total[first + run_length] - total[first]
    ratio = found / base if base else np.full(len(first), np.nan)
    return pd.DataFrame(
        {"first": first + 1, "last": first + run_length, "new": found, "base": base, "ratio": ratio}
    ).assign(reached=lambda table: table["ratio"].le(new_information + 1e-12))


def assessed(carry: np.ndarray, base_size: int, run_length: int, new_information: float) -> pd.DataFrame:
    """Saturation for the chosen settings, first, and for the others that Guest, Namey and Chen (2020) compare.

    Returns the columns of `saturation` in results.json.
    """
    new = new_themes(carry)
    settings = [(base_size, run_length, new_information)]
    settings += [(b, r, t) for b in (4, 5, 6) for r in (2, 3) for t in (0.05, 0.0)]
    rows = []
    for b, r, t in dict.fromkeys(settings):
        runs = guest(new, b, r, t)
        reached = runs[runs["reached"]]
        at = f"{int(reached['first'].iloc[0]) - 1}+{r}" if len(reached) else ""
        cases = int(reached["last"].iloc[0]) if len(reached) else None
        base = int(new[:b].sum())
        failed = "too few cases" if runs.empty else "not reached" if base else "no theme in the base"
        rows.append([b, r, t, base, at, cases, f"reached at {at}" if at else failed])
    return frame("saturation", rows).astype({"cases": "Int64"})


def rarefaction(cases_with: np.ndarray, cases: int, sizes: np.ndarray) -> np.ndarray:
    """The expected number of themes in a random set of this many cases, exactly (Colwell, Mao and Chang 2004).

    Takes cases_with, how many cases have each theme; cases, how many there are; sizes, of the random sets.
    """
    from scipy.stats import hypergeom  # scipy.stats takes a second to load

    absent = hypergeom.pmf(0, cases, np.asarray(cases_with)[None, :], np.asarray(sizes)[:, None])
    return np.asarray((1 - absent).sum(axis=1))


def orders(carry: np.ndarray, sizes: np.ndarray, number: int = ORDERS, seed: int = SEED) -> np.ndarray:
    """How many themes the first cases of random orders have: orders × sizes. A fixed seed: the same every time."""
    n = len(carry)
    number = int(min(number, max(MOST_NUMBERS // max(n, 1), 200)))
    random, carriers = np.random.default_rng(seed), [np.flatnonzero(column) for column in carry.T]
    counts = np.zeros((number, len(sizes)), dtype=np.int32)
    step = max(1, min(number, 4_000_000 // max(n, 1)))
    for start in range(0, number, step):
        rows = min(step, number - start)
        place = random.permuted(np.tile(np.arange(n, dtype=np.int32), (rows, 1)), axis=1)
        for own in carriers:
            if len(own):  # the first case that has the theme, in each order
                first = place[:, own].min(axis=1)
                counts[start : start + rows] += first[:, None] < np.asarray(sizes)[None, :]
    return counts


def curve(carry: np.ndarray, points: int = 200) -> pd.DataFrame:
    """Themes against cases: as published, as expected, and the band of random orders.

    Returns the columns of `saturation-curve` in results.json: at most `points` rows, evenly spread.
    """
    n = len(carry)
    sizes = np.unique(np.linspace(1, n, min(n, points)).round().astype(int)) if n else np.array([], dtype=int)
    drawn = orders(carry, sizes)
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0) if n else (sizes, sizes)
    published = np.cumsum(new_themes(carry))[sizes - 1] if n else sizes
    expected = rarefaction(carry.sum(axis=0), n, sizes).round(4) if n else sizes
    return pd.DataFrame(
        {"cases": sizes, "published": published, "expected": expected, "low": low, "high": high, "orders": len(drawn)}
    )


def expected_curve(cases_with: np.ndarray, cases: int, points: int = 20) -> pd.DataFrame:
    """Themes against cases from the counts alone, for reviews too large for orders: the columns cases and expected of `curve`.

    >>> expected_curve(np.array([1, 2, 3]), 3).round(3).to_dict("list")
    {'cases': [1, 2, 3], 'expected': [2.0, 2.667, 3.0]}
    """
    sizes = np.geomspace(1, cases, points).round() if cases > points else np.arange(1, cases + 1)
    sizes = np.unique(sizes).astype(int)
    return pd.DataFrame({"cases": sizes, "expected": rarefaction(cases_with, cases, sizes).round(4)})


def coverage(cases_with: np.ndarray, cases: int) -> float:
    """Estimated sample coverage of incidence data (Chao and Jost 2012; Chao et al. 2014, equation for incidence).

    The share of all occurrences of themes, in cases like these, that belongs to themes already seen. Takes how many
    cases have each theme, and how many cases there are. Not a number where no case has any theme, nor for one case
    alone, which cannot show what recurs.
    """
    counts = np.asarray(cases_with)
    once, twice, total = int((counts == 1).sum()), int((counts == 2).sum()), int(counts.sum())
    if not total or cases < 2:
        return float("nan")
    if not once:
        return 1.0
    more = (cases - 1) * once if twice else (cases - 1) * (once - 1)
    share = more / (more + 2 * twice) if twice else more / (more + 2)
    return 1 - once / total * share


def summary(counts: np.ndarray, cases: int) -> pd.DataFrame:
    """Themes and incidences in short. Takes the number of cases of each theme, and of all cases.

    Returns the columns of `saturation-summary` in results.json.
    """
    seen = counts[counts > 0]
    values = [cases, len(seen), int(seen.sum()), int((seen == 1).sum()), int((seen == 2).sum())]
    row = [*values, round(coverage(seen, cases), 4), int((counts == 0).sum())]
    return frame("saturation-summary", [row])
