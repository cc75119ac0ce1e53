"""Every way in which a graph can be wrong is told, with its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from kg.check import check_graph, graph_warnings
from kg.graph import plan_quads
from kg.model import Plan, Span
from kg.store import GraphStore
from kg.vocab import DEFAULT_BASE, PREFIXES, graph_iri, term, unit_iri
from tests.made_plans import made_plan

BASE, DOC = DEFAULT_BASE, "ding-2031"


def stored(plan: Plan) -> GraphStore:
    store = GraphStore.memory()
    store.extend(plan_quads(plan, BASE))
    return store


def test_a_right_graph_has_no_problem_and_no_warning() -> None:
    assert check_graph(stored(made_plan())) == ()
    assert graph_warnings(stored(made_plan())) == ()


def test_an_empty_graph_is_right() -> None:
    assert check_graph(GraphStore.memory()) == ()


def unit(plan: Plan, **changes: object) -> Plan:
    units = list(plan.document.units)
    units[1] = replace(units[1], **changes)  # type: ignore[arg-type]
    return replace(plan, document=replace(plan.document, units=tuple(units)))


def clause(plan: Plan, **changes: object) -> Plan:
    clauses = plan.document.units[1].clauses
    return unit(plan, clauses=(replace(clauses[0], **changes), *clauses[1:]))  # type: ignore[arg-type]


def document(plan: Plan, **changes: object) -> Plan:
    return replace(plan, document=replace(plan.document, **changes))  # type: ignore[arg-type]


def fact(plan: Plan, number: int, **changes: object) -> Plan:
    facts = list(plan.facts)
    facts[number] = replace(facts[number], **changes)  # type: ignore[arg-type]
    return replace(plan, facts=tuple(facts))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda p: clause(p, text="别的话。"), "ding-2031/i1/c1: its text is not the document's"),
        (lambda p: clause(p, span=Span(0, 3), text="丁市教"), "ding-2031/i1/c1: lies outside its unit"),
        (lambda p: unit(p, span=Span(0, 10**6)), "ding-2031/i1: ends at 1000000"),
        (lambda p: unit(p, section="s9"), "ding-2031/i1: its section s9 is not there"),
        (lambda p: unit(p, label=""), "ding-2031/i1: a unit has one label"),
        (lambda p: replace(unit(p, clauses=()), facts=()), "ding-2031/i1: a unit has at least one clause"),
        (lambda p: document(p, sha256="xyz"), "ding-2031: the hash of the source is 64 hexadecimal digits"),
        (lambda p: document(p, year=12), "ding-2031: a plan is for one year"),
        (lambda p: fact(p, 0, span=Span(0, 2)), "ding-2031/i1/c2: fact 1 at 0..2 lies outside its clause"),
        (lambda p: fact(p, 0, clause=9), "ding-2031/i1/c9: fact 1 stands in this clause, which is not there"),
        (lambda p: fact(p, 0, method=""), "an assertion has a method"),
        (lambda p: fact(p, 0, status="approved"), "what a person approved or edited names its reviewer"),
        (lambda p: fact(p, 3, comparator="≥"), "ding-2031/i1/t1: a target has one comparator"),
        (lambda p: fact(p, 3, value=None, deadline=None), "ding-2031/i1/t1: a target has a value, a date"),
        (lambda p: fact(fact(p, 4, label_en=""), 5, label_en=""), "concept/canteen: a theme has an English label"),
    ],
)
def test_a_wrong_plan_is_told_with_its_place(wrong: Callable[[Plan], Plan], said: str) -> None:
    problems = check_graph(stored(wrong(made_plan())))
    assert [line for line in problems if said in line], problems
    assert not [line for line in problems if "\n" in line]


def test_an_unusual_number_is_a_warning_and_no_problem() -> None:
    store = stored(document(made_plan(), number="无字号"))
    assert check_graph(store) == ()
    (warning,) = graph_warnings(store)
    assert "发文字号" in warning


EXTRACTED, ASSERTIONS = (NamedNode(graph_iri(BASE, DOC, part)) for part in ("extracted", "assertions"))
UNIT = NamedNode(unit_iri(BASE, DOC, "i1"))


def drop(store: GraphStore, predicate: str, graph: NamedNode) -> None:
    quad = next(iter(store.inner.quads_for_pattern(None, NamedNode(predicate), None, graph)))
    store.inner.remove(quad)


def put(store: GraphStore, *quad: NamedNode | Literal) -> None:
    store.extend([Quad(*quad)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda s: drop(s, term("leadBody"), EXTRACTED), "leadBody body/ding-shi-yi-ju"),
        (lambda s: drop(s, term("states"), EXTRACTED), "has no plain triple"),
        (lambda s: drop(s, PREFIXES["rdf"] + "object", ASSERTIONS), "cannot be read back"),
        (lambda s: put(s, UNIT, NamedNode(term("concerns")), NamedNode(BASE + "concept/x"), EXTRACTED),
         "has no assertion"),
        (lambda s: drop(s, PREFIXES["oa"] + "exact", ASSERTIONS), "its quote or its position is missing"),
        (lambda s: drop(s, term("text"), NamedNode(graph_iri(BASE, DOC, "source"))), "cannot be read back"),
        (lambda s: put(s, UNIT, NamedNode(PREFIXES["rdf"] + "type"), NamedNode(term("unit")), EXTRACTED),
         "is no class of the vocabulary"),
        (lambda s: put(s, UNIT, UNIT, UNIT, NamedNode("urn:x:stray")), "the graph urn:x:stray belongs to no"),
        (lambda s: put(s, UNIT, NamedNode(PREFIXES["dct"] + "isPartOf"), UNIT, EXTRACTED), "i1: a unit has one parent"),
    ],
)  # fmt: skip
def test_a_damaged_graph_is_told(damage: Callable[[GraphStore], None], said: str) -> None:
    store = stored(made_plan())
    damage(store)
    problems = check_graph(store)
    assert [line for line in problems if said in line], problems


def test_a_quote_that_is_not_the_text_is_told() -> None:
    store = stored(made_plan())
    exact = NamedNode(PREFIXES["oa"] + "exact")
    quad = next(iter(store.inner.quads_for_pattern(None, exact, Literal("乙局"), None)))
    store.inner.remove(quad)
    put(store, quad.subject, exact, Literal("丙局"), quad.graph_name)  # type: ignore[arg-type]
    (problem,) = check_graph(store, shapes=False)
    assert "its quote is not the text at" in problem
