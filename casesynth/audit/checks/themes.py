"""Checks of what projects report: coded themes, words of quantity, and the rules of steps 2 to 4."""

from typing import NamedTuple

import pandas as pd

from casesynth.audit.checks.registry import (
    DEPENDS,
    FAILS,
    FITS,
    NONE_GIVEN,
    REPEATED,
    Answer,
    Share,
    Verdict,
    among,
    by_word,
    check,
    in_words,
    points_of,
    rows_of,
    tables_of,
)
from casesynth.core.review import Review

#: The level of significance at which two things are said to go together.
ALPHA = 0.05


@check("fewer than half of the projects named are coded to the theme; of all projects, fewer than “all” allows")
def attribution(review: Review, found: dict, statement: str, also: list = NONE_GIVEN) -> Answer:
    """Are the projects that the report names for a theme coded to it?

    Reproduced: all of them are, and where the list is closed no others. With a caveat: at least half of them, or half
    with related themes to which the codebook refers a part of what is meant (`also`); or no project is named and two
    report the theme; or the theme has another statement in the same section, since the coding does not tell them
    apart. A statement about all projects is judged as the word “all” is everywhere.
    """
    row = found["published"].set_index("statement").loc[statement].fillna("")
    own = review.statements.set_index("id").loc[statement]
    others = review.statements[review.statements[["theme", "section"]].eq(own[["theme", "section"]]).all(axis=1)]
    points, wider = points_of(found, [row["theme"]]), points_of(found, [row["theme"], *also])
    table = review.attributions if review.has("attributions") else pd.DataFrame(columns=["id", "statement", "case"])
    named_rows = table[table["statement"].eq(statement)]
    rows = [statement, *named_rows["id"], *wider["keypoint"]]
    text = f"Coded in {in_words(review, set(points['case']))}"
    text += f"; with related themes in {in_words(review, set(wider['case']))}" if also else ""
    text += "; the coding does not distinguish the statements of this theme" if len(others) > 1 else ""
    if row["named"] == 0:
        enough = points["case"].nunique() >= REPEATED
        return Answer(
            f"The report names no project. {text}.", Verdict.CAVEAT if enough else Verdict.NOT_REPRODUCED, rows
        )
    everyone = row["extent"] == "all"
    named = set(review.reported["id"]) if everyone else set(named_rows["case"])
    most = len(named & set(wider["case"]))
    text = f"{row['found']} of {row['named']} projects named are coded to the theme. {text}."
    text += f" Named but not coded: {row['not_found']}." if row["not_found"] else ""
    text += f" Coded but not named: {row['not_named']}." if row["not_named"] else ""
    if row["found"] == row["named"] and not row["not_named"] and len(others) == 1:
        return Answer(text, Verdict.REPRODUCED, rows)
    if everyone:
        partly = by_word(tables_of("all"), Share("", most, most, len(named))) != FAILS
    else:
        partly = most * 2 >= row["named"]
    return Answer(text, Verdict.CAVEAT if partly else Verdict.NOT_REPRODUCED, rows)


@check("the number of projects lies outside the word's shares wherever their ends are set within the tested range")
def quantifier(
    review: Review,
    found: dict,
    word: str,
    themes: list = NONE_GIVEN,
    statement: str = "",
    denominator: str = "with a case study",
) -> Answer:
    """Does a word such as “most” fit the number of projects, out of the denominator that the claim names?

    Counted are the projects coded to at least one of the themes or, with `statement`, those that the report itself
    names. Reproduced where the word fits however its shares are moved within the tested range; with a caveat where
    that depends on them, where the word fits another denominator only, or where the projects named are examples. A
    statement about “the projects”, without a number, is judged by the row of that name in the table of quantifiers.
    """
    return by_shares(word, tables_of(word), counted(review, found, themes, statement), statement, denominator)


class Counted(NamedTuple):
    """The projects that a claim on a word of quantity is about: their shares, the rows behind them, are they examples?"""

    shares: list[Share]
    rows: list[str]
    examples: bool = False


def counted(review: Review, found: dict, themes: list, statement: str) -> Counted:
    """The projects that are coded to at least one of the themes or, with `statement`, those that the report names."""
    if not statement:
        points = points_of(found, themes)
        return Counted(among(review, set(points["case"]), coded=True), [*themes, *points["keypoint"]])
    named = review.attributions[review.attributions["statement"].eq(statement)]
    examples = review.statements.set_index("id").loc[statement, "extent"] == "examples"
    return Counted(among(review, set(named["case"])), [statement, *named["id"]], examples)


def by_shares(word: str, tables: list, counted: Counted, statement: str, denominator: str) -> Answer:
    """The check `quantifier` with given shares of the word (`tables`: least share, greatest share, least number)."""
    shares, rows, examples = counted
    result = {share.name: by_word(tables, share) for share in shares}
    text = "; ".join(f"{share} ({result[share.name]})" for share in shares)
    text = f"“{word}”: {text}." + (" The report names examples; there may be more." if examples else "")
    if result[denominator] == FITS:
        return Answer(text, Verdict.CAVEAT if examples else Verdict.REPRODUCED, rows)
    if result[denominator] == DEPENDS or FITS in result.values():
        return Answer(text, Verdict.CAVEAT, rows)
    return Answer(text, Verdict.CONTRADICTED if statement and not examples else Verdict.NOT_REPRODUCED, rows)


@check("any one of the themes is reported by fewer projects than step 2 asks for")
def theme_supported(review: Review, found: dict, themes: list) -> Answer:
    """Is every one of the themes supported by the rule of step 2: reported by at least `min_cases` projects?"""
    own = found["themes"].set_index("theme").loc[themes]
    parts = [
        f"{row.Index} in {row.cases} of {row.of_cases} projects{'' if row.supported else ' (not supported)'}"
        for row in own.itertuples()
    ]
    rows = [*themes, *points_of(found, themes)["keypoint"]]
    return Answer(
        "Reported: " + ", ".join(parts) + ".",
        Verdict.REPRODUCED if own["supported"].all() else Verdict.NOT_REPRODUCED,
        rows,
    )


@check("the exact test gives p above 0.05 although these numbers of projects could have given less")
def together(review: Review, found: dict, themes: list, other_themes: list) -> Answer:
    """Do projects report both more often than chance would have it (one-sided exact test, p ≤ 0.05)?

    Key points coded to both sides count for neither. At most a caveat, since going together shows no cause. Not
    checkable where no arrangement of the projects could reach p ≤ 0.05.
    """
    from scipy.stats import hypergeom  # scipy.stats takes a second to load

    one, other = points_of(found, themes), points_of(found, other_themes)
    double = set(one["keypoint"]) & set(other["keypoint"])
    one, other = one[~one["keypoint"].isin(double)], other[~other["keypoint"].isin(double)]
    both, total = set(one["case"]) & set(other["case"]), len(review.reported)
    mine, theirs = one["case"].nunique(), other["case"].nunique()
    least = float(hypergeom.sf(min(mine, theirs) - 1, total, mine, theirs))
    p = float(hypergeom.sf(len(both) - 1, total, mine, theirs))
    text = (
        f"Of {total} projects {mine} report the one, {theirs} the other and {len(both)} both (exact test, p = {p:.2f})"
    )
    text += f"; {len(double)} key points coded to both sides left out" if double else ""
    rows = [*themes, *other_themes, *one["keypoint"], *other["keypoint"]]
    if least > ALPHA:
        return Answer(f"{text}. No arrangement of these numbers reaches p = {ALPHA}.", Verdict.NOT_CHECKABLE, rows)
    if p > ALPHA:
        return Answer(f"{text}. It is not shown that the two go together.", Verdict.NOT_REPRODUCED, rows)
    return Answer(f"{text}. The two go together, which does not show that one causes the other.", Verdict.CAVEAT, rows)


@check("a cross-cutting theme is supported under too few headings", independent=False)
def general_supported(review: Review, found: dict, general: list) -> Answer:
    """Is every one of the cross-cutting themes supported by the rule of step 3?

    At most a caveat: the report lists no cross-cutting themes, and the compendium's were drawn up after reading what it concludes.
    """
    own = found["general-themes"].set_index("general").loc[general]
    parts = [f"{row.Index} under {row.in_headings} headings ({row.in_groups} groups)" for row in own.itertuples()]
    text = "Supported themes: " + ", ".join(parts)
    text += (
        ". The cross-cutting themes are the compendium's, drawn up after reading the report, so they cannot confirm it."
    )
    themes = [theme for names in own["supported_themes"].fillna("") for theme in names.split()]
    verdict = Verdict.CAVEAT if own["supported_ungrouped"].all() else Verdict.NOT_REPRODUCED
    return Answer(text, verdict, [*general, *themes])


@check("no project reports it under one of the two headings")
def both_sides(review: Review, found: dict, general: str) -> Answer:
    """Is it both a barrier and an enabler? With a caveat where fewer than two projects report it as both."""
    own = rows_of(review, found, "barriers-enablers").set_index("general")
    if general not in own.index:
        return Answer("No key point is coded to it.", Verdict.NOT_REPRODUCED, [general])
    row, points = own.loc[general], rows_of(review, found, "both")
    text = f"An enabler in {row['enabler_cases']} projects and a barrier in {row['barrier_cases']}"
    text += f"; both in {row['cases_both'] or 'no single project'}."
    enough = len([name for name in row["cases_both"].split("; ") if name]) >= REPEATED
    verdict = Verdict.NOT_REPRODUCED if not row["both"] else Verdict.REPRODUCED if enough else Verdict.CAVEAT
    return Answer(text, verdict, [general, *points.loc[points["general"].eq(general), "keypoint"]])
