"""The report's files, made by the pandoc of the lock."""

import os
from pathlib import Path

from casesynth.core import paths, results
from casesynth.report.report import TEMPLATES, Report

#: pandoc and Word documents carry a time; this one stands for none (1980-01-01, the earliest a zip can hold).
NO_TIME = "315532800"


def write(report: Report, review: str) -> None:
    """Write the report's two forms, synthesis.html (self-contained) and synthesis.docx, and its numbers."""
    import pypandoc

    folder = paths.write(review)
    os.environ["SOURCE_DATE_EPOCH"] = NO_TIME
    # The pandoc of the lock, not a newer one that a machine may have.
    os.environ["PYPANDOC_PANDOC"] = str(Path(pypandoc.__file__).parent / "files" / "pandoc")
    always = [f"--metadata=title={report.review.settings['title']}", "--metadata=lang=en-GB", "--toc", "--toc-depth=2"]
    always += [f"--resource-path={paths.figures(review)}"]
    page = ["--standalone", "--embed-resources", "--section-divs", f"--css={TEMPLATES / 'report.css'}"]
    for target, ending, own in (("html5", "html", page), ("docx", "docx", [])):
        pypandoc.convert_text(
            report.text(),
            to=target,
            format="markdown-tex_math_dollars",
            outputfile=str(folder / f"synthesis.{ending}"),
            extra_args=always + own,
        )
    results.write(report.values.table(), review, "report-values")
