"""Neighbourhoods and paths of the graph as the graph pane draws them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from kg.explore import CONTAINS
from kg.model import ThemeFact
from kg.vocab import term, term_labels, unit_iri
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
    nodes = [_thing_node(library, iri) for iri in kept]
    return {"center": "", "title": "", "nodes": nodes, "edges": list(edges.values()), "more": len(shown) - len(kept)}


def overview_view(library: Library, document_id: str, limit: int) -> View:
    """The themes that most units of a plan are about, and the units that are about most of those."""
    document = library.plan(document_id).document
    about: dict[str, dict[str, Stated]] = {}
    for one in library.facts:
        if one.document is document and isinstance(one.fact, ThemeFact) and one.unit.kind != "notice":
            about.setdefault(one.object, {}).setdefault(one.subject, one)
    themes = sorted(about, key=lambda iri: -len(about[iri]))[: min(limit // 2, 10)]
    counted = Counter(unit for iri in themes for unit in about[iri])
    units = [iri for iri, _ in counted.most_common(min(limit - len(themes), max(7, limit // 5)))]
    edges: list[View] = []
    for iri in themes:
        for unit, one in about[iri].items():
            if unit in units:
                zh, en = term_labels()[term(one.relation)]
                clause = library.clause_ref(one.document, one.unit, one.clause)
                edges.append({"source": unit, "target": iri, "relation": zh, "relation_en": en, "clause": clause})
    order = [unit_iri(library.base, document.id, unit.id) for unit in document.units]
    kept = [*sorted(units, key=order.index), *(iri for iri in themes if any(e["target"] == iri for e in edges))]
    return {
        "center": "",
        "title": document.title,
        "nodes": [_thing_node(library, iri) for iri in kept],
        "edges": edges,
        "more": len(counted) - len(units),
    }


def neighbours_view(library: Library, iri: str, kind: str, known: Sequence[str], room: int) -> View:
    """The neighbours of one kind, to be put beside what a page shows already.

    Args:
        library: the loaded plans.
        iri: of the node whose neighbours are asked for.
        kind: the kind of neighbour, as :meth:`~ui.views.Library.ring` names it.
        known: IRIs of the nodes that the page shows; those of them that are neighbours cost no room.
        room: how many nodes it can still show.
    """
    ring = next((others for name, others in library.ring(iri).items() if name == kind), {})
    shown = set(known)
    new = [other for other in ring if other not in shown]
    added = new[:room]
    edges = [_ring_edge(library, iri, other, ring[other]) for other in ring if other in shown or other in added]
    return {
        "nodes": [_thing_node(library, other) for other in added],
        "edges": edges,
        "more": len(new) - len(added),
    }


def _ring_edge(library: Library, iri: str, other: str, stated: Stated | None) -> View:
    if stated is None:
        zh, en = CONTAINS
        return {"source": iri, "target": other, "relation": zh, "relation_en": en, "clause": None}
    clause = library.clause_ref(stated.document, stated.unit, stated.clause)
    inside = iri not in (stated.subject, stated.object)
    zh, en = term_labels()[term("states" if inside else stated.relation)]
    source, target = (iri, other) if inside else (stated.subject, stated.object)
    return {"source": source, "target": target, "relation": zh, "relation_en": en, "clause": clause}


def _thing_node(library: Library, iri: str) -> View:
    return {**library.things[iri].view(), "neighbours": sum(map(len, library.ring(iri).values()))}


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
    nodes = [_thing_node(library, iri) for iri in names]
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
