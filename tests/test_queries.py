"""The program's queries give typed rows, and a query from a person can read the graph and nothing else."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kg import queries
from kg.errors import QueryRefused, QueryTimeout
from kg.graph import plan_quads
from kg.queries import MAX_QUERY, Table, refuse_words, run_public
from kg.store import AnyGraph, GraphStore
from kg.vocab import DEFAULT_BASE, body_iri, clause_iri, concept_iri, term, unit_iri
from tests.backends import Filled
from tests.made_plans import made_plan

BASE = DEFAULT_BASE


@pytest.fixture
def store(filled: Filled) -> AnyGraph:
    return filled([quad for name in ("ding-2031", "ding-2032") for quad in plan_quads(made_plan(name), BASE)])


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory) -> GraphStore:
    path = tmp_path_factory.mktemp("queries") / "graph"
    writer = GraphStore.open(path, read_only=False)
    writer.extend(plan_quads(made_plan(), BASE))
    writer.inner.flush()
    del writer
    return GraphStore.open(path)


@pytest.fixture
def one(filled: Filled) -> AnyGraph:
    return filled(plan_quads(made_plan(), BASE))


# ---- the program's own ----


def test_documents_are_counted_once_each(store: AnyGraph) -> None:
    rows = queries.documents(store)
    assert [(row.id, row.units, row.clauses, row.year) for row in rows] == [
        ("ding-2031", 3, 6, 2031), ("ding-2032", 3, 6, 2031)
    ]  # fmt: skip


def test_a_document_without_number_year_and_units_is_listed(filled: Filled) -> None:
    from dataclasses import replace

    plan = made_plan("bare")
    bare = replace(plan.document, number=None, year=None, units=(), sections=())
    alone = filled(plan_quads(replace(plan, document=bare, facts=()), BASE))
    (row,) = queries.documents(alone)
    assert (row.number, row.year, row.units, row.clauses) == (None, None, 0, 0)


def test_units_are_found_by_any_thing_they_are_linked_to(store: AnyGraph) -> None:
    rows = queries.units_with(store, [concept_iri(BASE, "canteen")])
    assert [(row.document, row.label, row.quote) for row in rows] == [
        ("ding-2031", "1", "食堂"), ("ding-2031", "2", "行动"), ("ding-2032", "1", "食堂"), ("ding-2032", "2", "行动")
    ]  # fmt: skip
    (row, _) = queries.units_with(store, [body_iri(BASE, "丁市乙局")])
    assert (row.relation, row.quote, row.clause) == (term("leadBody"), "乙局", clause_iri(BASE, "ding-2031", "i1", 2))
    assert queries.units_with(store, []) == ()
    assert queries.units_with(store, ["urn:x:nosuch"]) == ()


def test_the_register_holds_every_target_once(store: AnyGraph) -> None:
    rows = queries.targets(store)
    assert len(rows) == 2
    row = rows[0]
    assert (row.text, row.value, row.value_max, row.unit_text) == ("达标率达到90%以上", 90.0, None, "%")
    assert (row.comparator, row.baseline, row.due, row.commitment) == (">=", None, "2031-12-31", "complete")
    assert (row.label, row.clause) == ("1", clause_iri(BASE, "ding-2031", "i1", 2))


def test_the_matrix_has_a_row_for_every_unit_with_gaps_empty(store: AnyGraph) -> None:
    rows = queries.matrix(store)
    assert [(row.document, row.label) for row in rows][:3] == [
        ("ding-2031", "通知"), ("ding-2031", "1"), ("ding-2031", "2")
    ]  # fmt: skip
    assert [len(row.bodies) for row in rows] == [0, 3, 0, 0, 3, 0]
    assert {(name, relation) for _, name, relation in rows[1].bodies} == {
        ("丁市乙局", term("leadBody")), ("丁市丙局", term("supportBody")), ("学校", term("affects"))
    }  # fmt: skip


def test_the_glossary_gives_the_first_mention(store: AnyGraph) -> None:
    rows = queries.glossary(store)
    assert [(row.canonical, row.names, row.mentions, len(row.units)) for row in rows] == [
        ("丁字行动", ("丁字行动",), 2, 2), ("戊办法", ("《戊办法》",), 2, 2)
    ]  # fmt: skip
    assert rows[0].clause == clause_iri(BASE, "ding-2031", "i2", 1)


def test_clauses_are_found_by_what_they_state(store: AnyGraph) -> None:
    assert queries.clauses_stating(store, [body_iri(BASE, "丁市丙局")]) == (
        clause_iri(BASE, "ding-2031", "i1", 2), clause_iri(BASE, "ding-2032", "i1", 2)
    )  # fmt: skip


# ---- the gate ----


def test_each_form_of_query_gives_a_table(one: AnyGraph) -> None:
    assert run_public(one, "SELECT ?l WHERE { ?u a plan:PlanItem ; plan:unitLabel ?l } ORDER BY ?l") == Table(
        ("l",), (("1",), ("2",))
    )
    assert run_public(one, "ASK { ?s a plan:Target }") == Table(("ask",), (("true",),), "ask")
    described = run_public(one, "DESCRIBE id:ding-2031")
    assert (described.columns, described.kind) == (("subject", "predicate", "object"), "graph")
    assert (BASE + "ding-2031", "http://purl.org/dc/terms/title", "丁市教育局2031年工作要点") in described.rows
    built = run_public(one, "CONSTRUCT { ?u a <urn:x:y> } WHERE { ?u a plan:Notice }")
    assert built.rows == ((unit_iri(BASE, "ding-2031", "notice"), "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
                           "urn:x:y"),)  # fmt: skip


def test_what_is_not_bound_is_none_and_too_many_rows_are_cut(one: AnyGraph) -> None:
    query = "SELECT ?u ?n WHERE { ?u a plan:Unit OPTIONAL { ?u plan:nosuch ?n } } ORDER BY ?u"
    table = run_public(one, query, max_rows=2)
    assert (len(table.rows), table.truncated, table.rows[0][1]) == (2, True, None)
    assert not run_public(one, query, max_rows=3).truncated


HARMLESS = [
    'SELECT * WHERE { ?s ?p "SERVICE <http://x/> { LOAD" }',
    "SELECT * WHERE { ?service ?from <urn:x:SERVICE> } # SERVICE <http://x/> {",
    "SELECT * WHERE { ?s plan:service 'it\\'s FROM'@en } LIMIT 1",
    "PREFIX service: <urn:x:> SELECT * WHERE { ?s service:from ?o FILTER(?o<3 && ?o>1) }",
    'SELECT * WHERE { ?s ?p """a "quoted" FROM""" }',
]
REFUSED = [
    "SELECT * WHERE { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * WHERE { SERVICE SILENT <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * WHERE { sErViCe ?x { ?s ?p ?o } VALUES ?x { <http://127.0.0.1:{port}/> } }",
    "SELECT * WHERE { ?a <urn:#> ?b . SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * WHERE { ?a ?p 'x\\'' . SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * WHERE { ?a ?p '''' ''' . SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * WHERE { \\u0053ERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } }",
    "SELECT * WHERE { { SELECT * { SERVICE<http://127.0.0.1:{port}/>{ ?s ?p ?o } } } }",
    "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:{port}/> { ?s ?p ?o } } }",
    "SELECT * FROM <http://127.0.0.1:{port}/a.ttl> WHERE { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///etc/passwd> WHERE { GRAPH ?g { ?s ?p ?o } }",
    "CONSTRUCT FROM <file:///etc/passwd> WHERE { ?s ?p ?o }",
    "LOAD <http://127.0.0.1:{port}/a.ttl>",
    "INSERT DATA { <urn:x:a> <urn:x:b> <urn:x:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP GRAPH <urn:x:a>",
    "SELECT * WHERE { ?s ?p ?o } ; DROP ALL",
    "WITH <urn:x:a> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "SELECT",
    "",
    "not SPARQL at all",
    "SELECT * WHERE { ?s nosuch:x ?o }",
    "SELECT * WHERE " + "{" * 200 + "}" * 200,
    "SELECT * WHERE { ?s ?p ?o FILTER(" + "(" * 59 + "1" + ")" * 59 + ") }",
    "SELECT * WHERE { ?s ?p ?o FILTER(" + "!" * 3000 + "true) }",
    "SELECT * WHERE { ?s ?p '\ud800' }",
    "SELECT * WHERE { ?s ?p '\x00",
    "x" * (MAX_QUERY + 1),
]


@pytest.mark.parametrize("query", HARMLESS)
def test_words_inside_strings_names_and_comments_are_no_commands(one: AnyGraph, query: str) -> None:
    run_public(one, query)


CALLS = ["bif:file_to_string('/etc/passwd')", "<bif:exec>('x')", "sql:rdf_load()", "SQL:x()"]
"""What a Virtuoso would run, beside what the standard has."""


def test_no_query_that_is_refused_reaches_a_server(one: AnyGraph) -> None:
    before = len(one)
    calls = [f"SELECT ({call} AS ?x) WHERE {{ }}" for call in CALLS]
    for query in (*calls, "PREFIX b: <bif:> SELECT (b:exec('x') AS ?x) WHERE { }", *REFUSED[:2], *REFUSED[12:16]):
        with pytest.raises(QueryRefused) as caught:
            run_public(one, query)
        assert len(str(caught.value).splitlines()) == 1
    assert len(one) == before


def test_what_a_server_does_not_understand_or_finish_is_told_in_one_line(one: AnyGraph) -> None:
    with pytest.raises(QueryRefused) as caught:
        run_public(one, "SELECT * WHERE { ?s nosuch:x ?o }")
    assert len(str(caught.value).splitlines()) == 1
    joins = " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(6))
    with pytest.raises((QueryTimeout, QueryRefused)):
        run_public(one, f"SELECT (COUNT(DISTINCT *) AS ?n) WHERE {{ {joins} }}", seconds=3)


def test_what_does_more_than_read_is_refused_and_asks_nobody(on_disk: GraphStore) -> None:
    callers: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])

        def listen() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                callers.append(address)
                connection.close()

        Thread(target=listen, daemon=True).start()
        for query in REFUSED:
            with pytest.raises((QueryRefused, QueryTimeout)) as caught:
                run_public(on_disk, query.replace("{port}", port), seconds=20)
            assert "\n" not in str(caught.value), query
            assert len(str(caught.value)) < 400, query
    assert callers == []


@pytest.mark.parametrize("query", [q for q in REFUSED if "SERVICE" in q.upper() or "FROM" in q])
def test_the_grammar_alone_refuses_too(query: str) -> None:
    with pytest.raises(QueryRefused):
        queries._refuse_tree(query.replace("{port}", "1"))


def test_a_query_that_runs_on_is_killed(on_disk: GraphStore) -> None:
    endless = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with pytest.raises(QueryTimeout, match="longer than 2 s"):
        run_public(on_disk, endless, seconds=2)


def test_a_result_larger_than_memory_is_refused_or_cut(on_disk: GraphStore) -> None:
    long = "CONCAT(?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x, ?x)"
    binds = " ".join(f"BIND({long.replace('?x', f'?v{n}')} AS ?v{n + 1})" for n in range(12))
    with pytest.raises((QueryRefused, QueryTimeout)):
        run_public(on_disk, f"SELECT (STRLEN(?v12) AS ?n) WHERE {{ BIND('0123456789' AS ?v0) {binds} }}", seconds=4)
    five = " ".join(binds.split(" BIND")[:1])
    many = f"SELECT ?v1 WHERE {{ ?a ?p ?b . BIND('{'0' * 9000}' AS ?v0) {five} }}"
    assert run_public(on_disk, many, seconds=20).truncated


def test_the_graph_is_the_same_after_a_hostile_query(on_disk: GraphStore, tmp_path: Path) -> None:
    before = len(on_disk)
    for query in ("CLEAR ALL", "DELETE WHERE { ?s ?p ?o }"):
        with pytest.raises(QueryRefused):
            run_public(on_disk, query)
    assert on_disk.path is not None
    assert len(GraphStore.open(on_disk.path)) == before


PIECES = [
    "SELECT", "*", "?s", "?p", "?o", "{", "}", "(", ")", "WHERE", "FILTER", "<urn:x:a>", "'", '"', "'''", '"""', "#",
    "\n", "\\", "\\u0053", "<", ">", ".", ";", "SERVICE", "service", "FROM", "plan:a", ":", "LIMIT 1", "UNION", "a",
    "1", "@en", "^^", "VALUES", "BIND", "AS", "ASK", "\x00", "\u202e",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map(" ".join))
def test_any_text_passes_the_scan_or_is_refused(text: str) -> None:
    try:
        refuse_words(text)
    except QueryRefused as refused:
        assert "\n" not in str(refused)


@given(st.sampled_from(["SERVICE", "service", "SerVice", "FROM", "LOAD", "INSERT", "CLEAR"]), st.sampled_from(HARMLESS))
def test_a_forbidden_word_that_stands_free_is_always_seen(word: str, around: str) -> None:
    with pytest.raises(QueryRefused, match="not allowed"):
        refuse_words(f"{around}\n {word} {around}")


@hypothesis_settings(max_examples=100)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=12).map(" ".join))
def test_the_grammar_answers_or_refuses(text: str) -> None:
    try:
        queries._refuse_tree(text)
    except QueryRefused as refused:
        assert str(refused)


@pytest.mark.parametrize("piece", ["'", '"', "<", "((", "'''", '"""a', "a:", "?a", "\\", "#", "x", "\u4e00"])
def test_the_scan_is_linear_on_a_hostile_line(piece: str) -> None:
    try:
        refuse_words(piece * 50_000)
    except QueryRefused as refused:
        assert str(refused)
