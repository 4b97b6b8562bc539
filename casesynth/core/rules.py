"""The parameters of an analysis: their types, ranges and checks."""

from dataclasses import dataclass

from casesynth.core import paths
from casesynth.core.text import nearest
from casesynth.errors import UserError

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


def known_coders(review: str) -> list[str]:
    """Those who have coded something in a review; empty where it has no table of codings that can be read."""
    from casesynth.core import csvfile

    try:
        return list(dict.fromkeys(csvfile.read(paths.data(review) / "codings.csv", ["coder"]).frame()["coder"]))
    except (UserError, KeyError):
        return []


@dataclass(frozen=True)
class Thresholds:
    """The parameters of the rules."""

    min_cases: int = 2
    min_headings: int = 2
    heading_groups: bool = True
