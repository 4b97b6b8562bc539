"""The share of projects that a word such as "most" means: a convention of the compendium, in this one table.

Every judgement of such a word reads this table. The report does not define its words, and readers may set other shares.
"""

import pandas as pd

#: Word -> (least share, greatest share, least number of cases); ends are included. Most words only set a lower limit:
#: that more projects do a thing than "several" does not make the word wrong. "the projects" is a statement without any
#: word of quantity ("The projects aim at …"), which is read as true of more than half of them.
SHARES = {
    "all": (1.0, 1.0, 1),
    "each": (1.0, 1.0, 1),
    "most": (0.6, 1.0, 2),
    "majority": (0.501, 1.0, 2),
    "typically": (0.501, 1.0, 2),
    "the projects": (0.501, 1.0, 2),
    "many": (0.4, 1.0, 3),
    "several": (0.2, 1.0, 3),
    "a number of": (0.2, 1.0, 2),
    "some": (0.0, 1.0, 2),
    "a few": (0.1, 0.4, 2),
}


def fits(word: str, count: int, total: int) -> bool:
    """Does `count` out of `total` cases fit the word?

    Raises KeyError for a word that the table does not have.

    >>> fits("most", 10, 12), fits("all", 11, 12)
    (True, False)
    """
    return within(SHARES[word], count, total)


def within(shares: tuple[float, float, int], count: int, total: int) -> bool:
    """Does `count` out of `total` cases lie within a word's shares?

    >>> within((0.6, 1.0, 2), 7, 12), within((0.5, 1.0, 2), 7, 12)
    (False, True)
    """
    low, high, least = shares
    return bool(total > 0 and low <= count / total <= high and count >= least)


def table() -> pd.DataFrame:
    """The table of shares, to be shown. Returns word, from_share, to_share, least_cases."""
    rows = [(word, *limits) for word, limits in SHARES.items()]
    return pd.DataFrame(rows, columns=["word", "from_share", "to_share", "least_cases"])
