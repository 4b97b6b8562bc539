"""The course: its solutions are right, wrong answers get a message that teaches, and what is worked still holds."""

import ast
import json
import os
import shutil
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

import casesynth
from casesynth import course
from casesynth.analysis import extraction
from casesynth.core import paths
from tests.support.project import clean_environment

COURSE = course.COURSE
NOTEBOOKS = sorted(COURSE.glob("*.ipynb"))
SOLUTIONS = COURSE / "solutions" / "solutions.ipynb"


def cells(notebook, exercises: bool) -> dict[str, str]:
    """The code cells of a notebook that are exercises, or those that are not: id -> source."""
    found = json.loads(notebook.read_text("utf-8"))["cells"]
    code = [cell for cell in found if cell["cell_type"] == "code"]
    return {c["id"]: "".join(c["source"]) for c in code if ("exercise" in c["metadata"].get("tags", [])) is exercises}


def value(source: str, names: dict):
    """Run a cell and give what its last line shows."""
    *first, last = ast.parse(source).body
    exec(compile(ast.Module(first, []), "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names)


@pytest.fixture(scope="module")
def review():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("CASESYNTH_DATA", raising=False)
        return course.start()


def test_there_are_six_notebooks_of_at_most_a_few_exercises_and_without_solutions():
    assert [each.stem[:1] for each in NOTEBOOKS] == ["1", "2", "3", "4", "5", "6"]
    for notebook in NOTEBOOKS:
        names: dict = {}
        open_cells = cells(notebook, True)
        assert 2 <= len(open_cells) <= 7
        worked = list(cells(notebook, False).values())
        exec("\n".join(worked[:1]), names)
        for source in open_cells.values():
            shown = value(source, names)
            assert shown.data.startswith("**Not answered yet.**"), source


def test_every_solution_is_right(review):
    names = {"course": course, "review": review}
    shown = [value(source, names) for source in cells(SOLUTIONS, True).values()]
    verdicts = [each.data for each in shown if hasattr(each, "data") and isinstance(each.data, str)]
    open_ended = [verdict for verdict in verdicts if not verdict.startswith("**Right.**")]
    assert len(verdicts) == 18 and len(open_ended) == 3, open_ended
    assert all(verdict.startswith(("**Your key points**", "**You wrote**")) for verdict in open_ended)
    exercises = sum(len(cells(notebook, True)) for notebook in NOTEBOOKS)
    assert exercises == len(shown)


def test_key_points_are_shown_next_to_a_model_answer_with_questions(review):
    shown = course.compare_points([("barriers", "Rooms are rare."), ("aims", "It keeps kettles.")]).data
    assert shown.index("It keeps kettles.") < shown.index("Rooms are rare.") < shown.index("A model answer")
    assert all(summary in shown for _, summary in course.TEXTS["model"])
    assert all(question in shown for question in course.TEXTS["rubric"])
    assert "Right" not in shown


WRONG = {
    "Did you mean 'barriers'?": lambda r: course.compare_points([("barrier", "Rooms are rare.")]),
    "This is not a pair": lambda r: course.compare_points(["Rooms are rare."]),
    "an empty cell says only": lambda r: course.choice("(B)", "gap"),
    "Write one letter in quotation marks: a, b, c, d": lambda r: course.choice("fern-road", "gap"),
    "Did you mean 'fern-road'?": lambda r: course.without(r, "barriers", "bar-place", ["FERN ROAD"]),
    "aim-rights was reported by 1 case(s)": lambda r: course.supported(
        r, "aims", {"aim-meeting", "aim-skills", "aim-waste", "aim-rights"}
    ),
    "Still missing: 1. Count": lambda r: course.supported(r, "aims", {"aim-meeting", "aim-waste"}),
    "Did you mean 'aim-waste'?": lambda r: course.supported(r, "aims", {"aim-wast"}),
    "There is no 'z' here": lambda r: course.supported(r, "aims", [["z"]]),
    "'none' is not a theme": lambda r: course.supported(r, "aims", {"aim-waste", "none"}),
    "needs its own quotation marks": lambda r: course.supported(r, "aims", "aim-waste, aim-skills"),
    "Without 1 it is still supported": lambda r: course.margin(r, "aims", "aim-meeting", 1),
    "How many must be excluded": lambda r: course.margin(r, "aims", "aim-meeting", 3),
    "not part of the count": lambda r: course.without(r, "barriers", "bar-place", {"fern-road", "canal-side"}),
    "ash-lane reports the theme": lambda r: course.without(r, "barriers", "bar-place", {"ash-lane"}),
    "Still missing: 1. Go": lambda r: course.without(r, "barriers", "bar-place", {"dyers-yard"}),
    "not a share of repair cafés": lambda r: course.true_or_false(
        {"a": True, "b": True, "c": False, "d": False}, "counting"
    ),
    "how widely it was reported": lambda r: course.true_or_false(
        {"a": True, "b": False, "c": True, "d": False}, "counting"
    ),
    "pattern of meaning": lambda r: course.true_or_false({"a": True, "b": False, "c": False, "d": True}, "counting"),
    "(a): write True or False, without quotation marks": lambda r: course.true_or_false(
        {"a": "True", "b": False, "c": False, "d": False}, "counting"
    ),
    "for each of a, b, c, d": lambda r: course.true_or_false({"a": True}, "agreement"),
    "each of a, b, c, d: {": lambda r: course.true_or_false({"A": True}, "agreement"),
    "That makes 1.": lambda r: course.generals(r, {"gen-people", "gen-place", "gen-skills"}, True),
    "under: none (look at the column supported)": lambda r: course.generals(r, {"gen-rights", "gen-skills"}, False),
    "list the groups": lambda r: course.generals(r, {"gen-skills"}, True),
    "divided by the smaller set": lambda r: course.overlap({1, 2, 3, 4}, {3, 4, 5}, 2 / 3),
    "shared key points twice": lambda r: course.overlap({1, 2, 3, 4}, {3, 4, 5}, 2 / 7),
    "between 0 (": lambda r: course.overlap({1, 2, 3, 4}, {3, 4, 5}, 40),
    "overlap of cases is high": lambda r: course.merge(r, "a"),
    "share of key points on which both": lambda r: course.kappa(r, "ena-partners", 0.5, 0.5, 0.5),
    "share of no by Ada": lambda r: course.kappa(r, "ena-partners", 10 / 12, 0.5, 0.5),
    "Divide (observed": lambda r: course.kappa(r, "ena-partners", 10 / 12, 78 / 144, 0.5),
    "not about rooms": lambda r: course.evidence(r, {"b", "l"}),
    "Still missing: 4, under barriers": lambda r: course.evidence(r, {"b", "d", "h"}),
    "no key point says anything about the communities": lambda r: course.true_or_false(
        {"a": False, "b": True, "c": True, "d": True}, "findings"
    ),
    "“all” needs all": lambda r: course.true_or_false(dict.fromkeys("abcdef", True), "report"),
    "a theme is a subject": lambda r: course.finding(r, "Partners.", {"f", "i"}),
    "you may have two findings": lambda r: course.finding(r, "Partners help. So do rooms.", {"f", "i"}),
    "1 case(s); 2 are needed": lambda r: course.finding(r, "Rooms trouble the cafés there.", {"n", "o"}),
    '"all" does not fit 2 of 6': lambda r: course.finding(r, "Partners help all of the cafés.", {"f", "i"}),
    "The sentence says 4, but 3 of 6": lambda r: course.finding(r, "Partners help four of six cafés.", {"f", "i", "k"}),
    '"because" claims more': lambda r: course.finding(r, "Cafés last because partners help.", {"f", "i"}),
    "cannot support and contradict": lambda r: course.finding(r, "Partners help the cafés.", {"f", "i"}, {"i"}),
    "agreement is not truth": lambda r: course.true_or_false(
        {"a": True, "b": True, "c": False, "d": True}, "agreement"
    ),
    "how independent": lambda r: course.true_or_false({"a": True, "b": False, "c": True, "d": True}, "agreement"),
    "fern-road-enablers-02 is missing": lambda r: course.compare(
        r, dict.fromkeys(list(course.twelve(r)["keypoint"])[:-1], "none")
    ),
    "Did you mean 'ena-place'?": lambda r: course.compare(r, dict.fromkeys(course.twelve(r)["keypoint"], "ena-plac,")),
    "can only have one or the other": lambda r: course.compare(
        r, dict.fromkeys(course.twelve(r)["keypoint"], "none ena-place")
    ),
}


@pytest.mark.parametrize("taught", WRONG)
def test_a_wrong_answer_gets_a_message_that_teaches(review, taught):
    shown = WRONG[taught](review).data
    assert shown.startswith("**Not yet.**") and taught in shown


def test_a_right_answer_is_right_in_whatever_form_it_comes(review):
    table = course.theme_table(review, "aims")
    supported = table.loc[table["supported"], "theme"]
    shown = [course.supported(review, "aims", form(supported)) for form in (list, frozenset, pd.Series, np.array)]
    shown += [course.margin(review, "aims", "aim-meeting", number) for number in (2.0, np.int64(2))]
    shown += [course.overlap({1, 2, 3, 4}, {3, 4, 5}, number) for number in (Fraction(2, 5), np.float64(0.4))]
    shown += [
        course.choice(" (C) ", "gap"),
        course.merge(review, ["b"]),
        course.supported(review, "aims", {"a", "(c)", "d"}),
    ]
    assert all(each.data.startswith("**Right.**") for each in shown)


@pytest.mark.parametrize("both", ["ena-place, ena-skills", ["ena-place", "ena-skills"], {"ena-skills", "ena-place"}])
def test_the_themes_of_a_key_point_may_be_given_in_any_form(review, both):
    coded = dict.fromkeys(course.twelve(review)["keypoint"], "none")
    expected = course.compare(review, coded | {"elm-hall-enablers-01": "ena-place ena-skills"})
    assert course.compare(review, coded | {"elm-hall-enablers-01": both}).equals(expected)


def test_what_the_course_says_of_the_data_is_so(review):
    """The gap is the only one; each sentence on the real report is true if, and only if, its claim is reproduced."""
    complete = extraction.completeness(review.keypoints, review.cases, review.headings)
    gaps = complete.loc[complete["points"].eq(0), ["name", "heading"]].to_numpy().tolist()
    (why,) = [why for right, why in course.TEXTS["gap"]["options"].values() if right]
    assert gaps == [["Fern Road", "barriers"]] and why.startswith("Fern Road")
    report = course.TEXTS["report"]
    ledger = casesynth.check_claims(casesynth.load_review("mca-phase2")).set_index("id")["verdict"]
    verdicts = {letter: ledger[claim].startswith("reproduced") for letter, claim in report["claims"].items()}
    assert verdicts == {letter: true for letter, (true, _) in report["statements"].items()}


def test_the_model_answers_pass_the_checks_themselves(review):
    rooms, partners, money = (
        course.TEXTS["finding"]["models"][1],
        course.TEXTS["finding"]["models"][0],
        course.TEXTS["finding"]["models"][2],
    )
    for sentence, points in ((partners, "fik"), (rooms, "bdhnoqv"), (money, "prw")):
        assert course.finding(review, sentence, set(points)).data.startswith("**Right.**"), sentence


def test_the_invented_review_tells_right_rules_from_wrong_ones(review):
    """Who counts key points, or general themes whatever stands below them, gets another answer."""
    aims, every = course.theme_table(review, "aims"), course.all_themes(review)
    assert set(aims.loc[aims["points"] >= 2, "theme"]) != set(aims.loc[aims["supported"], "theme"])
    careless = set(every.groupby("parent")["heading"].nunique().loc[lambda n: n >= 2].index)
    table = course.general_table(review, False)
    assert careless != set(table.loc[table["supported"], "general"])
    three = course.theme_table(review, "barriers", min_cases=3)
    assert three["supported"].sum() < course.theme_table(review, "barriers")["supported"].sum()


@pytest.mark.parametrize(
    "answer",
    [
        None,
        3,
        10**400,
        float("inf"),
        [["a"]],
        pd.Series(["a"]),
        {"a": "True"},
        {1: "a"},
        "x",
        [],
        {},
        (),
        {"a"},
        [1, 2],
        {"a": 1},
        ("a",),
        float("nan"),
    ],
)
def test_no_answer_breaks_a_check(review, answer):
    checks = [
        lambda: course.compare_points(answer), lambda: course.choice(answer, "gap"), lambda: course.supported(review, "aims", answer),
        lambda: course.margin(review, "aims", "aim-waste", answer), lambda: course.true_or_false(answer, "counting"),
        lambda: course.without(review, "barriers", "bar-place", answer), lambda: course.generals(review, answer, True),
        lambda: course.overlap({1}, {2}, answer), lambda: course.merge(review, answer), lambda: course.compare(review, answer),
        lambda: course.differ(review, answer), lambda: course.true_or_false(answer, "agreement"),
        lambda: course.evidence(review, answer), lambda: course.finding(review, answer, answer, answer),
        lambda: course.kappa(review, "ena-partners", answer, answer, answer),
    ]  # fmt: skip
    for check in checks:
        assert check().data.startswith("**Not")


def test_your_coding_is_compared_with_the_two_others(review):
    ada = review.codings[review.codings["coder"].eq("ada")].groupby("keypoint")["theme"].agg(" ".join)
    mine = {point: ada[point] for point in course.twelve(review)["keypoint"]}
    table = course.compare(review, mine).set_index("coders")
    assert table.loc["you and ada", ["percent", "kappa"]].tolist() == [1, 1]
    assert table.loc["you and bo"].tolist() == table.loc["ada and bo"].tolist()
    where = set(course.differ(review, mine)["keypoint"])
    assert where == {"beck-street-enablers-02", "canal-side-enablers-01", "elm-hall-enablers-02"}
    mine["fern-road-enablers-01"] = "none"
    assert "fern-road-enablers-01" in set(course.differ(review, mine)["keypoint"])
    assert course.compare(review, mine).set_index("coders").loc["you and ada", "kappa"] < 1


def test_the_copies_show_no_outputs_and_what_a_student_wrote_stays(tmp_path):
    (tmp_path / "2-themes.ipynb").write_text("mine")
    made = course.lay_out(tmp_path)
    assert [str(copy.relative_to(tmp_path)) for copy in made] == [
        "1-extract.ipynb", "3-general-themes.ipynb", "4-refine-and-agree.ipynb", "5-findings.ipynb", "6-report.ipynb",
        "solutions/solutions.ipynb",
    ]  # fmt: skip
    for copy, source in zip(made[:5], (NOTEBOOKS[0], *NOTEBOOKS[2:])):
        own = [cell for cell in json.loads(copy.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in own)
        assert {cell["id"] for cell in own} == {*cells(source, True), *cells(source, False)}
    assert made[5].read_text("utf-8") == SOLUTIONS.read_text("utf-8")
    assert course.lay_out(tmp_path) == [] and (tmp_path / "2-themes.ipynb").read_text() == "mine"


def test_every_notebook_says_where_the_solutions_are():
    for notebook in NOTEBOOKS:
        assert "](solutions/solutions.ipynb)" in notebook.read_text("utf-8")


@pytest.mark.parametrize("target", ["learn", "lab"])
def test_jupyterlab_takes_options_and_root_is_told_what_to_type(target):
    def dry(*words):
        command = ["make", "-n", target, *words]
        done = subprocess.run(command, cwd=paths.ROOT, env=clean_environment(), capture_output=True, text=True)
        return done.stdout.splitlines()[-1]

    assert f"make {target} LAB=--allow-root" in dry() and dry("LAB=--port 9").endswith(" --port 9")
    assert "refuses to run as root" not in dry("LAB=--no-browser --allow-root")


@pytest.mark.long
def test_what_is_worked_still_holds(tmp_path):
    """Nbval over a copy of the course, its solutions with it."""
    shutil.copytree(COURSE, tmp_path / "learn")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q"]
    environment = os.environ | {"PYTHONPATH": str(paths.ROOT)}
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "learn"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
