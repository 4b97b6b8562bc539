"""`make learn`: the notebooks of the course, copied to a folder where the student writes in them.

What the committed notebooks show when they are opened would give the answers away, so copies are made without it.
The solutions are to be read, so theirs stays.
"""

import json
import sys
from pathlib import Path

from casesynth import paths
from casesynth.prepare import write_if_changed

COURSE = paths.ROOT / "notebooks" / "learn"


def without_outputs(notebook: str) -> str:
    """The text of a notebook as if no cell had been run.

    >>> without_outputs('{"cells": [{"cell_type": "code", "outputs": ["4"], "execution_count": 1, "source": "2 + 2"}]}')
    '{"cells": [{"cell_type": "code", "outputs": [], "execution_count": null, "source": "2 + 2"}]}'
    """
    node = json.loads(notebook)
    for cell in node["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(node, ensure_ascii=False)


def lay_out(folder: Path) -> list[Path]:
    """Copy what is not there yet; what a student has written in is never touched. Out: the copies made."""
    made = []
    for notebook in [*sorted(COURSE.glob("*.ipynb")), *sorted(COURSE.glob("solutions/*.ipynb"))]:
        copy = folder / notebook.relative_to(COURSE)
        if not copy.exists():
            text = notebook.read_text("utf-8")
            write_if_changed(copy, without_outputs(text) if notebook.parent == COURSE else text)
            made.append(copy)
    return made


if __name__ == "__main__":
    if not lay_out(Path(sys.argv[1])):
        print(f"{sys.argv[1]}/ has your copies of the course; they stay as they are. For fresh ones, move it away.")
