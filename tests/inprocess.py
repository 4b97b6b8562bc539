"""Run the command and the notebooks in this process: quicker than processes and kernels."""

import io
import json
import os
import re
import shutil
import subprocess
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from casesynth import cli
from casesynth.core import paths
from casesynth.core.settings import load_settings
from casesynth.runner import notebooks

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def environment(**values):
    """Environment variables for a while."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update({name: str(value) for name, value in values.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def casesynth(*words, **values) -> subprocess.CompletedProcess:
    """The command `casesynth` with these words and environment variables: its status and what it printed."""
    out, err = io.StringIO(), io.StringIO()
    places = {name: str(value) for name, value in values.items()}
    with patch.dict(os.environ, places), redirect_stdout(out), redirect_stderr(err):
        status = cli.main([str(word) for word in words])
    return subprocess.CompletedProcess(words, status, out.getvalue(), err.getvalue())


def run_notebook(name: str, values: dict) -> None:
    """Run the code cells of a notebook with these parameters, of which it takes those that it declares."""
    file = ROOT / "notebooks" / f"{name}.ipynb"
    known = notebooks.declared(file)
    space = {"__name__": "notebook"}
    for cell in json.loads(file.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), space)
            if "parameters" in cell["metadata"].get("tags", []):
                space |= {key: value for key, value in values.items() if key in known}


def run_chain(review: str, data: Path, results: Path) -> Path:
    """The whole synthesis of a review in another data folder. Out: the folder with report, tables and figures."""
    shutil.rmtree(results, ignore_errors=True)
    places = {
        "CASESYNTH_DATA": data,
        paths.READ: results,
        paths.WRITE: results,
        "CASESYNTH_FIGURES": results / "figures",
    }
    with environment(**places):
        values = notebooks.of_review(review, []) | {"review": review}
        themed = [heading["id"] for heading in load_settings(review)["headings"] if heading["themed"]]
        run_notebook("1-data-extraction", values)
        for heading in themed:
            run_notebook("2-themes", values | {"heading": heading})
        # In the order of the Makefile's steps; the claims are those of the compendium's own review.
        steps = re.findall(r"call step,(\d+-[a-z-]+),", (ROOT / "Makefile").read_text("utf-8"))
        for name in steps:
            if not name.startswith(("1-", "2-", "8-")):
                run_notebook(name, values)
    return results
