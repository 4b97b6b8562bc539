"""What each step shows is said in two to four sentences, from its tables."""

import pandas as pd

from casesynth.analysis import across_cases, shows, themes


def frame(columns: str, rows: list) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def test_themes_are_told_with_those_that_one_lost_project_would_end():
    table = frame("name cases of_cases supported margin", [["Money, time", 2, 4, True, 1], ["Luck", 1, 4, False, 0]])
    published = frame("named found", [[3, 2], [0, 0]])
    assert shows.themes(table, published, "Aims") == [
        "Under Aims, 1 of 2 themes is supported.",
        "The most widely reported is “Money, time” (2 of 4 projects).",
        "The loss of a single project would end the support for “Money, time”.",
        "The published statements name projects 3 times; 2 of these are found in the summaries.",
    ]


def test_barriers_that_the_form_asks_for_are_no_balance():
    table = frame("name barrier_cases enabler_cases both", [["Money", 3, 1, True], ["Time", 3, 0, False]])
    each = frame("enablers barriers", [[3, 3], [3, 3]])
    said = shows.barriers(table, each)
    assert said[0] == "Most widely reported as barrier: “Money” and “Time” (3 of 2 projects)."
    assert "Each project names 3 enablers and 3 barriers" in said[-1] and len(said) == 4
    assert len(shows.barriers(table, each.assign(barriers=[3, 2]))) == 3


def test_units_are_never_added_up_into_people():
    columns = "what low high sum_as_published interval within"
    totals = frame(columns, [["people", 9, None, 9, "at least 9", ""], ["attendances", 7, 7, 7, "7", ""],
                             ["all together", 16, None, 16, "at least 16", ""], ["As published", 99, 99, 0, "99", "no"]])  # fmt: skip
    weights = frame("case name share", [["a", "Ash", 0.6], ["b", "Beck", 0.4], ["", "All projects", 1.0]])
    said = shows.participants(totals, weights)
    assert said[:2] == ["The projects count at least 9 people.", "The projects count 7 attendances."]
    assert said[3].startswith("Ash alone contributes 60%") and "16" not in " ".join(said)


def test_two_codings_by_a_language_model_are_called_a_check_of_consistency():
    overall = frame(
        "unit heading measure value", [["key point", "", "kappa", "0.9"], ["key point", "", "ac1", "undefined"]]
    )
    differences, coders = (
        frame("keypoint", [["k"]]),
        frame("id how", [["a", "A language model"], ["b", "The same language model"]]),
    )
    said = shows.agreement(overall, differences, coders)
    assert said[0].endswith("kappa 0.90.") and "check of consistency" in said[-1]
    people = coders.assign(how=["A person", "A language model"])
    assert "consistency" not in " ".join(shows.agreement(overall, differences, people))


def test_what_is_not_there_yet_is_said_in_one_sentence():
    empty = pd.DataFrame()
    said = [shows.extraction(empty, empty), shows.themes(empty, empty, "Aims"), shows.general(empty, empty, empty),
            shows.barriers(empty, empty), shows.robustness(empty, empty, empty, empty), shows.agreement(empty, empty, empty),
            shows.confidence(empty, empty)]  # fmt: skip
    assert all((len(lines) == 1 and "yet" in lines[0]) or "so far" in lines[0] for lines in said)


def test_every_project_has_one_letter_in_one_order(phase2):
    coded = themes.coded_points(phase2, "consensus")
    letters = across_cases.lettered(phase2, coded)
    assert "".join(letters["letter"]) == "ABCDEFGHIJKL" and set(letters["case"]) == set(phase2.reported["id"])
    everyone = across_cases.lettered(phase2, coded, everyone=True)
    assert everyone.head(12).equals(letters) and len(everyone) == len(phase2.cases)
    assert list(across_cases.lettered(phase2, coded[:0])["letter"]) == list(letters["letter"])
