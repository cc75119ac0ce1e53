"""The lines of a text, and which of them are furniture by their form: page numbers, breadcrumbs, data blocks.

What a line means in the plan is not told here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from .. import english as en
from ..source import Source, view
from ..tables import head_run
from .marks import MARK
from .words import language_of, lexicon

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
STOPS = "。！？!?；;"
LINE_CLOSED = re.compile(r"(?<=[\u4e00-\u9fff])\.$|[。！？!?；;：:…][”’」』）)》〉】〕\"'*|]{0,4}$|[）)]\*{0,2}$")
_PAGE = re.compile(
    r"^(?:[-—–―·.]{0,3}第?\d{1,3}页?[-—–―·.]{0,3}|第\d{1,3}页[,/]?共\d{1,3}页|\d{1,3}/\d{1,3}|page\d{1,3}(?:of\d{1,3})?|\d{1,3}、)$",
    re.I,
)
DATE = re.compile(
    r"^\(?((?:19|20)\d{2}|[〇零一二三四五六七八九○O]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})日(?:印发|公布|发布|通过)?\)?$"
)
_PRINTED = re.compile(r"^[^。，,;；]{2,30}(?:19|20)\d{2}年\d{1,2}月\d{1,2}日印发$")
ANNEX = re.compile(r"^附(?:件|录|表)?[一二三四五六七八九十\d]{0,2}:?$|^(?:Annex|Appendix)[A-Z\d]{0,2}:?$")
_CRUMBS = re.compile(r"^(?:[^>»›]{1,24}(?:>|»|›|::){1,2}){2}|^(?:首页|主页|网站首页|Home)[>»›/|]", re.I)
_CONTENTS = frozenset({"目录", "目次", "Contents", "Table of contents", "Table of Contents"})
HEADINGS = frozenset({"part", "chapter", "division", "rom", "big", "cn", "pcn"})
_URL = re.compile(r"^[\[(!]?[^\s]{0,60}https?://\S+$")


@dataclass(slots=True)
class Line:
    """A line without the white space around it; offsets are code points of the text."""

    start: int
    end: int
    seen: str
    """Its view: simplified, no white space."""
    heading: int = 0
    """Level that the file's own format gives it."""
    reason: str = ""
    """Of furniture."""
    continued: bool = False
    """Whether it is a table row that goes on with the row above, as the file's own format says."""


def read_lines(source: Source) -> list[Line]:
    """The lines that are not blank, without the white space around them; furniture by form is told here."""
    text = source.text
    headings = {h.span.start: int(h.value or 1) for h in source.hints if h.kind == "heading"}
    dropped = [(h.span, h.value) for h in source.hints if h.kind == "furniture"]
    continued = {h.span.start for h in source.hints if h.kind == "continued"}
    k = 0
    lines = []
    pieces = (piece for m in _LINE.finditer(text) for piece in _pieces(text, m.start(), m.end()))
    for begin, stop in (part for piece in pieces for part in _before_table(text, *piece)):
        whole = text[begin:stop]
        inner = whole.strip(" \t\u3000\xa0\u200b\u200e\u200f\u2060\ufeff\x00\x1f")
        if not inner.strip():
            continue
        start = begin + whole.index(inner)
        line = Line(start, start + len(inner), view(inner).text, headings.get(start, 0))
        hashes = re.match(r"(#{1,6})[ \t]", inner)
        if hashes:
            line.heading = len(hashes[1])
        while k < len(dropped) and dropped[k][0].end <= start:
            k += 1
        if k < len(dropped) and dropped[k][0].start <= start:
            line.reason = dropped[k][1] or "page furniture"
        line.continued = start in continued
        lines.append(line)
    for line in lines:
        line.reason = line.reason or _furniture(line)
    if language_of(text) == "en":
        _english_furniture(text, lines)
    _front_block(text, lines)
    _contents(lines)
    _related(lines)
    return lines


def _english_furniture(text: str, lines: Sequence[Line]) -> None:
    """Of an English plan: what looks like furniture and is text, and running heads."""
    for line in lines:
        if line.reason in ("page number", "page furniture") and en.is_text(text[line.start : line.end]):
            line.reason = ""
    kept = [line for line in lines if not line.reason]
    for i in en.running_heads([text[x.start : x.end] for x in kept]):
        kept[i].reason = "running head"


def _related(lines: Sequence[Line]) -> None:
    """What a page puts below the text: from the line that heads its list of other articles to the end."""
    total = sum(line.end - line.start for line in lines)
    rest = 0
    for i in range(len(lines) - 1, -1, -1):
        rest += lines[i].end - lines[i].start
        if rest > 0.3 * total:
            return
        if len(lines[i].seen) <= 40 and lexicon().related.search(lines[i].seen):
            for line in lines[i:]:
                line.reason = line.reason or "other articles of the page"
            return


_BLANK = re.compile(r"(?<=\S)[ \t\u3000\xa0]{1,8}(?=\S)")
_YEAR_BEGINS = re.compile(r"(?:19|20)\d{2}[-/年]")
_HAN = re.compile(r"[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e“”‘’—…]")


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A line, or where it is a page whose line ends became blanks, what stood on lines of its own."""
    whole = [(start, end)]
    if end - start < 60 or end - start < 0.4 * len(text) or "|" in text[start:end] or text.count("\t", start, end) > 1:
        return whole
    gaps = list(_BLANK.finditer(text, start, end))
    marks = {m.start(): MARK.match(text, m.end(), min(end, m.end() + 44)) for m in gaps}
    english: set[int] = set()
    for m in gaps:
        if marks[m.start()] is None and text[m.end()].isascii() and text[m.end()].isupper():
            named = en.mark(text, m.end(), end)
            if named is not None and named.kind.startswith("en ") and re.search("[:#]", text[m.end() : named.end]):
                english.add(m.start())
    heads = [m for m in marks.values() if m is not None and m.lastgroup != "dash" and "*" not in m[0]]
    if len(heads) + len(english) < (2 if end - start > 0.9 * len(text) else 3):
        return whole
    pieces, at = [], start
    for i, gap in enumerate(gaps):
        mark = marks[gap.start()]
        own = MARK.match(text, at, min(gap.start(), at + 44))
        if own is not None and own.end() >= gap.start():
            continue  # a blank behind the mark itself
        if (mark is None or mark.lastgroup == "dash") and gap.start() not in english:
            following = gaps[i + 1].start() if i + 1 < len(gaps) else end
            last = gaps[i - 1].end() if i and gaps[i - 1].end() > at else at
            alone = min(following - gap.end(), gap.start() - last) < 2  # a blank inside a word
            dated = _YEAR_BEGINS.match(text, gap.end())
            if not dated and (alone or not _HAN.match(text, gap.start() - 1) or not _HAN.match(text, gap.end())):
                continue
        pieces.append((at, gap.start()))
        at = gap.end()
    return [*pieces, (at, end)]


def _before_table(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """A line in which column heads run together behind something else, cut there."""
    heads = head_run(text, start, end)
    return [(start, end)] if heads is None else [p for p in ((start, heads.start), (heads.start, end)) if p[0] < p[1]]


def _furniture(line: Line) -> str:
    seen = line.seen.replace("**", "").replace(" ", "").strip("*#_")
    words = lexicon()
    if not seen or not any(c.isalnum() for c in seen):
        return "rule" if not seen.startswith("|") else "table rule"
    if seen.startswith("|"):
        return "data block" if data_row(seen) else ""
    if seen in words.lines or all(w in words.lines for w in re.split(r"[\[\]【】()（）|/]+", seen) if w):
        return "page furniture"
    if _PAGE.match(seen) and not re.fullmatch(r"\d{1,3}", seen):
        return "page number"
    bare = seen.lstrip("-*+•·●(（[【")
    if len(seen) <= 90 and _CRUMBS.match(seen) and "。" not in seen:
        return "breadcrumb"
    if len(seen) <= 120 and re.match(r"(?:19|20)\d{2}[-/.年]\d", bare) and words.furniture.search(bare):
        return "page furniture"  # a date with the source, the count of readers …
    prose = "。" in seen and len(seen) > 20
    if (len(seen) <= 90 and not prose and words.furniture.match(bare)) or _PRINTED.search(seen):
        return "page furniture"
    if len(seen) <= 120 and words.data.match(bare):
        return "data block"
    if _URL.match(seen):
        return "link"
    return ""


def data_row(seen: str) -> list[str]:
    """The entries of a table row of labels and values (``|索引号:|1|发布机构:|某局|``); empty where it is none."""
    cells = seen.strip("|").split("|")
    entries = [f"{label.rstrip(':')}:{value}" for label, value in zip(cells[::2], cells[1::2], strict=False)]
    known = all(lexicon().data.match(entry) for entry in entries if entry != ":")
    return entries if entries and known and not set(cells[1::2]) & lexicon().columns else []


def _front_block(text: str, lines: Sequence[Line]) -> None:
    """The block of data between ``---`` lines that opens a Markdown file."""
    if not lines or text[lines[0].start : lines[0].end].strip() != "---":
        return
    for i, line in enumerate(lines[1:40], 1):
        if text[line.start : line.end].strip() in ("---", "..."):
            for inner in lines[: i + 1]:
                inner.reason = "front block"
            return


def _contents(lines: Sequence[Line]) -> None:
    """A table of contents: behind the line that says so, lines that stand again further down."""
    at = next((i for i, line in enumerate(lines[:200]) if line.seen.strip("#*") in _CONTENTS), None)
    if at is None:
        return
    later = Counter(_entry(line.seen) for line in lines[at + 1 :])
    for i in range(at + 1, len(lines)):
        entry = _entry(lines[i].seen)
        if later[entry] < 2 or not entry:
            return
        later[entry] -= 1
        lines[i].reason = "table of contents"


def _entry(seen: str) -> str:
    """A line of a table of contents without dots and page number."""
    return re.sub(r"[.…·\-—\d]{0,80}$", "", seen[:200]).strip("#*").replace(" ", "")
