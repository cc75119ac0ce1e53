"""Ways to ask: whatever the wording, a question is read as asking for its kind of thing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from kg.source import view
from qa.question.cues import cues_of

WAYS = tomllib.loads((Path(__file__).parent / "ways.toml").read_text(encoding="utf-8"))["way"]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: f"{way['lang']}-{'-'.join(way['asks'])}")
def test_each_way_to_ask_is_read_as_asking_for_its_kind_of_thing(way: dict[str, object]) -> None:
    lang, asks, questions = way["lang"], way["asks"], way["questions"]
    assert lang in ("zh", "en") and isinstance(asks, list) and isinstance(questions, list)
    misread = []
    for question in questions:
        cues = cues_of(view(question).text.lower(), "zh" if lang == "zh" else "en")
        if not set(asks) & {*cues.all_wants, *cues.all_intents}:
            misread.append((question, cues.all_wants, cues.intent))
    assert not misread
