"""The tables that notebooks hand on: declared in results.json, written and read as plain CSV (UTF-8, one header row)."""

import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import csvfile, paths
from casesynth.core.csvfile import as_typed
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.errors import UserError


@cache
def declared() -> dict[str, dict[str, Any]]:
    """Every result table by name: step, title, description, key, columns and, where they vary, the type of others.

    >>> declared()["overlaps"]["step"]
    '3-general-themes'
    """
    tables = json.loads(Path(__file__).with_name("results.json").read_text("utf-8"))
    return {table["name"]: table for table in tables}


def declaration(name: str) -> dict[str, Any]:
    """The declaration of a table; one of a single heading has that of its kind.

    >>> declaration("themes-aims")["name"], declaration("published-by-extent")["name"]
    ('themes', 'published-by-extent')
    """
    if name in declared():
        return declared()[name]
    kinds = [table for kind, table in declared().items() if table.get("per_heading") and name.startswith(f"{kind}-")]
    if not kinds:
        raise UserError(f"there is no result table '{name}'.{nearest(name, declared())} results.json lists them all.")
    return kinds[0]


def columns(name: str) -> list[str]:
    """The names of the columns of a table, those left out that vary with the review.

    >>> columns("uncoded")
    ['keypoint', 'case', 'state', 'summary']
    """
    return [column["name"] for column in declaration(name)["columns"]]


def of_step(*steps: str) -> list[str]:
    """The names of the tables that some notebooks write.

    >>> of_step("11-confidence")
    ['appraisal', 'without-weak', 'evidence-profile', 'qualitative-findings']
    """
    return [name for name, table in declared().items() if table["step"] in steps]


def lists() -> str:
    """The make variables that name the tables of each step, for build/<review>/review.mk.

    >>> lists().splitlines()[1]
    'TABLES.2-themes := themes theme-cases uncoded published'
    """
    steps = dict.fromkeys(table["step"] for table in declared().values())
    return "".join(f"TABLES.{step} := {' '.join(of_step(step))}\n" for step in steps)


def frame(name: str, rows: Iterable[Any] = ()) -> pd.DataFrame:
    """Rows as a table with its declared columns; without rows, these have their declared types.

    >>> frame("overlaps").dtypes["proposed"]
    dtype('bool')
    """
    table = pd.DataFrame(rows, columns=columns(name))
    return table if len(table) else typed(table, name)


def typed(texts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Cells as they are written, in the declared types of their columns.

    A number without a value is missing (so its column holds floats), a text is "", a yes or no is "". A measure is a
    number; a column with one that is undefined holds texts.
    """
    table = declaration(name)
    kinds = {column["name"]: column["type"] for column in table["columns"]}
    other = table.get("others", {}).get("type", "string")
    parts = {column: typed_column(texts[column], kinds.get(column, other)) for column in texts}
    return pd.DataFrame(parts, index=texts.index, columns=texts.columns)


def typed_column(cells: pd.Series, kind: str) -> pd.Series:
    """The texts of one column in a declared type.

    >>> typed_column(pd.Series(["NA", "007"]), "string").tolist()
    ['NA', '007']
    >>> typed_column(pd.Series(["2", ""]), "integer").tolist()
    [2.0, nan]
    """
    texts = cells.tolist()
    if kind == "string" or (kind == "measure" and "undefined" in texts):
        return pd.Series([as_typed(text) for text in texts], cells.index, dtype=object)
    if kind == "boolean":
        values = cells.map({"True": True, "False": False, "": ""})
        return values if "" in texts else values.astype(bool)
    numbers = pd.Series([float(text or "nan") for text in texts], cells.index, dtype=float)
    whole = kind == "integer" and numbers.notna().all()
    return numbers.astype("int64") if whole else numbers


def write(review: str, tables: dict[str, pd.DataFrame]) -> None:
    """Write `tables/<name>.csv` of this run for each table. Raises UserError for a name that results.json does not declare."""
    for name, table in tables.items():
        declaration(name)
        file = paths.write(review) / "tables" / f"{name}.csv"
        file.parent.mkdir(parents=True, exist_ok=True)
        csvfile.neutral_texts(table).to_csv(file, index=False, lineterminator="\n")


def read(review: str, name: str, as_text: bool = False) -> pd.DataFrame:
    """A table that an earlier notebook wrote, in its declared types, or (`as_text`) every cell as it is written.

    Nothing is guessed: a case called NA, None, 007 or 1e5 is still called so. Raises UserError if the table has not
    been written.
    """
    file = paths.read(review) / "tables" / f"{name}.csv"
    if not file.exists():
        raise UserError(f"{name}.csv has not been built yet: run `casesynth make {review}` first, then this notebook.")
    texts = pd.read_csv(file, dtype=str, keep_default_na=False)
    return texts if as_text else typed(texts, name)


def read_if_there(review: str, name: str) -> pd.DataFrame:
    """A table that an earlier notebook wrote, or without rows if that notebook has not run."""
    return read(review, name) if (paths.read(review) / "tables" / f"{name}.csv").exists() else frame(name)


def read_headings(review: str, headings: pd.DataFrame, name: str) -> pd.DataFrame:
    """One table of every set of headings (`Review.sets`), one under the other, with the heading in the first column."""
    parts = []
    for heading in headings["id"]:
        part = read(review, f"{name}-{heading}")
        part.insert(0, "heading", heading)
        parts.append(part)
    if not parts:  # a review without themed headings
        parts = [frame(name)]
        parts[0].insert(0, "heading", "")
    return pd.concat(parts, ignore_index=True)


def gather(review: Review) -> dict[str, pd.DataFrame]:
    """The result tables of steps 1 to 5, by name, and the key points of themed headings (`points`).

    Those of data that the review does not have are left out.
    """
    steps = ["1-data-extraction", "3-general-themes"]
    steps += ["4-barriers-enablers"] if review.settings.get("opposed") else []
    steps += ["5-participants"] if review.has("participants") else []
    tables = {name: read_headings(review.name, review.sets, name) for name in of_step("2-themes")}
    tables |= {name: read(review.name, name) for name in of_step(*steps)}
    return tables | {"points": review.themed_points}
