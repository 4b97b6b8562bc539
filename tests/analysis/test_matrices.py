"""The fast matrices give the verdicts of the rules as they are written out."""

import pandas as pd
import pytest

from casesynth.analysis import (
    general,
    matrices,
    themes,
)
from casesynth.core.results import columns
from casesynth.core.rules import Rules


@pytest.mark.parametrize("rule", [Rules(), Rules(3, 2, True), Rules(2, 3, False), Rules(4, 1, True)])
def test_matrices_give_the_verdicts_of_the_written_out_rules(phase2, rule):
    coded = themes.coded_points(phase2, phase2.settings["coding"])
    parts = []
    for heading in phase2.sets["id"]:
        own, cases = themes.themes_of(phase2, heading), themes.eligible(phase2, heading)
        cells = themes.theme_cases(coded[coded["heading"].eq(heading)], own, cases)
        parts.append(themes.theme_table(cells, own, cases, rule.min_cases).assign(heading=heading))
    collected = pd.concat(parts)
    points = general.points_by_general(coded, phase2.codebook, set(collected.loc[collected["supported"], "theme"]))
    counts = general.counts(points, phase2.codebook, phase2.sets)
    written = general.general_themes(
        collected, counts, phase2.codebook, phase2.sets, rule.min_headings, rule.heading_groups
    )
    assert list(written.columns) == columns("general-themes")
    of = matrices.structure(phase2, coded)
    table = matrices.long(of, matrices.supported_under(of, matrices.everyone(of), rule)).set_index("id")["supported"]
    assert (table.loc[written["general"]].to_numpy() == written["supported"].to_numpy()).all()
    assert (table.loc[collected["theme"]].to_numpy() == collected["supported"].to_numpy()).all()
    refined = general.refined_themes(written, points, phase2.codebook, phase2.sets)
    assert (table.loc[refined["refined"]].to_numpy() == refined["supported"].to_numpy()).all()
    support, now = matrices.supporting_cases(of, rule), table.loc[of.ids["general"]].to_numpy(bool)
    own = [subject for subject in matrices.subjects(of, now) if subject.level == "refined"]
    cases = {subject.id: support[:, list(subject.generals)].any(axis=1).sum() for subject in own}
    assert cases == dict(zip(refined["refined"], refined["cases"]))
