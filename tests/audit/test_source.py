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
)


def test_entries_are_cut_without_page_furniture():
    cut = source.cut_source(TEXT, SECTIONS, ENTRIES)
    assert cut[("s3-1", "alder")] == 'Alder Yard: To bring neighbours together. It co-designs "beds".'
    assert cut[("s3-1", "birch")].startswith("Birch and evidencing gardens in the North East: To teach")
    assert cut[("s3-1", "cedar")] == "Cedar Roof To cool the house."
    assert cut[("s3-2", "alder")] == "Alder Yard Barriers: Money: none."


def test_opening_words_that_are_missing_or_twice_are_told():
    with pytest.raises(ValueError, match="entry of alder: 'Oak' found 0 times"):
        source.cut_entries(TEXT, pd.DataFrame([["alder", 1, "Oak"]], columns=["case", "order", "starts_with"]))
    with pytest.raises(ValueError, match="'To' found 4 times"):
        source.cut_entries(TEXT, pd.DataFrame([["alder", 1, "To"]], columns=["case", "order", "starts_with"]))
    with pytest.raises(ValueError, match="no line '9. End'"):
        source.cut_sections(TEXT, SECTIONS.assign(starts_with=["Contents", "3. RESULTS", "3.1 Aims", "9. End"]))


def test_anchors_are_found_once_in_their_own_entry():
    cut = source.cut_source(TEXT, SECTIONS, ENTRIES)
    rows = pd.DataFrame(
        [
            ["k1", "s3-1", "alder", "bring neighbours"],
            ["k2", "s3-1", "birch", "co\u2013design"],
            ["k3", "s3-1", "alder", "pupils"],  # stands in another entry
            ["k4", "s3-1", "birch", "To"],  # stands twice
        ],
        columns=["id", "section", "case", "anchor"],
    )
    wrong = source.check_anchors(rows, cut, "section+case")
    assert wrong[["id", "found"]].values.tolist() == [["k3", 0], ["k4", 2]]
