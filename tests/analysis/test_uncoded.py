"""What nobody has coded is unknown: it is in no denominator, is no negative case, and is mentioned."""

from casesynth.analysis import leave_out, matrices, saturation, themes
from casesynth.core.rules import Rules


def without(desk, *cases: str):
    """The tiny review, in which nothing of some cases is coded yet."""
    lines = desk.tiny().path("codings.csv").read_text().splitlines()
    kept = [line for line in lines if line.split("-")[0] not in cases]
    desk.path("codings.csv").write_text("\n".join(kept) + "\n")
    return desk.load()


def test_an_uncoded_case_is_in_no_denominator_and_no_negative_case(desk):
    review = without(desk, "cedar")
    coding = review.settings["coding"]
    cases = themes.eligible(review, "aims")
    own = themes.themes_of(review, "aims")
    table = themes.theme_table(
        themes.theme_cases(themes.coded_points(review, coding, "aims"), own, cases), own, cases, 2
    )
    assert table["of_cases"].tolist() == [2] * len(table)
    assert not table["not_mentioned_by"].str.contains("Cedar").any()


def test_a_case_that_is_coded_with_none_is_known(desk):
    review = desk.tiny().load()
    assert "cedar" in set(themes.eligible(review, "aims")["id"])  # its key point has the coding none


def test_saturation_and_leaving_out_rest_on_coded_cases(desk):
    review = without(desk, "alder")
    coded = themes.coded_points(review, review.settings["coding"])
    of = matrices.structure(review, coded)
    assert of.ids["case"] == ["birch", "cedar"] and of.carry.shape[0] == 2
    assert saturation.summary(of.cases_with, len(of.carry))["cases"].iloc[0] == 2
    rows = leave_out.leave_out(review, coded, Rules())
    assert set(rows["of_cases"]) <= {2}


def test_check_says_how_many_cases_are_left_out(desk):
    without(desk, "cedar")
    assert "aims: 1 of 3" in desk.check()[1]


def test_a_statement_about_a_heading_that_nobody_has_coded_is_compared_with_nothing():
    from tests.audit.test_claims import small

    data = small()
    data.tables["codings"] = data.codings[~data.codings["keypoint"].str.endswith("-enablers")]
    cases, own = themes.eligible(data, "enablers"), themes.themes_of(data, "enablers")
    assert cases.empty
    cells = themes.theme_cases(themes.coded_points(data, "one", "enablers"), own, cases)
    compared = themes.compare_with_published(data, "enablers", cells)
    assert compared[["statement", "named", "of_cases"]].values.tolist() == [["again", 0, 0]]
