"""The shape of English plans: marks, heads, label lines, wrapped lines, running heads and cells."""

from __future__ import annotations

import pytest

from kg import english
from kg.source import Source
from kg.structure import parse


@pytest.mark.parametrize(
    ("line", "kind", "label"),
    [
        ("Goal 1: Reading", "en goal", ""),
        ("MAJOR CONCERN 2: To foster", "en major concern", ""),
        ("Objective 1.1: Recruit", "en objective.", "1.1"),
        ("Strategic Aim B: A place", "en aim", ""),
        ("Key Improvement Strategy 1.a Build", "en key improvement strategy.", "1.a"),
        ("Output 1.2 Training of staff", "en output.", "1.2"),
        ("A1. Every school", "en code.", "A1"),
        ("B. SECONDARY EDUCATION", "upper", ""),
        ("2.3 Send letters", "decimal1", ""),
        ("(a) to raise", "letter", ""),
        ("KEY AREA: COMMUNICATION", "en key area", ""),
    ],
)
def test_a_mark_is_told_whatever_its_case(line: str, kind: str, label: str) -> None:
    found = english.mark(line, 0, len(line))
    assert found is not None
    assert (found.kind, found.label) == (kind, label)


@pytest.mark.parametrize(
    "line",
    ["Year 5 pupils read daily.", "Goal setting matters", "Step by step", "2026. The", "A school", "Target setting"],
)
def test_running_text_bears_no_mark(line: str) -> None:
    assert english.mark(line, 0, len(line)) is None


def test_heads_and_labels_of_a_form_are_known_with_what_they_hold() -> None:
    assert [english.column(x) for x in ("Person(s) Responsible", "BY WHEN", "Success criteria:", "Reading")] == [
        "owner",
        "time",
        "measure",
        "",
    ]
    assert english.label("Lead: Mrs Ash") == "lead"
    assert english.label("Leading schools: four") == ""
    assert english.is_head("Success criteria") and not english.is_head("Success in reading")


def test_a_wrapped_line_goes_on_and_a_head_does_not() -> None:
    lines = ["The school will open a new library for", "all pupils and will staff it from the first day of", "Easter."]
    wrap = english.wrap([*lines, "A short line.", "Another one.", "And one more."])
    assert wrap.joins(lines[0], lines[1]) and wrap.joins(lines[1], lines[2])
    assert not wrap.joins("Led by", "Head of English")
    assert not wrap.joins("Open the library", "Success criteria")


def test_a_line_that_a_page_prints_is_told_and_a_row_of_a_table_is_not() -> None:
    lines = [
        "Oak School",
        "Plan 2031",
        "1. Read",
        "2. Write",
        "3. Count",
        "Oak School    Plan 2031    4",
        "Task    Who    When",
    ]
    assert english.running_heads(lines) == {5}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["Run a reading week", "80% of pupils take part", "English Panel", "March 2031"], [0, 1, 2, 3]),
        (["Run a reading week", "English Panel", "March 2031"], [0, 2, 3]),
        (["Run a reading week", "80% take part", "Two talks are held", "English Panel", "May 2031"], [0, 1, 1, 2, 3]),
    ],
)
def test_cells_stand_in_the_columns_that_they_look_like(cells: list[str], expected: list[int]) -> None:
    assert english.aligned(cells, ["task", "measure", "owner", "time"]) == expected


def test_rows_without_numbers_are_cut_by_what_their_cells_look_like() -> None:
    lines = ["Open a lab", "Head of Science", "May 2031", "Train two coaches", "Deputy Head", "Principal", "June 2031"]
    assert english.rows(lines, ["task", "owner", "time"]) == [0, 3]


def test_a_table_divided_by_blanks_gives_a_unit_for_each_row() -> None:
    text = (
        "Elm School\nImprovement Plan 2031\n\nGoal 1: Attendance\n\n"
        "Actions              Who               When\n"
        "Open a club          Year Heads        May 2031\n"
        "Write to parents     School Office     June 2031\n"
    )
    found = parse(Source("x.txt", "txt", "0" * 64, text), "x")
    assert [u.title for u in found.units] == ["Open a club", "Write to parents"]
    assert [s.title for s in found.sections] == ["Attendance"]


def test_heads_inside_an_item_are_no_sections_and_a_closing_heading_is_one() -> None:
    text = (
        "Elm District\nStrategic Plan 2031\n\nGoal 1: Reading\nObjective 1.1: Open libraries\nStrategies\n"
        "• Open four libraries.\nMeasures\n• 90% of pupils borrow a book.\nLead: Library Service\n\n"
        "Progress Reporting\nThe board will publish a report on every objective each year.\n"
    )
    found = parse(Source("x.txt", "txt", "0" * 64, text), "x")
    assert [s.title for s in found.sections] == ["Reading", "Progress Reporting"]
    assert [(u.label, u.title) for u in found.units] == [("1.1", "Open libraries"), ("¶1", "Progress Reporting")]


@pytest.mark.parametrize(
    "piece", ["a\n", "Lead:\n", "1.\n", "Strategies\nWho\nWhen\n", "A  B\n", "Goal 1\n", "Who  When\n"]
)
def test_a_hostile_english_text_is_parsed_in_bounded_steps(piece: str) -> None:
    text = "Plain English words stand here.\n" + piece * (12_000 // len(piece))
    found = parse(Source("x.txt", "txt", "0" * 64, text), "x")
    assert found.language == "en"
