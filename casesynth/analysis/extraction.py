"""Step 1: what was extracted, laid out so that gaps show.

The matrix of cases by headings is the framework matrix of framework analysis (Ritchie and Spencer 1994).
"""

import re

import pandas as pd

from casesynth.core.results import columns


def framework_matrix(keypoints: pd.DataFrame, cases: pd.DataFrame, headings: pd.DataFrame) -> pd.DataFrame:
    """Cases by headings; a cell joins the summaries of its key points.

    Out: case, name, then one column a heading, in the order of the headings.

    >>> keypoints = pd.DataFrame([["a", "aims", 1, "It maps."], ["a", "aims", 2, "It builds."]],
    ...                          columns=["case", "heading", "order", "summary"])
    >>> cases = pd.DataFrame({"id": ["a"], "name": ["Alder"]})
    >>> framework_matrix(keypoints, cases, pd.DataFrame({"id": ["aims"]})).to_dict("records")
    [{'case': 'a', 'name': 'Alder', 'aims': 'It maps. It builds.'}]
    """
    in_order = keypoints.sort_values(["case", "heading", "order"])
    cells = in_order.groupby(["case", "heading"])["summary"].agg(" ".join).unstack()
    cells = cells.reindex(index=cases["id"], columns=headings["id"]).fillna("")
    cells.insert(0, "name", cases["name"].to_numpy())
    return cells.rename_axis("case").rename_axis(columns=None).reset_index()


def completeness(keypoints: pd.DataFrame, cases: pd.DataFrame, headings: pd.DataFrame) -> pd.DataFrame:
    """How many key points each case has under each heading; 0 is a gap.

    Out: case, name, heading, heading_name, points; one row for every case and heading.
    """
    counts = keypoints.groupby(["case", "heading"]).size().rename("points").reset_index()
    grid = cases[["id", "name"]].merge(headings[["id", "name"]], how="cross", suffixes=("_case", "_heading"))
    grid.columns = ["case", "name", "heading", "heading_name"]
    grid = grid.merge(counts, how="left", on=["case", "heading"])
    return grid.assign(points=grid["points"].fillna(0).astype(int))


def points_per_heading(complete: pd.DataFrame) -> pd.DataFrame:
    """Key points and cases of each heading. Out: heading, heading_name, points, cases, least, most."""
    filled = complete[complete["points"] > 0]
    table = filled.groupby(["heading", "heading_name"], sort=False)["points"].agg(
        points="sum", cases="size", least="min", most="max"
    )
    return table.reset_index()


def sentences(text: str) -> int:
    """How many sentences a text has, by full stops that are followed by a capital letter.

    >>> sentences("It maps assets. It builds on them.")
    2
    >>> sentences("It adapts the model of Smith et al. in two sites.")
    1
    """
    return len(re.findall(r"[.!?](?=\s+[A-Z]|\s*$)", text)) or 1


PAST = re.compile(r"\b(was|were|had|did|will|shall)\b(?! been)", re.I)
SUBJECT = re.compile(r"^(the project|it|they)\s+(\w+ed)\b", re.I)


def form_problems(summary: str) -> str:
    """What is wrong with the form of a summary; empty where it is one sentence in the present tense.

    The tense is judged by a list of words, so this proposes what to read again, no more.

    >>> form_problems("The project mapped assets.")
    'not in the present tense'
    >>> form_problems("The project maps assets.")
    ''
    """
    problems = []
    if sentences(summary) > 1:
        problems.append("more than one sentence")
    if PAST.search(summary) or SUBJECT.search(summary):
        problems.append("not in the present tense")
    return "; ".join(problems)


def to_reread(keypoints: pd.DataFrame) -> pd.DataFrame:
    """The key points whose form should be looked at again. Out: keypoint, case, heading, problem, summary."""
    found = keypoints.assign(problem=keypoints["summary"].map(form_problems))
    found = found[found["problem"].ne("")].rename(columns={"id": "keypoint"})
    return found[columns("reread")].reset_index(drop=True)
