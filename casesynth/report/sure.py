"""The "How sure" line under each finding of the report, and the numbers of its chapter."""

import pandas as pd

from casesynth.analysis.published import EXTENTS
from casesynth.core import results
from casesynth.core.levels import SHORT
from casesynth.core.review import Review

#: The tables of the notebooks on robustness, agreement and confidence that the report uses.
TABLES = results.of_step("9-robustness", "10-agreement", "11-confidence")
DERIVED = ("union", "intersection")
#: Below this share of yes, two coders agree mostly by both saying no.
RARE = 0.3


def gather(review: Review) -> dict[str, pd.DataFrame]:
    """The tables of `TABLES`, by name; statements with the names of their themes, disputed ones
    with their key points."""
    found = {name: results.read(review.name, name) for name in TABLES}
    names = dict(zip(review.codebook["id"], review.codebook["name"]))
    shares = found["quantifier-shares"]
    found["quantifier-shares"] = shares.assign(name=shares["theme"].map(names))
    found["published-by-extent"] = found["published-by-extent"].assign(
        words=found["published-by-extent"]["extent"].map(EXTENTS)
    )
    disputed = found["published-disputed"]
    found["published-disputed"] = disputed.assign(parts=[said.split(" | ") for said in disputed["said"]])
    return found


#: Does a finding stand in the union and the intersection of codings? The second holds no more than the first.
DERIVED_WORDS = {
    (True, True): "in the coders' union and intersection",
    (True, False): "in the coders' union, not in their intersection",
    (False, False): "neither in the coders' union nor in their intersection",
}


def by_coders(own: pd.DataFrame) -> str:
    """Under which codings a finding stands, in words; empty where there is only one.

    A coder who has not coded all may yet find what is missing: under such a coding a finding does not stand *so far*,
    and the coder is named apart.

    >>> own = pd.DataFrame({"coding": ["ada", "bo", "union", "intersection"], "supported": [True, False, True, False]})
    >>> by_coders(own.assign(points=12, of_points=12))
    "stands by the coding of ada, not of bo; in the coders' union, not in their intersection"
    >>> by_coders(own.assign(points=[12, 4, 12, 12], of_points=12))
    "stands by the coding of ada (bo coded 4 of 12 key points only); in the coders' union, not in their intersection"
    >>> by_coders(own.assign(stands=True, points=12, of_points=12))
    "stands by every coding (ada, bo); in the coders' union and intersection"
    """
    if len(own) < 2:
        return ""
    people, derived = own[~own["coding"].isin(DERIVED)], own.set_index("coding")["supported"].to_dict()
    open_yet = people[~people["supported"] & people["points"].lt(people["of_points"])]
    yes, no = people.loc[people["supported"], "coding"], people.loc[~people["supported"], "coding"].drop(open_yet.index)
    if len(yes) == len(people):
        words = f"by every coding ({', '.join(yes)})"
    else:
        words = f"by the coding of {' and '.join(yes)}" if len(yes) else "by nobody's coding"
        words += f", not of {' and '.join(no)}" if len(yes) and len(no) else ""
    partial = ", ".join(
        f"{row.coding} coded {row.points} of {row.of_points} key points only" for row in open_yet.itertuples()
    )
    words += f" ({partial})" if partial else ""
    if "union" in derived:
        words += "; " + DERIVED_WORDS[bool(derived["union"]), bool(derived["intersection"])]
    return f"stands {words}"


def lines(found: dict[str, pd.DataFrame], level: str, ids=None) -> list[tuple[str, str]]:
    """For each standing finding of a level: its name, and how sure it is in one line.

    In: the tables of `TABLES` by name. Of the findings in `ids`, or all.
    """
    own = found["robustness"][found["robustness"]["level"].eq(level)]
    own = own if ids is None else own[own["id"].isin(list(ids))]
    return [(row.name_, line(found, row)) for row in own.rename(columns={"name": "name_"}).itertuples()]


def line(found: dict[str, pd.DataFrame], row) -> str:
    """One finding's line: removals, codings, thresholds, weak cases; what does not apply is left out."""

    def of(table: str) -> pd.DataFrame:
        return found[table][found[table]["level"].eq(row.level) & found[table]["id"].eq(row.id)]

    parts = [row.how_sure, by_coders(of("by-coding"))]
    for grid in of("stability").itertuples():
        near = NEAR.get(str(grid.near), "")
        parts.append(f"stands for {grid.supported_in} of {grid.combinations} combinations of thresholds{near}")
    for weak in of("without-weak").itertuples():
        partial = f" ({weak.appraised} of {weak.of_cases} appraised)" if weak.appraised < weak.of_cases else ""
        parts.append(("supported" if weak.supported_without else "falls") + f" without the cases judged weak{partial}")
    return "; ".join(part for part in parts if part) + "."


#: Does the verdict hold a single step away? Nothing is said where the run is outside the grid of thresholds.
NEAR = {"True": ", and no single step changes that", "False": ", and a single step changes that"}


def level_names(counts: pd.DataFrame) -> dict[str, str]:
    """The levels that a table has as columns, with their names as read."""
    return {level: words for level, words in SHORT.items() if level in counts}


def values(found: dict[str, pd.DataFrame]) -> dict[str, tuple[object, str]]:
    """The numbers of the chapter: name -> (value, the table and rule it comes from)."""
    robust, grid = found["robustness"], found["stability"]
    above = robust[robust["level"].isin(["general", "refined", "merge", "both"])]
    theme = robust[robust["level"].eq("theme")]
    general = grid[grid["level"].eq("general")]
    summary = found["saturation-summary"].iloc[0]
    first = found["saturation"].iloc[0]
    agreement = found["agreement"]
    overall = agreement[agreement["heading"].eq("")].set_index(["unit", "measure"])["value"] if len(agreement) else {}

    def measure(unit: str, name: str) -> str:
        value = overall.get((unit, name), "")
        return f"{float(value):.2f}" if value not in ("", "undefined") and value == value else "undefined"

    known = grid["near"].astype(str).isin(list(NEAR))
    marks = agreement[agreement["heading"].eq("") & agreement["unit"].eq("key point")]["prevalence"]
    prevalence = float(pd.to_numeric(marks, errors="coerce").mean())
    return {
        "sure_above": (len(above), "robustness.csv, levels general, refined, merge and both"),
        "sure_one_case_above": (int(above["fewest"].eq(1).sum()), "robustness.csv, those with fewest 1"),
        "sure_least": (
            int(above["fewest"].min()) if len(above) else 0,
            "robustness.csv, the least of fewest above headings",
        ),
        "sure_themes": (len(theme), "robustness.csv, level theme"),
        "sure_one_case": (int(theme["fewest"].eq(1).sum()), "robustness.csv, level theme, fewest 1"),
        "sure_inexact": (int((~robust["exact"].astype(bool)).sum()), "robustness.csv, not exact"),
        "sure_combinations": (int(grid["combinations"].max()) if len(grid) else 0, "stability.csv, combinations"),
        "sure_near": (int(general["near"].astype(str).eq("True").sum()), "stability.csv, level general, near"),
        "sure_near_known": (bool(known.any()), "stability.csv, is near known (is the run inside the grid)?"),
        "sure_general": (len(general), "stability.csv, level general"),
        "sure_quantified": (len(found["quantifier-shares"]), "quantifier-shares.csv, all rows"),
        "sure_quantified_change": (int(found["quantifier-shares"]["changes"].sum()), "quantifier-shares.csv, changes"),
        "sure_claims": (len(found["claim-shares"]), "claim-shares.csv, all rows"),
        "sure_claims_change": (int(found["claim-shares"]["changes"].sum()), "claim-shares.csv, changes"),
        "saturation_reading": (first["reading"], "saturation.csv, first row"),
        "saturation_base": (int(first["base_size"]), "parameters of this run"),
        "saturation_run": (int(first["run_length"]), "parameters of this run"),
        "saturation_threshold": (f"{100 * first['new_information']:g}%", "parameters of this run"),
        "saturation_once": (int(summary["once"]), "saturation-summary.csv, once"),
        "saturation_coverage": (
            "undefined" if pd.isna(summary["coverage"]) else f"{summary['coverage']:.3f}",
            "saturation-summary.csv, coverage",
        ),
        "agreement_coders": (
            int(agreement["coders"].iloc[0]) if len(agreement) else 0,
            "agreement.csv, coders",
        ),
        "agreement_cases": (int(agreement["cases"].max()) if len(agreement) else 0, "agreement.csv, the most cases"),
        "agreement_rare": (prevalence < RARE, f"agreement.csv, key point, is prevalence below {RARE}?"),
        "agreement_prevalence": (f"{prevalence:.0%}", "agreement.csv, key point, prevalence"),
        "agreement_kappa_points": (measure("key point", "kappa"), "agreement.csv, key point, kappa"),
        "agreement_ac1_points": (measure("key point", "ac1"), "agreement.csv, key point, ac1"),
        "agreement_alpha_points": (measure("key point", "alpha"), "agreement.csv, key point, alpha"),
        "agreement_alpha_cases": (measure("case", "alpha"), "agreement.csv, case, alpha"),
        "agreement_differences": (len(found["coder-differences"]), "coder-differences.csv, all rows"),
        "extraction_content": (
            int(found["extraction-content"]["note"].fillna("").ne("").sum()),
            "extraction-content.csv, rows with a note",
        ),
        "extraction_lacking": (
            int(found["extraction-content"]["lacking"].fillna("").ne("").sum()),
            "extraction-content.csv, rows that one of the two lacks",
        ),
        "published_disputed": (len(found["published-disputed"]), "published-disputed.csv, all rows"),
        "published_disputed_all": (
            int(found["published-disputed"]["extent"].eq("all").sum()),
            "published-disputed.csv, extent all",
        ),
        "machine_against": (len(found["machine-against"]), "machine-against.csv, all rows"),
    }
