"""Everybody can use it: nothing serious that axe-core finds, every task by keyboard alone, short ways for newcomers.

Each page that is looked at leaves a picture in ``build/screenshots``, except on CI.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kg.settings import Settings
from qa.build import ingest
from tests.serving import ROOT, ask, open_page, served

pytestmark = pytest.mark.browser

LIST = "哪些条目涉及职业教育？"
VENDOR = ROOT / "tests" / "vendor"
PICTURES = ROOT / "build" / "screenshots"
MOST_TABS = 400


# ---- what a checker finds --------------------------------------------------------------------------------------------


def test_the_checker_is_what_its_package_holds() -> None:
    listed = json.loads((VENDOR / "versions.json").read_text(encoding="utf-8"))["files"]
    assert {entry["file"] for entry in listed} == {path.name for path in VENDOR.glob("*.js")}
    for entry in listed:
        assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
        licence = (VENDOR / f"LICENSE.{entry['package']}.txt").read_text(encoding="utf-8")
        assert licence.startswith("Mozilla Public License, version 2.0")


def findings(page: Page) -> list[str]:
    """What axe-core calls serious or critical on the page as it stands."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate((VENDOR / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(
        """async () => {
          // What these find is moderate or minor at most, and takes a quarter of the time.
          const rules = { region: { enabled: false }, 'hidden-content': { enabled: false } };
          const { violations } = await axe.run(document, { rules, resultTypes: ['violations'] });
          return violations.filter((one) => ['serious', 'critical'].includes(one.impact))
            .flatMap((one) => one.nodes.map((node) => `${one.id}: ${node.target.join(' ')} ${node.failureSummary}`));
        }"""
    )
    return found


def picture(page: Page, name: str) -> None:
    """Leave a picture of the page for a person to look at; on CI there is none."""
    if os.environ.get("CI") != "true":
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{re.sub(r'[^a-z0-9]+', '-', name)}.png")


VIEWS = {
    "graph": "#graph .canvas[data-nodes]",
    "board?view=duties": ".board-table.duties",
    "board?view=matrix": ".board-table.matrix",
    "board?view=targets": ".target-cards li",
    "board?view=programmes": ".board-table.programmes",
    "reader": "#reader .clause",
    "review": ".tasks > li",
    "documents": ".shelf > li",
    "start?step=what": ".step.what",
    "start?step=built": ".step.built",
    "start?step=whom": ".step.whom",
    "start?step=words": ".step.words",
    "start?step=quiz": ".step.quiz",
    "about": ".about h1",
}
"""Each page or view of one, and what stands on it once it is drawn."""


@pytest.mark.parametrize(
    # Each language, each set of colours and each width once: what they are together is the same style sheet.
    ("language", "theme", "width"),
    [("zh", "light", 1440), ("en", "dark", 390)],
)
def test_no_page_has_a_serious_finding(browser: Browser, address: str, language: str, theme: str, width: int) -> None:
    page, errors, _ = open_page(browser, address, width=width, locale="zh-CN" if language == "zh" else "en-GB")
    page.emulate_media(reduced_motion="reduce")  # Colours on their way from one to another are neither.
    if page.evaluate("document.documentElement.dataset.theme") != theme:
        page.locator("#theme").click()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if wrong := findings(page):
            found[name] = wrong
        picture(page, f"{name}-{language}-{theme}-{width}")

    look("welcome")
    ask(page, LIST if language == "zh" else "Which items involve vocational education?")
    look("answer")
    ask(page, "学校食堂的预算是多少？")
    for summary in page.locator(".turn:last-child .how summary").all():
        summary.click()
    look("not stated")
    for name, drawn in VIEWS.items():
        page.evaluate("(name) => { location.hash = `#/${name}` }", name)
        page.locator(drawn).first.wait_for()
        look(name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.evaluate("location.hash = '#/start?step=quiz'")
    page.locator(".options button").first.click()
    look("quiz")
    page.evaluate("location.hash = '#/graph'")
    page.locator("#graph-table").click()
    page.locator("#graph .finder input").fill("学校")
    page.locator("#graph .results li").first.wait_for()
    look("table of the graph")
    assert found == {}
    assert not errors
    page.context.close()


OTHER = ROOT / "tests" / "plans" / "whole" / "tuned" / "a1-linxi-2024.txt"


@pytest.fixture(scope="module")
def two_plans(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An app over the sample plan and an invented one."""
    folder = tmp_path_factory.mktemp("two") / "workspace"
    shutil.copytree(workspace, folder, copy_function=os.link)
    ingest([OTHER], Settings.load({"YAODIAN_WORKSPACE": str(folder)}))
    with served(folder) as found:
        yield found


@pytest.mark.parametrize(("language", "theme", "width"), [("zh", "light", 1440), ("en", "dark", 390)])
def test_plans_side_by_side_have_no_serious_finding(
    browser: Browser, two_plans: str, language: str, theme: str, width: int
) -> None:
    page, errors, _ = open_page(browser, two_plans, width=width, locale="zh-CN" if language == "zh" else "en-GB")
    page.emulate_media(reduced_motion="reduce")
    if page.evaluate("document.documentElement.dataset.theme") != theme:
        page.locator("#theme").click()
    views = {
        "board?view=compare&by=theme": "table.compare",
        "board?view=compare&by=body": "table.compare",
        f"reader?document=yiyang-2021&beside={OTHER.stem}": ".page + .page .clause",
        "reader?document=yiyang-2021&beside=": ".page .clause",
    }
    for name, drawn in views.items():
        page.evaluate("(name) => { location.hash = `#/${name}` }", name)
        page.locator(drawn).first.wait_for()
        assert findings(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        picture(page, f"{name}-{language}-{theme}-{width}")
    assert not errors
    page.context.close()


def test_a_board_on_a_phone_is_a_table_to_a_screen_reader(browser: Browser, address: str) -> None:
    page, _, _ = open_page(browser, f"{address}/#/board?view=duties", width=390, height=844)
    table = page.get_by_role("table", name="谁来做")
    table.wait_for()
    rows = table.get_by_role("row")
    assert rows.count() > 10
    assert table.get_by_role("columnheader").count() == 7
    assert table.get_by_role("rowheader").count() == rows.count() - 1
    assert rows.nth(1).get_by_role("cell").count() >= 1
    page.context.close()


# ---- by keyboard alone -----------------------------------------------------------------------------------------------


SEEN = """() => {
  const one = document.activeElement.closest('label, .finder, .reader-search, .drop, form') ?? document.activeElement;
  const box = one.getBoundingClientRect();
  return box.width > 0 && box.bottom > 0 && box.top < innerHeight;
}"""


def reach(page: Page, selector: str, key: str = "Tab") -> None:
    """Press Tab until the keyboard stands on what is sought; it must be seen that it stands there."""
    for _ in range(MOST_TABS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            assert page.evaluate(SEEN), f"{selector} has the keyboard and is not in view"
            return
        page.keyboard.press(key)
    pytest.fail(f"{selector} cannot be reached by {key}")


def press(page: Page, selector: str) -> None:
    reach(page, selector)
    page.keyboard.press("Enter")


def open_by_keyboard(page: Page, name: str) -> None:
    press(page, f'nav a[data-page="{name}"]')
    page.wait_for_selector(f'body[data-page="{name}"]')
    assert page.evaluate("document.activeElement.dataset.page") == name


def test_ask_switch_a_term_open_a_citation_and_save_the_answer_by_keyboard(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("农村教师和特殊教育在哪些条目里？")
    page.keyboard.press("Enter")
    page.locator(".turn .tools").wait_for()
    page.evaluate("document.activeElement.blur()")
    press(page, '.strip .term[aria-pressed="true"]')
    page.locator('.strip .term[aria-pressed="false"]').wait_for()
    page.wait_for_selector(".turn:not(.pending) .reply")
    reach(page, ".prose a.cite")
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#reader .lit")).to_have_count(1)
    reach(page, '.tools a[href$=".docx"]')
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename.endswith(".docx")


def test_say_what_is_wrong_with_an_answer_by_keyboard(browser: Browser, own: tuple[str, Path]) -> None:
    page, errors, _ = open_page(browser, own[0])
    ask(page, LIST)
    page.evaluate("document.activeElement.blur()")
    press(page, "details.wrong summary")
    reach(page, ".feedback textarea")
    page.keyboard.type("少了一条")
    press(page, '.feedback [data-kind="missing_item"]')
    page.locator(".feedback .note.good").wait_for()
    assert "missing_item" in (own[1] / "feedback.jsonl").read_text(encoding="utf-8")
    assert not errors
    page.context.close()


def test_find_a_node_widen_it_and_draw_a_path_by_keyboard(page: Page) -> None:
    open_by_keyboard(page, "graph")
    page.locator(".node-panel[data-node]").wait_for()
    reach(page, "#graph .finder input")
    page.keyboard.type("乡村教师")
    page.locator('#graph .results[data-words="乡村教师"] a').first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".node-panel h3")).to_have_text("乡村教师")
    first = page.locator(".node-panel").get_attribute("data-node")
    press(page, '.node-tools [data-key="origin"]')
    reach(page, "#graph .canvas", "Shift+Tab")
    chosen = "window.yaodianGraph.$(':selected').id()"
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
        if page.evaluate(chosen) != first:  # more steps may lead back to where they began
            break
    assert page.evaluate(chosen) != first
    page.keyboard.press("Enter")
    page.locator(".steps li a.cite").first.wait_for()
    press(page, ".steps a.cite")
    page.locator("#reader .lit").wait_for()
    page.go_back()
    press(page, "#graph-table")
    page.locator("#graph .twin .node-link").first.wait_for()
    press(page, "#graph .twin .node-link")
    page.locator(".node-panel[data-node]").wait_for()
    press(page, '.kinds .kind[aria-pressed="true"]')
    assert page.locator('.kinds .kind[aria-pressed="false"]').count() == 1


def test_every_view_of_the_board_is_filtered_and_a_clause_opened_by_keyboard(page: Page) -> None:
    open_by_keyboard(page, "board")
    for view in ("matrix", "targets", "programmes", "duties"):
        reach(page, f'[data-key="view-{view}"]', "Tab" if view != "duties" else "Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("(view) => location.hash.includes(`view=${view}`)", arg=view)
        assert page.evaluate("document.activeElement.dataset.key") == f"view-{view}"
    rows = page.locator(".board-table tbody tr")
    everything = rows.count()
    reach(page, '.board-bar [data-key="theme"]')
    page.keyboard.press("ArrowDown")
    expect(rows).not_to_have_count(everything)
    press(page, ".board-bar .clear")
    expect(rows).to_have_count(everything)
    reach(page, '.board-bar [data-key="words"]', "Shift+Tab")
    page.keyboard.type("教师队伍")
    expect(rows).not_to_have_count(everything)
    press(page, ".board-table a.cite")
    page.locator("#reader .lit").wait_for()
    assert "reader" in page.url


def test_plans_are_set_side_by_side_and_read_beside_each_other_by_keyboard(browser: Browser, two_plans: str) -> None:
    page, errors, _ = open_page(browser, two_plans)
    open_by_keyboard(page, "board")
    press(page, '[data-key="view-compare"]')
    page.locator("table.compare").wait_for()
    press(page, '[data-key="by-body"]')
    expect(page.locator('[data-key="by-body"]')).to_have_attribute("aria-pressed", "true")
    press(page, '[data-key="show-shared"]')
    reach(page, '[data-key="compare-words"]')
    page.keyboard.type("学校")
    assert page.locator("table.compare tbody:last-child tr").count() >= 1
    press(page, '.board a[href^="#/reader"][href*="beside"]')
    page.locator(".reader .page + .page .clause").first.wait_for()
    reach(page, "#reader .reader-search input")
    page.keyboard.type("教师")
    expect(page.locator("#reader .reader-search .count")).to_contain_text("/")
    reach(page, "#reader .page + .page")
    page.keyboard.press("j")
    expect(page.locator("#reader .page + .page .lit")).to_have_count(1)
    reach(page, '[data-key="beside"]', "Shift+Tab")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#reader .page + .page")).to_be_hidden()
    assert not errors
    page.context.close()


def test_the_translation_stands_beside_the_plan_and_is_lit_with_its_clause(page: Page) -> None:
    open_by_keyboard(page, "reader")
    english = page.locator("#reader .unit-en")
    expect(english.first).to_be_hidden()
    press(page, '[data-key="english"]')
    expect(english.first).to_be_visible()
    assert page.evaluate("document.activeElement.dataset.key") == "english"
    page.locator("#reader .unit").nth(4).locator(".unit-en span").nth(1).click()
    lit = page.locator("#reader .lit")
    expect(lit).to_have_count(1)
    expect(page.locator("#reader .lit-too")).to_have_count(1)
    one, other = lit.bounding_box(), page.locator("#reader .lit-too").bounding_box()
    assert one is not None
    assert other is not None
    assert other["x"] > one["x"] + one["width"] / 2


def test_search_the_source_jump_and_walk_from_clause_to_clause_by_keyboard(page: Page) -> None:
    open_by_keyboard(page, "reader")
    reach(page, "#reader .reader-search input")
    page.keyboard.type("乡村")
    lit = page.locator("#reader .lit")
    expect(lit).to_have_count(1)
    found = lit.get_attribute("data-iri")
    page.keyboard.press("Enter")
    page.wait_for_function("(iri) => document.querySelector('#reader .lit').dataset.iri !== iri", arg=found)
    press(page, '.mark-switch[aria-pressed="true"]')
    press(page, "#reader .contents li:nth-child(4) a")
    assert page.evaluate("document.activeElement.matches('#reader .page')")
    before = lit.get_attribute("data-iri")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    after = lit.get_attribute("data-iri")
    assert after != before
    assert (after or "") in page.evaluate("decodeURIComponent(location.hash)")


def test_the_five_steps_and_the_quiz_by_keyboard(page: Page) -> None:
    open_by_keyboard(page, "start")
    for step in ("built", "whom", "words", "quiz"):
        if step == "quiz":  # the glossary is long: its end is further away than the steps above it
            reach(page, '[data-key="step-quiz"]', "Shift+Tab")
            page.keyboard.press("Enter")
        else:
            press(page, "#start-next")
        page.locator(f".step.{step}").wait_for()
        if step == "whom":
            press(page, ".step .chip")
            page.locator(".step .item-list a").first.wait_for()
    questions = page.locator(".quiz-list > li")
    questions.first.wait_for()
    for i in range(questions.count()):
        press(page, f'[data-key="option-{i}-0"]')
        questions.nth(i).locator(".quiz-answer a.cite").wait_for()
    press(page, "#quiz-again")
    page.locator(".quiz-list > li:not(.answered)").nth(2).wait_for()
    page.wait_for_function("document.activeElement.matches('.options button')")


def test_a_file_is_chosen_and_a_document_taken_out_by_keyboard(
    browser: Browser, workspace: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(workspace, tmp_path / "workspace"))
    plan = tmp_path / "new.md"
    plan.write_text("# 某县教育局2031年工作要点\n\n一、重点工作\n\n1. 推进教师培训。\n", encoding="utf-8")
    with served(folder) as address:
        page, errors, _ = open_page(browser, address)
        page.on("filechooser", lambda _: None)  # from the first on: a busy browser takes a while to hold them back
        open_by_keyboard(page, "documents")
        page.locator(".shelf > li").first.wait_for()  # what is drawn later would take the keyboard away
        before = page.locator(".shelf > li").count()
        reach(page, "#document-file")
        with page.expect_file_chooser() as chooser:
            page.keyboard.press("Space")
        chooser.value.set_files(plan)
        expect(page.locator(".shelf > li")).to_have_count(before + 1, timeout=60_000)
        reach(page, '.shelf > li[data-document="new"] .removal button')
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator(".shelf > li")).to_have_count(before, timeout=60_000)
        assert not errors
        page.context.close()


def test_language_and_colours_are_switched_by_keyboard_and_the_keyboard_stays_there(page: Page) -> None:
    press(page, '#language [data-language="en"]')
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.evaluate("document.activeElement.dataset.language") == "en"
    before = page.locator("html").get_attribute("data-theme")
    press(page, "#theme")
    assert page.locator("html").get_attribute("data-theme") != before
    assert page.evaluate("document.activeElement.id") == "theme"
    page.reload()
    page.wait_for_selector("body[data-ready]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.matches('#question textarea')")


# ---- the first day ---------------------------------------------------------------------------------------------------


@dataclass
class Newcomer:
    """Who clicks and types, and counts it: a click is one action, words with Enter after them are one."""

    page: Page
    actions: list[str] = field(default_factory=list)

    def click(self, selector: str) -> None:
        self.page.locator(selector).first.click()
        self.actions.append(f"click {selector}")

    def type(self, selector: str, words: str) -> None:
        self.page.locator(selector).fill(words)
        self.page.locator(selector).press("Enter")
        self.actions.append(f"type {words}")


@pytest.fixture
def newcomer(page: Page) -> Newcomer:
    return Newcomer(page)


def test_a_newcomer_finds_all_items_on_a_group_and_opens_a_clause_in_two_actions(newcomer: Newcomer) -> None:
    newcomer.type("#question textarea", "哪些条目涉及乡村教师？")
    newcomer.page.locator(".certificate").wait_for()
    newcomer.page.locator(".turn .tools").wait_for()
    assert newcomer.page.locator(".fold.items li").count() >= 3
    newcomer.click(".prose a.cite")
    expect(newcomer.page.locator("#reader .lit")).to_be_visible()
    assert len(newcomer.actions) <= 3


def test_a_newcomer_sees_the_items_on_a_group_without_a_question_in_two_actions(
    newcomer: Newcomer, address: str
) -> None:
    newcomer.page.goto(f"{address}/#/start")
    newcomer.click('[data-key="step-whom"]')
    newcomer.type('.step [data-key="who"]', "乡村教师")
    assert newcomer.page.locator(".step .item-list a").count() >= 3
    newcomer.click(".step .item-list a")
    expect(newcomer.page.locator("#reader .lit")).to_be_visible()
    assert len(newcomer.actions) <= 3


def test_a_newcomer_finds_who_is_responsible_and_by_when_in_one_action(browser: Browser, two_plans: str) -> None:
    page, errors, _ = open_page(browser, f"{two_plans}/#/board?document={OTHER.stem}")
    newcomer = Newcomer(page)
    newcomer.type('.board-bar [data-key="words"]', "压实管党治党责任")
    row = page.locator(".board-table tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("td").first).to_contain_text("组织人事股")
    assert re.search(r"\d{4}-\d\d-\d\d", row.locator(".when").inner_text())
    assert row.locator(".when a.cite").count() >= 1
    assert len(newcomer.actions) <= 3
    assert not errors
    page.context.close()


def test_a_newcomer_sees_how_two_things_are_linked_in_three_actions(newcomer: Newcomer, address: str) -> None:
    page = newcomer.page
    page.goto(f"{address}/#/graph")
    page.locator(".node-panel[data-node]").wait_for()
    first = theme(page)
    page.goto(f"{address}/#/graph?node={first}")
    page.locator(f'.node-panel[data-node="{first}"]').wait_for()
    newcomer.click('.node-tools [data-key="origin"]')
    other: str = page.evaluate("window.yaodianGraph.nodes('[kind = \"theme\"]')[3].id()")
    page.evaluate("(id) => { window.yaodianGraph.getElementById(id).emit('tap'); }", other)
    newcomer.actions.append("click a node")
    steps = page.locator(".steps li")
    steps.first.wait_for()
    assert steps.locator("a.cite").count() == steps.count() >= 2
    newcomer.click(".steps a.cite")
    expect(page.locator("#reader .lit")).to_be_visible()
    assert len(newcomer.actions) <= 3


def theme(page: Page) -> str:
    found: str = page.evaluate("window.yaodianGraph.nodes('[kind = \"theme\"]')[0].id()")
    return found


def test_a_newcomer_passes_the_quiz_in_three_actions(newcomer: Newcomer, address: str) -> None:
    page = newcomer.page
    page.goto(f"{address}/#/start")
    newcomer.click('[data-key="step-quiz"]')
    page.locator(".quiz-list").wait_for()
    # Who knows the plan: the answers are read from the clauses that the server sends along.
    answers = page.evaluate(
        """async () => {
          const { call } = await import(document.querySelector('link[href$="core.js"]').href);
          const { questions } = await call('quiz', { document: 'yiyang-2021', round: 0 });
          return questions.map((one) => one.answer);
        }"""
    )
    for i, answer in enumerate(answers[:2]):
        newcomer.click(f'[data-key="option-{i}-{answer}"]')
    expect(page.locator(".quiz-result .note.good")).to_contain_text("通过")
    assert len(newcomer.actions) <= 3
    page.reload()
    page.locator(".steps-bar .done").wait_for()
    page.locator(".quiz-list").wait_for()
