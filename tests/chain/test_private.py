"""A whole review of one's own, by make: nothing that is built or packed holds what must stay on this computer."""

import io
import re
import socket
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest

from tests.support import SCHEMA
from tests.support.desk import AIMS, CASE, answers, export

#: In an answer, in what the form kept of a respondent, and in the name of a project that has withdrawn.
MARKS = ["Xanswerx", "xrespondent@example.org", "Xwithdrawnx"]
USER = "xuserx"


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The folder of a project after import, withdrawal, make, export, crate and site of a review with marked answers."""
    from tests.support.project import copy_project

    folder = tmp_path_factory.mktemp("private") / "a réview"
    folder.mkdir()
    project = copy_project(folder)
    for name in ("CITATION.cff", "CONTRIBUTING.md"):
        (folder / name).write_bytes((Path(__file__).parents[2] / name).read_bytes())
    for name in ("docs", "data/mca-phase2"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "data/mca-phase2/datapackage.json").write_bytes(SCHEMA.read_bytes())
    form = export(
        folder / "answers.xlsx",
        [
            answers(Email=MARKS[1], **{AIMS: f"We {MARKS[0]} and grow food."}),
            answers(Email=MARKS[1], **{CASE: "Birch Row", AIMS: f"We {MARKS[0]} too."}),
            answers(**{CASE: f"{MARKS[2]} Yard"}),
        ],
    )
    where = {"USER": USER, "LOGNAME": USER}

    def make(*words: str) -> None:
        done = project.make("REVIEW=mine", *words, environment=where)
        assert done.returncode == 0, done.stdout + done.stderr

    make("new")
    settings = folder / "data/mine/review.yaml"
    settings.write_text(settings.read_text().replace("keep: []", "keep: [Email]"))
    make("import", f"FORM={form}")
    command = [str(folder / ".venv/bin/python"), "-m", "casesynth", "withdraw", "mine", "xwithdrawnx-yard"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    points = folder / "data/mine/keypoints.csv"
    points.write_text(
        re.sub(r"(?m)^((?:alder|birch)[^,]*,[^,]*,[^,]*,\d+,[^,]*,),", r"\1It grows.,", points.read_text())
    )
    for words in ([], ["export"], ["crate"], ["site"]):
        make(*words)
    return folder


def inside(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file and, of an archive, all that is in it; of a PDF its text and its streams, which are deflated."""
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield f"{name}/{member}", member.encode()
                yield from inside(f"{name}/{member}", archive.read(member))
    if content.startswith(b"%PDF"):
        reader = pypdf.PdfReader(io.BytesIO(content))
        yield f"{name} (text)", "\n".join(page.extract_text() for page in reader.pages).encode()
        for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL):
            try:
                yield f"{name} (stream)", zlib.decompress(stream)
            except zlib.error:
                continue


@pytest.mark.long
def test_nothing_that_is_built_or_packed_holds_an_answer_a_person_or_this_computer(packed):
    tables = b"".join(file.read_bytes() for file in (packed / "data/mine").glob("*.csv"))
    assert MARKS[0].encode() in tables and MARKS[1].encode() in tables, "the marks are in the tables"
    host = socket.gethostname()  # a name of two or three letters is in every file by chance
    wanted = [*MARKS, USER, str(packed), *([host] if len(host) > 4 else [])]
    folders = [packed / "results/mine", packed / "figures/mine", packed / "build/site/mine"]
    files = [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]
    kinds = {file.suffix for file in files}
    assert {".html", ".docx", ".pdf", ".json", ".ipynb", ".csv", ".svg", ".png", ".zip", ".xlsx", ".qdpx"} <= kinds
    found = [
        (name, word)
        for file in files
        for name, content in inside(str(file.relative_to(packed)), file.read_bytes())
        for word in wanted
        if word.casefold().encode() in content.lower()
    ]
    assert found == [], "\n".join(map(str, found[:20]))
