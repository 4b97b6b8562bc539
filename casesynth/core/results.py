"""Read and write the tables that notebooks hand on: plain CSV, UTF-8, one header row."""

import pandas as pd

from casesynth.core import csvfile, paths
from casesynth.core.csvfile import as_typed
from casesynth.core.review import Review
from casesynth.errors import UserError

#: The tables that step 2 writes for each heading.
HEADED = ["themes", "theme-cases", "uncoded", "print"]


def gather(review: Review) -> dict[str, pd.DataFrame]:
    """Every result table that the report uses, by name; those of absent data are left out."""
    found = {name: read_headings(review.name, review.sets, name) for name in HEADED}
    for name in ("general-themes", "general-by-heading", "overlaps", "refined-themes", "counterparts"):
        found[name] = read(review.name, name)
    found |= {name: read(review.name, name) for name in ("points-per-heading", "completeness")}
    if review.settings.get("opposed"):
        found |= {name: read(review.name, name) for name in ("barriers-enablers", "projects", "both")}
    if review.has("participants"):
        for name in ("total", "weights", "cases", "sub-totals"):
            found[f"participants-{name}"] = read(review.name, f"participants-{name}")
    found["points"] = review.themed_points
    return found


# pandas guesses these from how it was started; notebooks must look the same however that was.
pd.set_option("display.width", 120)
pd.set_option("display.max_columns", 30)
pd.set_option("display.max_rows", 60)
pd.set_option("display.max_colwidth", 160)


def write(frame: pd.DataFrame, review: str, name: str) -> None:
    """Write `tables/<name>.csv` of this run."""
    file = paths.write(review) / "tables" / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    csvfile.neutral_texts(frame).to_csv(file, index=False, lineterminator="\n")


def write_all(review: str, frames: dict[str, pd.DataFrame]) -> None:
    """Write several tables, by name."""
    for name, frame in frames.items():
        write(frame, review, name)


def read(review: str, name: str, as_text: bool = False) -> pd.DataFrame:
    """A table that an earlier notebook wrote; an empty cell of a text column is "". Or every cell as it is written.

    Raises UserError where it is not there yet.
    """
    file = paths.read(review) / "tables" / f"{name}.csv"
    if not file.exists():
        raise UserError(f"{name}.csv is not there yet: run `make REVIEW={review}` first, then this notebook.")
    if as_text:
        return pd.read_csv(file, dtype=str, keep_default_na=False)
    frame = pd.read_csv(file)
    if frame.empty:  # a table without rows does not show which of its columns say yes or no
        frame = frame.astype({name: bool for name in frame if name.startswith("stands") or name == "proposed"})
    texts = [column for column in frame if not pd.api.types.is_numeric_dtype(frame[column])]
    return frame.assign(**{column: frame[column].fillna("").map(as_typed) for column in texts})


def read_headings(review: str, headings: pd.DataFrame, name: str) -> pd.DataFrame:
    """One table of every set of headings (`Review.sets`), one under the other, with the heading in the first column."""
    parts = []
    for heading in headings["id"]:
        part = read(review, f"{name}-{heading}")
        part.insert(0, "heading", heading)
        parts.append(part)
    if not parts:  # a review without themed headings
        columns = {
            "themes": TABLE,
            "uncoded": UNCODED,
            "print": COMPARISON,
            "theme-cases": CELLS,
        }[name]
        return pd.DataFrame(columns=["heading", *columns])
    joined = pd.concat(parts, ignore_index=True)
    # A text column that is empty in one part reads as missing numbers there.
    texts = [column for column in joined if not pd.api.types.is_numeric_dtype(joined[column])]
    return joined.assign(**{column: joined[column].fillna("") for column in texts})


TABLE = (
    "theme name origin parent points cases of_cases share stands margin with_theme without_theme contradicting".split()
)
CELLS = ["theme", "case", "points", "contradicting", "keypoints"]
UNCODED = ["keypoint", "case", "state", "summary"]
COMPARISON = (
    "statement theme section extent quantifier named found coded of_cases not_found not_named quantifier_fits reading"
).split()
