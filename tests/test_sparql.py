"""The SPARQL of a condition decides what the program decided."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import Assistant
from qa.model import (
    And,
    CitesNumber,
    CitesTitle,
    DueIn,
    HasBody,
    HasConcept,
    HasQuotes,
    HasTarget,
    HasText,
    InSection,
    InUnit,
    Measured,
    NamesPlace,
    Node,
    Not,
    Or,
    Runs,
    SharedBy,
    UnderHeading,
    YearAfter,
)
from qa.retrieve import decide
from qa.sparql import literal, to_sparql

LEAVES: tuple[Node, ...] = (
    HasConcept(("rural-teachers",)),
    HasConcept(("teachers",)),
    HasConcept(("school-bus", "special-education")),
    HasText(("食堂",)),
    HasText(("校车", "研修")),
    HasTarget("percent"),
    HasTarget("number"),
    HasTarget("date"),
    HasTarget("any"),
    InUnit(("3", "4")),
    InSection(4),
    YearAfter(2030),
    HasText(("100%",)),
    CitesTitle(("补助",)),
    CitesTitle(("",)),
    HasText(("9月", "0元")),
    HasBody(("responsible",), ("安全股",)),
    HasBody(("support", "lead"), ("计财股", "基教股")),
    SharedBy(("responsible",), 2, 99),
    SharedBy(("responsible",), 1, 1),
    HasBody(("support",), ()),
    HasTarget("deadline"),
    HasTarget("day"),
    HasTarget("points"),
    HasQuotes(),
    HasTarget("area"),
    HasTarget("people"),
    HasTarget("rise"),
    HasTarget("fall"),
    CitesNumber(),
    Runs((2030, 2032)),
    Runs((2030, 2031), ends=False),
    NamesPlace(),
    NamesPlace("镇"),
    NamesPlace("州"),
    HasBody(("responsible",), ("",)),
    DueIn("2031-07-01", "2031-09-30"),
    DueIn("0000-01-01", "2031-12-31"),
    Measured(">=", 88, "%"),
    Measured(">", 88, "%"),
    Measured("<", 100),
)


def run(assistant: Assistant, node: Node) -> set[str]:
    text = to_sparql(node, assistant.corpus)
    return {str(row[0]) for row in assistant.sparql(text).rows}


@pytest.mark.parametrize(
    "node",
    [
        *LEAVES,
        And((HasConcept(("teachers",)), HasText(("乡村",))), "clause"),
        And((HasText(("校车",)), HasText(("消防",))), "clause"),
        And((HasConcept(("teachers",)), HasTarget("number"), InSection(2)), "unit"),
        Or((HasText(("食堂",)), HasConcept(("special-education",)))),
        And((InSection(4), Not(HasText(("食堂",)))), "unit"),
        And((UnderHeading(("https://w3id.org/yaodian/id/dongqiao-2031/s4",)), Not(InUnit(("6",)))), "unit"),
        Not(HasBody(("lead", "responsible"), ())),
        And((InSection(3), Or((HasText(("幼儿园",)), HasText(("特殊教育",))))), "unit"),
    ],
)
def test_the_query_shown_gives_the_units_decided(dongqiao: Assistant, node: Node) -> None:
    decided = {dongqiao.corpus.units[u].iri for u in decide(dongqiao.corpus, node)}
    assert run(dongqiao, node) == decided


@given(st.text(max_size=40))
def test_any_text_becomes_a_literal_that_reads_back(text: str) -> None:
    import pyoxigraph

    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        return
    solutions = pyoxigraph.Store().query(f"SELECT ({literal(text)} AS ?x) {{}}")
    assert isinstance(solutions, pyoxigraph.QuerySolutions)
    found = next(solutions)
    assert found["x"].value == text


def test_words_of_a_question_cannot_break_out_of_the_query(dongqiao: Assistant) -> None:
    hostile = HasText(('") . } ; DROP ALL ; { ?s ?p "',))
    assert run(dongqiao, hostile) == set()
