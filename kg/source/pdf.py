"""PDF: the text layer page by page, what repeats at page edges told as furniture.

What lives here: reading order, page edges, sentences that a page break cuts.
What never will: text recognition; a page that is only a picture holds no text.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence

from ..errors import DamagedFile, TooLarge
from .text import Writer

MAX_PAGES = 2000
MAX_SECONDS = 60
"""For the pages of a PDF file."""


def read_pdf(name: str, data: bytes) -> Writer:
    """The text of the pages in the order of the file; lines that repeat at page edges are hinted as furniture."""
    import pypdfium2

    pages: list[list[str]] = []
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
            content = page.get_textpage()
            raw = content.get_text_range()
            content.close()
            page.close()
            clean = raw.replace("\x00", "").replace("\ufffe", "")
            pages.append([line.rstrip() for line in re.split(r"\r\n|\r|\n", clean)])
    except pypdfium2.PdfiumError as error:
        raise DamagedFile(f"{name}: a page of the PDF file is broken; save it again") from error
    finally:
        document.close()
    return _write_pages(Writer(name), pages)


_PAGE_NUMBER = re.compile(r"[\s\-—–·第页共/]{0,6}\d{1,4}[\s\-—–·页共第/\d]{0,8}")
_SENTENCE_END = ("。", "；", "：", "！", "？", "）", "”", ".", ";", ":")


def _write_pages(writer: Writer, pages: Sequence[Sequence[str]]) -> Writer:
    """Lines of all pages; what stands at page edges waits until the sentence that the page cut has ended."""
    repeated = _repeated(pages)
    waiting: list[tuple[str, str]] = []
    open_lines = 0

    def release() -> None:
        for line, reason in waiting:
            writer.line(line, "furniture", reason)
        waiting.clear()

    for lines in pages:
        edges = _edges(lines)
        for i, line in enumerate(lines):
            if i in edges and _shape(line) in repeated:
                waiting.append((line, "repeated at page edges"))
            elif i in edges and _PAGE_NUMBER.fullmatch(line):
                waiting.append((line, "page number"))
            elif line.strip():
                writer.line(line)
                ended = line.rstrip().endswith(_SENTENCE_END)
                open_lines = 0 if ended else open_lines + 1
            # A run of open lines is a list or a table, not one sentence: nothing waits for its end.
            if waiting and (open_lines == 0 or open_lines > 12):
                release()
    release()
    return writer


def _edges(lines: Sequence[str]) -> set[int]:
    """Indexes of the first two and last two lines that are not blank."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    return {*filled[:2], *filled[-2:]}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", "".join(line.split()))


def _repeated(pages: Sequence[Sequence[str]]) -> set[str]:
    """The shapes of lines that stand at the edge of most pages; needs three pages to say so."""
    if len(pages) < 3:
        return set()
    counts: dict[str, int] = {}
    for lines in pages:
        for shape in {_shape(lines[i]) for i in _edges(lines)}:
            counts[shape] = counts.get(shape, 0) + 1
    return {shape for shape, n in counts.items() if n >= 0.6 * len(pages)}
