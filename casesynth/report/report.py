"""The report: chapters in the order of the published one, every number from a computed value.

The words stand in `templates/report.md`; this module gives them their tables and numbers, and turns the
result into one HTML file and one Word document (by pandoc, as a program of its own).
"""

from pathlib import Path

import jinja2

from casesynth.analysis import appraisal, cerqual, coders, general, quantifiers
from casesynth.core import progress, results
from casesynth.core.results import gather
from casesynth.core.review import Review, coders_of
from casesynth.core.text import section_name, sentence
from casesynth.report import sure
from casesynth.report.markdown import Markdown, escaped, markdown_table, without_pictures
from casesynth.report.numbers import Values, values
from casesynth.report.words import (
    appendix,
    changed,
    coder_of,
    evidence_told,
    figure,
    heading_rows,
    in_names,
    matrix,
    matrix_columns,
    opposed_names,
    published_facts,
    statements_told,
    theme_columns,
)

TEMPLATES = Path(__file__).parent / "templates"


#: Further tables that the annex lists whole.
ANNEXED = ["findings", "finding-evidence", "claims"]
#: The chapters of the annex, in the order of the published report.
CHAPTERS = (
    "opening scope method summaries findings discussion sure limits ledger evidence statements trail_chapter".split()
)


class Report:
    """The report of one review, chapter by chapter."""

    def __init__(self, review: Review, parameters: dict):
        self.review, self.found = (
            review,
            gather(review) | sure.gather(review) | {name: results.read_if_there(review.name, name) for name in ANNEXED},
        )
        self.min_cases = parameters["min_cases"]
        self.values = Values(values(review, self.found, parameters))
        loader = jinja2.FileSystemLoader(TEMPLATES)
        # Markdown writes {#id} for the target of a link, so comments have other signs here.
        signs = {"comment_start_string": "<#", "comment_end_string": "#>", "trim_blocks": True, "lstrip_blocks": True}
        environment = jinja2.Environment(
            loader=loader, undefined=jinja2.StrictUndefined, finalize=escaped, autoescape=False, **signs
        )
        environment.filters["markdown"] = Markdown
        self.context = {
            "review": review,
            "settings": {"note": "", "published": "", "opposed": [], "method": "not stated"} | review.settings,
            "coder": coder_of(review, parameters["coding"]),
            "there": progress.state(review.tables, review.settings),
            "found": self.found,
            "v": self.values,
            "table": markdown_table,
            "figure": lambda name: figure(review.name, name),
            "heading_rows": lambda heading: heading_rows(self.found, heading),
            "theme_columns": theme_columns(review.settings.get("published", "")),
            "sentence": sentence,
            "section_name": section_name,
            "trail": lambda: appendix(review, self.found, parameters["coding"]),
            "merged": general.merges(self.found["overlaps"]),
            "matrix": lambda: matrix(review),
            "matrix_columns": matrix_columns(review),
            "evidence_told": lambda: evidence_told(review, self.found),
            "statements_told": lambda: statements_told(review),
            "in_names": lambda table: in_names(review, table),
            "quantifiers": quantifiers.table(),
            "published_facts": lambda subject, unit=None: published_facts(review, subject, unit),
            "opposed_names": opposed_names(review),
            "how_sure": lambda level, ids=None: sure.lines(self.found, level, ids),
            "missing_coder": coders.missing(review),
            "changed": changed(review, parameters),
            "who": coders.who(review).query("points > 0"),
            "paradox_words": coders.paradox_words(self.found["agreement-paradox"], coders_of(review)),
            "judged": cerqual.judged(self.found["evidence-profile"]),
            "appraisal_state": appraisal.state(review),
            "confidence_state": cerqual.state(review),
            "counted_columns": {"coding": "Coding", "points": "Key points coded", "of_points": "Of"}
            | sure.level_names(self.found["coding-counts"]),
        }
        self.template = environment.get_template("report.md")
        self.written: dict[str, str] = {}

    def chapter(self, name: str):
        """One chapter, shown in the notebook; it is kept for the whole."""
        import IPython.display

        self.written[name] = self.markdown(name)
        return IPython.display.Markdown(without_pictures(self.written[name]))

    def markdown(self, name: str) -> str:
        """One chapter as Markdown."""
        return str(getattr(self.template.make_module(self.context), name)()).strip() + "\n"

    def text(self) -> str:
        """All chapters in their order, as one Markdown text."""
        return "\n".join(self.written.get(name) or self.markdown(name) for name in CHAPTERS)
