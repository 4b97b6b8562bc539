"""What a run of a notebook leaves behind. In a file of its own: each rule of make reads it, and must start quickly."""

from dataclasses import dataclass, field


@dataclass
class Record:
    """The outcome of one run: an error is text here, not an exception (after jupyter-cache)."""

    step: str
    seconds: float
    error: str = ""
    repeated: bool = False  # another step has reported this error already
    current: bool = False  # it was not run, since nothing that it reads or wrote has changed
    taken_from: str = ""  # the run whose results it took over, since that had the same inputs
    altered: list[str] = field(default_factory=list)  # files that somebody changed after the step wrote them
