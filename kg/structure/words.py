"""What is common to the parts of the parser: the words of the genre, compiled, and classes of characters.

The words stand in ``kg/lexicon/structure.toml``; nothing here looks at a text but to tell its language.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..model import Language

CN = "一二三四五六七八九十百零〇两⼀⼆⼋⼗"  # the last four are radicals, as PDF files have them
DIGITS = "0-9０-９"
GAP = r"[ \t\u3000\xa0]{0,4}"  # blanks inside a mark: a few, never a line end
DRESS = r"(?:#{1,6}[ \t]+)?(?:\*\*|__)?"
"""Markdown around a mark."""


def _any(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")"


@dataclass(frozen=True, slots=True)
class Words:
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
    table_caption: re.Pattern[str]
    lone: re.Pattern[str]
    owner: re.Pattern[str]
    owners: re.Pattern[str]
    address: re.Pattern[str]
    named: re.Pattern[str]
    speaker: re.Pattern[str]
    related: re.Pattern[str]


@lru_cache(maxsize=1)
def lexicon() -> Words:
    """The words of ``structure.toml``, compiled once."""
    raw = tomllib.loads((Path(__file__).parents[1] / "lexicon" / "structure.toml").read_text(encoding="utf-8"))
    data = "|".join(f"(?P<{name}>{_any(raw['data_' + name])})" for name in ("number", "issuer", "issued", "other"))
    gap = r"[ \t\u3000]{0,2}"
    lone = "|".join(gap.join(map(re.escape, word)) for word in sorted(raw["lone_headings"], key=len, reverse=True))
    return Words(
        title=re.compile(rf"{_any(raw['document_nouns'])}(?:[(（][^()（）]{{1,20}}[)）])?[”》]?$"),
        body=re.compile(rf"^[^,.。;:!?,，；：！？“”《》]{{3,40}}{_any(raw['body_endings'])}(?:\([^()]{{1,12}}\))?$"),
        hand_over=re.compile(_any(raw["hand_over"])),
        furniture=re.compile(_any(w.replace(" ", "") for w in raw["furniture_starts"])),
        lines=frozenset(w.replace(" ", "") for w in raw["furniture_lines"]),
        data=re.compile(rf"^\[?【?(?:{data})】?\]?:"),
        columns=frozenset([*raw["columns"], *raw["task_columns"]]),
        tasks=frozenset(raw["task_columns"]),
        ordinals=frozenset(raw["number_columns"]),
        caption=re.compile(rf"^{_any(raw['captions'])}[{CN}\d]"),
        table_caption=re.compile(_any(raw["table_captions"])),
        lone=re.compile(lone),
        owner=re.compile(rf"[(（][^()（）:：。，,]{{0,10}}{_any(raw['owner_words'])}[^()（）:：。，,]{{0,6}}[:：]"),
        owners=re.compile(_any(raw["acting_words"])),
        address=re.compile(_any(raw["address_words"])),
        named=re.compile(
            rf"{GAP}{DRESS}(?P<word>{_any(raw['numbered_words'])}){GAP}(?P<number>[{CN}{DIGITS}]{{1,3}})"
            rf"(?:{GAP}[：:、．]|[ \t\u3000]{{1,4}}(?=\S))"
        ),
        speaker=re.compile(rf"{_any(raw['speakers'])}[\u4e00-\u9fff]{{2,4}}$"),
        related=re.compile(_any(raw["related"])),
    )


def language_of(text: str) -> Language:
    """The language that most of a text is in."""
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    latin = sum(c.isascii() and c.isalpha() for c in text)
    return "en" if latin > 4 * han else "zh"
