"""The nouns are frozen, and the query stays out of the JSON."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from qa import Assistant


def test_an_answer_cannot_be_changed(dongqiao: Assistant) -> None:
    answer = dongqiao.ask("食堂在哪一条？")
    with pytest.raises(FrozenInstanceError):
        answer.status = "unclear"  # type: ignore[misc]


def test_the_query_is_kept_for_follow_ups_and_not_written_out(dongqiao: Assistant) -> None:
    answer = dongqiao.ask("食堂在哪一条？")
    assert answer.query.question == answer.question
    assert "query" not in answer.to_json()
