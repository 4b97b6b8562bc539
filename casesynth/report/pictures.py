"""Small pictures of the report's own, as SVG with real text: rows of projects, and the bar of verdicts.

A figure of the room `figures` is taken as it was drawn; only what a page needs is added to it.
"""

import re
import textwrap
from dataclasses import dataclass, replace
from html import escape

from casesynth.figures.look import MANY, SQUARES

#: What a row of projects shows, in words; the signs are those of `look.SQUARES`.
SAID = {
    "supports": "supported by",
    "both": "supported and contradicted by",
    "qualifies": "only qualified by",
    "contradicts": "contradicted by",
}
#: More projects than `MANY` are drawn as shares of a bar of this width.
WIDE = 320
#: The verdicts of the ledger: fill and ink of their part of the bar.
BAR = {
    "reproduced": ("#0072b2", "#ffffff"),
    "reproduced with a caveat": ("#9fcbe5", "#1b1b1b"),
    "not reproduced from the published summaries": ("#f0b48f", "#1b1b1b"),
    "not borne out by the report's own text": ("#d98a5b", "#1b1b1b"),
    "contradicted within the report": ("#a33f00", "#ffffff"),
    "not checkable from here": ("#dddddd", "#1b1b1b"),
}
#: What a verdict need not say again in a key.
SHORT = re.compile(r"^reproduced (?=with)| (?:from|by|within) .*")
FONT = "DejaVu Sans, Verdana, sans-serif"


@dataclass(frozen=True)
class Picture:
    """A picture: its SVG, a title, and the same in words for those who do not see it."""

    svg: str
    title: str
    words: str
    narrow: str = ""  # a second cut for phones, where there is one


def svg(width: float, height: float, parts: list[str]) -> str:
    """An SVG of some parts; text in it stays text."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    return f'{head} font-family="{FONT}">{"".join(parts)}</svg>'


def text(x: float, y: float, words: str, size: float, fill: str = "#1b1b1b", anchor: str = "start") -> str:
    """A line of text of an SVG."""
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" fill="{fill}" text-anchor="{anchor}">{escape(words)}</text>'


def square(x: float, y: float, side: float, letter: str, mark: str, tip: str) -> list[str]:
    """One project: filled where it supports, struck where it only qualifies, crossed where it contradicts."""
    sign = SQUARES[mark]
    box = f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{sign.fill}" stroke="{sign.edge}"/>'
    lines = [f"M{x:g} {y + side:g}L{x + side:g} {y:g}", f"M{x:g} {y:g}L{x + side:g} {y + side:g}"][: sign.strokes]
    strokes = f'<path d="{"".join(lines)}" stroke="{sign.stroke}" fill="none"/>' if lines else ""
    word = text(x + side / 2, y + side * 0.7, letter, side * 0.59, sign.ink, "middle") if letter else ""
    return ["<g>", f"<title>{escape(tip)}</title>", box, strokes, word, "</g>"]


def squares(
    marks: dict[str, str], letters: dict[str, str], names: dict[str, str], x: float, y: float, side: float
) -> list[str]:
    """A row of projects, or of many the shares of them. Takes case -> mark, letter and name. Returns the parts of an SVG."""
    if len(letters) > MANY:
        return shares(marks, len(letters), x, y, side)
    parts = []
    for place, (case, letter) in enumerate(letters.items()):
        mark = marks.get(case, "")
        parts += square(x + place * (side + 4), y, side, letter, mark, f"{names[case]} {SQUARES[mark].words}")
    return parts


def shares(marks: dict[str, str], number: int, x: float, y: float, side: float) -> list[str]:
    """A bar in place of a row of more projects than can be told apart."""
    parts = [f'<rect x="{x:g}" y="{y:g}" width="{WIDE}" height="{side:g}" fill="#ffffff" stroke="#8a8a8a"/>']
    for mark, said in SAID.items():
        width = sum(each == mark for each in marks.values()) / number * WIDE
        fill = SQUARES[mark].edge if "contra" in said else SQUARES[mark].fill
        parts.append(f'<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{side:g}" fill="{fill}"/>')
        x += width
    return parts


def row_width(letters: dict[str, str], step: float) -> float:
    """The width of a row of projects."""
    return WIDE + 4 if len(letters) > MANY else len(letters) * step


def supporting(marks: dict[str, str]) -> int:
    """How many projects support a finding, those that contradict it elsewhere among them."""
    return sum(mark in ("supports", "both") for mark in marks.values())


def in_letters(marks: dict[str, str], letters: dict[str, str]) -> str:
    """What a row of projects shows, in words.

    >>> in_letters({"b": "supports", "c": "qualifies"}, {"a": "A", "b": "B", "c": "C"})
    'Supported by B; only qualified by C.'
    """
    if len(letters) > MANY:
        return f"{supporting(marks)} of {len(letters)} projects."
    rows = {words: [letters[case] for case in letters if marks.get(case) == mark] for mark, words in SAID.items()}
    line = "; ".join(f"{words} {', '.join(listed)}" for words, listed in rows.items() if listed)
    line = line or "mentioned by no project"
    return f"{line[0].upper()}{line[1:]}."


def strip(marks: dict[str, str], letters: dict[str, str], names: dict[str, str]) -> Picture:
    """One finding's row of projects."""
    width = row_width(letters, 28) + 2
    return Picture(
        svg(width, 26, squares(marks, letters, names, 1, 1, 24)),
        "Projects that speak to this finding",
        in_letters(marks, letters),
    )


def signs() -> Picture:
    """What the squares of a row of projects say, as a key: in two columns, and in one on a phone."""
    said, cuts = [(mark, sign.words) for mark, sign in SQUARES.items() if sign.words], []
    for columns in (2, 1):
        parts = []
        for place, (mark, words) in enumerate(said):
            x, y = 1 + place % columns * 260, 1 + place // columns * 26
            parts += [*square(x, y, 20, "", mark, words), text(x + 27, y + 15, words, 13)]
        cuts.append(svg(80 + 260 * columns, 26 * -(-len(said) // columns), parts))
    return Picture(cuts[0], "What the squares say of a project", "; ".join(words for _, words in said) + ".", cuts[1])


def rows(told: list[tuple[str, dict[str, str]]], letters: dict[str, str], names: dict[str, str], title: str) -> Picture:
    """Several rows of projects, each with a label before it, or above it on a phone. Takes (label, case -> mark)."""
    words = " ".join(f"{label}: {in_letters(marks, letters)}" for label, marks in told)
    cuts = []
    for across, line, down in ((300, 28, 0), (0, 52, 20)):
        parts = []
        for number, (label, marks) in enumerate(told):
            y = 2 + number * line
            parts.append(text(0, y + 16, textwrap.shorten(label, 40, placeholder=" …"), 14))
            parts += squares(marks, letters, names, across, y + down + 2 * (down > 0), 22)
            parts.append(text(across + row_width(letters, 26) + 4, y + down + 16, str(supporting(marks)), 14))
        cuts.append(svg(across + row_width(letters, 26) + 40, 2 + len(told) * line, parts))
    return Picture(cuts[0], title, words, cuts[1])


def bar(counts: dict[str, int]) -> Picture:
    """Verdicts as one bar with its key under it. Takes verdict -> number, in the order of the bar."""
    shown = {verdict: number for verdict, number in counts.items() if number}
    whole, cuts = sum(shown.values()) or 1, []
    for width, columns in ((620, 3), (340, 2)):
        x, parts = 0.0, []
        for verdict, number in shown.items():
            fill, ink = BAR[verdict]
            part = number / whole * width
            parts.append(f'<rect x="{x:.1f}" y="0" width="{part:.1f}" height="34" fill="{fill}" stroke="#ffffff"/>')
            parts.append(text(round(x + part / 2, 1), 22, str(number), 14, ink, "middle") if part > 12 else "")
            x += part
        for place, (verdict, number) in enumerate(shown.items()):
            left, y = place % columns * (width / columns), 46 + place // columns * 22
            parts.append(
                f'<rect x="{left:g}" y="{y}" width="14" height="14" fill="{BAR[verdict][0]}" stroke="#595959"/>'
            )
            parts.append(text(left + 20, y + 12, f"{number} {SHORT.sub('', verdict)}", 13))
        cuts.append(svg(width, 46 + -(-len(shown) // columns) * 22, parts))
    words = "; ".join(f"{number} {verdict}" for verdict, number in shown.items())
    return Picture(cuts[0], "Verdicts on statements of the report", f"{words}.", cuts[1])


def for_page(picture: Picture, id: str) -> str:
    """A picture for a page, with its cut for phones where it has one (page.css shows one of the two); a wide one without scrolls there."""
    if not picture.narrow:
        drawn = one_cut(picture, id)
        return f'<div class="scroll" tabindex="0">{drawn}</div>' if width_of(picture.svg) > 420 else drawn
    cuts = (one_cut(picture, id), one_cut(replace(picture, svg=picture.narrow), f"{id}-narrow"))
    return "".join(f'<div class="{name}">{cut}</div>' for name, cut in zip(("wide", "narrow"), cuts))


def one_cut(picture: Picture, id: str) -> str:
    """An SVG for a page: scaled to its column, named and described, and with ids of its own.

    >>> print(one_cut(Picture('<svg viewBox="0 0 2 1" width="2" height="1"></svg>', "Two", "A & b."), "p"))
    <svg viewBox="0 0 2 1" style="max-width:2px" class="drawn" role="img" aria-labelledby="p-t p-d"><title id="p-t">Two</title><desc id="p-d">A &amp; b.</desc></svg>
    """
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{id}-\1"', picture.svg)
    drawn = re.sub(r'href="#([^"]+)"', rf'href="#{id}-\1"', re.sub(r"url\(#([^)]+)\)", rf"url(#{id}-\1)", drawn))
    ((head, rest),) = re.findall(r"\A\s*(<svg\b[^>]*>)(.*)", drawn, re.S)
    rest = re.sub(r"^\s*(?:<title[^>]*>.*?</title>\s*)?(?:<desc[^>]*>.*?</desc>)?", "", rest, count=1, flags=re.S)
    pixels = width_of(head)
    head = re.sub(r'\s(?:width|height|role|aria-[a-z]+|style)="[^"]*"', "", head)[:-1]
    head += f' style="max-width:{pixels:.0f}px" class="drawn" role="img" aria-labelledby="{id}-t {id}-d">'
    named = f'<title id="{id}-t">{escape(picture.title)}</title><desc id="{id}-d">{escape(picture.words)}</desc>'
    return head + named + re.sub(r"\n\s*", "\n", rest).strip()


def width_of(drawn: str) -> float:
    """The width of an SVG in pixels."""
    ((width, unit),) = re.findall(r'<svg\b[^>]*\bwidth="([\d.]+)(pt|px)?"', drawn)[:1]
    return float(width) * (4 / 3 if unit == "pt" else 1)
