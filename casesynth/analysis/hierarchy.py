"""The hierarchy as a choice: what other sorters made of the same themes, and what follows from it.

Which general theme a theme belongs to, and which refined theme a general one, is decided by people. hierarchy.csv
holds further assignments, made blind from names and definitions: some sorters were given the parents' names, others
made parents of their own. Here the rules of steps 3 and 4 run under each assignment, and under every single move of
one theme to a parent that another sorter gave it.
"""

import pandas as pd
from sklearn.metrics import adjusted_rand_score

from casesynth.analysis import matrices
from casesynth.core.levels import ONE
from casesynth.core.review import Review
from casesynth.core.rules import Rules


def assignments(review: Review) -> dict[str, dict[str, str]]:
    """Sorter -> theme or general theme -> parent; "codebook" is the assignment of codebook.csv."""
    book = review.codebook[review.codebook["parent"].ne("")]
    found = {"codebook": dict(zip(book["id"], book["parent"]))}
    for sorter, rows in review.table("hierarchy").groupby("sorter") if review.has("hierarchy") else []:
        found[sorter] = dict(zip(rows["id"], rows["parent"]))
    return found


def in_known_parents(review: Review) -> dict[str, dict[str, str]]:
    """The assignments with every sorter's own parents replaced by the parent of the codebook that shares most of their themes.

    A sorter who made parents of its own can then be asked the same question: where would it have put this theme?
    """
    found, book = assignments(review), review.codebook.set_index("id")
    known = {}
    for sorter, parents in found.items():
        themes = [id for id in parents if id in book.index and book.loc[id, "level"] == "theme"]
        table = pd.DataFrame(
            {"own": [parents[id] for id in themes], "codebook": [found["codebook"].get(id, "") for id in themes]}
        )
        likest = (
            table.groupby("own")["codebook"].agg(lambda column: column.value_counts(sort=True).index[0])
            if len(table)
            else {}
        )
        known[sorter] = found["codebook"] | {
            id: parents[id] if parents[id] in book.index else likest[parents[id]] for id in themes
        }
    return known


def agreement(review: Review) -> pd.DataFrame:
    """How alike two assignments group the heading themes (adjusted Rand index, Hubert and Arabie 1985).

    1: the same groups; 0: as alike as chance would make them. Returns left, right, level (general, refined), themes,
    rand.
    """
    themes = list(review.codebook.loc[review.codebook["level"].eq("theme"), "id"])
    found, rows = assignments(review), []
    sorters = list(found)
    for place, left in enumerate(sorters):
        for right in sorters[place + 1 :]:
            first = [[found[sorter].get(theme, "") for theme in themes] for sorter in (left, right)]
            second = [
                [found[sorter].get(parent, "") for parent in group] for sorter, group in zip((left, right), first)
            ]
            for level, groups in (("general", first), ("refined", second)):
                rows.append([left, right, level, len(themes), round(adjusted_rand_score(*groups), 3)])
    return pd.DataFrame(rows, columns="left right level themes rand".split())


def moved_themes(review: Review) -> pd.DataFrame:
    """Where a sorter put a theme under another parent than the codebook does (`in_known_parents`).

    Returns id, name, level, parent, other (the parent that the sorter gave), sorter.
    """
    found, book = in_known_parents(review), review.codebook.set_index("id")
    rows = [
        [id, book.loc[id, "name"], book.loc[id, "level"], parent, others[id], sorter]
        for sorter, others in found.items()
        for id, parent in found["codebook"].items()
        if others.get(id, parent) != parent and others[id] in book.index
    ]
    return pd.DataFrame(rows, columns="id name level parent other sorter".split())


def supported(review: Review, coded: pd.DataFrame, parents: dict[str, str], rule: Rules) -> dict[str, bool]:
    """General and refined theme -> is it supported under this assignment? For parents of the codebook only."""
    book = review.codebook.assign(
        parent=[parents.get(id, parent) for id, parent in review.codebook[["id", "parent"]].values]
    )
    changed = Review(review.name, review.settings, review.tables | {"codebook": book})
    structure = matrices.structure(changed, coded)
    verdicts = matrices.supported_under(structure, matrices.everyone(structure), rule)
    return {
        id: bool(yes) for level in ("general", "refined") for id, yes in zip(structure.ids[level], verdicts[level][0])
    }


def robustness(review: Review, coded: pd.DataFrame, rule: Rules) -> pd.DataFrame:
    """Is a general or refined theme supported however its themes are sorted?

    Asked under the codebook's assignment, under each sorter's (`in_known_parents`), and under every single move (`moved_themes`). Returns id, name, level, supported, then assignments and supported_in_assignments, moves and
    supported_in_moves (numbers), and decided_by (ids of the themes whose single move changes the verdict).
    """
    known, moves, book = in_known_parents(review), moved_themes(review), review.codebook.set_index("id")
    base = supported(review, coded, known["codebook"], rule)
    whole = {name: supported(review, coded, parents, rule) for name, parents in known.items()}
    single = [
        (move.id, supported(review, coded, known["codebook"] | {move.id: move.other}, rule))
        for move in moves.itertuples()
    ]
    rows = []
    for id, yes in base.items():
        changes = list(dict.fromkeys(moved for moved, verdicts in single if verdicts[id] != yes))
        rows.append(
            {
                "id": id,
                "name": book.loc[id, "name"],
                "level": book.loc[id, "level"],
                "supported": yes,
                "assignments": len(whole),
                "supported_in_assignments": sum(verdicts[id] for verdicts in whole.values()),
                "moves": len(single),
                "supported_in_moves": sum(verdicts[id] for _, verdicts in single),
                "decided_by": " ".join(changes),
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


COLUMNS = ("id name level supported assignments supported_in_assignments moves supported_in_moves decided_by").split()


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
