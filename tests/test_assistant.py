"""The façade, over a real workspace."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import ModelError, NothingIngested, UnknownTerm
from kg.settings import Settings
from qa import Assistant


def test_nothing_ingested_names_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(NothingIngested, match="yaodian ingest"):
        Assistant.load(tmp_path)


def test_an_index_of_another_encoder_is_refused(workspace: Path, dongqiao: Assistant) -> None:
    class Other:
        name = "another-model"
        dimension = dongqiao.encoder.dimension
        queries = dongqiao.encoder.queries
        passages = dongqiao.encoder.passages

    with pytest.raises(ModelError):
        Assistant(dongqiao.store, dongqiao.index, Other(), dongqiao.thesaurus, None, Settings.load({}))


def test_the_answer_is_the_object_of_the_contract(dongqiao: Assistant) -> None:
    whole = json.loads(json.dumps(dongqiao.ask("哪些条目涉及食堂？", id="q1").to_json(), ensure_ascii=False))
    assert set(whole) >= {
        "id", "question", "language", "status", "answer", "items", "citations", "borderline", "checked", "explanation",
        "elapsed_ms",
    }  # fmt: skip
    assert whole["id"] == "q1"
    assert set(whole["items"][0]) >= {"document", "label", "title", "iri"}
    assert set(whole["citations"][0]) >= {"n", "document", "item", "quote", "start", "end", "iri"}
    assert set(whole["explanation"]) >= {"intent", "terms", "sparql", "evidence"}


def test_the_same_question_has_the_same_answer(dongqiao: Assistant) -> None:
    first, second = (dongqiao.ask("谁负责食堂食品安全？") for _ in range(2))
    assert replace(first, elapsed_ms=0) == replace(second, elapsed_ms=0)


def test_a_conversation_goes_on_about_what_was_answered(dongqiao: Assistant) -> None:
    first = dongqiao.ask("“青蓝结对”在哪一条？")
    second = dongqiao.ask("它由谁负责？", after=first)
    assert [i.label for i in second.items] == ["2"]
    assert "教师发展中心" in second.answer
    third = dongqiao.ask("And for canteens?", after=dongqiao.ask("Which items concern school buses?"))
    assert [i.label for i in third.items] == ["7"]


def test_search_gives_clauses_with_their_offsets(dongqiao: Assistant) -> None:
    hits = dongqiao.search("学校食堂", 3)
    assert hits[0].item == "7"
    text = dongqiao.plan(hits[0].document).document.text
    assert text[hits[0].start : hits[0].end].strip() == hits[0].text
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


def test_a_clause_is_opened_by_its_iri_and_nothing_else(dongqiao: Assistant) -> None:
    hit = dongqiao.search("消防演练", 1)[0]
    assert dongqiao.clause(hit.iri).clause.text == hit.text
    with pytest.raises(UnknownTerm):
        dongqiao.clause("https://example.org/<script>")
    with pytest.raises(UnknownTerm):
        dongqiao.plan("nosuch")


def test_the_graph_around_a_unit_is_walked(dongqiao: Assistant) -> None:
    item = dongqiao.ask("食堂在哪一条？").items[0]
    around = dongqiao.neighbourhood(item.iri)
    assert any("食堂" in node.label_zh or "安全" in node.label_zh for node in around.nodes)
    assert around.edges


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Two years of one bureau's plans."""
    from qa.build import ingest

    folder = tmp_path_factory.mktemp("years") / "workspace"
    settings = replace(Settings.load({}), workspace=folder)
    plans = Path(__file__).parent / "questions" / "plans"
    ingest([plans / "qingtong-2023.txt", plans / "qingtong-2024.txt"], settings)
    return Assistant.load(folder, settings=settings)


def test_a_question_that_names_a_year_or_a_body_is_asked_of_its_plan_alone(years: Assistant) -> None:
    answer = years.ask("2024年的要点里有几条涉及教师？")
    assert answer.items and {i.document for i in answer.items} == {"qingtong-2024"}
    assert answer.checked == len(years.plan("qingtong-2024").document.units)
    assert {i.document for i in years.ask("有几条涉及教师？").items} == {"qingtong-2023", "qingtong-2024"}


def test_a_question_after_each_year_is_answered_year_by_year(years: Assistant) -> None:
    answer = years.ask("“红烛先锋”示范支部2023年、2024年各评多少个？")
    assert answer.status == "answered"
    assert answer.answer.index("12个") < answer.answer.index("15个")
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    for citation in answer.citations:
        text = years.plan(citation.document).document.text
        assert "".join(text[citation.start : citation.end].split()) == "".join(citation.quote.split())


def test_a_number_that_several_plans_bear_is_read_in_each_and_offered_apart(years: Assistant) -> None:
    answer = years.ask("第3条讲什么？")
    assert len({i.document for i in answer.items}) == 2
    for reading in answer.explanation.readings:
        assert len({i.document for i in years.ask(reading).items}) == 1
    assert len(answer.explanation.readings) == 2


def test_a_body_whose_plan_is_not_loaded_is_named(years: Assistant) -> None:
    answer = years.ask("东桥县教育局今年招多少教师？")
    assert answer.status == "not_stated" and "东桥县教育局" in answer.answer


def test_a_question_without_an_end_or_a_beginning_is_not_guessed_at(dongqiao: Assistant) -> None:
    assert dongqiao.ask("教师" * 400).status == "unclear"
    assert dongqiao.ask("？？？").status == "unclear"
    assert dongqiao.ask("").status == "unclear"
