"""A further question is about what it points back to, and about nothing else."""

from __future__ import annotations

import pytest

from qa import Assistant


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        ("哪些条目涉及安全？", "最后那条由谁负责？", ["7"]),
        ("Which items concern safety?", "When is the first one done?", ["6"]),
        # Nothing is named, so what was just spoken of is meant.
        ("扩大学前教育资源的牵头单位是谁？", "配合的又是哪家？", ["3"]),
        ("特殊教育学校什么时候前完成搬迁？", "这个部分从第几条到第几条？", ["3", "4", "5"]),
        ("By what date must the special education school move?", "What else is in that section?", ["3", "4", "5"]),
    ],
)
def test_what_is_pointed_back_to_is_meant(dongqiao: Assistant, first: str, second: str, labels: list[str]) -> None:
    before = dongqiao.ask(first)
    answer = dongqiao.ask(second, after=before)
    assert answer.status == "answered", answer.answer
    assert [item.label for item in answer.items] == labels, answer.answer


def test_the_first_of_one_unit_is_that_unit(dongqiao: Assistant) -> None:
    before = dongqiao.ask("哪些条目涉及乡村教师？")
    answer = dongqiao.ask("最前面那条由谁负责？", after=before)
    assert [item.label for item in before.items] == ["1"]
    assert {item.label for item in answer.items} <= {"1"}


@pytest.mark.parametrize(
    ("first", "second", "labels"),
    [
        ("消防演练由哪个科室负责？", "除了这一条，那个科室还负责哪几条？", ["7"]),
        ("Who is responsible for fire drills?", "What else is that office in charge of?", ["7"]),
        ("谁负责消防演练？", "它一共负责几条？", ["6", "7"]),
        ("Who is responsible for new kindergartens?", "Which items does that office support?", ["3"]),
    ],
)
def test_what_a_body_does_besides_is_told_of_the_body(
    dongqiao: Assistant, first: str, second: str, labels: list[str]
) -> None:
    answer = dongqiao.ask(second, after=dongqiao.ask(first))
    assert [item.label for item in answer.items] == labels, answer.answer
