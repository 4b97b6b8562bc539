"""Claims and findings for machines: W3C Web Annotations with PROV as JSON-LD, and unsigned nanopublications as TriG.

A selector quotes the anchor of a place, and where a reader gives a copy of the source also what is before and after it: as much
as there is room for, since no more than eight words in a row are ever passed on, and never a whole statement. Each file has
its own context, so that nothing is fetched to read it. No times are written.
"""

import json
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pandas as pd

from casesynth import __version__
from casesynth.analysis import findings
from casesynth.audit import copy
from casesynth.core.checked import digests_of_data
from casesynth.core.files import templates
from casesynth.core.results import read_if_there
from casesynth.core.review import Review
from casesynth.core.rules import Rules
from casesynth.core.text import words_of

TEMPLATES = Path(__file__).parent / "templates"
#: The vocabularies, and the terms of Web Annotation and PROV with the IRIs that they have there. FORRT's are Science Live's.
CONTEXT = json.loads((TEMPLATES / "context.json").read_text("utf-8"))


def page(kind: str, id: str) -> str:
    """A thing by its page in the explorer, seen from the export folder."""
    return f"../explorer.html#/{kind}/{id}"


#: The words before and after an anchor, by its table and id: what a reader's own copy of the source has there.
Around = dict[tuple[str, str], tuple[str, str]]


def around(review: Review, source: Path) -> Around:
    """What is around each anchor in a copy of the source that is re-run. Raises UserError as `copy.check` does."""
    found = copy.check(source, review)["anchors"]
    found = found[found["what"].eq(copy.FOUND)]
    return {(row.table, row.id): (row.before, row.after) for row in found.itertuples()}


def selector(anchor: str, before: str = "", after: str = "") -> dict[str, str]:
    """A text quote of at most eight words: an anchor, and as much as there is room for of what is before and after it.

    >>> selector("grow food", "In two old gardens they ", " for the whole street.")
    {'type': 'TextQuoteSelector', 'exact': 'grow food', 'prefix': 'old gardens they ', 'suffix': ' for the whole'}
    >>> selector("grow food", "They ", ".")  # never a whole statement
    {'type': 'TextQuoteSelector', 'exact': 'grow food', 'prefix': 'They '}
    """
    words = [*before.split(), anchor, *after.split()]
    at = start = end = len(before.split())
    for step in [(-1, 0), (0, 1)] * copy.SHARED_WORDS:
        first, last = start + step[0], end + step[1]
        fits = len(words_of(" ".join(words[max(first, 0) : last + 1]))) <= copy.SHARED_WORDS
        if first >= 0 and last < len(words) and last - first < len(words) - 1 and fits:
            start, end = first, last
    parts = {
        "prefix": " ".join(words[start:at]) + before[len(before.rstrip()) :],
        "suffix": after[: len(after) - len(after.lstrip())] + " ".join(words[at + 1 : end + 1]),
    }
    quoted = {name: text for name, text in parts.items() if text.strip()}
    return {"type": "TextQuoteSelector", "exact": anchor, **quoted}


def place(review: Review, row: dict, beside: tuple[str, str] = ("", "")) -> dict:
    """Where something is in a source: the anchor as a text quote, with what is `beside` it, and the section."""
    urls = dict(zip(review.table("sources")["id"], review.table("sources")["url"]))
    found = {"type": "SpecificResource", "source": urls.get(row["source"]) or f"tables/sources.csv#{row['source']}"}
    if row["anchor"]:
        found["selector"] = selector(row["anchor"], *beside)
    return found | ({"isPartOf": row["section"]} if row["section"] else {})


def annotation(id: str, motivation: str, said: dict[str, str], target: Any, rests_on: list[str], **more: Any) -> dict:
    """An annotation with texts as its bodies, by their purposes."""
    body = [{"type": "TextualBody", "value": text, "purpose": purpose} for purpose, text in said.items()]
    own = {"id": id, "type": ["Annotation", "Entity"], "motivation": motivation, "body": body, "target": target}
    return own | {"wasDerivedFrom": rests_on, "wasGeneratedBy": "#synthesis"} | more


def made(review: Review, tables: list[str]) -> list[dict]:
    """The activity behind an annotation: this program, and the tables that it used, with their digests."""
    used = [
        {"id": f"tables/{row['file']}", "type": "Entity", "identifier": f"sha256:{row['sha256']}"}
        for row in digests_of_data(review.name, tables)
        if row["file"].endswith(".csv")
    ]
    program = {"id": "#casesynth", "type": ["Agent", "prov:SoftwareAgent"], "label": f"casesynth {__version__}"}
    run = {"id": "#synthesis", "type": "Activity", "label": review.settings["title"], "wasAssociatedWith": "#casesynth"}
    return [program, run | {"used": [row["id"] for row in used]}, *used]


def judged(review: Review) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The findings with what they rest on (`finding_table`), and the judgement of each key point with its place."""
    rules = Rules.of(review)
    evidence = findings.evidence_of(review, rules.coding)
    cells = findings.by_case(review.findings, evidence, review.reported)
    table = findings.finding_table(review.findings, cells, review.reported, rules.min_cases)
    points = review.keypoints[["id", "summary", "source", "section", "anchor"]].rename(columns={"id": "keypoint"})
    return table, evidence[evidence["stance"].ne("none")].merge(points, on="keypoint")


def as_jsonld(graph: list[dict]) -> bytes:
    """A graph with its context as the bytes of a file."""
    return (json.dumps({"@context": CONTEXT, "@graph": graph}, indent=1, ensure_ascii=False) + "\n").encode()


def claims(review: Review, quotes: Around) -> bytes:
    """Each claim as an annotation of its place in the report, with the verdict where `make` has computed it."""
    computed = read_if_there(review.name, "claims").set_index("id")
    graph = made(review, ["claims", "sources", "sections"])
    for row in review.claims.to_dict("records"):
        said, rows = {"describing": row["claim"]}, []
        if row["id"] in computed.index:
            answer = computed.loc[row["id"]]
            said["assessing"] = f"{answer['verdict']}: {answer['recomputed']}"
            rows = [page("row", id) for id in str(answer["rows"]).split()]
        target = place(review, row, quotes.get(("claims", row["id"]), ("", "")))
        graph.append(annotation(page("claim", row["id"]), "assessing", said, target, rows))
    return as_jsonld(graph)


def findings_of(review: Review, quotes: Around) -> bytes:
    """Each finding as an annotation of the places of its key points, with the stance of each and who judged."""
    table, points = judged(review)
    graph = made(review, ["findings", "finding-evidence", "keypoints", "sources"])
    coders = review.coders[review.coders["id"].isin(review.table("finding-evidence")["coder"])]
    graph += [{"id": f"#{row.id}", "type": "Agent", "label": row.how} for row in coders.itertuples()]
    for row in table.to_dict("records"):
        own = points[points["finding"].eq(row["finding"])].to_dict("records")
        target = [
            place(review, point, quotes.get(("keypoints", point["keypoint"]), ("", ""))) | {"stance": point["stance"]}
            for point in own
        ]
        said = {"describing": row["statement"], "assessing": extent(row)}
        rests_on = [page("point", point["keypoint"]) for point in own]
        by = [f"#{id}" for id in coders["id"]]
        id = page("finding", row["finding"])
        graph.append(annotation(id, "describing", said, target, rests_on, wasAttributedTo=by))
    return as_jsonld(graph)


def extent(row: dict) -> str:
    """What a finding rests on, in words."""
    said = [f"{row[stance]} {stance}" for stance in ("supporting", "qualifying", "contradicting")]
    return (
        f"{'Supported' if row['supported'] else 'Not supported'}: of {row['of_cases']} case studies, {', '.join(said)}."
    )


def nanopublications(review: Review) -> bytes:
    """A nanopublication for each supported finding, as a claim of FORRT's chain: quotations, AIDA sentence, claim.

    They are unsigned and have a place that is not final: who signs and publishes them adds a date and a licence.
    """
    table, points = judged(review)
    found = table[table["supported"]].to_dict("records")
    for row in found:
        own = points[points["finding"].eq(row["finding"]) & points["stance"].eq("supports")].to_dict("records")
        row["quoted"] = [(place(review, point), point) for point in own]
        row["sources"] = sorted({at["source"] for at, _ in row["quoted"] if at["source"].startswith("http")})
    made = templates(TEMPLATES)
    made.filters["literal"] = partial(json.dumps, ensure_ascii=False)  # the escapes of JSON are also those of TriG
    text = made.get_template("nanopublications.trig").render(
        review=review,
        findings=found,
        extent=extent,
        quote_plus=quote_plus,
        version=__version__,
        prefixes={prefix: iri for prefix, iri in CONTEXT.items() if str(iri).startswith("http")},
    )
    return (text.rstrip() + "\n").encode()


def files(review: Review, source: Path | None = None) -> dict[str, bytes]:
    """What there is to write, by name: claims where the review has a ledger, findings where it has findings.

    With a copy of the source, quotations say what is before and after them.
    """
    quotes = around(review, source) if source else {}
    found = {"claims.jsonld": claims(review, quotes)} if review.has("claims") else {}
    if review.has("findings"):
        found |= {"findings.jsonld": findings_of(review, quotes), "nanopublications.trig": nanopublications(review)}
    return found
