"""Fixtures that several rooms share."""

import fcntl
import json
import os
import shutil

import pytest

from casesynth.core import paths
from casesynth.core.review import load
from tests.support.desk import Desk
from tests.support.project import Project, copy_project


def pytest_collection_modifyitems(items):
    """What waits for make and for other programs goes first, so that no process is left with it at the end."""
    items.sort(key=lambda item: "tests/chain/" not in item.nodeid)


@pytest.fixture
def project(tmp_path) -> Project:
    """A fresh project, not built."""
    folder = tmp_path / "a réview"
    folder.mkdir()
    return copy_project(folder)


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Project:
    """A project whose tiny review is built, once for all processes of the tests; for tests that only read."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "built" / "a réview"
    with (shared / "built.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (first := shared / "built" / "steps.json").exists():
            folder.mkdir(parents=True)
            done = copy_project(folder).make()
            assert done.returncode == 0, done.stdout + done.stderr
            first.write_text(json.dumps(done.steps))
    project = Project(folder)
    project.first_steps = json.loads(first.read_text())
    return project


@pytest.fixture
def rebuilt(built, tmp_path) -> Project:
    """A built project of the test's own, to change."""
    shutil.copytree(built.folder, tmp_path / "a réview", symlinks=True)
    return Project(tmp_path / "a réview")


@pytest.fixture
def desk(tmp_path):
    """A data folder of its own, and the commands on it."""
    (tmp_path / "data").mkdir()
    return Desk(tmp_path)


@pytest.fixture
def tiny(project, monkeypatch):
    """The tiny review, loaded from a copy that a test may change."""
    monkeypatch.setenv("CASESYNTH_DATA", str(project.path("data")))
    return lambda: load("tiny")


@pytest.fixture(scope="module")
def phase2():
    """The default review, not built."""
    return load("mca-phase2")


@pytest.fixture(scope="module")
def mca():
    """The default review, built by the `make` that `make test` starts with."""
    if not (paths.ROOT / "results/mca-phase2/synthesis.html").exists():
        pytest.fail("results/mca-phase2/ is not built: run `make` first")
    return load("mca-phase2")
