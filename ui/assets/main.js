// The door of the browser side: Gradio mounts each pane here by name.
import { call, cite, follow, h, kept, narrow, on, setLanguage, setServer, setTexts, setTheme, state, tab } from "./core.js";
import * as shell from "./shell.js";
import * as ask from "./ask.js";
import * as reader from "./reader.js";
import * as graph from "./graph.js";
import * as board from "./board.js";
import * as review from "./review.js";
import * as documents from "./documents.js";
import * as start from "./start.js";
import * as about from "./about.js";

const PANES = {
  shell: shell.mount, composer: ask.mountComposer, answer: ask.mountAnswer, reader: reader.mount, graph: graph.mount,
  board: board.mount, review: review.mount, documents: documents.mount, start: start.mount, about: about.mount,
};
const EXPECTED = new Set(Object.keys(PANES));

export function mount(name, element, props, server) {
  if (name === "shell") {
    setTexts(props.value.texts);
    state.documents = props.value.documents;
    state.suggestions = props.value.suggestions;
    state.generation = props.value.generation;
    const said = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
    state.account = said("account");
    state.changes = props.value.changes || said("role") === "manage";
    state.reviews = state.changes || said("role") === "review";
    state.formats = props.value.formats;
    state.most_bytes = props.value.most_bytes;
    state.feedback = props.value.feedback;
    state.version = props.value.version;
    const mine = kept();
    setTheme(mine.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));
    // A browser that speaks neither language gets that of the plans.
    const spoken = (navigator.languages ?? []).map((name) => name.slice(0, 2)).find((name) => name === "zh" || name === "en");
    state.language = mine.language ?? spoken ?? props.value.language;
    setServer(server);
  }
  waiting.set(name, element);
  EXPECTED.delete(name);
  if (EXPECTED.size === 0) begin();
}
const waiting = new Map();

async function begin() {
  if (document.querySelector('meta[name="generation"]')?.content !== state.generation) await call("documents").catch(() => {});
  for (const [name, element] of waiting) PANES[name](element);
  setLanguage(state.language);
  tab("answer");
  addEventListener("hashchange", follow);
  follow();
  document.body.dataset.ready = "yes";
}

// One listener for every citation of every page: the clause is lit at once, from what the browser already holds.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a.cite");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  preview.hidden = true;
  reader.light(link.dataset.clause, { from: link });
});

// The quote of a citation under the pointer or the keyboard.
const preview = h("div", { id: "preview", role: "tooltip", hidden: true });
const showPreview = (link) => show(link.dataset.quote, link.dataset.where, link.getBoundingClientRect());
on("preview", (wanted) => { if (wanted) show(wanted.quote, wanted.where, wanted.box); else preview.hidden = true; });
function show(quote, where, box) {
  if (!quote || narrow()) return;
  preview.replaceChildren();
  preview.append(h("span", { class: "where" }, where ?? ""), h("q", {}, quote));
  if (!preview.isConnected) document.body.append(preview);
  preview.hidden = false;
  const left = Math.min(Math.max(12, box.left - 40), innerWidth - preview.offsetWidth - 12);
  // Beneath the mark, so that the line that is being read stays free.
  const below = box.bottom + 8;
  preview.style.left = `${left}px`;
  preview.style.top = `${below + preview.offsetHeight < innerHeight - 8 ? below : Math.max(8, box.top - preview.offsetHeight - 8)}px`;
}
for (const [shows, hides] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  document.addEventListener(shows, (event) => {
    const link = event.target.closest?.("a.cite");
    if (link) showPreview(link);
  });
  document.addEventListener(hides, (event) => {
    if (event.target.closest?.("a.cite")) preview.hidden = true;
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") preview.hidden = true;
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName ?? "");
  if (event.key === "/" && !typing) {
    const box = document.querySelector("#question textarea");
    if (box && state.page === "ask") { event.preventDefault(); box.focus(); }
  }
});
