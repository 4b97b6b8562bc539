/* Findings: the sentences that answer the review's question, each with the projects that support it. */

const SAYS = {supports: "supports", qualifies: "qualifies", contradicts: "contradicts", silent: "not mentioned", open: "not coded yet"};

/* One square a project, in the same order everywhere; the signs are those of the report (look.SQUARES). */
function strip(says, without, open = new Set()) {
  const words = [], squares = ORDER.slice(0, MOST).map(id => {
    const own = STANCES.filter(stance => says[stance] && says[stance].has(id)), gone = without.has(id);
    const against = own.includes("contradicts"), kind = gone ? "gone" : against && own.includes("supports") ? "both"
      : against ? "contradicts" : own[0] || (open.has(id) ? "open" : "silent");
    words.push(LETTER.get(id) + " " + caseName(id) + ": " + (gone ? "left out" : own.map(stance => SAYS[stance]).join(" and ") || SAYS[kind]));
    return h("span", {class: "square " + kind, title: words[words.length - 1]}, LETTER.get(id));
  });
  if (ORDER.length > MOST) words.push("the first " + MOST + " of " + ORDER.length + " projects");
  return h("span", {class: "strip", role: "img", "aria-label": words.join("; ")}, squares);
}

function stripOfCases(cases, without, open) {
  return strip({supports: cases}, without, open);
}

function legend() {
  return h("p", {class: "legend small"},
    [["supports", "supports"], ["both", "supports and contradicts"], ["qualifies", "only qualifies: holds in part, or under a condition"], ["contradicts", "contradicts"], ["silent", "not mentioned, which does not count against it"]]
      .map(([kind, words]) => h("span", {}, h("span", {class: "square " + kind, "aria-hidden": "true"}, "A"), words)));
}

function letters() {
  return details("Which project is which letter", h("ul", {class: "letters"}, ORDER.map(id => h("li", {}, LETTER.get(id) + " ", link("case", id, caseName(id))))));
}

function findingInWords(result) {
  const parts = ["Supported by " + result.supports + " of " + count(result.of, "project")], {supports, qualifies, contradicts} = result.says;
  const only = [...qualifies.keys()].filter(id => !supports.has(id) && !contradicts.has(id)).length;
  if (only) parts.push("only qualified by " + only);
  if (result.contradicts) parts.push("contradicted by " + result.contradicts);
  return parts.join(", ") + ". " + (result.silent ? result.silent + (result.silent === 1 ? " does" : " do") + " not mention it." : "All mention it.");
}

function findingBadges(result) {
  const before = asRun().findings.find(row => row.finding === result.finding);
  return [
    result.supported ? badge("yes", "supported") : badge("no", "not supported"),
    result.contested ? badge("warn", "contested") : null,
    before.supported !== result.supported ? badge("warn", before.supported ? "supported in the run" : "not supported in the run") : null,
  ];
}

function noFindings() {
  return h("div", {class: "notice"}, h("p", {}, "This review has no findings yet."),
    h("p", {}, "A finding is a sentence that could be false and that answers the review's question. Write each in findings.csv, and judge in finding-evidence.csv which key points support, qualify or contradict it. Until then, the matrix shows the themes."));
}

function findingsView(root) {
  if (!T.findings.length) { add(root, [noFindings(), h("p", {}, link("matrix", "", "See the themes"))]); return; }
  const kinds = [...new Set(T.findings.map(row => row.kind).filter(Boolean))], results = h("div");
  add(root, [
    h("div", {class: "bar"}, searchBox("Search findings"),
      kinds.length > 1 ? select("kind", "Kind", [["", "all"], ...kinds.map(kind => [kind, kind])], state.values.kind) : null,
      select("case", "Supported by", [["", "any project"], ...ORDER.map(id => [id, LETTER.get(id) + " " + caseName(id)])], state.values.case),
      select("verdict", "Verdict", [["", "all"], ["supported", "supported"], ["not", "not supported"], ["contested", "contested"]], state.values.verdict)),
    legend(), letters(), results]);
  return () => {
    const own = state.values, shown = now().findings.filter(result => {
      const row = I.findings.get(result.finding);
      return (!own.q || matches([row.statement, row.paragraph, row.id].join(" "), own.q)) && (!own.kind || row.kind === own.kind)
        && (!own.case || result.supports && result.says.supports.has(own.case))
        && (!own.verdict || (own.verdict === "contested" ? result.contested : result.supported === (own.verdict === "supported")));
    });
    fill(results,
      h("p", {role: "status"}, shown.length + " of " + count(T.findings.length, "finding") + " shown."),
      h("ol", {class: "cards"}, shown.map(result => h("li", {class: "card"},
        h("h2", {}, link("finding", result.finding, I.findings.get(result.finding).statement)),
        strip(result.says, now().settings.without), h("p", {}, findingInWords(result), " ", findingBadges(result))))),
      csvButton("findings", ["finding", "statement", "supporting", "qualifying", "contradicting", "not_mentioned", "of_cases", "supported"],
        shown.map(row => [row.finding, I.findings.get(row.finding).statement, row.supports, row.qualifies, row.contradicts, row.silent, row.of, row.supported])));
  };
}

function findingCard(root, id) {
  const row = I.findings.get(id);
  if (!row) return missing(root, "finding", id);
  const result = now().findings.find(each => each.finding === id), projects = h("div");
  for (const stance of STANCES) {
    const cases = result.says[stance];
    if (!cases.size) continue;
    add(projects, [h("h2", {}, {supports: "What supports it", qualifies: "What qualifies it", contradicts: "What contradicts it"}[stance]),
      ORDER.filter(name => cases.has(name)).map(name => h("section", {},
        h("h3", {}, LETTER.get(name) + " ", link("case", name, caseName(name))),
        h("ul", {}, cases.get(name).map(one => h("li", {}, pointLink(one.keypoint), one.reason ? h("span", {class: "small"}, " Why: " + one.reason) : null)))))]);
  }
  const margin = result.supports - now().settings.min_cases + 1;
  add(root, [
    strip(result.says, now().settings.without), h("p", {}, findingInWords(result), " ", findingBadges(result)), letters(),
    h("p", {}, result.supported ? "It stays supported until " + count(margin, "of its projects is", "of its projects are") + " left out." : "It needs " + count(now().settings.min_cases, "project") + "."),
    row.paragraph ? h("section", {}, h("h2", {}, "What was reported"), prose(row.paragraph)) : null,
    row.practice ? h("section", {}, h("h2", {}, "What this could mean in practice"), h("p", {class: "small"}, "Ours, not the report's."), prose(row.practice)) : null,
    row.published ? h("section", {}, h("h2", {}, "What the published report says"), prose(row.published)) : null,
    projects, judgeCounts(id), judgements(id), confidenceIn(id),
    facts([["Theme", row.theme ? link("theme", row.theme, themeName(row.theme)) : ""], ["Kind", row.kind], ["Id", row.id]]),
    claimsOn([id])]);
}

/* How a finding fares under each judge of its evidence. */
function judgeCounts(id) {
  const judges = codingsOf(E, "finding-evidence");
  if (judges.length < 2) return null;
  return details("Under each judge of the evidence", tableOf("The finding under each judge", ["Judge", "Supporting", "Contradicting", "Supported"], judges.map(judge => {
    const result = supportedFindings(M, {...now().settings, judge}).find(row => row.finding === id);
    return [judge, String(result.supports), String(result.contradicts), result.supported ? "yes" : "no"];
  })), aboutAgreement());
}

/* What raters judged of the confidence in a finding, where somebody has. */
function confidenceIn(id) {
  const row = (E.results["qualitative-findings"] || []).find(one => one.finding === id);
  return row && row.confidence ? h("section", {}, h("h2", {}, "Confidence"), h("p", {}, [row.confidence, row.explanation].filter(Boolean).join(". "))) : null;
}

/* Where the judges of the evidence differ on a finding. */
function judgements(id) {
  const judges = codersOf(E, "finding-evidence");
  if (judges.length < 2) return null;
  const rows = [...grouped(I.byFinding.get(id) || [], row => row.keypoint)].filter(([, part]) =>
    new Set(judges.map(judge => (part.find(row => row.coder === judge) || {stance: "none"}).stance)).size > 1);
  if (!rows.length) return h("p", {}, "The judges of its evidence agree on every key point.");
  const said = (part, judge) => { const row = part.find(one => one.coder === judge); return row && row.stance !== "none" ? row.stance + (row.reason ? ": " + row.reason : "") : "not evidence"; };
  return details("Where those who judged the evidence differ: " + count(rows.length, "key point"),
    aboutAgreement(), tableOf("Key points judged differently", ["Key point", ...judges, CONSENSUS],
      rows.map(([point, part]) => [pointLink(point), ...[...judges, CONSENSUS].map(judge => said(part, judge))])));
}
