"""The front door: `import casesynth as cs` is light, and a synthesis in memory is the one that make has written."""

import re
import subprocess
import sys

import pandas as pd
import pytest

import casesynth as cs
from casesynth.core import results


@pytest.fixture(scope="module")
def review():
    return cs.load_review("mca-phase2")


@pytest.fixture(scope="module")
def whole(review):
    return cs.synthesise(review)


def test_the_package_imports_nothing_by_itself():
    code = "import sys; before = set(sys.modules); import casesynth; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["casesynth"]


@pytest.mark.parametrize("name", cs.__all__)
def test_every_name_is_there_and_documented(name):
    assert getattr(cs, name).__doc__
    assert name in dir(cs)


def test_another_name_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="has no attribute 'synthesize'"):
        cs.synthesize  # noqa: B018  (asking is the test)


def test_the_synthesis_in_memory_is_what_make_has_written(whole):
    made = cs.results("mca-phase2")
    tables = whole.tables() | {"robustness": whole.robustness}
    del tables["points"]
    assert {"themes", "general-themes", "refined-themes", "overlaps", "participants-cases"} <= tables.keys()
    for name, table in tables.items():
        kept = results.typed(pd.DataFrame(made[name]).astype(str).replace("nan", ""), name)
        same = results.typed(table.astype(str).replace({"nan": "", "<NA>": "", "None": ""}), name)
        pd.testing.assert_frame_equal(same, kept, check_dtype=False, obj=name)


def test_claims_and_coders_are_as_make_has_written(review, whole):
    made = cs.results("mca-phase2")
    assert cs.check_claims(review, whole)["verdict"].tolist() == made["claims"]["verdict"].tolist()
    assert cs.compare_coders(review)["value"].round(3).tolist() == made["agreement"]["value"].tolist()


@pytest.mark.parametrize(
    ("ask", "answer"),
    [
        (lambda: cs.results("mca-phase3"), "no review data/mca-phase3/.*Did you mean 'mca-phase2'"),
        (lambda: cs.results("repair-cafes"), "no results of repair-cafes yet: `casesynth make repair-cafes`"),
        (lambda: cs.load_review("repair-cafes").table("keypoint"), "no table 'keypoint'. Did you mean 'keypoints'"),
    ],
)
def test_a_name_that_is_not_there_is_said_and_not_taken_as_empty(ask, answer):
    with pytest.raises(cs.UserError, match=answer):
        ask()


def test_other_rules_give_another_synthesis(review, whole):
    strict = cs.synthesise(review, cs.Rules.of(review, min_cases=6))
    assert strict.themes("aims").table["supported"].sum() < whole.themes("aims").table["supported"].sum()


def test_what_a_finding_rests_on(whole):
    table = whole.general.table.set_index("general")
    name = table.index[table["supported"]][0]
    points = whole.keypoints_of(name)
    assert table.loc[name, "points"] <= points["direction"].eq("supports").sum()
    themes = whole.collected("table", "themes")
    unsupported = themes.loc[~themes["supported"], "theme"]
    assert whole.how_sure(name) and len(unsupported) and not any(map(whole.how_sure, unsupported))


def test_objects_show_themselves_in_jupyter(whole):
    assert "<table" in whole._repr_html_() and "<table" in whole.themes("aims")._repr_html_()
    assert "keypoints" in whole.review._repr_html_() and "min_cases" in whole.rules._repr_html_()
    drawing = cs.figures.general_headings(whole.general.table, whole.general.by_heading, whole.review.sets)
    assert drawing._repr_svg_().startswith("<svg") and drawing.png().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda whole: whole.themes("aim"), "'aim' is not a themed heading. Did you mean 'aims'?"),
        (lambda whole: whole.keypoints_of("gen-skill"), "Did you mean 'gen-skills'?"),
        (lambda whole: whole.how_sure("gen-skill"), "Did you mean 'gen-skills'?"),
        (
            lambda whole: cs.read(whole.review, "overlap"),
            "there is no result table 'overlap'. Did you mean 'overlaps'?",
        ),
        (lambda whole: cs.write(whole.review, {"overlap": whole.refined}), "Did you mean 'overlaps'?"),
        (lambda whole: whole.review.heading_name("aim"), "has no heading 'aim'. Did you mean 'aims'?"),
        (lambda whole: cs.synthesise("repair-cafes"), "synthesise takes a review, not 'repair-cafes'"),
        (
            lambda whole: cs.synthesise(whole.review, cs.Rules.of(whole.review, coding="nobody")).coded,
            "'nobody' is not a coder of codings.csv",
        ),
    ],
)
def test_a_name_that_is_not_there_is_refused_and_never_an_empty_table(ask, message):
    with pytest.raises(cs.UserError, match=re.escape(message)):
        ask(cs.synthesise(cs.load_review("repair-cafes")))


def test_a_check_that_lacks_its_table_says_which():
    with pytest.raises(cs.UserError, match="needs '[a-z-]+', which neither the review nor its results have"):
        cs.check_claims(cs.load_review("mca-phase2"), {})
