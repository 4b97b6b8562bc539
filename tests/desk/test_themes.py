"""`casesynth theme …`: a theme is split, merged, renamed or moved, and everything that names it goes along."""

import pytest

from tests.support import commands
from tests.support.desk import replace


def add(desk, table: str, *rows: str) -> None:
    """Add lines to a table."""
    file = desk.path(f"{table}.csv")
    file.write_text(file.read_text() + "".join(f"{row}\n" for row in rows))


@pytest.fixture
def review(desk):
    """The tiny review with a second theme on barriers, and tables that name the first."""
    desk.tiny()
    add(desk, "codebook", "bar-rent,theme,barriers,Rent,,The rent is high.,,,gen-money,compendium,")
    add(desk, "keypoints", "cedar-barriers-02,cedar,barriers,2,,The rent is high.,,,,")
    add(
        desk,
        "codings",
        "alder-barriers-01,bar-rent,ada,supports,Says rent.",
        "cedar-barriers-02,bar-rent,ada,supports,",
    )
    header = "id,order,statement,kind,theme,paragraph,practice,published\n"
    desk.path("findings.csv").write_text(header + "fin-rent,1,Rent was too high.,condition,bar-rent,,,\n")
    desk.path("crosswalk.csv").write_text(
        "framework,theme,construct,coder,fit,reason\ncom-b,bar-rent,opportunity,ada,close,It is outside.\n"
    )
    desk.path("constructs.csv").write_text(
        "framework,id,domain,name,definition,part_of\ncom-b,opportunity,opportunity,Opportunity,,\n"
    )
    desk.path("hierarchy.csv").write_text("sorter,id,parent,note\nsorter-1,bar-rent,group-1,\n")
    assert desk.check()[0] == 0, desk.check()[2]
    return desk


def theme(desk, *words) -> tuple[int, str, str]:
    """Run `casesynth theme VERB my-review …`."""
    done = commands.run("theme", words[0], desk.name, *words[1:],
                        CASESYNTH_DATA=desk.folder / "data", CASESYNTH_SHEETS=desk.folder / "sheets")  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_merged_theme_takes_all_that_named_it_along_and_undo_brings_it_back(review):
    before = review.bytes()
    status, told, wrong = theme(review, "merge", "bar-rent", "bar-money", "--reason", "Rent is money.")
    assert status == 0, wrong
    assert [(r["keypoint"], r["theme"], r["memo"]) for r in review.rows("codings") if "barriers" in r["keypoint"]] == [
        ("alder-barriers-01", "bar-money", "Says rent."),
        ("birch-barriers-01", "none", ""),
        ("cedar-barriers-01", "bar-money", ""),
        ("cedar-barriers-02", "bar-money", ""),
    ]
    assert [row["theme"] for table in ("findings", "crosswalk") for row in review.rows(table)] == ["bar-money"] * 2
    assert [row["id"] for row in review.rows("hierarchy")] == ["bar-money"]
    book = {row["id"]: row for row in review.rows("codebook")}
    assert "bar-rent" not in book and book["bar-money"]["reason"] == "Merged with 'Rent' (bar-rent): Rent is money."
    assert "2 rows of bar-rent now of bar-money; 1 of them" in told and "The rent is high." in told
    assert review.check()[0] == 0
    assert review.run("undo")[0] == 0 and review.bytes() == before


def test_what_still_names_a_merged_theme_is_listed_and_an_id_that_begins_alike_is_not(review):
    review.path("narrative").mkdir()
    review.path("narrative/answer.md").write_text("Money {theme:bar-rent}.\n\nAnd {theme:bar-rent-2}.\n")
    told = theme(review, "merge", "bar-rent", "bar-money", "--reason", "Rent is money.")[1]
    assert "for you to rewrite: narrative/answer.md (line 1)\n" in told


def test_a_merge_that_would_lose_many_rows_asks_first(review):
    rows = [f"sorter-{n},{theme},group,\n" for n in range(2, 9) for theme in ("bar-rent", "bar-money")]
    review.path("hierarchy.csv").write_text("sorter,id,parent,note\n" + "".join(rows))
    words = ("merge", "bar-rent", "bar-money", "--reason", "Rent is money.")
    before = review.bytes()
    status, _, said = theme(review, *words)
    assert status == 2 and "hierarchy: 7" in said and "--yes" in said and review.bytes() == before
    assert theme(review, *words, "--yes")[0] == 0 and len(review.rows("hierarchy")) == 7


def test_a_split_theme_gives_the_key_points_that_are_named_to_the_new_one(review):
    words = ("--points", "cedar-barriers-02", "--definition", "The rent rises.", "--reason", "Two things.")
    status, told, wrong = theme(review, "split", "bar-rent", "Rising rent", *words)
    assert status == 0, wrong
    coded = {row["keypoint"]: row["theme"] for row in review.rows("codings") if "rent" in row["theme"]}
    assert coded == {"alder-barriers-01": "bar-rent", "cedar-barriers-02": "bar-rising-rent"}
    new = next(row for row in review.rows("codebook") if row["id"] == "bar-rising-rent")
    assert (new["heading"], new["parent"], new["definition"]) == ("barriers", "gen-money", "The rent rises.")
    assert {row["theme"] for row in review.rows("crosswalk")} == {"bar-rent", "bar-rising-rent"}
    assert "findings: stays with bar-rent; look whether it fits bar-rising-rent better: fin-rent" in told
    assert review.check()[0] == 0


def test_a_theme_is_renamed_and_moved(review):
    assert theme(review, "rename", "bar-rent", "Rent, and its rise")[0] == 0
    status, told, _ = theme(review, "move", "bar-rent", "gen-people")
    assert status == 0 and "2 key points" in told
    row = next(row for row in review.rows("codebook") if row["id"] == "bar-rent")
    assert (row["name"], row["parent"]) == ("Rent, and its rise", "gen-people")


def test_a_theme_moves_to_another_heading_with_its_key_points_and_every_coding_of_them(review):
    add(review, "coders", "ben,Invented.,2026-10,true,false,false,Invented.,Invented.")
    add(review, "codings", "cedar-barriers-02,none,ben,supports,")
    words = ("move", "bar-rent", "none", "--heading", "enablers")
    status, _, said = theme(review, *words)
    assert status == 2 and "alder-barriers-01 (to bar-money, by ada)" in said
    replace(review, "codings.csv", "alder-barriers-01,bar-rent,ada,supports,Says rent.\n", "")
    last = max(int(row["order"]) for row in review.rows("keypoints") if row["id"].startswith("cedar-enablers"))
    status, told, said = theme(review, *words)
    assert status == 0, said
    row = next(row for row in review.rows("codebook") if row["id"] == "bar-rent")
    assert (row["heading"], row["parent"]) == ("enablers", "")
    point = next(row for row in review.rows("keypoints") if row["id"] == "cedar-barriers-02")
    assert (point["heading"], point["order"]) == ("enablers", str(last + 1))
    assert "1 row now under enablers: cedar-barriers-02" in told and "ben saw no theme of the old heading" in told
    assert review.check()[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("rename", "bar-ren", "x"), "Did you mean 'bar-rent'?"),
        (("rename", "bar-rent", "Money"), "is the name of bar-money"),
        (("move", "bar-rent", "ref-means"), "expected the id of a general theme"),
        (("move", "bar-rent"), "where to? Give a parent"),
        (("move", "bar-rent", "--heading", "enabler"), "Did you mean 'enablers'?"),
        (("move", "gen-money", "--heading", "enablers"), "is not of level theme"),
        (("merge", "bar-rent", "ena-money", "--reason", "x"), "has the heading 'barriers' and ena-money 'enablers'"),
        (("merge", "bar-rent", "bar-rent", "--reason", "x"), "into itself"),
        (("split", "bar-rent", "x", "--points", "cedar-barriers-01", "--definition", "x", "--reason", "x"), "is not coded"),
        (("split", "bar-money", "x", "--points", "alder-barriers-01,cedar-barriers-01", "--definition", "x",
          "--reason", "x"), "would keep no key point"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_changed(review, words, said):
    before = review.bytes()
    status, _, message = theme(review, *words)
    assert status == 2 and said in message and review.bytes() == before
