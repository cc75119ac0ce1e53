"""One walks from fact to fact, never through a document, and every step shows its sentence."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UnknownTerm
from kg.explore import Edge, Neighbourhood, Node, box, fact_graph, facts_of, layout, neighbourhood, path
from kg.graph import plan_quads
from kg.model import ThemeFact
from kg.store import AnyGraph, GraphStore
from kg.vocab import (
    DEFAULT_BASE,
    body_iri,
    clause_iri,
    concept_iri,
    document_iri,
    section_iri,
    target_iri,
    term,
    unit_iri,
)
from tests.backends import Filled
from tests.made_plans import made_plan, plans

BASE, DOC = DEFAULT_BASE, "ding-2031"
I1, I2, NOTICE = (unit_iri(BASE, DOC, name) for name in ("i1", "i2", "notice"))
LEAD, CANTEEN = body_iri(BASE, "丁市乙局"), concept_iri(BASE, "canteen")


@pytest.fixture
def store(filled: Filled) -> AnyGraph:
    return filled(plan_quads(made_plan(), BASE))


def test_around_a_unit_are_its_things_and_then_what_they_lead_to(store: AnyGraph) -> None:
    around = neighbourhood(store, I1)
    kinds = {node.iri: node.kind for node in around.nodes}
    assert around.nodes[0].iri == I1
    assert kinds[LEAD] == "body"
    assert kinds[CANTEEN] == "concept"
    assert kinds[target_iri(BASE, DOC, "i1", 1)] == "target"
    assert kinds[I2] == "unit", "the second ring: another unit on the same concept"
    assert NOTICE not in kinds
    assert around.hidden == 0


def test_a_node_says_how_many_neighbours_it_has(store: AnyGraph) -> None:
    counts = {node.iri: node.neighbours for node in neighbourhood(store, I1).nodes}
    assert (counts[I1], counts[CANTEEN], counts[LEAD]) == (5, 2, 1)


def test_every_edge_carries_its_clause_and_its_words(store: AnyGraph) -> None:
    plan = made_plan()
    for edge in neighbourhood(store, I1).edges:
        assert edge.quote in plan.document.text
        assert edge.sentence
        assert edge.clause.startswith(edge.source + "/c")
        assert edge.label_zh
        assert edge.label_en
    (lead,) = [edge for edge in neighbourhood(store, LEAD).edges if edge.target == LEAD]
    assert (lead.source, lead.predicate, lead.label_zh, lead.quote) == (I1, term("leadBody"), "牵头单位", "乙局")


def test_nodes_have_labels_in_both_languages_where_the_graph_has_them(store: AnyGraph) -> None:
    nodes = {node.iri: node for node in neighbourhood(store, I1).nodes}
    assert (nodes[CANTEEN].label_zh, nodes[CANTEEN].label_en) == ("食堂", "canteens")
    assert nodes[LEAD].label_en == nodes[LEAD].label_zh == "丁市乙局"
    assert nodes[I1].label_zh == "1 办好学校食堂"


@pytest.mark.parametrize("limit", [1, 2, 4, 60])
def test_the_limit_holds_and_what_it_hides_is_counted(store: AnyGraph, limit: int) -> None:
    around = neighbourhood(store, I1, limit)
    shown = {node.iri for node in around.nodes}
    assert len(shown) <= limit
    assert around.hidden == max(0, 5 - (limit - 1))
    assert all(edge.source in shown and edge.target in shown for edge in around.edges)


def test_a_fact_that_several_clauses_state_is_one_edge(store: AnyGraph) -> None:
    plan = made_plan()
    again = replace(plan.facts[4], clause=2, span=plan.facts[3].span)
    made = GraphStore.memory()
    made.extend(plan_quads(replace(plan, facts=(*plan.facts, again)), BASE))
    (edge,) = [edge for edge in neighbourhood(made, I1).edges if edge.source == I1 and edge.target == CANTEEN]
    assert (edge.clauses, edge.clause) == (2, clause_iri(BASE, DOC, "i1", 1))


def test_around_a_section_and_a_document_are_their_units(store: AnyGraph) -> None:
    for iri, units in ((section_iri(BASE, DOC, "s1"), [I1, I2]), (document_iri(BASE, DOC), [NOTICE, I1, I2])):
        around = neighbourhood(store, iri)
        contains = [edge for edge in around.edges if edge.source == iri]
        assert [edge.target for edge in contains] == units
        assert {(edge.label_zh, edge.clause) for edge in contains} == {("包含", "")}
        assert around.nodes[0].neighbours == len(units)


def test_around_a_clause_is_what_it_states(store: AnyGraph) -> None:
    clause = clause_iri(BASE, DOC, "i1", 2)
    stated = [edge for edge in neighbourhood(store, clause).edges if edge.source == clause]
    assert {edge.quote for edge in stated} == {"乙局", "丙局", "达标率达到90%以上"}
    assert all(edge.sentence.startswith("由乙局牵头") for edge in stated)


@pytest.mark.parametrize(
    "iri", ["urn:x:nosuch", "", "no iri", BASE, document_iri(BASE, "nosuch"), body_iri(BASE, "nobody"), BASE + "vocab"]
)
def test_what_the_graph_does_not_know_is_said_in_one_line(store: AnyGraph, iri: str) -> None:
    for ask in (neighbourhood, facts_of, lambda s, i: path(s, i, I1), lambda s, i: path(s, I1, i)):
        with pytest.raises(UnknownTerm) as caught:
            ask(store, iri)
        assert "\n" not in str(caught.value)


def test_a_path_leads_over_facts_with_a_sentence_on_each(store: AnyGraph) -> None:
    steps = path(store, LEAD, I2)
    assert [(edge.source, edge.target) for edge in steps] == [(I1, LEAD), (I1, CANTEEN), (I2, CANTEEN)]
    assert [edge.sentence for edge in steps] == [
        "由乙局牵头，丙局配合，年底前食堂达标率达到90%以上。", "办好学校食堂。", "开展“丁字行动”。"
    ]  # fmt: skip


def test_a_clause_stands_for_its_unit_in_a_path(store: AnyGraph) -> None:
    assert path(store, clause_iri(BASE, DOC, "i1", 2), clause_iri(BASE, DOC, "i2", 3)) == path(store, I1, I2)


def test_no_path_leads_through_a_document_or_section(store: AnyGraph) -> None:
    assert path(store, NOTICE, I1) == ()
    assert path(store, document_iri(BASE, DOC), I1) == ()
    assert path(store, I1, I1) == ()


def test_of_two_short_ways_the_one_through_the_rarer_thing_is_taken() -> None:
    plan = made_plan()
    common = [
        ThemeFact(unit=unit, clause=1, span=unit_clause, method="t@1", concept=concept, label_zh="甲", label_en="a")
        for unit, unit_clause in (
            ("i1", plan.document.units[1].clauses[0].span),
            ("i2", plan.document.units[2].clauses[0].span),
        )
        for concept in ("a-common", "z-rare")
    ]
    extra = ThemeFact(unit="notice", clause=1, span=plan.document.units[0].clauses[0].span, method="t@1",
                      concept="a-common", label_zh="甲", label_en="a")  # fmt: skip
    made = GraphStore.memory()
    made.extend(plan_quads(replace(plan, facts=(*common, extra)), BASE))
    assert [edge.target for edge in path(made, I1, I2)] == [concept_iri(BASE, "z-rare")] * 2


def test_facts_are_told_with_where_they_stand(store: AnyGraph) -> None:
    plan = made_plan()
    rows = facts_of(store, document_iri(BASE, DOC))
    assert len(rows) == len(plan.facts)
    for row, fact in zip(rows, plan.facts, strict=True):
        assert (row.start, row.end, row.method) == (fact.span.start, fact.span.end, fact.method)
        assert (row.confidence, row.status) == (fact.confidence, fact.status)
        assert row.quote == plan.document.text[row.start : row.end]
        assert row.subject.kind == "unit"
    assert len(facts_of(store, I1)) == 5
    assert len(facts_of(store, CANTEEN)) == 2
    assert len(facts_of(store, clause_iri(BASE, DOC, "i1", 2))) == 3
    assert len(facts_of(store, section_iri(BASE, DOC, "s1"))) == 8
    assert facts_of(store, NOTICE) == ()


def test_all_facts_make_a_networkx_graph(store: AnyGraph) -> None:
    graph = fact_graph(store)
    assert graph.number_of_edges() == len(made_plan().facts)
    assert graph.nodes[CANTEEN]["label_en"] == "canteens"
    assert {data["sentence"] for *_, data in graph.edges(data=True)} == {
        "办好学校食堂。", "由乙局牵头，丙局配合，年底前食堂达标率达到90%以上。", "开展“丁字行动”。", "落实《戊办法》；"
    }  # fmt: skip


@given(plans())
def test_any_plan_can_be_walked_from_any_node(plan: object) -> None:
    from kg.model import Plan

    assert isinstance(plan, Plan)
    made = GraphStore.memory()
    made.extend(plan_quads(plan, BASE))
    whole = neighbourhood(made, document_iri(BASE, plan.document.id))
    for node in whole.nodes:
        around = neighbourhood(made, node.iri, 5)
        assert around.nodes[0].iri == node.iri
        assert len(around.nodes) <= 5
    assert len(facts_of(made, document_iri(BASE, plan.document.id))) == len(plan.facts)


LABELS = st.text(st.sampled_from("甲乙丙丁ab "), max_size=30)


@given(st.lists(LABELS, max_size=40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=80))
def test_no_two_boxes_of_a_drawing_overlap(labels: list[str], pairs: list[tuple[int, int]]) -> None:
    nodes = tuple(Node(f"urn:x:{n}", label, label, "body", 0) for n, label in enumerate(labels))
    edges = tuple(
        Edge(f"urn:x:{a}", f"urn:x:{b}", "p", "", "", "", "", "")
        for a, b in pairs
        if a < len(labels) and b < len(labels)
    )
    around = Neighbourhood("urn:x:0", nodes, edges, 0)
    places = layout(around)
    assert set(places) == {node.iri for node in nodes}
    assert places == layout(around)
    boxes = [(*places[node.iri], *box(node.label_zh)) for node in nodes]
    for number, (x, y, w, h) in enumerate(boxes):
        for x2, y2, w2, h2 in boxes[:number]:
            assert abs(x - x2) >= (w + w2) / 2 or abs(y - y2) >= (h + h2) / 2
