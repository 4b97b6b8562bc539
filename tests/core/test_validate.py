"""Problems in the tables are reported with their location."""

import random

import pandas as pd
import pytest

from casesynth.core import csvfile, meaning
from casesynth.core.columnar import value_problems
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings, sets_of
from casesynth.core.validate import all_problems, fill, read_tables
from casesynth.errors import UserError
from tests.support import ROOT
from tests.support.reviews import COLUMNS


def test_wrong_criterion_and_unknown_theme_are_named(project, tiny):
    project.path("data/tiny/appraisal.csv").write_text("case,criterion,judgement,reason\nalder,aim,met,Stated.\n")
    with pytest.raises(UserError, match=r"appraisal\.csv, row 2, column criterion: found 'aim'"):
        tiny()


@pytest.mark.parametrize("empty", ["\n", "\n\n", ",,,\n"])
def test_the_row_of_a_problem_is_that_of_the_file_also_after_an_empty_line(project, tiny, empty):
    head, good, wrong = "case,criterion,judgement,reason\n", "alder,aims,met,Stated.\n", "birch,aims,yes,Stated.\n"
    file = project.path("data/tiny/appraisal.csv")
    file.write_text(head + good + empty + wrong)
    row = file.read_text().split("\n").index(wrong.strip()) + 1
    with pytest.raises(UserError, match=rf"appraisal\.csv, row {row}, column judgement: found 'yes'"):
        tiny()


def test_a_counterpart_of_another_case_is_refused_and_of_another_heading_noted(tiny, project):
    rows = ["x1,ada,alder,aims,1,,Said.,birch-aims-01,", "x2,ada,alder,aims,2,,Said.,alder-barriers-01,"]
    project.path("data/tiny/extractions.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    found = all_problems(load_settings("tiny"), read_tables(project.path("data/tiny")))
    told = [(problem.found, problem.note) for problem in found if problem.file == "extractions.csv"]
    assert told == [("birch-aims-01", False), ("alder-barriers-01", True)]


def by_frictionless(frames: dict, known: dict) -> set[tuple]:
    """What Frictionless itself finds: table, row, column."""
    from frictionless import Package

    resources = []
    for name, frame in frames.items():
        keys = [key for key in known[name].get("foreignKeys", []) if key["reference"]["resource"] in ("", *frames)]
        data = [list(frame), *frame.to_numpy().tolist()]
        resources.append({"name": name, "data": data, "schema": known[name] | {"foreignKeys": keys}})
    report = Package.from_descriptor({"name": "review", "resources": resources}).validate()
    return {
        (task.name, error.row_number, getattr(error, "field_name", ", ".join(getattr(error, "field_names", []))))
        for task in report.tasks
        for error in task.errors
        if error.type != "primary-key" or known[task.name]["primaryKey"] != ["id"]
    }


def test_columns_are_checked_by_the_rules_of_frictionless():
    folder, names = (
        ROOT / "data/mca-phase2",
        "cases keypoints codebook coders codings participants entreq sources".split(),
    )
    known, draw = schemas(folder), random.Random(7)
    frames = {name: fill(csvfile.read(folder / f"{name}.csv"), known[name]).head(40) for name in names}
    wrong = ["", "x", "zz-1", "1.5", "-3", "0", "true", "A b", "007"]
    seen = set()
    for _ in range(12):
        changed = {name: frame.copy() for name, frame in frames.items()}
        for name in draw.choices(names, k=6):
            row, column = draw.randrange(40) % len(changed[name]), draw.choice(list(changed[name]))
            changed[name].loc[row, column] = draw.choice([*wrong, changed[name][column].iloc[0]])
        rows = {name: list(range(2, len(frame) + 2)) for name, frame in changed.items()}
        found = value_problems(changed, known, rows)
        keys = {tuple(key["primaryKey"]) for key in known.values()}
        ours = {
            (
                p.file[:-4],
                p.row,
                "" if tuple(p.column.split(", ")) in keys and "once; the same" in p.expected else p.column,
            )
            for p in found
        }
        assert ours == by_frictionless(changed, known)
        seen |= {p.expected.split()[1] for p in found}
    assert len(seen) > 4, "too few kinds of problems were tried"


def test_the_headings_are_laid_out_a_few_times_and_not_for_each_key_point(tiny, monkeypatch):
    """They were, once: 162,000 key points then took minutes to check."""
    found, asked = tiny(), []
    monkeypatch.setattr(meaning, "sets_of", lambda settings: asked.append(settings) or sets_of(settings))
    again = pd.concat([found.keypoints] * 50, ignore_index=True)
    view = meaning.View(found.settings, dict(found.tables) | {"keypoints": again}, {})
    assert list(meaning.headings_of_codings(view)) == []
    assert 0 < len(asked) < 5 < len(again)


def test_a_text_that_a_comma_has_cut_is_one_problem_with_its_remedy(tiny, project):
    """The last cell is empty, so the row only seems to be whole: without it the parts would be under other columns."""
    project.path("data/tiny/appraisal.csv").write_text(
        "case,criterion,judgement,reason\nalder,aims, clearly,met,\nbirch,aims,met,Stated.\n"
    )
    found = all_problems(load_settings("tiny"), read_tables(project.path("data/tiny")))
    told = [problem for problem in found if problem.file == "appraisal.csv"]
    assert [str(problem) for problem in told] == [
        "appraisal.csv, row 2: found 5 cells; expected 4, one for each column. If a text contains a comma, put quotation "
        "marks around it; if a column has no name, give it one."
    ]


def test_a_comma_at_the_end_of_every_row_is_left_aside(tmp_path):
    (tmp_path / "cases.csv").write_text("id,name\nalder,Alder,\nbirch,Birch,\n")
    assert csvfile.read(tmp_path / "cases.csv", ["id", "name"]).rows == [["alder", "Alder"], ["birch", "Birch"]]
