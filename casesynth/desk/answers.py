"""The answers in an export: whose they are, which of several counts, and who has agreed to their use."""

import html
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.text import shortened
from casesynth.desk.columns import ImportLog
from casesynth.desk.consent import agrees, taken_as
from casesynth.desk.form import Form
from casesynth.desk.proposal import ELSEWHERE
from casesynth.desk.sentences import cleaned
from casesynth.desk.wording import LISTS, key

NOTHING = set(LISTS["nothing"])


def one_line(text: str) -> str:
    """A name as given, on one line, without HTML entities.

    >>> one_line("Caf&eacute; &amp;\\n Garden")
    'Café & Garden'
    """
    return " ".join(html.unescape(cleaned(text)).split())


def answers_of(
    sheet: csvfile.Sheet, form: Form, themed: set[str], ids: dict[str, str], log: ImportLog
) -> tuple[list[tuple[str, dict, dict]], dict[str, bool]]:
    """The cases of an export with their answers, and who has agreed.

    Of repeated submissions the later answer to a question counts, and the consent of the last one; if it is not certain
    which is later, one no is enough.

    Parameters: the form as `columns.as_in` returns it; the ids of the themed headings; the ids of known cases by the
    keys of their names. Returns (name, {question id: text}, {column: text}) for each case; and, by the id of a case or
    the key of a new one's name, whether it has agreed.
    """
    empty: Counter[str] = Counter()
    frame = sheet.frame()
    nowhere: list[tuple[bool, float] | None] = [None] * len(frame)
    times = [moment(text) for text in frame[form.submitted]] if form.submitted in frame else nowhere
    names = [one_line(text) for text in frame[form.case]]
    elsewhere = form.consent == ELSEWHERE
    yes = [elsewhere or agrees(frame[form.consent].iloc[row], form.agrees) for row in range(len(frame))]
    rows_of: dict[str, list[int]] = {}
    for row, name in enumerate(names):
        if name:
            rows_of.setdefault(ids.get(key(name), key(name)), []).append(row)
        else:
            log.add(f"rows left out: nothing in '{shortened(form.case)}'", f"row {sheet.numbers[row]}")
    cases, agreed = [], {}
    for case, rows in rows_of.items():
        ordered, certain = in_time(rows, times)
        against = [row for row in (ordered[-1:] if certain else ordered) if not yes[row]]
        agreed[case] = not against
        for row in ordered:
            if against or not yes[row]:
                why = f" (yes, but row {sheet.numbers[against[-1]]} says no)" if yes[row] else ""
                log.add("rows left out: no consent", f"row {sheet.numbers[row]}: {shortened(names[row])}{why}")
        if against:
            continue
        agreeing = [row for row in ordered if yes[row]]
        if agreeing[1:]:
            numbers = ", ".join(str(sheet.numbers[row]) for row in agreeing)
            doubt = (
                "" if certain else "; their order in time is not certain, so the lower row is taken as the later one"
            )
            what = "repeated submissions (the later answer to a question counts)"
            log.add(what, f"{names[agreeing[0]]}: rows {numbers}{doubt}")
        texts: dict[Any, Any] = {}
        cells: dict[Any, Any] = {}
        for row in agreeing:
            texts |= texts_in(frame.iloc[row], form, themed, empty)
            cells |= {column: text for column, text in frame.iloc[row].items() if text.strip()}
        cases.append((names[agreeing[0]], texts, cells))
    for text, count in sorted(empty.items()):
        log.add("answers treated as empty, under headings without themes", f"'{text}' ({count})")
    return cases, agreed


def texts_in(row: pd.Series, form: Form, themed: set[str], empty: Counter) -> dict[str, str]:
    """The answers in one row of an export, by question; what is treated as empty is counted in `empty`."""
    answers = {}
    for question in form.questions:
        if not question.heading:
            continue
        texts = [text for column in question.columns if (text := cleaned(row[column]))]
        if question.heading not in themed:
            empty.update(text for text in texts if text.casefold() in NOTHING)
            texts = [text for text in texts if text.casefold() not in NOTHING]
        if texts:
            answers[question.id] = "\n\n".join(dict.fromkeys(texts))
    return answers


def consent_lines(sheet: csvfile.Sheet, form: Form) -> list[str]:
    """Which answers were taken as consent; lines to show."""
    if form.consent not in sheet.header:
        return ["consent: given elsewhere (consent: none); every row is read"] if form.consent == ELSEWHERE else []
    return [f"consent, in '{shortened(form.consent)}':", *taken_as(sheet.frame()[form.consent], form.agrees)]


def in_time(rows: list[int], times: list[tuple[bool, float] | None]) -> tuple[list[int], bool]:
    """The rows of one case from the earliest to the latest, and whether that order is certain.

    It is not if a time cannot be read, two are the same, or only some have a time zone. Then the rows stay in the order
    of the file.

    >>> in_time([0, 1], [moment("45231.5"), moment("2023-10-01 10:00")])
    ([1, 0], True)
    >>> in_time([0, 1], [moment("4/3/2026"), moment("3/3/2026")])
    ([0, 1], False)
    """
    if len(rows) == 1:
        return rows, True
    stamps = {row: time for row in rows if (time := times[row]) is not None}
    if len(set(stamps.values())) < len(rows) or len({zoned for zoned, _ in stamps.values()}) > 1:
        return rows, False
    return sorted(rows, key=stamps.__getitem__), True


def moment(text: str) -> tuple[bool, float] | None:
    """Whether a time has a zone, and the time in days as a spreadsheet counts them, in UTC if it has.

    None if the order of day and month is not clear, or the zone is a name.

    >>> moment("2026-03-03 10:00 GMT"), moment("1900-01-01T02:00+02:00")
    (None, (True, 2.0))
    """
    text = text.strip()
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return False, float(text)
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    zoned = time.tzinfo is not None
    time = time.astimezone(UTC).replace(tzinfo=None) if zoned else time
    return zoned, (time - datetime(1899, 12, 30)).total_seconds() / 86400
