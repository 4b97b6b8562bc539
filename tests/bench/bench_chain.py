"""Time the same notebooks (a) one after another by the papermill command and (b) by make, in one run.

Prints both, their ratio, and the time of a second make. Run it with `make bench` on a machine that does
nothing else.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from tests.support import ROOT

REVIEW = "mca-phase2"


def timed(command: list[str], **settings) -> float:
    """Seconds that a command takes; stops the benchmark where it fails."""
    started = time.monotonic()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **settings)
    if done.returncode:
        sys.exit(f"{command}: {done.stderr[-2000:]}")
    return time.monotonic() - started


def steps() -> list[tuple[str, dict]]:
    """The notebooks of the chain with their own parameters, in an order that works."""
    settings = yaml.safe_load((ROOT / "data" / REVIEW / "review.yaml").read_text("utf-8"))
    themed = [heading["id"] for heading in settings["headings"] if heading["themed"]]
    order = []
    for notebook in sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"), key=lambda path: int(path.name.split("-")[0])):
        if notebook.stem == "2-themes":
            order += [(notebook.name, {"heading": heading}) for heading in themed]
        elif notebook.stem != "7-synthesis":
            order.append((notebook.name, {}))
    return [*order, ("7-synthesis.ipynb", {})]


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
    for number, (notebook, own) in enumerate(steps()):
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
    print(f"{len(steps())} notebooks on {os.cpu_count()} processors")
    print(f"(a) papermill command, one after another  {a:7.1f} s")
    print(f"(b) make                                  {b:7.1f} s   {b / a:.2f} of (a); at most 0.50 wanted")
    print(f"    a second make, nothing changed        {again:7.2f} s   under 0.5 s wanted")


if __name__ == "__main__":
    main()
