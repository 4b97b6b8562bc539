"""Claims: the checkable statements of the report, each with the rule that recomputes it.

A row of `claims.csv` is one statement: our wording, its place, what is printed, and a check with its arguments
(`checks`). Verdicts are computed, never typed.
"""

import inspect
import json

import pandas as pd

from casesynth.audit.arguments import NO_CHECK, problems
from casesynth.audit.checks import CHECKS, VERDICTS, Answer
from casesynth.audit.checks.registry import NOT_CHECKABLE
from casesynth.core import results
from casesynth.core.review import Review, load
from casesynth.errors import UserError

#: Statements of ours that set two places of the report side by side: the report does not make them.
OBSERVATION = "observation"


def ledger(review: Review, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every claim with its verdict. `found`: the result tables, as `results.gather` gives them.

    Out: id, section, kind, claim, published, denominator, check, arguments (JSON), verdict, recomputed, rows (ids,
    blank between), anchor, needs, note; in the order of the source. Empty where the review has no claims. Raises
    UserError for a claim that points at a row or a column that is not there.
    """
    if not review.has("claims"):
        return results.frame("claims")
    rows = []
    for claim in review.claims.to_dict("records"):
        answer = judge(review, found, claim)
        rows.append({**claim, **answer._asdict(), "rows": " ".join(dict.fromkeys(answer.rows))})
    order = review.table("sections").set_index("id")["order"] if review.has("sections") else {}
    frame = pd.DataFrame(rows)
    place = frame["section"].map(order).astype(float)
    return frame.assign(place=place).sort_values(["place", "id"], kind="stable").reset_index(drop=True)[results.columns("claims")]


def judge(review: Review, found: dict[str, pd.DataFrame], claim: dict) -> Answer:
    """Run the check of one claim. A check that takes a denominator gets the claim's own, where it names one."""
    if claim["check"] == NO_CHECK:
        return Answer("not recomputed", NOT_CHECKABLE, [])
    try:
        return CHECKS[claim["check"]](review, found, **arguments_of(claim))
    except UserError as error:
        raise UserError(f"claims.csv, {claim['id']}, column arguments: {error}") from None


def arguments_of(claim: dict) -> dict:
    """What a claim gives its check: its arguments, and its denominator where the check takes one."""
    given = json.loads(claim["arguments"] or "{}")
    if claim["denominator"] and "denominator" in inspect.signature(CHECKS[claim["check"]]).parameters:
        return {"denominator": claim["denominator"]} | given
    return given


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many claims of each section have which verdict.

    Out: section, one column a verdict, all; the last row holds the sums.
    """
    if table.empty:
        return results.frame("claims-verdicts")
    sections = list(dict.fromkeys(table["section"]))
    grid = pd.crosstab(table["section"], table["verdict"]).reindex(index=sections, columns=VERDICTS, fill_value=0)
    grid.loc["all"] = grid.sum()
    return grid.assign(all=grid.sum(axis=1)).rename_axis("section").rename_axis(None, axis=1).reset_index()


def summary(table: pd.DataFrame) -> str:
    """The ledger in two sentences. Where the source repeats itself, so does the ledger: computations are counted once.

    >>> table = pd.DataFrame({"verdict": ["reproduced", "not checkable from here", "reproduced"], "kind": "support"})
    >>> summary(table.assign(check=["count", "not-checkable", "count"], arguments="{}"))
    '3 claims: 2 reproduced, 1 not checkable from here. Distinct computations behind the 2 that are checked: 1.'
    """
    if table.empty:
        return "This review has no claims.csv: there is nothing to check, and both tables stay empty."
    numbers, own = table["verdict"].value_counts(), int(table["kind"].eq(OBSERVATION).sum())
    checked = table[table["check"].ne(NO_CHECK)]
    distinct = len(checked.drop_duplicates(["check", "arguments", "verdict"]))
    text = f"{len(table)} claims: " + ", ".join(f"{numbers[v]} {v}" for v in VERDICTS if v in numbers) + ". "
    text += f"Distinct computations behind the {len(checked)} that are checked: {distinct}."
    return text + (f" Observations of ours, which the report does not state: {own}." if own else "")


def load_checked(name: str) -> Review:
    """A review whose claims have been checked too. Raises UserError that lists what is wrong with any table."""
    return load(name, [problems])
