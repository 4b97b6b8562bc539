"""Write files so that a reader never sees half of one."""

from pathlib import Path


def write_if_changed(file: Path, text: str) -> None:
    """Write, but leave a file alone that holds the text already: its time is what make looks at."""
    if file.exists() and file.read_text("utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".tmp")
    partial.write_text(text, "utf-8")
    partial.replace(file)
