"""The exercises of units 1 to 4: extraction, themes, cross-cutting themes, overlaps."""

from typing import Any

from IPython.display import Markdown

from casesynth.analysis import general
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.course.answers import TEXTS, choose, number_problem, right, unanswered, verdict, wrong
from casesynth.course.tables import MIN_CASES, general_table, overlap_table, theme_cells, theme_table


def compare_points(answer: Any) -> Markdown:
    """Show extracted key points next to a model answer, with the questions by which to judge them.

    Takes a list of (heading, summary).
    """
    if (message := unanswered(answer)) is not None:
        return message
    headings = list(dict.fromkeys(heading for heading, _ in TEXTS["model"]))
    for row in answer if isinstance(answer, list) and answer else [answer]:
        if not (isinstance(row, (tuple, list)) and len(row) == 2 and all(isinstance(word, str) for word in row)):
            return wrong("extract", "pair", row=repr(row))
        if row[0].strip() not in headings:
            return verdict(False, f"'{row[0]}' is not a heading of this review.{nearest(row[0], headings)}")
    if not isinstance(answer, list):
        return wrong("extract", "list")
    lines = []
    for title, rows in (("Your key points", answer), ("A model answer", TEXTS["model"])):
        ordered = sorted(rows, key=lambda row: headings.index(row[0].strip()))
        points = [f"- *{heading.strip()}*: {summary}" for heading, summary in ordered]
        lines += [f"**{title}** ({len(rows)})", "", *points, ""]
    questions = [f"{number}. {text}" for number, text in enumerate(TEXTS["rubric"], 1)]
    return Markdown("\n".join([*lines, "**Ask of each of yours:**", "", *questions]))


def supported(review: Review, heading: str, answer: Any, min_cases: int = MIN_CASES) -> Markdown:
    """Check which themes of a heading are supported. Takes a set of letters or ids of themes."""
    table, text = theme_table(review, heading, min_cases=min_cases), TEXTS["supported"]
    cases = dict(zip(table["theme"], table["cases"]))

    def hint(missing: set, extra: set) -> str:
        if extra:
            return text["extra"].format(theme=min(extra), cases=cases[min(extra)], needed=min_cases)
        return text["missing"].format(missing=len(missing))

    expected = set(table.loc[table["supported"], "theme"])
    return choose(answer, expected, list(table["theme"]), text["right"].format(needed=min_cases), hint)


def margin(review: Review, heading: str, theme: str, answer: Any) -> Markdown:
    """Check how many cases must be excluded until a theme is no longer supported. Takes a number."""
    if (message := number_problem(answer, "a whole number")) is not None:
        return message
    row = theme_table(review, heading).set_index("theme").loc[theme]
    if answer == row["margin"]:
        return right("margin", cases=row["cases"], needed=MIN_CASES, before=answer - 1, answer=answer)
    if answer == row["margin"] - 1:
        return wrong("margin", "one_short", answer=answer)
    return wrong("margin", "other", cases=row["cases"], needed=MIN_CASES)


def without(review: Review, heading: str, theme: str, answer: Any) -> Markdown:
    """Check which cases under a heading do not report a theme. Takes a set of letters or ids of cases."""
    cells, text = theme_cells(review, heading), TEXTS["without"]
    cells = cells[cells["theme"].eq(theme)]

    def hint(missing: set, extra: set) -> str:
        if silent := extra - set(cells["case"]):
            return text["silent"].format(case=min(silent))
        return text["extra"].format(case=min(extra)) if extra else text["missing"].format(missing=len(missing))

    expected = set(cells.loc[cells["points"].eq(0), "case"])
    return choose(answer, expected, list(review.cases["id"]), text["right"], hint)


def generals(review: Review, answer: Any, heading_groups: bool) -> Markdown:
    """Check which general themes are supported. Takes a set of letters or ids of general themes."""
    table, text = general_table(review, heading_groups).set_index("general"), TEXTS["generals"]
    place = "groups" if heading_groups else "headings"

    def hint(missing: set, extra: set) -> str:
        if not extra:
            return text["missing"].format(missing=len(missing), place=place)
        row = table.loc[min(extra)]
        where = row[place] or "none (look at the column supported)"
        return text["extra"].format(theme=min(extra), where=where, number=row[f"in_{place}"])

    expected = set(table.index[table["supported"]])
    return choose(answer, expected, list(table.index), text["grouped" if heading_groups else "right"], hint)


def overlap(left: set, other: set, answer: Any) -> Markdown:
    """Check an overlap worked out by hand. Takes two sets of key points, and a number."""
    if (message := number_problem(answer, "a number, or a division such as 1 / 2")) is not None:
        return message
    if not 0 <= answer <= 1:
        return wrong("overlap", "range")
    both, either = len(left & other), len(left | other)
    if abs(answer - general.jaccard(both, len(left), len(other))) < 0.005:
        return right("overlap", both=both, either=either)
    for hint, mistake in (("smaller", min(len(left), len(other))), ("twice", len(left) + len(other))):
        if abs(answer - both / mistake) < 0.005:
            return wrong("overlap", hint)
    return wrong("overlap", "other", both=both)


def merge(review: Review, answer: Any) -> Markdown:
    """Check which pair of general themes is proposed for merging. Takes the letter of its row of `overlap_table`."""
    table = overlap_table(review)
    pairs = [f"{row.one} and {row.other}" for row in table.itertuples()]
    (pair,) = table[table["proposed"]].itertuples()
    text = TEXTS["merge"]["right"].format(overlap=pair.overlap_points)
    return choose(answer, {pairs[pair.Index]}, pairs, text, lambda missing, extra: TEXTS["merge"]["hint"])
