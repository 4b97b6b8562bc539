"""Which column of an export answers which question."""

from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.text import nearest
from casesynth.desk.consent import agrees, taken_as
from casesynth.desk.form import Form, Question, alike, key, short
from casesynth.desk.proposal import ELSEWHERE, SUBMITTED, kind_of, reworded
from casesynth.desk.sentences import cleaned
from casesynth.errors import UserError

EMPTY = {"", "-", "--", ".", "n/a", "na", "none", "nil", "no answer", "not applicable", "n.a.", "?"}


def numbered(sheet: csvfile.Sheet) -> csvfile.Sheet:
    """Columns with the same title get a number; a column without one is called by its place."""
    seen, header = {}, []
    for place, name in enumerate(sheet.header, 1):
        name = name or f"column {place}"
        seen[name] = seen.get(name, 0) + 1
        header.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    sheet.header = header
    return sheet


REWORDED = "questions reworded (noted in review.yaml under `also`; mend it if wrong)"


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


def answers_of(
    sheet: csvfile.Sheet, columns: dict[str, list[str]], form: Form, ids: dict[str, str], report: Report
) -> tuple[list[tuple[str, dict, dict]], dict[str, bool]]:
    """The cases of an export with their answers: (name, {question id: text}, {column: text}); and who has agreed.

    Of repeated submissions the later answer counts, and the consent of the last; where it is not known which is
    later, one no is enough. Who has agreed is told by the id of a case, or, of a new one, the key of its name.
    """
    frame = sheet.frame()
    order, sure = in_time(frame[form.submitted]) if form.submitted in frame else (list(range(len(frame))), False)
    names = [" ".join(cleaned(text).split()) for text in frame[form.case]]
    elsewhere = form.consent == ELSEWHERE
    yes = [elsewhere or agrees(frame[form.consent][row], form.agrees) for row in range(len(frame))]
    own_rows: dict[str, list[int]] = {}
    for row in order:
        if names[row]:
            own_rows.setdefault(ids.get(key(names[row]), key(names[row])), []).append(row)
        else:
            report.add(f"rows left out: nothing in '{short(form.case)}'", f"row {sheet.numbers[row]}")
    cases, agreed = [], {}
    for case, rows in own_rows.items():
        against = [row for row in (rows[-1:] if sure else rows) if not yes[row]]
        agreed[case] = not against
        for row in rows:
            if against or not yes[row]:
                why = f" (yes, but row {sheet.numbers[against[-1]]} says no)" if yes[row] else ""
                report.add("rows left out: no consent", f"row {sheet.numbers[row]}: {short(names[row])}{why}")
        rows = [row for row in rows if yes[row]]
        if against:
            continue
        if rows[1:]:
            which = ", ".join(str(sheet.numbers[row]) for row in rows)
            known = "" if sure else "; their times cannot be read for certain, so the lower row is taken for the later"
            name = f"{names[rows[0]]}: rows {which}{known}"
            report.add("repeated submissions (the later answer to a question counts)", name)
        said, cells = {}, {}
        for row in rows:
            said |= said_in(frame.iloc[row], columns, form)
            cells |= {column: text for column, text in frame.iloc[row].items() if text.strip()}
        cases.append((names[rows[0]], said, cells))
    return cases, agreed


def consent_told(sheet: csvfile.Sheet, form: Form) -> list[str]:
    """Which answers were taken for consent; lines to print."""
    if form.consent not in sheet.header:
        return ["consent: asked elsewhere (consent: none); every row is read"] if form.consent == ELSEWHERE else []
    return [f"consent, in '{short(form.consent)}':", *taken_as(sheet.frame()[form.consent], form.agrees)]


def said_in(row: pd.Series, columns: dict[str, list[str]], form: Form) -> dict[str, str]:
    """The answers of one row of an export, by question; what says nothing, such as "n/a", is none."""
    said, empty = {}, {key(word) for word in EMPTY}
    for question in form.questions:
        texts = [cleaned(row[column]) for column in columns[question.id]]
        texts = [text for text in texts if key(text) not in empty and text not in EMPTY]
        if texts and question.heading:
            said[question.id] = "\n\n".join(dict.fromkeys(texts))
    return said


def find_columns(sheet: csvfile.Sheet, form: Form, report: Report) -> tuple[dict[str, list[str]], list[str]]:
    """The columns of each question in this export, and those that nothing reads.

    A question renamed half-way is found by its likeness, and noted in `form`.
    """
    if not form.consent:
        raise UserError(
            "review.yaml, form, consent: it is empty, so nothing is imported. Write the column that asks for consent, or "
            "`consent: none` if it was asked elsewhere."
        )
    by_key, left = {}, []
    for name in sheet.header:
        by_key.setdefault(key(name), name)
    form.case = need(form.case, by_key, sheet, "case")
    form.submitted = by_key.get(key(form.submitted), "") or next(
        (by_key[key(s)] for s in SUBMITTED if key(s) in by_key), ""
    )
    form.consent = ELSEWHERE if key(form.consent) == ELSEWHERE else need(form.consent, by_key, sheet, "consent")
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
                REWORDED,
                f"'{short(name)}' is read as '{short(question.columns[0])}'",
            )
        else:
            hint = f"; is it another wording of '{short(near[0][1].columns[0])}'?" if near and near[0][0] > 0.55 else ""
            report.add("columns that no question of review.yaml names, left out", f"'{short(name)}'{hint}")
            left.append(name)
    for question in form.questions:
        if not columns[question.id] and question.heading:
            report.add("questions that the export does not have", f"{question.id}: '{short(question.columns[0])}'")
    return columns, left


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


def in_time(times: pd.Series) -> tuple[list[int], bool]:
    """The rows in the order of their times; in their own order, and False, where a time cannot be read for certain.

    >>> in_time(pd.Series(["45231.5", "2023-10-01 10:00"])), in_time(pd.Series(["4/3/2026", "3/3/2026"]))
    (([1, 0], True), ([0, 1], False))
    """
    stamps = [moment(text) for text in times]
    if any(stamp is None for stamp in stamps):
        return list(range(len(times))), False
    return sorted(range(len(times)), key=lambda row: (stamps[row], row)), True


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
