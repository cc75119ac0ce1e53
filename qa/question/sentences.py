"""Sentences inside a unit that a question names by where they stand: the third, the last, the one after that on X."""

from __future__ import annotations

import re

from kg.model import Language

from ..model import Sentence
from .cues import pattern
from .numbers import number_said


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
        return Sentence(step=-1 if before else 1), _blanked(text, [beside])
    found = list(pattern("sentence", spoken, "at").finditer(text))
    numbers = [n for match in found if (n := _place(match)) is not None]
    if not numbers:
        return None, text
    titled = pattern("sentence", spoken, "titled").search(text)
    aside = pattern("sentence", spoken, "untitled").search(text)
    said = [match for match in (titled, aside) if match is not None]
    return Sentence(tuple(dict.fromkeys(numbers)), titled is not None), _blanked(text, [*found, *said])


def _place(match: re.Match[str]) -> int | None:
    """Where the sentence of a match stands, counted from the end where that is said."""
    said = {name: words for name, words in match.groupdict().items() if words}
    if any(name.startswith("first") for name in said):
        return 1
    if any(name.startswith("last") for name in said):
        return -1
    number = next((n for name, words in said.items() if name[0] == "n" and (n := number_said(words))), None)
    return -number if number is not None and "end" in said else number


def _blanked(text: str, said: list[re.Match[str]]) -> str:
    """The text with blanks for some matches, but for what stands in their groups ``gap…``."""
    for match in said:
        kept = [match.span(name) for name in match.re.groupindex if name.startswith("gap") and match.group(name)]
        blank = (i for i in range(*match.span()) if not any(a <= i < b for a, b in kept))
        characters = list(text)
        for i in blank:
            characters[i] = " "
        text = "".join(characters)
    return text


__all__ = ["sentence_of"]
