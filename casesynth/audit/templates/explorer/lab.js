/* The robustness lab: change a rule, a coder or the projects, and see what changes against the run. */

function setting(name, value) {
  const base = defaults()[name];
  const text = value instanceof Set ? [...value].join(",") : typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  const same = value instanceof Set ? !value.size : value === base;
  change({[name]: same ? "" : text});
}

function range(name, label, least, most, step = 1) {
  const shown = h("output", {}), input = h("input", {type: "range", min: String(least), max: String(most), step: String(step), oninput: event => setting(name, Number(event.target.value))});
  return {element: h("label", {}, h("span", {}, label + " ", shown), input), show: () => { input.value = String(settings()[name]); shown.value = String(settings()[name]); }};
}

function chosen(name, label, options) {
  const box = h("select", {onchange: event => setting(name, name === "heading_groups" ? event.target.value === "yes" : event.target.value)}, options.map(([value, words]) => h("option", {value}, words)));
  return {element: h("label", {}, label, box), show: () => { const value = settings()[name]; box.value = value === true ? "yes" : value === false ? "no" : value; }};
}

function labView(root) {
  const projects = Math.max(M.reported.length, 1), codings = codingsOf(E, "codings"), judges = codingsOf(E, "finding-evidence");
  const controls = [
    range("min_cases", "A theme or finding needs projects:", 1, Math.max(6, projects)), range("min_headings", "A cross-cutting theme needs headings:", 1, Math.max(6, E.sets.length)),
    chosen("heading_groups", "Headings of a pair", [["yes", "count once"], ["no", "count separately"]]), range("merge_overlap", "A merge is proposed from an overlap of:", 0, 1, 0.05),
    chosen("coding", "Themes as coded by", codings.map(name => [name, name])),
    ...(judges.length ? [chosen("judge", "Findings as judged by", judges.map(name => [name, name]))] : [])];
  const results = h("div"), ticks = h("div", {class: "ticks"}), drop = h("select", {onchange: event => {
    if (event.target.value) setting("dropped", new Set([...settings().dropped, event.target.value]));
  }}, h("option", {value: ""}, "choose a theme"), M.level("theme").map(theme => h("option", {value: theme.id}, theme.name)));
  add(root, [h("p", {class: "lead"}, "Change a rule and see what changes. Every view of this page then uses the same settings, and they are in its address."),
    h("div", {class: "bar"}, controls.map(one => one.element)),
    h("fieldset", {}, h("legend", {}, "Projects that count"), ticks),
    h("div", {class: "bar"}, h("label", {}, "Leave out a theme", drop)),
    results]);
  return () => {
    controls.forEach(one => one.show());
    drop.value = "";
    const own = settings(), focused = document.activeElement && document.activeElement.dataset.project;
    const drawnOnes = [...new Set([...own.without, ...ORDER.slice(0, MOST)])];
    fill(ticks, drawnOnes.map(id => checkbox(LETTER.get(id) + " " + caseName(id), !own.without.has(id), on => {
      const without = new Set(settings().without);
      if (on) without.delete(id); else without.add(id);
      setting("without", without);
    })), ORDER.length > MOST ? h("p", {}, "The first " + MOST + " of " + ORDER.length + " projects; the address takes any (without=).") : null, own.without.size ? button("Count all projects", () => setting("without", new Set())) : "");
    [...ticks.querySelectorAll("input")].forEach((input, at) => { input.dataset.project = drawnOnes[at]; });
    if (focused) ticks.querySelector('[data-project="' + focused + '"]').focus();
    fill(results, ...labResults(own));
  };
}

function labResults(own) {
  const {themes, findings} = now(), before = asRun(), changed = [], totals = [];
  if (T.findings.length) {
    const is = new Set(findings.filter(row => row.supported).map(row => row.finding)), was = new Set(before.findings.filter(row => row.supported).map(row => row.finding));
    totals.push(["Findings", T.findings.length, was, is]);
  }
  for (const [level, name] of [["refined", "Overarching themes"], ["general", "Cross-cutting themes"], ["theme", "Themes"]]) {
    if (M.level(level).length) totals.push([name, M.level(level).length, before.themes[level], themes[level]]);
  }
  for (const [name, , was, is] of totals) {
    for (const id of [...was].filter(one => !is.has(one))) changed.push([name, id, "no longer supported"]);
    for (const id of [...is].filter(one => !was.has(one))) changed.push([name, id, "newly supported"]);
  }
  const merges = proposedMerges(M, themes, own.merge_overlap);
  return [
    h("h2", {}, "What is supported"),
    h("p", {role: "status"}, changed.length ? count(changed.length, "verdict") + " differ from the run." : "Nothing differs from the run."),
    tableOf("Supported, in the run and under these settings", ["Level", "In the run", "Now"], totals.map(([name, of, was, is]) => [name, was.size + " of " + of, is.size + " of " + of])),
    changed.length ? tableOf("What changes", ["Level", "What", "Change"], changed.map(([name, id, words]) => [name, rowLink(id), badge(words.startsWith("no") ? "no" : "yes", words)])) : null,
    changed.length ? csvButton("changes", ["level", "id", "change"], changed) : null,
    h("h2", {}, "Merges proposed"),
    h("p", {}, merges.length ? "Pairs of cross-cutting themes whose key points overlap by at least " + own.merge_overlap + ". A person decides." : "No two cross-cutting themes overlap by " + own.merge_overlap + " or more."),
    merges.length ? h("ul", {}, merges.map(pair => h("li", {}, rowLink(pair.one), " and ", rowLink(pair.other), ": " + pair.overlap.toFixed(2)))) : null,
    own.dropped.size ? h("p", {}, "Themes left out: ", [...own.dropped].map(id => [themeName(id), " "]), button("Count all themes", () => setting("dropped", new Set()))) : null,
    M.level("general").length ? tiles(own) : null].filter(Boolean);
}

/* In how many settings of both thresholds each general and refined theme is supported. */
function tiles(own) {
  const least = [1, 2, 3, 4, 5, 6], all = least.flatMap(min_cases => least.flatMap(min_headings => [true, false].map(heading_groups => ({min_cases, min_headings, heading_groups}))));
  const results = all.map(rule => [rule, supportedThemes(M, {...own, ...rule})]);
  const id = I.codebook.has(state.values.theme) ? state.values.theme : M.level("general")[0].id, level = I.codebook.get(id).level;
  const box = h("select", {onchange: event => { change({theme: event.target.value}); document.getElementById("of-theme").focus(); }, id: "of-theme"},
    [...M.level("refined"), ...M.level("general")].map(row => h("option", {value: row.id}, row.name)));
  box.value = id;
  const here = results.filter(([rule]) => rule.heading_groups === own.heading_groups);
  const is = (min_cases, min_headings) => here.find(([rule]) => rule.min_cases === min_cases && rule.min_headings === min_headings)[1][level].has(id);
  const number = results.filter(([, result]) => result[level].has(id)).length;
  return h("section", {}, h("h2", {}, "One theme under all thresholds"), h("div", {class: "bar"}, h("label", {}, "Theme", box)),
    h("p", {}, themeName(id) + " is supported in " + number + " of " + results.length + " settings: 1 to 6 projects, 1 to 6 headings, pairs counted once or separately."),
    h("div", {class: "wide", tabindex: "0", role: "region", "aria-label": "Thresholds"}, h("table", {class: "tiles"}, h("caption", {}, "Supported by the least number of projects (down) and of headings (across)"),
      h("thead", {}, h("tr", {}, h("th", {scope: "col"}, "Projects"), least.map(n => h("th", {scope: "col"}, String(n))))),
      h("tbody", {}, least.map(row => h("tr", {}, h("th", {scope: "row"}, String(row)), least.map(column =>
        h("td", {class: (is(row, column) ? "yes" : "no") + (row === own.min_cases && column === own.min_headings ? " here" : "")}, is(row, column) ? "yes" : "no"))))))));
}
