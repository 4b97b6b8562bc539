"""The data dictionary, `data/README.md`, from the table schemas: `python tools/write_commands.py`."""

import inspect

from casesynth.audit import arguments, checks
from casesynth.core import results, schema

INTRODUCTION = """# The data dictionary

One folder a review; people write these tables, the code only reads them. `mca-phase2` is the review that comes with the
compendium. Plain CSV, UTF-8, one header row, ids in lower case with hyphens, sorted by id. Ids are stable: never
renumbered, never used again. `datapackage.json` holds types, allowed values and keys; this page is written from it
(`python tools/write_commands.py`).

A review needs `review.yaml`, `cases`, `keypoints`, `codebook`, `coders` and `codings`; the other tables are optional.
`geography/` holds the outline that maps are drawn on, with its origin.

**Who coded, and how.** Key points were extracted and coded for this compendium with the help of a language model, from the
published summaries, not from the questionnaires. `coders.csv` says what each coder had seen. Two codings by the same
kind of model are a check of consistency, not two independent people.

**Rights.** Our summaries, codes and codings: CC BY 4.0. The texts they rest on are their authors'; facts, figures, names,
short labels and anchors of at most eight words are quoted, sentences are not.

## review.yaml

| setting | what it says |
|---|---|
| title, question | what the review is and asks |
| note | a sentence that the report adds to its findings: who coded, and how |
| method | the family of methods: says whether counting themes has a place |
| published | the document of `sources.csv` whose synthesis is re-run; absent where there is none |
| headings | one a part of the template: `id`, `name`, `group` (headings of one group count as one place), `themed` (do its key points get themes), and where the source has them `section` and `themes_section` |
| denominators | numbers of projects that the source gives besides those funded and those with a case study: a name, and ids of `facts.csv` (the first less the others); may be absent |
| opposed | the two headings that are set against each other |
| coding | the coder of `coders.csv` whose coding feeds the synthesis |
| parameters | `min_cases`, `min_headings`, `heading_groups`, `merge_overlap`: the rules' thresholds; `base_size`, `run_length`, `new_information`: those of saturation |
| appraisal | `criteria` (`id`, `name`) of appraisal.csv, and `weak_from`: from how many weak ones on a case counts as weak; may be absent |

An *anchor* is how a row points at its place: for a labelled item the label with its colon, else the shortest run of words
that is unique in the project's entry, as published, at most eight words. *Entries* of a section run from the opening words
of one project to those of the next.
"""


def kind(field: dict) -> str:
    """The type of a column with what it allows.

    >>> kind({"type": "string", "constraints": {"required": True, "enum": ["a", "b"]}})
    'one of a, b; required'
    """
    rules = field.get("constraints", {})
    words = f"one of {', '.join(rules['enum'])}" if "enum" in rules else field["type"]
    return words + ("; required" if rules.get("required") else "")


def text() -> str:
    """The whole page."""
    package = schema.package()
    parts = [INTRODUCTION]
    for table in package["resources"]:
        lines = [
            f"## {table['path']}: {table['title'].lower()}",
            "",
            table["description"],
            "",
            "| column | type | what |",
        ]
        lines += ["|---|---|---|"]
        lines += [
            f"| {field['name']} | {kind(field)} | {field.get('description', '')} |"
            for field in table["schema"]["fields"]
        ]
        parts.append("\n".join(lines) + "\n")
    return "\n".join([*parts, list_of_checks(), list_of_results()])


def list_of_checks() -> str:
    """The checks that claims.csv may name, with their arguments and what they ask."""
    lines = [
        "## The checks of claims.csv",
        "",
        '`arguments` is a JSON object, such as `{"word": "most", "themes": ["aim-map"]}`; those in brackets may be left',
        f"out. `{arguments.NO_CHECK}` is for a claim that nothing here can check. Each check states when it fails; a claim",
        "with an `untested` part is reproduced with a caveat at most. A check that rests on the compendium's cross-cutting themes is not an",
        "independent test, and the headline does not count it.",
        "",
        "| check | arguments | what it asks | it fails if |",
        "|---|---|---|---|",
    ]
    for name, check in sorted(checks.CHECKS.items()):
        own = list(inspect.signature(check.function).parameters.values())[2:]
        words = ", ".join(one.name if one.default is one.empty else f"[{one.name}]" for one in own)
        asks = " ".join((inspect.getdoc(check.function) or "").split())
        lines.append(f"| {name} | {words} | {asks} | {check.fails_if} |")
    return "\n".join(lines) + "\n"


def list_of_results() -> str:
    """The result tables, step by step, with their columns."""
    parts = [
        "## The results",
        "",
        "`results/<review>/tables/` holds these tables as CSV, written by the notebook that is named with each. One of a single",
        "heading has the id of the heading behind its name (`themes-aims.csv`). They are declared in `casesynth/core/results.json`.",
        "",
    ]
    for name, table in results.declared().items():
        file = f"{name}-<heading>.csv" if table.get("per_heading") else f"{name}.csv"
        parts += [f"### {file}: {table['title'].lower()}", "", table["description"]]
        parts += [f"Written by notebook {table['step']}; one row for each {', '.join(table['key'])}.", ""]
        parts += ["| column | type | what |", "|---|---|---|"]
        parts += [f"| {column['name']} | {column['type']} | {column['description']} |" for column in table["columns"]]
        if "others" in table:
            parts.append(f"| … | {table['others']['type']} | {table['others']['description']} |")
        parts.append("")
    return "\n".join(parts)
