"""Steps 2 to 4, with co-occurrence and thresholds, in three ways on the same generated shards; part of `make bench`.

The product's own functions; plain pandas, as version 0.1 did it, by its own code from this repository's history; and SQL in
DuckDB, which has an environment of its own (`make peers`). Each has a process and one thread, reads the Parquet files, and
makes no Fisher test; the tables are compared. Writes build/bench/counts.csv and counts.png.

`python -m tests.bench.bench_counts [SECONDS [CASES…]]`: a side is not asked for a size that would take it more than SECONDS
(300) of the processor, ten times the cases being ten times the seconds; it is stopped at twice that.
"""

import json
import os
import subprocess
import sys
import tempfile
from functools import reduce
from pathlib import Path

import pandas as pd

from casesynth.core import paths
from tests.bench import bench_scale, sides
from tests.support.commands import environment

PEER = paths.ROOT / "build" / "peers" / "duckdb"
SIZES = (1_000, 10_000, 100_000, 1_000_000)
SECONDS = 300
#: The last commit of version 0.1 that computed by grids of themes and cases, loops over themes, and sets of ids.
PANDAS = "7243cf0"
#: Below this, a time is that of starting, and says nothing about growth.
LEAST = 0.2


def count(folder: Path) -> dict[str, list]:
    """The product's tables of steps 2 to 4 by its shards, as the other sides give them."""
    from casesynth.analysis import cooccurrence, counted
    from casesynth.core import shards
    from casesynth.core.review import outline
    from casesynth.core.rules import Rules

    cooccurrence.TESTED = 0  # no side tests
    with environment(CASESYNTH_DATA=folder):
        review, files = outline("generated"), shards.fresh(paths.data("generated"))
        plan = counted.plan_of(review, Rules.of(review))
        tables = counted.tables(review, plan, counted.totals(plan, lambda one: reduce(shards.add, map(one, files), {})))
    themes = pd.concat([tables[f"themes-{heading}"] for heading in review.sets["id"]])
    found = {
        "themes": themes["theme points contradicting cases of_cases supported".split()],
        "general": tables["general-themes"]["general in_headings in_groups supported points cases".split()],
        "by heading": tables["general-by-heading"],
        "overlaps": tables["overlaps"]["one other shared_points shared_cases".split()],
        "refined": tables["refined-themes"]["refined points cases supported".split()],
        "sides": tables["barriers-enablers"][
            "general enabler_points enabler_cases barrier_points barrier_cases".split()
        ],
        "together": tables["goes-together"]["level one other cases with_one with_other both".split()],
        "thresholds": tables["thresholds"].drop(columns="name"),
    }
    return {name: frame.to_numpy().tolist() for name, frame in found.items()}


def commands() -> dict[str, tuple[list, dict]]:
    """How each side is called, and with which environment; without those that cannot be had here."""
    one_thread = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    here = Path(__file__).parent
    found = {"casesynth": ([sys.executable, "-m", "tests.bench.bench_counts", "side"], one_thread)}
    old = bench_scale.OUT / "v0.1"
    packed = subprocess.run(["git", "archive", PANDAS, "casesynth"], cwd=paths.ROOT, capture_output=True)
    if packed.returncode:
        print(f"version 0.1 is not beside the others: commit {PANDAS} is not in this copy's history")
    else:
        old.mkdir(parents=True, exist_ok=True)
        subprocess.run(["tar", "-x", "-C", old], input=packed.stdout, check=True)
        found["pandas, version 0.1"] = (
            [sys.executable, here / "side_pandas.py"],
            one_thread | {"PYTHONPATH": str(old)},
        )
    if PEER.with_suffix(".installed").exists():
        found["DuckDB"] = ([PEER / "bin" / "python", here / "side_duckdb.py"], one_thread)
    else:
        print("DuckDB is not beside the others: `make peers` installs it")
    return found


def measured(sizes: list[int], limit: int) -> pd.DataFrame:
    """Each side at each size. Returns side, cases, seconds, processor, peak_mb, note (why there is nothing)."""
    rows, last = [], {}
    ways = commands()
    for cases in sizes:
        folder, seen = bench_scale.generated(cases, 5), {}
        for side, (command, surroundings) in ways.items():
            expected = last[side][1] * cases / last[side][0] if side in last else 0.0
            note = f"would take about {expected:,.0f} s" if expected > limit else ""
            if not note:
                told, note = asked([*command, folder / "generated"], surroundings, limit)
            if note:
                rows.append([side, cases, None, None, None, note])
                print(f"  {side}, {cases:,} cases: {note}", flush=True)
                continue
            seen[side], last[side] = told["tables"], (cases, told["processor"])
            rows.append([side, cases, *(round(told[each], 2) for each in ("seconds", "processor", "peak_mb")), ""])
            print(f"  {side}, {cases:,} cases: {told['seconds']:.2f} s, of the processor {told['processor']:.2f} s, "
                  f"{told['peak_mb']:,.0f} MB; load {os.getloadavg()[0]:.1f}", flush=True)  # fmt: skip
        for side, tables in seen.items():
            assert tables == seen["casesynth"], f"{side} counts otherwise: {tables} {seen['casesynth']}"
        print(f"  {cases:,} cases: the tables of {', '.join(seen)} are the same", flush=True)
    return pd.DataFrame(rows, columns=["side", "cases", "seconds", "processor", "peak_mb", "note"])


def asked(command: list, surroundings: dict, limit: int) -> tuple[dict, str]:
    """What a side tells, or why it tells nothing."""
    with tempfile.TemporaryFile("w+") as wrong:
        limited = ["sh", "-c", f'ulimit -t {2 * limit} && exec "$@"', "sh", *command]
        done = subprocess.run(
            limited, stdout=subprocess.PIPE, stderr=wrong, text=True, env=surroundings, cwd=paths.ROOT
        )
        wrong.seek(0)
        if done.returncode < 0:
            return {}, f"stopped by signal {-done.returncode}; it had {2 * limit:,} s"
        assert done.returncode == 0, wrong.read()
    return json.loads(done.stdout.splitlines()[-1]), ""


def growth(table: pd.DataFrame) -> list[str]:
    """How the processor time of each side grows, in words; that of the product must grow no faster than the cases.

    >>> told = growth(pd.DataFrame({"side": "casesynth", "cases": [10, 100], "processor": [1.0, 9.0]}))
    >>> told
    ['casesynth: 9.0 times the processor time for 10 times the cases']
    """
    lines = []
    for side, own in table.dropna(subset="processor").groupby("side", sort=False):
        first, last = own.iloc[0], own.iloc[-1]
        times = last["processor"] / max(first["processor"], LEAST)
        lines.append(
            f"{side}: {times:.1f} times the processor time for {last['cases'] / first['cases']:,.0f} times the cases"
        )
        steps = own["processor"].clip(lower=LEAST) / own["cases"]
        if side == "casesynth":
            assert (steps.to_numpy()[1:] <= steps.to_numpy()[:-1] * 1.1).all(), f"more than linear: {own}"
    return lines


def draw(table: pd.DataFrame) -> None:
    """Seconds and memory against cases, on logarithmic scales, with a line for what grows as the cases do."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 4.4), layout="constrained")
    panels = figure.subplots(1, 2)
    sizes = sorted(table["cases"].unique())
    for axes, column, words in zip(
        panels, ("processor", "peak_mb"), ("seconds of one processor", "largest memory, MB")
    ):
        for marker, (side, own) in zip("os^", table.groupby("side", sort=False)):
            own = own.dropna(subset=column)
            axes.plot(own["cases"], own[column], marker=marker, label=side)
        if column == "processor":
            most = table.loc[table["side"].eq("casesynth")].set_index("cases")[column].iloc[-1]
            axes.plot(
                sizes, [most * each / sizes[-1] for each in sizes], color="#888888", linestyle=":", label="linear"
            )
        axes.set(xscale="log", yscale="log", xlabel="cases (20 codings a case, 100 themes)", ylabel=words)
        axes.grid(color="#E8E8E8")
        axes.legend(frameon=False)
    figure.suptitle("Steps 2 to 4, with co-occurrence and thresholds, from Parquet")
    figure.savefig(bench_scale.OUT / "counts.png", dpi=150, metadata={"Software": None})


def main(words: list[str]) -> None:
    """All sides in this run."""
    limit, sizes = int(words[0]) if words else SECONDS, [int(word) for word in words[1:]]
    print("Steps 2 to 4, with co-occurrence and thresholds, one thread each:")
    table = measured(sizes or list(SIZES), limit)
    table.to_csv(bench_scale.OUT / "counts.csv", index=False)
    draw(table)
    print(*growth(table), "Table and plot: build/bench/counts.csv, build/bench/counts.png", sep="\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["side"]:
        sides.tell(lambda: count(Path(sys.argv[2]).parent))
    else:
        main(sys.argv[1:])
