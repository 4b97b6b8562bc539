"""The files of a run: synthesis, brief, annex and front page, and every number of the text."""

import re
from concurrent.futures import Future, ThreadPoolExecutor

from casesynth.core import paths, results
from casesynth.report.pandoc import convert
from casesynth.report.report import CHAPTERS, Report

#: text -> the forms in which it is written.
FILES = {"synthesis": ["html", "docx", "pdf"], "annex": ["html"], "brief": ["html", "pdf"], "index": ["html"]}


def write(report: Report, review: str) -> None:
    """Write all files of the report, and the numbers that they use (report-values.csv)."""
    folder = paths.write(review)
    waiting: list[Future[None]] = []
    with ThreadPoolExecutor() as pool:  # pandoc and Typst are programs of their own; Python goes on while they run
        for name, endings in FILES.items():
            for ending in endings:
                form = report.form("typst" if ending == "pdf" else ending)
                form.widest = 17.4 if name == "brief" else form.widest
                chapters = CHAPTERS if name == "synthesis" else ()
                text = report.text(name, form, chapters)
                template = name if name in ("brief", "index") else "page"
                file, title = folder / f"{name}.{ending}", title_of(report, name)
                waiting.append(pool.submit(convert, text, form, file, title, template))
    for each in waiting:
        each.result()
    results.write(review, {"report-values": report.values.table()})


def title_of(report: Report, name: str) -> str:
    """The title of a text."""
    title = report.title
    if name == "brief":
        return plain(report.narrative.parts("brief")["headline"]) or title
    return f"Annex to {title[0].lower()}{title[1:]}" if name == "annex" else title


def plain(text: str) -> str:
    """Markdown as the plain text of a title.

    >>> plain("Share *the* [work](explorer.html#/finding/f){.n}")
    'Share the work'
    """
    return re.sub(r"\[([^\]]*)\]\([^)]*\)(?:\{[^}]*\})?|[*_]", r"\1", text).strip()
