"""The settings of a review: `data/<review>/review.yaml`."""

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import yaml

from casesynth.core import csvfile, paths
from casesynth.core.text import nearest, shortened
from casesynth.errors import UserError

#: What review.yaml says, and of what kind: one kind for a value, `[kind]` for a list, `{name: kind}` for its parts.
#: What ends in ? may be left out; `...` is any name. The part `form` has kinds of its own (`desk.form`).
HEADING = {
    "id": str,
    "name": str,
    "group": str,
    "themed": bool,
    "singular?": str,
    "section?": str,
    "themes_section?": str,
}
SETTINGS: dict[Any, Any] = {
    "title": str,
    "question": str,
    "headings": [HEADING],
    "coding": str,
    "parameters": dict,
    "method?": str,
    "note?": str,
    "published?": str,
    "opposed?": [str],
    "themed_together?": [str],
    "denominators?": {...: [str]},
    "appraisal?": {"criteria": [{"id": str, "name": str}], "weak_from?": int},
    "form?": dict,
}
KINDS = {str: "a text", int: "a whole number", list: "a list", dict: "`name: value` lines", bool: "true or false"}
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def load_settings(name: str) -> dict[str, Any]:
    """The settings of review.yaml, with what every review must say in place.

    Raises UserError for a missing folder, broken YAML, or settings that are missing or of another kind.
    """
    check_name(name)
    file = paths.data(name) / "review.yaml"
    if not file.parent.is_dir():
        known = paths.reviews()
        raise UserError(
            f"there is no review data/{name}/.{nearest(name, known)} Reviews: {', '.join(known) or 'none'}. "
            f"`casesynth new {name}` lays it out."
        )
    if not file.exists():
        raise UserError(f"data/{name}/review.yaml is missing; copy the one of another review.")
    try:
        settings: dict[str, Any] = read_yaml(csvfile.read_bytes(file))
    except (UserError, ValueError) as error:
        raise UserError(f"data/{name}/review.yaml, {error}") from None
    problems = settings_problems(settings)
    if problems:
        raise UserError(f"data/{name}/review.yaml: " + "\n  ".join(problems))
    return settings


def check_name(name: str) -> None:
    """Raise UserError for a name that no review can have; if there is no name, the message lists the reviews."""
    if not name:
        raise UserError(
            f"which review? Give its name. There are: {', '.join(paths.reviews()) or 'none yet'}. "
            "`casesynth new my-review` lays out another."
        )
    if not ID.fullmatch(name):
        raise UserError(
            f"'{shortened(name)}' cannot be the name of a review: expected lower-case letters a–z, digits and single hyphens, "
            "such as my-review."
        )


def read_yaml(data: bytes, most: int = 1_000_000) -> Any:
    """What a YAML text says, as plain texts, numbers, lists and dicts; nothing in it is run.

    Raises ValueError if it is not YAML, is larger than `most` bytes or deeply nested, or refers to itself: a few
    lines of references (`&a`, `*a`) can expand to more than a computer holds.

    >>> read_yaml(b"min_cases: 2")
    {'min_cases': 2}
    """
    if len(data) > most:
        raise ValueError(f"found {len(data):,} bytes, expected at most {most:,}")
    try:
        text = data.decode("utf-8-sig")
        try:
            return loaded(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # ten times as quick
        except yaml.YAMLError:
            return loaded(text, yaml.SafeLoader)  # which says what is wrong in words that `in_words` knows
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ValueError(
            f"line {line}: found the byte {data[error.start]:02X}, which is not valid UTF-8; save the file as UTF-8"
        ) from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ValueError(in_words(error, text)) from None


def loaded(text: str, loader: Any) -> Any:
    """What a YAML text says, by one of the two loaders. Raises ValueError for references, deep nesting and doubled names."""
    depth = 0
    event: Any
    for event in yaml.parse(text, Loader=loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > 20:
            line, name = event.start_mark.line + 1, getattr(event, "anchor", "")
            found = (
                f"found *{name}; put a text that begins with * in quotation marks"
                if name
                else "found too many brackets"
            )
            raise ValueError(f"line {line}: {found} (references and deep nesting are not used here)")
    check_doubled(yaml.compose(text, Loader=loader))
    return yaml.load(text, Loader=loader)


def in_words(error: Any, text: str) -> str:
    """What is wrong with a YAML text, for a person who does not know YAML: the line, what to do, and its text.

    >>> try: yaml.safe_load("title: Gardens: a synthesis")
    ... except yaml.YAMLError as error: print(in_words(error, "title: Gardens: a synthesis"))
    line 1: there is a colon in the text; put the text in quotation marks. The line is:
        title: Gardens: a synthesis
    """
    mark, lines = getattr(error, "problem_mark", None), text.split("\n")
    if mark is None:
        return f"not readable as YAML: {' '.join(str(error).split())}"
    what, number, begun = error.problem, mark.line, (error.context_mark or mark).line
    line, above = lines[min(number, len(lines) - 1)], lines[max(number - 1, 0)]
    # YAML reads on to the next quotation mark, and stumbles far below the line that is wrong.
    open_ = [at for at in range(min(number, len(lines))) if re.match(r"\s*[\w-]+:\s+([\"'])(?!.*\1)", lines[at])]
    shifted = "mapping values" in what or ("<block " in what and "<scalar>" not in what)
    if "\\t" in what:
        words = "there is a tab; replace it with spaces"
    elif open_:
        number, words = open_[0], "a quotation mark opens here and does not close"
    elif "flow" in (error.context or "") and begun != number:
        number, words = begun, "a bracket opens here and does not close"
    elif "expected ':'" in what:
        number, words = begun, "there is no colon after the name"
    elif shifted and re.match(r"\s*[\w-]+:[^\s:]", above):
        number, words = number - 1, "there must be a space after the colon"
    elif "got ':'" in what or ("mapping values" in what and re.search(r":\s.*:(\s|$)", line)):
        words = "there is a colon in the text; put the text in quotation marks"
    elif shifted:
        words = "it is indented differently from its neighbours; put the same number of spaces before it"
    else:
        words = (
            "a text begins with a symbol, or continues after a closing quotation mark; put all of it in quotation marks"
        )
        words += " of the other kind (' or \")" if set("'\"") & set(line) else ""
    return f"line {number + 1}: {words}. The line is:\n    {lines[min(number, len(lines) - 1)][:120]}"


def check_doubled(node: Any) -> None:
    """Raise ValueError for a name that occurs twice in one part: YAML would silently take the last."""
    if isinstance(node, yaml.MappingNode):
        names = [key.value for key, _ in node.value]
        for key, value in node.value:
            if names.count(key.value) > 1:
                raise ValueError(f"line {key.start_mark.line + 1}: '{key.value}' occurs twice; delete one")
            check_doubled(value)
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            check_doubled(part)


def settings_problems(settings: Any) -> list[str]:
    """What is missing in the settings, of another kind than expected, or at odds with the rest; one line each."""
    if problems := list(of_kinds(settings, SETTINGS, "")):
        return problems
    ids = [heading["id"] for heading in settings["headings"]]
    appraisal, opposed = settings.get("appraisal") or {}, settings.get("opposed") or []
    criteria, least = [criterion["id"] for criterion in appraisal.get("criteria", ())], appraisal.get("weak_from")
    odd = [id for id in ids if not ID.fullmatch(id)]
    problems += [f"'headings', '{id[:40]}': expected lower-case letters, digits and hyphens in an id." for id in odd]
    for where, names in (("headings", ids), ("appraisal", criteria)):
        problems += [f"'{where}': the id '{id}' occurs twice." for id in dict.fromkeys(names) if names.count(id) > 1]
    if not ids:
        problems.append("'headings': found none; expected at least one heading.")
    if least is not None and least < 1:
        problems.append(f"'appraisal', 'weak_from': found {least}, expected a whole number of at least 1.")
    if opposed and len(opposed) != 2:
        problems.append("'opposed': expected two headings, such as [enablers, barriers], or [].")
    lost = [heading for heading in opposed if heading not in ids]
    return problems + [f"'opposed': found '{one}', expected the id of a heading.{nearest(one, ids)}" for one in lost]


def of_kinds(given: Any, kind: Any, where: str) -> Iterator[str]:
    """What is missing, of another kind than expected (`SETTINGS` has the notation), or unknown: misspelt, it would do nothing.

    >>> list(of_kinds({"naem": "Aims"}, {"name?": str}, "heading 1"))
    ["heading 1, 'naem': there is no such setting. Did you mean 'name'?"]
    >>> list(of_kinds({"facts": [7]}, {"facts": [str]}, ""))
    ["'facts', entry 1: found '7' (a whole number), expected a text."]
    """
    outer: Any = kind if isinstance(kind, type) else type(kind)
    if not isinstance(given, outer) or (isinstance(given, bool) and outer is not bool):
        found = "nothing" if given is None else f"{str(given)[:40]!r} ({KINDS.get(type(given), 'a number')})"
        yield f"{where or 'the file'}: found {found}, expected {kind_in_words(kind)}."
    elif isinstance(kind, list):
        for number, part in enumerate(given, 1):
            yield from of_kinds(part, kind[0], f"{where}, entry {number}")
    elif isinstance(kind, dict):
        parts = {name.removesuffix("?"): part for name, part in kind.items() if name is not ...}
        for name in [*parts, *(name for name in given if name not in parts)]:
            place = f"{where}, '{name}'" if where else f"'{name}'"
            if name not in parts and ... not in kind:
                yield f"{place}: there is no such setting.{nearest(str(name), parts)}"
            elif name in kind or given.get(name) is not None:
                yield from of_kinds(given.get(name), parts.get(name, kind.get(...)), place)


def kind_in_words(kind: Any) -> str:
    """A kind as a message names it; one with parts by those that are needed.

    >>> kind_in_words({"id": str, "section?": str}), kind_in_words([str])
    ('{id: …}', 'a list')
    """
    if isinstance(kind, dict) and ... not in kind:
        return f"{{{', '.join(f'{name}: …' for name in kind if not name.endswith('?'))}}}"
    return KINDS[kind if isinstance(kind, type) else type(kind)]


def sets_of(settings: dict[str, Any]) -> pd.DataFrame:
    """The sets of headings that have themes, as `Review.sets`.

    >>> headings = [{"id": h, "name": h.title(), "group": "results", "themed": True} for h in ("impact", "outcomes")]
    >>> sets_of({"headings": headings, "themed_together": ["results"]})[["id", "name", "headings"]].values.tolist()
    [['results', 'Impact and Outcomes', ('impact', 'outcomes')]]
    >>> list(sets_of({"headings": headings})["id"])
    ['impact', 'outcomes']
    """
    together = settings.get("themed_together", [])
    sets: dict[str, list[dict[str, Any]]] = {}
    for heading in settings["headings"]:
        if heading["themed"]:
            key = heading["group"].replace(" ", "-").lower() if heading["group"] in together else heading["id"]
            sets.setdefault(key, []).append(heading)
    rows = []
    for key, members in sets.items():
        first = {**dict.fromkeys(("singular", "section", "themes_section"), ""), **members[0], "themed": True}
        name = " and ".join([heading["name"] for heading in members])
        rows.append({**first, "id": key, "name": name, "headings": tuple(heading["id"] for heading in members)})
    columns = "id name singular section themes_section group themed headings".split()
    return pd.DataFrame(rows, columns=columns)
