"""The counts of steps 2 to 4: they add up over shards in any order, and give the tables of the notebooks."""

from functools import partial, reduce

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

import casesynth as cs
from casesynth.analysis import counted, kernel, matrices
from casesynth.core.rules import Rules
from casesynth.core.shards import Shard, add
from tests.support.reviews import invented

BOOK = invented(3, headings=3, per_heading=4)
PLAN = counted.Plan(BOOK, {}, np.array([0, 1, -1]), Rules(2, 2))


@st.composite
def shards(draw, cases: int) -> Shard:
    """Some cases with random key points and codings; a theme is coded once for a key point, as the tables demand."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    case = random.integers(0, cases, draw(st.integers(0, 30))) if cases else np.array([], dtype=int)
    pairs = random.random((len(case), 13)) < draw(st.sampled_from([0.05, 0.3]))
    point, theme = np.nonzero(pairs)
    heading = random.integers(0, 3, len(case))
    return Shard(cases, 12, 3, case, heading, point, np.where(theme == 12, -1, theme), random.random(len(point)) < 0.8)


def one(parts: list[Shard]) -> Shard:
    """Several shards as one."""
    cases, points = (np.cumsum([0, *numbers]) for numbers in ([p.cases for p in parts], [len(p.case) for p in parts]))
    joined = {name: np.concatenate([getattr(p, name) for p in parts]) for name in ("heading", "theme", "supports")}
    case = np.concatenate([p.case + first for p, first in zip(parts, cases)])
    point = np.concatenate([p.point + first for p, first in zip(parts, points)])
    return Shard(int(cases[-1]), 12, 3, case, point=point, **joined)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=5).flatmap(lambda sizes: st.tuples(*map(shards, sizes))), st.randoms())  # fmt: skip
def test_every_count_adds_up_over_shards_in_any_order(parts, random):
    parts, whole = list(parts), one(list(parts))
    random.shuffle(parts)
    supporting = kernel.count_themes(whole)["cases"]
    for plan in (PLAN, counted.replace(PLAN, cases=supporting)):
        together = counted.count(whole, plan)
        added = reduce(add, (counted.count(part, plan) for part in parts), {})
        assert together.keys() == added.keys()
        for name, value in together.items():
            assert value.dtype == np.int64, name
            assert (value == added[name]).all(), name


def test_counts_are_those_of_plain_sets():
    """Every count of key points and cases by the definition, on one random shard."""
    random = np.random.default_rng(5)
    case, heading = random.integers(0, 6, 40), random.integers(0, 3, 40)
    point, theme = np.nonzero(random.random((40, 12)) < 0.15)
    shard = Shard(6, 12, 3, case, heading, point, theme, random.random(len(point)) < 0.8)
    supported = random.random(12) < 0.7
    rows = [(p, case[p], heading[p], BOOK.general_of[t].argmax()) for p, t, yes in zip(point, theme, shard.supports) if yes and supported[t]]  # fmt: skip
    counts = kernel.count_general(shard, BOOK, supported)
    for g in range(3):
        for other in range(3):
            both = [{row[unit] for row in rows if row[3] == g} & {row[unit] for row in rows if row[3] == other} for unit in (0, 1)]  # fmt: skip
            assert (counts["points"][g, other], counts["cases"][g, other]) == tuple(map(len, both))
        for h in range(3):
            own = [row for row in rows if row[2:] == (h, g)]
            found = counts["points_by"][g, h], counts["cases_by"][g, h]
            assert found == (len({row[0] for row in own}), len({row[1] for row in own}))


def test_the_tables_of_a_counted_review_are_those_of_the_notebooks(phase2):
    """The published dozen in one shard: the same numbers, without the lists; bounds hold what the search finds."""
    rule = Rules.of(phase2)
    whole, plan = cs.synthesise(phase2, rule), counted.plan_of(phase2, rule)
    points = phase2.themed_points
    shard = kernel.shard_of(points, whole.coded, plan.book.ids["theme"], list(phase2.sets["id"]))
    counts: dict = {}
    one_round = counted.count(shard, plan)
    for name, value in (
        one_round | counted.count(shard, counted.replace(plan, cases=one_round["themes.cases"]))
    ).items():
        counts.setdefault(name.split(".")[0], {})[name.split(".")[1]] = value
    found = counted.tables(phase2, plan, counts)
    structure = matrices.structure(phase2, whole.coded)
    written = whole.tables() | {f"themes-{heading}": own.table for heading, own in whole.by_heading.items()}
    written |= {
        "goes-together": cs.cooccurrence.pairs(structure, rule),
        "thresholds": cs.thresholds.threshold_grid(structure, structure.cases_with),
    }
    curve = cs.saturation.curve(structure.carry)[["cases", "expected"]]
    written |= {
        "saturation-curve": curve,
        "saturation-summary": cs.saturation.summary(structure.cases_with, len(structure.carry)),
    }
    lists = ["reported_by", "not_mentioned_by", "with_cases", "cases_both"]
    same = found.keys() & written.keys()
    assert len(same) == 14
    for name in same:
        pd.testing.assert_frame_equal(found[name].drop(columns=lists, errors="ignore"), written[name].drop(columns=lists, errors="ignore"), check_dtype=False)  # fmt: skip
        assert not found[name].filter(lists).ne("").any(axis=None)
    exact = whole.robustness.set_index(["level", "id"])
    for row in found["robustness"].itertuples():
        least = row.fewest if row.exact else row.at_least
        assert least <= exact.loc[(row.level, row.id), "fewest"] <= row.fewest
        assert row.supported_in == exact.loc[(row.level, row.id), "supported_in"]


def test_beyond_ten_thousand_cases_pairs_are_compared_and_not_tested():
    of = invented(1, cases=4)
    many = partial(np.kron, b=np.full((1, 1), 5_000))
    counts = {level: {name: many(a=value) for name, value in kernel.count_together(of.carry, of.could).items()} for level in ("theme",)}  # fmt: skip
    table = cs.cooccurrence.finish_pairs(of, counts, {"theme": np.ones(12, dtype=bool)})
    assert table["p"].isna().all() and len(table) == 66
    far = (table["both"] - table["expected"]).abs() / np.sqrt(table["expected"].clip(lower=1))
    assert far.is_monotonic_decreasing
    assert cs.cooccurrence.can_show(table).empty
