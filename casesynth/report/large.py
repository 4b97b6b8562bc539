"""Large reviews: steps 2 to 4 from the counts of their shards, as tables and one page of aggregates and a sample."""

from collections.abc import Iterable
from functools import partial
from html import escape
from pathlib import Path

import pandas as pd

from casesynth.analysis import counted
from casesynth.core import csvfile, engine, paths, shards
from casesynth.core.levels import TITLES
from casesynth.core.review import Review, outline
from casesynth.core.rules import Rules
from casesynth.core.sizes import LIMITS, LISTED
from casesynth.errors import UserError

#: The longest list that the page shows, and the cases of its sample.
MOST, SAMPLE = 20, 5


def is_large(name: str) -> bool:
    """Whether a review has more cases than can be listed, and shards that are fresh to count them by."""
    return shards.cases(shards.fresh(paths.data(name))) > LISTED


def count(name: str, values: dict[str, object], results: Path, keep: Path, jobs: int = 1, cluster: str = "") -> str:
    """Count a review by its shards, and write its tables and its page. Returns what to tell.

    Takes the parameters that differ from review.yaml, the folder of the results, that of what is finished, and who counts.
    Raises UserError without fresh shards.
    """
    folder = paths.data(name)
    files = shards.fresh(folder)
    if not files:
        raise UserError(shards.stale(folder) or f"data/{name}/ has no shards; `casesynth shards {name}` writes them.")
    review = outline(name)
    plan = counted.plan_of(review, Rules.of(review, **values))
    total = partial(engine.total, files=files, keep=keep, jobs=jobs, cluster=cluster)
    counts = counted.totals(plan, total)
    tables = counted.tables(review, plan, counts)
    (results / "tables").mkdir(parents=True, exist_ok=True)
    for table, frame in tables.items():
        csvfile.neutral_texts(frame).to_csv(results / "tables" / f"{table}.csv", index=False, lineterminator="\n")
    rows = [shards.about(file)["rows"] for file in files]
    numbers = {table: sum(each[table] for each in rows) for table in shards.SHARDED}
    page = "\n".join(parts(review, plan, counted.per_heading(review, counts), tables, numbers, sample(files)))
    (results / "synthesis.html").write_text(page, "utf-8")
    return f"{numbers['cases']:,} cases, {numbers['codings']:,} codings: {results}/synthesis.html and tables/"


def sample(files: list[Path]) -> pd.DataFrame:
    """The key points of the cases whose ids have the smallest SHA-256: the first rows of the first shards.

    Returns case, heading, summary.
    """
    import pyarrow.parquet as pq

    found: list[pd.DataFrame] = []
    left = SAMPLE
    for file in files:
        ids = pq.read_table(file / "cases.parquet", columns=["id"])["id"].slice(0, left).to_pylist()
        points = pq.read_table(file / "keypoints.parquet", columns=["case", "heading", "summary"], filters=[("case", "<", len(ids))])  # fmt: skip
        frame = points.to_pandas()
        found.append(frame.assign(case=[ids[place] for place in frame["case"]], heading=frame["heading"].astype(str)))
        left -= len(ids)
        if not left:
            break
    return pd.concat(found, ignore_index=True)


def parts(
    review: Review,
    plan: counted.Plan,
    headings: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    numbers: dict[str, int],
    drawn: pd.DataFrame,
) -> Iterable[str]:
    """The page, part by part."""
    title = escape(review.settings["title"])
    yield f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{title}</title><style>{STYLE}</style><body>"
    yield f"<h1>{title}</h1><p>{escape(review.settings['question'])}</p>"
    yield f"<p>{numbers['cases']:,} cases, {numbers['keypoints']:,} key points, {numbers['codings']:,} codings; coding: "
    yield f"{escape(plan.rule.coding)}. Frequency is not importance: a number of cases says how widely a theme is "
    yield "reported, and a case that does not mention a theme does not deny it.</p>"
    yield f"<h2>{TITLES['refined']}</h2>" + rows(
        tables["refined-themes"], "name general headings points cases supported"
    )
    shown = "name headings points cases supported short_by"
    yield f"<h2>{TITLES['general']}</h2>" + rows(tables["general-themes"], shown)
    yield "<h2>Headings</h2>" + rows(headings, "name cases keypoints none not_coded")
    for heading, name in zip(review.sets["id"], review.sets["name"]):
        table = tables[f"themes-{heading}"].sort_values(["cases", "theme"], ascending=[False, True])
        yield f"<h2>{escape(name)}</h2>" + rows(table, "name points cases of_cases share supported contradicting")
    if "barriers-enablers" in tables:
        shown = "name enabler_points enabler_cases barrier_points barrier_cases both"
        yield "<h2>Barriers and enablers</h2>" + rows(tables["barriers-enablers"], shown)
    yield "<h2>Themes that go together</h2>" + rows(tables["goes-together"], "level one other cases both expected direction")  # fmt: skip
    yield "<h2>Saturation</h2><p>The number of themes expected in a random set of cases: exact, from the counts. It looks "
    yield "back on these cases, by a codebook that was made from them.</p>"
    yield rows(tables["saturation-curve"], "cases expected")
    yield f"<h2>A sample</h2><p>The first {MOST} key points of the {SAMPLE} cases whose ids have the smallest SHA-256: "
    yield "chance, but the same chance on every machine.</p>" + rows(drawn, "case heading summary")
    yield "<h2>What a review of this size does not get</h2>"
    yield rows(pd.DataFrame(LIMITS, columns=["what", "up to", "here instead"]), "what,up to,here instead")
    yield "</body></html>\n"


def rows(table: pd.DataFrame, columns: str) -> str:
    """The first rows of a table as HTML, with how many are left to its file. Numbers are aligned to the right."""
    names = columns.split(",") if "," in columns else columns.split()
    head = "".join(f"<th>{escape(name.replace('_', ' '))}</th>" for name in names)
    body = []
    for row in table[names].head(MOST).itertuples(index=False):
        cells = [
            ("yes" if each else "no") if each in (True, False) and isinstance(each, bool) else each for each in row
        ]
        texts = [f"{each:,}" if isinstance(each, int) else f"{each:.3g}" if isinstance(each, float) else escape(str(each)) for each in cells]  # fmt: skip
        sides = [" class='number'" if isinstance(each, int | float) else "" for each in cells]
        body.append("<tr>" + "".join(f"<td{side}>{text}</td>" for side, text in zip(sides, texts)) + "</tr>")
    more = f"<p>The first {MOST} of {len(table):,} rows; the tables have all.</p>" if len(table) > MOST else ""
    return f"<table><tr>{head}</tr>{''.join(body)}</table>{more}"


STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse}th,td{padding:.2rem .7rem;border-bottom:1px solid #ddd;text-align:left}"
    ".number{text-align:right;font-variant-numeric:tabular-nums}"
)
