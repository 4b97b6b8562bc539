/* Key points as a list, the numbers of the report, rows of other tables, and the search over everything. */

const STATES = [["", "all"], ["coded", "coded with a theme"], ["none", "coded with no theme"], ["open", "not coded"], ["differ", "coders differ"], ["apart", "under a heading without themes"]];

function stateOf(point) {
  if (!isThemed(point)) return "apart";
  const marks = marksOf(point.id, now().settings.coding);
  if (["union", "intersection"].includes(now().settings.coding)) return (I.codings.get(point.id) || []).length ? "coded" : "open";
  return !marks.length ? "open" : marks.includes("none") ? "none" : "coded";
}

function themesOf(point) {
  return [...carriedBy(M, now().settings.coding)].filter(([, way]) => (way.supports.get(point.case) || []).includes(point.id)).map(([id]) => id);
}

function pointsView(root) {
  const results = h("div");
  add(root, [h("div", {class: "bar"}, searchBox("Search key points"),
    select("heading", "Heading", [["", "all"], ...E.headings.map(row => [row.id, row.name])], state.values.heading),
    select("case", "Project", [["", "all"], ...T.cases.map(row => [row.id, row.name])], state.values.case),
    select("state", "State", STATES, state.values.state), variableFilters()), results]);
  return () => {
    const own = state.values, filtered = VARIABLES.some(name => own["var-" + name]), cases = new Set(casesShown());
    const shown = T.keypoints.filter(point => (!own.heading || point.heading === own.heading) && (!own.case || point.case === own.case)
      && (!own.state || (own.state === "differ" ? DIFFER.has(point.id) : stateOf(point) === own.state)) && (!filtered || cases.has(point.case))
      && (!own.q || matches([point.label, point.summary, point.id].join(" "), own.q)));
    fill(results, h("p", {role: "status"}, shown.length + " of " + count(T.keypoints.length, "key point") + " shown."),
      ...listOf(shown, pointLine),
      csvButton("keypoints", ["id", "case", "heading", "label", "summary", "section", "anchor", "themes"],
        shown.map(point => [point.id, point.case, point.heading, point.label, point.summary, point.section, point.anchor, themesOf(point).join(" ")])));
  };
}

function pointLine(point) {
  const place = state.view === "case" ? "" : caseName(point.case) + ", " + headingName(point.heading).toLowerCase() + ". ";
  return h("p", {class: "line"}, pointLink(point.id), h("br"), h("span", {class: "small"}, place,
    themesOf(point).map((id, at) => [at ? "; " : "", link("theme", id, themeName(id))]), DIFFER.has(point.id) ? [" ", badge("warn", "coders differ")] : null));
}

/* Any row of any table, as a link with its words. */
const ELSEWHERE = new Map();
for (const [table, rows] of Object.entries(E.tables)) {
  for (const row of rows) if (row.id && !ELSEWHERE.has(row.id)) ELSEWHERE.set(row.id, {table, row});
}

function rowLink(id) {
  if (I.keypoints.has(id)) return pointLink(id);
  if (I.codebook.has(id)) return link("theme", id, themeName(id));
  if (I.findings.has(id)) return link("finding", id, I.findings.get(id).statement);
  if (I.cases.has(id)) return link("case", id, caseName(id));
  if (I.claims.has(id)) return link("claim", id, I.claims.get(id).claim);
  if (I.headings.has(id) || I.sets.has(id)) return headingName(id);
  const found = ELSEWHERE.get(id);
  return found ? link("row", id, wordsOf(found)) : id;
}

function shownNumber(value) {
  return /^\d{4,}$/.test(String(value)) ? Number(value).toLocaleString("en-GB") : String(value);
}

function groupWords(row) {
  return row.group + ": " + row.stated + (row.unit ? " (" + row.unit + ")" : "");
}

function wordsOf({table, row}) {
  if (table === "facts") return row.fact + (row.value !== undefined && row.unit ? " (" + shownNumber(row.value) + " " + row.unit + ")" : "");
  if (table === "participants") return caseName(row.case) + ": " + groupWords(row);
  if (table === "statements") return "Published statement of “" + themeName(row.theme) + "”, " + placeName(row);
  if (table === "attributions") return "The report names " + caseName(row.case) + " as “" + (row.published_as || "") + "”";
  if (table === "sections") return row.title_body || row.title_contents || row.id;
  if (table === "aliases") return "The source calls " + caseName(row.case) + " “" + row.published_name + "”";
  if (table === "mentions") return "Search for " + row.what + ": " + count(row.places || 0, "place");
  if (table === "places") return (row.place || row.id) + " (" + caseName(row.case) + ")";
  return row.title || row.how || row.name || row.id;
}

function rowCard(root, id) {
  const found = ELSEWHERE.get(id);
  if (!found) return missing(root, "row", id);
  const linked = (name, value) => ["case", "theme", "statement", "heading"].includes(name) ? rowLink(value) : String(value);
  add(root, [h("p", {class: "lead"}, wordsOf(found)), h("p", {class: "small"}, "A row of the table ", h("code", {}, found.table + ".csv"), "."),
    facts(Object.entries(found.row).map(([name, value]) => [name.replace(/_/g, " "), linked(name, value)])), passageCard(found.row), claimsOn([id])]);
}

/* What a number is called: its key in words, with the finding, theme or fact that it speaks of. */
function numberName(key) {
  const [id, what] = key.split(".");
  if (I.findings.has(id)) return I.findings.get(id).statement.replace(/\.$/, "") + ": " + what;
  if (I.codebook.has(id)) return themeName(id) + ": " + what;
  if (ELSEWHERE.has(key)) return wordsOf(ELSEWHERE.get(key));
  return key.replace(/[._-]/g, " ").replace(/^general\b/, "cross-cutting themes").replace(/^refined\b/, "overarching themes");
}

function numbersView(root) {
  const results = h("div");
  add(root, [h("p", {}, "Every number that the report computes, with the rule that gives it and the rows that it counts."), h("div", {class: "bar"}, searchBox("Search numbers")), results]);
  return () => {
    const shown = E.numbers.filter(row => !state.values.q || matches([row.key, numberName(row.key), row.value, row.rule].join(" "), state.values.q));
    fill(results, h("p", {role: "status"}, shown.length + " of " + count(E.numbers.length, "number") + " shown."),
      tableOf("Numbers of the report", ["Number", "Value", "Rule", "Rows"], shown.map(row => [link("number", row.key, numberName(row.key)), row.value, row.rule, row.rows ? String(row.rows.length) : ""])),
      csvButton("numbers", ["key", "value", "rule", "kind", "rows"], shown.map(row => [row.key, row.value, row.rule, row.kind, (row.rows || []).join(" ")])));
  };
}

function numberCard(root, key) {
  const row = I.numbers.get(key);
  if (!row) return missing(root, "number", key);
  add(root, [h("p", {class: "value"}, row.value), numberBody(row)]);
}

function numberBody(row) {
  return [facts([["Rule", row.rule], ["Key", row.key]]),
    row.rows ? [h("h2", {}, "The " + count(row.rows.length, "row") + " behind it"), listOf(row.rows, id => h("p", {class: "line"}, rowLink(id)))]
      : h("p", {}, row.value === "0" ? "No row meets the rule." : row.table ? ["A statistic: it counts no rows one by one. It is read from ", h("code", {}, "tables/" + row.table + ".csv"), " of the results."] : "It counts no rows: it is a parameter of the run, or is worked out from other numbers.")];
}

function searchView(root) {
  const results = h("div");
  add(root, [h("div", {class: "bar"}, searchBox("Search findings, themes, key points, claims, projects and numbers")), results]);
  return () => {
    const q = (state.values.q || "").trim();
    if (!q) { fill(results, h("p", {}, "Type a word, a name or an id.")); return; }
    const kinds = [["Findings", T.findings, row => [row.statement, row.paragraph, row.id]], ["Themes", T.codebook, row => [row.name, row.definition, row.published_label, row.id]],
      ["Projects", T.cases, row => [row.name, row.full_title, row.lead, row.id]], ["Key points", T.keypoints, row => [row.label, row.summary, row.id]],
      ["Claims", [...I.claims.values()], row => [row.claim, row.recomputed, row.id]], ["Numbers", E.numbers, row => [row.key, row.value, row.rule]],
      ["Other rows", [...ELSEWHERE.values()].filter(({table}) => ["facts", "participants", "places", "sections"].includes(table)).map(({row}) => row), row => [...Object.values(row)]]];
    const found = kinds.map(([name, rows, words]) => [name, rows.filter(row => matches(words(row).join(" "), q))]).filter(([, rows]) => rows.length);
    fill(results, h("p", {role: "status"}, found.length ? found.map(([name, rows]) => rows.length + " " + name.toLowerCase()).join(", ") + "." : "Nothing found."),
      ...found.flatMap(([name, rows]) => [h("h2", {}, name), ...listOf(rows, row => h("p", {class: "line"}, row.key ? link("number", row.key, numberName(row.key) + ": " + row.value) : rowLink(row.id)), 10)]));
  };
}
