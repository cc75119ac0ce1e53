"""A file becomes text: decoding, the untouched characters, and a view of them to match words in.

What lives here: the formats (txt, Markdown, HTML, docx, PDF), the limits on what a stranger's file may cost,
and :func:`view`, the normalised copy of a text with a map back to its own offsets.
What never will: any knowledge of plans.  What a line means is for ``kg/structure.py``.
"""

from __future__ import annotations

import hashlib
import io
import re
import time
import unicodedata
import zipfile
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from .errors import DamagedFile, EmptyDocument, SourceError, TooLarge, UndecodableText, UnsupportedFormat
from .model import Span

HintKind = Literal["heading", "furniture"]

MAX_BYTES = 32 * 1024 * 1024
"""A plan is some hundred kilobytes; ten times the largest scan-free file seen is left as room."""
MAX_CHARACTERS = 4_000_000
"""Of the text that a file holds; more than any plan, less than what would stall the parser."""
MAX_UNPACKED = 64 * 1024 * 1024
"""Bytes of one XML part of a docx file: what stops a zip bomb."""
MAX_PAGES = 2000
MAX_SECONDS = 60
"""For the pages of a PDF file."""

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
    """Read the content of a file named ``name``; its ending says the format, its content must agree.

    Raises the kinds of :class:`SourceError`, each with one line that names the file.
    """
    name = Path(name).name
    form = FORMATS.get(Path(name).suffix.lower())
    if form is None:
        raise UnsupportedFormat(f"{name}: not a format that is read; use txt, md, html, docx or pdf")
    if len(data) > MAX_BYTES:
        raise TooLarge(f"{name}: {len(data):,} bytes, over the limit of {MAX_BYTES:,}; split the file")
    if not data.strip():
        raise EmptyDocument(f"{name}: is empty; check the file")
    _agree(name, form, data)
    hints: tuple[Hint, ...] = ()
    if form == "docx":
        text, hints = _docx(name, data)
    elif form == "pdf":
        text, hints = _pdf(name, data)
    elif form == "html":
        text, hints = _html(name, data)
    else:
        text = decode(name, data)
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(f"{name}: {len(text):,} characters, over the limit of {MAX_CHARACTERS:,}; split the file")
    if not any(c.isalnum() for c in text):
        scanned = "; a scanned page must be put through text recognition first" if form == "pdf" else "; check the file"
        raise EmptyDocument(f"{name}: holds no text{scanned}")
    return Source(name, form, hashlib.sha256(data).hexdigest(), text, hints)


_SIGNATURES = (
    (b"%PDF-", "pdf", "a PDF file"),
    (b"PK\x03\x04", "docx", "a zip container"),
    (b"\xd0\xcf\x11\xe0", "", "an old Office file (.doc, .xls)"),
    (b"\x89PNG", "", "an image"),
    (b"\xff\xd8\xff", "", "an image"),
    (b"\x1f\x8b", "", "a gzip archive"),
    (b"Rar!", "", "an archive"),
)


def _agree(name: str, form: str, data: bytes) -> None:
    """Refuse a file whose first bytes say another format than its ending."""
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    found = next(((kind, what) for sign, kind, what in _SIGNATURES if head.startswith(sign)), None)
    if found is None and form == "pdf" and b"%PDF-" in data[:1024]:
        return
    if found is None and form in ("docx", "pdf"):
        raise DamagedFile(f"{name}: is not a {form} file by its content; check the file or its ending")
    if found is not None and found[0] != form:
        raise DamagedFile(f"{name}: its content is {found[1]}, not {form}; give it the right ending or convert it")


# Plain text


def decode(name: str, data: bytes) -> str:
    """The characters of ``data``, none altered: UTF-8, UTF-16, else GB18030 or Big5 by which reads like prose.

    Line ends stay as they are, and a UTF-8 byte order mark stays as the character U+FEFF, as with Python's
    ``utf-8``: offsets count the file's own characters.  Raises :class:`UndecodableText`.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates: tuple[str, ...] = ("utf-16",)
    else:
        candidates = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
    fitting = []
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(text[:20000].count(c) for c in _CONTROLS) > len(text[:20000]) // 500:
            continue
        if encoding in ("utf-8", "utf-16"):
            return text
        fitting.append(text)
    best = max(fitting, key=_plausible, default="")
    if not best or _plausible(best) < 0.15:
        raise UndecodableText(f"{name}: no encoding fits (tried UTF-8, UTF-16, GB18030, Big5); save it as UTF-8")
    return best


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


class _Writer:
    """Collects the text made from a structured file, and hints at their offsets in it."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.length = 0
        self.hints: list[Hint] = []

    def line(self, text: str, kind: HintKind | None = None, value: str = "") -> None:
        """Add ``text`` as lines of its own."""
        if not text.strip():
            return
        if self.length + len(text) > MAX_CHARACTERS:
            raise TooLarge(f"the text is over the limit of {MAX_CHARACTERS:,} characters; split the file")
        if kind is not None:
            self.hints.append(Hint(Span(self.length, self.length + len(text)), kind, value))
        self.parts.append(text + "\n")
        self.length += len(text) + 1

    def row(self, cells: Sequence[str]) -> None:
        """Add a table row, one cell a field."""
        clean = [" ".join(cell.replace("|", "｜").split()) for cell in cells]
        if any(clean):
            self.line("| " + " | ".join(clean) + " |")

    def result(self) -> tuple[str, tuple[Hint, ...]]:
        return "".join(self.parts), tuple(self.hints)


# HTML

_DROPPED = frozenset(
    ("script", "style", "nav", "header", "footer", "aside", "form", "noscript", "iframe", "svg", "button", "select")
    + ("template", "head", "object", "video", "audio")
)
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd")
    + ("table", "tr", "td", "th", "tbody", "thead", "tfoot", "caption", "blockquote", "pre", "hr", "body", "center")
    + ("fieldset", "address", "figure", "figcaption")
)
_DROPPED_NAMES = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|breadcrumbs?|crumbs?|footer|share|menu|sidebar|copyright|toolbar|pagination|comments?)"
    r"(?:$|[-_\s])",
    re.IGNORECASE,
)


def _html(name: str, data: bytes) -> tuple[str, tuple[Hint, ...]]:
    """The main content of a page as lines: headings hinted, table rows one cell a field, lists with their numbers."""
    from lxml import etree, html

    text = _html_text(name, data)
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise EmptyDocument(f"{name}: holds no page; check the file") from error
    body = tree.find("body")
    root = body if body is not None else tree
    for element in [e for e in root.iter() if _is_dropped(e)]:
        if element.getparent() is not None and element is not root:
            element.drop_tree()
    writer = _Writer()
    _write_html(_main_content(root), writer)
    return writer.result()


def _html_text(name: str, data: bytes) -> str:
    declared = re.search(rb"charset\s{0,3}=\s{0,3}[\"']?([\w-]{3,20})", data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        encoding = declared[1].decode("ascii").lower()
        encoding = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}.get(encoding, encoding)
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass  # the page says what it is not; its bytes decide
    return decode(name, data).lstrip("\ufeff")


def _is_dropped(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in _DROPPED:
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    if "display:none" in style or element.get("hidden") is not None:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return len(names) < 200 and bool(_DROPPED_NAMES.search(names))


def _main_content(root: Any) -> Any:
    """Go down while one child holds nearly all text that is no link, and no heading is lost by it."""
    weights: dict[Any, int] = {}
    for element in reversed(list(root.iter())):
        own = 0 if element.tag == "a" else len((element.text or "").strip())
        weights[element] = own + sum(weights.get(c, 0) + len((c.tail or "").strip()) for c in element)
    here = root
    while True:
        best = max(here, key=lambda e: weights.get(e, 0), default=None)
        if best is None or weights[best] < 0.7 * max(weights[here], 1) or best.tag in ("p", "table", "tr", "span", "a"):
            return here
        beside = [e for e in here if e is not best]
        if any(e.tag in ("h1", "h2") or e.find(".//h1") is not None for e in beside):
            return here
        here = best


def _write_html(root: Any, writer: _Writer) -> None:
    """Walk by events, not by recursion, since a hostile page nests deeply."""
    from lxml import etree

    walker = _HtmlWalker(root, writer)
    skipped: Any = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if event == "end" and element is skipped:
                skipped = None
                walker.line.append(element.tail or "")
        elif event == "start":
            if walker.start(element):
                skipped = element
        else:
            walker.end(element)
    walker.flush()


class _HtmlWalker:
    """Gathers the inline text of a page into lines."""

    def __init__(self, root: Any, writer: _Writer) -> None:
        self.root = root
        self.writer = writer
        self.line: list[str] = []
        self.lists: list[int] = []
        self.heading = ""

    def flush(self) -> None:
        inner = re.sub(r"[ \t\r\n\f]+", " ", "".join(self.line)).strip()
        self.writer.line(inner, "heading" if self.heading else None, self.heading)
        self.line.clear()

    def start(self, element: Any) -> bool:
        """Open an element; True where it was written whole and its content is to be passed over."""
        tag = element.tag
        if tag in _BLOCKS or tag == "br":
            self.flush()
        if tag == "table" and _write_table(element, self.writer):
            return True
        if re.fullmatch(r"h[1-6]", tag):
            self.heading = tag[1]
        elif tag == "ul":
            self.lists.append(-1)
        elif tag == "ol":
            first = element.get("start") or "1"
            self.lists.append(int(first) if first.isdigit() and len(first) < 4 else 1)
        elif tag == "li" and self.lists and self.lists[-1] > 0:
            self.line.append(f"{self.lists[-1]}. ")
            self.lists[-1] += 1
        self.line.append(element.text or "")
        return False

    def end(self, element: Any) -> None:
        tag = element.tag
        if tag in _BLOCKS:
            self.flush()
        if re.fullmatch(r"h[1-6]", tag):
            self.heading = ""
        if tag in ("ol", "ul") and self.lists:
            self.lists.pop()
        if element is not self.root:
            self.line.append(element.tail or "")


def _write_table(table: Any, writer: _Writer) -> bool:
    """Write a table of data row by row; False for one that only lays out a page."""
    rows = [[c for c in row if c.tag in ("td", "th")] for row in table.iter("tr")]
    if table.find(".//table") is not None or max(map(len, rows), default=0) < 2:
        return False
    if any(len(c.findall(".//p")) > 6 for row in rows for c in row):
        return False
    for cells in rows:
        writer.row(["".join(c.itertext()) for c in cells])
    return True


# docx

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def _xml_part(name: str, archive: zipfile.ZipFile, part: str) -> Any:
    """A part of the container as a tree, read with a limit and without entities; None where it is missing."""
    from lxml import etree

    try:
        info = archive.getinfo(part)
    except KeyError:
        return None
    if info.file_size > MAX_UNPACKED:
        raise TooLarge(f"{name}: {part} unpacks to {info.file_size:,} bytes, over the limit of {MAX_UNPACKED:,}")
    with archive.open(info) as stream:
        data = stream.read(MAX_UNPACKED + 1)  # the header may lie about the size
    if len(data) > MAX_UNPACKED:
        raise TooLarge(f"{name}: {part} unpacks to more than {MAX_UNPACKED:,} bytes; split the file")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    tree = etree.fromstring(data, parser)
    if tree.getroottree().docinfo.doctype:
        raise DamagedFile(f"{name}: {part} declares a document type, which no docx needs; it is refused")
    return tree


def _docx(name: str, data: bytes) -> tuple[str, tuple[Hint, ...]]:
    """Paragraphs with their automatic numbers as text, tables one cell a field, headings hinted."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = _xml_part(name, archive, "word/document.xml")
            numbering = _xml_part(name, archive, "word/numbering.xml")
            styles = _xml_part(name, archive, "word/styles.xml")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, etree.XMLSyntaxError) as error:
        raise DamagedFile(f"{name}: the docx container is broken ({type(error).__name__}); save it again") from error
    content = body.find(f"{_W}body") if body is not None else None
    if content is None:
        raise DamagedFile(f"{name}: is a zip container but no docx file; check the file")
    writer, numbers = _Writer(), _Numbers(numbering, styles)
    stack = list(reversed(content))
    while stack:
        element = stack.pop()
        if element.tag == f"{_W}p":
            _write_paragraph(element, writer, numbers)
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                cells = [c for c in row.iter(f"{_W}tc") if next(c.iterancestors(f"{_W}tr")) is row]
                writer.row([" ".join(numbers.label(p) + _docx_text(p) for p in c.iter(f"{_W}p")) for c in cells])
        elif element.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"):
            stack.extend(reversed(element))
    return writer.result()


def _write_paragraph(element: Any, writer: _Writer, numbers: _Numbers) -> None:
    text = numbers.label(element) + _docx_text(element)
    style = numbers.style_name(element)
    level = re.fullmatch(r"(?:heading|标题)\s?([1-6])|(title)", style)
    if level:
        writer.line(text, "heading", level[1] or "1")
    elif style.startswith("toc"):
        writer.line(text, "furniture", "table of contents")
    else:
        writer.line(text)


def _docx_text(paragraph: Any) -> str:
    """The visible text of a paragraph: deletions, field codes and fallback copies left out."""
    out: list[str] = []
    for node in paragraph.iter(f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr", f"{_W}noBreakHyphen"):
        above = {a.tag for a in node.iterancestors()}
        if f"{_W}del" in above or _MC_FALLBACK in above or f"{_W}tabs" in above:
            continue
        if next(node.iterancestors(f"{_W}p")) is not paragraph:
            continue
        if node.tag == f"{_W}t":
            out.append(node.text or "")
        else:
            out.append("-" if node.tag == f"{_W}noBreakHyphen" else " " if node.tag == f"{_W}tab" else "\n")
    return "".join(out)


class _Numbers:
    """The automatic numbers of a docx file, counted as a word processor does (ECMA-376 part 1, 17.9)."""

    def __init__(self, numbering: Any, styles: Any) -> None:
        self.levels: dict[tuple[str, int], tuple[str, str, int]] = {}
        self.abstract: dict[str, str] = {}
        self.style_numbers: dict[str, tuple[str, int]] = {}
        self.style_names: dict[str, str] = {}
        self.counters: dict[str, dict[int, int]] = {}
        for abstract in numbering.iter(f"{_W}abstractNum") if numbering is not None else ():
            for lvl in abstract.iter(f"{_W}lvl"):
                key = (_value(abstract, "abstractNumId"), _integer(lvl.get(f"{_W}ilvl")))
                start = _integer(_child(lvl, "start")) if lvl.find(f"{_W}start") is not None else 1
                self.levels[key] = (_child(lvl, "numFmt") or "decimal", _child(lvl, "lvlText"), start)
        for num in numbering.iter(f"{_W}num") if numbering is not None else ():
            self.abstract[_value(num, "numId")] = _child(num, "abstractNumId")
        for style in styles.iter(f"{_W}style") if styles is not None else ():
            identifier = _value(style, "styleId")
            self.style_names[identifier] = _child(style, "name").lower()
            found = style.find(f"{_W}pPr/{_W}numPr")
            if found is not None and _child(found, "numId"):
                self.style_numbers[identifier] = (_child(found, "numId"), _integer(_child(found, "ilvl")))

    def style_name(self, paragraph: Any) -> str:
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self.style_names.get(_value(style, "val"), "") if style is not None else ""

    def label(self, paragraph: Any) -> str:
        """The number that the word processor shows before the paragraph; moves the count on."""
        if not any(True for _ in paragraph.iter(f"{_W}t")):
            return ""
        found = paragraph.find(f"{_W}pPr/{_W}numPr")
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        if found is not None:
            number, level = _child(found, "numId"), _integer(_child(found, "ilvl"))
        else:
            number, level = self.style_numbers.get(_value(style, "val") if style is not None else "", ("", 0))
        abstract = self.abstract.get(number, "")
        if not abstract or (abstract, level) not in self.levels:
            return ""
        counters = self.counters.setdefault(abstract, {})
        form, pattern, start = self.levels[abstract, level]
        counters[level] = counters.get(level, start - 1) + 1
        for deeper in [k for k in counters if k > level]:
            del counters[deeper]
        if form == "bullet":
            return "• "
        shown = re.sub(r"%([1-9])", lambda m: self._shown(abstract, int(m[1]) - 1, counters), pattern)
        return shown + (" " if shown[-1:].isascii() and shown else "")

    def _shown(self, abstract: str, level: int, counters: dict[int, int]) -> str:
        form, _, start = self.levels.get((abstract, level), ("decimal", "", 1))
        return _counted(counters.get(level, start), form)


def _value(element: Any, name: str) -> str:
    return str(element.get(f"{_W}{name}") or "")


def _child(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return _value(found, "val") if found is not None else ""


def _integer(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 6 else 0


_DIGITS = "零一二三四五六七八九"


def _counted(n: int, form: str) -> str:
    """A number in one of the formats of automatic numbering.

    >>> [_counted(12, f) for f in ("decimal", "chineseCounting", "upperLetter", "lowerRoman", "decimalEnclosedCircle")]
    ['12', '十二', 'L', 'xii', '⑫']
    """
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(65 + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(n)
        return roman if form == "upperRoman" else roman.lower()
    if form.startswith("decimalEnclosedCircle") and 1 <= n <= 20:
        return chr(0x2460 + n - 1)
    if re.match(r"chinese|japanese|taiwanese|ideograph|korean", form) and 0 < n < 1000:
        plain = _chinese(n)
        if "Legal" in form:
            plain = plain.translate(str.maketrans("一二三四五六七八九十百", "壹贰叁肆伍陆柒捌玖拾佰"))
        return plain
    return "" if form == "none" else str(n)


def _chinese(n: int) -> str:
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    out = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")


_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _roman(n: int) -> str:
    out = ""
    for value, sign in _ROMAN:
        while n >= value and len(out) < 30:
            out, n = out + sign, n - value
    return out


# PDF


def _pdf(name: str, data: bytes) -> tuple[str, tuple[Hint, ...]]:
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
    return _write_pages(pages)


_PAGE_NUMBER = re.compile(r"[\s\-—–·第页共/]{0,6}\d{1,4}[\s\-—–·页共第/\d]{0,8}")
_SENTENCE_END = ("。", "；", "：", "！", "？", "）", "”", ".", ";", ":")


def _write_pages(pages: Sequence[Sequence[str]]) -> tuple[str, tuple[Hint, ...]]:
    """Lines of all pages; what stands at page edges waits until the sentence that the page cut has ended."""
    writer = _Writer()
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
    return writer.result()


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
_NEUTRAL = frozenset(("de", "le", "zi", "men", "ba", "ne", "ma", "me", "tou", "zhe"))
# Not changed by NFKC, yet the same sign to a reader.
_FOLD = {"∶": ":", "「": "“", "」": "”", "『": "‘", "』": "’", "﹁": "“", "﹂": "”", "‧": "·", "・": "·"}
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
    if not _WIDE.search(text) and "““" not in text and not (set(map(ord, text)) & table.keys()):
        return View(text, base, len(text), None, None)
    dropped = _gloss_offsets(text) | _doubled_offsets(text)
    out: list[str] = []
    starts, ends = array("l"), array("l")
    blank = -1  # offset of a blank that is kept only when a Latin word follows
    for at, c in enumerate(text):
        if c.isspace():
            if out and blank < 0:
                blank = at
            continue
        piece = "" if at in dropped else c if c.isascii() else table.get(ord(c)) or _uniform(c)
        if not piece:
            continue
        if blank >= 0 and _keeps_blank(out[-1], piece[0]):
            out.append(" ")
            starts.append(blank)
            ends.append(at)
        blank = -1
        out.extend(piece)
        starts.extend([at] * len(piece))
        ends.extend([at + 1] * len(piece))
    return View("".join(out), base, len(text), starts, ends)


@lru_cache(maxsize=4096)
def _uniform(c: str) -> str:
    """One character in NFKC form, without white space and characters that do not show."""
    folded = _FOLD.get(c) or unicodedata.normalize("NFKC", c)
    return "".join(p for p in folded if not p.isspace() and unicodedata.category(p) not in ("Cf", "Cc"))


def _keeps_blank(left: str, right: str) -> bool:
    """Between Latin words a blank is part of the text; beside a Chinese character it is layout."""
    if not (left.isascii() and right.isascii()):
        return False
    if _LATIN.match(right):
        return left.isalnum() or left in ",.;:!?)]%'\""
    return left.isalnum() and right in "([$'\""


_DOUBLED = re.compile("““([^“”]{1,40})””")


def _doubled_offsets(text: str) -> frozenset[int]:
    """Quotation marks that a machine doubled: ``““甲乙””`` reads ``“甲乙”``."""
    if "““" not in text:
        return frozenset()
    return frozenset(i for m in _DOUBLED.finditer(text) for i in (m.start(), m.end() - 1))


def unglossed(text: str) -> str:
    """The text without pinyin glosses: ``課(kè)程`` → ``課程``."""
    dropped = _gloss_offsets(text)
    return "".join(c for i, c in enumerate(text) if i not in dropped) if dropped else text


def _gloss_offsets(text: str) -> frozenset[int]:
    if "(" not in text and "（" not in text:
        return frozenset()
    return frozenset(
        i for m in _GLOSS.finditer(text) if _TONED.search(m[1]) or m[1] in _NEUTRAL for i in range(m.start(), m.end())
    )
