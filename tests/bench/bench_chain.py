"""Time the same notebooks one after another by the papermill command, and by make, in one run.

Prints both, their ratio, and the time of a second make; a table and a plot go to build/bench/. Run it with `make bench` on a machine that does
nothing else.
"""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from casesynth.core.settings import load_settings, sets_of
from tests.support import ROOT
from tests.support.notebooks import steps

REVIEW = "mca-phase2"


def timed(command: list[str], **settings) -> float:
    """Seconds that a command takes; stops the benchmark where it fails."""
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **settings)
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    return time.monotonic() - started


def runs() -> list[tuple[str, dict]]:
    """The notebooks of the chain with their own parameters, in an order that works."""
    themed = list(sets_of(load_settings(REVIEW))["id"])
    own = {"2-themes": [{"heading": heading} for heading in themed]}
    return [(f"{name}.ipynb", values) for name in steps() for values in own.get(name, [{}])]


def by_papermill(folder: Path) -> float:
    """The notebooks one after another, each by the papermill command with its parameters in a YAML file."""
    environment = os.environ | {
        "CASESYNTH_READ": str(folder / "out"),
        "CASESYNTH_WRITE": str(folder / "out"),
        "CASESYNTH_FIGURES": str(folder / "out" / "figures"),
    }
    (folder / "out" / "tables").mkdir(parents=True)
    (folder / "executed").mkdir()
    started = time.monotonic()
    for number, (notebook, own) in enumerate(runs()):
        parameters = folder / f"{number}.yaml"
        parameters.write_text(yaml.safe_dump({"review": REVIEW, **own}), "utf-8")
        target = folder / "executed" / f"{number}-{notebook}"
        command = [sys.executable, "-m", "papermill", notebook, str(target), "-f", str(parameters), "--no-progress-bar"]
        timed(command, cwd=ROOT / "notebooks", env=environment)
    return time.monotonic() - started


def main() -> None:
    """Both sides, in one run."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        a = by_papermill(folder)
        project = folder / "project"
        names = ["casesynth", "notebooks", "data", "Makefile", "requirements.lock", "pyproject.toml"]
        for name in names:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            (project).mkdir(exist_ok=True)
            copy(ROOT / name, project / name)
        if (ROOT / ".venv").exists():
            (project / ".venv").symlink_to(ROOT / ".venv")
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS", "CASESYNTH"))}
        b = timed(["make"], cwd=project, env=clean)
        again = timed(["make"], cwd=project, env=clean)
    rows = [
        ("papermill command, one after another", a, ""),
        ("make", b, f"{b / a:.3f} of papermill; at most {1 / 6:.3f} wanted"),
        ("make again, nothing changed", again, "at most 0.3 s wanted"),
    ]
    report(rows, f"{len(runs())} notebooks on {os.cpu_count()} processors")


def report(rows: list[tuple[str, float, str]], title: str) -> None:
    """Print the times, and write them to build/bench/ as a table and a plot."""
    from matplotlib.figure import Figure

    folder = ROOT / "build" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    print(title)
    with (folder / "chain.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "seconds", "note"])
        for what, seconds, note in rows:
            writer.writerow([what, f"{seconds:.2f}", note])
            print(f"{what:40}{seconds:8.2f} s   {note}")
    figure = Figure(figsize=(7, 2), layout="constrained")
    axes = figure.add_subplot(title=title, xlabel="seconds")
    bars = axes.barh([what for what, _, _ in rows][::-1], [seconds for _, seconds, _ in rows][::-1], color="#0072B2")
    axes.bar_label(bars, fmt="%.1f", padding=3)
    figure.savefig(folder / "chain.png", dpi=150)
    print("Table and plot: build/bench/chain.csv, build/bench/chain.png")


if __name__ == "__main__":
    main()
