"""English plans: bodies, programmes and targets, one row a phrasing."""

from __future__ import annotations

import pytest

from kg.extract.english import english_bodies, english_programmes
from kg.extract.english_targets import english_targets
from kg.extract.words import windows
from tests.test_extract import one_clause


def bodies(text: str) -> list[str]:
    return [f"{f.name}:{f.role}" for w in windows(one_clause(text, "en")) for f in english_bodies(w)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Responsible: Literacy Lead, Deputy Head.", ["Literacy Lead:responsible", "Deputy Head:responsible"]),
        ("Lead: Ms. Carter; Support: Library Team", ["Ms. Carter:lead", "Library Team:support"]),
        ("The audit is led by the Curriculum Team.", ["Curriculum Team:lead"]),
        ("The Attendance Office will report monthly.", ["Attendance Office:responsible"]),
        (
            "Lead: Office of Reading and Writing; Support: Library Team",
            ["Office of Reading and Writing:lead", "Library Team:support"],
        ),
        ("Support disadvantaged pupils.", ["disadvantaged pupils:affected"]),
    ],
)
def test_a_body_is_found_with_its_role(text: str, expected: list[str]) -> None:
    assert bodies(text) == expected


def test_a_capitalised_name_that_ends_in_a_head_noun_is_a_programme() -> None:
    (window,) = windows(one_clause("Launch the Bright Pages Reading Programme in spring.", "en"))
    assert [(f.name, f.action) for f in english_programmes(window)] == [("Bright Pages Reading Programme", "launch")]


@pytest.mark.parametrize(
    ("text", "value", "comparator", "deadline", "baseline"),
    [
        ("At least 60% of teachers attend.", 60, ">=", None, None),
        ("Raise attendance from 41.0% to 52.5% by July 2031.", 52.5, ">=", "2031-07-31", 41.0),
        ("Reduce absence by 3%.", 3, "decrease", None, None),
        ("Hold no fewer than 6 parent workshops.", 6, ">=", None, None),
        ("At least 75% of students meet the standard, up from 62%.", 75, ">=", None, None),
        ("Hold four parent workshops.", 4, "=", None, None),
        ("Reach 90% or more of families.", 90, ">=", None, None),
    ],
)
def test_a_number_is_read_with_its_comparator(
    text: str, value: float, comparator: str, deadline: str | None, baseline: float | None
) -> None:
    (window,) = windows(one_clause(text, "en"))
    (fact,) = english_targets(window)
    assert (fact.value, fact.comparator, fact.deadline, fact.baseline) == (value, comparator, deadline, baseline)


@pytest.mark.parametrize(
    "text", ["See Goal 3.", "Grade 10 meets daily.", "Call 555-1234.", "The plan of 2031 is adopted."]
)
def test_ordinals_years_and_telephones_are_no_targets(text: str) -> None:
    (window,) = windows(one_clause(text, "en"))
    assert list(english_targets(window)) == []
