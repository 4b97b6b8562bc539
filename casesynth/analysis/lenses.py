"""Two lenses that policy readers look for: a crosswalk to implementation frameworks, and equity.

The crosswalk sets barrier and enabler themes against the constructs of a framework (constructs.csv: CFIR 2022,
Damschroder et al.; COM-B, Michie, van Stralen and West 2011; a review may bring its own). The equity lens follows PROGRESS-Plus (O'Neill
et al. 2014): which groups do the key points name, and in what role?
"""

import pandas as pd

from casesynth.analysis.shows import some
from casesynth.core.codings import CONSENSUS, judged_by
from casesynth.core.review import Review

#: The roles of a group in a key point, in the order in which tables show them.
ROLES = ["intended", "reached", "co-researcher", "excluded"]


def valence(review: Review, coded: pd.DataFrame, framework: str, coding: str) -> pd.DataFrame:
    """Construct × help or hindrance: how many cases report a theme that fits the construct.

    Returns construct, name, domain, helps and hinders (numbers of cases), themes (ids); constructs that nobody mentions have 0 in
    both.
    """
    constructs = review.table("constructs")
    constructs = constructs[constructs["framework"].eq(framework)]
    fits = judged_by(review.table("crosswalk"), coding)
    fits = fits[fits["framework"].eq(framework)]
    helps, hinders = review.settings.get("opposed", ["", ""])
    points = coded[coded["direction"].eq("supports")].merge(fits[["theme", "construct"]], on="theme")
    rows = []
    for construct in constructs.itertuples():
        part = points[points["construct"].eq(construct.id)]
        sides = [part.loc[part["heading"].eq(side), "case"].nunique() for side in (helps, hinders)]
        themes = " ".join(sorted(set(fits.loc[fits["construct"].eq(construct.id), "theme"])))
        rows.append([construct.id, construct.name, construct.domain, *sides, themes])
    return pd.DataFrame(rows, columns="construct name domain helps hinders themes".split())


def equity_matrix(review: Review, coding: str) -> pd.DataFrame:
    """Dimension × role: how many cases name a group. A dimension that no key point names has 0 everywhere.

    Returns dimension, name, one column a role, cases (that name a group of it in any role), groups (as the key points
    name them).
    """
    rows = judged_by(review.table("equity"), coding)
    rows = rows[rows["case"].isin(review.reported["id"])] if len(rows) else rows
    table = []
    for dimension, name in DIMENSIONS.items():
        part = rows[rows["dimension"].eq(dimension)] if len(rows) else pd.DataFrame(columns=["role", "case", "group"])
        roles = [part.loc[part["role"].eq(role), "case"].nunique() for role in ROLES]
        table.append([dimension, name, *roles, part["case"].nunique(), "; ".join(dict.fromkeys(part["group"]))])
    return pd.DataFrame(table, columns=["dimension", "name", *ROLES, "cases", "groups"])


#: PROGRESS-Plus (O'Neill et al. 2014), with the plus spelt out.
DIMENSIONS = {
    "place": "Place of residence",
    "ethnicity": "Race, ethnicity, culture and language",
    "occupation": "Occupation",
    "gender": "Gender and sex",
    "religion": "Religion",
    "education": "Education",
    "socioeconomic": "Socioeconomic status",
    "social-capital": "Social capital",
    "age": "Age",
    "disability": "Disability and illness",
    "other-context": "Other circumstances",
}


def crosswalk(review: Review, coded: pd.DataFrame, coding: str) -> pd.DataFrame:
    """`valence` for every framework of constructs.csv, with the framework in the first column."""
    columns = "framework construct name domain helps hinders themes".split()
    frameworks = (
        list(dict.fromkeys(review.table("constructs")["framework"])) if review.has("constructs", "crosswalk") else []
    )
    parts = [valence(review, coded, name, coding).assign(framework=name)[columns] for name in frameworks]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def agreement(review: Review) -> pd.DataFrame:
    """How far two coders agree on each lens, over the units that either could have marked.

    Crosswalk: theme × construct of a framework; equity: key point × dimension × role. Returns lens, units, either, both, percent,
    kappa. Two codings by the same language model measure consistency.
    """
    rows = []
    if review.has("crosswalk"):
        table, constructs = review.table("crosswalk"), review.table("constructs")
        for framework, part in table.groupby("framework"):
            units = part["theme"].nunique() * int(constructs["framework"].eq(framework).sum())
            named = part[part["construct"].ne("none")]
            rows.append([framework, units, *compared(named, ["theme", "construct"], units)])
    if review.has("equity"):
        units = len(review.keypoints) * len(DIMENSIONS) * len(ROLES)
        rows.append(["equity", units, *compared(review.table("equity"), ["keypoint", "dimension", "role"], units)])
    return pd.DataFrame(rows, columns="lens units either both percent kappa".split())


def compared(rows: pd.DataFrame, key: list[str], units: int) -> list[float]:
    """Either, both, percent agreement and kappa (Cohen 1960) of the two coders with rows, over `units` possible marks.

    >>> rows = pd.DataFrame({"theme": ["a", "a", "b"], "coder": ["x", "y", "x"]})
    >>> compared(rows, ["theme"], 4)
    [2, 1, 0.75, 0.5]
    """
    own = rows[rows["coder"].ne(CONSENSUS)]
    marks = [set(part[key].itertuples(index=False, name=None)) for _, part in own.groupby("coder")]
    if len(marks) != 2:
        return [0, 0, float("nan"), float("nan")]
    one, other = marks
    both, either = len(one & other), len(one | other)
    observed = 1 - (either - both) / units
    chance = (len(one) * len(other) + (units - len(one)) * (units - len(other))) / units**2
    return [either, both, round(observed, 3), round((observed - chance) / (1 - chance), 3)]


def shows(crossed: pd.DataFrame, equity: pd.DataFrame) -> list[str]:
    """What the lenses show, in sentences that may be quoted. Takes `crosswalk` and `equity_matrix`."""
    lines = []
    for framework, part in crossed.groupby("framework"):
        touched = int(part[["helps", "hinders"]].gt(0).any(axis=1).sum())
        top = part[part["hinders"].eq(part["hinders"].max())]
        lines.append(
            f"{framework}: barriers and enablers touch {touched} of {len(part)} constructs; the hindrance that most projects report is "
            f"under {some(top['name'])} ({top['hinders'].max()} projects)."
        )
    never, most = equity.loc[equity["cases"].eq(0), "name"], equity["cases"].max()
    widest = equity.loc[equity["cases"].eq(most), "name"].str.lower()
    lines.append(
        f"Most projects name a group by: {some(widest)} ({most} projects{' each' if len(widest) > 1 else ''})."
    )
    if len(never):
        lines.append(f"No key point names a group by: {'; '.join(never).lower()}.")
    return lines
