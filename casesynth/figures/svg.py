"""A finished SVG: text as text, a name and a description for screen readers, and the same bytes on every version of Python.

matplotlib names clip paths and markers by digests of unrounded numbers, which differ between versions in their last digit. They
are numbered here in order of appearance, after the name of the figure, so that a page can hold several figures.
"""

import re
from html import escape

#: Verdana has the widths of DejaVu Sans: both go back to one design. Other systems take what they have.
FAMILY = "'DejaVu Sans', Verdana, sans-serif"
NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
ROUNDED = re.compile(r'(?<=[ \n])(d|x|y|x1|y1|width|height|transform|points)="([^"]*)"')


def short(number: re.Match | float) -> str:
    """A number with two decimals at most.

    >>> short(10.300001), short(re.search(r"-.*", "x -0.0004"))
    ('10.3', '0')
    """
    value = number if isinstance(number, float) else float(number[0])
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def finished(raw: str, name: str, title: str, description: str) -> str:
    """The SVG that matplotlib wrote, ready for a file and for the inside of a page."""
    body = raw[raw.index("<svg") :]
    body = re.sub(
        r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*|<defs>\s*<style.*?</style>\s*</defs>\s*", "", body, flags=re.S
    )
    body = ROUNDED.sub(lambda found: f'{found[1]}="{NUMBER.sub(short, found[2])}"', body)
    body = re.sub(r"; font-family: [^;\"]*", "", body)
    body = re.sub(r' id="head-([\d.]+)"', r' data-head="\1"', body)
    ids = dict.fromkeys(re.findall(r"(?:url\(#|xlink:href=\"#)([^)\"]+)", body))
    new = {old: f"{name}-r{number}" for number, old in enumerate(ids)}
    body = re.sub(r' id="([^"]*)"', lambda found: f' id="{new[found[1]]}"' if found[1] in new else "", body)
    body = re.sub(r"(url\(#|xlink:href=\"#)([^)\"]+)", lambda found: found[1] + new[found[2]], body)
    body = re.sub(r' transform="rotate\(-?0 [^"]*"|(?<=; )text-anchor: start; |; fill: #222222(?=")', "", body)
    body = re.sub(r"\n *L ", "L", body)
    body = re.sub(r"<g>\s*(<(?:text|path)[^<]*(?:</text>|/>)|<(?:text|path)[^>]*/>)\s*</g>", r"\1", body)
    ((wide, high),) = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', body)[:1]
    wide, high = short(float(wide)), short(float(high))
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="{wide}pt" height="{high}pt" '
        f'viewBox="0 0 {wide} {high}" role="img" aria-labelledby="{name}-title {name}-desc" font-family="{FAMILY}" '
        'fill="#222222" stroke-linejoin="round" stroke-linecap="butt">\n'
        f'<title id="{name}-title">{escape(title)}</title>\n<desc id="{name}-desc">{escape(description)}</desc>\n'
    )
    return re.sub(r"[ \t]*\n\s*", "\n", start + body[body.index(">") + 1 :].lstrip()).replace('\n"', '"')


def without_title(text: str) -> str:
    """The SVG of a figure without the title and subtitle that are drawn in it, for a page whose caption says them.

    >>> page = '<svg height="90pt" viewBox="0 0 200 90"><title>Both</title><g data-head="30"><text>Both</text></g><text>A</text></svg>'
    >>> without_title(page)
    '<svg height="60pt" viewBox="0 30 200 60"><title>Both</title><text>A</text></svg>'
    """
    head = re.search(r'<g data-head="([\d.]+)"', text)
    if not head:
        return text
    text = re.sub(r'<g data-head="[\d.]+">.*?</g>\n?', "", text, flags=re.S)
    ((wide, high),) = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)[:1]
    left = short(float(high) - float(head[1]))
    text = text.replace(f'viewBox="0 0 {wide} {high}"', f'viewBox="0 {head[1]} {wide} {left}"', 1)
    return text.replace(f'height="{high}pt"', f'height="{left}pt"', 1)
