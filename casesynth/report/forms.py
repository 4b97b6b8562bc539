"""What Markdown cannot say, said in each of the three forms of a text: a page (html), Word (docx) and PDF (typst)."""

import json
import re
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

import pandas as pd

from casesynth.core import paths
from casesynth.figures.svg import without_title
from casesynth.report.markdown import Markdown, escaped, markdown_table
from casesynth.report.pictures import Picture, for_page, width_of

EXPLORER = "explorer.html"
#: Where Word gets its list of contents: a comment, so that every other form leaves it out.
CONTENTS = "<!-- contents -->"


def to_explorer(words: str, kind: str, id: str, style: str = "n") -> Markdown:
    """A link to the rows behind a word or number, in the explorer.

    >>> to_explorer("seven", "finding", "fin-trust")
    '[seven](explorer.html#/finding/fin-trust){.n}'
    """
    return Markdown(f"[{words}]({EXPLORER}#/{kind}/{id}){{.{style}}}")


@dataclass
class Form:
    """One form of one text. It numbers figures and tables as they come, and keeps the pictures that a file needs."""

    kind: str
    review: str
    pictures: dict[str, Picture] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    figures: int = 0
    tables: int = 0
    widest: float = 15.4  # centimetres that a picture may take on paper

    def raw(self, text: str, kind: str = "") -> Markdown:
        """Text in the language of the form itself, which pandoc passes on; a kind says of which form alone."""
        return Markdown(f"\n```{{={kind or self.kind}}}\n{text}\n```\n" if kind in ("", self.kind) else "")

    def picture(self, picture: Picture, id: str, caption: str = "") -> Markdown:
        """A picture, as a numbered figure where it has a caption."""
        centimetres = min(width_of(picture.svg) * 0.0265, self.widest)
        if caption:
            self.figures += 1
            caption = f"Figure {self.figures}. {caption}"
        if self.kind == "html":
            words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
            tag = "figure" if caption else "div"
            return self.raw(f'<{tag} id="{id}" class="picture">{for_page(picture, id)}{words}</{tag}>')
        self.pictures[id] = picture
        words = f"{picture.title}. {picture.words}"
        if self.kind == "docx":
            quoted = escaped(words).replace('"', "'")
            return Markdown(f'\n![{escaped(caption)}]({id}.png){{alt="{quoted}" width={centimetres:g}cm}}\n')
        image = f"image({quote(f'{id}.svg')}, alt: {quote(words)}, width: {centimetres:g}cm)"
        return self.raw(f"#figure({image}, caption: {quote(caption)})" if caption else f"#{image}")

    def figure(self, name: str, numbered: bool = True) -> Markdown:
        """A figure of the run, its title as caption; only words where it is empty, nothing where there is none."""
        folder = paths.figures(self.review)
        self.shown.add(name)
        if not (folder / f"{name}.svg").exists():
            return Markdown()
        title, subtitle, words = (folder / f"{name}.txt").read_text("utf-8").split("\n")[:3]
        if words.startswith("Nothing to draw"):
            return Markdown(f"*{escaped(title)}.* {escaped(words.strip())}\n")
        cuts = [folder / f"{name}{cut}.svg" for cut in ("", "-phone")]
        # The caption says the title, so the picture need not.
        drawn = [without_title(cut.read_text("utf-8")) if cut.exists() else "" for cut in cuts]
        picture = Picture(drawn[0], title, words.strip(), drawn[1])
        return self.picture(picture, f"figure-{name}", f"{title}. {subtitle}".strip() if numbered else "")

    def contents(self) -> Markdown:
        """Where a file on paper has its list of contents: after the answer, which comes first. A page has its own at the side."""
        return (
            Markdown(CONTENTS)
            if self.kind == "docx"
            else self.raw("#block(above: 2em, breakable: false, outline(title: none, depth: 2))", "typst")
        )

    def table(self, frame: pd.DataFrame, columns: dict[str, str], widths: list[int], caption: str) -> Markdown:
        """A numbered table of some columns, under the given headers."""
        if frame.empty:
            return Markdown()
        self.tables += 1
        return Markdown(f"{markdown_table(frame, columns, widths)}\n\n: Table {self.tables}. {caption}\n")

    def columns(self, text: str) -> Markdown:
        """The parts of a text, each of which begins with a heading of the third level, as boxes side by side."""
        parts = [f"### {part.strip()}" for part in re.split(r"^### ", text, flags=re.M)[1:]]
        if self.kind != "typst":
            return Markdown(
                "\n::::: {.boxes}\n" + "".join(f"\n::: {{.box}}\n{part}\n:::\n" for part in parts) + "\n:::::\n"
            )
        fill = 'block(fill: rgb("#eef3f7"), inset: 8pt, width: 100%)['
        begin = self.raw(f"#grid(columns: (1fr,) * {len(parts)}, gutter: 8pt, {fill}")
        return Markdown(begin + self.raw(f"], {fill}").join(f"\n{part}\n" for part in parts) + self.raw("])"))

    def numbered(self, text: str) -> Markdown:
        """Prose whose tables get their numbers: a caption there is a line that begins with a colon."""

        def caption(found: re.Match[str]) -> str:
            self.tables += 1
            return f": Table {self.tables}. {found[1]}"

        return Markdown(re.sub(r"^: (.+)$", caption, text, flags=re.M))


def quote(text: str) -> str:
    """Text as a string of Typst (whose escapes are those of JSON that this text needs)."""
    return json.dumps(text, ensure_ascii=False)


def pictures_of(folder: Path, form: Form) -> None:
    """Write the pictures that a file needs, as SVG."""
    for id, picture in form.pictures.items():
        (folder / f"{id}.svg").write_text(picture.svg, "utf-8")
