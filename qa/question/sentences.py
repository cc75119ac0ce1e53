"""Sentences inside a unit that a question names by where they stand: the third, the last, the one after that on X."""

from __future__ import annotations

import re

from kg.model import Language

from ..model import Sentence
from .cues import pattern, saying
from .numbers import blanked, number_said


def sentence_of(text: str, spoken: Language) -> tuple[Sentence | None, str]:
    """The sentences that a question asks for by their place, and its text with blanks for the words that say so.

    >>> sentence_of("第9条的倒数第二句写了什么", "zh")[0]
    Sentence(numbers=(-2,), titled=False, step=0)
    >>> sentence_of("in item 9, what comes right after the sentence on fees?", "en")[0].step
    1
    """
    beside = pattern("sentence", spoken, "beside").search(text)
    if beside is not None:
        before = any(words for name, words in beside.groupdict().items() if name.startswith("back"))
        return Sentence(step=-1 if before else 1), blanked(text, saying(beside))
    found = list(pattern("sentence", spoken, "at").finditer(text))
    numbers = [n for match in found if (n := _place(match)) is not None]
    if not numbers:
        return None, text
    titled = pattern("sentence", spoken, "titled").search(text)
    aside = pattern("sentence", spoken, "untitled").search(text)
    said = (match for match in (*found, titled, aside) if match is not None)
    spans = (span for match in said for span in saying(match))
    return Sentence(tuple(dict.fromkeys(numbers)), titled is not None), blanked(text, spans)


def _place(match: re.Match[str]) -> int | None:
    """Where the sentence of a match stands, counted from the end where that is said."""
    said = {name: words for name, words in match.groupdict().items() if words}
    if any(name.startswith("first") for name in said):
        return 1
    if any(name.startswith("last") for name in said):
        return -1
    number = next((n for name, words in said.items() if name[0] == "n" and (n := number_said(words))), None)
    return -number if number is not None and "end" in said else number


__all__ = ["sentence_of"]
