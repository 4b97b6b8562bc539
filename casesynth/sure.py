"""The "How sure" line under each finding of the report, and the numbers of its chapter."""

import pandas as pd

from casesynth import tables
from casesynth.review import Review

#: The tables of the notebooks on robustness, agreement and confidence that the report uses.
TABLES = (
    "robustness stability quantifier-shares claim-shares saturation saturation-summary goes-together can-show "
    "agreement agreement-sets coder-differences by-coding coding-counts extraction extraction-content print-disputed "
    "machine machine-against "
    "appraisal without-weak evidence-profile qualitative-findings"
).split()

DERIVED = ("union", "intersection")


def gather(review: Review) -> dict[str, pd.DataFrame]:
    """The tables of `TABLES`, by name; statements with the names of their themes, disputed ones
    with their key points."""
    found = {name: tables.read(review.name, name) for name in TABLES}
    names = dict(zip(review.codebook["id"], review.codebook["name"]))
    shares = found["quantifier-shares"]
    found["quantifier-shares"] = shares.assign(name=shares["theme"].map(names))
    disputed = found["print-disputed"]
    found["print-disputed"] = disputed.assign(parts=[said.split(" | ") for said in disputed["said"]])
    return found


def by_coders(own: pd.DataFrame) -> str:
    """Under which codings a finding stands, in words; empty where there is only one.

    >>> own = pd.DataFrame({"coding": ["ada", "bo", "union", "intersection"], "stands": [True, False, True, False]})
    >>> by_coders(own)
    'stands by the coding of ada, not of bo; in the union of codings, not in their intersection'
    >>> by_coders(own.assign(stands=True))
    'stands by every coding (ada, bo), their union and their intersection'
    """
    if len(own) < 2:
        return ""
    people, derived = own[~own["coding"].isin(DERIVED)], own[own["coding"].isin(DERIVED)]
    if own["stands"].all():
        names = ", ".join(people["coding"])
        return f"stands by every coding ({names})" + (", their union and their intersection" if len(derived) else "")
    words = said(people, "by the coding of", "of", "by no coder's coding")
    if len(derived):
        words += "; " + said(
            derived, "in the", "in their", "neither in the union nor in the intersection", " of codings"
        )
    return f"stands {words}"


def said(own: pd.DataFrame, within: str, outside: str, none: str, end: str = "") -> str:
    """Where a finding stands and where not, in words."""
    yes, no = own.loc[own["stands"], "coding"], own.loc[~own["stands"], "coding"]
    if yes.empty:
        return none
    return f"{within} {' and '.join(yes)}{end}" + (f", not {outside} {' and '.join(no)}" if len(no) else "")


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
        near = (
            "not one step of a threshold changes that"
            if str(grid.near) == "True"
            else "one step of a threshold changes that"
        )
        parts.append(f"stands for {grid.stands_in} of {grid.combinations} combinations of thresholds, {near}")
    for weak in of("without-weak").itertuples():
        parts.append(("stands" if weak.stands_without else "falls") + " without the cases judged weak")
    return "; ".join(part for part in parts if part) + "."


LEVELS = {"theme": "Themes", "general": "General", "refined": "Refined", "merge": "Merges", "both": "Both"}


def level_names(counts: pd.DataFrame) -> dict[str, str]:
    """The levels that a table has as columns, with their names as read."""
    return {level: words for level, words in LEVELS.items() if level in counts}


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

    machine = found["machine"]
    whole = machine[machine["theme"].eq("")]
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
        "sure_general": (len(general), "stability.csv, level general"),
        "sure_quantified": (len(found["quantifier-shares"]), "quantifier-shares.csv, all rows"),
        "sure_quantified_change": (int(found["quantifier-shares"]["changes"].sum()), "quantifier-shares.csv, changes"),
        "sure_claims": (len(found["claim-shares"]), "claim-shares.csv, all rows"),
        "sure_claims_change": (int(found["claim-shares"]["changes"].sum()), "claim-shares.csv, changes"),
        "saturation_reading": (first["reading"], "saturation.csv, first row"),
        "saturation_base": (int(first["base_size"]), "parameters of this run"),
        "saturation_run": (int(first["run_length"]), "parameters of this run"),
        "saturation_threshold": (f"{first['new_information']:.0%}", "parameters of this run"),
        "saturation_once": (int(summary["once"]), "saturation-summary.csv, once"),
        "saturation_coverage": (
            "undefined" if pd.isna(summary["coverage"]) else f"{summary['coverage']:.2f}",
            "saturation-summary.csv, coverage",
        ),
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
        "print_disputed": (len(found["print-disputed"]), "print-disputed.csv, all rows"),
        "print_disputed_all": (
            int(found["print-disputed"]["extent"].eq("all").sum()),
            "print-disputed.csv, extent all",
        ),
        "machine_proposed": (int(whole["proposed"].iloc[0]) if len(whole) else 0, "machine.csv, all themes, proposed"),
        "machine_both": (int(whole["both"].iloc[0]) if len(whole) else 0, "machine.csv, all themes, both"),
        "machine_against": (len(found["machine-against"]), "machine-against.csv, all rows"),
    }
