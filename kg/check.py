"""Whether a graph is what it claims to be.

What lives here: SHACL (``shapes.ttl``, by pyshacl), and what needs code: texts against offsets, quotes against texts,
plain triples against assertions.  What never will: repairs, and the indexes (``embeddings`` checks its own).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

from pyoxigraph import Literal, NamedNode, Quad

from .errors import YaodianError
from .graph import document_ids, read_plan
from .model import Document, readable
from .review import read_decisions
from .store import AnyGraph
from .vocab import (
    CLASSES,
    FACT_PREDICATES,
    PARTS,
    PREFIXES,
    SHAPES,
    decision_iri,
    document_iri,
    graph_iri,
    shared_graph_iri,
    term,
)

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

_RDF, _OA = PREFIXES["rdf"], PREFIXES["oa"]
_STRING = PREFIXES["xsd"] + "string"
_FACTS = frozenset(term(name) for name in FACT_PREDICATES)
# Long texts, selectors and prefixes: no shape looks at them, and they are most of the graph.
_UNSHAPED = frozenset((_RDF + "prefix", _OA + "exact", _OA + "prefix", _OA + "suffix", _OA + "start", _OA + "end"))


def check_graph(store: AnyGraph, shapes: bool = True) -> tuple[str, ...]:
    """All that is wrong, one line each with the place; empty where everything is right.

    Args:
        store: the graph.
        shapes: whether SHACL is run too, which takes most of the time.
    """
    store = store.near(store.graphs())
    found: list[str] = []
    for name in document_ids(store):
        found += _offsets(store, name)
        found += _two_forms(store, name)
        if shapes:
            found += _unknown_classes(store, name)
            found += (line for line, wrong in _shapes(store, _graphs_of(store, name)) if wrong)
    found += _reviews(store, shapes)
    found += _strays(store)
    return tuple(dict.fromkeys(found))


def graph_warnings(store: AnyGraph) -> tuple[str, ...]:
    """What is unusual without being wrong (``sh:Warning``), one line each with the place."""
    return tuple(
        line for name in document_ids(store) for line, wrong in _shapes(store, _graphs_of(store, name)) if not wrong
    )


def _offsets(store: AnyGraph, name: str) -> Iterator[str]:
    try:
        plan = read_plan(store, name)
    except (YaodianError, KeyError, ValueError, AssertionError) as error:
        yield f"{name}: the graph cannot be read back ({type(error).__name__}: {error})"
        return
    yield from _structure(plan.document)
    spans = {(unit.id, clause.number): clause.span for unit, clause in plan.document.clauses()}
    for number, fact in enumerate(plan.facts, 1):
        place, span = f"{name}/{fact.unit}/c{fact.clause}", spans.get((fact.unit, fact.clause))
        if span is None:
            yield f"{place}: fact {number} stands in this clause, which is not there"
        elif not span.holds(fact.span):
            yield f"{place}: fact {number} at {fact.span.start}..{fact.span.end} lies outside its clause"
    yield from _quotes(store, plan.document)


def _structure(document: Document) -> Iterator[str]:
    name, text = document.id, document.text
    sections = {section.id for section in document.sections}
    for section in document.sections:
        if section.parent is not None and section.parent not in sections:
            yield f"{name}/{section.id}: its parent {section.parent} is not there"
    for unit in document.units:
        if unit.section is not None and unit.section not in sections:
            yield f"{name}/{unit.id}: its section {unit.section} is not there"
        if unit.span.end > len(text):
            yield f"{name}/{unit.id}: ends at {unit.span.end}, after the text of {len(text)} characters"
    for unit, clause in document.clauses():
        place = f"{name}/{unit.id}/c{clause.number}"
        if readable(clause.span.of(text)) != clause.text:
            yield f"{place}: its text is not the document's at {clause.span.start}..{clause.span.end}"
        elsewhere = not unit.span.holds(clause.span)  # only a row of a table behind the tasks may
        before = clause.span.start < unit.span.end
        if elsewhere and (before or any(other.span.meets(clause.span) for other in document.units)):
            yield f"{place}: lies outside its unit"


def _quotes(store: AnyGraph, document: Document) -> Iterator[str]:
    exact: dict[str, str] = {}
    starts: dict[str, int] = {}
    ends: dict[str, int] = {}
    for quad in _graph(store, document.id, "assertions"):
        subject, value = cast(NamedNode, quad.subject).value, quad.object
        if not isinstance(value, Literal):
            continue
        owner, _, step = subject.rpartition("/")
        if quad.predicate.value == _OA + "exact" and step == "quote":
            exact[owner] = value.value
        elif quad.predicate.value == _OA + "start" and step == "position":
            starts[owner] = int(value.value)
        elif quad.predicate.value == _OA + "end" and step == "position":
            ends[owner] = int(value.value)
    for owner in sorted({*exact, *starts, *ends}):
        if owner not in exact or owner not in starts or owner not in ends:
            yield f"{_short(store, owner)}: its quote or its position is missing"
        elif document.text[starts[owner] : ends[owner]] != exact[owner]:
            yield f"{_short(store, owner)}: its quote is not the text at {starts[owner]}..{ends[owner]}"


def _two_forms(store: AnyGraph, name: str) -> Iterator[str]:
    """Each plain triple has an assertion, and the reverse; so have the short cuts from clauses."""
    plain: set[tuple[str, str, str]] = set()
    for quad in _graph(store, name, "extracted"):
        if quad.predicate.value in _FACTS or quad.predicate.value == term("states"):
            plain.add((_text(quad.subject), quad.predicate.value, _text(quad.object)))
    parts: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for quad in _graph(store, name, "assertions"):
        parts[_text(quad.subject)][quad.predicate.value] = _text(quad.object)
    asserted: set[tuple[str, str, str]] = set()
    for iri, own in parts.items():
        if own.get(_RDF + "type") != term("Assertion"):
            continue
        try:
            thing = own[_RDF + "object"]
            asserted.add((own[_RDF + "subject"], own[_RDF + "predicate"], thing))
            asserted.add((own[term("statedIn")], term("states"), thing))
        except KeyError as error:
            yield f"{_short(store, iri)}: the assertion lacks {error.args[0].rpartition('#')[2]}"
    for side, triples in (("no assertion", plain - asserted), ("no plain triple", asserted - plain)):
        for subject, predicate, thing in sorted(triples):
            words = f"{_short(store, subject)} {predicate.rpartition('#')[2]} {_short(store, thing)}"
            yield f"{name}: the fact «{words}» has {side}"


def _reviews(store: AnyGraph, shapes: bool) -> Iterator[str]:
    """What people decided can be read, and every fact with a reviewer has its decision there."""
    graph = shared_graph_iri(store.base, "review")
    if shapes:
        yield from (line for line, wrong in _shapes(store, [graph]) if wrong)
    try:
        known = {decision_iri(store.base, d.document, d.id) for d in read_decisions(store)}
    except (YaodianError, KeyError, ValueError, TypeError) as error:
        yield f"review: the decisions cannot be read back ({type(error).__name__}: {error})"
        return
    for subject, _, decision in store.triples(None, term("decidedBy")):
        if _text(decision) not in known:
            yield f"{_short(store, subject)}: the decision behind its status is not in the graph of reviews"


def _strays(store: AnyGraph) -> Iterator[str]:
    """Named graphs that belong to nothing: what an interrupted or foreign writer would leave."""
    expected = {graph_iri(store.base, name, part) for name in document_ids(store) for part in PARTS}
    expected |= {store.base + shared for shared in ("review", "vocab", "manifest")}
    for graph in store.graphs():
        if graph not in expected:
            yield f"the graph {graph} belongs to no ingested document"


def _unknown_classes(store: AnyGraph, name: str) -> Iterator[str]:
    known = {term(class_name) for class_name in CLASSES}
    for part in PARTS:
        for quad in _graph(store, name, part):
            kind = _text(quad.object)
            if quad.predicate.value == _RDF + "type" and kind.startswith(PREFIXES["plan"]) and kind not in known:
                yield f"{_short(store, _text(quad.subject))}: {kind} is no class of the vocabulary"


def _graphs_of(store: AnyGraph, name: str) -> list[str]:
    return [graph_iri(store.base, name, part) for part in PARTS]


def _shapes(store: AnyGraph, graphs: list[str]) -> list[tuple[str, bool]]:
    """Results of SHACL: the line, and whether it says that something is wrong (else it is a warning)."""
    from pyshacl import validate
    from rdflib import Graph
    from rdflib.namespace import RDF, SH

    data = Graph()
    for graph in graphs:
        for quad in store.quads(graph):
            if quad.predicate.value not in _UNSHAPED:
                data.add(_triple(quad))
    conforms, report, _ = validate(data, shacl_graph=_shapes_graph(), inference="none", advanced=False)
    if conforms or not isinstance(report, Graph):
        return []
    lines = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        place = _short(store, str(report.value(result, SH.focusNode)))
        value = report.value(result, SH.value)
        message = str(report.value(result, SH.resultMessage))
        found = f" (found {str(value)[:60]!r})" if value is not None and _short(store, str(value)) != place else ""
        lines.append((f"{place}: {message}{found}", report.value(result, SH.resultSeverity) != SH.Warning))
    return sorted(lines)


def _shapes_graph() -> Graph:
    from rdflib import Graph

    return Graph().parse(SHAPES, format="turtle")


def _triple(quad: Quad) -> tuple[Node, Node, Node]:
    from rdflib import BNode, URIRef
    from rdflib import Literal as Text

    def node(part: object) -> Node:
        if isinstance(part, NamedNode):
            return URIRef(part.value)
        if not isinstance(part, Literal):
            return BNode(str(part))
        # rdflib tells "a" from "a"^^xsd:string; a Turtle file, such as the shapes, gives it the first.
        typed = None if part.language or part.datatype.value == _STRING else URIRef(part.datatype.value)
        return Text(part.value, lang=part.language, datatype=typed)

    return node(quad.subject), node(quad.predicate), node(quad.object)


def _graph(store: AnyGraph, name: str, part: str) -> Iterator[Quad]:
    return store.quads(f"{document_iri(store.base, name)}/{part}")


def _text(term_: object) -> str:
    return str(getattr(term_, "value", term_))


def _short(store: AnyGraph, iri: str) -> str:
    return iri.removeprefix(store.base)
