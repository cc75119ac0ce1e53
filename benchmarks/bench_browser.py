"""What a person waits for, measured in headless Chromium against ``yaodian serve`` on this machine.

    python -m benchmarks.bench_browser WORKSPACE

Prints one JSON object: each figure beside what it should reach.  Times of the page are taken by the page's own clock.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Browser, Page

from tests.serving import browsing, open_page, served

ROUNDS = 40
GRAPH_ENGINE = ("cytoscape", "cose-base", "layout-base")

MEASURE_ASK = """async (question) => {
  const area = document.querySelector('#question textarea');
  const before = document.querySelectorAll('.turn').length;
  area.value = question;
  const started = performance.now();
  area.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  let first = 0;
  for (;;) {
    await new Promise((done) => setTimeout(done, 1));
    const turn = document.querySelectorAll('.turn')[before];
    if (!first && turn?.querySelector('.reply .prose p')) first = performance.now() - started;
    const own = turn?.querySelector('.elapsed');
    if (first && own) return [first, Number.parseFloat(own.textContent), performance.now() - started];
  }
}"""

MEASURE_CITATION = """async (index) => {
  const link = document.querySelectorAll('#answer a.cite')[index];
  if (!link.offsetParent) return null;
  const started = performance.now();
  link.click();
  for (let i = 0; i < 500; i++) {
    const lit = document.querySelector('#reader .lit');
    const frame = document.querySelector('#reader .page').getBoundingClientRect();
    if (lit) {
      const box = lit.getBoundingClientRect();
      const own = lit.dataset.iri ?? lit.dataset.unit;
      const fits = box.top >= frame.top - 1 && Math.min(box.bottom, box.top + frame.height) <= frame.bottom + 1;
      if (own === link.dataset.clause && fits) return performance.now() - started;
    }
    await new Promise((done) => setTimeout(done, 1));
  }
  return -1;
}"""

MEASURE_NODE = """async (index) => {
  const node = window.yaodianGraph.nodes()[index];
  const panel = document.querySelector('.node-panel');
  delete panel.dataset.node;
  const started = performance.now();
  node.emit('tap');
  while (panel.dataset.node !== node.id()) await new Promise((done) => setTimeout(done, 1));
  return performance.now() - started;
}"""

MEASURE_FRAMES = """async (count) => {
  const cy = window.yaodianGraph;
  const side = Math.ceil(Math.sqrt(count));
  cy.elements().remove();
  const kinds = ['item', 'body', 'theme', 'target'];
  const nodes = [...Array(count)].map((_, i) => ({
    group: 'nodes', position: { x: (i % side) * 190, y: Math.floor(i / side) * 70 },
    data: { id: `n${i}`, kind: kinds[i % 4], text: `第${i}号节点的名称`, width: 130, height: 27 },
  }));
  const edges = [...Array(count)].map((_, i) => ({
    group: 'edges', data: { id: `x${i}`, source: `n${i}`, target: `n${(i * 7 + 3) % count}`, text: '' },
  }));
  cy.add([...nodes, ...edges]);
  cy.fit();
  let frames = 0;
  const started = performance.now();
  while (performance.now() - started < 3000) {
    cy.panBy({ x: frames % 40 < 20 ? 6 : -6, y: frames % 30 < 15 ? 3 : -3 });
    cy.zoom(cy.zoom() * (frames % 60 < 30 ? 1.01 : 0.99));
    await new Promise((done) => requestAnimationFrame(done));
    frames += 1;
  }
  return frames / ((performance.now() - started) / 1000);
}"""

OVERLAPS = """() => {
  const size = { includeLabels: false, includeOverlays: false };
  const boxes = window.yaodianGraph.nodes(':visible').map((node) => node.boundingBox(size));
  let met = 0;
  boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
    if (a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2) met += 1;
  }));
  return [boxes.length, met];
}"""


def p95(values: list[float]) -> float:
    """The value that 95 of 100 do not exceed (nearest rank)."""
    return sorted(values)[max(0, round(0.95 * len(values)) - 1)]


def figure(values: list[float]) -> dict[str, float]:
    """What is reported of a list of times."""
    return {"median": round(median(values), 1), "p95": round(p95(values), 1), "n": len(values)}


def cold(browser: Browser, address: str) -> dict[str, Any]:
    """A first visit with an empty cache: seconds until it can be used, and what came over the wire."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.requestWillBeSent", lambda event: names.update({event["requestId"]: event["request"]["url"]}))
    session.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    seconds = time.perf_counter() - started
    page.wait_for_timeout(500)
    graph = sum(size for key, size in sizes.items() if any(name in names.get(key, "") for name in GRAPH_ENGINE))
    context.close()
    return {"seconds": round(seconds, 2), "kB without the graph engine": round((sum(sizes.values()) - graph) / 1000)}


def questions(page: Page) -> list[str]:
    """The example questions that the first page offers."""
    shown: list[str] = page.locator(".welcome .chip").all_inner_texts()
    return shown


def waited(address: str, question: str) -> float:
    """Milliseconds from a question, as the page puts it, to the first of its answer; no browser is drawn meanwhile."""
    headers = {"X-Yaodian": "page", "Content-Type": "application/octet-stream"}
    data = json.dumps({"question": question}).encode()
    started = time.perf_counter()
    with urlopen(Request(f"{address}/ask", data, headers)) as reply:
        for line in reply:
            if json.loads(line)["step"] == "line":
                return (time.perf_counter() - started) * 1000
    raise SystemExit(f"no answer to {question}")


def among_others(page: Page, address: str, fresh: Iterator[str], others: int) -> list[float]:
    """Waits from Enter to the first text on a page while others, whose pages are on machines of their own, ask too.

    All ask at the same moment, and nothing that was asked before.
    """
    took = []
    with ThreadPoolExecutor(max(1, others)) as people:
        for _ in range(ROUNDS // 4):
            asked = [people.submit(waited, address, next(fresh)) for _ in range(others)]
            took.append(float(page.evaluate(MEASURE_ASK, next(fresh))[0]))
            for one in asked:
                one.result()
            page.wait_for_timeout(600)  # its graph is drawn: nobody waits for that
    return took


def measure(address: str, chromium: Path) -> dict[str, Any]:
    """All figures over a running app."""
    with browsing(chromium) as browser:
        loads = [cold(browser, address) for _ in range(3)]
        page, errors, asked = open_page(browser, address)
        shown = questions(page)
        page.evaluate(MEASURE_ASK, shown[0])
        over, whole, citations, nodes = [], [], [], []
        for i in range(ROUNDS):
            first, own, last = page.evaluate(MEASURE_ASK, shown[i % len(shown)])
            over.append(first - own)
            whole.append(last)
        page.wait_for_timeout(800)
        for i in range(page.locator("#answer a.cite").count()):
            if (took := page.evaluate(MEASURE_CITATION, i)) is not None:
                citations.append(took)
        page.evaluate("location.hash = '#/graph'")
        page.wait_for_timeout(500)
        # The plan itself: as many nodes as are ever drawn around one.
        whole_plan = page.evaluate(
            "import(document.querySelector('link[href$=\"core.js\"]').href).then((core) => core.state.documents[0].iri)"
        )
        page.evaluate("(iri) => { location.hash = '#/graph?node=' + encodeURIComponent(iri) }", whole_plan)
        page.wait_for_timeout(1500)
        count, met = page.evaluate(OVERLAPS)
        for i in range(count):
            nodes.append(page.evaluate(MEASURE_NODE, i))
        layout = page.evaluate("Number(document.querySelector('#graph .canvas').dataset.layout)")
        frames = page.evaluate(MEASURE_FRAMES, 300)
        stored = page.evaluate("JSON.stringify({...localStorage})")
        themes = page.evaluate(
            """async () => {
              const { call, state } = await import(document.querySelector('link[href$="core.js"]').href);
              return (await call('start', { document: state.documents[0].id })).audiences.map((one) => one.label);
            }"""
        )
        fresh = iter([f"哪些条目涉及{theme}？" for theme in themes])
        again, _, _ = open_page(browser, address)
        alone, among = (among_others(again, address, fresh, others) for others in (0, 3))
        known = [waited(address, shown[0]) for _ in range(ROUNDS)]
        return {
            "page usable cold, s": {"seen": loads, "at most": 2.0},
            "page, kB": {"at most": 800},
            "requests outside": {
                "seen": len([x for x in asked if not x.startswith((address, "data:", "blob:"))]),
                "at most": 0,
            },
            "questions in localStorage": {"seen": sum(q in stored for q in shown), "at most": 0},
            "Enter to first text, over the answer's own time, ms": {"seen": figure(over), "p95 at most": 250},
            "Enter to the whole answer drawn, ms": {"seen": figure(whole)},
            "citation to clause in view, ms": {
                "seen": figure(citations),
                "failed": citations.count(-1),
                "p95 at most": 100,
            },
            "node to panel, ms": {"seen": figure(nodes), "p95 at most": 400},
            "overlapping boxes": {"nodes": count, "seen": met, "at most": 0},
            "layout, ms": {"seen": layout, "at most": 300},
            "frames a second at 300 nodes": {"seen": round(frames, 1), "at least": 30},
            "four at once, new questions: Enter to first text, ms": {
                "one alone": figure(alone),
                "one of four": figure(among),
                "ratio of medians": round(median(among) / median(alone), 2),
                "at most": 1.5,
            },
            "a question that was asked before: its first line, ms": {"seen": figure(known)},
            "script errors": errors,
        }  # fmt: skip


def main() -> None:
    """Serve the workspace named on the command line and measure."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if len(sys.argv) != 2 or found is None:
        raise SystemExit("usage: python -m benchmarks.bench_browser WORKSPACE (needs chromium)")
    with served(Path(sys.argv[1])) as address:
        figures = measure(address, Path(found))
    figures["load of the machine before"] = os.getloadavg()
    print(json.dumps(figures, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
