"""Checks: the rules by which the claims of the report are recomputed.

Each is a pure function of the review, of the result tables and of the arguments in `claims.csv`; it gives a value in
words, a verdict, and the rows behind it, and it can come out false. Where the report's own counts of projects
disagree, shares are shown for each of them (see `denominators`).

A statement that the published summaries do not bear out is "not reproduced": its authors had the full
questionnaires. Only where one printed thing speaks against another is it "contradicted within the report".
"""

import re
from typing import NamedTuple

import pandas as pd

from casesynth.analysis.participants import interval_of
from casesynth.analysis.quantifiers import SHARES, fits
from casesynth.core.review import Review
from casesynth.core.rules import Rules
from casesynth.core.text import nearest
from casesynth.errors import UserError

REPRODUCED = "reproduced"
CAVEAT = "reproduced with a caveat"
NOT_REPRODUCED = "not reproduced from the published summaries"
CONTRADICTED = "contradicted within the report"
NOT_CHECKABLE = "not checkable from here"
VERDICTS = [REPRODUCED, CAVEAT, NOT_REPRODUCED, CONTRADICTED, NOT_CHECKABLE]
#: Tables that hold what the source prints: a mismatch in them is one inside the report. The others (key points,
#: codings, and what is computed from them) are our reading of it.
PRINTED = ["sections", "cases", "places", "aliases", "entries", "statements", "attributions", "participants", "facts"]
#: The number of projects from which a repeated answer counts as one: step 2 by its default.
REPEATED = Rules().min_cases
#: Said of a sentence about an effect or a need (argument `effect`), for which nothing here is more than a caveat.
NO_EFFECT = "that projects report it does not show that it works or is needed"
#: How far a printed total may lie from a plain sum that nobody printed: a convention of ours.
TOLERANCE = 0.1
CHECKS: dict = {}


class Answer(NamedTuple):
    """What a check finds: a value in words, its verdict, and the ids of the rows behind it."""

    recomputed: str
    verdict: str
    rows: list


def check(function):
    """Enter a function in the registry, under its name with hyphens."""
    CHECKS[function.__name__.replace("_", "-")] = function
    return function


def rows_of(review: Review, found: dict[str, pd.DataFrame], table: str) -> pd.DataFrame:
    """A table by its name: one of the review's own, or one of the results."""
    if table in review.tables:
        return review.tables[table]
    if table not in found:
        known = [*review.tables, *found]
        raise UserError(f"there is no table '{table}'.{nearest(table, known)}")
    return found[table]


def select(frame: pd.DataFrame, where: dict) -> pd.DataFrame:
    """The rows that fit: a value, one of several values, {"not": value}, or {"matches": regular expression}.

    >>> frame = pd.DataFrame({"id": ["a", "b", "c"], "nation": ["Wales", "England", ""]})
    >>> list(select(frame, {"nation": {"not": ""}, "id": {"matches": "^[bc]"}})["id"])
    ['b']
    """
    for column, wanted in where.items():
        if column not in frame:
            raise UserError(f"there is no column '{column}'.{nearest(column, frame.columns)}")
        own = frame[column]
        if not isinstance(wanted, dict):
            fit = own.isin(wanted if isinstance(wanted, list) else [wanted])
        elif list(wanted) == ["not"]:
            fit = own.ne(wanted["not"])
        elif list(wanted) == ["matches"]:
            fit = own.astype(str).map(pattern(wanted["matches"]).search).notna()
        else:
            raise UserError(f"column '{column}': expected a value, a list, or one of not, matches.")
        frame = frame[fit.fillna(False).astype(bool)]
    return frame


def pattern(words: str) -> re.Pattern:
    """The words that a claim has sought, in any case. Raises UserError where they are no regular expression."""
    try:
        return re.compile(words, re.IGNORECASE)
    except re.error as error:
        raise UserError(f"'{words}' is no regular expression: {error}.") from None


def ids_of(frame: pd.DataFrame) -> list[str]:
    """The ids of the rows of any table."""
    columns = ["id", "keypoint", "statement", "theme", "general", "refined", "case"]
    return list(frame[next(column for column in columns if column in frame)])


def denominators(review: Review) -> dict[str, int]:
    """The numbers of projects that the source itself gives: funded, with a case study, and those of review.yaml.

    There, `denominators` names facts: the number of the first, less those of the others.
    """
    known = {"funded": len(review.cases), "with a case study": len(review.reported)}
    for name, ids in (review.settings.get("denominators") or {}).items():
        first, *others = [whole_number(review, fact) for fact in ids]
        known[name] = first - sum(others)
    return known


def fact_value(review: Review, fact: str) -> str:
    """The value of a fact."""
    return review.facts.set_index("id").loc[fact, "value"]


def whole_number(review: Review, fact: str) -> int:
    """The value of a fact that is a number. Raises UserError where it is none."""
    value = fact_value(review, fact)
    if not value.isdecimal():
        raise UserError(f"fact '{fact}' has the value '{value}', expected a whole number.")
    return int(value)


def among(review: Review, cases: set) -> list[tuple[str, int, int]]:
    """How many of the cases count under each denominator. Out: (name, number, total).

    Of a denominator smaller than the number of case studies it is not known which projects it leaves out, so the
    number is cut at it.
    """
    reported = cases & set(review.reported["id"])
    return [
        (name, len(cases) if name == "funded" else min(len(reported), total), total)
        for name, total in denominators(review).items()
    ]


def shares(review: Review, cases: set) -> str:
    """The cases as a share of each denominator, in words."""
    return "; ".join(f"{number} of {total} {name}" for name, number, total in among(review, cases))


def carriers(review: Review, found: dict, themes: list = (), words: str = "", headings: list = ()) -> pd.DataFrame:
    """Key points that carry one of the themes, or that have the words in label or summary. Out: case, keypoint."""
    cells = found["theme-cases"]
    coded = cells[cells["theme"].isin(list(themes)) & (cells["points"] > 0)]
    points = coded[["case"]].assign(keypoint=coded["keypoints"].str.split()).explode("keypoint")
    if words:
        own = review.keypoints
        own = own[own["heading"].isin(list(headings))] if headings else own
        said = select(own.assign(said=own["label"] + ": " + own["summary"]), {"said": {"matches": words}})
        points = pd.concat([points, said[["case", "id"]].rename(columns={"id": "keypoint"})])
    return points.drop_duplicates().sort_values(["case", "keypoint"]).reset_index(drop=True)


def words_of(text: str) -> list[str]:
    """The words of a title or a name, without case and punctuation.

    >>> words_of("Evidence-based practice")
    ['evidence', 'based', 'practice']
    """
    return re.findall(r"\w+", text.casefold())


def title_words(title: str) -> list[str]:
    """The words of a title without the number in front of it.

    >>> title_words("3.6: Enablers and barriers")
    ['enablers', 'and', 'barriers']
    """
    return words_of(re.sub(r"^[\d.]+:?", "", title))


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


@check
def attribution(review: Review, found: dict, statement: str, also: list = ()) -> Answer:
    """Does the coding find a theme in the projects that the print names for it?

    Compared as its extent allows (`themes.compare_with_print`). Reproduced: all named projects found, and of a
    closed list no others. A caveat: at least half of them, or half with the themes to which the codebook refers a part
    of what is meant (`also`); or nobody is named and the theme stands; or the theme has another statement in the same
    section, for the coding does not tell the statements of a theme apart.
    """
    row = found["print"].set_index("statement").loc[statement].fillna("")
    printed = review.statements.set_index("id").loc[statement]
    others = review.statements[review.statements[["theme", "section"]].eq(printed[["theme", "section"]]).all(axis=1)]
    stands = bool(found["themes"].set_index("theme")["stands"].get(row["theme"], False))
    points, wider = carriers(review, found, [row["theme"]]), carriers(review, found, [row["theme"], *also])
    columns = ["id", "statement", "case"]
    attributed = review.attributions if review.has("attributions") else pd.DataFrame(columns=columns)
    attributed = attributed[attributed["statement"].eq(statement)]
    rows = [statement, *attributed["id"], *wider["keypoint"]]
    text = f"coded in {shares(review, set(points['case']))}"
    text += f"; with {', '.join(also)}: {shares(review, set(wider['case']))}" if also else ""
    text += "; the coding does not tell the statements of this theme apart" if len(others) > 1 else ""
    if row["named"] == 0:
        text = f"no project named; {text}; the theme {'stands' if stands else 'does not stand'}"
        return Answer(text, CAVEAT if stands else NOT_REPRODUCED, rows)
    named = set(review.reported["id"]) if row["extent"] == "all" else set(attributed["case"])
    most = len(named & set(wider["case"]))
    text = f"{row['found']} of {row['named']} named projects found{f', {most} with the others' if also else ''}; {text}"
    text += f"; not found: {row['not_found']}" if row["not_found"] else ""
    text += f"; found, not named: {row['not_named']}" if row["not_named"] else ""
    if row["found"] == row["named"] and not row["not_named"] and len(others) == 1:
        return Answer(text, REPRODUCED, rows)
    return Answer(text, CAVEAT if most * 2 >= row["named"] else NOT_REPRODUCED, rows)


@check
def quantifier(
    review: Review,
    found: dict,
    word: str,
    themes: list = (),
    words: str = "",
    headings: list = (),
    statement: str = "",
    denominator: str = "with a case study",
) -> Answer:
    """Does a word such as "most" fit the number of projects, of the denominator that the claim names?

    Counted are the cases that carry one of the themes, or whose key points have the words; with `statement`, the
    cases that the print itself names. The claim's own denominator decides, the others are shown: a caveat where the
    word fits one of them only. So "all" of those with a case study can be reproduced; "all" of those funded cannot,
    since nothing can be found in those without. Examples that the print names are at best a caveat: there may be more.
    """
    if word not in SHARES:
        known = ", ".join(SHARES)
        raise UserError(f"there are no shares for the word '{word}'.{nearest(word, SHARES)} Words: {known}.")
    if denominator not in denominators(review):
        raise UserError(f"there is no denominator '{denominator}'.{nearest(denominator, denominators(review))}")
    examples = False
    if statement:
        own = review.attributions[review.attributions["statement"].eq(statement)]
        cases, rows = set(own["case"]), [statement, *own["id"]]
        examples = review.statements.set_index("id").loc[statement, "extent"] == "examples"
    else:
        points = carriers(review, found, themes, words, headings)
        cases, rows = set(points["case"]), [*themes, *points["keypoint"]]
    counted = among(review, cases)
    fit = {name: fits(word, number, total) for name, number, total in counted}
    text = "; ".join(f"{n} of {t} {name}: {'yes' if fit[name] else 'no'}" for name, n, t in counted)
    text += "; examples, of which there may be more" if examples else ""
    against = CONTRADICTED if statement and not examples else NOT_REPRODUCED
    verdict = CAVEAT if any(fit.values()) and (examples or not fit[denominator]) else against
    return Answer(f"“{word}”? {text}", REPRODUCED if fit[denominator] and not examples else verdict, rows)


@check
def theme_stands(review: Review, found: dict, themes: list, effect: bool = False) -> Answer:
    """Do themes stand by the rule of step 2: in at least `min_cases` projects? A caveat where some of them do.

    With `effect` the sentence says that a thing works or is needed: at best a caveat, for that projects report it does
    not show this.
    """
    table = found["themes"].set_index("theme")
    own = table.loc[themes]
    text = "; ".join(
        f"{row.Index}: {row.cases} of {row.of_cases} projects, {'stands' if row.stands else 'does not stand'}"
        for row in own.itertuples()
    )
    text += f"; {NO_EFFECT}" if effect else ""
    verdict = NOT_REPRODUCED if not own["stands"].any() else CAVEAT
    verdict = REPRODUCED if own["stands"].all() and not effect else verdict
    return Answer(text, verdict, [*themes, *carriers(review, found, themes)["keypoint"]])


@check
def theme_first(review: Review, found: dict, theme: str) -> Answer:
    """Is a theme among those with the most projects under its heading? At best a caveat: number is not weight."""
    table = found["themes"]
    if theme not in set(table["theme"]):
        raise UserError(f"'{theme}' is no theme of a heading.{nearest(theme, table['theme'])}")
    heading = table.set_index("theme").loc[theme, "heading"]
    own = table[table["heading"].eq(heading)].set_index("theme")
    own = own.sort_values(["cases", "theme"], ascending=[False, True])
    most, mine = own["cases"].max(), own.loc[theme, "cases"]
    text = ", ".join(f"{name} {number}" for name, number in own["cases"].items())
    text += "; how many report a thing does not say how much it matters"
    return Answer(f"projects: {text}", CAVEAT if mine == most and most > 0 else NOT_REPRODUCED, list(own.index))


@check
def outnumbers(review: Review, found: dict, themes: list, other_themes: list) -> Answer:
    """Do at least as many projects report the first themes as the others? At best a caveat: number is not weight."""
    one, other = carriers(review, found, themes), carriers(review, found, other_themes)
    mine, theirs = one["case"].nunique(), other["case"].nunique()
    each = {theme: carriers(review, found, [theme])["case"].nunique() for theme in themes}
    text = f"{mine} projects against {theirs}; how many report a thing does not say how much it matters"
    text += "; one by one: " + ", ".join(f"{name} {number}" for name, number in each.items()) if len(each) > 1 else ""
    verdict = CAVEAT if mine >= theirs and mine > 0 else NOT_REPRODUCED
    return Answer(text, verdict, [*themes, *other_themes, *one["keypoint"], *other["keypoint"]])


@check
def together(review: Review, found: dict, themes: list, other_themes: list) -> Answer:
    """Do projects report both, at least two and more than chance would have it? At best a caveat: no cause is shown.

    By chance: the number to be expected were the one independent of the other. Of two things that most projects report
    most report both, whatever they have to do with each other.
    """
    one, other = carriers(review, found, themes), carriers(review, found, other_themes)
    both = set(one["case"]) & set(other["case"])
    mine, theirs = one["case"].nunique(), other["case"].nunique()
    expected = mine * theirs / max(len(review.reported), 1)
    text = f"one {mine}, the other {theirs}, both {shares(review, both)}; {expected:.1f} by chance"
    points = [*one.loc[one["case"].isin(both), "keypoint"], *other.loc[other["case"].isin(both), "keypoint"]]
    seen = len(both) >= REPEATED and len(both) > expected
    text += "; shown is that the two go together" if seen else "; not shown that the two go together"
    text += ", not that one brings about the other" if seen else ""
    return Answer(text, CAVEAT if seen else NOT_REPRODUCED, [*themes, *other_themes, *points])


@check
def general_stands(review: Review, found: dict, general: list) -> Answer:
    """Do general themes stand by the rule of step 3? A caveat where only some do, or only with headings not grouped."""
    own = found["general-themes"].set_index("general").loc[general]
    text = "; ".join(
        f"{row.Index}: standing themes in {row.in_headings} headings, {row.in_groups} when grouped ones count as one"
        for row in own.itertuples()
    )
    verdict = NOT_REPRODUCED if not own["stands_ungrouped"].any() else CAVEAT
    verdict = REPRODUCED if own["stands_grouped"].all() else verdict
    themes = [theme for names in own["standing_themes"].fillna("") for theme in names.split()]
    return Answer(text, verdict, [*general, *themes])


@check
def both_sides(review: Review, found: dict, general: str) -> Answer:
    """Is a general theme both barrier and enabler? A caveat where fewer than two projects report it as both."""
    own = rows_of(review, found, "barriers-enablers").set_index("general")
    if general not in own.index:
        return Answer("no key point carries it", NOT_REPRODUCED, [general])
    row, points = own.loc[general], rows_of(review, found, "both")
    text = f"enabler in {row['enabler_cases']} projects, barrier in {row['barrier_cases']}"
    text += f"; both in {row['cases_both'] or 'no single project'}"
    enough = len([name for name in row["cases_both"].split("; ") if name]) >= REPEATED
    verdict = NOT_REPRODUCED if not row["both"] else REPRODUCED if enough else CAVEAT
    return Answer(text, verdict, [general, *points.loc[points["general"].eq(general), "keypoint"]])


@check
def supported(
    review: Review,
    found: dict,
    themes: list = (),
    words: str = "",
    headings: list = (),
    effect: bool = False,
) -> Answer:
    """Do projects report what the text says of "the projects", without a number?

    Reproduced where more than half of those with a case study do; a caveat from two on, the number after which a
    repeated answer is a theme; else not. Words are sought in the key points, which are our own summaries. With
    `effect` at best a caveat, as in theme-stands.
    """
    points = carriers(review, found, themes, words, headings)
    reported = set(points["case"]) & set(review.reported["id"])
    verdict = CAVEAT if len(reported) >= REPEATED else NOT_REPRODUCED
    verdict = REPRODUCED if len(reported) * 2 > len(review.reported) and not effect else verdict
    text = shares(review, set(points["case"])) + (f"; {NO_EFFECT}" if effect else "")
    return Answer(text, verdict, [*themes, *points["keypoint"]])


@check
def kinds_reported(review: Review, found: dict, kinds: dict, headings: list = ()) -> Answer:
    """Do projects report each of several kinds of a thing (name -> words sought in the key points)?

    Reproduced where at least two projects report each kind; a caveat where they do so of some kinds.
    """
    points = {kind: carriers(review, found, words=words, headings=headings) for kind, words in kinds.items()}
    numbers = {kind: own["case"].nunique() for kind, own in points.items()}
    text = "projects that report it: " + ", ".join(f"{kind} {number}" for kind, number in numbers.items())
    enough = [number >= REPEATED for number in numbers.values()]
    verdict = REPRODUCED if all(enough) else CAVEAT if any(enough) else NOT_REPRODUCED
    return Answer(text, verdict, [point for own in points.values() for point in own["keypoint"]])


def singular(word: str) -> str:
    """A word without the ending of its plural, to compare titles by.

    >>> singular("summaries"), singular("methods"), singular("process")
    ('summary', 'method', 'process')
    """
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"(?<!s)s$", "", word)


@check
def title_agrees(review: Review, found: dict, section: str) -> Answer:
    """Is a section titled in the contents as in the body? A caveat where the words are the same in another order.

    One of a thing and many of it are taken for the same word.
    """
    row = review.sections.set_index("id").loc[section]
    one, other = title_words(row["title_contents"]), title_words(row["title_body"])
    text = f"contents: {row['title_contents'] or 'none'}; body: {row['title_body'] or 'none'}"
    same = one == other and bool(one)
    alike = bool(one) and {singular(word) for word in one} <= {singular(word) for word in other}
    return Answer(text, REPRODUCED if same else CAVEAT if alike else CONTRADICTED, [section])


@check
def own_text(review: Review, found: dict, section: str = "", statement: str = "") -> Answer:
    """Does a section (or a statement) have a text of its own, or does it repeat another?

    Read from the column same_as, recorded when the source was read; `repeated` compares that with the text.
    """
    if bool(section) == bool(statement):
        raise UserError("expected one of section and statement.")
    table, one = ("sections", section) if section else ("statements", statement)
    same = review.table(table).set_index("id").loc[one, "same_as"]
    if same:
        return Answer(f"the text of {one} is recorded as that of {same}", CONTRADICTED, [one, same])
    return Answer(f"{one} is not recorded as a repetition", REPRODUCED, [one])


@check
def entries_agree(review: Review, found: dict, sections: list, order: bool = False, cases: int = -1) -> Answer:
    """Do sections have the same projects (so many of them; with `order`, in the same order)?"""
    own = rows_of(review, found, "entries")
    own = own[own["section"].isin(sections)].sort_values(["section", "order"])
    lists = {section: list(own.loc[own["section"].eq(section), "case"]) for section in sections}
    first = lists[sections[0]]
    differ = [s for s, there in lists.items() if (there != first if order else set(there) != set(first))]
    text = ", ".join(f"{section}: {len(there)}" for section, there in lists.items())
    text += f"; otherwise than {sections[0]}: {', '.join(differ)}" if differ else "; no difference"
    right = not differ and cases in (-1, len(first)) and bool(first)
    return Answer(text, REPRODUCED if right else CONTRADICTED, list(own["id"]))


@check
def each_case(review: Review, found: dict, headings: list, equals: int) -> Answer:
    """Does every project have so many labelled points under each heading? A caveat where most of them do."""
    own = review.keypoints[review.keypoints["heading"].isin(headings) & review.keypoints["label"].ne("")]
    number = own.groupby(["case", "heading"])["label"].nunique()
    cells = [number.get((case, heading), 0) for case in review.reported["id"] for heading in headings]
    right = sum(cell == equals for cell in cells)
    verdict = REPRODUCED if right == len(cells) else CAVEAT if right * 2 > len(cells) else NOT_REPRODUCED
    return Answer(f"{equals} in {right} of {len(cells)} entries", verdict, list(own["id"]))
