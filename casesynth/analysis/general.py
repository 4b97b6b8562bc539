"""Steps 3 and 4: general themes over headings, and which of them are merged into refined themes.

The report prints these two steps as a picture that its text lacks: what stands here is a reconstruction.
"""

from itertools import combinations

import pandas as pd

from casesynth.core.results import columns, frame
from casesynth.core.review import Review


def parents(codebook: pd.DataFrame) -> dict[str, str]:
    """Theme -> the theme one level above it, where there is one."""
    own = codebook[codebook["parent"].ne("")]
    return dict(zip(own["id"], own["parent"]))


def points_by_general(coded: pd.DataFrame, codebook: pd.DataFrame, supported: set[str]) -> pd.DataFrame:
    """The supporting codings of standing themes with the general theme above. Out: coded's columns + general."""
    own = coded[coded["theme"].isin(supported) & coded["direction"].eq("supports")]
    own = own.assign(general=own["theme"].map(parents(codebook)))
    return own.dropna(subset=["general"]).reset_index(drop=True)


def general_themes(
    themes: pd.DataFrame,
    coded: pd.DataFrame,
    codebook: pd.DataFrame,
    headings: pd.DataFrame,
    min_headings: int,
    heading_groups: bool,
) -> pd.DataFrame:
    """Which general themes stand: those whose standing themes span at least `min_headings` headings.

    In: `themes` as `themes.theme_table` gives them, of all headings, with a column heading. Out, one row a
    general theme: general, name, themes and supported_themes (ids), headings and groups (names of those that
    standing themes span), in_headings and in_groups (their numbers), supported_ungrouped and supported_grouped (the
    rule on headings, and on groups of headings), supported (the one that `heading_groups` chooses), short_by
    (headings or groups that are missing), points and cases (of its standing themes).
    """
    name, group = dict(zip(headings["id"], headings["name"])), dict(zip(headings["id"], headings["group"]))
    points = points_by_general(coded, codebook, set(themes.loc[themes["supported"], "theme"]))
    rows = []
    for general in codebook[codebook["level"].eq("general")].itertuples():
        own = themes[themes["parent"].eq(general.id)]
        supported = own[own["supported"]]
        spanned = [heading for heading in headings["id"] if heading in set(supported["heading"])]
        groups = list(dict.fromkeys(group[heading] for heading in spanned))
        counted = groups if heading_groups else spanned
        carry = points[points["general"].eq(general.id)]
        rows.append(
            {
                "general": general.id,
                "name": general.name,
                "themes": " ".join(own["theme"]),
                "supported_themes": " ".join(supported["theme"]),
                "headings": "; ".join(name[heading] for heading in spanned),
                "groups": "; ".join(groups),
                "in_headings": len(spanned),
                "in_groups": len(groups),
                "supported_ungrouped": len(spanned) >= min_headings,
                "supported_grouped": len(groups) >= min_headings,
                "supported": len(counted) >= min_headings,
                "short_by": max(min_headings - len(counted), 0),
                "points": carry["keypoint"].nunique(),
                "cases": carry["case"].nunique(),
            }
        )
    return frame("general-themes", rows)


def general_by_heading(points: pd.DataFrame, codebook: pd.DataFrame, headings: pd.DataFrame) -> pd.DataFrame:
    """General theme × themed heading. Out: general, heading, points, cases (0 where none)."""
    general = codebook.loc[codebook["level"].eq("general"), ["id"]].rename(columns={"id": "general"})
    if general.empty or points.empty:
        points = points.astype({"general": str, "heading": str})  # an empty table has no types of its own
    grid = general.merge(headings[["id"]].rename(columns={"id": "heading"}), how="cross")
    counts = points.groupby(["general", "heading"], as_index=False).agg(
        points=("keypoint", "nunique"), cases=("case", "nunique")
    )
    grid = grid.merge(counts, how="left", on=["general", "heading"])
    numbers = ["points", "cases"]
    grid[numbers] = grid[numbers].fillna(0).astype(int)
    return grid


def jaccard(one: set, other: set) -> float:
    """What two sets share, as a part of what they hold together (Jaccard 1901); 0 where both are empty.

    >>> jaccard({1, 2, 3}, {2, 3, 4})
    0.5
    """
    together = one | other
    return len(one & other) / len(together) if together else 0.0


def overlaps(points: pd.DataFrame, general: pd.DataFrame, codebook: pd.DataFrame, merge_overlap: float) -> pd.DataFrame:
    """Every pair of standing general themes: how far they overlap, what is proposed, what was decided.

    A merge is proposed where the overlap of key points reaches `merge_overlap`. Overlap of cases is shown
    beside it and proposes nothing: between themes that nearly every case has it is high whatever they mean.
    Out: one, other, shared_points, overlap_points, shared_cases, overlap_cases, proposed, decided (merged, or
    kept apart), refined (where merged), reason (from the codebook).
    """
    above, reasons = parents(codebook), dict(zip(codebook["id"], codebook["reason"]))
    supported = sorted(general.loc[general["supported"], "general"])
    held = {g: set(points.loc[points["general"].eq(g), "keypoint"]) for g in supported}
    cases = {g: set(points.loc[points["general"].eq(g), "case"]) for g in supported}
    rows = []
    for one, other in combinations(supported, 2):
        merged = above.get(one, one) == above.get(other, other)
        overlap = jaccard(held[one], held[other])
        rows.append(
            {
                "one": one,
                "other": other,
                "shared_points": len(held[one] & held[other]),
                "overlap_points": round(overlap, 3),
                "shared_cases": len(cases[one] & cases[other]),
                "overlap_cases": round(jaccard(cases[one], cases[other]), 3),
                "proposed": overlap >= merge_overlap,
                "decided": "merged" if merged else "kept apart",
                "refined": above[one] if merged else "",
                "reason": (reasons[one] or reasons[other]) if merged else "",
            }
        )
    return frame("overlaps", rows)


def merges(overlaps: pd.DataFrame) -> pd.DataFrame:
    """Of the pairs, those that were merged or that the overlap proposes to merge."""
    return overlaps[overlaps["proposed"] | overlaps["decided"].eq("merged")].reset_index(drop=True)


def refined_themes(
    general: pd.DataFrame, points: pd.DataFrame, codebook: pd.DataFrame, headings: pd.DataFrame
) -> pd.DataFrame:
    """The refined themes: what is left of the standing general themes after merging.

    A refined theme stands where at least one general theme under it does, and rests on those that do. Out:
    refined, name, definition, general and fallen (names of general themes that stand, and that do not),
    headings, in_headings, points, cases, with_cases (ids), supported.
    """
    name = dict(zip(headings["id"], headings["name"]))
    above = parents(codebook)
    rows = []
    for refined in codebook[codebook["level"].eq("refined")].itertuples():
        own = general[general["general"].map(above).eq(refined.id)]
        supported = own[own["supported"]]
        carry = points[points["general"].isin(supported["general"])]
        spanned = [heading for heading in headings["id"] if heading in set(carry["heading"])]
        rows.append(
            {
                "refined": refined.id,
                "name": refined.name,
                "definition": refined.definition,
                "general": "; ".join(supported["name"]),
                "not_supported": "; ".join(own.loc[~own["supported"], "name"]),
                "headings": "; ".join(name[heading] for heading in spanned),
                "in_headings": len(spanned),
                "points": carry["keypoint"].nunique(),
                "cases": carry["case"].nunique(),
                "with_cases": " ".join(sorted(set(carry["case"]))),
                "supported": not supported.empty,
            }
        )
    return frame("refined-themes", rows)


def beside_programme(refined: pd.DataFrame, review: Review) -> pd.DataFrame:
    """Refined themes beside the findings that the programme itself lists; empty where the review has none.

    Both sides may stay alone. Out: refined (empty: a finding without counterpart), theme (its name), supported,
    fact (empty: a theme without one), finding, source, reason.
    """
    if not review.has("facts", "counterparts"):
        return frame("counterparts")
    pairs, facts = review.counterparts, review.facts
    joined = refined[["refined", "name", "supported"]].merge(
        pairs.rename(columns={"theme": "refined"})[["refined", "fact", "reason"]], how="outer", on="refined"
    )
    listed = facts[facts["subject"].isin(["finding", "interim-theme"])]
    joined = joined.merge(
        listed[["id", "fact", "source"]].rename(columns={"id": "fact", "fact": "finding"}), how="outer", on="fact"
    )
    joined["supported"] = joined["supported"].fillna(False).astype(bool)
    joined = joined.rename(columns={"name": "theme"}).fillna("").sort_values(["refined", "fact"], kind="stable")
    return joined[columns("counterparts")].reset_index(drop=True)
