"""Compiled patterns that are kept: the same as those compiled now, and never a reason to fail."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.model import Language
from qa.question import patterns
from qa.question.cues import _cues

QUESTIONS = [
    question["question"]
    for file in sorted((Path(__file__).parent / "questions" / "set17").glob("*.json"))
    for question in json.loads(file.read_text(encoding="utf-8"))
]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file of its own, as if nothing had been compiled yet."""
    monkeypatch.setattr(patterns, "FILE", tmp_path / "cache" / "patterns.json")
    monkeypatch.setattr(patterns, "_new", {})
    for held in (patterns._kept, patterns.compiled):
        held.cache_clear()
    yield patterns.FILE
    for held in (patterns._kept, patterns.compiled):
        held.cache_clear()


def again() -> None:
    """As the next process finds it."""
    patterns._keep()
    patterns._kept.cache_clear()
    patterns.compiled.cache_clear()
    patterns._new.clear()


@pytest.mark.parametrize("spoken", ["zh", "en"])
def test_a_kept_pattern_finds_what_a_compiled_one_finds(file: Path, spoken: Language) -> None:
    texts = [made.pattern for _, _, made in _cues(spoken)]
    for text in texts:
        patterns.compiled(text)
    again()
    for text in texts:
        assert text in patterns._kept()
        kept, made = patterns.compiled(text), re.compile(text)
        assert (kept.flags, kept.groups, kept.groupindex) == (made.flags, made.groups, made.groupindex)
        for question in QUESTIONS:
            left, right = kept.search(question), made.search(question)
            assert (left and (left.span(), left.groupdict())) == (right and (right.span(), right.groupdict()))
    assert not patterns._new


@pytest.mark.parametrize("damage", [b"", b"12\nnothing", b"x", None])
def test_a_file_that_is_not_whole_is_made_anew(file: Path, damage: bytes | None) -> None:
    patterns.compiled("a+(?P<b>b)")
    again()
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] if damage is None else damage)
    again()
    assert patterns._kept() == {}
    assert patterns.compiled("a+(?P<b>b)").search("aab")["b"] == "b"  # type: ignore[index]
    again()
    assert file.read_bytes() == whole


def test_what_another_python_kept_is_not_taken(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patterns.compiled("a")
    again()
    monkeypatch.setattr(patterns, "_MADE_BY", "another")
    assert patterns._kept() == {}


def test_internals_that_are_not_those_known_are_done_without(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: str) -> patterns.Code:
        raise AttributeError

    monkeypatch.setattr(patterns, "_code", unknown)
    assert patterns.compiled("a|b").fullmatch("b")


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(file: Path) -> None:
    file.parent.write_text("a file where the folder should be", encoding="utf-8")
    patterns.compiled("a")
    again()
    assert patterns.compiled("a").search("a")


def test_a_process_finds_what_another_kept() -> None:
    told = (
        "from qa.question import patterns\n"
        "from qa.question.cues import _cues\n"
        "_cues('en')\n"
        "print(len(patterns._kept()), len(patterns._new))"
    )
    for _ in range(2):
        shown = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    assert int(shown[0]) >= len(_cues("en"))
    assert shown[1] == "0"
