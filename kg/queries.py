"""Every SPARQL text of the program, each beside the function that runs it; and the gate for SPARQL from people.

What lives here: named constants, typed rows, :func:`run_public`.  What never will: a query put together from text that
came from outside.  Values enter as bindings (see :meth:`kg.store.GraphStore.select`).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pyoxigraph import NamedNode

from .errors import QueryRefused, QueryTimeout
from .server import YES, ServerStore
from .store import AnyGraph, GraphStore, Row
from .vocab import PREFIXES, parse_iri

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

# ---- the program's own queries ----

DOCUMENTS = """
SELECT ?document ?id ?title ?number ?year ?language ?file
  (COUNT(DISTINCT ?u) AS ?units) (COUNT(DISTINCT ?c) AS ?clauses)
WHERE {
  ?document a plan:PlanDocument ; dct:identifier ?id ; dct:title ?title ; dct:language ?language ;
    plan:sourceFile ?file .
  OPTIONAL { ?document plan:documentNumber ?number }
  OPTIONAL { ?document plan:planYear ?year }
  OPTIONAL { ?u plan:inDocument ?document ; a plan:Unit . OPTIONAL { ?c dct:isPartOf ?u ; a plan:Clause } }
}
GROUP BY ?document ?id ?title ?number ?year ?language ?file
ORDER BY ?id
"""


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """An ingested document."""

    iri: str
    id: str
    title: str
    number: str | None
    year: int | None
    language: str
    source: str
    units: int
    clauses: int


def documents(store: AnyGraph) -> tuple[DocumentRow, ...]:
    """What is ingested, by id."""
    return tuple(
        DocumentRow(
            iri=row["document"],
            id=row["id"],
            title=row["title"],
            number=row.get("number"),
            year=_whole(row.get("year")),
            language=row["language"],
            source=row["file"],
            units=int(row["units"]),
            clauses=int(row["clauses"]),
        )
        for row in store.select(DOCUMENTS)
    )


UNITS_WITH = """
SELECT DISTINCT ?document ?unit ?label ?title ?place ?relation ?thing ?clause ?sentence ?quote ?order
WHERE {
  ?assertion rdf:object ?thing ; rdf:subject ?unit ; rdf:predicate ?relation ; plan:statedIn ?clause ;
    plan:position ?order ; oa:hasTarget/oa:hasSelector/oa:exact ?quote .
  ?unit plan:inDocument ?document ; plan:unitLabel ?label ; dct:title ?title ; plan:position ?place .
  ?clause rdf:value ?sentence .
}
ORDER BY ?document ?place ?order
"""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A fact that makes a unit match."""

    document: str
    """Id of the document."""
    unit: str
    """IRI."""
    label: str
    title: str
    relation: str
    """IRI of the property."""
    thing: str
    """IRI of the body, programme, concept or target."""
    clause: str
    """IRI."""
    sentence: str
    quote: str


def units_with(store: AnyGraph, things: Iterable[str]) -> tuple[UnitRow, ...]:
    """Facts about any of the things (IRIs of bodies, programmes, concepts, targets), in document order."""
    nodes = [NamedNode(thing) for thing in things]
    if not nodes:
        return ()
    return tuple(
        UnitRow(
            document=_document(store, row["document"]),
            unit=row["unit"],
            label=row["label"],
            title=row["title"],
            relation=row["relation"],
            thing=row["thing"],
            clause=row["clause"],
            sentence=row["sentence"],
            quote=row["quote"],
        )
        for row in store.select(UNITS_WITH, {"thing": nodes})
    )


TARGETS = """
SELECT DISTINCT ?document ?unit ?label ?title ?target ?text ?measure ?value ?valueMax ?unitText ?comparator ?baseline
  ?due ?commitment ?clause ?sentence ?place ?order
WHERE {
  ?assertion rdf:predicate plan:hasTarget ; rdf:subject ?unit ; rdf:object ?target ; plan:statedIn ?clause ;
    plan:position ?order .
  ?target rdf:value ?text ; plan:measure ?measure ; plan:unit ?unitText ; plan:comparator ?comparator ;
    plan:commitment ?commitment .
  ?unit plan:inDocument ?document ; plan:unitLabel ?label ; dct:title ?title ; plan:position ?place .
  ?clause rdf:value ?sentence .
  OPTIONAL { ?target plan:value ?value }
  OPTIONAL { ?target plan:valueMax ?valueMax }
  OPTIONAL { ?target plan:baseline ?baseline }
  OPTIONAL { ?target plan:due ?due }
}
ORDER BY ?document ?place ?order
"""


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A line of the register of targets."""

    document: str
    unit: str
    label: str
    title: str
    target: str
    text: str
    measure: str
    value: float | None
    value_max: float | None
    unit_text: str
    comparator: str
    baseline: float | None
    due: str | None
    commitment: str
    clause: str
    sentence: str


def targets(store: AnyGraph) -> tuple[TargetRow, ...]:
    """The register of targets of all documents, in document order."""
    return tuple(
        TargetRow(
            document=_document(store, row["document"]),
            unit=row["unit"],
            label=row["label"],
            title=row["title"],
            target=row["target"],
            text=row["text"],
            measure=row["measure"],
            value=_real(row.get("value")),
            value_max=_real(row.get("valueMax")),
            unit_text=row["unitText"],
            comparator=row["comparator"],
            baseline=_real(row.get("baseline")),
            due=row.get("due"),
            commitment=row["commitment"],
            clause=row["clause"],
            sentence=row["sentence"],
        )
        for row in store.select(TARGETS)
    )


MATRIX = """
SELECT DISTINCT ?document ?unit ?label ?title ?place ?relation ?body ?name
WHERE {
  ?unit a plan:Unit ; plan:inDocument ?document ; plan:unitLabel ?label ; dct:title ?title ; plan:position ?place .
  OPTIONAL {
    VALUES ?relation {
      plan:leadBody plan:responsibleBody plan:supportBody plan:participant plan:affects plan:place
    }
    ?unit ?relation ?body .
    ?body plan:canonicalName ?name .
  }
}
ORDER BY ?document ?place ?name ?relation
"""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A unit, and the bodies that have a part in it; empty where there are none, which is the gap to be seen."""

    document: str
    unit: str
    label: str
    title: str
    bodies: tuple[tuple[str, str, str], ...]
    """(IRI of the body, its name, IRI of the property that tells its part)."""


def matrix(store: AnyGraph) -> tuple[MatrixRow, ...]:
    """Items × bodies, a row for every unit, in document order."""
    found: dict[str, tuple[Row, list[tuple[str, str, str]]]] = {}
    for row in store.select(MATRIX):
        _, bodies = found.setdefault(row["unit"], (row, []))
        if "body" in row:
            bodies.append((row["body"], row["name"], row["relation"]))
    return tuple(
        MatrixRow(_document(store, row["document"]), unit, row["label"], row["title"], tuple(bodies))
        for unit, (row, bodies) in found.items()
    )


GLOSSARY = """
SELECT DISTINCT ?thing ?canonical ?name ?kind ?action ?document ?unit ?label ?clause ?sentence ?place ?order
WHERE {
  VALUES ?relation { plan:mentionsProgramme plan:citesPolicy }
  ?assertion rdf:predicate ?relation ; rdf:object ?thing ; rdf:subject ?unit ; plan:statedIn ?clause ;
    plan:name ?name ; plan:programmeKind ?kind ; plan:action ?action ; plan:position ?order .
  ?thing plan:canonicalName ?canonical .
  ?unit plan:inDocument ?document ; plan:unitLabel ?label ; plan:position ?place .
  ?clause rdf:value ?sentence ; plan:charStart ?start .
}
ORDER BY ?document ?start ?order
"""


@dataclass(frozen=True, slots=True)
class GlossaryRow:
    """A programme or policy document, and where it is first named."""

    iri: str
    canonical: str
    names: tuple[str, ...]
    """The spellings met, first one first."""
    kind: str
    document: str
    """Id of the document of the first mention."""
    unit: str
    label: str
    clause: str
    """IRI of the clause of the first mention."""
    sentence: str
    mentions: int
    units: tuple[str, ...]
    """IRIs of all units that name it."""


def glossary(store: AnyGraph) -> tuple[GlossaryRow, ...]:
    """Programmes and policy documents by first mention."""
    groups: dict[str, list[Row]] = {}
    for row in store.select(GLOSSARY):
        groups.setdefault(row["thing"], []).append(row)
    return tuple(
        GlossaryRow(
            iri=thing,
            canonical=rows[0]["canonical"],
            names=tuple(dict.fromkeys(row["name"] for row in rows)),
            kind=rows[0]["kind"],
            document=_document(store, rows[0]["document"]),
            unit=rows[0]["unit"],
            label=rows[0]["label"],
            clause=rows[0]["clause"],
            sentence=rows[0]["sentence"],
            mentions=len(rows),
            units=tuple(dict.fromkeys(row["unit"] for row in rows)),
        )
        for thing, rows in groups.items()
    )


CLAUSES_STATING = """
SELECT DISTINCT ?clause WHERE { ?clause plan:states ?thing ; plan:charStart ?start ; plan:inDocument ?document }
ORDER BY ?document ?start
"""


def clauses_stating(store: AnyGraph, things: Iterable[str]) -> tuple[str, ...]:
    """IRIs of the clauses that state a fact about any of the things, in document order."""
    nodes = [NamedNode(thing) for thing in things]
    if not nodes:
        return ()
    return tuple(row["clause"] for row in store.select(CLAUSES_STATING, {"thing": nodes}))


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def _real(text: str | None) -> float | None:
    return None if text is None else float(text)


def _document(store: AnyGraph, iri: str) -> str:
    named = parse_iri(store.base, iri)
    return named.document if named else iri


# ---- the gate ----

MAX_QUERY = 20_000
"""Characters of a query: the longest of this program has a twentieth of it."""
MAX_ROWS = 10_000
MAX_RESULT = 16_000_000
"""Characters of a result: what a browser or a terminal can still show."""
_MAX_DEPTH = 60
_MEMORY = 2 << 30
"""Bytes of address space that a query may use; opening a store takes a tenth of it."""

_LEXER = re.compile(
    r'(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\n\r]|\\.)*+"'
    r"|'(?:[^'\\\n\r]|\\.)*+')"
    r"|(?P<comment>\#[^\n\r]*+)"
    r'|(?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)'
    r"|(?P<variable>[?$]\w++)"
    r"|(?P<name>[\w.-]*+:[\w.%\\~-]*+)"
    r"|(?P<word>\w++)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_FORBIDDEN = {
    "service": "SERVICE asks another server",
    "from": "FROM names another data set",
    "load": "LOAD reads from elsewhere",
    **dict.fromkeys(
        ("insert", "delete", "clear", "drop", "create", "add", "move", "copy", "with"), "it changes the graph"
    ),
}


@dataclass(frozen=True, slots=True)
class Table:
    """The result of a query as text."""

    columns: tuple[str, ...]
    """Variables; ``subject, predicate, object`` of CONSTRUCT and DESCRIBE; ``ask`` of ASK."""
    rows: tuple[tuple[str | None, ...], ...]
    """IRIs and lexical values; None where a variable is not bound; ``true`` or ``false`` of ASK."""
    kind: Literal["select", "ask", "graph"] = "select"
    truncated: bool = False
    """Whether there were more rows than are returned."""


def run_public(store: AnyGraph, text: str, seconds: float = 10, max_rows: int = MAX_ROWS) -> Table:
    """Run a query that a person typed: read-only SPARQL 1.1, in a process of its own that is killed when it is late.

    The prefixes of :data:`kg.vocab.PREFIXES` and ``id:`` (the base of the data) need not be declared.

    Three walls, since each alone has holes: a scan for the words that reach out or change something; rdflib's grammar,
    whose tree must hold no SERVICE and no FROM; and a child process without network (where Linux allows), with limits
    of memory and time, that opens the store read-only.  Of a store behind a server the child reads the grammar alone;
    the third wall is then the server's: its door for queries changes nothing, and its own limits of memory and time.

    Args:
        store: the graph.
        text: the query.
        seconds: after which it is given up.
        max_rows: more rows than that are left out, and the table says so.

    Raises:
        QueryRefused: it is not valid, does more than read, or needs more memory than it may have.
        QueryTimeout: it took too long.
    """
    if len(text) > MAX_QUERY:
        raise QueryRefused(f"the query has {len(text)} characters; at most {MAX_QUERY} are allowed")
    refuse_words(text)
    with tempfile.TemporaryDirectory(prefix="yaodian-") as folder:
        order: dict[str, Any] = {
            "query": text, "base": store.base, "rows": max_rows, "seconds": seconds, "path": None, "dump": None
        }  # fmt: skip
        if not isinstance(store, GraphStore):
            pass
        elif store.path is None:
            from pyoxigraph import RdfFormat

            order["dump"] = str(Path(folder) / "graph.nq")
            store.inner.dump(order["dump"], RdfFormat.N_QUADS)
        else:
            order["path"] = str(store.path.resolve())
        answer = _in_child(order, seconds, folder)
        if "refused" not in answer and isinstance(store, ServerStore):
            answer = _of_server(store, order, answer["form"] in ("ConstructQuery", "DescribeQuery"))
    if "refused" in answer:
        raise QueryRefused(_one_line(answer["refused"]))
    return Table(tuple(answer["columns"]), tuple(map(tuple, answer["rows"])), answer["kind"], answer["truncated"])


def _in_child(order: dict[str, Any], seconds: float, folder: str) -> dict[str, Any]:
    root = str(Path(__file__).resolve().parent.parent)
    code = "import sys; sys.path.insert(0, sys.argv[1]); from kg.queries import _child; _child()"
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    try:
        # A constant program in an interpreter of its own; the query goes in as data.
        done = subprocess.run(
            [sys.executable, "-I", "-X", "utf8", "-c", code, root],
            input=json.dumps(order).encode("ascii"),
            capture_output=True,
            timeout=seconds,
            cwd=folder,
            env=kept,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise QueryTimeout(
            f"the query took longer than {seconds:g} s and was stopped; ask for less, or add a LIMIT"
        ) from error
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        # Killed by its own limits, or by running out of stack.
        raise QueryRefused("the query needs more memory or time than it may have; ask for less") from error
    if not isinstance(answer, dict):
        raise QueryRefused("the query could not be run")
    return answer


def refuse_words(text: str) -> None:
    """The first wall: :class:`QueryRefused` for a query that names what it may not do, or cannot be told apart.

    >>> refuse_words("SELECT ?service WHERE { ?service a <urn:x:FROM> }  # LOAD")
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise QueryRefused("the query holds characters that are no text") from error
    depth = 0
    for match in _LEXER.finditer(text):
        kind, piece = match.lastgroup, match[0]
        if kind == "word" and piece.lower() in _FORBIDDEN:
            raise QueryRefused(f"{piece.upper()} is not allowed: {_FORBIDDEN[piece.lower()]}")
        if kind in ("name", "iri") and re.match(r"<?(?:bif|sql):", piece, re.IGNORECASE):
            raise QueryRefused(f"{piece} is not allowed: it calls a server's own functions")
        if kind == "other":
            if piece == "\\":
                raise QueryRefused("escapes are allowed inside strings only")
            depth += (piece in "{([") - (piece in "})]")
            if depth > _MAX_DEPTH:
                raise QueryRefused(f"the query is nested more than {_MAX_DEPTH} deep")


def _refuse_tree(text: str) -> str:
    """The second wall, in the child: rdflib's grammar of SPARQL 1.1, and what its tree must not hold; its form."""
    from pyparsing import ParseException
    from rdflib.plugins.sparql.parser import parseQuery

    try:
        tree = parseQuery(text)
    except ParseException as error:
        # Oxigraph's own message says more about what is wrong, where it finds something wrong too.
        raise QueryRefused(f"not valid SPARQL 1.1 at line {error.lineno}, column {error.column}") from error
    except RecursionError as error:
        raise QueryRefused("the query is nested too deeply") from error
    for name in _names(tree):
        if name == "ServiceGraphPattern":
            raise QueryRefused(f"SERVICE is not allowed: {_FORBIDDEN['service']}")
        if name == "DatasetClause":
            raise QueryRefused(f"FROM is not allowed: {_FORBIDDEN['from']}")
    return str(getattr(tree[1], "name", ""))


def _names(tree: Any) -> Iterator[str]:
    """Names of all productions in a tree of rdflib."""
    from pyparsing import ParseResults
    from rdflib.plugins.sparql.parserutils import CompValue

    waiting: list[Any] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, CompValue):
            yield node.name
            waiting.extend(dict.values(node))
        elif isinstance(node, ParseResults | list | tuple):
            waiting.extend(node)


def _child() -> None:
    """What the child process does: read the order, run it, write the answer."""
    order = json.loads(sys.stdin.buffer.read())
    _limit(order["seconds"])
    try:
        answer = _run(order)
    except QueryRefused as refused:
        answer = {"refused": str(refused)}
    except SyntaxError as error:
        answer = {"refused": f"not valid SPARQL: {error}"}
    except (OSError, ValueError, RuntimeError) as error:
        answer = {"refused": f"the query could not be run: {error}"}
    except MemoryError:
        answer = {"refused": "the query needs more memory than it may have; ask for less"}
    with open(1, "wb", closefd=False) as parent:
        parent.write(json.dumps(answer).encode("ascii"))


def _limit(seconds: float) -> None:
    """The third wall: no network, no new files, bounded memory and time, as far as the system offers it."""
    if sys.platform == "linux":
        import ctypes

        new_user, new_net = 0x10000000, 0x40000000
        ctypes.CDLL(None, use_errno=True).unshare(
            new_user | new_net
        )  # refused in some containers: then two walls stand
    if sys.platform != "win32":
        import resource

        bounds = {
            resource.RLIMIT_CPU: int(seconds) + 2,
            resource.RLIMIT_FSIZE: 0,
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_AS: _MEMORY,
        }
        for name, bound in bounds.items():
            _, hard = resource.getrlimit(name)
            if hard == resource.RLIM_INFINITY or hard > bound:
                resource.setrlimit(name, (bound, bound))


def _run(order: dict[str, Any]) -> dict[str, Any]:
    from pyoxigraph import QueryBoolean, QuerySolutions, RdfFormat, Store

    form = _refuse_tree(order["query"])
    if order["path"]:
        inner = Store.read_only(order["path"])
    elif order["dump"]:
        inner = Store()
        inner.load(path=order["dump"], format=RdfFormat.N_QUADS)
    else:
        return {"form": form}
    found = inner.query(order["query"], use_default_graph_as_union=True, prefixes={**PREFIXES, "id": order["base"]})
    if isinstance(found, QueryBoolean):
        return _yes_or_no(bool(found))
    if isinstance(found, QuerySolutions):
        return _of_rows(found, order)
    return _table(_TRIPLE, ([t.subject, t.predicate, t.object] for t in found), "graph", order)


_TRIPLE = ["subject", "predicate", "object"]


def _of_server(store: ServerStore, order: dict[str, Any], graph: bool) -> dict[str, Any]:
    """What the child would have answered, of a query that it found to be one that reads; its result may be a graph."""
    from pyoxigraph import QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat, parse, parse_query_results

    prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in {**PREFIXES, "id": order["base"]}.items())
    data = store.wire.asked(prologue + order["query"], order["seconds"], graph)
    store.check()
    try:
        if graph:
            triples = parse(data, RdfFormat.N_TRIPLES)
            return _table(_TRIPLE, ([t.subject, t.predicate, t.object] for t in triples), "graph", order)
        found = parse_query_results(data, QueryResultsFormat.JSON)
        if isinstance(found, QueryBoolean):
            return _yes_or_no(bool(found))
        assert isinstance(found, QuerySolutions)
        if [variable.value for variable in found.variables] == [YES]:
            return _yes_or_no(any(getattr(row[0], "value", "") == "1" for row in found))
        return _of_rows(found, order)
    except (SyntaxError, ValueError) as error:
        raise QueryRefused(f"the graph server's answer cannot be read ({_one_line(str(error))})") from error


def _yes_or_no(found: bool) -> dict[str, Any]:
    return {"columns": ["ask"], "rows": [["true" if found else "false"]], "kind": "ask", "truncated": False}


def _of_rows(found: QuerySolutions, order: dict[str, Any]) -> dict[str, Any]:
    columns = [variable.value for variable in found.variables]
    return _table(columns, ([row[name] for name in columns] for row in found), "select", order)


def _table(columns: list[str], lines: Iterator[Sequence[Any]], kind: str, order: dict[str, Any]) -> dict[str, Any]:
    rows: list[list[str | None]] = []
    size, truncated = 0, False
    for line in lines:
        cells = [None if term is None else getattr(term, "value", str(term)) for term in line]
        size += sum(len(cell or "") for cell in cells) + 8 * len(cells)
        if len(rows) >= order["rows"] or size > MAX_RESULT:
            truncated = True
            break
        rows.append(cells)
    return {"columns": columns, "rows": rows, "kind": kind, "truncated": truncated}


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:300]
