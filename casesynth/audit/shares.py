"""Claims under other shares for the words of quantity: which verdicts depend on the shares chosen?"""

import json

import pandas as pd

from casesynth.analysis import quantifiers
from casesynth.analysis.thresholds import moved
from casesynth.audit import ledger
from casesynth.audit.checks import themes
from casesynth.core.results import frame
from casesynth.core.review import Review


def claim_grid(review: Review, cells: pd.DataFrame) -> pd.DataFrame:
    """The same for the claims of claims.csv whose check is on a quantifier, against every denominator that they name.

    In: theme × case (themes.theme_cases) of all headings. Out: claim, section, word, verdict (with the table of
    shares as it is), verdicts (all that occur when its ends are moved), tables (of shares), changes. No row where the
    review has no such claims.
    """
    rows = []
    own = review.claims[review.claims["check"].eq("quantifier")] if review.has("claims") else pd.DataFrame()
    for claim in own.to_dict("records"):
        word = json.loads(claim["arguments"])["word"]
        verdicts = [verdict_with(review, cells, claim, shares) for shares in moved(*quantifiers.SHARES[word])]
        now = verdict_with(review, cells, claim, quantifiers.SHARES[word])
        others = sorted({*verdicts} - {now})
        said = "; ".join([now, *others])
        rows.append([claim["id"], claim["section"], word, now, said, len(verdicts), bool(others)])
    return frame("claim-shares", rows)


def verdict_with(review: Review, cells: pd.DataFrame, claim: dict, shares: tuple) -> str:
    """The verdict on a claim under the given shares of its word: (least share, greatest share, least number)."""
    return themes.with_shares(review, {"theme-cases": cells}, shares, **ledger.arguments_of(claim)).verdict
