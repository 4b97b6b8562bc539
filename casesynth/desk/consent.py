"""Who has agreed: which column of an export asks for consent, and which answers are a yes."""

import re
from collections.abc import Sequence

import pandas as pd

from casesynth.core.text import fold, plural, shortened, tidy
from casesynth.desk.wording import LISTS

#: Titles of columns that ask for consent.
ASKS = re.compile(
    r"\b(consent|permission|may we|(do you|i|we) agree|(i am|i'm|are you|we are) happy (for|to|that)|use (of )?(your|my|our) answers|"
    r"(your|my|our) (answers|responses|words) (are|be|to be|may be|can be) (used|shared|published)|data protection)\b"
)
YES, NO, REFUSING = (set(LISTS[name]) for name in ("consent", "no_consent", "refusing"))


def asks_consent(title: str, texts: pd.Series) -> bool:
    """Does a column ask for consent: by its title, and since its answers are short, or all the same?"""
    given = texts[texts.ne("")]
    alike = given.empty or given.str.len().mean() < 40 or given.nunique() == 1 < len(given)
    return alike and bool(ASKS.search(said_plainly(title)))


def yes_or_no(texts: pd.Series) -> bool:
    """Are most of the answers in a column yes or no?"""
    given = texts.map(said_plainly).loc[lambda said: said.ne("")]
    return bool(given.isin(YES | NO).mean() > 0.5)


def said_plainly(answer: str) -> str:
    """An answer about consent as it is compared: without case, extra spaces and full stops."""
    return " ".join(re.sub(r"[.,;!]", " ", fold(tidy(answer)).casefold()).split())


def agrees(answer: str, also: Sequence[str] = ()) -> bool:
    """Is a whole answer a yes? Whatever is not known to be one is a no; `also` are answers that a person has named.

    >>> [agrees(answer) for answer in ("Yes!", "Consent not given", "Yes, but not my name", "")]
    [True, False, False, False]
    """
    plain = said_plainly(answer)
    return bool(plain) and (plain in YES or plain in map(said_plainly, also))


def taken_as(answers: pd.Series, also: list[str], most: int = 12) -> list[str]:
    """Which answers are taken as yes and which as no, with their counts; lines to show."""
    counts, lines = answers.map(lambda text: " ".join(text.split())).value_counts(sort=False), []
    for word, wanted in (("yes", True), ("no", False)):
        own = [(text, count) for text, count in counts.items() if agrees(text, also) == wanted]
        shown = [(f"'{shortened(text)}'" if text else "empty") + f" ({count})" for text, count in own]
        more = f", … and {plural(len(own) - most, 'other answer')}" if len(own) > most else ""
        lines.append(f"  taken as {word}: {', '.join(shown[:most]) or 'nothing'}{more}")
    if any(text and not agrees(text, also) and not REFUSING & set(said_plainly(text).split()) for text in counts.index):
        lines.append(
            '  Does another of these answers mean yes? Write the whole of it into review.yaml, form: agrees: ["…"]'
        )
    return lines
