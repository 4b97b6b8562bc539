"""The rules as the explorer applies them, held to the Python tables: all thresholds, coders, and sets of projects."""

import json
import shutil
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from casesynth.analysis import by_coder, findings, matrices, participants, themes, thresholds
from casesynth.audit import copy as copy_room
from casesynth.audit import explorer
from casesynth.audit.evidence import evidence
from casesynth.core.rules import Rules
from tests.support import garden
from tests.support.browser import chromium

pytestmark = pytest.mark.desktop
SCRIPTS = explorer.TEMPLATES / "explorer"
LEVELS = ["theme", "general", "refined"]


def run_script(source: str, given: dict, tmp_path: Path, files: list[str]) -> object:
    """What `answer(given)` of some source gives, after scripts of the page: by node, or in Chromium where there is none."""
    code = "\n".join((SCRIPTS / name).read_text("utf-8") for name in files) + "\n" + source
    given_text = json.dumps(given)
    if node := shutil.which("node"):
        script, data = tmp_path / "script.js", tmp_path / "given.json"
        script.write_text(f"{code}\nconst fs = require('fs');\nconst given = JSON.parse(fs.readFileSync({str(data)!r}, 'utf8'));\n"
                          "process.stdout.write(JSON.stringify(answer(given)));\n", "utf-8")  # fmt: skip
        data.write_text(given_text, "utf-8")
        done = subprocess.run([node, script], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    with chromium(tmp_path) as browser:
        return json.loads(
            browser.execute_script(f"{code}\nreturn JSON.stringify(answer(JSON.parse(arguments[0])));", given_text)
        )


@pytest.fixture(scope="module")
def whole(phase2):
    """The evidence of this review, without what the rules do not need."""
    made = evidence(phase2, Rules.of(phase2))
    return made | {"results": {}, "numbers": []}


THEMES = """
function answer({evidence, settings}) {
  const model = ruleModel(evidence);
  return settings.map(given => {
    const result = supportedThemes(model, {...given, without: new Set(given.without || [])});
    return ["theme", "general", "refined"].map(level => model.level(level).map(row => result[level].has(row.id) ? 1 : 0).join("")).join(" ");
  });
}
"""


def verdicts(by_level: dict[str, np.ndarray], row: int = 0) -> str:
    return " ".join("".join(str(int(yes)) for yes in by_level[level][row]) for level in LEVELS)


def test_themes_under_all_thresholds(phase2, whole, tmp_path):
    grid = thresholds.GRID
    settings = [dict(zip(grid, values)) | {"coding": "consensus"} for values in product(*grid.values())]
    of = matrices.structure(phase2, matrices.codings(phase2)["consensus"])
    expected = [verdicts(matrices.supported_under(of, matrices.everyone(of), Rules(**each))) for each in settings]
    given = {"evidence": whole, "settings": settings}
    assert len(settings) == 72 and len(set(expected)) > 20
    assert run_script(THEMES, given, tmp_path, ["rules.js"]) == expected


def test_themes_under_every_coding(phase2, whole, tmp_path):
    codings = matrices.codings(phase2)
    assert {"consensus", "union", "intersection"} < set(codings)
    settings, expected = [], []
    for (name, coded), least in product(codings.items(), range(1, 9)):
        of = matrices.structure(phase2, coded)
        settings.append({"coding": name, "min_cases": least, "min_headings": 2, "heading_groups": True})
        expected.append(verdicts(matrices.supported_under(of, matrices.everyone(of), Rules(min_cases=least))))
    assert len({tuple(expected[at : at + 8]) for at in range(0, len(expected), 8)}) > 2, "the codings differ somewhere"
    assert run_script(THEMES, {"evidence": whole, "settings": settings}, tmp_path, ["rules.js"]) == expected


def sets_of_cases(of: matrices.Structure) -> np.ndarray:
    """Every set of projects but the empty one: sets × cases, true where the project stays."""
    number = len(of.ids["case"])
    return np.array([[mask >> place & 1 for place in range(number)] for mask in range(1, 2**number)], dtype=bool)


def test_themes_without_any_set_of_projects(phase2, whole, tmp_path):
    of = matrices.structure(phase2, matrices.codings(phase2)["consensus"])
    keep, rules = sets_of_cases(of), Rules.of(phase2)
    assert len(keep) == 4095
    own = {"coding": "consensus", "min_cases": 2, "min_headings": 2, "heading_groups": True}
    settings = [own | {"without": [of.ids["case"][at] for at in np.flatnonzero(~row)]} for row in keep]
    under = matrices.supported_under(of, keep, rules)
    expected = [verdicts(under, row) for row in range(len(keep))]
    assert len(set(expected)) > 1000
    assert run_script(THEMES, {"evidence": whole, "settings": settings}, tmp_path, ["rules.js"]) == expected


FINDINGS = """
function answer({evidence, settings}) {
  const model = ruleModel(evidence);
  return settings.map(given => supportedFindings(model, {...given, without: new Set(given.without || [])})
    .map(row => [row.finding, row.supports, row.qualifies, row.contradicts, row.silent, row.supported ? 1 : 0, row.contested ? 1 : 0].join(" ")).join("|"));
}
"""


def finding_lines(table: pd.DataFrame) -> str:
    columns = "finding supporting qualifying contradicting not_mentioned supported contested".split()
    rows = table.astype({"supported": int, "contested": int})[columns]
    return "|".join(" ".join(map(str, row)) for row in rows.itertuples(index=False))


@pytest.mark.parametrize("judge", ["consensus", "evidence-1", "evidence-2"])
def test_findings_under_all_thresholds_and_judges(phase2, whole, tmp_path, judge):
    cells = findings.by_case(phase2.findings, findings.evidence_of(phase2, judge), phase2.reported)
    expected = [
        finding_lines(findings.finding_table(phase2.findings, cells, phase2.reported, least)) for least in range(1, 13)
    ]
    settings = [{"judge": judge, "min_cases": least} for least in range(1, 13)]
    assert run_script(FINDINGS, {"evidence": whole, "settings": settings}, tmp_path, ["rules.js"]) == expected


def test_findings_under_union_and_intersection_of_judges(phase2, whole, tmp_path):
    rows = phase2.table("finding-evidence")
    rows = rows[rows["stance"].isin(findings.STANCES) & rows["coder"].isin(["evidence-1", "evidence-2"])]
    key = ["finding", "keypoint", "stance"]
    times = rows.groupby(key, as_index=False).size()
    cases = dict(zip(phase2.keypoints["id"], phase2.keypoints["case"]))
    expected = []
    for least in (1, 2):  # given by one judge at least, or by both
        own = times[times["size"].ge(least)].assign(case=lambda frame: frame["keypoint"].map(cases))
        cells = findings.by_case(phase2.findings, own, phase2.reported)
        expected.append(finding_lines(findings.finding_table(phase2.findings, cells, phase2.reported, 2)))
    settings = [{"judge": name, "min_cases": 2} for name in ("union", "intersection")]
    assert expected[0] != expected[1]
    assert run_script(FINDINGS, {"evidence": whole, "settings": settings}, tmp_path, ["rules.js"]) == expected


def test_findings_without_any_set_of_projects(phase2, whole, tmp_path):
    names = list(phase2.reported["id"])
    cells = findings.by_case(phase2.findings, findings.evidence_of(phase2, "consensus"), phase2.reported)
    order = list(phase2.findings.sort_values("order")["id"])
    supports = (
        cells.assign(yes=cells["supports"].gt(0)).pivot(index="finding", columns="case", values="yes").loc[order, names]
    )
    keep = np.array(
        [[mask >> place & 1 for place in range(len(names))] for mask in range(1, 2 ** len(names))], dtype=bool
    )
    number = keep.astype(int) @ supports.to_numpy().astype(int).T
    script = FINDINGS.replace(
        '.join("|"));', '.join("|")).map(line => line.split("|").map(part => part.split(" ")[1]).join(" "));'
    )
    settings = [
        {"judge": "consensus", "min_cases": 2, "without": [names[at] for at in np.flatnonzero(~row)]} for row in keep
    ]
    found = run_script(script, {"evidence": whole, "settings": settings}, tmp_path, ["rules.js"])
    assert found == [" ".join(map(str, row)) for row in number]


DENOMINATORS = """
function answer({evidence, codings}) {
  const model = ruleModel(evidence);
  return codings.map(coding => model.sets.map(set => codedCases(model, coding, set.id)));
}
"""


def test_what_nobody_has_coded_is_in_no_denominator(tmp_path, monkeypatch):
    from casesynth.core.review import load

    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path / "data"))
    folder = garden.make_data(tmp_path / "data")
    codings = garden.read(folder / "codings.csv")
    codings[codings["keypoint"].ne("cedar-barriers-01")].to_csv(folder / "codings.csv", index=False)
    review = load("garden")
    expected = [[list(themes.eligible(review, heading, "ada")["id"]) for heading in review.sets["id"]]]
    assert expected == [[["alder", "birch", "cedar"], ["alder", "birch", "cedar"], ["alder", "birch"]]]
    given = {"evidence": evidence(review, Rules.of(review)), "codings": ["ada"]}
    assert run_script(DENOMINATORS, given, tmp_path, ["rules.js"]) == expected


def test_what_a_theme_of_any_level_rests_on(phase2, whole, tmp_path):
    script = """
    function answer({evidence}) {
      const model = ruleModel(evidence), result = supportedThemes(model, {coding: "consensus", min_cases: 2, min_headings: 2, heading_groups: true, without: new Set()});
      return Object.fromEntries(["theme", "general", "refined"].flatMap(level => model.level(level).map(row => {
        const cases = restsOn(model, result, row.id, level);
        return [row.id, [cases.size, new Set([...cases.values()].flat()).size]];
      })));
    }"""
    found = run_script(script, {"evidence": whole}, tmp_path, ["rules.js"])
    table = by_coder.every_finding(phase2, matrices.codings(phase2)["consensus"], Rules())
    table = table[table["level"].isin(LEVELS)]
    expected = dict(zip(table["id"], table["cases"]))
    assert {name: cases for name, (cases, _) in found.items()} == {name: expected[name] for name in found}


@pytest.mark.parametrize("least", [0.01, 0.05])
def test_merges_that_are_proposed(phase2, whole, tmp_path, least):
    script = """
    function answer({evidence, least}) {
      const model = ruleModel(evidence), result = supportedThemes(model, {coding: "consensus", min_cases: 2, min_headings: 2, heading_groups: true, without: new Set()});
      return proposedMerges(model, result, least).map(pair => [pair.one, pair.other]);
    }"""
    from casesynth.front import synthesise

    table = synthesise(phase2, Rules(merge_overlap=least)).general.overlaps
    expected = table.loc[table["proposed"], ["one", "other"]].to_numpy().tolist()
    assert expected
    assert run_script(script, {"evidence": whole, "least": least}, tmp_path, ["rules.js"]) == expected


@pytest.mark.parametrize("units", [["people"], ["attendances"], participants.OF_PERSONS])
def test_people_at_both_ends_of_the_overlap(phase2, whole, tmp_path, units):
    script = """
    function answer({evidence, units}) {
      const at = overlap => peopleCounted(evidence, {units, overlap, without: new Set()});
      return [at(1).low, at(0).high, at(0).low, at(0.5).low];
    }"""
    found = run_script(script, {"evidence": whole, "units": units}, tmp_path, ["rules.js"])
    groups = participants.groups_of(phase2)
    totals = participants.totals(participants.per_case(groups, phase2.reported), {}).set_index("what")
    row = totals.loc[units[0] if len(units) == 1 else "all together"]
    assert found[:3] == [row["low"], None if pd.isna(row["high"]) else row["high"], row["sum_as_published"]]
    assert row["low"] <= found[3] <= row["sum_as_published"]


def test_passages_are_those_of_the_command(tmp_path, monkeypatch):
    """The reader's copy, cut and searched in the browser, gives the passages that `make audit SOURCE=…` gives."""
    from casesynth.core.review import load

    monkeypatch.setenv("CASESYNTH_DATA", str(tmp_path / "data"))
    garden.make_data(tmp_path / "data")
    file = tmp_path / "copy.txt"
    file.write_text("\f".join(garden.REPORT), "utf-8")
    review = load("garden")
    anchors = copy_room.check(file, review)["anchors"]
    expected = {row.id: [row.before, row.words, row.after] for row in anchors.itertuples()}
    made = evidence(review, Rules.of(review))
    script = """
    function answer({evidence, text}) {
      const cut = cutCopy(text, evidence.tables.sections, evidence.tables.entries);
      return Object.fromEntries([...evidence.tables.keypoints, ...evidence.tables.statements].map(row => [row.id, passageOf(cut, row)]));
    }"""
    given = {"evidence": made, "text": file.read_text("utf-8")}
    assert run_script(script, given, tmp_path, ["rules.js", "copy.js"]) == expected
    given["text"] = given["text"].replace("grow food", "raise crops")
    assert run_script(script, given, tmp_path, ["rules.js", "copy.js"])["alder-aims-02"] == "not found in its place"
