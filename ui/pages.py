"""The page as Gradio builds it: one pane a component, each drawn by its module in ``ui/assets``.

What lives here: which panes there are, what they are handed, and the named functions of the HTTP API.  What never
will: texts (``ui/texts.toml``), looks (``ui/assets/app.css``), and markup made of data: every pane's template is a
constant, since Gradio's templates run what stands in a value.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from kg.errors import YaodianError
from kg.source import FORMATS, MAX_BYTES

from .desk import Desk
from .feedback import KINDS

if TYPE_CHECKING:
    import gradio as gr

ASSETS = Path(__file__).with_name("assets")
TEXTS = Path(__file__).with_name("texts.toml")
FONTS = ("Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", "system-ui", "sans-serif")
"""What the systems carry; Gradio's own default has no Chinese."""
PANES = ("composer", "answer", "reader", "graph", "board", "review", "documents", "start", "about")
IDLE = 0.05
"""Seconds between two looks whether somebody waits in the queue."""
AT_ONCE = 16
"""Questions answered side by side: Gradio's own default makes the second person wait for the first."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text of the interface: ``{"zh": {"nav.ask": …}, "en": {…}}``."""
    read = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    out: dict[str, dict[str, str]] = {"zh": {}, "en": {}}
    for group, entries in read.items():
        for name, entry in entries.items():
            for language in out:
                out[language][f"{group}.{name}"] = entry[language]
    return out


@cache
def assets_version() -> str:
    """Hash of what the browser loads, a part of its address: a browser never mixes two versions."""
    digest = hashlib.sha256()
    for path in sorted(p for p in ASSETS.rglob("*") if p.is_file()):
        digest.update(path.relative_to(ASSETS).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def _program_version() -> str:
    try:
        return version("yaodian")
    except PackageNotFoundError:
        return "0"


def build_blocks(desk: Desk, *, changes: bool = False) -> gr.Blocks:
    """The Gradio application over an open workspace; ``changes``: the server lets documents be put in and taken out."""
    import gradio as gr

    now = desk.opened()
    documents = now.library.documents()
    first: dict[str, Any] = {
        "texts": texts(),
        "documents": documents,
        "suggestions": desk.suggestions(texts()),
        "generation": now.generation,
        "version": _program_version(),
        "changes": changes,
        "formats": sorted(FORMATS),
        "most_bytes": MAX_BYTES,
        "feedback": KINDS,
        "language": "en" if documents and all(d["language"] == "en" for d in documents) else "zh",
    }

    def pane(name: str, **more: Any) -> gr.HTML:
        return gr.HTML(
            html_template=f'<div class="root {name}"></div>',
            js_on_load=f'import(new URL("assets/{assets_version()}/main.js", document.baseURI))'
            f'.then((module) => module.mount("{name}", element, props, server));',
            elem_id=name,
            elem_classes=["pane"],
            apply_default_css=False,
            **more,
        )

    blocks: gr.Blocks
    with gr.Blocks(title="要点 Yaodian", fill_width=True, analytics_enabled=False) as blocks:
        pane("shell", value=first, server_functions=list(desk.calls()))
        with gr.Column(elem_id="panes"):
            for name in PANES:
                pane(name)
        _api(gr, desk)
    blocks.queue(default_concurrency_limit=AT_ONCE)
    # Gradio looks a thousand times a second whether somebody asks: a tenth of a core for a server that nobody uses.
    blocks._queue.sleep_when_free = IDLE
    return blocks


def _api(gr: Any, desk: Desk) -> None:
    def ask(question: str, language: Literal["auto", "zh", "en"] = "auto") -> str:
        """Answer a question about the loaded work plans, with cited clauses.

        Args:
            question: the question, in Chinese or English.
            language: language of the answer; "auto" takes that of the question.

        Returns:
            The answer object as JSON text: status, answer, items, citations (each quote with its offsets), borderline.
        """
        try:
            answer = desk.assistant.ask(question[:2000], language=language if language in ("zh", "en") else "auto")
        except YaodianError as error:
            raise gr.Error(str(error)) from error
        return json.dumps(answer.to_json(), ensure_ascii=False)

    def search(words: str, k: int = 10) -> str:
        """Find the clauses nearest to some words.

        Args:
            words: in Chinese or English.
            k: how many clauses, 1 to 100.

        Returns:
            JSON text: a list of clauses, best first, each with IRI, document, item, text, offsets and score.
        """
        from dataclasses import asdict

        try:
            hits = desk.assistant.search(words[:2000], max(1, min(int(k), 100)))
        except YaodianError as error:
            raise gr.Error(str(error)) from error
        return json.dumps([asdict(hit) for hit in hits], ensure_ascii=False)

    gr.api(ask, api_name="ask", concurrency_limit=AT_ONCE)
    gr.api(search, api_name="search", concurrency_limit=AT_ONCE)
