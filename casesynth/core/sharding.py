"""Make the shards of a review: from its CSV files, or again from shards that stand alone, checked shard by shard."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from casesynth.core import engine, paths, shards
from casesynth.core.columnar import value_problems
from casesynth.core.files import whole_folder
from casesynth.core.meaning import check_meaning
from casesynth.core.problems import Problem
from casesynth.core.review import Review, outline, problem_message
from casesynth.core.schema import schemas
from casesynth.core.settings import load_settings
from casesynth.core.shards import SHARDED
from casesynth.core.spoiled import spoiled_cells
from casesynth.core.validate import all_problems, read_tables, typed
from casesynth.errors import UserError

Frames = dict[str, pd.DataFrame]
#: The problems of a shard, and the row in the file by the digest of each value that no other shard may have.
Seen = tuple[list[Problem], dict[tuple[str, str], pd.Series]]
UNIQUE = [("keypoints", "id"), ("cases", "order")]
#: Cases of a shard, where nobody says how many shards there should be.
CASES = 100_000
#: Files of more bytes are read as columns, and checked shard by shard.
LARGE = 64_000_000


def make(name: str, number: int = 0, jobs: int = 1) -> str:
    """Write the shards of a review; returns what to tell. Raises UserError with the problems of its tables."""
    folder, settings = paths.data(name), load_settings(name)
    alone = not (folder / "codings.csv").exists()
    if alone and not shards.of_review(folder):
        raise UserError(f"data/{name}/ has neither codings.csv nor shards; there is nothing to write.")
    if alone:
        renew(name, jobs)
        return told(name)
    if all((folder / f"{table}.csv").stat().st_size <= LARGE for table in SHARDED):
        found = read_tables(folder)
        wrong = [problem for problem in all_problems(settings, found) if not problem.note]
        if wrong:
            raise UserError(problem_message(name, wrong))
        tables = {table: found.tables[table].assign(row=np.array(found.rows[table], dtype=np.int32)) for table in SHARDED}  # fmt: skip
        number = number or -(-len(tables["cases"]) // CASES) or 1
        parts = shards.split(tables, number)
    else:
        tables = {table: read_large(folder / f"{table}.csv") for table in SHARDED}
        number = number or -(-len(tables["cases"]) // CASES)
        parts = checked(name, shards.split(tables, number))
    shards.write(folder / "shards", parts, number, shards.sources(folder))
    return told(name)


def told(name: str) -> str:
    """What the shards of a review hold, in one line."""
    rows = [shards.about(file)["rows"] for file in shards.of_review(paths.data(name))]
    numbers = ", ".join(f"{sum(each[table] for each in rows):,} {table}" for table in SHARDED)
    return f"data/{name}/shards/: {numbers} in {len(rows)} shard{'s' * (len(rows) > 1)}"


def read_large(file: Path) -> pd.DataFrame:
    """A CSV file of any size as texts, with the column `row`: UTF-8, commas, one header row. Raises UserError."""
    import pyarrow as pa
    from pyarrow import csv

    schema = {field["name"] for field in schemas(file.parent)[file.stem]["fields"]}
    text, repeated = pa.string(), pa.dictionary(pa.int32(), pa.string())
    convert = csv.ConvertOptions(
        column_types={name: repeated if name in shards.REPEATED else text for name in schema}, strings_can_be_null=False
    )
    parse = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)
    try:
        table = csv.read_csv(file, parse_options=parse, convert_options=convert)
    except pa.ArrowInvalid as error:
        raise UserError(
            f"{file.name} cannot be read: expected UTF-8 text with commas between the columns ({error})."
        ) from None
    if wrong := sorted(schema.symmetric_difference(table.column_names)):
        raise UserError(
            f"{file.name}, row 1: unknown or missing columns: {', '.join(wrong)}; expected those of datapackage.json."
        )
    frame = table.to_pandas(types_mapper={text: pd.StringDtype(na_value=np.nan)}.get)
    return frame.assign(row=np.arange(2, len(frame) + 2, dtype=np.int32))


def renewed(file: Path, base: Review, into: Path, made_from: dict[str, str]) -> tuple[str, Seen]:
    """Check a shard that stands alone, and write it again into a folder. Returns its name and what was seen in it."""
    (part,) = shards.split(shards.of(file), 1)
    tables, seen = check(base, part)
    shards.write_one(into / file.name, tables, made_from)
    return file.name, seen


def renew(name: str, jobs: int) -> None:
    """Check all shards of a review that has nothing else, and write them again, several at a time."""
    folder = paths.data(name)
    with whole_folder(folder / "shards") as partial_folder:
        one = partial(renewed, base=outline(name), into=partial_folder, made_from=shards.sources(folder))
        seen = dict(engine.spread(one, shards.of_review(folder), jobs))
        refuse(name, [seen[shard] for shard in sorted(seen)])
        shutil.rmtree(folder / "shards")


def checked(name: str, parts: Iterator[Frames]) -> Iterator[Frames]:
    """Shards of texts with the types of the schema. After the last one, raises UserError with all problems of all."""
    every, base = [], outline(name)
    for part in parts:
        tables, seen = check(base, part)
        every.append(seen)
        yield tables
    refuse(name, every)


def check(base: Review, part: Frames) -> tuple[Frames, Seen]:
    """The tables of a shard with the types of the schema, and what was seen in them."""
    known = schemas(paths.data(base.name))
    rows = {table: part[table]["row"].to_numpy() for table in SHARDED}
    texts = {table: as_texts(part[table], known[table]) for table in SHARDED}
    beside = {table: as_texts(base.tables[table], known[table]) for table in ("codebook", "coders")}
    every = rows | {table: np.arange(2, len(frame) + 2) for table, frame in beside.items()}
    tables = {table: typed(frame, known[table]) for table, frame in texts.items()}
    found = value_problems(texts | beside, known, every)
    for table, frame in texts.items():
        found += spoiled_cells(table, frame, rows[table])
    found += check_meaning(base.settings, tables | {table: base.tables[table] for table in beside}, every, notes=False)
    wrong = [each for each in found if not each.note and each.file.removesuffix(".csv") in SHARDED]
    ids = {}
    for table, column in UNIQUE:
        values = texts[table][column].astype("str").to_numpy(dtype=object)
        ids[table, column] = pd.Series(rows[table], index=pd.util.hash_array(values, categorize=False))
    extra = {table: {each: part[table][each].to_numpy() for each in ("at", "row") if each in part[table]} for table in SHARDED}  # fmt: skip
    return {table: tables[table].assign(**extra[table]) for table in SHARDED}, (wrong, ids)


def refuse(name: str, every: list[Seen]) -> None:
    """Raise UserError with the problems of all shards, and the values that occur in more than one."""
    problems = [problem for wrong, _ in every for problem in wrong]
    for table, column in UNIQUE:
        problems += repeated(table, column, pd.concat([ids[table, column] for _, ids in every]))
    if problems:
        raise UserError(problem_message(name, list(dict.fromkeys(problems))))


def repeated(table: str, column: str, rows: pd.Series) -> list[Problem]:
    """Values that occur in more than one shard. Takes the row in the file by the digest of the value."""
    rows = rows.sort_values(kind="stable")
    again = rows[rows.index.duplicated()]
    first = rows[~rows.index.duplicated()]
    words = "each value may occur only once; row {} has the same"
    return [Problem(f"{table}.csv", words.format(first[digest]), int(row), column) for digest, row in again.items()]


def as_texts(frame: pd.DataFrame, schema: dict[str, list[dict[str, str]]]) -> pd.DataFrame:
    """The columns of a schema as texts, as a CSV file has them; those that are missing, empty.

    Numbers and empty columns are dictionary-coded, so that each of their texts is checked once.
    """
    parts = {}
    for field in schema["fields"]:
        column = frame[field["name"]] if field["name"] in frame else pd.Series(np.zeros(len(frame), dtype=bool))
        if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
            codes, values = pd.factorize(column, use_na_sentinel=False)
            texts = pd.Series(values).astype("str").str.lower().replace("<na>", "")
            texts = texts if field["name"] in frame else texts.replace("false", "")
            column = pd.Series(pd.Categorical.from_codes(codes, texts))
        elif column.hasnans:
            column = column.astype("str").fillna("")
        parts[field["name"]] = column.reset_index(drop=True)
    return pd.DataFrame(parts)
