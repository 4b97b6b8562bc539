"""Checks of what projects report: themes, words of quantity, and the rules of steps 2 to 4."""

import pandas as pd

from casesynth.analysis.quantifiers import SHARES, within
from casesynth.audit.checks.registry import (
    CAVEAT,
    CONTRADICTED,
    NOT_REPRODUCED,
    REPEATED,
    REPRODUCED,
    Answer,
    among,
    carriers,
    check,
    denominators,
    rows_of,
    shares,
)
from casesynth.core.review import Review
from casesynth.core.text import nearest
from casesynth.errors import UserError

#: Said of a sentence about an effect or a need (argument `effect`), for which nothing here is more than a caveat.
NO_EFFECT = "that projects report it does not show that it works or is needed"


@check
def attribution(review: Review, found: dict, statement: str, also: list = ()) -> Answer:
    """Does the coding find a theme in the projects that the print names for it?

    Compared as its extent allows (`themes.compare_with_print`). Reproduced: all named projects found, and of a
    closed list no others. A caveat: at least half of them, or half with the themes to which the codebook refers a part
    of what is meant (`also`); or nobody is named and the theme stands; or the theme has another statement in the same
    section, for the coding does not tell the statements of a theme apart.
    """
    row = found["print"].set_index("statement").loc[statement].fillna("")
    printed = review.statements.set_index("id").loc[statement]
    others = review.statements[review.statements[["theme", "section"]].eq(printed[["theme", "section"]]).all(axis=1)]
    stands = bool(found["themes"].set_index("theme")["stands"].get(row["theme"], False))
    points, wider = carriers(review, found, [row["theme"]]), carriers(review, found, [row["theme"], *also])
    columns = ["id", "statement", "case"]
    attributed = review.attributions if review.has("attributions") else pd.DataFrame(columns=columns)
    attributed = attributed[attributed["statement"].eq(statement)]
    rows = [statement, *attributed["id"], *wider["keypoint"]]
    text = f"coded in {shares(review, set(points['case']))}"
    text += f"; with {', '.join(also)}: {shares(review, set(wider['case']))}" if also else ""
    text += "; the coding does not tell the statements of this theme apart" if len(others) > 1 else ""
    if row["named"] == 0:
        text = f"no project named; {text}; the theme {'stands' if stands else 'does not stand'}"
        return Answer(text, CAVEAT if stands else NOT_REPRODUCED, rows)
    named = set(review.reported["id"]) if row["extent"] == "all" else set(attributed["case"])
    most = len(named & set(wider["case"]))
    text = f"{row['found']} of {row['named']} named projects found{f', {most} with the others' if also else ''}; {text}"
    text += f"; not found: {row['not_found']}" if row["not_found"] else ""
    text += f"; found, not named: {row['not_named']}" if row["not_named"] else ""
    if row["found"] == row["named"] and not row["not_named"] and len(others) == 1:
        return Answer(text, REPRODUCED, rows)
    return Answer(text, CAVEAT if most * 2 >= row["named"] else NOT_REPRODUCED, rows)


@check
def quantifier(
    review: Review,
    found: dict,
    word: str,
    themes: list = (),
    words: str = "",
    headings: list = (),
    statement: str = "",
    denominator: str = "with a case study",
) -> Answer:
    """Does a word such as "most" fit the number of projects, of the denominator that the claim names?

    Counted are the cases that carry one of the themes, or whose key points have the words; with `statement`, the
    cases that the print itself names. The claim's own denominator decides, the others are shown: a caveat where the
    word fits one of them only. So "all" of those with a case study can be reproduced; "all" of those funded cannot,
    since nothing can be found in those without. Examples that the print names are at best a caveat: there may be more.
    """
    if word not in SHARES:
        known = ", ".join(SHARES)
        raise UserError(f"there are no shares for the word '{word}'.{nearest(word, SHARES)} Words: {known}.")
    return with_shares(review, found, SHARES[word], word, themes, words, headings, statement, denominator)


def with_shares(
    review: Review,
    found: dict,
    limits: tuple[float, float, int],
    word: str,
    themes: list = (),
    words: str = "",
    headings: list = (),
    statement: str = "",
    denominator: str = "with a case study",
) -> Answer:
    """The check `quantifier` under any shares of the word (`limits`: least share, greatest share, least number)."""
    if denominator not in denominators(review):
        raise UserError(f"there is no denominator '{denominator}'.{nearest(denominator, denominators(review))}")
    examples = False
    if statement:
        own = review.attributions[review.attributions["statement"].eq(statement)]
        cases, rows = set(own["case"]), [statement, *own["id"]]
        examples = review.statements.set_index("id").loc[statement, "extent"] == "examples"
    else:
        points = carriers(review, found, themes, words, headings)
        cases, rows = set(points["case"]), [*themes, *points["keypoint"]]
    counted = among(review, cases)
    fit = {name: within(limits, number, total) for name, number, total in counted}
    text = "; ".join(f"{n} of {t} {name}: {'yes' if fit[name] else 'no'}" for name, n, t in counted)
    text += "; examples, of which there may be more" if examples else ""
    against = CONTRADICTED if statement and not examples else NOT_REPRODUCED
    verdict = CAVEAT if any(fit.values()) and (examples or not fit[denominator]) else against
    return Answer(f"“{word}”? {text}", REPRODUCED if fit[denominator] and not examples else verdict, rows)


@check
def theme_stands(review: Review, found: dict, themes: list, effect: bool = False) -> Answer:
    """Do themes stand by the rule of step 2: in at least `min_cases` projects? A caveat where some of them do.

    With `effect` the sentence says that a thing works or is needed: at best a caveat, for that projects report it does
    not show this.
    """
    table = found["themes"].set_index("theme")
    own = table.loc[themes]
    text = "; ".join(
        f"{row.Index}: {row.cases} of {row.of_cases} projects, {'stands' if row.stands else 'does not stand'}"
        for row in own.itertuples()
    )
    text += f"; {NO_EFFECT}" if effect else ""
    verdict = NOT_REPRODUCED if not own["stands"].any() else CAVEAT
    verdict = REPRODUCED if own["stands"].all() and not effect else verdict
    return Answer(text, verdict, [*themes, *carriers(review, found, themes)["keypoint"]])


@check
def theme_first(review: Review, found: dict, theme: str) -> Answer:
    """Is a theme among those with the most projects under its heading? At best a caveat: number is not weight."""
    table = found["themes"]
    if theme not in set(table["theme"]):
        raise UserError(f"'{theme}' is no theme of a heading.{nearest(theme, table['theme'])}")
    heading = table.set_index("theme").loc[theme, "heading"]
    own = table[table["heading"].eq(heading)].set_index("theme")
    own = own.sort_values(["cases", "theme"], ascending=[False, True])
    most, mine = own["cases"].max(), own.loc[theme, "cases"]
    text = ", ".join(f"{name} {number}" for name, number in own["cases"].items())
    text += "; how many report a thing does not say how much it matters"
    return Answer(f"projects: {text}", CAVEAT if mine == most and most > 0 else NOT_REPRODUCED, list(own.index))


@check
def outnumbers(review: Review, found: dict, themes: list, other_themes: list) -> Answer:
    """Do at least as many projects report the first themes as the others? At best a caveat: number is not weight."""
    one, other = carriers(review, found, themes), carriers(review, found, other_themes)
    mine, theirs = one["case"].nunique(), other["case"].nunique()
    each = {theme: carriers(review, found, [theme])["case"].nunique() for theme in themes}
    text = f"{mine} projects against {theirs}; how many report a thing does not say how much it matters"
    text += "; one by one: " + ", ".join(f"{name} {number}" for name, number in each.items()) if len(each) > 1 else ""
    verdict = CAVEAT if mine >= theirs and mine > 0 else NOT_REPRODUCED
    return Answer(text, verdict, [*themes, *other_themes, *one["keypoint"], *other["keypoint"]])


@check
def together(review: Review, found: dict, themes: list, other_themes: list) -> Answer:
    """Do projects report both, at least two and more than chance would have it? At best a caveat: no cause is shown.

    By chance: the number to be expected were the one independent of the other. Of two things that most projects report
    most report both, whatever they have to do with each other.
    """
    one, other = carriers(review, found, themes), carriers(review, found, other_themes)
    both = set(one["case"]) & set(other["case"])
    mine, theirs = one["case"].nunique(), other["case"].nunique()
    expected = mine * theirs / max(len(review.reported), 1)
    text = f"one {mine}, the other {theirs}, both {shares(review, both)}; {expected:.1f} by chance"
    points = [*one.loc[one["case"].isin(both), "keypoint"], *other.loc[other["case"].isin(both), "keypoint"]]
    seen = len(both) >= REPEATED and len(both) > expected
    text += "; shown is that the two go together" if seen else "; not shown that the two go together"
    text += ", not that one brings about the other" if seen else ""
    return Answer(text, CAVEAT if seen else NOT_REPRODUCED, [*themes, *other_themes, *points])


@check
def general_stands(review: Review, found: dict, general: list) -> Answer:
    """Do general themes stand by the rule of step 3? A caveat where only some do, or only with headings not grouped."""
    own = found["general-themes"].set_index("general").loc[general]
    text = "; ".join(
        f"{row.Index}: standing themes in {row.in_headings} headings, {row.in_groups} when grouped ones count as one"
        for row in own.itertuples()
    )
    verdict = NOT_REPRODUCED if not own["stands_ungrouped"].any() else CAVEAT
    verdict = REPRODUCED if own["stands_grouped"].all() else verdict
    themes = [theme for names in own["standing_themes"].fillna("") for theme in names.split()]
    return Answer(text, verdict, [*general, *themes])


@check
def both_sides(review: Review, found: dict, general: str) -> Answer:
    """Is a general theme both barrier and enabler? A caveat where fewer than two projects report it as both."""
    own = rows_of(review, found, "barriers-enablers").set_index("general")
    if general not in own.index:
        return Answer("no key point carries it", NOT_REPRODUCED, [general])
    row, points = own.loc[general], rows_of(review, found, "both")
    text = f"enabler in {row['enabler_cases']} projects, barrier in {row['barrier_cases']}"
    text += f"; both in {row['cases_both'] or 'no single project'}"
    enough = len([name for name in row["cases_both"].split("; ") if name]) >= REPEATED
    verdict = NOT_REPRODUCED if not row["both"] else REPRODUCED if enough else CAVEAT
    return Answer(text, verdict, [general, *points.loc[points["general"].eq(general), "keypoint"]])


@check
def supported(
    review: Review,
    found: dict,
    themes: list = (),
    words: str = "",
    headings: list = (),
    effect: bool = False,
) -> Answer:
    """Do projects report what the text says of "the projects", without a number?

    Reproduced where more than half of those with a case study do; a caveat from two on, the number after which a
    repeated answer is a theme; else not. Words are sought in the key points, which are our own summaries. With
    `effect` at best a caveat, as in theme-stands.
    """
    points = carriers(review, found, themes, words, headings)
    reported = set(points["case"]) & set(review.reported["id"])
    verdict = CAVEAT if len(reported) >= REPEATED else NOT_REPRODUCED
    verdict = REPRODUCED if len(reported) * 2 > len(review.reported) and not effect else verdict
    text = shares(review, set(points["case"])) + (f"; {NO_EFFECT}" if effect else "")
    return Answer(text, verdict, [*themes, *points["keypoint"]])


@check
def kinds_reported(review: Review, found: dict, kinds: dict, headings: list = ()) -> Answer:
    """Do projects report each of several kinds of a thing (name -> words sought in the key points)?

    Reproduced where at least two projects report each kind; a caveat where they do so of some kinds.
    """
    points = {kind: carriers(review, found, words=words, headings=headings) for kind, words in kinds.items()}
    numbers = {kind: own["case"].nunique() for kind, own in points.items()}
    text = "projects that report it: " + ", ".join(f"{kind} {number}" for kind, number in numbers.items())
    enough = [number >= REPEATED for number in numbers.values()]
    verdict = REPRODUCED if all(enough) else CAVEAT if any(enough) else NOT_REPRODUCED
    return Answer(text, verdict, [point for own in points.values() for point in own["keypoint"]])
