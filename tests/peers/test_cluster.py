"""A Dask cluster gives the same bytes as one process, with a worker killed in the middle (make peers)."""

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from casesynth.core import paths
from tests.bench import bench_scale

PEER = paths.ROOT / "build" / "peers" / "cluster"


@pytest.mark.long
def test_a_cluster_that_loses_a_worker_gives_the_same_and_one_that_is_gone_is_named(tmp_path):
    if not PEER.with_suffix(".installed").exists():
        pytest.skip("dask[distributed] is NOT INSTALLED: `make peers` installs it")
    bench_scale.generate(tmp_path / "data", 20_000, 8)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    surroundings = os.environ | {"PYTHONPATH": str(paths.ROOT), "PYTHONHASHSEED": "0"}
    dask, quiet = (
        str(PEER / "bin" / "dask"),
        {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": surroundings},
    )
    words = ["--host", "127.0.0.1", "--port", port, "--no-dashboard"]
    scheduler = subprocess.Popen([dask, "scheduler", *words], **quiet)
    worker = [dask, "worker", address, "--nthreads", "1", "--no-dashboard", "--no-nanny"]
    workers = [subprocess.Popen(worker, **quiet) for _ in range(2)]

    def measured(python: str, cluster: str) -> subprocess.CompletedProcess:
        command = [python, "-m", "tests.bench.bench_scale", "measure", str(tmp_path / "data"), "1", cluster]
        return subprocess.run(command, capture_output=True, text=True, cwd=paths.ROOT, env=surroundings, timeout=200)

    try:
        time.sleep(5)
        killer = subprocess.Popen(["sh", "-c", f"sleep 4; kill -9 {workers[0].pid}"])
        by_cluster = measured(str(PEER / "bin" / "python"), address)
        killer.wait()
        assert by_cluster.returncode == 0, by_cluster.stderr
        here = json.loads(measured(sys.executable, "").stdout)
        assert json.loads(by_cluster.stdout)["sha256"] == here["sha256"]
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()
    gone = measured(str(PEER / "bin" / "python"), address)
    assert f"no Dask scheduler answers at {address}. Finished shards are kept" in gone.stderr
