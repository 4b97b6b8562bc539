"""The matrix of themes by case."""

from casesynth.figures import theme_matrix


def test_the_mark_of_a_contradiction_stands_in_its_cell():
    import pandas as pd

    cells = pd.DataFrame([["t", "a", 1, 1], ["t", "b", 0, 1]], columns="theme case points contradicting".split())
    table = pd.DataFrame([["t", "Together", "compendium", True, 1, 1, 2]],
                         columns="theme name origin supported cases points of_cases".split())  # fmt: skip
    drawing = theme_matrix.themes("aims", "Aims", cells, table, pd.DataFrame())
    places = [collection.get_offsets()[0][0] for collection in drawing.figure.axes[0].collections]
    square, first, second, *_ = places  # the square of a, then the two contradictions; the key comes last
    column = 0.34
    assert abs(first - square) < column / 2 - 0.05 and abs(second - square - column) < 1e-9
