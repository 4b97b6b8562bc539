"""Names say what is counted: a word that no key point expresses is listed for a decision."""

from dataclasses import replace

import pandas as pd
import pytest

from casesynth.analysis import names, themes
from casesynth.core import paths
from casesynth.core.review import load


def listed(review):
    coding = review.settings["coding"]
    return names.unexpressed(review, themes.coded_points(review, coding), coding)


@pytest.mark.parametrize("review", ["mca-phase2", "repair-cafes"])
def test_every_word_that_no_key_point_expresses_has_a_decision_and_none_is_out_of_date(review):
    found = listed(load(review)).groupby(["level", "id", "name"])["word"].agg(" ".join)
    file = paths.data(review) / "protocol" / "names-check.csv"
    decided = pd.read_csv(file, keep_default_na=False).set_index(["level", "id", "name"])
    assert decided["words"].to_dict() == found.to_dict()
    assert decided["decision"].ne("").all() and decided["reason"].ne("").all()


def test_a_theme_named_after_what_it_does_not_count_is_listed(phase2):
    """The fault of version 0.1: a theme named after trust, which no key point mentions."""
    book = phase2.codebook
    trusting = book["name"].mask(book["id"].eq("gen-relationships"), "Relationships and trust")
    changed = replace(phase2, tables=phase2.tables | {"codebook": book.assign(name=trusting)})
    row = listed(changed).query("id == 'gen-relationships' and word == 'trust'")
    assert len(row) == 1 and row["points"].iloc[0] > 0
    assert listed(phase2).query("id == 'gen-relationships' and word == 'trust'").empty
