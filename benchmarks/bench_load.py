"""Many people at once before one server: how long they wait, whether anything fails, and what memory does.

    python -m benchmarks.bench_load [--people 50] [--seconds 600] [--pause 10] [--ingest] [--accounts] [--workspace DIR]

Each asks over the page's own road (``POST /ask``, streamed), reads the answer to its end, and thinks for a while, on
average ``--pause`` seconds.  With ``--ingest`` plans are put in and taken out all the while; with ``--accounts`` each
signs in first, by the form, to an account of their own.  The server is
``yaodian serve`` in a process of its own on this computer; those who ask share its cores, so that figures are those
of a machine that does both.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from benchmarks.telling import tell
from kg.accounts import Accounts
from tests.serving import served
from tools.plans import make

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = (
    "哪些条目涉及乡村教师？", "近视率要下降多少？", "谁负责校园安全？", "which items involve vocational education",
    "what is the target for the myopia rate?", "一共有多少个条目？", "学前教育要做什么？", "哪些条目没有写明责任单位？",
    "学校食堂的预算是多少？", "第15条讲什么？", "控辍保学", "how many items mention teachers?",
)  # fmt: skip
PAGE = {"x-yaodian": "page"}
PASSWORD = "a passphrase for measuring"


def memory_of(address: str) -> int:
    """Megabytes of the process that listens there."""
    port = int(address.rstrip("/").rsplit(":", 1)[1])
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        words = status.read_bytes().split(b"\0")
        if b"serve" in words and str(port).encode() in words:
            found = (status.parent / "status").read_text().split("VmRSS:")[1].split()[0]
            return int(found) // 1024
    return 0


async def person(
    client: httpx.AsyncClient, number: int, until: float, pause: float, waits: list[float], ends: Counter[str]
) -> None:
    rng = random.Random(number)
    await asyncio.sleep(rng.uniform(0, pause))
    while time.monotonic() < until:
        question = rng.choice(QUESTIONS)
        start = time.perf_counter()
        try:
            async with client.stream("POST", "/ask", headers=PAGE, json={"question": question}) as response:
                lines = [json.loads(line) async for line in response.aiter_lines()]
            good = response.status_code == 200 and lines and lines[-1].get("step") != "refused"
            ends["answered" if good else f"status {response.status_code}"] += 1
        except (httpx.HTTPError, ValueError) as error:
            ends[type(error).__name__] += 1
        waits.append(1000 * (time.perf_counter() - start))
        await asyncio.sleep(rng.expovariate(1 / pause))


async def changing(client: httpx.AsyncClient, until: float, ends: Counter[str]) -> None:
    number = 0
    while time.monotonic() < until:
        number += 1
        text = make(77, number, 10).text
        name = f"load-{number % 3}.txt"
        put = await client.post(f"/documents/put?name={name}&replace=yes", headers=PAGE, content=text.encode())
        ends[f"put {put.status_code}"] += 1
        await asyncio.sleep(5)


async def signed_in(client: httpx.AsyncClient, name: str) -> httpx.AsyncClient:
    """The client with the session of that account."""
    done = await client.post("/login", data={"name": name, "password": PASSWORD})
    assert done.status_code == 303 and done.headers["location"] == "/", f"{name} is not let in: {done.status_code}"
    return client


async def watched(address: str, until: float, held: list[int]) -> None:
    while time.monotonic() < until:
        held.append(await asyncio.to_thread(memory_of, address))
        await asyncio.sleep(5)


async def load(
    address: str, people: int, seconds: float, pause: float, ingest: bool, accounts: bool = False
) -> dict[str, Any]:
    """Let them ask."""
    waits: list[float] = []
    ends: Counter[str] = Counter()
    held: list[int] = []
    async with AsyncExitStack() as stack:
        clients = []
        for n in range(people + ingest):
            # Each has a connection of their own, as a browser has, and so their own session.
            client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=120))
            clients.append(await signed_in(client, f"person-{n}") if accounts else client)
        until = time.monotonic() + seconds
        jobs = [person(client, n, until, pause, waits, ends) for n, client in enumerate(clients[:people])]
        jobs += [changing(clients[-1], until, ends)] if ingest else []
        await asyncio.gather(watched(address, until, held), *jobs)
    waits.sort()
    tenth = max(1, len(held) // 10)
    return {
        "people": people,
        "seconds": seconds,
        "pause": pause,
        "accounts": accounts,
        "ends": dict(ends),
        "ms median": round(median(waits)),
        "ms p95": round(waits[int(0.95 * (len(waits) - 1))]),
        "ms longest": round(waits[-1]),
        "memory MB, first and last tenth": [round(median(held[:tenth])), round(median(held[-tenth:]))],
        "memory MB, all along": held,
        "load": os.getloadavg()[0],
    }


def main() -> None:
    """Read the arguments, serve, ask, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--pause", type=float, default=10)
    parser.add_argument("--ingest", action="store_true")
    parser.add_argument("--accounts", action="store_true")
    parser.add_argument("--workspace", type=Path, help="one that holds plans; made from data/plans where there is none")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    workspace = args.workspace or Path(tempfile.mkdtemp(prefix="bench-load-")) / "workspace"
    if not (workspace / "CURRENT").exists():
        command = [sys.executable, "-m", "qa.cli", "ingest", "data/plans", "--workspace", str(workspace)]
        subprocess.run(command, cwd=ROOT, check=True)
    settings = {}
    if args.accounts:
        settings["YAODIAN_ACCOUNTS"] = "always"
        held = Accounts(workspace)
        for n in range(args.people + 1):
            held.put(f"person-{n}", "manage" if n == args.people else "ask", PASSWORD)
    with served(workspace, **settings) as address:
        asked = {"question": QUESTIONS[0]}
        way_in = ("person-0", PASSWORD) if args.accounts else None
        httpx.post(f"{address}/ask", headers=PAGE, json=asked, timeout=120, auth=way_in).raise_for_status()
        told = asyncio.run(load(address, args.people, args.seconds, args.pause, args.ingest, args.accounts))
    tell(told, args.json)


if __name__ == "__main__":
    main()
