// Reader: the plan as it was ingested, every clause with an address, facts marked by type.
import { Refused, button, call, clauseLink, copy, fill, go, h, icon, keep, kept, narrow, note, on, picked, picker, plan, state, t, tab } from "./core.js";

const KINDS = ["body", "programme", "target", "theme"];
let root = null;
let page = null;
let head = null;
let contents = null;
let shown = "";
let parts = new Map();
let lit = [];
let wanted = 0;

export function mount(element) {
  root = element.querySelector(".root");
  head = h("header", { class: "pane-head" });
  contents = h("nav", { class: "contents" });
  page = h("div", { class: "page scroller", tabindex: "0" });
  fill(root, head, h("div", { class: "reader-body" }, contents, page));
  root.addEventListener("keydown", (event) => {
    const by = { j: 1, k: -1 }[event.key];
    if (by && !/^(INPUT|SELECT)$/.test(event.target.tagName) && !event.ctrlKey && !event.metaKey && !event.altKey) pace(by);
  });
  const hidden = new Set(kept().unmarked ?? []);
  for (const kind of KINDS) root.classList.toggle(`no-${kind}`, hidden.has(kind));
  on("language", () => { if (shown) plan(shown).then(draw); else first(); });
  on("documents", () => {
    const same = state.documents.some((d) => d.id === shown) ? shown : "";
    shown = "";
    if (same) open(same); else first();
  });
  on("picked", open);
  // The pane changes its width with the page: what is lit stays in view.
  for (const name of ["page", "tab"]) on(name, () => requestAnimationFrame(() => { if (lit.length && page.clientHeight) center(lit[0]); }));
  on("follow", ({ page: name, values }) => {
    if (name !== "reader") return;
    if (values.clause) light(values.clause, { stay: true });
    else if (values.document) open(values.document);
  });
}

function first() {
  if (!state.documents.length) { fill(page, note(t("ask.nothing"), "quiet")); return; }
  open(picked());
}

async function open(id) {
  const mine = ++wanted;
  if (shown === id) return true;
  try {
    const view = await plan(id);
    if (mine === wanted) draw(view);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(page, note(error.message));
    return false;
  }
}

function draw(view) {
  shown = view.id;
  parts = new Map();
  fill(head, h("h2", {}, t("reader.title")), picker(view.id, { class: "doc-name" }), search(),
    button("link", t("reader.link"), () => copy(`${location.href.split("#")[0]}${state.lit ? clauseLink(state.lit) : `#/reader?document=${encodeURIComponent(shown)}`}`)),
    h("button", { type: "button", class: "tool reader-review", disabled: true, onclick: () => go("review", { clause: state.lit }) }, icon("check"), t("review.in_reader")),
    h("div", { class: "legend", role: "group", "aria-label": t("reader.marks") }, KINDS.map(legend)));
  const blocks = view.blocks.map((block) => (block.type === "section" ? heading(block) : block.type === "unit" ? unit(block) : furniture(block)));
  fill(page, h("div", { class: "sheet", lang: view.language === "en" ? "en" : "zh-CN" },
    h("h1", { class: "plan-title", dir: "auto" }, view.title || view.source),
    h("p", { class: "plan-facts" }, [view.issuers.join(t("common.comma")), view.number, view.year && t("reader.year", { year: view.year })]
      .filter(Boolean).map((x) => h("span", {}, x))),
    view.warnings.length ? h("details", { class: "warnings" }, h("summary", {}, t("reader.warnings", { n: view.warnings.length })),
      h("ul", {}, view.warnings.map((w) => h("li", {}, w)))) : null,
    blocks));
  fill(contents, h("h3", {}, t("reader.contents")), h("ol", {}, view.contents.map((entry) =>
    h("li", { class: `level-${Math.min(entry.level, 4)} to-${entry.type}` },
      h("a", { href: `#/reader?clause=${encodeURIComponent(entry.iri)}`, onclick: (event) => { event.preventDefault(); jump(entry.iri); } },
        entry.label ? h("span", { class: "num" }, entry.label) : null, h("span", {}, entry.title))))));
  page.setAttribute("aria-label", view.title);
  if (state.lit) mark(state.lit);
}

function legend(kind) {
  const pressed = !root.classList.contains(`no-${kind}`);
  const b = h("button", { type: "button", class: `mark-switch ${kind}`, "aria-pressed": String(pressed), onclick: () => {
    const off = root.classList.toggle(`no-${kind}`);
    b.setAttribute("aria-pressed", String(!off));
    keep({ unmarked: KINDS.filter((k) => root.classList.contains(`no-${k}`)) });
  } }, t(`kind.${kind}`));
  return b;
}

function heading(block) {
  const element = h(`h${Math.min(block.level + 1, 4)}`, { class: "section", dir: "auto" },
    block.label ? h("span", { class: "mark" }, block.label) : null, block.title);
  parts.set(block.iri, [element]);
  return element;
}

function unit(block) {
  const clauses = block.clauses.map((clause) => {
    const element = h("span", { class: `clause${clause.title ? " title" : ""}`, "data-iri": clause.iri, id: anchor(clause.iri) },
      clause.segments.map(([text, kinds]) => (kinds ? h("span", { class: `fact ${kinds}` }, text) : text)));
    element.addEventListener("click", () => chosen(clause.iri));
    parts.set(clause.iri, [element]);
    return clause.break ? [h("br"), element] : element;
  });
  const element = h("section", { class: `unit ${block.kind}`, "data-unit": block.iri, "aria-label": block.label },
    h("a", { class: "num", href: `#/graph?node=${encodeURIComponent(block.iri)}`, title: t("reader.unit_graph") }, block.mark),
    h("p", { dir: "auto" }, clauses));
  parts.set(block.iri, [element]);
  return element;
}

const furniture = (block) => h("p", { class: "furniture", title: block.reason }, block.text);
const anchor = (iri) => `c-${iri.replace(/[^A-Za-z0-9]+/g, "-")}`;

// The keyboard goes where the eye goes: on from the place that was jumped to.
function jump(iri) {
  parts.get(iri)?.[0].scrollIntoView({ block: "start" });
  page.focus({ preventScroll: true });
}

// The clause after the one that is lit, or before it; without one the first that is in view.
function pace(by) {
  const all = [...page.querySelectorAll(".clause")];
  const top = page.getBoundingClientRect().top;
  const at = all.findIndex((one) => one.classList.contains("lit"));
  const next = at < 0 ? all.find((one) => one.getBoundingClientRect().top >= top) : all[at + by];
  if (next) mark(next.dataset.iri);
}

function chosen(iri) {
  if (getSelection()?.toString()) return;
  mark(iri, { scroll: false });
}

// Light a clause (or a whole unit) and bring it into view.
export async function light(iri, { stay = false } = {}) {
  if (!stay && !["ask", "reader"].includes(state.page)) {
    go("reader", { clause: iri });
    return;
  }
  if (state.page === "ask" && narrow()) tab("source");
  state.lit = iri;
  if (mark(iri)) return;
  try {
    const place = await call("locate", { iri });
    if (await open(place.document) && state.lit === iri) mark(iri);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(head, h("h2", {}, t("reader.title")), note(error.message));
  }
}

function mark(iri, { scroll = true } = {}) {
  const found = parts.get(iri);
  if (!found) return false;
  for (const element of lit) { element.classList.remove("lit"); element.removeAttribute("aria-current"); }
  lit = found;
  state.lit = iri;
  if (state.page === "reader") history.replaceState(null, "", clauseLink(iri));
  for (const element of found) { element.classList.add("lit"); element.setAttribute("aria-current", "true"); }
  head.querySelector(".reader-review")?.toggleAttribute("disabled", !found[0].matches(".clause"));
  if (scroll) center(found[0]);
  return true;
}

function center(element) {
  const box = element.getBoundingClientRect();
  const frame = page.getBoundingClientRect();
  const room = Math.max(24, (frame.height - box.height) / 2);
  page.scrollTop += box.top - frame.top - Math.min(room, frame.height / 3);
}

// ---- search in the text ------------------------------------------------------------------------------------

let hits = [];
let hit = -1;
function search() {
  const count = h("span", { class: "count", "aria-live": "polite" });
  const box = h("input", { type: "search", placeholder: t("reader.search"), "aria-label": t("reader.search"), maxlength: "100",
    oninput: () => { find(box.value.trim(), count); }, onkeydown: (event) => {
      if (event.key === "Enter" && hits.length && !event.isComposing) { event.preventDefault(); step(event.shiftKey ? -1 : 1, count); }
    } });
  return h("div", { class: "reader-search" }, icon("search"), box, count);
}
function find(words, count) {
  const low = words.toLowerCase();
  hits = low ? [...page.querySelectorAll(".clause")].filter((c) => c.textContent.toLowerCase().includes(low)) : [];
  hit = -1;
  count.textContent = words ? t("reader.hits", { n: hits.length }) : "";
  if (hits.length) step(1, count);
}
function step(by, count) {
  hit = (hit + by + hits.length) % hits.length;
  mark(hits[hit].dataset.iri);
  count.textContent = `${hit + 1} / ${hits.length}`;
}
