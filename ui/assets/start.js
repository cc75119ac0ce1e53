// Start: for a newcomer.  What this plan is, five steps, whom it speaks of, the glossary, the quiz.
import { Refused, call, cite, fill, h, icon, keep, keepAddress, kept, label, nodeLink, note, nothing, on, picked, picker, refill, state, stated, t, titleOf, word } from "./core.js";
import { amount } from "./compare.js";

const STEPS = ["what", "built", "whom", "words", "quiz"];
// Of the groups and themes, those that most units are about; the others are found by name.
const AUDIENCES = 30;
let root = null;
let data = null;
let step = 0;
let quiz = null;
let audience = "";
let words = "";
let only = "";
let who = "";
let asked = "";

export function mount(element) {
  root = element.querySelector(".root");
  on("page", (page) => { if (page === "start") show(); });
  on("language", () => { if (data) draw(); else if (state.page === "start") show(); });
  on("follow", ({ page, values }) => {
    if (page !== "start") return;
    if (state.documents.some((d) => d.id === values.document)) { state.picked = values.document; show(); }
    if (!STEPS.includes(values.step)) return;
    asked = values.step;
    if (data && data.document === picked()) { step = STEPS.indexOf(asked); draw(); }
  });
  on("picked", () => { if (state.page === "start") show(); });
  on("documents", () => { data = null; if (state.page === "start") show(); });
}

const mine = () => (kept().start ?? {})[data.document] ?? { done: [], round: 0 };
const remember = (changes) => keep({ start: { ...(kept().start ?? {}), [data.document]: { ...mine(), ...changes } } });

async function show() {
  const id = picked();
  if (!id) { fill(root, nothing()); return; }
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
  const which = state.documents.length > 1 ? { document: data.document } : {};
  keepAddress("start", `#/start?${new URLSearchParams({ step: STEPS[step], ...which })}`);
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
    h("p", {}, t("start.counts", data.counts)),
    glance()];
}

// Who has most to do, what most is about, what is due first: each opens what is behind it.
function glance() {
  const { acting, themes, due, dated } = data.glance;
  const chips = (list) => h("div", { class: "chips small" }, list.map((x) => h("a", { class: `chip ${x.kind}`, href: nodeLink(x.iri) }, label(x.label, x.label_en), h("small", {}, ` ${x.units}`))));
  return h("div", { class: "glance" },
    themes.length ? h("section", {}, h("h3", {}, t("start.glance_themes")), chips(themes)) : null,
    acting.length ? h("section", {}, h("h3", {}, t("start.glance_acting")), chips(acting)) : null,
    due.length ? h("section", {}, h("h3", {}, t("start.glance_due")), h("ul", { class: "due-list" }, due.map((x) => h("li", {}, h("b", {}, x.deadline.replace("/", " – ")),
      h("span", {}, x.words, x.value === null ? null : h("small", {}, amount(x)), " ", stated(x.clause))))),
    dated > due.length ? h("p", {}, h("a", { href: `#/board?${new URLSearchParams({ view: "targets", document: data.document })}` }, t("start.all_due", { n: dated }))) : null) : null);
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
    near.length > AUDIENCES ? h("span", { class: "quiet" }, t("start.find_more", { n: near.length - AUDIENCES })) : near.length ? null : h("span", { class: "quiet" }, t("graph.nothing_found")));
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
      h("li", {}, cite(u.iri, [h("span", { class: "num" }, u.label), h("span", {}, titleOf(u) || t("ask.untitled"))], { class: "cite item" })))),
      h("p", {}, h("a", { href: nodeLink(chosen.iri) }, t("start.in_graph")))] : null];
}

function glossary() {
  const list = h("dl", { class: "glossary" });
  const open = data.glossary.filter((g) => !g.explained);
  const fits = (g) => (!words || `${g.label} ${g.clause.translation}`.toLowerCase().includes(words.toLowerCase())) && (!only || g.explained === (only === "explained"));
  const rows = () => fill(list, data.glossary.filter(fits).map((g) => [
    h("dt", {}, h("a", { href: nodeLink(g.iri) }, g.label), h("small", {}, word("programme_kind", g.kind), g.mentions > 1 ? ` · ${t("start.mentions", { n: g.mentions })}` : ""),
      g.explained ? null : h("span", { class: "gap-mark" }, t("start.not_explained"))),
    h("dd", {}, h("p", {}, g.clause.text, " ", stated(g.clause)), state.language === "en" && g.clause.translation ? h("p", { class: "said-in-english", lang: "en" }, g.clause.translation) : null)]));
  rows();
  const press = (name, n) => h("button", { type: "button", "data-key": `only-${name}`, "aria-pressed": String(only === name), onclick: () => { only = name; draw(); } }, t(`start.only_${name || "all"}`), h("small", {}, ` ${n}`));
  return [h("h2", {}, t("start.words_title")), h("p", { class: "quiet" }, t("start.words_text", { n: data.glossary.length, open: open.length })),
    h("div", { class: "glossary-bar" },
      h("div", { class: "reader-search" }, icon("search"), h("input", { type: "search", value: words, "aria-label": t("start.find_word"), placeholder: t("start.find_word"),
        oninput: (event) => { words = event.target.value.trim(); rows(); } })),
      open.length && open.length < data.glossary.length ? h("div", { class: "switch", role: "group", "aria-label": t("start.words_title") }, press("", data.glossary.length), press("explained", data.glossary.length - open.length), press("open", open.length)) : null),
    list];
}

// ---- quiz ----------------------------------------------------------------------------------------------------

// A sitting is one page: three questions, each answered by one press and explained where it stands.
function quizView() {
  if (!quiz) { begin(); return [h("h2", {}, t("quiz.title")), h("p", { class: "quiet" }, t("quiz.making"))]; }
  if (!quiz.questions.length) return [h("h2", {}, t("quiz.title")), note(t("quiz.too_short"), "quiet")];
  const over = quiz.chosen.every((i) => i !== null);
  const passed = right() >= quiz.passed;
  const { sat = 0 } = mine();
  return [h("h2", {}, t("quiz.title")),
    h("p", { class: "quiet" }, t("quiz.text", { n: quiz.questions.length, passed: quiz.passed }), sat ? ` ${t("quiz.sat", { n: sat })}` : ""),
    h("ol", { class: "quiz-list" }, quiz.questions.map(question)),
    h("div", { class: "quiz-result", role: "status" },
      passed ? note(t("quiz.passed", { right: right(), n: quiz.questions.length }), "good") : over ? note(t("quiz.failed", { right: right(), n: quiz.questions.length }), "quiet") : null,
      passed || over ? h("button", { type: "button", class: "main", id: "quiz-again", "data-key": "quiz-again", onclick: again }, t("quiz.again")) : null)];
}

const right = () => quiz.questions.filter((q, n) => quiz.chosen[n] === q.answer).length;

function question(q, n) {
  const chosen = quiz.chosen[n];
  const answered = chosen !== null;
  const options = state.language === "en" ? q.options_en : q.options;
  return h("li", { class: answered ? "answered" : "" },
    h("h3", { id: `quiz-${n}` }, t(`quiz.ask_${q.kind}`)),
    h("blockquote", { class: "quiz-name" }, q.name, state.language === "en" && q.kind === "clause" && q.clause.translation ? h("span", { class: "said-in-english", lang: "en" }, q.clause.translation) : null),
    h("div", { class: "options", role: "group", "aria-labelledby": `quiz-${n}` }, options.map((text, i) => h("button", { type: "button", "aria-disabled": String(answered), "data-option": String(i), "data-key": `option-${n}-${i}`,
      "aria-pressed": String(i === chosen), class: answered ? (i === q.answer ? "right" : i === chosen ? "wrong" : "") : "", onclick: () => { if (!answered) choose(n, i); } },
    answered && i === q.answer ? icon("check") : answered && i === chosen ? icon("close") : null, text))),
    answered ? h("p", { class: "quiz-answer" }, h("b", {}, chosen === q.answer ? t("quiz.right") : t("quiz.wrong")), " ", q.clause.text, " ", stated(q.clause)) : null);
}

async function begin() {
  const { document } = data;
  let made;
  try {
    made = await call("quiz", { document, round: mine().round });
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    made = { questions: [], passed: 0 };
  }
  if (data?.document !== document || quiz) return;
  quiz = { ...made, chosen: made.questions.map(() => null) };
  if (STEPS[step] === "quiz") draw();
}

function choose(n, i) {
  const before = right();
  quiz.chosen[n] = i;
  if (right() >= quiz.passed && before < quiz.passed) remember({ sat: (mine().sat ?? 0) + 1, done: [...new Set([...mine().done, "quiz"])] });
  draw();
}

async function again() {
  remember({ round: mine().round + 1 });
  quiz = null;
  await begin();
  root.querySelector(".options button")?.focus();
}
