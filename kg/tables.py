"""Tables in text: the cells of a row, and tables that a copy has run together with no mark between rows and cells.

A row shows its cells by bars, tabs or wide blanks.  What has none of these (``序号任务单位1推进某事。市乙局2…``) is cut
where the heads end, where the printed numbers go on, and before the bodies and dates that close a row.

What lives here: finding the cells, each with its place.  What never will: which rows make a table
(``kg/structure``), and what a cell says (``kg/extract/tables.py``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from .model import Role, Span

_LEXICON = Path(__file__).parent / "lexicon"
_ROLES: tuple[Role, ...] = ("lead", "responsible", "support")
_GAP = r"[ \u3000\xa0]"
MIN_HEADS = 3
"""Known column heads in a row that make a table."""
MAX_ROW = 1_500
"""Characters of a row; a longer one means that the numbers belong to something else."""
MAX_ROWS = 400


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, and the head that it stands under: empty where that is not known."""

    head: str
    span: Span


@dataclass(frozen=True, slots=True)
class RunTable:
    """A table that was run together."""

    heads: Span
    rows: tuple[tuple[Cell, ...], ...]
    """Each begins with the cell of its number; a row of one cell is a heading between rows."""

    @property
    def end(self) -> int:
        """Where the last cell ends, in code points of the text."""
        return self.rows[-1][-1].span.end


_BLANKS = re.compile(r"[ \xa0]{3,}|\u3000{2,}")


def row_cells(text: str, start: int, end: int, least: int = 2, bare: bool = False) -> list[Span]:
    """The cells of a line that is a row of a table; empty where it is none.

    Cells are divided by bars, by tabs, or by blanks that are wide (three blanks or two ideographic ones).  An empty
    cell is an empty span, but for wide blanks, which leave none.

    Args:
        text: the whole text; spans count its code points.
        start: where the line begins, white space at both ends left out.
        end: where it ends.
        least: how many signs must divide the cells; of wide blanks one more.
        bare: whether the bars may do without one before the first cell and without blanks: the line stands in a table.
    """
    bars = text.count("|", start, end)
    if bars >= least and (bare or least < 2 or text.startswith("|", start) or text.find(" | ", start, end) >= 0):
        spans = _split(text, start, end, "|")
        spans = spans[1:] if len(spans) > 2 and spans[0].start == spans[0].end else spans
        return spans[:-1] if len(spans) > 2 and spans[-1].start == spans[-1].end else spans
    if text.count("\t", start, end) >= least:
        return _split(text, start, end, "\t")
    gaps = [m for m in _BLANKS.finditer(text, start, end)]
    if len(gaps) <= least:
        return []
    return [
        Span(a, b) for a, b in zip([start, *(m.end() for m in gaps)], [*(m.start() for m in gaps), end], strict=True)
    ]


def _split(text: str, start: int, end: int, sign: str) -> list[Span]:
    spans, at = [], start
    for part in text[start:end].split(sign):
        core = part.strip(" \t\u3000\xa0\r")
        begin = at + (part.index(core) if core else 0)
        spans.append(Span(begin, begin + len(core)))
        at += len(part) + 1
    return spans


@cache
def _lexicon(name: str) -> dict[str, Any]:
    return tomllib.loads((_LEXICON / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def owner_heads() -> dict[str, Role]:
    """Column heads under which bodies stand, with the role that each gives."""
    roles = _lexicon("bodies")["roles"]
    made = {stem + office: role for role in _ROLES for stem in roles["stems"][role] for office in roles["offices"]}
    return made | {label: role for role in _ROLES for label in roles[role]}


@cache
def known_heads() -> frozenset[str]:
    """All column heads that the lexicons know, as the view shows them."""
    structure, roles = _lexicon("structure"), _lexicon("bodies")["roles"]
    return frozenset((*structure["task_columns"], *structure["columns"], *roles["persons"], *owner_heads()))


@dataclass(frozen=True, slots=True)
class _Words:
    """The lexicon, compiled."""

    run: re.Pattern[str]
    """Column heads one behind the other."""
    head: re.Pattern[str]
    body: re.Pattern[str]
    """The shortest name of a body that begins with a word of its level."""
    further: re.Pattern[str]
    """More of a name: up to another ending."""
    date: re.Pattern[str]
    """A date that closes a row."""
    numbers: frozenset[str]
    """Heads of a column of numbers."""


@cache
def _words() -> _Words:
    bodies, table = _lexicon("bodies"), _lexicon("structure")["run_together"]
    head = "|".join(
        sorted((re.escape(w) for w in known_heads() if len(w) > 1 and not w.isascii()), key=len, reverse=True)
    )
    run = re.compile(rf"(?:(?:{head}){_GAP}{{0,4}}){{{MIN_HEADS},12}}")
    ending = "|".join(sorted(map(re.escape, bodies["owners"]["endings"]), key=len, reverse=True))
    opening = "|".join(sorted(map(re.escape, table["body_openings"]), key=len, reverse=True))
    body = re.compile(rf"(?:{opening})[\u4e00-\u9fffA-Z（）()]{{0,14}}?(?:{ending})")
    when = "|".join(sorted(map(re.escape, table["whenever"]), key=len, reverse=True))
    date = re.compile(
        rf"(?:(?:20\d\d年)?(?:\d{{1,2}}[-—~至])?\d{{1,2}}月(?:\d{{1,2}}日)?[底末初]?(?:之?前|中旬|上旬|下旬)?|20\d\d年底?前?|{when})"
        rf"[。；]?\s{{0,4}}\Z"
    )
    further = re.compile(rf"[\u4e00-\u9fffA-Z（）()]{{0,10}}?(?:{ending})")
    return _Words(run, re.compile(head), body, further, date, frozenset(table["number_heads"]))


def head_run(text: str, start: int, end: int) -> Span | None:
    """Where column heads run together in the stretch, the first of them heading a column of numbers."""
    words = _words()
    for m in words.run.finditer(text, start, end):
        first = words.head.match(text, m.start())
        if first is not None and first.group() in words.numbers:
            return Span(m.start(), m.end())
    return None


def run_table(text: str, start: int, end: int) -> RunTable | None:
    """The table whose heads begin at ``start``; None where no row numbered 1 follows them, and one numbered 2."""
    m = _words().run.match(text, start, end)
    if m is None:
        return None
    heads = [h.group() for h in _words().head.finditer(text, m.start(), m.end())]
    openings = list(_numbers(text, m.end(), end))
    if len(openings) < 2:
        return None
    rows: list[tuple[Cell, ...]] = []
    before = _trim(text, m.end(), openings[0].start())
    if before is not None:
        rows.append((Cell("", before),))
    stops = [o.start() for o in openings[1:]] + [_last_end(text, openings[-1].end(), end)]
    for opening, stop in zip(openings, stops, strict=True):
        number = Span(opening.start(1), opening.end(1))
        rows.append((Cell(heads[0], number), *_cells(text, opening.end(), stop, heads[1:])))
    return RunTable(Span(m.start(), m.end()), tuple(rows))


_OPENING = re.compile(r"\s{0,6}(\d{1,3})(?=[\s.、\u4e00-\u9fff“《])")


def _numbers(text: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The printed numbers of the rows, one after the other: each the first that is no part of something else."""
    opening = _OPENING.match(text, start, end)
    at, begun = start, int(opening.group(1)) if opening else 1
    first = begun
    while begun < first + MAX_ROWS:
        pattern = re.compile(
            rf"(?<![\d.第〔（(-]){_GAP}{{0,4}}({begun})(?:[.、]|(?!\d|[.、]\d)){_GAP}{{0,4}}(?=[\u4e00-\u9fff“《（])"
            rf"(?![年月日个所名人次场项条期届号级类万亿元倍套家门件辆岁周天季])"
        )
        limit = min(end, start + 60 if begun == first else at + MAX_ROW)
        found = [m for m in pattern.finditer(text, at, limit)]
        if not found:
            return
        closed = [m for m in found if _closes(text, max(at, m.start() - 24), m.start())]
        best = (closed or found)[0]
        yield best
        at, begun = best.end() + 4, begun + 1


def _closes(text: str, start: int, at: int) -> bool:
    """Whether what stands before a number closes a row: a line end, a stop, a body or a date."""
    before = text[start:at]
    if before.endswith("\n") or before.rstrip()[-1:] in "。；":
        return True
    if _words().date.search(before):
        return True
    last = _bodies(text, start, at)
    return bool(last) and not text[last[-1][1] : at].strip()


def _bodies(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Names of bodies one behind the other: from a word of level (市, 各 …) to the last ending before the next one."""
    words = _words()
    found: list[tuple[int, int]] = []
    at = start
    while m := words.body.search(text, at, end):
        a, b = m.span()
        while further := words.further.match(text, b, end):
            if b - a > 3 and words.body.match(text, b, end):
                break
            b = further.end()
        found.append((a, b))
        at = b
    return found


def _last_end(text: str, at: int, end: int) -> int:
    """Where the row that is open at ``at`` ends if no other follows: with its line."""
    line_end = text.find("\n", at, end)
    return end if line_end < 0 else line_end


def _cells(text: str, start: int, end: int, heads: Sequence[str]) -> Iterator[Cell]:
    """The cells of a row behind its number: by the blanks between them, else by the bodies and dates at its end."""
    span = _trim(text, start, end)
    if span is None:
        return
    pieces = [
        Span(span.start + m.start(), span.start + m.end())
        for m in re.finditer(rf"\S(?:\S|(?<=[A-Za-z\d]){_GAP}(?=[A-Za-z\d]))*", span.of(text))
    ]
    if len(pieces) == len(heads) or len(pieces) == len(heads) - 1 and len(pieces) > 1:
        yield from (Cell(head, piece) for head, piece in zip(heads, pieces, strict=False))
        return
    yield from _by_ends(text, span, heads)


def _by_ends(text: str, span: Span, heads: Sequence[str]) -> Iterator[Cell]:
    """The task, then the owners from the first body on behind which only bodies and a date follow, then the date."""
    owners = [h for h in heads if h in owner_heads()]
    closing = _words().date.search(span.of(text))
    stop = span.start + closing.start() if closing else span.end
    found = _bodies(text, span.start + 4, stop)
    first = len(found)
    at = stop
    for k in range(len(found) - 1, -1, -1):
        if not re.fullmatch(r"[、，,；;和及等\s]{0,3}", text[found[k][1] : at]):
            break
        first, at = k, found[k][0]
    lists = _lists(text, found[first:]) if owners else []
    task = _trim(text, span.start, at if lists else stop)
    if task is not None:
        yield Cell("", task)
    for head, (a, b) in zip(owners if len(lists) <= len(owners) else [owners[0]] * len(lists), lists, strict=False):
        yield Cell(head, Span(a, b))
    if closing and (due := _trim(text, stop, span.end)) is not None:
        yield Cell("", due)


def _lists(text: str, bodies: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Bodies joined by commas are one cell; a new cell begins where one follows another with nothing between."""
    lists: list[tuple[int, int]] = []
    for start, end in bodies:
        if lists and text[lists[-1][1] : start].strip():
            lists[-1] = (lists[-1][0], end)
        else:
            lists.append((start, end))
    return lists


def _trim(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None
