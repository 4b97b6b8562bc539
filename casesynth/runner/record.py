"""What a run of a notebook leaves behind. In a file of its own: each rule of make reads it, and must start quickly."""

from dataclasses import dataclass


@dataclass
class Record:
    """The outcome of one run: an error is text here, not an exception (after jupyter-cache)."""

    step: str
    seconds: float
    error: str = ""
    repeated: bool = False  # another step has reported this error already
