/* The cards: a key point with all that was made of it, and a theme with all that it rests on. */

function pointLink(id) {
  const point = I.keypoints.get(id);
  return point ? link("point", id, (point.label ? point.label + ": " : "") + summaryOf(point)) : id;
}

function missing(root, what, id) {
  add(root, [h("p", {class: "notice"}, "There is no " + what + " “" + id + "” here. It may belong to another version of the review."), h("p", {}, link("search", "", "Search", {q: id}))]);
}

/* The claims that rest on some rows. */
function claimsOn(ids) {
  const claims = [...new Set(ids.flatMap(id => CLAIMS_OF.get(id) || []))];
  if (!claims.length) return null;
  return h("section", {}, h("h2", {}, "Claims of the published report that rest on it"),
    h("ul", {}, claims.map(claim => h("li", {}, verdictBadge(claim.verdict), " ", link("claim", claim.id, claim.claim)))));
}

function pointCard(root, id) {
  const point = I.keypoints.get(id);
  if (!point) return missing(root, "key point", id);
  const codes = I.codings.get(id) || [], themes = [...new Set(codes.map(row => row.theme))].filter(theme => theme !== "none");
  const own = I.byCase.get(point.case), at = own.indexOf(point);
  add(root, [
    h("p", {class: "lead"}, point.label ? h("b", {}, point.label + ": ") : null, summaryOf(point)),
    facts([
      ["Project", [LETTER.has(point.case) ? LETTER.get(point.case) + " " : "", link("case", point.case, caseName(point.case))]],
      ["Heading", headingName(point.heading)],
      ["Place in the source", placeName(point)],
      ["Serves", point.purpose_of ? pointLink(point.purpose_of) : ""],
      ["Id", id]]),
    passageCard(point),
    h("h2", {}, "Codes"), codesTable(point, codes, themes),
    themes.map(theme => themeLine(theme)),
    counterLines(id), findingLines(id), claimsOn([id, ...themes]),
    h("nav", {class: "turn", "aria-label": "Key points of this project"},
      at > 0 ? link("point", own[at - 1].id, "← Previous key point") : null, at < own.length - 1 ? link("point", own[at + 1].id, "Next key point →") : null)]);
}

function codesTable(point, codes, themes) {
  if (!codes.length) return h("p", {}, isThemed(point) ? "Nobody has coded this key point yet." : "Key points under this heading get no themes.");
  const coders = [...CODERS, CONSENSUS].filter(coder => codes.some(row => row.coder === coder));
  const cell = (theme, coder) => {
    const row = codes.find(one => one.theme === theme && one.coder === coder);
    if (!row) return codes.some(one => one.coder === coder) ? "–" : "not coded";
    return [row.direction === "contradicts" && theme !== "none" ? "✕ speaks against it" : "✓", row.memo ? h("span", {class: "memo"}, withThemes(row.memo)) : null];
  };
  const rows = [...themes, ...(codes.some(row => row.theme === "none") ? ["none"] : [])];
  return [DIFFER.has(point.id) ? h("p", {}, badge("warn", "coders differ")) : null,
    tableOf("Theme by coder", ["Theme", ...coders], rows.map(theme =>
      [theme === "none" ? "no theme" : link("theme", theme, themeName(theme)), ...coders.map(coder => cell(theme, coder))]))];
}

/* A theme with its definition and what lies above it. */
function themeLine(id) {
  const theme = I.codebook.get(id);
  if (!theme) return null;
  const chain = [];
  for (let up = theme.parent; up && I.codebook.has(up); up = I.codebook.get(up).parent) chain.push(" → ", link("theme", up, themeName(up)));
  return h("p", {}, h("b", {}, theme.name), theme.definition ? ": " + theme.definition : "", chain.length ? h("span", {class: "small"}, " Part of", chain) : null);
}

function counterLines(id) {
  const rows = (I.counter.get(id) || []).filter(row => row.coder === CONSENSUS);
  if (!rows.length) return null;
  return h("section", {}, h("h2", {}, "Read for what speaks against themes"),
    h("ul", {}, rows.map(row => h("li", {}, row.direction + " ", link("theme", row.theme, themeName(row.theme)), row.reason ? [". ", withThemes(row.reason)] : ""))));
}

function findingLines(id) {
  const rows = (I.evidence.get(id) || []).filter(row => row.stance !== "none");
  if (!rows.length) return null;
  return h("section", {}, h("h2", {}, "Findings"), h("ul", {}, [...grouped(rows, row => row.finding)].map(([finding, part]) => h("li", {},
    link("finding", finding, (I.findings.get(finding) || {statement: finding}).statement),
    h("ul", {class: "small"}, part.map(row => h("li", {}, row.coder + ": " + row.stance + (row.reason ? [". ", withThemes(row.reason)] : ""))))))));
}

/* A cross-cutting theme that enough projects report may come up under too few headings; this is told apart from too few reports. */
function supportBadge(theme) {
  const {themes, settings: own} = now(), {id, level} = theme;
  if (themes[level].has(id)) return badge("yes", "supported");
  const heads = level === "general" && restsOn(M, themes, id, level).size >= own.min_cases;
  return heads ? badge("warn", "under too few headings to cut across them") : badge("no", "not supported");
}

function themeCard(root, id) {
  const theme = I.codebook.get(id);
  if (!theme) return missing(root, "theme", id);
  const {themes, settings: own} = now(), level = theme.level, cases = restsOn(M, themes, id, level);
  const carried = carriedBy(M, own.coding).get(id), against = level === "theme" && carried ? carried.contradicts : new Map();
  const of = eligible(theme.heading).filter(name => !own.without.has(name));
  add(root, [
    h("p", {class: "lead"}, theme.definition || "No definition yet."),
    stripOfCases(cases, own.without, unknown(theme.heading)),
    h("p", {}, "Reported by " + cases.size + " of " + count(of.length, "project") + ". ", supportBadge(theme)), letters(),
    facts([
      ["Level", {theme: "theme of a heading", general: "cross-cutting theme", refined: "overarching theme"}[level]],
      ["Heading", theme.heading ? headingName(theme.heading) : ""], ["Includes", withThemes(theme.includes)], ["Excludes", withThemes(theme.excludes)],
      ["Part of", theme.parent ? link("theme", theme.parent, themeName(theme.parent)) : ""],
      ["Published as", theme.published_label], ["Origin", theme.origin], ["Reason", withThemes(theme.reason)], ["Id", id]]),
    (I.children.get(id) || []).length ? h("section", {}, h("h2", {}, "What it is made of"), h("ul", {}, I.children.get(id).map(child =>
      h("li", {}, link("theme", child.id, child.name), " ", supportBadge(child),
        child.heading ? h("span", {class: "small"}, " " + headingName(child.heading)) : null)))) : null,
    coderCounts(id, level),
    h("h2", {}, "Key points"), cases.size ? pointsByCase(cases) : h("p", {}, "No key point is coded to it under these settings."),
    against.size ? [h("h2", {}, "Key points that speak against it"), pointsByCase(against)] : null,
    publishedOn(id), claimsOn([id])]);
}

function pointsByCase(cases) {
  const order = [...ORDER, ...[...cases.keys()].filter(id => !ORDER.includes(id))];
  return order.filter(id => cases.has(id)).map(id => h("section", {}, h("h3", {}, (LETTER.get(id) || "") + " ", link("case", id, caseName(id))),
    h("ul", {}, cases.get(id).map(point => h("li", {}, pointLink(point))))));
}

/* How a theme fares under every coding. */
function coderCounts(id, level) {
  const codings = codingsOf(E, "codings");
  if (codings.length < 2) return null;
  return details("Under each coding", tableOf("The theme under each coding", ["Coding", "Projects", "Supported"], codings.map(coding => {
    const result = supportedThemes(M, {...now().settings, coding});
    return [coding, String(restsOn(M, result, id, level).size), result[level].has(id) ? "yes" : "no"];
  })), aboutAgreement());
}

/* What the published report says of a theme, project by project. */
function publishedOn(id) {
  const statements = I.ofTheme.get(id) || [];
  if (!statements.length) return null;
  const kept = now().themes.kept.get(id) || new Map();
  return h("section", {}, h("h2", {}, "In the published report"), statements.map(statement => {
    const named = I.named.get(statement.id) || [];
    const words = {all: "of all projects", list: "with a list of projects", examples: "with examples", unnamed: "without naming projects"}[statement.extent] || statement.extent || "";
    return h("div", {}, h("p", {}, "Stated in " + placeName(statement) + ", " + words + (statement.quantifier ? " (“" + statement.quantifier + "”)" : "") + "."),
      named.length ? h("ul", {}, named.map(row => h("li", {}, link("case", row.case, caseName(row.case)), ": ",
        kept.has(row.case) ? badge("yes", "found in the coding") : badge("no", "named, not coded")))) : null, ownCopy ? passageCard(statement) : null);
  }));
}
