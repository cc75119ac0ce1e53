// What every pane shares: state, texts, safe building of elements, calls to the server, moving between pages.
// Text of documents and questions reaches the page through `h` only, as text nodes: nothing here parses HTML.

export const state = {
  language: "zh",
  theme: "light",
  page: "ask",
  tab: "answer",
  documents: [],
  picked: "",
  suggestions: { zh: [], en: [] },
  generation: "",
  changes: false,
  reviews: false,
  account: "",
  formats: [],
  feedback: [],
  lit: "",
};

export const PAGES = ["ask", "start", "graph", "board", "reader", "review", "documents", "about"];

const bus = new EventTarget();
export const on = (name, listener) => bus.addEventListener(name, (event) => listener(event.detail));
export const emit = (name, detail) => bus.dispatchEvent(new CustomEvent(name, { detail }));

// ---- texts -----------------------------------------------------------------------------------------------

let texts = { zh: {}, en: {} };
export const setTexts = (all) => { texts = all; };

export function t(key, values = {}) {
  const own = texts[state.language] ?? {};
  // English says one of a thing in other words than several.
  const text = (values.n === 1 && own[`${key}_one`]) || (own[key] ?? key);
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
export const known = (key) => key in (texts[state.language] ?? {});
// A code of the graph ("lead", "policy_document") in the language of the page; as it is where no text names it.
export const word = (group, code) => (known(`${group}.${code}`) ? t(`${group}.${code}`) : String(code));
export const label = (zh, en) => (state.language === "en" && en ? en : zh || en || "");
// The title of a unit, in the language of the page where a translation came with the plan.
export const titleOf = (unit) => label(unit.title, unit.title_en);
// A clause with its translation beneath it, as a preview shows it.
export const withTranslation = (text, translation) => text + (state.language === "en" && translation ? `\n${translation}` : "");

// ---- elements --------------------------------------------------------------------------------------------

// Characters that turn the direction of a line around, or hide: shown as a mark, so that no text can pose as another.
const CONTROL = /[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
export const plain = (text) => String(text).replace(CONTROL, "\ufffd");

export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) {
      if (typeof value === "function") node.addEventListener(name.slice(2), value);
    } else if (name === "href") {
      if (/^(#|\.?\/?download\/)/.test(value)) node.setAttribute("href", value);
    } else {
      node.setAttribute(name, value === true ? "" : plain(value));
    }
  }
  put(node, children);
  return node;
}

export function put(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(plain(child)));
  }
  return node;
}

export function fill(node, ...children) {
  node.replaceChildren();
  return put(node, ...children);
}

// What is drawn anew while the keyboard stands in it: the keyboard goes on from the control of the same `data-key`.
export function refill(node, ...children) {
  const key = node.contains(document.activeElement) ? document.activeElement.dataset.key : "";
  fill(node, ...children);
  if (key) node.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
  return node;
}

const SVG = "http://www.w3.org/2000/svg";
const ICONS = {
  send: "M5 12h13M12.5 6l6 6-6 6",
  copy: "M9 9h10v11H9zM5 15V4h10",
  down: "M12 4v11M7 11l5 5 5-5M5 20h14",
  out: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  moon: "M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 2v3M12 19v3M2 12h3M19 12h3M5 5l2 2M17 17l2 2M19 5l-2 2M7 17l-2 2",
  table: "M4 5h16v14H4zM4 10h16M4 15h16M10 5v14",
  graph: "M6 7a2 2 0 1 0 0-.1M18 6a2 2 0 1 0 0-.1M12 18a2 2 0 1 0 0-.1M7.5 8l3.500 8M16.800 7.500l-3.600 8.500M8 6.800l8-.6",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4 4L19 7",
  warn: "M12 4l9 16H3zM12 10v4M12 17v.5",
  quote: "M5 6h14M5 11h14M5 16h8",
  open: "M14 5h5v5M19 5l-8 8M10 5H5v14h14v-5",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l4.500 4.500",
};
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export const button = (name, title, onclick, extra = {}) =>
  h("button", { type: "button", class: "tool", title, "aria-label": title, onclick, ...extra }, icon(name));

// A link to a clause.  One listener for the whole page (main.js) lights what it names.
export const cite = (iri, text, extra = {}) =>
  h("a", { class: "cite", href: clauseLink(iri), "data-clause": iri, ...extra }, text);
// A link to the clause that states something, with its words as a preview.
export const stated = (clause, text = clause.where, extra = {}) => cite(clause.iri, text, {
  "data-quote": withTranslation(clause.text, clause.translation), "data-where": clause.where, ...extra });
// The same where it stands beside many others: a small mark.
export const statedMark = (clause) => stated(clause, icon("quote"), { class: "cite mark", "aria-label": t("board.clause", { where: clause.where }) });
export const clauseLink = (iri) => `#/reader?clause=${encodeURIComponent(iri)}`;
export const nodeLink = (iri) => `#/graph?node=${encodeURIComponent(iri)}`;

export function note(message, kind = "problem") {
  return h("p", { class: `note ${kind}`, role: kind === "problem" ? "alert" : "status" }, icon(kind === "problem" ? "warn" : "check"), message);
}

// Where there is nothing to show before a document is loaded: what to do about it.
export const nothing = () => h("div", { class: "nothing" }, icon("open"), h("p", {}, t("ask.nothing")),
  h("a", { class: "main", href: "#/documents" }, t("documents.put")));

let shown = 0;
export function toast(message) {
  const place = document.getElementById("toast") ?? document.body.appendChild(h("div", { id: "toast", role: "status", "aria-live": "polite" }));
  fill(place, message);
  place.classList.add("shown");
  const mine = ++shown;
  setTimeout(() => { if (mine === shown) place.classList.remove("shown"); }, 3200);
}

export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t("common.copied"));
  } catch {
    toast(t("common.copy_failed"));
  }
}

// ---- the server ------------------------------------------------------------------------------------------

let hand = null;
let ready;
const serverReady = new Promise((resolve) => { ready = resolve; });
export function setServer(functions) { hand = functions; ready(); }

export class Refused extends Error {
  constructor(message, reply = null) { super(message); this.reply = reply; }
}

// Why something was refused, in the language of the page; a line that no sentence is there for as the program wrote it.
const told = (reply) => (!reply?.refused ? t("common.no_server") : known(`refused.${reply.reason}`) ? t(`refused.${reply.reason}`)
  : t("refused.other", { line: reply.refused }));

// Ids go up, small views come down.  A refusal of the server is one clear line, thrown as `Refused`.
export async function call(name, request = {}) {
  await serverReady;
  const reply = await hand[name](request);
  if (reply === undefined || reply === null) throw new Refused(t("common.no_server"));
  if (reply.generation && reply.generation !== state.generation) await renew(reply, name);
  if (reply.refused) throw new Refused(told(reply), reply);
  return reply;
}

// An answer comes in steps, a line of JSON each; `step` may take its time over one.
export async function stream(path, request, step) {
  const headers = { "X-Yaodian": "page", "Content-Type": "application/octet-stream" };
  try {
    const reply = await fetch(new URL(path, document.baseURI), { method: "POST", headers, body: JSON.stringify(request) });
    if (!reply.ok) throw new Refused(told(await reply.json().catch(() => null)));
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = "", over = false; !over;) {
      const { value, done } = await reader.read();
      over = done;
      const lines = (rest + (value ?? "")).split("\n");
      rest = lines.pop();
      for (const line of lines) {
        const made = JSON.parse(line);
        if (made.refused) throw new Refused(told(made), made);
        if (made.generation && made.generation !== state.generation) await renew(made, path);
        await step(made);
      }
    }
  } catch (error) {
    // The browser's own word for a connection that broke.
    throw error instanceof TypeError ? new Refused(t("common.no_server")) : error;
  }
}

// What changes something goes by its own road: a header that no page of another site can send goes with it.
export function post(path, body, progress = () => {}) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", new URL(path, document.baseURI));
    request.responseType = "json";
    request.setRequestHeader("X-Yaodian", "page");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (event) => { if (event.lengthComputable) progress(event.loaded / event.total); };
    request.upload.onload = () => progress(1);
    request.onerror = () => reject(new Refused(t("common.no_server")));
    request.onload = () => {
      const reply = request.response;
      if (request.status === 200 && reply) resolve(reply);
      else reject(new Refused(told(reply), reply));
    };
    request.send(body);
  });
}

// Documents were loaded or taken out since: what the page holds of the old ones is let go, once.
async function renew(reply, name) {
  state.generation = reply.generation;
  plans.clear();
  const now = name === "documents" ? reply : await hand.documents({});
  if (!now || now.refused) return;
  state.documents = now.documents;
  state.suggestions = now.suggestions;
  emit("documents");
}

const plans = new Map();
export function plan(id) {
  if (!plans.has(id)) {
    const loading = call("read_plan", { document: id });
    loading.catch(() => plans.delete(id));
    plans.set(id, loading);
  }
  return plans.get(id);
}

export const documentTitle = (id) => state.documents.find((d) => d.id === id)?.title ?? id;
// The plan that somebody picked last, on whichever page; the first one until then.
export const picked = () => (state.documents.find((d) => d.id === state.picked) ?? state.documents[0])?.id;
export function pick(id) {
  state.picked = id;
  emit("picked", id);
}
export const picker = (shown, attributes = {}) => (state.documents.length < 2 ? null
  : h("select", { "aria-label": t("reader.which"), "data-key": "picker", ...attributes, onchange: (event) => pick(event.target.value) },
    state.documents.map((d) => h("option", { value: d.id, selected: d.id === shown }, d.title))));

// ---- keeping, moving ----------------------------------------------------------------------------------------

// Only choices of a reader are kept in the browser: never a question, never an answer.
const KEPT = "yaodian";
export function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "{}"); } catch { return {}; }
}
export function keep(changes) {
  try { localStorage.setItem(KEPT, JSON.stringify({ ...kept(), ...changes })); } catch { /* private mode: nothing is kept */ }
}

export function setLanguage(language) {
  state.language = language;
  keep({ language });
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = t("app.title");
  emit("language", language);
}

export function setTheme(theme) {
  state.theme = theme;
  document.documentElement.dataset.theme = theme;
  document.body.classList.toggle("dark", theme === "dark");
  emit("theme", theme);
}

export function show(page) {
  if (!PAGES.includes(page)) return;
  state.page = page;
  document.body.dataset.page = page;
  emit("page", page);
}
export function tab(name) {
  state.tab = name;
  document.body.dataset.tab = name;
  emit("tab", name);
}
export function go(page, values = {}) {
  const query = new URLSearchParams(values).toString();
  const target = `#/${page}${query ? `?${query}` : ""}`;
  if (location.hash === target) follow();
  else location.hash = target;
}
// The address says what is shown, so that it can be handed on; where it names another page already, a click is on its way.
export function keepAddress(page, target) {
  if (state.page === page && location.hash.startsWith(`#/${page}`)) history.replaceState(null, "", target);
}
export function follow() {
  const match = /^#\/(\w+)(?:\?(.*))?$/.exec(location.hash);
  if (!match) return show("ask");
  const values = Object.fromEntries(new URLSearchParams(match[2] ?? ""));
  show(match[1]);
  emit("follow", { page: match[1], values });
}
export const narrow = () => matchMedia("(max-width: 899px)").matches;
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
