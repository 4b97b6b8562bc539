"""What claims.csv may write in the columns check and arguments, and what is wrong with what it does write."""

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from casesynth.analysis import quantifiers
from casesynth.audit.checks import CHECKS
from casesynth.core import results
from casesynth.core.problems import Problem
from casesynth.core.text import nearest, shortened

#: In the column `check`: nothing here can check this claim, and `needs` says what could.
NO_CHECK = "not-checkable"
#: In the column `denominator`: a number of every review, and what a claim about a single project has.
COUNTED, SINGLE = ("funded", "with a case study"), "one project"
#: Arguments that name rows by their ids, by table.
IDS = {
    "sections": "section sections",
    "statements": "statement",
    "facts": "fact facts beside date within start months",
    "mentions": "mention mentions",
    "cases": "case cases",
    "participants": "whole after before",
}
#: A type as a user of JSON calls it.
KINDS = {
    str: "text",
    list: "a list",
    dict: "an object",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}


def problems(settings: dict, tables: dict[str, pd.DataFrame], rows: dict[str, list[int]]) -> list[Problem]:
    """What is wrong with the checks that claims.csv names, and with their arguments.

    `rows` gives, for each table, the row in its file of each of its rows.
    """
    found = []
    facts = set(tables["facts"]["id"]) if "facts" in tables else set()
    for name, ids in (settings.get("denominators") or {}).items():
        for fact in ids:
            if fact not in facts:
                words = f"expected an id of facts.csv in the denominator '{name}'"
                found.append(Problem("review.yaml", words, found=fact, known=tuple(facts)))
    known = known_values(settings, tables)
    for place, claim in zip(rows["claims"], tables["claims"].to_dict("records")) if "claims" in tables else ():
        for column, problem in claim_problems(claim, tables, known):
            found.append(Problem("claims.csv", problem, row=place, column=column))
    return found


def known_values(settings: dict, tables: dict[str, pd.DataFrame]) -> dict[str, tuple[str, set]]:
    """What an argument may name: argument -> (what its values are called, the values)."""

    def column(table: str, name: str = "id") -> set:
        return set(tables[table][name]) if table in tables else set()

    levels = tables["codebook"].groupby("level")["id"].agg(set).to_dict() if "codebook" in tables else {}
    known = {name: (f"an id of {table}.csv", column(table)) for table, names in IDS.items() for name in names.split()}
    themes = ("a theme of codebook.csv", levels.get("theme", set()))
    return known | {
        "themes": themes,
        "other_themes": themes,
        "also": themes,
        "general": ("a general theme of codebook.csv", levels.get("general", set())),
        "ids": ("an id of participants.csv or facts.csv", column("participants") | column("facts")),
        "headings": ("a heading of review.yaml", {heading["id"] for heading in settings.get("headings", [])}),
        "unit": ("a unit of participants.csv, or “all together”", column("participants", "unit") | {"all together"}),
        "word": ("a word of the table of quantifiers", set(quantifiers.SHARES)),
        "denominator": ("a denominator", {*COUNTED, *(settings.get("denominators") or {})}),
    }


def claim_problems(claim: Any, tables: dict[str, pd.DataFrame], known: dict) -> Iterator[tuple[str, str]]:
    """(column, problem) of one claim: a denominator or a check that does not exist, and what is wrong with its arguments."""
    if claim.get("role") == "duplicate" and not claim.get("repeats"):
        yield "repeats", "is empty; for a duplicate, give the id of the claim that it repeats."
    takes = parameters_of(claim["check"])
    allowed = known["denominator"][1] | (set() if "denominator" in takes else {SINGLE})
    if (denominator := claim.get("denominator")) and denominator not in allowed:
        yield "denominator", unknown(denominator, "a denominator", allowed, all_named=True)
    if claim["check"] == NO_CHECK:
        if not claim["needs"]:
            yield "needs", "is empty; for a claim that cannot be checked here, say what would be needed to check it."
    elif claim["check"] not in CHECKS:
        yield "check", unknown(claim["check"], "a check", [*CHECKS, NO_CHECK], all_named=True)
    else:
        for problem in argument_problems(claim, takes, tables, known):
            yield "arguments", problem


def parameters_of(check: str) -> dict[str, inspect.Parameter]:
    """The arguments that a check takes, after the review and its results; none for a check that does not exist."""
    if check not in CHECKS:
        return {}
    return dict(list(inspect.signature(CHECKS[check].function).parameters.items())[2:])


def argument_problems(claim: Any, takes: dict, tables: dict[str, pd.DataFrame], known: dict) -> Iterator[str]:
    """What is wrong with the arguments of one claim: no JSON, misspelt, missing, of the wrong type, or naming nothing."""
    example = 'write a JSON object such as {"themes": ["aim-consortium"]}'
    try:
        given = json.loads(claim["arguments"] or "{}")
    except json.JSONDecodeError as error:
        yield f"cannot be read ({error}); {example}."
        return
    if not isinstance(given, dict):
        yield f"found {claim['arguments']}; {example}."
        return
    for name, value in given.items():
        if name not in takes:
            yield f"the check {claim['check']} has no argument '{name}'.{nearest(name, takes)}"
        elif not of_kind(value, takes[name].annotation):
            yield f"'{name}' is {json.dumps(value, ensure_ascii=False)}; expected {KINDS[takes[name].annotation]}."
        elif name in known and not isinstance(value, int):
            what, values = known[name]
            for one in value if isinstance(value, list) else [value]:
                if one not in values:
                    yield f"'{name}': {unknown(one, what, values)}"
    for side in [given, *(value for value in given.values() if isinstance(value, dict))]:
        yield from selection_problems(side, tables)
    missing = [n for n, parameter in takes.items() if parameter.default is parameter.empty and n not in given]
    if missing:
        yield f"the check {claim['check']} also needs {', '.join(missing)}."


def selection_problems(side: dict, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """What is wrong with a selection of rows: its table, the columns that it names, and the form of its conditions."""
    name, where = side.get("table"), side.get("where", {})
    if not isinstance(name, str) or not isinstance(where, dict):
        return
    own = "keypoints" if name == "points" else name
    if own not in tables and own not in results.declared():
        yield f"'table': {unknown(name, 'a table of the review or of its results', [*tables, *results.declared()])}"
        return
    columns = list(tables[own]) if own in tables else results.columns(own)
    varies = own not in tables and results.declaration(own).get("others")
    for column in [*where, *filter(None, (side.get("column"), side.get("distinct")))]:
        if column not in columns and not varies:
            yield unknown(column, f"a column of {name}", columns)
    for column, wanted in where.items():
        if isinstance(wanted, dict) and list(wanted) not in (["not"], ["matches"]):
            yield f'\'where\', {column}: expected a value, a list of values, {{"not": …}} or {{"matches": …}}.'
        elif isinstance(wanted, dict) and "matches" in wanted:
            try:
                re.compile(wanted["matches"])
            except (re.error, TypeError) as error:
                yield f"'where', {column}: {wanted['matches']!r} is not a valid regular expression: {error}."


def unknown(value: object, what: str, known: Iterable[str], all_named: bool = False) -> str:
    """That a value is not one of those there are, with the nearest, and where they are few with all of them.

    >>> unknown("funde", "a denominator", ["funded", "one project"], all_named=True)
    "found 'funde'; expected a denominator. Did you mean 'funded'? Choose from: funded, one project."
    """
    there = f" Choose from: {', '.join(sorted(known))}." if all_named else ""
    return f"found '{shortened(str(value))}'; expected {what}.{nearest(str(value), known)}{there}"


def of_kind(value: Any, annotation: Any) -> bool:
    """Is an argument of the type that the check states? A whole number serves where a number is asked for.

    >>> of_kind(2, float), of_kind(True, int), of_kind("2", int)
    (True, False, False)
    """
    if isinstance(value, bool) or annotation is bool:
        return isinstance(value, bool) and annotation is bool
    return isinstance(value, (int, float) if annotation is float else annotation)
