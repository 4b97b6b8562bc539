"""What no table schema can say of a review: one small rule each, for the tables that could be read."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from casesynth.core.codings import CONSENSUS, NONE, unexplained, without_consensus
from casesynth.core.columnar import of_each
from casesynth.core.problems import Problem
from casesynth.core.settings import sets_of
from casesynth.core.shards import first_of
from casesynth.core.text import plural


@dataclass(frozen=True)
class View:
    """What the rules look at: settings, tables by name, and for each of their rows its number in the file."""

    settings: dict[str, Any]
    tables: dict[str, pd.DataFrame]
    rows: dict[str, list[int]]

    @property
    def headings(self) -> list[str]:
        """The ids of the headings of review.yaml."""
        return [heading["id"] for heading in self.settings["headings"]]

    @property
    def set_of(self) -> dict[str, str]:
        """Themed heading -> the set of headings whose themes it shares."""
        return {heading: part.id for part in sets_of(self.settings).itertuples() for heading in part.headings}

    def themes(self) -> pd.DataFrame:
        """The themes of the lowest level, which key points are coded to."""
        book = self.tables["codebook"]
        return book[book["level"].eq("theme")]

    def at(
        self,
        table: str,
        where: "pd.Series[bool]",
        column: str,
        expected: str,
        known: Iterable[str] = (),
        note: bool = False,
        **more: Any,
    ) -> Iterator[Problem]:
        """A problem for each row where something holds; `expected` may name {columns} of the row, or of `more`."""
        frame = self.tables[table]
        for row in frame.index[where.to_numpy(dtype=bool)]:
            words = expected.format(**frame.loc[row], **{name: cells[row] for name, cells in more.items()})
            found = str(frame.at[row, column])
            yield Problem(f"{table}.csv", words, self.rows[table][row], column, found, tuple(known), note)

    def unknown(self, table: str, column: str, known: Iterable[str], expected: str) -> Iterator[Problem]:
        """A problem for each cell of a column that is not among the known values."""
        known = tuple(known)
        yield from self.at(table, ~self.tables[table][column].isin(known), column, expected, known)


Rule = Callable[[View], Iterator[Problem]]
RULES: list[tuple[set[str], bool, Rule]] = []


def needs(*tables: str, note: bool = False) -> Callable[[Rule], Rule]:
    """Add a rule to the list, with the tables that it reads, and whether all that it finds is a note."""

    def add(rule: Rule) -> Rule:
        RULES.append((set(tables), note, rule))
        return rule

    return add


def check_meaning(
    settings: dict[str, Any], tables: dict[str, pd.DataFrame], rows: dict[str, list[int]], notes: bool = True
) -> list[Problem]:
    """What the rules find wrong with the tables that could be read, and (notes) what should be looked at."""
    view = View(settings, tables, rows)
    asked = [rule for needed, note, rule in RULES if needed <= tables.keys() and (notes or not note)]
    return [problem for rule in asked for problem in rule(view)]


@needs("keypoints")
def key_points(view: View) -> Iterator[Problem]:
    """Key points have a heading of review.yaml, and a summary."""
    points = view.tables["keypoints"]
    yield from view.unknown("keypoints", "heading", view.headings, "expected a heading of review.yaml")
    answered = points["answer"].ne("") if "answer" in points else pd.Series(False, points.index)
    empty = "the cell is empty; only a key point taken from an answer to a form may be without a summary for now"
    yield from view.at("keypoints", points["summary"].eq("") & ~answered, "summary", empty)


@needs("keypoints", note=True)
def ids_of_key_points(view: View) -> Iterator[Problem]:
    """The id of a key point is usually made of case and heading."""
    points = view.tables["keypoints"]
    starts = points["case"].astype(str) + "-" + points["heading"].astype(str) + "-"
    odd = pd.Series([not id.startswith(start) for id, start in zip(points["id"], starts)], points.index, dtype=bool)
    words = "ids usually begin with {case}-{heading}-"
    yield from view.at("keypoints", odd, "id", words, note=True)


@needs("codebook")
def headings_of_themes(view: View) -> Iterator[Problem]:
    """A theme belongs to a heading or to a group of headings; general and refined themes to none."""
    book = view.tables["codebook"]
    known = list(dict.fromkeys([*view.set_of.values(), *view.headings]))
    wrong = book["level"].eq("theme") & ~book["heading"].isin(known)
    words = "expected a heading of review.yaml, or a group under themed_together"
    yield from view.at("codebook", wrong, "heading", words, known)
    above = book["level"].isin(["general", "refined"]) & book["heading"].ne("")
    yield from view.at("codebook", above, "heading", "general and refined themes have no heading; empty the cell")


@needs("codebook")
def parents_of_themes(view: View) -> Iterator[Problem]:
    """The parent of a theme is a general theme, that of a general theme a refined one."""
    book = view.tables["codebook"]
    level = book["parent"].map(dict(zip(book["id"], book["level"])))
    misread = level.notna() & ~level.isin(["theme", "general", "refined"])  # that row itself is told
    for own, wanted in (("theme", "general"), ("general", "refined")):
        wrong = book["level"].eq(own) & book["parent"].ne("") & level.ne(wanted) & ~misread
        known = book.loc[book["level"].eq(wanted), "id"]
        yield from view.at("codebook", wrong, "parent", f"expected the id of a {wanted} theme", known)
    wrong = book["level"].eq("refined") & book["parent"].ne("")
    yield from view.at("codebook", wrong, "parent", "a refined theme has no parent; empty the cell")
    for own, below in (("general", "theme"), ("refined", "general theme")):
        childless = book["level"].eq(own) & ~book["id"].isin(set(book["parent"]))
        words = f"no {below} names it as its parent, so it cannot be supported"
        yield from view.at("codebook", childless, "id", words, note=True)


@needs("coders")
def coder_of_the_analysis(view: View) -> Iterator[Problem]:
    """The coding that the analysis uses is that of a coder."""
    coders, found = tuple(view.tables["coders"]["id"]), str(view.settings["coding"])
    if coders and found not in coders:
        words = f"expected a coder of coders.csv ({', '.join(coders)}); write one of them after `coding:`"
        words += f", or add a row {found} to coders.csv"
        yield Problem("review.yaml", words, None, "coding", found, coders)


@needs("codings", "codebook")
def themes_of_codings(view: View) -> Iterator[Problem]:
    """Key points are coded to themes of the codebook, or to none."""
    book = view.tables["codebook"]  # a row whose level is wrong is told there, not for each of its codings
    known = [*book.loc[~book["level"].isin(["general", "refined"]), "id"], NONE]
    yield from view.unknown("codings", "theme", known, "expected a theme of codebook.csv, or none")


@needs("codings", "codebook", "keypoints")
def headings_of_codings(view: View) -> Iterator[Problem]:
    """A key point is coded to themes of its own heading."""
    codings, points, themes = view.tables["codings"], view.tables["keypoints"], view.themes()
    set_of = view.set_of  # once, not for each of 160,000 key points
    own = of_each(points["heading"], lambda texts: texts.map(lambda heading: set_of.get(heading, heading)))
    places, names = pd.factorize(pd.concat([own, themes["heading"]]).astype("str"))
    of_point = np.append(places[: len(points)], -1)[first_of(points["id"], codings["keypoint"])]
    of_theme = np.append(places[len(points) :], -1)[first_of(themes["id"], codings["theme"])]
    wrong = pd.Series((of_theme >= 0) & (of_point >= 0) & (of_theme != of_point))
    words = "this theme belongs to the heading {of_theme}, the key point to {of_point}; choose a theme of {of_point}"
    yield from view.at("codings", wrong, "theme", words, of_theme=names[of_theme], of_point=names[of_point])


@needs("codings")
def none_and_a_theme(view: View) -> Iterator[Problem]:
    """A coder gives a key point themes or `none`, not both."""
    codings = view.tables["codings"]
    none, at = codings["theme"].eq(NONE), ["keypoint", "coder"]
    again = codings[codings.duplicated(at, keep=False)].astype(dict.fromkeys(at, "str"))
    pairs = pd.MultiIndex.from_frame(again[at])
    other = pairs.isin(pairs[again["theme"].ne(NONE)])
    both = none & pd.Series(other, again.index, dtype=bool).reindex(codings.index, fill_value=False)
    words = "the same coder has also given '{keypoint}' a theme; delete one of the two rows"
    yield from view.at("codings", both, "theme", words)


@needs("codings")
def consensus(view: View) -> Iterator[Problem]:
    """The consensus covers what several coders have coded, and gives a reason where they differ."""
    codings = view.tables["codings"]
    left = len(without_consensus(codings)) if view.settings["coding"] == CONSENSUS else 0
    if left:
        words = f"the consensus has no row for {plural(left, 'key point')} that several coders have coded, so nothing is coded "
        words += "there; `casesynth sheet` proposes the rows on which the coders agree"
        yield Problem("codings.csv", words, note=True)
    rows = dict(unexplained(codings))
    where = pd.Series(codings.index.isin(rows), codings.index, dtype=bool)
    words = "the coders differ on '{keypoint}', and the consensus gives no reason; write it here"
    yield from view.at("codings", where, "memo", words)


@needs("appraisal")
def appraisal(view: View) -> Iterator[Problem]:
    """Cases are appraised by the criteria of review.yaml, and all of them."""
    criteria = [criterion["id"] for criterion in (view.settings.get("appraisal") or {}).get("criteria", [])]
    yield from view.unknown("appraisal", "criterion", criteria, "expected a criterion of review.yaml")
    table, cases = view.tables["appraisal"], view.tables.get("cases")
    if cases is not None and len(table):
        without = [case for case in cases.loc[cases["case_study"], "id"] if case not in set(table["case"])]
        if without:
            yield Problem("appraisal.csv", f"not appraised yet: {', '.join(without)}", note=True)


@needs("cerqual", "codebook")
def confidence(view: View) -> Iterator[Problem]:
    """Confidence is rated for findings, or for refined themes if the review has no findings."""
    book, findings = view.tables["codebook"], view.tables.get("findings", ())
    if len(findings):
        yield from view.unknown("cerqual", "finding", findings["id"], "expected a finding of findings.csv")
    else:
        refined = book.loc[book["level"].eq("refined"), "id"]
        yield from view.unknown("cerqual", "finding", refined, "expected a refined theme of codebook.csv")


@needs("finding-evidence")
def evidence_that_counts(view: View) -> Iterator[Problem]:
    """The evidence in use is that of the coding of the analysis, or the consensus; that of another coder would count nowhere."""
    table, used = view.tables["finding-evidence"], str(view.settings["coding"])
    coders = list(dict.fromkeys(table["coder"]))
    if coders and not {used, CONSENSUS} & set(coders):
        words = (
            f"no row counts: the analysis takes the evidence of {used} (`coding:` in review.yaml) or of {CONSENSUS}; "
        )
        words += "name one of them as the coder of the rows that you have agreed on"
        yield Problem(
            "finding-evidence.csv", words, view.rows["finding-evidence"][0], "coder", coders[0], (used, CONSENSUS)
        )


@needs("extractions", "keypoints")
def second_extraction(view: View) -> Iterator[Problem]:
    """What was extracted a second time names the key points of the same case and heading that say the same."""
    table, points = view.tables["extractions"], view.tables["keypoints"].set_index("id")
    yield from view.unknown("extractions", "heading", view.headings, "expected a heading of review.yaml")
    links = table["keypoints"].str.split().explode().dropna()

    def problems(at: Any, words: str, note: bool = False) -> Iterator[Problem]:
        for row, point in links[np.asarray(at)].items():
            number = view.rows["extractions"][row]
            yield Problem("extractions.csv", words, number, "keypoints", point, tuple(points.index), note)

    yield from problems(~links.isin(points.index), "expected ids of keypoints.csv, separated by spaces")
    for column in ("case", "heading"):
        own, here = links.map(points[column].to_dict()), table.loc[links.index, column].to_numpy()
        words = f"this key point is of another {column}, so it does not count as a counterpart"
        yield from problems(own.notna() & own.ne(here), words, note=column == "heading")
