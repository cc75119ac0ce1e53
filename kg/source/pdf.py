"""PDF: the text layer page by page, ruled tables row by row, what repeats at page edges told as furniture.

What lives here: reading order, page edges, sentences and tables that a page break cuts.
What never will: text recognition; a page that is only a picture holds no text.
"""

from __future__ import annotations

import ctypes
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import DamagedFile, TooLarge
from .ruled import MAX_LINES, NEAR, Box, Grid, Written, grids
from .table import Cell, write_table
from .text import Writer

MAX_PAGES = 2000
MAX_SECONDS = 60
"""For the pages of a PDF file."""


@dataclass(slots=True)
class _Line:
    """A line of text and its height on the page, from 0 at the top to 1."""

    text: str
    height: float
    reason: str = ""
    """Of furniture."""


@dataclass(slots=True)
class _Table:
    """A ruled table, and where its columns are."""

    rows: list[list[Cell]]
    columns: list[float] = field(default_factory=list)


_Page = list["_Line | _Table"]


def read_pdf(name: str, data: bytes) -> Writer:
    """The file's text as lines, in the order of the file.  Raises :class:`DamagedFile` and :class:`TooLarge`."""
    import pypdfium2

    pages: list[_Page] = []
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        reason = "needs a password" if "password" in str(error).lower() else "is broken"
        raise DamagedFile(f"{name}: the PDF file {reason}; save it again without protection") from error
    try:
        if len(document) > MAX_PAGES:
            raise TooLarge(f"{name}: {len(document):,} pages, over the limit of {MAX_PAGES:,}; split the file")
        limit = time.monotonic() + MAX_SECONDS
        for index in range(len(document)):
            if time.monotonic() > limit:
                raise TooLarge(f"{name}: reading takes over {MAX_SECONDS} seconds; split the file")
            page = document[index]
            pages.append(_read_page(page))
            page.close()
    except pypdfium2.PdfiumError as error:
        raise DamagedFile(f"{name}: a page of the PDF file is broken; save it again") from error
    finally:
        document.close()
    writer = Writer(name)
    _mark_edges(pages)
    flow = _Flow(writer)
    for page in pages:
        flow.page(page)
    flow.end()
    empty = [str(k) for k, page in enumerate(pages, 1) if not page]
    if empty and len(empty) < len(pages):
        shown = ", ".join(empty[:10]) + (" …" if len(empty) > 10 else "")
        writer.warnings.append(
            f"pages without text: {shown}; a scanned page must be put through text recognition first"
        )
    return writer


# One page


def _read_page(page: Any) -> _Page:
    """The lines and tables of a page, each table where its first character stands in the order of the file."""
    content = page.get_textpage()
    tables = grids(_drawn(page))
    tall = page.get_height() or 1.0
    out: list[_Line | Grid] = [_Line("", -1.0)]
    cell: Written | None = None
    for character, at in _characters(content.raw, content.count_chars()):
        line = out[-1]
        if at is not None:
            table, cell = next(((t, c) for t in tables if (c := t.place(at)) is not None), (None, None))
            if table is not None and cell is not None:
                cell.add(character, at)
                if not any(table is entry for entry in out):
                    out += [table, _Line("", -1.0)]
                continue
        if character == "\n" or not isinstance(line, _Line):
            out.append(_Line("", -1.0))
        elif at is None and cell is not None:
            cell.blank = True
        else:
            line.text += character
            if line.height < 0 and at is not None:
                line.height = 1 - (at.top + at.bottom) / 2 / tall
    content.close()
    return [
        _Table(entry.cells(), entry.columns) if isinstance(entry, Grid) else entry
        for entry in out
        if isinstance(entry, Grid) or entry.text.strip()
    ]


def _characters(content: Any, count: int) -> Iterator[tuple[str, Box | None]]:
    """Each character with its place; blanks and line ends that the library adds have none."""
    from pypdfium2 import raw

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    high = 0
    for i in range(count):
        code = raw.FPDFText_GetUnicode(content, i)
        if 0xD800 <= code < 0xDC00:  # half of a character beyond the first 65,536
            high = code
            continue
        if 0xDC00 <= code < 0xE000 and high:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        high = 0
        if code in (0, 0x0D, 0xFFFE) or 0xD800 <= code < 0xE000:
            continue
        if raw.FPDFText_IsGenerated(content, i) == 1 or code == 0x0A:
            yield chr(code), None
        else:
            raw.FPDFText_GetCharBox(content, i, left, right, bottom, top)
            yield chr(code), Box(left.value, bottom.value, right.value, top.value)


def _drawn(page: Any) -> list[Box]:
    """The straight lines drawn on a page: thin shapes, and the sides of boxes that are not filled."""
    from pypdfium2 import raw

    lines: list[Box] = []
    for shape in page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=2):
        left, bottom, right, top = shape.get_bounds()
        if min(right - left, top - bottom) < NEAR:
            lines.append(Box(left, bottom, right, top))
        elif raw.FPDFPath_CountSegments(shape.raw) <= 6 and _is_stroked(shape.raw):
            lines += [Box(left, y, right, y) for y in (bottom, top)] + [Box(x, bottom, x, top) for x in (left, right)]
        if len(lines) > MAX_LINES:
            return []
    return lines


def _is_stroked(shape: Any) -> bool:
    from pypdfium2 import raw

    fill, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(shape, fill, stroke)) and bool(stroke.value)


# Page edges

_PAGE_NUMBER = re.compile(r"[\s\-—–·第页共/]{0,6}\d{1,4}[\s\-—–·页共第/\d]{0,8}")
_SENTENCE_END = ("。", "；", "：", "！", "？", "）", "”", ".", ";", ":")


def _mark_edges(pages: Sequence[_Page]) -> None:
    """Say of running heads and page numbers why they are furniture."""
    repeated = _repeated(pages)
    for page in pages:
        for line in _edges(page):
            if _shape(line) in repeated:
                line.reason = "repeated at page edges"
            elif _PAGE_NUMBER.fullmatch(line.text.strip()):
                line.reason = "page number"


def _edges(page: _Page) -> list[_Line]:
    """The first two and last two lines of a page, by their order in the file and by their height."""
    lines = [entry for entry in page if isinstance(entry, _Line)]
    by_height = sorted((line for line in lines if line.height >= 0), key=lambda line: line.height)
    return list({id(line): line for line in (*lines[:2], *lines[-2:], *by_height[:2], *by_height[-2:])}.values())


def _shape(line: _Line) -> str:
    return re.sub(r"\d+", "#", "".join(line.text.split()))


def _repeated(pages: Sequence[_Page]) -> set[str]:
    """The shapes of lines that stand at the edge of most pages; of two pages in the margin of both, at one height."""
    places: dict[str, list[float]] = {}
    for page in pages:
        for shape, line in {_shape(line): line for line in _edges(page)}.items():
            places.setdefault(shape, []).append(line.height)
    if len(pages) == 2:
        margins = {s: h for s, h in places.items() if len(h) == 2 and not 0.07 < h[0] < 0.93}
        return {s for s, (one, two) in margins.items() if abs(one - two) < 0.01}
    return {s for s, heights in places.items() if len(pages) > 2 and len(heights) >= 0.6 * len(pages)}


# All pages


class _Flow:
    """Writes lines and tables; furniture waits until the sentence or the table that the page cut has ended."""

    def __init__(self, writer: Writer) -> None:
        self.writer = writer
        self.waiting: list[_Line] = []
        self.table: _Table | None = None
        """The table that may go on overleaf."""
        self.open_lines = 0

    def page(self, page: _Page) -> None:
        """Write what a page holds."""
        fresh = True
        for entry in page:
            if isinstance(entry, _Line) and entry.reason:
                self.waiting.append(entry)
                continue
            if isinstance(entry, _Line):
                self._line(entry)
            elif self.table is not None and fresh and _goes_on(self.table, entry):
                self.waiting += _join(self.table, entry)
            else:
                self.end()
                self.table, self.open_lines = entry, 0
            fresh = False

    def _line(self, line: _Line) -> None:
        if self.table is not None:
            self.end()
        self.writer.line(line.text)
        self.open_lines = 0 if line.text.rstrip().endswith(_SENTENCE_END) else self.open_lines + 1
        # A run of open lines is a list or a table, not one sentence: nothing waits for its end.
        if self.open_lines == 0 or self.open_lines > 12:
            self._release()

    def _release(self) -> None:
        for line in self.waiting:
            self.writer.line(line.text, "furniture", line.reason)
        self.waiting.clear()

    def end(self) -> None:
        """Write what is still open."""
        if self.table is not None:
            write_table(self.writer, self.table.rows)
            self.table = None
        self._release()


def _goes_on(table: _Table, below: _Table) -> bool:
    """Whether two tables on both sides of a page break have the same columns."""
    return len(table.columns) == len(below.columns) and all(
        abs(a - b) < 2 * NEAR for a, b in zip(table.columns, below.columns, strict=True)
    )


def _join(table: _Table, below: _Table) -> list[_Line]:
    """Add the rows of ``below``; gives back the heads that it repeats, and mends a row that the page cut."""
    texts = [[cell.text for cell in row] for row in below.rows]
    first = [[cell.text for cell in row] for row in table.rows[: len(texts)]]
    same = next((k for k, (a, b) in enumerate(zip(texts, first, strict=False)) if a != b), len(texts))
    rest = below.rows[same:]
    last = table.rows[-1]
    if rest and len(rest[0]) == len(last) and not rest[0][0].text and last[0].text:
        for cell, more in zip(last, rest[0], strict=True):
            cell.text += more.text
        rest = rest[1:]
    table.rows += rest
    return [_Line(" ".join(row), -1.0, "column heads") for row in texts[:same]]
