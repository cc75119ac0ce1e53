"""The app as a person starts it: ``yaodian serve`` in a process of its own, and Chromium in front of it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        number: int = one.getsockname()[1]
    return number


@contextmanager
def served(workspace: Path, **environment: str) -> Iterator[str]:
    """The address of the app over a workspace, with settings; it is stopped on the way out."""
    command = [sys.executable, "-m", "qa.cli", "serve", "--workspace", str(workspace), "--port", str(free_port())]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert "http://" in line, process.communicate(timeout=30)[1]
        yield line[line.index("http://") :].strip()
    finally:
        process.terminate()
        process.communicate(timeout=30)


@contextmanager
def browsing(chromium: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def open_page(
    browser: Browser, address: str, *, width: int = 1440, height: int = 900, locale: str = "zh-CN"
) -> tuple[Page, list[str], list[str]]:
    """A page that is ready to use, its script errors and the addresses it asked; both lists fill as it runs."""
    return visit(browser.new_context(viewport={"width": width, "height": height}, locale=locale), address)


def visit(context: BrowserContext, address: str) -> tuple[Page, list[str], list[str]]:
    """The same in a context that may have had pages before."""
    page = context.new_page()
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_selector("body[data-ready]")
    return page, errors, asked


def ask(page: Page, question: str) -> None:
    """Put a question by the keyboard and wait for its answer."""
    before = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.locator(".turn").nth(before).locator(".tools").wait_for()
