"""Small result tables for any number of projects, as the steps write them."""

import numpy as np
import pandas as pd

from casesynth.analysis.across_cases import letter
from casesynth.figures import (
    barriers_enablers,
    case_map,
    completeness,
    findings,
    general_headings,
    outline,
    participants,
    refined,
    saturation,
    themes,
)


def table(columns: str, rows: list) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def letters(cases: int) -> pd.DataFrame:
    return table("case name letter", [[f"c{n}", f"Project {n}", letter(n)] for n in range(cases)])


def every_drawing(cases: int, number: int = 12) -> list:
    """Each figure, for so many projects and themes."""
    random, own = np.random.default_rng(1), letters(cases)
    ids, each = list(own["case"]), [f"t{n}" for n in range(number)]
    headings = table(
        "id name group", [["aims", "Aims", "aims"], ["enablers", "Enablers", "x"], ["barriers", "Barriers", "x"]]
    )
    rows = [[theme, case, int(random.integers(0, 2)), 0] for theme in each for case in ids]
    cells = table("theme case points contradicting", rows)
    reported = cells.groupby("theme", sort=False)["points"].sum()
    heading = dict(zip(each, np.resize(headings["id"], number)))
    book = [[t, f"Theme {t} with a longer name", n, n, cases, n > 1, heading[t]] for t, n in reported.items()]
    book = table("theme name points cases of_cases supported heading", book)
    cells = cells.assign(heading=cells["theme"].map(heading))
    general = [[f"g{n}", f"General {n}", 3, 2, 4, min(cases, 3), n != 1] for n in range(max(number // 3, 2))]
    general = table("general name in_headings in_groups points cases supported", general)
    by_heading = [[g, h, 2, min(cases, 2)] for g in general["general"] for h in headings["id"]]
    opposed = table("general name enabler_points enabler_cases barrier_points barrier_cases both",
                    [["g0", "Money", 1, 1, min(cases, 2), min(cases, 2), True], ["g1", "Time", 0, 0, 1, 1, False]])  # fmt: skip
    points = [["g0", "for", ids[0], "k1"], ["g0", "against", ids[-1], "k2"], ["g1", "against", ids[0], "k3"]]
    complete = [[c, n, h, w, 2] for c, n in zip(ids, own["name"]) for h, w in zip(headings["id"], headings["name"])]
    places = [[c, f"Town {n}", 51.5 if n % 3 else 55.9, 0.01 * (n % 5) - 0.1, n % 2 == 0] for n, c in enumerate(ids)]
    people = [[c, n, "people", 1, 10, 20, 20, "10 to 20"] for c, n in zip(ids, own["name"])]
    totals = [["people", 10 * cases, 20 * cases, 20 * cases, f"{10 * cases:,} to {20 * cases:,}", ""],
              ["The report says so", 7500, 7500, 0, "7,500", "no"]]  # fmt: skip
    curve = [[n + 1, min(n + 2, 9), n + 1.5, 1, 10, 100] for n in range(cases)]
    over = "refined name definition supported cases with_cases"
    over = table(over, [["r", "Money", "Money matters.", True, cases, " ".join(ids)], ["s", "Luck", "", False, 0, ""]])
    said = [["f", c, 1, int(n % 3 == 0), int(n % 7 == 1)] for n, c in enumerate(ids)]
    stated = "finding statement kind supporting qualifying contradicting not_mentioned of_cases supported"
    return [
        completeness(table("case name heading heading_name points", complete), own),
        themes(book, cells, cells.loc[:1, ["theme", "case"]], headings, own),
        general_headings(general, table("general heading points cases", by_heading), headings),
        barriers_enablers(opposed, table("general side case keypoint", points), own),
        case_map(own.rename(columns={"case": "id"})[["id", "name"]].assign(nation="Wales", case_study=True),
                 table("case place latitude longitude main", places), own, outline()),
        participants(table("case name unit groups low high sum_as_published interval", people),
                     table("what low high sum_as_published interval within", totals), own),
        saturation(table("cases published expected low high orders", curve),
                   table("base_size run_length new_information at cases reading", [[4, 2, 0.05, "4+2", 6, "reached at 4+2"]])),
        refined(over, own, "the-report"),
        findings(table(stated, [["f", "Ties helped.", "condition", cases, 1, 1, 0, cases, True]]),
                 table("finding case supports qualifies contradicts", said), own),
    ]  # fmt: skip
