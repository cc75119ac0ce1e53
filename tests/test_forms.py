"""The form of a question tells a list where no pattern does; the weights are what the tool makes of the questions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Language
from kg.source import view
from qa.question.cues import cues_of
from qa.question.forms import LONGEST, asks_for_list, ngrams, shape
from tools import forms

SPOKEN: tuple[Language, ...] = ("zh", "en")


@pytest.mark.parametrize(
    ("text", "spoken", "wanted"),
    [
        ("swimming pools and sports halls come up in which places", "en", True),
        ("把跟食堂沾边的条目全部找齐", "zh", True),
        ("how many buses will be bought?", "en", False),
        ("by when is the hall finished?", "en", False),
        ("食堂什么时候建成？", "zh", False),
    ],
)
def test_the_words_around_a_matter_tell_a_list(text: str, spoken: Language, wanted: bool) -> None:
    assert asks_for_list(view(text).text.lower(), spoken) is wanted


@pytest.mark.parametrize("spoken", SPOKEN)
def test_the_weights_are_made_of_the_questions_that_are_there(spoken: Language) -> None:
    kept = json.loads(forms.FILE.read_text(encoding="utf-8"))[spoken]
    made = forms.fit(forms.of_language(spoken), spoken)["weights"]
    # A weight at the edge of those left out is on either side of it, as the sums of one core and of two differ.
    off = [g for g in made.keys() | kept["weights"].keys() if abs(made.get(g, 0) - kept["weights"].get(g, 0)) >= 0.01]
    assert not off, "run: python -m tools.forms"


def test_no_question_of_a_held_out_set_is_learnt_from() -> None:
    files = (forms.ROOT / "tests" / "questions").rglob("*.json")
    asked = [q for file in files for q in json.loads(file.read_text(encoding="utf-8"))]
    held = {q["question"] for q in asked if q.get("split") == "held"}
    open_to_all = {q["question"] for q in asked if q.get("split", "dev") == "dev"}
    told = {text for _, text, _ in forms.questions()}
    assert held - open_to_all
    assert told <= open_to_all


def test_of_the_lists_that_no_pattern_tells_at_least_half_are_told_and_nothing_else_is() -> None:
    asked = [(view(t).text.lower(), s, wanted) for s in SPOKEN for _, t, wanted in forms.of_language(s)]
    untold = [(t, s, w) for t, s, w in asked if not {"list_items", "count"} & cues_of(t, s).all_intents]
    lists = [asks_for_list(t, s) for t, s, wanted in untold if wanted]
    others = [asks_for_list(t, s) for t, s, wanted in untold if not wanted]
    assert sum(lists) >= len(lists) / 2
    assert sum(others) <= 0.005 * len(others)


@given(st.text(max_size=60), st.sampled_from(SPOKEN))
def test_any_text_has_a_form(text: str, spoken: Language) -> None:
    words = shape(text.lower(), spoken)
    assert all(words)
    grams = ngrams(text.lower(), spoken)
    assert {"^", "$"} <= grams
    assert len(grams) <= LONGEST * (len(words) + 2)
    assert asks_for_list(text.lower(), spoken) in (True, False)
