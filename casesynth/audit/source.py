"""A source text: its sections, the entries of its projects, and the places that rows point at.

All matching goes through `fold` and `find`: after NFKC, with white space, dashes and quotes folded, and
case kept.
"""

import re
from typing import Any, NamedTuple

import pandas as pd

from casesynth.core.text import fold


def pattern(words: str) -> str:
    """A regular expression that finds the words in a folded text, however its lines are broken.

    A line may end at any space, after a hyphen of the word itself, and inside a word after a hyphen that
    the word does not have. A copy may also have lost the hyphen at which it broke a word.

    >>> re.findall(pattern("co-produced research"), "co- produced re- search, coproduced research")
    ['co- produced re- search', 'coproduced research']
    """
    words = fold(words)
    parts = []
    for before, char, after in zip(" " + words, words, words[1:] + " "):
        if char == "-" and before.isalpha() and after.isalpha():
            parts.append(r"(?:-\s*)?")
        elif char in "-/":
            parts.append(re.escape(char) + (r"\s*" if after.isalnum() else ""))
        elif char == " ":
            parts.append(r"\s+")
        else:
            parts.append((r"(?:-\s+)?" if before.isalpha() and char.isalpha() else "") + re.escape(char))
    return "".join(parts)


def find(anchor: str, text: str) -> int:
    """How often the text contains the anchor; for a valid anchor, once.

    >>> find("photo\u2013voice", "A photo-voice session"), find("session", "A ses-\\nsion")
    (1, 1)
    """
    return len(re.findall(pattern(anchor), fold(text)))


def drop_furniture(text: str, furniture: list[str]) -> str:
    """The text, its lines folded, without those that only repeat a running page heading and a page number.

    >>> drop_furniture("one\\n3. RESULTS\\ntwo\\n3. RESULTS 12\\nthree", ["3. RESULTS"])
    'one\\ntwo\\nthree'
    """
    text = fold(text, lines=True)
    for title in furniture:
        text = re.sub(rf"(?m)^(?:\d+\s+)?{pattern(title)}(?:\s+\d+)?$\n?", "", text)
    return text


def titles(sections: pd.DataFrame) -> list[str]:
    """The titles that may be repeated as page headings, the longer ones first."""
    named = {title for title in [*sections["title_body"], *sections["title_contents"]] if title}
    return sorted(named, key=lambda title: (-len(title), title))


def section_starts(text: str, sections: pd.DataFrame) -> dict[str, int | None]:
    """Section id -> where the line of its heading starts in the folded text, or None where it is not found.

    Each is looked for after the one before, and lines of a list of contents (they end in a page number) are
    passed over where there is another.
    """
    starts, at = {}, 0
    for section in sections.sort_values("order").itertuples():
        heading = "(?m)^" + pattern(section.starts_with)
        listed = r"(?![^\n]*(?:\.\.| )\d{1,3}$)"
        found = re.compile(heading + listed).search(text, at) or re.compile(heading).search(text, at)
        starts[section.id] = found.start() if found else None
        at = found.end() if found else at
    return starts


def cut_at(text: str, starts: dict[str, int], part_of: dict[str, str]) -> dict[str, str]:
    """Section id -> its text, up to the next start; a section goes on after a section that is part of it."""
    cut = {}
    for name, start in starts.items():
        ends = [other for key, other in starts.items() if other > start and part_of[key] != name]
        cut[name] = text[start : min(ends, default=len(text))]
    return cut


class Cut(NamedTuple):
    """A text cut into its parts: section -> text, (section, case) -> entry, and what was not where it should be."""

    sections: dict[str, str]
    entries: dict[tuple[str, str], str]
    problems: list[dict]


def cut(text: str, sections: pd.DataFrame, entries: pd.DataFrame) -> Cut:
    """A source text cut into sections (columns id, order, starts_with, part_of, titles) and the entries of projects.

    A heading that is repeated on the next page belongs to the section that it heads. A section that is part of another
    (a table) ends with it. An entry starts with its opening words (columns id, section, case, order, starts_with),
    which may be split over lines, and ends where the next one starts. What is missing or ambiguous is passed over and
    listed in `problems`: table, id, place, anchor, what.
    """
    text = fold(text, lines=True)
    starts = section_starts(text, sections)
    problems = [
        problem("sections", row.id, row.id, row.starts_with, "not found")
        for row in sections.itertuples()
        if starts[row.id] is None
    ]
    there = {name: start for name, start in starts.items() if start is not None}
    texts = cut_at(text, there, dict(zip(sections["id"], sections["part_of"])))
    furniture = titles(sections)
    found: dict[Any, Any] = {}
    for section, group in entries.groupby("section") if len(entries) else ():
        own, wrong = cut_entries(drop_furniture(texts.get(section, ""), furniture), group)
        found |= {(section, case): entry for case, entry in own.items()}
        problems += wrong
    return Cut(texts, found, problems)


def cut_entries(section: str, entries: pd.DataFrame) -> tuple[dict[str, str], list[dict]]:
    """What one section says of each case, folded (case -> text), and the entries that were not found once."""
    text, starts, problems = fold(section), {}, []
    for entry in entries.sort_values("order").itertuples():
        places = [match.start() for match in re.finditer(pattern(entry.starts_with), text)]
        if len(places) == 1:
            starts[entry.case] = places[0]
        else:
            what = f"occurs {len(places)} times" if places else "not found"
            problems.append(problem("entries", entry.id, entry.section, entry.starts_with, what))
    ends = {
        case: min((other for other in starts.values() if other > start), default=len(text))
        for case, start in starts.items()
    }
    return {case: text[start : ends[case]].strip() for case, start in starts.items()}, problems


def problem(table: str, row: str, place: str, anchor: str, what: str) -> dict:
    """One row of what is not where the data say."""
    return {"table": table, "id": row, "place": place, "anchor": anchor, "what": what}


def search(cut: Cut, words: str, within: list[str]) -> dict:
    """Where a regular expression matches in a cut text, without regard to case (`within`: sections; empty: all).

    Returns places (how many), sections and cases (ids, with spaces between), as mentions.csv has them.

    >>> text = Cut({"s1": "Alder trusts. Birch waits."}, {("s1", "alder"): "Alder trusts.", ("s1", "birch"): ""}, [])
    >>> search(text, "trust", [])
    {'places': 1, 'sections': 's1', 'cases': 'alder'}
    """
    sought = re.compile(words, re.IGNORECASE)
    texts = {name: fold(text) for name, text in cut.sections.items() if not within or name in within}
    found = {name: len(sought.findall(text)) for name, text in texts.items()}
    cases = {case for (section, case), text in cut.entries.items() if section in texts and sought.search(text)}
    sections = [name for name, number in found.items() if number]
    return {"places": sum(found.values()), "sections": " ".join(sections), "cases": " ".join(sorted(cases))}
