"""The course: its exercises with their feedback, and the copies of its notebooks that students write in.

Outputs in the committed notebooks would give the answers away, so the copies have none. The solutions keep theirs.
"""

import json
import re
from collections.abc import Callable, Iterable
from itertools import combinations
from numbers import Real
from pathlib import Path

import pandas as pd
import yaml
from IPython.display import Markdown

from casesynth.analysis import agreement, coders, extraction, general, themes
from casesynth.analysis.coders import point_marks
from casesynth.core import paths
from casesynth.core.codings import NONE
from casesynth.core.files import write_if_changed
from casesynth.core.review import Review, load
from casesynth.core.rules import Rules
from casesynth.core.text import nearest

COURSE = paths.ROOT / "notebooks" / "learn"


def without_outputs(notebook: str) -> str:
    """The text of a notebook without outputs, as if no cell had been run.

    >>> without_outputs('{"cells": [{"cell_type": "code", "outputs": ["4"], "execution_count": 1, "source": "2 + 2"}]}')
    '{"cells": [{"cell_type": "code", "outputs": [], "execution_count": null, "source": "2 + 2"}]}'
    """
    node = json.loads(notebook)
    for cell in node["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(node, ensure_ascii=False)


def lay_out(folder: Path) -> list[Path]:
    """Copy the notebooks that the folder does not have yet, and leave those it has unchanged. Returns the copies made."""
    made = []
    for notebook in [*sorted(COURSE.glob("*.ipynb")), *sorted(COURSE.glob("solutions/*.ipynb"))]:
        copy = folder / notebook.relative_to(COURSE)
        if not copy.exists():
            text = notebook.read_text("utf-8")
            write_if_changed(copy, without_outputs(text) if notebook.parent == COURSE else text)
            made.append(copy)
    return made


#: The texts of the exercises: answer, model, rubric, counting, agreement.
TEXTS = yaml.safe_load((COURSE / "exercises.yaml").read_text("utf-8"))
ANSWER = TEXTS["answer"]
YOU = "you"
MIN_CASES, MIN_HEADINGS, MERGE = Rules().min_cases, Rules().min_headings, Rules().merge_overlap


def start() -> Review:
    """The invented review of the course; tables are shown with all of their text."""
    pd.set_option("display.max_colwidth", None)
    return load("repair-cafes")


def verdict(right: bool, text: str) -> Markdown:
    """The verdict on an answer, as a notebook shows it."""
    return Markdown(("**Right.** " if right else "**Not yet.** ") + text)


def parts(answer) -> list:
    """The parts of an answer, whatever holds them: a set, pairs, the values of a dictionary, a column of a table.

    >>> parts({"x": ("a", "b"), "y": ...})
    ['a', 'b', Ellipsis]
    >>> parts(pd.Series(["a", "b"])), parts("a"), parts(2)
    (['a', 'b'], ['a'], [2])
    """
    try:
        values = [answer] if isinstance(answer, str) else list(answer.values() if isinstance(answer, dict) else answer)
    except TypeError:
        return [answer]
    return [part for value in values for part in (value if isinstance(value, (tuple, list, set)) else [value])]


def unanswered(answer) -> Markdown | None:
    """The message for an answer that still has the three dots; otherwise None."""
    if any(part is ... or (isinstance(part, str) and part.strip() in ("...", "…")) for part in parts(answer)):
        return Markdown("**Not answered yet.** Put your answer in place of the three dots and run the cell again.")
    return None


def number_problem(answer, expected: str) -> Markdown | None:
    """What is wrong with an answer that should be a number; None if nothing is."""
    if (message := unanswered(answer)) is not None:
        return message
    return None if isinstance(answer, Real) and not isinstance(answer, bool) else verdict(False, f"Write {expected}.")


def choose(answer, expected: set, known, why: str, hint: Callable[[set, set], str]) -> Markdown:
    """Compare a set of ids with the expected one.

    Parameters: all ids that there are (`known`); why the right answer is right (`why`); and `hint`, which says of the
    missing and the superfluous ids what to look at.
    """
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, Iterable):
        return verdict(False, 'Write a set of ids: {"…", "…"}')
    given = {str(part).strip() for part in (list(answer) if isinstance(answer, dict) else parts(answer))}
    for name in sorted(given - set(known)):
        if name == NONE:
            return verdict(False, "'none' is not a theme: it means that the key point was read and coded to no theme.")
        if any(piece in known for piece in re.split(r"[\s,;]+", name)):
            return verdict(False, f'Each id needs its own quotation marks, {{"…", "…"}}. This is one text: "{name}"')
        return verdict(False, f"There is no '{name}' here.{nearest(name.lower(), known)}")
    if given == expected:
        return verdict(True, why)
    return verdict(False, hint(expected - given, given - expected))


def true_or_false(answer, exercise: str) -> Markdown:
    """Check which statements of an exercise are true. Parameters: True or False by letter."""
    if (message := unanswered(answer)) is not None:
        return message
    statements = TEXTS[exercise]["statements"]
    if not isinstance(answer, dict) or set(answer) != set(statements):
        return verdict(False, f'Give True or False for each of {", ".join(statements)}: {{"a": True, "b": False, …}}')
    for letter, (true, why) in statements.items():
        if not isinstance(answer[letter], bool):
            return verdict(False, f"({letter}): write True or False, without quotation marks.")
        if answer[letter] is not true:
            return verdict(False, f"Reconsider ({letter}): {why}.")
    return verdict(True, TEXTS[exercise]["right"])


def compare_points(answer) -> Markdown:
    """Show extracted key points next to a model answer, with the questions by which to judge them.

    Parameters: a list of (heading, summary).
    """
    if (message := unanswered(answer)) is not None:
        return message
    headings = list(dict.fromkeys(heading for heading, _ in TEXTS["model"]))
    for row in answer if isinstance(answer, list) and answer else [answer]:
        if not (isinstance(row, (tuple, list)) and len(row) == 2 and all(isinstance(word, str) for word in row)):
            return verdict(
                False, f'Write a list of pairs such as ("aims", "The café aims …"). This is not a pair: {row!r}'
            )
        if row[0].strip() not in headings:
            return verdict(False, f"'{row[0]}' is not a heading of this review.{nearest(row[0], headings)}")
    if not isinstance(answer, list):
        return verdict(False, "Write a list: square brackets around it, and a comma after each pair.")
    lines = []
    for title, rows in (("Your key points", answer), ("A model answer", TEXTS["model"])):
        ordered = sorted(rows, key=lambda row: headings.index(row[0].strip()))
        lines += [
            f"**{title}** ({len(rows)})",
            "",
            *(f"- *{heading.strip()}*: {summary}" for heading, summary in ordered),
            "",
        ]
    questions = [f"{number}. {text}" for number, text in enumerate(TEXTS["rubric"], 1)]
    return Markdown("\n".join([*lines, "**Ask of each of yours:**", "", *questions]))


def gaps(review: Review, answer) -> Markdown:
    """Check which cell of the framework matrix is empty. Parameters: (case, heading)."""
    table = extraction.completeness(review.keypoints, review.cases, review.headings)
    empty = table.loc[table["points"].eq(0), ["case", "heading"]]

    known = {*review.cases["id"], *review.headings["id"]}
    text = "The café reported nothing there. That does not mean that it has no barriers: nobody asked again."
    hint = "That cell has key points, or it is not a case and a heading. Look for the cell with 0."
    return choose(answer, set(empty.iloc[0]), known, text, lambda missing, extra: hint)


def theme_cells(review: Review, heading: str, coder: str = "ada") -> pd.DataFrame:
    """Which cases report which themes of a heading (`themes.theme_cases`)."""
    coded = themes.coded_points(review, coder, heading)
    return themes.theme_cases(coded, themes.themes_of(review, heading), themes.eligible(review, heading, coder))


def theme_table(review: Review, heading: str, coder: str = "ada", min_cases: int = MIN_CASES) -> pd.DataFrame:
    """The themes of a heading, as the analysis makes them (`themes.theme_table`)."""
    cells, cases = theme_cells(review, heading, coder), themes.eligible(review, heading, coder)
    return themes.theme_table(cells, themes.themes_of(review, heading), cases, min_cases)


def supported(review: Review, heading: str, answer, min_cases: int = MIN_CASES) -> Markdown:
    """Check which themes of a heading are supported. Parameters: a set of ids of themes."""
    table = theme_table(review, heading, min_cases=min_cases)
    cases = dict(zip(table["theme"], table["cases"]))

    def hint(missing, extra):
        if extra:
            theme = min(extra)
            return f"{theme} was reported by {cases[theme]} case(s), not {min_cases}. Count cases, not key points."
        return f"Still missing: {len(missing)}. Count the cases of each theme that you have left out."

    text = f"Each was reported by at least {min_cases} cases. What only one café reports is listed, but not as a theme."
    return choose(answer, set(table.loc[table["supported"], "theme"]), set(table["theme"]), text, hint)


def margin(review: Review, heading: str, theme: str, answer) -> Markdown:
    """Check how many cases must be excluded until a theme is no longer supported. Parameters: a number."""
    if (message := number_problem(answer, "a whole number")) is not None:
        return message
    row = theme_table(review, heading).set_index("theme").loc[theme]
    needed = f"{row['cases']} cases report it and {MIN_CASES} are needed"
    if answer == row["margin"]:
        return verdict(True, f"{needed}: without {answer - 1} it is still supported, without {answer} it is not.")
    if answer == row["margin"] - 1:
        return verdict(
            False, f"Without {answer} it is still supported. The margin includes the case that changes that."
        )
    return verdict(False, f"{needed}. How many must be excluded until fewer are left?")


def without(review: Review, heading: str, theme: str, answer) -> Markdown:
    """Check which cases under a heading do not report a theme. Parameters: a set of ids of cases."""
    cells = theme_cells(review, heading)
    cells = cells[cells["theme"].eq(theme)]

    def hint(missing, extra):
        if silent := extra - set(cells["case"]):
            return f"{min(silent)} reported nothing under this heading, so it is not part of the count."
        if extra:
            return f"{min(extra)} reports the theme."
        return f"Still missing: {len(missing)}. Go through the cases one by one."

    text = "Is any of them a negative case? They do not mention it, so they do not contradict it: there is none here."
    return choose(answer, set(cells.loc[cells["points"].eq(0), "case"]), set(review.cases["id"]), text, hint)


def all_themes(review: Review, coder: str = "ada") -> pd.DataFrame:
    """The themes of all headings in one table, with a column heading."""
    parts = [theme_table(review, heading, coder).assign(heading=heading) for heading in review.headings["id"]]
    return pd.concat(parts, ignore_index=True)


def general_table(review: Review, heading_groups: bool) -> pd.DataFrame:
    """The general themes, as the analysis makes them (`general.general_themes`)."""
    coded, table = themes.coded_points(review, "ada"), all_themes(review)
    return general.general_themes(table, coded, review.codebook, review.headings, MIN_HEADINGS, heading_groups)


def points_of(review: Review) -> pd.DataFrame:
    """The key points of supported themes with the general theme above them (`general.points_by_general`)."""
    coded, table = themes.coded_points(review, "ada"), all_themes(review)
    return general.points_by_general(coded, review.codebook, set(table.loc[table["supported"], "theme"]))


def overlap_table(review: Review) -> pd.DataFrame:
    """Every pair of general themes supported without groups, with their overlaps (`general.overlaps`)."""
    return general.overlaps(points_of(review), general_table(review, False), review.codebook, MERGE)


def generals(review: Review, answer, heading_groups: bool) -> Markdown:
    """Check which general themes are supported. Parameters: a set of ids of general themes."""
    table = general_table(review, heading_groups).set_index("general")
    place = "groups" if heading_groups else "headings"

    def hint(missing, extra):
        if not extra:
            return f"Still missing: {len(missing)}. For each general theme, list the {place} of its supported themes."
        theme = min(extra)
        where = table.loc[theme, place] or "none (look at the column supported)"
        return f"The supported themes below {theme} are under: {where}. That makes {table.loc[theme, f'in_{place}']}."

    text = {
        False: "Each has supported themes under at least two headings.",
        True: "gen-place is no longer supported: enablers and barriers are two sides of one question, so they count "
        "as one. The Phase 2 report also covers both in one section; both results are therefore always shown.",
    }[heading_groups]
    return choose(answer, set(table.index[table["supported"]]), set(table.index), text, hint)


def overlap(left: set, right: set, answer) -> Markdown:
    """Check an overlap worked out by hand. Parameters: two sets of key points, and a number."""
    if (message := number_problem(answer, "a number, or a division such as 1 / 2")) is not None:
        return message
    if not 0 <= answer <= 1:
        return verdict(False, "An overlap is between 0 (nothing shared) and 1 (all shared).")
    in_both, in_either = len(left & right), len(left | right)
    if abs(answer - general.jaccard(in_both, len(left), len(right))) < 0.005:
        return verdict(True, f"{in_both} shared, {in_either} in either set.")
    if abs(answer - in_both / min(len(left), len(right))) < 0.005:
        return verdict(
            False, "You divided by the smaller set; Jaccard's measure divides by all key points of either set."
        )
    if abs(answer - in_both / (len(left) + len(right))) < 0.005:
        return verdict(False, "You counted the shared key points twice, once in each set.")
    return verdict(False, f"They share {in_both}. How many different key points are in either set?")


def merge(review: Review, answer) -> Markdown:
    """Check which pair of general themes is proposed for merging. Parameters: a set of two ids."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()
    hint = "Look at overlap_points. The overlap of cases is high between any two themes that most cases report."
    text = f"The overlap of their key points is {pair.overlap_points}. This is only a proposal: the definitions decide."
    return choose(answer, {pair.one, pair.other}, set(review.codebook["id"]), text, lambda missing, extra: hint)


def proposed(review: Review) -> pd.DataFrame:
    """The two general themes proposed for merging. Returns id, name, definition."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()
    return review.codebook.loc[review.codebook["id"].isin([pair.one, pair.other]), ["id", "name", "definition"]]


def shared(review: Review) -> pd.DataFrame:
    """The key points that the proposed pair share. Returns keypoint, summary."""
    points = points_of(review)
    left, right = (set(points.loc[points["general"].eq(each), "keypoint"]) for each in proposed(review)["id"])
    both = review.keypoints[review.keypoints["id"].isin(left & right)].rename(columns={"id": "keypoint"})
    return both[["keypoint", "summary"]].reset_index(drop=True)


def twelve(review: Review) -> pd.DataFrame:
    """The twelve key points under enablers. Returns keypoint, label, summary."""
    points = review.keypoints[review.keypoints["heading"].eq("enablers")].rename(columns={"id": "keypoint"})
    return points[["keypoint", "label", "summary"]].reset_index(drop=True)


def themes_given(answer) -> list[str]:
    """The themes given to one key point, in whatever form.

    >>> themes_given("a, b"), themes_given("a b a"), themes_given(["a", "b"]), themes_given(None)
    (['a', 'b'], ['a', 'b'], ['a', 'b'], [])
    """
    texts = [part for part in parts(answer) if isinstance(part, str)]
    return list(dict.fromkeys(theme for text in texts for theme in re.split(r"[\s,;]+", text) if theme))


def coding_problem(review: Review, coding: dict) -> Markdown | None:
    """What is wrong with a coding of the twelve key points; None if nothing is."""
    if (message := unanswered(coding)) is not None:
        return message
    if not isinstance(coding, dict):
        return verdict(False, "Keep the form: the id of a key point, a colon, its themes.")
    points, known = list(twelve(review)["keypoint"]), {*themes.themes_of(review, "enablers")["id"], NONE}
    for point in coding:
        if point not in points:
            return verdict(False, f"There is no key point '{point}' among the twelve.{nearest(str(point), points)}")
    for point in points:
        if not (given := themes_given(coding.get(point))):
            return verdict(False, f"{point} is missing. Write 'none' if no theme fits, to show that you have read it.")
        for theme in given:
            if theme not in known:
                return verdict(False, f"{point}: there is no theme '{theme}'.{nearest(theme, known)}")
        if NONE in given and len(given) > 1:
            return verdict(False, f"{point} has '{NONE}' and a theme; it can only have one or the other.")
    return None


def with_you(review: Review, coding: dict) -> Review:
    """A review of the twelve key points alone, with your coding and the two others."""
    points = twelve(review)["keypoint"]
    yours = [[point, theme, YOU, "supports", ""] for point, answer in coding.items() for theme in themes_given(answer)]
    others = review.codings[review.codings["keypoint"].isin(points)]
    tables = {
        **review.tables,
        "keypoints": review.keypoints[review.keypoints["id"].isin(points)],
        "codings": pd.concat([others, pd.DataFrame(yours, columns=others.columns)], ignore_index=True),
    }
    return Review(review.name, review.settings, tables)


def pairs(review: Review, coders: list[str]) -> pd.DataFrame:
    """Agreement of each pair of coders on the twelve key points, with one mark for each key point and theme.

    Returns coders, units, percent, positive (agreement on ones), kappa (Cohen 1960), alpha (Krippendorff 2004).
    """
    marks = point_marks(review, coders)
    marks = marks[marks["heading"].eq("enablers")]
    rows = []
    for left, right in combinations(coders, 2):
        found = agreement.measures(marks[[left, right]].to_numpy(float))
        values = [found[measure] for measure in ("percent", "positive", "kappa", "alpha")]
        rows.append([f"{left} and {right}", int(found["units"]), *values])
    return pd.DataFrame(rows, columns=["coders", "units", "percent", "positive", "kappa", "alpha"]).round(2)


def compare(review: Review, coding: dict):
    """The agreement of your coding with ada's and bo's, pair by pair; or what is wrong with it."""
    problem = coding_problem(review, coding)
    return problem if problem is not None else pairs(with_you(review, coding), [YOU, "ada", "bo"])


def differ(review: Review, coding: dict):
    """What the three of you coded differently (keypoint, summary, you, ada, bo); or what is wrong with your coding."""
    problem = coding_problem(review, coding)
    if problem is not None:
        return problem
    table = coders.differences(with_you(review, coding), [YOU, "ada", "bo"])
    return table[["keypoint", "summary", YOU, "ada", "bo"]]
