"""Run the notebooks of the chain in this process, one cell after the other: quicker than kernels."""

import json
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from unittest.mock import MagicMock, patch

import casesynth
from casesynth.core import paths
from casesynth.core.settings import load_settings, sets_of
from casesynth.runner import notebooks
from tests.support import ROOT
from tests.support.commands import environment


def steps() -> list[str]:
    """The notebooks in the order of the Makefile's steps, in which they need each other."""
    names = re.findall(r"call step,(\d+-[a-z-]+),", (ROOT / "Makefile").read_text("utf-8"))
    last = [
        "7-synthesis",
        "16-evidence",
    ]  # the report is written from all others, and the evidence from its numbers too
    between = [name for name in names if not name.startswith(("1-data", "2-themes")) and name not in last]
    return ["1-data-extraction", "2-themes", *between, *last]


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


def run_chain(review: str, data: Path, results: Path, without: tuple = (), drawn: bool = True) -> Path:
    """Build the whole synthesis of a review.

    Parameters: the review; the folder that holds its folder; the folder for the results, with the figures below it; the
    notebooks to leave out; whether figures are drawn, which takes most of the time.
    Returns the folder of the results.
    """
    shutil.rmtree(results, ignore_errors=True)
    (results / "tables").mkdir(parents=True)
    folders = {
        "CASESYNTH_DATA": data,
        paths.READ: results,
        paths.WRITE: results,
        "CASESYNTH_FIGURES": results / "figures",
    }
    with environment(**folders), ExitStack() as patches:
        for name in () if drawn else ("figures", "figures_sure"):
            patches.enter_context(patch.object(casesynth, name, MagicMock(), create=True))
        values = notebooks.of_review(review, []) | {"review": review}
        themed = list(sets_of(load_settings(review))["id"])
        for name in steps():
            if name not in without:
                for heading in themed if name == "2-themes" else [""]:
                    run_notebook(name, values | {"heading": heading})
    return results
