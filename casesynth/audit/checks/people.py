"""Checks of the numbers of people who took part."""

import pandas as pd

from casesynth.analysis.participants import interval_of
from casesynth.audit.checks.registry import Answer, Verdict, check, rows_of, whole_number
from casesynth.core.review import Review
from casesynth.errors import UserError

#: How far above the plain sum an open end is taken to lie: a convention of the compendium.
TOLERANCE = 0.1


@check("disjoint parts add up to another number, or one part exceeds the whole")
def parts_add_up(review: Review, found: dict, whole: str) -> Answer:
    """Do the parts given under a number of participants add up to it?

    Only disjoint parts have to. Of parts that overlap, or may do so (column siblings), the sum says little: a caveat,
    unless one part alone exceeds the whole. Without parts there is nothing to check.
    """
    own = review.participants
    parts, total = own[own["part_of"].eq(whole)], own.set_index("id").loc[whole]
    if parts.empty:
        return Answer("The report gives no parts of this number.", Verdict.NOT_CHECKABLE, [whole])
    number = int(parts["low"].sum())
    text = f"{' + '.join(str(low) for low in parts['low'])} = {number}; the report gives {total['stated']}."
    loose = not parts["siblings"].eq("disjoint").all()
    text += " The parts may overlap." if loose else ""
    open_ended = parts["high"].isna().any() or pd.isna(total["high"])
    right = parts["low"].max() <= total["low"] if loose else number == total["low"]
    verdict = Verdict.CONTRADICTED if not right else Verdict.CAVEAT if loose or open_ended else Verdict.REPRODUCED
    return Answer(text, verdict, [whole, *parts["id"]])


@check("the ranges of the numbers lie more than one apart")
def numbers_agree(review: Review, found: dict, ids: list) -> Answer:
    """Do the numbers that several passages give of one thing (ids of participants or of facts) agree?

    With a caveat if their ranges overlap without being the same, or lie one apart: “over 100” and
    “100”, which may be rounded.
    """
    said = dict(zip(review.facts["id"], review.facts["value"])) if review.has("facts") else {}
    said |= dict(zip(review.participants["id"], review.participants["stated"])) if review.has("participants") else {}
    try:
        intervals = [interval_of(said[one]) for one in ids]
    except ValueError as error:
        raise UserError(f"{error}.") from None
    low = max(start for start, _ in intervals)
    high = min((end for _, end in intervals if end is not None), default=None)
    text = "; ".join(f"{one}: {said[one]}" for one in ids) + "."
    if len(set(intervals)) == 1:
        return Answer(text, Verdict.REPRODUCED, ids)
    return Answer(text, Verdict.CAVEAT if high is None or low <= high + 1 else Verdict.CONTRADICTED, ids)


@check("the one number divided by the other is not the ratio stated")
def ratio(review: Review, found: dict, after: str, before: str, equals: float) -> Answer:
    """Is one number of participants the stated multiple of another?"""
    own = review.participants.set_index("id")
    result = own.loc[after, "low"] / own.loc[before, "low"]
    text = f"{own.loc[after, 'stated']} / {own.loc[before, 'stated']} = {result:g}."
    return Answer(text, Verdict.REPRODUCED if result == equals else Verdict.CONTRADICTED, [after, before])


@check("the total lies outside the range of its unit, an open end being taken a tenth above the plain sum")
def total_within(review: Review, found: dict, fact: str, unit: str = "people", above: bool = False) -> Answer:
    """Does the range of what is counted in one unit contain the stated total (or, with `above`, reach beyond it)?

    The low end assumes that groups overlap as far as they can, the high end that they do not. An open end is taken to
    lie a tenth (`TOLERANCE`) above the plain sum, so that no total is right whatever it is. Only people are added up
    for a statement about people; “all together” adds attendances and responses, which is always a caveat, as is a
    project without a number.
    """
    number, table = whole_number(review, fact), rows_of(review, found, "participants-total").set_index("what")
    row = table.loc[unit]
    limit = round(row["sum_as_published"] * (1 + TOLERANCE)) if pd.isna(row["high"]) else int(row["high"])
    cases = rows_of(review, found, "participants-cases")
    without = list(cases.loc[cases["unit"].eq(unit) & cases["groups"].eq(0), "name"])
    text = f"The report gives {number:,}. Counted as {unit}: {row['interval']}, plain sum {row['sum_as_published']:,}"
    text += f", open end taken as {limit:,}." if pd.isna(row["high"]) else "."
    text += f" No number: {', '.join(without)}." if without else ""
    right = limit > number if above else row["low"] <= number <= limit
    clean = unit != "all together" and not pd.isna(row["high"]) and not without and (row["low"] > number or not above)
    verdict = Verdict.NOT_REPRODUCED if not right else Verdict.REPRODUCED if clean else Verdict.CAVEAT
    return Answer(text, verdict, [fact, *review.participants["id"]])


@check("the share of the unit lies outside the limits")
def share_of_total(review: Review, found: dict, unit: str, at_least: float = 0.0, at_most: float = 1.0) -> Answer:
    """Does the share of one unit (people, attendances, responses) in the plain sum of all lie within the limits?"""
    table = rows_of(review, found, "participants-total").set_index("what")
    part, whole = table.loc[unit, "sum_as_published"], table.loc["all together", "sum_as_published"]
    share = part / whole if whole else 0.0
    text = f"{part:,} of {whole:,} ({share:.0%}) are {unit}."
    own = review.participants
    verdict = Verdict.REPRODUCED if at_least <= share <= at_most else Verdict.NOT_REPRODUCED
    return Answer(text, verdict, list(own.loc[own["unit"].eq(unit), "id"]))
