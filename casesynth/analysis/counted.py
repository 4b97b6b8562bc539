"""Steps 2 to 4 of a review from its counts alone: for reviews that are too large to list.

The shards are counted twice: first the themes and what does not ask which are supported, then what rests on that. The
tables have the columns of those that the notebooks write, by the same functions; lists of names and ids are empty.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from casesynth.analysis import barriers, cooccurrence, general, kernel, leave_out, saturation, themes, thresholds
from casesynth.analysis.kernel import Book, Integers
from casesynth.core import shards
from casesynth.core.results import columns
from casesynth.core.review import Review
from casesynth.core.rules import Rules

#: Counts all shards by a function and adds them up: `casesynth.core.engine.total`, or a loop.
Total = Callable[[Callable[[Path], Integers]], Integers]


@dataclass(frozen=True)
class Plan:
    """What to count in a shard; it is sent to each worker.

    `headings` gives the place of each heading among `Review.sets`, `sides` the side of each of these; `cases` the cases of
    each theme, once they are known: then the second round is counted.
    """

    book: Book
    headings: dict[str, int]
    sides: np.ndarray
    rule: Rules
    cases: np.ndarray | None = None


def plan_of(review: Review, rule: Rules) -> Plan:
    """The plan of a review by its codebook and settings."""
    opposed = review.settings.get("opposed") or []
    sides = [opposed.index(each) if each in opposed else -1 for each in review.sets["id"]]
    headings = {each: place for place, own in enumerate(review.sets["headings"]) for each in own}
    return Plan(kernel.book_of(review.codebook, review.sets), headings, np.array(sides, dtype=int), rule)


def count(shard: shards.Shard, plan: Plan) -> Integers:
    """The integers of one shard, of the round that the plan is at; their names begin with that of their statistic."""
    if plan.cases is None:
        found = {
            "themes": kernel.count_themes(shard),
            "headings": kernel.count_headings(shard),
            "together": kernel.count_together(shard.carry, shard.could),
            "sides": kernel.count_sides(shard, plan.book, plan.sides),
        }
    else:
        now = {level: own[0] for level, own in supported(plan).items()}
        found = {
            "general": kernel.count_general(shard, plan.book, now["theme"]),
            "refined": kernel.count_refined(shard, plan.book, now["theme"], now["general"]),
            "removals": kernel.count_removals(shard, plan.book, plan.cases, plan.rule),
        }
    return {f"{name}.{part}": value for name, own in found.items() for part, value in own.items()}


def count_file(file: Path, plan: Plan) -> Integers:
    """`count` of a shard that is read from its folder."""
    return count(shards.read(file, plan.rule.coding, plan.headings, plan.book.ids["theme"]), plan)


def supported(plan: Plan) -> dict[str, np.ndarray]:
    """What is supported by the cases of the plan: level -> 1 × themes of that level."""
    assert plan.cases is not None
    return kernel.supported_by_counts(plan.book, plan.cases[None, :], plan.rule)


def totals(plan: Plan, total: Total) -> dict[str, Integers]:
    """Both rounds over all shards. Returns statistic -> its integers."""
    one = total(partial(count_file, plan=plan))
    both = one | total(partial(count_file, plan=replace(plan, cases=one["themes.cases"])))
    found: dict[str, Integers] = {}
    for name, value in both.items():
        statistic, part = name.split(".")
        found.setdefault(statistic, {})[part] = value
    return found


def tables(review: Review, plan: Plan, counts: dict[str, Integers]) -> dict[str, pd.DataFrame]:
    """The result tables by name, from the integers. Takes a review of which only codebook and settings are read."""
    book, rule, sets, codebook = plan.book, plan.rule, review.sets, review.codebook
    cases = counts["themes"]["cases"]
    now = {level: own[0] for level, own in supported(replace(plan, cases=cases)).items()}
    found = of_headings(review, plan, counts)
    collected = pd.concat([found[f"themes-{each}"].assign(heading=each) for each in sets["id"]], ignore_index=True)
    table = general.general_themes(collected, counts["general"], codebook, sets, rule.min_headings, rule.heading_groups)
    together = {name.removeprefix("together_"): own for name, own in counts["general"].items() if "together_" in name}
    pairs = cooccurrence.finish_pairs(book, {"theme": counts["together"], "general": together}, now)
    grid, number = thresholds.threshold_grid(book, cases), int(counts["headings"]["all"][1])
    found |= {
        "general-themes": table,
        "general-by-heading": general.general_by_heading(counts["general"], codebook, sets),
        "overlaps": general.overlaps(counts["general"], table, codebook, rule.merge_overlap),
        "refined-themes": general.finish_refined(counts["refined"], table, codebook, sets),
        "robustness": leave_out.bounds(book, cases, counts, number, rule),
        "thresholds": grid,
        "stability": thresholds.stability(grid, rule),
        "saturation-summary": saturation.summary(cases, number),
        "saturation-curve": saturation.expected_curve(cases, number),
        "goes-together": pairs,
        "can-show": cooccurrence.can_show(pairs),
    }
    if review.settings.get("opposed"):
        points, both = counts["sides"]["points"], counts["sides"]["cases"]
        found["barriers-enablers"] = barriers.finish_sides(points, both, [*book.ids["general"], ""], codebook)
    return found


def of_headings(review: Review, plan: Plan, counts: dict[str, Integers]) -> dict[str, pd.DataFrame]:
    """Step 2: the themes of each heading."""
    found = {}
    for place, heading in enumerate(review.sets["id"]):
        own = themes.themes_of(review, heading)
        at = pd.Index(plan.book.ids["theme"]).get_indexer(own["id"])
        numbers = {name: value[at] for name, value in counts["themes"].items()}
        of_cases = int(counts["headings"]["cases"][place])
        found[f"themes-{heading}"] = themes.finish_themes(numbers, own, of_cases, plan.rule.min_cases)[
            columns("themes")
        ]
    return found


def per_heading(review: Review, counts: dict[str, Integers]) -> pd.DataFrame:
    """How far each heading is reported and coded. Returns heading, name, cases, keypoints, none, not_coded."""
    own = counts["headings"]
    table = review.sets[["id", "name"]].rename(columns={"id": "heading"})
    return table.assign(**{name: own[name] for name in ("cases", "keypoints", "none", "not_coded")})
