"""Take in the export of an online form: `make import REVIEW=my-review FORM=responses.xlsx`.

One row of the export is one case. Which column names the case, and which question belongs to which heading, stands
in review.yaml under `form`. What somebody has made of an answer, a summary or a coding, is never overwritten: where
an answer has changed, the key points that rest on it are marked as stale, and new ones come beside them.
"""

import difflib
import html
import json
import os
import re
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from casesynth import UserError, csvfile, paths, xlsx
from casesynth.csvfile import tidy
from casesynth.parameters import nearest
from casesynth.review import schemas
from casesynth.settings import load_settings
from casesynth.source import fold

#: Columns that form services add of themselves.
SERVICE = set(
    "id|start time|completion time|last modified time|timestamp|language|total points|quiz feedback|grade posted time|"
    "response id|responseid|date submitted|last page|start language|seed|submitted|submission time|submission date|"
    "startdate|enddate|status|progress|duration (in seconds)|finished|recordeddate|distributionchannel|userlanguage".split(
        "|"
    )
)
#: Columns about the person who answered: left out unless review.yaml asks for them.
PERSONAL = set(
    "email|e-mail|email address|e-mail address|your email|your e-mail|name|your name|full name|first name|last name|surname|"
    "respondent|respondent name|username|user name|phone|telephone|phone number|ip address|ipaddress|recipientlastname|"
    "recipientfirstname|recipientemail|locationlatitude|locationlongitude|externalreference|contact".split("|")
)
SUBMITTED = [
    "completion time",
    "timestamp",
    "date submitted",
    "submitted",
    "submission time",
    "submission date",
    "recordeddate",
]
#: Words by which a question is taken to belong to a heading; beside these, the words of the heading's own name.
WORDS = {
    "summary": "overview summary summarise abstract",
    "setting": "setting where located location place partners",
    "aims": "aim aims purpose goal goals objective objectives",
    "description": "description describe activities",
    "methods": "method methods methodology approach",
    "participants": "participants participant",
    "data-collection": "data collected collection evaluation",
    "impact": "impact impacts difference",
    "outcomes": "outcome outcomes results achievements",
    "enablers": "enabler enablers enabled helped helps facilitators facilitated",
    "barriers": "barrier barriers challenge challenges hindered hinders obstacles harder difficult difficulties",
    "learning": "learning learnt learned lesson lessons",
    "next-steps": "next future plans steps",
    "further-information": "further links link more",
}
EMPTY = {"", "-", "--", ".", "n/a", "na", "none", "nil", "no answer", "not applicable", "n.a.", "?"}


@dataclass
class Question:
    """A question of the form: its id, the heading it belongs to ("" leaves it out), and its wordings."""

    id: str
    heading: str
    columns: list[str]


@dataclass
class Form:
    """How an export is read: what review.yaml says under `form`."""

    case: str = ""
    submitted: str = ""
    consent: str = ""
    keep: list[str] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


@dataclass
class Tables:
    """The tables that an import reads and writes, all texts."""

    cases: pd.DataFrame
    keypoints: pd.DataFrame
    codings: pd.DataFrame
    responses: pd.DataFrame
    sentences: pd.DataFrame
    respondents: pd.DataFrame


# ---- the export ----


def read_export(file: Path) -> csvfile.Sheet:
    """The rows of an export, .xlsx or CSV, as texts. Raises UserError for any other kind of file."""
    if not file.exists():
        near = nearest(file.name, [p.name for p in file.parent.glob("*")] if file.parent.is_dir() else [])
        raise UserError(f"FORM={file}: there is no such file.{near}")
    kind = file.suffix.lower()
    if kind in (".xlsx", ".xlsm"):
        sheets = {name: rows for name, rows in xlsx.read_book(file).items() if any(map(any, rows))}
        if not sheets:
            raise UserError(f"{file.name}: found no filled cell in the workbook.")
        first = next(iter(sheets))
        records = [[xlsx.as_text(value) for value in values] for values in sheets[first]]
        notes = [f"worksheet '{first}' was read; not read: {', '.join(list(sheets)[1:])}"] if len(sheets) > 1 else []
        found = csvfile.shape(records, ",", notes, file.name)
    elif kind in (".csv", ".tsv", ".txt"):
        found = csvfile.read(file)
    else:
        raise UserError(f"{file.name}: expected .xlsx or .csv. Open it in Excel or LibreOffice and save it as .xlsx.")
    return numbered(found)


def numbered(sheet: csvfile.Sheet) -> csvfile.Sheet:
    """Columns with the same title get a number; a column without one is called by its place."""
    seen, header = {}, []
    for place, name in enumerate(sheet.header, 1):
        name = name or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        header.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    sheet.header = header
    return sheet


def key(text: str) -> str:
    """A question or name as it is compared: case, punctuation, quotes, numbering and white space aside.

    >>> key("8a. What\\u2019s the Impact\\xa0?") == key("What's the impact?")
    True
    """
    text = re.sub(r"^\s*(q(uestion)?\s*)?\d+[a-z]?\s*[.):]\s+", "", fold(tidy(text)).casefold())
    return " ".join(re.findall(r"\w+", text))


def alike(one: str, other: str) -> float:
    """How alike two questions are, 0 to 1."""
    return difflib.SequenceMatcher(None, key(one), key(other), autojunk=False).ratio()


# ---- the mapping in review.yaml ----


def form_of(settings: dict, name: str) -> Form:
    """What review.yaml says under `form`. Raises UserError where it is not of the form that `make new` writes."""
    own = settings.get("form")
    if not own:
        return Form()
    known = [heading["id"] for heading in settings["headings"]]
    where = f"data/{name}/review.yaml, form"
    texts = {name_: own.get(name_) or "" for name_ in ("case", "submitted", "consent")} if isinstance(own, dict) else {}
    shaped = isinstance(own, dict) and all(isinstance(text, str) for text in texts.values())
    shaped = shaped and isinstance(own.get("questions") or [], list) and isinstance(own.get("cases") or {}, dict)
    if not shaped or not isinstance(own.get("keep") or [], list):
        raise UserError(
            f"{where}: expected case, submitted, consent (texts), keep (a list), cases and questions; see docs/own-review.md."
        )
    questions = []
    for number, question in enumerate(own.get("questions") or [], 1):
        also = question.get("also") or [] if isinstance(question, dict) else None
        if not isinstance(also, list) or not isinstance(question.get("column"), str):
            raise UserError(f'{where}, question {number}: expected {{id: q01, heading: aims, column: "…", also: []}}.')
        heading, id = str(question.get("heading") or ""), str(question.get("id") or "")
        if heading and heading not in known:
            raise UserError(
                f"{where}, question {number}: found heading '{heading}', expected an id under headings.{nearest(heading, known)}"
            )
        if not re.fullmatch(r"[a-z0-9]+", id) or id in [q.id for q in questions]:
            raise UserError(f"{where}, question {number}: found id '{id}'; expected a new one such as q{number:02d}.")
        questions.append(Question(id, heading, [question["column"], *map(str, also)]))
    keep, cases = list(map(str, own.get("keep") or [])), {str(k): str(v) for k, v in (own.get("cases") or {}).items()}
    return Form(texts["case"], texts["submitted"], texts["consent"], keep, cases, questions)


FORM_HELP = """\
# How `make import` reads the export of your form. Where the lines do not fit it, the first import proposes others.
#   case:      the column that names the case
#   submitted: the column with the time of an answer: of two answers of one case the later counts; "" takes the lower row
#   consent:   the column that asks for consent: rows that do not say yes are left out; "" for no such column
#   keep:      columns about respondents to keep, such as [Name, Email]; they go to respondents.csv, which stays out of
#              the repository. [] keeps none
#   cases:     columns that fill cases.csv, such as {lead: Institution, nation: Country}
#   questions: id (do not change it), heading (an id above; "" leaves the question out), column (as in the export),
#              also (other wordings of the same question)
"""


def form_text(form: Form) -> str:
    """The `form` part of review.yaml, with its explanations."""

    def quoted(value) -> str:
        return json.dumps(value, ensure_ascii=False)

    cases = ", ".join(f"{name}: {quoted(column)}" for name, column in form.cases.items())
    lines = [
        f"form:\n  case: {quoted(form.case)}\n  submitted: {quoted(form.submitted)}\n  consent: {quoted(form.consent)}"
    ]
    lines += [f"  keep: {quoted(form.keep)}\n  cases: {{{cases}}}\n  questions:" + ("" if form.questions else " []")]
    for question in form.questions:
        first, also = quoted(question.columns[0]), quoted(question.columns[1:])
        lines.append(
            f"    - {{id: {question.id}, heading: {question.heading or quoted('')}, column: {first}, also: {also}}}"
        )
    return FORM_HELP + "\n".join(lines) + "\n"


def write_form(file: Path, form: Form) -> None:
    """Put the form part into review.yaml in the place of the one there, and leave every other line as it is."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    starts = [number for number, line in enumerate(lines) if re.match(r"form\s*:", line)]
    if starts:
        start = starts[0]
        end = next((n for n in range(start + 1, len(lines)) if re.match(r"[^\s#]", lines[n])), len(lines))
        while start and lines[start - 1].startswith("#"):
            start -= 1
    else:
        start = end = len(lines)
    before = "".join(lines[:start])
    text = before + ("" if before.endswith("\n") or not before else "\n") + form_text(form) + "".join(lines[end:])
    partial = file.with_name(file.name + ".tmp")
    partial.write_text(text, "utf-8")
    os.replace(partial, file)


def propose(sheet: csvfile.Sheet, headings: list[dict]) -> tuple[Form, list[str], list[str]]:
    """A mapping for an export that review.yaml does not know yet; what in it must be decided; what to look at."""
    form, doubts, remarks = Form(), [], []
    filled = sheet.frame().map(lambda text: text.strip())
    left = [name for name in sheet.header if kind_of(name) == "question"]
    form.submitted = next((name for want in SUBMITTED for name in sheet.header if key(name) == want), "")
    form.consent = next((name for name in left if re.search(r"\b(consent|do you agree)\b", key(name))), "")
    form.case = next((name for name in left if names_case(name)), "")
    if not form.case:
        doubts.append("no column was found that names the case: fill in `case`")
    for name in left:
        if name in (form.case, form.consent):
            continue
        texts = filled[name][filled[name].ne("")]
        heading, sure = heading_of(name, headings)
        repeats = len(texts) >= 8 and texts.nunique() < len(texts) / 2
        if repeats or not heading and (texts.empty or texts.str.len().mean() < 25):
            column = next((c for c, words in CASE_COLUMNS.items() if set(words_of(name).split()) & words), "")
            if column and column not in form.cases:
                form.cases[column] = name
            else:
                remarks.append(f"'{short(name)}' holds labels, not statements: left out")
            continue
        if not heading:
            doubts.append(
                f"'{short(name)}': no heading was found for it. Fill in `heading`, or leave it empty to leave it out"
            )
        elif not sure:
            doubts.append(f"'{short(name)}' may belong to more than one heading; {heading} is proposed")
        twin = next(
            (q for q in form.questions if heading and q.heading == heading and reworded(name, q.columns, filled)), None
        )
        if twin:
            twin.columns.append(name)
            remarks.append(f"'{short(name)}' is taken for another wording of '{short(twin.columns[0])}'")
        else:
            form.questions.append(Question(f"q{len(form.questions) + 1:02d}", heading, [name]))
    if not any(question.heading for question in form.questions):
        doubts.append("no question belongs to a heading yet")
    return form, doubts, remarks


#: Columns of cases.csv that a column of labels may fill, by a word in its title.
CASE_COLUMNS = {
    "lead": {"institution", "organisation", "organization", "university", "lead"},
    "nation": {"nation", "country", "region"},
}


def names_case(name: str) -> bool:
    """Does a column of this title name the case?

    >>> names_case("What is the name of your project?"), names_case("Title"), names_case("Name")
    (True, True, False)
    """
    words = set(words_of(name).split())
    what = {"project", "case", "programme", "program", "study"}
    return bool(words & {"name", "title"} and words & what) or bool(words) and words <= {"title", *what}


def reworded(name: str, columns: list[str], filled: pd.DataFrame) -> bool:
    """Is a column another wording of a question? Much alike; or a little, and no row answers both."""
    near = max(alike(name, column) for column in columns)
    apart = not (filled[name].ne("") & filled[columns].ne("").any(axis=1)).any()
    return near > 0.85 or near > 0.5 and apart and bool(filled[name].ne("").any())


def kind_of(name: str) -> str:
    """What a column is: service (of the form's program), personal, or question.

    >>> kind_of("Completion time"), kind_of("Email"), kind_of("What helps?")
    ('service', 'personal', 'question')
    """
    plain = " ".join(tidy(name).casefold().split())
    if plain in SERVICE or re.match(r"(points|feedback) - ", plain):
        return "service"
    return "personal" if plain in PERSONAL else "question"


def words_of(name: str) -> str:
    """The words of a column's title in small letters; a title without blanks is divided at its capitals.

    >>> words_of("ImpactSummary")
    'impact summary'
    """
    divided = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name) if " " not in name else name
    return key(divided.replace("_", " "))


def heading_of(name: str, headings: list[dict]) -> tuple[str, bool]:
    """The heading that a question most likely belongs to ("" for none), and whether only one is likely."""
    words = words_of(name)
    exact = [h["id"] for h in headings if words in (key(h["name"]), key(h["id"].replace("-", " ")))]
    if exact:
        return exact[0], True
    found = {}
    for heading in headings:
        own = set(WORDS.get(heading["id"], "").split()) | {w for w in key(heading["name"]).split() if len(w) > 3}
        places = [place for place, word in enumerate(words.split()) if word in own]
        if places:
            found[heading["id"]] = min(places)
    if not found:
        return "", False
    # The word that comes first says what a question is about: "Barriers: what made it hard to reach participants?"
    return min(found, key=found.get), len(found) == 1 or min(found.values()) == 0


def short(name: str, most: int = 70) -> str:
    """A question as it is quoted in a message."""
    return name if len(name) <= most else name[:most] + "…"


# ---- from answers to sentences ----

BULLET = re.compile(
    r"\s*(?:[\u2022\u25aa\u25cf\u25e6\u2023\u00b7\uf0b7*]|[-\u2013\u2014](?=\s)|o(?=\s\s|\t)|\(?\d{1,2}[.)](?=\s)|\(?[a-z][)](?=\s))\s*"
)
ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|al|approx|ca|no|nos|fig|figs|vol|pp|p|ed|eds|dr|mr|mrs|ms|prof|rev|st|sr|jr|inc|ltd|dept|univ)"
    r"|\b[A-Z])\.$", re.I
)  # fmt: skip
ENDING = re.compile(r"[.!?\u2026]+[\"'\u2019\u201d)\]]*\s+(?=[\"'\u2018\u201c(\[]*[A-Z0-9\u00a3\u20ac$])")


def cleaned(text: str) -> str:
    """An answer as given, without what programs have left in it: escapes, control characters, blanks at line ends.

    >>> cleaned("One_x000D_\\nTwo\\xa0 \\u200b")
    'One\\nTwo'
    """
    text = csvfile.newlines(xlsx.unescaped(text))
    text = "".join(
        letter for letter in text if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs", "Cf", "Cn")
    )
    return "\n".join(line.rstrip() for line in text.split("\n")).strip()


def lines_of(text: str) -> list[str]:
    """The items and paragraphs of an answer; lines that only break because the text was wrapped are joined.

    >>> lines_of("We map assets\\nWe build a\\ngarden\\n\\n- soil\\n- seeds")
    ['We map assets', 'We build a garden', 'soil', 'seeds']
    """
    lines = text.split("\n")
    inner = [line.strip() for line in lines[1:] if line.strip() and not BULLET.match(line)]
    wrapped = len(inner) > 2 and sum(line[0].islower() for line in inner) >= 0.3 * len(inner)
    parts, open_ = [], False
    for line in lines:
        bare = BULLET.sub("", line, count=1).strip() if BULLET.match(line) else line.strip()
        if not bare:
            open_ = False
            continue
        goes_on = open_ and not BULLET.match(line) and (bare[0].islower() or wrapped)
        if goes_on:
            parts[-1] += " " + bare
        else:
            parts.append(bare)
        open_ = True
    return parts


def sentences_of(text: str) -> list[str]:
    """The sentences of an answer, each on one line.

    >>> sentences_of("We map assets, e.g. gardens. Dr. Ash helps! \\u2022 It works")
    ['We map assets, e.g. gardens.', 'Dr. Ash helps!', 'It works']
    """
    if re.search(r"&(#\d+|#x[0-9a-fA-F]+|[a-z]{2,8});", text):
        text = html.unescape(text)
    found = []
    for part in lines_of(re.sub(r"(?<=\S)\s+([\u2022\u25aa\u25cf\uf0b7])\s*", r"\n\1 ", text)):
        start = 0
        for end in ENDING.finditer(part):
            piece = part[start : end.end()].strip()
            if not ABBREVIATION.search(piece):
                found.append(piece)
                start = end.end()
        found.append(part[start:])
    found = [" ".join(sentence.split()) for sentence in found]
    return [sentence for sentence in found if any(letter.isalnum() for letter in sentence)]


def same(one: str, other: str) -> bool:
    """Do two answers say the same, white space, quotes and dashes aside?"""
    return fold(one) == fold(other)


# ---- from rows to tables ----


@dataclass
class Report:
    """What an import has done, told in the order of the lists."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, detail: str) -> None:
        self.lines.setdefault(what, []).append(detail)

    def text(self, most: int = 12) -> str:
        """One line for each kind of thing, with its details below; long lists are cut and say so."""
        parts = []
        for what, details in self.lines.items():
            more = [f"… and {len(details) - most} more"] if len(details) > most else []
            parts.append("\n    ".join([f"  {what}: {len(details)}", *details[:most], *more]))
        return "\n".join(parts)


def answers_of(sheet: csvfile.Sheet, form: Form, report: Report) -> tuple[list[tuple[str, dict, dict]], Form]:
    """The cases of an export with their answers: (name, {question id: text}, {column: text}); and the form as used.

    Rows without a name or without consent are left out; of repeated submissions the later answer counts.
    """
    columns, form = find_columns(sheet, form, report)
    frame = sheet.frame()
    order = in_time(frame[form.submitted]) if form.submitted in frame else list(range(len(frame)))
    cases: dict[str, list] = {}
    for position in order:
        row, number = frame.iloc[position], sheet.numbers[position]
        name = " ".join(cleaned(row[form.case]).split())
        if form.consent in frame and not re.match(
            r"(yes|y|true|i agree|agree|i consent|consent)\b", row[form.consent].strip(), re.I
        ):
            report.add("rows left out: no consent", f"row {number}")
            continue
        if not name:
            report.add(f"rows left out: nothing in '{short(form.case)}'", f"row {number}")
            continue
        said = {}
        for question in form.questions:
            texts = [cleaned(row[column]) for column in columns[question.id]]
            texts = [text for text in texts if key(text) not in {key(empty) for empty in EMPTY} and text not in EMPTY]
            if texts and question.heading:
                said[question.id] = "\n\n".join(dict.fromkeys(texts))
        if key(name) in cases:
            before = cases[key(name)]
            report.add(
                "repeated submissions (the later answer to a question counts)", f"{name}: rows {before[3]} and {number}"
            )
            before[1].update(said)
            before[2].update({c: t for c, t in row.items() if t.strip()})
            before[3] = f"{before[3]}, {number}"
        else:
            cases[key(name)] = [name, said, dict(row), str(number)]
    return [(name, said, row) for name, said, row, _ in cases.values()], form


def find_columns(sheet: csvfile.Sheet, form: Form, report: Report) -> tuple[dict[str, list[str]], Form]:
    """The columns of each question in this export; a question renamed half-way is found by its likeness."""
    by_key = {}
    for name in sheet.header:
        by_key.setdefault(key(name), name)
    form.case = need(form.case, by_key, sheet, "case")
    form.submitted = by_key.get(key(form.submitted), "") or next(
        (by_key[key(s)] for s in SUBMITTED if key(s) in by_key), ""
    )
    if form.consent:
        form.consent = need(form.consent, by_key, sheet, "consent")
    columns = {q.id: [by_key[key(c)] for c in dict.fromkeys(q.columns) if key(c) in by_key] for q in form.questions}
    used = {
        form.case,
        form.submitted,
        form.consent,
        *form.keep,
        *form.cases.values(),
        *(c for own in columns.values() for c in own),
    }
    filled = sheet.frame().map(lambda text: text.strip())
    for name in sheet.header:
        if name in used:
            continue
        kind = kind_of(name)
        if kind == "personal":
            report.add("columns about respondents, left out (review.yaml, form, keep)", short(name))
        if kind != "question" or not filled[name].ne("").any():
            continue
        near = sorted(((alike(name, c), q) for q in form.questions for c in q.columns), key=lambda pair: -pair[0])
        if near and (near[0][0] > 0.85 or near[0][0] > 0.5 and reworded_half_way(name, near[0][1], columns, filled)):
            question = near[0][1]
            columns[question.id].append(name)
            question.columns.append(name)
            report.add(
                "questions reworded (noted in review.yaml under `also`; mend it if wrong)",
                f"'{short(name)}' is read as '{short(question.columns[0])}'",
            )
        else:
            hint = f"; is it another wording of '{short(near[0][1].columns[0])}'?" if near and near[0][0] > 0.55 else ""
            report.add("columns that no question of review.yaml names, left out", f"'{short(name)}'{hint}")
    for question in form.questions:
        if not columns[question.id] and question.heading:
            report.add("questions that the export does not have", f"{question.id}: '{short(question.columns[0])}'")
    return columns, form


def reworded_half_way(name: str, question: Question, columns: dict[str, list[str]], filled: pd.DataFrame) -> bool:
    """Is it the question under a new title: the old title is gone from the export, or no row answers both?"""
    old = columns[question.id]
    return not old or reworded(name, old, filled)


def need(name: str, by_key: dict, sheet: csvfile.Sheet, what: str) -> str:
    """The column of the export that review.yaml names."""
    if key(name) in by_key:
        return by_key[key(name)]
    raise UserError(
        f"review.yaml, form, {what}: found '{short(name)}', which is no column of the export.{nearest(name, sheet.header)} "
        f"Columns: {'; '.join(short(column, 40) for column in sheet.header)}."
    )


def in_time(times: pd.Series) -> list[int]:
    """The rows in the order of their times; in their own order where any time cannot be read for certain.

    >>> in_time(pd.Series(["45231.5", "2023-10-01 10:00"]))
    [1, 0]
    """
    stamps = [moment(text) for text in times]
    if any(stamp is None for stamp in stamps):
        return list(range(len(times)))
    return sorted(range(len(times)), key=lambda row: (stamps[row], row))


def moment(text: str) -> float | None:
    """A time in days as a spreadsheet counts them (from 1899-12-30); None where the order of day and month is not plain."""
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return (
            datetime.fromisoformat(text.strip().replace("Z", "")).replace(tzinfo=None) - datetime(1899, 12, 30)
        ).total_seconds() / 86400
    except ValueError:
        return None


def slug(name: str, taken) -> str:
    """An id from a name: at most about 40 letters, cut between words, and not one of those taken.

    >>> slug("Caf\\xe9 \\u2013 the Garden!", {"cafe-the-garden"})
    'cafe-the-garden-2'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().replace("'", "")
    words = re.findall(r"[a-z0-9]+", plain) or ["case"]
    id = words[0][:40]
    for word in words[1:]:
        if len(id) + len(word) > 39:
            break
        id += f"-{word}"
    number, unique = 1, id
    while unique in taken:
        number += 1
        unique = f"{id}-{number}"
    return unique


def short_title(name: str, most: int = 60) -> str:
    """A name for tables and figures: the whole, or its first words.

    >>> short_title("A very long title of a project", 15)
    'A very long …'
    """
    return (
        name
        if len(name) <= most
        else name[: name.rfind(" ", 0, most - 1) if " " in name[: most - 1] else most - 1].rstrip() + " …"
    )


def take_in(cases: list[tuple[str, dict, dict]], form: Form, tables: Tables, report: Report) -> Tables:
    """The tables with the answers of an export added to what stands in them. Nothing is overwritten but answers."""
    heading_of_question = {question.id: question.heading for question in form.questions}
    ids = {}
    for row in tables.cases.to_dict("records"):
        for name in (row["id"], row["name"], row["full_title"]):
            ids.setdefault(key(name), row["id"])
    orders = [int(order) for order in tables.cases["order"] if order.isdigit()]
    new_cases, respondents = [], []
    responses = {row["id"]: row for row in tables.responses.to_dict("records")}
    points = tables.keypoints.to_dict("records")
    sentences = tables.sentences.to_dict("records")
    by_answer: dict[str, list[dict]] = {}
    for point in points:
        by_answer.setdefault(point["answer"], []).append(point)
    coded = set(tables.codings["keypoint"])
    numbers, orders_in = numbering(tables)
    known_names = list(ids)
    for name, said, row in cases:
        case = ids.get(key(name))
        if case is None:
            case = slug(name, set(ids.values()))
            like = difflib.get_close_matches(key(name), known_names, n=1, cutoff=0.9) if known_names else []
            hint = (
                f" (its name is much like that of {ids[like[0]]}; if it is the same, mend the export)" if like else ""
            )
            ids[key(name)] = case
            orders.append(max(orders, default=0) + 1)
            extra = {column: " ".join(cleaned(row.get(title, "")).split()) for column, title in form.cases.items()}
            base = dict.fromkeys(tables.cases.columns, "")
            base |= {
                "id": case,
                "order": str(orders[-1]),
                "name": short_title(name),
                "full_title": name,
                "case_study": "true",
            }
            new_cases.append(base | {column: text for column, text in extra.items() if column in base})
            report.add("new cases", f"{case}: {short(name)}{hint}")
        respondents += [
            {"case": case, "column": c, "given": cleaned(row[c])} for c in form.keep if row.get(c, "").strip()
        ]
        for question, text in said.items():
            answer, heading = f"{case}-{question}", heading_of_question[question]
            old = responses.get(answer)
            own = by_answer.get(answer, [])
            kept = []
            if old is None and own:
                raise UserError(
                    f"keypoints.csv has key points of the answer {answer}, but responses.csv does not: it is not in the "
                    "repository. Copy responses.csv and sentences.csv from the computer of the last import, then import again."
                )
            if re.search(r"[\w.+-]+@[\w-]+\.\w|(?<!\d)(\+\d{2}|0)\d[\d ]{8,}", text):
                report.add("answers with what looks like an e-mail address or telephone number", answer)
            if old and old["heading"] == heading and same(old["answer"], text):
                continue
            responses[answer] = {"id": answer, "case": case, "question": question, "heading": heading, "answer": text}
            if old:
                moved = old["heading"] != heading
                report.add(
                    "changed answers" if not moved else "answers whose question belongs to another heading now", answer
                )
                for point in own:
                    if moved and not point["summary"] and point["id"] not in coded:
                        point["gone"] = True  # nobody has made anything of it yet: it starts again under its heading
                        continue
                    if point["state"] != "stale":
                        report.add("key points marked stale", point["id"])
                    point["state"] = "stale"
                kept = [] if moved else sentences_of(old["answer"])
            for sentence in fresh(sentences_of(text), kept):
                place = f"{case}-{heading}"
                numbers[place], orders_in[place] = numbers.get(place, 0) + 1, orders_in.get(place, 0) + 1
                id = f"{place}-{numbers[place]:02d}"
                base = dict.fromkeys(tables.keypoints.columns, "") | {"id": id, "case": case, "heading": heading}
                points.append(base | {"order": str(orders_in[place]), "answer": answer})
                sentences.append({"keypoint": id, "answer": answer, "sentence": sentence})
                report.add("new key points, to be summarised", id)
    points = [point for point in points if not point.pop("gone", False)]

    def table(rows: list[dict], like: pd.DataFrame, by: list[str]) -> pd.DataFrame:
        return pd.DataFrame(rows, columns=like.columns, dtype=str).sort_values(by, kind="stable", ignore_index=True)

    asked = pd.DataFrame(respondents, columns=tables.respondents.columns, dtype=str)
    return Tables(
        cases=table(tables.cases.to_dict("records") + new_cases, tables.cases, ["id"]),
        keypoints=table(points, tables.keypoints, ["id"]),
        codings=tables.codings,
        responses=table(list(responses.values()), tables.responses, ["id"]),
        sentences=table(sentences, tables.sentences, ["keypoint"]),
        respondents=pd.concat([tables.respondents, asked])
        .drop_duplicates(["case", "column"], keep="last")
        .sort_values(["case", "column"]),
    )


def numbering(tables: Tables) -> tuple[dict[str, int], dict[str, int]]:
    """The highest number and the highest order ever given out under each `case-heading`: none is used again."""
    numbers, orders = {}, {}
    for id in {*tables.keypoints["id"], *tables.sentences["keypoint"], *tables.codings["keypoint"]}:
        place, _, number = id.rpartition("-")
        if number.isdigit():
            numbers[place] = max(numbers.get(place, 0), int(number))
    for point in tables.keypoints.to_dict("records"):
        place = f"{point['case']}-{point['heading']}"
        orders[place] = max(orders.get(place, 0), int(point["order"]) if point["order"].isdigit() else 0)
    return numbers, orders


def fresh(now: list[str], before: list[str]) -> list[str]:
    """The sentences of an answer that were not in it before; each one before stands for one now."""
    left = [fold(sentence) for sentence in before]
    new = []
    for sentence in now:
        if fold(sentence) in left:
            left.remove(fold(sentence))
        else:
            new.append(sentence)
    return new


# ---- the command ----


def read_tables(folder: Path) -> Tables:
    """The tables that an import adds to; those that only an import makes are empty where they are not there yet."""
    known = schemas(folder)
    if not {"responses", "sentences"} <= known.keys():
        raise UserError(
            "datapackage.json has no tables for answers. Lay out another review by `make new` and copy its datapackage.json."
        )
    read = {}
    for name in ("cases", "keypoints", "codings", "responses", "sentences", "respondents"):
        columns = ["case", "column", "given"] if name == "respondents" else [f["name"] for f in known[name]["fields"]]
        file = folder / f"{name}.csv"
        if not file.exists():
            if name in ("cases", "keypoints", "codings"):
                raise UserError(f"{file.name} is missing. `make new` writes it; take it from the last commit.")
            read[name] = pd.DataFrame(columns=columns, dtype=str)
            continue
        sheet = csvfile.read(file, columns)
        doubled = [column for column in sheet.header if sheet.header.count(column) > 1 or not column]
        if doubled:
            raise UserError(
                f"{file.name}, row 1: found a column without a name, or one twice ({doubled[0]}). Mend it first."
            )
        frame = sheet.frame()
        missing = [column for column in columns[:3] if column not in frame]
        if missing:
            raise UserError(f"{file.name}, row 1: found no column {', '.join(missing)}. `make check` says more.")
        read[name] = frame.assign(**{column: "" for column in columns if column not in frame})
    return Tables(**read)


def import_form(name: str, file: Path) -> tuple[bool, str]:
    """Take in an export. Out: whether it was imported (else a mapping was proposed), and what to tell the user."""
    settings, folder = load_settings(name), paths.data(name)
    sheet = read_export(file)
    form = form_of(settings, name)
    tables = read_tables(folder)
    report, told = Report(), []
    if is_new(form, sheet):
        form, doubts, remarks = propose(sheet, settings["headings"])
        write_form(folder / "review.yaml", form)
        told += ["Proposed, and written to review.yaml under `form`:", mapping_text(form, settings)]
        told += [f"  - {remark}" for remark in remarks]
        if doubts:
            told += ["To decide, in review.yaml:", *(f"  - {doubt}" for doubt in doubts)]
            told += ["Nothing is imported yet. Check these lines, mend review.yaml, and give the same command again."]
            return False, "\n".join(told)
        told += ["Check these lines; where one is wrong, mend review.yaml and import again."]
    elif tables.cases.empty:
        told += [
            "As review.yaml says under `form` (check it; where a line is wrong, mend it and import again):",
            mapping_text(form, settings),
        ]
    for note in sheet.notes:
        report.add("to look at", f"{file.name}: {note}")
    cases, used = answers_of(sheet, form, report)
    after = take_in(cases, used, tables, report)
    for table in ("cases", "keypoints", "responses", "sentences", "respondents"):
        if not getattr(after, table).equals(getattr(tables, table)) and not (
            table == "respondents" and after.respondents.empty
        ):
            csvfile.write(folder / f"{table}.csv", getattr(after, table))
    if "questions reworded (noted in review.yaml under `also`; mend it if wrong)" in report.lines:
        write_form(folder / "review.yaml", used)
    waiting = int(after.keypoints["summary"].eq("").sum())
    told += [f"{file.name}: {len(sheet.rows)} rows, {len(cases)} cases.", report.text() or "  nothing new"]
    told += [
        f"Now: {len(after.cases)} cases, {len(after.responses)} answers, {len(after.keypoints)} key points, {waiting} of them to summarise."
    ]
    told += [
        f"Next: make sheet REVIEW={name} (summarise the key points in a workbook), then make sheet-back REVIEW={name}."
    ]
    return True, "\n".join(told)


def is_new(form: Form, sheet: csvfile.Sheet) -> bool:
    """Has nobody told yet how to read this export: no mapping, or only that of our own questionnaire, which does not fit?"""
    from casesynth.new import own_form

    if not form.case and not form.questions:
        return True
    there = {key(name) for name in sheet.header}
    fits = (
        any(key(column) in there for question in form.questions for column in question.columns)
        or key(form.case) in there
    )
    return not fits and form_text(form) == form_text(
        own_form()
    )  # the texts: under `python -m` the classes are not the same


def mapping_text(form: Form, settings: dict) -> str:
    """The mapping as a list that a person can check."""
    names = {heading["id"]: heading["name"] for heading in settings["headings"]}
    lines = [f"  case        <- {short(form.case) or '?'}"]
    lines += [f"  submitted   <- {short(form.submitted)}"] if form.submitted else []
    lines += [f"  consent     <- {short(form.consent)}"] if form.consent else []
    lines += [f"  {column:<11} <- {short(title)}" for column, title in form.cases.items()]
    for question in form.questions:
        heading = f"{question.heading} ({names[question.heading]})" if question.heading else "left out"
        lines += [f"  {question.id}: {heading:<38} <- {short(column)}" for column in question.columns]
    return "\n".join(lines)


def main() -> int:
    """`make import`: exit 0 when imported, 3 when only a mapping was proposed, 2 for what must be mended first."""
    name, form = os.environ.get("REVIEW", ""), os.environ.get("FORM", "")
    try:
        if not form:
            raise UserError('which export? make import REVIEW=my-review FORM="responses.xlsx"')
        done, text = import_form(name, Path(form))
    except UserError as error:
        print(f"make: {error}", file=sys.stderr)
        return 2
    print(text)
    return 0 if done else 3


if __name__ == "__main__":
    sys.exit(main())
