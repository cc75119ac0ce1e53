"""A plan comes back from its copy as it was, whatever stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given

from kg.graph import plan_quads, read_plan
from kg.model import Plan
from kg.snapshot import plan_bytes, plan_of
from kg.store import GraphStore
from tests.made_plans import made_plan, plans


@given(plans())
def test_any_plan_comes_back(plan: Plan) -> None:
    assert plan_of(plan_bytes(plan)) == plan


def test_the_copy_is_what_the_graph_gives_back() -> None:
    store = GraphStore.memory()
    store.extend(plan_quads(made_plan(), store.base))
    assert plan_of(plan_bytes(made_plan())) == read_plan(store, "ding-2031")


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format":2}', b'{"format":1,"document":[],"facts":[]}', b"\xff"]
)
def test_what_is_no_copy_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError):
        plan_of(data)
