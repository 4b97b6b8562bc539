"""Check a reviewer's own copy of the published report: is every anchor there, and are our summaries our own words?

The copy is plain text or a PDF. It is never kept: only the page that `make audit SOURCE=…` writes into
`results/` quotes it.
"""

import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.audit import source
from casesynth.core.review import Review
from casesynth.core.text import fold, split_sentences, words_of
from casesynth.errors import UserError

#: As many words in a row as the source has them are no longer our own.
SHARED_WORDS = 8
#: A line at the edge of this many pages is a running heading.
REPEATED = 3
#: The tables and columns that hold our own words.
OWN_WORDS = {
    "keypoints": ["summary"],
    "facts": ["fact"],
    "claims": ["claim", "note"],
    "codebook": ["definition", "includes", "excludes", "reason"],
    "participants": ["group", "note"],
    "sections": ["note"],
    "counterparts": ["reason"],
    "codings": ["memo"],
    "extractions": ["summary", "note"],
    "entreq": ["report_why", "compendium_why"],
}
#: The tables whose anchor must be in the entry of their project, and those where the section is enough.
BY_ENTRY, BY_SECTION = ["keypoints", "participants"], ["statements", "facts", "claims"]
FOUND = "found"


def read_copy(file: Path) -> str:
    """The text of a copy: plain text, or a PDF; its page headings and page numbers are dropped.

    Raises UserError for a file that is not there, is empty, is locked, or holds no text.
    """
    if not file.is_file():
        raise UserError(f"SOURCE: there is no file '{file}'. Give the path of your copy of the report, text or PDF.")
    data = file.read_bytes()
    pages = pdf_pages(file) if data[:1024].lstrip().startswith(b"%PDF") else plain(data, file).split("\f")
    text = "\n".join(drop_page_edges(pages))
    if not text.strip():
        raise UserError(f"SOURCE: '{file}' holds no text. A scanned PDF must go through text recognition (OCR) first.")
    return text


def plain(data: bytes, file: Path) -> str:
    """The text of bytes in UTF-8, UTF-16 with its mark, or the older Windows encoding."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        raise UserError(f"SOURCE: '{file}' is neither plain text nor a PDF. Save your copy as one of them.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def pdf_pages(file: Path) -> list[str]:
    """The text of each page of a PDF (by pypdf)."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        # What a page shows is a hyphen, whatever its font calls it: Typst calls it a soft one.
        return [page.extract_text().replace("\u00ad", "-") for page in pypdf.PdfReader(file).pages]
    except Exception as error:  # pypdf raises many kinds for a broken file
        raise UserError(
            f"SOURCE: '{file}' could not be read as a PDF ({type(error).__name__}: {error}). "
            "Open it and save it again, without a password, or save its text as a .txt file."
        ) from None


def drop_page_edges(pages: list[str], deep: int = 3) -> list[str]:
    """The pages without the first and last lines that recur from page to page; numbers may differ.

    >>> drop_page_edges(["Gardens 1\\nOne.", "Gardens 2\\nTwo.", "Gardens 3\\nThree."])
    ['One.', 'Two.', 'Three.']
    """
    lines = [[line for line in page.splitlines() if line.strip()] for page in pages]
    edges = [{*range(deep), *range(len(page) - deep, len(page))} for page in lines]

    def shape(line: str) -> str:
        return re.sub(r"\d+", "#", fold(line))

    seen = pd.Series([shape(page[n]) for page, own in zip(lines, edges) for n in own if 0 <= n < len(page)], dtype=str)
    often = set(seen.value_counts().loc[lambda count: count >= REPEATED].index)
    return [
        "\n".join(line for n, line in enumerate(page) if n not in own or shape(line) not in often)
        for page, own in zip(lines, edges)
    ]


class Copy:
    """A copy cut into the sections and entries of a review; what was not found is listed in `problems`."""

    def __init__(self, text: str, review: Review, document: str) -> None:
        tables = {name: review.table(name) for name in ("sections", "entries")}
        own = {name: table[table["source"].eq(document)] if len(table) else table for name, table in tables.items()}
        self.document, self.furniture = document, source.titles(own["sections"])
        self.cut = source.cut(text, own["sections"], own["entries"])
        self.sections, self.entries, self.problems = self.cut

    def place(self, row: Any, by_entry: bool) -> tuple[list[str], str]:
        """The text that should contain an anchor, with and without page headings, and the name of the place."""
        if by_entry:
            return [self.entries.get((row.section, row.case), "")], f"{row.section} / {row.case}"
        text = self.sections.get(row.section, "")
        return [fold(text), fold(source.drop_furniture(text, self.furniture))], row.section

    def elsewhere(self, row: Any, by_entry: bool) -> list[str]:
        """The other entries of the section, or the other sections, that contain the anchor."""
        if by_entry:
            others = {case: text for (section, case), text in self.entries.items() if section == row.section}
            own, word = row.case, "entry of "
        else:
            others, own, word = self.sections, row.section, "section "
        return [word + name for name, text in others.items() if name != own and source.find(row.anchor, text)]

    def look(self, row: Any, by_entry: bool) -> tuple[str, str, tuple[int, int] | None]:
        """What became of one anchor: (found, or what is wrong), the text of its place, and its position there."""
        texts, _ = self.place(row, by_entry)
        for text in texts:
            spans = [match.span() for match in re.finditer(source.pattern(row.anchor), text)]
            if len(spans) == 1:
                return FOUND, text, spans[0]
        if spans:
            return f"occurs {len(spans)} times", texts[-1], spans[0]
        others = self.elsewhere(row, by_entry)
        return (f"found in the {', '.join(others)} instead" if others else "not found"), texts[-1], None


def passage(text: str, span: tuple[int, int] | None, around: int = 400) -> tuple[str, str, str]:
    """The sentence or labelled statement around an anchor: what precedes it, the anchor, what follows.

    >>> passage("It maps. It builds a garden. It ends.", (12, 18))
    ('It ', 'builds', ' a garden.')
    """
    if span is None:
        return "", "", ""
    start, end = span
    ends = [0, *accumulate(map(len, split_sentences(text)))]
    begins = max(*(at for at in ends if at <= start), start - around)
    stops = min(*(at for at in ends if at >= end), end + around)
    return text[begins:start], text[start:end], text[end:stops].rstrip()


def check_anchors(copy: Copy, review: Review) -> pd.DataFrame:
    """Every anchor of the review that points at the document of the copy.

    Returns table, id, place, anchor, what (found, or what is wrong), before, words, after (the passage).
    """
    rows = []
    for table in [*BY_ENTRY, *BY_SECTION]:
        frame = review.table(table)
        if frame.empty:
            continue
        by_entry = table in BY_ENTRY
        own = frame[frame["source"].eq(copy.document) & frame["anchor"].ne("")]
        for row in own.itertuples():
            what, text, span = copy.look(row, by_entry)
            place = copy.place(row, by_entry)[1]
            rows.append([table, row.id, place, row.anchor, what, *passage(text, span)])
    return pd.DataFrame(rows, columns="table id place anchor what before words after".split())


def check_mentions(copy: Copy, review: Review) -> list[dict]:
    """The searches of mentions.csv that give another result in the copy, as rows of its problems."""
    problems, table = [], review.table("mentions")
    for row in table[table["source"].eq(copy.document)].itertuples() if len(table) else ():
        result = source.search(copy.cut, row.pattern, row.within.split())
        recorded = {"places": row.places, "sections": row.sections, "cases": row.cases}
        for name, value in result.items():
            if value != recorded[name]:
                what = f"{name}: {recorded[name] or 'none'} recorded, {value or 'none'} in the copy"
                problems.append(source.problem("mentions", row.id, row.within, row.pattern, what))
    return problems


def joined(text: str) -> list[str]:
    """The words of a text; a word with a hyphen is one, wherever its line breaks.

    >>> joined("Co-produced re-\\nsearch, it\u2019s 3")
    ['coproduced', 'research', "it's", '3']
    """
    return words_of(re.sub(r"(?<=[^\W\d_])- ?(?=[^\W\d_])", "", fold(text)))


def shared_runs(ours: str, runs: set[tuple[str, ...]], names: set[tuple[str, ...]]) -> str:
    """The longest run of words that our text shares with the source; empty where it has fewer than eight.

    A run that is all inside the name of a project or document does not count.

    >>> runs = {tuple("a b c d e f g h".split())}
    >>> shared_runs("so a b c d e f g h go", runs, set())
    'a b c d e f g h'
    """
    words, length, longest, end = joined(ours), 0, 0, 0
    for start, run in enumerate(runs_in(words)):
        length = length + 1 if run in runs and run not in names else 0
        if length > longest:
            longest, end = length, start + SHARED_WORDS
    return " ".join(words[end - SHARED_WORDS - longest + 1 : end])


def runs_in(words: list[str]) -> Iterator[tuple[str, ...]]:
    """Every run of eight words, in order."""
    return zip(*(words[start:] for start in range(SHARED_WORDS)))


def check_words(text: str, review: Review) -> pd.DataFrame:
    """Our own words that share eight or more in a row with the source. Returns table, id, column, shared."""
    names = [*review.cases["full_title"], *review.cases["name"]]
    for table, column in (("aliases", "published_name"), ("sources", "title"), ("sections", "title_body")):
        names += list(review.table(table).get(column, []))
    runs, named = set(runs_in(joined(text))), {run for name in names for run in runs_in(joined(name))}
    rows = []
    for table, columns in OWN_WORDS.items():
        frame = review.table(table)
        for column in [column for column in columns if column in frame]:
            for position, ours in enumerate(frame[column]):
                shared = shared_runs(ours, runs, named)
                if shared:
                    rows.append([table, row_name(frame.iloc[position]), column, shared])
    return pd.DataFrame(rows, columns=["table", "id", "column", "shared"])


def row_name(row: pd.Series) -> str:
    """The id of a row; a coding has none, and goes by its key point and theme."""
    return row["id"] if "id" in row else f"{row['keypoint']} / {row['theme']}"


def check(file: Path, review: Review) -> dict[str, pd.DataFrame]:
    """Everything that a copy can show.

    Returns anchors (as `check_anchors`), problems (table, id, place, anchor, what: those of entries and sections and the
    anchors that are not found), shared (as `check_words`). Raises UserError for a copy that cannot be read, and for
    a review that does not say which document it re-runs.
    """
    text = read_copy(file)
    if "published" not in review.settings or not review.has("sections"):
        raise UserError(
            f"data/{review.name}/: a copy can be checked only where review.yaml says `published:` (the document "
            "of sources.csv that is re-run) and sections.csv says where its sections start."
        )
    copy = Copy(text, review, review.settings["published"])
    anchors = check_anchors(copy, review)
    bad = anchors.loc[anchors["what"].ne(FOUND), ["table", "id", "place", "anchor", "what"]]
    columns = "table id place anchor what".split()
    other = [*copy.problems, *check_mentions(copy, review)]
    problems = pd.concat([pd.DataFrame(other, columns=columns), bad], ignore_index=True)
    return {"anchors": anchors, "problems": problems, "shared": check_words(text, review)}
