"""A store answers queries with bound values that never become syntax, in memory, on disk and behind a server."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import DamagedWorkspace, UnknownDocument
from kg.graph import document_ids, plan_quads, read_plan
from kg.server import ServerStore
from kg.store import GraphStore
from kg.vocab import DEFAULT_BASE, PREFIXES, term
from tests.backends import Filled
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
def test_a_bound_text_is_found_whatever_it_holds(filled: Filled, text: str) -> None:
    store = filled([Quad(A, B, Literal(text), G), Quad(C, B, Literal(text + "x"), G)])
    if isinstance(store, ServerStore) and store.wire.doors.virtuoso:
        assume("\0" not in text)  # It cuts a text there; a plan so cut is told when it is read back.
    rows = store.select("SELECT ?s ?o WHERE { ?s ?p ?o }", {"o": Literal(text)})
    assert rows == [{"s": "urn:x:a", "o": text}]
    assert store.ask("ASK { ?s ?p ?o }", {"o": Literal(text)})
    assert not store.ask("ASK { ?s ?p ?o }", {"o": Literal(text + "y")})


def test_a_variable_may_be_bound_to_several_terms_or_to_none(filled: Filled) -> None:
    store = filled([Quad(node, B, Literal(node.value), G) for node in (A, B, C)])
    query = "SELECT ?s WHERE { ?s ?p ?o } ORDER BY ?s"
    assert [row["s"] for row in store.select(query, {"s": [A, C]})] == ["urn:x:a", "urn:x:c"]
    assert store.select(query, {"s": []}) == []
    assert len(store.select(query, {"s": [A, C], "p": B})) == 2


def test_an_unbound_variable_is_absent_and_an_empty_text_is_not(filled: Filled) -> None:
    store = filled([Quad(A, B, Literal(""), G)])
    assert store.select("SELECT ?o ?n WHERE { ?s ?p ?o OPTIONAL { ?s ?s ?n } }") == [{"o": ""}]


def test_select_takes_nothing_but_select(filled: Filled) -> None:
    with pytest.raises(TypeError):
        filled([]).select("ASK { ?s ?p ?o }")


def test_a_query_sees_the_union_of_graphs_from_every_door(filled: Filled) -> None:
    store = filled([Quad(A, B, C, NamedNode("urn:g:1")), Quad(C, B, A, NamedNode("urn:g:2"))], "urn:g:")
    query = "SELECT ?x ?g WHERE { ?x <urn:x:b> ?y . GRAPH ?g { ?y <urn:x:b> ?x } }"
    assert len(store.select(query)) == 2
    near = store.near(store.graphs())
    assert len(near.select(query)) == 2
    assert len(list(near.dataset.query(query))) == 2


def test_triples_fit_their_pattern_with_language_and_type(filled: Filled) -> None:
    values: list[NamedNode | Literal] = [
        C,
        Literal("x"),
        Literal("x", language="en"),
        Literal("7", datatype=NamedNode(PREFIXES["xsd"] + "integer")),
    ]
    store = filled([Quad(A, B, value, NamedNode("urn:g:1")) for value in values] + [Quad(C, A, A, G)], "urn:")
    assert {o for _, _, o in store.triples("urn:x:a")} == set(values)
    for value in values:
        assert list(store.triples(None, "urn:x:b", value)) == [("urn:x:a", "urn:x:b", value)]
    assert list(store.triples(None, None, "urn:x:a")) == [("urn:x:c", "urn:x:a", A)]
    assert list(store.triples("urn:x:a", "urn:x:c")) == []
    assert len(store) == 5
    assert set(store.quads("urn:g:1")) == {Quad(A, B, value, NamedNode("urn:g:1")) for value in values}
    assert len(list(store.quads())) == 5


def test_a_plan_read_back_is_the_plan_that_was_written(filled: Filled) -> None:
    store = filled(plan_quads(made_plan(), DEFAULT_BASE))
    assert document_ids(store) == ("ding-2031",)
    assert read_plan(store, "ding-2031") == made_plan()
    with pytest.raises(UnknownDocument):
        read_plan(store, "nosuch")


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
def test_what_is_not_there_is_not_held(filled: Filled, iri: str) -> None:
    store = filled(plan_quads(made_plan(), DEFAULT_BASE))
    assert not store.holds(iri)
    assert store.holds(DEFAULT_BASE + "ding-2031")
    assert store.holds(term("Unit"))
