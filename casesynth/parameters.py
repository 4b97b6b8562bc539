"""Parameters: read from a notebook's tagged cell, checked before any kernel starts.

papermill itself only warns about a parameter that a notebook does not have, and `papermill -p` turns
the text 007 into the number 7. Here a value must have the type that the cell's annotation states.
"""

import ast
import difflib
import json
from pathlib import Path

from casesynth import UserError, paths

TYPES = {"int": int, "float": float, "bool": bool, "str": str}

#: The least and the greatest value that makes sense.
RANGES = {
    "min_cases": (1, 10_000),
    "min_headings": (1, 100),
    "merge_overlap": (0.0, 1.0),
    "base_size": (1, 10_000),
    "run_length": (1, 10_000),
    "new_information": (0.0, 1.0),
}


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
        if not isinstance(line, ast.AnnAssign) or getattr(line.annotation, "id", "") not in TYPES:
            raise UserError(
                f"{name}, parameter cell, line {line.lineno}: expected `name: type = value` "
                f"with one of the types {', '.join(TYPES)}."
            )
        found[line.target.id] = (line.annotation.id, ast.literal_eval(line.value))
    return found


def nearest(word: str, known) -> str:
    """The known word most like this one, as the end of a message; empty where none is near.

    >>> nearest("min_case", ["min_cases", "review"])
    " Did you mean 'min_cases'?"
    >>> nearest("none", ["none-or-very-minor", "minor"])
    " Did you mean 'none-or-very-minor'?"
    """
    longer = [other for other in known if other.startswith(f"{word}-")]
    near = longer if len(longer) == 1 else difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f" Did you mean '{near[0]}'?" if near else ""


def typed(name: str, text: str, kind: str) -> object:
    """The value of `name=text` as the type that the notebook states.

    >>> typed("label", "007", "str")
    '007'
    >>> typed("min_cases", "two", "int")
    Traceback (most recent call last):
    ...
    casesynth.UserError: min_cases=two: expected a whole number.
    """
    words = {"int": "a whole number", "float": "a number", "bool": "true or false"}
    try:
        if kind == "bool":
            return {"true": True, "false": False}[text.lower()]
        return TYPES[kind](text)
    except (KeyError, ValueError):
        raise UserError(f"{name}={text}: expected {words[kind]}.") from None


def check(values: dict, known: dict[str, tuple[str, object]], where: str) -> None:
    """Raise UserError for a value whose name, type or range is wrong.

    >>> check({"min_cases": 0}, {"min_cases": ("int", 2)}, "SET")
    Traceback (most recent call last):
    ...
    casesynth.UserError: SET: min_cases = 0 is out of range; expected 1 to 10000.
    """
    for name, value in values.items():
        if name not in known:
            raise UserError(
                f"{where}: there is no parameter '{name}'.{nearest(name, known)} "
                f"Parameters: {', '.join(sorted(known))}."
            )
        kind = known[name][0]
        whole_as_float = kind == "float" and type(value) is int
        if type(value) is not TYPES[kind] and not whole_as_float:
            raise UserError(f"{where}: {name} = {value!r} is of type {type(value).__name__}, expected {kind}.")
        low, high = RANGES.get(name, (None, None))
        if low is not None and not low <= value <= high:
            raise UserError(f"{where}: {name} = {value!r} is out of range; expected {low} to {high}.")


def notebooks() -> list[Path]:
    """The notebooks of the chain, in their order."""
    found = (paths.ROOT / "notebooks").glob("[0-9]*-*.ipynb")
    return sorted(found, key=lambda notebook: (int(notebook.name.split("-")[0]), notebook.name))


def settable() -> dict[str, tuple[str, object]]:
    """Every parameter that `make SET=…` may change: all but those that choose what is run."""
    known = {}
    for notebook in notebooks():
        known.update(declared(notebook))
    return {name: kind for name, kind in known.items() if name not in ("review", "heading")}


def known_coders(review: str) -> list[str]:
    """Those who have coded something in a review; empty where it has no table of codings that can be read."""
    from casesynth import csvfile

    try:
        return list(dict.fromkeys(csvfile.read(paths.data(review) / "codings.csv", ["coder"]).frame()["coder"]))
    except (UserError, KeyError):
        return []


def of_review(review: str, settings: list[str]) -> dict[str, object]:
    """The parameters of a run: those of review.yaml, changed by `name=value` settings."""
    from casesynth.settings import load_settings

    known, own = settable(), load_settings(review)
    values = {"coding": own["coding"], **own["parameters"]}
    check(values, known, f"data/{review}/review.yaml, parameters")
    changed = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise UserError(f"SET: '{setting}' is not of the form name=value.")
        if name not in known:
            check({name: text}, known, "SET")
        changed[name] = typed(name, text, known[name][0])
    check(changed, known, "SET")
    coders = known_coders(review) if "coding" in changed else []
    if "coding" in changed and changed["coding"] not in coders:
        raise UserError(
            f"SET: coding={changed['coding']} is no coder of codings.csv.{nearest(changed['coding'], coders)} "
            f"Coders: {', '.join(coders)}."
        )
    return {**{name: default for name, (_, default) in known.items()}, **values, **changed}
