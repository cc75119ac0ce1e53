"""A table with merged cells becomes rows of text, so that each row can be read alone.

What lives here: what a merged cell means for the rows that it spans, for docx and HTML alike.
What never will: which columns name what (``kg/structure``, ``kg/extract/tables.py``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .text import Writer

MAX_COLUMNS = 60
"""A cell further right is put below this one's place; what stops a span of millions."""

_NUMBER = re.compile(r"[(（]?\s{0,2}(?:\d{1,4}|[一二三四五六七八九十百]{1,5})\s{0,2}[)）]?\s{0,2}[.．、]?")
"""A cell that only numbers its row."""


@dataclass(slots=True)
class Cell:
    """A cell and how many columns and rows it spans."""

    text: str
    width: int = 1
    height: int = 1


@dataclass(slots=True)
class _Place:
    """What stands in one column of one row."""

    cell: Cell
    first: bool
    """Whether the row is the first one that the cell spans."""
    left: bool
    """Whether the column is."""


def write_table(writer: Writer, rows: Sequence[Sequence[Cell]], heads: int = 0) -> None:
    """Write the rows as lines of fields.  The first ``heads`` rows name the columns.

    A cell that spans rows holds for each of them, so its text is repeated in them.  There are two exceptions, both
    of the first column.  A number over several rows makes them one row of several lines: the further ones are hinted
    as ``continued`` and repeat nothing.  Any other cell there heads the rows that it spans: it stands above them.
    """
    places = _grid(rows)
    heads = max(heads, _merged_heads(rows))
    for index, row in enumerate(places):
        first = row[0] if row else None
        spans = first is not None and first.left and first.cell.height > 1 and index >= heads
        if first is None or not spans:
            writer.row([p.cell.text if p and p.left else "" for p in row])
        elif not _NUMBER.fullmatch(first.cell.text.strip()):
            if first.first:
                writer.row([first.cell.text, *[""] * (len(row) - 1)])
            writer.row(["", *(p.cell.text if p and p.left else "" for p in row[1:])])
        elif first.first:
            writer.row([p.cell.text if p and p.left else "" for p in row])
        else:
            writer.row([p.cell.text if p and p.left and p.first else "" for p in row], "continued")


def _merged_heads(rows: Sequence[Sequence[Cell]]) -> int:
    """Rows that the cells of the first row span: the heads of columns, where these stand in two rows."""
    if not rows or len(rows[0]) < 2 or any(_NUMBER.fullmatch(cell.text.strip()) for cell in rows[0]):
        return 1
    return min(max(cell.height for cell in rows[0]), 3)


def _grid(rows: Sequence[Sequence[Cell]]) -> list[list[_Place | None]]:
    """Each row with its columns, cells that span rows or columns in each place that they cover."""
    grid: list[list[_Place | None]] = []
    above: dict[int, tuple[Cell, int, bool]] = {}  # by column: the cell that reaches down, for how many rows yet
    for cells in rows:
        row: dict[int, _Place] = {column: _Place(cell, False, left) for column, (cell, _, left) in above.items()}
        above = {column: (cell, rest - 1, left) for column, (cell, rest, left) in above.items() if rest > 1}
        at = 0
        for cell in cells:
            while at in row:
                at += 1
            for column in range(at, min(at + max(cell.width, 1), max(MAX_COLUMNS, at + 1))):
                if column in row:
                    break
                row[column] = _Place(cell, True, column == at)
                if cell.height > 1 and column < MAX_COLUMNS:
                    above[column] = (cell, cell.height - 1, column == at)
        grid.append([row.get(column) for column in range(max(row, default=-1) + 1)])
    return grid
