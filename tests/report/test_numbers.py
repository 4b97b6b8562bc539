"""Every number in the text of the report is a computed value."""

import re

import pytest

from casesynth.core import paths
from casesynth.report import markdown, numbers, report, synthesis

#: The chapters of running text; the trail after them only quotes rows.
CHAPTERS = ["opening", "scope", "method", "summaries", "findings", "discussion", "sure", "limits"]
#: Those of the annex that only list rows.
LISTS = ["ledger", "evidence", "statements", "trail_chapter"]
#: The digits that the template itself may write: its own counting of the method's steps, the grid of thresholds of
#: `robustness`, the name of a measure, and the years of the works that it cites.
OUR_OWN = re.compile(r"^\d\. \*\*|\b[Ss]teps? \d( and \d)?\b|\b1 to 6\b|\bAC1\b|\b(19|20)\d\d\b", re.M)
#: Parts of a chapter that hold computed tables, figures with their texts, ids, targets of links, and code.
COMPUTED = re.compile(r"^\|.*$|^!\[.*$|\{#[^}]*\}|\]\(#[^)]*\)|`[^`]*`", re.M)


def numbers_without_value(made: report.Report) -> list[str]:
    """The lines of the report's chapters that hold a digit which no value, table or text of the data put there.

    As the template asks for them, values and texts of the data are blanked. What is left is what the template wrote
    by itself, and any number that it worked out on the spot.
    """

    class Blank(numbers.Values):
        def __call__(self, name):
            super().__call__(name)
            return "…"

    def blank(value):
        return value if isinstance(value, markdown.Markdown) else "…" if isinstance(value, str) else str(value)

    made.template.environment.finalize = blank
    made.context["v"] = Blank(made.values.known)
    left = []
    for chapter in CHAPTERS:
        text = OUR_OWN.sub("", COMPUTED.sub("", made.markdown(chapter)))
        left += [line for line in text.splitlines() if re.search(r"\d", line)]
    return left


@pytest.fixture
def made(mca):
    import yaml

    return report.Report(mca, yaml.safe_load((paths.ROOT / "build/mca-phase2/parameters.yaml").read_text("utf-8")))


def test_no_number_in_the_report_without_a_value(made):
    assert numbers_without_value(made) == []


def test_every_chapter_is_checked():
    source = (report.TEMPLATES / "report.md").read_text("utf-8")
    assert sorted(report.CHAPTERS) == sorted([*CHAPTERS, *LISTS])
    assert all(f"macro {chapter}()" in source for chapter in report.CHAPTERS)


def test_the_notebook_shows_every_chapter_of_the_synthesis():
    shown = re.findall(r"chapter\((.*?)\)", (paths.ROOT / "notebooks/7-synthesis.ipynb").read_text("utf-8"))
    assert re.findall(r"\w+", " ".join(shown).replace("\\", " ")) == synthesis.CHAPTERS


@pytest.mark.parametrize(
    "slip", ["There are 12 projects.", "{{ found['themes'] | length }} themes were found.", "About {{ 3 * 4 }}."]
)
def test_a_number_that_someone_types_into_the_report_is_found(made, slip):
    source = (report.TEMPLATES / "report.md").read_text("utf-8")
    made.template = made.template.environment.from_string(source.replace("# Limits {#limits}", f"# Limits\n\n{slip}\n"))
    assert len(numbers_without_value(made)) == 1
