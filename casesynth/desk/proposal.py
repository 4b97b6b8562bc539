"""A proposal of how to read an export whose columns are not all known.

Nothing is imported while a column is unknown. What is beyond reasonable doubt is filled in for a person to check; what
is not is written with the heading "?", and a person has to replace it.
"""

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd

from casesynth.core import csvfile
from casesynth.core.text import shortened, tidy
from casesynth.desk.consent import asks_consent, yes_or_no
from casesynth.desk.form import UNDECIDED, Form, Question, next_id, own_form, question_line
from casesynth.desk.wording import LISTS, RESEMBLES, alike, heading_of, key, reads_the_same, words_of

SERVICE, PERSONAL = set(LISTS["service"]), set(LISTS["personal"])
#: What review.yaml says of consent that was given elsewhere, on paper for example.
ELSEWHERE = "none"


def kind_of(name: str) -> str:
    """What a column is: service (of the form's program), personal, or question."""
    plain = " ".join(tidy(name).casefold().split())
    if plain in SERVICE or re.match(r"(points|feedback) - ", plain):
        return "service"
    return "personal" if plain in PERSONAL else "question"


def names_case(name: str) -> bool:
    """Whether a column of this title names the case.

    >>> names_case("What is the name of your project?"), names_case("Title"), names_case("Name")
    (True, True, False)
    """
    words = set(words_of(name).split())
    what = {"project", "case", "programme", "program", "study"}
    answering = {"answering", "responding", "reporting", "representing", "completing"}
    return bool(words & {"name", "title", *answering} and words & what) or (bool(words) and words <= {"title", *what})


def unknown_columns(form: Form, sheet: csvfile.Sheet) -> list[str]:
    """The columns with answers that the form does not name; columns of the service and about respondents apart."""
    named = [form.case, form.submitted, form.consent, *form.keep, *form.cases.values()]
    known = {key(name) for name in [*named, *(column for q in form.questions for column in q.columns)]}
    filled = sheet.frame().map(str.strip).ne("").any() if sheet.rows else {}
    return [
        name
        for name in sheet.header
        if key(name) not in known and kind_of(name) == "question" and filled.get(name, False)
    ]


def start_of(form: Form, sheet: csvfile.Sheet) -> Form:
    """The form to start from: the questionnaire's is dropped if the export has none of its questions."""
    present = {key(name) for name in sheet.header}
    asked = any(key(column) in present for question in form.questions for column in question.columns)
    return Form() if form == own_form() and not asked and key(form.case) not in present else form


def propose(sheet: csvfile.Sheet, form: Form, settings: dict) -> tuple[Form, list[str], list[str]]:
    """How to read an export: the form with the case, the consent and the unknown columns of the export filled in.

    Returns the form, what a person has to decide, and what they have to check.
    """
    filled = sheet.frame().map(str.strip)
    form = start_of(form, sheet)
    left = unknown_columns(form, sheet)
    form, decisions = with_case_and_consent(form, filled, left)
    left = [name for name in left if name not in (form.case, form.consent)]
    form, remarks = with_rewordings(form, filled, left, settings)
    known = {column for question in form.questions for column in question.columns}
    form, asked, more = with_new_questions(form, filled, [name for name in left if name not in known], settings)
    decisions, remarks = decisions + asked, remarks + more
    if not any(question.heading not in ("", UNDECIDED) for question in form.questions):
        decisions.append("no question belongs to a heading yet")
    return form, decisions, remarks


def with_case_and_consent(form: Form, filled: pd.DataFrame, left: list[str]) -> tuple[Form, list[str]]:
    """The form with the columns that name the case, hold the time and ask for consent; and what has to be decided."""
    present, decisions = {key(name) for name in filled}, []
    asking = [name for name in left if asks_consent(name, filled[name])]
    case, consent = form.case, form.consent
    if key(case) not in present:
        case = next((name for name in left if names_case(name) and name not in asking), "")
    if not case:
        decisions.append("no column seems to name the case: fill in `case`")
    if key(consent) not in present and key(consent) != ELSEWHERE:
        consent = next(iter(asking), "")
        if asking[1:]:
            columns = "; ".join(f"'{shortened(name)}'" for name in asking)
            decisions.append(f"more than one column asks for consent; write the right one under `consent`: {columns}")
    if not consent:
        yes_no = [f"'{shortened(name)}'" for name in left if yes_or_no(filled[name])]
        decisions.append(
            "no column seems to ask for consent: fill in `consent`, or write `consent: none` if it was given elsewhere"
            + (f" (answered with yes or no: {', '.join(yes_no)})" if yes_no else "")
        )
    submitted = next(
        (name for want in [form.submitted, *LISTS["submitted"]] for name in filled if key(name) == key(want)), ""
    )
    return replace(form, case=case, consent=consent, submitted=submitted), decisions


def may_be(name: str, question: Question, settings: dict) -> bool:
    """Whether a column may be a wording of a question at all: never one that seems to be about another heading.

    For a question of an opposed heading, the column has to be about that very heading.
    """
    opposed = settings.get("opposed") or []
    heading, _ = heading_of(name, settings["headings"], opposed)
    return heading == question.heading or (not heading and question.heading not in opposed)


def with_rewordings(form: Form, filled: pd.DataFrame, left: list[str], settings: dict) -> tuple[Form, list[str]]:
    """The form with the columns that are other wordings of its questions: the best assignment over all pairs."""
    if not left or not form.questions:
        return form, []
    from scipy.optimize import linear_sum_assignment  # takes half a second to load

    likeness = np.array(
        [
            [
                max((alike(name, c) for c in question.columns if reads_the_same(name, c)), default=0.0)
                if may_be(name, question, settings)
                else 0.0
                for question in form.questions
            ]
            for name in left
        ]
    )
    rows, columns = linear_sum_assignment(likeness, maximize=True)
    taken = {column: left[row] for row, column in zip(rows, columns) if likeness[row, column]}
    questions, remarks = list(form.questions), []
    for place, name in taken.items():
        question = questions[place]
        old = [column for column in question.columns if column in filled]
        if (filled[name].ne("") & filled[old].ne("").any(axis=1)).any():
            continue  # somebody answered both, so they are two questions
        questions[place] = replace(question, columns=[*question.columns, name])
        remarks.append(
            f"'{shortened(name)}' is read as another wording of {question.id}, '{shortened(question.columns[0])}'"
        )
    return replace(form, questions=questions), remarks


def looks_like_labels(texts: pd.Series, heading: str) -> bool:
    """Whether the answers of a column are labels to choose from: they repeat, or are short, no sentences, and fit no heading."""
    given = texts[texts.ne("")]
    repeats = (len(given) >= 8 and given.nunique() < len(given) / 2) or yes_or_no(given)
    short_ones = given.str.len().lt(25) & ~given.str.contains(r"[.!?。！？؟।]\s*$")
    return repeats or (not heading and (given.empty or short_ones.mean() > 0.5))


def with_new_questions(
    form: Form, filled: pd.DataFrame, left: list[str], settings: dict
) -> tuple[Form, list[str], list[str]]:
    """The form with a question for each column that is left; what has to be decided; what to check."""
    cases, questions, decisions, remarks = dict(form.cases), list(form.questions), [], []
    for name in left:
        heading, certain = heading_of(name, settings["headings"], settings.get("opposed") or [])
        labels = looks_like_labels(filled[name], heading)
        column = next((c for c, words in LISTS["case_columns"].items() if set(words_of(name).split()) & set(words)), "")
        if labels and column and column not in cases:
            cases[column] = name
            continue
        known = [(question, alike(name, c)) for question in form.questions for c in question.columns]
        like, much = max(known, key=lambda pair: pair[1], default=(None, 0))
        resembles = like if like and much > RESEMBLES and may_be(name, like, settings) else None
        sure = heading and certain and not labels and not resembles
        id = next_id(q.id for q in questions)
        if sure:
            questions.append(Question(id, heading, [name]))
            continue
        if labels and not heading and not resembles:
            question = Question(id, "", [name])
            remarks.append(
                f"left out, since its answers are labels; to take it, name a heading: {question_line(question)}; or add it "
                f"to `cases` as a variable of each project: {{a_name: {json.dumps(name, ensure_ascii=False)}}}"
            )
        else:
            question = Question(id, UNDECIDED, [name], heading)
            why = (
                "may belong to several headings (for each of them, a line with an id of its own)"
                if heading
                else "no heading seems to fit"
            )
            why = f"its answers are labels, or yes and no; is it about {heading}" if heading and labels else why
            why = f"is it another wording of {resembles.id}, '{shortened(resembles.columns[0])}'? " \
                  f"Then add it to `also` there and delete this line" if resembles else why  # fmt: skip
            decisions.append(f"{why}: {question_line(question)}")
        questions.append(question)
    return replace(form, cases=cases, questions=questions), decisions, remarks


def mapping_text(form: Form, settings: dict) -> str:
    """The form as a list that a person can check."""
    names = {heading["id"]: heading["name"] for heading in settings["headings"]}
    lines = [f"  case        <- {shortened(form.case) or '?'}"]
    lines += [f"  submitted   <- {shortened(form.submitted)}"] if form.submitted else []
    lines += [f"  consent     <- {shortened(form.consent) or '?'}"]
    lines += [f"  {column:<11} <- {shortened(title)}" for column, title in form.cases.items()]
    for question in form.questions:
        if not question.heading and set(question.columns) <= set(form.cases.values()):
            continue  # it is a variable of the cases
        heading = f"{question.heading} ({names[question.heading]})" if question.heading in names else "left out"
        heading = "to be decided" if question.heading == UNDECIDED else heading
        lines += [f"  {question.id}: {heading:<38} <- {shortened(column)}" for column in question.columns]
    return "\n".join(lines)
