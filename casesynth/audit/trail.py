"""The trail, both ways: from what was found to its key points, and from a key point to all that uses it.

Everything here is a list of links, one row a link, so that each way is the same list read from its other end.
"""

import pandas as pd

from casesynth.analysis import general, participants, themes
from casesynth.analysis.barriers import opposed_points
from casesynth.core import paths, results
from casesynth.core.codings import NONE
from casesynth.core.review import Review

#: What may use a key point, in the order in which the page shows it.
KINDS = ["theme", "general", "refined", "statement", "claim", "figure"]
LINKS = ["kind", "id", "keypoint"]
NO_THEMES = "heading without themes"
#: Columns of a figure's data that hold ids: they are read as they are written, whatever they look like.
IDS = dict.fromkeys(["case", "heading", "theme", "general", "refined", "keypoint"], str)


def gather(review: Review) -> dict[str, pd.DataFrame]:
    """The result tables of a review, as the report uses them, with the claims ledger (empty where there is none)."""
    found = results.gather(review)
    ledger = paths.read(review.name) / "tables" / "claims.csv"
    found["claims"] = results.read(review.name, "claims", as_text=True) if ledger.exists() else results.frame("claims")
    return found


def accounted(review: Review, coding: str) -> pd.DataFrame:
    """What became of every key point.

    Out: the columns of keypoints.csv, and state: coded, none (coded with no theme), not coded, or heading without
    themes (of a heading that review.yaml does not theme). There is a row for every key point.
    """
    coded = review.codings[review.codings["coder"].eq(coding)]
    themed = {heading for part in review.sets["headings"] for heading in part}
    themed_ids = set(coded.loc[coded["theme"].ne(NONE), "keypoint"])
    without = set(coded["keypoint"]) - themed_ids

    def state(point) -> str:
        if point.heading not in themed:
            return NO_THEMES
        return "coded" if point.id in themed_ids else "none" if point.id in without else "not coded"

    states = [state(point) for point in review.keypoints.itertuples()]
    return review.keypoints.assign(state=states)


def theme_links(review: Review, coding: str) -> pd.DataFrame:
    """Key points by theme. Out: kind, id, keypoint, case, direction (supports, contradicts)."""
    coded = themes.coded_points(review, coding)
    coded = coded[coded["theme"].ne(NONE)].rename(columns={"theme": "id"})
    return coded.assign(kind="theme")[[*LINKS, "case", "direction"]]


def above_links(review: Review, found: dict[str, pd.DataFrame], coding: str) -> pd.DataFrame:
    """Key points by general and by refined theme: those of supported themes, as the result tables count them."""
    supported = set(found["themes"].loc[found["themes"]["supported"], "theme"])
    points = general.points_by_general(themes.coded_points(review, coding), review.codebook, supported)
    by_general = points.assign(kind="general", id=points["general"])[LINKS]
    on = points[points["general"].isin(general_supported(found))]
    refined = on["general"].map(general.parents(review.codebook))
    by_refined = on.assign(kind="refined", id=refined).dropna(subset=["id"])[LINKS]
    return pd.concat([by_general, by_refined], ignore_index=True).drop_duplicates()


def general_supported(found: dict[str, pd.DataFrame]) -> set[str]:
    """The general themes that are supported."""
    return set(found["general-themes"].loc[found["general-themes"]["supported"], "general"])


def statement_links(review: Review, by_theme: pd.DataFrame) -> pd.DataFrame:
    """Key points by published statement: those that support its theme, as the comparison with the report counts them."""
    if not review.has("statements"):
        return pd.DataFrame(columns=LINKS)
    own = by_theme[by_theme["direction"].eq("supports")].rename(columns={"id": "theme"})
    joined = review.statements[["id", "theme"]].merge(own[["theme", "keypoint"]], on="theme")
    return joined.assign(kind="statement")[LINKS]


def claim_links(claims: pd.DataFrame, keypoints: set[str], links: pd.DataFrame) -> pd.DataFrame:
    """Key points by claim: those among its rows, and those of the themes and statements among its rows.

    >>> claims = pd.DataFrame({"id": ["c1"], "rows": ["k1 t1"]})
    >>> links = pd.DataFrame([["theme", "t1", "k2"]], columns=LINKS)
    >>> claim_links(claims, {"k1", "k2"}, links)["keypoint"].tolist()
    ['k1', 'k2']
    """
    under = links.groupby("id")["keypoint"].agg(list)
    rows = []
    for claim in claims.itertuples():
        named = str(claim.rows).split()
        points = [point for row in named for point in ([row] if row in keypoints else under.get(row, []))]
        rows += [["claim", claim.id, point] for point in dict.fromkeys(points)]
    return pd.DataFrame(rows, columns=LINKS)


def figure_data(review: Review) -> dict[str, pd.DataFrame]:
    """The data that were drawn, by figure: the CSV files next to the pictures."""
    folder = paths.figures(review.name)
    return {file.stem: pd.read_csv(file, converters=IDS) for file in sorted(folder.glob("*.csv"))}


def figure_links(review: Review, drawn: dict[str, pd.DataFrame], links: pd.DataFrame, coding: str) -> pd.DataFrame:
    """Key points by figure: those that the rows of its data count.

    What a row counts follows from its columns: a theme and a case, a general theme (with a heading), a refined
    theme, or a case and a heading. A figure of places or of participants counts no key points.
    """
    rows = []
    for name, data in drawn.items():
        points = [] if data.empty else points_of_figure(review, name, data, links, coding)
        rows += [["figure", name, point] for point in dict.fromkeys(points)]
    return pd.DataFrame(rows, columns=LINKS)


def points_of_figure(review: Review, name: str, data: pd.DataFrame, links: pd.DataFrame, coding: str) -> list[str]:
    """The key points that the rows of one figure's data count, see `figure_links`."""
    columns = set(data)
    if "keypoint" in columns:
        return list(data["keypoint"])
    if name == "barriers-enablers":
        return list(opposed_points(review, themes.coded_points(review, coding))["keypoint"])
    for column, kind in (("theme", "theme"), ("refined", "refined"), ("general", "general"), ("one", "general")):
        if column in columns:
            named = set(data[column]) | set(data["other"] if column == "one" else [])
            return list(links.loc[links["kind"].eq(kind) & links["id"].isin(named), "keypoint"])
    if {"case", "heading"} <= columns:
        cells = review.keypoints.merge(data[["case", "heading"]].drop_duplicates(), on=["case", "heading"])
        return list(cells["id"])
    return []


def links(review: Review, found: dict[str, pd.DataFrame], coding: str) -> pd.DataFrame:
    """Every link of the trail. Out: kind (of KINDS), id, keypoint; sorted, each once.

    In: `found` as `gather` gives it.
    """
    by_theme = theme_links(review, coding)
    so_far = pd.concat([by_theme[LINKS], above_links(review, found, coding)], ignore_index=True)
    statements = statement_links(review, by_theme)
    figures = figure_links(review, figure_data(review), so_far, coding)
    claims = claim_links(found["claims"], set(review.keypoints["id"]), pd.concat([so_far, statements]))
    joined = pd.concat([so_far, statements, claims, figures], ignore_index=True).drop_duplicates()
    order = joined["kind"].map(KINDS.index)
    return joined.assign(order=order).sort_values(["order", "id", "keypoint"])[LINKS].reset_index(drop=True)


def forward(links: pd.DataFrame, kind: str) -> dict[str, list[str]]:
    """What uses key points -> its key points.

    >>> forward(pd.DataFrame([["theme", "t1", "k1"], ["theme", "t1", "k2"]], columns=LINKS), "theme")
    {'t1': ['k1', 'k2']}
    """
    return links[links["kind"].eq(kind)].groupby("id")["keypoint"].agg(list).to_dict()


def back(links: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """Key point -> kind -> all of that kind that use it.

    >>> back(pd.DataFrame([["theme", "t1", "k1"], ["figure", "f", "k1"]], columns=LINKS))
    {'k1': {'theme': ['t1'], 'figure': ['f']}}
    """
    used = {}
    for link in links.itertuples():
        used.setdefault(link.keypoint, {}).setdefault(link.kind, []).append(link.id)
    return used


def attributions(review: Review, links: pd.DataFrame, found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Published attributions compared with the coding: each statement and project that it names.

    Out: statement, case, published_as, keypoints (those of the project that support the theme; with spaces between, empty
    where the coding finds none). A statement of all projects names every project that has the heading.
    """
    if not review.has("statements"):
        return pd.DataFrame(columns="statement case published_as keypoints".split())
    heading = dict(zip(review.codebook["id"], review.codebook["heading"]))
    everyone = [
        {"statement": row.id, "case": case, "published_as": "all"}
        for row in review.statements[review.statements["extent"].eq("all")].itertuples()
        for case in themes.eligible(review, heading[row.theme])["id"]
    ]
    named = review.table("attributions").reindex(columns=["statement", "case", "published_as"])
    rows = pd.concat([named, pd.DataFrame(everyone, columns=named.columns)], ignore_index=True)
    case = dict(zip(review.keypoints["id"], review.keypoints["case"]))
    own = links[links["kind"].eq("statement")]
    behind = own.groupby(["id", own["keypoint"].map(case)])["keypoint"].agg(" ".join)
    return rows.assign(keypoints=[behind.get((row.statement, row.case), "") for row in rows.itertuples()])


def value_rows(review: Review, found: dict[str, pd.DataFrame], coding: str) -> pd.DataFrame:
    """What each number of the report counts. Out: name (as in report-values.csv), kind, id.

    Kinds: case, coder, keypoint, heading, theme, general, refined, statement, group (a row of participants.csv). From a
    theme or a group the trail leads on. A parameter counts nothing and has no rows.
    """
    rows = []
    for name, (kind, ids) in (counted(review, found, coding) | counted_people(review, found)).items():
        rows += [[name, kind, each] for each in ids]
    return pd.DataFrame(rows, columns=["name", "kind", "id"])


def counted(review: Review, found: dict[str, pd.DataFrame], coding: str) -> dict[str, tuple[str, list[str]]]:
    """Name of a number -> (kind, ids) of the rows that it counts."""
    cases, headings, states = review.cases, review.headings, accounted(review, coding)
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
        "nations": ("case", cases.loc[cases["nation"].ne(""), "id"]),
        "keypoints": ("keypoint", states["id"]),
        "coders": ("coder", sorted(set(review.codings["coder"]))),
        "headings": ("heading", headings["id"]),
        "themed_headings": ("heading", review.sets["id"]),
        "themes": ("theme", own["theme"]),
        "themes_supported": ("theme", own.loc[own["supported"], "theme"]),
        "sure_themes": ("theme", own.loc[own["supported"], "theme"]),
        "sure_general": ("general", upper["general"]),
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


def disagreements(found: dict[str, pd.DataFrame], links: pd.DataFrame, states: pd.DataFrame) -> list[str]:
    """Where the result tables and the trail say different things; empty for results that belong to the data.

    A theme must have as many key points in the trail as in its table, and at least one if it is supported. Every key point
    of a themed heading that is coded to no theme must be listed as such, and no other.
    """
    problems = []
    tables_of = {"theme": found["themes"], "general": found["general-themes"], "refined": found["refined-themes"]}
    for kind, table in tables_of.items():
        points = forward(links, kind)
        for row in table.to_dict("records"):
            behind = len(points.get(row[kind], []))
            said = row["points"] + row.get("contradicting", 0)
            if behind != said or (row["supported"] and not row["points"]):
                problems.append(f"{kind} {row[kind]}: {said} key points in its table, {behind} in the data")
    listed = dict(zip(found["uncoded"]["keypoint"], found["uncoded"]["state"]))
    left = states[states["state"].isin(["none", "not coded"])]
    for point in sorted(set(listed) ^ set(left["id"])):
        problems.append(f"key point {point}: listed as '{listed.get(point, 'nothing')}' in the uncoded tables")
    return problems
