"""The exports in the hands of other programs, each run as a program in an environment of its own (`make peers`).

Without them these tests are skipped, and say so.
"""

import html
import http.cookiejar
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

from tests.support import ROOT
from tests.support.exchange import command, in_words

PEERS = ROOT / "build" / "peers"
pytestmark = pytest.mark.long


def peer(name: str) -> Path:
    """The programs of a peer; skips the test where it is not installed."""
    if not (PEERS / f"{name}.installed").exists():
        pytest.skip(f"{name} is NOT INSTALLED, so nothing was tried with it; `make peers` installs it")
    return PEERS / name / "bin"


def run(*words, folder: Path, **environment) -> str:
    """Run a program and give what it prints."""
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONBREAKPOINT": "0", **environment}
    done = subprocess.run(
        [str(word) for word in words], cwd=folder, env=env, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def phase2(tmp_path_factory) -> Path:
    """The export of the review of Phase 2."""
    out = tmp_path_factory.mktemp("phase2")
    done = command(
        "export", "mca-phase2", data=ROOT / "data", CASESYNTH_READ=str(out), CASESYNTH_SHEETS=str(out / "sheets")
    )
    assert done.returncode == 0, done.stderr
    return out / "export"


VALIDATE = """
import io, sys, zipfile, xmlschema
from importlib.resources import files
schema = xmlschema.XMLSchema(str(files("qualitative_coding") / "refi_qda" / "schema.xsd"))
for path in sys.argv[1:]:
    if path.endswith(".qdpx"):
        content = zipfile.ZipFile(path).read("project.qde")
    else:  # the types of a codebook are those of the codebook in a project
        codes = open(path, encoding="utf-8").read().split("<Codes>")[1].split("</Codes>")[0]
        content = f'<Project xmlns="urn:QDA-XML:project:1.0" name="x"><CodeBook><Codes>{codes}</Codes></CodeBook></Project>'.encode()
    schema.validate(io.BytesIO(content))
    print("valid", path)
"""


def test_files_are_valid_by_the_official_schema(exported, phase2, tmp_path):
    names = ("project.qdpx", "project-for-qualcoder.qdpx", "codebook.qdc")
    files = [folder / name for folder in (exported, phase2) for name in names]
    assert run(peer("qualitative-coding") / "python", "-c", VALIDATE, *files, folder=tmp_path).count("valid") == 6


QDAPY = """
import json, sys, qdapy
found = qdapy.read_qdpx(sys.argv[1], warn=False)
names = dict(zip(found.codebook["code"], found.codebook["name"]))
rows = [[names[r.code], r.text, r.codedBy] for r in found.fragments.itertuples()]
print(json.dumps([rows, len(found.uncoded), found.coders, len(found.codebook)]))
"""


@pytest.mark.parametrize("review", ["hard", "mca-phase2"])
def test_qdapy_reads_every_coding_with_the_text_of_the_key_point(data, exported, phase2, tmp_path, review):
    out = exported if review == "hard" else phase2
    said = run(peer("qdapy") / "python", "-c", QDAPY, out / "project.qdpx", folder=tmp_path)
    rows, _, coders, _ = json.loads(said.splitlines()[-1])
    folder = data / "hard" if review == "hard" else ROOT / "data" / review
    expected = [row for row in in_words(folder) if row[6]]
    assert len(rows) == len(expected) == len(pd.read_csv(folder / "codings.csv"))
    assert sorted((text, coder) for _, text, coder in rows) == sorted((row[4], row[6]) for row in expected)
    assert coders == sorted({row[6] for row in expected})
    for code, text, coder in rows:  # the code is the theme, under the name of its heading
        chains = [row[5] for row in expected if (row[4], row[6]) == (text, coder)]
        assert code == "No theme" or any(code.endswith(f": {chain[0][0]}") for chain in chains if chain)


LINKED = """
import json, sys
import rdflib
from pyld import jsonld

def no_network(url, options):
    raise RuntimeError(url)

jsonld.set_document_loader(no_network)
OA, PROV = rdflib.Namespace("http://www.w3.org/ns/oa#"), rdflib.PROV
counts = {}
for name in ("claims", "findings"):
    file = f"{sys.argv[1]}/{name}.jsonld"
    graph = rdflib.Graph().parse(file, format="json-ld", publicID="http://example.org/export/")
    quads = jsonld.to_rdf(json.load(open(file)), {"base": "http://example.org/export/"})["@default"]
    assert len(quads) == len(graph), (len(quads), len(graph))
    notes = set(graph.subjects(rdflib.RDF.type, OA.Annotation))
    for note in notes:
        assert (note, PROV.wasGeneratedBy, None) in graph and (note, OA.hasBody, None) in graph
        for place in graph.objects(note, OA.hasTarget):
            assert list(graph.objects(place, OA.hasSource)), place
    counts[name] = [len(notes), len(list(graph.subject_objects(OA.exact)))]
nano = rdflib.Dataset().parse(f"{sys.argv[1]}/nanopublications.trig", format="trig")
rows = list(nano.query('''
  PREFIX np: <http://www.nanopub.org/nschema#> PREFIX prov: <http://www.w3.org/ns/prov#>
  PREFIX slt: <https://w3id.org/sciencelive/o/terms/> PREFIX cito: <http://purl.org/spar/cito/>
  SELECT ?np (COUNT(?quote) AS ?quotes) WHERE {
    GRAPH ?head { ?np np:hasAssertion ?a ; np:hasProvenance ?p ; np:hasPublicationInfo ?i }
    GRAPH ?a { ?claim slt:asAidaStatement ?aida . ?aida cito:obtainsSupportFrom ?source }
    GRAPH ?p { ?a prov:wasDerivedFrom ?point . ?point cito:hasQuotedText ?quote ; prov:wasQuotedFrom ?source }
  } GROUP BY ?np'''))
print(json.dumps([counts, [int(row.quotes) for row in rows]]))
"""


def test_rdflib_and_pyld_read_claims_findings_and_nanopublications_without_a_network(phase2, tmp_path):
    said = run(peer("linked-data") / "python", "-c", LINKED, phase2, folder=tmp_path)
    counts, quotes = json.loads(said.splitlines()[-1])
    claims, findings = (pd.read_csv(ROOT / "data" / "mca-phase2" / f"{name}.csv") for name in ("claims", "findings"))
    assert counts["claims"] == [len(claims), claims["anchor"].notna().sum()]
    assert counts["findings"][0] == len(findings) == len(quotes) and min(quotes) >= 2


PYREFIQDA = """
import json, sys
from pyrefiqda import RefiProject
found = RefiProject.load(sys.argv[1], "unpacked")
names = {each.guid: each.name for each in found.variables.variable}
cases = {case.name: {names[v.variable_ref.target_guid]: v.text_value for v in case.variable_value} for case in found.cases.case}
print(json.dumps([cases, [each.name for each in found.sets.set], sum(len(case.source_ref) for case in found.cases.case)]))
text = found.sources.text_source[0]
marked = [each for each in text.plain_text_selection if each.creating_user]
gone = marked[0]
gone.coding = gone.coding[1:]
RefiProject.save(found, sys.argv[2], "unpacked/sources")
print(json.dumps([gone.name.split()[1], next(user.name for user in found.users.user if user.guid == gone.creating_user)]))
"""


def test_pyrefiqda_reads_cases_variables_and_sets_and_what_it_writes_is_merged(phase2, tmp_path):
    python, back = peer("pyrefiqda") / "python", tmp_path / "back.qdpx"
    said = run(python, "-c", PYREFIQDA, phase2 / "project.qdpx", back, folder=tmp_path).splitlines()
    cases, sets, linked = json.loads(said[-2])
    ours = pd.read_csv(ROOT / "data" / "mca-phase2" / "cases.csv", keep_default_na=False)
    assert {name: values["Nation"] for name, values in cases.items()} == dict(zip(ours["name"], ours["nation"]))
    assert linked == 15 and sets == ["Aims and purpose", "Methods", "Impact and Outcomes", "Enablers", "Barriers"]
    point, coder = json.loads(said[-1])
    data = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "mca-phase2", data / "mca-phase2")
    before = pd.read_csv(data / "mca-phase2" / "codings.csv", keep_default_na=False)
    done = command("merge-qdpx", "mca-phase2", str(back), "--coder", coder, data=data)
    assert done.returncode == 0 and f"1 coding of {coder} changed" in done.stdout, done.stdout + done.stderr
    after = pd.read_csv(data / "mca-phase2" / "codings.csv", keep_default_na=False)
    gone = pd.concat([before, after]).drop_duplicates(keep=False)
    assert list(zip(gone["keypoint"], gone["coder"])) == [(point, coder)]


def test_what_qc_writes_without_ids_and_memos_changes_nothing(phase2, tmp_path):
    qc, folder = peer("qualitative-coding") / "qc", tmp_path / "qc"
    folder.mkdir()
    run(qc, "init", "--import", phase2 / "project.qdpx", folder=folder)
    run(qc, "export", tmp_path / "from-qc.qdpx", folder=folder)
    shutil.copytree(ROOT / "data" / "mca-phase2", tmp_path / "data" / "mca-phase2")
    done = command(
        "merge-qdpx", "mca-phase2", str(tmp_path / "from-qc.qdpx"), "--coder", "coder-3", data=tmp_path / "data"
    )
    assert done.returncode == 0 and done.stdout.startswith("0 codings of coder-3 changed"), done.stdout + done.stderr


def test_qc_imports_the_project_and_what_it_exports_comes_back(data, phase2, tmp_path):
    qc = peer("qualitative-coding") / "qc"
    folder = tmp_path / "qc"
    folder.mkdir()
    run(qc, "init", "--import", phase2 / "project.qdpx", folder=folder)
    assert "coder-1" in run(qc, "coders", folder=folder)
    codings = pd.read_csv(ROOT / "data" / "mca-phase2" / "codings.csv")
    stats = run(qc, "codes", "stats", folder=folder, COLUMNS="300")
    counted = [int(number) for number in re.findall(r"^\S.*?\s(\d+)\s*$", stats, flags=re.M)]
    assert sum(counted) == len(codings)
    assert len(list((folder / "corpus" / "import").glob("*.txt")) or list(folder.rglob("corpus/**/*.txt"))) == 15
    run(qc, "export", tmp_path / "from-qc.qdpx", folder=folder)
    done = command("import-qdpx", "from-qc", str(tmp_path / "from-qc.qdpx"), "--summaries", data=data)
    assert done.returncode == 0, done.stderr

    def in_common(rows) -> set:  # qc keeps no definitions, memos or cases, and names of codes with their heading
        return {
            (row[1], row[2], row[4], row[5][0][0].partition(": ")[2] or row[5][0][0], row[6]) for row in rows if row[5]
        }

    first = {
        (*row[:5], ((f"x: {row[5][0][0]}",),), *row[6:]) for row in in_words(ROOT / "data" / "mca-phase2") if row[5]
    }
    assert in_common(in_words(data / "from-qc")) == in_common(first)


def test_projects_of_other_programs_that_qc_brings_along_are_read(data, tmp_path):
    files = peer("qualitative-coding").parent.glob("lib/*/site-packages/qualitative_coding/**/*.qdpx")
    read = {}
    for file in files:
        name = file.stem.replace("_", "-")
        done = command("import-qdpx", name, str(file), "--summaries", data=data)
        assert done.returncode == 0, done.stderr
        read[name] = len(pd.read_csv(data / name / "codings.csv"))
    assert read["demo"] == 205 and "nvivo-project" in read


@pytest.fixture
def taguette(tmp_path):
    """A running Taguette. Out: a function that opens one of its pages."""
    program = peer("taguette") / "taguette"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = tmp_path / "log"
    words = [program, "--no-browser", "--port", str(port), "--database", str(tmp_path / "taguette.sqlite3")]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PYTHONUNBUFFERED": "1", "SENTRY_DSN": ""}
    with log.open("w") as out:
        server = subprocess.Popen(words, stdout=out, stderr=out, env=env, cwd=tmp_path)
    try:
        for _ in range(300):
            if token := re.search(r"http://localhost:\d+/\?token=\w+", log.read_text()):
                break
            assert server.poll() is None, log.read_text()
            time.sleep(0.2)
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

        def page(path: str, form: dict | None = None, file: bytes | None = None):
            """A page; with a form or a file, what it answers to them."""
            address = f"http://localhost:{port}{path}"
            if form is None and file is None:
                return browser.open(address, timeout=30).read().decode("utf-8")
            xsrf = re.search(r'name="_xsrf" value="([^"]+)"', page(path))[1]
            if file is None:
                return browser.open(address, urllib.parse.urlencode({"_xsrf": xsrf, **form}).encode(), timeout=30)
            part = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n'
            body = part.format("_xsrf", "").encode() + xsrf.encode() + b"\r\n"
            body += part.format("file", '; filename="codebook.csv"').encode() + file + b"\r\n--x--\r\n"
            request = urllib.request.Request(address, body, {"Content-Type": "multipart/form-data; boundary=x"})
            return browser.open(request, timeout=30).read().decode("utf-8")

        browser.open(token[0], timeout=30)
        yield page
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)


def test_taguette_imports_the_codebook(taguette, phase2):
    answer = taguette("/project/new", {"name": "Phase 2", "description": "x"})
    project = re.search(r"/project/(\d+)", answer.url)[1]
    shown = taguette(f"/project/{project}/import_codebook", file=(phase2 / "codebook-taguette.csv").read_bytes())
    fields = dict(re.findall(r'name="(tag\d+-(?:path|description))" value="([^"]*)"', shown))
    form = {name: html.unescape(value) for name, value in fields.items()}
    form |= {name.replace("-path", "-import"): "on" for name in fields if name.endswith("-path")}
    taguette(f"/project/{project}/import_codebook", form)
    back = pd.read_csv(io.StringIO(taguette(f"/project/{project}/export/codebook.csv"))).set_index("tag")["description"]
    ours = pd.read_csv(phase2 / "codebook-taguette.csv", encoding="utf-8-sig").set_index("tag")["description"]
    themes = pd.read_csv(ROOT / "data/mca-phase2/codebook.csv").query("level == 'theme'")
    assert len(ours) == len(themes) + 1  # and the code for what was read and found to carry no theme
    for tag, description in ours.items():
        assert back[tag].split() == description.split()
