"""What must not be published with summaries and memos: addresses, telephone numbers, and the answers themselves."""

import re

import pandas as pd

from casesynth.core.problems import Problem
from casesynth.core.text import words_of

CONTACT = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.\w[\w-]*)+|(?<![\w.,])(?:\+\d|\(?0)[\d ()-]{7,}\d")
#: The columns that people write in, and that are published.
WRITTEN = [("keypoints", "label"), ("keypoints", "summary"), ("codings", "memo")]


def contact(text: str) -> str:
    """What looks like an e-mail address or telephone number in a text; "" where nothing does.

    >>> contact("Call Sam on 07700 900123."), contact("40 sessions, 2 hrs; 0.5 (0-1)")
    ('07700 900123', '')
    """
    for found in CONTACT.finditer(text):
        if "@" in found[0] or 9 <= sum(letter.isdigit() for letter in found[0]) <= 15:
            return found[0]
    return ""


def copied(summary: str, sentence: str, least: int = 8) -> str:
    """The first `least` words in a row that a summary has from a sentence; "" if there are none.

    >>> copied("The project says: we grow food", "We grow food.", 3), copied("It grows food.", "We grow food.", 3)
    ('we grow food', '')
    """
    words, others = words_of(summary), words_of(sentence)
    runs = {tuple(others[at : at + least]) for at in range(len(others) - least + 1)}
    starts = range(len(words) - least + 1)
    return next((" ".join(words[at : at + least]) for at in starts if tuple(words[at : at + least]) in runs), "")


def notes(tables: dict[str, pd.DataFrame], rows: dict[str, list[int]]) -> list[Problem]:
    """Notes on the cells that hold what is not to be published. `rows` as in `validate.Found`."""
    found = []
    for table, column in WRITTEN:
        for row, text in zip(rows.get(table, ()), tables[table][column] if table in tables else ()):
            if place := contact(text):
                words = "it looks like an e-mail address or telephone number; this table is published, so remove it"
                found.append(Problem(f"{table}.csv", words, row, column, place, note=True))
    if {"keypoints", "sentences"} <= tables.keys():
        said = dict(zip(tables["sentences"]["keypoint"], tables["sentences"]["sentence"]))
        points = tables["keypoints"]
        for row, point, summary in zip(rows["keypoints"], points["id"], points["summary"]):
            if summary and (same := copied(summary, said.get(point, ""))):
                words = "this repeats the answer word for word; answers must not be published, so rephrase it"
                found.append(Problem("keypoints.csv", words, row, "summary", same, note=True))
    return found
