"""The lock, the environment file and what the project says of itself fit together."""

import re
import subprocess
import tomllib
from pathlib import Path

import flit_core.buildapi
import pytest
import yaml

from tests.support import ROOT

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
CARD = {"jupyterlab", "papermill", "pandas", "matplotlib", "seaborn", "nbval"}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_one_pinned_version_a_package_with_hashes():
    blocks = re.split(r"\n(?=[a-z0-9])", re.sub(r"^#.*\n", "", LOCK, flags=re.M).strip())
    names = [re.match(r"([a-z0-9._-]+)==\S+", block)[1] for block in blocks]
    assert len(names) == len(set(names)) > 50
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK, "the lock names no host"


def groups() -> dict[str, list[str]]:
    """The direct dependencies by group: `run` is what comes with the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {"run": project["project"]["dependencies"], **project["dependency-groups"]}


def test_every_dependency_is_locked_and_says_why():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    wanted = [name for names in groups().values() for name in names]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", LOCK, flags=re.M))
    assert {canonical(name) for name in wanted} <= {canonical(name) for name in locked}
    assert set(wanted) >= CARD
    assert len(wanted) == len(set(wanted)), "a dependency belongs to one group"
    for name in wanted:
        assert re.search(rf'^    "{re.escape(name)}", +# \w+', text, flags=re.M), f"{name}: why is it there?"


@pytest.mark.parametrize("group", groups())
def test_the_lock_says_which_group_asks_for_a_package(group):
    source = "casesynth (pyproject.toml)" if group == "run" else f"casesynth (pyproject.toml:{group})"
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK)
    for name in groups()[group]:
        block = next(block for block in blocks if block.startswith(f"{canonical(name)}=="))
        assert f" {source}" in block.split("# via")[-1], name


def test_who_installs_the_package_gets_no_test_or_development_tool(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    folder = flit_core.buildapi.prepare_metadata_for_build_wheel(str(tmp_path))
    metadata = (tmp_path / folder / "METADATA").read_text("utf-8")
    required = {
        canonical(name) for name in re.findall(r"^Requires-Dist: ([\w.-]+)(?!.*extra ==)", metadata, flags=re.M)
    }
    assert required == {canonical(name) for name in groups()["run"]}
    tools = {"pytest", "pytest-xdist", "hypothesis", "nbval", "selenium", "ruff", "mypy", "uv", "flit-core"}
    assert not required & tools


def test_environment_file_installs_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))
    assert {"pip": ["-r requirements.lock"]} in environment["dependencies"]
    python = next(item for item in environment["dependencies"] if str(item).startswith("python"))
    assert python == "python=3.12"


def test_help_lists_every_target_that_a_person_calls():
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    for target in ("all", "test", "lint", "lab", "clean", "bench", "accept", "help"):
        assert re.search(rf"make {target} ", shown), target


def test_nothing_of_a_machine_or_a_registry_in_the_project():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    banned = re.compile(r"/root/|/home/\w|pypi\.|registry\.npmjs|conda\.anaconda")
    for name in filter(None, files):
        file = ROOT / name
        if (
            file.suffix in {".png", ".docx", ".xlsx", ".zip", ".pdf"}
            or not file.exists()
            or file.name == Path(__file__).name
        ):
            continue
        assert not banned.search(file.read_text("utf-8")), name
