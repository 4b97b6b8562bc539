"""The codebook with examples, and the table of cases by themes."""

import re

import pandas as pd
import pypandoc
import pytest

from tests.support.exchange import add, change


@pytest.fixture
def out(desk, tmp_path, monkeypatch):
    """The tiny review with a second coder, exported."""
    monkeypatch.setenv("CASESYNTH_READ", str(tmp_path / "out"))
    desk.tiny()
    folder = desk.path("")
    add(folder, "coders", ["bo", "Invented. Alone.", "2026-10", "true", "false", "false", "Invented.", "Invented."])
    add(
        folder, "codings",
        ["alder-barriers-01", "none", "bo", "supports", ""],
        ["cedar-barriers-01", "bar-money", "bo", "supports", ""],
        ["birch-enablers-01", "ena-money", "bo", "supports", ""],
    )  # fmt: skip
    change(folder, "codings", {"keypoint": "cedar-enablers-01"}, memo="A sponsor is money, too")
    status, _, wrong = desk.run("export")
    assert status == 0, wrong
    return tmp_path / "out" / "export"


@pytest.mark.parametrize("ending", ["html", "docx"])
def test_each_theme_has_typical_examples_and_a_border_case_by_the_rule_that_it_states(out, ending):
    text = pypandoc.convert_file(str(out / f"codebook.{ending}"), "markdown", extra_args=["--wrap=none"])
    plain = re.sub(r"\s+", " ", text)
    assert "was coded to the theme by every coder who coded it" in plain and "bo: Invented" in plain
    barriers, enablers = plain.split("Barriers", 1)[1], plain.split("Enablers", 1)[1]
    assert "Money is short. - Includes: rent; tools." in re.sub(r"- +", "- ", barriers)
    money = [line for line in text.splitlines() if "Typical" in line or "Border" in line]
    assert any("*Typical*: The rent of the roof rises." in line and "(Cedar Roof)" in line for line in money)
    border = next(line for line in money if "Money for tools runs out" in line)
    assert "*Border case*" in border and "Coded so by ada, not by bo." in border
    sponsor = next(line for line in money if "A sponsor pays for pots." in line)
    assert "*Border case*" in sponsor and "A sponsor is money, too." in sponsor
    assert "*Typical*: A grant pays for soil." in enablers


def test_cases_by_themes_have_ones_noughts_and_nothing_where_nothing_is_coded(out, desk):
    table = pd.read_csv(out / "tables" / "case-by-theme.csv", dtype=str, keep_default_na=False).set_index("case")
    assert list(table.columns[:2]) == ["name", "page"] and table["page"]["cedar"] == "../explorer.html#/case/cedar"
    assert table["bar-money"].to_dict() == {"alder": "1", "birch": "0", "cedar": "1"}
    rows = [row for row in desk.path("codings.csv").read_text().splitlines() if not row.startswith("birch-barriers")]
    desk.path("codings.csv").write_text("\n".join(rows) + "\n")
    assert desk.run("export")[0] == 0
    table = pd.read_csv(out / "tables" / "case-by-theme.csv", dtype=str, keep_default_na=False).set_index("case")
    assert table["bar-money"].to_dict() == {"alder": "1", "birch": "", "cedar": "1"}
