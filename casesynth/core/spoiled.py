"""Cells that a program has spoiled: control characters, lost characters, errors and dates of a spreadsheet."""

import re
from collections.abc import Callable

import pandas as pd

from casesynth.core.columnar import where
from casesynth.core.problems import Problem

#: What Excel makes of 5-7, 2026-11 and of a long number.
SPREADSHEET_DATE = re.compile(r"\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{2}|\d(\.\d+)?E\+\d+")
#: The most characters in a cell of a spreadsheet; Excel truncates longer texts.
CELL = 32_767


def two_encodings(text: str) -> bool:
    """Has UTF-8 been read as Windows-1252, as by Excel when it opens a CSV file?

    >>> two_encodings("Caf\u00c3\u00a9"), two_encodings("Caf\u00e9")
    (True, False)
    """
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False


#: What a program can do to a text: is it so, what to say of it, and whether that is only a note. The first that holds counts.
SPOILED: list[tuple[Callable[[str], object], str, bool]] = [
    (lambda text: len(text) > CELL, f"more than {CELL:,} characters; a spreadsheet would cut the text off there", True),
    (
        SPREADSHEET_DATE.fullmatch,
        "a spreadsheet has turned the text into a date or number; type it again in a cell formatted as text",
        False,
    ),
    (
        re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x80-\\x9f\\ud800-\\udfff\\ufffe\\uffff]").search,
        "the text has control characters, which cannot be shown; delete them",
        False,
    ),
    (lambda text: "\ufffd" in text, "a character was lost (\ufffd); type it again", False),
    (
        re.compile(r"#(NAME\?|REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|FIELD!|CALC!|#+)").fullmatch,
        "this is an error value of a spreadsheet; type the text again",
        False,
    ),
    (
        two_encodings,
        "a program has garbled the letters (UTF-8 read as Windows-1252); type the text again, or go back to the earlier file",
        False,
    ),
    (
        re.compile("[\\t\\u00ad\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]").search,
        "the text has a tab or an invisible character; delete it unless it is intended",
        True,
    ),
    (lambda text: text.count('"') % 2, "one quotation mark has no partner; is this intended?", True),
]


def plain(text: str) -> bool:
    """Whether a text need not be looked at: nearly all are of ASCII, and no spreadsheet interprets them."""
    if not (text.isascii() and text.isprintable() and len(text) <= CELL):
        return False
    return '"' not in text and text[:1] != "#" and not SPREADSHEET_DATE.fullmatch(text)


def spoiled_cells(name: str, frame: pd.DataFrame, rows: list[int]) -> list[Problem]:
    """What programs have done to the texts of a table. Takes the row in its file of each of its rows.

    >>> [problem.message for problem in spoiled_cells("cases", pd.DataFrame({"name": ["Alder", "Nov-26"]}), [2, 3])]
    ["found 'Nov-26'; a spreadsheet has turned the text into a date or number; type it again in a cell formatted as text."]
    """
    problems = []
    for place, column in enumerate(frame.columns):
        cells = frame.iloc[:, place]
        if not (pd.api.types.is_string_dtype(cells) or isinstance(cells.dtype, pd.CategoricalDtype)):
            continue
        for row in where(cells, lambda texts: texts.map(plain).astype(bool)):
            text = str(cells.iloc[row])
            for holds, words, note in SPOILED:
                if holds(text):
                    problems.append(Problem(f"{name}.csv", words, int(rows[row]), str(column), text, note=note))
                    break
    return problems
