"""Numbers as a question says them, and characters of it that were read."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..corpus import CARDINALS, numeral

_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth"
)
_ROMAN = "i ii iii iv v vi vii viii ix x"
_WORDS = (
    {"thirty": 30, "last": -1, "final": -1, "最后": -1, "末": -1}
    | {words: -2 for words in ("penultimate", "second to last", "next to last", "last but one")}
    | {word: number for words in (CARDINALS, _ORDINALS, _ROMAN) for number, word in enumerate(words.split(), 1)}
)
NUMBER = (
    "([0-9]{1,3}|[一二三四五六七八九十百零〇两壹贰叁参肆伍陆柒捌玖拾]{1,5}|"
    + "|".join(sorted((*CARDINALS.split(), *_ORDINALS.split(), *_ROMAN.split()), key=len, reverse=True))
    + r")"
)
"""A pattern for a number as a question may say it."""


def number_said(text: str) -> int | None:
    """The number that a word or numeral says; ``None`` where it says none.

    >>> [number_said(t) for t in ("15", "三", "third", "iv", "3rd", "last", "")]
    [15, 3, 3, 4, 3, -1, None]

    What is counted from the end is below zero: -2 for *penultimate*.
    """
    bare = text[:-2] if text[:1].isdigit() and text[-2:] in {"st", "nd", "rd", "th"} else text
    return _WORDS.get(bare) if bare in _WORDS else numeral(bare)


def blanked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with blanks in place of what was read, so that all other characters keep their places.

    >>> blanked("第9条的末句", [(4, 6)])
    '第9条的  '
    """
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def take(match: re.Match[str], free: bytearray) -> None:
    """Take the characters of a match out of what is still to be read."""
    take_span(match.start(), match.end(), free)


def take_span(start: int, end: int, free: bytearray) -> None:
    """Take characters out of what is still to be read."""
    free[start:end] = bytes(end - start)
