"""What the Makefile calls where two rooms meet: nobody below knows both."""

import os
import sys

from casesynth.core.problems import Problem
from casesynth.desk import check
from casesynth.runner import chain, notebooks


def problems_of(name: str) -> list[Problem]:
    """All that is wrong with the tables and parameters of a review."""
    return check.problems_of(name)[0] + notebooks.problems(name)


def main(words: list[str]) -> int:
    """`check`, or `chain` with the words for it."""
    if words[0] == "check":
        return check.main(notebooks.problems)
    return chain.main(words[1:], problems_of)


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if code >= 0 else 128 - code)  # not waiting for a step that a Ctrl-C has cut off
