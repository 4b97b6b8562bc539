"""The front door for notebooks: a review, its synthesis in memory, and the tables that `make` has written."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from casesynth import shown
from casesynth.analysis import barriers, coders, extraction, general, leave_out, participants, themes
from casesynth.audit import ledger
from casesynth.core import paths
from casesynth.core import results as store
from casesynth.core.review import Review, coders_of
from casesynth.core.rules import Rules
from casesynth.core.text import nearest
from casesynth.errors import UserError

if TYPE_CHECKING:
    from casesynth.figures import Drawing


def load_review(name: str) -> Review:
    """A review of data/, read and validated, its claims too.

    Returns the review: its tables are attributes, such as `review.keypoints`. Raises UserError that lists problems.

    >>> load_review("repair-cafes").cases["name"].head(2).tolist()
    ['Ash Lane', 'Beck Street']
    """
    return ledger.load_checked(name)


@dataclass
class Step:
    """The tables of a step; a notebook shows the first, `table`."""

    table: pd.DataFrame

    def _repr_html_(self) -> str:
        return shown.html(self.table)


@dataclass
class HeadingThemes(Step):
    """Step 2 for one heading: `table` (themes), `cells` (theme-cases), `uncoded`, `published` (compared with the coding)."""

    cells: pd.DataFrame
    uncoded: pd.DataFrame
    published: pd.DataFrame


@dataclass
class GeneralThemes(Step):
    """Step 3: `table` (general-themes), `by_heading` (general-by-heading), `overlaps`."""

    by_heading: pd.DataFrame
    overlaps: pd.DataFrame


@dataclass
class Synthesis:
    """Steps 1 to 4 of a review by some rules, in memory: each part is computed when it is first asked for.

    The columns of every table are those of `core/results.json` and of the data dictionary.

    >>> whole = synthesise(load_review("repair-cafes"))
    >>> whole.general.table.query("supported")["general"].tolist()
    ['gen-people', 'gen-skills']
    """

    review: Review
    rules: Rules

    @cached_property
    def coded(self) -> pd.DataFrame:
        """The codings that feed the synthesis: keypoint, case, heading, theme, direction."""
        known("coder of codings.csv", self.rules.coding, dict.fromkeys(self.review.codings["coder"]))
        return themes.coded_points(self.review, self.rules.coding)

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """Step 1: the framework matrix."""
        return extraction.framework_matrix(self.review.keypoints, self.review.reported, self.review.headings)

    def themes(self, heading: str) -> HeadingThemes:
        """Step 2: the themes of a heading, by its id. Raises UserError for a heading without themes."""
        known("themed heading", heading, self.review.sets["id"])
        codebook, cases = (
            themes.themes_of(self.review, heading),
            themes.eligible(self.review, heading, self.rules.coding),
        )
        coded = themes.coded_points(self.review, self.rules.coding, heading)
        cells = themes.theme_cases(coded, codebook, cases)
        points = self.review.themed_points[self.review.themed_points["heading"].eq(heading)]
        return HeadingThemes(
            themes.theme_table(cells, codebook, cases, self.rules.min_cases),
            cells,
            themes.not_in_a_theme(points, coded),
            themes.compare_with_published(self.review, heading, cells),
        )

    @cached_property
    def by_heading(self) -> dict[str, HeadingThemes]:
        """Step 2 for every themed heading, by its id."""
        return {heading: self.themes(heading) for heading in self.review.sets["id"]}

    def collected(self, part: str, name: str) -> pd.DataFrame:
        """One table of every themed heading, with the heading in the first column."""
        tables = [getattr(one, part).assign(heading=heading) for heading, one in self.by_heading.items()]
        joined = pd.concat(tables, ignore_index=True) if tables else store.frame(name).assign(heading="")
        return joined[["heading", *store.columns(name)]]

    @cached_property
    def points(self) -> pd.DataFrame:
        """The supporting codings of supported themes, with the general theme above each."""
        table = self.collected("table", "themes")
        supported = set(table.loc[table["supported"].astype(bool), "theme"])
        return general.points_by_general(self.coded, self.review.codebook, supported)

    @cached_property
    def general(self) -> GeneralThemes:
        """Step 3: general themes, by heading, and their overlaps."""
        book, headings = self.review.codebook, self.review.sets
        collected, counts = self.collected("table", "themes"), general.counts(self.points, book, headings)
        table = general.general_themes(
            collected, counts, book, headings, self.rules.min_headings, self.rules.heading_groups
        )
        by_heading = general.general_by_heading(counts, book, headings)
        return GeneralThemes(table, by_heading, general.overlaps(counts, table, book, self.rules.merge_overlap))

    @cached_property
    def refined(self) -> pd.DataFrame:
        """Step 4: refined themes."""
        return general.refined_themes(self.general.table, self.points, self.review.codebook, self.review.sets)

    @cached_property
    def robustness(self) -> pd.DataFrame:
        """How many cases must be removed before each supported finding is no longer supported."""
        return leave_out.leave_out(self.review, self.coded, self.rules)

    def how_sure(self, finding: str) -> str:
        """What leaving cases out says of a finding, by its id; empty for a finding that is not supported.

        Raises UserError for an id that is not in the codebook.
        """
        known("theme of codebook.csv", finding.split("+", maxsplit=1)[0], self.review.codebook["id"])
        return "; ".join(self.robustness.loc[self.robustness["id"].eq(finding), "how_sure"])

    def keypoints_of(self, theme: str) -> pd.DataFrame:
        """The key points coded to a theme of any level. Returns the columns of keypoints.csv and direction.

        Raises UserError for an id that is not in the codebook.
        """
        known("theme of codebook.csv", theme, self.review.codebook["id"])
        above = general.parents(self.review.codebook)
        direct = self.coded["theme"]
        first = direct.map(above)
        rows = self.coded[direct.eq(theme) | first.eq(theme) | first.map(above).eq(theme)]
        rows = rows.drop_duplicates("keypoint")[["keypoint", "direction"]]
        return self.review.keypoints.merge(rows, left_on="id", right_on="keypoint").drop(columns="keypoint")

    def tables(self) -> dict[str, pd.DataFrame]:
        """The result tables that checks of claims take, by name."""
        review = self.review
        parts = {"themes": "table", "theme-cases": "cells", "uncoded": "uncoded", "published": "published"}
        tables = {name: self.collected(part, name) for name, part in parts.items()}
        complete = extraction.completeness(review.keypoints, review.reported, review.headings)
        tables |= {"completeness": complete, "points-per-heading": extraction.points_per_heading(complete)}
        tables |= {"general-themes": self.general.table, "general-by-heading": self.general.by_heading}
        tables |= {"overlaps": self.general.overlaps, "refined-themes": self.refined, "framework-matrix": self.matrix}
        if review.settings.get("opposed"):
            opposed = barriers.opposed_points(review, self.coded)
            table = barriers.per_theme(review, opposed)
            tables |= {"projects": barriers.per_project(review, opposed), "barriers-enablers": table}
            tables["both"] = barriers.both_points(review, opposed, table)
        if review.has("participants"):
            groups = participants.groups_of(review)
            by_case = participants.per_case(groups, review.reported)
            tables["participants-cases"] = by_case
            tables["participants-total"] = participants.totals(by_case, participants.published_totals(review))
            tables["participants-weights"] = participants.weights(by_case)
            tables["participants-sub-totals"] = participants.sub_totals(groups)
        return tables | {"points": review.themed_points}

    def _repr_html_(self) -> str:
        return shown.html(self.refined)


def known(what: str, id: str, ids: Iterable[str]) -> None:
    """Raise UserError for an id that is not among those that there are.

    >>> known("themed heading", "aim", ["aims"])
    Traceback (most recent call last):
    casesynth.UserError: 'aim' is not a themed heading. Did you mean 'aims'? There are: aims.
    """
    ids = list(ids)
    if id not in ids:
        listed = f"{', '.join(ids[:20])}{', …' if len(ids) > 20 else ''}"
        raise UserError(f"'{id}' is not a {what}.{nearest(id, ids)} There are: {listed or 'none'}.")


def synthesise(review: Review, rules: Rules | None = None) -> Synthesis:
    """Steps 1 to 4 in memory, without make or files; by the rules of review.yaml unless others are given.

    >>> synthesise(load_review("repair-cafes")).refined["name"].tolist()[:1]
    ['Money']
    """
    if not isinstance(review, Review):
        raise UserError(f"synthesise takes a review, not {review!r}: cs.synthesise(cs.load_review('…')).")
    return Synthesis(review, rules or Rules.of(review))


def results(name: str) -> dict[str, pd.DataFrame]:
    """The tables that `make` has written for a review, typed, by their names in results.json.

    Returns one table for each name; that of several headings has a column heading. Those not written are left out.
    Raises UserError if there is no such review, or nothing has been written for it.
    """
    review = load_review(name)
    folder = paths.read(name) / "tables"
    if not folder.is_dir():
        raise UserError(f"there are no results of {name} yet: `casesynth make {name}` builds them.")
    per_heading = {table for table, each in store.declared().items() if each.get("per_heading")}
    return {
        table: read(review, table)
        for table in store.declared()
        if table in per_heading or (folder / f"{table}.csv").exists()
    }


def check_claims(review: Review, synthesis: Synthesis | dict[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """The ledger: every claim of claims.csv with its verdict. Returns the columns of `claims` in results.json.

    `synthesis` is one in memory, or result tables by name; without it, steps 1 to 4 are computed.

    >>> check_claims(load_review("repair-cafes")).empty
    True
    """
    tables = synthesis if isinstance(synthesis, dict) else (synthesis or synthesise(review)).tables()
    return ledger.ledger(review, tables)


def compare_coders(review: Review) -> pd.DataFrame:
    """Agreement over all themes and per heading. Returns the columns of `agreement` in results.json.

    >>> compare_coders(load_review("repair-cafes"))["measure"].tolist()[:3]
    ['percent', 'positive', 'negative']
    """
    ids = coders_of(review)
    points = coders.point_marks(review, ids)
    return coders.overall(points, coders.case_marks(points, ids), ids)


def read(review: Review, name: str) -> pd.DataFrame:
    """A table that an earlier notebook wrote, in its declared types; that of every heading as one.

    Raises UserError if it has not been written.
    """
    if store.declaration(name).get("per_heading"):
        return store.read_headings(review.name, review.sets, name)
    return store.read(review.name, name)


def write(review: Review, tables: dict[str, pd.DataFrame]) -> None:
    """Write tables of this run, by their names in results.json. Raises UserError for a name that is not declared there."""
    store.write(review.name, tables)


def draw(review: Review, drawing: "Drawing") -> "Drawing":
    """Write the four files of a drawing, and return it, so that a notebook shows it."""
    from casesynth import figures  # only steps that draw need this room

    figures.save(drawing, paths.write(review.name) / "figures")
    return drawing


def pictures(review: Review) -> pd.DataFrame:
    """The figures that this notebook and earlier ones have drawn. Returns the columns of `figures` in results.json."""
    from casesynth import figures  # only steps that draw need this room

    return figures.listed(paths.figures(review.name), paths.write(review.name) / "figures")


def say(lines: list[str]) -> Any:
    """Sentences as a list that a notebook shows, for what a result means.

    >>> say(["17 of 17 findings are supported."]).data
    '- 17 of 17 findings are supported.'
    """
    from IPython.display import Markdown  # only a notebook needs it, and it takes time to load

    return Markdown("\n".join(f"- {line}" for line in lines))  # type: ignore[no-untyped-call]
