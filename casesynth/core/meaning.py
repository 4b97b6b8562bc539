"""What no table schema can say: one rule a function, each on tables that could be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from casesynth.core.codings import CONSENSUS, NONE, unexplained, without_consensus
from casesynth.core.problems import Problem
from casesynth.core.settings import sets_of


@dataclass(frozen=True)
class Context:
    """The settings of a review, its typed tables, and the row in its file of each of their rows."""

    settings: dict
    tables: dict[str, pd.DataFrame]
    rows: dict[str, list[int]]

    @property
    def headings(self) -> list[str]:
        return [heading["id"] for heading in self.settings["headings"]]

    @property
    def set_of(self) -> dict[str, str]:
        """Heading -> the set of headings whose themes it shares."""
        return {heading: part.id for part in sets_of(self.settings).itertuples() for heading in part.headings}

    def problem(self, table, row, column, found, expected, known: tuple = (), note=False) -> Problem:
        return Problem(f"{table}.csv", expected, self.rows[table][row], column, found, known, note)

    def unknown(self, table: str, column: str, known: Iterable[str], expected: str, only=None) -> Iterator[Problem]:
        """The cells of a column that have none of the known values."""
        frame, known = self.tables[table] if only is None else self.tables[table][only], tuple(known)
        for row, value in frame.loc[~frame[column].isin(known), column].items():
            yield self.problem(table, row, column, value, expected, known)


RULES: list[tuple[frozenset[str], Callable[[Context], Iterator[Problem]]]] = []


def rule(*tables: str):
    """A rule that is asked if all these tables could be read."""

    def register(function):
        RULES.append((frozenset(tables), function))
        return function

    return register


def problems(settings: dict, tables: dict[str, pd.DataFrame], rows: dict[str, list[int]]) -> list[Problem]:
    """All that the rules find in the tables that are there."""
    context = Context(settings, tables, rows)
    return [problem for needed, ask in RULES if needed <= tables.keys() for problem in ask(context)]


@rule("keypoints")
def keypoints(of: Context) -> Iterator[Problem]:
    """Headings are known; only a key point of an answer may wait for its summary; ids usually tell case and heading."""
    yield from of.unknown("keypoints", "heading", of.headings, "expected a heading of review.yaml")
    points = of.tables["keypoints"]
    unsaid = points["summary"].eq("") & points.get("answer", pd.Series("", points.index)).eq("")
    for row in points.index[unsaid]:
        words = "the cell is empty; only a key point of an answer may wait for its summary"
        yield of.problem("keypoints", row, "summary", "", words)
    for row, id, begin in zip(points.index, points["id"], points["case"] + "-" + points["heading"] + "-"):
        if not id.startswith(begin):
            yield of.problem("keypoints", row, "id", id, f"ids usually begin with {begin}", note=True)


@rule("codebook")
def levels(of: Context) -> Iterator[Problem]:
    """Themes belong to a heading; parents are one level above; a general theme without themes cannot be supported."""
    book = of.tables["codebook"]
    words = "expected a heading of review.yaml, or a group under themed_together"
    known = dict.fromkeys([*of.set_of.values(), *of.headings])
    yield from of.unknown("codebook", "heading", known, words, book["level"].eq("theme"))
    for row in book.index[book["level"].isin(["general", "refined"]) & book["heading"].ne("")]:
        yield of.problem("codebook", row, "heading", book["heading"][row], "only themes of level theme have a heading")
    level, parents = dict(zip(book["id"], book["level"])), set(book["parent"])
    above = {"theme": "general", "general": "refined", "refined": None}
    for row, theme in book.iterrows():
        wanted = above.get(theme["level"])
        if theme["level"] and theme["parent"] and (wanted is None or level.get(theme["parent"]) != wanted):
            words = f"expected the id of a {wanted} theme" if wanted else "a refined theme has no parent"
            ids = tuple(id for id in level if level[id] == wanted)
            yield of.problem("codebook", row, "parent", theme["parent"], words, ids)
        if theme["level"] in ("general", "refined") and theme["id"] not in parents:
            below = "theme" if theme["level"] == "general" else "general theme"
            words = f"no {below} has it as its parent, so it cannot be supported"
            yield of.problem("codebook", row, "id", theme["id"], words, note=True)


@rule("coders")
def coder(of: Context) -> Iterator[Problem]:
    """The coder of review.yaml is one of coders.csv."""
    coders = tuple(of.tables["coders"]["id"])
    if coders and of.settings["coding"] not in coders:
        found = str(of.settings["coding"])
        words = f"expected a coder of coders.csv ({', '.join(coders)}); write one of them after `coding:`"
        yield Problem("review.yaml", f"{words}, or add a row {found} to coders.csv", None, "coding", found, coders)


@rule("codings", "codebook")
def themes(of: Context) -> Iterator[Problem]:
    """Codings name themes of the codebook, or none."""
    book = of.tables["codebook"]
    ids = book.loc[book["level"].eq("theme"), "id"]
    yield from of.unknown("codings", "theme", [*ids, NONE], "expected a theme of codebook.csv, or none")


@rule("codings", "codebook", "keypoints")
def same_heading(of: Context) -> Iterator[Problem]:
    """A key point has themes of its own heading."""
    codings, book, points = (of.tables[name] for name in ("codings", "codebook", "keypoints"))
    set_of, of_theme = of.set_of, book[book["level"].eq("theme")]
    of_point = codings["keypoint"].map(dict(zip(points["id"], [set_of.get(h, h) for h in points["heading"]])))
    of_code = codings["theme"].map(dict(zip(of_theme["id"], of_theme["heading"])))
    for row in codings.index[of_code.notna() & of_point.notna() & of_code.ne(of_point)]:
        words = f"it belongs to heading {of_code[row]}, the key point to {of_point[row]}"
        yield of.problem("codings", row, "theme", codings["theme"][row], words)


@rule("codings")
def none_alone(of: Context) -> Iterator[Problem]:
    """A coder who says none of a key point gives it no theme too."""
    codings = of.tables["codings"]
    pairs = pd.MultiIndex.from_frame(codings[["keypoint", "coder"]])
    none = codings["theme"].eq(NONE)
    for row in codings.index[none & pairs.isin(pairs[~none])]:
        words = f"'{codings['keypoint'][row]}' has a theme of the same coder too; delete one of the two"
        yield of.problem("codings", row, "theme", NONE, words)


@rule("codings")
def consensus(of: Context) -> Iterator[Problem]:
    """Where the consensus is analysed, key points of several coders have one; where they differ it has a reason."""
    codings = of.tables["codings"]
    left = len(without_consensus(codings)) if of.settings["coding"] == CONSENSUS else 0
    if left:
        words = f"{left:,} key points that several coders have coded have no row of the consensus, so they count as "
        yield Problem(
            "codings.csv",
            f"{words}not coded; `casesynth sheet` proposes the rows on which the coders agree",
            note=True,
        )
    for row, point in unexplained(codings):
        words = f"the coders differ on '{point}', and the consensus gives no reason; write it here"
        yield of.problem("codings", row, "memo", "", words)


@rule("appraisal")
def appraisal(of: Context) -> Iterator[Problem]:
    """Criteria are those of review.yaml; case studies without an appraisal are noted."""
    criteria = [criterion["id"] for criterion in (of.settings.get("appraisal") or {}).get("criteria", [])]
    yield from of.unknown("appraisal", "criterion", criteria, "expected a criterion of review.yaml")
    cases, done = of.tables.get("cases"), of.tables["appraisal"]["case"]
    without = [] if cases is None else cases.loc[cases["case_study"] & ~cases["id"].isin(done), "id"].tolist()
    if without and len(done):
        yield Problem("appraisal.csv", f"not appraised yet: {', '.join(without)}", note=True)


@rule("cerqual", "codebook")
def cerqual(of: Context) -> Iterator[Problem]:
    """Evidence profiles are of findings, or of refined themes where the review has no findings."""
    book, findings = of.tables["codebook"], of.tables.get("findings")
    if findings is not None and len(findings):
        yield from of.unknown("cerqual", "finding", findings["id"], "expected a finding of findings.csv")
        return
    refined = book.loc[book["level"].eq("refined"), "id"]
    yield from of.unknown("cerqual", "finding", refined, "expected a refined theme of codebook.csv")


@rule("extractions", "keypoints")
def extractions(of: Context) -> Iterator[Problem]:
    """The second extraction names key points, of the same case and (a note) the same heading."""
    yield from of.unknown("extractions", "heading", of.headings, "expected a heading of review.yaml")
    points, table = of.tables["keypoints"], of.tables["extractions"]
    links, known = table["keypoints"].str.split().explode().dropna(), tuple(points["id"])
    for row, word in links[~links.isin(known)].items():
        yield of.problem("extractions", row, "keypoints", word, "expected ids of keypoints.csv, spaces between", known)
    for column in ("case", "heading"):
        own, here = links.map(dict(zip(points["id"], points[column]))), table.loc[links.index, column].to_numpy()
        for row, point in links[(own.notna() & own.ne(here)).to_numpy()].items():
            words = f"it is of another {column}, so it does not count as a counterpart"
            yield of.problem("extractions", row, "keypoints", point, words, note=column == "heading")
