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
#: The number of projects from which a repeated answer counts as one (step 2; `min_cases` by default).
REPEATED = Rules().min_cases
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
