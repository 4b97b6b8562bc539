"""The numbers of the report, each with its rule and the rows that it counts.

The report writes its numbers with their rules (`report-values.csv`). Here each gets the rows behind it, so that a
reader can count them: the ids of cases, key points, themes, statements, or groups of participants.
"""

import re
from typing import Any

import pandas as pd

from casesynth.analysis import participants
from casesynth.core import results
from casesynth.core.codings import CONSENSUS, NONE
from casesynth.core.review import Review
from casesynth.errors import UserError

NO_THEMES = "heading without themes"


def numbers(review: Review, coding: str) -> list[dict]:
    """Every number of the report. Keys: key, value (as text), rule, kind and rows (ids), or table where it is a statistic.

    Kinds: case, coder, keypoint, heading, theme, general, refined, finding, claim, statement, fact, group (a row of
    participants.csv). A parameter has neither rows nor a table. Empty where no report has been written yet.
    """
    values = results.read_if_there(review.name, "report-values").astype(str).to_dict("records")
    behind = rows_behind(review, coding) if values else {}
    made = []
    for value in values:
        number = {"key": value["name"], "value": value["value"], "rule": value["rule"]}
        kind, rows = behind.get(value["name"], ("", []))
        table = re.match(r"[a-z0-9-]+(?=\.csv)", value["rule"])
        number |= {"kind": kind, "rows": rows} if rows else {"table": table[0]} if table else {}
        made.append(number)
    return made


def rows_behind(review: Review, coding: str) -> dict[str, tuple[str, list[str]]]:
    """Name of a number -> (kind, ids) of the rows that it counts; without those whose tables are not written."""
    try:
        found = results.gather(review)
    except UserError:
        return {}
    facts = {each: ("fact", [each]) for each in review.table("facts")["id"]}
    return (
        facts
        | counted(review, found, coding)
        | counted_people(review, found)
        | of_claims(review)
        | of_findings(review)
        | of_themes(found)
        | of_lists(review, found)
    )


def of_claims(review: Review) -> dict[str, tuple[str, list[str]]]:
    """The claims of the published report, and those that the headline counts."""
    claims = results.read_if_there(review.name, "claims")
    return {"claims": ("claim", list(claims.loc[claims["role"].eq("statement"), "id"]))}


def of_findings(review: Review) -> dict[str, tuple[str, list[str]]]:
    """The findings, and for each the cases that support, qualify or contradict it, and those that do not mention it."""
    if not review.has("findings"):
        return {}
    table = results.read_if_there(review.name, "findings")
    cells = results.read_if_there(review.name, "finding-cases")
    lists = {"findings": table["finding"], "findings_supported": table.loc[table["supported"].eq(True), "finding"]}
    rows = {name: ("finding", list(ids)) for name, ids in lists.items()}
    columns = {"supporting": "supports", "qualifying": "qualifies", "contradicting": "contradicts"}
    for finding, part in cells.groupby("finding"):
        for name, column in columns.items():
            rows[f"{finding}.{name}"] = ("case", list(part.loc[part[column].gt(0), "case"]))
        silent = part[list(columns.values())].sum(axis=1).eq(0)
        rows[f"{finding}.silent"] = ("case", list(part.loc[silent, "case"]))
    return rows


def of_themes(found: dict[str, pd.DataFrame]) -> dict[str, tuple[str, list[str]]]:
    """For each theme of a heading the cases whose key points support it."""
    cells = found["theme-cases"]
    supporting = cells[cells["points"].gt(0)].groupby("theme")["case"].agg(list)
    return {f"{theme}.projects": ("case", cases) for theme, cases in supporting.items()}


def of_lists(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, tuple[str, list[str]]]:
    """Key points that coders differ on, themes that both help and hinder, and the cases of each dimension of equity."""
    differ = results.read_if_there(review.name, "coder-differences")
    rows = {"agreement_differences": ("keypoint", list(differ["keypoint"]))}
    if "barriers-enablers" in found:
        table = found["barriers-enablers"]
        rows["both_ways"] = ("general", list(table.loc[table["both"].eq(True), "general"]))
    equity = review.table("equity")
    for dimension, part in equity[equity["coder"].eq(CONSENSUS)].groupby("dimension"):
        rows[f"equity.{dimension}"] = ("case", sorted(set(part["case"])))
    return rows


def accounted(review: Review, coding: str) -> pd.DataFrame:
    """What became of every key point.

    Returns the columns of keypoints.csv, and state: coded, none (coded with no theme), not coded, or heading without
    themes (of a heading that review.yaml does not theme). There is a row for every key point.
    """
    coded = review.codings[review.codings["coder"].eq(coding)]
    themed = {heading for part in review.sets["headings"] for heading in part}
    coded_points = set(coded.loc[coded["theme"].ne(NONE), "keypoint"])
    without = set(coded["keypoint"]) - coded_points

    def state(point: Any) -> str:
        if point.heading not in themed:
            return NO_THEMES
        return "coded" if point.id in coded_points else "none" if point.id in without else "not coded"

    states = [state(point) for point in review.keypoints.itertuples()]
    return review.keypoints.assign(state=states)


def counted(review: Review, found: dict[str, pd.DataFrame], coding: str) -> dict[str, tuple[str, list[str]]]:
    """Name of a number -> (kind, ids) of the rows that it counts."""
    cases, states = review.cases, accounted(review, coding)
    own, upper, refined, stated = (found[name] for name in ("themes", "general-themes", "refined-themes", "published"))
    pairs, themed = found["overlaps"], states["state"].ne(NO_THEMES)
    greatest = pairs[pairs["overlap_points"].eq(pairs["overlap_points"].max())].head(1)
    compared = stated[(stated["named"] > 0) & stated["extent"].ne("all")]
    of_all = stated[stated["extent"].eq("all")]
    published = own["origin"].eq("published")

    def both(pairs: pd.DataFrame) -> list[str]:
        return list(dict.fromkeys([*pairs["one"], *pairs["other"]]))

    lists = {
        "cases": ("case", cases["id"]),
        "cases_reported": ("case", cases.loc[cases["case_study"], "id"]),
        "cases_without": ("case", cases.loc[~cases["case_study"], "id"]),
        "leads": ("case", cases.loc[cases["lead"].ne(""), "id"]),
        "keypoints": ("keypoint", states["id"]),
        "points_reported": ("keypoint", states.loc[states["case"].isin(review.reported["id"]), "id"]),
        "points_other": ("keypoint", states.loc[~states["case"].isin(review.reported["id"]), "id"]),
        "points_unthemed": ("keypoint", states.loc[~themed, "id"]),
        "points_coded": ("keypoint", states.loc[states["state"].eq("coded"), "id"]),
        "coders": ("coder", sorted(set(review.codings["coder"]))),
        "themed_headings": ("heading", review.sets["id"]),
        "themes": ("theme", own["theme"]),
        "themes_supported": ("theme", own.loc[own["supported"], "theme"]),
        "themes_published": ("theme", own.loc[published, "theme"]),
        "themes_published_supported": ("theme", own.loc[published & own["supported"], "theme"]),
        "general": ("general", upper["general"]),
        "general_supported": ("general", upper.loc[upper["supported"], "general"]),
        "general_ungrouped": ("general", upper.loc[upper["supported_ungrouped"], "general"]),
        "general_grouped": ("general", upper.loc[upper["supported_grouped"], "general"]),
        "refined": ("refined", refined["refined"]),
        "refined_supported": ("refined", refined.loc[refined["supported"], "refined"]),
        "proposals": ("general", both(pairs[pairs["proposed"].astype(bool)])),
        "largest_overlap": ("general", both(greatest)),
        "themed_points": ("keypoint", states.loc[themed, "id"]),
        "points_none": ("keypoint", states.loc[states["state"].eq("none"), "id"]),
        "points_not_coded": ("keypoint", states.loc[states["state"].eq("not coded"), "id"]),
        "statements": ("statement", stated["statement"]),
        "statements_compared": ("statement", compared["statement"]),
        "statements_full": ("statement", compared.loc[compared["named"].eq(compared["found"]), "statement"]),
        "statements_none": ("statement", compared.loc[compared["found"].eq(0), "statement"]),
        "statements_all": ("statement", of_all["statement"]),
        "statements_all_full": ("statement", of_all.loc[of_all["named"].eq(of_all["found"]), "statement"]),
    }
    for part in review.sets.itertuples():
        left = themed & states["heading"].isin(part.headings) & states["state"].ne("coded")
        lists[f"left_{part.id}"] = ("keypoint", states.loc[left, "id"])
    return {name: (kind, list(ids)) for name, (kind, ids) in lists.items()}


def counted_people(review: Review, found: dict[str, pd.DataFrame]) -> dict[str, tuple[str, list[str]]]:
    """The same for the numbers of people: ids of participants.csv."""
    if not review.has("participants") or "participants-weights" not in found:
        return {}
    groups = participants.counted(participants.groups_of(review))
    groups = groups[groups["unit"].isin(participants.OF_PERSONS)]
    weights = found["participants-weights"]
    largest = (
        weights[weights["case"].ne("")]
        .dropna(subset="sum_as_published")
        .sort_values("sum_as_published")
        .iloc[-1]["case"]
    )
    everyone, of_largest = list(groups["id"]), list(groups.loc[groups["case"].eq(largest), "id"])
    return {
        "persons_interval": ("group", everyone),
        "people_interval": ("group", list(groups.loc[groups["unit"].eq("people"), "id"])),
        "persons_sum": ("group", everyone),
        "attendance_share": ("group", everyone),
        "largest_case": ("group", of_largest),
        "largest_share": ("group", of_largest),
    }
