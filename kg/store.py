"""The RDF store: Oxigraph on disk or in memory, with rdflib's API over it for those who want that.

What lives here: what those who read a graph may ask of it (:class:`AnyGraph`), wherever it lies; opening, asking, and
filling the store on this machine.  What never will: the text of a query (``kg.queries``), the shape of the data
(``kg.graph``), a graph behind a server (``kg.server``).

A query sees the union of all named graphs.  Oxigraph does not merge equal triples of two graphs in that union, so what
may stand in several documents (the label of a body) needs ``DISTINCT``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, Variable

from .errors import DamagedWorkspace
from .vocab import DEFAULT_BASE, PREFIXES

if TYPE_CHECKING:
    from rdflib import Dataset

Term: TypeAlias = NamedNode | BlankNode | Literal
Row: TypeAlias = Mapping[str, str]
"""Variable → IRI or lexical value; a variable that is not bound is absent."""
Bindings: TypeAlias = Mapping[str, NamedNode | Literal | Sequence[NamedNode | Literal]]
"""Variable → the term, or the terms, that it may take."""


class AnyGraph(Protocol):
    """A graph to be read: a :class:`GraphStore` on this machine, or one behind a server (:mod:`kg.server`)."""

    base: str
    """The base of its data IRIs."""

    def select(self, text: str, bindings: Bindings | None = None) -> list[Row]:
        """Rows of a SELECT query; what comes from outside goes through ``bindings`` (:meth:`GraphStore.select`)."""

    def ask(self, text: str, bindings: Bindings | None = None) -> bool:
        """The answer of an ASK query."""

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: Term | str | None = None
    ) -> Iterator[tuple[str, str, Term]]:
        """Triples of any graph that fit the pattern, as (subject IRI, predicate IRI, object); a string is an IRI."""

    def holds(self, iri: str) -> bool:
        """Whether the IRI stands as subject or object of some triple."""

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """All quads, or those of one named graph."""

    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""

    def near(self, graphs: Iterable[str]) -> GraphStore:
        """A store on this machine that holds these named graphs at least: for who reads them triple by triple."""

    def warm(self, iris: Iterable[str], inwards: bool = False) -> None:
        """Have the triples around nodes at hand, those that lead there too: they are asked for one by one next."""

    def __len__(self) -> int:
        """Number of quads."""


class GraphStore:
    """A store, and the base of the data IRIs in it."""

    def __init__(self, inner: Store, base: str = DEFAULT_BASE, path: Path | None = None) -> None:
        self.inner = inner
        self.base = base
        self.path = path
        """The folder, None for a store in memory."""

    @classmethod
    def open(cls, path: Path | str, read_only: bool = True, base: str = DEFAULT_BASE) -> GraphStore:
        """Open a store on disk; one that is written to is made where there is none.

        Any number of processes may have a store open that nobody writes to.

        Raises:
            DamagedWorkspace: the folder does not hold a readable store.
        """
        path = Path(path)
        try:
            inner = Store.read_only(str(path)) if read_only else Store(str(path))
        except OSError as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise DamagedWorkspace(
                f"the graph in {path} cannot be opened ({reason}); run: yaodian ingest PATH…"
            ) from error
        return cls(inner, base, path)

    @classmethod
    def memory(cls, base: str = DEFAULT_BASE) -> GraphStore:
        """An empty store in memory."""
        return cls(Store(), base)

    @cached_property
    def dataset(self) -> Dataset:
        """View of rdflib on the same store, in which a query sees the union of all graphs."""
        from oxrdflib import OxigraphStore
        from rdflib import Dataset

        return Dataset(store=OxigraphStore(store=self.inner), default_union=True)

    def select(self, text: str, bindings: Bindings | None = None) -> list[Row]:
        """Rows of a SELECT query.

        ``text`` is always a constant of the program.  What comes from outside goes through ``bindings``: the term,
        or the terms, that a variable may take.  They are joined as a VALUES block, escaped by Oxigraph itself, and so
        never become syntax.  (As the standard has it, the block is joined after grouping: in an aggregate query bind
        only what is grouped by.)
        """
        from pyoxigraph import QueryResultsFormat, QuerySolutions

        found = self.inner.query(bound(text, bindings), use_default_graph_as_union=True, prefixes=PREFIXES)
        if not isinstance(found, QuerySolutions):
            raise TypeError("select() takes a SELECT query")
        # One JSON text read at once costs half of what the same terms cost as Python objects one by one.
        rows = json.loads(found.serialize(format=QueryResultsFormat.JSON) or b"")["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in rows]

    def ask(self, text: str, bindings: Bindings | None = None) -> bool:
        """The answer of an ASK query; bindings as in :meth:`select`."""
        return bool(self.inner.query(bound(text, bindings), use_default_graph_as_union=True, prefixes=PREFIXES))

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: Term | str | None = None
    ) -> Iterator[tuple[str, str, Term]]:
        """Triples of any graph that fit the pattern, as (subject IRI, predicate IRI, object); a string is an IRI."""
        pattern = NamedNode(object_) if isinstance(object_, str) else object_
        for quad in self.inner.quads_for_pattern(
            None if subject is None else NamedNode(subject),
            None if predicate is None else NamedNode(predicate),
            pattern,
            None,
        ):
            if not isinstance(quad.subject, Triple) and not isinstance(quad.object, Triple):
                yield quad.subject.value, quad.predicate.value, quad.object

    def holds(self, iri: str) -> bool:
        """Whether the IRI stands as subject or object of some triple."""
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        for pattern in ((node, None, None, None), (None, None, node, None)):
            if next(iter(self.inner.quads_for_pattern(*pattern)), None) is not None:
                return True
        return False

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """All quads, or those of one named graph."""
        return self.inner.quads_for_pattern(None, None, None, None if graph is None else NamedNode(graph))

    def near(self, graphs: Iterable[str]) -> GraphStore:
        """The store itself: it lies on this machine."""
        return self

    def warm(self, iris: Iterable[str], inwards: bool = False) -> None:
        """Do nothing: all is at hand."""

    def extend(self, quads: Iterable[Quad]) -> None:
        """Add quads, all or none."""
        self.inner.extend(quads)

    def extend_fast(self, quads: Iterable[Quad]) -> None:
        """Add many quads, four times faster than :meth:`extend`; an error or a kill may leave a part of them."""
        self.inner.bulk_extend(quads)

    def load(self, data: bytes | Path, graph: str, file_format: RdfFormat = RdfFormat.TURTLE) -> None:
        """Add the triples of a file or of its bytes to a named graph."""
        if isinstance(data, Path):
            data = data.read_bytes()
        self.inner.load(data, file_format, base_iri=self.base, to_graph=NamedNode(graph))

    def clear_graph(self, graph: str) -> None:
        """Empty a named graph; one that is not there stays so."""
        self.inner.remove_graph(NamedNode(graph))

    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, sorted."""
        return tuple(sorted(graph.value for graph in self.inner.named_graphs()))

    def __len__(self) -> int:
        return len(self.inner)


def bound(text: str, bindings: Bindings | None) -> str:
    """The query with a VALUES block at its end; ``str`` of an Oxigraph term is its escaped N-Triples form."""
    if not bindings:
        return text
    names = " ".join(f"?{Variable(name).value}" for name in bindings)
    columns = [[terms] if isinstance(terms, NamedNode | Literal) else list(terms) for terms in bindings.values()]
    rows = " ".join(f"({' '.join(str(term) for term in row)})" for row in product(*columns))
    return f"{text}\nVALUES ({names}) {{ {rows} }}"
