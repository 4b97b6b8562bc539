"""The levels of a finding, and what they are called: one set of names for every table, figure and page."""

#: The levels of themes in the codebook, the lowest first.
LEVELS = ["theme", "general", "refined"]
#: Every level of a finding, with its name as the title of a list; merges and what is both rest on general themes.
TITLES = {
    "theme": "Themes of headings",
    "general": "General themes",
    "refined": "Refined themes",
    "merge": "Merges of two general themes",
    "both": "Both barrier and enabler",
}
#: The same as the head of a narrow column.
SHORT = {"theme": "Themes", "general": "General", "refined": "Refined", "merge": "Merges", "both": "Both"}


def titles(*levels: str) -> dict[str, str]:
    """The titles of some levels, in this order.

    >>> titles("refined", "general")
    {'refined': 'Refined themes', 'general': 'General themes'}
    """
    return {level: TITLES[level] for level in levels}
