"""Two runs side by side, as a user asks for them: folders of results, parameters, a revision of git."""

import shutil
import subprocess

import pandas as pd
import pytest

from casesynth.cli.output import Status
from casesynth.core import csvfile
from casesynth.runner import runs
from tests.support import ROOT
from tests.support.commands import run as casesynth
from tests.support.notebooks import run_chain, steps

#: The steps whose tables a comparison does not read.
UNREAD = [name for name in steps() if not name.startswith(("2-", "3-", "12-"))]


def read(folder, name: str) -> pd.DataFrame:
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture
def copies(built, tmp_path):
    """Two copies of the results of the tiny review."""
    folders = [tmp_path / "before", tmp_path / "after"]
    for folder in folders:
        shutil.copytree(built.path("results/tiny"), folder)
    return folders


def test_a_run_is_the_same_as_its_copy(copies, tmp_path):
    done = casesynth("compare", *copies, "--folder", tmp_path / "out")
    assert done.returncode == Status.DONE, done.stderr
    assert "themes none differs" in done.stdout and read(tmp_path / "out", "differences").empty


def test_what_differs_is_a_page_a_table_and_a_status(copies, tmp_path):
    file = copies[1] / "tables" / "themes-aims.csv"
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table.loc[table["theme"].eq("aim-food"), ["supported", "cases"]] = ["True", "2"]
    table.loc[table["theme"].eq("aim-food"), "name"] = "Food <b>& drink</b>"
    table.to_csv(file, index=False)
    done = casesynth("compare", *copies, "--folder", tmp_path / "out")
    assert done.returncode == Status.PROBLEMS and "themes 1 differs: 1 new." in done.stdout
    row = read(tmp_path / "out", "differences").iloc[0]
    assert row[["kind", "id", "change"]].tolist() == ["theme", "aim-food", "new"]
    assert row["before"].startswith("not supported, 1 of ") and row["after"].startswith("supported, 2 of ")
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Food &lt;b&gt;&amp; drink&lt;/b&gt;" in page and "http" not in page


def test_without_a_run_the_forms_are_listed():
    done = casesynth("compare", "")
    assert done.returncode == Status.NOT_DONE and "Which run? A is missing." in done.stderr and "HEAD~1" in done.stderr


@pytest.mark.parametrize("word", ["no-such-run", "--output=pwned", "HEAD~100000"])
def test_what_is_no_run_is_refused_with_the_forms_that_are(copies, word):
    done = casesynth("compare", "--", copies[0], word)
    assert done.returncode == Status.NOT_DONE and "is not a run" in done.stderr and "a revision of git" in done.stderr


def test_results_of_another_version_are_refused(copies):
    file = copies[0] / "tables" / "findings.csv"
    file.write_text(file.read_text("utf-8").replace("supported", "stands", 1), "utf-8")
    done = casesynth("compare", *copies)
    assert done.returncode == Status.NOT_DONE and "findings.csv: has no column supported" in done.stderr


def test_runs_of_different_codebooks_are_refused(copies):
    for name in ("themes-aims", "themes-barriers", "themes-enablers", "general-themes", "refined-themes", "findings"):
        file = copies[0] / "tables" / f"{name}.csv"
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        table.iloc[:, 0] = "other-" + table.iloc[:, 0]
        table.to_csv(file, index=False)
    done = casesynth("compare", *copies)
    assert done.returncode == Status.NOT_DONE and "a comparison needs one codebook" in done.stderr


@pytest.mark.long
def test_variants_and_what_one_coding_changed_since_the_last_commit(rebuilt):
    project = rebuilt
    project.path(".gitignore").write_text("/.venv\n/build/\n/results/\n/figures/\n")
    for words in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "first"],
    ):
        subprocess.run(["git", *words], cwd=project.folder, check=True)
    assert project.make("compare", "A=min_cases=2").returncode == 0
    project.edit("data/tiny/codings.csv", "cedar-aims-01,none", "cedar-aims-01,aim-food")
    done = project.make("compare", "A=HEAD")
    assert "Error 1" in done.stderr and "themes 1 differs: 1 new." in done.stdout
    rows = read(project.path("results/comparisons/HEAD-and-tiny"), "rows")
    mine = rows[rows["id"].eq("aim-food")].iloc[0]
    assert mine[["row", "change"]].tolist() == ["cedar-aims-01", "gained"] and "coding cedar-aims-01" in mine["because"]
    done = project.make("compare", "A=min_cases=1", "B=min_cases=2 heading_groups=false")
    assert "Error 1" in done.stderr and "weaker" not in done.stdout.split("themes")[0]
    page = project.read("results/comparisons/min_cases-1-and-min_cases-2+heading_groups-false/index.html")
    assert "<code>heading_groups</code></td><td>True</td><td>False</td>" in page


@pytest.mark.long
def test_a_living_synthesis_shows_what_four_more_case_studies_change(tmp_path):
    """The default review with four cases held back, and with them again."""
    whole, part = (tmp_path / name / "mca-phase2" for name in ("whole", "part"))
    needed = "cases keypoints codebook coders codings findings finding-evidence facts".split()
    for folder in (whole, part):
        folder.mkdir(parents=True)
        for name in ("review.yaml", "datapackage.json", *(f"{table}.csv" for table in needed)):
            shutil.copy(ROOT / "data" / "mca-phase2" / name, folder)
    cases = csvfile.read(part / "cases.csv").frame()
    late = set(cases.loc[cases["case_study"].eq("true"), "id"].tail(4))
    points = csvfile.read(part / "keypoints.csv").frame()
    late_points = set(points.loc[points["case"].isin(late), "id"])
    for table in needed:
        frame = csvfile.read(part / f"{table}.csv").frame()
        for column, gone in (("id", late), ("case", late), ("id", late_points), ("keypoint", late_points)):
            if column in frame:
                frame = frame[~frame[column].isin(gone)]
        frame.to_csv(part / f"{table}.csv", index=False)
    found = []
    for folder in (part, whole):
        results = run_chain(
            "mca-phase2", folder.parent, tmp_path / f"results of {folder.parent.name}", UNREAD, drawn=False
        )
        tables = runs.tables_of(results)
        found.append(runs.Run(folder.parent.name, tables, folder))
    from casesynth.runner.compare import compared

    tables = compared(*found)
    rows, differing = tables["rows"], tables["differences"]
    assert set(tables["data"].query("table == 'cases'")["row"]) == late
    assert not differing["lost"].str.contains("-").any()  # what more cases bring takes nothing away
    gained = rows[rows["kind"].eq("theme")]
    assert len(gained) and set(gained["row"]) <= late_points and gained["because"].str.contains("added").all()
    themes = differing[differing["kind"].eq("theme")]
    assert {"new", "stronger"} <= set(themes["change"]) and (themes["cases_after"] >= themes["cases_before"]).all()
