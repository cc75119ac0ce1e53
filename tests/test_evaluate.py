"""The scorer counts what its docstring says; the program answers its own questions as well as it did."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SourceError
from kg.settings import Settings
from qa import Assistant
from qa.cli import main
from qa.evaluate import (
    ABLATION,
    MOST,
    Scored,
    ablation,
    baseline,
    confidence,
    evaluate,
    interval,
    judge,
    measure,
    page,
    report,
    risk,
    run,
    run_alone,
    twins,
    weighing,
)
from qa.retrieve import Weights

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "tests" / "questions"
INVENTED = sorted(path.stem for path in QUESTIONS.glob("*.json") if path.stem != "yiyang-2021")
GOLD: dict[str, Any] = {
    "id": "q1", "lang": "zh", "type": "list",
    "question": "哪些条目涉及食堂？", "gold_items": ["7"], "optional_items": [],
    "answer_facts": ["明厨亮灶"], "answerable": True,
}  # fmt: skip
SILENT: dict[str, Any] = {
    "id": "q2", "lang": "zh", "type": "unanswerable", "question": "校医的工资由谁发？", "gold_items": [],
    "answer_facts": [], "answerable": False, "split": "held",
}  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three questions about the invented plan, one of them held."""
    path = tmp_path_factory.mktemp("questions") / "dongqiao-2031.json"
    twin = {**GOLD, "id": "q3", "lang": "en", "question": "Which items mention “食堂”?", "twin": "q1", "split": "dev"}
    path.write_text(json.dumps([{**GOLD, "twin": "q3", "split": "dev"}, SILENT, twin]), encoding="utf-8")
    return path


def texts(assistant: Assistant) -> dict[str, str]:
    return {p.document.id: p.document.text for p in assistant.plans()}


# ------------------------------------------------------------------------------------------------ one answer


def test_a_right_answer_is_right(dongqiao: Assistant) -> None:
    row = judge(GOLD, dongqiao.ask(GOLD["question"]), texts(dongqiao))
    assert row.right and row.f1 == 1.0 and row.facts == 1.0 and row.cited_unit == 1.0 and row.false_quotes == 0


@pytest.mark.parametrize(
    "change",
    [{"gold_items": ["6"]}, {"gold_items": ["6", "7"]}, {"answer_facts": ["校车"]}, {"answerable": False}],
)
def test_a_wrong_answer_is_wrong(dongqiao: Assistant, change: dict[str, object]) -> None:
    assert not judge({**GOLD, **change}, dongqiao.ask(GOLD["question"])).right


def test_an_answer_with_a_quote_that_is_not_there_is_wrong(dongqiao: Assistant) -> None:
    answer = dongqiao.ask(GOLD["question"])
    first = answer.citations[0]
    for bad in (replace(first, quote=first.quote + "。"), replace(first, start=first.start + 1)):
        row = judge(GOLD, replace(answer, citations=(bad, *answer.citations[1:])), texts(dongqiao))
        assert row.false_quotes == 1 and not row.right


def test_optional_units_count_neither_way(dongqiao: Assistant) -> None:
    assert judge({**GOLD, "optional_items": ["6"]}, dongqiao.ask(GOLD["question"])).right


def test_citations_on_a_wanted_clause_are_told_from_others_on_its_unit(dongqiao: Assistant) -> None:
    answer = dongqiao.ask(GOLD["question"])
    clauses = [c.quote for c in answer.citations]
    assert judge({**GOLD, "gold_clauses": clauses}, answer).cited_clause == 1.0
    assert judge({**GOLD, "gold_clauses": ["没有这句。"]}, answer).cited_clause == 0.0


def test_a_number_is_met_as_a_whole_only(dongqiao: Assistant) -> None:
    answer = replace(dongqiao.ask(GOLD["question"]), answer="共15所。")
    assert judge({**GOLD, "answer_facts": ["15"]}, answer).facts == 1.0
    assert judge({**GOLD, "answer_facts": ["5"]}, answer).facts == 0.0
    assert judge({**GOLD, "answer_facts": ["5"], "answer_fact_alternatives": [["15所"]]}, answer).facts == 1.0


def test_confidence_is_a_share_and_an_answer_without_a_citation_has_none(dongqiao: Assistant) -> None:
    answer = dongqiao.ask(GOLD["question"])
    assert 0.0 < confidence(dongqiao, answer) <= 1.0
    assert confidence(dongqiao, replace(answer, citations=())) == 0.0


# ------------------------------------------------------------------------------------------------ many answers


@pytest.fixture(scope="module")
def row(dongqiao: Assistant) -> Scored:
    """A right answer, to make others of."""
    return judge(GOLD, dongqiao.ask(GOLD["question"]))


def rows_of(row: Scored, verdicts: list[bool]) -> list[Scored]:
    """Made-up rows, the most certain first."""
    return [
        replace(row, id=f"{n:03}", right=right, confidence=1 - n / len(verdicts)) for n, right in enumerate(verdicts)
    ]


def test_the_interval_holds_the_mean() -> None:
    low, high = interval([0.0, 1.0] * 50)
    assert low < 0.5 < high
    assert interval([]) == (0.0, 0.0)


def test_a_file_is_asked_and_reported(dongqiao: Assistant, file: Path, tmp_path: Path) -> None:
    assert len(evaluate(dongqiao, file)) == 3
    held = evaluate(dongqiao, file, "held")
    assert [r.id for r in held] == ["q2"]
    told = report("questions", held, "all")
    assert "unanswerable" in told and SILENT["question"] in told
    path = tmp_path / "questions.json"
    path.write_text("{}", encoding="utf-8")
    assert evaluate(dongqiao, path) == ()
    for bad in ("[1]", "1", "[{}]", "nothing"):
        path.write_text(bad, encoding="utf-8")
        with pytest.raises(SourceError):
            evaluate(dongqiao, path)


def test_a_question_follows_on_one_of_the_other_split(dongqiao: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "dongqiao-2031.json"
    later = {**SILENT, "id": "q4", "question": "这一条由谁负责？", "after": "q1"}
    path.write_text(json.dumps([{**GOLD, "split": "dev"}, later]), encoding="utf-8")
    (judged,) = evaluate(dongqiao, path, "held")
    assert {item.label for item in judged.answer.items} <= {"7"}
    assert (
        judged.answer.query.focus == dongqiao.ask(later["question"], after=dongqiao.ask(GOLD["question"])).query.focus
    )


def test_the_plans_that_questions_name_are_looked_for(file: Path, tmp_path: Path) -> None:
    path = tmp_path / "two.json"
    path.write_text(json.dumps([{**GOLD, "documents": ["one-2031", "other-2032"]}]), encoding="utf-8")
    (tmp_path / "one-2031.txt").write_text("一、任务\n1. 办好食堂。\n", encoding="utf-8")
    with pytest.raises(SourceError, match="other-2032"):
        list(run_alone([path], [tmp_path], Settings.load({})))


def test_silence_and_answers_are_measured_apart(dongqiao: Assistant, file: Path) -> None:
    found = measure(evaluate(dongqiao, file))
    assert found.n == 3 and found.abstained == 1.0 and found.answered == 1.0 and found.false_quotes == 0
    assert found.low <= found.right <= found.high
    assert measure(()).n == 0


def test_twins_agree_where_both_are_right_and_list_the_same(dongqiao: Assistant, file: Path) -> None:
    rows = evaluate(dongqiao, file)
    pair = twins(rows)
    assert pair.pairs == 1 and pair.both_right == pair.same_units == pair.same_verdict == 1.0
    other = [replace(r, right=False, listed=("6",)) if r.id == "q3" else r for r in rows]
    pair = twins(other)
    assert pair.pairs == 1 and pair.both_right == pair.same_units == pair.same_verdict == 0.0
    assert twins([r for r in rows if r.id != "q3"]).pairs == 0


@given(verdicts=st.lists(st.booleans(), min_size=1, max_size=30))
def test_the_area_under_the_risk_is_least_in_the_best_order(row: Scored, verdicts: list[bool]) -> None:
    rows = rows_of(row, verdicts)
    curve = risk(rows)
    assert curve.n == len(verdicts) and curve.best <= curve.aurc + 1e-12
    assert curve.accuracy[1.0] == pytest.approx(sum(verdicts) / len(verdicts)) == pytest.approx(1 - curve.blind)
    assert risk(rows_of(row, sorted(verdicts, reverse=True))).aurc == pytest.approx(curve.best)


def test_the_risk_at_a_coverage_is_that_of_the_most_certain(row: Scored) -> None:
    curve = risk(rows_of(row, [True, True, True, True, True, False, True, False, False, False]))
    assert curve.accuracy == {0.5: 1.0, 0.7: 6 / 7, 0.9: 6 / 9, 1.0: 0.6}


def test_answers_that_say_that_the_plan_is_silent_carry_no_risk(dongqiao: Assistant, file: Path) -> None:
    assert risk(evaluate(dongqiao, file)).n == 2


# ------------------------------------------------------------------------------------------------ compared with


def test_evidence_without_weight_is_not_looked_at(dongqiao: Assistant) -> None:
    query = dongqiao.ask(GOLD["question"]).query
    kinds = {"graph only": "graph", "dense only": "dense", "lexical only": "lexical"}
    for name, weights in ABLATION.items():
        hits = weighing(dongqiao, weights).ranked(query)
        for kind in kinds.values():
            assert any(getattr(hit, kind) for hit in hits) == (kind == kinds[name])
    assert dongqiao.weights == Weights(), "the assistant itself stays as it was"


@pytest.mark.parametrize("k", [1, 3])
def test_a_baseline_lists_the_first_units_with_true_quotes(dongqiao: Assistant, k: int) -> None:
    ask = baseline(weighing(dongqiao, ABLATION["dense only"]), k)
    answer = ask(GOLD["question"])
    assert len({item.label for item in answer.items}) == k
    assert judge(GOLD, answer, texts(dongqiao)).false_quotes == 0
    assert ask("2031年新建多少所幼儿园？").query.intent not in {"list_items", "count"}


def test_each_kind_of_evidence_answers_all_questions(dongqiao: Assistant, file: Path) -> None:
    rows = evaluate(dongqiao, file)
    parts = ablation(dongqiao, file, rows)
    assert list(parts) == list(ABLATION)
    assert all([r.id for r in judged] == [r.id for r in rows] for judged, _ in parts.values())
    assert parts["graph only"][1] == 0
    assert all(1 <= k <= MOST for name, (_, k) in parts.items() if name != "graph only")


# ------------------------------------------------------------------------------------------------ the page


def test_the_page_shows_no_held_question(dongqiao: Assistant, file: Path) -> None:
    one = run(dongqiao, file, ablate=True)
    wrong = replace(one, rows=tuple(replace(r, right=False) for r in one.rows))
    text = page([wrong], "yaodian eval", "Said of the questions.")
    assert GOLD["question"] in text and SILENT["question"] not in text
    assert "Said of the questions." in text
    for title in ("Results", "Chinese and English twins", "Risk and coverage", "Ablation", "What goes wrong"):
        assert f"## {title}\n" in text


@pytest.mark.parametrize("name", ["evaluation.md", "ablation.md"])
def test_the_pages_of_the_project_show_no_held_question(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    for path in QUESTIONS.rglob("*.json"):
        for gold in json.loads(path.read_text(encoding="utf-8")):
            if gold["split"] == "held":
                assert f"| {gold['id']} |" not in text


def test_every_table_of_the_page_is_even(dongqiao: Assistant, file: Path) -> None:
    text = page([run(dongqiao, file, ablate=True), run(dongqiao, file, "dev")], "yaodian eval")
    for block in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(widths) == 1, block


def test_a_plan_that_is_nowhere_is_named(file: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="dongqiao-2031"):
        list(run_alone([file], [tmp_path], Settings.load({})))


def test_the_command_writes_the_page(
    dongqiao: Assistant, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(dongqiao.settings.workspace)
    target = tmp_path / "page.md"
    assert main(["eval", str(file), "--split", "dev", "--report", str(target), "--workspace", where]) == 0
    assert "twins: 1 pairs" in capsys.readouterr().out
    text = target.read_text(encoding="utf-8")
    assert "--split dev" in text and re.search(r"Program: (?:commit `[0-9a-f]{12}`|not in a checkout)", text)
    assert main(["eval", str(file), "--report", str(tmp_path), "--workspace", where]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_a_folder_stands_for_the_files_of_questions_in_it(
    dongqiao: Assistant, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = str(dongqiao.settings.workspace)
    below = tmp_path / "questions" / "later"
    below.mkdir(parents=True)
    (below / file.name).write_bytes(file.read_bytes())
    assert main(["eval", str(tmp_path / "questions"), "--workspace", where]) == 0
    assert "twins: 1 pairs" in capsys.readouterr().out
    (tmp_path / "none").mkdir()
    assert main(["eval", str(tmp_path / "none"), "--workspace", where]) == 2
    assert "holds no file of questions" in capsys.readouterr().err


# ------------------------------------------------------------------------------------------------ the program


def test_the_questions_about_the_given_plan_are_answered_as_well_as_before(workspace: Path) -> None:
    assistant = Assistant.load(workspace, settings=Settings.load({}))
    found = measure(evaluate(assistant, QUESTIONS / "yiyang-2021.json", "dev"))
    assert found.false_quotes == 0
    assert found.right >= 0.86


def test_the_questions_about_the_invented_plans_are_answered_as_well_as_before(
    tmp_path: Path, warm: Callable[[Path], Path]
) -> None:
    from qa.build import ingest

    settings = replace(Settings.load({}), workspace=warm(tmp_path / "workspace"))
    ingest([QUESTIONS / "plans" / f"{name}.txt" for name in INVENTED], settings)
    assistant = Assistant.load(settings.workspace, settings=settings)
    found = measure([r for name in INVENTED for r in evaluate(assistant, QUESTIONS / f"{name}.json", "dev")])
    assert found.false_quotes == 0
    assert found.right >= 0.75, found
