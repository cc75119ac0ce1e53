"""The graph behind a SPARQL 1.1 server: read over the query protocol, written over update and the graph store protocol.

What lives here: where a server's doors are, what goes over the wire, and that all of it is of one generation.  What
never will: which graphs a generation has (``kg.published``), the text of a query (``kg.queries``), another store's API.

A server holds one generation.  Its graph ``<base>manifest`` says which, by a stamp that never comes back; whoever
writes takes the stamp away first and sets the new one last.  So what was read is of one generation where the stamp
*after* reading is still that of the opening: any change would have begun by taking it away.  This asks nothing of a
server but that one small write is seen whole, and holds with one that has no transactions.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit, urlunsplit

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from .errors import QueryRefused, QueryTimeout, ServerError, SettingsError, StateMoved
from .store import Bindings, GraphStore, Row, Term, bound
from .vocab import PREFIXES, shared_graph_iri

if TYPE_CHECKING:
    import httpx

PATIENCE = 30.0
"""Seconds that a server may take to answer one of the program's own queries."""
LOADING = 600.0
"""Seconds that it may take to take over one graph, or one update."""
LONGEST = 64_000_000
"""Bytes of an answer to a person's query: beyond it is cut off unread."""
_KEPT = 20_000
"""Nodes whose triples are remembered."""
_TOGETHER = 200
"""Nodes that are asked about at once."""
_VIRTUOSOS_OWN = (
    "http://www.openlinksw.com/schemas/virtrdf#", "http://www.w3.org/ns/ldp#", "http://www.w3.org/2002/07/owl#",
    "http://localhost:8890/sparql", "http://localhost:8890/DAV/", "http://localuriqaserver/sparql",
    "urn:activitystreams-owl:map", "urn:core:services:sparql",
)  # fmt: skip
_WITHOUT_OWN = "".join(f"define input:default-graph-exclude <{graph}>\n" for graph in _VIRTUOSOS_OWN)
_PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
YES = "__ASK_RETVAL"
"""How Virtuoso names the answer of an ASK query, in a table of one row."""
_STAMP = f"<{PREFIXES['dct']}identifier>"
_TEXT = f"<{PREFIXES['rdf']}value>"


@dataclass(frozen=True, slots=True)
class Doors:
    """Where a server takes queries, updates and graphs."""

    query: str
    update: str
    graphs: str
    user: str = ""
    password: str = ""
    virtuoso: bool = False
    """Whether it is a Virtuoso, which wants a digest of the password, has graphs of its own in the union of all, and
    takes no large update."""

    @classmethod
    def of(cls, address: str) -> Doors:
        """The doors behind an address of the settings.

        It is the root of a server (``http://host:7878``: ``/query``, ``/update``, ``/store``, as Oxigraph has them), a
        Virtuoso's ``http://host:8890/sparql``, or three addresses with blanks between: query, update, graph store.  A
        name and a password stand before the host, ``http://name:password@host``.

        Raises:
            SettingsError: it is none of these; the line shows no password.

        >>> Doors.of("http://a:b@h:8890/sparql").graphs
        'http://h:8890/sparql-graph-crud-auth'
        """
        parts = address.split()
        try:
            split = [urlsplit(part) for part in parts]
            fits = [s.scheme in ("http", "https") and bool(s.hostname) and (s.port or 1) > 0 for s in split]
        except ValueError:
            fits = [False]
        if len(parts) not in (1, 3) or not all(fits):
            raise SettingsError(
                "YAODIAN_GRAPH must be the http address of a SPARQL server, or three: query, update, graph store"
            )
        user, password = unquote(split[0].username or ""), unquote(split[0].password or "")
        bare = [urlunsplit((s.scheme, s.netloc.rpartition("@")[2], s.path.rstrip("/"), "", "")) for s in split]
        if len(bare) == 3:
            return cls(bare[0], bare[1], bare[2], user, password)
        if bare[0].endswith("/sparql"):
            end = "-auth" if user else ""
            return cls(bare[0], bare[0] + end, f"{bare[0]}-graph-crud{end}", user, password, virtuoso=True)
        return cls(f"{bare[0]}/query", f"{bare[0]}/update", f"{bare[0]}/store", user, password)

    @property
    def shown(self) -> str:
        """Host and port, for lines that people and logs see."""
        return urlsplit(self.query).netloc


class Wire:
    """The requests; for several threads at once.  No error line holds a password, a query or what a person asked."""

    def __init__(self, doors: Doors) -> None:
        import httpx

        self.doors = doors
        auth: httpx.Auth | None = None
        if doors.user:
            kind = httpx.DigestAuth if doors.virtuoso else httpx.BasicAuth
            auth = kind(doors.user, doors.password)
        # trust_env: no proxy and no .netrc of this machine's decides where the graph goes.
        self._client = httpx.Client(auth=auth, timeout=PATIENCE, trust_env=False)

    def select(self, text: str, seconds: float = PATIENCE) -> Any:
        """The answer of a SELECT or ASK query of the program's own, as SPARQL's JSON."""
        data = self._send("POST", self.doors.query, self._form(text), "application/sparql-results+json", seconds)
        try:
            return json.loads(data)
        except ValueError as error:
            raise ServerError(f"the graph server at {self.doors.shown} gives no SPARQL results; is it one?") from error

    def asked(self, text: str, seconds: float, graph: bool) -> bytes:
        """A person's query, already found to be one that only reads: its answer as SPARQL's JSON, or as N-Triples.

        Raises:
            QueryRefused: the server does not understand it, or its answer is too long.
            QueryTimeout: it took too long.
        """
        import httpx

        kinds = "application/n-triples" if graph else "application/sparql-results+json"
        data = bytearray()
        try:
            with self._client.stream(
                "POST", self.doors.query, data=self._form(text), headers={"Accept": kinds}, timeout=seconds
            ) as answer:
                for piece in answer.iter_bytes():
                    data += piece
                    if len(data) > LONGEST:
                        raise QueryRefused("the result is larger than can be shown; ask for less")
        except httpx.TimeoutException as error:
            raise QueryTimeout(
                f"the query took longer than {seconds:g} s and was given up; ask for less, or add a LIMIT"
            ) from error
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if answer.status_code == 400:
            raise QueryRefused(f"not valid SPARQL: {_first_line(bytes(data))}")
        self._refused(answer.status_code, bytes(data), self.doors.query)
        return bytes(data)

    def update(self, text: bytes) -> None:
        """Run an update, UTF-8."""
        kind = {"Content-Type": "application/sparql-update"}
        self._send("POST", self.doors.update, text, "*/*", LOADING, kind)

    def put(self, graph: str, content: bytes) -> None:
        """Make a named graph hold the triples of N-Triples text, and nothing else."""
        address = self._graph(graph)
        self._send("PUT", address, content, "*/*", LOADING, {"Content-Type": "application/n-triples"})

    def get(self, graph: str) -> bytes:
        """N-Triples text of a named graph; empty where there is none."""
        return self._send("GET", self._graph(graph), None, "application/n-triples", LOADING, absent=True)

    def drop(self, graph: str) -> None:
        """Take a named graph away; one that is not there stays so."""
        self._send("DELETE", self._graph(graph), None, "*/*", LOADING, absent=True)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _graph(self, graph: str) -> str:
        import httpx

        return str(httpx.URL(self.doors.graphs, params={"graph": graph}))

    def _form(self, text: str) -> dict[str, str]:
        # Virtuoso's own graphs are left out, but where a query names a graph: it then finds nothing in that one.
        own = self.doors.virtuoso and "GRAPH" not in text.upper()
        prologue = _WITHOUT_OWN if own else ""
        # Oxigraph asks the union of all graphs where this is said; servers that always do so look past it.
        return {"query": prologue + text, "union-default-graph": "true"}

    def _send(
        self,
        method: str,
        address: str,
        content: bytes | dict[str, str] | None,
        accept: str,
        seconds: float,
        headers: Mapping[str, str] | None = None,
        absent: bool = False,
    ) -> bytes:
        import httpx

        body: dict[str, Any] = {"data": content} if isinstance(content, dict) else {"content": content}
        try:
            answer = self._client.request(
                method, address, headers={"Accept": accept, **(headers or {})}, timeout=seconds, **body
            )
        except httpx.TimeoutException as error:
            raise ServerError(
                f"the graph server at {self.doors.shown} did not answer within {seconds:g} s; ask again, or look what "
                "it is at work on"
            ) from error
        except httpx.HTTPError as error:
            raise self._unreachable(error) from error
        if absent and answer.status_code == 404:
            return b""
        self._refused(answer.status_code, answer.content, address)
        return answer.content

    def _unreachable(self, error: httpx.HTTPError) -> ServerError:
        return ServerError(
            f"the graph server at {self.doors.shown} cannot be reached ({type(error).__name__}); start it, or set "
            "YAODIAN_GRAPH to where it is"
        )

    def _refused(self, status: int, data: bytes, address: str) -> None:
        if status < 400:
            return
        if status in (401, 403):
            raise ServerError(
                f"the graph server at {self.doors.shown} refuses the name or the password in YAODIAN_GRAPH, or may "
                "not be written to by them"
            )
        if status == 404:
            raise ServerError(
                f"the graph server at {self.doors.shown} has nothing at {urlsplit(address).path}; set YAODIAN_GRAPH to "
                "its root, or to its three addresses: query, update, graph store"
            )
        raise ServerError(f"the graph server at {self.doors.shown} answers {status}: {_first_line(data)}")


class ServerStore:
    """A graph behind a server, as of one generation: an :class:`kg.store.AnyGraph`."""

    def __init__(self, wire: Wire, base: str, stamp: str | None = None, graphs: Iterable[str] | None = None) -> None:
        """Read over ``wire``.

        Args:
            wire: the requests.
            base: of the data IRIs.
            stamp: with it, everything that is read is of that generation or an error.
            graphs: the named graphs of that generation, where they are known: to list them a server may look at all.
        """
        self.wire = wire
        self.base = base
        self.path = None
        self.stamp = stamp
        self._graphs = None if graphs is None else tuple(sorted(graphs))
        self._manifest = shared_graph_iri(base, "manifest")
        self._around: OrderedDict[tuple[str, bool], tuple[tuple[str, str, Term], ...]] = OrderedDict()
        self._lock = threading.Lock()

    # ---- what everything that reads a graph may ask

    def select(self, text: str, bindings: Bindings | None = None) -> list[Row]:
        """Rows of a SELECT query; bindings as in :meth:`kg.store.GraphStore.select`, escaped in the same way.

        Raises:
            ServerError: the server cannot be reached, or refuses.
            StateMoved: it holds another generation by now.
        """
        rows = self._rows(_PROLOGUE + _inside(text, bindings))
        return [{name: cell["value"] for name, cell in row.items()} for row in rows]

    def ask(self, text: str, bindings: Bindings | None = None) -> bool:
        """The answer of an ASK query; errors as in :meth:`select`."""
        found = self.wire.select(_PROLOGUE + _inside(text, bindings))
        self.check()
        if "boolean" in found:
            return bool(found["boolean"])
        return any(row.get(YES, {}).get("value") == "1" for row in found["results"]["bindings"])

    def triples(
        self, subject: str | None = None, predicate: str | None = None, object_: Term | str | None = None
    ) -> Iterator[tuple[str, str, Term]]:
        """Triples of any graph that fit the pattern, each once, as (subject IRI, predicate IRI, object).

        What stands around a node is asked for at once and remembered: a walk over the graph costs a request a node.
        """
        target = NamedNode(object_) if isinstance(object_, str) else object_
        if subject is None and not isinstance(target, NamedNode):
            yield from self._matching(None, predicate, target)
            return
        around = self._node(subject, True) if subject is not None else self._node(target.value, False)  # type: ignore[union-attr]
        for one in around:
            if predicate in (None, one[1]) and target in (None, one[2]):
                yield one

    def holds(self, iri: str) -> bool:
        """Whether the IRI stands as subject or object of some triple."""
        try:
            node = NamedNode(iri)
        except ValueError:
            return False
        return self.ask("ASK { { ?node ?p ?o } UNION { ?s ?q ?node } }", {"node": node})

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """All quads, or those of one named graph; one request a graph."""
        for name in self.graphs() if graph is None else (graph,):
            data = self.wire.get(name)
            self.check()
            # A store writes numbers in one way: an export is the same file wherever the graph lies.
            own = Store()
            own.bulk_load(data, RdfFormat.N_TRIPLES, to_graph=NamedNode(name))
            yield from own

    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs below the base, sorted, without the one that holds the stamp."""
        if self._graphs is not None:
            return self._graphs
        rows = self._rows("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        names = (row["g"]["value"] for row in rows)
        return tuple(sorted(name for name in names if name.startswith(self.base) and name != self._manifest))

    def near(self, graphs: Iterable[str]) -> GraphStore:
        """A store in memory with these named graphs."""
        found = GraphStore.memory(self.base)
        for graph in graphs:
            found.extend_fast(self.quads(graph))
        return found

    def warm(self, iris: Iterable[str], inwards: bool = False) -> None:
        """Ask for what stands around many nodes at once, so that a walk costs some requests and not some a node."""
        if self.stamp is None:
            return
        with self._lock:
            iris = tuple(dict.fromkeys(iris))
            asked = [iri for iri in iris if (iri, True) not in self._around]
            inward = [iri for iri in iris if (iri, False) not in self._around] if inwards else []
        for wanted, outwards in ((asked, True), (inward, False)):
            for start in range(0, len(wanted), _TOGETHER):
                some = wanted[start : start + _TOGETHER]
                found: dict[str, dict[tuple[str, str, Term], None]] = {iri: {} for iri in some}
                ends = " ".join(str(NamedNode(iri)) for iri in some)
                text = (
                    f"SELECT DISTINCT ?s ?p ?o WHERE {{ VALUES {'?s' if outwards else '?o'} {{ {ends} }} "
                    f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != <{self._manifest}>) }}"
                )
                for row in self._rows(text):
                    one = (row["s"]["value"], row["p"]["value"], _term(row["o"]))
                    found[one[0] if outwards else one[2].value][one] = None
                with self._lock:
                    self._around.update({(iri, outwards): tuple(own) for iri, own in found.items()})

    def __len__(self) -> int:
        text = (
            "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } "
            f'FILTER(STRSTARTS(STR(?g), "{self.base}") && ?g != <{self._manifest}>) }}'
        )
        return int(self._rows(text)[0]["n"]["value"])

    # ---- which generation it is

    def stamped(self) -> str:
        """The stamp that the server bears now; empty where it bears none."""
        text = f"SELECT ?stamp WHERE {{ GRAPH <{self._manifest}> {{ <{self._manifest}> {_STAMP} ?stamp }} }}"
        rows = self.wire.select(text)["results"]["bindings"]
        return str(rows[0]["stamp"]["value"]) if rows else ""

    def described(self) -> tuple[str, str]:
        """The stamp, and the text that describes the generation; both empty where the server bears none."""
        node = f"<{self._manifest}>"
        text = f"SELECT ?stamp ?text WHERE {{ GRAPH {node} {{ {node} {_STAMP} ?stamp ; {_TEXT} ?text }} }}"
        rows = self.wire.select(text)["results"]["bindings"]
        return (str(rows[0]["stamp"]["value"]), str(rows[0]["text"]["value"])) if rows else ("", "")

    def description(self, stamp: str, text: str) -> tuple[str, Iterable[Triple]]:
        """The graph, and its triples, that say that the server holds the generation of that stamp."""
        node = NamedNode(self._manifest)
        said = ((f"{PREFIXES['dct']}identifier", stamp), (f"{PREFIXES['rdf']}value", text))
        return self._manifest, [Triple(node, NamedNode(name), Literal(value)) for name, value in said]

    def check(self) -> None:
        """:class:`StateMoved` where the server no longer holds the generation that is read."""
        if self.stamp is not None and self.stamped() != self.stamp:
            raise StateMoved(
                f"the graph server at {self.wire.doors.shown} holds another state by now; ask again in a moment"
            )

    # ---- over the wire

    def _rows(self, text: str) -> list[dict[str, dict[str, str]]]:
        found = self.wire.select(text)
        if "results" not in found or YES in found["head"].get("vars", ()):
            raise TypeError("select() takes a SELECT query")
        self.check()
        return list(found["results"]["bindings"])

    def _node(self, iri: str, outwards: bool) -> tuple[tuple[str, str, Term], ...]:
        key = (iri, outwards)
        with self._lock:
            if key in self._around:
                self._around.move_to_end(key)
                return self._around[key]
        made = tuple(self._matching(iri, None, None) if outwards else self._matching(None, None, NamedNode(iri)))
        if self.stamp is not None:
            with self._lock:
                self._around[key] = made
                while len(self._around) > _KEPT:
                    self._around.popitem(last=False)
        return made

    def _matching(
        self, subject: str | None, predicate: str | None, object_: Term | None
    ) -> Iterator[tuple[str, str, Term]]:
        terms: dict[str, Any] = {
            "s": None if subject is None else NamedNode(subject),
            "p": None if predicate is None else NamedNode(predicate),
            "o": object_,
        }
        # Oxigraph's own text of a term is its escaped form, so that no value becomes syntax.
        pattern = " ".join(f"?{name}" if term is None else str(term) for name, term in terms.items())
        text = f"SELECT DISTINCT * WHERE {{ GRAPH ?g {{ {pattern} }} FILTER(?g != <{self._manifest}>) }}"
        seen: set[tuple[str, str, Term]] = set()
        for row in self._rows(text):
            found = {name: term if term is not None else _term(row[name]) for name, term in terms.items()}
            one = (found["s"].value, found["p"].value, found["o"])
            if one not in seen:
                seen.add(one)
                yield one


def triples_text(quads: Iterable[Quad | Triple]) -> bytes:
    """N-Triples text of quads, whose graph is left out."""
    return serialize((Triple(q.subject, q.predicate, q.object) for q in quads), format=RdfFormat.N_TRIPLES) or b""


def _inside(text: str, bindings: Bindings | None) -> str:
    """The query with its block of values as the first of its pattern.

    The standard has it at the end too, and means the same where only what is grouped by is bound; Virtuoso 7 takes none
    after ASK, and forgets there what is not selected.
    """
    head, brace, rest = text.partition("{")
    return f"{head}{brace}{bound('', bindings)} {rest}"


def _term(cell: Mapping[str, str]) -> Term:
    if cell["type"] == "uri":
        return NamedNode(cell["value"])
    if "xml:lang" in cell:
        return Literal(cell["value"], language=cell["xml:lang"])
    if "datatype" in cell:
        return Literal(cell["value"], datatype=NamedNode(cell["datatype"]))
    return Literal(cell["value"])


def _first_line(data: bytes) -> str:
    lines = [line.strip() for line in data[:2000].decode("utf-8", "replace").splitlines() if line.strip()]
    return lines[0][:200] if lines else "nothing"
