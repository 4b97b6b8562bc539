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
    """The cases of which any of these key points is coded. What nobody has coded is unknown, so no count rests on it.

    >>> points = pd.DataFrame({"id": ["k1", "k2"], "case": ["a", "b"]})
    >>> coded_cases(points, pd.DataFrame({"keypoint": ["k1"]}))
    {'a'}
    """
    return set(points.loc[points["id"].isin(codings["keypoint"]), "case"])


def eligible(review: Review, heading: str, coding: str | None = None) -> pd.DataFrame:
    """The denominator: the cases of which a coder has coded key points under the heading, in their order.

    Without a coder, the one of review.yaml. Returns id, name.
    """
    points = review.themed_points[review.themed_points["heading"].eq(heading)]
    own = review.codings[review.codings["coder"].eq(coding or review.settings["coding"])]
    return review.cases[review.cases["id"].isin(coded_cases(points, own))].sort_values("order")[["id", "name"]]


def theme_cases(coded: pd.DataFrame, themes: pd.DataFrame, cases: pd.DataFrame) -> pd.DataFrame:
    """Every theme by every case. Returns theme, case, points, contradicting, keypoints (ids with spaces between).

    >>> coded = pd.DataFrame([["k1", "a", "t1", "supports"]], columns=["keypoint", "case", "theme", "direction"])
    >>> theme_cases(coded, pd.DataFrame({"id": ["t1"]}), pd.DataFrame({"id": ["a", "b"]})).to_dict("list")
    ... # doctest: +NORMALIZE_WHITESPACE
    {'theme': ['t1', 't1'], 'case': ['a', 'b'], 'points': [1, 0], 'contradicting': [0, 0], 'keypoints': ['k1', '']}
    """
    grid = (
        themes[["id"]].rename(columns={"id": "theme"}).merge(cases[["id"]].rename(columns={"id": "case"}), how="cross")
    )
    marked = coded.assign(
        points=coded["direction"].eq("supports").astype(int),
        contradicting=coded["direction"].eq("contradicts").astype(int),
    )
    counts = marked.groupby(["theme", "case"], as_index=False).agg(
        points=("points", "sum"), contradicting=("contradicting", "sum"), keypoints=("keypoint", " ".join)
    )
    grid = grid.merge(counts, how="left", on=["theme", "case"])
    numbers = ["points", "contradicting"]
    grid[numbers] = grid[numbers].fillna(0).astype(int)
    return grid.assign(keypoints=grid["keypoints"].fillna(""))


def theme_table(cells: pd.DataFrame, themes: pd.DataFrame, cases: pd.DataFrame, min_cases: int) -> pd.DataFrame:
    """Which themes are supported, and on what: the counts (`finish_themes`), and the names of the cases behind them.

    reported_by and not_mentioned_by hold names of cases; the second do not mention the theme, which does not deny it.
    """
    counts = kernel.count_themes(kernel.of_cells(cells, list(themes["id"])))
    table = finish_themes(counts, themes, len(cases), min_cases)
    names = cells["case"].map(dict(zip(cases["id"], cases["name"])))
    for column, own in (("reported_by", cells["points"] > 0), ("not_mentioned_by", cells["points"].eq(0))):
        listed = names[own].groupby(cells["theme"]).agg("; ".join)
        table[column] = table["theme"].map(listed).astype(object).fillna("")
    return table


def finish_themes(counts: kernel.Integers, themes: pd.DataFrame, of_cases: int, min_cases: int) -> pd.DataFrame:
    """The table of themes from their counts (`kernel.count_themes`), the lists of names empty.

    Returns, one row for each theme: theme, name, origin, parent, points, cases, of_cases, share, supported, margin (how many
    supporting cases must be lost until it is no longer supported), reported_by and not_mentioned_by (""), contradicting
    (key points that speak against it).
    """
    table = themes[["id", "name", "origin", "parent"]].rename(columns={"id": "theme"}).reset_index(drop=True)
    number = counts["cases"]
    table = table.assign(points=counts["points"], cases=number, of_cases=of_cases)
    table = table.assign(share=[round(int(one) / of_cases, 3) if of_cases else 0.0 for one in number])
    table = table.assign(supported=number >= min_cases, margin=np.maximum(number - min_cases + 1, 0))
    table = table.assign(reported_by="", not_mentioned_by="", contradicting=counts["contradicting"])
    return table if len(table) else frame("themes")


def not_in_a_theme(keypoints: pd.DataFrame, coded: pd.DataFrame) -> pd.DataFrame:
    """The key points that are coded to no theme. Returns keypoint, case, state (none, or not coded), summary (`linked`).

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
    if not review.has("statements"):
        return pd.DataFrame(columns=["theme", "case"])
    statements = review.statements[["id", "theme"]].rename(columns={"id": "statement"})
    named = review.attributions[["statement", "case"]].merge(statements, on="statement")
    return named.loc[named["theme"].ne(""), ["theme", "case"]].drop_duplicates(ignore_index=True)


def compare_with_published(review: Review, heading: str, cells: pd.DataFrame) -> pd.DataFrame:
    """Each published statement compared with the coding, as its extent allows.

    Returns one row for each statement: statement, theme, section, extent, quantifier, named and found (numbers of cases:
    those that the report names, or all eligible ones; those of them that the coding finds), coded (cases that the
    coding finds in all), of_cases, not_found and not_named (case names), quantifier_fits (yes, no, or empty
    where there is no quantifier), reading (in words).
    """
    if not review.has("statements"):
        return frame("published")
    cases = eligible(review, heading)
    names = dict(zip(review.cases["id"], review.cases["name"]))
    own = review.statements[review.statements["theme"].isin(themes_of(review, heading)["id"])]
    rows = []
    for statement in own.itertuples():
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
