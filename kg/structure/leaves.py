"""The partition of a text: each character in exactly one leaf."""

from __future__ import annotations

from ..model import Document, Leaf, LeafKind, Span


def leaves(document: Document) -> tuple[Leaf, ...]:
    """The partition of the text: each character in exactly one leaf, white space with the leaf before it."""
    pieces: list[tuple[int, int, LeafKind, str]] = [
        (s.span.start, s.span.end, "heading", s.id) for s in document.sections
    ]
    for unit in document.units:
        first = unit.clauses[0].span.start
        if unit.span.start < first:
            pieces.append((unit.span.start, first, "mark", unit.id))
        pieces += [(c.span.start, c.span.end, "clause", unit.id) for c in unit.clauses]
    pieces += [(f.span.start, f.span.end, "furniture", "") for f in document.furniture]
    pieces.sort()
    out: list[Leaf] = []
    at = 0
    for start, end, kind, owner in pieces:
        start = max(start, at)
        if end <= start:
            continue
        if start > at:
            _fill(document.text, out, at, start)
        out.append(Leaf(Span(start, end), kind, owner))
        at = end
    if at < len(document.text):
        _fill(document.text, out, at, len(document.text))
    return tuple(out)


def _fill(text: str, out: list[Leaf], start: int, end: int) -> None:
    """White space goes with the leaf before it, anything else is furniture."""
    if out and not text[start:end].strip():
        last = out[-1]
        out[-1] = Leaf(Span(last.span.start, end), last.kind, last.owner)
    else:
        out.append(Leaf(Span(start, end), "furniture", ""))
