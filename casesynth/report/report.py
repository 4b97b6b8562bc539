"""The texts of a review: synthesis, brief and annex, each a template that is filled for one form."""

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from casesynth import __version__
from casesynth.analysis import cerqual, quantifiers
from casesynth.analysis.across_cases import letter
from casesynth.core import progress, results
from casesynth.core.problems import listing
from casesynth.core.review import Review
from casesynth.core.text import plural, sentence
from casesynth.errors import UserError
from casesynth.figures import look
from casesynth.report import pictures, told
from casesynth.report.forms import Form, to_explorer
from casesynth.report.markdown import Markdown, escaped, for_notebook
from casesynth.report.narrative import Narrative
from casesynth.report.numbers import Number, Values, in_words, registry, tables
from casesynth.report.wording import pairs_of

TEMPLATES = Path(__file__).parent / "templates"
#: The chapters of the synthesis in their order, as macros of its template.
CHAPTERS = "opening reading findings both_ways who held_up confidence implications limits methods".split()


class Report:
    """Everything that the texts of one review say. `text` fills a template, `chapter` shows a part in a notebook."""

    def __init__(self, review: Review, parameters: dict) -> None:
        self.review, self.parameters = review, parameters
        self.found = tables(review)
        chosen = {name: Number(value, "parameters of this run") for name, value in parameters.items()}
        self.values = Values(registry(review, self.found) | chosen)
        self.names = dict(zip(review.cases["id"], review.cases["name"]))
        self.letters = letters_of(review, self.found["case-similarity"])
        self.there = progress.state(review.tables, review.settings)
        self.narrative = Narrative(review, self.found, self.values)
        wrong = self.narrative.problems()
        if wrong:
            raise UserError(f"data/{review.name}/: {plural(len(wrong), 'problem')} in its prose:\n{listing(wrong)}")
        # Markdown writes {#id} for the target of a link, so comments are marked otherwise here.
        signs: dict[str, Any] = {
            "comment_start_string": "<#",
            "comment_end_string": "#>",
            "trim_blocks": True,
            "lstrip_blocks": True,
        }
        loader = jinja2.FileSystemLoader(TEMPLATES)
        self.environment = jinja2.Environment(
            loader=loader, undefined=jinja2.StrictUndefined, finalize=escaped, autoescape=False, **signs
        )
        self.environment.filters |= {"markdown": Markdown, "in_words": in_words, "escape_text": escaped}

    @property
    def title(self) -> str:
        """The title of the synthesis, which never is that of the published report."""
        title = self.review.settings["title"]
        return f"An independent reconstruction of “{title}”" if self.review.settings.get("published") else title

    def form(self, kind: str) -> Form:
        """An empty form of one kind, for one text."""
        return Form(kind, self.review.name)

    @cached_property
    def common(self) -> dict[str, Any]:
        """What the templates of all texts may use, whatever their form."""
        review, found = self.review, self.found
        source = told.row_of(review.table("sources"), review.settings.get("published", ""))
        return {
            "review": review,
            "settings": {"note": "", "published": "", "opposed": [], "method": "not stated"} | review.settings,
            "version": __version__,
            "found": found,
            "v": self.values,
            "there": self.there,
            "changed": told.changed(review, self.parameters),
            "coder": told.row_of(review.coders, self.parameters["coding"]),
            "source": source,
            "authors": told.authors(source),
            "letters_key": told.key(self.letters, self.names) if len(self.letters) <= look.MANY else Markdown(),
            "equity": told.equity(found["equity"], self.values),
            "weighty": told.weighty(found["claims"]),
            "exceptions": told.fragile(found),
            "rated": len(cerqual.ratings(review)),
            "by_model": told.by_model(review),
            "sections": told.sections(review),
            "claims_of": lambda section: told.claims_of(found["claims"], section),
            "table_files": lambda: tables_of(review),
            "quantifiers": quantifiers.table(),
            "sentence": sentence,
            "to_explorer": to_explorer,
            "heading_rows": lambda heading: told.heading_rows(found, heading),
        }

    def context(self, form: Form, page: str) -> dict[str, Any]:
        """What a template may use. `page` is the address of the page with the findings; empty for that page itself."""
        narrative = Narrative(self.review, self.found, self.values, page)
        return self.common | {
            "form": form,
            "prose": narrative.file,
            "parts": narrative.parts,
            "places": narrative.numbers,
            "signs_drawn": lambda: form.picture(pictures.signs(), "signs"),
            "findings_rows": lambda: self.findings(narrative, form),
            "strongest": lambda most: self.strongest(form, most),
            "sides_drawn": lambda: self.sides(form),
            "themes_drawn": lambda most: self.themes_drawn(form, most),
            "form_bar": lambda caption="": self.bar(form, caption),
        }

    def text(self, name: str, form: Form, chapters: Iterable[str] = ()) -> str:
        """One text as Markdown: all of its template, or some chapters of it."""
        template = self.environment.get_template(f"{name}.md")
        context = self.context(form, "" if name == "synthesis" else "synthesis.html")
        if not chapters:
            return template.render(context)
        module = template.make_module(context)
        return "\n\n".join(part for each in chapters if (part := str(getattr(module, each)()).strip())) + "\n"

    def chapter(self, *names: str) -> Any:
        """One chapter of the synthesis, or several, as a notebook shows them: pictures by their captions."""
        import IPython.display

        return IPython.display.Markdown(for_notebook(self.text("synthesis", self.form("docx"), names)))

    def marks(self, finding: str) -> dict[str, str]:
        """What each case says of a finding."""
        cells = self.found["finding-cases"]
        return {row["case"]: look.stance(row) for row in cells[cells["finding"].eq(finding)].to_dict("records")}

    def findings(self, narrative: Narrative, form: Form) -> list[dict]:
        """What the chapter on findings says of each: its sentence, its prose, its row of projects."""
        texts = self.review.table("findings").set_index("id")
        rows, few = [], len(self.letters) <= look.MANY
        for row in self.found["findings"].itertuples():
            prose = texts.loc[row.finding, ["paragraph", "published"]]
            marks = self.marks(row.finding)
            own = {name: Markdown(narrative.expand(text, row.finding)) for name, text in prose.items()}
            own["strip"] = form.picture(pictures.strip(marks, self.letters, self.names), f"strip-{row.finding}")
            own["reach"] = told.reach(row.finding, marks, self.letters, named=form.kind != "html" and few)
            rows.append(row._asdict() | own)
        return rows

    def strongest(self, form: Form, most: int) -> list[dict]:
        """The most widely reported themes, for a review without findings: name, definition, strip, cases."""
        themes = self.found["themes"][self.found["themes"]["supported"]].sort_values(
            "cases", ascending=False, kind="stable"
        )
        definitions = dict(zip(self.review.codebook["id"], self.review.codebook["definition"]))
        cells, rows = self.found["theme-cases"], []
        for row in themes.head(most).itertuples():
            own = cells[cells["theme"].eq(row.theme) & cells["points"].gt(0)]
            marks = dict.fromkeys(own["case"], "supports")
            strip = form.picture(pictures.strip(marks, self.letters, self.names), f"strip-{row.theme}")
            rows.append(row._asdict() | {"definition": definitions.get(row.theme, ""), "marks": marks, "strip": strip})
        return rows

    def sides(self, form: Form) -> Markdown:
        """What helps and what hinders, as rows of projects; empty where the review has no such findings."""
        labels, table = pairs_of(self.review, "labels"), self.found["findings"]
        rows = []
        for kind, word in (("condition", "Helps"), ("barrier", "Hinders")):
            own = table[table["kind"].eq(kind)].sort_values("supporting", ascending=False, kind="stable")
            for row in own.itertuples():
                rows.append((labels.get(row.finding, f"{word}: {row.statement}"), self.marks(row.finding)))
        return self.drawn(form, rows, "What helps and what hinders, by project")

    def themes_drawn(self, form: Form, most: int) -> Markdown:
        """The most widely reported themes as rows of projects; empty where none is supported."""
        rows = [(row["name"], row["marks"]) for row in self.strongest(form, most)]
        return self.drawn(form, rows, "The most widely reported themes, by project")

    def drawn(self, form: Form, rows: list[tuple[str, dict[str, str]]], title: str) -> Markdown:
        """Rows of projects, each with its label, as one picture; empty without rows."""
        return form.picture(pictures.rows(rows, self.letters, self.names, title), "sides") if rows else Markdown()

    def bar(self, form: Form, caption: str = "") -> Markdown:
        """The verdicts on the report's statements as one bar; empty where there are no claims."""
        claims = told.statements_of(self.found["claims"])
        if claims.empty:
            return Markdown()
        counts = {verdict: int(claims["verdict"].eq(verdict).sum()) for verdict in pictures.BAR}
        return form.picture(pictures.bar(counts), "verdicts", caption)


def letters_of(review: Review, similar: pd.DataFrame) -> dict[str, str]:
    """The cases with a case study, each with its letter, similar ones next to each other. Takes case-similarity."""
    there = review.reported["id"]
    placed = similar.loc[similar["case"].isin(there), "case"]
    return {case: letter(number) for number, case in enumerate(dict.fromkeys([*placed, *there]))}


def tables_of(review: Review) -> list[tuple[str, dict]]:
    """The tables of a run by name, with their declarations; one of a heading as often as there are headings."""
    rows = []
    for name, table in results.declared().items():
        rows += (
            [(f"{name}-{part}", table) for part in review.sets["id"]] if table.get("per_heading") else [(name, table)]
        )
    return sorted(rows, key=lambda row: row[0])
