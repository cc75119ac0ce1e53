// Board: units and bodies, targets by due date, programmes, plans side by side; what is missing is marked.
import { Refused, call, cite, fill, h, icon, keepAddress, label, nodeLink, note, nothing, on, picked, picker, refill, state, stated, statedMark, t, titleOf, withTranslation, word } from "./core.js";
import { amount, comparison, comparisonAddress, followComparison } from "./compare.js";

const ONE = ["duties", "matrix", "targets", "programmes"];
const VIEWS = [...ONE, "compare"];
const ROLES = [["lead", "responsible"], ["support"], ["participant"], ["affected"]];
const GAPS = ["no_body", "no_target"];
const COLUMNS = 24;
let root = null;
let data = null;
let view = "duties";
let words = "";
let body = null;
// What the rows must have; empty where anything will do.
const wanted = { section: "", theme: "", body: "", gap: "" };

export function mount(element) {
  root = element.querySelector(".root");
  on("page", (page) => { if (page === "board") show(); });
  on("picked", () => { if (state.page === "board") show(); });
  on("language", () => { if (data) draw(); else if (state.page === "board") show(); });
  on("documents", () => { data = null; if (state.page === "board") show(); });
  on("follow", ({ page, values }) => {
    if (page !== "board") return;
    if (VIEWS.includes(values.view)) view = values.view;
    followComparison(values);
    const named = Object.keys(wanted).some((name) => values[name]);
    for (const name of Object.keys(wanted)) if (named) wanted[name] = values[name] ?? "";
    if (state.documents.some((d) => d.id === values.document)) state.picked = values.document;
    if (data && data.document === picked()) draw(); else show({ keep: named });
  });
}

let asked = 0;
async function show({ keep = false } = {}) {
  const id = picked();
  if (!id) { data = null; fill(root, nothing()); return; }
  if (data?.document === id) return;
  const mine = ++asked;
  try {
    const found = await call("board", { document: id });
    if (mine !== asked) return;
    // Sections, themes and bodies are those of one plan: another one starts unfiltered.
    if (data && !keep) for (const name of Object.keys(wanted)) wanted[name] = "";
    data = found;
    draw();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(root, note(error.message));
  }
}

// What is typed into the search is nobody's business.
function address() {
  const parts = view === "compare" ? { view, ...comparisonAddress() } : {
    view, ...(state.documents.length > 1 ? { document: data.document } : {}), ...Object.fromEntries(Object.entries(wanted).filter(([, value]) => value)) };
  keepAddress("board", `#/board?${new URLSearchParams(parts)}`);
}

function draw() {
  body = h("div", { class: "board-body" });
  const shown = VIEWS.filter((name) => name !== "compare" || state.documents.length > 1);
  if (!shown.includes(view)) view = "duties";
  const tabs = h("div", { class: "switch", role: "tablist", "aria-label": t("board.title") }, shown.map((name) =>
    h("button", { type: "button", role: "tab", "data-key": `view-${name}`, "aria-selected": String(view === name), onclick: () => { view = name; draw(); } }, t(`board.${name}`))));
  const beside = view === "compare";
  refill(root,
    h("header", { class: "board-head" }, h("h1", {}, t("board.title")), (beside ? null : picker(data.document)) ?? h("p", { class: "quiet" }, beside ? t("compare.lead") : data.title)),
    h("div", { class: "board-views" }, tabs, beside ? null : downloads()),
    beside ? null : [h("div", { class: "cards" }), filters()],
    body);
  if (beside) comparison(body, address);
  else rows();
}

const downloads = () => h("span", { class: "downloads" }, ["xlsx", "csv", "ics"].map((ending) =>
  h("a", { class: "tool wide", href: `download/plan/${encodeURIComponent(data.document)}.${ending}`, download: true, title: t(`board.as_${ending}`) }, icon("down"), ending.toUpperCase())));

// ---- what is shown of it -------------------------------------------------------------------------------------

function filters() {
  const counted = (one) => h("option", { value: one.iri, selected: one.iri === wanted.body || one.iri === wanted.theme }, `${label(one.label, one.label_en)}  ${one.units}`);
  const choose = (name, all, options) => h("select", { "aria-label": t(`board.${name}`), "data-key": name, class: wanted[name] ? "set" : "",
    onchange: (event) => { wanted[name] = event.target.value; event.target.classList.toggle("set", Boolean(wanted[name])); rows(); } }, h("option", { value: "" }, t(all)), options);
  const group = (name, bodies) => (bodies.length ? h("optgroup", { label: t(name) }, bodies.map(counted)) : null);
  return h("div", { class: "board-bar", role: "search" },
    h("div", { class: "reader-search" }, icon("search"), h("input", { type: "search", value: words, placeholder: t("board.filter"), "aria-label": t("board.filter"), "data-key": "words",
      oninput: (event) => { words = event.target.value.trim(); rows(); } })),
    choose("section", "board.all_sections", data.sections.map((s) => h("option", { value: s, selected: s === wanted.section }, s))),
    choose("theme", "board.all_themes", data.themes.map(counted)),
    choose("body", "board.all_bodies", [group("board.acting", data.bodies.filter((b) => b.acts)), group("board.concerned", data.bodies.filter((b) => !b.acts))]),
    h("span", { class: "count", role: "status" }),
    h("button", { type: "button", class: "chip clear", "data-key": "clear", onclick: clear }, icon("close"), t("board.clear")));
}

function clear() {
  for (const name of Object.keys(wanted)) wanted[name] = "";
  words = "";
  draw();
  root.querySelector('[data-key="words"]')?.focus();
}

const holds = (...texts) => !words || texts.join(" ").toLowerCase().includes(words.toLowerCase());
const fits = (row, but = "") => (!wanted.section || row.section === wanted.section) && (!wanted.theme || row.themes.includes(wanted.theme))
  && (!wanted.body || row.bodies.some((b) => b.iri === wanted.body)) && (!wanted.gap || but === "gap" || row.gaps.includes(wanted.gap));

function rows() {
  const passing = new Set(data.rows.filter((row) => fits(row)).map((row) => row.iri));
  const found = {
    units: data.rows.filter((r) => passing.has(r.iri)),
    targets: data.targets.filter((x) => passing.has(x.unit.iri)),
    programmes: data.programmes.map((p) => ({ ...p, units: p.units.filter((u) => passing.has(u.iri)) })).filter((p) => p.units.length),
  };
  numbers(found);
  const lists = {
    duties: found.units.filter((r) => holds(r.label, r.title, r.title_en, ...r.bodies.map((b) => b.label))),
    targets: found.targets.filter((x) => holds(x.words, x.measure, x.clause.translation, x.unit.label, x.unit.title, x.unit.title_en)),
    programmes: found.programmes.filter((p) => holds(p.label, word("programme_kind", p.kind), ...p.units.flatMap((u) => [u.title, u.title_en]))),
  };
  lists.matrix = lists.duties;
  const all = { duties: data.rows, matrix: data.rows, targets: data.targets, programmes: data.programmes }[view].length;
  const narrowed = Boolean(words) || Object.values(wanted).some(Boolean);
  root.querySelector(".board-bar .count").textContent = narrowed ? t("board.of", { n: lists[view].length, total: all }) : "";
  root.querySelector(".board-bar .clear").hidden = !narrowed;
  fill(body, { duties, matrix, targets, programmes }[view](lists[view]));
  address();
}

function numbers(found) {
  const place = root.querySelector(".cards");
  const card = (n, total, text) => h("div", { class: "card" }, h("b", {}, String(n), n === total ? null : h("small", {}, ` / ${total}`)), h("span", {}, text));
  const near = data.rows.filter((row) => fits(row, "gap"));
  const named = new Set(found.units.flatMap((r) => r.bodies.map((b) => b.iri)));
  refill(place, card(found.units.length, data.rows.length, t("board.units")), card(named.size, data.bodies.length, t("board.bodies")),
    card(found.targets.length, data.targets.length, t("board.n_targets")), card(found.programmes.length, data.programmes.length, t("board.n_programmes")),
    GAPS.map((gap) => h("button", { type: "button", class: "card gap", "data-key": gap, "aria-pressed": String(wanted.gap === gap), title: t("board.only_these"),
      onclick: () => { wanted.gap = wanted.gap === gap ? "" : gap; rows(); } },
      h("b", {}, String(near.filter((r) => r.gaps.includes(gap)).length)), h("span", {}, t(`board.gap_${gap}`)))));
}

// ---- the views -------------------------------------------------------------------------------------------------

const unitCell = (u, more = null) => h("th", { class: "unit-cell", scope: "row" }, cite(u.iri, [h("span", { class: "num" }, u.label), h("span", { title: u.title }, titleOf(u))], { class: "cite item" }), more);
const bodyLink = (b) => h("span", { class: "who" }, h("a", { class: "node-link body", href: nodeLink(b.iri) }, b.label), statedMark(b.clause));
const gapMark = (gap) => h("span", { class: `gap-mark ${gap}` }, t(`board.${gap}`));
const unique = (bodies) => [...new Map(bodies.map((b) => [`${b.iri} ${b.role}`, b])).values()];

// On a phone each row is a card, and a cell says what its column is.  A table that is not laid out as one is none to a
// screen reader, so each part says what it is.
function table(caption, heads, lines) {
  for (const line of lines) {
    line.setAttribute("role", "row");
    [...line.children].forEach((cell, i) => {
      cell.dataset.label = heads[i];
      cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
    });
  }
  return h("table", { class: `board-table ${view}`, role: "table" }, h("caption", { class: "sr" }, caption),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, heads.map((text) => h("th", { scope: "col", role: "columnheader" }, text)))),
    h("tbody", { role: "rowgroup" }, lines.length ? lines : h("tr", { role: "row" }, h("td", { colspan: String(heads.length), class: "quiet", role: "cell" }, t("board.none")))));
}

function duties(list) {
  return table(t("board.duties"), [t("board.unit"), t("board.responsible"), t("board.support"), t("board.participant"), t("board.affected"), t("board.when"), t("board.missing")],
    list.map((row) => h("tr", {}, unitCell(row),
      ROLES.map((roles) => h("td", {}, unique(row.bodies.filter((b) => roles.includes(b.role))).map((b) =>
        h("div", {}, b.role === "lead" ? h("small", { class: "lead-mark" }, t("relation.leadBody")) : null, bodyLink(b))))),
      h("td", { class: "when" }, data.targets.filter((x) => x.deadline && x.unit.iri === row.iri).map((x) =>
        h("div", {}, stated(x.clause, day(x.deadline))))),
      h("td", {}, h("div", { class: "gaps" }, row.gaps.map(gapMark))))));
}

function matrix(list) {
  const present = data.bodies.filter((b) => list.some((r) => r.bodies.some((x) => x.iri === b.iri)));
  const columns = present.filter((b) => !wanted.body || b.iri === wanted.body).concat(wanted.body ? present.filter((b) => b.iri !== wanted.body) : []).slice(0, COLUMNS);
  const cell = (row, b) => h("td", { class: "cross" }, unique(row.bodies.filter((x) => x.iri === b.iri)).map((x) =>
    cite(x.clause.iri, t(`board.short_${x.role}`), { class: `cite role ${x.role}`, "data-quote": withTranslation(x.clause.text, x.clause.translation), "data-where": x.clause.where, "aria-label": `${b.label} ${word("role", x.role)}` })));
  return [h("p", { class: "quiet matrix-key" }, t("board.matrix_text", { n: columns.length, total: present.length }),
    h("span", {}, ["lead", "responsible", "support", "participant", "affected"].map((role) => h("span", {}, h("i", { class: `role ${role}` }, t(`board.short_${role}`)), word("role", role))))),
    h("div", { class: "wide-table", tabindex: "0", role: "region", "aria-label": t("board.matrix") }, h("table", { class: "board-table matrix" }, h("caption", { class: "sr" }, t("board.matrix")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "corner" }, t("board.unit")), columns.map((b) => h("th", { scope: "col", class: "slant" }, h("a", { href: nodeLink(b.iri), title: b.label }, b.label))))),
      h("tbody", {}, list.length ? list.map((row) => h("tr", { class: row.gaps.includes("no_body") ? "lacks" : "" },
        unitCell(row, row.gaps.includes("no_body") ? h("span", { class: "gap-mark no_body" }, t("board.nobody")) : null), columns.map((b) => cell(row, b))))
        : h("tr", {}, h("td", { class: "quiet" }, t("board.none"))))))];
}

function targets(list) {
  return h("ul", { class: "target-cards" }, list.length ? list.map((x) => h("li", { class: x.deadline ? "" : "vague" },
    h("div", { class: "due" }, x.deadline ? (x.value === null ? t("board.when") : t("board.due", { day: day(x.deadline) })) : t("board.no_date"), x.commitment ? h("span", { class: `commitment ${x.commitment}` }, word("commitment", x.commitment)) : null),
    h("div", { class: "amount" }, x.value === null && x.deadline ? day(x.deadline) : amount(x)),
    x.words.includes(x.measure) ? null : h("p", { class: "measure" }, x.measure),
    h("blockquote", {}, x.words),
    state.language === "en" && x.clause.translation ? h("p", { class: "said-in-english", lang: "en" }, x.clause.translation) : null,
    h("p", { class: "where" }, stated(x.clause), h("span", { class: "quiet" }, titleOf(x.unit))))) : h("li", { class: "quiet" }, t("board.none")));
}
const day = (deadline) => deadline.replace("/", " – ");

function programmes(list) {
  return table(t("board.programmes"), [t("board.programme"), t("board.type"), t("board.in_units")], list.map((p) => h("tr", {},
    h("th", { scope: "row" }, h("a", { class: "node-link programme", href: nodeLink(p.iri) }, p.label)), h("td", { class: "quiet" }, word("programme_kind", p.kind)),
    h("td", {}, p.units.map((u) => h("div", { class: "used" }, stated(u.clause), titleOf(u), u.action ? h("small", { class: "quiet" }, u.action) : null))))));
}
