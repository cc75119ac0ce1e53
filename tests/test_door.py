"""The door of a served app: who is not in gets nothing, who is in gets what their role reaches, and not too often."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from kg.accounts import Accounts
from tests.serving import ROOT, ask, free_port, served
from ui.door import COOKIE, TRIES, Door, Limit, People, TooManyTries
from ui.pages import texts

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from starlette.types import Receive, Scope, Send

WORD = "correct horse battery"
PAGE = {"x-yaodian": "page"}
NAMES = {"ask": "asker", "review": "reviewer", "manage": "manager"}


@given(st.integers(1, 50), st.lists(st.floats(0, 200), max_size=60))
def test_no_client_gets_more_than_a_minute_holds_and_what_a_minute_fills(a_minute: int, pauses: list[float]) -> None:
    now = [0.0]
    limit = Limit(a_minute, lambda: now[0])
    let_in = 0
    for number, pause in enumerate(pauses):
        now[0] += pause
        wait = limit.wait("one")
        let_in += wait == 0
        assert 0 <= wait <= 60
        assert let_in <= a_minute + now[0] * a_minute / 60 + 1e-6
        assert limit.wait(f"another {number}") == 0


def test_passwords_cannot_be_tried_without_end(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    accounts.put("ann", "ask", WORD)
    now = [0.0]
    people = People(accounts, tmp_path, lambda: now[0])
    for number in range(TRIES):
        assert people.sign_in("ann", f"wrong {number}", f"client {number}") is None
    with pytest.raises(TooManyTries):
        people.sign_in("ann", WORD, "client")
    now[0] += 60
    assert people.sign_in("ann", WORD, "client") is not None


def test_a_session_ends_with_its_time_its_account_or_its_owners_wish(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path)
    now = [0.0]
    people = People(accounts, tmp_path, lambda: now[0])

    def come_in() -> str:
        accounts.put("ann", "review", WORD)
        now[0] += 60
        token = people.sign_in("ann", WORD, "here")
        assert token is not None and people.of_session(token) is not None
        return token

    token = come_in()
    accounts.put("ann", "ask", WORD)
    found = people.of_session(token)
    assert found is not None and found.role == "ask"
    people.sign_out(token)
    assert people.of_session(token) is None
    token = come_in()
    accounts.remove("ann")
    assert people.of_session(token) is None
    token = come_in()
    now[0] += 13 * 3600
    assert people.of_session(token) is None
    assert people.of_session("made up") is None


@pytest.fixture(scope="module")
def open_workspace(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("door") / "workspace"
    shutil.copytree(workspace, folder)
    accounts = Accounts(folder)
    for role, name in NAMES.items():
        accounts.put(name, role, WORD)
    return folder


@pytest.fixture(scope="module")
def door(open_workspace: Path) -> Iterator[str]:
    with served(open_workspace, YAODIAN_ACCOUNTS="always") as address:
        yield address


Enter = Callable[[str], httpx.Client]


@pytest.fixture
def enter(door: str) -> Iterator[Enter]:
    opened: list[httpx.Client] = []

    def come(name: str) -> httpx.Client:
        client = httpx.Client(base_url=door, timeout=60)
        opened.append(client)
        if name:
            came = client.post("/login", data={"name": name, "password": WORD})
            assert (came.status_code, came.headers.get("location")) == (303, "/"), came.text
        return client

    yield come
    for client in opened:
        client.close()


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/info", "/download/plan/yiyang-2021.json", "/gradio_api/mcp/", "/x"]
)
def test_who_is_not_in_gets_the_page_to_sign_in_or_nothing(enter: Enter, path: str) -> None:
    client = enter("")
    page = client.get(path, headers={"accept": "text/html"})
    assert (page.status_code, page.headers["location"], page.content) == (303, "/login", b"")
    bare = client.get(path, headers={"cookie": f"{COOKIE}=made-up"})
    assert (bare.status_code, bare.json()) == (401, {"refused": "sign in first", "reason": "sign_in"})
    for target in ("/ask", "/documents/remove", "/review/decide", "/feedback"):
        assert client.post(target, headers=PAGE, json={"question": "谁"}).status_code == 401


def test_the_page_to_sign_in_runs_nothing_and_speaks_both_languages(enter: Enter) -> None:
    client = enter("")
    for language, word in (("zh-CN", "登录要点"), ("en-GB", "Sign in to Yaodian")):
        page = client.get("/login", headers={"accept-language": language})
        assert page.status_code == 200 and word in page.text
        assert "<script" not in page.text
        assert "form-action 'self'" in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
    wrong = client.post("/login", data={"name": "<b>asker", "password": "x"})
    assert wrong.status_code == 403 and "<b>" not in wrong.text and "set-cookie" not in wrong.headers
    other = client.post("/login", data={"name": "asker", "password": WORD}, headers={"sec-fetch-site": "cross-site"})
    assert other.status_code == 403 and "set-cookie" not in other.headers


def test_the_cookie_is_for_no_script_and_no_other_site(enter: Enter) -> None:
    client = enter("")
    came = client.post("/login", data={"name": "asker", "password": WORD}, headers={"x-forwarded-proto": "https"})
    cookie = came.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "secure", "path=/"))


def test_each_may_do_what_the_role_reaches_and_the_log_says_who(enter: Enter, open_workspace: Path) -> None:
    fact = json.loads(
        subprocess.run(
            [sys.executable, "-m", "qa.cli", "review", "list", "-n", "1", "--json", "--workspace", str(open_workspace)],
            cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
        ).stdout.splitlines()[0]
    )  # fmt: skip
    decide = {"id": fact["id"], "verdict": "approve", "by": "somebody else"}
    wanted = {"/documents/remove": {"document": "no-such"}, "/review/decide": decide}
    found = {}
    for role, name in NAMES.items():
        client = enter(name)
        page = client.get("/").text
        assert f'<meta name="role" content="{role}">' in page
        answer = client.post("/ask", headers=PAGE, json={"question": "哪些条目涉及乡村教师？"})
        assert answer.status_code == 200
        found[role] = [client.post(path, headers=PAGE, json=body).status_code for path, body in wanted.items()]
        assert client.post("/review/decide", json=decide).status_code == 403  # not from the page
    assert found["ask"] == [403, 403]
    assert found["review"] == [403, 200]
    assert found["manage"][0] == 400  # let through, and there is no such document
    log = [json.loads(line) for line in (open_workspace / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert ("reviewer", "decides on a fact") in {(line["who"], line["what"]) for line in log}
    assert ("manager", "takes a document out") in {(line["who"], line["what"]) for line in log}
    assert {line["who"] for line in log if line["what"] == "was refused"} <= {"<b>asker"}
    history = subprocess.run(
        [sys.executable, "-m", "qa.cli", "review", "history", "--workspace", str(open_workspace)],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True,
    ).stdout  # fmt: skip
    assert "reviewer" in history and "somebody else" not in history


def test_a_program_comes_in_with_name_and_password(enter: Enter) -> None:
    client = enter("")
    who = {"headers": PAGE, "json": {"question": "谁"}}
    assert client.post("/ask", auth=("asker", WORD), **who).status_code == 200  # type: ignore[arg-type]
    assert client.post("/ask", auth=("asker", WORD), **who).status_code == 200  # type: ignore[arg-type]
    for header in ("Basic !!!", "Basic YTpi", "Bearer x", "Basic " + "A" * 5000):
        assert client.get("/", headers={"authorization": header}).status_code == 401


def test_who_signs_out_is_out(enter: Enter) -> None:
    client = enter("asker")
    assert client.get("/").status_code == 200
    left = client.post("/logout")
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert client.get("/").status_code == 401


def test_too_many_requests_are_put_off_and_another_client_is_not(tmp_path: Path) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("in")(scope, receive, send)

    accounts = Accounts(tmp_path)
    accounts.put("ann", "ask", WORD)
    accounts.put("bob", "ask", WORD)
    now = [0.0]
    door = Door(inner, People(accounts, tmp_path), Limit(3, lambda: now[0]), texts())
    client = TestClient(door, base_url="http://127.0.0.1", client=("203.0.113.7", 5))
    assert [client.get("/", auth=("ann", WORD)).status_code for _ in range(4)] == [200, 200, 200, 429]
    late = client.get("/", auth=("ann", WORD))
    assert late.headers["retry-after"] == "21" and late.json()["reason"] == "slow_down"
    assert client.get("/", auth=("bob", WORD)).text == "in"
    now[0] += 20
    assert [client.get("/", auth=("ann", WORD)).status_code for _ in range(2)] == [200, 429]

    # Without accounts clients are told by their address, and this computer itself is not held back.
    door = Door(inner, None, Limit(3, lambda: now[0]), texts())
    for place, last in (("203.0.113.7", 429), ("203.0.113.8", 429), ("127.0.0.1", 200)):
        client = TestClient(door, base_url="http://127.0.0.1", client=(place, 5))
        assert [client.get("/").status_code for _ in range(4)] == [200, 200, 200, last]


@pytest.mark.browser
def test_a_person_signs_in_asks_and_signs_out_by_the_page(browser: Browser, door: str) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(door)
    page.fill("#name", "asker")
    page.fill("#password", "not the password")
    page.press("#password", "Enter")
    page.locator("[role=alert]").wait_for()
    page.fill("#name", "asker")
    page.fill("#password", WORD)
    page.press("#password", "Enter")
    page.wait_for_selector("body[data-ready]")
    ask(page, "哪些条目涉及乡村教师？")
    page.evaluate("location.hash = '#/documents'")
    page.locator(".shelf > li").first.wait_for()
    assert page.locator("input[type=file]").count() == 0  # whose role does not reach so far is not offered it
    page.locator("#sign-out").click()
    page.locator("#password").wait_for()
    page.goto(door)
    page.locator("#password").wait_for()
    context.close()
    reviewer = browser.new_context(locale="zh-CN").new_page()
    reviewer.goto(door)
    reviewer.fill("#name", "reviewer")
    reviewer.fill("#password", WORD)
    reviewer.press("#password", "Enter")
    reviewer.wait_for_selector("body[data-ready]")
    reviewer.evaluate("location.hash = '#/review'")
    reviewer.locator(".tasks > li").first.wait_for()
    assert "reviewer" in reviewer.locator(".who-reviews").inner_text()
    assert errors == []


def test_a_server_told_to_end_lets_an_answer_arrive(workspace: Path) -> None:
    command = [sys.executable, "-m", "qa.cli", "serve", "--workspace", str(workspace), "--port", str(free_port())]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    found = re.search(r"http://\S+", process.stdout.readline())
    assert found, process.communicate()[1]
    steps: list[dict[str, object]] = []
    begun = threading.Event()

    def put() -> None:
        body = {"question": "哪些条目涉及乡村教师？"}
        with httpx.stream("POST", f"{found[0]}/ask", headers=PAGE, json=body, timeout=60) as response:
            begun.set()
            steps.extend(json.loads(line) for line in response.iter_lines())

    asking = threading.Thread(target=put)
    asking.start()
    assert begun.wait(60)
    process.send_signal(signal.SIGTERM)
    asking.join(60)
    _, problems = process.communicate(timeout=60)
    assert steps and steps[-1]["step"] != "refused"
    assert "Traceback" not in problems


def test_others_are_not_served_without_accounts(workspace: Path) -> None:
    command = [sys.executable, "-m", "qa.cli", "serve", "--workspace", str(workspace), "--host", "0.0.0.0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "yaodian account add" in done.stderr and done.stderr.count("\n") == 1
