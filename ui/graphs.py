"""Neighbourhoods and paths of the graph as the graph pane draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from kg.store import GraphStore
from qa.model import Answer

from .views import Library, View

if TYPE_CHECKING:
    from kg.explore import Edge, Neighbourhood, Node

_KINDS = {"unit": "item", "concept": "theme"}
"""What the pages call a kind of the graph, where it is another word."""


def graph_view(library: Library, around: Neighbourhood) -> View:
    """The nodes and edges of a neighbourhood; a page draws at most what it holds."""
    centre = library.things.get(around.centre)
    return {
        "center": around.centre,
        "title": centre.label if centre else "",
        "nodes": [_node(library, node) for node in around.nodes],
        "edges": _edges(library, around.edges),
        "more": around.hidden,
    }


def evidence_of(store: GraphStore, answer: Answer, limit: int) -> Neighbourhood:
    """What an answer rests on: its units, and what its cited clauses state of them."""
    from kg.explore import Edge, Neighbourhood, facts_of

    rows = [row for clause in dict.fromkeys(c.iri for c in answer.citations) for row in facts_of(store, clause)]
    units = {row.subject.iri: row.subject for row in rows}
    told: dict[str, Node] = {}
    # In turn from each unit, so that a unit with many facts does not crowd out the others.
    by_unit = [[row for row in rows if row.subject.iri == unit] for unit in units]
    for turn in zip_longest(*by_unit):
        told |= {row.object.iri: row.object for row in turn if row is not None and row.object.iri not in told}
    nodes = list({**units, **told}.values())[:limit]
    shown = {node.iri for node in nodes}
    edges: dict[tuple[str, str, str], Edge] = {}
    for row in rows:
        if row.subject.iri in shown and row.object.iri in shown:
            edges.setdefault(
                (row.subject.iri, row.predicate, row.object.iri),
                Edge(
                    row.subject.iri,
                    row.object.iri,
                    row.predicate,
                    row.predicate_zh,
                    row.predicate_en,
                    row.clause,
                    row.quote,
                    row.sentence,
                ),
            )
    return Neighbourhood("", tuple(nodes), tuple(edges.values()), len(units) + len(told) - len(nodes))


def path_view(library: Library, edges: Sequence[Edge], a: str, b: str) -> View:
    """A path as a small graph and as its steps, each with the sentence that states it."""
    names = {iri: library.thing(iri) for edge in edges for iri in (edge.source, edge.target)}
    names |= {iri: library.thing(iri) for iri in (a, b)}
    steps = [
        {
            "from": names[e.source].label,
            "from_en": names[e.source].label_en,
            "to": names[e.target].label,
            "to_en": names[e.target].label_en,
            "relation": e.label_zh,
            "relation_en": e.label_en,
            "clause": library.edge_clause(e.clause),
        }
        for e in edges
    ]
    nodes = [thing.view() for thing in names.values()]
    return {"center": a, "title": "", "nodes": nodes, "edges": _edges(library, edges), "more": 0, "steps": steps}


def _node(library: Library, node: Node) -> View:
    # The page's own name of a unit is its label and title; the graph's labels serve for what no loaded plan names.
    thing = library.things.get(node.iri)
    view: dict[str, Any] = (
        thing.view()
        if thing
        else {
            "iri": node.iri,
            "kind": _KINDS.get(node.kind, node.kind),
            "label": node.label_zh,
            "label_en": node.label_en,
        }
    )
    return {**view, "neighbours": node.neighbours}


def _edges(library: Library, edges: Iterable[Edge]) -> list[View]:
    return [
        {
            "source": e.source,
            "target": e.target,
            "relation": e.label_zh,
            "relation_en": e.label_en,
            "clauses": e.clauses,
            "clause": library.edge_clause(e.clause),
        }
        for e in edges
    ]
