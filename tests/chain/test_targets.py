"""The targets of the Makefile that take a review."""

import shlex
import shutil
import subprocess

import pytest

from tests.support import SCHEMA
from tests.support.commands import environment, run
from tests.support.desk import CASE, answers, export
from tests.support.project import clean_environment

WRITING = ["new", "import", "sheet", "sheet-back"]


def test_what_writes_wants_the_name_of_the_review(project):
    """Make hands on an empty name, and the command asks for it."""
    lines = make_without_review(project, "-n", *WRITING).stdout.splitlines()
    calls = [shlex.split(line)[3:5] for line in lines if " -m casesynth " in line]
    assert calls == [[command, ""] for command in WRITING]
    with environment(CASESYNTH_DATA=project.path("data")):
        for command in WRITING:
            done = run(command, "", *(["no.csv"] if command == "import" else []))
            assert done.returncode == 2 and "which review?" in done.stderr and "There are: tiny." in done.stderr, (
                command
            )


def test_what_reads_says_which_review_it_took(project):
    told = "Review: mca-phase2 (REVIEW=… names another)\n"
    for goal in ("check", "all"):
        assert make_without_review(project, goal).stdout.startswith(told)
    assert not project.make("check").stdout.startswith("Review")


def make_without_review(project, *words):
    command = ["make", *words]
    return subprocess.run(
        command, cwd=project.folder, env=clean_environment(), capture_output=True, text=True, timeout=120
    )


def test_make_stops_at_a_wrong_table_with_the_listing_of_make_check(project):
    project.edit("data/tiny/review.yaml", "coding: ada", "coding: consensus")
    project.edit("data/tiny/codings.csv", "alder-aims-02,aim-food", "alder-aims-02,aim-fod")
    done = project.make(environment={"CASESYNTH_NO_WORKER": "1"})
    assert done.returncode and done.stderr.count("found 'consensus'; expected a coder of coders.csv (ada)") == 1
    assert "or add a row consensus to coders.csv" in done.stderr and "Did you mean 'aim-food'?" in done.stderr
    assert "failing cell" not in done.stderr and "unfinished" not in done.stderr and not done.steps


@pytest.mark.long
def test_make_removes_a_page_of_passages_of_earlier_results(project):
    assert project.make().returncode == 0
    page = project.path("results/tiny/audit-source.html")
    page.write_text("", "utf-8")
    assert project.make().returncode == 0 and page.exists()
    project.edit("data/tiny/codings.csv", "cedar-aims-01,none", "cedar-aims-01,aim-food")
    assert "make audit REVIEW=tiny SOURCE=" in project.make().stdout and not page.exists()


@pytest.mark.long
def test_by_make_from_a_form_to_a_report(project, tmp_path):
    (project.folder / "data" / "mca-phase2").mkdir()
    shutil.copy(SCHEMA, project.folder / "data" / "mca-phase2")
    file = export(project.folder / "my 'odd' answers.xlsx", [answers(), answers(**{CASE: "Birch Row"})])
    for words in (["new"], ["import", f"FORM={file.name}"], ["sheet"], ["sheet-back"], ["check"], []):
        done = project.make(*words, "REVIEW=my-own")
        assert done.returncode == 0, done.stdout + done.stderr
    assert "This synthesis is not finished" in project.read("results/my-own/synthesis.html")


@pytest.mark.long  # the page itself is in tests/audit/
def test_make_audit_names_the_explorer_and_hands_on_any_path(rebuilt):
    # A variable SOURCE of a person's environment is none of ours.
    done = rebuilt.make("audit", environment={"SOURCE": "whatever"})
    assert done.returncode == 0, done.stderr
    assert "results/tiny/explorer.html" in done.stdout
    assert "Three invented gardens" in rebuilt.read("results/tiny/explorer.html")
    name = "no such $(file) 'é'.pdf"
    done = rebuilt.make("audit", f"SOURCE={name}")
    assert done.returncode != 0 and "Traceback" not in done.stderr
    assert f"there is no file '{name}'" in done.stderr
