"""Codings that came back from another program, put together with the tables as they are now."""

import pandas as pd

from casesynth.core import paths
from casesynth.core.codings import NONE
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings
from casesynth.core.text import plural
from casesynth.desk.changes import change
from casesynth.desk.tables import by_key, compared, merged, signs, texts_of
from casesynth.desk.workbook_parts import part_of

#: The number of changes that are listed one by one.
MOST = 60


def check_coder(name: str, coder: str) -> None:
    """Raise UserError for a coder that coders.csv does not have."""
    part_of(name, load_settings(name), texts_of(paths.data(name))["coders"], "", coder)


def take(
    name: str, coder: str, codings: pd.DataFrame, points: set[str], before: pd.DataFrame, told: list[str], confirm: str
) -> str:
    """Merge one coder's codings of some key points into codings.csv, three-way, as a workbook is read back.

    `before` has the codings when they went out; without rows, nothing is taken out. Returns what to show.
    """
    now, schema = texts_of(paths.data(name)), schemas(paths.data(name))["codings"]

    def own(frame: pd.DataFrame) -> pd.Series:
        return frame["coder"].eq(coder) & frame["keypoint"].isin(points)

    present, was = now["codings"][own(now["codings"])], before[own(before)]
    memos = {key: row["memo"] for key, row in by_key(was, schema).items()}
    keys = codings[["keypoint", "theme", "coder"]].agg(" ".join, axis=1) if len(codings) else []
    # A program without memos has lost them; nobody has deleted them.
    codings = codings.assign(memo=[memo or memos.get(key, "") for key, memo in zip(keys, codings["memo"])])
    rows, clash, kept = merged(codings, present, signs(was, schema), schema)
    lines = [
        *told,
        *(f"{key}: {column} was changed on both sides; the tables keep their own text" for key, column, _, _ in clash),
    ]
    lines += [f"{key}: deleted on one side and changed on the other, therefore kept" for key in kept]
    themed = set(rows.loc[rows["theme"].ne(NONE), "keypoint"])
    beside = rows["theme"].eq(NONE) & rows["keypoint"].isin(themed)
    lines += [f"{point}: '{NONE}' gives way to a theme" for point in rows.loc[beside, "keypoint"]]
    rows = rows[~beside]
    both = pd.concat([now["codings"][~own(now["codings"])], rows], ignore_index=True)
    differ = differences(present, rows, schema)
    if differ:
        lines += change(name, {"codings": both}, now, confirm)
    listed = differ[:MOST] + [f"… and {len(differ) - MOST} more"] * (len(differ) > MOST)
    first = f"{plural(len(differ), 'coding')} of {coder} changed in data/{name}/codings.csv"
    last = [f"`casesynth undo {name}` restores the tables as they were."] * bool(differ)
    return "\n".join([f"{first}{':' if differ else '.'}", *(f"  {line}" for line in [*listed, *lines]), *last])


def differences(old: pd.DataFrame, new: pd.DataFrame, schema: dict) -> list[str]:
    """The rows that are new, gone and changed, one by one."""
    added, changed, gone = compared(old, new, schema)
    before, now = by_key(old, schema), by_key(new, schema)
    lines = [f"new: {key}" for key in added] + [f"gone: {key}" for key in gone]
    for key in changed:
        cells = [column for column in now[key] if now[key][column] != before[key][column]]
        lines += [f"changed: {key}, {cell} '{before[key][cell]}' is now '{now[key][cell]}'" for cell in cells]
    return sorted(lines)
