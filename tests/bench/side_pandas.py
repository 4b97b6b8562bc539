"""Steps 2 to 4 by the functions of version 0.1, plain pandas, on generated shards: `bench_counts` runs this file.

Their code comes from this repository's history and is first on the path. The review is put together in memory: what that
version did to read and check the tables is left out. So is Fisher's test, which no side makes.
"""

import sys
from pathlib import Path

import pandas as pd
import yaml
from casesynth.review import Review
from sides import tell

from casesynth import barriers, general, goestogether, robustness, standing, themes


def read(folder: Path) -> Review:
    """The review of some shards, as version 0.1 would have it in memory."""
    parts = {name: [] for name in ("cases", "keypoints", "codings")}
    for shard in sorted((folder / "shards").iterdir()):
        own = {name: pd.read_parquet(shard / f"{name}.parquet") for name in parts}
        own["keypoints"]["case"] = own["cases"]["id"].to_numpy()[own["keypoints"]["case"]]
        own["codings"]["keypoint"] = own["keypoints"]["id"].to_numpy()[own["codings"]["keypoint"]]
        for name, frame in own.items():
            coded = frame.select_dtypes("category").columns
            parts[name].append(frame.astype(dict.fromkeys(coded, "str")))
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in parts.items()}
    tables["codebook"] = pd.read_csv(folder / "codebook.csv", dtype=str, keep_default_na=False)
    return Review("generated", yaml.safe_load((folder / "review.yaml").read_text("utf-8")), tables)


def untested(both: pd.Series, *margins: pd.Series) -> pd.DataFrame:
    """In place of Fisher's test."""
    return pd.DataFrame(1.0, index=range(len(both)), columns=["p", "smallest_p", "power"])


def count(folder: Path) -> dict[str, list]:
    """Every table of steps 2 to 4, with co-occurrence and thresholds, step after step as the notebooks of that version."""
    review, found = read(folder), []
    rule = standing.Thresholds()
    for heading in review.headings["id"]:
        coded = themes.coded_points(review, "ada", heading)
        own, cases = themes.themes_of(review, heading), themes.eligible(review, heading)
        cells = themes.theme_cases(coded, own, cases)
        found.append(themes.theme_table(cells, own, cases, rule.min_cases).assign(heading=heading))
    collected, coded, book = pd.concat(found, ignore_index=True), themes.coded_points(review, "ada"), review.codebook
    points = general.points_by_general(coded, book, set(collected.loc[collected["stands"], "theme"]))
    table = general.general_themes(collected, coded, book, review.headings, rule.min_headings, rule.heading_groups)
    structure = standing.structure(review, coded)
    goestogether.fisher = untested
    tables = {
        "themes": collected["theme points contradicting cases of_cases stands".split()],
        "general": table["general in_headings in_groups stands points cases".split()],
        "by heading": general.general_by_heading(points, book, review.headings),
        "overlaps": general.overlaps(points, table, book, 0.5)["one other shared_points shared_cases".split()],
        "refined": general.refined_themes(table, points, book, review.headings)["refined points cases stands".split()],
        "sides": barriers.per_theme(review, barriers.opposed_points(review, coded))[
            "general enabler_points enabler_cases barrier_points barrier_cases".split()
        ],
        "together": goestogether.pairs(structure, rule)["level one other cases with_one with_other both".split()],
        "thresholds": robustness.threshold_grid(structure).drop(columns="name"),
    }
    return {name: frame.to_numpy().tolist() for name, frame in tables.items()}


if __name__ == "__main__":
    tell(lambda: count(Path(sys.argv[1])))
