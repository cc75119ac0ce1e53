"""The web app: Gradio's pages behind one FastAPI application, on this machine only, asking nothing of the network.

What lives here: serving, headers, downloads, and who may change what.  What never will: pages (``ui/``) and decisions
(``qa/``).
"""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from html import escape
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

# Read by Gradio when it is first imported: nothing that a library looks up at start leaves the machine.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from kg.accounts import Account, Accounts, Role
    from qa.assistant import Assistant
    from ui.desk import Desk

LOCAL = ("127.0.0.1", "localhost", "::1")
PATIENCE = 20
"""Seconds that answers on their way are given when the server is told to end."""

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


def build_server(assistant: Assistant, *, hosts: Iterable[str] = LOCAL, accounts: Accounts | None = None) -> FastAPI:
    """The whole web application: pages, assets, downloads, HTTP API and MCP server.

    Args:
        assistant: the open workspace.
        hosts: names by which it may be called (the Host header); ``*`` for any.  Documents are put in and taken out
            only where all of them name this computer, or by somebody whose account may.
        accounts: who may come in; None lets in anybody who reaches the address.
    """
    import gradio as gr
    from fastapi import FastAPI
    from starlette.middleware.gzip import GZipMiddleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware
    from starlette.staticfiles import StaticFiles

    from ui.desk import Desk
    from ui.door import Door, Limit, People
    from ui.pages import ASSETS, FONTS, assets_version, build_blocks, texts

    hosts = tuple(hosts)
    desk = Desk(assistant)
    server = FastAPI(title="Yaodian", docs_url=None, redoc_url=None, openapi_url=None)
    settings = assistant.settings
    people = None if accounts is None else People(accounts, settings.workspace)
    server.add_middleware(Door, people=people, limit=Limit(settings.requests), texts=texts())
    server.add_middleware(_Guard, desk=desk)
    # A page of another site that has this machine's address under its own name gets nothing.
    server.add_middleware(TrustedHostMiddleware, allowed_hosts=list(hosts))
    server.mount(f"/assets/{assets_version()}", GZipMiddleware(StaticFiles(directory=ASSETS), minimum_size=500))
    _downloads(server, desk)
    local = accounts is None and set(hosts) <= set(LOCAL)
    _requests(server, desk, local=local)
    theme = gr.themes.Base(font=list(FONTS), font_mono=["ui-monospace", "Consolas", "monospace"])
    gr.mount_gradio_app(
        server,
        build_blocks(desk, changes=local),
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
        SettingsError: the address cannot be listened on, or others reach it and there are no accounts.
    """
    import uvicorn

    from kg.accounts import Accounts
    from kg.errors import SettingsError

    settings = assistant.settings
    accounts = Accounts(settings.workspace) if host not in LOCAL or settings.accounts else None
    if accounts is not None and not accounts.all():
        raise SettingsError(
            f"people must sign in at {host}, and there are no accounts; "
            "make one: yaodian account add NAME --role manage"
        )

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
        config = uvicorn.Config(
            build_server(assistant, hosts=hosts, accounts=accounts),
            log_level="warning",
            access_log=False,
            # Told to end, it takes nothing new, lets answers that are on their way arrive, and goes.
            timeout_graceful_shutdown=PATIENCE,
            # Longer than clients keep a silent connection: who ends it first is never in the middle of a new request.
            timeout_keep_alive=75,
            # Only the door reads who a proxy speaks for, and only the last that it names.
            proxy_headers=False,
            server_header=False,
        )

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if ready is not None and self.started:
                    ready(f"http://{f'[{host}]' if ':' in host else host}:{port}")

        Server(config).run(sockets=[listener])


class _Guard:
    """Puts the security headers on every response, and this response's nonce on the page's own scripts."""

    def __init__(self, app: ASGIApp, desk: Desk) -> None:
        self.inner = app
        self.desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        from starlette.datastructures import MutableHeaders

        nonce = secrets.token_urlsafe(16)
        whole_page = scope["path"] == "/" and scope["method"] == "GET"
        held: list[Message] = []
        seen: Mapping[str, Any] = scope.setdefault("yaodian", {})
        body = bytearray()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                headers["Content-Security-Policy"] = _policy(scope["path"], nonce)
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
                account = seen.get("account")
                dressed = _dress(body.decode("utf-8"), nonce, self.desk.in_force(), account).encode("utf-8")
                MutableHeaders(scope=start)["Content-Length"] = str(len(dressed))
                await send(start)
                message = {"type": "http.response.body", "body": dressed}
            await send(message)

        if whole_page:
            # The page is changed on its way, so it must come as plain text.
            kept = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        await self.inner(scope, receive, guarded)


def _policy(path: str, nonce: str) -> str:
    policy = POLICY.format(nonce=nonce)
    # The page to sign in is the one with a form.
    return policy.replace("form-action 'none'", "form-action 'self'") if path == "/login" else policy


def _dress(page: str, nonce: str, generation: str, account: Account | None) -> str:
    # Data stands in the page as JSON in which "<" is escaped, so each "<script" is the template's own.
    from ui.pages import assets_version

    page = re.sub(r'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*/>', "", page)
    # What Gradio keeps of the page is as old as the server: this says whether the page must ask what is loaded now.
    early = f'<meta name="generation" content="{escape(generation)}">'
    if account is not None:
        early += f'<meta name="account" content="{escape(account.name)}"><meta name="role" content="{account.role}">'
    early += f'<link rel="stylesheet" href="./assets/{assets_version()}/app.css">' + "".join(
        f'<link rel="modulepreload" href="./assets/{assets_version()}/{name}.js">'
        for name in (
            "main",
            "core",
            "shell",
            "ask",
            "reader",
            "graph",
            "board",
            "compare",
            "review",
            "documents",
            "start",
            "about",
        )
    )
    page = page.replace('lang="en"', 'lang="zh-CN"', 1).replace("</head>", early + "</head>", 1)
    return re.sub(r"<script\b", f'<script nonce="{nonce}"', page)


def _downloads(server: FastAPI, desk: Desk) -> None:
    from fastapi.responses import PlainTextResponse, Response

    from kg.errors import YaodianError
    from ui.downloads import download
    from ui.pages import texts
    from ui.refusals import reason_of

    def offer(what: str, name: str, ending: str) -> Response:
        try:
            made = download(desk, what, name, ending)
        except YaodianError as error:
            # Opened in a tab of its own, where no page says it in the reader's language.
            told = [texts()[language].get(f"refused.{reason_of(str(error))}", "") for language in ("zh", "en")]
            return PlainTextResponse("\n".join(filter(None, told)) or str(error), 404)
        disposition = f"attachment; filename*=UTF-8''{quote(made.name)}"
        return Response(made.data, media_type=made.media, headers={"Content-Disposition": disposition})

    server.add_api_route("/download/{what}/{name}.{ending}", offer, response_model=None)


LONGEST_REQUEST = 20_000
"""Bytes of a request that is not a document."""


def _requests(server: FastAPI, desk: Desk, *, local: bool) -> None:
    """What the page sends: questions, and what changes something (documents, decisions, feedback)."""
    from starlette.concurrency import run_in_threadpool
    from starlette.responses import StreamingResponse

    from kg.accounts import audit
    from ui.desk import text_of
    from ui.feedback import keep
    from ui.intake import Intake
    from ui.review import decide_view

    intake = Intake(desk)

    def note(request: Request, what: str, **about: str) -> None:
        account: Account | None = request.scope.get("account")
        who = account.name if account is not None else "on this computer"
        audit(desk.assistant.settings.workspace, who, what, about)

    async def put(request: Request) -> Any:
        name = text_of(request.query_params, "name", 300)
        stored = await run_in_threadpool(intake.name_for, name, replace=request.query_params.get("replace") == "yes")
        with tempfile.TemporaryDirectory(prefix="yaodian-") as folder:
            file = Path(folder) / "received"
            await _receive(request, file, stored)
            note(request, "puts a document in", document=stored)
            return await run_in_threadpool(intake.put, stored, file)

    async def ask(request: Request) -> Any:
        return StreamingResponse(_steps(desk, await _object(request)), media_type="application/x-ndjson")

    async def remove(request: Request) -> Any:
        name = text_of(await _object(request), "document")
        note(request, "takes a document out", document=name)
        return await run_in_threadpool(intake.remove, name)

    async def say(request: Request) -> Any:
        return await run_in_threadpool(keep, desk, await _object(request))

    async def review(request: Request) -> Any:
        wanted = await _object(request)
        account: Account | None = request.scope.get("account")
        if account is not None:
            wanted["by"] = account.name  # who is in decides, whatever the page says
        about = text_of(wanted, "clause" if wanted.get("clause") else "id")
        note(request, "decides on a fact", verdict=text_of(wanted, "verdict", 20), about=about)
        return await run_in_threadpool(decide_view, desk, wanted)

    def may(role: Role) -> Callable[[Request], bool]:
        def allowed(request: Request) -> bool:
            account: Account | None = request.scope.get("account")
            return account.may(role) if account is not None else local and _of_this_computer(request)

        return allowed

    server.add_route("/ask", _guarded(ask, lambda request: True), methods=["POST"])
    server.add_route("/documents/put", _guarded(put, may("manage")), methods=["POST"])
    server.add_route("/documents/remove", _guarded(remove, may("manage")), methods=["POST"])
    server.add_route("/review/decide", _guarded(review, may("review")), methods=["POST"])
    server.add_route("/feedback", _guarded(say, lambda request: True), methods=["POST"])


def _guarded(
    act: Callable[[Request], Awaitable[Any]], allowed: Callable[[Request], bool]
) -> Callable[[Request], Awaitable[Response]]:
    """The act behind its two doors; what it refuses is one line."""
    from starlette.responses import JSONResponse, Response

    from kg.errors import YaodianError
    from ui.intake import AlreadyLoaded
    from ui.refusals import refusal

    async def answer(request: Request) -> Response:
        if not _of_this_page(request):
            return JSONResponse(refusal("only this program's own page may ask for that"), 403)
        if not allowed(request):
            return JSONResponse(refusal(_not_allowed(request)), 403)
        try:
            made = await act(request)
            return made if isinstance(made, Response) else JSONResponse(made)
        except AlreadyLoaded as error:
            return JSONResponse({**refusal(error), "loaded": True}, 409)
        except YaodianError as error:
            return JSONResponse(refusal(error), 400)

    return answer


def _not_allowed(request: Request) -> str:
    if "account" in request.scope:
        return "your account may not do that; ask who runs the server for another role"
    return "documents and facts are changed on the computer that serves them alone"


def _steps(desk: Desk, request: dict[str, Any]) -> Iterator[bytes]:
    """An answer as lines of JSON, each sent when it is made; a refusal is a line like the others."""
    from kg.errors import YaodianError
    from ui.refusals import refusal

    try:
        for step in desk.ask(request):
            yield json.dumps(step, ensure_ascii=False).encode("utf-8") + b"\n"
    except YaodianError as error:
        yield json.dumps({"step": "refused", **refusal(error)}, ensure_ascii=False).encode("utf-8") + b"\n"


async def _object(request: Request) -> dict[str, Any]:
    """The JSON object that a request holds."""
    from ui.desk import BadRequest

    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > LONGEST_REQUEST:
            raise BadRequest("the request is too long")
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadRequest("the request is not JSON") from error
    if not isinstance(found, dict):
        raise BadRequest("the request is not an object")
    return found


async def _receive(request: Request, file: Path, name: str) -> None:
    """Write the body of a request to a file, no more of it than a document may have."""
    from kg.errors import TooLarge
    from kg.source import MAX_BYTES

    size = 0
    with file.open("wb") as out:
        async for part in request.stream():
            size += len(part)
            if size > MAX_BYTES:
                raise TooLarge(f"{name}: over the limit of {MAX_BYTES:,} bytes; split the file")
            out.write(part)


def _of_this_page(request: Request) -> bool:
    """Whether a request comes from the program's own page: no page of another site can send its header and origin."""
    headers = request.headers
    origin = headers.get("origin")
    return (
        headers.get("x-yaodian") == "page"
        and headers.get("sec-fetch-site", "same-origin") == "same-origin"
        and (origin is None or urlsplit(origin).netloc == headers.get("host"))
    )


def _of_this_computer(request: Request) -> bool:
    """Whether a request was sent on this computer, and not handed on by a proxy on it."""
    handed_on = {"forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"} & set(request.headers)
    try:
        return not handed_on and request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False
