"""Cutting a source into sections and entries, and finding anchors, on an invented report."""

import pandas as pd
import pytest

from casesynth.audit import source

TEXT = """Contents
3.1 Aims
3. RESULTS
3.1 Aims

Alder Yard: To bring
neighbours together. It co\u2011designs \u201cbeds\u201d.

3. RESULTS
3.1 Aims

Birch and evidencing gardens in the North

East: To teach pupils. To co-design beds.

Cedar Roof To cool the house.
3.2 Barriers
Alder Yard Barriers: Money: none.
"""
SECTIONS = pd.DataFrame(
    [
        ["contents", 1, "Contents", ""],
        ["s3", 2, "3. RESULTS", ""],
        ["s3-1", 3, "3.1 Aims", ""],
        ["s3-2", 4, "3.2 Barriers", ""],
    ],
    columns=["id", "order", "starts_with", "part_of"],
).assign(title_body=lambda f: f["starts_with"], title_contents="")
ENTRIES = pd.DataFrame(
    [
        ["s3-1", "alder", 1, "Alder Yard:"],
        ["s3-1", "birch", 2, "Birch and evidencing gardens in the North East:"],
        ["s3-1", "cedar", 3, "Cedar Roof"],
        ["s3-2", "alder", 1, "Alder Yard Barriers:"],
    ],
    columns=["section", "case", "order", "starts_with"],
).assign(id=lambda f: f["section"] + "-" + f["case"])


def test_entries_are_cut_without_page_furniture():
    cut = source.cut(TEXT, SECTIONS, ENTRIES)
    assert cut.entries["s3-1", "alder"] == 'Alder Yard: To bring neighbours together. It co-designs "beds".'
    assert cut.entries["s3-1", "birch"].startswith("Birch and evidencing gardens in the North East: To teach")
    assert cut.entries["s3-1", "cedar"] == "Cedar Roof To cool the house."
    assert cut.entries["s3-2", "alder"] == "Alder Yard Barriers: Money: none."
    assert cut.problems == []


@pytest.mark.parametrize(("opening", "what"), [("Oak", "not found"), ("To", "occurs 4 times")])
def test_opening_words_that_are_missing_or_ambiguous_are_listed(opening, what):
    entries = pd.DataFrame([["e", "s3-1", "alder", 1, opening]], columns="id section case order starts_with".split())
    cut, problems = source.cut_entries(TEXT, entries)
    assert cut == {} and [one["what"] for one in problems] == [what]


def test_a_heading_that_is_missing_is_listed_and_passed_over():
    cut = source.cut(TEXT, SECTIONS.assign(starts_with=["Contents", "3. RESULTS", "3.1 Aims", "9. End"]), ENTRIES)
    assert [(one["table"], one["id"]) for one in cut.problems] == [("sections", "s3-2"), ("entries", "s3-2-alder")]
    assert "s3-2" not in cut.sections
