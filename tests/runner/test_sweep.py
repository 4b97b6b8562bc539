"""A sweep: every combination once, shared steps once, and what each parameter moves."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest
from matplotlib.text import Text

from casesynth.errors import UserError
from casesynth.figures.sweep import moves
from casesynth.runner.shared import make_run
from casesynth.runner.sweep import combinations, snakefile
from tests.analysis.test_compare import run
from tests.support import ROOT

SWEEP = "SET=min_cases=1,2 heading_groups=true,false"
FOLDER = "results/sweeps/tiny--min_cases-1-2+heading_groups-true-false"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ([], "which parameters"),
        (["min_cases=2,2"], "a value of it is"),
        (["min_cases=2", "min_cases=3"], "min_cases is there twice"),
        (["min_cases=,"], "not of the form"),
        ([f"min_cases={','.join(map(str, range(600)))}"], "600 combinations; at most 500"),
    ],
)
def test_a_sweep_that_nobody_means_is_refused(settings, message):
    with pytest.raises(UserError, match=message):
        combinations(settings)


def test_wrong_values_are_refused_before_anything_is_run(project):
    done = project.make("sweep", "SET=min_cases=2,two")
    assert done.returncode and "min_cases=two: expected a whole number" in done.stderr
    assert not project.path("results").exists() and "Traceback" not in done.stderr


def test_the_picture_names_what_turns_and_says_what_does_not():
    import pandas as pd

    from casesynth.analysis.compare import moved_by

    settings = pd.DataFrame({"min_cases": [2, 3]}, index=["one", "two"])
    table = moved_by(settings, {"one": run(), "two": run(finding=(3, 0, False))})
    drawn = moves(table)
    assert drawn.alt == "1 of 2 findings and themes turn with a parameter. min_cases decides on 1 of them."
    texts = [text.get_text() for text in drawn.figure.findobj(Text)]
    assert "It helps. (finding)" in texts and not any("Food" in text for text in texts)
    assert drawn.title in texts


@pytest.mark.long
def test_every_combination_is_run_and_shared_steps_run_once(rebuilt):
    project = rebuilt
    done = project.make("sweep", SWEEP, "JOBS=2")
    assert done.returncode == 0, done.stderr
    assert not {"1-data-extraction", "5-participants"} & set(done.steps)  # the default run has done them
    assert done.steps.count("2-themes-aims") == 1  # with min_cases=1; the default has done 2
    assert "min_cases: decides on" in done.stdout
    with project.path(f"{FOLDER}/moves.csv").open(encoding="utf-8") as lines:
        flips = {(row["id"], row["parameter"]): row["flips"] for row in csv.DictReader(lines)}
    assert flips["aim-food", "min_cases"] == "2" and flips["aim-food", "heading_groups"] == "0"
    assert int(flips["gen-money", "heading_groups"]) > 0
    assert project.path(f"{FOLDER}/moves.png").exists()
    again = project.make("sweep", SWEEP)
    assert again.returncode == 0 and again.steps == []


def test_a_worker_that_does_not_share_the_folder_says_so(tmp_path):
    told = make_run(["min_cases=2"], "tiny", tmp_path, "the lock of the sweep")
    assert f"does not see {tmp_path}: a sweep needs workers that share the project's folder" in told


def test_the_snakefile_has_a_rule_for_every_run():
    runs = {f"tiny--min_cases-{number}": [f"min_cases={number}"] for number in (1, 2)}
    text = snakefile("tiny", "min_cases=1,2", runs)
    assert "'tiny--min_cases-2': 'min_cases=2'" in text and "results/sweeps/tiny--min_cases-1-2/moves.csv" in text


@pytest.mark.long
def test_snakemake_runs_the_snakefile(rebuilt):
    snakemake = ROOT / "build" / "peers" / "snakemake" / "bin" / "snakemake"
    if not snakemake.exists():
        pytest.skip("snakemake is not installed (make peers)")
    project, words = rebuilt, "SET=min_cases=1,2"
    assert project.make("sweep-slurm", words).returncode == 0
    file = "results/sweeps/tiny--min_cases-1-2/Snakefile"
    command = [snakemake, "--snakefile", file, "--cores", "2", "--quiet", "all"]
    done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert project.path(Path(file).with_name("moves.csv")).exists()
    shutil.rmtree(project.path(".snakemake"), ignore_errors=True)
