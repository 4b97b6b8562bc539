"""The hidden command of each rule of the chain: it asks the worker, and starts quickly (Python's option -S spares its packages)."""

import sys

from casesynth.cli.output import Status, fail
from casesynth.runner import client


def step(words: list[str]) -> Status:
    """Run one notebook as one step of the chain: by the worker if there is one, otherwise in this process."""
    record = client.ask(words)
    if record is None:
        import site

        site.main()
        from casesynth.runner.step import run_here

        record = run_here(words)
    if record.error:
        return (
            Status.PROBLEMS if record.repeated else fail(f"step {record.step} failed: {record.error}", Status.PROBLEMS)
        )
    for name in record.altered:
        note = f"{name} was changed after step {record.step} had written it; the step was run again."
        print(f"casesynth: {note}", file=sys.stderr)
    if not sys.stdout.isatty() and not record.current:
        print(f"{record.step}: {f'as in {record.taken_from}' if record.taken_from else f'{record.seconds:.1f} s'}")
    return Status.DONE
