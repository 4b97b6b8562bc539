"""Checks of the numbers of people who took part."""

import pandas as pd

from casesynth.analysis.participants import interval_of
from casesynth.audit.checks.registry import (
    CAVEAT,
    CONTRADICTED,
    NOT_REPRODUCED,
    REPRODUCED,
    Answer,
    check,
    rows_of,
    whole_number,
)
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.errors import UserError

#: How far a printed total may lie from a plain sum that nobody printed: a convention of ours.
TOLERANCE = 0.1


@check
def parts_add_up(review: Review, found: dict, whole: str) -> Answer:
    """Do the parts that are printed under a number of participants add up to it?

    Only disjoint parts have to. Of overlapping ones, and of those of which that is unknown (column siblings), the sum
    says little: a caveat, unless one part alone is greater than the whole.
    """
    own = review.participants
    parts, total = own[own["part_of"].eq(whole)], own.set_index("id").loc[whole]
    number = int(parts["low"].sum())
    text = f"{' + '.join(str(low) for low in parts['low'])} = {number}; printed: {total['stated']}"
    if parts.empty:
        return Answer("no part is printed", NOT_REPRODUCED, [whole])
    loose = "" if parts["siblings"].eq("disjoint").all() else "; the parts may overlap"
    open_ended = parts["high"].isna().any() or pd.isna(total["high"])
    fits = parts["low"].max() <= total["low"] if loose else number == total["low"]
    verdict = CONTRADICTED if not fits else CAVEAT if loose or open_ended else REPRODUCED
    return Answer(text + loose, verdict, [whole, *parts["id"]])


@check
def numbers_agree(review: Review, found: dict, ids: list) -> Answer:
    """Do numbers that are printed in several places of one thing (ids of participants or of facts) agree?

    A caveat where the intervals meet without being the same, or miss each other by one only: "over 100" beside "100",
    which may be rounded (`total_within` takes "about" and "more than" alike).
    """
    said = dict(zip(review.facts["id"], review.facts["value"])) if review.has("facts") else {}
    said |= dict(zip(review.participants["id"], review.participants["stated"])) if review.has("participants") else {}
    for one in ids:
        if one not in said:
            raise UserError(f"'{one}' is neither in participants.csv nor in facts.csv.{nearest(one, said)}")
    try:
        intervals = [interval_of(said[one]) for one in ids]
    except ValueError as error:
        raise UserError(f"{error}.") from None
    low = max(start for start, _ in intervals)
    high = min((end for _, end in intervals if end is not None), default=None)
    text = "; ".join(f"{one}: {said[one]}" for one in ids)
    if len(set(intervals)) == 1:
        return Answer(text, REPRODUCED, ids)
    return Answer(text, CAVEAT if high is None or low <= high + 1 else CONTRADICTED, ids)


@check
def ratio(review: Review, found: dict, after: str, before: str, equals: float) -> Answer:
    """Is one printed number of participants so many times another?"""
    own = review.participants.set_index("id")
    for one in (after, before):
        if one not in own.index:
            raise UserError(f"'{one}' is no id of participants.csv.{nearest(one, own.index)}")
    found_ratio = own.loc[after, "low"] / own.loc[before, "low"]
    text = f"{own.loc[after, 'stated']} / {own.loc[before, 'stated']} = {found_ratio:g}"
    return Answer(text, REPRODUCED if found_ratio == equals else CONTRADICTED, [after, before])


@check
def total_within(review: Review, found: dict, fact: str, above: bool = False) -> Answer:
    """Does the interval of all participants hold the printed total (or, with `above`, reach over it)?

    Its low end takes all overlap, its high end none. An open end is taken to lie a tenth (`TOLERANCE`) above the plain
    sum, so that an absurd total is not reproduced. Reproduced only where people alone, each project with a number and
    no open end, come to it; a caveat where it takes attendances and responses too, or where only the high end is over.
    """
    number, table = whole_number(review, fact), rows_of(review, found, "participants-total").set_index("what")
    everyone, people = table.loc["all together"], table.loc["people"]
    cases = rows_of(review, found, "participants-cases")
    without = list(cases.loc[cases["unit"].eq("all together") & cases["groups"].eq(0), "name"])

    def limit(row) -> float:
        return round(row["sum_as_printed"] * (1 + TOLERANCE)) if pd.isna(row["high"]) else row["high"]

    text = (
        f"people, attendances and responses together: {everyone['interval']}, plain sum "
        f"{everyone['sum_as_printed']:,}; people alone: {people['interval']}, plain sum {people['sum_as_printed']:,}; "
        f"printed: {number:,}"
    )
    text += f"; open end taken as {limit(everyone):,}" if pd.isna(everyone["high"]) else ""
    text += f"; no number for {', '.join(without)}" if without else ""
    if above:
        fits, clean = limit(everyone) > number, people["low"] > number
    else:
        fits = everyone["low"] <= number <= limit(everyone)
        clean = people["low"] <= number <= limit(people) and not pd.isna(people["high"])
    verdict = NOT_REPRODUCED if not fits else REPRODUCED if clean and not without else CAVEAT
    return Answer(text, verdict, [fact, *review.participants["id"]])


@check
def share_of_total(review: Review, found: dict, unit: str, at_least: float = 0.0, at_most: float = 1.0) -> Answer:
    """Is the share of one unit (people, attendances, responses) in the plain sum of all within the limits?"""
    table = rows_of(review, found, "participants-total").set_index("what")
    if unit not in table.index:
        raise UserError(f"there is no unit '{unit}'.{nearest(unit, table.index)}")
    part, whole = table.loc[unit, "sum_as_printed"], table.loc["all together", "sum_as_printed"]
    share = part / whole if whole else 0.0
    text = f"{part:,} of {whole:,} ({share:.0%}) are {unit}"
    own = review.participants
    verdict = REPRODUCED if at_least <= share <= at_most else NOT_REPRODUCED
    return Answer(text, verdict, list(own.loc[own["unit"].eq(unit), "id"]))
