"""The exercises of the course in notebooks/learn/: checks by the functions of the analysis, with messages that teach.

An exercise has its answer in place of three dots (...). A check gives one text, which begins with "Right", "Not yet" or
"Not answered yet"; none of them raises an error.
"""

from collections.abc import Callable

import pandas as pd
from IPython.display import Markdown

from casesynth import agreement, extraction, general, themes
from casesynth.parameters import nearest
from casesynth.review import NONE, Review, load

#: What an invented seventh café answers; the first exercise takes it apart.
ANSWER = (
    "We wanted fewer kettles in the bin, and we wanted the people on our street to get to know each other. "
    "Finding a room was hard. In the end the school lent us one."
)
YOU = "you"
MIN_CASES, MIN_HEADINGS, MERGE = 2, 2, 0.5


def start() -> Review:
    """The invented review of the course; tables are shown with all of their text."""
    pd.set_option("display.max_colwidth", None)
    return load("repair-cafes")


def said(right: bool, text: str) -> Markdown:
    """The verdict on an answer as a notebook shows it."""
    return Markdown(("**Right.** " if right else "**Not yet.** ") + text)


def unanswered(answer) -> Markdown | None:
    """What to say where the three dots still stand."""
    values = list(answer.values()) if isinstance(answer, dict) else answer
    values = list(values) if isinstance(values, (list, tuple, set)) else [values]
    parts = [part for value in values for part in (value if isinstance(value, tuple) else [value])]
    if any(part is ... or part == "..." for part in parts):
        return Markdown("**Not answered yet.** Put your answer in place of the three dots and run the cell again.")
    return None


def choose(answer, expected: set, known, why: str, hint: Callable[[set, set], str]) -> Markdown:
    """Compare a set of ids with the expected one. `hint` says of (missing, too many) what to look at."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, (str, set, list, tuple, dict)):
        return said(False, 'Write a set of ids: {"…", "…"}')
    given = {answer} if isinstance(answer, str) else set(answer)
    for name in sorted(map(str, given)):
        if name not in known:
            return said(False, f"There is no '{name}' here.{nearest(name, known)}")
    if given == expected:
        return said(True, why)
    return said(False, hint(expected - given, given - expected))


# ---- 1: extract ----


def key_points(answer) -> Markdown:
    """Check key points extracted from ANSWER. In: a list of (heading, summary)."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, list):
        return said(False, "Write a list: square brackets around it, and a comma after each pair.")
    wrong = [
        row for row in answer if not (isinstance(row, tuple) and len(row) == 2 and all(isinstance(w, str) for w in row))
    ]
    if wrong:
        return said(False, f'Each key point is a pair: ("aims", "The café aims …"). This one is not: {wrong[0]!r}')
    for heading, summary in answer:
        if heading not in ("aims", "enablers", "barriers"):
            return said(
                False, f"'{heading}' is no heading of this review.{nearest(heading, ['aims', 'enablers', 'barriers'])}"
            )
        if problem := extraction.form_problems(summary):
            return said(False, f"'{summary}' is {problem}: one statement, one sentence, in the present tense.")
        if not summary.endswith("."):
            return said(
                False, f"'{summary}' has no full stop: a key point is a whole sentence, so that it can be read alone."
            )
        if summary.rstrip(".") in ANSWER:
            return said(False, f"'{summary}' is copied. In your own words you notice whether you understood it.")
    found = pd.Series([heading for heading, _ in answer]).value_counts().to_dict()
    if found == {"aims": 2, "enablers": 1, "barriers": 1}:
        text = "Four statements: two aims joined by 'and', a barrier, and an enabler that nobody calls so."
        return said(True, text)
    if found.get("aims", 0) < 2:
        return said(
            False, "How many aims does the first sentence state? What is joined by 'and' can be coded differently."
        )
    if len(answer) < 4:
        return said(False, f"You have {len(answer)} key points; the answer makes four statements. Which is missing?")
    return said(False, f"You have {found}. Look again at which statement helps, and which one stands in the way.")


def gaps(review: Review, answer) -> Markdown:
    """Check the empty cell of the framework matrix. In: (case, heading)."""
    if (message := unanswered(answer)) is not None:
        return message
    table = extraction.completeness(review.keypoints, review.cases, review.headings)
    empty = set(table.loc[table["points"].eq(0), ["case", "heading"]].itertuples(index=False, name=None))
    if not isinstance(answer, tuple) or len(answer) != 2:
        return said(False, 'Write two ids in brackets: ("…", "…"), the case and the heading.')
    if answer in empty:
        text = "Nothing was said there. That is not the same as 'there are none': nobody asked again."
        return said(True, text)
    points = table[table["case"].eq(answer[0]) & table["heading"].eq(answer[1])]["points"]
    if points.empty:
        return said(False, f"{answer!r} is no cell of the matrix; write (case, heading) with their ids.")
    return said(False, f"That cell has {points.iloc[0]} key points. Look for the cell with 0.")


# ---- 2: themes of one heading ----


def theme_table(review: Review, heading: str, coder: str = "ada", min_cases: int = MIN_CASES) -> pd.DataFrame:
    """The themes of a heading, as the analysis makes them (`themes.theme_table`)."""
    own, cases = themes.themes_of(review, heading), themes.eligible(review, heading)
    return themes.theme_table(
        themes.theme_cases(themes.coded_points(review, coder, heading), own, cases), own, cases, min_cases
    )


def standing(review: Review, heading: str, answer, min_cases: int = MIN_CASES) -> Markdown:
    """Check which themes of a heading stand. In: a set of ids."""
    table = theme_table(review, heading, min_cases=min_cases)
    cases = dict(zip(table["theme"], table["cases"]))

    def hint(missing, extra):
        if extra:
            theme = min(extra)
            return f"{theme} rests on {cases[theme]} case(s); a theme needs {min_cases}. Count cases, not key points."
        theme = min(missing)
        return f"{theme} is missing: key points of {cases[theme]} cases carry it."

    text = f"Each of them rests on at least {min_cases} cases. What only one café says is listed, but no theme."
    return choose(answer, set(table.loc[table["stands"], "theme"]), set(table["theme"]), text, hint)


def margin(review: Review, heading: str, theme: str, answer) -> Markdown:
    """Check how many supporting cases a theme may lose before it falls. In: a number."""
    if (message := unanswered(answer)) is not None:
        return message
    row = theme_table(review, heading).set_index("theme").loc[theme]
    if not isinstance(answer, int):
        return said(False, "Write a whole number.")
    if answer == row["margin"]:
        return said(
            True, f"{row['cases']} cases carry it and {MIN_CASES} are needed: the loss number {answer} makes it fall."
        )
    return said(
        False, f"{row['cases']} cases carry it, and it stands with {MIN_CASES}. After how many losses are fewer left?"
    )


def negative(review: Review, heading: str, theme: str, answer) -> Markdown:
    """Check the negative cases of a theme. In: a set of ids of cases."""
    cells = themes.theme_cases(
        themes.coded_points(review, "ada", heading), themes.themes_of(review, heading), themes.eligible(review, heading)
    )
    own = cells[cells["theme"].eq(theme)]

    def hint(missing, extra):
        if extra - set(own["case"]):
            return f"{min(extra - set(own['case']))} told nothing under this heading, so it is not part of the count."
        return f"{min(extra)} carries the theme." if extra else f"{min(missing)} does not carry it either."

    text = (
        "Ask of each: did they say the opposite, or nothing? Here they say nothing of it, so they do not contradict it."
    )
    return choose(answer, set(own.loc[own["points"].eq(0), "case"]), set(review.cases["id"]), text, hint)


COUNTING = {
    "framework analysis": (True, "its matrix is made to see who says what; counts of cases have a place beside it"),
    "codebook thematic analysis": (True, "codes are defined before and applied alike, so counting them has a meaning"),
    "reflexive thematic analysis": (
        False,
        "a theme there is a pattern of meaning that the researcher develops; how often it occurs is not its worth",
    ),
}


def counting(answer: dict) -> Markdown:
    """Check in which methods counting themes is legitimate. In: method -> True or False."""
    if (message := unanswered(answer)) is not None:
        return message
    answer = answer if isinstance(answer, dict) else {}
    for method, (legitimate, why) in COUNTING.items():
        if answer.get(method) is not legitimate:
            return said(False, f"Think again of {method}: {why} (Braun and Clarke 2021).")
    return said(True, "Counts go with shared, defined codes; and even there they say how widely, not how important.")


# ---- 3 and 4: general themes, refined themes ----


def all_themes(review: Review, coder: str = "ada") -> pd.DataFrame:
    """The themes of all headings under each other, with a column heading."""
    parts = [theme_table(review, heading, coder).assign(heading=heading) for heading in review.headings["id"]]
    return pd.concat(parts, ignore_index=True)


def general_table(review: Review, heading_groups: bool) -> pd.DataFrame:
    """The general themes, as the analysis makes them (`general.general_themes`)."""
    coded = themes.coded_points(review, "ada")
    return general.general_themes(
        all_themes(review), coded, review.codebook, review.headings, MIN_HEADINGS, heading_groups
    )


def points_of(review: Review) -> pd.DataFrame:
    """The key points of standing themes with the general theme above (`general.points_by_general`)."""
    table = all_themes(review)
    return general.points_by_general(
        themes.coded_points(review, "ada"), review.codebook, set(table.loc[table["stands"], "theme"])
    )


def overlap_table(review: Review) -> pd.DataFrame:
    """Every pair of general themes that stand without groups, with their overlaps (`general.overlaps`)."""
    return general.overlaps(points_of(review), general_table(review, False), review.codebook, MERGE)


def generals(review: Review, answer, heading_groups: bool) -> Markdown:
    """Check which general themes stand. In: a set of ids."""
    table = general_table(review, heading_groups).set_index("general")
    place = "groups" if heading_groups else "headings"

    def hint(missing, extra):
        theme = min(extra or missing)
        where = table.loc[theme, place] or "none"
        return f"The standing themes below {theme} are under: {where}. That makes {table.loc[theme, f'in_{place}']}."

    text = {
        False: "Each is told under two headings or more.",
        True: "gen-place falls: enablers and barriers are two sides of one question, so they count as one place. "
        "The report on Phase 2 asks for both in one section, too; therefore both results are always shown.",
    }[heading_groups]
    return choose(answer, set(table.index[table["stands"]]), set(table.index), text, hint)


def overlap(one: set, other: set, answer) -> Markdown:
    """Check an overlap worked out by hand. In: two sets of key points and a number."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, (int, float)):
        return said(False, "Write a number, or a division such as 1 / 2.")
    expected = general.jaccard(one, other)
    if abs(answer - expected) < 0.005:
        return said(True, f"{len(one & other)} shared, {len(one | other)} in all.")
    if abs(answer - len(one & other) / min(len(one), len(other))) < 0.005:
        return said(
            False, "You divided by the smaller set; Jaccard divides by all key points that either has, each once."
        )
    return said(False, f"They share {len(one & other)}. How many different key points have they together?")


def merge(review: Review, answer) -> Markdown:
    """Check which pair of general themes is proposed for merging. In: a set of two ids."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()

    def hint(missing, extra):
        return "Look at overlap_points. The overlap of cases is high between any two themes that most cases have."

    text = f"Their key points overlap by {pair.overlap_points}. That only proposes: the definitions decide."
    return choose(answer, {pair.one, pair.other}, set(review.codebook["id"]), text, hint)


# ---- your own coding ----


def twelve(review: Review) -> pd.DataFrame:
    """The twelve key points under enablers. Out: keypoint, label, summary."""
    own = review.keypoints[review.keypoints["heading"].eq("enablers")].rename(columns={"id": "keypoint"})
    return own[["keypoint", "label", "summary"]].reset_index(drop=True)


def problem_of(review: Review, coding: dict) -> Markdown | None:
    """What is wrong with a coding of the twelve key points; None where nothing is."""
    if (message := unanswered(coding)) is not None:
        return message
    if not isinstance(coding, dict):
        return said(False, "Keep the form: the id of a key point, a colon, its themes.")
    points, known = list(twelve(review)["keypoint"]), {*themes.themes_of(review, "enablers")["id"], NONE}
    for point in points:
        if point not in coding:
            return said(
                False,
                f"{point} is missing: a key point without a theme is coded 'none', else nobody knows you read it.",
            )
    for point, own in coding.items():
        if point not in points:
            return said(False, f"There is no key point '{point}' among the twelve.{nearest(point, points)}")
        given = own.split() if isinstance(own, str) else []
        if not given:
            return said(False, f"{point} has no theme; write 'none' where it carries none.")
        for theme in given:
            if theme not in known:
                return said(False, f"{point}: there is no theme '{theme}'.{nearest(theme, known)}")
        if NONE in given and len(given) > 1:
            return said(False, f"{point} has '{NONE}' and a theme; it can be only one of the two.")
    return None


def with_you(review: Review, coding: dict) -> Review:
    """The twelve key points as a review of their own, with your coding beside the two others."""
    points = twelve(review)["keypoint"]
    yours = [[point, theme, YOU, "supports", ""] for point, own in coding.items() for theme in own.split()]
    others = review.codings[review.codings["keypoint"].isin(points)]
    tables = {
        **review.tables,
        "keypoints": review.keypoints[review.keypoints["id"].isin(points)],
        "codings": pd.concat([others, pd.DataFrame(yours, columns=others.columns)], ignore_index=True),
    }
    return Review(review.name, review.settings, tables)


def pairs(review: Review, coders: list[str]) -> pd.DataFrame:
    """Agreement of each two coders on the twelve key points, one mark for each key point and theme.

    Out: coders, units, percent, positive (agreement on ones), kappa (Cohen 1960), alpha (Krippendorff 2004).
    """
    marks = agreement.point_marks(review, coders)
    marks = marks[marks["heading"].eq("enablers")]
    rows = []
    for number, one in enumerate(coders):
        for other in coders[number + 1 :]:
            found = agreement.measures(marks[[one, other]].to_numpy(float))
            rows.append(
                [
                    f"{one} and {other}",
                    int(found["units"]),
                    *(found[m] for m in ("percent", "positive", "kappa", "alpha")),
                ]
            )
    return pd.DataFrame(rows, columns=["coders", "units", "percent", "positive", "kappa", "alpha"]).round(2)


def compare(review: Review, coding: dict):
    """Your coding beside ada's and bo's: how far each two agree; or what is wrong with it."""
    problem = problem_of(review, coding)
    return problem if problem is not None else pairs(with_you(review, coding), [YOU, "ada", "bo"])


def differ(review: Review, coding: dict):
    """What the three of you coded differently: keypoint, summary, you, ada, bo; or what is wrong with it."""
    problem = problem_of(review, coding)
    if problem is not None:
        return problem
    table = agreement.differences(with_you(review, coding), [YOU, "ada", "bo"])
    return table[["keypoint", "summary", YOU, "ada", "bo"]]


SAYS = {
    "a": (True, "that is what it measures"),
    "b": (False, "two can share a mistake, or a reading; agreement is not truth"),
    "c": (
        False,
        "whoever read the same instructions, or each other's codes, agrees more: look how independent they were",
    ),
    "d": (True, "each difference points at a definition that two people read in two ways"),
}


def says(answer: dict) -> Markdown:
    """Check what agreement says. In: letter -> True or False."""
    if (message := unanswered(answer)) is not None:
        return message
    answer = answer if isinstance(answer, dict) else {}
    for letter, (true, why) in SAYS.items():
        if answer.get(letter) is not true:
            return said(False, f"Think again of ({letter}): {why}.")
    return said(
        True, "Agreement says how alike a codebook is applied. Talk the differences over; that is what they are for."
    )
