"""How wide a text is, where its lines break, and whether a font has its characters.

Widths come from the whole-number advances of DejaVu Sans, which ships inside matplotlib, so they are the same on every machine.
A character that this font lacks is drawn by an installed font that has it, and its width is estimated.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import matplotlib

#: Where the fonts are that ship inside matplotlib.
SHIPPED = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
#: Scripts without spaces between words may be broken after any of these characters.
WIDE = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
WORD = re.compile(rf"[{WIDE}]|[^\s{WIDE}]+|\s+")


@cache
def advances(bold: bool = False) -> tuple[dict[int, int], int]:
    """The advance of each character of DejaVu Sans, and the units of one em."""
    from fontTools.ttLib import TTFont

    font = TTFont(SHIPPED / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), lazy=True)
    widths = font["hmtx"].metrics
    return {code: widths[glyph][0] for code, glyph in font.getBestCmap().items()}, font["head"].unitsPerEm


def units(text: str, bold: bool) -> int:
    """The width of a text in units of the font; time grows with its length and no faster."""
    known, em = advances(bold)
    return sum(known[ord(letter)] if ord(letter) in known else estimate(letter, em) for letter in text)


def estimate(letter: str, em: int) -> int:
    """The width of a character that the font lacks: a square in East Asian scripts, nothing for marks above or below."""
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Cf", "Cc"):
        return 0
    return em if unicodedata.east_asian_width(letter) in "WF" else em * 13 // 20


def width_of(text: str, size: float) -> float:
    """The width of one line of text in points.

    >>> round(width_of("Community assets", 10), 1)
    92.9
    """
    return units(text, bold=False) * size / advances()[1]


def wrapped(text: str, points: float, size: float, bold: bool = False, lines: int | None = None) -> str:
    """The text broken into lines no wider than `points`; a word that is too long is broken, too.

    With `lines`, what does not fit is cut, and the last line ends in an ellipsis. Each character is measured once, and nothing
    beyond the last line: a text twice as long takes at most twice the time.

    >>> wrapped("Community assets: mapped, linked and made", 122, 8)
    'Community assets: mapped,\\nlinked and made'
    >>> wrapped("Community assets: mapped, linked and made", 70, 8, lines=1)
    'Community…'
    """
    room = int(0.98 * points / size * advances(bold)[1])  # small text is drawn on whole pixels, a little wider
    done, line, used = [], "", 0
    for found in WORD.finditer(text.strip()):
        for part, wide in fitting(found[0], room, bold):
            if used + wide > room and line.strip():
                done.append(line.rstrip())
                line, used = "", 0
                if lines and len(done) == lines:
                    return "\n".join([*done[:-1], cut(done[-1], room, bold)])
            if line or not part.isspace():
                line, used = line + (" " if part.isspace() else part), used + wide
    return "\n".join([*done, line.rstrip()])


def lines_in(text: str) -> int:
    """The number of lines of a text; none for an empty one."""
    return text.count("\n") + 1 if text else 0


def fitting(word: str, room: int, bold: bool) -> Iterator[tuple[str, int]]:
    """A word in pieces that are at most as wide as the room, each with its width; a space is one piece."""
    if word.isspace():
        yield " ", units(" ", bold)
        return
    piece, used = "", 0
    for letter in word:
        wide = units(letter, bold)
        if piece and used + wide > room:
            yield piece, used
            piece, used = "", 0
        piece, used = piece + letter, used + wide
    yield piece, used


def cut(line: str, room: int, bold: bool) -> str:
    """The line with an ellipsis at its end, still no wider than the room."""
    while line and units(line + "…", bold) > room:
        line = line[:-1]
    return line.rstrip(" ,;:") + "…"


def lacking(text: str) -> str:
    """The characters that DejaVu Sans does not have, each once.

    >>> lacking("Café 中文, Київ")
    '中文'
    """
    known = advances()[0]
    return "".join(sorted({letter for letter in text if ord(letter) not in known and not letter.isspace()}))


@cache
def covering(letters: str) -> tuple[tuple[str, ...], str]:
    """Installed fonts that have these characters. Returns the paths of their files, and the characters that none has."""
    from fontTools.ttLib import TTFont, TTLibError
    from matplotlib.font_manager import findSystemFonts

    chosen: list[Any] = []
    left = set(letters)
    for file in sorted(findSystemFonts()) if left else []:
        try:
            has = {letter for letter in left if ord(letter) in TTFont(file, lazy=True, fontNumber=0).getBestCmap()}
        except (TTLibError, OSError, TypeError):  # a file that is not a font, or has no table of characters
            continue
        chosen, left = ([*chosen, file], left - has) if has else (chosen, left)
        if not left:
            break
    return tuple(chosen), "".join(sorted(left))


def families(text: str) -> list[str]:
    """The names of the fonts to draw a text with: DejaVu Sans, and installed ones for what it lacks."""
    from matplotlib.font_manager import FontProperties, fontManager

    names = ["DejaVu Sans"]
    for file in covering(lacking(text))[0]:
        fontManager.addfont(file)
        names.append(FontProperties(fname=file).get_name())
    return names


def missing(texts: list[str]) -> str:
    """One sentence where no installed font has the characters of some texts; otherwise nothing.

    >>> missing(["Café", "Київ"])
    ''
    """
    letters = covering(lacking("".join(texts)))[1]
    if not letters:
        return ""
    return (
        f"No installed font has {len(letters)} of the characters in the pictures (such as {letters[0]}), so the PNG files show "
        "boxes in their place. Install a font for this script, for example one of the Noto family, and run `make` again; the SVG "
        "files need none."
    )
