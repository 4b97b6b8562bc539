"""Verdicts, the registry of checks, and what several checks share.

A check recomputes one statement of the published report. It is a pure function of the review, of the result tables and
of the arguments in `claims.csv`; it returns a sentence, a verdict and the rows behind it, and it can fail: `fails_if`
says when.

A statement about the projects that the published summaries do not support is "not reproduced": its authors had the
full questionnaires. A statement about the report's own structure or method needs no questionnaire, and may be "not
borne out by the report's own text". Only where one passage says otherwise than another is it "contradicted".
"""

import re
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, NamedTuple

import pandas as pd

from casesynth.analysis import quantifiers
from casesynth.analysis.thresholds import moved
from casesynth.core.review import Review
from casesynth.core.rules import Rules
from casesynth.errors import UserError


class Verdict(StrEnum):
    """What a check can say of a claim."""

    REPRODUCED = "reproduced"
    CAVEAT = "reproduced with a caveat"
    NOT_REPRODUCED = "not reproduced from the published summaries"
    NOT_BORNE_OUT = "not borne out by the report's own text"
    CONTRADICTED = "contradicted within the report"
    NOT_CHECKABLE = "not checkable from here"


#: Tables that record what the report itself says. The others hold our reading of it, and results computed from that.
PUBLISHED = "sections cases places aliases entries statements attributions participants facts mentions".split()
#: How many projects must give an answer before it counts as repeated. Published claims are judged by the method's own rule
#: (step 2), the default of min_cases, whatever a variant sets.
REPEATED = Rules().min_cases


#: What a check reads where a claim leaves out a list of ids.
NONE_GIVEN: list[str] = []


class Answer(NamedTuple):
    """What a check returns: a sentence, its verdict, and the ids of the rows behind it."""

    recomputed: str
    verdict: Verdict
    rows: list


class Check(NamedTuple):
    """A check as it is registered: the function, when it fails, and whether its test is independent of the claim."""

    function: Callable
    fails_if: str
    independent: bool

    def __call__(self, *given: Any, **named: Any) -> Answer:
        """The answer of the function."""
        return self.function(*given, **named)


CHECKS: dict[str, Check] = {}


def check(fails_if: str, independent: bool = True) -> Callable:
    """Register a function as a check, under its name with hyphens.

    A check is not independent where it rests on something that was drawn up with the statement at hand.
    """

    def register(function: Callable) -> Callable:
        CHECKS[function.__name__.replace("_", "-")] = Check(function, fails_if, independent)
        return function

    return register


def rows_of(review: Review, found: dict[str, pd.DataFrame], table: str) -> pd.DataFrame:
    """A table by its name: one of the review's, or one of the results."""
    return review.tables[table] if table in review.tables else found[table]


def select(frame: pd.DataFrame, where: dict) -> pd.DataFrame:
    """The rows that match: a value, one of several values, {"not": value}, or {"matches": regular expression}.

    The names of columns and the form of the conditions have been checked with the table (`audit.arguments`).

    >>> frame = pd.DataFrame({"id": ["a", "b", "c"], "nation": ["Wales", "England", ""]})
    >>> list(select(frame, {"nation": {"not": ""}, "id": {"matches": "^[bc]"}})["id"])
    ['b']
    """
    for column, wanted in where.items():
        values = frame[column]
        if not isinstance(wanted, dict):
            fit = values.isin(wanted if isinstance(wanted, list) else [wanted])
        elif "not" in wanted:
            fit = values.ne(wanted["not"])
        else:
            fit = values.astype(str).map(re.compile(wanted["matches"], re.IGNORECASE).search).notna()
        frame = frame[fit.fillna(False).astype(bool)]
    return frame


def ids_of(frame: pd.DataFrame) -> list[str]:
    """The ids of the rows of any table."""
    columns = ["id", "keypoint", "statement", "theme", "general", "refined", "case"]
    return list(frame[next(column for column in columns if column in frame)])


def fact_value(review: Review, fact: str) -> str:
    """The value of a fact."""
    return dict(zip(review.facts["id"].tolist(), review.facts["value"].tolist(), strict=True))[fact]


def whole_number(review: Review, fact: str) -> int:
    """The value of a fact that is a number. Raises UserError where it is not."""
    value = fact_value(review, fact)
    if not value.isdecimal():
        raise UserError(f"the value of fact '{fact}' is '{value}'; expected a whole number.")
    return int(value)


def denominators(review: Review) -> dict[str, int]:
    """The numbers of projects that the report itself gives: funded, with a case study, and those of review.yaml.

    There, `denominators` names facts: the number of the first, less those of the others.
    """
    known = {"funded": len(review.cases), "with a case study": len(review.reported)}
    for name, ids in (review.settings.get("denominators") or {}).items():
        first, *others = [whole_number(review, fact) for fact in ids]
        known[name] = first - sum(others)
    return known


class Share(NamedTuple):
    """How many projects of a denominator: exactly, or between two numbers."""

    name: str
    low: int
    high: int
    total: int

    def __str__(self) -> str:
        number = self.low if self.low == self.high else f"{self.low} to {self.high}"
        return f"{number} of {self.total} {self.name}"


def among(review: Review, cases: set, coded: bool = False) -> list[Share]:
    """How many of the cases count under each denominator.

    Two things make the number a range. A denominator below the number of case studies leaves out projects that the
    report does not name: any of them may be among the cases. And a project without a case study has nothing to code
    (`coded`): of the projects funded, any of these may be one of the cases, since silence is not absence.
    """
    reported = len(cases & set(review.reported["id"]))
    shares = [Share("funded", len(cases), len(cases), len(review.cases))]
    if coded:
        shares = [Share("funded", reported, reported + len(review.cases) - len(review.reported), len(review.cases))]
    for name, total in list(denominators(review).items())[1:]:
        unnamed = max(len(review.reported) - total, 0)
        shares.append(Share(name, max(reported - unnamed, 0), min(reported, total), total))
    return shares


def in_words(review: Review, cases: set) -> str:
    """The cases that are coded to something as a share of each denominator, as text."""
    return "; ".join(map(str, among(review, cases, coded=True)))


#: The row of the table of quantifiers for statements without such a word.
UNQUANTIFIED = "the projects"
#: What the shares of a word, moved within the tested range, say of a number of projects.
FITS, DEPENDS, FAILS = "fits", "depends on how the word is read", "does not fit"


def tables_of(word: str) -> list[tuple[float, float, int]]:
    """The shares of a word with their ends set everywhere in the tested range.

    A statement without a word of quantity ("the projects") may be meant of most projects or only of some; both readings
    are in its range.
    """
    readings = [word, "some"] if word == UNQUANTIFIED else [word]
    return [limits for reading in readings for limits in moved(*quantifiers.SHARES[reading])]


def by_word(tables: list[tuple[float, float, int]], share: Share) -> str:
    """Does a word of quantity fit a share? The one rule for every check that judges such a word.

    It fits where the number lies within the word's shares in every one of the tables (`tables_of`), and fails where it
    does in none.

    >>> [by_word(tables_of("all"), Share("", number, number, 12)) for number in (12, 11, 10)]
    ['fits', 'depends on how the word is read', 'does not fit']
    """
    results = {
        quantifiers.within(limits, number, share.total) for limits in tables for number in {share.low, share.high}
    }
    return DEPENDS if len(results) > 1 else FITS if results == {True} else FAILS


def names_of(review: Review, cases: Iterable[str]) -> str:
    """The short names of cases, as text."""
    names = dict(zip(review.cases["id"], review.cases["name"]))
    return ", ".join(names[case] for case in cases)


def points_of(found: dict, themes: list) -> pd.DataFrame:
    """The key points coded to at least one of the themes. Returns case, keypoint."""
    cells = found["theme-cases"]
    coded = cells[cells["theme"].isin(list(themes)) & (cells["points"] > 0)]
    pairs = {(case, point) for case, points in zip(coded["case"], coded["keypoints"]) for point in points.split()}
    return pd.DataFrame(sorted(pairs), columns=["case", "keypoint"])
