"""Parameters: read from a notebook's tagged cell, checked before any kernel starts.

papermill itself only warns about a parameter that a notebook does not have, and `papermill -p` turns
the text 007 into the number 7. Here a value must have the type that the cell's annotation states.
"""

import ast
import json
from pathlib import Path

from casesynth.core import paths
from casesynth.core.problems import Problem
from casesynth.core.rules import FIELDS, TYPES, Rules, check, known_coders, of_settings, typed
from casesynth.core.settings import load_settings
from casesynth.core.text import nearest
from casesynth.errors import UserError


def declared(notebook: Path) -> dict[str, tuple[str, object]]:
    """Name -> (type, default) of every parameter in the notebook's cell tagged `parameters`.

    Raises UserError where the cell is missing or holds anything but `name: type = value` lines.
    """
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise UserError(f"{notebook.name}: {len(tagged)} cells are tagged 'parameters', expected one.")
    return read_cell("".join(tagged[0]["source"]), notebook.name)


def read_cell(source: str, name: str) -> dict[str, tuple[str, object]]:
    """Name -> (type, default) from the text of a parameter cell.

    >>> read_cell("min_cases: int = 2  # projects", "n.ipynb")
    {'min_cases': ('int', 2)}
    """
    found = {}
    for line in ast.parse(source).body:
        kind = getattr(getattr(line, "annotation", None), "id", "")
        if not isinstance(line, ast.AnnAssign) or line.value is None or kind not in TYPES:
            raise UserError(
                f"{name}, parameter cell, line {line.lineno}: expected `name: type = value` "
                f"with one of the types {', '.join(TYPES)}."
            )
        found[ast.unparse(line.target)] = (kind, ast.literal_eval(line.value))
    return found


def notebooks() -> list[Path]:
    """The notebooks of the chain, in their order."""
    found = (paths.ROOT / "notebooks").glob("[0-9]*-*.ipynb")
    return sorted(found, key=lambda notebook: (int(notebook.name.split("-")[0]), notebook.name))


def of_review(review: str, settings: list[str]) -> dict[str, object]:
    """The parameters of a run: those of review.yaml, changed by `name=value` settings."""
    stated = of_settings(load_settings(review))
    check(stated, f"data/{review}/review.yaml, parameters")
    changed = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise UserError(f"SET: '{setting}' is not of the form name=value.")
        if name not in FIELDS:
            check({name: text}, "SET")
        changed[name] = typed(name, text)
    check(changed, "SET")
    coders = known_coders(review) if "coding" in changed else []
    if "coding" in changed and changed["coding"] not in coders:
        raise UserError(
            f"SET: coding={changed['coding']} is not a coder of codings.csv.{nearest(str(changed['coding']), coders)} "
            f"Coders: {', '.join(coders)}."
        )
    return Rules(**{**stated, **changed}).parameters()


def problems(review: str) -> list[Problem]:
    """What is wrong with the parameters of review.yaml: at most the first problem."""
    try:
        of_review(review, [])
    except UserError as error:
        return [Problem("review.yaml", str(error).split("review.yaml, ")[-1])]
    return []
