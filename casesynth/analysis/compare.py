"""Two runs side by side: which findings, themes and claims differ, and which rows made the difference.

A run is its result tables by name. What one run supports and the other does not is new or gone; what both support is
stronger where more cases support it, or as many with fewer against it. Numbers of cases say how widely something was
reported, so "stronger" is never more than that.
"""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from casesynth.core.levels import ONE

Tables = dict[str, pd.DataFrame]

#: How an item differs between two runs.
CHANGES = {
    "new": "supported in the second run, not in the first",
    "gone": "supported in the first run, no longer in the second",
    "stronger": "more cases support it, or fewer speak against it; a claim has a better verdict",
    "weaker": "fewer cases support it, or more speak against it; a claim has a worse verdict",
    "added": "only the second run has it, without supporting it",
    "removed": "only the first run has it, without supporting it",
    "changed": "as strong as before, from other rows or with other numbers",
}
KINDS = ["finding", ONE["refined"], ONE["general"], ONE["theme"], "claim"]
ITEM = ["kind", "id", "name", "supported", "supporting", "against", "of", "verdict", "told"]
DIFFERENCE = "kind id name change before after cases_before cases_after gained lost".split()


def of_headings(tables: Tables, name: str) -> pd.DataFrame:
    """A table of all headings, one under the other, with the heading in its first column."""
    parts = {table.removeprefix(f"{name}-"): part for table, part in tables.items() if table.startswith(f"{name}-")}
    joined = [part.assign(heading=heading) for heading, part in sorted(parts.items())]
    return pd.concat(joined, ignore_index=True) if joined else pd.DataFrame()


def items(tables: Tables) -> pd.DataFrame:
    """Everything that two runs can differ in, with its strength.

    Returns kind, id, name, supported, supporting and against (numbers of cases), of (how many there are), verdict and told
    (of a claim). What a run does not have is left out.
    """
    cells, parts = of_headings(tables, "theme-cases"), []
    if "findings" in tables:
        found = tables["findings"].rename(columns={"finding": "id", "statement": "name", "of_cases": "of"})
        parts.append(found.assign(kind="finding", against=found["contradicting"]))
    if len(themes := of_headings(tables, "themes")):
        against = cells[cells["contradicting"].gt(0)].groupby("theme")["case"].nunique()
        found = themes.rename(columns={"theme": "id", "cases": "supporting", "of_cases": "of"})
        parts.append(found.assign(kind="theme", against=found["id"].map(against).fillna(0)))
    for level in ("general", "refined"):
        if f"{level}-themes" in tables:
            found = tables[f"{level}-themes"].rename(columns={level: "id", "cases": "supporting"})
            parts.append(found.assign(kind=ONE[level], against=0))
    if "claims" in tables:
        found = tables["claims"].rename(columns={"claim": "name", "recomputed": "told"})
        parts.append(found.assign(kind="claim", supported=True))
    parts = [part.reindex(columns=ITEM) for part in parts if len(part)]
    joined = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=ITEM)
    numbers = ["supporting", "against", "of"]
    joined[numbers] = joined[numbers].astype("Float64").fillna(0).astype(int)
    for column in ("verdict", "told"):
        joined[column] = joined[column].astype(object).where(joined[column].notna(), "")
    return joined.astype({"supported": bool})


def rows_behind(tables: Tables) -> pd.DataFrame:
    """The rows that each item rests on. Returns kind, id, row: an id, with the stance of a key point that does not support.

    Findings and themes rest on key points, an overarching theme on cases, a claim on rows of any table.
    """
    parts = []
    if "finding-evidence" in tables:
        rows = tables["finding-evidence"]
        told = rows["keypoint"] + rows["stance"].map(lambda stance: "" if stance == "supports" else f" ({stance})")
        parts.append(pd.DataFrame({"kind": "finding", "id": rows["finding"], "row": told}))
    cells = of_headings(tables, "theme-cases")
    if len(cells):
        points = listed(cells, "theme", "keypoints", "theme")
        parts.append(points)
        if "general-themes" in tables:
            below = listed(tables["general-themes"], "general", "themes", ONE["general"])
            joined = below.merge(points[["id", "row"]].rename(columns={"id": "theme"}), left_on="row", right_on="theme")
            parts.append(joined.rename(columns={"row_y": "row"})[["kind", "id", "row"]])
    if "refined-themes" in tables:
        parts.append(listed(tables["refined-themes"], "refined", "with_cases", ONE["refined"]))
    if "claims" in tables:
        parts.append(listed(tables["claims"], "id", "rows", "claim"))
    empty = pd.DataFrame(columns=["kind", "id", "row"])
    return pd.concat([empty, *parts], ignore_index=True).drop_duplicates(ignore_index=True)


def listed(table: pd.DataFrame, key: str, column: str, kind: str) -> pd.DataFrame:
    """The ids of a column that holds several, one a row. Returns kind, id, row.

    >>> listed(pd.DataFrame({"theme": ["t"], "keypoints": ["k1 k2"]}), "theme", "keypoints", "theme").values.tolist()
    [['theme', 't', 'k1'], ['theme', 't', 'k2']]
    """
    rows = table[[key]].assign(row=table[column].astype(str).str.split()).explode("row").dropna()
    return pd.DataFrame({"kind": kind, "id": rows[key], "row": rows["row"]}).reset_index(drop=True)


def differences(first: Tables, second: Tables, verdicts: list[str]) -> pd.DataFrame:
    """What differs between two runs, findings first; nothing where they agree.

    `verdicts` are those of claims, the best first. Returns kind, id, name, change (see `CHANGES`), before and after (in
    words), cases_before and cases_after (numbers of supporting cases), gained and lost (rows, with "; " between).
    """
    both = items(first).merge(items(second), how="outer", on=["kind", "id"], suffixes=("_1", "_2"), indicator="there")
    old, new = (rows_behind(tables).groupby(["kind", "id"])["row"].agg(set).to_dict() for tables in (first, second))
    found = []
    for item in both.to_dict("records"):
        key = (item["kind"], item["id"])
        before, after = old.get(key, set()), new.get(key, set())
        gained, lost = sorted(after - before), sorted(before - after)
        change = change_of(item, verdicts) or ("changed" if gained or lost else "")
        if change:
            name = item["name_1"] if item["there"] == "left_only" else item["name_2"]
            cases = [0 if pd.isna(item[f"supporting_{side}"]) else int(item[f"supporting_{side}"]) for side in (1, 2)]
            states = [state_of(item, side) for side in (1, 2)]
            found.append([*key, name, change, *states, *cases, "; ".join(gained), "; ".join(lost)])
    table = pd.DataFrame(found, columns=DIFFERENCE)
    order = {word: place for place, word in enumerate([*KINDS, *CHANGES])}
    return table.sort_values(["kind", "change", "id"], key=lambda column: column.map(order).fillna(0), kind="stable",
                             ignore_index=True)  # fmt: skip


def state_of(item: dict[Any, Any], side: int) -> str:
    """The state of an item in one of the runs, in words."""
    if item["there"] == ("right_only" if side == 1 else "left_only"):
        return "not there"
    if item["kind"] == "claim":
        return f"{item[f'verdict_{side}']}: {item[f'told_{side}']}"
    number, of, against = (int(item[f"{name}_{side}"]) for name in ("supporting", "of", "against"))
    cases = f"{number} of {of} cases" if of else f"{number} case{'s' * (number != 1)}"
    return f"{'supported' if item[f'supported_{side}'] else 'not supported'}, {cases}" + (
        f", {against} against" if against else ""
    )


def change_of(item: dict[Any, Any], verdicts: list[str]) -> str:
    """The word of `CHANGES` for an item of either run, or "" if its strength, verdict and numbers are the same."""
    if item["there"] != "both":
        side, supported, other = (2, "new", "added") if item["there"] == "right_only" else (1, "gone", "removed")
        return supported if item[f"supported_{side}"] else other
    if item["supported_1"] != item["supported_2"]:
        return "new" if item["supported_2"] else "gone"
    before, after = (strength_of(item, side, verdicts) for side in (1, 2))
    if before != after:
        return "stronger" if after > before else "weaker"
    same = item["of_1"] == item["of_2"] and item["told_1"] == item["told_2"]
    return "" if same else "changed"


def strength_of(item: dict[Any, Any], side: int, verdicts: list[str]) -> tuple[int, int]:
    """How strong an item is in one of the runs: a claim by its verdict, others by the cases for and against."""
    if item["kind"] == "claim":
        known = item[f"verdict_{side}"] in verdicts
        return -verdicts.index(item[f"verdict_{side}"]) if known else -len(verdicts), 0
    return item[f"supporting_{side}"], -item[f"against_{side}"]


def changed_rows(first: Tables, second: Tables, keys: dict[str, list[str]]) -> pd.DataFrame:
    """The rows of data that differ. `keys` are the columns that identify a row, by table.

    Returns table, row (its key), change (added, removed, changed) and columns (those that differ, each with both values).

    >>> one, two = (pd.DataFrame({"id": ["a"], "name": [name]}) for name in ("Alder", "Ash"))
    >>> changed_rows({"cases": one}, {"cases": two}, {"cases": ["id"]}).values.tolist()
    [['cases', 'a', 'changed', 'name: Alder → Ash']]
    """
    found = []
    for table, key in keys.items():
        old, new = (by_key(tables.get(table, pd.DataFrame(columns=key)), key) for tables in (first, second))
        for row in dict.fromkeys([*old, *new]):
            before, after = old.get(row, {}), new.get(row, {})
            change = "removed" if row not in new else "added" if row not in old else "changed"
            differ = [column for column in before | after if before.get(column) != after.get(column)]
            told = [f"{column}: {before.get(column, '')} → {after.get(column, '')}" for column in differ]
            if change != "changed" or told:
                found.append([table, row, change, "; ".join(told) if change == "changed" else ""])
    return pd.DataFrame(found, columns=["table", "row", "change", "columns"])


def by_key(table: pd.DataFrame, key: list[str]) -> dict[str, dict[str, str]]:
    """The rows of a table by their keys (several parts with ", " between), as texts."""
    texts = table.astype(str).replace({"<NA>": "", "nan": ""})
    names = texts[key].agg(", ".join, axis=1) if len(texts) else []
    return dict(zip(names, texts.drop(columns=key).to_dict("records"), strict=True))


def reasons(differing: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    """What gained or lost each row behind a differing item, with the change of the data that did it.

    Takes `differences` and `changed_rows`. Returns kind, id, row, change (gained, lost) and because; that is empty where
    no row of the data differs: then another parameter, or another part of the analysis, made the difference.
    """
    told = dict(zip(zip(changed["table"], changed["row"], strict=True), changed["change"], strict=True))
    found = []
    for item in differing.itertuples():
        for change, rows in (("gained", item.gained), ("lost", item.lost)):
            for row in filter(None, rows.split("; ")):
                found.append([item.kind, item.id, row, change, because(told, item.kind, item.id, row.split(" (")[0])])
    return pd.DataFrame(found, columns=["kind", "id", "row", "change", "because"])


def because(told: dict[tuple[str, str], str], kind: str, item: str, row: str) -> str:
    """The changed rows of data that explain why an item has or lacks a row; the most telling first.

    >>> because({("codings", "k1, t1, ada"): "added"}, "theme", "t1", "k1")
    'coding k1, t1, ada added'
    """
    names = {"codings": "coding", "finding-evidence": "evidence", "keypoints": "key point", "cases": "case"}
    parts = {"codings": {row, item} if kind == "theme" else {row}, "finding-evidence": {row, item}}
    wanted: Iterable[str] = ["finding-evidence"] if kind == "finding" else ["codings"]
    for table in [*wanted, "keypoints", "cases"]:
        needed = parts.get(table, {row})
        hits = [key for name, key in told if name == table and needed <= set(key.split(", "))]
        if hits:
            return "; ".join(f"{names[table]} {key} {told[table, key]}" for key in hits[:3])
    return next((f"{table}, row {key}: {told[table, key]}" for table, key in told if key == row), "")


def moved_by(runs: pd.DataFrame, found: dict[str, Tables]) -> pd.DataFrame:
    """Which parameter moves which finding or theme: pairs of runs that differ in that parameter alone are compared.

    `runs` has the run's name in its index and a column for each parameter; `found` holds each run's tables. Returns kind,
    id, name, parameter, pairs, flips (pairs in which one run supports it and the other does not) and most (the greatest
    difference in the number of supporting cases).
    """
    strength = pd.concat({run: items(found[run]).set_index(["kind", "id"]) for run in runs.index}, names=["run"])
    strength = strength[strength.index.get_level_values("kind") != "claim"]
    supported = strength["supported"].unstack("run").fillna(False).astype(bool)
    cases = strength["supporting"].unstack("run").fillna(0).astype(int)
    names = strength.groupby(level=["kind", "id"])["name"].first()
    rows = []
    for parameter in runs:
        others = [column for column in runs if column != parameter]
        groups = [part.index for _, part in runs.astype(str).groupby(others)] if others else [runs.index]
        pairs = [(a, b) for group in groups for i, a in enumerate(group) for b in group[i + 1 :]]
        for key in supported.index:
            flips = sum(bool(supported.loc[key, a] != supported.loc[key, b]) for a, b in pairs)
            most = max((abs(int(cases.loc[key, a]) - int(cases.loc[key, b])) for a, b in pairs), default=0)
            rows.append([*key, names[key], parameter, len(pairs), flips, most])
    return pd.DataFrame(rows, columns="kind id name parameter pairs flips most".split())
