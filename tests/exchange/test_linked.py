"""Claims and findings as JSON-LD, and nanopublications: their structure here, their meaning in tests/peers."""

import json
import re

import jsonschema
import pandas as pd
import pytest

from casesynth.core.review import load
from casesynth.core.text import words_of
from casesynth.exchange import linked
from tests.support import ROOT, garden
from tests.support.commands import environment

#: What the W3C Web Annotation model asks of an annotation with a text quote as its target.
ANNOTATION = {
    "type": "object",
    "required": ["id", "type", "body", "target", "motivation"],
    "properties": {
        "type": {"type": "array", "contains": {"const": "Annotation"}},
        "motivation": {"enum": ["assessing", "describing"]},
        "body": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["type", "value", "purpose"],
                "properties": {"type": {"const": "TextualBody"}, "value": {"type": "string", "minLength": 1}},
            },
        },
        "target": {"anyOf": [{"$ref": "#/$defs/place"}, {"type": "array", "items": {"$ref": "#/$defs/place"}}]},
        "wasGeneratedBy": {"const": "#synthesis"},
    },
    "$defs": {
        "place": {
            "type": "object",
            "required": ["type", "source"],
            "properties": {
                "type": {"const": "SpecificResource"},
                "source": {"type": "string", "minLength": 1},
                "selector": {
                    "type": "object",
                    "required": ["type", "exact"],
                    "properties": {
                        "type": {"const": "TextQuoteSelector"},
                        **{part: {"type": "string", "minLength": 1} for part in ("exact", "prefix", "suffix")},
                    },
                },
            },
        }
    },
}


@pytest.fixture(scope="module")
def written():
    """What the export of the review of Phase 2 holds of this, by name, as text."""
    with environment(CASESYNTH_DATA=ROOT / "data", CASESYNTH_READ=ROOT / "results" / "mca-phase2"):
        return {name: content.decode() for name, content in linked.files(load("mca-phase2")).items()}


@pytest.mark.parametrize("name", ["claims", "findings"])
def test_every_annotation_is_valid_and_quotes_at_most_eight_words(written, name):
    graph = json.loads(written[f"{name}.jsonld"])["@graph"]
    annotations = [node for node in graph if "Annotation" in node["type"]]
    assert len(annotations) == len(pd.read_csv(ROOT / "data/mca-phase2" / f"{name}.csv"))
    ids = {node["id"] for node in graph}
    quoted = 0
    for node in annotations:
        jsonschema.validate(node, ANNOTATION)
        assert node["wasGeneratedBy"] in ids and set(node.get("wasAttributedTo", [])) <= ids
        for place in node["target"] if isinstance(node["target"], list) else [node["target"]]:
            assert set(place.get("selector", {})) <= {"type", "exact", "prefix", "suffix"}
            words = " ".join(str(place.get("selector", {}).get(part, "")) for part in ("prefix", "exact", "suffix"))
            quoted += bool(words.strip())
            assert len(words.split()) <= 8
    assert quoted > 100
    used = next(node for node in graph if node["id"] == "#synthesis")["used"]
    assert used and all((ROOT / "data/mca-phase2" / file.removeprefix("tables/")).exists() for file in used)


def test_with_a_copy_of_the_report_quotations_say_what_is_around_them_in_eight_words_at_most(tmp_path, monkeypatch):
    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path / "data"))
    garden.make_data(tmp_path / "data")
    copy, review = tmp_path / "copy.txt", load("garden")
    copy.write_text("\f".join(garden.REPORT), "utf-8")
    quotes = linked.around(review, copy)
    points = review.keypoints.set_index("id")["anchor"]
    beside = 0
    for (table, id), around in quotes.items():
        if table == "keypoints":
            quote = linked.selector(points[id], *around)
            words = "".join(quote.get(part, "") for part in ("prefix", "exact", "suffix"))
            beside += words != points[id]
            assert around[0].endswith(quote.get("prefix", "")) and around[1].startswith(quote.get("suffix", ""))
            assert len(words_of(words)) <= 8 and len(words) < len("".join([around[0], points[id], around[1]]))
    assert beside >= 10


def test_every_supported_finding_is_a_nanopublication_of_four_graphs(written):
    text = written["nanopublications.trig"]
    findings = [n for n in json.loads(written["findings.jsonld"])["@graph"] if "Annotation" in n["type"]]
    supported = [n for n in findings if n["body"][1]["value"].startswith("Supported")]
    for graph in ("Head", "assertion", "provenance", "pubinfo"):
        assert len(re.findall(rf"^<\S+#{graph}> {{$", text, flags=re.M)) == len(supported)
    assert all(n["body"][0]["value"] in text for n in supported) and "Unsigned" in text
