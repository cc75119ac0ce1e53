"""What people said of answers becomes questions only where it says what is right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.feedback import questions

SAID = {"question": "哪些条目涉及食堂？", "items": [["plan", "3"], ["plan", "7"]]}


@pytest.mark.parametrize(
    ("kind", "units", "wanted"),
    [
        ("wrong_item", ["3"], {"7"}),
        ("missing_item", ["9"], {"3", "7", "9"}),
        ("should_be_no", [], set()),
        ("wrong_item", [], None),
        ("wrong_item", ["8"], None),
        ("missing_item", ["7"], None),
        ("wrong_quote", ["7"], None),
    ],
)
def test_an_opinion_is_a_question_where_it_says_what_is_right(
    tmp_path: Path, kind: str, units: list[str], wanted: set[str] | None
) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text(json.dumps({**SAID, "kind": kind, "units": units}) + "\n", encoding="utf-8")
    found = questions(file)
    assert [set(one["gold_items"]) for one in found] == ([] if wanted is None else [wanted])
    assert all(one["answerable"] is bool(wanted) and one["lang"] == "zh" for one in found)


def test_lines_that_were_kept_before_units_were_are_read_too(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text(json.dumps({**SAID, "kind": "should_be_no"}) + "\n", encoding="utf-8")
    assert [one["id"] for one in questions(file)] == ["feedback-1"]


def test_a_file_of_anything_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "feedback.jsonl"
    file.write_text('{"kind": "should_be_no"}\n', encoding="utf-8")
    with pytest.raises(KeyError):
        questions(file)
