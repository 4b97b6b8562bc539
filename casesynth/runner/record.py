"""What a run of a notebook leaves behind. In a file of its own: each rule of make reads it, and must start quickly."""


class Record:
    """The outcome of one run: an error is text here, not an exception (after jupyter-cache)."""

    def __init__(self, step: str, seconds: float, error: str = "", current: bool = False) -> None:
        self.step, self.seconds, self.error = step, seconds, error
        self.current = current  # it was not run, since nothing that it reads or wrote has changed
        self.repeated = False  # another step has reported this error already
        self.taken_from = ""  # the run whose results it took over, since that had the same inputs
        self.altered: list[str] = []  # files that somebody changed after the step wrote them
