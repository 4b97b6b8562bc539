"""All problems of a review at once, and what there is and what to do next: `make check REVIEW=my-review`."""

import os
import sys

import pandas as pd

from casesynth import UserError, confidential, mapping, parameters, paths
from casesynth.problems import Problem
from casesynth.review import NONE, all_problems, read_tables, schemas
from casesynth.settings import load_settings


def problems_of(name: str) -> tuple[list[Problem], dict[str, pd.DataFrame]]:
    """Everything that is wrong with a review, or worth a look, and the tables that could be read.

    Raises UserError only where there is no such review, or its review.yaml cannot be read.
    """
    settings, found = load_settings(name), read_tables(paths.data(name))
    problems = all_problems(settings, found)
    try:
        parameters.of_review(name, [])
    except UserError as error:
        problems.append(Problem("review.yaml", str(error).split("review.yaml, ")[-1]))
    problems += form_problems(name, settings) + confidential.notes(found.tables, found.rows)
    if "participants" in found.tables:
        problems += misread_numbers(found.tables["participants"], found.rows["participants"])
    problems += strangers(name)
    return problems, found.tables


def form_problems(name: str, settings: dict) -> list[Problem]:
    """What would stop the next import, and (notes) themed headings that no question of the form fills."""
    if wrong := mapping.form_problems(settings):
        return [Problem("review.yaml", words) for words in wrong]
    open_ = mapping.unasked(mapping.form_of(settings, name), settings)
    return [Problem("review.yaml", f"no question of the form fills the heading {words}", note=True) for words in open_]


def misread_numbers(groups: pd.DataFrame, rows: list[int]) -> list[Problem]:
    """Numbers of people whose low and high are not what their printed form says; dates made by a spreadsheet among them."""
    from casesynth.participants import misread

    problems = []
    for row, (_, group) in zip(rows, groups.iterrows()):
        try:
            wrong = not misread(group.to_frame().T).empty
        except ValueError:
            wrong = True
        if wrong:
            words = f"it does not read as low {group['low']}, high {group['high']}"
            problems.append(Problem("participants.csv", words, row, "stated", str(group["stated"])))
    return problems


def strangers(name: str) -> list[Problem]:
    """Files of the folder that no table has: a table saved under another name, say."""
    folder = paths.data(name)
    try:
        known = [f"{table}.csv" for table in schemas(folder)] + ["respondents.csv"]
    except UserError:
        return []
    files = sorted(file.name for file in folder.glob("*.csv") if file.name not in known)
    return [
        Problem(file, "no table of the schema has this name; it is not read", found=file, known=tuple(known), note=True)
        for file in files
    ]


def listing(problems: list[Problem], most: int = 40) -> str:
    """The problems grouped by file, in the order of their rows; many of one file are cut and counted."""
    parts = []
    for file in dict.fromkeys(problem.file for problem in problems):
        own = [problem for problem in problems if problem.file == file]
        parts.append(f"{file}: {len(own)}")
        for problem in sorted(own, key=lambda p: (p.row or 0, p.column))[:most]:
            place = ", ".join(
                [
                    *([f"row {problem.row}"] if problem.row else []),
                    *([f"column {problem.column}"] if problem.column else []),
                ]
            )
            parts.append(f"  {place + ': ' if place else ''}{problem.message}")
        if len(own) > most:
            parts.append(f"  … and {len(own) - most} more in this file")
    return "\n".join(parts)


def state(tables: dict[str, pd.DataFrame], settings: dict) -> tuple[str, list[str]]:
    """What a review holds, in one line, and what is to be done next, one line a step.

    >>> empty = {name: pd.DataFrame(columns="id heading level summary state keypoint coder".split(), dtype=str)
    ...          for name in ("cases", "keypoints", "codebook", "coders", "codings")}
    >>> state(empty, {"coding": "ada", "headings": []})[1]
    ['There are no cases yet: import the answers of your form (make import), or fill in cases.csv.']
    """
    cases, points, codebook, coders, codings = (
        tables[n] for n in ("cases", "keypoints", "codebook", "coders", "codings")
    )
    themed = [heading["id"] for heading in settings["headings"] if heading["themed"]]
    themes, own = codebook[codebook["level"].eq("theme")], codings[codings["coder"].eq(settings["coding"])]
    unsaid = int(points["summary"].eq("").sum())
    stale = int(points["state"].eq("stale").sum()) if "state" in points else 0
    waiting = int((points["heading"].isin(themed) & ~points["id"].isin(own["keypoint"])).sum())
    counts = [
        (len(cases), "case"),
        (len(points), "key point"),
        (unsaid, "of them without a summary"),
        (len(themes), "theme"),
    ]
    counts += [(len(coders), "coder"), (len(codings), "coding")]
    there = ", ".join(f"{number:,} {word}{'' if number == 1 or ' ' in word[4:] else 's'}" for number, word in counts)
    if cases.empty:
        return there, ["There are no cases yet: import the answers of your form (make import), or fill in cases.csv."]
    if points.empty:
        return there, [
            "There are no key points yet: import the answers of your form (make import), or fill in keypoints.csv."
        ]
    steps = []
    if stale:
        steps.append(
            f"{stale:,} of the key points are stale, for their answers have changed: read them again, mend them, empty the column state."
        )
    if unsaid:
        steps.append(
            f"Write the {unsaid:,} summaries that are missing: one sentence each, in your own words (make sheet)."
        )
    if themes.empty:
        steps.append(
            "Define themes: read the summaries of one heading after the other, and put what comes up again into codebook.csv."
        )
    if coders.empty:
        steps.append("Say in coders.csv who codes, and what they have seen.")
    elif len(themes) and own.empty:
        steps.append(
            f"Nothing is coded by {settings['coding']} yet: give each key point its themes, or {NONE}, in codings.csv."
        )
    elif len(own) and waiting:
        steps.append(
            f"Code what {settings['coding']} has left open under themed headings ({waiting:,}), in codings.csv."
        )
    if len(themes) and codebook["level"].ne("general").all():
        steps.append(
            "Name the general themes, those that come up under several headings (codebook.csv, level general)."
        )
    return there, steps


def main() -> int:
    """`make check`: exit 0 without problems (notes allowed), 1 with problems, 2 where there is nothing to check."""
    name = os.environ.get("REVIEW", "")
    try:
        problems, tables = problems_of(name)
        settings = load_settings(name)
    except UserError as error:
        print(f"make: {error}", file=sys.stderr)
        return 2
    wrong, notes = [p for p in problems if not p.note], [p for p in problems if p.note]
    if notes:
        print(f"To look at ({len(notes)}; these stop nothing):\n{listing(notes)}\n")
    if wrong:
        print(f"data/{name}/: to mend ({len(wrong)}):\n{listing(wrong)}", file=sys.stderr)
        return 1
    there, steps = state(tables, settings)
    print(f"data/{name}/ is in order: {there}.")
    for step in steps:
        print(f"  Next: {step}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
