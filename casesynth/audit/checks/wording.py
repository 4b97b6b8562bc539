"""Checks on the wording of the report: in which sections, and in which projects' entries, a word is used.

`mentions.csv` records each search with its result, so that nobody needs the text to run the checks; a copy of the
report confirms the record (`make audit SOURCE=…`). Searches run in the published text, never in our paraphrases.
"""

import pandas as pd

from casesynth.audit.checks.registry import FAILS, Answer, Verdict, among, by_word, check, names_of, tables_of
from casesynth.core.review import Review
from casesynth.core.text import nearest, section_name
from casesynth.errors import UserError


def mentions_of(review: Review, ids: list) -> pd.DataFrame:
    """Rows of mentions.csv by their ids. Raises UserError for an id that is not there."""
    known = review.table("mentions").set_index("id", drop=False) if review.has("mentions") else pd.DataFrame()
    for one in ids:
        if one not in known.index:
            raise UserError(f"'{one}' is not an id of mentions.csv.{nearest(one, known.index)}")
    return known.loc[list(ids)]


@check("fewer entries use the words than the word of quantity asks for, or, of several kinds, any one falls short")
def mentioned(
    review: Review, found: dict, mentions: list, word: str = "some", denominator: str = "with a case study"
) -> Answer:
    """Do the published entries of as many projects as stated use the words of each search?

    At most a caveat: that an entry uses a word does not show that it is used in the sense meant. Of several searches
    each must meet the word of quantity; without one, two projects are enough.
    """
    rows, parts, verdicts = [], [], []
    for row in mentions_of(review, mentions).itertuples():
        cases = set(row.cases.split())
        (share,) = [share for share in among(review, cases) if share.name == denominator]
        verdicts.append(by_word(tables_of(word), share))
        parts.append(f"{row.what}: {share}")
        rows += [row.id, *sorted(cases)]
    text = "; ".join(parts)
    text = f"Entries that use the words: {text}. How they use them was not judged."
    return Answer(text, Verdict.NOT_REPRODUCED if FAILS in verdicts else Verdict.CAVEAT, rows)


@check("the words are used in any other section, or not in all of the sections named")
def mentioned_in(review: Review, found: dict, mention: str, sections: list) -> Answer:
    """Does the report use the words in exactly these sections (none: nowhere in what was searched)?"""
    (row,) = mentions_of(review, [mention]).itertuples()
    there = row.sections.split()
    places = ", ".join(section_name(section) for section in there) or "no section"
    times = "once" if row.places == 1 else f"{row.places} times"
    text = f"The report mentions {row.what} {times}, in {places}." if row.places else f"No mention of {row.what}."
    return Answer(text, Verdict.REPRODUCED if set(there) == set(sections) else Verdict.NOT_BORNE_OUT, [row.id])


@check("the entries of other projects use the words, or one of these does not, or the passage does not")
def words_shared(review: Review, found: dict, mention: str, cases: list, section: str = "") -> Answer:
    """Do the entries of exactly these projects use the same words, and a passage that names no project as well?

    With a passage (`section`) at most a caveat: the same words make it likely that the passage comes from that
    project, and prove nothing.
    """
    (row,) = mentions_of(review, [mention]).itertuples()
    entries = row.cases.split()
    text = f"{row.what[0].upper()}{row.what[1:]}: used in the entries of {names_of(review, entries) or 'no project'}"
    text += f" and in {', '.join(section_name(one) for one in row.sections.split())}."
    if set(entries) != set(cases) or (section and section not in row.sections.split()):
        return Answer(text, Verdict.NOT_REPRODUCED, [row.id, *entries])
    text += " A likeness is not an attribution." if section else ""
    return Answer(text, Verdict.CAVEAT if section else Verdict.REPRODUCED, [row.id, *entries])


@check("the words are used in one section only, or in the entries of another project too", independent=False)
def said_twice(review: Review, found: dict, mention: str, case: str) -> Answer:
    """Does a project's entry say in a second section what it says in this one?

    At most a caveat: both passages come from the same answers, so that they agree shows consistency and proves nothing.
    """
    (row,) = mentions_of(review, [mention]).itertuples()
    cases, sections = row.cases.split(), row.sections.split()
    places = ", ".join(section_name(one) for one in sections) or "no section"
    text = f"{row.what[0].upper()}{row.what[1:]}: in the entries of {names_of(review, cases) or 'no project'}, in {places}."
    if cases != [case] or len(sections) < 2:
        return Answer(text, Verdict.NOT_REPRODUCED, [row.id, *cases])
    return Answer(f"{text} All are from the same project's answers.", Verdict.CAVEAT, [row.id, *cases])
