"""The app in a real browser, over a workspace that holds the sample plan, and over one that holds a hostile one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kg.vocab import DEFAULT_BASE
from tests.serving import ROOT, ask, open_page, served

pytestmark = pytest.mark.browser

LIST = "哪些条目涉及职业教育？"
NOT_STATED = "学校食堂的预算是多少？"

IN_VIEW = """(element) => {
  const box = element.getBoundingClientRect();
  const frame = document.querySelector('#reader .page').getBoundingClientRect();
  return box.height > 0 && box.top >= frame.top - 1 && Math.min(box.bottom, box.top + frame.height) <= frame.bottom + 1;
}"""


def node_at(page: Page, index: int) -> tuple[str, float, float]:
    """Id and place on the screen of a node of the graph."""
    found = page.evaluate(
        """(index) => {
          const node = window.yaodianGraph.nodes()[index];
          const frame = document.querySelector('#graph .canvas').getBoundingClientRect();
          const at = node.renderedPosition();
          return [node.id(), frame.left + at.x, frame.top + at.y];
        }""",
        index,
    )
    return found[0], found[1], found[2]


WHOLE = f"#/graph?node={DEFAULT_BASE}yiyang-2021"
"""The view around the sample plan itself: as many nodes as a page draws of one."""


def wait_for_graph(page: Page, of: str) -> int:
    """How many nodes are drawn, once the drawing is of an ``answer``, a ``node``, or the ``plan`` at first sight."""
    page.wait_for_function("(of) => document.querySelector('#graph .canvas').dataset.of === of", arg=of)
    count: int = page.evaluate("window.yaodianGraph.nodes().length")
    return count


def test_a_citation_lights_its_clause_in_the_source_and_brings_it_into_view(page: Page) -> None:
    ask(page, LIST)
    links = page.locator("#answer .prose a.cite")
    assert links.count() >= 2
    for i in range(links.count()):
        link = links.nth(i)
        link.click()
        lit = page.locator("#reader .lit")
        expect(lit).to_have_count(1)
        assert lit.get_attribute("data-iri") == link.get_attribute("data-clause")
        assert page.evaluate(IN_VIEW, lit.element_handle())
        assert re.sub(r"\s", "", lit.inner_text()) == re.sub(r"\s", "", link.get_attribute("data-quote") or "")


def test_an_answer_is_drawn_line_by_line_as_it_comes_and_is_then_whole(page: Page) -> None:
    page.evaluate(
        """() => {
          window.drawn = [];
          const watch = new MutationObserver(() => {
            const lines = document.querySelectorAll('.prose > *').length;
            const whole = Boolean(document.querySelector('.turn .tools'));
            if (lines !== window.drawn.at(-1)?.[0] || whole) window.drawn.push([lines, whole]);
          });
          watch.observe(document.querySelector('#answer'), { childList: true, subtree: true });
        }"""
    )
    ask(page, LIST)
    drawn = page.evaluate("window.drawn")
    assert len({lines for lines, _ in drawn}) >= 3
    assert [whole for _, whole in drawn].index(True) >= 3
    assert page.locator(".turn.pending, .turn.flowing").count() == 0
    told = page.locator(".prose").inner_text()
    page.locator('#language [data-language="en"]').click()  # draws the answer anew, as a whole
    assert page.locator(".prose").inner_text() == told


def test_a_question_that_the_server_refuses_or_does_not_answer_is_told_in_one_line(page: Page) -> None:
    page.route("**/ask", lambda route: route.abort())
    page.fill("#question textarea", LIST)
    page.press("#question textarea", "Enter")
    expect(page.locator(".turn .note.problem")).to_contain_text("程序没有回应")
    page.unroute("**/ask")
    ask(page, LIST)
    assert page.locator(".turn .note.problem").count() == 1


def test_a_node_of_the_evidence_graph_shows_its_facts_each_with_its_clause(page: Page) -> None:
    ask(page, LIST)
    count = wait_for_graph(page, "answer")
    assert count <= 60
    for index in (0, count - 1):
        iri, x, y = node_at(page, index)
        page.mouse.click(x, y)
        panel = page.locator(f'.node-panel[data-node="{iri}"]')
        panel.wait_for()
        assert panel.locator(".fact-row").count() >= 1
        assert panel.locator(".fact-row:not(:has(a.cite))").count() == 0
    page.locator(".node-panel .fact-row a.cite").first.click()
    expect(page.locator("#reader .lit")).to_have_count(1)


def test_what_the_plan_does_not_say_is_said_unmistakably(page: Page) -> None:
    ask(page, NOT_STATED)
    reply = page.locator('.reply[data-status="not_stated"]')
    expect(reply.locator(".banner b")).to_have_text("文件没有写明")


def test_a_list_shows_its_certificate_with_every_unit_checked(page: Page) -> None:
    ask(page, LIST)
    words = page.locator(".certificate").inner_text()
    counted = re.search(r"(\d+) 条符合 · (\d+) 个条目已全部核对", words)
    assert counted is not None
    assert page.locator(".fold.items li").count() == int(counted[1])
    assert int(counted[2]) >= int(counted[1]) > 0


def test_a_term_that_is_switched_off_changes_the_answer_and_can_be_switched_on_again(page: Page) -> None:
    ask(page, "农村教师和特殊教育在哪些条目里？")
    first = page.locator(".prose").inner_text()
    term = page.locator('.strip .term[aria-pressed="true"]').first
    surface = term.locator(".surface").inner_text()
    term.click()
    off = page.locator('.strip .term[aria-pressed="false"]')
    expect(off).to_have_count(1)
    assert off.locator(".surface").inner_text() == surface
    page.wait_for_selector(".turn:not(.pending) .reply")
    assert page.locator(".prose").inner_text() != first
    off.click()
    expect(page.locator('.strip .term[aria-pressed="false"]')).to_have_count(0)
    page.wait_for_selector(".turn:not(.pending) .reply")
    assert page.locator(".prose").inner_text() == first


def test_the_language_of_every_page_is_switched_in_the_page(page: Page) -> None:
    ask(page, LIST)
    page.locator('#language [data-language="en"]').click()
    assert page.locator("html").get_attribute("lang") == "en"
    for name in ("ask", "graph", "board", "reader", "review", "documents", "start", "about"):
        page.locator(f'nav a[data-page="{name}"]').click()
        page.wait_for_selector(f'body[data-page="{name}"]')
        controls = page.locator(
            "button:visible, label:visible, th:visible, h1:visible, summary:visible"
        ).all_inner_texts()
        placeholders = page.locator("input:visible, textarea:visible").evaluate_all(
            "all => all.map((one) => one.placeholder)"
        )
        interface = [text for text in (*controls, *placeholders) if text and not has_data(text)]
        assert interface
    page.locator('#language [data-language="zh"]').click()
    page.locator('nav a[data-page="ask"]').click()
    expect(page.locator("#ask")).to_contain_text("提问")


def test_a_page_that_is_drawn_while_another_is_called_does_not_call_the_reader_back(page: Page) -> None:
    page.locator('nav a[data-page="start"]').click()
    page.locator('[data-key="step-words"]').wait_for()
    # In one breath: what the address then says of the old page must not undo the call for the new one.
    page.evaluate("""() => { location.hash = '#/about'; document.querySelector('[data-key="step-words"]').click(); }""")
    page.wait_for_selector('body[data-page="about"]')


def has_data(text: str) -> bool:
    """Whether a control's text comes from the plan (it has Chinese characters)."""
    return bool(re.search(r"[\u3400-\u9fff]", text))


def test_a_deep_link_opens_its_clause_and_its_node(browser: Browser, address: str, page: Page) -> None:
    ask(page, LIST)
    iri = page.locator("#answer a.cite").first.get_attribute("data-clause") or ""
    other, errors, _ = open_page(browser, f"{address}/#/reader?clause={iri}")
    lit = other.locator("#reader .lit")
    lit.wait_for()
    assert other.evaluate(IN_VIEW, lit.element_handle())
    other.goto(f"{address}/#/graph?node={iri.rsplit('/', 1)[0]}")
    other.locator(f'.node-panel[data-node="{iri.rsplit("/", 1)[0]}"]').wait_for()
    assert not errors
    other.context.close()


def test_an_address_that_names_nothing_is_refused_in_one_line(page: Page, address: str) -> None:
    page.goto(f"{address}/#/reader?clause=https://example.org/nothing")
    note = page.locator("#reader .note")
    note.wait_for()
    assert "\n" not in note.inner_text().strip()


def test_nothing_of_a_question_is_kept_in_the_browser(page: Page) -> None:
    ask(page, LIST)
    page.locator('#language [data-language="en"]').click()
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "language" in stored
    assert "职业" not in stored
    assert "职业" not in page.evaluate("decodeURIComponent(location.href)")


def test_ask_open_a_citation_and_walk_the_graph_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type(LIST)
    page.keyboard.press("Enter")
    page.locator(".turn .tools").wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.prose a.cite')"):
            break
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#reader .lit")).to_have_count(1)
    wait_for_graph(page, "answer")
    page.locator("#graph .canvas").focus()
    page.keyboard.press("ArrowRight")
    page.locator(".node-panel[data-node]").wait_for()
    first = page.locator(".node-panel").get_attribute("data-node")
    chosen = "window.yaodianGraph.$(':selected').id()"
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        if page.evaluate(chosen) != first:
            break
    assert page.evaluate(chosen) != first
    page.locator(f'.node-panel[data-node="{page.evaluate(chosen)}"]').wait_for()


def test_the_quiz_is_taken_by_keyboard_and_every_answer_opens_its_clause(page: Page, address: str) -> None:
    page.goto(f"{address}/#/start?step=quiz")
    questions = page.locator(".quiz-list > li")
    questions.first.wait_for()
    for i in range(questions.count()):
        questions.nth(i).locator('[data-option="0"]').focus()
        page.keyboard.press("Enter")
        questions.nth(i).locator(".quiz-answer a.cite").wait_for()
        assert page.evaluate("document.activeElement.dataset.key") == f"option-{i}-0"
    first = questions.first.locator(".quiz-name").inner_text()
    page.locator("#quiz-again").focus()
    page.keyboard.press("Enter")
    expect(questions.first.locator(".quiz-name")).not_to_have_text(first)
    assert json.loads(page.evaluate("localStorage.getItem('yaodian')"))["start"]


def test_the_page_shows_at_first_sight_what_the_plan_is_about(page: Page) -> None:
    assert wait_for_graph(page, "plan") >= 10
    page.locator(".node-panel .node-link").first.click()
    page.locator(".node-panel .fact-row a.cite").first.wait_for()


def test_the_table_beside_the_graph_holds_the_same_edges(page: Page) -> None:
    ask(page, LIST)
    wait_for_graph(page, "answer")
    edges: int = page.evaluate("window.yaodianGraph.edges().length")
    page.locator("#graph-table").click()
    expect(page.locator("#graph .twin tbody tr")).to_have_count(edges)
    page.locator("#graph .twin .node-link").first.click()
    page.locator(".node-panel[data-node]").wait_for()


def test_a_path_between_two_nodes_has_the_sentence_of_every_step(page: Page) -> None:
    ask(page, LIST)
    wait_for_graph(page, "answer")
    iri, x, y = node_at(page, 0)
    page.mouse.click(x, y)
    page.locator(f'.node-panel[data-node="{iri}"]').wait_for()
    page.locator(".node-tools button[aria-pressed]").click()
    other: str = page.evaluate("window.yaodianGraph.nodes('[kind = \"item\"]')[1].id()")
    page.evaluate("(id) => { window.yaodianGraph.getElementById(id).emit('tap'); }", other)
    steps = page.locator(".steps li")
    steps.first.wait_for()
    assert steps.count() >= 2
    assert page.locator(".steps li:not(:has(a.cite))").count() == 0
    page.evaluate("void window.yaodianGraph.edges()[0].emit('mouseover')")
    expect(page.locator("#preview q")).to_be_visible()
    sentence = page.evaluate("window.yaodianGraph.edges()[0].data('clause')")
    page.evaluate("void window.yaodianGraph.edges()[0].emit('tap')")
    expect(page.locator("#reader .lit")).to_have_attribute("data-iri", sentence["iri"])


def test_no_two_boxes_of_an_ego_view_overlap(page: Page, address: str) -> None:
    page.goto(f"{address}/{WHOLE}")
    wait_for_graph(page, "node")
    overlaps = page.evaluate("""() => {
      const size = { includeLabels: false, includeOverlays: false };
      const boxes = window.yaodianGraph.nodes(':visible').map((node) => node.boundingBox(size));
      let met = 0;
      boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
        if (a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2) met += 1;
      }));
      return [boxes.length, met];
    }""")
    assert overlaps[0] > 10
    assert overlaps[1] == 0


def test_neighbours_of_one_kind_are_counted_and_then_brought_in(page: Page, address: str) -> None:
    ask(page, LIST)
    wait_for_graph(page, "answer")
    item: str = page.evaluate("window.yaodianGraph.nodes('[kind = \"item\"]')[0].id()")
    page.goto(f"{address}/#/graph")
    # A tap while the page still turns to the graph opens nothing that stays: it is tapped again, as a person would.
    page.wait_for_function(
        """(id) => {
          if (document.querySelector('.around button[aria-disabled="false"]')) return true;
          window.yaodianGraph.getElementById(id).emit('tap');
          return false;
        }""",
        arg=item,
        polling=1500,
    )
    more = page.locator('.around button[aria-disabled="false"]').first
    kind = more.get_attribute("data-kind")
    shown, whole = map(int, more.locator("small").inner_text().split("/"))
    before: int = page.evaluate("window.yaodianGraph.nodes().length")
    more.press("Enter")
    expect(page.locator(f'.around button[data-kind="{kind}"]')).to_have_attribute("aria-disabled", "true")
    assert page.evaluate("document.activeElement.dataset.kind") == kind
    assert page.evaluate("window.yaodianGraph.nodes().length") == before + whole - shown
    page.locator("#graph-table").click()
    edges: int = page.evaluate("window.yaodianGraph.edges().length")
    expect(page.locator("#graph .twin tbody tr")).to_have_count(edges)


def test_a_click_on_any_of_sixty_nodes_opens_that_node(page: Page, address: str) -> None:
    page.goto(f"{address}/{WHOLE}")
    count = wait_for_graph(page, "node")
    for index in range(0, count, 7):
        page.wait_for_timeout(350)  # two clicks close together are a double click, which explores
        iri, x, y = node_at(page, index)
        page.mouse.click(x, y)
        page.locator(f'.node-panel[data-node="{iri}"]').wait_for()


def test_a_phone_shows_answer_source_and_graph_as_tabs_without_sideways_scrolling(
    browser: Browser, address: str
) -> None:
    page, errors, _ = open_page(browser, address, width=390, height=844)
    ask(page, LIST)
    expect(page.locator("#reader")).to_be_hidden()
    page.locator("#answer .prose a.cite").first.click()
    lit = page.locator("#reader .lit")
    expect(lit).to_be_visible()
    assert page.evaluate(IN_VIEW, lit.element_handle())
    page.locator('[data-tab="graph"][role="tab"]').click()
    wait_for_graph(page, "answer")
    expect(page.locator("#graph .canvas")).to_be_visible()
    for name in ("ask", "graph", "board", "reader", "review", "documents", "start", "about"):
        page.evaluate("(name) => { location.hash = `#/${name}` }", name)
        page.wait_for_selector(f'body[data-page="{name}"]')
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert not errors
    page.context.close()


# ---- the board -----------------------------------------------------------------------------------------------------


def count_on_card(page: Page, name: str) -> int:
    return int(page.locator(f'.board .card[data-key="{name}"] b').inner_text())


def test_the_board_is_filtered_by_section_theme_body_and_gap_and_its_address_says_so(
    browser: Browser, page: Page, address: str
) -> None:
    page.goto(f"{address}/#/board?view=duties")
    rows = page.locator(".board-table tbody tr")
    rows.first.wait_for()
    everything = rows.count()
    for name in ("section", "theme", "body"):
        chooser = page.locator(f'.board-bar [data-key="{name}"]')
        chooser.select_option(index=2)
        expect(rows).not_to_have_count(everything)
        told = page.locator(".board-bar .count").inner_text()
        assert (rows.count(), everything) == tuple(int(n) for n in re.findall(r"\d+", told))
        assert rows.count() == int(page.locator(".board .cards b").first.inner_text().split("/")[0])
        assert f"{name}=" in page.url
        if name == "body":
            label = chooser.locator("option:checked").inner_text().rsplit(maxsplit=1)[0]
            assert all(label in text for text in rows.all_inner_texts())
        page.locator(".board-bar .clear").click()
        expect(rows).to_have_count(everything)
    lacking = count_on_card(page, "no_body")
    page.locator('.board .card[data-key="no_body"]').press("Enter")
    expect(rows).to_have_count(lacking)
    assert page.evaluate("document.activeElement.dataset.key") == "no_body"
    assert rows.locator(".gap-mark.no_body").count() == lacking
    other, errors, _ = open_page(browser, page.url)
    expect(other.locator(".board-table tbody tr")).to_have_count(lacking)
    assert not errors
    other.context.close()


def test_two_plans_stand_side_by_side_and_a_cell_opens_its_own_plan(browser: Browser, own: tuple[str, Path]) -> None:
    with several(own[1]):
        page, errors, _ = open_page(browser, f"{own[0]}/#/documents")
        page.locator('a[href="#/board?view=compare"]').click()
        table = page.locator("table.compare")
        table.wait_for()
        assert table.locator("thead th").count() == 3
        rows = table.locator("tbody:last-child tr")
        assert rows.count() > 10
        page.locator('[data-key="show-apart"]').press("Enter")
        assert rows.locator(".gap-mark").count() == rows.count() > 0
        page.locator('[data-key="show-shared"]').press("Enter")
        assert page.evaluate("document.activeElement.dataset.key") == "show-shared"
        assert rows.count() > 0
        assert rows.locator(".gap-mark").count() == 0
        page.locator('[data-key="by-body"]').press("Enter")
        expect(page.locator('[data-key="by-body"]')).to_have_attribute("aria-pressed", "true")
        page.locator('[data-key="show-all"]').press("Enter")
        other, more, _ = open_page(browser, page.url)
        expect(other.locator("table.compare .corner")).to_have_text("部门与群体")
        link = rows.locator("td:last-child a.cite").first
        iri = link.get_attribute("data-clause")
        link.click()
        lit = page.locator("#reader .lit")
        expect(lit).to_have_attribute("data-iri", iri or "")
        page.evaluate("location.hash = '#/board?view=duties'")
        page.locator(".board-head select").select_option(index=1)
        expect(page.locator(".board-head option:checked")).to_have_text(
            page.locator(".board-head option").nth(1).inner_text()
        )
        page.evaluate("location.hash = '#/start'")
        expect(page.locator(".start-page select option:checked")).to_have_text(
            page.locator(".start-page option").nth(1).inner_text()
        )
        assert not errors + more
        for one in (page, other):
            one.context.close()


def test_dark_and_light_are_kept_for_the_next_visit(page: Page) -> None:
    before = page.locator("html").get_attribute("data-theme")
    page.locator("#theme").click()
    after = page.locator("html").get_attribute("data-theme")
    assert {before, after} == {"dark", "light"}
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.locator("html").get_attribute("data-theme") == after


# ---- documents and feedback ----------------------------------------------------------------------------------------


@contextmanager
def several(workspace: Path) -> Iterator[None]:
    """A second plan beside the sample one, as long as it lasts."""
    plan = ROOT / "tests" / "plans" / "whole" / "tuned" / "a1-linxi-2024.txt"

    def run(*words: str) -> None:
        command = [sys.executable, "-m", "qa.cli", *words, "--workspace", str(workspace)]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)

    run("ingest", str(plan))
    try:
        yield
    finally:
        run("remove", plan.stem)


def test_a_document_is_added_by_the_page_asked_about_and_removed(browser: Browser, own: tuple[str, Path]) -> None:
    page, errors, asked = open_page(browser, f"{own[0]}/#/documents")
    shelf = page.locator(".shelf > li")
    before = shelf.count()
    text = (
        "# 某县教育局2031年工作要点\n\n一、重点工作\n\n1. 推进<img src=x onerror=alert(1)>教师培训。由县教育局牵头。\n"
    )
    files = [
        {"name": '<b onclick="x">某县.md', "mimeType": "text/markdown", "buffer": text.encode()},
        {"name": "坏.docx", "mimeType": "text/plain", "buffer": b"\x89PNG"},
    ]
    page.set_input_files("#document-file", files)  # type: ignore[arg-type]
    expect(shelf).to_have_count(before + 1, timeout=60_000)
    expect(page.locator(".told .note.good")).to_have_count(1)
    expect(page.locator(".told .note.problem")).to_contain_text("坏.docx：内容与扩展名不符", timeout=60_000)
    page.set_input_files("#document-file", files[:1])  # type: ignore[arg-type]
    page.locator(".told .sure .danger").click()
    expect(page.locator(".told .note.good")).to_have_count(1, timeout=60_000)
    page.evaluate("location.hash = '#/reader'")
    expect(page.locator("#reader select.doc-name option")).to_have_count(before + 1)
    page.evaluate("location.hash = '#/documents'")
    mine = page.locator('.shelf > li:has-text("某县教育局2031年")')
    mine.locator(".removal button").click()
    page.keyboard.press("Enter")  # the keyboard stands on the question's yes
    expect(shelf).to_have_count(before, timeout=60_000)
    assert not errors
    assert [url for url in asked if not url.startswith((own[0], "data:", "blob:"))] == []
    page.context.close()


def test_a_page_that_stands_open_and_one_that_is_opened_show_what_another_terminal_loaded(
    browser: Browser, own: tuple[str, Path], tmp_path: Path
) -> None:
    page, errors, _ = open_page(browser, own[0])
    before = page.locator(".welcome .loaded li").count()
    file = tmp_path / "second.md"
    file.write_text("# 某市教育局2032年工作要点\n\n一、重点\n\n1. 推进教师培训。\n", encoding="utf-8")
    command = [sys.executable, "-m", "qa.cli", "ingest", str(file), "--workspace", str(own[1])]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    other, more, _ = open_page(browser, own[0])
    expect(other.locator(".welcome .loaded li")).to_have_count(before + 1)
    ask(page, LIST)
    page.evaluate("location.hash = '#/documents'")
    expect(page.locator('.shelf > li[data-document="second"]')).to_have_count(1)
    assert not errors + more
    for one in (page, other):
        one.context.close()


def test_what_is_wrong_with_an_answer_is_kept_in_the_workspace_with_its_question(
    browser: Browser, own: tuple[str, Path]
) -> None:
    page, errors, _ = open_page(browser, own[0])
    ask(page, LIST)
    page.locator("details.wrong summary").click()
    page.locator(".feedback textarea").fill("缺第9条")
    page.locator('.feedback [data-kind="missing_item"]').click()
    page.locator(".feedback .note.good").wait_for()
    (line,) = (own[1] / "feedback.jsonl").read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert (kept["question"], kept["kind"], kept["note"]) == (LIST, "missing_item", "缺第9条")
    assert not errors
    page.context.close()


# ---- decisions of people -------------------------------------------------------------------------------------------


def test_a_fact_is_rejected_edited_and_approved_by_keyboard_and_the_name_is_kept(
    browser: Browser, own: tuple[str, Path]
) -> None:
    page, errors, asked = open_page(browser, f"{own[0]}/#/review?kind=fact")
    cards = page.locator(".tasks > li")
    cards.first.wait_for()
    left = page.locator(".review-bar .count").inner_text()
    cards.first.locator('[data-verdict="reject"]').click()
    assert page.evaluate("document.activeElement.id") == "reviewer"  # nothing is decided without a name
    hostile = "<img src=x onerror=window.hit=1>张三"
    page.fill("#reviewer", hostile)
    cards.first.focus()
    page.keyboard.press("r")
    expect(page.locator(".task.done.reject")).to_have_count(1, timeout=30_000)
    page.wait_for_function("document.activeElement.matches('li.task[data-open]')")
    page.keyboard.press("e")
    page.locator(".fact-form").wait_for()
    page.fill('.fact-form [name="canonical"]', "改过的名称")
    page.fill('.fact-form [name="note"]', "${window.hit = 2}{{window.hit = 3}}")
    page.keyboard.press("Enter")
    expect(page.locator(".task.done.edit")).to_have_count(1, timeout=30_000)
    page.locator(".task.done.reject button").click()
    reopened = cards.first
    expect(reopened.locator(".state.out")).to_be_visible()
    expect(reopened.locator(".history li")).to_have_count(1)
    reopened.locator("[data-verdict='approve']").click()
    expect(page.locator(".task.done.approve")).to_have_count(1, timeout=30_000)
    page.reload()
    page.wait_for_selector("body[data-ready]")
    assert page.input_value("#reviewer") == hostile
    assert page.locator(".review-bar .count").inner_text() != left
    page.locator("#language [data-language=en]").click()
    expect(page.locator(".tasks > li").first.locator('[data-verdict="approve"]')).to_contain_text("Approve")
    page.locator(".tasks > li a.cite").first.click()
    page.locator("#reader .lit").wait_for()
    page.locator(".reader-review").click()
    page.locator(".sentence.whole").wait_for()
    page.locator(".task.adding button").click()
    page.fill('.fact-form [name="words"]', "没有这样的话")
    page.locator(".fact-form [data-send]").click()
    expect(page.locator(".refusal .note")).to_contain_text("do not stand")
    assert page.evaluate("window.hit") is None
    assert not errors
    assert [url for url in asked if not url.startswith((own[0], "data:", "blob:"))] == []
    command = [sys.executable, "-m", "qa.cli", "check", "--workspace", str(own[1])]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout
    page.context.close()


# ---- a document that attacks ---------------------------------------------------------------------------------------

TRAPS = (
    "<script>window.hit = 1</script>",
    '<img src=x onerror="window.hit = 2">',
    '<svg onload="window.hit = 3"></svg>',
    "[链接](javascript:window.hit=4)",
    "![图](http://attack.example/pixel.png)",
    '"><iframe srcdoc="<script>parent.hit = 5</script>"></iframe>',
    "${window.hit = 6}",
    "{{window.hit = 7}}",
    "`${window.hit = 8}`",
    '<a href="javascript:window.hit=9">点</a>',
    "\u202e倒写\u202c\u200b",
    "</script><script>window.hit = 10</script>",
    "<style>@import url(http://attack.example/x.css)</style>",
    '<form action="http://attack.example/"><button>送</button></form>',
)


def hostile_plan() -> str:
    items = [
        f"{n}. 推进教师培训{trap}工作。加强农村学校教师培训“{trap}工程”建设，"
        f"确保{n}0%以上的学校完成{trap}目标。由市教育局{trap}牵头落实《{trap}方案》。"
        for n, trap in enumerate(TRAPS, 1)
    ]
    return "\n\n".join(["某市教育局2031年工作要点" + TRAPS[1], "一、工作要点" + TRAPS[0], *items]) + "\n"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("hostile")
    plans = folder / "plans"
    plans.mkdir()
    for year in (2031, 2032):
        (plans / f"attack-{year}.txt").write_text(hostile_plan().replace("2031", str(year)), encoding="utf-8")
    command = [sys.executable, "-m", "qa.cli", "ingest", str(plans), "--workspace", str(folder / "workspace")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    with served(folder / "workspace") as found:
        yield found


def test_a_hostile_document_runs_no_script_and_asks_nothing_outside_on_any_page(browser: Browser, hostile: str) -> None:
    page, errors, asked = open_page(browser, hostile)
    for question in ("哪些条目涉及教师培训？", TRAPS[1] + "教师培训", "${window.hit = 11} 有多少条？"):
        ask(page, question)
    link = page.locator("#answer a.cite").first
    link.hover()
    link.click()
    expect(page.locator("#reader .lit")).to_have_count(1)
    for name in (
        "graph",
        "board",
        "board?view=matrix",
        "board?view=targets",
        "board?view=programmes",
        "board?view=compare&by=theme",
        "board?view=compare&by=body",
        "board?view=compare&by=programme",
        "reader?document=attack-2031&beside=attack-2032",
        "review",
        "documents",
        "start",
        "about",
        "ask",
    ):
        page.evaluate("(name) => { location.hash = `#/${name}` }", name)
        page.wait_for_timeout(250)
    page.evaluate("location.hash = '#/start'")
    for step in ("built", "whom", "words", "quiz"):
        page.locator("#start-next").click()
        page.locator(f".step.{step}").wait_for()
        if step == "whom":
            page.locator(".step .chip").first.click()
    page.locator(".quiz-list button").first.click()
    page.evaluate("location.hash = '#/graph'")
    wait_for_graph(page, "answer")
    for index in range(min(6, page.evaluate("window.yaodianGraph.nodes().length"))):
        page.evaluate("(index) => { window.yaodianGraph.nodes()[index].emit('tap'); }", index)
        page.wait_for_timeout(100)
        # Whichever panel is there now: the one of this node may still be on its way.
        page.evaluate("document.querySelector('.around [aria-disabled=\"false\"]')?.click()")
        page.wait_for_timeout(100)
    page.locator("#graph-table").click()
    page.wait_for_timeout(300)
    assert page.evaluate("window.hit") is None
    assert [url for url in asked if not url.startswith((hostile, "data:", "blob:"))] == []
    made = page.evaluate("""() => [...document.querySelectorAll(
        '.root :is(iframe, script, style, form:not(.composer), img, svg:not(.icon))')]
      .filter((one) => !one.closest('.canvas')).length""")
    assert made == 0
    links = page.locator(".root a[href]").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert [href for href in links if not href.startswith(("#", "download/"))] == []
    assert "\u202e" not in "".join(page.locator("#reader .page").all_inner_texts())
    assert not errors
    page.context.close()


def test_four_people_who_ask_at_once_are_all_answered(browser: Browser, address: str) -> None:
    pages = [open_page(browser, address)[0] for _ in range(4)]
    for one in pages:
        one.fill("#question textarea", LIST)
        one.press("#question textarea", "Enter")
    for one in pages:
        one.locator(".turn .tools").wait_for()
    answers = {one.locator(".prose").inner_text() for one in pages}
    assert len(answers) == 1
    for one in pages:
        one.context.close()
