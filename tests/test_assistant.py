"""The façade, over a real workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import ModelError, NothingIngested, UnknownTerm
from kg.settings import Settings
from qa import Assistant
from qa.build import ingest


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
def years(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    """Two years of one bureau's plans."""
    from qa.build import ingest

    folder = warm(tmp_path_factory.mktemp("years") / "workspace")
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


@pytest.mark.parametrize(
    "question",
    [
        "青桐2023年和2024年的教师招聘有什么不同？",
        "How does teacher recruitment differ between 2023 and 2024 in Qingtong?",
        "对比一下青桐县2023年和2024年的教师招聘",
    ],
)
def test_plans_are_set_beside_each_other_by_telling_of_each(years: Assistant, question: str) -> None:
    answer = years.ask(question)
    assert answer.status == "answered"
    assert [(i.document, i.label) for i in answer.items] == [("qingtong-2023", "12"), ("qingtong-2024", "8")]
    assert {c.document for c in answer.citations if "招聘教师" in c.quote} == {"qingtong-2023", "qingtong-2024"}


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


PLAN = (
    "{place}教育局{year}年工作要点\n\n一、安全\n\n"
    "1.抓好校园安全。开展校车检查。\n\n2.办好食堂。食堂达标率达到{share}%。\n"
)


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory, warm: Callable[[Path], Path]) -> Assistant:
    """Six plans of three places and two years, opened anew by each test that asks for it."""
    folder = tmp_path_factory.mktemp("several")
    for k, place in enumerate(("青溪县", "白塘县", "石浦县")):
        for year in (2031, 2032):
            text = PLAN.format(place=place, year=year, share=90 + k + year % 10)
            (folder / f"p{k}-{year}.txt").write_text(text, encoding="utf-8")
    chosen = replace(Settings.load({}), workspace=warm(folder / "workspace"))
    ingest([path for path in folder.glob("*.txt")], chosen)
    return Assistant.load(chosen.workspace, settings=chosen)


def test_a_question_that_names_a_plan_reads_no_other(several: Assistant) -> None:
    assistant = several.reload()
    answer = assistant.ask("白塘县2032年食堂达标率要达到多少？")
    assert "93%" in answer.answer
    assert {item.document for item in answer.items} == {"p1-2032"}
    assert assistant.search("校车检查", 1)[0].document in {p.document.id for p in several.plans()}
    assert "corpus" not in vars(assistant), "the others were laid out too"
    assert assistant.plan("p0-2031").document.title.startswith("青溪县")
    assert "corpus" not in vars(assistant)


def test_a_generation_that_is_opened_later_shares_what_is_of_no_generation(several: Assistant) -> None:
    later = several.reload()
    assert (later.encoder, later.thesaurus, later.glosses) == (several.encoder, several.thesaurus, several.glosses)
    assert later.index is not several.index and later.store is not several.store


def test_the_answer_is_the_same_whether_the_others_are_laid_out_or_not(several: Assistant) -> None:
    early, late = several.reload(), several.reload()
    assert len(late.plans()) == 6
    for question in ("白塘县2032年食堂达标率要达到多少？", "石浦县哪些条目涉及校园安全？"):
        one, other = early.ask(question), late.ask(question)
        assert (one.answer, one.items, one.citations) == (other.answer, other.items, other.citations)


@pytest.mark.parametrize(
    ("question", "words"), [("哪些条目涉及食堂？", "载入了6份"), ("Which items concern canteens?", "6 doc")]
)
def test_too_many_plans_are_not_all_decided_over_and_the_answer_says_so(
    several: Assistant, question: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = several.reload().ask(question)
    assert whole.checked == 12
    assert words not in whole.answer
    monkeypatch.setattr("qa.assistant.WIDE", 9)
    bounded = several.reload().ask(question)
    assert 2 <= bounded.checked <= 4
    assert words in bounded.answer
    assert bounded.items
    named = several.reload().ask(
        "青溪县2031年" + question if question[0] == "哪" else f"{question[:-1]} in 青溪县2031年?"
    )
    assert words not in named.answer


def test_what_is_kept_of_single_plans_is_bounded(several: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.assistant.KEPT_ROWS", 8)
    assistant = several.reload()
    for summary in ("p0-2031", "p0-2032", "p1-2031", "p1-2032", "p2-2031"):
        assistant.plan(summary)
    assert len(assistant._narrow) == 2
