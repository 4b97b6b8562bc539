"""The rules of an analysis: every parameter once, with its type, default, range and a sentence.

What is written elsewhere (the tagged cells of the notebooks, review.yaml, the README, the command's help) is checked
against this module by tests/core/test_rules.py.
"""

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from casesynth.core import paths
from casesynth.core.text import nearest
from casesynth.errors import UserError

if TYPE_CHECKING:  # `table` alone needs pandas: a command's help does not
    import pandas as pd

    from casesynth.core.review import Review

TYPES = {"int": int, "float": float, "bool": bool, "str": str}
KINDS = {"int": "a whole number", "float": "a number", "bool": "true or false", "str": "text"}


class Parameter(NamedTuple):
    """What is known of a parameter; `low` and `high` are None where there is no range."""

    name: str
    type: str
    default: Any
    low: float | None
    high: float | None
    sentence: str


def parameter(default: Any, sentence: str, low: float | None = None, high: float | None = None) -> Any:
    """A field of `Rules`: its default, what it says, and the least and greatest value that make sense."""
    return dataclasses.field(default=default, metadata={"sentence": sentence, "low": low, "high": high})


@dataclass(frozen=True)
class Rules:
    """The parameters of one analysis: frozen, and checked when they are made.

    Raises UserError for a value of another type or out of range.

    >>> Rules(min_cases=3).min_cases
    3
    >>> Rules(min_cases=0)
    Traceback (most recent call last):
    ...
    casesynth.UserError: Rules: min_cases = 0 is out of range; expected 1 to 10000.
    """

    min_cases: int = parameter(2, "cases that a theme needs", 1, 10_000)
    min_headings: int = parameter(2, "headings that a general theme needs", 1, 100)
    heading_groups: bool = parameter(True, "count the headings of a group as one place")
    merge_overlap: float = parameter(0.5, "overlap of key points from which a merge is proposed", 0.0, 1.0)
    base_size: int = parameter(4, "saturation: cases of the base", 1, 10_000)
    run_length: int = parameter(2, "saturation: cases of a run", 1, 10_000)
    new_information: float = parameter(0.05, "saturation: new themes of a run, as a part of the base's", 0.0, 1.0)
    coding: str = parameter("consensus", "whose coding")

    def __post_init__(self) -> None:
        check(dataclasses.asdict(self), "Rules")

    @classmethod
    def of(cls, review: "Review", **changed: Any) -> "Rules":
        """The rules that a review states in review.yaml, with changes. Raises UserError as `check` does."""
        stated = of_settings(review.settings)
        check(stated, f"data/{review.name}/review.yaml, parameters")
        check(changed, "Rules")
        return cls(**{**stated, **changed})

    def parameters(self) -> dict[str, Any]:
        """Name -> value of every parameter, in their order."""
        return dataclasses.asdict(self)

    def for_settings(self) -> dict[str, Any]:
        """The part `parameters` of review.yaml: all but the coding, which is a setting of its own there."""
        return {name: value for name, value in self.parameters().items() if name != "coding"}

    def _repr_html_(self) -> str:
        from casesynth.shown import html  # loads pandas, which a command's help does not need

        return html(
            self.table().assign(value=list(self.parameters().values()))[["name", "value", "default", "sentence"]]
        )

    @staticmethod
    def table() -> "pd.DataFrame":
        """Every parameter of an analysis. Returns name, type, default, low, high, sentence.

        >>> Rules.table().loc[0].to_dict()
        {'name': 'min_cases', 'type': 'int', 'default': 2, 'low': 1, 'high': 10000, 'sentence': 'cases that a theme needs'}
        """
        import pandas as pd

        return pd.DataFrame(FIELDS.values(), columns=Parameter._fields, dtype=object)


FIELDS = {
    field.name: Parameter(field.name, type(field.default).__name__, field.default, **field.metadata)
    for field in dataclasses.fields(Rules)
}
#: The parameters of a notebook that choose what is run; they are not rules of an analysis.
CHOICES = {"review": "a folder of data/", "heading": "a themed heading of review.yaml"}


def of_settings(settings: dict[str, Any]) -> dict[str, Any]:
    """The values that review.yaml states: its coding and its parameters."""
    return {"coding": settings["coding"], **settings["parameters"]}


def typed(name: str, text: str) -> object:
    """The value of `name=text`, in the type of the parameter.

    >>> typed("coding", "007"), typed("min_cases", "3")
    ('007', 3)
    >>> typed("min_cases", "two")
    Traceback (most recent call last):
    ...
    casesynth.UserError: min_cases=two: expected a whole number.
    """
    kind = FIELDS[name].type
    try:
        if kind == "bool":
            return {"true": True, "false": False}[text.lower()]
        return TYPES[kind](text)
    except (KeyError, ValueError):
        raise UserError(f"{name}={text}: expected {KINDS[kind]}.") from None


def check(values: dict[str, Any], where: str) -> None:
    """Raise UserError for a value whose name, type or range is wrong.

    >>> check({"min_case": 2}, "SET")
    Traceback (most recent call last):
    ...
    casesynth.UserError: SET: there is no parameter 'min_case'. Did you mean 'min_cases'? Parameters: base_size, \
coding, heading_groups, merge_overlap, min_cases, min_headings, new_information, run_length.
    """
    for name, value in values.items():
        if name not in FIELDS:
            raise UserError(
                f"{where}: there is no parameter '{name}'.{nearest(name, FIELDS)} "
                f"Parameters: {', '.join(sorted(FIELDS))}."
            )
        check_type(name, value, FIELDS[name].type, where)
        low, high = FIELDS[name].low, FIELDS[name].high
        if low is not None and not low <= value <= high:
            raise UserError(f"{where}: {name} = {value!r} is out of range; expected {low} to {high}.")


def check_type(name: str, value: object, kind: str, where: str) -> None:
    """Raise UserError for a value of another type; a whole number serves as a number."""
    whole_as_float = kind == "float" and type(value) is int
    if type(value) is not TYPES[kind] and not whole_as_float:
        raise UserError(
            f"{where}: {name} = {value!r} is {KINDS.get(type(value).__name__, 'a list')}; expected {KINDS[kind]}."
        )


def known_coders(review: str) -> list[str]:
    """Those who have coded something in a review; empty where it has no table of codings that can be read."""
    from casesynth.core import csvfile  # loads pandas, which a command's help does not need

    try:
        return list(
            dict.fromkeys(csvfile.read(paths.data(review) / "codings.csv", ["coder"], csvfile.OURS).frame()["coder"])
        )
    except (UserError, KeyError):
        return []
