// Plans side by side: what each says of the same theme, body or programme, and which of them says nothing.
import { Refused, call, fill, h, icon, label, nodeLink, note, on, refill, state, stated, t, titleOf, toast, word } from "./core.js";

const BY = ["theme", "body", "programme"];
const SHOW = ["all", "shared", "apart"];
const FIGURES = ["units", "bodies", "programmes", "targets", "dated", "no_body", "no_target"];
const MOST = 4;
const FIRST = 40;
let chosen = [];
let by = "theme";
let show = "all";
let words = "";
let data = null;
let whole = false;

export function followComparison(values) {
  const named = (values.documents ?? "").split(",").filter((id) => state.documents.some((d) => d.id === id)).slice(0, MOST);
  if (named.length) chosen = named;
  if (BY.includes(values.by)) by = values.by;
}
export const comparisonAddress = () => ({ by, documents: chosen.join(",") });
on("documents", () => { data = null; });

const COMPARE = { ">=": "≥ ", "<=": "≤ ", "~": "≈ ", ">": "> ", "<": "< " };
export function amount(target) {
  // A unit of letters stands apart from its number.
  const value = target.value === null ? "" : `${target.value}${target.value_max === null ? "" : `–${target.value_max}`}${/^[A-Za-z]/.test(target.unit_text) ? " " : ""}${target.unit_text}`;
  if (!value) return word("comparator", target.comparator);
  return `${COMPARE[target.comparator] ?? (["increase", "decrease"].includes(target.comparator) ? `${word("comparator", target.comparator)} ` : "")}${value}`;
}

let asked = 0;
export async function comparison(place, told) {
  chosen = chosen.filter((id) => state.documents.some((d) => d.id === id));
  if (chosen.length < 2) chosen = [...new Set([...chosen, ...state.documents.map((d) => d.id)])].slice(0, Math.max(2, chosen.length));
  told();
  const fresh = data && data.by === by && data.documents.map((d) => d.id).join() === chosen.join();
  if (fresh) { draw(place, told); return; }
  const mine = ++asked;
  try {
    const found = await call("compare", { documents: chosen, by });
    if (mine !== asked) return;
    data = found;
    whole = false;
    draw(place, told);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    fill(place, note(error.message));
  }
}

function draw(place, told) {
  const again = () => comparison(place, told);
  const list = h("div", { class: "wide-table", tabindex: "0", role: "region", "aria-label": t("board.compare") });
  const rows = () => fill(list, table(rows));
  const press = (group, name, now, act) => h("button", { type: "button", "aria-pressed": String(name === now), "data-key": `${group}-${name}`, onclick: act }, t(`compare.${group}_${name}`));
  refill(place,
    h("div", { class: "compare-plans", role: "group", "aria-label": t("compare.plans") }, state.documents.map((d) =>
      h("button", { type: "button", class: "chip", "data-key": `plan-${d.id}`, "aria-pressed": String(chosen.includes(d.id)), onclick: () => toggle(d.id, again) }, d.title, d.year ? h("small", {}, ` ${d.year}`) : null))),
    h("div", { class: "compare-bar" },
      h("div", { class: "switch", role: "group", "aria-label": t("compare.by") }, BY.map((name) => press("by", name, by, () => { by = name; again(); }))),
      h("div", { class: "switch", role: "group", "aria-label": t("compare.show") }, SHOW.map((name) => press("show", name, show, () => { show = name; draw(place, told); }))),
      h("div", { class: "reader-search" }, icon("search"), h("input", { type: "search", value: words, placeholder: t("board.filter"), "aria-label": t("board.filter"), "data-key": "compare-words",
        oninput: (event) => { words = event.target.value.trim(); rows(); } })),
      h("a", { class: "tool wide", href: `#/reader?${new URLSearchParams({ document: chosen[0], beside: chosen[1] })}` }, icon("open"), t("compare.read"))),
    list);
  rows();
}

function toggle(id, again) {
  if (!chosen.includes(id) && chosen.length === MOST) { toast(t("compare.most", { n: MOST })); return; }
  if (chosen.includes(id) && chosen.length === 2) { toast(t("compare.least")); return; }
  // In the order in which they are listed, whatever was pressed first.
  chosen = state.documents.map((d) => d.id).filter((one) => (one === id ? !chosen.includes(id) : chosen.includes(one)));
  again();
}

function table(rows) {
  const fits = (row) => (show === "all" || (show === "shared") === (row.plans === data.documents.length))
    && (!words || `${row.label} ${row.label_en}`.toLowerCase().includes(words.toLowerCase()));
  const found = data.rows.filter(fits);
  const shown = whole ? found : found.slice(0, FIRST);
  return [h("table", { class: "board-table compare" }, h("caption", { class: "sr" }, t("board.compare")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "corner" }, t(`compare.by_${by}`)), data.documents.map((d) =>
      h("th", { scope: "col" }, h("a", { href: `#/reader?document=${encodeURIComponent(d.id)}` }, d.title), h("small", {}, [d.year, d.issuers.join(t("common.comma"))].filter(Boolean).join(" · ")))))),
    h("tbody", { class: "figures" }, FIGURES.map((name) => h("tr", {}, h("th", { scope: "row" }, t(`compare.n_${name}`)),
      data.documents.map((d) => h("td", { class: name.startsWith("no_") && d[name] ? "lacking" : "" }, String(d[name])))))),
    h("tbody", {}, shown.length ? shown.map((row) => h("tr", {}, h("th", { scope: "row" }, h("a", { class: `node-link ${row.kind}`, href: nodeLink(row.iri) }, label(row.label, row.label_en))),
      row.cells.map((cell) => h("td", {}, cellView(cell)))))
      : h("tr", {}, h("td", { colspan: String(data.documents.length + 1), class: "quiet" }, t("board.none"))))),
  found.length > shown.length ? h("p", {}, h("button", { type: "button", class: "plain", onclick: () => { whole = true; rows(); } }, t("compare.more", { n: found.length - shown.length }))) : null,
  data.rows_total > data.rows.length && whole ? h("p", { class: "quiet" }, t("graph.first_facts", { n: data.rows.length, total: data.rows_total })) : null];
}

function cellView(cell) {
  if (!cell.units.length) return h("span", { class: "gap-mark" }, t("compare.nothing"));
  return [h("ul", {}, cell.units.map((u) => h("li", {},
    stated(u.clause, u.clause.where, { "data-where": `${u.label} ${titleOf(u)}`, "aria-label": t("board.clause", { where: u.clause.where }) }),
    titleOf(u), u.roles.map((role) => h("small", { class: `role ${role}` }, word("role", role))), u.action ? h("small", { class: "quiet" }, u.action) : null))),
  cell.units_total > cell.units.length ? h("p", { class: "quiet" }, t("graph.more", { n: cell.units_total - cell.units.length })) : null,
  cell.targets.map((x) => h("p", { class: "figure-of" }, h("b", {}, x.value === null && x.deadline ? x.deadline.replace("/", " – ") : amount(x)), x.measure,
    x.value !== null && x.deadline ? h("small", {}, t("board.due", { day: x.deadline.replace("/", " – ") })) : null,
    stated(x.clause)))];
}
