"""A small review with an invented published report, for the checks of claims."""

import functools

import pandas as pd

from casesynth.analysis import barriers, general, participants, themes
from casesynth.audit import checks
from casesynth.core import review

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
    found = {name: [] for name in ("themes", "theme-cases", "print")}
    for heading in data.headings["id"]:
        own, cases = themes.themes_of(data, heading), themes.eligible(data, heading)
        cells = themes.theme_cases(themes.coded_points(data, "one", heading), own, cases)
        parts = themes.theme_table(cells, own, cases, 2), cells, themes.compare_with_print(data, heading, cells)
        for name, part in zip(found, parts):
            found[name].append(part.assign(heading=heading))
    found = {name: pd.concat(parts, ignore_index=True) for name, parts in found.items()}
    coded = themes.coded_points(data, "one")
    found["general-themes"] = general.general_themes(found["themes"], coded, data.codebook, data.headings, 2, True)
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
NOTHING = {"table": "facts", "where": {"id": "x"}, "column": "value"}
#: One group is open at the top: at least 35 people, plain sum 35.
OPEN = restated("talks", "over 4", 5, pd.NA)
#: One project carries one theme of two.
FEW = {"coded": {"ena-money": "", "met-map": "a"}}
#: A second statement of the theme of `listed`, in the same section.
TWICE = {"statements": pd.concat([BASE.statements, BASE.statements.head(1).assign(id="listed-2")], ignore_index=True)}


def answer(check: str, arguments: dict, changed: dict) -> checks.Answer:
    data = small(**changed) if changed else BASE
    return checks.CHECKS[check](data, gathered(data) if changed else base_results(), **arguments)


@functools.cache
def base_results() -> dict:
    return gathered(BASE)


CLAIM = {
    "id": "claim-x", "source": "print", "section": "s1", "anchor": "x", "claim": "All map.", "kind": "quantifier",
    "published": "all", "denominator": "funded", "check": "quantifier",
    "arguments": '{"word": "all", "themes": ["aim-map"]}', "needs": "", "note": "",
}  # fmt: skip
