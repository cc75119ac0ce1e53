"""Tables of a task division, found in the document's text: which cells stand under a heading that names owners.

A row of heads is a line, or a run of lines with one cell each, in which at least one cell is exactly a label of the
lexicon (牵头单位, 责任单位 …).  What a cell under such a head holds is told by the head; nothing else is read here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ..model import Document, Role, Span
from ..tables import head_run, owner_heads, run_table
from .words import words

_LINE = re.compile(r"[^\n]+")
_CELL = re.compile(r"[^|\t]+")
MAX_COLUMNS = 12
"""More cells than this in a row of single-cell lines is a list, not a table."""


@cache
def _others() -> frozenset[str]:
    return frozenset(words("bodies", "roles", "persons"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell under a head that names owners."""

    span: Span
    role: Role


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " \t\u3000\xa0|":
        start += 1
    while start < end and text[end - 1] in " \t\u3000\xa0|\r":
        end -= 1
    return Span(start, end)


def _key(text: str) -> str:
    return re.sub(r"[\s*:：]+", "", text)


def _is_head(keys: Sequence[str]) -> bool:
    known = [k for k in keys if k in owner_heads() or k in _others()]
    return len(known) >= 2 and any(k in owner_heads() for k in keys) and len(known) * 2 >= len(keys)


def owner_cells(document: Document) -> tuple[Cell, ...]:
    """Every cell that stands under a head naming owners, in document order."""
    text = document.text
    if not any(label in text for label in owner_heads()):
        return ()
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    return tuple(sorted([*_rows(text, lines), *_single(text, lines), *_run_together(text)], key=lambda c: c.span))


def _run_together(text: str) -> list[Cell]:
    """Cells of a table whose cells stand one behind the other in running text."""
    out: list[Cell] = []
    at = 0
    while heads := head_run(text, at, len(text)):
        table = run_table(text, heads.start, len(text))
        at = heads.end if table is None else table.end
        if table is not None:
            cells = (cell for row in table.rows for cell in row)
            out += [Cell(cell.span, owner_heads()[cell.head]) for cell in cells if cell.head in owner_heads()]
    return out


def _rows(text: str, lines: Sequence[tuple[int, int]]) -> list[Cell]:
    """Rows of several cells a line, divided by ``|`` or tabs."""
    out: list[Cell] = []
    head: list[str] = []
    for start, end in lines:
        if text.find("|", start, end) < 0 and text.find("\t", start, end) < 0:
            continue
        line = text[start:end]
        shift = 1 if line.lstrip().startswith("|") else 0
        pieces = re.split(r"[|\t]", line.strip().strip("|") if shift else line)
        at = start + line.index("|") + 1 if shift else start
        spans = []
        for piece in pieces:
            found = text.find(piece, at, end) if piece else at
            spans.append(_trimmed(text, found, found + len(piece)))
            at = found + len(piece) + 1
        keys = [_key(s.of(text)) for s in spans]
        if len(keys) > 1 and _is_head(keys):
            head = keys
        elif head and len(spans) > 1:
            out += [
                Cell(span, owner_heads()[name])
                for name, span in zip(head, spans, strict=False)
                if name in owner_heads() and span.of(text).strip("-: ")
            ]
    return out


def _single(text: str, lines: Sequence[tuple[int, int]]) -> list[Cell]:
    """Rows of one cell a line: the heads repeat as a run of lines, then the cells follow in the same order."""
    cells = [(span, _key(span.of(text))) for a, b in lines if (span := _trimmed(text, a, b)).start < span.end]
    out: list[Cell] = []
    i = 0
    while i < len(cells):
        size = 0
        while (
            i + size < len(cells)
            and size < MAX_COLUMNS
            and (cells[i + size][1] in owner_heads() or cells[i + size][1] in _others())
        ):
            size += 1
        head = [key for _, key in cells[i : i + size]]
        if size < 3 or not _is_head(head):
            i += max(size, 1)
            continue
        i += size
        numbered = head[0] == "序号"
        while i + size <= len(cells):
            row = cells[i : i + size]
            if numbered and not re.fullmatch(r"\d{1,3}[.、]?", row[0][1]):
                break
            if any(key in owner_heads() for _, key in row):
                break
            out += [Cell(span, owner_heads()[name]) for name, (span, _) in zip(head, row, strict=True) if name in owner_heads()]
            i += size
    return out
