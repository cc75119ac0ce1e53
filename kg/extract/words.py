"""What the rules share: the window through which they read a clause, and the lexicon compiled once.

A rule sees the clause's *view* (``Window.text``): Chinese without the blanks and line breaks of the page, simplified,
digits half-width and punctuation full-width.  ``Window.span`` leads back to the untouched text.  No rule lives here,
and nothing here makes a fact.
"""

from __future__ import annotations

import re
import tomllib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ..model import Clause, Commitment, Document, Span, Unit, readable
from ..source import View
from ..source import view as source_view

_LEXICON = Path(__file__).parent.parent / "lexicon"
# One character for one, so that offsets stay; the view may have made either form half-width.
_WIDE = str.maketrans("();!?<>~[]［］", "（）；！？〈〉～【】【】")
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")  # not that of 1,200
_COLON = re.compile(r"(?<!\d):|:(?!\d)")  # nor that of 3:1
_OPEN, _CLOSE = "“‘（《〈【", "”’）》〉】"
MIN_BODY = 8
"""Characters of a clause that make it more than a remark behind a title."""
MAX_CLAUSE = 20_000
"""Code points of a clause that the rules look at; what lies beyond is a damaged file, not a sentence."""


@cache
def lexicon(name: str) -> dict[str, Any]:
    """The tables of ``kg/lexicon/<name>.toml``."""
    return tomllib.loads((_LEXICON / f"{name}.toml").read_text(encoding="utf-8"))


def words(name: str, table: str, key: str) -> tuple[str, ...]:
    """One list of the lexicon."""
    found = lexicon(name)[table][key]
    return tuple(found)


def any_of(terms: Iterable[str]) -> str:
    """A pattern that matches the longest of the terms."""
    return "|".join(re.escape(t) for t in sorted(set(terms), key=lambda t: (-len(t), t)))


# -- segments: the stretch between two commas, where one verb governs one object ------------------------------------


@dataclass(frozen=True, slots=True)
class Verb:
    """A governing verb: where it stands, with the adverbs before it."""

    start: int
    end: int
    word: str
    adverbs: str


@dataclass(frozen=True, slots=True)
class Segment:
    """Characters of the view between two commas outside all marks, and the verbs found in them."""

    start: int
    end: int
    verbs: tuple[Verb, ...]

    def verb_before(self, at: int) -> Verb | None:
        """The last verb that ends at or before the position."""
        best = None
        for verb in self.verbs:
            if verb.end <= at:
                best = verb
        return best


COMMITMENTS: tuple[Commitment, ...] = ("ensure", "complete", "advance", "explore")


@cache
def commitment_of(verb: str) -> Commitment:
    """How firmly the verb promises its object; empty for none of the lexicon's."""
    for strength in COMMITMENTS:
        if verb in words("words", "verbs", strength):
            return strength
    return ""


ADVERB = any_of(words("words", "adverbs", "words"))
NOMINAL = frozenset(words("words", "verbs", "nominal"))
_URGING = frozenset(words("words", "verbs", "urging"))
_SOFT = re.compile(rf"(?:{any_of(words('words', 'adverbs', 'soft'))})+")
VERB = any_of([*NOMINAL, *(v for s in COMMITMENTS for v in words("words", "verbs", s))])
_VERB = re.compile(rf"((?:{ADVERB}){{0,3}})({VERB})")
# After such a word a verb is the object of another one, or a noun: "发展规划", "建设水平".
_NOUNISH = re.compile(
    r"(?:工作|力度|方案|办法|意见|细则|情况|进度|会(?!同)|机制|项目|主体|单位|步骤|路径|时间|率|者|的|等|$)"
)
# What may stand before the verb that opens a stretch: dashes, 一是, a date, 应当每年 …
_BULLET = re.compile(r"[—\-–·•●◆■|]{1,4}|[一二三四五六七八九十]是|[（(]?[一二三四五六七八九十\d]{1,3}[）).、]")
_LEADING_IN = re.compile(
    r"(?:要|应|应当|必须|须|不得|并|以及|同时|力争|全市|全省|全县|全区|今年|年内|我市|我省|我县|每[年月季周]度?|[年月日]?底?之?前|上半年|下半年|季度"
    r"|秋季|春季|年|月|日)$"
)
# Between a word of urging and the verb it urges to: "支持某市建设…".
_ACTOR = re.compile(
    r"[\u4e00-\u9fff、（）]{1,14}(?:市|县|区|镇|乡|校|园|局|院|学校|企业|单位|部门|地|中心|街道|教师|学生|家庭|力量)"
)
# Words that hold a verb by chance: "公共建设".
_WITHIN = re.compile(any_of(words("words", "verbs", "within")))
# What an office behind which such a verb stands does: "会同民政部门编制某规划".
_MAKING = frozenset(words("words", "verbs", "making"))
_AGENT = re.compile(r"(?:部门|局|委|厅|办|署|政府|学校|高校|院校|学院|大学|企业|单位|机构|中心|公司|[省市县区])\Z")
# Before the verb of a stretch: where, with whom or on what basis it is done.
_PLACED = re.compile(r"(?:在|依托|会同|联合|联同|通过)[^，。；：]{2,18}")
_SEGMENT_END = "，。；：！？|"


def segments(text: str, depth: str) -> tuple[Segment, ...]:
    """The segments of a view, in order; commas inside quotes, titles and brackets do not divide."""
    cuts = [-1, *(i for i, c in enumerate(text) if c in _SEGMENT_END and depth[i] == "."), len(text)]
    return tuple(Segment(a + 1, b, _verbs(text, depth, a + 1, b)) for a, b in pairwise(cuts) if b > a + 1)


def _verbs(text: str, depth: str, start: int, end: int) -> tuple[Verb, ...]:
    found: list[Verb] = []
    bullet = _BULLET.match(text, start, end)
    begin = bullet.end() if bullet else start
    for m in _VERB.finditer(text, start, end):
        if depth[m.start(2)] != "." or _WITHIN.match(text, max(start, m.start(2) - 1)) is not None:
            continue
        opening = (m.start() == begin or not found and _PLACED.fullmatch(text, begin, m.start()) is not None) or (
            m.start() - begin <= 18
            and not found
            and _LEADING_IN.search(text, max(begin, m.start() - 3), m.start()) is not None
        )
        follows = bool(found) and found[-1].end == m.start()
        urged = (
            bool(found)
            and found[-1].word in _URGING
            and (follows or _ACTOR.fullmatch(text, found[-1].end, m.start()) is not None)
        )
        acted = m.group(2) in _MAKING and _AGENT.search(text, max(start, m.start() - 4), m.start()) is not None
        firm = acted or bool(m.group(1)) and _SOFT.fullmatch(m.group(1)) is None
        if m.group(2) in NOMINAL and not (opening or urged or firm):
            continue
        if not opening and not follows and not m.group(1) and _NOUNISH.match(text, m.end(), end):
            continue
        found.append(Verb(m.start(), m.end(), m.group(2), m.group(1)))
    return tuple(found)


def action_of(segment: Segment, at: int) -> str:
    """The verb that governs what stands at the position, with its adverbs; empty where there is none."""
    verb = segment.verb_before(at)
    return "" if verb is None else verb.adverbs + verb.word


# -- windows ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """One clause as the rules read it."""

    document: Document
    unit: Unit
    clause: Clause
    view: View
    text: str
    """The view's text with Chinese punctuation full-width; offsets are those of the view."""
    depth: str = field(repr=False)
    """For each character ``.`` outside all marks, else the innermost opening mark around it."""
    segments: tuple[Segment, ...] = field(repr=False)

    def span(self, start: int, end: int) -> Span:
        """The characters of the document that ``text[start:end]`` was made from."""
        return self.view.span(start, end)

    def readable(self, start: int, end: int) -> str:
        """The document's own words there, as a person reads them."""
        return readable(self.span(start, end).of(self.document.text))

    @property
    def is_title(self) -> bool:
        """Whether the clause is only the title of its unit: there is more text behind it than its owners."""
        if not self.unit.title or self.clause.number != 1 or len(self.segments) > 1:
            return False
        return any(len(c.text) > MIN_BODY and c.text[0] not in "（(" for c in self.unit.clauses[1:])

    @property
    def chinese(self) -> bool:
        """Whether the document's language is Chinese."""
        return self.document.language == "zh"

    def segment_at(self, at: int) -> Segment:
        """The segment that holds the position."""
        for segment in self.segments:
            if at < segment.end:
                return segment
        return self.segments[-1]


def _depths(text: str) -> str:
    """For each character the innermost mark that is open around it; an unclosed mark opens nothing."""
    partner = dict(zip(_CLOSE, _OPEN, strict=True))
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int, str]] = []
    for i, c in enumerate(text):
        if c in _OPEN:
            stack.append((c, i))
        elif c in partner:
            for back in range(len(stack) - 1, max(-1, len(stack) - 6), -1):
                if stack[back][0] == partner[c]:
                    pairs.append((stack[back][1], i, c))
                    del stack[back:]
                    break
    out = ["."] * len(text)
    for start, end, close in sorted(pairs):
        out[start : end + 1] = [partner[close]] * (end + 1 - start)
    return "".join(out)


def latin_view(text: str, base: int) -> View:
    """English as its rules read it: every run of white space is one blank, and the curly apostrophe a plain one."""
    out: list[str] = []
    starts, ends = array("l"), array("l")
    for at, c in enumerate(text):
        if c.isspace():
            if out and out[-1] == " ":
                ends[-1] = at + 1
                continue
            c = " "
        out.append("'" if c == "’" else c)
        starts.append(at)
        ends.append(at + 1)
    return View("".join(out), base, len(text), starts, ends)


def window(document: Document, unit: Unit, clause: Clause) -> Window:
    """The window of one clause."""
    start = clause.span.start
    said = document.text[start : min(clause.span.end, start + MAX_CLAUSE)]
    view = latin_view(said, start) if document.language == "en" else source_view(said, start)
    text = view.text
    if document.language == "zh":
        text = _COLON.sub("：", _COMMA.sub("，", text)).translate(_WIDE)
    depth = _depths(text)
    return Window(document, unit, clause, view, text, depth, segments(text, depth))


def windows(document: Document) -> Iterator[Window]:
    """All clauses of the document, each as the rules read it."""
    for unit, clause in document.clauses():
        if clause.span.start < clause.span.end:
            yield window(document, unit, clause)
