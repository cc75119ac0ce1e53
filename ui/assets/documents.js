// Documents: what is loaded, what the parser was unsure of; putting a file in and taking a document out.
import { Refused, call, fill, h, icon, note, on, post, refill, state, t, toast } from "./core.js";

let root = null;
let told = null;
let working = "";

export function mount(element) {
  root = element.querySelector(".root");
  told = h("div", { class: "told", "aria-live": "polite" });
  on("page", (page) => { if (page === "documents") look(); });
  for (const name of ["language", "documents"]) on(name, draw);
}

async function look() {
  draw();
  // A page that stands open learns here of what another terminal has loaded.
  try { await call("documents"); } catch (error) { if (!(error instanceof Refused)) throw error; }
}

function draw() {
  refill(root, h("div", { class: "documents-page" },
    h("h1", {}, t("documents.title")),
    h("p", { class: "lead" }, t("documents.lead", { n: state.documents.length })),
    state.changes ? intake() : h("p", { class: "note quiet" }, icon("warn"), t("documents.elsewhere")),
    told,
    state.documents.length > 1 ? h("p", {}, h("a", { class: "tool wide", href: "#/board?view=compare" }, icon("table"), t("documents.beside"))) : null,
    state.documents.length ? h("ul", { class: "shelf" }, state.documents.map(entry)) : note(t("documents.none"), "quiet")));
}

function entry(d) {
  const counts = h("dl", {}, [["units", d.units], ["clauses", d.clauses], ["facts", d.facts], ["warnings", d.warnings_total]]
    .map(([name, n]) => h("div", { class: name === "warnings" && n ? "unsure" : "" }, h("dt", {}, t(`documents.${name}`)), h("dd", { class: "num" }, String(n)))));
  return h("li", { "data-document": d.id },
    h("h2", { dir: "auto" }, h("a", { href: `#/reader?document=${encodeURIComponent(d.id)}` }, d.title)),
    h("p", { class: "quiet" }, [d.number, d.year, d.issuers.join(t("common.comma")), d.source].filter(Boolean).join(" · ")),
    counts,
    d.warnings.length ? h("details", { class: "warnings" }, h("summary", {}, t("reader.warnings", { n: d.warnings_total })),
      h("ul", {}, d.warnings.map((w) => h("li", {}, w)))) : null,
    h("p", { class: "ways" }, ["reader", "board", "start"].map((page) => h("a", { href: `#/${page}?document=${encodeURIComponent(d.id)}` }, t(`nav.${page}`)))),
    state.changes ? removal(d) : null);
}

// ---- putting in ------------------------------------------------------------------------------------------------

function intake() {
  const input = h("input", { type: "file", id: "document-file", "data-key": "file", class: "sr", multiple: true, accept: state.formats.join(","),
    // Space opens the choice by itself, Enter does not.
    onkeydown: (event) => { if (event.key === "Enter") { event.preventDefault(); input.click(); } },
    onchange: () => { const files = [...input.files]; input.value = ""; take(files); } });
  const place = h("div", { class: "drop" }, input,
    h("label", { for: "document-file" }, icon("plus"), h("b", {}, t("documents.put"))),
    h("span", { class: "quiet" }, t("documents.limits", { formats: "txt, md, html, docx, pdf", mb: Math.floor(state.most_bytes / 2 ** 20) })));
  for (const name of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(name, (event) => {
      event.preventDefault();
      place.classList.toggle("over", name === "dragover");
      if (name === "drop") take([...event.dataTransfer.files]);
    });
  }
  return place;
}

async function take(files) {
  if (working) { toast(t("documents.busy")); return; }
  told.replaceChildren();
  for (const file of files) await one(file, false);
}

async function one(file, replace) {
  if (file.size > state.most_bytes) {
    told.append(note(t("documents.too_large", { name: file.name, mb: Math.floor(state.most_bytes / 2 ** 20) })));
    return;
  }
  working = file.name;
  const bar = h("progress", { max: "1", value: "0", "aria-label": file.name });
  const line = h("span", {}, t("documents.sending", { name: file.name }));
  const row = h("div", { class: "sending" }, line, bar);
  told.append(row);
  try {
    const query = new URLSearchParams({ name: file.name, ...(replace ? { replace: "yes" } : {}) });
    const made = await post(`documents/put?${query}`, file, (share) => {
      bar.value = share;
      if (share === 1) { bar.removeAttribute("value"); fill(line, t("documents.reading", { name: file.name })); }
    });
    row.replaceWith(note(made.said.join(" ") || t("documents.done", { name: file.name }), "good"));
    await call("documents");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    row.replaceWith(error.reply?.loaded ? ask(note(why(error, file.name), "quiet"), t("documents.replace"), () => one(file, true)) : note(why(error, file.name)));
  } finally {
    working = "";
  }
}

// Why a file was refused, in the language of the page; the program's own line, which knows the figures, is its title.
function why(error, name) {
  const reason = error.reply?.reason;
  return reason ? h("span", { title: error.reply.refused }, t(`refused.${reason}`, { name, mb: Math.floor(state.most_bytes / 2 ** 20) })) : error.message;
}

// ---- taking out --------------------------------------------------------------------------------------------------

function removal(d) {
  const place = h("div", { class: "removal" });
  const begin = h("button", { type: "button", class: "plain", "data-key": `remove-${d.id}`, onclick: () => {
    const question = ask(h("span", {}, t("documents.sure", { title: d.title })), t("documents.remove"), () => remove(d), () => { fill(place, begin); begin.focus(); });
    fill(place, question);
    question.querySelector("button").focus();
  } }, t("documents.take_out"));
  return put(place, begin);
}
const put = (place, child) => { place.append(child); return place; };

// A question with a yes and a no, where it was asked.
function ask(text, yes, act, refuse = null) {
  const box = h("div", { class: "sure", role: "group" }, text,
    h("button", { type: "button", class: "plain danger", onclick: () => { box.remove(); act(); } }, yes),
    h("button", { type: "button", class: "plain", onclick: () => { box.remove(); refuse?.(); } }, t("documents.leave")));
  return box;
}

async function remove(d) {
  if (working) { toast(t("documents.busy")); draw(); return; }
  working = d.title;
  const row = h("p", { class: "sending", role: "status" }, t("documents.removing", { title: d.title }));
  fill(told, row);
  try {
    await post("documents/remove", JSON.stringify({ document: d.id }));
    row.replaceWith(note(t("documents.removed", { title: d.title }), "good"));
    await call("documents");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    row.replaceWith(note(error.message));
    draw();
  } finally {
    working = "";
  }
}
