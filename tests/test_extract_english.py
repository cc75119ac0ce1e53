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
        ("Lead: Head of Science, with the Literacy Lead", ["Head of Science:lead", "Literacy Lead:support"]),
        ("Owners: Principal / School Counselor", ["Principal:responsible", "School Counselor:responsible"]),
        ("Lead: English Lead (Mrs Ash)", ["English Lead:lead"]),
        (
            "It opens in May. [Planning Division; Ministry of Youth and Women's Affairs]",
            ["Planning Division:responsible", "Ministry of Youth and Women's Affairs:responsible"],
        ),
        (
            "It opens in May. [Reading Unit, with Ministry of Health and Disability Council of Elm]",
            ["Reading Unit:responsible", "Ministry of Health:support", "Disability Council of Elm:support"],
        ),
        ("The Curriculum Development Division will write it.", ["Curriculum Development Division:responsible"]),
        ("Help disadvantaged boys in Key Stage 2.", ["disadvantaged boys in Key Stage 2:affected"]),
    ],
)
def test_a_body_is_found_with_its_role(text: str, expected: list[str]) -> None:
    assert bodies(text) == expected


def test_a_capitalised_name_that_ends_in_a_head_noun_is_a_programme() -> None:
    (window,) = windows(one_clause("Launch the Bright Pages Reading Programme in spring.", "en"))
    assert [(f.name, f.action) for f in english_programmes(window)] == [("Bright Pages Reading Programme", "launch")]


def programmes(text: str) -> list[str]:
    return [f.name for w in windows(one_clause(text, "en")) for f in english_programmes(w)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Expand the Ready to Go tutoring program to all schools.", ["Ready to Go tutoring program"]),
        ("Screen all children with the Talk First tool.", ["Talk First tool"]),
        ("Launch Here and Learning, an attendance campaign.", ["Here and Learning"]),
        ("Offer dual enrollment under the College Now agreement.", ["College Now agreement"]),
        ("Inspect against the Code of Good Practice for Schools.", ["Code of Good Practice for Schools"]),
        ("Offer a mentoring programme, First Steps Together, to all.", ["First Steps Together"]),
        ("Open classes at Elm High and Oak High in May 2031.", []),
        ("Meet with the Ministry of Health and Key Stage 2 teachers.", []),
    ],
)
def test_a_named_thing_is_a_programme_and_a_place_or_an_office_is_none(text: str, expected: list[str]) -> None:
    assert programmes(text) == expected


def targets(text: str, head: str = "") -> list[tuple[str, float | None, str | None]]:
    return [(f.text, f.value, f.deadline) for w in windows(one_clause(text, "en")) for f in english_targets(w, head)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The share rises from 48% to 65% by 31 May 2032.",
            [("rises from 48% to 65% by 31 May 2032", 65, "2032-05-31")],
        ),
        ("Visit each school twice a year.", [("Visit each school twice a year", 2, None)]),
        ("Reports are sent within 30 days.", [("sent within 30 days", 30, None)]),
        ("Raise the rate from $85 to $100.", [("Raise the rate from $85 to $100", 100, None)]),
        ("Cut incidents by a fifth.", [("Cut incidents by a fifth", 20, None)]),
        (
            "Submit the strategy to Cabinet by the end of March 2032.",
            [("by the end of March 2032", None, "2032-03-31")],
        ),
        ("Absence no higher than 11% (2030-31: 15.3%).", [("Absence no higher than 11%", 11, None)]),
        ("Last year 84% of seniors graduated.", []),
        ("Pupils in Years 4 and 5 aged 9 to 10 read.", []),
        ("The 2030 results fell below 40% in Grade 3.", []),
    ],
)
def test_a_target_is_the_phrase_and_what_was_is_none(text: str, expected: list[tuple[str, float, str]]) -> None:
    found = targets(text)
    assert [(value, deadline) for _, value, deadline in found] == [(value, deadline) for _, value, deadline in expected]
    assert all(long in short or short in long for (short, *_), (long, *_) in zip(found, expected, strict=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Review 19 December 2031, 27 March 2032 and 10 July 2032", ["2031-12-19", "2032-03-27", "2032-07-10"]),
        ("Sept 2031 – May 2032", ["2032-05"]),
        ("Nov 2031, Mar 2032", ["2032-03"]),
        ("10/2031 - 5/2032", ["2032-05"]),
        ("Whole year", []),
    ],
)
def test_under_a_head_of_dates_each_day_or_the_last_month_is_a_deadline(text: str, expected: list[str]) -> None:
    assert [deadline for _, _, deadline in targets(text, "time")] == expected


@pytest.mark.parametrize("head", ["method", "resource", "owner"])
def test_under_heads_of_methods_resources_and_owners_stands_no_target(head: str) -> None:
    assert targets("A grant of $4,000 for 20 pupils", head) == []


def test_a_cell_under_a_head_of_owners_names_bodies() -> None:
    (window,) = windows(one_clause("Vice-Principal (Academic), panel heads", "en"))
    assert [(f.name, f.role) for f in english_bodies(window, "owner")] == [
        ("Vice-Principal (Academic)", "responsible"),
        ("panel heads", "responsible"),
    ]


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
