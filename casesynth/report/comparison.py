"""The page that shows what differs between two runs."""

from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.analysis.compare import CHANGES, KINDS
from casesynth.core.files import templates

TEMPLATE = Path(__file__).with_name("templates") / "comparison.html"
#: The most rows of data that the page shows; the table data.csv has all.
MOST = 200


def summary(differing: pd.DataFrame, totals: dict[str, int]) -> list[str]:
    """How many of each kind differ, and how: one sentence each.

    >>> table = pd.DataFrame({"kind": ["theme", "theme"], "change": ["new", "weaker"]})
    >>> summary(table, {"theme": 75, "finding": 17})
    ['Of 17 findings none differs.', 'Of 75 themes 2 differ: 1 new, 1 weaker.']
    """
    lines = []
    for kind in KINDS:
        number = int(differing["kind"].eq(kind).sum())
        if kind not in totals and not number:
            continue
        counts = differing.loc[differing["kind"].eq(kind), "change"].value_counts()
        told = ", ".join(f"{counts[word]} {word}" for word in CHANGES if word in counts)
        verb = "none differs" if not number else f"{number} differ{'s' * (number == 1)}: {told}"
        lines.append(f"Of {totals.get(kind, 0)} {kind}s {verb}.")
    return lines


def page(
    found: dict[str, pd.DataFrame],
    labels: tuple[str, str],
    parameters: dict[str, tuple[Any, Any]],
    totals: dict[str, int],
    points: dict[str, str],
) -> str:
    """The page as HTML, which loads nothing from elsewhere.

    Takes the tables differences, rows and data; what the two runs are called; the parameters that differ, each with both
    values; the number of findings, themes and claims; and the summaries of key points by their ids.
    """
    rows: dict[tuple[str, str], list[dict]] = {}
    for row in found["rows"].to_dict("records"):
        rows.setdefault((row["kind"], row["id"]), []).append(row | {"text": points.get(row["row"].split(" (")[0], "")})
    differing = dict(list(found["differences"].groupby("kind")))
    template = templates(TEMPLATE.parent, html=True).get_template(TEMPLATE.name)
    return template.render(
        first=labels[0],
        second=labels[1],
        summary=summary(found["differences"], totals),
        kinds=[(kind, differing[kind].to_dict("records")) for kind in KINDS if kind in differing],
        rows=rows,
        parameters=parameters,
        data=found["data"].head(MOST).to_dict("records"),
        more=max(0, len(found["data"]) - MOST),
        changes=CHANGES,
    )
