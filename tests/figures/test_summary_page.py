"""The summary page."""

from casesynth.figures import summary_page


def test_what_does_not_stand_on_the_cover_has_its_own_reason_and_one_card_no_tall_page():
    import pandas as pd

    refined = pd.DataFrame([["r", "People", "x", "People", "", "Aims", 1, 1, 1, "a", True],
                            ["s", "Company", "x", "", "", "", 0, 0, 0, "", False],
                            ["u", "Money", "x", "", "Rent", "", 0, 0, 0, "", False]],
                           columns="refined name definition general not_supported headings in_headings points cases with_cases supported".split())  # fmt: skip
    general = pd.DataFrame([["People", "t", True, 1]], columns="name themes supported cases".split())
    drawing = summary_page.refined(refined, general, pd.DataFrame({"id": ["a"]}), "A review")
    [last] = [text.get_text() for text in drawing.figure.axes[0].texts if "stand" in text.get_text()]
    assert last == "Do not stand, too few headings: Money. Do not stand, no theme under them: Company."
    assert "econstruction" not in drawing.alt and drawing.figure.get_figheight() < 5
    published = summary_page.refined(refined, general, pd.DataFrame({"id": ["a"]}), "A review", "the-report")
    assert "Reconstruction" in published.alt
