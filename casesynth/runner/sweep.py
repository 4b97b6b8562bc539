"""`make sweep`: the whole chain once for each combination of parameters, and what each parameter moves.

Steps that do not depend on what differs are run once (`current`). All combinations share one worker. On a Dask cluster each is
a `make` of its own; for Slurm, `snakefile` writes them as rules of Snakemake.
"""

import argparse
import itertools
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from casesynth.analysis import compare
from casesynth.core import engine, paths
from casesynth.core.csvfile import write
from casesynth.core.files import write_if_changed
from casesynth.core.text import plural
from casesynth.errors import UserError
from casesynth.runner import chain, digests, lock, stamps
from casesynth.runner.compare import safe
from casesynth.runner.runs import name_of, tables_of
from casesynth.runner.shared import make_run
from casesynth.runner.worker import serve

if TYPE_CHECKING:
    from casesynth.core.problems import Problem

#: More runs than anybody means; a sweep of more is refused before anything runs.
MOST = 500


def read_words(words: list[str]) -> argparse.Namespace:
    """The words of the Makefile's call."""
    parser = argparse.ArgumentParser(prog="casesynth _sweep")
    parser.add_argument("--review", required=True)
    parser.add_argument("--set", default="", help="name=value,value, several separated by spaces")
    parser.add_argument("--at-once", default="1", help="how many runs at a time")
    parser.add_argument("--places", type=int, help="how many notebooks at a time; by default as make was called")
    parser.add_argument(
        "--cluster", default="", help="a Dask scheduler that is running, whose workers share the project's folder"
    )
    parser.add_argument("--slurm", action="store_true", help="write a Snakefile instead of running")
    parser.add_argument("--command", nargs=argparse.REMAINDER)
    return parser.parse_args(words)


def combinations(settings: list[str]) -> list[list[str]]:
    """Every combination of `name=value,value` settings, each as a list of `name=value`.

    >>> combinations(["min_cases=2,3", "coding=ada"])
    [['min_cases=2', 'coding=ada'], ['min_cases=3', 'coding=ada']]
    >>> combinations(["min_cases"])
    Traceback (most recent call last):
    ...
    casesynth.UserError: SET: 'min_cases' is not of the form name=value,value.
    """
    choices = {}
    for setting in settings:
        name, _, values = setting.partition("=")
        listed = [value for value in values.split(",") if value]
        if not name or not listed:
            raise UserError(f"SET: '{setting}' is not of the form name=value,value.")
        if name in choices or len(set(listed)) < len(listed):
            raise UserError(f"SET: {name} is there twice, or a value of it is.")
        choices[name] = [f"{name}={value}" for value in listed]
    if not choices:
        raise UserError(
            'SET is missing: which parameters? For example SET="min_cases=2,3,4 heading_groups=true,false".'
        )
    found = [list(each) for each in itertools.product(*choices.values())]
    if len(found) > MOST:
        raise UserError(f"SET: {len(found):,} combinations; at most {MOST:,} are run.")
    return found


def run(words: list[str], problems_of: Callable[[str], "list[Problem]"]) -> tuple[int, str]:
    """Run every combination that is not complete, then write the table and the figure. Returns the status and a text.

    Raises UserError if a parameter or a table is wrong, before anything is run.
    """
    given = read_words(words)
    if not given.at_once.isdigit() or int(given.at_once) < 1:
        raise UserError(f"JOBS={given.at_once}: expected a whole number, 1 or more.")
    runs = {name_of(given.review, each): each for each in combinations(given.set.split())}
    starts = {name: chain.start_of(given.review, each) for name, each in runs.items()}
    folder = paths.ROOT / "results" / "sweeps" / f"{given.review}--{safe(given.set)}"
    if given.slurm:
        file = folder / "Snakefile"
        write_if_changed(file, snakefile(given.review, given.set, runs))
        return 0, told_of_slurm(file.relative_to(paths.ROOT))
    if given.cluster:
        chain.check_tables(given.review, problems_of)
        by_cluster(given.cluster, given.review, list(runs.values()))
        return 0, collect(folder, runs)
    chain.prepare(paths.ROOT / "build")
    chain.check_tables(given.review, problems_of)
    status = run_all(given, runs, starts)
    return status, "" if status else collect(folder, runs)


def run_all(given: argparse.Namespace, runs: dict[str, list[str]], starts: dict[str, dict[str, str]]) -> int:
    """Run the chain for those of the runs that are not complete. Returns the exit status."""
    known, commands, states = digests.state_of(given.review), [], {}
    with ExitStack() as locks:
        folder = locks.enter_context(lock.held(paths.ROOT / "build" / f"{given.review}--sweep"))
        for name, settings in runs.items():
            build, state = paths.ROOT / "build" / name, f"{known}{' '.join(settings)}\n"
            if stamps.is_complete(build, state):
                continue
            locks.enter_context(lock.held(build))
            for file, text in starts[name].items():
                write_if_changed(build / file, text)
            states[build] = state
            commands.append([*given.command, f"SET={' '.join(settings)}", chain.WHOLE])
        if not commands:
            return 0
        status = serve(commands, folder, given.places, int(given.at_once))
    for build, state in states.items() if status == 0 else ():
        write_if_changed(build / "checked", state)
        write_if_changed(build / "complete", state)
    return status


def by_cluster(cluster: str, review: str, runs: list[list[str]]) -> None:
    """Run every combination by the workers of a Dask cluster; the first goes first, so that the others share its steps.

    Raises UserError where a run fails, a worker does not share the project's folder, or the cluster is gone.
    """
    folder = paths.ROOT / "build" / f"{review}--sweep"
    with lock.held(folder):
        token = (folder / "lock").read_text("utf-8")
        one = partial(make_run, review=review, folder=paths.ROOT, token=token)
        for group in (runs[:1], runs[1:]):
            for wrong in engine.by_dask(one, group, cluster) if group else ():
                if wrong:
                    raise UserError(wrong)


def collect(folder: Path, runs: dict[str, list[str]]) -> str:
    """Write runs.csv (how much each run supports), moves.csv (parameter by finding) and the figure. Returns what to show."""
    from casesynth.figures import save  # loads matplotlib, which takes time
    from casesynth.figures.sweep import moves  # as above

    found = {name: tables_of(paths.ROOT / "results" / name) for name in runs}
    parameters = pd.DataFrame(
        [dict(each.split("=") for each in settings) for settings in runs.values()], index=list(runs)
    )
    listed = pd.concat({name: compare.items(tables) for name, tables in found.items()}, names=["run"]).reset_index(
        "run"
    )
    supported = listed[listed["supported"] & listed["kind"].ne("claim")]
    counts = supported.groupby(["run", "kind"]).size().unstack(fill_value=0).reindex(runs, fill_value=0)
    write(folder / "runs.csv", parameters.join(counts).rename_axis("run").reset_index())
    write(folder / "items.csv", listed[["run", "kind", "id", "name", "supported", "supporting", "against"]])
    table = compare.moved_by(parameters, found)
    save(moves(table), folder)
    write(folder / "moves.csv", table)
    lines = [f"{plural(len(runs), 'run')} of {plural(len(parameters.columns), 'parameter')}."]
    for parameter, part in table.groupby("parameter", sort=False):
        turned = part[part["flips"].gt(0)]["kind"].value_counts()
        told = ", ".join(f"{number} {kind}{'s' * (number != 1)}" for kind, number in turned.items())
        lines.append(f"{parameter}: decides on {told or 'nothing'}.")
    place = folder.relative_to(paths.ROOT)
    return "\n".join([*lines, f"Table: {place}/moves.csv   Figure: {place}/moves.png   Runs: {place}/runs.csv"])


def snakefile(review: str, settings: str, runs: dict[str, list[str]]) -> str:
    """The runs of a sweep as rules of Snakemake. The first run goes first, so that the others share its steps."""
    listed = "".join(f"    {name!r}: {' '.join(each)!r},\n" for name, each in runs.items())
    return f'''# A sweep of {review}, written by `make sweep-slurm`. Run it from the project's folder, which all nodes must see.
RUNS = {{
{listed}}}
FIRST = next(iter(RUNS))


rule table:
    input: expand("build/{{run}}/swept", run=RUNS)
    output: "results/sweeps/{review}--{safe(settings)}/moves.csv"
    localrule: True
    shell: 'make sweep REVIEW={review} SET="{settings}"'


rule run:
    input: lambda wildcards: [] if wildcards.run == FIRST else f"build/{{FIRST}}/swept"
    output: touch("build/{{run}}/swept")
    params: settings=lambda wildcards: RUNS[wildcards.run]
    threads: 2
    resources: mem_mb=4000, runtime=60
    shell: 'make -j{{threads}} REVIEW={review} SET="{{params.settings}}"'
'''


def told_of_slurm(file: Path) -> str:
    """What to do with the Snakefile."""
    return (
        f"{file} has the runs as rules of Snakemake. On the cluster, with snakemake and its Slurm executor installed:\n"
        f"  snakemake --snakefile {file} --executor slurm --jobs 20\n"
        "On one computer:\n"
        f"  snakemake --snakefile {file} --cores 2"
    )
