"""Displays across cases: order, comparison, and what so few cases can show at all."""

import numpy as np
import pandas as pd

from casesynth.analysis import across_cases
from tests.support.reviews import invented


def grouped(of, large: int) -> pd.DataFrame:
    cases = of.ids["case"]
    kind = ["north" if number < large else "south" for number in range(len(cases))]
    return pd.DataFrame({"id": cases, "order": range(len(cases)), "name": cases, "kind": kind, "lead": cases})


def test_the_matrix_has_every_mark_and_puts_equal_cases_side_by_side():
    of = invented(1)
    of.carry[5] = of.carry[0]
    table = across_cases.case_ordered(of)
    cases = list(table.columns[3:])
    assert abs(cases.index("c0") - cases.index("c5")) == 1
    assert (table["cases"] == table[cases].sum(axis=1)).all() and table[cases].to_numpy().sum() == of.carry.sum()


def test_a_variable_may_be_a_number_that_some_projects_lack():
    of = invented(3)
    cases = pd.DataFrame({"id": of.ids["case"], "year": pd.array([2020] * 5 + [2021] * 3 + [None], dtype="Int64")})
    table = across_cases.by_variables(of, cases)
    assert set(table["group"]) == {"2020"} and set(table["of_group"]) == {5} and set(table["of_others"]) == {3}


def test_only_columns_that_make_groups_are_compared():
    of = invented(2)
    table = across_cases.by_variables(of, grouped(of, 6))
    assert set(table["variable"]) == {"kind"} and len(table) == len(of.ids["theme"])
    assert across_cases.by_variables(of, grouped(of, 9).drop(columns="kind")).empty
    same = grouped(of, 9)
    nothing = across_cases.shows(across_cases.similarity(of), across_cases.by_variables(of, same), same)
    assert [line.split(":")[0] for line in nothing[1:]] == ["By kind or lead nothing can be compared"]


def test_projects_that_share_a_place_are_compared_with_the_others():
    of = invented(3, cases=6)
    cases = pd.DataFrame({"id": of.ids["case"]})
    places = pd.DataFrame(
        {"case": of.ids["case"][:4] + of.ids["case"][:1], "place": ["Fife", "Fife", "Leeds", "York", "York"]}
    )
    table = across_cases.by_variables(of, cases, places)
    assert set(table["variable"]) == {"place"} and set(table["group"]) == {"Fife"}
    assert set(table["of_group"]) == {2} and set(table["of_others"]) == {2}  # of two nothing is known
    assert across_cases.by_variables(of, cases, places.iloc[2:4]).empty


def test_a_difference_that_these_numbers_can_show_is_shown_and_another_is_not():
    of = invented(3, cases=12)
    cases = grouped(of, 6)
    of.carry[:] = False
    of.carry[:6, 0] = True  # reported by one whole group, and by nobody else
    of.carry[0, 1] = True  # reported by one case
    table = across_cases.by_variables(of, cases).set_index("theme")
    assert table.loc["t0", "holm"] < 0.05 and np.isnan(table.loc["t1", "holm"])
    assert table.loc["t1", "least_p"] > 0.05
    said = " ".join(across_cases.shows(across_cases.similarity(of), table.reset_index(), cases))
    assert "1 could reach p ≤ 0.05 at all" in said and "1 theme differs by Holm" in said
    assert "smallest p that any of 12 themes could give is 0.0022" in said
