"""Markdown: escaping, cells and tables."""

import re

import pandas as pd


class Markdown(str):
    """Text that is Markdown already; any other text is escaped before it goes into the report."""


def escaped(value: object) -> str:
    """A value of the data as Markdown that shows it as it is, whatever characters it holds.

    >>> print(escaped("a <b>bold</b> *claim*"))
    a \\<b\\>bold\\</b\\> \\*claim\\*
    """
    if isinstance(value, Markdown):
        return value
    return re.sub(r"([\\`*_\[\]<>#|~^$@&{}])", r"\\\1", str(value)).replace("\n", " ")


def cell(value: object) -> str:
    """A value as a cell of a Markdown table."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:g}"
    return escaped(value)


#: Columns that are Markdown already.
READY = {"link", "rest", "why"}


def markdown_table(frame: pd.DataFrame, columns: dict[str, str], widths: list[int]) -> Markdown:
    """A pipe table of some columns, under the given headers; widths are relative. Columns of `READY` are Markdown.

    >>> print(markdown_table(pd.DataFrame({"a": [1], "b": ["x"]}), {"a": "Number", "b": "Text"}, [1, 2]))
    | Number | Text |
    |:-|:--|
    | 1 | x |
    """
    lines = ["| " + " | ".join(columns.values()) + " |", "|" + "|".join(":" + "-" * width for width in widths) + "|"]
    for row in frame[list(columns)].to_dict("records"):
        cells = [value if name in READY else cell(value) for name, value in row.items()]
        lines.append("| " + " | ".join(cells) + " |")
    return Markdown("\n".join(lines))


def for_notebook(text: str) -> str:
    """Markdown as a notebook shows it: pictures by their captions, and nothing that only pandoc or a page understands.

    >>> print(for_notebook('::: {.note}\\n### Three {#fin-a}\\n![Map](map.png){alt="A map"}\\n[two](explorer.html#/theme/t){.n} of'))
    ### Three
    *Map*
    two of
    """
    changes = [
        (r"!\[\]\(.*?\)\{.*?\}", ""),
        (r"!\[(.*?)\]\(.*?\)\{.*?\}", r"*\1*"),
        (r"\[([^\[\]]*)\]\((?:[a-z]+\.html)?#?[^)]*\)\{[^}]*\}", r"\1"),
        (r"\[([^\[\]]*)\]\((?:#|[a-z]+\.html)[^)]*\)", r"\1"),
        (r"^:{3,}.*\n", ""),
        (r"[ ]*\{[#.][^}]*\}", ""),
        (r"^: (.*)$", r"*\1*"),
    ]
    for pattern, other in changes:
        text = re.sub(pattern, other, text, flags=re.M)
    return re.sub(r"\n{3,}", "\n\n", text)
