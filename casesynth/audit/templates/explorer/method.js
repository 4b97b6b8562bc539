/* How the review was made, what it rests on, and what to doubt. */

function flow() {
  const {themes, findings, settings: own} = now(), cases = T.cases.length, reported = M.reported.length;
  const ofReported = T.keypoints.filter(point => M.reported.includes(point.case)).length, coded = T.keypoints.filter(point => stateOf(point) === "coded").length;
  const steps = [
    [count(cases, "project"), "in the review"], [count(reported, "project"), "with a case study"],
    [count(T.keypoints.length, "key point"), ofReported === T.keypoints.length ? "extracted from their case studies" : ofReported + " of them from projects with a case study"],
    [count(M.points.size, "key point"), "under headings that get themes"], [count(coded, "key point"), "coded with at least one theme by " + own.coding],
    [count(M.level("theme").length, "theme"), themes.theme.size + " supported"], [count(M.level("general").length, "cross-cutting theme"), themes.general.size + " supported"],
    [count(M.level("refined").length, "overarching theme"), themes.refined.size + " supported"], [count(T.findings.length, "finding"), findings.filter(row => row.supported).length + " supported"]];
  return h("ol", {class: "flow"}, steps.map(([number, words]) => h("li", {}, h("b", {}, number), " ", words)));
}

/* Does this page come to the same verdicts as the tables of the run? */
function selfCheck() {
  const run = asRun(), R = E.results, pairs = [];
  for (const [table, key, level] of [["themes", "theme", "theme"], ["general-themes", "general", "general"], ["refined-themes", "refined", "refined"]]) {
    for (const row of R[table] || []) pairs.push([row[key], row.supported, run.themes[level].has(row[key])]);
  }
  for (const row of R.findings || []) pairs.push([row.finding, row.supported, run.findings.find(one => one.finding === row.finding).supported]);
  return {all: pairs.length, wrong: pairs.filter(([, table, page]) => table !== page).map(([id]) => id)};
}

function methodView(root) {
  const check = selfCheck(), rules = E.parameters;
  add(root, [
    h("h2", {}, "From projects to findings"), flow(),
    h("h2", {}, "The rules of this run"),
    tableOf("Parameters of the run", ["Parameter", "Value"], Object.entries(rules).map(([name, value]) => [name.replace(/_/g, " "), value === true ? "yes" : value === false ? "no" : String(value)])),
    h("ul", {},
      h("li", {}, "A theme is supported if key points of at least " + count(rules.min_cases, "project") + " are coded to it."),
      h("li", {}, "A cross-cutting theme is supported if its supported themes come up under at least " + count(rules.min_headings, "heading") + (rules.heading_groups ? "; headings of a pair count once." : ".")),
      h("li", {}, "An overarching theme is supported if one of its cross-cutting themes is. Merging is proposed by overlap, and decided by a person with a reason."),
      h("li", {}, "A finding is supported if key points of at least " + count(rules.min_cases, "project") + " support the sentence itself."),
      h("li", {}, "A project that does not mention something is “not mentioned”. That does not count against a finding; only a key point that contradicts it does.")),
    !check.all ? h("p", {}, "This page has no results of a run to compare its own with.") : h("p", {}, check.wrong.length ? badge("no", "differs") : badge("yes", "agrees"), " This page applied the rules itself to " + count(check.all, "verdict") + " of the run. "
      + (check.wrong.length ? "These differ from its tables: " + check.wrong.join(", ") + "." : "All agree with its tables.")),
    h("h2", {}, "Who coded"),
    tableOf("Coders", ["Coder", "How", "When"], T.coders.map(row => [row.id, row.how || "", row.when || ""])),
    BY_MODEL ? aboutAgreement() : null,
    h("h2", {}, "What to doubt"),
    h("ul", {}, E.review.note ? h("li", {}, E.review.note) : null,
      E.review.published ? h("li", {}, "It rests on published summaries. The authors of the published report had the full answers, so a difference is not an error of either.") : null,
      h("li", {}, "How many projects report something depends on what they were asked. It does not say how important it is, or that it works."),
      h("li", {}, "A theme that the codebook lacks cannot be found; a codebook that left out single mentions makes every theme look shared.")),
    h("h2", {}, "Where it comes from"),
    T.sources.length ? h("ul", {}, T.sources.map(row => h("li", {}, [row.authors, row.year, row.title].filter(Boolean).join(", ") + ".", row.url ? " " + row.url : ""))) : h("p", {}, "The review names no sources."),
    h("p", {}, "Made by casesynth " + E.provenance.version + ". To cite a view, quote this review, the version, and the address of the view. ", copyButton("Copy a citation of this page", () =>
      E.review.title + ". Evidence explorer, casesynth " + E.provenance.version + ". Data: " + ((E.provenance.digests.find(row => row.file === "codings.csv") || {sha256: ""}).sha256.slice(0, 12)))),
    details("Digests of the data (SHA-256)", tableOf("Digests", ["File", "SHA-256"], E.provenance.digests.map(row => [row.file, h("code", {}, row.sha256)])))]);
}
