"""Pictures of the running app for the README: ``python -m tools.screenshots WORKSPACE`` writes ``docs/images/*.png``.

Serves the workspace, asks a question, and takes the pages as a person sees them.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.serving import ask, browsing, open_page, served

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
LARGEST = 300_000
"""Bytes; a README is read over slow lines too."""


def save(page: Page, name: str) -> None:
    """One picture, refused where it is too large."""
    path = IMAGES / f"{name}.png"
    page.mouse.move(5, 500)
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    # A page of flat colours loses nothing that an eye sees with a palette of 256.
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{path.name} has {path.stat().st_size} bytes, more than {LARGEST}")
    print(f"{path.name}: {path.stat().st_size} bytes")


def take(address: str, chromium: Path, question: str, english: str) -> None:
    """All pictures of the app at that address."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with browsing(chromium) as browser:
        page, _, _ = open_page(browser, address, width=1440, height=860)
        ask(page, question)
        page.wait_for_timeout(1500)
        page.locator("#answer .prose a.cite").nth(1).click()
        save(page, "ask")
        page.evaluate(
            "location.hash = '#/graph?node=' + encodeURIComponent(yaodianGraph.nodes('[kind = \"theme\"]')[0].id())"
        )
        page.wait_for_timeout(2000)
        save(page, "graph")
        page.evaluate("location.hash = '#/board?view=targets'")
        page.wait_for_timeout(800)
        save(page, "board")
        page.evaluate("location.hash = '#/review'")
        page.locator(".tasks > li").first.wait_for()
        save(page, "review")
        page.evaluate("location.hash = '#/start'")
        page.wait_for_timeout(800)
        save(page, "start")
        page, _, _ = open_page(browser, address, width=1440, height=860, locale="en-GB")
        ask(page, english)
        page.wait_for_timeout(1500)
        page.locator("#answer .prose a.cite").nth(1).click()
        save(page, "ask-en")
        page.locator('nav a[data-page="reader"]').click()
        save(page, "reader")


def main() -> None:
    """Serve the workspace named on the command line and take the pictures."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if len(sys.argv) not in (2, 3) or found is None:
        raise SystemExit("usage: python -m tools.screenshots WORKSPACE [QUESTION] (needs chromium)")
    question = sys.argv[2] if len(sys.argv) == 3 else "哪些条目涉及乡村教师？"
    english = "Which items involve rural teachers?"
    with served(Path(sys.argv[1])) as address:
        take(address, Path(found), question, english)


if __name__ == "__main__":
    main()
