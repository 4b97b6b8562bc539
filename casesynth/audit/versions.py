"""The digests of the data that a run was made with, so that anybody can tell whether theirs are the same."""

import hashlib

from casesynth.core import paths
from casesynth.core.review import Review


def digests_of_data(review: Review, tables: list[str]) -> list[dict[str, str]]:
    """SHA-256 of the settings and of some tables of a review, as far as it has them. Keys: file, sha256.

    >>> from casesynth.front import load_review
    >>> [row["file"] for row in digests_of_data(load_review("repair-cafes"), ["codings", "cases"])]
    ['cases.csv', 'codings.csv', 'review.yaml']
    """
    files = [paths.data(review.name) / name for name in [*(f"{table}.csv" for table in tables), "review.yaml"]]
    return [
        {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in sorted(files)
        if file.is_file()
    ]
