"""Answers in whatever form a student gives them, and the verdicts on them."""

import re
from collections.abc import Callable, Iterable
from numbers import Real
from string import ascii_lowercase
from typing import Any

import yaml
from IPython.display import Markdown

from casesynth.core.codings import NONE
from casesynth.core.text import nearest
from casesynth.course.copies import COURSE

#: What the exercises ask and answer, by the name of the exercise.
TEXTS = yaml.safe_load((COURSE / "exercises.yaml").read_text("utf-8"))


def verdict(right: bool, text: str) -> Markdown:
    """The verdict on an answer, as a notebook shows it."""
    return Markdown(("**Right.** " if right else "**Not yet.** ") + text)


def right(exercise: str, **values: Any) -> Markdown:
    """What an exercise says of a right answer."""
    return verdict(True, TEXTS[exercise]["right"].format(**values))


def wrong(exercise: str, hint: str, **values: Any) -> Markdown:
    """One of the hints of an exercise."""
    return verdict(False, TEXTS[exercise][hint].format(**values))


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


def unanswered(answer: Any) -> Markdown | None:
    """The message for an answer that still has the three dots; otherwise None."""
    if any(part is ... or (isinstance(part, str) and part.strip() in ("...", "…")) for part in parts(answer)):
        return Markdown(TEXTS["unanswered"])
    return None


def number_problem(answer: Any, expected: str) -> Markdown | None:
    """What is wrong with an answer that should be a number; None if nothing is."""
    if (message := unanswered(answer)) is not None:
        return message
    return None if isinstance(answer, Real) and not isinstance(answer, bool) else verdict(False, f"Write {expected}.")


def chosen(answer: Any, options: list[str]) -> set[str] | Markdown:
    """The options that an answer names by their letters (a is the first) or ids; or what is wrong with it."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, Iterable):
        return verdict(False, 'Write a set of letters: {"…", "…"}')
    letters = dict(zip(ascii_lowercase, options))
    texts = [str(part).strip() for part in (list(answer) if isinstance(answer, dict) else parts(answer))]
    given = {letters.get(text.strip("()"), text) for text in texts}
    for name in sorted(given - set(options)):
        if name == NONE:
            return verdict(False, TEXTS["none"])
        if any(piece in options or piece in letters for piece in re.split(r"[\s,;]+", name)):
            return verdict(False, f'Each one needs its own quotation marks, {{"…", "…"}}. This is one text: "{name}"')
        return verdict(False, f"There is no '{name}' here.{nearest(name.lower(), options)}")
    return given


def choose(answer: Any, expected: set, options: list[str], why: str, hint: Callable[[set, set], str]) -> Markdown:
    """Compare a choice among options with the expected one.

    Takes why the right answer is right, and `hint`, which says what to look at, given the missing and the superfluous.
    """
    given = chosen(answer, options)
    if isinstance(given, Markdown):
        return given
    if given == expected:
        return verdict(True, why)
    return verdict(False, hint(expected - given, given - expected))


def choice(answer: Any, exercise: str) -> Markdown:
    """Check an answer that is one of several options. Takes its letter."""
    if (message := unanswered(answer)) is not None:
        return message
    options = TEXTS[exercise]["options"]
    letter = answer.strip(" ()").lower() if isinstance(answer, str) else ""
    if letter not in options:
        return verdict(False, f"Write one letter in quotation marks: {', '.join(options)}.")
    true, why = options[letter]
    return verdict(true, f"{why}.")


def true_or_false(answer: Any, exercise: str) -> Markdown:
    """Check which statements of an exercise are true. Takes True or False by letter."""
    if (message := unanswered(answer)) is not None:
        return message
    statements = TEXTS[exercise]["statements"]
    if not isinstance(answer, dict) or set(answer) != set(statements):
        return verdict(False, f'Give True or False for each of {", ".join(statements)}: {{"a": True, "b": False, …}}')
    for letter, (true, why) in statements.items():
        if not isinstance(answer[letter], bool):
            return verdict(False, f"({letter}): write True or False, without quotation marks.")
        if answer[letter] is not true:
            return verdict(False, f"Reconsider ({letter}): {why}.")
    return verdict(True, TEXTS[exercise]["right"])
