"""Deciding over every unit, and ranking for a single fact."""

from __future__ import annotations

import pytest

from qa import Assistant
from qa.model import (
    And,
    HasBody,
    HasConcept,
    HasTarget,
    HasText,
    InSection,
    InUnit,
    Node,
    Not,
    Or,
    SharedBy,
    YearAfter,
)
from qa.question import understand
from qa.retrieve import decide, gives, rank, select


def labels(assistant: Assistant, node: Node) -> list[str]:
    return [assistant.corpus.units[u].unit.label for u in decide(assistant.corpus, node)]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (HasText(("食堂",)), ["7"]),
        (HasText(("校车", "食堂")), ["6", "7"]),
        (HasConcept(("rural-teachers",)), ["1"]),
        (HasConcept(("rural",)), ["通知", "1"]),
        (HasConcept(("rural",), exactly=True), []),
        (HasConcept(("rural",), exactly=True, said=("乡村",)), ["1"]),
        (HasTarget("deadline"), ["4", "5"]),
        (HasTarget("moment"), ["4", "5"]),
        (InUnit(("3", "5")), ["3", "5"]),
        (InSection(3), ["3", "4", "5"]),
        (And((InSection(4), HasText(("覆盖率",))), "unit"), ["7"]),
        (Or((HasText(("校车",)), HasText(("研修",)))), ["2", "6"]),
        (And((InSection(4), Not(HasText(("食堂",)))), "unit"), ["6"]),
        (And((HasText(("校车",)), HasText(("消防",))), "clause"), ["6"]),
        (And((HasText(("校车",)), HasText(("食堂",))), "clause"), []),
        (YearAfter(2031), []),
        (HasTarget("percent"), ["3", "7"]),
        (HasBody(("support",), ("计财股",)), ["3"]),
        (HasBody(("responsible",), ("计财股",)), ["1"]),
        (SharedBy(("responsible",), 2, 2), ["1", "4", "7"]),
        (HasText(("0名",)), []),
    ],
)
def test_a_condition_is_decided_over_every_unit(dongqiao: Assistant, node: Node, expected: list[str]) -> None:
    assert labels(dongqiao, node) == expected


def test_a_condition_that_meets_in_no_clause_is_tried_over_the_unit_and_says_so(dongqiao: Assistant) -> None:
    query = understand("哪些条目涉及幼儿园和食堂", dongqiao.corpus)
    strict = And((HasText(("招聘教师",)), HasText(("生活补助",))), "clause")
    from dataclasses import replace

    selection = select(dongqiao.corpus, replace(query, condition=strict, documents=(), focus=()))
    assert [dongqiao.corpus.units[u].unit.label for u in selection.units] == ["1"]
    assert selection.relaxed


def test_the_best_clause_holds_what_the_question_names(dongqiao: Assistant) -> None:
    for question, words in [
        ("新建公办幼儿园多少所？", "新建公办幼儿园3所"),
        ("消防演练多久一次？", "每季度组织一次消防演练"),
        ("Where is training sent down to the countryside piloted?", "送培训下乡"),
    ]:
        query = understand(question, dongqiao.corpus)
        best = rank(dongqiao.corpus, query, dongqiao._scores(query))[0]
        assert words in best.row.clause.text


def test_a_clause_gives_a_kind_of_thing_or_not(dongqiao: Assistant) -> None:
    rows = {row.clause.text: row for row in dongqiao.corpus.rows}
    canteen = next(row for text, row in rows.items() if "食堂覆盖率" in text)
    pairs = next(row for text, row in rows.items() if "青蓝结对" in text)
    assert gives(canteen, "percent") and not gives(canteen, "person_name") and not gives(canteen, "contact")
    assert not gives(pairs, "percent") and gives(pairs, "programme")
