"""The private words of the first versions do not come back; what is left of them may only become less.

Each stands for a term of the field (docs/glossary.md). They are counted in what people read: the strings, docstrings and
comments of the package, the templates, and the documentation. A room that has fewer than its number here lowers it.
"""

import io
import json
import re
import tokenize
from pathlib import Path

import pytest

from tests.support import ROOT

#: House word -> what to write instead.
WORDS = {
    r"\bfalls? without\b": "depends on; is no longer supported if … are excluded",
    r"\b[Ss]tands?\b(?! (alone|out)\b)": "is supported (of a theme); is, occurs, means (of anything else)",
    r"\b(?<!`)[Cc]arr(y|ies|ied|ying)\b": "is coded to (a key point), reports (a project); has, holds (anything else)",
    r"\bprinted\b": "published",
    r"\bthe print\b": "the published report",
    r"(?<![\[\x22`])(?<!fact facts )\b[Bb]eside\b": "next to; compared with",  # an argument of a check has this name
    r"\b[Mm]end(s|ed|ing)?\b": "correct",
    r"\b[Bb]lanks?\b(?! row)": "space",
    r"\bsmall letters\b": "lower-case letters",
    r"\b[Ss]o many\b": "this many",
    r"\b(is|are|and) ours\b|\bof ours\b": "our; the compendium's",
    r"\b[Hh]ow sure\b": "certainty; robustness",
    r"\b[Mm]achine reading\b": "automated baseline",
    r"\b(In|Out)(: |, one row)": "Takes …; Returns …",
    r"\bat best\b": "at most",
    r"\bElse,": "Otherwise,",
    r"(?<![Tt]here )\b(is|are) no (?!longer\b|more\b|such\b)[a-z]+": "is not a valid …",
    r"\bgive the command\b": "run the command",
}
PATTERN = re.compile("|".join(WORDS))
#: How many are left, in rooms that are not free of them: none.
LEFT: dict[str, int] = {}


def read(file: Path) -> str:
    """What a person reads in a file: of Python its strings and comments, of a notebook its text, of JSON what it says of columns.

    Of a Makefile or a script its comments, with the help of make; of anything else all but quoted code.
    """
    text = file.read_text("utf-8")
    if file.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    if file.suffix == ".json":
        return "\n".join(re.findall(r'"(?:description|title)": "(.*)"', text))
    if file.suffix == ".sh" or not file.suffix:
        return "\n".join(re.findall(r"#.*$", text, flags=re.M))
    if file.suffix != ".py":
        return re.sub(r"```.*?```|`[^`]*`|<style>.*?</style>", "", text, flags=re.S)
    kinds = {tokenize.STRING, tokenize.COMMENT, getattr(tokenize, "FSTRING_MIDDLE", tokenize.STRING)}
    return "\n".join(
        token.string for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type in kinds
    )


def places() -> dict[str, list[Path]]:
    """The rooms of the package, the notebooks, the course, what make says, and the documentation."""
    files = [
        file
        for file in (ROOT / "casesynth").rglob("*")
        if file.suffix in (".py", ".md", ".html", ".yaml", ".txt", ".json")
    ]
    rooms: dict[str, list[Path]] = {}
    for file in files:
        parts = file.relative_to(ROOT).parts
        rooms.setdefault("/".join(parts[:2]) if len(parts) > 2 else parts[0], []).append(file)
    rooms["notebooks"] = [*(ROOT / "notebooks").glob("*.ipynb")]
    rooms["course"] = [
        *(ROOT / "notebooks" / "learn").rglob("*.ipynb"),
        ROOT / "notebooks" / "learn" / "exercises.yaml",
    ]
    rooms["make"] = [ROOT / "Makefile", *(ROOT / "tools").iterdir(), ROOT / ".ci" / "run"]
    rooms["docs"] = [
        *(ROOT / "docs").glob("*.md"),
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "data" / "README.md",
    ]
    return rooms


def uses(files: list[Path]) -> list[str]:
    """Each use of a house word, with its file."""
    lines = [(file, line) for file in sorted(files) if file.name != "glossary.md" for line in read(file).splitlines()]
    return [
        f"{file.relative_to(ROOT)}: {found[0]} in: {line.strip()}"
        for file, line in lines
        for found in PATTERN.finditer(line)
    ]


@pytest.mark.parametrize("place", sorted(places()))
def test_no_house_word_comes_back(place):
    found = uses(places()[place])
    allowed = LEFT.get(place, 0)
    terms = "\n".join(f"  {word}: {term}" for word, term in WORDS.items())
    assert len(found) <= allowed, (
        f"{len(found)} house words, {allowed} allowed:\n" + "\n".join(found) + f"\nInstead:\n{terms}"
    )


def test_the_test_sees_a_house_word():
    for words in ("a theme stands by two cases", "this is no date", "Mend the row", "as printed", "it carries a theme"):
        assert PATTERN.search(words), words
    assert not PATTERN.search("there is no column x; it is no longer needed; a standing committee")
