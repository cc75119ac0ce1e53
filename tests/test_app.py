"""The server around the pages: headers, hosts, downloads, the HTTP API and the MCP server, each by a real client."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app import serve
from kg.errors import SettingsError
from kg.source import MAX_BYTES
from qa import Assistant
from tests.serving import ROOT, served


@pytest.fixture(scope="module")
def address(workspace: Path) -> Iterator[str]:
    with served(workspace) as found:
        yield found


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60) as found:
        yield found


def policy(response: httpx.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in response.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts}


def test_the_policy_lets_nothing_in_from_outside_and_no_attribute_run(client: httpx.Client) -> None:
    rules = policy(client.get("/"))
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src-attr"] == rules["object-src"] == rules["frame-ancestors"] == ["'none'"]
    assert "'unsafe-inline'" not in rules["script-src"]
    sources = {source for name, found in rules.items() for source in found if name.endswith("-src")}
    assert not [source for source in sources if source.startswith(("http", "*"))]


def test_every_script_of_the_page_carries_the_nonce_of_its_own_response(client: httpx.Client) -> None:
    pages = [client.get("/") for _ in range(2)]
    nonces = []
    for page in pages:
        (nonce,) = {value[7:-1] for value in policy(page)["script-src"] if value.startswith("'nonce-")}
        nonces.append(nonce)
        scripts = re.findall(r"<script\b[^>]*>", page.text)
        assert scripts
        assert all(f'nonce="{nonce}"' in script for script in scripts)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize("path", ["/", "/config", "/gradio_api/info", "/download/plan/x.csv", "/nothing"])
def test_every_response_carries_the_security_headers(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "content-security-policy" in headers


def test_the_page_names_no_address_outside(client: httpx.Client) -> None:
    text = client.get("/").text
    head = text[: text.index("window.gradio_config")]
    assert not re.findall(r'(?:src|href|content)="https?://', head)


def test_a_call_under_a_strangers_name_gets_nothing(client: httpx.Client) -> None:
    assert client.get("/", headers={"host": "attack.example"}).status_code == 400


def test_assets_are_kept_by_the_browser_and_sent_compressed(client: httpx.Client) -> None:
    found = re.search(r'href="\./(assets/[0-9a-f]{12}/)main\.js"', client.get("/").text)
    assert found is not None
    engine = client.get(f"/{found[1]}vendor/cytoscape.min.js")
    assert engine.status_code == 200
    assert engine.headers["content-encoding"] == "gzip"
    assert "immutable" in engine.headers["cache-control"]
    assert client.get(f"/{found[1]}../pages.py").status_code == 404


@pytest.mark.parametrize("path", ["/download/plan/nothing.csv", "/download/answer/x.docx", "/download/x/y.z"])
def test_a_download_that_is_not_there_is_refused_in_a_line_of_each_language(client: httpx.Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    chinese, english = response.text.splitlines()
    assert not chinese.isascii()
    assert english.isascii()


def test_a_download_is_saved_and_never_shown_as_a_page(client: httpx.Client) -> None:
    response = client.get("/download/plan/yiyang-2021.csv")
    assert response.status_code == 200
    assert response.headers["content-disposition"].startswith("attachment")


def api(client: httpx.Client, name: str, *values: Any) -> Any:
    event = client.post(f"/gradio_api/call/{name}", json={"data": list(values)}).json()["event_id"]
    text = client.get(f"/gradio_api/call/{name}/{event}").text
    lines = [line[6:] for line in text.splitlines() if line.startswith("data: ")]
    return json.loads(json.loads(lines[-1])[0])


def test_the_http_api_gives_the_answer_object_of_the_command(client: httpx.Client, workspace: Path) -> None:
    question = "哪些条目涉及职业教育？"
    answer = api(client, "ask", question, "auto")
    command = [sys.executable, "-m", "qa.cli", "ask", question, "--json", "--workspace", str(workspace)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    printed = json.loads(done.stdout)
    for one in (answer, printed):
        del one["elapsed_ms"]
        one["id"] = ""
    assert answer == printed


def test_the_page_gets_an_answer_in_lines_of_json_and_a_refusal_as_one_of_them(client: httpx.Client) -> None:
    with client.stream("POST", "/ask", headers=PAGE, json={"question": "哪些条目涉及职业教育？"}) as response:
        assert response.headers["content-type"] == "application/x-ndjson"
        steps = [json.loads(line)["step"] for line in response.iter_lines()]
    assert steps[:3] == ["checking", "read", "understood"]
    assert set(steps[3:-1]) == {"line"}
    assert steps[-1] == "answer"
    (refused,) = client.post("/ask", headers=PAGE, json={"question": " "}).text.splitlines()
    assert json.loads(refused) == {"step": "refused", "refused": "the request lacks question", "reason": "request"}
    assert client.post("/ask", headers=PAGE, content=b"[").json()["refused"] == "the request is not JSON"


def test_the_http_api_searches(client: httpx.Client) -> None:
    hits = api(client, "search", "职业教育", 3)
    assert len(hits) == 3
    assert hits[0]["score"] >= hits[1]["score"] >= hits[2]["score"]


def test_only_the_two_functions_are_offered_by_name(client: httpx.Client) -> None:
    assert set(client.get("/gradio_api/info").json()["named_endpoints"]) == {"/ask", "/search"}


def test_an_mcp_client_lists_the_tools_and_gets_json(address: str) -> None:
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk() -> tuple[set[str], dict[str, Any]]:
        async with (
            streamable_http_client(f"{address}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name for tool in (await session.list_tools()).tools}
            result = await session.call_tool("ask", {"question": "哪些条目涉及职业教育？"})
            return tools, json.loads(result.content[0].text)  # type: ignore[union-attr]

    tools, answer = asyncio.run(talk())
    assert tools == {"ask", "search"}
    assert answer["status"] == "answered"
    assert answer["citations"]


def test_a_port_that_is_taken_is_named_in_one_line(workspace: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SettingsError, match="PORT"):
        serve(Assistant.load(workspace), "127.0.0.1", taken.getsockname()[1])


def test_the_gradio_application_can_be_built_without_a_server(workspace: Path) -> None:
    # In a process of its own: Gradio leaves event loops open that no caller can close.
    program = (
        "import sys, gradio; from app import build_app; from qa import Assistant;"
        "app = build_app(Assistant.load(sys.argv[1]));"
        "print(isinstance(app, gradio.Blocks), app._queue.sleep_when_free)"
    )
    command = [sys.executable, "-c", program, str(workspace)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    # It sleeps between two looks at a queue in which nobody waits.
    assert done.stdout.split() == ["True", "0.05"], done.stderr


# ---- what changes something ----------------------------------------------------------------------------------------

PAGE = {"x-yaodian": "page"}


@pytest.fixture(scope="module")
def own(workspace: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[httpx.Client, Path]]:
    """A client of a server over a workspace that may be written to."""
    folder = Path(shutil.copytree(workspace, tmp_path_factory.mktemp("own") / "workspace"))
    with served(folder) as address, httpx.Client(base_url=address, timeout=120) as found:
        yield found, folder


@pytest.mark.parametrize(
    "path", ["/documents/put?name=a.txt", "/documents/remove", "/review/decide", "/feedback", "/ask"]
)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {**PAGE, "origin": "http://attack.example"},
        {**PAGE, "origin": "http://localhost:9"},
        {**PAGE, "origin": "null"},
        {**PAGE, "sec-fetch-site": "cross-site"},
        {**PAGE, "sec-fetch-site": "same-site"},
    ],
)
def test_a_page_of_another_site_changes_nothing(client: httpx.Client, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, headers=headers, content=b"{}")
    assert response.status_code == 403
    assert "only" in response.json()["refused"]


def test_a_page_of_another_site_is_not_allowed_to_send_the_header(client: httpx.Client) -> None:
    asked = {"origin": "http://attack.example", "access-control-request-method": "POST"}
    response = client.options("/documents/put", headers={**asked, "access-control-request-headers": "x-yaodian"})
    assert "access-control-allow-origin" not in response.headers


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
def test_what_a_proxy_hands_on_puts_no_document_in(client: httpx.Client, header: str) -> None:
    headers = {**PAGE, header: "for=203.0.113.7" if header == "forwarded" else "203.0.113.7"}
    response = client.post("/documents/put", params={"name": "a.txt"}, headers=headers, content=b"x")
    assert response.status_code == 403
    assert "on the computer" in response.json()["refused"]


def test_a_server_that_others_can_reach_takes_no_document(workspace: Path) -> None:
    # In a process of its own: Gradio leaves event loops open that no caller can close.
    program = """
import sys
from starlette.testclient import TestClient
from app import build_server
from qa import Assistant
client = TestClient(build_server(Assistant.load(sys.argv[1]), hosts=("*",)), client=("127.0.0.1", 5))
for path in ("/documents/put?name=a.txt", "/documents/remove", "/review/decide"):
    print(client.post(path, headers={"x-yaodian": "page"}, content=b"{}").status_code)
print('"changes":false' in client.get("/").text.replace(" ", ""))
"""
    command = [sys.executable, "-c", program, str(workspace)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stdout.split() == ["403", "403", "403", "True"], done.stderr


def test_a_document_that_is_put_in_is_answered_from_and_gone_when_it_is_taken_out(
    own: tuple[httpx.Client, Path],
) -> None:
    client, _ = own
    plan = "# 某县教育局2031年工作要点\n\n一、重点工作\n\n1. 推进琴岛书院建设。由县教育局牵头。\n".encode()
    put = {"params": {"name": "../某县.md"}, "headers": PAGE, "content": plan}
    made = client.post("/documents/put", **put)  # type: ignore[arg-type]
    assert made.status_code == 200, made.text
    name = made.json()["document"]
    assert any(hit["document"] == name for hit in api(client, "search", "琴岛书院", 3))
    again = client.post("/documents/put", **put)  # type: ignore[arg-type]
    assert (again.status_code, again.json()["loaded"]) == (409, True)
    gone = client.post("/documents/remove", headers=PAGE, json={"document": name})
    assert gone.status_code == 200, gone.text
    assert not any(hit["document"] == name for hit in api(client, "search", "琴岛书院", 3))


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("/documents/put?name=a.exe", b"MZ"),
        ("/documents/put?name=", b"x"),
        ("/documents/put", b"x"),
        ("/documents/put?name=picture.docx", b"\x89PNG"),
        ("/documents/put?name=large.txt", b"x" * (MAX_BYTES + 1)),
        ("/documents/remove", b"[" * 19_000),
        ("/documents/remove", b"x" * 30_000),
        ("/documents/remove", b"[1]"),
        ("/documents/remove", b'{"document": "../../x"}'),
        ("/documents/remove", b'{"document": "--help"}'),
        ("/feedback", b'{"answer": "guess", "kind": "wrong_item"}'),
        ("/feedback", b'{"answer": 1}'),
        ("/review/decide", b'{"id": "nothing", "verdict": "approve", "by": "a"}'),
        ("/review/decide", b'{"id": "nothing", "verdict": "approve"}'),
        ("/review/decide", b'{"id": "nothing", "verdict": "approve", "by": "a", "values": [1]}'),
        ("/review/decide", b'{"id": "nothing", "verdict": "approve", "by": "a", "values": {"a": {}}}'),
        ("/review/decide", b'{"clause": "https://example.org/x", "verdict": "add", "by": "a"}'),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_one_line(
    own: tuple[httpx.Client, Path], path: str, content: bytes
) -> None:
    client, folder = own
    before = (folder / "CURRENT").read_bytes()
    response = client.post(path, headers=PAGE, content=content)
    assert response.status_code == 400
    assert len(response.json()["refused"].splitlines()) == 1
    assert (folder / "CURRENT").read_bytes() == before
    assert not (folder / "feedback.jsonl").exists()
