"""The page of passages: `make audit SOURCE=…` shows every statement next to its passage in a reviewer's own copy of the report.

The page quotes the copy, so it stays on the reviewer's computer. It links to each card of the explorer, and from there back.
"""

import os
from pathlib import Path

import pandas as pd

from casesynth.audit import copy
from casesynth.audit.explorer import environment
from casesynth.core.files import write_if_changed
from casesynth.core.paths import shown
from casesynth.core.review import Review

#: The file of the page, next to `explorer.html`.
PAGE = "audit-source.html"
#: The views of the explorer that have a card for each row of a table; the other tables share one.
CARDS = {"keypoints": "point", "claims": "claim"}


def source_page(review: Review, file: Path, checked: dict[str, pd.DataFrame]) -> str:
    """The page that shows each key point alongside its passage in a reader's own copy."""
    anchors = checked["anchors"]
    points = review.keypoints.merge(anchors[anchors["table"].eq("keypoints")].drop(columns="anchor"), on="id")
    points = points.sort_values(["section", "case", "heading", "order"])
    context = {
        "review": review,
        "settings": review.settings,
        "file": file.name,
        "case_names": dict(zip(review.cases["id"], review.cases["name"])),
        "points": points.to_dict("records"),
        "rest": anchors[anchors["table"].ne("keypoints")].to_dict("records"),
        "problems": checked["problems"].to_dict("records"),
        "shared": checked["shared"].to_dict("records"),
        "checked": len(anchors),
        "shared_words": copy.SHARED_WORDS,
        "cards": CARDS,
    }
    return environment().get_template("passages.html").render(context)


def complaint(checked: dict[str, pd.DataFrame], most: int = 5) -> str:
    """What is wrong between the data and a copy, in a few lines; empty where nothing is."""
    problems, shared = checked["problems"], checked["shared"]
    lines = [f"{row.table}.csv, {row.id}: '{row.anchor}' in {row.place}: {row.what}" for row in problems.itertuples()]
    lines += [
        f"{row.table}.csv, {row.id}, column {row.column}: shares “{row.shared}” with the source"
        for row in shared.itertuples()
    ]
    if not lines:
        return ""
    more = [f"… and {len(lines) - most} more"] if len(lines) > most else []
    head = (
        f"{len(problems)} of {len(checked['anchors'])} anchors or openings of entries are not where the data say they are, and "
        f"{len(shared)} of our texts share {copy.SHARED_WORDS} or more words in a row with the source."
    )
    return "\n  ".join([head, *lines[:most], *more])


def build(review: Review, results: Path, source: Path) -> tuple[list[str], str]:
    """Write the page of passages from a copy of the report.

    Returns the lines to show, and what differs between the copy and the data ("" if nothing does).
    """
    checked = copy.check(source, review)
    file = results / PAGE
    write_if_changed(file, source_page(review, source, checked))
    os.utime(file)  # later than the results: `make` removes a page of earlier ones
    lines = [f"With your copy: {shown(file)} (it quotes the copy: keep it to yourself)"]
    if problem := complaint(checked):
        return lines, f"{source.name}: {problem}\n  All of them are listed on the page."
    lines.append(
        f"All {len(checked['anchors'])} anchors are where the data say they are; none of our texts shares eight words in a row with the source."
    )
    return lines, ""
