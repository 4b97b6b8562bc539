"""The hierarchy as a choice: what other sorters made of the same themes, and what follows from it.

Which general theme a theme belongs to, and which refined theme a general one, is decided by people. hierarchy.csv
holds further assignments, made blind from names and definitions: some sorters were given the parents' names, others
made parents of their own. Here the rules of steps 3 and 4 run under each assignment, and under every single move of
one theme to a parent that another sorter gave it.
"""

from dataclasses import replace
from itertools import combinations

import pandas as pd
from sklearn.metrics import adjusted_rand_score

from casesynth.analysis import matrices
from casesynth.core.levels import ONE
from casesynth.core.results import columns, frame
from casesynth.core.review import Review
from casesynth.core.rules import Rules


def assignments(review: Review) -> dict[str, dict[str, str]]:
    """Sorter -> theme or general theme -> parent; "codebook" is the assignment of codebook.csv."""
    book = review.codebook[review.codebook["parent"].ne("")]
    found = {"codebook": dict(zip(book["id"], book["parent"]))}
    for sorter, rows in review.table("hierarchy").groupby("sorter"):
        found[sorter] = dict(zip(rows["id"], rows["parent"]))
    return found


def in_known_parents(review: Review) -> dict[str, dict[str, str]]:
    """The assignments with every sorter's own parents replaced by the parent of the codebook that shares most of their themes.

    A sorter who made parents of its own can then be asked the same question: where would it have put this theme?
    """
    found, level = assignments(review), dict(zip(review.codebook["id"], review.codebook["level"]))
    book, known = pd.Series(found["codebook"], dtype=object), {}
    for sorter, parents in found.items():
        own = pd.Series({id: parent for id, parent in parents.items() if level.get(id) == "theme"}, dtype=object)
        likest = book.reindex(own.index).fillna("").groupby(own).agg(lambda column: column.value_counts().index[0])
        known[sorter] = found["codebook"] | own.where(own.isin(level), own.map(likest)).to_dict()
    return known


def agreement(review: Review) -> pd.DataFrame:
    """How alike two assignments group the heading themes (adjusted Rand index, Hubert and Arabie 1985).

    1: the same groups; 0: as alike as chance would make them. Returns the columns of `hierarchy-agreement` in results.json.
    """
    themes = list(review.codebook.loc[review.codebook["level"].eq("theme"), "id"])
    groups = {}
    for sorter, parents in assignments(review).items():
        general = [parents.get(theme, "") for theme in themes]
        groups[sorter] = {"general": general, "refined": [parents.get(parent, "") for parent in general]}
    rows = [
        [left, right, level, len(themes), round(adjusted_rand_score(groups[left][level], groups[right][level]), 3)]
        for left, right in combinations(groups, 2)
        for level in ("general", "refined")
    ]
    return frame("hierarchy-agreement", rows)


def moved_themes(review: Review) -> pd.DataFrame:
    """Where a sorter put a theme under another parent than the codebook does (`in_known_parents`).

    Returns the columns of `hierarchy-moved` in results.json.
    """
    found, book = in_known_parents(review), review.codebook.set_index("id")
    rows = [
        [id, book.loc[id, "name"], book.loc[id, "level"], parent, others[id], sorter]
        for sorter, others in found.items()
        for id, parent in found["codebook"].items()
        if others[id] != parent and others[id] in book.index
    ]
    return frame("hierarchy-moved", rows)


def supported(review: Review, coded: pd.DataFrame, parents: dict[str, str], rule: Rules) -> pd.Series:
    """Is a general or refined theme supported under this assignment, by its id? For parents of the codebook only."""
    book = review.codebook.set_index("id", drop=False)
    book = book.assign(parent=book["id"].map(parents).fillna(book["parent"])).reset_index(drop=True)
    of = matrices.structure(replace(review, tables=review.tables | {"codebook": book}), coded)
    verdicts = matrices.long(of, matrices.supported_under(of, matrices.everyone(of), rule)).set_index("id")
    return verdicts.loc[verdicts["level"].ne("theme"), "supported"]


def robustness(review: Review, coded: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """Is a general or refined theme supported however its themes are sorted?

    Asked under the codebook's assignment, under each sorter's (`in_known_parents`), and under every single move
    (`moved_themes`). Returns the columns of `hierarchy-robustness` in results.json.
    """
    known, moves = in_known_parents(review), moved_themes(review)
    single = [known["codebook"] | {move.id: move.other} for move in moves.itertuples()]
    base, *sorted_otherwise = (supported(review, coded, parents, rule) for parents in [*known.values(), *single])
    verdicts = pd.DataFrame([base, *sorted_otherwise]).reset_index(drop=True)
    whole, moved = verdicts.iloc[: len(known)], verdicts.iloc[len(known) :]
    changes = moved.ne(base).set_axis(moves["id"], axis=0)
    table = review.codebook.set_index("id").loc[base.index, ["name", "level"]].assign(supported=base)
    table = table.assign(assignments=len(whole), supported_in_assignments=whole.sum(), moves=len(moved))
    table = table.assign(supported_in_moves=moved.sum())
    table["decided_by"] = [" ".join(dict.fromkeys(changes.index[changes[id]])) for id in table.index]
    return table.rename_axis("id").reset_index()[columns("hierarchy-robustness")]


def shows(robust: pd.DataFrame, alike: pd.DataFrame) -> list[str]:
    """What the other assignments show, in sentences that may be quoted. Takes `robustness` and `agreement`."""
    if alike.empty:
        return ["Nobody else has sorted the themes yet: hierarchy.csv is empty, so the hierarchy is one reading."]
    lines = []
    for level in ("general", "refined"):
        rand = alike.loc[alike["level"].eq(level) & alike["left"].eq("codebook"), "rand"]
        lines.append(
            f"At the level of {ONE[level]}s the other sorters' groups agree with the codebook's with an adjusted Rand index of "
            f"{rand.min():.2f} to {rand.max():.2f}."
        )
        part = robust[robust["level"].eq(level)]
        firm = part["supported_in_assignments"].isin([0, part["assignments"].max()]) & part["decided_by"].eq("")
        lines.append(
            f"For {int(firm.sum())} of {len(part)} {ONE[level]}s the verdict is the same however they are sorted."
        )
    loose = robust.loc[robust["decided_by"].ne("") & robust["level"].eq("general"), "name"]
    if len(loose):
        lines.append(f"A single move of one theme decides the verdict on: {'; '.join(loose)}.")
    return lines
