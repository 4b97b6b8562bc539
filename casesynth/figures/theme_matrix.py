"""Themes by case, and barriers beside enablers."""

import matplotlib
import numpy as np
import pandas as pd

from casesynth.figures.canvas import (
    BLUE,
    GREY,
    INK,
    MARGIN,
    NOT_IMPORTANCE,
    ORANGE,
    RED,
    STYLE,
    Drawing,
    head_columns,
    key,
    labels_of,
    mark,
    nothing,
    plural,
    put,
    rule,
    sheet,
    start_block,
    upright,
)


def kinds(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """The themes in blocks, with a heading for each: by origin and by whether they stand; widest first.

    >>> kinds(pd.DataFrame([["compendium", True, 3, 4]], columns="origin stands cases points".split()))[0][0]
    'Themes that stand'
    """
    origins = [("published", "Printed themes"), ("compendium", "Themes added by this compendium")]
    origins = origins if table["origin"].eq("published").any() else [("compendium", "Themes")]
    wide_first = table.sort_values(["cases", "points"], ascending=False, kind="stable")
    blocks = []
    for origin, words in origins:
        for supported, verb in ((True, "that stand"), (False, "that do not stand")):
            own = wide_first[wide_first["origin"].eq(origin) & wide_first["supported"].eq(supported)]
            blocks.append((f"{words} {verb}", own))
    return [(words, own) for words, own in blocks if len(own)]


@matplotlib.rc_context(STYLE)
def themes(heading_id, heading_name, cells, table, published, cases=None) -> Drawing:
    """Which case carries which theme of a heading, as coded and, where there is a print, as printed.

    In: cells (theme, case, points, contradicting) of themes.theme_cases, table of themes.theme_table, printed
    (theme, case, printed: named or all) of themes.published_cells, cases (id, name; without it, ids are shown).

    >>> themes("aims", "Aims", pd.DataFrame(), pd.DataFrame(), pd.DataFrame()).alt
    'Nothing to draw: there are no themes under this heading.'
    """
    name, title = (
        f"themes-{heading_id}",
        f"{heading_name}: themes by case{', as coded and as printed' if len(published) else ''}",
    )
    if table.empty or cells.empty:
        return nothing(name, title, "there are no themes under this heading")
    blocks, order = kinds(table), list(dict.fromkeys(cells["case"]))
    names = dict(zip(cases["id"], cases["name"])) if cases is not None else {}
    column = float(np.clip(3.7 / len(order), 0.2, 0.34))
    heads, head = upright([names.get(case, case) for case in order], column)
    texts, row = labels_of(table["name"], 2.3)
    labels, row, left = dict(zip(table["theme"], texts)), max(row, 0.3), MARGIN + 2.45
    right = left + column * len(order)
    square = {"inches": min(column, 0.3) * 0.58, "marker": "s", "color": BLUE, "zorder": 3}
    ring = {"inches": min(column, 0.3) * 0.9, "facecolor": "none", "zorder": 4}
    rings = {
        "named": {**ring, "edgecolor": RED, "linewidth": 1.5},
        "all": {**ring, "edgecolor": GREY, "linewidth": 0.9, "linestyle": (0, (2, 2))},
    }
    against = {"inches": 0.1, "marker": "v", "color": INK, "zorder": 5}
    entries = [(square, "coded: number of key points")]
    entries += (
        [(rings["named"], "the print names the case")]
        if published.get("published", pd.Series()).eq("named").any()
        else []
    )
    entries += (
        [(rings["all"], "the print says all cases")] if published.get("published", pd.Series()).eq("all").any() else []
    )
    entries += [(against, "a key point contradicts the theme")] if cells["contradicting"].any() else []
    high = head + 0.3 * len(blocks) + row * len(table) + 0.15
    axes, top = sheet(max(right + 0.85, 5), high + 0.32 * len(entries), title, NOT_IMPORTANCE)
    at = {case: left + column * (number + 0.5) for number, case in enumerate(order)}
    head_columns(axes, at.values(), heads, top + head - 0.06)
    y = top + head
    for words, block in blocks:
        y = start_block(axes, y, words, right + 0.7, GREY if "do not" in words else INK)
        for theme in block.itertuples():
            middle = y + row / 2
            put(axes, left - 0.1, middle, labels[theme.theme], ha="right", color=INK if theme.supported else GREY)
            put(
                axes, right + 0.12, middle, f"{theme.cases} of {theme.of_cases}", color=INK if theme.supported else GREY
            )
            rule(axes, [left, right], [y + row] * 2, color="#EEEEEE")
            own = cells[cells["theme"].eq(theme.theme)]
            for cell in own[own["points"] > 0].itertuples():
                mark(axes, at[cell.case], middle, **square)
                put(
                    axes,
                    at[cell.case],
                    middle,
                    cell.points,
                    ha="center",
                    color="white",
                    weight="bold",
                    zorder=6,
                    size=7.5,
                )
            for cell in own[own["contradicting"] > 0].itertuples():
                corner = square["inches"] / 2 if cell.points else 0
                mark(axes, at[cell.case] + corner, middle - corner, **against)
            if len(published):
                for said in published[published["theme"].eq(theme.theme) & published["case"].isin(order)].itertuples():
                    mark(axes, at[said.case], middle, **rings[said.published])
            y += row
    put(axes, right + 0.12, top + head - 0.12, "cases")
    key(axes, left, y + 0.12, entries, 0.32)
    data = cells.drop(columns="keypoints", errors="ignore")
    data = data.merge(published, how="left", on=["theme", "case"]) if len(published) else data.assign(published="")
    first = table.sort_values(["cases", "points"], ascending=False, kind="stable").iloc[0]
    alt = f"{heading_name}: {int(table['supported'].sum())} of {plural(len(table), 'theme')} stand. The most widely coded is "
    alt += f"'{first['name']}' ({first['cases']} of {plural(first['of_cases'], 'case')}). "
    named = data["published"].eq("named")
    if len(published):
        both = int((data["points"].gt(0) & named).sum())
        alt += f"The coding finds {both} of the {int(named.sum())} pairs of theme and case that the print names."
    return Drawing(name, title, axes.figure, data, alt.strip())


@matplotlib.rc_context(STYLE)
def barriers_enablers(per_theme: pd.DataFrame) -> Drawing:
    """General themes as barriers (left) and enablers (right). In: the columns of barriers.per_theme.

    >>> barriers_enablers(pd.DataFrame()).alt
    'Nothing to draw: no key point is coded as barrier or enabler.'
    """
    name, title = "barriers-enablers", "General themes as barriers and as enablers: number of cases"
    if per_theme.empty:
        return nothing(name, title, "no key point is coded as barrier or enabler")
    table = per_theme.assign(widest=per_theme[["enabler_cases", "barrier_cases"]].max(axis=1))
    table = table.sort_values(["widest", "enabler_points", "general"], ascending=[False, False, True], kind="stable")
    helps, hinders = table["enabler_cases"].gt(0), table["barrier_cases"].gt(0)
    blocks = {"Both barrier and enabler": table[table["both"]], "Barrier only": table[hinders & ~table["both"]]}
    blocks["Enabler only"] = table[helps & ~table["both"]]
    blocks = {words: own for words, own in blocks.items() if len(own)}
    texts, row = labels_of(table["name"], 1.8)
    labels = dict(zip(table["general"], texts))
    axes, top = sheet(
        7.2,
        0.3 + 0.3 * len(blocks) + row * len(table),
        title,
        (
            "Length of a bar: number of cases, written at its end; in brackets the number of key points. Right: cases that "
            f"report the theme as both. {NOT_IMPORTANCE}"
        ),
    )
    zero, most = 4.25, table["widest"].max()
    unit = 1.6 / most
    put(axes, zero - 0.1, top + 0.1, "Barriers (cases)", ha="right", weight="bold")
    put(axes, zero + 0.1, top + 0.1, "Enablers (cases)", weight="bold")
    put(axes, 7.05, top + 0.1, "as both", ha="right", weight="bold")
    y = top + 0.25
    for words, own in blocks.items():
        y = start_block(axes, y, words, 7.05)
        for theme in own.itertuples():
            middle = y + row / 2
            put(axes, MARGIN + 1.85, middle, labels[theme.general], ha="right")
            for side, count, points, colour in (
                (-1, theme.barrier_cases, theme.barrier_points, ORANGE),
                (1, theme.enabler_cases, theme.enabler_points, BLUE),
            ):
                axes.barh(middle, side * count * unit, row * 0.6, left=zero, color=colour)
                if count:
                    x, ha = zero + side * (count * unit + 0.06), "left" if side > 0 else "right"
                    put(axes, x, middle, f"{count} ({points})", ha=ha)
            in_both = len(theme.cases_both.split("; ")) if theme.cases_both else 0
            put(axes, 7.05, middle, plural(in_both, "case") if theme.both else "", ha="right")
            y += row
        rule(axes, [zero] * 2, [y - row * len(own), y], color=INK)
    data = table.drop(columns="widest")
    alt = f"Bars for {plural(len(table), 'general theme')}: {int(table['both'].sum())} are both barrier and enabler, "
    alt += f"{int((hinders & ~table['both']).sum())} barrier only, {int((helps & ~table['both']).sum())} enabler only. "
    first = table.sort_values("barrier_cases", kind="stable").iloc[-1]
    last = table.sort_values("enabler_cases", kind="stable").iloc[-1]
    alt += f"The most widely reported barrier is '{first['name']}' ({plural(first['barrier_cases'], 'case')}), the most widely "
    alt += f"reported enabler '{last['name']}' ({plural(last['enabler_cases'], 'case')})."
    return Drawing(name, title, axes.figure, data, alt)
