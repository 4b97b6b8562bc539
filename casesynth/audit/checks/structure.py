"""Checks of the source as a document: titles, repeated texts, entries."""

import re

from casesynth.audit.checks.registry import (
    CAVEAT,
    CONTRADICTED,
    NOT_REPRODUCED,
    REPRODUCED,
    Answer,
    check,
    rows_of,
    words_of,
)
from casesynth.core.review import Review
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


@check
def title_agrees(review: Review, found: dict, section: str) -> Answer:
    """Is a section titled in the contents as in the body? A caveat where the words are the same in another order.

    One of a thing and many of it are taken for the same word.
    """
    row = review.sections.set_index("id").loc[section]
    one, other = title_words(row["title_contents"]), title_words(row["title_body"])
    text = f"contents: {row['title_contents'] or 'none'}; body: {row['title_body'] or 'none'}"
    same = one == other and bool(one)
    alike = bool(one) and {singular(word) for word in one} <= {singular(word) for word in other}
    return Answer(text, REPRODUCED if same else CAVEAT if alike else CONTRADICTED, [section])


@check
def own_text(review: Review, found: dict, section: str = "", statement: str = "") -> Answer:
    """Does a section (or a statement) have a text of its own, or does it repeat another?

    Read from the column same_as, recorded when the source was read; `repeated` compares that with the text.
    """
    if bool(section) == bool(statement):
        raise UserError("expected one of section and statement.")
    table, one = ("sections", section) if section else ("statements", statement)
    same = review.table(table).set_index("id").loc[one, "same_as"]
    if same:
        return Answer(f"the text of {one} is recorded as that of {same}", CONTRADICTED, [one, same])
    return Answer(f"{one} is not recorded as a repetition", REPRODUCED, [one])


@check
def entries_agree(review: Review, found: dict, sections: list, order: bool = False, cases: int = -1) -> Answer:
    """Do sections have the same projects (so many of them; with `order`, in the same order)?"""
    own = rows_of(review, found, "entries")
    own = own[own["section"].isin(sections)].sort_values(["section", "order"])
    lists = {section: list(own.loc[own["section"].eq(section), "case"]) for section in sections}
    first = lists[sections[0]]
    differ = [s for s, there in lists.items() if (there != first if order else set(there) != set(first))]
    text = ", ".join(f"{section}: {len(there)}" for section, there in lists.items())
    text += f"; otherwise than {sections[0]}: {', '.join(differ)}" if differ else "; no difference"
    right = not differ and cases in (-1, len(first)) and bool(first)
    return Answer(text, REPRODUCED if right else CONTRADICTED, list(own["id"]))


@check
def each_case(review: Review, found: dict, headings: list, equals: int) -> Answer:
    """Does every project have so many labelled points under each heading? A caveat where most of them do."""
    own = review.keypoints[review.keypoints["heading"].isin(headings) & review.keypoints["label"].ne("")]
    number = own.groupby(["case", "heading"])["label"].nunique()
    cells = [number.get((case, heading), 0) for case in review.reported["id"] for heading in headings]
    right = sum(cell == equals for cell in cells)
    verdict = REPRODUCED if right == len(cells) else CAVEAT if right * 2 > len(cells) else NOT_REPRODUCED
    return Answer(f"{equals} in {right} of {len(cells)} entries", verdict, list(own["id"]))
