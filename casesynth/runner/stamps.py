"""The stamps that steps leave, each with the digests of what it read and wrote. Without pandas: a make with nothing to do."""

import json
from pathlib import Path
from typing import Any

from casesynth.core import paths
from casesynth.runner import digests


def read(file: Path) -> dict[str, Any]:
    """What a stamp says; nothing where there is none, or one of an earlier version."""
    try:
        known = json.loads(file.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known if isinstance(known.get("writes"), dict) else {}


def altered(stamp: dict[str, Any]) -> list[str]:
    """The files that are no longer as the step wrote them, those that are gone included."""
    written = stamp.get("writes", {}).items()
    return sorted(name for name, digest in written if digests.of_bytes(paths.ROOT / name) != digest)


def is_complete(build: Path, state: str) -> bool:
    """Whether the whole chain has ended well in this state and everything is as it was then, so that nothing is to do."""
    complete = build / "complete"
    if not complete.exists() or complete.read_text("utf-8") != state:
        return False
    stamps = [read(file) for file in build.glob("*.done")]
    reads = {name: digest for stamp in stamps for name, digest in stamp.get("inputs", {}).items()}
    return (
        all(stamps)
        and all(stamp["inputs"].items() <= reads.items() for stamp in stamps)
        and digests.of_inputs(reads) == reads
        and not any(altered(stamp) for stamp in stamps)
    )
