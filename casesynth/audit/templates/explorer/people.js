/* How many people took part, under a unit and an assumption on overlap. */

function interval(low, high) {
  if (high === null) return "at least " + low.toLocaleString("en-GB");
  return low === high ? low.toLocaleString("en-GB") : low.toLocaleString("en-GB") + " to " + high.toLocaleString("en-GB");
}

function peopleView(root) {
  if (!T.participants.length) { add(root, [h("p", {class: "notice"}, "This review counts no participants.")]); return; }
  const results = h("div"), units = OF_PERSONS.filter(unit => T.participants.some(row => row.unit === unit));
  const chosenUnits = () => { const own = listed(state.values.units, new Map(units.map(unit => [unit, 1]))); return own.length ? own : units.slice(0, 1); };
  const share = () => whole(state.values.overlap, 0, 100, null);
  const shown = h("output", {}), slider = h("input", {type: "range", min: "0", max: "100", step: "5", oninput: event => change({overlap: event.target.value})});
  const whether = select("overlap", "Overlap of a project's groups", [["", "not known: the whole range"], ["0", "none"], ["50", "half of what is possible"], ["100", "as much as is possible"]], state.values.overlap || "");
  add(root, [
    h("p", {class: "lead"}, "Nobody recorded who belongs to more than one group, so a total is a range: its low end assumes that the groups of a project overlap as much as they can, its high end that they share nobody."),
    h("fieldset", {}, h("legend", {}, "What is counted"), h("div", {class: "ticks"}, units.map(unit => checkbox(unit, chosenUnits().includes(unit), on => {
      const own = new Set(chosenUnits());
      if (on) own.add(unit); else own.delete(unit);
      change({units: units.filter(one => own.has(one)).join(",")});
    })))),
    h("div", {class: "bar"}, whether, h("label", {}, h("span", {}, "Share of the possible overlap: ", shown), slider)), results]);
  return () => {
    const own = chosenUnits(), overlap = share(), without = settings().without;
    shown.value = overlap === null ? "not set" : overlap + " %";
    slider.value = String(overlap === null ? 50 : overlap);
    whether.querySelector("select").value = overlap === null ? "" : ["0", "50", "100"].includes(String(overlap)) ? String(overlap) : "";
    const most = peopleCounted(E, {units: own, overlap: (overlap === null ? 100 : overlap) / 100, without}), none = peopleCounted(E, {units: own, overlap: (overlap === null ? 0 : overlap) / 100, without});
    const highs = new Map(none.each.map(row => [row.case, row.high]));
    const printed = T.facts.filter(row => row.subject === "participants" && !Number.isNaN(Number(row.value)));
    fill(results,
      h("p", {class: "value", role: "status"}, interval(most.low, none.high) + " " + own.join(", ")),
      own.length > 1 ? h("p", {}, badge("warn", "mixed units"), " People, attendances and responses are different things: added up, they are not a number of persons.") : null,
      printed.length ? h("section", {}, h("h2", {}, "What the source states as a total"), h("ul", {}, printed.map(row => h("li", {}, rowLink(row.id),
        Number(row.value) < most.low ? ": below this range" : none.high !== null && Number(row.value) > none.high ? ": above this range" : none.high === null ? ": not below this range, which has no upper end" : ": within this range")))) : null,
      h("h2", {}, "Project by project"),
      tableOf("Participants by project", ["Project", own.join(", "), "Groups counted"], most.each.map(row => [link("case", row.case, caseName(row.case)), interval(row.low, highs.get(row.case)),
        h("ul", {}, row.groups.map(group => h("li", {}, link("row", group.id, groupWords(group)))))])),
      csvButton("participants", ["case", "low", "high", "groups"], most.each.map(row => [row.case, row.low, highs.get(row.case), row.groups.map(group => group.id).join(" ")])));
  };
}
