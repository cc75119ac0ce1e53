"""The window and the grammar of a stretch between two commas."""

from __future__ import annotations

import pytest

from kg.extract.words import commitment_of, window
from kg.model import Document
from tests.test_extract import one_clause


def open_window(document: Document) -> tuple[str, list[list[str]]]:
    unit = document.units[0]
    seen = window(document, unit, unit.clauses[0])
    return seen.text, [[v.adverbs + v.word for v in s.verbs] for s in seen.segments]


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("深入推进阅读提升计划。", [["深入推进"]]),
        ("加强培训，建立管理机制。", [["加强"], ["建立"]]),
        ("支持柳湾区建设示范区。", [["支持", "建设"]]),
        ("制定管理实施方案。", [["制定"]]),
        ("——建设书屋20个。", [["建设"]]),
        ("一是举办展演。", [["举办"]]),
    ],
)
def test_the_verbs_that_govern_a_stretch(text: str, verbs: list[list[str]]) -> None:
    assert open_window(one_clause(text))[1] == verbs


def test_commas_inside_quotes_and_brackets_do_not_divide() -> None:
    assert len(open_window(one_clause("落实“甲，乙”要求（丙，丁），推进戊己计划。"))[1]) == 2


def test_the_view_reads_half_width_and_full_width_alike() -> None:
    assert open_window(one_clause("推进（甲）,到２０３１年达 90％"))[0] == "推进（甲），到2031年达90%"


def test_a_span_of_the_view_leads_back_to_the_untouched_text() -> None:
    document = one_clause("推进 阅\n读 计划。")
    unit = document.units[0]
    seen = window(document, unit, unit.clauses[0])
    at = seen.text.index("阅读")
    assert seen.span(at, at + 2).of(document.text) == "阅\n读"


def test_only_a_verb_of_the_lexicon_has_a_strength() -> None:
    assert [commitment_of(word) for word in ("确保", "完成", "推进", "探索", "吃饭")] == [
        "ensure", "complete", "advance", "explore", ""
    ]  # fmt: skip
