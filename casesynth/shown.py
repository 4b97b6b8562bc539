"""How a notebook shows a table: whole, in a region that scrolls, with plain column heads and text that can be read."""

from html import escape
from typing import Any

import numpy as np
import pandas as pd

#: Rows beyond these are left to the CSV file: a notebook with 100,000 rows would not open.
MOST = 1000
#: Heads that say more than their column's name with spaces.
HEADS = {
    "id": "id",
    "cases": "projects",
    "case": "project",
    "of_cases": "of all projects",
    "points": "key points",
    "keypoint": "key point",
    "margin": "projects to lose until not supported",
    "fewest": "fewest projects whose removal ends the support",
    "sets": "such sets of projects",
    "without": "the only such set",
    "supported_in": "supported in",
    "removals": "removals of one project",
    "short_by": "headings still missing",
    "in_headings": "number of headings",
    "in_groups": "number of groups of headings",
    "ac1": "AC1",
    "jaccard": "Jaccard similarity",
    "p": "p",
    "least_p": "smallest possible p",
    "holm": "p after Holm",
    "of_points": "of all key points",
    "points_supporting": "supporting key points",
    "points_qualifying": "qualifying key points",
    "points_contradicting": "contradicting key points",
    "sum_as_published": "plain sum as published",
    "overlap_points": "overlap of key points (Jaccard)",
    "overlap_cases": "overlap of projects (Jaccard)",
}
REGION = "max-height: 30em; overflow: auto; border: 1px solid #ccc"
HEAD = "position: sticky; top: 0; background: #fff; text-align: left; vertical-align: bottom"


def head(column: Any) -> str:
    """The head of a column in plain words.

    >>> head("of_cases"), head("not_mentioned_by")
    ('of all projects', 'not mentioned by')
    """
    return HEADS.get(str(column), str(column).replace("_", " "))


def cell(value: Any) -> str:
    """A value as it is read: yes or no, at most three decimals, nothing where there is none.

    >>> cell(True), cell(0.33333), cell(float("nan")), cell(12000)
    ('yes', '0.333', '', '12,000')
    """
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if not isinstance(value, str) and pd.api.types.is_scalar(value) and pd.isna(value):
        return ""
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, (int, np.integer)) else escape(str(value))


def html(table: pd.DataFrame) -> str:
    """A table as HTML, in a region of its own that scrolls.

    >>> "<td>yes</td>" in html(pd.DataFrame({"supported": [True]}))
    True
    """
    whole = table if isinstance(table.index, pd.RangeIndex) or table.index.name is None else table.reset_index()
    whole = whole.head(MOST)
    right = [pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind) for kind in whole.dtypes]
    heads = "".join(f'<th scope="col" style="{HEAD}">{escape(head(column))}</th>' for column in whole)
    opened = ['<td style="text-align: right">' if number else "<td>" for number in right]
    columns = [whole.iloc[:, number].tolist() for number in range(whole.shape[1])]
    rows = [
        "<tr>" + "".join(f"{start}{cell(value)}</td>" for start, value in zip(opened, row)) + "</tr>"
        for row in zip(*columns)
    ]
    body = "\n".join(rows)
    text = f'<div tabindex="0" role="region" aria-label="Table" style="{REGION}"><table style="text-align: left">'
    text += f"<thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    return text + f"<p>{size(table)}.</p>"


def size(table: pd.DataFrame) -> str:
    """How long a table is.

    >>> size(pd.DataFrame({"a": [1]}))
    '1 row'
    """
    words = f"{len(table):,} row{'' if len(table) == 1 else 's'}"
    return words if len(table) <= MOST else f"The first {MOST:,} of {words}; the CSV file has them all"


def plain(table: pd.DataFrame, printer: Any, cycle: bool) -> None:
    """What replaces the table if HTML cannot be shown: its size and its columns."""
    printer.text(f"{size(table)}: {', '.join(map(head, table.columns))}")


def display() -> None:
    """Show every table of this notebook whole, in a region that scrolls; outside a notebook there is nothing to set.

    >>> display()
    """
    from IPython import get_ipython  # takes time to load, and only a notebook needs it

    shell = get_ipython()
    if shell is not None:
        shell.display_formatter.formatters["text/html"].for_type(pd.DataFrame, html)
        shell.display_formatter.formatters["text/plain"].for_type(pd.DataFrame, plain)
