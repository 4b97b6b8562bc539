"""Steps 3 and 4: general themes over headings, and which of them are merged into refined themes.

The report presents these two steps only as a figure, which its text lacks: this is a reconstruction.
"""

from itertools import combinations

import pandas as pd

from casesynth.analysis import kernel
from casesynth.core.results import columns, frame
from casesynth.core.review import Review


def parents(codebook: pd.DataFrame) -> dict[str, str]:
    """Theme -> the theme one level above it, where there is one."""
    own = codebook[codebook["parent"].ne("")]
    return dict(zip(own["id"], own["parent"]))


def points_by_general(coded: pd.DataFrame, codebook: pd.DataFrame, supported: set[str]) -> pd.DataFrame:
    """The supporting codings of supported themes with the general theme above. Returns coded's columns + general."""
    own = coded[coded["theme"].isin(supported) & coded["direction"].eq("supports")]
    own = own.assign(general=own["theme"].map(parents(codebook)))
    return own.dropna(subset=["general"]).reset_index(drop=True)


def counts(points: pd.DataFrame, codebook: pd.DataFrame, headings: pd.DataFrame) -> kernel.Integers:
    """The counts of general themes (`kernel.count_groups`) from `points_by_general`; the tables of step 3 are made of them."""
    general = list(codebook.loc[codebook["level"].eq("general"), "id"])
    return kernel.of_table(points, "general", general, list(headings["id"]))


def general_themes(
    themes: pd.DataFrame,
    counts: kernel.Integers,
    codebook: pd.DataFrame,
    headings: pd.DataFrame,
    min_headings: int,
    heading_groups: bool,
) -> pd.DataFrame:
    """Which general themes are supported: those whose supported themes span at least `min_headings` headings.

    Takes `themes` as `themes.theme_table` gives them, of all headings, with a column heading, and the `counts`. Returns the
    columns of `general-themes` in results.json, in the order of the codebook.
    """
    name, group = dict(zip(headings["id"], headings["name"])), dict(zip(headings["id"], headings["group"]))
    points, cases = counts["points"].diagonal(), counts["cases"].diagonal()
    rows = []
    for place, general in enumerate(codebook[codebook["level"].eq("general")].itertuples()):
        own = themes[themes["parent"].eq(general.id)]
        supported = own[own["supported"]]
        spanned = [heading for heading in headings["id"] if heading in set(supported["heading"])]
        groups = list(dict.fromkeys(group[heading] for heading in spanned))
        counted = groups if heading_groups else spanned
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
                "points": int(points[place]),
                "cases": int(cases[place]),
            }
        )
    return frame("general-themes", rows)


def general_by_heading(counts: kernel.Integers, codebook: pd.DataFrame, headings: pd.DataFrame) -> pd.DataFrame:
    """General theme × themed heading, from the `counts`. Returns the columns of `general-by-heading` in results.json."""
    general = codebook.loc[codebook["level"].eq("general"), ["id"]].rename(columns={"id": "general"})
    grid = general.merge(headings[["id"]].rename(columns={"id": "heading"}), how="cross")
    return grid.assign(points=counts["points_by"].ravel(), cases=counts["cases_by"].ravel())


def jaccard(shared: int, one: int, other: int) -> float:
    """What two sets share, as a part of what they hold together (Jaccard 1901); 0 where both are empty.

    >>> jaccard(2, 3, 3)
    0.5
    """
    together = one + other - shared
    return shared / together if together else 0.0


def overlaps(
    counts: kernel.Integers, general: pd.DataFrame, codebook: pd.DataFrame, merge_overlap: float
) -> pd.DataFrame:
    """Every pair of supported general themes, from the `counts`: how far they overlap, what is proposed, what was decided.

    A merge is proposed where the overlap of key points reaches `merge_overlap`. Overlap of cases is shown
    next to it and proposes nothing: between themes that nearly every case has it is high whatever they mean.
    Returns the columns of `overlaps` in results.json.
    """
    above, reasons = parents(codebook), dict(zip(codebook["id"], codebook["reason"]))
    place = {id: number for number, id in enumerate(codebook.loc[codebook["level"].eq("general"), "id"])}
    rows = []
    for one, other in combinations(sorted(general.loc[general["supported"], "general"]), 2):
        merged = above.get(one, one) == above.get(other, other)
        i, j = place[one], place[other]
        shared = {unit: int(counts[unit][i, j]) for unit in ("points", "cases")}
        overlap = {unit: jaccard(shared[unit], *counts[unit].diagonal()[[i, j]].tolist()) for unit in shared}
        rows.append(
            {
                "one": one,
                "other": other,
                "shared_points": shared["points"],
                "overlap_points": round(overlap["points"], 3),
                "shared_cases": shared["cases"],
                "overlap_cases": round(overlap["cases"], 3),
                "proposed": overlap["points"] >= merge_overlap,
                "decided": "merged" if merged else "kept apart",
                "refined": above[one] if merged else "",
                "reason": (reasons[one] or reasons[other]) if merged else "",
            }
        )
    return frame("overlaps", rows)


def refined_themes(
    general: pd.DataFrame, points: pd.DataFrame, codebook: pd.DataFrame, headings: pd.DataFrame
) -> pd.DataFrame:
    """The refined themes: what is left of the standing general themes after merging.

    A refined theme is supported if at least one general theme under it is, and rests on those that are. Returns
    the columns of `refined-themes` in results.json.
    """
    above = parents(codebook)
    own = points[points["general"].isin(general.loc[general["supported"], "general"])]
    own = own.assign(refined=own["general"].map(above).fillna(""))
    refined = list(codebook.loc[codebook["level"].eq("refined"), "id"])
    table = finish_refined(kernel.of_table(own, "refined", refined, list(headings["id"])), general, codebook, headings)
    listed = own.groupby("refined")["case"].agg(lambda cases: " ".join(sorted(set(cases))))
    return table.assign(with_cases=[listed.get(each, "") for each in table["refined"]])


def finish_refined(
    counts: kernel.Integers, general: pd.DataFrame, codebook: pd.DataFrame, headings: pd.DataFrame
) -> pd.DataFrame:
    """The table of `refined_themes` from the counts of refined themes, the list of cases empty."""
    above, name = parents(codebook), dict(zip(headings["id"], headings["name"]))
    rows = []
    for place, refined in enumerate(codebook[codebook["level"].eq("refined")].itertuples()):
        own = general[general["general"].map(above).eq(refined.id)]
        supported = own[own["supported"]]
        spanned = [heading for heading, number in zip(headings["id"], counts["points_by"][place]) if number]
        rows.append(
            {
                "refined": refined.id,
                "name": refined.name,
                "definition": refined.definition,
                "general": "; ".join(supported["name"]),
                "not_supported": "; ".join(own.loc[~own["supported"], "name"]),
                "headings": "; ".join(name[heading] for heading in spanned),
                "in_headings": len(spanned),
                "points": int(counts["points"][place, place]),
                "cases": int(counts["cases"][place, place]),
                "with_cases": "",
                "supported": not supported.empty,
            }
        )
    return frame("refined-themes", rows)


def beside_programme(refined: pd.DataFrame, review: Review) -> pd.DataFrame:
    """Refined themes compared with the findings that the programme itself lists; empty where the review has none.

    Both sides may stay alone. Returns the columns of `counterparts` in results.json.
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
