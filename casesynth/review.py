"""Load one review: its settings and its tables, validated against `datapackage.json`.

The table schemas there are the one place for columns, types, allowed values and keys. Here is checked
only what a table schema cannot say.
"""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from casesynth import UserError, paths
from casesynth.parameters import nearest
from casesynth.settings import load_settings

#: A review needs these; the other tables of the schema are optional.
REQUIRED = ["cases", "keypoints", "codebook", "coders", "codings"]
NONE = "none"


@dataclass
class Review:
    """One review: settings as in review.yaml, and its tables by name; an optional table may be absent."""

    name: str
    settings: dict
    tables: dict[str, pd.DataFrame]

    def __getattr__(self, table: str) -> pd.DataFrame:
        if table.startswith("_") or table not in self.tables:
            raise AttributeError(f"review {self.name} has no table {table}")
        return self.tables[table]

    def has(self, *tables: str) -> bool:
        """Is there such a table, with at least one row?"""
        return all(not self.table(table).empty for table in tables)

    def table(self, name: str) -> pd.DataFrame:
        """A table, empty where this review has none of that name."""
        return self.tables.get(name, pd.DataFrame())

    def heading_name(self, heading: str) -> str:
        """The name of a heading by its id."""
        return self.headings.set_index("id").loc[heading, "name"]

    @cached_property
    def headings(self) -> pd.DataFrame:
        """The headings in their order: id, name, group, themed, and section where the source has one."""
        return pd.DataFrame(self.settings["headings"]).fillna("")

    @cached_property
    def reported(self) -> pd.DataFrame:
        """The cases that a case study reports, in their order."""
        return self.cases[self.cases["case_study"]].sort_values("order")


def load(name: str) -> Review:
    """Read and validate `data/<name>/`.

    Raises UserError that lists the first problems: file, row, column, found, expected.
    """
    folder = paths.data(name)
    settings = load_settings(name)
    problems = check_tables(folder)
    if problems:
        raise UserError(problem_message(name, problems))
    tables = {file.stem: read_table(file, schema) for file, schema in present(folder).items()}
    problems = check_meaning(settings, tables) + check_claims(settings, tables)
    if problems:
        raise UserError(problem_message(name, problems))
    return Review(name, settings, tables)


def problem_message(name: str, problems: list[str], most: int = 10) -> str:
    """The problems as one message, cut after `most`."""
    more = f"\n  … and {len(problems) - most} more" if len(problems) > most else ""
    return f"data/{name}/ does not fit its schema:\n  " + "\n  ".join(problems[:most]) + more


def present(folder: Path) -> dict[Path, dict]:
    """The tables of the schema that are there: file -> its schema."""
    import json

    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    files = {folder / resource["path"]: resource["schema"] for resource in package["resources"]}
    return {file: schema for file, schema in files.items() if file.exists()}


def check_tables(folder: Path) -> list[str]:
    """What frictionless finds wrong with the tables, one line a problem; also a required table missing."""
    import json

    if not (folder / "datapackage.json").exists():
        return ["datapackage.json is missing: copy it from data/mca-phase2/"]
    there = present(folder)
    names = {file.stem for file in there}
    missing = [f"{name}.csv is missing; a review needs {', '.join(REQUIRED)}" for name in REQUIRED if name not in names]
    if missing:
        return missing

    from frictionless import Package

    descriptor = json.loads((folder / "datapackage.json").read_text("utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if folder / r["path"] in there]
    for resource in descriptor["resources"]:
        keys = resource["schema"].get("foreignKeys", [])
        resource["schema"]["foreignKeys"] = [k for k in keys if k["reference"]["resource"] in ("", *names)]
    report = Package.from_descriptor(descriptor, basepath=str(folder)).validate()
    return [table_problem(Path(task.place).name, error) for task in report.tasks for error in task.errors]


def table_problem(file: str, error) -> str:
    """One problem as a line: file, row, column, what was found, what was expected."""
    where = [file]
    if getattr(error, "row_number", None):
        where.append(f"row {error.row_number}")
    column = getattr(error, "field_name", None) or getattr(error, "label", None)
    if column:
        where.append(f"column {column}")
    found = getattr(error, "cell", None)
    return ", ".join(where) + ": " + (f"found '{found}'; " if found else "") + error.note.rstrip(".") + "."


def read_table(file: Path, schema: dict) -> pd.DataFrame:
    """One table with the types of its schema; an empty text cell is "", an empty number is missing."""
    frame = pd.read_csv(file, dtype=str, keep_default_na=False, encoding="utf-8")
    for column in schema["fields"]:
        name, kind = column["name"], column["type"]
        if name not in frame:
            frame[name] = ""
        if kind == "integer":
            frame[name] = pd.to_numeric(frame[name].replace("", None)).astype("Int64")
        elif kind == "number":
            frame[name] = pd.to_numeric(frame[name].replace("", None)).astype("float64")
        elif kind == "boolean":
            frame[name] = frame[name].eq("true")
    return frame


def check_claims(settings: dict, tables: dict[str, pd.DataFrame]) -> list[str]:
    """What is wrong with the checks that claims.csv names (imported here: `claims` builds on this module)."""
    from casesynth import claims

    return claims.problems(settings, tables)


def check_meaning(settings: dict, tables: dict[str, pd.DataFrame]) -> list[str]:
    """What a table schema cannot say: headings of review.yaml, `none` among the codings, levels of parents."""
    headings = [heading["id"] for heading in settings["headings"]]
    codebook = tables["codebook"].set_index("id")
    themes = codebook.index[codebook["level"].eq("theme")]
    coders = list(tables["coders"]["id"])
    problems = []

    def expect(table: str, column: str, known, rows=None):
        frame = tables[table] if rows is None else tables[table][rows]
        for row, value in frame[column].items():
            if value not in known:
                problems.append(
                    f"{table}.csv, row {row + 2}, column {column}: found '{value}', "
                    f"expected one of {len(known)} known ids.{nearest(value, known)}"
                )

    expect("keypoints", "heading", headings)
    expect("codebook", "heading", headings, tables["codebook"]["level"].eq("theme"))
    expect("codings", "theme", [*themes, NONE])
    if settings["coding"] not in coders:
        problems.append(
            f"review.yaml, coding: found '{settings['coding']}', expected a coder of coders.csv."
            f"{nearest(settings['coding'], coders)}"
        )
    above = {"theme": "general", "general": "refined"}
    for row, theme in tables["codebook"].iterrows():
        if theme["parent"] and codebook.level.get(theme["parent"]) != above.get(theme["level"]):
            problems.append(
                f"codebook.csv, row {row + 2}, column parent: found '{theme['parent']}', expected the id of "
                f"a {above.get(theme['level'], 'nothing: a refined theme has no parent')} theme."
            )
    heading_of = tables["keypoints"].set_index("id")["heading"]
    for row, coding in tables["codings"].iterrows():
        theme = coding["theme"]
        if theme in themes and codebook.heading[theme] != heading_of.get(coding["keypoint"]):
            problems.append(
                f"codings.csv, row {row + 2}, column theme: '{theme}' belongs to heading "
                f"{codebook.heading[theme]}, the key point to {heading_of.get(coding['keypoint'])}."
            )
    optional = {name: tables[name] for name in ("appraisal", "cerqual", "extractions") if name in tables}
    if "appraisal" in optional:
        listed = (settings.get("appraisal") or {}).get("criteria", [])
        expect("appraisal", "criterion", [criterion["id"] for criterion in listed])
    if "cerqual" in optional:
        expect("cerqual", "finding", list(codebook.index[codebook["level"].eq("refined")]))
    if "extractions" in optional:
        expect("extractions", "heading", headings)
        for row, words in tables["extractions"]["keypoints"].items():
            problems += [
                f"extractions.csv, row {row + 2}, column keypoints: found '{word}', expected ids of keypoints.csv with "
                f"blanks between.{nearest(word, heading_of.index)}"
                for word in words.split()
                if word not in heading_of
            ]
    problems += unexplained(tables["codings"])
    return problems


def unexplained(codings: pd.DataFrame) -> list[str]:
    """A consensus on a key point that coders coded differently needs a reason, as its memo: the ones without.

    >>> rows = [["k", "t", "ada", ""], ["k", "u", "bo", ""], ["k", "t", "consensus", ""]]
    >>> unexplained(pd.DataFrame(rows, columns=["keypoint", "theme", "coder", "memo"]))
    ... # doctest: +ELLIPSIS
    ["codings.csv, row 4, column memo: found nothing; the coders differ on 'k', expected the reason of the consensus."]
    """
    agreed = codings["coder"].eq("consensus")
    if not agreed.any():
        return []
    sets = codings[~agreed].groupby(["keypoint", "coder"])["theme"].agg(frozenset)
    differ = sets.groupby(level="keypoint").nunique().gt(1)
    reasons = codings[agreed].groupby("keypoint")["memo"].agg(lambda memos: memos.ne("").any())
    without = [point for point in reasons.index[~reasons] if differ.get(point, False)]
    rows = codings[agreed & codings["keypoint"].isin(without)].drop_duplicates("keypoint")
    return [
        f"codings.csv, row {row + 2}, column memo: found nothing; the coders differ on '{point}', expected the reason "
        "of the consensus."
        for row, point in rows["keypoint"].items()
    ]
