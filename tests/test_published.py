"""A generation on a graph server: only what changed goes over, a stop is made up for, and what is read is what went."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg import published
from kg.errors import NothingIngested, ServerError, StateMoved, UnknownDocument
from kg.model import Plan
from kg.published import Published, in_force, publish
from kg.server import Doors, ServerStore, Wire
from kg.vocab import DEFAULT_BASE, graph_iri
from kg.workspace import Generation, Workspace
from tests.backends import SERVERS
from tests.made_plans import made_plan

Made = Callable[..., Generation]


@pytest.fixture(scope="module", params=sorted(SERVERS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with SERVERS[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture
def address(server: str) -> Iterator[str]:
    """An address of a server that holds nothing."""
    wire = Wire(Doors.of(server))
    store = ServerStore(wire, DEFAULT_BASE)
    for graph in (*store.graphs(), DEFAULT_BASE + "manifest"):
        wire.drop(graph)
    wire.close()
    yield server
    published._wire(server).close()
    published._wire.cache_clear()


@pytest.fixture
def make(tmp_path: Path) -> Made:
    def put(*plans: Plan, gone: tuple[str, ...] = (), folder: str = "workspace") -> Generation:
        workspace = Workspace(tmp_path / folder)
        with workspace.writing() as draft:
            draft.notes["origin"] = folder
            for plan in plans:
                draft.put_plan(plan, b"its file")
            for name in gone:
                draft.remove(name)
        return workspace.current()

    return put


def changed(plan: Plan) -> Plan:
    """The plan with another title, which the graph and the hash of the plan both tell."""
    return replace(plan, document=replace(plan.document, title="丁市教育局2031年工作要点（修订）"))


def test_what_is_published_is_read_back_as_it_was(address: str, make: Made, tmp_path: Path) -> None:
    with pytest.raises(NothingIngested, match="yaodian ingest"):
        Published(address, DEFAULT_BASE, tmp_path / "cache")
    generation = make(made_plan("a-2031"), made_plan("b-2031"))
    told: list[tuple[int, int]] = []
    publish(generation, address, lambda *step: told.append(step))
    assert told == [(1, 2), (2, 2)]
    state = Published(address, DEFAULT_BASE, tmp_path / "cache")
    assert state.name == generation.stamp == in_force(address, DEFAULT_BASE)
    assert state.documents() == generation.documents()
    assert state.manifest.notes == generation.manifest.notes
    assert state.plans() == generation.plans()
    assert set(state.store().quads()) == set(generation.store().quads())
    assert sorted(p.stem for p in (tmp_path / "cache" / "plans").iterdir()) == sorted(
        digest for name, (_, digest) in generation.manifest.files.items() if name.startswith("plans/")
    )
    with pytest.raises(UnknownDocument):
        state.plan("nosuch")


def test_only_what_changed_goes_over_and_what_is_gone_goes(
    address: str, make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(make(made_plan("a-2031"), made_plan("b-2031"), made_plan("c-2031")), address)
    generation = make(changed(made_plan("b-2031")), gone=("c-2031",))
    sent: list[str] = []
    put, update = Wire.put, Wire.update

    def putting(wire: Wire, graph: str, content: bytes) -> None:
        sent.append(graph)
        put(wire, graph, content)

    def updating(wire: Wire, text: bytes) -> None:
        sent.append(text.decode())
        update(wire, text)

    monkeypatch.setattr(Wire, "put", putting)
    monkeypatch.setattr(Wire, "update", updating)
    publish(generation, address)
    assert "b-2031/source" in "".join(sent) and "GRAPH <" + graph_iri(DEFAULT_BASE, "a-2031", "source") not in sent
    assert not any(name.endswith("a-2031/source") for name in sent)
    sent.clear()
    publish(generation, address)
    assert sent == []
    state = Published(address, DEFAULT_BASE, tmp_path / "cache")
    assert [plan.document.title[-4:] for plan in state.plans()] == ["工作要点", "（修订）"]
    assert set(state.store().quads()) == set(generation.store().quads())


def test_a_filling_that_was_stopped_is_seen_as_such_and_goes_on(
    address: str, make: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "AT_ONCE", 0)
    monkeypatch.setattr(published, "_TOLD", 1)
    publish(make(made_plan("a-2031")), address)
    reader = Published(address, DEFAULT_BASE, tmp_path / "cache")
    generation = make(changed(made_plan("a-2031")), made_plan("b-2031"), made_plan("c-2031"))
    real = published._put
    done: list[str] = []

    def failing(store: ServerStore, graph: str, data: bytes) -> None:
        if len(done) == 5:
            raise ServerError("the server at h broke off")
        done.append(graph)
        real(store, graph, data)

    monkeypatch.setattr(published, "_put", failing)
    with pytest.raises(ServerError, match="broke off"):
        publish(generation, address)
    with pytest.raises(StateMoved, match="is being filled"):
        Published(address, DEFAULT_BASE, tmp_path / "cache")
    with pytest.raises(StateMoved, match="another state"):
        list(reader.store().quads())
    again: list[str] = []

    def watched(store: ServerStore, graph: str, data: bytes) -> None:
        again.append(graph)
        real(store, graph, data)

    monkeypatch.setattr(published, "_put", watched)
    publish(generation, address)
    assert not any(graph.endswith("a-2031/source") for graph in again), "it was there for certain"
    state = Published(address, DEFAULT_BASE, tmp_path / "cache")
    assert state.plans() == generation.plans()
    assert set(state.store().quads()) == set(generation.store().quads())


def test_a_value_that_the_server_does_not_give_back_is_told(address: str, make: Made, tmp_path: Path) -> None:
    publish(make(made_plan("a-2031")), address)
    wire = Wire(Doors.of(address))
    graph = graph_iri(DEFAULT_BASE, "a-2031", "source")
    data = wire.get(graph)
    wire.put(graph, b"\n".join(line for line in data.split(b"\n") if b"issuerNaming" not in line))
    with pytest.raises(ServerError, match="gives a-2031 back other than it was published"):
        Published(address, DEFAULT_BASE, tmp_path / "cache").plan("a-2031")
    wire.close()


def test_the_plans_of_another_workspace_are_not_thrown_away(address: str, make: Made, tmp_path: Path) -> None:
    publish(make(made_plan("a-2031")), address)
    with pytest.raises(ServerError, match="holds the plans of another workspace; .*DROP GRAPH"):
        publish(make(made_plan("b-2031"), folder="other"), address)
    assert [d.id for d in Published(address, DEFAULT_BASE, tmp_path / "cache").documents()] == ["a-2031"]


def test_a_cached_plan_that_is_damaged_is_read_again(address: str, make: Made, tmp_path: Path) -> None:
    publish(make(made_plan("a-2031")), address)
    state = Published(address, DEFAULT_BASE, tmp_path / "cache")
    plan = state.plan("a-2031")
    (kept,) = (tmp_path / "cache" / "plans").iterdir()
    kept.write_bytes(kept.read_bytes()[:-9])
    assert state.plan("a-2031") == plan
    assert json.loads(kept.read_bytes())


def test_what_goes_over_never_becomes_syntax(address: str, make: Made, tmp_path: Path) -> None:
    publish(make(made_plan("a-2031")), address)
    plan = made_plan("a-2031")
    hostile = 'x" } } ;\nDROP ALL ; INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> "\\'
    generation = make(replace(plan, document=replace(plan.document, title=hostile)))
    publish(generation, address)
    state = Published(address, DEFAULT_BASE, tmp_path / "cache")
    assert state.plan("a-2031").document.title == hostile
    assert set(state.store().quads()) == set(generation.store().quads())
