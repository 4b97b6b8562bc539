"""What each step shows, in two to four sentences that may be quoted; every number and name comes from the tables.

Frequency is not importance: the sentences say how many projects report something, and no more.
"""

import pandas as pd

from casesynth.core.codings import by_model
from casesynth.core.text import plural


def verb(number: int) -> str:
    """The verb that agrees with a number."""
    return "is" if number == 1 else "are"


def some(names: "pd.Series[str]", most: int = 3) -> str:
    """A few names in a row, and how many more there are.

    >>> some(pd.Series(["Ash", "Beck", "Cole", "Dale"]))
    'Ash, Beck, Cole and 1 more'
    """
    listed = list(names)
    if len(listed) > most:
        return f"{', '.join(listed[:most])} and {len(listed) - most:,} more"
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def in_quotes(names: "pd.Series[str]") -> "pd.Series[str]":
    """Names in quotation marks: one that has a comma would read as two."""
    return names.map("“{}”".format)


def extraction(complete: pd.DataFrame, reread: pd.DataFrame) -> list[str]:
    """What was extracted. Takes completeness and reread."""
    if complete.empty or not complete["points"].sum():
        return ["Nothing has been extracted yet: keypoints.csv has no key point of a case study."]
    per_case, gaps = complete.groupby("name")["points"].sum(), int(complete["points"].eq(0).sum())
    lines = [
        f"From {plural(len(per_case), 'project')}, {int(per_case.sum()):,} key points were extracted under "
        f"{complete['heading'].nunique()} headings."
    ]
    if per_case.min() < per_case.max():
        lines.append(
            f"The number varies from {per_case.min():,} ({per_case.idxmin()}) to {per_case.max():,} ({per_case.idxmax()}): "
            "it reflects the length of an entry."
        )
    fixed = complete.groupby("heading_name", sort=False)["points"].agg(["nunique", "first"])
    same = fixed[fixed["nunique"].eq(1) & fixed["first"].gt(0)]
    if len(same) and len(per_case) > 1:
        lines.append(
            f"Under {some(pd.Series(same.index))}, every project has the same number of key points, which suggests that the form sets it."
        )
    empty = f"{gaps:,} of {len(complete):,} cells {verb(gaps)} empty" if gaps else "No cell is empty"
    again = {0: "no summary is", 1: "1 summary is"}.get(len(reread), f"{len(reread):,} summaries are")
    left = f"{again} proposed for a second reading"
    return [*lines, f"{empty}, and {left}."][:4]


def themes(table: pd.DataFrame, published: pd.DataFrame, heading: str) -> list[str]:
    """Which themes of a heading are supported. Takes themes and published of the heading, and its name."""
    if table.empty:
        return [f"No theme is defined under {heading} yet."]
    number, widest = int(table["supported"].sum()), table.loc[table["cases"].idxmax()]
    lines = [f"Under {heading}, {number} of {len(table):,} themes {verb(number)} supported."]
    if number:
        lines.append(
            f"The most widely reported is “{widest['name']}” ({widest['cases']:,} of {plural(widest['of_cases'], 'project')})."
        )
    fragile = table.loc[table["margin"].eq(1), "name"]
    if len(fragile):
        lines.append(f"The loss of a single project would end the support for {some(in_quotes(fragile), 4)}.")
    named = published[published["named"].gt(0)] if len(published) else published
    if len(named):
        lines.append(
            f"The published statements name projects {int(named['named'].sum()):,} times; {int(named['found'].sum()):,} of "
            "these are found in the summaries."
        )
    return lines


def general(table: pd.DataFrame, overlaps: pd.DataFrame, refined: pd.DataFrame) -> list[str]:
    """Which themes cut across headings. Takes general-themes, overlaps and refined-themes."""
    if table.empty:
        return ["The codebook has no cross-cutting theme yet."]
    number, kept = int(table["supported"].sum()), refined[refined["supported"]] if len(refined) else refined
    lines = [
        f"{number:,} of {len(table):,} cross-cutting themes {verb(number)} supported: they come up under enough headings."
    ]
    left = table.loc[~table["supported"], "name"]
    if len(left):
        lines.append(f"Under too few headings, which says nothing about their importance: {some(in_quotes(left), 6)}.")
    if len(overlaps):
        proposed, closest = int(overlaps["proposed"].sum()), overlaps["overlap_points"].max()
        lines.append(
            f"{proposed:,} of {len(overlaps):,} pairs overlap enough to propose a merge; the closest pair shares {closest:.0%} of "
            "its key points."
        )
    if len(kept):
        low, high = kept["cases"].min(), kept["cases"].max()
        span = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        lines.append(f"{len(kept):,} overarching themes are left, each reported by {span} projects.")
    return lines


def barriers(table: pd.DataFrame, per_project: pd.DataFrame) -> list[str]:
    """What helped and what hindered. Takes barriers-enablers and projects."""
    if table.empty:
        return ["No key point is coded as barrier or enabler yet."]
    of, lines = plural(len(per_project), "project"), []
    for word in ("barrier", "enabler"):
        most = table[f"{word}_cases"].max()
        names = table.loc[table[f"{word}_cases"].eq(most), "name"] if most else pd.Series(dtype=object)
        if len(names):
            lines.append(f"Most widely reported as {word}: {some(in_quotes(names))} ({most:,} of {of}).")
    both = table[table["both"]]
    if len(both):
        lines.append(
            f"{len(both):,} of {len(table):,} themes {verb(len(both))} reported as both, among them {some(in_quotes(both['name']))}."
        )
    counts = per_project[["enablers", "barriers"]].to_numpy()
    if len(counts) > 1 and (counts == counts[0]).all():
        lines.append(
            f"Each project names {counts[0][0]} enablers and {counts[0][1]} barriers, which suggests that the form asks for this many; the "
            "numbers cannot show that help and hindrance were in balance."
        )
    return lines


def participants(totals: pd.DataFrame, weights: pd.DataFrame) -> list[str]:
    """How many took part. Takes participants-total and participants-weights."""
    counted = totals[totals["what"].isin(["people", "attendances", "responses"]) & totals["sum_as_published"].gt(0)]
    if counted.empty:
        return ["No project gives a number of participants."]
    lines = [f"The projects count {row.interval} {row.what}." for row in counted.itertuples()]
    published = totals.loc[totals["within"].ne(""), "interval"].drop_duplicates()
    if len(published):
        lines.append(
            f"The published total is {some(published)}; people, attendances and responses are different units, so no sum of "
            "them is a number of people."
        )
    single = weights[weights["case"].ne("")]
    top = single.loc[single["share"].idxmax()] if single["share"].gt(0).any() else None
    if top is not None:
        lines.append(f"{top['name']} alone contributes {top['share']:.0%} of the plain sum of all published numbers.")
    return lines[:4]


def robustness(robust: pd.DataFrame, stability: pd.DataFrame, assessed: pd.DataFrame, can: pd.DataFrame) -> list[str]:
    """How firmly the findings are supported. Takes robustness, stability, saturation and can-show."""
    if robust.empty:
        return ["Nothing is supported yet, so there is nothing to test."]
    above, themes_ = robust[robust["level"].ne("theme")], robust[robust["level"].eq("theme")]
    lines = [
        f"The loss of a single project would end the support for {int(themes_['fewest'].eq(1).sum()):,} of {len(themes_):,} "
        "supported themes."
    ]
    if len(above):
        firm = int(above["fewest"].gt(1).sum())
        lines.append(f"Above the headings, {firm:,} of {len(above):,} verdicts survive the loss of any one project.")
    known = stability[stability["near"].isin([True, False])] if len(stability) else stability
    if len(known):
        same = int(known["near"].eq(True).sum())
        lines.append(f"{same:,} of {len(known):,} verdicts stay the same one step up or down any threshold.")
    if len(can):
        pairs, survive = int(can["pairs"].sum()), int(can["survive"].sum())
        lines.append(
            f"{survive:,} of {pairs:,} pairs of themes go together beyond chance; with this many projects the median power to see "
            f"even a tenfold odds ratio is at most {can['median_power'].max():.0%}."
        )
    return lines


def agreement(overall: pd.DataFrame, differences: pd.DataFrame, coders: pd.DataFrame) -> list[str]:
    """How far coders agree. Takes agreement, coder-differences and the coders (id, how)."""
    if overall.empty:
        return ["Only one person has coded so far, so agreement cannot be computed."]
    whole = overall[overall["heading"].eq("") & overall["unit"].eq("key point")]
    values = pd.to_numeric(whole.set_index("measure")["value"], errors="coerce").dropna()
    parts = [f"{name} {values[key]:.2f}" for key, name in MEASURES.items() if key in values]
    lines = [f"Over all pairs of a key point and a theme, the codings agree with {some(pd.Series(parts), 5)}."]
    lines.append(
        f"They differ on {differences['keypoint'].nunique():,} key points; each difference is listed with its resolution."
    )
    if by_model(coders):
        lines.append(
            "The codings come from a language model of one kind: this is a check of consistency, not agreement between people."
        )
    return lines


MEASURES = {
    "percent": "percent agreement",
    "positive": "positive agreement",
    "kappa": "kappa",
    "alpha": "alpha",
    "ac1": "AC1",
}


def confidence(counted: pd.DataFrame, without: pd.DataFrame) -> list[str]:
    """What can be counted to inform a rating. Takes the counts of the evidence profile, and without-weak."""
    if counted.empty:
        return ["There is nothing to rate yet."]
    most, against = counted["largest_share"].astype(float).max(), int(counted["contradicting"].gt(0).sum())
    lines = [
        f"One project contributes {most:.0%} at most of the key points that support any one of {len(counted):,} findings or themes.",
        f"For {against:,} of them, at least one key point says the opposite.",
    ]
    if len(without):
        changed = int(without["changes"].eq(True).sum())
        lines.append(
            f"Without the case studies judged weak, {changed:,} of {len(without):,} verdicts on themes change."
        )
    return lines
