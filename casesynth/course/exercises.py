"""The exercises of units 1 to 4: extraction, themes, cross-cutting themes, overlaps."""

from typing import Any

from IPython.display import Markdown

from casesynth.analysis import general
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.course.answers import TEXTS, answered, choose, chosen, exercise, not_yet, number, questions, right, wrong
from casesynth.course.tables import MIN_CASES, general_table, overlap_table, theme_cells, theme_table


@exercise
def compare_points(answer: Any) -> Markdown:
    """Show extracted key points next to a model answer, with the questions by which to judge them.

    Takes a list of (heading, summary).
    """
    answered(answer)
    headings = list(dict.fromkeys(heading for heading, _ in TEXTS["model"]))
    for row in answer if isinstance(answer, list) and answer else [answer]:
        if not (isinstance(row, (tuple, list)) and len(row) == 2 and all(isinstance(word, str) for word in row)):
            wrong("extract", "pair", row=repr(row))
        if row[0].strip() not in headings:
            not_yet(f"'{row[0]}' is not a heading of this review.{nearest(row[0], headings)}")
    if not isinstance(answer, list):
        wrong("extract", "list")
    lines = []
    for title, rows in (("Your key points", answer), ("A model answer", TEXTS["model"])):
        ordered = sorted(rows, key=lambda row: headings.index(row[0].strip()))
        points = [f"- *{heading.strip()}*: {summary}" for heading, summary in ordered]
        lines += [f"**{title}** ({len(rows)})", "", *points, ""]
    return Markdown("\n".join([*lines, questions("Ask of each of yours:", TEXTS["rubric"])]))


@exercise
def supported(review: Review, heading: str, answer: Any, min_cases: int = MIN_CASES) -> Markdown:
    """Check which themes of a heading are supported. Takes a set of letters or ids of themes."""
    table = theme_table(review, heading, min_cases).set_index("theme")
    about = table[["cases"]].to_dict("index")
    return choose(answer, "supported", set(table.index[table["supported"]]), list(table.index), about, needed=min_cases)


@exercise
def margin(review: Review, heading: str, theme: str, answer: Any) -> Markdown:
    """Check how many cases must be excluded until a theme is no longer supported. Takes a number."""
    given, row = number(answer, "a whole number"), theme_table(review, heading).set_index("theme").loc[theme]
    if given == row["margin"]:
        return right("margin", cases=row["cases"], needed=MIN_CASES, before=given - 1, answer=given)
    if given == row["margin"] - 1:
        wrong("margin", "one_short", answer=given)
    wrong("margin", "other", cases=row["cases"], needed=MIN_CASES)


@exercise
def without(review: Review, heading: str, theme: str, answer: Any) -> Markdown:
    """Check which cases under a heading do not report a theme. Takes a set of letters or ids of cases."""
    cells, options = theme_cells(review, heading), list(review.cases["id"])
    cells = cells[cells["theme"].eq(theme)]
    if silent := chosen(answer, options) - set(cells["case"]):
        wrong("without", "silent", one=min(silent))
    return choose(answer, "without", set(cells.loc[cells["points"].eq(0), "case"]), options)


@exercise
def generals(review: Review, answer: Any, heading_groups: bool) -> Markdown:
    """Check which general themes are supported. Takes a set of letters or ids of general themes."""
    table, place = (
        general_table(review, heading_groups).set_index("general"),
        "groups" if heading_groups else "headings",
    )
    where = table[place].where(table[place].ne(""), "none (look at the column supported)")
    about = table.assign(where=where, number=table[f"in_{place}"])[["where", "number"]].to_dict("index")
    expected, said = set(table.index[table["supported"]]), "grouped" if heading_groups else "right"
    return choose(answer, "generals", expected, list(table.index), about, said, place=place)


@exercise
def overlap(left: set, other: set, answer: Any) -> Markdown:
    """Check an overlap worked out by hand. Takes two sets of key points, and a number."""
    given = number(answer, "a number, or a division such as 1 / 2")
    if not 0 <= given <= 1:
        wrong("overlap", "range")
    both, either = len(left & other), len(left | other)
    if abs(given - general.jaccard(both, len(left), len(other))) < 0.005:
        return right("overlap", both=both, either=either)
    for hint, mistake in (("smaller", min(len(left), len(other))), ("twice", len(left) + len(other))):
        if abs(given - both / mistake) < 0.005:
            wrong("overlap", hint)
    wrong("overlap", "other", both=both)


@exercise
def merge(review: Review, answer: Any) -> Markdown:
    """Check which pair of general themes is proposed for merging. Takes the letter of its row of `overlap_table`."""
    table = overlap_table(review)
    pairs = [f"{row.one} and {row.other}" for row in table.itertuples()]
    (pair,) = table[table["proposed"]].itertuples()
    return choose(answer, "merge", {pairs[pair.Index]}, pairs, overlap=pair.overlap_points)
