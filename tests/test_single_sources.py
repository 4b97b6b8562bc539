"""What the package does in one place, it does in no other."""

import ast
import re
from collections.abc import Iterator

import pytest

from casesynth.core.levels import LEVELS, ONE, TITLES
from tests.support import ROOT

FILES = sorted((ROOT / "casesynth").rglob("*.py"))


def calls(file) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a function or method, by its name."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


def texts(file) -> Iterator[str]:
    """Every text of the code, docstrings included."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def renames(name: str, call: ast.Call) -> bool:
    """Does a call give a file or folder another name?"""
    owner = getattr(getattr(call.func, "value", None), "id", "")
    return (
        name in ("replace", "rename") and len(call.args) == 1 and bool(re.search("partial|file|folder|path|new", owner))
    )


def writes_zip(name: str, call: ast.Call) -> bool:
    """Does a call open a zip archive to write to it?"""
    return name == "ZipFile" and any(isinstance(each, ast.Constant) and each.value == "w" for each in call.args)


def cuts_sentences(name: str, call: ast.Call) -> bool:
    """Does a call look for the end of a sentence?"""
    given = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return any(
        ("[.!?]" in text and "(?:" not in text) or (text == ". " and "strip" not in name and name != "join")
        for text in given
    )


@pytest.mark.parametrize(
    ("what", "homes"),
    [(renames, {"core/files.py"}), (writes_zip, {"core/archives.py", "core/xlsx.py"}), (cuts_sentences, set())],
    ids=[
        "files are written whole or not at all",
        "archives have the same bytes every time",
        "core.text cuts sentences",
    ],
)
def test_one_place_does_it(what, homes):
    found = {
        file.relative_to(ROOT / "casesynth").as_posix() for file in FILES if any(what(*each) for each in calls(file))
    }
    assert found == homes


def says_why(file) -> bool:
    """Does a file, or its room, say once for all why it imports inside functions?"""
    heads = [file.read_text("utf-8"), (file.parent / "__init__.py").read_text("utf-8")]
    docstrings = [ast.get_docstring(ast.parse(head)) or "" for head in heads]
    comments = re.findall(r"^# .*$", heads[0], flags=re.M)
    return any(re.search(r"\bimports\b.*\b(inside|within)\b", text, re.I) for text in [*docstrings, *comments])


def imports_without_reason(text: str) -> list[str]:
    """Imports of the package's own modules inside a function, without a comment in their line or in that before."""
    lines, found = text.splitlines(), []
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)]
    for node in {each for function in functions for each in ast.walk(function)}:
        own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("casesynth")
        own |= isinstance(node, ast.Import) and any(each.name.startswith("casesynth") for each in node.names)
        if own and "#" not in lines[node.lineno - 1] + lines[node.lineno - 2]:
            found.append(lines[node.lineno - 1].strip())
    return found


def test_an_import_inside_a_function_gives_its_reason():
    silent = [file for file in FILES if not says_why(file) and imports_without_reason(file.read_text("utf-8"))]
    assert not silent
    inside = "def f():\n    from casesynth.core import paths{}\n"
    assert imports_without_reason(inside.format("")) and not imports_without_reason(inside.format("  # takes time"))


def test_levels_are_named_in_one_place():
    names = {*(TITLES[level] for level in LEVELS), ONE["general"], ONE["refined"]}
    named = {(file.name, text) for file in FILES for text in texts(file) if re.sub("<[^>]+>", "", text) in names}
    assert {file for file, _ in named} == {"levels.py"}, named
