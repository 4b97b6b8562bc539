"""Leave-one-out analysis of themes."""

import numpy as np

from casesynth.analysis import by_coder, leave_out, matrices, themes
from casesynth.core.levels import LEVELS
from casesynth.core.rules import Rules


def test_margins_are_arithmetic_and_one_set_is_named(phase2):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    table = leave_out.leave_out(phase2, coded, Rules())
    of = matrices.structure(phase2, coded)
    keep = leave_out.subsets(12)
    every = matrices.supported_under(of, keep, Rules())["theme"]
    own = table[table["level"].eq("theme")].set_index("id")
    for theme in ("aim-asset-mapping", own["fewest"].idxmin(), own["fewest"].idxmax()):
        tried = leave_out.fewest_of_all(keep, every[:, of.ids["theme"].index(theme)])
        assert (own.loc[theme, "fewest"], own.loc[theme, "sets"]) == (tried.fewest, tried.sets)
    one = table[table["sets"].eq(1)]
    assert len(one) and all(len(names.split("; ")) == fewest for names, fewest in zip(one["without"], one["fewest"]))
    names = dict(zip(phase2.cases["name"], phase2.cases["id"]))
    row = table[table["level"].eq("both") & table["sets"].eq(1)].iloc[0]
    rest = coded[~coded["case"].isin([names[name] for name in row["without"].split("; ")])]
    again = by_coder.every_finding(phase2, rest, Rules())
    assert not again[again["level"].eq("both") & again["id"].eq(row["id"])].iloc[0, 3]


def test_leaving_one_out_is_the_same_by_subtraction(phase2):
    coded, rule = themes.coded_points(phase2, phase2.settings["coding"]), Rules(3, 2)
    of = matrices.structure(phase2, coded)
    by_sets, by_counts = (
        matrices.supported_under(of, ~np.eye(12, dtype=bool), rule),
        matrices.supported_without_one(of, rule),
    )
    assert all((by_sets[level] == by_counts[level]).all() for level in LEVELS)


def test_the_programme_for_many_cases_finds_the_size_that_every_subset_gives(phase2):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    of, keep = matrices.structure(phase2, coded), leave_out.subsets(12)
    for rule in (Rules(2, 2), Rules(3, 2), Rules(2, 1)):
        single = matrices.supported_without_one(of, rule)["general"]
        every = matrices.supported_under(of, keep, rule)["general"]
        now = matrices.supported_under(of, matrices.everyone(of), rule)["general"]
        subjects = [each for each in matrices.subjects(of, now[0]) if each.holds(now)[0]]
        assert {each.level for each in subjects} == {"general", "refined", "merge"}
        for subject in subjects:
            solved = leave_out.by_programme(of, subject, rule, subject.holds(single))
            stays = np.ones((1, 12), dtype=bool)
            stays[0, list(solved.one)] = False
            assert not subject.holds(matrices.supported_under(of, stays, rule)["general"])[0]
            tried = leave_out.fewest_of_all(keep, subject.holds(every))
            assert (solved.fewest, solved.exact) == (tried.fewest, True)
