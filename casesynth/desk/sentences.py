"""From the answers of a form to sentences: each becomes a key point."""

import html
import re
import unicodedata

from casesynth.core import csvfile, xlsx
from casesynth.core.text import fold, split_sentences

BULLET = re.compile(
    r"\s*(?:[\u2022\u25aa\u25cf\u25e6\u2023\u00b7\uf0b7*]|[-\u2013\u2014](?=\s)|o(?=\s\s|\t)|\(?\d{1,2}[.)](?=\s)|\(?[a-z][)](?=\s))\s*"
)
#: Joiners have no shape of their own, and are part of the spelling in Persian, Hindi and other languages.
JOINERS = "\u200c\u200d"


def cleaned(text: str) -> str:
    """An answer as given, without what programs have left in it: escapes, control characters, spaces at line ends.

    >>> cleaned("One_x000D_\\nTwo\\xa0 \\u200b")
    'One\\nTwo'
    """
    text = csvfile.newlines(xlsx.unescaped(text))
    text = "".join(
        letter
        for letter in text
        if letter in "\n\t" + JOINERS or unicodedata.category(letter) not in ("Cc", "Cs", "Cf", "Cn")
    )
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def lines_of(text: str) -> list[str]:
    """The items and paragraphs of an answer; lines that only break because the text was wrapped are joined.

    >>> lines_of("We map assets\\nWe build a\\ngarden\\n\\n- soil\\n- seeds")
    ['We map assets', 'We build a garden', 'soil', 'seeds']
    """
    lines = text.split("\n")
    inner = [line.strip() for line in lines[1:] if line.strip() and not BULLET.match(line)]
    wrapped = len(inner) > 2 and sum(line[0].islower() for line in inner) >= 0.3 * len(inner)
    parts: list[str] = []
    open_ = False
    for line in lines:
        bare = BULLET.sub("", line, count=1).strip() if BULLET.match(line) else line.strip()
        if not bare:
            open_ = False
            continue
        goes_on = open_ and not BULLET.match(line) and (bare[0].islower() or wrapped)
        if goes_on:
            parts[-1] += " " + bare
        else:
            parts.append(bare)
        open_ = True
    return parts


def sentences_of(text: str) -> list[str]:
    """The sentences of an answer, each on one line.

    >>> sentences_of("We map assets, e.g. gardens. Dr. Ash helps! \\u2022 It works")
    ['We map assets, e.g. gardens.', 'Dr. Ash helps!', 'It works']
    >>> sentences_of("1) Rent is high 2) Tools 3) Time. \u0160koda helps.")
    ['Rent is high', 'Tools', 'Time.', '\u0160koda helps.']
    """
    if re.search(r"&(#\d+|#x[0-9a-fA-F]+|[a-z]{2,8});", text):
        text = html.unescape(text)
    found = []
    text = numbers_apart(text)
    for part in lines_of(re.sub(r"(?<=\S)\s+([\u2022\u25aa\u25cf\uf0b7])\s*", r"\n\1 ", text)):
        found += split_sentences(part)
    found = [" ".join(sentence.split()) for sentence in found]
    return [sentence for sentence in found if any(letter.isalnum() for letter in sentence)]


def numbers_apart(text: str) -> str:
    """A text whose numbered items, 1. 2. 3. or 1) 2) 3) in one line, are each on a line of their own."""
    marks = list(re.finditer(r"(?<!\S)\(?(\d{1,2})([.)])(?=\s+\S)", text))
    taken: list[re.Match[str]] = []
    wanted = 1
    for mark in marks:
        if int(mark[1]) == wanted and (not taken or mark[2] == taken[0][2]):
            taken.append(mark)
            wanted += 1
    if len(taken) < 2:
        return text
    places = [mark.start() for mark in taken]
    return "\n".join(text[start:end].rstrip() for start, end in zip([0, *places], [*places, len(text)])).lstrip("\n")


def fresh(now: list[str], before: list[str]) -> list[str]:
    """The sentences of an answer that were not in it before; each earlier one accounts for one of now.

    >>> fresh(["We grow.", "We grow.", "We sing."], ["We grow."])
    ['We grow.', 'We sing.']
    """
    left = [fold(sentence) for sentence in before]
    new = []
    for sentence in now:
        if fold(sentence) in left:
            left.remove(fold(sentence))
        else:
            new.append(sentence)
    return new
