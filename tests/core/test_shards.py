"""Shards: the same review as its CSV files, refused where they are older, and counted by whoever is there."""

import json
import os
import shutil
import signal
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from casesynth.analysis import counted
from casesynth.core import engine, sharding, shards
from casesynth.core.review import load, outline
from casesynth.core.rules import Rules
from casesynth.errors import UserError
from tests.bench import bench_scale
from tests.support import ROOT
from tests.support.commands import run


@pytest.fixture
def review(tmp_path, monkeypatch) -> Path:
    """A copy of the published dozen, to be sharded."""
    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path))
    return Path(shutil.copytree(ROOT / "data/mca-phase2", tmp_path / "mca-phase2"))


def texts(keep: Path, **who) -> dict[str, str]:
    """The tables of the review by its shards."""
    own = outline("mca-phase2")
    plan = counted.plan_of(own, Rules.of(own))
    total = partial(engine.total, files=shards.fresh(own_folder()), keep=keep, **who)
    return {name: table.to_csv() for name, table in counted.tables(own, plan, counted.totals(plan, total)).items()}


def own_folder() -> Path:
    return Path(os.environ["CASESYNTH_DATA"]) / "mca-phase2"


def test_the_tables_are_the_same_from_csv_and_from_any_number_of_shards(review, tmp_path):
    before, results = load("mca-phase2"), []
    for number, who in ((1, {}), (2, {"jobs": 2}), (5, {}), (50, {})):
        assert f"in {number} shard" in run("shards", "mca-phase2", "--shards", number).stdout
        for name, table in load("mca-phase2").tables.items():
            pd.testing.assert_frame_equal(table, before.tables[name])
        results.append(texts(tmp_path / f"keep-{number}", **who))
    assert all(each == results[0] for each in results)


def test_shards_that_are_older_are_left_aside_with_a_message(review):
    sharding.make("mca-phase2", 2)
    with (review / "codings.csv").open("a") as file:
        file.write("\n")
    assert not shards.fresh(review)
    assert "are older than codings.csv" in shards.stale(review) and "casesynth shards mca-phase2" in shards.stale(
        review
    )
    shutil.rmtree(review / "shards/001-of-002")
    with pytest.raises(UserError, match="found 1 shards of 002"):
        shards.fresh(review)


def test_shards_alone_are_checked_with_the_messages_of_the_csv_files(review):
    before = dict(load("mca-phase2").tables)  # read now, while the CSV files are there
    sharding.make("mca-phase2", 3)
    for table in shards.SHARDED:
        (review / f"{table}.csv").unlink()
    with pytest.raises(UserError, match="were checked against another"):
        shards.stale(review)
    sharding.make("mca-phase2")
    assert all(load("mca-phase2").tables[table].equals(before[table]) for table in shards.SHARDED)
    book = (review / "codebook.csv").read_text("utf-8")
    theme = before["codings"]["theme"][0]
    (review / "codebook.csv").write_text(book.replace(f"{theme},", f"{theme}-x,", 1), "utf-8")
    place = rf"codings\.csv, row 2, column theme: found '{theme}'; expected a theme of codebook\.csv"
    with pytest.raises(UserError, match=place):
        sharding.make("mca-phase2")


def test_shards_are_checked_with_the_same_bytes_by_one_process_and_by_two(review, tmp_path):
    texts_of = {table: (review / f"{table}.csv").read_bytes() for table in shards.SHARDED}
    expected = None
    for number in (1, 5, 20):
        for table, text in texts_of.items():
            (review / f"{table}.csv").write_bytes(text)
        sharding.make("mca-phase2", number)
        expected = expected or texts(tmp_path / "from-csv")
        shutil.copytree(review / "shards", tmp_path / f"shards-{number}")
        for table in shards.SHARDED:
            (review / f"{table}.csv").unlink()
        found = []
        for jobs in (1, 2):  # shards alone: each is checked and written again
            shutil.rmtree(review / "shards")
            shutil.copytree(tmp_path / f"shards-{number}", review / "shards")
            told = run("shards", "mca-phase2", "--jobs", jobs, CASESYNTH_DATA=review.parent)
            assert f"in {number} shard" in told.stdout, told.stderr
            files = sorted((review / "shards").rglob("*.parquet"))
            found.append({file.relative_to(review): file.read_bytes() for file in files})
        assert found[0] == found[1] and len(found[0]) == number * 3
        assert texts(tmp_path / f"checked-{number}") == expected


def test_large_csv_files_are_checked_by_column_with_file_row_and_column(review, monkeypatch):
    before = load("mca-phase2").tables
    monkeypatch.setattr(sharding, "LARGE", 0)
    sharding.make("mca-phase2", 4)
    assert all(load("mca-phase2").tables[table].equals(before[table]) for table in shards.SHARDED)
    points = (review / "keypoints.csv").read_text("utf-8").split("\n")
    points.insert(3, points[1].replace(f",{before['keypoints']['case'][0]},", ",nobody,", 1))
    (review / "keypoints.csv").write_text("\n".join(points), "utf-8")
    with pytest.raises(UserError) as told:
        sharding.make("mca-phase2", 4)
    assert "keypoints.csv, row 4, column case: found 'nobody'; expected an id of cases.csv" in str(told.value)
    assert "row 4, column id: each value may occur only once; row 2 has the same" in str(told.value)


def killed_once(file: Path, count, mark: Path):
    """A count whose first process is killed in the middle."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return count(file)


def failing(file: Path, count, bad: str):
    if file.name.startswith(bad):
        raise OSError("the disk is gone")
    return count(file)


def test_a_killed_process_changes_nothing_and_what_is_finished_is_kept(review, tmp_path):
    sharding.make("mca-phase2", 5)
    files, own = shards.fresh(review), outline("mca-phase2")
    count = partial(counted.count_file, plan=counted.plan_of(own, Rules.of(own)))
    expected = engine.total(count, files, tmp_path / "one")
    killed = engine.total(partial(killed_once, count=count, mark=tmp_path / "mark"), files, tmp_path / "two", jobs=2)
    assert (tmp_path / "mark").exists() and all((expected[name] == killed[name]).all() for name in expected)
    bad = partial(failing, count=count, bad="003")
    with pytest.raises(UserError, match="003-of-005 could not be read 3 times: the disk is gone"):
        engine.total(bad, files, tmp_path / "three")
    lines = [json.loads(line) for line in (tmp_path / "three/record.jsonl").read_text().splitlines()]
    assert [line["shard"] for line in lines] == ["000-of-005", "001-of-005", "002-of-005"]
    assert {"seconds", "tries", "process", "peak_mb"} <= lines[0].keys()
    before = len(list((tmp_path / "one").glob("*.npz")))
    engine.total(count, files, tmp_path / "one")
    assert len((tmp_path / "one/record.jsonl").read_text().splitlines()) == before == 5


def test_a_large_review_gets_counts_and_a_sample_and_small_ones_their_notebooks(tmp_path):
    bench_scale.generate(tmp_path, 6_000, 3)
    done = run("count", "generated", "--results", tmp_path / "results/kernel-test", CASESYNTH_DATA=tmp_path)
    assert done.returncode == 0 and "6,000 cases, 120,000 codings" in done.stdout, done.stderr
    page = (tmp_path / "results/kernel-test/synthesis.html").read_text("utf-8")
    assert len(page) < 60_000 and page.count("<td>case-") == 20 and "smallest SHA-256" in page
    assert "What a review of this size does not get" in page and "<h2>Saturation</h2>" in page
    shutil.rmtree(ROOT / "build/kernel-test")
