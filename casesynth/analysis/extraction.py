"""Step 1: what was extracted, laid out so that gaps show.

The matrix of cases by headings is the framework matrix of framework analysis (Ritchie and Spencer 1994).
"""

import re

import pandas as pd

from casesynth.core.results import columns
from casesynth.core.text import split_sentences


def purposes(keypoints: pd.DataFrame) -> dict[str, str]:
    """Key point -> the summary of the key point that it serves (column purpose_of), or "" where it serves none.

    Splitting a sentence cuts means from ends, and "It pools expertise." says little alone: wherever a person reads or codes
    a key point, what it serves is shown with it.
    """
    if "purpose_of" not in keypoints:
        return dict.fromkeys(keypoints["id"], "")
    said = dict(zip(keypoints["id"], keypoints["summary"]))
    return {point: said.get(served, "") for point, served in zip(keypoints["id"], keypoints["purpose_of"])}


def linked(keypoints: pd.DataFrame) -> dict[str, str]:
    """Key point -> its summary, with that of the key point that it serves behind an arrow: means and end, read together.

    >>> points = pd.DataFrame({"id": ["k1", "k2"], "summary": ["It maps.", "It builds."], "purpose_of": ["k2", ""]})
    >>> linked(points)["k1"]
    'It maps. → It builds.'
    """
    serves = purposes(keypoints)
    return {
        point: f"{said} → {serves[point]}" if serves[point] else said
        for point, said in zip(keypoints["id"], keypoints["summary"])
    }


def in_links(keypoints: pd.DataFrame) -> pd.DataFrame:
    """The key points in order, each behind the one that it serves, its summary in brackets.

    Returns the columns of keypoints.csv, with the summary so marked.
    """
    rows = keypoints.sort_values(["case", "heading", "order"], ignore_index=True)
    if "purpose_of" not in rows:
        return rows
    serves = {one: other for one, other in zip(rows["id"], rows["purpose_of"]) if other}
    place = dict(zip(rows["id"], range(len(rows))))

    def ends(point: str) -> list[int]:
        chain, after = [point], serves.get(point, "")
        while after in place and after not in chain:
            chain.append(after)
            after = serves.get(after, "")
        return [place[one] for one in reversed(chain)]

    bracketed = rows["summary"].where(~rows["id"].isin(serves), "(" + rows["summary"] + ")")
    order = [place[point] for point in sorted(rows["id"], key=ends)]
    return rows.assign(summary=bracketed).iloc[order].reset_index(drop=True)


def framework_matrix(keypoints: pd.DataFrame, cases: pd.DataFrame, headings: pd.DataFrame) -> pd.DataFrame:
    """Cases by headings; a cell joins the summaries of its key points, those that serve another in brackets behind it.

    Returns case, name, then one column a heading, in the order of the headings.

    >>> keypoints = pd.DataFrame([["k1", "a", "aims", 1, "It maps.", "k3"], ["k2", "a", "aims", 2, "It trains.", ""],
    ...                           ["k3", "a", "aims", 3, "It builds.", ""]],
    ...                          columns=["id", "case", "heading", "order", "summary", "purpose_of"])
    >>> cases = pd.DataFrame({"id": ["a"], "name": ["Alder"]})
    >>> framework_matrix(keypoints, cases, pd.DataFrame({"id": ["aims"]})).to_dict("records")
    [{'case': 'a', 'name': 'Alder', 'aims': 'It trains. It builds. (It maps.)'}]
    """
    cells = in_links(keypoints).groupby(["case", "heading"])["summary"].agg(" ".join).unstack()
    cells = cells.reindex(index=cases["id"], columns=headings["id"]).astype(object).fillna("")
    cells.insert(0, "name", cases["name"].to_numpy())
    return cells.rename_axis("case").rename_axis(columns=None).reset_index()


def completeness(keypoints: pd.DataFrame, cases: pd.DataFrame, headings: pd.DataFrame) -> pd.DataFrame:
    """How many key points each case has under each heading; 0 is a gap. Returns the columns of `completeness` in results.json."""
    counts = keypoints.groupby(["case", "heading"]).size().rename("points").reset_index()
    grid = cases[["id", "name"]].merge(headings[["id", "name"]], how="cross", suffixes=("_case", "_heading"))
    grid.columns = ["case", "name", "heading", "heading_name"]
    grid = grid.merge(counts, how="left", on=["case", "heading"])
    return grid.assign(points=grid["points"].fillna(0).astype(int))


def points_per_heading(complete: pd.DataFrame) -> pd.DataFrame:
    """Key points and cases of each heading. Returns the columns of `points-per-heading` in results.json."""
    filled = complete[complete["points"] > 0]
    table = filled.groupby(["heading", "heading_name"], sort=False)["points"].agg(
        points="sum", cases="size", least="min", most="max"
    )
    return table.reset_index()


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
    if len(split_sentences(summary)) > 1:
        problems.append("more than one sentence")
    if PAST.search(summary) or SUBJECT.search(summary):
        problems.append("not in the present tense")
    return "; ".join(problems)


def to_reread(keypoints: pd.DataFrame) -> pd.DataFrame:
    """The key points whose form should be looked at again. Returns the columns of `reread` in results.json."""
    found = keypoints.assign(problem=keypoints["summary"].map(form_problems))
    found = found[found["problem"].ne("")].rename(columns={"id": "keypoint"})
    return found[columns("reread")].reset_index(drop=True)
