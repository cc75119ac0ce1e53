"""Neighbourhoods and paths of the graph as the graph pane draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from kg.vocab import term, term_labels
from qa.model import Answer

from .views import Library, Stated, View

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


def evidence_view(library: Library, answer: Answer, limit: int) -> View:
    """What an answer rests on: its units, and what its cited clauses state of them."""
    cited = dict.fromkeys(citation.iri for citation in answer.citations)
    stated = [one for iri in cited for one in library.about.get(iri, ()) if iri in library.places]
    by_unit: dict[str, list[Stated]] = {}
    for one in stated:
        by_unit.setdefault(one.subject, []).append(one)
    shown = dict.fromkeys(by_unit)
    # In turn from each unit, so that a unit with many facts does not crowd out the others.
    for turn in zip_longest(*by_unit.values()):
        shown |= dict.fromkeys(one.object for one in turn if one is not None)
    kept = list(shown)[:limit]
    edges: dict[tuple[str, str, str], View] = {}
    for one in stated:
        if one.subject in kept and one.object in kept:
            zh, en = term_labels()[term(one.relation)]
            clause = library.clause_ref(one.document, one.unit, one.clause)
            edges.setdefault(
                (one.subject, one.relation, one.object),
                {"source": one.subject, "target": one.object, "relation": zh, "relation_en": en, "clause": clause},
            )
    nodes = [library.things[iri].view() for iri in kept]
    return {"center": "", "title": "", "nodes": nodes, "edges": list(edges.values()), "more": len(shown) - len(kept)}


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
