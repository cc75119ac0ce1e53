// Review: what the program is least sure of, one card each, and what people decide; every decision is kept.
import { Refused, call, cite, fill, h, icon, keep, kept, label, note, on, post, put, state, t, toast, word } from "./core.js";

const KINDS = ["fact", "name", "span"];
const CODES = {
  programme: ["programme_kind", ["policy_document", "project", "campaign", "plan", "activity", "system", "pilot", "slogan"]],
  body: ["body_kind", ["bureau", "government", "party", "school", "people", "place", "generic", "body"]],
};
const LONG = new Set(["canonical", "measure", "text", "name"]);
let root = null;
let list = null;
let bar = null;
let about = null; // choices, fields and limits, as the server says them
let shown = { document: "", kind: "", clause: "" };
let wanted = 0;
let queued = null; // the view of the queue that the bar tells of
let own = false; // the change of state that comes next is ours: the list stays
let concepts = null;

export function mount(element) {
  root = element.querySelector(".root");
  list = h("ol", { class: "tasks", "aria-live": "off", onkeydown: keys });
  bar = h("div", { class: "review-bar" });
  on("page", (page) => { if (page === "review") look(); });
  on("language", () => { if (state.page === "review") look(); });
  on("documents", () => { if (!own && state.page === "review") look(); });
  on("follow", ({ page, values }) => {
    if (page !== "review") return;
    shown = { document: values.document ?? "", kind: values.kind ?? "", clause: values.clause ?? "" };
    root.scrollTop = 0;
    look();
  });
}

async function look() {
  const mine = ++wanted;
  try {
    const view = await call("review", shown.clause ? { clause: shown.clause } : { document: shown.document, kind: shown.kind });
    if (!about) about = view.choices ? view : await call("review", {});
    if (view.choices) about = view;
    if (mine === wanted) draw(view);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (mine === wanted) fill(root, h("div", { class: "review-page" }, h("h1", {}, t("review.title")), note(error.message)));
  }
}

function draw(view) {
  const one = Boolean(shown.clause);
  fill(list, view.cards.map(card));
  queued = one ? null : view;
  drawBar();
  fill(root, h("div", { class: "review-page" },
    h("h1", {}, one ? t("review.clause_title", { where: view.of.clause.where }) : t("review.title")),
    h("p", { class: "lead" }, one ? t("review.clause_lead") : t("review.lead")),
    state.reviews ? who() : h("p", { class: "note quiet" }, icon("warn"), t("review.elsewhere")),
    bar,
    one ? h("blockquote", { class: "sentence whole", dir: "auto" }, view.of.segments.map(([text]) => text)) : null,
    one && view.of.clause.translation && state.language === "en" ? h("p", { class: "quiet", lang: "en" }, view.of.clause.translation) : null,
    view.cards.length && state.reviews ? h("p", { class: "quiet hint" }, t("review.keys")) : null,
    view.cards.length ? list : note(one ? t("review.no_facts") : t("review.empty"), "good"),
    one && state.reviews ? adding(view.of) : null,
    !one && view.total > view.cards.length ? more(view) : null,
    view.orphans?.length ? h("details", { class: "orphans" }, h("summary", {}, t("review.orphans", { n: view.orphans.length })),
      h("p", { class: "quiet" }, t("review.orphans_text")), h("ul", {}, view.orphans.map(told))) : null));
}

function drawBar() {
  fill(bar, queued ? [kinds(queued), documents(), h("span", { class: "count", role: "status" }, t("review.count", { n: queued.total }))]
    : h("a", { class: "plain-link", href: "#/review" }, t("review.to_queue")));
}

function more(view) {
  const button = h("button", { type: "button", class: "plain more", onclick: async () => {
    try {
      const next = await call("review", { ...shown, clause: undefined, from: list.querySelectorAll("li.task[data-open]").length });
      const first = list.children.length;
      put(list, next.cards.map(card));
      list.children[first]?.focus();
      if (!next.cards.length || list.querySelectorAll("li.task[data-open]").length >= next.total) button.remove();
    } catch (error) { if (!(error instanceof Refused)) throw error; toast(error.message); }
  } }, t("review.more"));
  return button;
}

// ---- who, and which ------------------------------------------------------------------------------------------------

function who() {
  if (state.account) return h("p", { class: "who-reviews quiet" }, t("review.as", { name: state.account }));
  const box = h("input", { type: "text", id: "reviewer", maxlength: String(about?.longest?.name ?? 80), autocomplete: "name", value: kept().reviewer ?? "",
    placeholder: t("review.name_placeholder"), oninput: () => { keep({ reviewer: box.value.trim() }); box.removeAttribute("aria-invalid"); } });
  box.value = kept().reviewer ?? "";
  return h("p", { class: "who-reviews" }, h("label", { for: "reviewer" }, t("review.name")), box, h("small", { class: "quiet" }, t("review.name_text")));
}

function reviewer() {
  const name = state.account || (kept().reviewer ?? "").trim();
  if (name) return name;
  const box = document.getElementById("reviewer");
  box?.setAttribute("aria-invalid", "true");
  box?.focus();
  toast(t("review.name_first"));
  return "";
}

function kinds(view) {
  const all = KINDS.reduce((sum, kind) => sum + view.counts[kind], 0);
  return h("div", { class: "switch", role: "group", "aria-label": t("review.kinds") },
    ["", ...KINDS].map((kind) => h("button", { type: "button", "data-kind": kind || "all", "aria-pressed": String(shown.kind === kind),
      onclick: () => { shown = { ...shown, kind }; look().then(() => root.querySelector(`[data-kind="${kind || "all"}"]`)?.focus()); } },
    t(`review.kind_${kind || "all"}`), " ", h("small", {}, String(kind ? view.counts[kind] : all)))));
}

function documents() {
  if (state.documents.length < 2) return null;
  const select = h("select", { "aria-label": t("reader.which"), onchange: () => { shown = { ...shown, document: select.value }; look(); } },
    h("option", { value: "" }, t("review.all_documents")),
    state.documents.map((d) => h("option", { value: d.id, selected: d.id === shown.document }, d.title)));
  return select;
}

// ---- a card --------------------------------------------------------------------------------------------------------

function card(view) {
  const node = h("li", { class: `task ${view.kind} ${view.status}`, "data-id": view.id, "data-open": "yes", tabindex: "-1", "aria-label": name(view) });
  return face(node, view);
}

const name = (view) => (view.kind === "name" ? view.names.map((n) => n.name).join(" = ") : view.kind === "span" ? view.words : `${word("relation", view.relation)} ${subject(view)}`);
const subject = (view) => { const f = view.fields; return view.fact === "theme" ? label(...view.labels) : f.canonical ?? f.text; };

function face(node, view) {
  node.className = `task ${view.kind} ${view.status}`;
  return fill(node,
    h("header", {},
      h("span", { class: `tag ${view.fact ?? view.kind}` }, view.kind === "fact" ? word("relation", view.relation) : t(`review.kind_${view.kind}`)),
      view.clause ? cite(view.clause.iri, view.clause.where) : null,
      h("span", { class: "quiet where", dir: "auto" }, [view.clause?.unit, state.documents.length > 1 ? view.title : ""].filter(Boolean).join(" · ")),
      view.status && !["extracted", "open"].includes(view.status) ? h("span", { class: `state ${view.status}` }, t(`review.status_${view.status}`)) : null,
      view.confidence !== undefined && view.status === "extracted" ? sure(view) : null),
    view.kind === "name" ? names(view) : h("blockquote", { class: "sentence", dir: "auto" }, view.segments.map(([text, mark]) => (mark ? h("mark", {}, text) : text))),
    view.clause?.translation && state.language === "en" && !shown.clause ? h("p", { class: "quiet translation", lang: "en" }, view.clause.translation) : null,
    view.kind === "fact" ? said(view) : null,
    view.kind === "span" ? h("p", {}, t("review.span_text", { words: view.words })) : null,
    state.reviews ? actions(node, view) : null,
    view.history?.length ? h("details", { class: "history" }, h("summary", {}, t("review.history", { n: view.history.length })), h("ul", {}, view.history.map(told))) : null);
}

const sure = (view) => h("span", { class: "sure-of quiet", title: view.method }, t("review.sure", { n: Math.round(view.confidence * 100) }), " · ", h("code", {}, view.method));

function said(view) {
  const rows = Object.entries(view.fields).filter(([key, value]) => value !== null && value !== "" && !(key === "canonical" && value === view.fields.name));
  return h("dl", { class: "said" }, rows.map(([key, value]) => h("div", {}, h("dt", {}, t(`review.field_${key}`)), h("dd", { dir: "auto" }, key === "concept" ? label(...view.labels) : shownValue(view.fact, key, value)))));
}

function shownValue(fact, key, value) {
  if (["role", "comparator", "commitment"].includes(key)) return word(key, value);
  if (key === "kind") return word(CODES[fact][0], value);
  return String(value);
}

function names(view) {
  return h("div", { class: "two-names" },
    view.names.map((one, i) => [i ? h("span", { class: "equals", "aria-hidden": "true" }, "=?") : null, h("div", {}, h("b", { dir: "auto" }, one.name),
      one.examples.map((example) => h("p", { class: "quiet", dir: "auto" }, cite(example.clause.iri, example.clause.where), " ", example.segments.map(([text, mark]) => (mark ? h("mark", {}, text) : text)))))]),
    h("p", { class: "why" }, label(view.why.zh, view.why.en)));
}

function told(d) {
  const text = (given) => given && [word("role", given.fields.role ?? ""), given.fields.canonical ?? given.fields.text ?? label(...given.labels)].filter(Boolean).join(" ");
  const what = d.names ? d.names.join(d.verdict === "same" ? " = " : " ≠ ") : [text(d.about), text(d.wanted)].filter(Boolean).join(" → ") || d.words;
  return h("li", {}, h("b", {}, t(`review.verdict_${d.verdict}`)), " ", h("span", { dir: "auto" }, what), h("span", { class: "quiet" }, ` · ${d.by} · ${d.time.replace("T", " ").replace("Z", " UTC")}`),
    d.note ? h("q", { dir: "auto" }, d.note) : null);
}

// ---- deciding ------------------------------------------------------------------------------------------------------

function actions(node, view) {
  const act = (verdict, kind, more = {}) => h("button", { type: "button", class: `verdict ${kind}`, "data-verdict": verdict, onclick: () => decide(node, view, { verdict, ...more }) },
    kind === "yes" ? icon("check") : kind === "no" ? icon("close") : null, t(`review.do_${verdict}`));
  const open = (verdict) => h("button", { type: "button", class: "verdict", "data-verdict": verdict, onclick: () => form(node, view, verdict) }, t(`review.do_${verdict}`));
  const box = h("div", { class: "verdicts", role: "group", "aria-label": name(view) });
  if (view.kind === "name") return put(box, act("same", "yes"), act("different", "no"));
  if (view.kind === "span") return put(box, open("add"), act("dismiss", "no"));
  if (view.status === "lost") return box;
  if (view.status !== "approved") put(box, act("approve", "yes"));
  if (view.status !== "out") put(box, act("reject", "no"));
  return put(box, view.status !== "out" ? open("edit") : null);
}

async function decide(node, view, request) {
  const by = reviewer();
  if (!by || node.hasAttribute("aria-busy")) return;
  node.setAttribute("aria-busy", "true");
  own = true;
  try {
    const made = await post("review/decide", JSON.stringify({ ...(view.id ? { id: view.id } : {}), by, ...request }));
    await call("documents");
    if (!view.id || shown.clause) { own = false; await look(); return; }
    done(node, view, made);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    node.querySelector(".refusal")?.remove();
    put(node, h("div", { class: "refusal" }, note(error.message)));
  } finally {
    own = false;
    node.removeAttribute("aria-busy");
  }
}

// What was decided shrinks to a line, from which it can be opened and decided anew.
function done(node, view, made) {
  const next = nextCard(node, 1);
  if (node.dataset.open && queued) {
    queued.total -= 1;
    queued.counts[view.kind] -= 1;
    drawBar();
  }
  delete node.dataset.open;
  const again = h("button", { type: "button", class: "verdict", onclick: async () => {
    try {
      const { cards } = await call("review", { id: made.id });
      node.dataset.id = cards[0].id;
      face(node, cards[0]);
      node.querySelector("button")?.focus();
    } catch (error) { if (!(error instanceof Refused)) throw error; toast(error.message); }
  } }, t("review.again"));
  const openAgain = view.kind === "fact" || made.decision.wanted;
  node.className = `task done ${made.decision.verdict}`;
  fill(node, h("p", { role: "status" }, icon(["reject", "different", "dismiss"].includes(made.decision.verdict) ? "close" : "check"),
    h("b", {}, t(`review.verdict_${made.decision.verdict}`)), h("span", { dir: "auto" }, name(view)), openAgain ? again : null));
  (next ?? again).focus();
}

const nextCard = (node, by) => {
  let one = node;
  do { one = by > 0 ? one.nextElementSibling : one.previousElementSibling; } while (one && !one.dataset.open);
  return one;
};

function keys(event) {
  const node = event.target.closest("li.task");
  if (!node || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const verdict = { a: ["approve", "same", "add"], r: ["reject", "different", "dismiss"], e: ["edit"] }[event.key];
  if (step) {
    const other = nextCard(node, step);
    if (other) { event.preventDefault(); other.focus(); other.scrollIntoView({ block: "nearest" }); }
  } else if (verdict) {
    const button = verdict.map((one) => node.querySelector(`[data-verdict="${one}"]`)).find(Boolean);
    if (button) { event.preventDefault(); button.click(); }
  }
}

// ---- the form of a fact ---------------------------------------------------------------------------------------------

function adding(of) {
  const place = h("div", { class: "task adding" });
  const begin = () => fill(place, h("button", { type: "button", class: "plain", onclick: () => form(place, { kind: "clause", clause: of.clause }, "add", begin) }, t("review.add_here")));
  begin();
  return place;
}

async function form(node, view, verdict, back = null) {
  if (!reviewer()) return;
  if (!concepts) {
    try { ({ concepts } = await call("concepts")); } catch (error) { if (!(error instanceof Refused)) throw error; toast(error.message); return; }
  }
  let fact = view.fact ?? "body";
  const marked = (view.segments ?? []).filter(([, mark]) => mark).map(([text]) => text).join("");
  const fields = h("div", { class: "fields" });
  const fresh = () => fill(fields, about.fields[fact].map((key) => field(key, view.fields?.[key] ?? "", fact)));
  const choose = view.fact ? null : control("fact", h("select", { name: "fact", onchange: (event) => { fact = event.target.value; fresh(); } },
    Object.keys(about.fields).map((kind) => h("option", { value: kind }, t(`kind.${kind}`)))));
  fresh();
  const words = h("input", { type: "text", name: "words", value: marked, required: true, maxlength: String(about.longest.field), dir: "auto" });
  const remark = h("input", { type: "text", name: "note", maxlength: String(about.longest.note), dir: "auto" });
  const close = () => { box.remove(); if (back) back(); else { face(node, view); node.querySelector(`[data-verdict="${verdict}"]`)?.focus(); } };
  const box = h("div", { class: "fact-form", role: "form", "aria-label": t(`review.do_${verdict}`), onkeydown: (event) => {
    if (event.key === "Escape") { event.preventDefault(); close(); }
    if (event.key === "Enter" && event.target.tagName === "INPUT" && !event.isComposing) { event.preventDefault(); send(); }
  } },
  choose, control("words", words), fields, control("note", remark),
  h("div", { class: "verdicts" }, h("button", { type: "button", class: "verdict yes", "data-send": "yes", onclick: () => send() }, icon("check"), t("review.save")),
    h("button", { type: "button", class: "verdict", onclick: close }, t("documents.leave"))));
  function send() {
    const values = view.fact ? {} : { fact };
    for (const one of fields.querySelectorAll("[name]")) {
      const before = String(view.fields?.[one.name] ?? "");
      if (one.value.trim() !== before) values[one.name] = one.value.trim();
    }
    const place = view.id ? {} : { clause: view.clause.iri };
    decide(node, view, { verdict, ...place, values, words: words.value.trim() === marked && view.fact ? "" : words.value.trim(), note: remark.value.trim() });
  }
  node.querySelector(".verdicts")?.remove();
  node.querySelector(".fact-form")?.remove();
  if (back) fill(node, box); else put(node, box);
  words.focus();
}

const control = (key, input) => h("label", { class: LONG.has(key) || key === "words" || key === "note" ? "long" : "" }, h("span", {}, t(`review.field_${key}`)), input);

function field(key, value, fact) {
  if (about.choices[key]) {
    return control(key, h("select", { name: key }, [key === "commitment" ? "" : null, ...about.choices[key]].filter((code) => code !== null)
      .map((code) => h("option", { value: code, selected: code === (value || (key === "comparator" ? "=" : value)) }, code ? word(key, code) : t("review.none")))));
  }
  if (key === "concept") {
    return control(key, h("select", { name: key }, [...concepts].sort((a, b) => label(a[1], a[2]).localeCompare(label(b[1], b[2]), state.language)).map(([id, zh, en]) => h("option", { value: id, selected: id === value }, label(zh, en)))));
  }
  if (key === "kind") {
    const [group, codes] = CODES[fact];
    return control(key, h("select", { name: key }, [...new Set([...codes, value].filter(Boolean))].map((code) => h("option", { value: code, selected: code === value }, word(group, code)))));
  }
  const number = ["value", "value_max", "baseline"].includes(key);
  return control(key, h("input", { type: "text", name: key, value: String(value), inputmode: number ? "decimal" : null, maxlength: String(about.longest.field), dir: "auto",
    placeholder: key === "deadline" ? "2031-12-31" : ["name", "canonical", "text", "measure"].includes(key) ? t("review.as_printed") : null }));
}
