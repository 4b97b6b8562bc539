"""A Dask cluster gives the same bytes as one process, whichever of its processes is killed in the middle (make peers)."""

import json
import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from casesynth.core import paths
from tests.bench import bench_scale

PEER = paths.ROOT / "build" / "peers" / "cluster"
SURROUNDINGS = os.environ | {"PYTHONPATH": str(paths.ROOT), "PYTHONHASHSEED": "0"}
#: That of a user who has installed casesynth[cluster]: our environment, and behind it what that of the peers has more.
CLIENT = [paths.ROOT, sysconfig.get_path("purelib"), *PEER.glob("lib/python*/site-packages")]

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not PEER.with_suffix(".installed").exists(),
        reason="dask[distributed] is NOT INSTALLED: `make peers` installs it",
    ),
]


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, subprocess.Popen, list[subprocess.Popen]]]:
    """A scheduler with two workers that work in a folder: its address, and the processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    folder.mkdir(exist_ok=True)
    address, dask = f"tcp://127.0.0.1:{port}", str(PEER / "bin" / "dask")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": SURROUNDINGS, "cwd": folder}
    scheduler = subprocess.Popen([dask, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"], **quiet)
    worker = [dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    workers = [subprocess.Popen(worker, **quiet) for _ in range(2)]
    try:
        time.sleep(5)
        yield address, scheduler, workers
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def counting(folder: Path, results: Path, *words: str) -> subprocess.Popen:
    """`casesynth count` of the generated review below a folder."""
    command = [sys.executable, "-m", "casesynth", "count", "generated", "--results", str(results), *words]
    own = SURROUNDINGS | {"CASESYNTH_DATA": str(folder), "PYTHONPATH": os.pathsep.join(map(str, CLIENT))}
    return subprocess.Popen(command, cwd=paths.ROOT, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module", autouse=True)
def nothing_left():
    """What is finished is kept in build/, by the name of the results."""
    yield
    for folder in (paths.ROOT / "build").glob("cluster-test-*"):
        shutil.rmtree(folder)


def records(results: Path) -> list[dict]:
    """A line for each shard that was counted."""
    file = paths.ROOT / "build" / results.name / "counts" / "record.jsonl"
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()] if file.exists() else []


def tables(results: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in (results / "tables").iterdir()}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """The folder of a generated review of 50 shards, and its tables by one process."""
    folder = tmp_path_factory.mktemp("counted")
    bench_scale.generate(folder, 40_000, 50)
    results = folder / "cluster-test-here"
    assert counting(folder, results).wait() == 0
    return folder, tables(results)


@pytest.mark.parametrize("killed", ["worker", "scheduler"])
def test_a_process_of_the_cluster_that_dies_in_the_middle_changes_nothing(here, tmp_path, killed):
    data, expected = here
    results = tmp_path / f"cluster-test-{killed}"
    with cluster(tmp_path) as (address, scheduler, workers):
        run = counting(data, results, "--cluster", address)
        while len(records(results)) < 5:
            assert run.poll() is None, run.stderr.read()
            time.sleep(0.01)
        (workers[0] if killed == "worker" else scheduler).kill()
        _, told = run.communicate(timeout=200)
        before = records(results)
        if killed == "scheduler":
            assert run.returncode == 2 and "Traceback" not in told, told
            assert f"no Dask scheduler with a worker answers at {address}. What is finished is kept" in told
            assert 5 <= len(before) < 100 and not (results / "tables").exists()
        else:
            assert run.returncode == 0, told
    again = counting(data, results)
    assert again.wait() == 0
    kept = [record["kept"] for record in records(results)]
    assert len(kept) == len(set(kept)) == 100  # two rounds of 50, none of them twice
    assert records(results)[: len(before)] == before
    assert tables(results) == expected


def children(process: int) -> str:
    """The processes that a process, in any of its threads, has started (Linux)."""
    return "".join(file.read_text() for file in Path(f"/proc/{process}/task").glob("*/children"))


#: Instead of the chain, which the other tests of sweeps run: what was begun, and what was finished.
MAKEFILE = """all:
\t@test "$(SET)" != min_cases=9 || { echo "nine is too many" >&2; exit 1; }
\t@echo "$(SET)" >> begun; sleep 2; echo "$(SET)" >> finished
"""
SWEEP = """
import sys
from pathlib import Path
from casesynth.core import paths
from casesynth.runner.sweep import by_cluster
paths.ROOT = Path.cwd()
by_cluster(sys.argv[1], "tiny", [[f"min_cases={each}"] for each in sys.argv[2:]])
"""


def test_a_sweep_by_a_cluster_that_loses_a_worker_makes_every_run(tmp_path):
    own = SURROUNDINGS | {"PYTHONPATH": os.pathsep.join(map(str, CLIENT))}
    (tmp_path / "Makefile").write_text(MAKEFILE)

    def swept(*words: str) -> subprocess.Popen:
        return subprocess.Popen([sys.executable, "-c", SWEEP, *words], cwd=tmp_path, env=own, stderr=subprocess.PIPE, text=True)  # fmt: skip

    with cluster(tmp_path / "elsewhere") as (address, _, workers):
        run, begun = swept(address, "1", "2", "3", "4"), tmp_path / "begun"
        while not begun.exists() or len(begun.read_text().splitlines()) < 2:
            assert run.poll() is None, run.stderr.read()
            time.sleep(0.05)
        next(each for each in workers if children(each.pid)).kill()
        _, told = run.communicate(timeout=200)
        assert run.returncode == 0, told
        order = (tmp_path / "finished").read_text().splitlines()
        assert order[0] == "min_cases=1" and set(order) == {f"min_cases={each}" for each in range(1, 5)}
        _, told = swept(address, "1", "9").communicate(timeout=200)
        assert 'SET="min_cases=9": nine is too many' in told
