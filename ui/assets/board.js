// Board: units and bodies, targets by due date, programmes; what is missing is marked.
import { Refused, call, cite, fill, h, icon, label, nodeLink, note, on, state, t, word } from "./core.js";

const VIEWS = ["duties", "matrix", "targets", "programmes"];
const ROLES = [["lead", "responsible"], ["support"], ["participant"], ["affected"]];
let root = null;
let data = null;
let view = "duties";
let words = "";
let section = "";
let body = null;

export function mount(element) {
  root = element.querySelector(".root");
  on("page", (page) => { if (page === "board") show(); });
  on("language", () => { if (data) draw(); else if (state.page === "board") show(); });
  on("documents", () => {
    const same = state.documents.find((d) => d.id === data?.document)?.id ?? state.documents[0]?.id;
    data = null;
    if (state.page === "board") show(same);
  });
  on("follow", ({ page, values }) => { if (page === "board" && VIEWS.includes(values.view)) { view = values.view; if (data) draw(); } });
}

async function show(id = data?.document ?? state.documents[0]?.id) {
  if (!id) { fill(root, note(t("ask.nothing"), "quiet")); return; }
  if (data?.document === id) return;
  try {
    data = await call("board", { document: id });
    draw();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(root, note(error.message));
  }
}

function draw() {
  body = h("div", { class: "board-body" });
  const choose = state.documents.length > 1
    ? h("select", { "aria-label": t("reader.which"), onchange: (event) => { section = ""; show(event.target.value); } },
      state.documents.map((d) => h("option", { value: d.id, selected: d.id === data.document }, d.title))) : null;
  fill(root,
    h("header", { class: "board-head" }, h("div", {}, h("h1", {}, t("board.title")), h("p", { class: "quiet" }, data.title)), choose),
    numbers(),
    h("div", { class: "board-bar" },
      h("div", { class: "switch", role: "tablist", "aria-label": t("board.title") }, VIEWS.map((name) =>
        h("button", { type: "button", role: "tab", "aria-selected": String(view === name), onclick: () => { view = name; draw(); } }, t(`board.${name}`)))),
      h("div", { class: "reader-search" }, icon("search"), h("input", { type: "search", value: words, placeholder: t("board.filter"), "aria-label": t("board.filter"),
        oninput: (event) => { words = event.target.value.trim(); rows(); } })),
      h("select", { "aria-label": t("board.section"), onchange: (event) => { section = event.target.value; rows(); } },
        h("option", { value: "" }, t("board.all_sections")), data.sections.map((s) => h("option", { value: s, selected: s === section }, s))),
      ["xlsx", "csv", "ics"].map((ending) => h("a", { class: "tool wide", href: `download/plan/${encodeURIComponent(data.document)}.${ending}`, download: true,
        title: t(`board.as_${ending}`) }, icon("down"), ending.toUpperCase()))),
    body);
  rows();
}

function numbers() {
  const lacking = (gap) => data.rows.filter((r) => r.gaps.includes(gap)).length;
  const card = (n, text, tone = "") => h("div", { class: `card ${tone}` }, h("b", {}, String(n)), h("span", {}, text));
  return h("div", { class: "cards" }, card(data.rows.length, t("board.units")), card(data.bodies.length, t("board.bodies")), card(data.targets.length, t("board.n_targets")),
    card(data.programmes.length, t("board.n_programmes")), card(lacking("no_body"), t("board.gap_no_body"), "gap"), card(lacking("no_target"), t("board.gap_no_target"), "gap"));
}

const holds = (...texts) => !words || texts.join(" ").toLowerCase().includes(words.toLowerCase());
const inSection = (iri) => !section || data.rows.some((r) => r.iri === iri && r.section === section);
const unitCell = (u) => h("td", { class: "unit-cell" }, cite(u.iri, [h("span", { class: "num" }, u.label), h("span", {}, u.title)], { class: "cite item" }));
const bodyLink = (b) => h("span", { class: "who" }, h("a", { class: "node-link body", href: nodeLink(b.iri) }, b.label), clauseMark(b.clause));
const clauseMark = (c) => cite(c.iri, c.where.split(" · ")[1], { "data-quote": c.text, "data-where": c.where, "aria-label": t("board.clause", { where: c.where }) });
const gaps = (row) => h("div", { class: "gaps" }, row.gaps.map((gap) => h("span", { class: `gap-mark ${gap}` }, t(`board.${gap}`))));
const table = (caption, heads, lines) => h("table", { class: `board-table ${view}` }, h("caption", { class: "sr" }, caption),
  h("thead", {}, h("tr", {}, heads.map((text) => h("th", { scope: "col" }, text)))),
  h("tbody", {}, lines.length ? lines : h("tr", {}, h("td", { colspan: String(heads.length), class: "quiet" }, t("board.none")))));

function rows() {
  const draws = { duties, matrix, targets, programmes };
  fill(body, draws[view]());
}

function duties() {
  const lines = data.rows.filter((r) => (!section || r.section === section) && holds(r.label, r.title, ...r.bodies.map((b) => b.label)));
  return table(t("board.duties"), [t("board.unit"), t("board.responsible"), t("board.support"), t("board.participant"), t("board.affected"), t("board.missing")],
    lines.map((row) => h("tr", {}, unitCell(row),
      ROLES.map((roles) => h("td", {}, unique(row.bodies.filter((b) => roles.includes(b.role))).map((b) =>
        h("div", {}, b.role === "lead" ? h("small", { class: "lead-mark" }, t("relation.leadBody")) : null, bodyLink(b))))),
      h("td", {}, gaps(row)))));
}
const unique = (bodies) => [...new Map(bodies.map((b) => [`${b.iri} ${b.role}`, b])).values()];

function matrix() {
  const lines = data.rows.filter((r) => (!section || r.section === section) && holds(r.label, r.title, ...r.bodies.map((b) => b.label)));
  const columns = data.bodies.filter((b) => lines.some((r) => r.bodies.some((x) => x.iri === b.iri))).slice(0, 24);
  return [h("p", { class: "quiet" }, t("board.matrix_text", { n: columns.length, total: data.bodies.length })),
    h("div", { class: "wide-table", tabindex: "0" }, h("table", { class: "board-table matrix" }, h("caption", { class: "sr" }, t("board.matrix")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("board.unit")), columns.map((b) => h("th", { scope: "col", class: "slant" }, h("a", { href: nodeLink(b.iri), title: b.label }, b.label))))),
      h("tbody", {}, lines.map((row) => h("tr", {}, unitCell(row), columns.map((b) => h("td", { class: "cross" }, unique(row.bodies.filter((x) => x.iri === b.iri)).map((x) =>
        cite(x.clause.iri, t(`board.short_${x.role}`), { class: `cite role ${x.role}`, "data-quote": x.clause.text, "data-where": x.clause.where, "aria-label": `${b.label} ${word("role", x.role)}` })))))))))];
}

const COMPARE = { ">=": "≥", "<=": "≤", "~": "≈" };
function amount(target) {
  const value = target.value === null ? "" : `${target.value}${target.value_max === null ? "" : `–${target.value_max}`}${target.unit_text}`;
  if (!value) return word("comparator", target.comparator);
  return [COMPARE[target.comparator] ? `${COMPARE[target.comparator]} ` : [">", "<"].includes(target.comparator) ? `${target.comparator} ` : "",
    ["increase", "decrease"].includes(target.comparator) ? `${word("comparator", target.comparator)} ` : "", value].join("");
}
function targets() {
  const lines = data.targets.filter((x) => inSection(x.unit.iri) && holds(x.words, x.measure, x.unit.label, x.unit.title));
  return h("ul", { class: "target-cards" }, lines.length ? lines.map((x) => h("li", { class: x.deadline ? "" : "vague" },
    h("div", { class: "due" }, x.deadline ? x.deadline.replace("/", " – ") : t("board.no_date")),
    h("div", { class: "amount" }, amount(x)),
    h("p", { class: "measure" }, x.measure),
    h("blockquote", {}, x.words),
    h("p", { class: "where" }, x.commitment ? h("span", { class: `commitment ${x.commitment}` }, word("commitment", x.commitment)) : null,
      x.deadline ? null : h("span", { class: "gap-mark" }, t("board.no_deadline")),
      cite(x.clause.iri, x.clause.where, { "data-quote": x.clause.text, "data-where": x.clause.where }), h("span", { class: "quiet" }, x.unit.title)))) : h("li", { class: "quiet" }, t("board.none")));
}

function programmes() {
  const lines = data.programmes.filter((p) => p.units.some((u) => inSection(u.clause.iri.replace(/\/c\d+$/, ""))) && holds(p.label, word("programme_kind", p.kind), ...p.units.map((u) => u.title)));
  return table(t("board.programmes"), [t("board.programme"), t("board.type"), t("board.in_units")], lines.map((p) => h("tr", {},
    h("td", {}, h("a", { class: "node-link programme", href: nodeLink(p.iri) }, p.label)), h("td", { class: "quiet" }, word("programme_kind", p.kind)),
    h("td", {}, p.units.map((u) => h("div", { class: "used" }, cite(u.clause.iri, u.clause.where, { "data-quote": u.clause.text, "data-where": u.clause.where }), u.title, u.action ? h("small", { class: "quiet" }, u.action) : null))))));
}
