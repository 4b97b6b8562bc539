"""What claims.csv may write in the columns check and arguments, and what is wrong with what it does write."""

import inspect
import json
from collections.abc import Iterator
from typing import Any

import pandas as pd

from casesynth.audit.checks import CHECKS
from casesynth.core.problems import Problem
from casesynth.core.text import nearest

#: In the column `check`: nothing here can check this claim, and `needs` says what could.
NO_CHECK = "not-checkable"


def problems(settings: dict, tables: dict[str, pd.DataFrame], rows: dict[str, list[int]]) -> list[Problem]:
    """What is wrong with the checks that claims.csv names, and with their arguments.

    `rows` gives, for each table, the row in its file of each of its rows.
    """
    found = []
    facts = set(tables["facts"]["id"]) if "facts" in tables else set()
    for name, ids in (settings.get("denominators") or {}).items():
        for fact in ids:
            if fact not in facts:
                words = f"denominators, {name}: expected an id of facts.csv"
                found.append(Problem("review.yaml", words, found=fact, known=tuple(facts)))
    for place, claim in zip(rows["claims"], tables["claims"].to_dict("records")) if "claims" in tables else ():
        for column, problem in argument_problems(claim, tables):
            found.append(Problem("claims.csv", problem, row=place, column=column))
    return found


def argument_problems(claim: Any, tables: dict[str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """(column, problem) of one claim: an unknown check; arguments that are not JSON, are misspelt, missing or of the wrong type."""
    if claim.get("role") == "duplicate" and not claim.get("repeats"):
        yield "repeats", "is empty; a duplicate names the claim that it repeats."
    if claim["check"] == NO_CHECK:
        if not claim["needs"]:
            yield "needs", "is empty; a claim that cannot be checked says what would be needed."
        return
    if claim["check"] not in CHECKS:
        known = [*CHECKS, NO_CHECK]
        near = nearest(claim["check"], known)
        yield "check", f"there is no check '{claim['check']}'.{near} Checks: {', '.join(sorted(known))}."
        return
    try:
        given = json.loads(claim["arguments"] or "{}")
    except json.JSONDecodeError as error:
        yield "arguments", f"is not JSON: {error}."
        return
    if not isinstance(given, dict):
        yield "arguments", 'expected a JSON object such as {"themes": ["aim-consortium"]}.'
        return
    known = dict(list(inspect.signature(CHECKS[claim["check"]].function).parameters.items())[2:])
    for name, value in given.items():
        if name not in known:
            yield "arguments", f"check {claim['check']} takes no '{name}'.{nearest(name, known)}"
        elif not of_kind(value, known[name].annotation):
            yield "arguments", f"'{name}' is {value!r}, expected {kind_word(known[name].annotation)}."
        else:
            yield from (("arguments", problem) for problem in unknown_ids(name, value, tables))
    missing = [n for n, parameter in known.items() if parameter.default is parameter.empty and n not in given]
    if missing:
        yield "arguments", f"check {claim['check']} needs {', '.join(missing)}."


def of_kind(value: Any, annotation: Any) -> bool:
    """Is an argument of the type that the check states? A whole number serves where a number is asked for.

    >>> of_kind(2, float), of_kind(True, int), of_kind("2", int)
    (True, False, False)
    """
    if isinstance(value, bool) or annotation is bool:
        return isinstance(value, bool) and annotation is bool
    return isinstance(value, (int, float) if annotation is float else annotation)


def kind_word(annotation: Any) -> str:
    """A type as a user of JSON calls it."""
    words = {str: "text", list: "a list", dict: "an object", int: "a whole number", bool: "true or false"}
    return words.get(annotation, "a number")


#: Which table holds the ids that an argument names.
NAMES = {
    "themes": "codebook", "other_themes": "codebook", "theme": "codebook", "general": "codebook",
    "statement": "statements", "section": "sections", "sections": "sections", "fact": "facts", "facts": "facts",
    "mentions": "mentions", "mention": "mentions", "case": "cases", "beside": "facts", "date": "facts", "within": "facts", "start": "facts", "months": "facts", "whole": "participants",
}  # fmt: skip


def unknown_ids(name: str, value: Any, tables: dict[str, pd.DataFrame]) -> Iterator[str]:
    """Problems with ids that an argument names and the review does not have."""
    if name not in NAMES:
        return
    own = tables.get(NAMES[name], pd.DataFrame({"id": []}))
    if NAMES[name] == "codebook":
        own = own[own["level"].eq("general" if name == "general" else "theme")]
    known = set(own["id"])
    for one in value if isinstance(value, list) else [value]:
        if one not in known:
            yield f"'{name}' names '{one}', which is not an id of {NAMES[name]}.csv.{nearest(str(one), known)}"
