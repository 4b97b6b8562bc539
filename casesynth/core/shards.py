"""Large reviews: cases, key points and codings as Parquet, in shards that each hold whole cases.

`data/<review>/shards/000-of-005/` has the tables of the first fifth of all cases, by the SHA-256 of their ids. Repeated
texts are dictionary-coded. A key point names its case, and a coding its key point, by the row of it in the shard; the
column `row` says where a row is in its CSV file. Each shard holds the digests of the files that it was made from.
"""

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from casesynth.core.files import whole_folder
from casesynth.errors import UserError

Tables = dict[str, pd.DataFrame]
#: What a count gives of a shard, by name; those of all shards are added.
Integers = dict[str, np.ndarray]
SHARDED = ("cases", "keypoints", "codings")
#: What the checks of sharded tables rest on besides.
BESIDE = ("codebook.csv", "coders.csv", "review.yaml", "datapackage.json")
#: The column of a table that refers to the table before it.
REFERS = {"keypoints": "case", "codings": "keypoint"}
#: Columns of few different texts.
REPEATED = {"heading", "source", "section", "theme", "coder", "direction", "memo", "lead", "nation", "state"}


@dataclass(frozen=True)
class Shard:
    """The key points of some cases and their codings by one coder, as integers: what every count takes.

    `case` and `heading` have one value a key point: the place of its case in the shard, and of its heading among
    `Review.sets` (-1: not themed). `point`, `theme` and `supports` have one value a coding: the place of its key point,
    the place of its theme in the codebook (-1: none), and whether it supports the theme.
    """

    cases: int
    themes: int
    headings: int
    case: np.ndarray
    heading: np.ndarray
    point: np.ndarray
    theme: np.ndarray
    supports: np.ndarray

    @cached_property
    def carry(self) -> np.ndarray:
        """Cases × themes: does any supporting key point of the case report the theme?"""
        own = self.supports & (self.theme >= 0)
        return held(self.case[self.point[own]], self.theme[own], self.cases, self.themes)

    @cached_property
    def could(self) -> np.ndarray:
        """Cases × headings: has the case any coded key point there?"""
        return held(self.case[self.point], self.heading[self.point], self.cases, self.headings)


def held(members: np.ndarray, groups: np.ndarray, of_members: int, of_groups: int) -> np.ndarray:
    """A matrix that is true where a member belongs to a group; places below 0 are left out.

    >>> held(np.array([0, 1, 1]), np.array([1, 0, -1]), 2, 2).tolist()
    [[False, True], [True, False]]
    """
    grid = np.zeros((of_members, of_groups), dtype=bool)
    known = (members >= 0) & (groups >= 0)
    grid[members[known], groups[known]] = True
    return grid


def add(totals: Integers, more: Integers) -> Integers:
    """The sum of the integers of two shards; without any so far, those of the second.

    >>> add({"cases": np.array([1, 2])}, {"cases": np.array([3, 4])})
    {'cases': array([4, 6])}
    """
    return {name: totals[name] + value for name, value in more.items()} if totals else more


def digests_of(ids: pd.Series) -> np.ndarray:
    """The first 32 bits of the SHA-256 of each id."""
    return np.array([int.from_bytes(hashlib.sha256(id.encode()).digest()[:4], "big") for id in ids], dtype=np.uint64)


def split(tables: Tables, number: int) -> Iterator[Tables]:
    """The tables of each shard, with a column `at`: the row of a key point's case, or a coding's key point, in the shard.

    Cases are ordered by the digest of their ids. Rows that belong to no case are with the first shard, at -1.
    """
    cases, points, codings = (tables[name] for name in SHARDED)
    digest = digests_of(cases["id"])
    order = np.lexsort((cases["id"].to_numpy(dtype=object), digest))
    cases, shard_of_case = cases.iloc[order], (digest[order] * np.uint64(number) >> np.uint64(32)).astype(int)
    case, point = first_of(cases["id"], points["case"]), first_of(points["id"], codings["keypoint"])
    shard_of_point = np.append(shard_of_case, 0)[case]
    shard_of_coding = np.append(shard_of_point, 0)[point]
    for shard in range(number):
        own = np.flatnonzero(shard_of_point == shard)
        own = own[np.argsort(case[own], kind="stable")]
        place = np.full(len(points) + 1, -1)
        place[own] = np.arange(len(own))
        rows = np.flatnonzero(shard_of_coding == shard)
        rows = rows[np.argsort(place[point[rows]], kind="stable")]
        first = int(np.searchsorted(shard_of_case, shard))
        yield {
            "cases": cases[shard_of_case == shard],
            "keypoints": points.iloc[own].assign(at=np.where(case[own] >= 0, case[own] - first, -1)),
            "codings": codings.iloc[rows].assign(at=place[point[rows]]),
        }


def first_of(ids: pd.Series, values: pd.Series) -> np.ndarray:
    """The place of the first row with the id of each value; -1 where there is none.

    >>> first_of(pd.Series(["a", "b", "a"]), pd.Series(["b", "a", "c"])).tolist()
    [1, 0, -1]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(values.dtype, pd.CategoricalDtype):
        of_text: np.ndarray = first_of(ids, pd.Series(values.cat.categories))
        return np.asarray(of_text[values.cat.codes.to_numpy()])
    known, asked = (pa.table({"": each.astype("str").array})[0] for each in (ids, values))
    found: np.ndarray = pc.index_in(asked, value_set=known.combine_chunks()).fill_null(-1).to_numpy()
    return found.astype(np.int64)


def write(folder: Path, parts: Iterable[Tables], number: int, made_from: dict[str, str]) -> None:
    """Write the shards of a review, as `split` gives them; the folder is there whole, or not at all."""
    with whole_folder(folder) as partial:
        for place, tables in enumerate(parts):
            write_one(partial / f"{place:03}-of-{number:03}", tables, made_from)
        if folder.exists():
            shutil.rmtree(folder)


def write_one(folder: Path, tables: Tables, made_from: dict[str, str]) -> None:
    """Write one shard: a file for each of its tables, and in each what the shard says of itself (`about`)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir()
    digest, arrow = hashlib.sha256(), {}
    for name, given in tables.items():
        frame = given
        if name in REFERS:
            frame = given.assign(**{REFERS[name]: given["at"].astype(np.int32)}).drop(columns="at")
        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
        for at, column in enumerate(table.column_names):
            digest.update(f"{name}.{column}".encode())
            if getattr(table[column].type, "value_type", table[column].type) == pa.null():  # without a row, or a text
                table = table.set_column(at, column, table[column].cast(pa.string()))
            if pa.types.is_dictionary(table[column].type):  # its buffers hold the places of its texts alone
                digest.update(json.dumps(list(frame[column].cat.categories)).encode())
            for buffer in [each for chunk in table[column].chunks for each in chunk.buffers() if each]:
                digest.update(buffer)
            if column in REPEATED and not pa.types.is_dictionary(table[column].type):
                table = table.set_column(at, column, table[column].dictionary_encode())
        arrow[name] = table
    rows = {name: len(table) for name, table in arrow.items()}
    text = json.dumps({"made_from": made_from, "rows": rows, "digest": digest.hexdigest()}, sort_keys=True)
    for name, table in arrow.items():
        pq.write_table(table.replace_schema_metadata({"casesynth": text}), folder / f"{name}.parquet")


def of_review(folder: Path) -> list[Path]:
    """The shards in a review's folder, in their order; none if there are none.

    Raises UserError if one is missing.
    """
    found = sorted((folder / "shards").glob("*-of-*/codings.parquet"))
    if found and len(found) != int(found[0].parent.name.split("-of-")[1]):
        raise UserError(f"data/{folder.name}/shards/: found {len(found)} shards of {found[0].parent.name.split('-of-')[1]}. "
                        f"Copy the others there, or run `casesynth shards {folder.name}` again.")  # fmt: skip
    return [file.parent for file in found]


def about(shard: Path) -> dict[str, Any]:
    """What a shard says of itself: made_from (file -> SHA-256), rows (table -> number), digest of its content."""
    import pyarrow.parquet as pq

    metadata = pq.read_metadata(shard / "codings.parquet").metadata or {}
    said: dict[str, Any] = json.loads(metadata.get(b"casesynth", b'{"made_from": {}, "rows": {}, "digest": ""}'))
    return said


def cases(shards: list[Path]) -> int:
    """How many cases some shards hold."""
    return sum(int(about(shard)["rows"]["cases"]) for shard in shards)


def sources(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file that the shards of a review are made from and checked against; those absent left out."""
    files = [folder / name for name in (*(f"{table}.csv" for table in SHARDED), *BESIDE)]
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.exists()}


def fresh(folder: Path) -> list[Path]:
    """The shards of a review if there are any, and they hold what the files next to them say now; otherwise none."""
    found = of_review(folder)
    now = sources(folder) if found else {}
    return found if all(about(shard)["made_from"] == now for shard in found) else []


def stale(folder: Path) -> str:
    """What to tell the user of shards that are not used; empty if there are none, or they are fresh.

    Raises UserError where there is nothing else to read: the review has stale shards, and no CSV files.
    """
    found = of_review(folder)
    if not found or fresh(folder):
        return ""
    now, then = sources(folder), about(found[0])["made_from"]
    changed = ", ".join(sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name)))
    if not (folder / "codings.csv").exists():
        raise UserError(
            f"data/{folder.name}/shards/ were checked against another {changed or 'state of the review'}; "
            f"run `casesynth shards {folder.name}` to check them against this one."
        )
    return (
        f"data/{folder.name}/shards/ are older than {changed or 'the tables'}, so the CSV files "
        f"are read. `casesynth shards {folder.name}` renews the shards."
    )


def tables(shards: list[Path]) -> Tables:
    """The sharded tables as a review holds them, in the order of their CSV files; with the column `row`."""
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in SHARDED}
    for shard in shards:
        for name, frame in of(shard).items():
            parts[name].append(frame.astype(dict.fromkeys(frame.select_dtypes("category").columns, "str")))
    return {name: pd.concat(frames).sort_values("row", ignore_index=True) for name, frames in parts.items()}


def of(shard: Path) -> Tables:
    """The tables of one shard; repeated texts, and the ids that a table refers to, stay dictionary-coded."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    whole = {pa.int64(): pd.Int64Dtype()}.get  # as `validate.typed` has them
    own = {name: pq.read_table(shard / f"{name}.parquet").to_pandas(types_mapper=whole) for name in SHARDED}
    own["keypoints"]["case"] = referred(own["cases"]["id"], own["keypoints"]["case"].to_numpy())
    own["codings"]["keypoint"] = referred(own["keypoints"]["id"], own["codings"]["keypoint"].to_numpy())
    return own


def referred(ids: pd.Series, places: np.ndarray) -> pd.Series:
    """The ids at some places: dictionary-coded where each id is there once, which alone makes a dictionary."""
    if len(ids) and ids.is_unique and ids.notna().all():
        return pd.Series(pd.Categorical.from_codes(places, ids))
    return pd.Series(ids.array.take(places))


def read(shard: Path, coding: str, headings: dict[str, int], themes: list[str]) -> Shard:
    """One shard as integers: the codings of one coder.

    Takes the place of each heading among `Review.sets`, and the codebook's themes in their order.
    """
    import pyarrow.parquet as pq

    points = pq.read_table(shard / "keypoints.parquet", columns=["case", "heading"])
    codings = pq.read_table(shard / "codings.parquet", columns=["keypoint", "theme", "coder", "direction"])
    heading = places(points["heading"], headings)
    point = codings["keypoint"].to_numpy()
    own = (places(codings["coder"], {coding: 0}) == 0) & (heading[point] >= 0)
    return Shard(
        cases=about(shard)["rows"]["cases"],
        themes=len(themes),
        headings=max(headings.values(), default=-1) + 1,
        case=points["case"].to_numpy(),
        heading=heading,
        point=point[own],
        theme=places(codings["theme"], {theme: place for place, theme in enumerate(themes)})[own],
        supports=(places(codings["direction"], {"supports": 0}) == 0)[own],
    )


def places(column: Any, known: dict[str, int]) -> np.ndarray:
    """The place of each text of a dictionary-coded column; -1 for one that is not known."""
    column = column.unify_dictionaries().combine_chunks()
    chunks = column.chunks if hasattr(column, "chunks") else [column]
    parts = [
        np.array([known.get(text, -1) for text in chunk.dictionary.to_pylist()] + [-1], dtype=np.int16)[
            chunk.indices.to_numpy()
        ]
        for chunk in chunks
    ]
    return np.concatenate(parts) if parts else np.array([], dtype=np.int16)
