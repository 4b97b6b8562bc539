/* The projects, and a page on each. */

function projectsView(root) {
  const results = h("div");
  add(root, [h("div", {class: "bar"}, searchBox("Search projects"), variableFilters()), results]);
  return () => {
    const filtered = VARIABLES.some(name => state.values["var-" + name]), left = new Set(casesShown());
    const shown = [...ORDER, ...T.cases.map(row => row.id).filter(id => !ORDER.includes(id))].filter(id => (!filtered || left.has(id))
      && (!state.values.q || matches(Object.values(I.cases.get(id)).join(" "), state.values.q)));
    fill(results, h("p", {role: "status"}, shown.length + " of " + count(T.cases.length, "project") + " shown."),
      ...listOf(shown, id => {
        const row = I.cases.get(id), points = (I.byCase.get(id) || []).length;
        return h("article", {class: "card"}, h("h2", {}, (LETTER.get(id) || "–") + " ", link("case", id, row.name)), row.full_title && row.full_title !== row.name ? h("p", {}, row.full_title) : null,
          h("p", {class: "small"}, [row.lead, row.nation, row.case_study ? count(points, "key point") : "no case study"].filter(Boolean).join(" · ")));
      }));
  };
}

function caseCard(root, id) {
  const row = I.cases.get(id);
  if (!row) return missing(root, "project", id);
  const points = I.byCase.get(id) || [], {findings} = now(), similarTo = similar.get(id);
  const extra = Object.entries(row).filter(([name]) => !["id", "order", "name", "case_study"].includes(name)).map(([name, value]) => [name[0].toUpperCase() + name.slice(1).replace(/_/g, " "), String(value)]);
  const says = findings.map(result => [result, STANCES.filter(stance => result.says[stance].has(id))]).filter(([, stances]) => stances.length);
  add(root, [
    facts([...extra, ["Most like", similarTo && similarTo.nearest ? similarTo.nearest + " (" + similarTo.shared + " themes shared)" : ""], ["Id", id]]),
    row.case_study ? null : h("p", {}, "The source has no case study of this project, so it counts under no theme or finding."),
    placesMap(id),
    says.length ? h("section", {}, h("h2", {}, "Findings"), h("ul", {}, says.map(([result, stances]) => h("li", {}, stances.map(stance => badge(stance === "supports" ? "yes" : stance === "contradicts" ? "no" : "warn", stance)), " ", rowLink(result.finding))))) : null,
    E.headings.filter(heading => points.some(point => point.heading === heading.id)).map(heading => h("section", {}, h("h2", {}, heading.name),
      points.filter(point => point.heading === heading.id).map(pointLine))),
    points.length ? null : h("p", {}, "It has no key points."),
    peopleOf(id), namedOf(id), claimsOn([id, ...points.map(point => point.id)])]);
}

function peopleOf(id) {
  const groups = T.participants.filter(row => row.case === id);
  if (!groups.length) return null;
  return h("section", {}, h("h2", {}, "Who took part"), h("ul", {}, groups.map(row => h("li", {}, link("row", row.id, groupWords(row)), row.part_of ? " (part of another group)" : ""))));
}

function namedOf(id) {
  const rows = T.attributions.filter(row => row.case === id);
  if (!rows.length) return null;
  return h("section", {}, h("h2", {}, "Where the published report names it"), h("ul", {}, rows.map(row => {
    const statement = I.statements.get(row.statement) || {}, found = (now().themes.kept.get(statement.theme) || new Map()).has(id);
    return h("li", {}, link("theme", statement.theme, themeName(statement.theme)), " (" + sectionName(statement.section) + ") ", found ? badge("yes", "found in the coding") : badge("no", "named, not coded"));
  })));
}

/* A sketch of where its places lie among those of all projects. */
function placesMap(id) {
  const places = T.places.filter(row => row.latitude !== undefined && row.longitude !== undefined), own = places.filter(row => row.case === id);
  if (!own.length) return null;
  const edge = (name, pick) => pick(...places.map(row => row[name])), west = edge("longitude", Math.min), north = edge("latitude", Math.max);
  const width = Math.max(edge("longitude", Math.max) - west, 1), height = Math.max(north - edge("latitude", Math.min), 1), stretch = 0.58;
  const at = row => [12 + (row.longitude - west) * stretch * 22, 12 + (north - row.latitude) * 22];
  const names = own.map(row => row.place).join(", ");
  return h("section", {class: "places"}, h("h2", {}, "Places"), h("p", {}, names + "."),
    svg("svg", {viewBox: "0 0 " + (24 + width * stretch * 22) + " " + (24 + height * 22), role: "img", "aria-label": "Where its places lie among those of all projects: " + names},
      places.map(row => svg("circle", {cx: at(row)[0], cy: at(row)[1], r: 2.5, class: "other"})), own.map(row => svg("circle", {cx: at(row)[0], cy: at(row)[1], r: 5, class: "own"}, svg("title", {}, row.place)))),
    h("p", {class: "small"}, "Large: this project. Small: the others. A sketch without an outline; positions are approximate."));
}
