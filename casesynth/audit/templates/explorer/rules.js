"use strict";
/* The rules of the method as pure functions of the evidence. tests/audit/test_rules_in_browser.py holds them to the
   Python tables, over all thresholds, coders and sets of projects. */

const CONSENSUS = "consensus";
const STANCES = ["supports", "qualifies", "contradicts"];
const OF_PERSONS = ["people", "attendances", "responses"];

function grouped(rows, key) {
  const groups = new Map();
  for (const row of rows) {
    const name = key(row);
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(row);
  }
  return groups;
}

/* Those who coded by themselves, in the order of coders.csv. */
function codersOf(evidence, table) {
  const there = new Set((evidence.tables[table] || []).map(row => row.coder));
  return (evidence.tables.coders || []).map(row => row.id).filter(id => there.has(id) && id !== CONSENSUS);
}

/* What a coding can be chosen from: each coder, the consensus, and with two coders their union and intersection. */
function codingsOf(evidence, table) {
  const coders = codersOf(evidence, table);
  const agreed = (evidence.tables[table] || []).some(row => row.coder === CONSENSUS);
  return [...(agreed ? [CONSENSUS] : []), ...coders, ...(coders.length > 1 ? ["union", "intersection"] : [])];
}

/* The rows of one coder. Union: what any coder coded. Intersection: what every coder coded who coded the row's unit,
   since one that a coder has not coded yet is not a "no". `unit` and `mark` say what a row is about and what it says. */
function rowsOfCoding(rows, coders, coding, unit, mark) {
  if (coding !== "union" && coding !== "intersection") return rows.filter(row => row.coder === coding);
  const own = rows.filter(row => coders.includes(row.coder));
  const by = new Map([...grouped(own, unit)].map(([id, part]) => [id, new Set(part.map(row => row.coder)).size]));
  return [...grouped(own, row => unit(row) + " " + mark(row)).values()]
    .filter(part => coding === "union" || part.length === by.get(unit(part[0])))
    .map(part => part[0]);
}

/* All that the rules need and that no setting changes. */
function ruleModel(evidence) {
  const book = evidence.tables.codebook || [], sets = evidence.sets;
  const setOf = new Map(sets.flatMap(set => set.headings.map(heading => [heading, set.id])));
  const points = new Map();
  for (const point of evidence.tables.keypoints || []) {
    if (setOf.has(point.heading)) points.set(point.id, {case: point.case, set: setOf.get(point.heading)});
  }
  const order = [...evidence.tables.cases].sort((a, b) => (a.order || 0) - (b.order || 0)).map(row => row.id);
  const withPoints = new Set([...points.values()].map(point => point.case));
  return {
    evidence, points, sets,
    level: name => book.filter(row => row.level === name),
    cases: order.filter(id => withPoints.has(id)),
    reported: order.filter(id => evidence.tables.cases.find(row => row.id === id).case_study),
    group: new Map(sets.map(set => [set.id, set.group])),
    parent: new Map(book.filter(row => row.parent).map(row => [row.id, row.parent])),
    allPoints: new Map((evidence.tables.keypoints || []).map(point => [point.id, point])),
    carried: new Map(),
  };
}

/* Under one coding: theme -> direction -> case -> key points. */
function carriedBy(model, coding) {
  if (model.carried.has(coding)) return model.carried.get(coding);
  const coders = codersOf(model.evidence, "codings"), themes = new Map();
  const rows = rowsOfCoding((model.evidence.tables.codings || []).filter(row => model.points.has(row.keypoint)), coders, coding,
    row => row.keypoint, row => row.theme + " " + row.direction);
  for (const row of rows) {
    if (row.theme === "none") continue;
    if (!themes.has(row.theme)) themes.set(row.theme, {supports: new Map(), contradicts: new Map()});
    const cases = themes.get(row.theme)[row.direction];
    if (!cases) continue;
    const id = model.points.get(row.keypoint).case;
    if (!cases.has(id)) cases.set(id, []);
    cases.get(id).push(row.keypoint);
  }
  model.carried.set(coding, themes);
  return themes;
}

/* The cases of which anything is coded under a heading (without one, under any): what nobody has coded is unknown, and is in
   no denominator. Under a union or intersection, what any coder has coded. */
function codedCases(model, coding, set) {
  const coders = coding === "union" || coding === "intersection" ? codersOf(model.evidence, "codings") : [coding];
  const points = (model.evidence.tables.codings || []).filter(row => coders.includes(row.coder)).map(row => model.points.get(row.keypoint));
  const there = new Set(points.filter(point => point && (!set || point.set === set)).map(point => point.case));
  return model.cases.filter(id => there.has(id));
}

/* Which themes of each level are supported. Options: coding, min_cases, min_headings, heading_groups, without (a set of
   cases), dropped (a set of themes). Returns level -> Set of ids, and for every theme of a heading the cases and key points left. */
function supportedThemes(model, options) {
  const carried = carriedBy(model, options.coding), kept = new Map();
  const supported = {theme: new Set(), general: new Set(), refined: new Set()};
  const spans = new Map();
  for (const theme of model.level("theme")) {
    if (options.dropped && options.dropped.has(theme.id)) continue;
    const cases = carried.has(theme.id) ? carried.get(theme.id).supports : new Map();
    const left = [...cases].filter(([id]) => !options.without.has(id));
    kept.set(theme.id, new Map(left));
    if (left.length < options.min_cases) continue;
    supported.theme.add(theme.id);
    const above = model.parent.get(theme.id);
    if (!above) continue;
    if (!spans.has(above)) spans.set(above, new Set());
    spans.get(above).add(options.heading_groups ? model.group.get(theme.heading) : theme.heading);
  }
  for (const general of model.level("general")) {
    if ((spans.get(general.id) || new Set()).size >= options.min_headings) supported.general.add(general.id);
  }
  for (const id of supported.general) if (model.parent.has(id)) supported.refined.add(model.parent.get(id));
  return {...supported, kept};
}

/* The cases and key points that a theme of any level rests on: those of its supported themes, under supported general ones. */
function restsOn(model, result, id, level) {
  if (level === "theme") return result.kept.get(id) || new Map();
  const below = [...model.parent].filter(([, parent]) => parent === id).map(([child]) => child);
  const counted = below.filter(child => level === "general" ? result.theme.has(child) : result.general.has(child));
  const cases = new Map();
  for (const child of counted) {
    for (const [name, points] of restsOn(model, result, child, level === "general" ? "theme" : "general")) {
      cases.set(name, [...new Set([...(cases.get(name) || []), ...points])]);
    }
  }
  return cases;
}

/* Pairs of supported cross-cutting themes whose key points overlap (Jaccard) by at least `least`. */
function proposedMerges(model, result, least) {
  const held = [...result.general].sort().map(id => [id, new Set([...restsOn(model, result, id, "general").values()].flat())]);
  const pairs = [];
  held.forEach(([one, first], at) => {
    for (const [other, second] of held.slice(at + 1)) {
      const shared = [...first].filter(point => second.has(point)).length;
      const whole = first.size + second.size - shared;
      if (whole ? shared / whole >= least : least <= 0) pairs.push({one, other, overlap: whole ? shared / whole : 0});
    }
  });
  return pairs;
}

/* Whose judgement of the evidence feeds the findings: the coding where it judged them, else the consensus. */
function judgeOf(evidence, coding) {
  return (evidence.tables["finding-evidence"] || []).some(row => row.coder === coding) ? coding : CONSENSUS;
}

/* Every finding: stance -> case -> rows of evidence, and whether it is supported. Options: judge, min_cases, without. */
function supportedFindings(model, options) {
  const rows = (model.evidence.tables["finding-evidence"] || []).filter(row => STANCES.includes(row.stance) && model.allPoints.has(row.keypoint));
  const coders = codersOf(model.evidence, "finding-evidence"), cases = model.reported.filter(id => !options.without.has(id));
  const there = new Set(cases), key = row => row.finding + " " + row.keypoint;
  const own = options.judge === "intersection" || options.judge === "union"
    ? [...grouped(rows.filter(row => coders.includes(row.coder)), row => key(row) + " " + row.stance).values()]
      .filter(part => options.judge === "union" || part.length === coders.length).map(part => part[0])
    : rows.filter(row => row.coder === options.judge);
  const byFinding = grouped(own, row => row.finding);
  return (model.evidence.tables.findings || []).map(finding => {
    const says = Object.fromEntries(STANCES.map(stance => [stance, new Map()]));
    for (const row of byFinding.get(finding.id) || []) {
      const id = model.allPoints.get(row.keypoint).case;
      if (!there.has(id)) continue;
      if (!says[row.stance].has(id)) says[row.stance].set(id, []);
      says[row.stance].get(id).push(row);
    }
    const number = Object.fromEntries(STANCES.map(stance => [stance, says[stance].size]));
    const silent = cases.filter(id => !STANCES.some(stance => says[stance].has(id))).length;
    return {finding: finding.id, says, ...number, silent, of: cases.length,
      supported: number.supports >= options.min_cases, contested: number.supports > 0 && number.supports <= number.contradicts};
  }).sort((a, b) => order(a) - order(b));
  function order(result) {
    return (model.evidence.tables.findings.find(row => row.id === result.finding).order) || 0;
  }
}

/* How many people took part. Options: units, overlap (0: no group of a project shares anybody, 1: as many as can), without.
   Only groups that enter totals count; groups said to be disjoint are always added up. An open end has no high. */
function peopleCounted(evidence, options) {
  const rows = (evidence.tables.participants || []).filter(row => !row.part_of && ["count", "after"].includes(row.measure)
    && options.units.includes(row.unit) && !options.without.has(row.case));
  const each = [...grouped(rows, row => row.case)].map(([id, groups]) => {
    const open = groups.some(row => row.high === undefined || row.high === "");
    const shared = groups.every(row => row.siblings === "disjoint") ? 0 : options.overlap;
    const between = side => {
      const sizes = groups.map(row => row[side]), sum = sizes.reduce((a, b) => a + b, 0);
      return Math.round(sum - shared * (sum - Math.max(...sizes)));
    };
    return {case: id, groups, low: between("low"), high: open ? null : between("high")};
  });
  const add = side => each.reduce((sum, row) => sum + row[side], 0);
  return {each, low: add("low"), high: each.some(row => row.high === null) ? null : add("high")};
}

if (typeof module !== "undefined") {
  module.exports = {ruleModel, codedCases, supportedThemes, supportedFindings, restsOn, proposedMerges, peopleCounted, codingsOf, judgeOf};
}
