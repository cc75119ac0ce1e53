"""The door of the app: who comes in, how often, and what each may do.

What lives here: sessions, the page to sign in, limits per client.  What never will: accounts and their passwords
(``kg.accounts``), and what is behind the door.

A person signs in on a page without scripts and gets a cookie that scripts cannot read and that no other site's form
can send; a program sends its name and password with each request (HTTP Basic).  Sessions are held in memory: after a
restart people sign in again, and several processes need a server before them that keeps a client with one of them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from kg.accounts import Account, Accounts, audit
from kg.errors import AccountError

from .refusals import refusal

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

COOKIE = "yaodian"
HOURS = 12
"""After which a session ends, however much it was used."""
TRIES = 10
"""Wrong passwords a minute from one client, and for one name."""
REMEMBERED = 300
"""Seconds for which the name and password of a program, once checked, are not checked again."""
MOST_CLIENTS = 10_000
LONGEST_FORM = 4000


@dataclass(frozen=True, slots=True)
class Session:
    """Who came in, and until when."""

    name: str
    ends: float


class Limit:
    """So many requests a minute for each client: a bucket that holds a minute's worth and fills as time passes."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Let each client make so many requests a minute; 0 for any number."""
        self.a_minute = a_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str, count: bool = True) -> float:
        """Seconds until the client may come; 0 where it may now, which counts as one request unless told otherwise.

        >>> limit = Limit(2, iter([0.0, 1.0, 2.0, 32.0]).__next__)
        >>> [round(limit.wait("a")) for _ in range(4)]
        [0, 0, 28, 0]
        """
        if not self.a_minute:
            return 0.0
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(client, (float(self.a_minute), now))
            left = min(float(self.a_minute), left + (now - then) * self.a_minute / 60)
            self._left[client] = (left - 1 if count and left >= 1 else left, now)
            while len(self._left) > MOST_CLIENTS:
                self._left.popitem(last=False)
        return 0.0 if left >= 1 else (1 - left) * 60 / self.a_minute


class People:
    """Accounts and those of them that are in."""

    def __init__(self, accounts: Accounts, workspace: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """Let in whom ``accounts`` knows; who came and who was refused goes into the audit log of ``workspace``."""
        self.accounts = accounts
        self._workspace = workspace
        self._clock = clock
        self._sessions: OrderedDict[str, Session] = OrderedDict()
        self._programs: OrderedDict[str, Session] = OrderedDict()
        self._tries = Limit(TRIES, clock)
        self._lock = threading.Lock()
        # A hash takes 64 MB and a core for a moment: two at once, however many try.
        self._hashing = threading.Semaphore(2)

    def of_session(self, token: str) -> Account | None:
        """Whose session it is, if it goes on and the account is still there; the role is that of this moment."""
        return self._of(self._sessions, token)

    def _of(self, held: OrderedDict[str, Session], token: str) -> Account | None:
        with self._lock:
            session = held.get(_digest(token))
        if session is None or session.ends < self._clock():
            return None
        return self.accounts.named(session.name)

    def sign_in(self, name: str, password: str, client: str) -> str | None:
        """The token of a new session; None where the password is not that of the name.

        Raises:
            TooManyTries: from this client, or for this name.
        """
        account = self._checked(name, password, client)
        if account is None:
            return None
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[_digest(token)] = Session(account.name, self._clock() + 3600 * HOURS)
            while len(self._sessions) > MOST_CLIENTS:
                self._sessions.popitem(last=False)
        audit(self._workspace, account.name, "signed in", {"from": client})
        return token

    def sign_out(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._sessions.pop(_digest(token), None)

    def of_program(self, header: str, client: str) -> Account | None:
        """Whose name and password an ``Authorization`` header holds; errors as of :meth:`sign_in`."""
        known = self._of(self._programs, header)
        if known is not None:
            return known
        kind, _, coded = header.partition(" ")
        try:
            name, mark, password = base64.b64decode(coded, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return None
        account = self._checked(name, password, client) if kind.lower() == "basic" and mark else None
        if account is not None:
            with self._lock:
                self._programs[_digest(header)] = Session(account.name, self._clock() + REMEMBERED)
                while len(self._programs) > 1000:
                    self._programs.popitem(last=False)
        return account

    def _checked(self, name: str, password: str, client: str) -> Account | None:
        tried = (f"client {client}", f"name {name[:100]}")
        with self._hashing:
            wait = max(self._tries.wait(by, count=False) for by in tried)
            if wait:
                raise TooManyTries(wait)
            account = self.accounts.check(name, password)
        if account is None:
            for by in tried:
                self._tries.wait(by)
            audit(self._workspace, name[:100], "was refused", {"from": client})
        return account


class TooManyTries(AccountError):
    """Passwords are tried faster than a person types; holds the seconds to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"too many passwords were tried; wait {int(seconds) + 1} seconds")
        self.seconds = seconds


class Door:
    """ASGI middleware before everything else of the app but its headers."""

    def __init__(self, app: ASGIApp, people: People | None, limit: Limit, texts: dict[str, dict[str, str]]) -> None:
        """Let requests in.

        Args:
            app: what is behind the door.
            people: who may come in; None for anybody.
            limit: how often.
            texts: those of the page to sign in, by language and name.
        """
        self.inner = app
        self.people = people
        self.limit = limit
        self.texts = texts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by itself, or hand on a request whose ``scope["account"]`` says who sends it."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # the pages use none
            return
        # What the browser loads is the program itself, the same for everybody.
        if scope["type"] != "http" or scope["path"].startswith("/assets/"):
            await self.inner(scope, receive, send)
            return
        from starlette.requests import Request

        request = Request(scope, receive)
        client = client_of(request)
        try:
            account = await self._who(request, client)
        except TooManyTries as error:
            await self._refuse(scope, receive, send, 429, str(error), error.seconds)
            return
        # This computer itself is not held back, unless people must say who they are.
        wait = self.limit.wait(f"account {account.name}" if account else client) if self.people or client else 0
        if wait:
            await self._refuse(scope, receive, send, 429, "too many requests in this minute; wait", wait)
        elif self.people is None:
            await self.inner(scope, receive, send)
        elif scope["path"] == "/login":
            await self._login(request, client, scope, receive, send)
        elif account is not None and scope["path"] == "/logout" and request.method == "POST":
            self.people.sign_out(_token(request))
            await _answer(scope, receive, send, 303, headers={"Location": _root(scope) + "/login"}, cookie="")
        elif account is not None:
            scope.setdefault("yaodian", {})["account"] = account  # for what is before the door
            await self.inner({**scope, "account": account}, receive, send)
        elif request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            await _answer(scope, receive, send, 303, headers={"Location": _root(scope) + "/login"})
        else:
            await self._refuse(scope, receive, send, 401, "sign in first")

    async def _who(self, request: Any, client: str) -> Account | None:
        """Whose request it is, by its cookie or by the name and password that come with it."""
        from starlette.concurrency import run_in_threadpool

        if self.people is None:
            return None
        token, header = _token(request), request.headers.get("authorization", "")[:2000]
        account = self.people.of_session(token) if token else None
        if account is None and header:
            account = await run_in_threadpool(self.people.of_program, header, client)
        return account

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: int, why: str, seconds: float = 0
    ) -> None:
        headers = {"Content-Type": "application/json"}
        if seconds:
            headers["Retry-After"] = str(int(seconds) + 1)
        if status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Yaodian", charset="UTF-8"'
        await _answer(scope, receive, send, status, json.dumps(refusal(why)), headers)

    async def _login(self, request: Any, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.concurrency import run_in_threadpool

        assert self.people is not None
        if request.method != "POST":
            await self._page(request, scope, receive, send, 200, "")
            return
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            await self._page(request, scope, receive, send, 403, "wrong")
            return
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > LONGEST_FORM:
                await self._page(request, scope, receive, send, 413, "wrong")
                return
        form = parse_qs(body.decode("utf-8", "replace"))
        name, password = (form.get(field, [""])[0] for field in ("name", "password"))
        try:
            token = await run_in_threadpool(self.people.sign_in, name, password, client)
        except TooManyTries:
            await self._page(request, scope, receive, send, 429, "wait")
            return
        if token is None:
            await self._page(request, scope, receive, send, 403, "wrong")
            return
        await _answer(scope, receive, send, 303, headers={"Location": _root(scope) + "/"}, cookie=token)

    async def _page(self, request: Any, scope: Scope, receive: Receive, send: Send, status: int, problem: str) -> None:
        language = "zh" if request.headers.get("accept-language", "zh").lower().startswith("zh") else "en"
        text = {name: escape(value) for name, value in self.texts[language].items()}
        said = f'<p class="problem" role="alert">{text[f"door.{problem}"]}</p>' if problem else ""
        await _answer(
            scope,
            receive,
            send,
            status,
            _PAGE.format(
                language="zh-CN" if language == "zh" else "en",
                title=text["app.title"],
                head=text["door.title"],
                name=text["door.name"],
                password=text["door.password"],
                button=text["door.enter"],
                problem=said,
            ),
            {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"},
        )


_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.6 system-ui, sans-serif; max-width: 22rem; margin: 12vh auto; padding: 0 1rem; }}
label, input, button {{ display: block; width: 100%; box-sizing: border-box; font: inherit; }}
input {{ padding: .5rem; margin-bottom: 1rem; }}
button {{ padding: .6rem; }}
.problem {{ border-left: .25rem solid #b3261e; padding-left: .75rem; }}
</style>
</head>
<body>
<main>
<h1>{head}</h1>
{problem}
<form method="post" action="login">
<label for="name">{name}</label>
<input id="name" name="name" autocomplete="username" required autofocus>
<label for="password">{password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button>{button}</button>
</form>
</main>
</body>
</html>
"""


async def _answer(
    scope: Scope,
    receive: Receive,
    send: Send,
    status: int,
    body: str = "",
    headers: dict[str, str] | None = None,
    cookie: str | None = None,
) -> None:
    from starlette.responses import Response

    response = Response(body, status, headers)
    if cookie is not None:
        handed_on = dict(scope["headers"]).get(b"x-forwarded-proto", b"") == b"https"
        response.set_cookie(
            COOKIE,
            cookie,
            max_age=3600 * HOURS if cookie else 0,
            path=_root(scope) + "/",
            secure=handed_on or scope.get("scheme") == "https",
            httponly=True,
            samesite="lax",
        )
    await response(scope, receive, send)


def _root(scope: Scope) -> str:
    return str(scope.get("root_path", "")).rstrip("/")


def _token(request: Any) -> str:
    try:
        cookies = SimpleCookie(request.headers.get("cookie", "")[:8000])
    except CookieError:
        return ""
    return cookies[COOKIE].value if COOKIE in cookies else ""


def client_of(request: Any) -> str:
    """Where a request comes from, by its address; empty for this computer itself.

    What a server on this computer hands on comes from the last address that it names: those before it are as the
    client says.
    """
    host = request.client.host if request.client is not None else ""
    try:
        here = ip_address(host).is_loopback
    except ValueError:
        here = False
    if not here:
        return host or "unknown"
    handed_on = [part.strip() for value in request.headers.getlist("x-forwarded-for") for part in value.split(",")]
    if handed_on:
        return handed_on[-1][:100] or "unknown"
    return "unknown" if {"forwarded", "via", "x-real-ip"} & set(request.headers) else ""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
