"""Which steps are run again: contents decide, whatever the times are, and whoever has changed what."""

import json
import os
import time
from pathlib import Path

import pytest

from casesynth.core import paths
from casesynth.runner import digests, step
from casesynth.runner.job import Job

PARAMETERS = {"id": "a", "cell_type": "code", "metadata": {"tags": ["parameters"]}, "outputs": []}
TEXT = {"review": 'review: str = "tiny"', "min_cases": "min_cases: int = 2"}


class Runs:
    """Steps of a small project, in which a notebook is a function that copies what it reads to `tables/<step>.csv`."""

    def __init__(self, folder: Path):
        self.folder, self.runs, self.meanwhile = folder, [], lambda: None
        for name, text in {"data/in.csv": "1\n", "notebooks/1.ipynb": "", "notebooks/2.ipynb": ""}.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, "utf-8")
        self.notebook("1", "review")
        self.notebook("2", "review", "min_cases")

    def notebook(self, name: str, *declared: str) -> None:
        cell = PARAMETERS | {"source": ["\n".join(TEXT[each] for each in declared)]}
        text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        (self.folder / f"notebooks/{name}.ipynb").write_text(text, "utf-8")

    def papermill(self, job: Job, values: dict) -> None:
        read = Path(job.reads[0]).read_text("utf-8")
        self.meanwhile()
        self.runs.append(job.step)
        (job.scratch / "notebook.ipynb").write_text(json.dumps(values), "utf-8")
        (job.scratch / "tables" / f"{job.step}.csv").write_text(f"{job.step}: {read}", "utf-8")

    def run(self, name: str = "1", run: str = "tiny", **common):
        """Run a step of a run of the review; `runs` collects those that were not current."""
        reads = "data/in.csv" if name == "1" else f"results/{run}/tables/1.csv"
        record = step.execute(
            Job(
                notebook=Path(f"notebooks/{name}.ipynb"), step=name, review=run.split("--", maxsplit=1)[0], results=Path(f"results/{run}"),
                figures=Path(f"figures/{run}"), stamp=Path(f"build/{run}/{name}.done"), common=common, own={},
                writes=[f"tables/{name}.csv"], reads=[reads],
            )
        )  # fmt: skip
        assert not record.error, record.error
        return record


@pytest.fixture
def steps(tmp_path, monkeypatch) -> Runs:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    runs = Runs(tmp_path)
    monkeypatch.setattr(step, "run_papermill", runs.papermill)
    return runs


OUT = Path("results/tiny/tables/1.csv")


def test_a_step_is_current_until_a_content_changes(steps):
    steps.run()
    assert steps.run().current and steps.runs == ["1"]
    os.utime("data/in.csv", (0, 0))
    assert steps.run().current
    Path("data/in.csv").write_text("2\n")
    assert not steps.run().current and OUT.read_text() == "1: 2\n"


@pytest.mark.parametrize("hours", [-1000, 1000])
def test_no_clock_decides(steps, hours):
    steps.run()
    Path("data/in.csv").write_text("2\n")
    moment = time.time() + hours * 3600
    os.utime("data/in.csv", (moment, moment))
    steps.run()
    assert OUT.read_text() == "1: 2\n"


def test_an_altered_result_is_named_and_made_again(steps):
    steps.run()
    OUT.write_text("1: 9\n")
    os.utime(OUT, (0, 0))
    record = steps.run()
    assert record.altered == [str(OUT)] and OUT.read_text() == "1: 1\n"
    assert steps.run().current


def test_a_result_that_is_gone_is_made_again(steps):
    steps.run()
    OUT.unlink()
    assert steps.run().altered == [] and OUT.exists()


def test_an_input_that_is_changed_during_a_run_and_put_back_is_read_again(steps):
    """The notebook has read 2, and the file holds 1 again when it ends: with digests alone the result would stay."""
    there = Path("data/in.csv")
    there.write_text("2\n")

    def put_back():
        there.write_text("1\n")
        steps.meanwhile = lambda: None

    steps.meanwhile = put_back
    steps.run()
    assert OUT.read_text() == "1: 1\n" and steps.runs == ["1", "1"]


def test_a_file_that_is_changed_and_put_back_is_another_to_the_system(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    there = tmp_path / "in.csv"
    there.write_text("1\n")
    before, digest = digests.identities(["in.csv"]), digests.digest(there)
    for text in ("2\n", "1\n"):
        time.sleep(0.02)  # a tick of the system's clock
        there.write_text(text)
    os.utime(there, (0, 0))
    assert digests.digest(there) == digest and digests.identities(["in.csv"]) != before


def test_an_input_that_does_not_come_to_rest_ends_in_a_message(steps):
    there = Path("data/in.csv")
    steps.meanwhile = lambda: there.write_text(there.read_text() + "x")
    with pytest.raises(AssertionError, match=r"data/in.csv: changed 3 times while this step ran"):
        steps.run()
    assert not Path("build/tiny/1.done").exists() and not OUT.exists()


def test_an_input_that_changes_after_the_run_is_seen_by_the_next(steps):
    steps.run()
    steps.run("2", min_cases=2)
    Path("data/in.csv").write_text("2\n")
    assert not steps.run().current and not steps.run("2", min_cases=2).current
    assert steps.runs == ["1", "2", "1", "2"]


def test_a_run_with_other_parameters_takes_over_what_does_not_depend_on_them(steps):
    for name in ("1", "2"):
        steps.run(name, min_cases=2)
    first, second = (steps.run(name, "tiny--min_cases-3", min_cases=3) for name in ("1", "2"))
    assert first.taken_from == "tiny" and second.taken_from == "" and steps.runs == ["1", "2", "2"]
    for place in ("tables/1.csv", "notebooks/1.ipynb"):
        assert Path("results/tiny", place).read_bytes() == Path("results/tiny--min_cases-3", place).read_bytes()


@pytest.mark.parametrize("other", ["tiny--min_cases-3", "tiny-too"])
def test_an_altered_result_or_one_of_another_review_is_not_taken_over(steps, other):
    steps.run()
    if "--" in other:
        OUT.write_text("1: 9\n")
    assert steps.run("1", other).taken_from == ""
    assert Path("results", other, "tables/1.csv").read_text() == "1: 1\n"


def test_a_notebook_that_writes_more_or_less_than_its_rule_lists_changes_nothing(steps):
    steps.run()
    Path("data/in.csv").write_text("2\n")
    steps.meanwhile = lambda: next(Path("build/tiny").glob("1.running-*/tables")).joinpath("more.csv").write_text("")
    with pytest.raises(AssertionError, match=r"written, not listed: tables/more\.csv"):
        steps.run()
    assert OUT.read_text() == "1: 1\n"
    steps.meanwhile = lambda: None
    assert not steps.run().current and OUT.read_text() == "1: 2\n" and not list(Path("build/tiny").glob("1.running-*"))
