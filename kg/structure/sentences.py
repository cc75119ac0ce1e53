"""Where clauses end: stops outside quotes, book-title marks and brackets."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..model import Span
from .lines import STOPS

_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "（": "）",
    "(": ")",
    "【": "】",
    "〔": "〕",
    "[": "]",
}
_SAME = {"(": "（", ")": "）", "[": "〔", "]": "〕"}
_CLOSING = {_SAME.get(v, v): _SAME.get(k, k) for k, v in _PAIRS.items()}
_REACH = 400
"""Characters within which a quote or bracket must close to count: an unclosed one must not swallow the text."""


def protected_ranges(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Outermost ranges in quotes, book-title marks or brackets that close in time."""
    found: list[tuple[int, int]] = []
    open_: list[tuple[str, int]] = []
    for m in _BRACKET.finditer(text, start, end):
        i, c = m.start(), m[0]
        c = _SAME.get(c, c)
        if c in _CLOSING:
            for k in range(len(open_) - 1, max(-1, len(open_) - 9), -1):
                if open_[k][0] == _CLOSING[c]:
                    if i - open_[k][1] <= _REACH:
                        found.append((open_[k][1], i + 1))
                    del open_[k:]
                    break
        else:
            open_.append((c, i))
    found.sort()
    outer: list[tuple[int, int]] = []
    for a, b in found:
        if not outer or a >= outer[-1][1]:
            outer.append((a, b))
    return outer


_BRACKET = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_PAIRS.values())) + "]")


def open_bracket(text: str, start: int, end: int) -> int:
    """Where the innermost bracket or quote stands that is open at ``end``; -1 where none is."""
    open_: list[tuple[str, int]] = []
    for m in _BRACKET.finditer(text, start, end):
        c = _SAME.get(m[0], m[0])
        if c not in _CLOSING:
            open_.append((c, m.start()))
        elif open_ and open_[-1][0] == _CLOSING[c]:
            open_.pop()
    return open_[-1][1] if open_ else -1


_SENTENCE_EN = re.compile(r"[.;!?](?=[\"'”’)\]]{0,3}(?:\s|$))")
_SENTENCE_ZH = re.compile(r"[。！？；!?;]|(?<=[\u4e00-\u9fff”）)%])\.(?=[\u4e00-\u9fff“（(])|\.(?=\s{0,2}$)")


def _no_end(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the full stop before ``stop`` ends no sentence: a known abbreviation, or lower case follows."""
    following = text[stop : min(end, stop + 12)].lstrip(" \"'”’)]")
    return following[:1].islower() or bool(_ABBREVIATION.search(text, max(start, stop - 9), stop))


_AFTER_STOP = re.compile("[”’」』" + STOPS + "]*")
_ABBREVIATION = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mrs|Rev|approx|No|e\.g|i\.e|etc|vs|Dr|Mr|Ms|St|Fig|cf|[A-Z])\.$"
)
_EDGES = " \t\r\n\f\v\u3000\xa0\u200b\ufeff*_#|`"


def trim(text: str, start: int, end: int) -> Span | None:
    """Without white space and Markdown signs at both ends; None where nothing to read is left."""
    while start < end and (text[start] in _EDGES or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _EDGES or text[end - 1].isspace()):
        end -= 1
    if text[max(start, end - 3) : end - 1] == "**":  # a bold title whose stop stands behind the signs
        return trim(text, start, end - 3)
    return Span(start, end) if start < end else None


def cut_sentences(text: str, start: int, end: int, english: bool, cut_at: int = -1) -> list[Span]:
    """Cut a block where its sentences end; white space between them belongs to none."""
    protected = protected_ranges(text, start, end)
    cuts: list[int] = [cut_at] if start < cut_at < end else []
    k = 0
    for m in (_SENTENCE_EN if english else _SENTENCE_ZH).finditer(text, start, end):
        while k < len(protected) and protected[k][1] <= m.start():
            k += 1
        if k < len(protected) and protected[k][0] <= m.start():
            continue
        if english and m[0] == "." and _no_end(text, start, m.end(), end):
            continue
        stop = _AFTER_STOP.match(text, m.end(), end).end()  # type: ignore[union-attr]
        if not cuts or stop > cuts[-1]:
            cuts.append(stop)
    if not cuts or cuts[-1] < end:
        cuts.append(end)
    return _between(text, start, cuts)


def _between(text: str, start: int, cuts: Iterable[int]) -> list[Span]:
    """The ranges between cuts, trimmed; a rest of mere signs goes to the range before it."""
    spans: list[Span] = []
    for cut in cuts:
        span = trim(text, start, cut)
        start = cut
        if span is None:
            continue
        if spans and not any(c.isalnum() for c in span.of(text)):
            if "*" not in text[spans[-1].end : span.start]:  # the stop behind a bold title is left out with its signs
                spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans
