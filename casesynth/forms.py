"""Take in the export of an online form: `make import REVIEW=my-review FORM=responses.xlsx`.

One row of the export is one case. Which column names the case, and which question belongs to which heading, stands
in review.yaml under `form`. What somebody has made of an answer, a summary or a coding, is never overwritten: where
a sentence of an answer has gone, its key point is marked as stale, and new ones come beside it. Only the rows of those
who have agreed are read: see `agrees`.
"""

import difflib
import os
import re
import sys
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from casesynth import UserError, csvfile, paths, xlsx
from casesynth.confidential import contact
from casesynth.consent import agrees, taken_as
from casesynth.mapping import (
    ELSEWHERE,
    SUBMITTED,
    Form,
    Question,
    alike,
    form_of,
    is_new,
    key,
    kind_of,
    mapping_text,
    propose,
    reworded,
    short,
    unasked,
    write_form,
)
from casesynth.parameters import nearest
from casesynth.review import schemas
from casesynth.sentences import cleaned, fresh, same, sentences_of
from casesynth.settings import load_settings
from casesynth.source import fold

EMPTY = {"", "-", "--", ".", "n/a", "na", "none", "nil", "no answer", "not applicable", "n.a.", "?"}


@dataclass
class Tables:
    """The tables that an import reads and writes, all texts."""

    cases: pd.DataFrame
    keypoints: pd.DataFrame
    codings: pd.DataFrame
    responses: pd.DataFrame
    sentences: pd.DataFrame
    respondents: pd.DataFrame


def place(form: str) -> Path:
    """The file that FORM names: `~` is the home folder, and WSL has the drives of Windows under /mnt.

    >>> place("C:\\\\Users\\\\Ann\\\\answers.xlsx").as_posix()
    '/mnt/c/Users/Ann/answers.xlsx'
    """
    drive = re.match(r"([A-Za-z]):[\\/]", form)
    if drive and os.name != "nt":
        return Path("/mnt", drive[1].lower(), *re.split(r"[\\/]+", form[3:]))
    return Path(os.path.expanduser(form))


def read_export(file: Path) -> csvfile.Sheet:
    """The rows of an export, .xlsx or CSV, as texts. Raises UserError for any other kind of file."""
    if not file.exists():
        near = nearest(file.name, [p.name for p in file.parent.glob("*")] if file.parent.is_dir() else [])
        blank = "" if file.suffix else ' Is there a blank in its name? Put it in quotation marks: FORM="my answers.xlsx"'
        raise UserError(f"FORM={file}: there is no such file.{near}{blank}")
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


# ---- from rows to tables ----


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


def names_of(cases: pd.DataFrame) -> dict[str, str]:
    """The keys of all names of the cases, with their ids."""
    ids = {}
    for row in cases.to_dict("records"):
        for name in (row["id"], row["name"], row["full_title"]):
            ids.setdefault(key(name), row["id"])
    return ids


class Intake:
    """The tables of a review while the answers of an export are added. Nothing is overwritten but answers."""

    def __init__(self, form: Form, tables: Tables, report: Report):
        self.form, self.before, self.report = form, tables, report
        self.ids = names_of(tables.cases)
        self.known = list(self.ids)
        self.cases, self.points, self.sentences = (
            frame.to_dict("records") for frame in (tables.cases, tables.keypoints, tables.sentences)
        )
        self.responses = {row["id"]: row for row in tables.responses.to_dict("records")}
        self.respondents = []
        self.said = dict(zip(tables.sentences["keypoint"], tables.sentences["sentence"]))
        self.coded = set(tables.codings["keypoint"])
        self.numbers, self.orders = numbering(tables)
        self.by_answer: dict[str, list[dict]] = {}
        for point in self.points:
            self.by_answer.setdefault(point["answer"], []).append(point)

    def take_in(self, cases: list[tuple[str, dict, dict]]) -> Tables:
        """The tables with the answers of these cases."""
        heading_of_question = {question.id: question.heading for question in self.form.questions}
        for name, said, row in cases:
            case = self.case(name, row)
            given = {column: cleaned(row.get(column, "")) for column in self.form.keep}
            self.respondents += [{"case": case, "column": c, "given": text} for c, text in given.items() if text]
            for question, text in said.items():
                self.answer(case, question, heading_of_question[question], text)
        return self.tables()

    def case(self, name: str, row: dict) -> str:
        """The id of the case of this name, which is added where it is new."""
        if key(name) in self.ids:
            return self.ids[key(name)]
        case = self.ids[key(name)] = slug(name, set(self.ids.values()))
        like = difflib.get_close_matches(key(name), self.known, n=1, cutoff=0.9)
        hint = f" (its name is much like that of {self.ids[like[0]]}; is it the same? Mend the export)" if like else ""
        orders = [int(row["order"]) for row in self.cases if row["order"].isdigit()]
        base = dict.fromkeys(self.before.cases.columns, "") | {"id": case, "order": str(max(orders, default=0) + 1)}
        base |= {"name": short_title(name), "full_title": name, "case_study": "true"}
        extra = {column: " ".join(cleaned(row.get(title, "")).split()) for column, title in self.form.cases.items()}
        self.cases.append(base | {column: text for column, text in extra.items() if column in base})
        self.report.add("new cases", f"{case}: {short(name)}{hint}")
        return case

    def answer(self, case: str, question: str, heading: str, text: str) -> None:
        """Take in one answer: a key point for each sentence that is new, a mark on each whose sentence has gone."""
        id = f"{case}-{question}"
        old, own = self.responses.get(id), self.by_answer.get(id, [])
        if old is None and own:
            raise UserError(
                f"keypoints.csv has key points of the answer {id}, but responses.csv does not: it is not in the "
                "repository. Copy responses.csv and sentences.csv from the computer of the last import, then import again."
            )
        if place := contact(text):
            self.report.add("answers with what looks like an e-mail address or telephone number", f"{id}: '{place}'")
        if old and old["heading"] == heading and same(old["answer"], text):
            return
        self.responses[id] = {"id": id, "case": case, "question": question, "heading": heading, "answer": text}
        now, before = sentences_of(text), []
        if old and old["heading"] != heading:
            self.report.add("answers whose question belongs to another heading now", id)
            self.move(own)
        elif old:
            before = sentences_of(old["answer"])
            self.report.add("changed answers", id)
            self.mark(own, before, now)
        for sentence in fresh(now, before):
            self.add_point(case, heading, id, sentence)

    def move(self, own: list[dict]) -> None:
        """Key points whose question belongs to another heading now: those that nobody has touched start again there."""
        for point in own:
            if point["summary"] or point["id"] in self.coded:
                self.stale(point, "under its old heading")
            else:
                point["gone"] = True

    def mark(self, own: list[dict], before: list[str], now: list[str]) -> None:
        """Mark the key points whose sentence has gone from an answer; those that a person added, if any has gone."""
        gone, new = fresh(before, now), fresh(now, before)
        for point in own:
            sentence = self.said.get(point["id"], "")
            if gone and not sentence or fold(sentence) in map(fold, gone):
                like = difflib.get_close_matches(sentence, new, 1, 0.5)
                now_ = f"is now '{short(like[0])}'" if like else "has gone"
                self.stale(point, f"'{short(sentence)}' {now_}" if sentence else "a sentence of its answer has gone")

    def stale(self, point: dict, why: str) -> None:
        if point["state"] != "stale":
            self.report.add("key points marked stale", f"{point['id']}: {why}")
        point["state"] = "stale"

    def add_point(self, case: str, heading: str, answer: str, sentence: str) -> None:
        """A key point for a sentence, with the next number of its case and heading."""
        place = f"{case}-{heading}"
        self.numbers[place], self.orders[place] = self.numbers.get(place, 0) + 1, self.orders.get(place, 0) + 1
        id = f"{place}-{self.numbers[place]:02d}"
        base = dict.fromkeys(self.before.keypoints.columns, "") | {"id": id, "case": case, "heading": heading}
        self.points.append(base | {"order": str(self.orders[place]), "answer": answer})
        self.sentences.append({"keypoint": id, "answer": answer, "sentence": sentence})
        self.report.add("new key points, to be summarised", id)

    def tables(self) -> Tables:
        """The tables as they are now, sorted by their ids."""

        def table(rows: list[dict], like: pd.DataFrame) -> pd.DataFrame:
            frame = pd.DataFrame(rows, columns=like.columns, dtype=str)
            return frame.sort_values(like.columns[0], kind="stable", ignore_index=True)

        before = self.before
        asked = pd.DataFrame(self.respondents, columns=before.respondents.columns, dtype=str)
        return Tables(
            cases=table(self.cases, before.cases),
            keypoints=table([point for point in self.points if not point.pop("gone", False)], before.keypoints),
            codings=before.codings,
            responses=table(list(self.responses.values()), before.responses),
            sentences=table(self.sentences, before.sentences),
            respondents=pd.concat([before.respondents, asked])
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


def to_delete(agreed: dict[str, bool], tables: Tables) -> list[str]:
    """The cases in the tables that have not agreed, or have gone from the export: what to delete, as lines to print."""
    no = [case for case in tables.cases["id"] if agreed.get(case) is False]
    gone = [case for case in dict.fromkeys(tables.responses["case"]) if case not in agreed]
    lines = []
    for what, cases in (("without consent in this export", no), ("not in this export (if they withdrew)", gone)):
        lines += [f"In the tables, but {what}: {len(cases)}. Delete their rows:"] if cases else []
        for case in cases:
            points = tables.keypoints.loc[tables.keypoints["case"].eq(case), "id"]
            answers = tables.responses.loc[tables.responses["case"].eq(case), "id"]
            counts = {
                "cases": tables.cases["id"].eq(case),
                "keypoints": tables.keypoints["case"].eq(case),
                "codings": tables.codings["keypoint"].isin(points),
                "responses": tables.responses["case"].eq(case),
                "sentences": tables.sentences["answer"].isin(answers),
                "respondents": tables.respondents["case"].eq(case),
            }
            listed = [f"{table}.csv {own.sum()}" for table, own in counts.items() if own.any()]
            lines.append(f"  {case}: {', '.join(listed)}")
    if lines:
        lines.append("`make check` finds the rows that were forgotten. Workbooks in sheets/ and results show them too:")
        lines.append("delete the copies that are there, then make sheet and make.")
    return lines


def refuse_unread(name: str, folder: Path) -> None:
    """Raise UserError where the workbook has edits that were not read back: tables and workbook would part for good."""
    from casesynth import sheets  # here, since it builds on `check`, which builds on this module

    book = sheets.book_file(name)
    if book.exists() and sheets.edited(book, xlsx.read_book(book), schemas(folder), sheets.texts_of(folder)):
        raise UserError(
            f"{sheets.shown(book)} has edits that were not read back, so nothing is imported. "
            f"make sheet-back REVIEW={name} first, then import again."
        )


def proposal(sheet: csvfile.Sheet, settings: dict, folder: Path) -> str:
    """Write a mapping for an unknown export to review.yaml, and what to tell of it."""
    form, doubts, remarks = propose(sheet, settings["headings"])
    write_form(folder / "review.yaml", form)
    told = ["Proposed, and written to review.yaml under `form`:", mapping_text(form, settings)]
    told += [f"  - {remark}" for remark in remarks]
    told += consent_told(sheet, form)
    told += ["To decide, in review.yaml:", *(f"  - {doubt}" for doubt in doubts)] if doubts else []
    told += ["Nothing is imported yet. Check these lines, mend review.yaml, and give the same command again."]
    return "\n".join(told)


def import_form(name: str, file: Path) -> tuple[bool, str]:
    """Take in an export. Out: whether it was imported (else a mapping was proposed), and what to tell the user."""
    settings, folder = load_settings(name), paths.data(name)
    sheet, form, tables = read_export(file), form_of(settings, name), read_tables(folder)
    refuse_unread(name, folder)
    if is_new(form, sheet):
        return False, proposal(sheet, settings, folder)
    report, told = Report(), []
    if tables.cases.empty:
        told += ["As review.yaml says under `form` (where a line is wrong, mend it and import again):"]
        told += [mapping_text(form, settings)]
    for note in sheet.notes:
        report.add("to look at", f"{file.name}: {note}")
    columns, left = find_columns(sheet, form, report)
    cases, agreed = answers_of(sheet, columns, form, names_of(tables.cases), report)
    for line in unasked(form, settings, left, set(tables.responses["question"])):
        report.add("themed headings that no question fills", line)
    after = Intake(form, tables, report).take_in(cases)
    for table in ("cases", "keypoints", "responses", "sentences", "respondents"):
        if not getattr(after, table).equals(getattr(tables, table)) and not (
            table == "respondents" and after.respondents.empty
        ):
            csvfile.write(folder / f"{table}.csv", getattr(after, table))
    if REWORDED in report.lines:
        write_form(folder / "review.yaml", form)
    told += consent_told(sheet, form)
    told += [f"{file.name}: {len(sheet.rows)} rows, {len(cases)} cases.", report.text() or "  nothing new"]
    told += [*to_delete(agreed, tables), *now_told(name, after)]
    return True, "\n".join(told)


def now_told(name: str, tables: Tables) -> list[str]:
    """What the tables hold after an import, and what to do next; lines to print."""
    waiting, stale = int(tables.keypoints["summary"].eq("").sum()), int(tables.keypoints["state"].eq("stale").sum())
    counts = f"{len(tables.cases)} cases, {len(tables.responses)} answers, {len(tables.keypoints)} key points"
    todo = [f"{waiting} to summarise"] * bool(waiting) + [f"{stale} stale, to be read again"] * bool(stale)
    next_ = f"make sheet REVIEW={name} (a workbook to do that in), then make sheet-back" if todo else "make check"
    return [f"Now: {counts}{''.join(f', {part}' for part in todo)}.", f"Next: {next_} REVIEW={name}."]


def main() -> int:
    """`make import`: exit 0 when imported, 3 when only a mapping was proposed, 2 for what must be mended first."""
    name, form = os.environ.get("REVIEW", ""), os.environ.get("FORM", "")
    try:
        load_settings(name)
        if not form:
            raise UserError(f'which export? make import REVIEW={name} FORM="responses.xlsx"')
        done, text = import_form(name, place(form))
    except UserError as error:
        print(f"make: {error}", file=sys.stderr)
        return 2
    print(text)
    return 0 if done else 3


if __name__ == "__main__":
    sys.exit(main())
