"""Under which head a clause of an English plan stands: owners, dates, measures, or none.

A head is a label on the clause's own line (``Lead: …``), a line of its own above the clause (``Success criteria``), or
the column of a table, in rows of several cells a line or of one cell a line.  What lives here: finding the head.  What
never will: what a clause under it says (``english.py``, ``english_targets.py``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from .. import english as shape
from ..model import Document, Span, Unit
from ..tables import row_cells

_LINE = re.compile(r"[^\n]+")
REACH = 12
"""Clauses back within which a head still holds."""
MAX_BREAKS = 4
"""Lines more than columns that a row may have."""

Kinds = Mapping[int, str]
"""What a cell holds, by where it starts in the document's text."""


def cell_kinds(document: Document) -> Kinds:
    """The kind of column that each cell of the document's tables stands in; only of tables with known heads."""
    return {**_lines(document), **_rows(document)}


def _rows(document: Document) -> dict[int, str]:
    """Rows of several cells a line, under the heads of the last row that held heads."""
    text, out = document.text, dict[int, str]()
    head: list[str] = []
    at: list[int] = []
    for m in _LINE.finditer(text):
        if m.end() - m.start() > 4_000:
            continue
        spans = row_cells(text, m.start(), m.end(), least=1)
        if len(spans) < 2 and "|" not in m.group():
            spans = [Span(a, b) for a, b in shape.gap_cells(text, m.start(), m.end())]
        kinds = [shape.column(s.of(text)) for s in spans]
        if sum(map(bool, kinds)) >= 2 and 2 * sum(map(bool, kinds)) >= len(kinds):
            head, at = kinds, [s.start - m.start() for s in spans]
        elif head and len(spans) > 1 and len(spans) != len(head) and "|" not in m.group() and "\t" not in m.group():
            for s in spans:
                near = min(range(len(at)), key=lambda k: abs(at[k] - (s.start - m.start())))
                out[s.start] = head[near]
        elif head and len(spans) > 1:
            out |= {s.start: k for s, k in zip(spans, head, strict=False) if k}
        elif len(spans) < 2 and "|" not in m.group():
            head = head if len(m.group()) < 40 else []
    return out


def _lines(document: Document) -> dict[int, str]:
    """Rows of one cell a line."""
    text, out = document.text, dict[int, str]()
    tables = []
    for f in document.furniture:
        if f.reason == "column heads" and "|" not in f.span.of(text):
            kinds = [shape.column(m.group()) for m in _LINE.finditer(text, f.span.start, f.span.end)]
            tables.append((f.span.start, [k for k in kinds if k and k != "number"]))
    hidden = [f.span for f in document.furniture]
    for unit in document.units:
        heads = next((k for start, k in reversed(tables) if start < unit.span.start), None)
        if not heads or len(heads) < 2 or unit.kind != "item":
            continue
        cells = _cells(text, unit, hidden)
        if not 2 <= len(cells) <= len(heads) + MAX_BREAKS:
            continue
        for cell, k in zip(cells, shape.aligned([c.of(text) for c in cells], heads), strict=True):
            out[cell.start] = heads[k]
    return out


def _cells(text: str, unit: Unit, hidden: list[Span]) -> list[Span]:
    """The lines of a unit below its number, the first cell whole."""
    first = unit.clauses[0].span
    found = [first]
    for m in _LINE.finditer(text, first.end, unit.span.end):
        core = m.group().strip(" \t\u3000\xa0\r")
        if core:
            start = m.start() + m.group().index(core)
            span = Span(start, start + len(core))
            if not any(h.meets(span) for h in hidden):
                found.append(span)
    return found


def context(document: Document, unit: Unit, number: int, kinds: Kinds | None = None) -> str:
    """The kind of head that the clause of that number stands under; empty where it stands under none.

    One of ``owner``, ``lead``, ``support``, ``time``, ``measure``, ``method``, ``resource``, ``task``, ``number``,
    ``head``.
    """
    clause = unit.clauses[number - 1]
    text = document.text
    if kinds:
        cell = max((at for at in kinds if unit.span.start <= at <= clause.span.start), default=-1)
        if cell >= 0 and (cell == clause.span.start or "\n" not in text[cell : clause.span.start].rstrip("\n")):
            line = text[cell : clause.span.start]
            if "|" not in line and "\t" not in line:
                return kinds[cell]
    if said := shape.label(clause.text):
        return shape.label_kind(said)
    for k in range(number - 2, max(-1, number - 2 - REACH), -1):
        before = unit.clauses[k]
        between = text[before.span.end : unit.clauses[k + 1].span.start]
        if shape.is_head(before.text):
            return shape.column(before.text) or "head"
        if said := shape.label(before.text):
            kind = shape.label_kind(said)
            alone = shape.is_head(before.text.rstrip(" :"))
            return kind if alone or _one_line(text, unit, k, number - 1) else ""
        if before.text[:1] in "•-*" and "\n" in between:
            continue
    return ""


def _one_line(text: str, unit: Unit, first: int, last: int) -> bool:
    """Whether the clauses go on with one another: on one line, or behind a semicolon or comma."""
    for k in range(first, last):
        between = text[unit.clauses[k].span.end : unit.clauses[k + 1].span.start]
        if "\n" in between and not unit.clauses[k].text.endswith((";", ",")):
            return False
    return True
