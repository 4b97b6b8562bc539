"""The course: its solutions are right, wrong answers get a message that teaches, and what is worked still holds."""

import ast
import json
import os
import shutil
import subprocess
import sys

import pytest

from casesynth import lessons, paths

COURSE = paths.ROOT / "notebooks" / "learn"
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
        return lessons.start()


def test_there_are_four_notebooks_of_at_most_a_few_exercises_and_no_solution_stands_in_them():
    assert [each.stem[:1] for each in NOTEBOOKS] == ["1", "2", "3", "4"]
    for notebook in NOTEBOOKS:
        names: dict = {}
        open_cells = cells(notebook, True)
        assert 2 <= len(open_cells) <= 5
        worked = [source for source in cells(notebook, False).values()]
        exec("\n".join(worked[:1]), names)
        for source in open_cells.values():
            shown = value(source, names)
            assert shown.data.startswith("**Not answered yet.**"), source


def test_every_solution_is_right(review):
    names = {"lessons": lessons, "review": review}
    shown = [value(source, names) for source in cells(SOLUTIONS, True).values()]
    verdicts = [each.data for each in shown if hasattr(each, "data") and isinstance(each.data, str)]
    assert len(verdicts) == 11 and all(verdict.startswith("**Right.**") for verdict in verdicts), verdicts
    exercises = sum(len(cells(notebook, True)) for notebook in NOTEBOOKS)
    assert exercises == len(shown)


FOUR = [
    ("aims", "It keeps things."),
    ("aims", "It joins people."),
    ("barriers", "Rooms are rare."),
    ("enablers", "A school helps."),
]
WRONG = {
    "joined by 'and'": lambda r: lessons.key_points(
        [("aims", "The café keeps things in use and joins people."), *FOUR[2:]]
    ),
    "more than one sentence": lambda r: lessons.key_points([("aims", "It keeps things. It joins people."), *FOUR[2:]]),
    "not in the present tense": lambda r: lessons.key_points([("barriers", "Rooms were rare."), *FOUR[:2]]),
    "is copied": lambda r: lessons.key_points([("barriers", "Finding a room was hard."[:14] + "."), *FOUR]),
    "no full stop": lambda r: lessons.key_points([("aims", "It keeps things")]),
    "Did you mean 'barriers'?": lambda r: lessons.key_points([("barrier", "Rooms are rare.")]),
    "Which is missing?": lambda r: lessons.key_points(FOUR[:3]),
    "has 2 key points": lambda r: lessons.gaps(r, ("ash-lane", "aims")),
    "is no cell": lambda r: lessons.gaps(r, ("ash", "aims")),
    "rests on 1 case(s)": lambda r: lessons.standing(
        r, "aims", {"aim-meeting", "aim-skills", "aim-waste", "aim-rights"}
    ),
    "aim-skills is missing": lambda r: lessons.standing(r, "aims", {"aim-meeting", "aim-waste"}),
    "Did you mean 'aim-waste'?": lambda r: lessons.standing(r, "aims", {"aim-wast"}),
    "After how many losses": lambda r: lessons.margin(r, "aims", "aim-meeting", 3),
    "not part of the count": lambda r: lessons.negative(r, "barriers", "bar-place", {"fern-road", "canal-side"}),
    "ash-lane carries the theme": lambda r: lessons.negative(r, "barriers", "bar-place", {"ash-lane"}),
    "pattern of meaning": lambda r: lessons.counting(dict.fromkeys(lessons.COUNTING, True)),
    "That makes 1.": lambda r: lessons.generals(r, {"gen-people", "gen-place", "gen-skills"}, True),
    "divided by the smaller set": lambda r: lessons.overlap({1, 2, 3, 4}, {3, 4, 5}, 2 / 3),
    "overlap of cases is high": lambda r: lessons.merge(r, {"gen-people", "gen-place"}),
    "agreement is not truth": lambda r: lessons.says(dict(a=True, b=True, c=False, d=True)),
    "how independent": lambda r: lessons.says(dict(a=True, b=False, c=True, d=True)),
    "fern-road-enablers-02 is missing": lambda r: lessons.compare(
        r, {p: "none" for p in list(lessons.twelve(r)["keypoint"])[:-1]}
    ),
    "Did you mean 'ena-place'?": lambda r: lessons.compare(r, dict.fromkeys(lessons.twelve(r)["keypoint"], "ena-plac")),
    "only one of the two": lambda r: lessons.compare(r, dict.fromkeys(lessons.twelve(r)["keypoint"], "none ena-place")),
}


@pytest.mark.parametrize("taught", WRONG)
def test_a_wrong_answer_gets_a_message_that_teaches(review, taught):
    shown = WRONG[taught](review).data
    assert shown.startswith("**Not yet.**") and taught in shown


@pytest.mark.parametrize("answer", [None, 3, "x", [], {}, (), {"a"}, [1, 2], {"a": 1}, ("a",), float("nan")])
def test_no_answer_breaks_a_check(review, answer):
    checks = [
        lambda: lessons.key_points(answer), lambda: lessons.gaps(review, answer), lambda: lessons.standing(review, "aims", answer),
        lambda: lessons.margin(review, "aims", "aim-waste", answer), lambda: lessons.counting(answer),
        lambda: lessons.negative(review, "barriers", "bar-place", answer), lambda: lessons.generals(review, answer, True),
        lambda: lessons.overlap({1}, {2}, answer), lambda: lessons.merge(review, answer), lambda: lessons.compare(review, answer),
        lambda: lessons.differ(review, answer), lambda: lessons.says(answer),
    ]  # fmt: skip
    for check in checks:
        assert check().data.startswith("**Not")


def test_your_coding_is_compared_with_the_two_others(review):
    ada = review.codings[review.codings["coder"].eq("ada")].groupby("keypoint")["theme"].agg(" ".join)
    mine = {point: ada[point] for point in lessons.twelve(review)["keypoint"]}
    table = lessons.compare(review, mine).set_index("coders")
    assert table.loc["you and ada", ["percent", "kappa"]].tolist() == [1, 1]
    assert table.loc["you and bo"].tolist() == table.loc["ada and bo"].tolist()
    where = set(lessons.differ(review, mine)["keypoint"])
    assert where == {"beck-street-enablers-02", "canal-side-enablers-01", "elm-hall-enablers-02"}
    mine["fern-road-enablers-01"] = "none"
    assert "fern-road-enablers-01" in set(lessons.differ(review, mine)["keypoint"])
    assert lessons.compare(review, mine).set_index("coders").loc["you and ada", "kappa"] < 1


@pytest.mark.long
def test_what_is_worked_still_holds(tmp_path):
    """nbval over a copy of the course, its solutions with it."""
    shutil.copytree(COURSE, tmp_path / "learn")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q"]
    environment = os.environ | {"PYTHONPATH": str(paths.ROOT)}
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), "learn"], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
