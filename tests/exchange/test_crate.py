"""Everything in one RO-Crate."""

import json
import re
import shutil
import zipfile

import pytest
import yaml

from tests.support import ROOT, TINY
from tests.support.commands import run


@pytest.fixture(scope="module")
def crate(built, tmp_path_factory):
    """The crate of the tiny review, as a project and its file."""
    folder = tmp_path_factory.mktemp("crate") / "a réview"
    shutil.copytree(built.folder, folder, symlinks=True)
    for name in ("CITATION.cff", "README.md"):
        shutil.copy(ROOT / name, folder)
    project = type(built)(folder)
    done = project.make("crate")
    assert done.returncode == 0, done.stderr
    return project, project.path("results/tiny/tiny-crate.zip")


def test_the_crate_says_how_each_result_came_about(crate):
    archive = zipfile.ZipFile(crate[1])
    names = set(archive.namelist())
    graph = {part["@id"]: part for part in json.loads(archive.read("ro-crate-metadata.json"))["@graph"]}
    actions = [part for part in graph.values() if part["@type"] == "CreateAction"]
    assert len(actions) == len(list(crate[0].path("build/tiny").glob("*.done"))) > 8
    for action in actions:
        tool = graph[action["instrument"]["@id"]]
        assert "SoftwareSourceCode" in tool["@type"] and tool["@id"] in names
        assert graph[tool["softwareRequirements"]["@id"]]["softwareVersion"] == "2.7.0"
        kinds = {graph[part["@id"]]["@type"] for part in action["object"]}
        assert kinds == {"File", "PropertyValue"}
        files = [part["@id"] for part in action["object"] + action["result"] if not part["@id"].startswith("#")]
        assert set(files) <= names
    themes = next(action for action in actions if action["@id"] == "#run-2-themes-aims")
    assert {"@id": "data/tiny/codings.csv"} in themes["object"]
    assert {"@id": "results/tiny/tables/themes-aims.csv"} in themes["result"]
    assert graph["#2-themes-aims/min_cases"]["value"] == 2
    assert {"README.md", "data/tiny/datapackage.json", "results/tiny/synthesis.html", "figures/tiny/map.png"} <= names


@pytest.mark.parametrize("name", ["../x", "", "A b", "no-such"])
def test_a_name_of_no_review_is_refused(name):
    done = run("crate", name)
    assert done.returncode == 2 and "Traceback" not in done.stderr and "holds no results" not in done.stderr


def test_a_review_without_results_is_told_how_to_make_them(tmp_path):
    shutil.copytree(TINY, tmp_path / "data" / "tiny")
    done = run("crate", "tiny", CASESYNTH_DATA=tmp_path / "data")
    assert done.returncode == 2 and "holds no results; `casesynth make tiny` makes them" in done.stderr


def test_the_crate_has_no_times_and_the_same_bytes_each_time(crate):
    project, file = crate
    metadata = zipfile.ZipFile(file).read("ro-crate-metadata.json").decode()
    released = str(yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["date-released"])
    assert set(re.findall(r"\d{4}-\d\d-\d\d", metadata)) == {released}
    assert not re.search(r"\d\d:\d\d:\d\d", metadata)
    assert {entry.date_time for entry in zipfile.ZipFile(file).infolist()} == {(1980, 1, 1, 0, 0, 0)}
    before = file.read_bytes()
    file.unlink()
    assert project.make("crate").returncode == 0
    assert file.read_bytes() == before
