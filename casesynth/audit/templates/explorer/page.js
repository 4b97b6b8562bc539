/* Small parts of which the views are built. Text always enters the page as text, never as markup. */

function h(tag, given, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false && child !== "") element.append(child);
  }
}

/* Put other things in the place of what an element holds. */
function fill(element, ...children) {
  element.replaceChildren();
  add(element, children);
}

function svg(tag, given, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(given)) element.setAttribute(name, value);
  add(element, children);
  return element;
}

function count(number, noun, plural) {
  return number.toLocaleString("en-GB") + " " + (number === 1 ? noun : plural || noun + "s");
}

function link(view, id, text, values) {
  return h("a", {href: href(view, id, values)}, text);
}

function select(name, label, options, value) {
  const box = h("select", {onchange: event => change({[name]: event.target.value})},
    options.map(([option, words]) => h("option", {value: option}, words)));
  box.value = value || "";
  return h("label", {}, label, box);
}

function searchBox(label) {
  return h("label", {}, label, h("input", {type: "search", value: state.values.q || "", oninput: event => change({q: event.target.value})}));
}

function checkbox(label, checked, then) {
  return h("label", {class: "tick"}, h("input", {type: "checkbox", checked: checked, onchange: event => then(event.target.checked)}), h("span", {}, label));
}

function button(label, then, given) {
  return h("button", {type: "button", onclick: then, ...given}, label);
}

/* A table with a caption and heads that belong to their columns; cells may be text or elements. */
function tableOf(caption, columns, rows) {
  return h("div", {class: "wide", tabindex: "0", role: "region", "aria-label": caption},
    h("table", {}, h("caption", {}, caption),
      h("thead", {}, h("tr", {}, columns.map(name => h("th", {scope: "col"}, name)))),
      h("tbody", {}, rows.map(cells => h("tr", {}, cells.map(cell => h("td", {}, cell)))))));
}

/* A list that shows its first rows, and the rest when asked. */
function listOf(items, draw, most = 60) {
  const list = h("div", {class: "list"}), more = h("p");
  function show(from) {
    add(list, items.slice(from, from + most).map(draw));
    const left = items.length - from - most;
    fill(more, left > 0 ? button("Show " + Math.min(left, most) + " more of " + left, () => {
      show(from + most);
      const next = list.children[from + most];
      if (next) (next.querySelector("a") || next).focus();
    }) : null);
  }
  show(0);
  return [list, more];
}

function matches(text, query) {
  const own = text.toLowerCase();
  return query.toLowerCase().split(/\s+/).every(word => own.includes(word));
}

function badge(kind, text) {
  return h("span", {class: "badge " + kind}, text);
}

function details(summary, ...children) {
  return h("details", {}, h("summary", {}, summary), children);
}

/* A term and what it is, for those that have a value. */
function facts(pairs) {
  return h("dl", {}, pairs.filter(([, value]) => value !== undefined && value !== "" && value !== null)
    .map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value))));
}

/* A cell of a CSV file; one that a spreadsheet would read as a formula is marked as text. */
function csvCell(value) {
  let text = value === undefined || value === null ? "" : String(value);
  if (/^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)) text = "'" + text;
  return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

function asCsv(columns, rows) {
  return [columns, ...rows].map(cells => cells.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

function csvButton(name, columns, rows) {
  return button("Download these " + count(rows.length, "row") + " as CSV", () => {
    const file = URL.createObjectURL(new Blob([asCsv(columns, rows)], {type: "text/csv"}));
    h("a", {href: file, download: E.review.name + "-" + name + ".csv"}).click();
    setTimeout(() => URL.revokeObjectURL(file), 1000);
  });
}

function copyButton(label, text) {
  const said = h("span", {role: "status", class: "small"});
  return [button(label, async () => {
    try {
      await navigator.clipboard.writeText(text());
      said.textContent = " Copied.";
    } catch (error) {
      fill(said, h("input", {readonly: true, value: text(), "aria-label": "Text to copy"}));
      said.firstChild.select();
    }
  }), said];
}

/* Numbers by chance that anybody can draw again: the same seed gives the same ones (mulberry32). */
function drawn(seed, items, most) {
  let at = seed >>> 0;
  const next = () => {
    at = (at + 0x6D2B79F5) >>> 0;
    let t = Math.imul(at ^ (at >>> 15), at | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const left = [...items], taken = [];
  while (left.length && taken.length < most) taken.push(left.splice(Math.floor(next() * left.length), 1)[0]);
  return taken;
}
