// About: what the program is, what leaves the machine (nothing), the keys.
import { fill, h, on, state, t } from "./core.js";

export function mount(element) {
  const root = element.querySelector(".root");
  root.tabIndex = 0;
  on("language", () => {
    fill(root,
      h("h1", {}, t("about.title")),
      h("p", { class: "lead" }, t("about.lead")),
      h("h2", {}, t("about.how")),
      h("ol", {}, ["about.how1", "about.how2", "about.how3"].map((key) => h("li", {}, t(key)))),
      h("h2", {}, t("about.trust")),
      h("ul", {}, ["about.trust1", "about.trust2", "about.trust3"].map((key) => h("li", {}, t(key)))),
      h("h2", {}, t("about.keys")),
      h("dl", { class: "keys" }, ["slash", "enter", "tab", "arrows", "jk", "escape"].map((key) =>
        [h("dt", {}, h("kbd", {}, t(`about.key_${key}`))), h("dd", {}, t(`about.does_${key}`))])),
      h("h2", {}, t("about.machines")),
      h("p", {}, t("about.machines_text")),
      h("p", { class: "quiet" }, t("about.version", { version: state.version })),
    );
  });
}
