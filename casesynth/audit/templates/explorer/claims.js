/* What the published report states, and what comes of checking it; the weightiest claims first. */

const SEVERITY = ["contradicted within the report", "not borne out by the report's own text", "not reproduced from the published summaries", "reproduced with a caveat", "reproduced", "not checkable from here"];
const ROLES = {statement: "statements of the report", observation: "observations by the compendium", restatement: "restatements", duplicate: "repetitions", trivia: "statements on which nothing depends"};

function verdictBadge(verdict) {
  const at = SEVERITY.indexOf(verdict);
  return badge("v" + (at < 0 ? 6 : at + 1), verdict);
}

function weightOf(claim) {
  const at = SEVERITY.indexOf(claim.verdict);
  return [(claim.role || "statement") === "statement" ? 0 : 1, -(claim.consequence || 0), at < 0 ? 9 : at];
}

function byWeight(a, b) {
  const left = weightOf(a), right = weightOf(b), at = left.findIndex((value, n) => value !== right[n]);
  return at < 0 ? 0 : left[at] - right[at];
}

const FACETS = [["section", "Section", sectionName], ["kind", "Kind", text => text], ["role", "Role", text => ROLES[text] || text], ["word", "Quantifier", text => text], ["check", "Check", text => text]];

/* The word of quantity that a claim uses, where its check weighs one. */
function facetOf(claim, name) {
  if (name !== "word") return name === "role" ? claim.role || "statement" : claim[name] || "";
  try { return String(JSON.parse(claim.arguments || "{}").word || ""); } catch (error) { return ""; }
}

function claimsView(root) {
  const all = [...I.claims.values()].sort(byWeight), results = h("div"), bar = h("div", {class: "verdicts", role: "group", "aria-label": "Show one verdict"});
  if (!all.length) {
    add(root, [h("p", {class: "notice"}, E.review.published ? "There is no ledger of claims here. A review lists what its published report states in claims.csv." : "This review re-runs no published report, so there are no claims of one to check.")]);
    return;
  }
  const offered = FACETS.map(([name, label, words]) => [name, label, [...new Set(all.map(claim => facetOf(claim, name)))].filter(Boolean).sort().map(value => [value, words(value)])]).filter(([, , values]) => values.length > 1);
  const stated = all.filter(claim => facetOf(claim, "role") === "statement").length;
  add(root, [h("p", {}, "The checkable statements of the published report, in our words. Not reproduced is not the same as wrong: the authors had the full questionnaires."
    + (stated < all.length ? " The synthesis counts the " + stated + " statements of the report, each once; the others, such as restatements and our own observations, are told apart under Role." : "")),
    bar, h("div", {class: "bar"}, searchBox("Search claims"), offered.map(([name, label, values]) => select(name, label, [["", "all"], ...values], state.values[name]))), results]);
  return () => {
    const own = state.values;
    const left = all.filter(claim => FACETS.every(([name]) => !own[name] || facetOf(claim, name) === own[name])
      && (!own.q || matches([claim.claim, claim.recomputed, claim.note, claim.id].join(" "), own.q)));
    const shown = left.filter(claim => !own.verdict || claim.verdict === own.verdict);
    fill(bar, ...verdictsOf(left).map(([verdict, number], at) => button([h("b", {}, String(number)), " " + verdict], () => { change({verdict: own.verdict === verdict ? "" : verdict}); bar.children[at].focus(); },
      {class: "v" + (SEVERITY.indexOf(verdict) + 1 || 6), "aria-pressed": String(own.verdict === verdict), style: "flex-grow:" + Math.max(number, 1)})));
    fill(results, h("p", {role: "status"}, shown.length + " of " + count(all.length, "claim") + " shown."),
      ...listOf(shown, claimLine),
      csvButton("claims", ["id", "section", "role", "consequence", "claim", "published", "verdict", "recomputed", "rows"], shown.map(claim =>
        [claim.id, claim.section, claim.role, claim.consequence, claim.claim, claim.published, claim.verdict, claim.recomputed, claim.rows])));
  };
}

function verdictsOf(claims) {
  const numbers = grouped(claims, claim => claim.verdict);
  return [...SEVERITY, ...[...numbers.keys()].filter(verdict => !SEVERITY.includes(verdict))].filter(verdict => numbers.has(verdict)).map(verdict => [verdict, numbers.get(verdict).length]);
}

function claimLine(claim) {
  return h("article", {class: "card"}, h("h2", {}, link("claim", claim.id, claim.claim)),
    h("p", {}, verdictBadge(claim.verdict), " ", h("span", {class: "small"}, [sectionName(claim.section), (claim.role || "statement") !== "statement" ? ROLES[claim.role] : ""].filter(Boolean).join(", "))),
    claim.recomputed ? h("p", {}, claim.recomputed) : null);
}

function claimCard(root, id) {
  const claim = I.claims.get(id);
  if (!claim) return missing(root, "claim", id);
  const check = E.checks[claim.check], rows = (claim.rows || "").split(" ").filter(Boolean);
  add(root, [h("p", {}, verdictBadge(claim.verdict)), claim.recomputed ? h("p", {class: "lead"}, claim.recomputed) : null,
    facts([["Published", claim.published], ["Place", placeName(claim)], ["Denominator", claim.denominator], ["Not tested", claim.untested], ["What would settle it", claim.needs],
      ["Note", claim.note], ["Repeats", claim.repeats ? rowLink(claim.repeats) : ""], ["Role", ROLES[claim.role] || claim.role], ["Consequence", claim.consequence], ["Id", id]]),
    passageCard(claim),
    h("h2", {}, "Why this verdict"),
    check ? [h("p", {}, check.asks), h("p", {}, "It fails if " + check.fails_if + ".")] : h("p", {}, "No check recomputes this claim."),
    check ? facts([["Check", claim.check], ["What it was given", claim.arguments && claim.arguments !== "{}" ? h("code", {}, claim.arguments) : ""]]) : null,
    check && String(claim.independent) === "false" ? h("p", {}, "The check rests on cross-cutting themes of our own, so it is no independent test.") : null,
    h("h2", {}, "The rows behind it"),
    rows.length ? listOf(rows, row => h("p", {class: "line"}, rowLink(row))) : h("p", {}, check ? "The check found no rows that bear on it, or compares parts of the report as wholes." : "None: the claim was not recomputed."), claimsOn([id])]);
}
