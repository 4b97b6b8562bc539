"""The versions and digests that the audit page shows: what a run was made with and what it wrote."""

import hashlib
import re

from casesynth.core import paths
from casesynth.core.review import Review


def locked(text: str) -> list[tuple[str, str, str]]:
    """The packages of requirements.lock: (name, version, condition).

    >>> locked("numpy==2.3.1 ; python_version < '3.12' \\\\\\n    --hash=sha256:00\\npandas==2.2.0\\n")
    [('numpy', '2.3.1', "python_version < '3.12'"), ('pandas', '2.2.0', '')]
    """
    found = re.findall(r"^([A-Za-z0-9][\w.\-\[\]]*)==([^\s;\\]+)(?:\s*;\s*([^\\\n]*))?", text, re.M)
    return [(name, version, condition.strip()) for name, version, condition in found]


def digests(review: Review) -> list[dict]:
    """SHA-256 of the data, results and figures of this run. Keys: group, file, digest."""
    results, figures = paths.read(review.name), paths.figures(review.name)
    files = [("Data", file, file.name) for file in sorted(paths.data(review.name).glob("*")) if file.is_file()]
    for part in ("synthesis.*", "tables/*.csv", "notebooks/*.ipynb"):
        files += [("Results", file, file.relative_to(results).as_posix()) for file in sorted(results.glob(part))]
    files += [("Figures", file, file.name) for file in sorted(figures.glob("*")) if file.is_file()]
    return [
        {"group": group, "file": name, "digest": hashlib.sha256(file.read_bytes()).hexdigest()}
        for group, file, name in files
    ]
