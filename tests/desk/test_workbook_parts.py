"""A workbook of one heading, and a blind one of what one coder has to code."""

import zipfile

import openpyxl

from casesynth.core import csvfile, xlsx
from tests.support.desk import change


def part(desk, name: str):
    return desk.folder / "sheets" / f"my-review--{name}.xlsx"


def texts(file, sheet: str) -> list[dict]:
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(file)[sheet].iter_rows()]
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def write_cell(file, sheet: str, row: int, title: str, value) -> None:
    book = openpyxl.load_workbook(file)
    column = [cell.value for cell in book[sheet][1]].index(title) + 1
    book[sheet].cell(row, column).value = value
    book.save(file)


def with_second_coder(desk):
    desk.tiny()
    row = dict(desk.rows("coders")[0], id="bo")
    with desk.path("coders.csv").open("a") as file:
        file.write(",".join(f'"{text}"' for text in row.values()) + "\n")


def test_a_workbook_of_one_heading_changes_only_what_it_holds(desk):
    desk.tiny()
    before = {table: desk.rows(table) for table in ("keypoints", "codings", "codebook", "cases")}
    assert desk.run("sheet", "--heading", "barriers")[0] == 0
    file = part(desk, "barriers")
    assert {row["heading"] for row in texts(file, "keypoints")} == {"barriers"}
    write_cell(file, "keypoints", 2, "summary", "Money is short.")
    status, told, message = desk.back(file)
    assert status == 0 and "1 changed, 0 gone" in told, message
    changed = [row["id"] for row, old in zip(desk.rows("keypoints"), before["keypoints"]) if row != old]
    assert len(changed) == 1 and "-barriers-" in changed[0]
    assert all(desk.rows(table) == before[table] for table in ("codings", "codebook", "cases"))


def test_a_blind_workbook_shows_no_other_coding_and_reads_back_only_rows_of_its_coder(desk):
    with_second_coder(desk)
    before = desk.rows("codings")
    status, told, message = desk.run("sheet", "--coder", "bo")
    assert status == 0, message
    file = part(desk, "coder-bo")
    assert str(file.name) in told and "ada" not in str(texts(file, "codings"))
    rows = texts(file, "codings")
    assert {row["coder"] for row in rows} == {"bo"} and not any(row["theme"] for row in rows)
    ids = [row["keypoint"] for row in rows]
    assert ids != sorted(ids)  # in an order of its own, which is the same every time
    first = file.read_bytes()
    desk.run("sheet", "--coder", "bo")
    assert file.read_bytes() == first
    write_cell(file, "codings", 2, "theme", "none")
    assert desk.back(file)[0] == 0
    assert [row for row in desk.rows("codings") if row["coder"] == "ada"] == before
    assert [row["keypoint"] for row in desk.rows("codings") if row["coder"] == "bo"] == [ids[0]]
    write_cell(file, "codings", 3, "theme", "none")
    write_cell(file, "codings", 3, "coder", "ada")
    status, _, message = desk.back(file)
    assert status == 2 and "only rows of this coder" in message and "row 3" in message


def test_unknown_headings_and_coders_are_named(desk):
    desk.tiny()
    status, _, message = desk.run("sheet", "--heading", "barrier")
    assert status == 2 and "Did you mean 'barriers'" in message
    status, _, message = desk.run("sheet", "--coder", "cy")
    assert status == 2 and "has no coder 'cy'" in message


def test_giving_many_key_points_other_themes_is_no_deletion(desk):
    desk.tiny().sheet()
    rows = [row for row in desk.rows("codings") if row["theme"] != "none"]
    edits = [("codings", row["keypoint"], "theme", "none") for row in rows]
    change(desk, *edits)
    assert desk.back()[0] == 0
    assert {row["theme"] for row in desk.rows("codings")} == {"none"}


def test_a_workbook_that_could_not_be_read_back_is_refused_before_it_is_written(desk, monkeypatch):
    desk.tiny()
    monkeypatch.setattr(xlsx, "OURS", xlsx.OURS._replace(cells=100))
    status, _, message = desk.sheet()
    assert status == 2 and "casesynth sheet my-review --heading HEADING" in message
    monkeypatch.setattr(xlsx, "OURS", xlsx.OURS._replace(cells=10**6, unpacked=1000))
    assert desk.sheet()[0] == 2
    assert not list((desk.folder / "sheets").glob("my-review*"))


def test_the_workbook_is_deflated(desk):
    desk.tiny()
    desk.path("keypoints.csv").write_text(
        desk.path("keypoints.csv").read_text().replace("It aims to grow food.", "It aims to grow food. " * 1000)
    )
    desk.sheet()
    parts = zipfile.ZipFile(desk.folder / "sheets" / "my-review.xlsx").infolist()
    assert sum(part.compress_size for part in parts) * 4 < sum(part.file_size for part in parts)


def test_tables_that_could_not_be_read_back_are_not_written(desk, tmp_path, monkeypatch):
    desk.tiny().sheet()
    before = desk.bytes()
    monkeypatch.setattr(csvfile, "OURS", csvfile.OURS._replace(letters=1000))
    change(desk, ("keypoints", "alder-aims-01", "summary", "x" * 1001))
    status, _, message = desk.back()
    assert status == 2 and "1,001 characters in one cell" in message and desk.bytes() == before


def test_our_own_tables_may_be_larger_than_a_file_from_elsewhere(desk, tmp_path, monkeypatch):
    desk.tiny()
    monkeypatch.setattr(csvfile, "THEIRS", csvfile.THEIRS._replace(rows=3, bytes=200))
    assert desk.check()[0] == 0 and desk.sheet()[0] == 0 and desk.back()[0] == 0
