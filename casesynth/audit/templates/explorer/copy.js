/* The reader's own copy of the published report, read in the browser only. Cutting and matching follow
   casesynth/audit/source.py and copy.py; tests/audit/test_rules_in_browser.py holds the two together. */

function fold(text, lines) {
  const folded = text.normalize("NFKC").replace(/\u00ad\s*/g, "").replace(/[\u2018\u2019`]/g, "'").replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-");
  if (!lines) return folded.replace(/\s+/g, " ").trim();
  return folded.split(/\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/).map(line => line.replace(/\s+/g, " ").trim()).join("\n");
}

const LETTER_SIGN = /\p{L}/u, WORD_SIGN = /[\p{L}\p{N}]/u;

function escaped(sign) {
  return sign.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/* A pattern that finds words however lines are broken: at blanks, after hyphens, and inside words. */
function pattern(words) {
  const signs = [...fold(words)];
  return signs.map((sign, at) => {
    const before = signs[at - 1] || " ", after = signs[at + 1] || " ";
    if (sign === "-" && LETTER_SIGN.test(before) && LETTER_SIGN.test(after)) return "(?:-\\s*)?";
    if (sign === "-" || sign === "/") return escaped(sign) + (WORD_SIGN.test(after) ? "\\s*" : "");
    if (sign === " ") return "\\s+";
    return (LETTER_SIGN.test(before) && LETTER_SIGN.test(sign) ? "(?:-\\s+)?" : "") + escaped(sign);
  }).join("");
}

function dropPageEdges(pages, deep = 3) {
  const lines = pages.map(page => page.split(/\r\n|[\n\r]/).filter(line => line.trim()));
  const atEdge = (page, n) => n < deep || n >= page.length - deep;
  const shape = line => fold(line).replace(/\d+/g, "#"), seen = new Map();
  for (const page of lines) page.forEach((line, n) => { if (atEdge(page, n)) seen.set(shape(line), (seen.get(shape(line)) || 0) + 1); });
  return lines.map(page => page.filter((line, n) => !atEdge(page, n) || seen.get(shape(line)) < 3).join("\n"));
}

function dropFurniture(text, titles) {
  for (const title of titles) text = text.replace(new RegExp("^(?:\\d+\\s+)?" + pattern(title) + "(?:\\s+\\d+)?$\\n?", "gmu"), "");
  return text;
}

function sectionStarts(text, sections) {
  const starts = new Map();
  let at = 0;
  for (const section of [...sections].sort((a, b) => (a.order || 0) - (b.order || 0))) {
    if (!section.starts_with) continue;
    const heading = "^" + pattern(section.starts_with), listed = "(?![^\\n]*(?:\\.\\.| )\\d{1,3}$)";
    for (const words of [heading + listed, heading]) {
      const sought = new RegExp(words, "gmu");
      sought.lastIndex = at;
      const found = sought.exec(text);
      if (!found) continue;
      starts.set(section.id, found.index);
      at = found.index + found[0].length;
      break;
    }
  }
  return starts;
}

/* A copy cut into its sections, and these into the entries of projects. */
function cutCopy(text, sections, entries) {
  text = fold(dropPageEdges(text.split("\f")).join("\n"), true);
  const starts = sectionStarts(text, sections), partOf = new Map(sections.map(row => [row.id, row.part_of || ""]));
  const texts = new Map([...starts].map(([id, start]) => {
    const ends = [...starts].filter(([key, other]) => other > start && partOf.get(key) !== id).map(([, other]) => other);
    return [id, text.slice(start, Math.min(text.length, ...ends))];
  }));
  const titles = [...new Set(sections.flatMap(row => [row.title_body, row.title_contents]).filter(Boolean))].sort((a, b) => b.length - a.length);
  const cut = {sections: texts, entries: new Map(), titles};
  for (const [section, group] of grouped(entries, row => row.section)) cutEntries(cut, section, group);
  return cut;
}

function cutEntries(cut, section, group) {
  const text = fold(dropFurniture(cut.sections.get(section) || "", cut.titles)), starts = [];
  for (const entry of group) {
    const found = [...text.matchAll(new RegExp(pattern(entry.starts_with), "gu"))];
    if (found.length === 1) starts.push([entry.case, found[0].index]);
  }
  for (const [id, start] of starts) {
    const ends = starts.map(([, other]) => other).filter(other => other > start);
    cut.entries.set(section + " " + id, text.slice(start, Math.min(text.length, ...ends)).trim());
  }
}

/* Where an anchor is: [before, the anchor, after], or what is wrong in words. */
function passageOf(cut, row) {
  const section = cut.sections.get(row.section) || "";
  const texts = row.case && row.heading !== undefined || row.case && row.group !== undefined
    ? [cut.entries.get(row.section + " " + row.case) || ""]
    : [fold(section), fold(dropFurniture(section, cut.titles))];
  let spans = [];
  for (const text of texts) {
    spans = [...text.matchAll(new RegExp(pattern(row.anchor), "gu"))];
    if (spans.length === 1) return around(text, spans[0].index, spans[0].index + spans[0][0].length);
  }
  return spans.length ? "occurs " + spans.length + " times in its place" : "not found in its place";
}

function around(text, start, end, most = 400) {
  const before = text.slice(0, start), sentence = before.includes(". ") ? before.lastIndexOf(". ") + 2 : 0;
  const begins = Math.max(sentence, start - most), stop = text.indexOf(". ", Math.max(end - 1, start));
  const ends = Math.min(stop >= 0 ? stop + 1 : text.length, end + most);
  return [text.slice(begins, start), text.slice(start, end), text.slice(end, Math.max(ends, end))];
}

let ownCopy = null;

function takeCopy(text, name) {
  const document_ = E.review.published, of = rows => rows.filter(row => row.source === document_);
  ownCopy = {name, cut: cutCopy(text, of(T.sections), of(T.entries))};
}

/* What the reader's copy says at a row's anchor, for the card of the row. */
function passageCard(row) {
  if (!E.review.published || !row.anchor || row.source && row.source !== E.review.published) return null;
  const parts = [h("h2", {}, "The passage")];
  if (ownCopy) {
    const found = passageOf(ownCopy.cut, row);
    parts.push(typeof found === "string"
      ? h("p", {}, "The anchor “" + row.anchor + "” is " + found + " in " + ownCopy.name + ".")
      : h("blockquote", {}, found[0], h("mark", {}, found[1]), found[2]));
  } else {
    parts.push(h("p", {}, "The text belongs to its authors and is not in this page. ", link("copy", "", "Open your own copy"), " to see the passage here."));
  }
  if (state.values.passages) parts.push(h("p", {}, h("a", {href: "audit-source.html#" + (I.keypoints.has(row.id) ? "kp-" : I.claims.has(row.id) ? "claim-" : "row-") + row.id}, "This row on the page of passages")));
  return h("section", {class: "passage"}, parts);
}

const OTHER_WAYS = "Open it in a PDF reader, select all (Ctrl+A), copy, and paste the text below; or run make audit SOURCE=your-copy.pdf. A scan needs text recognition (OCR) first.";

function copyView(root) {
  const said = h("p", {role: "status"}), pasted = h("textarea", {rows: "6", id: "pasted"});
  function take(text, name) {
    if (!text.trim()) { said.textContent = "There is no text in it."; return; }
    takeCopy(text, name);
    const rows = [...T.keypoints, ...T.statements].filter(row => row.source === E.review.published && row.anchor);
    const found = rows.filter(row => typeof passageOf(ownCopy.cut, row) !== "string").length;
    said.textContent = found + " of " + count(rows.length, "anchor") + " found in " + name + ". Every card now shows its passage, until you close this page."
      + (found < rows.length / 2 ? " Many are missing: is this the report, and whole? In some PDF files the text is in another order. " + OTHER_WAYS : "");
  }
  async function read(event) {
    const file = event.target.files[0];
    if (!file) return;
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (textOf(bytes.subarray(0, 1024)).includes("%PDF-")) {
      said.textContent = "Reading " + file.name + " …";
      await pdfText(bytes).then(text => take(text, file.name), error => {
        said.textContent = "The PDF " + file.name + " could not be read: " + (error.told ? "it " + error.message : "its form is unusual") + ". " + OTHER_WAYS;
      });
      return;
    }
    const coded = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
    let text = new TextDecoder(coded).decode(bytes);
    if (coded === "utf-8" && text.includes("\ufffd")) text = new TextDecoder("windows-1252").decode(bytes);
    take(text, file.name);
  }
  if (!E.review.published) {
    add(root, [h("p", {}, "This review re-runs no published report, so there is no text to set its statements beside.")]);
    return;
  }
  const source = T.sources.find(row => row.id === E.review.published);
  add(root, [
    h("p", {class: "lead"}, "Open your own copy of the published report, and every card shows the passage that its statement comes from."),
    source ? h("p", {}, "The report: " + [source.authors, source.year, source.title].filter(Boolean).join(", ") + (source.url ? ". Its address: " + source.url : ".")) : null,
    h("p", {}, "The file is read by this page in your browser. It is sent nowhere, kept nowhere, and forgotten when you close the page."),
    h("p", {}, h("label", {}, "A PDF, or plain text (.txt)", h("input", {type: "file", accept: ".pdf,.txt,application/pdf,text/plain", onchange: read}))),
    h("p", {}, h("label", {for: "pasted"}, "Or paste its text"), pasted, button("Use this text", () => take(pasted.value, "the pasted text"))),
    said,
    h("p", {class: "small"}, "If a PDF cannot be read: open it in a PDF reader, select all (Ctrl+A), copy, and paste. The command make audit SOURCE=your-copy.pdf writes a page with all passages."),
  ]);
  if (ownCopy) said.textContent = "In use: " + ownCopy.name + ".";
}
