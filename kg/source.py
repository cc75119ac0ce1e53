"""A file becomes text: decoding, the untouched characters, and a view of them to match words in.

What lives here: the formats (txt, Markdown, HTML, docx, PDF), the limits on what a stranger's file may cost,
and :func:`view`, the normalised copy of a text with a map back to its own offsets.
What never will: any knowledge of plans.  What a line means is for ``kg/structure.py``.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from .errors import EmptyDocument, SourceError, TooLarge, UndecodableText, UnsupportedFormat
from .model import Span

HintKind = Literal["heading", "furniture", "cell", "row"]

MAX_BYTES = 32 * 1024 * 1024
"""A plan is some hundred kilobytes; ten times the largest scan-free file seen is left as room."""
MAX_CHARACTERS = 4_000_000
"""Of the text that a file holds; more than any plan, less than what would stall the parser."""

FORMATS = {
    ".txt": "txt",
    ".text": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".docx": "docx",
    ".pdf": "pdf",
}


@dataclass(frozen=True, slots=True)
class Hint:
    """What the file's own format says of a range of its text."""

    span: Span
    kind: HintKind
    value: str = ""
    """Of a heading its level from ``1``; of furniture the reason; of a cell its column head where known."""


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


def read(path: Path | str) -> Source:
    """Read a file; :class:`SourceError` (and its kinds) in one line where that cannot be done."""
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise TooLarge(f"{path.name}: {size:,} bytes, over the limit of {MAX_BYTES:,}; split the file")
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path}: cannot be read ({error.strerror or error}); check the path") from error
    return read_bytes(path.name, data)


def read_bytes(name: str, data: bytes) -> Source:
    """Read the content of a file named ``name``; its ending says the format."""
    form = FORMATS.get(Path(name).suffix.lower())
    if form is None:
        raise UnsupportedFormat(f"{name}: not a format that is read; use txt, md, html, docx or pdf")
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: {len(data):,} bytes, over the limit of {MAX_BYTES:,}; split the file")
    text, hints = decode(name, data), ()
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"{name}: {len(text):,} characters, over the limit of {MAX_CHARACTERS:,}; split the file")
    if not text.strip("\ufeff\u200b \t\r\n\f\v\u3000\xa0"):
        raise EmptyDocument(f"{name}: holds no text; check the file")
    return Source(Path(name).name, form, hashlib.sha256(data).hexdigest(), text, hints)


def decode(name: str, data: bytes) -> str:
    """The characters of ``data``, none altered: UTF-8, UTF-16 by its mark, else GB18030 or Big5 by what fits better.

    Raises :class:`UndecodableText`.  A UTF-8 byte order mark stays (it is one character, as for Python's ``utf-8``).
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8", "gb18030", "big5hkscs")
    fitting = []
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            continue
        if encoding in ("utf-8", "utf-16"):
            return text
        fitting.append(text)
    if not fitting:
        raise UndecodableText(f"{name}: no encoding fits (tried UTF-8, UTF-16, GB18030, Big5); save it as UTF-8")
    return max(fitting, key=_plausible)


def _plausible(text: str) -> float:
    """Share of characters that Chinese prose is made of; wrong decodings give rare ones."""
    sample = text[:20000]
    common = sum(c in _FREQUENT or c.isascii() for c in sample)
    return common / max(len(sample), 1)


_FREQUENT = frozenset("的一是在和有中国教育工作学校年发展建设加强推进实施提高全面管理机制进行人生师，。、：；（）“”" "個為會學與國發實")


# The matching view


@dataclass(frozen=True, slots=True)
class View:
    """A text made uniform for matching, with a map back to the text it was made of."""

    text: str
    base: int
    """Offset of the source's first character in the document."""
    length: int
    """Of the source."""
    starts: array[int] | None
    """Source offset of each character of ``text``; None where the two are the same."""
    ends: array[int] | None

    def span(self, start: int, end: int) -> Span:
        """The range of the source (plus ``base``) that ``text[start:end]`` was made of."""
        if self.starts is None or self.ends is None:
            return Span(self.base + start, self.base + end)
        if start >= end:
            at = self.starts[start] if start < len(self.starts) else self.length
            return Span(self.base + at, self.base + at)
        return Span(self.base + self.starts[start], self.base + self.ends[end - 1])

    def index(self, offset: int) -> int:
        """The first character of ``text`` that was made of a source character at or behind ``offset``."""
        offset -= self.base
        return offset if self.starts is None else bisect_left(self.starts, offset)


_WIDE = re.compile(r"[^\x21-\x7e\u3001\u3002\u4e00-\u9fff\u2018-\u201d\u2014\u300a\u300b]")
_GLOSS = re.compile(r"(?<=[\u3400-\u9fff])[(（]\s{0,2}([a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü’']{1,8})\s{0,2}[)）]")
_TONED = re.compile(r"[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]")
_NEUTRAL = frozenset("de le zi men ba ne ma me tou zhe".split())
# Not changed by NFKC, yet the same sign to a reader.
_FOLD = {"∶": ":", "「": "“", "」": "”", "『": "‘", "』": "’", "﹁": "“", "﹂": "”", "＂": '"', "〇": "〇", "‧": "·", "・": "·"}
_LATIN = re.compile(r"[A-Za-z0-9]")


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Traditional → simplified, character by character, from the table of OpenCC (Apache-2.0)."""
    spec = find_spec("opencc")  # found, not imported: only its data is needed
    if spec is None or not spec.submodule_search_locations:
        return {}
    table: dict[int, str] = {}
    path = Path(next(iter(spec.submodule_search_locations))) / "dictionary" / "TSCharacters.txt"
    for line in path.read_text(encoding="utf-8").splitlines():
        key, _, values = line.partition("\t")
        first = values.split(" ")[0]
        if len(key) == 1 and len(first) == 1 and key != first:
            table[ord(key)] = first
    return table


def view(text: str, base: int = 0) -> View:
    """A copy of ``text`` to match words in, with the way back.

    Each character in NFKC form (so ``（，：；！？％`` become ``(,:;!?%``, full-width digits and letters plain ones);
    ``「」`` become ``“”``; white space is dropped, but for one blank between two Latin words or numbers; zero-width
    and other format characters are dropped; traditional characters become simplified ones; pinyin glosses in
    brackets after a character are dropped.

    >>> v = view("課(kè)程 改革，至 ２０３１年", base=10)
    >>> v.text
    '课程改革,至2031年'
    >>> v.span(0, 2)
    Span(start=10, end=16)
    """
    table = _simplified()
    if not _WIDE.search(text) and not (set(map(ord, text)) & table.keys()):
        return View(text, base, len(text), None, None)
    dropped = _gloss_offsets(text)
    out: list[str] = []
    starts, ends = array("l"), array("l")
    pending = -1  # offset of a blank that is kept only when a Latin word follows

    def put(piece: str, at: int, end: int) -> None:
        for c in piece:
            out.append(c)
            starts.append(at)
            ends.append(end)

    for at, c in enumerate(text):
        if at in dropped:
            continue
        if c.isspace():
            if out and pending < 0:
                pending = at
            continue
        piece = c if c.isascii() else _FOLD.get(c) or table.get(ord(c)) or unicodedata.normalize("NFKC", c)
        if not c.isascii():
            piece = "".join(p for p in piece if not p.isspace() and unicodedata.category(p) not in ("Cf", "Cc"))
            if not piece:
                continue
        if pending >= 0:
            if _keeps_blank(out[-1], piece[0]):
                put(" ", pending, at)
            pending = -1
        put(piece, at, at + 1)
    return View("".join(out), base, len(text), starts, ends)


def _keeps_blank(left: str, right: str) -> bool:
    """Between Latin words a blank is part of the text; beside a Chinese character it is layout."""
    if not (left.isascii() and right.isascii()):
        return False
    return bool(_LATIN.match(right) and (left.isalnum() or left in ",.;:!?)]%'\"")) or (left.isalnum() and right in "([$'\"")


def _gloss_offsets(text: str) -> frozenset[int]:
    if "(" not in text and "（" not in text:
        return frozenset()
    return frozenset(
        i
        for m in _GLOSS.finditer(text)
        if _TONED.search(m[1]) or m[1] in _NEUTRAL
        for i in range(m.start(), m.end())
    )
