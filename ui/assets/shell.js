// The frame: name, pages, language, theme, and on a phone the tabs of the three panes.
import { PAGES, button, go, h, keep, on, refill, setLanguage, setTheme, state, t, tab } from "./core.js";

const TABS = ["answer", "source", "graph"];

export function mount(element) {
  const root = element.querySelector(".root");
  const draw = () => {
    refill(root,
      h("a", { class: "skip", href: "#/ask", onclick: skip }, t("shell.skip")),
      h("div", { class: "bar" },
        h("a", { class: "brand", href: "#/ask" },
          h("span", { class: "seal", "aria-hidden": "true" }, h("span", {}, "要"), h("span", {}, "点")),
          h("span", { class: "name" }, h("b", {}, t("app.name")), h("small", {}, t("app.claim")))),
        h("nav", { "aria-label": t("shell.pages") },
          PAGES.map((page) => h("a", { href: `#/${page}`, class: "page", "data-key": `page-${page}`, "data-page": page,
            "aria-current": state.page === page ? "page" : null }, t(`nav.${page}`)))),
        h("div", { class: "choices" },
          h("div", { id: "language", role: "group", "aria-label": t("shell.language"), onclick: choose },
            [["zh", "中文"], ["en", "English"]].map(([code, name]) =>
              h("button", { type: "button", "data-key": `language-${code}`, "data-language": code, lang: code === "zh" ? "zh-CN" : "en",
                "aria-pressed": String(state.language === code) }, name))),
          button(state.theme === "dark" ? "sun" : "moon", state.theme === "dark" ? t("shell.light") : t("shell.dark"), () => {
            const theme = state.theme === "dark" ? "light" : "dark";
            keep({ theme });
            setTheme(theme);
          }, { id: "theme", "data-key": "theme" }),
          state.account ? button("out", t("shell.sign_out", { name: state.account }), leave, { id: "sign-out", "data-key": "sign-out" }) : null)),
      // The pages without a heading of their own on the page.
      ["ask", "graph"].includes(state.page) ? h("h1", { class: "sr" }, t(`nav.${state.page}`)) : null,
      h("div", { class: "tabs", role: "tablist", "aria-label": t("shell.panes") },
        TABS.map((name) => h("button", { type: "button", role: "tab", "data-key": `tab-${name}`, "data-tab": name,
          "aria-selected": String(state.tab === name), onclick: () => tab(name) }, t(`tab.${name}`)))),
    );
    // On a narrow screen the row of pages is longer than it: the one that is shown stays in view.
    root.querySelector('nav [aria-current="page"]')?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  for (const name of ["language", "theme", "page", "tab"]) on(name, draw);
}

function choose(event) {
  const chosen = event.target.closest("button")?.dataset.language;
  setLanguage(chosen ?? (state.language === "zh" ? "en" : "zh"));
}

async function leave() {
  await fetch(new URL("logout", document.baseURI), { method: "POST", redirect: "manual" });
  location.assign(new URL("login", document.baseURI));
}

function skip(event) {
  event.preventDefault();
  go("ask");
  document.querySelector("#question textarea")?.focus();
}
