"""Step 2: the themes of one heading: which are supported, by which cases and key points, and what the report says.

A theme is supported if key points of at least `min_cases` cases are coded to it. The number of cases says how
widely a theme was reported, not how important it is.
"""

import numpy as np
import pandas as pd

from casesynth.analysis import kernel
from casesynth.analysis.extraction import linked
from casesynth.analysis.quantifiers import SHARES, fits
from casesynth.core.codings import NONE
from casesynth.core.results import columns, frame
from casesynth.core.review import Review


def coded_points(review: Review, coding: str, heading: str | None = None) -> pd.DataFrame:
    """The codings of one coder with the case and heading of each key point.

    Returns keypoint, case, heading, theme (an id, or none), direction. Of one heading, or of all.
    """
    own = review.codings[review.codings["coder"].eq(coding)]
    points = review.themed_points[["id", "case", "heading"]].rename(columns={"id": "keypoint"})
    coded = points.merge(own, on="keypoint")[["keypoint", "case", "heading", "theme", "direction"]]
    return coded if heading is None else coded[coded["heading"].eq(heading)].reset_index(drop=True)


def themes_of(review: Review, heading: str) -> pd.DataFrame:
    """The codebook's themes of a heading, the published ones first. Returns the columns of codebook.csv."""
    own = review.codebook[review.codebook["heading"].eq(heading) & review.codebook["level"].eq("theme")]
    return own.sort_values(["origin", "id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def coded_cases(points: pd.DataFrame, codings: pd.DataFrame) -> set[str]:
    """The cases of which any of these key points is coded. What nobody has coded is unknown, so no count rests on it."""
    return set(points.loc[points["id"].isin(codings["keypoint"]), "case"])


def eligible(review: Review, heading: str, coding: str | None = None) -> pd.DataFrame:
    """The denominator: the cases of which a coder has coded key points under the heading, in their order.

    Without a coder, the one of review.yaml. Returns id, name.
    """
    points = review.themed_points[review.themed_points["heading"].eq(heading)]
    own = review.codings[review.codings["coder"].eq(coding or review.settings["coding"])]
    return review.cases[review.cases["id"].isin(coded_cases(points, own))].sort_values("order")[["id", "name"]]


def theme_cases(coded: pd.DataFrame, themes: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Every theme by every case. Returns the columns of `theme-cases` in results.json.

    >>> coded = pd.DataFrame([["k1", "a", "t1", "supports"]], columns=["keypoint", "case", "theme", "direction"])
    >>> theme_cases(coded, pd.DataFrame({"id": ["t1"]}), pd.DataFrame({"id": ["a", "b"]})).to_dict("list")
    ... # doctest: +NORMALIZE_WHITESPACE
    {'theme': ['t1', 't1'], 'case': ['a', 'b'], 'points': [1, 0], 'contradicting': [0, 0], 'keypoints': ['k1', '']}
    """
    grid = pd.MultiIndex.from_product([themes["id"], cases["id"]], names=["theme", "case"])
    marked = coded.assign(
        points=coded["direction"].eq("supports").astype(int),
        contradicting=coded["direction"].eq("contradicts").astype(int),
    )
    counts = marked.groupby(["theme", "case"]).agg(
        points=("points", "sum"), contradicting=("contradicting", "sum"), keypoints=("keypoint", " ".join)
    )
    cells = counts.reindex(grid).fillna({"points": 0, "contradicting": 0, "keypoints": ""})
    return cells.astype({"points": int, "contradicting": int}).reset_index()


def theme_table(cells: pd.DataFrame, themes: pd.DataFrame, cases: pd.DataFrame, min_cases: int) -> pd.DataFrame:
    """Which themes are supported, and on what: the counts (`finish_themes`), and the names of the cases behind them.

    Takes `theme_cases`, the themes of the codebook, and the cases (id, name). Returns the columns of `themes` in results.json.
    """
    counts = kernel.count_themes(kernel.of_cells(cells, list(themes["id"])))
    table = finish_themes(counts, themes, len(cases), min_cases)
    names = cells["case"].map(dict(zip(cases["id"], cases["name"])))
    for column, own in (("reported_by", cells["points"] > 0), ("not_mentioned_by", cells["points"].eq(0))):
        listed = names[own].groupby(cells["theme"]).agg("; ".join)
        table[column] = table["theme"].map(listed).astype(object).fillna("")
    return table


def finish_themes(counts: kernel.Integers, themes: pd.DataFrame, of_cases: int, min_cases: int) -> pd.DataFrame:
    """The table of `theme_table` from the counts of themes (`kernel.count_themes`), the lists of names empty."""
    table = themes[["id", "name", "origin", "parent"]].rename(columns={"id": "theme"}).reset_index(drop=True)
    number = counts["cases"]
    table = table.assign(points=counts["points"], cases=number, of_cases=of_cases)
    table = table.assign(share=[round(int(one) / of_cases, 3) if of_cases else 0.0 for one in number])
    table = table.assign(supported=number >= min_cases, margin=np.maximum(number - min_cases + 1, 0))
    table = table.assign(reported_by="", not_mentioned_by="", contradicting=counts["contradicting"])
    return table if len(table) else frame("themes")


def not_in_a_theme(keypoints: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """The key points that are coded to no theme. Returns the columns of `uncoded` in results.json.

    >>> keypoints = pd.DataFrame({"id": ["k1", "k2"], "case": "a", "summary": ["It maps.", "It builds."]})
    >>> coded = pd.DataFrame({"keypoint": ["k1"], "theme": ["none"]})
    >>> not_in_a_theme(keypoints, coded)["state"].tolist()
    ['none', 'not coded']
    """
    none = set(coded.loc[coded["theme"].eq(NONE), "keypoint"])
    themed = set(coded["keypoint"]) - none
    left = keypoints[~keypoints["id"].isin(themed)].rename(columns={"id": "keypoint"})
    state = ["none" if point in none else "not coded" for point in left["keypoint"]]
    summaries = left["keypoint"].map(linked(keypoints))
    return left.assign(state=state, summary=summaries)[columns("uncoded")].reset_index(drop=True)


def named_cases(review: Review) -> pd.DataFrame:
    """The cases that the publication names for a theme. Returns theme, case; each pair once."""
    statements = review.table("statements")[["id", "theme"]].rename(columns={"id": "statement"})
    named = review.table("attributions")[["statement", "case"]].merge(statements, on="statement")
    return named.loc[named["theme"].ne(""), ["theme", "case"]].drop_duplicates(ignore_index=True)


def compare_with_published(review: Review, heading: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Each published statement about a theme of the heading compared with the coding (`theme_cases`), as its extent allows.

    A statement about all projects names all eligible ones. Returns the columns of `published` in results.json.
    """
    cases, statements = eligible(review, heading), review.table("statements")
    names = dict(zip(review.cases["id"], review.cases["name"]))
    rows = []
    for statement in statements[statements["theme"].isin(themes_of(review, heading)["id"])].itertuples():
        coded = set(cells.loc[cells["theme"].eq(statement.theme) & (cells["points"] > 0), "case"])
        named = set(review.attributions.loc[review.attributions["statement"].eq(statement.id), "case"])
        if statement.extent == "all":
            named = set(cases["id"])
        found = named & coded
        extra = coded - named if statement.extent == "list" else set()
        fit = ""
        if statement.quantifier in SHARES:
            fit = "yes" if fits(statement.quantifier, len(coded), len(cases)) else "no"
        rows.append(
            {
                "statement": statement.id,
                "theme": statement.theme,
                "section": statement.section,
                "extent": statement.extent,
                "quantifier": statement.quantifier,
                "named": len(named),
                "found": len(found),
                "coded": len(coded),
                "of_cases": len(cases),
                "not_found": "; ".join(sorted(names[case] for case in named - coded)),
                "not_named": "; ".join(sorted(names[case] for case in extra)),
                "quantifier_fits": fit,
                "reading": reading(statement.extent, len(named), len(found), len(extra)),
            }
        )
    return frame("published", rows)


def reading(extent: str, named: int, found: int, extra: int) -> str:
    """The comparison of one statement in words.

    >>> reading("examples", 4, 3, 0)
    '3 of 4 named examples found'
    """
    if extent == "unnamed" or named == 0:
        return "names no project: not compared"
    if found == 0:
        return "not reproduced from the published summaries"
    if extent == "list":
        return f"{found} of {named} listed projects found, {extra} found that are not listed"
    words = "projects" if extent == "all" else "named examples"
    return f"{found} of {named} {words} found"
