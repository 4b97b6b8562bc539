"""Problems in review.yaml are explained with their line."""

import re

import pytest

from casesynth.core.settings import load_settings
from tests.support.commands import environment
from tests.support.desk import settle, vary


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"oposed": []}, "'oposed': there is no such setting. Did you mean 'opposed'?"),
        ({"note": 5}, "'note': found '5' (a whole number), expected a text."),
        ({"appraisal": "yes"}, "'appraisal': found 'yes' (a text)"),
        ({"appraisal": {"criteria": ["aim"]}}, "'criteria', entry 1: found 'aim' (a text), expected {id: …, name: …}."),
        (
            {"appraisal": {"criteria": [], "weak_from": 0}},
            "'weak_from': found 0, expected a whole number of at least 1.",
        ),
        ({"denominators": {"all": "facts"}}, "'denominators', 'all': found 'facts' (a text), expected a list."),
        ({"parameters": {"run_lenght": 3}}, "Did you mean 'run_length'?"),
        ({"parameters": {"run_length": 0}}, "run_length = 0 is out of range; expected 1 to 10000."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_settings_that_nothing_would_read_are_refused_with_their_name(desk, settings, told):
    vary(desk, settings=settings)
    status, said, message = desk.check()
    assert status and told in said + message, said + message


@pytest.mark.parametrize(
    ("old", "new_", "told"),
    [
        (
            'title: "',
            "title: Gardens: a synthesis #",
            "line 4: there is a colon in the text; put the text in quotation marks",
        ),
        ("  min_cases: 2", "\tmin_cases: 2", "there is a tab; replace it with spaces"),
        ("#appraisal:", " appraisal:", "it is indented differently from its neighbours"),
        ("min_cases: 2", "min_cases:2", "there must be a space after the colon"),
        ('note: ""', 'note: "by us', "a quotation mark opens here and does not close"),
        ("opposed: [enablers, barriers]", "opposed: [enablers, barriers", "a bracket opens here and does not close"),
        ("name: Aims and purpose,", "name: Aims: purpose,", "there is a colon in the text"),
        ('note: ""', 'note: "Ada" coded', "put all of it in quotation marks"),
    ],
)
def test_yaml_that_cannot_be_read_is_explained_with_its_line(desk, old, new_, told):
    desk.new()
    settle(desk, old, new_)
    status, _, message = desk.check()
    line = next(line for line in desk.path("review.yaml").read_text().splitlines() if new_ in line)
    assert status == 2 and told in message and line[:100] in message and "unicode string" not in message, message


def test_the_lines_for_an_appraisal_are_settings_once_the_signs_before_them_are_deleted(desk):
    desk.new()
    text = desk.path("review.yaml").read_text()
    desk.path("review.yaml").write_text(re.sub(r"(?m)^#(appraisal:|  weak_from|  criteria|    - )", r"\1", text))
    with environment(CASESYNTH_DATA=desk.folder / "data"):
        assert load_settings("my-review")["appraisal"]["weak_from"] == 1
