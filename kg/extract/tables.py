"""Tables of a task division, found in the document's text: which cells stand under a heading that names owners.

A row of heads is a line, or a run of lines with one cell each, in which at least one cell is exactly a label of the
lexicon (牵头单位, 责任单位 …).  What a cell under such a head holds is told by the head; nothing else is read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from ..model import Document, Role, Span, Unit
from ..source import view
from ..tables import head_run, known_heads, owner_heads, row_cells, run_table
from .words import any_of, words

_LINE = re.compile(r"[^\n]+")


@cache
def _posted() -> frozenset[str]:
    return frozenset(words("bodies", "roles", "posted"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell under a head that names owners."""

    span: Span
    role: Role
    posted: bool = False
    """Whether persons may stand in it as well: then only groups and posts are read."""


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start] in " \t\u3000\xa0|":
        start += 1
    while start < end and text[end - 1] in " \t\u3000\xa0|\r":
        end -= 1
    return Span(start, end)


def _key(text: str) -> str:
    return re.sub(r"[\s*:：]+", "", view(text).text)


def _is_head(keys: Sequence[str]) -> bool:
    known = [k for k in keys if k in known_heads()]
    owners = any(k in owner_heads() or k in _posted() for k in keys)
    numbered = bool(keys) and keys[0] in _NUMBERED
    return len(known) >= 2 and owners and (numbered or len(known) * 2 >= len(keys))


def owner_cells(document: Document) -> tuple[Cell, ...]:
    """Every cell that stands under a head naming owners, in document order."""
    text = document.text
    lines = [(m.start(), m.end()) for m in _LINE.finditer(text)]
    return tuple(sorted([*_rows(text, lines), *_single(document), *_run_together(text)], key=lambda c: c.span))


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
    """Rows of several cells a line, under the heads of the last row that held heads."""
    out: list[Cell] = []
    head: list[str] = []
    for start, end in lines:
        line = _trimmed(text, start, end) if "|" not in text[start:end] else Span(start, end)
        spans = row_cells(text, line.start, line.end, least=1)
        keys = [_key(s.of(text)) for s in spans]
        if len(keys) > 1 and _is_head(keys):
            head = keys
        elif head and len(spans) > 1:
            out += [
                Cell(span, owner_heads().get(name, "responsible"), name in _posted())
                for name, span in zip(head, spans, strict=False)
                if (name in owner_heads() or name in _posted()) and span.of(text).strip("-: ")
            ]
    return out


@dataclass(frozen=True, slots=True)
class Row:
    """A unit that is a row of a table with one cell a line: its cells, and the heads of the columns."""

    unit: Unit
    heads: tuple[str, ...]
    cells: tuple[Span, ...]


def line_rows(document: Document) -> Iterator[Row]:
    """The rows of tables whose heads stand in lines of their own, as do the cells of each unit below them."""
    tables = [
        (f.span.start, tuple(_key(s.of(document.text)) for s in _cells_in(document, f.span, ())))
        for f in document.furniture
        if f.reason == "column heads"
    ]
    tables = [(start, heads) for start, heads in tables if len(heads) >= 3]
    hidden = tuple(f.span for f in document.furniture)
    for unit in document.units if tables else ():
        heads = next((heads for start, heads in reversed(tables) if start < unit.span.start), ())
        if heads and unit.kind == "item":
            cells = tuple(_cells_in(document, unit.span, hidden))
            if 2 <= len(cells) <= len(heads) + MAX_BREAKS:
                yield Row(unit, heads, cells)


def _single(document: Document) -> list[Cell]:
    """Cells for owners in the rows of tables with one cell a line."""
    out: list[Cell] = []
    for row in line_rows(document):
        if _is_head(row.heads):
            out += [
                Cell(span, owner_heads().get(row.heads[k], "responsible"), row.heads[k] in _posted())
                for span, k in zip(
                    row.cells, _aligned([s.of(document.text) for s in row.cells], row.heads), strict=True
                )
                if row.heads[k] in owner_heads() or row.heads[k] in _posted()
            ]
    return out


def _cells_in(document: Document, span: Span, hidden: Sequence[Span]) -> list[Span]:
    """The lines of a range that hold text, without furniture."""
    found = (_trimmed(document.text, m.start(), m.end()) for m in _LINE.finditer(document.text, span.start, span.end))
    return [cell for cell in found if cell.start < cell.end and not any(h.holds(cell) for h in hidden)]


MAX_BREAKS = 4
"""Lines more than columns that a row may have: cells that a page broke."""
_DATED = re.compile(r"\d{1,2}月|\d{4}[年/]|全年|持续|长期|学年|年底|季度")
_ENDED = re.compile(
    rf"(?:{any_of(words('bodies', 'owners', 'endings'))}|{any_of(words('bodies', 'owners', 'posts'))})$"
)


def _aligned(cells: Sequence[str], heads: Sequence[str]) -> list[int]:
    """The column of each line, in order: lines may share a column (a broken cell) and a column may have none.

    The best of all such assignments by what a cell looks like, found by dynamic programming.
    """
    worth = [[_fits(_key(cell), head) for head in heads] for cell in cells]
    best: list[list[tuple[float, int]]] = []
    for i, row in enumerate(worth):
        line = []
        for k, value in enumerate(row):
            if i == 0:
                line.append((value - k, -1))
                continue
            # A step to the next column costs nothing; a list that breaks off in a comma goes on in its column.
            stay = -2.0 if cells[i - 1].rstrip().endswith(("、", "，", ",")) else 1.5
            steps = [(best[i - 1][j][0] - (stay if j == k else k - j - 1), j) for j in range(k + 1)]
            score, came = max(steps)
            line.append((score + value - 0.01 * k, came))  # of equals the earlier column
        best.append(line)
    k = max(range(len(heads)), key=lambda k: best[-1][k][0] - (len(heads) - 1 - k))
    columns = []
    for i in range(len(cells) - 1, -1, -1):
        columns.append(k)
        k = best[i][k][1]
    return columns[::-1]


def _fits(cell: str, head: str) -> float:
    """How well a cell looks like one of its column."""
    owners = all(
        _ENDED.search(name) and len(name) <= 20 for name in re.split(r"[、,，;；/\s]+", cell.strip("、，。")) if name
    )
    if head in _posted():
        return 1.5 if owners or re.fullmatch("[\u4e00-\u9fff·]{2,4}", cell) else -1.0
    if head in owner_heads():
        return 2.0 if owners else -1.0
    if head in _NUMBERED:
        return 2.0 if re.fullmatch(r"\d{1,3}[.、]?", cell) else -2.0
    if re.search(r"时限|时间|期限|进度|节点|日期", head):
        return 1.0 if _DATED.search(cell) and len(cell) <= 30 else -0.5
    return -1.0 if owners else 0.3 if len(cell) > 12 else 0.0


_NUMBERED = frozenset(("序号", "编号", "项次"))
