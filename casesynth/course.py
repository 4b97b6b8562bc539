"""`make learn`: the notebooks of the course, copied to a folder where the student writes in them.

What the committed notebooks show when they are opened would give the answers away, so copies are made without it.
The solutions are to be read, so theirs stays.
"""

import json
import re
from collections.abc import Callable, Iterable
from numbers import Real
from pathlib import Path

import pandas as pd
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
    """The text of a notebook as if no cell had been run.

    >>> without_outputs('{"cells": [{"cell_type": "code", "outputs": ["4"], "execution_count": 1, "source": "2 + 2"}]}')
    '{"cells": [{"cell_type": "code", "outputs": [], "execution_count": null, "source": "2 + 2"}]}'
    """
    node = json.loads(notebook)
    for cell in node["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(node, ensure_ascii=False)


def lay_out(folder: Path) -> list[Path]:
    """Copy what is not there yet; what a student has written in is never touched. Out: the copies made."""
    made = []
    for notebook in [*sorted(COURSE.glob("*.ipynb")), *sorted(COURSE.glob("solutions/*.ipynb"))]:
        copy = folder / notebook.relative_to(COURSE)
        if not copy.exists():
            text = notebook.read_text("utf-8")
            write_if_changed(copy, without_outputs(text) if notebook.parent == COURSE else text)
            made.append(copy)
    return made


#: What an invented seventh café answers; the first exercise takes it apart.
ANSWER = (
    "We wanted fewer kettles in the bin, and we wanted the people on our street to get to know each other. "
    "Finding a room was hard. In the end the school lent us one."
)
ROOM = r"(?:room|space|venue|place|hall|premises|somewhere)"
HARD = (
    r"(?:\bhard|difficult|scarc|\brare|seldom|\black|\bfew|short|struggl|challeng|problem|missing|\bcannot|\bnot\b"
    rf"|\bno (?:\w+ )?{ROOM})"
)
#: Its four statements: what each is about, its heading, and the beginnings of words by which a summary of it is known.
STATEMENTS = {
    "the school": ("enablers", r"school|\blen[dt]|loan|borrow"),
    "finding a room": ("barriers", rf"(?=.*\b{ROOM})(?=.*{HARD})"),
    "the kettles": (
        "aims",
        r"\bbins?\b|kettle|waste|throw|discard|rubbish|trash|scrap|applianc|landfill|\bin use|reus",
    ),
    "the neighbours": (
        "aims",
        r"neighbo|street|\bmeet|acquaint|each other|one another|together|friend|\bknow|social|connect|\bjoin"
        r"|communit|resident",
    ),
}
JOINED = re.compile(r"\b(?:and|but|while|as well as)\b|[;&]", re.I)
#: What `extraction.form_problems` does not look for, since it knows only projects as a subject.
PAST = re.compile(
    r"^(?:\w+ )?(?:café|cafe|we|school|neighbours|people|rooms?) (?:(?!need\b)\w+ed|lent|met|got|found|kept|knew)\b", re.I
)
YOU = "you"
MIN_CASES, MIN_HEADINGS, MERGE = Rules().min_cases, Rules().min_headings, Rules().merge_overlap


def start() -> Review:
    """The invented review of the course; tables are shown with all of their text."""
    pd.set_option("display.max_colwidth", None)
    return load("repair-cafes")


def said(right: bool, text: str) -> Markdown:
    """The verdict on an answer as a notebook shows it."""
    return Markdown(("**Right.** " if right else "**Not yet.** ") + text)


def parts(answer) -> list:
    """What an answer is made of, whatever it was put in: a set, pairs, the values of a dictionary, a column of a table.

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
    """What to say where the three dots still stand."""
    if any(part is ... or (isinstance(part, str) and part.strip() in ("...", "…")) for part in parts(answer)):
        return Markdown("**Not answered yet.** Put your answer in place of the three dots and run the cell again.")
    return None


def choose(answer, expected: set, known, why: str, hint: Callable[[set, set], str]) -> Markdown:
    """Compare a set of ids with the expected one. `hint` says of (missing, too many) what to look at."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, Iterable):
        return said(False, 'Write a set of ids: {"…", "…"}')
    given = {str(part).strip() for part in (list(answer) if isinstance(answer, dict) else parts(answer))}
    for name in sorted(given - set(known)):
        if name == NONE:
            return said(False, "'none' is no theme: the key point was read and carries none.")
        if any(piece in known for piece in re.split(r"[\s,;]+", name)):
            return said(False, f'Each id has quotation marks of its own: {{"…", "…"}}. This is one piece: "{name}"')
        return said(False, f"There is no '{name}' here.{nearest(name, known)}")
    if given == expected:
        return said(True, why)
    return said(False, hint(expected - given, given - expected))


def true_or_false(answer, statements: dict, right: str) -> Markdown:
    """Check which statements are true. In: letter -> True or False; `statements` has letter -> (which it is, why)."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, dict):
        return said(False, 'Keep the form: {"a": True, "b": False, …}')
    for letter in answer:
        if letter not in statements:
            return said(False, f"There is no statement '{letter}', only {', '.join(statements)}.")
    for letter, (true, why) in statements.items():
        if letter not in answer:
            return said(False, f"({letter}) is missing.")
        if not isinstance(answer[letter], bool):
            return said(False, f"({letter}): write True or False, without quotation marks.")
        if answer[letter] is not true:
            return said(False, f"Think again of ({letter}): {why}.")
    return said(True, right)


def words(text: str) -> list[str]:
    """The words of a text, small, without punctuation."""
    return re.findall(r"\w+", text.casefold())


def copied(summary: str, run: int = 5) -> str:
    """The first words that a summary copies from ANSWER, `run` of them on end; empty where there are none.

    >>> copied("It wants fewer kettles in the BIN."), copied("Neighbours come to know each other.")
    ('fewer kettles in the bin', '')
    """
    own, source = words(summary), f" {' '.join(words(ANSWER))} "
    runs = [" ".join(own[start : start + run]) for start in range(len(own) - run + 1)]
    return next((each for each in runs if f" {each} " in source), "")


def about(summary: str) -> list[str]:
    """Which of the STATEMENTS a summary states: one; two, where it joins the aims; or none that can be recognised.

    Of words that belong to several, a room that the school lends is the school's; else what is named first counts.

    >>> about("A school lends a room."), about("Rooms are scarce."), about("It rains.")
    (['the school'], ['finding a room'], [])
    >>> about("Less is thrown away in our street."), about("Neighbours meet and waste less.")
    (['the kettles'], ['the neighbours', 'the kettles'])
    """
    found = {key: re.search(stems, summary, re.I) for key, (_, stems) in STATEMENTS.items()}
    keys = [key for key, match in found.items() if match]
    if keys and STATEMENTS[keys[0]][0] != "aims":
        return keys[:1]
    keys = sorted(keys, key=lambda key: found[key].start())
    return keys if JOINED.search(summary) else keys[:1]


def summary_problem(heading: str, summary: str) -> str:
    """What is wrong with one key point of the first exercise, as a sentence; empty where nothing is."""
    whole = re.sub(r"\b(St|Mr|Mrs|Ms|Dr)\.", r"\1", summary.strip())
    form = extraction.form_problems(whole) or ("not in the present tense" if PAST.search(whole) else "")
    if form:
        return f"'{summary}' is {form}: one statement, one sentence, in the present tense."
    if not whole.endswith("."):
        return f"'{summary}' has no full stop: a key point is a whole sentence, so that it can be read alone."
    if run := copied(whole):
        return f"'{run}' is copied. In your own words you notice whether you understood it."
    states = about(whole)
    if not states:
        topics = ", ".join(reversed(STATEMENTS))
        return f"Which statement is '{summary}'? Name what it is about ({topics}), and what is said of it."
    if len(states) > 1 or " but " in whole:
        return f"'{summary}' joins two statements. They can be coded differently, so they are two key points."
    if heading != STATEMENTS[states[0]][0]:
        return f"'{summary}' is under {heading}. Is it what the café wants, what helps it, or what stands in its way?"
    return ""


def key_points(answer) -> Markdown:
    """Check key points extracted from ANSWER. In: a list of (heading, summary).

    Words are looked for, so a summary can slip through; what is said of a wrong one holds.
    """
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, list):
        return said(False, "Write a list: square brackets around it, and a comma after each pair.")
    headings, seen = sorted({heading for heading, _ in STATEMENTS.values()}), {}
    for row in answer:
        if not (isinstance(row, (tuple, list)) and len(row) == 2 and all(isinstance(word, str) for word in row)):
            return said(False, f'Each key point is a pair: ("aims", "The café aims …"). This one is not: {row!r}')
        heading, summary = row[0].strip(), row[1]
        if heading not in headings:
            return said(False, f"'{heading}' is no heading of this review.{nearest(heading, headings)}")
        if problem := summary_problem(heading, summary):
            return said(False, problem)
        (statement,) = about(summary)
        if statement in seen:
            return said(False, f"'{seen[statement]}' and '{summary}' say the same: one key point is enough.")
        seen[statement] = summary
    if len(seen) < len(STATEMENTS):
        return said(
            False, f"You have {len(seen)} of the {len(STATEMENTS)} statements. Which is missing? Look at each 'and'."
        )
    return said(True, "Four statements: two aims joined by 'and', a barrier, and an enabler that nobody calls one.")


def gaps(review: Review, answer) -> Markdown:
    """Check the empty cell of the framework matrix. In: (case, heading)."""
    if (message := unanswered(answer)) is not None:
        return message
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        return said(False, 'Write two ids in brackets: ("…", "…"), the case and the heading.')
    case, heading = (str(part).strip() for part in answer)
    for kind, name, known in (("case", case, review.cases["id"]), ("heading", heading, review.headings["id"])):
        if name not in set(known):
            return said(False, f"There is no {kind} with the id '{name}'.{nearest(name.lower(), known)}")
    table = extraction.completeness(review.keypoints, review.cases, review.headings)
    points = table.loc[table["case"].eq(case) & table["heading"].eq(heading), "points"].item()
    if points == 0:
        return said(True, "Nothing was said there. That is not the same as 'there are none': nobody asked again.")
    return said(False, f"That cell has {points} key points. Look for the cell with 0.")


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
        return f"Still missing: {len(missing)}. Count the cases of each theme that you have left out."

    text = f"Each of them rests on at least {min_cases} cases. What only one café says is listed, but is no theme."
    return choose(answer, set(table.loc[table["stands"], "theme"]), set(table["theme"]), text, hint)


def margin(review: Review, heading: str, theme: str, answer) -> Markdown:
    """Check how many supporting cases must be lost until a theme falls. In: a number."""
    if (message := unanswered(answer)) is not None:
        return message
    row = theme_table(review, heading).set_index("theme").loc[theme]
    if not isinstance(answer, Real) or isinstance(answer, bool) or answer % 1 != 0:
        return said(False, "Write a whole number.")
    carry = f"{row['cases']} cases carry it and {MIN_CASES} are needed"
    if answer == row["margin"]:
        return said(True, f"{carry}: with {row['margin'] - 1} lost it still stands, with {row['margin']} it falls.")
    if answer == row["margin"] - 1:
        return said(False, f"With {answer} lost it still stands. The margin counts the loss that makes it fall, too.")
    return said(False, f"{carry}. After how many losses are fewer left?")


def without(review: Review, heading: str, theme: str, answer) -> Markdown:
    """Check which cases under a heading do not carry a theme. In: a set of ids of cases."""
    cells = themes.theme_cases(
        themes.coded_points(review, "ada", heading), themes.themes_of(review, heading), themes.eligible(review, heading)
    )
    own = cells[cells["theme"].eq(theme)]

    def hint(missing, extra):
        if extra - set(own["case"]):
            return f"{min(extra - set(own['case']))} told nothing under this heading, so it is not part of the count."
        if extra:
            return f"{min(extra)} carries the theme."
        return f"Still missing: {len(missing)}. Go through the cases one by one."

    text = "Is any of them a negative case? They say nothing of it, so they do not contradict it: here there is none."
    return choose(answer, set(own.loc[own["points"].eq(0), "case"]), set(review.cases["id"]), text, hint)


COUNTING = {
    "a": (True, "it describes these cases, by codes that were applied to all of them, and it names how many there are"),
    "b": (False, "these cafés were not drawn so as to stand for others; a share of them is no share of repair cafés"),
    "c": (False, "how many say a thing is how widely it was told, not how much it matters"),
    "d": (
        False,
        "a theme there is a pattern of meaning that the researcher develops; how often it occurs does not support it",
    ),
}


def counting(answer) -> Markdown:
    """Check what a count of themes can be used for. In: letter -> True or False."""
    text = "With a codebook a count describes these cases, their number beside it. It reaches no further."
    return true_or_false(answer, COUNTING, text)


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
        if not extra:
            return f"Still missing: {len(missing)}. For each general theme, list the {place} of its standing themes."
        theme = min(extra)
        where = table.loc[theme, place] or "none (look at the column stands)"
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
    if not isinstance(answer, Real) or isinstance(answer, bool):
        return said(False, "Write a number, or a division such as 1 / 2.")
    if not 0 <= answer <= 1:
        return said(False, "An overlap is between 0 (nothing shared) and 1 (all shared).")
    shared, either = len(one & other), len(one | other)
    slips = {
        shared / min(len(one), len(other)): "You divided by the smaller set; Jaccard divides by all key points that "
        "either has, each once.",
        shared / (len(one) + len(other)): "You counted the shared ones twice: once in each set.",
    }
    if abs(answer - general.jaccard(one, other)) < 0.005:
        return said(True, f"{shared} shared, {either} in all.")
    for slip, text in slips.items():
        if abs(answer - slip) < 0.005:
            return said(False, text)
    return said(False, f"They share {shared}. How many different key points have they together?")


def merge(review: Review, answer) -> Markdown:
    """Check which pair of general themes is proposed for merging. In: a set of two ids."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()

    def hint(missing, extra):
        return "Look at overlap_points. The overlap of cases is high between any two themes that most cases have."

    text = f"Their key points overlap by {pair.overlap_points}. That only proposes: the definitions decide."
    return choose(answer, {pair.one, pair.other}, set(review.codebook["id"]), text, hint)


def proposed(review: Review) -> pd.DataFrame:
    """The two general themes that are proposed for merging. Out: id, name, definition."""
    table = overlap_table(review)
    (pair,) = table[table["proposed"]].itertuples()
    return review.codebook.loc[review.codebook["id"].isin([pair.one, pair.other]), ["id", "name", "definition"]]


def shared(review: Review) -> pd.DataFrame:
    """The key points that both of the proposed pair have. Out: keypoint, summary."""
    points = points_of(review)
    one, other = (set(points.loc[points["general"].eq(each), "keypoint"]) for each in proposed(review)["id"])
    own = review.keypoints[review.keypoints["id"].isin(one & other)].rename(columns={"id": "keypoint"})
    return own[["keypoint", "summary"]].reset_index(drop=True)


def twelve(review: Review) -> pd.DataFrame:
    """The twelve key points under enablers. Out: keypoint, label, summary."""
    own = review.keypoints[review.keypoints["heading"].eq("enablers")].rename(columns={"id": "keypoint"})
    return own[["keypoint", "label", "summary"]].reset_index(drop=True)


def themes_given(own) -> list[str]:
    """The themes of one key point, however they were written.

    >>> themes_given("a, b"), themes_given("a b a"), themes_given(["a", "b"]), themes_given(None)
    (['a', 'b'], ['a', 'b'], ['a', 'b'], [])
    """
    texts = [part for part in parts(own) if isinstance(part, str)]
    return list(dict.fromkeys(theme for text in texts for theme in re.split(r"[\s,;]+", text) if theme))


def problem_of(review: Review, coding: dict) -> Markdown | None:
    """What is wrong with a coding of the twelve key points; None where nothing is."""
    if (message := unanswered(coding)) is not None:
        return message
    if not isinstance(coding, dict):
        return said(False, "Keep the form: the id of a key point, a colon, its themes.")
    points, known = list(twelve(review)["keypoint"]), {*themes.themes_of(review, "enablers")["id"], NONE}
    for point in coding:
        if point not in points:
            return said(False, f"There is no key point '{point}' among the twelve.{nearest(str(point), points)}")
    for point in points:
        if point not in coding:
            return said(
                False,
                f"{point} is missing: a key point without a theme is coded 'none', else nobody knows you read it.",
            )
    for point, own in coding.items():
        given = themes_given(own)
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
    yours = [[point, theme, YOU, "supports", ""] for point, own in coding.items() for theme in themes_given(own)]
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
    marks = point_marks(review, coders)
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
    table = coders.differences(with_you(review, coding), [YOU, "ada", "bo"])
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


def says(answer) -> Markdown:
    """Check what agreement says. In: letter -> True or False."""
    text = "Agreement says how alike a codebook is applied. Talk the differences over; that is what they are for."
    return true_or_false(answer, SAYS, text)
