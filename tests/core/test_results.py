"""Result tables: declared once, written as declared, and read without a guess."""

import csv
import json
import re
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from casesynth import UserError
from casesynth.audit.evidence import evidence
from casesynth.core import csvfile, paths, results
from casesynth.core.review import load
from casesynth.core.rules import Rules
from tests.support import SCHEMA, TINY
from tests.support.commands import environment

TABLES = paths.ROOT / "results" / "mca-phase2" / "tables"
#: Names and ids that pandas takes for missing values or numbers, unless it is told what a column holds.
ODD = ["NA", "None", "nan", "null", "007", "1e5", "True", ""]


def test_a_case_called_na_or_007_survives_between_two_notebooks(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.READ, str(tmp_path))
    monkeypatch.setenv(paths.WRITE, str(tmp_path))
    table = results.frame("framework-matrix").assign(case=ODD, name=ODD)
    table["aims"] = ODD
    results.write("any", {"framework-matrix": table})
    assert results.read("any", "framework-matrix").to_dict("list") == {"case": ODD, "name": ODD, "aims": ODD}
    cells = pd.DataFrame({"theme": "t", "case": ODD, "points": 1, "contradicting": 0, "keypoints": ODD})
    results.write("any", {"theme-cases-aims": cells})
    pd.testing.assert_frame_equal(results.read("any", "theme-cases-aims"), cells, check_dtype=False)
    assert results.read("any", "theme-cases-aims")["points"].dtype == "int64"


@pytest.mark.parametrize("name", results.declared())
def test_a_table_without_rows_keeps_its_columns_and_types(name, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.READ, str(tmp_path))
    monkeypatch.setenv(paths.WRITE, str(tmp_path))
    empty = results.frame(name)
    results.write("any", {name: empty})
    read = results.read("any", name)
    assert list(read) == results.columns(name) and (read.dtypes == empty.dtypes).all()


def test_the_files_that_make_wrote_have_the_declared_columns():
    themed = load("mca-phase2").sets["id"]  # headings that are themed together are one
    files = {
        f"{name}{tail}": table
        for name, table in results.declared().items()
        for tail in ([f"-{heading}" for heading in themed] if table.get("per_heading") else [""])
    }
    assert {file.stem for file in TABLES.glob("*.csv")} == set(files)
    for file, table in files.items():
        with (TABLES / f"{file}.csv").open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        declared = [column["name"] for column in table["columns"]]
        assert [column for column in header if column in declared or "others" not in table] == declared, file
        read = results.read("mca-phase2", file)  # every cell has a value of its type
        assert not [key for key in table["key"] if key not in header] and len(read) == len(
            read.drop_duplicates(table["key"])
        ), file


def test_a_table_that_nobody_declared_is_refused():
    with pytest.raises(UserError, match="no result table 'theems'. Did you mean 'themes'"):
        results.columns("theems")


def test_the_makefile_lists_no_table_itself():
    text = (paths.ROOT / "Makefile").read_text("utf-8")
    chain = text[text.index("EXTRACTED :=") : text.index("CODED :=")]
    steps = {table["step"] for table in results.declared().values()}
    assert set(re.findall(r"TABLES\.([\w-]+)", chain)) == steps and not re.search(r"call tables,[a-z]", chain)


PLACES = [("cases", "name"), ("codebook", "name"), ("keypoints", "summary")]
#: Texts of any kind, and those that a program might take for something else.
TEXTS = st.one_of(
    st.sampled_from([*ODD[:-1], "-0", "00:10", "2026-11", "=1+1", "é", "NO", "½", "1 000"]),
    st.text(min_size=1, max_size=12),
)


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.generate])
@given(texts=st.lists(TEXTS, min_size=3, max_size=3, unique=True))
def test_any_text_that_a_table_accepts_comes_out_of_every_step_as_it_went_in(texts):
    """As a project's name, a theme's name and a summary: as read, from one notebook to the next, and in evidence.json."""
    with (
        tempfile.TemporaryDirectory() as folder,
        environment(CASESYNTH_DATA=folder, **dict.fromkeys((paths.READ, paths.WRITE), folder)),
    ):
        own = Path(folder, "tiny")
        shutil.copytree(TINY, own)
        shutil.copy(SCHEMA, own)
        for (table, column), text in zip(PLACES, texts, strict=True):
            frame = pd.read_csv(own / f"{table}.csv", dtype=str, keep_default_na=False)
            frame.loc[0, column] = text
            csvfile.write(own / f"{table}.csv", frame)
        try:
            review = load("tiny")
        except UserError as refused:
            assert any(f"{table}.csv, row" in str(refused) for table, _ in PLACES), refused
            return
        seen = json.loads(json.dumps(evidence(review, Rules.of(review))))
        matrix = results.frame("framework-matrix").assign(case=["alder"], name=texts[0])
        matrix["aims"] = texts[2]
        results.write("tiny", {"framework-matrix": matrix})
        again = results.read("tiny", "framework-matrix")
    for (table, column), text in zip(PLACES, texts, strict=True):
        assert review.tables[table].loc[0, column] == text
        assert text in [row.get(column) for row in seen["tables"][table]]
    assert again[["name", "aims"]].to_numpy().tolist() == [[texts[0], texts[2]]]
