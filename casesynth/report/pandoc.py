"""Files from Markdown: pages and Word by the pandoc of the lock, PDF by its Typst writer and the compiler `typst`.

The same text always gives the same bytes: no time is written, and no font of the machine is used.
"""

import os
import re
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from casesynth.errors import UserError
from casesynth.report.forms import CONTENTS, Form, pictures_of

TEMPLATES = Path(__file__).parent / "templates"
#: Word documents and PDF hold a time; this one means none (1980-01-01, the earliest that a zip can hold).
NO_TIME = "315532800"
#: More room before pandoc looks for what it no longer needs: a long page takes a fifth less time.
QUICKLY = ["+RTS", "-A64m", "-RTS"]
#: A picture of Word as Typst draws it, and its dots per inch.
ALONE, PPI = '#set page(width: auto, height: auto, margin: 0pt)\n#image("{}.svg")', 220
FIELD_BEGINS = (
    '<w:p><w:pPr><w:pageBreakBefore/></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">TOC \\o "1-2" \\h'
    '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r></w:p>'
)
FIELD_ENDS = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'


def pandoc(words: list[str], text: str | None = None) -> bytes:
    """What pandoc answers. Raises UserError with its message where it refuses."""
    import pypandoc

    # The pandoc of the lock, not a newer one that a machine may have.
    program = str(Path(pypandoc.__file__).parent / "files" / "pandoc")
    given = None if text is None else text.encode()
    done = subprocess.run(
        [program, *QUICKLY, *words],
        input=given,
        capture_output=True,
        check=False,
        env=os.environ | {"SOURCE_DATE_EPOCH": NO_TIME, "LC_ALL": "C.UTF-8"},  # it reads words in the locale's encoding
    )
    if done.returncode:
        raise UserError(f"pandoc could not convert a text: {done.stderr.decode('utf-8', 'replace').strip()}")
    return done.stdout


def convert(text: str, form: Form, file: Path, title: str, template: str = "page") -> None:
    """One Markdown text as a file of its form: .html, .docx or .pdf."""
    words = ["--from=markdown-tex_math_dollars", "--standalone", "--metadata=lang:en-GB", f"--metadata=title:{title}"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures_of(folder, form)
        if form.kind == "html":
            style = "".join(
                (TEMPLATES / f"{name}.css").read_text("utf-8") for name in dict.fromkeys(["page", template])
            )
            words += [f"--template={TEMPLATES / 'page'}.html", f"--variable=style:{style}", "--toc", "--toc-depth=3"]
            file.write_bytes(pandoc([*words, "--to=html5", "--section-divs"], text))
            return
        words.append("--shift-heading-level-by=-1")
        if form.kind == "docx":
            for id in form.pictures:
                (folder / f"{id}.png").write_bytes(compiled(folder, ALONE.format(id), format="png", ppi=PPI))
            words += [f"--reference-doc={TEMPLATES / 'reference.docx'}", f"--resource-path={folder}"]
            pandoc([*words, "--to=docx", f"--output={file}"], with_contents(text))
        else:
            words += [f"--template={TEMPLATES / template}.typ"]
            file.write_bytes(compiled(folder, pandoc([*words, "--to=typst"], text).decode(), pdf_standards=["ua-1"]))


def with_contents(text: str) -> str:
    """A text for Word with its list of contents in the place of the mark: a field that is filled in already, with links.

    Page numbers depend on the reader's fonts and paper, so that none could be right here: the list shows none, and no field asks
    to be renewed when the file is opened. Whoever wants them renews the list (F9).

    >>> print(with_contents("## One {#one} <!-- contents -->").split("</w:p>")[1].split("<w:p>")[0])
    <BLANKLINE>
    ```
    <BLANKLINE>
    ::: {custom-style="toc 1"}
    [One](#one)
    :::
    <BLANKLINE>
    ```{=openxml}
    <BLANKLINE>
    """
    found = re.findall(r"^(#{2,3}) (.+?) \{#([^}]+)\}", text, flags=re.M)
    lines = [f'::: {{custom-style="toc {len(level) - 1}"}}\n[{title}](#{id})\n:::\n' for level, title, id in found]
    begins, ends = (f"```{{=openxml}}\n{field}\n```\n" for field in (FIELD_BEGINS, FIELD_ENDS))
    return text.replace(CONTENTS, "\n".join([begins, *lines, ends]))


def compiled(folder: Path, text: str, **options: Any) -> bytes:
    """A Typst text as PDF or PNG: with the compiler's own fonts, and those that ship inside matplotlib for its pictures."""
    import typst

    source = folder / "text.typ"
    source.write_text(text, "utf-8")
    shipped = Path(str(getattr(find_spec("matplotlib"), "origin", ""))).parent / "mpl-data" / "fonts" / "ttf"
    try:
        return typst.compile(
            source, root=folder, font_paths=[shipped], ignore_system_fonts=True, timestamp=int(NO_TIME), **options
        )
    except typst.TypstError as error:
        raise UserError(f"Typst could not set a text: {error}") from None
