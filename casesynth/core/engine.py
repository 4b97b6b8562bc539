"""Count all shards of a review: in this process, in a pool of processes, or on a Dask cluster that is running.

Integers add up in any order, so that neither the number of shards nor who counts them, or when, can change a result. What
a shard has given is kept by the digest of its content and of the question; a run that was stopped goes on from there.
"""

import hashlib
import json
import logging
import os
import pickle
import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from tqdm import tqdm

from casesynth.core import shards
from casesynth.core.files import whole_file
from casesynth.core.shards import Integers
from casesynth.errors import UserError

Count = Callable[[Path], Integers]
Done = tuple[Path, Integers, dict[str, object]]
Given = TypeVar("Given")
Result = TypeVar("Result")
#: How often a shard is tried.
TRIES = 3
#: Seconds to wait for the scheduler of a cluster.
PATIENCE = 10


def total(count: Count, files: list[Path], keep: Path, jobs: int = 1, cluster: str = "") -> Integers:
    """The sum of the integers of all shards. Raises UserError where a shard fails three times, or the cluster is gone.

    `keep` is the folder for what is finished, and for the record of the run (`record.jsonl`, a line a shard).
    """
    keep.mkdir(parents=True, exist_ok=True)
    files = [file.resolve() for file in files]  # a worker may have another working directory
    question = hashlib.sha256(pickle.dumps(count) + code()).hexdigest()
    kept = {file: keep / f"{hashlib.sha256((question + shards.about(file)['digest']).encode()).hexdigest()}.npz" for file in files}  # fmt: skip
    open_ = [file for file in files if not kept[file].exists()]
    result: Integers = {}
    with tqdm(total=len(files), initial=len(files) - len(open_), unit="shard", disable=None, leave=False) as line:
        for file, integers, record in spread(partial(one, count=count), open_, jobs, cluster):
            save(kept[file], integers)
            with (keep / "record.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps({"shard": file.name, "kept": kept[file].name, **record}) + "\n")
            line.update()
    for file in files:
        with np.load(kept[file]) as parts:
            result = shards.add(result, dict(parts))
    return result


def code() -> bytes:
    """The code that counts, so that what older code has counted is not taken."""
    root = Path(__file__).resolve().parents[1]
    names = ("core/shards.py", "core/rules.py", "analysis/kernel.py", "analysis/counted.py")
    return b"".join((root / name).read_bytes() for name in names)


def save(file: Path, integers: Integers) -> None:
    """Write the integers of a shard; the file is there whole, or not at all."""
    with whole_file(file) as partial_file, partial_file.open("wb") as target:
        np.savez(target, allow_pickle=False, **integers)


def one(file: Path, count: Count) -> Done:
    """One shard, with where and how long it was counted."""
    begun, wrong = time.perf_counter(), ""
    for tried in range(1, TRIES + 1):
        try:
            integers = count(file)
        except OSError as error:  # a disk or a network that may be back in a moment
            wrong = str(error)
            continue
        record = {"seconds": round(time.perf_counter() - begun, 3), "tries": tried, "process": os.getpid()}
        return file, integers, {**record, "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}
    raise UserError(
        f"{file.name} could not be read {TRIES} times: {wrong}. Finished shards are kept; run the same again."
    )


def spread(task: Callable[[Given], Result], given: list[Given], jobs: int = 1, cluster: str = "") -> Iterator[Result]:
    """What a task makes of each of several things, as it is finished, by whoever is to do it."""
    if not given:
        return iter(())
    if cluster:
        return by_dask(task, given, cluster)
    return by_pool(task, given, jobs) if jobs > 1 else map(task, given)


def by_pool(task: Callable[[Given], Result], given: list[Given], jobs: int) -> Iterator[Result]:
    """By a pool of processes. Where one is killed, a new pool goes on with what is left."""
    left = list(given)
    for tried in range(1, TRIES + 1):
        try:
            with ProcessPoolExecutor(min(jobs, len(left))) as pool:
                futures = {pool.submit(task, each): each for each in left}
                for future in as_completed(futures):
                    result = future.result()
                    left.remove(futures[future])
                    yield result
            return
        except BrokenExecutor:
            logging.warning("a process was lost (try %d of %d); %d shards are left", tried, TRIES, len(left))
    raise UserError(
        f"processes ended {TRIES} times before they had counted, perhaps for lack of memory; use fewer (JOBS=…), or smaller shards."
    )


def by_dask(task: Callable[[Given], Result], given: list[Given], cluster: str) -> Iterator[Result]:
    """By the workers of a Dask cluster, which see the same files. It retries what a lost worker had begun."""
    try:
        from distributed import Client, KilledWorker, as_completed
        from distributed.client import FutureCancelledError
        from distributed.client import logger as own_log
    except ImportError:
        raise UserError(
            "CLUSTER needs dask[distributed]: pip install 'casesynth[cluster]', or leave CLUSTER out."
        ) from None
    own_log.setLevel(logging.CRITICAL)  # it would show a traceback of a scheduler that is lost
    again = f"What is finished is kept: start one (`dask scheduler`, `dask worker {cluster}`) and run the same again, or leave CLUSTER out."
    try:
        with Client(cluster, timeout=PATIENCE) as client:
            client.wait_for_workers(1, timeout=PATIENCE)
            futures = client.map(task, given, retries=TRIES, pure=False)
            for future in as_completed(futures):
                yield future.result()
    except (OSError, TimeoutError, FutureCancelledError):
        raise UserError(f"no Dask scheduler with a worker answers at {cluster}. {again}") from None
    except KilledWorker:
        raise UserError(f"the Dask workers at {cluster} are gone, perhaps for lack of memory. {again}") from None
