"""The wording of questions: how two are compared, and which heading a question is about."""

import difflib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from casesynth.core.text import fold, tidy
from casesynth.core.text import words_of as tokens

#: The words by which columns and answers are recognised, by what they are for.
LISTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text("utf-8"))
REVERSING, SMALL = set(LISTS["reversing"]), set(LISTS["small"])
#: From this likeness on, two wordings may be the same question; from `RESEMBLES` on, a person is asked.
SAME, RESEMBLES = 0.85, 0.55


def key(text: str) -> str:
    """A question or name in the form in which it is compared, without case, punctuation, numbering and extra spaces.

    >>> key("8a. What\\u2019s the Impact\\xa0?") == key("What's the impact?")
    True
    """
    text = re.sub(r"^\s*(q(uestion)?\s*)?\d+[a-z]?\s*[.):]\s+", "", fold(tidy(text)), flags=re.I)
    return " ".join(tokens(text))


def words_of(name: str) -> str:
    """The words of a column title in lower case; a title without spaces is split at its capitals.

    >>> words_of("ImpactSummary")
    'impact summary'
    """
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if " " not in name else name
    return key(split.replace("_", " "))


def heading_of(name: str, headings: list[dict], opposed: Sequence[str] = ()) -> tuple[str, bool]:
    """The heading that a question is most likely about ("" for none), and whether that is beyond reasonable doubt.

    A question with a word that may reverse it, or with words of both opposed headings, is always in doubt.

    >>> headings = [{"id": "enablers", "name": "Enablers"}, {"id": "barriers", "name": "Barriers"}]
    >>> heading_of("What makes it harder?", headings)
    ('barriers', True)
    >>> heading_of("What makes it easier, and what harder?", headings, ["enablers", "barriers"])
    ('enablers', False)
    >>> heading_of("What did not help?", headings)
    ('enablers', False)
    >>> heading_of("What did the project set out to do?", [{"id": "summary", "name": "Project summary"}])
    ('', False)
    """
    words = words_of(name)
    exact = [h["id"] for h in headings if words in (key(h["name"]), key(h["id"].replace("-", " ")))]
    if exact:
        return exact[0], True
    first = {}
    for heading in headings:
        known = {w for w in key(heading["name"]).split() if len(w) > 3} - set(LISTS["any_heading"])
        known |= set(LISTS["headings"].get(heading["id"], []))
        places = [place for place, word in enumerate(words.split()) if word in known]
        if places:
            first[heading["id"]] = min(places)
    if not first:
        return "", False
    # The first such word says what a question is about: "Barriers: what made it hard to reach participants?"
    certain = (len(first) == 1 or min(first.values()) == 0) and not REVERSING & set(words.split())
    return min(first, key=first.__getitem__), certain and not (opposed and set(opposed) <= set(first))


def alike(left: str, right: str) -> float:
    """How alike two questions are, from 0 to 1 (Ratcliff and Obershelp's measure, as difflib computes it)."""
    return difflib.SequenceMatcher(None, key(left), key(right), autojunk=False).ratio()


def reads_the_same(left: str, right: str) -> bool:
    """Whether two wordings are one question beyond reasonable doubt.

    Likeness is not enough, since opposite questions differ in one word: each word that only one of them has must be
    a form of a word that only the other has, and neither a number nor a word that reverses the meaning.

    >>> reads_the_same("What makes it harder?", "3. What makes this harder?")
    True
    >>> reads_the_same("What makes it easier?", "What makes it harder?")
    False
    >>> reads_the_same("Costs in year 1", "Costs in year 2"), reads_the_same("What worked well?", "What worked less well?")
    (False, False)
    """
    if key(left) == key(right):
        return True
    ours, theirs = set(key(left).split()), set(key(right).split())
    only_left, only_right = ours - theirs, theirs - ours
    differing = only_left | only_right
    if any(word.isdigit() or word in REVERSING for word in differing) or alike(left, right) < SAME:
        return False
    return all(
        difflib.get_close_matches(word, others, 1, 0.7)
        for words, others in ((only_left, only_right), (only_right, only_left))
        for word in words - SMALL
    )
