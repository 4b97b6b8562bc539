"""The table schemas of a review: those that the package knows (review-schema.json), and those of one review."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from casesynth.core import csvfile
from casesynth.core.files import write_if_changed
from casesynth.errors import UserError

#: A review needs these; the other tables of the schema are optional.
REQUIRED = ["cases", "keypoints", "codebook", "coders", "codings"]
#: What people wrote in a form is kept as they wrote it: long, and with quotation marks as they are.
AS_GIVEN = ("responses", "sentences")
#: Tables that must never leave the computer of the review: answers as given, who gave them, and who has withdrawn.
CONFIDENTIAL = ("responses", "sentences", "respondents", "withdrawn")


def package() -> dict[str, Any]:
    """The schema of a review as a data package without a name: every table that a review can have."""
    schema: dict[str, Any] = json.loads(Path(__file__).with_name("review-schema.json").read_text("utf-8"))
    return schema


def with_answers(package: dict[str, Any]) -> dict[str, Any]:
    """The schema with the tables of answers as given; the summary of a key point of an answer may wait."""
    added = json.loads(Path(__file__).with_name("answer-tables.json").read_text("utf-8"))
    points = next(resource for resource in package["resources"] if resource["name"] == "keypoints")["schema"]
    points["fields"] += added["keypoints"]
    points["foreignKeys"].append({"fields": ["answer"], "reference": {"resource": "responses", "fields": ["id"]}})
    for column in points["fields"]:
        if column["name"] == "summary":
            column["constraints"] = {"required": False}
    package["resources"] += added["resources"]
    return package


@cache
def table_names() -> list[str]:
    """The names of all tables that a review can have, those of answers as given among them.

    >>> "keypoints" in table_names(), "keypoint" in table_names()
    (True, False)
    """
    return [resource["name"] for resource in with_answers(package())["resources"]]


@cache
def columns(table: str) -> list[str]:
    """The columns of a table of a review, in their order; none of a table that the package does not know.

    >>> columns("codings")
    ['keypoint', 'theme', 'coder', 'direction', 'memo']
    """
    known = {resource["name"]: resource["schema"]["fields"] for resource in package()["resources"]}
    return [column["name"] for column in known.get(table, [])]


def schemas(folder: Path) -> dict[str, dict[str, Any]]:
    """The table schemas of `datapackage.json`: name -> schema. Raises UserError where the file cannot be read."""
    file = folder / "datapackage.json"
    if not file.exists():
        raise UserError(f"{file.name} is missing: copy it from another review.")
    try:
        package = json.loads(csvfile.read_bytes(file).decode("utf-8"))
        return {
            resource["name"]: resource["schema"] for resource in package["resources"] if resource["schema"]["fields"]
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(
            f"{file.name}: not readable as a data package ({error}); copy it from another review."
        ) from None


def add_columns(folder: Path, table: str, added: list[dict[str, str]]) -> None:
    """Declare columns of a table in a review's `datapackage.json`; each is a field: name, type, description."""
    file = folder / "datapackage.json"
    package = json.loads(file.read_text("utf-8"))
    (own,) = [resource["schema"]["fields"] for resource in package["resources"] if resource["name"] == table]
    own += added
    write_if_changed(file, json.dumps(package, indent=1, ensure_ascii=False) + "\n")


def publishable(folder: Path) -> list[Path]:
    """The files of a review that may be passed on: its settings, its schema, and its tables that are not confidential.

    A file that belongs to no table is not among them: it may be an export of answers.
    """
    names = ["review.yaml", "datapackage.json"]
    names += [f"{table}.csv" for table in schemas(folder) if table not in CONFIDENTIAL]
    return [folder / name for name in sorted(names) if (folder / name).is_file()]
