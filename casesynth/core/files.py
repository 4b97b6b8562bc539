"""Write files so that a reader never sees half of one."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jinja2


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A path to write to that takes the name of the file when all is written: the old file stays whole until then.

    If anything goes wrong the old file stays. Two processes may write the same file at once.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        yield partial
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def write_if_changed(file: Path, text: str) -> None:
    """Write, but leave a file alone that holds the text already: its time is what make looks at."""
    if file.exists() and file.read_text("utf-8") == text:
        return
    with whole_file(file) as partial:
        partial.write_text(text, "utf-8")


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


def templates(folder: Path, html: bool = False) -> "jinja2.Environment":
    """The templates of a folder; a name without a value is an error, and in a page (`html`) every value is escaped."""
    import jinja2  # few commands write from a template, and it takes time to load

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=html,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
