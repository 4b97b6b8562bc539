"""The tables of a review with the answers of an export.

One row of the export is one case. What a person has made of an answer, a summary or a coding, is never overwritten: if
a sentence of an answer has gone, its key point is marked as stale, and new sentences get key points of their own.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.schema import schemas
from casesynth.core.text import Ids, fold, shortened
from casesynth.desk.answers import one_line
from casesynth.desk.columns import ImportLog
from casesynth.desk.form import Form
from casesynth.desk.privacy import contact
from casesynth.desk.sentences import cleaned, fresh, sentences_of
from casesynth.desk.tables import texts_of
from casesynth.desk.wording import key
from casesynth.errors import UserError

#: What the form asks about respondents, where review.yaml says that it is kept: no schema has this table.
RESPONDENTS = ["case", "column", "given"]


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables that an import adds to, all texts; those that only an import makes may be missing, and are then empty."""
    known = schemas(folder)
    if not {"responses", "sentences"} <= known.keys():
        raise UserError(
            "datapackage.json has no tables for answers. Run `casesynth new` with another name and copy its datapackage.json."
        )
    tables = texts_of(folder, answers=True)
    for name in ("cases", "keypoints", "codings"):
        if name not in tables:
            raise UserError(f"{name}.csv is missing. `casesynth new` writes it; restore it from the last commit.")
    for name in ("responses", "sentences"):
        columns = [field["name"] for field in known[name]["fields"]]
        tables.setdefault(name, pd.DataFrame(columns=columns, dtype=str))
    file = folder / "respondents.csv"
    given = csvfile.read(file, RESPONDENTS, csvfile.OURS).frame() if file.exists() else pd.DataFrame(dtype=str)
    return tables | {"respondents": given.reindex(columns=RESPONDENTS, fill_value="")}


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
    ids: dict[str, str] = {}
    for row in cases.to_dict("records"):
        for name in (row["id"], row["name"], row["full_title"]):
            ids.setdefault(key(name), row["id"])
    return ids


def take_in(
    form: Form,
    tables: dict[str, pd.DataFrame],
    cases: list[tuple[str, dict, dict]],
    log: ImportLog,
    reserved: Iterable[str] = (),
) -> dict[str, pd.DataFrame]:
    """The tables with these cases, as `answers.answers_of` returns them. Only answers are ever overwritten.

    `reserved` are ids of cases that must not be given out again.
    """
    table, ids = with_cases(form, tables["cases"], cases, log, reserved)
    headings = {question.id: question.heading for question in form.questions}
    points, about = Points(tables, log), []
    responses = {row["id"]: row for row in tables["responses"].to_dict("records")}
    for case, (_, answers, cells) in zip(ids, cases):
        kept = {column: cleaned(cells.get(column, "")) for column in form.keep}
        about += [{"case": case, "column": column, "given": text} for column, text in kept.items() if text]
        for question, text in answers.items():
            id, heading = f"{case}-{question}", headings[question]
            answer = {"id": id, "case": case, "question": question, "heading": heading, "answer": text}
            if points.answered(answer, responses.get(id)):
                responses[id] = answer
    respondents = pd.concat([tables["respondents"], pd.DataFrame(about, columns=RESPONDENTS, dtype=str)])
    return tables | {
        "cases": table,
        "keypoints": like(tables["keypoints"], [row for row in points.rows if row["id"] not in points.gone]),
        "responses": like(tables["responses"], responses.values()),
        "sentences": like(tables["sentences"], points.sentences),
        "respondents": respondents.drop_duplicates(["case", "column"], keep="last").sort_values(["case", "column"]),
    }


def like(table: pd.DataFrame, rows: Iterable[dict]) -> pd.DataFrame:
    """Rows as a table with the columns of another, sorted by their ids."""
    frame = pd.DataFrame(list(rows), columns=table.columns, dtype=str)
    return frame.sort_values(table.columns[0], kind="stable", ignore_index=True)


def with_cases(
    form: Form, table: pd.DataFrame, cases: list[tuple[str, dict, dict]], log: ImportLog, reserved: Iterable[str]
) -> tuple[pd.DataFrame, list[str]]:
    """cases.csv with these cases: new ones are added, and empty cells of known ones filled. Returns also their ids."""
    known, new_ids = names_of(table), Ids([*table["id"], *reserved])
    rows = {row["id"]: row for row in table.to_dict("records")}
    last = max((int(order) for order in table["order"] if order.isdigit()), default=0)
    found = []
    for name, _, cells in cases:
        extra = {column: one_line(cells.get(title, "")) for column, title in form.cases.items()}
        if key(name) in known:
            id = known[key(name)]
            filled = {column: text for column, text in extra.items() if text and not rows[id][column]}
            rows[id] |= filled
            if filled:
                log.add("cells of cases.csv that were empty, filled", f"{id}: {', '.join(filled)}")
        else:
            id = known[key(name)] = new_ids.new(name, "case")
            last += 1
            own = {"id": id, "order": str(last), "name": short_title(name), "full_title": name, "case_study": "true"}
            rows[id] = dict.fromkeys(table, "") | own | extra
            log.add("new cases", f"{id}: {shortened(name)}")
        found.append(id)
    return like(table, rows.values()), found


class Points:
    """The key points of a review and their sentences, while answers change."""

    def __init__(self, tables: dict[str, pd.DataFrame], log: ImportLog) -> None:
        self.log, self.coded = log, set(tables["codings"]["keypoint"])
        self.rows, self.sentences = (tables[name].to_dict("records") for name in ("keypoints", "sentences"))
        self.columns, self.said = (
            list(tables["keypoints"]),
            {row["keypoint"]: row["sentence"] for row in self.sentences},
        )
        self.numbers, self.orders = numbering(tables)
        self.gone: set[str] = set()
        self.of_answer: dict[str, list[dict]] = {}
        for row in self.rows:
            self.of_answer.setdefault(row["answer"], []).append(row)

    def answered(self, answer: dict[str, str], old: dict[str, str] | None) -> bool:
        """Take in an answer: a key point for each new sentence, a mark on each whose sentence has gone. Is it a new answer?"""
        id, heading, own = answer["id"], answer["heading"], self.of_answer.get(answer["id"], [])
        if old is None and own:
            raise UserError(
                f"keypoints.csv has key points of the answer {id}, but responses.csv does not have that answer: it is not in "
                "the repository. Copy responses.csv and sentences.csv from the computer of the last import, then import again."
            )
        if address := contact(answer["answer"]):
            self.log.add("answers with what looks like an e-mail address or telephone number", f"{id}: '{address}'")
        if old and old["heading"] == heading and fold(old["answer"]) == fold(answer["answer"]):
            return False
        now, before = sentences_of(answer["answer"]) or [answer["answer"]], []
        if old and old["heading"] != heading:
            self.log.add("answers whose question now belongs to another heading", id)
            self.leave(own)
        elif old:
            before = sentences_of(old["answer"])
            self.log.add("changed answers", id)
            self.mark(own, before, now)
        for sentence in fresh(now, before):
            self.add(answer, sentence)
        return True

    def leave(self, own: list[dict]) -> None:
        """Key points whose question now belongs to another heading: those that nobody has edited start anew there."""
        for point in own:
            if point["summary"] or point["id"] in self.coded:
                self.stale(point, "under its old heading")
            else:
                self.gone.add(point["id"])

    def mark(self, own: list[dict], before: list[str], now: list[str]) -> None:
        """Mark the key points whose sentence has gone from an answer, and if any has, those that a person added."""
        gone, new = fresh(before, now), fresh(now, before)
        for point in own:
            sentence = self.said.get(point["id"], "")
            if (gone and not sentence) or fold(sentence) in map(fold, gone):
                near = difflib.get_close_matches(sentence, new, 1, 0.5)
                change = f"is now '{shortened(near[0])}'" if near else "has gone"
                self.stale(
                    point, f"'{shortened(sentence)}' {change}" if sentence else "a sentence of its answer has gone"
                )

    def stale(self, point: dict, why: str) -> None:
        """Mark a key point that its answer no longer bears out."""
        if point["state"] != "stale":
            self.log.add("key points marked stale", f"{point['id']}: {why}")
        point["state"] = "stale"

    def add(self, answer: dict[str, str], sentence: str) -> None:
        """A key point for a sentence, with the next number of its case and heading."""
        stem = f"{answer['case']}-{answer['heading']}"
        self.numbers[stem], self.orders[stem] = self.numbers.get(stem, 0) + 1, self.orders.get(stem, 0) + 1
        id = f"{stem}-{self.numbers[stem]:02d}"
        own = {"id": id, "order": str(self.orders[stem]), "answer": answer["id"]}
        own |= {column: answer[column] for column in ("case", "heading")}
        self.rows.append(dict.fromkeys(self.columns, "") | own)
        self.sentences.append({"keypoint": id, "answer": answer["id"], "sentence": sentence})
        self.log.add("new key points, to be summarised", id)


def numbering(tables: dict[str, pd.DataFrame]) -> tuple[dict[Any, int], dict[Any, int]]:
    """The highest number and order ever assigned under each `case-heading`; numbers are never reused."""
    points = tables["keypoints"]
    ids = pd.concat([points["id"], tables["sentences"]["keypoint"], tables["codings"]["keypoint"]]).drop_duplicates()
    parts = ids.str.extract(r"^(.*)-(\d+)$").dropna()
    orders = pd.to_numeric(points["order"], errors="coerce").fillna(0).astype(int)
    stems = points["case"] + "-" + points["heading"]
    return parts[1].astype(int).groupby(parts[0]).max().to_dict(), orders.groupby(stems).max().to_dict()
