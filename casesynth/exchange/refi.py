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
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth import __version__
from casesynth.core import paths
from casesynth.core.archives import packed
from casesynth.core.codings import NONE
from casesynth.core.files import templates
from casesynth.core.review import Review
from casesynth.core.schema import REQUIRED

ORIGIN = f"casesynth {__version__}"
TEMPLATES = Path(__file__).parent / "templates"
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
    """The text on one line."""
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


def xml(template: str, review: Review, codes: list[Code], **values: Any) -> bytes:
    """A file of REFI-QDA from its template. Every value is escaped."""
    known = {"review": review, "codes": codes, "origin": ORIGIN, "line": line, "plain": plain}
    text = templates(TEMPLATES, html=True).get_template(template)
    return text.render(known, guid=partial(guid, review), **values).lstrip().encode("utf-8") + b"\n"


def codebook(review: Review) -> bytes:
    """The codebook as a .qdc file."""
    return xml("codebook.qdc", review, code_tree(review))


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


def codings_of(review: Review, points: set[str]) -> list[dict]:
    """Every coder's codings of these key points, as a project has them.

    Rows of codings.csv with their code (a theme, or the one against it), and the id and the title of their memo.
    """
    table = review.codings[review.codings["keypoint"].isin(points)].sort_values(["keypoint", "coder", "theme"])
    rows, often = table.to_dict("records"), Counter[tuple[str, str]]()
    for row in rows:
        against = row["direction"] == "contradicts" and row["theme"] != NONE
        memo = plain(row["memo"])
        often[row["keypoint"], row["coder"]] += bool(memo)
        number = often[row["keypoint"], row["coder"]]
        row |= {
            "code": f"{row['theme']}\nagainst" if against else row["theme"],
            "memo": memo,
            "note": guid(review, "memo", row["keypoint"], row["theme"], row["coder"]),
            # Two memos of one name make QualCoder 3.8 fail.
            "title": f"Memo on {row['keypoint']} by {row['coder']}{f' ({number})' if number > 1 else ''}",
        }
    return rows


KINDS = {"boolean": "Boolean", "Int64": "Integer", "bool": "Boolean", "float64": "Float"}


def title_of(column: str) -> str:
    """A column as the name of a variable."""
    return column.replace("_", " ").capitalize()


def holds(value: Any) -> bool:
    """Whether a cell of cases.csv says something."""
    return not (pd.isna(value) or value == "")


def variables(review: Review) -> dict[str, str]:
    """The columns of cases.csv that hold something, as variables. Returns column -> kind of value."""
    cases = review.cases.drop(columns=["id", "name"])
    return {column: KINDS.get(str(cells.dtype), "Text") for column, cells in cases.items() if cells.map(holds).any()}


def month_of(review: Review, coder: str) -> str:
    """When a coder coded, as a time: the first of the month in coders.csv."""
    when = dict(zip(review.coders["id"], review.coders["when"])).get(coder, "")
    return f"{when}-01T00:00:00Z" if re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", str(when)) else UNDATED


def project(review: Review, case_codes: bool = False) -> bytes:
    """The whole review as a .qdpx file: coders, codes, cases and their variables, sources, codings, memos.

    With `case_codes`, each case is a code too, with the id of the case, which codes its whole text: QualCoder 4 reads which
    text is whose from nothing else, and NVivo writes it so. Other programs would show such codes among the themes.
    """
    cases = review.cases.sort_values("order")
    own = [Code(case.id, f"Case: {line(case.name)} [{case.id}]", kind="case") for case in review.cases.itertuples()]
    of_cases = [Code("cases", "Cases", codable=False, below=own)] if case_codes and own else []
    texts = sources(review)
    codings = codings_of(review, {point for source in texts for point in source.spans})
    coded: dict[str, dict[str, list]] = {}
    for coding in codings:
        coded.setdefault(coding["keypoint"], {}).setdefault(coding["coder"], []).append(coding)
    notes = [coding for coding in codings if coding["memo"]]
    themes = review.codebook[review.codebook["level"].eq("theme")].groupby("heading")["id"].agg(list)
    about = (
        f"{review.settings['title']}\n\n{review.settings['question']}\n\n"
        "The sources hold the key points of the review, as summarised in its tables, not the texts behind them.\n\n"
        f"{STATE} {state_of(paths.data(review.name))}."
    )
    tree = xml(
        "project.qde",
        review,
        code_tree(review) + of_cases,
        coders=list(review.coders["id"]),
        cases=cases.to_dict("records"),
        variables=variables(review),
        title_of=title_of,
        holds=holds,
        sources=texts,
        with_source={source.case for source in texts},
        case_codes=case_codes,
        coded=coded,
        notes=notes,
        month_of=partial(month_of, review),
        sets=[(part, themes[part.id]) for part in review.sets.itertuples() if part.id in themes],
        description=plain(about),
    )
    files = {f"sources/{guid(review, 'source', source.case)}.txt": source.text for source in texts}
    files |= {f"sources/{coding['note']}.txt": coding["memo"] for coding in notes}
    return packed({"project.qde": tree, **{name: text.encode("utf-8") for name, text in files.items()}})
