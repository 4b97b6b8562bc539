"""Reviews with everything that trips other programs up, and their export."""

import re
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import pytest
import yaml

from casesynth.core.csvfile import as_typed
from tests.support import SCHEMA, TINY
from tests.support.commands import run_apart

NS = "{urn:QDA-XML:project:1.0}"


def command(name: str, *words, data: Path, **environment) -> CompletedProcess:
    """Run a command in a process of its own on the reviews in `data`."""
    places = {"CASESYNTH_DATA": data, "CASESYNTH_SHEETS": data.parent / "sheets"}
    return run_apart(name, *words, folder=data, **places | environment)


def change(folder: Path, table: str, row: dict, **values) -> None:
    """Change the rows of a table that have the values of `row`."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    rows = (frame[list(row)] == pd.Series(row)).all(axis=1)
    assert rows.any()
    for column, value in values.items():
        frame.loc[rows, column] = value
    frame.to_csv(folder / f"{table}.csv", index=False)


def add(folder: Path, table: str, *rows: list) -> None:
    """Add rows to a table."""
    frame = pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
    more = pd.DataFrame(rows, columns=frame.columns)
    pd.concat([frame, more]).to_csv(folder / f"{table}.csv", index=False)


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    """Reviews: tiny, and hard, which has all that programs trip over."""
    data = tmp_path_factory.mktemp("data")
    for name in ("tiny", "hard"):
        shutil.copytree(TINY, data / name)
        shutil.copy(SCHEMA, data / name)
    hard = data / "hard"
    change(hard, "cases", {"id": "alder"}, name="A/B: Älder \U0001f333 Yard.v2", lead='=HYPERLINK("http://x")')
    change(hard, "cases", {"id": "birch"}, name="a b  älder   yard v2")
    change(hard, "keypoints", {"id": "alder-aims-01"}, summary="\U0001f331\U0001f331 Neighbours\r\nmeet & <plant>.")
    change(hard, "keypoints", {"id": "alder-aims-02"}, summary="=1+1 beds of food e\u0301.", label="Food:")
    change(hard, "keypoints", {"id": "birch-enablers-01"}, summary="# Not a heading.")
    add(hard, "coders", ["bo", "Invented.", "2026-10", "true", "false", "false", "Invented.", "Invented."])
    add(
        hard, "codings",
        ["alder-aims-01", "aim-together", "bo", "supports", "Two lines\r\nof memo \U0001f600"],
        ["alder-aims-01", "aim-food", "bo", "contradicts", ""],
        ["cedar-enablers-02", "none", "bo", "supports", ""],
    )  # fmt: skip
    change(hard, "codings", {"keypoint": "birch-enablers-01"}, memo="@bold guess")
    same = [["aim-soil", "theme", "aims", "Soil", "", "About soil.", "", "", "gen-garden", "compendium", ""]]
    add(hard, "codebook", *same, ["aim-soil-2", *same[0][1:]])
    settings = yaml.safe_load((hard / "review.yaml").read_text())
    settings["headings"][1]["singular"], settings["headings"][2]["singular"] = "Enabler", "Barrier"
    (hard / "review.yaml").write_text(yaml.safe_dump(settings))
    return data


@pytest.fixture(scope="session")
def exported(data, tmp_path_factory) -> Path:
    """The export of the hard review."""
    out = tmp_path_factory.mktemp("out")
    done = command("export", "hard", data=data, CASESYNTH_READ=str(out))
    assert done.returncode == 0, done.stderr
    return out / "export"


def in_words(folder: Path) -> set[tuple]:
    """A review's codings with names in the place of ids, to compare reviews with different ids."""
    read = {file.stem: pd.read_csv(file, dtype=str, keep_default_na=False) for file in folder.glob("*.csv")}
    table = {name: frame.map(as_typed) for name, frame in read.items()}
    headings = yaml.safe_load((folder / "review.yaml").read_text())["headings"]
    heading = {each["id"]: each["name"] for each in headings}
    case = dict(zip(table["cases"]["id"], table["cases"]["name"]))
    code = {each.id: each for each in table["codebook"].itertuples()} | {"none": None}
    rows = set()
    for row in (
        table["keypoints"]
        .merge(table["codings"], how="left", left_on="id", right_on="keypoint")
        .fillna("")
        .itertuples()
    ):
        chain, theme = [], code.get(row.theme)
        while theme:
            chain.append((theme.name, theme.definition, theme.includes, theme.excludes))
            theme = code.get(theme.parent)
        label = row.label.rstrip(":")
        summary = re.sub(r"\s*\n\s*", " ", row.summary.replace("\r", ""))
        memo = row.memo.replace("\r", "")
        rows.add(
            (row.id, case[row.case], heading[row.heading], label, summary, tuple(chain), row.coder, row.direction, memo)
        )
    return rows
