"""The copies of the notebooks that students write in.

Outputs in the committed notebooks would give the answers away, so the copies have none. The solutions keep theirs.
"""

import json
from pathlib import Path

from casesynth.core import paths
from casesynth.core.files import write_if_changed

COURSE = paths.ROOT / "notebooks" / "learn"


def without_outputs(notebook: str) -> str:
    """The text of a notebook without outputs, as if no cell had been run.

    >>> without_outputs('{"cells": [{"cell_type": "code", "outputs": ["4"], "execution_count": 1, "source": "2 + 2"}]}')
    '{"cells": [{"cell_type": "code", "outputs": [], "execution_count": null, "source": "2 + 2"}]}'
    """
    node = json.loads(notebook)
    for cell in node["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(node, ensure_ascii=False)


def lay_out(folder: Path) -> list[Path]:
    """Copy the notebooks that the folder does not have yet, and leave those it has unchanged. Returns the copies made."""
    made = []
    for notebook in [*sorted(COURSE.glob("*.ipynb")), *sorted(COURSE.glob("solutions/*.ipynb"))]:
        copy = folder / notebook.relative_to(COURSE)
        if not copy.exists():
            text = notebook.read_text("utf-8")
            write_if_changed(copy, without_outputs(text) if notebook.parent == COURSE else text)
            made.append(copy)
    return made
