"""The levels of a finding, and what they are called: one set of names for every table, figure and page."""

#: The levels of themes in the codebook, the lowest first.
LEVELS = ["theme", "general", "refined"]
#: Every level of a finding, with its name as the title of a list; merges and what is both rest on cross-cutting themes.
TITLES = {
    "theme": "Themes of headings",
    "general": "Cross-cutting themes",
    "refined": "Overarching themes",
    "merge": "Merges of two cross-cutting themes",
    "both": "Both barrier and enabler",
}
#: The same as the head of a narrow column.
SHORT = {"theme": "Themes", "general": "Cross-cutting", "refined": "Overarching", "merge": "Merges", "both": "Both"}
#: One theme of a level, as a sentence names it.
ONE = {"theme": "theme", "general": "cross-cutting theme", "refined": "overarching theme"}


def titles(*levels: str) -> dict[str, str]:
    """The titles of some levels, in this order.

    >>> titles("refined", "general")
    {'refined': 'Overarching themes', 'general': 'Cross-cutting themes'}
    """
    return {level: TITLES[level] for level in levels}
