"""The scorer counts what its docstring says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.errors import SourceError
from qa import Assistant
from qa.evaluate import evaluate, interval, judge, report

GOLD = {
    "id": "q1", "lang": "zh", "type": "list",
    "question": "哪些条目涉及食堂？", "gold_items": ["7"], "optional_items": [],
    "answer_facts": ["明厨亮灶"], "answerable": True,
}  # fmt: skip


def test_a_right_answer_is_right(dongqiao: Assistant) -> None:
    row = judge(GOLD, dongqiao.ask(str(GOLD["question"])))
    assert row.right and row.f1 == 1.0 and row.facts == 1.0


@pytest.mark.parametrize(
    "change",
    [{"gold_items": ["6"]}, {"gold_items": ["6", "7"]}, {"answer_facts": ["校车"]}, {"answerable": False}],
)
def test_a_wrong_answer_is_wrong(dongqiao: Assistant, change: dict[str, object]) -> None:
    assert not judge({**GOLD, **change}, dongqiao.ask(str(GOLD["question"]))).right


def test_optional_units_count_neither_way(dongqiao: Assistant) -> None:
    assert judge({**GOLD, "optional_items": ["6"]}, dongqiao.ask(str(GOLD["question"]))).right


def test_a_file_is_asked_and_reported(dongqiao: Assistant, tmp_path: Path) -> None:
    path = tmp_path / "questions.json"
    path.write_text(json.dumps([GOLD, {**GOLD, "id": "q2", "split": "held"}]), encoding="utf-8")
    assert len(evaluate(dongqiao, path)) == 2
    held = evaluate(dongqiao, path, "held")
    assert [r.id for r in held] == ["q2"]
    assert "all" in report("questions", held, "all")
    path.write_text("{}", encoding="utf-8")
    assert evaluate(dongqiao, path) == ()
    path.write_text("[1]", encoding="utf-8")
    with pytest.raises(SourceError):
        evaluate(dongqiao, path)


def test_the_interval_holds_the_mean() -> None:
    low, high = interval([0.0, 1.0] * 50)
    assert low < 0.5 < high
    assert interval([]) == (0.0, 0.0)
