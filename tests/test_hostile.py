"""Nothing is let in: the hostile cases of ``tests/hostile.py``, and words of the genre thrown together."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import QueryRefused, SourceError
from kg.queries import _refuse_tree, refuse_words
from kg.thesaurus import Thesaurus
from qa import Assistant
from tests.hostile import PAYLOADS, plan_from

ROOT = Path(__file__).resolve().parent.parent
# What the parser, the rules and the questions look for, beside what a stranger may add.
GENRE = (
    "一、", "二、", "（一）", "(二)", "1.", "2、", "第三条", "第一章 ", "——", "一是", "；", "。", "：", "\n",
    "\n\n", " ", "|", "\t", "（责任单位：", "牵头单位", "）", "《", "》", "“", "”", "甲县教育局", "2031年",
    "工作要点", "关于印发", "的通知", "附件1", "达到90%以上", "不少于3所", "年底前", "实施", "行动", "计划",
    "到2033年", "## ", "**", "Goal 1:", "Lead: ", "by 2030", "哪些", "多少", "涉及", "谁负责", "which items",
    "how many", "第", "条", "什么时候", "和", "不", "第十五条", "\u202e", "\u200b", "é", "𠀀",
)  # fmt: skip
SPARQL = (
    "SELECT ", "* ", "?s ", "?p ", "?o ", "WHERE ", "{ ", "} ", "FILTER", "(", ")", "a ", "<urn:x> ", '"', "'",
    '"""', "\\", "#", "\n", "SERVICE ", "FROM ", "LOAD ", "INSERT ", "DROP ", "GRAPH ", "UNION ", "BIND", "AS ",
    "VALUES ", ". ", "; ", ", ", "PREFIX x: ", "plan:leadBody ", "/", "*", "+", "^", "COUNT", "GROUP BY ",
    "LIMIT 1 ", "ASK ", "\u200b", "ſERVICE ", "<", ">",
)  # fmt: skip


@pytest.fixture(scope="module")
def thesaurus() -> Thesaurus:
    return Thesaurus.load()


@pytest.mark.slow
def test_of_hundreds_of_hostile_cases_none_gets_in(workspace: Path) -> None:
    command = [sys.executable, "-m", "tests.hostile", str(workspace)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    found = re.search(r"^(\d+) cases, 0 wrong$", done.stdout, re.MULTILINE)
    assert found, done.stdout[-3000:] + done.stderr[-3000:]
    assert int(found[1]) >= 300


@settings(max_examples=60)
@given(st.lists(st.sampled_from(GENRE + PAYLOADS[:20]), max_size=40), st.sampled_from(["x.txt", "x.md", "x.html"]))
def test_any_words_of_the_genre_are_read_without_loss_or_refused(
    thesaurus: Thesaurus, pieces: list[str], name: str
) -> None:
    try:
        plan_from(name, "".join(pieces).encode(), thesaurus, "x")
    except SourceError as error:
        assert "\n" not in str(error)


@settings(max_examples=40)
@given(st.lists(st.sampled_from(GENRE + PAYLOADS[:20]), max_size=12))
def test_any_words_are_a_question_with_an_answer(dongqiao: Assistant, pieces: list[str]) -> None:
    answer = dongqiao.ask("".join(pieces))
    assert answer.answer
    assert answer.status in ("answered", "partial", "not_stated", "unclear")


@settings(max_examples=100)
@given(st.lists(st.sampled_from(SPARQL), max_size=30))
def test_the_gate_lets_through_or_refuses_and_nothing_else(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        refuse_words(text)
        _refuse_tree(text)
    except QueryRefused:
        return
    bare = re.sub(r'"[^"]*"|\'[^\']*\'|#.*|<[^>]*>', " ", text)
    assert not re.search(r"\b(?:SERVICE|LOAD|INSERT|DROP|FROM)\b", bare), text
