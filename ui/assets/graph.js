// Graph: ego views of at most sixty nodes; a node shows its facts, each with its clause.  The table holds the same edges.
import { Refused, button, call, clauseLink, copy, documentTitle, emit, fill, go, h, icon, label, nodeLink, note, on, picked, refill, state, stated, t, toast, withTranslation, word } from "./core.js";

const ORDER = ["document", "section", "item", "clause", "body", "programme", "target", "theme", "place", "other"];
// In a column beside the answer a box must stay readable; the whole page holds what a person can still take in.
const FEW = 18;
const MOST = 60;
// Around one node: what it is linked to and a first ring beyond; more is brought in by type.
const AROUND = 36;
// Above this many, the names of the edges lie on each other; the panel has them all.
const LABELLED = 12;
let root = null;
let canvas = null;
let head = null;
let panel = null;
let table = null;
let cy = null;
let engine = null;
let view = null;
let hidden = new Set();
let selected = "";
let asked = 0;
let kindsBar = null;
let asTable = false;
let origin = null;
let trail = [];

export function mount(element) {
  root = element.querySelector(".root");
  head = h("header", { class: "pane-head" });
  canvas = h("div", { class: "canvas", tabindex: "0", role: "application" });
  table = h("div", { class: "twin scroller", hidden: true, tabindex: "0" });
  kindsBar = h("div", { class: "kinds", role: "group" });
  panel = h("section", { class: "node-panel scroller", "aria-live": "polite", tabindex: "0" });
  fill(root, head, h("div", { class: "graph-body" }, h("div", { class: "stage" }, kindsBar, canvas, table), panel));
  canvas.addEventListener("keydown", walk);
  on("language", () => { drawHead(); if (view) draw(view); else empty(); if (selected) openNode(selected, { quiet: true }); });
  for (const name of ["documents", "picked"]) on(name, drawHead);
  on("theme", () => { if (cy) cy.style(style()); });
  // The answer is read first: its graph waits until the page has drawn it.
  on("answer", (answer) => setTimeout(() => showAnswer(answer), 120));
  on("page", (page) => {
    // The whole page has room for more of the same.
    if (page === "graph" && (!view || view.of === "plan")) firstLook();
    else if (page === "graph" && view?.more && view.answer) showAnswer(view.answer);
    refit();
  });
  on("tab", refit);
  on("follow", ({ page, values }) => {
    if (page !== "graph") return;
    if (values.node) explore(values.node);
    else if (values.from && values.to) path(values.from, values.to);
  });
  addEventListener("resize", refit);
  // A first look at what the plan is about, once the page is there and has nothing better to do.
  const later = window.requestIdleCallback ?? ((act) => setTimeout(act, 200));
  setTimeout(() => later(() => { if (state.page === "ask" && !view && !asked && canvas.clientWidth) firstLook(); }), 400);
  on("documents", () => { if (view?.of === "plan") firstLook(); });
}

let laidSlim = null;
const refit = () => requestAnimationFrame(() => {
  if (!cy || !canvas.clientWidth) return;
  cy.resize();
  if (view && laidSlim !== slim()) draw(view);
  else fitView();
});

function fitView() {
  if (!cy || !cy.width() || !cy.height()) return;
  cy.fit(undefined, 18);
  if (cy.zoom() > 1.15) { cy.zoom(1.15); cy.center(); }
}

// ---- the engine, loaded when the first graph is shown --------------------------------------------------------

function load() {
  engine ??= ["layout-base.js", "cose-base.js", "cytoscape.min.js", "cytoscape-fcose.js"].reduce(
    (before, file) => before.then(() => new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL(`vendor/${file}`, import.meta.url).href;
      script.onload = resolve;
      script.onerror = () => reject(new Refused(t("common.no_server")));
      document.head.append(script);
    })), Promise.resolve());
  return engine;
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const FONT = '"Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif';

function style() {
  const kinds = ORDER.map((kind) => ({
    selector: `node[kind = "${kind}"]`,
    style: { "background-color": css(`--${kind}-soft`), "border-color": css(`--${kind}`), color: css(`--${kind}-ink`) },
  }));
  return [
    { selector: "node", style: {
      shape: "round-rectangle", width: "data(width)", height: "data(height)", label: "data(text)", "font-family": FONT, "font-size": 12,
      "line-height": 1.25, "text-wrap": "wrap", "text-max-width": 1000, "text-valign": "center", "text-halign": "center", "border-width": 1.2,
      "background-color": css("--surface"), "border-color": css("--line"), color: css("--ink"), "overlay-opacity": 0 } },
    ...kinds,
    { selector: "node[?center]", style: { "border-width": 2.4, "font-weight": 600 } },
    { selector: "node:selected", style: { "border-width": 3, "border-color": css("--accent") } },
    { selector: "edge", style: {
      width: 1.2, "line-color": css("--edge"), "target-arrow-color": css("--edge"), "target-arrow-shape": "triangle", "arrow-scale": 0.7,
      "curve-style": "bezier", "overlay-opacity": 0, "font-family": FONT, "font-size": 10, color: css("--ink-3"),
      "text-background-color": css("--surface"), "text-background-opacity": 0.9, "text-background-padding": 2, "text-rotation": "autorotate" } },
    { selector: "edge.near", style: { label: slim() ? "" : "data(text)", width: 2, "line-color": css("--accent"), "target-arrow-color": css("--accent") } },
    { selector: "edge.many", style: { label: "" } },
    { selector: "edge.over", style: { width: 3, "line-color": css("--accent"), "target-arrow-color": css("--accent") } },
    { selector: "edge.far", style: { opacity: 0.45, width: 1 } },
    { selector: ".faded", style: { opacity: 0.35 } },
    { selector: ".off", style: { display: "none" } },
  ];
}

// ---- what is shown -----------------------------------------------------------------------------------------

async function ask(name, request) {
  const mine = ++asked;
  root.classList.add("loading");
  try {
    const reply = await call(name, { limit: state.page === "ask" ? FEW : MOST, ...request });
    if (mine !== asked) return null;
    return reply;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (mine === asked) toast(error.message);
    return null;
  } finally {
    if (mine === asked) root.classList.remove("loading");
  }
}

async function showAnswer(answer) {
  if (!answer.citations.length && !answer.items.length && !answer.borderline.length) { view = null; selected = ""; empty(t("graph.no_evidence")); return; }
  const found = await ask("answer_graph", { answer: answer.key });
  if (found) { selected = ""; await draw({ ...found, title: answer.question, of: "answer", answer }); overview(); }
}

// The themes that most units of a plan are about, with those units.
async function firstLook() {
  if (!state.documents.length) { view = null; empty(); return; }
  const found = await ask("overview", { document: picked() });
  if (!found || (!found.nodes.length && !view)) return;
  selected = "";
  await draw({ ...found, of: "plan" });
  overview();
}

// A document and its sections are shown with all their units.
const isWhole = (iri) => state.documents.some((d) => iri === d.iri || iri.startsWith(`${d.iri}/s`));

async function explore(iri) {
  const found = await ask("neighbourhood", { iri, ...(state.page === "graph" && !isWhole(iri) ? { limit: AROUND } : {}) });
  if (!found) return;
  trail = [...trail.filter((step) => step.iri !== iri), { iri, title: found.title }].slice(-6);
  await draw({ ...found, of: "node" });
  await openNode(iri);
}

// Neighbours of one kind beside what is shown: what stands stays where it is.
async function widen(iri, kind) {
  if (!view) return;
  const found = await ask("neighbours", { iri, kind, shown: view.nodes.map((n) => n.iri) });
  if (!found) return;
  const joined = (edge) => `${edge.source} ${edge.relation} ${edge.target}`;
  const old = new Set(view.edges.map(joined));
  hidden.delete(kind);
  await draw({ ...view, nodes: [...view.nodes, ...found.nodes], edges: [...view.edges, ...found.edges.filter((edge) => !old.has(joined(edge)))] }, iri);
  if (found.more) toast(t("graph.full", { n: found.more }));
  await openNode(iri, { quiet: true });
}

async function path(from, to) {
  origin = null;
  const found = await ask("path", { from, to });
  if (found) { await draw({ ...found, of: "path" }); overview(); }
}

function empty(text = t(state.documents.length ? "graph.empty" : "ask.nothing")) {
  if (cy) cy.elements().remove();
  fill(kindsBar);
  fill(table);
  fill(panel, h("p", { class: "quiet hint" }, text));
}

function drawHead() {
  fill(head, h("h2", {}, t("graph.title")), finder(),
    h("div", { class: "buttons" },
      button("plus", t("graph.zoom_in"), () => zoom(1.25)), button("minus", t("graph.zoom_out"), () => zoom(0.8)), button("fit", t("graph.fit"), fitView),
      button("table", t("graph.as_table"), () => { asTable = !asTable; twin(); }, { "aria-pressed": String(asTable), id: "graph-table" }),
      button("down", t("graph.picture"), picture),
      h("a", { class: "tool whole", href: "#/graph", title: t("graph.whole"), "aria-label": t("graph.whole") }, icon("open")),
      state.documents.length ? [["graphml", "GraphML"], ["ttl", "Turtle"]].map(([ending, name]) =>
        h("a", { class: "tool wide", href: `download/plan/${encodeURIComponent(picked())}.${ending}`, download: true, title: t("graph.export", { plan: documentTitle(picked()) }) }, icon("down"), name)) : null));
  canvas.setAttribute("aria-label", t("graph.canvas"));
  kindsBar.setAttribute("aria-label", t("graph.kinds"));
}

function zoom(by) {
  if (cy) cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
}

function picture() {
  if (!cy) return;
  const link = document.createElement("a");
  link.href = cy.png({ full: true, scale: 2, bg: css("--surface") });
  link.download = "yaodian-graph.png";
  link.click();
}

function twin() {
  table.hidden = !asTable;
  canvas.hidden = asTable;
  head.querySelector("#graph-table")?.setAttribute("aria-pressed", String(asTable));
  if (!asTable) refit();
}

const kindOf = (node) => (ORDER.includes(node.kind) ? node.kind : "other");
const named = (node) => label(node.label, node.label_en);
const relation = (edge) => label(edge.relation, edge.relation_en);

// `around`: the node beside which new ones appear; without it everything is laid out anew.
async function draw(next, around = "") {
  view = next;
  if (cy?.edges(".over").length) over(null);  // a citation's preview is not the graph's to hide
  await load();
  if (view !== next) return;
  const degrees = new Map();
  for (const { source, target } of next.edges) {
    for (const [one, other] of [[source, target], [target, source]]) degrees.set(one, (degrees.get(one) ?? new Set()).add(other));
  }
  const nodes = next.nodes.map((node) => ({ group: "nodes", data: { id: node.iri, kind: kindOf(node), center: node.iri === next.center, ...box(node, degrees) } }));
  const ids = new Set(next.nodes.map((n) => n.iri));
  const edges = next.edges.filter((e) => ids.has(e.source) && ids.has(e.target))
    .map((edge, i) => ({ group: "edges", data: { id: `e${i}`, source: edge.source, target: edge.target, text: relation(edge), clause: edge.clause } }));
  if (!cy) {
    cy = cytoscape({ container: canvas, style: style(), minZoom: 0.15, maxZoom: 3, boxSelectionEnabled: false });
    window.yaodianGraph = cy;
    cy.on("tap", "node", (event) => take(event.target.id()));
    cy.on("dbltap", "node", (event) => go("graph", { node: event.target.id() }));
    cy.on("mouseover", "node", () => { canvas.style.cursor = "pointer"; });
    cy.on("mouseout", "node", () => { canvas.style.cursor = ""; });
    // The sentence that an edge stands for: under the pointer, and opened by a click.
    cy.on("mouseover", "edge", (event) => { over(event.target); });
    cy.on("mouseout", "edge", () => { over(null); });
    cy.on("tap", "edge", (event) => { if (event.target.data("clause")) { over(null); emit("light", event.target.data("clause").iri); } });
  } else {
    cy.style(style());
  }
  drawKinds();
  cy.resize();
  const places = new Map(around ? cy.nodes().map((node) => [node.id(), { ...node.position() }]) : []);
  cy.batch(() => { cy.elements().remove(); cy.add([...nodes, ...edges]); });
  kindsBar.querySelector(".plus").hidden = !nodes.some((node) => node.data.more);
  // On a path each step says what it is.
  if (next.of === "path" && !slim()) cy.edges().addClass("near");
  applyKinds();
  const started = performance.now();
  if (places.has(around)) beside(places, around); else lay();
  canvas.dataset.layout = (performance.now() - started).toFixed(1);
  drawTable();
  if (selected && cy.getElementById(selected).length) near(selected);
  canvas.dataset.nodes = String(nodes.length);
  canvas.dataset.of = next.of;
}

function over(edge) {
  cy.edges(".over").removeClass("over");
  const clause = edge?.data("clause");
  canvas.style.cursor = clause ? "pointer" : "";
  if (!clause) { emit("preview", null); return; }
  edge.addClass("over");
  const frame = canvas.getBoundingClientRect();
  const at = edge.renderedMidpoint();
  emit("preview", { quote: withTranslation(clause.text, clause.translation), where: `${edge.data("text")} · ${clause.where}`, box: { left: frame.left + at.x, top: frame.top + at.y - 6, bottom: frame.top + at.y + 6 } });
}

const measure = document.createElement("canvas").getContext("2d");
// Words of Latin letters stay whole, and a line does not begin with a mark that closes.
const TOKENS = /[\p{Script=Latin}\d][\p{Script=Latin}\d.,'’&%/-]*\s*|.[、，。；：）》”’」!?]*\s*/gsu;
const LINES = 3;

// Lines of about the same width, as few as fit: no single character is left alone on the last.
function wrap(text, room) {
  const tokens = text.match(TOKENS) ?? [];
  const widths = tokens.map((token) => measure.measureText(token).width);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const within = (limit) => {
    const lines = [""];
    let width = 0;
    tokens.forEach((token, i) => {
      if (width && width + widths[i] > limit + 0.5) { lines.push(""); width = 0; }
      lines[lines.length - 1] += token;
      width += widths[i];
    });
    return lines;
  };
  for (let count = Math.ceil(total / room); count <= LINES; count++) {
    for (let limit = total / Math.max(1, count); limit <= room; limit += 6) {
      const lines = within(limit);
      if (lines.length <= count) return lines;
    }
  }
  return within(room);
}

function box(node, degrees) {
  measure.font = `12px ${FONT}`;
  const words = named(node) || node.iri;
  const room = 12 * (slim() ? 9 : node.kind === "clause" ? 15 : 11.5);
  const lines = wrap(words.slice(0, 120), room).map((line) => line.trimEnd());
  if (lines.length > LINES) {
    lines.length = LINES;
    lines.push(`${lines.pop().slice(0, -1)}…`);
  }
  // How many more it is linked to than the drawing shows.
  const more = (node.neighbours ?? 0) - (degrees?.get(node.iri)?.size ?? 0);
  if (more > 0 && !slim()) lines.push(`${lines.pop()}  +${more}`);
  const widest = Math.max(...lines.map((line) => measure.measureText(line).width));
  return { text: lines.join("\n"), more: more > 0 && !slim(), width: Math.ceil(widest) + 18, height: lines.length * 15 + 12 };
}

const slim = () => canvas.clientWidth > 0 && canvas.clientWidth < 560;

// In a narrow pane: what the answer rests on in the middle, what is said of it to both sides.  Every label stays readable.
function columns(nodes, centre) {
  let middle = nodes.filter((n) => n.data("kind") === "item" || n.data("center"));
  if (centre.length && !["item", "document", "section"].includes(centre.data("kind"))) middle = centre;
  const order = (a, b) => ORDER.indexOf(a.data("kind")) - ORDER.indexOf(b.data("kind"));
  const rest = nodes.not(middle).sort(order);
  const sides = [[], []];
  const tall = [0, 0];
  // One kind after the other, the left side filled to half the height, then the right.
  const whole = rest.reduce((sum, n) => sum + n.height() + 10, 0);
  rest.forEach((node) => {
    const side = tall[0] + node.height() / 2 < whole / 2 ? 0 : 1;
    sides[side].push(node);
    tall[side] += node.height() + 10;
  });
  const stack = (list, x, gap) => {
    const height = list.reduce((sum, n) => sum + n.height() + gap, -gap);
    let y = -height / 2;
    for (const node of list) { node.position({ x, y: y + node.height() / 2 }); y += node.height() + gap; }
  };
  const wide = (list) => Math.max(0, ...list.map((n) => n.width()));
  const inner = middle.toArray();
  const tallest = Math.max(...tall, inner.reduce((sum, n) => sum + n.height() + 10, 0));
  const spread = (list) => Math.max(10, Math.min(34, (tallest - list.reduce((sum, n) => sum + n.height(), 0)) / Math.max(1, list.length)));
  const roomy = Math.max(10, Math.min(60, (Math.max(...tall) - inner.reduce((sum, n) => sum + n.height(), 0)) / Math.max(1, inner.length)));
  stack(inner, 0, roomy);
  for (const [side, way] of [[0, -1], [1, 1]]) stack(sides[side], way * (wide(inner) / 2 + wide(sides[side]) / 2 + 34), spread(sides[side]));
}

// A path as it is walked: from left to right, in a narrow pane from the top down.
function chain(nodes) {
  const order = [nodes.filter("[?center]")[0] ?? nodes[0]];
  for (let at = order[0]; at; order.push(at)) {
    at = at.neighborhood("node").filter((node) => !order.includes(node))[0];
    if (!at) break;
  }
  nodes.forEach((node) => { if (!order.includes(node)) order.push(node); });
  let far = 0;
  for (const node of order) {
    if (slim()) { node.position({ x: 0, y: far + node.height() / 2 }); far += node.height() + 54; } else { node.position({ x: far + node.width() / 2, y: 0 }); far += node.width() + 110; }
  }
}

// Around one node: what it is linked to in a ring, and beyond each of those what hangs on it, as a fan.
function radial(nodes, centre) {
  const rank = (node) => ORDER.indexOf(node.data("kind"));
  const near = centre.neighborhood("node").not(".off").sort((a, b) => rank(a) - rank(b));
  const fans = new Map(near.map((node) => [node.id(), []]));
  nodes.difference(near).difference(centre).sort((a, b) => rank(a) - rank(b)).forEach((node) => {
    // On that neighbour of the ring which has the fewest so far.
    const holders = node.neighborhood("node").filter((one) => fans.has(one.id())).toArray();
    const holder = holders.sort((a, b) => fans.get(a.id()).length - fans.get(b.id()).length)[0];
    (fans.get((holder ?? near[0] ?? centre).id()) ?? []).push(node);
  });
  const weight = (node) => 1.6 + fans.get(node.id()).length;
  const whole = near.reduce((sum, node) => sum + weight(node), 0);
  // Many neighbours stand in two or three rings in turn, so that none is far away.
  const rings = near.length > 24 ? 3 : near.length > 12 ? 2 : 1;
  const ring = Math.max(125, Math.min(160, near.length * 16));
  const outer = ring + 82 * (rings - 1) + 100;
  const place = (node, angle, radius) => node.position({ x: 1.65 * radius * Math.cos(angle), y: radius * Math.sin(angle) });
  centre.position({ x: 0, y: 0 });
  let from = -Math.PI / 2;
  near.forEach((node, i) => {
    const span = (2 * Math.PI * weight(node)) / whole;
    place(node, from + span / 2, ring + 82 * (i % rings));
    const fan = fans.get(node.id());
    fan.forEach((one, j) => place(one, from + (span * (j + 0.5)) / fan.length, outer + 52 * (j % 2)));
    from += span;
  });
}

// Force layout from a fixed start (the same graph looks the same each time), then boxes that still touch are moved apart.
function lay() {
  laidSlim = slim();
  const shownNodes = cy.nodes().not(".off");
  if (!shownNodes.length) return;
  const centre = shownNodes.filter("[?center]");
  const rest = shownNodes.not(centre).sort((a, b) => ORDER.indexOf(a.data("kind")) - ORDER.indexOf(b.data("kind")) || (a.id() < b.id() ? -1 : 1));
  if (view.of === "path" && shownNodes.length > 1) {
    chain(shownNodes);
    fitView();
    return;
  }
  if (slim()) {
    columns(shownNodes, centre);
    fitView();
    return;
  }
  if (centre.length && view.of === "node") {
    radial(shownNodes, centre[0]);
    separate(shownNodes);
    fitView();
    return;
  }
  centre.positions(() => ({ x: 0, y: 0 }));
  rest.forEach((node, i) => {
    const angle = (2 * Math.PI * i) / rest.length;
    const ring = 170 + 9 * rest.length;
    node.position({ x: ring * Math.cos(angle), y: ring * 0.75 * Math.sin(angle) });
  });
  if (shownNodes.length > 2) {
    cy.elements().not(".off").layout({ name: "fcose", quality: "default", randomize: false, animate: false, fit: false, nodeSeparation: 60,
      idealEdgeLength: (edge) => 50 + (edge.source().width() + edge.target().width()) / 3, nodeRepulsion: () => 9000, gravity: 0.35, numIter: 1200, packComponents: false }).run();
  }
  separate(shownNodes);
  fitView();
}

// New nodes in rings around the one that they hang on; then boxes that touch are moved apart.
function beside(places, around) {
  const shownNodes = cy.nodes().not(".off");
  const centre = places.get(around);
  let i = 0;
  shownNodes.forEach((node) => {
    const place = places.get(node.id());
    const ring = 150 + 70 * Math.floor(i / 12);
    const angle = (2 * Math.PI * i) / 12 + ring;
    node.position(place ?? { x: centre.x + ring * Math.cos(angle), y: centre.y + ring * 0.75 * Math.sin(angle) });
    if (!place) i += 1;
  });
  separate(shownNodes);
  fitView();
}

export function separate(nodes, gap = 8) {
  const list = nodes.map((node) => ({ node, x: node.position("x"), y: node.position("y"), w: node.width() + gap, h: node.height() + gap }));
  for (let round = 0; round < 400; round++) {
    let moved = false;
    for (let i = 0; i < list.length; i++) {
      for (let j = i + 1; j < list.length; j++) {
        const a = list[i];
        const b = list[j];
        const dx = b.x - a.x || 0.01 * (j - i);
        const dy = b.y - a.y || 0.01 * (i + 1);
        const ox = (a.w + b.w) / 2 - Math.abs(dx);
        const oy = (a.h + b.h) / 2 - Math.abs(dy);
        if (ox <= 0 || oy <= 0) continue;
        moved = true;
        if (ox * 0.6 < oy) { const d = (ox / 2 + 0.5) * Math.sign(dx); a.x -= d; b.x += d; } else { const d = (oy / 2 + 0.5) * Math.sign(dy); a.y -= d; b.y += d; }
      }
    }
    if (!moved) break;
  }
  for (const { node, x, y } of list) node.position({ x, y });
}

// ---- types on and off -------------------------------------------------------------------------------------------

function drawKinds() {
  const counts = new Map();
  for (const node of view.nodes) counts.set(kindOf(node), (counts.get(kindOf(node)) ?? 0) + 1);
  fill(kindsBar, ORDER.filter((kind) => counts.has(kind)).map((kind) =>
    h("button", { type: "button", class: `kind ${kind}`, "aria-pressed": String(!hidden.has(kind)), onclick: (event) => {
      if (hidden.has(kind)) hidden.delete(kind); else hidden.add(kind);
      event.currentTarget.setAttribute("aria-pressed", String(!hidden.has(kind)));
      applyKinds();
      lay();
      drawTable();
    } }, t(`kind.${kind}`), h("small", {}, String(counts.get(kind))))),
  view.more ? h("span", { class: "more" }, t("graph.more", { n: view.more })) : null,
  h("span", { class: "more plus", hidden: true }, t("graph.plus")));
}
function applyKinds() {
  cy.batch(() => cy.nodes().forEach((node) => { node.toggleClass("off", hidden.has(node.data("kind")) && !node.data("center")); }));
}

function drawTable() {
  const byId = new Map(view.nodes.map((n) => [n.iri, n]));
  const shownId = (iri) => byId.has(iri) && (!hidden.has(kindOf(byId.get(iri))) || iri === view.center);
  const cell = (iri) => h("button", { type: "button", class: `node-link ${kindOf(byId.get(iri))}`, onclick: () => take(iri) }, named(byId.get(iri)));
  fill(table, h("table", {}, h("caption", {}, t("graph.table_caption")),
    h("thead", {}, h("tr", {}, ["from", "relation", "to", "clause"].map((c) => h("th", { scope: "col" }, t(`graph.${c}`))))),
    h("tbody", {}, view.edges.filter((e) => shownId(e.source) && shownId(e.target)).map((edge) => h("tr", {},
      h("td", {}, cell(edge.source)), h("td", {}, relation(edge)), h("td", {}, cell(edge.target)),
      h("td", {}, edge.clause ? stated(edge.clause) : "—"))))));
}

// ---- a node ------------------------------------------------------------------------------------------------

function near(iri) {
  selected = iri;
  cy.batch(() => {
    cy.elements().removeClass("near many faded far").unselect();
    const node = cy.getElementById(iri);
    if (!node.length) return;
    node.select();
    const around = node.closedNeighborhood();
    around.edges().addClass(around.edges().length > LABELLED ? "near many" : "near");
    // Around the node that the view is about, everything is about it.
    if (!node.data("center")) cy.elements().not(around).addClass("faded");
    else cy.edges().not(around).addClass("far");
  });
}

let opened = 0;
export async function openNode(iri, { quiet = false } = {}) {
  const mine = ++opened;
  if (cy) near(iri);
  try {
    const node = await call("node", { iri });
    if (mine === opened) drawNode(node, quiet);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(panel, note(error.message));
  }
}

function drawNode(node, quiet) {
  const groups = new Map();
  for (const fact of node.facts) {
    const key = `${fact.relation}${fact.inverse ? "|in" : ""}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(fact);
  }
  refill(panel,
    h("div", { class: "node-head" }, h("span", { class: `badge ${kindOf(node)}` }, t(`kind_one.${kindOf(node)}`)),
      h("h3", { dir: "auto" }, named(node)),
      node.note ? h("p", { class: "quiet" }, node.note) : null,
      h("p", { class: "node-tools" },
        node.iri === view?.center ? null : h("a", { class: "tool wide", href: nodeLink(node.iri) }, icon("graph"), t("graph.explore")),
        h("button", { type: "button", class: "tool wide", "data-key": "origin", "aria-pressed": String(origin?.iri === node.iri), onclick: () => {
            origin = origin?.iri === node.iri ? null : node;
            drawNode(node, true);
            if (origin) toast(t("graph.path_choose", { from: named(origin) }));
          } }, t("graph.path_from")),
        node.clause ? h("a", { class: "tool wide", href: clauseLink(node.clause) }, t("graph.read")) : null,
        button("link", t("graph.link"), () => copy(`${location.href.split("#")[0]}${nodeLink(node.iri)}`)))),
    around(node),
    node.parts.length ? [h("h4", {}, t("graph.parts", { n: node.parts.length })), h("ul", { class: "item-list" }, node.parts.map((part) =>
      h("li", {}, h("button", { type: "button", class: "node-link item", onclick: () => visit(part.iri) }, named(part)))))] : null,
    node.clauses.length ? [h("h4", {}, t("graph.clauses", { n: node.clauses_total })), h("ul", { class: "clauses" }, node.clauses.map((c) =>
      h("li", {}, h("p", { dir: "auto" }, c.text), inEnglish(c), stated(c))))] : null,
    node.facts.length ? [h("h4", {}, t("graph.facts", { n: node.facts_total })), [...groups].map(([key, facts]) =>
      h("div", { class: "fact-group" }, h("h5", {}, (key.endsWith("|in") ? t("graph.inverse", { relation: word("relation", facts[0].relation) }) : word("relation", facts[0].relation)),
        h("small", {}, String(facts.length))),
        h("ul", {}, together(facts).map(factView))))] : node.parts.length ? null : h("p", { class: "quiet" }, t("graph.no_facts")),
    node.facts_total > node.facts.length ? h("p", { class: "quiet" }, t("graph.first_facts", { n: node.facts.length, total: node.facts_total })) : null);
  panel.dataset.node = node.iri;
  if (!quiet) panel.scrollTop = 0;
}

// What one more step would bring, by type, before it is taken; a press brings that type into the drawing.
function around(node) {
  const drawn = cy?.getElementById(node.iri);
  const kinds = ORDER.filter((kind) => node.neighbours[kind]);
  if (!kinds.length || !drawn?.length) return null;
  const shown = (kind) => drawn.neighborhood(`node[kind = "${kind}"]`).length;
  return h("div", { class: "around", role: "group", "aria-label": t("graph.around") }, h("span", { class: "quiet" }, t("graph.around")), kinds.map((kind) => {
    const whole = shown(kind) >= node.neighbours[kind];
    const text = t(`kind.${kind}`);
    return h("button", { type: "button", class: `kind ${kind}`, "data-kind": kind, "data-key": `around-${kind}`, "aria-pressed": "true", "aria-disabled": String(whole),
      title: whole ? t("graph.all_shown") : t("graph.bring", { kind: text, n: node.neighbours[kind] - shown(kind) }),
      onclick: () => { if (!whole) widen(node.iri, kind); } }, text, h("small", {}, `${shown(kind)}/${node.neighbours[kind]}`), whole ? null : icon("plus"));
  }));
}

// The same thing said in several clauses is one row, with a link to each.
function together(facts) {
  const rows = new Map();
  for (const fact of facts) {
    const key = fact.other && !fact.detail ? fact.other.iri : rows.size;
    if (!rows.has(key)) rows.set(key, { ...fact, clauses: [] });
    rows.get(key).clauses.push(fact.clause);
  }
  return [...rows.values()];
}

function factView(fact) {
  return h("li", { class: "fact-row" },
    fact.other ? h("button", { type: "button", class: `node-link ${kindOf(fact.other)}`, onclick: () => visit(fact.other.iri) }, named(fact.other)) : h("span", { dir: "auto" }, fact.text),
    fact.detail ? h("small", {}, fact.detail) : null,
    fact.clauses.filter(Boolean).map((clause) => stated(clause)));
}

// A node is chosen: where another one waits for its path, that is drawn.
function take(iri) {
  if (origin && origin.iri !== iri) go("graph", { from: origin.iri, to: iri });
  else openNode(iri);
}

function visit(iri) {
  if (origin && origin.iri !== iri) { take(iri); return; }
  if (cy?.getElementById(iri).length) { openNode(iri); return; }
  go("graph", { node: iri });
}

// What the panel says before a node is chosen: the path's sentences, or how to go on.
function overview() {
  if (view.of === "path") {
    fill(panel, h("h3", {}, t("graph.path")), view.steps.length
      ? h("ol", { class: "steps" }, view.steps.map((s) => h("li", {}, h("b", {}, label(s.from, s.from_en)), " ", h("i", {}, relation(s)), " ", h("b", {}, label(s.to, s.to_en)),
        s.clause ? h("p", {}, s.clause.text, " ", inEnglish(s.clause), stated(s.clause)) : null)))
      : h("p", { class: "quiet" }, t("graph.no_path")));
    return;
  }
  panel.dataset.node = "";
  const groups = ORDER.map((kind) => [kind, view.nodes.filter((node) => kindOf(node) === kind)]).filter(([, nodes]) => nodes.length);
  fill(panel, view.of === "plan" ? h("h3", {}, t("graph.plan")) : null,
    h("p", { class: "quiet hint" }, t("graph.choose", { n: view.nodes.length })),
    groups.map(([kind, nodes]) => h("div", { class: "fact-group" }, h("h5", {}, t(`kind.${kind}`), h("small", {}, String(nodes.length))),
      h("ul", { class: "nodes" }, nodes.map((node) => h("li", {}, h("button", { type: "button", class: `node-link ${kind}`, onclick: () => take(node.iri) }, named(node))))))));
}
const inEnglish = (clause) => (state.language === "en" && clause.translation ? h("span", { class: "said-in-english", lang: "en" }, clause.translation, " ") : null);

// ---- search ------------------------------------------------------------------------------------------------

function finder() {
  const results = h("ul", { class: "results", hidden: true });
  let turn = 0;
  let asked = Promise.resolve();
  const close = () => { results.hidden = true; };
  const step = (by) => {
    const links = [...results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement) + by;
    (at < 0 ? box : links[Math.min(at, links.length - 1)] ?? box).focus();
  };
  const box = h("input", { type: "search", placeholder: t("graph.search"), "aria-label": t("graph.search"), maxlength: "100", oninput: () => { asked = look(); }, onkeydown: async (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    await asked;  // what was typed last may not be found yet
    if (!results.hidden) results.querySelector("a")?.click();
  } });
  const look = async () => {
    const words = box.value.trim();
    const mine = ++turn;
    if (!words) { close(); return; }
    const reply = await call("find", { words }).catch((error) => { if (error instanceof Refused) return { nodes: [] }; throw error; });
    if (mine !== turn) return;
    // A reply may come while the keyboard already stands in the list of fewer letters: it stays there.
    const stood = results.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    fill(results, reply.nodes.length ? reply.nodes.map((n) => h("li", {}, h("a", { href: nodeLink(n.iri), onclick: (event) => {
      close();
      box.value = "";
      if (origin && origin.iri !== n.iri) { event.preventDefault(); take(n.iri); }
    } }, h("span", { class: `badge ${kindOf(n)}` }, t(`kind_one.${kindOf(n)}`)), named(n), n.note ? h("small", { class: "quiet" }, n.note) : null)))
      : h("li", { class: "quiet", role: "status" }, t("graph.nothing_found")));
    results.hidden = false;
    results.dataset.words = words;
    if (stood) (results.querySelector(`a[href="${CSS.escape(stood)}"]`) ?? results.querySelector("a") ?? box).focus();
  };
  const whole = h("div", { class: "finder", onkeydown: (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by && !results.hidden) { event.preventDefault(); step(by); }
    if (event.key === "Escape") { close(); box.focus(); }
  }, onfocusout: () => setTimeout(() => { if (!whole.contains(document.activeElement)) close(); }, 150) }, icon("search"), box, results);
  return whole;
}

// Arrow keys walk to the nearest node in that direction, Enter explores it.
function walk(event) {
  if (!cy || !cy.nodes().length) return;
  if (event.key === "Enter" && selected) {
    if (origin && origin.iri !== selected) take(selected); else go("graph", { node: selected });
    return;
  }
  if (event.key === "Escape" && origin) { origin = null; openNode(selected, { quiet: true }); return; }
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key];
  if (!way) return;
  event.preventDefault();
  const visible = cy.nodes().not(".off");
  const here = visible.filter((n) => n.id() === selected)[0] ?? visible.filter("[?center]")[0];
  if (!here || !selected) { openNode((here ?? visible[0]).id()); return; }
  const from = here.position();
  let best = null;
  let least = Infinity;
  visible.forEach((node) => {
    if (node.id() === here.id()) return;
    const dx = node.position("x") - from.x;
    const dy = node.position("y") - from.y;
    const along = dx * way[0] + dy * way[1];
    if (along <= 0) return;
    const cost = along + 2.5 * Math.abs(dx * way[1] + dy * way[0]);
    if (cost < least) { least = cost; best = node; }
  });
  if (best) openNode(best.id());
}
