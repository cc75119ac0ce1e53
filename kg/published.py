"""A generation of the workspace on a graph server: brought there, and read from there.

What lives here: which graphs go over, in which order, and a generation as those see it who have a server and no
workspace.  What never will: the wire (``kg.server``), vectors (``embeddings.postgres``).

The workspace stays the writer's whole truth; a server holds a copy of the generation in force.  Only what changed
goes over, told by the hash of each plan.  A small change is one update, which a server with transactions shows whole
or not at all.  A large one goes graph by graph while the stamp says that the server is being filled, and the text
beside the stamp always lists what is there for certain: whoever was stopped goes on from there.  A plan that is read
back is hashed against what was published, so that a server that loses or changes a value is told.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pyoxigraph import Quad, Triple

from .errors import NothingIngested, ServerError, StateMoved, UnknownDocument
from .graph import read_plan
from .model import Plan
from .server import Doors, ServerStore, Wire, triples_text
from .snapshot import plan_bytes, plan_of
from .vocab import PARTS, graph_iri, shared_graph_iri
from .workspace import DocumentSummary, Generation, Manifest

AT_ONCE = 20_000
"""Quads that go over as one update; more go graph by graph."""
_TOLD = 20
"""Documents after which a long filling says how far it is."""
_FILLING = "filling "
_SHARED = ("review", "vocab")
"""Graphs that all documents share (:func:`kg.vocab.shared_graph_iri`)."""

_EMPTY = hashlib.sha256(b"").hexdigest()

Progress = Callable[[int, int], None]
"""Called with documents that are done and all that have to be."""


@dataclass(frozen=True, slots=True)
class _Held:
    """What is on a server for certain, as the text beside its stamp has it."""

    documents: Mapping[str, str] = field(default_factory=dict)
    """Id of a document → hash of its plan, and by what it was made."""
    shared: Mapping[str, str] = field(default_factory=dict)
    """Name of a shared graph → hash of its content."""
    manifest: str = ""
    """The manifest, without the files that only a workspace has."""

    def to_json(self) -> str:
        return json.dumps({"documents": self.documents, "shared": self.shared, "manifest": self.manifest})

    @classmethod
    def of(cls, text: str) -> _Held:
        """What :meth:`to_json` wrote; nothing where it is something else."""
        try:
            whole = json.loads(text)
            return cls(dict(whole["documents"]), dict(whole["shared"]), str(whole["manifest"]))
        except (ValueError, KeyError, TypeError):
            return cls()


def publish(generation: Generation, address: str, say: Progress | None = None) -> None:
    """Have the server at ``address`` (:meth:`kg.server.Doors.of`) hold a generation, and nothing else below its base.

    Raises:
        ServerError: the server cannot be reached, refuses, or breaks off; what is there is completed by the next call.
    """
    base = generation.manifest.base
    wire = Wire(Doors.of(address))
    try:
        store = ServerStore(wire, base)
        there, text = store.described()
        if there == generation.stamp:
            return
        held = _Held.of(text)
        _same_origin(held, generation, store)
        shared = {name: triples_text(_sorted(generation, base + name)) for name in _SHARED}
        wanted = _wanted(generation, shared)
        changed = [name for name, key in wanted.documents.items() if held.documents.get(name) != key]
        contents = {base + name: data for name, data in shared.items() if held.shared.get(name) != wanted.shared[name]}
        filling = there.startswith(_FILLING) or not there
        # What a filling that was stopped has left is not all listed.
        before = store.graphs() if filling else _graphs_of(base, held)
        gone = sorted(set(before) - set(_graphs_of(base, wanted)))
        if not filling and not wire.doors.virtuoso:
            small = _at_once(generation, changed, contents)
            if small is not None:
                wire.update(_update(small, gone, store.description(generation.stamp, wanted.to_json())))
                return
        _fill(store, generation, held, wanted, changed, contents, gone, say)
    finally:
        wire.close()


def _same_origin(held: _Held, generation: Generation, store: ServerStore) -> None:
    """What another workspace brought there is not thrown away by an ingest that meant another server."""
    where = store.wire.doors.shown
    theirs = Manifest.of(held.manifest, Path(where)).notes.get("origin") if held.manifest else None
    if theirs not in (None, generation.manifest.notes.get("origin")):
        raise ServerError(
            f"the graph server at {where} holds the plans of another workspace; take that one, or another server; to "
            f"give it to this one, run there: DROP GRAPH <{shared_graph_iri(store.base, 'manifest')}>"
        )


def _fill(
    store: ServerStore,
    generation: Generation,
    held: _Held,
    wanted: _Held,
    changed: list[str],
    contents: Mapping[str, bytes],
    gone: Iterable[str],
    say: Progress | None,
) -> None:
    """Put the graphs one by one, while the stamp says so."""
    base = generation.manifest.base
    sure = {name: key for name, key in held.documents.items() if wanted.documents.get(name) == key}
    kept = {name: key for name, key in held.shared.items() if wanted.shared.get(name) == key}

    def told(stamp: str, now: _Held) -> None:
        graph, triples = store.description(stamp, now.to_json())
        store.wire.put(graph, triples_text(triples))

    told(_FILLING + generation.stamp, _Held(sure, kept, held.manifest or wanted.manifest))
    for graph in gone:
        store.wire.drop(graph)
    for graph, data in contents.items():
        _put(store, graph, data)
    for k, name in enumerate(changed, 1):
        for part in PARTS:
            graph = graph_iri(base, name, part)
            _put(store, graph, triples_text(generation.store().quads(graph)))
        sure[name] = wanted.documents[name]
        if k % _TOLD == 0:
            told(_FILLING + generation.stamp, _Held(sure, wanted.shared, wanted.manifest))
        if say is not None:
            say(k, len(changed))
    told(generation.stamp, wanted)


def _put(store: ServerStore, graph: str, data: bytes) -> None:
    if data:
        store.wire.put(graph, data)
    else:
        store.wire.drop(graph)


def _at_once(
    generation: Generation, changed: Iterable[str], contents: Mapping[str, bytes]
) -> Mapping[str, bytes] | None:
    """All that changes, by graph; None where it is more than one update should hold."""
    found = dict(contents)
    lines = sum(data.count(b"\n") for data in contents.values())
    for name in changed:
        for part in PARTS:
            graph = graph_iri(generation.manifest.base, name, part)
            found[graph] = triples_text(generation.store().quads(graph))
            lines += found[graph].count(b"\n")
        if lines > AT_ONCE:
            return None
    return found if lines <= AT_ONCE else None


def _update(contents: Mapping[str, bytes], gone: Iterable[str], described: tuple[str, Iterable[Triple]]) -> bytes:
    """One update; everything in it is N-Triples that Oxigraph wrote, so that no value becomes syntax."""
    graph, triples = described
    parts = [b"DROP SILENT GRAPH <%s>" % name.encode() for name in gone]
    for name, data in ((graph, triples_text(triples)), *contents.items()):
        parts.append(b"DROP SILENT GRAPH <%s>" % name.encode())
        if data:
            parts.append(b"INSERT DATA { GRAPH <%s> {\n%s} }" % (name.encode(), data))
    return b" ;\n".join(parts)


def _sorted(generation: Generation, graph: str) -> list[Quad]:
    return sorted(generation.store().quads(graph), key=str)


def _graphs_of(base: str, held: _Held) -> set[str]:
    shared = {base + name for name, digest in held.shared.items() if digest != _EMPTY}
    return {graph_iri(base, name, part) for name in held.documents for part in PARTS} | shared


def _wanted(generation: Generation, shared: Mapping[str, bytes]) -> _Held:
    whole = generation.manifest
    made: Mapping[str, Any] = whole.notes.get("made", {})
    plans = {name: entry for name, entry in whole.files.items() if name.startswith("plans/")}
    keys = {
        document.id: f"{plans[f'plans/{document.id}.json'][1]} {made.get(document.id, '')}"
        for document in whole.documents
    }
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in shared.items()}
    return _Held(keys, hashes, replace(whole, files=plans).to_json())


def in_force(address: str, base: str) -> str:
    """The stamp that the server at ``address`` bears now; empty where it bears none."""
    return ServerStore(_wire(address), base).stamped()


@lru_cache(maxsize=8)
def _wire(address: str) -> Wire:
    """One set of connections for all who read from a server."""
    return Wire(Doors.of(address))


class Published:
    """The generation that a graph server holds: a :class:`kg.workspace.State`."""

    def __init__(self, address: str, base: str, cache: Path) -> None:
        """Open what the server at ``address`` holds; plans that were read once lie in ``cache``.

        Raises:
            NothingIngested: it holds nothing below this base.
            StateMoved: it is being filled.
            ServerError: it cannot be reached, or refuses.
        """
        wire = _wire(address)
        where = wire.doors.shown
        stamp, text = ServerStore(wire, base).described()
        if not stamp:
            raise NothingIngested(
                f"the graph server at {where} holds no plans below {base}; run, with YAODIAN_GRAPH set as it is: "
                "yaodian ingest PATH…"
            )
        if stamp.startswith(_FILLING):
            raise StateMoved(
                f"the graph server at {where} is being filled; ask again in a moment; if nobody is at it, run: "
                "yaodian ingest PATH…"
            )
        held = _Held.of(text)
        self._manifest = Manifest.of(held.manifest, Path(where))
        self._store = ServerStore(wire, base, stamp, _graphs_of(base, held))
        self._cache = cache / "plans"

    @property
    def name(self) -> str:
        """The stamp."""
        return self._store.stamp or ""

    @property
    def manifest(self) -> Manifest:
        """What is stated of the generation; of files, those of plans alone."""
        return self._manifest

    def documents(self) -> tuple[DocumentSummary, ...]:
        """What is ingested, by id."""
        return self._manifest.documents

    def store(self) -> ServerStore:
        """The graph."""
        return self._store

    def plan(self, document_id: str) -> Plan:
        """The plan of a document, from the cache or read back from the server.

        Raises:
            UnknownDocument: no document of that id is ingested.
            StateMoved: the server holds another generation by now.
            ServerError: the server gives back something else than what was published.
        """
        _, digest = self._manifest.files.get(f"plans/{document_id}.json", (0, ""))
        if not digest:
            raise UnknownDocument(f"no document {document_id!r} is ingested; see: yaodian list")
        place = self._cache / f"{digest}.json"
        with suppress(OSError, ValueError):
            data = place.read_bytes()
            if hashlib.sha256(data).hexdigest() == digest:
                return plan_of(data)
        plan = read_plan(self._store, document_id)
        data = plan_bytes(plan)
        if hashlib.sha256(data).hexdigest() != digest:
            raise ServerError(
                f"the graph server at {self._store.wire.doors.shown} gives {document_id} back other than it was "
                "published; somebody else wrote to it, or it changes values: run yaodian ingest anew into an empty one"
            )
        _keep(place, data)
        return plan

    def plans(self) -> list[Plan]:
        """All plans, by id; errors as of :meth:`plan`."""
        return [self.plan(document.id) for document in self.documents()]


def _keep(place: Path, data: bytes) -> None:
    """Keep a plan, whole; where that cannot be, it is only read again."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=place.parent, prefix=".plan-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        os.replace(draft, place)
