"""The machine's proposals as a sheet for a person to go through."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd

from casesynth.analysis.machine import by_models, learn, part_of
from casesynth.core import csvfile, paths, shards
from casesynth.core.codings import NONE
from casesynth.core.paths import shown
from casesynth.core.review import Review, load, outline
from casesynth.core.sizes import PROPOSED
from casesynth.core.text import plural
from casesynth.errors import UserError


def sheet(review: Review, proposals: pd.DataFrame) -> pd.DataFrame:
    """The proposals as a sheet to go through: most confident first within a heading.

    Returns keypoint, theme, accept (empty, for a person), theme_name, summary, coded (themes that coders gave), score,
    margin, nearest, shared_words, case, heading. Its first two columns are those of codings.csv.
    """
    names = dict(zip(review.codebook["id"], review.codebook["name"])) | {NONE: "no theme of the codebook"}
    coded = review.codings.groupby("keypoint")["theme"].agg(lambda own: " ".join(dict.fromkeys(own)))
    table = proposals.assign(
        accept="",
        theme_name=proposals["theme"].map(names),
        coded=[coded.get(point, "") for point in proposals["keypoint"]],
    )
    columns = "keypoint theme accept theme_name summary coded score margin nearest shared_words case heading".split()
    return in_order(review, table[columns])


def in_order(review: Review, table: pd.DataFrame) -> pd.DataFrame:
    """A sheet in the order of the headings, the most confident proposals first."""
    place = {heading: number for number, heading in enumerate(review.headings["id"])}
    table = table.assign(place=table["heading"].map(place))
    table = table.sort_values(["place", "margin", "keypoint"], ascending=[True, False, True], kind="stable")
    return table.drop(columns="place").reset_index(drop=True)


def with_marks(table: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """The sheet with what a person wrote under accept in an earlier one, so that making it again loses nothing.

    Marked proposals that are not made any more stay, as rows at the end. In and out: the columns of `sheet`.
    """
    marked = before[before["accept"].str.strip().ne("")]
    at = ["keypoint", "theme"]
    marks = dict(zip(marked[at].itertuples(index=False, name=None), marked["accept"]))
    pairs = list(table[at].itertuples(index=False, name=None))
    there = set(pairs)
    gone = [pair not in there for pair in marked[at].itertuples(index=False, name=None)]
    kept = marked[gone].reindex(columns=table.columns, fill_value="")
    return pd.concat([table.assign(accept=[marks.get(pair, "") for pair in pairs]), kept], ignore_index=True)


def earlier(file: Path) -> pd.DataFrame:
    """The sheet of an earlier run, as a person may have saved it. Raises UserError where it cannot be read."""
    before = csvfile.read(file, ["keypoint", "theme", "accept"]).frame()
    missing = {"keypoint", "theme", "accept"} - set(before)
    if missing:
        raise UserError(
            f"{file.name}: there is no column {', '.join(sorted(missing))}, so what was written under accept cannot be "
            "kept. Move the file elsewhere, and run the command again."
        )
    return before


def parts_of(name: str) -> tuple[Review, Callable[[], Iterator[Review]]]:
    """A review, and how to go through it in parts of whole cases: its shards where they are fresh, or all at once.

    Raises UserError if there is no such review, or nothing of it can be read.
    """
    folder = paths.data(name)
    files = shards.fresh(folder)
    if not files:
        shards.stale(folder)
        review = load(name)
        return review, lambda: iter([review])
    base = outline(name)
    return base, lambda: (Review(name, base.settings, {**base.tables, **shards.tables([file])}) for file in files)


def write(name: str) -> str:
    """Write the sheet `<review>-suggestions.csv` next to the review's workbook. Returns what to show of it.

    Raises UserError if there is no such review, or its codebook has no theme to propose.
    """
    base, parts = parts_of(name)
    if base.codebook["level"].ne("theme").all():
        raise UserError(f"data/{name}/codebook.csv has no theme: nothing can be proposed before there is a codebook.")
    models = learn((part_of(part) for part in parts()), base.codebook)
    table, made = pd.DataFrame(), 0
    for part in parts():
        more = sheet(part, by_models(models, part.themed_points))
        made += len(more)
        table = in_order(base, pd.concat([table, more])).groupby("heading", sort=False).head(PROPOSED)
    left = f"Of {made:,} proposals, the most confident {PROPOSED:,} of each heading.\n" if made > len(table) else ""
    file = paths.sheets() / f"{name}-suggestions.csv"
    if file.exists():
        table = with_marks(table, earlier(file))
    file.parent.mkdir(parents=True, exist_ok=True)
    csvfile.write(file, table)
    coded = table["coded"].ne("").sum()
    return (
        f"{plural(len(table), 'proposal')} ({coded:,} of these key points are coded already): {shown(file)}\n{left}"
        "They are a machine's and change nothing. To accept one, read the key point and write yes under accept (it stays "
        "there when\nthe sheet is made again); then copy keypoint and theme to data/…/codings.csv under your own name as "
        "coder, and state in\ncoders.csv that you had seen proposals."
    )
