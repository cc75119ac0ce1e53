"""The graph says all that the plan says, and gives it back."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from pyoxigraph import Literal, NamedNode

from kg.errors import UnknownDocument
from kg.graph import document_ids, plan_quads, read_plan
from kg.model import Fact, Plan, Span
from kg.store import GraphStore
from kg.vocab import DEFAULT_BASE, FACT_PREDICATES, PREFIXES, graph_iri, term
from tests.made_plans import made_plan, plans


def stored(*made: Plan, base: str = DEFAULT_BASE) -> GraphStore:
    store = GraphStore.memory(base)
    for plan in made:
        store.extend(plan_quads(plan, base))
    return store


@given(plans())
def test_what_is_read_is_what_was_written(plan: Plan) -> None:
    assert read_plan(stored(plan), plan.document.id) == plan


def test_a_plan_with_every_kind_of_fact_comes_back() -> None:
    plan = made_plan()
    assert read_plan(stored(plan), "ding-2031") == plan


def test_two_plans_do_not_mix() -> None:
    one, other = made_plan("a"), made_plan("b")
    other = replace(other, facts=other.facts[:3])
    store = stored(one, other)
    assert document_ids(store) == ("a", "b")
    assert read_plan(store, "a") == one
    assert read_plan(store, "b") == other


@pytest.mark.parametrize("base", ["http://example.org/plans/", "urn:x:", "https://example.org/a#"])
def test_any_base_serves(base: str) -> None:
    assert read_plan(stored(made_plan(), base=base), "ding-2031") == made_plan()


def test_each_plain_fact_has_an_assertion_and_the_reverse() -> None:
    store, base = stored(made_plan()), DEFAULT_BASE
    facts = {term(name) for name in FACT_PREDICATES}
    extracted = store.inner.quads_for_pattern(None, None, None, NamedNode(graph_iri(base, "ding-2031", "extracted")))
    plain = {(q.subject, q.predicate, q.object) for q in extracted if q.predicate.value in facts}
    asserted = {
        tuple(
            next(
                iter(store.inner.quads_for_pattern(NamedNode(node), NamedNode(PREFIXES["rdf"] + part), None, None))
            ).object
            for part in ("subject", "predicate", "object")
        )
        for node, _, _ in store.triples(None, PREFIXES["rdf"] + "type", term("Assertion"))
    }
    assert plain == asserted
    assert len(plain) == len(made_plan().facts)


def test_a_quote_selector_holds_the_words_at_the_position_selector() -> None:
    store, plan = stored(made_plan()), made_plan()
    rows = store.select(
        """SELECT ?exact ?start ?end ?prefix WHERE {
             ?a oa:hasTarget ?t . ?t oa:hasScope ?clause ; oa:hasSource ?document ; oa:hasSelector ?q , ?p .
             ?q a oa:TextQuoteSelector ; oa:exact ?exact ; oa:prefix ?prefix .
             ?p a oa:TextPositionSelector ; oa:start ?start ; oa:end ?end }"""
    )
    assert len(rows) == len(plan.facts)
    for row in rows:
        start, end = int(row["start"]), int(row["end"])
        assert plan.document.text[start:end] == row["exact"]
        assert plan.document.text[:start].endswith(row["prefix"])


def test_everything_that_is_typed_is_labelled() -> None:
    unlabelled = stored(made_plan()).select(
        """SELECT DISTINCT ?thing WHERE {
             VALUES ?type { plan:PlanDocument plan:Section plan:Unit plan:Clause plan:Body plan:Programme
                            plan:PolicyDocument plan:Target plan:Theme }
             ?thing a ?type FILTER NOT EXISTS { ?thing rdfs:label ?label } }"""
    )
    assert unlabelled == []


def test_a_better_rule_keeps_the_name_of_a_fact() -> None:
    plan = made_plan()
    better = replace(plan, facts=tuple(replace(fact, method="new@2", confidence=0.5) for fact in plan.facts))

    def names(of: Plan) -> set[str]:
        return {node for node, _, _ in stored(of).triples(None, PREFIXES["rdf"] + "type", term("Assertion"))}

    assert names(plan) == names(better)


def test_every_iri_is_ascii() -> None:
    for quad in plan_quads(made_plan(), DEFAULT_BASE):
        for node in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            assert isinstance(node, Literal) or str(node).isascii()


def test_an_unknown_document_is_said_to_be_unknown() -> None:
    for name in ("nobody", "", "..", "body"):
        with pytest.raises(UnknownDocument, match="yaodian list"):
            read_plan(stored(made_plan()), name)


@pytest.mark.parametrize("name", ["vocab", "body", "programme", "review", "a~"])
def test_a_document_may_be_called_like_a_shared_graph(name: str) -> None:
    store = stored(made_plan(name), made_plan("other"))
    assert document_ids(store) == tuple(sorted((name, "other")))
    assert read_plan(store, name) == made_plan(name)


def test_a_kind_of_fact_that_the_graph_does_not_know_is_refused() -> None:
    @dataclass(frozen=True, slots=True, kw_only=True)
    class Rumour(Fact):
        pass

    rumour = Rumour(unit="i1", clause=1, span=Span(0, 1), method="x")
    with pytest.raises(TypeError, match="Rumour"):
        plan_quads(Plan(made_plan().document, (rumour,)), DEFAULT_BASE)
