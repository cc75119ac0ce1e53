// Ask: the conversation.  The page holds ids of answers; the answers themselves stay with the server.
import { Refused, button, cite, copy, documentTitle, emit, fill, h, icon, label, narrow, note, on, plan, post, put, sleep, state, stream, t, tab, titleOf, withTranslation, word } from "./core.js";

const turns = [];
let list = null;
let field = null;
let busy = false;

// ---- the question ------------------------------------------------------------------------------------------

export function mountComposer(element) {
  const root = element.querySelector(".root");
  const area = h("textarea", { rows: "1", maxlength: "2000", autocomplete: "off", spellcheck: "false" });
  field = area;
  const send = h("button", { id: "ask", type: "submit" });
  const form = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); submit(); } },
    h("label", { id: "question" }, h("span", { class: "sr" }), area), send);
  const hint = h("p", { class: "hint" });
  fill(root, form, hint);
  area.addEventListener("input", grow);
  area.addEventListener("keydown", (event) => {
    // Enter that ends the choice of a character (isComposing, 229) is not Enter that asks.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      submit();
    }
    if (event.key === "ArrowUp" && !area.value && turns.length) {
      area.value = turns.at(-1).question;
      grow();
    }
  });
  on("language", () => {
    area.placeholder = t("ask.placeholder");
    form.querySelector(".sr").textContent = t("ask.label");
    fill(send, icon("send"), h("span", {}, t("ask.send")));
    send.setAttribute("aria-label", t("ask.send"));
    hint.textContent = t("ask.hint");
  });
  on("follow", ({ page, values }) => {
    if (page === "ask" && values.q) ask(values.q);
  });
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 160)}px`;
}

function submit() {
  const question = field.value.trim();
  if (!question || busy) { field.focus(); return; }
  field.value = "";
  grow();
  ask(question);
}

export async function ask(question, { off = [], replace = null } = {}) {
  if (busy) return;
  busy = true;
  document.body.classList.add("asking");
  const after = replace ? replace.after : turns.findLast((turn) => turn.answer)?.answer.key ?? "";
  const turn = replace ?? { question, after, answer: null, refusal: "" };
  if (!replace) turns.push(turn);
  turn.pending = true;
  draw(turn);
  try {
    await stream("ask", { question, after, off }, (step) => STEPS[step.step](turn, step));
    turn.refusal = "";
    for (const id of new Set(turn.answer.citations.map((c) => c.document))) plan(id).catch(() => {});
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    turn.refusal = error.message;
  } finally {
    turn.pending = false;
    busy = false;
    document.body.classList.remove("asking");
    // What was drawn as it came stays; only the rest is added.
    const flowed = turn.flow && !turn.refusal;
    turn.flow = null;
    if (flowed) finish(turn); else draw(turn);
  }
  if (turn.answer) emit("answer", turn.answer);
}

// What the page does with each step of an answer.
const STEPS = {
  checking(turn, { units }) { turn.units = units; if (!turn.answer) draw(turn); },
  // What the words were taken for is there before the units are decided over.
  read(turn, step) { turn.read = step; if (!turn.answer) draw(turn); },
  understood(turn, step) {
    turn.flow = { ...step, byNumber: new Map(step.citations.map((c) => [c.n, c])), place: proseOf(), drawn: 0 };
    draw(turn);
  },
  async line(turn, { text }) {
    const { flow } = turn;
    addLine(flow.place, text, flow.byNumber);
    flow.drawn += 1;
    // The first words are there at once; a long answer is whole after half a second, and the page can be used meanwhile.
    if (flow.drawn % Math.ceil(flow.lines / FRAMES) === 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches) await frame();
  },
  answer(turn, step) { turn.answer = step; },
};
const FRAMES = 24;
// A page in the background draws no frames, and goes on all the same.
const frame = () => Promise.race([new Promise((drawn) => requestAnimationFrame(drawn)), sleep(50)]);

// ---- the conversation ------------------------------------------------------------------------------------------

export function mountAnswer(element) {
  list = h("div", { class: "turns", role: "log", "aria-live": "polite", "aria-relevant": "additions" });
  fill(element.querySelector(".root"), list);
  on("language", () => {
    list.setAttribute("aria-label", t("ask.conversation"));
    draw();
  });
  on("documents", () => { if (!turns.length) draw(); });
}

function draw(turn = null) {
  if (!turns.length) { fill(list, welcome()); return; }
  if (!turn) { fill(list, turns.map(view)); return; }
  list.querySelector(".welcome")?.remove();
  const before = turn.element;
  const now = view(turn);
  if (before?.isConnected) before.replaceWith(now); else list.append(now);
  // The top of the newest turn stays in view: an answer is read from its first line.
  if (turn === turns.at(-1)) {
    list.parentElement.scrollTop = turns.length > 1 ? now.offsetTop - 8 : 0;
  }
}

function welcome() {
  const first = state.documents[0];
  return h("section", { class: "welcome" },
    h("h1", {}, t("ask.welcome")),
    h("p", { class: "lead" }, first
      ? t("ask.welcome_text", { n: state.documents.length, units: state.documents.reduce((sum, d) => sum + d.units, 0) })
      : t("ask.nothing")),
    first ? null : h("p", {}, h("a", { class: "main", href: "#/documents" }, t("documents.put"))),
    h("ul", { class: "loaded" }, state.documents.slice(0, 4).map((d) =>
      h("li", {}, h("a", { href: `#/reader?document=${encodeURIComponent(d.id)}` }, d.title),
        h("small", {}, [d.number, d.year].filter(Boolean).join(" · "))))),
    examples(),
    first ? h("p", { class: "newcomer" }, t("ask.new_here"), h("a", { href: "#/start" }, t("ask.to_start")), h("a", { href: "#/board" }, t("ask.to_board"))) : null,
  );
}

function examples() {
  const questions = state.suggestions[state.language] ?? [];
  return questions.length ? [h("p", { class: "try" }, t("ask.try")), h("div", { class: "chips" }, questions.map((question) =>
    h("button", { type: "button", class: "chip", onclick: () => ask(question) }, question)))] : null;
}

function view(turn) {
  const body = turn.flow ? flowing(turn)
    : turn.pending && !turn.answer ? [turn.read ? strip(turn, turn.read) : null, h("p", { class: "working" }, h("span", { class: "dots", "aria-hidden": "true" }), t("ask.working", { n: turn.units ?? state.documents.reduce((sum, d) => sum + d.units, 0) }))]
      : turn.answer ? answerView(turn) : null;
  const element = h("article", { class: `turn${turn.pending ? " pending" : ""}${turn.flow ? " flowing" : ""}` },
    h("h2", { class: "asked" }, h("bdi", {}, turn.question)),
    turn.refusal ? note(turn.refusal) : null,
    body);
  turn.element = element;
  return element;
}

const where = (c) => `${c.item_label}${c.title ? ` ${titleOf(c)}` : ""}`;

const flowing = (turn) => [strip(turn, turn.flow), reply(turn.flow, turn.flow.place)];

function answerView(turn) {
  const answer = turn.answer;
  return [strip(turn, answer), reply(answer, prose(answer.answer, new Map(answer.citations.map((c) => [c.n, c])))), ...rest(turn)];
}

const reply = (answer, text) => h("div", { class: `reply ${answer.status}`, "data-status": answer.status },
  answer.status === "answered" ? null : banner(answer), certificate(answer), text);

function rest(turn) {
  const answer = turn.answer;
  return [
    answer.readings.length ? readings(answer) : answer.status === "unclear" ? h("div", { class: "offered" }, examples()) : null,
    answer.items.length ? items(answer) : null,
    answer.borderline.length ? borderline(answer) : null,
    answer.citations.length ? quotes(answer) : null,
    tools(turn),
  ];
}

// The ways to take the question, each of which is a question itself.
const readings = (answer) => h("div", { class: "offered" }, h("p", { class: "try" }, t("ask.readings")), h("div", { class: "chips" }, answer.readings.map((reading) =>
  h("button", { type: "button", class: "chip", onclick: () => ask(reading) }, reading))));

function finish(turn) {
  turn.element.classList.remove("pending", "flowing");
  put(turn.element, rest(turn));
}

function banner(answer) {
  const status = answer.status === "unclear" && !answer.readings.length ? "nothing_asked" : answer.status;
  return h("p", { class: "banner" }, h("b", {}, t(`status.${status}`)),
    h("span", {}, t(`status.${status}_text`, { n: answer.checked })));
}

// The answer's text: lines, list lines, and [n] where a citation of that number exists.  Nothing else is markup.
const prose = (text, byNumber) => text.split("\n").reduce((place, line) => addLine(place, line, byNumber), proseOf());
const proseOf = () => h("div", { class: "prose", dir: "auto" });

function addLine(place, line, byNumber) {
  const bullet = /^\s*(?:[-•·]|\*)\s+(.*)$/.exec(line);
  const last = place.lastElementChild;
  if (!line.trim()) last?.classList.add("closed");
  else if (!bullet) place.append(cited(h("p"), line, byNumber));
  else (last?.matches("ul:not(.closed)") ? last : place.appendChild(h("ul"))).append(cited(h("li"), bullet[1], byNumber));
  return place;
}

// What is said, then each clause that says so with its number: statement and quotes are told apart at a glance.
function cited(place, text, byNumber) {
  let before = "";
  let led = false;
  if (/[:：]\s*$/.test(text)) place.classList.add("head");
  text.split(/(\[\d+\])/).forEach((part) => {
    const c = byNumber.get(Number(/^\[(\d+)\]$/.exec(part)?.[1]));
    if (!c) { before += part; return; }
    const at = before.lastIndexOf(c.quote);
    if (at < 0) {
      put(place, before, link(c, part));
    } else {
      const opened = /[“"「]$/.test(before.slice(0, at)) ? 1 : 0;
      const lead = before.slice(0, at - opened);
      const rest = before.slice(at + c.quote.length + opened);
      const translated = c.translation && rest.includes(c.translation);
      if (!led && !place.childNodes.length && /[:：]\s*$/.test(lead)) {
        led = true;
        place.classList.add("led");
        const named = translated && c.title_en && lead.includes(c.title) ? h("small", {}, c.title_en) : null;
        put(place, h("span", { class: "lead-in" }, lead, named));
      } else {
        // A line that is nothing but a clause.
        if (!lead && !place.childNodes.length) place.classList.add("led", "alone");
        put(place, lead);
      }
      put(place, h("span", { class: "quoted" }, before.slice(at - opened, at + c.quote.length + opened),
        translated ? [link(c, part), h("span", { class: "said-in-english", lang: "en" }, rest.replace(/^\s*–\s*/, " "))] : [rest, link(c, part)]));
    }
    before = "";
  });
  return put(place, before);
}

const link = (c, text) => cite(c.iri, text, {
  "data-quote": withTranslation(c.quote, c.translation), "data-where": where(c),
  "aria-label": t("ask.citation", { n: c.n, item: c.item_label }),
});

// How this was found: words of the question → what they were understood as → units checked.
function strip(turn, answer) {
  const off = new Set(answer.terms.filter((term) => !term.active).map((term) => term.surface));
  return h("div", { class: "strip" },
    h("span", { class: "strip-name" }, t("found.title")),
    h("span", { class: "intent" }, word("intent", answer.intent)),
    answer.terms.map((term) => {
      const meaning = label(term.label_zh, term.label_en);
      const linked = term.kind !== "nothing";
      return h("button", { type: "button", class: `term ${term.kind}`, "aria-pressed": String(term.active),
        title: [word("term_kind", term.kind), term.reason && word("reason", term.reason), term.active ? t("found.switch_off") : t("found.switch_on")]
          .filter(Boolean).join(" · "),
        onclick: () => {
          if (term.active) off.add(term.surface); else off.delete(term.surface);
          ask(turn.question, { off: [...off], replace: turn });
        } },
        h("span", { class: "surface" }, term.surface),
        linked && meaning && meaning !== term.surface ? [h("span", { class: "arrow", "aria-hidden": "true" }, "→"), h("span", { class: "meaning" }, meaning)] : null,
        linked ? null : h("span", { class: "meaning" }, t("found.no_link")));
    }),
    answer.checked === undefined ? null : h("span", { class: "count" }, t("found.checked", { n: answer.checked })),
  );
}

function certificate(answer) {
  if (answer.intent !== "list_items" && answer.intent !== "count") return null;
  const plans = [...new Set(answer.items.map((item) => item.document))];
  const labels = (id) => answer.items.filter((item) => item.document === id).map((item) =>
    cite(item.iri, item.label, { "data-where": `${item.label} ${titleOf(item)}`, "data-quote": documentTitle(item.document), "aria-label": `${item.label} ${titleOf(item)}` }));
  return h("div", { class: "certificate" }, icon("check"),
    h("div", {}, h("b", {}, t("found.certificate", { n: answer.items.length, checked: answer.checked })),
      plans.map((id) => h("span", { class: "labels" }, plans.length > 1 ? h("small", {}, documentTitle(id)) : null, labels(id))),
      answer.borderline.length ? h("span", { class: "quiet" }, t("found.borderline_n", { labels: answer.borderline.map((b) => b.label).join(t("common.comma")) })) : null));
}

function items(answer) {
  return h("details", { class: "fold items" },
    h("summary", {}, t("ask.items", { n: answer.items.length })),
    h("ul", { class: "item-list" }, answer.items.map((item) => h("li", {},
      cite(item.iri, [h("span", { class: "num" }, item.label), h("span", {}, titleOf(item) || t("ask.untitled"))], { class: "cite item" })))));
}

function borderline(answer) {
  return h("details", { class: "fold borderline", open: true },
    h("summary", {}, t("ask.borderline", { n: answer.borderline.length })),
    h("ul", { class: "item-list" }, answer.borderline.map((b) => h("li", {},
      cite(b.iri, [h("span", { class: "num" }, b.label), h("span", {}, titleOf(b) || t("ask.untitled")), h("small", {}, b.why)], { class: "cite item" })))));
}

function quotes(answer) {
  // Open where the answer itself does not say the words.
  return h("details", { class: "fold quotes", open: answer.citations.some((c) => !answer.answer.includes(c.quote)) },
    h("summary", {}, t("ask.quotes", { n: answer.citations.length })),
    h("ol", { class: "quote-list" }, answer.citations.map((c) => h("li", { value: c.n },
      h("blockquote", { dir: "auto" }, c.quote),
      c.translation && state.language === "en" ? h("p", { class: "translation" }, c.translation, h("small", {}, t("ask.unofficial"))) : null,
      h("p", { class: "where" }, link(c, `[${c.n}]`), h("span", {}, where(c)),
        state.documents.length > 1 ? h("span", { class: "quiet" }, documentTitle(c.document)) : null)))));
}

function tools(turn) {
  const { answer } = turn;
  return h("div", { class: "tools" },
    button("copy", t("ask.copy"), () => copy(answer.markdown)),
    h("a", { class: "tool wide", href: `download/answer/${answer.key}.docx`, download: true }, icon("down"), "Word"),
    h("a", { class: "tool wide", href: `download/answer/${answer.key}.md`, download: true }, icon("down"), "Markdown"),
    button("link", t("ask.link"), () => copy(`${location.href.split("#")[0]}#/ask?q=${encodeURIComponent(turn.question)}`)),
    button("graph", t("ask.show_graph"), () => { emit("answer", answer); if (narrow()) tab("graph"); }),
    h("details", { class: "how" }, h("summary", {}, t("found.sparql")),
      answer.unlinked.length ? h("p", {}, t("found.unlinked", { words: answer.unlinked.join(t("common.comma")) })) : null,
      h("pre", { tabindex: "0" }, answer.sparql || t("found.no_sparql")),
      answer.sparql ? button("copy", t("found.copy_sparql"), () => copy(answer.sparql)) : null),
    h("details", { class: "how wrong" }, h("summary", {}, t("feedback.title")), feedback(answer)),
    h("span", { class: "elapsed" }, t("ask.elapsed", { ms: Math.max(1, Math.round(answer.elapsed_ms)) })));
}

// What is wrong with an answer: one press keeps it, with a note where there is one.
function feedback(answer) {
  const words = h("textarea", { rows: "2", maxlength: "1000", "aria-label": t("feedback.note"), placeholder: t("feedback.note") });
  const said = h("div", { "aria-live": "polite" });
  const choose = async (kind) => {
    try {
      await post("feedback", JSON.stringify({ answer: answer.key, kind, note: words.value }));
      fill(said, note(t("feedback.thanks"), "good"));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      fill(said, note(error.message));
    }
  };
  return h("div", { class: "feedback" }, h("p", { class: "quiet" }, t("feedback.text")), words,
    h("div", { class: "kinds-of-wrong" }, state.feedback.map((kind) =>
      h("button", { type: "button", class: "chip", "data-kind": kind, onclick: () => choose(kind) }, t(`feedback.kind_${kind}`)))),
    said);
}
