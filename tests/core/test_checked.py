"""Tables are validated once by make, and not again by each of its notebooks, until something changes."""

from casesynth.core import checked, paths, review


def test_tables_that_have_passed_are_not_validated_again_until_they_change(tiny, project, monkeypatch):
    validated = []
    monkeypatch.setattr(review, "all_problems", lambda *words: validated.append(words) or [])
    monkeypatch.setattr(paths, "ROOT", project.folder)
    tiny()
    checked.note("tiny")
    tiny()
    assert len(validated) == 1
    project.edit("data/tiny/cases.csv", "Birch Row", "Birch Road")
    assert tiny().cases["name"].str.contains("Birch Road").any() and len(validated) == 2
