"""Displays across cases: which cases report the same themes, and do groups of cases differ?

The order puts similar cases next to each other (Jaccard 1901; average linkage; optimal leaf order, Bar-Joseph, Gifford and
Jaakkola 2001). A comparison by a case variable says first what this number of cases can show at all: the smallest p that
Fisher's exact test can reach, and Holm's (1979) correction over those tests that can reach 0.05 (Tarone 1990).
"""

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
from scipy.spatial.distance import pdist

from casesynth.analysis.cooccurrence import ALPHA, fisher
from casesynth.analysis.matrices import Structure, structure
from casesynth.core.results import frame
from casesynth.core.review import Review
from casesynth.core.text import plural


def similar_order(carry: np.ndarray) -> list[int]:
    """The rows in an order in which neighbours share most.

    Fewer than three rows keep their order; so do more than 1,000, for which comparing all pairs would take too long.

    >>> similar_order(np.array([[1, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 1]], dtype=bool))
    [1, 3, 0, 2]
    """
    if not 3 <= len(carry) <= 1000:
        return list(range(len(carry)))
    distances = np.nan_to_num(pdist(carry, "jaccard"))
    order = leaves_list(optimal_leaf_ordering(linkage(distances, "average"), distances)).tolist()
    return min(order, order[::-1])  # an order and its reverse are the same picture: always show the same one


def letter(number: int) -> str:
    """The letter of a place, from 0; after Z come two letters.

    >>> letter(0), letter(11), letter(26)
    ('A', 'L', 'AA')
    """
    first, last = divmod(number, 26)
    return (letter(first - 1) if first else "") + chr(ord("A") + last)


def lettered(review: Review, coded: pd.DataFrame, everyone: bool = False) -> pd.DataFrame:
    """The cases with a case study in one order for every picture: similar ones are neighbours, and each has a letter.

    Takes the codings of `themes.coded_points`. Returns case, name, letter; with `everyone`, the other cases come last.
    """
    of = structure(review, coded)
    similar = [of.ids["case"][row] for row in similar_order(of.carry)]
    reported, every = set(review.reported["id"]), review.cases.sort_values("order")["id"]
    first = [case for case in similar if case in reported]
    first += [case for case in review.reported["id"] if case not in set(first)]
    rest = [case for case in every if case not in reported] if everyone else []
    names = dict(zip(review.cases["id"], review.cases["name"]))
    rows = [(case, names[case], letter(number)) for number, case in enumerate([*first, *rest])]
    return pd.DataFrame(rows, columns=["case", "name", "letter"])


def similarity(of: Structure) -> pd.DataFrame:
    """Each case with those that report most of the same themes.

    Returns the columns of `case-similarity` in results.json; the order is that of `similar_order`.
    """
    carry, names = of.carry, of.names["case"]
    place = {row: number for number, row in enumerate(similar_order(carry), 1)}
    rows = []
    for number, case in enumerate(of.ids["case"]):
        shared = (carry & carry[number]).sum(axis=1)
        union = (carry | carry[number]).sum(axis=1)
        alike = np.divide(shared, union, out=np.zeros(len(carry)), where=union > 0)
        alike[number] = -1
        near = int(alike.argmax()) if len(carry) > 1 else number
        rows.append(
            [case, names[number], place[number], int(carry[number].sum()), names[near], int(shared[near]), alike[near]]
        )
    return frame("case-similarity", rows).sort_values("order", ignore_index=True).round({"jaccard": 3})


def case_ordered(of: Structure) -> pd.DataFrame:
    """The case-ordered matrix (Miles, Huberman and Saldaña 2014): themes by cases, similar ones next to each other.

    Returns theme, name, cases (number), then one column a case, in `similar_order`: 1 where it reports the theme, else 0.
    Themes that no case reports are left out.
    """
    across = similar_order(of.carry)
    shown = np.flatnonzero(of.carry.any(axis=0))
    down = shown[similar_order(of.carry[:, shown].T)]
    ids = [of.ids["case"][row] for row in across]
    table = pd.DataFrame(of.carry[across][:, down].T.astype(int), columns=ids)
    table.insert(0, "theme", [of.ids["theme"][theme] for theme in down])
    table.insert(1, "name", [of.names["theme"][theme] for theme in down])
    table.insert(2, "cases", of.carry[:, down].sum(axis=0))
    return table


#: Columns of cases.csv that name or number a case, and so put it in no group.
NO_GROUPS = ["id", "order", "name", "full_title", "case_study"]


def variables(cases: pd.DataFrame) -> list[str]:
    """The columns of cases.csv by which cases can be compared: at least two values, one of them shared by two cases.

    >>> variables(pd.DataFrame({"id": ["a", "b", "c"], "nation": ["x", "x", "y"], "lead": ["u", "v", "w"], "size": "s"}))
    ['nation']
    """
    counts = {name: cases[name][cases[name].ne("")].value_counts() for name in cases if name not in NO_GROUPS}
    return [name for name, number in counts.items() if len(number) > 1 and number.max() > 1]


#: Where the cases are that have places, but not the one that most cases share.
ELSEWHERE = "elsewhere"


def with_place(cases: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """The cases with a column `place`: a case may have several (places.csv), so it is the one that most of them share."""
    own = places[places["case"].isin(cases["id"])].drop_duplicates(["case", "place"])
    shared = own["place"].value_counts().sort_index(kind="stable")
    if shared.empty or shared.max() < 2:
        return cases
    there = own.loc[own["place"].eq(shared.idxmax()), "case"]
    known = np.where(cases["id"].isin(own["case"]), ELSEWHERE, "")
    return cases.assign(place=np.where(cases["id"].isin(there), shared.idxmax(), known))


def by_variables(of: Structure, cases: pd.DataFrame, places: pd.DataFrame | None = None) -> pd.DataFrame:
    """`by_variable` for every column of cases.csv by which the cases can be compared, and for the place that most share."""
    own = cases[cases["id"].isin(of.ids["case"])]
    own = own if places is None or places.empty else with_place(own, places)
    parts = [by_variable(of, own, variable) for variable in variables(own)]
    return pd.concat(parts, ignore_index=True) if parts else frame("case-variables")


def by_variable(of: Structure, cases: pd.DataFrame, variable: str) -> pd.DataFrame:
    """Do the largest group of cases and the others differ on a theme?

    Takes cases.csv and one of its `variables`; cases without a value are in neither group. Returns the columns of
    `case-variables` in results.json.
    """
    values = cases.set_index("id")[variable].reindex(of.ids["case"]).astype("string").fillna("").to_numpy(object)
    known = [value for value in pd.Series(values).value_counts().sort_index(kind="stable").index if value]
    group = max((value for value in known if value != ELSEWHERE), key=lambda value: (values == value).sum())
    inside, others = values == group, (values != group) & (values != "")
    with_group, with_others = of.carry[inside].sum(axis=0), of.carry[others].sum(axis=0)
    tests = fisher(with_group, with_group + with_others, inside.sum(), inside.sum() + others.sum())
    table = pd.DataFrame({"variable": variable, "group": group, "theme": of.ids["theme"], "name": of.names["theme"]})
    table = table.assign(with_group=with_group, of_group=inside.sum(), with_others=with_others, of_others=others.sum())
    table = table.assign(p=tests["p"], least_p=tests["smallest_p"])
    table["holm"] = holm(table["p"].where(table["least_p"].le(ALPHA)))
    return table.round({"p": 4, "least_p": 4, "holm": 4})


def holm(p: pd.Series) -> pd.Series:
    """Holm's step-down correction (1979); what is missing stays missing.

    >>> holm(pd.Series([0.01, 0.04, None])).tolist()
    [0.02, 0.04, nan]
    """
    known = p.dropna().sort_values()
    corrected = (known * np.arange(len(known), 0, -1)).cummax().clip(upper=1)
    return corrected.reindex(p.index)


def shows(similar: pd.DataFrame, compared: pd.DataFrame, cases: pd.DataFrame) -> list[str]:
    """What the displays show, in sentences that may be quoted. Takes `similarity`, `by_variables` and cases.csv."""
    lines = []
    if len(similar) > 1:
        closest = similar.loc[similar["jaccard"].idxmax()]
        lines.append(
            f"The two projects most alike are {closest['name']} and {closest['nearest']}: they share {plural(closest['shared'], 'theme')}."
        )
    for variable, part in compared.groupby("variable"):
        first, able, found = part.iloc[0], int(part["least_p"].le(0.05).sum()), int(part["holm"].le(0.05).sum())
        said = (
            f"By {variable} ({first['of_group']} projects of {first['group']} against {first['of_others']} others), the "
            f"smallest p that any of {len(part)} themes could give is {part['least_p'].min():.4f}, and {able} could reach "
            "p ≤ 0.05 at all"
        )
        if found:
            said += f"; {found} {'theme differs' if found == 1 else 'themes differ'} by Holm's correction, which says nothing of causes"
        elif able:
            step = 0.05 / able
            beyond = "which no theme could give" if part["least_p"].min() > step else "which none gives"
            said += (
                f"; Holm's correction asks for p ≤ {step:.4f}, {beyond} (the smallest found is {part['p'].min():.4f})"
            )
        lines.append(f"{said}.")
    if left := sorted(set(cases) - set(compared["variable"]) - set(NO_GROUPS)):
        names = " or ".join(left)
        lines.append(f"By {names} nothing can be compared: no two projects share a value, or all have the same.")
    return lines
