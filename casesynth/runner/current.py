"""Which steps need not be run: decided by the digests in their stamps, never by times.

A step is current if its notebook, the code, the data and the earlier results that it reads, and its parameters are as
they were when it ran, and if what it wrote is still there unchanged. A step that another run of the review has done from
the same inputs (a run with other parameters, of which this step uses none) is taken over instead of being run.
"""

import fcntl
import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from casesynth.runner import digests, stamps
from casesynth.runner.job import Job
from casesynth.runner.publish import NOTEBOOK, published


def key_of(job: Job, values: dict, inputs: dict[str, str]) -> str:
    """One digest of a step's inputs, parameters and outputs; the same in every run of a review that agrees in them."""
    own = {job.results.as_posix(): "results", job.figures.as_posix(): "figures"}
    neutral = {}
    for name, digest in inputs.items():
        folder = next((folder for folder in own if name.startswith(f"{folder}/")), "")
        neutral[own[folder] + name.removeprefix(folder) if folder else name] = digest
    text = json.dumps([job.step, values, sorted(neutral.items()), sorted(job.writes)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def twins(job: Job, key: str) -> Iterator[tuple[Job, dict]]:
    """The same step of other runs of the review that had the same inputs, each with its stamp."""
    name = job.stamp.parent.name
    for folder in sorted(job.stamp.parent.parent.glob(f"{job.review}*")):
        if folder.name == name or folder.name.split("--")[0] != job.review:
            continue
        stamp = stamps.read(folder / job.stamp.name)
        if stamp.get("key") == key and not stamps.altered(stamp):
            results, figures = job.results.with_name(folder.name), job.figures.with_name(folder.name)
            yield replace(job, results=results, figures=figures), stamp


@contextmanager
def one_at_a_time(job: Job, key: str) -> Iterator[None]:
    """Of two runs that need the same step at the same time one waits, and then takes it over."""
    file = job.stamp.parent.parent / "keys" / key[:16]
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
        file.unlink(missing_ok=True)


def taken_over(job: Job, key: str) -> str:
    """Copy the outputs of a run that had the same inputs into the scratch folder, if there is one. Returns its name."""
    for twin, stamp in twins(job, key):
        copied = {}
        for name in [*job.writes, NOTEBOOK]:
            with suppress(FileNotFoundError):
                shutil.copyfile(published(twin, name), job.scratch / name)
            copied[str(published(twin, name))] = digests.of_bytes(job.scratch / name)
        if copied == stamp["writes"]:  # that run was not made anew meanwhile
            return twin.results.name
    return ""
