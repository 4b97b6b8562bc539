"""Participants: from published numbers to intervals.

Nobody counted persons over groups, so a total is an interval: its low end assumes that groups overlap as
much as they can, its high end that they do not overlap at all. An open end ("over 200") has no high. People
taking part, attendances at events, and responses are different units; they are only added up where it says so.
"""

import re
from typing import Any

import pandas as pd

from casesynth.core.results import columns, frame
from casesynth.core.review import Review
from casesynth.errors import UserError

#: The least number that an open expression means: a convention of the compendium.
OPEN = {"hundreds": 200, "dozens": 24, "thousands": 2000}
#: Numbers that count persons, once or more than once. Organisations are not persons.
OF_PERSONS = ["people", "attendances", "responses"]


def interval_of(stated: str) -> tuple[int, int | None]:
    """The least and greatest number that a published expression means; None is open.

    Raises ValueError for an expression without a number.

    >>> interval_of("over 200"), interval_of("5-7"), interval_of("Hundreds"), interval_of("approximately 3,000")
    ((201, None), (5, 7), (200, None), (3000, 3000))
    """
    text = stated.lower().replace(",", "")
    if text in OPEN:
        return OPEN[text], None
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    if not numbers and re.match(r"an?\b", text):
        return 1, 1
    if not numbers:
        raise ValueError(f"'{stated}' holds no number; expected one, or one of {', '.join(OPEN)}")
    if re.search(r"\b(over|more than)\b", text):
        return numbers[0] + 1, None
    if re.search(r"\b(at least)\b", text):
        return numbers[0], None
    return numbers[0], numbers[-1]


def groups_of(review: Review) -> pd.DataFrame:
    """The counted groups of a review: its participants.csv.

    Raises UserError for a row whose low or high is not what `interval_of` reads in its stated number.
    """
    groups = review.table("participants")
    wrong = misread(groups)
    if not wrong.empty:
        row = wrong.iloc[0]
        raise UserError(
            f"participants.csv, {row['id']}: '{row['stated']}' reads as {interval_of(row['stated'])}, "
            f"found low {row['low']}, high {row['high']}. Correct the row."
        )
    return groups


def published_totals(review: Review) -> dict[str, float]:
    """What the source publishes as totals: where and as what -> number (facts with subject participants)."""
    facts = review.table("facts")
    own = facts[facts["subject"].eq("participants")]
    own = own.assign(number=pd.to_numeric(own["value"], errors="coerce")).dropna(subset=["number"])
    return {f"As published: {fact.fact}": fact.number for fact in own.itertuples()}


def counted(groups: pd.DataFrame) -> pd.DataFrame:
    """The groups that enter totals: not inside another group, no mean, no count from before a growth."""
    return groups[groups["part_of"].eq("") & groups["measure"].isin(["count", "after"])].reset_index(drop=True)


def add_up(groups: pd.DataFrame) -> tuple[int, int | None]:
    """The interval of some groups of one project: most overlap at the low end, none at the high.

    Only groups that are all said to be disjoint are added up at the low end too.

    >>> groups = pd.DataFrame({"low": [30, 50], "high": [30, 50], "siblings": "unknown"})
    >>> add_up(groups)
    (50, 80)
    """
    if groups.empty:
        return 0, 0
    disjoint = groups["siblings"].eq("disjoint").all()
    low = groups["low"].sum() if disjoint else groups["low"].max()
    return int(low), None if groups["high"].isna().any() else int(groups["high"].sum())


def stated(low: int, high: int | None) -> str:
    """An interval as text.

    >>> stated(5, 7), stated(8, 8), stated(201, None)
    ('5 to 7', '8', 'at least 201')
    """
    if high is None or pd.isna(high):
        return f"at least {low:,}"
    return f"{low:,}" if low == high else f"{low:,} to {int(high):,}"


def per_case(groups: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """The interval of each project, per unit and for all units together, which is a count and not a number of persons.

    A project without a number has a row with 0 groups. Returns the columns of `participants-cases` in results.json.
    """
    own = counted(groups)
    rows = []
    for case in cases.itertuples():
        mine = own[own["case"].eq(case.id) & own["unit"].isin(OF_PERSONS)]
        for unit in [*OF_PERSONS, "all together"]:
            part = mine if unit == "all together" else mine[mine["unit"].eq(unit)]
            if part.empty and unit != "all together":
                continue
            low, high = add_up(part)
            rows.append([case.id, case.name, unit, len(part), low, high, int(part["low"].sum()), stated(low, high)])
    table = frame("participants-cases", rows)
    table.loc[table["groups"].eq(0), "interval"] = "no number published"
    return table.astype({"high": "Int64"})


def totals(by_case: pd.DataFrame, published: dict[str, float]) -> pd.DataFrame:
    """The programme's intervals compared with the published totals. Persons are taken to belong to one project only.

    `published` maps what a section publishes to its number. Returns the columns of `participants-total` in results.json.
    """
    rows: list[list[Any]] = []
    for unit in [*OF_PERSONS, "all together"]:
        own = by_case[by_case["unit"].eq(unit)]
        high = None if own["high"].isna().any() else int(own["high"].sum())
        low = int(own["low"].sum())
        rows.append([unit, low, high, int(own["sum_as_published"].sum()), stated(low, high), ""])
    low, high = rows[-1][1:3]
    for what, number in published.items():
        inside = low <= number and (high is None or number <= high)
        rows.append([what, int(number), int(number), int(number), f"{int(number):,}", "yes" if inside else "no"])
    return frame("participants-total", rows).astype({"high": "Int64"})


def weights(by_case: pd.DataFrame) -> pd.DataFrame:
    """Each project's part of the plain sum, and the part of that which is attendance at events.

    The last row is the whole programme. Returns the columns of `participants-weights` in results.json.
    """
    everyone = by_case[by_case["unit"].eq("all together")].set_index("case")
    attended = by_case[by_case["unit"].eq("attendances")].set_index("case")["sum_as_published"]
    table = everyone[["name", "sum_as_published"]].copy()
    table["attendances"] = attended.reindex(table.index).fillna(0).astype(int)
    table.loc["", :] = ["All projects", table["sum_as_published"].sum(), table["attendances"].sum()]
    table = table.astype({"sum_as_published": "Int64", "attendances": "Int64"})
    table.loc[everyone.index[everyone["groups"].eq(0)], ["sum_as_published", "attendances"]] = (
        pd.NA
    )  # none is published
    whole = table.loc["", "sum_as_published"]
    table["share"] = (table["sum_as_published"] / whole).round(3) if whole else 0.0
    table["attendance_share"] = (
        table["attendances"] / table["sum_as_published"].where(table["sum_as_published"] > 0)
    ).round(3)
    return table.rename_axis("case").reset_index()[columns("participants-weights")]


def sub_totals(groups: pd.DataFrame) -> pd.DataFrame:
    """Groups with parts: do they add up? Returns the columns of `participants-sub-totals` in results.json."""
    parts = groups[groups["part_of"].ne("")].groupby("part_of")["low"].agg(parts="size", sum_of_parts="sum")
    whole = groups.set_index("id").loc[parts.index]
    table = whole[["case", "group", "stated"]].join(parts).rename_axis("id").reset_index()
    return table.assign(difference=table["sum_of_parts"].astype(int) - whole["low"].astype(int).to_numpy())


def misread(groups: pd.DataFrame) -> pd.DataFrame:
    """Rows whose low or high differs from what `interval_of` reads in `stated`. Returns id, stated, low, high."""
    read = [interval_of(words) for words in groups["stated"]]
    wrong = [
        low != row.low or (high is None) != pd.isna(row.high) or (high is not None and high != row.high)
        for (low, high), row in zip(read, groups.itertuples())
    ]
    return groups.loc[wrong, ["id", "stated", "low", "high"]]
