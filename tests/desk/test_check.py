"""`make check` lists every problem with its location, and the next step."""

import re
import shutil

import pytest

from casesynth.core import csvfile
from tests.support import ROOT
from tests.support.desk import AIMS, answers, export, replace, vary


def test_check_notes_addresses_numbers_and_the_words_of_the_answers(desk, tmp_path):
    desk.new()
    long = "We want older people who live alone to know their neighbours. Call Sam on 07700 900123."
    _, told, _ = desk.import_(export(tmp_path / "a.xlsx", [answers(**{AIMS: long})]))
    assert "alder-yard-q03: '07700 900123'" in told
    points = desk.rows("keypoints")
    points[0]["summary"] = f"The project reports: {long.split('. ', maxsplit=1)[0]}"
    points[1]["summary"] = "Data from sam@example.org."
    points[2]["summary"] = "It has a grant."
    csvfile.write(desk.path("keypoints.csv"), csvfile.pd.DataFrame(points))
    status, told, _ = desk.check()
    assert status == 0 and "these stop nothing" in told and "keypoints.csv: 2" in told
    assert (
        "row 2 (alder-yard-aims-01), column summary: found 'we want older people who live alone to'; this repeats the answer word for word"
        in told
    )
    assert "row 3 (alder-yard-aims-02), column summary: found 'sam@example.org'" in told


def test_a_problem_is_told_with_the_id_of_its_row_and_its_row_in_the_workbook(desk):
    desk.tiny()
    assert desk.sheet()[0] == 0
    replace(desk, "codings.csv", "alder-barriers-01,bar-money", "alder-barriers-01,bar-mony")
    row = next(n for n, line in enumerate(desk.path("codings.csv").read_text().splitlines(), 1) if "bar-mony" in line)
    _, _, told = desk.check()
    assert re.search(rf"row {row} \(alder-barriers-01 bar-mony ada\), column theme: found 'bar-mony'", told)
    replace(desk, "codings.csv", "alder-barriers-01,bar-mony", "alder-barriers-01,bar-money")
    replace(desk, "keypoints.csv", "birch-aims-01,birch,aims", "birch-aims-01,birch,aim")
    _, _, told = desk.check()
    assert re.search(r"row \d+ \(birch-aims-01; row \d+ of the workbook\), column heading: found 'aim'", told)


def test_a_blank_line_in_claims_shifts_no_row_number(desk):
    shutil.copytree(ROOT / "data/mca-phase2", desk.path(""))
    lines = desk.path("claims.csv").read_text("utf-8").splitlines()
    row = next(n for n, line in enumerate(lines) if n > 10 and ",theme-supported," in line)
    lines[row] = lines[row].replace(",theme-supported,", ",theme-suported,")
    desk.path("claims.csv").write_text("\n".join([*lines[:3], "", *lines[3:]]) + "\n", "utf-8")
    _, _, told = desk.check()
    written = desk.path("claims.csv").read_text("utf-8").splitlines()
    (row,) = [number for number, line in enumerate(written, 1) if "theme-suported" in line]
    assert re.search(rf"row {row} \([\w-]+\), column check: found 'theme-suported'", told), told


def test_evidence_by_somebody_whose_coding_is_not_in_use_is_told_and_not_counted_as_nothing(desk):
    desk.tiny()
    package = ROOT / "data/mca-phase2/datapackage.json"
    desk.path("datapackage.json").write_text(package.read_text("utf-8"), "utf-8")
    with desk.path("coders.csv").open("a") as file:
        file.write("bo,Invented.,2026-11,true,false,false,Invented.,Invented.\n")
    desk.path("findings.csv").write_text("id,order,statement,kind\nfin-money,1,Money ran out.,barrier\n")
    evidence = "finding,keypoint,coder,stance\nfin-money,alder-barriers-01,{},supports\n"
    for coder, told in (("bo", "no row counts: the analysis takes the evidence of ada"), ("ada", "")):
        desk.path("finding-evidence.csv").write_text(evidence.format(coder))
        problems = desk.check()[2]
        assert ("no row counts" in problems) == bool(told) and told in problems, (coder, problems)


def test_two_cases_or_two_themes_of_one_name_are_told(desk):
    desk.tiny()
    replace(desk, "cases.csv", "Birch Row", "Alder Yard")
    status, _, told = desk.check()
    assert status == 1 and "another row above has the same name" in told and "cases.csv: 1" in told


@pytest.mark.parametrize(("row", "level"), [("bar-money", "theme"), ("gen-money", "general")])
def test_a_wrong_level_is_one_problem_not_one_for_each_row_that_names_it(desk, row, level):
    desk.tiny()
    replace(desk, "codebook.csv", f"{row},{level},", f"{row},{level}z,")
    status, _, told = desk.check()
    assert status == 1 and "1 problem must be corrected" in told and f"found '{level}z'" in told


def test_what_coders_saw_of_a_publication_is_optional_where_there_is_none(desk):
    desk.tiny()
    text = desk.path("coders.csv").read_text()
    frame = csvfile.pd.read_csv(desk.path("coders.csv"), dtype=str, keep_default_na=False)
    desk.path("datapackage.json").write_text((ROOT / "data/repair-cafes/datapackage.json").read_text())
    frame.drop(columns=["seen_sources", "seen_attributions"]).to_csv(desk.path("coders.csv"), index=False)
    assert desk.check()[0] == 0, desk.check()
    assert text != desk.path("coders.csv").read_text()
    frame.drop(columns=["seen_codings"]).to_csv(desk.path("coders.csv"), index=False)
    status, _, told = desk.check()
    assert status == 1 and "column seen_codings: the column is missing" in told


def test_the_next_step_is_the_workbook_only_where_there_is_something_to_do(desk, tmp_path):
    desk.new()
    file = export(tmp_path / "a.xlsx", [answers()])
    assert "Next: casesynth sheet" in desk.import_(file)[1]
    points = [row | {"summary": "It grows."} for row in desk.rows("keypoints")]
    csvfile.write(desk.path("keypoints.csv"), csvfile.pd.DataFrame(points))
    told = desk.import_(file)[1]
    assert "casesynth sheet" not in told and "Next: casesynth check my-review" in told


def test_what_spreadsheets_do_to_csv_changes_nothing(desk):
    before = desk.tiny().load().tables
    for table in ("cases", "codings"):
        text = desk.path(f"{table}.csv").read_text()
        rows = [line.replace(",true", ",TRUE") + ",,," for line in text.splitlines()] + [",,,,,", ""]
        desk.path(f"{table}.csv").write_bytes("\r\n".join(rows).replace(",", ";").encode("utf-16"))
    after = desk.load().tables
    assert all(before[name].equals(after[name]) for name in before)
    status, told, _ = desk.check()
    assert status == 0 and "UTF-16" in told


@pytest.mark.parametrize(
    ("table", "old", "new_", "said"),
    [
        ("coders", "2026-11", "Nov-26", "row 2, column when: found 'Nov-26'; a spreadsheet has turned"),
        ("keypoints", "It aims to grow food.", "Caf\u00c3\u00a9", "row 3, column summary"),
        ("keypoints", "It aims to grow food.", "#NAME?", "row 3, column summary"),
        ("keypoints", "It aims to grow food.", "a\x07b", "control characters"),
        ("codings", "alder-aims-02,aim-food,ada", "alder-aims-02,aim-fod,ada", "Did you mean 'aim-food'?"),
        ("cases", "cedar,3", "cedar,3.5E+10", "row 4, column order"),
        ("keypoints", "summary", "sumary", "Did you mean 'summary'?"),
        ("keypoints", ",It aims to grow food.", ',It aims, to grow, food.,,,"', "row 3"),
    ],
)
def test_what_cannot_be_read_is_refused_with_file_row_column_and_remedy(desk, table, old, new_, said):
    desk.tiny()
    text = desk.path(f"{table}.csv").read_text()
    assert old in text
    desk.path(f"{table}.csv").write_text(text.replace(old, new_, 1), "utf-8")
    status, _, message = desk.check()
    assert status == 1 and f"{table}.csv" in message and said in message


def test_check_lists_all_problems_at_once_by_file(desk):
    desk.tiny()
    for table, old, new_ in (
        ("cases", "birch,2", "birch,two"),
        ("codings", ",ada,", ",adda,"),
        ("codebook", "gen-money,general", "gen-money,genral"),
    ):
        desk.path(f"{table}.csv").write_text(desk.path(f"{table}.csv").read_text().replace(old, new_, 1))
    _, _, message = desk.check()
    for words in (
        "cases.csv: 1",
        "codings.csv: 1",
        "found 'two'; expected a whole number",
        "Did you mean 'ada'?",
        "Did you mean 'general'?",
    ):
        assert words in message


@pytest.mark.parametrize(
    ("table", "old", "new_", "said"),
    [
        ("codings.csv", "birch-aims-01,aim-together,ada", "birch-aims-01,none,ada,supports,\nbirch-aims-01,aim-together,ada",
         "the same coder has also given 'birch-aims-01' a theme"),
        ("codebook.csv", "gen-garden,compendium", "gen-people,compendium", "no theme names it as its parent"),
        ("codebook.csv", "ref-garden,compendium", "ref-means,compendium", "no general theme names it as its parent"),
    ],
    ids=["none and a theme", "a general theme of nothing", "a refined theme of nothing"],
)  # fmt: skip
def test_check_says_what_a_schema_cannot(desk, table, old, new_, said):
    desk.tiny()
    replace(desk, table, old, new_)
    _, told, message = desk.check()
    assert said in told + message


def test_check_says_which_cases_are_not_appraised_and_what_none_means(desk):
    vary(desk, settings={"appraisal": {"criteria": [{"id": "aim", "name": "Aim?"}], "weak_from": 1}})
    desk.path("appraisal.csv").write_text("case,criterion,judgement,reason\nalder,aim,met,It says so.\n")
    assert "not appraised yet: birch, cedar" in desk.check()[1]
    header = csvfile.read(ROOT / "data/mca-phase2/cerqual.csv").header
    row = {"finding": "ref-people", "methodological": "none", "confidence": "low"}
    row |= dict.fromkeys(["coherence", "adequacy", "relevance"], "minor")
    desk.path("cerqual.csv").write_text(",".join(header) + "\n" + ",".join(row.get(c, "x") for c in header) + "\n")
    assert "Did you mean 'none-or-very-minor'?" in desk.check()[2]
