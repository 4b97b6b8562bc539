"""Checks of counts, lists, facts and dates."""

import re

from casesynth.audit.checks.registry import (
    CAVEAT,
    CONTRADICTED,
    NOT_REPRODUCED,
    PRINTED,
    REPRODUCED,
    Answer,
    check,
    fact_value,
    ids_of,
    rows_of,
    select,
    whole_number,
    words_of,
)
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.errors import UserError


@check
def count(
    review: Review,
    found: dict,
    table: str,
    where: dict = {},
    distinct: str = "",
    equals: int = -1,
    at_least: int = -1,
    beside: list = (),
) -> Answer:
    """Are there so many rows (or different values of a column)? `beside`: facts that print the number elsewhere.

    Reproduced where the number is right; with a caveat where the source prints another one beside it. A wrong
    number of printed things is contradicted; what is sought (`at_least`) and not there is not reproduced.
    """
    if (equals < 0) == (at_least < 0):
        raise UserError("expected one of equals and at_least.")
    own = select(rows_of(review, found, table), where)
    if distinct and distinct not in own:
        raise UserError(f"there is no column '{distinct}'.{nearest(distinct, own.columns)}")
    number = own[distinct].nunique() if distinct else len(own)
    right = number == equals if equals >= 0 else number >= at_least
    other = {fact: fact_value(review, fact) for fact in beside}
    differ = {fact: value for fact, value in other.items() if value != str(number)}
    what = f"values of {distinct}" if distinct else "rows"
    text = f"{number} {what} in {table}, {equals if equals >= 0 else f'at least {at_least}'} expected"
    text += "; elsewhere in print: " + ", ".join(differ.values()) if differ else ""
    wrong = CONTRADICTED if equals >= 0 and table in PRINTED else NOT_REPRODUCED
    verdict = wrong if not right else CAVEAT if differ else REPRODUCED
    return Answer(text, verdict, [*ids_of(own), *other])


@check
def lists_agree(review: Review, found: dict, one: dict, other: dict, part: bool = False) -> Answer:
    """Do two lists hold the same? With `part` it is enough that the first lies in the other.

    A list is {"table": …, "where": …, "column": …}. Values are compared as sets of words, so that capitals,
    punctuation and order do not count. One list inside the other, where they ought to be the same, is a caveat.
    """
    sides = []
    for side in (one, other):
        if set(side) != {"table", "where", "column"}:
            raise UserError('a list is {"table": …, "where": …, "column": …}.')
        frame = select(rows_of(review, found, side["table"]), side["where"])
        if side["column"] not in frame:
            raise UserError(f"there is no column '{side['column']}'.{nearest(side['column'], frame.columns)}")
        sides.append((ids_of(frame), {frozenset(words_of(value)): value for value in frame[side["column"]] if value}))
    (ids, first), (other_ids, second) = sides
    only, other_only = sorted(first[k] for k in first.keys() - second), sorted(second[k] for k in second.keys() - first)
    text = f"{len(first)} and {len(second)}, {len(first.keys() & second)} in both"
    text += f"; in the first only: {', '.join(only)}" if only else ""
    text += f"; in the second only: {', '.join(other_only)}" if other_only and not part else ""
    if not first or not second:
        verdict = NOT_REPRODUCED
    elif not only and (part or not other_only):
        verdict = REPRODUCED
    elif not part and (not only or not other_only):
        verdict = CAVEAT
    else:
        verdict = CONTRADICTED
    return Answer(text, verdict, [*ids, *other_ids])


@check
def facts_agree(review: Review, found: dict, facts: list, alike: list = ()) -> Answer:
    """Do several places of the source (or of the pages around it) say the same, in the same words?

    A caveat where the values are the same and what is counted, or a word printed with it (column wording, such as
    about or estimated), is not; and where the values differ but may be read as one (`alike` lists those). Any other
    difference is a contradiction.
    """
    own = review.facts.set_index("id").loc[facts]
    own = own.assign(wording=own.get("wording", ""))
    values = list(dict.fromkeys(own["value"].str.casefold()))
    said = set(zip(own["unit"], own["wording"].str.casefold()))
    text = "; ".join(
        f"{row.section}: {' '.join(filter(None, [row.wording, row.value, row.unit]))}" for row in own.itertuples()
    )
    if len(values) == 1:
        verdict = REPRODUCED if len(said) == 1 else CAVEAT
    else:
        verdict = CAVEAT if set(values) <= {value.casefold() for value in alike} else CONTRADICTED
    return Answer(text, verdict, facts)


def period(value: str) -> tuple[int, int]:
    """First and last month of a date as the facts hold it, in months since the year 0.

    Raises ValueError for what is no date.

    >>> period("2023-04") == (2023 * 12 + 3, 2023 * 12 + 3), period("summer 2023") == (2023 * 12 + 5, 2023 * 12 + 7)
    (True, True)
    """
    if match := re.fullmatch(r"summer (\d{4})", value):
        return int(match[1]) * 12 + 5, int(match[1]) * 12 + 7
    if match := re.fullmatch(r"(\d{4})-(\d{4})", value):
        return int(match[1]) * 12, int(match[2]) * 12 + 11
    if match := re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", value):
        month = int(match[1]) * 12 + int(match[2]) - 1
        return month, month
    if match := re.fullmatch(r"(\d{4})", value):
        return int(match[1]) * 12, int(match[1]) * 12 + 11
    raise ValueError(f"'{value}' is no date")


@check
def date_within(review: Review, found: dict, date: str, within: str, last: float = 1.0) -> Answer:
    """Does one printed date lie in another printed period, or in the last part of it (a share)?

    With `last`, reproduced where it begins in that part, a caveat where it only reaches into it; a date of the period
    that ends before that part is not reproduced, for "towards the end" is no printed date.
    """
    try:
        start, end = period(fact_value(review, date))
        first, final = period(fact_value(review, within))
    except ValueError as error:
        raise UserError(f"{error}; expected a year, years, a month, a day, or a summer.") from None
    late = final + 1 - last * (final + 1 - first)
    text = f"{fact_value(review, date)} in {fact_value(review, within)}"
    text += f": ends {final - end} months before the end" if last < 1 and end <= final else ""
    if start < first or end > final:
        verdict, text = CONTRADICTED, text.replace(" in ", " outside ", 1)
    else:
        verdict = REPRODUCED if start >= late else CAVEAT if end >= late else NOT_REPRODUCED
    return Answer(text, verdict, [date, within])


@check
def starts_after(review: Review, found: dict, date: str, start: str, months: str = "") -> Answer:
    """Does one printed date start after another has ended, or so many printed months (`months`) after it began?"""
    try:
        first, (begun, ended) = period(fact_value(review, date))[0], period(fact_value(review, start))
    except ValueError as error:
        raise UserError(f"{error}; expected a year, years, a month, a day, or a summer.") from None
    ended = begun + whole_number(review, months) - 1 if months else ended
    text = f"{fact_value(review, months)} months from " if months else ""
    text += f"{fact_value(review, start)}; then {fact_value(review, date)}"
    return Answer(text, REPRODUCED if ended < first else CONTRADICTED, [date, start, *filter(None, [months])])
