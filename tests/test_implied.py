"""A unit that names nobody who acts is the issuer's, and that is never taken for something a clause states."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from kg.check import check_graph
from kg.graph import plan_quads, read_plan
from kg.implied import body_of_title, implied_actors
from kg.model import BodyFact, Plan
from kg.store import GraphStore
from kg.vocab import DEFAULT_BASE, body_iri, term, unit_iri
from tests.made_plans import made_plan, plans


def store_of(plan: Plan) -> GraphStore:
    store = GraphStore.memory(DEFAULT_BASE)
    store.inner.extend(plan_quads(plan, DEFAULT_BASE))
    return store


def test_the_issuers_stand_for_units_without_an_owner_and_for_no_others() -> None:
    plan = made_plan()
    owned = {f.unit for f in plan.facts if isinstance(f, BodyFact) and f.role in ("lead", "responsible", "support")}
    found = implied_actors(plan)
    assert owned and not owned & set(found)
    assert set(found) == {u.id for u in plan.document.units if u.kind != "notice"} - owned
    assert all(names == plan.document.issuers for names in found.values())


def test_people_and_places_that_a_unit_names_do_not_act() -> None:
    plan = made_plan()
    facts = tuple(replace(f, role="affected") if isinstance(f, BodyFact) else f for f in plan.facts)
    assert "i1" in implied_actors(replace(plan, facts=facts))


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("丁县教育局2031年工作要点", ("丁县教育局",)),
        ("2031年丁庄学校德育工作计划", ("丁庄学校",)),
        ("丁市人民政府关于办好教育的意见", ("丁市人民政府",)),
        ("丁縣政府教育處120年度施政計畫", ("丁縣政府教育處",)),
        ("中共丁省委丁省人民政府关于办好教育的意见", ("中共丁省委", "丁省人民政府")),
        ("丁县2031年民生实事", ()),
        ("关于做好工作的意见", ()),
        ("政策", ()),
    ],
)
def test_without_issuers_the_body_of_the_title_stands_for_them(title: str, body: tuple[str, ...]) -> None:
    document = replace(made_plan().document, title=title, issuers=())
    assert body_of_title(document) == body
    assert set(implied_actors(Plan(document)).values()) == ({body} if body else set())


def test_an_english_title_names_the_body_before_the_plan() -> None:
    document = replace(made_plan().document, title="Greenbank School School Improvement Plan 2031", language="en")
    assert body_of_title(document) == ("Greenbank School",)


@given(plans())
def test_what_is_implied_is_no_fact_and_the_plan_comes_back_whole(plan: Plan) -> None:
    plan = replace(plan, facts=tuple(replace(fact, status="extracted", review=None) for fact in plan.facts))
    store = store_of(plan)
    assert read_plan(store, plan.document.id) == plan
    assert not [line for line in check_graph(store, shapes=False) if "assertion" in line or "plain" in line]
    for unit, names in implied_actors(plan).items():
        iri = unit_iri(DEFAULT_BASE, plan.document.id, unit)
        found = {value.value for _, _, value in store.triples(iri, term("impliedActor"))}
        assert found == {body_iri(DEFAULT_BASE, name) for name in names}


def test_the_graph_with_it_keeps_its_shapes() -> None:
    assert check_graph(store_of(made_plan())) == ()
