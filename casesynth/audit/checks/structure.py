"""Checks of the source as a document: titles, repeated texts, entries."""

import re

from casesynth.audit.checks.registry import Answer, Verdict, check, rows_of
from casesynth.core.review import Review
from casesynth.core.text import section_name, words_of
from casesynth.errors import UserError


def title_words(title: str) -> list[str]:
    """The words of a title without the number in front of it.

    >>> title_words("3.6: Enablers and barriers")
    ['enablers', 'and', 'barriers']
    """
    return words_of(re.sub(r"^[\d.]+:?", "", title))


def singular(word: str) -> str:
    """A word without the ending of its plural, to compare titles by.

    >>> singular("summaries"), singular("methods"), singular("process")
    ('summary', 'method', 'process')
    """
    return re.sub(r"ies$", "y", word) if word.endswith("ies") else re.sub(r"(?<!s)s$", "", word)


@check("the body has a word that the contents lack, or the other way round")
def title_agrees(review: Review, found: dict, section: str) -> Answer:
    """Does a section have the same title in the contents as in the body?

    With a caveat where the words are the same in another order. Singular and plural count as one word.
    """
    row = review.sections.set_index("id").loc[section]
    one, other = title_words(row["title_contents"]), title_words(row["title_body"])
    text = f"Contents: {row['title_contents'] or 'none'}; body: {row['title_body'] or 'none'}."
    same = one == other and bool(one)
    alike = bool(one) and {singular(word) for word in one} <= {singular(word) for word in other}
    return Answer(text, Verdict.REPRODUCED if same else Verdict.CAVEAT if alike else Verdict.CONTRADICTED, [section])


@check("the text is recorded as that of another section or statement (column same_as)")
def own_text(review: Review, found: dict, section: str = "", statement: str = "") -> Answer:
    """Does a section (or a statement) have a text of its own, or does it repeat another?"""
    if bool(section) == bool(statement):
        raise UserError("give either section or statement, and not both.")
    table, one = ("sections", section) if section else ("statements", statement)
    same = review.table(table).set_index("id").loc[one, "same_as"]
    if same:
        return Answer(
            f"The text of {section_name(one)} repeats that of {section_name(same)}.", Verdict.NOT_BORNE_OUT, [one, same]
        )
    return Answer(f"The text of {section_name(one)} is its own.", Verdict.REPRODUCED, [one])


@check("a project is missing from a section, or (`order`) the order differs")
def entries_agree(review: Review, found: dict, sections: list, order: bool = False, cases: int = -1) -> Answer:
    """Do sections have entries for the same projects (`cases` of them; with `order`, in the same order)?"""
    own = rows_of(review, found, "entries")
    own = own[own["section"].isin(sections)].sort_values(["section", "order"])
    lists = {section: list(own.loc[own["section"].eq(section), "case"]) for section in sections}
    first = lists[sections[0]]
    differ = [s for s, there in lists.items() if (there != first if order else set(there) != set(first))]
    text = "Entries: " + ", ".join(f"{section_name(section)} {len(there)}" for section, there in lists.items())
    text += f". Different from {section_name(sections[0])}: {', '.join(map(section_name, differ))}." if differ else "."
    right = not differ and cases in (-1, len(first)) and bool(first)
    return Answer(text, Verdict.REPRODUCED if right else Verdict.CONTRADICTED, list(own["id"]))


@check("half of the entries or more have another number of labelled points")
def each_case(review: Review, found: dict, headings: list, equals: int) -> Answer:
    """Does every project have the stated number of labelled points under each heading? A caveat where most do."""
    own = review.keypoints[review.keypoints["heading"].isin(headings) & review.keypoints["label"].ne("")]
    number = own.groupby(["case", "heading"])["label"].nunique()
    cells = [number.get((case, heading), 0) for case in review.reported["id"] for heading in headings]
    right = sum(cell == equals for cell in cells)
    verdict = (
        Verdict.REPRODUCED
        if right == len(cells)
        else Verdict.CAVEAT
        if right * 2 > len(cells)
        else Verdict.NOT_REPRODUCED
    )
    return Answer(f"{right} of {len(cells)} entries have {equals} labelled points.", verdict, list(own["id"]))
