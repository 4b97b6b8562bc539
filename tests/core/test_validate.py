"""Problems in the tables are reported with their location."""

import pytest

from casesynth.core.settings import load_settings
from casesynth.core.validate import all_problems, read_tables
from casesynth.errors import UserError
from tests.support.reviews import COLUMNS


def test_wrong_criterion_and_unknown_theme_are_named(project, tiny):
    project.path("data/tiny/appraisal.csv").write_text("case,criterion,judgement,reason\nalder,aim,met,Stated.\n")
    with pytest.raises(UserError, match=r"appraisal\.csv, row 2, column criterion: found 'aim'"):
        tiny()


def test_a_counterpart_of_another_case_is_refused_and_of_another_heading_noted(tiny, project):
    rows = ["x1,ada,alder,aims,1,,Said.,birch-aims-01,", "x2,ada,alder,aims,2,,Said.,alder-barriers-01,"]
    project.path("data/tiny/extractions.csv").write_text("\n".join([",".join(COLUMNS), *rows]) + "\n")
    found = all_problems(load_settings("tiny"), read_tables(project.path("data/tiny")))
    told = [(problem.found, problem.note) for problem in found if problem.file == "extractions.csv"]
    assert told == [("birch-aims-01", False), ("alder-barriers-01", True)]
