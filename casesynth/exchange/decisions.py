"""The register of decisions: each analytic choice with its options, its reason, and its measured effect.

It is ordered by the categories of an audit trail of Lincoln and Guba (1985, after Halpern 1983). `effect` in decisions.csv
says how the effect is measured, from the tables of results; several ways are separated by semicolons:

    thresholds: supported by min_headings         how many rows are true (or which values there are) for each value
    hierarchy-robustness: supported = supported   in how many rows two columns are equal
    overlaps: overlap_points >= 0.25 0.5          how many rows reach each value
"""

import re

import pandas as pd

from casesynth.core import results
from casesynth.core.review import Review
from casesynth.core.rules import FIELDS, Rules
from casesynth.core.text import nearest
from casesynth.errors import UserError

CATEGORIES = [
    "raw data",
    "data reduction and analysis",
    "data reconstruction and synthesis",
    "process notes",
    "intentions and dispositions",
    "instrument development",
]
NOT_MEASURED = "not measured"
WAY = re.compile(r"(?P<table>[a-z0-9-]+): (?P<column>\w+) (?P<how>by|=|>=) (?P<rest>.+)")


def register(review: Review) -> pd.DataFrame:
    """Every decision, by category, with the effect in words in the place of how it is measured.

    Raises UserError for an effect that names no table or column of the results.
    """
    table = review.decisions
    place = table["category"].map({name: number for number, name in enumerate(CATEGORIES)})
    table = table.assign(place=place).sort_values(["place", "id"], ignore_index=True).drop(columns="place")
    ways = table["effect"].str.split(";").map(lambda parts: [part.strip() for part in parts if part.strip()])
    said = [". ".join(measured(review, way, id) for way in own) for own, id in zip(ways, table["id"], strict=True)]
    return table.assign(effect=[words or NOT_MEASURED for words in said])


def measured(review: Review, way: str, id: str) -> str:
    """One effect in words. Raises UserError as `register` does."""
    parts = WAY.fullmatch(way)
    here = f"data/{review.name}/decisions.csv, {id}, column effect: found '{way}'"
    if not parts:
        raise UserError(
            f"{here}; expected `table: column by column`, `table: column = column` or `table: column >= 1 2`."
        )
    name, column, how, rest = parts.groups()
    known = list(results.declared())
    if name not in known:
        raise UserError(f"{here}; there is no table of results '{name}'.{nearest(name, known)}")
    for needed in [column] if how == ">=" else [column, rest]:
        if needed not in results.columns(name):
            raise UserError(f"{here}; {name} has no column '{needed}'.{nearest(needed, results.columns(name))}")
    table = results.read_if_there(review.name, name)
    if table.empty:
        return f"{NOT_MEASURED}: {name} has no rows"
    if how == ">=":
        reach = {least: f"{int(table[column].ge(float(least)).sum())} of {len(table)}" for least in rest.split()}
        return f"{column}: " + "; ".join(f"{number} reach {least}" for least, number in reach.items())
    if how == "=":
        return f"{int(table[column].eq(table[rest]).sum())} of {len(table)} with {column} = {rest}"
    levels = table.groupby("level", sort=False) if "level" in table else [("", table)]
    return ". ".join(
        f"{column} by {rest}{f' ({level})' if level else ''}: {varied(review, own, column, rest)}"
        for level, own in levels
    )


def varied(review: Review, table: pd.DataFrame, column: str, by: str) -> str:
    """How a column differs with another, the parameters as the review states them."""
    stated = Rules.of(review).parameters()
    for name in FIELDS.keys() & set(table) - {by}:
        table = table[table[name].eq(stated[name])]
    words = []
    for value, own in table.groupby(by, sort=False)[column]:
        yes_or_no = set(own) <= {True, False}
        said = f"{int(own.sum())} of {len(own)}" if yes_or_no else ", ".join(map(str, own.unique()))
        words.append(f"{said} at {value}")
    return "; ".join(words)
