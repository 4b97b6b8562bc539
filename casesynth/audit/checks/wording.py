"""Checks on the wording of the report: in which sections, and in which projects' entries, a word is used.

`mentions.csv` records each search with its result, so that nobody needs the text to run the checks; a copy of the
report confirms the record (`make audit SOURCE=…`). Searches run in the published text, never in our paraphrases.
"""

from typing import NamedTuple

from casesynth.audit.checks.registry import FAILS, Answer, Verdict, among, by_word, check, names_of, tables_of
from casesynth.core.review import Review
from casesynth.core.text import section_name


class Mention(NamedTuple):
    """A row of mentions.csv: what was sought, how often it occurs, in which sections, and in the entries of which cases."""

    what: str
    number: int
    sections: list[str]
    cases: list[str]

    @property
    def begins(self) -> str:
        """What was sought, as a sentence begins with it."""
        return self.what[0].upper() + self.what[1:]

    @property
    def places(self) -> str:
        """The sections as text."""
        return ", ".join(map(section_name, self.sections)) or "no section"


def mention_of(review: Review, id: str) -> Mention:
    """A search by its id."""
    row = review.mentions.set_index("id").loc[id]
    return Mention(row["what"], row["places"], row["sections"].split(), row["cases"].split())


@check("fewer entries use the words than the word of quantity asks for, or, of several kinds, any one falls short")
def mentioned(
    review: Review, found: dict, mentions: list, word: str = "some", denominator: str = "with a case study"
) -> Answer:
    """Do the published entries of as many projects as stated use the words of each search?

    At most a caveat: that an entry uses a word does not show that it is used in the sense meant. Of several searches
    each must meet the word of quantity; without one, two projects are enough.
    """
    rows, parts, verdicts = [], [], []
    for id in mentions:
        mention = mention_of(review, id)
        (share,) = [share for share in among(review, set(mention.cases)) if share.name == denominator]
        verdicts.append(by_word(tables_of(word), share))
        parts.append(f"{mention.what}: {share}")
        rows += [id, *sorted(set(mention.cases))]
    text = f"Entries that use the words: {'; '.join(parts)}. How they use them was not judged."
    return Answer(text, Verdict.NOT_REPRODUCED if FAILS in verdicts else Verdict.CAVEAT, rows)


@check("the words are used in any other section, or not in all of the sections named")
def mentioned_in(review: Review, found: dict, mention: str, sections: list) -> Answer:
    """Does the report use the words in exactly these sections (none: nowhere in what was searched)?"""
    own = mention_of(review, mention)
    times = "once" if own.number == 1 else f"{own.number} times"
    text = f"The report mentions {own.what} {times}, in {own.places}." if own.number else f"No mention of {own.what}."
    return Answer(text, Verdict.REPRODUCED if set(own.sections) == set(sections) else Verdict.NOT_BORNE_OUT, [mention])


@check("the entries of other projects use the words, or one of these does not, or the passage does not")
def words_shared(review: Review, found: dict, mention: str, cases: list, section: str = "") -> Answer:
    """Do the entries of exactly these projects use the same words, and a passage that names no project as well?

    With a passage (`section`) at most a caveat: the same words make it likely that the passage comes from that
    project, and prove nothing.
    """
    own = mention_of(review, mention)
    rows, names = [mention, *own.cases], names_of(review, own.cases) or "no project"
    text = f"{own.begins}: used in the entries of {names} and in {own.places}."
    if set(own.cases) != set(cases) or (section and section not in own.sections):
        return Answer(text, Verdict.NOT_REPRODUCED, rows)
    text += " A likeness is not an attribution." if section else ""
    return Answer(text, Verdict.CAVEAT if section else Verdict.REPRODUCED, rows)


@check("the words are used in one section only, or in the entries of another project too", independent=False)
def said_twice(review: Review, found: dict, mention: str, case: str) -> Answer:
    """Does a project's entry say in a second section what it says in this one?

    At most a caveat: both passages come from the same answers, so that they agree shows consistency and proves nothing.
    """
    own = mention_of(review, mention)
    rows, names = [mention, *own.cases], names_of(review, own.cases) or "no project"
    text = f"{own.begins}: in the entries of {names}, in {own.places}."
    if own.cases != [case] or len(own.sections) < 2:
        return Answer(text, Verdict.NOT_REPRODUCED, rows)
    return Answer(f"{text} All are from the same project's answers.", Verdict.CAVEAT, rows)
