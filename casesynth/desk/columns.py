"""Which column of an export answers which question."""

from dataclasses import dataclass, field, replace
from typing import Any

from casesynth.core import csvfile
from casesynth.core.text import shortened
from casesynth.desk.form import Form
from casesynth.desk.proposal import ELSEWHERE, kind_of
from casesynth.desk.wording import LISTS, key
from casesynth.errors import UserError


@dataclass
class ImportLog:
    """What an import has done, in the order in which it happened: kind of event -> details."""

    lines: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, detail: str) -> None:
        """Note one event."""
        self.lines.setdefault(what, []).append(detail)

    def text(self, most: int = 12) -> str:
        """One line for each kind of event, with its details below; long lists are cut, and say so."""
        parts = []
        for what, details in self.lines.items():
            more = [f"… and {len(details) - most} more"] if len(details) > most else []
            parts.append("\n    ".join([f"  {what}: {len(details)}", *details[:most], *more]))
        return "\n".join(parts)


def numbered(sheet: csvfile.Sheet) -> csvfile.Sheet:
    """The sheet with unique column titles: repeated ones get a number, and empty ones are named after their place."""
    seen: dict[str, Any] = {}
    header = []
    for place, title in enumerate(sheet.header, 1):
        name = title or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        header.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return replace(sheet, header=header)


def as_in(sheet: csvfile.Sheet, form: Form) -> Form:
    """The form with the titles of its columns as this export spells them.

    Raises UserError if the export lacks the column that names the case, or the one that asks for consent.
    """
    if not form.consent:
        raise UserError(
            "review.yaml, form, consent: it is empty, so nothing is imported. Write the column that asks for consent, or "
            "`consent: none` if it was given elsewhere."
        )
    spelt: dict[str, Any] = {}
    for name in sheet.header:
        spelt.setdefault(key(name), name)
    return replace(
        form,
        case=required(form.case, spelt, "case"),
        submitted=next((spelt[key(name)] for name in [form.submitted, *LISTS["submitted"]] if key(name) in spelt), ""),
        consent=ELSEWHERE if key(form.consent) == ELSEWHERE else required(form.consent, spelt, "consent"),
        questions=[
            replace(q, columns=[spelt[key(c)] for c in dict.fromkeys(q.columns) if key(c) in spelt])
            for q in form.questions
        ],
        cases={column: spelt[key(title)] for column, title in form.cases.items() if key(title) in spelt},
    )


def required(name: str, spelt: dict[str, str], part: str) -> str:
    """The column of the export that a part of the form names; `spelt` has the export's columns by their keys."""
    if key(name) in spelt:
        return spelt[key(name)]
    columns = "; ".join(shortened(column, 40) for column in spelt.values())
    raise UserError(f"review.yaml, form, {part}: the export has no column '{shortened(name)}'. It has: {columns}.")


def log_columns(sheet: csvfile.Sheet, form: Form, found: Form, log: ImportLog) -> None:
    """Record the columns that are left out and the questions that the export lacks."""
    variables = set(found.cases.values())
    left = [c for question in found.questions if not question.heading for c in question.columns if c not in variables]
    for name in sheet.header:
        if kind_of(name) == "personal" and name not in form.keep:
            log.add("columns about respondents, left out (review.yaml, form, keep)", shortened(name))
    for name in left:
        log.add('columns left out, as review.yaml says (heading: "")', shortened(name))
    for column, title in form.cases.items():
        if column not in found.cases:
            log.add("case variables that the export does not have", f"{column}: '{shortened(title)}'")
    for asked, question in zip(form.questions, found.questions):
        if question.heading and not question.columns:
            log.add("questions that the export does not have", f"{question.id}: '{shortened(asked.columns[0])}'")
