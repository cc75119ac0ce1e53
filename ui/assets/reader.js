// Reader: the plan as it was ingested, every clause with an address, facts marked by type; beside it its translation, or another plan.
import { Refused, button, call, clauseLink, copy, fill, go, h, icon, keep, keepAddress, kept, narrow, note, nothing, on, picked, picker, plan, refill, state, t, tab, titleOf } from "./core.js";

const KINDS = ["body", "programme", "target", "theme"];
let root = null;
let head = null;
let contents = null;
// The plan, and the one beside it: each with its own page, and the elements of its clauses, units and sections by IRI.
const sheets = [];
let beside = "";
let lit = [];
let wanted = 0;

export function mount(element) {
  root = element.querySelector(".root");
  head = h("header", { class: "pane-head" });
  contents = h("nav", { class: "contents" });
  for (let i = 0; i < 2; i++) sheets.push({ id: "", view: null, page: h("div", { class: "page scroller", tabindex: "0" }), parts: new Map(), english: new Map() });
  sheets[1].page.hidden = true;
  fill(root, head, h("div", { class: "reader-body" }, contents, sheets.map((sheet) => sheet.page)));
  root.addEventListener("keydown", (event) => {
    const by = { j: 1, k: -1 }[event.key];
    if (by && !/^(INPUT|SELECT)$/.test(event.target.tagName) && !event.ctrlKey && !event.metaKey && !event.altKey) pace(by);
  });
  const hidden = new Set(kept().unmarked ?? []);
  for (const kind of KINDS) root.classList.toggle(`no-${kind}`, hidden.has(kind));
  on("language", () => { if (sheets[0].id) redraw(); else first(); });
  on("documents", () => {
    const [same] = sheets.map(({ id }) => (state.documents.some((d) => d.id === id) ? id : ""));
    for (const sheet of sheets) sheet.id = "";
    if (same) open(same); else first();
  });
  on("picked", open);
  on("light", (iri) => light(iri));
  // What an answer rests on first is in view beside it, without a click.
  on("answer", (answer) => { if (answer.citations.length && state.page === "ask" && !narrow()) light(answer.citations[0].iri); });
  // The pane changes its width with the page: what is lit stays in view.
  for (const name of ["page", "tab"]) on(name, () => requestAnimationFrame(() => { if (lit.length && lit[0].offsetParent) center(lit[0]); }));
  on("follow", async ({ page: name, values }) => {
    if (name !== "reader") return;
    if ("beside" in values || values.document) beside = values.beside ?? beside;
    if (values.clause) light(values.clause, { stay: true });
    else if (values.document && await open(values.document)) drawBeside();
  });
}

function first() {
  if (!state.documents.length) { fill(head, h("h2", {}, t("reader.title"))); fill(contents); fill(sheets[0].page, nothing()); return; }
  open(picked());
}

async function open(id) {
  const mine = ++wanted;
  if (sheets[0].id === id) return true;
  try {
    const view = await plan(id);
    if (mine === wanted) draw(view);
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(sheets[0].page, note(error.message));
    return false;
  }
}

const redraw = () => plan(sheets[0].id).then(draw, () => {});

function draw(view) {
  drawSheet(sheets[0], view);
  drawHead();
  fill(contents, h("h3", {}, t("reader.contents")), h("ol", {}, view.contents.map((entry) =>
    h("li", { class: `level-${Math.min(entry.level, 4)} to-${entry.type}` },
      h("a", { href: `#/reader?clause=${encodeURIComponent(entry.iri)}`, onclick: (event) => { event.preventDefault(); jump(entry.iri); } },
        entry.label ? h("span", { class: "num" }, entry.label) : null, h("span", {}, titleOf(entry)))))));
  root.classList.toggle("translated", inEnglish());
  drawBeside();
  if (state.lit) mark(state.lit);
}

// The translation is read by who reads English, unless that was said otherwise.
const inEnglish = () => Boolean(sheets[0].view?.translated) && (kept().translation ?? state.language === "en");

function drawHead() {
  const { view } = sheets[0];
  const others = state.documents.filter((d) => d.id !== view.id);
  if (!others.some((d) => d.id === beside)) beside = "";
  root.classList.toggle("several", others.length > 0);
  refill(head, h("h2", {}, t("reader.title")), picker(view.id, { class: "doc-name" }),
    others.length ? h("select", { class: "beside", "aria-label": t("reader.beside"), "data-key": "beside", onchange: (event) => { beside = event.target.value; drawBeside(); address(); } },
      h("option", { value: "" }, t("reader.alone")), others.map((d) => h("option", { value: d.id, selected: d.id === beside }, t("reader.with", { title: d.title })))) : null,
    search(),
    button("link", t("reader.link"), () => copy(`${location.href.split("#")[0]}${state.lit ? clauseLink(state.lit) : here()}`)),
    h("button", { type: "button", class: "tool reader-review", title: t("review.in_reader"), disabled: true, onclick: () => go("review", { clause: state.lit }) }, icon("check"), h("span", {}, t("review.in_reader"))),
    h("div", { class: "legend", role: "group", "aria-label": t("reader.marks") }, KINDS.map(legend), view.translated ? translationSwitch() : null));
}

const here = () => `#/reader?${new URLSearchParams({ document: sheets[0].id, ...(beside ? { beside } : {}) })}`;
function address() {
  keepAddress("reader", here());
}

function translationSwitch() {
  return h("button", { type: "button", class: "mark-switch english", "data-key": "english", "aria-pressed": String(inEnglish()), title: t("reader.unofficial"), onclick: () => {
    keep({ translation: !inEnglish() });
    redraw();
  } }, t("reader.translation"));
}

async function drawBeside() {
  const [, other] = sheets;
  const two = Boolean(beside) && beside !== sheets[0].id;
  other.page.hidden = !two;
  const chooser = head.querySelector('[data-key="beside"]');
  if (chooser) chooser.value = two ? beside : "";
  root.classList.toggle("two", two);
  if (!two) { other.id = ""; other.parts = new Map(); other.page.replaceChildren(); return; }
  if (other.id === beside && other.drawn === state.language) return;
  try {
    const view = await plan(beside);
    if (view.id === beside) drawSheet(other, view);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(other.page, note(error.message));
  }
}

function drawSheet(sheet, view) {
  Object.assign(sheet, { id: view.id, view, parts: new Map(), english: new Map(), drawn: state.language });
  const blocks = view.blocks.map((block) => (block.type === "section" ? heading(sheet, block) : block.type === "unit" ? unit(sheet, block) : furniture(block)));
  fill(sheet.page, h("div", { class: "sheet", lang: view.language === "en" ? "en" : "zh-CN" },
    h("h1", { class: "plan-title", dir: "auto" }, view.title || view.source),
    h("p", { class: "plan-facts" }, [view.issuers.join(t("common.comma")), view.number, view.year && t("reader.year", { year: view.year })]
      .filter(Boolean).map((x) => h("span", {}, x))),
    view.translated ? h("p", { class: "unofficial quiet" }, t("reader.unofficial")) : null,
    view.warnings.length ? h("details", { class: "warnings" }, h("summary", {}, t("reader.warnings", { n: view.warnings.length })),
      h("ul", {}, view.warnings.map((w) => h("li", {}, w)))) : null,
    blocks));
  sheet.page.setAttribute("aria-label", view.title);
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

function heading(sheet, block) {
  const element = h(`h${Math.min(block.level + 1, 4)}`, { class: "section", dir: "auto" },
    block.label ? h("span", { class: "mark" }, block.label) : null, block.title);
  sheet.parts.set(block.iri, [element]);
  return element;
}

function unit(sheet, block) {
  const english = [];
  const clauses = block.clauses.map((clause) => {
    const element = h("span", { class: `clause${clause.title ? " title" : ""}`, "data-iri": clause.iri, id: anchor(clause.iri) },
      clause.segments.map(([text, kinds]) => (kinds ? h("span", { class: `fact ${kinds}` }, text) : text)));
    element.addEventListener("click", () => chosen(clause.iri));
    sheet.parts.set(clause.iri, [element]);
    if (clause.translation) {
      const same = h("span", { class: clause.title ? "title" : "", onclick: () => chosen(clause.iri) }, clause.translation);
      sheet.english.set(clause.iri, same);
      english.push(same, " ");
    }
    return clause.break ? [h("br"), element] : element;
  });
  const element = h("section", { class: `unit ${block.kind}`, "data-unit": block.iri, "aria-label": block.label },
    h("a", { class: "num", href: `#/graph?node=${encodeURIComponent(block.iri)}`, title: t("reader.unit_graph") }, block.mark),
    h("p", { dir: "auto" }, clauses),
    english.length ? h("p", { class: "unit-en", lang: "en" }, english) : null);
  sheet.parts.set(block.iri, [element]);
  return element;
}

const furniture = (block) => h("p", { class: "furniture", title: block.reason }, block.text);
const anchor = (iri) => `c-${iri.replace(/[^A-Za-z0-9]+/g, "-")}`;
const sheetOf = (iri) => sheets.find((sheet) => sheet.parts.has(iri));

// The keyboard goes where the eye goes: on from the place that was jumped to.
function jump(iri) {
  sheets[0].parts.get(iri)?.[0].scrollIntoView({ block: "start" });
  sheets[0].page.focus({ preventScroll: true });
}

// The clause after the one that is lit, or before it; without one the first that is in view.
function pace(by) {
  const { page } = sheets.find((sheet) => sheet.page.contains(document.activeElement) && !sheet.page.hidden) ?? sheetOf(state.lit) ?? sheets[0];
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
    if (await open(place.document) && state.lit === iri) { state.picked = place.document; mark(iri); }
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(head, h("h2", {}, t("reader.title")), note(error.message));
  }
}

function mark(iri, { scroll = true } = {}) {
  const sheet = sheetOf(iri);
  if (!sheet) return false;
  for (const element of lit) { element.classList.remove("lit"); element.removeAttribute("aria-current"); }
  for (const element of root.querySelectorAll(".lit-too")) element.classList.remove("lit-too");
  lit = sheet.parts.get(iri);
  state.lit = iri;
  keepAddress("reader", clauseLink(iri) + (beside ? `&beside=${encodeURIComponent(beside)}` : ""));
  for (const element of lit) { element.classList.add("lit"); element.setAttribute("aria-current", "true"); }
  sheet.english.get(iri)?.classList.add("lit-too");
  head.querySelector(".reader-review")?.toggleAttribute("disabled", !lit[0].matches(".clause"));
  if (scroll) center(lit[0]);
  return true;
}

function center(element) {
  const page = element.closest(".page");
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
// In the plan and in what stands beside it.
function find(words, count) {
  const low = words.toLowerCase();
  const holds = (sheet, clause) => `${clause.textContent}\n${inEnglish() ? sheet.english.get(clause.dataset.iri)?.textContent ?? "" : ""}`.toLowerCase().includes(low);
  hits = low ? sheets.flatMap((sheet) => [...sheet.page.querySelectorAll(".clause")].filter((clause) => holds(sheet, clause))) : [];
  hit = -1;
  count.textContent = words ? t("reader.hits", { n: hits.length }) : "";
  if (hits.length) step(1, count);
}
function step(by, count) {
  hit = (hit + by + hits.length) % hits.length;
  mark(hits[hit].dataset.iri);
  count.textContent = `${hit + 1} / ${hits.length}`;
}
