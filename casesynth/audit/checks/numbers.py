"""Checks of counts, lists, values and dates that the report gives in more than one passage."""

import re

from casesynth.audit.checks.registry import (
    NONE_GIVEN,
    PUBLISHED,
    Answer,
    Verdict,
    check,
    fact_value,
    ids_of,
    rows_of,
    select,
    whole_number,
)
from casesynth.core.review import Review
from casesynth.core.text import section_name, words_of
from casesynth.errors import UserError

#: No condition: all rows.
EVERY_ROW: dict = {}
#: How a sentence names the rows of a table, or the different values of a column.
NOUNS = {
    "cases": "projects",
    "case": "projects",
    "sections": "such sections",
    "section": "sections",
    "entries": "entries",
    "statements": "statements",
    "codebook": "such themes",
    "themes": "such themes",
    "facts": "such passages",
    "mentions": "such passages",
    "published_name": "names",
    "nation": "nations",
    "order": "numbers",
    "keypoints": "key points",
}


@check("the number of rows is another, or is below the least number expected")
def count(
    review: Review,
    found: dict,
    table: str,
    where: dict = EVERY_ROW,
    distinct: str = "",
    equals: int = -1,
    at_least: int = -1,
    beside: list = NONE_GIVEN,
) -> Answer:
    """Does a table have as many rows (or different values of a column) as stated? `beside`: facts that repeat it.

    Reproduced where the number is right; with a caveat where the report elsewhere gives another. A wrong number of
    things that the report itself names is contradicted; where such a thing is sought (`at_least`) and missing, the
    statement is not borne out. Of rows that are our reading a wrong number is not reproduced.
    """
    if (equals < 0) == (at_least < 0):
        raise UserError("give either equals or at_least, and not both.")
    own = select(rows_of(review, found, table), where)
    number = own[distinct].nunique() if distinct else len(own)
    right = number == equals if equals >= 0 else number >= at_least
    other = {fact: fact_value(review, fact) for fact in beside}
    differ = list(dict.fromkeys(value for value in other.values() if value != str(number)))
    what = (
        NOUNS.get(distinct, f"different values of {distinct}") if distinct else NOUNS.get(table, f"rows of {table}.csv")
    )
    if number == 1:
        what = re.sub("ies$", "y", what).removesuffix("s")
    expected = f"{equals or 'none'}" if equals >= 0 else f"at least {at_least}"
    text = f"We count {number or 'no'} {what}; the statement needs {expected}."
    text += f" Elsewhere the report gives {', '.join(differ)}." if differ else ""
    if right:
        return Answer(text, Verdict.CAVEAT if differ else Verdict.REPRODUCED, [*ids_of(own), *other])
    wrong = (
        Verdict.NOT_REPRODUCED
        if table not in PUBLISHED
        else Verdict.CONTRADICTED
        if equals >= 0
        else Verdict.NOT_BORNE_OUT
    )
    return Answer(text, wrong, [*ids_of(own), *other])


def side_of(review: Review, found: dict, side: dict) -> tuple[list, dict]:
    """One list for `lists_agree`: the ids of its rows, and its values by their sets of words."""
    if set(side) != {"table", "where", "column"}:
        raise UserError('write each list as {"table": …, "where": …, "column": …}.')
    frame = select(rows_of(review, found, side["table"]), side["where"])
    return ids_of(frame), {frozenset(words_of(value)): value for value in frame[side["column"]] if value}


@check("each list has an item that the other lacks, or (`part`) the first has one that the second lacks")
def lists_agree(review: Review, found: dict, one: dict, other: dict, part: bool = False) -> Answer:
    """Do two lists contain the same items? With `part` it is enough that the second contains the first.

    A list is {"table": …, "where": …, "column": …}. Items are compared as sets of words, without regard to capitals,
    punctuation or order. Where they should be the same and one contains the other: a caveat. Where one of
    them is empty: not borne out.
    """
    (ids, first), (other_ids, second) = side_of(review, found, one), side_of(review, found, other)
    only, other_only = sorted(first[k] for k in first.keys() - second), sorted(second[k] for k in second.keys() - first)
    shared = len(first.keys() & second)
    text = f"The lists have {len(first)} and {len(second)} items, {shared} in common."
    text += f" Only in the first: {', '.join(only)}." if only else ""
    text += f" Only in the second: {', '.join(other_only)}." if other_only and not part else ""
    if not first or not second:
        verdict = Verdict.NOT_BORNE_OUT
    elif not only and (part or not other_only):
        verdict = Verdict.REPRODUCED
    elif not part and (not only or not other_only):
        verdict = Verdict.CAVEAT
    else:
        verdict = Verdict.CONTRADICTED
    return Answer(text, verdict, [*ids, *other_ids])


@check("the passages give different values, and `alike` does not list them as readings of one")
def facts_agree(review: Review, found: dict, facts: list, alike: list = NONE_GIVEN) -> Answer:
    """Do several passages of the report (or of the pages around it) give the same value?

    With a caveat where the values agree but their units or qualifiers (column wording, such as “about”) differ, or
    where the values differ but could describe the same thing (`alike` lists those). Any other difference is a
    contradiction.
    """
    own = review.facts.set_index("id").loc[facts]
    own = own.assign(wording=own.get("wording", ""))
    values = list(dict.fromkeys(own["value"].str.casefold()))
    said = set(zip(own["unit"], own["wording"].str.casefold()))
    passages = [
        f"{section_name(row.section)} has “{' '.join(filter(None, [row.wording, row.value, row.unit]))}”"
        for row in own.itertuples()
    ]
    text = f"{', '.join(passages)}."
    text = text[0].upper() + text[1:]
    if len(values) == 1:
        verdict = Verdict.REPRODUCED if len(said) == 1 else Verdict.CAVEAT
    else:
        verdict = Verdict.CAVEAT if set(values) <= {value.casefold() for value in alike} else Verdict.CONTRADICTED
    return Answer(text, verdict, facts)


def period(value: str) -> tuple[int, int]:
    """First and last month of a date as facts.csv writes it, in months since the year 0.

    Raises UserError for what is not a date.

    >>> period("2023-04") == (2023 * 12 + 3, 2023 * 12 + 3), period("summer 2023") == (2023 * 12 + 5, 2023 * 12 + 7)
    (True, True)
    """
    if match := re.fullmatch(r"summer (\d{4})", value):
        return int(match[1]) * 12 + 5, int(match[1]) * 12 + 7
    if match := re.fullmatch(r"(\d{4})-(\d{2})(-\d{2})?", value):
        month = int(match[1]) * 12 + int(match[2]) - 1
        return month, month
    if match := re.fullmatch(r"(\d{4})(?:-(\d{4}))?", value):
        return int(match[1]) * 12, int(match[2] or match[1]) * 12 + 11
    raise UserError(
        f"'{value}' is not a date; expected a year (2023), years (2021-2023), a month (2023-04), a day (2023-04-30) "
        "or a summer (summer 2023)."
    )


@check("the date lies outside the period, or ends before the part of it that is meant")
def date_within(review: Review, found: dict, date: str, within: str, last: float = 1.0) -> Answer:
    """Does one date lie within a period, or within the last part of it (`last`, a share)?

    With `last`: reproduced where it begins in that part, with a caveat where it only reaches into it, not reproduced
    where it ends before it. A date outside the period is contradicted.
    """
    start, end = period(fact_value(review, date))
    first, final = period(fact_value(review, within))
    late = final + 1 - last * (final + 1 - first)
    if start < first or end > final:
        text = f"{fact_value(review, date)} lies outside {fact_value(review, within)}."
        return Answer(text, Verdict.CONTRADICTED, [date, within])
    text = f"{fact_value(review, date)} lies within {fact_value(review, within)}"
    text += f", {final - end} months before its end." if last < 1 else "."
    verdict = Verdict.REPRODUCED if start >= late else Verdict.CAVEAT if end >= late else Verdict.NOT_REPRODUCED
    return Answer(text, verdict, [date, within])


@check("the later date begins before the earlier period has ended")
def starts_after(review: Review, found: dict, date: str, start: str, months: str = "") -> Answer:
    """Does one period start after another has ended, or (`months`) once a stated number of months has passed?"""
    first, (begun, ended) = period(fact_value(review, date))[0], period(fact_value(review, start))
    ended = begun + whole_number(review, months) - 1 if months else ended
    first_period = f"{fact_value(review, months)} months from " if months else ""
    text = f"First {first_period}{fact_value(review, start)}, then {fact_value(review, date)}."
    return Answer(
        text, Verdict.REPRODUCED if ended < first else Verdict.CONTRADICTED, [date, start, *filter(None, [months])]
    )
