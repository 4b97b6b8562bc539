"""A source text: its sections, the entries of its projects, and the places that rows point at.

All matching goes through `fold` and `find`: after NFKC, with white space, dashes and quotes folded, and
case kept.
"""

import re
import unicodedata

import pandas as pd

FOLD = str.maketrans({"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ad": None, "`": "'"})


def fold(text: str) -> str:
    """The text as every check compares it.

    >>> fold("co\u2011designed  \u201cassets\u201d\\nin  place")
    'co-designed "assets" in place'
    """
    text = unicodedata.normalize("NFKC", text).translate(FOLD)
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    return re.sub(r"\s+", " ", text).strip()


def find(anchor: str, text: str) -> int:
    """How often the anchor stands in the text; 1 is what an anchor should give.

    >>> find("photo\u2013voice", "A photo-voice session")
    1
    """
    return fold(text).count(fold(anchor))


def drop_furniture(text: str, furniture: list[str]) -> str:
    """The text without the lines that only repeat a running page heading.

    >>> drop_furniture("one\\n3. RESULTS\\ntwo", ["3. RESULTS"])
    'one\\ntwo'
    """
    lines = {fold(line) for line in furniture}
    return "\n".join(line for line in text.splitlines() if fold(line) not in lines)


def cut_sections(text: str, sections: pd.DataFrame) -> dict[str, str]:
    """Section id -> its text, from the line of its heading (columns id, order, starts_with, part_of).

    A heading that is printed again on the next page belongs to the section that it heads. A section that
    is part of another (a table) ends with it. Raises ValueError where a heading is not found after that
    of the section before.
    """
    lines, starts, at = text.splitlines(), {}, 0
    folded = [fold(line) for line in lines]
    for section in sections.sort_values("order").itertuples():
        heading = fold(section.starts_with)
        found = [number for number in range(at, len(lines)) if folded[number].startswith(heading)]
        if not found:
            raise ValueError(f"section {section.id}: no line '{section.starts_with}' after line {at}")
        starts[section.id] = found[0]
        at = found[0] + 1
    inner = dict(zip(sections["id"], sections["part_of"]))
    cut = {}
    for name, start in starts.items():
        ends = [other for key, other in starts.items() if other > start and inner[key] != name]
        cut[name] = "\n".join(lines[start : min(ends, default=len(lines))])
    return cut


def cut_entries(section: str, entries: pd.DataFrame, furniture: list[str] = ()) -> dict[str, str]:
    """Case -> what one section says of it, folded (columns case, order, starts_with).

    An entry starts with its opening words, which may be split over lines, and ends where the next one
    starts. Raises ValueError where opening words are missing, not unique, or out of order.
    """
    text = fold(drop_furniture(section, list(furniture)))
    cuts = []
    for entry in entries.sort_values("order").itertuples():
        opening = fold(entry.starts_with)
        if text.count(opening) != 1:
            raise ValueError(f"entry of {entry.case}: '{entry.starts_with}' found {text.count(opening)} times")
        cuts.append((entry.case, text.index(opening)))
    starts = [start for _, start in cuts]
    if starts != sorted(starts):
        raise ValueError("entries: the opening words are not in the order of the text")
    return {case: text[start:end].strip() for (case, start), end in zip(cuts, starts[1:] + [len(text)])}


def cut_source(text: str, sections: pd.DataFrame, entries: pd.DataFrame) -> dict[tuple[str, str], str]:
    """(section, case) -> entry, for every section that has entries; page headings are dropped first."""
    cut = cut_sections(text, sections)
    furniture = [title for title in [*sections["title_body"], *sections["title_contents"]] if title]
    return {
        (section, case): entry
        for section, group in entries.groupby("section")
        for case, entry in cut_entries(cut[section], group, furniture).items()
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
