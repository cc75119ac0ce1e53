"""Each format holds what the graph holds, and nothing in it is taken for a command."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given

from kg.errors import UnknownDocument, YaodianError
from kg.export import FORMATS, export, plan_json, render
from kg.extract import extract
from kg.graph import plan_quads
from kg.model import BodyFact, Plan, ProgrammeFact, Span, TargetFact
from kg.source import read_bytes
from kg.store import GraphStore
from kg.structure import parse
from kg.thesaurus import Thesaurus
from kg.vocab import DEFAULT_BASE, clause_iri
from tests.made_plans import made_plan, plans


def stored(*made: Plan) -> GraphStore:
    store = GraphStore.memory()
    for plan in made:
        store.extend(plan_quads(plan, DEFAULT_BASE))
    return store


@pytest.fixture(scope="module")
def store() -> GraphStore:
    return stored(made_plan())


CONTRACT = {
    "document": {"id", "iri", "source", "title", "number", "issuers", "addressees", "year", "issued"},
    "sections": {"label", "title", "level", "parent", "start", "end"},
    "items": {"label", "title", "section", "start", "end", "clauses", "bodies", "programmes", "targets", "themes"},
    "clauses": {"text", "start", "end"},
    "bodies": {"name", "canonical", "role", "kind", "clause", "start", "end", "status"},
    "programmes": {"name", "canonical", "kind", "action", "clause", "start", "end"},
    "targets": {"text", "measure", "value", "value_max", "unit", "comparator", "deadline", "baseline", "clause",
                "start", "end"},
    "themes": {"concept", "label_zh", "label_en", "clause", "start", "end"},
}  # fmt: skip


def test_json_has_every_field_of_the_contract(store: GraphStore) -> None:
    (made,) = json.loads(render(store, "json"))
    assert made["document"].keys() >= CONTRACT["document"]
    assert made["sections"][0].keys() >= CONTRACT["sections"]
    item = made["items"][1]
    assert item.keys() >= CONTRACT["items"]
    for part in ("clauses", "bodies", "targets", "themes"):
        assert item[part][0].keys() >= CONTRACT[part], part
    assert made["items"][2]["programmes"][0].keys() >= CONTRACT["programmes"]


def test_json_says_what_the_plan_says(store: GraphStore) -> None:
    (made,) = json.loads(render(store, "json"))
    assert (made["document"]["number"], made["document"]["year"]) == ("丁教发〔2031〕7号", 2031)
    assert [item["label"] for item in made["items"]] == ["通知", "1", "2"]
    assert (made["items"][1]["section"], made["items"][0]["section"]) == ("一、", None)
    (target,) = made["items"][1]["targets"]
    assert (target["value"], target["unit"], target["deadline"], target["clause"]) == (90.0, "%", "2031-12-31", 2)
    assert [body["role"] for body in made["items"][1]["bodies"]] == ["lead", "support", "affected"]


def test_every_offset_in_json_is_one_of_the_text(store: GraphStore) -> None:
    text = made_plan().document.text
    (made,) = json.loads(render(store, "json"))
    for item in made["items"]:
        for part in ("bodies", "programmes"):
            for fact in item[part]:
                assert text[fact["start"] : fact["end"]] == fact["name"]
                clause = item["clauses"][fact["clause"] - 1]
                assert clause["start"] <= fact["start"] <= fact["end"] <= clause["end"]


def test_a_nested_section_names_its_parent_as_printed() -> None:
    plan = made_plan()
    inner = replace(plan.document.sections[0], id="s2", label="（一）", parent="s1", level=2)
    nested = replace(plan, document=replace(plan.document, sections=(plan.document.sections[0], inner)))
    (made,) = json.loads(render(stored(nested), "json"))
    assert [section["parent"] for section in made["sections"]] == [None, "一、"]


def test_documents_can_be_chosen() -> None:
    both = stored(made_plan("a"), made_plan("b"))
    assert [made["document"]["id"] for made in json.loads(render(both, "json"))] == ["a", "b"]
    assert [made["document"]["id"] for made in json.loads(render(both, "json", ("b",)))] == ["b"]
    with pytest.raises(UnknownDocument):
        render(both, "json", ("c",))


# ---- tables ----

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"]


def hostile_plan(name: str) -> Plan:
    """A plan whose clause, title and facts begin with what a spreadsheet takes for a formula."""
    plan = made_plan()
    unit = replace(plan.document.units[1], title=name)
    unit = replace(unit, clauses=(replace(unit.clauses[0], text=name), *unit.clauses[1:]))
    units = (plan.document.units[0], unit, plan.document.units[2])
    facts = tuple(
        replace(fact, name=name, canonical=name)
        if isinstance(fact, BodyFact | ProgrammeFact)
        else replace(fact, text=name, measure=name)
        if isinstance(fact, TargetFact)
        else fact
        for fact in plan.facts
    )
    return Plan(replace(plan.document, units=units), facts)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_taken_for_a_formula(name: str) -> None:
    from openpyxl import load_workbook

    store = stored(hostile_plan(name))
    text = render(store, "csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert "'" + name in cells
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@\t\r"))]
    book = load_workbook(io.BytesIO(render(store, "xlsx")))
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [cell for cell in found if cell.data_type == "f"]
    assert [cell for cell in found if cell.value.strip() == name.strip()]


def test_csv_has_a_line_for_every_fact(store: GraphStore) -> None:
    rows = list(csv.DictReader(io.StringIO(render(store, "csv").decode("utf-8-sig"), newline="")))
    assert [row["kind"] for row in rows] == [
        "body",
        "body",
        "body",
        "target",
        "theme",
        "theme",
        "programme",
        "programme",
    ]
    assert (rows[0]["role"], rows[0]["canonical"], rows[0]["item"]) == ("lead", "丁市乙局", "1")
    assert rows[0]["iri"] == clause_iri(DEFAULT_BASE, "ding-2031", "i1", 2)


def test_xlsx_has_sheets_of_facts_targets_items_and_bodies(store: GraphStore) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(render(store, "xlsx")))
    assert book.sheetnames == ["facts", "targets", "items", "bodies"]
    assert (book["facts"].max_row, book["targets"].max_row, book["items"].max_row) == (9, 2, 4)
    assert [cell.value for cell in book["bodies"][1]] == ["document", "item", "title", "丁市乙局", "丁市丙局", "学校"]
    assert [cell.value for cell in book["bodies"][3]][3:] == ["lead", "support", "affected"]


# ---- RDF and graphs ----


@pytest.mark.parametrize("format_", ["trig", "jsonld"])
def test_what_is_exported_with_its_graphs_can_be_read_again(store: GraphStore, format_: str) -> None:
    from pyoxigraph import RdfFormat

    again = GraphStore.memory()
    again.inner.load(render(store, format_), RdfFormat.TRIG if format_ == "trig" else RdfFormat.JSON_LD)
    assert set(again.inner) == set(store.inner)


def test_turtle_holds_every_triple_once(store: GraphStore) -> None:
    from rdflib import Graph

    content = render(store, "ttl")
    assert len(Graph().parse(data=content, format="turtle")) == len(
        {(q.subject, q.predicate, q.object) for q in store.inner}
    )
    assert content == render(stored(made_plan()), "ttl"), "equal graphs give equal files"


def test_json_ld_names_no_remote_context(store: GraphStore) -> None:
    whole = json.loads(render(store, "jsonld"))
    contexts = [whole.get("@context")] if isinstance(whole, dict) else [node.get("@context") for node in whole]
    assert not [context for context in contexts if isinstance(context, str | list)]


def test_graphml_is_read_by_networkx(store: GraphStore) -> None:
    graph = nx.read_graphml(io.BytesIO(render(store, "graphml")), force_multigraph=True)
    assert graph.number_of_edges() == len(made_plan().facts)
    assert {data["label_en"] for *_, data in graph.edges(data=True)} >= {"lead body", "concerns", "has target"}


@given(plans())
def test_every_format_takes_every_plan(plan: Plan) -> None:
    spans = {(unit.id, clause.number): clause.span for unit, clause in plan.document.clauses()}
    facts = tuple(replace(fact, span=Span(*((spans[fact.unit, fact.clause].start,) * 2))) for fact in plan.facts)
    store = stored(Plan(plan.document, facts))
    for format_ in FORMATS:
        assert render(store, format_) is not None


# ---- files ----


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_is_written_whole(store: GraphStore, tmp_path: Path, format_: str) -> None:
    target = tmp_path / f"out.{format_}"
    target.write_text("old")
    export(store, format_, target)
    assert target.stat().st_size > 100
    assert [entry.name for entry in tmp_path.iterdir()] == [target.name]


def test_what_cannot_be_written_is_said_in_one_line_and_leaves_nothing(store: GraphStore, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "nosuch" / "out.json", tmp_path / "folder"):
        with pytest.raises(YaodianError, match="cannot write") as caught:
            export(store, "json", target)
        assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["folder"]


def test_an_unknown_format_is_answered_with_the_known_ones(store: GraphStore, tmp_path: Path) -> None:
    with pytest.raises(YaodianError, match="json, csv, xlsx, ttl, trig, jsonld, graphml"):
        export(store, "doc", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_an_item_that_names_nobody_tells_its_implied_actors_apart_from_its_bodies() -> None:
    plan = made_plan()
    items = {item["label"]: item for item in plan_json(plan, DEFAULT_BASE)["items"]}
    assert items["2"]["implied_actors"] == list(plan.document.issuers)
    assert items["1"]["implied_actors"] == items["通知"]["implied_actors"] == []
    assert not {b["name"] for b in items["2"]["bodies"]} & set(items["2"]["implied_actors"])


def test_a_name_with_pinyin_glosses_has_its_canonical_name_without_them_in_its_own_script() -> None:
    lines = [
        "某縣教體局2031年工作計劃",
        "一、重點工作",
        "1、推進清廉學校。開展檢查。（責任科室：紀檢組(zǔ)、審計(jì)科）",
        "2、辦好食堂。",
    ]
    text = "\n".join(lines)
    document = parse(read_bytes("plan.txt", text.encode()), "plan")
    plan = Plan(document, extract(document, Thesaurus.load()))
    bodies = plan_json(plan, "https://example.org/")["items"][0]["bodies"]
    assert [(b["name"], b["canonical"]) for b in bodies if b["role"] == "responsible"] == [
        ("紀檢組", "紀檢組"),
        ("審計(jì)科", "審計科"),
    ]
