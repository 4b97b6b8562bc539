"""The committed notebooks: thin, with defaults that are the review's own, and outputs that still hold."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import yaml

from casesynth.core import paths
from casesynth.runner import notebooks
from casesynth.runner.accept import step_of

NOTEBOOKS = notebooks.notebooks()


def code_cells(notebook: Path):
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            yield cell["id"], "".join(cell["source"])


def too_much(source: str) -> list[str]:
    """What a thin cell does not hold: definitions, loops, conditions, paths spelled out, more than eight lines."""
    heavy = (ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With)
    heavy += (ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)
    tree = ast.parse(source)
    found = [type(node).__name__ for node in ast.walk(tree) if isinstance(node, heavy)]
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    found += [f"path {text!r}" for text in texts if "/" in text or text.endswith((".csv", ".png", ".html"))]
    return found + ([f"{len(source.splitlines())} lines"] if len(source.splitlines()) > 8 else [])


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_thin(notebook):
    cells = list(code_cells(notebook))
    assert len(cells) <= 12
    # A list of parameters is as long as there are parameters.
    heavy = {name: too_much(source) for name, source in cells if name != "parameters"}
    assert not any(heavy.values()), heavy


#: What the others show is their subject: the synthesis, the ledger, the explorer.
ANALYSIS = [notebook for notebook in NOTEBOOKS if not notebook.stem.startswith(("7-", "8-", "16-"))]


def texts(notebook: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(notebook.read_text("utf-8"))["cells"]]


@pytest.mark.parametrize("notebook", ANALYSIS, ids=lambda path: path.stem)
def test_analysis_ends_in_what_it_shows_and_leads_on(notebook):
    cells = texts(notebook)
    start = next(number for number, text in enumerate(cells) if text.startswith("## What this shows"))
    assert cells[start + 1].startswith("cs.say(") and cells[start + 2].startswith("cs.write(")
    assert len(cells) == start + 4, "what it shows stands last, before the tables are written and the way leads on"
    links = re.findall(r"\]\(([^)]+\.ipynb)\)", cells[-1])
    assert links and all(
        (notebook.parent / link).exists() for text in cells for link in re.findall(r"\]\(([^)#]+\.ipynb)\)", text)
    )


@pytest.mark.parametrize("notebook", ANALYSIS, ids=lambda path: path.stem)
def test_tables_are_shown_whole_and_questions_are_asked(notebook):
    cells = texts(notebook)
    assert not [text for text in cells if re.search(r"\.(head|tail|sample)\(", text)]
    assert (
        "**Question.**" in cells[0] and "**Rule.**" in cells[0] and any("**What to doubt.**" in text for text in cells)
    )
    assert any("cs.display()" in text for text in cells)


@pytest.mark.parametrize("notebook", ANALYSIS, ids=lambda path: path.stem)
def test_what_a_run_shows_is_two_to_four_sentences(notebook):
    [said] = [
        "".join(output["data"]["text/markdown"])
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]
        if "".join(cell["source"]).startswith("cs.say(")
        for output in cell["outputs"]
    ]
    lines = said.split("\n")
    assert 2 <= len(lines) <= 4 and all(line.startswith("- ") and line.endswith(".") for line in lines), said


def test_the_way_leads_through_every_analysis():
    ways = {
        notebook.stem: re.findall(r"\w+: \[[^]]*\]\(([^)]+)\.ipynb\)", texts(notebook)[-1]) for notebook in ANALYSIS
    }
    led_to = {name for names in ways.values() for name in names}
    assert led_to >= set(ways) and {"7-synthesis", "8-claims"} <= led_to
    assert all(len(names) == (1 if name.startswith("1-") else 2) for name, names in ways.items())


def test_the_check_of_thin_notebooks_can_fail():
    assert too_much("def f():\n    return 1") == ["FunctionDef"]
    assert too_much("[x for x in y]") == ["ListComp"]
    assert too_much('open("data/x.csv")') == ["path 'data/x.csv'"]
    assert too_much("\n".join(["a = 1"] * 9)) == ["9 lines"]


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_valid_and_hold_outputs(notebook):
    node = nbformat.read(notebook, as_version=nbformat.NO_CONVERT)
    nbformat.validate(node)
    assert (node.nbformat, node.nbformat_minor) == (4, 5)
    assert any(cell.get("outputs") for cell in node.cells)
    assert str(paths.ROOT) not in notebook.read_text("utf-8")


def test_defaults_are_those_of_the_review():
    settings = yaml.safe_load((paths.ROOT / "data/mca-phase2/review.yaml").read_text("utf-8"))
    expected = {**settings["parameters"], "coding": settings["coding"], "review": "mca-phase2"}
    for notebook in NOTEBOOKS:
        for name, (_, default) in notebooks.declared(notebook).items():
            if name != "heading":
                assert default == expected[name], f"{notebook.name}: {name}"


def outputs(notebook: Path) -> dict[str, list]:
    """What each cell shows, by the id of the cell."""
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    code = {cell["id"]: cell["outputs"] for cell in cells if cell["cell_type"] == "code"}
    # A run has one cell more, which holds its parameters, so its counts differ.
    return {
        name: [{k: v for k, v in each.items() if k != "execution_count"} for each in all_]
        for name, all_ in code.items()
    }


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_committed_outputs_are_those_of_the_last_make(notebook):
    executed = paths.ROOT / "results/mca-phase2/notebooks" / f"{step_of(notebook)}.ipynb"
    if not executed.exists():
        pytest.fail(f"{executed.name} is not there: run `make` first")
    made = outputs(executed)
    assert {name: made[name] for name in outputs(notebook)} == outputs(notebook)


@pytest.mark.long  # a kernel for each notebook; the test above compares the same outputs as `make` has made them
def test_committed_outputs_still_hold(tmp_path):
    """Nbval over a copy of the notebooks, in a scratch folder, never over results."""
    shutil.copytree(paths.ROOT / "notebooks", tmp_path / "notebooks")
    environment = os.environ | {
        "CASESYNTH_READ": str(paths.ROOT / "results" / "mca-phase2"),
        "CASESYNTH_FIGURES": str(paths.ROOT / "figures" / "mca-phase2"),
        "CASESYNTH_WRITE": str(tmp_path / "written"),
    }
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "no:cacheprovider", "-q"]
    names = [f"notebooks/{notebook.name}" for notebook in NOTEBOOKS]
    halves = [  # two at a time: each notebook has a kernel of its own to wait for
        subprocess.Popen(
            [*command, "--rootdir", str(tmp_path), *half],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for half in (names[::2], names[1::2])
    ]
    for half in halves:
        said = half.communicate()[0]
        assert half.returncode == 0, said[-6000:]
    assert (tmp_path / "written" / "tables" / "themes-aims.csv").exists()
