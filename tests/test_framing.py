"""What frames a question: the marked questions, the weights learnt from them, and questions that neither has seen."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.assistant import Assistant
from qa.question import understand
from qa.question.framing import WEIGHTS, frames_of, unframed
from tools.framing import marked

SOURCE = WEIGHTS.with_suffix(".jsonl")
FRAMED = [
    ("我在写迎检材料，哪些条目涉及校车？", "哪些条目涉及校车？"),
    ("局长让我先摸个底：食堂由谁负责？", "食堂由谁负责？"),
    ("不好意思打扰一下，特殊教育写在第几条？", "特殊教育写在第几条？"),
    ("I am preparing a talk for parents. Which items concern school canteens?", "Which items concern school canteens?"),
    ("Sorry to trouble you, who is responsible for special education?", "Who is responsible for special education?"),
    ("A parent rang twice today: which items mention school buses?", "Which items mention school buses?"),
]
BARE = [
    "孩子心里难受，学校有没有人管？",
    "除了第五部分，哪些条目提到食堂？",
    "本科上线，去年多少人，今年多少人？",
    "Our classrooms are freezing in winter. Is anything planned?",
    "Of the six tasks, which ones name the police?",
    "Who leads it, and by when is it due?",
]


def test_every_question_is_marked_in_pairs_and_not_wholly() -> None:
    for line in SOURCE.read_text(encoding="utf-8").splitlines():
        text = json.loads(line)["text"]
        assert text.count("[[") == text.count("]]"), text
        words, framed = marked(line)
        assert len(words) == len(framed) and not all(framed), text


def test_the_weights_are_of_the_questions() -> None:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert stored["source"] == hashlib.sha256(SOURCE.read_bytes()).hexdigest(), "run python -m tools.framing"


@pytest.mark.parametrize(("question", "bare"), FRAMED)
def test_a_frame_changes_nothing_of_what_is_asked(dongqiao: Assistant, question: str, bare: str) -> None:
    assert frames_of(question)
    framed, plain = understand(question, dongqiao.corpus), understand(bare, dongqiao.corpus)
    assert (framed.intent, framed.wants, framed.condition) == (plain.intent, plain.wants, plain.condition)
    assert framed.unlinked == plain.unlinked
    assert framed.question == question


@pytest.mark.parametrize("question", BARE)
def test_the_matter_and_what_is_asked_are_no_frame(question: str) -> None:
    assert unframed(question) == question


def test_a_frame_that_the_question_points_back_to_keeps_its_matter(dongqiao: Assistant) -> None:
    query = understand("下周家长会要讲校车的事，计划里哪几处写到了它？", dongqiao.corpus)
    assert any(t.concept == "school-bus" for t in query.terms if t.active)


@given(st.text(max_size=120))
def test_frames_lie_in_the_question_one_behind_the_other(text: str) -> None:
    spans = frames_of(text)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(one[1] <= two[0] for one, two in zip(spans, spans[1:], strict=False))
    assert unframed(text) == text or any(c.isalnum() for c in unframed(text))
