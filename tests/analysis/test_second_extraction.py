"""A second extraction is compared with the first."""

from dataclasses import replace

import pandas as pd

from casesynth.analysis import second_extraction
from tests.support.reviews import COLUMNS


def test_second_extraction_is_compared_on_splitting_and_content(project, tiny):
    rows = [
        "x1,ada,alder,aims,1,,Neighbours meet.,alder-aims-01,",
        "x2,ada,alder,aims,2,,They come together.,alder-aims-01,",
        "x3,ada,alder,barriers,1,,It rains.,,",
    ]
    project.path("data/tiny/extractions.csv").write_text(
        "id,extractor,case,heading,order,label,summary,keypoints,note\n" + "\n".join(rows) + "\n"
    )
    found = second_extraction.extraction(tiny()).set_index("heading")
    whole = found.loc[""]
    assert (whole["first"], whole["second"], whole["matched_first"], whole["split"]) == (3, 3, 1, 1)
    assert (whole["matched_second"], whole["agreement"]) == (2, 0.5)  # 3 of 6 points have a counterpart
    assert (whole["only_first"], whole["only_second"]) == ("alder-aims-02 alder-barriers-01", "x3")
    content = second_extraction.extraction_content(tiny())
    assert list(content["lacking"]) == ["first", "second", "second"]
    assert content["second"][0] == "x3: It rains." and content["first"][1].startswith("alder-aims-02: ")


def extracted(review, rows: list[str]):
    """The review with a second extraction: extractor, case, heading and key points of each statement."""
    table = pd.DataFrame([row.split(",") for row in rows], columns="extractor case heading keypoints".split())
    table = table.assign(id=[f"x{n}" for n in table.index], order=table.index, label="", summary="Said.", note="")[
        COLUMNS
    ]
    return replace(review, tables={**review.tables, "extractions": table})


def test_a_heading_that_the_second_extractor_left_empty_is_all_lacking(tiny):
    rows = ["eva,alder,aims,alder-aims-01", "eva,birch,barriers,birch-barriers-01"]
    review = extracted(tiny(), rows)
    whole = second_extraction.extraction(review).query("heading == ''").set_index("case")
    assert whole.loc["alder", ["first", "only_first"]].tolist() == [3, "alder-aims-02 alder-barriers-01"]
    lacking = second_extraction.extraction_content(review).query("case == 'alder'")
    assert [row.split(":")[0] for row in lacking["first"]] == ["alder-aims-02", "alder-barriers-01"]
    assert "alder-enablers-01" not in " ".join(lacking["first"])  # used for no case: not asked for


def test_two_extractors_are_kept_apart_and_an_id_said_twice_is_one(tiny):
    rows = ["eva,alder,aims,alder-aims-01 alder-aims-01", "eva,alder,aims,alder-aims-02"]
    review = extracted(tiny(), [*rows, "fay,alder,aims,alder-aims-01"])
    whole = second_extraction.extraction(review).query("heading == ''").set_index("extractor")
    assert whole.loc["eva", ["matched_first", "split", "joined"]].tolist() == [2, 0, 0]
    content = second_extraction.extraction_content(review)
    assert content[["extractor", "lacking"]].to_numpy().tolist() == [["fay", "second"]]
