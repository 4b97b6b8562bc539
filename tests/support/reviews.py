"""Small invented reviews and tables, and ways to change them."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd

from casesynth.analysis import (
    matrices,
)

SECOND = """alder-aims-01,aim-together,bo,supports,
alder-aims-02,none,bo,supports,
alder-barriers-01,bar-money,bo,supports,
alder-enablers-01,none,bo,supports,
birch-aims-01,aim-together,bo,supports,
birch-barriers-01,none,bo,supports,
birch-enablers-01,ena-money,bo,supports,
birch-enablers-02,ena-neighbours,bo,supports,
cedar-aims-01,none,bo,supports,
cedar-barriers-01,bar-money,bo,supports,
"""


def table(project, name: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(project.read(f"results/tiny/tables/{name}.csv"))).astype(object).fillna("")


def second_coder(project) -> None:
    """An invented second coder, who has not coded all."""
    with project.path("data/tiny/codings.csv").open("a") as file:
        file.write(SECOND)
    with project.path("data/tiny/coders.csv").open("a") as file:
        file.write("bo,Invented.,2026-11,false,false,false,Invented.,Invented.\n")


def with_rows(review, table: str, rows: list[list]):
    """The review with rows added to a table; in codings: keypoint, theme, coder, direction. New coders are entered."""
    columns = ["keypoint", "theme", "coder", "direction"] if table == "codings" else list(review.tables[table])
    added = pd.DataFrame(rows, columns=columns).assign(**{"memo": ""} if table == "codings" else {})
    tables = {**review.tables, table: pd.concat([review.tables[table], added], ignore_index=True)}
    if table == "codings":
        new = sorted(set(added["coder"]) - set(review.coders["id"]))
        people = pd.concat([review.coders, *(review.coders.head(1).assign(id=coder) for coder in new)])
        tables["coders"] = people.reset_index(drop=True)
    return replace(review, tables=tables)


COLUMNS = "id extractor case heading order label summary keypoints note".split()


def fourfold(a, b, c, d):
    return np.repeat([[1, 1], [1, 0], [0, 1], [0, 0]], [a, b, c, d], axis=0).astype(float)


def invented(seed: int, cases=9, headings=3, per_heading=4) -> matrices.Structure:
    random = np.random.default_rng(seed)
    number = headings * per_heading
    heading_of = np.repeat(np.eye(headings, dtype=bool), per_heading, axis=0)
    general_of = np.eye(3, dtype=bool)[random.integers(0, 3, number)]
    ids = {"case": [f"c{i}" for i in range(cases)], "theme": [f"t{i}" for i in range(number)]}
    ids |= {"general": ["g0", "g1", "g2"], "refined": ["r0", "r1"]}
    refined_of = np.array([[True, False], [True, False], [False, True]])
    carry = random.random((cases, number)) < 0.45
    could = np.ones((cases, headings), dtype=bool)
    return matrices.Structure(general_of, refined_of, heading_of, heading_of, ids, ids, carry, could)
