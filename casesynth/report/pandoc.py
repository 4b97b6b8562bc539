"""The report's files, made by the pandoc of the lock."""

import os
from pathlib import Path

from casesynth.core import paths, results
from casesynth.report.report import TEMPLATES
from casesynth.report.synthesis import Synthesis

#: pandoc and Word documents carry a time; this one stands for none (1980-01-01, the earliest a zip can hold).
NO_TIME = "315532800"


def convert(text: str, file: Path, title: str, figures: Path, *more: str) -> None:
    """One Markdown text as a file; its ending says which kind. The same text always gives the same bytes."""
    import pypandoc

    os.environ["SOURCE_DATE_EPOCH"] = NO_TIME
    # The pandoc of the lock, not a newer one that a machine may have.
    os.environ["PYPANDOC_PANDOC"] = str(Path(pypandoc.__file__).parent / "files" / "pandoc")
    always = [f"--metadata=title={title}", "--metadata=lang=en-GB", f"--resource-path={figures}"]
    page = ["--standalone", "--embed-resources", "--section-divs", "--toc"]
    page += [f"--css={TEMPLATES / 'report.css'}"] if file.suffix == ".html" else []
    pypandoc.convert_text(
        text,
        to="html5" if file.suffix == ".html" else file.suffix[1:],
        format="markdown-tex_math_dollars",
        outputfile=str(file),
        extra_args=[*always, *page, *more],
    )


def write(synthesis: Synthesis, review: str) -> None:
    """Write the synthesis (synthesis.html and synthesis.docx), its annex (annex.html) and every number of the text."""
    folder, figures, settings = paths.write(review), paths.figures(review), synthesis.review.settings
    title = settings["title"]
    if settings.get("published"):
        title = f"An independent reconstruction of “{title}”"
    for ending in ("html", "docx"):
        convert(synthesis.text(), folder / f"synthesis.{ending}", title, figures, "--toc-depth=3")
    convert(
        synthesis.annex.text(),
        folder / "annex.html",
        f"Annex to {title[0].lower()}{title[1:]}",
        figures,
        "--toc-depth=2",
    )
    results.write(synthesis.values.table(), review, "report-values")
