"""The shape of an English plan: what its marks, heads, label lines, running heads and table cells look like.

Chinese plans are cut by their numerals; English ones are not.  Their parts are named (``Goal 1:``, ``Major Concern
2:``, ``A.``), their items are forms (``Lead: …``, ``Success criteria``), their lines wrap in mid-sentence without a
sign, and their tables come out of a PDF one cell a line.  The shapes that this module was written for: improvement
plans of British and Irish schools (priorities, numbered actions, label lines; areas of inspection as unnumbered
headings); strategic and improvement plans of American districts and schools (Goal, Objective, Strategy, Action step
with Person responsible, Timeline, Evidence); Australian and New Zealand annual implementation plans (Goal, Target, Key
Improvement Strategy 1.a, Activities); work plans of ministries (lettered parts, numbered paragraphs with the owners in
a bracket); English plans of Hong Kong schools (Major Concern with a table of strategies).

What lives here: looking at one line, or at lines beside each other.  What never will: building sections and units
(``kg/structure``), what a clause says (``kg/extract/english.py``), words (``kg/lexicon/english.toml``).
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_LEXICON = Path(__file__).parent / "lexicon" / "english.toml"
MAX_MARK = 60
"""Characters of a line within which a mark must end."""


@cache
def _shape() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(_LEXICON.read_text(encoding="utf-8"))["shape"]
    return table


def _any(terms: Sequence[str]) -> str:
    return "|".join(re.escape(t).replace(r"\ ", "[ ]") for t in sorted(set(terms), key=lambda t: (-len(t), t)))


# Marks ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnglishMark:
    """A mark at the start of a line."""

    kind: str
    number: int | None
    end: int
    """Where the text behind the mark begins."""
    label: str
    """What an item with this mark is called: ``1.1`` for ``Objective 1.1:``; empty where it is what is printed."""
    bold: bool = False


_ROMAN = {"I": 1, "V": 5, "X": 10}
_WORDED = {
    w: i for i, w in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}


@cache
def _pattern() -> re.Pattern[str]:
    dress = r"(?:#{1,6}[ \t]+)?(?:\*\*|__)?"
    blank = r"[ \t\u3000\xa0]"
    worded = "|".join(_WORDED)
    number = rf"(?:\d{{1,2}}(?:\.(?:\d{{1,2}}|[a-z]))?(?:\.\d{{1,2}})?[a-z]?|[IVX]{{1,5}}|[A-Z]\b|(?i:{worded})\b)"
    behind = (
        rf"(?:{blank}{{0,3}}(?::|[.–—-](?=[ ]|$)|\|){blank}{{0,4}}|{blank}{{0,2}}$"
        rf"|{blank}{{1,8}}(?=[“\"(*]{{0,3}}[A-Z]))"
    )
    adjective = rf"(?:(?:{_any(_shape()['adjectives'])})[ ]){{0,2}}"
    return re.compile(
        rf"{blank}{{0,4}}{dress}(?:\d{{1,2}}\.{blank}{{0,2}})?(?P<word>{adjective}(?:{_any(_shape()['marks'])})){blank}{{1,2}}"
        rf"(?:no\.?{blank}{{0,2}})?(?P<number>(?-i:{number})){behind}"
        rf"|{blank}{{0,4}}{dress}(?:\d{{1,2}}\.{blank}{{0,2}})?(?P<word2>{adjective}(?:{_any(_shape()['marks'])})){blank}{{0,2}}#{blank}{{0,1}}(?P<number2>\d{{1,2}}){behind}"
        rf"|{blank}{{0,4}}{dress}(?P<bare>{_any(_shape()['unnumbered'])})[ ]?:{blank}{{1,4}}(?=(?-i:[A-Z“\"]))"
        rf"|{blank}{{0,4}}{dress}(?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,3}})[.:)]?(?:{blank}{{1,8}}|$)(?!(?-i:per|percent|million|billion|km|points)\b)"
        rf"|{blank}{{0,4}}{dress}(?P<lower>\d{{1,2}}\.?[a-z])[.:)]{blank}{{1,8}}"
        rf"|{blank}{{0,4}}{dress}(?P<code>(?-i:[A-EGHL-OR-XZ]\d{{1,2}}(?:\.\d{{1,2}})?))[.:)]{blank}{{1,8}}(?=(?-i:[A-Z“\"]))"
        rf"|{blank}{{0,4}}{dress}(?P<upper>(?-i:[A-Z]))[.)]{blank}{{1,8}}(?=(?-i:[“\"(*]{{0,3}}[A-Z]))"
        rf"|{blank}{{0,4}}{dress}(?P<letter>(?-i:\(?[a-z]\)|[a-z]\.(?=[ ]))){blank}{{0,2}}"
        rf"|{blank}{{0,4}}{dress}(?P<roman>(?-i:\(?[ivx]{{1,4}}\))){blank}{{0,2}}",
        re.IGNORECASE,
    )


def mark(text: str, start: int, end: int) -> EnglishMark | None:
    """The mark that stands at ``start`` of a line which ends at ``end``; None where there is none of these kinds.

    >>> [(m.kind, m.number, m.label) for m in [mark("MAJOR CONCERN 2: To …", 0, 21)]]
    [('en major concern', 2, '')]
    >>> mark("Objective 1.2: Prepare", 0, 22).label
    '1.2'
    >>> mark("Year 5 pupils read", 0, 18) is None
    True
    """
    m = _pattern().match(text, start, min(end, start + MAX_MARK))
    if m is None:
        return None
    bold = "**" in m[0] or "__" in m[0]
    word = (m["word"] or m["word2"] or "").lower()
    if word:
        number = m["number"] or m["number2"]
        sign = re.search(r"[:|–—-]\s*$", m[0]) or m.end() >= end
        word = (
            re.sub(rf"^(?:(?:{_any(_shape()['adjectives'])}) )+(?=\w)", "", word)
            if word not in _shape()["marks"]
            else word
        )
        if word in _shape()["signed"] and not sign and "." not in number:
            return None
        if number.isalpha() and len(number) == 1 and not sign and word not in ("part", "section", "annex", "appendix"):
            return None
        whole = "." in number or word in _shape()["numbered"]
        kind = f"en {word}" + ("." * number.count("."))
        return EnglishMark(kind, _number(number), m.end(), number if whole else "", bold)
    if m["bare"]:
        return EnglishMark(f"en {m['bare'].lower()}", None, m.end(), "", bold)
    if m["decimal"]:
        return EnglishMark(f"decimal{m['decimal'].count('.')}", int(m["decimal"].split(".")[-1]), m.end(), "", bold)
    if m["lower"]:
        return EnglishMark("en lower", ord(m["lower"][-1].lower()) - 96, m.end(), "", bold)
    if m["code"]:
        return EnglishMark("en code.", int(re.findall(r"\d+", m["code"])[-1]), m.end(), m["code"], bold)
    if m["upper"]:
        return EnglishMark("upper", ord(m["upper"]) - 64, m.end(), "", bold)
    return EnglishMark("letter" if m["letter"] else "roman", None, m.end(), "", bold)


def _number(printed: str) -> int:
    last = printed.split(".")[-1].lower()
    if last in _WORDED:
        return _WORDED[last]
    if digits := re.match(r"\d+", last):
        return int(digits[0])
    if re.fullmatch(r"[IVX]+", printed):
        values = [_ROMAN[c] for c in printed]
        return sum(-v if v < max(values[i:]) else v for i, v in enumerate(values))
    return ord(last[-1]) - 96


# Heads and labels ----------------------------------------------------------------------------------------------------


@cache
def columns() -> dict[str, str]:
    """What stands below or behind a head, by the head in lower case: ``owner``, ``lead``, ``time`` …"""
    return {head: kind for kind, heads in _shape()["columns"].items() for head in heads}


@cache
def _heads() -> frozenset[str]:
    return frozenset((*columns(), *_shape()["heads"]))


def key(line: str) -> str:
    """A head as the lexicon writes it."""
    plain = re.sub(r"\s+", " ", line.strip(" \t\u3000\xa0|*_#:：•·")).lower().replace("’", "'")
    return re.sub(r" ?/ ?", "/", plain)


def column(line: str) -> str:
    """The kind of column that a cell heads; empty where it heads none."""
    said = key(line) if len(line) <= MAX_MARK else ""
    plain = re.sub(r"\s?\([^()]{1,20}\)$", "", said)
    parts = [columns().get(part, "") for part in re.split(r"/| & | and ", plain)]
    return columns().get(said) or columns().get(plain) or (parts[0] if all(parts) else "") or _owned(plain)


def _owned(said: str) -> str:
    """``owner`` for a head that says so in words of its own: ``staff responsible for monitoring``."""
    return "owner" if _word("owning").search(said) and len(said.split()) <= 6 and not said.endswith(".") else ""


def is_head(line: str) -> bool:
    """Whether a line is nothing but a head of the form (Strategies, Success criteria, Lead …)."""
    return len(line) <= MAX_MARK and key(line) in _heads()


@cache
def _label() -> re.Pattern[str]:
    own = rf"[A-Z][\w' /()-]{{0,30}}?\b(?:{_any(_shape()['owning'])})\b[\w' /()-]{{0,24}}"
    return re.compile(
        rf"[ \t\u3000•*_-]{{0,6}}(?P<head>{_any(sorted(_heads()))}|{own})[*_]{{0,2}}[ ]{{0,2}}[:：|](?!//)", re.I
    )


def label(line: str) -> str:
    """The head with which a line of a form begins (``Lead: …``), in lower case; empty where there is none."""
    m = _label().match(line, 0, 80)
    return m["head"].lower() if m else ""


def label_end(line: str) -> int:
    """Where the text behind the label of a line begins; 0 where it bears none."""
    m = _label().match(line, 0, 80)
    return m.end() if m else 0


def label_kind(said: str) -> str:
    """What stands behind a label, as for a column; ``head`` for any other."""
    return columns().get(said) or _owned(said) or "head"


# Lines beside each other ---------------------------------------------------------------------------------------------

_CLOSED = re.compile(r"[.!?:;][\"”’')\]*]{0,4}$")
_OPEN = re.compile(rf"(?:[,–&/(—]|(?<=\w)-|\b(?:{_any(_shape()['open_ends'])}))$", re.I)


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a text is wrapped."""

    width: int
    """Characters of the longest lines; 0 where lines are not wrapped."""

    def joins(self, before: str, line: str) -> bool:
        """Whether ``line`` goes on with the sentence of the line before it."""
        first = line.lstrip("“\"'(*")[:1]
        if label(line) or is_head(line) or is_head(before):
            return False
        if _OPEN.search(before) and not (label(before) and before.rstrip().endswith(":")):
            return True
        if _CLOSED.search(before):
            return bool(self.width) and first.islower() and not before.rstrip().endswith((":", ";"))
        if first.islower():
            return True
        word = line.split(" ", 1)[0]
        return bool(self.width) and len(before) + 1 + len(word) > self.width


def wrap(lines: Sequence[str]) -> Wrap:
    """The width at which lines break; a text is wrapped where long lines end open and the next begin in lower case."""
    lengths = sorted(len(line) for line in lines)
    if len(lengths) < 6 or lengths[-1] > 130:
        return Wrap(0)
    broken = [
        len(a)
        for a, b in zip(lines, lines[1:], strict=False)
        if b[:1].islower() and len(a) > 0.6 * lengths[-1] and not _CLOSED.search(a) and not mark(b, 0, len(b))
    ]
    return Wrap(max(lengths[int(len(lengths) * 0.95)], *broken)) if len(broken) > (lengths[-1] > 100) else Wrap(0)


_PAGE_NUMBER = re.compile(r"^(?:page\s)?\d{1,3}(?:\s?(?:/|of)\s?\d{1,3})?$|^[-–—]\s?\d{1,3}\s?[-–—]$", re.I)
_PARTS = re.compile(r"\s{3,}|\t+|\s[|•·]\s")


def running_heads(lines: Sequence[str]) -> set[int]:
    """Which lines a page prints at its top or foot: a title and a page number, the same on several pages."""
    pieces = [[p.strip() for p in _PARTS.split(line) if p.strip()] for line in lines]
    bare = [" ".join(p.lower() for p in row if not _PAGE_NUMBER.match(p)) for row in pieces]
    opening = {p.lower() for row in pieces[:4] for p in row}
    first = " ".join(" ".join(row) for row in pieces[:4]).lower()
    counts = Counter(b for b, row in zip(bare, pieces, strict=True) if len(row) > 1)
    found: set[int] = set()
    for i, row in enumerate(pieces):
        if lines[i].startswith("|"):
            continue
        if len(row) < 2:
            if (
                i > 2
                and row
                and (
                    row[0].lower() in opening and len(row[0]) > 12 and row[0].lower() in (x.lower() for x in lines[:3])
                )
            ):
                found.add(i)
            continue
        paged = len(row) > 1 and (_PAGE_NUMBER.match(row[0]) or _PAGE_NUMBER.match(row[-1]))
        if any(column(p) or label(p) for p in row) or mark(lines[i], 0, len(lines[i])):
            continue
        titled = i > 3 and all(
            _PAGE_NUMBER.match(p) or p.lower() in opening or len(p) > 8 and p.lower() in first for p in row
        )
        again = counts[bare[i]] > 1 and len(lines[i]) <= 120
        if bare[i] and (titled or paged and len(row) == 2 and again or paged and again):
            found.add(i)
    return found


# Headings without a mark ---------------------------------------------------------------------------------------------


def looks_like_heading(line: str) -> str:
    """How a line without a mark is printed: ``caps``, ``title`` (capitals on its words), ``plain``; empty for text."""
    plain = line.strip(" *#_")
    said = plain.split()
    if not 2 <= len(plain) <= 90 or len(said) > 12 or plain[-1] in ".;:,!?|" or "|" in plain or "\t" in plain:
        return ""
    if not plain[0].isupper() or not any(c.isalpha() for c in plain) or re.search(r"\s{3,}|[.!?] |: ", plain):
        return ""
    if is_head(plain) or label(plain) or re.search(r"\d{1,3}(?:\.\d)?\s?%|@|www\.", plain):
        return ""
    letters = [w for w in said if any(c.isalpha() for c in w) and w.lower() not in _shape()["small"]]
    if plain.upper() == plain and len(plain) > 3:
        return "caps"
    if letters and all(w.lstrip("“\"'(")[:1].isupper() or w[:1].isdigit() for w in letters) and len(said) > 1:
        return "title"
    return "plain"


_ADOPTED = re.compile(
    rf"^\(?(?:(?:(?:school |academic )?session|{_any(_shape()['fronts'])})\b.{{0,80}}$"
    rf"|(?:{_any(_shape()['front_labels'])}):.{{0,80}}$"
    rf"|(?:\d{{1,2}} )?(?:{_any(_shape()['months'])})\b[ \d,]{{0,12}}$"
    r"|(?:for the )?(?:financial|fiscal|school|academic) year\b"
    r"|[\d–/\- ]{4,12}$|\(.{2,60}\)$)",
    re.I,
)


def is_front(line: str) -> bool:
    """Whether a line below the title says who adopted the plan, when, or for which year."""
    return bool(_ADOPTED.match(line.strip("*_# ")))


def names_document(line: str) -> bool:
    """Whether a line above the plan names it: a word for a document, and no sentence."""
    return (
        bool(_word("documents").search(line))
        and len(line) <= 120
        and not line.rstrip().endswith((".", ":", ";"))
        and not is_front_only(line)
    )


def is_front_only(line: str) -> bool:
    """Whether a line says who adopted the plan."""
    return bool(re.match(r"\(?(?:approved|adopted|endorsed|ratified|prepared)\b", line.strip("*_# "), re.I))


def is_place(line: str) -> bool:
    """Whether a line is nothing but the name of a school or district."""
    return len(line) <= 60 and looks_like_heading(line) in ("title", "caps") and bool(_word("schools").search(line))


def is_motto(line: str, below: str) -> bool:
    """Whether a short line under the title is a motto: who adopted the plan follows, or a heading of the same look."""
    look = looks_like_heading(line)
    return len(line) <= 60 and (is_front(below) or look != "" and look == looks_like_heading(below) != "plain")


_BRACKET = re.compile(
    r"(?:(?<=[.;!?])|(?<=[.;!?]\s))\s{0,4}(?:\[[^\[\]]{3,200}\]|\([^()]{3,60}(?:\([^()]{1,40}\)[^()]{0,60}){0,2}\))\.?\s{0,3}$"
)


def closing_bracket(body: str) -> int:
    """Where the bracket begins that stands behind the last sentence and names who does it; 0 where there is none."""
    tail = max(0, len(body) - 260)
    m = _BRACKET.search(body, tail)
    return m.start() if m and m.start() > 3 else 0


def is_text(line: str) -> bool:
    """Whether a line that looks like a part of a page is text: a row's number with its stop, or a sentence."""
    plain = line.strip()
    if re.fullmatch(r"\d{1,2}[.)]", plain):
        return True
    body = plain.lstrip("•-*·– ").split()
    return len(body) > 4 and body[0].lower() in ("share", "print", "published") and ":" not in plain


# Tables, one cell a line ---------------------------------------------------------------------------------------------


def head_lines(lines: Sequence[str]) -> int:
    """How many of the lines, from the first on, are column heads; 0 where they head no table of tasks."""
    kinds = [column(line) for line in lines[:12]]
    end = next((i for i, kind in enumerate(kinds) if not kind), len(kinds))
    if end < 3 or len({k for k in kinds[:end] if k != "number"}) < 2:
        return 0
    if not any(k in ("owner", "lead", "support", "time") for k in kinds[:end]):
        return 0
    return end


_GAP = re.compile(r"[ \xa0]{2,}|\t+")


def gap_cells(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches of a line between tabs or two and more blanks."""
    cells, at = [], start
    for m in _GAP.finditer(text, start, end):
        if m.start() > at:
            cells.append((at, m.start()))
        at = m.end()
    return [*cells, (at, end)] if at < end else cells


def gap_rows(text: str, lines: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Rows of a table from the first line on, the heads being the first row; empty where that line holds no heads."""
    found: list[list[tuple[int, int]]] = []
    for start, end in lines:
        cells = gap_cells(text, start, end)
        said = [text[a:b] for a, b in cells]
        if not found:
            kinds = [column(s) for s in said]
            if len(cells) < 2 or not all(kinds) or not {"owner", "lead", "support", "time"} & set(kinds):
                return []
        elif len(cells) < 2:
            indented = text.rfind("\n", 0, start) + 4 < start
            if (
                len(found) < 2
                or mark(text, start, end)
                or is_head(said[0])
                or label(said[0])
                or not (indented or said[0][:1].islower())
            ):
                break
        elif len(cells) > len(found[0]) + 1:
            break
        found.append(cells)
    return found


@cache
def _word(name: str, flags: int = re.I) -> re.Pattern[str]:
    """A pattern for the words of one list of the lexicon, whole words only."""
    return re.compile(rf"(?<!\w)(?:{_any(_shape()[name])})(?!\w)", flags)


_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def fits(cell: str, kind: str) -> float:
    """How well a cell looks like one of a column of that kind."""
    said = cell.strip()
    size = len(said.split())
    when = size <= 8 and bool(_word("when").search(said) or _YEAR.search(said))
    person = size <= 14 and bool(_word("persons").search(said)) and not re.search(r"\d%|\d{2}", said)
    verbs = "%" in said or bool(_word("predicates").search(said))
    how = size <= 10 and bool(_word("methods").search(said))
    if kind == "number":
        return 2.0 if re.fullmatch(r"\(?\d{1,2}(?:\.\d{1,2})?[.)]?", said) else -2.0
    if kind in ("owner", "lead", "support"):
        looks = person and not verbs and not said.endswith(".")
        return 2.0 if looks else -0.5 if when or verbs or size > 12 else 0.3
    if kind == "time":
        return 2.0 if when and not verbs else -1.0
    if kind == "measure":
        stated = verbs or bool(re.search(r"\d", said)) and not when
        return 1.2 if stated else -0.6 if person or when or how else 0.1
    if kind == "method":
        return 1.2 if how and not verbs else -0.6 if when or person or verbs else 0.2
    if kind == "resource":
        return 1.5 if re.search(r"[$£€]", said) or _word("resources").search(said) else -0.3
    return -0.5 if when or person and size <= 5 else 0.4 if size > 4 else 0.0


def aligned(cells: Sequence[str], heads: Sequence[str]) -> list[int]:
    """The column of each cell, in order: cells may share a column (a broken cell), and a column may have none.

    The best of all such assignments by what a cell looks like, found by dynamic programming; with as many cells as
    columns each has its own where it looks like it.

    Args:
        cells: the lines of one row.
        heads: the kinds of the columns.
    """
    if len(cells) == len(heads) and all(fits(c, k) > -0.3 for c, k in zip(cells, heads, strict=True)):
        return list(range(len(cells)))
    worth = [[fits(cell, kind) for kind in heads] for cell in cells]
    best: list[list[tuple[float, int]]] = []
    for i, row in enumerate(worth):
        line = []
        for k, value in enumerate(row):
            if i == 0:
                line.append((value - 1.5 * k, -1))
                continue
            goes_on = (
                cells[i][:1].islower() or cells[i][:1] == "(" or cells[i - 1].rstrip().endswith((",", ";", "&", "/"))
            )
            stay = -0.8 if goes_on else 0.6
            score, came = max((best[i - 1][j][0] - (stay if j == k else 1.2 * (k - j - 1)), j) for j in range(k + 1))
            line.append((score + value, came))
        best.append(line)
    k = max(range(len(heads)), key=lambda k: best[-1][k][0] - 1.2 * (len(heads) - 1 - k))
    found = []
    for i in range(len(cells) - 1, -1, -1):
        found.append(k)
        k = best[i][k][1]
    return found[::-1]


def first_cell(cells: Sequence[str], columns_: Sequence[int]) -> int:
    """How many lines the first cell of a row has: those of its column that go on with a sentence."""
    end = 1
    while (
        end < len(cells) - 1
        and columns_[end] == columns_[0]
        and (cells[end][:1].islower() or cells[end][:1] == "(" or _OPEN.search(cells[end - 1]))
    ):
        end += 1
    return end


def rows(lines: Sequence[str], heads: Sequence[str]) -> list[int]:
    """Where the rows of a table begin whose rows bear no number: indexes into ``lines``, the first of them 0.

    Every row has as many lines as there are heads, where that comes out even and the last column looks like it;
    otherwise the cut under which all cells look most like their columns.
    """
    width, total = len(heads), len(lines)
    if total % width == 0:
        even = list(range(0, total, width))
        if sum(fits(lines[i + k], heads[k]) for i in even for k in range(width)) > 0.2 * total:
            return even
    best: list[tuple[float, int]] = [(0.0, -1)]
    for end in range(1, total + 1):
        options = [(-1e9, end - 1)]
        for size in range(max(2, width - 1), width + 5):
            begin = end - size
            if begin < 0 or best[begin][0] < -1e8:
                continue
            cells = lines[begin:end]
            columns_ = aligned(cells, heads)
            worth = sum(fits(c, heads[k]) for c, k in zip(cells, columns_, strict=True)) - 0.7 * abs(size - width)
            worth += 0.5 if cells[0][:1].isupper() else -1.5
            options.append((best[begin][0] + worth, begin))
        best.append(max(options))
    if best[total][0] < -1e8:
        return list(range(0, total, width))
    found, at = [], total
    while at > 0:
        at = best[at][1]
        found.append(at)
    return found[::-1]
