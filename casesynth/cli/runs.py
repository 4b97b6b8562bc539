"""Commands that run, check and pass on a synthesis."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from casesynth.cli.frame import Hidden, Name, Settings, command
from casesynth.cli.output import Status, fail
from casesynth.core import paths
from casesynth.errors import UserError

# ---------------------------------------------------------------- run, check and pass on


@command("casesynth make my-review --set min_cases=3 --set heading_groups=false")
def make(
    name: Name,
    settings: Settings = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", "-j", metavar="NUMBER", help="How many notebooks at a time.")
    ] = None,
) -> None:
    """Run the synthesis of a review. This prints the make command that does it, and runs it."""
    words = [f"REVIEW={name}", *([f"SET={' '.join(settings)}"] if settings else []), *([f"-j{jobs}"] if jobs else [])]
    become_make(name, words)


def become_make(name: str, words: list[str]) -> NoReturn:
    """Print a make command for a review that there is, and run it in the place of this process."""
    import shlex

    from casesynth.core.settings import load_settings

    load_settings(name)
    print(shlex.join(["make", *words]), flush=True)
    os.chdir(paths.ROOT)
    try:
        os.execvp("make", ["make", *words])
    except FileNotFoundError:
        raise UserError('GNU Make is not installed; install the package "make".') from None


@command("casesynth sweep my-review --set min_cases=2,3,4 --set heading_groups=true,false")
def sweep(
    name: Name,
    settings: Annotated[list[str], typer.Option("--set", metavar="PARAMETER=VALUE,VALUE", help="Values to run with.")],
    jobs: Annotated[int, typer.Option("--jobs", "-j", metavar="NUMBER", help="How many runs at a time.")] = 1,
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers share this folder.")
    ] = "",
    slurm: Annotated[bool, typer.Option("--slurm", help="Write a Snakefile for a cluster instead.")] = False,
) -> None:
    """Run the synthesis once for each combination of parameters, and show which parameter moves which finding.

    Steps that do not depend on what differs are run once. This prints the make command that does it, and runs it.
    """
    goal = "sweep-slurm" if slurm else "sweep"
    become_make(name, [goal, f"REVIEW={name}", f"SET={' '.join(settings)}", f"JOBS={jobs}", f"CLUSTER={cluster}"])


@command("casesynth site my-review")
def site(name: Name) -> None:
    """Lay out a built review for any static host: build/site/NAME/, with guide, notebooks, data dictionary and course."""
    from casesynth.core.review import load
    from casesynth.report.site import site as lay_out

    print(f"Site: {lay_out(load(name)).relative_to(paths.ROOT)}/index.html")


@command("casesynth compare HEAD~1 --review my-review")
def compare(
    first: Annotated[str, typer.Argument(metavar="A", help="The run before.")],
    second: Annotated[str, typer.Argument(metavar="B", help="The run after; the review as it is, if left out.")] = "",
    review: Annotated[str, typer.Option(metavar="NAME", help="The review that parameters and revisions are of.")] = (
        "mca-phase2"
    ),
    folder: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Where to write.", show_default=False)] = None,
    make_command: Annotated[str, typer.Option("--make", hidden=True)] = "make",
) -> Status:
    """Compare two runs: what is new, gone, stronger or weaker, and which rows made the difference.

    A run is a review, parameters ("min_cases=3"), a revision of git (HEAD~1), or a copy of a results folder. It is built
    first where that is needed. Writes a page and tables to results/comparisons/. Exit status: 0 the same, 1 different.
    """
    from casesynth.runner import compare as room

    same, text = room.make(first, second, review, make_command, folder)
    print(text)
    return Status.DONE if same else Status.PROBLEMS


@command('casesynth audit mca-phase2 --source "sources/my copy.pdf"')
def audit(
    name: Name,
    source: Annotated[
        str, typer.Option(metavar="FILE", help="The path of your copy of the published report, PDF or text.")
    ] = "",
    results: Annotated[Path | None, Hidden] = None,
) -> Status:
    """Show each statement next to its passage in your copy of the published report: results/NAME/audit-source.html.

    The page to check everything else from is results/NAME/explorer.html, which every run writes.
    """
    from casesynth.audit import passages
    from casesynth.core.review import load

    review, results = load(name), results or paths.read(name)
    if not (results / "explorer.html").exists():
        raise UserError(f"{name} has not been run yet; `casesynth make {name}` runs it.")
    print(f"Explorer: {paths.shown(results / 'explorer.html')}")
    if not source:
        print(
            "With SOURCE=your-copy.pdf (or .txt), or --source, a second page shows each statement next to its passage."
        )
        return Status.DONE
    lines, problem = passages.build(review, results, Path(source).expanduser())
    print("\n".join(lines))
    return fail(problem, Status.PROBLEMS) if problem else Status.DONE


@command("casesynth fetch mca-phase2")
def fetch(
    name: Name,
    url: Annotated[str, typer.Option(metavar="URL", help="Another address than that in sources.csv.")] = "",
    folder: Annotated[Path, Hidden] = paths.ROOT / "sources",
) -> None:
    """Download the published report to sources/. This is the only command that uses a network."""
    from casesynth.audit import fetch as room

    print(room.fetch(name, url, folder))


@command("casesynth crate my-review")
def crate(
    name: Name, results: Annotated[Path | None, Hidden] = None, build: Annotated[Path | None, Hidden] = None
) -> None:
    """Pack the data and results of a run as an RO-Crate: results/NAME/NAME-crate.zip."""
    from casesynth.core.settings import load_settings
    from casesynth.exchange import crate as room

    load_settings(name)
    print(f"RO-Crate: {room.make(name, build or paths.ROOT / 'build' / name, results or paths.read(name))}")


@command("casesynth verify")
def verify(
    name: Name = "mca-phase2", make_command: Annotated[str, typer.Option("--make", hidden=True)] = "make"
) -> Status:
    """Build everything again in a clean copy, and compare each file with the manifest."""
    from casesynth.runner import verify as room

    same, text = room.verified(name, make_command)
    text = f"Python {sys.version_info[0]}.{sys.version_info[1]}: {text}"
    if not same:
        return fail(text, Status.PROBLEMS)
    print(text)
    return Status.DONE


@command("casesynth accept")
def accept(name: Name = "mca-phase2") -> None:
    """Accept the current results as the reference.

    It updates the manifest, and the outputs that the committed notebooks show.
    """
    from casesynth.runner import accept as room

    for notebook in room.accept(name):
        print(f"accepted: {notebook}")


#: The default is shown as it is called, not with the path of this computer.
LEARN = typer.Argument(metavar="FOLDER", help="Where to put your copies.", show_default="learn/")


@command("casesynth learn")
def learn(
    folder: Annotated[Path, LEARN] = paths.ROOT / "learn",
) -> None:
    """Copy the notebooks of the course to learn/, for you to write in. `make learn` also opens the first."""
    from casesynth import course

    where = paths.shown(folder)
    if course.lay_out(folder):
        print(f"{where}/ has your copies of the course: start with 1-extract.ipynb.")
    else:
        print(f"{where}/ already has your copies of the course, unchanged. Move the folder away to get fresh ones.")
