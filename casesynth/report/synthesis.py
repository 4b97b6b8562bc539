"""The synthesis: findings first, in the order in which a reader needs them."""

import jinja2
import pandas as pd

from casesynth import __version__
from casesynth.analysis import cerqual, findings
from casesynth.core import paths, results
from casesynth.core.problems import listing
from casesynth.core.review import Review
from casesynth.errors import UserError
from casesynth.report import narrative
from casesynth.report.markdown import Markdown, escaped, without_pictures
from casesynth.report.narrative import Narrative, in_words
from casesynth.report.report import TEMPLATES, Report

#: The tables of the notebooks on findings and lenses that the synthesis uses.
TABLES = "findings finding-cases finding-evidence finding-agreement finding-coders equity claims".split()
#: The role of a claim that the headline counts (the ledger's word), and the verdicts in the order of the bar.
STATEMENT = "statement"
VERDICTS = [
    "reproduced",
    "reproduced with a caveat",
    "not reproduced from the published summaries",
    "not borne out by the report's own text",
    "contradicted within the report",
    "not checkable from here",
]
#: Where the annex is.
ANNEX = "annex.html"
CHAPTERS = "opening reading findings both_ways who held_up confidence implications limits methods".split()
#: How a case stands to a finding: its class in the page, and a word for those who do not see the square.
MARKS = {"supports": ("s", "supported by"), "qualifies": ("q", "qualified by"), "contradicts": ("c", "contradicted by")}


class Synthesis:
    """The synthesis of one review, chapter by chapter. `annex` has the tables and numbers that it shares."""

    def __init__(self, annex: Report):
        self.annex, self.review = annex, annex.review
        self.found = annex.found | {name: results.read_if_there(self.review.name, name) for name in TABLES}
        self.values = annex.values
        self.values.known |= values(self.found)
        self.narrative = Narrative(
            self.review, self.found["findings"], self.found["finding-evidence"], projects_by_theme(self.found), ANNEX
        )
        wrong = narrative.problems(self.review, self.narrative)
        if wrong:
            raise UserError(
                f"data/{self.review.name}/findings.csv: {len(wrong)} problems in its prose:\n{listing(wrong)}"
            )
        order = order_of(self.review)
        self.letters = {case: chr(65 + number) if number < 26 else str(number + 1) for number, case in enumerate(order)}
        self.context = annex.context | {
            "found": self.found,
            "version": __version__,
            "prose": self.prose,
            "words": lambda name: in_words(int(self.values(name).replace(",", ""))),
            "citation": citation(self.review),
            "link": original(self.review),
            "letters": letters(self.letters, self.review),
            "findings_told": self.findings_told,
            "verdict_bar": verdict_bar(self.found["claims"]),
            "weighty": weighty(self.found["claims"]),
            "firmness": firmness(self.found, self.annex.min_cases, cerqual.state(self.review)),
            "fragile": fragile(self.found),
            "flow": flow(self.values),
        }
        loader = jinja2.FileSystemLoader(TEMPLATES)
        # Markdown writes {#id} for the target of a link, so comments are marked otherwise here.
        signs = {"comment_start_string": "<#", "comment_end_string": "#>", "trim_blocks": True, "lstrip_blocks": True}
        environment = jinja2.Environment(
            loader=loader, undefined=jinja2.StrictUndefined, finalize=escaped, autoescape=False, **signs
        )
        environment.filters |= {"markdown": Markdown, "in_words": in_words, "escape_text": escaped}
        self.template = environment.get_template("synthesis.md")

    def chapter(self, *names: str):
        """One chapter, or several, as a notebook shows them: the title of a picture in its place."""
        import IPython.display

        return IPython.display.Markdown(without_pictures("\n".join(map(self.markdown, names))))

    def markdown(self, name: str) -> str:
        """One chapter as Markdown."""
        return str(getattr(self.template.make_module(self.context), name)()).strip() + "\n"

    def text(self) -> str:
        """All chapters in their order, as one Markdown text."""
        return "\n".join(filter(str.strip, (self.markdown(name) for name in CHAPTERS)))

    def prose(self, name: str) -> Markdown:
        """A text of data/<review>/narrative/, its macros replaced; empty where there is none.

        Raises UserError with file and line of what is wrong with it.
        """
        file = paths.data(self.review.name) / "narrative" / f"{name}.md"
        if not file.exists():
            return Markdown()
        lines = []
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            try:
                lines.append(self.narrative.expand(line))
            except ValueError as error:
                raise UserError(f"data/{self.review.name}/narrative/{file.name}, line {number}: {error}.") from None
        return Markdown("\n".join(lines))

    def findings_told(self) -> list[dict]:
        """What the chapter on findings says of each: its sentence, its row of letters, its prose, its exception."""
        texts = self.review.table("findings").set_index("id")
        exceptions = fragile(self.found).set_index("finding")["why"].to_dict()
        told = []
        for row in self.found["findings"].itertuples():
            prose = {name: Markdown(self.narrative.expand(texts.loc[row.finding, name], row.finding))
                     for name in ("paragraph", "practice", "published")}  # fmt: skip
            cells = self.found["finding-cases"]
            told.append(
                {
                    **row._asdict(),
                    **prose,
                    "strip": strip(cells[cells["finding"].eq(row.finding)], self.letters),
                    "exception": exceptions.get(row.finding, ""),
                    "reported_by_one": row.supporting == 1,
                }
            )
        return told


def values(found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """The numbers that the synthesis adds: name -> (value, the table and rule that it comes from)."""
    table, claims = found["findings"], statements_of(found["claims"])
    return {
        "findings": (len(table), "findings.csv, all rows"),
        "findings_supported": (int(table["supported"].sum()), "findings.csv, supported"),
        "claims": (len(claims), "claims.csv, role statement"),
    }


def projects_by_theme(found: dict[str, pd.DataFrame]) -> dict[str, int]:
    """Theme of any level -> the number of cases with key points coded to it."""
    themes = dict(zip(found["themes"]["theme"], found["themes"]["cases"]))
    for table, column in (("general-themes", "general"), ("refined-themes", "refined")):
        if column in found[table]:
            themes |= dict(zip(found[table][column], found[table]["cases"]))
    return {theme: int(number) for theme, number in themes.items()}


def order_of(review: Review) -> list[str]:
    """The cases with a case study, similar ones next to each other."""
    similar = results.read(review.name, "case-similarity")
    placed = [case for case in similar["case"] if case in set(review.reported["id"])]
    return placed + [case for case in review.reported["id"] if case not in placed]


def letters(by_case: dict[str, str], review: Review) -> Markdown:
    """The key to the letters, in one line."""
    names = dict(zip(review.cases["id"], review.cases["name"]))
    return Markdown(" · ".join(f"**{letter}** {escaped(names[case])}" for case, letter in by_case.items()))


def strip(cells: pd.DataFrame, by_case: dict[str, str]) -> Markdown:
    """One finding's row of letters as HTML, followed by the same in words (which is all that Word shows).

    >>> cells = pd.DataFrame([["a", 1, 0, 0], ["b", 0, 0, 0]], columns=["case", "supports", "qualifies", "contradicts"])
    >>> print(strip(cells, {"a": "A", "b": "B"}))
    <span class="strip" aria-hidden="true"><b class="s">A</b><b>B</b></span> *Supported by A.*
    """
    rows, squares = cells.set_index("case"), []
    by_mark: dict[str, list[str]] = {mark: [] for mark in MARKS}
    for case, letter in by_case.items():
        said = [mark for mark in MARKS if case in rows.index and rows.loc[case, mark] > 0]
        # One square shows the support first; a contradiction by the same project is told in words.
        squares.append(f'<b class="{MARKS[said[0]][0]}">{letter}</b>' if said else f"<b>{letter}</b>")
        for mark in said:
            by_mark[mark].append(letter)
    words = [f"{MARKS[mark][1]} {' '.join(listed)}" for mark, listed in by_mark.items() if listed]
    line = "; ".join(words) or "mentioned by no project"
    return Markdown(f'<span class="strip" aria-hidden="true">{"".join(squares)}</span> *{line[0].upper()}{line[1:]}.*')


def citation(review: Review) -> str:
    """Who wrote the published synthesis, and when; empty where none is re-run."""
    row = source_of(review)
    return (
        Markdown()
        if row is None
        else Markdown(f"{escaped(row['authors'])} ({escaped(row['year'])}), *{escaped(row['title'])}*")
    )


def original(review: Review) -> str:
    """The address of the published synthesis; empty where none is known."""
    row = source_of(review)
    return "" if row is None else Markdown(row["url"])


def source_of(review: Review) -> dict | None:
    """The row of sources.csv that `published` names."""
    rows = review.table("sources")
    rows = rows[rows["id"].eq(review.settings.get("published", ""))] if len(rows) else rows
    return None if rows.empty else rows.iloc[0].to_dict()


def statements_of(claims: pd.DataFrame) -> pd.DataFrame:
    """The claims that the headline counts: statements of the report, each once."""
    return claims[claims["role"].eq(STATEMENT)]


def verdict_bar(claims: pd.DataFrame) -> Markdown:
    """The verdicts on the report's statements as one bar, and in words."""
    if claims.empty:
        return Markdown()
    numbers = statements_of(claims)["verdict"].value_counts().reindex(VERDICTS, fill_value=0)
    numbers = numbers[numbers.gt(0)]
    bar = "".join(f'<i class="v{place}" style="flex:{value}">{value}</i>' for place, value in enumerate(numbers))
    words = "; ".join(f"{value} {escaped(verdict)}" for verdict, value in numbers.items())
    return Markdown(f'<span class="bar" aria-hidden="true">{bar}</span>\n\n*{words}.*')


def weighty(claims: pd.DataFrame, most: int = 8) -> pd.DataFrame:
    """The statements that matter most and did not come out as stated, by consequence and then by verdict.

    Returns claim, verdict, told.
    """
    severe = VERDICTS[4:1:-1]  # contradicted first, then not borne out, then not reproduced
    rows = statements_of(claims)
    rows = rows[rows["verdict"].isin(severe)]
    rank = rows.assign(rank=rows["verdict"].map(severe.index)).sort_values(
        ["consequence", "rank"], ascending=[False, True], kind="stable"
    )
    return rank.head(most).rename(columns={"recomputed": "told"})[["claim", "verdict", "told"]]


def firmness(found: dict[str, pd.DataFrame], min_cases: int, confidence: str) -> list[str]:
    """How firm the findings are as a whole, in sentences."""
    table, coders = found["findings"], found["finding-coders"]
    lines = findings.shows(table, found["finding-agreement"], min_cases)
    lost = int(table["margin"].eq(1).sum())
    lines.append(
        f"Leaving out any one project leaves {len(table[table['supported']]) - lost} supported findings supported."
    )
    same = coders.groupby("finding")["supported"].nunique().eq(1).sum() if len(coders) else 0
    if len(coders):
        lines.append(
            f"For {int(same)} of {len(table)} findings the verdict is the same by every coder and by the consensus."
        )
    lines.append(confidence)
    return lines


def fragile(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The findings whose support hangs on little. Returns finding, link, why; robust ones are left out."""
    coders, rows = found["finding-coders"], []
    for row in found["findings"].itertuples():
        why = []
        if not row.supported:
            why.append("fewer projects support it than the rule asks for")
        elif row.margin == 1:
            why.append(f"no longer supported if any one of its {in_words(row.supporting)} projects is left out")
        if row.contested:
            why.append(f"{in_words(row.contradicting)} projects contradict it")
        against = coders[coders["finding"].eq(row.finding) & coders["supported"].ne(row.supported)]
        if len(against):
            why.append(f"judged otherwise by {', '.join(against['coder'])}")
        if why:
            text = "; ".join(why)
            rows.append(
                [row.finding, Markdown(f"[{escaped(row.statement)}](#{row.finding})"), f"{text[0].upper()}{text[1:]}."]
            )
    return pd.DataFrame(rows, columns=["finding", "link", "why"])


def flow(v) -> Markdown:
    """From projects to findings: every count, reconciled."""
    steps = [
        f"{v('cases')} projects, {v('cases_reported')} with a case study",
        f"{v('keypoints')} key points, {v('themed_points')} of them under headings that have themes",
        f"{int(v('themed_points').replace(',', '')) - int(v('points_none').replace(',', '')) - int(v('points_not_coded').replace(',', ''))} coded to themes, "
        f"{v('points_none')} to none, {v('points_not_coded')} not coded",
        f"{v('themes')} themes, {v('themes_supported')} supported; {v('general')} general and {v('refined')} refined themes above them",
        f"{v('findings')} findings, {v('findings_supported')} supported",
    ]
    return Markdown(" → ".join(steps) + ".")
