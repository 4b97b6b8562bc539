"""Claims: the checkable statements of the report, each with the rule that recomputes it.

A row of `claims.csv` is one statement: our wording, its place, what is printed, and a check with its arguments
(`checks`). Verdicts are computed, never typed.
"""

import inspect
import json

import pandas as pd

from casesynth.audit import source
from casesynth.audit.checks import CHECKS, NOT_CHECKABLE, VERDICTS, Answer, words_of
from casesynth.core.problems import Problem
from casesynth.core.results import columns, frame
from casesynth.core.review import Review, load
from casesynth.core.text import fold, nearest
from casesynth.core.validate import Found
from casesynth.errors import UserError

#: In the column `check`: nothing here can check this claim, and `needs` says what could.
NO_CHECK = "not-checkable"
#: Statements of ours that set two places of the report side by side: the report does not make them.
OBSERVATION = "observation"


def ledger(review: Review, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every claim with its verdict. `found`: the result tables, as `results.gather` gives them.

    Out: id, section, kind, claim, published, denominator, check, arguments (JSON), verdict, recomputed, rows (ids,
    blank between), anchor, needs, note; in the order of the source. Empty where the review has no claims. Raises
    UserError for a claim that points at a row or a column that is not there.
    """
    if not review.has("claims"):
        return frame("claims")
    rows = []
    for claim in review.claims.to_dict("records"):
        answer = judge(review, found, claim)
        rows.append({**claim, **answer._asdict(), "rows": " ".join(dict.fromkeys(answer.rows))})
    order = review.table("sections").set_index("id")["order"] if review.has("sections") else {}
    table = pd.DataFrame(rows)
    place = table["section"].map(order).astype(float)
    table = table.assign(place=place).sort_values(["place", "id"], kind="stable")
    return table.reset_index(drop=True)[columns("claims")]


def judge(review: Review, found: dict[str, pd.DataFrame], claim: dict) -> Answer:
    """Run the check of one claim. A check that takes a denominator gets the claim's own, where it names one."""
    if claim["check"] == NO_CHECK:
        return Answer("not recomputed", NOT_CHECKABLE, [])
    function, given = CHECKS[claim["check"]], json.loads(claim["arguments"] or "{}")
    if claim["denominator"] and "denominator" in inspect.signature(function).parameters:
        given = {"denominator": claim["denominator"]} | given
    try:
        return function(review, found, **given)
    except UserError as error:
        raise UserError(f"claims.csv, {claim['id']}, column arguments: {error}") from None


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many claims of each section have which verdict.

    Out: section, one column a verdict, all; the last row holds the sums.
    """
    if table.empty:
        return frame("claims-verdicts")
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


def problems(settings: dict, read: Found) -> list[Problem]:
    """What is wrong with the checks that claims.csv names, and with their arguments; rows as the file counts them."""
    found, tables = [], read.tables
    facts = set(tables["facts"]["id"]) if "facts" in tables else set()
    for name, ids in (settings.get("denominators") or {}).items():
        for fact in ids:
            if fact not in facts:
                words = f"denominators, {name}: expected an id of facts.csv"
                found.append(Problem("review.yaml", words, found=fact, known=tuple(facts)))
    for row, claim in tables["claims"].iterrows() if "claims" in tables else ():
        for column, problem in argument_problems(claim, tables):
            found.append(Problem("claims.csv", problem, row=read.rows["claims"][row], column=column))
    return found


def argument_problems(claim, tables: dict[str, pd.DataFrame]):
    """(column, problem) of one claim: unknown check, arguments that are no JSON, misspelt, missing, of a wrong type."""
    if claim["check"] == NO_CHECK:
        if not claim["needs"]:
            yield "needs", "is empty; a claim that cannot be checked says what would be needed."
        return
    if claim["check"] not in CHECKS:
        known = [*CHECKS, NO_CHECK]
        near = nearest(claim["check"], known)
        yield "check", f"there is no check '{claim['check']}'.{near} Checks: {', '.join(sorted(known))}."
        return
    try:
        given = json.loads(claim["arguments"] or "{}")
    except json.JSONDecodeError as error:
        yield "arguments", f"is not JSON: {error}."
        return
    if not isinstance(given, dict):
        yield "arguments", 'expected a JSON object such as {"themes": ["aim-consortium"]}.'
        return
    known = dict(list(inspect.signature(CHECKS[claim["check"]]).parameters.items())[2:])
    for name, value in given.items():
        if name not in known:
            yield "arguments", f"check {claim['check']} takes no '{name}'.{nearest(name, known)}"
        elif not of_kind(value, known[name].annotation):
            yield "arguments", f"'{name}' is {value!r}, expected {kind_word(known[name].annotation)}."
        else:
            yield from (("arguments", problem) for problem in unknown_ids(name, value, tables))
    missing = [n for n, parameter in known.items() if parameter.default is parameter.empty and n not in given]
    if missing:
        yield "arguments", f"check {claim['check']} needs {', '.join(missing)}."


def of_kind(value, annotation) -> bool:
    """Is an argument of the type that the check states? A whole number serves where a number is asked for.

    >>> of_kind(2, float), of_kind(True, int), of_kind("2", int)
    (True, False, False)
    """
    if isinstance(value, bool) or annotation is bool:
        return isinstance(value, bool) and annotation is bool
    return isinstance(value, (int, float) if annotation is float else annotation)


def kind_word(annotation) -> str:
    """A type as a user of JSON calls it."""
    words = {str: "text", list: "a list", dict: "an object", int: "a whole number", bool: "true or false"}
    return words.get(annotation, "a number")


#: Which table holds the ids that an argument names.
NAMES = {
    "themes": "codebook", "other_themes": "codebook", "theme": "codebook", "general": "codebook",
    "statement": "statements", "section": "sections", "sections": "sections", "fact": "facts", "facts": "facts",
    "beside": "facts", "date": "facts", "within": "facts", "start": "facts", "months": "facts", "whole": "participants",
}  # fmt: skip


def unknown_ids(name: str, value, tables: dict[str, pd.DataFrame]):
    """Problems with ids that an argument names and the review does not have."""
    if name not in NAMES:
        return
    own = tables.get(NAMES[name], pd.DataFrame({"id": []}))
    if NAMES[name] == "codebook":
        own = own[own["level"].eq("general" if name == "general" else "theme")]
    known = set(own["id"])
    for one in value if isinstance(value, list) else [value]:
        if one not in known:
            yield f"'{name}' names '{one}', which is no id of {NAMES[name]}.csv.{nearest(str(one), known)}"


def texts_of(review: Review, text: str) -> dict[str, dict[str, str]]:
    """The texts that can repeat one another, out of a copy of the source: table -> id -> text.

    Sections stand without heading and page furniture; a statement runs from its anchor to the next one.
    """
    own = review.sections[review.sections["source"].eq(review.settings.get("published", ""))]
    outer = set(own.loc[own["part_of"].eq(""), "id"])
    titles = [title for title in [*own["title_body"], *own["title_contents"]] if title]
    cut = source.cut_sections(text, own)
    folded = {one: fold(source.drop_furniture(part, titles)) for one, part in cut.items() if one in outer}
    found = {"sections": folded, "statements": {}}
    for section, rows in review.table("statements").groupby("section") if review.has("statements") else ():
        page = folded.get(section, "")
        anchors = [(fold(row.anchor), row.id) for row in rows.itertuples()]
        places = sorted((page.find(anchor), anchor, one) for anchor, one in anchors)
        starts = [place for place, _, _ in places] + [len(page)]
        for (place, anchor, one), end in zip(places, starts[1:]):
            found["statements"][one] = page[place + len(anchor) : end] if place >= 0 else ""
    return found


def compare_repetitions(review: Review, text: str) -> pd.DataFrame:
    """What the column same_as records of sections and statements, beside a copy of the source.

    Out: table, id, same_as, recorded, found. Rows where recorded and found differ call for a look.
    """
    parts = []
    for table, texts in texts_of(review, text).items():
        recorded = review.table(table)
        parts.append(repeated(texts, recorded[recorded["id"].isin(texts)]).assign(table=table))
    return pd.concat(parts, ignore_index=True)[["table", "id", "same_as", "recorded", "found"]]


def repeated(texts: dict[str, str], recorded: pd.DataFrame) -> pd.DataFrame:
    """What `same_as` records beside the text itself (`texts`: id -> text without its heading).

    Out: id, same_as, recorded, found (does the one begin with the other, nine tenths of it at least?); one row a
    pair that is recorded or found. Where the two differ, the record is wrong for this copy of the source.

    >>> texts = {"a": "The results show that models last.", "b": "the results show that models last"}
    >>> repeated(texts, pd.DataFrame({"id": ["a", "b"], "same_as": ["", ""]})).to_dict("list")
    {'id': ['b'], 'same_as': ['a'], 'recorded': [False], 'found': [True]}
    """
    words = {one: words_of(text) for one, text in texts.items()}
    pairs = {(row.id, row.same_as): [True, False] for row in recorded.itertuples() if row.same_as}
    ids = [one for one in recorded["id"] if len(words.get(one, [])) >= 5]
    for number, one in enumerate(ids):
        for other in ids[:number]:
            short, long = sorted((words[one], words[other]), key=len)
            if short == long[: len(short)] and len(short) >= 0.9 * len(long):
                pair = (other, one) if (other, one) in pairs else (one, other)
                pairs[pair] = [pair in pairs, True]
    rows = [(one, other, *marks) for (one, other), marks in sorted(pairs.items())]
    return pd.DataFrame(rows, columns=["id", "same_as", "recorded", "found"])


def load_checked(name: str) -> Review:
    """A review whose claims have been checked too. Raises UserError that lists what is wrong with any table."""
    return load(name, [problems])
