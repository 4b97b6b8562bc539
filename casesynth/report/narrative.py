"""Prose that people write and the build checks: numbers, names and places in it are macros, never typed.

A macro is written in braces: `{supporting}`, `{name:can-do}`, `{point:can-do-aims-01}`. In findings.csv the plain macros speak
of the finding of the row; in the files of `narrative/` a finding is named, `{supporting:fin-trust}`, or several, of which any counts,
`{supporting:fin-trust.fin-time}`.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pandas as pd

from casesynth.core import paths
from casesynth.core.problems import Problem
from casesynth.core.review import Review
from casesynth.core.text import section_name
from casesynth.report import wording
from casesynth.report.forms import to_explorer
from casesynth.report.markdown import Markdown, escaped
from casesynth.report.numbers import Values
from casesynth.report.pictures import SHORT
from casesynth.report.wording import text_of

#: Numbers that somebody typed: digits, and the words from two to twelve.
TYPED = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen)\b", re.IGNORECASE)
MACRO = re.compile(r"\{([A-Za-z]+)(?::([\w.-]+))?\}")
#: Macros that count the cases of a finding.
COUNTS = ("supporting", "qualifying", "contradicting", "silent")


class Narrative:
    """Expands the macros of one review. Takes the result tables by name, and the registry of numbers.

    `page` is the address of the page that has the findings; empty for that page itself.
    """

    def __init__(self, review: Review, found: dict[str, pd.DataFrame], values: Values, page: str = "") -> None:
        table = found["findings"]
        self.review, self.values, self.page = review, values, page
        self.statements = dict(zip(table["finding"], table["statement"]))
        self.numbers = {row.finding: number for number, row in enumerate(table.itertuples(), 1)}
        self.evidence, self.cells = found["finding-evidence"], found.get("theme-cases")
        self.pairs = set(zip(self.evidence["finding"], self.evidence["keypoint"]))
        self.names = dict(zip(review.cases["id"], review.cases["name"]))
        self.sections = dict(zip(review.keypoints["id"], review.keypoints["section"]))
        self.facts = dict(zip(review.table("facts")["id"], review.table("facts")["value"]))
        self.verdicts = dict(zip(found["claims"]["id"], found["claims"]["verdict"]))

    def expand(self, text: str, finding: str = "") -> str:
        """The text as Markdown, every macro replaced. Raises ValueError that says what is wrong with it."""
        typed = TYPED.search(MACRO.sub("", text))
        if typed:
            near = text[max(text.find(typed[0]) - 20, 0) :][:50].replace("\n", " ")
            raise ValueError(f"'{typed[0]}' is typed (near '…{near}…'); a number is a macro, such as {{supporting}}")
        return MACRO.sub(lambda match: self.value(match[1], match[2] or "", finding), text)

    def value(self, name: str, of: str, finding: str) -> str:
        """What one macro becomes. Raises ValueError for one that is not known, or names something that is not there."""
        capital, name = name[0].isupper(), name[0].lower() + name[1:]
        if name in COUNTS:
            key = f"{of or finding}.{name}"
            *named, _ = key.split(".")
            for each in named:
                self.known(self.numbers, each, "finding of findings.csv")
            return self.values.words(key, capital, *(("finding", *named) if len(named) == 1 else ()))
        words, known = self.values.words, self.known
        macros: dict[str, Callable[[], str]] = {
            "projects": lambda: words(self.number(f"{of}.projects", of, "theme of the codebook"), capital, "theme", of),
            "of": lambda: words("cases_reported", capital),
            "n": lambda: self.values(self.number(of, of)),
            "words": lambda: words(self.number(of, of), capital),
            "name": lambda: escaped(known(self.names, of, "case of cases.csv")),
            "fact": lambda: self.fact(of),
            "section": lambda: section_name(of).capitalize() if capital else section_name(of),
            "verdict": lambda: to_explorer(
                SHORT.sub("", known(self.verdicts, of, "claim of claims.csv")), "claim", of, "claim"
            ),
            "finding": lambda: f"[finding {known(self.numbers, of, 'finding of findings.csv')}]({self.page}#{of})",
            "point": lambda: self.place(name, of, finding),
            "context": lambda: self.place(name, of, finding),
        }
        if name not in macros:
            raise ValueError(f"there is no macro {{{name}}}")
        return macros[name]()

    def number(self, name: str, of: str, what: str = "number of the report (report-values.csv)") -> str:
        """The name of a number. Raises ValueError where the registry has none, with what people know it by."""
        if name not in self.values.known:
            raise ValueError(f"'{of}' is not a {what}")
        return name

    def fact(self, of: str) -> str:
        """A value that the sources state; a number with a link to its row."""
        value = str(self.known(self.facts, of, "fact of facts.csv"))
        return self.values.words(of) if value.isdigit() else escaped(value)

    def place(self, name: str, of: str, finding: str) -> str:
        """A key point as a link that names its section."""
        section = section_name(self.known(self.sections, of, "key point of keypoints.csv")).replace("section ", "§")
        if name == "point" and finding and (finding, of) not in self.pairs:
            words = f"{{point:{of}}} is not evidence for {finding} in finding-evidence.csv"
            raise ValueError(f"{words}; as background it is {{context:{of}}}")
        return to_explorer(f"{section or 'source'}{'' if name == 'point' else ' (background)'}", "point", of, "point")

    @staticmethod
    def known(values: dict, key: str, what: str) -> Any:
        """The value of a key. Raises ValueError where it is not a key."""
        if key not in values:
            raise ValueError(f"'{key}' is not a {what}")
        return values[key]

    def file(self, name: str) -> Markdown:
        """A text of data/<review>/narrative/, its macros replaced; empty where there is none. `problems` has checked it."""
        return Markdown("\n".join(map(self.expand, text_of(self.review, f"{name}.md"))))

    def parts(self, name: str) -> defaultdict[str, Markdown]:
        """A text of narrative/ by its headings: `## boxes` begins the part `boxes`."""
        text = self.file(name)
        parts = re.split(r"^## +(\S+)[ \t]*$", text, flags=re.M)[1:]
        told = {key: Markdown(part.strip()) for key, part in zip(parts[::2], parts[1::2])}
        return defaultdict(Markdown, told)

    def problems(self) -> list[Problem]:
        """All that is wrong with the prose of findings.csv and of narrative/: file, row or line, what to do; each once."""
        found = []
        for row, finding in enumerate(self.review.table("findings").itertuples(), 2):
            for column in ("statement", "paragraph", "practice", "published"):
                try:
                    self.expand(getattr(finding, column), finding.id)
                except ValueError as error:
                    found.append(Problem("findings.csv", str(error), row, column))
        for name in sorted(file.stem for file in (paths.data(self.review.name) / "narrative").glob("*.md")):
            for line, text in enumerate(text_of(self.review, f"{name}.md"), 1):
                try:
                    self.expand(text)
                except ValueError as error:
                    found.append(Problem(f"narrative/{name}.md", f"line {line}: {error}"))
        for name in ("key-messages", "brief"):
            found += wording.problems(
                self.review, self.evidence, self.cells, name, messages(text_of(self.review, f"{name}.md"))
            )
        return list(dict.fromkeys(found))


def messages(lines: list[str]) -> dict[int, str]:
    """The lines of a text that are key messages, by number: all of them, or those of its parts `headline` and `messages`.

    >>> messages(["## headline", "Share the work", "## stories", "Long ago."])
    {2: 'Share the work'}
    """
    part, found = "", {}
    for number, line in enumerate(lines, 1):
        heading = re.match(r"## +(\S+)\s*$", line)
        part = heading[1] if heading else part
        if not heading and part in ("", "headline", "messages"):
            found[number] = line
    return found
