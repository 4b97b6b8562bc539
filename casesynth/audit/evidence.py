"""`evidence.json`: all that the surfaces of a review draw from, in one file that `evidence-schema.json` describes.

It holds the review's own tables, the results that rest on them, every number of the report with its rule and rows, and
where all of it comes from. A cell without a value is left out of its row. Confidential tables never enter it.
"""

import json
import re
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from casesynth import __version__
from casesynth.analysis import findings, themes
from casesynth.audit.checks import CHECKS
from casesynth.core import results
from casesynth.core.checked import digests_of_data
from casesynth.core.results import read_headings, read_if_there
from casesynth.core.review import Review
from casesynth.core.rules import Rules
from casesynth.core.schema import CONFIDENTIAL
from casesynth.core.text import plural
from casesynth.errors import UserError
from casesynth.report import numbers
from casesynth.report.narrative import Narrative

FORMAT = "casesynth-evidence-1"
SCHEMA = Path(__file__).with_name("evidence-schema.json")
#: The tables of data/ that the file holds, as far as the review has them.
TABLES = (
    "cases sources sections entries places keypoints codebook coders codings statements attributions participants facts "
    "findings finding-evidence counterevidence aliases mentions"
).split()
#: The result tables that it holds, as far as they have been written.
RESULTS = (
    "themes general-themes refined-themes findings finding-coders claims case-similarity participants-total "
    "qualitative-findings"
).split()
#: The columns of findings.csv that hold prose with macros.
PROSE = ["paragraph", "practice", "published"]


def evidence(review: Review, rules: Rules) -> dict:
    """Everything that the surfaces of a review draw from, as `evidence-schema.json` describes it.

    Raises UserError where a table that should never be passed on would enter it.

    >>> from casesynth.front import load_review
    >>> sorted(evidence(load_review("repair-cafes"), Rules()))
    ['checks', 'format', 'headings', 'numbers', 'parameters', 'provenance', 'results', 'review', 'sets', 'tables']
    """
    if secret := sorted({*TABLES, *RESULTS} & {*CONFIDENTIAL}):
        raise UserError(f"evidence.json: {', '.join(secret)} may not be passed on; take it out of `TABLES`.")
    made = {name: result_table(review, name) for name in RESULTS}
    tables = {name: records(review.table(name)) for name in TABLES if review.has(name)}
    if "findings" in tables:
        tables["findings"] = written_out(review, rules, tables["findings"])
    claims = made["claims"]
    return {
        "format": FORMAT,
        "review": about(review),
        "parameters": asdict(rules),
        "headings": records(review.headings),
        "sets": [row | {"headings": list(row["headings"])} for row in records(review.sets)],
        "tables": tables,
        "results": {name: records(table) for name, table in made.items() if len(table)},
        "numbers": numbers_of(review),
        "checks": explained(set(claims["check"]) if len(claims) else set()),
        "provenance": {"version": __version__, "digests": digests_of_data(review.name, TABLES)},
    }


def numbers_of(review: Review) -> list[dict]:
    """Every number of the report. Keys: key, value (as text), rule, kind and rows (ids), or table where it is a statistic.

    A parameter has neither rows nor a table. Empty where no report has been written yet.
    """
    values = read_if_there(review.name, "report-values").astype(str)
    known, made = numbers.registry(review, numbers.tables(review)) if len(values) else {}, []
    for name, value, rule in values.itertuples(index=False):
        number = numbers.by_name(known, name) if name in known or "." in name else numbers.Number(value, rule)
        table = re.match(r"[a-z0-9-]+(?=\.csv)", rule)
        behind = (
            {"kind": number.kind, "rows": list(number.rows)} if number.rows else {"table": table[0]} if table else {}
        )
        made.append({"key": name, "value": value, "rule": rule} | behind)
    return made


def result_table(review: Review, name: str) -> pd.DataFrame:
    """A result table; that of every heading as one, with the heading in a column. Without rows where it is not written."""
    if not results.declaration(name).get("per_heading"):
        return read_if_there(review.name, name)
    try:
        return read_headings(review.name, review.sets, name)
    except UserError:  # not written yet
        return results.frame(name)


def about(review: Review) -> dict:
    """What the settings say of a review, and whether it re-runs a published synthesis."""
    given = {key: review.settings.get(key, "") for key in ("title", "question", "method", "note", "published")}
    return {"name": review.name, **{key: str(value) for key, value in given.items() if value}}


def records(table: pd.DataFrame) -> list[dict]:
    """The rows of a table, each without its empty cells; numbers and truth values stay what they are.

    >>> records(pd.DataFrame({"id": ["a", "b"], "low": [1.0, None], "yes": [True, False], "note": ["", "x"]}))
    [{'id': 'a', 'low': 1, 'yes': True}, {'id': 'b', 'yes': False, 'note': 'x'}]
    """
    rows = table.astype(object).where(table.notna(), "").to_dict("records")
    return [{column: plain(cell) for column, cell in row.items() if cell != ""} for row in rows]


def plain(cell: object) -> object:
    """A cell as JSON has it: a whole number without its point, and what NumPy wraps without its wrapping."""
    value = cell.item() if hasattr(cell, "item") else cell
    return int(value) if isinstance(value, float) and value.is_integer() else value


def written_out(review: Review, rules: Rules, rows: list[dict]) -> list[dict]:
    """The findings with the macros of their prose replaced: numbers, names, and links to `#` and an id."""
    judged = findings.evidence_of(review, rules.coding)
    cells = findings.by_case(review.findings, judged, review.reported)
    table = findings.finding_table(review.findings, cells, review.reported, rules.min_cases)
    found = {"findings": table, "finding-evidence": judged, "claims": results.read_if_there(review.name, "claims")}
    coded = themes.coded_points(review, rules.coding)
    projects = numbers.of_projects(review.codebook["id"], coded[coded["direction"].eq("supports")])
    counted = numbers.of_rows({"cases": review.cases, "reported": review.reported, "findings": table})
    known = counted | numbers.of_facts(review) | numbers.of_findings(table, cells) | projects
    narrative = Narrative(review, found, numbers.Values(known))

    def prose(row: dict) -> dict:
        return {column: narrative.expand(row[column], row["id"]) for column in PROSE if column in row}

    return [row | prose(row) for row in rows]


def explained(used: set[str]) -> dict[str, dict[str, str]]:
    """What each check asks, and what would make it fail. Keys: name of the check; then asks, fails_if."""
    own = {name: CHECKS[name] for name in sorted(used & set(CHECKS))}
    return {
        name: {"asks": " ".join((check.function.__doc__ or "").replace("`", "").split()), "fails_if": check.fails_if}
        for name, check in own.items()
    }


def as_json(value: object, depth: int = 0) -> str:
    """The evidence as the text of a file: what holds nothing else is one line, so that two versions can be compared.

    >>> print(as_json({"cases": [{"id": "a", "order": 1}, {"id": "b"}]}))
    {
     "cases": [
      {"id": "a", "order": 1},
      {"id": "b"}
     ]
    }
    """
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if not any(isinstance(part, dict | list) for part in inner):
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    names = (
        [f"{json.dumps(key, ensure_ascii=False)}: " for key in value] if isinstance(value, dict) else [""] * len(inner)
    )
    indent = " " * (depth + 1)
    lines = [f"{indent}{name}{as_json(part, depth + 1)}" for name, part in zip(names, inner)]
    opens, closes = "{}" if isinstance(value, dict) else "[]"
    return f"{opens}\n" + ",\n".join(lines) + f"\n{' ' * depth}{closes}"


def contents(made: dict) -> pd.DataFrame:
    """How many rows of which table the evidence holds. Returns part (tables, results), table, rows."""
    rows = [[part, name, len(made[part][name])] for part in ("tables", "results") for name in made[part]]
    return pd.DataFrame(rows, columns=["part", "table", "rows"])


def shows(made: dict) -> list[str]:
    """What the evidence shows, in sentences that may be quoted.

    >>> made = {"tables": {"cases": [{}]}, "results": {}, "numbers": [{"key": "cases", "rows": ["a"]}, {"key": "alpha"}]}
    >>> shows(made)
    ['1 row of 1 table is in one file.', 'Of 2 numbers of the report, 1 can be counted row by row.']
    """
    table = contents(made)
    rows, tables, numbers = int(table["rows"].sum()), len(table), made["numbers"]
    counted = sum("rows" in number for number in numbers)
    lines = [f"{plural(rows, 'row')} of {plural(tables, 'table')} {'is' if rows == 1 else 'are'} in one file."]
    if not numbers:
        return [*lines, "The report of this review has no numbers yet."]
    return [*lines, f"Of {len(numbers)} numbers of the report, {counted} can be counted row by row."]


def validate(made: dict) -> None:
    """Raise UserError where the evidence does not fit its schema: the first place that is wrong."""
    import jsonschema

    schema = json.loads(SCHEMA.read_text("utf-8"))
    error = next(iter(jsonschema.Draft202012Validator(schema).iter_errors(made)), None)
    if error:
        place = "/".join(map(str, error.absolute_path)) or "the whole file"
        raise UserError(f"evidence.json, {place}: {error.message[:300]} (expected by {SCHEMA.name})")
