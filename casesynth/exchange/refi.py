"""Out to other programs for qualitative analysis: REFI-QDA, the exchange format of the QDA programs.

A codebook (.qdc) and a project (.qdpx) after the standard of the Rotterdam Exchange Format Initiative (REFI 2019,
version 1.0). A project is an archive of `project.qde` (XML) and one plain text a source. Here a source is what the
review holds of one case: its headings, the labels and the summaries of its key points; codings mark summaries.

What programs trip over, though the schema allows it, is kept out: positions count Unicode characters and end after
the last; texts have LF and no byte order mark, and are in files; names of codes are unique over the whole tree;
ids have one letter case; a coder is on the selection and on the coding; no container is empty; a memo hangs on
a coding, never on a code, and has a time.
"""

import hashlib
import re
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import pandas as pd

from casesynth import __version__
from casesynth.core import paths
from casesynth.core.archives import packed
from casesynth.core.codings import NONE
from casesynth.core.review import Review
from casesynth.core.schema import REQUIRED

ORIGIN = f"casesynth {__version__}"
PROJECT, CODEBOOK = "urn:QDA-XML:project:1.0", "urn:QDA-XML:codebook:1.0"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "casesynth.refi-qda")
NO_THEME, AGAINST = "No theme", "Against: "
#: A memo must have a time; this one is used if the month of the coding is not known.
UNDATED = "2000-01-01T00:00:00Z"
#: Before the digest by which the tables that were exported are found again.
STATE = "Exported from tables with the digest"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Code:
    """One code of the tree that other programs show."""

    id: str
    name: str
    text: str = ""
    codable: bool = True
    kind: str = "code"
    below: list["Code"] = field(default_factory=list)


@dataclass
class Source:
    """The text of one case, and where in it each key point is: key point -> (start, end, line from 0)."""

    case: str
    name: str
    text: str
    spans: dict[str, tuple[int, int, int]]


def state_of(folder: Path) -> str:
    """A digest of what is exported of the tables in a folder."""
    files = [folder / f"{table}.csv" for table in REQUIRED]
    return hashlib.sha256(b"\n".join(file.read_bytes() for file in files if file.exists())).hexdigest()[:16]


def guid(review: Review, kind: str, *ids: str) -> str:
    """The id of a thing in the exchange file: the same in every export of the same review."""
    return str(uuid.uuid5(NAMESPACE, "\n".join([review.name, kind, *ids])))


def plain(text: str) -> str:
    """Text that XML can hold, with LF; what it cannot hold becomes the replacement character.

    >>> plain("one\\r\\ntwo\\x0b")
    'one\\ntwo�'
    """
    return NOT_XML.sub("\ufffd", str(text).replace("\r\n", "\n").replace("\r", "\n").replace("\ufeff", "")).strip()


def line(text: str) -> str:
    """The text on one line.

    >>> line("Money\\nfor tools")
    'Money for tools'
    """
    return re.sub("\\s*[\n\x85\u2028\u2029]\\s*", " ", plain(text))


def code_names(review: Review) -> dict[str, str]:
    """The name of each code, unique over the whole tree. Returns id -> name.

    A theme is called after its heading ("Barrier: Funding", where the heading has `singular: Barrier`), a general
    theme "General: …"; two that are still the same get their id behind them.
    """
    of = {part.id: part.singular or part.name for part in review.sets.itertuples()}
    names = {NONE: NO_THEME}
    for theme in review.codebook.itertuples():
        before = {"theme": f"{of.get(theme.heading, '')}: ", "general": "General: "}.get(theme.level, "")
        names[theme.id] = line(before + theme.name)
    often = Counter(name.casefold() for name in names.values())
    return {id: name if often[name.casefold()] == 1 else f"{name} [{id}]" for id, name in names.items()}


def description(theme: Any) -> str:
    """What a code says of itself: definition, what it includes and excludes, and the reason of a merge."""
    parts = [plain(theme.definition)]
    parts += [f"{word}: {plain(text)}" for word, text in (
        ("Includes", theme.includes), ("Excludes", theme.excludes), ("Reason", getattr(theme, "reason", "")),
    ) if text]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def code_tree(review: Review) -> list[Code]:
    """The codebook as a tree: refined themes, below them general themes, below them themes.

    Only themes may be coded with. A theme that some key point contradicts has a code "Against: …" below it, so that
    no program counts such a coding as support; key points judged to report no theme have a code of their own.
    """
    names = code_names(review)
    against = set(review.codings.loc[review.codings["direction"].eq("contradicts"), "theme"])
    rows = {theme.id: theme for theme in review.codebook.itertuples()}
    tops = [id for id, theme in rows.items() if theme.parent not in rows]

    def code(id: str) -> Code:
        below = [code(other) for other, theme in rows.items() if theme.parent == id]
        if id in against:
            below.append(Code(f"{id}\nagainst", AGAINST + names[id], "Speaks against the theme above."))
        return Code(id, names[id], description(rows[id]), rows[id].level == "theme", below=below)

    none = Code(NONE, NO_THEME, "Read, and found to report none of the themes.")
    return [code(id) for id in tops] + [none]


def add_codes(parent: Element, review: Review, codes: list[Code]) -> None:
    """Write codes, and those below them, into the XML."""
    for code in codes:
        own = SubElement(parent, "Code", guid=guid(review, code.kind, code.id), name=code.name,
                         isCodable=str(code.codable).lower())  # fmt: skip
        if code.text:
            SubElement(own, "Description").text = code.text
        add_codes(own, review, code.below)


def xml(root: Element) -> bytes:
    """The XML as bytes: UTF-8, LF, indented."""
    indent(root, " ")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def codebook(review: Review) -> bytes:
    """The codebook as a .qdc file."""
    root = Element("CodeBook", xmlns=CODEBOOK, origin=ORIGIN)
    add_codes(SubElement(root, "Codes"), review, code_tree(review))
    return xml(root)


def taguette(review: Review) -> pd.DataFrame:
    """The codebook as Taguette imports it: one row for each theme. Returns tag, description."""
    names = code_names(review)
    themes = review.codebook[review.codebook["level"].eq("theme")]
    rows = [[names[theme.id], description(theme)] for theme in themes.itertuples()]
    return pd.DataFrame(
        [*rows, [NO_THEME, "Read, and found to report none of the themes."]], columns=["tag", "description"]
    )


def case_text(review: Review, case: str, title: str) -> tuple[str, dict[str, tuple[int, int, int]]]:
    """What the review holds of one case as plain text, and where each key point's summary is in it.

    The name of the case is the first line; a heading is on a line with # before it, a label on the line over
    its summary, with a colon.
    """
    lines, spans, at = [], {}, 0

    def put(text: str) -> int:
        nonlocal at
        start = at
        lines.append(text)
        at += len(text) + 1
        return start

    put(line(title))
    own = review.keypoints[review.keypoints["case"].eq(case)]
    for heading in review.headings.itertuples():
        points = own[own["heading"].eq(heading.id)].sort_values(["order", "id"])
        if len(points):
            put("")
            put(f"# {line(heading.name)}")
        for point in points.itertuples():
            if label := line(point.label).rstrip(":"):
                put(f"{label}:")
            if summary := line(point.summary):
                start = put(summary)
                spans[point.id] = (start, start + len(summary), len(lines) - 1)
    return "\n".join(lines) + "\n", spans


def sources(review: Review) -> list[Source]:
    """One source for each case that has key points. Some program makes its name the name of a file."""
    found, taken = [], set()
    for case in review.cases.sort_values("order").itertuples():
        text, spans = case_text(review, case.id, case.name)
        name = re.sub(r"[^\w \-]+", " ", line(case.name)).strip()
        name = name if name and name.casefold() not in taken else case.id
        taken.add(name.casefold())
        if spans:
            found.append(Source(case.id, name, text, spans))
    return found


def coded_by(review: Review) -> dict[str, dict[str, list]]:
    """Every coder's codings of each key point. Returns key point -> coder -> rows of codings."""
    found: dict[str, dict[str, list]] = {}
    for coding in review.codings.sort_values(["keypoint", "coder", "theme"]).itertuples():
        found.setdefault(coding.keypoint, {}).setdefault(coding.coder, []).append(coding)
    return found


def add_source(
    parent: Element, review: Review, source: Source, codings: dict, notes: list, case_codes: bool = False
) -> None:
    """Write one source with its selections; memos are added to `notes` as (id, key point, coder, text).

    Each coder has a selection of their own; a key point that nobody has coded has one without a coder. With `case_codes`,
    the whole text is coded with the code of its case.
    """
    own = SubElement(parent, "TextSource", guid=guid(review, "source", source.case), name=source.name,
                     plainTextPath=f"internal://{guid(review, 'source', source.case)}.txt")  # fmt: skip
    if case_codes:
        whole = SubElement(own, "PlainTextSelection", guid=guid(review, "whole", source.case), name=source.name,
                           startPosition="0", endPosition=str(len(source.text)))  # fmt: skip
        coding = SubElement(whole, "Coding", guid=guid(review, "whole coding", source.case))
        SubElement(coding, "CodeRef", targetGUID=guid(review, "case", source.case))
    for point, (start, end, number) in source.spans.items():
        for coder, rows in codings.get(point, {"": []}).items():
            by: Any = {"creatingUser": guid(review, "coder", coder)} if coder else {}
            selection = SubElement(own, "PlainTextSelection", guid=guid(review, "selection", point, coder),
                                   name=f"line:{number} {point}", startPosition=str(start), endPosition=str(end),
                                   **by)  # fmt: skip
            for row in rows:
                add_coding(selection, review, row, notes)


def add_coding(selection: Element, review: Review, row: Any, notes: list) -> None:
    """Write one coding, with a reference to its memo where it has one."""
    key = (row.keypoint, row.theme, row.coder)
    code = f"{row.theme}\nagainst" if row.direction == "contradicts" and row.theme != NONE else row.theme
    coding = SubElement(
        selection, "Coding", guid=guid(review, "coding", *key), creatingUser=guid(review, "coder", row.coder)
    )
    SubElement(coding, "CodeRef", targetGUID=guid(review, "code", code))
    if memo := plain(row.memo):
        note = guid(review, "memo", *key)
        SubElement(coding, "NoteRef", targetGUID=note)
        notes.append((note, row.keypoint, row.coder, memo))


KINDS = {"boolean": "Boolean", "Int64": "Integer", "bool": "Boolean", "float64": "Float"}


def title_of(column: str) -> str:
    """A column as the name of a variable.

    >>> title_of("full_title")
    'Full title'
    """
    return column.replace("_", " ").capitalize()


def variables(review: Review) -> dict[str, str]:
    """The columns of cases.csv that hold something, as variables. Returns column -> kind of value."""
    there = [column for column in review.cases if column not in ("id", "name")]
    there = [column for column in there if (review.cases[column].notna() & review.cases[column].ne("")).any()]
    return {column: KINDS.get(str(review.cases[column].dtype), "Text") for column in there}


def add_cases(root: Element, review: Review, with_source: set[str]) -> None:
    """Write the cases: their variables, and which source is theirs."""
    kinds = variables(review)
    if kinds and len(review.cases):
        group = SubElement(root, "Variables")
        for column, kind in kinds.items():
            SubElement(
                group, "Variable", guid=guid(review, "variable", column), name=title_of(column), typeOfVariable=kind
            )
    group = SubElement(root, "Cases") if len(review.cases) else root
    for case in review.cases.sort_values("order").itertuples():
        own = SubElement(group, "Case", guid=guid(review, "case", case.id), name=line(case.name))
        for column, kind in kinds.items():
            value = getattr(case, column)
            if pd.isna(value) or value == "":
                continue
            given = SubElement(own, "VariableValue")
            SubElement(given, "VariableRef", targetGUID=guid(review, "variable", column))
            text = str(value).lower() if kind == "Boolean" else plain(value)
            SubElement(given, f"{kind}Value").text = text
        if case.id in with_source:
            SubElement(own, "SourceRef", targetGUID=guid(review, "source", case.id))


def month_of(review: Review, coder: str) -> str:
    """When a coder coded, as a time: the first of the month in coders.csv."""
    when = dict(zip(review.coders["id"], review.coders["when"])).get(coder, "")
    return f"{when}-01T00:00:00Z" if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", str(when)) else UNDATED


def add_notes(root: Element, review: Review, notes: list) -> dict[str, bytes]:
    """Write the memos. Returns their files."""
    files = {}
    group = SubElement(root, "Notes") if notes else root
    of_point: Counter = Counter()
    for note, point, coder, memo in notes:
        of_point[point, coder] += 1  # two memos of one name make QualCoder 3.8 fail
        number = f" ({of_point[point, coder]})" if of_point[point, coder] > 1 else ""
        SubElement(group, "Note", guid=note, name=f"Memo on {point} by {coder}{number}", plainTextPath=f"internal://{note}.txt",
                   creatingUser=guid(review, "coder", coder), creationDateTime=month_of(review, coder))  # fmt: skip
        files[f"sources/{note}.txt"] = memo.encode("utf-8")
    return files


def add_sets(root: Element, review: Review) -> None:
    """Write one set of codes for each heading, or group of headings, that has themes."""
    themes = review.codebook[review.codebook["level"].eq("theme")]
    if themes.empty:
        return
    group = SubElement(root, "Sets")
    for heading in review.sets.itertuples():  # a heading, or a group of headings whose themes are derived together
        own = themes.loc[themes["heading"].eq(heading.id), "id"]
        if len(own):
            members = SubElement(group, "Set", guid=guid(review, "set", heading.id), name=line(heading.name))
            for theme in own:
                SubElement(members, "MemberCode", targetGUID=guid(review, "code", theme))


def project(review: Review, case_codes: bool = False) -> bytes:
    """The whole review as a .qdpx file: coders, codes, cases and their variables, sources, codings, memos.

    With `case_codes`, each case is a code too, with the id of the case, which codes its whole text: QualCoder 4 reads which
    text is whose from nothing else, and NVivo writes it so. Other programs would show such codes among the themes.
    """
    root = Element("Project", xmlns=PROJECT, name=line(review.settings["title"]), origin=ORIGIN)
    if len(review.coders):
        users = SubElement(root, "Users")
        for coder in review.coders["id"]:
            SubElement(users, "User", guid=guid(review, "coder", coder), name=coder, id=coder)
    cases = [Code(case.id, f"Case: {line(case.name)} [{case.id}]", kind="case") for case in review.cases.itertuples()]
    codes = code_tree(review) + [Code("cases", "Cases", codable=False, below=cases)] * (case_codes and bool(cases))
    add_codes(SubElement(SubElement(root, "CodeBook"), "Codes"), review, codes)
    notes: list[Any] = []
    texts, codings = sources(review), coded_by(review)
    add_cases(root, review, {source.case for source in texts})
    group = SubElement(root, "Sources") if texts else root
    for source in texts:
        add_source(group, review, source, codings, notes, case_codes)
    memos = add_notes(root, review, notes)
    add_sets(root, review)
    SubElement(root, "Description").text = plain(
        f"{review.settings['title']}\n\n{review.settings['question']}\n\n"
        "The sources hold the key points of the review, as summarised in its tables, not the texts behind them.\n\n"
        f"{STATE} {state_of(paths.data(review.name))}."
    )
    files = {f"sources/{guid(review, 'source', source.case)}.txt": source.text.encode("utf-8") for source in texts}
    return packed({"project.qde": xml(root), **files, **memos})
