"""`explorer.html`: one self-contained page to read, filter and check the evidence of a review.

The page holds `evidence.json` in a compact form, and applies the rules of the method itself (`templates/explorer/rules.js`), so
that a reader can change thresholds, projects and coders. It loads nothing from elsewhere. Without JavaScript it shows
plain tables.
"""

import hashlib
import json
from collections import Counter
from itertools import accumulate
from pathlib import Path

import jinja2

from casesynth import __version__
from casesynth.audit.evidence import as_json, validate
from casesynth.core import paths
from casesynth.core.files import templates, write_if_changed
from casesynth.core.text import section_name

TEMPLATES = Path(__file__).parent / "templates"
#: The scripts of the page, in the order in which they are needed.
SCRIPTS = (
    "rules state page model pdf copy findings matrix card rows claims lab people projects method check main".split()
)
#: A page that holds more key points than this is slow to open: a sample of cases takes the place of all.
MOST_POINTS = 20_000
#: What browsers show of a table where they run no script: at most this many rows.
PLAIN_ROWS = 1000


def write(review: str, evidence: dict) -> None:
    """Write `evidence.json` and `explorer.html` of this run. Raises UserError where the evidence does not fit its schema."""
    validate(evidence)
    folder = paths.write(review)
    write_if_changed(folder / "evidence.json", as_json(evidence))
    write_if_changed(folder / "explorer.html", explorer(evidence))


def explorer(evidence: dict) -> str:
    """The page, from the evidence as `evidence.evidence` gives it."""
    evidence = sampled(evidence)
    script = "\n".join((TEMPLATES / "explorer" / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    return (
        environment()
        .get_template("explorer/explorer.html")
        .render(
            review={"question": "", "note": "", "published": ""} | evidence["review"],
            evidence=embedded(evidence),
            script=script,
            style=(TEMPLATES / "explorer" / "explorer.css").read_text("utf-8"),
            plain=plain_tables(evidence),
            most=PLAIN_ROWS,
        )
    )


def sampled(evidence: dict, most: int = MOST_POINTS) -> dict:
    """The evidence of as many cases as a page can hold: those whose ids have the smallest SHA-256, and all where they are few.

    A sample has no results and numbers, since these are of all cases; the page says that it shows a sample.
    """
    points = Counter(row["case"] for row in evidence["tables"].get("keypoints", []))
    if points.total() <= most:
        return evidence
    order = sorted(points, key=lambda case: hashlib.sha256(case.encode()).hexdigest())
    total = accumulate(points[case] for case in order)
    kept = {case for case, so_far in zip(order, total) if so_far <= most}
    ids = {row["id"] for row in evidence["tables"]["keypoints"] if row["case"] in kept} | {None}
    cases = kept | {None}
    tables = {
        name: [row for row in rows if row.get("keypoint") in ids and case_of(name, row) in cases]
        for name, rows in evidence["tables"].items()
    }
    words = f"{len(kept):,} of {len(points):,} cases, those whose ids have the smallest SHA-256; evidence.json has all."
    return evidence | {
        "tables": tables,
        "results": {},
        "numbers": [],
        "review": evidence["review"] | {"note": f"A sample: {words} {evidence['review'].get('note', '')}".strip()},
    }


def case_of(table: str, row: dict) -> str | None:
    """The case that a row belongs to; None for one that belongs to no single case."""
    return row["id"] if table == "cases" else row.get("case")


def environment() -> jinja2.Environment:
    """The templates of this room; every value is escaped."""
    made = templates(TEMPLATES, html=True)
    made.globals |= {"section_name": section_name, "version": __version__}
    return made


def embedded(evidence: dict) -> str:
    """The evidence as the page holds it: every table as its columns and rows, and no character that could end the script.

    >>> embedded({"tables": {"cases": [{"id": "a"}, {"id": "b", "note": "</script>"}]}, "results": {}})
    '{"tables":{"cases":[["id","note"],["a"],["b","\\\\u003c/script>"]]},"results":{}}'
    """
    tables = {part: {name: compact(rows) for name, rows in evidence[part].items()} for part in ("tables", "results")}
    text = json.dumps(evidence | tables, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def compact(rows: list[dict]) -> list[list]:
    """A table as a list of its columns followed by its rows; cells at the end of a row that hold nothing are left out.

    >>> compact([{"id": "a"}, {"id": "b", "order": 2}])
    [['id', 'order'], ['a'], ['b', 2]]
    """
    columns = list(dict.fromkeys(column for row in rows for column in row))
    made = [[row.get(column, "") for column in columns] for row in rows]
    for cells in made:
        while cells and cells[-1] == "":
            cells.pop()
    return [columns, *made]


def plain_tables(evidence: dict) -> list[tuple]:
    """What the page shows without JavaScript: title, route (with which addresses of its rows begin), id, columns, rows."""
    tables, made = evidence["tables"], evidence["results"]
    names = {row["id"]: row["name"] for row in tables.get("cases", [])}
    points = [
        {"summary": "No summary yet"} | point | {"project": names.get(point["case"], point["case"])}
        for point in tables.get("keypoints", [])
    ]
    findings, themes, claims = (made.get(name, []) for name in ("findings", "themes", "claims"))
    shown = [
        ("Findings", "finding", "finding", "statement supporting qualifying contradicting of_cases", findings),
        ("Themes", "theme", "theme", "name heading cases of_cases points", themes),
        ("Claims of the published report", "claim", "id", "claim verdict recomputed", claims),
        ("Numbers of the report", "number", "key", "value rule", evidence["numbers"]),
        ("Key points", "point", "id", "project heading summary", points),
    ]
    return [(title, route, id, columns.split(), rows) for title, route, id, columns, rows in shown if rows]
