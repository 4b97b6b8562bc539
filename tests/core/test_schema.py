"""The schema of a review belongs to the package; the reviews that come with it agree."""

import json

import pytest

from casesynth.core import paths, schema


def resources(name: str) -> dict[str, dict]:
    """The tables that a review's own datapackage.json declares, by name."""
    package = json.loads((paths.ROOT / "data" / name / "datapackage.json").read_text("utf-8"))
    return {resource["name"]: resource for resource in package["resources"]}


def test_the_first_review_has_the_schema_of_the_package():
    """It re-runs a publication, so its coders must say what they had seen of that; in other reviews they may."""
    own, package = resources("mca-phase2"), {each["name"]: each for each in schema.package()["resources"]}
    for field in package["coders"]["schema"]["fields"]:
        if field["name"] in ("seen_sources", "seen_attributions"):
            field["constraints"] = {"required": True}
    assert list(own.values()) == list(package.values())


@pytest.mark.parametrize("name", ["mca-phase2", "repair-cafes"])
def test_a_review_has_columns_that_the_package_knows(name):
    """A review may be older than the schema, and lack columns; one that it has is of the same type."""
    known = {resource["name"]: resource["schema"]["fields"] for resource in schema.package()["resources"]}
    for table, resource in resources(name).items():
        types = {field["name"]: field["type"] for field in known[table]}
        assert {field["name"]: types.get(field["name"]) for field in resource["schema"]["fields"]} == {
            field["name"]: field["type"] for field in resource["schema"]["fields"]
        }
