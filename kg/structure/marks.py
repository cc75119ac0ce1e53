"""Marks: what stands before a heading, an item or a point, and the number that it prints.

A mark does not say its level; that is for :mod:`.tree`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from .. import english as en
from .words import CN, DIGITS, DRESS, GAP, lexicon

_BIG = "壹贰叁肆伍陆柒捌玖拾貳參陸"

_NO_DIGIT = rf"(?![{DIGITS}]{{1,3}}(?![{DIGITS}月]))"
"""No number but a year or a month follows (``一、2031年…``, ``3.8月底…``): else it is ``1.5`` or ``三、3``."""
_NO_SERIES = rf"(?![{DIGITS}]{{1,3}}(?![{DIGITS}]|月[底末初前{DIGITS}]))"
"""The same behind the comma of a series, where a bare month is its second: ``每年1、2月``."""

_MARKS: tuple[tuple[str, str], ...] = (
    ("part", rf"第{GAP}[{CN}{DIGITS}]{{1,4}}{GAP}(?:编|編|篇|部分|部份){GAP}[、：:]?"),
    ("chapter", rf"第{GAP}[{CN}{DIGITS}]{{1,4}}{GAP}章"),
    ("division", rf"第{GAP}[{CN}{DIGITS}]{{1,4}}{GAP}[节節](?![约省奏])"),
    ("article", rf"第{GAP}[{CN}{DIGITS}]{{1,5}}{GAP}[条條](?!例|件)"),
    ("rom", rf"(?:[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ]|[IVX]{{1,5}}(?=[.．、])){GAP}[.．、]?(?![A-Za-z.])"),
    ("big", rf"[{_BIG}]{{1,3}}{GAP}[、.．]"),
    ("cn", rf"[{CN}]{{1,4}}{GAP}[、．.]{_NO_DIGIT}"),
    ("pcn", rf"[(（]{GAP}[{CN}]{{1,4}}{GAP}[)）]{GAP}[、.．]?|[㈠-㈩]"),
    (
        "decimal",
        rf"[{DIGITS}]{{1,2}}(?:[.．][{DIGITS}]{{1,2}}){{1,3}}[.．、]?(?=[\s\u3000\u4e00-\u9fffA-Z“《*])(?!\s{{0,2}}[个個年亿万倍元%％]|月[底末初前内內、，,和至到\d]|月份)",
    ),
    ("ar", rf"[{DIGITS}]{{1,3}}{GAP}(?:[.．]{_NO_DIGIT}|、{_NO_SERIES})|[⒈-⒛]"),
    ("par", rf"[(（]{GAP}[{DIGITS}]{{1,2}}{GAP}[)）]{GAP}[、.．]?|[⑴-⒇]"),
    ("rpar", rf"[{DIGITS}]{{1,2}}[)）][、.．]?"),
    ("circle", r"[①-⑳]"),
    ("dash", r"(?:——|--|—|–|[•●◆■◇□▪▫‣‧∙◦◎⦁○※►▶➢➤✓✔★☆·\uf06c\uf06e\uf075\uf0a7\uf0b7\uf0d8\uf0fc]|[-*+](?=[ \t]))"),
)
MARK = re.compile(GAP + f"(?P<dress>{DRESS})" + GAP + "(?:" + "|".join(f"(?P<{n}>{p})" for n, p in _MARKS) + ")")
MID = re.compile(
    "|".join(f"(?P<{n}>{p})" for n, p in _MARKS if n in ("part", "chapter", "article", "big", "cn", "pcn", "ar"))
)
RANK = {name: depth for depth, (name, _) in enumerate(_MARKS)}
MINOR = frozenset({"par", "rpar", "circle", "dash", "letter", "roman"})
"""Marks that head a point inside a unit, unless nothing else heads one."""
NEVER_UNIT = frozenset({"dash"})

VALUE = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_ROMAN = {"I": 1, "V": 5, "X": 10}
VALUE |= dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)) | {"貳": 2, "參": 3, "陸": 6}


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
        if c in VALUE:
            last, seen = VALUE[c], True
        elif c in "十拾":
            total, last, seen = total + (last or 1) * 10, 0, True
        elif c == "百":
            total, last, seen = total + (last or 1) * 100, 0, True
    return total + last if seen else None


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark: its kind, the number that it prints, and where it ends."""

    kind: str
    number: int | None
    end: int
    """Where the text behind the mark begins."""
    bold: bool = False
    label: str = ""
    """What its item is called, where that is not what is printed."""


def mark_at(text: str, start: int, end: int, english: bool) -> Mark | None:
    """The mark that stands at ``start`` of a line."""
    if english:
        found = en.mark(text, start, end)
        if found is not None:
            return Mark(found.kind, found.number, found.end, found.bold, found.label)
    m = lexicon().named.match(text, start, min(end, start + 30))
    if m is not None:
        return Mark(f"zh {m['word']}", numeral(m["number"]), m.end(), "**" in m[0])
    m = MARK.match(text, start, min(end, start + 44))
    if m is None or m.lastgroup is None:
        return None
    kind = m.lastgroup
    at = m.end()
    if kind == "decimal":
        kind += str(len(re.findall(r"[.．](?=[0-9０-９])", m[kind])))
    return Mark(kind, numeral(m[0].strip("#* ")), at, "**" in m["dress"] or "__" in m["dress"])
