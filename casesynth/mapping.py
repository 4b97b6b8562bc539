"""How the export of a form is read: the part `form` of review.yaml, and a proposal of it for an export that is new.

Which column names the case, which asks for consent, and which question belongs to which heading.
"""

import difflib
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from casesynth import UserError, csvfile
from casesynth.consent import asks_consent, only_yes_or_no
from casesynth.csvfile import tidy
from casesynth.settings import of_kinds
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
#: What review.yaml says of consent that was asked elsewhere, on paper say.
ELSEWHERE = "none"


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


def propose(sheet: csvfile.Sheet, headings: list[dict]) -> tuple[Form, list[str], list[str]]:
    """A mapping for an export that review.yaml does not know yet; what in it must be decided; what to look at."""
    form, doubts, remarks = Form(), [], []
    filled = sheet.frame().map(lambda text: text.strip())
    left = [name for name in sheet.header if kind_of(name) == "question"]
    form.submitted = next((name for want in SUBMITTED for name in sheet.header if key(name) == want), "")
    asking = [name for name in left if asks_consent(name, filled[name])]
    left = [name for name in left if name not in asking]
    form.consent, form.case = next(iter(asking), ""), next((name for name in left if names_case(name)), "")
    if not form.case:
        doubts.append("no column was found that names the case: fill in `case`")
    if not asking:
        yes_no = [f"'{short(name)}'" for name in left if only_yes_or_no(filled[name])]
        doubts.append(
            "no column was found that asks for consent: fill in `consent`, or write `consent: none` if it was asked "
            "elsewhere" + (f" (yes and no stand in {', '.join(yes_no)})" if yes_no else "")
        )
    elif asking[1:]:
        columns = "; ".join(f"'{short(name)}'" for name in asking)
        doubts.append(f"more than one column asks for consent; write the one that counts under `consent`: {columns}")
    for name in left:
        if name == form.case:
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


def is_new(form: Form, sheet: csvfile.Sheet) -> bool:
    """Has nobody told yet how to read this export: no mapping, or that of our questionnaire, which does not fit?"""
    from casesynth.new import own_form

    if not form.case and not form.questions:
        return True
    there = {key(name) for name in sheet.header}
    fits = (
        any(key(column) in there for question in form.questions for column in question.columns)
        or key(form.case) in there
    )
    return not fits and form == own_form()


def mapping_text(form: Form, settings: dict) -> str:
    """The mapping as a list that a person can check."""
    names = {heading["id"]: heading["name"] for heading in settings["headings"]}
    lines = [f"  case        <- {short(form.case) or '?'}"]
    lines += [f"  submitted   <- {short(form.submitted)}"] if form.submitted else []
    lines += [f"  consent     <- {short(form.consent) or '?'}"]
    lines += [f"  {column:<11} <- {short(title)}" for column, title in form.cases.items()]
    for question in form.questions:
        heading = f"{question.heading} ({names[question.heading]})" if question.heading else "left out"
        lines += [f"  {question.id}: {heading:<38} <- {short(column)}" for column in question.columns]
    return "\n".join(lines)
