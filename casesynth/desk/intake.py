"""The tables of a review while the answers of an export are added to them.

One row of the export is one case. What a person has made of an answer, a summary or a coding, is never overwritten: if
a sentence of an answer has gone, its key point is marked as stale, and new sentences get key points of their own.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.schema import schemas
from casesynth.core.text import MANY, Ids, fold
from casesynth.desk.answers import one_line
from casesynth.desk.columns import ImportLog
from casesynth.desk.form import Form
from casesynth.desk.privacy import contact
from casesynth.desk.sentences import cleaned, fresh, same, sentences_of
from casesynth.desk.wording import key, short
from casesynth.errors import UserError


@dataclass
class Tables:
    """The tables that an import reads and writes, all texts."""

    cases: pd.DataFrame
    keypoints: pd.DataFrame
    codings: pd.DataFrame
    responses: pd.DataFrame
    sentences: pd.DataFrame
    respondents: pd.DataFrame


def short_title(name: str, most: int = 60) -> str:
    """A name for tables and figures: the whole name, or its first words.

    >>> short_title("A very long title of a project", 15)
    'A very long …'
    """
    if len(name) <= most:
        return name
    end = name.rfind(" ", 0, most - 1)
    return name[: end if end > 0 else most - 1].rstrip() + " …"


def names_of(cases: pd.DataFrame) -> dict[str, str]:
    """The id of each case by the keys of its id, name and full title."""
    ids: dict[Any, Any] = {}
    for row in cases.to_dict("records"):
        for name in (row["id"], row["name"], row["full_title"]):
            ids.setdefault(key(name), row["id"])
    return ids


class Intake:
    """The tables of a review while answers are added. Only answers are ever overwritten."""

    def __init__(self, form: Form, tables: Tables, log: ImportLog, reserved: Iterable[str] = ()) -> None:
        """`reserved` are ids of cases that must not be given out again."""
        self.form, self.before, self.log = form, tables, log
        self.ids = names_of(tables.cases)
        self.new_ids = Ids([*tables.cases["id"], *reserved])
        self.last = max((int(order) for order in tables.cases["order"] if order.isdigit()), default=0)
        self.alike: dict[str, list[str]] = {}  # by their first letters, since comparing all with all takes too long
        for name in self.ids:
            self.alike.setdefault(name[:6], []).append(name)
        self.cases, self.points, self.sentences = (
            frame.to_dict("records") for frame in (tables.cases, tables.keypoints, tables.sentences)
        )
        self.case_rows = {row["id"]: row for row in self.cases}
        self.responses = {row["id"]: row for row in tables.responses.to_dict("records")}
        self.respondents: list[Any] = []
        self.sentence_of = dict(zip(tables.sentences["keypoint"], tables.sentences["sentence"]))
        self.coded = set(tables.codings["keypoint"])
        self.numbers, self.orders = numbering(tables)
        self.by_answer: dict[str, list[dict]] = {}
        for point in self.points:
            self.by_answer.setdefault(point["answer"], []).append(point)

    def take_in(self, cases: list[tuple[str, dict, dict]]) -> Tables:
        """The tables with the answers of these cases."""
        heading_of_question = {question.id: question.heading for question in self.form.questions}
        for name, answers, row in cases:
            case = self.case(name, row)
            given = {column: cleaned(row.get(column, "")) for column in self.form.keep}
            self.respondents += [{"case": case, "column": c, "given": text} for c, text in given.items() if text]
            for question, text in answers.items():
                self.answer(case, question, heading_of_question[question], text)
        return self.tables()

    def case(self, name: str, row: dict) -> str:
        """The id of the case of this name; a new case is added, and empty cells of a known one are filled."""
        extra = {column: one_line(row.get(title, "")) for column, title in self.form.cases.items()}
        if key(name) in self.ids:
            known = self.case_rows[self.ids[key(name)]]
            filled = {column: text for column, text in extra.items() if text and not known[column]}
            known |= filled
            if filled:
                self.log.add("cells of cases.csv that were empty, filled", f"{known['id']}: {', '.join(filled)}")
            return known["id"]
        case = self.ids[key(name)] = self.new_ids.new(name, "case")
        like = difflib.get_close_matches(key(name), self.alike.get(key(name)[:6], [])[:MANY], n=1, cutoff=0.9)
        hint = (
            f" (its name resembles that of {self.ids[like[0]]}; if they are one case, correct the export)"
            if like
            else ""
        )
        self.last += 1
        base = dict.fromkeys(self.before.cases.columns, "") | {"id": case, "order": str(self.last)}
        base |= {"name": short_title(name), "full_title": name, "case_study": "true"}
        self.cases.append(base | extra)
        self.case_rows[case] = self.cases[-1]
        self.log.add("new cases", f"{case}: {short(name)}{hint}")
        return case

    def answer(self, case: str, question: str, heading: str, text: str) -> None:
        """Take in one answer: a key point for each new sentence, and a mark on each key point whose sentence has gone."""
        id = f"{case}-{question}"
        old, points = self.responses.get(id), self.by_answer.get(id, [])
        if old is None and points:
            raise UserError(
                f"keypoints.csv has key points of the answer {id}, but responses.csv does not have that answer: it is not in "
                "the repository. Copy responses.csv and sentences.csv from the computer of the last import, then import again."
            )
        if address := contact(text):
            self.log.add("answers with what looks like an e-mail address or telephone number", f"{id}: '{address}'")
        if old and old["heading"] == heading and same(old["answer"], text):
            return
        self.responses[id] = {"id": id, "case": case, "question": question, "heading": heading, "answer": text}
        now, before = sentences_of(text) or [text], []
        if old and old["heading"] != heading:
            self.log.add("answers whose question now belongs to another heading", id)
            self.move(points)
        elif old:
            before = sentences_of(old["answer"])
            self.log.add("changed answers", id)
            self.mark(points, before, now)
        for sentence in fresh(now, before):
            self.add_point(case, heading, id, sentence)

    def move(self, points: list[dict]) -> None:
        """Move key points whose question now belongs to another heading: those that nobody has edited start anew there."""
        for point in points:
            if point["summary"] or point["id"] in self.coded:
                self.stale(point, "under its old heading")
            else:
                point["gone"] = True

    def mark(self, points: list[dict], before: list[str], now: list[str]) -> None:
        """Mark the key points whose sentence has gone from an answer, and if any has, those that a person added."""
        gone, new = fresh(before, now), fresh(now, before)
        for point in points:
            sentence = self.sentence_of.get(point["id"], "")
            if (gone and not sentence) or fold(sentence) in map(fold, gone):
                like = difflib.get_close_matches(sentence, new, 1, 0.5)
                change = f"is now '{short(like[0])}'" if like else "has gone"
                self.stale(point, f"'{short(sentence)}' {change}" if sentence else "a sentence of its answer has gone")

    def stale(self, point: dict, why: str) -> None:
        """Mark a key point that its answer no longer bears out."""
        if point["state"] != "stale":
            self.log.add("key points marked stale", f"{point['id']}: {why}")
        point["state"] = "stale"

    def add_point(self, case: str, heading: str, answer: str, sentence: str) -> None:
        """A key point for a sentence, with the next number of its case and heading."""
        stem = f"{case}-{heading}"
        self.numbers[stem], self.orders[stem] = self.numbers.get(stem, 0) + 1, self.orders.get(stem, 0) + 1
        id = f"{stem}-{self.numbers[stem]:02d}"
        base = dict.fromkeys(self.before.keypoints.columns, "") | {"id": id, "case": case, "heading": heading}
        self.points.append(base | {"order": str(self.orders[stem]), "answer": answer})
        self.sentences.append({"keypoint": id, "answer": answer, "sentence": sentence})
        self.log.add("new key points, to be summarised", id)

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
    """The highest number and order ever assigned under each `case-heading`; numbers are never reused."""
    numbers: dict[Any, Any] = {}
    orders: dict[Any, Any] = {}
    for id in {*tables.keypoints["id"], *tables.sentences["keypoint"], *tables.codings["keypoint"]}:
        stem, _, number = id.rpartition("-")
        if number.isdigit():
            numbers[stem] = max(numbers.get(stem, 0), int(number))
    for point in tables.keypoints.to_dict("records"):
        stem = f"{point['case']}-{point['heading']}"
        orders[stem] = max(orders.get(stem, 0), int(point["order"]) if point["order"].isdigit() else 0)
    return numbers, orders


def read_tables(folder: Path) -> Tables:
    """The tables that an import adds to; those that only an import makes may be missing, and are then empty."""
    known = schemas(folder)
    if not {"responses", "sentences"} <= known.keys():
        raise UserError(
            "datapackage.json has no tables for answers. Run `casesynth new` with another name and copy its datapackage.json."
        )
    read = {}
    for name in ("cases", "keypoints", "codings", "responses", "sentences", "respondents"):
        columns = ["case", "column", "given"] if name == "respondents" else [f["name"] for f in known[name]["fields"]]
        file = folder / f"{name}.csv"
        if not file.exists():
            if name in ("cases", "keypoints", "codings"):
                raise UserError(f"{file.name} is missing. `casesynth new` writes it; restore it from the last commit.")
            read[name] = pd.DataFrame(columns=columns, dtype=str)
            continue
        sheet = csvfile.read(file, columns, csvfile.OURS)
        doubled = [column for column in sheet.header if sheet.header.count(column) > 1 or not column]
        if doubled:
            raise UserError(
                f"{file.name}, row 1: a column has no name, or the name of another ({doubled[0]}). Correct that first."
            )
        frame = sheet.frame()
        missing = [column for column in columns[:3] if column not in frame]
        if missing:
            raise UserError(
                f"{file.name}, row 1: there is no column {', '.join(missing)}. `casesynth check` says more."
            )
        read[name] = frame.assign(**{column: "" for column in columns if column not in frame})
    return Tables(**read)
