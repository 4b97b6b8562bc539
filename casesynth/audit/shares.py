"""Claims under other shares for the words of quantity: which verdicts depend on the shares chosen?"""

import json

import pandas as pd

from casesynth.analysis.quantifiers import SHARES
from casesynth.analysis.thresholds import moved
from casesynth.audit import ledger
from casesynth.audit.checks import themes
from casesynth.core.results import frame
from casesynth.core.review import Review


def claim_grid(review: Review, cells: pd.DataFrame) -> pd.DataFrame:
    """Each claim on a word of quantity, under every table of shares for its word.

    Parameters: the review, and theme × case (themes.theme_cases) of all headings.
    Returns claim, section, word, verdict (with the table of shares as it is), verdicts (all that occur when its ends
    are moved), tables (how many were tried), changes. Where it changes, the ledger gives a caveat. No row where the
    review has no such claims.
    """
    rows = []
    own = review.claims[review.claims["check"].eq("quantifier")] if review.has("claims") else pd.DataFrame()
    for claim in own.to_dict("records"):
        word = json.loads(claim["arguments"])["word"]
        now, *tried = [verdict_with(review, cells, claim, shares) for shares in [SHARES[word], *moved(*SHARES[word])]]
        others = sorted({*tried} - {now})
        rows.append([claim["id"], claim["section"], word, now, "; ".join([now, *others]), len(tried), bool(others)])
    return frame("claim-shares", rows)


def verdict_with(review: Review, cells: pd.DataFrame, claim: dict, shares: tuple) -> str:
    """The verdict on a claim under the given shares of its word: (least share, greatest share, least number)."""
    given = {"themes": [], "statement": "", "denominator": "with a case study"} | ledger.arguments_of(claim)
    answer = themes.with_tables(review, {"theme-cases": cells}, [shares], **given)
    return ledger.weighed(answer, claim).verdict
