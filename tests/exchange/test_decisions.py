"""The register of decisions: by category, each with the effect that the tables of results show."""

import pandas as pd
import pytest

HEAD = "id,category,decision,options,choice,reason,effect\n"
CASES = "min-cases,data reduction and analysis,min_cases,1 to 3,2,Two is the least that repeats.,"


@pytest.fixture
def register(desk, tmp_path, monkeypatch):
    """The tiny review with two tables of results; a function that exports it with decisions."""
    monkeypatch.setenv("CASESYNTH_READ", str(tmp_path / "out"))
    desk.tiny()
    tables = tmp_path / "out" / "tables"
    tables.mkdir(parents=True)
    rows = [(n, h, "general", t, t, n < 3) for n in (1, 2, 3) for h in (1, 2) for t in ("gen-money", "gen-people")]
    rows[6] = (*rows[6][:5], False)
    columns = ["min_cases", "min_headings", "level", "id", "name", "supported"]
    thresholds = pd.DataFrame(rows, columns=columns)
    thresholds.insert(2, "heading_groups", True)
    thresholds.to_csv(tables / "thresholds.csv", index=False)

    def register(*lines: str) -> tuple[int, str, pd.DataFrame | None]:
        desk.path("decisions.csv").write_text(HEAD + "".join(f"{line}\n" for line in sorted(lines)))
        status, _, wrong = desk.run("export")
        file = tmp_path / "out" / "export" / "decisions.csv"
        return status, wrong, pd.read_csv(file, keep_default_na=False) if status == 0 else None

    return register


def test_effects_are_counted_with_the_other_parameters_as_they_are_stated(register):
    other = "a-source,raw data,What is read,a; b,a,There is no b.,"
    weak = "weak,instrument development,Appraisal,none; ours,none,Nobody appraised.,without-weak: changes by level"
    status, wrong, table = register(CASES + "thresholds: supported by min_cases", weak, other)
    assert status == 0, wrong
    assert list(table["category"]) == ["raw data", "data reduction and analysis", "instrument development"]
    assert list(table["effect"]) == [
        "not measured",
        "supported by min_cases (general): 2 of 2 at 1; 1 of 2 at 2; 0 of 2 at 3",
        "not measured: without-weak has no rows",
    ]


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        ("thresholds: supported_x by min_cases", "thresholds has no column 'supported_x'. Did you mean 'supported'?"),
        ("thresholdz: supported by min_cases", "there is no table of results 'thresholdz'. Did you mean 'thresholds'?"),
        ("it changes little", "expected `table: column by column`"),
    ],
)
def test_an_effect_that_cannot_be_counted_is_named_with_its_row(register, effect, said):
    status, wrong, _ = register(CASES + effect)
    assert status == 2 and "decisions.csv, min-cases, column effect: found" in wrong and said in wrong


def test_equal_columns_and_steps_are_counted(register, tmp_path):
    overlaps = "one,other,shared_points,overlap_points,shared_cases,overlap_cases,proposed,decided,refined,reason\n"
    overlaps += "a,b,1,0.6,1,0.6,True,,,\na,c,1,0.3,1,0.4,False,,,\n"
    (tmp_path / "out" / "tables" / "overlaps.csv").write_text(overlaps)
    ways = "overlaps: overlap_points >= 0.25 0.5; overlaps: overlap_points = overlap_cases"
    _, wrong, table = register(CASES + ways)
    assert table is not None, wrong
    assert table["effect"][0] == (
        "overlap_points: 2 of 2 reach 0.25; 1 of 2 reach 0.5. 1 of 2 with overlap_points = overlap_cases"
    )
