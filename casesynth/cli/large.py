"""Commands for large reviews: write their shards, and count them."""

from pathlib import Path
from typing import Annotated

import typer

from casesynth.cli.chain import run_count
from casesynth.cli.frame import Hidden, Name, Settings, command
from casesynth.core import paths

Jobs = Annotated[int, typer.Option("--jobs", "-j", metavar="NUMBER", min=1, help="How many processes.")]


@command("casesynth shards my-review --shards 5")
def shards(
    name: Name,
    number: Annotated[
        int, typer.Option("--shards", metavar="NUMBER", min=0, help="How many; one for each 100,000 cases if not said.")
    ] = 0,
    jobs: Jobs = 1,
) -> None:
    """Write cases, key points and codings as Parquet, in shards that hold whole cases: data/NAME/shards/.

    `make` reads them in place of the CSV files as long as these are unchanged. Where there are no CSV files, the shards
    are checked again against the codebook and the settings, `--jobs` of them at a time.
    """
    from casesynth.core import sharding

    print(sharding.make(name, number, jobs))


@command("casesynth count my-review --jobs 2")
def count(
    name: Name,
    settings: Settings = None,
    jobs: Jobs = 1,
    cluster: Annotated[
        str, typer.Option(metavar="ADDRESS", help="A Dask scheduler that is running, such as tcp://10.0.0.1:8786.")
    ] = "",
    results: Annotated[Path | None, Hidden] = None,
) -> None:
    """Run steps 2 to 4 of a large review by its shards: tables of counts, and one page with a sample.

    Shards that are finished are kept: a run that was stopped goes on from there.
    """
    run_count(name, settings or [], results or paths.ROOT / "results" / name, jobs, cluster)
