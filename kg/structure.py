"""The parts of a plan: covering notice, sections, units, clauses, each with its exact place in the text.

A mark does not say its level: ``一、`` heads a part in one plan and is the item itself in another.  So the text is
first cut into *blocks* (a mark with its text, a table row, a paragraph), the marks are put into a tree by the order
in which their kinds appear, and only then the tree as a whole decides what is a section, what a unit and what a
point inside a unit.

What lives here: cutting, the tree, the covering notice, clauses, the partition into leaves.
What never will: reading files (``kg/source``), what clauses say (``kg/extract``), words of one plan; the words
of the genre are in ``kg/lexicon/structure.toml``.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from . import english as en
from .model import Clause, Document, Furniture, Language, Leaf, LeafKind, Section, Span, Unit, UnitKind, readable
from .source import Source, unglossed, view
from .tables import head_run, row_cells, run_table

# 1. Words ------------------------------------------------------------------------------------------------------------


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


@dataclass(frozen=True, slots=True)
class _Words:
    """``structure.toml``, compiled; all patterns are for the view of a line."""

    title: re.Pattern[str]
    body: re.Pattern[str]
    hand_over: re.Pattern[str]
    furniture: re.Pattern[str]
    lines: frozenset[str]
    data: re.Pattern[str]
    columns: frozenset[str]
    tasks: frozenset[str]
    ordinals: frozenset[str]
    caption: re.Pattern[str]
    lone: re.Pattern[str]
    owner: re.Pattern[str]
    owners: re.Pattern[str]
    address: re.Pattern[str]
    named: re.Pattern[str]
    speaker: re.Pattern[str]
    related: re.Pattern[str]


@lru_cache(maxsize=1)
def _words() -> _Words:
    raw = tomllib.loads((Path(__file__).parent / "lexicon" / "structure.toml").read_text(encoding="utf-8"))
    data = "|".join(f"(?P<{name}>{_any(raw['data_' + name])})" for name in ("number", "issuer", "issued", "other"))
    gap = r"[ \t\u3000]{0,2}"
    lone = "|".join(gap.join(map(re.escape, word)) for word in sorted(raw["lone_headings"], key=len, reverse=True))
    return _Words(
        title=re.compile(rf"{_any(raw['document_nouns'])}(?:[(（][^()（）]{{1,20}}[)）])?[”》]?$"),
        body=re.compile(rf"^[^,.。;:!?,，；：！？“”《》]{{3,40}}{_any(raw['body_endings'])}(?:\([^()]{{1,12}}\))?$"),
        hand_over=re.compile(_any(raw["hand_over"])),
        furniture=re.compile(_any(w.replace(" ", "") for w in raw["furniture_starts"])),
        lines=frozenset(w.replace(" ", "") for w in raw["furniture_lines"]),
        data=re.compile(rf"^\[?【?(?:{data})】?\]?:"),
        columns=frozenset([*raw["columns"], *raw["task_columns"]]),
        tasks=frozenset(raw["task_columns"]),
        ordinals=frozenset(raw["number_columns"]),
        caption=re.compile(rf"^{_any(raw['captions'])}[{_CN}\d]"),
        lone=re.compile(lone),
        owner=re.compile(rf"[(（][^()（）:：。，,]{{0,10}}{_any(raw['owner_words'])}[^()（）:：。，,]{{0,6}}[:：]"),
        owners=re.compile(_any(raw["acting_words"])),
        address=re.compile(_any(raw["address_words"])),
        named=re.compile(
            rf"{_G}{_DRESS}(?P<word>{_any(raw['numbered_words'])}){_G}(?P<number>[{_CN}{_D}]{{1,3}})"
            rf"(?:{_G}[：:、．]|[ \t\u3000]{{1,4}}(?=\S))"
        ),
        speaker=re.compile(rf"{_any(raw['speakers'])}[\u4e00-\u9fff]{{2,4}}$"),
        related=re.compile(_any(raw["related"])),
    )


# 2. Marks ------------------------------------------------------------------------------------------------------------

_CN = "一二三四五六七八九十百零〇两⼀⼆⼋⼗"  # the last four are radicals, as PDF files have them
_BIG = "壹贰叁肆伍陆柒捌玖拾貳參陸"
_D = "0-9０-９"
_G = r"[ \t\u3000\xa0]{0,4}"  # blanks inside a mark: a few, never a line end

_NO_DIGIT = rf"(?![{_D}]{{1,3}}(?![{_D}]))"
"""No number follows, unless it is a year (``一、2031年…``): else it is ``1.5`` or ``三、3``."""

_MARKS: tuple[tuple[str, str], ...] = (
    ("part", rf"第{_G}[{_CN}{_D}]{{1,4}}{_G}(?:编|編|篇|部分|部份){_G}[、：:]?"),
    ("chapter", rf"第{_G}[{_CN}{_D}]{{1,4}}{_G}章"),
    ("division", rf"第{_G}[{_CN}{_D}]{{1,4}}{_G}[节節](?![约省奏])"),
    ("article", rf"第{_G}[{_CN}{_D}]{{1,5}}{_G}[条條](?!例|件)"),
    ("rom", rf"(?:[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]|[IVX]{{1,5}}(?=[.．、])){_G}[.．、]?(?![A-Za-z.])"),
    ("big", rf"[{_BIG}]{{1,3}}{_G}[、.．]"),
    ("cn", rf"[{_CN}]{{1,4}}{_G}[、．.]{_NO_DIGIT}"),
    ("pcn", rf"[(（]{_G}[{_CN}]{{1,4}}{_G}[)）]{_G}[、.．]?|[㈠-㈩]"),
    (
        "decimal",
        rf"[{_D}]{{1,2}}(?:[.．][{_D}]{{1,2}}){{1,3}}[.．、]?(?=[\s\u3000\u4e00-\u9fffA-Z“《*])(?!\s{{0,2}}[个個年亿万倍元%％])",
    ),
    ("ar", rf"[{_D}]{{1,3}}{_G}[.．、]{_NO_DIGIT}|[⒈-⒛]"),
    ("par", rf"[(（]{_G}[{_D}]{{1,2}}{_G}[)）]{_G}[、.．]?|[⑴-⒇]"),
    ("rpar", rf"[{_D}]{{1,2}}[)）][、.．]?"),
    ("circle", r"[①-⑳]"),
    ("dash", r"(?:——|--|—|–|[•●◆■◇□▪▫‣‧∙◦◎⦁○※►▶➢➤✓✔★☆·\uf06c\uf06e\uf075\uf0a7\uf0b7\uf0d8\uf0fc]|[-*+](?=[ \t]))"),
)
_DRESS = r"(?:#{1,6}[ \t]+)?(?:\*\*|__)?"
"""Markdown around a mark."""
_MARK = re.compile(_G + f"(?P<dress>{_DRESS})" + _G + "(?:" + "|".join(f"(?P<{n}>{p})" for n, p in _MARKS) + ")")
_MID = re.compile(
    "|".join(f"(?P<{n}>{p})" for n, p in _MARKS if n in ("part", "chapter", "article", "big", "cn", "pcn", "ar"))
)
_RANK = {name: depth for depth, (name, _) in enumerate(_MARKS)}
_MINOR = frozenset({"par", "rpar", "circle", "dash", "letter", "roman"})
"""Marks that head a point inside a unit, unless nothing else heads one."""
_NEVER_UNIT = frozenset({"dash"})

_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ROMAN = {"I": 1, "V": 5, "X": 10}
_VALUE |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)) | {"貳": 2, "參": 3, "陸": 6}


def numeral(text: str) -> int | None:
    """The number that a mark prints; None where it prints none.

    >>> [numeral(t) for t in ("（十二）", "第一百零三条", "３．", "①", "——", "二十、", "IV.", "Ⅻ")]
    [12, 103, 3, 1, None, 20, 4, 12]
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = re.search(r"\d+(?=\D*$)", plain)
    if digits:
        return int(digits[0])
    roman = re.match(r"[IVX]{1,5}(?![A-Za-z])", plain)
    if roman:
        values = [_ROMAN[c] for c in roman[0]]
        return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    total = last = 0
    seen = False
    for c in plain:
        if c in _VALUE:
            last, seen = _VALUE[c], True
        elif c in "十拾":
            total, last, seen = total + (last or 1) * 10, 0, True
        elif c == "百":
            total, last, seen = total + (last or 1) * 100, 0, True
    return total + last if seen else None


@dataclass(frozen=True, slots=True)
class _Mark:
    kind: str
    number: int | None
    end: int
    """Where the text behind the mark begins."""
    bold: bool = False
    label: str = ""
    """What its item is called, where that is not what is printed."""


def _mark_at(text: str, start: int, end: int, english: bool) -> _Mark | None:
    """The mark that stands at ``start`` of a line."""
    if english:
        found = en.mark(text, start, end)
        if found is not None:
            return _Mark(found.kind, found.number, found.end, found.bold, found.label)
    m = _words().named.match(text, start, min(end, start + 30))
    if m is not None:
        return _Mark(f"zh {m['word']}", numeral(m["number"]), m.end(), "**" in m[0])
    m = _MARK.match(text, start, min(end, start + 44))
    if m is None or m.lastgroup is None:
        return None
    kind = m.lastgroup
    at = m.end()
    if kind == "decimal":
        kind += str(len(re.findall(r"[.．](?=[0-9０-９])", m[kind])))
    return _Mark(kind, numeral(m[0].strip("#* ")), at, "**" in m["dress"] or "__" in m["dress"])


# 3. Lines ------------------------------------------------------------------------------------------------------------

_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_STOP = "。！？!?；;"
_HALF_STOP = re.compile(r"(?<=[\u4e00-\u9fff”）)%])\.(?=[\u4e00-\u9fff“（(])")
_LINE_CLOSED = re.compile(r"(?<=[\u4e00-\u9fff])\.$|[。！？!?；;：:…][”’」』）)》〉】〕\"'*|]{0,4}$|[）)]\*{0,2}$")
_PAGE = re.compile(
    r"^(?:[-—–―·.]{0,3}第?\d{1,3}页?[-—–―·.]{0,3}|第\d{1,3}页[,/]?共\d{1,3}页|\d{1,3}/\d{1,3}|page\d{1,3}(?:of\d{1,3})?|\d{1,3}、)$",
    re.I,
)
_DATE = re.compile(
    r"^\(?((?:19|20)\d{2}|[〇零一二三四五六七八九○O]{4})年(\d{1,2}|[一二三四五六七八九十]{1,3})月(\d{1,2}|[一二三四五六七八九十]{1,3})日(?:印发|公布|发布|通过)?\)?$"
)
_PRINTED = re.compile(r"^[^。，,;；]{2,30}(?:19|20)\d{2}年\d{1,2}月\d{1,2}日印发$")
_ISO_DATE = re.compile(r"((?:19|20)\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_ANNEX = re.compile(r"^附(?:件|录|表)?[一二三四五六七八九十\d]{0,2}:?$|^(?:Annex|Appendix)[A-Z\d]{0,2}:?$")
_ANNEX_LIST = re.compile(r"^附件[一二三四五六七八九十\d]{0,2}:.")
_HEADING_CELL = re.compile(rf"^(?:[{_CN}]{{1,3}}、|[(（][{_CN}]{{1,3}}[)）])")
_BOX = re.compile(rf"(?:专栏|專欄|Box )[ \t]{{0,2}}[{_CN}\d]{{1,3}}[ \t\u3000:：]{{0,4}}")
_REST = re.compile(r"\s{1,4}[^\s。，；：,;:]{1,12}。")
_EXCERPT = re.compile(r"^[^。，；:]{2,40}[(（](?:节录|节选|摘录|摘编|摘要|全文|草案|试行|暂行|征求意见稿)[)）]$")
_NOTE = re.compile(r"(?:注|备注|備註|说明|說明|注释)[ \t]{0,2}[:：]")
_BRACKET_ONLY = re.compile(r"^[(（\[【][^()（）\[\]【】。]{2,80}[)）\]】]。?$")
_CRUMBS = re.compile(r"^(?:[^>»›]{1,24}(?:>|»|›|::){1,2}){2}|^(?:首页|主页|网站首页|Home)[>»›/|]", re.I)
_CONTENTS = frozenset({"目录", "目次", "Contents", "Table of contents", "Table of Contents"})
_LOST = re.compile(r"[^\s。，；：,;:、]{2,24}[ \t\u3000\xa0]{1,4}(?=\S)")
_HEADINGS = frozenset({"part", "chapter", "division", "rom", "big", "cn", "pcn"})
_SEPARATOR = re.compile(r"^\|?[\s:|\-—+]{3,}\|?$")
_URL = re.compile(r"^[\[(!]?[^\s]{0,60}https?://\S+$")


@dataclass(slots=True)
class _Line:
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


def _lines(source: Source) -> list[_Line]:
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
        line = _Line(start, start + len(inner), view(inner).text, headings.get(start, 0))
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
    if _language(text) == "en":
        _english_furniture(text, lines)
    _front_block(text, lines)
    _contents(lines)
    _related(lines)
    return lines


def _english_furniture(text: str, lines: Sequence[_Line]) -> None:
    """Of an English plan: what looks like furniture and is text, and running heads."""
    for line in lines:
        if line.reason in ("page number", "page furniture") and en.is_text(text[line.start : line.end]):
            line.reason = ""
    kept = [line for line in lines if not line.reason]
    for i in en.running_heads([text[x.start : x.end] for x in kept]):
        kept[i].reason = "running head"


def _related(lines: Sequence[_Line]) -> None:
    """What a page puts below the text: from the line that heads its list of other articles to the end."""
    total = sum(line.end - line.start for line in lines)
    rest = 0
    for i in range(len(lines) - 1, -1, -1):
        rest += lines[i].end - lines[i].start
        if rest > 0.3 * total:
            return
        if len(lines[i].seen) <= 40 and _words().related.search(lines[i].seen):
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
    marks = {m.start(): _MARK.match(text, m.end(), min(end, m.end() + 44)) for m in gaps}
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
        own = _MARK.match(text, at, min(gap.start(), at + 44))
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


def _furniture(line: _Line) -> str:
    seen = line.seen.replace("**", "").replace(" ", "").strip("*#_")
    words = _words()
    if not seen or not any(c.isalnum() for c in seen):
        return "rule" if not seen.startswith("|") else "table rule"
    if seen.startswith("|"):
        return "data block" if _data_row(seen) else ""
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


def _data_row(seen: str) -> list[str]:
    """The entries of a table row of labels and values (``|索引号:|1|发布机构:|某局|``); empty where it is none."""
    cells = seen.strip("|").split("|")
    entries = [f"{label.rstrip(':')}:{value}" for label, value in zip(cells[::2], cells[1::2], strict=False)]
    known = all(_words().data.match(entry) for entry in entries if entry != ":")
    return entries if entries and known and not set(cells[1::2]) & _words().columns else []


def _front_block(text: str, lines: Sequence[_Line]) -> None:
    """The block of data between ``---`` lines that opens a Markdown file."""
    if not lines or text[lines[0].start : lines[0].end].strip() != "---":
        return
    for i, line in enumerate(lines[1:40], 1):
        if text[line.start : line.end].strip() in ("---", "..."):
            for inner in lines[: i + 1]:
                inner.reason = "front block"
            return


def _contents(lines: Sequence[_Line]) -> None:
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


# 4. Blocks -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class _Block:
    """A mark with its text up to the next block, a table row, or a paragraph."""

    start: int
    end: int
    kind: str = ""
    number: int | None = None
    body: int = 0
    """Where the text behind the mark begins."""
    why: str = ""
    bold: bool = False
    last: int = 0
    """Start of its last line."""
    lead: int = 0
    """Where a heading ends whose line end became a blank; 0 where there is none."""
    cells: list[Span] = field(default_factory=list)
    children: list[_Block] = field(default_factory=list)
    parent: _Block | None = None
    level: int = 0
    label: str = ""
    """What its item is called, where that is not what is printed."""
    role: str = ""
    """``section``, ``unit`` or ``point``; empty for a paragraph."""

    @property
    def marked(self) -> bool:
        return bool(self.kind)


_TAIL = 400
"""Characters at the end of a block that tell whether its sentence is finished; bounds the work on joined lines."""


class _Cutter:
    """Lines to blocks, by one pass that knows what came before."""

    def __init__(self, source: Source, lines: Sequence[_Line], english: bool) -> None:
        self.text = source.text
        self.lines = [line for line in lines if not line.reason]
        self.english = english
        self.breaks = source.format in ("txt", "md", "pdf")
        self.width = self._width()
        self.size = sum(line.end - line.start for line in self.lines)
        gaps = [self.text.count("\n", a.end, b.start) for a, b in pairwise(self.lines)]
        self.spaced = sum(n > 1 for n in gaps) > 0.7 * len(gaps)
        self.blocks: list[_Block] = []
        self.furniture: list[Furniture] = []
        self.warnings: list[str] = []
        self.last: dict[str, int] = {}
        self.styles = self._styles()
        self.unstopped = self._unstopped()
        self.wrap = en.wrap([self.text[x.start : x.end] for x in self.lines]) if english else en.Wrap(0)
        self.one_line = any(self._dense(line) for line in self.lines) or self._same_line()
        self.numbers = self._all_numbers()

    # What the whole text tells

    def _width(self) -> int:
        """Characters of a full line where the text is wrapped at a fixed width; 0 where it is not."""
        lengths = sorted(line.end - line.start for line in self.lines)
        if len(lengths) < 8 or self.english:
            return 0
        widest = lengths[int(len(lengths) * 0.9)]
        full = sum(widest - 3 <= n <= widest + 2 for n in lengths)
        return widest if 18 <= widest <= 60 and full >= 0.4 * len(lengths) else 0

    def _styles(self) -> dict[str, bool]:
        """For each kind of mark whether its titles are mostly run in (True) or on a line of their own."""
        votes: Counter[tuple[str, bool]] = Counter()
        for line in self.lines:
            mark = _mark_at(self.text, line.start, line.end, self.english)
            if mark is not None:
                votes[mark.kind, _stops(self.text[mark.end : line.end])] += 1
        return {kind: votes[kind, True] > votes[kind, False] for kind, _ in votes}

    def _unstopped(self) -> frozenset[str]:
        """Kinds of bullets whose lines mostly end without a stop: there a missing stop is no sign of a broken line."""
        votes: Counter[tuple[str, bool]] = Counter()
        for line in self.lines:
            mark = _mark_at(self.text, line.start, line.end, self.english)
            if mark is not None and mark.kind in _MINOR:
                votes[mark.kind, bool(_LINE_CLOSED.search(self.text[max(mark.end, line.end - 8) : line.end]))] += 1
        return (
            frozenset(k for k, _ in votes if votes[k, False] > max(1, votes[k, True]))
            if not self.width
            else frozenset()
        )

    def _dense(self, line: _Line) -> bool:
        """Whether a line holds so much of the text, and so many marks behind stops, that line ends were lost."""
        inner = self.text[line.start : line.end]
        if len(inner) < 120 or len(inner) < 0.4 * self.size:
            return False
        return (
            sum(inner[: m.start()].rstrip()[-1:] in ("。", "；", "！", ".", "）") for m in _MID.finditer(inner, 1)) >= 3
        )

    def _same_line(self) -> bool:
        """Whether most lines are pieces of one line of the file."""
        return len(self.lines) > 4 and 2 * sum(
            "\n" not in self.text[a.end : b.start] for a, b in pairwise(self.lines)
        ) > len(self.lines)

    def _all_numbers(self) -> dict[str, set[int]]:
        """The numbers that stand anywhere in the text as a mark could: to ask whether a first has a second."""
        found: dict[str, set[int]] = {}
        for m in _MID.finditer(self.text):
            n = numeral(m[0])
            if m.lastgroup and n is not None and n <= 3:
                found.setdefault(m.lastgroup, set()).add(n)
        return found

    # The pass

    def run(self) -> list[_Block]:
        i = 0
        while i < len(self.lines):
            taken = self._table(i) or (self._english_cells(i) if self.english else self._attachments(i))
            if taken:
                i += taken
                continue
            self._line(self.lines[i], self.lines[i + 1] if i + 1 < len(self.lines) else None)
            i += 1
        if self.one_line:
            for block in self.blocks:
                m = _LOST.match(self.text, block.body, block.end) if block.kind in _HEADINGS else None
                block.lead = m.end() if m and block.end - m.end() > 16 else 0
        return self.blocks

    def _line(self, line: _Line, after: _Line | None) -> None:
        mark = _mark_at(self.text, line.start, line.end, self.english)
        if mark is not None and not self._fits(mark, line):
            mark = None
        previous = self.blocks[-1] if self.blocks else None
        if mark is not None:
            self._open(line.start, line.end, mark, f"line begins with a {mark.kind} mark")
        elif line.heading and not (line.end - line.start > 80 and "。" in line.seen):
            body = line.start + len(re.match(r"#{0,6}[ \t]*(?:\*\*)?", self.text[line.start : line.end])[0])  # type: ignore[index]
            self.blocks.append(
                _Block(
                    line.start,
                    line.end,
                    f"h{line.heading}",
                    None,
                    body,
                    "a heading of the file's own format",
                    last=line.start,
                )
            )
            return
        elif previous is not None and (self._owner_line(previous, line) or self._continues(previous, line)):
            previous.last = line.start
            previous.end = line.end
        else:
            self.blocks.append(_Block(line.start, line.end, body=line.start, last=line.start))
        if not self.english or self.one_line:
            self._split(line)

    def _open(self, start: int, end: int, mark: _Mark, why: str) -> None:
        self.blocks.append(
            _Block(start, end, mark.kind, mark.number, mark.end, why, mark.bold, last=start, label=mark.label)
        )
        if mark.number is not None:
            self.last[mark.kind] = mark.number

    def _fits(self, mark: _Mark, line: _Line) -> bool:
        """Whether a mark at a line start is one, or part of a sentence that a page break cut."""
        previous = self.blocks[-1] if self.blocks else None
        following = self.last.get(mark.kind, 0) + 1
        fits = mark.number in (1, following)
        if mark.kind == "upper":  # else the initial of a name
            return fits and self._has_second(mark.number == 1)
        rest = self.text[mark.end : line.end]
        if mark.kind.startswith("decimal"):
            first = self.text[line.start : mark.end]
            return (
                mark.number == 1
                or fits
                or not (previous and self._broken(previous))
                and not re.search(r"[.．]0", first)
            )
        if mark.kind == "cn" and re.match(rf"[{_CN}]{{1,3}}[、年是级类]", rest) and not fits:
            return False
        if mark.kind == "article" and re.match(r"[、和及至的规款第]", rest):
            return False
        if previous is None or not self.breaks:
            return True
        if (
            mark.kind == "ar"
            and mark.number
            and mark.number > 1
            and not previous.marked
            and _NOTE.match(self.text, previous.start, previous.end)
        ):
            return False  # the second of the notes below a table
        opened = _open_bracket(self.text, max(previous.start, previous.end - 120), previous.end)
        if opened >= 0 and not (fits and mark.kind in ("cn", "pcn", "ar") and previous.end - opened > 40):
            return False
        if not self._broken(previous) or fits:
            return True
        if mark.kind == "ar" and "、" in self.text[line.start : mark.end]:
            self.warnings.append(
                f"taken for a page number in mid-sentence: {self.text[line.start : mark.end].strip()!r} at {line.start}"
            )
            return False
        return mark.kind not in ("cn", "dash", "ar") or mark.number is not None and mark.number > following

    def _has_second(self, first: bool) -> bool:
        """Whether a lettered part that is the first has a second."""
        if not first:
            return True
        marks = (en.mark(self.text, x.start, x.end) for x in self.lines)
        return any(m is not None and m.kind == "upper" and m.number == 2 for m in marks)

    def _broken(self, block: _Block) -> bool:
        """Whether the block stops in mid-sentence."""
        if block.cells or _LINE_CLOSED.search(self.text[max(block.start, block.end - 8) : block.end]):
            return False
        if block.kind.startswith("h"):
            return False
        tail = self.text[max(block.body, block.end - _TAIL) : block.end]
        if block.kind in self.unstopped:
            return tail[-1:] in "，,、"
        if block.marked and not _run_in(tail, self.english):
            if not self.width and len(tail) <= 26 and not any(c in "，,、；" for c in tail) and self._next_to(block):
                # A heading on a line of its own, unless the line below is the rest of its sentence.
                return self.styles.get(block.kind, False) and bool(_REST.match(self.text, block.end))
            return self.styles.get(block.kind, False) or len(tail) > 60
        return any(c in "，,、。；" for c in tail)

    def _next_to(self, block: _Block) -> bool:
        """Whether the line below a block is as near as lines of this text are: no page break between them."""
        return self.text.count("\n", block.end, block.end + 8) <= (2 if self.spaced else 1)

    @staticmethod
    def _owner_line(previous: _Block, line: _Line) -> bool:
        """Whether a line is nothing but the bracket that says who does what the marked block above it tells."""
        return (
            previous.marked
            and not previous.cells
            and bool(_BRACKET_ONLY.match(line.seen))
            and bool(_words().owners.search(line.seen))
        )

    def _continues(self, previous: _Block, line: _Line) -> bool:
        """Whether ``line`` goes on with a sentence that a line end or page break cut in ``previous``."""
        if previous.cells or previous.kind.startswith("h") and previous.kind != "head":
            return False
        tail = self.text[max(previous.start, previous.end - _TAIL) : previous.end]
        if self.breaks and _open_bracket(self.text, max(previous.start, previous.end - 120), previous.end) >= 0:
            return True
        if self.english:
            if previous.kind not in ("", "dash", "head") and not self.text[previous.body : previous.end].strip():
                return not en.is_head(self.text[line.start : line.end])  # a mark on a line of its own
            return self.wrap.joins(self.text[previous.last : previous.end], self.text[line.start : line.end])
        if _LINE_CLOSED.search(tail[-8:]):
            return False
        if not self.breaks:
            return False
        if self.width:
            return previous.end - previous.last >= self.width - 3
        return (
            self._broken(previous)
            and not _words().title.search(view(tail[-40:]).text)
            and not _words().body.match(line.seen)
        )

    # Marks in mid-line

    def _split(self, line: _Line) -> None:
        """Cut the last block at marks that stand in mid-line, as in copies of one-line pages."""
        text = self.text
        inline: dict[str, int] = {}
        begun = self.blocks[-1]
        protected = _protected(text, line.start, line.end)
        k = 0
        for m in _MID.finditer(text, line.start + 1, line.end):
            kind, number = m.lastgroup or "", numeral(m[0])
            at = m.start()
            while k < len(protected) and protected[k][1] <= at:
                k += 1
            bracket = k < len(protected) and protected[k][0] == at and kind == "pcn"
            if number is None or at < begun.body or (k < len(protected) and protected[k][0] <= at and not bracket):
                continue
            before = text[line.start : at].rstrip(" \t\u3000\xa0*")
            if not before:
                continue
            previous = before[-1]
            gap = len(before) < at - line.start
            if (
                number == 1
                and (previous in "：:" or self._listed(kind, m.end(), line.end))
                or inline.get(kind, 0) + 1 == number
                and number > 1
            ):
                inline[kind] = number
                continue
            stopped = previous in "。！？；;.!?」”）)》"
            if not self._mid_fits(kind, number, begun, at, stopped, gap):
                continue
            block = self.blocks[-1]
            block.end = max(block.body, line.start + len(before))
            inline.clear()
            self._open(at, line.end, _Mark(kind, number, m.end()), f"{kind} mark in mid-line")
            begun = self.blocks[-1]

    def _listed(self, kind: str, at: int, end: int) -> bool:
        """Whether a first point in mid-line ends in a semicolon before the second: a list inside a sentence."""
        second = next((m for m in _MID.finditer(self.text, at, min(end, at + 200)) if m.lastgroup == kind), None)
        return (
            kind in ("ar", "pcn")
            and second is not None
            and numeral(second[0]) == 2
            and self.text[at : second.start()].rstrip()[-1:] in ("；", ";")
        )

    def _mid_fits(self, kind: str, number: int, begun: _Block, at: int, stopped: bool, gap: bool) -> bool:
        lead = self.text[begun.body : at]
        heading = (
            begun.marked and len(lead) <= 40 and not any(c in "。；，" for c in lead.strip()) and begun.kind != kind
        )
        if heading and _RANK.get(kind, 99) <= _RANK.get(begun.kind, -1):
            heading = False
        expected = self.last.get(kind, 0) + 1
        if kind == "article" and not (stopped and self.one_line):
            return False
        if number == 1:
            if 2 not in self.numbers.get(kind, ()):
                return False
            if heading:
                return True
            return self.one_line and (stopped or gap or kind not in self.last and kind in ("cn", "pcn", "big", "part"))
        if number != expected:
            return heading and kind == "pcn" and number > 1
        return stopped or heading or (gap and self.one_line)

    # Tables and lists of attachments

    def _table(self, i: int) -> int:
        """Take a table that begins at line ``i``; the number of lines taken."""
        text = self.text
        rows: list[list[Span]] = []
        at = i
        while at < len(self.lines):
            line = self.lines[at]
            cells = row_cells(text, line.start, line.end)
            if not cells and rows and at + 1 < len(self.lines) and self._between_rows(at):
                cells = [Span(line.start, line.end), Span(line.end, line.end)]
            if not cells:
                break
            rows.append(cells)
            at += 1
        if len(rows) >= 2:
            self._rows(rows, [line.continued for line in self.lines[i:at]])
            return len(rows)
        return self._gap_table(i) or self._cell_lines(i) or self._run_together(i)

    def _run_together(self, i: int) -> int:
        """Take a table whose cells stand one behind the other in running text."""
        table = run_table(self.text, self.lines[i].start, self.lines[-1].end)
        if table is None:
            return 0
        self.furniture.append(Furniture(table.heads, "column heads"))
        for row in table.rows:
            spans = [cell.span for cell in row]
            mark = _mark_at(self.text, spans[0].start, spans[0].end, self.english) if len(row) == 1 else None
            if mark is not None:
                self._open(spans[0].start, spans[0].end, mark, "a heading between the rows of a table")
            else:
                self._row(spans, True)
        return sum(line.start < table.end for line in self.lines[i:])

    def _between_rows(self, at: int) -> bool:
        """Whether a short line between two rows of a table is a heading with a mark: ``二、甲工作（5项）``."""
        line, after = self.lines[at], self.lines[at + 1]
        mark = _mark_at(self.text, line.start, line.end, self.english)
        return (
            mark is not None
            and mark.kind in _HEADINGS
            and line.end - line.start <= 40
            and "。" not in line.seen
            and bool(row_cells(self.text, after.start, after.end))
        )

    def _rows(self, rows: Sequence[list[Span]], continued: Sequence[bool]) -> None:
        text = self.text
        head: list[str] = []
        numbered = False
        at, numbers = 0, False  # the column of numbers, and whether there is one
        group = ""
        for k, cells in enumerate(rows):
            seen = [view(c.of(text)).text.strip("*") for c in cells]
            filled = [c for c, s in zip(cells, seen, strict=True) if s]
            whole = Span(cells[0].start, cells[-1].end)
            if not filled:
                continue
            if _names_columns(seen, head, k):
                head = seen
                numbered = numbered or any(s in _words().tasks for s in seen)
                at = next((i for i, s in enumerate(seen) if s in _words().ordinals), 0)
                numbers = any(s in _words().ordinals for s in seen)
                numbered = numbered or self.english and sum(bool(en.column(s)) for s in seen) >= 2
                self.furniture.append(Furniture(whole, "column heads"))
                continue
            if continued[k] and self.blocks and self.blocks[-1].kind == "row":
                self.blocks[-1].cells += filled
                self.blocks[-1].end = filled[-1].end
                continue
            if len(filled) == 1 and len(cells) > 1:
                mark = _mark_at(text, filled[0].start, filled[0].end, self.english)
                if mark is not None:
                    self._open(filled[0].start, filled[0].end, mark, "a table row that holds a heading alone")
                    continue
                if numbered and seen[0] and k + 1 < len(rows) and _is_title(seen):
                    self._group(filled[0], "a table row that holds a heading alone")
                    continue
            if 0 < at < len(cells) and re.fullmatch(rf"[\d{_CN}]{{1,4}}[.、]?", seen[at]):
                filled, group = self._before_number(cells, seen, at, group)
            elif numbers and not any(seen[: at + 1]) and self.blocks and self.blocks[-1].kind == "row":
                self.blocks[-1].cells += filled  # a row without a number goes on with the one above
                self.blocks[-1].end = filled[-1].end
                continue
            self._row(filled, numbered)

    def _before_number(self, cells: Sequence[Span], seen: Sequence[str], at: int, group: str) -> tuple[list[Span], str]:
        """The cells that make the row where its number stands in column ``at``, and the group that it belongs to."""
        filled = [(i, c) for i, (c, s) in enumerate(zip(cells, seen, strict=True)) if s]
        before = [s for s in seen[:at] if s]
        if before and not _is_title(before):
            return [c for _, c in filled], group
        if before and before[0] != group:
            group = before[0]
            self._group(filled[0][1], "a table cell before the number of its row")
        return [c for i, c in filled if i >= at], group

    def _group(self, cell: Span, why: str) -> None:
        """A heading of the table rows below it."""
        mark = _mark_at(self.text, cell.start, cell.end, self.english)
        if mark is not None:
            self._open(cell.start, cell.end, mark, why)
            return
        self.blocks.append(_Block(cell.start, cell.end, "head", None, cell.start, why, last=cell.start))

    def _gap_table(self, i: int) -> int:
        """Take an English table whose cells are divided by blanks: known heads, then a row on each line."""
        if not self.english:
            return 0
        first = self.lines[i]
        if not en.gap_rows(self.text, [(first.start, first.end)]):
            return 0
        lines = [(x.start, x.end) for x in self.lines[i : i + 200]]
        rows = en.gap_rows(self.text, lines)
        if len(rows) < 2:
            return 0
        self.furniture.append(Furniture(Span(rows[0][0][0], rows[0][-1][1]), "column heads"))
        for cells in rows[1:]:
            spans = [Span(a, b) for a, b in cells]
            if len(spans) == 1 and self.blocks[-1].kind == "row":
                self.blocks[-1].cells.append(spans[0])
                self.blocks[-1].end = spans[0].end
            else:
                self._row(spans, True)
        return len(rows)

    def _english_cells(self, i: int) -> int:
        """Take an English table that was copied one cell a line; the number of lines taken."""
        if not en.column(self.text[self.lines[i].start : self.lines[i].end]):
            return 0
        said = [self.text[x.start : x.end] for x in self.lines[i : i + 400]]
        width = en.head_lines(said)
        if not width:
            return 0
        heads = [en.key(x) for x in said[:width]]
        kinds = [k for k in map(en.column, said[:width]) if k != "number"]
        at, taken = i + width, [i]
        table: list[int] = []
        while at < i + len(said):
            if [en.key(x) for x in said[at - i : at - i + width]] == heads:
                taken.append(at)
                at += width
                continue
            if self._ends_table(at, table) or en.head_lines(said[at - i : at - i + 12]):
                break
            table.append(at)
            at += 1
        if not table:
            for k in taken if len(taken) > 1 else ():
                self._column_heads(k, width)
            return at - i if len(taken) > 1 else 0
        self._known_rows(taken, table, width, kinds)
        return at - i

    def _known_rows(self, taken: Sequence[int], table: Sequence[int], width: int, kinds: Sequence[str]) -> None:
        """Add the rows of a table of one cell a line: by their numbers, else by what the cells look like."""
        for k in taken:
            self._column_heads(k, width)
        first = self._row_number(table[0])
        if first:
            openings = [k for k, n in enumerate(table) if self._row_number(n) == first]
        else:
            openings = en.rows([self.text[self.lines[n].start : self.lines[n].end] for n in table], kinds)
        for a, b in pairwise([*openings, len(table)]):
            self._english_row([Span(self.lines[n].start, self.lines[n].end) for n in table[a:b]], kinds)

    def _english_row(self, cells: list[Span], kinds: Sequence[str]) -> None:
        """Add a row of one cell a line; the lines of its first cell become one."""
        if cells:
            number = (
                bool(re.fullmatch(r"\(?[\dA-Za-z]{1,2}(?:\.\d{1,2})?[.)]?", cells[0].of(self.text))) and len(cells) > 1
            )
            rest = cells[1:] if number else cells
            columns = en.aligned([c.of(self.text) for c in rest], kinds)
            task = rest[: en.first_cell([c.of(self.text) for c in rest], columns)]
            self._row([*cells[: len(cells) - len(rest)], Span(task[0].start, task[-1].end), *rest[len(task) :]], True)

    def _ends_table(self, at: int, table: Sequence[int]) -> bool:
        """Whether a line heads a part: a table of which the lines are known ends above it."""
        line = self.lines[at]
        mark = _mark_at(self.text, line.start, line.end, True)
        if mark is None or line.heading:
            return bool(line.heading)
        if not table:
            return mark.kind == "upper"
        first = _mark_at(self.text, self.lines[table[0]].start, self.lines[table[0]].end, True)
        own = first is not None and first.kind == mark.kind
        return (mark.kind.startswith("en ") or mark.kind == "upper") and not own

    def _row_number(self, at: int) -> str:
        """The kind of number with which a row begins; empty where the line begins with none."""
        line = self.lines[at]
        plain = self.text[line.start : line.end]
        if re.fullmatch(r"\d{1,2}[.)]?", plain):
            return "ar"
        mark = _mark_at(self.text, line.start, line.end, True)
        return mark.kind if mark is not None and mark.kind not in ("dash", "roman", "rom") else ""

    def _row(self, cells: list[Span], numbered: bool) -> None:
        text = self.text
        first = view(cells[0].of(text)).text.strip(".、*()")
        number = numeral(first) if re.fullmatch(rf"[\d{_CN}]{{1,4}}", first) else None
        mark = None if number is not None else _mark_at(text, cells[0].start, cells[0].end, self.english)
        body = cells[1].start if number is not None and len(cells) > 1 else cells[0].start
        if mark is not None and mark.kind not in _MINOR:
            number, body = mark.number, mark.end
        if number is None and not numbered:
            self.blocks.append(
                _Block(cells[0].start, cells[-1].end, body=cells[0].start, last=cells[0].start, why="table row")
            )
            self.blocks[-1].cells = [Span(cells[0].start, cells[-1].end)]
            return
        rest = [c for c in cells if c.end > body] or cells[-1:]
        rest[0] = Span(min(max(rest[0].start, body), rest[0].end), rest[0].end)
        self.blocks.append(
            _Block(cells[0].start, cells[-1].end, "row", number, body, "a table row", last=cells[0].start)
        )
        self.blocks[-1].cells = rest

    def _cell_lines(self, i: int) -> int:
        """Take a table that was copied one cell a line: column heads, then cells, rows by their printed number."""
        cells = [line.seen.strip("|*") for line in self.lines[i : i + 12]]
        width = self._head_width(cells)
        if width < 3:
            return 0
        heads = cells[:width]
        at = i + width
        rows: list[list[Span]] = []
        filled = 0  # rows with more than their number
        while at < len(self.lines):
            if [x.seen.strip("|*") for x in self.lines[at : at + width]] == heads:
                self._column_heads(at, width)
                at += width
                continue
            opens = self._opens_row(at, rows, filled, width, heads[0] in ("序号", "No."))
            if opens is None:
                break
            if opens:
                rows.append([])
            line = self.lines[at]
            core = self.text[line.start : line.end].strip("| \t")
            start = line.start + self.text[line.start : line.end].index(core)
            rows[-1].append(Span(start, start + len(core)))
            filled += len(rows[-1]) == 2
            at += 1
        if not rows and at == i + width:
            return 0
        self._column_heads(i, width)
        for row in rows:
            mark = _mark_at(self.text, row[0].start, row[0].end, self.english) if len(row) == 1 else None
            if mark is not None:
                self._open(row[0].start, row[0].end, mark, "a table row that holds a heading alone")
            else:
                self._row(row, any(head in _words().tasks for head in heads))
        return at - i

    @staticmethod
    def _head_width(cells: Sequence[str]) -> int:
        """How many of the cells are column heads: known ones, or short words between them up to the first number."""
        known = [seen in _words().columns for seen in cells]
        width = next((k for k, is_known in enumerate(known) if not is_known), len(cells))
        if cells and cells[0] in ("序号", "编号", "No.") and sum(known) >= 2:
            first = next((k for k, seen in enumerate(cells) if seen == "1" or _HEADING_CELL.match(seen)), 0)
            if all(len(seen) <= 12 and not any(c in "，。；：" for c in seen) for seen in cells[:first]):
                return max(width, first)
        return width

    def _column_heads(self, at: int, width: int) -> None:
        self.furniture.append(Furniture(Span(self.lines[at].start, self.lines[at + width - 1].end), "column heads"))

    def _opens_row(self, at: int, rows: Sequence[list[Span]], filled: int, width: int, numbered: bool) -> bool | None:
        """Whether the cell in line ``at`` begins a row; None where the table has ended."""
        line = self.lines[at]
        seen = line.seen.strip("|*")
        full = not rows or len(rows[-1]) >= width
        mark = _mark_at(self.text, line.start, line.end, self.english)
        if rows and mark is not None and mark.kind == self._row_mark(rows) and mark.number is not None:
            return True  # each row begins with a mark of its own
        if not rows and mark is not None and mark.kind in ("ar", "decimal1", "pcn", "par"):
            return True
        if numbered or re.fullmatch(r"\d{1,3}", seen):
            if seen == str(filled + 1) or seen == "1" and len(rows[-1:]) and len(rows[-1]) == 1:
                return True
            ahead = (x.seen.strip("|*") for x in self.lines[at + 1 : at + 6])
            heading = mark is not None and mark.kind in ("cn", "pcn")
            if full and rows and not heading and len(rows[-1]) < width + 4 and str(filled + 1) in ahead:
                return False  # a cell that a page broke: the next number is still to come
            if not full and not (numbered and mark is not None and mark.kind == "cn" and len(rows[-1]) > 2):
                return False
            return True if mark is not None and mark.kind in ("cn", "pcn") else None
        if not full:
            return False
        if len(self.lines) - at < width or mark is not None or self._row_mark(rows):
            return None
        return True

    def _row_mark(self, rows: Sequence[list[Span]]) -> str:
        """The kind of mark that the first row begins with; empty where it begins with none."""
        first = next((row[0] for row in rows if len(row) > 1 or len(rows) == 1), None)
        mark = _mark_at(self.text, first.start, first.end, self.english) if first is not None else None
        return mark.kind if mark is not None and mark.kind in ("ar", "decimal1", "pcn", "par") else ""

    def _attachments(self, i: int) -> int:
        """Take a list of attachments (附件：1.… 2.…) with the lines that go on with it."""
        line = self.lines[i]
        if not _ANNEX_LIST.match(line.seen) or len(line.seen) > 120:
            return 0
        taken, number = 1, 1
        while i + taken < len(self.lines):
            follower = self.lines[i + taken]
            mark = _mark_at(self.text, follower.start, follower.end, self.english)
            again = _ANNEX_LIST.match(follower.seen)
            if len(follower.seen) > 90 or not (
                again or mark is not None and mark.kind == "ar" and mark.number == number + 1
            ):
                break
            taken, number = taken + 1, number + 1
        content = i + taken < len(self.lines) and sum(len(x.seen) for x in self.lines[i + taken :]) > 200
        if taken == 1 and content and self.blocks and not re.search(r"附件:\S", line.seen):
            return 0
        self.furniture.append(Furniture(Span(line.start, self.lines[i + taken - 1].end), "list of attachments"))
        return taken


def _names_columns(seen: Sequence[str], head: Sequence[str], k: int) -> bool:
    """Whether row ``k`` holds the heads of the columns: the first row, one that repeats it, a second row of heads."""
    known = sum(s in _words().columns for s in seen) >= 2
    if not head:
        return k == 0 or known
    return seen == head or k == 1 and known and all(s in head or s in _words().columns for s in seen)


def _is_title(seen: Sequence[str]) -> bool:
    """Whether the cells that are filled, of one row, are one short heading."""
    filled = [s for s in seen if s]
    return len(filled) == 1 and 2 <= len(filled[0]) <= 40 and not re.search(r"[，。；：,;:!?]|\d$", filled[0])


def _run_in(body: str, english: bool) -> bool:
    """Whether a sentence ends before the end: a title with text behind it on the same line."""
    core = body.strip(" \t\u3000*#_")[:-1]
    if english:
        return bool(re.search(r"[.;!?][\"”)]?\s+[A-Z(“\"\[]", core))
    return _stops(core)


def _stops(text: str) -> bool:
    """Whether a sentence of Chinese ends in ``text``; a half-width stop between characters counts."""
    return any(c in _STOP for c in text) or bool(_HALF_STOP.search(text))


# 5. The tree ---------------------------------------------------------------------------------------------------------


def _heads(text: str, blocks: list[_Block], english: bool) -> None:
    """Short lines without a mark and without a stop that something follows are headings.

    Above bullets they are, where this happens more than once: one alone only says what is listed.
    """
    bulleted = sum(
        not a.marked and not a.cells and a.end - a.start <= 26 and b.kind == "dash" for a, b in pairwise(blocks)
    )
    if english:
        _english_heads(text, blocks)
        return
    for i, block in enumerate(blocks[:-1]):
        if block.marked or block.cells:
            continue
        inner = text[block.start : block.end].strip("* ")
        limit = 26
        if (
            len(inner) > limit
            or len(inner) < 2
            or not any(c.isalpha() for c in inner)
            or re.search(r"[，。；：:;,!?！？|]|[.]$", inner)
        ):
            continue
        after = blocks[i + 1]
        if (
            i
            and not blocks[i - 1].marked
            and not _LINE_CLOSED.search(text[max(0, blocks[i - 1].end - 8) : blocks[i - 1].end])
        ):
            continue
        seen = view(inner).text
        if _DATE.match(seen) or _ANNEX.match(seen) or _words().caption.match(seen):
            continue
        if len(seen) == 2 and seen in _words().columns:
            continue
        follows = (
            after.marked
            and after.kind not in _MINOR
            and (after.number in (1, None) or len(inner) > 3)
            or (after.kind == "dash" and bulleted > 1)
            or (not after.marked and after.end - after.start > max(30, 2 * len(inner)))
        )
        if follows:
            block.kind, block.why = "head", "a short line without mark or stop, with text below it"


def _place_heads(text: str, blocks: list[_Block]) -> None:
    """A heading above the first numbered part holds the parts; one between a part and its own items is text."""
    marks = [(i, b) for i, b in enumerate(blocks) if b.marked and b.number is not None and b.kind not in _MINOR]
    part = ""
    for i, block in enumerate(blocks):
        if block.kind.startswith("en ") and block.number is not None:
            printed = re.search(r"\d{1,2}(?:\.\d{1,2})?", text[block.start : block.body])
            part = printed[0] if printed and "." not in printed[0] else part if printed else ""
        elif block.kind == "head":
            at, following = next(((k, b) for k, b in marks if k > i), (0, None))
            if following is None:
                if any(b.kind.startswith(("en ", "upper")) for b in blocks[:i]):
                    block.kind = "h1"  # what closes the plan
                continue
            opens = text[following.start : following.body]
            if at == i + 1 and following.kind.startswith("en ") and "." not in opens:
                block.kind = "h1"
            elif part and at > i + 1 and re.search(rf"(?<!\d){part}\.", opens):
                block.kind = ""


def _english_heads(text: str, blocks: list[_Block]) -> None:
    """Unnumbered headings of an English plan, told by how they are printed and by what stands around them."""
    for i in range(len(blocks) - 2, -1, -1):
        block, after = blocks[i], blocks[i + 1]
        if block.marked or block.cells:
            continue
        inner = text[block.start : block.end]
        look = en.looks_like_heading(inner)
        before = text[blocks[i - 1].start : blocks[i - 1].end] if i else ""
        if not look or i and not blocks[i - 1].marked and en.is_head(before):
            continue
        closed = (
            not i
            or bool(_LINE_CLOSED.search(before[-8:]))
            or bool(blocks[i - 1].cells)
            or bool(en.label(before))
            or blocks[i - 1].kind == "head"
            or blocks[i - 1].kind.startswith(("en ", "h"))
            or text.count("\n", blocks[i - 1].end, block.start) > 1
        )
        below = text[after.start : after.end]
        sentence = below.rstrip().endswith(".") and len(below.split()) > 4 and len(below) > len(inner)
        long = not after.marked and not after.cells and not en.label(below)
        long = long and (len(below) > max(60, 2 * len(inner)) or sentence)
        listed = after.kind not in ("", "head", *_MINOR) or after.kind == "head"
        formed = en.is_head(below) or bool(en.label(below)) or after.kind == "dash" or bool(after.cells)
        follows = long or listed or formed and look != "plain"
        if follows and (closed or look == "caps") and not (look == "plain" and len(inner.split()) > 9):
            block.kind, block.why = "head", "a short line without mark or stop, with text below it"
    _place_heads(text, blocks)
    # A head of the form that stands once, between headings, is one of them.
    said = Counter(en.key(text[b.start : b.end]) for b in blocks if not b.marked and b.end - b.start <= 60)
    for block, after in pairwise(blocks) if any(b.kind == "head" for b in blocks) else ():
        inner = text[block.start : block.end]
        sentence = not after.marked and not after.cells and after.end - after.start > 50
        heads = not block.marked and not block.cells and en.is_head(inner) and inner[:1].isupper()
        if heads and sentence and said[en.key(inner)] == 1 and ":" not in inner:
            block.kind, block.why = "head", "a head of the form that stands once, with a paragraph below it"


def _boxes(text: str, blocks: Sequence[_Block]) -> None:
    """A box (专栏3 …) heads what is numbered or tabled right below it, apart from the plan's own numbering."""
    caption: _Block | None = None
    following, kind = 0, ""
    for i, block in enumerate(blocks):
        if not block.marked:
            m = _BOX.match(text, block.start, min(block.end, block.start + 40))
            if m and block.end - block.start <= 60:
                caption, following, kind = block, 1, ""
            elif block.end - block.start > 60 or not following > 1:
                caption = None
        elif caption is not None and (
            block.kind == "row"
            or block.kind in ("ar", "pcn")
            and block.number == following
            and (following > 1 or blocks[i - 1] is caption)
            and kind in ("", block.kind)
        ):
            m = _BOX.match(text, caption.start, caption.end)
            if not caption.marked and m:
                caption.kind, caption.body, caption.why = "box", m.end(), "a box with entries below it"
            if block.kind != "row":
                kind = block.kind
                block.kind, block.why = "boxed", "an entry of a box"
                following += 1
        elif block.kind not in _MINOR:
            caption, following = None, 0


def _tree(blocks: Sequence[_Block], english: bool = False) -> list[_Block]:
    """Put marked blocks below each other: a kind not open yet goes one deeper, an open one closes what is below it.

    Paragraphs hang below the innermost open mark.  Returns what hangs at the top.
    """
    top: list[_Block] = []
    stack: list[_Block] = []
    known: dict[str, int] = {}
    for block in blocks:
        if block.marked:
            if block.kind not in ("boxed", "row", *_MINOR) and (
                box := [i for i, b in enumerate(stack) if b.kind == "box"]
            ):
                del stack[box[0] :]  # a box ends where the plan goes on
            if english and block.kind == "head":  # closes the item before it, not the part that the item stands in
                at = (i for i, b in enumerate(stack) if b.kind.startswith("decimal") or b.kind.endswith("."))
                del stack[next(at, len(stack)) :]
            del stack[_place(stack, block, known) :]
            block.level = len(stack) + 1
            if block.number is not None:
                known[block.kind] = block.number
        else:
            # A paragraph goes on with the unit, not with the last of its bullets or table rows.
            while stack and stack[-1].kind in ("dash", "row", "boxed", "box"):
                stack.pop()
        block.parent = stack[-1] if stack else None
        (block.parent.children if block.parent else top).append(block)
        if block.marked:
            stack.append(block)
    return top


def _place(stack: Sequence[_Block], block: _Block, known: dict[str, int]) -> int:
    """How many of the open marks stay open above ``block``."""
    kinds = [b.kind for b in stack]
    if block.kind in kinds:
        return kinds.index(block.kind)
    if kinds and kinds[0] == "head" and (block.kind.startswith("en ") or block.kind == "upper"):
        return 0  # a named part stands beside an unnumbered heading with text of its own
    if re.fullmatch(r"h[1-6]", block.kind):
        deeper = [i for i, k in enumerate(kinds) if re.fullmatch(r"h[1-6]", k) and k > block.kind]
        if deeper:
            return deeper[0]
        return next((i for i, k in enumerate(kinds) if not re.fullmatch(r"h[1-6]", k)), len(kinds))
    if block.kind in ("part", "chapter", "division", "article") or block.kind == "row":
        rank = _RANK.get(block.kind, 99)
        return next((i for i, k in enumerate(kinds) if _RANK.get(k, -1) >= rank), len(kinds))
    if block.kind == "box":
        # Set apart from the items around it, a box stands below the part that holds them.
        parts = ("part", "chapter", "division", "head") if "chapter" in kinds or "division" in kinds else ("cn", "big")
        return next((i + 1 for i in range(len(kinds) - 1, -1, -1) if kinds[i] in parts), 0)
    if block.kind == "head":
        # A heading without a mark closes what its text was cut into before, not the part that it stands in.
        return next((i for i, k in enumerate(kinds) if k in ("ar", "row") or k in _MINOR), len(kinds))
    if block.number is not None and block.number > 1 and known.get(block.kind, 0) + 1 != block.number:
        # Neither a first nor the next: an extract; the usual order of marks decides.
        rank = _RANK.get(block.kind, 99)
        return next((i for i, k in enumerate(kinds) if _RANK.get(k, -1) > rank), len(kinds))
    return len(kinds)


class _Judge:
    """Gives each marked block of the tree its role: section, unit, or point inside a unit."""

    def __init__(self, text: str, english: bool) -> None:
        self.text = text
        self.english = english

    def decide(self, nodes: Sequence[_Block], parent: _Block | None) -> None:
        marked = [n for n in nodes if n.marked]
        if not marked:
            return
        if self._are_points(nodes, marked, parent):
            for node in marked:
                self._point(node)
            return
        for node in marked:
            self.decide(node.children, node)
        for kind in dict.fromkeys(n.kind for n in marked):
            self._group([n for n in marked if n.kind == kind])

    def _group(self, group: Sequence[_Block]) -> None:
        with_parts = {n for n in group if any(c.role in ("unit", "section") for c in n.children)}
        for node in group:
            alone = not self._run_in(node)
            if node in with_parts:
                node.role = "section"
                node.why += "; has units below it"
            elif alone and not node.cells and _led_paragraphs(self.text, node.children):
                node.role = "section"
                node.why += "; paragraphs with titles of their own stand below it"
            elif node.kind in ("chapter", "part", "division", "head") or re.fullmatch(r"h[1-6]", node.kind):
                node.role = "section"
                node.why += "; always a heading"
            elif node.kind in ("cn", "big") and 2 * len(with_parts) >= len(group) and _colon_title(self.text, node):
                node.role = "section"
                node.why += "; its neighbours have units below them and its heading ends in a colon"
            elif with_parts and (alone and node.children or self._lone(node)) and node.kind not in ("article", "row"):
                node.role = "section"
                node.why += "; its neighbours have units below them and its heading stands alone"
            else:
                node.role = "unit"
                node.why += "; no unit below it"

    def _lone(self, node: _Block) -> bool:
        """Whether the text begins with a heading of the genre that lost its line end."""
        return bool(node.lead) or not node.cells and bool(_lone_heading(self.text[node.body : node.end]))

    def _run_in(self, node: _Block) -> bool:
        return _run_in(self.text[node.body : node.end], self.english)

    def _are_points(self, nodes: Sequence[_Block], marked: Sequence[_Block], parent: _Block | None) -> bool:
        """Whether the marks below ``parent`` only list points of its text."""
        if all(n.kind == "dash" for n in marked) and (parent is None or parent.kind == "head"):
            # Bullets that each say who does them are the tasks themselves.
            return 2 * sum(self._owned(n) for n in marked) < len(marked) or len(marked) < 2
        if parent is None:
            return all(n.kind in _NEVER_UNIT for n in marked)
        if parent.kind == "box":
            return False
        if all(n.kind == "row" for n in marked):
            return parent.kind in ("ar", "pcn", "article", "decimal1") and self._run_in(parent)
        if parent.kind in ("article", "row") or all(n.kind in _NEVER_UNIT for n in marked):
            return True
        before = [n for n in nodes[: nodes.index(marked[0])] if not n.marked]
        run_in = self._run_in(parent)
        lead = self.text[before[-1].start : before[-1].end] if before else self.text[parent.body : parent.end]
        if (
            lead.rstrip("* ").endswith(("：", ":"))
            and (before or run_in)
            and parent.kind not in ("head",)
            and not any(n.children for n in marked)
        ):
            return True
        spoken = bool(before) or run_in or marked[0].kind in _MINOR
        if (
            len(marked) > 1
            and spoken
            and all(self.text[n.start : n.end].rstrip().endswith(("；", ";")) for n in marked[:-1])
        ):
            return True
        if not before and not run_in and 2 * sum(self._owned(n) for n in marked) >= len(marked):
            return False  # each has bodies of its own: these are the tasks, the text above them their heading
        return marked[0].kind in _MINOR and (bool(before) or run_in or parent.kind == "ar" and parent.level > 1)

    def _owned(self, node: _Block) -> bool:
        """Whether the text ends in a bracket that says who is responsible."""
        bracket = re.search(
            r"[（(〔\[]([^（）()〔〕\[\]]{2,120})[）)〕\]]\s{0,2}。?$",
            self.text[max(node.body, node.end - 130) : node.end],
        )
        return bool(bracket and _words().owners.search(view(bracket[1]).text))

    def _point(self, node: _Block) -> None:
        node.role = "point"
        node.why += "; a point inside the unit"
        for child in node.children:
            if child.marked:
                self._point(child)


_LEAD = re.compile(r"[^。；：:;\n]{4,30}。(?=[^\n]{30})")


def _lead(text: str, block: _Block) -> int:
    """Where the title sentence ends with which an unmarked paragraph begins; 0 where it begins with none."""
    m = None if block.marked or block.cells else _LEAD.match(text, block.start, block.end)
    return m.end() if m else 0


def _led_paragraphs(text: str, blocks: Sequence[_Block]) -> bool:
    """Whether there are several paragraphs and each begins with a title sentence."""
    plain = _before_box(text, blocks)
    return len(plain) > 1 and all(_lead(text, b) for b in plain)


def _before_box(text: str, blocks: Sequence[_Block]) -> list[_Block]:
    """The blocks up to the first caption of a box."""
    first = next((i for i, b in enumerate(blocks) if b.kind == "box" or _BOX.match(text, b.start, b.end)), len(blocks))
    return list(blocks[:first])


def _colon_title(text: str, node: _Block) -> int:
    """Where a short heading that ends in a colon ends and text follows on the line; 0 where there is none."""
    m = None if node.cells else re.compile(r"[^。，；,;：:]{2,16}[：:](?=.)").match(text, node.body, node.end)
    return m.end() if m else 0


def _lone_heading(body: str) -> re.Match[str] | None:
    """The heading of the genre (总体要求 …) that ``body`` begins with and that its text follows without a break."""
    lone = _words().lone.match(body)
    return lone if lone and len(body) > lone.end() + 12 and body[lone.end()] not in "的和与及、。" else None


# 6. Clauses ----------------------------------------------------------------------------------------------------------

_PAIRS = {
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "〈": "〉",
    "（": "）",
    "(": ")",
    "【": "】",
    "〔": "〕",
    "[": "]",
}
_SAME = {"(": "（", ")": "）", "[": "〔", "]": "〕"}
_CLOSING = {_SAME.get(v, v): _SAME.get(k, k) for k, v in _PAIRS.items()}
_REACH = 400
"""Characters within which a quote or bracket must close to count: an unclosed one must not swallow the text."""


def _protected(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Outermost ranges in quotes, book-title marks or brackets that close in time."""
    found: list[tuple[int, int]] = []
    open_: list[tuple[str, int]] = []
    for m in _BRACKET.finditer(text, start, end):
        i, c = m.start(), m[0]
        c = _SAME.get(c, c)
        if c in _CLOSING:
            for k in range(len(open_) - 1, max(-1, len(open_) - 9), -1):
                if open_[k][0] == _CLOSING[c]:
                    if i - open_[k][1] <= _REACH:
                        found.append((open_[k][1], i + 1))
                    del open_[k:]
                    break
        else:
            open_.append((c, i))
    found.sort()
    outer: list[tuple[int, int]] = []
    for a, b in found:
        if not outer or a >= outer[-1][1]:
            outer.append((a, b))
    return outer


_BRACKET = re.compile("[" + re.escape("".join(_PAIRS) + "".join(_PAIRS.values())) + "]")


def _open_bracket(text: str, start: int, end: int) -> int:
    """Where the innermost bracket or quote stands that is open at ``end``; -1 where none is."""
    open_: list[tuple[str, int]] = []
    for m in _BRACKET.finditer(text, start, end):
        c = _SAME.get(m[0], m[0])
        if c not in _CLOSING:
            open_.append((c, m.start()))
        elif open_ and open_[-1][0] == _CLOSING[c]:
            open_.pop()
    return open_[-1][1] if open_ else -1


_SENTENCE_EN = re.compile(r"[.;!?](?=[\"'”’)\]]{0,3}(?:\s|$))")
_SENTENCE_ZH = re.compile(r"[。！？；!?;]|(?<=[\u4e00-\u9fff”）)%])\.(?=[\u4e00-\u9fff“（(])|\.(?=\s{0,2}$)")


def _no_end(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the full stop before ``stop`` ends no sentence: a known abbreviation, or lower case follows."""
    following = text[stop : min(end, stop + 12)].lstrip(" \"'”’)]")
    return following[:1].islower() or bool(_ABBREVIATION.search(text, max(start, stop - 9), stop))


_AFTER_STOP = re.compile("[”’」』" + _STOP + "]*")
_ABBREVIATION = re.compile(
    r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Mrs|Rev|approx|No|e\.g|i\.e|etc|vs|Dr|Mr|Ms|St|Fig|cf|[A-Z])\.$"
)
_EDGES = " \t\r\n\f\v\u3000\xa0\u200b\ufeff*_#|`"


def _trim(text: str, start: int, end: int) -> Span | None:
    """Without white space and Markdown signs at both ends; None where nothing to read is left."""
    while start < end and (text[start] in _EDGES or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in _EDGES or text[end - 1].isspace()):
        end -= 1
    if text[max(start, end - 3) : end - 1] == "**":  # a bold title whose stop stands behind the signs
        return _trim(text, start, end - 3)
    return Span(start, end) if start < end else None


def _sentences(text: str, start: int, end: int, english: bool, cut_at: int = -1) -> list[Span]:
    """Cut a block where its sentences end; white space between them belongs to none."""
    protected = _protected(text, start, end)
    cuts: list[int] = [cut_at] if start < cut_at < end else []
    k = 0
    for m in (_SENTENCE_EN if english else _SENTENCE_ZH).finditer(text, start, end):
        while k < len(protected) and protected[k][1] <= m.start():
            k += 1
        if k < len(protected) and protected[k][0] <= m.start():
            continue
        if english and m[0] == "." and _no_end(text, start, m.end(), end):
            continue
        stop = _AFTER_STOP.match(text, m.end(), end).end()  # type: ignore[union-attr]
        if not cuts or stop > cuts[-1]:
            cuts.append(stop)
    if not cuts or cuts[-1] < end:
        cuts.append(end)
    return _between(text, start, cuts)


def _between(text: str, start: int, cuts: Iterable[int]) -> list[Span]:
    """The ranges between cuts, trimmed; a rest of mere signs goes to the range before it."""
    spans: list[Span] = []
    for cut in cuts:
        span = _trim(text, start, cut)
        start = cut
        if span is None:
            continue
        if spans and not any(c.isalnum() for c in span.of(text)):
            if "*" not in text[spans[-1].end : span.start]:  # the stop behind a bold title is left out with its signs
                spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return spans


# 7. The covering notice ----------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[【(〈]?((?:19|20)\d{2})[〕\]】)〉]?第?\d{1,4}号(?!文)")
_ADDRESS = re.compile(r"^[^。;!?《》]{2,400}[:：]$")
_YEAR = re.compile(r"((?:19|20)\d{2})\s{0,2}(?:[—–\-－~至到/]\s{0,2}(?:19|20)?\d{2}\s{0,2})?(?:学年度?|年度?|/\d{2})")
_ROC_YEAR = re.compile(r"(?:民国)?(1[0-9]{2})(?:学年度?|年度)")
_TOLD_YEAR = re.compile(r"(?:一九|二[〇零○O])[〇零○O一二三四五六七八九]{2}(?=年|财政年度|学年)")
_BARE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def _is_address(line: str) -> bool:
    """Whether a line of the view names who is addressed: bodies, and a colon at its end."""
    return bool(_ADDRESS.match(line) and _words().address.search(line))


@dataclass(slots=True)
class _Front:
    """What stands before the first heading or paragraph of the plan."""

    notice: list[Span] = field(default_factory=list)
    titles: list[Span] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)
    number: str | None = None
    title: str = ""
    notice_title: str = ""
    issuers: list[str] = field(default_factory=list)
    addressees: tuple[str, ...] = ()
    issued: str | None = None


class _FrontReader:
    """Takes the covering notice and the title off the head of the blocks."""

    def __init__(self, text: str, english: bool) -> None:
        self.text = text
        self.english = english
        self.front = _Front()

    def take(self, blocks: list[_Block]) -> _Front:
        words, front = _words(), self.front
        head: list[_Block] = []
        while (
            blocks
            and (
                not blocks[0].marked
                or not head
                and blocks[0].kind == "h1"
                or head
                and self._occasion(blocks)
                or blocks[0].kind in ("h1", "h2", "head")
                and self._names_document(blocks[0])
            )
            and not blocks[0].cells
        ):
            head.append(blocks.pop(0))
        seen = [view(self.text[b.start : b.end]).text.strip("*# ") for b in head]
        last = -1
        for i, line in enumerate(seen):
            number = _NUMBER.search(line)
            signs = (
                words.hand_over.search(line)
                and len(line) < 500
                or number
                and len(line) <= len(number[0]) + 16
                or _is_address(line)
                and i < 12
                and i + 1 < len(head)
                and not self.english
                or line.endswith("文件")
                and len(line) < 40
                or line.startswith(("关于印发", "关于下达", "关于转发"))
                and line.endswith("通知")
            )
            if signs:
                last = i
        # What signs the notice belongs to it: bodies and a date.
        while 0 <= last < len(head) - 1 and (
            _DATE.match(seen[last + 1]) or words.body.match(seen[last + 1]) and self._signed(seen, last + 1)
        ):
            last += 1
        rest = last + 1
        while rest < len(head) and self._is_title(head[rest], seen[rest]):
            rest += 1
        rest = self._whole_title(head, seen, blocks, last + 1, rest)
        for block in reversed(head[rest:]):
            if block.kind in ("h1", "h2", "head"):
                block.kind = ""
            blocks.insert(0, block)
        front.notice = [Span(b.start, b.end) for b in head[: last + 1]]
        front.titles = [Span(b.start, b.end) for b in head[last + 1 : rest]]
        self._read(seen[: last + 1], seen[last + 1 : rest])
        return front

    def _whole_title(
        self, head: list[_Block], seen: Sequence[str], blocks: list[_Block], first: int, rest: int
    ) -> int:
        """Where the title ends that begins at line ``first`` and of which the lines up to ``rest`` could be part."""
        if self.english:
            rest = self._english_title(head, blocks, first, rest)
        else:
            rest = self._end_of_title(seen, first, rest)
            if first < rest == len(head) - 1 and self._under_title(seen[rest], blocks):
                rest += 1
        alone = first == 0 and rest == 0 and head and (len(head) > 1 or blocks)
        if alone and len(seen[0]) <= 60 and not re.search(r"[。；]", seen[0]):
            return 1
        return rest

    @staticmethod
    def _under_title(line: str, blocks: Sequence[_Block]) -> bool:
        """Whether a short line stands between the title and the first part: it says which field the plan is for."""
        return len(line) <= 16 and not re.search("[。，；:]", line) and bool(blocks) and blocks[0].kind in _HEADINGS

    def _occasion(self, blocks: Sequence[_Block]) -> bool:
        """Whether a line behind a dash stands alone under the title: when and where a report was given."""
        seen = view(self.text[blocks[0].start : blocks[0].end]).text
        return (
            blocks[0].kind == "dash"
            and len(seen) <= 60
            and not re.search("[。;；:]", seen)
            and not (len(blocks) > 1 and blocks[1].kind == "dash")
        )

    def _names_document(self, block: _Block) -> bool:
        seen = view(self.text[block.start : block.end]).text.strip("*# ")
        return bool(_words().title.search(seen) and (_YEAR.search(seen) or len(seen) > 8))

    def _english_title(self, head: Sequence[_Block], below: Sequence[_Block], first: int, end: int) -> int:
        """Behind the line that names the document only its year, who adopted it, and a motto go with it."""
        said = [self.text[b.start : b.end].strip("*# ") for b in head]
        if end == len(said) > first + 1 and en.is_place(said[-1]) and en.names_document(said[-2]):
            return end  # below the title the school that it is for
        named = next((i for i in range(first, end) if en.names_document(said[i])), -1)
        if named < 0:
            return min(end, first + 1 if len(head) > first + 1 or below else end)
        at = named + 1
        while at < len(said) and (en.is_front(said[at]) or at < end and en.names_document(said[at])):
            at += 1
        if at < end and at + 1 < len(said) and en.is_motto(said[at], said[at + 1]):
            at += 1
            while at < len(said) and en.is_front(said[at]):
                at += 1
        return at

    @staticmethod
    def _signed(seen: Sequence[str], at: int) -> bool:
        """Whether a date follows the lines of bodies from ``at``."""
        while at < len(seen) and _words().body.match(seen[at]):
            at += 1
        return at < len(seen) and bool(_DATE.match(seen[at]))

    @staticmethod
    def _end_of_title(seen: Sequence[str], first: int, end: int) -> int:
        """Behind the line that ends a title only a second copy, brackets, names and dates go with it."""
        named = [i for i in range(first, end) if _words().title.search(seen[i])]
        if not named:
            return end
        at = named[0] + 1
        while at < end:
            line = seen[at]
            again = at in named and (line in seen[first:at] or _YEAR.search(line) or "关于" in line)
            if not (
                again
                or _wrapped_title(seen[at - 1], line)
                or re.match(r"^[(（—【\[]", line)
                or _EXCERPT.search(line)
                or _DATE.match(line)
                or _words().body.match(line)
                or len(line) <= 30
                and _words().speaker.search(line)
                or at + 1 in named
                and _YEAR.search(line)
            ):
                break
            at += 1
        return at

    def _is_title(self, block: _Block, seen: str) -> bool:
        """A line above the plan that is no prose: its title, who decided it, a date."""
        if block.kind in ("h1", "h2"):
            return True
        if len(seen) <= 30 and _words().speaker.search(seen) and not re.search("[。，；:]", seen):
            return True  # who gave the report
        if 3 < len(seen) <= 250 and re.match(r"^\(.*(?:19|20)\d{2}年.*\)$", seen):
            return True  # who passed it, and when
        if len(seen) > (120 if self.english else 70) or seen.endswith(("。", ";", "；", ":")):
            return False
        if self.english and seen.endswith(".") and len(seen) > 30:
            return False
        return "。" not in seen

    def _read(self, notice: Sequence[str], titles: Sequence[str]) -> None:
        """Metadata from the lines of the notice and of the title."""
        front = self.front
        for line in [*notice, *titles]:
            number = _NUMBER.search(line)
            if number and len(line) <= len(number[0]) + 16:
                front.number = front.number or number[0].replace("(", "（").replace(")", "）")
            elif _DATE.match(line):
                front.issued = front.issued or iso_date(line)
        bodies: list[str] = []
        signed: list[str] = []
        for span, line in zip(front.notice, notice, strict=True):
            self._read_notice_line(readable(span.of(self.text)).strip("*# "), line, bodies, signed)
        raw = [_without_furniture(self.text[s.start : s.end].strip(" *#\t")) for s in front.titles]
        front.title = self._title(raw, titles)
        if not front.title and not front.notice_title:
            shown = [readable(span.of(self.text)).strip("*# ") for span in front.notice]
            named = [s for s, line in zip(shown, notice, strict=True) if _words().title.search(line) and len(line) < 80]
            front.notice_title = next(iter(named), "")
        if not front.title and front.notice_title:
            inner = re.search(r"《(.+)》", front.notice_title)
            front.title = inner[1] if inner else front.notice_title
        signed += self._bodies_in_titles(raw)
        front.issuers = list(dict.fromkeys(bodies + signed))

    def _read_notice_line(self, shown: str, line: str, bodies: list[str], signed: list[str]) -> None:
        """One line of the notice, as ``shown`` and as matched: letterhead, title, addressees or a body."""
        words, front = _words(), self.front
        if line.endswith("文件") and len(line) < 40:
            bodies.append(shown.removesuffix("文件"))
        elif line.endswith(("通知", "通告", "函")) and len(line) < 120:
            front.notice_title = shown
        elif _is_address(line) and not words.hand_over.search(line):
            front.addressees = split_names(shown.rstrip("：:"))
        elif words.body.match(line):
            signed.append(shown)

    def _bodies_in_titles(self, raw: Sequence[str]) -> list[str]:
        """The bodies that a title names before its year, or the notice's before 关于."""
        notice = self.front.notice_title
        before = re.split(r"关于(?:印发|下达|转发|做好)", notice)[0] if "关于" in notice else ""
        lead = _YEAR.split("\n".join(raw), maxsplit=1)
        names = [*re.split(r"[\s、]+", before), *(re.split(r"[\s、]+", lead[0].strip()) if len(lead) > 1 else [])]
        return [name for name in names if _words().body.match(name)]

    def _title(self, raw: Sequence[str], seen: Sequence[str]) -> str:
        """The lines up to the one that ends in a word for a document; of two copies the last."""
        words = _words()
        if self.english:
            named = max((i for i, line in enumerate(raw) if en.names_document(line)), default=0)
            kept = [x for x in raw[: named + 1] if not en.is_front(x)][-2:] or list(raw[:1])
            return " ".join(" ".join(kept).split())
        best: list[str] = []
        lines: list[str] = []
        for line, plain in zip(raw, seen, strict=True):
            if _DATE.match(plain) or re.match(r"^[(（—]", plain) or _ANNEX.match(plain):
                continue
            lines.append(line)
            if len(lines) > 3 and re.search(r"关于|.(?:19|20)\d{2}", plain):
                lines = [line]  # a name whole in itself, below the menus of a page
            if words.title.search(plain):
                best, lines = lines, []
            elif best and lines == [line] and _wrapped_title(view(best[-1]).text, plain):
                best, lines = [*best, line], []
        chosen = best or lines[:2]
        return readable("\n".join(chosen))


def _wrapped_title(line: str, rest: str) -> bool:
    """Whether ``rest`` is the last sign or two of a title that did not fit on its line."""
    return len(rest) <= 2 and bool(_words().title.search(line + rest))


def _without_furniture(line: str) -> str:
    """A title without what a page put behind it on the same line."""
    seen = view(line)
    m = _words().furniture.search(seen.text)
    return line[: seen.span(m.start(), m.start()).start].strip() if m and m.start() > 6 else line


def iso_date(line: str) -> str | None:
    """The ISO form of a date in figures or Chinese numerals that is the whole of ``line``; None where it is none.

    >>> iso_date("2031年3月5日"), iso_date("二〇三一年十二月二十日"), iso_date("某年")
    ('2031-03-05', '2031-12-20', None)
    """
    m = _DATE.match(line) or _ISO_DATE.search(line)
    if m is None:
        return None
    year = m[1] if m[1].isdigit() else "".join(str(_VALUE.get(c, 0)) for c in m[1])
    month, day = (int(x) if x.isdigit() else numeral(x) or 0 for x in (m[2], m[3]))
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else None


def split_names(text: str) -> tuple[str, ...]:
    """Split a list of bodies at commas outside brackets.

    >>> split_names("各区（县、市）教育局，市直学校")
    ('各区（县、市）教育局', '市直学校')
    """
    names, depth, start = [], 0, 0
    for i, c in enumerate(text):
        if c in "（(":
            depth += 1
        elif c in "）)":
            depth = max(0, depth - 1)
        elif c in "，,、；;" and not depth:
            names.append(text[start:i])
            start = i + 1
    names.append(text[start:])
    return tuple(n.strip() for n in names if n.strip())


# 8. Document ---------------------------------------------------------------------------------------------------------


def parse(source: Source, document_id: str) -> Document:
    """Find the structure of ``source``.  Never fails and never loses a character (see :func:`leaves`)."""
    return _Parser(source).document(document_id)


def explain(source: Source) -> tuple[str, ...]:
    """One line for each heading, unit and piece of furniture: what it was taken for, and why; then the warnings."""
    parser = _Parser(source)
    document = parser.document("explained")
    furniture = [f"furniture ({f.reason}): {readable(f.span.of(source.text))[:40]}" for f in document.furniture]
    return (*parser.reasons, *furniture, *(f"unsure: {w}" for w in document.warnings))


@dataclass(slots=True)
class _Draft:
    """A unit that has no label yet."""

    kind: UnitKind
    node: _Block | None
    title: str
    section: str | None
    clauses: list[Span]
    label: str = ""


class _Parser:
    """Holds the text and what was found while one document is parsed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.english = _language(self.text) == "en"
        self.sections: list[Section] = []
        self.by_id: dict[str, Section] = {}
        self.filled: set[str] = set()
        self.drafts: list[_Draft] = []
        self.furniture: list[Furniture] = []
        self.warnings: list[str] = list(source.warnings)
        self.reasons: list[str] = []

    def document(self, document_id: str) -> Document:
        text = self.text
        lines = _lines(self.source)
        cutter = _Cutter(self.source, lines, self.english)
        blocks = cutter.run()
        self.warnings += cutter.warnings
        self.furniture += cutter.furniture
        self.furniture += [Furniture(Span(x.start, x.end), x.reason) for x in lines if x.reason]
        front = _FrontReader(text, self.english).take(blocks)
        self._data(lines, front)
        if not front.title and cutter.one_line:
            front.title = self._first_title()
        blocks, annexes = self._annexes(blocks)
        blocks = self._signature(blocks, front)
        _heads(text, blocks, self.english)
        _boxes(text, blocks)
        top = _tree(blocks, self.english)
        _Judge(text, self.english).decide(top, None)
        if front.notice:
            self._draft("notice", None, "", None, [s for b in front.notice for s in self._cut(b)], "通知")
            self.reasons.append("通知: notice; the lines up to the sentence that hands the plan over")
        self.furniture += [Furniture(span, "title") for span in front.titles]
        self._walk(top, None)
        for annex in annexes:
            self._annex(annex)
        self._check_numbers(blocks)
        units = self._named()
        return Document(
            id=document_id,
            source=self.source.name,
            sha256=self.source.sha256,
            format=self.source.format,
            text=text,
            language="en" if self.english else "zh",
            title=front.title,
            number=front.number,
            issuers=tuple(front.issuers),
            addressees=front.addressees,
            year=self._year(front),
            issued=front.issued,
            sections=tuple(self.sections),
            units=units,
            furniture=tuple(sorted(self.furniture, key=lambda f: f.span)),
            warnings=tuple(self.warnings),
        )

    # Metadata

    def _first_title(self) -> str:
        """The first piece between blanks that names a document: the title in a copy that lost its line ends."""
        pieces = (readable(p) for p in re.split(r"\s+", self.text[:400]))
        return next((p for p in pieces if 6 < len(p) <= 60 and _words().title.search(view(p).text)), "")

    def _year(self, front: _Front) -> int | None:
        for line in (front.title, front.notice_title):
            plain = view(line).text
            found = _YEAR.search(plain)
            if found:
                return int(found[1])
            roc = _ROC_YEAR.search(plain)
            if roc:
                return int(roc[1]) + 1911  # years of the Republic of China count from 1912
            bare = _BARE_YEAR.search(line)
            if bare:
                return int(bare[1])
            told = _TOLD_YEAR.search(plain)
            if told:
                return int("".join(str(_VALUE.get(c, 0)) for c in told[0]))
        if front.number:
            return int(re.search(r"(?:19|20)\d{2}", front.number)[0])  # type: ignore[index]
        for line in [*(span.of(self.text) for span in front.titles), *(section.title for section in self.sections)]:
            if found := _YEAR.search(view(line).text):
                return int(found[1])
        if self.english:
            years = (_BARE_YEAR.search(span.of(self.text)) for span in front.titles)
            return next((int(found[1]) for found in years if found), None)
        return int(front.issued[:4]) if front.issued else None

    def _data(self, lines: Sequence[_Line], front: _Front) -> None:
        """What the data block of a government page says, where the notice says nothing."""
        for line in lines:
            if line.reason != "data block":
                continue
            seen = line.seen.replace("**", "").lstrip("#-*+•·●_ ")
            for entry in _data_row(seen) if seen.startswith("|") else [seen]:
                m = _words().data.match(entry)
                if m is not None:
                    self._entry(m, entry[m.end() :].strip("*_ "), front)

    @staticmethod
    def _entry(label: re.Match[str], value: str, front: _Front) -> None:
        """Take over what one label of the data block says."""
        number = _NUMBER.search(value)
        if label["number"] and number:
            front.number = front.number or number[0]
        elif label["issuer"] and value and not front.issuers:
            front.issuers = list(split_names(value))
        elif label["issued"]:
            front.issued = front.issued or iso_date(value)

    def _signature(self, blocks: list[_Block], front: _Front) -> list[_Block]:
        """Take bodies with a date below them out of the text: who signed, and when."""
        kept: list[_Block] = []
        for block in blocks:
            seen = view(self.text[block.start : block.end]).text
            if block.marked or not _DATE.match(seen):
                kept.append(block)
                continue
            front.issued = front.issued or iso_date(seen)
            names: list[_Block] = []
            while (
                kept
                and not kept[-1].marked
                and _words().body.match(view(self.text[kept[-1].start : kept[-1].end]).text)
            ):
                names.insert(0, kept.pop())
            front.issuers = list(
                dict.fromkeys([*front.issuers, *(readable(self.text[b.start : b.end]) for b in names)])
            )
            self.furniture += [Furniture(Span(b.start, b.end), "signature") for b in [*names, block]]
        return kept

    # Annexes

    def _annexes(self, blocks: list[_Block]) -> tuple[list[_Block], list[list[_Block]]]:
        """Cut off what stands behind a line that says 附件; where nothing numbered stands before it, it is the plan."""
        for i, block in enumerate(blocks):
            if block.marked and block.kind not in ("head", "en annex", "en appendix"):
                continue
            seen = view(self.text[block.start : block.end]).text.strip("*# ")
            if not _ANNEX.match(seen) and block.kind not in ("en annex", "en appendix"):
                continue
            if not any(b.marked for b in blocks[:i]):
                self.furniture.append(Furniture(Span(block.start, block.end), "annex line"))
                rest = blocks[i + 1 :]
                if (
                    rest
                    and not rest[0].marked
                    and _words().title.search(view(self.text[rest[0].start : rest[0].end]).text)
                ):
                    self.furniture.append(Furniture(Span(rest[0].start, rest[0].end), "title"))
                    rest = rest[1:]
                return self._annexes(blocks[:i] + rest)
            groups: list[list[_Block]] = []
            for b in blocks[i:]:
                if (
                    not groups
                    or _ANNEX.match(view(self.text[b.start : b.end]).text.strip("*# "))
                    or b.kind in ("en annex", "en appendix")
                ):
                    groups.append([])
                groups[-1].append(b)
            return blocks[:i], groups
        return blocks, []

    def _annex(self, group: Sequence[_Block]) -> None:
        label = readable(self.text[group[0].start : group[0].end]).strip("：:*# ")
        title = readable(self.text[group[1].start : group[1].end]).strip("*# ") if len(group) > 1 else ""
        spans = [s for b in group for s in (b.cells or self._cut(Span(b.start, b.end)))]
        self._draft("annex", None, title if len(title) <= 60 else "", None, spans, label)
        self.reasons.append(f"{label}: annex; a line that says so")

    # Sections and units

    def _cut(self, span: Span, at: int = -1) -> list[Span]:
        return _sentences(self.text, span.start, span.end, self.english, at)

    def _title(self, node: _Block) -> tuple[str, int]:
        """The title of a marked block and where its text goes on; the end of the block where it does not."""
        text, start, end = self.text, node.body, node.end
        if node.cells:
            return readable(node.cells[0].of(text)), end
        body = text[start:end]
        bold = re.match(r"[^*]{2,80}\*\*", body) if node.bold else None
        if bold:
            return _bare_title(bold[0]), start + bold.end()
        if node.lead:
            return _bare_title(text[start : node.lead]), node.lead
        lone = _lone_heading(body)
        if lone:
            return _bare_title(lone[0]), start + lone.end()
        if self.english and (own := self._english_own(body)):
            return _bare_title(body[:own]), start + own
        return self._body_title(node, body)

    def _body_title(self, node: _Block, body: str) -> tuple[str, int]:
        """The title of a block whose text has no heading of its own: its first sentence, if that is short."""
        text, start, end = self.text, node.body, node.end
        colon = None if self.english else re.match(r"[^。，；,;：:]{4,30}[：:](?=.)", body)
        if colon and not _run_in(body, False) and len(body) > 2 * colon.end():
            return _bare_title(colon[0]), end
        if not _run_in(body, self.english) and len(body) <= (120 if self.english else 60):
            return self._cut_owner(body), end
        gap = re.match(r"([^\s。，；：,;:]{4,40})(?:\u3000{1,4}|[ ]{2,8})(?=[^\s])", body)
        if gap and len(body) > 2 * gap.end():
            return _bare_title(gap[1]), start + gap.end()
        sentences = self._cut(Span(start, end))
        first = sentences[0] if sentences else Span(start, end)
        plain = first.of(text)
        if colon and first.end - first.start > colon.end() + 4:
            return _bare_title(colon[0]), first.end
        if first.end - first.start <= (160 if self.english or node.kind == "dash" else 62):
            return self._cut_owner(plain), first.end
        return "", first.end

    @staticmethod
    def _english_own(body: str) -> int:
        """Where a title ends that a colon or dash divides from its text, or a bracket of owners; 0 where none does."""
        name = re.match(r"[A-Z“\"][^.:;!?]{3,70}(?::[ ]|[ ][–—-][ ])(?=[A-Z“\"])", body)
        if name and not en.label(body) and _run_in(body, True):
            return name.end()
        owner = en.closing_bracket(body)
        return owner if owner <= 220 and not _run_in(body[:owner], True) else 0

    @staticmethod
    def _cut_owner(title: str) -> str:
        m = _words().owner.search(title)
        return _bare_title(title[: m.start()] if m and m.start() > 1 else title)

    def _walk(self, nodes: Sequence[_Block], section: str | None) -> None:
        loose: list[Span] = []
        plain = section is None and not any(n.marked for n in nodes)
        led: list[_Block] = []
        if section is not None and _led_paragraphs(self.text, nodes):
            led = _before_box(self.text, nodes)

        def flush() -> None:
            if loose:
                self._paragraph(section, list(loose))
                loose.clear()

        for node in nodes:
            if node in led:
                at = _lead(self.text, node)
                clauses = self._cut(Span(node.start, node.end))
                self._draft("paragraph", None, _bare_title(self.text[node.start : at]), section, clauses)
                self.reasons.append(
                    f"{readable(self.text[node.start : at])[:30]}: paragraph; it has a title of its own"
                )
                continue
            if not node.marked:
                loose.extend(node.cells or self._cut(Span(node.start, node.end)))
                if plain and not self.text[node.start : node.end].endswith(("：", ":")):
                    flush()
                continue
            if node.role == "point":
                loose.extend(self._inner(node))
                continue
            flush()
            if node.role == "section":
                self._section(node, section)
            else:
                self._item(node, section)
        flush()

    def _section(self, node: _Block, parent: str | None) -> None:
        section = f"s{len(self.sections) + 1}"
        title, rest = self._title(node)
        colon = 0 if self.english or node.kind not in ("cn", "big") else _colon_title(self.text, node)
        if colon:
            title, rest = _bare_title(self.text[node.body : colon]), colon
        heading = _trim(self.text, node.start, rest) or Span(node.start, rest)
        if not title and rest >= node.end:
            title = _bare_title(self.text[node.body : rest])
        if not title:  # a long first sentence: text, not a heading
            rest, heading = node.body, Span(node.start, node.body)
        label = _shown_mark(self.text[node.start : node.body])
        self.by_id[section] = Section(section, label, title, self._level(parent), parent, heading)
        self.sections.append(self.by_id[section])
        self.reasons.append(f"{label} {title[:40]}: section; {node.why}")
        if rest < node.end:
            clauses = self._cut(Span(rest, node.end))
            if clauses:
                self._paragraph(section, clauses)
        self._walk(node.children, section)

    def _level(self, parent: str | None) -> int:
        return self.by_id[parent].level + 1 if parent else 1

    def _item(self, node: _Block, section: str | None) -> None:
        title, rest = self._title(node)
        if node.cells:
            clauses = [s for cell in node.cells for s in self._cut(cell)]
        else:
            clauses = self._cut(Span(node.body, node.end), rest)
        for child in node.children:
            clauses += self._inner(child)
        kind: UnitKind = "article" if node.kind == "article" else "item"
        self._draft(kind, node, "" if kind == "article" else title, section, clauses)
        self.reasons.append(f"{readable(self.text[node.start : node.body])} {title[:30]}: {kind}; {node.why}")

    def _inner(self, block: _Block) -> list[Span]:
        spans = list(block.cells) or self._cut(Span(block.start, block.end))
        number = _trim(self.text, block.start, block.cells[0].start) if block.cells else None
        if number is not None and any(c.isalnum() for c in number.of(self.text)):
            spans.insert(0, number)
        for child in block.children:
            spans += self._inner(child)
        return spans

    def _paragraph(self, section: str | None, clauses: list[Span]) -> None:
        if not clauses:
            return
        previous = self.drafts[-1] if self.drafts else None
        if previous is not None and section and previous.section == section and previous.kind == "paragraph":
            previous.clauses += clauses
            return
        # Below its heading a paragraph bears the heading's title; another one further down does not.
        title = self.by_id[section].title if section and section not in self.filled else ""
        self._draft("paragraph", None, title, section, clauses)
        self.reasons.append(f"{readable(clauses[0].of(self.text))[:30]}: paragraph; text without a mark of its own")

    def _draft(
        self, kind: UnitKind, node: _Block | None, title: str, section: str | None, clauses: list[Span], label: str = ""
    ) -> None:
        if not clauses and node is not None and node.body > node.start:
            clauses = [Span(node.start, node.body)]
        if clauses:
            self.drafts.append(_Draft(kind, node, title, section, clauses, label))
            self.filled.add(section or "")

    # Labels

    def _named(self) -> tuple[Unit, ...]:
        """Labels and ids: plain where they are unique, the path where numbers restart."""
        for draft in self.drafts:
            draft.label = draft.label or self._plain_label(draft)
        counts = Counter(d.label for d in self.drafts if d.label and d.node is not None)
        clashing = {d.node.kind for d in self.drafts if d.node is not None and counts[d.label] > 1}
        units: list[Unit] = []
        used: dict[str, int] = {}
        kinds: Counter[str] = Counter()
        loose = 0
        for draft in self.drafts:
            node = draft.node
            if node is not None and node.kind in clashing:
                draft.label = "/".join(filter(None, (self._mark(b) for b in _path(node)))) or draft.label
            if not draft.label:
                loose += 1
                draft.label = f"¶{loose}"
            kinds[draft.kind] += 1
            unit_id = _unique(self._id(draft, clashing, kinds[draft.kind]), used)
            spans = sorted(draft.clauses)
            clauses = tuple(Clause(i, s, readable(s.of(self.text))) for i, s in enumerate(spans, 1))
            begin = min(node.start, spans[0].start) if node is not None else spans[0].start
            units.append(
                Unit(unit_id, draft.label, draft.kind, draft.title, draft.section, Span(begin, spans[-1].end), clauses)
            )
        return tuple(sorted(units, key=lambda u: u.span))

    @staticmethod
    def _id(draft: _Draft, clashing: set[str], ordinal: int) -> str:
        if draft.kind == "notice":
            return "notice"
        if draft.node is None:
            return ("x" if draft.kind == "annex" else "p") + str(ordinal)
        if draft.node.kind.startswith("decimal") or draft.node.kind.startswith("en ") and "." in draft.node.label:
            return "i" + "-".join(re.findall(r"\d+", draft.label.split("/")[-1]))
        numbers = [b.number for b in _path(draft.node) if b.number is not None]
        tail = "-".join(map(str, numbers if draft.node.kind in clashing else numbers[-1:])) or "0"
        return ("a" if draft.kind == "article" else "i") + tail

    def _mark(self, node: _Block) -> str:
        if node.kind == "dash":
            return ""
        if node.label:
            return node.label
        if node.kind == "row":
            printed = re.match(r"\d{1,3}(?:[.．]\d{1,3}){0,3}", self.text[node.start : node.body])
            return printed[0] if printed else str(node.number) if node.number is not None else ""
        return _strip_mark(_shown_mark(self.text[node.start : node.body]))

    def _plain_label(self, draft: _Draft) -> str:
        if draft.node is None:
            return _strip_mark(self.by_id[draft.section].label) if draft.section else ""
        return self._mark(draft.node)

    def _check_numbers(self, blocks: Iterable[_Block]) -> None:
        units = [b for b in blocks if b.role == "unit" and b.number is not None]
        for kind in dict.fromkeys(b.kind for b in units):
            numbers = [b.number for b in units if b.kind == kind and b.number is not None]
            highest = max(numbers)
            restarts = len(set(numbers)) < len(numbers)
            missing = sorted(set(range(1, min(highest, 2000) + 1)) - set(numbers))
            if missing and not restarts:
                shown = f"{', '.join(map(str, missing[:10]))}{' …' if len(missing) > 10 else ''}"
                self.warnings.append(
                    f"highest printed number is {highest}, but {len(numbers)} units were found; missing: {shown}"
                )


def _unique(unit_id: str, used: dict[str, int]) -> str:
    """The id itself where it is free, else with a number behind it."""
    name = unit_id
    while name in used:
        used[unit_id] += 1
        name = f"{unit_id}x{used[unit_id]}"
    used[name] = 1
    return name


def _path(node: _Block) -> list[_Block]:
    path: list[_Block] = []
    at: _Block | None = node
    while at is not None:
        path.append(at)
        at = at.parent
    return path[::-1]


_EDGE = " \t\u3000\xa0*#、.．:：,，。；;_–—-"


def _shown_mark(mark: str) -> str:
    """A mark as printed, without Markdown signs, white space inside (but between Latin words) and a closing dash."""
    plain = " ".join(mark.split()) if re.search("[A-Za-z]", mark) else readable(mark)
    return plain.strip("#*_ ").rstrip(" –—-") or plain


def _strip_mark(label: str) -> str:
    """A label in plain form: ``15.`` → ``15``, ``三、`` → ``三``, ``（一）`` stays."""
    return unicodedata.normalize("NFKC", label).strip(_EDGE).replace("(", "（").replace(")", "）")


def _bare_title(text: str) -> str:
    return readable(unglossed(text)).replace("**", "").strip(_EDGE)


def _language(text: str) -> Language:
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "en" if latin > 4 * han else "zh"


# 9. Leaves -----------------------------------------------------------------------------------------------------------


def leaves(document: Document) -> tuple[Leaf, ...]:
    """The partition of the text: each character in exactly one leaf, white space with the leaf before it."""
    pieces: list[tuple[int, int, LeafKind, str]] = [
        (s.span.start, s.span.end, "heading", s.id) for s in document.sections
    ]
    for unit in document.units:
        first = unit.clauses[0].span.start
        if unit.span.start < first:
            pieces.append((unit.span.start, first, "mark", unit.id))
        pieces += [(c.span.start, c.span.end, "clause", unit.id) for c in unit.clauses]
    pieces += [(f.span.start, f.span.end, "furniture", "") for f in document.furniture]
    pieces.sort()
    out: list[Leaf] = []
    at = 0
    for start, end, kind, owner in pieces:
        start = max(start, at)
        if end <= start:
            continue
        if start > at:
            _fill(document.text, out, at, start)
        out.append(Leaf(Span(start, end), kind, owner))
        at = end
    if at < len(document.text):
        _fill(document.text, out, at, len(document.text))
    return tuple(out)


def _fill(text: str, out: list[Leaf], start: int, end: int) -> None:
    """White space goes with the leaf before it, anything else is furniture."""
    if out and not text[start:end].strip():
        last = out[-1]
        out[-1] = Leaf(Span(last.span.start, end), last.kind, last.owner)
    else:
        out.append(Leaf(Span(start, end), "furniture", ""))
