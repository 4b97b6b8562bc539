"""Text is measured and broken in time that grows with its length, and a script without a font is named."""

import pytest

from casesynth.figures import fonts


@pytest.mark.parametrize("text", ["community assets " * 300, "x" * 5000, "社区资产" * 1200, ". " * 2500])
@pytest.mark.parametrize("lines", [None, 3])
def test_twice_the_text_takes_no_more_than_twice_the_work(monkeypatch, text, lines):
    measured, real = [], fonts.units

    def counting(part, bold):
        measured.append(len(part))
        return real(part, bold)

    monkeypatch.setattr(fonts, "units", counting)
    work = []
    for length in (1, 2):
        measured.clear()
        fonts.wrapped(text * length, 150, 9.5, lines=lines)
        work.append(sum(measured))
    assert work[1] <= 2.05 * work[0] + 100
    if lines:
        assert work[1] < len(text), "what is cut is not measured"


@pytest.mark.parametrize(
    "text", ["Community assets: mapped, linked and made", "Llanfairpwllgwyngyllgogerychwyrndrobwll", "社区资产研究社区"]
)
def test_no_line_is_too_wide_and_nothing_is_lost(text):
    broken = fonts.wrapped(text, 60, 9.5)
    assert max(fonts.width_of(line, 9.5) for line in broken.split("\n")) <= 60
    assert broken.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert fonts.wrapped(text, 60, 9.5, lines=1).endswith("…")


def test_a_script_without_a_font_is_said_and_one_with_a_font_is_drawn_with_it(monkeypatch):
    from matplotlib import font_manager

    fonts.covering.cache_clear()
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [])
    assert fonts.missing(["漢字", "Café"]).startswith("No installed font has 2 of the characters")
    assert fonts.families("漢字") == ["DejaVu Sans"]

    fonts.covering.cache_clear()
    other = fonts.SHIPPED / "STIXGeneral.ttf"
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(other), str(fonts.SHIPPED / "no-font.txt")])
    letter = "\u3030"  # in STIX, not in DejaVu Sans
    assert fonts.lacking(letter) == letter and fonts.missing([letter]) == ""
    assert fonts.families(letter) == ["DejaVu Sans", "STIXGeneral"]
    fonts.covering.cache_clear()
