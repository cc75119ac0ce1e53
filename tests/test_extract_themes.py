"""Themes: the thesaurus finds the concepts; here one fact for each, at its first mention."""

from __future__ import annotations

from kg.extract import extract
from kg.extract.themes import theme_facts
from kg.extract.words import windows
from kg.model import ThemeFact
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


def test_the_name_of_an_office_that_answers_for_an_item_is_no_matter_of_it() -> None:
    thesaurus = Thesaurus.load()
    document = one_clause("加强校车管理。（责任科室：民办教育科）")
    themes = {f.concept for f in extract(document, thesaurus) if isinstance(f, ThemeFact)}
    assert "school-bus" in themes and "private-education" not in themes
    spoken = one_clause("加强民办教育管理。（责任科室：民办教育科）")
    assert "private-education" in {f.concept for f in extract(spoken, thesaurus) if isinstance(f, ThemeFact)}
