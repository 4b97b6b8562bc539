"""`make compare`: two runs side by side, as a page and as tables."""

from pathlib import Path

import pandas as pd

from casesynth.analysis import compare
from casesynth.audit.checks import Verdict
from casesynth.core import paths
from casesynth.core.csvfile import write
from casesynth.errors import UserError
from casesynth.report import comparison
from casesynth.runner.runs import Run, data_of, located

#: What both runs have must be more than this part of what they have together; else they are of different things.
IN_COMMON = 0.1


def compared(first: Run, second: Run) -> dict[str, pd.DataFrame]:
    """What differs between two runs: `differences`, the rows behind them (`rows`), and the changed rows of data (`data`).

    Raises UserError if the runs have hardly a theme in common.
    """
    one, two = (set(compare.items(run.tables).query("kind != 'claim'")["id"]) for run in (first, second))
    if len(one & two) <= IN_COMMON * len(one | two):
        raise UserError(
            f"{first.label} and {second.label} have {len(one & two)} of {len(one | two)} themes and findings in common; a "
            "comparison needs one codebook."
        )
    (old, keys), (new, more) = data_of(first), data_of(second)
    shared = {table: key for table, key in keys.items() if more.get(table) == key}
    differing = compare.differences(first.tables, second.tables, list(Verdict))
    data = compare.changed_rows(old, new, shared)
    return {"differences": differing, "rows": compare.reasons(differing, data), "data": data}


def make(a: str, b: str, review: str, command: str, folder: Path | None = None) -> tuple[bool, str]:
    """Compare two runs as a user names them (see `runs.FORMS`), and write the page and its tables.

    Returns whether they are the same, and the lines to show.
    """
    first, second = located(a, review, command), located(b or review, review, command)
    found = compared(first, second)
    folder = folder or paths.ROOT / "results" / "comparisons" / f"{safe(first.label)}-and-{safe(second.label)}"
    for name, table in found.items():
        write(folder / f"{name}.csv", table)
    totals = compare.items(second.tables)["kind"].value_counts().to_dict()
    changed = {
        name: (first.parameters.get(name), value)
        for name, value in second.parameters.items()
        if first.parameters and first.parameters.get(name) != value
    }
    points: dict[str, str] = {}
    for tables in (data_of(first)[0], data_of(second)[0]):
        if "keypoints" in tables:
            points |= dict(zip(tables["keypoints"]["id"], tables["keypoints"]["summary"], strict=True))
    (folder / "index.html").write_text(
        comparison.page(found, (first.label, second.label), changed, totals, points), "utf-8"
    )
    lines = comparison.summary(found["differences"], totals)
    place = paths.shown(folder)
    return found["differences"].empty, "\n".join(
        [*lines, f"Comparison: {place}/index.html   Table: {place}/differences.csv"]
    )


def safe(label: str) -> str:
    """A label as a part of a file's name.

    >>> safe("min_cases=3 coding=ada"), safe("HEAD~1"), safe("../old results/")
    ('min_cases-3+coding-ada', 'HEAD-1', 'old-results')
    """
    kept = "".join(
        sign if sign.isalnum() or sign in "_.+" else "-" for sign in label.replace(" ", "+" if "=" in label else "-")
    )
    return kept.strip("-.")[:80] or "run"
