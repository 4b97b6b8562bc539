"""A small review with an invented published report, made from the tiny one, and its results without a kernel."""

import io
import json
import shutil
from pathlib import Path
from subprocess import CompletedProcess

import pandas as pd
import yaml

from casesynth.core.results import columns
from tests.support import SCHEMA, TINY
from tests.support.commands import run
from tests.support.notebooks import run_chain

#: Page by page. It breaks a word at a line's end, repeats its headings, and has a ligature and curly quotes.
REPORT = [
    """SHARED GARDENS
An invented report

CONTENTS
1. Aims ........ 2
2. Enablers and barriers ........ 3
""",
    """SHARED GARDENS 2
1. Aims
Alder Yard: To bring neigh-
bours together over a meal. The garden also means to
grow food for its street.
Birch Row: To bring pupils and neighbours together, and to cut \u2018\ufb01rst harvests\u2019.
Cedar Roof: To cool the house below.
1.1 Derived themes
Meeting: Two gardens bring people together (e.g., Birch Row).
""",
    """SHARED GARDENS 3
2. Enablers and barriers
Alder Yard Enablers: Neighbours: Co-
owned tools go round. Barriers: Money: Cash for tools runs out in spring.
Birch Row Enablers: Grant: A grant pays for soil.
""",
    """SHARED GARDENS 4
2. Enablers and barriers
Neighbours: Beds are watered all summer. Barriers: Distance: Few live near.
Cedar Roof Enablers: Sponsor: Pots are paid for. Wind: Loud notes on wind. Barriers: Rent: The roof costs more.
""",
]
#: Key point -> (section, anchor).
ANCHORS = {
    "alder-aims-01": ("s1", "neighbours together"),
    "alder-aims-02": ("s1", "grow food"),
    "alder-barriers-01": ("s2", "Money:"),
    "alder-enablers-01": ("s2", "Co-owned tools"),
    "birch-aims-01": ("s1", "pupils"),
    "birch-barriers-01": ("s2", "Distance:"),
    "birch-enablers-01": ("s2", "Grant:"),
    "birch-enablers-02": ("s2", "Neighbours:"),
    "cedar-aims-01": ("s1", "cool"),
    "cedar-barriers-01": ("s2", "Rent:"),
    "cedar-enablers-01": ("s2", "Sponsor:"),
    "cedar-enablers-02": ("s2", "Wind:"),
}
TABLES = {
    "sources": """id,authors,year,title,url,licence,used_for
garden-report,,2020,Shared gardens,{url},invented,The report.
""",
    "sections": """id,source,order,title_contents,title_body,page,starts_with,part_of,note
s1,garden-report,2,1. Aims,1. Aims,,1. Aims,,
s1-1,garden-report,3,,1.1 Derived themes,,1.1 Derived themes,,
s2,garden-report,4,2. Enablers and barriers,2. Enablers and barriers,,2. Enablers and barriers,,
""",
    "entries": """id,case,source,section,order,starts_with
s1-alder,alder,garden-report,s1,1,Alder Yard:
s1-birch,birch,garden-report,s1,2,Birch Row:
s1-cedar,cedar,garden-report,s1,3,Cedar Roof:
s2-alder,alder,garden-report,s2,1,Alder Yard Enablers:
s2-birch,birch,garden-report,s2,2,Birch Row Enablers:
s2-cedar,cedar,garden-report,s2,3,Cedar Roof Enablers:
""",
    "statements": """id,theme,source,section,anchor,quantifier,extent
aim-together-1,aim-together,garden-report,s1-1,Meeting:,,examples
aim-quiet-1,aim-quiet,garden-report,s1-1,Two gardens,,unnamed
""",
    "attributions": """id,statement,case,published_as,note
aim-together-1-birch,aim-together-1,birch,Birch Row,
aim-together-1-cedar,aim-together-1,cedar,Cedar Roof,
""",
}
CLAIMS = [
    ["c-meet", "s1-1", "attribution", "Birch Row brings people together.", "Birch Row", "", "named", "reproduced",
     "found", "aim-together-1 birch-aims-01", "Meeting:", "", ""],
    ["c-cool", "s1", "count", "Two gardens <i>cool</i> a house.", "2", "3", "cases", "contradicted within the report",
     "1", "cedar-aims-01", "cool", "", "Neutral & short."],
    ["c-dates", "s2", "method", "The form went out in spring.", "spring", "", "", "not checkable from here", "", "", "",
     "The form with its date.", ""],
]  # fmt: skip
CLAIM_COLUMNS = "id section kind claim published denominator check verdict recomputed rows anchor needs note".split()


def make_data(parent: Path, url: str = "http://localhost/report.pdf") -> Path:
    """Write the review `garden` below a folder."""
    folder = parent / "garden"
    shutil.copytree(TINY, folder)
    shutil.copy(SCHEMA, folder)
    package = json.loads((folder / "datapackage.json").read_text("utf-8"))
    known = {each["name"]: [field["name"] for field in each["schema"]["fields"]] for each in package["resources"]}
    for name, text in TABLES.items():
        own = read(io.StringIO(text.replace("{url}", url)))
        own.reindex(columns=known[name], fill_value="").to_csv(folder / f"{name}.csv", index=False)
    points = read(folder / "keypoints.csv")
    points["source"] = "garden-report"
    points["section"] = points["id"].map(lambda point: ANCHORS[point][0])
    points["anchor"] = points["id"].map(lambda point: ANCHORS[point][1])
    points.to_csv(folder / "keypoints.csv", index=False)
    codebook = read(folder / "codebook.csv")
    quiet = {"id": "aim-quiet", "level": "theme", "heading": "aims", "name": "Quiet", "definition": "It aims at quiet.",
                 "parent": "gen-garden", "origin": "published"}  # fmt: skip
    pd.concat([codebook, pd.DataFrame([quiet])]).fillna("").sort_values("id").to_csv(
        folder / "codebook.csv", index=False
    )
    settings = yaml.safe_load((folder / "review.yaml").read_text("utf-8"))
    (folder / "review.yaml").write_text(yaml.safe_dump(settings | {"published": "garden-report"}), "utf-8")
    return folder


def read(file) -> pd.DataFrame:
    return pd.read_csv(file, dtype=str, keep_default_na=False)


def change(file: Path, row: str, **values) -> None:
    """Put other values into the row of a table with this id (or, of codings, this key point)."""
    frame = read(file)
    key = "id" if "id" in frame else "keypoint"
    assert frame[key].eq(row).any(), f"{file} has no row {row}"
    frame.loc[frame[key].eq(row), list(values)] = list(values.values())
    frame.to_csv(file, index=False)


def build(data: Path, to: Path) -> Path:
    """Build the review as `make` does, without kernels and figures. Returns its results, below `to`."""
    (to / "figures").mkdir()
    results = run_chain(data.name, data.parent, to / "results", without=("6-figures",), drawn=False)
    settings = yaml.safe_load((data / "review.yaml").read_text("utf-8"))
    values = {"coding": settings["coding"], **settings["parameters"]}
    (to / "parameters.yaml").write_text(yaml.safe_dump(values), "utf-8")
    return results


def call(command: str, data: Path, *words) -> CompletedProcess:
    """Run a command on the review in this process. No proxy of the user's comes between a test and its server."""
    return run(command, *words, CASESYNTH_DATA=data.parent, no_proxy="*")


def audit(data: Path, built: Path, source: Path | str = "") -> CompletedProcess:
    """`make audit` after the chain."""
    return call("audit", data, data.name, "--results", built / "results", "--source", source)


def write_claims(built: Path) -> None:
    """A ledger in the results, as if the review had claims."""
    frame = pd.DataFrame(CLAIMS, columns=CLAIM_COLUMNS).reindex(columns=columns("claims"), fill_value="")
    frame = frame.assign(role="statement", independent=True)
    frame.to_csv(built / "results/tables/claims.csv", index=False)


def write_pdf(file: Path, pages: list[str] = REPORT) -> Path:
    """The report as a PDF of text."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_pdf import PdfPages
    from matplotlib.figure import Figure

    with rc_context({"pdf.fonttype": 42}), PdfPages(file) as pdf:
        for page in pages:
            figure = Figure(figsize=(8.3, 11.7))
            for number, line in enumerate(page.splitlines()):
                figure.text(0.08, 0.94 - number * 0.022, line, fontsize=8)
            pdf.savefig(figure)
    return file
