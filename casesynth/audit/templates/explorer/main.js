/* The views, and the way from an address to what is shown. */

const VIEWS = {
  findings: ["Findings", findingsView], matrix: ["Matrix", matrixView], points: ["Key points", pointsView], claims: ["Claims", claimsView], lab: ["Robustness", labView],
  people: ["Participants", peopleView], projects: ["Projects", projectsView], numbers: ["Numbers", numbersView], method: ["Method", methodView],
  spot: ["Check ten numbers", spotView], learn: ["Code it yourself", learnView], copy: ["Your copy", copyView], search: ["Search", searchView],
};
/* Cards: the name of what is shown, how it is drawn, and the view that it belongs to. */
const CARDS = {
  finding: ["Finding", findingCard, "findings", id => (I.findings.get(id) || {}).statement], theme: ["Theme", themeCard, "matrix", id => (I.codebook.get(id) || {}).name],
  point: ["Key point", pointCard, "points", id => I.keypoints.has(id) && caseName(I.keypoints.get(id).case) + ", " + headingName(I.keypoints.get(id).heading).toLowerCase()], claim: ["Claim", claimCard, "claims", id => (I.claims.get(id) || {}).claim],
  case: ["Project", caseCard, "projects", id => (I.cases.get(id) || {}).name], number: ["Number", numberCard, "numbers", id => numberName(id)], row: ["Row", rowCard, "numbers", id => id],
};

let redraw = null;

function update() {
  settingsStrip();
  navigation();
  if (redraw) redraw();
}

function settingsStrip() {
  const strip_ = document.getElementById("settings"), words = changesInWords();
  if (!strip_) return;
  strip_.hidden = !words.length;
  fill(strip_, ...(words.length ? [h("b", {}, "Not as in the run: "), words.join("; ") + ". ", button("Back to the run's settings", () => {
    change(Object.fromEntries(SETTINGS.filter(name => name !== "passages").map(name => [name, ""])));
    render();
  })] : []));
}

function navigation() {
  const here = (CARDS[state.view] || [])[2] || state.view;
  const groups = [["findings", "matrix", "points", "claims"], ["lab", "people", "projects", "numbers", "method"], ["spot", "learn", "copy", "search"]];
  const of = {copy: E.review.published, claims: I.claims.size, people: (T.participants || []).length};  // a review may have none of these
  fill(document.getElementById("nav"), h("ul", {}, groups.flat().filter(name => !(name in of) || of[name] || name === here).map(name =>
    h("li", {}, h("a", {href: href(name, ""), "aria-current": name === here ? "page" : null}, VIEWS[name][0])))));
}

function render() {
  state = readAddress(location.hash);
  const card = CARDS[state.view] && state.id ? CARDS[state.view] : null, view = VIEWS[state.view];
  const main = document.getElementById("main"), body = h("div");
  const title = card ? card[3](state.id) || card[0] : view ? view[0] : "No such view";
  const head = h("h1", {tabindex: "-1"}, title);
  fill(main, ...(card ? [h("p", {class: "kind"}, card[0])] : []), head, h("p", {id: "settings", class: "notice", hidden: true}), body,
    h("p", {class: "share"}, copyButton("Copy the address of this view", () => location.href)));
  document.title = title + " · " + E.review.title;
  redraw = null;
  if (card) card[1](body, state.id);
  else if (view) redraw = view[1](body) || null;
  else add(body, [h("p", {}, "There is no view “" + state.view + "”. ", link("findings", "", "See the findings"))]);
  update();
  return head;
}

addEventListener("hashchange", () => {
  const head = render();
  head.focus();
  scrollTo(0, 0);
});
document.getElementById("skip").addEventListener("click", event => {
  event.preventDefault();
  document.getElementById("main").focus();
});
render();
