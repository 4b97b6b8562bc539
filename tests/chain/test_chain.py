"""The chain on a tiny invented review: from its tables to its report, through make."""

import csv
import json
import re
import shutil
import subprocess

import pytest

from casesynth.core.shards import SHARDED
from casesynth.figures import look
from tests.support.project import clean_environment

STEPS = ["1-data-extraction", "2-themes-aims", "2-themes-barriers", "2-themes-enablers", "3-general-themes"]
STEPS += ["4-barriers-enablers", "5-participants", "6-figures", "7-synthesis", "8-claims"]
STEPS += ["9-robustness", "10-agreement", "11-confidence", "12-findings", "13-hierarchy", "14-lenses"]
STEPS = sorted([*STEPS, "15-across-cases", "16-evidence"])


def rows(project, name):
    with project.path(name).open(encoding="utf-8", newline="") as lines:
        return {next(iter(row.values())): row for row in csv.DictReader(lines)}


def test_a_first_make_runs_every_step(built):
    assert built.first_steps == STEPS


def test_tables_of_the_tiny_review(built):
    aims = rows(built, "results/tiny/tables/themes-aims.csv")
    assert (aims["aim-together"]["cases"], aims["aim-together"]["supported"]) == ("2", "True")
    assert (aims["aim-food"]["cases"], aims["aim-food"]["supported"]) == ("1", "False")
    assert aims["aim-together"]["not_mentioned_by"] == "Cedar Roof"
    general = rows(built, "results/tiny/tables/general-themes.csv")
    assert (general["gen-people"]["in_headings"], general["gen-people"]["supported"]) == ("2", "True")
    money = general["gen-money"]  # seen as enabler and as barrier only: one place when headings are grouped
    assert (money["in_headings"], money["in_groups"], money["supported"], money["short_by"]) == ("2", "1", "False", "1")
    uncoded = rows(built, "results/tiny/tables/uncoded-enablers.csv")
    assert uncoded["cedar-enablers-02"]["state"] == "not coded"
    both = rows(built, "results/tiny/tables/barriers-enablers.csv")
    assert both["gen-money"]["cases_both"] == "Cedar Roof"


def test_report_holds_the_findings_and_no_markup_of_the_data(built):
    report, annex = built.read("results/tiny/synthesis.html"), built.read("results/tiny/annex.html")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", report))
    assert "Themes of a heading 5 4 supported" in text
    for page in (report, annex):
        assert "<b>strong</b>" not in page
        links = re.findall(r'(?:src|href)="([^"]*)"', page)
        own = ("data:", "#", "tables/", "index.html", "brief.html", "synthesis.html", "explorer.html", "annex.html")
        assert [link for link in links if not link.startswith(own)] == [], "the page loads something from elsewhere"
    assert built.path("results/tiny/synthesis.docx").read_bytes()[:2] == b"PK"


def test_every_figure_has_its_files(built):
    files = sorted(path.name for path in built.path("figures/tiny").iterdir())
    whole = [f"{name}.{ending}" for name in look.NAMES for ending in ("csv", "png", "svg", "txt")]
    assert files == sorted([*whole, *(f"{name}-phone.svg" for name in look.PHONES)])
    listed = rows(built, "results/tiny/tables/figures.csv")
    assert list(listed) == look.NAMES and all(row["title"] for row in listed.values())


def test_a_second_make_runs_nothing_and_touching_rebuilds_nothing(rebuilt):
    project = rebuilt
    for file in [*project.path("data/tiny").iterdir(), *project.path("casesynth").glob("*.py")]:
        file.touch()
    assert project.make().steps == []
    project.edit("data/tiny/codings.csv", "cedar-aims-01,none", "cedar-aims-01,aim-food")
    assert project.make("results/tiny/tables/themes-aims.csv").steps == ["2-themes-aims"]
    assert rows(project, "results/tiny/tables/themes-aims.csv")["aim-food"]["supported"] == "True"


@pytest.mark.long  # five kernels; on small steps, and with results that were altered: tests/runner/test_current.py
def test_a_change_reruns_what_rests_on_it_and_what_is_gone_is_made_again(rebuilt):
    project = rebuilt
    project.path("results/tiny/tables/projects.csv").unlink()
    project.edit("data/tiny/codings.csv", "cedar-aims-01,none", "cedar-aims-01,aim-food")
    again = project.make("results/tiny/tables/general-themes.csv", "results/tiny/tables/projects.csv")
    themes = ["2-themes-aims", "2-themes-barriers", "2-themes-enablers", "3-general-themes"]
    assert again.steps == [*themes, "4-barriers-enablers"]
    assert project.path("results/tiny/tables/projects.csv").exists()


@pytest.mark.long  # two makes; .ci/run has it
def test_a_failing_notebook_is_kept_and_harms_nothing(rebuilt):
    project = rebuilt
    before = project.read("results/tiny/tables/participants-total.csv")
    good = project.read("notebooks/5-participants.ipynb")
    node = json.loads(good)
    cell = next(cell for cell in node["cells"] if cell["id"] == "write")
    cell["source"] = ["raise ValueError('the well is dry')"]
    project.path("notebooks/5-participants.ipynb").write_text(json.dumps(node), "utf-8")
    target = "results/tiny/tables/participants-total.csv"
    failed = project.make(target)
    assert failed.returncode != 0
    assert "the well is dry" in failed.stderr and "results/tiny/failed/5-participants.ipynb" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "the well is dry" in project.read("results/tiny/failed/5-participants.ipynb")
    assert project.read("results/tiny/tables/participants-total.csv") == before
    project.path("notebooks/5-participants.ipynb").write_text(good, "utf-8")
    assert project.make(target).returncode == 0
    assert not project.path("results/tiny/failed/5-participants.ipynb").exists()


@pytest.mark.long  # on a small step: tests/runner/test_current.py
def test_a_notebook_that_does_not_write_what_its_rule_lists_fails(project):
    project.edit("notebooks/5-participants.ipynb", '\\"participants-weights\\": weights,', "")
    failed = project.make("results/tiny/tables/participants-total.csv")
    assert failed.returncode != 0
    assert "listed, not written: tables/participants-weights.csv" in failed.stderr


@pytest.mark.long  # a second chain; that a setting reaches its cells is in tests/runner/test_notebooks.py
def test_a_variant_stands_beside_the_default(rebuilt):
    project = rebuilt
    default = project.read("results/tiny/tables/themes-aims.csv")
    folder = "results/tiny--heading_groups-false+min_cases-1"
    variant = project.make(f"{folder}/tables/general-themes.csv", "SET=min_cases=1 heading_groups=false")
    assert variant.returncode == 0, variant.stderr
    assert project.read("results/tiny/tables/themes-aims.csv") == default
    assert rows(project, f"{folder}/tables/themes-aims.csv")["aim-food"]["supported"] == "True"
    assert rows(project, f"{folder}/tables/general-themes.csv")["gen-money"]["supported"] == "True"
    assert project.path("figures/tiny--heading_groups-false+min_cases-1/general-headings.png").exists()
    executed = json.loads(project.read(f"{folder}/notebooks/2-themes-aims.ipynb"))
    assert executed["metadata"]["papermill"]["parameters"]["min_cases"] == 1


def test_wrong_settings_are_refused_in_one_message(project):
    refused = project.make("SET=min_case=3")
    assert refused.returncode != 0 and refused.steps == []
    assert "Did you mean 'min_cases'?" in refused.stderr and "Traceback" not in refused.stderr
    assert not project.path("results").exists()


@pytest.mark.long  # the same by another table: tests/chain/test_targets.py
def test_broken_tables_are_refused_with_their_place(project):
    project.edit("data/tiny/codings.csv", "alder-aims-01,aim-together", "alder-aims-01,aim-togehter")
    refused = project.make()
    assert refused.returncode != 0
    assert "codings.csv: 1\n  row 2 (alder-aims-01" in refused.stderr
    assert "column theme: found 'aim-togehter'" in refused.stderr
    assert "Did you mean 'aim-together'?" in refused.stderr and refused.steps == []
    assert "Traceback" not in refused.stderr


@pytest.mark.long
def test_every_rule_works_without_the_worker(project):
    done = project.make("results/tiny/tables/points-per-heading.csv", environment={"CASESYNTH_NO_WORKER": "1"})
    assert done.returncode == 0, done.stderr
    assert done.steps == ["1-data-extraction"]
    assert rows(project, "results/tiny/tables/points-per-heading.csv")["aims"]["points"] == "4"


def to_shards(project, tables: dict[str, str]) -> None:
    """Write tables as shards that stand alone: made from CSV files, then checked without them."""
    for name, text in tables.items():
        project.path(f"data/tiny/{name}.csv").write_text(text, "utf-8")
    command = [".venv/bin/python", "-m", "casesynth", "shards", "tiny", "--shards", "2"]
    for _ in range(2):
        subprocess.run(command, cwd=project.folder, env=clean_environment() | {"PYTHONPATH": "."}, check=True)
        for name in tables:
            project.path(f"data/tiny/{name}.csv").unlink(missing_ok=True)


@pytest.mark.long  # a second chain, and a third of a few steps
def test_from_shards_alone_the_chain_writes_the_same_tables_byte_for_byte_and_sees_that_shards_have_changed(rebuilt):
    def tables() -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in rebuilt.path("results/tiny/tables").glob("*.csv")}

    before, kept = tables(), {table: rebuilt.read(f"data/tiny/{table}.csv") for table in SHARDED}
    to_shards(rebuilt, kept)
    shutil.rmtree(rebuilt.path("results/tiny"))
    made = rebuilt.make()
    assert made.returncode == 0 and made.steps == STEPS, made.stderr
    assert tables() == before
    assert rebuilt.make().steps == []
    to_shards(rebuilt, {name: text.replace("aims-01,aim-together", "aims-01,aim-food") for name, text in kept.items()})
    assert "2-themes-aims" in rebuilt.make().steps
    assert rows(rebuilt, "results/tiny/tables/themes-aims.csv")["aim-together"]["cases"] == "0"
