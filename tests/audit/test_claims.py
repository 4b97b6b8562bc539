"""The claims ledger: every check reaches every verdict it can give, and bad claims are refused in words."""

import functools
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from casesynth.analysis import barriers, general, participants, quantifiers, themes
from casesynth.audit import arguments as arguments_room
from casesynth.audit import checks
from casesynth.audit import ledger as ledger_room
from casesynth.audit.checks import registry
from casesynth.audit.checks import themes as themes_checks
from casesynth.audit.checks.registry import Verdict
from casesynth.core import paths, review
from casesynth.errors import UserError

HEADINGS = [
    {"id": name, "name": name, "group": group, "themed": True}
    for name, group in [("aims", "aims"), ("methods", "methods"), ("enablers", "both"), ("barriers", "both")]
]
#: Which cases carry which theme; a, b and c have a case study, d has none.
CODED = {"aim-map": "abc", "met-map": "ab", "ena-money": "ab", "bar-money": "bc"}


def frame(columns: str, *rows) -> pd.DataFrame:
    return pd.DataFrame([list(row) for row in rows], columns=columns.split())


def small(coded: dict = {}, **changed) -> review.Review:
    """A review of four projects; `coded` changes who carries which theme, `changed` replaces tables."""
    points = [(f"{c}-{h['id']}", c, h["id"], 1, "", f"It has {h['id']}.") for c in "abc" for h in HEADINGS]
    heading = {"aim": "aims", "met": "methods", "ena": "enablers", "bar": "barriers"}
    carried = [(c, t) for t, cases in {**CODED, **coded}.items() for c in cases]
    codings = [(f"{c}-{heading[t[:3]]}", t, "one", "supports", "") for c, t in carried]
    done = {row[0] for row in codings}
    codings += [(point[0], "none", "one", "supports", "") for point in points if point[0] not in done]
    named = [(s, c) for s, cases in [("listed", "abc"), ("examples", "ab")] for c in cases]
    entries = [(s, c, n) for s, cases in [("s1", "abc"), ("s2", "abc"), ("s3", "acb")] for n, c in enumerate(cases)]
    tables = {
        "cases": frame(
            "id order name nation case_study",
            *[(c, n, c.upper(), "Wales" if c == "a" else "", c != "d") for n, c in enumerate("abcd", 1)],
        ),
        "keypoints": frame("id case heading order label summary", *points),
        "codings": frame("keypoint theme coder direction memo", *codings),
        "codebook": frame(
            "id level heading name parent origin",
            *[(t, "theme", heading[t[:3]], t, "gen-" + t[4:], "published") for t in CODED],
            *[(g, "general", "", g, "", "compendium") for g in ("gen-map", "gen-money")],
        ),
        "facts": frame(
            "id subject value unit section",
            ("n-all", "n", "3", "projects", "s1"),
            ("n-missing", "n", "1", "projects", "s1"),
            ("n-again", "n", "3", "projects", "s2"),
            ("n-people", "n", "3", "people", "s2"),
            ("year", "when", "2023", "", "s1"),
            ("april", "when", "2023-04", "", "s1"),
            ("december", "when", "2023-12-24", "", "s1"),
            ("later", "when", "2024", "", "s1"),
            ("months", "when", "12", "", "s1"),
            ("total", "participants", "30", "people", "s2"),
            ("nobody", "n", "nobody", "", "s2"),
        ),
        "sections": frame(
            "id source order title_contents title_body starts_with part_of same_as",
            ("s1", "print", 1, "1. Aims and methods", "1 AIMS AND METHODS", "1 AIMS", "", ""),
            ("s2", "print", 2, "2. Aims", "2. Methods", "2. Methods", "", "s1"),
            ("s3", "print", 3, "3. Aims and methods", "3. Methods and aims", "3. Methods", "", ""),
        ),
        "statements": frame(
            "id theme source section anchor quantifier extent same_as",
            ("listed", "aim-map", "print", "s1", "Maps:", "most", "list", ""),
            ("examples", "met-map", "print", "s1", "Ways:", "", "examples", ""),
            ("unnamed", "bar-money", "print", "s1", "Money:", "", "unnamed", ""),
            ("again", "ena-money", "print", "s1", "Again:", "all", "all", "unnamed"),
        ),
        "attributions": frame("id statement case", *[(f"{s}-{c}", s, c) for s, c in named]),
        "entries": frame("id case section order", *[(f"{s}-{c}", c, s, n) for s, c, n in entries]),
        "participants": counted(),
    }
    settings = {
        "headings": HEADINGS,
        "opposed": ["enablers", "barriers"],
        "coding": "one",
        "published": "print",
        "denominators": {"by the text": ["n-all", "n-missing"]},
    }
    return review.Review("small", settings, tables | changed)


def counted(*more) -> pd.DataFrame:
    rows = [
        ("hall", "a", "people", "count", "10", 10, 10, ""),
        ("hall-old", "a", "people", "count", "4", 4, 4, "hall"),
        ("hall-young", "a", "people", "count", "6", 6, 6, "hall"),
        ("club-before", "b", "people", "before", "10", 10, 10, ""),
        ("club-after", "b", "people", "after", "20", 20, 20, ""),
        ("talks", "c", "people", "count", "5", 5, 5, ""),
        *more,
    ]
    table = frame("id case unit measure stated low high part_of", *rows)
    return table.assign(group=table["id"], siblings="disjoint", high=table["high"].astype("Int64"))


def gathered(data: review.Review) -> dict:
    """The result tables of a small review, by the same functions as in the notebooks."""
    found = {name: [] for name in ("themes", "theme-cases", "published")}
    for heading in data.headings["id"]:
        own, cases = themes.themes_of(data, heading), themes.eligible(data, heading)
        cells = themes.theme_cases(themes.coded_points(data, "one", heading), own, cases)
        parts = themes.theme_table(cells, own, cases, 2), cells, themes.compare_with_published(data, heading, cells)
        for name, part in zip(found, parts):
            found[name].append(part.assign(heading=heading))
    found = {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}
    coded = themes.coded_points(data, "one")
    rows = found["themes"]
    above = general.points_by_general(coded, data.codebook, set(rows.loc[rows["supported"], "theme"]))
    counts = general.counts(above, data.codebook, data.headings)
    found["general-themes"] = general.general_themes(rows, counts, data.codebook, data.headings, 2, True)
    points = barriers.opposed_points(data, coded)
    found["barriers-enablers"] = barriers.per_theme(data, points)
    found["both"] = barriers.both_points(data, points, found["barriers-enablers"])
    by_case = participants.per_case(participants.groups_of(data), data.reported)
    found["participants-cases"], found["participants-total"] = by_case, participants.totals(by_case, {})
    return found


def cell(table: pd.DataFrame, row: str, column: str, value) -> pd.DataFrame:
    """The table with one cell changed."""
    return table.assign(**{column: table[column].mask(table["id"].eq(row), value)})


def restated(row: str, words: str, low: int, high) -> dict:
    """Changed participants: another number printed in one row."""
    table = cell(BASE.participants, row, "stated", words)
    return {"participants": cell(cell(table, row, "low", low), row, "high", high)}


def loose(*changed) -> dict:
    """The same, and nobody says that the groups are disjoint."""
    return {"participants": restated(*changed)["participants"].assign(siblings="unknown")}


def fact(row: str, value: str) -> dict:
    """Changed facts: another value printed in one row."""
    return {"facts": cell(BASE.facts, row, "value", value)}


BASE = small()
FACTS = {"facts": ["n-all", "n-again"]}
TOPICS = {"table": "facts", "where": {"id": "n-all"}, "column": "value"}
AGAIN = {"table": "facts", "where": {"id": "n-again"}, "column": "value"}
BOTH = {"table": "facts", "where": {"id": ["n-all", "year"]}, "column": "value"}
YEARS = {"table": "facts", "where": {"id": ["year", "later"]}, "column": "value"}
#: Ten attendances besides 35 people.
FAIR = fact("total", "45") | {"participants": counted(("fair", "c", "attendances", "count", "10", 10, 10, ""))}
NOTHING = {"table": "facts", "where": {"id": "x"}, "column": "value"}

#: One group is open at the top: at least 35 people, plain sum 35.
OPEN = restated("talks", "over 4", 5, pd.NA)
#: One project carries one theme of two.
FEW = {"coded": {"ena-money": "", "met-map": "a"}}
#: A second statement of the theme of `listed`, in the same section.
TWICE = {"statements": pd.concat([BASE.statements, BASE.statements.head(1).assign(id="listed-2")], ignore_index=True)}

#: Searches as mentions.csv records them: in every entry, in one entry, in section s2 alone, nowhere.
MENTIONS = frame(
    "id what pattern source within places sections cases",
    ("trust", "trust", "trust", "print", "", 3, "s1 s2", "a b c"),
    ("parks", "parks", "parks?", "print", "", 2, "s1 s2", "a"),
    ("bias", "bias", "bias", "print", "", 1, "s2", ""),
    ("wales", "Wales", "wales", "print", "", 0, "", ""),
)
#: Eight projects with a case study, so that an exact test can find something.
EIGHT = {
    "cases": frame(
        "id order name nation case_study", *[(c, n, c.upper(), "", True) for n, c in enumerate("abcdefgh", 1)]
    ),
    "keypoints": frame(
        "id case heading order label summary",
        *[
            (f"{c}-{h}", c, h, 1, "", f"It has {h}.")
            for c in "abcdefgh"
            for h in ("aims", "methods", "enablers", "barriers")
        ],
    ),
}
TOGETHER = {"themes": ["aim-map"], "other_themes": ["met-map"]}
#: A key point that is coded to both sides is support for neither.
DOUBLE = frame(
    "keypoint theme coder direction memo",
    *[(f"{c}-aims", t, "one", "supports", "") for c in "abcd" for t in ("aim-map", "aim-again")],
    *[(f"{c}-methods", "met-map", "one", "supports", "") for c in "ab"],
)
WITH_AGAIN = pd.concat(
    [
        BASE.codebook,
        frame("id level heading name parent origin", ("aim-again", "theme", "aims", "again", "", "published")),
    ],
    ignore_index=True,
)

#: check, arguments, what is changed in the data, the verdict that follows: a true and a false instance of each.
CASES = [
    ("count", {"table": "cases", "equals": 4}, {}, Verdict.REPRODUCED),
    ("count", {"table": "cases", "equals": 4, "beside": ["n-all"]}, {}, Verdict.CAVEAT),
    ("count", {"table": "cases", "where": {"case_study": True}, "equals": 4}, {}, Verdict.CONTRADICTED),
    ("count", {"table": "cases", "where": {"nation": {"not": ""}}, "at_least": 1}, {}, Verdict.REPRODUCED),
    ("count", {"table": "cases", "distinct": "nation", "equals": 2}, {}, Verdict.REPRODUCED),
    (
        "count",
        {"table": "sections", "where": {"title_body": {"matches": "appendix"}}, "at_least": 1},
        {},
        Verdict.NOT_BORNE_OUT,
    ),
    (
        "count",
        {"table": "keypoints", "where": {"summary": {"matches": "MONEY"}}, "at_least": 1},
        {},
        Verdict.NOT_REPRODUCED,
    ),
    ("lists-agree", {"one": TOPICS, "other": AGAIN}, {}, Verdict.REPRODUCED),
    ("lists-agree", {"one": TOPICS, "other": BOTH}, {}, Verdict.CAVEAT),
    ("lists-agree", {"one": TOPICS, "other": BOTH, "part": True}, {}, Verdict.REPRODUCED),
    ("lists-agree", {"one": BOTH, "other": TOPICS, "part": True}, {}, Verdict.CONTRADICTED),
    ("lists-agree", {"one": BOTH, "other": YEARS}, {}, Verdict.CONTRADICTED),
    ("lists-agree", {"one": TOPICS, "other": NOTHING}, {}, Verdict.NOT_BORNE_OUT),
    ("facts-agree", FACTS, {}, Verdict.REPRODUCED),
    ("facts-agree", {"facts": ["n-all", "n-people"]}, {}, Verdict.CAVEAT),
    ("facts-agree", {"facts": ["year", "later"], "alike": ["2023", "2024"]}, {}, Verdict.CAVEAT),
    ("facts-agree", FACTS, fact("n-again", "4"), Verdict.CONTRADICTED),
    ("facts-agree", FACTS, {"facts": BASE.facts.assign(wording="about")}, Verdict.REPRODUCED),
    (
        "facts-agree",
        FACTS,
        {"facts": cell(BASE.facts.assign(wording=""), "n-again", "wording", "over")},
        Verdict.CAVEAT,
    ),
    ("date-within", {"date": "april", "within": "year"}, {}, Verdict.REPRODUCED),
    ("date-within", {"date": "december", "within": "year", "last": 0.25}, {}, Verdict.REPRODUCED),
    ("date-within", {"date": "april", "within": "year", "last": 0.5}, fact("april", "summer 2023"), Verdict.CAVEAT),
    (
        "date-within",
        {"date": "april", "within": "year", "last": 0.25},
        fact("april", "summer 2023"),
        Verdict.NOT_REPRODUCED,
    ),
    ("date-within", {"date": "april", "within": "later"}, {}, Verdict.CONTRADICTED),
    ("starts-after", {"date": "later", "start": "year", "months": "months"}, {}, Verdict.REPRODUCED),
    ("starts-after", {"date": "later", "start": "april", "months": "months"}, {}, Verdict.CONTRADICTED),
    ("starts-after", {"date": "december", "start": "april"}, {}, Verdict.REPRODUCED),
    ("starts-after", {"date": "april", "start": "april"}, {}, Verdict.CONTRADICTED),
    ("parts-add-up", {"whole": "hall"}, {}, Verdict.REPRODUCED),
    ("parts-add-up", {"whole": "hall"}, loose("hall-old", "5", 5, 5), Verdict.CAVEAT),
    ("parts-add-up", {"whole": "hall"}, loose("hall-old", "11", 11, 11), Verdict.CONTRADICTED),
    ("parts-add-up", {"whole": "hall"}, restated("hall-old", "5", 5, 5), Verdict.CONTRADICTED),
    ("parts-add-up", {"whole": "hall"}, restated("hall-old", "at least 4", 4, pd.NA), Verdict.CAVEAT),
    ("parts-add-up", {"whole": "talks"}, {}, Verdict.NOT_CHECKABLE),
    ("numbers-agree", {"ids": ["hall", "club-before"]}, {}, Verdict.REPRODUCED),
    ("numbers-agree", {"ids": ["hall", "talks"]}, {}, Verdict.CONTRADICTED),
    ("numbers-agree", {"ids": ["hall", "talks"]}, restated("talks", "5-10", 5, 10), Verdict.CAVEAT),
    ("numbers-agree", {"ids": ["hall", "total"]}, fact("total", "over 10"), Verdict.CAVEAT),
    ("numbers-agree", {"ids": ["hall", "total"]}, fact("total", "over 11"), Verdict.CONTRADICTED),
    ("ratio", {"after": "club-after", "before": "club-before", "equals": 2}, {}, Verdict.REPRODUCED),
    ("ratio", {"after": "club-after", "before": "hall-old", "equals": 2}, {}, Verdict.CONTRADICTED),
    ("total-within", {"fact": "total"}, fact("total", "35"), Verdict.REPRODUCED),
    ("total-within", {"fact": "total"}, {}, Verdict.NOT_REPRODUCED),
    ("total-within", {"fact": "total"}, OPEN | fact("total", "37"), Verdict.CAVEAT),
    # An open end does not make every larger total right.
    ("total-within", {"fact": "total"}, OPEN | fact("total", "70"), Verdict.NOT_REPRODUCED),
    ("total-within", {"fact": "total", "above": True}, {}, Verdict.REPRODUCED),
    ("total-within", {"fact": "total", "above": True}, OPEN | fact("total", "37"), Verdict.CAVEAT),
    ("total-within", {"fact": "total", "above": True}, OPEN | fact("total", "70"), Verdict.NOT_REPRODUCED),
    # Attendances are no people: 35 people and 10 attendances are 45 of both, and not 45 people.
    ("total-within", {"fact": "total"}, FAIR, Verdict.NOT_REPRODUCED),
    ("total-within", {"fact": "total", "unit": "all together"}, FAIR, Verdict.CAVEAT),
    ("share-of-total", {"unit": "people", "at_least": 1.0}, {}, Verdict.REPRODUCED),
    ("share-of-total", {"unit": "attendances", "at_least": 0.5}, {}, Verdict.NOT_REPRODUCED),
    ("attribution", {"statement": "listed"}, {}, Verdict.REPRODUCED),
    ("attribution", {"statement": "listed"}, TWICE, Verdict.CAVEAT),
    # “All” is judged at 100 per cent here as well: two of three are not all, nor are they nearly.
    ("attribution", {"statement": "again", "also": ["bar-money"]}, {"coded": {"ena-money": "a"}}, Verdict.CAVEAT),
    ("attribution", {"statement": "again"}, {}, Verdict.NOT_REPRODUCED),
    ("attribution", {"statement": "again", "also": ["met-map"]}, FEW, Verdict.NOT_REPRODUCED),
    ("attribution", {"statement": "listed"}, {"coded": {"aim-map": "ab"}}, Verdict.CAVEAT),
    ("attribution", {"statement": "listed"}, {"coded": {"aim-map": "a"}}, Verdict.NOT_REPRODUCED),
    ("attribution", {"statement": "listed"}, {"attributions": BASE.attributions.drop(2)}, Verdict.CAVEAT),
    ("attribution", {"statement": "examples"}, {"coded": {"met-map": "abc"}}, Verdict.REPRODUCED),
    ("attribution", {"statement": "again"}, {"coded": {"ena-money": "a"}}, Verdict.NOT_REPRODUCED),
    ("attribution", {"statement": "unnamed"}, {}, Verdict.CAVEAT),
    ("attribution", {"statement": "unnamed"}, {"coded": {"bar-money": "b"}}, Verdict.NOT_REPRODUCED),
    ("quantifier", {"word": "most", "themes": ["aim-map"]}, {}, Verdict.REPRODUCED),
    ("quantifier", {"word": "all", "themes": ["aim-map"]}, {}, Verdict.REPRODUCED),
    ("quantifier", {"word": "all", "themes": ["aim-map"], "denominator": "funded"}, {}, Verdict.CAVEAT),
    ("quantifier", {"word": "all", "themes": ["met-map"]}, {}, Verdict.NOT_REPRODUCED),
    # Two of three: within the range in which "most" may begin, so the verdict is a caveat.
    ("quantifier", {"word": "most", "themes": ["met-map"]}, {}, Verdict.CAVEAT),
    ("quantifier", {"word": "most", "themes": ["aim-map"]}, {"coded": {"aim-map": "a"}}, Verdict.NOT_REPRODUCED),
    (
        "quantifier",
        {"word": "the projects", "themes": ["met-map"]},
        {"coded": {"met-map": "a"}},
        Verdict.NOT_REPRODUCED,
    ),
    ("quantifier", {"word": "most", "statement": "listed"}, {}, Verdict.REPRODUCED),
    ("quantifier", {"word": "a few", "statement": "listed"}, {}, Verdict.CONTRADICTED),
    ("quantifier", {"word": "most", "statement": "examples"}, {}, Verdict.CAVEAT),
    ("theme-supported", {"themes": ["aim-map", "met-map"]}, {}, Verdict.REPRODUCED),
    # A conjunction does not pass because one of its parts does.
    ("theme-supported", {"themes": ["aim-map", "met-map"]}, {"coded": {"met-map": "a"}}, Verdict.NOT_REPRODUCED),
    ("together", TOGETHER, EIGHT | {"coded": {"aim-map": "abcd", "met-map": "abcd"}}, Verdict.CAVEAT),
    ("together", TOGETHER, EIGHT | {"coded": {"aim-map": "abcd", "met-map": "abef"}}, Verdict.NOT_REPRODUCED),
    # What all report goes with anything, and no numbers of three projects reach p = 0.05.
    ("together", TOGETHER, {}, Verdict.NOT_CHECKABLE),
    (
        "together",
        {"themes": ["aim-map"], "other_themes": ["aim-again", "met-map"]},
        EIGHT | {"codings": DOUBLE, "codebook": WITH_AGAIN},
        Verdict.NOT_CHECKABLE,
    ),
    # General themes of ours, drawn up after reading the report, confirm nothing.
    ("general-supported", {"general": ["gen-map"]}, {}, Verdict.CAVEAT),
    ("general-supported", {"general": ["gen-money"]}, {"coded": {"ena-money": "a"}}, Verdict.NOT_REPRODUCED),
    ("both-sides", {"general": "gen-money"}, {"coded": {"bar-money": "ab"}}, Verdict.REPRODUCED),
    ("both-sides", {"general": "gen-money"}, {}, Verdict.CAVEAT),
    ("both-sides", {"general": "gen-money"}, {"coded": {"bar-money": ""}}, Verdict.NOT_REPRODUCED),
    ("mentioned", {"mentions": ["trust"]}, {"mentions": MENTIONS}, Verdict.CAVEAT),
    ("mentioned", {"mentions": ["trust"], "word": "all"}, {"mentions": MENTIONS}, Verdict.CAVEAT),
    ("mentioned", {"mentions": ["trust", "parks"]}, {"mentions": MENTIONS}, Verdict.NOT_REPRODUCED),
    ("mentioned-in", {"mention": "bias", "sections": ["s2"]}, {"mentions": MENTIONS}, Verdict.REPRODUCED),
    ("mentioned-in", {"mention": "wales", "sections": []}, {"mentions": MENTIONS}, Verdict.REPRODUCED),
    ("mentioned-in", {"mention": "trust", "sections": ["s2"]}, {"mentions": MENTIONS}, Verdict.NOT_BORNE_OUT),
    ("words-shared", {"mention": "parks", "cases": ["a"]}, {"mentions": MENTIONS}, Verdict.REPRODUCED),
    ("words-shared", {"mention": "parks", "cases": ["a"], "section": "s2"}, {"mentions": MENTIONS}, Verdict.CAVEAT),
    (
        "words-shared",
        {"mention": "trust", "cases": ["a"], "section": "s2"},
        {"mentions": MENTIONS},
        Verdict.NOT_REPRODUCED,
    ),
    ("said-twice", {"mention": "parks", "case": "a"}, {"mentions": MENTIONS}, Verdict.CAVEAT),
    ("said-twice", {"mention": "parks", "case": "b"}, {"mentions": MENTIONS}, Verdict.NOT_REPRODUCED),
    ("said-twice", {"mention": "bias", "case": "a"}, {"mentions": MENTIONS}, Verdict.NOT_REPRODUCED),
    ("title-agrees", {"section": "s1"}, {}, Verdict.REPRODUCED),
    ("title-agrees", {"section": "s2"}, {}, Verdict.CONTRADICTED),
    ("title-agrees", {"section": "s3"}, {}, Verdict.CAVEAT),
    ("own-text", {"section": "s1"}, {}, Verdict.REPRODUCED),
    ("own-text", {"section": "s2"}, {}, Verdict.NOT_BORNE_OUT),
    ("own-text", {"statement": "again"}, {}, Verdict.NOT_BORNE_OUT),
    ("entries-agree", {"sections": ["s1", "s2"], "order": True, "cases": 3}, {}, Verdict.REPRODUCED),
    ("entries-agree", {"sections": ["s1", "s3"]}, {}, Verdict.REPRODUCED),
    ("entries-agree", {"sections": ["s1", "s3"], "order": True}, {}, Verdict.CONTRADICTED),
    ("entries-agree", {"sections": ["s1", "s2"]}, {"entries": BASE.entries.drop(0)}, Verdict.CONTRADICTED),
    (
        "each-case",
        {"headings": ["aims"], "equals": 1},
        {"keypoints": BASE.keypoints.assign(label="Point")},
        Verdict.REPRODUCED,
    ),
    ("each-case", {"headings": ["aims"], "equals": 1}, {}, Verdict.NOT_REPRODUCED),
    (
        "each-case",
        {"headings": ["aims"], "equals": 1},
        {"keypoints": cell(BASE.keypoints.assign(label="Point"), "a-aims", "label", "")},
        Verdict.CAVEAT,
    ),
]


def answer(check: str, arguments: dict, changed: dict) -> checks.Answer:
    data = small(**changed) if changed else BASE
    return checks.CHECKS[check](data, gathered(data) if changed else base_results(), **arguments)


@functools.cache
def base_results() -> dict:
    return gathered(BASE)


@pytest.mark.parametrize(("check", "arguments", "changed", "verdict"), CASES)
def test_each_check_gives_the_verdict_of_its_data(check, arguments, changed, verdict):
    assert answer(check, arguments, changed).verdict == verdict


@pytest.mark.parametrize("check", checks.CHECKS)
def test_each_check_has_a_true_and_a_false_instance_and_no_verdict_that_no_data_reach(check):
    text = inspect.getsource(checks.CHECKS[check].function)
    text += inspect.getsource(themes_checks.by_shares) if check == "quantifier" else ""
    can_give = {verdict for verdict in checks.Verdict if re.search(rf"\bVerdict.{verdict.name}\b", text)}
    reached = {verdict for name, _, _, verdict in CASES if name == check}
    assert (
        reached == can_give
        and reached & {Verdict.REPRODUCED, Verdict.CAVEAT}
        and reached - {Verdict.REPRODUCED, Verdict.CAVEAT}
    )
    assert checks.CHECKS[check].fails_if


def test_a_denominator_that_leaves_out_unnamed_projects_gives_a_range():
    text = answer("quantifier", {"word": "all", "themes": ["aim-map"]}, {}).recomputed
    # The fourth project has no case study, so nothing of it could be coded: it may be a fourth.
    assert text.startswith(
        "“all”: 3 to 4 of 4 funded (depends on how the word is read); 3 of 3 with a case study (fits); 2 of 2"
    )
    text = answer("quantifier", {"word": "all", "themes": ["met-map"]}, {}).recomputed
    assert "1 to 2 of 2 by the text (depends on how the word is read)" in text


@pytest.mark.parametrize("word", quantifiers.SHARES)
def test_more_projects_never_make_a_word_fit_less(word):
    if word == "a few":
        return
    rank = {registry.FAILS: 0, registry.DEPENDS: 1, registry.FITS: 2}
    tables = registry.tables_of(word)
    results = [rank[registry.by_word(tables, registry.Share("", n, n, 12))] for n in range(13)]
    assert results == sorted(results) and results[-1] == 2 and results[0] == 0


def test_the_rows_behind_a_verdict_are_key_points_and_published_rows():
    rows = answer("attribution", {"statement": "examples"}, {}).rows
    assert rows == ["examples", "examples-a", "examples-b", "a-methods", "b-methods"]


CLAIM = {
    "id": "claim-x", "source": "print", "section": "s1", "anchor": "x", "claim": "All map.", "kind": "quantifier",
    "published": "all", "denominator": "funded", "check": "quantifier",
    "arguments": '{"word": "all", "themes": ["aim-map"]}', "needs": "", "note": "",
}  # fmt: skip


def problems(**changed) -> list[str]:
    tables = BASE.tables | {"claims": pd.DataFrame([CLAIM | changed])}
    return [str(problem) for problem in arguments_room.problems(BASE.settings, tables, {"claims": [3]})]


def count(arguments: str) -> dict:
    return {"check": "count", "arguments": arguments}


def test_a_claim_in_order_has_no_problem():
    assert problems() == []


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"check": "quantifer"}, ["column check", "'quantifer'", "Did you mean 'quantifier'"]),
        ({"arguments": "{word"}, ["column arguments", "cannot be read", "JSON object such as"]),
        ({"arguments": "[1]"}, ["column arguments", "JSON object"]),
        ({"arguments": '{"wrod": "all"}'}, ["'wrod'", "Did you mean 'word'", "needs word"]),
        ({"arguments": '{"word": 3}'}, ["'word' is 3", "expected text"]),
        ({"arguments": '{"word": "all", "themes": ["aim-maps"]}'}, ["'aim-maps'", "Did you mean 'aim-map'"]),
        ({"arguments": '{"word": "all", "themes": ["gen-map"]}'}, ["'gen-map'", "a theme of codebook.csv"]),
        ({"arguments": '{"word": "mots"}'}, ["'word'", "Did you mean 'most'"]),
        ({"arguments": '{"word": "all", "denominator": "fundet"}'}, ["'denominator'", "Did you mean 'funded'"]),
        (
            {"denominator": "fundet"},
            ["column denominator", "Did you mean 'funded'", "Choose from: by the text, funded"],
        ),
        ({"denominator": "one project"}, ["column denominator", "'one project'"]),
        ({"check": "not-checkable", "needs": "x", "denominator": "al"}, ["column denominator", "one project"]),
        ({"check": "mentioned", "arguments": '{"mentions": ["trus"]}'}, ["'trus'", "an id of mentions.csv"]),
        ({"check": "numbers-agree", "arguments": '{"ids": ["hal"]}'}, ["Did you mean 'hall'", "or facts.csv"]),
        (count('{"table": "case", "equals": 1}'), ["'table'", "Did you mean 'cases'"]),
        (count('{"table": "cases", "where": {"nations": "x"}, "equals": 1}'), ["a column of cases", "'nation'"]),
        (
            count('{"table": "cases", "where": {"id": {"no": "x"}}, "equals": 1}'),
            ["'where', id", '{"not": …} or {"matches": …}'],
        ),
        (count('{"table": "cases", "where": {"id": {"matches": "("}}, "equals": 1}'), ["regular expression"]),
        (count('{"table": "cases", "distinct": "nations", "equals": 1}'), ["Did you mean 'nation'"]),
        (count('{"table": "themes", "where": {"suportd": true}, "equals": 1}'), ["a column of themes", "supported"]),
        ({"check": "not-checkable"}, ["column needs", "is empty", "say what would be needed"]),
        ({"role": "duplicate"}, ["column repeats", "the id of the claim that it repeats"]),
        ({"check": "count", "arguments": '{"table": "cases", "equals": true}'}, ["'equals' is true", "whole number"]),
    ],
)
def test_a_bad_claim_is_reported_with_its_row_in_the_file_and_its_column(changed, words):
    told = " ".join(problems(**changed))
    assert "claims.csv, row 3" in told and all(word in told for word in words)


def misspelt(value: object) -> Iterator[object]:
    """A value with one of its names misspelt, each name in turn; what claims look for (`matches`, `alike`) is no name."""
    if isinstance(value, str):
        yield value + "-x"
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from ([*value[:place], other, *value[place + 1 :]] for other in misspelt(one))
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "where":
                yield from (value | {"where": {f"{column}-x": wanted}} for column, wanted in one.items())
            else:
                yield from (value | {name: other} for other in misspelt(one))


def test_every_name_in_the_arguments_of_every_check_is_looked_up(report_review):
    """Each name in each claim of the report is misspelt in turn: none passes."""
    known = arguments_room.known_values(report_review.settings, report_review.tables)
    tried = set()
    for claim in report_review.claims[report_review.claims["check"].ne("not-checkable")].to_dict("records"):
        given = json.loads(claim["arguments"] or "{}")
        for name in given.keys() - {"alike"}:
            for wrong in misspelt({name: given[name]}):
                told = list(arguments_room.claim_problems(
                    claim | {"arguments": json.dumps(given | wrong)}, report_review.tables, known))  # fmt: skip
                assert told and told[0][0] == "arguments", (claim["id"], wrong)
                tried.add((claim["check"], name))
    assert len(tried) > 40


def test_a_denominator_of_a_fact_that_is_not_there_is_told():
    settings = BASE.settings | {"denominators": {"ours": ["n-al"]}}
    assert "Did you mean 'n-all'" in str(arguments_room.problems(settings, BASE.tables, {})[0])


@pytest.mark.parametrize(
    ("check", "arguments", "word"),
    [
        ("count", {"table": "cases"}, "either equals or at_least"),
        ("date-within", {"date": "n-missing", "within": "year"}, "is not a date"),
        ("numbers-agree", {"ids": ["hall", "nobody"]}, "'nobody' holds no number"),
        ("total-within", {"fact": "april"}, "expected a whole number"),
    ],
)
def test_what_only_the_data_can_refuse_is_one_message(check, arguments, word):
    data = small(claims=pd.DataFrame([CLAIM | {"check": check, "arguments": json.dumps(arguments)}]))
    with pytest.raises(UserError, match="claims.csv, claim-x, column arguments") as told:
        ledger_room.ledger(data, gathered(data))
    assert word in str(told.value)


def test_a_claim_that_nothing_here_can_check_says_what_is_needed():
    data = small(claims=pd.DataFrame([CLAIM | {"check": "not-checkable", "arguments": "", "needs": "the records"}]))
    row = ledger_room.ledger(data, gathered(data)).iloc[0]
    assert (row["verdict"], row["needs"], row["rows"]) == (Verdict.NOT_CHECKABLE, "the records", "")


def test_the_denominator_that_a_claim_names_decides():
    verdicts = [
        ledger_room.judge(BASE, base_results(), CLAIM | {"denominator": own}).verdict
        for own in ("funded", "with a case study", "")
    ]
    assert verdicts == [Verdict.CAVEAT, Verdict.REPRODUCED, Verdict.REPRODUCED]


def test_the_headline_counts_statements_with_an_independent_test_and_counts_a_computation_once():
    rows = [CLAIM | {"id": f"claim-{n}", "denominator": own} for n, own in enumerate(["funded", "funded", ""])]
    rows += [
        CLAIM | {"id": "claim-ours", "role": "observation"},
        CLAIM | {"id": "claim-circular", "check": "general-supported", "arguments": '{"general": ["gen-map"]}'},
        CLAIM | {"id": "claim-open", "check": "not-checkable", "needs": "x"},
    ]
    data = small(claims=pd.DataFrame(rows).fillna(""))
    text = ledger_room.summary(ledger_room.ledger(data, gathered(data)))
    assert text.startswith("Of 5 statements of the report, 3 have an independent test: 1 reproduced, 2 reproduced with")
    assert "1 is not checkable from here and 1 rest on cross-cutting themes of our own" in text
    assert "Distinct computations behind the 3: 2." in text
    assert "Counted apart: 1 observations by the compendium" in text


def test_a_part_that_is_not_tested_is_a_caveat_and_is_named():
    answered = ledger_room.judge(BASE, base_results(), CLAIM | {"denominator": "", "untested": "that it works"})
    assert answered.verdict == Verdict.CAVEAT and answered.recomputed.endswith("Not tested: that it works.")


def test_what_the_text_of_the_report_does_not_show_of_itself_is_not_borne_out():
    sought = {"table": "codebook", "where": {"name": {"matches": "adapt"}}, "at_least": 1}
    claim = CLAIM | {"check": "count", "arguments": json.dumps(sought), "denominator": ""}
    assert ledger_room.judge(BASE, base_results(), claim).verdict == Verdict.NOT_REPRODUCED
    assert ledger_room.judge(BASE, base_results(), claim | {"kind": "structure"}).verdict == Verdict.NOT_BORNE_OUT


def test_a_double_coded_point_supports_neither_side():
    themes_given = {"themes": ["aim-map"], "other_themes": ["aim-again", "met-map"]}
    text = answer("together", themes_given, EIGHT | {"codings": DOUBLE, "codebook": WITH_AGAIN}).recomputed
    assert "0 report the one, 2 the other and 0 both" in text and "4 key points coded to both sides left out" in text


def test_a_review_without_claims_has_an_empty_ledger_and_says_so():
    empty = ledger_room.ledger(BASE, {})
    assert list(empty) == ledger_room.LEDGER and empty.empty
    assert list(ledger_room.counts(empty)) == ["section", *checks.Verdict, "all"]
    assert "no claims.csv" in ledger_room.summary(empty)


# ------------------------------------------------------------------ the claims of the report


@pytest.fixture(scope="module")
def report_review() -> review.Review:
    return review.load("mca-phase2")


@pytest.fixture(scope="module")
def ledger() -> pd.DataFrame:
    file = paths.ROOT / "results" / "mca-phase2" / "tables" / "claims.csv"
    if not file.exists():
        pytest.skip("results/mca-phase2/tables/claims.csv is not there: run make first")
    return pd.read_csv(file, keep_default_na=False)


def test_the_ledger_has_every_claim_and_every_verdict(ledger, report_review):
    assert sorted(ledger["id"]) == sorted(report_review.claims["id"])
    assert len(ledger) > 60 and set(ledger["verdict"]) == set(checks.Verdict)
    assert ledger["recomputed"].str.endswith((".", "?")).all()
    assert ledger.loc[ledger["verdict"].eq(Verdict.NOT_CHECKABLE), "needs"].ne("").all()
    counted = pd.read_csv(paths.ROOT / "results" / "mca-phase2" / "tables" / "claims-verdicts.csv")
    assert counted["all"].iloc[-1] == len(ledger) and counted.iloc[:-1]["all"].sum() == len(ledger)


def test_every_row_behind_a_verdict_is_an_id_of_the_review(ledger, report_review):
    known = {one for table in report_review.tables.values() if "id" in table for one in table["id"]}
    assert {one for rows in ledger["rows"] for one in rows.split()} <= known


@pytest.mark.parametrize(
    ("claim", "verdict", "said"),
    [
        ("claim-s3-4-hope-sum", Verdict.CAVEAT, "= 432; the report gives 272. The parts may overlap"),
        ("claim-s3-4-fylde-sum", Verdict.REPRODUCED, "= 30; the report gives 30"),
        ("claim-s2-2-twelve-funded", Verdict.CONTRADICTED, "We count 16 projects; the statement needs 12"),
        ("claim-s4-1-projects", Verdict.CAVEAT, "Elsewhere the report gives 12"),
        ("claim-s2-2-eleven", Verdict.REPRODUCED, "We count 12 projects"),
        ("claim-s5-reached", Verdict.NOT_REPRODUCED, "Counted as people: at least 2,309"),
        ("claim-s3-4-1-total", Verdict.CAVEAT, "at least 6,132"),
        ("claim-s4-8-limitations", Verdict.NOT_BORNE_OUT, "repeats that of section 4.6"),
        ("claim-s2-2-appendix", Verdict.NOT_BORNE_OUT, "We count no such sections"),
        ("claim-s3-5-1-trust", Verdict.NOT_REPRODUCED, "trust: 0 of 12"),
        ("claim-s4-1-wales-absent", Verdict.REPRODUCED, "No mention of Wales"),
    ],
)
def test_findings_that_can_be_checked_by_hand(ledger, claim, verdict, said):
    row = ledger.set_index("id").loc[claim]
    assert row["verdict"] == verdict and said in row["recomputed"]


def test_places_and_notes_point_at_what_is_there(report_review):
    own = report_review.claims
    assert own["anchor"].str.split().str.len().le(8).all()
    named = {name for note in own["note"] for name in re.findall(r"claim-[a-z0-9-]+", note)}
    assert named <= set(own["id"])
    named = set(own["repeats"]) - {""}
    assert named <= set(own["id"]) and own["repeats"].ne("").eq(own["role"].eq("duplicate")).all()
    allowed = {"", "one project", *registry.denominators(report_review)}
    assert set(own["denominator"]) <= allowed


def test_a_misspelt_check_stops_the_load_with_one_message(tmp_path):
    folder = tmp_path / "mca-phase2"
    folder.mkdir()
    for file in filter(Path.is_file, paths.data("mca-phase2").iterdir()):
        text = file.read_text("utf-8")
        (folder / file.name).write_text(text.replace(",parts-add-up,", ",parts-ad-up,"), "utf-8")
    code = (
        "from casesynth import UserError, load_review\ntry: load_review('mca-phase2')\nexcept UserError as e: print(e)"
    )
    environment = os.environ | {"CASESYNTH_DATA": str(tmp_path), "PYTHONPATH": str(paths.ROOT)}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert told.stderr == "" and "claims.csv, row" in told.stdout
    assert "'parts-ad-up'; expected a check. Did you mean 'parts-add-up'?" in told.stdout


def test_the_tiny_review_gets_empty_tables_and_its_notebook_says_why(built):
    assert built.read("results/tiny/tables/claims.csv").strip() == ",".join(ledger_room.LEDGER)
    assert built.read("results/tiny/tables/claims-verdicts.csv").startswith("section,reproduced,")
    assert "This review has no claims.csv" in built.read("results/tiny/notebooks/8-claims.ipynb")
