"""Accept the current results as the reference: outputs of the executed notebooks go into the committed ones.

Sources stay as they are; the cell with the injected parameters is left out. So what a reader sees in
`notebooks/` is what the last accepted run gave, and nbval can say when it no longer does.
"""

import json
from pathlib import Path

from casesynth.core import paths
from casesynth.core.files import write_if_changed
from casesynth.errors import UserError
from casesynth.runner import notebooks, verify
from casesynth.runner.environment import kernel_environment
from casesynth.runner.publish import INJECTED


def step_of(notebook: Path) -> str:
    """The step of the default review that runs a notebook with its own defaults.

    >>> step_of(paths.ROOT / "notebooks" / "2-themes.ipynb")
    '2-themes-aims'
    """
    heading = notebooks.declared(notebook).get("heading")
    return notebook.stem + (f"-{heading[1]}" if heading else "")


def with_outputs(source: dict, executed: dict) -> dict:
    """The source notebook with the outputs of the executed one, matched by the ids of cells."""
    outputs = {cell["id"]: cell for cell in executed["cells"] if cell["id"] != INJECTED}
    counter = 0
    for cell in source["cells"]:
        if cell["cell_type"] == "code":
            counter += 1
            cell["outputs"], cell["execution_count"] = outputs[cell["id"]]["outputs"], counter
            for output in cell["outputs"]:
                if "execution_count" in output:
                    output["execution_count"] = counter
    return source


def accept_course() -> list[str]:
    """Run the notebooks of the course and keep their outputs. Returns the paths of those that changed.

    They take seconds and depend on no step of the chain.
    """
    import nbformat
    from nbclient import NotebookClient

    from casesynth.runner import kernels  # loads jupyter_client, which takes time

    changed = []
    for notebook in sorted((paths.ROOT / "notebooks" / "learn").rglob("*.ipynb")):
        node = nbformat.read(notebook, as_version=4)
        manager = kernels.manager_class(kernel_environment(), str(notebook.parent))
        NotebookClient(node, timeout=120, record_timing=False, kernel_manager_class=manager).execute()
        node.metadata = {key: node.metadata[key] for key in ("kernelspec",)} | {"language_info": {"name": "python"}}
        text = json.dumps(json.loads(nbformat.writes(node)), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if text != notebook.read_text("utf-8"):
            notebook.write_text(text, "utf-8")
            changed.append(str(notebook.relative_to(paths.ROOT)))
    return changed


def accept(review: str) -> list[str]:
    """Write the outputs into every committed notebook, and the manifests. Returns the paths of notebooks that changed.

    Raises UserError if the review is not built.
    """
    executed, changed = paths.ROOT / "results" / review / "notebooks", []
    for notebook in notebooks.notebooks():
        done = executed / f"{step_of(notebook)}.ipynb"
        if not done.exists():
            raise UserError(f"{done} is missing; `casesynth make {review}` writes it.")
        node = with_outputs(json.loads(notebook.read_text("utf-8")), json.loads(done.read_text("utf-8")))
        text = json.dumps(node, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        if text != notebook.read_text("utf-8"):
            write_if_changed(notebook, text)
            changed.append(f"notebooks/{notebook.name}")
    verify.accept(paths.ROOT, review)
    if review == notebooks.declared(notebooks.notebooks()[0])["review"][1]:  # the default one
        changed += accept_course()
    return changed
