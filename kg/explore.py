"""The graph to walk in: who is linked to what by facts, and by which sentence.

What lives here: neighbourhoods, paths, the facts of a node, and where to draw them.  What never will: a way that leads
through a document, a section or a clause, since everything in a plan is linked by those and it means nothing.

Nodes are units (items of a plan) and things (bodies, programmes, targets, concepts); every edge is a fact, and carries
the clause that states it.  Only around a document or a section, asked for by name, do edges say what it contains.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from .errors import UnknownTerm
from .store import AnyGraph
from .vocab import FACT_PREDICATES, PREFIXES, parse_iri, term, term_labels

if TYPE_CHECKING:
    import networkx as nx

_FACTS = frozenset(term(name) for name in FACT_PREDICATES)
_RDF, _OA = PREFIXES["rdf"], PREFIXES["oa"]
_LABELS = (PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel")
_PART_OF, _HAS_PART = PREFIXES["dct"] + "isPartOf", PREFIXES["dct"] + "hasPart"
CONTAINS = ("包含", "contains")
"""What the edge from a document or section to its unit is called."""
_LONGEST_PATH = 12
"""Edges; two things further apart than six items are not linked in a way that tells a reader anything."""


@dataclass(frozen=True, slots=True)
class Node:
    """A unit or a thing."""

    iri: str
    label_zh: str
    label_en: str
    """Each label stands in for the other where the graph has only one."""
    kind: str
    """``unit``, ``body``, ``programme``, ``target``, ``concept``; ``document``, ``section``, ``clause`` as a centre."""
    neighbours: int
    """How many nodes facts link it to, shown or not."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact; of several clauses that state the same, the first."""

    source: str
    target: str
    predicate: str
    label_zh: str
    label_en: str
    clause: str
    """IRI of the clause; empty where the edge says that a section contains a unit."""
    quote: str
    """The words that state it, as they stand in the source."""
    sentence: str
    """The whole clause."""
    clauses: int = 1
    """How many clauses state it."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around a node."""

    centre: str
    nodes: tuple[Node, ...]
    """The centre first, then by closeness."""
    edges: tuple[Edge, ...]
    hidden: int
    """Neighbours of the centre that the limit left out."""


@dataclass(frozen=True, slots=True)
class FactRow:
    """One assertion, ready to be shown."""

    subject: Node
    predicate: str
    predicate_zh: str
    predicate_en: str
    object: Node
    clause: str
    sentence: str
    quote: str
    start: int
    end: int
    method: str
    confidence: float
    status: str


class _View:
    """Reads a store node by node, each node once."""

    def __init__(self, store: AnyGraph) -> None:
        self.store = store
        self._links: dict[str, dict[str, None]] = {}

    @cached_property
    def words(self) -> dict[str, tuple[str, str]]:
        return term_labels()

    def links(self, iri: str) -> dict[str, None]:
        """Nodes that facts link to this one, in the order of the store, without doubles."""
        if iri not in self._links:
            found: dict[str, None] = {}
            for _, predicate, value in self.store.triples(subject=iri):
                if predicate in _FACTS and isinstance(value, NamedNode):
                    found[value.value] = None
            for subject, predicate, _ in self.store.triples(object_=iri):
                if predicate in _FACTS:
                    found[subject] = None
            self._links[iri] = found
        return self._links[iri]

    def first(self, subject: str, predicate: str) -> str:
        for _, _, value in self.store.triples(subject, predicate):
            return value.value
        return ""

    def node(self, iri: str) -> Node:
        found: dict[str, str] = {}
        for predicate in reversed(_LABELS):
            for _, _, value in self.store.triples(iri, predicate):
                if isinstance(value, Literal) and value.value:
                    found[value.language or ""] = value.value
        zh, en = found.get("zh", ""), found.get("en", "")
        named = parse_iri(self.store.base, iri)
        return Node(iri, zh or en or iri, en or zh or iri, named.kind if named else "", len(self.links(iri)))

    def rows(self, role: str, iri: str) -> list[tuple[str, str, str, str, Mapping[str, str]]]:
        """Assertions whose ``rdf:subject``, ``rdf:object`` or ``plan:statedIn`` is the node: s, p, o, clause, rest."""
        found = []
        assertions = [assertion for assertion, _, _ in self.store.triples(None, role, iri)]
        self.store.warm(assertions)
        for assertion in assertions:
            own = {predicate: value.value for _, predicate, value in self.store.triples(assertion)}
            own["iri"] = assertion
            found.append(
                (own[_RDF + "subject"], own[_RDF + "predicate"], own[_RDF + "object"], own[term("statedIn")], own)
            )
        return sorted(found, key=lambda row: int(row[4][term("position")]))

    def edge(self, source: str, target: str) -> Edge:
        """The fact between two linked nodes, in whichever direction it runs."""
        for one, other in ((source, target), (target, source)):
            rows = [row for row in self.rows(_RDF + "subject", one) if row[2] == other]
            if rows:
                same = [row for row in rows if row[1] == rows[0][1]]
                return replace(self.as_edge(rows[0]), clauses=len(same))
        raise KeyError((source, target))

    def as_edge(self, row: tuple[str, str, str, str, Mapping[str, str]]) -> Edge:
        subject, predicate, thing, clause, own = row
        zh, en = self.words.get(predicate, ("", ""))
        quote = self.first(own["iri"] + "/quote", _OA + "exact")
        return Edge(subject, thing, predicate, zh, en, clause, quote, self.first(clause, _RDF + "value"))

    def edges_among(self, nodes: Iterable[str]) -> list[Edge]:
        """Facts of which both ends are among the nodes."""
        shown = set(nodes)
        edges: list[Edge] = []
        for iri in nodes:
            if not any(other in shown for other in self.links(iri)):
                continue
            groups: defaultdict[tuple[str, str], list[tuple[str, str, str, str, Mapping[str, str]]]] = defaultdict(list)
            for row in self.rows(_RDF + "subject", iri):
                if row[2] in shown:
                    groups[row[1], row[2]].append(row)
            firsts = [rows[0] for rows in groups.values()]
            self.store.warm(place for row in firsts for place in (row[3], row[4]["iri"] + "/quote"))
            edges += [replace(self.as_edge(rows[0]), clauses=len(rows)) for rows in groups.values()]
        return edges

    def contents(self, iri: str, kind: str) -> list[str]:
        """Units of a document or section, in order."""
        inside = [s for s, _, _ in self.store.triples(None, _PART_OF, iri)]
        found: list[tuple[int, str]] = []
        for part in inside:
            named = parse_iri(self.store.base, part)
            if named is None or named.kind == "clause":
                continue
            place = int(self.first(part, term("position")) or 0)
            if named.kind == "unit":
                found.append((place, part))
            else:
                found += [(int(self.first(u, term("position")) or 0), u) for u in self.contents(part, "section")]
        return [unit for _, unit in sorted(found)]


def _known(store: AnyGraph, iri: str) -> str:
    """Kind of the node; :class:`UnknownTerm` where the graph has none of that IRI."""
    named = parse_iri(store.base, iri)
    if named is None or named.kind == "assertion" or not store.holds(iri):
        raise UnknownTerm(f"the graph knows no {iri[:200]!r}; take an IRI of an answer, a search or an export")
    return named.kind


def _unit_of(store: AnyGraph, iri: str, kind: str) -> str:
    return iri.rsplit("/", 1)[0] if kind == "clause" else iri


def neighbourhood(store: AnyGraph, iri: str, limit: int = 60) -> Neighbourhood:
    """A node, the nodes that facts link it to, and, as far as the limit goes, those that these are linked to.

    Of the second ring those come first that hang on most nodes of the first.  Around a clause: what it states.
    Around a document or a section: its units.

    Args:
        store: the graph.
        iri: of the node in the middle.
        limit: the most nodes, the centre included.

    Raises:
        UnknownTerm: the graph has no such node.
    """
    kind = _known(store, iri)
    view = _View(store)
    structural: list[Edge] = []
    if kind in ("document", "section"):
        first = view.contents(iri, kind)
        structural = [Edge(iri, unit, _HAS_PART, *CONTAINS, "", "", "") for unit in first]
    elif kind == "clause":
        zh, en = view.words.get(term("states"), ("", ""))
        sentence = view.first(iri, _RDF + "value")
        rows = view.rows(term("statedIn"), iri)
        first = list(dict.fromkeys(row[2] for row in rows))
        quotes = {row[2]: view.as_edge(row).quote for row in reversed(rows)}
        structural = [Edge(iri, thing, term("states"), zh, en, iri, quotes[thing], sentence) for thing in first]
    else:
        first = list(view.links(iri))
    shown = dict.fromkeys([iri, *first[: max(0, limit - 1)]])
    hanging: defaultdict[str, int] = defaultdict(int)
    store.warm(shown, inwards=True)
    if len(shown) < limit:
        for near in list(shown)[1:]:
            for far in view.links(near):
                if far not in shown:
                    hanging[far] += 1
    for far in sorted(hanging, key=lambda far: (-hanging[far], far))[: limit - len(shown)]:
        shown[far] = None
    store.warm(shown, inwards=True)
    edges = [edge for edge in structural if edge.target in shown] + view.edges_among(shown)
    nodes = tuple(view.node(node) for node in shown)
    if kind in ("document", "section", "clause"):
        nodes = (replace(nodes[0], neighbours=len(first)), *nodes[1:])
    return Neighbourhood(iri, nodes, tuple(edges), max(0, len(first) - (limit - 1)))


def facts_of(store: AnyGraph, iri: str) -> tuple[FactRow, ...]:
    """The facts of a unit, of the units of a section or document, those that a clause states, or those about a thing.

    Raises:
        UnknownTerm: the graph has no such node.
    """
    kind = _known(store, iri)
    view = _View(store)
    match kind:
        case "clause":
            rows = view.rows(term("statedIn"), iri)
        case "unit":
            rows = view.rows(_RDF + "subject", iri)
        case "document" | "section":
            rows = [row for unit in view.contents(iri, kind) for row in view.rows(_RDF + "subject", unit)]
        case _:
            rows = view.rows(_RDF + "object", iri)
    nodes: dict[str, Node] = {}

    def node(name: str) -> Node:
        if name not in nodes:
            nodes[name] = view.node(name)
        return nodes[name]

    found = []
    for row in rows:
        subject, predicate, thing, clause, own = row
        zh, en = view.words.get(predicate, ("", ""))
        found.append(
            FactRow(
                subject=node(subject),
                predicate=predicate,
                predicate_zh=zh,
                predicate_en=en,
                object=node(thing),
                clause=clause,
                sentence=view.first(clause, _RDF + "value"),
                quote=view.first(own["iri"] + "/quote", _OA + "exact"),
                start=int(view.first(own["iri"] + "/position", _OA + "start")),
                end=int(view.first(own["iri"] + "/position", _OA + "end")),
                method=own[term("method")],
                confidence=float(own[term("confidence")]),
                status=own[term("status")],
            )
        )
    return tuple(found)


def path(store: AnyGraph, a: str, b: str) -> tuple[Edge, ...]:
    """The shortest way from one node to another over facts, each edge with the clause that states it.

    Of several shortest ways the one through the nodes with the fewest links, since those say most.  A clause stands
    for its unit.  An edge keeps the direction of its fact, so follow it from whichever end was reached.

    Returns:
        The edges from ``a`` to ``b``; empty where no facts join them, or both are the same node.

    Raises:
        UnknownTerm: the graph has no such node.
    """
    import networkx as nx

    start, end = (_unit_of(store, iri, _known(store, iri)) for iri in (a, b))
    if start == end:
        return ()
    view = _View(store)
    graph = nx.Graph()
    seen: tuple[set[str], set[str]] = ({start}, {end})
    fronts: list[list[str]] = [[start], [end]]
    for _ in range(_LONGEST_PATH):
        side = 0 if len(fronts[0]) <= len(fronts[1]) else 1
        if not fronts[side]:
            return ()
        further: dict[str, None] = {}
        for near in fronts[side]:
            for far in view.links(near):
                graph.add_edge(near, far)
                if far not in seen[side]:
                    further[far] = None
        seen[side].update(further)
        fronts[side] = list(further)
        if seen[0] & seen[1]:
            break
    else:
        return ()

    def cost(_: str, far: str, __: object) -> float:
        return 1 + 1e-4 * math.log1p(len(view.links(far)))

    steps: list[str] = nx.dijkstra_path(graph, start, end, weight=cost)
    return tuple(view.edge(one, other) for one, other in zip(steps, steps[1:], strict=False))


def fact_graph(store: AnyGraph) -> nx.MultiDiGraph[str]:
    """All facts as a networkx graph: nodes with ``kind``, ``label``, ``label_en``; edges with predicate and clause."""
    import networkx as nx

    view = _View(store)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    units = sorted({subject for subject, _, _ in store.triples(None, _RDF + "type", term("Unit"))})
    for unit in units:
        for row in view.rows(_RDF + "subject", unit):
            for iri in (row[0], row[2]):
                if iri not in graph:
                    node = view.node(iri)
                    graph.add_node(iri, kind=node.kind, label=node.label_zh, label_en=node.label_en)
            edge = view.as_edge(row)
            graph.add_edge(
                edge.source,
                edge.target,
                predicate=edge.predicate,
                label=edge.label_zh,
                label_en=edge.label_en,
                clause=edge.clause,
                quote=edge.quote,
                sentence=edge.sentence,
            )
    return graph


# ---- where to draw ----


def box(label: str) -> tuple[float, float]:
    """Width and height in pixels of a node with its label: a Han character is 14 wide, any other 8."""
    wide = sum(14.0 if ord(c) > 0x2E7F else 8.0 for c in label)
    return min(wide, 14 * 14.0) + 24.0, 40.0


def layout(around: Neighbourhood) -> dict[str, tuple[float, float]]:
    """A place in pixels for each node, the same at each call, so that no two boxes overlap.

    Fruchterman and Reingold's springs (networkx), then boxes that overlap pushed apart along the shorter way, and
    where that does not end, the whole drawing widened.
    """
    import networkx as nx

    names = [node.iri for node in around.nodes]
    if not names:
        return {}
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_edges_from((edge.source, edge.target) for edge in around.edges)
    spread = 120.0 * math.sqrt(len(names))
    springs = nx.spring_layout(graph, seed=7, scale=spread, iterations=60 if len(names) <= 500 else 30)
    sizes = [box(max(node.label_zh, node.label_en, key=lambda text: box(text)[0])) for node in around.nodes]
    # A grain of difference keeps two nodes on one spot from staying there however far the drawing is widened.
    places = [
        [float(springs[name][0]) * 1.4 + number * 1e-3, float(springs[name][1])] for number, name in enumerate(names)
    ]
    for _ in range(60):
        for _ in range(30):
            if not _push(places, sizes):
                return {name: (round(x, 1), round(y, 1)) for name, (x, y) in zip(names, places, strict=True)}
        for place in places:
            place[0] *= 1.15
            place[1] *= 1.15
    return {name: (0.0, 60.0 * number) for number, name in enumerate(names)}


def _push(places: list[list[float]], sizes: list[tuple[float, float]]) -> bool:
    """Move overlapping boxes apart, sweeping from left to right; whether any overlapped."""
    moved = False
    order = sorted(range(len(places)), key=lambda i: places[i][0] - sizes[i][0] / 2)
    for at, i in enumerate(order):
        right = places[i][0] + sizes[i][0] / 2
        for j in order[at + 1 :]:
            if places[j][0] - sizes[j][0] / 2 > right + 8.0:
                break
            dx, dy = places[j][0] - places[i][0], places[j][1] - places[i][1]
            over_x = (sizes[i][0] + sizes[j][0]) / 2 + 4.0 - abs(dx)
            over_y = (sizes[i][1] + sizes[j][1]) / 2 + 4.0 - abs(dy)
            if over_x > 0.5 and over_y > 0.5:
                moved = True
                axis, way, over = (0, dx, over_x) if over_x < over_y else (1, dy, over_y)
                step = math.copysign(over / 2 + 0.5, way)
                places[j][axis] += step
                places[i][axis] -= step
    return moved
