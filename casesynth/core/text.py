"""Small helpers for text that every room uses."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from anyascii import anyascii


def tidy(name: str) -> str:
    """The name of a column, on one line, without the spaces and marks that programs leave in it.

    >>> tidy("\\ufeff Your\\xa0name_x000D_\\n")
    'Your name'
    """
    name = re.sub(r"_x000[DdAa9]_", " ", name).replace("\ufeff", "").replace("\u200b", "")
    return " ".join(name.split())


#: This many words are compared with one that is not known.
MANY = 500


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like this one, as the end of a message; empty if none is similar.

    >>> nearest("min_case", ["min_cases", "review"])
    " Did you mean 'min_cases'?"
    >>> nearest("none", ["none-or-very-minor", "minor"])
    " Did you mean 'none-or-very-minor'?"
    """
    known = list(known)
    if len(known) > MANY:  # likeness is costly: those that begin alike are near enough
        known = [other for other in known if other[:4] == word[:4]][:MANY]
    known = list(known)
    longer = [other for other in known if other.startswith(f"{word}-")]
    near = longer if len(longer) == 1 else difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


def shortened(text: str, most: int = 60) -> str:
    """A value as it is quoted in a message: on one line, visible, and not too long.

    >>> shortened("a\\nb"), shortened("x" * 70)[-2:]
    ('a b', 'x…')
    """
    text = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in " ".join(text.split()))
    return text if len(text) <= most else text[:most] + "…"


def sentence(text: str) -> str:
    """A text of the data with a full stop, for use among other sentences.

    >>> sentence("Maria, researcher"), sentence("By two people.")
    ('Maria, researcher.', 'By two people.')
    """
    text = text.strip()
    return text if not text or text[-1] in ".!?…" else f"{text}."


def section_name(section: str) -> str:
    """A section's id as it is read.

    >>> section_name("s3-2-1"), section_name("foreword")
    ('section 3.2.1', 'foreword')
    """
    numbered = re.fullmatch(r"s(\d+(?:-\d+)*)", section)
    return f"section {numbered[1].replace('-', '.')}" if numbered else section


FOLD = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ad": None, "`": "'"})


def fold(text: str, lines: bool = False) -> str:
    """The text as every check compares it; its line breaks are kept where `lines` asks for them.

    >>> fold("co\u2011designed  \u201cassets\u201d\\nin  place")
    'co-designed "assets" in place'
    """
    text = re.sub("\u00ad\\s*", "", unicodedata.normalize("NFKC", text)).translate(FOLD)
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    if lines:
        return "\n".join(re.sub(r"\s+", " ", line).strip() for line in text.splitlines())
    return re.sub(r"\s+", " ", text).strip()


def words_of(text: str, as_written: bool = False) -> list[str]:
    """The words of a text, folded, in lower case or as written: letters and digits, and apostrophes inside a word.

    >>> words_of("Evidence-based practice: it\u2019s 3_a")
    ['evidence', 'based', 'practice', "it's", '3', 'a']
    """
    words = re.findall(r"[^\W_]+(?:'[^\W_]+)*", fold(text))
    return words if as_written else [word.casefold() for word in words]


#: Words that end in a full stop inside a sentence.
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|al|approx|ca|no|nos|fig|figs|vol|pp|p|ed|eds|dr|mr|mrs|ms|prof|rev|st|sr|jr|inc|ltd|dept|univ)"
    r"|\b[^\W\d_])\.$", re.I
)  # fmt: skip
#: Stops of any script, with quotation marks and brackets after them. The first of several is looked for, so that a row
#: of dots takes no longer than a text.
STOPS = r".!?\u2026\u061f\u06d4\u0964\u0965\u1362\u203d"
FULL = r"\u3002\uff01\uff1f\uff0e\uff61"  # after these no space is needed
ENDING = re.compile(
    rf"(?<![{STOPS}{FULL}])(?:[{STOPS}{FULL}]*[{FULL}][\"'\u2019\u201d)\]\u300d\u300f\uff09]*\s*|[{STOPS}]+[\"'\u2019\u201d)\]\u00bb]*\s+)"
)
OPENING = "\"'\u2018\u201c([\u00ab\u201e\u300c\u300e\uff08\u00bf\u00a1"


def begins(text: str) -> bool:
    """Whether a text begins like a sentence: with a capital, a digit, a currency, or a letter of a script without capitals.

    >>> [begins(text) for text in ("\u0160koda", "\u0644\u0645", "\u82b1", "\u201cWe", "and")]
    [True, True, True, True, False]
    """
    first = text[:3].lstrip(OPENING)[:1]
    return first.isupper() or first.isdigit() or unicodedata.category(first or " ") in ("Lo", "Sc", "Lt")


def split_sentences(text: str) -> list[str]:
    """The sentences of a line of text, in any script; together they are the text again.

    >>> split_sentences("We map assets, e.g. gardens. Dr. Ash helps! It works")
    ['We map assets, e.g. gardens. ', 'Dr. Ash helps! ', 'It works']
    """
    found, start = [], 0
    for end in ENDING.finditer(text):
        at = end.end()
        if begins(text[at : at + 3]) and not ABBREVIATION.search(text[max(start, at - 20) : at].rstrip()):
            found.append(text[start:at])
            start = at
    return [*found, text[start:]]


class Ids:
    """Gives out ids made from names, each once: transliterated, at most `most` characters, cut between words.

    >>> ids = Ids({"cafe-the-garden"})
    >>> ids.new("Caf\xe9 \u2013 the Garden!"), ids.new("Сад"), ids.new("花园"), ids.new("!", "case")
    ('cafe-the-garden-2', 'sad', 'huayuan', 'case')
    """

    def __init__(self, taken: Iterable[str] = (), most: int = 40) -> None:
        self.taken, self.most, self.last = set(taken), most, Counter[str]()

    def new(self, name: str, otherwise: str = "x") -> str:
        """An id for a name; `otherwise` is for one without a letter or digit."""
        plain = anyascii(unicodedata.normalize("NFC", name[:500])).lower().replace("'", "")
        words = re.findall(r"[a-z0-9]+", plain) or [otherwise]
        stem = words[0][: self.most]
        for word in words[1:]:
            if len(stem) + len(word) + 1 > self.most:
                break
            stem += f"-{word}"
        self.last[stem] += 1
        id = stem if self.last[stem] == 1 else f"{stem}-{self.last[stem]}"
        while id in self.taken:
            self.last[stem] += 1
            id = f"{stem}-{self.last[stem]}"
        self.taken.add(id)
        return id


def plural(number: int, word: str) -> str:
    """A number with its word, in the singular or the plural.

    >>> plural(1, "case"), plural(2000, "case")
    ('1 case', '2,000 cases')
    """
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"
