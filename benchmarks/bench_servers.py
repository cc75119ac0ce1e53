"""The same plans and questions over the workspace's own files, a graph server and a database, side by side in one run.

    python -m benchmarks.bench_servers [--plans 12] [--rows 10000] [--rounds 15]

Starts an Oxigraph server, a Virtuoso where one is installed, and a PostgreSQL with pgvector, on this machine.  Prints
medians: what it takes to bring the plans there, one changed plan, a question that names its plan and one that names
none, a search, a walk around a node, a plan read back; then a scan of many vectors, exact and by an HNSW index, with
the share of the exact first twenty that the index finds.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np

from embeddings.encoder import load_encoder
from embeddings.postgres import Database
from kg.graph import read_plan
from kg.settings import Settings
from kg.workspace import Workspace
from qa import Assistant
from qa.build import ingest
from qa.servers import publish
from tests.backends import oxigraph, postgres, virtuoso
from tools.plans import SHAPES, make

ROOT = Path(__file__).resolve().parent.parent
NAMED = "益阳市2021年工作要点中哪些条目涉及乡村教师？"
ANY = "哪些条目涉及乡村教师？"


def ran(do: Callable[[], object], rounds: int) -> float:
    """Median of some rounds, in milliseconds, after one that is not counted."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        do()
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times[1:])


def once(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return time.perf_counter() - started


def quiet(stage: str, done: int, total: int) -> None:
    """Says nothing."""


def over(kind: str, settings: Settings, changed: Path, rounds: int) -> None:
    """What one set of settings costs; the workspace holds the plans already."""
    if kind != "files":
        print(f"{kind}: all plans brought there: {once(lambda: publish(settings, quiet)):.2f} s")
    else:
        changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        print(f"{kind}: one plan changed, the whole ingest: {once(lambda: ingest([changed], settings)):.2f} s")
    assistant = Assistant.load(settings.workspace, settings=settings)
    iri = assistant.search("教师", 1)[0].iri
    document = assistant.catalogue.plans[0].document.id
    measured: dict[str, Callable[[], object]] = {
        "a question that names its plan": lambda: assistant.ask(NAMED),
        "a question that names none": lambda: assistant.ask(ANY),
        "a search": lambda: assistant.search("乡村教师", 10),
        "a walk around a clause": lambda: Assistant.neighbourhood(fresh(assistant), iri),
        "a plan read from the graph": lambda: read_plan(assistant.store, document),
    }
    for name, do in measured.items():
        print(f"{kind}: {name}: {ran(do, rounds):.1f} ms", flush=True)
    if kind != "files":
        changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        own = replace(settings, graph="", vectors="")
        ingest([changed], own)
        print(f"{kind}: one changed plan brought there: {once(lambda: publish(settings, quiet)):.2f} s", flush=True)


def fresh(assistant: Assistant) -> Assistant:
    """The assistant, with nothing remembered of its graph server."""
    around = getattr(assistant.store, "_around", None)
    if around is not None:
        around.clear()
    return assistant


def scans(address: str, cache: Path, rows: int, rounds: int) -> None:
    """Exact and approximate scans of many vectors, which lie around those of real clauses."""
    text = (ROOT / "data" / "plans" / "yiyang-2021.txt").read_text(encoding="utf-8")
    encoder = load_encoder("", cache)
    own = encoder.passages([part for part in text.split("。") if len(part) > 8])
    random = np.random.default_rng(7)
    vectors = own[random.integers(0, len(own), rows)] + random.normal(0, 0.6 / 30, (rows, own.shape[1]))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    database = Database(address)
    with database.connected() as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")
        connection.execute("DROP TABLE IF EXISTS scanned")
        connection.execute(f"CREATE TABLE scanned (n int, v vector({own.shape[1]}))")
        connection.execute("ALTER TABLE scanned ALTER COLUMN v SET STORAGE PLAIN")
        with connection.cursor().copy("COPY scanned FROM STDIN") as copy:
            for n, vector in enumerate(vectors):
                copy.write_row((n, str(vector.tolist())))
        asked = [
            str(v.tolist()) for v in encoder.queries([NAMED, ANY, "校车", "食堂达标率", "school canteens", "近视"])
        ]

        def first(k: int = 20) -> list[set[int]]:
            query = "SELECT n FROM scanned ORDER BY v <#> %s::vector LIMIT %s"
            return [{row[0] for row in connection.execute(query, (v, k)).fetchall()} for v in asked]

        exact = first()
        print(f"vectors: {rows} rows, exact, the first 20: {ran(first, rounds) / len(asked):.1f} ms")
        own_asked = [np.asarray(eval_vector(v)) for v in asked]
        near = ran(lambda: [vectors @ v for v in own_asked], rounds) / len(asked)
        print(f"vectors: the same in this process: {near:.1f} ms")
        build = "CREATE INDEX ON scanned USING hnsw (v vector_ip_ops)"
        print(f"vectors: HNSW built: {once(lambda: connection.execute(build)):.1f} s")
        for breadth in (40, 200, 800):
            connection.execute(f"SET hnsw.ef_search = {breadth}")
            recall = np.mean([len(a & b) / 20 for a, b in zip(exact, first(), strict=True)])
            print(
                f"vectors: HNSW, breadth {breadth}: {ran(first, rounds) / len(asked):.1f} ms, recall {recall:.3f}",
                flush=True,
            )
        connection.execute("DROP TABLE scanned")
    database.close()


def eval_vector(text: str) -> list[float]:
    """The numbers of a vector's text."""
    return [float(part) for part in text.strip("[]").split(",")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plans", type=int, default=12)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="yaodian-bench-"))
    try:
        sources = folder / "sources"
        sources.mkdir()
        shutil.copytree(ROOT / "data" / "plans", sources, dirs_exist_ok=True)
        for n in range(arguments.plans):
            made = make(5, n, 20, SHAPES[n % len(SHAPES)])
            (sources / f"made-{n:03}.txt").write_text(made.text, encoding="utf-8")
        own = replace(Settings.load({}), workspace=folder / "workspace")
        print(f"{arguments.plans + 1} plans ingested: {once(lambda: ingest([sources], own)):.1f} s")
        documents = Workspace(own.workspace).current().documents()
        print(f"{sum(d.clauses for d in documents)} clauses, {sum(d.facts for d in documents)} facts", flush=True)
        changed = sources / "made-000.txt"
        over("files", own, changed, arguments.rounds)
        with ExitStack() as stack:
            for name in ("oxigraph", "virtuoso"):
                (folder / name).mkdir()
            vectors = stack.enter_context(postgres())
            over("postgres", replace(own, vectors=vectors), changed, arguments.rounds)
            graph = stack.enter_context(oxigraph(folder / "oxigraph"))
            over("oxigraph", replace(own, graph=graph), changed, arguments.rounds)
            over("oxigraph and postgres", replace(own, graph=graph, vectors=vectors), changed, arguments.rounds)
            if shutil.which("virtuoso-t"):
                graph = stack.enter_context(virtuoso(folder / "virtuoso"))
                over("virtuoso", replace(own, graph=graph), changed, arguments.rounds)
            scans(vectors, folder, arguments.rows, arguments.rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
