"""A store answers queries with bound values that never become syntax, in memory and on disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import DamagedWorkspace
from kg.graph import plan_quads, read_plan
from kg.store import GraphStore
from kg.vocab import DEFAULT_BASE, term
from tests.made_plans import made_plan

A, B, C, G = (NamedNode(f"urn:x:{letter}") for letter in "abcg")


def test_a_store_on_disk_is_read_by_several_at_once(tmp_path: Path) -> None:
    writer = GraphStore.open(tmp_path / "graph", read_only=False)
    writer.extend(plan_quads(made_plan(), DEFAULT_BASE))
    writer.inner.flush()
    del writer
    one, other = GraphStore.open(tmp_path / "graph"), GraphStore.open(tmp_path / "graph")
    assert read_plan(one, "ding-2031") == read_plan(other, "ding-2031") == made_plan()
    with pytest.raises(RuntimeError, match="read-write"):
        one.extend([Quad(A, B, C, G)])


@pytest.mark.parametrize("name", ["nowhere", "file"])
def test_a_folder_that_holds_no_store_is_named_with_the_command_to_run(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("no store")
    with pytest.raises(DamagedWorkspace, match=rf"{name}.*yaodian ingest") as caught:
        GraphStore.open(tmp_path / name)
    assert "\n" not in str(caught.value)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_a_bound_text_is_found_whatever_it_holds(text: str) -> None:
    store = GraphStore.memory()
    store.extend([Quad(A, B, Literal(text), G), Quad(C, B, Literal(text + "x"), G)])
    rows = store.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": Literal(text)})
    assert rows == [{"s": "urn:x:a", "o": text}]
    assert store.ask("ASK { ?s ?p ?o }", {"o": Literal(text)})
    assert not store.ask("ASK { ?s ?p ?o }", {"o": Literal(text + "y")})


def test_a_variable_may_be_bound_to_several_terms_or_to_none() -> None:
    store = GraphStore.memory()
    store.extend(Quad(node, B, Literal(node.value), G) for node in (A, B, C))
    query = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s"
    assert [row["s"] for row in store.select(query, {"s": [A, C]})] == ["urn:x:a", "urn:x:c"]
    assert store.select(query, {"s": []}) == []
    assert len(store.select(query, {"s": [A, C], "p": B})) == 2


def test_an_unbound_variable_is_absent_and_an_empty_text_is_not() -> None:
    store = GraphStore.memory()
    store.extend([Quad(A, B, Literal(""), G)])
    assert store.select("SELECT ?o ?n WHERE { ?s ?p ?o OPTIONAL { ?s ?s ?n } }") == [{"o": ""}]


def test_select_takes_nothing_but_select() -> None:
    with pytest.raises(TypeError):
        GraphStore.memory().select("ASK { ?s ?p ?o }")


def test_a_query_sees_the_union_of_graphs_from_both_doors() -> None:
    store = GraphStore.memory()
    store.extend([Quad(A, B, C, NamedNode("urn:g:1")), Quad(C, B, A, NamedNode("urn:g:2"))])
    query = "SELECT ?x ?g WHERE { ?x ?p ?y . GRAPH ?g { ?y ?p ?x } }"
    assert len(store.select(query)) == 2
    assert len(list(store.dataset.query(query))) == 2


def test_one_graph_is_emptied_alone() -> None:
    store = GraphStore.memory()
    store.extend([Quad(A, B, C, NamedNode("urn:g:1")), Quad(C, B, A, NamedNode("urn:g:2"))])
    store.clear_graph("urn:g:1")
    store.clear_graph("urn:g:nosuch")
    assert (len(store), store.graphs()) == (1, ("urn:g:2",))


def test_a_file_is_loaded_into_a_named_graph(tmp_path: Path) -> None:
    file = tmp_path / "a.ttl"
    file.write_bytes(b"<urn:x:a> <urn:x:b> <urn:x:c> .")
    store = GraphStore.memory()
    store.load(file, "urn:g:1")
    store.load(b"<urn:x:c> <urn:x:b> <urn:x:a> .", "urn:g:2")
    assert store.graphs() == ("urn:g:1", "urn:g:2")
    assert list(store.triples("urn:x:a")) == [("urn:x:a", "urn:x:b", C)]


@pytest.mark.parametrize("iri", ["urn:x:nosuch", "no iri at all", "", "<>", "a b"])
def test_what_is_not_there_is_not_held(iri: str) -> None:
    store = GraphStore.memory()
    store.extend(plan_quads(made_plan(), DEFAULT_BASE))
    assert not store.holds(iri)
    assert store.holds(DEFAULT_BASE + "ding-2031")
    assert store.holds(term("Unit"))
