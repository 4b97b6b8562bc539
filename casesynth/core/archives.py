"""Zip archives: read within limits those that others made, write our own with the same bytes every time."""

import io
import zipfile
from pathlib import Path, PurePosixPath

from casesynth.errors import UserError

MB = 1024 * 1024
#: More than any project we know of; anything larger would cost more memory or time than a reader has.
MOST_FILES, MOST_BYTES, MOST_RATIO = 10_000, 50 * MB, 200


def open_archive(file: Path) -> zipfile.ZipFile:
    """A zip archive, looked at but not unpacked: its count, sizes, ratios and paths are in order.

    Raises UserError if the file is not an archive, is too large or points outside itself.
    """
    try:
        archive = zipfile.ZipFile(file)
    except FileNotFoundError:
        raise UserError(f"there is no file {file}; give the path of a file.") from None
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError, UnicodeDecodeError) as error:
        raise UserError(
            f"{file} cannot be read as an archive ({error}); export it again from the program that made it."
        ) from None
    members = archive.infolist()
    if len(members) > MOST_FILES:
        raise UserError(f"{file} contains {len(members):,} files; at most {MOST_FILES:,} are read.")
    names = set()
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in (path.parts or ("",))[0] or "\\" in member.filename:
            raise UserError(
                f"{file} contains a file whose path leads outside it: '{member.filename}'. Nothing was read."
            )
        if member.filename.lower() in names:
            raise UserError(
                f"{file} contains '{member.filename}' twice; export it again from the program that made it."
            )
        names.add(member.filename.lower())
    return archive


def read_member(archive: zipfile.ZipFile, name: str, most: int = MOST_BYTES) -> bytes:
    """The bytes of one member; no more than `most` are ever unpacked, whatever the archive says of itself.

    Raises UserError for a member that is too large, packed too tightly, encrypted or damaged.
    """
    where = f"'{name}' in {archive.filename}"
    member = archive.getinfo(name)
    if member.file_size > most:
        raise UserError(f"{where} has {member.file_size / MB:,.0f} MB; at most {most / MB:,.0f} MB are read.")
    if member.file_size > MB and member.file_size > MOST_RATIO * max(member.compress_size, 1):
        raise UserError(
            f"{where} unpacks to more than {MOST_RATIO} times its size, which no text does, so it is not read."
        )
    try:
        with archive.open(member) as stream:
            content = stream.read(most + 1)
    except Exception as error:  # each way of packing raises an error of its own for damaged or encrypted data
        raise UserError(
            f"{where} cannot be unpacked ({error}); export it again from the program that made it."
        ) from None
    if len(content) > most:
        raise UserError(f"{where} is larger than it says; at most {most / MB:,.0f} MB are read.")
    return content


def packed(members: dict[str, bytes]) -> bytes:
    """A zip archive of these members in this order, without times or compression, so that bytes never differ.

    >>> packed({"a.txt": b"one"}) == packed({"a.txt": b"one"})
    True
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(member(name), content, zipfile.ZIP_STORED)
    return buffer.getvalue()


def member(name: str) -> zipfile.ZipInfo:
    """A member of an archive without a time, and without the system that made it."""
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
    return info
