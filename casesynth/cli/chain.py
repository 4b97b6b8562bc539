"""The hidden commands that the Makefile calls. They do without typer, which takes a tenth of a second."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from casesynth.cli.output import fail, flush
from casesynth.core import paths

if TYPE_CHECKING:
    from casesynth.core.problems import Problem


def chain(words: list[str]) -> NoReturn:
    """Check a review, then run the chain of its notebooks (`casesynth.runner.chain`)."""
    from casesynth.runner.chain import run

    if counted_instead(words):
        sys.exit(0)
    code = run(words, problems_of)
    results = Path(words[words.index("--folders") + 2])
    if 0 < code <= 128 and (results / "synthesis.html").exists():
        fail(
            f"what {results}/ holds may be of an earlier run: not all of it has been built from the tables as they are now."
        )
    leave(code, "make")


def leave(code: int, command: str) -> NoReturn:
    """End this process with the exit status of the chain, without waiting for a step that Ctrl-C has cut off."""
    if code > 128:
        fail(f"stopped. Finished steps are kept; run {command} again to continue from there.")
    with suppress(OSError):
        flush()
    os._exit(code if code >= 0 else 128 - code)


def sweep(words: list[str]) -> NoReturn:
    """Run the chain once for each combination of parameters (`casesynth.runner.sweep`)."""
    from casesynth.runner.sweep import run

    status, text = run(words, problems_of)
    if text:
        print(text)
    leave(status, "make sweep")


def problems_of(review: str) -> "list[Problem]":
    """All that is wrong with the tables and parameters of a review; no room below knows both."""
    from casesynth.desk import check
    from casesynth.runner import notebooks

    return check.problems_of(review)[0] + notebooks.problems(review)


def run_count(name: str, settings: list[str], results: Path, jobs: int, cluster: str) -> None:
    """Count a review, and say where the results are."""
    from casesynth.core.rules import typed
    from casesynth.report import large
    from casesynth.runner import notebooks

    notebooks.of_review(name, settings)  # their names, types and ranges
    values = {key: typed(key, value) for key, value in (each.split("=", 1) for each in settings)}
    results.mkdir(parents=True, exist_ok=True)
    print(large.count(name, values, results, paths.ROOT / "build" / results.name / "counts", jobs, cluster))


def counted_instead(words: list[str]) -> bool:
    """Whether the review of a call of the chain is large: then it is counted, and its chain is not run.

    Tells of shards that are not used.
    """
    from casesynth.runner.chain import read_words

    given = read_words(words)
    name = given.review
    if not (paths.data(name) / "shards").is_dir():
        return False
    from casesynth.core.shards import stale
    from casesynth.report.large import is_large

    if message := stale(paths.data(name)):
        print(message)
    if not is_large(name):
        return False
    jobs = int(given.jobs) if given.jobs.isdigit() else 1
    run_count(name, given.set.split(), given.folders[1].resolve(), jobs, given.cluster)
    return True
