"""Commands that list what there is, and those for a review of your own."""

import json
from typing import Annotated

import typer

from casesynth.cli.frame import File, Json, Name, NewName, Yes, command, located
from casesynth.cli.output import Status, fail, show_rows
from casesynth.core import paths
from casesynth.errors import UserError

# ---------------------------------------------------------------- what there is


@command("casesynth reviews")
def reviews(as_json: Json = False) -> None:
    """List the reviews in data/, with their titles."""
    from casesynth.core.settings import load_settings

    show_rows([{"name": name, "title": load_settings(name)["title"]} for name in paths.reviews()], as_json)


@command("casesynth parameters")
def parameters(as_json: Json = False) -> None:
    """List the parameters of an analysis: type, default and range."""
    from casesynth.core.rules import FIELDS

    shown = ["name", "type", "default", "least", "greatest", "sentence"]
    rows = [dict(zip(shown, ("" if part is None else part for part in field))) for field in FIELDS.values()]
    show_rows(sorted(rows, key=lambda row: row["name"]), as_json)


@command("casesynth tables my-review")
def tables(name: Name = "mca-phase2", as_json: Json = False) -> None:
    """List the tables that a run has written to results/, with their rows and columns."""
    import csv

    folder, rows = paths.read(name) / "tables", []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as text:
            header, *lines = csv.reader(text)
        rows.append({"table": file.stem, "rows": len(lines), "columns": " ".join(header)})
    if not rows:
        raise UserError(f"results/{name}/ has no tables yet; `casesynth make {name}` writes them.")
    show_rows(rows, as_json)


# ---------------------------------------------------------------- a review of your own


@command("casesynth new my-review")
def new(name: NewName) -> None:
    """Lay out a review of your own: a questionnaire, settings and empty tables."""
    from casesynth.desk import new as room

    print(room.next_steps(name, room.lay_out(name)))


@command('casesynth import my-review "my answers.xlsx"', name="import")
def import_(name: Name, file: File) -> Status:
    """Import the answers to a questionnaire: the export of an online form, .xlsx or CSV.

    The first time it proposes which column is which question, for you to confirm (exit status 3).
    """
    from casesynth.core.settings import load_settings
    from casesynth.desk import importing

    load_settings(name)
    done, text = importing.import_form(name, located(file))
    print(text)
    return Status.DONE if done else Status.PROPOSED


@command("casesynth sheet my-review", "casesynth sheet my-review --coder ada --heading barriers")
def sheet(
    name: Name,
    heading: Annotated[str, typer.Option(metavar="HEADING", help="Only the key points of one heading.")] = "",
    coder: Annotated[
        str, typer.Option(metavar="NAME", help="Blind: what this coder has to code, and nobody else's codings.")
    ] = "",
) -> None:
    """Write the tables of a review to a workbook to edit: sheets/NAME.xlsx."""
    from casesynth.desk.workbook import sheet_out

    print(sheet_out(name, heading, coder))


@command('casesynth sheet-back my-review --book "my copy.xlsx"')
def sheet_back(
    name: Name,
    book: Annotated[str, typer.Option(metavar="FILE", help="The path of the workbook, if it is not in sheets/.")] = "",
    yes: Yes = False,
) -> None:
    """Read the edited workbook back into the tables of its review.

    If that would delete more than a few rows, it lists them and changes nothing, unless --yes says that it may.
    """
    from casesynth.desk import workbook_back

    print(workbook_back.sheet_back(name, located(book) if book else None, yes))


@command("casesynth undo my-review")
def undo(name: Name) -> None:
    """Put the tables and settings of a review back as they were before the last command that changed them."""
    from casesynth.core.settings import check_name
    from casesynth.desk import copies

    check_name(name)
    print(copies.undo(name))


@command("casesynth withdraw my-review alder-yard")
def withdraw(
    name: Name, case: Annotated[str, typer.Argument(metavar="CASE", help="The id or the name of the case.")]
) -> None:
    """Take a case that has withdrawn its consent out of every table, workbook and result of a review.

    It cannot be undone: the copies of earlier tables are deleted, too.
    """
    from casesynth.desk import withdrawal

    print(withdrawal.withdraw(name, case))


@command("casesynth check my-review")
def check(name: Name, as_json: Json = False) -> Status:
    """List all problems in the tables of a review, and what to do next."""
    from casesynth.core.problems import listing
    from casesynth.core.progress import state
    from casesynth.core.settings import load_settings
    from casesynth.desk import check as room
    from casesynth.runner import notebooks

    problems, found = room.problems_of(name)
    problems += notebooks.problems(name)
    notes, wrong = [p for p in problems if p.note], [p for p in problems if not p.note]
    counts, steps = ("", []) if wrong else state(found, load_settings(name))
    status = Status.PROBLEMS if wrong else Status.DONE
    if as_json:
        rows = [{key: value for key, value in vars(p).items() if key != "known"} for p in problems]
        print(json.dumps({"problems": rows, "contents": counts, "next": steps}, indent=1, ensure_ascii=False))
        return status
    if notes:
        print(f"To look at ({len(notes)}; these stop nothing):\n{listing(notes)}\n")
    if wrong:
        number = f"{len(wrong)} problem{'s' * (len(wrong) != 1)}"
        return fail(f"data/{name}/: {number} must be corrected before the analysis can run\n{listing(wrong)}", status)
    print(f"data/{name}/ is in order: {counts}.")
    print("".join(f"  Next: {step}\n" for step in steps), end="")
    return status


@command("casesynth suggest my-review")
def suggest(name: Name) -> None:
    """Propose themes by a plain automated baseline, for a person to accept.

    They go to sheets/NAME-suggestions.csv, and never into the synthesis.
    """
    from casesynth.desk import suggestions

    print(suggestions.write(name))
