"""Every parameter has one home, `Rules`; what is written elsewhere says the same."""

import json
import re

import pytest
import yaml

from casesynth import UserError
from casesynth.core import paths
from casesynth.core.files import templates
from casesynth.core.review import load
from casesynth.core.rules import CHOICES, FIELDS, Rules
from casesynth.core.settings import HEADING, SETTINGS
from casesynth.desk.form import TEMPLATES
from casesynth.runner import notebooks


def sentences(notebook) -> dict[str, str]:
    """Parameter -> the comment behind it in the tagged cell."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    (cell,) = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    return dict(re.findall(r"(?m)^(\w+): .*  # (.*)$", "".join(cell["source"])))


@pytest.mark.parametrize("notebook", notebooks.notebooks(), ids=lambda path: path.stem)
def test_the_tagged_cells_say_what_the_rules_say(notebook):
    texts = sentences(notebook)
    for name, (kind, default) in notebooks.declared(notebook).items():
        if name in CHOICES:
            assert texts[name] == CHOICES[name]
        else:
            field = FIELDS[name]
            assert (kind, default, texts[name]) == (field.type, field.default, field.sentence)


def test_every_parameter_is_in_the_notebook_of_the_report():
    """What the report is written with are all the rules."""
    (report,) = [notebook for notebook in notebooks.notebooks() if notebook.stem == "7-synthesis"]
    assert notebooks.declared(report).keys() - CHOICES.keys() == FIELDS.keys()


@pytest.mark.parametrize("name", ["mca-phase2", "repair-cafes"])
def test_the_settings_of_our_own_reviews_are_the_defaults(name):
    settings = yaml.safe_load((paths.ROOT / "data" / name / "review.yaml").read_text("utf-8"))
    defaults = Rules().for_settings()
    assert settings["parameters"] == {parameter: defaults[parameter] for parameter in settings["parameters"]}


def test_the_settings_of_a_new_review_are_the_defaults():
    settings = yaml.safe_load(templates(TEMPLATES).get_template("review.yaml").render(name="x", questions=[], form=""))
    assert settings["parameters"] == Rules().for_settings()


def test_the_readme_lists_every_parameter():
    text = (paths.ROOT / "README.md").read_text("utf-8")
    (listed,) = re.findall(r"the parameters are\s(.*?)\. ", text, re.S)
    assert set(re.findall(r"`(\w+)`", listed)) == FIELDS.keys()


def test_the_data_dictionary_explains_every_setting_and_parameter():
    settings = [name.removesuffix("?") for name in [*SETTINGS, *HEADING]]
    text = (paths.ROOT / "data" / "README.md").read_text("utf-8")
    listed = text[text.index("## review.yaml") : text.index("An *anchor*")]
    assert not [name for name in [*settings, *FIELDS] if not re.search(rf"\b{name}\b", listed)]


def test_rules_follow_the_review_and_what_is_changed(monkeypatch):
    review = load("mca-phase2")
    assert Rules.of(review) == Rules()
    assert Rules.of(review, min_cases=3) == Rules(min_cases=3)
    for changed, message in [
        ({"min_case": 3}, "Did you mean 'min_cases'"),
        ({"min_cases": True}, "is true or false; expected a whole number"),
        ({"min_cases": 0}, "out of range"),
        ({"merge_overlap": 1.5}, "out of range"),
    ]:
        with pytest.raises(UserError, match=message):
            Rules.of(review, **changed)
    monkeypatch.setitem(review.settings["parameters"], "min_cases", 0)
    with pytest.raises(UserError, match="review.yaml, parameters: min_cases = 0 is out of range"):
        Rules.of(review)


def test_rules_are_frozen():
    with pytest.raises(AttributeError):
        Rules().min_cases = 3
