"""The counts of steps 2 to 4 by the kernel, by plain pandas and by SQL in DuckDB, on the same shards; part of `make bench`.

All give the cases of each theme and the cases that each two themes share, which a test of equality compares. DuckDB has an
environment of its own (`make peers`). Writes build/bench/counts.csv and counts.png.
"""

import hashlib
import json
import subprocess
import sys
import time

import numpy as np
import pandas as pd

from casesynth.core import paths, shards
from tests.bench import bench_scale
from tests.support.commands import environment

PEER = paths.ROOT / "build" / "peers" / "duckdb"
SIZES = (1_000, 10_000, 100_000)
SQL = """
import json, sys, time
import duckdb
folder, begun = sys.argv[1], time.perf_counter()
duckdb.sql("set threads = 1")
parts = []
for n in range(5):
    own = f"{folder}/{n:03}-of-005"
    parts.append(f'''select distinct {n} as shard, p."case" as c, k.theme as t from read_parquet('{own}/codings.parquet') k
        join read_parquet('{own}/keypoints.parquet', file_row_number = true) p on p.file_row_number = k.keypoint
        where k.direction = 'supports' and k.theme <> 'none' ''')
duckdb.sql("create table carry as " + " union all ".join(parts))
rows = duckdb.sql("select a.t, b.t, count(*) from carry a join carry b using (shard, c) group by all order by 1, 2").fetchall()
print(json.dumps({"seconds": time.perf_counter() - begun, "rows": rows}))
"""


def digest(rows: list) -> str:
    """The pairs of themes and their cases as one short text."""
    return hashlib.sha256(json.dumps([[str(one), str(two), int(n)] for one, two, n in rows]).encode()).hexdigest()


def by_pandas(folder) -> tuple[float, str]:
    """Merge, drop duplicates, and a product of the crosstab: all in memory."""
    begun = time.perf_counter()
    with environment(CASESYNTH_DATA=folder):
        tables = shards.tables(shards.fresh(paths.data("generated")))
    coded = tables["codings"].merge(tables["keypoints"][["id", "case"]], left_on="keypoint", right_on="id")
    coded = coded[coded["direction"].eq("supports") & coded["theme"].ne("none")]
    cross = pd.crosstab(coded["case"], coded["theme"]).clip(upper=1)
    both = (cross.T @ cross).stack()
    rows = [(one, two, n) for (one, two), n in both.items() if n]
    return time.perf_counter() - begun, digest(rows)


def by_kernel(folder) -> tuple[float, str]:
    """The product's first count of themes that come together."""
    from casesynth.analysis import kernel
    from casesynth.core.review import outline

    begun, total = time.perf_counter(), {}
    with environment(CASESYNTH_DATA=folder):
        review = outline("generated")
        book = kernel.book_of(review.codebook, review.sets)
        places = {each: place for place, each in enumerate(review.sets["id"])}
        for file in shards.fresh(paths.data("generated")):
            own = shards.read(file, "ada", places, book.ids["theme"])
            total = kernel.add(total, kernel.count_together(own.carry, own.could))
    ids, both = book.ids["theme"], total["both"]
    rows = [(ids[i], ids[j], both[i, j]) for i, j in zip(*np.nonzero(both))]
    return time.perf_counter() - begun, digest(rows)


def by_duckdb(folder) -> tuple[float, str]:
    """The same by SQL on the same Parquet files, on one thread."""
    command = [PEER / "bin" / "python", "-c", SQL, folder / "generated" / "shards"]
    answer = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])
    return answer["seconds"], digest(answer["rows"])


def main() -> None:
    """Each way at each size, in this run."""
    rows = []
    ways = {"kernel": by_kernel, "pandas": by_pandas}
    if PEER.with_suffix(".installed").exists():
        ways["DuckDB"] = by_duckdb
    else:
        print("DuckDB is NOT INSTALLED, so it is not beside the others: `make peers` installs it")
    for cases in SIZES if len(sys.argv) < 2 else map(int, sys.argv[1:]):
        folder, seen = bench_scale.generated(cases, 5), set()
        for name, way in ways.items():
            seconds, found = way(folder)
            rows.append([name, cases, round(seconds, 2)])
            seen.add(found)
            print(f"  {name}, {cases:,} cases: {seconds:.2f} s")
        assert len(seen) == 1, "they do not count the same"
    table = pd.DataFrame(rows, columns=["way", "cases", "seconds"])
    table.to_csv(bench_scale.OUT / "counts.csv", index=False)
    draw(table)


def draw(table: pd.DataFrame) -> None:
    """Seconds against cases, on logarithmic scales."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(5, 3.6), layout="constrained")
    for marker, (way, own) in zip("os^", table.groupby("way", sort=False)):
        axes.plot(own["cases"], own["seconds"], marker=marker, label=way)
    axes.set(xscale="log", yscale="log", xlabel="cases (20 codings a case, 100 themes)", ylabel="seconds")
    axes.grid(color="#E8E8E8")
    axes.legend(frameon=False)
    figure.savefig(bench_scale.OUT / "counts.png", dpi=120, metadata={"Software": None})


if __name__ == "__main__":
    main()
