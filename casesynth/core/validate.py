"""Load one review: its settings and its tables, validated against `datapackage.json`.

The table schemas there are the one place for columns, types, allowed values and keys. Here is checked
only what a table schema cannot say.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from casesynth.core import csvfile
from casesynth.core.codings import CONSENSUS, NONE, unexplained, without_consensus
from casesynth.core.columnar import value_problems
from casesynth.core.problems import Problem
from casesynth.core.schema import AS_GIVEN, REQUIRED, schemas
from casesynth.core.settings import sets_of
from casesynth.errors import UserError

#: A check of settings and tables (and the row in its file of each of their rows): what is wrong with them.
Rule = Callable[[dict, dict[str, pd.DataFrame], dict[str, list[int]]], list[Problem]]


@dataclass
class Found:
    """What could be read of a review: typed tables, the row in its file of each of their rows, and all that is wrong."""

    tables: dict[str, pd.DataFrame]
    rows: dict[str, list[int]]
    problems: list[Problem]


def read_tables(folder: Path, leave: tuple = ()) -> Found:
    """Every table of a review that can be read, with the types of its schema, and all that is wrong with any.

    Of a table that every review has, wrong cells are read as empty; any other with wrong cells is left out. The tables in
    `leave` are left alone.
    """
    try:
        known = schemas(folder)
    except UserError as error:
        return Found({}, {}, [Problem("datapackage.json", str(error).removeprefix("datapackage.json").lstrip(":, "))])
    sheets, problems = {}, []
    for name, schema in known.items():
        file = folder / f"{name}.csv"
        if name in leave or not file.exists():
            if name in REQUIRED:
                problems.append(Problem(file.name, f"the file is missing; a review needs {', '.join(REQUIRED)}"))
            continue
        try:
            sheets[name] = csvfile.read(file, [field["name"] for field in schema["fields"]])
        except UserError as error:
            place = re.match(rf"{re.escape(file.name)}(?:, (?:row|line) (\d+))?[:,] ?", str(error))
            row = int(place[1]) if place and place[1] else None
            problems.append(Problem(file.name, str(error)[place.end() if place else 0 :], row=row))
            continue
        problems += header_problems(name, sheets[name], schema)
        problems += [p for p in cell_problems(name, sheets[name]) if not (p.note and name in AS_GIVEN)]
    broken = {problem.file for problem in problems if not problem.note}
    frames = {name: fill(sheet, known[name]) for name, sheet in sheets.items() if f"{name}.csv" not in broken}
    rows = {name: sheet.numbers for name, sheet in sheets.items()}
    wrong = value_problems(frames, known, rows)
    broken = {problem.file.removesuffix(".csv") for problem in wrong}
    # A cell that has no value of its type is read as empty, so that the rest of its table can be looked at.
    for problem in wrong:
        name = problem.file.removesuffix(".csv")
        kinds = {field["name"]: field for field in known[name]["fields"]}
        field = kinds.get(problem.column, {"type": "string"})
        if problem.row and (field["type"] != "string" or "enum" in field.get("constraints", {})):
            frames[name].loc[rows[name].index(problem.row), problem.column] = ""
    whole = {name: frame for name, frame in frames.items() if name in REQUIRED or name not in broken}
    return Found({name: typed(frame, known[name]) for name, frame in whole.items()}, rows, problems + wrong)


def header_problems(name: str, sheet: csvfile.Sheet, schema: dict) -> list[Problem]:
    """Columns that are unknown, doubled, without a name, or missing."""
    file, fields = f"{name}.csv", {field["name"]: field for field in schema["fields"]}
    problems = [Problem(file, note, note=True) for note in sheet.notes]
    for column in dict.fromkeys(sheet.header):
        if not column:
            problems.append(Problem(file, "a column with cells in it has no name; name it or delete it", row=1))
        elif sheet.header.count(column) > 1:
            problems.append(Problem(file, "the column is there twice; delete one", row=1, column=column))
        elif column not in fields:
            words = "there is no such column in the schema; rename it, or delete it"
            problems.append(Problem(file, words, row=1, column=column, found=column, known=tuple(fields)))
    for column in fields.keys() - set(sheet.header):
        needed = fields[column].get("constraints", {}).get("required")
        words = "the column is missing; " + ("every row needs it" if needed else "it is optional, read as empty")
        problems.append(Problem(file, words, row=1, column=column, note=not needed))
    return sorted(problems, key=lambda problem: (problem.note, problem.column))


#: Signs that no text holds: control characters, halves of characters; and those that nobody sees.
UNWRITABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\\x80-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")
UNSEEN = re.compile("[\\t\\u00ad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff]")
SPREADSHEET_ERROR = re.compile(r"#(NAME\?|REF!|VALUE!|DIV/0!|N/A|NULL!|NUM!|SPILL!|FIELD!|CALC!|#+)")
#: What Excel makes of 5-7, 2026-11 and of a long number.
SPREADSHEET_DATE = re.compile(r"\d{1,2}-[A-Z][a-z]{2}|[A-Z][a-z]{2}-\d{2}|\d(\.\d+)?E\+\d+")
#: Most letters in a cell of a spreadsheet; Excel cuts what is longer.
CELL = 32_767


def cell_problems(name: str, sheet: csvfile.Sheet) -> list[Problem]:
    """Cells that a program has spoiled: control characters, lost letters, errors and dates of a spreadsheet."""
    return [
        Problem(f"{name}.csv", words, number, column, text, note=note)
        for number, row in zip(sheet.numbers, sheet.rows)
        for column, text in zip(sheet.header, row)
        if text
        for words, note in spoiled(text)
    ]


def spoiled(text: str) -> list[tuple[str, bool]]:
    """What a program has done to a text: (words, only a note); empty for nearly all texts.

    >>> spoiled("The garden grows."), spoiled("Nov-26")
    ([], [('a date or number that a spreadsheet made; type it again, in a cell formatted as text', False)])
    """
    if len(text) > CELL:
        return [(f"{len(text):,} letters; a spreadsheet cuts a cell after {CELL:,}", True)]
    if SPREADSHEET_DATE.fullmatch(text):
        return [("a date or number that a spreadsheet made; type it again, in a cell formatted as text", False)]
    if text.isascii() and text.isprintable() and text[0] != "#" and text.count('"') % 2 == 0:
        return []
    if UNWRITABLE.search(text):
        return [("control characters cannot be printed; delete them", False)]
    if "\ufffd" in text:
        return [("a letter was lost (\ufffd); type it again", False)]
    if SPREADSHEET_ERROR.fullmatch(text):
        return [("an error of a spreadsheet; type the text again", False)]
    if two_encodings(text):
        return [("UTF-8 that was read as Windows-1252; type it again, or take the file from before", False)]
    if UNSEEN.search(text):
        return [("a tab, or a sign that nobody sees; delete it, unless it is meant", True)]
    if text.count('"') % 2:
        return [("one quotation mark without its other; is it right?", True)]
    return []


def two_encodings(text: str) -> bool:
    """Has UTF-8 been read as Windows-1252, as by Excel when it opens a CSV file?

    >>> two_encodings("Caf\u00c3\u00a9"), two_encodings("Caf\u00e9")
    (True, False)
    """
    if text.isascii():
        return False
    try:
        return text.encode("cp1252").decode("utf-8") != text
    except UnicodeError:
        return False


#: How people write a yes and a no.
YES = {"yes": "true", "no": "false", "1": "true", "0": "false"}


def fill(sheet: csvfile.Sheet, schema: dict) -> pd.DataFrame:
    """The columns of the schema, in its order, as texts; TRUE, yes and decimal commas as people write them."""
    frame = sheet.frame()
    for column in schema["fields"]:
        name, kind = column["name"], column["type"]
        if name not in frame:
            frame[name] = ""
        elif kind == "boolean":
            frame[name] = frame[name].str.strip().str.lower().replace(YES)
        elif kind == "number" and sheet.separator == ";":
            frame[name] = frame[name].str.replace(",", ".")
    return frame[[column["name"] for column in schema["fields"]]]


def typed(frame: pd.DataFrame, schema: dict) -> pd.DataFrame:
    """The texts with the types of the schema; an empty text cell is "", an empty number is missing."""
    frame = frame.copy()
    for column in schema["fields"]:
        name, kind = column["name"], column["type"]
        if kind == "integer":
            frame[name] = pd.to_numeric(frame[name].replace("", None)).astype("Int64")
        elif kind == "number":
            frame[name] = pd.to_numeric(frame[name].replace("", None)).astype("float64")
        elif kind == "boolean":
            frame[name] = frame[name].eq("true")
    return frame


def all_problems(settings: dict, found: Found, rules: Iterable[Rule] = ()) -> list[Problem]:
    """All that is wrong with the tables of a review, and (notes) what should be looked at.

    `rules` are checks of rooms that build on this one (the ledger's of claims.csv): they rest on the tables, so they are
    asked when nothing else is wrong.
    """
    places = {(problem.file, problem.row, problem.column) for problem in found.problems if not problem.note}
    later = check_meaning(settings, found.tables, found.rows)
    problems = [*found.problems, *(p for p in later if (p.file, p.row, p.column) not in places)]
    broken = any(not problem.note for problem in problems)
    if broken:
        return problems
    return problems + [problem for rule in rules for problem in rule(settings, found.tables, found.rows)]


def check_meaning(settings: dict, tables: dict[str, pd.DataFrame], rows: dict[str, list[int]]) -> list[Problem]:
    """What a table schema cannot say: headings of review.yaml, `none` among the codings, levels of parents.

    Only the tables that could be read are looked at. `rows` gives the row in its file of each row of a table.
    """
    headings = tuple(heading["id"] for heading in settings["headings"])
    problems = []

    def report(table: str, row: int, column: str, found: str, expected: str, known=(), note=False):
        place = rows[table][row]
        problems.append(Problem(f"{table}.csv", expected, place, column, found, tuple(known), note))

    def expect(table: str, column: str, known, expected: str, only=None):
        frame = tables[table] if only is None else tables[table][only]
        for row, value in frame.loc[~frame[column].isin(set(known)), column].items():
            report(table, row, column, value, expected, known)

    there = tables.keys()
    if "keypoints" in there:
        expect("keypoints", "heading", headings, "expected a heading of review.yaml")
        points = tables["keypoints"]
        unsaid = points["summary"].eq("") & points.get("answer", pd.Series("", points.index)).eq("")
        for row in points.index[unsaid]:
            report(
                "keypoints",
                row,
                "summary",
                "",
                "the cell is empty; only a key point of an answer may wait for its summary",
            )
        usual = points["case"].astype(str) + "-" + points["heading"].astype(str) + "-"
        for row in points.index[points["id"].str.replace("[^-]*$", "", regex=True).ne(usual)]:
            point, begin = points["id"][row], usual[row]
            if not point.startswith(begin):
                report("keypoints", row, "id", point, f"ids usually begin with {begin}", note=True)
    if "codebook" in there:
        codebook = tables["codebook"]
        of_theme = codebook["level"].eq("theme")
        set_of = {heading: part.id for part in sets_of(settings).itertuples() for heading in part.headings}
        known = dict.fromkeys([*set_of.values(), *headings])
        expect(
            "codebook",
            "heading",
            known,
            "expected a heading of review.yaml, or a group under themed_together",
            of_theme,
        )
        for row in codebook.index[codebook["level"].isin(["general", "refined"]) & codebook["heading"].ne("")]:
            report("codebook", row, "heading", codebook["heading"][row], "only themes of level theme have a heading")
        level = dict(zip(codebook["id"], codebook["level"]))
        above, parents = {"theme": "general", "general": "refined", "refined": None}, set(codebook["parent"])
        for row, theme in codebook.iterrows():
            wanted = above.get(theme["level"])
            if theme["level"] and theme["parent"] and (wanted is None or level.get(theme["parent"]) != wanted):
                expected = f"expected the id of a {wanted} theme" if wanted else "a refined theme has no parent"
                report(
                    "codebook", row, "parent", theme["parent"], expected, [id for id in level if level[id] == wanted]
                )
            if theme["level"] in ("general", "refined") and theme["id"] not in parents:
                below = "theme" if theme["level"] == "general" else "general theme"
                words = f"no {below} has it as its parent, so it cannot stand"
                report("codebook", row, "id", theme["id"], words, note=True)
    if "coders" in there:
        coders = tuple(tables["coders"]["id"])
        if coders and settings["coding"] not in coders:
            found = str(settings["coding"])
            words = f"expected a coder of coders.csv ({', '.join(coders)}); write one of them after `coding:`"
            words += f", or add a row {found} to coders.csv"
            problems.append(Problem("review.yaml", words, None, "coding", found, coders))
    if {"codings", "codebook"} <= there:
        themes = tuple(tables["codebook"].loc[of_theme, "id"])
        expect("codings", "theme", [*themes, NONE], "expected a theme of codebook.csv, or none")
    if {"codings", "codebook", "keypoints"} <= there:
        codings = tables["codings"]
        heading_of = dict(zip(tables["keypoints"]["id"], tables["keypoints"]["heading"]))
        of_point = (
            codings["keypoint"].map(heading_of).map(lambda heading: set_of.get(heading, heading), na_action="ignore")
        )
        of_code = codings["theme"].map(dict(zip(codebook.loc[of_theme, "id"], codebook.loc[of_theme, "heading"])))
        for row in codings.index[of_code.notna() & of_point.notna() & of_code.ne(of_point)]:
            words = f"it belongs to heading {of_code[row]}, the key point to {of_point[row]}"
            report("codings", row, "theme", codings["theme"][row], words)
    if "codings" in there:
        codings = tables["codings"]
        none = codings["theme"].eq(NONE)
        themed = codings.loc[~none & codings["keypoint"].isin(codings.loc[none, "keypoint"]), ["keypoint", "coder"]]
        both = codings[none].reset_index(names="at").merge(themed.drop_duplicates(), on=["keypoint", "coder"])
        for row, point in zip(both["at"], both["keypoint"]):
            report("codings", row, "theme", NONE, f"'{point}' has a theme of the same coder too; delete one of the two")
        left = len(without_consensus(codings)) if settings["coding"] == CONSENSUS else 0
        if left:
            words = (
                f"{left:,} key points that several coders have coded have no row of the consensus, so they count as "
            )
            words += "not coded; `make sheet` proposes the rows on which the coders agree"
            problems.append(Problem("codings.csv", words, note=True))
    if "appraisal" in there:
        listed = (settings.get("appraisal") or {}).get("criteria", [])
        criteria = [criterion["id"] for criterion in listed]
        expect("appraisal", "criterion", criteria, "expected a criterion of review.yaml")
        reported = tables["cases"].loc[tables["cases"]["case_study"], "id"] if "cases" in there else []
        without = [case for case in reported if case not in set(tables["appraisal"]["case"])]
        if without and len(tables["appraisal"]):
            problems.append(Problem("appraisal.csv", f"not appraised yet: {', '.join(without)}", note=True))
    if {"cerqual", "codebook"} <= there:
        if len(tables.get("findings", ())):
            expect("cerqual", "finding", tables["findings"]["id"], "expected a finding of findings.csv")
        else:
            refined = codebook.loc[codebook["level"].eq("refined"), "id"]
            expect("cerqual", "finding", refined, "expected a refined theme of codebook.csv")
    if {"extractions", "keypoints"} <= there:
        expect("extractions", "heading", headings, "expected a heading of review.yaml")
        known = set(tables["keypoints"]["id"])
        for row, words in tables["extractions"]["keypoints"].items():
            for word in words.split():
                if word not in known:
                    report(
                        "extractions", row, "keypoints", word, "expected ids of keypoints.csv, blanks between", known
                    )
        links = tables["extractions"]["keypoints"].str.split().explode().dropna()
        for column in ("case", "heading"):
            own = links.map(dict(zip(tables["keypoints"]["id"], tables["keypoints"][column])))
            here = tables["extractions"].loc[links.index, column].to_numpy()
            for row, point in links[(own.notna() & own.ne(here)).to_numpy()].items():
                words = f"it is of another {column}, so it does not count as a counterpart"
                report("extractions", row, "keypoints", point, words, note=column == "heading")
    if "codings" in there:
        for row, point in unexplained(tables["codings"]):
            words = f"the coders differ on '{point}', and the consensus gives no reason; write it here"
            report("codings", row, "memo", "", words)
    return problems
