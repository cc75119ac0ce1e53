"""Units that a list leaves out and the text suggests: apart from the list, each with a reason that holds."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from qa import answer as answering
from qa.answer import squeeze, suggesting
from qa.answer.suggesting import FEATURES, LEARNT
from qa.assistant import Assistant
from tools.suggesting import BINS, Left, counted, learnt, unseen

LISTS = [
    "哪些条目涉及学生安全？",
    "哪些条目和乡村教师待遇有关？",
    "有几条涉及学前教育？",
    "哪些条目涉及学生近视？",
    "Which items concern children with disabilities?",
    "Which items concern the quality of school meals?",
    "How many items involve rural schools?",
    "Which items are about subsidies for students from poor families?",
]
QUOTE = re.compile(r"[：:] ?“(.+?)”(?: – |$)")


@pytest.fixture(scope="module")
def sample(workspace: Path) -> Assistant:
    return Assistant.load(workspace)


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every unit is likely enough to be offered, so that what is offered can be looked at."""
    told = {**json.loads(LEARNT.read_text(encoding="utf-8")), "least": 0.0, "most": 99}
    monkeypatch.setattr(suggesting, "_learnt", lambda: told)


@pytest.mark.parametrize("question", LISTS)
@pytest.mark.usefixtures("lenient")
def test_what_is_offered_is_not_listed_and_quotes_its_own_unit(sample: Assistant, question: str) -> None:
    answer = sample.ask(question)
    assert answer.borderline
    units = {unit.iri: unit for unit in sample.corpus.units}
    listed = {item.iri for item in answer.items}
    assert len({b.iri for b in answer.borderline}) == len(answer.borderline)
    for border in answer.borderline:
        assert border.iri not in listed
        if units[border.iri].preamble or units[border.iri].unit.kind == "notice":
            continue  # They are offered for naming the matter in passing.
        quote = QUOTE.search(border.why)
        assert quote is not None, border.why
        clauses = [squeeze(sample.corpus.rows[i].clause.text) for i in units[border.iri].rows]
        assert any(text.startswith(squeeze(quote.group(1))) for text in clauses), border.why


@pytest.mark.parametrize("question", LISTS)
def test_what_is_offered_changes_nothing_of_the_list(
    sample: Assistant, question: str, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with_them = sample.ask(question)
    monkeypatch.setattr(suggesting, "suggestions", lambda *_: ())
    without = sample.ask(question)
    assert replace(with_them, borderline=(), elapsed_ms=0) == replace(without, borderline=(), elapsed_ms=0)
    assert len(with_them.borderline) > len(without.borderline)


@pytest.mark.parametrize("question", ["哪些条目提到“安全”二字？", "Which items mention the word 安全?"])
@pytest.mark.usefixtures("lenient")
def test_a_word_is_there_or_it_is_not(dongqiao: Assistant, question: str) -> None:
    answer = dongqiao.ask(question)
    assert answer.items
    assert all(b.why == answering.draft.phrases()[answer.language]["list_preamble"] for b in answer.borderline)


@pytest.mark.usefixtures("lenient")
def test_where_one_item_is_meant_no_other_is_offered(sample: Assistant) -> None:
    question = "在资阳区试点的那项改革所在的条目里，还有哪项针对校长的制度改革？"
    answer = sample.ask(question)
    assert [item.label for item in answer.items] == ["20"]
    assert answer.borderline == ()


@pytest.mark.parametrize(
    ("question", "within"),
    [("第四部分哪些条目涉及消防？", {"6", "7"}), ("Which items in section four concern fire drills?", {"6", "7"})],
)
@pytest.mark.usefixtures("lenient")
def test_what_else_is_asked_holds_for_what_is_offered(dongqiao: Assistant, question: str, within: set[str]) -> None:
    answer = dongqiao.ask(question)
    assert [item.label for item in answer.items] == ["6"]
    assert {border.label for border in answer.borderline} == within - {"6"}


@pytest.mark.parametrize(
    ("question", "listed", "offered", "reason"),
    [
        (
            "我们股要做一份乡村（农村）教育的摘编，应该去翻哪些条？",
            "10 15 21 24",
            "22",
            "没有写“教育”",
        ),
        ("Which items involve rural schools?", "15 22", "8", "It does not say “rural schools”"),
    ],
)
def test_what_only_the_text_suggests_says_what_it_has_and_what_not(
    sample: Assistant, question: str, listed: str, offered: str, reason: str
) -> None:
    answer = sample.ask(question)
    assert [item.label for item in answer.items] == listed.split()
    assert [reason in border.why for border in answer.borderline if border.label == offered] == [True]


def test_the_weights_are_of_the_features_and_their_likelihoods_come_true() -> None:
    told: dict[str, Any] = json.loads(LEARNT.read_text(encoding="utf-8"))
    measured = told["measured"]
    assert list(told["weights"]) == list(FEATURES)
    assert measured["offered_and_wanted"] >= told["least"] * measured["offered"] > 0
    assert [(b["from"], b["to"]) for b in measured["calibration"]] == list(zip(BINS, BINS[1:], strict=False))
    assert all(abs(b["told"] - b["true"]) < 0.15 for b in measured["calibration"])
    assert sum(b["units"] for b in measured["calibration"]) == measured["units"]


def test_learning_finds_what_sets_the_wanted_apart() -> None:
    rows = [
        Left(f"q{n}", f"plan{n % 16}", (float(n % 7 == 0), float(n % 5), 0.0, 0.5, 0.0, 1.0), n % 7 == 0, False)
        for n in range(700)
    ]
    weights, _ = learnt(rows)
    assert abs(weights[0]) > 3 * max(abs(weights[1:]))
    told = unseen(rows)
    assert min(told[::7]) > max(value for n, value in enumerate(told) if n % 7)
    assert counted(rows, told)["missed"] == 100
