/* For reviewers: ten numbers by chance. For students: code it yourself. The seed in the address draws the same again. */

function seedOf() {
  return whole(state.values.seed, 1, 999999, 1);
}

function newDraw() {
  return button("Draw again", () => { location.hash = href(state.view, state.id, {seed: 1 + Math.floor(Math.random() * 999998)}); });
}

function spotView(root) {
  const numbers = drawn(seedOf(), E.numbers, 10), verdicts = new Map(), said = h("p", {role: "status"});
  if (!numbers.length) { add(root, [h("p", {class: "notice"}, "The report of this review has no numbers yet.")]); return; }
  const tell = () => {
    const right = [...verdicts.values()].filter(value => value === "right").length, wrong = [...verdicts].filter(([, value]) => value === "wrong").map(([key]) => key);
    said.textContent = verdicts.size + " of " + numbers.length + " checked: " + right + " right" + (wrong.length ? ", in doubt: " + wrong.join(", ") : "") + ".";
  };
  add(root, [h("p", {class: "lead"}, "Ten numbers of the report, drawn by chance. Read the rule, count the rows, and say whether the number is right."),
    h("p", {}, "Draw " + seedOf() + ": the same address draws the same numbers. ", newDraw()), said,
    h("ol", {class: "cards"}, numbers.map(row => h("li", {class: "card"}, h("h2", {}, link("number", row.key, numberName(row.key)), ": ", row.value),
      h("p", {}, row.rule), details(row.rows ? "The " + count(row.rows.length, "row") + " behind it" : "Where it comes from", numberBody(row)),
      h("fieldset", {class: "choice"}, h("legend", {}, "Is it right?"), ["right", "wrong"].map(value => h("label", {class: "tick"},
        h("input", {type: "radio", name: row.key, value, onchange: () => { verdicts.set(row.key, value); tell(); }}), h("span", {}, value === "right" ? "right" : "in doubt"))))))),
    copyButton("Copy what you found", () => E.review.title + ", casesynth " + E.provenance.version + ", ten numbers, draw " + seedOf() + "\n"
      + numbers.map(row => row.key + " = " + row.value + ": " + (verdicts.get(row.key) || "not checked")).join("\n"))]);
  tell();
}

function learnView(root) {
  const coding = E.parameters.coding, coded = T.keypoints.filter(point => isThemed(point) && marksOf(point.id, coding).length);
  const sets = E.sets.filter(set => coded.some(point => M.points.get(point.id).set === set.id)), set = sets.find(one => one.id === state.values.heading) || sets[0];
  if (!set) { add(root, [h("p", {class: "notice"}, "Nothing is coded yet, so there is nothing to compare your codes with.")]); return; }
  const themes = M.level("theme").filter(theme => theme.heading === set.id), points = drawn(seedOf(), coded.filter(point => M.points.get(point.id).set === set.id), 20);
  const mine = new Map(), same = new Map(), said = h("p", {role: "status"});
  const tell = () => {
    const agree = [...same.values()].filter(Boolean).length;
    said.textContent = same.size + " of " + points.length + " compared" + (same.size ? "; on " + agree + " you chose the same themes as " + coding + "." : ".");
  };
  add(root, [h("p", {class: "lead"}, "Code some key points yourself, before you see what others made of them."),
    h("div", {class: "bar"}, h("label", {}, "Heading", (() => {
      const box = h("select", {onchange: event => { location.hash = href("learn", "", {heading: event.target.value, seed: seedOf()}); }}, sets.map(one => h("option", {value: one.id}, one.name)));
      box.value = set.id;
      return box;
    })())),
    h("p", {}, "Draw " + seedOf() + " of " + count(points.length, "key point") + ". ", button("Draw again", () => { location.hash = href("learn", "", {heading: set.id, seed: 1 + Math.floor(Math.random() * 999998)}); })),
    details("The themes and their definitions", facts(themes.map(theme => [theme.name, theme.definition]))), said,
    h("ol", {class: "cards"}, points.map((point, at) => codeYourself(point, at, themes, mine, same, tell)))]);
  tell();
}

function codeYourself(point, at, themes, mine, same, tell) {
  const answer = h("div", {"aria-live": "polite"}), own = new Set();
  mine.set(point.id, own);
  const reveal = () => {
    const others = [...CODERS, CONSENSUS].filter(coder => marksOf(point.id, coder).length), agreed = marksOf(point.id, E.parameters.coding).filter(mark => mark !== "none");
    same.set(point.id, agreed.join(" ") === [...own].sort().join(" "));
    const words = coder => marksOf(point.id, coder).map(mark => mark === "none" ? "no theme" : (mark.startsWith("not ") ? "against " : "") + themeName(mark.replace(/^not /, ""))).join("; ");
    const memos = (I.codings.get(point.id) || []).filter(row => row.memo);
    fill(answer, h("p", {}, same.get(point.id) ? badge("yes", "the same") : badge("warn", "not the same"), " You: " + ([...own].map(themeName).join("; ") || "no theme")),
      h("ul", {}, others.map(coder => h("li", {}, coder + ": " + words(coder)))), memos.length ? h("ul", {class: "small"}, memos.map(row => h("li", {}, row.coder + " on " + themeName(row.theme) + ": " + row.memo))) : "",
      h("p", {}, link("point", point.id, "The whole card")));
    tell();
  };
  return h("li", {class: "card"}, h("h2", {}, summaryOf(point)), h("p", {class: "small"}, caseName(point.case)),
    details("Choose themes", h("fieldset", {}, h("legend", {}, "Themes of key point " + (at + 1)), themes.map(theme => checkbox(theme.name, false, on => { if (on) own.add(theme.id); else own.delete(theme.id); })))),
    button("Compare", reveal), answer);
}
