"""The lengths that CONTRIBUTING promises: files of at most 400 lines, functions of at most 60. tools/lint.sh runs it."""

import ast
import sys
from pathlib import Path

FILE, FUNCTION = 400, 60


def too_long(file: Path) -> list[str]:
    """What is too long in a Python file, a line for each."""
    text = file.read_text("utf-8")
    lines = text.count("\n")
    found = [f"{file}:1: the file has {lines} lines, at most {FILE} are allowed; split it"] if lines > FILE else []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION:
                message = f"{node.name} has {lines} lines, at most {FUNCTION} are allowed; split it"
                found.append(f"{file}:{node.lineno}: {message}")
    return found


if __name__ == "__main__":
    problems = [line for file in sorted(Path(sys.argv[1]).rglob("*.py")) for line in too_long(file)]
    print("\n".join(problems), end="\n" if problems else "")
    sys.exit(bool(problems))
