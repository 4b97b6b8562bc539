"""The form of a review: its questions and the columns that hold their answers, as review.yaml describes them."""

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from casesynth.core.files import templates, write_if_changed
from casesynth.core.settings import of_kinds
from casesynth.core.text import shortened
from casesynth.errors import UserError

TEMPLATES = Path(__file__).parent / "templates"
#: The heading of a question about which a person has not decided yet. Nothing is imported until they have.
UNDECIDED = "?"
#: The columns of cases.csv that no variable of a form may fill.
FILLED = ("id", "order", "name", "full_title", "case_study")


@dataclass(frozen=True)
class Question:
    """A question of the form: its id, the heading it belongs to ("" leaves it out), its wordings, and our guess."""

    id: str
    heading: str
    columns: list[str]
    guess: str = ""


@dataclass(frozen=True)
class Form:
    """How an export is read: what review.yaml says under `form`."""

    case: str = ""
    submitted: str = ""
    consent: str = ""
    agrees: list[str] = field(default_factory=list)
    keep: list[str] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)


def form_problems(settings: dict) -> list[str]:
    """What is wrong with `form` in review.yaml, one line for each problem."""
    form = settings.get("form") or {}
    kinds = dict.fromkeys(("case?", "submitted?", "consent?"), str) | {"cases?": dict}
    problems = list(of_kinds(form, kinds | dict.fromkeys(("agrees?", "keep?", "questions?"), list), "form"))
    for column in form["cases"] if isinstance(form.get("cases"), dict) else []:
        if not re.fullmatch(r"[a-z][a-z0-9_]*", str(column)) or column in FILLED:
            problems.append(
                f"form, cases: found '{shortened(str(column))}'; expected the name of a column of cases.csv: lower-case letters, "
                f'digits and _, none of {", ".join(FILLED)}. For a new variable, choose a name: {{year: "Year of funding"}}.'
            )
    headings = [heading["id"] for heading in settings["headings"]]
    ids: list[Any] = []
    questions = form.get("questions")
    for number, question in enumerate(questions if isinstance(questions, list) else [], 1):
        if not isinstance(question, dict):
            problems.append(f'form, question {number}: expected {{id: q01, heading: aims, column: "…", also: []}}.')
            continue
        problems += question_problems(question, number, headings, ids)
        ids.append(question.get("id"))
    return problems


def question_problems(question: dict, number: int, headings: list[str], ids: list) -> list[str]:
    """What is wrong with one line under `form: questions`; `ids` are those of the lines above it."""
    where = f"form, question {question.get('id') or number}"
    problems = list(of_kinds(question, {"id": str, "column": str, "heading?": str, "also?": list}, where))
    heading, id = question.get("heading"), question.get("id")
    if heading == UNDECIDED:
        problems.append(
            f"{where}, 'heading': undecided. In place of ? write the id of the heading that "
            f"'{shortened(str(question.get('column')))}' belongs to, or \"\" to leave the column out."
        )
    elif isinstance(heading, str) and heading and heading not in headings:
        near = difflib.get_close_matches(heading, headings, 1, 0.85)  # a distant one would misplace the answers
        hint = f" (did you mean {near[0]}?)" if near else ""
        problems.append(
            f"{where}, 'heading': '{heading}' is not under headings{hint}; "
            'delete the line, or write heading: "", which leaves the question out.'
        )
    if isinstance(id, str) and (id in ids or not re.fullmatch(r"[a-z0-9]+", id)):
        problems.append(
            f"form, question {number}, 'id': found '{id}', expected a different one, such as q{number:02d}."
        )
    return problems


def form_of(settings: dict, name: str) -> Form:
    """What review.yaml says under `form`. Raises UserError with everything that is wrong with it."""
    given, problems = settings.get("form") or {}, form_problems(settings)
    if problems:
        raise UserError(f"data/{name}/review.yaml:\n  " + "\n  ".join(problems))
    questions = [
        Question(q["id"], q.get("heading") or "", [q["column"], *map(str, q.get("also") or [])])
        for q in given.get("questions") or []
    ]
    parts: dict[str, Any] = {part: given.get(part) or "" for part in ("case", "submitted", "consent")}
    parts |= {part: list(map(str, given.get(part) or [])) for part in ("agrees", "keep")}
    cases = {str(column): str(title) for column, title in (given.get("cases") or {}).items()}
    return Form(**parts, cases=cases, questions=questions)


def next_id(taken: Iterable[str]) -> str:
    """The id of a new question: one above the highest number in use."""
    numbers = [int(id[1:]) for id in taken if re.fullmatch(r"q\d+", id)]
    return f"q{max(numbers, default=0) + 1:02d}"


def question_line(question: Question) -> str:
    """A question as a line of review.yaml, with our guess as a comment.

    >>> question_line(Question("q02", "aims", ["Purpose?"]))
    '- {id: q02, heading: aims, column: "Purpose?", also: []}'
    """
    heading = json.dumps(question.heading) if question.heading in ("", UNDECIDED) else question.heading
    column, also = (json.dumps(part, ensure_ascii=False) for part in (question.columns[0], question.columns[1:]))
    guess = f"  # {question.guess}?" if question.guess else ""
    return f"- {{id: {question.id}, heading: {heading}, column: {column}, also: {also}}}{guess}"


def form_text(form: Form) -> str:
    """The `form` part of review.yaml, with its explanations."""
    made = templates(TEMPLATES)
    made.filters |= {"quoted": partial(json.dumps, ensure_ascii=False), "line": question_line}
    return made.get_template("form.yaml").render(form=form)


def write_form(file: Path, form: Form) -> None:
    """Replace the form part of review.yaml, and leave every other line as it is."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    start = next((number for number, line in enumerate(lines) if re.match(r"form\s*:", line)), len(lines))
    end = next((n for n in range(start + 1, len(lines)) if re.match(r"[^\s#]", lines[n])), len(lines))
    while start < len(lines) and start and lines[start - 1].startswith("#"):
        start -= 1
    before = "".join(lines[:start])
    line_end = "" if before.endswith("\n") or not before else "\n"
    write_if_changed(file, before + line_end + form_text(form) + "".join(lines[end:]))


def questionnaire() -> dict:
    """The questions that a new review starts with: the keys case and consent, and a list of questions."""
    return yaml.safe_load((TEMPLATES / "questions.yaml").read_text("utf-8"))


def asked(question: dict) -> str:
    """A question as it appears in the form."""
    return f"{question['number']}. {question['ask']}"


def own_form() -> Form:
    """How an export of the questionnaire of `casesynth new` is read."""
    parts = questionnaire()
    questions = [
        Question(f"q{number:02d}", question["heading"], [asked(question)])
        for number, question in enumerate(parts["questions"], 1)
    ]
    return Form(case=parts["case"], submitted="Completion time", consent=parts["consent"], questions=questions)
