"""A Chinese question cut into concepts, strings of the plans, words without content and the unknown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..corpus import HAN, Corpus
from .cues import stop_words

# Costs of the cheapest cutting of a Chinese question: a concept's label is the best reading of its characters, a word
# without content the next, then a string that stands in a plan, then a word of the dictionary that stands in none; a
# character that is none of these costs most.
_COST_CONCEPT, _COST_NAME, _COST_STOP, _COST_VERBATIM, _COST_WORD, _COST_UNKNOWN = 0.8, 0.9, 0.6, 1.4, 2.0, 3.0
_GAIN_CONCEPT, _GAIN_STOP, _GAIN_VERBATIM = 0.10, 0.05, 0.05
_LONGEST = 24
"""Characters of the longest string looked up in the plans."""
_JOINING = re.compile("[的了和与及在是要有等把被将对]")
"""Characters that join words: two characters with one of them are no word of a plan, though they may stand in it."""
_LONGEST_WORD = 5
"""Characters of the longest word looked up in the dictionary."""
Piece = tuple[int, int, str]
"""Start, end, and ``concept``, ``text``, ``stop``, ``word``, ``unknown`` or ``gap``."""


def cheapest_cut(text: str, free: bytearray, corpus: Corpus, matches: Iterable[tuple[int, int]]) -> list[Piece]:
    """The cutting of least cost, by dynamic programming over the characters (Viterbi)."""
    size = len(text)
    best: list[tuple[float, int, str]] = [(0.0, 0, "")] + [(float("inf"), 0, "")] * size
    labelled: dict[int, list[int]] = {}
    for a, b in matches:
        labelled.setdefault(a, []).append(b)
    for a in range(size):
        for b, cost, kind in _pieces_from(a, text, free, corpus, labelled.get(a, ())):
            if best[a][0] + cost < best[b][0]:
                best[b] = (best[a][0] + cost, a, kind)
    cut: list[Piece] = []
    b = size
    while b > 0:
        _, a, kind = best[b]
        cut.append((a, b, kind))
        b = a
    cut.reverse()
    return cut


def _pieces_from(
    a: int, text: str, free: bytearray, corpus: Corpus, labelled: Iterable[int]
) -> Iterator[tuple[int, float, str]]:
    """What may begin at a character: end, cost, kind."""
    if not free[a] or not text[a].isalnum():
        yield a + 1, 0.0, "gap"
        return
    for b in labelled:
        yield b, _COST_CONCEPT - _GAIN_CONCEPT * (b - a), "concept"
    stop, stands = stop_words("zh"), True
    for b in range(a + 1, min(len(text), a + _LONGEST) + 1):
        if not free[b - 1] or not (
            text[b - 1].isalnum()
            or text[b - 1] in "“”+·-%"
            or text[b - 1 : b] == "."
            and text[b - 2].isdigit() | text[b - 2].isascii()
        ):
            break
        piece = text[a:b]
        if piece in stop:
            yield b, _COST_STOP - _GAIN_STOP * (b - a), "stop"
        if piece in corpus.names:
            yield b, _COST_NAME - _GAIN_CONCEPT * (b - a), "text"
        stands = stands and piece in corpus.text
        if stands and b - a >= 2 and not (b - a == 2 and _JOINING.search(piece)) and piece[0] != "的" != piece[-1]:
            yield b, _COST_VERBATIM - _GAIN_VERBATIM * (b - a), "text"
        elif 2 <= b - a <= _LONGEST_WORD and HAN.match(piece) and corpus.is_chinese(piece):
            yield b, _COST_WORD - _GAIN_VERBATIM * (b - a), "word"
    yield a + 1, _COST_UNKNOWN if HAN.match(text[a]) else _COST_UNKNOWN / 3, "unknown"
