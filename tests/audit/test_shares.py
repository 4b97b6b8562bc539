"""Quantified claims under other tables of shares."""

import pandas as pd

from casesynth.analysis import (
    quantifiers,
    themes,
    thresholds,
)
from casesynth.audit import ledger


def test_quantified_claims_are_judged_by_the_same_tables(phase2):
    """Too many projects never contradict "most": an upper end that is open is not moved."""
    coded, cells = themes.coded_points(phase2, phase2.settings["coding"]), []
    for heading in phase2.sets["id"]:
        own, cases = themes.themes_of(phase2, heading), themes.eligible(phase2, heading)
        cells.append(themes.theme_cases(coded[coded["heading"].eq(heading)], own, cases).assign(heading=heading))
    grid = ledger.claim_grid(phase2, pd.concat(cells, ignore_index=True)).set_index("claim")
    assert (grid["tables"] == [len(thresholds.moved(*quantifiers.SHARES[word])) for word in grid["word"]]).all()
    assert not grid.loc["claim-s3-3-1-collaboration-most-listed", "changes"]
    assert not grid["verdicts"].str.contains("contradicted").any()
