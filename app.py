"""The web app: Gradio's pages behind one FastAPI application, on this machine only, asking nothing of the network.

What lives here: serving, headers, and downloads.  What never will: pages (``ui/``) and decisions (``qa/``).
"""

from __future__ import annotations

import os
import re
import secrets
import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING
from urllib.parse import quote

# Read by Gradio when it is first imported: nothing that a library looks up at start leaves the machine.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from qa.assistant import Assistant
    from ui.desk import Desk

LOCAL = ("127.0.0.1", "localhost", "::1")

POLICY = "; ".join(
    (
        "default-src 'none'",
        # Gradio makes functions of its components' code ('unsafe-eval'); scripts in the page need the nonce of the
        # response, and attributes such as onerror never run.
        "script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-src 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def build_app(assistant: Assistant) -> gr.Blocks:
    """The Gradio application over an open workspace, without the server around it."""
    from ui.desk import Desk
    from ui.pages import build_blocks

    return build_blocks(Desk(assistant))


def build_server(assistant: Assistant, *, hosts: Iterable[str] = LOCAL) -> FastAPI:
    """The whole web application: pages, assets, downloads, HTTP API and MCP server.

    Args:
        assistant: the open workspace.
        hosts: names by which it may be called (the Host header); ``*`` for any.
    """
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.staticfiles import StaticFiles

    from ui.desk import Desk
    from ui.pages import ASSETS, FONTS, assets_version, build_blocks

    desk = Desk(assistant)
    server = FastAPI(title="Yaodian", docs_url=None, redoc_url=None, openapi_url=None)
    server.add_middleware(_Guard)
    # A page of another site that has this machine's address under its own name gets nothing.
    server.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    server.mount(f"/assets/{assets_version()}", GZipMiddleware(StaticFiles(directory=ASSETS), minimum_size=500))
    _downloads(server, desk)
    theme = gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "Consolas", "monospace"])
    gr.mount_gradio_app(
        server,
        build_blocks(desk),
        path="/",
        run_history=False,
        footer_links=[],
        theme=theme,
        mcp_server=True,
        pwa=False,
        ssr_mode=False,
        show_error=True,
        enable_monitoring=False,
        favicon_path=str(ASSETS / "favicon.png"),
    )
    return server


def serve(
    assistant: Assistant, host: str = "127.0.0.1", port: int = 7860, *, ready: Callable[[str], object] | None = None
) -> None:
    """Serve until interrupted; prints nothing.

    Args:
        assistant: the open workspace.
        host: address to listen on; anything but this machine's own is for people who know who can reach it.
        port: TCP port.
        ready: called with the address once the first page can be had.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    import uvicorn

    from kg.errors import SettingsError

    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        try:
            # The protocol is named above so that asyncio knows TCP when it sees it and sends small answers at once.
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            reason = error.strerror or error
            raise SettingsError(f"cannot listen on {host} port {port}: {reason}; choose another PORT") from error
        hosts = LOCAL if host in LOCAL else ("*",)
        config = uvicorn.Config(build_server(assistant, hosts=hosts), log_level="warning", access_log=False)

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if ready is not None and self.started:
                    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")

        Server(config).run(sockets=[listener])


class _Guard:
    """Puts the security headers on every response, and this response's nonce on the page's own scripts."""

    def __init__(self, inner: ASGIApp) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        from starlette.datastructures import MutableHeaders

        nonce = secrets.token_urlsafe(16)
        whole_page = scope["path"] == "/" and scope["method"] == "GET"
        held: list[Message] = []
        body = bytearray()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = POLICY.format(nonce=nonce)
                if scope["path"].startswith("/assets/") and message["status"] == 200:
                    headers["Cache-Control"] = "public, max-age=31536000, immutable"
                if whole_page:
                    held.append(message)
                    return
            elif held:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                start = held.pop()
                dressed = _dress(body.decode("utf-8"), nonce).encode("utf-8")
                MutableHeaders(scope=start)["Content-Length"] = str(len(dressed))
                await send(start)
                message = {"type": "http.response.body", "body": dressed}
            await send(message)

        if whole_page:
            # The page is changed on its way, so it must come as plain text.
            kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        await self.inner(scope, receive, guarded)


def _dress(page: str, nonce: str) -> str:
    # Data stands in the page as JSON in which "<" is escaped, so each "<script" is the template's own.
    from ui.pages import assets_version

    page = re.sub(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*/>', "", page)
    early = f'<link rel="stylesheet" href="./assets/{assets_version()}/app.css">' + "".join(
        f'<link rel="modulepreload" href="./assets/{assets_version()}/{name}.js">'
        for name in ("main", "core", "shell", "ask", "reader", "graph", "board", "start", "about")
    )
    page = page.replace('lang="en"', 'lang="zh-CN"', 1).replace("</head>", early + "</head>", 1)
    return re.sub(r"<script\b", f'<script nonce="{nonce}"', page)


def _downloads(server: FastAPI, desk: Desk) -> None:
    from fastapi.responses import PlainTextResponse, Response

    from kg.errors import YaodianError
    from ui.downloads import download

    def offer(what: str, name: str, ending: str) -> Response:
        try:
            made = download(desk, what, name, ending)
        except YaodianError as error:
            return PlainTextResponse(str(error), 404)
        disposition = f"attachment; filename*=UTF-8''{quote(made.name)}"
        return Response(made.data, media_type=made.media, headers={"Content-Disposition": disposition})

    server.add_api_route("/download/{what}/{name}.{ending}", offer, response_model=None)
