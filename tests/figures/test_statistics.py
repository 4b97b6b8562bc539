"""Figures are drawn for any number of cases and claim no more than the data show."""

import pandas as pd
import pytest

from casesynth.analysis import (
    agreement,
    cooccurrence,
    general,
    saturation,
    themes,
    thresholds,
)
from casesynth.core.rules import Rules
from casesynth.figures import sensitivity, statistics
from tests.bench import bench_statistics


@pytest.mark.parametrize("cases", [12, 24, 200])
def test_the_pictures_are_drawn_for_any_number_of_cases(cases):
    import matplotlib.pyplot as plt

    of = bench_statistics.invented(cases, themes=20)
    rows = [["general", f"g{i}", f"General theme {i}", 9, cases, i, 1, "", cases, cases, True] for i in (1, 2, 5)]
    rows += [["theme", f"t{i}", f"Theme {i}", 9, cases, i, 1, "", cases, cases, True] for i in (1, 2, 5)]
    robust = "level id name cases of_cases fewest sets without supported_in removals exact".split()
    robust = pd.DataFrame(rows, columns=robust)
    book = pd.DataFrame({"id": ["t1", "t2", "t5"], "heading": "h"})
    headings = pd.DataFrame({"id": ["h"], "name": ["H"]})
    grid, pairs = thresholds.threshold_grid(of), cooccurrence.pairs(of, Rules())
    drawn = [
        sensitivity.removals(robust),
        sensitivity.margins(robust, headings, book),
        sensitivity.stability(grid, 2, 2),
        statistics.saturation(saturation.curve(of.carry), saturation.assessed(of.carry, 4, 2, 0.05)),
        statistics.together(pairs),
    ]
    for drawing in drawn:
        drawing.figure.canvas.draw()
        plt.close(drawing.figure)
        assert "nan" not in drawing.alt and not drawing.alt.startswith("Nothing to draw")


def test_a_codebook_with_refined_and_no_general_themes_has_its_tables_and_picture(phase2):
    of = bench_statistics.invented(12, themes=20)
    grid = thresholds.threshold_grid(of).query("level == 'general'").assign(level="refined")
    assert "Of the general themes" not in sensitivity.stability(grid, 2, 2).alt
    book = phase2.codebook[phase2.codebook["level"].ne("general")].assign(parent="")
    themed = pd.DataFrame(columns=["theme", "supported", "parent", "heading"])
    coded = themes.coded_points(phase2, "consensus")
    table = general.general_themes(themed, coded, book, phase2.sets, 2, True)
    refined = general.refined_themes(table, coded.assign(general=""), book, phase2.sets)
    assert len(refined) == book["level"].eq("refined").sum() and not refined["supported"].any()


def test_the_picture_of_agreement_claims_nothing_of_kappa_that_the_data_do_not():
    columns = ["unit", "heading", "theme", "units", "prevalence", *agreement.MEASURES]
    row = ["key point", "h", "t", 9, 0.5, 1, 1, 1, 1.0, 1.0, 1.0]
    two = pd.DataFrame([row, ["case", *row[1:]]], columns=columns)
    for table, measure in ((two, "kappa"), (two.drop(columns="kappa"), "alpha")):
        drawing = statistics.agreement(table)
        assert drawing.title == f"Agreement theme by theme: {measure} and AC1 against prevalence"
