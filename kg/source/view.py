"""The matching view: a text made uniform to match words in, with a map back to its own offsets.

What lives here: everything by which two spellings of the same sign are told to be one.
What never will: reading files; and no text is changed, a view is always a copy.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from ..model import Span


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
_TONES = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü\u0300\u0301\u0304\u0308\u030c"
_SYLLABLE = rf"[a-zA-Z{_TONES}’']{{1,8}}"
_GLOSS = re.compile(
    rf"(?<=[\u3400-\u9fff])[(（]\s{{0,2}}({_SYLLABLE}(?:\s{_SYLLABLE}){{0,5}}|[\u02c7\u02ca\u02cb\u02d9ㄅ-ㄯ]{{1,4}})\s{{0,2}}[)）]"
)
_TONED = re.compile(f"[{_TONES}ㄅ-ㄯ]")
_NEUTRAL = frozenset(("de", "le", "zi", "men", "ba", "ne", "ma", "me", "tou", "zhe"))
# Not changed by NFKC, yet the same sign to a reader.
_FOLD = {"∶": ":", "「": "“", "」": "”", "『": "‘", "』": "’", "﹁": "“", "﹂": "”", "‧": "·", "・": "·"}
_FOLD |= dict(
    # Radicals that stand for whole characters in the text layer of PDF files: NFKC knows those of the block Kangxi
    # Radicals, but not these of CJK Radicals Supplement (Unicode property Equivalent_Unified_Ideograph).
    zip(
        "⺁⺊⺌⺒⺓⺝⺟⺠⺩⺬⺮⺶⺼⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻱⻳⻞⻟⻫⻭⻯⻲",
        "厂卜小巳幺月母民王示竹羊肉虎西见角贝车长长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟龟食食齐齿龙龟",
        strict=True,
    )
)
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
    # Forms that Hong Kong prints and the table has not.
    return {ord(a): b for a, b in zip("衞綫裏羣峯啓", "卫线里群峰启", strict=True)} | table


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
        piece = "" if at in dropped else c if c.isascii() else table.get(ord(c)) or _uniform(c).translate(table)
        if not piece:
            continue
        if blank >= 0 and _keeps_blank(out[-1], piece[0]):
            out.append(" ")
            starts.append(blank)
            ends.append(blank + 1)
        blank = -1
        out.extend(piece)
        starts.extend([at] * len(piece))
        ends.extend([at + 1] * len(piece))
    return View(_TERMS.sub(lambda m: _SAME_TERM[m[0]], "".join(out)), base, len(text), starts, ends)


_SAME_TERM = {"计画": "计划", "筹画": "筹划", "规画": "规划", "策画": "策划"}
"""Words that Taiwan writes with another character of the same length."""
_TERMS = re.compile("|".join(_SAME_TERM))


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
    return frozenset(i for m in _DOUBLED.finditer(text) for i in (m.start() + 1, m.end() - 2))


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
