"""The schema of a review belongs to the package; the reviews that come with it agree."""

import json

import pytest

from casesynth.core import paths, schema


@pytest.mark.parametrize("name", ["mca-phase2", "repair-cafes"])
def test_our_own_reviews_have_the_schema_of_the_package(name):
    known = {resource["name"]: resource for resource in schema.package()["resources"]}
    package = json.loads((paths.ROOT / "data" / name / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        assert resource == known[resource["name"]]
    assert name != "mca-phase2" or len(package["resources"]) == len(known)
