"""Commands that exchange a review with other programs."""

from typing import Annotated

import typer

from casesynth.cli.frame import File, Name, NewName, Yes, command, located


@command("casesynth export my-review", 'casesynth export mca-phase2 --source "sources/my copy.pdf"')
def export(
    name: Name,
    source: Annotated[
        str, typer.Option(metavar="FILE", help="Your copy of the report that is re-run, text or PDF: see below.")
    ] = "",
) -> None:
    """Write a review for other programs, to results/NAME/export/.

    That is a REFI-QDA project (and one for QualCoder), codebooks for other programs and, with examples, for Word; a
    workbook; claims and findings as JSON-LD and nanopublications; the decisions with their effects; all tables as CSV.

    With a copy of the report, the quotations in the JSON-LD also say what is before and after them: eight words at most.
    """
    from casesynth.desk import copies
    from casesynth.exchange import export as room

    told = room.export(name, located(source) if source else None)
    copies.keep(name)  # what `merge-qdpx` compares an edited project with
    print(told)


@command('casesynth import-qdpx new-review "my project.qdpx"')
def import_qdpx(
    name: NewName,
    file: File,
    summaries: Annotated[
        bool, typer.Option("--summaries", help="The passages are summaries that may be published.")
    ] = False,
) -> None:
    """Make a new review from a REFI-QDA project (.qdpx) of another program.

    Passages are kept private until somebody has summarised them, unless --summaries says that they are summaries.
    """
    from casesynth.exchange import refi_import

    print(refi_import.import_project(name, located(file), summaries))


@command('casesynth merge-qdpx my-review "my project.qdpx" --coder ada --as "Ada L."')
def merge_qdpx(
    name: Name,
    file: File,
    coder: Annotated[str, typer.Option(metavar="NAME", help="The coder of coders.csv whose codings are taken.")],
    user: Annotated[str, typer.Option("--as", metavar="USER", help="What this coder is called in the file.")] = "",
    yes: Yes = False,
) -> None:
    """Take one coder's codings from a project that was exported here and edited in another program.

    What the coder changed there and what has changed here since are put together; where both changed the same, the tables
    stay as they are, and it is listed. New codes are proposed, and not added.
    """
    import shlex

    from casesynth.desk import copies, merging
    from casesynth.exchange import refi_merge

    merging.check_coder(name, coder)
    project, base = refi_merge.edited(located(file), name, copies.all_of)
    codings, points, before, told = refi_merge.codings_of(project, base, name, coder, user)
    command = f"casesynth merge-qdpx {name} {shlex.quote(file)} --coder {coder}"
    confirm = "" if yes else command + (f" --as {shlex.quote(user)}" if user else "") + " --yes"
    print(merging.take(name, coder, codings, points, before, told, confirm))
