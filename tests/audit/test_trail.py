"""The audit trail of the default review, in both directions."""

import re

import pandas as pd
import pytest

from casesynth.audit import page, trail
from casesynth.core import paths


@pytest.fixture(scope="module")
def chain(mca):
    """The review, its result tables, the links of the trail, and what became of each key point."""
    found = trail.gather(mca)
    coding = mca.settings["coding"]
    return mca, found, trail.links(mca, found, coding), trail.accounted(mca, coding)


def test_every_standing_theme_rests_on_key_points(chain):
    _review, found, links, states = chain
    assert trail.disagreements(found, links, states) == []
    for kind, table in (("theme", "themes"), ("general", "general-themes"), ("refined", "refined-themes")):
        supported = found[table].loc[found[table]["supported"], kind]
        assert len(supported) and set(supported) <= set(trail.forward(links, kind))


def test_every_key_point_is_accounted_for(chain):
    review, _, links, states = chain
    assert list(states["id"]) == list(review.keypoints["id"])
    assert set(states["state"]) <= {"coded", "none", "not coded", trail.NO_THEMES}
    coded = set(states.loc[states["state"].eq("coded"), "id"])
    assert coded == set(links.loc[links["kind"].eq("theme"), "keypoint"])


def test_every_printed_theme_is_in_the_report(chain):
    review, found, *_ = chain
    published = review.codebook[review.codebook["level"].eq("theme") & review.codebook["origin"].eq("published")]
    assert set(published["id"]) <= set(found["themes"]["theme"])
    html = (paths.ROOT / "results/mca-phase2/synthesis.html").read_text("utf-8")
    not_supported = found["themes"][found["themes"]["origin"].eq("published") & found["themes"]["points"].eq(0)]
    for name in not_supported["name"]:
        assert re.search(rf"Not reproduced from the\s+published\s+summaries:[^.]*{re.escape(name)}", html)


#: Numbers of the report that count something else than rows one by one: different values, pairs, sums, shares.
NOT_A_COUNT = {"leads", "nations", "proposals", "largest_overlap", "largest_case", "largest_share", "attendance_share"}
NOT_A_COUNT |= {"persons_interval", "people_interval", "persons_sum"}


def test_every_number_of_the_report_leads_to_what_it_counts(chain):
    review, found, *_ = chain
    values = pd.read_csv(paths.ROOT / "results/mca-phase2/tables/report-values.csv", dtype=str).set_index("name")
    rows = trail.value_rows(review, found, review.settings["coding"]).groupby("name")["id"].agg(list)
    for name, value in values["value"].items():
        assert values.rule[name], f"{name} has no rule"
        if values.rule[name] == "parameters of this run":
            continue
        if name in rows and name not in NOT_A_COUNT:
            assert len(rows[name]) == int(value), f"{name} = {value} counts other rows than the trail shows"
        statistic = page.table_of(review, values.rule[name])
        assert name in rows or statistic or value == "0", f"{name} = {value}: neither rows nor a result table behind it"
    low = review.participants.set_index("id")["low"]
    assert sum(low[rows["persons_sum"]]) == int(values.value["persons_sum"])


def test_entreq_has_every_item_and_points_at_places_that_exist(mca):
    assert sorted(mca.entreq["number"]) == list(range(1, 22))
    sections = set(mca.sections["id"])
    assert {where for row in mca.entreq["report_where"] for where in row.split()} <= sections
    for row in mca.entreq["compendium_where"]:
        assert all((paths.ROOT / where).exists() for where in row.split()), row
