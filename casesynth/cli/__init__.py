"""The command `casesynth`: everything that is not the chain of notebooks, which belongs to make.

Only this room prints and exits. The rooms below return values or text, or raise UserError.

Imports of the package are inside the commands: pandas alone takes half a second, and `casesynth --help`, completion and
a make with nothing to do must be quick. `tests/test_commands.py` counts what is imported.
"""

import sys
from contextlib import suppress

from casesynth.cli.output import Status, fail, flush
from casesynth.errors import UserError


def main(words: list[str] | None = None) -> int:
    """Run the command with these words, by default those of the command line. Returns the exit status.

    Every error that a user can correct ends here, as one message without a traceback.
    """
    words = sys.argv[1:] if words is None else words
    try:
        status = run(words)
        flush()  # so that a pipe that has closed, or a full disk, is noticed here
        return int(status)
    except KeyboardInterrupt:
        return Status.INTERRUPTED
    except BrokenPipeError:  # the reader of a pipe, such as `head`, had enough
        with suppress(OSError):
            flush()
        return Status.DONE
    except UserError as error:
        return fail(str(error))
    except OSError as error:
        from casesynth.runner.step import machine_trouble

        return fail(machine_trouble(error))


def run(words: list[str]) -> Status:
    """Run the command of the first word."""
    if words and words[0] == "_step":
        from casesynth.cli.step import step

        return step(words[1:])
    if words and words[0] in ("_chain", "_sweep"):
        from casesynth.cli import chain

        return {"_chain": chain.chain, "_sweep": chain.sweep}[words[0]](words[1:])
    from casesynth.cli import commands

    return commands.run(words)
