"""Result tables: declared once, written as declared, and read without a guess."""

import csv
import re

import pandas as pd
import pytest

from casesynth import UserError
from casesynth.core import paths, results
from casesynth.core.review import load

TABLES = paths.ROOT / "results" / "mca-phase2" / "tables"
#: Names and ids that pandas takes for missing values or numbers, unless it is told what a column holds.
ODD = ["NA", "None", "nan", "null", "007", "1e5", "True", ""]


def test_a_case_called_na_or_007_survives_between_two_notebooks(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.READ, str(tmp_path))
    monkeypatch.setenv(paths.WRITE, str(tmp_path))
    table = results.frame("framework-matrix").assign(case=ODD, name=ODD)
    table["aims"] = ODD
    results.write(table, "any", "framework-matrix")
    assert results.read("any", "framework-matrix").to_dict("list") == {"case": ODD, "name": ODD, "aims": ODD}
    cells = pd.DataFrame({"theme": "t", "case": ODD, "points": 1, "contradicting": 0, "keypoints": ODD})
    results.write(cells, "any", "theme-cases-aims")
    pd.testing.assert_frame_equal(results.read("any", "theme-cases-aims"), cells, check_dtype=False)
    assert results.read("any", "theme-cases-aims")["points"].dtype == "int64"


@pytest.mark.parametrize("name", results.declared())
def test_a_table_without_rows_keeps_its_columns_and_types(name, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.READ, str(tmp_path))
    monkeypatch.setenv(paths.WRITE, str(tmp_path))
    empty = results.frame(name)
    results.write(empty, "any", name)
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
    with pytest.raises(UserError, match="declares no table 'theems'"):
        results.columns("theems")


def test_the_makefile_lists_no_table_itself():
    text = (paths.ROOT / "Makefile").read_text("utf-8")
    chain = text[text.index("EXTRACTED :=") : text.index("CODED :=")]
    steps = {table["step"] for table in results.declared().values()}
    assert set(re.findall(r"TABLES\.([\w-]+)", chain)) == steps and not re.search(r"call tables,[a-z]", chain)
