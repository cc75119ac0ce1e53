"""The parts of a plan: covering notice, sections, units, clauses, each with its exact place in the text.

A mark does not say its level: ``一、`` heads a part in one plan and is the item itself in another.  So the text is
first cut into *blocks* (a mark with its text, or a paragraph), the marks are put into a tree by the order in which
their kinds appear, and only then the tree as a whole decides what is a section, what a unit and what a point
inside a unit.

What lives here: cutting, the tree, the covering notice, clauses, the partition into leaves.
What never will: reading files (``kg/source.py``) and what clauses say (``kg/extract.py``).
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from .model import Clause, Document, Furniture, Language, Leaf, LeafKind, Section, Span, Unit, UnitKind, readable
from .source import Source

# 1. Marks ------------------------------------------------------------------------------------------------------------

_CN = "一二三四五六七八九十百零〇两"
_BIG = "壹贰叁肆伍陆柒捌玖拾貳參陸"
_G = r"[ \t\u3000\xa0]{0,4}"  # blanks inside a mark: a few, never a line end

_MARKS: tuple[tuple[str, str], ...] = (
    ("part", rf"第{_G}[{_CN}\d]{{1,4}}{_G}(?:编|编|篇|部分|部份){_G}[、：:]?"),
    ("chapter", rf"第{_G}[{_CN}\d]{{1,4}}{_G}章"),
    ("division", rf"第{_G}[{_CN}\d]{{1,4}}{_G}[节節](?![约省奏])"),
    ("article", rf"第{_G}[{_CN}\d]{{1,5}}{_G}[条條](?!例|件)"),
    ("big", rf"[{_BIG}]{{1,3}}{_G}[、.．]"),
    ("cn", rf"[{_CN}]{{1,4}}{_G}[、．.](?!\d)"),
    ("pcn", rf"[(（]{_G}[{_CN}]{{1,4}}{_G}[)）]{_G}[、.．]?"),
    ("decimal", r"[0-9０-９]{1,2}(?:[.．][0-9０-９]{1,2}){1,3}[.．、]?(?=[\s\u3000\u4e00-\u9fffA-Z“《])(?!\s{0,2}[个個年亿万倍元%％])"),
    ("ar", rf"[0-9０-９]{{1,3}}{_G}[.．、](?![0-9０-９])"),
    ("par", rf"[(（]{_G}[0-9０-９]{{1,2}}{_G}[)）]{_G}[、.．]?"),
    ("rpar", r"[0-9０-９]{1,2}[)）][、.．]?"),
    ("circle", r"[①-⑳]"),
    ("dash", r"(?:——|--|—|–|[•●◆■◇□▪‣○※►▶·]|[-*+](?=[ \t]))"),
)
_MARK = re.compile(_G + "(?:" + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _MARKS) + ")")
_ORDER = {name: depth for depth, (name, _) in enumerate(_MARKS)}
_MINOR = frozenset({"par", "rpar", "circle", "dash"})
"""Marks that head a point inside a unit, unless nothing else heads one."""

_VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_VALUE |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)) | {"貳": 2, "參": 3, "陸": 6}


def numeral(text: str) -> int | None:
    """The number that a mark prints; None where it prints none.

    >>> [numeral(t) for t in ("（十二）", "第一百零三条", "３．", "①", "——", "二十、")]
    [12, 103, 3, 1, None, 20]
    """
    plain = unicodedata.normalize("NFKC", text)
    digits = re.search(r"\d+", plain)
    if digits:
        return int(digits[0])
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


# 2. Blocks -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Block:
    """A mark with its text up to the next block, or a paragraph; ``start`` is where the mark begins."""

    start: int
    end: int
    kind: str = ""
    number: int | None = None
    body: int = 0
    """Where the text behind the mark begins."""
    why: str = ""
    children: list[_Block] = field(default_factory=list)
    parent: _Block | None = None
    level: int = 0
    role: str = ""
    """``section``, ``unit`` or ``point``; empty for a paragraph."""
    title: Span | None = None

    @property
    def marked(self) -> bool:
        return bool(self.kind)


_LINE = re.compile(r"[^\r\n\f\v\x1c-\x1e\x85\u2028\u2029]+")
_STOP = "。！？!?；;"
_CLOSERS = "”’」』）)》〉】〕\"'"
_LINE_CLOSED = re.compile(r"[。！？!?；;：:…][”’」』）)》〉】〕\"'*|]{0,4}$|[）)]$")


def _lines(text: str) -> list[Span]:
    """The non-blank lines without the white space around them."""
    lines = []
    for m in _LINE.finditer(text):
        inner = m[0].strip(" \t\u3000\xa0\u200b\ufeff")
        if inner.strip():
            start = m.start() + m[0].index(inner)
            lines.append(Span(start, start + len(inner)))
    return lines


def _mark_at(text: str, start: int, end: int) -> tuple[str, int | None, int] | None:
    """Kind, number and end of the mark that stands at ``start``."""
    m = _MARK.match(text, start, min(end, start + 40))
    if m is None or m.lastgroup is None:
        return None
    return m.lastgroup, numeral(m[0]), m.end()


def _closed(text: str, block: _Block) -> bool:
    return bool(_LINE_CLOSED.search(text[max(block.start, block.end - 8) : block.end]))


def _run_in(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends before the end: a title with text behind it on the same line."""
    return any(c in _STOP for c in text[start : end - 1])


def _blocks(text: str, lines: Sequence[Span]) -> list[_Block]:
    """Lines to blocks: a line that goes on where the last one broke off belongs to it."""
    blocks: list[_Block] = []
    styles = _title_styles(text, lines)
    for line in lines:
        mark = _mark_at(text, line.start, line.end)
        last = blocks[-1] if blocks else None
        if mark is not None:
            kind, number, body = mark
            blocks.append(_Block(line.start, line.end, kind, number, body, why=f"line begins with a {kind} mark"))
        elif last is not None and _continues(text, last, line, styles):
            last.end = line.end
        else:
            blocks.append(_Block(line.start, line.end, body=line.start))
    return blocks


def _title_styles(text: str, lines: Sequence[Span]) -> dict[str, bool]:
    """For each kind of mark whether its titles are mostly run in (True) or on a line of their own."""
    votes: Counter[tuple[str, bool]] = Counter()
    for line in lines:
        mark = _mark_at(text, line.start, line.end)
        if mark is not None:
            votes[mark[0], any(c in _STOP for c in text[mark[2] : line.end])] += 1
    return {kind: votes[kind, True] > votes[kind, False] for kind, _ in votes}


def _continues(text: str, last: _Block, line: Span, styles: dict[str, bool]) -> bool:
    """Whether ``line`` goes on with a sentence that a page break cut in ``last``."""
    if _closed(text, last):
        return False
    if last.marked and not _run_in(text, last.body, last.end):
        # No sentence has ended yet: a title on its own line, unless titles of this kind are run in.
        return styles.get(last.kind, False)
    tail = text[last.start : last.end]
    if not any(c in "，,、。；" for c in tail):
        return False
    return not _HEADING_LIKE.search(tail)


_HEADING_LIKE = re.compile(r"(?:通知|要点|計劃|计划|方案|意见|文件|号)$")


# 3. The tree ---------------------------------------------------------------------------------------------------------


def _tree(blocks: Sequence[_Block]) -> list[_Block]:
    """Put marked blocks below each other: a kind not open yet goes one deeper, an open one closes what is below it.

    Paragraphs hang below the innermost open mark.  Returns what hangs at the top.
    """
    top: list[_Block] = []
    stack: list[_Block] = []
    for block in blocks:
        if block.marked:
            place = next((i for i, b in enumerate(stack) if b.kind == block.kind), None)
            if place is not None:
                del stack[place:]
            elif block.kind == "article":
                while stack and stack[-1].kind not in ("part", "chapter", "division"):
                    stack.pop()
            block.level = len(stack) + 1
        block.parent = stack[-1] if stack else None
        (block.parent.children if block.parent else top).append(block)
        if block.marked:
            stack.append(block)
    return top


def _decide(text: str, nodes: Sequence[_Block], parent: _Block | None) -> None:
    """Give each marked block its role: section, unit, or point inside a unit."""
    marked = [n for n in nodes if n.marked]
    if not marked:
        return
    if _are_points(text, nodes, marked, parent):
        for node in marked:
            _mark_points(node)
        return
    for node in marked:
        _decide(text, node.children, node)
    with_parts = [n for n in marked if any(c.role in ("unit", "section") for c in n.children)]
    for node in marked:
        if node in with_parts:
            node.role = "section"
            node.why += "; has numbered units below it"
        elif with_parts and not _run_in(text, node.body, node.end) and node.children and node.kind != "article":
            node.role = "section"
            node.why += "; its neighbours have units below them and its heading stands alone"
        else:
            node.role = "unit"
            node.why += "; nothing numbered below it"


def _are_points(text: str, nodes: Sequence[_Block], marked: Sequence[_Block], parent: _Block | None) -> bool:
    """Whether the marks below ``parent`` only list points of its text."""
    if parent is None:
        return False
    if parent.kind == "article":
        return True
    before = [n for n in nodes[: nodes.index(marked[0])]]
    lead = text[before[-1].start : before[-1].end] if before else text[parent.body : parent.end]
    if lead.rstrip("*").endswith(("：", ":")) and _run_in(text, parent.body, parent.end):
        return True
    return marked[0].kind in _MINOR and (bool(before) or _run_in(text, parent.body, parent.end) or parent.kind == "ar")


def _mark_points(node: _Block) -> None:
    node.role = "point"
    node.why += "; a point inside the unit"
    for child in node.children:
        if child.marked:
            _mark_points(child)


# 4. Clauses ----------------------------------------------------------------------------------------------------------

_PAIRS = {"“": "”", "‘": "’", "「": "」", "『": "』", "《": "》", "〈": "〉", "（": "）", "(": ")", "【": "】", "〔": "〕", "[": "]"}
_CLOSING = {v: k for k, v in _PAIRS.items()} | {"）": "（", ")": "("}
_SAME = {"(": "（", "[": "〔"}
_REACH = 400
"""Characters within which a quote or bracket must close to count: an unclosed one must not swallow the text."""


def _protected(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Outermost ranges in quotes, book-title marks or brackets that close in time."""
    found: list[tuple[int, int]] = []
    open_: list[tuple[str, int]] = []
    for i in range(start, end):
        c = text[i]
        if c in _PAIRS:
            open_.append((_SAME.get(c, c), i))
        elif c in _CLOSING:
            want = _SAME.get(_CLOSING[c], _CLOSING[c])
            for k in range(len(open_) - 1, max(-1, len(open_) - 9), -1):
                if open_[k][0] == want:
                    if i - open_[k][1] <= _REACH:
                        found.append((open_[k][1], i + 1))
                    del open_[k:]
                    break
    found.sort()
    outer: list[tuple[int, int]] = []
    for a, b in found:
        if not outer or a >= outer[-1][1]:
            outer.append((a, b))
    return outer


_SENTENCE_EN = re.compile(r"[.;!?](?=[\"'”’)\]]{0,3}(?:\s|$))")
_SENTENCE_ZH = re.compile(r"[。！？；!?;]")


def _sentences(text: str, start: int, end: int, english: bool) -> list[Span]:
    """Cut a block where its sentences end; white space between them belongs to none."""
    protected = _protected(text, start, end)
    cuts = []
    k = 0
    pattern = _SENTENCE_EN if english else _SENTENCE_ZH
    for m in pattern.finditer(text, start, end):
        while k < len(protected) and protected[k][1] <= m.start():
            k += 1
        if k < len(protected) and protected[k][0] <= m.start():
            continue
        if english and m[0] == "." and _ABBREVIATION.search(text, max(start, m.start() - 8), m.end()):
            continue
        stop = m.end()
        while stop < end and text[stop] in "”’」』\"'" + _STOP and not (text[stop] in "\"'" and not english):
            stop += 1
        if not cuts or stop > cuts[-1]:
            cuts.append(stop)
    if not cuts or cuts[-1] < end:
        cuts.append(end)
    spans = []
    at = start
    for cut in cuts:
        a, b = at, cut
        while a < b and text[a].isspace():
            a += 1
        while b > a and text[b - 1].isspace():
            b -= 1
        if a < b:
            spans.append(Span(a, b))
        at = cut
    return spans


_ABBREVIATION = re.compile(r"\b(?:No|e\.g|i\.e|etc|vs|Dr|Mr|Ms|St|Fig|[A-Z])\.$")


# 5. The covering notice ----------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}(?:〔|\[|［|【|（|\()\s{0,2}(?:19|20)\d{2}\s{0,2}(?:〕|\]|］|】|）|\))\s{0,2}第?\s{0,2}\d{1,4}\s{0,2}[号號]")
_HAND_OVER = re.compile(r"(?:现|現|兹|茲)将|(?:现|現)(?:印发|印發)|印发给你们|印發給你們")
_ADDRESS = re.compile(r"^(?:各|市|县|區|区|省|有关|相關|相关|局)?[^。；]{2,300}[：:]$")
_LETTERHEAD = re.compile(r"^[^，。；：]{2,40}文件$")
_YEAR = re.compile(r"((?:19|20)\d{2})\s{0,3}(?:[—–\-－~～至到]\s{0,2}(?:19|20)?\d{2}\s{0,3})?(?:学年|學年|年)")
_DATE = re.compile(r"^[（(]?((?:19|20)\d{2})\s{0,3}年\s{0,3}(\d{1,2})\s{0,3}月\s{0,3}(\d{1,2})\s{0,3}日[）)]?$")


@dataclass(slots=True)
class _Front:
    """What stands before the first heading or paragraph of the plan."""

    notice: list[Span] = field(default_factory=list)
    titles: list[Span] = field(default_factory=list)
    furniture: list[Furniture] = field(default_factory=list)
    number: str | None = None
    title: str = ""
    issuers: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    issued: str | None = None


def _front(text: str, blocks: list[_Block]) -> _Front:
    """Take the covering notice and the title off the head of ``blocks``."""
    front = _Front()
    head = []
    while blocks and not blocks[0].marked:
        head.append(blocks.pop(0))
    notice_end = -1
    for i, block in enumerate(head):
        line = readable(text[block.start : block.end])
        if _HAND_OVER.search(line) or _NUMBER.search(line) or (i < 12 and _ADDRESS.match(line) and len(head) > i + 1):
            notice_end = i
    # Behind the last title line, what reads as prose is the plan's own first paragraph.
    rest = head[notice_end + 1 :]
    keep: list[_Block] = []
    for k, block in enumerate(rest):
        line = text[block.start : block.end]
        if "。" in line or len(line) > 80:
            keep = rest[k:]
            rest = rest[:k]
            break
    blocks[:0] = keep
    for block in head[: notice_end + 1]:
        front.notice.append(Span(block.start, block.end))
    for block in rest:
        front.titles.append(Span(block.start, block.end))
    _read_front(text, front)
    return front


def _read_front(text: str, front: _Front) -> None:
    letterheads: list[str] = []
    notice_title = ""
    for span in front.notice:
        line = readable(span.of(text))
        number = _NUMBER.search(line)
        if number and len(line) <= len(number[0]) + 8:
            front.number = number[0]
        elif _LETTERHEAD.match(line):
            letterheads.append(line.removesuffix("文件"))
        elif line.endswith(("通知", "通告", "函")):
            notice_title = line
        elif _ADDRESS.match(line) and not _HAND_OVER.search(line):
            front.addressees = _split_names(line.rstrip("：:"))
    lines = [span.of(text).strip() for span in front.titles]
    title_lines = []
    for line in lines:
        date = _DATE.match(readable(line))
        if date:
            front.issued = f"{int(date[1]):04}-{int(date[2]):02}-{int(date[3]):02}"
        else:
            title_lines.append(line)
    front.title = readable("\n".join(title_lines))
    if not front.title and notice_title:
        inner = re.search(r"《(.+)》", notice_title)
        front.title = inner[1] if inner else notice_title
    bodies = list(letterheads)
    before_year = _YEAR.split("\n".join(title_lines), maxsplit=1)
    if len(before_year) > 1:
        for name in re.split(r"[\s、]+", before_year[0].strip()):
            if len(name) >= 4 and re.search(r"[局厅委部会校府院]$|领导小组$|办公室$", name):
                bodies.append(name)
    front.issuers = tuple(dict.fromkeys(bodies))


def _split_names(text: str) -> tuple[str, ...]:
    """Split at ，and 、outside brackets."""
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


# 6. Document ---------------------------------------------------------------------------------------------------------


def parse(source: Source, document_id: str) -> Document:
    """Find the structure of ``source``.  Never fails and never loses a character (see :func:`leaves`)."""
    return _Parser(source).document(document_id)


def explain(source: Source) -> tuple[str, ...]:
    """One line for each block: what it was taken for, and why."""
    parser = _Parser(source)
    parser.document("explained")
    return tuple(parser.reasons)


class _Parser:
    """Holds the text and what was found while one document is parsed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.english = _language(self.text) == "en"
        self.sections: list[Section] = []
        self.units: list[Unit] = []
        self.furniture: list[Furniture] = []
        self.warnings: list[str] = []
        self.reasons: list[str] = []
        self._drafts: list[tuple[UnitKind, _Block | None, str, str | None, list[Span]]] = []

    def document(self, document_id: str) -> Document:
        text = self.text
        blocks = _blocks(text, _lines(text))
        front = _front(text, blocks)
        top = _tree(blocks)
        _decide(text, top, None)
        if front.notice:
            self._unit("notice", "notice", "通知", "", None, None, [s for b in front.notice for s in self._cut(b)])
        self.furniture += [Furniture(span, "title") for span in front.titles]
        self._walk(top, None)
        self._check_numbers(blocks)
        title = front.title
        years = _YEAR.search(title) or _YEAR.search("".join(s.of(text) for s in front.notice))
        return Document(
            id=document_id,
            source=self.source.name,
            sha256=self.source.sha256,
            format=self.source.format,
            text=text,
            language="en" if self.english else "zh",
            title=title,
            number=front.number,
            issuers=front.issuers,
            addressees=front.addressees,
            year=int(years[1]) if years else None,
            issued=front.issued,
            sections=tuple(self.sections),
            units=self._named(),
            furniture=tuple(sorted(self.furniture, key=lambda f: f.span)),
            warnings=tuple(self.warnings),
        )

    def _cut(self, span: Span) -> list[Span]:
        return _sentences(self.text, span.start, span.end, self.english)

    def _walk(self, nodes: Sequence[_Block], section: str | None) -> None:
        loose: list[Span] = []

        def flush() -> None:
            if loose:
                self._paragraph(section, list(loose))
                loose.clear()

        for node in nodes:
            if not node.marked:
                if section is None and not any(n.marked for n in nodes):
                    self._paragraph(None, self._cut(Span(node.start, node.end)))
                else:
                    loose.extend(self._cut(Span(node.start, node.end)))
                continue
            flush()
            if node.role == "section":
                self._section(node, section)
            else:
                self._item(node, section)
        flush()

    def _section(self, node: _Block, parent: str | None) -> None:
        section = f"s{len(self.sections) + 1}"
        sentences = self._cut(Span(node.body, node.end)) or [Span(node.body, node.end)]
        heading = sentences[0]
        self.sections.append(
            Section(
                id=section,
                label=readable(self.text[node.start : node.body]),
                title=_bare_title(heading.of(self.text)),
                level=node.level,
                parent=parent,
                span=Span(node.start, heading.end),
            )
        )
        self.reasons.append(f"{self.sections[-1].label} {self.sections[-1].title}: section; {node.why}")
        if len(sentences) > 1:
            self._paragraph(section, sentences[1:])
        self._walk(node.children, section)

    def _item(self, node: _Block, section: str | None) -> None:
        clauses = self._cut(Span(node.body, node.end))
        title = _bare_title(clauses[0].of(self.text)) if clauses else ""
        for child in node.children:
            clauses += self._inner(child)
        kind: UnitKind = "article" if node.kind == "article" else "item"
        self._drafts.append((kind, node, "" if kind == "article" or len(title) > 60 else title, section, clauses))
        self.reasons.append(f"{readable(self.text[node.start:node.body])} {title[:30]}: {kind}; {node.why}")

    def _inner(self, block: _Block) -> list[Span]:
        spans = self._cut(Span(block.start, block.end))
        for child in block.children:
            spans += self._inner(child)
        return spans

    def _paragraph(self, section: str | None, clauses: list[Span]) -> None:
        if clauses:
            self._drafts.append(("paragraph", None, "", section, clauses))

    def _unit(
        self,
        unit_id: str,
        kind: UnitKind,
        label: str,
        title: str,
        section: str | None,
        start: int | None,
        spans: Sequence[Span],
    ) -> None:
        if not spans:
            return
        clauses = tuple(Clause(i, s, readable(s.of(self.text))) for i, s in enumerate(spans, 1))
        begin = spans[0].start if start is None else start
        self.units.append(Unit(unit_id, label, kind, title, section, Span(begin, spans[-1].end), clauses))

    def _named(self) -> tuple[Unit, ...]:
        """Labels and ids: plain where they are unique, the path where numbers restart."""
        plain = [self._plain_label(kind, node, section) for kind, node, _, section, _ in self._drafts]
        clashing = {label for label, n in Counter(p for p in plain if p).items() if n > 1}
        clash_kinds = {node.kind for (_, node, *_), p in zip(self._drafts, plain, strict=True) if node and p in clashing}
        used: set[str] = {u.id for u in self.units}
        paragraphs = 0
        for (kind, node, title, section, spans), label in zip(self._drafts, plain, strict=True):
            if node is not None and node.kind in clash_kinds:
                label = self._path(node)
            if kind == "paragraph":
                paragraphs += 1
                unit_id = f"p{paragraphs}"
                label = label or f"¶{paragraphs}"
            elif node is not None:
                numbers = [b.number for b in _ancestors(node) if b.number is not None]
                tail = "-".join(map(str, numbers if node.kind in clash_kinds else numbers[-1:])) or "0"
                unit_id = ("a" if kind == "article" else "i") + tail
            while unit_id in used:
                unit_id += "x"
            used.add(unit_id)
            spans = spans or ([Span(node.body, node.body)] if node else [])
            self._unit(unit_id, kind, label, title, section, node.start if node else None, spans)
        return tuple(sorted(self.units, key=lambda u: u.span))

    def _plain_label(self, kind: UnitKind, node: _Block | None, section: str | None) -> str:
        if node is None:
            if section is None:
                return ""
            label = next(s.label for s in self.sections if s.id == section)
            return _strip_mark(label) or ""
        if kind == "article":
            return readable(self.text[node.start : node.body])
        return _strip_mark(readable(self.text[node.start : node.body]))

    def _path(self, node: _Block) -> str:
        return "/".join(_strip_mark(readable(self.text[b.start : b.body])) for b in _ancestors(node))

    def _check_numbers(self, blocks: Iterable[_Block]) -> None:
        units = [b for b in blocks if b.role == "unit" and b.number is not None]
        for kind in dict.fromkeys(b.kind for b in units):
            numbers = [b.number for b in units if b.kind == kind and b.number is not None]
            highest = max(numbers)
            restarts = len(set(numbers)) < len(numbers)
            missing = sorted(set(range(1, highest + 1)) - set(numbers))
            if missing and not restarts:
                self.warnings.append(
                    f"highest printed number is {highest}, but {len(numbers)} units were found; "
                    f"missing: {', '.join(map(str, missing[:10]))}{' …' if len(missing) > 10 else ''}"
                )


def _ancestors(node: _Block) -> list[_Block]:
    path: list[_Block] = []
    at: _Block | None = node
    while at is not None:
        path.append(at)
        at = at.parent
    return path[::-1]


_EDGE = " \t\u3000\xa0*#、.．:：,，。；;"


def _strip_mark(label: str) -> str:
    """A label in plain form: ``15.`` → ``15``, ``三、`` → ``三``, ``（一）`` stays."""
    return unicodedata.normalize("NFKC", label).strip(_EDGE).replace("(", "（").replace(")", "）")


def _bare_title(text: str) -> str:
    return readable(text).strip(_EDGE)


def _language(text: str) -> Language:
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "en" if latin > 4 * han else "zh"


# 7. Leaves -----------------------------------------------------------------------------------------------------------


def leaves(document: Document) -> tuple[Leaf, ...]:
    """The partition of the text: each character in exactly one leaf, white space with the leaf before it."""
    pieces: list[tuple[int, int, LeafKind, str]] = []
    for section in document.sections:
        pieces.append((section.span.start, section.span.end, "heading", section.id))
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
