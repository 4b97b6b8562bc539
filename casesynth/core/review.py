"""One review: its settings and its tables."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

import pandas as pd

from casesynth.core import checked, paths, shards
from casesynth.core.codings import CONSENSUS
from casesynth.core.problems import Problem
from casesynth.core.schema import AS_GIVEN, columns, schemas, table_names
from casesynth.core.settings import load_settings, sets_of
from casesynth.core.sizes import LISTED
from casesynth.core.text import nearest
from casesynth.core.validate import Found, Rule, all_problems, read_checked, read_tables
from casesynth.errors import UserError
from casesynth.shown import html


@dataclass
class Review:
    """One review: settings as in review.yaml, and its tables by name; an optional table may be absent."""

    name: str
    settings: dict[str, Any]
    tables: dict[str, pd.DataFrame]

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table.startswith("_"):  # by pickle, before there are tables
            raise AttributeError(table)
        if table not in self.tables:
            raise AttributeError(f"review {self.name} has no table {table}.{nearest(table, self.tables)}")
        return self.tables[table]

    def has(self, *tables: str) -> bool:
        """Is there such a table, with at least one row?"""
        return all(not self.table(table).empty for table in tables)

    def table(self, name: str) -> pd.DataFrame:
        """A table; without rows, but with the columns of its schema, if this review does not have it.

        Raises UserError for a name that no review's table has.
        """
        if name in self.tables:
            return self.tables[name]
        known = [*table_names(), *self.tables]
        if name not in known:
            raise UserError(f"a review has no table '{name}'.{nearest(name, known)} Tables: {', '.join(known)}.")
        return pd.DataFrame(columns=columns(name), dtype=object)

    def heading_name(self, heading: str) -> str:
        """The name of a heading, or of a set of headings, by its id."""
        names = {
            each.id: each.name for each in pd.concat([self.sets, self.headings])[["id", "name"]].itertuples(index=False)
        }
        if heading not in names:
            raise UserError(f"review {self.name} has no heading '{heading}'.{nearest(heading, names)}")
        return str(names[heading])

    def _repr_html_(self) -> str:
        tables = [[name, len(table), ", ".join(table.columns)] for name, table in self.tables.items()]
        return f"<p>{escape(self.settings['title'])}</p>" + html(
            pd.DataFrame(tables, columns=["table", "rows", "columns"])
        )

    @cached_property
    def headings(self) -> pd.DataFrame:
        """The headings in their order: id, name, group, themed, and section where the source has one."""
        return pd.DataFrame(self.settings["headings"]).fillna("")

    @cached_property
    def sets(self) -> pd.DataFrame:
        """What themes belong to: each themed heading, or a group of headings whose themes are derived together.

        `themed_together` of review.yaml names those groups; such a set takes the place of its first heading.
        Returns id (of the heading, or the group's name with hyphens), name, singular, section, themes_section, group,
        headings (a tuple of ids).
        """
        return sets_of(self.settings)

    @cached_property
    def themed_points(self) -> pd.DataFrame:
        """The key points that can have themes, with the set they belong to in the column heading."""
        set_of = {heading: part.id for part in self.sets.itertuples() for heading in part.headings}
        points = self.keypoints[self.keypoints["heading"].isin(set_of)]
        return points.assign(heading=points["heading"].map(set_of))

    @cached_property
    def reported(self) -> pd.DataFrame:
        """The cases that a case study reports, in their order."""
        return self.cases[self.cases["case_study"]].sort_values("order")


def load(name: str, rules: Iterable[Rule] = ()) -> Review:
    """Read and validate `data/<name>/`.

    Raises UserError that lists the first problems: file, row, column, found, expected.
    """
    settings = load_settings(name)
    passed = checked.passed(name)  # by `make`, before it ran the notebook that asks
    found = read(name, AS_GIVEN, passed)  # no result rests on answers as given, and they may be large
    if passed:
        return Review(name, settings, found.tables)
    problems = [problem for problem in all_problems(settings, found, rules) if not problem.note]
    if problems:
        raise UserError(problem_message(name, problems))
    return Review(name, settings, found.tables)


def read(name: str, leave: tuple[Any, ...] = (), passed: bool = False) -> Found:
    """Every table that can be read, from shards where they are fresh: those were checked when they were made.

    Shards of more cases than can be listed are left where they are. Takes the tables to leave, and whether the others
    have passed all checks.
    """
    folder = paths.data(name)
    sharded = shards.fresh(folder)
    leave = (*leave, *(shards.SHARDED if sharded else ()))
    found = Found(read_checked(folder, leave), {}, []) if passed else read_tables(folder, leave)
    if sharded and shards.cases(sharded) <= LISTED:
        for table, frame in shards.tables(sharded).items():
            found.rows[table], found.tables[table] = list(frame["row"]), frame.drop(columns="row")
    return found


def outline(name: str) -> Review:
    """A review of which only the settings, codebook and coders are read: the rest stays in its shards."""
    folder, settings = paths.data(name), load_settings(name)
    found = read_tables(folder, leave=tuple(table for table in schemas(folder) if table not in ("codebook", "coders")))
    if problems := [problem for problem in all_problems(settings, found) if not problem.note]:
        raise UserError(problem_message(name, problems))
    return Review(name, settings, found.tables)


def problem_message(name: str, problems: list[Problem], most: int = 10) -> str:
    """The problems as one message, cut after `most`."""
    more = f"\n  … and {len(problems) - most} more: `casesynth check {name}` lists all" if len(problems) > most else ""
    return (
        f"data/{name}/ has problems that must be corrected first:\n  " + "\n  ".join(map(str, problems[:most])) + more
    )


def coders_of(review: Review) -> list[str]:
    """Those who coded by themselves, in the order of coders.csv: all that have codings but the consensus."""
    there = set(review.codings["coder"]) - {CONSENSUS}
    return [coder for coder in review.coders["id"] if coder in there]
