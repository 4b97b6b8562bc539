"""Time the commands of a review of many cases, in CSV, on this machine: `python -m tests.bench.bench_long [CASES] [COMMAND…]`.

3,000 cases have 160,000 key points and 150,000 codings; beyond 10,000, a case has one key point a heading. The review lies in a
copy of the project in build/bench/. Prints the seconds of `check`, `sheet` and `make`, or of the commands named: `suggest`,
`import` (of an export with all the key points as answers), or `steps`, which runs the chain one notebook at a time and lists
the processor time and memory of each. With `again`, the review stays as it is.
"""

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from casesynth.core import csvfile
from casesynth.core.rules import Rules
from tests.bench.bench_chain import timed
from tests.bench.bench_scale import HEADINGS, OUT, THEMES, codebook, resource_of
from tests.support import SCHEMA
from tests.support.desk import AGREE, AIMS, CASE, HELPS, HINDERS
from tests.support.project import clean_environment, copy_project

CODED = 0.93
WORDS = "garden people tools repair street school weekly together learn grow share money space trust".split()


def write(folder: Path, cases: int) -> None:
    """The tables of the review: nine key points a case and heading, most of them coded by one coder."""
    random, each = np.random.default_rng(13), 9 if cases <= 10_000 else 1
    keys = [(f"case-{n:05}", heading, k) for n in range(cases) for heading in HEADINGS for k in range(1, each + 1)]
    points = pd.DataFrame(keys, columns=["case", "heading", "order"])
    points["id"] = [f"{case}-{heading}-{order:02}" for case, heading, order in keys]
    points["summary"] = [f"It {' '.join(words)}." for words in random.choice(WORDS, (len(points), 25))]
    codings = points.loc[random.random(len(points)) < CODED, ["id", "heading"]].rename(columns={"id": "keypoint"})
    place = codings["heading"].map(HEADINGS.index)
    theme = (random.random(len(codings)) ** 2 * (THEMES // 6)).astype(int) * 6 + place
    codings = codings.assign(theme=[f"t{each:03}" for each in theme], coder="ada", direction="supports")
    case = pd.DataFrame({"id": points["case"].unique()})
    case = case.assign(order=range(1, cases + 1), name=case["id"].str.title(), full_title=case["id"], case_study="true")
    coder = {each["name"]: "false" if each["type"] == "boolean" else "Generated." for each in resource_of("coders")["schema"]["fields"]}  # fmt: skip
    coders = pd.DataFrame([coder | {"id": "ada"}])
    tables = {"cases": case, "keypoints": points, "codings": codings, "codebook": codebook(), "coders": coders}
    folder.mkdir(parents=True)
    shutil.copy(SCHEMA, folder)
    for name, frame in tables.items():
        columns = [field["name"] for field in resource_of(name)["schema"]["fields"]]
        csvfile.write(folder / f"{name}.csv", frame.reindex(columns=columns, fill_value="").astype(str))
    headings = [{"id": each, "name": each.title(), "group": each, "themed": True} for each in HEADINGS]
    settings = {"title": "Generated", "question": "How fast is it?", "headings": headings, "coding": "ada"}
    settings |= {"opposed": ["enablers", "barriers"], "parameters": Rules().for_settings()}
    (folder / "review.yaml").write_text(yaml.safe_dump(settings), "utf-8")


def processes(root: int) -> Iterator[tuple[int, float, float]]:
    """A process and all that it has started: each one's number, seconds of processor time, and most memory in MB (Linux)."""
    below, seconds = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = file.read_text().rpartition(")")[2].split()
            below.setdefault(int(words[1]), []).append(int(file.parent.name))
            seconds[int(file.parent.name)] = (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")
    left = [root]
    while left:
        number = left.pop()
        left += below.get(number, [])
        with suppress(OSError):
            memory = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{number}/status").read_text())
            yield number, seconds.get(number, 0.0), int(memory[1]) / 1024 if memory else 0.0


def steps(project: Path, command: list[str]) -> pd.DataFrame:
    """One notebook after the other by a make of one job. Returns step, seconds (of the processor), peak_mb (largest process)."""
    with subprocess.Popen(command, cwd=project, env=environment(), stdout=subprocess.DEVNULL) as make:
        known, spent, peak = {}, defaultdict(float), defaultdict(float)
        while make.poll() is None:
            time.sleep(0.1)
            running = [file.name.split(".")[0] for file in (project / "build" / "long").glob("*.running-*")]
            step = running[0] if running else "checks before, and between the steps"
            for number, seconds, memory in processes(make.pid):
                spent[step] += seconds - known.get(number, 0.0)
                known[number], peak[step] = seconds, max(peak[step], memory)
    if make.returncode:
        sys.exit(f"{command} ended with {make.returncode}")
    table = pd.DataFrame(
        {"step": list(spent), "seconds": list(spent.values()), "peak_mb": [peak[step] for step in spent]}
    )
    return table.round({"seconds": 1, "peak_mb": 0})


def environment() -> dict[str, str]:
    """Where nothing is set that the copy of the project could find, or could take for a limit."""
    return clean_environment() | {"PYTHONPATH": "."}


def export(project: Path) -> Path:
    """The key points as the answers to a form, one row a case, with the columns of our own questionnaire."""
    points = csvfile.read(project / "data/long/keypoints.csv", limits=csvfile.OURS).frame()
    answers = points.groupby(["case", "heading"], sort=False)["summary"].agg(" ".join).unstack()
    titles = {"aims": AIMS, "enablers": HELPS, "barriers": HINDERS}
    table = answers[list(titles)].rename(columns=titles).reset_index(names=CASE).assign(**{AGREE: "Yes"})
    shutil.rmtree(project / "data" / "imported", ignore_errors=True)
    table.to_csv(project / "answers.csv", index=False)
    return Path("answers.csv")


def main(cases: int, words: list[str]) -> None:
    """Lay the project out, and time its commands; `steps` lists what each step of the chain takes."""
    project = OUT / "long"
    if "again" not in words:
        shutil.rmtree(project, ignore_errors=True)
        write(copy_project(project).folder / "data" / "long", cases)
    for word in [word for word in words if word != "again"] or ["check", "sheet", "make"]:
        named, more = "long", []
        if word == "import":
            named, more = "imported", [export(project)]
            subprocess.run([".venv/bin/python", "-m", "casesynth", "new", named], cwd=project, env=environment(), check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        if word == "steps":
            table = steps(project, ["make", "-j1", "REVIEW=long"])
            print(table.to_string(index=False), f"{table['seconds'].sum():.0f} s of the processor", sep="\n")
            table.to_csv(OUT / "long.csv", index=False)
            continue
        begun = time.monotonic()
        timed([".venv/bin/python", "-m", "casesynth", word, named, *more], cwd=project, env=environment())
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds, spent, peak = time.monotonic() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        print(f"{word:8}{seconds:8.1f} s   so far {spent:,.1f} s of the processor, {peak:,.0f} MB at most", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3000, sys.argv[2:])
