"""Tables of a PDF page, found by the lines that are drawn around their cells.

What lives here: from drawn lines to a grid, and from characters at places to the text of its cells.
What never will: tables without lines, which no file tells from text with blanks in it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

from .table import Cell

NEAR = 3.0
"""Points (1/72 inch) within which two lines are one."""
MAX_LINES = 6000
"""On one page; a drawing with more of them is no table."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(slots=True)
class Written:
    """The text of a cell while it is read."""

    box: Box
    text: str = ""
    last: Box | None = None
    blank: bool = False

    def add(self, character: str, at: Box) -> None:
        """Add a character; a line that reached the edge of the cell goes on, any other ended."""
        if self.last is not None and self.text:
            size = max(at.top - at.bottom, at.right - at.left, self.last.right - self.last.left, 1.0)
            below = (self.last.top + self.last.bottom) / 2 - (at.top + at.bottom) / 2 > size / 2
            full = self.box.right - self.last.right < 1.6 * size
            latin = self.text[-1].isascii() and character.isascii()
            if below and (not full or latin) or self.blank and latin:
                self.text += " "
        self.text += character
        self.last, self.blank = at, False


@dataclass(slots=True)
class Grid:
    """A table on a page: its lines, and the cells with the text that was put into them."""

    columns: list[float]
    """Places of the lines between columns, from the left."""
    rows: list[float]
    """Places of the lines between rows, from the top, each negated so that they rise."""
    owner: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """For each row and column the first row and column of the cell that covers it."""
    spans: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Rows and columns that each cell covers."""
    written: dict[tuple[int, int], Written] = field(default_factory=dict)

    def place(self, at: Box) -> Written | None:
        """The cell that a character stands in; None outside of the table."""
        column = bisect_right(self.columns, (at.left + at.right) / 2) - 1
        row = bisect_right(self.rows, -(at.top + at.bottom) / 2) - 1
        key = self.owner.get((row, column))
        if key is None:
            return None
        if key not in self.written:
            last = key[1] + self.spans[key][1]
            self.written[key] = Written(Box(self.columns[key[1]], 0.0, self.columns[last], 0.0))
        return self.written[key]

    def cells(self) -> list[list[Cell]]:
        """The rows, as they are written in a file that has tables."""
        rows: list[list[Cell]] = [[] for _ in self.rows[1:]]
        for (row, column), (height, width) in sorted(self.spans.items()):
            text = self.written[row, column].text if (row, column) in self.written else ""
            rows[row].append(Cell(text, width, height))
        return rows


def grids(lines: Sequence[Box]) -> list[Grid]:
    """The tables that the drawn lines make, from the top of the page; one with a single column is a frame."""
    if not 4 < len(lines) <= MAX_LINES:
        return []
    upright = [box for box in lines if box.right - box.left < NEAR < box.top - box.bottom]
    level = [box for box in lines if box.top - box.bottom < NEAR < box.right - box.left]
    found = []
    for band in _bands(upright):
        top, bottom = max(b.top for b in band) + NEAR, min(b.bottom for b in band) - NEAR
        across = [b for b in level if bottom <= (b.top + b.bottom) / 2 <= top]
        left, right = min(b.left for b in band), max(b.right for b in band)
        across = [b for b in across if b.right > left and b.left < right]
        if across:
            grid = _grid(band, across)
            if grid is not None:
                found.append(grid)
    return found


def _bands(upright: Sequence[Box]) -> list[list[Box]]:
    """Upright lines in groups, each of lines beside or right below each other."""
    bands: list[list[Box]] = []
    low = 0.0
    for box in sorted(upright, key=lambda b: -b.top):
        if bands and box.top >= low - NEAR:
            bands[-1].append(box)
            low = min(low, box.bottom)
        else:
            bands.append([box])
            low = box.bottom
    return bands


def _places(values: Iterable[float]) -> list[float]:
    """Values that are near each other as one, in order."""
    out: list[float] = []
    for value in sorted(values):
        if not out or value - out[-1] > NEAR:
            out.append(value)
    return out


def _grid(band: Sequence[Box], across: Sequence[Box]) -> Grid | None:
    columns = _places((b.left + b.right) / 2 for b in band)
    left, right = min(b.left for b in across), max(b.right for b in across)
    if left < columns[0] - 4 * NEAR:  # a table may be open at its sides
        columns.insert(0, left)
    if right > columns[-1] + 4 * NEAR:
        columns.append(right)
    rows = _places(-(b.top + b.bottom) / 2 for b in across)
    if len(columns) < 3 or len(rows) < 2:
        return None
    walls = {(row, k) for b in band for k in _nearest(columns, (b.left + b.right) / 2) for row in _covered(rows, b)}
    floors = {
        (k, column)
        for b in across
        for k in _nearest(rows, -(b.top + b.bottom) / 2)
        for column, (x, y) in enumerate(pairwise(columns))
        if b.left - NEAR <= (x + y) / 2 <= b.right + NEAR
    }
    grid = Grid(columns, rows)
    for row, column in product(range(len(rows) - 1), range(len(columns) - 1)):
        if (row, column) not in grid.owner:
            _merge(grid, row, column, walls, floors)
    return grid


def _merge(grid: Grid, row: int, column: int, walls: set[tuple[int, int]], floors: set[tuple[int, int]]) -> None:
    """Add the cell that begins in a row and column: it goes on to the right and down where no line is drawn."""
    width = height = 1
    while column + width < len(grid.columns) - 1 and (row, column + width) not in walls:
        if (row, column + width) in grid.owner:
            break
        width += 1
    while row + height < len(grid.rows) - 1 and (row + height, column) not in floors:
        height += 1
    grid.spans[row, column] = (height, width)
    for place in product(range(row, row + height), range(column, column + width)):
        grid.owner.setdefault(place, (row, column))


def _nearest(places: Sequence[float], value: float) -> list[int]:
    """The index of the place that the value is; none where it is none."""
    return [k for k in (bisect_right(places, value + NEAR) - 1,) if k >= 0 and abs(places[k] - value) <= 2 * NEAR]


def _covered(rows: Sequence[float], box: Box) -> range:
    """The rows through whose middle an upright line goes."""
    middles = [(a + b) / 2 for a, b in pairwise(rows)]
    return range(bisect_right(middles, -box.top - NEAR), bisect_right(middles, -box.bottom + NEAR))
