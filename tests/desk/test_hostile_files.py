"""Files from strangers: refused in bounded memory and time with one message, and nothing in them is run.

The bombs run in a process of their own whose memory is limited, so that one would kill the test, not the machine.
"""

import os
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest

from casesynth.errors import UserError
from casesynth.runner import chain
from tests.support import SCHEMA, TINY, commands
from tests.support.commands import environment


def run(command: str, folder: Path, *words, review: str = "my-review", limited: bool = False):
    """A command on a data folder; `limited` in a process of its own, with 1.5 GB of memory and 30 s of processor."""
    places = {"CASESYNTH_DATA": folder, "CASESYNTH_SHEETS": folder / "sheets"}
    if limited:
        return commands.run_apart(command, review, *words, memory=1_500_000_000, seconds=30, **places)
    return commands.run(command, review, *words, **places)


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("reviews")
    shutil.copytree(TINY, folder / "tiny")
    shutil.copy(SCHEMA, folder / "tiny")
    assert run("new", folder).returncode == 0
    return folder


@pytest.fixture
def folder(laid_out, tmp_path) -> Path:
    shutil.copytree(laid_out, tmp_path / "reviews")
    return tmp_path / "reviews"


def workbook_with(file: Path, sheet_xml: bytes) -> Path:
    """A workbook whose first worksheet is this XML."""
    plain = file.with_suffix(".plain")
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, sheet_xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return file


SHEET = b'<?xml version="1.0"?>%s<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'


def hundred_million_cells(file: Path) -> Path:
    row = b"<row>" + b"<c><v>1</v></c>" * 10_000 + b"</row>"
    return workbook_with(file, SHEET % (b"", b"<sheetData>" + row * 2_600 + b"</sheetData>"))


def far_away_cells(file: Path) -> Path:
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (n, n) for n in range(1, 2_000))
    return workbook_with(file, SHEET % (b"", b'<dimension ref="A1:XFD1048576"/><sheetData>' + rows + b"</sheetData>"))


def last_row_only(file: Path) -> Path:
    cell = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'
    return workbook_with(file, SHEET % (b"", b"<sheetData>" + cell + b"</sheetData>"))


def entities(file: Path) -> Path:
    lines = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
    kind = b'<!DOCTYPE w [<!ENTITY a0 "ha">' + lines + b"]>"
    return workbook_with(
        file, SHEET % (kind, b'<sheetData><row><c t="inlineStr"><is><t>&a11;</t></is></c></row></sheetData>')
    )


def outside(file: Path) -> Path:
    kind = b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return workbook_with(
        file, SHEET % (kind, b'<sheetData><row><c t="inlineStr"><is><t>&x;</t></is></c></row></sheetData>')
    )


def path_outside(file: Path) -> Path:
    hundred = workbook_with(file, SHEET % (b"", b"<sheetData/>"))
    with zipfile.ZipFile(hundred, "a") as archive:
        archive.writestr("../../evil.txt", "x")
    return file


def no_archive(file: Path) -> Path:
    file.write_bytes(b"PK\3\4 not really")
    return file


@pytest.mark.parametrize(
    "make",
    [hundred_million_cells, far_away_cells, last_row_only, entities, outside, path_outside, no_archive],
    ids=lambda f: f.__name__,
)
def test_a_hostile_workbook_is_refused(folder, tmp_path, make):
    file = make(tmp_path / "bad one.xlsx")
    limited = make in (hundred_million_cells, far_away_cells)
    done = run("import", folder, file, limited=limited)
    assert done.returncode == 2 and "bad one.xlsx" in done.stderr and not (tmp_path.parent / "evil.txt").exists()
    if not limited:
        done = run("sheet-back", folder, "--book", file)
        assert done.returncode == 2 and "bad one.xlsx" in done.stderr


@pytest.mark.long
def test_a_csv_with_one_endless_line_or_far_too_large_is_refused(folder, tmp_path):
    endless = tmp_path / "endless.csv"
    endless.write_bytes(b"a" * 20_000_000)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(50_000_000_000)  # sparse: takes no room
    for file, words in ((endless, "without an end"), (huge, "MB")):
        done = run("import", folder, file, limited=True)
        assert done.returncode == 2 and words in done.stderr
    shutil.copy(endless, folder / "tiny" / "codings.csv")
    done = run("check", folder, review="tiny")
    assert done.returncode == 1 and "codings.csv" in done.stderr


def test_what_is_no_file_is_refused(folder):
    for name in ("/dev/zero", str(folder), str(folder / "no such.csv")):
        assert run("import", folder, name).returncode == 2
    os.mkfifo(folder / "pipe.csv")
    assert run("import", folder, folder / "pipe.csv").returncode == 2


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{c}: &{c} [{', '.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefghi", "bcdefghij")
)


@pytest.mark.parametrize(
    "yaml",
    [
        BOMB,
        "[" * 5000,
        "title: !!python/object/apply:os.system ['touch pwned']",
        "\0\1\2",
        "title: a\ntitle: b",
        "- one",
        "title: [unclosed",
        "x" * 2_000_000,
    ],
    ids=["references", "nesting", "object", "no text", "doubled", "a list", "unclosed", "too large"],
)
def test_hostile_settings_are_refused(folder, tmp_path, yaml):
    (folder / "tiny" / "review.yaml").write_text(yaml)
    done = run("check", folder, review="tiny")
    assert done.returncode == 2 and "review.yaml" in done.stderr and not Path("pwned").exists()


def test_settings_cannot_reach_make(folder):
    settings = folder / "tiny" / "review.yaml"
    settings.write_text(settings.read_text().replace("{id: aims,", '{id: "$(shell touch pwned)",'))
    with environment(CASESYNTH_DATA=folder), pytest.raises(UserError, match="lower-case letters"):
        chain.start_of("tiny", [])
    assert run("new", folder, review="../outside").returncode == 2 and not (folder.parent / "outside").exists()
