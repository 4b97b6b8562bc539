"""The ledger: the checkable statements of the published report, each with the check that recomputes it.

A row of `claims.csv` is one statement in our words, with its place in the report and a check with its arguments
(`checks`). Verdicts are computed, never typed. `claim_grid` shows which of them depend on the shares chosen for a word of
quantity.
"""

import json

import pandas as pd

from casesynth.analysis.quantifiers import SHARES
from casesynth.analysis.thresholds import moved
from casesynth.audit.arguments import NO_CHECK, parameters_of, problems
from casesynth.audit.checks import CHECKS, Answer, Verdict, themes
from casesynth.core import results
from casesynth.core.review import Review, load
from casesynth.errors import UserError

#: The role of a claim that the headline counts, and those that are counted apart.
STATEMENT = "statement"
APART = {
    "observation": "observations by the compendium, which the report does not state",
    "restatement": "restatements of what a single passage reports",
    "duplicate": "repetitions of another statement",
    "trivia": "statements on which nothing depends",
}
#: The kinds of claim that are about the report itself: what its text does not show, no questionnaire could.
ABOUT_THE_REPORT = ["structure", "method"]
#: Said where the published summaries cannot settle a statement.
NOT_RECOMPUTED = "Not recomputed."
LEDGER = results.columns("claims")


def ledger(review: Review, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every claim with its verdict, in the order of the report.

    Parameters: the review, and the result tables as `results.gather` returns them.
    Returns the columns of `LEDGER`: those of claims.csv, and verdict, recomputed (a sentence), fails_if (what would make
    the check fail), independent (is the test independent of the claim?) and rows (ids, with spaces between). Empty
    where the review has no claims.
    Raises UserError for a claim whose check cannot run on these tables.
    """
    if not review.has("claims"):
        return results.frame("claims")
    rows = []
    for claim in review.claims.to_dict("records"):
        answer, check = judge(review, found, claim), CHECKS.get(claim["check"])
        added = {
            "role": claim.get("role") or STATEMENT,
            "recomputed": answer.recomputed,
            "verdict": str(answer.verdict),
            "fails_if": check.fails_if if check else "",
            "independent": bool(check and check.independent),
            "rows": " ".join(dict.fromkeys(answer.rows)),
        }
        rows.append(claim | added)
    frame = pd.DataFrame(rows)
    order = review.table("sections").set_index("id")["order"] if review.has("sections") else {}
    frame["place"] = frame["section"].map(order).astype(float)
    frame = frame.sort_values(["place", "id"], kind="stable", ignore_index=True)
    return frame.reindex(columns=LEDGER, fill_value="")


def judge(review: Review, found: dict[str, pd.DataFrame], claim: dict) -> Answer:
    """Run the check of one claim, and weigh its answer against what the check leaves untested."""
    if claim["check"] == NO_CHECK:
        return Answer(NOT_RECOMPUTED, Verdict.NOT_CHECKABLE, [])
    try:
        answer = CHECKS[claim["check"]](review, found, **arguments_of(claim))
    except UserError as error:
        raise UserError(f"claims.csv, {claim['id']}, column arguments: {error}") from None
    except KeyError as error:
        words = f"the check {claim['check']} needs {error}, which neither the review nor its results have"
        raise UserError(f"claims.csv, {claim['id']}: {words}; run `make`, or pass the tables of a synthesis.") from None
    return weighed(answer, claim)


def weighed(answer: Answer, claim: dict) -> Answer:
    """The answer with the verdict that the claim allows.

    With a part that is not tested a claim is reproduced with a caveat at most. What is not shown of the report's own
    structure or method is not borne out by its text.

    >>> print(weighed(Answer("Six.", Verdict.REPRODUCED, []), {"kind": "support", "untested": "that they last"}).verdict)
    reproduced with a caveat
    """
    text, verdict, rows = answer
    if claim.get("untested"):
        text = f"{text} Not tested: {claim['untested']}."
        verdict = Verdict.CAVEAT if verdict == Verdict.REPRODUCED else verdict
    if verdict == Verdict.NOT_REPRODUCED and claim["kind"] in ABOUT_THE_REPORT:
        verdict = Verdict.NOT_BORNE_OUT
    return Answer(text, verdict, rows)


def arguments_of(claim: dict) -> dict:
    """What a claim gives its check: its arguments, and its denominator where the check takes one."""
    given: dict = json.loads(claim["arguments"] or "{}")
    if claim["denominator"] and "denominator" in parameters_of(claim["check"]):
        return {"denominator": claim["denominator"]} | given
    return given


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many claims of each section have which verdict; the last row holds the sums.

    Returns section, one column for each verdict, all.
    """
    if table.empty:
        return results.frame("claims-verdicts")
    sections = list(dict.fromkeys(table["section"]))
    grid = pd.crosstab(table["section"], table["verdict"]).reindex(index=sections, columns=list(Verdict), fill_value=0)
    grid.loc["all"] = grid.sum()
    return grid.assign(all=grid.sum(axis=1)).rename_axis("section").rename_axis(None, axis=1).reset_index()


def tested(table: pd.DataFrame) -> pd.DataFrame:
    """The claims that the headline counts: statements of the report for which a test gave a verdict of its own."""
    independent = table["independent"].astype(str).eq("True")
    return table[table["role"].eq(STATEMENT) & independent & table["verdict"].ne(Verdict.NOT_CHECKABLE)]


def summary(table: pd.DataFrame) -> str:
    """The ledger in a few sentences: the statements with an independent test, then what is counted apart.

    >>> table = pd.DataFrame({"role": "statement", "independent": [True, False, True], "check": ["count"] * 3})
    >>> table = table.assign(verdict=["reproduced", "not checkable from here", "reproduced"], arguments="{}")
    >>> print(summary(table)[:72])
    Of 3 statements of the report, 2 have an independent test: 2 reproduced.
    """
    if table.empty:
        return "This review has no claims.csv: there is nothing to check, and both tables stay empty."
    own, with_test = table[table["role"].eq(STATEMENT)], tested(table)
    numbers = with_test["verdict"].value_counts()
    unchecked = int(own["verdict"].eq(Verdict.NOT_CHECKABLE).sum())
    circular = len(own) - len(with_test) - unchecked
    distinct = len(with_test.drop_duplicates(["check", "arguments", "verdict"]))
    parts = [
        f"Of {len(own)} statements of the report, {len(with_test)} have an independent test: "
        + ", ".join(f"{numbers[verdict]} {verdict}" for verdict in list(Verdict) if verdict in numbers)
        + f". {unchecked} {'is' if unchecked == 1 else 'are'} not checkable from here",
        f" and {circular} rest on cross-cutting themes of our own" if circular else "",
        f". Distinct computations behind the {len(with_test)}: {distinct}.",
    ]
    apart = [f"{n} {words}" for role, words in APART.items() if (n := int(table["role"].eq(role).sum()))]
    return "".join(parts) + (f" Counted apart: {'; '.join(apart)}." if apart else "")


def load_checked(name: str) -> Review:
    """A review whose claims have been checked too. Raises UserError that lists what is wrong with any table."""
    return load(name, [problems])


def claim_grid(review: Review, cells: pd.DataFrame) -> pd.DataFrame:
    """Each claim on a word of quantity, under every table of shares for its word.

    Parameters: the review, and theme × case (themes.theme_cases) of all headings.
    Returns claim, section, word, verdict (with the table of shares as it is), verdicts (all that occur when its ends
    are moved), tables (how many were tried), changes. Where it changes, the ledger gives a caveat. No row where the
    review has no such claims.
    """
    rows = []
    own = review.claims[review.claims["check"].eq("quantifier")] if review.has("claims") else pd.DataFrame()
    for claim in own.to_dict("records"):
        word = json.loads(claim["arguments"])["word"]
        now, *tried = verdicts_with(review, cells, claim, [SHARES[word], *moved(*SHARES[word])])
        others = sorted({*tried} - {now})
        rows.append([claim["id"], claim["section"], word, now, "; ".join([now, *others]), len(tried), bool(others)])
    return results.frame("claim-shares", rows)


def verdicts_with(review: Review, cells: pd.DataFrame, claim: dict, tables: list) -> list[str]:
    """The verdict on a claim under each of the given shares of its word: (least share, greatest share, least number)."""
    given = {"themes": [], "statement": "", "denominator": "with a case study"} | arguments_of(claim)
    word, statement = given["word"], given["statement"]
    counted = themes.counted(review, {"theme-cases": cells}, given["themes"], statement)
    answers = [themes.by_shares(word, [shares], counted, statement, given["denominator"]) for shares in tables]
    return [weighed(answer, claim).verdict for answer in answers]
