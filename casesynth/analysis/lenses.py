"""Two lenses that policy readers look for: a crosswalk to implementation frameworks, and equity.

The crosswalk sets barrier and enabler themes against the constructs of a framework (constructs.csv: CFIR 2022,
Damschroder et al.; COM-B, Michie, van Stralen and West 2011; a review may bring its own). The equity lens follows PROGRESS-Plus (O'Neill
et al. 2014): which groups do the key points name, and in what role?
"""

import pandas as pd

from casesynth.analysis.agreement import coders_in, of_two
from casesynth.analysis.shows import some
from casesynth.core.codings import judged_by
from casesynth.core.results import columns, frame
from casesynth.core.review import Review

#: The roles of a group in a key point, in the order in which tables show them.
ROLES = ["intended", "reached", "co-researcher", "excluded"]


def crosswalk(review: Review, coded: pd.DataFrame, coding: str) -> pd.DataFrame:
    """Construct × help or hindrance, for every framework: how many cases report a theme that fits the construct.

    Returns the columns of `crosswalk` in results.json; constructs that nobody mentions have 0 in both.
    """
    if not review.has("constructs", "crosswalk"):
        return frame("crosswalk")
    at = ["framework", "construct"]
    fits = judged_by(review.table("crosswalk"), coding)
    side = dict(zip(review.settings.get("opposed") or [], ("helps", "hinders")))
    points = coded[coded["direction"].eq("supports")].merge(fits[[*at, "theme"]], on="theme")
    sides = points.assign(side=points["heading"].map(side)).groupby([*at, "side"])["case"].nunique().unstack()
    themes = fits.groupby(at)["theme"].agg(lambda own: " ".join(sorted(set(own))))
    table = review.table("constructs").rename(columns={"id": "construct"}).set_index(at)
    numbers = sides.reindex(index=table.index, columns=["helps", "hinders"]).fillna(0).astype(int)
    table = table[["name", "domain"]].join(numbers).assign(themes=themes.reindex(table.index).fillna(""))
    return table.reset_index()[columns("crosswalk")]


def equity_matrix(review: Review, coding: str) -> pd.DataFrame:
    """Dimension × role: how many cases name a group. A dimension that no key point names has 0 everywhere.

    Returns the columns of `equity` in results.json, in which the groups are called as the key points call them.
    """
    rows = judged_by(review.table("equity"), coding)
    rows = rows[rows["case"].isin(review.reported["id"])]
    table = []
    for dimension, name in DIMENSIONS.items():
        part = rows[rows["dimension"].eq(dimension)]
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


def agreement(review: Review) -> pd.DataFrame:
    """How far two coders agree on each lens, over the units that either could have marked; nothing where there are not two.

    Crosswalk: theme × construct of a framework; equity: key point × dimension × role. Returns the columns of
    `lens-agreement` in results.json. Two codings by the same language model measure consistency.
    """
    crossed, equity, constructs = (review.table(name) for name in ("crosswalk", "equity", "constructs"))
    lenses = []
    for framework, part in crossed.groupby("framework"):
        units = part["theme"].nunique() * int(constructs["framework"].eq(framework).sum())
        lenses.append((framework, units, part, part[part["construct"].ne("none")], ["theme", "construct"]))
    units = len(review.keypoints) * len(DIMENSIONS) * len(ROLES)
    lenses.append(("equity", units, equity, equity, ["keypoint", "dimension", "role"]))
    rows = [
        {"lens": lens, "units": units} | of_two(marked, coders_in(read), key, units)
        for lens, units, read, marked, key in lenses
        if len(coders_in(read)) == 2
    ]
    return frame("lens-agreement", rows)


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
