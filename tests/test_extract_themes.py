"""Themes: the thesaurus finds the concepts; here one fact for each, at its first mention."""

from __future__ import annotations

from kg.extract.themes import theme_facts
from kg.extract.words import windows
from kg.thesaurus import Thesaurus
from tests.test_extract import one_clause


def test_a_concept_said_twice_is_one_fact_at_its_first_mention() -> None:
    thesaurus = Thesaurus.load()
    text = "发展学前教育，重视学前教育。"
    (window,) = windows(one_clause(text))
    facts = [f for f in theme_facts(window, thesaurus) if f.label_zh == "学前教育"]
    assert [f.span.of(text) for f in facts] == ["学前教育"]
    assert facts[0].span.start == text.index("学前教育")
    assert facts[0].label_en
