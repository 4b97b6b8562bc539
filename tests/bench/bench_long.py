"""Time the commands of a review of many long cases, in CSV, on this machine: `python -m tests.bench.bench_long [CASES]`.

3,000 cases have 160,000 key points and 150,000 codings. The review lies in a copy of the project in build/bench/. Prints the
seconds of `check`, `sheet` and `make`, and the memory of the largest process.
"""

import resource
import shutil
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from casesynth.core import csvfile
from casesynth.core.rules import Rules
from tests.bench.bench_chain import timed
from tests.bench.bench_scale import HEADINGS, OUT, THEMES, codebook, resource_of
from tests.support import SCHEMA
from tests.support.project import clean_environment, copy_project

POINTS, CODED = 9, 0.93
WORDS = "garden people tools repair street school weekly together learn grow share money space trust".split()


def write(folder: Path, cases: int) -> None:
    """The tables of the review: nine key points a case and heading, most of them coded by one coder."""
    random = np.random.default_rng(13)
    keys = [(f"case-{n:05}", heading, k) for n in range(cases) for heading in HEADINGS for k in range(1, POINTS + 1)]
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


def main(cases: int) -> None:
    """Lay the project out, and time its commands."""
    shutil.rmtree(OUT / "long", ignore_errors=True)
    project = copy_project(OUT / "long").folder
    write(project / "data" / "long", cases)
    for words in [[word] for word in (sys.argv[2:] or ["check", "sheet", "make"])]:
        command = [".venv/bin/python", "-m", "casesynth", *words, "long"]
        begun = time.monotonic()
        timed(command, cwd=project, env=clean_environment() | {"PYTHONPATH": "."})
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(f"{words[0]:8}{time.monotonic() - begun:8.1f} s   {peak:,.0f} MB so far", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 3000)
