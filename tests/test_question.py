"""How questions are understood: a table of shapes, over an invented plan and the thesaurus of the genre."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    terms_of,
)
from qa.question import detect, understand


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("哪些条目涉及乡村教师？", "zh"),
        ("Which items mention rural teachers?", "en"),
        ("What are the contents of the “四个一” requirement?", "en"),
        ("“AI+教育”在哪一条？", "zh"),
        ("xiang cun jiao shi", "en"),
        ("“明厨亮灶”", "zh"),
        ("", "en"),
    ],
)
def test_the_language_is_that_of_the_words_outside_quotes(text: str, language: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("question", "intent", "wants"),
    [
        ("哪些条目涉及乡村教师？", "list_items", "item"),
        ("一共有几条提到食堂？", "count", "item"),
        ("补充乡村教师由谁负责？", "fact", "owner"),
        ("新建幼儿园多少所？", "fact", "how_much"),
        ("特殊教育学校什么时候搬迁？", "fact", "when"),
        ("在哪些乡镇开展送培训下乡？", "fact", "where"),
        ("文号是什么？", "metadata", "number"),
        ("主送哪些单位？", "metadata", "parts"),
        ("概括第3条", "summary", ""),
        ("有没有提到校车？", "yes_no", ""),
        ("第二部分和第三部分哪个条目更多？", "compare", ""),
        ("安全股的电话是多少？", "fact", "contact"),
        ("Which items concern school canteens?", "list_items", "item"),
        ("How many items are about safety?", "count", "item"),
        ("Who is responsible for special education?", "fact", "owner"),
        ("How many kindergartens will be built?", "fact", "how_much"),
        ("By what date is the special school to move?", "fact", "when"),
        ("What is the document number?", "metadata", "number"),
        ("Who is the notice addressed to?", "metadata", "parts"),
        ("Summarise item 3.", "summary", ""),
        ("Does the plan mention school buses?", "yes_no", ""),
    ],
)
def test_what_is_asked_for_is_told_from_cues(dongqiao: Assistant, question: str, intent: str, wants: str) -> None:
    query = understand(question, dongqiao.corpus)
    assert query.intent == intent
    if wants:
        assert query.wants == wants


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        ("第3条讲什么？", ("3",)),
        ("第三条讲什么？", ("3",)),
        ("Summarise item 3.", ("3",)),
        ("Compare items 3 and 4.", ("3", "4")),
        ("哪一条提到食堂？", ()),
        ("有几条提到食堂？", ()),
        ("共有15条吗？", ()),
    ],
)
def test_units_are_named_by_number_and_interrogatives_are_not_numbers(
    dongqiao: Assistant, question: str, labels: tuple[str, ...]
) -> None:
    found = [n.labels for n in terms_of(understand(question, dongqiao.corpus).condition) if isinstance(n, InUnit)]
    assert tuple(label for group in found for label in group) == labels


def test_a_section_is_named_by_its_number(dongqiao: Assistant) -> None:
    for question in ("第四部分有哪些条目？", "Which items are in section four?"):
        assert InSection(4) in terms_of(understand(question, dongqiao.corpus).condition)


def test_a_quoted_name_is_taken_to_the_letter(dongqiao: Assistant) -> None:
    query = understand("“青蓝结对”在哪一条？", dongqiao.corpus)
    assert HasText(("青蓝结对",)) in terms_of(query.condition)


def test_a_name_that_stands_nowhere_links_to_nothing(dongqiao: Assistant) -> None:
    assert understand("“紫藤计划”是什么？", dongqiao.corpus).unlinked == ("紫藤计划",)


def test_wrong_characters_of_the_same_sound_find_the_name(dongqiao: Assistant) -> None:
    assert HasText(("青蓝结对",)) in terms_of(understand("“清兰结对”在第几条", dongqiao.corpus).condition)


def test_toneless_pinyin_finds_the_name(dongqiao: Assistant) -> None:
    assert HasText(("青蓝结对",)) in terms_of(understand("qing lan jie dui - which item", dongqiao.corpus).condition)


def test_a_shortened_name_finds_the_long_one(dongqiao: Assistant) -> None:
    query = understand("县特校啥时候搬完", dongqiao.corpus)
    assert any("特殊教育" in t.label_zh for t in query.terms), query.terms


def test_or_widens_and_both_asks_for_one_unit(dongqiao: Assistant) -> None:
    either = understand("涉及校车或者食堂的条目有哪些？", dongqiao.corpus).condition
    both = understand("哪些条目同时提到校车和消防？", dongqiao.corpus).condition
    assert isinstance(either, Or)
    assert isinstance(both, And) and both.within == "unit"


def test_not_refuses_what_follows_it(dongqiao: Assistant) -> None:
    condition = understand("哪些条目提到安全但没有提到食堂？", dongqiao.corpus).condition
    assert isinstance(condition, And)
    assert any(isinstance(part, Not) for part in condition.parts)


def test_whether_something_is_mentioned_is_not_a_negation(dongqiao: Assistant) -> None:
    condition = understand("有没有提到校车？", dongqiao.corpus).condition
    assert condition is not None and not isinstance(condition, Not)


def test_a_kind_of_target_limits_a_list(dongqiao: Assistant) -> None:
    assert HasTarget("percent") in terms_of(understand("哪些条目给出了百分比指标？", dongqiao.corpus).condition)
    assert YearAfter(2031) in terms_of(understand("Which plans run past 2031?", dongqiao.corpus).condition)


@pytest.mark.parametrize(
    ("question", "node"),
    [
        ("基教股牵头的有哪几条？", HasBody(("lead",), ("基教股",))),
        ("哪几条由计财股配合？", HasBody(("support",), ("计财股",))),
        ("哪几条由两个股室共同负责？", SharedBy(("lead", "responsible"), 2, 2)),
        ("9月要完成的有哪几条？", HasText(("9月",))),
        ("Which items are due in September?", HasText(("9月",))),
        ("Which items name something done quarterly?", HasText(("季度",))),
    ],
)
def test_roles_dates_and_periods_become_conditions(dongqiao: Assistant, question: str, node: Node) -> None:
    assert node in terms_of(understand(question, dongqiao.corpus).condition)


def test_what_is_set_side_by_side_becomes_sides(dongqiao: Assistant) -> None:
    sides = understand("Which is to grow more, the kindergartens or the canteens?", dongqiao.corpus).sides
    assert len(sides) == 2
    assert not understand("食堂由谁负责？", dongqiao.corpus).sides


def test_a_date_that_stands_nowhere_is_named_in_a_list_and_let_go_elsewhere(dongqiao: Assistant) -> None:
    assert understand("哪几条要在6月底前完成？", dongqiao.corpus).unlinked == ("6月底",)
    assert not understand("6月底前新建幼儿园几所？", dongqiao.corpus).unlinked


def test_a_follow_up_about_something_else_keeps_the_question(dongqiao: Assistant) -> None:
    first = understand("哪些条目涉及乡村教师？", dongqiao.corpus)
    second = understand("那特殊教育呢？", dongqiao.corpus, after=first)
    assert second.intent == "list_items"
    assert any(isinstance(n, HasConcept) for n in terms_of(second.condition))


def test_a_follow_up_about_the_same_thing_points_back(dongqiao: Assistant) -> None:
    first = understand("“青蓝结对”在哪一条？", dongqiao.corpus)
    assert understand("它由谁负责？", dongqiao.corpus, after=first).points_back
    assert not understand("它由谁负责？", dongqiao.corpus).points_back


def test_a_term_switched_off_is_kept_and_not_used(dongqiao: Assistant) -> None:
    query = understand("哪些条目提到校车和食堂？", dongqiao.corpus, switched_off=("食堂",))
    off = [t for t in query.terms if not t.active]
    assert [t.surface for t in off] == ["食堂"]


@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from("第条哪些谁多少“”《》（）()、，。？?0123456789一二三不没有和或的 "),
            st.characters(codec="utf-8"),
        ),
        max_size=80,
    )
)
def test_any_text_is_understood_somehow(dongqiao: Assistant, question: str) -> None:
    query = understand(question, dongqiao.corpus)
    assert query.question == question


def test_a_long_hostile_question_ends(dongqiao: Assistant) -> None:
    for piece in ("哪些", "（", "“", "第1条", "which item ", "a", "、和"):
        understand(piece * (2000 // len(piece)), dongqiao.corpus)
