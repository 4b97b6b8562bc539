"""The counts of steps 2 to 4: every statistic is integers that add up over shards, and a table made of their sum.

`count_…` takes a shard (some cases, whole) and returns integers. The integers of all shards are added, in any order, and
the functions of the other rooms finish them: there floats are made, once. A count that asks what is supported
(`count_general`, `count_refined`, `count_removals`) comes after the sum of `count_themes`. Notebooks count one shard that
holds the whole review; large reviews count their shards one after the other, or many at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from casesynth.core import shards
from casesynth.core.levels import LEVELS
from casesynth.core.rules import Rules
from casesynth.core.shards import Shard, held

Integers = shards.Integers
#: Rows that are multiplied at a time: as float32, whole numbers are exact up to 16 million.
ROWS = 65_536


@dataclass(frozen=True)
class Book:
    """What lies above what in the codebook, as matrices of yes and no.

    general_of: themes × general themes; refined_of: general × refined themes; heading_of and group_of: themes × headings
    (`Review.sets`), themes × groups of headings. `ids` and `names` hold the labels of each level, in the order of the axes.
    """

    general_of: np.ndarray
    refined_of: np.ndarray
    heading_of: np.ndarray
    group_of: np.ndarray
    ids: dict[str, list[str]]
    names: dict[str, list[str]]


def is_in(rows: list[str], columns: list[str], pairs: Iterable[tuple[str, str]]) -> np.ndarray:
    """A matrix that is true where (row, column) is one of the pairs.

    >>> is_in(["a", "b"], ["x", "y"], [("a", "y")]).tolist()
    [[False, True], [False, False]]
    """
    table = pd.DataFrame(list(pairs), columns=["row", "column"])
    row, column = pd.Index(rows).get_indexer(table["row"]), pd.Index(columns).get_indexer(table["column"])
    return held(row, column, len(rows), len(columns))


def book_of(codebook: pd.DataFrame, headings: pd.DataFrame) -> Book:
    """The matrices of a codebook and the headings (`Review.sets`) that its themes belong to."""
    own = {level: codebook[codebook["level"].eq(level)] for level in LEVELS}
    ids = {level: list(frame["id"]) for level, frame in own.items()}
    above = list(codebook.loc[codebook["parent"].ne(""), ["id", "parent"]].itertuples(index=False, name=None))
    group = dict(zip(headings["id"], headings["group"]))
    heading = dict(zip(own["theme"]["id"], own["theme"]["heading"]))
    in_group = [(theme, group.get(own_heading, "")) for theme, own_heading in heading.items()]
    return Book(
        general_of=is_in(ids["theme"], ids["general"], above),
        refined_of=is_in(ids["general"], ids["refined"], above),
        heading_of=is_in(ids["theme"], list(headings["id"]), heading.items()),
        group_of=is_in(ids["theme"], list(dict.fromkeys(group.values())), in_group),
        ids=ids,
        names={level: list(frame["name"]) for level, frame in own.items()},
    )


def shard_of(points: pd.DataFrame, coded: pd.DataFrame, themes: list[str], headings: list[str]) -> Shard:
    """Tables in memory as one shard. Takes the key points (id, case, heading) and their codings (keypoint, theme, direction)."""
    point = pd.Index(points["id"]).get_indexer(coded["keypoint"])
    case, cases = pd.factorize(points["case"])
    return Shard(
        cases=len(cases),
        themes=len(themes),
        headings=len(headings),
        case=case,
        heading=pd.Index(headings).get_indexer(points["heading"]),
        point=point,
        theme=pd.Index(themes).get_indexer(coded["theme"]),
        supports=coded["direction"].eq("supports").to_numpy(),
    )


def shared(one: np.ndarray, other: np.ndarray | None = None) -> np.ndarray:
    """How many members each two groups share; on the diagonal, how many each has. Takes members × groups.

    >>> shared(np.array([[True, True], [True, False]])).tolist()
    [[2, 1], [1, 1]]
    """
    other = one if other is None else other
    total = np.zeros((one.shape[1], other.shape[1]), dtype=np.int64)
    for start in range(0, len(one), ROWS):
        rows = slice(start, start + ROWS)
        left = one[rows].astype(np.float32)
        right = left if other is one else other[rows].astype(np.float32)
        total += np.rint(left.T @ right).astype(np.int64)
    return total


def tally(places: np.ndarray, number: int) -> np.ndarray:
    """How often each place from 0 to `number` - 1 is there; others are left out."""
    return np.bincount(places[places >= 0], minlength=number)[:number].astype(np.int64)


def count_themes(shard: Shard) -> Integers:
    """Of each theme the supporting and contradicting codings, and the cases that it is supported by."""
    against = np.where(shard.supports, -1, shard.theme)
    return {
        "points": tally(np.where(shard.supports, shard.theme, -1), shard.themes),
        "contradicting": tally(against, shard.themes),
        "cases": shard.carry.sum(axis=0, dtype=np.int64),
    }


def count_headings(shard: Shard) -> Integers:
    """Of each heading the cases with coded key points, the key points, and those without a theme: coded none, or not coded.

    `all` holds the cases of the shard, and those of which anything is coded: of the others nothing is known.
    """
    coded, none = np.zeros((2, len(shard.case)), dtype=bool)
    coded[shard.point] = True
    none[shard.point[shard.theme < 0]] = True
    return {
        "cases": shard.could.sum(axis=0, dtype=np.int64),
        "keypoints": tally(shard.heading, shard.headings),
        "none": tally(shard.heading[none], shard.headings),
        "not_coded": tally(shard.heading[~coded], shard.headings),
        "all": np.array([shard.cases, shard.could.any(axis=1).sum()], dtype=np.int64),
    }


def count_together(carry: np.ndarray, could: np.ndarray) -> Integers:
    """In how many cases each two themes (or general themes) come together, and in how many both could.

    Takes cases × themes (is it supported?) and cases × places (is anything coded there?).
    """
    both = shared(np.hstack([carry, could]))
    themes = carry.shape[1]
    return {"both": both[:themes, :themes], "one": both[:themes, themes:], "could": both[themes:, themes:]}


def count_groups(shard: Shard, point: np.ndarray, group: np.ndarray, groups: int) -> Integers:
    """Key points and cases that groups of codings have, and share by two, and have by heading; each counted once.

    Takes the key point and the group of each coding (below 0: left out).
    """
    by_point = held(point, group, len(shard.case), groups)
    heading, case = shard.heading[point], shard.case[point]
    by = np.where((group >= 0) & (heading >= 0), group * shard.headings + heading, -1)
    of_heading = held(np.arange(len(shard.case)), shard.heading, len(shard.case), shard.headings)
    by_case = held(case, by, shard.cases, groups * shard.headings)
    return {
        "points": shared(by_point),
        "cases": shared(held(case, group, shard.cases, groups)),
        "points_by": shared(by_point, of_heading),
        "cases_by": by_case.sum(axis=0, dtype=np.int64).reshape(groups, shard.headings),
    }


def group_of(shard: Shard, group_of_theme: np.ndarray) -> np.ndarray:
    """The group of each supporting coding, by its theme; -1 for other codings, and for themes without a group."""
    return np.where(shard.supports & (shard.theme >= 0), np.append(group_of_theme, -1)[shard.theme], -1)


def column_of(above: np.ndarray) -> np.ndarray:
    """The column of the one parent of each row; -1 for a row without.

    >>> column_of(np.array([[False, True], [False, False]])).tolist()
    [1, -1]
    """
    return np.where(above.any(axis=1), above.argmax(axis=1), -1) if above.shape[1] else np.full(len(above), -1)


def general_open(book: Book, could: np.ndarray) -> np.ndarray:
    """Cases × general themes: has the case a coded key point under a heading of any theme of it?"""
    of_heading = book.heading_of.T.astype(np.float32) @ book.general_of.astype(np.float32) > 0
    return could.astype(np.float32) @ of_heading.astype(np.float32) > 0


def count_general(shard: Shard, book: Book, supported: np.ndarray) -> Integers:
    """`count_groups` of the general themes, from the codings of supported themes; and where they could come together.

    Takes which themes are supported. `could_both` and `could_one`: `count_together` of the general themes.
    """
    group = group_of(shard, np.where(supported, column_of(book.general_of), -1))
    counts = count_groups(shard, shard.point, group, book.general_of.shape[1])
    open_to = general_open(book, shard.could)
    carry = held(shard.case[shard.point], group, shard.cases, book.general_of.shape[1])
    together = count_together(carry & open_to, open_to)
    return counts | {f"together_{name}": value for name, value in together.items()}


def count_refined(shard: Shard, book: Book, supported: np.ndarray, general: np.ndarray) -> Integers:
    """`count_groups` of the refined themes. Takes which themes, and which general themes, are supported."""
    above = np.append(np.where(general, column_of(book.refined_of), -1), -1)[column_of(book.general_of)]
    group = group_of(shard, np.where(supported, above, -1))
    return count_groups(shard, shard.point, group, book.refined_of.shape[1])


def count_sides(shard: Shard, book: Book, sides: np.ndarray) -> Integers:
    """Key points and cases of each general theme on two sides, and those that are on both.

    Takes the side of each heading: 0, 1, or -1 for neither. Groups are ordered by general theme and side; the last two are of
    the themes without a general theme.
    """
    general = column_of(book.general_of)
    general = np.where(general >= 0, general, book.general_of.shape[1])
    group, side = group_of(shard, general), np.append(sides, -1)[shard.heading[shard.point]]
    group = np.where((group >= 0) & (side >= 0), group * 2 + side, -1)
    counts = count_groups(shard, shard.point, group, (book.general_of.shape[1] + 1) * 2)
    return {"points": counts["points"].diagonal().copy(), "cases": counts["cases"]}


def count_removals(shard: Shard, book: Book, cases: np.ndarray, rule: Rules) -> Integers:
    """In how many of the removals of one case each theme is supported, at each level. Takes the cases of each theme.

    Only a case that reports a theme at its least number can undo anything: the others are not asked.
    """
    now = supported_by_counts(book, cases[None, :], rule)
    asked = shard.carry[(shard.carry & (cases == rule.min_cases)).any(axis=1)]
    without = supported_by_counts(book, cases - asked, rule)
    rest = int(shard.could.any(axis=1).sum()) - len(asked)
    return {level: without[level].sum(axis=0, dtype=np.int64) + rest * now[level][0] for level in LEVELS}


def supported_by_counts(of: Book, counts: np.ndarray, rule: Rules) -> dict[str, np.ndarray]:
    """What is supported, by the number of cases of each theme: sets × themes. Returns level -> sets × themes of it."""
    theme = counts >= rule.min_cases
    places = of.group_of if rule.heading_groups else of.heading_of
    # Theme -> each pair of general theme and place, in one matrix.
    generals, wide = of.general_of.shape[1], places.shape[1]  # said, not left to reshape: either may be 0
    pairs = (of.general_of[:, :, None] & places[:, None, :]).reshape(len(places), generals * wide)
    spanned = (theme.astype(np.float32) @ pairs.astype(np.float32) > 0).reshape(len(counts), generals, wide)
    general = spanned.sum(axis=2) >= rule.min_headings
    refined = general.astype(np.float32) @ of.refined_of.astype(np.float32) > 0
    return {"theme": theme, "general": general, "refined": refined}


def of_table(points: pd.DataFrame, column: str, groups: list[str], headings: list[str]) -> Integers:
    """`count_groups` of a table (keypoint, case, heading, and the column that names the group)."""
    own = points.drop_duplicates("keypoint").rename(columns={"keypoint": "id"})
    coded = points.assign(theme=points[column], direction="supports")
    shard = shard_of(own, coded, groups, headings)
    return count_groups(shard, shard.point, shard.theme, len(groups))


def of_cells(cells: pd.DataFrame, themes: list[str]) -> Shard:
    """A table of themes × cases (theme, case, points, contradicting) as one shard, a coding for each point."""
    numbers = [cells["points"].to_numpy(), cells["contradicting"].to_numpy()]
    point = np.concatenate([np.repeat(np.arange(len(cells)), number) for number in numbers])
    case, cases = pd.factorize(cells["case"])
    theme = pd.Index(themes).get_indexer(cells["theme"])
    supports = np.arange(len(point)) < numbers[0].sum()
    return Shard(len(cases), len(themes), 1, case, np.zeros(len(cells), dtype=int), point, theme[point], supports)
