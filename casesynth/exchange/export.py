"""`casesynth export`: a review in the forms that other programs read.

Written to results/<review>/export/: codebook.qdc, project.qdpx and one for QualCoder (REFI-QDA), codebook-taguette.csv,
synthesis.xlsx; codebook.html and codebook.docx; decisions.csv; claims.jsonld, findings.jsonld, nanopublications.trig; and
tables/ with every table as CSV, cases by themes among them. Cells that a spreadsheet would run are neutralised in all CSV (see `cells`).
"""

import re
import shutil
from pathlib import Path

import pandas as pd

from casesynth.core import paths
from casesynth.core.csvfile import neutral
from casesynth.core.paths import shown
from casesynth.core.review import Review, load
from casesynth.core.schema import CONFIDENTIAL
from casesynth.core.text import plural
from casesynth.exchange import codebook, decisions, linked, refi, workbook
from casesynth.report import pandoc
from casesynth.report.forms import Form


def csv(frame: pd.DataFrame, start: str = "") -> bytes:
    """A table as CSV that a spreadsheet may open; `start` may be a byte order mark."""
    safe = (
        frame.rename(columns=neutral)
        .map(neutral)
        .map(lambda value: str(value).lower() if isinstance(value, bool) else value)
    )
    return (start + safe.to_csv(index=False, lineterminator="\n")).encode("utf-8", "replace")


def files(review: Review, source: Path | None = None) -> dict[str, bytes]:
    """Everything there is to write, as bytes by the path below the export folder; `source` as in `linked.files`."""
    tables = {name: frame for name, frame in review.tables.items() if name not in CONFIDENTIAL}
    sheets = workbook.sheets(review)
    for title, frame in sheets.items():
        tables[f"sheet-{title.lower().replace(' ', '-')}"] = frame
    tables["case-by-theme"] = workbook.case_by_theme(review)
    return {
        "codebook.qdc": refi.codebook(review),
        "project.qdpx": refi.project(review),
        "project-for-qualcoder.qdpx": refi.project(review, case_codes=True),
        # Taguette guesses the encoding; with a byte order mark it cannot guess wrong.
        "codebook-taguette.csv": csv(refi.taguette(review), "\ufeff"),
        "synthesis.xlsx": workbook.workbook(review, sheets),
        **({"decisions.csv": csv(decisions.register(review))} if review.has("decisions") else {}),
        **linked.files(review, source),
        **{f"tables/{name}.csv": csv(frame) for name, frame in sorted(tables.items())},
    }


def export(name: str, source: Path | None = None) -> str:
    """Write the export of a review next to its results, in place of an older one. Returns what to show of it.

    `source` is a reader's own copy of the report that is re-run (`linked.files`).
    """
    review = load(name)
    written = files(review, source)
    folder = paths.read(name) / "export"
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in written.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    html, text = folder / "codebook.html", codebook.text(review)
    for file in (html, html.with_suffix(".docx")):
        pandoc.convert(text, Form(file.suffix[1:], name), file, f"Codebook: {review.settings['title']}")
    # Its links to the other pages lead out of the export.
    html.write_text(re.sub(r'<a href="(\w+\.html)"', r'<a href="../\1"', html.read_text("utf-8")), "utf-8")
    more = [path for path in written if path.endswith((".jsonld", ".trig")) or path == "decisions.csv"]
    lines = [
        f"Written to {shown(folder)}/: project.qdpx and codebook.qdc (REFI-QDA), codebook-taguette.csv,",
        f"{', '.join(['synthesis.xlsx', 'codebook.html', 'codebook.docx', *more])},",
        f"and {plural(sum(path.startswith('tables/') for path in written), 'table')} as CSV in tables/.",
    ]
    if review.has("responses"):
        lines.append("responses.csv is left out: answers as they were given must not be passed on.")
    return "\n".join(lines)
