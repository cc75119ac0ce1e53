"""What all formats share: the limits, the text with its hints, decoding, and the writer of lines.

What lives here: :class:`Source` and :class:`Hint`, :func:`decode`, :class:`Writer`.
What never will: anything of one structured format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import TooLarge, UndecodableText
from ..model import Span

HintKind = Literal["heading", "furniture", "continued"]

MAX_BYTES = 32 * 1024 * 1024
"""A plan is some hundred kilobytes; ten times the largest scan-free file seen is left as room."""
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of one XML part of a docx file: what stops a zip bomb."""
MAX_CHARACTERS = 4_000_000
"""Of the text that a file holds; more than any plan, less than what would stall the parser."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What the file's own format says of a range of its text."""

    span: Span
    kind: HintKind
    """``continued`` is a table row that goes on with the row above, as its merged number cell says."""
    value: str = ""
    """Of a heading its level from ``1``; of furniture the reason."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it was read."""

    name: str
    format: str
    sha256: str
    """Of the bytes."""
    text: str
    """For txt and md the file's own characters, line ends and byte order mark included."""
    hints: tuple[Hint, ...] = ()
    warnings: tuple[str, ...] = ()
    """What of the file could not be read, one line each."""


class Writer:
    """Collects the text made from a structured file, and hints at their offsets in it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[str] = []
        self.length = 0
        self.hints: list[Hint] = []
        self.warnings: list[str] = []

    def line(self, text: str, kind: HintKind | None = None, value: str = "") -> None:
        """Add ``text`` as lines of its own."""
        text = text.strip()
        if not text:
            return
        if self.length + len(text) > MAX_CHARACTERS:
            raise TooLarge(f"{self.name}: its text is over the limit of {MAX_CHARACTERS:,} characters; split the file")
        if kind is not None:
            self.hints.append(Hint(Span(self.length, self.length + len(text)), kind, value))
        self.parts.append(text + "\n")
        self.length += len(text) + 1

    def row(self, cells: Sequence[str], kind: HintKind | None = None) -> None:
        """Add a table row, one cell a field."""
        clean = [" ".join(cell.replace("|", "｜").split()) for cell in cells]
        if any(clean):
            self.line("| " + " | ".join(clean) + " |", kind)

    @property
    def text(self) -> str:
        """All lines so far."""
        return "".join(self.parts)


# Decoding


def decode(name: str, data: bytes) -> str:
    """The characters of ``data``, none altered: as its mark says, else by which encoding reads like prose.

    Line ends stay as they are, and a byte order mark of UTF-8 or GB18030 stays as the character U+FEFF, as with
    Python's ``utf-8``: offsets count the file's own characters.  A few broken bytes become U+FFFD each.
    Raises :class:`UndecodableText`.
    """
    marked = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "")
    fitting: list[tuple[float, str]] = []
    for encoding in (marked,) if marked else _ENCODINGS if not _is_western(data) else ("cp1252", *_ENCODINGS):
        text = data.decode(encoding, "replace")
        lost = text.count("\ufffd")
        controls = sum(text[:20000].count(c) for c in _CONTROLS)
        if lost * 100 > len(text) or controls > max(1, len(text[:20000]) // 500):
            continue
        if not lost and (marked or encoding in ("utf-8", "cp1252")):
            return text
        fitting.append((_plausible(text) - 20 * lost / len(text), text))
    score, best = max(fitting, key=lambda found: found[0], default=(0.0, ""))
    if score < 0.15:
        raise UndecodableText(f"{name}: no encoding fits (tried UTF-8, UTF-16, GB18030, Big5); save it as UTF-8")
    return best


_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_ENCODINGS = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")


def _is_western(data: bytes) -> bool:
    """Whether nearly all bytes are ASCII and the others stand alone, as in English text with curly quotes."""
    sample = data[:100_000]
    high = sum(b > 0x7F for b in sample)
    return 0 < 10 * high < len(sample) and not re.search(rb"[\x80-\xff]{2}", sample)


_CONTROLS = "".join(map(chr, range(32))).translate({ord(c): None for c in "\t\n\v\f\r\x1c\x1d\x1e\x1f"})
# The commonest characters of official prose in both scripts; wrong decodings give rare ones instead.
_FREQUENT = frozenset(
    "的一是在和有中国教育工作学校年发展建设加强推进实施提高全面管理机制进行人生师等及各区市县局部门要点以为大不上个到年月日"
    "個為會學與國發實強進設師點門縣區劃計業務質動資訊開關於課程，、。：；（）“”「」《》"
)


def _plausible(text: str) -> float:
    """Share of characters that Chinese prose is made of."""
    sample = text[:20000]
    return sum(c in _FREQUENT or "\x1f" < c < "\x7f" or c in "\r\n\t" for c in sample) / max(len(sample), 1)
