/* The matrix of themes by projects: a table to move in by arrow keys; on a narrow screen, a list of themes with strips. */

const SHOW = [["", "everything"], ["differ", "where coders differ"], ["uncoded", "named in the report, not coded"], ["unlisted", "coded, not in the report's list"]];

/* Those that the filters on case variables leave, in the order that was chosen. */
function casesShown() {
  const left = ORDER.filter(id => VARIABLES.every(name => !state.values["var-" + name] || variableOf(id, name) === state.values["var-" + name]));
  const by = state.values.columns, words = id => by === "name" ? caseName(id) : variableOf(id, by);
  return by === "name" || VARIABLES.includes(by) ? left.sort((a, b) => words(a).localeCompare(words(b), "en-GB")) : left;
}

function variableOf(id, name) {
  return String(I.cases.get(id)[name] ?? "");
}

function variableFilters() {
  return VARIABLES.map(name => select("var-" + name, name[0].toUpperCase() + name.slice(1).replace(/_/g, " "),
    [["", "all"], ...[...new Set(ORDER.map(id => variableOf(id, name)))].filter(Boolean).sort().map(value => [value, value])], state.values["var-" + name]));
}

/* One cell: its key points, whether the report names it, and whether coders differ on it. */
function cellOf(theme, id) {
  const points = (now().themes.kept.get(theme.id) || new Map()).get(id) || [], named = NAMED.get(theme.id + " " + id);
  const ofCell = (I.byCase.get(id) || []).filter(point => DIFFER.has(point.id));
  const differ = ofCell.some(point => new Set(CODERS.filter(coder => marksOf(point.id, coder).length).map(coder => marksOf(point.id, coder).includes(theme.id))).size > 1);
  const open = !points.length && unknown(theme.heading).has(id);
  return {points, named, differ, open, unlisted: points.length > 0 && !named && LISTED.has(theme.id), uncoded: Boolean(named) && !points.length};
}

function hit(cell) {
  const show = state.values.show, q = state.values.q;
  if (show && !cell[show]) return false;
  return !q || cell.points.some(id => matches(summaryOf(I.keypoints.get(id)), q));
}

function rowsShown() {
  const own = state.values, cases = casesShown(), filtered = own.show || own.q;
  const rows = M.level("theme").filter(theme => !own.heading || theme.heading === own.heading).map(theme => {
    const cells = cases.slice(0, MOST).map(id => ({id, ...cellOf(theme, id)}));
    const kept = now().themes.kept.get(theme.id) || new Map();
    return {theme, cells, count: cases.filter(id => kept.has(id)).length, hits: cells.filter(hit).length};
  }).filter(row => !filtered || row.hits);
  if (own.sort === "count") rows.sort((a, b) => b.count - a.count);
  if (own.sort === "name") rows.sort((a, b) => a.theme.name.localeCompare(b.theme.name, "en-GB"));
  return rows;
}

function groupsOf(rows) {
  const byAbove = state.values.group === "above";
  const groups = grouped(rows, row => byAbove ? row.theme.parent || "" : row.theme.heading);
  const order = byAbove ? [...groups.keys()].sort() : E.sets.map(set => set.id).filter(id => groups.has(id));
  return order.map(id => [byAbove ? (id ? themeName(id) : "Part of no cross-cutting theme") : headingName(id), groups.get(id)]);
}

function matrixView(root) {
  if (!M.level("theme").length) { add(root, [h("p", {class: "notice"}, "The codebook of this review has no themes yet.")]); return; }
  const results = h("div"), panel = h("aside", {id: "panel", tabindex: "-1", "aria-label": "Key points of the chosen cell"});
  add(root, [
    h("div", {class: "bar"}, searchBox("Search key points"),
      select("heading", "Heading", [["", "all"], ...E.sets.map(set => [set.id, set.name])], state.values.heading),
      select("group", "Rows by", [["", "heading"], ["above", "cross-cutting theme"]], state.values.group),
      select("sort", "Order", [["", "as in the codebook"], ["count", "most projects first"], ["name", "alphabet"]], state.values.sort),
      select("columns", "Projects by", [["", similar.size ? "similarity" : "table"], ["name", "alphabet"], ...VARIABLES.map(name => [name, name.replace(/_/g, " ")])], state.values.columns),
      select("show", "Show", E.review.published ? SHOW : SHOW.slice(0, 2), state.values.show), variableFilters()),
    h("p", {class: "legend small"}, "A number: key points coded. A question mark: nothing coded yet. " + (E.review.published ? "A ring: the published report names the project. " : "") + "A dotted edge: coders differ. Arrow keys move; Enter opens; Escape comes back."),
    letters(), h("div", {class: ORDER.length > 14 ? "split wide-table" : "split"}, results, panel)]);
  const narrow = matchMedia("(max-width: 720px)");
  const draw = () => {
    const rows = rowsShown(), groups = groupsOf(rows), cells = rows.reduce((sum, row) => sum + row.hits, 0);
    fill(results,
      casesShown().length > MOST ? h("p", {}, "The first " + MOST + " of " + casesShown().length + " projects; filter to see others.") : null,
      h("p", {role: "status"}, count(rows.length, "theme") + (state.values.show || state.values.q ? ", " + count(cells, "cell") + " that match." : ".")),
      narrow.matches ? themeList(groups) : grid(groups),
      csvButton("matrix", ["theme", "name", "heading", "case", "keypoints", "named_in_report", "coders_differ"], rows.flatMap(row => row.cells.filter(cell => hit(cell) && (cell.points.length || cell.named))
        .map(cell => [row.theme.id, row.theme.name, row.theme.heading, cell.id, cell.points.join(" "), cell.named || "", cell.differ]))));
    cellPanel(panel);
  };
  narrow.onchange = draw;
  return draw;
}

function grid(groups) {
  const cases = casesShown().slice(0, MOST), filtered = state.values.show || state.values.q, table = h("table", {class: "matrix"},
    h("caption", {}, "Key points by theme and project"),
    h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "Theme"), cases.map(id => h("th", {scope: "col"}, h("abbr", {title: caseName(id)}, LETTER.get(id)))), h("th", {scope: "col"}, "Projects"))),
    groups.map(([name, rows]) => h("tbody", {}, h("tr", {class: "group"}, h("th", {scope: "rowgroup", colspan: String(cases.length + 2)}, name)),
      rows.map(row => h("tr", {}, h("th", {scope: "row"}, link("theme", row.theme.id, row.theme.name), now().themes.theme.has(row.theme.id) ? null : [" ", badge("no", "not supported")]),
        row.cells.map(cell => h("td", {}, cellButton(row.theme, cell, filtered && !hit(cell)))), h("td", {class: "number"}, String(row.count)))))));
  const buttons = [...table.querySelectorAll("button")];
  buttons.forEach((one, at) => { one.tabIndex = at ? -1 : 0; });
  const chosen = buttons.find(one => one.dataset.cell === state.values.cell);
  if (chosen) { buttons[0].tabIndex = -1; chosen.tabIndex = 0; }
  table.addEventListener("keydown", event => moveInGrid(table, event));
  return h("div", {class: "wide"}, table);
}

function cellButton(theme, cell, dim) {
  const words = [theme.name, caseName(cell.id), cell.points.length ? count(cell.points.length, "key point") : cell.open ? "not coded yet" : "not mentioned"];
  if (cell.named) words.push(cell.named === "all" ? "the report says all projects" : "named in the report");
  if (cell.differ) words.push("coders differ");
  const kind = [cell.points.length ? "coded" : "", cell.named ? "named" : "", cell.differ ? "differ" : "", dim ? "dim" : ""].join(" ");
  return button(cell.points.length ? String(cell.points.length) : cell.open ? "?" : "·", () => chooseCell(theme.id + " " + cell.id),
    {class: kind, "data-cell": theme.id + " " + cell.id, "aria-label": words.join(", ")});
}

function chooseCell(cell) {
  change({cell});
  document.getElementById("panel").focus();
}

function moveInGrid(table, event) {
  const at = event.target.closest("td");
  const steps = {ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0], Home: [0, -99], End: [0, 99]};
  if (!at || !steps[event.key]) return;
  event.preventDefault();
  const rows = [...table.querySelectorAll("tr")].filter(row => row.querySelector("td button"));
  const [down, right] = steps[event.key], row = rows[rows.indexOf(at.parentElement) + down];
  if (!row) return;
  const buttons = [...row.querySelectorAll("button")], from = [...at.parentElement.querySelectorAll("button")].indexOf(event.target);
  const next = buttons[Math.min(Math.max(from + right, 0), buttons.length - 1)];
  table.querySelectorAll("button").forEach(one => { one.tabIndex = -1; });
  next.tabIndex = 0;
  next.focus();
}

/* What is behind the chosen cell. Escape leads back to it. */
function cellPanel(panel) {
  const [theme, id] = (state.values.cell || "").split(" ");
  panel.onkeydown = event => {
    if (event.key !== "Escape") return;
    const back = document.querySelector('[data-cell="' + theme + " " + id + '"]');
    if (back) back.focus();
  };
  if (!I.codebook.has(theme) || !I.cases.has(id)) { fill(panel, h("p", {}, "Choose a cell to read the key points behind it.")); return; }
  const cell = cellOf(I.codebook.get(theme), id);
  fill(panel, h("h2", {}, link("theme", theme, themeName(theme))), h("h3", {}, (LETTER.get(id) || "") + " ", link("case", id, caseName(id))),
    cell.points.length ? h("ul", {}, cell.points.map(point => h("li", {}, pointLink(point)))) : h("p", {}, cell.open ? "Nothing of this project is coded under this heading yet."
      : "No key point of this project is coded to the theme. The project does not mention it, which does not speak against it."),
    cell.named ? h("p", {}, cell.named === "all" ? "The published report states the theme of all projects." : "The published report names this project under the theme.") : "",
    cell.differ ? h("p", {}, badge("warn", "coders differ")) : "");
}

/* On a narrow screen. */
function themeList(groups) {
  return groups.map(([name, rows]) => h("section", {}, h("h2", {}, name), h("ul", {class: "cards"}, rows.map(row => h("li", {class: "card"},
    h("p", {}, link("theme", row.theme.id, row.theme.name), " ", row.count + " of " + eligible(row.theme.heading).filter(id => casesShown().includes(id)).length, now().themes.theme.has(row.theme.id) ? null : [" ", badge("no", "not supported")]),
    stripOfCases(new Map(row.cells.filter(cell => cell.points.length && hit(cell)).map(cell => [cell.id, cell.points])), new Set(ORDER.filter(id => !casesShown().includes(id)))))))));
}
