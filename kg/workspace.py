"""The workspace on disk: generations, switched as a whole.

What lives here: which files there are, that they are whole, and how one generation replaces another.  What never will:
what is in them (``kg.graph``, ``embeddings``) and in which order they are made (``qa.build``).

A writer makes ``generations/draft`` beside the generation in force, fills it, flushes every file to the disk, gives it
its number and replaces ``CURRENT`` in one step.  Killed at any moment, it leaves the old generation or the new one in
force, and a draft that the next writer removes.  A reader opens one generation and stays with it; the one before the
one in force is kept, so that a reader that has just looked up its name still finds it.

The graph is copied by Oxigraph's own backup, whose files are hard links.  So nothing here is ever written in place: a
file is written new, under a name that was free.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from pyoxigraph import NamedNode, Quad

from .errors import DamagedWorkspace, NothingIngested, UnknownDocument, WorkspaceBusy, WorkspaceError
from .graph import document_ids, plan_quads, read_plan
from .model import Plan
from .review import Decision, decision_quads, read_decisions
from .snapshot import plan_bytes, plan_of
from .store import AnyGraph, GraphStore
from .vocab import DEFAULT_BASE, Part, graph_iri, shared_graph_iri

FORMAT = 1
"""Version of the layout; a workspace of another one is refused."""
_KEPT = 2
"""Generations kept: the one in force, and the one before it for readers that are just opening it."""
_TOGETHER = 200_000
"""Quads that are written at once, about seven plans: each writing flushes files of its own to the disk."""
_FLUSHED_SINGLY = 300
"""Files and folders flushed one by one: each waits for the disk, so that of more all of the disk is flushed once."""
_WORK = "graph.work"
_PARTS: tuple[Part, ...] = ("source", "extracted", "assertions")
"""Named graphs of a document."""
_NAME = re.compile(r"g[0-9]{6,12}")
# Oxigraph's own log and lock, which every opening may touch and nothing is read from.
_PASSING = re.compile(r"graph/(?:LOG.*|LOCK|OPTIONS.*|IDENTITY)")

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What is said of an ingested document without reading its graph."""

    id: str
    title: str
    number: str | None
    year: int | None
    language: str
    issuers: tuple[str, ...]
    source: str
    sha256: str
    units: int
    clauses: int
    facts: int
    warnings: int

    @classmethod
    def of(cls, plan: Plan) -> DocumentSummary:
        """The summary of a plan."""
        document = plan.document
        return cls(
            id=document.id,
            title=document.title,
            number=document.number,
            year=document.year,
            language=document.language,
            issuers=document.issuers,
            source=document.source,
            sha256=document.sha256,
            units=len(document.units),
            clauses=sum(len(unit.clauses) for unit in document.units),
            facts=len(plan.facts),
            warnings=len(document.warnings),
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """What ``manifest.json`` states of a generation."""

    base: str
    documents: tuple[DocumentSummary, ...]
    notes: Json = field(default_factory=dict)
    """What the builder noted: the encoder's name, the hash of the vocabulary …"""
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Path under the generation → size in bytes and SHA-256."""

    def to_json(self) -> str:
        """The text of the file."""
        whole = {
            "format": FORMAT,
            "base": self.base,
            "notes": self.notes,
            "documents": [asdict(document) for document in self.documents],
            "files": {name: {"bytes": size, "sha256": digest} for name, (size, digest) in sorted(self.files.items())},
        }
        return json.dumps({**whole, "sha256": _content_hash(whole)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read the file; :class:`DamagedWorkspace` where it is not what :meth:`to_json` writes."""
        try:
            return cls.of(path.read_text(encoding="utf-8"), path)
        except (OSError, UnicodeDecodeError) as error:
            raise _damaged(path, "cannot be read as a manifest") from error

    @classmethod
    def of(cls, text: str, path: Path) -> Manifest:
        """The manifest in a text; ``path`` is what the line names where it is none: :class:`DamagedWorkspace`."""
        try:
            whole = json.loads(text)
            if whole["format"] != FORMAT:
                raise DamagedWorkspace(
                    f"{path} is of format {whole['format']}, this program reads {FORMAT}; run: yaodian ingest PATH…"
                )
            if whole.pop("sha256") != _content_hash(whole):
                raise _damaged(path, "is not the file that was written")
            return cls(
                base=whole["base"],
                documents=tuple(
                    DocumentSummary(**{**document, "issuers": tuple(document["issuers"])})
                    for document in whole["documents"]
                ),
                notes=whole["notes"],
                files={name: (entry["bytes"], entry["sha256"]) for name, entry in whole["files"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise _damaged(path, "cannot be read as a manifest") from error


class State(Protocol):
    """One whole state, as those who read it see it: a :class:`Generation`, or one on a server (``kg.published``)."""

    @property
    def name(self) -> str:
        """What tells it from every other one."""

    @property
    def manifest(self) -> Manifest:
        """What is stated of it."""

    def documents(self) -> tuple[DocumentSummary, ...]:
        """What is ingested, by id."""

    def store(self) -> AnyGraph:
        """The graph, to be read."""

    def plan(self, document_id: str) -> Plan:
        """The plan of a document; :class:`UnknownDocument` where there is none."""

    def plans(self) -> list[Plan]:
        """All plans, by id."""


class Generation:
    """One whole state of the workspace, read only."""

    def __init__(self, path: Path, indexes: bool = True) -> None:
        """Open a generation, with or without looking at what can be made again from its graph."""
        self.path = path
        self.manifest = Manifest.read(path / "manifest.json")
        for name, (size, _) in self.manifest.files.items():
            if not indexes and not name.startswith(("graph/", "files/")):
                continue
            try:
                found = os.stat(os.path.join(path, name)).st_size
            except OSError as error:
                raise _damaged(path / name, "is missing") from error
            if found != size:
                raise _damaged(path / name, f"has {found} bytes instead of {size}")

    @property
    def name(self) -> str:
        """``g000007``."""
        return self.path.name

    @cached_property
    def stamp(self) -> str:
        """The name and a hash of the manifest: no other generation, of this workspace or another, has the same."""
        return f"{self.name}-{_sha256(self.path / 'manifest.json')[:16]}"

    def documents(self) -> tuple[DocumentSummary, ...]:
        """What is ingested, by id."""
        return self.manifest.documents

    def store(self) -> GraphStore:
        """The graph, opened once, read only."""
        return self._store

    @cached_property
    def _store(self) -> GraphStore:
        return GraphStore.open(self.path / "graph", read_only=True, base=self.manifest.base)

    def file(self, document_id: str) -> Path:
        """The ingested file of a document, byte for byte; :class:`UnknownDocument` where there is none."""
        for document in self.manifest.documents:
            if document.id == document_id:
                return self.path / "files" / document.id / _file_name(document.source)
        raise UnknownDocument(f"no document {document_id!r} is ingested; see: yaodian list")

    def plan(self, document_id: str) -> Plan:
        """The plan of a document, from its copy beside the graph; from the graph where there is no copy.

        Raises:
            UnknownDocument: no document of that id is ingested.
            DamagedWorkspace: the copy is not what was written.
        """
        name = f"plans/{document_id}.json"
        if name not in self.manifest.files:
            return read_plan(self.store(), document_id)
        path = self.path / name
        try:
            data = path.read_bytes()
            if hashlib.sha256(data).hexdigest() != self.manifest.files[name][1]:
                raise _damaged(path, "is not the file that was written")
            return plan_of(data)
        except (OSError, ValueError) as error:
            raise _damaged(path, "cannot be read") from error

    def plans(self) -> list[Plan]:
        """All plans, by id; errors as of :meth:`plan`."""
        return [self.plan(document.id) for document in self.documents()]

    def directory(self, name: str, only: str = "") -> Path:
        """A folder of an index, after its files were hashed against the manifest.

        Args:
            name: of the folder.
            only: the ending of the files that are hashed, where these state the hashes of the others, and who reads
                the others checks them: gigabytes need not be hashed twice.

        Raises:
            DamagedWorkspace: there is no such folder, or a file of it was changed.
        """
        folder = self.path / name
        if not folder.is_dir():
            raise _damaged(folder, "is missing")
        self._check(prefix=f"{name}/", suffix=only)
        return folder

    def verify(self) -> None:
        """Hash every file, the graph's too; :class:`DamagedWorkspace` names the first that was changed."""
        self._check(prefix="")

    def _check(self, prefix: str, suffix: str = "") -> None:
        for name, (_, digest) in self.manifest.files.items():
            if name.startswith(prefix) and name.endswith(suffix) and _sha256(self.path / name) != digest:
                raise _damaged(self.path / name, "is not the file that was written")


class Draft:
    """A generation being made.  Nothing of it is seen by readers before the ``with`` block ends without an error."""

    def __init__(self, path: Path, base: str, previous: Generation | None) -> None:
        self.path = path
        self.previous = previous
        """The generation in force, None for the first."""
        self.base = base
        self._store: GraphStore | None = _opened(path, base)
        self._waiting: list[Quad] = []
        self.notes: dict[str, Any] = dict(previous.manifest.notes) if previous else {}
        """JSON values that go into the manifest; the previous generation's to begin with."""
        self._documents = {document.id: document for document in previous.documents()} if previous else {}

    @property
    def store(self) -> GraphStore:
        """The graph of the draft, with all that was put into it."""
        if self._store is None:
            raise WorkspaceError("the draft is closed")
        if self._waiting:
            # Half a plan does no harm here: a draft whose writer fails is thrown away.
            self._store.extend_fast(self._waiting)
            self._waiting = []
        return self._store

    def close(self) -> None:
        """Let go of the graph's files."""
        self._store = None  # Oxigraph closes its files when the last reference goes.

    def documents(self) -> tuple[DocumentSummary, ...]:
        """What the new generation holds so far, by id."""
        return tuple(self._documents[name] for name in sorted(self._documents))

    def put_plan(self, plan: Plan, file: bytes, *, software: str = "", vocabulary: str = "") -> None:
        """Add a plan, or put it in the place of the one with the same id; the graph of human decisions stays."""
        if plan.document.id in self._documents:
            self._take_out(plan.document.id)
        self._waiting += plan_quads(plan, self.base, software=software, vocabulary=vocabulary)
        if len(self._waiting) > _TOGETHER:
            _ = self.store
        folder = self.path / "files" / plan.document.id
        folder.mkdir(parents=True)
        (folder / _file_name(plan.document.source)).write_bytes(file)
        self._describe(plan)

    def expect(self, names: Collection[str]) -> None:
        """Make room for documents that are going to be put: what is there of them goes, where they are the larger part.

        Quad by quad a document takes a second to leave the graph; what stays is then sooner written anew.
        """
        gone = self._documents.keys() & set(names)
        if 2 * len(gone) <= len(self._documents):
            return
        parts = {NamedNode(graph_iri(self.base, name, part)) for name in gone for part in _PARTS}
        old, fresh = self.store, self.path / f"{_WORK}.new"
        new = GraphStore.open(fresh, read_only=False, base=self.base)
        for graph in old.inner.named_graphs():
            if graph not in parts:
                new.extend_fast(old.inner.quads_for_pattern(None, None, None, graph))
        del old, new
        self.close()
        shutil.rmtree(self.path / _WORK)
        fresh.rename(self.path / _WORK)
        self._store = _opened(self.path, self.base)
        for name in gone:
            self._drop_files(name)

    def _describe(self, plan: Plan) -> None:
        """Put the copy of a plan beside the graph, and its line into the list of documents."""
        path = self.path / "plans" / f"{plan.document.id}.json"
        path.parent.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)  # It may be a hard link to the previous generation's.
        path.write_bytes(plan_bytes(plan))
        self._documents[plan.document.id] = DocumentSummary.of(plan)

    def plan(self, document_id: str) -> Plan:
        """The plan of a document of the draft; :class:`UnknownDocument` where there is none."""
        if document_id not in self._documents:
            raise UnknownDocument(f"no document {document_id!r} is ingested; see: yaodian list")
        return plan_of((self.path / "plans" / f"{document_id}.json").read_bytes())

    def put_facts(self, plan: Plan, *, software: str = "", vocabulary: str = "") -> None:
        """Replace the facts of an ingested document, whose text and structure stay as they are.

        Only what differs is written: a decision changes a few facts of a thousand.

        Raises:
            UnknownDocument: no document of that id is ingested.
        """
        name = plan.document.id
        if name not in self._documents:
            raise UnknownDocument(f"no document {name!r} is ingested; see: yaodian list")
        graphs = [NamedNode(graph_iri(self.base, name, part)) for part in ("extracted", "assertions")]
        self._replace(graphs, plan_quads(plan, self.base, software=software, vocabulary=vocabulary))
        self._describe(plan)

    def decisions(self) -> tuple[Decision, ...]:
        """What people decided, oldest first; of documents that were taken out too."""
        return read_decisions(self.store)

    def put_decisions(self, decisions: Sequence[Decision]) -> None:
        """Write the graph of human decisions, those of before among them; their effect on facts is the caller's."""
        self._replace([NamedNode(shared_graph_iri(self.base, "review"))], decision_quads(decisions, self.base))

    def _replace(self, graphs: Sequence[NamedNode], quads: Iterable[Quad]) -> None:
        """Make some graphs hold what the quads say of them, by writing what differs."""
        own = set(graphs)
        after = {quad for quad in quads if quad.graph_name in own}
        before = {quad for graph in graphs for quad in self.store.inner.quads_for_pattern(None, None, None, graph)}
        for quad in before - after:
            self.store.inner.remove(quad)
        self.store.extend(after - before)

    def remove(self, document_id: str) -> None:
        """Take a document out, with its facts and its file; :class:`UnknownDocument` where there is none.

        What people decided of it stays, and is in force again when it is ingested again.
        """
        if document_id not in self._documents:
            raise UnknownDocument(f"no document {document_id!r} is ingested; see: yaodian list")
        self._take_out(document_id)

    def _take_out(self, document_id: str) -> None:
        for part in _PARTS:
            self.store.clear_graph(graph_iri(self.base, document_id, part))
        self._drop_files(document_id)

    def _drop_files(self, document_id: str) -> None:
        shutil.rmtree(self.path / "files" / document_id, ignore_errors=True)
        (self.path / "plans" / f"{document_id}.json").unlink(missing_ok=True)
        self._documents.pop(document_id, None)

    def put_vocabulary(self, content: bytes | Path | Iterable[Quad]) -> None:
        """Replace the ``vocab`` graph by Turtle (its bytes or its file) or by quads, whose graph is not looked at."""
        graph = shared_graph_iri(self.base, "vocab")
        self.store.clear_graph(graph)
        if isinstance(content, bytes | Path):
            self.store.load(content, graph)
        else:
            place = NamedNode(graph)
            # As with plans: what fails half way goes with the draft.
            self.store.extend_fast(Quad(quad.subject, quad.predicate, quad.object, place) for quad in content)

    def directory(self, name: str) -> Path:
        """An empty folder of that name (``dense``, ``lexical``) to write an index into."""
        folder = self._own(name)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir()
        return folder

    def keep(self, name: str) -> Path:
        """Take an index over from the previous generation as it is, since nothing that it is made from changed."""
        if self.previous is None:
            raise _damaged(self.path / name, "is missing")
        source, folder = self.previous.directory(name), self._own(name)
        if folder.exists():
            shutil.rmtree(folder)
        _link_tree(source, folder)
        return folder

    def _own(self, name: str) -> Path:
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", name) or name in ("graph", "files", "plans"):
            raise ValueError(f"{name!r} cannot be the folder of an index")
        return self.path / name

    def _seal(self) -> None:
        """Close the store, write the manifest, and flush everything to the disk."""
        if tuple(sorted(self._documents)) != document_ids(self.store):
            raise WorkspaceError("the draft's list of documents and its graph disagree; run: yaodian ingest PATH…")
        self.store.inner.flush()
        # A backup has the data alone, without the write-ahead log, which is four times as large.
        self.store.inner.backup(str(self.path / "graph"))
        self.close()
        shutil.rmtree(self.path / _WORK)
        files: dict[str, tuple[int, str]] = {}
        fresh, folders = [self.path / "manifest.json"], []
        for name, entry in _walked(self.path):
            if entry.is_dir(follow_symlinks=False):
                folders.append(self.path / name)
                continue
            known = self._known(name, entry.stat())
            if not _PASSING.fullmatch(name):
                files[name] = known or (entry.stat().st_size, _sha256(self.path / name))
            # What is the previous generation's own, by a hard link, was flushed with it.
            if known is None:
                fresh.append(self.path / name)
        manifest = Manifest(self.base, self.documents(), self.notes, files)
        fresh[0].write_text(manifest.to_json(), encoding="utf-8")
        if len(fresh) + len(folders) > _FLUSHED_SINGLY and hasattr(os, "sync"):
            os.sync()
        else:
            for place in (*fresh, *reversed(folders), self.path):
                _flush(place)

    def _known(self, name: str, state: os.stat_result) -> tuple[int, str] | None:
        """Size and hash of a file that is the previous generation's own, by a hard link: it need not be read again."""
        known = self.previous.manifest.files.get(name) if self.previous else None
        if self.previous is None or known is None or known[0] != state.st_size:
            return None
        with suppress(OSError):
            if os.path.samestat(os.stat(os.path.join(self.previous.path, name)), state):
                return known
        return None


def _opened(path: Path, base: str) -> GraphStore:
    """The graph of a draft; a disk that refuses it is told from a graph that is damaged."""
    try:
        return GraphStore.open(path / _WORK, read_only=False, base=base)
    except DamagedWorkspace as error:
        if isinstance(error.__cause__, OSError) and _is_full(error.__cause__):
            raise _unwritable(path.parent.parent, error.__cause__) from error
        raise


class Workspace:
    """The folder that holds everything built from the ingested documents."""

    def __init__(self, path: Path | str, base: str = DEFAULT_BASE) -> None:
        self.path = Path(path)
        self.base = base
        """The base of data IRIs for a first generation; later ones keep theirs."""

    @property
    def cache(self) -> Path:
        """Folder of what can be made again and is worth keeping (vectors by text hash)."""
        return self.path / "cache"

    def _in_force(self) -> str | None:
        try:
            name = (self.path / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise _damaged(self.path / "CURRENT", "cannot be read") from error
        if not _NAME.fullmatch(name):
            raise _damaged(self.path / "CURRENT", "names no generation")
        return name

    def current(self) -> Generation:
        """The generation in force.

        Raises:
            NothingIngested: there is none yet.
            DamagedWorkspace: a file of it is missing or has another size (:meth:`Generation.verify` hashes them all).
        """
        name = self._in_force()
        if name is None:
            raise NothingIngested(f"nothing is ingested in {self.path}; run: yaodian ingest PATH…")
        try:
            return Generation(self.path / "generations" / name)
        except DamagedWorkspace:
            # A writer may have switched twice since the name was read.
            if self._in_force() == name:
                raise
            return self.current()

    def stamped(self, stamp: str) -> Generation:
        """The generation of a stamp, in force or the one before it; :class:`NothingIngested` where it is neither."""
        path = self.path / "generations" / stamp.partition("-")[0]
        if _NAME.fullmatch(path.name) and path.is_dir():
            found = Generation(path)
            if found.stamp == stamp:
                return found
        raise NothingIngested(
            f"the workspace {self.path} does not hold the state {stamp[:40]!r} that the servers hold; take the "
            "workspace that was published there, or run: yaodian ingest PATH…"
        )

    @contextmanager
    def publishing(self) -> Iterator[None]:
        """One publisher at a time; the next one waits, and finds that its work is done."""
        from filelock import FileLock

        with _disk_errors(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / "publishing")
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def writing(self) -> Iterator[Draft]:
        """Make a new generation: ``with workspace.writing() as draft: draft.put_plan(plan, data)``.

        It is in force when the block has ended; an error in the block leaves everything as it was.

        Raises:
            WorkspaceBusy: another process is writing.
            WorkspaceError: the folder cannot be written to, or the disk is full.
            DamagedWorkspace: the generation in force cannot be built upon.
        """
        from filelock import FileLock, Timeout

        with _disk_errors(self.path):
            (self.path / "generations").mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:  # an OSError too, so it comes first
            raise WorkspaceBusy(f"another process is writing to {self.path}; try again when it has ended") from error
        except OSError as error:
            raise _unwritable(self.path, error) from error
        try:
            with _disk_errors(self.path):
                name = self._in_force()
                self._sweep(name)
                draft = self._new_draft(name)
            try:
                yield draft
                with _disk_errors(self.path):
                    self._switch(draft, name)
            except BaseException as error:
                draft.close()
                shutil.rmtree(draft.path, ignore_errors=True)
                if isinstance(error, OSError) and _is_full(error):
                    raise _unwritable(self.path, error) from error
                raise
        finally:
            lock.release()

    def _new_draft(self, name: str | None) -> Draft:
        path = self.path / "generations" / "draft"
        path.mkdir()
        if name is None:
            return Draft(path, self.base, None)
        # A damaged index is no hindrance: it is made again.
        previous = Generation(self.path / "generations" / name, indexes=False)
        try:
            previous.store().inner.backup(str(path / _WORK))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EACCES, errno.EROFS):
                raise
            raise _damaged(previous.path / "graph", "cannot be copied") from error
        if (previous.path / "files").is_dir():
            _link_tree(previous.path / "files", path / "files")
        draft = Draft(path, previous.manifest.base, previous)
        self._copy_plans(previous, draft)
        return draft

    def _copy_plans(self, previous: Generation, draft: Draft) -> None:
        """The copies of the plans, by hard links; those that are missing or damaged from the graph."""
        folder = draft.path / "plans"
        folder.mkdir()
        for document in previous.documents():
            name = f"plans/{document.id}.json"
            source = previous.path / name
            _, digest = previous.manifest.files.get(name, (0, ""))
            if source.is_file() and _sha256(source) == digest:
                _link(str(source), str(draft.path / name))
            else:
                (draft.path / name).write_bytes(plan_bytes(read_plan(draft.store, document.id)))

    def _switch(self, draft: Draft, before: str | None) -> None:
        draft._seal()
        generations = self.path / "generations"
        name = f"g{int((before or 'g0')[1:]) + 1:06d}"
        draft.path.rename(generations / name)
        _flush(generations)
        pointer = self.path / "CURRENT.new"
        pointer.write_text(name + "\n", encoding="ascii")
        _flush(pointer)
        os.replace(pointer, self.path / "CURRENT")
        _flush(self.path)
        self._sweep(name)

    def _sweep(self, name: str | None) -> None:
        """Remove drafts left by a writer that was killed, generations that never came into force, and old ones."""
        generations = self.path / "generations"
        numbered = sorted(
            (p.name for p in generations.iterdir() if name and _NAME.fullmatch(p.name)), key=lambda g: int(g[1:])
        )
        kept = [g for g in numbered if name and int(g[1:]) <= int(name[1:])][-_KEPT:]
        for entry in generations.iterdir():
            if entry.name not in kept:
                shutil.rmtree(entry, ignore_errors=True)


def _content_hash(whole: Json) -> str:
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode("ascii")).hexdigest()


def _damaged(path: Path, how: str) -> DamagedWorkspace:
    if path.name in ("CURRENT", "manifest.json") or {"graph", "files"} & set(path.parts[-4:-1]):
        return DamagedWorkspace(f"{path} {how}; move the workspace aside and run: yaodian ingest PATH…")
    return DamagedWorkspace(f"{path} {how}; to make it again run: yaodian ingest PATH…")


@contextmanager
def _disk_errors(path: Path) -> Iterator[None]:
    """One clear line for what a disk refuses."""
    try:
        yield
    except OSError as error:
        raise _unwritable(path, error) from error


def _is_full(error: OSError) -> bool:
    """Whether a disk is full or read-only; Oxigraph tells so in words alone."""
    told = ("No space left", "File too large", "Disk quota exceeded", "Read-only file system")
    full = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EROFS)
    return error.errno in full or any(words in str(error) for words in told)


def _unwritable(path: Path, error: OSError) -> WorkspaceError:
    reason = error.strerror or str(error).splitlines()[0]
    return WorkspaceError(f"cannot write to the workspace {path}: {reason}")


def _file_name(source: str) -> str:
    """The last step of a file name, whatever it was called: never a path."""
    name = re.split(r"[/\\]", source)[-1].replace("\0", "")
    return name if name not in ("", ".", "..") else "document"


def _walked(folder: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything below a folder, each folder before what is in it, by the path that a manifest gives it.

    There are thousands of files; a :class:`Path` of each, made twice, took as long as writing the new ones.
    """
    waiting = [("", os.fspath(folder))]
    while waiting:
        before, place = waiting.pop()
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda e: e.name):
                name = before + entry.name
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{name}/", entry.path))
                yield name, entry


def _link_tree(source: Path, target: Path) -> None:
    """A copy whose files are hard links where the file system has them."""
    shutil.copytree(source, target, copy_function=_link)


def _link(one: str, other: str) -> str:
    try:
        os.link(one, other)
    except OSError:
        shutil.copy2(one, other)
    return other


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _damaged(path, "cannot be read") from error


def _flush(path: Path) -> None:
    """Have the disk hold what was written to a file, or the entries of a folder (which Windows cannot be asked for)."""
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
