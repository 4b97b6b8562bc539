/* What is shown is in the address: #/view/id?name=value. Settings that differ from the run's go with every link; the
   filters of a view stay with that view. */

const SETTINGS = ["coding", "judge", "min_cases", "min_headings", "heading_groups", "merge_overlap", "without", "dropped", "passages"];
let state = {view: "findings", id: "", values: {}};

function decoded(text) {
  try { return decodeURIComponent(text); } catch (error) { return text; }
}

function readAddress(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split(/\?(.*)/s);
  const [view, ...id] = path.split("/").map(decoded);
  return {view: view || "findings", id: id.join("/"), values: Object.fromEntries(new URLSearchParams(query || ""))};
}

function address(view, id, values) {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== "" && value !== undefined));
  const text = query.toString().replace(/%2C/g, ",");
  return "#/" + view + (id ? "/" + encodeURIComponent(id) : "") + (text ? "?" + text : "");
}

/* The address of another view, under the same settings. */
function href(view, id, values) {
  const kept = Object.fromEntries(SETTINGS.filter(name => state.values[name]).map(name => [name, state.values[name]]));
  return address(view, id, {...kept, ...(values || {})});
}

function whole(text, least, most, otherwise) {
  const number = Number(text);
  return text !== undefined && text !== "" && Number.isInteger(number) ? Math.min(Math.max(number, least), most) : otherwise;
}

function listed(text, known) {
  return (text || "").split(",").filter(id => known.has(id));
}

/* The settings of the run, and those of the address; what the address gets wrong counts as not given. */
function defaults() {
  const {coding, min_cases, min_headings, heading_groups, merge_overlap} = E.parameters;
  return {coding, judge: judgeOf(E, coding), min_cases, min_headings, heading_groups, merge_overlap, without: new Set(), dropped: new Set()};
}

function settings() {
  const own = state.values, base = defaults(), overlap = Number(own.merge_overlap);
  return {
    coding: codingsOf(E, "codings").includes(own.coding) ? own.coding : base.coding,
    judge: codingsOf(E, "finding-evidence").includes(own.judge) ? own.judge : base.judge,
    min_cases: whole(own.min_cases, 1, Math.max(M.reported.length, M.cases.length, 6), base.min_cases),
    min_headings: whole(own.min_headings, 1, Math.max(E.sets.length, 6), base.min_headings),
    heading_groups: own.heading_groups ? own.heading_groups === "yes" : base.heading_groups,
    merge_overlap: own.merge_overlap && overlap >= 0 && overlap <= 1 ? overlap : base.merge_overlap,
    without: new Set(listed(own.without, new Map(T.cases.map(row => [row.id, row])))),
    dropped: new Set(listed(own.dropped, I.codebook)),
  };
}

/* What differs from the run, in words. */
function changesInWords() {
  const now = settings(), base = defaults(), words = [];
  if (now.coding !== base.coding) words.push("themes as coded by " + now.coding);
  if (now.judge !== base.judge) words.push("findings as judged by " + now.judge);
  if (now.min_cases !== base.min_cases) words.push("a theme or finding needs " + count(now.min_cases, "project"));
  if (now.min_headings !== base.min_headings) words.push("a cross-cutting theme needs " + count(now.min_headings, "heading"));
  if (now.heading_groups !== base.heading_groups) words.push(now.heading_groups ? "paired headings count once" : "paired headings count separately");
  if (now.merge_overlap !== base.merge_overlap) words.push("a merge is proposed from an overlap of " + now.merge_overlap);
  if (now.without.size) words.push("without " + [...now.without].map(caseName).join(", "));
  if (now.dropped.size) words.push("without the " + (now.dropped.size > 1 ? "themes " : "theme ") + [...now.dropped].map(themeName).join(", "));
  return words;
}

/* Change the address without leaving the view: a filter or a setting. */
function change(values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === "" || value === undefined) delete state.values[name];
    else state.values[name] = String(value);
  }
  history.replaceState(null, "", address(state.view, state.id, state.values));
  update();
}
