"""Prose that people write and the build checks: numbers, names and places in it are macros, never typed.

A macro stands in braces: `{supporting}`, `{name:can-do}`, `{point:can-do-aims-01}`. In findings.csv the plain
macros speak of the finding of the row; in the files of `narrative/` a finding is named, `{supporting:fin-trust}`.
"""

import re

import pandas as pd

from casesynth.core.problems import Problem
from casesynth.core.review import Review
from casesynth.core.text import section_name

WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
#: Numbers that somebody typed: digits, and the words from two to twelve.
TYPED = re.compile(r"\d|\b(?:" + "|".join([*WORDS[2:], "dozen"]) + r")\b", re.IGNORECASE)
MACRO = re.compile(r"\{([A-Za-z]+)(?::([a-z0-9-]+))?\}")
#: Macros that count the cases of a finding, and the columns of `findings.finding_table` that they give.
COUNTS = {
    "supporting": "supporting",
    "qualifying": "qualifying",
    "contradicting": "contradicting",
    "silent": "not_mentioned",
}


def in_words(number: int) -> str:
    """A count as running text has it: in words up to twelve.

    >>> in_words(7), in_words(0), in_words(36)
    ('seven', 'no', '36')
    """
    return WORDS[number] if 0 <= number < len(WORDS) else f"{number:,}"


class Narrative:
    """Expands the macros of one review.

    `table` is what `findings.finding_table` gives, `evidence` what `findings.evidence_of` gives, `projects` the number of cases by
    theme (an id of the codebook), `page` the page that holds the key points.
    """

    def __init__(
        self, review: Review, table: pd.DataFrame, evidence: pd.DataFrame, projects: dict[str, int], page: str
    ):
        self.counts = {row.finding: row for row in table.itertuples()}
        self.statements = dict(zip(table["finding"], table["statement"]))
        self.numbers = {row.finding: number for number, row in enumerate(table.itertuples(), 1)}
        self.evidence = set(zip(evidence["finding"], evidence["keypoint"]))
        self.names = dict(zip(review.cases["id"], review.cases["name"]))
        self.sections = dict(zip(review.keypoints["id"], review.keypoints["section"]))
        self.facts = (
            dict(zip(review.table("facts")["id"], review.table("facts")["value"])) if review.has("facts") else {}
        )
        self.projects, self.of, self.page = projects, len(review.reported), page

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
            row = self.known(self.counts, of or finding, "finding of findings.csv")
            word = in_words(int(getattr(row, COUNTS[name])))
        elif name == "of":
            word = in_words(self.of)
        elif name == "projects":
            word = in_words(self.known(self.projects, of, "theme of the codebook"))
        elif name == "name":
            word = self.known(self.names, of, "case of cases.csv")
        elif name == "fact":
            word = str(self.known(self.facts, of, "fact of facts.csv"))
        elif name == "section":
            word = section_name(of)
        elif name == "finding":
            word = f"[finding {self.known(self.numbers, of, 'finding of findings.csv')}](#{of})"
        elif name in ("point", "context"):
            section = section_name(self.known(self.sections, of, "key point of keypoints.csv")).replace("section ", "§")
            evidence = not finding or (finding, of) in self.evidence
            if name == "point" and not evidence:
                words = f"{{point:{of}}} is not evidence for {finding} in finding-evidence.csv"
                raise ValueError(f"{words}; as background it is {{context:{of}}}")
            background = "" if name == "point" else "background, "
            return f"[{background}{section}]({self.page}#{of}){{.point}}"
        else:
            raise ValueError(f"there is no macro {{{name}}}")
        return word[0].upper() + word[1:] if capital else word

    @staticmethod
    def known(values: dict, key: str, what: str):
        """The value of a key. Raises ValueError where it is not a key."""
        if key not in values:
            raise ValueError(f"'{key}' is not a {what}")
        return values[key]


def problems(review: Review, narrative: Narrative) -> list[Problem]:
    """All that is wrong with the prose of findings.csv: file, row, column, and what to do."""
    found = []
    for row, finding in enumerate(review.table("findings").itertuples(), 2):
        for column in ("statement", "paragraph", "practice", "published"):
            try:
                narrative.expand(getattr(finding, column), finding.id)
            except ValueError as error:
                found.append(Problem("findings.csv", str(error), row, column))
    return found
