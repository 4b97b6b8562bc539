"""Where passages are in a text, however a program counted its characters.

The standard counts Unicode characters. Some programs count a line end of Windows as one or as two, and some count
units of UTF-16, so that each emoji counts twice. Each way is tried, and the one that fits the passages best is taken:
their names, if these are their first words, and words that are not cut.
"""

import re
from typing import NamedTuple

import numpy as np


class Mark(NamedTuple):
    """A passage as the file gives it: its positions, and its name."""

    start: int
    end: int
    name: str


def positions(raw: str, marks: list[Mark]) -> tuple[str, list[tuple[int, int]], bool]:
    """The text with plain line ends, the (start, end) of each mark in it, and whether no way of counting fits.

    A place outside the text is (-1, -1).

    >>> positions("One\\r\\nTwo words", [Mark(5, 8, "")])
    ('One\\nTwo words', [(4, 7)], False)
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    best: tuple[float, list[tuple[int, int]]] = (-1.0, [(-1, -1)] * len(marks))
    for starts in ways(raw, text):
        places = [place(starts, mark) for mark in marks]
        fit = sum(fits(text, *where, mark.name) for where, mark in zip(places, marks, strict=True))
        best = max(best, (fit / max(len(marks), 1), places), key=lambda pair: pair[0])
    return text, best[1], bool(marks) and best[0] < 0.5


def ways(raw: str, text: str) -> list[np.ndarray]:
    """For each way of counting, the position of every character of the text and of its end; the standard's comes first."""
    ends = [match[0] == "\r\n" for match in re.finditer("\r\n|\r|\n", raw)]
    letters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    double = np.zeros(len(letters), dtype=np.int64)
    double[letters == 10] = ends
    wide = (letters > 0xFFFF).astype(np.int64)
    tried, found = set(), []
    for extra in (double, 0 * double, double + wide, wide):
        if extra.tobytes() not in tried:
            tried.add(extra.tobytes())
            found.append(np.concatenate([[0], np.cumsum(1 + extra)]))
    return found


def place(starts: np.ndarray, mark: Mark) -> tuple[int, int]:
    """The place in the text of a mark under one way of counting."""
    if not 0 <= mark.start < mark.end <= starts[-1]:
        return -1, -1
    first, last = np.searchsorted(starts, [mark.start, mark.end])
    return int(first), int(last)


def fits(text: str, start: int, end: int, name: str) -> float:
    """How well a place fits, from 0 to 2: it begins and ends at a word, and with the words that are its name."""
    if not 0 <= start < end <= len(text) or not text[start:end].strip():
        return 0.0
    begins = text[start].isspace() or start == 0 or not (text[start - 1].isalnum() and text[start].isalnum())
    ends = end == len(text) or not (text[end - 1].isalnum() and text[end].isalnum())
    told = " ".join(name.split()).rstrip("\u2026. ")
    named = bool(told) and " ".join(text[start : start + 2 * len(told) + 20].split()).startswith(told)
    return (begins + ends) / 2 + named - 0.1 * (text[start].isspace() + text[end - 1].isspace())
