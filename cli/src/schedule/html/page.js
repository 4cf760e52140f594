"use strict";
// Search by node, label and reason. All words must match: of the node, of the Pod, or of what is in the way.

const known = JSON.parse(document.getElementById("nodes").textContent);
const texts = known.texts.map((text) => text.toLowerCase());
const nodes = known.nodes.map(([name, at]) => [name.toLowerCase(), ...at.map((i) => texts[i])].join("\n"));

function shortened(name) {
  return known.domain && name.endsWith(known.domain) ? name.slice(0, -known.domain.length) : name;
}

function unfolded(ranges) {
  return ranges.split(" ").flatMap((range) => {
    const [first, last] = range.split("-").map(Number);
    return Array.from({ length: (last ?? first) - first + 1 }, (_, i) => first + i);
  });
}

const sections = [...document.querySelectorAll("section")].map((section) => {
  const columns = [...section.querySelectorAll("thead th")].map((th) => th.textContent);
  const rows = [...section.querySelectorAll("tbody tr")].map((row) => {
    const reasons = [...row.querySelectorAll("td")].flatMap((td, i) =>
      td.className === "is-met" ? [] : [columns[i + 1], td.textContent]);
    return {
      row,
      nodes: unfolded(row.dataset.nodes),
      hits: row.querySelector(".hits"),
      text: [section.dataset.title, row.querySelector(".status").title, ...reasons].join("\n").toLowerCase(),
    };
  });
  return { section, rows, title: section.dataset.title.toLowerCase() };
});

const query = document.getElementById("query");
const count = document.getElementById("hits");
const nothing = document.getElementById("nothing");

function search() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  let shown = 0;
  for (const { section, rows, title } of sections) {
    let any = words.every((word) => title.includes(word));
    for (const { row, nodes: all, hits, text } of rows) {
      const open = words.filter((word) => !text.includes(word));
      const matching = open.length === 0 ? all : all.filter((at) => open.every((word) => nodes[at].includes(word)));
      row.hidden = matching.length === 0;
      const some = matching.length > 0 && matching.length < all.length;
      const names = matching.slice(0, 3).map((at) => shortened(known.nodes[at][0])).join(", ");
      hits.textContent = some ? `${matching.length} of ${all.length}: ${names}${matching.length > 3 ? " …" : ""}` : "";
      row.classList.toggle("is-part", some);
      found += matching.length;
      any ||= matching.length > 0;
    }
    section.hidden = !any;
    shown += any ? 1 : 0;
  }
  nothing.hidden = shown > 0 || sections.length === 0;
  count.textContent = words.length === 0 ? "" : `${found} ${found === 1 ? "match" : "matches"}`;
}

function fromAddress() {
  const [, asked] = /^#q=(.*)$/.exec(location.hash) ?? [];
  if (asked === undefined) return;
  try {
    query.value = decodeURIComponent(asked);
  } catch {
    query.value = asked;
  }
  search();
}

query.addEventListener("input", () => {
  history.replaceState(null, "", query.value ? `#q=${encodeURIComponent(query.value)}` : location.pathname + location.search);
  search();
});
addEventListener("keydown", (event) => {
  if (event.key === "/" && document.activeElement !== query) {
    event.preventDefault();
    query.focus();
  }
});
addEventListener("hashchange", fromAddress);
// On paper nothing can be opened.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((it) => { it.open = it.querySelector(".names") !== null; }));
fromAddress();
