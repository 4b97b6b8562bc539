"""Time the statistics on generated data, both sides in one run; part of `make bench`.

Alpha against krippendorff and nltk (in their own environment, from `make peers`); the search; and time and memory against the number of cases, as a table and a picture in
build/bench/. Each time is the best of several, with the imports left out.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from casesynth.analysis import agreement, cooccurrence, kernel, leave_out, matrices, saturation, thresholds
from casesynth.analysis.matrices import Structure
from casesynth.core import paths
from casesynth.core.rules import Rules
from casesynth.core.sizes import LISTED

PEER = paths.ROOT / "build" / "peers" / "statistics"
OUT = paths.ROOT / "build" / "bench"
SIZES = (12, 1_000, 100_000)
PEERS = """
import json, sys, time
import numpy as np, krippendorff
from nltk.metrics.agreement import AnnotationTask
codes = np.load(sys.argv[1])
def best(function, times):
    taken = []
    for _ in range(times):
        start = time.perf_counter(); value = function(); taken.append(time.perf_counter() - start)
    return min(taken), float(value)
rows = [(c, u, int(v)) for u, unit in enumerate(codes) for c, v in enumerate(unit) if not np.isnan(v)]
kr = best(lambda: krippendorff.alpha(reliability_data=codes.T, level_of_measurement="nominal"), 5)
start = time.perf_counter(); value = AnnotationTask(data=rows).alpha(); nl = (time.perf_counter() - start, value)
print(json.dumps({"krippendorff": kr, "nltk": nl}))
"""


def best(function, times: int = 5) -> tuple[float, object]:
    """The least of several times in seconds, and the value."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        value = function()
        taken.append(time.perf_counter() - start)
    return min(taken), value


def alphas() -> None:
    """Yes or no by five coders on 100,000 units, a tenth of the codes missing."""
    random = np.random.default_rng(1)
    truth = random.random((100_000, 1)) < 0.3
    codes = np.where(random.random((100_000, 5)) < 0.7, truth, random.random((100_000, 5)) < 0.3).astype(float)
    codes[random.random(codes.shape) < 0.1] = np.nan
    ours, value = best(lambda: agreement.measures(codes)["alpha"])
    print(f"alpha, 5 coders x 100,000 units: casesynth {ours:.4f} s ({value:.6f})")
    if not PEER.with_suffix(".installed").exists():
        print("  krippendorff and nltk are NOT INSTALLED, so there is nothing beside it: `make peers` installs them")
        return
    OUT.mkdir(parents=True, exist_ok=True)
    np.save(OUT / "codes.npy", codes)
    done = subprocess.run(
        [PEER / "bin" / "python", "-W", "ignore", "-c", PEERS, OUT / "codes.npy"],
        capture_output=True,
        text=True,
        check=True,
    )
    for name, (seconds, other) in json.loads(done.stdout).items():
        print(f"  {name} {seconds:.4f} s ({other:.6f}): {seconds / ours:.1f} times ours")
    (OUT / "codes.npy").unlink()


def invented(
    cases: int, themes: int = 100, headings: int = 6, generals: int = 15, refined: int = 8, seed: int = 3
) -> Structure:
    """A review of so many cases: themes of all degrees of spread, under headings and general themes at random."""
    random = np.random.default_rng(seed)
    ids = {"case": [f"case-{n}" for n in range(cases)], "theme": [f"theme-{n}" for n in range(themes)]}
    ids |= {"general": [f"general-{n}" for n in range(generals)], "refined": [f"refined-{n}" for n in range(refined)]}
    heading_of = np.eye(headings, dtype=bool)[np.arange(themes) % headings]
    general_of = np.eye(generals, dtype=bool)[random.integers(0, generals, themes)]
    refined_of = np.eye(refined, dtype=bool)[np.arange(generals) % refined]
    carry = random.random((cases, themes)) < random.uniform(0.02, 0.6, themes)
    could = np.ones((cases, headings), dtype=bool)
    return Structure(general_of, refined_of, heading_of, heading_of, ids, ids, carry, could)


def all_removals(of: Structure, rule: Rules) -> list:
    """The smallest removal for every supported general and refined theme; none beyond LISTED, as in the product."""
    if len(of.carry) > LISTED:
        return []
    now = matrices.supported_under(of, matrices.everyone(of), rule)["general"]
    single = matrices.supported_without_one(of, rule)["general"]
    own = [subject for subject in matrices.subjects(of, now[0]) if subject.holds(now)[0] and subject.level != "merge"]
    return [leave_out.by_programme(of, subject, rule, subject.holds(single)) for subject in own]


def searches() -> None:
    """1,000 cases × 100 themes: every general and refined theme, at several thresholds."""
    of = invented(1_000)
    for rule in (Rules(2, 2), Rules(3, 2), Rules(2, 3)):
        seconds, answers = best(lambda: all_removals(of, rule), 1)
        print(
            f"leaving out, 1,000 cases x 100 themes, min_cases {rule.min_cases}, min_headings {rule.min_headings}: "
            f"{seconds:.2f} s for {len(answers)} themes, {sum(a.exact for a in answers)} exact"
        )


PARTS = {
    "co-occurrence": lambda of: kernel.count_together(of.carry, of.could),
    "tests of pairs": lambda of: cooccurrence.pairs(of, Rules()),
    "saturation": lambda of: (saturation.curve(of.carry), saturation.assessed(of.carry, 4, 2, 0.05)),
    "thresholds": lambda of: thresholds.threshold_grid(of, of.cases_with),
    "leaving out": lambda of: all_removals(of, Rules()),
}


def one(part: str, cases: int) -> None:
    """One part for one number of cases, in a process of its own: prints seconds and the memory that it added, in MB."""
    of = invented(cases)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    PARTS[part](of)
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024]))


def scale() -> None:
    """Time and memory against the number of cases: printed, and drawn to build/bench/scale.png."""
    rows = []
    for part in PARTS:
        for cases in SIZES:
            done = subprocess.run(
                [sys.executable, __file__, part, str(cases)], capture_output=True, text=True, check=True
            )
            rows.append([part, cases, *json.loads(done.stdout)])
            print(f"  {part}, {cases:,} cases x 100 themes: {rows[-1][2]:.3f} s, {rows[-1][3]:.0f} MB more")
    table = pd.DataFrame(rows, columns=["part", "cases", "seconds", "megabytes"])
    OUT.mkdir(parents=True, exist_ok=True)
    table.round(3).to_csv(OUT / "scale.csv", index=False)
    draw(table, OUT / "scale.png")
    print(f"  drawn: {(OUT / 'scale.png').relative_to(paths.ROOT)}")


def draw(table: pd.DataFrame, file: Path) -> None:
    """Two panels on logarithmic scales: seconds and megabytes against cases."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    for axes, column, words in zip(panels, ("seconds", "megabytes"), ("seconds", "memory added, MB")):
        for marker, (part, own) in zip("os^Dv", table.groupby("part", sort=False)):
            axes.plot(
                own["cases"], own[column].clip(lower=0.001 if column == "seconds" else 0.1), marker=marker, label=part
            )
        axes.set(
            xscale="log",
            yscale="log",
            xlabel="cases (100 themes)",
            ylabel=words,
            xticks=SIZES,
            xticklabels=[f"{n:,}" for n in SIZES],
        )
        axes.grid(color="#E8E8E8")
    panels[0].legend(frameon=False, fontsize=8)
    figure.savefig(file, dpi=120, metadata={"Software": None})


if __name__ == "__main__":
    if len(sys.argv) == 3:
        one(sys.argv[1], int(sys.argv[2]))
    else:
        for part in (alphas, searches, scale):
            part()
