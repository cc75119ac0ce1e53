"""The shared nouns keep their promises."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import model
from kg.model import Clause, Document, Section, Span, ThemeFact, Unit, readable

bounds = st.integers(0, 60)
spans = st.tuples(bounds, bounds).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: Span(min(pair), max(pair)))
texts = st.text(st.sampled_from("甲乙丙，。；“”《》0123%abcXYZ.,:!?()[]$' \t\n\u3000\u00a0"), max_size=60)


@given(texts)
def test_readable_text_differs_in_white_space_only(text: str) -> None:
    assert "".join(readable(text).split()) == "".join(text.split())


@given(texts)
def test_readable_text_has_no_white_space_but_single_blanks(text: str) -> None:
    shown = readable(text)
    assert shown == shown.strip()
    assert "  " not in shown
    assert not set(shown) & set("\t\n\u3000\u00a0")


@given(texts)
def test_readable_text_stays_as_it_is_when_made_readable_again(text: str) -> None:
    assert readable(readable(text)) == readable(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("甲\n乙", "甲乙"),
        ("达到 90 %", "达到90%"),
        ("school heads\nand  teachers", "school heads and teachers"),
        ("STEM 教育", "STEM教育"),
        ("3 years", "3 years"),
        (" \n ", ""),
    ],
)
def test_blanks_stay_between_latin_words_and_nowhere_else(text: str, shown: str) -> None:
    assert readable(text) == shown


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (2, 1), (-2, -1)])
def test_a_span_that_is_no_range_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not a span"):
        Span(start, end)


@given(spans, spans)
def test_spans_meet_exactly_where_they_share_a_character(one: Span, other: Span) -> None:
    shared = set(range(one.start, one.end)) & set(range(other.start, other.end))
    assert one.meets(other) == other.meets(one) == bool(shared)


@given(spans, spans)
def test_a_span_holds_exactly_the_spans_all_of_whose_characters_it_has(one: Span, other: Span) -> None:
    assert one.holds(other) == (set(range(other.start, other.end)) <= set(range(one.start, one.end)))


def plan() -> Document:
    """Two sections, one inside the other, one unit of two clauses."""
    text = "一、甲\n（一）乙\n1.丙。丁。"
    outer = Section("s1", "一、", "甲", 1, None, Span(0, 3))
    inner = Section("s2", "（一）", "乙", 2, "s1", Span(4, 8))
    clauses = (Clause(1, Span(11, 13), "丙。"), Clause(2, Span(13, 15), "丁。"))
    unit = Unit("i1", "1", "item", "丙", "s2", Span(9, 15), clauses)
    return Document(
        id="plan", source="plan.txt", sha256="0" * 64, format="txt", text=text, language="zh", title="", number=None,
        issuers=(), addressees=(), year=None, issued=None, sections=(outer, inner), units=(unit,),
    )  # fmt: skip


def test_units_and_sections_are_found_by_id_or_named_in_the_error() -> None:
    document = plan()
    assert document.unit("i1").label == "1"
    assert document.section("s2").title == "乙"
    with pytest.raises(KeyError, match="i9"):
        document.unit("i9")
    with pytest.raises(KeyError, match="s9"):
        document.section("s9")


def test_a_section_path_runs_from_the_outermost_inwards() -> None:
    document = plan()
    assert [section.id for section in document.section_path("s2")] == ["s1", "s2"]
    assert document.section_path(None) == ()


def test_clauses_come_in_document_order_each_with_its_unit() -> None:
    document = plan()
    found = [(unit.id, clause.number, clause.span.of(document.text)) for unit, clause in document.clauses()]
    assert found == [("i1", 1, "丙。"), ("i1", 2, "丁。")]


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_confidence_outside_0_to_1_is_refused(confidence: float) -> None:
    with pytest.raises(ValueError, match="confidence"):
        ThemeFact(
            unit="i1", clause=1, span=Span(0, 1), method="m@1", confidence=confidence,
            concept="c", label_zh="丙", label_en="c",
        )  # fmt: skip


def test_every_noun_is_frozen_and_slotted() -> None:
    nouns = [noun for noun in vars(model).values() if dataclasses.is_dataclass(noun) and isinstance(noun, type)]
    assert nouns
    for noun in nouns:
        assert vars(noun)["__dataclass_params__"].frozen, noun
        assert "__slots__" in vars(noun), noun
