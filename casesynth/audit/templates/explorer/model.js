/* The evidence of the page, and what is looked up in it often. */

function expanded(table) {
  const [columns, ...rows] = table;
  return rows.map(cells => Object.fromEntries(columns.map((name, at) => [name, cells[at]]).filter(([, cell]) => cell !== undefined && cell !== "")));
}

function opened(text) {
  const evidence = JSON.parse(text);
  for (const part of [evidence.tables, evidence.results]) {
    for (const name of Object.keys(part)) part[name] = expanded(part[name]);
  }
  return evidence;
}

const E = opened(document.getElementById("evidence").textContent);
const T = new Proxy(E.tables, {get: (tables, name) => tables[name] || []});
const M = ruleModel(E);
const by = (rows, key = "id") => new Map(rows.map(row => [row[key], row]));
/* Rows by id, and lists of rows by what they belong to. */
const I = {
  cases: by(T.cases), codebook: by(T.codebook), keypoints: by(T.keypoints), findings: by(T.findings), statements: by(T.statements),
  sets: by(E.sets), headings: by(E.headings), claims: by(E.results.claims || []), numbers: by(E.numbers, "key"), coders: by(T.coders),
  codings: grouped(T.codings, row => row.keypoint), evidence: grouped(T["finding-evidence"], row => row.keypoint),
  byFinding: grouped(T["finding-evidence"], row => row.finding), counter: grouped(T.counterevidence, row => row.keypoint),
  named: grouped(T.attributions, row => row.statement), ofTheme: grouped(T.statements, row => row.theme),
  byCase: grouped(T.keypoints, row => row.case), children: grouped(T.codebook.filter(row => row.parent), row => row.parent),
};
/* Projects in one order everywhere: by similarity where it was computed, else as in the table; with letters from A on. */
/* More than so many projects are not drawn one by one. */
const MOST = 60;
const similar = by(E.results["case-similarity"] || [], "case");
const ORDER = [...M.reported].sort((a, b) => (similar.has(a) && similar.has(b) ? similar.get(a).order - similar.get(b).order : 0));
const LETTER = new Map(ORDER.map((id, at) => [id, ORDER.length > 26 ? String(at + 1) : String.fromCharCode(65 + at)]));
/* What cases can be filtered by: every column of cases.csv whose values several cases share. */
const VARIABLES = [...new Set(T.cases.flatMap(row => Object.keys(row)))].filter(name => !["id", "order", "name", "full_title", "case_study"].includes(name))
  .filter(name => { const size = new Set(T.cases.map(row => row[name])).size; return size > 1 && size < T.cases.length; });

const caseName = id => (I.cases.get(id) || {name: id}).name;
const themeName = id => (I.codebook.get(id) || {name: id}).name;
const headingName = id => (I.headings.get(id) || I.sets.get(id) || {name: id}).name;
const summaryOf = point => (point.summary || "No summary yet") + (I.keypoints.has(point.purpose_of) ? " → " + I.keypoints.get(point.purpose_of).summary : "");
const isThemed = point => M.points.has(point.id);

function placeName(row) {
  const section = sectionName(row.section);
  return section + (row.anchor ? (section ? ", " : "") + "at “" + row.anchor + "”" : "");
}

function sectionName(id) {
  const numbered = /^s(\d+(?:-\d+)*)$/.exec(id || "");
  return numbered ? "section " + numbered[1].replace(/-/g, ".") : id || "";
}

/* What a coder says of a key point: theme -> direction, as marks. */
function marksOf(point, coder) {
  return (I.codings.get(point) || []).filter(row => row.coder === coder).map(row => (row.direction === "contradicts" ? "not " : "") + row.theme).sort();
}

const CODERS = codersOf(E, "codings");
const DIFFER = new Set(T.keypoints.map(point => point.id).filter(id => {
  const said = CODERS.map(coder => marksOf(id, coder).join(" ")).filter(Boolean);
  return new Set(said).size > 1;
}));

/* Said with every agreement. */
const BY_MODEL = T.coders.some(row => CODERS.includes(row.id) && /language model/i.test(row.how || ""));
function aboutAgreement() {
  return h("p", {class: "small"}, BY_MODEL
    ? "Coded with the help of a language model. Two codings by the same model check consistency; they do not make two independent people."
    : "Who coded, and what each of them had seen, is on the page Method.");
}

/* The cases of which anything is coded under a heading, under the settings of the address: its denominator. */
const CODED = new Map();
function eligible(set, coding = now().settings.coding) {
  const key = coding + " " + (set || "");
  if (!CODED.has(key)) CODED.set(key, codedCases(M, coding, set));
  return CODED.get(key);
}

/* The cases of which nothing is coded under a heading: unknown, and not the same as not mentioned. */
function unknown(set) {
  const coded = new Set(eligible(set));
  return new Set(ORDER.filter(id => !coded.has(id)));
}

/* Theme and case that the published report names together: "named", or "all" where it says so of all projects. */
const NAMED = new Map();
for (const statement of T.statements) {
  for (const row of I.named.get(statement.id) || []) NAMED.set(statement.theme + " " + row.case, "named");
  const theme = I.codebook.get(statement.theme);
  if (statement.extent !== "all" || !theme) continue;
  for (const id of eligible(theme.heading, E.parameters.coding)) if (!NAMED.has(statement.theme + " " + id)) NAMED.set(statement.theme + " " + id, "all");
}
/* Themes whose published statement is a list that names everybody. */
const LISTED = new Set(T.statements.filter(row => row.extent === "list").map(row => row.theme));

/* The claims that rest on a row, directly. */
const CLAIMS_OF = new Map();
for (const claim of I.claims.values()) {
  for (const id of (claim.rows || "").split(" ").filter(Boolean)) {
    if (!CLAIMS_OF.has(id)) CLAIMS_OF.set(id, []);
    CLAIMS_OF.get(id).push(claim);
  }
}

/* Prose of the build: [words](#/view/id) is a link to a card, and [words](#id) to that of a key point or a finding. */
function prose(text) {
  return text.split(/\n{2,}/).map(part => {
    const children = [];
    let at = 0;
    for (const found of part.matchAll(/\[([^\]]*)\]\([^)#]*#([^)]*)\)(?:\{[^}]*\})?/g)) {
      const [, named, id] = /^(?:\/(\w+)\/)?(.*)$/.exec(found[2]);
      const view = CARDS[named] ? named : I.keypoints.has(id) ? "point" : I.findings.has(id) ? "finding" : I.codebook.has(id) ? "theme" : "";
      children.push(part.slice(at, found.index), view ? link(view, id, found[1]) : found[1]);
      at = found.index + found[0].length;
    }
    return h("p", {}, children, part.slice(at).replace(/\*\*?/g, ""));
  });
}

/* A text in which ids of themes are links with the names of the themes. */
function withThemes(text) {
  return text === undefined ? undefined : text.split(/([a-z0-9]+(?:-[a-z0-9]+)+)/).map(part => I.codebook.has(part) ? link("theme", part, themeName(part)) : part);
}

/* The results under the settings of the address, computed once for each of them. */
let computed = {key: "", value: null};
function now() {
  const own = settings(), key = JSON.stringify([own, [...own.without], [...own.dropped]]);
  if (computed.key !== key) computed = {key, value: {themes: supportedThemes(M, own), findings: supportedFindings(M, own), settings: own}};
  return computed.value;
}

let usual = null;
function asRun() {
  usual = usual || {themes: supportedThemes(M, defaults()), findings: supportedFindings(M, defaults())};
  return usual;
}
