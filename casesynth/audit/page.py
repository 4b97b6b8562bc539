"""The audit page: `make audit`, and with a reviewer's own copy of the report `make audit SOURCE=…`.

One self-contained page: the ledger of claims, the audit trail both ways, the published report compared with the coding, the ENTREQ items,
versions and digests, and the limits. It computes nothing new: it shows what the chain has written.
"""

import json
import os
import re
from pathlib import Path

import jinja2
import pandas as pd

from casesynth import __version__
from casesynth.audit import copy, trail, versions
from casesynth.audit.checks import CHECKS, VERDICTS
from casesynth.audit.checks.registry import NOT_REPRODUCED, SEVERITY, Check
from casesynth.audit.ledger import LEDGER, STATEMENT
from casesynth.audit.ledger import summary as ledger_summary
from casesynth.core import paths, results, text
from casesynth.core.files import write_if_changed
from casesynth.core.levels import titles
from casesynth.core.review import Review
from casesynth.errors import UserError
from casesynth.report import report

TEMPLATES = Path(__file__).parent / "templates"
#: Where the page holds the rows of a table: the beginning of their ids there. A row's id is looked up in this order.
TARGETS = {"keypoints": "kp", "codebook": "theme", "statements": "statement", "claims": "claim"}
#: The other tables whose rows a claim or number can rest on, and the column that says what each row is.
OTHER_ROWS = {
    "cases": "full_title",
    "participants": "group",
    "facts": "fact",
    "sections": "title_body",
    "coders": "how",
    "attributions": "published_as",
    "aliases": "published_name",
    "entries": "starts_with",
    "places": "place",
    "mentions": "what",
    "counterparts": "reason",
}
ALWAYS_SHOWN = ["cases", "participants", "facts"]


def other_rows(review: Review, named: set[str]) -> pd.DataFrame:
    """The rows of other tables that the page links to. Out: id, table, what, stated, section, anchor."""
    parts = []
    for table, column in OTHER_ROWS.items():
        frame = review.table(table)
        if frame.empty:
            continue
        own = frame if table in ALWAYS_SHOWN else frame[frame["id"].isin(named)]
        stated = own.get("stated", own.get("value", ""))
        place = {name: own.get(name, "") for name in ("section", "anchor")}
        parts.append(own[["id"]].assign(table=table, what=own[column], stated=stated, **place))
    columns = "id table what stated section anchor".split()
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def targets(review: Review, claims: pd.DataFrame, others: pd.DataFrame) -> dict[str, str]:
    """Row id -> its id on the page; where two tables share an id, the first of `TARGETS` has it."""
    known = {}
    for table, prefix in TARGETS.items():
        ids = claims["id"] if table == "claims" else review.table(table).get("id", [])
        for each in ids:
            known.setdefault(each, f"{prefix}-{each}")
    for row in others.itertuples():
        known.setdefault(row.id, f"{row.table}-{row.id}")
    return known


def ledger(claims: pd.DataFrame) -> list[dict]:
    """The claims as the page shows them: every column as text, `rows` as a list of ids.

    Statements of the report come first, by consequence and then by verdict; the rest follow in the same order.
    """
    shown = claims.reindex(columns=LEDGER).astype(object)
    shown = shown.where(shown.notna(), "").astype(str)
    apart = shown["role"].ne(STATEMENT)
    weight = shown["consequence"].replace("", "0").astype(float)
    severity = shown["verdict"].map({verdict: number for number, verdict in enumerate(SEVERITY)})
    order = pd.DataFrame({"apart": apart, "weight": -weight, "severity": severity})
    shown = shown.loc[order.sort_values(["apart", "weight", "severity"], kind="stable").index]
    return [row | {"rows": row["rows"].split()} for row in shown.to_dict("records")]


def arguments_of(claims: list[dict]) -> dict[str, str]:
    """What each claim gives its check, as text: claim -> name, value, and so on. In: as `ledger` gives them."""
    given = {claim["id"]: json.loads(claim["arguments"] or "{}") for claim in claims}
    return {
        claim: "; ".join(f"{name}: {in_words(value)}" for name, value in own.items()) for claim, own in given.items()
    }


def in_words(value) -> str:
    """An argument as text.

    >>> in_words({"case": "recite", "name": ["a", "b"]}), in_words(["x"]), in_words(True)
    ('case recite and name a, b', 'x', 'yes')
    """
    if isinstance(value, dict):
        return " and ".join(f"{k} {in_words(v)}" for k, v in value.items())
    if isinstance(value, list):
        return ", ".join(map(in_words, value))
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def explained() -> dict[str, str]:
    """What each check asks, and what would make it fail: name -> text."""
    return {name: f"{check_text(check)} It fails if {check.fails_if}." for name, check in sorted(CHECKS.items())}


def check_text(check: Check) -> str:
    """What a check asks, from the docstring of its function."""
    return " ".join((check.function.__doc__ or "").split())


def verdict_counts(claims: pd.DataFrame) -> dict[str, int]:
    """How many claims have each verdict, in a fixed order; a verdict that is not known comes last.

    >>> verdict_counts(pd.DataFrame({"verdict": ["reproduced", "reproduced"]}))["reproduced"]
    2
    """
    counts = claims["verdict"].value_counts() if len(claims) else pd.Series(dtype=int)
    order = [*VERDICTS, *sorted(set(counts.index) - set(VERDICTS))]
    return {verdict: int(counts.get(verdict, 0)) for verdict in order}


def choices(review: Review, claims: list[dict]) -> dict[str, list[tuple[str, str]]]:
    """What each filter of the ledger offers: (value, words), sections in the order of the document."""
    order = review.table("sections")
    position = dict(zip(order["id"], order["order"])) if len(order) else {}

    def there(column: str) -> list[str]:
        return sorted({row[column] for row in claims})

    sections = sorted(there("section"), key=lambda section: (position.get(section, 0), section))
    known = [verdict for verdict in verdict_counts(pd.DataFrame(claims)) if verdict in there("verdict")]
    return {
        "section": [(section, text.section_name(section)) for section in sections],
        "kind": [(kind, kind) for kind in there("kind")],
        "role": [(role, role) for role in there("role")],
        "verdict": [(verdict, verdict) for verdict in known],
    }


def theme_rows(review: Review, found: dict[str, pd.DataFrame], links: pd.DataFrame) -> dict[str, list[dict]]:
    """Every theme with its key points: name of the level, upper ones first -> its themes.

    Keys: id, level, name, heading, origin, definition, parent, state (is supported, ...), cases, points (ids), against (ids
    of key points that speak against it).
    """
    supported = dict(zip(found["themes"]["theme"], found["themes"]["supported"]))
    supported |= dict(zip(found["general-themes"]["general"], found["general-themes"]["supported"]))
    supported |= dict(zip(found["refined-themes"]["refined"], found["refined-themes"]["supported"]))
    case = dict(zip(review.keypoints["id"], review.keypoints["case"]))
    rows = {}
    for level, title in titles("refined", "general", "theme").items():
        points, rows[title] = trail.forward(links, level), []
        for theme in review.codebook[review.codebook["level"].eq(level)].itertuples():
            own = points.get(theme.id, [])
            rows[title].append(
                theme._asdict()
                | {"state": state_of(theme, supported.get(theme.id, False), own), "points": own}
                | {"cases": len({case[point] for point in own})}
            )
    return rows


def state_of(theme, supported: bool, points: list[str]) -> str:
    """A theme's state in words.

    >>> from types import SimpleNamespace
    >>> state_of(SimpleNamespace(origin="published", level="theme"), False, [])
    'not reproduced from the published summaries'
    """
    if supported:
        return "supported"
    if theme.level == "theme" and theme.origin == "published" and not points:
        return NOT_REPRODUCED
    return "not supported"


def published_rows(review: Review, found: dict[str, pd.DataFrame], links: pd.DataFrame) -> list[dict]:
    """The published statements of themes compared with the coding, with their projects. Keys: as published-<heading>.csv, cases."""
    named = trail.attributions(review, links, found)
    case_names = dict(zip(review.cases["id"], review.cases["name"]))
    anchors = dict(zip(review.table("statements").get("id", []), review.table("statements").get("anchor", [])))
    rows = []
    for row in found["published"].to_dict("records"):
        own = named[named["statement"].eq(row["statement"])]
        cases = [
            {"id": each.case, "name": case_names[each.case], "points": each.keypoints.split()}
            for each in own.itertuples()
        ]
        rows.append(row | {"cases": sorted(cases, key=lambda each: each["name"]), "anchor": anchors[row["statement"]]})
    return rows


def number_rows(review: Review, found: dict[str, pd.DataFrame], coding: str) -> list[dict]:
    """The numbers of the report with what they count. Keys: name, value, rule, ids, table.

    A statistic counts no rows one by one: `table` is the result table that its rule names, or empty.
    """
    rows = trail.value_rows(review, found, coding)
    ids = rows.groupby("name")["id"].agg(list)
    values = results.read(review.name, "report-values")
    return [
        row | {"ids": ids.get(row["name"], []), "table": table_of(review, row["rule"])}
        for row in values.to_dict("records")
    ]


def table_of(review: Review, rule: str) -> str:
    """The result table that a number's rule names first; empty where it names none that is there."""
    named = re.match(r"[a-z0-9-]+\.csv", rule)
    return named[0] if named and (paths.read(review.name) / "tables" / named[0]).exists() else ""


def figure_rows(review: Review, links: pd.DataFrame) -> list[dict]:
    """The figures with the key points that they count. Keys: name, title, points."""
    points = trail.forward(links, "figure")
    folder = paths.figures(review.name)
    return [
        {"name": file.stem, "title": file.read_text("utf-8").split("\n", 1)[0], "points": points.get(file.stem, [])}
        for file in sorted(folder.glob("*.txt"))
    ]


def limits(review: Review, parameters: dict) -> str:
    """The limits that the report prints, as HTML (by pandoc)."""
    import pypandoc

    text = report.Report(review, parameters).markdown("limits")
    text = re.sub(r"\A# .*\n", "", text)
    return pypandoc.convert_text(text, "html5", format="markdown-tex_math_dollars")


def environment() -> jinja2.Environment:
    """The templates; every value is escaped."""
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"section_name": text.section_name, "version": __version__}
    return made


def page(review: Review, parameters: dict) -> tuple[str, pd.DataFrame]:
    """The audit page, and the links of the trail (kind, id, keypoint) that it shows.

    Raises UserError where the results do not belong to the data.
    """
    coding = parameters["coding"]
    found = trail.gather(review)
    links, states = trail.links(review, found, coding), trail.accounted(review, coding)
    problems = trail.disagreements(found, links, states)
    if problems:
        raise UserError(
            f"the results are not those of data/{review.name}/: " + "; ".join(problems[:5]) + ". Run `make` again."
        )
    claims, numbers = ledger(found["claims"]), number_rows(review, found, coding)
    named = {each for row in claims for each in row["rows"]} | {each for row in numbers for each in row["ids"]}
    others = other_rows(review, named)
    themes = theme_rows(review, found, links)
    context = {
        "review": review,
        "settings": {"published": ""} | review.settings,
        "parameters": parameters,
        "claims": claims,
        "arguments": arguments_of(claims),
        "checks": {name: text for name, text in explained().items() if name in {claim["check"] for claim in claims}},
        "verdicts": verdict_counts(found["claims"]),
        "summary": ledger_summary(found["claims"].reindex(columns=LEDGER, fill_value="")),
        "colours": {verdict: f"v{number}" for number, verdict in enumerate(VERDICTS, 1)},
        "choices": choices(review, claims),
        "numbers": numbers,
        "themes": themes,
        "names": dict(zip(review.codebook["id"], review.codebook["name"])),
        "case_names": dict(zip(review.cases["id"], review.cases["name"])),
        "headings": dict(zip(review.headings["id"], review.headings["name"]))
        | dict(zip(review.sets["id"], review.sets["name"])),
        "published": published_rows(review, found, links),
        "figures": figure_rows(review, links),
        "points": {
            heading: states[states["heading"].eq(heading)].sort_values(["case", "order"]).to_dict("records")
            for heading in review.headings["id"]
        },
        "states": states["state"].value_counts().to_dict(),
        "used": trail.back(links),
        "kinds": trail.KINDS,
        "others": others.to_dict("records"),
        "at": targets(review, found["claims"], others),
        "entreq": review.table("entreq").to_dict("records"),
        "locked": versions.locked((paths.ROOT / "requirements.lock").read_text("utf-8")),
        "digests": versions.digests(review),
        "limits": limits(review, parameters),
    }
    return environment().get_template("audit.html").render(context), links


def source_page(review: Review, file: Path, checked: dict[str, pd.DataFrame]) -> str:
    """The page that shows each key point alongside its passage in a reader's own copy."""
    anchors = checked["anchors"]
    points = review.keypoints.merge(anchors[anchors["table"].eq("keypoints")].drop(columns="anchor"), on="id")
    points = points.sort_values(["section", "case", "heading", "order"])
    context = {
        "review": review,
        "settings": review.settings,
        "file": file.name,
        "case_names": dict(zip(review.cases["id"], review.cases["name"])),
        "points": points.to_dict("records"),
        "rest": anchors[anchors["table"].ne("keypoints")].to_dict("records"),
        "problems": checked["problems"].to_dict("records"),
        "shared": checked["shared"].to_dict("records"),
        "checked": len(anchors),
        "shared_words": copy.SHARED_WORDS,
    }
    return environment().get_template("audit-source.html").render(context)


def complaint(checked: dict[str, pd.DataFrame], most: int = 5) -> str:
    """What is wrong between the data and a copy, in a few lines; empty where nothing is."""
    problems, shared = checked["problems"], checked["shared"]
    lines = [f"{row.table}.csv, {row.id}: '{row.anchor}' in {row.place}: {row.what}" for row in problems.itertuples()]
    lines += [
        f"{row.table}.csv, {row.id}, column {row.column}: shares “{row.shared}” with the source"
        for row in shared.itertuples()
    ]
    if not lines:
        return ""
    more = [f"… and {len(lines) - most} more"] if len(lines) > most else []
    head = (
        f"{len(problems)} of {len(checked['anchors'])} anchors or openings of entries are not where the data say, and "
        f"{len(shared)} texts of ours share {copy.SHARED_WORDS} or more words in a row with the source."
    )
    return "\n  ".join([head, *lines[:most], *more])


def build(review: Review, parameters: dict, results: Path, source: Path | None) -> tuple[list[str], str]:
    """Write audit.html and trail.csv, and with a copy of the report audit-source.html as well.

    Returns the lines to show, and what differs between the copy and the data ("" if nothing does).
    """
    html, links = page(review, parameters)
    write_if_changed(results / "audit.html", html)
    os.utime(results / "audit.html")  # later than the results: `make` removes a page of earlier ones
    write_if_changed(results / "trail.csv", links.to_csv(index=False, lineterminator="\n"))
    lines = [f"Audit: {shown(results / 'audit.html')}"]
    if source is None:
        return lines, ""
    checked = copy.check(source, review)
    write_if_changed(results / "audit-source.html", source_page(review, source, checked))
    lines.append(f"With your copy: {shown(results / 'audit-source.html')} (it quotes the copy: keep it to yourself)")
    if problem := complaint(checked):
        return lines, f"{source.name}: {problem}\n  All of them are listed on the page."
    lines.append(
        f"All {len(checked['anchors'])} anchors are where the data say; no text of ours shares eight words in a row."
    )
    return lines, ""


def shown(path: Path) -> str:
    """The path from the project's folder where it lies in there."""
    path = path.resolve()
    return str(path.relative_to(paths.ROOT)) if path.is_relative_to(paths.ROOT) else str(path)
