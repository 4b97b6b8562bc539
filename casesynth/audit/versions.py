"""The digests of the data that a run was made with, so that anybody can tell whether theirs are the same."""

import hashlib

from casesynth.core import paths
from casesynth.core.review import Review
from casesynth.core.schema import publishable


def digests_of_data(review: Review) -> list[dict[str, str]]:
    """SHA-256 of the tables and settings of a review that may be passed on. Keys: file, sha256.

    >>> from casesynth.front import load_review
    >>> [row["file"] for row in digests_of_data(load_review("repair-cafes"))][:2]
    ['cases.csv', 'codebook.csv']
    """
    return [
        {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        for file in publishable(paths.data(review.name))
    ]
