"""Answers in whatever form a student gives them, and the verdicts on them."""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from numbers import Real
from string import ascii_lowercase
from typing import Any, NoReturn, ParamSpec

import yaml
from IPython.display import Markdown

from casesynth.core.codings import NONE
from casesynth.core.text import nearest
from casesynth.course.copies import COURSE

P = ParamSpec("P")
#: An option on which an exercise says nothing of its own.
NOTHING: dict = {}
#: What the exercises ask and answer, by the name of the exercise.
TEXTS = yaml.safe_load((COURSE / "exercises.yaml").read_text("utf-8"))


class Reply(Exception):
    """What is said of an answer as soon as something is wrong with it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.said = Markdown(text)


def exercise(check: Callable[P, Any]) -> Callable[P, Any]:
    """A check of an answer: it returns what a notebook shows, or raises the reply that is shown instead."""

    @wraps(check)
    def shown(*given: P.args, **named: P.kwargs) -> Any:
        try:
            return check(*given, **named)
        except Reply as reply:
            return reply.said

    return shown


def right(name: str, said: str = "right", **values: Any) -> Markdown:
    """What an exercise says of a right answer."""
    return Markdown(f"**Right.** {TEXTS[name][said].format(**values)}")


def not_yet(text: str) -> NoReturn:
    """Raise what is wrong with an answer."""
    raise Reply(f"**Not yet.** {text}")


def wrong(name: str, hint: str, **values: Any) -> NoReturn:
    """Raise one of the hints of an exercise."""
    not_yet(TEXTS[name][hint].format(**values))


def questions(title: str, listed: list[str]) -> str:
    """Numbered questions under a title, in Markdown."""
    return "\n".join([f"**{title}**", "", *(f"{place}. {text}" for place, text in enumerate(listed, 1))])


def parts(answer: Any) -> list:
    """The parts of an answer, whatever holds them: a set, pairs, the values of a dictionary, a column of a table.

    >>> parts({"x": ("a", "b"), "y": ...})
    ['a', 'b', Ellipsis]
    >>> parts(["a", "b"]), parts("a"), parts(2)
    (['a', 'b'], ['a'], [2])
    """
    try:
        values = [answer] if isinstance(answer, str) else list(answer.values() if isinstance(answer, dict) else answer)
    except TypeError:
        return [answer]
    return [part for value in values for part in (value if isinstance(value, (tuple, list, set)) else [value])]


def answered(answer: Any) -> None:
    """Raise the message for an answer that still has the three dots."""
    if any(part is ... or (isinstance(part, str) and part.strip() in ("...", "…")) for part in parts(answer)):
        raise Reply(TEXTS["unanswered"])


def number(answer: Any, expected: str) -> Any:
    """An answer that is a number. Takes what is expected, in words."""
    answered(answer)
    if not isinstance(answer, Real) or isinstance(answer, bool):
        not_yet(f"Write {expected}.")
    return answer


def chosen(answer: Any, options: list[str]) -> set[str]:
    """The options that an answer names by their letters (a is the first) or ids."""
    answered(answer)
    if not isinstance(answer, Iterable):
        not_yet('Write a set of letters: {"…", "…"}')
    letters = dict(zip(ascii_lowercase, options))
    texts = [str(part).strip() for part in (list(answer) if isinstance(answer, dict) else parts(answer))]
    given = {letters.get(text.strip("()"), text) for text in texts}
    for name in sorted(given - set(options)):
        if name == NONE:
            not_yet(TEXTS["none"])
        if any(piece in options or piece in letters for piece in re.split(r"[\s,;]+", name)):
            not_yet(f'Each one needs its own quotation marks, {{"…", "…"}}. This is one text: "{name}"')
        not_yet(f"There is no '{name}' here.{nearest(name.lower(), options)}")
    return given


def choose(
    answer: Any, name: str, expected: set, options: list[str], about: dict = NOTHING, said: str = "right", **values: Any
) -> Markdown:
    """Compare a choice among options with the expected one, in the words of an exercise.

    Its hint `extra` is about the first option that is too many (what `about` has of it), `missing` about how many lack.
    """
    given = chosen(answer, options)
    if given == expected:
        return right(name, said, **values)
    if given - expected:
        one = min(given - expected)
        wrong(name, "extra", one=one, **about.get(one, {}), **values)
    wrong(name, "missing", missing=len(expected - given), **values)


@exercise
def choice(answer: Any, name: str) -> Markdown:
    """Check an answer that is one of several options. Takes its letter."""
    answered(answer)
    options = TEXTS[name]["options"]
    letter = answer.strip(" ()").lower() if isinstance(answer, str) else ""
    if letter not in options:
        not_yet(f"Write one letter in quotation marks: {', '.join(options)}.")
    true, why = options[letter]
    if not true:
        not_yet(f"{why}.")
    return Markdown(f"**Right.** {why}.")


@exercise
def true_or_false(answer: Any, name: str) -> Markdown:
    """Check which statements of an exercise are true. Takes True or False by letter."""
    answered(answer)
    statements = TEXTS[name]["statements"]
    if not isinstance(answer, dict) or set(answer) != set(statements):
        not_yet(f'Give True or False for each of {", ".join(statements)}: {{"a": True, "b": False, …}}')
    for letter, (true, why) in statements.items():
        if not isinstance(answer[letter], bool):
            not_yet(f"({letter}): write True or False, without quotation marks.")
        if answer[letter] is not true:
            not_yet(f"Reconsider ({letter}): {why}.")
    return right(name)
