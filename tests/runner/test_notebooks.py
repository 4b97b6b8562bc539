"""Settings are checked before anything runs, and reach the notebooks that declare them."""

import pytest

from casesynth.core import paths
from casesynth.errors import UserError
from casesynth.runner import notebooks


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("min_case=3", r"Did you mean 'min_cases'\?"),
        ("min_cases=two", "expected a whole number"),
        ("min_cases=0", "out of range; expected 1 to 10000"),
        ("heading_groups=maybe", "expected true or false"),
        ("coding=adah", r"Did you mean 'ada'\?"),
        ("min_cases", "not of the form name=value"),
    ],
)
def test_a_wrong_setting_is_refused_with_its_reason(project, tiny, setting, message):
    with pytest.raises(UserError, match=message):
        notebooks.of_review("tiny", [setting])


def test_a_setting_takes_the_place_of_the_default_of_the_review(project, tiny):
    values = notebooks.of_review("tiny", ["min_cases=1", "heading_groups=false"])
    assert (values["min_cases"], values["heading_groups"]) == (1, False)
    assert values["min_headings"] == notebooks.of_review("tiny", [])["min_headings"]
    themes = notebooks.declared(paths.ROOT / "notebooks" / "2-themes.ipynb")
    assert "min_cases" in themes
