"""The form of a review: its questions, the columns that hold their answers, and what review.yaml says of them."""

import difflib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from casesynth.core.settings import of_kinds
from casesynth.core.text import fold, tidy
from casesynth.errors import UserError

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

TEMPLATES = Path(__file__).parent / "templates"


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
    agrees: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


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


def form_problems(settings: dict) -> list[str]:
    """What is wrong with `form` in review.yaml, one line each."""
    own = settings.get("form") or {}
    kinds = dict.fromkeys(("case", "submitted", "consent"), str) | dict.fromkeys(("agrees", "keep", "questions"), list)
    problems = of_kinds(own, {}, {**kinds, "cases": dict}, "form, ")
    known, ids = [heading["id"] for heading in settings["headings"]], []
    questions = own.get("questions")
    for number, question in enumerate(questions if isinstance(questions, list) else [], 1):
        if not isinstance(question, dict):
            problems.append(f'form, question {number}: expected {{id: q01, heading: aims, column: "…", also: []}}.')
            continue
        where = f"form, question {question.get('id') or number}, "
        problems += of_kinds(question, {"id": str, "column": str}, {"heading": str, "also": list}, where)
        heading, id = question.get("heading"), question.get("id")
        if isinstance(heading, str) and heading and heading not in known:
            near = difflib.get_close_matches(heading, known, 1, 0.85)  # a far one would lead answers to a wrong heading
            hint = f" (is it {near[0]}?)" if near else ""
            problems.append(
                f"{where}'heading': '{heading}' is not under headings{hint}; "
                'delete the line, or write heading: "", which leaves the question out.'
            )
        if isinstance(id, str) and (id in ids or not re.fullmatch(r"[a-z0-9]+", id)):
            problems.append(f"form, question {number}, 'id': found '{id}', expected another one such as q{number:02d}.")
        ids.append(id)
    return problems


def form_of(settings: dict, name: str) -> Form:
    """What review.yaml says under `form`. Raises UserError with all that is wrong with it."""
    own, problems = settings.get("form") or {}, form_problems(settings)
    if problems:
        raise UserError(f"data/{name}/review.yaml:\n  " + "\n  ".join(problems))
    questions = [
        Question(q["id"], q.get("heading") or "", [q["column"], *map(str, q.get("also") or [])])
        for q in own.get("questions") or []
    ]
    texts = {part: own.get(part) or "" for part in ("case", "submitted", "consent")}
    lists = {part: list(map(str, own.get(part) or [])) for part in ("agrees", "keep")}
    cases = {str(column): str(title) for column, title in (own.get("cases") or {}).items()}
    return Form(**texts, **lists, cases=cases, questions=questions)


def unasked(form: Form, settings: dict, left: list[str] = (), taken=()) -> list[str]:
    """A line for each themed heading without a question, with what to write; `left` are columns that nothing reads."""
    filled, lines = {question.heading for question in form.questions}, []
    numbers = [int(id[1:]) for id in [*taken, *(q.id for q in form.questions)] if re.fullmatch(r"q\d+", id)]
    for heading in settings["headings"] if form.questions else ():
        if heading["themed"] and heading["id"] not in filled:
            numbers.append(max(numbers, default=0) + 1)
            column = next((name for name in left if heading_of(name, [heading])[0]), "the question, as in the export")
            column = json.dumps(column, ensure_ascii=False)
            line = f"- {{id: q{numbers[-1]:02d}, heading: {heading['id']}, column: {column}}}"
            lines.append(f"{heading['id']}: add a line under form, questions: {line}")
    return lines


FORM_HELP = """\
# How `make import` reads the export of your form. Where the lines do not fit it, the first import proposes others.
#   case:      the column that names the case
#   submitted: the column with the time of an answer: of two answers of one case the later counts; "" takes the lower row
#   consent:   the column that asks for consent: rows that do not say yes are left out. none: it was asked elsewhere
#   agrees:    other answers that mean yes, whole and word for word, such as ["I have read the above and agree"]
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
    lines += [f"  agrees: {quoted(form.agrees)}"] if form.agrees else []
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


def short(name: str, most: int = 70) -> str:
    """A question as it is quoted in a message."""
    return name if len(name) <= most else name[:most] + "…"




def questionnaire() -> dict:
    """The questions that a new review starts with: the keys case and consent, and a list of questions."""
    return yaml.safe_load((TEMPLATES / "questions.yaml").read_text("utf-8"))
