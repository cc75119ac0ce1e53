"""Where the doors of a SPARQL server are, and one clear line without a password for all that may be wrong with it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import QueryRefused, QueryTimeout, ServerError, SettingsError, StateMoved
from kg.server import Doors, ServerStore, Wire, triples_text
from tests.backends import SERVERS, free_port

BASE = "urn:plans:"


@pytest.fixture(scope="module", params=sorted(SERVERS))
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found


def test_the_doors_are_those_that_each_kind_of_server_has() -> None:
    assert Doors.of("http://h:7878/") == Doors("http://h:7878/query", "http://h:7878/update", "http://h:7878/store")
    open_one = Doors.of("http://h:8890/sparql")
    assert (open_one.query, open_one.update) == ("http://h:8890/sparql", "http://h:8890/sparql")
    assert open_one.graphs == "http://h:8890/sparql-graph-crud"
    three = Doors.of("https://a%40b:c@h/ds/query https://h/ds/update https://h/ds/data")
    assert (three.query, three.graphs, three.user, three.password) == (
        "https://h/ds/query", "https://h/ds/data", "a@b", "c"
    )  # fmt: skip


@pytest.mark.parametrize("address", ["", "h:7878", "ftp://h/", "http://", "http://h:x/", "http://a http://b"])
def test_an_address_that_is_none_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(SettingsError, match="^YAODIAN_GRAPH must be") as caught:
        Doors.of(address.replace("://", "://secret:word@"))
    assert "secret" not in str(caught.value) and "word" not in str(caught.value)


def test_what_is_put_is_got_until_it_is_dropped(address: str) -> None:
    wire = Wire(Doors.of(address))
    quad = Quad(NamedNode("urn:x:a"), NamedNode("urn:x:b"), Literal("“甲”\n\\\t'\""), NamedNode(BASE + "g"))
    store = ServerStore(wire, BASE)
    wire.put(BASE + "g", triples_text([quad]))
    assert list(store.quads()) == [quad]
    assert store.graphs() == (BASE + "g",)
    wire.drop(BASE + "g")
    wire.drop(BASE + "g")
    assert wire.get(BASE + "g") == b""
    assert list(store.quads(BASE + "g")) == []
    wire.close()


def test_a_reader_of_one_generation_is_told_of_another_and_never_mixes_them(address: str) -> None:
    wire = Wire(Doors.of(address))
    writer = ServerStore(wire, BASE)
    for stamp in ("g1-a", "g2-b"):
        graph, triples = writer.description(stamp, "text")
        wire.put(graph, triples_text(triples))
        if stamp == "g1-a":
            reader = ServerStore(wire, BASE, "g1-a")
            assert reader.select("SELECT ?s WHERE { ?s <urn:x:nosuch> ?o }") == []
    for read in (
        lambda: reader.select("SELECT ?s WHERE { ?s ?p ?o }"),
        lambda: list(reader.triples("urn:x:a")),
        lambda: reader.holds("urn:x:a"),
        lambda: list(reader.quads()),
        lambda: len(reader),
    ):
        with pytest.raises(StateMoved, match="another state"):
            read()
    assert writer.described() == ("g2-b", "text")
    wire.close()


def test_a_server_that_is_not_there_is_named_with_what_to_do() -> None:
    wire = Wire(Doors.of(f"http://name:secret@127.0.0.1:{free_port()}"))
    store = ServerStore(wire, BASE)
    for ask in (store.stamped, lambda: wire.asked("ASK {}", 1, False), lambda: wire.put("urn:g", b"")):
        with pytest.raises(ServerError, match=r"127\.0\.0\.1:\d+ cannot be reached .*YAODIAN_GRAPH") as caught:
            ask()
        assert "secret" not in str(caught.value)
        assert len(str(caught.value).splitlines()) == 1
    wire.close()


def test_a_wrong_password_is_told_without_it(tmp_path: Path) -> None:
    with SERVERS["virtuoso"](tmp_path) as address:
        wire = Wire(Doors.of(address.replace("dba:dba@", "dba:secret@")))
        with pytest.raises(ServerError, match="refuses the name or the password in YAODIAN_GRAPH") as caught:
            wire.put(BASE + "g", b"<urn:x:a> <urn:x:b> <urn:x:c> .\n")
        assert "secret" not in str(caught.value)
        wire.close()


class _Odd(BaseHTTPRequestHandler):
    """A server that is something else: the path of the address says what it answers."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        kind = self.path.split("/")[1]
        if kind == "slow":
            threading.Event().wait(2)
        self.send_response({"bad": 400, "ill": 500, "none": 404}.get(kind, 200))
        self.end_headers()
        if kind != "none":
            self.wfile.write(b"\n  first line of\n many \n" if kind != "long" else b"x" * 70_000_000)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def odd() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("html", "gives no SPARQL results"),
        ("ill", "answers 500: first line of"),
        ("none", "has nothing at /none/query"),
    ],
)
def test_a_server_that_answers_something_else_is_told(odd: str, kind: str, said: str) -> None:
    wire = Wire(Doors.of(f"{odd}/{kind}"))
    with pytest.raises(ServerError, match=said):
        ServerStore(wire, BASE).stamped()
    wire.close()


def test_a_persons_query_is_bounded_in_time_and_size(odd: str) -> None:
    for kind, error in (("slow", QueryTimeout), ("long", QueryRefused), ("bad", QueryRefused)):
        wire = Wire(Doors.of(f"{odd}/{kind}"))
        with pytest.raises(error) as caught:
            wire.asked("ASK {}", 1 if kind == "slow" else 20, False)
        assert len(str(caught.value).splitlines()) == 1
        wire.close()
