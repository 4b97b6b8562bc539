"""Steps 2 to 4 of a generated review by the product's own functions, from Parquet: `make bench-scale CASES=1000000 SHARDS=5`.

Prints one JSON line: cases, codings, shards, seconds (reading and counting, without generating), peak_mb (the largest
process), sha256 of the result tables. Generating, and each measurement, has a process of its own.
"""

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from casesynth.analysis import counted
from casesynth.core import csvfile, engine, paths, shards
from casesynth.core.review import outline
from casesynth.core.rules import Rules
from tests.support import SCHEMA
from tests.support.commands import environment

HEADINGS = ["aims", "methods", "impact", "outcomes", "enablers", "barriers"]
THEMES, GENERALS, REFINED, POINTS, EXTRA, BLOCK = 100, 15, 8, 3, 2, 100
OUT = paths.ROOT / "build" / "bench"


def codebook() -> pd.DataFrame:
    """100 themes under six headings, 15 general and 8 refined themes."""
    random = np.random.default_rng(11)
    rows = [[f"r{n}", "refined", "", f"Refined {n}", ""] for n in range(REFINED)]
    rows += [[f"g{n:02}", "general", "", f"General {n}", f"r{n % REFINED}"] for n in range(GENERALS)]
    above = random.integers(0, GENERALS, THEMES)
    rows += [[f"t{n:03}", "theme", HEADINGS[n % 6], f"Theme {n}", f"g{above[n]:02}"] for n in range(THEMES)]
    table = pd.DataFrame(rows, columns=["id", "level", "heading", "name", "parent"]).assign(definition="Generated.")
    columns = [field["name"] for field in resource_of("codebook")["schema"]["fields"]]
    return table.assign(origin="compendium").reindex(columns=columns, fill_value="").sort_values("id")


def resource_of(table: str) -> dict:
    """The declaration of a table in datapackage.json."""
    return next(each for each in json.loads(SCHEMA.read_text("utf-8"))["resources"] if each["name"] == table)


def block(number: int, cases: int) -> dict[str, np.ndarray]:
    """A hundred cases as integers, the same wherever they are: 18 key points and 20 codings a case."""
    random = np.random.default_rng([13, number])
    size = min(BLOCK, cases - number * BLOCK)
    heading = np.tile(np.repeat(np.arange(6), POINTS), size)
    of_heading = (THEMES - heading + 5) // 6
    choice = (of_heading * random.random(len(heading)) ** 2).astype(int)
    extra = (np.arange(size)[:, None] * 6 * POINTS + random.permuted(np.tile(np.arange(18), (size, 1)), axis=1)[:, :EXTRA]).ravel()  # fmt: skip
    point = np.concatenate([np.arange(len(heading)), extra])
    theme = np.concatenate([choice, (choice[extra] + 1) % of_heading[extra]]) * 6 + heading[point]
    theme[: len(heading)][(random.random(len(heading)) < 0.05) & ~np.isin(np.arange(len(heading)), extra)] = THEMES
    return {"heading": heading, "point": point, "theme": theme, "against": random.random(len(theme)) < 0.03}


def part(first: int, last: int, cases: int) -> dict[str, pd.DataFrame]:
    """The tables of the cases of some blocks, as `shards.split` gives them."""
    blocks = [block(number, cases) for number in range(first, last)]
    size = sum(len(own["heading"]) for own in blocks) // 18
    number = np.arange(size) + first * BLOCK
    case = np.array([f"case-{each:07}" for each in number], dtype=object)
    heading = np.concatenate([own["heading"] for own in blocks])
    ids = [f"case-{each:07}-{name}-{n}" for each in number for name in HEADINGS for n in range(POINTS)]
    at = np.repeat(np.arange(size), 18)
    start = np.cumsum([0, *(len(own["heading"]) for own in blocks)])
    point = np.concatenate([own["point"] + begin for own, begin in zip(blocks, start)])
    theme = np.concatenate([own["theme"] for own in blocks])
    against = np.concatenate([own["against"] for own in blocks]) & (theme < THEMES)

    def coded(values: np.ndarray, names: list[str]) -> pd.Categorical:
        return pd.Categorical.from_codes(values, names)

    row = number * 18 + 2
    cases_ = pd.DataFrame({"id": case, "order": number + 1, "name": case, "case_study": True, "row": number + 2})
    points = pd.DataFrame({"id": ids, "case": "", "heading": coded(heading, HEADINGS), "order": 1, "summary": "Said."})
    codings = pd.DataFrame({"keypoint": "", "theme": coded(theme, [*(f"t{n:03}" for n in range(THEMES)), "none"])})
    codings = codings.assign(
        coder=coded(np.zeros(len(theme), int), ["ada"]), memo=coded(np.zeros(len(theme), int), [""])
    )
    return {
        "cases": cases_,
        "keypoints": points.assign(at=at, row=(row[:, None] + np.arange(18)).ravel()),
        "codings": codings.assign(
            direction=coded(against.astype(int), ["supports", "contradicts"]), at=point, row=np.arange(len(theme)) + 2
        ),
    }


def generate(folder: Path, cases: int, number: int) -> None:
    """Write the review `generated` below a folder, with its shards."""
    review = folder / "generated"
    review.mkdir(parents=True)
    headings = [{"id": each, "name": each.title(), "group": each, "themed": True} for each in HEADINGS]
    settings = {"title": "Generated", "question": "How fast is it?", "headings": headings, "coding": "ada"}
    settings |= {"opposed": ["enablers", "barriers"], "parameters": Rules().for_settings()}
    (review / "review.yaml").write_text(yaml.safe_dump(settings), "utf-8")
    shutil.copy(SCHEMA, review)
    csvfile.write(review / "codebook.csv", codebook())
    coder = {each["name"]: "false" if each["type"] == "boolean" else "Generated." for each in resource_of("coders")["schema"]["fields"]}  # fmt: skip
    csvfile.write(review / "coders.csv", pd.DataFrame([coder | {"id": "ada"}]))
    ends = np.linspace(0, -(-cases // BLOCK), number + 1).astype(int)

    def parts() -> Iterator[dict[str, pd.DataFrame]]:
        for first, last in pairwise(ends):
            yield part(first, last, cases)

    shards.write(review / "shards", parts(), number, shards.sources(review))


def measure(folder: Path, jobs: int = 1, cluster: str = "") -> dict:
    """Count the generated review once, and finish its tables."""
    with environment(CASESYNTH_DATA=folder), tempfile.TemporaryDirectory() as keep:
        begun = time.perf_counter()
        review = outline("generated")
        plan = counted.plan_of(review, Rules.of(review))
        files = shards.fresh(paths.data("generated"))
        total = partial(engine.total, files=files, keep=Path(keep), jobs=jobs, cluster=cluster)
        tables = counted.tables(review, plan, counted.totals(plan, total))
        seconds = time.perf_counter() - begun
        lines = (Path(keep) / "record.jsonl").read_text().splitlines()
    digest = hashlib.sha256()
    for name, table in sorted(tables.items()):
        digest.update(f"{name}\n{table.to_csv(index=False)}".encode())
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    peak = max([own, *(json.loads(line)["peak_mb"] for line in lines)])
    rows = [shards.about(file)["rows"] for file in files]
    numbers = {name: sum(each[name] for each in rows) for name in ("cases", "codings")}
    return numbers | {"shards": len(files), "seconds": round(seconds, 1), "peak_mb": round(peak), "sha256": digest.hexdigest()}  # fmt: skip


def apart(*words: object) -> str:
    """Run this script with some words in a process of its own; its output."""
    command = [sys.executable, "-m", "tests.bench.bench_scale", *map(str, words)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT).stdout


def generated(cases: int, number: int) -> Path:
    """The folder of a generated review, which is made if it is not there."""
    folder = OUT / f"scale-{cases}-{number}"
    if not (folder / "generated" / "shards").exists():
        shutil.rmtree(folder, ignore_errors=True)
        apart("generate", folder, cases, number)
    return folder


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["generate", folder, cases, number]:
            generate(Path(folder), int(cases), int(number))
        case ["measure", folder, jobs, cluster]:
            print(json.dumps(measure(Path(folder), int(jobs), cluster)))
        case [cases, number, jobs, cluster]:
            print(apart("measure", generated(int(cases), int(number)), jobs, cluster), end="")
