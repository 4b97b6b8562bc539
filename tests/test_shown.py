"""Tables in notebooks are whole, can be read, and cannot break the page."""

import pandas as pd

from casesynth import shown


def test_a_table_is_whole_with_plain_heads():
    table = pd.DataFrame({"of_cases": range(309), "supported": [True] * 309, "name": ["<b>long</b> " * 90] * 309})
    text = shown.html(table)
    assert text.count("<tr>") == 310 and "…" not in text and "309 rows" in text
    assert ">of all projects</th>" in text and "<td>yes</td>" in text and "of_cases" not in text
    assert "<b>" not in text and "overflow: auto" in text


def test_a_table_that_no_notebook_could_hold_says_how_much_is_left_out():
    text = shown.html(pd.DataFrame({"a": range(2500)}))
    assert text.count("<tr>") == 1001 and "The first 1,000 of 2,500 rows" in text


def test_a_named_index_is_a_column_and_numbers_stand_on_the_right():
    text = shown.html(pd.DataFrame({"n": [1.5, float("nan")]}, index=pd.Index(["x", "y"], name="framework")))
    assert ">framework</th>" in text and '<td style="text-align: right">1.5</td>' in text and "nan" not in text


def test_a_notebook_shows_tables_so(monkeypatch):
    import IPython
    from IPython.core.formatters import DisplayFormatter

    shell = type("Shell", (), {"display_formatter": DisplayFormatter()})()
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    shown.display()
    data, _ = shell.display_formatter.format(pd.DataFrame({"of_cases": [1]}))
    assert data["text/html"] == shown.html(pd.DataFrame({"of_cases": [1]}))
    assert data["text/plain"] == "1 row: of all projects"
