// Filters of the ledger, and links into what is filtered out or folded up. The page is whole without this script.
(function () {
  "use strict";
  var form = document.getElementById("filters"), rows = document.querySelectorAll("#ledger tbody tr");
  function filter() {
    var shown = 0;
    rows.forEach(function (row) {
      row.hidden = Array.prototype.some.call(form.querySelectorAll("select"), function (choice) {
        return choice.value && row.dataset[choice.name] !== choice.value;
      });
      shown += row.hidden ? 0 : 1;
    });
    document.getElementById("shown").textContent = shown + " of " + rows.length + " claims shown";
  }
  function clear() {
    form.querySelectorAll("select").forEach(function (choice) { choice.value = ""; });
    filter();
  }
  function land() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    if (form && target.closest("[hidden]")) { clear(); }
    for (var up = target; up; up = up.parentElement) { if (up.tagName === "DETAILS") { up.open = true; } }
    target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  }
  if (form) {
    form.hidden = false;
    form.addEventListener("change", filter);
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    document.getElementById("clear").addEventListener("click", clear);
    filter();
  }
  window.addEventListener("hashchange", land);
  land();
}());
