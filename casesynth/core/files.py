"""Write files so that a reader never sees half of one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def write_if_changed(file: Path, text: str) -> None:
    """Write, but leave a file alone that holds the text already: its time is what make looks at."""
    if file.exists() and file.read_text("utf-8") == text:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(file.name + ".tmp")
    partial.write_text(text, "utf-8")
    partial.replace(file)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill that gets its name only when it is complete: it exists whole or not at all."""
    partial = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
