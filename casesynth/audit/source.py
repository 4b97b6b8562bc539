"""A source text: its sections, the entries of its projects, and the places that rows point at.

All matching goes through `fold` and `find`: after NFKC, with white space, dashes and quotes folded, and
case kept.
"""

import re

import pandas as pd

from casesynth.core.text import fold


def pattern(words: str) -> str:
    """A regular expression that finds the words in a folded text, however its lines are broken.

    A line may end in any blank, after a hyphen of the word itself, and inside a word after a hyphen that
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
    """How often the anchor stands in the text; 1 is what an anchor should give.

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


def cut_sections(text: str, sections: pd.DataFrame) -> dict[str, str]:
    """Section id -> its text, from the line of its heading (columns id, order, starts_with, part_of).

    A heading that is printed again on the next page belongs to the section that it heads. A section that
    is part of another (a table) ends with it. Raises ValueError where a heading is not found after that
    of the section before.
    """
    text = fold(text, lines=True)
    starts = section_starts(text, sections)
    for section in sections.itertuples():
        if starts[section.id] is None:
            raise ValueError(f"section {section.id}: no line '{section.starts_with}' after the section before")
    return cut_at(text, starts, dict(zip(sections["id"], sections["part_of"])))


def entry_places(text: str, entries: pd.DataFrame) -> dict[str, list[int]]:
    """Case -> every place in the folded text at which the opening words of its entry stand."""
    rows = entries.sort_values("order").itertuples()
    return {entry.case: [found.start() for found in re.finditer(pattern(entry.starts_with), text)] for entry in rows}


def cut_entries(section: str, entries: pd.DataFrame, furniture: list[str] = ()) -> dict[str, str]:
    """Case -> what one section says of it, folded (columns case, order, starts_with).

    An entry starts with its opening words, which may be split over lines, and ends where the next one
    starts. Raises ValueError where opening words are missing, not unique, or out of order.
    """
    text = fold(drop_furniture(section, list(furniture)))
    places = entry_places(text, entries)
    opening = dict(zip(entries["case"], entries["starts_with"]))
    for case, found in places.items():
        if len(found) != 1:
            raise ValueError(f"entry of {case}: '{opening[case]}' found {len(found)} times")
    starts = [found[0] for found in places.values()]
    if starts != sorted(starts):
        raise ValueError("entries: the opening words are not in the order of the text")
    return {case: text[start:end].strip() for case, start, end in zip(places, starts, starts[1:] + [len(text)])}


def cut_source(text: str, sections: pd.DataFrame, entries: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(section, case) -> entry, for every section that has entries; page headings are dropped first."""
    cut = cut_sections(text, sections)
    return {
        (section, case): entry
        for section, group in entries.groupby("section")
        for case, entry in cut_entries(cut[section], group, titles(sections)).items()
    }


def check_anchors(rows: pd.DataFrame, places: dict, what: str) -> pd.DataFrame:
    """The rows whose anchor does not stand exactly once in its place: id, place, anchor, found.

    `places` maps what the column or columns named by `what` hold to the text of the place.
    """
    keys = what.split("+")
    found = rows.assign(
        place=[" / ".join(row) for row in rows[keys].itertuples(index=False)],
        found=[
            find(anchor, places.get(tuple(key) if len(keys) > 1 else key[0], ""))
            for anchor, key in zip(rows["anchor"], rows[keys].itertuples(index=False))
        ],
    )
    return found.loc[found["found"].ne(1), ["id", "place", "anchor", "found"]]
