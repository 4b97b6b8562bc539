"""The cases of a REFI-QDA project: which source is whose, and their variables as columns of cases.csv."""

import re
from typing import Any

from casesynth.core import schema
from casesynth.core.text import Ids, fold
from casesynth.exchange.refi import title_of
from casesynth.exchange.refi_read import DESCRIPTION, SET, Project, Text, int_of


def same_name(text: Text) -> str:
    """The name of a source as a case may have it, without the ending of a file."""
    return re.sub(r"\.(txt|docx?|odt|rtf|pdf|md)$", "", text.name, flags=re.I)


def place_cases(project: Project) -> tuple[list[dict], dict[str, int], dict[str, int]]:
    """The cases, with one more for each source that belongs to none; and which source and selection belongs to which."""
    cases = [dict(case) for case in project.cases]
    of_source: dict[str, Any] = {}
    of_selection: dict[str, Any] = {}
    for number, case in enumerate(cases):
        for source in case["sources"]:
            project.left_out["further cases of one source"] += source in of_source
            of_source.setdefault(source, number)
        for selection in case["selections"]:
            of_selection.setdefault(selection, number)
    placed = {*of_source.values(), *of_selection.values()}
    unplaced = {case["name"].casefold(): n for n, case in enumerate(cases) if case["name"] and n not in placed}
    for text in project.texts:
        elsewhere = text.selections and all(selection.guid in of_selection for selection in text.selections)
        if text.guid not in of_source and not elsewhere:
            name = same_name(text)
            number = unplaced.get(name.casefold(), unplaced.get(text.name.casefold(), len(cases)))
            of_source[text.guid] = number
            if number == len(cases):
                cases.append({"name": name, "values": {}})
        if text.guid in of_source:
            values = cases[of_source[text.guid]]["values"]
            cases[of_source[text.guid]]["values"] = project.variables.get(text.guid, {}) | values
        elif said := project.variables.get(text.guid):
            project.left_out[f"{', '.join(said)} of '{text.name}', which holds several cases"] += 1
    return cases, of_source, of_selection


def apart(name: str, id: str, taken: set[tuple[str, ...]], *under: str) -> str:
    """A name, with its id behind it where it is taken already: results show names."""
    words = (*under, fold(name).casefold())
    name = f"{name} [{id}]" if words in taken else name
    taken.add(words)
    return name


#: The types of variables as types of columns.
TYPES = {"Integer": "integer", "Float": "number"}


def case_columns(project: Project, cases: list[dict]) -> dict[str, dict]:
    """The columns of cases.csv for the variables of a project, as fields of the schema: name of a variable -> field.

    A number stays a number where all its values are.
    """
    own = {title_of(column): {"name": column} for column in ("full_title", "lead", "nation", "case_study", "order")}
    ids = Ids({*schema.columns("cases")})
    for name in dict.fromkeys(name for case in cases for name in case["values"] if name and name not in own):
        values = [case["values"][name] for case in cases if case["values"].get(name)]
        kind = TYPES.get(project.kinds.get(name, ""), "string")
        if not all(re.fullmatch(r"-?\d+" if kind == "integer" else r"-?\d+(\.\d+)?", value) for value in values):
            kind = "string"
        column = ids.new(name, "variable").replace("-", "_")
        own[name] = {"name": column, "type": kind, "description": f"The variable '{name}' of the imported project."}
    return own


def cases_table(project: Project, cases: list[dict], ids: list[str], columns: dict[str, dict]) -> list[dict]:
    """Rows of cases.csv, in the order of the file or of a variable Order."""
    rows: list[dict] = []
    taken: set[tuple[str, ...]] = set()
    for id, case in zip(ids, cases):
        row = {
            "id": id,
            "name": apart(case["name"] or id, id, taken),
            "full_title": "",
            "lead": "",
            "nation": "",
            "case_study": "true",
        }
        row |= {columns[name]["name"]: "no" for name, kind in project.kinds.items() if kind == SET and name in columns}
        row |= {columns[name]["name"]: value for name, value in case["values"].items() if name}
        row["case_study"] = "false" if str(row["case_study"]).lower() in ("false", "0") else "true"
        rows.append(row)
    places = [int_of(case["values"].get("Order")) for case in cases]
    in_order = (
        sorted(range(len(rows)), key=lambda n: places[n]) if len(set(places)) == len(places) else range(len(rows))
    )
    return [dict(rows[number], order=order) for order, number in enumerate(in_order, 1)]


def without_descriptions(project: Project, cases: list[dict]) -> None:
    """Leave the descriptions of cases and documents out, and name them: they may say what is confidential."""
    names = [case["name"] for case in cases if case["values"].pop(DESCRIPTION, "")]
    if names:
        listed = f"{', '.join(names[:5])}{', …' if len(names) > 5 else ''}"
        project.left_out[f"descriptions, which may be confidential (--summaries takes them), of {listed}"] = len(names)
