// Start: for a newcomer.  What this plan is, five steps, whom it speaks of, the glossary, the quiz.
import { Refused, call, cite, fill, h, icon, keep, kept, label, nodeLink, note, on, picked, picker, refill, state, t, word } from "./core.js";

const STEPS = ["what", "built", "whom", "words", "quiz"];
// Of the groups and themes, those that most units are about; the others are found by name.
const AUDIENCES = 30;
let root = null;
let data = null;
let step = 0;
let quiz = null;
let audience = "";
let words = "";
let who = "";
let asked = "";

export function mount(element) {
  root = element.querySelector(".root");
  on("page", (page) => { if (page === "start") show(); });
  on("language", () => { if (data) draw(); else if (state.page === "start") show(); });
  on("follow", ({ page, values }) => {
    if (page !== "start" || !STEPS.includes(values.step)) return;
    if (state.documents.some((d) => d.id === values.document)) state.picked = values.document;
    asked = values.step;
    if (data && data.document === picked()) { step = STEPS.indexOf(asked); draw(); }
  });
  on("picked", () => { if (state.page === "start") show(); });
  on("documents", () => { data = null; if (state.page === "start") show(); });
}

const mine = () => (kept().start ?? {})[data.document] ?? { done: [], round: 0, best: 0 };
const remember = (changes) => keep({ start: { ...(kept().start ?? {}), [data.document]: { ...mine(), ...changes } } });

async function show() {
  const id = picked();
  if (!id) { fill(root, note(t("ask.nothing"), "quiet")); return; }
  if (data?.document === id) return;
  try {
    data = await call("start", { document: id });
    quiz = null;
    const done = mine().done;
    step = Math.max(0, asked ? STEPS.indexOf(asked) : STEPS.findIndex((name) => !done.includes(name)));
    asked = "";
    draw();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(root, note(error.message));
  }
}

function draw() {
  const done = mine().done;
  if (state.page === "start") {
    const which = state.documents.length > 1 ? { document: data.document } : {};
    history.replaceState(null, "", `#/start?${new URLSearchParams({ step: STEPS[step], ...which })}`);
  }
  refill(root, h("div", { class: "start-page" },
    h("header", {}, h("h1", {}, t("start.title")), h("p", { class: "lead" }, t("start.lead")), picker(data.document)),
    h("ol", { class: "steps-bar" }, STEPS.map((name, i) => h("li", {}, h("button", { type: "button", "data-key": `step-${name}`, "aria-current": i === step ? "step" : null,
      class: done.includes(name) ? "done" : "", onclick: () => { step = i; draw(); } },
      h("span", { class: "n" }, done.includes(name) ? icon("check") : String(i + 1)), h("span", {}, t(`start.step_${name}`)))))),
    h("section", { class: `step ${STEPS[step]}`, tabindex: "-1", "aria-live": "polite" }, { what, built, whom, words: glossary, quiz: quizView }[STEPS[step]]()),
    h("div", { class: "step-nav" },
      step > 0 ? h("button", { type: "button", class: "plain", "data-key": "back", onclick: () => { step -= 1; draw(); } }, t("start.back")) : h("span"),
      step < STEPS.length - 1 ? h("button", { type: "button", class: "main", id: "start-next", "data-key": "next", onclick: () => {
        remember({ done: [...new Set([...mine().done, STEPS[step]])] });
        step += 1;
        draw();
        root.scrollTop = 0;
        root.querySelector(".step").focus({ preventScroll: true });
      } }, t("start.next")) : null)));
}

function what() {
  const rows = [["issuers", data.issuers.join(t("common.comma"))], ["number", data.number], ["year", data.year], ["addressees", data.addressees.join(t("common.comma"))], ["issued", data.issued]];
  return [h("h2", {}, data.title),
    h("dl", { class: "facts" }, rows.map(([key, value]) => [h("dt", {}, t(`start.${key}`)), h("dd", { class: value ? "" : "quiet" }, value || t("start.not_given"))])),
    h("p", {}, t("start.counts", data.counts))];
}

function built() {
  return [h("h2", {}, t("start.built_title")), h("p", { class: "quiet" }, t("start.built_text")),
    h("ol", { class: "outline" }, data.outline.map((s) => h("li", { class: `level-${s.level}` },
      cite(s.iri, [h("span", { class: "num" }, s.label), h("span", {}, s.title), s.units ? h("small", {}, t("start.n_units", { n: s.units })) : null], { class: "cite item" }))))];
}

function whom() {
  const chips = h("div", { class: "chips" });
  const found = h("div", { "aria-live": "polite" });
  const rows = () => {
    const near = data.audiences.filter((a) => !who || `${a.label} ${a.label_en}`.toLowerCase().includes(who.toLowerCase()));
    // Whose whole name was typed is meant, also where longer names hold it.
    const exact = near.length === 1 ? near[0] : near.find((a) => who && [a.label, a.label_en.toLowerCase()].includes(who.toLowerCase()));
    if (exact) audience = exact.iri;
    refill(chips, near.slice(0, AUDIENCES).map((a) => h("button", { type: "button", class: "chip", "data-key": a.iri, "aria-pressed": String(a.iri === audience),
      onclick: () => { audience = a.iri; rows(); } }, label(a.label, a.label_en), h("small", {}, ` ${a.units.length}`))),
    near.length > AUDIENCES ? h("span", { class: "quiet" }, t("graph.more", { n: near.length - AUDIENCES })) : near.length ? null : h("span", { class: "quiet" }, t("graph.nothing_found")));
    fill(found, units(data.audiences.find((a) => a.iri === audience)));
  };
  rows();
  return [h("h2", {}, t("start.whom_title")), h("p", { class: "quiet" }, t("start.whom_text")),
    h("div", { class: "reader-search" }, icon("search"), h("input", { type: "search", value: who, "data-key": "who", "aria-label": t("start.find_whom"), placeholder: t("start.find_whom"),
      oninput: (event) => { who = event.target.value.trim(); rows(); } })), chips, found];
}

function units(chosen) {
  return [
    chosen ? [h("h3", {}, t("start.units_for", { who: label(chosen.label, chosen.label_en) })), h("ul", { class: "item-list" }, chosen.units.map((u) =>
      h("li", {}, cite(u.iri, [h("span", { class: "num" }, u.label), h("span", {}, u.title || t("ask.untitled"))], { class: "cite item" })))),
      h("p", {}, h("a", { href: nodeLink(chosen.iri) }, t("start.in_graph")))] : null];
}

function glossary() {
  const list = h("dl", { class: "glossary" });
  const rows = () => fill(list, data.glossary.filter((g) => !words || g.label.includes(words)).map((g) => [
    h("dt", {}, h("a", { href: nodeLink(g.iri) }, g.label), h("small", {}, word("programme_kind", g.kind))),
    h("dd", {}, h("p", {}, g.clause.text, " ", cite(g.clause.iri, g.clause.where)),
      g.explained ? null : h("span", { class: "gap-mark" }, t("start.not_explained")), g.mentions > 1 ? h("small", { class: "quiet" }, t("start.mentions", { n: g.mentions })) : null)]));
  rows();
  return [h("h2", {}, t("start.words_title")), h("p", { class: "quiet" }, t("start.words_text", { n: data.glossary.length })),
    h("div", { class: "reader-search" }, icon("search"), h("input", { type: "search", value: words, "aria-label": t("start.find_word"), placeholder: t("start.find_word"),
      oninput: (event) => { words = event.target.value.trim(); rows(); } })), list];
}

// ---- quiz ----------------------------------------------------------------------------------------------------

function quizView() {
  if (!quiz) {
    return [h("h2", {}, t("quiz.title")), h("p", { class: "quiet" }, t("quiz.text")), mine().best ? h("p", {}, t("quiz.best", { n: mine().best })) : null,
      h("p", {}, h("button", { type: "button", class: "main", id: "quiz-begin", onclick: begin }, t("quiz.begin")))];
  }
  if (!quiz.questions.length) return [h("h2", {}, t("quiz.title")), note(t("quiz.too_short"), "quiet")];
  if (quiz.at >= quiz.questions.length) {
    return [h("h2", {}, t("quiz.done", { right: quiz.right, n: quiz.questions.length })),
      quiz.right >= Math.ceil(quiz.questions.length * 0.75) ? note(t("quiz.passed"), "good") : h("p", { class: "quiet" }, t("quiz.again_text")),
      h("p", {}, h("button", { type: "button", class: "main", onclick: begin }, t("quiz.again")))];
  }
  const q = quiz.questions[quiz.at];
  const answered = quiz.chosen !== null;
  return [h("p", { class: "quiet" }, t("quiz.progress", { at: quiz.at + 1, n: quiz.questions.length })),
    h("h2", { class: "quiz-question" }, t(`quiz.ask_${q.kind}`)), h("blockquote", { class: "quiz-name" }, q.name),
    h("div", { class: "options", role: "group" }, q.options.map((text, i) => h("button", { type: "button", disabled: answered, "data-option": String(i),
      class: answered ? (i === q.answer ? "right" : i === quiz.chosen ? "wrong" : "") : "", onclick: () => choose(i) }, text))),
    answered ? h("div", { class: "quiz-answer", role: "status" }, h("b", {}, quiz.chosen === q.answer ? t("quiz.right") : t("quiz.wrong")),
      h("p", {}, q.clause.text, " ", cite(q.clause.iri, q.clause.where)),
      h("button", { type: "button", class: "main", id: "quiz-next", onclick: () => { quiz.at += 1; quiz.chosen = null; if (quiz.at >= quiz.questions.length) finish(); draw(); focusQuiz(); } }, t("quiz.next"))) : null];
}

async function begin() {
  const round = mine().round;
  try {
    const made = await call("quiz", { document: data.document, round });
    remember({ round: round + 1 });
    quiz = { ...made, at: 0, right: 0, chosen: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    quiz = { questions: [], at: 0, right: 0, chosen: null };
  }
  draw();
  focusQuiz();
}
function choose(i) {
  quiz.chosen = i;
  if (i === quiz.questions[quiz.at].answer) quiz.right += 1;
  draw();
  document.getElementById("quiz-next")?.focus();
}
function finish() {
  remember({ best: Math.max(mine().best, quiz.right), done: [...new Set([...mine().done, "quiz"])] });
}
const focusQuiz = () => root.querySelector(".options button, .step .main")?.focus();
